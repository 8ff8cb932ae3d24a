#include "report/vary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/unit_report.h"

enum { STRIP = 24 };

typedef struct vary_page {
    const view *v;
    const vary *d;
    const vary_wish *w;
    document *p;
} vary_page;

/* "5 %" */
static const char *percent(const vary_page *g, double share) {
    return document_print(g->p, "%g%%", share * 100);
}

/* ---- one unit in one column ---- */

/* The element of a part at a place of the view; VIEW_NONE where it has none. */
static size_t element(const vary_page *g, vary_part which, size_t row, size_t column) {
    const assess_array *x = g->d->settings.part[which];
    if (!x) return VIEW_NONE;
    location at = view_location(g->v, row, g->v->columns ? column : VIEW_NONE);
    return location_offset(x, &at);
}

static document_cell share_cell(const vary_page *g, double times, double of) {
    if (!(of > 0)) return document_text("");
    buf b = BUF_INIT;
    view_share(&b, times / of);
    document_cell c = document_number(g->p, times / of, -1);
    c.shown = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return c;
}

/* How often each rank came, as blocks from the first rank to the last. */
static const char *strip(const vary_page *g, size_t e) {
    static const char *const block[] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const tally *t = &g->d->tally[VARY_RANK];
    double units = (double)g->d->units;
    size_t cells = g->d->units < STRIP ? g->d->units : STRIP;
    buf b = BUF_INIT;
    uint64_t before = 0, most = 0, here[STRIP];
    for (size_t i = 0; i < cells; i++) {
        uint64_t up = tally_within(t, e, floor((double)(i + 1) * units / (double)cells + 0.5));
        here[i] = up - before;
        most = here[i] > most ? here[i] : most;
        before = up;
    }
    for (size_t i = 0; i < cells; i++) {
        int level = most ? (int)ceil(8 * (double)here[i] / (double)most) : 0;
        buf_text(&b, block[level]);
    }
    const char *own = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return own;
}

/* ---- the units ---- */

static void put_unit(const vary_page *g, size_t row, size_t column, int places) {
    document *p = g->p;
    const vary_wish *w = g->w;
    const vary_settings *s = &g->d->settings;
    document_put(p, document_text(assess_title(g->v->session, &g->v->rows, row)));
    size_t r = element(g, VARY_RANK, row, column), c = element(g, VARY_SCORE, row, column);
    if (r != VIEW_NONE) {
        const tally *t = &g->d->tally[VARY_RANK];
        double n = (double)t->cell[r].present;
        document_put(p, document_number(p, s->part[VARY_RANK]->value[r], -1));
        document_put(p, document_number(p, tally_quantile(t, r, 0.5), -1));
        document_put(p, document_number(p, tally_quantile(t, r, w->low), -1));
        document_put(p, document_number(p, tally_quantile(t, r, w->high), -1));
        if (w->people) document_put(p, document_text(strip(g, r)));
        document_put(p, share_cell(g, (double)tally_within(t, r, 1), n));
        document_put(p, share_cell(g, (double)tally_within(t, r, w->first), n));
        if (!w->people) document_put(p, document_number(p, tally_mean(t, r), -1));
    }
    if (c != VIEW_NONE) {
        const tally *t = &g->d->tally[VARY_SCORE];
        document_put(p, document_number(p, s->part[VARY_SCORE]->value[c], places));
        document_put(p, document_number(p, tally_quantile(t, c, w->low), places));
        document_put(p, document_number(p, tally_quantile(t, c, w->high), places));
        if (w->people) return;
        document_put(p, document_number(p, tally_quantile(t, c, 0.5), -1));
        document_put(p, document_number(p, tally_mean(t, c), -1));
        document_put(p, document_number(p, (double)t->cell[c].missing, -1));
    }
}

