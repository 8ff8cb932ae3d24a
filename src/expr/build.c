/* The builders of nodes: shapes and kinds are checked here, on the analyst's line. */
#include "expr/graph_inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* ---- kinds ---- */

static const char *const kind_name[] = {TEXT("number"), TEXT("truth"), TEXT("text"), TEXT("date")};

const char *ex_kind_name(ex_kind kind) { return kind_name[kind]; }

const char *ex_kind_text(ex_kind kind) { return text_message(kind_name[kind]); }

static ex_kind kind_of(const ex_graph *g, ex_id n) { return (ex_kind)g->node[n].kind; }

static int numeric(ex_kind k) { return k == EX_NUMBER || k == EX_TRUTH; }

static int wants(const ex_graph *g, ex_op op, ex_id x, const char *what, fault *f) {
    return fault_set(f, FAULT_RULE, "'%s' takes %s, not %s", ex_op_text(op), text_message(what),
                     ex_kind_text(kind_of(g, x)));
}

/* Whether the record allows the kind of an operand; 0 with the fault filled. */
static int takes_kind(const ex_graph *g, ex_op op, ex_id x, fault *f) {
    ex_kind k = kind_of(g, x);
    char takes = ex_record_of(op)->takes;
    if (takes == 'N' && !numeric(k)) return wants(g, op, x, "numbers", f);
    if (takes == 'D' && k == EX_TEXT) return wants(g, op, x, "numbers or dates", f);
    if (takes != 'T' || k == EX_TRUTH) return 1;
    if (!ex_is_infix(op)) return wants(g, op, x, "truths (x:ge(60), present(x) …)", f);
    return fault_at(f, FAULT_RULE, NULL,
                    "arrays are compared with x:ge(60); a >= b & c would mean a >= (b & c)",
                    "'%s' takes truths (x:ge(60), present(x) …), not %s", ex_op_text(op),
                    ex_kind_text(k));
}

/* The common kind of two values: numbers and truths together are numbers, and the literal missing
 * value goes with any kind. 0 with the fault filled. */
static int common(const ex_graph *g, ex_op op, ex_id a, ex_id b, ex_kind *out, fault *f) {
    ex_kind ka = kind_of(g, a), kb = kind_of(g, b);
    if (ex_is_missing(g, a)) ka = kb;
    if (ex_is_missing(g, b)) kb = ka;
    *out = ka == kb ? ka : EX_NUMBER;
    if (ka == kb || (numeric(ka) && numeric(kb))) return 1;
    return fault_at(f, FAULT_RULE, NULL,
                    "both are of one kind: numbers, truths, texts (a number in quotes is a "
                    "text) or dates",
                    "'%s' of %s and %s", ex_op_text(op), ex_kind_text(ka), ex_kind_text(kb));
}

/* Dates: a date and a number of days add up to a date; two dates differ by a number of days. */
static int date_kind(ex_op op, ex_kind ka, ex_kind kb, ex_kind *out, fault *f) {
    int days_between = op == EX_sub && ka == EX_DATE && kb == EX_DATE;
    *out = days_between ? EX_NUMBER : EX_DATE;
    if (days_between || (ka == EX_DATE && numeric(kb)) ||
        (op == EX_add && numeric(ka) && kb == EX_DATE))
        return 1;
    return fault_set(f, FAULT_RULE, "'%s' of %s and %s", ex_op_text(op), ex_kind_text(ka),
                     ex_kind_text(kb));
}

static int binary_kind(const ex_graph *g, ex_op op, ex_id a, ex_id b, ex_kind *out, fault *f) {
    const ex_record *r = ex_record_of(op);
    ex_kind ka = kind_of(g, a), kb = kind_of(g, b);
    if (ex_is(op, EX_CALENDAR) && (ka == EX_DATE || kb == EX_DATE))
        return date_kind(op, ka, kb, out, f);
    if (!takes_kind(g, op, a, f) || !takes_kind(g, op, b, f)) return 0;
    int mixes = (r->takes == 'D' && !ex_is(op, EX_CALENDAR)) || r->takes == 'A';
    *out = EX_NUMBER;
    if (mixes && !common(g, op, a, b, out, f)) return 0;
    if (r->gives == 'T') *out = EX_TRUTH;
    return 1;
}

