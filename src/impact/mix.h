/* Two editions of rules compared: any mix of their parts can be evaluated.
 *
 * What differs between the editions is divided into items: a leaf, the data of an indicator, the
 * compute function, the tree. A mix chooses an edition (0 or 1) for each item; its result is what
 * rules written that way would give.
 *
 * A hybrid host is one Lua host that holds the scripts of both editions, the tree of one of them,
 * and the data of both along common axes. Switching an item inside a host only changes values in
 * arrays, and only what depends on them is computed again. Some items cannot be switched inside a
 * host and need a host for each edition: the tree; tables with different rows; attributes that only
 * one edition has and that formulas test for; units that only one edition's data has.
 *
 * Attributes of an element or a stage that only one edition has belong to the item of the tree. A
 * parameter that only one edition has belongs to the methods, because only they can read it. */
#ifndef IMPACT_MIX_H
#define IMPACT_MIX_H

#include "expr/plan.h"
#include "lua/editions.h"
#include "session/session.h"

typedef enum mix_factor {
    MIX_DATA,     /* values of cells that both editions have */
    MIX_COVERAGE, /* cells that only one edition has */
    MIX_WEIGHTS,
    MIX_STANDARDS, /* all other attributes in the tree */
    MIX_PARAMS,
    MIX_METHODS,   /* functions: compute, and the methods named by attributes */
    MIX_STRUCTURE, /* the tree, stages, declared units */
    MIX_FACTORS
} mix_factor;

typedef struct mix_item {
    mix_factor factor;
    const char *what;  /* "index.C.C7.weight", "compute", "data.observed", "index" */
    const char *label; /* of data: the indicator, or NULL */
    size_t cells;      /* of data: how many cells differ */
    int word;          /* a text or plain value that may decide which formulas are made */
    int felt;          /* the score depends on it in some mix */
    int player;        /* felt, and switched on its own, not together with another item */
    int hard;          /* its bit in the key of the hosts; -1: it is switched inside a host */
} mix_item;

typedef enum mix_output { MIX_SCORE, MIX_RANK, MIX_GRADE, MIX_VERDICT, MIX_OUTPUTS } mix_output;

/* The labels of an axis in either edition, in order, each once. */
typedef struct mix_labels {
    const char *axis, **label;
    size_t count, cap;
    /* The axis that gave the first labels, in its order: its pool, and its numbers there. */
    const pool *strings;
    const uint32_t *text;
    size_t texts;
    pool *known; /* numbers the labels from 1 on, in order; made when it is first asked for */
} mix_labels;

/* The places of the scores: rows are units, columns are the labels of all other axes together. A
 * place is row * columns + column. */
enum { MIX_COLUMN_AXES = 7 };
typedef struct mix_grid {
    mix_labels row; /* its axis is "" where the score has no axis */
    mix_labels along[MIX_COLUMN_AXES];
    int axes;
    const char **column; /* "stage1", "stage1, 2011"; a single "" where there are no more axes */
    const char **title;  /* the columns as readers know them */
    const char **label;  /* of each column, one on each of its axes */
    size_t columns;
} mix_grid;

typedef struct mix mix;

/* Do both editions have the same tree and read the same data files? Then evaluating an edition by
 * itself gives the same as evaluating it within the mix. */
int mix_alike(const assess *a, const assess *b);

/* Both sessions are opened. Keeps `f` for all faults until it is closed. NULL with the fault. */
mix *mix_open(assess *a, assess *b, fault *f);
void mix_close(mix *m); /* NULL is let through */

const char *mix_output_name(const mix *m, int edition, mix_output which); /* or "" */

/* Evaluates a mix; side[i] is the edition of item i. Fills arrays by place, NaN where missing:
 * the score; the rank, where the rules compute one; and the value the rank is made from (the score,
 * or what the rules compute from each unit's score). `rank` and `ranked` may be NULL. 0 with the
 * fault. */
int mix_eval(mix *m, const unsigned char *side, double *score, double *rank, double *ranked);
/* An output of one edition, by place; of texts their numbers for mix_text. 0 with the fault. */
int mix_corner(mix *m, int edition, mix_output which, double *out);
const char *mix_text(const mix *m, double text);

/* ---- for the files of the mix, and diff.c ---- */

/* At most this many items need hosts of their own (which makes 16 hosts), and at most this many
 * names of tables are kept for the report. */
enum { MIX_HARD = 4, MIX_TABLES = 16 };

/* A leaf of the mixed model: its number in each edition (-1: it is not there), and the item that
 * decides which one holds; item -1: always that of edition `fixed`. */
typedef struct mix_link {
    int leaf[2];
    int item, fixed;
} mix_link;

