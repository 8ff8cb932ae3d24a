/* What a CSV file of unknown layout seems to hold: where its header and its notes are, how its
 * numbers are written, and what is in each column. Nothing is decided for good: whoever asks writes
 * it down as options of csv(…), for a person to look at.
 *
 * The header is found as header.h says. Notes are the
 * last records that have other fields than the header, or nothing behind their first. */
#ifndef TABLE_SURVEY_H
#define TABLE_SURVEY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"
#include "table/encoding.h"

typedef struct survey_column {
    const char *name;      /* as table.h would name it; "" where it has none */
    int numeric;           /* every cell is a number, missing, or the odd marker */
    const char *unit;      /* the one that must be declared for that ("," "%" "%,"), or NULL */
    const char *marker[3]; /* words that stand for missing figures beside the usual ones */
    size_t markers, filled, missing;
    int years;  /* every filled cell is a year */
    int spaces; /* some cell, or the name, has spaces around it */
} survey_column;

typedef struct survey {
    arena memory;
    const char *sheet;    /* of a workbook: that is read; else NULL */
    const char *encoding; /* as iconv names it, where it has to be said; or NULL */
    char separator;       /* where it has to be said; or 0 */
    char decimal;         /* ',' or 0 */
    size_t header[2];     /* first and last line; 0, 0: the first line with anything */
    size_t footer;        /* records */
    size_t rows, columns;
    survey_column *column;
    const char *const *cell; /* rows × columns, without the spaces around them */
} survey;

/* Looks at a file, in a declared encoding or (NULL) the one found out; 0 with a fault. Notes get
 * what was assumed of it. */
int survey_read(const char *path, const char *encoding, survey *out, fault *notes, fault *f);
void survey_release(survey *s);

/* ',' where a text's fields stand between semicolons or tabs and its numbers have decimal commas;
 * 0 where they have not, or it cannot be told. */
char survey_decimal(const decoded *text);

static inline const char *survey_cell(const survey *s, size_t row, size_t column) {
    return s->cell[row * s->columns + column];
}

#endif
