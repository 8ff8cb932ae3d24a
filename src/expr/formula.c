#include "expr/formula.h"

#include <math.h>
#include <string.h>

#include "base/calendar.h"
#include "base/decimal.h"
#include "expr/graph.h"

enum { PARTS_MOST = 1000, DEPTH_MOST = 100 };

/* How tightly an expression binds: ANY, the levels of op.h, ATOM. */
enum { ANY, ATOM = EX_BIND_POWER + 1 };

typedef struct writer {
    const ex_graph *g;
    const ax_space *space;
    const char *(*name_of)(const void *self, ex_id n);
    const void *self;
    int parts;
    buf *out;
} writer;

static void write_node(writer *w, ex_id id, int depth, int least);

static const char *own_name(const writer *w, ex_id id) {
    return w->name_of ? w->name_of(w->self, id) : NULL;
}

static const char *axis_name(const writer *w, int axis) { return ax_get(w->space, axis)->name; }

static void write_quoted(writer *w, const char *text) {
    buf_char(w->out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') buf_char(w->out, '\\');
        if (*text == '\n')
            buf_text(w->out, "\\n");
        else
            buf_char(w->out, *text);
    }
    buf_char(w->out, '"');
}

static void write_number(writer *w, double x) {
    char text[32];
    decimal_write(x, text);
    buf_text(w->out, text);
}

/* Days since 1970-01-01 as a date. */
static void write_date(writer *w, double days) {
    if (fabs(days) > 1e8) {
        write_number(w, days);
        return;
    }
    long year;
    int month, day;
    calendar_date((long)floor(days), &year, &month, &day);
    buf_print(w->out, "%04ld-%02d-%02d", year, month, day);
}

static void write_constant(writer *w, ex_kind kind, double x) {
    if (x != x)
        buf_text(w->out, "missing");
    else if (kind == EX_TEXT)
        write_quoted(w, pool_text(ax_strings(w->space), (uint32_t)x));
    else if (kind == EX_TRUTH)
        buf_text(w->out, x != 0 ? "true" : "false");
    else if (kind == EX_DATE)
        write_date(w, x);
    else
        write_number(w, x);
}

static void write_source(writer *w, const ex_values *v) {
    if (v->origin == EX_LABELS && v->tag)
        buf_print(w->out, "position(\"%s\")", v->name ? v->name : "");
    else if (v->name)
        buf_text(w->out, v->name);
    else if (!v->axes)
        write_constant(w, v->kind, v->value ? *v->value : **v->column);
    else
        buf_text(w->out, "…");
}

static int is_negative(const writer *w, ex_id id) {
    const ex_values *v = ex_values_of(w->g, id);
    return v && !v->name && !v->axes && v->kind == EX_NUMBER && v->value && *v->value < 0;
}

/* ---- by form ---- */

/* A label's position compared with all positions of its axis; written `tasks.lead = lead`. */
static int is_same_label(const writer *w, const ex_node *n, const ex_id *arg) {
    const ex_function *fn = n->op == EX_eq ? ex_function_of(w->g, arg[0]) : NULL;
    const ex_values *v = fn && !strcmp(fn->name, "position") ? ex_values_of(w->g, arg[1]) : NULL;
    return v && v->origin == EX_LABELS && v->tag;
}

static void write_same_label(writer *w, const ex_id *arg, int depth) {
    const char *name = own_name(w, arg[1]);
    write_node(w, ex_arg(w->g, arg[0], 0), depth, ATOM);
    buf_print(w->out, " = %s", name ? name : ex_values_of(w->g, arg[1])->name);
}

/* x:only{ unit = … }, with labels that stand in the rule. */
static int is_only(const writer *w, const ex_node *n, const ex_id *arg) {
    const ex_values *v = n->op == EX_where ? ex_values_of(w->g, arg[0]) : NULL;
    return v && v->origin == EX_LITERAL && v->axes && ex_is_missing(w->g, arg[2]) &&
           !own_name(w, arg[0]);
}

