/* assess: rules of assessment as short scripts, computed natively.
 *
 * The public face of libassess. A session opens one rule file, is given its settings, loads the
 * data, computes, and lends out results, messages and facts. The command line uses only this.
 *
 *     assess *a = assess_new();
 *     assess_set(a, "params.cap", "120");
 *     if (assess_open(a, "rules/2011.lua") == ASSESS_OK && assess_run(a) == ASSESS_OK)
 *         … assess_output(a, i) …
 *     … assess_message(a, i) …
 *     assess_free(a);
 *
 * Ownership: a session owns everything it lends; what it lends lives until the session is freed.
 * A session is used by one thread at a time. Texts are UTF-8, ended by NUL, never NULL unless said.
 * Functions that can fail return a status, and have added a message for each fault; every message
 * stays readable whatever follows. After a failed call other than a setting, only messages may be
 * read. */
#ifndef ASSESS_H
#define ASSESS_H

#include <signal.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSESS_VERSION "0.1.0"

/* Also the exit statuses of the command. */
typedef enum assess_status {
    ASSESS_OK = 0,
    ASSESS_TEST = 1,  /* a test failed, or a gate was breached */
    ASSESS_USAGE = 2, /* wrong usage */
    ASSESS_RULE = 3,  /* the rule file is at fault */
    ASSESS_DATA = 4,  /* the data is at fault */
    ASSESS_LIMIT = 5, /* a limit was reached: time, memory, size */
    ASSESS_BUG = 70   /* a bug of ours */
} assess_status;

typedef struct assess assess;

assess *assess_new(void); /* NULL without memory */
void assess_free(assess *a);
const char *assess_version(void);

/* ---- settings, before assess_open ---- */

/* Gives a leaf another value: assess_set(a, "index.C.C7.weight", "3"). The address must exist. */
assess_status assess_set(assess *a, const char *address, const char *value);
/* Keeps only the rows of keyed data whose carried column has this value: ("status", "public"). */
assess_status assess_where(assess *a, const char *column, const char *value);
/* Reads the data called `name` in the rules from another file, or from memory (copied; `label`
 * stands for the file name in messages). */
assess_status assess_data_file(assess *a, const char *name, const char *path);
assess_status assess_data_text(assess *a, const char *name, const char *label, const char *csv,
                               size_t length);
/* Settings by name; value as text. "threads" (0: all cores), "seconds" (time limit of the script
 * and of the evaluation, default 60; 0: none), "memory" (MiB, default 8192; 0: no limit),
 * "script_memory" (MiB, default 256; 0: none), "source" (KiB of a rule file at most, default 64),
 * "encoding" (of data: "utf-8", "gb18030", "utf-16le" …), "strict" ("1": a domain error is a
 * fault), "methods" (the folder that holds methods/; looked at before those of the installation),
 * "simd" ("baseline", "v3", "v4"), "hash" ("0": the data's SHA-256 is not computed; default "1"),
 * "language" ("en", "zh": of messages, in this process; default "en").
 */
assess_status assess_setting(assess *a, const char *name, const char *value);
/* The limits are a session's: the seconds begin anew with each step. A step during which any
 * allocation of the process failed ends with ASSESS_LIMIT. */
/* When *stop turns nonzero (from a signal handler), what is running ends with ASSESS_LIMIT. */
void assess_stop_on(assess *a, const volatile sig_atomic_t *stop);

/* ---- the two steps ---- */

assess_status assess_open(assess *a, const char *rules); /* runs the script, checks the model */
assess_status assess_run(assess *a); /* loads the data, builds and computes the outputs */

/* ---- exchange with the R package COINr ---- */

/* Takes an index over: writes rules.lua and iData.csv into a folder. The session serves for
 * messages only. */
assess_status assess_import_coinr(assess *a, const char *data, const char *metadata,
                                  const char *folder);
/* After assess_run: writes iMeta.csv and iData.csv, of the first keyed data the rules use over unit
 * and indicators. */
assess_status assess_export_coinr(assess *a, const char *folder);

