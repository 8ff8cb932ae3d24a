#include "robust/effects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "robust/varied.h"
#include "uncertainty/correlation.h"
#include "uncertainty/sample.h"

enum { BAR = 16, SHORT_BAR = 10, WRAP = 16 };
/* An interval that reaches farther than this from its middle has not settled. */
#define SETTLED 0.05

typedef struct page_of {
    const view *v;
    const sensitivity_wish *w;
    document *p;
    sensitivity s;
    const target_list *targets;
    fault *f;
} page_of;

/* ---- rows in the order of what they do ---- */

typedef struct order {
    size_t row;
    double by;
} order;

static int by_size(const void *a, const void *b) {
    const order *x = a, *y = b;
    double p = isnan(x->by) ? -INFINITY : x->by, q = isnan(y->by) ? -INFINITY : y->by;
    return p != q ? (p > q ? -1 : 1) : (x->row > y->row) - (x->row < y->row);
}

static order *order_take(const page_of *g, size_t n) {
    order *o = arena_zero(&g->p->memory, n + 1, sizeof *o);
    if (!o) fault_memory(g->f);
    for (size_t i = 0; o && i < n; i++) o[i].row = i;
    return o;
}

/* How many of n rows are shown. */
static size_t shown_of(const page_of *g, size_t n) {
    return g->w->people && g->w->top && n > g->w->top ? g->w->top : n;
}

static void tell_rest(const page_of *g, size_t n) {
    if (shown_of(g, n) < n)
        document_line(g->p, PAINT_FAINT, 2, NULL,
                      view_text(g->v, "%zu more, none of greater effect (--top)"),
                      n - shown_of(g, n));
}

/* ---- cells ---- */

/* A share of `length` blocks, not outside 0 … length. */
static int blocks(double share, int length) {
    return share > 0 ? (int)(fmin(share, 1) * length + 0.5) : 0;
}

/* A share in full blocks, and up to a greater one in light ones. */
static document_cell bar(const page_of *g, double full, double light, int length) {
    buf b = BUF_INIT;
    int cells = blocks(full, length), all = blocks(light, length);
    for (int i = 0; i < length; i++) buf_text(&b, i < cells ? "█" : i < all ? "▒" : "·");
    document_cell c = document_text(document_print(g->p, "%s", buf_string(&b)));
    buf_release(&b);
    return c;
}

static document_cell interval(const page_of *g, double low, double high, int places) {
    if (isnan(low) || isnan(high)) return document_text("");
    buf b = BUF_INIT;
    view_number(&b, low, places);
    buf_text(&b, " … ");
    view_number(&b, high, places);
    document_cell c = document_text(document_print(g->p, "%s", buf_string(&b)));
    buf_release(&b);
    return c;
}

/* An index and its interval: one cell and one for people, three for programs. */
static void put_index(const page_of *g, const sobol_index *x) {
    int people = g->w->people;
    document_put(g->p, document_number(g->p, x->value, people ? 3 : -1));
    if (people) {
        document_put(g->p, interval(g, x->low, x->high, 2));
    } else {
        document_put(g->p, document_number(g->p, x->low, -1));
        document_put(g->p, document_number(g->p, x->high, -1));
    }
}

typedef struct heads {
    document_column column[16];
    size_t count;
} heads;

static void add_head(heads *h, const char *id, const char *head, width_side side) {
    h->column[h->count++] = (document_column){id, head, side, side == WIDTH_LEFT ? WRAP : 0};
}

static void add_interval(const page_of *g, heads *h, const char *name) {
    if (g->w->people) {
        add_head(h, "interval", "95 %", WIDTH_LEFT);
        h->column[h->count - 1].wrap = 0;
    } else {
        add_head(h, document_print(g->p, "%s_low", name), "95 %", WIDTH_RIGHT);
        add_head(h, document_print(g->p, "%s_high", name), "", WIDTH_RIGHT);
    }
}

