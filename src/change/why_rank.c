/* Why a unit has its rank: who is next above and below it, and what would pass them. */
#include "change/unit_report.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { WRAP = 10 };

typedef struct context {
    const view *v;
    const standing_wish *w;
    const standing_place *at;
    const assess_rank_reasons *why;
    document *p;
} context;

static const char *unit_name(const view *v, size_t unit) {
    return assess_title(v->session, &v->rows, unit);
}

/* ---- who is next ---- */

/* A cell that shows what an array has of a unit, where the document is about. */
static document_cell standing_cell(const context *t, const assess_array *x, size_t unit,
                                   document_cell cell) {
    location at = {0};
    for (int k = 0; k < t->at->score->axes; k++)
        location_add(&at, t->at->score->axis[k].id,
                     t->at->score->axis[k].id == t->v->rows.id ? unit : t->at->at[k]);
    size_t element = x ? location_offset(x, &at) : VIEW_NONE;
    return document_about_cell(cell, element == VIEW_NONE ? NULL : x, element);
}

static void put_standing(const context *t, const assess_standing *s) {
    document *p = t->p;
    if (s->unit == ASSESS_NOBODY) return;
    int own = s->unit == t->why->own.unit;
    DOCUMENT_ROW(
        p, standing_cell(t, t->at->rank, s->unit, document_rank(p, s->rank)),
        document_text(unit_name(t->v, s->unit)),
        standing_cell(t, t->at->score, s->unit, document_number(p, s->score, t->at->places)),
        own ? document_text("") : document_change(p, s->score - t->why->own.score, t->at->places));
}

static void put_neighbours(const context *t) {
    const view *v = t->v;
    const assess_rank_reasons *why = t->why;
    const document_column column[] = {{"rank", rank_title(v), WIDTH_RIGHT, 0},
                                      {"unit", view_axis_title(v, &v->rows), WIDTH_LEFT, WRAP},
                                      {"score", score_title(v, t->at->score), WIDTH_RIGHT, 0},
                                      {"gap", view_text(v, "Gap"), WIDTH_RIGHT, 0}};
    const char *title = *t->at->title ? t->at->title : view_text(v, "Just above and below");
    document_table(t->p, standing_id(t->p, t->at, "neighbours"), title, column, 4);
    document_tell(t->p, view_text(v, "Gap: the other's score minus the unit's own."));
    put_standing(t, &why->above);
    put_standing(t, &why->own);
    put_standing(t, &why->below);
    buf b = BUF_INIT;
    if (isnan(why->own.rank)) {
        buf_text(&b, view_text(v, "No score, so no rank: --missing tells what is absent."));
    } else {
        const char *between = v->language ? "" : " ";
        if (why->own.tied)
            view_count(&b, v, why->own.tied, TEXT("%zu other has the same rank."),
                       TEXT("%zu others have the same rank."));
        if (why->above.unit == ASSESS_NOBODY)
            buf_print(&b, "%s%s", b.length ? between : "", view_text(v, "Nobody is above."));
        if (why->below.unit == ASSESS_NOBODY)
            buf_print(&b, "%s%s", b.length ? between : "", view_text(v, "Nobody is below."));
    }
    if (b.length) document_note(t->p, standing_id(t->p, t->at, "standing"), buf_string(&b));
    buf_release(&b);
}

/* ---- where the gap comes from ---- */

static void put_contribution(const context *t, const assess_contribution *c, int places) {
    document *p = t->p;
    DOCUMENT_ROW(p, document_text(c->id), document_text(strcmp(c->id, c->title) ? c->title : ""),
                 document_number(p, c->own, places), document_number(p, c->theirs, places),
                 document_change(p, c->points, t->at->places + 1));
}

/* The elements at a depth, or (depth 0) those that nothing below contributes to. */
static void put_gap_table(const context *t, const char *id, const char *title, int depth) {
    const view *v = t->v;
    const assess_rank_reasons *why = t->why;
    const document_column column[] = {
        {"id", view_text(v, "Item"), WIDTH_LEFT, 0},
        {"title", "", WIDTH_LEFT, WRAP},
        {"own", view_text(v, "Own"), WIDTH_RIGHT, 0},
        {"theirs", view_text(v, "Theirs"), WIDTH_RIGHT, 0},
        {"points", view_text(v, "Points of the score"), WIDTH_RIGHT, 0}};
    const char *heading = document_print(t->p, view_text(v, title), unit_name(v, why->above.unit));
    document_table(t->p, standing_id(t->p, t->at, id), heading, column, 5);
    document_tell(t->p,
                  view_text(v, why->alone ? TEXT("What the other's value alone would change; it "
                                                 "need not add up.")
                                          : TEXT("Points: how much of the gap between the two "
                                                 "scores the item makes up, by the weights that "
                                                 "work. They add up to the gap.")));
    double rest = 0;
    size_t shown = 0, left = 0;
    decimals d = {0};
    for (size_t i = 0; i < why->parts; i++) {
        if (depth ? why->part[i].depth != depth : !why->part[i].last) continue;
        decimals_add(&d, why->part[i].own);
        decimals_add(&d, why->part[i].theirs);
    }
    for (size_t i = 0; i < why->parts; i++) {
        const assess_contribution *c = &why->part[i];
        if (depth ? c->depth != depth : !c->last) continue;
        if (t->w->most && shown >= t->w->most) {
            rest += c->points == c->points ? c->points : 0;
            left++;
            continue;
        }
        put_contribution(t, c, decimals_suit(&d));
        shown++;
    }
    if (!left) return;
    buf b = BUF_INIT;
    buf_print(&b, view_text(v, "the other %zu"), left);
    DOCUMENT_ROW(t->p, document_text(""), document_text(buf_string(&b)), document_text(""),
                 document_text(""), document_change(t->p, rest, t->at->places + 1));
    buf_release(&b);
}

