/* The page of a report: its sections, in the order in which a reader asks. */
#include "web/web.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "change/unit_report.h"
#include "format/format.h"
#include "html/html.h"
#include "report/report.h"
#include "robust/robust.h"
#include "robust/vary.h"

enum { GOAL_UNITS = 60, GOAL_INDICATORS = 300, UNIT_BYTES = 22 };

/* ---- making the sections ---- */

static document *begin_part(web *p, const char *id, const char *title) {
    web_part *own = &p->part[p->parts++];
    *own = (web_part){.id = id, .title = view_text(p->v, title)};
    document_open(&own->doc, id, own->title, view_text(p->v, ": "), view_text(p->v, "None."));
    own->doc.dense = 1;
    return &own->doc;
}

/* A section that has nothing to say is none. */
static void end_part(web *p) {
    web_part *own = &p->part[p->parts - 1];
    if (own->doc.failed) fault_memory(p->f);
    if (own->doc.blocks || own->charts) return;
    document_close(&own->doc);
    p->parts--;
}

/* Adds a chart to the last section, where the rules have what it needs. */
static int add_chart(web *p, const char *kind, size_t row) {
    web_part *own = &p->part[p->parts - 1];
    const plot_kind *k = plot_named(kind, p->f);
    if (!k || k->lacks(p->v)) return k != NULL;
    const char *of[] = {row == VIEW_NONE ? "" : assess_label(p->v->session, &p->v->rows, row)};
    const plot_given given = {
        .of = of, .count = row != VIEW_NONE, .top = VIEW_TOP, .draws = p->g->draws, .page = 1};
    fault f = FAULT_INIT;
    size_t n = own->charts;
    int fine = plot_make(p->v, k, &given, &own->drawn[n], &own->chart[n], &f);
    if (fine) {
        own->charts++;
    } else { /* these results have nothing to draw */
        document_close(&own->drawn[n]);
        buf_release(&own->chart[n].svg);
    }
    if (f.kind == FAULT_LIMIT) fault_memory(p->f);
    fault_release(&f);
    return !p->f->count;
}

static void make_robust(web *p) {
    static const double usual[] = {0.05, 0.5, 0.95};
    const vary_wish w = {
        .first = 3, .quantile = usual, .quantiles = 3, .decided = 0.95, .people = 1};
    size_t entries = p->v->session->s->uncertain.count;
    if (!p->g->draws && !p->g->draws_failed && !p->g->draws_left) return;
    document *doc = begin_part(p, "robust", TEXT("How robust the results are"));
    if (!p->g->draws)
        robust_hint(doc, p->v, entries, assess_fact(p->v->session, "file"), p->g->draws_failed);
    else if (vary_make(p->v, p->g->draws, &w, doc, p->f) && p->v->focus != VIEW_NONE)
        add_chart(p, "uncertainty", VIEW_NONE);
    end_part(p);
}

/* A block that the page does not show. */
static void leave_out(document *doc, const char *id) {
    for (size_t i = 0; i < doc->blocks; i++) {
        document_block *b = &doc->block[i];
        if (strcmp(b->id, id) != 0) continue;
        b->kind = DOCUMENT_RESULTS; /* for programs only */
        b->title = "";
    }
}

/* What would have to change for the next better rank, where that can be found in a moment. */
static void make_goal(web *p) {
    const view *v = p->v;
    const assess_axis *axis = v->part[ROLE_DETAILS] ? view_extra(v, v->part[ROLE_DETAILS]) : NULL;
    if (v->focus == VIEW_NONE || !v->part[ROLE_RANK] || v->rows.size > GOAL_UNITS ||
        (axis && axis->size > GOAL_INDICATORS))
        return;
    location at = view_location(v, v->focus, v->columns ? 0 : VIEW_NONE);
    double rank = location_value(v->part[ROLE_RANK], &at);
    if (!(rank > 1)) return;
    document *doc = begin_part(p, "closing", TEXT("What would close the gap"));
    const goal_wish w = {.rank = rank - 1, .score = NAN};
    fault f = FAULT_INIT;
    if (!goal_make(v, v->focus, &w, doc, &f)) { /* these rules have no such goal */
        document_close(doc);
        document_open(doc, "closing", "", view_text(v, ": "), "");
        if (f.kind == FAULT_LIMIT) fault_set(p->f, FAULT_LIMIT, "%s", text_message("stopped"));
    }
    fault_release(&f);
    leave_out(doc, "short"); /* what is not enough by itself fills pages */
    end_part(p);
}

