/* How two editions of the rules differ in their results: who moves, by what, and what is not
 * allowed. */
#include "change/diff.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "expr/line_ops.h"

const char *diff_text(const diff_page *g, const char *english) {
    return text_in(g->language, english);
}

static const char *const factor_names[ASSESS_FACTORS] = {
    [ASSESS_BY_DATA] = TEXT("data"),           [ASSESS_BY_COVERAGE] = TEXT("coverage"),
    [ASSESS_BY_WEIGHTS] = TEXT("weights"),     [ASSESS_BY_STANDARDS] = TEXT("standards"),
    [ASSESS_BY_PARAMS] = TEXT("parameters"),   [ASSESS_BY_METHODS] = TEXT("methods"),
    [ASSESS_BY_STRUCTURE] = TEXT("structure"),
};

const char *diff_factor(const diff_page *g, assess_factor factor) {
    int together = g->d->together >> factor & 1;
    return diff_text(g, together && factor == ASSESS_BY_STRUCTURE   ? TEXT("structure and methods")
                        : together && factor == ASSESS_BY_STANDARDS ? TEXT("standards and methods")
                                                                    : factor_names[factor]);
}

const char *diff_factor_id(assess_factor factor) { return factor_names[factor]; }

document_cell diff_signed(document *p, double x, int places) {
    document_cell out = document_number(p, x, places);
    if (fabs(x) < 1e-12) /* what sums and means leave over */
        out.shown = document_number(p, 0, places).shown;
    else if (x > 0)
        out.shown = document_print(p, "+%s", out.shown);
    return out;
}

document_cell diff_rank_change(const diff_page *g, double change, int places) {
    return document_rank_change(g->p, change, places, g->language);
}

const char *diff_title(diff_page *g, const char *what, size_t column) {
    const char *at = g->d->column_title[column];
    if (!*at) return what;
    return document_print(g->p, "%s%s%s", what, g->p->colon, at);
}

void diff_tell(diff_page *g) {
    const char *how = document_print(
        g->p,
        diff_text(g, "A contribution is a Shapley value: what the factor adds on average over all "
                     "orders in which the factors may follow one another. %zu mixes of the two "
                     "editions were computed for it. The contributions add up to the change; of a "
                     "rank, its own movement and that of the others do."),
        g->d->mixes);
    if (how) document_tell(g->p, how);
}

static int differs(double a, double b) { return isnan(a) != isnan(b) || (!isnan(a) && a != b); }

/* ---- what is at a place ---- */

static double score(const diff_page *g, int e, size_t i) { return g->d->score[e][i]; }
static double rank(const diff_page *g, int e, size_t i) { return g->d->rank[e][i]; }

static const char *unit_head(const diff_page *g) {
    return axis_title(g->b, g->language, *g->d->axis ? g->d->axis : "unit");
}

static const char *unit_id(const diff_page *g) { return *g->d->axis ? g->d->axis : "assessment"; }

/* The label of a place on an axis; NULL: it has none there. */
static const char *label_at(const assess_diff *d, size_t i, const char *axis) {
    if (!strcmp(axis, d->axis)) return d->row[i / d->columns];
    for (size_t k = 0; d->label && k < d->overs; k++)
        if (!strcmp(axis, d->over[k])) return d->label[i % d->columns * d->overs + k];
    return NULL;
}

/* A cell that shows what an edition has at a place. */
static document_cell shown_cell(const diff_page *g, int e, role r, size_t i, document_cell cell) {
    const view *v = g->w->shown[e];
    const assess_array *x = v ? v->part[r] : NULL;
    location at = {0};
    for (int k = 0; x && k < x->axes; k++) {
        const char *label = label_at(g->d, i, x->axis[k].name);
        size_t position = label ? view_find(v, &x->axis[k], label) : VIEW_NONE;
        if (position == VIEW_NONE) return cell;
        location_add(&at, x->axis[k].id, position);
    }
    return x ? document_about_cell(cell, x, location_offset(x, &at)) : cell;
}

/* ---- the head ---- */

