/* The first sheet, the shortfalls of the focus, and the notes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "document/message.h"
#include "report/report.h"
#include "workbook/book.h"

/* ---- references to results ---- */

static int has(const book *b, role r) { return b->v->part[r] != NULL; }

/* A formula that shows an element of an output; its value where it has no cell. */
static void put_result(book *b, int sheet, uint32_t row, uint32_t column, role r,
                       const location *at) {
    const assess_array *x = b->v->part[r];
    book_place p = book_output_place(b, x, at);
    double value = location_value(x, at);
    const char *text = x->kind == ASSESS_TEXT ? assess_text(b->v->session, value) : NULL;
    lxw_format *as = book_look(b, r == ROLE_RANK ? LOOK_GENERAL : book_look_of(b, x), PAPER_PLAIN);
    buf formula = BUF_INIT;
    if (p.sheet < 0) {
        if (text)
            book_words(b, sheet, row, column, text, STYLE_PLAIN);
        else
            book_value(b, sheet, row, column, value, as);
        return;
    }
    buf cell = BUF_INIT;
    book_put_place(&b->cells, p, &cell);
    buf_print(&formula, "IF(%s=\"\",\"\",%s)", buf_string(&cell), buf_string(&cell));
    book_formula_at(b, sheet, row, column, buf_string(&formula), value, text, as);
    buf_release(&cell);
    buf_release(&formula);
}

/* ---- overview ---- */

static uint32_t put_fact(book *b, int sheet, uint32_t row, const char *name, const char *value) {
    if (!*value) return row;
    book_words(b, sheet, row, 0, name, STYLE_BOLD);
    book_words(b, sheet, row, 1, value, STYLE_PLAIN);
    return row + 1;
}

/* & of a text in quotes */
static void put_text(buf *out, const char *text) {
    buf_text(out, out->length ? "&\"" : "\"");
    for (; *text; text++) {
        if (*text == '"') buf_char(out, '"');
        buf_char(out, *text);
    }
    buf_char(out, '"');
}

/* "第一阶段：总分 69.50，位次 7": a sentence whose numbers follow the results. */
static void put_finding(book *b, uint32_t row, size_t column) {
    static const role told[] = {ROLE_SCORE, ROLE_RANK, ROLE_GRADE, ROLE_VERDICT};
    const view *v = b->v;
    location at = view_location(v, v->focus, column);
    buf formula = BUF_INIT, value = BUF_INIT, begin = BUF_INIT;
    buf_print(&begin, "%s %s", assess_title(v->session, &v->rows, v->focus),
              v->column_title[column]);
    put_text(&formula, buf_string(&begin));
    buf_text(&value, buf_string(&begin));
    const char *between = book_say(b, TEXT(": "));
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const assess_array *x = v->part[told[i]];
        book_place p = x ? book_output_place(b, x, &at) : (book_place){.sheet = -1};
        if (p.sheet < 0) continue;
        buf lead = BUF_INIT, cell = BUF_INIT;
        double is = location_value(x, &at);
        int places = told[i] == ROLE_RANK ? 0 : view_places(x);
        buf_print(&lead, "%s%s ", between, view_output_title(v, x));
        between = book_say(b, TEXT("; "));
        put_text(&formula, buf_string(&lead));
        buf_text(&value, buf_string(&lead));
        book_put_place(&b->cells, p, &cell);
        const char *c = buf_string(&cell);
        if (x->kind == ASSESS_TEXT) {
            buf_print(&formula, "&IF(%s=\"\",\"-\",%s)", c, c);
            buf_text(&value, is == is ? assess_text(v->session, is) : "-");
        } else if (x->kind == ASSESS_TRUTH) {
            buf_print(&formula, "&IF(ISNUMBER(%s),IF(%s=1,\"%s\",\"%s\"),\"-\")", c, c,
                      book_say(b, TEXT("yes")), book_say(b, TEXT("no")));
            buf_text(&value, !(is == is) ? "-"
                             : is != 0   ? book_say(b, TEXT("yes"))
                                         : book_say(b, TEXT("no")));
        } else {
            buf form = BUF_INIT;
            buf_char(&form, '0');
            if (places > 0) buf_char(&form, '.');
            if (places > 0) buf_fill(&form, '0', (size_t)places);
            buf_print(&formula, "&IF(ISNUMBER(%s),TEXT(%s,\"%s\"),\"-\")", c, c, buf_string(&form));
            view_number(&value, is, places < 0 ? 0 : places);
            buf_release(&form);
        }
        buf_release(&lead);
        buf_release(&cell);
    }
    book_formula_at(b, SHEET_FRONT, row, 0, buf_string(&formula), 0, buf_string(&value),
                    b->style[STYLE_BOLD]);
    buf_release(&formula);
    buf_release(&value);
    buf_release(&begin);
}

