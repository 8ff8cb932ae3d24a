/* Data that the caller gives in place of what the rules name. */
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/files.h"
#include "base/suggest.h"
#include "base/text.h"
#include "session/session.h"
#include "table/workbook.h"

/* "figures.xlsx:数据!A3:K60": the sheet and the range where they are said, else those of the rules.
 */
static int name_source(assess *a, ds_spec *spec, const char *value) {
    size_t n = workbook_path(value);
    spec->path = arena_text(&a->memory, value, n);
    if (!spec->path) return 0;
    spec->workbook = workbook_named(spec->path);
    if (!value[n]) return 1;
    const char *sheet = value + n + 1, *mark = strrchr(sheet, '!');
    if (mark) spec->range = arena_text(&a->memory, mark + 1, strlen(mark + 1));
    size_t length = mark ? (size_t)(mark - sheet) : strlen(sheet);
    if (length) spec->sheet = arena_text(&a->memory, sheet, length);
    return (!mark || spec->range) && (!length || spec->sheet);
}

/* ---- a workbook whose sheets say which data they are ---- */

typedef struct sheets_given {
    assess *a;
    const char *path;
    size_t found;
    int failed;
} sheets_given;

/* A sheet is the data of its name, or that which the rules read from a sheet of this name. */
static void on_sheet(void *self, const char *sheet) {
    sheets_given *g = self;
    datasets *all = &g->a->s->data;
    for (size_t i = 0; i < all->count; i++) {
        ds_spec *spec = &all->item[i]->spec;
        int is = !strcmp(spec->name, sheet) ||
                 (spec->workbook && spec->sheet && !strcmp(spec->sheet, sheet));
        if (!is) continue;
        spec->path = arena_text(&g->a->memory, g->path, strlen(g->path));
        spec->sheet = arena_text(&g->a->memory, sheet, strlen(sheet));
        spec->workbook = 1;
        all->item[i]->given = 1;
        g->failed |= !spec->path || !spec->sheet;
        g->found++;
    }
}

static int no_such_sheet(const datasets *all, const char *value, fault *f) {
    enum { SHOWN = 8 };
    buf hint = BUF_INIT;
    buf_text(&hint, text_message("--data NAME=FILE; the rules read "));
    for (size_t i = 0; i < all->count && i < SHOWN; i++)
        buf_print(&hint, "%s'%s'", i ? ", " : "", all->item[i]->spec.name);
    if (all->count > SHOWN) buf_text(&hint, " …");
    fault_at(f, FAULT_USAGE, NULL, buf_string(&hint),
             "--data %s: no sheet has the name of data that the rules read", value);
    buf_release(&hint);
    return 0;
}

static int by_sheets(assess *a, const char *value, fault *f) {
    datasets *all = &a->s->data;
    sheets_given g = {.a = a, .path = value};
    file_view v = FILE_VIEW_INIT;
    if (all->count == 1) {
        all->item[0]->given = 1;
        return name_source(a, &all->item[0]->spec, value) || fault_memory(f);
    }
    if (value[workbook_path(value)]) return no_such_sheet(all, value, f);
    if (!files_read(value, SIZE_MAX, &v, f)) return 0;
    int fine = workbook_sheets(value, v.bytes, v.length, on_sheet, &g, f);
    files_release(&v);
    if (g.failed) return fault_memory(f);
    return fine && (g.found || no_such_sheet(all, value, f));
}

int session_replace_data(assess *a, fault *f) {
    for (size_t i = 0; i < a->data.count; i++) {
        const setting *with = &a->data.item[i];
        if (!*with->name && !with->text) {
            by_sheets(a, with->value, f);
            continue;
        }
        dataset *d = datasets_named(&a->s->data, with->name);
        if (d) {
            if (!name_source(a, &d->spec, with->value)) return fault_memory(f);
            d->text = with->text;
            d->length = with->length;
            d->given = 1;
            continue;
        }
        suggestion near = suggest_for(with->name);
        for (size_t k = 0; k < a->s->data.count; k++)
            suggest_try(&near, a->s->data.item[k]->spec.name);
        const char *hint = suggest_text(&a->memory, suggest_best(&near));
        fault_at(f, FAULT_USAGE, NULL, hint, "the rules have no data called '%s'", with->name);
    }
    return !f->count;
}
