/* Results: nodes that were computed, as the arrays and messages of the public header; and which
 * program computed them.
 *
 * What is returned lives in the arena of the results, as long as that. */
#ifndef RULE_RESULT_H
#define RULE_RESULT_H

#include "assess.h"
#include "base/arena.h"
#include "base/digest.h"
#include "expr/run.h"
#include "rule/source.h"

typedef struct result_name {
    const char *name;
    ex_id node;
} result_name;

/* A position on each axis, by the number of the axis; those that an array lacks do not matter. */
typedef struct positions {
    uint32_t at[AX_MOST];
} positions;

typedef struct results {
    arena *memory;
    ex_graph *graph;
    ex_run *run;
    sources *files;
    const result_name *output; /* nodes that formulas call by name */
    size_t outputs;
    const uint32_t *number; /* of nodes below `numbered`: that of its output + 1, or 0; or NULL */
    size_t numbered;
} results;

/* Describes values along axes. Name, formula, file and line are left to the caller. */
void result_shape(const ax_space *space, ax_set axes, ex_kind kind, const double *value,
                  assess_array *out);
/* The array of a computed node. 0 with the fault where it has no values or too many axes. */
int result_array(const results *r, const char *name, ex_id node, assess_array *out, fault *f);
const char *result_formula(const results *r, ex_id node); /* one line; "" without memory */

/* Makes it quick to find an output by its node, where there are many. 0 without memory. */
int result_number_outputs(results *r);
/* What formulas call a node, or NULL. */
const char *result_name_of(const results *r, ex_id node);
/* The element of an array at given positions. */
size_t result_cell(const ax_space *space, ax_set axes, const positions *where);
/* The value of a node there; NaN where it was not computed. */
double result_value(const results *r, ex_id node, const positions *where);

/* Notes a message for each line and operation whose domain errors made elements missing that are
 * needed for what was asked. 0 with the fault where that cannot be found out. */
int result_domain_errors(const results *r, fault_kind kind, fault *notes, fault *f);

/* Why `output` is what it is at a place: see assess_reasons. */
size_t result_reasons(const results *r, const assess_array *output, ex_id node, const size_t *at,
                      assess_reason *out, size_t most, fault *f);

/* ---- which program computed a result ---- */

/* The file this code was loaded from, which is the program or the shared library. 0 where the
 * system does not tell. */
enum { BUILD_ID_PATH = 4096 };
int build_id_path(char path[BUILD_ID_PATH]);

/* SHA-256 of that file; "" where it is not known or can no longer be read. */
void build_id_digest(char hex[DIGEST_HEX]);

/* SHA-256 of a file's bytes; "" where it cannot be read. */
void file_digest(const char *path, char hex[DIGEST_HEX]);

#endif
