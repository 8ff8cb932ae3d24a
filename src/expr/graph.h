/* The expression graph that a rule script builds.
 *
 * Nodes are stored in one array and refer only to earlier ones, so that they can be evaluated in
 * the order of the array, without recursion. Equal nodes are one node. A node has an operation,
 * operands, axes, a kind, and the rule line that made it. Shapes and kinds are checked when a node
 * is made, so that the fault is raised on the analyst's line.
 *
 * Building computes nothing; only sources hold values. Every builder returns the number of the
 * node, or 0 with the fault filled (FAULT_RULE or FAULT_LIMIT; no position, since the caller knows
 * the line). If an operand is 0, the result is 0 without a further fault. Operands of different
 * shapes are broadcast by the names of their axes: the result is over all axes of both. */
#ifndef EXPR_GRAPH_H
#define EXPR_GRAPH_H

#include "base/arena.h"
#include "base/fault.h"
#include "expr/axis.h"
#include "expr/op.h"

typedef uint32_t ex_id; /* 0: none */
typedef struct ex_graph ex_graph;

typedef enum ex_kind { EX_NUMBER, EX_TRUTH, EX_TEXT, EX_DATE } ex_kind;
typedef enum ex_origin { EX_LITERAL, EX_LEAF, EX_DATA, EX_LABELS } ex_origin;
typedef enum ex_ties {
    EX_TIES_MIN,
    EX_TIES_MAX,
    EX_TIES_DENSE,
    EX_TIES_AVERAGE,
    EX_TIES_FIRST
} ex_ties;

/* Values from outside. `value` is dense in the layout of `axes`; or else `column` has one pointer
 * for each line along the innermost axis (in the order of the outer axes), so that the columns of a
 * table need no copy. Values are borrowed and must outlive the graph; they hold NaN for missing and
 * no infinities. Where it is known from the reading of a table, `low` and `high` have for each of
 * those columns its least and its greatest element (0 for -0), NaN where all are missing, so that
 * min and max along the innermost axis need not read them; else both are NULL. `name` is shown in
 * formulas ("observed", "params.cap"); NULL for literals. `tag` is the caller's own, for
 * provenance.
 *
 * `later`, where it is not 0: the values are along rows that are not in memory (rows.h), in the
 * column of this number, counted from 1, and both pointers are NULL until they are. */
typedef struct ex_values {
    ex_origin origin;
    ex_kind kind;
    ax_set axes;
    const double *value;
    const double *const *column;
    const char *name;
    uint32_t tag;
    const double *low, *high;
    uint32_t later;
} ex_values;

/* A function of the host over elements. `call` gets `argc` elements (NaN: missing) and returns 1,
 * or 0 with the fault filled. Unless `missing_too` is set, it is not called where an argument is
 * missing, and the result is missing. `distinct`: the result depends on the only argument alone, so
 * that one call is made for each distinct value. It is called by the thread that evaluates, never
 * by two at once. */
enum { EX_BLOCK = 256 };
#define EX_UNDONE_BITS UINT64_C(0x7ff8a55e55000001)
typedef struct ex_function {
    const char *name; /* shown in formulas: "matches" */
    const char *with; /* shown in quotes behind the arguments: a pattern; or NULL */
    ex_kind gives;
    int distinct, missing_too;
    int (*call)(void *self, const double *arg, int argc, double *out, fault *f);
    /* NULL, or computes up to EX_BLOCK elements at once: arg[i] has room for EX_BLOCK numbers, of
     * which `count` are elements. What it leaves to `call` becomes EX_UNDONE_BITS, a NaN. */
    int (*block)(void *self, const double *const *arg, int argc, size_t count, double *out,
                 fault *f);
    void *self; /* owned by the caller; outlives the graph */
    /* functions with equal `call` and `same` are equal; 0: it is equal to no other */
    uint64_t same;
} ex_function;

/* A function of the host over small matrices. Each argument, and the result, has up to two core
 * axes (AX_NONE: fewer). The function gets the elements over the core axes, dense, the first axis
 * outermost; there is one call for each combination of the other axes. Missing elements are NaN.
 * The function fills `out`, with NaN where there is no answer, and returns 1, or 0 with the fault
 * filled. A missing answer to arguments without missing elements is a domain error; `none` says
 * what it means. */
enum { EX_MATRIX_ARGS = 35 };
typedef struct ex_matrix_function {
    const char *name;
    const char *none; /* "the matrix is singular"; or NULL */
    ex_kind gives;
    int core[EX_MATRIX_ARGS][2];
    int out[2];
    int (*call)(void *self, const double *const *arg, double *out, fault *f);
    void *self;    /* owned by the caller; outlives the graph */
    uint64_t same; /* as in ex_function */
} ex_matrix_function;

static inline ax_set ex_core_axes(const int core[2]) { return ax_bit(core[0]) | ax_bit(core[1]); }

