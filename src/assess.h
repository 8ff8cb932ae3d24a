/* assess: rules for assessments, written as short Lua scripts and computed natively.
 * This is the C interface of libassess. The command line uses nothing else.
 *
 *     assess *a = assess_new();
 *     assess_set(a, "params.cap", "120");
 *     if (assess_open(a, "rules/2011.lua") == ASSESS_OK && assess_run(a) == ASSESS_OK) {
 *         const assess_array *score = assess_output_named(a, "score"); ...
 *     }
 *     for (size_t i = 0; i < assess_message_count(a); i++)
 *         fprintf(stderr, "%s\n", assess_message_at(a, i).text);
 *     assess_free(a);
 *
 * A session (`assess`) works on one rule file. It is given its settings, opens the file, runs it,
 * and then answers questions about the results. It is used by one thread at a time.
 *
 * Errors. Functions that can fail return a status, or say what they return instead, and add a
 * message for each fault. After a call that failed, other than a setting, only messages may be
 * read, unless the function says that nothing changed.
 *
 * Memory. A session owns all that its functions return, and keeps it until assess_free; only
 * assess_diff_of returns something to be freed by itself. Texts that are passed in are copied.
 *
 * Texts are UTF-8 and end with NUL. They are never NULL; a text that is absent is "".
 *
 * Missing values are NaN. Texts in arrays are numbers, which assess_text turns into texts. Truths
 * are 0 or 1. Dates are days since 1970-01-01.
 *
 * Numbers that count (`i`, `row`, `element`) start at 0 and are below the count they refer to. */
#ifndef ASSESS_H
#define ASSESS_H

#include <signal.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSESS_VERSION "0.1.0"

/* The command exits with the same numbers. */
typedef enum assess_status {
    ASSESS_OK = 0,
    ASSESS_TEST = 1,  /* a test failed, a gate was breached, or a check found an error */
    ASSESS_USAGE = 2, /* wrong usage, or an unknown file or name */
    ASSESS_RULE = 3,  /* the rule file is at fault */
    ASSESS_DATA = 4,  /* the data is at fault */
    ASSESS_LIMIT = 5, /* a limit was reached: time, memory, size */
    ASSESS_SEAL = 6,  /* a sealed run is not what it was */
    ASSESS_BUG = 70   /* a mistake in this library */
} assess_status;

/* ---- sessions ---- */

typedef struct assess assess;

assess *assess_new(void); /* NULL without memory */
void assess_free(assess *a);
const char *assess_version(void);

/* ---- settings, before assess_open ---- */

/* Gives a leaf (see assess_leaf) another value: assess_set(a, "index.C.C7.weight", "3"). If the
 * rules have no such leaf, assess_open fails. */
assess_status assess_set(assess *a, const char *address, const char *value);

/* Keeps only the rows of keyed data with this value in a carried column: "status", "public". */
assess_status assess_where(assess *a, const char *column, const char *value);

/* Reads the data that the rules call `name` from another file, or from memory; there `label` stands
 * for the path in messages. A workbook may have the name "": each of its sheets is the data of its
 * own name, or of the sheet that the rules read; where the rules read but one, it is that. */
assess_status assess_data_file(assess *a, const char *name, const char *path);
assess_status assess_data_text(assess *a, const char *name, const char *label, const char *csv,
                               size_t length);

/* Changes a setting by its name; the value is a text.
 *
 *     "threads"        how many to use; 0 (the default) means one for each core
 *     "seconds"        time limit of each step; default 60, 0 means none
 *     "memory"         limit in MiB; default 8192, 0 means none
 *     "script_memory"  limit for the script alone, in MiB; default 256, 0 means none
 *     "source"         greatest size of a rule file, in KiB; default 64
 *     "encoding"       of the data: "utf-8", "gb18030", "utf-16le" ...
 *     "strict"         "1": a warning (of a division by zero, say) is a fault
 *     "methods"        a folder that holds methods/, searched before the installed one
 *     "allow"          a further folder for rules to read below, beside their own and the process's
 *     "simd"           "baseline", "v3" or "v4"; default: the best this processor has
 *     "hash"           "0": do not compute the SHA-256 of the data; default "1"
 *     "unused", "pass" "0": large tables lack columns that the rules do not name; default "1". "1":
 *                      the rows of those that would fill half of memory are not kept; default "0"
 *     "language"       of messages, in the whole process: "en" (the default) or "zh"
 *     "profile"        "1": measure what takes time, for `assess profile`
 *
 * A step in which the process could not get memory ends with ASSESS_LIMIT. */
