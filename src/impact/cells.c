/* The data of a unit, cell by cell: which cells a result depends on, and which cell an address
 * means.
 *
 * A cell_finder is about one unit of an output. It sweeps once back from the output's elements of
 * that unit, which finds the elements of the data they were computed from, and the missing ones
 * that were passed over. It is valid until something changes. */
#include "impact/inside.h"

#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "expr/trace.h"
#include "table/date.h"
#include "table/number.h"

typedef struct cell_finder {
    assess *a;
    int axis; /* the axis of the units */
    size_t row;
    int leaf; /* the axis of the indicators, or AX_NONE */
    ex_trace *trace;
    fault *f;
} cell_finder;

/* A source of the graph, and the place of one cell in it. */
typedef struct cell_place {
    ex_id node;
    const ex_values *v;
    const double *value;
    size_t at[AX_MOST]; /* position by axis */
} cell_place;

/* ---- which cells count ----
 *
 * A cell counts if the output depends on it. */

static int open_finder(cell_finder *w, assess *a, const assess_array *output, size_t row,
                       fault *f) {
    *w = (cell_finder){
        .a = a, .axis = output->axes ? output->axis[0].id : AX_NONE, .row = row, .f = f};
    ex_id node = session_node(a, output);
    if (!node || !output->axes || row >= output->axis[0].size)
        return fault_set(f, FAULT_USAGE, "'%s' is no result of units", output->name);
    w->leaf = ax_find(a->h->space, dataset_leaf_axis(&a->s->data));
    a->halt = limits_raised(a->stop);
    w->trace = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_ABSENT, f);
    int fine = w->trace != NULL;
    for (size_t i = 0; fine && i < output->size; i++)
        if (array_position(output, 0, i) == row) fine = ex_trace_want(w->trace, node, i, f);
    return fine && ex_trace_sweep(w->trace, f);
}

static void close_finder(cell_finder *w) {
    ex_trace_close(w->trace);
    w->trace = NULL;
}

/* ---- one cell ---- */

static const char *label_text(const cell_finder *w, int axis, size_t i) {
    return pool_text(w->a->h->strings, ax_get(w->a->h->space, axis)->label[i]);
}

static int has_axis(const ex_values *v, int axis) {
    return axis != AX_NONE && (v->axes & AX_BIT(axis)) != 0;
}

static size_t element_of(const cell_finder *w, const cell_place *s) {
    size_t at = 0;
    for (int i = 0; i < ax_count(w->a->h->space); i++)
        if (has_axis(s->v, i)) at += s->at[i] * ax_stride(w->a->h->space, s->v->axes, i);
    return at;
}

/* Is place `a` later than `b`, by years where an axis has them? */
static int is_later(const cell_finder *w, const cell_place *a, const cell_place *b) {
    for (int i = 0; i < ax_count(w->a->h->space); i++) {
        const double *number = ax_numbers(w->a->h->space, i);
        if (has_axis(a->v, i) && a->at[i] != b->at[i])
            return number ? number[a->at[i]] > number[b->at[i]] : a->at[i] > b->at[i];
    }
    return 0;
}

/* Ranks candidates: first cells that count, then cells with a value. `exactly`: the address leaves
 * no choice. */
static int worth_of(const cell_finder *w, const cell_place *s, int exactly) {
    size_t e = element_of(w, s);
    return 2 * (exactly || ex_trace_has(w->trace, s->node, e)) + (s->value[e] == s->value[e]);
}

/* Finds the cell of an indicator (a position on `leaf`; SIZE_MAX where the source has no such axis)
 * and fills s->at. fixed[i] is the position on axis i that was asked for, or SIZE_MAX: then the
 * best one is taken, of equal ones the latest. Returns 0 where no such cell counts; else 1, plus
 * the number of other cells that count just as well (on axes of texts, which have no latest one).
 */
