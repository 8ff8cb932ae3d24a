#include "expr/matrix.h"

#include <float.h>
#include <math.h>

#include "base/limits.h"
#include "base/mem.h"

/* A matrix within an array: sizes and strides of its core axes, first one outermost. */
typedef struct core {
    size_t size[2], stride[2], count;
} core;

static core core_of(const ax_space *s, ax_set axes, const int axis[2]) {
    core c = {.size = {1, 1}, .stride = {0, 0}, .count = 1};
    for (int k = 0; k < 2; k++)
        if (axis[k] != AX_NONE) {
            c.size[k] = ax_get(s, axis[k])->size;
            c.stride[k] = ax_stride(s, axes, axis[k]);
            c.count *= c.size[k];
        }
    return c;
}

static ax_set bits(const int axis[2]) {
    return (axis[0] == AX_NONE ? 0 : AX_BIT(axis[0])) | (axis[1] == AX_NONE ? 0 : AX_BIT(axis[1]));
}

/* The offset of the walked position `index` (counted over `order`) in an array. */
static size_t offset(const ax_space *s, ax_set axes, const uint8_t *order, int n, size_t index) {
    size_t at = 0;
    for (int k = n - 1; k >= 0; k--) {
        size_t size = ax_get(s, order[k])->size;
        if (axes & AX_BIT(order[k])) at += index % size * ax_stride(s, axes, order[k]);
        index /= size;
    }
    return at;
}

/* Puts an answer where it belongs, `at` in the result; with `whole` arguments what is missing is
 * born. */
static void put(const core *c, const double *from, double *result, size_t at, int whole,
                matrix_watch *w) {
    for (size_t i = 0; i < c->size[0]; i++)
        for (size_t j = 0; j < c->size[1]; j++) {
            double x = *from++;
            size_t to = at + i * c->stride[0] + j * c->stride[1];
            int there = fabs(x) <= DBL_MAX;
            result[to] = there ? x : EX_NAN;
            if (there || !whole) continue;
            w->first = !w->domain_errors || to < w->first ? to : w->first;
            w->domain_errors++;
        }
}

/* Returns whether nothing is missing. */
static int take(const core *c, const double *from, double *to) {
    int whole = 1;
    for (size_t i = 0; i < c->size[0]; i++)
        for (size_t j = 0; j < c->size[1]; j++) {
            double x = from[i * c->stride[0] + j * c->stride[1]];
            whole &= x == x;
            *to++ = x;
        }
    return whole;
}

int matrix_compute(const ex_graph *g, ex_id id, const double *const *value, double *out,
                   matrix_watch *w, fault *f) {
    const ax_space *s = ex_space(g);
    const ex_node *n = ex_get(g, id);
    const ex_matrix_function *fn = ex_matrix_of(g, id);
    ax_set walked = n->axes & ~bits(fn->out);
    uint8_t order[AX_MOST];
    int outer = ax_layout(s, walked, order);
    size_t calls = ax_size(s, walked), room = 1;
    core result = core_of(s, n->axes, fn->out), arg[EX_MATRIX_ARGS];
    for (int i = 0; i < n->argc; i++) {
        arg[i] = core_of(s, ex_get(g, ex_arg(g, id, i))->axes, fn->core[i]);
        room += arg[i].count;
    }
    double *scratch = mem_take((room + result.count) * sizeof *scratch);
    if (!scratch) return fault_memory(f);
    int fine = 1;
    for (size_t call = 0; fine && call < calls; call++) {
        const double *matrix[EX_MATRIX_ARGS];
        double *next = scratch + result.count;
        int whole = 1;
        for (int i = 0; i < n->argc; i++) {
            ax_set axes = ex_get(g, ex_arg(g, id, i))->axes;
            whole &= take(&arg[i], value[i] + offset(s, axes, order, outer, call), next);
            matrix[i] = next;
            next += arg[i].count;
        }
        if (limits_over() || (w->stop && *w->stop))
            fine = fault_set(f, FAULT_LIMIT, "stopped in '%s'", fn->name);
        else if ((fine = fn->call(fn->self, matrix, scratch, f)))
            put(&result, scratch, out, offset(s, n->axes, order, outer, call), whole, w);
    }
    mem_free(scratch);
    return fine;
}
