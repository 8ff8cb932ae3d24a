/* Between program.c, which finds out what a program does, and program_run.c, which does it. */
#ifndef EXPR_PROGRAM_INSIDE_H
#define EXPR_PROGRAM_INSIDE_H

#include <signal.h>

#include "base/arena.h"
#include "base/fault.h"
#include "expr/kernels.h"

typedef struct program program;

enum { PROGRAM_STEP = 16 }; /* kernels are given a multiple of so many elements */

typedef enum vector_kind { CONSTANT, ARRAY, SLOT } vector_kind;

/* What the elements of a vector can be: all are present, and from the least to the most. NaN:
 * nothing is known. */
typedef struct vector_range {
    double least, most;
} vector_range;
static const vector_range RANGE_UNKNOWN = {EX_NAN, EX_NAN};

/* One element for each position along the stream axis. */
typedef struct vector {
    vector_kind kind;
    double value;     /* of a constant */
    const double *at; /* where it begins; of a constant NULL, until somebody wants a vector of it */
    size_t moves;     /* all bits set: of an array, which is gone through block by block */
    uint32_t slot, last;       /* the last action that reads or writes it */
    struct vector_range range; /* of an array or slot */
    uint32_t settled;          /* the vector of its elements as divisors of quotients, or 0 */
    uint32_t inverse;          /* of such a vector: that of 1 / its elements */
} vector;

/* Where a vector is found while the program runs: all that is read of it then. */
typedef struct vector_place {
    const double *at;
    size_t moves;
} vector_place;

typedef enum action_kind {
    UNARY,
    BINARY,
    TERNARY,
    COPY,
    SETTLE,   /* sums that divide others; `side`: 1 / these, or 0 */
    QUOTIENT, /* by sums that are settled */
    START,    /* of a fold: the accumulators */
    TAKE,
    SUM, /* some terms of one line; of all of them the sum may be divided, by arg[0] */
    /* All terms of some lines that have the same vectors. The sums may be divided; arg[1] is then
     * 1 / arg[0], if something is known of them. */
    EIGHTS
} action_kind;

typedef struct action {
    action_kind kind;
    unsigned op;
    unsigned how;       /* binary: the form; sum: EX_TERMS_… */
    uint32_t out, side; /* vectors; side: 0 for none */
    uint32_t arg[3];
    double here;           /* of a take */
    uint32_t terms, lines; /* of sums; lines: of a SUM, whether there are factors */
    uint32_t *term; /* terms, of products twice as many: the factors behind; lines of eights */
    const double *factor; /* of eights */
    int known;            /* of sums that are divided by arg[0]: see ex_divisor */
    double scale;
    int small;
} action;

/* How many vectors stand in `term`. */
static inline size_t action_terms(const action *a) {
    return a->kind == SUM      ? (size_t)a->terms * (a->lines ? 2 : 1)
           : a->kind == EIGHTS ? a->terms
                               : 0;
}

struct program {
    struct ex_run *r;
    struct pl_pass *pass;
    const ex_kernels *kernels;
    size_t length; /* of the stream axis */
    const volatile sig_atomic_t *stop;
    arena memory;
    vector *vector; /* 0 is none */
    size_t vectors, vector_cap;
    action *action;
    size_t actions, action_cap;
    uint32_t **of;   /* by node: its vectors by outer index, or NULL */
    uint32_t *known; /* constants by their bits, an open table */
    size_t known_size, known_count;
    vector_place *place; /* by vector */
    double *slots;
    size_t block, most_terms, most_lines;
    int whole;              /* it was run over the whole stream axis: no element is undefined */
    const double **pointer; /* room for the terms of an action */
    double **result;
    fault *f;
};

static inline int is_constant(const program *p, uint32_t v) {
    return p->vector[v].kind == CONSTANT;
}

/* ---- program_ranges.c ---- */

int range_known(vector_range x);
int range_small(vector_range x); /* as are_small says of a vector */
vector_range program_range(const program *p, uint32_t v);
vector_range range_of_element(const program *p, unsigned op, int argc, const uint32_t *arg);
/* Is a comparison the same for all elements? Then *y is what it is. */
int range_decides(const program *p, unsigned op, const uint32_t *arg, double *y);
/* Adds a term to what was added up so far, and to how large all of it is; and the end of it. */
void range_add(vector_range *sum, double *size, vector_range term);
vector_range range_of_sum(vector_range sum, double size);
vector_range range_of_product_by(vector_range a, vector_range b);
/* Of the least or the greatest of some. */
vector_range range_of_extreme(const program *p, unsigned op, const uint32_t *term, size_t terms);
/* Leaves out actions whose results nothing reads. `wanted` has a 0 for each vector. */
void program_leave_out(program *p, uint8_t *wanted);

/* ---- program_quotients.c ---- */

/* Sums that only divisions read are divided where they are made. 0 with the fault. */
int program_join_quotients(program *p);

/* ---- program_run.c ---- */

void program_run(program *p, size_t n);
/* Gives each vector its place, when all actions are there. 0 with the fault. */
int program_lay_out(program *p);

#endif
