#include "workbook/form.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/suggest.h"
#include "base/width.h"
#include "session/session.h"
#include "table/date.h"
#include "table/workbook.h"

enum { WIDEST = 40, NARROWEST = 8, SHEET_NAME = 31 };

typedef struct maker {
    assess *a;
    const form_wish *w;
    form *o;
    fault *f;
    int unit; /* the axis of what is assessed, or AX_NONE */
} maker;

static const char *text_of(const maker *k, uint32_t text) {
    return pool_text(k->a->h->strings, text);
}

static const ax_axis *axis_at(const maker *k, int id) { return ax_get(k->a->s->m.space, id); }

static void *room(maker *k, size_t count, size_t size) {
    void *out = arena_zero(&k->o->memory, count + 1, size);
    if (!out) fault_memory(k->f);
    return out;
}

/* ---- what cells may hold ---- */

static const ds_check *check_of(const dataset *s, const char *column, int labels) {
    for (size_t i = 0; i < s->spec.checks; i++)
        if (!strcmp(s->spec.check[i].column, column) && !labels == !s->spec.check[i].axis)
            return &s->spec.check[i];
    return NULL;
}

/* The bounds of `within`. */
static int put_bounds(const dataset *s, const char *column, form_limits *out) {
    const ds_check *c = check_of(s, column, 0);
    if (!c) return 0;
    out->kind = c->day[0] ? FORM_DATE : FORM_NUMBER;
    out->least = c->bound[0];
    out->most = c->bound[1];
    if (c->day[0]) date_read(c->day[0], strlen(c->day[0]), &out->least);
    if (c->day[1]) date_read(c->day[1], strlen(c->day[1]), &out->most);
    return 1;
}

/* Does any cell of a column hold several labels? */
static int holds_lists(const maker *k, const tb_table *t, const tb_column *c) {
    for (size_t r = 0; c && c->kind == TB_TEXT && r < tb_rows(t); r++) {
        const char *at = c->value[r] == c->value[r] ? text_of(k, (uint32_t)c->value[r]) : NULL;
        const char *item;
        size_t length;
        int items = 0;
        while (at && list_next(&at, NULL, &item, &length)) items++;
        if (items > 1) return 1;
    }
    return 0;
}

/* The labels of an axis as words; of the units only the one that was asked for. */
static int put_labels(maker *k, int axis, form_limits *out) {
    const ax_axis *a = axis_at(k, axis);
    const char **word = room(k, a->size, sizeof *word);
    if (!word) return 0;
    for (uint32_t i = 0; i < a->size; i++) {
        const char *label = text_of(k, a->label[i]);
        if (axis == k->unit && k->w->unit && strcmp(label, k->w->unit)) continue;
        word[out->words++] = label;
    }
    out->word = word;
    return 1;
}

/* What the cells of a column may hold, or NULL: labels of an axis, words that the rules ask for, or
 * what lies between bounds. */
static const form_limits *limits_of(maker *k, const dataset *s, const tb_column *c) {
    form_limits *out = room(k, 1, sizeof *out);
    if (!out) return NULL;
    const ds_check *labels = check_of(s, c->name, 1);
    int axis = labels ? ax_find(k->a->s->m.space, labels->axis) : AX_NONE;
    *out = (form_limits){FORM_TEXT, -INFINITY, INFINITY, NULL, 0, 0};
    if (axis != AX_NONE) {
        out->only = !holds_lists(k, s->table, c);
        return put_labels(k, axis, out) ? out : NULL;
    }
    if (c->kind == TB_TEXT) {
        buf name = BUF_INIT;
        buf_print(&name, "%s.%s", s->spec.name, c->name);
        out->words = form_words(k->a, buf_string(&name), &out->word, &k->o->memory);
        buf_release(&name);
        return out->words ? out : NULL;
    }
    out->kind = c->kind == TB_DATE ? FORM_DATE : FORM_NUMBER;
    put_bounds(s, c->name, out);
    return out;
}

