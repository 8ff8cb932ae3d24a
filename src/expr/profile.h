/* What the operations of a run cost: time, elements and bytes, by operation and by pass.
 *
 * Nothing is measured where settings.profile is NULL. An operation's elements are those that it
 * goes over, of a reduction those of its operand. Its bytes are those of whole arrays that it reads
 * and writes; vectors that only the same pass needs stay in the cache and do not count. A pass that
 * several threads work at takes the time that a clock on the wall shows, and its operations share
 * that time as they shared the threads. */
#ifndef EXPR_PROFILE_H
#define EXPR_PROFILE_H

#include "expr/graph.h"

typedef struct ex_cost {
    ex_id node;
    uint32_t pass;
    uint64_t elements, bytes;
    uint64_t time; /* nanoseconds */
} ex_cost;

typedef struct ex_pass_cost {
    int whole;  /* one operation on whole lines or elements, in an order of its own */
    int stream; /* the axis it goes along; AX_NONE: single values, or `whole` */
    uint32_t operations;
    uint64_t time;
} ex_pass_cost;

typedef struct ex_profile {
    ex_cost *cost; /* in the order in which they were computed */
    size_t costs, cost_cap;
    ex_pass_cost *pass;
    size_t passes, pass_cap;
    uint64_t *spent; /* of the pass at hand, by node */
    size_t spent_cap;
} ex_profile;

void ex_profile_release(ex_profile *p);

#endif
