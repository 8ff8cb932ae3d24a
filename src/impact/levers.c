/* Levers: by how much each datum and each leaf moves a result. */
#include "impact/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "expr/gradient.h"

/* ---- derivatives ---- */

assess_status assess_gradient(assess *a, const assess_array *output, size_t element,
                              const assess_array *of, double *by, unsigned char *how) {
    fault f = FAULT_INIT;
    ex_id last = session_node(a, output), first = session_node(a, of);
    if (!last || !first || element >= output->size)
        return session_refuse(
            a, "derivatives are of outputs, by data and leaves that the rules use%s%s", "", "");
    a->halt = a->stop && *a->stop;
    const ex_seed seed = {last, element};
    ex_gradient *d = ex_gradient_open(a->h->graph, a->h->run, &seed, 1, &first, 1, &f);
    const double *slope = d ? ex_gradient_by(d, first) : NULL;
    const uint8_t *felt = d ? ex_gradient_how(d, first) : NULL;
    for (size_t i = 0; i < of->size; i++) {
        by[i] = slope ? slope[i] : 0;
        how[i] = felt ? felt[i] : 0;
    }
    ex_gradient_close(d);
    return session_finish(a, &f, DONE);
}

enum { LOOKS = 8 };

typedef struct lever_search {
    assess *a;
    const assess_array *output;
    size_t element;
    double now;
    fault *f;
} lever_search;

static double output_value(const lever_search *w) { return w->output->value[w->element]; }

/* What a value does to the output. */
static int effect(const lever_search *w, const assess_cell *c, double value, double *out) {
    if (!search_try(w->a, c->data, c->element, value, w->f)) return 0;
    *out = output_value(w) - w->now;
    return 1;
}

/* ---- slopes ---- */

/* Of all cells of one array of data. */
static int slopes(const lever_search *w, assess_lever *lever, size_t count,
                  const assess_array *data) {
    double *by = mem_take((data->size + 1) * sizeof *by);
    unsigned char *how = mem_take(data->size + 1);
    size_t before = assess_message_count(w->a);
    assess_status status =
        by && how ? assess_gradient(w->a, w->output, w->element, data, by, how) : ASSESS_LIMIT;
    for (size_t i = 0; !status && i < count; i++)
        if (lever[i].cell.data == data) {
            lever[i].how = how[lever[i].cell.element];
            lever[i].slope = isnan(lever[i].cell.value) ? (double)NAN : by[lever[i].cell.element];
        }
    int fine = by && how ? !status || search_fault(w->a, before, status, w->f) : fault_memory(w->f);
    mem_free(by);
    mem_free(how);
    return fine;
}

/* ---- standards ---- */

/* The leaf of an indicator at the place of the output's element (its stage); NaN where there is
 * none. */
static double standard_of(const lever_search *w, const char *name, const char *id) {
    const assess_array *x = assess_array_named(w->a, name);
    size_t at = 0;
    int found = 0;
    if (!x || x->kind != ASSESS_NUMBER) return (double)NAN;
    for (int k = 0; k < x->axes; k++) {
        size_t here = SIZE_MAX;
        for (int i = 0; i < w->output->axes; i++)
            if (w->output->axis[i].id == x->axis[k].id)
                here = ax_along(w->element, w->output->stride[i], w->output->axis[i].size);
        for (size_t i = 0; here == SIZE_MAX && i < x->axis[k].size; i++)
            if (!strcmp(assess_label(w->a, &x->axis[k], i), id)) {
                here = i;
                found = 1;
            }
        if (here == SIZE_MAX) return (double)NAN;
        at += here * x->stride[k];
    }
    return found ? x->value[at] : (double)NAN;
}

static void find_standard(const lever_search *w, assess_lever *l) {
    double low = standard_of(w, "index.target_low", l->cell.id),
           high = standard_of(w, "index.target_high", l->cell.id);
    double one = standard_of(w, "index.target", l->cell.id);
    l->standard = standard_of(w, "index.standard", l->cell.id);
    if (isnan(l->standard))
        l->standard = !isnan(one)                          ? one
                      : isnan(high) || l->cell.value < low ? low
                      : l->cell.value > high               ? high
                                                           : l->cell.value;
}

static int past(const lever_search *w, const assess_lever *l) {
    const char *better = assess_attribute(w->a, l->cell.id, "better");
    return !strcmp(better, "higher")  ? l->cell.value >= l->standard
           : !strcmp(better, "lower") ? l->cell.value <= l->standard
                                      : l->cell.value == l->standard;
}

/* ---- each datum ---- */

