/* The model: what a rule file declares, apart from its formulas. These are the stages, the tree of
 * the index, and the leaves.
 *
 * A leaf is anything that has a name and a value: a parameter, an attribute of an element of the
 * tree, a method. It has an address ("index.A.A1.weight", "params.cap"), a citation, and the line
 * it was written on.
 *
 * The order of work: leaves are added while the script's tables are read; the tree is closed, which
 * makes the axes; values may be set from outside; the arrays are made. Formulas see only arrays,
 * and every cell of an array knows its leaf.
 *
 * Elements are in the order written, a parent before its children; the first is the root. Checks
 * continue after a fault, so that everything wrong with a rule file is reported at once. Other
 * files read the members, and write only where a comment says so. */
#ifndef RULE_MODEL_H
#define RULE_MODEL_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/pool.h"
#include "expr/axis.h"
#include "expr/graph.h"
#include "expr/run.h"
#include "rule/source.h"

typedef enum md_kind { MD_NUMBER, MD_TRUTH, MD_TEXT, MD_DATE, MD_METHOD } md_kind;

typedef struct md_value {
    md_kind kind;
    double number;    /* of a text: its number in the pool */
    const char *text; /* the text, or the name of a method */
} md_value;

typedef struct md_at {
    int file;
    long line;
} md_at;

typedef struct md_stage {
    const char *name, *title; /* title "" where not given */
    int from, to;             /* years, or 0 */
    const char *const *peer;
    size_t peers;
    md_at at;
} md_stage;

typedef struct md_element {
    const char *id, *name;
    const char *cite;    /* its own or that of the nearest enclosing element, or "" */
    const char *address; /* "index.A.A1" */
    uint32_t label;      /* the id in the pool */
    int parent;          /* or -1 */
    int depth;           /* the root's is 0 */
    int indicator;       /* else a group, or the root */
    md_at at;
} md_element;

/* The value that one file gave a leaf. The address may differ from the leaf's, where an overlay
 * gave one value for all stages in place of one for each, or the other way round. */
typedef struct md_edition {
    const char *address;
    md_value value;
    const char *cite; /* or "" */
    md_at at;
} md_edition;

typedef struct md_leaf {
    const char *address;
    md_value value;
    const char *cite; /* or "" */
    md_at at;
    int changed; /* by model_set */
    int absent;  /* as if it were not given; written by others, where two editions are mixed */
    int fixed;   /* written by others: the script read it as a plain value, which formulas hold */
    /* the values of all files that set it, oldest first; NULL where only one did */
    const md_edition *edition;
    int editions;
    int element;      /* or -1: a parameter */
    const char *name; /* that of its array, without "index." or "params.": "weight", "target_low" */
    int array;        /* the number of its array; -1 where it has none, or they are not made yet */
    int stage;        /* or -1: the same in all stages */
} md_leaf;

/* An element that an overlay removed. The data may still have rows of it. */
typedef struct md_gone {
    uint32_t label;
    int indicator;
    const char *address, *cite; /* the citation is that of the removal, or "" */
    md_at at;                   /* of the removal */
} md_gone;

/* The values of leaves along axes. In the graph it is a source. */
typedef struct md_array {
    const char *name;  /* "index.weight", "params.cap", "index.group" */
    const char *names; /* the axis its texts are labels of, or NULL */
    ex_kind kind;
    ax_set axes;
    double *value; /* in the layout of the axes */
    int32_t *leaf; /* the leaf of each value, or -1 where there is none */
    size_t size;
    ex_id node; /* written by whoever makes it; 0 until then */
} md_array;

typedef struct model {
    arena memory;
    pool *strings;
    ax_space *space;
    sources *files;
    md_at at;         /* of assessment { … } */
    const char *cite; /* or "" */

    md_stage *stage;
    pool *stage_names; /* number i + 1 is the name of stage i */
    int stages;
    size_t stage_cap;
    int stage_axis; /* or AX_NONE */

    md_element *element;
    int elements;
    size_t element_cap;
    int renumbered;     /* how often elements were given other numbers */
    const char **level; /* names of the levels, from the indicators' to the root's */
    int levels;
    /* For each level but the root's: */
    int *level_axis;
    int **member;      /* the element of every label of the axis */
    int *level_weight; /* the number of its array of weights */

    md_leaf *leaf;
    size_t leaves, leaf_cap;
    md_gone *gone;
    size_t gones, gone_cap;
    md_array *array;
    pool *array_names; /* number i + 1 is the name of array i */
    size_t arrays, array_cap;
} model;

void model_open(model *m, pool *strings, ax_space *space, sources *files);
void model_close(model *m);

