#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "robust/vary_page.h"

/* ---- who cannot be told apart ---- */

typedef struct order {
    size_t row;
    double rank;
} order;

static int by_rank(const void *a, const void *b) {
    const order *x = a, *y = b;
    return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1)
                              : (x->row > y->row) - (x->row < y->row);
}

/* The column of the pairs in which a row has this element; SIZE_MAX where pairs are not counted. */
static size_t column_of(const vary *d, size_t row, size_t at) {
    size_t c = 0;
    while (d->ahead && c < d->columns && vary_element(d, c, row) != at) c++;
    return d->ahead && c < d->columns ? c : SIZE_MAX;
}

/* Is neither of two units ahead of the other in enough of the draws? */
static int is_open(const vary_page *g, const order *x, const order *y, size_t column) {
    double ahead = vary_ahead(g->d, column, x->row, y->row);
    return ahead < g->w->decided && 1 - ahead < g->w->decided;
}

/* The end of the longest run from a unit on in which no pair is decided. */
static size_t run_end(const vary_page *g, const order *o, size_t count, size_t from,
                      size_t column) {
    size_t end = from + 1;
    for (; end < count; end++)
        for (size_t i = from; i < end; i++)
            if (!is_open(g, &o[i], &o[end], column)) return end;
    return end;
}

/* The units of a column by rank; *at: the column of pairs. NULL without memory. */
static order *order_of(const vary_page *g, size_t column, size_t *count, size_t *at) {
    const vary *d = g->d;
    const assess_array *rank = d->settings.part[VARY_RANK];
    order *o = mem_take((d->units + 1) * sizeof *o);
    *count = 0;
    *at = SIZE_MAX;
    for (size_t row = 0; o && rank && row < d->units; row++) {
        size_t e = vary_place(g, VARY_RANK, row, column);
        if (e == VIEW_NONE || isnan(rank->value[e])) continue;
        if (*at == SIZE_MAX) *at = column_of(d, row, e);
        o[(*count)++] = (order){row, rank->value[e]};
    }
    if (o) qsort(o, *count, sizeof *o, by_rank);
    return o;
}

void vary_begin_groups(const vary_page *g) {
    const document_column head[] = {{"column", "", WIDTH_LEFT, 0},
                                    {"from", "", WIDTH_RIGHT, 0},
                                    {"to", "", WIDTH_RIGHT, 0},
                                    {g->v->rows.name, "", WIDTH_LEFT, 0}};
    document_table(g->p, "undecided", "", head, 4);
}

/* A row of the table of those that cannot be told apart: one unit of the ranks from … to. */
static void group_row(const vary_page *g, size_t column, double from, double to, size_t row) {
    document *p = g->p;
    DOCUMENT_ROW(p, document_text(vary_column_id(g, column)), document_number(p, from, -1),
                 document_number(p, to, -1), document_text(vary_unit(g, row)));
}

static void tell_group(const vary_page *g, size_t column, const char *title, const order *o,
                       size_t count, size_t last) {
    enum { NAMED = 8 };
    document *p = g->p;
    buf names = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        if (!g->w->people) group_row(g, column, o[0].rank, (double)last, o[i].row);
        if (i == NAMED && count > NAMED + 1) {
            buf_print(&names, view_text(g->v, " and %zu more"), count - NAMED);
            if (g->w->people) break;
        }
        if (i < NAMED || count == NAMED + 1)
            buf_print(&names, "%s%s", i ? view_text(g->v, TEXT_AS("list", ", ")) : "",
                      vary_unit(g, o[i].row));
    }
    if (g->w->people)
        document_line(p, PAINT_PLAIN, 2, NULL,
                      view_text(g->v, "%s%sranks %g to %g cannot be told apart: %s"), title,
                      *title ? p->colon : "", o[0].rank, (double)last, buf_string(&names));
    buf_release(&names);
}