static size_t find_cell(cell_finder *w, cell_place *s, size_t indicator, const size_t *fixed) {
    const ax_space *space = w->a->h->space;
    int free_axis[AX_MOST], count = 0;
    for (int i = 0; i < ax_count(space); i++) {
        if (!has_axis(s->v, i)) continue;
        s->at[i] = i == w->axis           ? w->row
                   : i == w->leaf         ? indicator
                   : fixed[i] == SIZE_MAX ? 0
                                          : fixed[i];
        if (i != w->axis && i != w->leaf && fixed[i] == SIZE_MAX && ax_get(space, i)->size)
            free_axis[count++] = i;
    }
    cell_place best = *s;
    int known = -1;
    size_t rivals = 0;
    for (;;) {
        int here = worth_of(w, s, count == 0), apart = 0;
        for (int k = 0; k < count && here == 3 && known == 3; k++)
            apart |=
                !ax_numbers(space, free_axis[k]) && s->at[free_axis[k]] != best.at[free_axis[k]];
        rivals += (size_t)apart;
        if (here > known || (here == known && is_later(w, s, &best))) {
            best = *s;
            known = here;
        }
        int k = count - 1;
        while (k >= 0 && ++s->at[free_axis[k]] >= ax_get(space, free_axis[k])->size)
            s->at[free_axis[k--]] = 0;
        if (k < 0) break;
    }
    *s = best;
    return known >= 2 ? 1 + rivals : 0;
}

/* ---- a cell as callers see it ---- */

static const char *keep_text(const cell_finder *w, buf *b) {
    const char *out = session_keep(w->a, buf_string(b));
    buf_release(b);
    return out;
}

/* The labels of a place other than those of the unit and the indicator. */
static const char *further_labels(const cell_finder *w, const cell_place *s) {
    buf b = BUF_INIT;
    for (int i = 0; i < ax_count(w->a->h->space); i++)
        if (has_axis(s->v, i) && i != w->axis && i != w->leaf)
            buf_print(&b, "%s%s", b.length ? ", " : "", label_text(w, i, s->at[i]));
    return keep_text(w, &b);
}

/* 0 with the fault. */
static int describe_cell(cell_finder *w, const cell_place *s, const char *name, assess_cell *out) {
    assess *a = w->a;
    const char *called = arena_print(&a->memory, "data.%s", s->v->name);
    const assess_array *data = called ? assess_array_named(a, called) : NULL;
    if (!data)
        return w->f->count ? 0
                           : fault_set(w->f, FAULT_BUG, "'%s' is not among the data", s->v->name);
    size_t element = element_of(w, s);
    name = session_keep(a, name);
    *out = (assess_cell){.name = name,
                         .id = "",
                         .title = name,
                         .at = further_labels(w, s),
                         .measure = "",
                         .data = data,
                         .element = element,
                         .value = data->value[element]};
    int k = array_axis_id(data, w->leaf);
    if (k < 0) return 1;
    out->id = assess_label(a, &data->axis[k], s->at[w->leaf]);
    out->title = assess_title(a, &data->axis[k], s->at[w->leaf]);
    out->measure = assess_attribute(a, out->id, "unit");
    return 1;
}

/* ---- all cells that count ---- */

typedef struct cell_list {
    assess_cell *cell;
    size_t count, cap;
} cell_list;

static int append_cell(cell_finder *w, cell_list *g, const cell_place *s, const char *name) {
    if (!MEM_RESERVE(g->cell, g->count + 1, g->cap)) return fault_memory(w->f);
    if (!describe_cell(w, s, name, &g->cell[g->count])) return 0;
    g->count++;
    return 1;
}

/* Data over units and indicators: one cell for each indicator. */
static int add_indicators(cell_finder *w, cell_list *g, const cell_place *source) {
    const ax_axis *leaf = ax_get(w->a->h->space, w->leaf);
    size_t none[AX_MOST];
    memset(none, 0xff, sizeof none);
    for (size_t i = 0; i < leaf->size; i++) {
        cell_place s = *source;
        if (find_cell(w, &s, i, none) && !append_cell(w, g, &s, label_text(w, w->leaf, i)))
            return 0;
    }
    return 1;
}

/* Other data: every number that counts. */
static int add_others(cell_finder *w, cell_list *g, const cell_place *source) {
    const ax_space *space = w->a->h->space;
    const ex_values *v = source->v;
    enum { CELLS = 2000 }; /* more would be too many for a list */
    int by_unit = has_axis(v, w->axis), table = !by_unit || strchr(v->name, '.') != NULL;
    for (size_t e = ex_trace_next(w->trace, source->node, 0); e != SIZE_MAX && g->count < CELLS;
         e = ex_trace_next(w->trace, source->node, e + 1)) {
        cell_place s = *source;
        buf name = BUF_INIT;
        buf_text(&name, v->name);
        for (int i = 0; i < ax_count(space); i++) {
            if (!has_axis(v, i)) continue;
            s.at[i] = e / ax_stride(space, v->axes, i) % ax_get(space, i)->size;
            if (i != w->axis || table)
                buf_print(&name, table ? "[%s]" : "@%s", label_text(w, i, s.at[i]));
        }
        int wanted = (!by_unit || s.at[w->axis] == w->row) && s.value[e] == s.value[e];
        int fine = !wanted || append_cell(w, g, &s, buf_string(&name));
        buf_release(&name);
        if (!fine) return 0;
    }
    return 1;
}