static void begin_table(const page_of *g, const char *title, const heads *h) {
    document_table(g->p, *title ? title : "all", title, h->column, h->count);
}

static const char *factor_title(const page_of *g) {
    return view_text(g->v, TEXT_AS("uncertain", "What varies"));
}

static void put_factor(const page_of *g, size_t i) {
    const sensitivity_factor *x = &g->s.factor[i];
    document_put(g->p, document_text(x->name));
    if (!g->w->people) document_put(g->p, document_number(g->p, (double)x->members, -1));
}

static void add_factor_heads(const page_of *g, heads *h) {
    add_head(h, "address", factor_title(g), WIDTH_LEFT);
    if (!g->w->people) add_head(h, "numbers", "", WIDTH_RIGHT);
}

static void add_bar(const page_of *g, heads *h, const char *head) {
    if (!g->w->people) return;
    add_head(h, "bar", head, WIDTH_LEFT);
    h->column[h->count - 1].wrap = 0;
}

/* ---- Sobol' indices ---- */

static void put_sobol_table(const page_of *g, const sobol_result *r, const char *title) {
    heads h = {.count = 0};
    size_t n = g->s.factors;
    order *o = order_take(g, n);
    if (!o) return;
    add_factor_heads(g, &h);
    add_bar(g, &h, view_text(g->v, "Share of variance"));
    add_head(&h, "first", view_text(g->v, TEXT_AS("index", "Alone")), WIDTH_RIGHT);
    add_interval(g, &h, "first");
    add_head(&h, "total", view_text(g->v, TEXT_AS("index", "Total")), WIDTH_RIGHT);
    add_interval(g, &h, "total");
    begin_table(g, title, &h);
    for (size_t i = 0; i < n; i++) o[i].by = r->total[i].value;
    qsort(o, n, sizeof *o, by_size);
    for (size_t i = 0; i < shown_of(g, n); i++) {
        put_factor(g, o[i].row);
        if (g->w->people) document_put(g->p, bar(g, r->first[o[i].row].value, o[i].by, BAR));
        put_index(g, &r->first[o[i].row]);
        put_index(g, &r->total[o[i].row]);
    }
    tell_rest(g, n);
}

/* What is to be known of a table, for people. */
static void tell_sobol(const page_of *g, const sobol_run *run, size_t t) {
    const sobol_result *r = &run->of[t];
    const sobol_sums *sums = &run->sums[t];
    document *p = g->p;
    if (sums->left_out)
        document_line(p, PAINT_WARN, 2, NULL,
                      view_text(g->v, "%llu of %llu rows are left out: the result is missing in "
                                      "one of their draws"),
                      (unsigned long long)sums->left_out, (unsigned long long)run->rows);
    if (r->constant) {
        document_line(p, PAINT_WARN, 2, NULL, "%s",
                      view_text(g->v, sums->used ? TEXT("the result is the same in all draws: "
                                                        "there is no variance to be shared out")
                                                 : TEXT("the result is missing in all draws")));
        return;
    }
    buf b = BUF_INIT;
    view_share(&b, r->sum.value);
    document_line(p, PAINT_PLAIN, 2, NULL,
                  view_text(g->v, "alone they account for %s of the variance"), buf_string(&b));
    buf_release(&b);
    double width = sobol_width(run, g->s.factors, t);
    if (width > SETTLED)
        document_line(p, PAINT_WARN, 2, NULL,
                      view_text(g->v, "not settled: an interval reaches %.2f from its middle; "
                                      "--draws %.0f would bring it to about %.2f"),
                      width, sobol_rows_for(run, width, SETTLED), SETTLED);
}