static void make_parts(web *p) {
    const view *v = p->v;
    size_t one = v->focus;
    if (!v->part[ROLE_SCORE]) {
        report_outputs(begin_part(p, "results", TEXT("Results")), v, p->g->wish);
        end_part(p);
        return;
    }
    report_verdict(begin_part(p, "verdict", TEXT("Verdict")), v);
    end_part(p);
    report_refused(begin_part(p, "refused", TEXT("Not assessable")), v);
    end_part(p);
    report_ranking(begin_part(p, "ranking", TEXT("Ranking")), v);
    add_chart(p, "ranking", VIEW_NONE);
    end_part(p);
    make_robust(p);
    report_parts(begin_part(p, "parts", TEXT("Scores by part")), v);
    end_part(p);
    if (one != VIEW_NONE) {
        report_shortfalls(begin_part(p, "shortfalls", TEXT("Largest shortfalls")), v);
        if (p->part[p->parts - 1].doc.blocks) add_chart(p, "shortfalls", one);
        if (p->part[p->parts - 1].doc.blocks) add_chart(p, "profile", one);
        end_part(p);
    }
    make_goal(p);
}

static void make_rest(web *p) {
    const view *v = p->v;
    p->units_before = p->parts;
    document *doc = begin_part(p, "index", TEXT("Index and weights"));
    report_index(doc, v);
    if (doc->blocks) add_chart(p, "framework", VIEW_NONE);
    end_part(p);
    doc = begin_part(p, "data", TEXT("Rules and data"));
    report_head(doc, v);
    if (v->part[ROLE_SCORE]) report_basis(doc, v);
    end_part(p);
    report_further(begin_part(p, "further", TEXT("Further results")), v, 0);
    end_part(p);
    report_warnings(begin_part(p, "warnings", TEXT("Warnings")), v);
    end_part(p);
}

/* ---- fingerprints ---- */

static void put_hashes(web *p, output *to) {
    const view *v = p->v;
    document doc;
    document_open(&doc, "hashes", "", view_text(v, ": "), "");
    document_facts(&doc, "hashes", "");
    document_fact(
        &doc, "rules", view_text(v, "Rules"),
        document_text(document_print(&doc, "%s\nSHA-256 %s", assess_fact(v->session, "file"),
                                     assess_rules_sha256(v->session))));
    for (size_t i = 0; i < assess_source_count(v->session); i++) {
        assess_source s = assess_source_at(v->session, i);
        document_fact(&doc, "data", view_text(v, "Data"),
                      document_text(document_print(&doc, "%s%s%s\nSHA-256 %s", s.name,
                                                   view_text(v, ": "), s.path, s.sha256)));
    }
    document_fact(&doc, "engine", view_text(v, "Engine"),
                  document_text(document_print(&doc, "assess %s\nSHA-256 %s", assess_version(),
                                               assess_engine_sha256(v->session))));
    html_blocks(to, &doc, 3, "", NULL);
    to->held.failed |= doc.failed;
    document_close(&doc);
}

/* ---- units ---- */

/* Documents of the units that have a section: so many as the page may hold. */
static void make_units(web *p) {
    const view *v = p->v;
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    size_t cells = (axis ? axis->size : 4) * (2 + 3 * v->columns) + 40;
    size_t most = p->g->bytes / 3 / (cells * UNIT_BYTES) + 1;
    if (!v->part[ROLE_SCORE]) return;
    p->unit = mem_zero(v->shown_count + 1, sizeof *p->unit);
    p->unit_row = mem_zero(v->shown_count + 1, sizeof *p->unit_row);
    if (!p->unit || !p->unit_row) {
        fault_memory(p->f);
        return;
    }
    for (size_t i = 0; i < v->shown_count && i < most; i++) p->unit_row[p->units++] = v->shown[i];
    if (p->units && v->focus != VIEW_NONE && !web_has_unit(p, v->focus))
        p->unit_row[p->units - 1] = v->focus;
    for (size_t i = 0; i < p->units; i++) {
        document *doc = &p->unit[i];
        document_open(doc, "unit", assess_title(v->session, &v->rows, p->unit_row[i]),
                      view_text(v, ": "), view_text(v, "None."));
        web_unit(doc, v, p->unit_row[i]);
        if (doc->failed) fault_memory(p->f);
    }
}

