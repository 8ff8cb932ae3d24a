/* What the files of src/check share. Others call assess_check of assess.h.
 *
 * A check is a function that looks for one kind of mistake and adds a finding for each that it is
 * certain of. How much there is to look at depends on how far the rules ran: always the text of the
 * rule files; the model, if it was read; the graph and the data, if all was computed. */
#ifndef CHECK_INSIDE_H
#define CHECK_INSIDE_H

#include "session/session.h"

/* A node is an output (or is kept for another reason), or is needed to compute one. */
enum { IS_OUTPUT = 1, SERVES_OUTPUT = 2 };

typedef struct check {
    assess *a;
    model *m;
    ex_graph *g;
    ex_run *run;
    sources *files;
    arena *memory;
    int *leaf_of,
        *leaf_next; /* of every element its first leaf, and of every leaf the next; -1: none */
    unsigned char *wanted; /* of every node, IS_OUTPUT and SERVES_OUTPUT */
    struct covers *covers; /* pairs of patterns that were compared */
} check;

/* Where a finding is: a place, and how many characters of its line it is about (0: the token). */
typedef struct location {
    place at;
    int width;
} location;

/* findings.c: a finding is noted with its place in the rule files. */
void check_add(check *c, const char *code, location at, const char *hint, const char *format, ...)
    FAULT_FORMAT(5, 6);
const char *check_print(check *c, const char *format,
                        ...); /* kept as long as the session; never NULL */
const char *check_number(check *c, double x);
const char *check_formula(check *c, ex_id n);

void findings_finish(check *c); /* in order, and those accepted are marked */

/* The values of a node, computed if need be; NULL where they cannot be had. */
const double *check_values(check *c, ex_id n);

int check_is_library(const check *c, int file); /* methods/…, which many rules share */

/* The code that the words of a message belong to. */
const char *code_of_message(const assess_message *m);

location location_line(check *c, int file, long line, const char *token);
location location_element(check *c, const md_element *e);
location location_leaf(check *c, const md_leaf *l); /* its key and value */
/* A string as it stands in some rule file, looked for near a line first; else the token there. */
location location_string(check *c, int file, long line, const char *content, const char *token);
/* The rule line of a node: that of the main rule file which led to it. */
location location_node(check *c, ex_id n, const char *token);
/* A token of a rule file by its number. */
location location_token(check *c, int file, size_t token);

/* Where the rules declare data: the name of the file. */
location location_data(check *c, const dataset *d);

/* Is it the text of a token? */
int token_is(const char *text, const source_token *t, const char *word);

/* The checks that check.c runs beside its own. */
void check_use(check *c);  /* liveness.c: what no result depends on, what formulas miss */
void check_data(check *c); /* data.c: columns, indicators and their values */
void check_each(check *c); /* data.c: slow functions */
void check_markers(check *c, const dataset *d); /* markers.c: -999 for what is missing */
void check_branches(check *c);
void check_patterns(check *c);
void check_near_ties(check *c);

/* patterns.c: both are matches(x, …) of the same texts. Does the first match every text that the
 * second does? */
int check_covers(check *c, ex_id first, ex_id second);

/* data.c */
/* Has some unit a value, or a carried text, of the indicator at a place of its axis? */
int check_has_data(check *c, const dataset *d, size_t indicator);

#endif
