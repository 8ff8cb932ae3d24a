/* Key findings: sentences made of the results. No number is written here: each is taken from a
 * result, and leads to where it comes from. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "html/html.h"
#include "report/report.h"
#include "robust/robust.h"
#include "web/web.h"

enum { WORST = 3, REASONS = 16, NAMED = 10 };

typedef struct findings_page {
    web *p;
    const view *v;
    output *to;
    location at; /* of the focus, in the column that is told of */
    int said;    /* sentences in this item of the list */
} findings_page;

/* ---- pieces of sentences, as HTML in the memory of the page ---- */

static const char *keep(web *p, output *own) {
    const char *text = arena_text(&p->memory, buf_string(&own->held), own->held.length);
    if (own->held.failed || !text) fault_memory(p->f);
    output_release(own);
    return text ? text : "";
}

static const char *name(web *p, const char *text) {
    output own = output_to(OUTPUT_KEEP, NULL);
    html_text(&own, text);
    return keep(p, &own);
}

/* An element as a link, its number with the decimals that its role has. */
static const char *number(web *p, const assess_array *x, const location *at, int places,
                          int is_rank) {
    output own = output_to(OUTPUT_KEEP, NULL);
    buf text = BUF_INIT;
    size_t element = location_offset(x, at);
    if (is_rank)
        view_rank(&text, location_value(x, at));
    else
        view_number(&text, location_value(x, at), places);
    int link = element != VIEW_NONE && why_link(p->w, &own, x, element);
    html_text(&own, buf_string(&text));
    if (link) output_text(&own, "</a>");
    buf_release(&text);
    return keep(p, &own);
}

/* A count of units, with a link to the section that has them all. */
static const char *counted(web *p, size_t count, const char *section) {
    output own = output_to(OUTPUT_KEEP, NULL);
    int link = web_has_part(p, section);
    if (link) output_print(&own, "<a href=#%s>", section);
    output_print(&own, "%zu", count);
    if (link) output_text(&own, "</a>");
    return keep(p, &own);
}

static const char *score(findings_page *g, size_t row, size_t column) {
    const view *v = g->v;
    location at = view_location(v, row, column);
    return number(g->p, v->part[ROLE_SCORE], &at, v->places[ROLE_SCORE], 0);
}

static const char *unit(findings_page *g, size_t row) {
    output own = output_to(OUTPUT_KEEP, NULL);
    int link = web_has_unit(g->p, row);
    if (link) {
        output_text(&own, "<a href=\"#unit=");
        html_address(&own, assess_label(g->v->session, &g->v->rows, row));
        output_text(&own, "\">");
    }
    html_text(&own, assess_title(g->v->session, &g->v->rows, row));
    if (link) output_text(&own, "</a>");
    return keep(g->p, &own);
}

static void say(findings_page *g, const char *format, ...) FAULT_FORMAT(2, 3);
static void say(findings_page *g, const char *format, ...) {
    va_list args;
    buf b = BUF_INIT;
    va_start(args, format);
    buf_vprint(&b, format, args);
    va_end(args);
    if (g->said++ && g->v->language != TEXT_CHINESE) output_char(g->to, ' ');
    output_put(g->to, buf_string(&b), b.length);
    g->to->held.failed |= b.failed;
    buf_release(&b);
}

/* ---- sentences ---- */

/* The unit that is next better or best in a column; VIEW_NONE: there is none. */
static size_t ahead(const view *v, size_t row, size_t column, int best) {
    location own = view_location(v, row, column);
    double mine = location_value(v->part[ROLE_RANK], &own), found = NAN;
    size_t who = VIEW_NONE;
    for (size_t i = 0; i < v->rows.size; i++) {
        location at = view_location(v, i, column);
        double rank = location_value(v->part[ROLE_RANK], &at);
        if (!(rank < mine) || (who != VIEW_NONE && (best ? rank >= found : rank <= found)))
            continue;
        who = i;
        found = rank;
    }
    return who;
}

static size_t scored(const view *v, size_t column) {
    size_t count = 0;
    for (size_t i = 0; i < v->rows.size; i++) {
        location at = view_location(v, i, column);
        if (!isnan(location_value(v->part[ROLE_SCORE], &at))) count++;
    }
    return count;
}

static void say_standing(findings_page *g, size_t column) {
    const view *v = g->v;
    web *p = g->p;
    size_t next, first;
    const char *title = name(p, view_output_title(v, v->part[ROLE_SCORE]));
    if (isnan(location_value(v->part[ROLE_SCORE], &g->at))) {
        say(g, view_text(v, "%s has no score."), unit(g, v->focus));
        return;
    }
    if (!v->part[ROLE_RANK]) {
        say(g, view_text(v, "%1$s has %2$s in %3$s."), unit(g, v->focus),
            score(g, v->focus, column), title);
        return;
    }
    say(g, view_text(v, "%1$s is number %2$s of the %3$s with a score; %4$s: %5$s."),
        unit(g, v->focus), number(p, v->part[ROLE_RANK], &g->at, 0, 1),
        counted(p, scored(v, column), "ranking"), title, score(g, v->focus, column));
    next = ahead(v, v->focus, column, 0);
    first = ahead(v, v->focus, column, 1);
    if (next != VIEW_NONE)
        say(g, view_text(v, "Just ahead: %1$s (%2$s)."), unit(g, next), score(g, next, column));
    if (first != VIEW_NONE && first != next)
        say(g, view_text(v, "In the lead: %1$s (%2$s)."), unit(g, first), score(g, first, column));
}

