/* A program over numbers without jumps, computed for many elements at once with Lua's arithmetic.
 *
 * A value is a constant, an argument, the result of an operation on earlier values, or a choice
 * between two of them by a comparison. Values are numbered from 0 in the order in which they are
 * added; equal ones are one. All are computed for every element: nothing here can fail, and what a
 * choice does not take is without effect. Operations are those of Lua 5.4 on floats, bit by bit, or
 * those of expr/op.h on plain numbers; results may be infinite or NaN. */
#ifndef LUA_NUMBER_PROGRAM_H
#define LUA_NUMBER_PROGRAM_H

#include "base/arena.h"
#include "expr/op.h"

enum {
    NP_BLOCK = 256,  /* elements computed at once */
    NP_VALUES = 256, /* values of a program at most */
    NP_NONE = -1     /* no value: there is no memory, or there are too many */
};

typedef enum np_op {
    NP_CONSTANT,
    NP_ARGUMENT,
    NP_ADD,
    NP_SUB,
    NP_MUL,
    NP_DIV,
    NP_IDIV,
    NP_MOD,
    NP_POW,
    NP_NEG,
    NP_ABS,
    NP_FLOOR,
    NP_CEIL,
    NP_SQRT,
    NP_ELEMENTWISE, /* an operation of op.h, of up to three values */
    NP_IF_LESS,     /* a < b ? c : d */
    NP_IF_AT_MOST   /* a <= b ? c : d */
} np_op;

typedef struct np_value {
    np_op op;
    ex_op elementwise;
    int of[4];       /* operands; NP_ARGUMENT: its number in of[0] */
    double constant; /* of NP_CONSTANT */
} np_value;

/* Computes a value of a block from those before it; `of` are its operands. */
typedef void (*np_compute)(const np_value *v, const double *const *of, double *out);

typedef struct number_program {
    np_value value[NP_VALUES];
    int values;
    int result;
    np_compute compute;
    double *memory; /* NP_BLOCK numbers for each value; made by np_finish */
} number_program;

int np_constant(number_program *p, double x);
int np_argument(number_program *p, int number);
/* The value of an operation; operands that it does not have are 0. Operations on constants alone
 * are not computed before they are asked for. */
int np_add(number_program *p, np_op op, int a, int b, int c, int d);
int np_elementwise(number_program *p, ex_op op, int a, int b, int c);

/* The operation of op.h on plain numbers; these are the operations that there are for them, others
 * give NaN. */
#define NP_PLAIN (EX_PLAIN | EX_ROUNDS)
double np_plain(ex_op op, double a, double b, double c);

/* Makes the program ready: memory for its values, those that do not depend on arguments computed.
 * `level`: see ex_level; all have the same bits. 0 without memory. */
int np_finish(number_program *p, int level, arena *memory);
/* Computes the result for NP_BLOCK elements at most; a zero has no sign, and a NaN keeps its bits.
 * arg[i] has room for NP_BLOCK numbers, of which `count` are elements. */
void np_run(const number_program *p, const double *const *arg, size_t count, double *out);

/* number_kernels.c, for each level. */
void np_compute_baseline(const np_value *v, const double *const *of, double *out);
void np_compute_v3(const np_value *v, const double *const *of, double *out);
void np_compute_v4(const np_value *v, const double *const *of, double *out);

#endif