/* The bounds of an indicator's figures: what the rules allow, and the bounds of the column. */
static const form_limits *figure_limits(maker *k, const dataset *s, int element,
                                        const char *column) {
    double bound[2] = {-INFINITY, INFINITY};
    form_limits *out = room(k, 1, sizeof *out);
    if (!out) return NULL;
    *out = (form_limits){FORM_NUMBER, -INFINITY, INFINITY, NULL, 0, 0};
    put_bounds(s, column, out);
    if (element >= 0 && form_allowed(k->a, element, bound)) {
        out->least = fmax(out->least, bound[0]);
        out->most = fmin(out->most, bound[1]);
    }
    return out;
}

/* "0–100", "from 0", "to 100", or "". */
static const char *range_text(maker *k, const form_limits *l) {
    buf b = BUF_INIT, least = BUF_INIT, most = BUF_INIT;
    void (*put)(buf *, double) = l->kind == FORM_DATE ? view_date : view_figure;
    if (isfinite(l->least)) put(&least, l->least);
    if (isfinite(l->most)) put(&most, l->most);
    if (least.length && most.length)
        buf_print(&b, "%s–%s", buf_string(&least), buf_string(&most));
    else if (least.length)
        buf_print(&b, text_in(k->o->language, "from %s"), buf_string(&least));
    else if (most.length)
        buf_print(&b, text_in(k->o->language, "to %s"), buf_string(&most));
    const char *own = arena_text(&k->o->memory, buf_string(&b), b.length);
    buf_release(&b);
    buf_release(&least);
    buf_release(&most);
    return own ? own : "";
}

/* ---- cells ---- */

static form_kind kind_of(tb_kind kind) {
    return kind == TB_NUMBER ? FORM_NUMBER : kind == TB_DATE ? FORM_DATE : FORM_TEXT;
}

static form_cell cell_of(const maker *k, const tb_column *c, size_t row) {
    double x = c && c->value ? c->value[row] : (double)NAN;
    if (x != x) return (form_cell){.kind = FORM_BLANK};
    if (c->kind == TB_TEXT) return (form_cell){.kind = FORM_TEXT, .text = text_of(k, (uint32_t)x)};
    return (form_cell){.kind = kind_of(c->kind), .number = x};
}

static size_t cell_width(const form_cell *c) {
    char digits[40];
    switch (c->kind) {
    case FORM_TEXT: return width_of(c->text, strlen(c->text));
    case FORM_NUMBER: return decimal_write(c->number, digits);
    case FORM_DATE: return 10;
    default: return 0;
    }
}

/* Columns as wide as what is in them, within reason. */
static void set_widths(form_sheet *s) {
    for (size_t c = 0; c < s->columns; c++) {
        const char *name = s->column[c].head;
        size_t most = width_of(name, strlen(name));
        for (size_t r = 0; r < s->rows; r++) {
            size_t width = cell_width(&s->cell[r * s->columns + c]);
            if (width > most) most = width;
        }
        most = most > WIDEST ? WIDEST : most < NARROWEST ? NARROWEST : most;
        s->column[c].width = most + 2;
    }
}

/* A name that sheets may have: 31 characters at most, "_" in place of those that none has. */
static const char *sheet_name(maker *k, const char *name) {
    size_t n = 0, letters = 0;
    for (; name[n] && letters < SHEET_NAME; letters++) do
            n++;
        while (((unsigned char)name[n] & 0xC0) == 0x80);
    char *own = room(k, n + 1, 1);
    for (size_t i = 0; own && i < n; i++) own[i] = strchr("[]:*?/\\'", name[i]) ? '_' : name[i];
    return own ? own : "";
}