typedef struct ex_node {
    uint16_t op;  /* ex_op */
    uint8_t kind; /* ex_kind */
    uint8_t argc;
    int16_t axis;   /* reduce, scan, slice, gather, rename: along which axis; else AX_NONE */
    int16_t to;     /* rename and reduce by groups: the axis in its place; else AX_NONE */
    uint32_t arg;   /* first operand, in the graph's operand list */
    uint32_t extra; /* source: its index; slice: position; lookup: function index; rank: ties */
    uint32_t file;  /* the caller's number of the rule file */
    int32_t line;
    /* where the rules called the method that has this line; from_line 0: no method */
    uint32_t from_file;
    int32_t from_line, from_column;
    ax_set axes;
    /* quantile: p; rank: tolerance; lag: k; fill: limit; interpolate: 1 = constant ends */
    double param;
    int8_t flag; /* rank: 1 = ascending (smaller is better) */
    uint8_t called_by_rules;
    uint16_t called;   /* the number of its name in scripts; see ex_called */
    uint32_t composed; /* number + 1 of the function it is the result of; see ex_composed_of */
} ex_node;

ex_graph *ex_open(ax_space *space); /* borrows the space; NULL without memory */
void ex_close(ex_graph *g);
ax_space *ex_space(const ex_graph *g);

/* Nodes made from now on carry this position. */
void ex_mark(ex_graph *g, uint32_t file, int32_t line);
/* And this position of the call of the method, until the next ex_mark. */
void ex_mark_from(ex_graph *g, uint32_t file, int32_t line, int32_t column);
/* A script keeps a node in a variable of this name. The first name stays, but what the rules call
 * it (`rules`) comes before what a method does. What has a name already, or no memory, gets none.
 */
void ex_call(ex_graph *g, ex_id n, const char *name, int rules);
const char *ex_called(const ex_graph *g, ex_id n); /* or NULL */
/* At most this many nodes (default 1,000,000); more is FAULT_LIMIT. */
void ex_limit(ex_graph *g, uint32_t nodes);

uint32_t ex_count(const ex_graph *g); /* nodes are 1 … count */
const ex_node *ex_get(const ex_graph *g, ex_id n);
ex_id ex_arg(const ex_graph *g, ex_id n, int i);
const ex_values *ex_values_of(const ex_graph *g, ex_id source);
const ex_function *ex_function_of(const ex_graph *g, ex_id lookup);
const ex_matrix_function *ex_matrix_of(const ex_graph *g, ex_id matrix);
int ex_is_missing(const ex_graph *g, ex_id n); /* the literal missing value */

/* Sources. */
ex_id ex_number(ex_graph *g, double x, fault *f); /* NaN: missing */
ex_id ex_truth(ex_graph *g, int x, fault *f);
ex_id ex_text(ex_graph *g, uint32_t string, fault *f); /* 0: missing */
ex_id ex_date(ex_graph *g, double days, fault *f);
ex_id ex_values_node(ex_graph *g, const ex_values *v, fault *f);
/* The values of a source with `later` are in memory now. */
void ex_values_arrive(ex_graph *g, ex_id source, const double *value);
/* an axis's labels: numbers where they are numbers, else text */
ex_id ex_labels(ex_graph *g, int axis, fault *f);
ex_id ex_positions(ex_graph *g, int axis, fault *f); /* 0, 1, 2 … along the axis */

/* Elementwise, by operation; shapes broadcast by name. */
ex_id ex_unary(ex_graph *g, ex_op op, ex_id a, fault *f);
ex_id ex_binary(ex_graph *g, ex_op op, ex_id a, ex_id b, fault *f);
ex_id ex_ternary(ex_graph *g, ex_op op, ex_id a, ex_id b, ex_id c, fault *f);

/* A reduction along an axis of x; the result is over the other axes. Missing elements are skipped;
 * see EX_REDUCE and EX_ORDER of op.h. `param`: p of a quantile. */
ex_id ex_reduce(ex_graph *g, ex_op op, ex_id x, int axis, double param, fault *f);
/* The same by groups: `by` is an array over `axis` alone of positions on the axis `to` (see
 * ex_position_of), and the result is over `to` in place of `axis`. Elements whose position is
 * missing are in no group. For operations with EX_GROUPED. */
ex_id ex_reduce_by(ex_graph *g, ex_op op, ex_id x, int axis, ex_id by, int to, fault *f);
/* A scan along an axis of x; the result is over the axes of x. See EX_SCAN of op.h, and ex_node for
 * what `param` means; ties and ascending are for a rank. */
ex_id ex_scan(ex_graph *g, ex_op op, ex_id x, int axis, double param, ex_ties ties, int ascending,
              fault *f);