static void put_pairs(const page_of *g, const sobol_run *run) {
    size_t n = g->s.factors, pairs = n * (n - 1) / 2;
    heads h = {.count = 0};
    if (g->targets->count > 1)
        add_head(&h, "target", view_text(g->v, TEXT_AS("sensitivity", "Of")), WIDTH_LEFT);
    add_head(&h, "address", factor_title(g), WIDTH_LEFT);
    add_head(&h, "with", view_text(g->v, TEXT_AS("sensitivity", "With")), WIDTH_LEFT);
    add_head(&h, "second", view_text(g->v, "Together"), WIDTH_RIGHT);
    add_interval(g, &h, "second");
    document_table(g->p, "pairs", view_text(g->v, "Pairs: what two do together, beyond each alone"),
                   h.column, h.count);
    for (size_t t = 0; t < g->targets->count; t++) {
        const sobol_result *r = &run->of[t];
        order *o = order_take(g, pairs);
        if (!o || !r->second) continue;
        for (size_t i = 0; i < pairs; i++) o[i].by = r->second[i].value;
        qsort(o, pairs, sizeof *o, by_size);
        for (size_t k = 0; k < shown_of(g, pairs); k++) {
            size_t i = 0, j;
            while (sobol_pair(n, i, n - 1) < o[k].row) i++;
            j = o[k].row - sobol_pair(n, i, i + 1) + i + 1;
            if (g->targets->count > 1) document_put(g->p, document_text(g->targets->item[t].title));
            document_put(g->p, document_text(g->s.factor[i].name));
            document_put(g->p, document_text(g->s.factor[j].name));
            put_index(g, &r->second[o[k].row]);
        }
    }
}

/* For programs, what people are told in lines. */
static void put_targets(const page_of *g, const sobol_run *run) {
    static const document_column head[] = {
        {"target", "", WIDTH_LEFT, 0},      {"nominal", "", WIDTH_RIGHT, 0},
        {"mean", "", WIDTH_RIGHT, 0},       {"variance", "", WIDTH_RIGHT, 0},
        {"first_sum", "", WIDTH_RIGHT, 0},  {"left_out", "", WIDTH_RIGHT, 0},
        {"half_width", "", WIDTH_RIGHT, 0}, {"draws_wanted", "", WIDTH_RIGHT, 0},
    };
    document_table(g->p, "targets", "", head, sizeof head / sizeof *head);
    for (size_t t = 0; t < g->targets->count; t++) {
        const sobol_result *r = &run->of[t];
        double width = sobol_width(run, g->s.factors, t);
        DOCUMENT_ROW(g->p, document_text(g->targets->item[t].title),
                     document_number(g->p, sensitivity_nominal(&g->targets->item[t]), -1),
                     document_number(g->p, r->mean, -1), document_number(g->p, r->variance, -1),
                     document_number(g->p, r->sum.value, -1),
                     document_number(g->p, (double)run->sums[t].left_out, -1),
                     document_number(g->p, width, -1),
                     document_number(g->p,
                                     width > SETTLED ? sobol_rows_for(run, width, SETTLED)
                                                     : (double)run->rows,
                                     -1));
    }
}

/* ---- what all methods have ---- */

static void put_head(const page_of *g, const char *id, const char *method, double rows,
                     const char *rows_head, double evaluations) {
    document *p = g->p;
    document_facts(p, "settings", "");
    if (g->targets)
        document_fact(p, "of", view_text(g->v, TEXT_AS("sensitivity", "Of")),
                      document_shown(targets_title(g->v, g->targets), g->targets->of, 0));
    document_fact(p, "method", view_text(g->v, TEXT_AS("sensitivity", "Method")),
                  document_shown(method, id, 0));
    if (rows > 0) document_fact(p, "draws", rows_head, document_number(p, rows, -1));
    if (evaluations > 0)
        document_fact(p, "evaluations", view_text(g->v, "Evaluations"),
                      document_number(p, evaluations, -1));
    if (rows > 0)
        document_fact(p, "seed", view_text(g->v, "Seed"),
                      document_number(p, (double)g->w->seed, -1));
    if (g->s.stopped)
        document_fact(p, "stopped", view_text(g->v, "Stopped"),
                      document_text(view_text(g->v, "before all draws were made")));
}

