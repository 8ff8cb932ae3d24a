/* Explanations on a page: which there are, and how they link to one another. */
#include "report/why.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/text.h"
#include "report/html.h"
#include "report/why_place.h"

enum { LISTED = 200, BYTES_OF_STEP = 30 };

typedef struct target {
    const assess_array *x;
    size_t element, step;
} target;

/* An explanation: a step whose element it explains, and its HTML. */
typedef struct record {
    size_t step, at, length, how;
} record;

struct why {
    const view *v;
    size_t most;
    pool *known; /* the targets, by array and element */
    target *target;
    size_t targets, target_cap;
    int ready, failed;
    const assess_step *step;
    size_t steps;
    size_t *id; /* of each step, the record that explains it; 0: none */
    record *record;
    size_t records, record_cap;
    buf text;
    pool *hows; /* what many records share: formula, file, line */
    size_t *how_step, how_cap;
    places places;
};

why *why_open(const view *v, size_t most) {
    why *w = mem_zero(1, sizeof *w);
    if (!w) return NULL;
    *w = (why){.v = v, .most = most, .known = pool_open(), .hows = pool_open(), .text = BUF_INIT};
    if (!places_open(&w->places, v->session) || !w->known || !w->hows) {
        why_close(w);
        return NULL;
    }
    return w;
}

void why_close(why *w) {
    if (!w) return;
    pool_close(w->known);
    pool_close(w->hows);
    places_close(&w->places);
    mem_free(w->target);
    mem_free(w->id);
    mem_free(w->record);
    mem_free(w->how_step);
    buf_release(&w->text);
    mem_free(w);
}

size_t why_of(why *w, const assess_array *x, size_t element) {
    if (!w || element >= x->size || isnan(x->value[element])) return 0;
    const struct {
        const assess_array *x;
        size_t element;
    } key = {x, element};
    if (w->ready) {
        uint32_t found = pool_find(w->known, (const char *)&key, sizeof key);
        size_t step = found ? w->target[found - 1].step : (size_t)-1;
        return step == (size_t)-1 ? 0 : w->id[w->step[step].same];
    }
    uint32_t number = pool_put(w->known, (const char *)&key, sizeof key);
    if (!number || !MEM_RESERVE(w->target, number, w->target_cap)) {
        w->failed = 1;
        return 0;
    }
    if (number > w->targets) {
        w->targets = number;
        w->target[number - 1] = (target){x, element, (size_t)-1};
    }
    return 0;
}

/* ---- what a step says ---- */

static int is_place(const assess_step *s) { return !*s->formula && !s->output && *s->file; }

