/* The functions over small matrices that the language has.
 *
 * Each checks the axes and fills an ex_matrix_function, of which the caller makes a node with
 * ex_matrix_node. Its memory comes from the arena of alg_home, which must outlive the graph. They
 * return 1, or 0 with the fault filled (FAULT_RULE or FAULT_LIMIT, no position). */
#ifndef EXPR_ALGEBRA_H
#define EXPR_ALGEBRA_H

#include <signal.h>

#include "base/arena.h"
#include "expr/graph.h"
#include "expr/lp.h"

typedef struct alg_home {
    ex_graph *graph;
    arena *memory;
    const volatile sig_atomic_t *stop; /* may be NULL */
} alg_home;

/* An axis with the labels "1", "2", … n. AX_NONE with the fault filled where there is an axis of
 * that name with other labels. */
int alg_components(alg_home *h, const char *name, uint32_t n, fault *f);

/* Eigenvalues over `component`, or eigenvectors over row × component, of a matrix over row × column
 * (linear_eigen). row and column have the same labels, component as many. With `symmetric` a matrix
 * that is not symmetric is FAULT_RULE at evaluation. */
int alg_eigen(alg_home *h, int row, int column, int component, int symmetric, int vectors,
              ex_matrix_function *out, fault *f);

/* The Perron vector over `row`, or with `value` its eigenvalue, of a matrix over row × column
 * (linear_principal). */
int alg_principal(alg_home *h, int row, int column, int value, ex_matrix_function *out, fault *f);

/* The solution s, over `column`, of a s = b, with a over row × column and b over row
 * (linear_solve). */
int alg_solve(alg_home *h, int row, int column, ex_matrix_function *out, fault *f);

/* Kendall's tau-b of two arrays along an axis (rank_kendall_tau). */
int alg_kendall(alg_home *h, int axis, ex_matrix_function *out, fault *f);

/* Linear programs. The variables are the labels of the axis `over`. There is one program for each
 * combination of the other axes of the objective, lower and upper. A constraint may have one more
 * axis, its rows: it then stands for one constraint per label. A coefficient without the axis
 * `over` is the same for all variables. */
enum { ALG_CONSTRAINTS = 16 };

typedef struct alg_constraint {
    ex_id coefficient;
    program_relation relation;
    ex_id bound; /* not over `over` */
} alg_constraint;

typedef struct alg_program {
    int over, maximise;
    ex_id objective;
    ex_id lower, upper; /* 0: none */
    alg_constraint constraint[ALG_CONSTRAINTS];
    int constraints;
} alg_program;

/* The best point, over `over`; missing where the constraints contradict each other or the objective
 * is unbounded. A variable without any present coefficient is left out and its element is missing.
 * A row with a missing element is left out. If the objective or a constraint without rows still has
 * a missing element, the whole answer is missing. A missing lower or upper is no bound. `arg` and
 * `argc` get the arguments for ex_matrix_node. */
int alg_program_function(alg_home *h, const alg_program *p, ex_matrix_function *out,
                         ex_id arg[EX_MATRIX_ARGS], int *argc, fault *f);

#endif
