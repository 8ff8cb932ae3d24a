/* The data of a unit, cell by cell: which of them count for a result, and what an address means.
 *
 * A finder knows a unit of an output and, by one sweep back from the output's elements of that
 * unit, which elements of the data they were made of, and which missing ones were passed over. It
 * is good until something changes. */
#ifndef IMPACT_CELLS_H
#define IMPACT_CELLS_H

#include "expr/trace.h"
#include "session/inside.h"

typedef struct finder {
    assess *a;
    int axis;        /* of the units */
    size_t row;
    int leaf;        /* the indicators' axis, or AX_NONE */
    ex_trace *trace;
    fault *f;
} finder;

/* A source of the graph over units, and the place of one cell in it. */
typedef struct spot_of {
    ex_id node;
    ax_set axes;
    const double *value;
    size_t at[AX_MOST]; /* by axis */
} spot_of;

int finder_open(finder *w, assess *a, const assess_array *output, size_t row, fault *f);
void finder_close(finder *w);

/* The cell of an indicator (a label of `leaf`, or SIZE_MAX where the source has no such axis) in a
 * source; `fixed[i]` is a position on axis i that was asked for, or SIZE_MAX. Returns how many of
 * the cells that are there count beside it (along axes of text, where none is the last), 0 where
 * none counts. *s has the place. */
size_t finder_cell(finder *w, spot_of *s, size_t indicator, const size_t *fixed);
/* Describes it. 0 without memory. */
int finder_describe(finder *w, const spot_of *s, const char *name, assess_cell *out);

/* cell_value.c: a text as a value of the cell: 1, or 0 with the fault. */
int cell_read(finder *w, const assess_cell *c, const char *address, const char *text,
              double *value);

#endif
