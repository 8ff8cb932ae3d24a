/* Sums that are divided: where nothing else reads them, they are divided before they leave the
 * registers. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/program_inside.h"

enum { NO_ACTION = UINT32_MAX };

/* How the vectors of a program are read. */
typedef struct reading {
    uint32_t *times, *quotient; /* by vector: how often, and the last quotient that divides it */
    uint32_t *after;            /* by action: the sums that come in its place, or NO_ACTION */
    uint8_t *gone;              /* by action */
} reading;

static int open_reading(const program *p, reading *r) {
    r->times = mem_zero(p->vectors + 1, sizeof *r->times);
    r->quotient = mem_zero(p->vectors + 1, sizeof *r->quotient);
    r->after = mem_take((p->actions + 1) * sizeof *r->after);
    r->gone = mem_zero(p->actions + 1, sizeof *r->gone);
    if (!r->times || !r->quotient || !r->after || !r->gone) return 0;
    for (size_t i = 0; i < p->actions; i++) {
        const action *a = &p->action[i];
        r->after[i] = NO_ACTION;
        for (int k = 0; k < 3; k++) r->times[a->arg[k]]++;
        for (size_t k = 0; k < action_terms(a); k++) r->times[a->term[k]]++;
        if (a->kind == QUOTIENT) r->quotient[a->arg[0]] = (uint32_t)i;
    }
    return 1;
}

static void close_reading(reading *r) {
    mem_free(r->times);
    mem_free(r->quotient);
    mem_free(r->after);
    mem_free(r->gone);
}

/* The quotient that alone reads a sum, or NULL. */
static const action *quotient_of(const program *p, const reading *r, uint32_t sum) {
    const action *q = &p->action[r->quotient[sum]];
    return p->vector[sum].kind == SLOT && r->times[sum] == 1 && q->kind == QUOTIENT &&
                   q->arg[0] == sum
               ? q
               : NULL;
}

/* What an action adds up at once: its sums, of which there are `count`; NULL: nothing. */
static uint32_t *sums_of(action *a, uint32_t *count) {
    enum { WHOLE = EX_TERMS_BEGIN | EX_TERMS_END };
    *count = a->kind == EIGHTS ? a->lines : a->kind == SUM && (a->how & WHOLE) == WHOLE;
    return a->kind == EIGHTS ? a->term + a->terms : *count ? &a->out : NULL;
}

/* Are all sums divided, by the same? Returns by what, or 0. */
static uint32_t divisor_of(const program *p, const reading *r, const uint32_t *sum, size_t count) {
    uint32_t by = 0;
    for (size_t l = 0; l < count; l++) {
        const action *q = quotient_of(p, r, sum[l]);
        if (!q || (by && q->arg[1] != by)) return 0;
        by = q->arg[1];
    }
    return by;
}

/* What is known of the sums and of their quotients, and whether all sums are of one size. */
static void find_sizes(const program *p, const reading *r, action *a, const uint32_t *sum,
                       size_t count) {
    double least = INFINITY, most = 0;
    int known = (a->small || a->kind == SUM) && (a->how & EX_TERMS_SURE);
    for (size_t l = 0; known && l < count; l++) {
        vector_range x = p->vector[sum[l]].range;
        double large = fmax(fabs(x.least), fabs(x.most)), small = x.least > 0  ? x.least
                                                                  : x.most < 0 ? -x.most
                                                                               : 0;
        known = range_known(x) && range_known(p->vector[quotient_of(p, r, sum[l])->out].range);
        least = fmin(least, small);
        most = fmax(most, large);
    }
    a->known = known;
    a->arg[1] = known && a->kind == EIGHTS ? p->vector[a->arg[0]].inverse : 0;
    a->scale = !known ? 0 : most < 1e3 ? 1e10 : least >= 1e3 && most < 1e6 ? 1e8 : 0;
}

/* Sums come in the place of the first quotient, since what divides them may come late. */
static void join(const program *p, reading *r, size_t i) {
    action *a = &p->action[i];
    uint32_t count, *sum = sums_of(a, &count), by = divisor_of(p, r, sum, count);
    uint32_t first = NO_ACTION;
    if (!by) return;
    a->arg[0] = by;
    find_sizes(p, r, a, sum, count);
    for (size_t l = 0; l < count; l++) {
        uint32_t q = r->quotient[sum[l]];
        if (q < first) first = q;
        r->gone[q] = 1;
        sum[l] = p->action[q].out;
    }
    r->gone[i] = 1;
    r->after[first] = (uint32_t)i;
}

int program_join_quotients(program *p) {
    if (p->actions == 0) return 1;
    reading r = {0};
    action *all = mem_take((p->actions + 1) * sizeof *all);
    int fine = open_reading(p, &r) && all;
    for (size_t i = 0; fine && i < p->actions; i++) join(p, &r, i);
    size_t n = 0;
    for (size_t i = 0; fine && i < p->actions; i++) {
        if (!r.gone[i]) all[n++] = p->action[i];
        if (r.after[i] != NO_ACTION) all[n++] = p->action[r.after[i]];
    }
    if (fine) {
        memcpy(p->action, all, n * sizeof *all);
        p->actions = n;
    }
    mem_free(all);
    close_reading(&r);
    return fine || fault_memory(p->f);
}
