/* Figures that editions change: their cells are found by labels, and changed in the table that was
 * read. What follows sees no difference to a file that says so. */
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "rule/dataset.h"

/* Of what a row is named by: an axis, and the column of its labels; NULL: rows are numbered. */
typedef struct naming {
    const char *axis;
    const tb_column *column;
} naming;

typedef struct changing {
    datasets *d;
    dataset *s;
    naming by[AX_MOST];
    size_t count;
    int filtered;     /* rows were left out */
    const char *leaf; /* of wide data: the axis whose labels are columns; else NULL */
    pool *names;      /* of rows: what stands in the columns of `by`, as bytes */
    uint32_t *row;    /* by number in `names`: the row + 1, or 0 */
    size_t row_cap;
    pool *cells; /* that were changed, row and column, as bytes */
    uint32_t *last;
    size_t last_cap; /* by number in `cells`: the figure + 1 that changed it last */
    fault *f;
} changing;

static void list_axes(changing *c) {
    const ds_spec *spec = &c->s->spec;
    for (size_t i = 0; i < spec->keys; i++)
        c->by[c->count++] =
            (naming){spec->key[i].axis, tb_column_named(c->s->table, spec->key[i].column)};
    if (!spec->keys)
        c->by[c->count++] =
            (naming){spec->rows ? spec->rows : spec->name,
                     spec->label ? tb_column_named(c->s->table, spec->label) : NULL};
    c->leaf = spec->keys && c->s->wide ? dataset_leaf_axis(c->d) : NULL;
}

static const char *label_of(const ds_figure *g, const char *axis) {
    for (size_t i = 0; i < g->labels; i++)
        if (!strcmp(g->label[i].axis, axis)) return g->label[i].label;
    return NULL;
}

/* "Shahe, air, 2011" */
static const char *words_of(const changing *c, const ds_figure *g) {
    buf b = BUF_INIT;
    for (size_t i = 0; i < g->labels; i++) buf_print(&b, "%s%s", i ? ", " : "", g->label[i].label);
    if (g->column) buf_print(&b, ", %s", g->column);
    const char *out = arena_print(&c->d->memory, "%s", buf_string(&b));
    buf_release(&b);
    return out ? out : "";
}

/* ---- the labels of a figure ---- */

static const char *unified(const changing *c, const char *axis, const char *label) {
    uint32_t id = dataset_unified(c->d, c->s, axis, label);
    return id ? pool_text(c->d->m->strings, id) : label;
}

/* The axes that it names are those of the data; its labels come into their order. */
static int check_axes(const changing *c, ds_figure *g) {
    const model *m = c->d->m;
    for (size_t i = 0; i < g->labels; i++) {
        const char *axis = g->label[i].axis;
        suggestion near = suggest_for(axis);
        int known = c->leaf && !strcmp(c->leaf, axis);
        for (size_t k = 0; k < c->count; k++) {
            known |= !strcmp(c->by[k].axis, axis);
            suggest_try(&near, c->by[k].axis);
        }
        if (c->leaf) suggest_try(&near, c->leaf);
        const char *best = suggest_best(&near);
        if (!known)
            return model_fault(m, c->f, g->at, axis,
                               best ? suggest_text(&c->d->memory, best) : NULL,
                               "'%s' has no axis '%.60s'", c->s->spec.name, axis);
    }
    ds_label *ordered = arena_take(&c->d->memory, (c->count + 1) * sizeof *ordered);
    size_t labels = 0;
    if (!ordered) return fault_memory(c->f);
    for (size_t k = 0; k <= c->count; k++) {
        const char *axis = k < c->count ? c->by[k].axis : c->leaf;
        const char *label = axis ? label_of(g, axis) : NULL;
        if (axis && !label)
            return model_fault(
                m, c->f, g->at, "figure",
                arena_print(&c->d->memory, text_message("each axis is named: %s = \"…\""), axis),
                "a figure of '%s' without '%s'", c->s->spec.name, axis);
        if (label && c->s->unified) label = unified(c, axis, label);
        if (label) ordered[labels++] = (ds_label){axis, label};
    }
    g->label = ordered;
    g->labels = labels;
    return 1;
}

/* The cell that a label is in a column of them; 0 where no cell can be that. */
static int label_cell(const changing *c, const naming *by, const char *label, double *cell) {
    if (by->column && by->column->kind == TB_TEXT) {
        *cell = pool_find(c->d->m->strings, label, strlen(label));
        return *cell > 0;
    }
    return decimal_read(label, strlen(label), cell) == DECIMAL_OK;
}

/* The number, in `names`, of the row that a figure is in: with its indicator's id, or with what
 * files call that. 0 without memory; *known: it may be that of a row. */