static void put_units(const vary_page *g, size_t column, const char *id, const char *title) {
    const view *v = g->v;
    const vary_wish *w = g->w;
    document_column head[16];
    size_t n = 0;
    head[n++] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    if (g->d->settings.part[VARY_RANK]) {
        head[n++] = (document_column){"rank", view_text(g->v, "Rank"), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"rank_median", view_text(g->v, "Median"), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"rank_low", percent(g, w->low), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"rank_high", percent(g, w->high), WIDTH_RIGHT, 0};
        if (w->people)
            head[n++] =
                (document_column){"strip", view_text(g->v, "First … last rank"), WIDTH_LEFT, 0};
        head[n++] = (document_column){"first", view_text(g->v, "First"), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"among_first",
                                      document_print(g->p, view_text(g->v, "Top %g"), w->first),
                                      WIDTH_RIGHT, 0};
        if (!w->people) head[n++] = (document_column){"rank_mean", "", WIDTH_RIGHT, 0};
    }
    if (g->d->settings.part[VARY_SCORE]) {
        head[n++] = (document_column){"score", view_text(g->v, "Score"), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"score_low", percent(g, w->low), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"score_high", percent(g, w->high), WIDTH_RIGHT, 0};
        if (!w->people) {
            head[n++] = (document_column){"score_median", "", WIDTH_RIGHT, 0};
            head[n++] = (document_column){"score_mean", "", WIDTH_RIGHT, 0};
            head[n++] = (document_column){"missing", "", WIDTH_RIGHT, 0};
        }
    }
    document_table(g->p, id, title, head, n);
    const assess_array *score = g->d->settings.part[VARY_SCORE];
    int places = score ? view_places(score) : -1;
    for (size_t i = 0; i < v->shown_count; i++)
        put_unit(g, v->shown[i], column, w->people ? places : -1);
}

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

/* Is each of the first `cut` units of the order ahead of each that follows? */
static int is_cut(const vary_page *g, const order *o, size_t count, size_t cut, size_t column) {
    for (size_t i = 0; i < cut; i++)
        for (size_t k = cut; k < count; k++)
            if (!(vary_ahead(g->d, column, o[i].row, o[k].row) >= g->w->decided)) return 0;
    return 1;
}

static int put_groups(const vary_page *g, size_t column, const char *title, fault *f) {
    const vary *d = g->d;
    const assess_array *rank = d->settings.part[VARY_RANK];
    order *o = rank ? mem_take((d->units + 1) * sizeof *o) : NULL;
    if (!rank) return 1;
    if (!o) return fault_memory(f);
    size_t count = 0, at = SIZE_MAX, from = 0;
    for (size_t row = 0; row < d->units; row++) {
        size_t e = element(g, VARY_RANK, row, column);
        if (e == VIEW_NONE || isnan(rank->value[e])) continue;
        if (at == SIZE_MAX) at = column_of(d, row, e);
        o[count++] = (order){row, rank->value[e]};
    }
    qsort(o, count, sizeof *o, by_rank);
    for (size_t cut = 1; at != SIZE_MAX && cut <= count; cut++) {
        if (cut < count && !is_cut(g, o, count, cut, at)) continue;
        if (cut - from > 1)
            document_line(g->p, PAINT_PLAIN, 2, NULL,
                          view_text(g->v, "%s%sranks %g to %g cannot be told apart"), title,
                          *title ? g->p->colon : "", o[from].rank, o[cut - 1].rank);
        from = cut;
    }
    mem_free(o);
    return 1;
}

/* ---- classes: grades and the verdict ---- */

