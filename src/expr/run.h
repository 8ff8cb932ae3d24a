/* A run: computes nodes of a graph.
 *
 * Nodes without the stream axis (the longest axis of what is wanted) are computed once; the others
 * are fused into passes that stream over it in blocks. Results have the same bits for any number of
 * threads, any block length and any SIMD level. Only what was not computed yet, or is downstream of
 * a changed source, is computed. */
#ifndef EXPR_RUN_H
#define EXPR_RUN_H

#include <signal.h>

#include "expr/graph.h"

typedef struct ex_run ex_run;

typedef struct ex_settings {
    int threads;    /* 0: as many as there are cores */
    uint32_t block; /* elements of the stream axis a step; 0: fitted to the cache */
    size_t memory;  /* bytes of values at most; 0: no limit */
    const volatile sig_atomic_t
        *stop;        /* when it turns nonzero the run ends with FAULT_LIMIT; may be NULL */
    const char *simd; /* "baseline", "v3", "v4"; NULL: the best this CPU has */
} ex_settings;

/* A place where a domain error made an element missing: log of a negative, division by zero. */
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

/* Computes the wanted nodes (and what they need). Nodes may have been added to the graph since the
 * last call. Returns 0 with the fault on a limit or when a host function failed. */
int ex_run_eval(ex_run *r, const ex_id *want, size_t count, fault *f);
/* The same for nodes that are wanted for others only, to have them computed together: domain errors
 * in them count as the others need them (needed.c). */
int ex_run_prepare(ex_run *r, const ex_id *want, size_t count, fault *f);

/* The values of a node that was wanted (or is a source), dense in the layout of its axes; NULL for
 * others. Lives until the run is closed or something upstream is changed. */
const double *ex_run_value(ex_run *r, ex_id n, fault *f);

/* The source's values have been changed by their owner: what is downstream is computed anew when
 * next wanted. */
void ex_run_changed(ex_run *r, ex_id source);

/* Puts a value in place of one element of a node, whatever its formula says: what is downstream is
 * computed anew when next wanted, the node itself is not. The node was wanted before, or is a
 * source (whose owner's values stay as they are). To undo it, put back what was there. */
int ex_run_force(ex_run *r, ex_id n, size_t element, double value, fault *f);

/* Domain errors in what has been computed, in node order, needed or not. */
size_t ex_run_domain_errors(const ex_run *r);
ex_domain_error ex_run_domain_error(const ex_run *r, size_t i);

/* The domain errors that count, in node order, with the first needed element of each. `out` has
 * room for ex_run_domain_errors(r). Values that must be looked at for it are computed some at a
 * time and given back. Returns 0 with the fault on a limit. */
int ex_needed_domain_errors(ex_run *r, ex_domain_error *out, size_t *count, fault *f);

/* How many nodes have been computed since the run was opened (for tests of what is recomputed). */
uint64_t ex_run_computed(const ex_run *r);

#endif
