/* An explanation from inside: what its files share.
 *
 * A step explains one element: a node at a location, which has a position for each axis. The
 * formula of the step is read as far as elements that stand alone: outputs, leaves, data,
 * reductions and what was chosen along an axis. Their values are put into the formula in place of
 * them (explain_formula.c), and each is a step of its own (explain.c). The steps of a reduction are
 * the elements it went over (explain_elements.c). Leaves and data tell where they were written. */
#ifndef RULE_EXPLAIN_INSIDE_H
#define RULE_EXPLAIN_INSIDE_H

#include "base/buf.h"
#include "expr/graph.h"
#include "rule/explain.h"

/* A position for each axis; those a node lacks do not matter. */
typedef struct location {
    uint32_t at[AX_MOST];
} location;

/* An element: a node at a location. */
typedef struct explained {
    ex_id node;
    location where;
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
    uint64_t *seen;  /* elements that have been explained: node and cell; open addressing */
    size_t *seen_at; /* the steps that explain them, from 1; 0: none does yet */
    size_t seen_count, seen_capacity;
    int full;        /* there would be more steps than the settings allow */
    int shares;      /* only what contributes to sums and means; steps have no formulas */
    double factor;   /* shares: what one of the element whose operands come makes of the root */
    int contributes; /* shares: some operand did */
    fault *f;
} explainer;

/* ---- explain_formula.c: values at a location ---- */

size_t explain_cell(const explainer *e, ex_id n, const location *s);
double explain_value(const explainer *e, ex_id n, const location *s);
void explain_write(const explainer *e, ex_kind kind, double x, buf *out);
const char *explain_labels(const explainer *e, ax_set axes, const location *s);
const char *explain_keep(const explainer *e, const buf *b); /* "" without memory */

/* ---- explain_formula.c: what a formula uses ---- */

enum { EXPLAIN_PARTS = 64, EXPLAIN_DEPTH = 12 }; /* of formulas */
enum { EXPLAIN_TEXT = 480 };                     /* bytes of a formula, about */

/* What stands in a formula as a value: `node`, as the formula has it, and the element that explains
 * it (0: it needs none). */
typedef struct part {
    ex_id node, element;
    location where;
    assess_step_role role; /* a condition or a place is not in the formula itself */
} part;

typedef struct parts {
    part item[EXPLAIN_PARTS];
    size_t count;
} parts;

const char *explain_output(const explainer *e, ex_id n); /* its name, or NULL */
/* The same, or the name of the variable that keeps it in the script. What only chooses has none: in
 * its place stands what was chosen. */
const char *explain_name(const explainer *e, ex_id n);
/* Works along an axis (1), or on matrices, or is a composed function (2; *c): explained by its
 * elements. */
int explain_is_reduction(const explainer *e, ex_id n, ex_composed *c);
/* The operand a `where` or `coalesce` took at a location, or 0 where it took none or a constant, or
 * n is no choice. */
ex_id explain_chosen(const explainer *e, ex_id n, const location *s);
/* Follows a node that only chooses along axes to the element it chooses; conditions and look-ups on
 * the way are added to `list` (or NULL). Returns the element's node; n itself where a place is
 * missing. */
ex_id explain_end(const explainer *e, ex_id n, location *s, parts *list);
int explain_only_chooses(const explainer *e, ex_id n);
/* `depth` is that of the formula: what lies deeper has a step of its own. */
void explain_parts(const explainer *e, ex_id n, const location *s, int depth, parts *list);
void explain_add_part(const explainer *e, parts *list, ex_id node, ex_id element, const location *s,
                      assess_step_role role);

/* ---- explain_formula.c: how it reads ---- */

/* The formula of a node as the rule has it, by the branches taken at the location; with the values
 * of `list` put in where that is not NULL. What lies deeper than *depth reads "…"; without a list,
 * *depth becomes the most at which the formula has no more than EXPLAIN_TEXT bytes. */
const char *explain_formula(const explainer *e, ex_id n, const location *s, int *depth,
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

/* A step for an element and, behind it, the steps of what it is made of. 0 with the fault, or when
 * it is full. */
int explain_step(explainer *e, ex_id n, location s, int depth, explain_link link);
/* The steps of the elements that a reduction, step number `index`, went over. */
int explain_elements(explainer *e, size_t index, ex_id n, const location *s, int depth);

#endif
