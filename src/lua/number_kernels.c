/* One value of a number program, for a block of elements; see number_program.h. */
#include <math.h>

#include "expr/elementary.h"
#include "expr/rounding.h"
#include "expr/wide.h"
#include "lua/number_program.h"

/* Lua's a % b has the sign of b. */
static double lua_mod(double a, double b) {
    double m = fmod(a, b);
    return m > 0 ? (b < 0 ? m + b : m) : m < 0 && b > 0 ? m + b : m;
}

#define EACH(x)                                                                                    \
    for (size_t i = 0; i < NP_BLOCK; i++) out[i] = (x);                                            \
    break

/* An operation of op.h; its expression speaks of a, b and c. */
static void compute_elementwise(ex_op op, const double *const *of, double *restrict out) {
#define ONE(name, text, lua, takes, gives, how, x, ...)                                            \
    case EX_##name:                                                                                \
        if (!(NP_PLAIN & (how))) break;                                                            \
        for (size_t i = 0; i < NP_BLOCK; i++) {                                                    \
            double a = of[0][i], b = of[1][i], c = of[2][i];                                       \
            (void)b;                                                                               \
            (void)c;                                                                               \
            out[i] = (double)(x);                                                                  \
        }                                                                                          \
        break;
    switch (op) {
        EX_UNARY(ONE)
        EX_BINARY(ONE)
        EX_TERNARY(ONE)
    default:
        for (size_t i = 0; i < NP_BLOCK; i++) out[i] = EX_NAN;
    }
#undef ONE
}

void GLUE(np_compute_, KERNEL_LEVEL)(const np_value *v, const double *const *of,
                                     double *restrict out) {
    const double *a = of[0], *b = of[1], *c = of[2], *d = of[3];
    switch (v->op) {
    case NP_CONSTANT: EACH(v->constant);
    case NP_ARGUMENT: break;
    case NP_ADD: EACH(a[i] + b[i]);
    case NP_SUB: EACH(a[i] - b[i]);
    case NP_MUL: EACH(a[i] * b[i]);
    case NP_DIV: EACH(a[i] / b[i]);
    case NP_IDIV: EACH(floor(a[i] / b[i]));
    case NP_MOD: EACH(lua_mod(a[i], b[i]));
    case NP_POW: EACH(b[i] == 2 ? a[i] * a[i] : pow(a[i], b[i]));
    case NP_NEG: EACH(-a[i]);
    case NP_ABS: EACH(fabs(a[i]));
    case NP_FLOOR: EACH(floor(a[i]));
    case NP_CEIL: EACH(ceil(a[i]));
    case NP_SQRT: EACH(sqrt(a[i]));
    case NP_ELEMENTWISE: compute_elementwise(v->elementwise, of, out); break;
    case NP_IF_LESS: EACH(a[i] < b[i] ? c[i] : d[i]);
    case NP_IF_AT_MOST: EACH(a[i] <= b[i] ? c[i] : d[i]);
    }
}