static uint32_t name_of(changing *c, const ds_figure *g, int as_column, int *known) {
    double cell[AX_MOST] = {0};
    *known = 1;
    for (size_t i = 0; i < c->count; i++) {
        const char *label = label_of(g, c->by[i].axis);
        uint32_t id = pool_find(c->d->m->strings, label, strlen(label));
        if (as_column && id && !strcmp(c->by[i].axis, dataset_leaf_axis(c->d)))
            label = dataset_column_of(c->d, id);
        *known &= label_cell(c, &c->by[i], label, &cell[i]);
    }
    uint32_t n = pool_put(c->names, (const char *)cell, c->count * sizeof *cell);
    size_t before = c->row_cap;
    if (!n || !MEM_RESERVE(c->row, (size_t)n + 1, c->row_cap)) return fault_memory(c->f), 0;
    if (c->row_cap > before) memset(c->row + before, 0, (c->row_cap - before) * sizeof *c->row);
    return n;
}

/* ---- the rows ---- */

static int find_rows(changing *c) {
    int known;
    for (size_t i = 0; i < c->s->figures; i++) {
        ds_figure *g = &c->s->figure[i];
        g->found = NULL;
        if (!check_axes(c, g)) continue;
        for (int as_column = 0; as_column < 2; as_column++)
            if (!name_of(c, g, as_column, &known)) return 0;
    }
    for (size_t r = 0; r < tb_rows(c->s->table); r++) {
        double cell[AX_MOST];
        for (size_t k = 0; k < c->count; k++)
            cell[k] = c->by[k].column ? c->by[k].column->value[r] : (double)(r + 1);
        uint32_t n = pool_find(c->names, (const char *)cell, c->count * sizeof *cell);
        if (n && n < c->row_cap && !c->row[n]) c->row[n] = (uint32_t)r + 1;
    }
    return 1;
}

/* The first label that no row has; the one nearest to it is tried. */
static const char *unknown_label(const changing *c, const ds_figure *g, suggestion *near) {
    enum { LOOKED_AT = 100000 };
    for (size_t k = 0; k < c->count; k++) {
        const tb_column *column = c->by[k].column;
        const char *label = label_of(g, c->by[k].axis);
        double cell = 0, last = 0;
        int there = 0, known = label_cell(c, &c->by[k], label, &cell);
        size_t rows = tb_rows(c->s->table);
        if (!column) continue;
        *near = suggest_for(label);
        for (size_t r = 0; r < rows && !there; r++) {
            double x = column->value[r];
            there = known && x == cell;
            if (r < LOOKED_AT && x == x && x != last && column->kind == TB_TEXT)
                suggest_try(near, pool_text(c->d->m->strings, (uint32_t)x));
            last = x;
        }
        if (!there) return label;
    }
    *near = suggest_for("");
    return NULL;
}

static int no_row(const changing *c, const ds_figure *g) {
    suggestion near;
    /* Of faults that are only counted nobody reads the hint. */
    const char *label = c->f->count < FAULT_LISTED ? unknown_label(c, g, &near) : NULL;
    const char *best = label ? suggest_best(&near) : NULL;
    return model_fault(c->d->m, c->f, g->at, label ? label : "figure",
                       best ? suggest_text(&c->d->memory, best)
                            : text_message("a figure that has no row yet is added to the data"),
                       "'%s' has no row of %s", c->s->spec.name, words_of(c, g));
}

/* ---- the cells ---- */

/* The column in which the figure stands; NULL with the fault. */
static const tb_column *find_column(const changing *c, const ds_figure *g) {
    const ds_spec *spec = &c->s->spec;
    const char *name = g->column ? g->column : spec->value ? spec->value : "";
    const model *m = c->d->m;
    if (c->leaf) {
        const char *label = label_of(g, c->leaf);
        uint32_t id = pool_find(m->strings, label, strlen(label));
        name = id ? dataset_column_of(c->d, id) : label;
    }
    const tb_column *found = tb_column_named(c->s->table, name);
    if (found && found->kind == TB_NUMBER && found->value) return found;
    suggestion near = suggest_for(name);
    for (size_t i = 0; i < tb_columns(c->s->table); i++)
        if (tb_column_at(c->s->table, i)->kind == TB_NUMBER)
            suggest_try(&near, tb_column_at(c->s->table, i)->name);
    const char *hint = !*name && !spec->keys ? text_message("column = \"…\" names it")
                       : suggest_best(&near) ? suggest_text(&c->d->memory, suggest_best(&near))
                                             : NULL;
    if (*name)
        model_fault(m, c->f, g->at, name, hint, "'%s' has no column of numbers '%.60s'", spec->name,
                    name);
    else
        model_fault(m, c->f, g->at, "figure", hint, "which column of '%s'?", spec->name);
    return NULL;
}

static const char *number_text(const changing *c, double x) {
    char text[32];
    if (x != x) return "missing";
    text[decimal_write(x, text)] = 0;
    const char *out = arena_print(&c->d->memory, "%s", text);
    return out ? out : "";
}

static int same_number(double x, double y) { return x == y || (x != x && y != y); }

