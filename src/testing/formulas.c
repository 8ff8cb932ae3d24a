#include "testing/formulas.h"

#include <string.h>

#include "base/mem.h"
#include "expr/composed.h"

const char *formula_file(const assess *a, ex_id n) {
    const ex_node *x = ex_get(a->h->graph, n);
    return x->line ? sources_name(a->h->files, (int)x->file) : "";
}

/* Marks what lies between a named function's last node and what it was given. All of it was made at
 * one line. */
static void mark_inner(const ex_graph *g, ex_id last, const composed *c, unsigned char *is) {
    const ex_node *root = ex_get(g, last);
    is[last] |= FORMULA_NAMED;
    /* Operands come before: one sweep down from the last meets each after all that use it. */
    unsigned char *below = mem_zero((size_t)last + 1, 1);
    if (!below) return;
    below[last] = 1;
    for (ex_id n = last; n >= 1; n--) {
        const ex_node *x = ex_get(g, n);
        if (!below[n]) continue;
        for (int k = 0; k < x->argc; k++) {
            ex_id a = ex_arg(g, n, k);
            const ex_node *y = ex_get(g, a);
            if (a == c->x || a == c->y || a == c->weight || y->op == EX_source ||
                y->line != root->line || y->file != root->file)
                continue;
            below[a] = 1;
            is[a] |= FORMULA_INNER;
        }
    }
    mem_free(below);
}

unsigned char *formulas_of(const assess *a) {
    const ex_graph *g = a->h->graph;
    unsigned char *is = mem_zero((size_t)ex_count(g) + 1, 1);
    composed c;
    if (!is) return NULL;
    for (size_t i = 0; i < a->s->outputs; i++) is[a->s->output[i].node] = FORMULA_USED;
    for (ex_id n = ex_count(g); n >= 1; n--)
        for (int k = 0; is[n] && k < ex_get(g, n)->argc; k++) is[ex_arg(g, n, k)] |= FORMULA_USED;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const ex_values *v = ex_values_of(g, n);
        int fixed = !v || v->origin == EX_LITERAL || v->origin == EX_LABELS;
        for (int k = 0; k < ex_get(g, n)->argc; k++)
            fixed &= (is[ex_arg(g, n, k)] & FORMULA_FIXED) != 0;
        if (fixed) is[n] |= FORMULA_FIXED;
        if ((is[n] & FORMULA_USED) && !v && composed_find(g, n, &c)) mark_inner(g, n, &c, is);
    }
    return is;
}

ex_trace *trace_all(const assess *a, fault *f) {
    ex_trace *t = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_MAY, f);
    int fine = t != NULL;
    for (size_t i = 0; fine && i < assess_output_count(a); i++) {
        ex_id n = session_node(a, assess_output(a, i));
        for (size_t e = 0; fine && e < assess_output(a, i)->size; e++)
            fine = ex_trace_want(t, n, e, f);
    }
    if (fine && ex_trace_sweep(t, f)) return t;
    ex_trace_close(t);
    return NULL;
}

/* The weights that the weight of an element at a level is the sum of. */
static void reach_weights(const model *m, int element, unsigned char *out) {
    for (size_t i = 0; i < m->leaves; i++) {
        int e = m->leaf[i].element;
        if (e < 0 || strcmp(m->leaf[i].name, "weight")) continue;
        while (e >= 0 && e != element) e = m->element[e].parent;
        if (e >= 0) out[i] = 1;
    }
}

/* The level that an array has the weights of, or -1. */
static int level_of(const model *m, const md_array *x) {
    for (int k = 0; k + 1 < m->levels; k++)
        if (&m->array[m->level_weight[k]] == x) return k;
    return -1;
}

unsigned char *leaves_reached(const assess *a, const ex_trace *t) {
    const model *m = &a->s->m;
    unsigned char *out = mem_zero(m->leaves + 1, 1);
    for (size_t i = 0; out && i < m->arrays; i++) {
        const md_array *x = &m->array[i];
        int level = level_of(m, x);
        for (size_t e = 0; x->node && (e = ex_trace_next(t, x->node, e)) != SIZE_MAX; e++) {
            if (x->leaf[e] >= 0) {
                out[x->leaf[e]] = 1;
            } else if (level > 0) {
                int axis = m->level_axis[level];
                size_t at = e / ax_stride(m->space, x->axes, axis) % ax_get(m->space, axis)->size;
                reach_weights(m, m->member[level][at], out);
            }
        }
    }
    return out;
}