enum { CHART_UNITS = 60 };

/* A chart of the scores beside the ranking. */
static void put_chart(book *b, uint32_t first, uint32_t last, uint32_t column, uint32_t beside,
                      uint32_t down, const char *title) {
    lxw_chart *chart = xlsx.workbook_add_chart(b->file, LXW_CHART_BAR);
    if (!chart) {
        b->failed = 1;
        return;
    }
    lxw_chart_series *s = xlsx.chart_add_series(chart, NULL, NULL);
    lxw_chart_fill fill = {.color = 0x2E6DA4};
    xlsx.chart_series_set_categories(s, b->cells.sheet[SHEET_FRONT], first, 0, last, 0);
    xlsx.chart_series_set_values(s, b->cells.sheet[SHEET_FRONT], first, (lxw_col_t)column, last,
                                 (lxw_col_t)column);
    xlsx.chart_series_set_fill(s, &fill);
    xlsx.chart_title_set_name(chart, title);
    xlsx.chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
    xlsx.chart_axis_set_reverse(chart->y_axis);
    lxw_chart_options how = {.x_scale = 1.1, .y_scale = 0.4 + 0.06 * (double)(last - first + 1)};
    xlsx.worksheet_insert_chart_opt(b->sheet[SHEET_FRONT], down, (lxw_col_t)beside, chart, &how);
}

static void put_ranking(book *b, uint32_t row) {
    static const role fields[] = {ROLE_RANK, ROLE_SCORE, ROLE_GRADE, ROLE_COVERAGE, ROLE_VERDICT};
    const view *v = b->v;
    uint32_t column = 1, head = row + 2, first = row + 3;
    size_t rows = v->shown_count;
    book_words(b, SHEET_FRONT, row, 0, book_say(b, TEXT("Ranking")), STYLE_SECTION);
    book_words(b, SHEET_FRONT, head, 0, view_axis_title(v, &v->rows), STYLE_HEAD);
    for (size_t i = 0; i < rows; i++)
        book_words(b, SHEET_FRONT, first + (uint32_t)i, 0,
                   assess_title(v->session, &v->rows, v->shown[i]),
                   v->shown[i] == v->focus ? STYLE_BOLD : STYLE_PLAIN);
    uint32_t scores[VIEW_COLUMNS] = {0};
    for (size_t c = 0; c < v->columns; c++) {
        book_words(b, SHEET_FRONT, row + 1, column, v->column_title[c], STYLE_SECTION);
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
            if (!has(b, fields[k])) continue;
            book_words(b, SHEET_FRONT, head, column,
                       fields[k] == ROLE_VERDICT ? book_say(b, TEXT("Verdict"))
                                                 : view_output_title(v, v->part[fields[k]]),
                       STYLE_HEAD);
            for (size_t i = 0; i < rows; i++) {
                location at = view_location(v, v->shown[i], c);
                put_result(b, SHEET_FRONT, first + (uint32_t)i, column, fields[k], &at);
            }
            if (fields[k] == ROLE_SCORE && rows) {
                lxw_conditional_format bars = {.type = LXW_CONDITIONAL_2_COLOR_SCALE,
                                               .min_color = 0xFFF2CC,
                                               .max_color = 0x9BC2E6};
                scores[c] = column;
                xlsx.worksheet_conditional_format_range(
                    b->sheet[SHEET_FRONT], first, (lxw_col_t)column, first + (uint32_t)rows - 1,
                    (lxw_col_t)column, &bars);
            }
            column++;
        }
    }
    uint32_t down = first + (uint32_t)rows + 1;
    for (size_t c = 0; c < v->columns && c < 4 && rows && rows <= CHART_UNITS; c++) {
        buf title = BUF_INIT;
        buf_print(&title, "%s %s", view_output_title(v, v->part[ROLE_SCORE]), v->column_title[c]);
        put_chart(b, first, first + (uint32_t)rows - 1, scores[c], c % 2 ? 6 : 0,
                  down + (uint32_t)(c / 2) * ((uint32_t)rows + 12), buf_string(&title));
        buf_release(&title);
    }
}

