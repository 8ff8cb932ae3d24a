/* What people may change: weights, standards and parameters, and data. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workbook/book.h"

/* ---- names ---- */

/* The address of a leaf as the name of its cell; NULL: it has none. */
static const char *defined_name(book *b, int leaf, book_place at) {
    buf cell = BUF_INIT, formula = BUF_INIT;
    book_cell_name(at.row, at.column, &cell);
    size_t letters = strcspn(buf_string(&cell), "0123456789");
    buf_print(&formula, "='%s'!$%.*s$%s", b->cells.sheet[at.sheet], (int)letters, buf_string(&cell),
              buf_string(&cell) + letters);
    const char *name = book_define(b, b->v->session->s->m.leaf[leaf].address, buf_string(&formula));
    buf_release(&cell);
    buf_release(&formula);
    return name;
}

/* ---- weights, standards, parameters ---- */

static void put_leaf(book *b, size_t leaf, uint32_t row, uint32_t column) {
    const md_leaf *l = &b->v->session->s->m.leaf[leaf];
    book_place at = {SHEET_WEIGHTS, row, column};
    book_value(b, SHEET_WEIGHTS, row, column, l->value.number,
               book_look(b, LOOK_GENERAL, PAPER_INPUT));
    b->cells.leaf[leaf] = at;
    b->cells.leaf_name[leaf] = defined_name(b, (int)leaf, at);
    const model *m = &b->v->session->s->m;
    book_record_leaf(b, l->address, l->value.number, at,
                     l->element < 0 ? l->address : m->element[l->element].id);
}

static void put_place_of_rule(book *b, const md_leaf *l, uint32_t row, uint32_t column) {
    const model *m = &b->v->session->s->m;
    buf at = BUF_INIT;
    buf_print(&at, "%s:%ld", sources_name(m->files, l->at.file), l->at.line);
    book_words(b, SHEET_WEIGHTS, row, column, buf_string(&at), STYLE_FAINT);
    buf_release(&at);
}

static uint32_t put_parameters(book *b, uint32_t row) {
    const model *m = &b->v->session->s->m;
    uint32_t from = row;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        if (l->element >= 0 || l->value.kind != MD_NUMBER) continue;
        if (row == from) {
            book_words(b, SHEET_WEIGHTS, row++, 0, book_say(b, TEXT("Parameters")), STYLE_SECTION);
            from = row - 1;
        }
        book_words(b, SHEET_WEIGHTS, row, 0, l->address, STYLE_PLAIN);
        put_leaf(b, i, row, 2);
        put_place_of_rule(b, l, row, 3);
        book_words(b, SHEET_WEIGHTS, row, 4, l->cite, STYLE_FAINT);
        row++;
    }
    return row > from ? row + 1 : row;
}

/* A column of the table of indicators: an attribute, in a stage. */
typedef struct attribute {
    const char *name;
    int stage;
} attribute;

static const char *attribute_word(const book *b, const char *name) {
    return !strcmp(name, "weight")     ? book_say(b, TEXT("Weight"))
           : !strcmp(name, "standard") ? book_say(b, TEXT("Standard"))
           : !strcmp(name, "floor")    ? book_say(b, TEXT("Floor"))
                                       : name;
}

static size_t find_attribute(const attribute *of, size_t count, const md_leaf *l) {
    size_t k = 0;
    while (k < count && (of[k].stage != l->stage || strcmp(of[k].name, l->name))) k++;
    return k;
}

/* No weight is below 0. */
static void allow_weights(book *b, uint32_t from, uint32_t to, uint32_t column) {
    lxw_data_validation check = {.validate = LXW_VALIDATION_TYPE_DECIMAL,
                                 .criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO,
                                 .value_number = 0};
    xlsx.worksheet_data_validation_range(b->sheet[SHEET_WEIGHTS], from, (lxw_col_t)column, to,
                                         (lxw_col_t)column, &check);
}