assess_status assess_setting(assess *a, const char *name, const char *value);

/* When *stop becomes nonzero, in a signal handler say, the running step ends with ASSESS_LIMIT. */
void assess_stop_on(assess *a, const volatile sig_atomic_t *stop);

/* ---- the two steps ---- */

/* Runs the script and checks what it declares. */
assess_status assess_open(assess *a, const char *rules);
/* Loads the data and computes the outputs. */
assess_status assess_run(assess *a);

/* ---- messages: faults and warnings, in the order in which they arose ---- */

typedef struct assess_message {
    assess_status status; /* of a fault; ASSESS_OK for a warning */
    const char *file;     /* of a workbook with the cell: "figures.xlsx:数据!C7" */
    long line;            /* from 1; 0 where unknown, and of a cell */
    int column;           /* in characters, from 1; 0 where unknown */
    const char *field;    /* the name of a CSV column */
    const char *excerpt;  /* the source line */
    const char *text;
    const char *hint; /* what to do about it */
} assess_message;

size_t assess_message_count(const assess *a);
assess_message assess_message_at(const assess *a, size_t i);
/* How many faults there were beyond those listed. */
size_t assess_message_hidden(const assess *a);

/* ---- what the rules say, after assess_open ---- */

/* A fact by its name, or "":
 *
 *     "id", "title", "cite", "focus", "file", "status", "note"
 *     "title.NAME"        the title of the output NAME
 *     "show.WHAT"         the output that reports show as WHAT: score, grade, rank, parts,
 *                         details, coverage, basis, verdict or assessable. After assess_run, where
 *                         the rules do not say, the output of the usual name, if there is one
 *     "statement.total"   the output that statements and notices show as the total, if rules say
 *     "statement.grades.1", "statement.grades.2" ...   a list of grades */
const char *assess_fact(const assess *a, const char *name);

typedef struct assess_stage {
    const char *name;
    int from, to; /* years; 0 where not given */
    size_t peers;
} assess_stage;
size_t assess_stage_count(const assess *a);
assess_stage assess_stage_at(const assess *a, size_t i);
const char *assess_stage_peer(const assess *a, size_t stage, size_t i);

/* A leaf is anything in the rules that has a name and a value. */
typedef struct assess_leaf {
    const char *address; /* "index.A.A1.weight", "params.cap" */
    const char *value;   /* as text; numbers in their shortest form */
    const char *cite;    /* its own citation or that of the nearest enclosing element */
    const char *file;
    long line;
    int changed;     /* by assess_set */
    size_t editions; /* how many rule files give it a value; at least 1 */
} assess_leaf;
size_t assess_leaf_count(const assess *a);
assess_leaf assess_leaf_at(const assess *a, size_t i);

/* What one rule file says of a leaf, where overlays change the rules of a base. Edition 0 is the
 * oldest, and the last holds, unless assess_set says otherwise. The address may differ from the
 * leaf's: an overlay may give one value for each stage where the base gives one for all. */
typedef struct assess_edition {
    const char *address, *value;
    const char *cite;
    const char *file;
    long line;
} assess_edition;
assess_edition assess_leaf_edition(const assess *a, size_t leaf, size_t which);

/* SHA-256 in hex of the rule files that were read, in the order of reading, and of the library
 * itself (or the program that contains it). */
const char *assess_rules_sha256(const assess *a);
const char *assess_engine_sha256(const assess *a);