/* Without a focus: who leads. */
static void say_leader(findings_page *g, size_t column) {
    const view *v = g->v;
    size_t best = VIEW_NONE;
    double most = -INFINITY;
    for (size_t i = 0; i < v->rows.size; i++) {
        location at = view_location(v, i, column);
        double x = v->part[ROLE_RANK] ? -location_value(v->part[ROLE_RANK], &at)
                                      : location_value(v->part[ROLE_SCORE], &at);
        if (!(x > most)) continue;
        most = x;
        best = i;
    }
    if (best != VIEW_NONE)
        say(g, view_text(v, "In the lead: %1$s (%2$s)."), unit(g, best), score(g, best, column));
}

/* The result that a side of a condition is, and where: the column's element, or NULL. */
static const assess_array *side(const view *v, const char *formula) {
    return assess_output_named(v->session, formula);
}

static void say_verdict(findings_page *g) {
    const view *v = g->v;
    const assess_array *x = v->part[ROLE_VERDICT];
    double holds = x ? location_value(x, &g->at) : (double)NAN;
    assess_reason reason[REASONS];
    size_t at[ASSESS_AXES], shown = 0;
    if (isnan(holds)) return;
    location_indices(x, &g->at, at);
    size_t count = assess_reasons(v->session, x, at, reason, REASONS);
    output own = output_to(OUTPUT_KEEP, NULL);
    for (size_t i = 0; i < count && i < REASONS; i++) {
        const assess_reason *r = &reason[i];
        buf title = BUF_INIT, got = BUF_INIT, want = BUF_INIT;
        if (r->holds == 1) continue;
        verdict_name(v, r, &title);
        verdict_sides(v, r, &got, &want);
        const assess_array *left = *r->sign && !*r->which ? side(v, r->left) : NULL;
        size_t element = left ? location_offset(left, &g->at) : VIEW_NONE;
        if (shown++) html_text(&own, view_text(v, "; "));
        html_text(&own, buf_string(&title));
        output_char(&own, ' ');
        int link = element != VIEW_NONE ? why_link(g->p->w, &own, left, element)
                                        : why_link(g->p->w, &own, x, location_offset(x, &g->at));
        if (*r->sign) html_text(&own, buf_string(&got));
        if (link) output_text(&own, "</a>");
        output_print(&own, " %s", *r->sign ? "(" : "");
        html_text(&own, r->sign);
        output_char(&own, ' ');
        link = *r->sign && why_link(g->p->w, &own, x, location_offset(x, &g->at));
        html_text(&own, buf_string(&want));
        output_text(&own, link ? "</a>" : "");
        output_text(&own, *r->sign ? ")" : "");
        buf_release(&title);
        buf_release(&got);
        buf_release(&want);
    }
    const char *unmet = keep(g->p, &own), *title = name(g->p, view_output_title(v, x));
    if (holds != 0)
        say(g, view_text(v, "%s: yes; all conditions hold."), title);
    else if (shown)
        say(g, view_text(v, "%1$s: no. Not met: %2$s."), title, unmet);
    else
        say(g, view_text(v, "%s: no."), title);
}