int web_has_unit(const web *p, size_t row) {
    for (size_t i = 0; i < p->units; i++)
        if (p->unit_row[i] == row) return 1;
    return 0;
}

int web_has_part(const web *p, const char *id) {
    for (size_t i = 0; i < p->parts; i++)
        if (!strcmp(p->part[i].id, id)) return 1;
    return 0;
}

static void put_units(web *p, output *to) {
    const view *v = p->v;
    if (p->units < v->shown_count) {
        buf b = BUF_INIT;
        buf_print(&b,
                  view_text(v, "The page holds %1$zu of %2$zu. --focus NAME makes a page about "
                               "another one."),
                  p->units, v->shown_count);
        html_paragraph(to, "faint", buf_string(&b));
        buf_release(&b);
    }
    for (size_t i = 0; i < p->units; i++) {
        size_t row = p->unit_row[i];
        output_text(to, "<section class=unit id=\"unit=");
        html_address(to, assess_label(v->session, &v->rows, row));
        output_text(to, "\">\n<h3>");
        html_text(to, assess_title(v->session, &v->rows, row));
        output_text(to, "</h3>\n");
        html_blocks(to, &p->unit[i], 4, "", p->w);
        output_text(to, "</section>\n");
    }
}

/* ---- writing ---- */

static void put_part(web *p, const web_part *own, output *to) {
    output_print(to, "<section id=%s>\n", own->id);
    if (!own->doc.blocks || own->doc.block->kind != DOCUMENT_HEADING)
        html_element(to, "h2", own->title);
    html_blocks(to, &own->doc, own->doc.blocks && own->doc.block->kind == DOCUMENT_HEADING ? 2 : 3,
                "", p->w);
    for (size_t n = 0; n < own->charts; n++)
        html_figure(to, &own->drawn[n], view_text(p->v, "The numbers of the chart"),
                    &own->chart[n].svg, p->w);
    output_text(to, "</section>\n");
}

static void put_entry(output *to, const char *id, const char *title) {
    output_print(to, "<li><a href=#%s>", id);
    html_text(to, title);
    output_text(to, "</a>\n");
}

static const char *part_title(const web_part *own) {
    return own->doc.blocks && own->doc.block->kind == DOCUMENT_HEADING ? own->doc.block->title
                                                                       : own->title;
}

/* Links to all sections, and what the script lets a reader choose. */
static void put_bar(web *p, output *to) {
    const view *v = p->v;
    output_text(to, "<nav id=bar aria-label=\"");
    html_text(to, view_text(v, "Contents"));
    output_text(to, "\">\n<details><summary>");
    html_text(to, view_text(v, "Contents"));
    output_text(to, "</summary><ul>\n");
    if (web_has_findings(p)) put_entry(to, "findings", view_text(v, "Key findings"));
    for (size_t i = 0; i < p->parts; i++) {
        if (i == p->units_before && p->units) put_entry(to, "units", view_axis_title(v, &v->rows));
        if (!strcmp(p->part[i].id, "data")) put_entry(to, "methods", view_text(v, "Methods"));
        put_entry(to, p->part[i].id, part_title(&p->part[i]));
    }
    put_entry(to, "hashes", view_text(v, "Fingerprints"));
    output_text(to, "</ul></details>\n<span id=choose hidden>");
    if (p->units) {
        output_text(to, "<label>");
        html_text(to, view_axis_title(v, &v->rows));
        output_text(to, " <select id=of-unit><option value=\"\">");
        html_text(to, view_text(v, "all"));
        for (size_t i = 0; i < p->units; i++) {
            output_text(to, "<option value=\"");
            html_address(to, assess_label(v->session, &v->rows, p->unit_row[i]));
            output_text(to, "\">");
            html_text(to, assess_title(v->session, &v->rows, p->unit_row[i]));
        }
        output_text(to, "</select></label>\n");
    }
    if (v->columns > 1) {
        output_text(to, "<label>");
        html_text(to, v->column_axes == 1 ? view_axis_title(v, &v->column_axis[0]) : "");
        output_text(to, " <select id=of-stage><option value=\"\">");
        html_text(to, view_text(v, "all"));
        for (size_t c = 0; c < v->columns; c++) {
            output_text(to, "<option value=\"");
            for (int k = 0; k < v->column[c].count; k++)
                for (int a = 0; a < v->column_axes; a++)
                    if (v->column_axis[a].id == v->column[c].axis[k]) {
                        if (k) output_char(to, '.');
                        html_address(
                            to, assess_label(v->session, &v->column_axis[a], v->column[c].at[k]));
                    }
            output_text(to, "\">");
            html_text(to, v->column_title[c]);
        }
        output_text(to, "</select></label>\n");
    }
    output_text(to, "</span></nav>\n");
}

