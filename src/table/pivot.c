/* Columns that become rows: those with a year in their heading, or an indicator and a year. */
#include "table/inside.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"

typedef struct pivoting {
    reading *r;
    const tb_pivot *pivot;
    size_t *block; /* the columns that become rows: what a row of the file becomes, one by one */
    size_t blocks, cap;
    size_t kept; /* columns that stay: keys, carried ones */
} pivoting;

static const tb_heading *heading_of(const pivoting *p, size_t block) {
    return &p->r->lane[p->block[block]].heading;
}

static int is_same(const pivoting *p, const tb_heading *a, const tb_heading *b) {
    size_t k = 0;
    while (k < p->pivot->axes && a->label[k] == b->label[k]) k++;
    return k == p->pivot->axes;
}

/* Which columns become rows; two of them may not say the same. */
static int survey(pivoting *p) {
    const tb_table *t = p->r->table;
    for (size_t c = 0; c < t->columns; c++) {
        const lane *l = &p->r->lane[c];
        p->kept += !l->pivot && l->value;
        if (!l->pivot) continue;
        for (size_t b = 0; b < p->blocks; b++) {
            place at = {.file = p->r->path, .line = t->header_line, .field = t->column[c].name};
            if (is_same(p, heading_of(p, b), &l->heading))
                return fault_at(p->r->faults, FAULT_DATA, &at, NULL,
                                "the headings '%s' and '%s' say the same",
                                t->column[p->block[b]].name, t->column[c].name);
        }
        if (!MEM_RESERVE(p->block, p->blocks + 1, p->cap)) return fault_memory(p->r->faults);
        p->block[p->blocks++] = c;
    }
    place at = {.file = p->r->path, .line = t->header_line};
    return p->blocks ? 1
                     : fault_at(p->r->faults, FAULT_DATA, &at, "look at `match` of `columns`",
                                "no heading matches the pattern");
}

/* The table that comes out, as far as it is made. */
typedef struct result {
    tb_column *column;
    pool *names;
    double *value;
    uint32_t *line;
    size_t rows, columns, apart;
} result;

/* The next column, by its name; NULL where there is one of that name already. */
static tb_column *next_column(pivoting *p, result *out, const char *name, tb_kind kind) {
    reading *r = p->r;
    uint32_t before = pool_count(out->names), id = pool_put(out->names, name, strlen(name));
    if (!id) {
        fault_memory(r->faults);
        return NULL;
    }
    if (id <= before) {
        place at = {.file = r->path, .line = r->table->header_line, .field = name};
        fault_at(r->faults, FAULT_DATA, &at, "give the axis another name",
                 "the file has a column '%s' beside those that become rows", name);
        return NULL;
    }
    tb_column *c = &out->column[out->columns];
    *c = (tb_column){.name = name, .kind = kind, .value = out->value + out->apart * out->columns};
    out->columns++;
    return c;
}

static double *values_of(const result *out, const tb_column *c) {
    return out->value + out->apart * (size_t)(c - out->column);
}

/* A column that stays: every cell once for each block. */
static int repeat_column(pivoting *p, result *out, size_t from) {
    const tb_column *old = &p->r->table->column[from];
    tb_column *c = next_column(p, out, old->name, old->kind);
    if (!c) return 0;
    double *to = values_of(out, c);
    for (size_t i = 0; i < out->rows; i++) to[i] = old->value[i / p->blocks];
    c->missing = old->missing * p->blocks;
    c->low = old->low;
    c->high = old->high;
    c->extremes = old->extremes;
    c->odd_line = old->odd_line;
    c->odd_text = old->odd_text;
    return 1;
}

