/* The run as its files see it: run.c keeps the values, stream.c computes passes over a stream axis,
 * materialize.c computes pipeline breakers, needed.c finds which domain errors count. Nobody else
 * includes this. */
#ifndef EXPR_RUN_INSIDE_H
#define EXPR_RUN_INSIDE_H

#include "base/thread_pool.h"
#include "expr/kernels.h"
#include "expr/plan.h"
#include "expr/profile.h"
#include "expr/rows.h"
#include "expr/run.h"

typedef struct run_node {
    double *value; /* dense; for sources the owner's array */
    size_t domain_errors, first;
    uint8_t done;  /* `value` holds the node's values */
    uint8_t own;   /* `value` belongs to the run */
    uint8_t asked; /* ex_run_eval wanted it */
    uint8_t held;  /* somebody wanted it and may have its values */
    uint8_t again; /* it was computed before */
    uint8_t known; /* `order` is that of its values of before */
    /* Of ranks of long lines that are computed again and again: the positions of each line in
     * order (line_ops.h); belongs to the run. */
    uint32_t *order;
} run_node;

/* Which lines of a node (along settings.eights) vary from one evaluation to the next, and what the
 * elements of the others are. */
typedef struct known_lines {
    const uint8_t *varies; /* by outer index; NULL: nothing is known */
    const double *constant;
    double *bare; /* lent values, of which lines that do not vary are not filled; else NULL */
    /* lent: by outer index the least and the most that programs take an element of a line that
     * varies to be, NaN: they do not know; or NULL */
    double *range;
} known_lines;

struct ex_run {
    ex_graph *g;
    const ex_kernels *kernels;
    thread_pool *crew; /* opened by the first computation that needs it; see run_crew */
    ex_settings settings;
    run_node *node; /* by node number */
    uint32_t count;
    size_t cap;
    size_t memory; /* bytes of values that belong to the run */
    size_t memory_most;
    uint64_t computed, looked;
    /* With settings.again: the last plan, and what it was made for. */
    pl_plan plan;
    int planned;
    ex_id *wanted;
    size_t wants, wanted_cap;
    uint8_t *done, *keep;
    uint32_t plan_count;      /* nodes there were */
    struct program **program; /* by pass of that plan, where it can be one; see program.h */
    arena ranges;             /* what they take for granted */
    int wary;                 /* nothing, since it once did not hold */
    known_lines *lines;       /* by node; NULL: nothing is known of any */
    size_t lines_cap, lines_count;
    size_t live; /* elements along settings.eights that are wanted; 0: all */
    /* Where elements come from that are not in memory, or NULL, and who computes the reductions
     * along them that wanted nodes need (rows.c). */
    ex_rows *rows;
    int (*read_rows)(struct ex_run *r, const ex_id *want, size_t count, fault *f);
    ex_domain_error *settled; /* of nodes along them: of elements that are needed */
    size_t settles, settled_cap;
};

/* Where the elements of a node are stored: the one with outer index o and position i on the
 * innermost axis is column[o][i] or, if column is NULL, value[o * line + i]. */
typedef struct run_view {
    const double *value;
    const double *const *column;
    size_t line;
} run_view;

run_view run_look(const ex_run *r, ex_id n);
/* The values of a node as one dense array; the columns of a source are copied at the first use. */
const double *run_dense(ex_run *r, ex_id n, fault *f);
/* What is known of the lines of a node, or NULL; and to note it. */
const known_lines *run_lines_of(const ex_run *r, ex_id n);
void run_note_lines(ex_run *r, ex_id n, const uint8_t *varies, const double *constant);
/* Takes memory for the values of a node. */
int run_room(ex_run *r, ex_id n, fault *f);
/* Where the order of a rank's lines is kept, each of `length` elements, line after line; NULL where
 * it is not. *known: it is that of before. */
uint32_t *run_order(ex_run *r, ex_id n, size_t length, int *known);
/* Gives back a node's values; its domain errors stay counted. */
void run_release(ex_run *r, ex_id n);
/* Forgets the values of a node, or of all that depend on it: they are computed when wanted next. */
void run_forget(ex_run *r, ex_id n);
void run_forget_after(ex_run *r, ex_id changed);
void run_domain_error(ex_run *r, ex_id n, size_t count, size_t first);
int run_stopped(const ex_run *r);
/* The threads of the run; NULL, which means the calling thread alone, without memory for more. */
thread_pool *run_crew(ex_run *r);

/* With settings.profile: before a pass, whose operations then add what they spent, and after it. */
int run_profile_begin(ex_run *r, fault *f);
int run_profile_pass(ex_run *r, const pl_pass *pass, uint64_t time, fault *f);

/* Nodes that were added to the graph since the last call. */
int run_add_new_nodes(ex_run *r, fault *f);

int run_stream(ex_run *r, pl_pass *pass, fault *f);
/* Completes the maps of an instruction that depend on values: where a look-up points, into which
 * group a fold goes. `lines`: of its loop. */
void run_place(const ex_run *r, const pl_pass *pass, pl_instruction *in, uint32_t lines);
int run_materialize(ex_run *r, ex_id n, fault *f);

#endif