/* A further sheet with a heading where the rules look for it. */
static form_sheet *add_sheet(maker *k, const dataset *s, size_t columns, size_t rows) {
    form_sheet *x = &k->o->sheet[k->o->sheets];
    sheet_range range = {{1, SHEET_ROWS}, {1, SHEET_COLUMNS}};
    *x = (form_sheet){
        .name = sheet_name(k, s->spec.workbook && s->spec.sheet ? s->spec.sheet : s->spec.name),
        .data = s->spec.name,
        .rows = rows};
    if (s->spec.workbook && s->spec.range) sheet_range_read(s->spec.range, &range);
    x->top = range.row[0] - 1;
    x->left = range.column[0] - 1;
    if (s->spec.header[1] > x->top + 1) x->top = s->spec.header[1] - 1;
    if (rows && columns > FORM_CELLS / rows) {
        fault_at(k->f, FAULT_LIMIT, NULL, text_message("--unit UNIT, or --at AXIS=LABEL"),
                 "the form of '%s' would have more than %d cells", s->spec.name, FORM_CELLS);
        return NULL;
    }
    if (x->top + rows + 1 > range.row[1] || x->left + columns > range.column[1]) {
        fault_at(k->f, FAULT_USAGE, NULL, text_message("--unit UNIT makes a smaller one"),
                 "the form of '%s' does not fit into the cells that the rules read", s->spec.name);
        return NULL;
    }
    x->column = room(k, columns, sizeof *x->column);
    x->cell = room(k, rows * columns, sizeof *x->cell);
    if (!x->column || !x->cell) return NULL;
    k->o->sheets++;
    return x;
}

/* ---- keyed data ---- */

typedef struct key {
    const char *column;
    int axis, order;
    const char *const *label; /* the rows of the form */
    size_t labels;
} key;

typedef struct keyed {
    maker *k;
    dataset *s;
    form_sheet *sheet;
    key *key;
    size_t keys, rows;
    int leaf;                    /* the key of indicators, or -1 */
    size_t name, measure, range; /* columns that are for people; SIZE_MAX: there is none */
} keyed;

/* The labels of a key: a picked one, the unit that was asked for, the last year, or all. */
static int choose_labels(maker *k, const ds_key *from, key *to) {
    const ax_axis *a = axis_at(k, to->axis);
    const char *only = to->axis == k->unit ? k->w->unit : NULL;
    for (size_t i = 0; i < k->w->picks; i++)
        if (!strcmp(k->w->pick[i].axis, from->axis)) only = k->w->pick[i].label;
    const char **label = room(k, a->size, sizeof *label);
    if (!label) return 0;
    uint32_t last = 0;
    const double *number = ax_numbers(k->a->s->m.space, to->axis);
    for (uint32_t i = 0; number && i < a->size; i++)
        if (number[i] > number[last]) last = i;
    if (!only && number && a->size) only = text_of(k, a->label[last]);
    to->label = label;
    for (uint32_t i = 0; !only && i < a->size; i++) label[to->labels++] = text_of(k, a->label[i]);
    if (only) label[to->labels++] = only;
    return 1;
}

/* The unit first, then years and others, indicators last. */
static int open_keys(keyed *x) {
    maker *k = x->k;
    const ds_spec *spec = &x->s->spec;
    x->key = room(k, spec->keys, sizeof *x->key);
    x->rows = 1;
    for (size_t i = 0; x->key && i < spec->keys; i++) {
        key own = {.column = spec->key[i].column,
                   .axis = ax_find(k->a->s->m.space, spec->key[i].axis)};
        if (own.axis == AX_NONE || !choose_labels(k, &spec->key[i], &own)) return 0;
        int leaf = !strcmp(spec->key[i].axis, dataset_leaf_axis(&k->a->s->data));
        own.order = own.axis == k->unit ? 0 : leaf ? 2 : 1;
        size_t at = i;
        for (; at && x->key[at - 1].order > own.order; at--) x->key[at] = x->key[at - 1];
        x->key[at] = own;
        x->keys++;
        if (own.labels && x->rows > FORM_CELLS / own.labels)
            return fault_at(
                k->f, FAULT_LIMIT, NULL, text_message("--unit UNIT, or --at AXIS=LABEL"),
                "the form of '%s' would have more than %d cells", spec->name, FORM_CELLS);
        x->rows *= own.labels;
    }
    x->leaf = x->keys && x->key[x->keys - 1].order == 2 ? (int)x->keys - 1 : -1;
    return x->key != NULL;
}