/* An array of data in both versions; formulas read `value`. */
typedef struct mix_array {
    const double *side[2];
    const double *const *column[2];
    size_t line, cells;
    double *value; /* NULL: both versions are the same */
    double *spare; /* what a carried column had before */
    int changed;
    ex_id node;
    const char *data, *name; /* the dataset; the carried column, or NULL */
    int leaf_axis;
    size_t leaf_stride, leaf_size;
} mix_array;

typedef struct mix_cell {
    uint32_t array, item;
    size_t cell;
} mix_cell;

/* The formulas that one choice of functions gives, and where their outputs go. */
typedef struct mix_formula {
    unsigned char *side; /* by item */
    ex_id node[MIX_OUTPUTS], ranked;
    uint32_t *map[MIX_OUTPUTS + 1]; /* by place: the element, or UINT32_MAX for none */
} mix_formula;

typedef struct hybrid_host {
    mix *m;
    int open, key;
    int tree; /* the edition that the tree is from */
    host *h;
    script *edition[2], *x;
    fault notes;
    mix_link *link; /* by leaf of the mixed model */
    mix_array *array;
    size_t arrays, array_cap;
    mix_cell *cell; /* by item: those of item i are from[i] … from[i + 1] */
    size_t cells, cell_cap, *from, cell_items;
    mix_formula *formula;
    size_t formulas, formula_cap;
    unsigned char *now; /* by item: the edition whose values are set; NULL at first */
} hybrid_host;

/* How a leaf of an edition relates to the other edition. */
typedef struct mix_pairing {
    int other;       /* the leaf of the same name there, or -1 */
    int item;        /* or -1 */
    mix_factor with; /* without an item: the factor it belongs to; MIX_FACTORS: it is the same */
} mix_pairing;

struct mix {
    fault *f;
    arena memory;
    assess *edition[2];
    mix_item *item;
    size_t items, item_cap;
    mix_pairing *pair[2];   /* by leaf */
    int structure, compute; /* items, or -1 */
    int labels;             /* the item of units (or years …) that only one version of data has */
    int tables;             /* the item of all tables that need hosts of their own, or -1 */
    int standards;          /* the item of all standards together, or -1 */
    int hards;              /* items that need hosts of their own */
    int stages_differ, shaped, counted;
    /* A bit for each factor that is only switched together with others, because the formulas of a
     * mix of them fail; and the item that all of them follow. */
    int together, leader;
    const char *table_name[MIX_TABLES];
    size_t table_names;
    hybrid_host host[1 << MIX_HARD]; /* by key */
    mix_grid grid;
    int has[MIX_OUTPUTS], ascending; /* ascending: the lowest score is the best */
    const char *name[2][MIX_OUTPUTS];
    pool *texts;
};

/* The labels of an axis of the grid, and how many places apart two neighbouring ones are; NULL for
 * other axes. */
mix_labels *mix_grid_axis(mix *m, const char *axis, size_t *stride);
/* Numbers the labels in `known`. 0 without memory. */
int mix_know_labels(mix_labels *l);
/* A new list by item: a copy of `from`, or all of `edition` where that is NULL. NULL with the
 * fault; the caller frees it. */
unsigned char *mix_sides(const mix *m, const unsigned char *from, int edition);

/* The item of this factor and name, made if there is none; -1 with the fault. */
int mix_item_of(mix *m, mix_factor factor, const char *what, const char *label);
int mix_make_hard(mix *m, int item); /* gives it hosts of its own; 0 with the fault, or for -1 */
/* The edition that an item with hosts of its own follows in a host; `otherwise` for other items. */
int hybrid_side(const hybrid_host *r, int item, int otherwise);

/* mix_items.c: finds the leaves that belong together and makes items of those that differ.
 * Functions are compared inside a host. */
int mix_pair_leaves(mix *m);
int mix_pair_methods(const hybrid_host *r);
int mix_same_structure(const mix *m);
mix_factor mix_factor_of(const md_leaf *l);
/* The element of the same id as element i of another model, or -1. It mostly has about the same
 * number, so it is looked for from there on. */
int mix_element(const model *m, const model *other, int i);

/* mix_items.c: loads the data of both editions into a host, finds the cells that differ, and sets
 * them. */
int mix_load_data(hybrid_host *r);
int mix_find_cells(hybrid_host *r);
int mix_sort_cells(hybrid_host *r);
void mix_set_cells(hybrid_host *r, const unsigned char *side);
void mix_release_data(hybrid_host *r);

/* hybrid_host.c */
hybrid_host *hybrid_open(mix *m, int key);
void hybrid_close(hybrid_host *r);
int hybrid_set(hybrid_host *r, const unsigned char *side); /* sets the values of a mix */
mix_formula *hybrid_formula(hybrid_host *r, const unsigned char *side);

#endif