/* `was`: what the data said when this was written. */
static int check_was(const changing *c, const ds_figure *g, const ds_figure *before) {
    if (!g->guarded || same_number(g->from, g->was)) return 1;
    const char *now = number_text(c, g->from);
    const tb_table *t = c->s->table;
    place at = tb_place(t, tb_line(t, g->row), tb_heading_at(t, g->found, g->row));
    char cell[CELL_NAME];
    buf where = BUF_INIT;
    if (before)
        buf_print(&where, "%s:%ld", sources_name(c->d->m->files, before->at.file), before->at.line);
    else if (tb_cell_name(t, at.line, at.field, cell))
        buf_print(&where, "%s!%s", at.file, cell);
    else
        buf_print(&where, "%s:%ld:%s", at.file, at.line, at.field);
    const char *hint = arena_print(
        &c->d->memory,
        text_message("it is written at %s: does this change still hold, with was = %s?"),
        buf_string(&where), now);
    buf_release(&where);
    return model_fault(c->d->m, c->f, g->was_at, "was", hint, "%s of '%s' is %s, not %s",
                       words_of(c, g), c->s->spec.name, now, number_text(c, g->was));
}

/* Notes that this figure changes its cell; *before is the one that did so last, or NULL. */
static int note_change(changing *c, size_t i, const ds_figure **before) {
    ds_figure *g = &c->s->figure[i];
    const uint64_t key[2] = {g->row, (uint64_t)(uintptr_t)g->found};
    uint32_t known = pool_count(c->cells), n = pool_put(c->cells, (const char *)key, sizeof key);
    if (!n || !MEM_RESERVE(c->last, (size_t)n + 1, c->last_cap)) return fault_memory(c->f);
    *before = n <= known ? &c->s->figure[c->last[n] - 1] : NULL;
    c->last[n] = (uint32_t)i + 1;
    g->again = *before != NULL;
    if (*before && (*before)->at.file == g->at.file)
        return model_fault(c->d->m, c->f, g->at, "figure", NULL,
                           "%s of '%s' is changed twice, first at %s:%ld", words_of(c, g),
                           c->s->spec.name, sources_name(c->d->m->files, (*before)->at.file),
                           (*before)->at.line);
    return 1;
}

static int change_one(changing *c, size_t i) {
    ds_figure *g = &c->s->figure[i];
    const ds_figure *before = NULL;
    uint32_t row = 0;
    size_t faults = c->f->count;
    int known = 0;
    for (int as_column = 0; as_column < 2 && !row; as_column++) {
        uint32_t n = name_of(c, g, as_column, &known);
        if (!n) return 0;
        row = known ? c->row[n] : 0;
    }
    if (!row) /* a row that is not read has nothing to change */
        return c->filtered ? 1 : no_row(c, g);
    g->row = row - 1;
    g->found = find_column(c, g);
    if (!g->found) return 0;
    g->from = g->found->value[g->row];
    if (note_change(c, i, &before) && check_was(c, g, before))
        tb_change(c->s->table, g->found, g->row, g->is);
    return c->f->count == faults;
}

static void release(changing *c) {
    pool_close(c->names);
    pool_close(c->cells);
    mem_free(c->row);
    mem_free(c->last);
}

int dataset_change_figures(datasets *d, dataset *s, int filtered, fault *f) {
    /* More keys than there may be axes are refused when these are made. */
    if (!s->figures || s->spec.keys > AX_MOST) return 1;
    changing c = {
        .d = d, .s = s, .names = pool_open(), .cells = pool_open(), .f = f, .filtered = filtered};
    size_t before = f->count;
    list_axes(&c);
    if (!c.names || !c.cells) fault_memory(f);
    if (f->count == before && find_rows(&c) && f->count == before)
        for (size_t i = 0; i < s->figures; i++) change_one(&c, i);
    release(&c);
    return f->count == before;
}

size_t dataset_changed_count(const dataset *s) {
    size_t count = 0;
    for (size_t i = 0; i < s->figures; i++) count += s->figure[i].found && !s->figure[i].again;
    return count;
}

int dataset_add_figure(datasets *d, dataset *s, const ds_figure *g, fault *f) {
    if (s->figures == s->figure_cap) {
        size_t cap = s->figure_cap ? 2 * s->figure_cap : 8;
        ds_figure *more = arena_take(&d->memory, cap * sizeof *more);
        if (!more) return fault_memory(f);
        if (s->figures) memcpy(more, s->figure, s->figures * sizeof *more);
        s->figure = more;
        s->figure_cap = cap;
    }
    s->figure[s->figures++] = *g;
    return 1;
}

/* "61 → 38 (next.lua:5, report.xlsx:Data!D5)" */
void dataset_figure_note(const datasets *d, const dataset *s, size_t row, const char *column,
                         buf *out) {
    size_t told = 0;
    for (size_t i = 0; i < s->figures; i++) {
        const ds_figure *g = &s->figure[i];
        char text[32];
        if (!g->found || g->row != row || (column && strcmp(g->found->name, column) != 0)) continue;
        for (int k = told ? 1 : 0; k < 2; k++) {
            double x = k ? g->is : g->from;
            text[x == x ? decimal_write(x, text) : 0] = 0;
            buf_print(out, "%s%s", k ? " → " : "", x == x ? text : text_message("missing"));
        }
        buf_print(out, " (%s:%ld", sources_name(d->m->files, g->at.file), g->at.line);
        buf_print(out, g->cite && *g->cite ? ", %s)" : "%s)", g->cite ? g->cite : "");
        told++;
    }
}