/* ---- the data that was used, after assess_run ---- */

typedef struct assess_source {
    const char *name; /* in the rules: "observed" */
    const char *path;
    const char *encoding;      /* "UTF-8", "GB18030 (assumed)" ... */
    const char *form;          /* "long", "wide", or "table" for data without keys */
    const char *sha256;        /* of the bytes of the file, in hex */
    size_t rows, kept;         /* records read, without the header; that assess_where kept */
    size_t values, missing;    /* cells with a value, and cells with a missing marker */
    size_t unified, changed;   /* labels that keys = "nfkc" wrote otherwise; changed figures */
    size_t unread;             /* columns that were not read (the setting "unused"); else 0 */
    double year_from, year_to; /* of the year key; NaN where there is none */
} assess_source;
size_t assess_source_count(const assess *a);
assess_source assess_source_at(const assess *a, size_t i);

/* ---- results, after assess_run ---- */

typedef enum assess_kind { ASSESS_NUMBER, ASSESS_TRUTH, ASSESS_TEXT, ASSESS_DATE } assess_kind;
enum { ASSESS_AXES = 8 }; /* axes of an array at most */

typedef struct assess_axis {
    const char *name; /* "unit", "indicator", "group", "stage" */
    size_t size;
    int id; /* the same in all arrays of the session */
} assess_axis;

/* An array with a name. The element at the positions p[0] ... p[axes - 1] is
 * value[p[0] * stride[0] + ... + p[axes - 1] * stride[axes - 1]].
 * The axes come in the order a reader expects: unit first, then by length, year and stage last. */
typedef struct assess_array {
    const char *name;
    assess_kind kind;
    int axes; /* 0: a single value */
    assess_axis axis[ASSESS_AXES];
    size_t stride[ASSESS_AXES];
    size_t size; /* elements */
    const double *value;
    const char *formula; /* in one line, as the rule has it */
    const char *file;    /* the line of the rules that made it */
    long line;
} assess_array;

/* The outputs, in the order of their names in the script. */
size_t assess_output_count(const assess *a);
const assess_array *assess_output(const assess *a, size_t i);
const assess_array *assess_output_named(const assess *a, const char *name); /* or NULL */

/* Any array of the model or the data by its name: "index.weight", "index.standard", "params.cap",
 * "data.observed", "data.tasks.done"; NULL where there is none. */
const assess_array *assess_array_named(const assess *a, const char *name);

/* The label at position i of an axis, and what a reader calls it: the name of the indicator or
 * group, the title of the stage, or else the label itself. */
const char *assess_label(const assess *a, const assess_axis *axis, size_t i);
const char *assess_title(const assess *a, const assess_axis *axis, size_t i);

/* An attribute of the indicator or group with this label: "unit", "cite", "better"; or "". */
const char *assess_attribute(const assess *a, const char *label, const char *attribute);

/* The text that an element of a text array stands for ("" for missing), and the other way round
 * (NaN for a text that is in no array). */
const char *assess_text(const assess *a, double element);
double assess_text_number(const assess *a, const char *text);

/* ---- why a truth is true or false ---- */

/* One of the conditions that must all hold. */
typedef struct assess_reason {
    const char *formula;      /* min(areas, "group") >= params.area_floor */
    const char *left, *right; /* formulas of its two sides; right is "" if it is no comparison */
    const char *sign;         /* "≥", "<" ..., or "" */
    double got, want;         /* values of the two sides; NaN if it is no comparison */
    double holds;             /* 1, 0 or NaN */
    const char *which;        /* the label at which an extreme along an axis was found, or "" */
} assess_reason;

/* Writes the conditions of one element of a truth output to `out`, `most` at most, and returns how
 * many. `at` holds a position for each axis of the output. */
size_t assess_reasons(assess *a, const assess_array *output, const size_t *at, assess_reason *out,
                      size_t most);

/* ---- why a value is what it is ---- */

