/* Figures: cells of data that vary, by numbers of the entry, by columns beside them, or because
 * they are missing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "uncertainty/inside.h"

/* ---- addresses ---- */

/* "data.observed.C7@Shenzhen@2011": the indicator first, then the labels of the other axes, the
 * units before the rest; behind `whole`, "data.observed". NULL without memory. */
static const char *cell_address(const opener *o, const char *whole, const assess_array *x,
                                size_t element, int indicators, buf *b) {
    const assess *a = o->a;
    int tail = 0;
    buf_clear(b);
    buf_text(b, whole);
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < x->axes; k++) {
            if ((x->axis[k].id == indicators) != !pass) continue;
            size_t at = element / x->stride[k] % x->axis[k].size;
            buf_char(b, pass && (tail++ || indicators != AX_NONE) ? '@' : '.');
            buf_text(b, assess_label(a, &x->axis[k], at));
        }
    return b->failed ? NULL : buf_string(b);
}

/* What a pattern has before its first star, as far as it is about the indicator: most figures are
 * told from it at a glance, and need no address. */
typedef struct glance {
    const char *text;
    size_t length;
} glance;

/* 0 where it can mean nothing of data whose address is `whole`. */
static int glance_at(const char *pattern, const char *whole, glance *out) {
    size_t fixed = strcspn(pattern, "*"), n = strlen(whole);
    *out = fixed > n + 1 ? (glance){pattern + n + 1, fixed - n - 1} : (glance){"", 0};
    return !strncmp(pattern, whole, fixed < n ? fixed : n);
}

static int may_mean(const glance *g, const char *label) {
    size_t i = 0;
    while (i < g->length && label[i] && label[i] == g->text[i]) i++;
    return i == g->length || !label[i];
}

/* Does a pattern mean a cell: its address, or that without the labels behind the first @? */
static int means_cell(const char *pattern, const char *address, buf *head) {
    const char *at = strchr(address, '@');
    if (uncertain_matches(pattern, address)) return 1;
    buf_clear(head);
    if (at) buf_put(head, address, (size_t)(at - address));
    return at && uncertain_matches(pattern, buf_string(head));
}

/* ---- columns beside the figures ---- */

/* A carried column of the same data, or further data. */
typedef struct beside {
    const dataset *s;
    ax_set axes;
    const double *value;     /* in the layout of the axes; NULL: lines along the innermost axis */
    const tb_column *column; /* a carried one; else NULL */
} beside;

/* Finds what an entry calls `name`. 0 with the fault where there is no such column. */
static int find_beside(const opener *o, const char *data, const char *name, beside *out) {
    datasets *d = &o->a->s->data;
    dataset *own = datasets_named(d, data);
    suggestion near = suggest_for(name);
    *out = (beside){0};
    for (size_t i = 0; own && own->table && i < own->spec.carries; i++) {
        suggest_try(&near, own->spec.carry[i]);
        if (strcmp(own->spec.carry[i], name) != 0) continue;
        *out = (beside){own, own->keyed, dataset_carried(own, i, o->f),
                        tb_column_named(own->table, name)};
        return out->value != NULL;
    }
    const dataset *other = datasets_named(d, !strncmp(name, "data.", 5) ? name + 5 : name);
    if (other && other->made && other->values.kind == EX_NUMBER) {
        *out = (beside){other, other->values.axes, other->values.value, NULL};
        return 1;
    }
    for (size_t i = 0; i < d->count; i++) suggest_try(&near, d->item[i]->spec.name);
    const char *hint = suggest_text(&o->in->memory, suggest_best(&near));
    return inputs_fault(o, hint ? hint : "csv(\"file.csv\", { …, carry = { \"se\" } })",
                        TEXT("neither does data.%s carry a column '%s', nor is there data of that "
                             "name"),
                        data, name);
}

/* The place of a figure in the column; SIZE_MAX where the column has further axes. */
static size_t place_beside(const opener *o, const beside *b, const assess_array *x,
                           size_t element) {
    size_t at = 0;
    ax_set seen = 0;
    for (int k = 0; k < x->axes; k++) {
        if (!(b->axes & AX_BIT(x->axis[k].id))) continue;
        at += array_position(x, k, element) * ax_stride(o->a->h->space, b->axes, x->axis[k].id);
        seen |= AX_BIT(x->axis[k].id);
    }
    return seen == b->axes ? at : SIZE_MAX;
}

