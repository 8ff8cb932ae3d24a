/* The metadata of an index as a table: a row for each element, in the layout of the R package COINr
 * (Becker et al. 2022).
 *
 * Level counts from 1, the indicators', upwards; a parent stands on a higher level than its
 * children, so that every walk down ends. Rows of the types Denominator, Group and Other name
 * columns of the data and are no part of the tree. Children keep the order of the rows. R's NA is
 * missing. */
#ifndef RULE_METADATA_H
#define RULE_METADATA_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/pool.h"
#include "table/table.h"

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