/* What follows a step in the list. */
typedef enum assess_step_end {
    ASSESS_GOES_ON, /* the steps of its operands, if it has any */
    ASSESS_ABOVE,   /* nothing: it is explained earlier, under the same name or formula */
    ASSESS_DEEPER,  /* nothing: the greatest depth is reached */
    ASSESS_NO_ROW   /* nothing: the data has no row for it */
} assess_step_end;

/* How the step above uses a step. */
typedef enum assess_step_role {
    ASSESS_OPERAND,   /* as a value in its formula, or as an element of its sum */
    ASSESS_CONDITION, /* to decide which branch of a choice to take */
    ASSESS_PLACE,     /* to decide where to look something up */
    ASSESS_BESIDE     /* not at all: the next better or worse of a ranking, to compare with */
} assess_step_role;

typedef struct assess_step {
    int depth; /* 0: the element asked for */
    assess_step_role role;
    /* an output, "index.A.A1.weight", "observed", the variable that holds it in the rules; "" where
     * it has no name */
    const char *name;
    int output;     /* `name` is that of an output */
    const char *at; /* the labels of its positions: "Shenzhen, A1, stage1" */
    assess_kind kind;
    double value;
    const char *formula; /* as the rule has it; "" for leaves and data */
    const char *put_in;  /* the same with values in place of names; "" where that says no more */
    double weight;       /* as an element of a weighted sum or mean; else NaN */
    double share;        /* its share of the step above; else NaN; see also assess_shares */
    double factor;       /* assess_shares: the change of the root for one more of it; else NaN */
    const char *file;    /* the line of the rules that made it, or the row of a CSV file; or the
                          * cell of a workbook, "figures.xlsx:数据!C7", where line is 0 */
    long line;
    const char *field; /* the CSV column, or "" */
    const char *note;  /* of a leaf its citation, of a datum its carried texts; or "" */
    size_t present, missing, hidden; /* of a sum or the like: its elements, and those not listed */
    assess_step_end end;
    const size_t *place; /* a position for each axis it has; of an output, in that one's order */
    size_t same; /* the step in the list that explains this element: its own number, or that of an
                    earlier step (ASSESS_ABOVE) */
} assess_step;

/* Lists how an element was computed, as a tree of steps in depth-first order: each step comes after
 * the one that uses it, one deeper. Each element is explained once. `at` holds a position for each
 * axis of the output. At most `depth` levels (0: 12), `most` elements of one sum (0: 60) and
 * `steps` steps (0: 10000) are listed; if there would be more steps, the depth is reduced. Returns
 * how many steps *step points to; 0 with a message where there are none. */
size_t assess_explain(assess *a, const assess_array *output, const size_t *at, int depth,
                      size_t most, size_t steps, const assess_step **step);

/* The same for several elements, of outputs or of arrays from assess_array_named, one after the
 * other; each is explained once in the whole list. In `put_in`, a value that has a step of its own
 * stands between marks: "\1", the number of that step among those one deeper (from 0), "\2", the
 * value, "\3". The list ends before the first element whose steps would be more than `steps` in
 * all; *done is how many were explained. */
typedef struct assess_element {
    const assess_array *array;
    size_t at[ASSESS_AXES];
} assess_element;
size_t assess_explain_all(assess *a, const assess_element *element, size_t elements, size_t most,
                          size_t steps, size_t *done, const assess_step **step);

/* Lists what the elements of sums and means contribute to an element, level by level below it (12
 * at most), each element once in a level. `share` is in the units of the element, `weight` is the
 * one that was really used, and `present` says whether steps below contribute. If `through` is not
 * 0, sums and means count also where they were rounded, limited without effect, added to something
 * or multiplied by a number. */
size_t assess_shares(assess *a, const assess_array *output, const size_t *at, int through,
                     const assess_step **step);

/* ---- what if: changes after assess_run ----
 *
 * Make changes, then compute what follows from them. The output arrays stay where they are and get
 * new values. To undo a change, change it back and compute again. */

/* Puts a value in place of one element of an output or of data, whatever its formula says.
 * `element` is an index into output->value. */