static void put_varied(const page_of *g) { varied_list(g->v, &g->s.inputs, g->w->people, g->p); }

static void begin_list(const page_of *g) {
    document_list(g->p, "results", g->targets && g->targets->count > 1 ? "target" : NULL);
}

static const char *title_at(const page_of *g, size_t t) { return g->targets->item[t].title; }

static void legend(const page_of *g) {
    if (g->w->people)
        document_line(g->p, PAINT_FAINT, 2, NULL, "%s",
                      view_text(g->v, "█ alone (first order), ▒ together with others"));
}

static int report_sobol(page_of *g) {
    sobol_run run;
    uint64_t rows = g->w->draws > 0 ? (uint64_t)g->w->draws : 4096;
    if (!sobol_run_make(&g->s, rows, g->w->second, &run, g->f)) return 0;
    if (!g->w->one_table) {
        put_head(g, "sobol", view_text(g->v, "Sobol' indices (Saltelli 2010, Jansen 1999)"),
                 (double)run.rows, view_text(g->v, "Draws"), (double)run.evaluations);
        document_fact(g->p, "points", view_text(g->v, TEXT_AS("sample", "Points")),
                      document_text(view_text(g->v, "Sobol' (Joe and Kuo 2008), scrambled")));
        if (run.plain)
            document_fact(g->p, "random", view_text(g->v, "Plain random numbers"),
                          document_number(g->p, (double)run.plain, -1));
        put_varied(g);
    }
    int pairs = !g->w->one_table && g->w->second && g->s.factors > 1;
    if (!g->w->one_table && !g->w->people) put_targets(g, &run);
    if (pairs && !g->w->people) put_pairs(g, &run); /* what follows the list is of the list */
    begin_list(g);
    for (size_t t = 0; t < g->targets->count; t++) {
        put_sobol_table(g, &run.of[t], title_at(g, t));
        if (g->w->people) tell_sobol(g, &run, t);
    }
    legend(g);
    if (g->w->people && g->s.factors == 1)
        document_line(g->p, PAINT_PLAIN, 2, NULL, "%s",
                      view_text(g->v, "all that varies is one entry: --by input takes its numbers "
                                      "apart"));
    if (pairs && g->w->people) put_pairs(g, &run);
    return !g->w->effects ||
           effects_of_indices(g->w->effects, &g->p->memory, g->v, &g->s, &run, g->targets) ||
           fault_memory(g->f);
}

/* ---- one at a time ---- */

static const char *address_of(const page_of *g, size_t which) {
    const draw_inputs *in = &g->s.inputs;
    return which < in->inputs ? in->input[which].address : in->choice[which - in->inputs].address;
}

static void put_case(const page_of *g, const one_at_a_time *r, const one_case *c, size_t t,
                     double most) {
    document *p = g->p;
    double low = c->y[0][t], high = c->y[1][t], base = r->base[t];
    double change = c->choice ? low - base : high - low;
    document_put(p, document_text(address_of(g, c->which)));
    document_put(p, c->choice ? document_text(c->choice) : document_number(p, c->low, -1));
    document_put(p, document_number(p, c->choice ? (double)NAN : c->high, -1));
    document_put(p, document_number(p, low, -1));
    document_put(p, document_number(p, c->choice ? (double)NAN : high, -1));
    document_put(p, document_number(p, change, -1));
    if (g->w->people) document_put(p, bar(g, most > 0 ? fabs(change) / most : 0, 0, SHORT_BAR));
}