static void tell_pair(const vary_page *g, size_t column, const char *title, const order *x,
                      const order *y) {
    if (!g->w->people) {
        group_row(g, column, x->rank, y->rank, x->row);
        group_row(g, column, x->rank, y->rank, y->row);
        return;
    }
    document_line(g->p, PAINT_PLAIN, 2, NULL,
                  view_text(g->v, "%s%sranks %g and %g cannot be told apart: %s, %s"), title,
                  *title ? g->p->colon : "", x->rank, y->rank, vary_unit(g, x->row),
                  vary_unit(g, y->row));
}

/* Pairs that are not decided though a unit between them by rank is decided against one of them.
 * ends: of each unit, the end of the run that begins there. People get the first few. */
static void tell_pairs(const vary_page *g, size_t column, const char *title, const order *o,
                       const size_t *ends, size_t count, size_t at) {
    enum { TOLD = 4 };
    size_t more = 0, told = 0;
    for (size_t from = 0; from < count; from++) {
        if (g->w->people && from >= g->v->shown_count) break;
        for (size_t to = ends[from]; to < count; to++) {
            if (!is_open(g, &o[from], &o[to], at)) continue;
            if (g->w->people && told++ >= TOLD)
                more++;
            else
                tell_pair(g, column, title, &o[from], &o[to]);
        }
    }
    if (more)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(g->v, "%s%sthe order of %zu more pairs is not decided"), title,
                      *title ? g->p->colon : "", more);
}

int vary_put_groups(const vary_page *g, size_t column, const char *title, fault *f) {
    size_t count, at, told = 0;
    order *o = order_of(g, column, &count, &at);
    size_t *ends = o ? mem_take((count + 1) * sizeof *ends) : NULL;
    if (!ends) {
        mem_free(o);
        return fault_memory(f);
    }
    for (size_t from = 0; at != SIZE_MAX && from < count; from++) {
        if (g->w->people && from >= g->v->shown_count) break;
        size_t end = ends[from] = run_end(g, o, count, from, at);
        if (end > told && end - from > 1) tell_group(g, column, title, o + from, end - from, end);
        told = end > told ? end : told;
    }
    if (at != SIZE_MAX) tell_pairs(g, column, title, o, ends, count, at);
    if (count > 1 && at == SIZE_MAX && g->w->people)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(g->v, "pairs are not counted for more than %d units"), VARY_PAIRS);
    mem_free(ends);
    mem_free(o);
    return 1;
}

/* ---- how often each rank ---- */

/* People read ranks across, as far as they fit; programs a row for each. */
static void put_rank_rows(const vary_page *g) {
    const tally *t = &g->d->tally[VARY_RANK];
    size_t columns = g->v->columns ? g->v->columns : 1;
    for (size_t c = 0; c < columns; c++)
        for (size_t i = 0; i < g->v->shown_count; i++) {
            size_t e = vary_place(g, VARY_RANK, g->v->shown[i], c);
            for (size_t k = 0; e != VIEW_NONE && k < t->cell[e].classes; k++) {
                const tally_count x = tally_class(t, e, k);
                double times = (double)x.count, of = (double)t->cell[e].present;
                DOCUMENT_ROW(g->p, document_text(vary_column_id(g, c)),
                             document_text(vary_unit(g, g->v->shown[i])),
                             document_number(g->p, x.value, -1), document_number(g->p, times, -1),
                             vary_share(g, times, of));
                vary_interval(g, times, of);
            }
        }
}

