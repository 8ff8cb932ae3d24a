/* A run computes the values of nodes of a graph, and keeps those that were wanted.
 *
 * Nodes are fused into passes that stream over the longest axis in blocks (plan.h). Results have
 * the same bits for any number of threads, any block length and any SIMD level. A node is computed
 * only if it was not computed before, or if a source it depends on has changed. */
#ifndef EXPR_RUN_H
#define EXPR_RUN_H

#include <signal.h>

#include "expr/graph.h"

struct ex_profile;
typedef struct ex_run ex_run;

typedef struct ex_settings {
    int threads;    /* 0: as many as there are cores */
    uint32_t block; /* elements of the stream axis in a block; 0: as many as fit the cache */
    size_t memory;  /* bytes of values at most; 0: no limit */
    /* when it turns nonzero the run ends with FAULT_LIMIT; may be NULL */
    const volatile sig_atomic_t *stop;
    /* "baseline", "v3", "v4"; NULL: the environment variable ASSESS_SIMD, or the best of this CPU
     */
    int again; /* the same nodes will be wanted many times, with other values of sources in between:
                  plans and memory are kept */
    const char *simd;
    /* One more than an axis, longer than all others: sums over that axis of products with factors
     * that do not have it are not compensated (sum_eights in kernels.h); 0: all sums are. */
    int eights;
    /* Bytes of values that nothing reads any more which are kept all the same, so that less is
     * computed again after a change; 0: 256 MiB. Of more, the oldest are given back. */
    size_t spare;
    struct ex_profile *profile; /* where costs are written (profile.h); NULL: nothing is measured */
} ex_settings;

/* The domain errors of a node: elements that are missing though their operands are present, as the
 * logarithm of a negative number or a division by zero. */
typedef struct ex_domain_error {
    ex_id node;
    size_t count; /* elements */
    size_t first; /* the first of them, in the layout of the node */
} ex_domain_error;

/* The SIMD level of a name: 0 baseline, 1 v3, 2 v4; of NULL the best this CPU has (the environment
 * variable ASSESS_SIMD is asked first). -1 for a level that this program or CPU does not have. */
int ex_level(const char *name);

ex_run *ex_run_open(ex_graph *g, const ex_settings *settings, fault *f);
void ex_run_close(ex_run *r);

/* Computes the wanted nodes and what they depend on. Nodes may have been added to the graph since
 * the last call. 0 with the fault filled: a limit was reached, or a host function failed. */
int ex_run_eval(ex_run *r, const ex_id *want, size_t count, fault *f);
/* The same for nodes that are not results themselves: their domain errors count only where a node
 * wanted by ex_run_eval needs them (needed.c). */
int ex_run_prepare(ex_run *r, const ex_id *want, size_t count, fault *f);

/* The values of a source or a node that was wanted, dense in the layout of its axes; NULL for other
 * nodes. Valid until the run is closed or a source it depends on is changed. */
const double *ex_run_value(ex_run *r, ex_id n, fault *f);

/* Says that the owner of a source has changed its values: nodes that depend on it are computed
 * again when they are wanted next. */
void ex_run_changed(ex_run *r, ex_id source);

/* From now on the node has these values, dense in the layout of its axes; they stay with the caller
 * until the run is closed, or others are lent. What depends on the node is computed again when next
 * wanted. With it several runs of one graph, each in its own thread, have different sources. 0 with
 * the fault. */
int ex_run_lend(ex_run *r, ex_id n, const double *value, fault *f);

/* The same, where the axis of settings.eights is innermost and most lines along it never vary:
 * varies[o] says so of line o, and constant[o] is its element. These lines of `value` need not be
 * filled: where something does want them, the run fills them. All three stay with the caller, and
 * the lines that vary are the same each time the same `value` is lent. */
int ex_run_lend_lines(ex_run *r, ex_id n, double *value, const uint8_t *varies,
                      const double *constant, fault *f);
/* Of the axis of settings.eights only the first n elements are wanted from now on; 0: all are. */
void ex_run_only(ex_run *r, size_t n);

/* Replaces the value of one element of a node that was wanted before, or of a source (the owner's
 * values stay as they are). Nodes that depend on it are computed again when they are wanted next,
 * the node itself is not. To undo it, force the old value. */
int ex_run_force(ex_run *r, ex_id n, size_t element, double value, fault *f);

/* How many nodes have domain errors, and the i-th of them, in node order, whether their elements
 * are needed or not. */
size_t ex_run_domain_errors(const ex_run *r);
ex_domain_error ex_run_domain_error(const ex_run *r, size_t i);

/* The domain errors of needed elements, in node order; `first` is the first needed one. `out` has
 * room for ex_run_domain_errors(r). Values that have to be read for this are computed a part at a
 * time and given back. 0 with the fault filled. */
int ex_needed_domain_errors(ex_run *r, ex_domain_error *out, size_t *count, fault *f);

/* Bytes of values that the run holds, and the most it has held at once. */
size_t ex_run_memory(const ex_run *r);
size_t ex_run_memory_most(const ex_run *r);

/* How many nodes have been computed since the run was opened (for tests of what is recomputed). */
uint64_t ex_run_computed(const ex_run *r);
/* How many nodes were looked at to find out what to compute: all of the graph for each plan. */
uint64_t ex_run_looked(const ex_run *r);

#endif