/* ---- nodes ---- */

static ex_node node_of(ex_op op, ex_kind kind, ax_set axes) {
    return (ex_node){.op = (uint16_t)op,
                     .kind = (uint8_t)kind,
                     .argc = 1,
                     .axis = AX_NONE,
                     .to = AX_NONE,
                     .axes = axes};
}

static ax_set axes_of(const ex_graph *g, ex_id n) { return g->node[n].axes; }

static ex_node elementwise(const ex_graph *g, ex_op op, ex_kind kind, const ex_id *arg, int argc) {
    ex_node n = node_of(op, kind, 0);
    n.argc = (uint8_t)argc;
    for (int i = 0; i < argc; i++) n.axes |= axes_of(g, arg[i]);
    return n;
}

/* ---- elementwise ---- */

ex_id ex_unary(ex_graph *g, ex_op op, ex_id a, fault *f) {
    if (!a || !takes_kind(g, op, a, f)) return 0;
    ex_kind out = ex_record_of(op)->gives == 'T' ? EX_TRUTH : EX_NUMBER;
    return graph_add(g, elementwise(g, op, out, &a, 1), &a, f);
}

ex_id ex_binary(ex_graph *g, ex_op op, ex_id a, ex_id b, fault *f) {
    ex_kind out;
    if (!a || !b || !binary_kind(g, op, a, b, &out, f)) return 0;
    ex_id arg[] = {a, b};
    return graph_add(g, elementwise(g, op, out, arg, 2), arg, f);
}

ex_id ex_ternary(ex_graph *g, ex_op op, ex_id a, ex_id b, ex_id c, fault *f) {
    if (!a || !b || !c) return 0;
    ex_kind out, rest;
    if (op == EX_where) {
        if (kind_of(g, a) != EX_TRUTH)
            return (ex_id)fault_set(f, FAULT_RULE,
                                    "'where' takes a truth first (x:ge(60), present(x) …), not %s",
                                    ex_kind_text(kind_of(g, a)));
        if (!common(g, op, b, c, &out, f)) return 0;
    } else {
        if (!takes_kind(g, op, a, f) || !common(g, op, a, b, &out, f) ||
            !common(g, op, a, c, &rest, f))
            return 0;
        if (rest != out) out = EX_NUMBER;
    }
    ex_id arg[] = {a, b, c};
    return graph_add(g, elementwise(g, op, out, arg, 3), arg, f);
}

/* ---- functions of the host ---- */

ex_id ex_lookup(ex_graph *g, const ex_function *fn, const ex_id *arg, int argc, fault *f) {
    if (argc < 1 || argc > ARGS_MOST)
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' takes 1 to %d arrays, not %d", fn->name,
                                ARGS_MOST, argc);
    for (int i = 0; i < argc; i++)
        if (!arg[i]) return 0;
    uint32_t at = g->functions;
    for (uint32_t i = 0; fn->same && i < g->functions; i++)
        if (g->function[i].same == fn->same && g->function[i].call == fn->call) at = i;
    if (at == g->functions) {
        if (!MEM_RESERVE(g->function, g->functions + 1, g->function_cap))
            return (ex_id)fault_memory(f);
        g->function[g->functions++] = *fn;
    }
    ex_node n = elementwise(g, EX_lookup, fn->gives, arg, argc);
    n.extra = at;
    return graph_add(g, n, arg, f);
}

