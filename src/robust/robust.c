#include "robust/robust.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "uncertainty/share.h"

/* The element of a part at a place of the view; VIEW_NONE where it has none. */
static size_t element_at(const view *v, const vary *d, vary_part which, size_t row, size_t column) {
    const assess_array *x = d->settings.part[which];
    location at = view_location(v, row, v->columns ? column : VIEW_NONE);
    return x ? location_offset(x, &at) : VIEW_NONE;
}

/* How often an element has the value that the rules give it; -1 where they give none. */
static double share_of(const vary *d, vary_part which, size_t e) {
    const tally *t = &d->tally[which];
    double nominal = e == VIEW_NONE ? (double)NAN : d->settings.part[which]->value[e];
    double all = e == VIEW_NONE ? 0 : (double)(t->cell[e].present + t->cell[e].missing);
    return isnan(nominal) || !(all > 0) ? -1 : (double)tally_times(t, e, nominal) / all;
}

/* ---- one line ---- */

/* "rank 7 in 99.3%" */
static void say_share(buf *b, const view *v, const vary *d, vary_part which, size_t e) {
    const assess_array *x = d->settings.part[which];
    buf value = BUF_INIT, share = BUF_INIT;
    double of = share_of(d, which, e);
    if (of < 0) return;
    if (which == VARY_RANK)
        view_rank(&value, x->value[e]);
    else
        view_element(&value, v, x, x->value[e], 0);
    view_share(&share, of);
    if (b->length) buf_text(b, view_text(v, TEXT_AS("list", ", ")));
    buf_print(b,
              view_text(v, which == VARY_RANK    ? TEXT("rank %s in %s")
                           : which == VARY_GRADE ? TEXT("grade %s in %s")
                                                 : TEXT("verdict %s in %s")),
              buf_string(&value), buf_string(&share));
    buf_release(&value);
    buf_release(&share);
}

/* How often the first place of a column goes to who has it by the rules: of several who share it,
 * to the one that has it least often. */
static double first_share(const view *v, const vary *d, size_t column) {
    const assess_array *x = d->settings.part[VARY_RANK];
    double least = -1;
    for (size_t row = 0; x && row < v->rows.size; row++) {
        size_t e = element_at(v, d, VARY_RANK, row, column);
        double of = e != VIEW_NONE && x->value[e] == 1 ? share_of(d, VARY_RANK, e) : -1;
        if (of >= 0 && (least < 0 || of < least)) least = of;
    }
    return least;
}

/* "96.4% / 94.4%": the shares of a statement in each column; one where they read alike. */
static void say_columns(buf *to, const view *v, const vary *d, size_t row, vary_part which) {
    buf first = BUF_INIT, one = BUF_INIT, all = BUF_INIT;
    int same = 1;
    for (size_t k = 0; k < (v->columns ? v->columns : 1); k++) {
        double of = row == VIEW_NONE ? first_share(v, d, k)
                                     : share_of(d, which, element_at(v, d, which, row, k));
        if (of < 0) continue;
        buf_clear(&one);
        view_share(&one, of);
        buf_print(&all, "%s%s", all.length ? " / " : "", buf_string(&one));
        if (!first.length) buf_text(&first, buf_string(&one));
        same &= !strcmp(buf_string(&first), buf_string(&one));
    }
    buf_text(to, buf_string(same ? &first : &all));
    buf_release(&first);
    buf_release(&one);
    buf_release(&all);
}

/* Adds "rank of Shenzhen 99.3%", or "its verdict 100.0%" where the unit was named; nothing where
 * there is no such result. Was it named? */