static void put_cases(const page_of *g, const one_at_a_time *r, size_t t) {
    heads h = {.count = 0};
    order *o = order_take(g, r->cases);
    if (!o) return;
    add_head(&h, "address", factor_title(g), WIDTH_LEFT);
    add_head(&h, "low", view_text(g->v, TEXT_AS("quantile", "Low")), WIDTH_RIGHT);
    add_head(&h, "high", view_text(g->v, TEXT_AS("quantile", "High")), WIDTH_RIGHT);
    add_head(&h, "at_low", view_text(g->v, "At low"), WIDTH_RIGHT);
    add_head(&h, "at_high", view_text(g->v, "At high"), WIDTH_RIGHT);
    add_head(&h, "change", view_text(g->v, "Change"), WIDTH_RIGHT);
    add_bar(g, &h, "");
    begin_table(g, title_at(g, t), &h);
    double most = 0;
    for (size_t i = 0; i < r->cases; i++) {
        const one_case *c = &r->of[i];
        o[i].by = fabs(c->choice ? c->y[0][t] - r->base[t] : c->y[1][t] - c->y[0][t]);
        most = fmax(most, o[i].by);
    }
    qsort(o, r->cases, sizeof *o, by_size);
    for (size_t i = 0; i < shown_of(g, r->cases); i++) put_case(g, r, &r->of[o[i].row], t, most);
    tell_rest(g, r->cases);
    buf b = BUF_INIT;
    view_figure(&b, r->base[t]);
    document_line(g->p, PAINT_PLAIN, 2, NULL, view_text(g->v, "by the rules: %s"), buf_string(&b));
    buf_release(&b);
}

static int report_one(page_of *g) {
    one_at_a_time r;
    if (!one_at_a_time_make(&g->s, 0.05, 0.95, &r, g->f)) return 0;
    if (!g->w->one_table) {
        put_head(g, "oat", view_text(g->v, "one at a time, at its 5 % and 95 % quantile"), 0, "",
                 (double)r.evaluations);
        put_varied(g);
    }
    begin_list(g);
    for (size_t t = 0; t < g->targets->count; t++) put_cases(g, &r, t);
    return !g->w->effects ||
           effects_of_cases(g->w->effects, &g->p->memory, g->v, &g->s, &r, g->targets) ||
           fault_memory(g->f);
}

/* ---- elementary effects ---- */

static void put_effects(const page_of *g, const morris_effect *e, const char *title) {
    heads h = {.count = 0};
    size_t n = g->s.factors;
    order *o = order_take(g, n);
    if (!o) return;
    add_factor_heads(g, &h);
    add_bar(g, &h, "");
    add_head(&h, "mu_star", "mu*", WIDTH_RIGHT);
    add_interval(g, &h, "mu_star");
    add_head(&h, "mu", "mu", WIDTH_RIGHT);
    add_head(&h, "sigma", "sigma", WIDTH_RIGHT);
    if (!g->w->people) add_head(&h, "paths", "", WIDTH_RIGHT);
    begin_table(g, title, &h);
    double most = 0;
    uint64_t fewest = UINT64_MAX, paths = 0;
    for (size_t i = 0; i < n; i++) {
        o[i].by = e[i].mu_star;
        most = fmax(most, e[i].mu_star);
        fewest = e[i].paths < fewest ? e[i].paths : fewest;
        paths = e[i].paths > paths ? e[i].paths : paths;
    }
    qsort(o, n, sizeof *o, by_size);
    for (size_t i = 0; i < shown_of(g, n); i++) {
        const morris_effect *x = &e[o[i].row];
        put_factor(g, o[i].row);
        if (g->w->people) {
            document_put(g->p, bar(g, most > 0 ? x->mu_star / most : 0, 0, BAR));
            document_put(g->p, document_number(g->p, x->mu_star, -1));
            document_put(g->p, interval(g, x->low, x->high, 2));
        } else {
            document_put(g->p, document_number(g->p, x->mu_star, -1));
            document_put(g->p, document_number(g->p, x->low, -1));
            document_put(g->p, document_number(g->p, x->high, -1));
        }
        document_put(g->p, document_number(g->p, x->mu, -1));
        document_put(g->p, document_number(g->p, x->sigma, -1));
        if (!g->w->people) document_put(g->p, document_number(g->p, (double)x->paths, -1));
    }
    tell_rest(g, n);
    if (fewest < paths)
        document_line(g->p, PAINT_WARN, 2, NULL, "%s",
                      view_text(g->v, "moves at which the result is missing are left out"));
}