assess_status assess_change(assess *a, const assess_array *output, size_t element, double value);
/* Gives a leaf another value, as assess_set does before the run. If the address is unknown or the
 * value cannot be read, nothing changes. */
assess_status assess_change_leaf(assess *a, const char *address, const char *value);
/* Computes what depends on the changes since the last time, and nothing else. */
assess_status assess_recompute(assess *a);
/* Is one array computed from the other, so that a change of the other may be felt? */
int assess_depends(const assess *a, const assess_array *output, const assess_array *on);

/* ---- derivatives ---- */

/* How an element feels another; 0 where it does not. */
enum {
    ASSESS_FELT = 1, /* it changes with it smoothly */
    ASSESS_FLAT = 2, /* only a large change is felt: there is a step, limit, comparison or rank */
    ASSESS_BENT = 4, /* it is at a kink or the edge of a step: there is no derivative */
    ASSESS_HOST = 8, /* through a pattern, rubric or linear program: the derivative is not known */
    ASSESS_ROUNDED = 16 /* through a rounding: the derivative is that before the rounding */
};

/* The derivatives of one element of an output by all elements of `of`: data or an array of leaves
 * ("data.observed", "index.weight" from assess_array_named). Writes of->size derivatives to `by`,
 * and to `how` as many sums of the flags above. */
assess_status assess_gradient(assess *a, const assess_array *output, size_t element,
                              const assess_array *of, double *by, unsigned char *how);

/* ---- the data of a unit, one by one ----
 *
 * A unit is a position (`row`) on the first axis of an output, which is its score. A datum is named
 * by its indicator; that means the one that counts for the output: of several years the one that is
 * used, or, where the unit has no value yet, the last that could be used. A longer name says more
 * exactly which is meant:
 *
 *     C7   C7@2011   observed.C7@2011   observed.C7.evidence   panel@E3   tasks.done[M-05] */

typedef struct assess_cell {
    const char *name;         /* as above, as short as it is clear */
    const char *id;           /* the label of the indicator, or "" */
    const char *title;        /* what a reader calls it */
    const char *at;           /* further labels: "2011"; or "" */
    const char *measure;      /* its unit of measure, or "" */
    const assess_array *data; /* for assess_change, with `element` */
    size_t element;
    double value; /* NaN: there is none yet */
} assess_cell;

/* All data of a unit that count for an output. Returns how many *cells points to; 0 with a message
 * on a fault. */
size_t assess_cells(assess *a, const assess_array *output, size_t row, const assess_cell **cells);

/* The datum with a name, and the value that `text` would give it (if `text` is not NULL), read as
 * in a CSV file. Where the text is no number and the indicator's text counts, that one is meant.
 * ASSESS_USAGE with a message where the name is unknown or the text cannot be read; the session is
 * as before. */
assess_status assess_cell_at(assess *a, const assess_array *output, size_t row, const char *address,
                             const char *text, assess_cell *cell, double *value);

/* ---- goals: what would have to change ----
 *
 * The goal is a value that an element of an output should have. First each datum of the unit is
 * changed alone, from its value outward, between bounds: those given, or else the least and the
 * greatest value observed anywhere and the standards. Then a combination is looked for: from all
 * data at their best, changes with little effect for their cost are taken back as long as the goal
 * still holds. Every answer was computed, not estimated. Afterwards the session is as before. */

typedef enum assess_goal_kind { ASSESS_AT_LEAST, ASSESS_AT_MOST, ASSESS_ONE_OF } assess_goal_kind;

typedef struct assess_goal {
    const assess_array *output;
    size_t element;
    assess_goal_kind kind;
    const double *value; /* one value; for ASSESS_ONE_OF, `values` of them */
    size_t values;
    const assess_array *score; /* of the unit; a greater score counts as nearer to the goal */
    size_t score_element;
} assess_goal;

