/* The rules' lines that differ, and what each leaf contributes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "change/diff.h"

/* ---- leaves ---- */

typedef struct leaf_sum {
    const assess_part *part;
    double mean; /* of its contributions, without their signs */
} leaf_sum;

static int by_mean(const void *x, const void *y) {
    const leaf_sum *a = x, *b = y;
    if (a->mean != b->mean) return a->mean > b->mean ? -1 : 1;
    return a->part < b->part ? -1 : a->part > b->part;
}

static double mean_of(const diff_page *g, const assess_part *part) {
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < g->d->rows * g->d->columns; i++)
        if (!isnan(part->score[i])) {
            sum += fabs(part->score[i]);
            n++;
        }
    return n ? sum / (double)n : NAN;
}

/* Where a leaf does most, either way. */
static size_t most_of(const diff_page *g, const assess_part *part) {
    size_t most = 0, places = g->d->rows * g->d->columns;
    for (size_t i = 1; i < places; i++)
        if (isnan(part->score[most]) || fabs(part->score[i]) > fabs(part->score[most])) most = i;
    return most;
}

static document_cell with_error(diff_page *g, double x, const double *error) {
    document_cell out = diff_signed(g->p, x, g->places);
    if (!error || isnan(*error) || isnan(x)) return out;
    document_cell e = document_number(g->p, *error, g->places);
    out.shown = document_print(g->p, "%s ± %s", out.shown, e.shown);
    return out;
}

static void put_most(diff_page *g, const assess_part *part) {
    size_t i = most_of(g, part);
    const char *at = g->d->column_title[i % g->d->columns];
    const char *unit =
        document_print(g->p, *at ? diff_text(g, "%s, %s") : "%s", g->d->row[i / g->d->columns], at);
    int none = isnan(part->score[i]);
    document_put(g->p, document_text(none || !unit ? "" : unit));
    document_put(g->p, with_error(g, part->score[i], part->error ? &part->error[i] : NULL));
}

/* For programs: every leaf at every place. */
static void put_all(diff_page *g) {
    const document_column head[] = {
        {"leaf", "", WIDTH_LEFT, 0},
        {"factor", "", WIDTH_LEFT, 0},
        {*g->d->axis ? g->d->axis : "assessment", "", WIDTH_LEFT, 0},
        {"at", "", WIDTH_LEFT, 0},
        {"score", "", WIDTH_RIGHT, 0},
        {"error", "", WIDTH_RIGHT, 0},
        {"rank_own", "", WIDTH_RIGHT, 0},
        {"rank_others", "", WIDTH_RIGHT, 0},
    };
    document_table(g->p, "leaves", "", head, 8);
    for (size_t k = 0; k < g->d->leaves; k++)
        for (size_t i = 0; i < g->d->rows * g->d->columns; i++) {
            const assess_part *part = &g->d->leaf[k];
            if (isnan(part->score[i])) continue;
            DOCUMENT_ROW(
                g->p, document_text(part->address), document_text(diff_factor_id(part->factor)),
                document_text(g->d->row[i / g->d->columns]),
                document_text(g->d->column[i % g->d->columns]),
                document_number(g->p, part->score[i], g->places),
                document_number(g->p, part->error ? part->error[i] : NAN, g->places),
                document_number(g->p, part->own[i], 2), document_number(g->p, part->others[i], 2));
        }
}

enum { FOCUS_COLUMNS = 6 };

void diff_put_leaves(diff_page *g) {
    size_t n = g->d->leaves, columns = 0, at = 0;
    if (!n) return;
    if (g->w->data) {
        put_all(g);
        return;
    }
    leaf_sum *list = mem_take(n * sizeof *list);
    document_column head[5 + FOCUS_COLUMNS];
    head[columns++] = (document_column){"leaf", diff_text(g, "Leaf"), WIDTH_LEFT, 24};
    head[columns++] = (document_column){"factor", diff_text(g, "Factor"), WIDTH_LEFT, 0};
    head[columns++] = (document_column){"mean", diff_text(g, "Mean effect"), WIDTH_RIGHT, 0};
    head[columns++] = (document_column){"most_unit", diff_text(g, "Most for"), WIDTH_LEFT, 20};
    head[columns++] =
        (document_column){"most", role_title(g->b, g->language, ROLE_SCORE), WIDTH_RIGHT, 0};
    for (size_t c = 0; g->focus < g->d->rows && c < g->d->columns && c < FOCUS_COLUMNS; c++, at++) {
        const char *stage = g->d->column_title[c];
        const char *name = document_print(g->p, *stage ? diff_text(g, "%s, %s") : "%s",
                                          g->d->row[g->focus], stage);
        head[columns++] = (document_column){name, name, WIDTH_RIGHT, 12};
    }
    document_table(g->p, "leaves", diff_text(g, "What each leaf contributes to the scores"), head,
                   columns);
    diff_tell(g);
    if (!list) g->p->failed = 1;
    for (size_t k = 0; list && k < n; k++)
        list[k] = (leaf_sum){&g->d->leaf[k], mean_of(g, &g->d->leaf[k])};
    if (list) qsort(list, n, sizeof *list, by_mean);
    for (size_t k = 0; list && k < n && k < g->w->top; k++) {
        const assess_part *part = list[k].part;
        DOCUMENT_ROW(g->p, document_text(part->address),
                     document_text(diff_factor(g, part->factor)),
                     document_number(g->p, list[k].mean, g->places));
        put_most(g, part);
        for (size_t c = 0; c < at; c++) {
            size_t i = g->focus * g->d->columns + c;
            document_put(g->p, with_error(g, part->score[i], part->error ? &part->error[i] : NULL));
        }
    }
    mem_free(list);
    if (!g->d->orders) return;
    const char *text = document_print(
        g->p,
        diff_text(g, "± is the standard error of sampling (%zu orders of a factor's leaves)."),
        g->d->orders);
    if (text) document_note(g->p, "sampled", text);
}