static void say_parts(findings_page *g) {
    const view *v = g->v;
    const assess_array *x = v->part[ROLE_PARTS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    size_t best = VIEW_NONE, worst = VIEW_NONE;
    double most = 0, least = 0;
    for (size_t i = 0; axis && i < axis->size; i++) {
        location at = g->at;
        location_add(&at, axis->id, i);
        double value = location_value(x, &at);
        if (isnan(value)) continue;
        if (best == VIEW_NONE || value > most) {
            best = i;
            most = value;
        }
        if (worst == VIEW_NONE || value < least) {
            worst = i;
            least = value;
        }
    }
    if (best == VIEW_NONE || best == worst) return;
    location high = g->at, low = g->at;
    location_add(&high, axis->id, best);
    location_add(&low, axis->id, worst);
    say(g, view_text(v, "Strongest: %1$s (%2$s); weakest: %3$s (%4$s)."),
        name(g->p, assess_title(v->session, axis, best)),
        number(g->p, x, &high, v->places[ROLE_PARTS], 0),
        name(g->p, assess_title(v->session, axis, worst)),
        number(g->p, x, &low, v->places[ROLE_PARTS], 0));
}

static void say_worst(findings_page *g, size_t column) {
    const view *v = g->v;
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    size_t worst[WORST];
    size_t count = axis ? report_worst(v, v->focus, column, worst, WORST) : 0;
    output own = output_to(OUTPUT_KEEP, NULL);
    for (size_t i = 0; i < count; i++) {
        location at = g->at;
        location_add(&at, axis->id, worst[i]);
        if (i) html_text(&own, view_text(v, TEXT_AS("list", ", ")));
        html_text(&own, assess_title(v->session, axis, worst[i]));
        output_print(
            &own, view_text(v, TEXT_AS("aside", " (%s)")),
            number(g->p, x, &at, v->places[ROLE_DETAILS] < 0 ? 2 : v->places[ROLE_DETAILS], 0));
    }
    const char *list = keep(g->p, &own);
    if (count) say(g, view_text(v, "The most is lost in: %s."), list);
}

static void say_basis(findings_page *g) {
    const view *v = g->v;
    const assess_array *x = v->part[ROLE_BASIS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    output own = output_to(OUTPUT_KEEP, NULL);
    size_t told = 0;
    for (size_t i = 0; axis && i < axis->size; i++) {
        location at = g->at;
        buf share = BUF_INIT;
        location_add(&at, axis->id, i);
        double value = location_value(x, &at);
        if (!(value > 0)) continue;
        view_share(&share, value);
        if (told++) html_text(&own, view_text(v, TEXT_AS("list", ", ")));
        html_text(&own, assess_title(v->session, axis, i));
        output_char(&own, ' ');
        int link = why_link(g->p->w, &own, x, location_offset(x, &at));
        html_text(&own, buf_string(&share));
        if (link) output_text(&own, "</a>");
        buf_release(&share);
    }
    const char *list = keep(g->p, &own);
    if (!told) return;
    output_text(g->to, "<li>");
    g->said = 0;
    say(g, view_text(v, "What the weight of %1$s rests on: %2$s."), unit(g, v->focus), list);
    output_text(g->to, "</li>\n");
}

/* Who has no score anywhere. */
static void say_refused(findings_page *g) {
    const view *v = g->v;
    output own = output_to(OUTPUT_KEEP, NULL);
    size_t count = 0;
    for (size_t i = 0; i < v->rows.size; i++) {
        int any = 0;
        for (size_t c = 0; c < (v->columns ? v->columns : 1); c++) {
            location at = view_location(v, i, v->columns ? c : VIEW_NONE);
            any |= !isnan(location_value(v->part[ROLE_SCORE], &at));
        }
        if (any) continue;
        if (count++ < NAMED) {
            if (count > 1) html_text(&own, view_text(v, TEXT_AS("list", ", ")));
            output_text(&own, unit(g, i));
        }
    }
    if (count > NAMED) output_text(&own, " …");
    const char *list = keep(g->p, &own);
    if (!count) return;
    output_text(g->to, "<li>");
    g->said = 0;
    say(g, view_text(v, "Without a score: %1$s of %2$s (%3$s)."), counted(g->p, count, "refused"),
        counted(g->p, v->rows.size, "ranking"), list);
    output_text(g->to, "</li>\n");
}

int web_has_findings(const web *p) { return p->v->part[ROLE_SCORE] != NULL && p->v->rows.size; }

void web_findings(web *p, output *to) {
    const view *v = p->v;
    findings_page g = {p, v, to, {0}, 0};
    output_text(to, "<ul class=findings>\n");
    for (size_t c = 0; c < (v->columns ? v->columns : 1); c++) {
        size_t column = v->columns ? c : VIEW_NONE;
        output_text(to, "<li>");
        g.said = 0;
        if (v->columns && *v->column_title[c]) {
            output_text(to, "<b>");
            html_text(to, v->column_title[c]);
            html_text(to, view_text(v, ": "));
            output_text(to, "</b>");
        }
        if (v->focus == VIEW_NONE) {
            say_leader(&g, column);
        } else {
            g.at = view_location(v, v->focus, column);
            say_standing(&g, column);
            say_verdict(&g);
            say_parts(&g);
            say_worst(&g, c);
        }
        output_text(to, "</li>\n");
    }
    if (v->focus != VIEW_NONE) {
        g.at = view_location(v, v->focus, v->columns ? 0 : VIEW_NONE);
        say_basis(&g);
    }
    say_refused(&g);
    if (p->g->draws && v->focus != VIEW_NONE) {
        document doc;
        document_open(&doc, "robust", "", view_text(v, ": "), "-");
        robust_unit(&doc, v, p->g->draws, v->focus, 1);
        for (size_t i = 0; i < doc.blocks && !doc.failed; i++) { /* what failed may have no cell */
            if (doc.block[i].kind != DOCUMENT_LINE) continue;
            output_text(to, "<li><a href=#robust>");
            html_text(to, doc.block[i].cell->shown);
            output_text(to, "</a></li>\n");
        }
        to->held.failed |= doc.failed;
        document_close(&doc);
    }
    output_text(to, "</ul>\n");
}