static int measure(const lever_search *w, assess_lever *l) {
    double low, high, x = l->cell.value, there;
    search_bounds(w->a, &l->cell, &low, &high);
    find_standard(w, l);
    l->to_standard = l->percent = (double)NAN;
    l->best = x;
    l->left = 0;
    for (int i = 0; i <= LOOKS && high > low; i++) {
        double value = low + (high - low) * i / LOOKS;
        if (!effect(w, &l->cell, value, &there)) return 0;
        if (there > l->left) {
            l->left = there;
            l->best = value;
        }
    }
    if (!isnan(l->standard) && !past(w, l)) {
        if (!effect(w, &l->cell, l->standard, &l->to_standard)) return 0;
        if (l->to_standard >= l->left && l->to_standard > 0) {
            l->left = l->to_standard;
            l->best = l->standard;
        }
    }
    int plain = (l->how & ~ASSESS_ROUNDED) == ASSESS_FELT || !l->how;
    if (plain && !isnan(x))
        l->percent = l->slope * fabs(x) / 100;
    else if (!isnan(x) && !effect(w, &l->cell, x + fabs(x) / 100, &l->percent))
        return 0;
    if (!plain) l->slope = x != 0 ? l->percent / (fabs(x) / 100) : (double)NAN;
    return effect(w, &l->cell, x, &there);
}

static double strength(double x) { return isnan(x) ? -1 : fabs(x); }

static int stronger(const void *left, const void *right) {
    const assess_lever *a = left, *b = right;
    double x = strength(a->percent), y = strength(b->percent);
    if (x == y) {
        x = a->left;
        y = b->left;
    }
    return x != y ? (x < y) - (x > y) : strcmp(a->cell.name, b->cell.name);
}

size_t assess_levers(assess *a, const assess_array *output, size_t element, size_t row,
                     const assess_lever **levers) {
    fault f = FAULT_INIT;
    const assess_cell *cell;
    size_t told = a->messages, count = assess_cells(a, output, row, &cell);
    lever_search w = {a, output, element,
                      element < output->size ? output->value[element] : (double)NAN, &f};
    *levers = NULL;
    if (!cell) return 0;
    assess_lever *own = arena_zero(&a->memory, count + 1, sizeof *own);
    int fine = own ? 1 : fault_memory(&f);
    for (size_t i = 0; fine && i < count; i++)
        own[i] = (assess_lever){.cell = cell[i], .slope = (double)NAN};
    for (size_t i = 0; fine && i < count; i++) {
        int known = 0;
        for (size_t k = 0; k < i && !known; k++) known = cell[k].data == cell[i].data;
        fine = known || slopes(&w, own, count, cell[i].data);
    }
    for (size_t i = 0; fine && i < count; i++) fine = measure(&w, &own[i]);
    if (search_finish(a, told, &f)) return 0;
    if (count) qsort(own, count, sizeof *own, stronger);
    *levers = own;
    return count;
}

/* ---- leaves ---- */

static int try_leaf(const lever_search *w, const char *address, const char *value) {
    size_t before = assess_message_count(w->a);
    return search_recompute(w->a, before, assess_change_leaf(w->a, address, value), w->f);
}

static int measure_leaf(const lever_search *w, assess_leaf_lever *l, double value) {
    char text[40];
    for (int k = 0; k < 2; k++) {
        text[decimal_write(value * (k ? 1.1 : 0.9), text)] = 0;
        if (!try_leaf(w, l->leaf.address, text)) return 0;
        *(k ? &l->more : &l->less) = output_value(w) - w->now;
    }
    return try_leaf(w, l->leaf.address, l->leaf.value);
}

static int heavier(const void *left, const void *right) {
    const assess_leaf_lever *a = left, *b = right;
    double x = fmax(strength(a->less), strength(a->more)),
           y = fmax(strength(b->less), strength(b->more));
    return x != y ? (x < y) - (x > y) : strcmp(a->leaf.address, b->leaf.address);
}

/* A year is no quantity. */
static int is_year(const char *address) {
    const char *dot = strrchr(address, '.');
    return dot && !strcmp(dot, ".year");
}

/* The rules read it as a plain value: their formulas were made with it. */
static int is_fixed(const assess *a, const char *address) {
    const md_leaf *leaf = model_leaf(&a->s->m, address);
    return leaf && leaf->fixed;
}

size_t assess_leaf_levers(assess *a, const assess_array *output, size_t element,
                          const assess_leaf_lever **levers) {
    fault f = FAULT_INIT;
    size_t told = a->messages, count = 0, n = assess_leaf_count(a);
    lever_search w = {a, output, element,
                      element < output->size ? output->value[element] : (double)NAN, &f};
    assess_leaf_lever *own = arena_zero(&a->memory, n + 1, sizeof *own);
    *levers = NULL;
    int fine = own ? 1 : fault_memory(&f);
    for (size_t i = 0; fine && i < n; i++) {
        double value;
        own[count].leaf = assess_leaf_at(a, i);
        const char *text = own[count].leaf.value;
        if (decimal_read(text, strlen(text), &value) == DECIMAL_OK && value != 0 &&
            !is_year(own[count].leaf.address) && !is_fixed(a, own[count].leaf.address))
            fine = measure_leaf(&w, &own[count++], value);
    }
    if (search_finish(a, told, &f)) return 0;
    if (count) qsort(own, count, sizeof *own, heavier);
    *levers = own;
    return count;
}
