#include "robust/certain.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "change/unit_report.h"

/* What was found in a column. */
typedef struct found {
    const char *title;
    const certain_unit *unit;
    const double *most;
    const unsigned char *counts;
    size_t *score_at, *rank_at;
    certain_swap swap;
    int swaps; /* it was asked for */
} found;

typedef struct certain_page {
    const view *v;
    certain *c;
    const certain_wish *w;
    document *p;
    found *column;
    size_t columns;
} certain_page;

/* ---- computing ---- */

static const char *title_of(const void *self, size_t row) {
    const view *v = self;
    return assess_title(v->session, &v->rows, row);
}

static int compute_column(const certain_page *g, size_t k, fault *f) {
    const view *v = g->v;
    found *o = &g->column[k];
    size_t n = v->rows.size;
    o->title = v->columns ? v->column_title[k] : "";
    o->score_at = arena_take(&g->p->memory, (2 * n + 1) * sizeof *o->score_at);
    if (!o->score_at) return fault_memory(f);
    o->rank_at = o->score_at + n;
    for (size_t row = 0; row < n; row++) {
        location at = view_location(v, row, v->columns ? k : VIEW_NONE);
        o->score_at[row] = location_offset(v->part[ROLE_SCORE], &at);
        o->rank_at[row] = v->part[ROLE_RANK] ? location_offset(v->part[ROLE_RANK], &at) : VIEW_NONE;
        if (o->score_at[row] == VIEW_NONE || (v->part[ROLE_RANK] && o->rank_at[row] == VIEW_NONE))
            return fault_at(f, FAULT_USAGE, NULL, "--at AXIS=LABEL picks one",
                            "'%s' has more than one value for a unit", v->part[ROLE_SCORE]->name);
    }
    certain *c = g->c;
    if (!certain_column(c, n, o->score_at, o->rank_at, title_of, v, f)) return 0;
    o->unit = c->unit;
    o->most = c->most;
    o->counts = c->counts;
    size_t a = g->w->unit, b = g->w->other;
    if (b != VIEW_NONE) {
        o->swaps = c->unit[a].ranked && c->unit[b].ranked;
        return !o->swaps || certain_swap_of(c, a, b, &o->swap, f);
    }
    if (g->w->first) {
        o->swaps = 1;
        if (!certain_first(c, &o->swap, f)) return 0;
        o->swaps = o->swap.ahead != SIZE_MAX;
        return 1;
    }
    return a == VIEW_NONE ? certain_ranks(c, v->shown, v->shown_count, f)
                          : certain_ranks(c, &a, 1, f);
}

/* ---- what may vary ---- */

static void put_varied(const certain_page *g) {
    const draw_inputs *in = &g->c->inputs;
    const document_column head[] = {
        {"address", view_text(g->v, TEXT_AS("uncertain", "What varies")), WIDTH_LEFT, 16},
        {"how", view_text(g->v, "How"), WIDTH_LEFT, 16},
        {"weights", view_text(g->v, "Weights"), WIDTH_RIGHT, 0},
        {"why", view_text(g->v, "Why"), WIDTH_LEFT, 16},
    };
    document_table(g->p, "varied", view_text(g->v, "Admissible weights"), head, 4);
    size_t held = 0;
    for (size_t i = 0; i < in->entries; i++) {
        const draw_entry *e = &in->entry[i];
        size_t weights = 0;
        for (size_t k = 0; k < g->c->set.count; k++)
            for (size_t j = 0; j < in->inputs; j++)
                weights += in->input[j].entry == i && g->c->set.variable[k].varies &&
                           !strcmp(in->input[j].address, g->c->set.variable[k].address);
        if (g->w->people && !weights && e->inputs + e->choices) {
            held++;
            continue;
        }
        document_cell count = document_number(g->p, (double)weights, -1);
        if (!weights)
            count.shown = e->inputs + e->choices ? view_text(g->v, "none: it stays as it is")
                                                 : view_text(g->v, "none: no such name");
        DOCUMENT_ROW(g->p, document_text(e->of->address),
                     document_text(uncertain_text(e->of, &g->p->memory)), count,
                     document_text(e->of->why));
    }
    if (held)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(g->v, "Entries on what is no weight, which stays as it is: %zu."),
                      held);
}

