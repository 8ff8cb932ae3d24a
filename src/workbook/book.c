#include "workbook/book.h"

#include <string.h>
#include <utf8proc.h>

#include "base/limits.h"
#include "base/mem.h"
#include "workbook/changes.h"

/* ---- memory ----
 *
 * The library takes memory of its own for every cell, which it gives back when the workbook is
 * closed. It is counted here, about as it is. */

/* 0 where the command may take no more. */
static int count_cell(book *b, size_t text) {
    size_t bytes = XLSX_CELL + 2 * text;
    if (!limits_take(bytes)) {
        b->failed = 1;
        return 0;
    }
    b->counted += bytes;
    return 1;
}

/* ---- cells ---- */

enum { TEXT_MOST = 32000 }; /* bytes; a cell has 32,767 characters */

/* A text as XML can hold it: without control characters and what is no UTF-8, cut to what a cell
 * takes. */
static void clean(const char *text, buf *out) {
    while (*text && out->length < TEXT_MOST) {
        utf8proc_int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        if (n > 0 && (point >= ' ' || point == '\n' || point == '\t') && point != 0xFFFE &&
            point != 0xFFFF)
            buf_put(out, text, (size_t)n);
        text += n > 0 ? n : 1;
    }
}

static void write_words(book *b, int sheet, uint32_t row, uint32_t column, const char *text,
                        lxw_format *as) {
    buf own = BUF_INIT;
    clean(text, &own);
    if (own.failed || !count_cell(b, own.length) ||
        (own.length && xlsx.worksheet_write_string(b->sheet[sheet], row, (lxw_col_t)column,
                                                   buf_string(&own), as)))
        b->failed = 1;
    buf_release(&own);
}

void book_words(book *b, int sheet, uint32_t row, uint32_t column, const char *text, book_style s) {
    write_words(b, sheet, row, column, text, b->style[s]);
}

void book_value(book *b, int sheet, uint32_t row, uint32_t column, double value, lxw_format *as) {
    if (!count_cell(b, 0)) return;
    lxw_error e =
        value == value
            ? xlsx.worksheet_write_number(b->sheet[sheet], row, (lxw_col_t)column, value, as)
            : xlsx.worksheet_write_blank(b->sheet[sheet], row, (lxw_col_t)column, as);
    if (e) b->failed = 1;
}

/* Without the name of its own sheet before cells. */
static void local_formula(const book *b, int sheet, const char *formula, buf *out) {
    buf own = BUF_INIT;
    buf_print(&own, "'%s'!", b->cells.sheet[sheet]);
    const char *prefix = buf_string(&own);
    buf_char(out, '=');
    while (*formula) {
        if (!strncmp(formula, prefix, own.length))
            formula += own.length;
        else
            buf_char(out, *formula++);
    }
    buf_release(&own);
}

void book_formula_at(book *b, int sheet, uint32_t row, uint32_t column, const char *formula,
                     double value, const char *text, lxw_format *as) {
    buf local = BUF_INIT, plain = BUF_INIT;
    local_formula(b, sheet, formula, &plain);
    clean(buf_string(&plain), &local);
    buf_release(&plain);
    lxw_error e = !count_cell(b, local.length) ? LXW_ERROR_MEMORY_MALLOC_FAILED
                  : text || !(value == value)
                      ? xlsx.worksheet_write_formula_str(b->sheet[sheet], row, (lxw_col_t)column,
                                                         buf_string(&local), as, text ? text : "")
                      : xlsx.worksheet_write_formula_num(b->sheet[sheet], row, (lxw_col_t)column,
                                                         buf_string(&local), as, value);
    if (e || local.failed) b->failed = 1;
    buf_release(&local);
}

/* ---- looks ---- */

static lxw_format *new_format(book *b) {
    lxw_format *f = xlsx.workbook_add_format(b->file);
    if (f) {
        xlsx.format_set_font_name(f, "Arial");
        xlsx.format_set_font_size(f, 10);
        xlsx.format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    }
    return f;
}