static void open_only(writer *w, const ex_id *arg, int depth) {
    ax_set axes = ex_values_of(w->g, arg[0])->axes;
    buf_text(w->out, "only(");
    write_node(w, arg[1], depth, ANY);
    for (int i = 0; i < ax_count(w->space); i++)
        if (axes & AX_BIT(i)) buf_print(w->out, ", %s", axis_name(w, i));
}

static void write_infix(writer *w, const ex_node *n, const ex_id *arg, int depth) {
    if (is_same_label(w, n, arg)) {
        write_same_label(w, arg, depth);
        return;
    }
    int own = ex_binding(n->op), left = own, right = own + 1;
    if (own == EX_BIND_COMPARE || own == EX_BIND_POWER) left = own + 1;
    if (own == EX_BIND_OR || own == EX_BIND_AND || own == EX_BIND_POWER) right = own;
    /* `a - -2` is hard to read. */
    if (own == EX_BIND_SUM && is_negative(w, arg[1])) right = ATOM;
    write_node(w, arg[0], depth, left);
    buf_print(w->out, " %s ", ex_op_text((ex_op)n->op));
    write_node(w, arg[1], depth, right);
}

/* The arguments of least(least(a, b), c), written as least(a, b, c). */
static void write_chain(writer *w, int op, ex_id id, int depth) {
    const ex_node *n = ex_get(w->g, id);
    int opens = n->op == op && depth > 0 && w->parts < PARTS_MOST && !own_name(w, id);
    if (!opens) {
        write_node(w, id, depth, ANY);
        return;
    }
    w->parts++;
    write_chain(w, op, ex_arg(w->g, id, 0), depth - 1);
    buf_text(w->out, ", ");
    write_node(w, ex_arg(w->g, id, 1), depth, ANY);
}

/* name(a, b: the caller adds options and the closing parenthesis. */
static void open_call(writer *w, const char *name, const ex_id *arg, int argc, int depth) {
    buf_print(w->out, "%s(", name);
    for (int i = 0; i < argc; i++) {
        if (i) buf_text(w->out, ", ");
        write_node(w, arg[i], depth, ANY);
    }
}

static void open_rounding(writer *w, const ex_node *n, const ex_id *arg, int depth) {
    const char *text = ex_op_text((ex_op)n->op), *mode = NULL;
    if (!strncmp(text, "round_", 6)) {
        mode = text + 6;
        text = "round";
    }
    const ex_values *places = ex_values_of(w->g, arg[1]);
    int whole = places && !places->name && !places->axes && places->value && *places->value == 0;
    open_call(w, text, arg, whole ? 1 : 2, depth);
    if (mode) buf_print(w->out, ", mode = \"%s\"", mode);
}

static void write_elementwise(writer *w, const ex_node *n, const ex_id *arg, int depth) {
    const char *text = ex_op_text((ex_op)n->op);
    if (ex_binding(n->op) == EX_BIND_SIGN) {
        buf_text(w->out, text);
        write_node(w, arg[0], depth, EX_BIND_SIGN);
        return;
    }
    if (ex_is_infix(n->op)) {
        write_infix(w, n, arg, depth);
        return;
    }
    if (ex_is(n->op, EX_ROUNDS)) {
        open_rounding(w, n, arg, depth);
    } else if (ex_is(n->op, EX_FOLDS)) {
        buf_print(w->out, "%s(", text);
        write_chain(w, n->op, arg[0], depth);
        buf_text(w->out, ", ");
        write_node(w, arg[1], depth, ANY);
    } else if (is_only(w, n, arg)) {
        open_only(w, arg, depth);
    } else {
        int argc = n->op == EX_where && ex_is_missing(w->g, arg[2]) ? 2 : n->argc;
        open_call(w, text, arg, argc, depth);
    }
    buf_char(w->out, ')');
}

/* name(x, "axis": the caller adds options and the closing parenthesis. */
static void open_along(writer *w, const char *name, const ex_id *arg, int argc, int axis,
                       int depth) {
    open_call(w, name, arg, argc, depth);
    buf_text(w->out, ", ");
    write_quoted(w, axis_name(w, axis));
}

/* `name` begins with what separates it from the argument before. */
static void write_option(writer *w, const char *name, double value) {
    buf_text(w->out, name);
    write_number(w, value);
}