/* The row of each element is given, and the last of them. */
static void put_attributes(book *b, const uint32_t *row, uint32_t head, uint32_t last,
                           uint32_t first) {
    const model *m = &b->v->session->s->m;
    attribute *of = arena_zero(&b->cells.memory, m->leaves + 1, sizeof *of);
    size_t count = 0;
    if (!of) {
        b->failed = 1;
        return;
    }
    for (int pass = 0; pass < 2; pass++) /* weights come first */
        for (size_t i = 0; i < m->leaves; i++) {
            const md_leaf *l = &m->leaf[i];
            int weight = !strcmp(l->name, "weight");
            if (l->element < 0 || !row[l->element] || l->value.kind != MD_NUMBER || weight == pass)
                continue;
            size_t k = find_attribute(of, count, l);
            if (k == count) of[count++] = (attribute){l->name, l->stage};
            put_leaf(b, i, row[l->element], first + (uint32_t)k);
        }
    xlsx.worksheet_set_row(b->sheet[SHEET_WEIGHTS], head, 30, NULL); /* two lines of it */
    for (size_t k = 0; k < count; k++) {
        if (!strcmp(of[k].name, "weight")) allow_weights(b, head + 1, last, first + (uint32_t)k);
        buf title = BUF_INIT;
        const md_stage *s = of[k].stage < 0 ? NULL : &m->stage[of[k].stage];
        buf_text(&title, attribute_word(b, of[k].name));
        if (s) buf_print(&title, "\n%s", *s->title ? s->title : s->name);
        book_words(b, SHEET_WEIGHTS, head, first + (uint32_t)k, buf_string(&title), STYLE_HEAD);
        buf_release(&title);
    }
}

/* Indicators (in the order of their axis), or groups. */
static uint32_t put_elements(book *b, int indicators, uint32_t row, fault *f) {
    const model *m = &b->v->session->s->m;
    uint32_t *at = arena_zero(&b->cells.memory, (size_t)m->elements + 1, sizeof *at);
    uint32_t head = row + 1, next = row + 2;
    if (!at) return fault_memory(f), row;
    for (int i = 1; i < m->elements; i++)
        if (m->element[i].indicator == indicators) at[i] = next++;
    if (next == row + 2) return row;
    book_words(b, SHEET_WEIGHTS, row, 0,
               book_say(b, indicators ? TEXT("Indicators") : TEXT("Groups")), STYLE_SECTION);
    static const char *const heads[] = {TEXT("Number"), TEXT("Name"), TEXT("Citation"),
                                        TEXT("Group"), TEXT("Unit")};
    for (uint32_t k = 0; k < (indicators ? 5u : 4u); k++)
        book_words(b, SHEET_WEIGHTS, head, k, book_say(b, heads[k]), STYLE_HEAD);
    for (int i = 1; i < m->elements; i++) {
        const md_element *e = &m->element[i];
        if (!at[i]) continue;
        book_words(b, SHEET_WEIGHTS, at[i], 0, e->id, STYLE_PLAIN);
        book_words(b, SHEET_WEIGHTS, at[i], 1, e->name, STYLE_PLAIN);
        book_words(b, SHEET_WEIGHTS, at[i], 2, e->cite, STYLE_FAINT);
        if (e->parent > 0)
            book_words(b, SHEET_WEIGHTS, at[i], 3, m->element[e->parent].id, STYLE_PLAIN);
        if (indicators)
            book_words(b, SHEET_WEIGHTS, at[i], 4, assess_attribute(b->v->session, e->id, "unit"),
                       STYLE_PLAIN);
    }
    put_attributes(b, at, head, next - 1, indicators ? 5 : 4);
    return next + 1;
}

/* The weights of groups as formulas use them, given or added up. */
static uint32_t put_group_weights(book *b, uint32_t row) {
    const model *m = &b->v->session->s->m;
    for (int k = 1; k + 1 < m->levels; k++) {
        ex_id n = m->array[m->level_weight[k]].node;
        if (!n || !b->cells.value[n] || !b->cells.dynamic[n] || b->cells.layout[n]) continue;
        book_layout *l = book_lay_out(&b->cells, n, SHEET_WEIGHTS, row, 0);
        if (!l) continue;
        book_labels(b, n, book_say(b, TEXT("Weights of groups")));
        if (!book_compile(&b->cells, n)) return row;
        row += l->high;
    }
    return row;
}

int book_put_weights(book *b, fault *f) {
    book_words(b, SHEET_WEIGHTS, 0, 0, b->cells.sheet[SHEET_WEIGHTS], STYLE_TITLE);
    book_words(b, SHEET_WEIGHTS, 1, 0,
               book_say(b, TEXT("Yellow cells may be changed; what follows from them is computed "
                                "anew.")),
               STYLE_FAINT);
    uint32_t row = put_elements(b, 1, 3, f);
    row = put_group_weights(b, row);
    row = put_elements(b, 0, row, f);
    put_parameters(b, row);
    return f->count == 0 && !b->cells.failed;
}

/* ---- data ---- */

/* A figure of a set of data: its row in the file and its element. */
typedef struct figure {
    size_t row, element;
} figure;

