/* Data: tables read from CSV, and what rules see of them.
 *
 * Keyed data becomes one labelled array. Each key column gives the labels of an axis, and a row's
 * keys give its place. In the long form one column holds the values; in the wide form every column
 * that is no key is an indicator. All keyed data is read before the first axis is made, so that an
 * axis has all labels. Where the rows of a wide table are already in the order of its axis, the
 * columns are used without copying them.
 *
 * A table without keys has an axis for its rows, and its columns are arrays along it.
 *
 * From a cell of an array its row can be found, and so its line in the file. */
#ifndef RULE_DATASET_H
#define RULE_DATASET_H

#include "base/buf.h"
#include "expr/rows.h"
#include "rule/model.h"
#include "table/table.h"

typedef struct ds_key {
    const char *axis, *column;
} ds_key;

/* What every cell of a column must be: a label of an axis (or several, separated by semicolons), or
 * a number or a date within bounds, which are included. */
typedef struct ds_check {
    const char *column;
    const char *axis; /* or NULL: within */
    double bound[2];
    const char *day[2]; /* the bounds as dates, or NULL */
} ds_check;

/* Other names of the labels of an axis, as pairs of a name and the label it stands for, or as a
 * file with these in two columns. */
typedef struct ds_alias {
    const char *axis;
    const char *path; /* or NULL */
    const char *const *pair;
    size_t pairs; /* texts in `pair`: two each */
} ds_alias;

/* Columns that become rows: those whose headings match a pattern. Each named group of the pattern
 * is the label on the axis of that name. Without named groups there is one axis, and the first
 * group, or the whole match, is the label. */
typedef struct ds_headings {
    const char *match; /* NULL: none do */
    const char *axis[TB_PIVOT_AXES];
    size_t axes;
} ds_headings;

/* What becomes of columns that are no keys, not carried, and no indicators. */
typedef enum ds_others { DS_REFUSE, DS_CARRY, DS_DROP } ds_others;

/* What csv(path, { … }) or sheet(path, { … }) says. */
typedef struct ds_spec ds_spec;
struct ds_spec {
    /* in assessment { data = … }; of another table its path's last part without ending */
    const char *name;
    const char *path; /* relative to this program's folder, or absolute */
    md_at at;
    const ds_key *key; /* none: a table */
    size_t keys;
    const char *value; /* column, or NULL */
    const char *const *carry;
    size_t carries;
    const char *unit_of_measure; /* column, or NULL */
    const char *const *measured; /* a column and its unit of measure, after each other */
    size_t measures;             /* texts in `measured`: two each */
    const char *rows, *label;    /* of a table: its axis, the column of its labels; or NULL */
    /* of a table: kinds of columns; of all: units that values are written with */
    const tb_want *want;
    size_t wants;
    const char *const *missing;
    size_t missings;
    const char *encoding;
    char separator, decimal; /* as in tb_options */
    int workbook;            /* sheet(path, { … }): with the sheet and the range, or NULL */
    const char *sheet, *range;
    size_t header[2], footer;
    const char *footer_text;
    int trim;
    int unify;            /* labels that look alike are one (unify.c) */
    int drop_without_key; /* rows that lack a key are left out */
    ds_others others;
    ds_headings headings;
    const ds_alias *alias;
    size_t aliases;
    const ds_check *check;
    size_t checks;
};

/* A cell of a table has another value than in its file; NaN: missing. */
typedef struct ds_edit {
    const char *column;
    size_t row;
    double was, is;
} ds_edit;

typedef struct ds_label {
    const char *axis, *label;
} ds_label;

/* A cell that an edition changes, addressed by its labels: figure { "observed", unit = "Shahe",
 * year = 2011, 38, was = 61 }. */
typedef struct ds_figure {
    const ds_label *label; /* one for each axis of the data */
    size_t labels;
    const char *column; /* of a table; else NULL */
    double is, was;     /* NaN: missing */
    int guarded;        /* `was` is given */
    md_at at, was_at;
    const char *cite;
    const tb_column *found; /* where it stands, once the table is read, and what stood there */
    size_t row;
    double from;
    int again; /* an earlier edition changed it, too */
} ds_figure;

