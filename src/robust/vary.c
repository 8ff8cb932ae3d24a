#include "robust/varied.h"
#include "robust/vary_page.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

enum { STRIP = 16 };

/* ---- what all tables share ---- */

const char *vary_percent(const vary_page *g, double share) {
    return document_print(g->p, "%g%%", share * 100);
}

const char *vary_between(const vary_page *g) {
    const vary_wish *w = g->w;
    return document_print(g->p, "%g–%g%%", w->quantile[0] * 100,
                          w->quantile[w->quantiles - 1] * 100);
}

size_t vary_place(const vary_page *g, vary_part which, size_t row, size_t column) {
    const assess_array *x = g->d->settings.part[which];
    if (!x) return VIEW_NONE;
    location at = view_location(g->v, row, g->v->columns ? column : VIEW_NONE);
    return location_offset(x, &at);
}

document_cell vary_share(const vary_page *g, double times, double of) {
    if (!(of > 0)) return document_text("");
    buf b = BUF_INIT;
    view_share(&b, times / of);
    document_cell c = document_number(g->p, times / of, -1);
    c.shown = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return c;
}

void vary_interval(const vary_page *g, double times, double of) {
    share_interval i = share_within(times, of);
    document_put(g->p, document_number(g->p, i.low, -1));
    document_put(g->p, document_number(g->p, i.high, -1));
}

const char *vary_unit(const vary_page *g, size_t row) {
    return assess_title(g->v->session, &g->v->rows, row);
}

const char *vary_column_id(const vary_page *g, size_t column) {
    const view *v = g->v;
    buf b = BUF_INIT;
    for (int k = 0; column < v->columns && k < v->column[column].count; k++)
        for (int i = 0; i < v->column_axes; i++)
            if (v->column_axis[i].id == v->column[column].axis[k])
                buf_print(&b, "%s%s", b.length ? ", " : "",
                          assess_label(v->session, &v->column_axis[i], v->column[column].at[k]));
    const char *own = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return own;
}

double vary_worst(const vary_page *g, size_t column, int shown) {
    const tally *t = &g->d->tally[VARY_RANK];
    double worst = 0;
    size_t rows = shown ? g->v->shown_count : g->v->rows.size;
    for (size_t i = 0; g->d->settings.part[VARY_RANK] && i < rows; i++) {
        size_t e = vary_place(g, VARY_RANK, shown ? g->v->shown[i] : i, column);
        if (e == VIEW_NONE || !t->cell[e].classes) continue;
        double last = tally_class(t, e, t->cell[e].classes - 1).value;
        double nominal = g->d->settings.part[VARY_RANK]->value[e];
        worst = fmax(worst, fmax(ceil(last), isnan(nominal) ? 0 : ceil(nominal)));
    }
    return worst;
}

/* ---- one unit in one column ---- */

/* The last rank that a cell of a strip stands for. */
static double strip_end(size_t cell, size_t cells, double worst) {
    return floor((double)(cell + 1) * worst / (double)cells + 0.5);
}

/* How often each rank came, as blocks from the first rank to the last; the rank by the rules stands
 * between [ and ]. */
static const char *strip(const vary_page *g, size_t e, double worst) {
    static const char *const block[] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const tally *t = &g->d->tally[VARY_RANK];
    double nominal = g->d->settings.part[VARY_RANK]->value[e], begin = 0;
    size_t cells = worst < STRIP ? (size_t)worst : STRIP;
    uint64_t before = 0, most = 0, here[STRIP];
    buf b = BUF_INIT;
    if (!t->cell[e].present) return "";
    for (size_t i = 0; i < cells; i++) {
        uint64_t up = tally_within(t, e, strip_end(i, cells, worst));
        here[i] = up - before;
        most = here[i] > most ? here[i] : most;
        before = up;
    }
    for (size_t i = 0; i < cells; i++) {
        double end = strip_end(i, cells, worst);
        int level = most ? (int)ceil(8 * (double)here[i] / (double)most) : 0;
        int marked = nominal > begin && nominal <= end;
        buf_print(&b, "%s%s%s", marked ? "[" : "", block[level], marked ? "]" : "");
        begin = end;
    }
    const char *own = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return own;
}