static size_t count_warnings(const assess *a) {
    size_t count = 0;
    for (size_t i = 0; i < assess_message_count(a); i++)
        count += assess_message_at(a, i).status == ASSESS_OK;
    return count;
}

/* That there are warnings is said in front; they stand on the sheet of notes. */
static uint32_t put_warned(book *b, uint32_t row) {
    size_t count = count_warnings(b->v->session);
    buf text = BUF_INIT;
    if (!count) return row;
    buf_print(&text, book_say(b, TEXT("%zu, on the sheet of notes")), count);
    row = put_fact(b, SHEET_FRONT, row, book_say(b, TEXT("Warnings")), buf_string(&text));
    buf_release(&text);
    return row;
}

void book_put_front(book *b) {
    const view *v = b->v;
    assess *a = v->session;
    const char *title = assess_fact(a, "title");
    uint32_t row = 0;
    book_words(b, SHEET_FRONT, row, 0, *title ? title : assess_fact(a, "file"), STYLE_TITLE);
    row = put_fact(b, SHEET_FRONT, row + 1, book_say(b, TEXT("Basis")), assess_fact(a, "cite"));
    row = put_fact(b, SHEET_FRONT, row, book_say(b, TEXT("Status")), assess_fact(a, "status"));
    row = put_fact(b, SHEET_FRONT, row, book_say(b, TEXT("Rules")), assess_fact(a, "file"));
    row = put_warned(b, row);
    if (!has(b, ROLE_SCORE)) {
        book_words(b, SHEET_FRONT, row + 1, 0,
                   book_say(b, TEXT("The results stand on the sheets that follow.")), STYLE_PLAIN);
        return;
    }
    row++;
    if (v->focus != VIEW_NONE) {
        book_words(b, SHEET_FRONT, row++, 0, book_say(b, TEXT("Key findings")), STYLE_SECTION);
        for (size_t c = 0; c < v->columns; c++) put_finding(b, row++, c);
        row++;
    }
    put_ranking(b, row);
}

/* ---- shortfalls ---- */

typedef struct loss {
    size_t at;
    double factor, lost;
} loss;