/* ---- messages: faults and warnings, in the order they arose ---- */

typedef struct assess_message {
    assess_status status; /* of a fault; ASSESS_OK for a warning */
    const char *file;     /* "" where unknown; line and column 0 where unknown */
    long line;
    int column;
    const char *field;   /* the CSV column's name, or "" */
    const char *excerpt; /* the source line, or "" */
    const char *text;
    const char *hint; /* or "" */
} assess_message;

size_t assess_message_count(const assess *a);
assess_message assess_message_at(const assess *a, size_t i);
size_t assess_message_hidden(const assess *a); /* faults beyond those listed */

/* ---- facts of the rule file, after assess_open ---- */

/* "id", "title", "cite", "focus", "file", "status", "note"; "title.built": what a reader calls an
 * output; "show.score" (rank, parts, details, coverage, basis, verdict, assessable): the name of
 * the output that a report uses for it, also where the rules do not say but have one of the usual
 * name (after assess_run); "statement.total": the same for statements and notices, only where the
 * rules say; "statement.grades.1", "statement.grades.2" …: a list. */
const char *assess_fact(const assess *a, const char *name); /* "" where absent */

typedef struct assess_stage {
    const char *name;
    int from, to; /* years; 0 where not given */
    size_t peers;
} assess_stage;
size_t assess_stage_count(const assess *a);
assess_stage assess_stage_at(const assess *a, size_t i);
const char *assess_stage_peer(const assess *a, size_t stage, size_t i);

/* Leaves: everything with a name in the model. */
typedef struct assess_leaf {
    const char *address; /* "index.A.A1.weight", "params.cap" */
    const char *value;   /* as text; numbers in shortest form */
    const char *cite;    /* its own or that of the nearest enclosing element, or "" */
    const char *file;
    long line;
    int changed;     /* by assess_set */
    size_t editions; /* how many rule files say it, at least 1 */
} assess_leaf;
size_t assess_leaf_count(const assess *a);
assess_leaf assess_leaf_at(const assess *a, size_t i);
/* What the rule files say of a leaf, one upon the other: `which` 0 is the oldest, editions - 1 what
 * holds unless assess_set says otherwise. An overlay may give for each stage what the base gives
 * for all, or the other way round: then the address was another. */
typedef struct assess_edition {
    const char *address, *value;
    const char *cite; /* or "" */
    const char *file;
    long line;
} assess_edition;
assess_edition assess_leaf_edition(const assess *a, size_t leaf, size_t which);

/* ---- what data was used, after assess_run ---- */

typedef struct assess_source {
    const char *name; /* in the rules: "observed" */
    const char *path;
    const char *encoding;      /* "UTF-8", "GB18030 (assumed)" … */
    const char *form;          /* "long", "wide", "table" */
    const char *sha256;        /* of the file's bytes, in hex */
    size_t rows;               /* records read, without the header */
    size_t kept;               /* records kept by assess_where */
    size_t values, missing;    /* present cells, and cells with a missing marker */
    double year_from, year_to; /* of the year key; NaN where there is none */
} assess_source;
size_t assess_source_count(const assess *a);
assess_source assess_source_at(const assess *a, size_t i);

/* ---- results, after assess_run ---- */

typedef enum assess_kind { ASSESS_NUMBER, ASSESS_TRUTH, ASSESS_TEXT, ASSESS_DATE } assess_kind;
enum { ASSESS_AXES = 8 };

typedef struct assess_axis {
    const char *name; /* "unit", "indicator", "group", "stage" */
    size_t size;
    int id;
} assess_axis;

/* An array of results. Element at positions p[0] … p[axes-1] is value[sum p[k] * stride[k]].
 * Missing is NaN. Truth: 0 or 1. Text: see assess_text. Date: days since 1970-01-01. */
typedef struct assess_array {
    const char *name;
    assess_kind kind;
    int axes;
    assess_axis axis[ASSESS_AXES]; /* in the order a reader expects: unit, then the others by
                                      length, year and stage last */
    size_t stride[ASSESS_AXES];
    size_t size;
    const double *value;
    const char *formula; /* one line, as the rule has it */
    const char *file;    /* the rule line that made it */
    long line;
} assess_array;

