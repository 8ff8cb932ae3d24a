/* What Lua would take in a test and never mean: r.total == 50 compares an array with a number,
 * which is false whatever the array holds. Found in the text, where r is what t.run gave. */
#include <string.h>

#include "testing/inside.h"

enum { NAMES_MOST = 64 };

typedef struct slips {
    sources *files;
    int file;
    const char *text;
    const source_token *token;
    size_t count;
    size_t result[NAMES_MOST]; /* tokens: names that a run was assigned to */
    size_t results;
} slips;

static int is_text(const slips *s, size_t i, const char *text) {
    size_t length = i < s->count ? s->token[i].to - s->token[i].from : 0;
    return length == strlen(text) && !memcmp(s->text + s->token[i].from, text, length) &&
           s->token[i].kind != TOKEN_STRING;
}

static int is_name(const slips *s, size_t i) {
    return i < s->count && s->token[i].kind == TOKEN_NAME;
}

static int same(const slips *s, size_t i, size_t k) {
    size_t length = s->token[i].to - s->token[i].from;
    return length == s->token[k].to - s->token[k].from &&
           !memcmp(s->text + s->token[i].from, s->text + s->token[k].from, length);
}

/* r.total, and nothing behind that makes a value of it. */
static int is_array(const slips *s, size_t i) {
    static const char *const more[] = {":", ".", "[", "(", "{", NULL};
    if (i && (is_text(s, i - 1, ".") || is_text(s, i - 1, "#"))) return 0;
    if (!is_name(s, i) || !is_text(s, i + 1, ".") || !is_name(s, i + 2)) return 0;
    for (int k = 0; more[k]; k++)
        if (is_text(s, i + 3, more[k])) return 0;
    for (size_t k = 0; k < s->results; k++)
        if (same(s, i, s->result[k])) return !is_text(s, i + 2, "warnings");
    return 0;
}

static void tell(slips *s, size_t i, size_t sign, fault *f) {
    place at = sources_place(s->files, s->file, s->token[sign].line, NULL);
    at.column = sources_column_at(s->files, s->file, s->token[sign].line, s->token[sign].from);
    fault_at(f, FAULT_RULE, &at, "t.is and t.near compare arrays; r.total:at{ … } is a value",
             "%.*s is an array: %.*s never looks into it",
             (int)(s->token[i + 2].to - s->token[i].from), s->text + s->token[i].from,
             (int)(s->token[sign].to - s->token[sign].from), s->text + s->token[sign].from);
}

static void read_file(slips *s, fault *f) {
    for (size_t i = 0; i < s->count; i++) {
        int runs = is_name(s, i) && is_text(s, i + 1, "=") && is_name(s, i + 2) &&
                   (is_text(s, i + 3, ".") || is_text(s, i + 3, ":")) && is_text(s, i + 4, "run");
        if (runs && s->results < NAMES_MOST) s->result[s->results++] = i;
        int sign = is_text(s, i, "==") || is_text(s, i, "~=");
        if (sign && i >= 3 && is_array(s, i - 3))
            tell(s, i - 3, i, f);
        else if (sign && is_array(s, i + 1))
            tell(s, i + 1, i, f);
    }
}

int slips_check(sources *files, fault *f) {
    for (size_t file = 0; file < sources_count(files); file++) {
        slips s = {.files = files, .file = (int)file};
        size_t length;
        s.text = sources_text(files, (int)file, &length);
        s.token = sources_tokens(files, (int)file, &s.count);
        read_file(&s, f);
    }
    return !f->count;
}
