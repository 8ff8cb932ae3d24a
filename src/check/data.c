/* Checks of the data against the rules: columns that nothing uses, indicators without data,
 * indicators that say the same. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/inside.h"
#include "lua/symbolic.h"

enum { CELLS_MOST = 20000, INDICATORS_MOST = 400, PAIRS_LEAST = 4 };

location location_data(check *c, const dataset *d) {
    const char *base = strrchr(d->spec.path, '/');
    return location_line(c, d->spec.at.file, d->spec.at.line, base ? base + 1 : d->spec.path);
}

static location location_column(check *c, const dataset *d, const char *column) {
    return (location){
        .at = {.file = check_print(c, "%s", tb_path(d->table)), .line = 1, .field = column}};
}

/* ---- columns that nothing reads ---- */

static int is_node_used(const check *c, ex_id n) { return n && c->wanted[n]; }

static int is_value_of(const check *c, ex_id source, const dataset *d, const tb_column *column) {
    const ex_values *v = ex_values_of(c->g, source);
    if (!v->later) return column->value && v->value == column->value;
    return v->axes == AX_BIT(d->rows_axis) && column == tb_column_at(d->table, v->later - 1);
}

/* Is a column of a table read? It is a source node of its own. */
static int is_column_used(const check *c, const dataset *d, const tb_column *column) {
    const ds_spec *s = &d->spec;
    for (size_t i = 0; i < s->checks; i++)
        if (!strcmp(s->check[i].column, column->name)) return 1;
    if (s->label && !strcmp(s->label, column->name)) return 1;
    for (ex_id n = 1; n <= ex_count(c->g); n++)
        if (c->wanted[n] && ex_get(c->g, n)->op == EX_source && is_value_of(c, n, d, column))
            return 1;
    return 0;
}

/* Is a column of keyed data read: as key, value, unit of measure, carried or checked? */
static int is_key(const dataset *d, const char *column) {
    const ds_spec *s = &d->spec;
    for (size_t i = 0; i < s->keys; i++)
        if (!strcmp(s->key[i].column, column)) return 1;
    for (size_t i = 0; i < s->carries; i++)
        if (!strcmp(s->carry[i], column)) return 1;
    for (size_t i = 0; i < s->checks; i++)
        if (!strcmp(s->check[i].column, column)) return 1;
    return (s->value && !strcmp(s->value, column)) ||
           (s->unit_of_measure && !strcmp(s->unit_of_measure, column));
}

/* Is a column given to `explode` by name? Then formulas read what was made of it. */
static int is_exploded(const check *c, const char *column) {
    for (int i = 0; i < (int)sources_count(c->files); i++) {
        token_list t = token_list_of(c->files, i);
        size_t behind = 0;
        for (size_t k = 0; k < t.count; k++) {
            if (token_is(&t, k, "explode")) behind = k + 20;
            if (k < behind && token_is_string(&t, k, column)) return 1;
        }
    }
    return 0;
}

/* Forms have columns for those who fill them in, in the language of the rules: see
 * workbook/form.c. */
static int is_of_form(const dataset *d, const char *column) {
    static const char *const head[] = {"Name", "Unit of measure", "Allowed range"};
    for (size_t i = 0; d->given && i < sizeof head / sizeof *head; i++)
        if (!strcmp(column, head[i]) || !strcmp(column, text_in(TEXT_CHINESE, head[i]))) return 1;
    return 0;
}

static void check_columns(check *c, const dataset *d) {
    buf names = BUF_INIT;
    size_t count = 0;
    const char *first = NULL;
    for (size_t k = 0; d->table && k < tb_columns(d->table); k++) {
        const tb_column *column = tb_column_at(d->table, k);
        int used = d->spec.keys
                       ? is_key(d, column->name) || (d->wide && dataset_is_indicator(d, column))
                       : is_column_used(c, d, column) || is_exploded(c, column->name);
        if (used || column->unnamed || d->spec.others == DS_DROP || is_of_form(d, column->name))
            continue;
        first = first ? first : column->name;
        buf_print(&names, "%s%s", count++ ? ", " : "", column->name);
    }
    if (count) {
        check_add(c, "U01", location_column(c, d, first), NULL,
                  count > 1 ? "no result depends on the columns %s"
                            : "no result depends on the column %s",
                  buf_string(&names));
    }
    buf_release(&names);
}

