/* Where two texts first differ. */
#ifndef SEAL_COMPARE_H
#define SEAL_COMPARE_H

#include <stddef.h>

#include "base/buf.h"

typedef struct difference {
    long line;         /* from 1; 0: they are the same */
    buf row, column;   /* of CSV: the first cell of the row, the heading of the column; else "" */
    buf before, after; /* the cell or line of either; both may be cut. "" past the end */
    int ends;          /* 1: the first text ends there; 2: the second does */
} difference;

/* `csv`: cell by cell. Where memory is short, buffers have failed. difference_release in any case.
 */
void difference_find(difference *d, const char *a, size_t length_a, const char *b, size_t length_b,
                     int csv);
void difference_release(difference *d);
/* "line 3, Beijing, rank: 4, now 5" in the language of messages. */
void difference_say(const difference *d, buf *out);

#endif