/* A reduction or a scan, without the closing parenthesis. */
static void open_reduction(writer *w, const ex_node *n, ex_id x, int depth) {
    static const char *const ties[] = {"min", "max", "dense", "average", "first"};
    open_along(w, ex_op_text((ex_op)n->op), &x, 1, n->axis, depth);
    switch (n->op) {
    case EX_quantile: write_option(w, ", ", n->param); break;
    case EX_lag:
        if (n->param != 1) write_option(w, ", ", n->param);
        break;
    case EX_fill:
        if (n->param >= 0 && n->param < INFINITY) write_option(w, ", limit = ", n->param);
        break;
    case EX_interpolate:
        if (n->param == 1) buf_text(w->out, ", ends = \"constant\"");
        break;
    case EX_rank:
        if (n->flag) buf_text(w->out, ", order = \"ascending\"");
        if (n->extra != EX_TIES_MIN && n->extra <= EX_TIES_FIRST)
            buf_print(w->out, ", ties = \"%s\"", ties[n->extra]);
        if (n->param > 0) write_option(w, ", tolerance = ", n->param);
        break;
    default:
        if (n->to != AX_NONE) buf_print(w->out, ", by %s", axis_name(w, n->to));
    }
}

static void write_reduction(writer *w, const ex_node *n, ex_id x, int depth) {
    open_reduction(w, n, x, depth);
    buf_char(w->out, ')');
}

static void write_label(writer *w, int axis, uint32_t position) {
    const ax_axis *a = ax_get(w->space, axis);
    const double *number = ax_numbers(w->space, axis);
    if (number)
        write_number(w, number[position]);
    else
        write_quoted(w, pool_text(ax_strings(w->space), a->label[position]));
}

/* x[year=2011]: a choice along an axis stands in brackets behind the array; several share them. */
static void write_choice(writer *w, const ex_node *n, const ex_id *arg, int depth) {
    write_node(w, arg[0], depth, ATOM);
    const ex_node *x = ex_get(w->g, arg[0]);
    int shared = x->op == EX_slice && !w->out->failed && w->out->text[w->out->length - 1] == ']';
    if (shared) {
        w->out->length--;
        buf_text(w->out, ", ");
    } else {
        buf_char(w->out, '[');
    }
    buf_text(w->out, axis_name(w, n->axis));
    if (n->op == EX_rename) {
        buf_print(w->out, " as %s", axis_name(w, n->to));
    } else {
        buf_char(w->out, '=');
        const ex_function *fn = n->op == EX_gather ? ex_function_of(w->g, arg[1]) : NULL;
        if (n->op == EX_slice)
            write_label(w, n->axis, n->extra);
        else if (fn && !strcmp(fn->name, "position"))
            write_node(w, ex_arg(w->g, arg[1], 0), depth, ANY);
        else
            write_node(w, arg[1], depth, ANY);
    }
    buf_char(w->out, ']');
}

/* rank(x, axis, { within = map }) ranks in every group and then looks up the own group. Returns the
 * `where` that keeps the groups apart, or 0 where this is no such rank. */
static ex_id within_group(const writer *w, const ex_id *arg) {
    const ex_node *scan = ex_get(w->g, arg[0]);
    if (ex_class(scan->op) != EX_CLASS_SCAN) return 0;
    ex_id separated = ex_arg(w->g, arg[0], 0), same = ex_arg(w->g, separated, 0);
    if (ex_get(w->g, separated)->op != EX_where || !ex_is_missing(w->g, ex_arg(w->g, separated, 2)))
        return 0;
    const ex_id sides[] = {ex_arg(w->g, same, 0), ex_arg(w->g, same, 1)};
    int fits = is_same_label(w, ex_get(w->g, same), sides) && sides[0] == arg[1];
    return fits ? separated : 0;
}

static void write_within(writer *w, ex_id separated, const ex_id *arg, int depth) {
    open_reduction(w, ex_get(w->g, arg[0]), ex_arg(w->g, separated, 1), depth);
    buf_text(w->out, ", within ");
    write_node(w, ex_arg(w->g, arg[1], 0), depth, ATOM);
    buf_char(w->out, ')');
}

