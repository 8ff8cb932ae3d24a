/* What values the vectors of a program can have: with the ranges of what varies the answers to most
 * questions that methods ask of every element are known before anything is computed. */
#include <math.h>
#include <string.h>

#include "expr/elementary.h"
#include "expr/program_inside.h"

/* Beyond this nothing is known, so that no product or sum of several ranges overflows. */
#define FAR 1e100
/* Roundings are far below this share of what is added up. */
#define ROUNDED 1e-9

int range_known(vector_range x) { return x.least <= x.most; }

static double size_of(vector_range x) { return fmax(fabs(x.least), fabs(x.most)); }

int range_small(vector_range x) { return range_known(x) && size_of(x) <= EX_SMALL; }

/* A range whose ends were computed from numbers of such a size. */
static vector_range widened(double least, double most, double size) {
    vector_range x = {least - ROUNDED * size, most + ROUNDED * size};
    return size_of(x) < FAR ? x : RANGE_UNKNOWN;
}

vector_range program_range(const program *p, uint32_t v) {
    double x = p->vector[v].value;
    return is_constant(p, v) ? (vector_range){x, x} : p->vector[v].range;
}

/* ---- elementwise ---- */

static vector_range range_of_product(vector_range a, vector_range b) {
    double x[] = {a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most};
    double least = fmin(fmin(x[0], x[1]), fmin(x[2], x[3])),
           most = fmax(fmax(x[0], x[1]), fmax(x[2], x[3]));
    if (least > 0) {
        vector_range r = {least * (1 - ROUNDED), most * (1 + ROUNDED)};
        return r.least > 1 / FAR && r.most < FAR ? r : RANGE_UNKNOWN;
    }
    return widened(least, most, fmax(-least, most));
}

static vector_range range_of_quotient(vector_range a, vector_range b) {
    if (!(b.least > 1 / FAR)) return RANGE_UNKNOWN;
    return range_of_product(a, (vector_range){1 / b.most, 1 / b.least});
}

static vector_range range_of_exp(vector_range a) {
    if (!(a.least > -200 && a.most < 200)) return RANGE_UNKNOWN;
    double least = el_exp(a.least), most = el_exp(a.most);
    return (vector_range){least * (1 - ROUNDED), most * (1 + ROUNDED)};
}

static vector_range range_of_log(vector_range a) {
    if (!(a.least > 0)) return RANGE_UNKNOWN;
    double least = el_log(a.least), most = el_log(a.most);
    return widened(least, most, fmax(fmax(fabs(least), fabs(most)), 1));
}

vector_range range_of_element(const program *p, unsigned op, int argc, const uint32_t *arg) {
    vector_range a = program_range(p, arg[0]),
                 b = argc > 1 ? program_range(p, arg[1]) : RANGE_UNKNOWN;
    if (!range_known(a) || (argc > 1 && !range_known(b))) return RANGE_UNKNOWN;
    switch (op) {
    case EX_neg: return (vector_range){-a.most, -a.least};
    case EX_exp: return range_of_exp(a);
    case EX_log: return range_of_log(a);
    case EX_add: return widened(a.least + b.least, a.most + b.most, size_of(a) + size_of(b));
    case EX_sub: return widened(a.least - b.most, a.most - b.least, size_of(a) + size_of(b));
    case EX_mul: return range_of_product(a, b);
    case EX_div:
    case EX_quotient: return range_of_quotient(a, b);
    case EX_least: return (vector_range){fmin(a.least, b.least), fmin(a.most, b.most)};
    case EX_greatest: return (vector_range){fmax(a.least, b.least), fmax(a.most, b.most)};
    default: return RANGE_UNKNOWN;
    }
}

/* Of a comparison with a constant: it is the same at both ends, and the constant is not between. */
int range_decides(const program *p, unsigned op, const uint32_t *arg, double *y) {
    if (!ex_is(op, EX_DECIDES) || ex_class(op) != EX_CLASS_BINARY || !is_constant(p, arg[1]))
        return 0;
    vector_range a = program_range(p, arg[0]);
    const double *c = &p->vector[arg[1]].value;
    double other;
    if (!range_known(a) || !(a.least > *c || a.most < *c)) return 0;
    p->kernels->binary[0][op](1, y, &a.least, c);
    p->kernels->binary[0][op](1, &other, &a.most, c);
    return *y == other;
}

/* ---- along an axis ---- */

/* Adds a term to what was added up so far, and how large all of it is. */
void range_add(vector_range *sum, double *size, vector_range term) {
    *sum = range_known(term) ? (vector_range){sum->least + term.least, sum->most + term.most}
                             : RANGE_UNKNOWN;
    *size += range_known(term) ? size_of(term) : 0;
}

vector_range range_of_sum(vector_range sum, double size) {
    return range_known(sum) ? widened(sum.least, sum.most, size) : RANGE_UNKNOWN;
}

vector_range range_of_product_by(vector_range a, vector_range b) {
    return range_known(a) && range_known(b) ? range_of_product(a, b) : RANGE_UNKNOWN;
}

vector_range range_of_extreme(const program *p, unsigned op, const uint32_t *term, size_t terms) {
    vector_range x = terms ? program_range(p, term[0]) : RANGE_UNKNOWN;
    for (size_t k = 1; k < terms && range_known(x); k++) {
        vector_range y = program_range(p, term[k]);
        if (!range_known(y)) return RANGE_UNKNOWN;
        x = op == EX_min ? (vector_range){fmin(x.least, y.least), fmin(x.most, y.most)}
                         : (vector_range){fmax(x.least, y.least), fmax(x.most, y.most)};
    }
    return op == EX_min || op == EX_max ? x : RANGE_UNKNOWN;
}

/* ---- what is not needed ---- */

static void want(uint8_t *wanted, uint32_t v) { wanted[v] = 1; }

static int is_wanted(const program *p, const action *a, const uint8_t *wanted) {
    int any = 0;
    if (a->kind != EIGHTS) return p->vector[a->out].kind == ARRAY || wanted[a->out];
    for (uint32_t l = 0; l < a->lines; l++) {
        uint32_t v = a->term[a->terms + l];
        any |= p->vector[v].kind == ARRAY || wanted[v];
    }
    return any;
}

/* Leaves out actions whose results nothing reads: questions that were answered otherwise. */
void program_leave_out(program *p, uint8_t *wanted) {
    size_t to = p->actions;
    for (size_t i = p->actions; i-- > 0;) {
        const action *a = &p->action[i];
        if (!is_wanted(p, a, wanted)) continue;
        const uint32_t side = a->kind == SETTLE && !wanted[a->side] ? 0 : a->side;
        want(wanted, side);
        for (int k = 0; k < 3; k++) want(wanted, a->arg[k]);
        for (size_t k = 0; k < action_terms(a); k++) want(wanted, a->term[k]);
        p->action[--to] = *a;
        p->action[to].side = side;
    }
    p->actions -= to;
    if (p->actions) memmove(p->action, p->action + to, p->actions * sizeof *p->action);
}