static int report_morris(page_of *g) {
    morris_run r;
    uint64_t paths = g->w->draws > 0 ? (uint64_t)g->w->draws : 50;
    if (!morris_make(&g->s, paths, &r, g->f)) return 0;
    if (!g->w->one_table) {
        put_head(g, "morris", view_text(g->v, "elementary effects (Morris 1991, Campolongo 2007)"),
                 (double)r.paths, view_text(g->v, "Paths"), (double)r.evaluations);
        put_varied(g);
    }
    begin_list(g);
    for (size_t t = 0; t < g->targets->count; t++)
        put_effects(g, r.of + t * g->s.factors, title_at(g, t));
    return !g->w->effects ||
           effects_of_moves(g->w->effects, &g->p->memory, g->v, &g->s, &r, g->targets) ||
           fault_memory(g->f);
}

/* ---- correlation ratios ---- */

static int put_ratios(const page_of *g, const sample *x, const double *y, const char *title,
                      const char *of) {
    heads h = {.count = 0};
    size_t n = x->columns;
    order *o = order_take(g, n);
    correlation_ratio *r = arena_zero(&g->p->memory, n + 1, sizeof *r);
    if (!o || !r) return fault_memory(g->f);
    add_head(&h, "address", factor_title(g), WIDTH_LEFT);
    add_bar(g, &h, view_text(g->v, "Share of variance"));
    add_head(&h, "ratio", view_text(g->v, "Correlation ratio"), WIDTH_RIGHT);
    add_head(&h, "r_squared", view_text(g->v, "Line (r²)"), WIDTH_RIGHT);
    add_head(&h, "r", "r", WIDTH_RIGHT);
    add_head(&h, "points", view_text(g->v, TEXT_AS("sample", "Points")), WIDTH_RIGHT);
    if (!g->w->people) {
        add_head(&h, "ratio_uncorrected", "", WIDTH_RIGHT);
        add_head(&h, "slices", "", WIDTH_RIGHT);
    }
    begin_table(g, title, &h);
    int fine = 1, places = g->w->people ? 3 : -1;
    for (size_t i = 0; fine && i < n; i++) {
        fine = correlation_make(x->rows, x->column[i].value, y, x->column[i].classes, &r[i], g->f);
        o[i].by = r[i].ratio;
    }
    qsort(o, n, sizeof *o, by_size);
    for (size_t i = 0; fine && i < shown_of(g, n); i++) {
        const correlation_ratio *c = &r[o[i].row];
        document_put(g->p, document_text(x->column[o[i].row].name));
        if (g->w->people) document_put(g->p, bar(g, c->ratio, 0, BAR));
        document_put(g->p, document_number(g->p, c->ratio, places));
        document_put(g->p, document_number(g->p, c->r * c->r, places));
        document_put(g->p, document_number(g->p, c->r, places));
        document_put(g->p, document_number(g->p, (double)c->points, -1));
        if (g->w->people) continue;
        document_put(g->p, document_number(g->p, c->raw, -1));
        document_put(g->p, document_number(g->p, (double)c->slices, -1));
    }
    tell_rest(g, n);
    if (fine && g->w->effects &&
        !effects_of_ratios(g->w->effects, &g->p->memory, g->v, x, r, of,
                           g->targets ? g->targets->count : 1))
        fine = fault_memory(g->f);
    return fine;
}

static const char *correlation_title(const page_of *g) {
    return view_text(g->v, "correlation ratios (Paruolo, Saisana and Saltelli 2013)");
}