/* "2–5", or "7" where both are the same. */
static document_cell range_cell(const vary_page *g, const tally *t, size_t e, int places) {
    const vary_wish *w = g->w;
    buf low = BUF_INIT, high = BUF_INIT;
    double x = tally_quantile(t, e, w->quantile[0]),
           y = tally_quantile(t, e, w->quantile[w->quantiles - 1]);
    if (isnan(x)) return document_text("");
    (places < 0 ? view_rank(&low, x) : view_number(&low, x, places));
    (places < 0 ? view_rank(&high, y) : view_number(&high, y, places));
    const char *own = strcmp(buf_string(&low), buf_string(&high))
                          ? document_print(g->p, "%s–%s", buf_string(&low), buf_string(&high))
                          : document_print(g->p, "%s", buf_string(&low));
    buf_release(&low);
    buf_release(&high);
    return document_text(own);
}

/* ---- the units, for people ---- */

/* The units that are shown, by their rank in a column. NULL without memory. */
static size_t *rows_by_rank(const vary_page *g, size_t column) {
    const view *v = g->v;
    const assess_array *rank = g->d->settings.part[VARY_RANK];
    size_t *row = mem_take((v->shown_count + 1) * sizeof *row);
    if (!row) g->p->failed = 1;
    for (size_t i = 0; row && i < v->shown_count; i++) {
        size_t e = vary_place(g, VARY_RANK, v->shown[i], column), at = i;
        double own = e == VIEW_NONE ? (double)NAN : rank->value[e];
        while (at > 0 && e != VIEW_NONE) {
            double before = rank->value[vary_place(g, VARY_RANK, row[at - 1], column)];
            if (!(own < before || (isnan(before) && !isnan(own)))) break;
            row[at] = row[at - 1];
            at--;
        }
        row[at] = v->shown[i];
    }
    return row;
}

static void put_people(const vary_page *g, size_t column, const char *title) {
    const view *v = g->v;
    const vary_settings *s = &g->d->settings;
    const tally *rank = &g->d->tally[VARY_RANK], *score = &g->d->tally[VARY_SCORE];
    double worst = vary_worst(g, column, 0);
    int places = s->part[VARY_SCORE] ? view_places(s->part[VARY_SCORE]) : 0;
    document_column head[8];
    size_t n = 0, *order = rows_by_rank(g, column);
    const char *between = vary_between(g);
    head[n++] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    if (s->part[VARY_RANK]) {
        head[n++] = (document_column){"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"rank_range", between, WIDTH_RIGHT, 0};
        head[n++] = (document_column){
            "strip", document_print(g->p, view_text(v, "Ranks 1–%g"), worst), WIDTH_LEFT, 0};
        head[n++] = (document_column){"first", view_text(v, "First"), WIDTH_RIGHT, 0};
        head[n++] = (document_column){"among_first",
                                      document_print(g->p, view_text(v, "Top %g"), g->w->first),
                                      WIDTH_RIGHT, 0};
    }
    if (s->part[VARY_SCORE])
        head[n++] = (document_column){
            "score_range", document_print(g->p, view_text(v, "Score %s"), between), WIDTH_RIGHT, 0};
    document_table(g->p, "units", title, head, n);
    for (size_t i = 0; order && i < v->shown_count; i++) {
        size_t row = order[i];
        size_t r = vary_place(g, VARY_RANK, row, column),
               c = vary_place(g, VARY_SCORE, row, column);
        document_put(g->p, document_text(vary_unit(g, row)));
        if (r != VIEW_NONE) {
            double of = (double)rank->cell[r].present;
            document_put(
                g->p, document_about_cell(document_number(g->p, s->part[VARY_RANK]->value[r], -1),
                                          s->part[VARY_RANK], r));
            document_put(g->p, range_cell(g, rank, r, -1));
            document_put(g->p, document_text(strip(g, r, worst)));
            document_put(g->p, vary_share(g, (double)tally_within(rank, r, 1), of));
            document_put(g->p, vary_share(g, (double)tally_within(rank, r, g->w->first), of));
        }
        if (c != VIEW_NONE) document_put(g->p, range_cell(g, score, c, places));
    }
    mem_free(order);
}

/* Every quantile that was asked for. */
static void put_quantiles(const vary_page *g, size_t column, vary_part which, const char *title) {
    const view *v = g->v;
    const vary_wish *w = g->w;
    const assess_array *x = g->d->settings.part[which];
    int places = x && which == VARY_SCORE ? view_places(x) : -1;
    if (!x) return;
    document_column head[VARY_QUANTILES + 2] = {
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"nominal", view_text(v, "By the rules"), WIDTH_RIGHT, 0}};
    for (size_t q = 0; q < w->quantiles; q++)
        head[q + 2] = (document_column){"", vary_percent(g, w->quantile[q]), WIDTH_RIGHT, 0};
    document_table(g->p, "quantiles", title, head, w->quantiles + 2);
    for (size_t i = 0; i < v->shown_count; i++) {
        size_t e = vary_place(g, which, v->shown[i], column);
        if (e == VIEW_NONE || !g->d->tally[which].cell[e].present) continue;
        DOCUMENT_ROW(g->p, document_text(vary_unit(g, v->shown[i])),
                     document_number(g->p, x->value[e], places));
        for (size_t q = 0; q < w->quantiles; q++)
            document_put(
                g->p, document_number(g->p, tally_quantile(&g->d->tally[which], e, w->quantile[q]),
                                      places));
    }
}

