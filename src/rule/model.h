/* The model: what a rule file declares, besides its formulas.
 *
 * It has the stages, the index tree and the leaves. A leaf is everything with a name that has a
 * value: a parameter, an attribute of an element of the tree, a method. It knows its address
 * ("index.A.A1.weight", "params.cap"), its value, the citation that covers it and the line it was
 * written on. Leaves are gathered while the script's tables are read; then the tree is closed,
 * which makes the axes; then values may be set from outside; then the arrays are made. From there
 * on a formula sees arrays only, but every cell of an array still knows its leaf.
 *
 * Elements stand in the order written, a parent before its children; the first is the root. Checks
 * go on after a fault, so that all that is wrong with a rule file is told at once. The members may
 * be read by everybody and are written here only. */
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
    const char *text; /* of a text; of a method: what it is called */
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
    const char *cite;    /* its own or that of the nearest element around it, or "" */
    const char *address; /* "index.A.A1" */
    uint32_t label;      /* the id in the pool */
    int parent;          /* or -1 */
    int depth;           /* the root's is 0 */
    int indicator;       /* else a group, or the root */
    md_at at;
} md_element;

/* The value that one file gave a leaf. An overlay may give it at another address: one value for all
 * stages in place of one for each. */
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
    int absent;  /* as if it were not given: set where two editions are mixed */
    int fixed;   /* read as a plain value while the rules ran: formulas were made with it */
    /* the value of each file that set it, oldest first; NULL where only one did */
    const md_edition *edition;
    int editions;
    int element; /* or -1: a parameter */
    /* of the array it stands in, without "index." or "params.": "weight", "target_low" */
    const char *name;
    int stage; /* or -1: the same in all stages */
} md_leaf;

/* An element that an overlay removed; data may still have the rows of an indicator. */
typedef struct md_gone {
    uint32_t label;
    int indicator;
    const char *address, *cite; /* of the removal; or "" */
    md_at at;
} md_gone;

/* Values of leaves along axes: a source of the graph. */
typedef struct md_array {
    const char *name;  /* "index.weight", "params.cap", "index.group" */
    const char *names; /* the axis its texts are labels of, or NULL */
    ex_kind kind;
    ax_set axes;
    double *value; /* in the layout of the axes */
    int32_t *leaf; /* the leaf of each value, or -1 where there is none */
    size_t size;
    ex_id node; /* kept here by whoever makes it; 0 until then */
} md_array;

typedef struct model {
    arena memory;
    pool *strings;
    ax_space *space;
    sources *files;
    md_at at;         /* of assessment { … } */
    const char *cite; /* or "" */

    md_stage *stage;
    int stages;
    size_t stage_cap;
    int stage_axis; /* or AX_NONE */

    md_element *element;
    int elements;
    size_t element_cap;
    const char **level; /* names, the indicators' first, the root's last */
    int levels;
    int *level_axis;   /* levels - 1 */
    int **member;      /* for each of those: the element of every label */
    int *level_weight; /* for each of those: the number of its array of weights */

    md_leaf *leaf;
    size_t leaves, leaf_cap;
    md_gone *gone;
    size_t gones, gone_cap;
    md_array *array;
    size_t arrays, array_cap;
} model;

int model_open(model *m, pool *strings, ax_space *space, sources *files); /* 0 without memory */
void model_close(model *m);

/* Notes a fault of the rules at a line, under `word` where that stands in it. Returns 0. */
int model_fault(const model *m, fault *f, md_at at, const char *word, const char *hint,
                const char *format, ...) FAULT_FORMAT(6, 7);

/* While reading. Texts are copied. Adding returns the number of what was added, or -1 with the
 * fault. */
int model_add_stage(model *m, const md_stage *s, fault *f);
/* An overlay changes a stage: its name stays, and everything that is not given. */
int model_change_stage(model *m, const md_stage *s, fault *f);
int model_find_stage(const model *m, const char *name); /* or -1 */
/* all were added: makes the axis, where there are any */
int model_make_stages(model *m, fault *f);
int model_add_element(model *m, int parent, int indicator, const char *id, const char *name,
                      const char *cite, md_at at, fault *f);
/* `path` is the address behind the element's or "params": "weight", "standard.stage1",
 * "target.low". */
int model_add_leaf(model *m, int element, const char *path, const char *name, int stage,
                   md_value value, md_at at, fault *f);

/* An overlay changes a leaf: the former value is kept as an edition. The kind stays. */
int model_change_leaf(model *m, size_t leaf, md_value value, const char *cite, md_at at, fault *f);
/* The leaf was added in place of others: their editions are its own older ones. */
int model_follow_leaves(model *m, size_t leaf, const size_t *old, size_t count, fault *f);
int model_editions(const md_leaf *l);                  /* at least 1 */
md_edition model_edition(const md_leaf *l, int which); /* from 0, the oldest */

/* ---- tree.c: overlays change the open tree; elements and leaves get new numbers ---- */

int model_find_element(const model *m, const char *address); /* or -1 */
int model_behind(const model *m, int element);               /* the first that is not inside it */
/* Moves the elements from `from` on, which were added to `parent` last: before its child `before`,
 * or (-1) behind all its children. */
int model_place_elements(model *m, int from, int parent, int before, fault *f);
/* Removes an element with everything in it and their leaves. `cite` and `at`: why the overlay does
 * so, and where. */
int model_remove_element(model *m, int element, const char *cite, md_at at, fault *f);
/* What was removed last at an address, or NULL. */
const md_gone *model_gone(const model *m, const char *address);
/* Of an axis's first 100,000 labels, the one nearest to a word that is none; or NULL (axes.c). */
const char *label_nearest(const ax_space *s, int axis, const char *word);
int model_is_gone(const model *m, uint32_t label); /* was an indicator of this id removed? */
void model_remove_leaf(model *m, size_t leaf);
/* Parameters first, then leaves in the order of their elements. */
int model_sort_leaves(model *m, fault *f);

/* Reports ids that are given twice; empty ids do not count. */
int model_check_ids(model *m, fault *f);
/* All elements were added: checks the tree and makes an axis of each level. `level` gives their
 * names, or is NULL for "indicator", "group" and the root. An indicator without a weight gets 1 as
 * a leaf. Without elements it does nothing. */
int model_close_tree(model *m, const char *const *level, int levels, md_at at, fault *f);

/* Gives the leaf at an address another value, read as the kind it has. An unknown address or a
 * value that does not read is FAULT_USAGE. */
int model_set(model *m, const char *address, const char *value, fault *f);

/* Makes the arrays from the leaves (once), and fills them. A weight that is not given is 1 for an
 * indicator, and for a group the sum of its children's. */
int model_make_arrays(model *m, fault *f);
/* Fills the arrays anew from the leaves. */
int model_fill(model *m, fault *f);
/* The same, and tells the run which of the arrays that formulas use are different now. */
int model_refill(model *m, ex_run *run, fault *f);

const md_array *model_array(const model *m, const char *name); /* or NULL */
/* the element of a label of a level's axis, or -1 */
int model_element_of(const model *m, int axis, size_t position);
const md_leaf *model_leaf(const model *m, const char *address); /* or NULL */
const char *model_leaf_text(model *m, const md_leaf *l);        /* its value as text */
const char *model_value_text(model *m, const md_value *v);

#endif