static void put_rank_table(const vary_page *g, size_t column, size_t worst) {
    const view *v = g->v;
    const tally *t = &g->d->tally[VARY_RANK];
    document_column *head = mem_zero(worst + 1, sizeof *head);
    if (!head) {
        g->p->failed = 1;
        return;
    }
    head[0] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    for (size_t r = 1; r <= worst; r++)
        head[r] = (document_column){"", document_print(g->p, "%zu", r), WIDTH_RIGHT, 0};
    document_table(g->p, "frequencies", view_text(v, "How often each rank"), head, worst + 1);
    for (size_t i = 0; i < v->shown_count; i++) {
        size_t e = vary_place(g, VARY_RANK, v->shown[i], column);
        if (e == VIEW_NONE || !t->cell[e].present) continue;
        document_put(g->p, document_text(vary_unit(g, v->shown[i])));
        for (size_t r = 1; r <= worst; r++) {
            uint64_t times = tally_within(t, e, (double)r) - tally_within(t, e, (double)r - 1);
            document_cell c = vary_share(g, (double)times, (double)t->cell[e].present);
            document_put(g->p, times ? c : document_text("·"));
        }
    }
    mem_free(head);
}

void vary_put_frequencies(const vary_page *g, size_t column) {
    if (!g->d->settings.part[VARY_RANK]) return;
    if (g->w->people) {
        put_rank_table(g, column, (size_t)vary_worst(g, column, 1));
        return;
    }
    const document_column head[] = {{"column", "", WIDTH_LEFT, 0},
                                    {g->v->rows.name, "", WIDTH_LEFT, 0},
                                    {"rank", "", WIDTH_RIGHT, 0},
                                    {"times", "", WIDTH_RIGHT, 0},
                                    {"probability", "", WIDTH_RIGHT, 0},
                                    {"probability_low", "", WIDTH_RIGHT, 0},
                                    {"probability_high", "", WIDTH_RIGHT, 0}};
    document_table(g->p, "frequencies", "", head, sizeof head / sizeof *head);
    put_rank_rows(g);
}

/* ---- who is ahead of whom ---- */

static document_cell ahead_cell(const vary_page *g, size_t at, size_t row, size_t other) {
    double x = vary_ahead(g->d, at, row, other);
    return isnan(x) ? document_text("") : vary_share(g, x, 1);
}

