/* What one explanation on a page says: the formula with its values, and what it was computed from.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "html/html.h"
#include "html/why_inside.h"

enum { FEW = 8, LISTED = 20 };

/* ---- steps ---- */

int why_is_place(const assess_step *s) { return !*s->formula && !s->output && *s->file; }

int why_is_shared(const assess_step *s) { return why_is_place(s) && !*s->field && !*s->at; }

size_t why_child(const why *w, size_t step, size_t k) {
    int depth = w->step[step].depth + 1;
    for (size_t i = step + 1; i < w->steps && w->step[i].depth >= depth; i++)
        if (w->step[i].depth == depth && k-- == 0) return i;
    return 0;
}

size_t why_need(why *w, size_t step) {
    size_t own = w->step[step].same;
    if (isnan(w->step[own].value) || why_is_place(&w->step[own])) return 0;
    if (w->id[own]) return w->id[own];
    if (!MEM_RESERVE(w->record, w->records + 1, w->record_cap)) {
        w->failed = 1;
        return 0;
    }
    w->record[w->records++] = (record){.step = own};
    return w->id[own] = w->records;
}

char why_kind(const why *w, char kind) {
    return !w->is_second ? kind : kind == '-' ? '_' : kind == '+' ? '~' : '.';
}

void why_put_link(const why *w, output *to, char kind, size_t number) {
    output_text(to, "<a href=#");
    html_id(to, why_kind(w, kind), number);
    output_char(to, '>');
}

int why_open_link(why *w, size_t step, output *to) {
    const assess_step *s = &w->step[step];
    size_t number =
        why_is_place(s) ? places_add(&w->places, s->file, s->line, s->field) : why_need(w, step);
    if (number) why_put_link(w, to, why_is_place(s) ? '-' : 0, number);
    return number != 0;
}

/* ---- what a step says ---- */

void why_put_value(buf *b, const view *v, const assess_step *s) {
    if (isnan(s->value))
        buf_text(b, view_text(v, "missing"));
    else if (s->kind == ASSESS_TEXT)
        buf_text(b, assess_text(v->session, s->value));
    else if (s->kind == ASSESS_TRUTH)
        buf_text(b, view_text(v, s->value != 0 ? TEXT("yes") : TEXT("no")));
    else if (s->kind == ASSESS_DATE)
        view_date(b, s->value);
    else
        view_figure(b, s->value);
}

const char *why_title(const why *w, const assess_step *s) {
    const assess_array *x = s->output ? assess_output_named(w->v->session, s->name) : NULL;
    return x ? view_output_title(w->v, x) : s->name;
}

/* Is it one of the labels of a list: "Shenzhen, A1, stage1"? */
static int among(const char *label, size_t length, const char *list) {
    for (const char *at = list; *at;) {
        size_t n = strcspn(at, ",");
        if (n == length && !memcmp(at, label, n)) return 1;
        at += n;
        at += strspn(at, ", ");
    }
    return 0;
}

/* The labels of a step that the one above does not have. */
static void put_labels(const char *at, const char *above, buf *b) {
    while (*at) {
        size_t n = strcspn(at, ",");
        if (!among(at, n, above)) {
            if (b->length) buf_text(b, ", ");
            buf_put(b, at, n);
        }
        at += n;
        at += strspn(at, ", ");
    }
}

/* A number as people read it; another text as it is. Says whether it is shorter now. */
static int put_short(output *to, const char *text, size_t length) {
    char own[40], *end;
    buf b = BUF_INIT;
    int shorter = 0;
    if (length > 6 && length < sizeof own) {
        memcpy(own, text, length);
        own[length] = 0;
        double x = strtod(own, &end);
        if (!*end) view_figure(&b, x);
    }
    shorter = b.length != 0 && (b.length != length || memcmp(b.text, text, length) != 0);
    if (b.length)
        html_put(to, b.text, b.length);
    else
        html_put(to, text, length);
    buf_release(&b);
    return shorter;
}

/* The formula with its values, each a link; marks in `told` which steps below are told by it. */
static int put_put_in(why *w, size_t step, output *to, unsigned char *told, size_t most) {
    const char *s = w->step[step].put_in;
    int shorter = 0;
    while (*s) {
        size_t n = strcspn(s, "\1*0123456789\"");
        html_put(to, s, n);
        s += n;
        if (*s == '\1') {
            char *end;
            size_t k = strtoul(s + 1, &end, 10), below = why_child(w, step, k);
            if (*end == '\2') end++;
            n = strcspn(end, "\3");
            int link = below && !why_is_shared(&w->step[below]) && why_open_link(w, below, to);
            shorter |= put_short(to, end, n);
            if (link) output_text(to, "</a>");
            if (below && k < most) told[k] = 1;
            s = end + n + (end[n] != 0);
        } else if (*s == '*') {
            output_text(to, "×");
            s++;
        } else if (*s == '"') {
            n = strcspn(s + 1, "\"") + 1;
            n += s[n] != 0;
            html_put(to, s, n);
            s += n;
        } else if (*s) {
            n = strspn(s, "0123456789.-:");
            shorter |= put_short(to, s, n);
            s += n;
        }
    }
    return shorter;
}

