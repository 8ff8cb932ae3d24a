/* What the files of an explanation share.
 *
 * A step explains one element: a node at given positions. Its formula is read down to the elements
 * that have steps of their own: outputs, leaves, data, reductions and what was chosen along an
 * axis. Their values are put into the formula (explain_formula.c), and each gets a step below
 * (explain.c). Below a reduction come the elements it went over (explain_elements.c). The steps of
 * leaves and data say where these were written. */
#ifndef RULE_EXPLAIN_INSIDE_H
#define RULE_EXPLAIN_INSIDE_H

#include "base/buf.h"
#include "expr/graph.h"
#include "rule/explain.h"

/* An element: a node at given positions. */
typedef struct explained {
    ex_id node;
    positions where;
} explained;

typedef struct explainer {
    const results *r;
    model *m;
    datasets *d;
    const explain_settings *settings;
    arena *memory; /* of the texts */
    int depth;     /* the settings' or less */
    assess_step *step;
    explained *of; /* what each step explains */
    size_t count, step_cap, of_cap;
    pool *seen;      /* the elements that were met, as node and cell */
    size_t *seen_at; /* by their numbers in it: the steps that explain them, from 1; 0: none yet */
    size_t seen_cap;
    int full;  /* there would be more steps than the settings allow */
    int marks; /* values put into formulas stand between marks */
    /* For shares: */
    int shares;
    double factor;   /* what one more of the element being looked at makes of the root */
    int contributes; /* does any of its operands contribute? */
    fault *f;
} explainer;

/* ---- explain_formula.c: values at given positions ---- */

static inline size_t explain_cell(const explainer *e, ex_id n, const positions *s) {
    return result_cell(ex_space(e->r->graph), ex_get(e->r->graph, n)->axes, s);
}

static inline double explain_value(const explainer *e, ex_id n, const positions *s) {
    return result_value(e->r, n, s);
}

/* "Shenzhen, A1": the labels of positions along some axes. */
const char *explain_labels(const explainer *e, ax_set axes, const positions *s);
const char *explain_keep(const explainer *e, const buf *b); /* a copy; "" without memory */

/* ---- explain_formula.c: what a formula uses ---- */

/* Limits of one formula: parts, levels, and bytes (about). */
enum { EXPLAIN_PARTS = 64, EXPLAIN_DEPTH = 12, EXPLAIN_TEXT = 480 };

/* What stands in a formula as a value: `node`, as the formula has it, and the element whose step
 * explains it (0: it needs none). */
typedef struct part {
    ex_id node, element;
    positions where;
    assess_step_role role; /* a condition or a place is not in the formula itself */
} part;

typedef struct parts {
    part item[EXPLAIN_PARTS];
    size_t count;
} parts;

/* The name of an output, or of the variable that holds the node in the script; NULL where there is
 * none. What only chooses has no name: what was chosen stands in its place. */
const char *explain_name(const explainer *e, ex_id n);
/* Does it work along an axis or on matrices, so that it is explained by the elements it went over?
 */
int explain_is_reduction(const explainer *e, ex_id n);
int explain_is_constant(const explainer *e, ex_id n);
/* The operand a `where` or `coalesce` took at given positions, or 0 where it took none or a
 * constant, or n is no choice. */
ex_id explain_chosen(const explainer *e, ex_id n, const positions *s);
/* Does it only choose along axes? */
int explain_only_chooses(const explainer *e, ex_id n);
/* Follows such a node to the element it chooses, and moves *s there; look-ups on the way are added
 * to `list` (or NULL). Returns the element's node, or n itself where a place is missing. */
ex_id explain_end(const explainer *e, ex_id n, positions *s, parts *list);
/* Lists what a formula of `depth` levels uses; what lies deeper has a step of its own. */
void explain_parts(const explainer *e, ex_id n, const positions *s, int depth, parts *list);
void explain_add_part(const explainer *e, parts *list, ex_id node, ex_id element,
                      const positions *s, assess_step_role role);

/* ---- explain_formula.c: how it reads ---- */

/* The formula of a node as the rule has it, by the branches taken at these positions; where `list`
 * is not NULL, with the values of its parts in their places. What lies deeper than *depth reads
 * "…". Without a list, *depth becomes the most at which the formula stays within EXPLAIN_TEXT
 * bytes. */
const char *explain_formula(const explainer *e, ex_id n, const positions *s, int *depth,
                            const parts *list);

/* ---- steps (explain.c, explain_elements.c) ---- */

/* What an element is to the step above. */
typedef struct explain_link {
    assess_step_role role;
    double weight; /* in a sum or mean, or NaN */
    double factor; /* what one of the element makes of the sum or mean, or NaN */
    double whole;  /* the sum or mean */
} explain_link;

explain_link explain_as(assess_step_role role); /* without a weight */

/* Adds a step for an element and, after it, the steps of what it is made of. 0 with the fault, or
 * where there is no room for more steps (`full`). */
int explain_step(explainer *e, ex_id n, positions s, int depth, explain_link link);
/* Adds the steps of the elements that a reduction, step number `index`, went over. */
int explain_elements(explainer *e, size_t index, ex_id n, const positions *s);

#endif