/* Choices along an axis. The slice at a position; the result is over the other axes. */
ex_id ex_slice(ex_graph *g, ex_id x, int axis, uint32_t position, fault *f);
/* A look-up: `position` is an array of positions on `axis` (missing gives missing). The result is
 * over the other axes of x and those of `position`. */
ex_id ex_gather(ex_graph *g, ex_id x, int axis, ex_id position, fault *f);
/* The same values over `to`, an axis of the same labels, in place of `axis`. */
ex_id ex_rename(ex_graph *g, ex_id x, int axis, int to, fault *f);
/* The positions of labels on an axis, from 0. `labels` is an array of texts, or of numbers for an
 * axis of numbers; where it is no label of the axis, the position is missing. */
ex_id ex_position_of(ex_graph *g, ex_id labels, int axis, fault *f);

/* A host function over elements, with up to 8 arguments. The function is copied. */
ex_id ex_lookup(ex_graph *g, const ex_function *fn, const ex_id *arg, int argc, fault *f);

/* A host function over matrices. An argument must have its own core axes and none of the core axes
 * of others. The result is over its core axes and all axes of the arguments that are core to none.
 * The function is copied. */
ex_id ex_matrix_node(ex_graph *g, const ex_matrix_function *fn, const ex_id *arg, int argc,
                     fault *f);

const char *ex_op_text(ex_op op);       /* as formulas show it */
const char *ex_kind_name(ex_kind kind); /* "number", "truth", "text", "date" */
const char *ex_kind_text(ex_kind kind); /* the same, in the language of messages */

/* ---- functions composed of these operations (compose.c) ---- */

/* Which function a node is the result of, so that a formula shows the call and not its operations.
 */
typedef enum ex_composed_name {
    EX_MEAN,
    EX_VAR,
    EX_STD,
    EX_SKEWNESS,
    EX_KURTOSIS,
    EX_CORRELATE,
    EX_UPTO,
    EX_UPTO_LABEL,
    EX_LABEL_OF_MIN,
    EX_LABEL_OF_MAX
} ex_composed_name;

typedef struct ex_composed {
    ex_composed_name name;
    ex_id x, y;     /* y: the other array of a correlation, the bound of an upto; else 0 */
    ex_id weight;   /* or 0 */
    int axis, to;   /* to: the axis of groups, or AX_NONE */
    int whole;      /* a mean over all weights: missing counts as zero */
    int population; /* a variance with divisor n */
} ex_composed;

/* Fills `out` if the node is the result of such a function. The square root of a variance is a
 * standard deviation. */
int ex_composed_of(const ex_graph *g, ex_id n, ex_composed *out);
const char *ex_composed_text(ex_composed_name name); /* as rules call it: "mean" */

/* x / y. Where x is a sum, it is divided as in a mean, so that both have the same bits. */
ex_id ex_divide(ex_graph *g, ex_id x, ex_id y, fault *f);
/* In all of the following the result is over the axes of x without `axis`; missing elements are
 * left out; `weight` 0 is no weights; `by` and `to` as in ex_reduce_by, or 0 and AX_NONE.
 *
 * The weighted mean sum(w x) / sum(w where x is present), without weights sum(x) / count(x). With
 * `whole` the divisor is the sum of all weights, so that missing counts as zero. */
ex_id ex_mean(ex_graph *g, ex_id x, int axis, ex_id weight, int whole, ex_id by, int to, fault *f);
/* sum(w x) */
ex_id ex_weighted_sum(ex_graph *g, ex_id x, int axis, ex_id weight, ex_id by, int to, fault *f);
/* The variance sum(w (x - mean)^2) / (n - ddof) in two passes, where n is the number present or the
 * sum of their weights; missing where n <= ddof. With weights ddof must be 0. The unit is that of x
 * squared. */
ex_id ex_var(ex_graph *g, ex_id x, int axis, int ddof, ex_id weight, ex_id by, int to, fault *f);
/* Sample skewness and excess kurtosis, type 2 of Joanes & Gill 1998 (as SAS, SPSS, Excel); missing
 * where fewer than 3 and 4 are present. */
ex_id ex_skewness(ex_graph *g, ex_id x, int axis, fault *f);
ex_id ex_kurtosis(ex_graph *g, ex_id x, int axis, fault *f);
/* Pearson's correlation of x and y along an axis, over the pairs where both are present. */
ex_id ex_correlate(ex_graph *g, ex_id x, ex_id y, int axis, fault *f);
/* The last present value whose label is at most `bound` (a single value), along an axis of numbers.
 */
ex_id ex_upto(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f);
/* The label of the value that ex_upto finds; missing where it finds none. */
ex_id ex_upto_label(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f);
/* The label (not the position) of an extreme, or of the first or last present element. */
ex_id ex_label_of(ex_graph *g, ex_op argop, ex_id x, int axis, fault *f);

#endif