size_t assess_output_count(const assess *a);
const assess_array *assess_output(const assess *a,
                                  size_t i); /* in the order of names in the script */
const assess_array *assess_output_named(const assess *a, const char *name); /* or NULL */

const char *assess_label(const assess *a, const assess_axis *axis, size_t i);
/* What a reader calls it: an indicator's or group's name; else the label itself. */
const char *assess_title(const assess *a, const assess_axis *axis, size_t i);
/* An attribute of a tree element by its label ("unit", "cite", "better"), or "". */
const char *assess_attribute(const assess *a, const char *label, const char *attribute);
const char *assess_text(const assess *a, double element); /* of a text array; "" for missing */
double assess_text_number(const assess *a,
                          const char *text); /* the element; NaN where no text is this */

/* Any leaf array of the model by name, along the axes it has: "index.weight", "index.standard",
 * "data.observed", "data.tasks.done"; NULL where there is none. For reports. */
const assess_array *assess_array_named(const assess *a, const char *name);

/* Why a truth output is what it is at one place: its conjuncts, taken from the formula. `at` gives
 * a position for each axis of the output. */
typedef struct assess_reason {
    const char *formula;      /* `min(areas, "group") ≥ params.area_floor` */
    const char *left, *right; /* the two sides' own formulas; right "" where it is no comparison */
    const char *sign;         /* "≥", "<" …, or "" */
    double got, want;         /* the two sides of a comparison; NaN where it is none */
    double holds;             /* 1, 0 or NaN */
    const char *which;        /* the label an extreme along an axis was found at, "B", or "" */
} assess_reason;
size_t assess_reasons(assess *a, const assess_array *output, const size_t *at, assess_reason *out,
                      size_t most);

/* ---- what if: something changed after the run ----
 *
 * assess_change puts a value in place of an element of an output, or of data ("data.observed" from
 * assess_array_named); `element` counts in `value`, and whatever its formula says gives way.
 * assess_change_leaf gives a leaf another value, as assess_set does before the run; an address or a
 * value that does not read changes nothing. assess_recompute computes what follows from the changes
 * since, and nothing else. The outputs stay where they are and their `value` is new. To undo a
 * change, put back what was there, and compute again. */
assess_status assess_change(assess *a, const assess_array *output, size_t element, double value);
assess_status assess_change_leaf(assess *a, const char *address, const char *value);
assess_status assess_recompute(assess *a);
/* Is the one output computed from the other, so that a change there may be felt here? */
int assess_depends(const assess *a, const assess_array *output, const assess_array *on);

/* ---- how steeply: derivatives ----
 *
 * Of one element of an output by every element of data or of an array of leaves ("data.observed",
 * "index.weight" from assess_array_named): `by` and `how` get as many as `of` has. `how` is 0 where
 * nothing is felt; else it says how. A derivative holds nearby unless ASSESS_BENT or ASSESS_HOST is
 * told: then there is none, or only a part of it is known. */
enum {
    ASSESS_FELT = 1, /* along a slope */
    ASSESS_FLAT = 2, /* further off: behind a step, a bound that is passed, a comparison, a rank */
    ASSESS_BENT = 4, /* at a kink, or the edge of a step */
    ASSESS_HOST =
        8, /* through a function that is no formula: a pattern, a rubric, a linear program */
    ASSESS_ROUNDED = 16 /* through a rounding: the slope is that of what was rounded */
};
assess_status assess_gradient(assess *a, const assess_array *output, size_t element,
                              const assess_array *of, double *by, unsigned char *how);

/* ---- what moves a result: the data of a unit, one by one ----
 *
 * A unit is a position (`row`) on the first axis of an output, which is its score. A datum is
 * addressed by its indicator, and is then the one that counts for that output: of the years the one
 * that is taken, or where the unit has no value yet, the last that would be. What is written more
 * exactly is taken at its word:
 *
 *     C7   C7@2011   observed.C7@2011   observed.C7.evidence   panel@E3   tasks.done[M-05] */