/* What is allowed for a datum. */
typedef struct assess_limit {
    const char *name; /* as in assess_cell; without its [ROW] or @LABEL, all of a column */
    int fixed;        /* it must not change */
    double low, high; /* NaN: the usual bound */
    double price;     /* of changing it by its own value, or from bound to bound if it is 0 or
                         missing; usually 1 */
} assess_limit;

typedef struct assess_move {
    assess_cell cell;
    double low, high; /* its bounds */
    double to;        /* the value that reaches the goal; NaN: none does */
    double best;      /* the value that gets nearest to it */
    double score;     /* at `to`, or else at `best` */
    double cost;      /* of going there: relative change * price */
} assess_move;

typedef struct assess_plan {
    int reached;               /* the goal is reached already; the rest is empty */
    const assess_move *single; /* each datum alone: those that reach the goal, cheapest first, then
                                  the others, nearest first */
    size_t singles;
    const assess_move *step; /* the combination; `steps` is 0 if there is none */
    size_t steps;
    double cost, score; /* of the combination; without one, the score of all data at their best */
} assess_plan;

assess_status assess_plan_for(assess *a, const assess_goal *goal, size_t row,
                              const assess_limit *limit, size_t limits, assess_plan *plan);

/* ---- levers: which data and which rules move a result most ----
 *
 * The session is as before afterwards. */

typedef struct assess_lever {
    assess_cell cell;
    double slope;    /* of the output for one more of the datum; NaN without a value or at 0 */
    int how;         /* how it is felt: ASSESS_FELT ... */
    double percent;  /* the effect of 1 % more: by the slope, or computed where that says nothing */
    double standard; /* of the indicator, of a range the nearer end; NaN: none */
    double to_standard; /* the effect of reaching it; NaN where it is reached */
    double left;        /* the greatest effect of any value between the usual bounds (see goals) */
    double best;        /* that value */
} assess_lever;

/* The data of a unit that count for an element, the strongest by `percent` first. Returns how many;
 * 0 with a message on a fault. */
size_t assess_levers(assess *a, const assess_array *output, size_t element, size_t row,
                     const assess_lever **levers);

typedef struct assess_leaf_lever {
    assess_leaf leaf;
    double less, more; /* the effects of 10 % less and of 10 % more */
} assess_leaf_lever;

/* The same for leaves that are numbers, but zeros and years. Those without effect come last. */
size_t assess_leaf_levers(assess *a, const assess_array *output, size_t element,
                          const assess_leaf_lever **levers);

/* ---- why a unit has its rank, and what its missing data cost it ----
 *
 * Both functions look at one element of the score: `at` holds a position for each axis of it, and
 * `axis` is the id of the one that has the units. `rank` is an output over the same axes, or NULL:
 * then the highest score is first. The session is as before afterwards. */

#define ASSESS_NOBODY ((size_t)-1)

typedef struct assess_standing {
    size_t unit; /* or ASSESS_NOBODY */
    double rank, score;
    size_t tied; /* other units with the same rank */
} assess_standing;

/* What an element contributes to the score of the unit, and to that of the unit above. */
typedef struct assess_contribution {
    const char *name;       /* its output: "scores" */
    const char *id, *title; /* "A1", and what readers call it */
    int depth;              /* 1: a part of the score; 2: an element of such a part ... */
    int last;               /* nothing below it contributes */
    double own, theirs;     /* the values of the two units */
    double points;          /* how much more of the score it gives this unit than the other */
} assess_contribution;

/* One datum that would be enough, changed alone, to pass the unit above. */
typedef struct assess_way {
    const char *id, *title, *at, *measure; /* "A1", its name, "2011", "USD" */
    double from, to;
    double effort;      /* |to - from| as a share of the range of all units' values */
    double score, rank; /* the unit's after that */
} assess_way;

typedef struct assess_rank_reasons {
    size_t ranked; /* how many units have a score */
    assess_standing own, above, below;
    int alone; /* 1: `points` tell what the other's value would change, taken alone; their sum need
                  not be the gap */
    const assess_contribution *part;
    size_t parts;
    const assess_way *way; /* the least effort first */
    size_t ways;
} assess_rank_reasons;