/* Notes a fault of the rules at a line, pointing at `word` where the line has it. Returns 0. */
int model_fault(const model *m, fault *f, md_at at, const char *word, const char *hint,
                const char *format, ...) FAULT_FORMAT(6, 7);

/* ---- adding and changing, while the rules are read ----
 *
 * Texts are copied. The model_add_ functions return the number of what was added, or -1 with the
 * fault. */
int model_add_stage(model *m, const md_stage *s, fault *f);
/* An overlay changes the stage of this name; what is not given stays. */
int model_change_stage(model *m, const md_stage *s, fault *f);
int model_find_stage(const model *m, const char *name); /* or -1 */
/* Makes the axis of the stages once all are added, if there are any. */
int model_make_stages(model *m, fault *f);
int model_add_element(model *m, int parent, int indicator, const char *id, const char *name,
                      const char *cite, md_at at, fault *f);
/* `path` is what follows the address of the element or "params": "weight", "standard.stage1",
 * "target.low". */
int model_add_leaf(model *m, int element, const char *path, const char *name, int stage,
                   md_value value, md_at at, fault *f);

/* An overlay changes a leaf; the value it had is kept as an edition. The kind stays. */
int model_change_leaf(model *m, size_t leaf, md_value value, const char *cite, md_at at, fault *f);
/* Tells that the leaf was added in place of others, whose editions become its own older ones. */
int model_follow_leaves(model *m, size_t leaf, const size_t *old, size_t count, fault *f);
int model_editions(const md_leaf *l);                  /* at least 1 */
md_edition model_edition(const md_leaf *l, int which); /* from 0, the oldest */

/* ---- tree.c: overlays change the tree before it is closed; numbers of elements and leaves change
 * ---- */

int model_find_element(const model *m, const char *address); /* or -1 */
int model_behind(const model *m, int element);               /* the first after all inside it */
/* Moves the elements from `from` on, which were just added to `parent`: before its child `before`,
 * or
 * (-1) behind all its children. */
int model_place_elements(model *m, int from, int parent, int before, fault *f);
/* Removes an element with everything in it and their leaves. `cite` and `at` are the overlay's
 * reason and line. */
int model_remove_element(model *m, int element, const char *cite, md_at at, fault *f);
/* What was removed last at an address, or NULL. */
const md_gone *model_gone(const model *m, const char *address);
int model_is_gone(const model *m, uint32_t label); /* was an indicator of this id removed? */
void model_remove_leaf(model *m, size_t leaf);
/* Parameters first, then leaves in the order of their elements. */
int model_sort_leaves(model *m, fault *f);

/* Who has which id while elements are added one after the other: by label, an element or 0; of the
 * elements before `owned`. In the arena of the model. Starts as {0}. */
typedef struct md_owners {
    int *owner;
    size_t owners;
    int owned, renumbered;
} md_owners;
/* The next element from `from` on, of those not looked at yet, whose id another one before it has;
 * -1 at the end, or without memory with the fault. */
int model_next_twin(model *m, md_owners *o, int from, int *other, fault *f);
/* Reports ids that are given twice. Empty ids do not count. */
int model_check_ids(model *m, fault *f);
/* Checks the tree and makes an axis of each level. `level` gives the names of the levels; NULL
 * stands for "indicator", "group" and the root. An indicator without a weight gets a leaf of 1.
 * Without elements it does nothing. */
int model_close_tree(model *m, const char *const *level, int levels, md_at at, fault *f);

/* ---- values and arrays ---- */

/* Gives the leaf at an address another value of its kind. FAULT_USAGE where the address is unknown
 * or the value cannot be read. */
int model_set(model *m, const char *address, const char *value, fault *f);

/* Makes the arrays of the leaves and fills them; called once. A weight that is not given is 1 for
 * an indicator, and the sum of its children's weights for a group. */
int model_make_arrays(model *m, fault *f);
/* Fills the arrays from the leaves again. */
int model_fill(model *m, fault *f);
/* The same, and tells the run which of its sources have changed by that. */
int model_refill(model *m, ex_run *run, fault *f);

const md_array *model_array(const model *m, const char *name); /* or NULL */
/* The element at a position of a level's axis, or -1. */
int model_element_of(const model *m, int axis, size_t position);
const md_leaf *model_leaf(const model *m, const char *address); /* or NULL */
const char *model_leaf_text(model *m, const md_leaf *l);        /* its value as text */
const char *model_value_text(model *m, const md_value *v);

/* Of the first 100,000 labels of an axis, the one most like a word, or NULL (axes.c). */
const char *label_nearest(const ax_space *s, int axis, const char *word);

#endif