/* The name of the data that a node is the source of, as rules call it; NULL for other nodes. */
static const char *source_name(const cell_finder *w, ex_id n) {
    const ex_values *v = ex_values_of(w->a->h->graph, n);
    int is_data = v && v->origin == EX_DATA && v->name;
    return is_data && session_data(w->a, v->name) == n ? v->name : NULL;
}

/* Fills all of the place but the positions. 0 with the fault. */
static int open_source(cell_finder *w, ex_id n, cell_place *s) {
    *s = (cell_place){.node = n, .v = ex_values_of(w->a->h->graph, n)};
    return (s->value = ex_run_value(w->a->h->run, n, w->f)) != NULL;
}

/* The cells of indicators come first. */
static int gather_all(cell_finder *w, cell_list *g) {
    ex_graph *graph = w->a->h->graph;
    for (int others = 0; others < 2; others++)
        for (ex_id n = 1; n <= ex_count(graph); n++) {
            const ex_values *v = ex_values_of(graph, n);
            cell_place s;
            if (!source_name(w, n) || v->kind != EX_NUMBER ||
                (has_axis(v, w->leaf) && has_axis(v, w->axis)) == others)
                continue;
            if (!open_source(w, n, &s) || !(others ? add_others : add_indicators)(w, g, &s))
                return 0;
        }
    return 1;
}

size_t assess_cells(assess *a, const assess_array *output, size_t row, const assess_cell **cells) {
    fault f = FAULT_INIT;
    cell_finder w;
    cell_list g = {0};
    *cells = NULL;
    int fine = open_finder(&w, a, output, row, &f) && gather_all(&w, &g);
    close_finder(&w);
    assess_cell *own = fine ? arena_take(&a->memory, (g.count + 1) * sizeof *own) : NULL;
    if (fine && !own) fault_memory(&f);
    if (own && g.count) memcpy(own, g.cell, g.count * sizeof *own);
    mem_free(g.cell);
    *cells = own;
    if (f.count) session_tell(a, &f, (assess_status)f.kind);
    return own ? g.count : 0;
}

/* ---- a text as the value of a cell ----
 *
 * It is read as in the CSV file: with the same units of measure, missing markers and bounds. */

/* The dataset of a cell, and the column the cell is in. */
static const dataset *table_of(const cell_finder *w, const assess_cell *c, const char **column) {
    const char *name = c->data->name + 5, *dot = strchr(name, '.');
    const datasets *all = &w->a->s->data;
    *column = dot ? dot + 1 : "";
    for (size_t i = 0; i < all->count; i++) {
        const dataset *d = all->item[i];
        size_t n = strlen(d->spec.name);
        if (strncmp(d->spec.name, name, n) != 0 || (name[n] && name[n] != '.')) continue;
        if (!dot) *column = d->wide ? c->id : d->spec.value ? d->spec.value : "";
        return d;
    }
    return NULL;
}

/* `what`: "date" or "number". Releases the buffers. */
static int refuse(cell_finder *w, const char *address, const char *text, const char *what,
                  buf *reason, buf *hint) {
    const char *because = keep_text(w, reason), *help = keep_text(w, hint);
    return fault_at(w->f, FAULT_USAGE, NULL, *help ? help : NULL,
                    *because ? "%s=%s: this is no %s: %s" : "%s=%s: this is no %s%s", address, text,
                    what, because);
}

