/* Two editions of rules at once, and every mix of their parts.
 *
 * What differs between the editions is divided into items: a leaf, the data of an indicator, the
 * compute function, the tree. A mix says for each item which edition it follows (0 or 1), and gives
 * the score and the rank that the rules would give if they were written that way.
 *
 * A hybrid host is one Lua host with the scripts of both editions, the tree of one of them, and the
 * data of both along common axes. Within it two mixes differ by values in arrays only, and only
 * what follows from these is computed again. An item that cannot be switched within a host has a
 * host for either side: the tree; tables whose rows differ; attributes that only one edition has
 * and that formulas ask for; units that the data of only one edition names.
 *
 * What stands in an element or a stage that only one edition has comes with the tree. A parameter
 * that only one edition has comes with the methods, which alone can ask for it. */
#ifndef IMPACT_MIX_H
#define IMPACT_MIX_H

#include "expr/plan.h"
#include "lua/editions.h"
#include "session/session.h"

typedef enum mix_factor {
    MIX_DATA,     /* values of cells that both have */
    MIX_COVERAGE, /* cells that only one has */
    MIX_WEIGHTS,
    MIX_STANDARDS, /* all other attributes of the tree */
    MIX_PARAMS,
    MIX_METHODS,   /* functions: compute, and those that attributes name */
    MIX_STRUCTURE, /* the tree, stages, declared units */
    MIX_FACTORS
} mix_factor;

typedef struct mix_item {
    mix_factor factor;
    const char *what;  /* "index.C.C7.weight", "compute", "data.observed", "index" */
    const char *label; /* of data: the element of the tree, or NULL */
    size_t cells;      /* of data: how many differ */
    int word;          /* a text or a plain value, by which formulas may be chosen */
    int felt;          /* the score is computed from it, in some mix */
    int player;        /* and it goes its own way, with no other item */
    int hard;          /* has hosts for either side: which bit of their key, or -1 */
} mix_item;

typedef enum mix_output { MIX_SCORE, MIX_RANK, MIX_GRADE, MIX_VERDICT, MIX_OUTPUTS } mix_output;

typedef struct mix_grid { /* where the score is: units, and what other axes there are */
    const char *axis;     /* of the rows */
    const char **row;     /* labels */
    size_t rows, row_cap;
    const char **column; /* labels of the other axes together, "stage1"; one "" without them */
    const char **title;  /* what a reader calls the columns */
    const char **label;  /* of each column, one for each other axis */
    size_t columns;
} mix_grid;

typedef struct mix mix;

/* Have the editions the same tree and the same files of data? Then a corner is the edition itself.
 */
int mix_alike(const assess *a, const assess *b);

/* Both sessions were opened. NULL with the fault. */
mix *mix_open(assess *a, assess *b, fault *f);
void mix_close(mix *m);

const char *mix_output_name(const mix *m, int edition, mix_output which); /* or "" */

/* Scores of the mix, by row and then column, NaN where there is none; and the ranks, and (where it
 * is not NULL) what they are ranks of: the score, or what the rules make of it unit by unit. Where
 * they rank by something else, it is the score. */
int mix_eval(mix *m, const unsigned char *side, double *score, double *rank, double *ranked,
             fault *f);
/* An output where all items follow one edition; of texts their numbers for mix_text. */
int mix_corner(mix *m, int edition, mix_output which, double *out, fault *f);
const char *mix_text(const mix *m, double text);

/* ---- the mix from inside ---- */

/* At most so many items that need hosts of their own, which makes 16 hosts; and so many names of
 * tables that are told. */
enum { MIX_HARD = 4, MIX_TABLES = 16 };

/* A leaf of the mixed model: where its value is in either edition (-1: it has none there), and the
 * item that says whose value holds; -1: that of `fixed`. */
typedef struct mix_link {
    int leaf[2];
    int item, fixed;
} mix_link;

/* An array of data of which both editions have a version: `value` is what formulas see. */
typedef struct mix_array {
    const double *side[2];
    const double *const *column[2];
    size_t line, cells;
    double *value; /* NULL: the versions are the same */
    double *spare; /* what a carried column had before */
    int changed;
    ex_id node;
    const char *data, *name; /* of the dataset; of a carried column, or NULL */
    int leaf_axis;
    size_t leaf_stride, leaf_size;
} mix_array;