static void put_gap(const context *t) {
    int deeper = 0;
    for (size_t i = 0; i < t->why->parts; i++) deeper |= t->why->part[i].depth > 1;
    if (deeper) put_gap_table(t, "parts", TEXT("Where the gap to %s comes from: parts"), 1);
    if (t->why->parts) put_gap_table(t, "gap", TEXT("Where the gap to %s comes from"), 0);
    if (t->why->parts && t->why->alone)
        document_note(
            t->p, standing_id(t->p, t->at, "gap_note"),
            view_text(t->v, "What the other's value alone would change; it need not add up."));
}

/* ---- what would close it ---- */

static void put_ways(const context *t) {
    const view *v = t->v;
    document *p = t->p;
    const assess_rank_reasons *why = t->why;
    document_column column[] = {
        {"id", view_text(v, "Indicator"), WIDTH_LEFT, 0},
        {"title", "", WIDTH_LEFT, WRAP},
        {"at", "", WIDTH_LEFT, 0},
        {"from", view_text(v, "Now"), WIDTH_RIGHT, 0},
        {"to", view_text(v, "Needed"), WIDTH_RIGHT, 0},
        {"measure", "", WIDTH_LEFT, 0},
        {"change", view_text(v, TEXT_AS("datum", "Change")), WIDTH_RIGHT, 0},
        {"effort", view_text(v, "Of the range"), WIDTH_RIGHT, 0},
        {"rank", view_text(v, "Rank then"), WIDTH_RIGHT, 0},
        {"score", view_text(v, "Score then"), WIDTH_RIGHT, 0}};
    /* For people a line has room for less: the score then is hardly more than that of who is
     * passed. */
    size_t columns = sizeof column / sizeof *column - (t->w->most ? 1 : 0);
    const char *heading = document_print(p, view_text(v, "What single change would pass %s"),
                                         unit_name(v, why->above.unit));
    /* Programs find an empty list; people are told. */
    if (why->ways || !t->w->most)
        document_table(p, standing_id(p, t->at, "ways"), heading, column, columns);
    if (why->ways)
        document_tell(p, view_text(v, "Each figure alone is moved as far as it takes, all else "
                                      "unchanged, and the result is computed anew. Of the range: "
                                      "the change against what all units span."));
    for (size_t i = 0; i < why->ways && !(t->w->most && i >= t->w->most); i++) {
        const assess_way *way = &why->way[i];
        DOCUMENT_ROW(p, document_text(way->id),
                     document_text(strcmp(way->id, way->title) ? way->title : ""),
                     document_text(way->at), document_number(p, way->from, -1),
                     document_number(p, way->to, -1), document_text(way->measure),
                     document_change(p, way->to - way->from, -1), standing_share(p, way->effort),
                     document_rank(p, way->rank));
        if (!t->w->most) document_put(p, document_number(p, way->score, t->at->places));
    }
    document_note(
        p, standing_id(p, t->at, "ways_note"),
        document_print(p,
                       view_text(v, why->ways ? TEXT("All else unchanged; the least change against "
                                                     "the range of all units comes first.")
                                              : TEXT("No single datum would.")),
                       unit_name(v, why->above.unit)));
}

int why_rank_make(const view *v, const standing_wish *w, document *p, fault *f) {
    size_t columns = standing_places(v, w, f);
    for (size_t c = 0; c < columns; c++) {
        assess_rank_reasons why;
        standing_place at = standing_at(v, w, c);
        size_t before = assess_message_count(v->session);
        assess_status status =
            assess_why_rank(v->session, at.score, at.rank, at.details, at.at, v->rows.id, &why);
        if (status) return impact_fault(v, before, status, f);
        const double scores[] = {why.own.score, why.above.score, why.below.score};
        at.places = standing_decimals(&at, scores, 3);
        context t = {v, w, &at, &why, p};
        put_neighbours(&t);
        if (why.above.unit == ASSESS_NOBODY) continue;
        put_gap(&t);
        put_ways(&t);
    }
    return columns > 0;
}