/* Is a value within the bounds that the rules set for its column? 0 with the fault. */
static int check_bounds(cell_finder *w, const dataset *d, const char *column, const char *address,
                        const char *text, double x) {
    for (size_t i = 0; d && i < d->spec.checks; i++) {
        const ds_check *c = &d->spec.check[i];
        double bound[2] = {c->bound[0], c->bound[1]};
        if (c->axis || strcmp(c->column, column) != 0) continue;
        for (int k = 0; k < 2; k++)
            if (c->day[k] && date_read(c->day[k], strlen(c->day[k]), &bound[k]) != DATE_OK)
                return 1;
        if (x >= bound[0] && x <= bound[1]) continue;
        char shown[2][40];
        for (int k = 0; k < 2; k++) shown[k][decimal_write(bound[k], shown[k])] = 0;
        return fault_at(w->f, FAULT_USAGE, NULL, NULL, "%s=%s: the rules let '%s' be from %s to %s",
                        address, text, column, c->day[0] ? c->day[0] : shown[0],
                        c->day[1] ? c->day[1] : shown[1]);
    }
    return 1;
}

static int read_cell(cell_finder *w, const assess_cell *c, const char *address, const char *text,
                     double *value) {
    const char *column, *unit = NULL;
    const dataset *d = table_of(w, c, &column);
    size_t length = strlen(text);
    buf reason = BUF_INIT, hint = BUF_INIT;
    *value = EX_NAN;
    for (size_t i = 0; d && i < d->spec.wants; i++)
        if (!strcmp(d->spec.want[i].name, column)) unit = d->spec.want[i].unit;
    const number_form form =
        number_form_of(unit, d ? d->spec.missing : NULL, d ? d->spec.missings : 0);
    if (c->data->kind == ASSESS_TEXT) {
        uint32_t own = *text ? pool_put(w->a->h->strings, text, length) : 0;
        *value = own ? own : EX_NAN;
        return own || !*text ? 1 : fault_memory(w->f);
    }
    if (number_missing(&form, text, length)) return 1;
    if (c->data->kind == ASSESS_DATE) {
        if (date_read(text, length, value) == DATE_OK)
            return check_bounds(w, d, column, address, text, *value);
        date_explain(text, length, &reason, &hint);
        return refuse(w, address, text, "date", &reason, &hint);
    }
    if (number_read(&form, text, length, value) == NUMBER_OK)
        return check_bounds(w, d, column, address, text, *value);
    number_explain(&form, text, length, &reason, &hint);
    return refuse(w, address, text, "number", &reason, &hint);
}

/* ---- which cell an address means: see assess_cell_at ---- */

enum { LABELS = 8, MATCHES = 32 };

/* An address: what stands before the first @, and the label after each @. */
typedef struct address_parts {
    const char *whole, *head;
    char *label[LABELS];
    size_t labels;
} address_parts;

/* A source that the address may mean; `counts` as find_cell returns it. */
typedef struct match {
    cell_place s;
    size_t counts;
} match;

/* The position of a label on an axis, or SIZE_MAX. */
static size_t find_position(const cell_finder *w, int axis, const char *label) {
    const ax_axis *a = ax_get(w->a->h->space, axis);
    size_t i = 0;
    while (i < a->size && strcmp(label_text(w, axis, i), label) != 0) i++;
    return i < a->size ? i : SIZE_MAX;
}

enum { LABELS_TRIED = 10000 }; /* for a suggestion; more would take too long */

static void try_labels(suggestion *near, const cell_finder *w, int axis) {
    for (size_t i = 0; i < ax_get(w->a->h->space, axis)->size && i < LABELS_TRIED; i++)
        suggest_try(near, label_text(w, axis, i));
}

/* An indicator by its id, or by its name if only one has it; SIZE_MAX where there is none. */
static size_t find_indicator(const cell_finder *w, const char *text) {
    size_t at = find_position(w, w->leaf, text), named = SIZE_MAX;
    const assess_axis axis = {.id = w->leaf, .size = ax_get(w->a->h->space, w->leaf)->size};
    for (size_t i = 0; at == SIZE_MAX && i < axis.size; i++)
        if (!strcmp(assess_title(w->a, &axis, i), text)) {
            if (named != SIZE_MAX) return SIZE_MAX;
            named = i;
        }
    return at == SIZE_MAX ? named : at;
}

/* Does the head of an address mean this source, and which of its indicators? `name` is "observed"
 * or "observed.evidence". */
