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
    buf_text(out, x == x ? text : "-");
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A line of a comment. */
static void put_comment(const char *text, buf *out) {
    for (; *text; text++) buf_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
}

static void put_leaf(const book_change *x, const char *book, buf *out) {
    buf cite = BUF_INIT;
    buf_print(&cite, "%s:%s", last_part(book), x->cell);
    buf_text(out, "  set { ");
    put_quoted(x->address, out);
    buf_text(out, ", ");
    put_number(x->figure.is, out);
    buf_text(out, ", was = ");
    put_number(x->figure.was, out);
    buf_text(out, ", cite = ");
    put_quoted(buf_string(&cite), out);
    buf_text(out, " },\n");
    buf_release(&cite);
}

static void put_figure(const book_change *x, buf *out) {
    buf_text(out, "-- ");
    put_comment(x->data, out);
    buf_text(out, "  ");
    put_comment(x->address, out);
    buf_text(out, "  ");
    put_comment(x->figure.column, out);
    buf_text(out, ": ");
    put_number(x->figure.was, out);
    buf_text(out, " → ");
    put_number(x->figure.is, out);
    buf_char(out, '\n');
}

int overlay_write(const book_changes *c, const assess *base, const char *rules, const char *book,
                  const char *path, fault *f) {
    buf out = BUF_INIT, name = BUF_INIT, id = BUF_INIT;
    size_t figures = 0;
    const char *own = last_part(path), *dot = strrchr(own, '.');
    for (size_t i = 0; i < c->count; i++) {
        if (!c->item[i].data) continue;
        if (!figures++)
            buf_print(&out, "-- %s\n",
                      text_message("Figures that were changed in the workbook, "
                                   "too; they belong into the data:"));
        put_figure(&c->item[i], &out);
    }
    if (figures) buf_char(&out, '\n');
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
    buf_text(&out, "}\n");
    int fine = out.failed || name.failed || id.failed ? fault_memory(f)
                                                      : files_write(path, out.text, out.length, f);
    buf_release(&out);
    buf_release(&name);
    buf_release(&id);
    return fine;
}