typedef struct mix_cell {
    uint32_t array, item;
    size_t cell;
} mix_cell;

/* The formulas that one choice of functions leaves, and where their outputs go. */
typedef struct mix_formula {
    unsigned char *side; /* of the items */
    ex_id node[MIX_OUTPUTS], ranked;
    uint32_t *map[MIX_OUTPUTS + 1]; /* element of each place of the grid, or UINT32_MAX */
} mix_formula;

typedef struct hybrid_host {
    int open, key;
    int tree; /* the edition it is of */
    host *h;
    script *edition[2], *x;
    fault notes;
    mix_link *link;
    mix_array *array;
    size_t arrays, array_cap;
    mix_cell *cell; /* by item: those of item i are from[i] … from[i + 1] */
    size_t cells, cell_cap, *from, cell_items;
    mix_formula *formula;
    size_t formulas, formula_cap;
    unsigned char *now; /* the sides that are put in */
} hybrid_host;

/* The axes of the grid's columns: names, and labels in order. */
enum { MIX_COLUMN_AXES = 7 };
typedef struct mix_columns {
    int axes;
    const char *name[MIX_COLUMN_AXES], **label[MIX_COLUMN_AXES];
    size_t size[MIX_COLUMN_AXES], cap[MIX_COLUMN_AXES];
    pool *known[MIX_COLUMN_AXES];
} mix_columns;

/* How a leaf of an edition relates to the other edition. */
typedef struct mix_pairing {
    int other;       /* the leaf of the same name there, or -1 */
    int item;        /* or -1 */
    mix_factor with; /* where it has no item: what it comes with; MIX_FACTORS: it is the same */
} mix_pairing;

struct mix {
    arena memory;
    assess *edition[2];
    mix_item *item;
    size_t items, item_cap;
    mix_pairing *pair[2];   /* by leaf */
    int structure, compute; /* items, or -1 */
    int labels;             /* the item of units (years …) that one version of data names */
    int tables;             /* the item of data that needs hosts of its own, or -1 */
    int standards;          /* the item of all standards together, or -1 */
    int hards;
    int stages_differ, shaped, counted;
    /* Factors that go together, since a mix of them does not compute, a bit each; and the item that
     * they follow. */
    int together, leader;
    const char *table_name[MIX_TABLES];
    size_t table_names;
    hybrid_host host[1 << MIX_HARD];
    mix_grid grid;
    mix_columns columns;
    int has[MIX_OUTPUTS], ascending; /* ascending: the lowest score is first */
    const char *name[2][MIX_OUTPUTS];
    pool *texts;
};

/* The item of that factor and name, made if there is none; -1 with the fault. */
int mix_item_of(mix *m, mix_factor factor, const char *what, const char *label, fault *f);
int mix_make_hard(mix *m, int item, fault *f); /* it gets hosts of its own */
/* Which edition a hard item follows in a host; `otherwise` where the item is -1. */
int hybrid_side(const mix *m, const hybrid_host *r, int item, int otherwise);

/* mix_items.c: pairs the leaves of the editions and makes their items; those of functions need a
 * host, to compare them in. */
int mix_pair_leaves(mix *m, fault *f);
int mix_pair_methods(mix *m, const hybrid_host *r, fault *f);
int mix_same_structure(const mix *m);
mix_factor mix_factor_of(const md_leaf *l);
int mix_element(const model *m, const md_element *like); /* the element of the same id, or -1 */

/* mix_items.c: the data of both editions in a host; then its cells as the sides say. */
int mix_load_data(mix *m, hybrid_host *r, fault *f);
int mix_find_cells(mix *m, hybrid_host *r, fault *f);
int mix_sort_cells(const mix *m, hybrid_host *r, fault *f);
void mix_set_cells(hybrid_host *r, const unsigned char *side);
void mix_release_data(hybrid_host *r);

/* hybrid_host.c */
hybrid_host *hybrid_open(mix *m, int key, fault *f);
void hybrid_close(hybrid_host *r);
int hybrid_set(mix *m, hybrid_host *r, const unsigned char *side, fault *f);
mix_formula *hybrid_formula(mix *m, hybrid_host *r, const unsigned char *side, fault *f);

#endif