typedef struct assess_cell {
    const char *name;         /* as above, as short as it is clear */
    const char *id;           /* the indicator's label, or "" */
    const char *title;        /* what a reader calls it */
    const char *at;           /* further labels: "2011"; or "" */
    const char *measure;      /* its unit of measure, or "" */
    const assess_array *data; /* for assess_change */
    size_t element;
    double value; /* missing: there is none yet */
} assess_cell;

/* All data of the unit's indicators that count for the output, in the order of the axes. They live
 * until the session is freed. 0 with a message on a fault. */
size_t assess_cells(assess *a, const assess_array *output, size_t row, const assess_cell **cells);
/* The datum at an address, and what a text would give it, read as in a CSV file (a missing marker:
 * missing). A text that is no number is the indicator's text where that is what counts. Unknown
 * names and texts that do not read are ASSESS_USAGE with a message, and change nothing; `text` may
 * be NULL. */
assess_status assess_cell_at(assess *a, const assess_array *output, size_t row, const char *address,
                             const char *text, assess_cell *cell, double *value);

/* ---- goals: what would have to change ----
 *
 * A goal is that an element of an output comes to be at least, at most, or one of some values. Each
 * datum of the unit that counts is tried alone, from where it is outward, between bounds: those
 * given, else between the least and the most that is observed of it anywhere, and its standards.
 * Then a combination is looked for: from all data at their best, what has little effect for its
 * cost is taken back, as far as the goal still holds. What is told to reach the goal was computed
 * with it. Afterwards everything is as before. */
typedef enum assess_goal_kind { ASSESS_AT_LEAST, ASSESS_AT_MOST, ASSESS_ONE_OF } assess_goal_kind;

typedef struct assess_goal {
    const assess_array *output;
    size_t element;
    assess_goal_kind kind;
    const double *value; /* one; of ASSESS_ONE_OF `values` */
    size_t values;
    const assess_array *score; /* the unit's; more of it is nearer to the goal */
    size_t score_element;
} assess_goal;

typedef struct assess_limit {
    const char *name; /* of a datum, as assess_cells gives it; without its [ROW] or @LABEL: of all
                         of a column */
    int fixed;        /* it stays as it is */
    double low, high; /* NaN: as usual */
    double price; /* of changing it by as much as it is (of what is 0 or missing: from one bound to
                     the other); usual: 1 */
} assess_limit;

typedef struct assess_move {
    assess_cell cell;
    double low, high; /* its bounds */
    double to;        /* the value that reaches the goal; NaN: none does */
    double best;      /* the value that gets nearest to it */
    double score;     /* at `to`, or at `best` */
    double cost;      /* of moving to `to`: relative change × price; else of moving to `best` */
} assess_move;

typedef struct assess_plan {
    int reached;               /* the goal holds already; nothing else is told */
    const assess_move *single; /* each alone: those that reach it, cheapest first, then the others,
                                  nearest first */
    size_t singles;
    const assess_move *step; /* together: 0 where not even all data at their best reach it */
    size_t steps;
    double cost, score; /* of all steps; score without steps: with all at their best */
} assess_plan;
assess_status assess_plan_for(assess *a, const assess_goal *goal, size_t row,
                              const assess_limit *limit, size_t limits, assess_plan *plan);

/* ---- levers: which data move a result most ---- */

typedef struct assess_lever {
    assess_cell cell;
    double
        slope; /* of the output by one unit of measure; NaN where there is no value, or it is 0 */
    int how;   /* ASSESS_FELT …: together, how the datum is felt */
    double percent;  /* what 1 % more of the value does: by the derivative; where it is not felt by
                        that alone, computed  anew, and the slope from it */
    double standard; /* the indicator's; of a range the nearer end; NaN: none */
    double to_standard; /* what reaching it does; NaN where it is reached */
    double left; /* the most that any value between the usual bounds (see assess_plan_for) brings */
    double best; /* that value */
} assess_lever;