/* `details` is an output of scores of indicators, or NULL. It is used where the score is no sum or
 * mean. */
assess_status assess_why_rank(assess *a, const assess_array *score, const assess_array *rank,
                              const assess_array *details, const size_t *at, int axis,
                              assess_rank_reasons *out);

/* Three ways to fill a missing element: with the mean of the unit's own, with the worst or the best
 * that any unit has. If the elements are `apart`, with different scales (points of parts), the
 * mean, worst and best of all units in the same element. */
typedef struct assess_bounds {
    double mean, worst, best;
} assess_bounds;

/* An element of `details` that the unit lacks. */
typedef struct assess_absence {
    const char *id, *title;
    double weight, share;      /* share: of all weights; NaN where there are no weights */
    assess_bounds score, rank; /* with this element alone filled */
} assess_absence;

/* A condition of the verdict. */
typedef struct assess_threshold {
    assess_reason is;  /* as it is now */
    double got, holds; /* with all missing elements filled with the mean */
} assess_threshold;

typedef struct assess_absences {
    double score, rank;
    size_t of;                         /* how many elements there could be */
    assess_bounds value;               /* what was filled in; NaN where they are apart */
    assess_bounds filled, filled_rank; /* score and rank with all filled */
    const assess_absence *one;
    size_t count;
    const assess_threshold *threshold;
    size_t thresholds;
} assess_absences;

/* `verdict`: up to two outputs of truths, else NULL. */
assess_status assess_absent(assess *a, const assess_array *score, const assess_array *rank,
                            const assess_array *details, int apart,
                            const assess_array *const verdict[2], const size_t *at, int axis,
                            assess_absences *out);

/* ---- check: findings about rules and data ---- */

typedef enum assess_severity { ASSESS_NOTE, ASSESS_WARNING, ASSESS_ERROR } assess_severity;

/* A kind of finding. */
typedef struct assess_code {
    const char *code; /* "W01"; its meaning never changes */
    assess_severity severity;
    const char *name;  /* "weights-do-not-add-up" */
    const char *title; /* half a sentence */
    const char *means, *why, *example, *mended;
} assess_code;
size_t assess_code_count(void);
assess_code assess_code_at(size_t i); /* in the order of codes */

typedef struct assess_finding {
    const char *code;
    assess_severity severity;
    const char *file;
    long line;             /* from 1; 0 where unknown */
    int column, width;     /* in characters; 0 where unknown */
    const char *field;     /* the name of a CSV column */
    const char *excerpt;   /* the source line */
    const char *offending; /* the part of the text that is meant */
    const char *text;
    const char *hint;
    int accepted;       /* by a comment in the rules */
    const char *reason; /* given in that comment */
} assess_finding;

/* Opens, runs and examines a rule file, in place of assess_open and assess_run. Faults of rules and
 * data are findings, too. ASSESS_OK whatever was found; another status if nothing could be
 * examined.
 *
 * A comment in the rules accepts a finding on its line, or, on a line of its own, the one below; or
 * in the whole file:
 *
 *     -- check: ignore W03 (reason)
 *     -- check: ignore-file U01 (reason) */
assess_status assess_check(assess *a, const char *rules);
size_t assess_finding_count(const assess *a);
assess_finding assess_finding_at(const assess *a, size_t i); /* by file, line and column */

/* ---- differences between two editions of rules ----
 *
 * Who moves, by how much, and because of what. What differs is sorted into factors. Every mix of
 * them is computed, each factor taken from the one edition or the other. A factor's contribution to
 * a change is its Shapley value: the mean of what it adds, over all orders in which the factors may
 * follow one another. The contributions add up to the change.
 *
 * A change of rank is also split into the unit's own movement and that of the others. With r(u | v)
 * the rank of own scores u among others' scores v, the own part of a factor is its Shapley value of
 * (r(u | A) + r(u | B)) / 2, where u are the scores of the mix; the rest is the others' part.
 *
 * Attributes of an element or stage that only one edition has belong to the structure; a parameter
 * that only one has belongs to the methods. Where the methods of one edition do not work with the
 * tree or the attributes of the other, these are one factor. */

