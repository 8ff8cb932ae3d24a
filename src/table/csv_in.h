/* CSV records, one after the other.
 *
 * The grammar is strict: fields separated by one character, records ended by LF, CR or CR LF; a
 * field may be quoted with '"', and then hold separators, line ends, and quotes written twice. A
 * quote in a field that does not begin with one, or text behind a closing quote, is an error, and
 * so is a quote that is never closed. Nothing is trimmed. Empty lines are no records.
 *
 * libcsv reads, but for runs of plain records (see csv_in.c), of which it would say the same, only
 * four times slower. A reader gives every field and every end of a record to its sink, and counts
 * lines on the way, also those inside quotes. A field is seen whole, and only during the call.
 * Calls cannot end the reading themselves: they ask for it (csv_in_stop), get no further calls, and
 * csv_in_feed returns soon after. */
#ifndef TABLE_CSV_IN_H
#define TABLE_CSV_IN_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum { CSV_IN_FIELD_MOST = 64 * 1024 }; /* bytes of one field */

typedef struct csv_in csv_in;

/* Plain records that follow each other, each on one line and with the same number of fields. Field
 * i of all, counted from the first of the first record, ends before text[end[i]]; at least
 * CSV_IN_BEHIND bytes behind each may be read. */
typedef struct csv_in_rows {
    const char *text;
    const uint32_t *end;
    size_t rows, fields; /* of one row */
    int quotes;          /* a field may be quoted */
} csv_in_rows;

enum { CSV_IN_BEHIND = 16 };

typedef struct csv_in_sink {
    void (*field)(void *self, const char *text, size_t length);
    void (*record)(void *self); /* after the last field of a record */
    void *self;
    /* Records of `fields` fields may be taken many at once: then `rows` is offered them, and
     * returns whether it took them all. Those it did not take come one by one. NULL: all do. */
    int (*rows)(void *self, const csv_in_rows *rows);
    size_t fields;
} csv_in_sink;

/* Field i of many rows. */
static inline const char *csv_in_cell(const csv_in_rows *b, size_t i, size_t *length) {
    size_t start = i ? b->end[i - 1] + (size_t)1 : 0, end = b->end[i];
    start += start < end && b->text[start] == '\n'; /* of a CR LF before */
    int quoted = b->quotes && start < end && b->text[start] == '"';
    *length = quoted ? end - start - 2 : end - start;
    return b->text + start + quoted;
}

/* quotes: whether the text has any; without them lines are counted faster. NULL without memory. */
csv_in *csv_in_open(char separator, int quotes, const csv_in_sink *sink);
void csv_in_close(csv_in *in);

/* From now on libcsv reads everything, plain records too; for tests. */
void csv_in_by_libcsv(csv_in *in);

/* Reads on. Returns 0 where the text is not CSV (csv_in_fault says why), or was stopped. */
int csv_in_feed(csv_in *in, const char *bytes, size_t length);

/* The text is at its end: the last record ends, if it had no line end. Returns 0 as above. */
int csv_in_end(csv_in *in);

void csv_in_stop(csv_in *in);

/* Line ends read so far; within a call of the sink those before the end of the field or record, so
 * that a field without line ends in it stands on line csv_in_lines + 1. */
size_t csv_in_lines(const csv_in *in);

/* Line ends before the record that is being read. */
size_t csv_in_record_lines(const csv_in *in);

/* Notes what was wrong, if anything was: place, with file and field from the caller, gets the line;
 * the number of the field within its record, from 0, is csv_in_fault_field. Returns 0. */
int csv_in_fault(const csv_in *in, const char *path, const char *field, size_t lines_before,
                 fault *f);
size_t csv_in_fault_field(const csv_in *in);

/* Where the first record of a text ends, behind its line end; *start is where it begins (empty
 * lines are passed over, and counted in *lines). Quotes are taken as in the grammar above. */
size_t csv_in_first_record(const char *bytes, size_t length, size_t *start, size_t *lines);

/* The separator of a header: the most frequent of comma, semicolon and tab outside quotes; a comma
 * where there is none, or as many. */
char csv_in_separator(const char *header, size_t length);

#endif