static void put_value(buf *b, const view *v, const assess_step *s) {
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

/* What a reader calls it. */
static const char *title_of(const why *w, const assess_step *s) {
    const assess_array *x = s->output ? assess_output_named(w->v->session, s->name) : NULL;
    return x ? view_output_title(w->v, x) : s->name;
}

static const char *label_title(const why *w, const char *label) {
    for (int part = 0; part < 2; part++) {
        const assess_array *x = w->v->part[part ? ROLE_DETAILS : ROLE_PARTS];
        const assess_axis *axis = x ? view_extra(w->v, x) : NULL;
        size_t at = axis ? view_find(w->v, axis, label) : VIEW_NONE;
        if (at != VIEW_NONE) return assess_title(w->v->session, axis, at);
    }
    return label;
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

/* The labels of a step that the one above does not have, with their names. */
static void put_labels(const why *w, const char *at, const char *above, buf *b) {
    while (*at) {
        size_t n = strcspn(at, ",");
        if (!among(at, n, above)) {
            buf label = BUF_INIT;
            buf_put(&label, at, n);
            const char *title = label_title(w, buf_string(&label));
            buf_print(b, "%s%s%s%s", b->length ? ", " : "", buf_string(&label),
                      strcmp(title, buf_string(&label)) ? " " : "",
                      strcmp(title, buf_string(&label)) ? title : "");
            buf_release(&label);
        }
        at += n;
        at += strspn(at, ", ");
    }
}

/* ---- records ---- */

static size_t how_of(why *w, size_t step) {
    const assess_step *s = &w->step[step];
    buf key = BUF_INIT;
    buf_print(&key, "%s\n%s\n%ld", s->formula, s->file, s->line);
    uint32_t number = key.failed ? 0 : pool_put(w->hows, buf_string(&key), key.length);
    buf_release(&key);
    if (!number || !MEM_RESERVE(w->how_step, number, w->how_cap)) {
        w->failed = 1;
        return 0;
    }
    w->how_step[number - 1] = step;
    return number;
}

/* The record of the element that a step stands for; 0 where it needs none. */
static size_t need(why *w, size_t step) {
    size_t own = w->step[step].same;
    if (isnan(w->step[own].value) || is_place(&w->step[own])) return 0;
    if (w->id[own]) return w->id[own];
    if (!MEM_RESERVE(w->record, w->records + 1, w->record_cap)) {
        w->failed = 1;
        return 0;
    }
    w->record[w->records++] = (record){.step = own};
    return w->id[own] = w->records;
}

/* The start of a link to what explains a step; returns whether there is one. */
static int open_link(why *w, size_t step, output *to) {
    const assess_step *s = &w->step[step];
    size_t number = is_place(s) ? places_add(&w->places, s->file, s->line, s->field) : need(w, step);
    if (number) output_print(to, is_place(s) ? "<a href=#r%zu>" : "<a href=#x%zu>", number);
    return number != 0;
}

/* The step below `step` that is the k-th (from 0); 0 where there is none. */
static size_t child(const why *w, size_t step, size_t k) {
    int depth = w->step[step].depth + 1;
    for (size_t i = step + 1; i < w->steps && w->step[i].depth >= depth; i++)
        if (w->step[i].depth == depth && k-- == 0) return i;
    return 0;
}

/* A number as people read it; another text as it is. Says whether it is shorter now. */
static int put_short(output *to, const char *text, size_t length) {
    char own[40], *end;
    buf b = BUF_INIT;
    int shorter = 0;
    if (length && length < sizeof own) {
        memcpy(own, text, length);
        own[length] = 0;
        double x = strtod(own, &end);
        if (!*end && length > 6) view_figure(&b, x);
    }
    shorter = b.length != 0 && (b.length != length || memcmp(b.text, text, length) != 0);
    if (b.length)
        html_put(to, b.text, b.length);
    else
        html_put(to, text, length);
    buf_release(&b);
    return shorter;
}

/* The formula with its values, each a link; marks in `linked` which children had one. */
static int put_put_in(why *w, size_t step, output *to, unsigned char *linked, size_t most) {
    const char *s = w->step[step].put_in;
    int shorter = 0;
    while (*s) {
        size_t n = strcspn(s, "\1*0123456789\"");
        html_put(to, s, n);
        s += n;
        if (*s == '\1') {
            char *end;
            size_t k = strtoul(s + 1, &end, 10), below = child(w, step, k);
            if (*end == '\2') end++;
            n = strcspn(end, "\3");
            int link = below && open_link(w, below, to);
            shorter |= put_short(to, end, n);
            if (link) output_text(to, "</a>");
            if (below && k < most) linked[k] = 1;
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

static void put_row(why *w, size_t step, size_t above, int weights, output *to) {
    static const char *const what[] = {[ASSESS_CONDITION] = TEXT("condition"),
                                       [ASSESS_PLACE] = TEXT("where to look"),
                                       [ASSESS_BESIDE] = TEXT("for comparison")};
    const view *v = w->v;
    const assess_step *s = &w->step[step];
    buf b = BUF_INIT;
    put_labels(w, s->at, w->step[above].at, &b);
    if (!b.length || (is_place(s) && !*s->field)) {
        buf_clear(&b);
        buf_text(&b, *s->name ? title_of(w, s) : s->formula);
    } else if (!weights && *s->name && strcmp(s->name, w->step[above].name)) {
        buf_print(&b, "%s%s", view_text(v, TEXT_AS("list", ", ")), title_of(w, s));
    }
    output_text(to, "<tr><td>");
    html_text(to, buf_string(&b));
    if (s->role != ASSESS_OPERAND) {
        output_text(to, " <small>");
        html_text(to, view_text(v, what[s->role]));
        output_text(to, "</small>");
    }
    output_text(to, "<td class=n>");
    int link = open_link(w, step, to);
    buf_clear(&b);
    put_value(&b, v, s);
    html_text(to, buf_string(&b));
    if (link) output_text(to, "</a>");
    for (int k = 0; weights && k < 2; k++) {
        output_text(to, "<td class=n>");
        buf_clear(&b);
        double x = k ? s->share : s->weight;
        if (!isnan(x)) (k ? view_share : view_figure)(&b, x);
        html_text(to, buf_string(&b));
    }
    output_char(to, '\n');
    buf_release(&b);
}

/* What it was computed from, where that is not in the formula. */
static void put_rows(why *w, size_t step, const unsigned char *linked, size_t most, output *to) {
    const view *v = w->v;
    size_t c;
    int weights = 0, begun = 0;
    for (size_t k = 0; (c = child(w, step, k)) != 0; k++) weights |= !isnan(w->step[c].weight);
    size_t k = 0;
    int depth = w->step[step].depth + 1;
    for (c = step + 1; c < w->steps && w->step[c].depth >= depth; c++) {
        if (w->step[c].depth != depth) continue;
        size_t number = k++;
        if (number < most && linked[number]) continue;
        if (!begun++) {
            output_text(to, "<table>");
            if (weights) {
                output_text(to, "<thead><tr><td><th scope=col>");
                html_text(to, view_text(v, "Value"));
                output_text(to, "<th scope=col>");
                html_text(to, view_text(v, "Weight"));
                output_text(to, "<th scope=col>");
                html_text(to, view_text(v, "share"));
                output_text(to, "<tbody>");
            }
        }
        put_row(w, c, step, weights, to);
    }
    if (begun) output_text(to, "</table>");
}

/* The HTML of one explanation, without its id. */
static void put_record(why *w, size_t step, output *to) {
    enum { MOST = 64 };
    unsigned char linked[MOST] = {0};
    const view *v = w->v;
    const assess_step *s = &w->step[step];
    buf b = BUF_INIT;
    output_text(to, "<b>");
    html_text(to, *s->name ? title_of(w, s) : "·");
    output_text(to, "</b> ");
    put_labels(w, s->at, "", &b);
    html_text(to, buf_string(&b));
    buf_clear(&b);
    put_value(&b, v, s);
    output_text(to, "<p>= <strong>");
    html_text(to, buf_string(&b));
    output_text(to, "</strong>");
    if (s->missing) {
        buf_clear(&b);
        buf_print(&b, view_text(v, "%zu of %zu present"), s->present, s->present + s->missing);
        output_text(to, " <small>");
        html_text(to, buf_string(&b));
        output_text(to, "</small>");
    }
    if (*s->put_in) {
        output own = output_to(OUTPUT_KEEP, NULL);
        int shorter = put_put_in(w, step, &own, linked, MOST);
        output_print(to, "<p>%s <code>", shorter ? "≈" : "=");
        output_put(to, buf_string(&own.held), own.held.length);
        output_text(to, "</code>");
        w->failed |= own.held.failed;
        output_release(&own);
    }
    put_rows(w, step, linked, MOST, to);
    if (s->hidden) {
        buf_clear(&b);
        buf_print(&b, view_text(v, "%zu not listed"), s->hidden);
        html_element(to, "small", buf_string(&b));
    }
    buf_release(&b);
}

/* Makes the record of a target, and those that it leads to. Where they are too many, none of them.
 */
static int make_records(why *w, size_t root) {
    size_t before = w->records, text = w->text.length, made = before, spots = w->places.count;
    size_t size = 0;
    if (!need(w, root)) return 1;
    for (; made < w->records && !w->failed; made++) {
        output own = output_to(OUTPUT_KEEP, NULL);
        size_t step = w->record[made].step;
        put_record(w, step, &own);
        w->failed |= own.held.failed;
        w->record[made].at = w->text.length;
        w->record[made].length = own.held.length;
        w->record[made].how = how_of(w, step);
        buf_put(&w->text, buf_string(&own.held), own.held.length);
        output_release(&own);
        size = w->text.length + 40 * w->records;
        if (size > w->most) break;
    }
    for (size_t i = 0; i < w->places.count; i++) size += places_size(&w->places, i + 1);
    w->failed |= w->text.failed || w->places.failed;
    if (size <= w->most) return 1;
    for (size_t i = before; i < w->records; i++) w->id[w->record[i].step] = 0;
    w->records = before;
    w->text.length = text;
    places_cut(&w->places, spots);
    return 0;
}

int why_explain(why *w, fault *f) {
    size_t done = 0, told = assess_message_count(w->v->session);
    assess_element *all = mem_zero(w->targets + 1, sizeof *all);
    if (!all) return fault_memory(f);
    for (size_t i = 0; i < w->targets; i++) {
        const assess_array *x = w->target[i].x;
        all[i].array = x;
        for (int k = 0; k < x->axes; k++)
            all[i].at[k] = w->target[i].element / x->stride[k] % x->axis[k].size;
    }
    w->steps = assess_explain_all(w->v->session, all, w->targets, LISTED, w->most / BYTES_OF_STEP,
                                  &done, &w->step);
    mem_free(all);
    for (size_t i = told; i < assess_message_count(w->v->session); i++) {
        assess_message m = assess_message_at(w->v->session, i);
        if (m.status) return fault_set(f, (fault_kind)m.status, "%s", m.text);
    }
    w->id = mem_zero(w->steps + 1, sizeof *w->id);
    if (!w->id) return fault_memory(f);
    int room = 1;
    for (size_t i = 0, step = 0; i < done; i++) {
        w->target[i].step = step;
        room = room && make_records(w, step);
        for (step++; step < w->steps && w->step[step].depth; step++) continue;
    }
    w->ready = 1;
    return !w->failed || fault_memory(f);
}

void why_count(const why *w, size_t *shown, size_t *explained) {
    *shown = w->targets;
    *explained = 0;
    for (size_t i = 0; i < w->targets; i++)
        *explained +=
            w->target[i].step != (size_t)-1 && w->id[w->step[w->target[i].step].same] != 0;
}

void why_line(why *w, output *to, const char *file, long line) {
    size_t number = places_add(&w->places, file, line, "");
    if (number) output_print(to, "<a href=\"#r%zu\">", number);
    html_text(to, file);
    output_print(to, ":%ld", line);
    if (number) output_text(to, "</a>");
}

void why_comment(why *w, const char *file, long line, buf *out) {
    places_comment(&w->places, file, line, out);
}

/* ---- all of it ---- */

static void put_how(why *w, const assess_step *s, const char *close, output *to) {
    buf line = BUF_INIT;
    output_text(to, "<div class=h>");
    if (*s->formula && !html_formula(to, *s->name ? s->name : "·", s->formula))
        html_element(to, "code", s->formula);
    if (*s->file && s->line) {
        output_text(to, "<p>");
        why_line(w, to, s->file, s->line);
        places_line(&w->places, s->file, s->line, &line);
        if (line.length) {
            output_text(to, "</p><pre>");
            html_put(to, buf_string(&line), line.length < 400 ? line.length : 400);
            output_text(to, "</pre>");
        } else {
            output_text(to, "</p>");
        }
    }
    output_print(to, "%s</div>", close);
    buf_release(&line);
}

void why_write(why *w, output *to) {
    output close = output_to(OUTPUT_KEEP, NULL);
    size_t count = pool_count(w->hows);
    output_text(&close, "<a class=c href=#why aria-label=\"");
    html_text(&close, view_text(w->v, "Close"));
    output_text(&close, "\">×</a>");
    output_text(to, "<div id=why role=region aria-label=\"");
    html_text(to, view_text(w->v, "Explanations"));
    output_text(to, "\">\n");
    /* Records of one kind, one after the other. */
    size_t *next = mem_zero(w->records + 1, sizeof *next), *first = mem_zero(count + 1, sizeof *first),
           *last = mem_zero(count + 1, sizeof *last);
    if (!next || !first || !last) w->failed = 1;
    for (size_t i = 0; !w->failed && i < w->records; i++) {
        size_t how = w->record[i].how;
        if (first[how])
            next[last[how] - 1] = i + 1;
        else
            first[how] = i + 1;
        last[how] = i + 1;
    }
    for (size_t how = 1; !w->failed && how <= count; how++) {
        if (!first[how]) continue;
        output_text(to, "<section>\n");
        for (size_t i = first[how]; i; i = next[i - 1]) {
            const record *r = &w->record[i - 1];
            output_print(to, "<div id=x%zu>", i);
            output_put(to, w->text.text + r->at, r->length);
            output_text(to, "</div>\n");
        }
        put_how(w, &w->step[w->how_step[how - 1]], buf_string(&close.held), to);
        output_text(to, "</section>\n");
    }
    mem_free(next);
    mem_free(first);
    mem_free(last);
    places_write(&w->places, to, view_text(w->v, "The text of this file cannot be shown."),
                 buf_string(&close.held));
    output_text(to, "</div>\n");
    to->held.failed |= w->failed || w->places.failed;
    output_release(&close);
}