/* The unit's data that count for an element of the output, the strongest by 1 % first. Afterwards
 * everything is as before. They live until the session is freed; 0 with a message on a fault. */
size_t assess_levers(assess *a, const assess_array *output, size_t element, size_t row,
                     const assess_lever **levers);

typedef struct assess_leaf_lever {
    assess_leaf leaf;
    double less, more; /* what 10 % less and 10 % more of it do */
} assess_leaf_lever;
/* The same of the leaves that are numbers other than 0 and years; those that do nothing last. */
size_t assess_leaf_levers(assess *a, const assess_array *output, size_t element,
                          const assess_leaf_lever **levers);

/* Why one element is what it is: the tree of its computation, each step behind the one that uses
 * it, one deeper. A step's `file` and `line` are those of the rule that made it; of a datum they
 * are its row in the CSV file, and `field` its column. */
typedef enum assess_step_end {
    ASSESS_GOES_ON, /* its own steps follow, if it has any */
    ASSESS_ABOVE,   /* it is explained above, under the same name or formula */
    ASSESS_DEEPER,  /* the depth ends here */
    ASSESS_NO_ROW   /* there is no row of data for it */
} assess_step_end;

/* What a step is to the one above. */
typedef enum assess_step_role {
    ASSESS_OPERAND,   /* its value goes into the formula, or it is an element of the sum */
    ASSESS_CONDITION, /* it decided which branch of a choice was taken */
    ASSESS_PLACE,     /* it says where something was looked up */
    ASSESS_BESIDE     /* for comparison: the next better or worse of a ranking */
} assess_step_role;

typedef struct assess_step {
    int depth; /* 0: the element asked for */
    assess_step_role role;
    const char *name; /* what it is called: an output, "index.A.A1.weight", "observed", the variable
                         that keeps it in the rules; "" where it has no name */
    int output;       /* `name` is that of an output */
    const char *at;   /* the labels of its place: "Shenzhen, A1, stage1" */
    assess_kind kind;
    double value;
    const char *formula; /* as the rule has it; "" for leaves and data */
    const char
        *put_in;   /* the same with the values in place of the names; "" where that says no more */
    double weight; /* of an element of a weighted sum or mean; else NaN */
    double share;  /* what it contributes to the step above, as a share of it; else NaN */
    double
        factor; /* of assess_shares: what one more of it makes of the element asked for; else NaN */
    const char *file;
    long line;
    const char *field;               /* or "" */
    const char *note;                /* citation of a leaf, carried texts of a datum; or "" */
    size_t present, missing, hidden; /* elements of a reduction; those not listed */
    assess_step_end end;
    const size_t
        *place; /* a position for each axis it has: where `name` is an output, of that output */
} assess_step;

/* `at` gives a position for each axis of the output. `depth`: steps below it at most (0: 12);
 * `most`: elements of one sum that are listed (0: 60); `steps`: in all, at most (0: 10000) - where
 * that is not enough, the depth is less, and what goes on says ASSESS_DEEPER. Each element is
 * explained once. The steps live until the session is freed. 0 with a message where there is
 * nothing to explain. */
size_t assess_explain(assess *a, const assess_array *output, const size_t *at, int depth,
                      size_t most, size_t steps, const assess_step **step);

/* What the elements of sums and means contribute to an element, level by level below it (12 at
 * most), each once a level: `share` is in points of it, `present` says whether steps below
 * contribute, `weight` is the one that was really used. `through`: sums and means also where they
 * were rounded, limited without effect, added to something or multiplied by a number on the way. */
size_t assess_shares(assess *a, const assess_array *output, const size_t *at, int through,
                     const assess_step **step);

/* ---- why a rank, and what is absent ----
 *
 * Both look at one place of the score: `at` gives a position for each axis of it, `axis` (an id)
 * says which of them has the units. `rank` is an output over the same axes, or NULL: then the
 * highest score is the first. They change the session for a while and put everything back. */