/* ---- the units, for programs ---- */

enum { PROGRAM_COLUMNS = 24 + 2 * VARY_QUANTILES };

/* "rank_low", "rank_median", "rank_high"; any other "rank_q0.25". */
static const char *quantile_id(const vary_page *g, const char *of, size_t q) {
    const vary_wish *w = g->w;
    return q == 0                  ? document_print(g->p, "%s_low", of)
           : q == w->quantiles - 1 ? document_print(g->p, "%s_high", of)
           : w->quantile[q] == 0.5 ? document_print(g->p, "%s_median", of)
                                   : document_print(g->p, "%s_q%g", of, w->quantile[q]);
}

static void add_head(document_column *head, size_t *n, const char *id) {
    head[(*n)++] = (document_column){id, "", WIDTH_RIGHT, 0};
}

static size_t program_head(const vary_page *g, document_column *head) {
    static const char *const ranks[] = {"first",       "first_low",       "first_high",
                                        "among_first", "among_first_low", "among_first_high",
                                        "rank_mean",   "rank_missing",    NULL};
    static const char *const scores[] = {"score_mean", "score_width", "missing", NULL};
    const vary_settings *s = &g->d->settings;
    size_t n = 0;
    head[n++] = (document_column){g->v->rows.name, "", WIDTH_LEFT, 0};
    if (s->part[VARY_RANK]) {
        add_head(head, &n, "rank");
        for (size_t q = 0; q < g->w->quantiles; q++) add_head(head, &n, quantile_id(g, "rank", q));
        for (int i = 0; ranks[i]; i++) add_head(head, &n, ranks[i]);
    }
    if (s->part[VARY_SCORE]) {
        add_head(head, &n, "score");
        for (size_t q = 0; q < g->w->quantiles; q++) add_head(head, &n, quantile_id(g, "score", q));
        for (int i = 0; scores[i]; i++) add_head(head, &n, scores[i]);
    }
    return n;
}

static void put_numbers(const vary_page *g, vary_part which, size_t e) {
    const tally *t = &g->d->tally[which];
    document_put(g->p, document_number(g->p, g->d->settings.part[which]->value[e], -1));
    for (size_t q = 0; q < g->w->quantiles; q++)
        document_put(g->p, document_number(g->p, tally_quantile(t, e, g->w->quantile[q]), -1));
}