static void put_edition(diff_page *g, const char *id, const char *name, assess *a) {
    const char *title = assess_fact(a, "title"), *status = assess_fact(a, "status");
    buf text = BUF_INIT;
    buf_text(&text, title);
    if (*status)
        buf_print(&text, diff_text(g, "%s(%s)"), *title && !g->language ? " " : "", status);
    buf_print(&text, "%s%s", text.length ? diff_text(g, ", ") : "", assess_fact(a, "file"));
    document_cell cell = document_text(document_print(g->p, "%s", buf_string(&text)));
    /* Told here once, and not at each line that has no citation of its own. */
    if (*assess_fact(a, "cite"))
        cell.shown = document_print(g->p, "%s\n%s%s%s", cell.shown, diff_text(g, "Basis"),
                                    g->p->colon, assess_fact(a, "cite"));
    document_fact(g->p, id, name, cell);
    buf_release(&text);
}

static void put_head(diff_page *g) {
    document *p = g->p;
    buf names = BUF_INIT;
    document_facts(p, "editions", "");
    put_edition(g, "before", diff_text(g, TEXT_AS("edition", "Before")), g->a);
    put_edition(g, "after", diff_text(g, TEXT_AS("edition", "After")), g->b);
    for (size_t i = 0; i < g->d->factors; i++) {
        const assess_part *part = &g->d->factor[i];
        buf_print(&names, "%s%s", i ? diff_text(g, TEXT_AS("list", ", ")) : "",
                  diff_factor(g, part->factor));
        if (*part->only) buf_print(&names, diff_text(g, " (%s)"), part->only);
    }
    if (g->d->factors)
        document_fact(p, "factors", diff_text(g, "What differs"),
                      document_text(buf_string(&names)));
    buf_release(&names);
}

/* ---- changes that come first ---- */

typedef struct changes {
    diff_page *g;
    size_t count;
    const char *id, *title;
} changes;

static void put_change(changes *c, size_t i, role r, const char *was, const char *now) {
    diff_page *g = c->g;
    const document_column column[] = {
        {"at",
         g->d->overs == 1 ? axis_title(g->b, g->language, g->d->over[0]) : diff_text(g, "For"),
         WIDTH_LEFT, 0},
        {unit_id(g), unit_head(g), WIDTH_LEFT, 20},
        {"before", diff_text(g, "Before"), WIDTH_LEFT, 20},
        {"after", diff_text(g, "After"), WIDTH_LEFT, 20},
    };
    int staged = g->d->columns > 1 || **g->d->column;
    if (!c->count++)
        document_table(g->p, c->id, c->title, staged ? column : column + 1, staged ? 4 : 3);
    if (staged) document_put(g->p, document_text(g->d->column_title[i % g->d->columns]));
    DOCUMENT_ROW(g->p, document_text(g->d->row[i / g->d->columns]),
                 shown_cell(g, 0, r, i, document_text(was)),
                 shown_cell(g, 1, r, i, document_text(now)));
}

static const char *verdict_word(const diff_page *g, double x) {
    return isnan(x) ? "" : x != 0 ? diff_text(g, "yes") : diff_text(g, "no");
}

static int comes_or_goes(const diff_page *g, size_t i) {
    return isnan(score(g, 0, i)) != isnan(score(g, 1, i));
}

static int grade_changes(const diff_page *g, size_t i) {
    return g->d->grade[0] && strcmp(g->d->grade[0][i], g->d->grade[1][i]) != 0 &&
           !comes_or_goes(g, i);
}

static int verdict_changes(const diff_page *g, size_t i) {
    return g->d->verdict[0] && differs(g->d->verdict[0][i], g->d->verdict[1][i]) &&
           !comes_or_goes(g, i);
}

static void put_changes(diff_page *g) {
    size_t places = g->d->rows * g->d->columns, all = 0;
    changes grades = {g, 0, "grades", diff_text(g, "Grades that change")};
    for (size_t i = 0; i < places; i++)
        if (grade_changes(g, i))
            put_change(&grades, i, ROLE_GRADE, g->d->grade[0][i], g->d->grade[1][i]);
    changes verdicts = {g, 0, "verdicts", diff_text(g, "Verdicts that change")};
    for (size_t i = 0; i < places; i++)
        if (verdict_changes(g, i))
            put_change(&verdicts, i, ROLE_VERDICT, verdict_word(g, g->d->verdict[0][i]),
                       verdict_word(g, g->d->verdict[1][i]));
    changes entries = {g, 0, "entries", diff_text(g, "Entries and exits")};
    const char *scored = diff_text(g, "scored"),
               *none = diff_text(g, TEXT_AS("edition", "no score"));
    for (size_t i = 0; i < places; i++)
        if (comes_or_goes(g, i))
            put_change(&entries, i, ROLE_SCORE, isnan(score(g, 0, i)) ? none : scored,
                       isnan(score(g, 1, i)) ? none : scored);
    all = grades.count + verdicts.count + entries.count;
    if (!all)
        document_note(
            g->p, "unchanged",
            g->d->grade[0]     ? diff_text(g, "No grade changes, and no unit enters or leaves.")
            : g->d->verdict[0] ? diff_text(g, "No verdict changes, and no unit enters or leaves.")
                               : diff_text(g, "No unit enters or leaves."));
}

