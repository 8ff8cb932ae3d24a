/* Mutants, for testing the tests of rules: one node of a graph is changed in place for a while.
 *
 * Its operation changes, the order of its operands, a literal among them, or a parameter. Shapes
 * and kinds stay as they are. The caller calls ex_run_changed for the node before the next
 * computation, and changes the node back before anything is added to the graph and while the
 * ex_mutant still exists; the results then have the same bits as before. */
#ifndef EXPR_MUTANT_H
#define EXPR_MUTANT_H

#include "expr/graph.h"

typedef enum ex_change {
    EX_CHANGE_OP,      /* the operation is `op`, which its record in op.h allows */
    EX_CHANGE_SWAP,    /* the last two operands change places */
    EX_CHANGE_LITERAL, /* the literal that is operand `operand` is `value` */
    EX_CHANGE_EXTRA,   /* the position of a slice, the ties of a rank */
    EX_CHANGE_FLAG,    /* the direction of a rank */
    EX_CHANGE_ANSWER   /* a look-up of truths answers `value` to everything */
} ex_change;

typedef struct ex_mutant {
    ex_id node;
    ex_change change;
    ex_op op;
    int operand;
    double value;
    uint32_t extra;
    /* as it was; filled by ex_mutate */
    ex_node was;
    ex_id was_operand[3];
    ex_function was_function;
} ex_mutant;

/* Makes the literal that EX_CHANGE_LITERAL uses, as the first node of a graph. */
int ex_mutants_open(ex_graph *g, fault *f);

/* 0 where the node cannot be changed in this way; then nothing has changed. */
int ex_mutate(ex_graph *g, ex_mutant *m);
void ex_mutate_back(ex_graph *g, const ex_mutant *m);

#endif