/* The row of the data that has the keys of a row of the form, or -1. */
static long row_of(const keyed *x, const char *const *label) {
    const ax_space *space = x->k->a->s->m.space;
    size_t at = 0;
    for (size_t i = 0; i < x->keys; i++) {
        uint32_t text = pool_find(x->k->a->h->strings, label[i], strlen(label[i]));
        long position = text ? ax_position(space, x->key[i].axis, text) : -1;
        if (position < 0) return -1;
        at += (size_t)position * ax_stride(space, x->s->values.axes, x->key[i].axis);
    }
    return dataset_row(&x->k->a->s->data, x->s, at);
}

static int has_column(const form_sheet *s, const char *name) {
    for (size_t i = 0; i < s->columns; i++)
        if (!strcmp(s->column[i].head, name)) return 1;
    return 0;
}

/* A column, or SIZE_MAX where one of this name is there. */
static size_t add_column(form_sheet *s, const char *name, form_kind kind, int open) {
    if (has_column(s, name)) return SIZE_MAX;
    s->column[s->columns] = (form_column){.head = name, .kind = kind, .open = open};
    return s->columns++;
}

static int is_year(const maker *k, const key *y) {
    return ax_numbers(k->a->s->m.space, y->axis) != NULL;
}

static void add_keys(keyed *x) {
    for (size_t i = 0; i < x->keys; i++)
        add_column(x->sheet, x->key[i].column, is_year(x->k, &x->key[i]) ? FORM_NUMBER : FORM_TEXT,
                   0);
}

/* What each row has of its keys. */
static void put_keys(keyed *x, size_t row, const char **label) {
    size_t rest = row;
    for (size_t i = x->keys; i-- > 0;) {
        label[i] = x->key[i].label[rest % x->key[i].labels];
        rest /= x->key[i].labels;
    }
    for (size_t i = 0; i < x->keys; i++) {
        form_cell *c = &x->sheet->cell[row * x->sheet->columns + i];
        double year;
        *c = (form_cell){.kind = FORM_TEXT, .text = label[i]};
        if (is_year(x->k, &x->key[i]) &&
            decimal_read(label[i], strlen(label[i]), &year) == DECIMAL_OK)
            *c = (form_cell){.kind = FORM_NUMBER, .number = year};
    }
}

static void put_text(form_sheet *s, size_t row, size_t column, const char *text) {
    if (column != SIZE_MAX && text && *text)
        s->cell[row * s->columns + column] = (form_cell){.kind = FORM_TEXT, .text = text};
}

static int element_named(const maker *k, const char *id) {
    const model *m = &k->a->s->m;
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].indicator && !strcmp(m->element[i].id, id)) return i;
    return -1;
}

/* An open cell for what the data has in a column. */
static form_cell *put_open(keyed *x, size_t row, size_t column, long from) {
    form_sheet *s = x->sheet;
    const tb_column *c = tb_column_named(x->s->table, s->column[column].head);
    form_cell *to = &s->cell[row * s->columns + column], own = {.kind = FORM_BLANK};
    if (from >= 0) own = cell_of(x->k, c, (size_t)from);
    own.open = 1;
    own.may = to->may;
    own.note = to->note;
    *to = own;
    return to;
}

/* What the first row with an indicator says of its cells: limits, notes, texts for people. The
 * others say the same, see put_long_row. */
static void describe_row(keyed *x, size_t row, size_t value, const char *const *label) {
    maker *k = x->k;
    form_sheet *s = x->sheet;
    const ds_spec *spec = &x->s->spec;
    int element = x->leaf >= 0 ? element_named(k, label[x->leaf]) : -1;
    form_cell *cell = &s->cell[row * s->columns];
    cell[value].may = figure_limits(k, x->s, element, spec->value);
    if (element >= 0) {
        const md_element *e = &k->a->s->m.element[element];
        cell[x->leaf].note = form_definition(k->a, k->o->language, element, &k->o->memory);
        put_text(s, row, x->name, e->name);
        put_text(s, row, x->measure, assess_attribute(k->a, e->id, "unit"));
    }
    if (cell[value].may) put_text(s, row, x->range, range_text(k, cell[value].may));
    for (size_t i = 0; i < s->columns; i++) {
        if (!s->column[i].open || i == value) continue;
        const tb_column *of = tb_column_named(x->s->table, s->column[i].head);
        buf name = BUF_INIT;
        buf_print(&name, "%s.%s", spec->name, s->column[i].head);
        if (of) cell[i].may = limits_of(k, x->s, of);
        if (element >= 0)
            cell[i].note =
                form_rubric(k->a, k->o->language, buf_string(&name), element, &k->o->memory);
        buf_release(&name);
    }
}

