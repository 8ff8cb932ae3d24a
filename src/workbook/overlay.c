/* For realpath. */
#define _XOPEN_SOURCE 700
#include "workbook/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/text.h"

enum { PATH_MOST = 4096 };

/* The folder of a path, as its real path; 0 where there is none. */
static int folder_of(const char *path, char real[PATH_MOST]) {
    buf own = BUF_INIT;
    const char *slash = strrchr(path, '/');
    buf_put(&own, path, slash ? (size_t)(slash - path) : 0);
    int fine = realpath(own.length ? buf_string(&own) : slash ? "/" : ".", real) != NULL;
    buf_release(&own);
    return fine;
}

void path_seen_from(const char *path, const char *from, buf *out) {
    char to[PATH_MOST], here[PATH_MOST];
    int known = folder_of(path, to) && folder_of(from, here);
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t same = 0;
    if (!known) {
        buf_text(out, path);
    } else {
        for (size_t i = 0;; i++) {
            if ((!to[i] || to[i] == '/') && (!here[i] || here[i] == '/')) same = i;
            if (!to[i] || to[i] != here[i]) break;
        }
        for (const char *s = here + same; *s; s++)
            if (*s == '/' && s[1]) buf_text(out, "../");
        if (to[same]) buf_print(out, "%s/", to + same + 1);
        buf_text(out, name);
    }
}

/* A text of Lua. */
static void put_quoted(const char *text, buf *out) {
    buf_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') buf_char(out, '\\');
        if ((unsigned char)*text < ' ')
            buf_print(out, "\\%03d", *text);
        else
            buf_char(out, *text);
    }
    buf_char(out, '"');
}