/* ---- the units ---- */

/* "3", "3=" where only a tie gives it, "2…3" where it is open. */
static document_cell rank_cell(const certain_page *g, const certain_rank *r) {
    document_cell c = document_number(g->p, r->shown, -1);
    if (r->bound != r->rank)
        c.shown = r->bound < r->rank ? document_print(g->p, "%g…%g", r->bound, r->shown)
                                     : document_print(g->p, "%g…%g", r->shown, r->bound);
    else if (r->tied)
        c.shown = document_print(g->p, "%s=", c.shown);
    return c;
}

static int is_shown(const certain_page *g, size_t row) {
    return g->w->unit == VIEW_NONE || g->w->unit == row;
}

/* The rank by the rules. */
static document_cell nominal_cell(const certain_page *g, const found *o, size_t row) {
    const view *v = g->v;
    const assess_array *x = v->part[ROLE_RANK];
    location at = view_location(v, row, v->columns ? (size_t)(o - g->column) : VIEW_NONE);
    size_t element = x ? location_offset(x, &at) : VIEW_NONE;
    return document_about_cell(document_number(g->p, o->unit[row].nominal, -1),
                               element == VIEW_NONE ? NULL : x, element);
}

static void put_unit(const certain_page *g, const found *o, size_t row) {
    document *p = g->p;
    const certain_unit *u = &o->unit[row];
    if (!g->w->people && g->columns > 1) document_put(p, document_text(o->title));
    document_put(p, document_text(title_of(g->v, row)));
    document_put(p, nominal_cell(g, o, row));
    if (!u->best.weight) {
        for (int i = 0; i < (g->w->people ? 4 : 7); i++) document_put(p, document_text(""));
        return;
    }
    document_put(p, rank_cell(g, &u->best));
    if (!g->w->people) document_put(p, document_number(p, u->best.bound, -1));
    document_put(p, rank_cell(g, &u->worst));
    if (!g->w->people) document_put(p, document_number(p, u->worst.bound, -1));
    document_put(p, document_number(p, (double)u->not_behind, -1));
    document_put(p, document_number(p, (double)u->not_ahead, -1));
    if (g->w->people) return;
    document_cell tied = document_text(u->best.tied ? "true" : "false");
    tied.bare = 1;
    document_put(p, tied);
}