static void put_programs(const vary_page *g, size_t column) {
    document *p = g->p;
    const tally *rank = &g->d->tally[VARY_RANK], *score = &g->d->tally[VARY_SCORE];
    document_column head[PROGRAM_COLUMNS];
    const char *id = vary_column_id(g, column);
    size_t columns = program_head(g, head);
    document_table(p, *id ? id : "units", "", head, columns);
    for (size_t i = 0; i < g->v->shown_count; i++) {
        size_t row = g->v->shown[i];
        size_t r = vary_place(g, VARY_RANK, row, column),
               c = vary_place(g, VARY_SCORE, row, column);
        document_put(p, document_text(vary_unit(g, row)));
        if (r != VIEW_NONE) {
            double of = (double)rank->cell[r].present, within[] = {1, g->w->first};
            put_numbers(g, VARY_RANK, r);
            for (int k = 0; k < 2; k++) {
                double times = (double)tally_within(rank, r, within[k]);
                document_put(p, vary_share(g, times, of));
                vary_interval(g, times, of);
            }
            document_put(p, document_number(p, tally_mean(rank, r), -1));
            document_put(p, document_number(p, (double)rank->cell[r].missing, -1));
        }
        if (c != VIEW_NONE) {
            put_numbers(g, VARY_SCORE, c);
            document_put(p, document_number(p, tally_mean(score, c), -1));
            document_put(p, document_number(p, tally_width(score, c), -1));
            document_put(p, document_number(p, (double)score->cell[c].missing, -1));
        }
    }
}

/* ---- what varied ---- */

/* ---- remarks ---- */

/* Units without a score in any draw, and in some. */
static void tell_missing(const vary_page *g, size_t column, const char *title) {
    const view *v = g->v;
    const tally *t = &g->d->tally[VARY_SCORE];
    buf never = BUF_INIT, some = BUF_INIT;
    for (size_t row = 0; g->d->settings.part[VARY_SCORE] && row < v->rows.size; row++) {
        size_t e = vary_place(g, VARY_SCORE, row, column);
        if (e == VIEW_NONE || !t->cell[e].missing) continue;
        uint64_t missing = t->cell[e].missing, present = t->cell[e].present;
        buf *to = present ? &some : &never;
        if (to->length) buf_text(to, view_text(v, TEXT_AS("list", ", ")));
        buf_text(to, vary_unit(g, row));
        if (!present) continue;
        buf_text(to, " ");
        view_share(to, (double)missing / (double)(missing + present));
    }
    const char *colon = *title ? g->p->colon : "";
    if (never.length)
        document_line(g->p, PAINT_PLAIN, 2, NULL, view_text(v, "%s%sno score in any draw: %s"),
                      title, colon, buf_string(&never));
    if (some.length)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(v, "%s%sno score in some draws (share of them): %s"), title, colon,
                      buf_string(&some));
    buf_release(&never);
    buf_release(&some);
}

/* How well the numbers are known. */
static void tell_precision(const vary_page *g) {
    const vary *d = g->d;
    const tally *t = &d->tally[VARY_SCORE];
    double width = 0, of = (double)d->done;
    for (size_t e = 0; d->settings.part[VARY_SCORE] && e < t->size; e++)
        width = fmax(width, tally_width(t, e));
    if (d->settings.part[VARY_RANK])
        document_line(
            g->p, PAINT_FAINT, 0, "", "%s",
            view_text(g->v,
                      "[ ]: the rank by the rules. The higher a block, the more often that rank."));
    share_interval i = share_within(of / 2, of);
    g->p->dense = g->d->settings.part[VARY_RANK] != NULL;
    document_line(g->p, PAINT_FAINT, 0, "",
                  view_text(g->v, "By so many draws a share is known to ±%.2g%% or better."),
                  (i.high - i.low) * 50);
    g->p->dense = 1;
    if (width > 0)
        document_line(g->p, PAINT_FAINT, 0, "",
                      view_text(g->v, "Quantiles of scores are from bins up to %.2g wide."), width);
}

