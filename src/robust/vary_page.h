/* What the files of the report on many draws share. vary.c has the units and the remarks,
 * vary_tables.c the other tables. */
#ifndef ROBUST_VARY_PAGE_H
#define ROBUST_VARY_PAGE_H

#include "base/buf.h"
#include "robust/vary.h"
#include "uncertainty/share.h"

typedef struct vary_page {
    const view *v;
    const vary *d;
    const vary_wish *w;
    document *p;
} vary_page;

const char *vary_percent(const vary_page *g, double share); /* "5%" */
const char *vary_between(const vary_page *g);               /* "5–95%" */
const char *vary_unit(const vary_page *g, size_t row);
const char *vary_column_id(const vary_page *g, size_t column); /* "stage1"; "" */
/* The element of a part at a place of the view; VIEW_NONE where it has none. */
size_t vary_place(const vary_page *g, vary_part which, size_t row, size_t column);
document_cell vary_share(const vary_page *g, double times, double of);
/* Two cells: the bounds of what is known of a probability. */
void vary_interval(const vary_page *g, double times, double of);
/* The last rank that any unit of a column had, or any that is shown. */
double vary_worst(const vary_page *g, size_t column, int shown);

/* ---- vary_tables.c ---- */

/* For programs a table of all columns, for people one of each. */
void vary_begin_groups(const vary_page *g);
int vary_put_groups(const vary_page *g, size_t column, const char *title, fault *f);
void vary_put_frequencies(const vary_page *g, size_t column);
void vary_put_pairs(const vary_page *g, size_t column);
void vary_put_classes(const vary_page *g);
void vary_put_central(const vary_page *g, size_t columns);

#endif