/* The labels of an axis, as texts or as the numbers that they are. */
static int label_column(pivoting *p, result *out, size_t axis) {
    reading *r = p->r;
    int number = p->pivot->number[axis];
    tb_column *c = next_column(p, out, p->pivot->axis[axis], number ? TB_NUMBER : TB_TEXT);
    if (!c) return 0;
    double *to = values_of(out, c);
    for (size_t b = 0; b < p->blocks; b++) {
        uint32_t label = heading_of(p, b)->label[axis];
        double x = label;
        const char *text = pool_text(r->strings, label);
        if (number && decimal_read(text, strlen(text), &x) != DECIMAL_OK) {
            place at = {.file = r->path, .line = r->table->header_line};
            return fault_at(r->faults, FAULT_DATA, &at, "a part of the pattern in ( ) is the label",
                            "the heading's '%s' is no %s, which is a number", text, c->name);
        }
        for (size_t i = b; i < out->rows; i += p->blocks) to[i] = x;
    }
    return 1;
}

static int value_column(pivoting *p, result *out) {
    const tb_table *t = p->r->table;
    tb_column *c = next_column(p, out, p->pivot->value, TB_NUMBER);
    if (!c) return 0;
    double *to = values_of(out, c);
    c->low = c->high = (double)NAN;
    c->extremes = 1;
    for (size_t b = 0; b < p->blocks; b++) {
        const tb_column *from = &t->column[p->block[b]];
        for (size_t i = 0; i < t->rows; i++) to[i * p->blocks + b] = from->value[i];
        c->missing += from->missing;
        c->low = cells_lower(c->low, from->low);
        c->high = cells_higher(c->high, from->high);
        c->extremes &= from->extremes;
    }
    return 1;
}

/* Puts what was made in place of what was read. */
static void replace(pivoting *p, result *out, const char **heading) {
    tb_table *t = p->r->table;
    for (size_t i = 0; i < out->rows; i++) out->line[i] = (uint32_t)tb_line(t, i / p->blocks);
    tb_give_columns(t);
    /* Names are texts of a pool; the headings are those of the pool before. */
    for (size_t c = 0; c < out->columns; c++)
        out->column[c].name = pool_text(out->names, (uint32_t)c + 1);
    for (size_t c = 0; c < t->columns; c++) t->column[c].value = NULL;
    for (size_t b = 0; b < p->blocks; b++) heading[b] = t->column[p->block[b]].name;
    t->heading = heading;
    t->names_before = t->names;
    t->names = out->names;
    t->column = out->column;
    t->columns = out->columns;
    t->value = out->value;
    t->value_bytes = out->apart * out->columns * sizeof *out->value;
    t->line = out->line;
    t->line_bytes = out->rows * sizeof *out->line;
    t->read_rows *= p->blocks;
    t->rows = out->rows;
    t->blocks = p->blocks;
}

static int pivot(pivoting *p) {
    reading *r = p->r;
    tb_table *t = r->table;
    size_t columns = p->kept + p->pivot->axes + 1;
    const char **heading = arena_take(&t->memory, p->blocks * sizeof *heading);
    result out = {.rows = t->rows * p->blocks, .apart = t->rows * p->blocks};
    if (t->rows && out.rows / t->rows != p->blocks) return fault_memory(r->faults);
    out.column = arena_zero(&t->memory, columns, sizeof *out.column);
    out.names = pool_open();
    if (out.apart <= SIZE_MAX / sizeof(double) / columns)
        out.value = big_alloc_take(out.apart * columns * sizeof *out.value);
    out.line = big_alloc_take(out.rows * sizeof *out.line);
    int fine = heading && out.column && out.names && out.value && out.line;
    if (!fine) fault_memory(r->faults);
    for (size_t c = 0; fine && c < t->columns; c++)
        if (!r->lane[c].pivot && t->column[c].value) fine = repeat_column(p, &out, c);
    for (size_t k = 0; fine && k < p->pivot->axes; k++) fine = label_column(p, &out, k);
    fine = fine && value_column(p, &out);
    if (fine) {
        replace(p, &out, heading);
    } else {
        big_alloc_give(out.value, out.apart * columns * sizeof *out.value);
        big_alloc_give(out.line, out.rows * sizeof *out.line);
        pool_close(out.names);
    }
    return fine;
}

int tb_pivot_rows(reading *r) {
    pivoting p = {.r = r, .pivot = r->options->pivot};
    if (!p.pivot || !p.pivot->axes) return 1;
    int fine = survey(&p) && pivot(&p);
    mem_free(p.block);
    return fine;
}