/* ---- the whole ---- */

static void put_head(const vary_page *g) {
    const vary_settings *s = &g->d->settings;
    document_facts(g->p, "draws", "");
    document_fact(g->p, "draws", view_text(g->v, "Draws"),
                  document_number(g->p, (double)g->d->done, -1));
    document_fact(g->p, "seed", view_text(g->v, "Seed"),
                  document_number(g->p, (double)s->seed, -1));
    if (s->until > 0) {
        document_cell c = document_number(g->p, g->d->widest, -1);
        c.shown = document_print(g->p,
                                 g->d->reached ? view_text(g->v, "%.2g, below %g as wanted")
                                               : view_text(g->v, "%.2g, not below %g as wanted"),
                                 g->d->widest, s->until);
        document_fact(g->p, "widest_interval", view_text(g->v, "Widest 95% interval"), c);
    }
    if (g->d->stopped)
        document_fact(
            g->p, "stopped", view_text(g->v, "Stopped"),
            document_text(document_print(g->p, view_text(g->v, "before all %llu draws were made"),
                                         (unsigned long long)s->draws)));
}

static int make_people(const vary_page *g, size_t columns, fault *f) {
    const view *v = g->v;
    int fine = 1;
    for (size_t k = 0; fine && v->rows.size && k < columns; k++) {
        const char *title = v->columns ? v->column_title[k] : "";
        put_people(g, k, title);
        g->p->dense = 1;
        fine = vary_put_groups(g, k, title, f);
        tell_missing(g, k, title);
        g->p->dense = 0;
        if (g->w->all_quantiles) {
            put_quantiles(g, k, VARY_RANK, view_text(v, "Quantiles of the rank"));
            put_quantiles(g, k, VARY_SCORE, view_text(v, "Quantiles of the score"));
        }
        if (g->w->frequencies) vary_put_frequencies(g, k);
        if (g->w->pairs) vary_put_pairs(g, k);
    }
    vary_put_classes(g);
    vary_put_central(g, columns);
    if (v->rows.size) tell_precision(g);
    return fine;
}

static int make_programs(const vary_page *g, size_t columns, fault *f) {
    int fine = 1;
    vary_put_classes(g);
    vary_begin_groups(g);
    for (size_t k = 0; fine && k < columns; k++) fine = vary_put_groups(g, k, "", f);
    vary_put_frequencies(g, 0);
    if (g->w->pairs) vary_put_pairs(g, 0);
    vary_put_central(g, columns);
    return fine;
}

/* What the numbers of all tables come from. */
static void tell_draws(const vary_page *g, size_t from) {
    document *p = g->p;
    const char *how = document_print(
        p,
        view_text(g->v, "%1$llu draws with the seed %2$llu of what is uncertain. A range holds "
                        "%3$s of the draws, from the lowest ranks or scores upwards; shares are "
                        "shares of the draws."),
        (unsigned long long)g->d->done, (unsigned long long)g->d->settings.seed, vary_between(g));
    if (how) document_tell_all(p, from, how);
}

int vary_make(const view *v, const vary *d, const vary_wish *w, document *p, fault *f) {
    const vary_page g = {v, d, w, p};
    size_t columns = v->columns ? v->columns : 1;
    size_t before = p->blocks;
    int fine = 1;
    if (!w->one_table) {
        put_head(&g);
        varied_put(v, d, w->people, p);
    }
    if (w->people) {
        fine = make_people(&g, columns, f);
        tell_draws(&g, before);
    } else {
        if (!w->one_table) fine = make_programs(&g, columns, f);
        document_list(p, "units", columns > 1 ? "column" : NULL);
        for (size_t k = 0; v->rows.size && k < columns; k++) put_programs(&g, k);
    }
    return fine && (!p->failed || fault_memory(f));
}
