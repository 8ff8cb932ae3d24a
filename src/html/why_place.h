/* Lines of the rules and cells of the data, as a page of explanations shows them: their texts. */
#ifndef HTML_WHY_PLACE_H
#define HTML_WHY_PLACE_H

#include "assess.h"
#include "base/pool.h"
#include "document/output.h"

/* A file that explanations point into: its text as UTF-8, and where its lines begin. */
typedef struct place_file {
    const char *name;
    int rules;        /* of rules, or of data */
    const char *text; /* NULL: it cannot be shown (it came from a pipe, or has changed since) */
    char *owned;
    size_t length;
    const char *sha256; /* of data */
    size_t *line;       /* where each line begins; one more for the end */
    size_t lines;
    size_t header;
    char separator;
} place_file;

/* A line of the rules, or a cell (field "" : a whole line) of the data. */
typedef struct place_of {
    size_t file; /* a number in the list */
    long line;
    const char *field;
} place_of;

typedef struct places {
    assess *a;
    place_file *file;
    size_t files, file_cap;
    place_of *place;
    size_t count, place_cap;
    pool *known;
    int failed;
} places;

/* Without a session files are read as they are, as rules. 0 without memory. */
int places_open(places *p, assess *a);
void places_close(places *p);
/* The number (from 1) of a place; 0 where there is none, or no memory. */
size_t places_add(places *p, const char *file, long line, const char *field);
/* About how many bytes it will take. */
size_t places_size(const places *p, size_t number);
/* Forgets all places after the first `count`. */
void places_cut(places *p, size_t count);
/* All of them, file by file; ids begin with `kind`; `none` says that a file's text cannot be shown,
 * `close` ends each. */
void places_write(const places *p, output *to, char kind, const char *none, const char *close);
int places_knows(const places *p, const char *file); /* is it among the rules of the session? */
/* The name of the function that a line of the rules stands in, and the lines of the comment right
 * above it, without their dashes; nothing where there is none. */
void places_comment(places *p, const char *file, long line, buf *name, buf *out);
int places_is_data(places *p, const char *file); /* a file of data whose text can be shown */
/* A line of the data, the cell that is meant marked. */
void places_text(places *p, const char *file, long line, const char *field, output *to);
/* What the cell holds, where it is a number; NaN. */
double places_number(places *p, const char *file, long line, const char *field);
/* What is said once of a file: its name, the header of the data. */
void places_head(places *p, const char *file, output *to);
/* The text of one line, without the spaces before it. */
void places_line(places *p, const char *file, long line, buf *out);

#endif