/* ---- what an element was computed from ---- */

static const char *const role_text[] = {[ASSESS_CONDITION] = TEXT("condition"),
                                        [ASSESS_PLACE] = TEXT("where to look"),
                                        [ASSESS_BESIDE] = TEXT("for comparison")};

/* What a step is called below another: its further labels, else its name. */
static void put_called(const why *w, size_t step, size_t above, buf *b) {
    const assess_step *s = &w->step[step];
    put_labels(s->at, w->step[above].at, b);
    if (b->length) return;
    buf_text(b, *s->name ? why_title(w, s) : *s->formula ? s->formula : s->at);
}

/* A step without a name leads on to what it was made of: its first operand with an explanation. */
static int open_below(why *w, size_t step, output *to) {
    size_t below;
    for (size_t k = 0; (below = why_child(w, step, k)) != 0; k++)
        if (w->step[below].role == ASSESS_OPERAND && !why_is_shared(&w->step[below]) &&
            why_open_link(w, below, to))
            return 1;
    return 0;
}

int why_has_weights(const why *w, size_t step) {
    int depth = w->step[step].depth + 1;
    for (size_t c = step + 1; c < w->steps && w->step[c].depth >= depth; c++)
        if (w->step[c].depth == depth && !isnan(w->step[c].weight)) return 1;
    return 0;
}

static void put_row(why *w, size_t step, size_t above, int weights, output *to) {
    const view *v = w->v;
    const assess_step *s = &w->step[step];
    int plain = !*s->name && !why_is_place(s); /* told by what it is made of */
    buf b = BUF_INIT;
    put_called(w, step, above, &b);
    output_text(to, "<tr><td>");
    int link = plain && open_below(w, step, to);
    html_text(to, buf_string(&b));
    if (link) output_text(to, "</a>");
    if (s->role != ASSESS_OPERAND) {
        output_text(to, " <small>");
        html_text(to, view_text(v, role_text[s->role]));
        output_text(to, "</small>");
    }
    output_text(to, "<td>");
    link = !plain && why_open_link(w, step, to);
    buf_clear(&b);
    why_put_value(&b, v, s);
    html_text(to, buf_string(&b));
    if (link) output_text(to, "</a>");
    for (int k = 0; weights && k < 2; k++) {
        double x = k ? s->share : s->weight;
        output_text(to, "<td>");
        buf_clear(&b);
        if (!isnan(x)) (k ? view_share : view_figure)(&b, x);
        html_text(to, buf_string(&b));
    }
    buf_release(&b);
}

/* The steps below that are still to be told: those that are missing in one line, the others as rows
 * of a table, or behind an arrow where there is just one. */
typedef struct below {
    size_t step, rows, conditions, missing, only;
    int weights;
} below;

static int to_be_told(const why *w, size_t step, size_t k, const unsigned char *told, size_t most) {
    return !(k < most && told[k]) && !why_is_shared(&w->step[step]);
}

static below look_below(const why *w, size_t step, const unsigned char *told, size_t most) {
    below out = {.step = step};
    int depth = w->step[step].depth + 1;
    size_t k = 0;
    for (size_t c = step + 1; c < w->steps && w->step[c].depth >= depth; c++) {
        if (w->step[c].depth != depth || !to_be_told(w, c, k++, told, most)) continue;
        out.weights |= !isnan(w->step[c].weight);
        if (isnan(w->step[c].value)) {
            out.missing++;
        } else {
            out.rows++;
            out.conditions += w->step[c].role == ASSESS_CONDITION;
            out.only = c;
        }
    }
    return out;
}

static void put_missing(why *w, const below *b, const unsigned char *told, size_t most,
                        output *to) {
    const view *v = w->v;
    int depth = w->step[b->step].depth + 1;
    size_t k = 0, listed = 0;
    output_text(to, "<p>");
    html_text(to, view_text(v, "Missing"));
    html_text(to, view_text(v, ": "));
    if (b->missing > LISTED) {
        output_print(to, "%zu", b->missing);
        return;
    }
    for (size_t c = b->step + 1; c < w->steps && w->step[c].depth >= depth; c++) {
        buf called = BUF_INIT;
        if (w->step[c].depth != depth || !to_be_told(w, c, k++, told, most) ||
            !isnan(w->step[c].value))
            continue;
        put_called(w, c, b->step, &called);
        if (listed++) html_text(to, view_text(v, TEXT_AS("list", ", ")));
        html_text(to, buf_string(&called));
        buf_release(&called);
    }
}