/* Notes a fault at a cell of the column. Returns 0. */
static int cell_fault(const opener *o, const beside *b, size_t at, const char *what) {
    const datasets *d = &o->a->s->data;
    const tb_column *c = b->column;
    long row =
        b->column ? (b->s->row ? (long)b->s->row[at] - 1 : (long)at) : dataset_row(d, b->s, at);
    if (!c && b->s->spec.value) c = tb_column_named(b->s->table, b->s->spec.value);
    int leaf = ax_find(o->a->h->space, dataset_leaf_axis(d));
    if (!c && leaf != AX_NONE && (b->axes & AX_BIT(leaf))) {
        const ax_axis *axis = ax_get(o->a->h->space, leaf);
        uint32_t label = axis->label[at / ax_stride(o->a->h->space, b->axes, leaf) % axis->size];
        c = tb_column_named(b->s->table, dataset_column_of(d, label));
        if (!c) c = tb_column_named(b->s->table, pool_text(o->a->h->strings, label));
    }
    if (!c || row < 0) return inputs_refuse(o, o->e->address, what);
    return tb_fault(b->s->table, (size_t)row, c, NULL, o->f, "%s", text_message(what));
}

/* What the column says of a figure; NaN where it says nothing. 0 with the fault. */
static int read_beside(const opener *o, const beside *b, const assess_array *x, size_t element,
                       size_t *at, double *out) {
    *at = place_beside(o, b, x, element);
    if (*at == SIZE_MAX)
        return inputs_refuse(o, o->e->address,
                             TEXT("the column has labels that the figures do not have"));
    size_t length = ax_get(o->a->h->space, ax_inner(o->a->h->space, b->axes))->size;
    *out = b->value ? b->value[*at] : b->s->values.column[*at / length][*at % length];
    if (!b->column || b->column->kind != TB_TEXT || isnan(*out)) return 1;
    const char *text = pool_text(o->a->h->strings, (uint32_t)*out);
    return decimal_read(text, strlen(text), out) == DECIMAL_OK ||
           cell_fault(o, b, *at, TEXT("this is not a number"));
}

/* ---- distributions from them ---- */

typedef struct figures {
    opener *o;
    const char *name;
    const assess_array *x;
    beside column[2];
    distribution *donors; /* by the first figure of a line along the units: its values */
} figures;

static int by_error(const figures *g, size_t element, distribution *d) {
    size_t at;
    double deviation, value = g->x->value[element];
    if (!read_beside(g->o, &g->column[0], g->x, element, &at, &deviation)) return 0;
    if (deviation < 0)
        return cell_fault(g->o, &g->column[0], at, TEXT("a standard error cannot be negative"));
    *d = (distribution){.kind = DISTRIBUTION_NORMAL, .p = {value, deviation}};
    return 1;
}

static int by_bounds(const figures *g, size_t element, distribution *d) {
    size_t at;
    double low, high, value = g->x->value[element];
    if (!read_beside(g->o, &g->column[1], g->x, element, &at, &high) ||
        !read_beside(g->o, &g->column[0], g->x, element, &at, &low))
        return 0;
    if (low > high)
        return cell_fault(g->o, &g->column[0], at, TEXT("the lower bound is above the upper one"));
    if (low > value || value > high)
        return cell_fault(g->o, &g->column[0], at,
                          TEXT("the figure does not lie between its bounds"));
    const char *as = uncertain_word(g->o->e, "as", "normal");
    double z = normal_quantile(0.5 + uncertain_number(g->o->e, "level", 0.95) / 2);
    if (!strcmp(as, "uniform"))
        *d = (distribution){.kind = DISTRIBUTION_UNIFORM, .p = {low, high}};
    else if (!strcmp(as, "triangular"))
        *d = (distribution){.kind = DISTRIBUTION_TRIANGULAR, .p = {low, value, high}};
    else
        *d = (distribution){.kind = DISTRIBUTION_SPLIT,
                            .p = {value, (value - low) / z, (high - value) / z}};
    if (isnan(low) || isnan(high)) d->p[1] = NAN;
    return 1;
}

