/* Two editions of rules at once, and every mix of their parts.
 *
 * What differs between the editions is taken apart into items: a leaf, the data of an indicator,
 * the compute function, the tree. A mix says for each item which edition it follows (0 or 1), and
 * gives the score and the rank that the rules would give if they were written that way.
 *
 * A room is one host with the scripts of both editions, the tree of one of them, and the data of
 * both along common axes: within it a mix differs from another by values in arrays, and only what
 * follows from these is computed anew. Items that no room can switch (the tree; tables whose rows
 * differ; attributes that only one edition has and whose formulas ask for; units that the data of
 * only one names) have a room for either side.
 *
 * What stands in an element or a stage that only one edition has comes with the tree; a parameter
 * that only one edition has comes with the methods, which alone can ask for it. */
#ifndef IMPACT_MIX_H
#define IMPACT_MIX_H

#include "session/inside.h"

typedef enum mix_factor {
    MIX_DATA,      /* values of cells that both have */
    MIX_COVERAGE,  /* cells that only one has */
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
    int hard;          /* has rooms for either side: which bit of their key, or -1 */
} mix_item;

typedef enum mix_output { MIX_SCORE, MIX_RANK, MIX_GRADE, MIX_VERDICT, MIX_OUTPUTS } mix_output;

typedef struct mix_grid { /* where the score is: units, and what other axes there are */
    const char *axis;     /* of the rows */
    const char **row;     /* labels */
    size_t rows;
    const char **column;  /* labels of the other axes together, "stage1"; one "" without them */
    const char **title;   /* what a reader calls the columns */
    size_t columns;
} mix_grid;

typedef struct mix mix;

/* Have the editions the same tree and the same files of data? Then a corner is the edition itself.
 */
int mix_alike(const assess *a, const assess *b);

/* Both sessions were opened. NULL with the fault. */
mix *mix_open(assess *a, assess *b, fault *f);
void mix_close(mix *m);

size_t mix_items(const mix *m);
const mix_item *mix_item_at(const mix *m, size_t i);
/* The item that a leaf of an edition belongs to; or -1: it is the same in both, or comes with
 * something else, which *with says then (MIX_STRUCTURE, MIX_METHODS; MIX_FACTORS: the same). */
int mix_leaf_item(const mix *m, int edition, size_t leaf, mix_factor *with);
/* The other edition's leaf of the same name, or -1. */
int mix_leaf_other(const mix *m, int edition, size_t leaf);
const mix_grid *mix_grid_of(const mix *m);
/* Factors that go together, a bit each, since a mix of them does not compute; 0: none. */
int mix_together(const mix *m);
const char *mix_table(const mix *m,
                      size_t i); /* names of tables whose rows differ; NULL at the end */
int mix_descends(const mix *m); /* the highest score is first */
int mix_has(const mix *m, mix_output which);
const char *mix_output_name(const mix *m, int edition, mix_output which); /* or "" */

/* Scores of the mix, by row and then column, NaN where there is none; and the ranks, and (where it
 * is not NULL) what they are ranks of: the score, or what the rules make of it unit by unit. Where
 * they rank by something else, it is the score. */
int mix_eval(mix *m, const unsigned char *side, double *score, double *rank, double *ranked,
             fault *f);
/* An output where all items follow one edition; of texts their numbers for mix_text. */
int mix_corner(mix *m, int edition, mix_output which, double *out, fault *f);
const char *mix_text(const mix *m, double text);

#endif