static void put_pair_rows(const vary_page *g, size_t column) {
    size_t count, at;
    order *o = order_of(g, column, &count, &at);
    if (!o) g->p->failed = 1;
    for (size_t i = 0; o && at != SIZE_MAX && i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (k != i)
                DOCUMENT_ROW(g->p, document_text(vary_column_id(g, column)),
                             document_text(vary_unit(g, o[i].row)),
                             document_text(vary_unit(g, o[k].row)),
                             ahead_cell(g, at, o[i].row, o[k].row));
    mem_free(o);
}

static void put_pair_table(const vary_page *g, size_t column) {
    const view *v = g->v;
    size_t count, at;
    order *o = order_of(g, column, &count, &at);
    count = count < v->shown_count ? count : v->shown_count;
    document_column *head = o ? mem_zero(count + 1, sizeof *head) : NULL;
    if (!head) g->p->failed = 1;
    if (head && at != SIZE_MAX) {
        head[0] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
        for (size_t k = 0; k < count; k++)
            head[k + 1] = (document_column){"", vary_unit(g, o[k].row), WIDTH_RIGHT, 0};
        document_table(g->p, "pairs", view_text(v, "How often ahead of"), head, count + 1);
        for (size_t i = 0; i < count; i++) {
            document_put(g->p, document_text(vary_unit(g, o[i].row)));
            for (size_t k = 0; k < count; k++)
                document_put(g->p,
                             k == i ? document_text("·") : ahead_cell(g, at, o[i].row, o[k].row));
        }
    }
    mem_free(head);
    mem_free(o);
}

void vary_put_pairs(const vary_page *g, size_t column) {
    if (!g->d->settings.part[VARY_RANK]) return;
    if (g->w->people) {
        put_pair_table(g, column);
        return;
    }
    const document_column head[] = {{"column", "", WIDTH_LEFT, 0},
                                    {g->v->rows.name, "", WIDTH_LEFT, 0},
                                    {"other", "", WIDTH_LEFT, 0},
                                    {"ahead", "", WIDTH_RIGHT, 0}};
    document_table(g->p, "pairs", "", head, 4);
    for (size_t c = 0; c < (g->v->columns ? g->v->columns : 1); c++) put_pair_rows(g, c);
}

/* ---- classes: grades and the verdict ---- */

/* Is it the same in all draws as by the rules? */
static int is_settled(const tally_cell *c, double nominal) {
    if (!c->present) return isnan(nominal);
    return !c->missing && c->classes == 1 && c->class_[0].value == nominal;
}

static void put_class(const vary_page *g, const assess_array *x, const tally_cell *c, size_t e) {
    const view *v = g->v;
    double of = (double)(c->present + c->missing);
    buf at = BUF_INIT, value = BUF_INIT, now = BUF_INIT;
    for (int k = 0; k < x->axes; k++)
        buf_print(&at, "%s%s", k ? ", " : "",
                  assess_title(v->session, &x->axis[k], e / x->stride[k] % x->axis[k].size));
    view_element(&now, v, x, x->value[e], 0);
    for (size_t k = 0; k <= c->classes; k++) {
        double times = (double)(k < c->classes ? c->class_[k].count : c->missing);
        if (k == c->classes && !c->missing) break;
        buf_clear(&value);
        view_element(&value, v, x, k < c->classes ? c->class_[k].value : (double)NAN, 0);
        DOCUMENT_ROW(g->p, document_text(buf_string(&at)), document_text(buf_string(&value)),
                     vary_share(g, times, of));
        if (!g->w->people) vary_interval(g, times, of);
        document_put(g->p, document_text(buf_string(&now)));
    }
    buf_release(&at);
    buf_release(&value);
    buf_release(&now);
}

/* The elements of an output that are told: for people those of the units and columns that are
 * shown. NULL without memory. */
static size_t *classes_told(const vary_page *g, vary_part which, size_t *count) {
    const view *v = g->v;
    const assess_array *x = g->d->settings.part[which];
    size_t columns = v->columns ? v->columns : 1, most = v->shown_count * columns;
    size_t *e = mem_take(((most > x->size ? most : x->size) + 1) * sizeof *e);
    int chosen = g->w->people && view_axis(x, v->rows.id) >= 0 &&
                 view_axis(x, v->column_axes ? v->column_axis[0].id : v->rows.id) >= 0;
    *count = 0;
    for (size_t k = 0; e && chosen && k < columns; k++)
        for (size_t i = 0; i < v->shown_count; i++) {
            size_t at = vary_place(g, which, v->shown[i], k);
            if (at != VIEW_NONE) e[(*count)++] = at;
        }
    for (size_t i = 0; e && !chosen && i < x->size; i++) e[(*count)++] = i;
    if (!e) g->p->failed = 1;
    return e;
}

static void put_classes(const vary_page *g, vary_part which, const char *id, const char *title) {
    const view *v = g->v;
    const assess_array *x = g->d->settings.part[which];
    const tally_cell *cell = g->d->tally[which].cell;
    size_t settled = 0, n = 0, count = 0, *e = x ? classes_told(g, which, &count) : NULL;
    if (!e) return;
    document_column head[6];
    head[n++] = (document_column){"at", view_text(v, "At"), WIDTH_LEFT, 12};
    head[n++] = (document_column){"value", view_text(v, TEXT_AS("result", "Value")), WIDTH_LEFT, 8};
    head[n++] = (document_column){"probability", view_text(v, "Probability"), WIDTH_RIGHT, 0};
    if (!g->w->people) {
        head[n++] = (document_column){"probability_low", "", WIDTH_RIGHT, 0};
        head[n++] = (document_column){"probability_high", "", WIDTH_RIGHT, 0};
    }
    head[n++] = (document_column){"nominal", view_text(v, "By the rules"), WIDTH_LEFT, 8};
    for (size_t i = 0; i < count; i++) settled += (size_t)is_settled(&cell[e[i]], x->value[e[i]]);
    if (!g->w->people || settled < count) document_table(g->p, id, title, head, n);
    for (size_t i = 0; i < count; i++)
        if (!g->w->people || !is_settled(&cell[e[i]], x->value[e[i]]))
            put_class(g, x, &cell[e[i]], e[i]);
    g->p->dense = settled < count;
    if (g->w->people && settled)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(v, "%s: %zu of %zu are in all draws as by the rules"), title,
                      settled, count);
    g->p->dense = 0;
    mem_free(e);
}