static int say_statement(buf *all, const view *v, const vary *d, size_t row, vary_part which,
                         int named) {
    static const char *const of[] = {[VARY_RANK] = TEXT("rank of %s %s"),
                                     [VARY_GRADE] = TEXT("grade of %s %s"),
                                     [VARY_VERDICT] = TEXT("verdict on %s %s")},
                             *const its[] = {[VARY_RANK] = TEXT("its rank %s"),
                                             [VARY_GRADE] = TEXT("its grade %s"),
                                             [VARY_VERDICT] = TEXT("its verdict %s")};
    buf shares = BUF_INIT;
    say_columns(&shares, v, d, row, which);
    if (shares.length && all->length) buf_text(all, view_text(v, TEXT_AS("list", ", ")));
    if (shares.length && row == VIEW_NONE)
        buf_print(all, view_text(v, "first place %s"), buf_string(&shares));
    else if (shares.length && named)
        buf_print(all, view_text(v, its[which]), buf_string(&shares));
    else if (shares.length)
        buf_print(all, view_text(v, of[which]), assess_title(v->session, &v->rows, row),
                  buf_string(&shares));
    named |= shares.length && row != VIEW_NONE;
    buf_release(&shares);
    return named;
}

/* Is a unit first in all columns, so that its rank is the first place? */
static int is_first(const view *v, const vary *d, size_t row) {
    const assess_array *x = d->settings.part[VARY_RANK];
    for (size_t k = 0; x && k < (v->columns ? v->columns : 1); k++) {
        size_t e = element_at(v, d, VARY_RANK, row, k);
        if (e == VIEW_NONE || x->value[e] != 1) return 0;
    }
    return x != NULL;
}

void robust_line(document *p, const view *v, const vary *d, const char *rules) {
    size_t row = v->focus != VIEW_NONE ? v->focus : v->shown_count ? v->shown[0] : VIEW_NONE;
    int named = 0;
    buf all = BUF_INIT;
    if (row == VIEW_NONE) return;
    /* What was given on the command line has to be given again. */
    const char *further = d->inputs.entries > v->session->s->uncertain.count ? " --vary …" : "";
    if (!is_first(v, d, row)) say_statement(&all, v, d, VIEW_NONE, VARY_RANK, 0);
    named = say_statement(&all, v, d, row, VARY_RANK, named);
    named = say_statement(&all, v, d, row, VARY_GRADE, named);
    say_statement(&all, v, d, row, VARY_VERDICT, named);
    if (all.length)
        document_line(p, PAINT_PLAIN, 0, "",
                      view_text(v, "Robustness: in %1$llu draws as by the rules: %2$s. More: "
                                   "assess vary %3$s"),
                      (unsigned long long)d->done, buf_string(&all),
                      document_print(p, "%s%s", rules, further));
    buf_release(&all);
}

void robust_hint(document *p, const view *v, size_t entries, const char *rules, int failed) {
    if (failed)
        document_line(p, PAINT_PLAIN, 0, "",
                      view_text(v, "Robustness: no draws could be made. Why: assess vary %s"),
                      rules);
    else
        document_line(p, PAINT_PLAIN, 0, "",
                      view_text(v, "Robust? assess vary %2$s (uncertain entries: %1$zu)"), entries,
                      rules);
}

/* ---- a unit ---- */

static void say_range(buf *b, const tally *t, size_t e, int places) {
    buf low = BUF_INIT, high = BUF_INIT;
    double x = tally_quantile(t, e, 0.05), y = tally_quantile(t, e, 0.95);
    places < 0 ? view_rank(&low, x) : view_number(&low, x, places);
    places < 0 ? view_rank(&high, y) : view_number(&high, y, places);
    buf_print(b, strcmp(buf_string(&low), buf_string(&high)) ? "%s–%s" : "%s", buf_string(&low),
              buf_string(&high));
    buf_release(&low);
    buf_release(&high);
}