static int more_lost(const void *a, const void *b) {
    const loss *x = a, *y = b;
    double p = round(x->lost * 1e9), q = round(y->lost * 1e9);
    if (p != q) return p > q ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

static uint32_t put_losses(book *b, size_t c, const assess_axis *axis, double full, uint32_t row) {
    const view *v = b->v;
    const assess_array *x = v->part[ROLE_DETAILS];
    element_share *share = arena_zero(&b->cells.memory, axis->size + 1, sizeof *share);
    loss *list = arena_zero(&b->cells.memory, axis->size + 1, sizeof *list);
    size_t count = 0;
    if (!share || !list) {
        b->failed = 1;
        return row;
    }
    location here = view_location(v, v->focus, c);
    if (!find_shares(v, x, axis, v->focus, c, share)) return row;
    for (size_t i = 0; i < axis->size; i++) {
        location at = here;
        location_add(&at, axis->id, i);
        double score = location_value(x, &at);
        if (score == score && share[i].factor == share[i].factor)
            list[count++] = (loss){i, share[i].factor, share[i].factor * (full - score)};
    }
    qsort(list, count, sizeof *list, more_lost);
    static const char *const heads[] = {TEXT("Number"), TEXT("Name"), TEXT("Score"),
                                        TEXT("Share"),  TEXT("Lost"), TEXT("Citation")};
    book_words(b, SHEET_SHORTFALLS, row++, 0, v->column_title[c], STYLE_SECTION);
    for (uint32_t k = 0; k < 6; k++)
        book_words(b, SHEET_SHORTFALLS, row, k, book_say(b, heads[k]), STYLE_HEAD);
    row++;
    for (size_t i = 0; i < count; i++, row++) {
        location at = here;
        location_add(&at, axis->id, list[i].at);
        const char *label = assess_label(v->session, axis, list[i].at);
        book_words(b, SHEET_SHORTFALLS, row, 0, label, STYLE_PLAIN);
        book_words(b, SHEET_SHORTFALLS, row, 1, assess_title(v->session, axis, list[i].at),
                   STYLE_PLAIN);
        put_result(b, SHEET_SHORTFALLS, row, 2, ROLE_DETAILS, &at);
        book_value(b, SHEET_SHORTFALLS, row, 3, list[i].factor, book_look(b, 4, PAPER_FROZEN));
        buf formula = BUF_INIT;
        buf_print(&formula, "IF(ISNUMBER(C%u),D%u*(%g-C%u),\"\")", row + 1, row + 1, full, row + 1);
        book_formula_at(b, SHEET_SHORTFALLS, row, 4, buf_string(&formula), list[i].lost, NULL,
                        book_look(b, 2, PAPER_PLAIN));
        buf_release(&formula);
        book_words(b, SHEET_SHORTFALLS, row, 5, assess_attribute(v->session, label, "cite"),
                   STYLE_FAINT);
    }
    return row + 1;
}

void book_put_shortfalls(book *b) {
    const view *v = b->v;
    uint32_t row = 2;
    book_words(b, SHEET_SHORTFALLS, 0, 0, b->cells.sheet[SHEET_SHORTFALLS], STYLE_TITLE);
    if (v->focus == VIEW_NONE || !has(b, ROLE_DETAILS) || !has(b, ROLE_SCORE)) {
        book_words(b, SHEET_SHORTFALLS, 1, 0,
                   book_say(b, TEXT("The rules name no focus, or no scores of indicators.")),
                   STYLE_FAINT);
        return;
    }
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = view_extra(v, x);
    double full = 1;
    for (size_t i = 0; i < x->size; i++)
        if (fabs(x->value[i]) > 1.5) full = 100;
    book_words(b, SHEET_SHORTFALLS, 1, 0, assess_title(v->session, &v->rows, v->focus), STYLE_BOLD);
    book_words(b, SHEET_SHORTFALLS, 1, 1,
               book_say(b, TEXT("Lost: share of the score × (full mark − score). Shares and the "
                                "order of the rows are those of the time of writing.")),
               STYLE_FAINT);
    uint32_t begun = row;
    for (size_t c = 0; axis && c < v->columns; c++) row = put_losses(b, c, axis, full, row);
    if (row == begun)
        book_words(b, SHEET_SHORTFALLS, row, 0,
                   book_say(b, TEXT("The score is no mean of the indicators' scores.")),
                   STYLE_FAINT);
}

/* ---- notes ---- */

/* Was the same said of an earlier node? */
static int is_told(const book *b, size_t i) {
    const book_reason *r = b->cells.reason;
    const ex_node *n = ex_get(b->cells.graph, r[i].node);
    for (size_t k = 0; k < i; k++) {
        const ex_node *o = ex_get(b->cells.graph, r[k].node);
        if (o->file == n->file && o->line == n->line && !strcmp(r[k].why, r[i].why) &&
            !strcmp(result_formula(&b->v->session->r, r[k].node),
                    result_formula(&b->v->session->r, r[i].node)))
            return 1;
    }
    return 0;
}

static uint32_t put_reasons(book *b, uint32_t row) {
    if (!b->cells.reasons) return row;
    book_words(b, SHEET_NOTES, row++, 0, book_say(b, TEXT("What is a value")), STYLE_SECTION);
    for (size_t i = 0; i < b->cells.reasons; i++) {
        if (is_told(b, i)) continue;
        const book_reason *r = &b->cells.reason[i];
        const ex_node *n = ex_get(b->cells.graph, r->node);
        buf where = BUF_INIT, why = BUF_INIT;
        buf_print(&where, "%s:%ld", sources_name(b->v->session->s->m.files, (int)n->file),
                  (long)n->line);
        buf_print(&why, "%s: %.300s", book_say(b, r->why),
                  result_formula(&b->v->session->r, r->node));
        book_words(b, SHEET_NOTES, row, 0, buf_string(&where), STYLE_PLAIN);
        book_words(b, SHEET_NOTES, row++, 1, buf_string(&why), STYLE_WRAPPED);
        buf_release(&where);
        buf_release(&why);
    }
    return row + 1;
}

static uint32_t put_warnings(book *b, uint32_t row) {
    const assess *a = b->v->session;
    if (!count_warnings(a)) return row;
    book_words(b, SHEET_NOTES, row++, 0, book_say(b, TEXT("Warnings")), STYLE_SECTION);
    for (size_t i = 0; i < assess_message_count(a); i++) {
        const assess_message m = assess_message_at(a, i);
        buf text = BUF_INIT;
        if (m.status != ASSESS_OK) continue;
        message_line(&text, &m, "", 0);
        if (text.length) text.text[text.length - 1] = 0; /* the end of the line */
        book_words(b, SHEET_NOTES, row++, 1, buf_string(&text), STYLE_WRAPPED);
        buf_release(&text);
    }
    return row + 1;
}

static uint32_t put_methods(book *b, uint32_t row) {
    assess *a = b->v->session;
    book_words(b, SHEET_NOTES, row++, 0, book_say(b, TEXT("Methods")), STYLE_SECTION);
    for (size_t i = 0; i < assess_output_count(a); i++, row++) {
        const assess_array *x = assess_output(a, i);
        buf text = BUF_INIT;
        buf_print(&text, "%s = %s  (%s:%ld)", x->name, x->formula, x->file, x->line);
        book_words(b, SHEET_NOTES, row, 0, view_output_title(b->v, x), STYLE_PLAIN);
        book_words(b, SHEET_NOTES, row, 1, buf_string(&text), STYLE_WRAPPED);
        buf_release(&text);
    }
    return row + 1;
}

static uint32_t put_hashes(book *b, uint32_t row) {
    assess *a = b->v->session;
    book_words(b, SHEET_NOTES, row++, 0, book_say(b, TEXT("Where it comes from")), STYLE_SECTION);
    row = put_fact(b, SHEET_NOTES, row, book_say(b, TEXT("Rules")), assess_fact(a, "file"));
    row = put_fact(b, SHEET_NOTES, row, "SHA-256", assess_rules_sha256(a));
    for (size_t i = 0; i < assess_source_count(a); i++) {
        assess_source s = assess_source_at(a, i);
        buf text = BUF_INIT;
        buf_print(&text, "%s, SHA-256 %s", s.path, s.sha256);
        row = put_fact(b, SHEET_NOTES, row, s.name, buf_string(&text));
        buf_release(&text);
    }
    return put_fact(b, SHEET_NOTES, row, "assess " ASSESS_VERSION, assess_engine_sha256(a)) + 1;
}

void book_put_notes(book *b, const book_share *s) {
    static const char *const how[] = {
        TEXT("Yellow cells are inputs: a number that is changed there changes all that follows."),
        TEXT("Grey cells are values that no formula computes. Numbers in italics are computed, but "
             "rest on such a value: they follow every other input."),
        TEXT("An empty cell is missing. Within formulas missing is an error, which IFERROR ends."),
        TEXT("Texts of the data, and years that have no row, are as they were when this was "
             "written."),
    };
    uint32_t row = 2;
    buf share = BUF_INIT;
    book_words(b, SHEET_NOTES, 0, 0, b->cells.sheet[SHEET_NOTES], STYLE_TITLE);
    book_words(b, SHEET_NOTES, row++, 0, book_say(b, TEXT("How to read it")), STYLE_SECTION);
    for (size_t i = 0; i < sizeof how / sizeof *how; i++)
        book_words(b, SHEET_NOTES, row++, 1, book_say(b, how[i]), STYLE_WRAPPED);
    buf_print(&share,
              book_say(b, TEXT("%zu cells of results are live, %zu in part, %zu are values")),
              s->live, s->partly, s->frozen);
    book_words(b, SHEET_NOTES, row++, 1, buf_string(&share), STYLE_WRAPPED);
    buf_release(&share);
    row = put_reasons(b, put_warnings(b, row + 1));
    row = put_methods(b, row);
    put_hashes(b, row);
}
