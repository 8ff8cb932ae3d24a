/* What the files of src/check share. Other rooms call assess_check (assess.h).
 *
 * Each check is a function that looks for one kind of mistake and adds a finding for each one that
 * is certain. What can be checked depends on how far the rules ran: always the text of the rule
 * files; the model, if the rules were read; the graph and the data, if everything was computed. */
#ifndef CHECK_INSIDE_H
#define CHECK_INSIDE_H

#include "session/session.h"

/* Marks of a node: it is an output (or kept for another reason); an output is computed from it. */
enum { IS_OUTPUT = 1, SERVES_OUTPUT = 2 };

typedef struct check {
    assess *a;
    model *m;
    ex_graph *g;
    ex_run *run;
    sources *files;
    arena *memory;
    int *leaf_of, *leaf_next; /* the first leaf of each element; the next one of each leaf; or -1 */
    unsigned char *wanted;    /* the marks of each node */
    struct covers *covers;    /* pairs of patterns that were compared */
} check;

/* Where a finding is: a place, and how many characters of the line it is about (0: the token). */
typedef struct location {
    place at;
    int width;
} location;

/* ---- codes.c ---- */

const assess_code *code_named(const char *code);      /* or NULL */
const char *code_of_message(const assess_message *m); /* the code that a message belongs to */

/* ---- findings.c ---- */

/* Adds a finding. The hint may be NULL. */
void check_add(check *c, const char *code, location at, const char *hint, const char *format, ...)
    FAULT_FORMAT(5, 6);
/* Texts that live as long as the session; never NULL. */
const char *check_print(check *c, const char *format, ...);
const char *check_number(check *c, double x);
const char *check_formula(check *c, ex_id n);

/* Puts the findings in order and marks those that the rules accept. */
void findings_finish(check *c);

/* The values of a node, computed if need be; NULL where that fails. */
const double *check_values(check *c, ex_id n);
/* Nodes whose values a check is going to ask for. They are computed together: each alone would have
 * the whole graph planned again. Zero-initialise; check_compute ends it. */
typedef struct check_ahead {
    ex_id *node;
    size_t count, cap, elements;
    unsigned char *asked; /* by node */
} check_ahead;
void check_expect(check *c, check_ahead *a, ex_id n);
void check_compute(check *c, check_ahead *a);

/* Is it a file of methods that many rules share? */
int check_is_library(const check *c, int file);

/* `token` is looked for on the line; without it, or where it is NULL, the location is the line. */
location location_line(check *c, int file, long line, const char *token);
location location_element(check *c, const md_element *e);
location location_leaf(check *c, const md_leaf *l); /* its key and value */
/* A string of some rule file, looked for near a line of `file` first; else `token` on that line. */
location location_string(check *c, int file, long line, const char *content, const char *token);
/* The line of the main rule file where a node was made. */
location location_node(check *c, ex_id n, const char *token);
location location_token(check *c, int file, size_t token); /* a token by its number */

/* Where the rules declare data: the name of the file. */
location location_data(check *c, const dataset *d);

/* ---- the checks that check.c calls beside its own ---- */

void check_use(check *c);  /* liveness.c: leaves and data that nothing uses, missing attributes */
void check_data(check *c); /* data.c: columns, indicators and their values */
void check_each(check *c); /* data.c: slow functions */
void check_markers(check *c, const dataset *d); /* markers.c: -999 for what is missing */
void check_branches(check *c);
void check_patterns(check *c);
void check_near_ties(check *c);

/* patterns.c: two nodes matches(x, …) of the same x: does the first match every text that the
 * second matches? */
int check_covers(check *c, ex_id first, ex_id second);

/* data.c: has any unit a value, or a carried text, for the indicator at this position? */
int check_has_data(check *c, const dataset *d, size_t indicator);

#endif