lxw_format *book_look(book *b, int look, book_paper paper) {
    static const char *const places[] = {"0",      "0.0",     "0.00",     "0.000",
                                         "0.0000", "0.00000", "0.000000", "0.0000000"};
    int slot = look >= 0 ? (look > 7 ? 7 : look) : 7 - look;
    lxw_format **f = &b->number[paper][slot];
    if (*f) return *f;
    if (!(*f = new_format(b))) return NULL;
    if (look >= 0)
        xlsx.format_set_num_format(*f, places[look > 7 ? 7 : look]);
    else if (look == LOOK_SHARE)
        xlsx.format_set_num_format(*f, "0.0%");
    else if (look == LOOK_DATE)
        xlsx.format_set_num_format(*f, "yyyy-mm-dd");
    else if (look == LOOK_TRUTH) {
        buf n = BUF_INIT;
        buf_print(&n, "[=1]\"%s\";[=0]\"%s\";General", book_say(b, TEXT("yes")),
                  book_say(b, TEXT("no")));
        xlsx.format_set_num_format(*f, buf_string(&n));
        buf_release(&n);
    }
    if (look != LOOK_TEXT) xlsx.format_set_align(*f, LXW_ALIGN_RIGHT);
    if (paper == PAPER_INPUT) {
        xlsx.format_set_bg_color(*f, 0xFFF7D6);
        xlsx.format_set_font_color(*f, 0x1F4E9E);
        xlsx.format_set_border(*f, LXW_BORDER_HAIR);
    } else if (paper != PAPER_PLAIN) {
        xlsx.format_set_italic(*f);
        if (paper == PAPER_FROZEN) xlsx.format_set_bg_color(*f, 0xE4E4E4);
    }
    return *f;
}

static int make_styles(book *b) {
    for (int s = 0; s < STYLES; s++) {
        lxw_format *f = b->style[s] = new_format(b);
        if (!f) return 0;
        if (s == STYLE_TITLE) xlsx.format_set_font_size(f, 16);
        if (s == STYLE_SECTION) xlsx.format_set_font_size(f, 12);
        if (s == STYLE_TITLE || s == STYLE_SECTION || s == STYLE_HEAD || s == STYLE_BOLD)
            xlsx.format_set_bold(f);
        if (s == STYLE_HEAD) {
            xlsx.format_set_bg_color(f, 0xDCE6F1);
            xlsx.format_set_bottom(f, LXW_BORDER_THIN);
            xlsx.format_set_text_wrap(f);
            xlsx.format_set_align(f, LXW_ALIGN_CENTER);
        }
        if (s == STYLE_FAINT) xlsx.format_set_font_color(f, 0x606060);
        if (s == STYLE_WRAPPED) xlsx.format_set_text_wrap(f);
    }
    return 1;
}

int book_look_of(const book *b, const assess_array *x) {
    const assess_array *const *shown = b->v->part;
    if (x->kind == ASSESS_TEXT) return LOOK_TEXT;
    if (x->kind == ASSESS_TRUTH) return LOOK_TRUTH;
    if (x->kind == ASSESS_DATE) return LOOK_DATE;
    if (x == shown[ROLE_COVERAGE] || x == shown[ROLE_BASIS]) return LOOK_SHARE;
    int places = view_places(x);
    return places < 0 ? LOOK_GENERAL : places;
}

/* ---- labels ---- */

static assess_axis axis_of(const book *b, int id) {
    const ax_axis *a = ax_get(b->cells.space, id);
    return (assess_axis){.name = a->name, .size = a->size, .id = id};
}