/* One row of the long form. Indicators are the last key, so that they come round again. */
static void put_long_row(keyed *x, size_t row, size_t value, const char **label) {
    form_sheet *s = x->sheet;
    size_t round = x->leaf >= 0 ? x->key[x->leaf].labels : 1;
    form_cell *cell = &s->cell[row * s->columns];
    put_keys(x, row, label);
    if (row < round)
        describe_row(x, row, value, label);
    else
        for (size_t i = 0; i < s->columns; i++) {
            const form_cell *like = cell + i - round * s->columns;
            if (!s->column[i].open && i >= x->keys) cell[i] = *like;
            cell[i].may = like->may;
            cell[i].note = like->note;
        }
    long from = row_of(x, label);
    for (size_t i = 0; i < s->columns; i++)
        if (s->column[i].open) put_open(x, row, i, from);
}

static int make_long(keyed *x) {
    maker *k = x->k;
    const ds_spec *spec = &x->s->spec;
    const char **label = room(k, x->keys, sizeof *label);
    form_sheet *s = x->sheet = add_sheet(k, x->s, x->keys + spec->carries + 4, x->rows);
    if (!s || !label) return 0;
    text_language l = k->o->language;
    add_keys(x);
    x->name = x->measure = x->range = SIZE_MAX;
    if (x->leaf >= 0) x->name = add_column(s, text_in(l, "Name"), FORM_TEXT, 0);
    size_t value = add_column(s, spec->value, FORM_NUMBER, 1);
    if (spec->unit_of_measure)
        x->measure = add_column(s, spec->unit_of_measure, FORM_TEXT, 0);
    else if (x->leaf >= 0)
        x->measure = add_column(s, text_in(l, "Unit of measure"), FORM_TEXT, 0);
    x->range = add_column(s, text_in(l, "Allowed range"), FORM_TEXT, 0);
    for (size_t i = 0; i < spec->carries; i++) add_column(s, spec->carry[i], FORM_TEXT, 1);
    for (size_t r = 0; r < x->rows; r++) put_long_row(x, r, value, label);
    return 1;
}

/* The wide form: a column for each indicator that the rules have, else that the file has. */
static int make_wide(keyed *x) {
    maker *k = x->k;
    const ds_spec *spec = &x->s->spec;
    const model *m = &k->a->s->m;
    const char **label = room(k, x->keys, sizeof *label);
    size_t figures = m->levels ? axis_at(k, m->level_axis[0])->size : tb_columns(x->s->table);
    form_sheet *s = x->sheet = add_sheet(k, x->s, x->keys + figures + spec->carries, x->rows);
    if (!s || !label) return 0;
    add_keys(x);
    size_t first = s->columns;
    for (size_t i = 0; i < figures && m->levels; i++) {
        int element = model_element_of(m, m->level_axis[0], i);
        size_t c = add_column(s, dataset_column_of(&k->a->s->data, m->element[element].label),
                              FORM_NUMBER, 1);
        if (c != SIZE_MAX)
            s->column[c].note = form_definition(k->a, k->o->language, element, &k->o->memory);
    }
    for (size_t i = 0; i < figures && !m->levels; i++)
        if (dataset_is_indicator(x->s, tb_column_at(x->s->table, i)))
            add_column(s, tb_column_at(x->s->table, i)->name, FORM_NUMBER, 1);
    size_t behind = s->columns;
    for (size_t i = 0; i < spec->carries; i++) add_column(s, spec->carry[i], FORM_TEXT, 1);
    const form_limits **may = room(k, s->columns, sizeof *may);
    for (size_t c = first; may && c < s->columns; c++) {
        uint32_t id = c < behind ? dataset_indicator(&k->a->s->data, s->column[c].head) : 0;
        const tb_column *of = tb_column_named(x->s->table, s->column[c].head);
        if (c < behind)
            may[c] = figure_limits(k, x->s, id ? element_named(k, text_of(k, id)) : -1,
                                   s->column[c].head);
        else if (of)
            may[c] = limits_of(k, x->s, of);
    }
    for (size_t r = 0; may && r < x->rows; r++) {
        put_keys(x, r, label);
        long from = row_of(x, label);
        for (size_t c = first; c < s->columns; c++) put_open(x, r, c, from)->may = may[c];
    }
    return may != NULL;
}