static int means_source(const cell_finder *w, const char *head, const char *name,
                        const ex_values *v, size_t *which) {
    *which = SIZE_MAX;
    if (!has_axis(v, w->axis)) return 0;
    if (!has_axis(v, w->leaf)) return !strcmp(head, name);
    const char *dot = strchr(name, '.');
    size_t set = dot ? (size_t)(dot - name) : strlen(name), column = dot ? strlen(dot) : 0,
           length = strlen(head);
    if (length > set && !strncmp(head, name, set) && head[set] == '.') {
        head += set + 1;
        length -= set + 1;
    }
    if (length <= column || (dot && strcmp(head + length - column, dot) != 0)) return 0;
    const char *own = arena_text(&w->a->memory, head, length - column);
    if (own) *which = find_indicator(w, own);
    return *which != SIZE_MAX;
}

/* Finds the positions of the labels after each @, on axes that the source has. 0 with the fault. */
static int fix_positions(cell_finder *w, const address_parts *ad, const ex_values *v,
                         size_t fixed[AX_MOST]) {
    const ax_space *space = w->a->h->space;
    memset(fixed, 0xff, AX_MOST * sizeof *fixed);
    for (size_t k = 0; k < ad->labels; k++) {
        suggestion near = suggest_for(ad->label[k]);
        int found = 0, last = AX_NONE;
        for (int i = 0; i < ax_count(space); i++) {
            if (!has_axis(v, i) || i == w->axis || i == w->leaf) continue;
            size_t at = find_position(w, i, ad->label[k]);
            last = i;
            found |= at != SIZE_MAX;
            if (at != SIZE_MAX)
                fixed[i] = at;
            else
                try_labels(&near, w, i);
        }
        if (found) continue;
        const ax_axis *axis = last == AX_NONE ? NULL : ax_get(space, last);
        const char *hint =
            axis && axis->size && ax_numbers(space, last)
                ? arena_print(&w->a->memory, text_message("the data goes from %s to %s"),
                              label_text(w, last, 0), label_text(w, last, axis->size - 1))
                : suggest_text(&w->a->memory, suggest_best(&near));
        return fault_at(w->f, FAULT_USAGE, NULL, hint, "%s: the data '%s' has no '%s'", ad->whole,
                        v->name, ad->label[k]);
    }
    return 1;
}

static int refuse_unknown(cell_finder *w, const address_parts *ad) {
    ex_graph *g = w->a->h->graph;
    suggestion near = suggest_for(ad->head);
    if (w->leaf != AX_NONE) try_labels(&near, w, w->leaf);
    for (ex_id n = 1; n <= ex_count(g); n++)
        if (source_name(w, n)) suggest_try(&near, source_name(w, n));
    const char *best = suggest_best(&near);
    /* An indicator has no rows to be told in brackets. */
    const char *hint =
        best && strcmp(best, ad->head) != 0 ? suggest_text(&w->a->memory, best) : NULL;
    if (!hint)
        hint = text_message("an indicator, as in C7=30, C7@2011=30; or a cell of a table, as in "
                            "tasks.done[M-05]=3");
    return fault_at(w->f, FAULT_USAGE, NULL, hint, "'%s' is no datum of the rules", ad->head);
}

/* A cell of a table: tasks.done[M-05]. */
static int find_in_table(cell_finder *w, const char *text, const char *bracket, cell_place *s) {
    assess *a = w->a;
    size_t length = strlen(bracket);
    const char *name = arena_text(&a->memory, text, (size_t)(bracket - text));
    const char *label = length > 2 ? arena_text(&a->memory, bracket + 1, length - 2) : "";
    if (!name || !label) return fault_memory(w->f);
    const address_parts whole = {.whole = text, .head = name};
    ex_id n = bracket[length - 1] == ']' ? session_data(a, name) : 0;
    const ex_values *v = n ? ex_values_of(a->h->graph, n) : NULL;
    int axis = 0;
    while (v && axis < ax_count(a->h->space) && v->axes != AX_BIT(axis)) axis++;
    if (!v || v->axes != AX_BIT(axis)) return refuse_unknown(w, &whole);
    size_t at = find_position(w, axis, label);
    if (at == SIZE_MAX) {
        suggestion near = suggest_for(label);
        try_labels(&near, w, axis);
        return fault_at(w->f, FAULT_USAGE, NULL, suggest_text(&w->a->memory, suggest_best(&near)),
                        "%s: no %s '%s'", text, text_kind(ax_get(a->h->space, axis)->name), label);
    }
    int fine = open_source(w, n, s);
    s->at[axis] = at;
    return fine;
}

