/* Findings: noted, put in order, and accepted by comments in the rules. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "check/inside.h"

enum { FINDINGS_MOST = 5000 };

const char *check_print(check *c, const char *format, ...) {
    va_list args;
    buf b = BUF_INIT;
    va_start(args, format);
    buf_vprint(&b, format, args);
    va_end(args);
    const char *out = session_keep(c->a, buf_string(&b));
    buf_release(&b);
    return out;
}

const char *check_number(check *c, double x) {
    char text[32];
    text[decimal_write(x, text)] = 0;
    return session_keep(c->a, text);
}

const char *check_formula(check *c, ex_id n) {
    return result_formula(&c->a->r, n);
}

int check_is_library(const check *c, int file) {
    const char *name = sources_name(c->files, file);
    return !strncmp(name, "methods/", 8) || strstr(name, "/methods/") != NULL;
}

/* The part of a line from a column on, `width` characters of it. */
static const char *slice(check *c, const char *line, int column, int width) {
    const char *at = line;
    for (int i = 1; *at && i < column; i++)
        for (at++; ((unsigned char)*at & 0xc0) == 0x80;) at++;
    const char *end = at;
    for (int i = 0; *end && i < width; i++)
        for (end++; ((unsigned char)*end & 0xc0) == 0x80;) end++;
    char *out = arena_text(c->memory, at, (size_t)(end - at));
    return out ? out : "";
}

/* Two checks may see the same thing: the first one counts. */
static int is_known(const assess *a, const assess_finding *f) {
    for (size_t i = 0; i < a->findings; i++) {
        const assess_finding *g = &a->finding[i];
        if (g->line == f->line && g->column == f->column && !strcmp(g->code, f->code) &&
            !strcmp(g->file, f->file) && !strcmp(g->text, f->text))
            return 1;
    }
    return 0;
}

void check_add(check *c, const char *code, const spot *at, const char *hint, const char *format,
               ...) {
    assess *a = c->a;
    const assess_code *known = code_named(code);
    if (a->findings == FINDINGS_MOST) return;
    if (a->findings == a->finding_capacity) {
        size_t capacity = a->finding_capacity ? 2 * a->finding_capacity : 32;
        assess_finding *grown = arena_take(&a->memory, capacity * sizeof *grown);
        if (!grown) return;
        if (a->findings) memcpy(grown, a->finding, a->findings * sizeof *grown);
        a->finding = grown;
        a->finding_capacity = capacity;
    }
    va_list args;
    buf text = BUF_INIT;
    va_start(args, format);
    buf_vprint(&text, format, args);
    va_end(args);
    assess_finding f = {
        .code = known->code,
        .severity = known->severity,
        .file = session_keep(a, at->at.file),
        .line = at->at.line,
        .column = at->at.column,
        .width = at->width,
        .field = session_keep(a, at->at.field),
        .excerpt = session_keep(a, at->at.excerpt),
        .offending = "",
        .text = session_keep(a, buf_string(&text)),
        .hint = session_keep(a, hint),
        .reason = "",
    };
    if (f.column && f.width) f.offending = slice(c, f.excerpt, f.column, f.width);
    if (!is_known(a, &f)) a->finding[a->findings++] = f;
    buf_release(&text);
}

/* ---- accepted in the rules ---- */

static const char mark[] = "-- check: ignore";

/* The reason, if the comment at `at` names the code. */
static const char *accepts(check *c, const char *at, const char *code) {
    size_t n = strlen(code), length = strcspn(at, "(\n");
    int found = 0;
    for (const char *p = at; p + n <= at + length && !found; p++)
        found = !memcmp(p, code, n) && !isalnum((unsigned char)p[n]) &&
                (p == at || !isalnum((unsigned char)p[-1]));
    if (!found) return NULL;
    const char *reason = at[length] == '(' ? at + length + 1 : "";
    return session_keep(c->a, arena_text(c->memory, reason, strcspn(reason, ")\n")));
}

/* Whether a comment on this line accepts the code; `alone`: only where nothing else is on the line.
 */
static const char *accepted_on(check *c, int file, long line, const char *code, int alone) {
    const char *text = sources_line(c->files, file, line), *at = strstr(text, mark);
    if (!at || (alone && strspn(text, " \t") != (size_t)(at - text))) return NULL;
    at += strlen(mark);
    return *at == '-' ? NULL : accepts(c, at, code);
}

static const char *accepted_in_file(check *c, int file, const char *code) {
    size_t length;
    const char *text = sources_text(c->files, file, &length);
    for (const char *at = text; (at = strstr(at, mark)) != NULL; at += strlen(mark)) {
        const char *rest = at + strlen(mark);
        const char *reason = !strncmp(rest, "-file", 5) ? accepts(c, rest + 5, code) : NULL;
        if (reason) return reason;
    }
    return NULL;
}

static void accept(check *c, assess_finding *f) {
    int file = sources_find(c->files, f->file);
    if (file < 0) return;
    const char *reason = accepted_on(c, file, f->line, f->code, 0);
    for (long line = f->line - 1; !reason && line > 0; line--) {
        const char *text = sources_line(c->files, file, line);
        if (strncmp(text + strspn(text, " \t"), "--", 2) != 0) break;
        reason = accepted_on(c, file, line, f->code, 1);
    }
    if (!reason) reason = accepted_in_file(c, file, f->code);
    f->accepted = reason != NULL;
    f->reason = reason ? reason : "";
}

/* ---- in order ---- */

/* qsort passes no context; one session at a time is checked in a thread. */
static _Thread_local const sources *sorting;

static int by_place(const void *a, const void *b) {
    const assess_finding *x = a, *y = b;
    int i = sources_find(sorting, x->file), j = sources_find(sorting, y->file);
    if (i != j) return (unsigned)i < (unsigned)j ? -1 : 1;
    int order = strcmp(x->file, y->file);
    if (order || x->line != y->line) return order ? order : x->line < y->line ? -1 : 1;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    order = strcmp(x->code, y->code);
    return order ? order : strcmp(x->text, y->text);
}

void findings_finish(check *c) {
    assess *a = c->a;
    sorting = c->files;
    if (a->findings) qsort(a->finding, a->findings, sizeof *a->finding, by_place);
    for (size_t i = 0; i < a->findings; i++) accept(c, &a->finding[i]);
}

size_t assess_finding_count(const assess *a) {
    return a->findings;
}

assess_finding assess_finding_at(const assess *a, size_t i) {
    return a->finding[i];
}
