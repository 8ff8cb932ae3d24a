/* Levers: how much each value of the data, and each leaf of the rules, changes a result. */
#include "impact/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "expr/gradient.h"

/* ---- derivatives ---- */

assess_status assess_gradient(assess *a, const assess_array *output, size_t element,
                              const assess_array *of, double *by, unsigned char *how) {
    fault f = FAULT_INIT;
    ex_id last = session_node(a, output), first = session_node(a, of);
    if (!last || !first || element >= output->size)
        return session_refuse(
            a, "derivatives are of outputs, by data and leaves that the rules use%s%s", "", "");
    a->halt = limits_raised(a->stop);
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

enum { LOOKS = 8 }; /* steps in which a range is tried */

typedef struct lever_search {
    assess *a;
    const assess_array *output;
    size_t element;
    double now;
    fault *f;
} lever_search;

static double output_value(const lever_search *w) { return w->output->value[w->element]; }

/* By how much a value of a cell changes the output. 0 with the fault. */
static int effect_of(const lever_search *w, const assess_cell *c, double value, double *out) {
    if (!search_try(w->a, c->data, c->element, value, w->f)) return 0;
    *out = output_value(w) - w->now;
    return 1;
}

/* Fills the slopes of all cells of one array of data. */
static int find_slopes(const lever_search *w, assess_lever *lever, size_t count,
                       const assess_array *data) {
    double *by = mem_take((data->size + 1) * sizeof *by);
    unsigned char *how = mem_take(data->size + 1);
    size_t before = assess_message_count(w->a);
    assess_status status =
        by && how ? assess_gradient(w->a, w->output, w->element, data, by, how) : ASSESS_LIMIT;
    for (size_t i = 0; !status && i < count; i++)
        if (lever[i].cell.data == data) {
            lever[i].how = how[lever[i].cell.element];
            lever[i].slope = isnan(lever[i].cell.value) ? NAN : by[lever[i].cell.element];
        }
    int fine = by && how ? !status || search_fault(w->a, before, status, w->f) : fault_memory(w->f);
    mem_free(by);
    mem_free(how);
    return fine;
}

/* ---- standards ---- */

/* A standard of an indicator, in the stage of the output's element; NaN where it has none. */
static double standard_of(const lever_search *w, const char *name, const char *id) {
    const assess_array *x = assess_array_named(w->a, name);
    size_t element = 0;
    int found = 0;
    if (!x || x->kind != ASSESS_NUMBER) return NAN;
    for (int k = 0; k < x->axes; k++) {
        int i = array_axis_id(w->output, x->axis[k].id);
        size_t at =
            i >= 0 ? array_position(w->output, i, w->element) : axis_find(w->a, &x->axis[k], id);
        if (at == SIZE_MAX) return NAN;
        found |= i < 0;
        element += at * x->stride[k];
    }
    return found ? x->value[element] : NAN;
}

/* The standard of an indicator; of a target band the end that is nearer to the value. */
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

/* Does the value meet its standard? */
static int meets_standard(const lever_search *w, const assess_lever *l) {
    const char *better = assess_attribute(w->a, l->cell.id, "better");
    return !strcmp(better, "higher")  ? l->cell.value >= l->standard
           : !strcmp(better, "lower") ? l->cell.value <= l->standard
                                      : l->cell.value == l->standard;
}

/* ---- values of the data ---- */

/* Fills a lever. What is not differentiable is measured by a step of one percent. */
static int measure_cell(const lever_search *w, assess_lever *l) {
    double low, high, x = l->cell.value, there;
    search_bounds(w->a, &l->cell, &low, &high);
    find_standard(w, l);
    l->to_standard = l->percent = NAN;
    l->best = x;
    l->left = 0;
    for (int i = 0; i <= LOOKS && high > low; i++) {
        double value = low + (high - low) * i / LOOKS;
        if (!effect_of(w, &l->cell, value, &there)) return 0;
        if (there > l->left) {
            l->left = there;
            l->best = value;
        }
    }
    if (!isnan(l->standard) && !meets_standard(w, l)) {
        if (!effect_of(w, &l->cell, l->standard, &l->to_standard)) return 0;
        if (l->to_standard >= l->left && l->to_standard > 0) {
            l->left = l->to_standard;
            l->best = l->standard;
        }
    }
    int plain = (l->how & ~ASSESS_ROUNDED) == ASSESS_FELT || !l->how;
    if (plain && !isnan(x))
        l->percent = l->slope * fabs(x) / 100;
    else if (!isnan(x) && !effect_of(w, &l->cell, x + fabs(x) / 100, &l->percent))
        return 0;
    if (!plain) l->slope = x != 0 ? l->percent / (fabs(x) / 100) : NAN;
    return effect_of(w, &l->cell, x, &there);
}

static double size_or_less(double x) { return isnan(x) ? -1 : fabs(x); }

static int by_percent(const void *left, const void *right) {
    const assess_lever *a = left, *b = right;
    double x = size_or_less(a->percent), y = size_or_less(b->percent);
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
    lever_search w = {a, output, element, element < output->size ? output->value[element] : NAN,
                      &f};
    *levers = NULL;
    if (!cell) return 0;
    assess_lever *own = arena_zero(&a->memory, count + 1, sizeof *own);
    int fine = own ? 1 : fault_memory(&f);
    for (size_t i = 0; fine && i < count; i++)
        own[i] = (assess_lever){.cell = cell[i], .slope = NAN};
    for (size_t i = 0; fine && i < count; i++) {
        int known = 0;
        for (size_t k = 0; k < i && !known; k++) known = cell[k].data == cell[i].data;
        fine = known || find_slopes(&w, own, count, cell[i].data);
    }
    fine = fine && search_follow(a, cell, count, &f);
    work_begin(TEXT("measuring figures"), NULL, count);
    for (size_t i = 0; fine && i < count; i++) {
        fine = measure_cell(&w, &own[i]);
        work_add(1);
    }
    work_end();
    search_follow_end(a, &f);
    if (search_finish(a, told, &f)) return 0;
    if (count) qsort(own, count, sizeof *own, by_percent);
    *levers = own;
    return count;
}

/* ---- leaves ---- */

static int try_leaf(const lever_search *w, const char *address, const char *value) {
    size_t before = assess_message_count(w->a);
    return search_recompute(w->a, before, assess_change_leaf(w->a, address, value), w->f);
}

/* Measures the effect of a tenth less and a tenth more. */
static int measure_leaf(const lever_search *w, assess_leaf_lever *l, double value) {
    char text[40];
    for (int k = 0; k < 2; k++) {
        text[decimal_write(value * (k ? 1.1 : 0.9), text)] = 0;
        if (!try_leaf(w, l->leaf.address, text)) return 0;
        *(k ? &l->more : &l->less) = output_value(w) - w->now;
    }
    return try_leaf(w, l->leaf.address, l->leaf.value);
}

static int by_effect(const void *left, const void *right) {
    const assess_leaf_lever *a = left, *b = right;
    double x = fmax(size_or_less(a->less), size_or_less(a->more)),
           y = fmax(size_or_less(b->less), size_or_less(b->more));
    return x != y ? (x < y) - (x > y) : strcmp(a->leaf.address, b->leaf.address);
}

/* A year is not a quantity. */
static int is_year(const char *address) {
    const char *dot = strrchr(address, '.');
    return dot && !strcmp(dot, ".year");
}

/* Did the rules read it as a plain value? Then the formulas do not follow it. */
static int is_fixed(const assess *a, const char *address) {
    const md_leaf *leaf = model_leaf(&a->s->m, address);
    return leaf && leaf->fixed;
}

size_t assess_leaf_levers(assess *a, const assess_array *output, size_t element,
                          const assess_leaf_lever **levers) {
    fault f = FAULT_INIT;
    size_t told = a->messages, count = 0, n = assess_leaf_count(a);
    lever_search w = {a, output, element, element < output->size ? output->value[element] : NAN,
                      &f};
    assess_leaf_lever *own = arena_zero(&a->memory, n + 1, sizeof *own);
    *levers = NULL;
    int fine = own ? 1 : fault_memory(&f);
    work_begin(TEXT("measuring leaves"), NULL, n);
    for (size_t i = 0; fine && i < n; i++) {
        double value;
        work_add(1);
        own[count].leaf = assess_leaf_at(a, i);
        const char *text = own[count].leaf.value;
        if (decimal_read(text, strlen(text), &value) == DECIMAL_OK && value != 0 &&
            !is_year(own[count].leaf.address) && !is_fixed(a, own[count].leaf.address))
            fine = measure_leaf(&w, &own[count++], value);
    }
    work_end();
    if (search_finish(a, told, &f)) return 0;
    if (count) qsort(own, count, sizeof *own, by_effect);
    *levers = own;
    return count;
}
