/* Findings: where they are in the rule files, their list and its order, and comments in the rules
 * that accept them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/inside.h"
#include "lua/source_notes.h"

/* ---- locations in rule files, as exact as the tokens allow ---- */

static int characters(const char *text, size_t from, size_t to) {
    int n = 0;
    for (size_t i = from; i < to; i++) n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* From one token to another one on the same line. */
static location location_tokens(check *c, int file, size_t first, size_t last) {
    token_list t = token_list_of(c->files, file);
    const source_token *a = &t.token[first], *b = &t.token[last];
    location s = {.at = sources_place(c->files, file, a->line, NULL)};
    /* A string alone is meant without its quotes. */
    size_t to = b->to + (last > first && b->kind == TOKEN_STRING);
    s.at.column = sources_column_at(c->files, file, a->line, a->from);
    s.width = characters(t.text, a->from, to);
    return s;
}

location location_token(check *c, int file, size_t token) {
    return location_tokens(c, file, token, token);
}

/* The first token on a line, or after it. */
static size_t first_on(const token_list *t, long line) {
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->token[mid].line < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int is_on(const token_list *t, size_t i, long line) {
    return i < t->count && t->token[i].line == line;
}

location location_line(check *c, int file, long line, const char *token) {
    token_list t = token_list_of(c->files, file);
    for (size_t i = first_on(&t, line); token && is_on(&t, i, line); i++)
        if (token_is(&t, i, token) || token_is_string(&t, i, token))
            return location_token(c, file, i);
    return (location){.at = sources_place(c->files, file, line, token)};
}

location location_element(check *c, const md_element *e) {
    return location_line(c, e->at.file, e->at.line, e->id);
}

/* The last token of the value that begins at token i, or the last one on its line. */
static size_t value_end(const token_list *t, size_t i) {
    size_t end = i, inside = i; /* up to `inside` brackets are open */
    for (size_t k = i; is_on(t, k, t->token[i].line); k++) {
        if (k > inside && (token_is(t, k, "}") || token_is(t, k, ")") || token_is(t, k, ",") ||
                           token_is(t, k, ";")))
            break;
        if ((token_is(t, k, "{") || token_is(t, k, "(")) && t->token[k].close > inside)
            inside = t->token[k].close;
        end = k;
    }
    return end;
}

/* The key of `key = value` at token i or after it on its line; t->count where there is none. */
static size_t key_behind(const token_list *t, size_t i, const char *key) {
    long line = i < t->count ? t->token[i].line : 0;
    for (; i + 1 < t->count && is_on(t, i, line); i++)
        if (token_is_name(t, i) && token_is(t, i, key) && token_is(t, i + 1, "=")) return i;
    return t->count;
}

/* How an attribute is written: target_low as `target`. */
static const char *written(const char *name) {
    return !strncmp(name, "target_", 7)    ? "target"
           : !strncmp(name, "allowed_", 8) ? "allowed"
                                           : name;
}

location location_leaf(check *c, const md_leaf *l) {
    int file = l->at.file;
    token_list t = token_list_of(c->files, file);
    const md_element *e = l->element >= 0 ? &c->m->element[l->element] : NULL;
    const char *dot = strrchr(l->name, '.');
    const char *name = e ? written(l->name) : dot ? dot + 1 : l->name;
    size_t from = first_on(&t, l->at.line);
    for (size_t i = from; e && is_on(&t, i, l->at.line); i++)
        if (token_is_string(&t, i, e->id)) from = i;
    size_t key = key_behind(&t, from, name);
    if (l->stage >= 0) {
        size_t stage = key_behind(&t, key < t.count ? key : from, c->m->stage[l->stage].name);
        key = stage < t.count ? stage : key;
    }
    if (key == t.count) return location_line(c, file, l->at.line, t.count && e ? e->id : name);
    return location_tokens(c, file, key, key + 2 < t.count ? value_end(&t, key + 2) : key);
}

/* The token of a string: on the line, else the last one before it, else the first one after it;
 * SIZE_MAX for none. */
static size_t find_string(check *c, int file, const char *content, long line) {
    token_list t = token_list_of(c->files, file);
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < t.count; i++) {
        if (!token_is_string(&t, i, content)) continue;
        if (found == SIZE_MAX || t.token[i].line == line) found = i;
        if (t.token[i].line >= line) break;
    }
    return found;
}

location location_string(check *c, int file, long line, const char *content, const char *token) {
    size_t at = find_string(c, file, content, line);
    for (int i = 0; at == SIZE_MAX && i < (int)sources_count(c->files); i++)
        if (i != file && (at = find_string(c, i, content, 0)) != SIZE_MAX)
            return location_token(c, i, at);
    return at != SIZE_MAX ? location_token(c, file, at) : location_line(c, file, line, token);
}

location location_node(check *c, ex_id n, const char *token) {
    const ex_node *x = ex_get(c->g, n);
    int file = (int)x->file;
    long line = x->line;
    host_main_line(c->a->h, n, &file, &line);
    return location_line(c, file, line, file == (int)x->file && line == x->line ? token : NULL);
}

/* ---- the list of findings ---- */

enum { FINDINGS_MOST = 5000 };

const char *check_print(check *c, const char *format, ...) {
    va_list args;
    buf b = BUF_INIT;
    va_start(args, format);
    buf_vprint(&b, text_message(format), args);
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

const char *check_formula(check *c, ex_id n) { return result_formula(&c->a->r, n); }

/* What is along rows that are not in memory is not looked at, since it would be read for that. */
static int is_absent(const check *c, ex_id n) {
    return (ex_get(c->g, n)->axes & ex_run_absent(c->run)) != 0;
}

const double *check_values(check *c, ex_id n) {
    fault ignored = FAULT_INIT;
    if (is_absent(c, n)) return NULL;
    const double *value =
        ex_run_eval(c->run, &n, 1, &ignored) ? ex_run_value(c->run, n, &ignored) : NULL;
    fault_release(&ignored);
    return value;
}

/* What cannot be computed here is tried again, alone, by whoever wants it. */
static void compute_expected(check *c, check_ahead *a) {
    fault ignored = FAULT_INIT;
    if (a->count > 1) ex_run_eval(c->run, a->node, a->count, &ignored);
    fault_release(&ignored);
    a->count = a->elements = 0;
}

void check_expect(check *c, check_ahead *a, ex_id n) {
    enum { ELEMENTS = 4000000 }; /* computed together */
    if (!a->asked) a->asked = mem_zero((size_t)ex_count(c->g) + 1, 1);
    if (!a->asked || a->asked[n] || is_absent(c, n) || !MEM_RESERVE(a->node, a->count + 1, a->cap))
        return;
    a->asked[n] = 1;
    a->node[a->count++] = n;
    a->elements += ax_size(ex_space(c->g), ex_get(c->g, n)->axes);
    if (a->elements > ELEMENTS) compute_expected(c, a);
}

void check_compute(check *c, check_ahead *a) {
    compute_expected(c, a);
    mem_free(a->node);
    mem_free(a->asked);
}

int check_is_library(const check *c, int file) { return sources_is_library(c->files, file); }

/* `width` characters of a line, from a column on. */
static const char *part_of_line(check *c, const char *line, int column, int width) {
    const char *at = line;
    for (int i = 1; *at && i < column; i++)
        for (at++; ((unsigned char)*at & 0xc0) == 0x80;) at++;
    const char *end = at;
    for (int i = 0; *end && i < width; i++)
        for (end++; ((unsigned char)*end & 0xc0) == 0x80;) end++;
    char *out = arena_text(c->memory, at, (size_t)(end - at));
    return out ? out : "";
}

/* Two checks may find the same thing; it is listed once. */
static int is_known(const assess *a, const assess_finding *f) {
    for (size_t i = 0; i < a->findings; i++) {
        const assess_finding *g = &a->finding[i];
        if (g->line == f->line && g->column == f->column && !strcmp(g->code, f->code) &&
            !strcmp(g->file, f->file) && !strcmp(g->text, f->text))
            return 1;
    }
    return 0;
}

void check_add(check *c, const char *code, location at, const char *hint, const char *format, ...) {
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
    buf_vprint(&text, text_message(format), args);
    va_end(args);
    assess_finding f = {
        .code = known->code,
        .severity = known->severity,
        .file = session_keep(a, at.at.file),
        .line = at.at.line,
        .column = at.at.column,
        .width = at.width,
        .field = session_keep(a, at.at.field),
        .excerpt = session_keep(a, at.at.excerpt),
        .offending = "",
        .text = session_keep(a, buf_string(&text)),
        .hint = session_keep(a, text_message(hint)),
        .reason = "",
    };
    if (f.column && f.width) f.offending = part_of_line(c, f.excerpt, f.column, f.width);
    if (!is_known(a, &f)) a->finding[a->findings++] = f;
    buf_release(&text);
}

/* ---- findings that the rules accept: "-- check: ignore W03 (reason)" ---- */

static const char mark[] = "-- check: ignore";

/* The reason given in a comment, from `at` on; NULL where it does not name the code. */
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

/* The reason given in a comment on this line; `alone`: only where nothing else is on the line. */
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

static void find_acceptance(check *c, assess_finding *f) {
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

/* ---- order ---- */

/* For by_place, as qsort passes no context; a thread checks one session at a time. */
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
    for (size_t i = 0; i < a->findings; i++) find_acceptance(c, &a->finding[i]);
}

size_t assess_finding_count(const assess *a) { return a->findings; }

assess_finding assess_finding_at(const assess *a, size_t i) { return a->finding[i]; }
