/* Functions over whole small matrices that the language offers, as functions for ex_matrix_node.
 *
 * Each of these fills an ex_matrix_function for axes that are checked first; the caller makes the
 * node from it. What it points to is taken from the arena given, which must outlive the graph. They
 * return 1, or 0 with the fault filled (FAULT_RULE, no position). */
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

/* An axis of n labels "1", "2", …; AX_NONE with the fault filled where the name has other
 * labels. */
int alg_components(alg_home *h, const char *name, uint32_t n, fault *f);

/* Eigenvalues over `component`, or eigenvectors over row × component, of a matrix over row ×
 * column: linear_eigen of linear.h. row and column have the same labels, component as many. A
 * matrix that should be symmetric and is not is FAULT_RULE at evaluation. */
int alg_eigen(alg_home *h, int row, int column, int component, int symmetric, int vectors,
              ex_matrix_function *out, fault *f);

/* The Perron vector over row, or its eigenvalue (`value`): linear_principal of linear.h. */
int alg_principal(alg_home *h, int row, int column, int value, ex_matrix_function *out, fault *f);

/* The solution over column of a s = b, a over row × column, b over row: linear_solve of
 * linear.h. */
int alg_solve(alg_home *h, int row, int column, ex_matrix_function *out, fault *f);

/* Kendall's tau-b of two arrays along an axis: rank_correlation.h. */
int alg_kendall(alg_home *h, int axis, ex_matrix_function *out, fault *f);

/* A linear program over the variables along an axis. The objective, and lower and upper where they
 * have other axes than `over`, tell the axes for whose every combination there is a program (the
 * batch). A constraint is over further axes at most one, its rows: then there is one constraint for
 * each of them. Coefficients without the axis `over` are the same for all variables. */
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

/* The best point, over `over`; missing where the constraints contradict each other or leave the
 * objective without bound. A variable without any coefficient present is left out, its element
 * missing, and so is a row with a missing element; all is missing where the objective or a
 * constraint without rows then still misses an element. A missing lower or upper is no bound. `arg`
 * gets the arguments of the node. */
int alg_program_function(alg_home *h, const alg_program *p, ex_matrix_function *out,
                         ex_id arg[EX_MATRIX_ARGS], int *argc, fault *f);

#endif
