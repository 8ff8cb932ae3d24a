/* What a report shows of a session: which output plays which part, which units and stages appear,
 * and how numbers are written. Formats for people stand on this; CSV and JSON give everything as it
 * is.
 *
 * Parts are given by the rule's `show = { score = "total", … }`; an output that bears a part's own
 * name plays it where the rule says nothing. An output whose axes do not suit its part is left
 * aside. One axis holds what is assessed: `unit` where the score has it, else the score's first.
 * The score's other axes (and the verdict's) make the columns: all stages, but of the years only
 * the last with a score, unless the wish picks one. */
#ifndef DOCUMENT_VIEW_H
#define DOCUMENT_VIEW_H

#include "assess.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/text.h"

typedef enum role {
    ROLE_SCORE,
    ROLE_GRADE, /* a text */
    ROLE_RANK,
    ROLE_PARTS,   /* rows × one axis of parts (× columns) */
    ROLE_DETAILS, /* rows × one axis of indicators (× columns) */
    ROLE_COVERAGE,
    ROLE_BASIS, /* rows × one axis of statuses (× columns): shares */
    ROLE_VERDICT,
    ROLE_ASSESSABLE,
    ROLE_VALUES,  /* rows × indicators: the figures the details were made of */
    ROLE_IMPUTED, /* truths over any axes: figures that were not observed */
    ROLE_TREATED, /* the same: figures that were changed */
    ROLES
} role;

enum { VIEW_COLUMNS = 12, VIEW_TOP = 20 };
#define VIEW_NONE ((size_t)-1)

/* Keep one position of an axis: --at year=2022, --stage stage2. */
typedef struct view_pick {
    const char *axis, *label;
} view_pick;

typedef struct view_wish {
    const char *focus; /* NULL: the rule's */
    const view_pick *pick;
    size_t picks;
    size_t top;        /* rows shown at most; the focus is shown besides */
    const char *where; /* what --where chose rows by, to be told; NULL: nothing */
    int formulas;      /* the formulas of results are told, too */
    int weights;       /* all weights are told, however many they are */
} view_wish;

/* Positions on some axes. An array ignores those of axes that it does not have. */
typedef struct location {
    int count;
    int axis[ASSESS_AXES]; /* ids */
    size_t at[ASSESS_AXES];
} location;

typedef struct view {
    assess *session;
    text_language language;
    const assess_array *part[ROLES]; /* NULL where nothing plays it */
    int places[ROLES];               /* decimals that suit its numbers */
    assess_axis rows;                /* size 0: nothing is scored */
    size_t focus;                    /* a row, or VIEW_NONE */
    const char *where;               /* of the wish, or "" */
    const char *focus_name;          /* "" where none was asked for */
    assess_axis column_axis[ASSESS_AXES];
    int column_axes;
    size_t columns, columns_hidden;
    location column[VIEW_COLUMNS];    /* without the rows */
    char *column_title[VIEW_COLUMNS]; /* "" where the score has no further axes */
    size_t *shown, shown_count;       /* rows, best first in the first column */
} view;

/* A wish that names no label of its axis is FAULT_USAGE, with a did-you-mean. */
int view_open(view *v, assess *a, const view_wish *w, fault *f);
void view_close(view *v);

text_language view_language(assess *a); /* the language of the rules is that of their reports */
/* A text in the language of the rules. */
const char *view_text(const view *v, const char *english);
const char *view_role_name(role r); /* "score" */
/* What a reader calls an output, wherever it is shown: the title that the rules give it, else the
 * usual word for the part it plays or for its name ("Rank"), else its name. */
const char *view_output_title(const view *v, const assess_array *x);

/* The same of the output that is to play a part, also where nothing was computed. */
const char *role_title(const assess *a, text_language language, role r);
const char *view_given_title(const view *v, const assess_array *x); /* the rules' alone, or "" */

/* What a reader calls an axis: titles = { unit = "城市" }, else a word of our own, else its name.
 */
const char *view_axis_title(const view *v, const assess_axis *axis);
const char *axis_title(assess *a, text_language language, const char *axis); /* by its name */

/* A citation, but "" where it is that of the rules as a whole: that one is told at the head. */
const char *view_cite(const assess *a, const char *cite);

location view_location(const view *v, size_t row,
                       size_t column); /* column VIEW_NONE: of the row alone */
void location_add(location *s, int axis, size_t at);
/* Where an array has it; VIEW_NONE where the array has an axis that the location does not name. */
size_t location_offset(const assess_array *x, const location *s);
/* Its position along each axis of an array; 0 along axes it does not name. */
void location_indices(const assess_array *x, const location *s, size_t at[ASSESS_AXES]);
/* The element at a location; NaN where the array has an axis that the location does not name. */
double location_value(const assess_array *x, const location *s);

/* The position of an axis among an array's, or -1. */
int view_axis(const assess_array *x, int id);
/* Does an array differ by what the view's columns differ in? */
int view_has_columns(const view *v, const assess_array *x);
/* The axis of a part beside rows and columns, or NULL. */
const assess_axis *view_extra(const view *v, const assess_array *x);
/* The position of a label, or VIEW_NONE. */
size_t view_find(const view *v, const assess_axis *axis, const char *label);
/* The position of what has this label or, where none has it, this title; VIEW_NONE with the fault
 * and a did-you-mean. `as` stands before the message ("--focus: ", or ""). */
size_t find_label(assess *a, const assess_axis *axis, const char *as, const char *name, fault *f);
/* The output of this name that is nearest to a word, or NULL. */
const char *nearest_output(assess *a, const char *name);
int view_is_peer(const view *v, size_t row, size_t column);

/* Numbers for people. Missing is "-". */
void view_number(buf *b, double x, int places); /* more places where x would read as zero */
void view_figure(buf *b, double x);             /* six digits that matter, three below 0.001 */
void view_share(buf *b, double x);              /* 0.853 is 85.3% */
void view_rank(buf *b, double x);
/* "1 row", "2 rows": a text for one, and one for any other number. */
void view_count(buf *b, const view *v, size_t n, const char *one, const char *several);
void view_date(buf *b, double days); /* days since 1970-01-01, as 2011-06-30 */
void view_element(buf *b, const view *v, const assess_array *x, double element, int places);

/* The decimals that suit numbers which stand below one another: as many as they have, three at most
 * where none is above 1.5, else two, fewer in thousands. -1 where no number of decimals suits all:
 * view_figure, then. Start with {0}. */
typedef struct decimals {
    double most, least; /* of their sizes; zeros aside */
    int needed;
} decimals;
void decimals_add(decimals *d, double x);
int decimals_suit(const decimals *d);
int view_places(const assess_array *x); /* for all elements; -1 where they are no numbers */

/* How many figures were not observed (imputed), or were changed (treated): the outputs of truths
 * that play these parts, counted. */
typedef struct marks {
    size_t count, of; /* of: places where there is a figure */
} marks;

/* Those at a location; NULL: all. None where no output plays the part. */
marks marks_count(const view *v, role r, const location *at);
/* "10 of 49 values" */
void marks_say(const view *v, const marks *m, buf *b);
/* The labels of the marked at a location, without those the location gives: "LPI, Flights". */
void marks_labels(const view *v, role r, const location *at, buf *b);

/* Do the picks of a wish name axes and labels of this session's outputs? */
int view_check_picks(assess *a, const view_wish *w, fault *f);
/* The position a wish picks on an axis, or VIEW_NONE. */
size_t view_picked(assess *a, const view_wish *w, const assess_axis *axis);

#endif
