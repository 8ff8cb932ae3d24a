/* A sample: rows of numbers that may matter, and of results beside them; made by draws, or read
 * from a CSV file with one row for each draw. */
#ifndef UNCERTAINTY_SAMPLE_H
#define UNCERTAINTY_SAMPLE_H

#include "base/pool.h"
#include "table/table.h"
#include "uncertainty/sensitivity.h"

typedef struct sample_column {
    const char *name;
    const double *value;
    int classes; /* numbers of texts, or positions of a choice */
} sample_column;

typedef struct sample {
    arena memory;
    tb_table *table; /* of a file */
    pool *strings;
    sample_column *column;
    size_t columns, rows;
    const double **y; /* by target of the draws; or the column that was named */
} sample;

/* The first n draws that `assess vary` makes with this seed. */
int sample_draw(sample *out, sensitivity *s, uint64_t n, fault *f);
/* All columns of a file; `of` is that of the results and no longer one of the columns. */
int sample_read(sample *out, const char *path, const char *of, fault *f);
void sample_close(sample *s); /* also after a fault */

#endif