static int report_correlation(page_of *g) {
    sample x = {0};
    uint64_t rows = g->w->draws > 0 ? (uint64_t)g->w->draws : 10000;
    int fine = sample_draw(&x, &g->s, rows, g->f);
    if (fine && !g->w->one_table) {
        put_head(g, "correlation", correlation_title(g), (double)x.rows, view_text(g->v, "Draws"),
                 (double)x.rows);
        put_varied(g);
    }
    begin_list(g);
    for (size_t t = 0; fine && t < g->targets->count; t++)
        fine = put_ratios(g, &x, x.y[t], title_at(g, t), title_at(g, t));
    if (fine && g->w->effects) g->w->effects->what = targets_title(g->v, g->targets);
    sample_close(&x);
    return fine;
}

static int report_sample(page_of *g) {
    sample x = {0};
    int fine = sample_read(&x, g->w->sample, g->w->of, g->f);
    if (fine && !g->w->one_table) {
        document_facts(g->p, "settings", "");
        document_fact(g->p, "of", view_text(g->v, TEXT_AS("sensitivity", "Of")),
                      document_text(g->w->of));
        document_fact(g->p, "method", view_text(g->v, TEXT_AS("sensitivity", "Method")),
                      document_shown(correlation_title(g), "correlation", 0));
        document_fact(g->p, "sample", view_text(g->v, "Sample"), document_text(g->w->sample));
        document_fact(g->p, "draws", view_text(g->v, "Draws"),
                      document_number(g->p, (double)x.rows, -1));
    }
    begin_list(g);
    fine = fine && put_ratios(g, &x, x.y[0], "", g->w->of);
    sample_close(&x);
    return fine;
}

/* ---- indicators left out ---- */

/* The elements of the score and the rank by column and unit. */
static int find_columns(const page_of *g, leave_out_columns *c) {
    const view *v = g->v;
    *c = (leave_out_columns){.score = v->part[ROLE_SCORE],
                             .rank = v->part[ROLE_RANK],
                             .units = v->rows.size,
                             .columns = v->columns ? v->columns : 1};
    if (!c->score || !c->units)
        return fault_at(g->f, FAULT_USAGE, NULL, "show = { score = \"…\" } in the rules",
                        "the rules score no units");
    size_t n = c->columns * c->units, *of = arena_take(&g->p->memory, (2 * n + 1) * sizeof *of);
    if (!of) return fault_memory(g->f);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < n; i++) {
            location at = view_location(v, i % c->units, v->columns ? i / c->units : VIEW_NONE);
            const assess_array *x = k ? c->rank : c->score;
            of[k * n + i] = x ? location_offset(x, &at) : SIZE_MAX;
        }
    c->score_element = of;
    c->rank_element = of + n;
    return 1;
}

