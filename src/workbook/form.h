/* A form for those who report figures, made from the rules: a sheet for each of the data that the
 * rules name, in the layout in which they read it.
 *
 * Keyed data has a row for each unit, indicator and whatever else are its keys (in the wide form a
 * column for each indicator); of years only the last, unless one is picked. A table has its rows as
 * they are, and empty ones below. Cells hold what the data has now. What names a row is fixed; the
 * rest is open, with what may stand there: bounds, words, and a note of what is asked for. */
#ifndef WORKBOOK_FORM_H
#define WORKBOOK_FORM_H

#include "base/arena.h"
#include "document/view.h"

typedef enum form_kind { FORM_BLANK, FORM_TEXT, FORM_NUMBER, FORM_DATE } form_kind;

/* What an open cell may hold: numbers or days (since 1970-01-01) within bounds, which are included,
 * infinite where there is none; or one of some words. */
typedef struct form_limits {
    form_kind kind; /* FORM_NUMBER, FORM_DATE or FORM_TEXT */
    double least, most;
    const char *const *word;
    size_t words;
    int only; /* no other words are right */
} form_limits;

typedef struct form_cell {
    form_kind kind; /* of what it holds */
    const char *text;
    double number; /* of a date its days */
    int open;
    const form_limits *may; /* or NULL */
    const char *note;       /* or NULL */
} form_cell;

typedef struct form_column {
    const char *head, *note; /* the note: or NULL */
    form_kind kind;          /* of what its cells are to hold */
    int open;
    size_t width; /* in columns of text */
} form_column;

typedef struct form_sheet {
    const char *name;
    const char *data; /* the name of the data in the rules */
    size_t top, left; /* of the heading, from 0 */
    form_column *column;
    size_t columns, rows;
    form_cell *cell; /* row by row */
} form_sheet;

typedef struct form {
    arena memory;
    const char *title;
    const char *rules, *sha256; /* the rule file, as seen from the form; its fingerprint */
    text_language language;
    form_sheet *sheet;
    size_t sheets;
} form;

typedef struct form_wish {
    const char *unit;      /* NULL: all */
    const view_pick *pick; /* a label of an axis, which need not be there yet */
    size_t picks;
    size_t blank;              /* empty rows below those of tables */
    const char *const *source; /* the names of the data; none: all */
    size_t sources;
} form_wish;

enum { FORM_CELLS = 1000000 };

/* Of a session that has run. 0 with the fault; the form is released in any case. */
int form_make(assess *a, const form_wish *w, form *out, fault *f);
void form_release(form *o);

/* form_notes.c: what an element of the index asks for, in words; NULL without memory. */
const char *form_definition(assess *a, text_language l, int element, arena *memory);
/* The bounds that the rules allow figures of an indicator. 0: none. */
int form_allowed(const assess *a, int element, double bound[2]);
/* The words that the rules compare the texts of a column of data with, "events.kind". */
size_t form_words(const assess *a, const char *column, const char *const **words, arena *memory);
/* The levels of the rubric that marks the texts of a column for an indicator (-1: of a table), one
 * on a line with its mark; NULL: none does. */
const char *form_rubric(const assess *a, text_language l, const char *column, int element,
                        arena *memory);

/* form_rules.c: the rule file that a form was made from, as a hidden sheet of it says: its path,
 * seen from here, and its fingerprint. NULL with the fault where it is no form, or the file is not
 * there.
 */
const char *form_rules(const char *path, arena *memory, const char **sha256, fault *f);
/* The name of that sheet, and what stands before the path and before the fingerprint. */
#define FORM_RULES_SHEET "_rules"
#define FORM_RULES "rules"
#define FORM_SHA256 "sha256"

/* form_xlsx.c: the form as a workbook, appended to `to`. */
int form_xlsx(form *o, buf *to, fault *f);

#endif