typedef enum assess_factor {
    ASSESS_BY_DATA,     /* values of cells that both have */
    ASSESS_BY_COVERAGE, /* cells that only one has */
    ASSESS_BY_WEIGHTS,
    ASSESS_BY_STANDARDS, /* all other attributes of the tree */
    ASSESS_BY_PARAMS,
    ASSESS_BY_METHODS,   /* compute, and the functions that attributes name */
    ASSESS_BY_STRUCTURE, /* the tree, the stages and their peers, the units named beforehand */
    ASSESS_FACTORS
} assess_factor;

/* A factor, or a leaf of one. Its contributions are given by place (see assess_diff), NaN where
 * nothing changed. */
typedef struct assess_part {
    assess_factor factor;
    const char *address; /* of a leaf: "index.C.C7.weight", "data.observed.C7", "compute" */
    size_t leaves;       /* of a factor: how many of its leaves the score is computed from */
    const char *only;    /* that leaf, where it is just one; else "" */
    const double *score, *own, *others; /* own, others: of the rank */
    const double *error;                /* the standard error of `score`; NULL where it is exact */
} assess_part;

/* A line of the rules, or a set of data, that differs; [0] is the first edition, [1] the second. */
typedef struct assess_line {
    assess_factor factor;
    const char *address;
    const char *value[2]; /* "" where the edition does not have it */
    const char *cite[2], *file[2];
    long line[2];
    int felt;    /* the score is computed from it */
    int bundled; /* it belongs to the structure or (a parameter) to the methods, see above */
} assess_line;

/* Arrays by place have rows * columns elements; a place is row * columns + column, of a unit and
 * the other axes of the score. */
typedef struct assess_diff {
    const char *axis; /* of the rows: "unit" */
    size_t rows, columns;
    const char *const *row, *const *column; /* labels; columns: "stage1", or one "" */
    const char *const *column_title;        /* what a reader calls them */
    size_t overs;                           /* the axes that the columns lie along, */
    const char *const *over, *const *label; /* their names; of each column a label on each */
    const double *score[2], *rank[2];
    const char *const *grade[2]; /* NULL if there are none */
    const double *verdict[2];    /* NULL if there are none */
    size_t factors, leaves, lines;
    const assess_part *factor, *leaf;
    const assess_line *line;
    size_t mixes;   /* how many were computed */
    size_t unknown; /* changed places without contributions, since some mix gives them no score */
    size_t orders;  /* drawn at most for the leaves of a factor; 0: everything is exact */
    int together;   /* the sum of 1 << factor for factors that are one */
} assess_diff;

typedef struct assess_diff_wish {
    int leaves; /* also the contributions of leaves: exact up to 12 in a factor, else sampled */
    unsigned long long seed;
    size_t evaluations; /* mixes to compute when sampling the leaves of a factor; 0: 4096, fewer for
                           many units; exact contributions take at most 16 times as many */
} assess_diff_wish;

/* Compares two sessions that were opened and not run; where necessary they are run. NULL with
 * messages in either. Free the result before the sessions. */
assess_diff *assess_diff_of(assess *a, assess *b, const assess_diff_wish *wish);
void assess_diff_free(assess_diff *d);

/* ---- exchange with the R package COINr ---- */

/* Writes rules.lua and iData.csv into a folder, from the two tables of COINr: CSV, or the sheets
 * iData and iMeta of a workbook, which both names may be of. Takes the place of assess_open;
 * afterwards the session has only messages. */
assess_status assess_import_coinr(assess *a, const char *data, const char *metadata,
                                  const char *folder);
/* After assess_run: writes iMeta.csv and iData.csv into a folder. The data is the first that the
 * rules use with units and indicators as keys. */
assess_status assess_export_coinr(assess *a, const char *folder);
#ifdef __cplusplus
}
#endif
#endif