static void put_number(double x, buf *out) {
    char text[32];
    decimal_write(x, text);
    buf_text(out, x == x ? text : "missing");
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_cite(const book_change *x, const char *book, buf *out) {
    buf cite = BUF_INIT;
    buf_print(&cite, "%s:%s", last_part(book), x->cell);
    buf_text(out, ", cite = ");
    put_quoted(buf_string(&cite), out);
    buf_text(out, " },\n");
    buf_release(&cite);
}

static void put_leaf(const book_change *x, const char *book, buf *out) {
    buf_text(out, "  set { ");
    put_quoted(x->address, out);
    buf_text(out, ", ");
    put_number(x->figure.is, out);
    buf_text(out, ", was = ");
    put_number(x->figure.was, out);
    put_cite(x, book, out);
}

/* ---- figures ---- */

/* A key of a table: a name of Lua, or a text in brackets. */
static void put_key(const char *name, buf *out) {
    static const char *const reserved[] = {"and",   "break", "do",       "else", "elseif", "end",
                                           "false", "for",   "function", "goto", "if",     "in",
                                           "local", "nil",   "not",      "or",   "repeat", "return",
                                           "then",  "true",  "until",    "while"};
    size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    int bare = *name && !name[plain] && !(*name >= '0' && *name <= '9');
    for (size_t i = 0; bare && i < sizeof reserved / sizeof *reserved; i++)
        bare = strcmp(name, reserved[i]) != 0;
    if (!bare) buf_char(out, '[');
    if (bare)
        buf_text(out, name);
    else
        put_quoted(name, out);
    if (!bare) buf_char(out, ']');
}

static void put_axis(const char *axis, const char *label, buf *out) {
    put_key(axis, out);
    buf_text(out, " = ");
    put_quoted(label, out);
    buf_text(out, ", ");
}

/* The label on an axis that a row has in a column: a number bare, an indicator by its id. */
static void put_label(const datasets *all, const dataset *d, const ds_key *key, size_t row,
                      buf *out) {
    const tb_column *c = tb_column_named(d->table, key->column);
    if (c->kind == TB_NUMBER) {
        put_key(key->axis, out);
        buf_text(out, " = ");
        put_number(c->value[row], out);
        buf_text(out, ", ");
        return;
    }
    const char *label = pool_text(all->m->strings, (uint32_t)c->value[row]);
    uint32_t id =
        strcmp(key->axis, dataset_leaf_axis(all)) != 0 ? 0 : dataset_indicator(all, label);
    put_axis(key->axis, id ? pool_text(all->m->strings, id) : label, out);
}

/* The labels by which the rules address a figure. */
static void put_labels(const datasets *all, const dataset *d, const ds_edit *g, buf *out) {
    const ds_spec *spec = &d->spec;
    for (size_t i = 0; i < spec->keys; i++) put_label(all, d, &spec->key[i], g->row, out);
    if (spec->keys && d->wide) {
        uint32_t id = dataset_indicator(all, g->column);
        put_axis(dataset_leaf_axis(all), id ? pool_text(all->m->strings, id) : g->column, out);
    }
    if (!spec->keys) {
        const ax_axis *rows = ax_get(all->m->space, d->rows_axis);
        put_key(rows->name, out);
        buf_text(out, " = ");
        if (d->spec.label)
            put_quoted(pool_text(all->m->strings, rows->label[g->row]), out);
        else
            put_number((double)g->row + 1, out);
        buf_text(out, ", ");
        put_axis("column", g->column, out);
    }
}

/* Is an axis called like what figure { … } says besides? */
static int is_taken(const dataset *d, const char **name) {
    static const char *const own[] = {"was", "cite", "column"};
    for (size_t i = 0; i < (d->spec.keys ? 2u : 3u); i++) {
        *name = own[i];
        for (size_t k = 0; k < d->spec.keys; k++)
            if (!strcmp(d->spec.key[k].axis, own[i])) return 1;
        if (!d->spec.keys && !strcmp(d->spec.rows ? d->spec.rows : d->spec.name, own[i])) return 1;
    }
    return 0;
}

static int put_figure(const book_change *x, const assess *base, const char *book, buf *out,
                      fault *f) {
    const datasets *all = &base->s->data;
    const dataset *d = datasets_named(all, x->data);
    const char *axis;
    if (!d || !d->table || x->figure.row >= tb_rows(d->table))
        return fault_set(f, FAULT_DATA, "the rules have no data called '%s'", x->data);
    if (is_taken(d, &axis))
        return fault_set(f, FAULT_DATA,
                         "an overlay cannot change figures of '%s', which has an axis '%s'",
                         x->data, axis);
    buf_text(out, "  figure { ");
    put_quoted(x->data, out);
    buf_text(out, ", ");
    put_labels(all, d, &x->figure, out);
    put_number(x->figure.is, out);
    buf_text(out, ", was = ");
    put_number(x->figure.was, out);
    put_cite(x, book, out);
    return 1;
}

int overlay_write(const book_changes *c, const assess *base, const char *rules, const char *book,
                  const char *path, fault *f) {
    buf out = BUF_INIT, name = BUF_INIT, id = BUF_INIT;
    const char *own = last_part(path), *dot = strrchr(own, '.');
    int fine = 1;
    buf_text(&out, "return extend ");
    path_seen_from(rules, path, &name);
    put_quoted(buf_string(&name), &out);
    buf_text(&out, " {\n  id = ");
    buf_put(&id, own, dot && dot > own ? (size_t)(dot - own) : strlen(own));
    put_quoted(buf_string(&id), &out);
    buf_text(&out, ", title = ");
    put_quoted(assess_fact(base, "title"), &out);
    buf_text(&out, ",\n");
    for (size_t i = 0; i < c->count; i++)
        if (!c->item[i].data) put_leaf(&c->item[i], book, &out);
    for (size_t i = 0; i < c->count && fine; i++)
        if (c->item[i].data) fine = put_figure(&c->item[i], base, book, &out, f);
    buf_text(&out, "}\n");
    if (fine && (out.failed || name.failed || id.failed)) fine = fault_memory(f);
    fine = fine && files_write(path, out.text, out.length, f);
    buf_release(&out);
    buf_release(&name);
    buf_release(&id);
    return fine;
}