void book_labels(book *b, ex_id n, const char *title) {
    const book_layout *l = b->cells.layout[n];
    assess *a = b->v->session;
    ax_set others = ex_get(b->cells.graph, n)->axes;
    if (l->rows != AX_NONE) others &= ~AX_BIT(l->rows);
    if (l->columns != AX_NONE) others &= ~AX_BIT(l->columns);
    for (size_t k = 0; k < ax_size(b->cells.space, others); k++) {
        positions at = book_positions(&b->cells, others, k);
        book_place p = book_place_of(&b->cells, l, &at);
        uint32_t left = p.column - 2;
        buf head = BUF_INIT;
        buf_text(&head, title);
        for (int i = 0; i < l->axes; i++)
            if (others & AX_BIT(l->axis[i])) {
                assess_axis axis = axis_of(b, l->axis[i]);
                buf_print(&head, "  %s", assess_title(a, &axis, at.at[l->axis[i]]));
            }
        book_words(b, p.sheet, p.row - 2, left, buf_string(&head), STYLE_SECTION);
        buf_release(&head);
        if (l->rows != AX_NONE) {
            assess_axis axis = axis_of(b, l->rows);
            book_words(b, p.sheet, p.row - 1, left, view_axis_title(b->v, &axis), STYLE_HEAD);
            for (uint32_t i = 0; i < axis.size; i++) {
                const char *label = assess_label(a, &axis, i), *name = assess_title(a, &axis, i);
                book_words(b, p.sheet, p.row + i, left, label, STYLE_PLAIN);
                if (strcmp(label, name))
                    book_words(b, p.sheet, p.row + i, left + 1, name, STYLE_PLAIN);
            }
        }
        if (l->columns != AX_NONE) {
            assess_axis axis = axis_of(b, l->columns);
            for (uint32_t i = 0; i < axis.size; i++)
                book_words(b, p.sheet, p.row - 1, p.column + i, assess_title(a, &axis, i),
                           STYLE_HEAD);
        }
    }
}

book_place book_output_place(const book *b, const assess_array *x, const location *s) {
    ex_id n = session_node(b->v->session, x);
    const book_layout *l = n ? b->cells.layout[n] : NULL;
    size_t at[ASSESS_AXES];
    positions p = {{0}};
    if (!l || location_offset(x, s) == VIEW_NONE) return (book_place){.sheet = -1};
    location_indices(x, s, at);
    for (int k = 0; k < x->axes; k++) p.at[x->axis[k].id] = (uint32_t)at[k];
    return book_place_of(&b->cells, l, &p);
}

/* ---- results ---- */

/* The shades of a table of scores, from the lowest to the highest. */
static void shade(book *b, const book_layout *l) {
    lxw_conditional_format shades = {.type = LXW_CONDITIONAL_3_COLOR_SCALE,
                                     .min_color = 0xF4B183,
                                     .mid_color = 0xFFF2CC,
                                     .max_color = 0x9BC2E6};
    uint32_t rows = l->rows == AX_NONE ? 1 : ax_get(b->cells.space, l->rows)->size;
    uint32_t blocks = l->high / (rows + 3);
    for (uint32_t k = 0; k < blocks; k++) {
        uint32_t row = l->first.row + k * (rows + 3);
        xlsx.worksheet_conditional_format_range(
            b->sheet[l->first.sheet], row, (lxw_col_t)l->first.column, row + rows - 1,
            (lxw_col_t)(l->first.column + l->wide - 3), &shades);
    }
}

/* Gives every output its place: those over indicators on one sheet, the others before. */
static int lay_outputs(book *b, fault *f) {
    assess *a = b->v->session;
    const model *m = &a->s->m;
    uint32_t next[SHEETS] = {0};
    for (size_t i = 0; i < assess_output_count(a); i++) {
        const assess_array *x = assess_output(a, i);
        ex_id n = session_node(a, x);
        int leaves = m->levels && view_axis(x, m->level_axis[0]) >= 0;
        int sheet = leaves ? SHEET_SCORES : SHEET_AREAS;
        if (!n || b->cells.layout[n]) continue;
        book_layout *l = book_lay_out(&b->cells, n, sheet, next[sheet], 0);
        if (f->count) return 0;
        if (!l) continue;
        next[sheet] += l->high;
        b->of[n] = x;
    }
    return 1;
}