typedef struct dataset {
    ds_spec spec;
    const char *text; /* read instead of the file, labelled spec.path; or NULL */
    size_t length;
    int given;           /* somebody else than the rules named the file */
    const ds_edit *edit; /* made when the table is read; borrowed */
    size_t edits;
    ds_figure *figure; /* changed before these, in the order of the editions */
    size_t figures, figure_cap;
    tb_table *table;            /* NULL until read */
    struct ds_unified *unified; /* or NULL */
    int wide;
    int made;    /* its arrays are made */
    int refused; /* a table that was read and has faults */
    /* Where two versions of data are mixed: */
    int hidden; /* formulas do not see this version */
    int aside;  /* its labels make no axes; rows with other labels are left out */
    int mixed;  /* rows of elements that the tree lacks are left out; units of measure may differ */
    ex_values values;         /* of keyed data */
    struct pattern *headings; /* compiled; or NULL */
    ex_id node;               /* written by whoever makes it; 0 until then */
    ax_set keyed;  /* the axes of the key columns; the wide form has indicators besides */
    uint32_t *row; /* for each place over `keyed` its row + 1, or 0; NULL: place and row are one */
    size_t places; /* over `keyed` */
    int rows_axis; /* of a table: its axis */
    double *own;   /* memory of the values, `cells` long; or NULL */
    size_t cells;
    const double **column;  /* memory of the pointers to columns, or NULL */
    double *low;            /* with it: the least of every column, then the greatest */
    double **carried;       /* for each carried column: its array over `keyed`, or NULL */
    size_t present, absent; /* values, and cells with a missing marker */
    size_t left;            /* columns that were not read so far: dataset_read_left */
    tb_table **older;       /* what it was read as before: the names of its columns are in use */
    size_t olders, older_cap;
    size_t passes; /* how often the rows were read that are not in memory */
    size_t passed; /* the bytes they would take; it stays when they are read whole */
    ex_id why;     /* then: the node that needs them */
} dataset;

typedef struct datasets {
    arena memory;
    model *m;     /* borrowed: strings, axes, rule files and the tree */
    fault *notes; /* where warnings go */
    int threads, hash;
    int unused;  /* columns of tables that the rules do not name are read, too */
    size_t most; /* limit of bytes of an array; 0: none */
    const char *encoding;
    int unify;                            /* of all data, as spec.unify */
    const char *only_column, *only_value; /* keep only these rows of keyed data; or NULL */
    const char *const *unit;              /* the units, where the rules name them; or NULL */
    size_t units;
    md_at units_at;
    const char *const *without; /* units whose rows are left out */
    size_t withouts;
    dataset **item;
    size_t count, cap;
    /* Tables whose columns would take more than half of the memory that is left are not kept, where
     * `may_pass`; their rows come from here. */
    int may_pass;
    ex_rows rows;
    const ex_graph *graph; /* of the formulas, for messages */
} datasets;

void datasets_open(datasets *d, model *m);
void datasets_close(datasets *d);

/* Makes a dataset as a csv(…) describes it, with copies of what the spec points to. NULL without
 * memory. It is one of the datasets once it is declared under a name. */
dataset *dataset_new(datasets *d, const ds_spec *spec, fault *f);
int datasets_declare(datasets *d, dataset *s, const char *name, fault *f);
/* The same, in place of any dataset that has this name. */
int datasets_replace(datasets *d, dataset *s, const char *name, fault *f);
dataset *datasets_named(const datasets *d, const char *name); /* or NULL */

/* Reads the declared data and makes their axes and arrays. */
int datasets_load(datasets *d, fault *f);
/* Reads a declared table without keys and makes its axis, if that was not done yet. */
int dataset_table(datasets *d, dataset *t, fault *f);
/* Reads the columns of such a table that were left out, since no rules named them: one of them at
 * least. */
int dataset_read_left(datasets *d, dataset *t, const char *column, fault *f);

/* dataset_passes.c: tables whose rows are not in memory. */
/* What d->rows is; the run of the formulas gets it. */
void datasets_pass(datasets *d, const ex_graph *g);
/* May a table that is read now be one? The bytes of columns above which it is; 0: it may not. */
size_t dataset_keep_most(const datasets *d, const dataset *t);
/* Makes the axis of such a table, and checks its cells. 0 with the fault. */
int dataset_begin_passing(datasets *d, dataset *t, fault *f);