ex_id ex_matrix_node(ex_graph *g, const ex_matrix_function *fn, const ex_id *arg, int argc,
                     fault *f) {
    char shape[256], wanted[256];
    ax_set all = 0, core = ex_core_axes(fn->out);
    if (argc > EX_MATRIX_ARGS)
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' takes at most %d arrays", fn->name,
                                EX_MATRIX_ARGS);
    for (int i = 0; i < argc; i++) {
        if (!arg[i]) return 0;
        ax_set own = ex_core_axes(fn->core[i]), axes = axes_of(g, arg[i]);
        if (own & ~axes) {
            ax_describe(g->space, own, wanted, sizeof wanted);
            ax_describe(g->space, axes, shape, sizeof shape);
            return (ex_id)fault_set(f, FAULT_RULE, "'%s' needs an array over %s, not over %s",
                                    fn->name, wanted, shape);
        }
        if (!numeric(kind_of(g, arg[i])))
            return (ex_id)fault_set(f, FAULT_RULE, "'%s' takes numbers, not %s", fn->name,
                                    ex_kind_text(kind_of(g, arg[i])));
        all |= axes;
        core |= own;
    }
    for (int i = 0; i < argc; i++) {
        ax_set twice = axes_of(g, arg[i]) & core & ~ex_core_axes(fn->core[i]);
        if (!twice) continue;
        ax_describe(g->space, twice, shape, sizeof shape);
        return (ex_id)fault_set(f, FAULT_RULE,
                                "'%s' works through %s, so its other arrays cannot be over %s",
                                fn->name, shape, shape);
    }
    uint32_t at = g->matrices;
    for (uint32_t i = 0; fn->same && i < g->matrices; i++)
        if (g->matrix[i].same == fn->same && g->matrix[i].call == fn->call) at = i;
    if (at == g->matrices) {
        if (!MEM_RESERVE(g->matrix, g->matrices + 1, g->matrix_cap)) return (ex_id)fault_memory(f);
        g->matrix[g->matrices++] = *fn;
    }
    ex_node n = node_of(EX_matrix, fn->gives, (all & ~core) | ex_core_axes(fn->out));
    n.argc = (uint8_t)argc;
    n.extra = at;
    return graph_add(g, n, arg, f);
}

/* ---- along an axis ---- */

/* Begins a node that works along an axis of x and, unless it is AX_NONE, has the axis `to` in its
 * place; its kind is that of x. 0 with the fault filled where x does not have the axis. */
static int node_along(const ex_graph *g, ex_op op, ex_id x, int axis, int to, ex_node *out,
                      fault *f) {
    char shape[256];
    ax_set axes = axes_of(g, x);
    if (!(axes & AX_BIT(axis))) {
        ax_describe(g->space, axes, shape, sizeof shape);
        return fault_set(f, FAULT_RULE, "'%s' along '%s', but the array is over %s", ex_op_text(op),
                         ax_get(g->space, axis)->name, shape);
    }
    *out = node_of(op, kind_of(g, x), (axes & ~AX_BIT(axis)) | ax_bit(to));
    out->axis = (int16_t)axis;
    out->to = (int16_t)to;
    return 1;
}

/* The same for a reduction or a scan, whose kind its record tells. */
static int reducing_node(const ex_graph *g, ex_op op, ex_id x, int axis, int to, ex_node *out,
                         fault *f) {
    if (!node_along(g, op, x, axis, to, out, f) || !takes_kind(g, op, x, f)) return 0;
    char gives = ex_record_of(op)->gives;
    if (gives == 'N' || (gives == 'D' && out->kind == EX_TRUTH)) out->kind = EX_NUMBER;
    if (gives == 'T') out->kind = EX_TRUTH;
    return 1;
}

ex_id ex_reduce(ex_graph *g, ex_op op, ex_id x, int axis, double param, fault *f) {
    ex_node n;
    if (!x || !reducing_node(g, op, x, axis, AX_NONE, &n, f)) return 0;
    if (ex_is(op, EX_SHARE) && !(param >= 0 && param <= 1))
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' takes a share from 0 to 1, not %g",
                                ex_op_text(op), param);
    n.param = param;
    return graph_add(g, n, &x, f);
}

ex_id ex_reduce_by(ex_graph *g, ex_op op, ex_id x, int axis, ex_id by, int to, fault *f) {
    ex_node n;
    if (!x || !by || !reducing_node(g, op, x, axis, to, &n, f)) return 0;
    if (!ex_is(op, EX_GROUPED))
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' cannot be taken by groups", ex_op_text(op));
    if (axes_of(g, by) != AX_BIT(axis) || kind_of(g, by) != EX_NUMBER)
        return (ex_id)fault_set(f, FAULT_RULE, "'by' must be an array over '%s' alone",
                                ax_get(g->space, axis)->name);
    if (axes_of(g, x) & AX_BIT(to))
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' by '%s', but the array has that axis already",
                                ex_op_text(op), ax_get(g->space, to)->name);
    ex_id arg[] = {x, by};
    n.argc = 2;
    return graph_add(g, n, arg, f);
}

