/* Does a change of rules exceed the uncertainty? The same draws in two editions, as a table. */
#ifndef ROBUST_DIFF_DRAWS_H
#define ROBUST_DIFF_DRAWS_H

#include "document/document.h"
#include "document/view.h"
#include "uncertainty/paired.h"

/* A place of the score that both editions have, by its labels. */
typedef struct diff_place {
    const char *unit, *at; /* "Shenzhen"; "stage1", or "" */
} diff_place;

typedef struct diff_draws {
    arena memory;
    view v[2];
    int viewed[2];
    diff_place *place;
    paired pair;
} diff_draws;

/* The sessions were run. `list`: what varies in each. 0 with the fault; diff_draws_close in either
 * case. */
int diff_draws_make(diff_draws *d, assess *const session[2], const uncertain_list list[2],
                    uint64_t draws, uint64_t seed, const volatile sig_atomic_t *stop, fault *f);
void diff_draws_put(const diff_draws *d, int people, document *p);
void diff_draws_close(diff_draws *d);

#endif