#define ASSESS_NOBODY ((size_t)-1)

typedef struct assess_standing {
    size_t unit; /* or ASSESS_NOBODY */
    double rank, score;
    size_t tied; /* others of the same rank */
} assess_standing;

/* What an element contributes to the score of a unit, and to that of the one above. */
typedef struct assess_contribution {
    const char *name;       /* the output it belongs to: "scores" */
    const char *id, *title; /* "A1" and what readers call it */
    int depth;              /* 1: a part of the score; elements of parts are deeper */
    int last;               /* nothing below it contributes */
    double own, theirs;     /* its values */
    double points;          /* of the score: what it gives more than it gives the other */
} assess_contribution;

/* One datum that, changed alone, would pass the one above. */
typedef struct assess_way {
    const char *id, *title, *at, *measure; /* of an indicator: "A1", its name, "2011", "USD" */
    double from, to;
    double effort;      /* |to - from| as a share of the range that all units' data have */
    double score, rank; /* then */
} assess_way;

typedef struct assess_rank_reasons {
    size_t ranked; /* units that have a score */
    assess_standing own, above, below;
    int alone; /* points: what the other's value alone would change; they need not add up to the gap
                */
    const assess_contribution *part;
    size_t parts;
    const assess_way *way; /* the least effort first */
    size_t ways;
} assess_rank_reasons;

/* `details`: an output of scores of indicators, or NULL; of use where the score is no sum or mean.
 */
assess_status assess_why_rank(assess *a, const assess_array *score, const assess_array *rank,
                              const assess_array *details, const size_t *at, int axis,
                              assess_rank_reasons *out);

/* What a unit has no value of, and what that costs: the score and rank as they would be if it had,
 * in place of each missing element of `details`, its own mean, the worst or the best that anybody
 * has in any of them. Where they are `apart`, with a scale of their own each (points of parts): the
 * mean, worst and best that all units have in the same one. */
typedef struct assess_bounds {
    double mean, worst, best;
} assess_bounds;

typedef struct assess_absence {
    const char *id, *title;
    double weight, share;      /* of the weight of all; NaN where there are no weights */
    assess_bounds score, rank; /* with this one alone filled */
} assess_absence;

/* A condition of the verdict, as it is and with all that is missing filled with the own mean. */
typedef struct assess_threshold {
    assess_reason is;
    double got, holds; /* filled */
} assess_threshold;

typedef struct assess_absences {
    double score, rank;
    size_t of;           /* elements that there could be */
    assess_bounds value; /* what was filled in; NaN where they are apart */
    assess_bounds filled, filled_rank;
    const assess_absence *one;
    size_t count;
    const assess_threshold *threshold;
    size_t thresholds;
} assess_absences;

/* `verdict`: up to two outputs of truths, NULL where there are none. */
assess_status assess_absent(assess *a, const assess_array *score, const assess_array *rank,
                            const assess_array *details, int apart,
                            const assess_array *const verdict[2], const size_t *at, int axis,
                            assess_absences *out);

/* ---- check: what is wrong with rules, told without trusting their result ----
 *
 * assess_check stands in place of assess_open and assess_run: it takes the rules as far as they
 * come and notes findings; faults of rules and data, and warnings, are findings, too. ASSESS_OK:
 * checked, whatever was found; else nothing could be looked at. The rule file may accept a finding
 * in a comment on its line, or on a line of its own above: `-- check: ignore W03 (reason)`; for the
 * whole file: `-- check: ignore-file U01 (reason)`. */
typedef enum assess_severity { ASSESS_NOTE, ASSESS_WARNING, ASSESS_ERROR } assess_severity;

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
    const char *file; /* "" where unknown; line and column 0 where unknown */
    long line;
    int column, width;     /* in characters; width 0 where unknown */
    const char *field;     /* a CSV column's name, or "" */
    const char *excerpt;   /* the source line, or "" */
    const char *offending; /* the text that is meant, or "" */
    const char *text;
    const char *hint;   /* or "" */
    int accepted;       /* by a comment in the rules */
    const char *reason; /* what the comment says, or "" */
} assess_finding;
assess_status assess_check(assess *a, const char *rules);
size_t assess_finding_count(const assess *a);
assess_finding assess_finding_at(const assess *a, size_t i); /* by file, line and column */