/* A value that is just one cell of the data is told by the record that it stands in. */
static int put_datum(why *w, size_t step, output *to) {
    size_t k = 0, count = 0, cell = 0, at;
    for (; (at = why_child(w, step, k)) != 0; k++) {
        if (why_is_shared(&w->step[at])) continue;
        cell = at;
        count++;
    }
    const assess_step *s = &w->step[cell];
    if (count != 1 || w->step[step].put_in[0] || !why_is_place(s) || !*s->field ||
        isnan(s->value) || !places_is_data(&w->places, s->file))
        return 0;
    w->datum[step] = cell;
    output_print(to, "%ld: ", s->line);
    places_text(&w->places, s->file, s->line, s->field, to);
    double held = places_number(&w->places, s->file, s->line, s->field);
    if (s->kind == ASSESS_NUMBER && !isnan(held) && held != s->value) { /* it was changed since */
        buf b = BUF_INIT;
        view_figure(&b, s->value);
        output_print(to, " → %s", buf_string(&b));
        buf_release(&b);
    }
    return 1;
}

/* Is it left to the list behind a table? Conditions have no weights. */
static int comes_behind(const below *b, const assess_step *s) {
    return b->weights && s->role == ASSESS_CONDITION;
}

/* What is below, one after the other: where it is much and has no weights; or the conditions. */
static void put_list(why *w, const below *b, const unsigned char *told, size_t most, output *to) {
    const view *v = w->v;
    int depth = w->step[b->step].depth + 1;
    size_t k = 0, listed = 0;
    output_text(to, "<p>");
    if (b->weights || b->conditions == b->rows) {
        html_text(to, view_text(v, role_text[ASSESS_CONDITION]));
        html_text(to, view_text(v, ": "));
    }
    for (size_t c = b->step + 1; c < w->steps && w->step[c].depth >= depth; c++) {
        const assess_step *s = &w->step[c];
        if (s->depth != depth || !to_be_told(w, c, k++, told, most) || isnan(s->value) ||
            (b->weights && !comes_behind(b, s)))
            continue;
        int plain = !*s->name && !why_is_place(s); /* told by what it is made of */
        buf called = BUF_INIT;
        if (listed++) output_text(to, ", ");
        put_called(w, c, b->step, &called);
        int link = plain && open_below(w, c, to);
        html_text(to, buf_string(&called));
        if (link) output_text(to, "</a>");
        output_char(to, ' ');
        link = !plain && why_open_link(w, c, to);
        buf_clear(&called);
        why_put_value(&called, v, s);
        html_text(to, buf_string(&called));
        if (link) output_text(to, "</a>");
        buf_release(&called);
    }
}

/* Returns where the list begins. */
static size_t put_below(why *w, size_t step, const unsigned char *told, size_t most, output *to) {
    below b = look_below(w, step, told, most);
    size_t from = to->held.length;
    if (b.rows == 1 && !b.weights) {
        buf called = BUF_INIT;
        put_called(w, b.only, step, &called);
        output_text(to, " ← ");
        int link = why_open_link(w, b.only, to);
        html_text(to, buf_string(&called));
        if (link) output_text(to, "</a>");
        buf_release(&called);
        from = to->held.length;
    } else if ((b.rows > FEW || b.conditions == b.rows) && b.rows && !b.weights) {
        put_list(w, &b, told, most, to);
    } else if (b.rows) {
        output_text(to, "<table>");
        int depth = w->step[step].depth + 1;
        size_t k = 0;
        for (size_t c = step + 1; c < w->steps && w->step[c].depth >= depth; c++)
            if (w->step[c].depth == depth && to_be_told(w, c, k++, told, most) &&
                !isnan(w->step[c].value) && !comes_behind(&b, &w->step[c]))
                put_row(w, c, step, b.weights, to);
        output_text(to, "</table>");
        if (b.weights && b.conditions) put_list(w, &b, told, most, to);
    }
    if (b.missing) put_missing(w, &b, told, most, to);
    return from;
}

size_t why_put_record(why *w, size_t step, output *to, size_t *label) {
    enum { MOST = 64 };
    unsigned char told[MOST] = {0};
    const view *v = w->v;
    const assess_step *s = &w->step[step];
    buf b = BUF_INIT;
    why_put_value(&b, v, s);
    *label = 0;
    if (put_datum(w, step, to)) {
        buf_release(&b);
        return to->held.length;
    }
    html_text(to, *s->at ? s->at : s->name);
    *label = to->held.length;
    output_text(to, " = ");
    html_text(to, buf_string(&b));
    if (*s->put_in) {
        output own = output_to(OUTPUT_KEEP, NULL);
        int shorter = put_put_in(w, step, &own, told, MOST);
        output_text(to, shorter ? "\n≈ " : "\n= ");
        output_put(to, buf_string(&own.held), own.held.length);
        w->failed |= own.held.failed;
        output_release(&own);
    }
    size_t body = put_below(w, step, told, MOST, to);
    if (s->hidden) {
        buf_clear(&b);
        buf_print(&b, view_text(v, "%zu not listed"), s->hidden);
        output_text(to, "<p>");
        html_text(to, buf_string(&b));
    }
    buf_release(&b);
    return body;
}