/* ---- missing figures ---- */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The values that are there along the units, in the line of an element. 0 without memory. */
static int find_donors(const figures *g, int units, size_t element, distribution *d) {
    const assess_array *x = g->x;
    size_t n = x->axis[units].size, stride = x->stride[units];
    size_t first = element - array_position(x, units, element) * stride;
    if (!g->donors[first].value) {
        double *own = arena_take(&g->o->in->memory, (n + 1) * sizeof *own);
        size_t count = 0;
        if (!own) return fault_memory(g->o->f);
        for (size_t u = 0; u < n; u++)
            if (!isnan(x->value[first + u * stride])) own[count++] = x->value[first + u * stride];
        qsort(own, count, sizeof *own, ascending);
        g->donors[first] = (distribution){.kind = DISTRIBUTION_LIST, .value = own, .values = count};
    }
    *d = g->donors[first];
    return 1;
}

/* A line y = a + b x by least squares over the units that have both. */
typedef struct fitted {
    double a, b, share; /* the share of the variance that it explains; -1: none */
    size_t pairs;
} fitted;

static fitted fit(const double *x, const double *y, size_t n, size_t stride) {
    double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
    fitted out = {.share = -1};
    for (size_t u = 0; u < n; u++) {
        double p = x[u * stride], q = y[u * stride];
        if (isnan(p) || isnan(q)) continue;
        out.pairs++;
        mx += (p - mx) / (double)out.pairs;
        my += (q - my) / (double)out.pairs;
    }
    for (size_t u = 0; u < n; u++) {
        double p = x[u * stride] - mx, q = y[u * stride] - my;
        if (isnan(p) || isnan(q)) continue;
        xx += p * p;
        xy += p * q;
        yy += q * q;
    }
    if (out.pairs < 3 || !(xx > 0) || !(yy > 0)) return out;
    out.b = xy / xx;
    out.a = my - out.b * mx;
    out.share = xy * xy / (xx * yy);
    return out;
}

/* What a line through the indicator that tells most of this one says of the unit, and around it
 * the residuals of the others. 0 with `values` 0 where no indicator does. */
static int find_residuals(const figures *g, int units, int leaves, size_t element,
                          distribution *d) {
    const assess_array *x = g->x;
    size_t n = x->axis[units].size, stride = x->stride[units];
    size_t unit = array_position(x, units, element), first = element - unit * stride;
    const double *y = x->value + first, *from = NULL;
    fitted best = {.share = -1};
    for (size_t i = 0; i < x->axis[leaves].size; i++) {
        const double *other =
            y - array_position(x, leaves, element) * x->stride[leaves] + i * x->stride[leaves];
        if (isnan(other[unit * stride])) continue;
        fitted now = fit(other, y, n, stride);
        if (now.share > best.share) {
            best = now;
            from = other;
        }
    }
    *d = (distribution){.kind = DISTRIBUTION_LIST};
    if (!from) return 1;
    double *own = arena_take(&g->o->in->memory, best.pairs * sizeof *own);
    double said = best.a + best.b * from[unit * stride];
    if (!own) return fault_memory(g->o->f);
    for (size_t u = 0; u < n; u++) {
        double p = from[u * stride], q = y[u * stride];
        if (!isnan(p) && !isnan(q)) own[d->values++] = said + q - (best.a + best.b * p);
    }
    qsort(own, d->values, sizeof *own, ascending);
    d->value = own;
    return 1;
}

static int by_imputation(const figures *g, size_t element, distribution *d) {
    opener *o = g->o;
    int units = array_axis(g->x, "unit"),
        leaves = array_axis(g->x, dataset_leaf_axis(&o->a->s->data));
    if (units < 0)
        return inputs_refuse(o, o->e->address, TEXT("these figures have no units to draw from"));
    if (!strcmp(uncertain_word(o->e, "", ""), "residuals")) {
        *d = (distribution){.kind = DISTRIBUTION_LIST};
        if (leaves >= 0 && !find_residuals(g, units, leaves, element, d)) return 0;
        if (d->values) return 1;
        o->in->entry[o->entry].alone++;
    }
    return find_donors(g, units, element, d);
}

/* ---- all of them ---- */