/* Do the rules say how far figures may be off by this data? */
static int is_data_of_errors(const check *c, const dataset *d) {
    const uncertain_list *list = &c->a->s->uncertain;
    for (size_t i = 0; i < list->count; i++) {
        const uncertain_entry *e = &list->item[i];
        const uncertain_value *v;
        int reads = e->kind == UNCERTAIN_ERRORS || e->kind == UNCERTAIN_BOUNDS;
        for (size_t k = 0; reads && (v = uncertain_option(e, "", k)); k++)
            if (!strcmp(!strncmp(v->text, "data.", 5) ? v->text + 5 : v->text, d->spec.name))
                return 1;
    }
    return 0;
}

static int is_data_used(const check *c, const dataset *d) {
    if ((d->spec.keys && is_node_used(c, d->node)) || is_data_of_errors(c, d)) return 1;
    for (ex_id n = 1; n <= ex_count(c->g); n++) {
        const ex_values *v =
            c->wanted[n] && ex_get(c->g, n)->op == EX_source ? ex_values_of(c->g, n) : NULL;
        size_t length = strlen(d->spec.name);
        if (v && v->origin == EX_DATA && v->name && !strncmp(v->name, d->spec.name, length) &&
            v->name[length] == '.')
            return 1;
        /* A table may be used only for its rows' labels. */
        if (v && v->origin == EX_LABELS && !d->spec.keys && (v->axes & AX_BIT(d->rows_axis)))
            return 1;
        if (!d->spec.keys && c->wanted[n] && (ex_get(c->g, n)->axes & AX_BIT(d->rows_axis)))
            return 1;
    }
    return 0;
}

/* ---- indicators and their values ---- */

/* The values of keyed data, seen by indicator. */
typedef struct cells {
    const double *value;
    size_t count, indicators, stride; /* stride: of the axis of indicators */
} cells;

static int cells_of(check *c, const dataset *d, cells *out) {
    fault f = FAULT_INIT;
    int axis = c->m->levels > 1 ? c->m->level_axis[0] : AX_NONE;
    if (!d->spec.keys || !d->node || axis == AX_NONE || !(d->values.axes & AX_BIT(axis))) return 0;
    out->value = ex_run_value(c->run, d->node, &f);
    out->count = ax_size(c->m->space, d->values.axes);
    out->indicators = ax_get(c->m->space, axis)->size;
    out->stride = ax_stride(c->m->space, d->values.axes, axis);
    fault_release(&f);
    return out->value != NULL;
}

/* The element of the k-th cell of an indicator; each has count / indicators of them. */
static size_t cell(const cells *x, size_t indicator, size_t k) {
    return k / x->stride * x->stride * x->indicators + indicator * x->stride + k % x->stride;
}

/* Has an indicator a value, or a row with a carried text? */
static int has_row(const check *c, const dataset *d, const cells *x, size_t indicator) {
    for (size_t k = 0; k < x->count / x->indicators; k++)
        if (x->value[cell(x, indicator, k)] == x->value[cell(x, indicator, k)] ||
            (d->spec.carries && !d->wide &&
             dataset_row(&c->a->s->data, d, cell(x, indicator, k)) >= 0))
            return 1;
    return 0;
}

int check_has_data(check *c, const dataset *d, size_t indicator) {
    cells x;
    return cells_of(c, d, &x) && has_row(c, d, &x, indicator);
}

/* Indicators without any data. */
static void check_present(check *c) {
    const datasets *all = &c->a->s->data;
    const model *m = c->m;
    int axis = m->levels > 1 ? m->level_axis[0] : AX_NONE, any = 0;
    size_t size = axis == AX_NONE ? 0 : ax_get(m->space, axis)->size;
    unsigned char *has = mem_zero(size + 1, 1);
    cells x;
    for (size_t i = 0; has && i < all->count; i++) {
        int fits = cells_of(c, all->item[i], &x);
        any |= fits;
        for (size_t k = 0; fits && k < size; k++)
            has[k] |= (unsigned char)has_row(c, all->item[i], &x, k);
    }
    for (size_t k = 0; has && any && k < size; k++) {
        int element = model_element_of(m, axis, k);
        if (has[k] || element < 0) continue;
        check_add(c, "D01", location_element(c, &m->element[element]), NULL,
                  "there is no data for '%s', %s", m->element[element].id,
                  m->element[element].name);
    }
    mem_free(has);
}

/* Pearson's r of two indicators over the cells where both have values; 0 where there are too few or
 * one does not vary. *equal: are all values the same? */
