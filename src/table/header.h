/* Which records of a file name its columns: what the reader suggests where names are missing, and
 * what a survey of the file goes by. */
#ifndef TABLE_HEADER_H
#define TABLE_HEADER_H

#include <stddef.h>

#include "base/buf.h"

/* What is known of one record. */
typedef struct header_record {
    size_t line, fields;
    size_t used;    /* fields that hold something */
    size_t numbers; /* of these: numbers as anybody writes them, but for years */
    size_t words;   /* of these, from the second field on: neither numbers nor marks for missing */
    int first;      /* the first field holds something */
} header_record;

/* Counts a further field, which has no spaces around it. */
void header_count(header_record *k, const char *text, size_t length);

/* The fullest record above the figures that has no number but years, and `fields` fields; `count`
 * where there is none. */
size_t header_find(const header_record *record, size_t count, size_t fields);

/* Whether the record before or behind the header belongs to it: it is beside it and as long, has no
 * numbers, and its first field is empty, or it is full of words above a record of figures. Moves
 * *first or *last, which both are the header. */
void header_extend(const header_record *record, size_t count, size_t *first, size_t *last);

/* How many fields most of the records have. */
size_t header_fields(const header_record *record, size_t count);

/* Puts the name of a column: what stands above it and its own heading. What stands above the column
 * to its left (NULL: there is none), too, spans both; it is no name for an empty heading. */
void header_name(const char *above, const char *above_left, const char *own, size_t length,
                 buf *name);
/* Whether header_name would put this name. */
int header_has_name(const char *above, const char *above_left, const char *own, const char *name);

/* 1800 to 2100, in four digits at the beginning of a text of any end. */
int header_year(const char *text, size_t length);

#endif