static void put_outputs(book *b) {
    for (ex_id n = 1; n <= b->cells.nodes; n++) {
        const assess_array *x = b->of[n];
        if (!x) continue;
        book_labels(b, n, view_output_title(b->v, x));
        if (x == b->v->part[ROLE_SCORE] || x == b->v->part[ROLE_PARTS] ||
            x == b->v->part[ROLE_DETAILS])
            shade(b, b->cells.layout[n]);
        buf name = BUF_INIT, range = BUF_INIT;
        const book_layout *l = b->cells.layout[n];
        uint32_t rows = l->rows == AX_NONE ? 1 : ax_get(b->cells.space, l->rows)->size;
        buf_print(&name, "results.%s", x->name);
        buf_print(&range, "='%s'!$", b->cells.sheet[l->first.sheet]);
        buf cell = BUF_INIT;
        for (int end = 0; end < 2; end++) {
            uint32_t row = l->first.row + (end ? rows - 1 : 0);
            uint32_t column = l->first.column + (end ? l->wide - 3 : 0);
            buf_clear(&cell);
            book_cell_name(row, column, &cell);
            size_t letters = strcspn(buf_string(&cell), "0123456789");
            if (end) buf_text(&range, ":$");
            buf_print(&range, "%.*s$%s", (int)letters, buf_string(&cell),
                      buf_string(&cell) + letters);
        }
        book_define(b, buf_string(&name), buf_string(&range));
        buf_release(&name);
        buf_release(&range);
        buf_release(&cell);
    }
}

static void put_formulas(book *b) {
    assess *a = b->v->session;
    for (size_t i = 0; i < b->cells.formulas; i++) {
        const book_formula *k = &b->cells.formula[i];
        const assess_array *x = b->of[k->node];
        int look = x                     ? book_look_of(b, x)
                   : k->kind == EX_TRUTH ? LOOK_TRUTH
                   : k->kind == EX_DATE  ? LOOK_DATE
                   : k->kind == EX_TEXT  ? LOOK_TEXT
                                         : LOOK_GENERAL;
        lxw_format *as = book_look(b, look,
                                   k->life == BOOK_FROZEN   ? PAPER_FROZEN
                                   : k->life == BOOK_PARTLY ? PAPER_PARTLY
                                                            : PAPER_PLAIN);
        const char *text = k->kind == EX_TEXT ? assess_text(a, k->value) : NULL;
        double value = k->kind == EX_DATE ? k->value + BOOK_DAYS : k->value;
        if (k->text)
            book_formula_at(b, k->at.sheet, k->at.row, k->at.column, k->text, value, text, as);
        else if (text && *text)
            write_words(b, k->at.sheet, k->at.row, k->at.column, text, as);
        else if (!text)
            book_value(b, k->at.sheet, k->at.row, k->at.column, value, as);
        if (!x) continue;
        b->live += k->life == BOOK_LIVE;
        b->partly += k->life == BOOK_PARTLY;
        b->frozen += k->life == BOOK_FROZEN;
    }
}

/* What the workings are: the formula of the node, as the rules have it. */
static void put_workings(book *b) {
    int any = 0;
    for (ex_id n = 1; n <= b->cells.nodes; n++) {
        if (!b->cells.working[n]) continue;
        const char *called = ex_called(b->cells.graph, n);
        const char *formula = result_formula(&b->v->session->r, n);
        buf title = BUF_INIT;
        if (called) buf_print(&title, "%s = ", called);
        buf_print(&title, "%.200s", formula);
        book_labels(b, n, buf_string(&title));
        buf_release(&title);
        any = 1;
    }
    if (!any)
        book_words(b, SHEET_WORKINGS, 0, 0, book_say(b, TEXT("Nothing lies between.")),
                   STYLE_FAINT);
}

/* ---- the workbook ---- */

