#include "expr/mutant.h"

#include "expr/graph_inside.h"

enum { SPARE = 1 }; /* the node whose value takes the place of a literal */

int ex_mutants_open(ex_graph *g, fault *f) {
    static const uint32_t own_tag = UINT32_MAX;
    double *value = arena_take(&g->memory, sizeof *value);
    if (!value) return fault_memory(f);
    *value = EX_NAN;
    /* Not EX_LITERAL, so that no equal literal of the rules becomes the same node. */
    ex_values v = {.origin = EX_LABELS, .kind = EX_NUMBER, .value = value, .tag = own_tag};
    return ex_values_node(g, &v, f) == SPARE;
}

/* Whether the record of an operation lets `to` replace it. Sums of dates are not changed. */
static int turns_to(unsigned op, ex_op to, ex_kind kind) {
    for (const ex_op *x = ex_record_of(op)->turns; *x; x++)
        if (*x == to) return kind == EX_NUMBER || !ex_is(op, EX_CALENDAR);
    return 0;
}

static int replace_literal(ex_graph *g, const ex_mutant *m) {
    if (m->operand < 0 || m->operand >= g->node[m->node].argc || g->count < SPARE) return 0;
    uint32_t *operand = &g->arg[g->node[m->node].arg + (uint32_t)m->operand];
    const ex_values *v = ex_values_of(g, *operand);
    ex_values *spare = &g->values[g->node[SPARE].extra];
    if (!v || v->origin != EX_LITERAL || v->axes || spare->tag != UINT32_MAX || *operand == SPARE ||
        __builtin_isinf(m->value))
        return 0;
    *(double *)(uintptr_t)spare->value = m->value;
    spare->kind = v->kind;
    g->node[SPARE].kind = (uint8_t)v->kind;
    *operand = SPARE;
    return 1;
}

static int constant_answer(void *self, const double *arg, int argc, double *out, fault *f) {
    const ex_mutant *m = self;
    (void)arg;
    (void)argc;
    (void)f;
    *out = m->value;
    return 1;
}

static int change_node(ex_graph *g, ex_mutant *m) {
    ex_node *n = &g->node[m->node];
    uint32_t *arg = g->arg + n->arg;
    switch (m->change) {
    case EX_CHANGE_OP:
        if (!turns_to(n->op, m->op, (ex_kind)n->kind)) return 0;
        n->op = (uint16_t)m->op;
        return 1;
    case EX_CHANGE_SWAP:
        if ((n->op != EX_where && n->op != EX_sub && n->op != EX_div && n->op != EX_quotient) ||
            n->argc < 2)
            return 0;
        arg[n->argc - 1] = m->was_operand[n->argc - 2];
        arg[n->argc - 2] = m->was_operand[n->argc - 1];
        return 1;
    case EX_CHANGE_LITERAL: return n->argc <= 3 && replace_literal(g, m);
    case EX_CHANGE_EXTRA:
        if ((n->op == EX_slice && m->extra < ax_get(g->space, n->axis)->size) ||
            (n->op == EX_rank && m->extra <= EX_TIES_FIRST)) {
            n->extra = m->extra;
            return 1;
        }
        return 0;
    case EX_CHANGE_FLAG:
        if (n->op != EX_rank) return 0;
        n->flag = (int8_t)!n->flag;
        return 1;
    case EX_CHANGE_ANSWER:
        if (n->op != EX_lookup || g->function[n->extra].gives != EX_TRUTH) return 0;
        m->was_function = g->function[n->extra];
        g->function[n->extra].call = constant_answer;
        g->function[n->extra].self = m;
        return 1;
    }
    return 0;
}

int ex_mutate(ex_graph *g, ex_mutant *m) {
    ex_node *n = &g->node[m->node];
    m->was = *n;
    for (int k = 0; k < 3 && k < n->argc; k++) m->was_operand[k] = ex_arg(g, m->node, k);
    if (!change_node(g, m)) return 0;
    n->composed = 0; /* it is no longer what the language's function gives */
    return 1;
}

void ex_mutate_back(ex_graph *g, const ex_mutant *m) {
    ex_node *n = &g->node[m->node];
    for (int k = 0; k < 3 && k < m->was.argc; k++)
        g->arg[m->was.arg + (uint32_t)k] = m->was_operand[k];
    if (m->change == EX_CHANGE_ANSWER) g->function[n->extra] = m->was_function;
    *n = m->was;
}