/* Finds the source that the address means, among those of texts or of other values. *found: is
 * there one? 0 with the fault. */
static int find_in_sources(cell_finder *w, const address_parts *ad, int texts, cell_place *s,
                           int *found) {
    ex_graph *g = w->a->h->graph;
    match of[MATCHES];
    size_t count = 0, best = 0, counting = 0;
    int column = strchr(ad->head, '.') != NULL;
    *found = 0;
    for (ex_id n = 1; n <= ex_count(g) && count < MATCHES; n++) {
        const char *name = source_name(w, n);
        const ex_values *v = ex_values_of(g, n);
        size_t which, fixed[AX_MOST];
        if (!name || (!column && (v->kind == EX_TEXT) != texts)) continue;
        /* A text may be for any column of texts. */
        const char *dot = strchr(name, '.');
        const char *head =
            texts && dot && !column ? arena_print(&w->a->memory, "%s%s", ad->head, dot) : ad->head;
        if (!head || !means_source(w, head, name, v, &which)) continue;
        if (!fix_positions(w, ad, v, fixed)) return 0;
        match *m = &of[count];
        if (!open_source(w, n, &m->s)) return 0;
        m->counts = find_cell(w, &m->s, which, fixed);
        counting += m->counts > 0;
        best = m->counts && !of[best].counts ? count : best;
        count++;
    }
    if (!count || (texts && !counting)) return 1;
    if (counting > 1)
        return fault_at(
            w->f, FAULT_USAGE, NULL,
            arena_print(&w->a->memory, text_message("write %s.%s"), of[best].s.v->name, ad->head),
            "'%s' stands in several data that count", ad->whole);
    if (of[best].counts > 1) {
        assess_cell one;
        if (!describe_cell(w, &of[best].s, ad->whole, &one)) return 0;
        return fault_at(
            w->f, FAULT_USAGE, NULL,
            arena_print(&w->a->memory, text_message("one of them: %s@%s"), ad->head, one.at),
            "'%s' has %zu values that count", ad->whole, of[best].counts);
    }
    *s = of[best].s;
    *found = 1;
    return 1;
}

static int split_address(cell_finder *w, const char *text, address_parts *out) {
    char *own = arena_text(&w->a->memory, text, strlen(text));
    *out = (address_parts){.whole = text, .head = own};
    if (!own) return fault_memory(w->f);
    for (char *at = strchr(own, '@'); at; at = strchr(at, '@')) {
        *at++ = 0;
        if (out->labels == LABELS)
            return fault_at(w->f, FAULT_USAGE, NULL, NULL, "%s: more labels than there are axes",
                            text);
        out->label[out->labels++] = at;
    }
    if (!strncmp(out->head, "data.", 5)) out->head += 5;
    return 1;
}

static int find_address(cell_finder *w, const char *text, const char *value, assess_cell *cell,
                        double *number) {
    address_parts ad;
    cell_place s;
    int found = 1;
    const char *bracket = strchr(text, '[');
    const char *plain = !strncmp(text, "data.", 5) ? text + 5 : text;
    if (bracket ? !find_in_table(w, plain, bracket, &s)
                : !split_address(w, text, &ad) || !find_in_sources(w, &ad, 0, &s, &found))
        return 0;
    if (!found) return refuse_unknown(w, &ad);
    if (!describe_cell(w, &s, text, cell)) return 0;
    if (!value || read_cell(w, cell, text, value, number)) return 1;
    /* It is no number: it may be a text of the indicator. */
    fault as_number = *w->f;
    *w->f = FAULT_INIT;
    int other = !bracket && cell->data->kind == ASSESS_NUMBER &&
                find_in_sources(w, &ad, 1, &s, &found) && found;
    if (!other) {
        fault_release(w->f);
        *w->f = as_number;
        return 0;
    }
    fault_release(&as_number);
    return describe_cell(w, &s, text, cell) && read_cell(w, cell, text, value, number);
}

assess_status assess_cell_at(assess *a, const assess_array *output, size_t row, const char *address,
                             const char *text, assess_cell *cell, double *value) {
    fault f = FAULT_INIT;
    cell_finder w;
    if (open_finder(&w, a, output, row, &f)) find_address(&w, address, text, cell, value);
    close_finder(&w);
    assess_status status = (assess_status)f.kind;
    session_tell(a, &f, status);
    return status;
}