/* ---- gates ---- */

static void breach(diff_page *g, size_t i, const char *what, size_t *count) {
    buf text = BUF_INIT;
    const char *at = g->d->column_title[i % g->d->columns];
    if (!(*count)++) document_facts(g->p, "breached", diff_text(g, "Not allowed"));
    buf_text(&text, g->d->row[i / g->d->columns]);
    if (*at) buf_print(&text, diff_text(g, ", %s"), at);
    document_fact(g->p, g->d->row[i / g->d->columns], buf_string(&text), document_text(what));
    buf_release(&text);
}

static size_t put_breaches(diff_page *g) {
    size_t count = 0;
    for (size_t i = 0; i < g->d->rows * g->d->columns; i++) {
        double was = rank(g, 0, i), now = rank(g, 1, i);
        buf text = BUF_INIT;
        if (g->w->shift >= 0 && fabs(now - was) > g->w->shift)
            buf_print(&text, diff_text(g, "rank %g → %g, more than %g"), was, now, g->w->shift);
        if (g->w->keep_grades && grade_changes(g, i))
            buf_print(&text, "%s%s → %s", text.length ? "; " : "",
                      *g->d->grade[0][i] ? g->d->grade[0][i] : "-",
                      *g->d->grade[1][i] ? g->d->grade[1][i] : "-");
        else if (g->w->keep_grades && verdict_changes(g, i))
            buf_print(&text, "%s%s → %s", text.length ? "; " : "",
                      verdict_word(g, g->d->verdict[0][i]), verdict_word(g, g->d->verdict[1][i]));
        else if (g->w->keep_grades && comes_or_goes(g, i))
            buf_print(&text, "%s%s", text.length ? "; " : "",
                      isnan(was) && isnan(score(g, 0, i)) ? diff_text(g, "enters")
                                                          : diff_text(g, "leaves"));
        if (text.length) breach(g, i, buf_string(&text), &count);
        buf_release(&text);
    }
    return count;
}

/* ---- movers ---- */

typedef struct mover {
    double ranks, points;
    size_t row;
} mover;