/* ---- two editions of rules: who moves, by how much, and because of what ----
 *
 * What differs between two editions is sorted into factors. Every mix of them is computed, each
 * factor taken from the one edition or the other, and a factor's contribution to a change is its
 * Shapley value: the mean of what it adds, over all orders in which the factors may follow one
 * another. The contributions add up to the change. A change of rank is, further, split into the
 * unit's own movement and that of the others: with r(u | v) the rank of own scores u among others'
 * scores v, the own part of a factor is its Shapley value of (r(u | A) + r(u | B)) / 2, the scores
 * u being those of the mix; the others' part is what remains.
 *
 * An attribute of an element or a stage that only one edition has comes with the structure; a
 * parameter that only one has, with the methods. Where the methods of one edition do not compute on
 * the tree or the attributes of the other, these are one factor. */
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

/* A factor, or a leaf within one. Contributions are by place, NaN where there is no change to
 * explain. */
typedef struct assess_part {
    assess_factor factor;
    const char *
        address; /* of a leaf: "index.C.C7.weight", "data.observed.C7", "compute"; of a factor "" */
    size_t leaves;    /* of a factor: how many of them the score is computed from */
    const char *only; /* its leaf, where it has but one; else "" */
    const double *score, *own, *others; /* of the rank: own movement, and the others' */
    const double *error;                /* standard error of `score`; NULL where it is exact */
} assess_part;

/* A line of the rules, or a set of data, that differs. */
typedef struct assess_line {
    assess_factor factor;
    const char *address;
    const char *value[2]; /* "" where the edition does not have it */
    const char *cite[2], *file[2];
    long line[2];
    int felt;    /* the score is computed from it */
    int bundled; /* it comes with the structure, or (a parameter) with the methods */
} assess_line;

/* A place is row * columns + column: a unit, and the score's other axes. All is lent until
 * assess_diff_free. */
typedef struct assess_diff {
    const char *axis; /* of the rows: "unit" */
    size_t rows, columns;
    const char *const *row, *const *column; /* labels; columns "stage1", or one "" */
    const char *const *column_title;        /* what a reader calls them */
    size_t overs;                           /* the axes that the columns lie along, */
    const char *const *over, *const *label; /* their names; of each column a label on each */
    const double *score[2], *rank[2];
    const char *const *grade[2]; /* NULL without; "" where there is none */
    const double *verdict[2];    /* NULL without */
    size_t factors, leaves, lines;
    const assess_part *factor, *leaf;
    const assess_line *line;
    size_t mixes;   /* how many were computed */
    size_t unknown; /* places with a change that has no contributions, for in some mix they have no
                       score */
    size_t orders;  /* drawn for the leaves of a factor, at most; 0: all is exact */
    int together;   /* factors that are one, a bit (1 << factor) each: structure or standards, with
                       methods */
} assess_diff;

typedef struct assess_diff_wish {
    int leaves; /* contributions of leaves, too: exact to 12 in a factor, else sampled */
    unsigned long long seed;
    size_t evaluations; /* mixes for the leaves of a factor by sampling (0: 4096, fewer for many
                         * units); what is exact takes at most 16 times as many */
} assess_diff_wish;

/* Both sessions were opened and not run; where their trees or data differ, each is run here. NULL
 * with messages in either. Free it before the sessions. */
assess_diff *assess_diff_of(assess *a, assess *b, const assess_diff_wish *wish);
void assess_diff_free(assess_diff *d);

/* SHA-256 in hex: of the rule files that were read (main file first, then modules, in order of
 * reading), and of the engine. */
const char *assess_rules_sha256(const assess *a);
const char *assess_engine_sha256(const assess *a);

#ifdef __cplusplus
}
#endif
#endif