ex_id ex_scan(ex_graph *g, ex_op op, ex_id x, int axis, double param, ex_ties ties, int ascending,
              fault *f) {
    ex_node n;
    if (!x || !reducing_node(g, op, x, axis, AX_NONE, &n, f)) return 0;
    n.axes = axes_of(g, x);
    n.param = param;
    n.extra = (uint32_t)ties;
    n.flag = ascending != 0;
    return graph_add(g, n, &x, f);
}

/* ---- choosing ---- */

ex_id ex_slice(ex_graph *g, ex_id x, int axis, uint32_t position, fault *f) {
    ex_node n;
    if (!x || !node_along(g, EX_slice, x, axis, AX_NONE, &n, f)) return 0;
    if (position >= ax_get(g->space, axis)->size)
        return (ex_id)fault_set(f, FAULT_BUG, "slice behind the end of axis '%s'",
                                ax_get(g->space, axis)->name);
    n.extra = position;
    return graph_add(g, n, &x, f);
}

ex_id ex_gather(ex_graph *g, ex_id x, int axis, ex_id position, fault *f) {
    ex_node n;
    if (!x || !position || !node_along(g, EX_gather, x, axis, AX_NONE, &n, f)) return 0;
    if (kind_of(g, position) != EX_NUMBER)
        return (ex_id)wants(g, EX_gather, position, "positions", f);
    ex_id arg[] = {x, position};
    n.argc = 2;
    n.axes |= axes_of(g, position);
    return graph_add(g, n, arg, f);
}

ex_id ex_rename(ex_graph *g, ex_id x, int axis, int to, fault *f) {
    ex_node n;
    if (!x || !node_along(g, EX_rename, x, axis, to, &n, f)) return 0;
    const ax_axis *a = ax_get(g->space, axis), *b = ax_get(g->space, to);
    if (axes_of(g, x) & AX_BIT(to))
        return (ex_id)fault_set(f, FAULT_RULE, "the array has an axis '%s' already", b->name);
    if (a->size != b->size || memcmp(a->label, b->label, a->size * sizeof *a->label))
        return (ex_id)fault_set(f, FAULT_RULE, "the axes '%s' and '%s' have different labels",
                                a->name, b->name);
    return graph_add(g, n, &x, f);
}

typedef struct finder {
    const ax_space *space;
    int axis, numbers;
} finder;

static int find_position(void *self, const double *arg, int argc, double *out, fault *f) {
    const finder *at = self;
    (void)argc;
    (void)f;
    long p = at->numbers ? ax_position_number(at->space, at->axis, arg[0])
                         : ax_position(at->space, at->axis, (uint32_t)arg[0]);
    *out = p < 0 ? EX_NAN : (double)p;
    return 1;
}

ex_id ex_position_of(ex_graph *g, ex_id labels, int axis, fault *f) {
    if (!labels) return 0;
    const ax_axis *a = ax_get(g->space, axis);
    ex_kind k = kind_of(g, labels);
    const double *number = k == EX_TEXT ? NULL : ax_numbers(g->space, axis);
    if (k != EX_TEXT && !(k == EX_NUMBER && number))
        return (ex_id)fault_set(f, FAULT_RULE, "labels of axis '%s' are %s, not %s", a->name,
                                number ? text_message("numbers") : text_message("text"),
                                ex_kind_text(k));
    finder *own = arena_take(&g->memory, sizeof *own);
    if (!own) return (ex_id)fault_memory(f);
    *own = (finder){g->space, axis, k == EX_NUMBER};
    ex_function fn = {.name = "position",
                      .gives = EX_NUMBER,
                      .distinct = 1,
                      .call = find_position,
                      .self = own,
                      .same = (uint64_t)axis * 2 + (k == EX_NUMBER) + 1};
    return ex_lookup(g, &fn, &labels, 1, f);
}
