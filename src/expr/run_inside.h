/* What the files of the evaluator share: run.c keeps the values, stream.c computes a pass over the
 * stream axis, materialize.c the nodes that are computed whole, needed.c tells which domain errors
 * count. Nobody else includes this. */
#ifndef EXPR_RUN_INSIDE_H
#define EXPR_RUN_INSIDE_H

#include "base/thread_pool.h"
#include "expr/kernels.h"
#include "expr/plan.h"
#include "expr/run.h"

typedef struct run_node {
    double *value; /* dense; for sources the owner's array */
    size_t domain_errors, first;
    uint8_t done;  /* `value` holds the node's values */
    uint8_t own;   /* `value` is ours to give back */
    uint8_t asked; /* the caller wanted it for itself */
} run_node;

struct ex_run {
    ex_graph *g;
    const ex_kernels *kernels;
    thread_pool *crew; /* opened by the first computation that is worth sharing; see run_crew */
    ex_settings settings;
    run_node *node; /* by node number */
    uint32_t count;
    size_t cap;
    size_t memory; /* bytes of values that are ours */
    uint64_t computed;
};

/* Where the elements of a node lie: element (outer o, position i on the innermost axis) is
 * column[o][i], or value[o * line + i]. */
typedef struct run_view {
    const double *value;
    const double *const *column;
    size_t line;
} run_view;

run_view run_look(const ex_run *r, ex_id n);
/* The values of a node as one dense array; a source of columns is copied together on first use. */
const double *run_dense(ex_run *r, ex_id n, fault *f);
/* Gives a node room for its values. */
int run_room(ex_run *r, ex_id n, fault *f);
/* Gives back a node's values; its domain errors stay counted. */
void run_release(ex_run *r, ex_id n);
void run_domain_error(ex_run *r, ex_id n, size_t count, size_t first);
int run_stopped(const ex_run *r);
/* The crew, for work that is worth waking others; NULL, a crew of one, where there is no memory for
 * it. */
thread_pool *run_crew(ex_run *r);

int run_stream(ex_run *r, pl_pass *pass, fault *f);
int run_materialize(ex_run *r, ex_id n, fault *f);

#endif