/* dataset.c, for that: reads the rows of such a table, or reads it once more, with its rows
 * (`whole`) or without, and with a column that was left out (or NULL). */
int dataset_pass_rows(datasets *d, dataset *t, const tb_rows_pass *pass, fault *f);
int dataset_read_again(datasets *d, dataset *t, int whole, const char *column, fault *f);
/* Checks what the rules say of cells. */
int dataset_check_cells(datasets *d, const dataset *t, fault *f);

/* The texts of a carried column, as an array over `keyed` that is made when first asked for. */
const double *dataset_carried(dataset *s, size_t which, fault *f);
/* The row of a cell of the values' array, or -1. */
long dataset_row(const datasets *d, const dataset *s, size_t cell);

/* How many distinct labels of a file were another's look-alike, and are that one now. */
size_t dataset_unified_count(const dataset *s);

/* ---- unify.c ---- */

/* Unifies the labels of a table that was read, where the rules say so. */
int dataset_unify(datasets *d, dataset *s, fault *f);
/* The label of an axis that a text is, after that; 0 without memory. */
uint32_t dataset_unified(const datasets *d, const dataset *s, const char *axis, const char *text);
void dataset_release_unified(dataset *s);

/* ---- changed_figures.c ---- */

/* Adds a figure to data whose table is not read yet; what it points to stays the caller's. */
int dataset_add_figure(datasets *d, dataset *s, const ds_figure *g, fault *f);
/* What editions made of a cell (column NULL: of the values), as "61 → 38 (next.lua:5, cite)";
 * nothing where they did not change it. */
void dataset_figure_note(const datasets *d, const dataset *s, size_t row, const char *column,
                         buf *out);
size_t dataset_changed_count(const dataset *s); /* how many cells that are */
/* Changes the figures of a table that was read; their rows keep their places. `filtered`: a figure
 * may be in a row that was left out. */
int dataset_change_figures(datasets *d, dataset *s, int filtered, fault *f);

/* ---- between dataset.c, axes.c and keyed_array.c ---- */

/* Is it a unit that is left out? */
int dataset_without(const datasets *d, const char *axis, const char *label);

const tb_column *dataset_key_column(const dataset *s, const char *axis); /* or NULL */
/* alike.c: whether no two labels of an axis look alike; else the fault tells where they stand. */
int dataset_labels_differ(const datasets *d, int axis, fault *f);
int dataset_make_axes(datasets *d, fault *f); /* axes.c: of all tables that were read */
void dataset_make_array(datasets *d, dataset *s,
                        fault *f); /* keyed_array.c: the array of one of them */
/* Is it a column of the wide form that holds values? */
int dataset_is_indicator(const dataset *s, const tb_column *c);

/* dataset_rows.c, of a table that was read. Labels of the rows: a column without gaps or
 * repetition, else 1, 2, 3 … */
int dataset_row_labels(datasets *d, dataset *t, uint32_t *label, fault *f);
/* Counts present and missing cells, and the columns that were not read. */
void dataset_count_cells(dataset *t);

/* headings.c: the names that the rules have for headings and labels of a file. */
/* The columns that become rows, for reading the table; fills `out` where there are such. */
int dataset_pivot(datasets *d, dataset *s, tb_pivot *out, fault *f);
/* Checks that columns have the units of measure that the tree gives their indicators. */
int dataset_check_measures(const datasets *d, const dataset *s, fault *f);
/* Replaces aliases by the labels they stand for. */
int dataset_rename(datasets *d, dataset *s, fault *f);
/* ---- indicator_names.c ---- */

/* The indicator that a text of the file names, by its `column` in the tree or by its id; 0: none.
 */
uint32_t dataset_indicator(const datasets *d, const char *text);
/* The same the other way round: what the file calls an indicator. */
const char *dataset_column_of(const datasets *d, uint32_t indicator);
const char *dataset_leaf_axis(const datasets *d); /* what the indicators' axis is called */

#endif
