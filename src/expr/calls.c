#include "expr/calls.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "expr/walk.h"

/* ---- over elements ---- */

static size_t slot_of(const call_memo *m, uint64_t key) {
    /* Whole numbers, such as those of texts, differ only in the upper bits of a double. */
    uint64_t h = (key ^ key >> 32) * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 24) & (m->slots - 1);
    while (m->used[i] && m->key[i] != key) i = (i + 1) & (m->slots - 1);
    return i;
}

static void remember(call_memo *m, size_t at, uint64_t key, double answer) {
    m->used[at] = 1;
    m->key[at] = key;
    m->answer[at] = answer;
    m->count++;
}

static int grow_memo(call_memo *m) {
    call_memo wide = {.slots = m->slots ? m->slots * 2 : 256}, old = *m;
    wide.key = mem_take(wide.slots * sizeof *wide.key);
    wide.answer = mem_take(wide.slots * sizeof *wide.answer);
    wide.used = mem_zero(wide.slots, 1);
    int fine = wide.key && wide.answer && wide.used;
    for (size_t i = 0; fine && i < m->slots; i++)
        if (m->used[i]) remember(&wide, slot_of(&wide, m->key[i]), m->key[i], m->answer[i]);
    if (fine) {
        wide.whole = m->whole;
        wide.wholes = m->wholes;
        wide.most = m->most;
        *m = wide;
        old.whole = NULL;
        wide = old;
    }
    call_memo_release(&wide);
    return fine;
}

static int is_whole(const call_memo *m, double x) {
    return x >= 0 && x < (double)m->most && (double)(size_t)x == x;
}

/* Where the answer for such a number stands; NULL without memory. */
static double *whole_at(call_memo *m, size_t at) {
    size_t room = m->wholes ? m->wholes : 256;
    if (at < m->wholes) return &m->whole[at];
    while (room <= at) room *= 2;
    double *grown = mem_grow(m->whole, room * sizeof *grown), undone;
    const uint64_t bits = EX_UNDONE_BITS;
    if (!grown) return NULL;
    memcpy(&undone, &bits, sizeof undone);
    for (size_t i = m->wholes; i < room; i++) grown[i] = undone;
    m->whole = grown;
    m->wholes = room;
    return &m->whole[at];
}

static int is_known(const double *answer) {
    const uint64_t bits = EX_UNDONE_BITS;
    return memcmp(answer, &bits, sizeof bits) != 0;
}

static _Thread_local ex_id called_for;

ex_id call_for(void) { return called_for; }

void call_is_for(ex_id n) { called_for = n; }

int call_on_element(const ex_function *fn, call_memo *known, const double *arg, int argc,
                    double *out, fault *f) {
    *out = EX_NAN;
    for (int i = 0; !fn->missing_too && i < argc; i++)
        if (arg[i] != arg[i]) return 1;
    int once = fn->distinct && argc == 1;
    size_t at = 0;
    uint64_t key = 0;
    double *whole = NULL;
    if (once && is_whole(known, arg[0])) {
        if (!(whole = whole_at(known, (size_t)arg[0]))) return fault_memory(f);
        if (is_known(whole)) {
            *out = *whole;
            return 1;
        }
        once = 0;
    }
    if (once) {
        double x = arg[0] == arg[0] ? arg[0] + 0.0 : EX_NAN;
        memcpy(&key, &x, sizeof key);
        if (2 * (known->count + 1) > known->slots && !grow_memo(known)) return fault_memory(f);
        at = slot_of(known, key);
    }
    if (once && known->used[at]) {
        *out = known->answer[at];
        return 1;
    }
    if (!fn->call(fn->self, arg, argc, out, f)) return 0;
    if (!(fabs(*out) <= DBL_MAX)) *out = EX_NAN;
    if (once) remember(known, at, key, *out);
    if (whole) *whole = *out;
    return 1;
}

void call_memo_release(call_memo *known) {
    mem_free(known->key);
    mem_free(known->answer);
    mem_free(known->used);
    mem_free(known->whole);
}

/* ---- over matrices ---- */

/* A matrix within an array: sizes and strides of its core axes, first one outermost. */
typedef struct core {
    size_t size[2], stride[2], count;
} core;

static core core_of(const ax_space *s, ax_set axes, const int axis[2]) {
    core c;
    for (int k = 0; k < 2; k++) {
        c.size[k] = axis[k] == AX_NONE ? 1 : ax_get(s, axis[k])->size;
        c.stride[k] = ax_stride(s, axes, axis[k]);
    }
    c.count = c.size[0] * c.size[1];
    return c;
}

/* Copies an answer into the result, from index `at` on. Where all arguments are `present`, a
 * missing element is a domain error. */
static void scatter(const core *c, const double *from, double *result, size_t at, int present,
                    call_watch *w) {
    for (size_t i = 0; i < c->size[0]; i++)
        for (size_t j = 0; j < c->size[1]; j++) {
            double x = *from++;
            size_t to = at + i * c->stride[0] + j * c->stride[1];
            int there = fabs(x) <= DBL_MAX;
            result[to] = there ? x : EX_NAN;
            if (there || !present) continue;
            w->first = !w->domain_errors || to < w->first ? to : w->first;
            w->domain_errors++;
        }
}

/* Copies the core of an argument. Returns whether none of it is missing. */
static int gather(const core *c, const double *from, double *to) {
    int present = 1;
    for (size_t i = 0; i < c->size[0]; i++)
        for (size_t j = 0; j < c->size[1]; j++) {
            double x = from[i * c->stride[0] + j * c->stride[1]];
            present &= x == x;
            *to++ = x;
        }
    return present;
}

int call_on_matrices(const ex_graph *g, ex_id id, const double *const *value, double *out,
                     call_watch *watch, fault *f) {
    const ax_space *s = ex_space(g);
    const ex_node *n = ex_get(g, id);
    const ex_matrix_function *fn = ex_matrix_of(g, id);
    core result = core_of(s, n->axes, fn->out), arg[EX_MATRIX_ARGS];
    size_t total = result.count + 1;
    ex_walk w = ex_walk_over(s, n->axes & ~ex_core_axes(fn->out));
    for (int i = 0; i < n->argc; i++) {
        ax_set axes = ex_get(g, ex_arg(g, id, i))->axes;
        arg[i] = core_of(s, axes, fn->core[i]);
        total += arg[i].count;
        ex_walk_with(&w, axes, 0);
    }
    ex_walk_with(&w, n->axes, 0);
    double *scratch = mem_take(total * sizeof *scratch);
    if (!scratch) return fault_memory(f);
    int fine = 1;
    for (; fine && w.element < w.count; ex_walk_on(&w)) {
        const double *matrix[EX_MATRIX_ARGS];
        double *next = scratch + result.count;
        int present = 1;
        for (int i = 0; i < n->argc; i++) {
            present &= gather(&arg[i], value[i] + w.offset[i], next);
            matrix[i] = next;
            next += arg[i].count;
        }
        if (limits_over() || limits_raised(watch->stop))
            fine = fault_set(f, FAULT_LIMIT, "stopped in '%s'", fn->name);
        else if ((fine = fn->call(fn->self, matrix, scratch, f)))
            scatter(&result, scratch, out, w.offset[n->argc], present, watch);
    }
    mem_free(scratch);
    return fine;
}