static int open_book(book *b, const char *path, fault *f) {
    static const char *const names[SHEETS] = {
        TEXT("Overview"), TEXT("Areas"),      TEXT("Scores"), TEXT("Weights and standards"),
        TEXT("Data"),     TEXT("Shortfalls"), TEXT("Notes"),  TEXT("Workings"),
        RECORD_SHEET};
    lxw_doc_properties about = {.title = (char *)assess_fact(b->v->session, "title"),
                                .created = 946684800}; /* the same bytes on every run */
    lxw_workbook_options how = {.constant_memory = LXW_FALSE};
    if (!xlsx_open(f)) return 0;
    if (!(b->file = xlsx.workbook_new_opt(path, &how))) return fault_memory(f);
    xlsx.workbook_set_properties(b->file, &about);
    for (int i = 0; i < SHEETS; i++) {
        b->cells.sheet[i] = i == SHEET_RECORD ? names[i] : book_say(b, names[i]);
        if (!(b->sheet[i] = xlsx.workbook_add_worksheet(b->file, b->cells.sheet[i])))
            return fault_memory(f);
    }
    b->cells.workings = SHEET_WORKINGS;
    return make_styles(b) || fault_memory(f);
}

static void set_widths(book *b) {
    static const int freeze[SHEETS] = {0, 0, 0, 3, 1, 0, 0, 0};
    for (int i = 0; i < SHEETS; i++) {
        if (i == SHEET_DATA) continue;
        int front = i == SHEET_FRONT || i == SHEET_NOTES;
        xlsx.worksheet_set_column(b->sheet[i], 0, 0, front ? 24 : 14, NULL);
        xlsx.worksheet_set_column(b->sheet[i], 1, 1, i == SHEET_NOTES ? 80 : front ? 12 : 34, NULL);
        xlsx.worksheet_set_column(b->sheet[i], 2, 60, 12, NULL);
        if (freeze[i]) xlsx.worksheet_freeze_panes(b->sheet[i], (lxw_row_t)freeze[i], 2);
    }
    for (int i = 0; i < SHEETS; i++) {
        xlsx.worksheet_set_landscape(b->sheet[i]);
        xlsx.worksheet_set_paper(b->sheet[i], 9); /* A4 */
        xlsx.worksheet_fit_to_pages(b->sheet[i], 1, 0);
    }
}

static int write_all(book *b, book_share *share, fault *f) {
    book_record_open(b);
    if (!lay_outputs(b, f) || !book_put_weights(b, f) || !book_put_data(b, f)) return 0;
    assess *a = b->v->session;
    for (size_t i = 0; i < assess_output_count(a); i++) {
        ex_id n = session_node(a, assess_output(a, i));
        if (n && b->cells.layout[n] && !book_compile(&b->cells, n)) return 0;
    }
    put_outputs(b);
    put_formulas(b);
    *share = (book_share){b->live, b->partly, b->frozen};
    book_put_front(b);
    book_put_shortfalls(b);
    book_put_notes(b, share);
    put_workings(b);
    set_widths(b);
    return f->count == 0;
}

int book_write(const view *v, const char *path, book_share *share, fault *f) {
    book *b = mem_zero(1, sizeof *b);
    if (!b) return fault_memory(f);
    b->v = v;
    int fine = book_cells_open(&b->cells, v->session, f);
    b->of = fine ? arena_zero(&b->cells.memory, (size_t)b->cells.nodes + 1, sizeof *b->of) : NULL;
    if (fine && !b->of) fine = fault_memory(f);
    fine = fine && open_book(b, path, f) && write_all(b, share, f);
    if (b->file) {
        lxw_error e = xlsx.workbook_close(b->file);
        if (fine && limits_over())
            fine = fault_memory(f);
        else if (fine && (e || b->failed))
            fine = fault_set(f, FAULT_LIMIT, "the workbook cannot be written: %s",
                             e ? xlsx.lxw_strerror(e) : "");
    }
    limits_give(b->counted);
    book_cells_close(&b->cells);
    pool_close(b->names);
    mem_free(b);
    return fine;
}