static int add_cell(const figures *g, const char *address, size_t i) {
    opener *o = g->o;
    double value = g->x->value[i];
    distribution d = inputs_distribution(o, value);
    int imputes = o->e->kind == UNCERTAIN_IMPUTE;
    if (g->x->kind != ASSESS_NUMBER)
        return inputs_refuse(o, address, TEXT("only numbers can be drawn"));
    if (o->e->kind == UNCERTAIN_ONE_OF)
        return inputs_refuse(o, address,
                             TEXT("a figure varies by noise, normal, uniform, triangular or pert; "
                                  "one_of chooses among files of data.NAME as a whole"));
    if (o->e->kind == UNCERTAIN_DIRICHLET || o->e->kind == UNCERTAIN_SIMPLEX)
        return inputs_refuse(o, address, TEXT("only weights keep a sum"));
    if (o->e->kind == UNCERTAIN_PANEL)
        return inputs_refuse(o, address, TEXT("experts give weights only"));
    o->in->entry[o->entry].seen++;
    if (isnan(value) != imputes) return 1;
    int fine = o->e->kind == UNCERTAIN_ERRORS   ? by_error(g, i, &d)
               : o->e->kind == UNCERTAIN_BOUNDS ? by_bounds(g, i, &d)
               : imputes                        ? by_imputation(g, i, &d)
                                                : 1;
    if (!fine) return 0;
    if (isnan(d.p[1]) || (imputes && !d.values)) {
        o->in->entry[o->entry].lacking++;
        return 1;
    }
    address = arena_text(&o->in->memory, address, strlen(address));
    return address ? inputs_add(o, address, g->name, i, d, value) : fault_memory(o->f);
}

/* The columns of an entry, once some figure needs them. */
static int open_columns(figures *g) {
    const uncertain_entry *e = g->o->e;
    size_t columns = e->kind == UNCERTAIN_ERRORS ? 1 : e->kind == UNCERTAIN_BOUNDS ? 2 : 0;
    for (size_t k = 0; k < columns; k++)
        if (!find_beside(g->o, g->name, uncertain_option(e, "", k)->text, &g->column[k])) return 0;
    if (e->kind != UNCERTAIN_IMPUTE) return 1;
    g->donors = arena_zero(&g->o->in->memory, g->x->size + 1, sizeof *g->donors);
    return g->donors || fault_memory(g->o->f);
}

static int add_cells(opener *o, const char *name, const assess_array *x) {
    buf b = BUF_INIT, head = BUF_INIT;
    int indicators = ax_find(o->a->h->space, dataset_leaf_axis(&o->a->s->data)), fine = 1, open = 0;
    const char *pattern = o->e->address;
    char *whole = arena_print(&o->in->memory, "data.%s", name);
    char *longer = strncmp(pattern, "data.", 5) ? arena_print(&o->in->memory, "data.%s", pattern)
                                                : (char *)(uintptr_t)pattern;
    if (!whole || !longer) return fault_memory(o->f);
    int all = uncertain_matches(longer, whole);
    figures g = {.o = o, .name = name, .x = x};
    int axis = array_axis(x, dataset_leaf_axis(&o->a->s->data));
    glance first;
    if (!glance_at(longer, whole, &first) && !all) return 1;
    for (size_t i = 0; fine && i < x->size; i++) {
        if (axis >= 0 && !all &&
            !may_mean(&first, assess_label(o->a, &x->axis[axis], array_position(x, axis, i))))
            continue;
        const char *address = cell_address(o, whole, x, i, indicators, &b);
        if (!address) fine = fault_memory(o->f);
        if (!fine || (!all && !means_cell(longer, address, &head))) continue;
        if (!open) fine = open_columns(&g);
        open = 1;
        fine = fine && add_cell(&g, address, i);
    }
    buf_release(&b);
    buf_release(&head);
    return fine;
}

int figures_add(opener *o) {
    const ex_graph *g = o->a->h->graph;
    int fine = 1;
    for (ex_id n = 1; fine && n <= ex_count(g); n++) {
        const ex_values *v = ex_values_of(g, n);
        if (!v || v->origin != EX_DATA || !v->name || session_data(o->a, v->name) != n) continue;
        const char *name = arena_print(&o->in->memory, "data.%s", v->name);
        const assess_array *x = name ? assess_array_named(o->a, name) : NULL;
        if (x && (v->kind == EX_NUMBER || strchr(v->name, '.') == NULL))
            fine = add_cells(o, name + 5, x);
    }
    return fine;
}