static void put_left_out(const page_of *g, const leave_out *l, size_t column, int ranks) {
    const left_out *of = l->of + column * l->indicators;
    const view *v = g->v;
    heads h = {.count = 0};
    size_t n = l->indicators;
    order *o = order_take(g, n);
    if (!o) return;
    add_head(&h, "indicator", view_text(v, "Indicator"), WIDTH_LEFT);
    if (!g->w->people) add_head(&h, "title", "", WIDTH_LEFT);
    if (ranks) {
        add_head(&h, "shift", view_text(v, "Shift of ranks"), WIDTH_RIGHT);
        add_bar(g, &h, "");
        add_head(&h, "most", view_text(v, "Greatest"), WIDTH_RIGHT);
        add_head(&h, "unit", view_text(v, TEXT_AS("shift", "Whose")), WIDTH_LEFT);
    }
    add_head(&h, "r", "r", WIDTH_RIGHT);
    add_head(&h, "loss", view_text(v, "Loss (1 - r²)"), WIDTH_RIGHT);
    const char *title = v->columns ? v->column_title[column] : "";
    begin_table(g, title, &h);
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        o[i].by = ranks ? of[i].shift : of[i].loss;
        most = fmax(most, of[i].shift);
    }
    qsort(o, n, sizeof *o, by_size);
    for (size_t i = 0; i < shown_of(g, n); i++) {
        const left_out *x = &of[o[i].row];
        document_put(g->p, document_text(g->w->people && strcmp(x->label, x->title) != 0
                                             ? document_print(g->p, "%s %s", x->label, x->title)
                                             : x->label));
        if (!g->w->people) document_put(g->p, document_text(x->title));
        if (ranks) {
            document_put(g->p, document_number(g->p, x->shift, g->w->people ? 2 : -1));
            if (g->w->people)
                document_put(g->p, bar(g, most > 0 ? x->shift / most : 0, 0, SHORT_BAR));
            document_put(g->p, document_number(g->p, x->most, -1));
            document_put(g->p,
                         document_text(x->most_unit == SIZE_MAX
                                           ? ""
                                           : assess_title(v->session, &v->rows, x->most_unit)));
        }
        document_put(g->p, document_number(g->p, x->same_order, g->w->people ? 4 : -1));
        document_put(g->p, document_number(g->p, x->loss, g->w->people ? 4 : -1));
    }
    tell_rest(g, n);
}

static int report_leave_out(page_of *g) {
    leave_out_columns c;
    leave_out l = {0};
    if (!find_columns(g, &c)) return 0;
    int fine = leave_out_make(&l, g->v->session, &c, g->f);
    if (fine && !g->w->one_table) {
        put_head(g, "leave_out", view_text(g->v, "each indicator left out once"), 0, "",
                 (double)l.indicators + 1);
    }
    if (fine) document_list(g->p, "results", c.columns > 1 ? "column" : NULL);
    for (size_t k = 0; fine && k < c.columns; k++) put_left_out(g, &l, k, c.rank != NULL);
    if (fine && g->w->effects &&
        !effects_of_left_out(g->w->effects, &g->p->memory, g->v, &l, c.rank != NULL))
        fine = fault_memory(g->f);
    leave_out_close(&l);
    return fine;
}

/* ---- all of it ---- */

const char *sensitivity_how(const view *v, const sensitivity_wish *w) {
    if (w->sample)
        return view_text(v, "Computed from the rows of the sample; the same file gives the same "
                            "numbers.");
    if (w->method == BY_LEAVE_OUT)
        return view_text(v, "Computed once more without the indicator, and compared with the "
                            "results of all of them.");
    if (w->method == BY_ONE)
        return view_text(v, "Computed once more with this alone at its 5 % and its 95 % quantile, "
                            "or with another choice, and all else as the rules have it.");
    return view_text(v, "Estimated by the method, the draws and the seed that stand at the head; "
                        "the same seed gives the same numbers.");
}

int sensitivity_make_report(const view *v, const uncertain_list *list, const sensitivity_wish *w,
                            document *p, fault *f) {
    static int (*const report[])(page_of *) = {report_sobol, report_one, report_morris, NULL,
                                               report_correlation};
    page_of g = {.v = v, .w = w, .p = p, .f = f};
    target_list targets;
    int fine;
    if (w->sample) {
        fine = report_sample(&g);
    } else if (w->method == BY_LEAVE_OUT) {
        fine = report_leave_out(&g);
    } else {
        int split = w->split >= 0 ? w->split : w->method != BY_SOBOL;
        fine = targets_find(v, w, p, &targets, f) &&
               sensitivity_open(&g.s, v->session, list, targets.item, targets.count, split, w->seed,
                                f);
        if (!fine) return 0;
        g.targets = &targets;
        g.s.stop = w->stop;
        fine = report[w->method](&g);
        sensitivity_close(&g.s);
    }
    document_tell_all(p, 0, sensitivity_how(v, w));
    return fine && !f->count && (!p->failed || fault_memory(f));
}
