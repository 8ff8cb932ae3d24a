/* Checks: what is wrong with rules, told without trusting their result. assess_check in assess.h is
 * the way in; what follows is between the files of this room.
 *
 * A check is a function that looks at one subject and adds a finding for each thing that it is sure
 * of. It says nothing where it cannot know. What checks have to look at grows with how far the
 * rules came: the texts of rule files always, the model once it was read, the graph and the data
 * once all was computed. */
#ifndef CHECK_INSIDE_H
#define CHECK_INSIDE_H

#include "session/session.h"

typedef struct check {
    assess *a;
    model *m;
    ex_graph *g;
    ex_run *run;
    sources *files;
    arena *memory;
    int *leaf_of,
        *leaf_next; /* of every element its first leaf, and of every leaf the next; -1: none */
    unsigned char *wanted; /* of every node: 1 an output, or else of use; 2 what those rest on */
    struct covers *covers; /* pairs of patterns that were compared */
} check;

/* Where a finding is: a place, and how many characters of its line are meant (0: as far as the
 * token goes). */
typedef struct spot {
    place at;
    int width;
} spot;

/* findings.c */
void check_add(check *c, const char *code, const spot *at, const char *hint, const char *format,
               ...) FAULT_FORMAT(5, 6);
const char *check_print(check *c, const char *format,
                        ...); /* kept as long as the session; never NULL */
const char *check_number(check *c, double x);
const char *check_formula(check *c, ex_id n);

void findings_finish(check *c); /* in order, and those accepted are marked */

int check_is_library(const check *c, int file); /* methods/…, which many rules share */

/* codes.c */
const assess_code *code_named(const char *code); /* or NULL */
const char *code_of_message(const assess_message *m);

/* spot.c: places in rule files. */
spot location_line(check *c, int file, long line, const char *token);
spot location_element(check *c, const md_element *e);
spot location_leaf(check *c, const md_leaf *l); /* its key and value */
/* A string as it stands in some rule file, looked for near a line first; else the token there. */
spot location_string(check *c, int file, long line, const char *content, const char *token);
/* The rule line of a node: that of the main rule file which led to it. */
spot location_node(check *c, ex_id n, const char *token);
/* A token of a rule file by its number. */
spot location_token(check *c, int file, size_t token);

/* One function for each subject. */
void check_weights(check *c);
void check_standards(check *c);
void check_stages(check *c);
void check_names(check *c); /* names, citations */
void check_text(check *c);  /* what the text of rule files shows */
void check_use(check *c);   /* leaves that nothing depends on, and those that are wanting */
void check_data(check *c);  /* columns, indicators and their values */
void check_branches(check *c);
void check_patterns(check *c);
void check_each(check *c);
void check_near_ties(check *c); /* decisions that rounding leaves open */

/* Both are matches(x, …) of the same texts: has every text that the second matches a match of the
 * first? */
int check_covers(check *c, ex_id first, ex_id second);

/* The value of an attribute of an indicator in a stage, and its leaf; NAN and NULL where it has
 * none. */
double check_attribute(const check *c, int element, const char *name, int stage,
                       const md_leaf **leaf);
const char *check_attribute_text(const check *c, int element, const char *name); /* or "" */

/* Has some unit a value, or a carried text, of the indicator at a place of its axis? */
int check_has_data(check *c, const dataset *d, size_t indicator);

#endif