static void put_units(const certain_page *g, size_t from, size_t end, const char *title) {
    const view *v = g->v;
    document_column head[10];
    size_t n = 0;
    if (!g->w->people && g->columns > 1) head[n++] = (document_column){"column", "", WIDTH_LEFT, 0};
    head[n++] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    head[n++] = (document_column){"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0};
    head[n++] = (document_column){"best", view_text(v, TEXT_AS("rank", "Best")), WIDTH_RIGHT, 0};
    if (!g->w->people) head[n++] = (document_column){"best_bound", "", WIDTH_RIGHT, 0};
    head[n++] = (document_column){"worst", view_text(v, TEXT_AS("rank", "Worst")), WIDTH_RIGHT, 0};
    if (!g->w->people) head[n++] = (document_column){"worst_bound", "", WIDTH_RIGHT, 0};
    head[n++] = (document_column){"never_behind", view_text(v, "Never behind"), WIDTH_RIGHT, 0};
    head[n++] = (document_column){"never_ahead", view_text(v, "Never ahead of"), WIDTH_RIGHT, 0};
    if (!g->w->people) head[n++] = (document_column){"best_by_tie", "", WIDTH_RIGHT, 0};
    document_table(g->p, "units", title, head, n);
    for (size_t k = from; k < end; k++)
        for (size_t i = 0; i < v->shown_count; i++)
            if (is_shown(g, v->shown[i])) put_unit(g, &g->column[k], v->shown[i]);
    for (size_t k = from; k < end; k++) { /* the one asked for, if it is not among those shown */
        size_t i = 0;
        while (i < v->shown_count && v->shown[i] != g->w->unit) i++;
        if (g->w->unit != VIEW_NONE && i == v->shown_count) put_unit(g, &g->column[k], g->w->unit);
    }
}

/* What a reader must know of the numbers of a column. */
static void put_remarks(const certain_page *g, const found *o) {
    const view *v = g->v;
    int tied = 0;
    size_t open = 0;
    for (size_t row = 0; row < v->rows.size; row++) {
        const certain_unit *u = &o->unit[row];
        if (!u->best.weight) continue;
        tied |= u->best.tied;
        open += u->best.bound != u->best.rank || u->worst.bound != u->worst.rank;
        for (int worst = 0; worst < 2; worst++) {
            const certain_rank *r = worst ? &u->worst : &u->best;
            if (r->shown != r->rank)
                document_note(
                    g->p, "disagreement",
                    document_print(g->p,
                                   view_text(v, "%s: the program finds rank %g, but with the "
                                                "weights that prove it the rules give %g, since "
                                                "scores are equal but for rounding there."),
                                   title_of(v, row), r->rank, r->shown));
        }
    }
    if (tied && g->w->people)
        document_line(g->p, PAINT_PLAIN, 2, NULL, "%s",
                      view_text(v, "=: only level with another unit"));
    if (open)
        document_note(g->p, "open",
                      document_print(g->p,
                                     view_text(v, "The time was up. Units with a rank that is only "
                                                  "known to lie between two bounds: %zu; --seconds "
                                                  "gives more time."),
                                     open));
}

/* ---- pairs ---- */

static int never_behind(const found *o, size_t n, size_t unit, size_t other) {
    return unit != other && o->unit[unit].ranked && o->unit[other].ranked &&
           o->most[other * n + unit] <= 0;
}

static void list_pairs(const certain_page *g, const found *o, int ahead) {
    const view *v = g->v;
    buf b = BUF_INIT;
    size_t n = v->rows.size, unit = g->w->unit;
    for (size_t i = 0; i < n; i++)
        if (ahead ? never_behind(o, n, i, unit) : never_behind(o, n, unit, i))
            buf_print(&b, "%s%s", b.length ? view_text(v, ", ") : "", title_of(v, i));
    document_line(g->p, PAINT_PLAIN, 2, NULL, "%s%s%s",
                  ahead ? view_text(v, "Never ahead of") : view_text(v, "Never behind"),
                  g->p->colon, b.length ? buf_string(&b) : g->p->none);
    buf_release(&b);
}

/* For programs: all pairs that are ordered whatever the weights. */
static void put_pairs(const certain_page *g) {
    size_t n = g->v->rows.size, skip = g->columns < 2;
    const document_column head[] = {{"column", "", WIDTH_LEFT, 0},
                                    {g->v->rows.name, "", WIDTH_LEFT, 0},
                                    {"never_behind", "", WIDTH_LEFT, 0}};
    document_table(g->p, "pairs", "", head + skip, 3 - skip);
    for (size_t k = 0; k < g->columns; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                if (!never_behind(&g->column[k], n, i, j)) continue;
                if (g->w->unit != VIEW_NONE && g->w->unit != i && g->w->unit != j) continue;
                if (!skip) document_put(g->p, document_text(g->column[k].title));
                document_put(g->p, document_text(title_of(g->v, i)));
                document_put(g->p, document_text(title_of(g->v, j)));
            }
}

/* ---- weights ---- */

static const char *name_of(const certain_page *g, const char *address) {
    const model *m = &g->v->session->s->m;
    const md_leaf *l = model_leaf(m, address);
    return l && l->element >= 0 ? m->element[l->element].name : "";
}

/* Two sets of weights beside those of the rules. */
static void put_weights(const certain_page *g, size_t from, size_t end, const char *title,
                        const char *const id[2], const char *const name[2]) {
    document *p = g->p;
    const view *v = g->v;
    document_column head[6];
    size_t n = 0;
    if (!g->w->people && g->columns > 1) head[n++] = (document_column){"column", "", WIDTH_LEFT, 0};
    head[n++] = (document_column){"address", view_text(v, "Weight"), WIDTH_LEFT, 0};
    head[n++] = (document_column){"name", view_text(v, "Indicator"), WIDTH_LEFT, 12};
    head[n++] = (document_column){"nominal", view_text(v, "By the rules"), WIDTH_RIGHT, 0};
    for (int i = 0; i < 2; i++) head[n++] = (document_column){id[i], name[i], WIDTH_RIGHT, 0};
    document_table(p, "weights", title, head, n);
    for (size_t k = from; k < end; k++) {
        const found *o = &g->column[k];
        const certain_unit *u = g->w->unit != VIEW_NONE ? &o->unit[g->w->unit] : NULL;
        const double *x = o->swaps ? o->swap.level
                          : u      ? u->best.weight
                                   : NULL,
                     *y = o->swaps ? o->swap.beyond
                          : u      ? u->worst.weight
                                   : NULL;
        size_t same = 0;
        for (size_t i = 0; x && i < g->c->set.count; i++) {
            const weight_variable *a = &g->c->set.variable[i];
            if (!o->counts[i] || !a->varies) continue;
            /* Of a change people need not see what stays. */
            if (g->w->people && o->swaps && x[i] == a->nominal && (!y || y[i] == a->nominal)) {
                same++;
                continue;
            }
            if (!g->w->people && g->columns > 1) document_put(p, document_text(o->title));
            document_put(p, document_text(a->address));
            document_put(p, document_text(name_of(g, a->address)));
            document_put(p, document_number(p, a->nominal, -1));
            document_put(p, document_number(p, x[i], -1));
            document_put(p, y ? document_number(p, y[i], -1) : document_text(""));
        }
        if (same)
            document_line(p, PAINT_PLAIN, 2, NULL, view_text(v, "Weights that stay: %zu."), same);
    }
}

static void put_extreme_weights(const certain_page *g, size_t from, size_t end, const char *title) {
    const char *const id[] = {"best", "worst"}, *const name[] = {
                                                    view_text(g->v, TEXT_AS("rank", "Best")),
                                                    view_text(g->v, TEXT_AS("rank", "Worst"))};
    put_weights(g, from, end, title, id, name);
}

static void put_swap_weights(const certain_page *g, size_t from, size_t end, const char *title) {
    const char *const id[] = {"level", "beyond"}, *const name[] = {
                                                      view_text(g->v, TEXT_AS("swap", "Level")),
                                                      view_text(g->v,
                                                                TEXT_AS("swap", "Just beyond"))};
    put_weights(g, from, end, title, id, name);
}

/* ---- swaps ---- */

static const char *say_swap(const certain_page *g, const found *o) {
    const view *v = g->v;
    const certain_swap *s = &o->swap;
    document *p = g->p;
    if (s->ahead == s->behind)
        return document_print(p, view_text(v, "%s is first whatever the weights."),
                              title_of(v, s->ahead));
    const char *ahead = title_of(v, s->ahead), *behind = title_of(v, s->behind);
    if (!s->possible)
        return document_print(p,
                              view_text(v, "%s is ahead of %s whatever the weights: no admissible "
                                           "ones bring them level."),
                              ahead, behind);
    if (s->distance == 0)
        return document_print(p,
                              s->beyond ? view_text(v, "%s and %s are level by the rules; just "
                                                       "beyond, %s is ahead.")
                                        : view_text(v, "%s and %s are level by the rules; no "
                                                       "admissible weights put %s ahead."),
                              ahead, behind, behind);
    return document_print(p,
                          s->beyond
                              ? view_text(v, "%s and %s are level when the weights change by %.6g "
                                             "in all; just beyond, %s is ahead.")
                              : view_text(v, "%s and %s are level when the weights change by %.6g "
                                             "in all; no admissible weights put %s ahead."),
                          ahead, behind, s->distance, behind);
}

static void put_swap(const certain_page *g, const found *o) {
    const view *v = g->v;
    const certain_swap *s = &o->swap;
    document *p = g->p;
    const assess_array *score = v->part[ROLE_SCORE];
    int skip = g->w->people || g->columns < 2;
    if (!g->w->one_table)
        document_note(
            p, "says",
            document_print(p, "%s%s%s", o->title, *o->title ? p->colon : "", say_swap(g, o)));
    if (!s->possible || s->ahead == s->behind || g->w->one_table) return;
    const document_column head[] = {
        {"column", "", WIDTH_LEFT, 0},
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0},
        {"rank_level", view_text(v, TEXT_AS("swap", "Level")), WIDTH_RIGHT, 0},
        {"rank_beyond", view_text(v, TEXT_AS("swap", "Just beyond")), WIDTH_RIGHT, 0},
        {"score", view_text(v, "Score"), WIDTH_RIGHT, 0},
        {"score_level", view_text(v, TEXT_AS("swap", "Level")), WIDTH_RIGHT, 0},
        {"score_beyond", view_text(v, TEXT_AS("swap", "Just beyond")), WIDTH_RIGHT, 0},
        {"change", "", WIDTH_RIGHT, 0},
    };
    document_table(p, "swap", "", head + skip, 9 - (size_t)skip - (size_t)g->w->people);
    for (int i = 0; i < 2; i++) {
        size_t row = i ? s->behind : s->ahead;
        if (!skip) document_put(p, document_text(o->title));
        document_put(p, document_text(title_of(v, row)));
        document_put(p, document_number(p, o->unit[row].nominal, -1));
        document_put(p, document_number(p, s->level_rank[i], -1));
        document_put(p, s->beyond ? document_number(p, s->beyond_rank[i], -1) : document_text(""));
        document_put(p, document_number(p, score->value[o->score_at[row]], -1));
        document_put(p, document_number(p, s->level_score[i], -1));
        document_put(p, s->beyond ? document_number(p, s->beyond_score[i], -1) : document_text(""));
        if (!g->w->people) document_put(p, document_number(p, s->distance, -1));
    }
    if (s->beyond && !(s->beyond_rank[1] < s->beyond_rank[0]))
        document_note(p, "disagreement",
                      view_text(v, "The rules do not rank them so with these weights: the lead is "
                                   "lost in rounding."));
}

