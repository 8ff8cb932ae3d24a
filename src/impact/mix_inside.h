/* What the files of the mix share: items, rooms, and what a room is made of. */
#ifndef IMPACT_MIX_INSIDE_H
#define IMPACT_MIX_INSIDE_H

#include "impact/mix.h"
#include "expr/plan.h"
#include "lua/editions.h"

/* At most so many items that need rooms of their own, 16 rooms; and names of tables that are told.
 */
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

typedef struct mix_room {
    int open, key;
    int tree; /* the edition it is of */
    host *h;
    script *edition[2], *x;
    fault notes;
    mix_link *link;
    mix_array *array;
    size_t arrays, array_room;
    mix_cell *cell; /* by item: those of item i are from[i] … from[i + 1] */
    size_t cells, cell_room, *from, cell_items;
    mix_formula *formula;
    size_t formulas, formula_room;
    unsigned char *now; /* the sides that are put in */
    double *old;
} mix_room;

/* The axes of the grid's columns: names, and labels in order. */
enum { MIX_COLUMN_AXES = 7 };
typedef struct mix_columns {
    int axes;
    const char *name[MIX_COLUMN_AXES], **label[MIX_COLUMN_AXES];
    size_t size[MIX_COLUMN_AXES];
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
    size_t items, item_room;
    mix_pairing *pair[2];      /* by leaf */
    int structure, compute;    /* items, or -1 */
    int labels;                /* the item of units (years …) that one version of data names */
    int tables;                /* the item of data that needs rooms, or -1 */
    int standards;             /* the item of all standards together, or -1 */
    int hards;
    int stages_differ, shaped, counted;
    int together, leader;      /* factors that go together, a bit each; the item they follow */
    const char *table_name[MIX_TABLES];
    size_t table_names;
    mix_room room[1 << MIX_HARD];
    mix_grid grid;
    mix_columns columns;
    int has[MIX_OUTPUTS], ascending;
    const char *name[2][MIX_OUTPUTS];
    pool *texts;
};

/* The item of that factor and name, made if there is none; -1 with the fault. */
int mix_item_of(mix *m, mix_factor factor, const char *what, const char *label, fault *f);
int mix_make_hard(mix *m, int item, fault *f); /* it gets rooms of its own */
/* Which edition a hard item follows in a room; `otherwise` where the item is -1. */
int mix_room_side(const mix *m, const mix_room *r, int item, int otherwise);

/* mix_leaves.c: pairs the leaves of the editions and makes their items; those of functions need a
 * room, to compare them in. */
int mix_pair_leaves(mix *m, fault *f);
int mix_pair_methods(mix *m, const mix_room *r, fault *f);
int mix_same_structure(const mix *m);
int mix_same_list(const char *const *a, size_t as, const char *const *b, size_t bs);
mix_factor mix_factor_of(const md_leaf *l);
int mix_element(const model *m, const md_element *like); /* the element of the same id, or -1 */

/* mix_model.c: the model of a room, its axes made; then its leaves as the sides say. */
int mix_make_model(mix *m, mix_room *r, fault *f);
int mix_set_leaves(mix *m, mix_room *r, const unsigned char *side, fault *f);

/* mix_data.c: the data of both editions in a room; then its cells as the sides say. */
int mix_load_data(mix *m, mix_room *r, fault *f);
int mix_find_cells(mix *m, mix_room *r, fault *f);
int mix_sort_cells(const mix *m, mix_room *r, fault *f);
void mix_set_cells(mix_room *r, const unsigned char *side);
void mix_release_data(mix_room *r);

/* mix_room.c */
mix_room *mix_open_room(mix *m, int key, fault *f);
void mix_close_room(mix_room *r);
int mix_set_room(mix *m, mix_room *r, const unsigned char *side, fault *f);
mix_formula *mix_formula_of(mix *m, mix_room *r, const unsigned char *side, fault *f);

/* mix_grid.c: made of the corners; then the elements of an output by place, or UINT32_MAX. */
int mix_make_grid(mix *m, mix_room *const r[2], const mix_formula *const o[2], fault *f);
uint32_t *mix_map(const mix *m, const mix_room *r, ex_id node, fault *f);

#endif