static void put_classes(const vary_page *g, vary_part which, const char *id, const char *title) {
    const view *v = g->v;
    const assess_array *x = g->d->settings.part[which];
    const tally *t = &g->d->tally[which];
    if (!x) return;
    const document_column head[] = {
        {"at", view_text(g->v, "At"), WIDTH_LEFT, 12},
        {"value", view_text(g->v, TEXT_AS("result", "Value")), WIDTH_LEFT, 8},
        {"probability", view_text(g->v, "Probability"), WIDTH_RIGHT, 0},
        {"nominal", view_text(g->v, "By the rules"), WIDTH_LEFT, 8},
    };
    document_table(g->p, id, title, head, sizeof head / sizeof *head);
    buf at = BUF_INIT, value = BUF_INIT, now = BUF_INIT;
    for (size_t e = 0; e < t->size; e++) {
        buf_clear(&at);
        buf_clear(&now);
        for (int k = 0; k < x->axes; k++)
            buf_print(
                &at, "%s%s", k ? ", " : "",
                assess_title(v->session, &x->axis[k], ax_along(e, x->stride[k], x->axis[k].size)));
        view_element(&now, v, x, x->value[e], 0);
        for (size_t k = 0; k < t->cell[e].classes; k++) {
            const tally_count *c = &t->cell[e].class_[k];
            buf_clear(&value);
            view_element(&value, v, x, c->value, 0);
            DOCUMENT_ROW(
                g->p, document_text(buf_string(&at)), document_text(buf_string(&value)),
                share_cell(g, (double)c->count, (double)(t->cell[e].present + t->cell[e].missing)),
                document_text(buf_string(&now)));
        }
    }
    buf_release(&at);
    buf_release(&value);
    buf_release(&now);
}

/* ---- what varied ---- */

static void put_inputs(const vary_page *g) {
    const draw_inputs *in = &g->d->inputs;
    const document_column head[] = {
        {"address", view_text(g->v, TEXT_AS("uncertain", "What varies")), WIDTH_LEFT, 16},
        {"how", view_text(g->v, "How"), WIDTH_LEFT, 16},
        {"numbers", view_text(g->v, "Numbers"), WIDTH_RIGHT, 0},
        {"why", view_text(g->v, "Why"), WIDTH_LEFT, 16},
    };
    document_table(g->p, "varied", view_text(g->v, TEXT_AS("uncertain", "What varies")), head, 4);
    for (size_t i = 0; i < in->entries; i++) {
        const draw_entry *e = &in->entry[i];
        size_t n = e->inputs + e->choices;
        document_cell count = document_number(g->p, (double)n, -1);
        if (!n) count.shown = view_text(g->v, "none: no such name");
        DOCUMENT_ROW(g->p, document_text(e->of->address),
                     document_text(uncertain_text(e->of, &g->p->memory)), count,
                     document_text(e->of->why));
    }
}

static void put_head(const vary_page *g) {
    const vary_settings *s = &g->d->settings;
    document_facts(g->p, "draws", "");
    document_fact(g->p, "draws", view_text(g->v, "Draws"),
                  document_number(g->p, (double)g->d->done, -1));
    document_fact(g->p, "seed", view_text(g->v, "Seed"),
                  document_number(g->p, (double)s->seed, -1));
    if (g->d->stopped)
        document_fact(
            g->p, "stopped", view_text(g->v, "Stopped"),
            document_text(document_print(g->p, view_text(g->v, "before all %llu draws were made"),
                                         (unsigned long long)s->draws)));
}

int vary_make(const view *v, const vary *d, const vary_wish *w, document *p, fault *f) {
    const vary_page g = {v, d, w, p};
    size_t columns = v->columns ? v->columns : 1;
    int fine = 1;
    if (!w->one_table) {
        put_head(&g);
        put_inputs(&g);
    }
    document_list(p, "units", columns > 1 ? "column" : NULL);
    for (size_t k = 0; fine && v->rows.size && k < columns; k++) {
        const char *title = v->columns ? v->column_title[k] : "";
        put_units(&g, k, *title ? title : "units", title);
        if (w->people) fine = put_groups(&g, k, title, f);
    }
    if (!w->one_table) {
        put_classes(&g, VARY_GRADE, "grades", view_text(v, TEXT_AS("report", "Grades")));
        put_classes(&g, VARY_VERDICT, "verdict", view_text(v, "Verdict"));
    }
    return fine && (!p->failed || fault_memory(f));
}