/* ---- all of it ---- */

static void put_column(const certain_page *g, size_t k) {
    const found *o = &g->column[k];
    int asked = g->w->unit != VIEW_NONE;
    if (o->swaps) {
        put_swap(g, o);
        if (o->swap.level) put_swap_weights(g, k, k + 1, view_text(g->v, "Weights"));
    } else {
        put_units(g, k, k + 1, o->title);
        put_remarks(g, o);
        if (!asked) return;
        list_pairs(g, o, 0);
        list_pairs(g, o, 1);
        if (o->unit[g->w->unit].best.weight)
            put_extreme_weights(g, k, k + 1,
                                view_text(g->v, "Weights that give the best and the worst rank"));
    }
}

static void put_programs(const certain_page *g) {
    int swaps = g->w->first || g->w->other != VIEW_NONE;
    if (g->w->one_table) {
        document_list(g->p, swaps || g->w->unit != VIEW_NONE ? "weights" : "units", NULL);
        if (swaps)
            put_swap_weights(g, 0, g->columns, "");
        else if (g->w->unit != VIEW_NONE)
            put_extreme_weights(g, 0, g->columns, "");
        else
            put_units(g, 0, g->columns, "");
        return;
    }
    if (swaps) {
        for (size_t k = 0; k < g->columns; k++)
            if (g->column[k].swaps) put_swap(g, &g->column[k]);
        put_swap_weights(g, 0, g->columns, "");
        return;
    }
    put_units(g, 0, g->columns, "");
    for (size_t k = 0; k < g->columns; k++) put_remarks(g, &g->column[k]);
    put_pairs(g);
    if (g->w->unit != VIEW_NONE) put_extreme_weights(g, 0, g->columns, "");
}

int certain_make(const view *v, certain *c, const certain_wish *w, document *p, fault *f) {
    certain_page g = {.v = v, .c = c, .w = w, .p = p, .columns = v->columns ? v->columns : 1};
    g.column = arena_zero(&p->memory, g.columns, sizeof *g.column);
    if (!g.column) return fault_memory(f);
    for (size_t k = 0; k < g.columns; k++)
        if (!compute_column(&g, k, f)) return 0;
    if (!w->one_table) put_varied(&g);
    for (size_t k = 0; w->people && k < g.columns; k++) put_column(&g, k);
    if (!w->people) put_programs(&g);
    document_tell_all(p, 0,
                      view_text(v, "Exact, not drawn: the least and the greatest over all "
                                   "admissible weights, each found by a linear program. The "
                                   "weights that prove it were put into the rules, which give the "
                                   "rank that is told."));
    return !p->failed || fault_memory(f);
}