static void tell_column(document *p, const view *v, const vary *d, size_t row, size_t k) {
    const assess_array *x = d->settings.part[VARY_SCORE];
    const char *title = v->columns ? v->column_title[k] : "";
    size_t c = element_at(v, d, VARY_SCORE, row, k), r = element_at(v, d, VARY_RANK, row, k);
    buf say = BUF_INIT, score = BUF_INIT, rank = BUF_INIT;
    if (c != VIEW_NONE && d->tally[VARY_SCORE].cell[c].present)
        say_range(&score, &d->tally[VARY_SCORE], c, view_places(x));
    if (r != VIEW_NONE && d->tally[VARY_RANK].cell[r].present)
        say_range(&rank, &d->tally[VARY_RANK], r, -1);
    if (rank.length)
        buf_print(&say, view_text(v, "score %s and rank %s in 90%% of the draws"),
                  buf_string(&score), buf_string(&rank));
    else if (score.length)
        buf_print(&say, view_text(v, "score %s in 90%% of the draws"), buf_string(&score));
    say_share(&say, v, d, VARY_RANK, r);
    say_share(&say, v, d, VARY_GRADE, element_at(v, d, VARY_GRADE, row, k));
    say_share(&say, v, d, VARY_VERDICT, element_at(v, d, VARY_VERDICT, row, k));
    if (say.length)
        document_line(p, PAINT_PLAIN, 10, document_print(p, view_text(v, "Draws say")), "%s%s%s",
                      title, *title ? p->colon : "", buf_string(&say));
    buf_release(&say);
    buf_release(&score);
    buf_release(&rank);
}

static void put_number(document *p, double x) { document_put(p, document_number(p, x, -1)); }

/* The value by the rules, its interval, how often it came; of numbers without the last. */
static void put_part(document *p, const vary *d, vary_part which, size_t e) {
    const tally *t = &d->tally[which];
    put_number(p, e == VIEW_NONE ? (double)NAN : d->settings.part[which]->value[e]);
    put_number(p, e == VIEW_NONE ? (double)NAN : tally_quantile(t, e, 0.05));
    put_number(p, e == VIEW_NONE ? (double)NAN : tally_quantile(t, e, 0.95));
    if (which != VARY_RANK) return;
    double of = share_of(d, which, e);
    double all = e == VIEW_NONE ? 0 : (double)(t->cell[e].present + t->cell[e].missing);
    share_interval i = share_within(of * all, all);
    put_number(p, of < 0 ? (double)NAN : of);
    put_number(p, of < 0 ? (double)NAN : i.low);
    put_number(p, of < 0 ? (double)NAN : i.high);
}

void robust_unit(document *p, const view *v, const vary *d, size_t row, int people) {
    static const char *const score[] = {"score", "score_low", "score_high"},
                             *const rank[] = {"rank",        "rank_low",        "rank_high",
                                              "probability", "probability_low", "probability_high"};
    size_t columns = v->columns ? v->columns : 1, n = 0;
    if (people) {
        for (size_t k = 0; k < columns; k++) tell_column(p, v, d, row, k);
        return;
    }
    document_column head[12];
    head[n++] = (document_column){"column", "", WIDTH_LEFT, 0};
    head[n++] = (document_column){"draws", "", WIDTH_RIGHT, 0};
    head[n++] = (document_column){"seed", "", WIDTH_RIGHT, 0};
    for (size_t i = 0; d->settings.part[VARY_SCORE] && i < 3; i++)
        head[n++] = (document_column){score[i], "", WIDTH_RIGHT, 0};
    for (size_t i = 0; d->settings.part[VARY_RANK] && i < 6; i++)
        head[n++] = (document_column){rank[i], "", WIDTH_RIGHT, 0};
    document_table(p, "draws", "", head, n);
    for (size_t k = 0; k < columns; k++) {
        document_put(p, document_text(v->columns ? v->column_title[k] : ""));
        put_number(p, (double)d->done);
        put_number(p, (double)d->settings.seed);
        if (d->settings.part[VARY_SCORE])
            put_part(p, d, VARY_SCORE, element_at(v, d, VARY_SCORE, row, k));
        if (d->settings.part[VARY_RANK])
            put_part(p, d, VARY_RANK, element_at(v, d, VARY_RANK, row, k));
    }
}
