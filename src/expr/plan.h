/* The plan: in what order the needed nodes of a graph are computed, and where their values live.
 *
 * Every node has a form and a stream axis, the longest it works over. Nodes of one stream axis are
 * fused into passes; a pass walks its axis in blocks and finishes one block after the other. Within
 * a pass nodes of one outer shape (all axes but the stream) make a loop; for each block, a loop
 * walks its outer shape once and applies all its nodes to one short vector at a time, so that
 * values that only the same loop needs stay in a register of block length. What a later loop needs
 * is a tile (the whole outer shape, one block); what a later pass or the caller needs is a value
 * (everything).
 *
 * A line is a reduction along the stream axis: it ends the pass. What needs a whole line at once,
 * or moves elements across the stream axis, is a pipeline breaker, a pass of its own
 * (materialize.c). */
#ifndef EXPR_PLAN_H
#define EXPR_PLAN_H

#include "expr/graph.h"

typedef enum pl_form { PL_NONE, PL_ELEMENT, PL_COPY, PL_FOLD, PL_LINE, PL_BREAKER } pl_form;
typedef enum pl_home { PL_REGISTER, PL_TILE, PL_VALUE } pl_home;

/* An operand as an instruction of a loop finds it. */
typedef struct pl_operand {
    ex_id node;
    pl_home home;
    int streamed;    /* has the stream axis; otherwise one element for the whole block */
    uint32_t at;     /* register or first tile line */
    uint32_t *outer; /* by the loop's outer index: the operand's; NULL: the same */
} pl_operand;

/* A fold may take its operand's formula into itself: the two sums of a weighted mean are one step
 * each, w x and w where x is present, and the products never leave the registers. */
typedef enum pl_fused { PL_PLAIN, PL_PRODUCT, PL_PRESENT } pl_fused;

typedef struct pl_instruction {
    ex_id node;
    pl_form form;
    pl_fused fused; /* fold: PL_PRODUCT x * w, PL_PRESENT w where x is present; operands x and w */
    ex_id by;       /* fold by groups: the positions along the folded axis; else 0 */
    ex_id product;  /* PL_PRODUCT: the node of the product, whose domain_errors these are */
    int argc;
    pl_operand arg[3];
    pl_home home;
    uint32_t at;     /* register, or first tile line */
    uint32_t side;   /* fold: first line of the tile of rounding errors or of best values */
    uint32_t *outer; /* fold: by the loop's outer index, the result's (UINT32_MAX: in no group) */
    uint32_t *position; /* fold to positions: by the loop's outer index, the position on the folded
                           axis */
    uint32_t lines;     /* outer size of the result */
} pl_instruction;

typedef struct pl_loop {
    ax_set outer;  /* axes, without the stream */
    uint32_t size; /* of the outer shape */
    pl_instruction *instruction;
    uint32_t count;
    size_t cap;
    int has_folds;
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

/* Plans the computation of the wanted nodes. `done[n]` says a node's value is there already;
 * sources always are. On return `keep[n]` is set for each node whose value must be made whole. Both
 * arrays have ex_count + 1 entries. Returns 0 with the fault on lack of memory. */
int pl_make(pl_plan *p, const ex_graph *g, const ex_id *want, size_t wants, const uint8_t *done,
            uint8_t *keep, fault *f);
void pl_release(pl_plan *p);

#endif
