/* Indexes of the R package COINr (Becker et al. 2022): their metadata read, indexes imported as
 * rules and exported.
 *
 * iMeta is a table of elements, a row for each. Level counts from 1, the indicators', upwards; a
 * parent stands on a higher level than its children, so that every walk down ends. Rows of the
 * types Denominator, Group and Other name columns of the data and are no part of the tree. Children
 * keep the order of the rows. R's NA is missing. iData is a wide table: uCode, perhaps uName and
 * Time, and a column for every row of iMeta that is no aggregate. */
#ifndef RULE_COINR_H
#define RULE_COINR_H

#include "assess.h"
#include "rule/dataset.h"
#include "table/table.h"

/* Writes rules.lua, in which the tree stands written out, and iData.csv into a folder. The rules
 * are the plain index: denominators where iMeta names them, min-max, weighted means. Faults name
 * the rows. */
int coinr_import(const char *data, const char *meta, const char *folder, fault *notes, fault *f);

/* Writes iMeta.csv and iData.csv into a folder. `x` are the values of the keyed data s, over unit,
 * the indicators, and perhaps year. What iMeta has no place for (stages, methods, citations) is
 * left out. `weights` has for each level but the last those that the score was made by, in the
 * order of its labels; NULL, or NULL for a level: the index's own. */
int coinr_export(const model *m, dataset *s, const assess_array *x, const double *const *weights,
                 const char *folder, fault *f);

/* ---- the metadata as a table (coinr_metadata.c) ---- */

enum { META_NONE = -1 };

typedef enum meta_kind { META_OUTSIDE, META_INDICATOR, META_AGGREGATE } meta_kind;

typedef struct meta_element {
    const char *code, *name; /* name: the code where there is none */
    const char *type;        /* as written: "Denominator" */
    double level;
    meta_kind kind;
    int lower;        /* a lower value is better */
    double weight;    /* NaN where not given */
    long parent;      /* a row, or META_NONE */
    long first, next; /* child, sibling; or META_NONE */
} meta_element;

typedef struct metadata {
    tb_table *table;
    pool *strings;
    const char *text; /* the file as UTF-8, in the arena */
    size_t length;
    meta_element *row; /* in the arena */
    long rows, root;
} metadata;

/* Reads and checks the file at a path; all that is wrong is listed with its row. 0 with the fault;
 * metadata_close is called all the same. */
int metadata_read(metadata *m, const char *path, const char *encoding, pool *strings, arena *memory,
                  fault *notes, fault *f);
void metadata_close(metadata *m);

/* What an attribute is called that a column holds ("Unit": "unit"), or NULL if the column tells the
 * tree itself. */
const char *metadata_attribute(const char *column);
/* Does a column say something of this row? Units and targets of aggregates do not. */
int metadata_says(const metadata *m, const tb_column *c, long row);
/* A column of nothing but TRUE and FALSE. */
int metadata_holds_truths(const metadata *m, const tb_column *c);
const char *metadata_text(const metadata *m, const tb_column *c, long row); /* or NULL */

#endif
