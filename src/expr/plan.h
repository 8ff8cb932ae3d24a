/* The plan: in which order the needed nodes of a graph are computed, and where their values are
 * kept.
 *
 * A node has a form and a stream axis, the longest axis it works over. Nodes with the same stream
 * axis are fused into passes. A pass goes along its stream axis block by block. Within a pass, the
 * nodes with the same outer shape (all axes but the stream axis) make a loop: for each block, the
 * loop goes over the outer shape once and applies all its nodes to one short vector at a time.
 *
 * A value that only the same loop needs is kept in a register (one vector); one that a later loop
 * of the pass needs, in a tile (one block of the whole outer shape); one that a later pass or the
 * caller needs is a value (the whole array).
 *
 * A fold is a reduction along an outer axis. A line is a reduction along the stream axis; its
 * result is there when the pass ends. A node that needs a whole line at once, or moves elements
 * along the stream axis, is a pipeline breaker: a pass of its own (materialize.c). */
#ifndef EXPR_PLAN_H
#define EXPR_PLAN_H

#include "expr/graph.h"
#include "expr/kernels.h"

typedef enum pl_form { PL_NONE, PL_ELEMENT, PL_COPY, PL_FOLD, PL_LINE, PL_BREAKER } pl_form;
typedef enum pl_home { PL_REGISTER, PL_TILE, PL_VALUE } pl_home;

/* Where an instruction finds an operand. */
typedef struct pl_operand {
    ex_id node;
    pl_home home;
    int streamed;    /* it has the stream axis; else there is one element for the whole block */
    uint32_t at;     /* the register, or the first line of the tile */
    uint32_t *outer; /* the operand's outer index by the loop's; NULL: they are the same */
} pl_operand;

/* The two sums of a weighted mean, of w x and of w where x is present, are fused with their
 * operands: each is one fold over x and w, so that the products are never stored. Where a condition
 * does not have the stream axis, it says of each whole vector whether it is added. */
typedef enum pl_fused { PL_PLAIN, PL_PRODUCT, PL_PRESENT, PL_CHOSEN } pl_fused;

typedef struct pl_instruction {
    ex_id node;
    pl_form form;
    /* fold: PL_PRODUCT x * w, PL_PRESENT w where x is present: operands x and w; PL_CHOSEN: the
     * condition and x */
    pl_fused fused;
    ex_id by;      /* fold by groups: the positions along the folded axis; else 0 */
    ex_id product; /* PL_PRODUCT: the node of the product, for its domain errors */
    int argc;
    pl_operand arg[3];
    pl_home home;
    uint32_t at;     /* the register, or the first line of the tile */
    uint32_t side;   /* fold: first line of the tile with the second part of the state */
    uint32_t *outer; /* fold: the result's outer index by the loop's; UINT32_MAX: in no group */
    uint32_t
        *position;  /* fold: the position on the folded axis by the loop's outer index, or NULL */
    uint32_t lines; /* fold: outer size of the result */
    int placed;     /* maps that depend on values are complete (run_place) */
} pl_instruction;

/* The sums of a weighted mean over what a chain of elementwise operations makes of a value, each
 * with an operand that does not have the stream axis: they can be done in one pass. The operations
 * are instructions of the loop that nobody else reads. */
typedef struct pl_chain {
    uint32_t product, present; /* instructions: the folds; UINT32_MAX: the weights are not summed */
    uint32_t at[EX_CHAIN_STEPS]; /* the operations, the first one first */
    ex_chain_step step[EX_CHAIN_STEPS];
    uint8_t side[EX_CHAIN_STEPS]; /* which operand goes through the chain */
    int steps;
} pl_chain;

typedef struct pl_loop {
    ax_set outer;  /* axes, without the stream */
    uint32_t size; /* of the outer shape */
    pl_instruction *instruction;
    uint32_t count;
    size_t cap;
    int has_folds;
    pl_chain *chain;
    uint32_t chains;
} pl_loop;

typedef struct pl_pass {
    pl_form form;  /* PL_BREAKER: `node`; else loops over the stream axis */
    int stream;    /* AX_NONE: single elements */
    size_t length; /* of the stream axis; 1 for AX_NONE */
    ex_id node;
    pl_loop *loop;
    uint32_t loops;
    size_t cap;
    uint32_t registers; /* most in use at once */
    uint32_t tiles;     /* tile lines */
} pl_pass;

typedef struct pl_plan {
    arena memory;
    pl_pass *pass;
    uint32_t passes;
} pl_plan;

/* Plans the computation of the wanted nodes. `done[n]`: the value of node n is there already, as
 * those of sources always are. On return `keep[n]` is set for each node whose whole value is
 * needed. Both arrays have ex_count + 1 entries. 0 with the fault filled. */
int pl_make(pl_plan *p, const ex_graph *g, const ex_id *want, size_t wants, const uint8_t *done,
            uint8_t *keep, fault *f);
void pl_release(pl_plan *p);

#endif
