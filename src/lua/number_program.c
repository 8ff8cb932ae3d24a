#include "lua/number_program.h"

#include <math.h>
#include <string.h>

#include "expr/elementary.h"
#include "expr/rounding.h"

/* ---- making ---- */

static int same_value(const np_value *a, const np_value *b) {
    return a->op == b->op && a->elementwise == b->elementwise &&
           !memcmp(a->of, b->of, sizeof a->of) &&
           !memcmp(&a->constant, &b->constant, sizeof a->constant); /* 0 and -0 are two */
}

static int put_value(number_program *p, const np_value *v) {
    for (int i = 0; i < NP_VALUES && i < p->values; i++)
        if (same_value(&p->value[i], v)) return i;
    if (p->values == NP_VALUES) return NP_NONE;
    p->value[p->values] = *v;
    return p->values++;
}

int np_constant(number_program *p, double x) {
    return put_value(p, &(np_value){.op = NP_CONSTANT, .constant = x});
}

int np_argument(number_program *p, int number) {
    return put_value(p, &(np_value){.op = NP_ARGUMENT, .of = {number}});
}

int np_add(number_program *p, np_op op, int a, int b, int c, int d) {
    if (a < 0 || b < 0 || c < 0 || d < 0) return NP_NONE;
    if ((op == NP_IF_LESS || op == NP_IF_AT_MOST) && c == d) return c;
    return put_value(p, &(np_value){.op = op, .of = {a, b, c, d}});
}

int np_elementwise(number_program *p, ex_op op, int a, int b, int c) {
    if (a < 0 || b < 0 || c < 0) return NP_NONE;
    return put_value(p, &(np_value){.op = NP_ELEMENTWISE, .elementwise = op, .of = {a, b, c}});
}

/* ---- computing ---- */

double np_plain(ex_op op, double a, double b, double c) {
#define ONE(name, text, lua, takes, gives, how, x, ...)                                            \
    case EX_##name: return NP_PLAIN & (how) ? (double)(x) : EX_NAN;
    switch (op) {
        EX_UNARY(ONE)
        EX_BINARY(ONE)
        EX_TERNARY(ONE)
    default: (void)c; return EX_NAN;
    }
#undef ONE
}

static const double *numbers_of(const number_program *p, int value, const double *const *arg) {
    const np_value *v = &p->value[value];
    return v->op == NP_ARGUMENT ? arg[v->of[0]] : p->memory + (size_t)value * NP_BLOCK;
}

static void compute_value(const number_program *p, int k, const double *const *arg) {
    const double *of[4];
    const np_value *v = &p->value[k];
    if (v->op == NP_ARGUMENT) return;
    for (int i = 0; i < 4; i++)
        of[i] = v->op == NP_CONSTANT ? p->memory : numbers_of(p, v->of[i], arg);
    p->compute(v, of, p->memory + (size_t)k * NP_BLOCK);
}

int np_finish(number_program *p, int level, arena *memory) {
    p->compute = np_compute_baseline;
#if defined(__x86_64__)
    if (level > 0) p->compute = level > 1 ? np_compute_v4 : np_compute_v3;
#else
    (void)level;
#endif
    p->memory = arena_zero(memory, (size_t)p->values * NP_BLOCK + 1, sizeof *p->memory);
    for (int k = 0; p->memory && k < p->values; k++)
        if (p->value[k].op == NP_CONSTANT) compute_value(p, k, NULL);
    return p->memory != NULL;
}

void np_run(const number_program *p, const double *const *arg, size_t count, double *out) {
    for (int k = 0; k <= p->result; k++)
        if (p->value[k].op != NP_CONSTANT) compute_value(p, k, arg);
    const double *result = numbers_of(p, p->result, arg);
    for (size_t i = 0; i < count; i++) out[i] = result[i] + 0.0;
}