static void put_title(web *p, output *to) {
    const view *v = p->v;
    html_element(to, "h1", report_title(v->session));
    output_text(to, "<p class=faint>");
    static const char *const fact[][2] = {{"cite", TEXT("Basis")}, {"status", TEXT("Edition")}};
    for (size_t i = 0, told = 0; i < 2; i++) {
        const char *text = assess_fact(v->session, fact[i][0]);
        if (!*text) continue;
        if (told++) output_text(to, " · ");
        html_text(to, view_text(v, fact[i][1]));
        html_text(to, view_text(v, ": "));
        html_text(to, text);
    }
    output_text(to, "</p>\n");
}

static void put_count(web *p, output *to) {
    size_t shown, explained;
    why_count(p->w, &shown, &explained);
    if (explained >= shown) return;
    buf b = BUF_INIT;
    buf_print(&b,
              view_text(p->v, "%1$zu of %2$zu numbers are explained on this page; assess explain "
                              "%3$s explains any."),
              explained, shown, assess_fact(p->v->session, "file"));
    html_paragraph(to, "faint", buf_string(&b));
    buf_release(&b);
}

static void put_body(web *p, output *to) {
    const view *v = p->v;
    put_bar(p, to);
    output_text(to, "<main>\n");
    put_title(p, to);
    if (web_has_findings(p)) {
        output_text(to, "<section id=findings>\n");
        html_element(to, "h2", view_text(v, "Key findings"));
        web_findings(p, to);
        output_text(to, "</section>\n");
    }
    for (size_t i = 0; i < p->parts; i++) {
        if (i == p->units_before && p->units) {
            output_text(to, "<section id=units>\n");
            html_element(to, "h2", view_axis_title(v, &v->rows));
            put_units(p, to);
            output_text(to, "</section>\n");
        }
        if (!strcmp(p->part[i].id, "data")) {
            output_text(to, "<section id=methods>\n");
            html_element(to, "h2", view_text(v, "Methods"));
            web_methods(p, to);
            output_text(to, "</section>\n");
        }
        put_part(p, &p->part[i], to);
    }
    output_text(to, "<section id=hashes>\n");
    html_element(to, "h2", view_text(v, "Fingerprints"));
    put_hashes(p, to);
    put_count(p, to);
    output_text(to, "</section>\n</main>\n");
}

static void close_web(web *p) {
    for (size_t i = 0; i < p->parts; i++) {
        web_part *own = &p->part[i];
        for (size_t n = 0; n < own->charts; n++) {
            document_close(&own->drawn[n]);
            buf_release(&own->chart[n].svg);
        }
        document_close(&own->doc);
    }
    for (size_t i = 0; i < p->units; i++) document_close(&p->unit[i]);
    mem_free(p->unit);
    mem_free(p->unit_row);
    why_close(p->w);
    arena_release(&p->memory);
}

int web_write(const web_given *g, output *to, fault *f) {
    web p = {.g = g,
             .v = g->v,
             .memory = ARENA_INIT,
             .w = why_open(g->v, g->v->language, g->bytes / 2),
             .f = f};
    output first = output_to(OUTPUT_KEEP, to->stop);
    if (!p.w) fault_memory(f);
    if (!f->count) make_parts(&p);
    if (!f->count) make_units(&p);
    if (!f->count) make_rest(&p);
    if (!f->count) {
        put_body(&p, &first); /* only to learn which numbers are shown */
        if (first.held.failed) fault_memory(f);
    }
    output_release(&first);
    if (!f->count && why_explain(p.w, f)) {
        html_begin(to, g->v->language, report_title(g->v->session));
        put_body(&p, to);
        why_write(p.w, to);
        html_end(to);
        if (to->held.failed) fault_memory(f);
    }
    close_web(&p);
    return !f->count;
}
