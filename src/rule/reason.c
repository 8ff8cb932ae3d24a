/* Why a truth is what it is: the conjuncts of its formula, with both sides of each comparison. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "rule/result.h"

enum { CONJUNCTS = 32 };

static int is_comparison(unsigned op) {
    return op == EX_lt || op == EX_le || op == EX_gt || op == EX_ge || op == EX_eq || op == EX_ne;
}

/* A constant that says no, or nothing: what `where` gives where its condition fails. */
static int is_no(const results *r, ex_id n) {
    const ex_node *x = ex_get(r->graph, n);
    if (x->op != EX_source)
        return 0;
    const ex_values *v = ex_values_of(r->graph, n);
    return v->origin == EX_LITERAL && v->value && !(*v->value != 0 && *v->value == *v->value);
}

/* What must hold, in the order written: both sides of `&`; of where(c, x) c, and then x. What is
 * used again is opened once. */
static size_t conjuncts(const results *r, ex_id root, ex_id out[CONJUNCTS]) {
    ex_id stack[2 * CONJUNCTS], opened[8 * CONJUNCTS];
    size_t depth = 0, count = 0, seen = 0;
    stack[depth++] = root;
    while (depth) {
        ex_id n = stack[--depth];
        int again = seen == sizeof opened / sizeof *opened;
        for (size_t i = 0; i < seen && !again; i++)
            again = opened[i] == n;
        if (again)
            continue;
        opened[seen++] = n;
        const ex_node *x = ex_get(r->graph, n);
        int both = x->op == EX_and || (x->op == EX_where && is_no(r, ex_arg(r->graph, n, 2)));
        if (both && depth + 2 <= sizeof stack / sizeof *stack) {
            stack[depth++] = ex_arg(r->graph, n, 1);
            stack[depth++] = ex_arg(r->graph, n, 0);
            continue;
        }
        int known = 0;
        for (size_t i = 0; i < count; i++)
            known |= out[i] == n;
        if (!known && count < CONJUNCTS)
            out[count++] = n;
    }
    return count;
}

/* The extreme (or any, all) that a side rests on: through operations whose other operands are
 * constants. */
static ex_id extreme_of(const results *r, ex_id n) {
    for (;;) {
        const ex_node *x = ex_get(r->graph, n);
        int extreme = x->op == EX_min || x->op == EX_max || x->op == EX_any || x->op == EX_all;
        if (extreme)
            return x->to == AX_NONE ? n : 0;
        if (x->op == EX_source || x->argc == 0)
            return 0;
        ex_id next = 0;
        for (int i = 0; i < x->argc; i++) {
            ex_id a = ex_arg(r->graph, n, i);
            if (ex_get(r->graph, a)->op == EX_source && !ex_get(r->graph, a)->axes)
                continue;
            if (next)
                return 0;
            next = a;
        }
        if (!next || x->axis != AX_NONE)
            return 0;
        n = next;
    }
}

/* Where an element of a node lies, given a position for each axis of the output; `extra` is a
 * further axis with its position. SIZE_MAX where the node has an axis that has no position. */
static size_t offset(const results *r, ex_id n, const assess_array *output, const size_t *at,
                     int extra, size_t extra_at) {
    const ax_space *space = ex_space(r->graph);
    ax_set axes = ex_get(r->graph, n)->axes, left = axes;
    size_t out = 0;
    for (int k = 0; k < output->axes; k++)
        if (axes & AX_BIT(output->axis[k].id)) {
            out += at[k] * ax_stride(space, axes, output->axis[k].id);
            left &= ~AX_BIT(output->axis[k].id);
        }
    if (extra != AX_NONE && (axes & AX_BIT(extra))) {
        out += extra_at * ax_stride(space, axes, extra);
        left &= ~AX_BIT(extra);
    }
    return left ? SIZE_MAX : out;
}

static double value_at(const results *r, ex_id n, const assess_array *output, const size_t *at,
                       int extra, size_t extra_at) {
    fault ignored = FAULT_INIT;
    const double *value = ex_run_value(r->run, n, &ignored);
    size_t where = offset(r, n, output, at, extra, extra_at);
    fault_release(&ignored);
    return value && where != SIZE_MAX ? value[where] : NAN;
}

/* The label at which the extreme was found. */
static const char *find_extreme(const results *r, ex_id n, const assess_array *output,
                                const size_t *at) {
    const ex_node *x = ex_get(r->graph, n);
    const ax_space *space = ex_space(r->graph);
    const ax_axis *a = ax_get(space, x->axis);
    double want = value_at(r, n, output, at, AX_NONE, 0);
    for (uint32_t i = 0; i < a->size; i++)
        if (decimal_equal(value_at(r, ex_arg(r->graph, n, 0), output, at, x->axis, i), want))
            return pool_text(ax_strings(space), a->label[i]);
    return "";
}

/* A side that is an output stands as its name. */
static const char *side_text(const results *r, ex_id n) {
    for (size_t i = 0; i < r->outputs; i++)
        if (r->output[i].node == n)
            return r->output[i].name;
    return result_formula(r, n);
}

static void explain(const results *r, ex_id n, const assess_array *output, const size_t *at,
                    assess_reason *out) {
    const ex_node *x = ex_get(r->graph, n);
    *out = (assess_reason){
        .left = "", .right = "", .sign = "", .got = NAN, .want = NAN, .which = ""
    };
    out->formula = result_formula(r, n);
    out->holds = value_at(r, n, output, at, AX_NONE, 0);
    ex_id side[2] = { n, 0 };
    if (is_comparison(x->op)) {
        side[0] = ex_arg(r->graph, n, 0);
        side[1] = ex_arg(r->graph, n, 1);
        out->sign = ex_op_text((ex_op)x->op);
        out->right = side_text(r, side[1]);
        out->got = value_at(r, side[0], output, at, AX_NONE, 0);
        out->want = value_at(r, side[1], output, at, AX_NONE, 0);
    }
    out->left = side[1] ? side_text(r, side[0]) : out->formula;
    for (int i = 0; i < 2 && !*out->which; i++) {
        ex_id extreme = side[i] ? extreme_of(r, side[i]) : 0;
        if (extreme)
            out->which = find_extreme(r, extreme, output, at);
    }
}

size_t result_reasons(const results *r, const assess_array *output, ex_id node, const size_t *at,
                      assess_reason *out, size_t most, fault *f) {
    ex_id list[CONJUNCTS], want[CONJUNCTS * 7];
    size_t count = conjuncts(r, node, list), wants = 0;
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++) {
        ex_id side[2] = { list[i], 0 };
        want[wants++] = list[i];
        if (is_comparison(ex_get(r->graph, list[i])->op))
            for (int k = 0; k < 2; k++)
                want[wants++] = side[k] = ex_arg(r->graph, list[i], k);
        for (int k = 0; k < 2; k++) {
            ex_id extreme = side[k] ? extreme_of(r, side[k]) : 0;
            if (extreme) {
                want[wants++] = extreme;
                want[wants++] = ex_arg(r->graph, extreme, 0);
            }
        }
    }
    if (!ex_run_eval(r->run, want, wants, f))
        return 0;
    for (size_t i = 0; i < count; i++)
        explain(r, list[i], output, at, &out[i]);
    return count;
}