static double correlation(const cells *x, size_t a, size_t b, int *equal) {
    size_t n = x->count / x->indicators, pairs = 0;
    double seen[2] = {NAN, NAN}; /* two points are always on a line: there must be a third */
    int distinct = 0;
    double ma = 0, mb = 0, saa = 0, sbb = 0, sab = 0;
    n = n < CELLS_MOST ? n : CELLS_MOST;
    *equal = 1;
    for (size_t k = 0; k < n; k++) {
        double u = x->value[cell(x, a, k)], v = x->value[cell(x, b, k)];
        if (u != u || v != v) continue;
        double du = u - ma, dv = v - mb;
        pairs++;
        ma += du / (double)pairs;
        mb += dv / (double)pairs;
        saa += du * (u - ma);
        sbb += dv * (v - mb);
        sab += du * (v - mb);
        *equal &= u == v;
        if (distinct < 3 && u != seen[0] && u != seen[1]) seen[distinct++ & 1] = u;
    }
    return pairs >= PAIRS_LEAST && distinct > 2 && saa > 0 && sbb > 0 ? sab / sqrt(saa * sbb) : 0;
}

/* Pairs of indicators on a straight line. */
static void check_collinear(check *c, const dataset *d) {
    cells x;
    if (!cells_of(c, d, &x) || x.indicators > INDICATORS_MOST) return;
    for (size_t b = 1; b < x.indicators; b++)
        for (size_t a = 0; a < b; a++) {
            int equal, axis = c->m->level_axis[0];
            double r = correlation(&x, a, b, &equal);
            int ea = model_element_of(c->m, axis, a), eb = model_element_of(c->m, axis, b);
            if (fabs(r) < 1 - 1e-12 || ea < 0 || eb < 0) continue;
            check_add(c, "D03", location_element(c, &c->m->element[eb]),
                      "one of them, or one weight for both",
                      equal ? "'%s' and '%s' have the same values for all units"
                            : "'%s' and '%s' lie on a straight line for all units",
                      c->m->element[ea].id, c->m->element[eb].id);
            break;
        }
}

/* Tables that are not kept in memory, or nearly were not. */
static void check_size(check *c, const dataset *d) {
    const size_t size = (d->passed >> 20) + 1;
    if (!d->passed) return;
    if (c->a->s->data.rows.axes & AX_BIT(d->rows_axis)) {
        check_add(c, "M04", location_data(c, d), NULL,
                  d->passes == 1
                      ? "the rows of '%s' (%zu MiB) are not kept: they are read %zu time "
                        "to compute"
                      : "the rows of '%s' (%zu MiB) are not kept: they are read %zu times "
                        "to compute",
                  d->spec.name, size, d->passes);
        return;
    }
    const ex_node *n = d->why ? ex_get(c->g, d->why) : NULL;
    location at =
        n ? location_line(c, (int)n->file, n->line, ex_op_text((ex_op)n->op)) : location_data(c, d);
    check_add(c, "M04", at,
              TEXT("sum, count, min, max and mean, also by groups, take one row after the other"),
              "the rows of '%s' (%zu MiB) are kept, since all of them are needed at once here",
              d->spec.name, size);
}

void check_data(check *c) {
    const datasets *all = &c->a->s->data;
    check_present(c);
    for (size_t i = 0; i < all->count; i++) check_size(c, all->item[i]);
    for (size_t i = 0; i < all->count; i++) {
        const dataset *d = all->item[i];
        if (!is_data_used(c, d)) {
            check_add(c, "U03", location_data(c, d), NULL, "no result depends on the data '%s'",
                      d->spec.name);
            continue;
        }
        check_columns(c, d);
        check_collinear(c, d);
        check_markers(c, d);
    }
}

/* ---- each ---- */

enum { CALLS_MANY = 10000 };

void check_each(check *c) {
    for (ex_id n = 1; n <= ex_count(c->g); n++) {
        const ex_node *x = ex_get(c->g, n);
        const ex_function *f = c->wanted[n] && x->op == EX_lookup ? ex_function_of(c->g, n) : NULL;
        if (!f || strcmp(f->name, "each")) continue;
        const each_function *e = f->self;
        if (e->called < CALLS_MANY) continue;
        check_add(c, "M02", location_line(c, (int)x->file, x->line, "each"),
                  "the algebra does the same without Lua", "each called Lua for %zu elements: %s",
                  e->called, text_message(symbolic_reason(e)));
    }
}