void vary_put_classes(const vary_page *g) {
    put_classes(g, VARY_GRADE, "grades", view_text(g->v, TEXT_AS("report", "Grades")));
    put_classes(g, VARY_VERDICT, "verdict", view_text(g->v, "Verdict"));
}

/* ---- weights that put a unit first ---- */

static void put_central_rows(const vary_page *g, size_t column) {
    const central *c = g->w->central;
    for (size_t i = 0; i < g->v->shown_count; i++) {
        size_t row = g->v->shown[i], e = vary_place(g, VARY_RANK, row, column);
        size_t own = e == VIEW_NONE ? SIZE_MAX : 0;
        while (own < c->columns && vary_element(g->d, own, row) != e) own++;
        if (own >= c->columns || !c->times[own * c->units + row]) continue;
        double confident = c->confidence[own * c->units + row];
        for (size_t k = 0; k < c->weights; k++) {
            const draw_input *x = &g->d->inputs.input[c->weight[k]];
            double weight = central_weight(c, own, row, k);
            if (!g->w->people) document_put(g->p, document_text(vary_column_id(g, column)));
            DOCUMENT_ROW(
                g->p, document_text(g->w->people && k ? "" : vary_unit(g, row)),
                g->w->people && k ? document_text("")
                                  : vary_share(g, (double)c->times[own * c->units + row],
                                               (double)g->d->tally[VARY_RANK].cell[e].present),
                g->w->people && k  ? document_text("")
                : isnan(confident) ? document_number(g->p, confident, -1)
                                   : vary_share(g, confident, 1),
                document_text(x->address), document_number(g->p, weight, g->w->people ? 3 : -1),
                document_number(g->p, x->nominal, -1));
        }
    }
}

void vary_put_central(const vary_page *g, size_t columns) {
    const view *v = g->v;
    if (!g->w->central) return;
    const document_column head[] = {
        {"column", "", WIDTH_LEFT, 0},
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"first", view_text(v, "First"), WIDTH_RIGHT, 0},
        {"confidence", view_text(v, "Confidence"), WIDTH_RIGHT, 0},
        {"address", view_text(v, TEXT_AS("uncertain", "Weight")), WIDTH_LEFT, 16},
        {"weight", view_text(v, "Central"), WIDTH_RIGHT, 0},
        {"nominal", view_text(v, "By the rules"), WIDTH_RIGHT, 0},
    };
    const char *title = view_text(v, "Weights that put a unit first");
    if (!g->w->people) document_table(g->p, "central_weights", "", head, 7);
    for (size_t k = 0; k < columns; k++) {
        const char *of = v->columns ? v->column_title[k] : "";
        if (g->w->people)
            document_table(g->p, "central_weights",
                           document_print(g->p, "%s%s%s", of, *of ? g->p->colon : "", title),
                           head + 1, 6);
        put_central_rows(g, k);
    }
    g->p->dense = 1;
    if (g->w->people && g->d->stopped)
        document_line(g->p, PAINT_FAINT, 0, "",
                      view_text(v, "Central: the mean over the draws in which the unit is first. "
                                   "Confidence needs all draws."));
    else if (g->w->people)
        document_line(
            g->p, PAINT_FAINT, 0, "",
            view_text(v, "Central: the mean over the draws in which the unit is first. Confidence: "
                         "how often it is first with these weights, by %llu draws."),
            (unsigned long long)g->w->central->draws);
    g->p->dense = 0;
}