static void write_composed(writer *w, const ex_composed *c, int depth) {
    const ex_id arg[] = {c->x, c->y};
    const char *name = ex_composed_text(c->name);
    if (c->name == EX_UPTO || c->name == EX_UPTO_LABEL) {
        open_call(w, name, arg, 1, depth);
        buf_print(w->out, ", %s = ", axis_name(w, c->axis));
        write_node(w, c->y, depth, ANY);
    } else {
        open_along(w, name, arg, c->name == EX_CORRELATE ? 2 : 1, c->axis, depth);
    }
    if (c->to != AX_NONE) buf_print(w->out, ", by %s", axis_name(w, c->to));
    if (c->weight) {
        buf_text(w->out, ", weights = ");
        write_node(w, c->weight, depth, ANY);
    }
    if (c->whole) buf_text(w->out, ", missing = \"zero\"");
    if (c->population) buf_text(w->out, ", divisor = \"n\"");
    buf_char(w->out, ')');
}

/* A function of the host, over elements or matrices. */
static void write_hosted(writer *w, ex_id id, const ex_id *arg, int argc, int depth) {
    const ex_function *fn = ex_function_of(w->g, id);
    open_call(w, fn ? fn->name : ex_matrix_of(w->g, id)->name, arg, argc, depth);
    if (fn && fn->with) {
        buf_text(w->out, ", ");
        write_quoted(w, fn->with);
    }
    buf_char(w->out, ')');
}

/* ---- all of it ---- */

static void write_open(writer *w, ex_id id, int depth, int least) {
    const ex_node *n = ex_get(w->g, id);
    ex_composed c;
    if (ex_composed_of(w->g, id, &c)) {
        write_composed(w, &c, depth);
        return;
    }
    ex_id arg[EX_MATRIX_ARGS] = {0};
    for (int i = 0; i < n->argc; i++) arg[i] = ex_arg(w->g, id, i);
    int own = ex_binding(n->op), brackets = own && own < least;
    if (brackets) buf_char(w->out, '(');
    ex_id separated = n->op == EX_gather ? within_group(w, arg) : 0;
    if (separated)
        write_within(w, separated, arg, depth);
    else if (ex_is_elementwise(n->op))
        write_elementwise(w, n, arg, depth);
    else if (ex_class(n->op) == EX_CLASS_HOSTED)
        write_hosted(w, id, arg, n->argc, depth);
    else if (ex_class(n->op) == EX_CLASS_CHOICE)
        write_choice(w, n, arg, depth);
    else
        write_reduction(w, n, arg[0], depth);
    if (brackets) buf_char(w->out, ')');
}

static void write_node(writer *w, ex_id id, int depth, int least) {
    const ex_node *n = ex_get(w->g, id);
    const char *name = own_name(w, id);
    if (name) {
        int brackets = least > EX_BIND_SIGN && *name == '-'; /* a value in its place */
        buf_print(w->out, brackets ? "(%s)" : "%s", name);
    } else if (n->op == EX_source) {
        int brackets = least > EX_BIND_SIGN && is_negative(w, id);
        if (brackets) buf_char(w->out, '(');
        write_source(w, ex_values_of(w->g, id));
        if (brackets) buf_char(w->out, ')');
    } else if (depth <= 0 || w->parts >= PARTS_MOST) {
        buf_text(w->out, "…");
    } else {
        w->parts++;
        write_open(w, id, depth - 1, least);
    }
}

void formula_write(const ex_graph *g, ex_id n, int depth,
                   const char *(*name_of)(const void *self, ex_id n), const void *self, buf *out) {
    writer w = {.g = g, .space = ex_space(g), .name_of = name_of, .self = self, .out = out};
    if (depth > DEPTH_MOST) depth = DEPTH_MOST;
    if (ex_get(g, n)->op == EX_source)
        write_source(&w, ex_values_of(g, n));
    else if (depth <= 0)
        buf_text(out, "…");
    else
        write_open(&w, n, depth - 1, ANY);
}