/* By points, then by place; of those that move by as many ranks. */
static int by_move(const void *x, const void *y) {
    const mover *a = x, *b = y;
    if (a->ranks != b->ranks) return a->ranks > b->ranks ? -1 : 1;
    if (a->points != b->points) return a->points > b->points ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Sorts: those that move by the most ranks first, of these those that move by the most points.
 * Ranks are sorted as numbers, which is quick, and points only where ranks are equal. 0 without
 * memory. */
static int sort_movers(mover *list, size_t count) {
    double *ranks = mem_take((count + 1) * sizeof *ranks);
    uint32_t *order = mem_take((count + 1) * sizeof *order);
    mover *sorted = mem_take((count + 1) * sizeof *sorted);
    void *scratch = mem_take(line_ops_order_scratch(count));
    int fine = ranks && order && sorted && scratch;
    for (size_t i = 0; fine && i < count; i++) ranks[i] = list[i].ranks;
    if (fine) line_ops_order(ranks, count, 1, 1, order, 0, scratch);
    for (size_t i = 0; fine && i < count; i++) sorted[i] = list[order[i]];
    for (size_t i = 0, end; fine && i < count; i = end) {
        for (end = i + 1; end < count && sorted[end].ranks == sorted[i].ranks; end++) continue;
        qsort(sorted + i, end - i, sizeof *sorted, by_move);
    }
    if (fine && count) memcpy(list, sorted, count * sizeof *list);
    mem_free(ranks);
    mem_free(order);
    mem_free(sorted);
    mem_free(scratch);
    return fine;
}

/* The rows of a column whose score or rank changes, those that move most first. */
static size_t find_movers(diff_page *g, size_t column, mover *list) {
    size_t count = 0;
    for (size_t r = 0; r < g->d->rows; r++) {
        size_t i = r * g->d->columns + column;
        double ranks = fabs(rank(g, 1, i) - rank(g, 0, i)),
               points = decimal_equal(score(g, 1, i), score(g, 0, i))
                            ? 0
                            : fabs(score(g, 1, i) - score(g, 0, i));
        if (isnan(points) || (!g->w->list && !g->w->data && points == 0 && !(ranks > 0))) continue;
        list[count++] = (mover){isnan(ranks) ? 0 : ranks, points, r};
    }
    if (count && !sort_movers(list, count)) g->p->failed = 1;
    return count;
}

enum { MOVER_COLUMNS = 7 + 3 * ASSESS_FACTORS };

static const char *named(diff_page *g, const char *prefix, const char *name) {
    return document_print(g->p, "%s%s", prefix, name);
}

static size_t mover_columns(diff_page *g, document_column *column, int ranks) {
    size_t n = 0;
    column[n++] = (document_column){unit_id(g), unit_head(g), WIDTH_LEFT, 20};
    static const struct {
        role of;
        const char *id, *format;
    } own[] = {{ROLE_RANK, "rank_before", TEXT("%s before")},
               {ROLE_RANK, "rank_after", TEXT("%s after")},
               {ROLE_SCORE, "score_before", TEXT("%s before")},
               {ROLE_SCORE, "score_after", TEXT("%s after")}};
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        column[n++] = (document_column){own[k].id,
                                        document_print(g->p, diff_text(g, own[k].format),
                                                       role_title(g->b, g->language, own[k].of)),
                                        WIDTH_RIGHT, 0};
    column[n++] = (document_column){"score_change", diff_text(g, "Change"), WIDTH_RIGHT, 0};
    for (size_t k = 0; k < g->d->factors; k++) {
        assess_factor f = g->d->factor[k].factor;
        column[n++] = (document_column){named(g, "score_", diff_factor_id(f)), diff_factor(g, f),
                                        WIDTH_RIGHT, 0};
    }
    if (!ranks) return n;
    column[n++] = (document_column){"rank_change", "", WIDTH_RIGHT, 0};
    for (size_t k = 0; k < g->d->factors; k++) {
        const char *id = diff_factor_id(g->d->factor[k].factor);
        column[n++] = (document_column){named(g, "rank_own_", id), "", WIDTH_RIGHT, 0};
        column[n++] = (document_column){named(g, "rank_others_", id), "", WIDTH_RIGHT, 0};
    }
    return n;
}

static void put_mover(diff_page *g, size_t i, int ranks) {
    document *p = g->p;
    document_put(p, document_text(g->d->row[i / g->d->columns]));
    for (int e = 0; e < 2; e++)
        document_put(p, shown_cell(g, e, ROLE_RANK, i, document_rank(p, rank(g, e, i))));
    for (int e = 0; e < 2; e++)
        document_put(
            p, shown_cell(g, e, ROLE_SCORE, i, document_number(p, score(g, e, i), g->own_places)));
    document_put(p, diff_signed(p, score(g, 1, i) - score(g, 0, i), g->own_places));
    for (size_t k = 0; k < g->d->factors; k++)
        document_put(p, diff_signed(p, g->d->factor[k].score[i], g->places));
    if (!ranks) return;
    document_put(p, diff_signed(p, rank(g, 1, i) - rank(g, 0, i), 2));
    for (size_t k = 0; k < g->d->factors; k++) {
        document_put(p, diff_signed(p, g->d->factor[k].own[i], 2));
        document_put(p, diff_signed(p, g->d->factor[k].others[i], 2));
    }
}

/* Whose rank changes, and how much of that is their own doing: a line for each factor. */
static void put_rank_parts(diff_page *g, size_t column, const mover *list, size_t count) {
    const document_column head[] = {
        {unit_id(g), unit_head(g), WIDTH_LEFT, 20},
        {"change", diff_text(g, "Ranks"), WIDTH_RIGHT, 0},
        {"factor", diff_text(g, "Because of"), WIDTH_LEFT, 0},
        {"own", diff_text(g, "its own movement"), WIDTH_RIGHT, 0},
        {"others", diff_text(g, "others' movement"), WIDTH_RIGHT, 0},
    };
    document_table(g->p, "ranks", diff_title(g, diff_text(g, "What moves the ranks"), column), head,
                   5);
    diff_tell(g);
    for (size_t m = 0; m < count && list[m].ranks > 0; m++) {
        size_t i = list[m].row * g->d->columns + column;
        int first = 1;
        for (size_t k = 0; k < g->d->factors; k++) {
            double own = g->d->factor[k].own[i], others = g->d->factor[k].others[i];
            if (fabs(own) < 1e-12 && fabs(others) < 1e-12) continue;
            DOCUMENT_ROW(g->p, document_text(first ? g->d->row[list[m].row] : ""),
                         first ? diff_rank_change(g, rank(g, 1, i) - rank(g, 0, i), 0)
                               : document_text(""),
                         document_text(diff_factor(g, g->d->factor[k].factor)),
                         diff_rank_change(g, own, 2), diff_rank_change(g, others, 2));
            first = 0;
        }
    }
}

/* For the list, which may have a line for each of a million units: its numbers, line by line. */
typedef struct mover_list {
    const char **name;
    double *number;
    size_t width;
} mover_list;

static double mover_figure(const void *of, size_t row, size_t column) {
    const mover_list *l = of;
    return l->number[row * l->width + column - 1];
}

static void fill_mover(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    char number[40];
    (void)ink;
    if (!column)
        buf_text(text, ((const mover_list *)of)->name[row]);
    else
        buf_put(text, number, decimal_write(mover_figure(of, row, column), number));
}

static void fill_numbers(const diff_page *g, size_t i, double *to) {
    for (int e = 0; e < 2; e++) *to++ = rank(g, e, i);
    for (int e = 0; e < 2; e++) *to++ = score(g, e, i);
    *to++ = score(g, 1, i) - score(g, 0, i);
    for (size_t k = 0; k < g->d->factors; k++) *to++ = g->d->factor[k].score[i];
    *to++ = rank(g, 1, i) - rank(g, 0, i);
    for (size_t k = 0; k < g->d->factors; k++) {
        *to++ = g->d->factor[k].own[i];
        *to++ = g->d->factor[k].others[i];
    }
}

/* The arrays are read in their order, and lines are written where they belong: that asks for fewer
 * pieces of memory than reading each line from everywhere. */
static void list_movers(diff_page *g, size_t column, const mover *list, size_t count) {
    arena *memory = &g->p->memory;
    size_t width = 6 + 3 * g->d->factors, rows = g->d->rows;
    mover_list *l = arena_zero(memory, 1, sizeof *l);
    size_t *line = mem_take((rows + 1) * sizeof *line);
    if (l)
        *l = (mover_list){arena_take(memory, (count + 1) * sizeof *l->name),
                          arena_take(memory, (count * width + 1) * sizeof *l->number), width};
    if (!l || !line || !l->name || !l->number) {
        g->p->failed = 1;
        mem_free(line);
        return;
    }
    for (size_t r = 0; r < rows; r++) line[r] = SIZE_MAX;
    for (size_t m = 0; m < count; m++) line[list[m].row] = m;
    for (size_t r = 0; r < rows; r++) {
        if (line[r] == SIZE_MAX) continue;
        l->name[line[r]] = g->d->row[r];
        fill_numbers(g, r * g->d->columns + column, l->number + line[r] * width);
    }
    mem_free(line);
    document_compute(g->p, 1, count, fill_mover, l);
    document_figures(g->p, mover_figure);
}

static void put_column(diff_page *g, size_t column, mover *list) {
    document_column head[MOVER_COLUMNS];
    int programs = g->w->list || g->w->data;
    size_t columns = mover_columns(g, head, programs), count = find_movers(g, column, list),
           shown = count;
    if (!programs && shown > g->w->top) shown = g->w->top;
    document_table(g->p, g->d->column[column], diff_title(g, diff_text(g, "Who moves"), column),
                   head, columns);
    diff_tell(g);
    if (g->w->list) {
        list_movers(g, column, list, count);
        return;
    }
    for (size_t m = 0; m < shown; m++) put_mover(g, list[m].row * g->d->columns + column, programs);
    if (programs) return;
    if (shown < count) {
        const char *more = document_print(
            g->p,
            diff_text(g, shown == 1 ? TEXT("%zu of %zu that change is shown; --all shows all.")
                                    : TEXT("%zu of %zu that change are shown; --all shows all.")),
            shown, count);
        if (more) document_note(g->p, "more", more);
    }
    if (shown && list[0].ranks > 0) put_rank_parts(g, column, list, shown);
}

static void put_movers(diff_page *g) {
    mover *list = mem_take((g->d->rows + 1) * sizeof *list);
    if (!list) g->p->failed = 1;
    if (g->w->list || g->w->data)
        document_list(g->p, "movers", g->d->columns > 1 || **g->d->column ? "at" : NULL);
    for (size_t c = 0; list && c < g->d->columns; c++) put_column(g, c, list);
    mem_free(list);
}

static void put_unknown(diff_page *g) {
    if (!g->d->unknown) return;
    const char *text = document_print(
        g->p,
        diff_text(g, g->d->unknown == 1
                         ? TEXT("%zu change has no contributions: in some mix of the editions "
                                "there is no score.")
                         : TEXT("%zu changes have no contributions: in some mix of the editions "
                                "there is no score.")),
        g->d->unknown);
    if (text) document_note(g->p, "unknown", text);
}

/* ---- the document ---- */

/* The decimals that the scores have, so many at most. */
static int own_places(const assess_diff *d, int most) {
    decimals scores = {0};
    for (size_t i = 0; i < 2 * d->rows * d->columns; i++)
        decimals_add(&scores, d->score[i & 1][i / 2]);
    return scores.needed < most ? scores.needed : most;
}

/* Contributions to scores of some tens have two decimals, to smaller ones more. */
static int change_places(const assess_diff *d) {
    double most = 0;
    for (size_t i = 0; i < 2 * d->rows * d->columns; i++) {
        double x = fabs(d->score[i & 1][i / 2]);
        most = x > most ? x : most;
    }
    return most >= 10 ? 2 : most >= 2 ? 3 : 4;
}

static int scored(const diff_page *g) {
    for (size_t i = 0; i < g->d->rows * g->d->columns; i++)
        if (!isnan(score(g, 0, i)) || !isnan(score(g, 1, i))) return 1;
    return 0;
}

static size_t find_focus(const diff_page *g, const char *name, fault *f) {
    suggestion near = suggest_for(name);
    for (size_t i = 0; i < g->d->rows; i++) {
        if (!strcmp(g->d->row[i], name)) return i;
        if (i < 20000) suggest_try(&near, g->d->row[i]);
    }
    fault_unknown(f, suggest_best(&near), NULL, text_message("%sno %s '%s'"),
                  "--focus: ", text_kind(unit_id(g)), name);
    return g->d->rows;
}

int diff_document(assess *a, assess *b, const assess_diff *d, const diff_wish *w, document *p,
                  size_t *breached, fault *f) {
    diff_page g = {.a = a, .b = b, .w = w, .p = p, .language = view_language(b)};
    document_open(p, "diff", diff_text(&g, "Comparison of two editions"), diff_text(&g, ": "),
                  diff_text(&g, "None."));
    assess_diff narrow;
    if (!diff_narrow(d, w, &p->memory, &narrow, f)) return 0;
    p->view = w->shown[1];
    p->past = w->shown[0];
    p->said = diff_text(&g, TEXT_AS("edition", "After"));
    p->past_said = diff_text(&g, TEXT_AS("edition", "Before"));
    g.d = d = &narrow;
    g.focus = d->rows;
    g.places = change_places(d);
    g.own_places = own_places(d, g.places);
    fault ignored = FAULT_INIT;
    const char *focus = w->focus ? w->focus : assess_fact(b, "focus");
    if (*focus) g.focus = find_focus(&g, focus, w->focus ? f : &ignored);
    fault_release(&ignored);
    if (f->count) return 0;
    *breached = 0;
    if (w->list) {
        put_movers(&g);
        for (size_t i = 0; i < p->blocks; i++) p->block[i].title = "";
        document unseen;
        const char *none = p->none;
        document_open(&unseen, "", "", "", none);
        g.p = &unseen;
        *breached = put_breaches(&g);
        document_close(&unseen);
        return !p->failed || fault_memory(f);
    }
    put_head(&g);
    *breached = put_breaches(&g);
    if (!d->lines && !d->factors) {
        document_note(p, "identical", diff_text(&g, "The editions do not differ."));
        return !p->failed || fault_memory(f);
    }
    if (!scored(&g))
        document_note(p, "unscored", diff_text(&g, "No unit has a score in either edition."));
    else
        put_changes(&g);
    if (!w->data && scored(&g)) put_movers(&g);
    put_unknown(&g);
    diff_put_leaves(&g);
    diff_put_lines(&g);
    if (w->data) put_movers(&g);
    return !p->failed || fault_memory(f);
}
