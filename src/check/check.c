/* assess_check: runs the checks, and notes, orders and accepts what they find. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "check/inside.h"
#include "lua/source_notes.h"

/* ---- noting ---- */

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

void check_add(check *c, const char *code, const location *at, const char *hint, const char *format,
               ...) {
    assess *a = c->a;
    const assess_code *known = code_named(code);
    if (a->findings == FINDINGS_MOST) return;
    if (a->findings == a->finding_room) {
        size_t room = a->finding_room ? 2 * a->finding_room : 32;
        assess_finding *grown = arena_take(&a->memory, room * sizeof *grown);
        if (!grown) return;
        if (a->findings) memcpy(grown, a->finding, a->findings * sizeof *grown);
        a->finding = grown;
        a->finding_room = room;
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

static void finish(check *c) {
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

/* ---- running the checks ---- */

/* What the session had to say on the way becomes findings. */
static void take_messages(check *c) {
    for (size_t i = 0; i < assess_message_count(c->a); i++) {
        assess_message m = assess_message_at(c->a, i);
        location at = {.at = {.file = m.file,
                              .line = m.line,
                              .column = m.column,
                              .field = *m.field ? m.field : NULL,
                              .excerpt = m.excerpt}};
        check_add(c, code_of_message(&m), &at, m.hint, "%s", m.text);
    }
    if (assess_message_hidden(c->a)) {
        location at = {.at = {.file = c->a->file}};
        check_add(c, "R01", &at, NULL, "and %zu more faults", assess_message_hidden(c->a));
    }
}

static int mark_wanted(check *c) {
    const ex_id *root;
    c->wanted = arena_zero(c->memory, (size_t)ex_count(c->g) + 1, 1);
    if (!c->wanted) return 0;
    for (size_t i = 0; i < c->a->s->outputs; i++) c->wanted[c->a->s->output[i].node] = IS_OUTPUT;
    for (size_t i = host_roots(c->a->h, &root); i-- > 0;) c->wanted[root[i]] = IS_OUTPUT;
    for (ex_id n = ex_count(c->g); n > 0; n--)
        for (int i = 0; c->wanted[n] && i < ex_get(c->g, n)->argc; i++)
            c->wanted[ex_arg(c->g, n, i)] |= SERVES_OUTPUT;
    return 1;
}

static int chain_leaves(check *c) {
    const model *m = c->m;
    c->leaf_of = arena_take(c->memory, ((size_t)m->elements + 1) * sizeof *c->leaf_of);
    c->leaf_next = arena_take(c->memory, (m->leaves + 1) * sizeof *c->leaf_next);
    if (!c->leaf_of || !c->leaf_next) return 0;
    for (int i = 0; i < m->elements; i++) c->leaf_of[i] = -1;
    for (size_t i = m->leaves; i-- > 0;)
        if (m->leaf[i].element >= 0) {
            c->leaf_next[i] = c->leaf_of[m->leaf[i].element];
            c->leaf_of[m->leaf[i].element] = (int)i;
        }
    return 1;
}

static void check_all(check *c, int opened, int ran) {
    take_messages(c);
    check_text(c);
    if (opened && chain_leaves(c)) check_model(c);
    if (!ran || !c->leaf_next || !mark_wanted(c)) return;
    check_use(c);
    check_data(c);
    check_branches(c);
    check_each(c);
    check_patterns(c);
    check_near_ties(c);
}

assess_status assess_check(assess *a, const char *rules) {
    if (a->step != NEW)
        return session_refuse(a, "assess_check comes in place of assess_open: %s%s", rules, "");
    a->checking = 1;
    assess_status opened = assess_open(a, rules);
    assess_status ran = opened == ASSESS_OK ? assess_run(a) : opened;
    if (a->stop && *a->stop) return ASSESS_LIMIT;
    if (!a->h || !a->s || opened == ASSESS_USAGE) return opened;
    check c = {.a = a,
               .m = &a->s->m,
               .g = a->h->graph,
               .run = a->h->run,
               .files = a->h->files,
               .memory = &a->memory};
    watch *w = session_begin(a, a->seconds > 0);
    check_all(&c, opened == ASSESS_OK, ran == ASSESS_OK);
    deadline_end(w);
    finish(&c);
    return a->stop && *a->stop ? ASSESS_LIMIT : ASSESS_OK;
}
