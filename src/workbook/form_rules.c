/* The rules that a form was made from. */
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "table/workbook.h"
#include "workbook/form.h"

/* The field behind a comma, in the line of the sheet that begins with `name`; NULL: there is none.
 */
static const char *field_of(const char *text, const char *name, arena *memory) {
    size_t n = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, name, n) != 0 || line[n] != ',') continue;
        const char *from = line + n + 1;
        int quoted = *from == '"';
        char *own = arena_zero(memory, strcspn(from, "\n") + 1, 1), *to = own;
        for (from += quoted; own && *from && *from != '\n' && *from != '\r'; from++) {
            if (quoted && *from == '"' && *++from != '"') break;
            *to++ = *from;
        }
        return own;
    }
    return NULL;
}

const char *form_rules(const char *path, arena *memory, const char **sha256, fault *f) {
    const sheet_wish wish = {.sheet = FORM_RULES_SHEET, .errors = 1, .blanks = 1};
    sheet_text sheet = {.text = BUF_INIT};
    file_view v = FILE_VIEW_INIT;
    fault notes = FAULT_INIT, own = FAULT_INIT;
    const char *rules = NULL, *slash = strrchr(path, '/');
    if (!files_read(path, SIZE_MAX, &v, f)) return NULL;
    if (workbook_read(path, v.bytes, v.length, &wish, &sheet, &notes, &own)) {
        rules = field_of(buf_string(&sheet.text), FORM_RULES, memory);
        *sha256 = field_of(buf_string(&sheet.text), FORM_SHA256, memory);
    }
    sheet_text_release(&sheet);
    files_release(&v);
    fault_release(&notes);
    fault_release(&own);
    if (!rules || !*sha256) {
        fault_at(
            f, FAULT_USAGE, NULL,
            "name the rules: assess check RULES --data FILE; a form of 'assess template' knows "
            "them",
            "%s does not say by which rules it is checked", path);
        return NULL;
    }
    if (*rules != '/' && slash)
        rules = arena_print(memory, "%.*s/%s", (int)(slash - path), path, rules);
    if (rules && access(rules, R_OK)) {
        fault_at(f, FAULT_USAGE, NULL, "name them: assess check RULES --data FILE",
                 "%s was made from %s, which is not there", path, rules);
        return NULL;
    }
    return rules;
}