static int make_keyed(maker *k, dataset *s) {
    keyed x = {.k = k, .s = s};
    return open_keys(&x) && (s->wide ? make_wide(&x) : make_long(&x));
}

/* ---- tables ---- */

/* Is a column about units: their labels, or those of the rows themselves? */
static int is_of_units(const maker *k, const dataset *s, const tb_column *c) {
    const ds_check *labels = check_of(s, c->name, 1);
    if (k->unit == AX_NONE) return 0;
    return (labels && !strcmp(labels->axis, axis_at(k, k->unit)->name)) ||
           (s->rows_axis == k->unit && s->spec.label && !strcmp(s->spec.label, c->name));
}

/* Does a cell name the unit, alone or among others? */
static int names_unit(const maker *k, const tb_column *c, size_t row) {
    const char *at = c->kind == TB_TEXT && c->value[row] == c->value[row]
                         ? text_of(k, (uint32_t)c->value[row])
                         : NULL;
    const char *item;
    size_t length, wanted = strlen(k->w->unit);
    while (at && list_next(&at, NULL, &item, &length))
        if (length == wanted && !memcmp(item, k->w->unit, length)) return 1;
    return 0;
}

static int is_asked_for(const maker *k, const dataset *s, size_t row) {
    if (!k->w->unit) return 1;
    for (size_t i = 0; i < tb_columns(s->table); i++) {
        const tb_column *c = tb_column_at(s->table, i);
        if (is_of_units(k, s, c) && names_unit(k, c, row)) return 1;
    }
    return 0;
}

/* Has a table to do with units at all? */
static int is_about_units(const maker *k, const dataset *s) {
    for (size_t i = 0; i < tb_columns(s->table); i++)
        if (is_of_units(k, s, tb_column_at(s->table, i))) return 1;
    return 0;
}

/* A column of a table; what names the row or refers to others is fixed. */
static const form_limits *put_table_column(maker *k, const dataset *s, form_sheet *x,
                                           const tb_column *c) {
    const form_limits *may = limits_of(k, s, c);
    int names = (s->spec.label && !strcmp(s->spec.label, c->name)) || check_of(s, c->name, 1);
    size_t at = add_column(x, c->name, kind_of(c->kind), !names);
    buf name = BUF_INIT;
    buf_print(&name, "%s.%s", s->spec.name, c->name);
    x->column[at].note = form_rubric(k->a, k->o->language, buf_string(&name), -1, &k->o->memory);
    buf_release(&name);
    if (!x->column[at].note && may && may->kind != FORM_TEXT) {
        const char *range = range_text(k, may);
        if (*range) x->column[at].note = range;
    }
    return may;
}