static int by_row(const void *a, const void *b) {
    const figure *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->element < y->element ? -1 : x->element > y->element;
}

static void put_any(book *b, uint32_t row, uint32_t column, tb_kind kind, double value,
                    book_paper paper) {
    const pool *strings = b->v->session->h->strings;
    if (kind == TB_TEXT) {
        if (value == value)
            book_words(b, SHEET_DATA, row, column, pool_text(strings, (uint32_t)value),
                       STYLE_PLAIN);
    } else {
        book_value(b, SHEET_DATA, row, column, kind == TB_DATE ? value + BOOK_DAYS : value,
                   book_look(b, kind == TB_DATE ? LOOK_DATE : LOOK_GENERAL, paper));
    }
}

static void put_line(const dataset *d, size_t r, buf *to) {
    buf_print(to, "%s:%ld", tb_path(d->table), tb_line(d->table, r));
}

static void put_line_of_file(book *b, const dataset *d, size_t r, uint32_t row) {
    buf at = BUF_INIT;
    put_line(d, r, &at);
    book_words(b, SHEET_DATA, row, 0, buf_string(&at), STYLE_FAINT);
    buf_release(&at);
}

/* A figure that may be changed: a cell of the table. */
static void record_figure(book *b, const dataset *d, const tb_column *c, size_t r, book_place to) {
    buf at = BUF_INIT;
    put_line(d, r, &at);
    book_record_figure(b, d->spec.name, c->name, r, c->value[r], to, buf_string(&at));
    buf_release(&at);
}

/* The column of the table in which the figures of a position stand; NULL: they are not as in the
 * table. */
static const tb_column *column_of_figures(const book *b, const dataset *d, const positions *at) {
    if (d->spec.value) return tb_column_named(d->table, d->spec.value);
    const datasets *all = &b->v->session->s->data;
    int leaf = ax_find(b->cells.space, dataset_leaf_axis(all));
    if (leaf == AX_NONE || !(d->values.axes & AX_BIT(leaf))) return NULL;
    uint32_t label = ax_get(b->cells.space, leaf)->label[at->at[leaf]];
    return tb_column_named(d->table, dataset_column_of(all, label));
}

/* Labels, the figure, what is carried: a row for each figure, in the order of the file. */
static uint32_t put_keyed(book *b, dataset *d, uint32_t row, fault *f) {
    const book_cells *c = &b->cells;
    const datasets *all = &b->v->session->s->data;
    const ax_set axes = d->values.axes;
    size_t size = ax_size(c->space, axes), count = 0;
    ex_id n = d->node;
    int live = n && c->value[n] && d->values.kind == EX_NUMBER;
    const double *value = n ? c->value[n] : NULL;
    figure *list = mem_take((size + 1) * sizeof *list);
    book_place *input = live ? arena_zero(&b->cells.memory, size + 1, sizeof *input) : NULL;
    if (!list || (live && !input)) {
        mem_free(list);
        return fault_memory(f), row;
    }
    for (size_t e = 0; e < size; e++) {
        long r = dataset_row(all, d, e);
        if (live) input[e].sheet = -1;
        if (r >= 0) list[count++] = (figure){(size_t)r, e};
    }
    qsort(list, count, sizeof *list, by_row);
    uint32_t column = 1, head = row++;
    int shown[ASSESS_AXES], showns = 0;
    for (int i = 0; i < ax_count(c->space) && showns < ASSESS_AXES; i++)
        if (axes & AX_BIT(i)) {
            assess_axis axis = {.name = ax_get(c->space, i)->name, .size = 1, .id = i};
            shown[showns++] = i;
            book_words(b, SHEET_DATA, head, column++, view_axis_title(b->v, &axis), STYLE_HEAD);
        }
    uint32_t figures = column++;
    book_words(b, SHEET_DATA, head, 0, book_say(b, TEXT("Row of the data")), STYLE_HEAD);
    book_words(b, SHEET_DATA, head, figures, d->spec.name, STYLE_HEAD);
    const tb_column *carried[32];
    uint32_t carries = 0;
    if (d->spec.unit_of_measure)
        carried[carries++] = tb_column_named(d->table, d->spec.unit_of_measure);
    for (size_t i = 0; i < d->spec.carries && carries < 32; i++)
        carried[carries++] = tb_column_named(d->table, d->spec.carry[i]);
    for (uint32_t i = 0; i < carries; i++)
        if (carried[i]) book_words(b, SHEET_DATA, head, column + i, carried[i]->name, STYLE_HEAD);
    for (size_t k = 0; k < count; k++, row++) {
        positions at = book_positions(c, axes, list[k].element);
        put_line_of_file(b, d, list[k].row, row);
        for (int i = 0; i < showns; i++) {
            const ax_axis *a = ax_get(c->space, shown[i]);
            const double *number = ax_numbers(c->space, shown[i]);
            if (number)
                book_value(b, SHEET_DATA, row, 1 + (uint32_t)i, number[at.at[shown[i]]],
                           book_look(b, LOOK_GENERAL, PAPER_PLAIN));
            else
                put_any(b, row, 1 + (uint32_t)i, TB_TEXT, a->label[at.at[shown[i]]], PAPER_PLAIN);
        }
        if (live) {
            put_any(b, row, figures, TB_NUMBER, value[list[k].element], PAPER_INPUT);
            const tb_column *from = column_of_figures(b, d, &at);
            input[list[k].element] = (book_place){SHEET_DATA, row, figures};
            if (from && from->kind == TB_NUMBER && from->value)
                record_figure(b, d, from, list[k].row, input[list[k].element]);
        } else if (value) {
            put_any(b, row, figures, d->values.kind == EX_TEXT ? TB_TEXT : TB_NUMBER,
                    value[list[k].element], PAPER_PLAIN);
        }
        for (uint32_t i = 0; i < carries; i++)
            if (carried[i] && carried[i]->value)
                put_any(b, row, column + i, carried[i]->kind, carried[i]->value[list[k].row],
                        PAPER_PLAIN);
    }
    if (live) b->cells.input[n] = input;
    mem_free(list);
    return row;
}

