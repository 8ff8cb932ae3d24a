/* Options of a command line, by a table: `--name value`, `--name=value`, `-n value`, `-nvalue`,
 * `--`.
 *
 * Options and operands may come in any order; after `--` all are operands. What is not understood
 * is a fault that says what was probably meant. Nothing is copied: texts point into argv. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/buf.h"
#include "base/fault.h"

typedef struct option {
    const char *name;  /* without the dashes; NULL ends the table */
    char letter;       /* of the short form, or 0 */
    const char *value; /* what a reader calls its value, "FILE"; NULL: it takes none */
    const char *help;  /* one sentence */
} option;

typedef struct options {
    const option *table, *more; /* more: NULL, or a second table */
    int count, at; /* arguments, and the next to look at */
    char *const *argument;
    const char *value;   /* of the option, or the operand */
    const char *letters; /* the rest of a group of short options, or NULL */
    int only_operands;
} options;

enum { OPTIONS_END = -1, OPTIONS_OPERAND = -2, OPTIONS_WRONG = -3, OPTIONS_MORE = 1000 };

options options_of(const option *table, const option *more, int count, char *const *argument);
/* The index in the table of the next option (of the second table: OPTIONS_MORE and on), or one of the
 * above. */
int options_next(options *o, fault *f);

/* The table as aligned lines of help. */
void options_help(const option *table, buf *b);

/* `did you mean …` as a hint, in *hint; NULL where nothing is near. */
const char *hint_near(buf *hint, const char *before, const char *near);

#endif
