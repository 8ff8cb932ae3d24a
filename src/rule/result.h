/* Results: nodes that were computed, as the arrays and messages of the public header; and which
 * program computed them.
 *
 * Everything written here goes to the arena that is given, and lives as long. */
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

typedef struct results {
    arena *memory;
    ex_graph *graph;
    ex_run *run;
    sources *files;
    const result_name *output; /* nodes that formulas call by name */
    size_t outputs;
} results;

/* Describes values along axes; position, formula and name are left to the caller. */
void result_shape(const ax_space *space, ax_set axes, ex_kind kind, const double *value,
                  assess_array *out);
/* The array of a node that was computed. 0 where it has no values, or too many axes. */
int result_array(const results *r, const char *name, ex_id node, assess_array *out, fault *f);
const char *result_formula(const results *r, ex_id node); /* one line; "" without memory */

/* A message for each line and operation that made elements missing by a domain error, if what was
 * asked for needs them. 0 with the fault where that cannot be told. */
int result_domain_errors(const results *r, fault_kind kind, fault *notes, fault *f);

/* Why `output` is what it is at a place: see assess_reasons. */
size_t result_reasons(const results *r, const assess_array *output, ex_id node, const size_t *at,
                      assess_reason *out, size_t most, fault *f);

/* ---- which program computed a result ---- */

/* The file this code was loaded from: the program, or the shared library. 0 where the system does
 * not tell. */
enum { BUILD_ID_PATH = 4096 };
int build_id_path(char path[BUILD_ID_PATH]);

/* SHA-256 of the file this code was loaded from: the program, or the shared library. "" where the
 * system does not tell which that is, or it cannot be read any more. */
void build_id_digest(char hex[DIGEST_HEX]);

/* SHA-256 of a file's bytes; "" where it cannot be read. */
void file_digest(const char *path, char hex[DIGEST_HEX]);

#endif
