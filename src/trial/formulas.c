#include "trial/formulas.h"

#include <stdlib.h>

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
    unsigned char *below = calloc((size_t)last + 1, 1);
    if (!below) return;
    below[last] = 1;
    for (ex_id n = last; n >= 1; n--) {
        const ex_node *x = ex_get(g, n);
        if (!below[n]) continue;
        for (int k = 0; k < x->argc; k++) {
            ex_id a = ex_arg(g, n, k);
            const ex_node *y = ex_get(g, a);
            if (a == c->x || a == c->y || a == c->weight || y->op == EX_source || y->line != root->line ||
                y->file != root->file)
                continue;
            below[a] = 1;
            is[a] |= FORMULA_INNER;
        }
    }
    free(below);
}

unsigned char *formulas_of(const assess *a) {
    const ex_graph *g = a->h->graph;
    unsigned char *is = calloc((size_t)ex_count(g) + 1, 1);
    composed c;
    if (!is) return NULL;
    for (size_t i = 0; i < a->s->outputs; i++) is[a->s->output[i].node] = FORMULA_USED;
    for (ex_id n = ex_count(g); n >= 1; n--)
        for (int k = 0; is[n] && k < ex_get(g, n)->argc; k++) is[ex_arg(g, n, k)] |= FORMULA_USED;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const ex_values *v = ex_values_of(g, n);
        int fixed = !v || v->origin == EX_LITERAL || v->origin == EX_LABELS;
        for (int k = 0; k < ex_get(g, n)->argc; k++) fixed &= (is[ex_arg(g, n, k)] & FORMULA_FIXED) != 0;
        if (fixed) is[n] |= FORMULA_FIXED;
        if ((is[n] & FORMULA_USED) && !v && composed_find(g, n, &c)) mark_inner(g, n, &c, is);
    }
    return is;
}