/* ---- lines ---- */

static const char *place_of(diff_page *g, const assess_line *l, int e) {
    if (!*l->file[e]) return "";
    const char *out = l->line[e] ? document_print(g->p, "%s:%ld", l->file[e], l->line[e])
                                 : document_print(g->p, "%s", l->file[e]);
    return out;
}

/* The citation that a line has of its own. */
static const char *own_cite(const diff_page *g, const assess_line *l) {
    int e = *l->file[1] ? 1 : 0;
    return view_cite(e ? g->b : g->a, l->cite[e]);
}

/* Which columns of the lines have anything in them: citations, notes. */
typedef struct said {
    int cite, note;
} said;

static void put_line(diff_page *g, const assess_line *l, said has) {
    int e = *l->file[1] ? 1 : 0;
    DOCUMENT_ROW(g->p, document_text(l->address),
                 document_text(g->w->data ? diff_factor_id(l->factor) : diff_factor(g, l->factor)),
                 document_place_cell(document_text(l->value[0]), l->file[0], l->line[0]),
                 document_place_cell(document_text(l->value[1]), l->file[1], l->line[1]));
    if (g->w->data) {
        DOCUMENT_ROW(g->p, document_text(place_of(g, l, 0)), document_text(place_of(g, l, 1)),
                     document_text(l->cite[0]), document_text(l->cite[1]),
                     document_shown("", l->felt ? "true" : "false", 1),
                     document_shown("", l->bundled ? "true" : "false", 1));
        return;
    }
    document_put(g->p,
                 document_place_cell(document_text(place_of(g, l, e)), l->file[e], l->line[e]));
    if (has.cite) document_put(g->p, document_text(own_cite(g, l)));
    if (has.note)
        document_put(g->p, document_text(l->felt ? "" : diff_text(g, "no effect on the score")));
}

/* What comes with an element or a stage that only one edition has, and parameters that only its
 * methods ask for: in a sentence, since they are no factor of their own. */
static void put_bundled(diff_page *g) {
    buf text = BUF_INIT;
    for (int methods = 0; methods < 2; methods++) {
        size_t count = 0;
        for (size_t i = 0; i < g->d->lines; i++) {
            const assess_line *l = &g->d->line[i];
            int e = *l->value[1] ? 1 : 0;
            if (!l->bundled || (l->factor == ASSESS_BY_PARAMS) != methods) continue;
            const char *dot = strstr(l->address, ".source");
            if (dot && !dot[7]) continue;
            if (!count++)
                buf_text(&text, methods ? diff_text(g, "These come with the methods: ")
                                        : diff_text(g, "These come with the structure: "));
            else
                buf_text(&text, diff_text(g, "; "));
            buf_print(&text, e ? "%s %s" : diff_text(g, "%s (was %s)"), l->address, l->value[e]);
        }
        if (count)
            document_note(g->p, methods ? "with_methods" : "with_structure", buf_string(&text));
        buf_clear(&text);
    }
    buf_release(&text);
}

void diff_put_lines(diff_page *g) {
    document_column people[7] = {
        {"address", diff_text(g, "Leaf"), WIDTH_LEFT, 20},
        {"factor", diff_text(g, "Factor"), WIDTH_LEFT, 0},
        {"before", diff_text(g, "Before"), WIDTH_LEFT, 12},
        {"after", diff_text(g, "After"), WIDTH_LEFT, 12},
        {"at", diff_text(g, "Stands at"), WIDTH_LEFT, 16},
    };
    size_t columns = 5;
    said has = {0, 0};
    for (size_t i = 0; i < g->d->lines; i++) {
        const assess_line *l = &g->d->line[i];
        has.cite |= !l->bundled && *own_cite(g, l);
        has.note |= !l->bundled && !l->felt;
    }
    if (has.cite)
        people[columns++] = (document_column){"cite", diff_text(g, "Citation"), WIDTH_LEFT, 12};
    if (has.note)
        people[columns++] = (document_column){"note", diff_text(g, "Note"), WIDTH_LEFT, 12};
    const document_column programs[] = {
        {"address", "", WIDTH_LEFT, 0},     {"factor", "", WIDTH_LEFT, 0},
        {"before", "", WIDTH_LEFT, 0},      {"after", "", WIDTH_LEFT, 0},
        {"at_before", "", WIDTH_LEFT, 0},   {"at_after", "", WIDTH_LEFT, 0},
        {"cite_before", "", WIDTH_LEFT, 0}, {"cite_after", "", WIDTH_LEFT, 0},
        {"felt", "", WIDTH_LEFT, 0},        {"bundled", "", WIDTH_LEFT, 0},
    };
    const char *title = diff_text(g, "Lines that differ");
    if (g->w->data)
        document_table(g->p, "lines", title, programs, 10);
    else
        document_table(g->p, "lines", title, people, columns);
    for (size_t i = 0; i < g->d->lines; i++)
        if (g->w->data || !g->d->line[i].bundled) put_line(g, &g->d->line[i], has);
    if (!g->w->data) put_bundled(g);
    if (g->d->together)
        document_note(g->p, "together",
                      diff_text(g, "The methods of one edition do not compute on what else is in "
                                   "the other: they are one factor together."));
}