/* A table without keys: its columns as they are. */
static uint32_t put_table(book *b, dataset *d, uint32_t row, fault *f) {
    uint32_t head = row++, column = 1;
    size_t rows = tb_rows(d->table);
    book_words(b, SHEET_DATA, head, 0, book_say(b, TEXT("Row of the data")), STYLE_HEAD);
    for (size_t r = 0; r < rows; r++) put_line_of_file(b, d, r, row + (uint32_t)r);
    for (size_t i = 0; i < tb_columns(d->table); i++) {
        const tb_column *k = tb_column_at(d->table, i);
        buf name = BUF_INIT;
        buf_print(&name, "%s.%s", d->spec.name, k->name);
        ex_id n = k->value ? session_data(b->v->session, buf_string(&name)) : 0;
        buf_release(&name);
        if (!k->value) continue;
        book_words(b, SHEET_DATA, head, column, k->name, STYLE_HEAD);
        int live = n && k->kind == TB_NUMBER && b->cells.value[n] &&
                   ax_size(b->cells.space, ex_get(b->cells.graph, n)->axes) == rows;
        book_place *input = live ? arena_zero(&b->cells.memory, rows + 1, sizeof *input) : NULL;
        if (live && !input) return fault_memory(f), row;
        for (size_t r = 0; r < rows; r++) {
            put_any(b, row + (uint32_t)r, column, k->kind, k->value[r],
                    live ? PAPER_INPUT : PAPER_PLAIN);
            if (!live) continue;
            input[r] = (book_place){SHEET_DATA, row + (uint32_t)r, column};
            record_figure(b, d, k, r, input[r]);
        }
        if (live) b->cells.input[n] = input;
        column++;
    }
    return row + (uint32_t)rows;
}

int book_put_data(book *b, fault *f) {
    datasets *all = &b->v->session->s->data;
    uint32_t row = 0;
    for (size_t i = 0; i < all->count && !f->count; i++) {
        dataset *d = all->item[i];
        size_t rows = d->table ? tb_rows(d->table) : 0;
        if (!d->table || d->hidden) continue;
        size_t lines = d->spec.keys ? ax_size(b->cells.space, d->values.axes) : rows;
        if (row + (lines < rows ? rows : lines) > 1000000)
            return fault_set(f, FAULT_LIMIT, "the data '%s' has more rows than a worksheet",
                             d->spec.name);
        row = d->spec.keys ? put_keyed(b, d, row, f) : put_table(b, d, row, f);
        row++;
    }
    xlsx.worksheet_repeat_rows(b->sheet[SHEET_DATA], 0, 0);
    xlsx.worksheet_set_column(b->sheet[SHEET_DATA], 0, 0, 26, NULL);
    xlsx.worksheet_set_column(b->sheet[SHEET_DATA], 1, 12, 14, NULL);
    return f->count == 0;
}