static int make_table(maker *k, const dataset *s) {
    size_t count = 0, columns = 0, kept = 0, r;
    if (k->w->unit && !is_about_units(k, s)) return 1;
    for (r = 0; r < tb_rows(s->table); r++) count += (size_t)is_asked_for(k, s, r);
    for (size_t i = 0; i < tb_columns(s->table); i++)
        columns += tb_column_at(s->table, i)->kind != TB_SKIP;
    size_t *from = room(k, count, sizeof *from);
    const tb_column **of = room(k, columns, sizeof *of);
    form_sheet *x = add_sheet(k, s, columns, count + k->w->blank);
    if (!x || !from || !of) return 0;
    for (r = 0; r < tb_rows(s->table); r++)
        if (is_asked_for(k, s, r)) from[kept++] = r;
    for (size_t i = 0, n = 0; i < tb_columns(s->table); i++)
        if (tb_column_at(s->table, i)->kind != TB_SKIP) of[n++] = tb_column_at(s->table, i);
    for (size_t c = 0; c < columns; c++) {
        const form_limits *may = put_table_column(k, s, x, of[c]);
        for (r = 0; r < x->rows; r++) {
            form_cell *to = &x->cell[r * columns + c];
            if (r < kept) *to = cell_of(k, of[c], from[r]);
            to->may = may;
            to->open = r >= kept || x->column[c].open;
        }
    }
    return 1;
}

/* ---- the form ---- */

static int is_wished(const maker *k, const dataset *s) {
    int wished = !k->w->sources;
    for (size_t i = 0; i < k->w->sources; i++) wished |= !strcmp(k->w->source[i], s->spec.name);
    return wished;
}

static int make_sheet(maker *k, dataset *s) {
    if (s->spec.headings.match || s->spec.footer || s->spec.footer_text)
        return fault_at(k->f, FAULT_USAGE, NULL,
                        text_message("--source NAME makes a form of other data"),
                        "'%s' is read from a layout that no form has: columns that become rows, or "
                        "notes below the table",
                        s->spec.name);
    return s->spec.keys ? make_keyed(k, s) : make_table(k, s);
}

static int check_sources(const maker *k) {
    const datasets *d = &k->a->s->data;
    for (size_t i = 0; i < k->w->sources; i++) {
        if (datasets_named(d, k->w->source[i])) continue;
        suggestion near = suggest_for(k->w->source[i]);
        for (size_t n = 0; n < d->count; n++) suggest_try(&near, d->item[n]->spec.name);
        fault_unknown(k->f, suggest_best(&near), NULL,
                      text_message("the rules have no data called '%s'"), k->w->source[i]);
    }
    return !k->f->count;
}

static int find_unit(maker *k, const view *v) {
    k->unit = v->rows.size ? v->rows.id : ax_find(k->a->s->m.space, "unit");
    if (!k->w->unit) return 1;
    if (k->unit == AX_NONE)
        return fault_set(k->f, FAULT_USAGE, "--unit: the rules assess no units");
    const assess_axis axis = {axis_at(k, k->unit)->name, axis_at(k, k->unit)->size, k->unit};
    return find_label(k->a, &axis, "--unit: ", k->w->unit, k->f) != VIEW_NONE;
}

int form_make(assess *a, const form_wish *w, form *out, fault *f) {
    datasets *d = &a->s->data;
    view v;
    *out = (form){.memory = ARENA_INIT};
    if (!view_open(&v, a, &(view_wish){.top = VIEW_TOP}, f)) return 0;
    maker k = {.a = a, .w = w, .o = out, .f = f};
    out->title = assess_fact(a, "title");
    out->language = v.language;
    out->sheet = room(&k, d->count, sizeof *out->sheet);
    int fine = out->sheet && find_unit(&k, &v) && check_sources(&k);
    view_close(&v);
    for (size_t i = 0; fine && i < d->count; i++)
        if (is_wished(&k, d->item[i])) fine = make_sheet(&k, d->item[i]);
    if (fine && !out->sheets)
        fine = w->unit ? fault_set(f, FAULT_USAGE,
                                   "the rules read no data of units: '%s' reports none", w->unit)
                       : fault_set(f, FAULT_USAGE,
                                   "there is nothing to report: the rules read no data");
    for (size_t i = 0; fine && i < out->sheets; i++) set_widths(&out->sheet[i]);
    return fine && !f->count;
}

void form_release(form *o) {
    arena_release(&o->memory);
    *o = (form){0};
}
