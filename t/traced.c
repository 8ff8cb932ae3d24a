/* What elements were made of, in random graphs: exactly what the rules in trace.h say of each
 * element, worked out one at a time, no more and no less. */
#include "reference_evaluator.h"
#include "expr/trace.h"
#include "random_graph.h"

typedef struct marks {
    unsigned char *element;
    uint32_t operands;
} marks;

static ex_run *run;
static marks *mark;
static unsigned char *fixed; /* by node: computed from literals and labels alone */
static ex_trace_mode mode;
static ex_id id; /* the node that is gone back from */
static const ex_node *n;

static const double *values_of(ex_id of) { return ex_run_value(run, of, &f); }

static void reach(int k, size_t element) {
    mark[ex_arg(g, id, k)].element[element] = 1;
    mark[id].operands |= 1u << k;
}

/* Where the element of operand k is that goes with element e; the first along an axis. */
static size_t at_operand(int k, size_t e, int still) {
    return reference_offset(space, n->axes, e, axes_of(ex_arg(g, id, k)), still);
}

static size_t coordinate(size_t e, int axis) {
    return e / ax_stride(space, n->axes, axis) % ax_get(space, axis)->size;
}

static int may_vary(int k) { return mode == EX_TRACE_MAY && !fixed[ex_arg(g, id, k)]; }

/* ---- element by element ---- */

static void go_back_element(size_t e) {
    const double own = values_of(id)[e];
    double a[4];
    int use[4] = {0}, missing = 0;
    const int alone = mode == EX_TRACE_DECIDES, absent = mode == EX_TRACE_ABSENT;
    for (int k = 0; k < n->argc; k++) {
        a[k] = values_of(ex_arg(g, id, k))[at_operand(k, e, AX_NONE)];
        missing += isnan(a[k]);
    }
    const int usual = isnan(own) && missing;
    for (int k = 0; k < n->argc; k++) use[k] = usual ? isnan(a[k]) : 1;
    if (mode == EX_TRACE_MAY && (n->op != EX_where || may_vary(0))) {
        for (int k = 0; k < n->argc; k++) use[k] = 1;
    } else if (n->op == EX_where) {
        use[0] = 1;
        use[1] = !isnan(a[0]) && a[0] != 0;
        use[2] = !isnan(a[0]) && a[0] == 0;
    } else if (n->op == EX_coalesce) {
        use[0] = !isnan(a[0]) || absent || isnan(own);
        use[1] = isnan(a[0]);
    } else if ((n->op == EX_least || n->op == EX_greatest) && alone && !isnan(own)) {
        use[0] = a[0] == own;
        use[1] = !use[0];
    } else if (n->op == EX_clamp && alone && !isnan(own)) {
        use[1] = a[0] < a[1];
        use[2] = !use[1] && a[0] > a[2];
        use[0] = !use[1] && !use[2];
    } else if ((n->op == EX_and || n->op == EX_or) && !isnan(own)) {
        /* One operand decides: a false one of `&`, a true one of `|`. */
        const int decides = n->op == EX_or, by_one = own == decides;
        for (int k = 0; k < 2; k++) use[k] = !by_one || absent || a[k] == decides;
    } else if (n->op == EX_lookup && ex_function_of(g, id)->missing_too) {
        for (int k = 0; k < n->argc; k++) use[k] = 1;
    }
    for (int k = 0; k < n->argc; k++)
        if (use[k]) reach(k, at_operand(k, e, AX_NONE));
}

/* ---- along an axis ---- */

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The two between which a share of the present elements lies. */
static void neighbours(const double *x, size_t count, double share, double mid[2]) {
    double sorted[2048];
    size_t present = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i])) sorted[present++] = x[i];
    qsort(sorted, present, sizeof *sorted, by_value);
    const double between = line_ops_place(present, share);
    mid[0] = sorted[(size_t)floor(between)];
    mid[1] = sorted[(size_t)ceil(between)];
}

static void go_back_reduction(size_t e) {
    const int axis = n->axis, grouped = n->to != AX_NONE, alone = mode == EX_TRACE_DECIDES;
    const size_t length = ax_get(space, axis)->size, base = at_operand(0, e, axis),
                 stride = ax_stride(space, axes_of(ex_arg(g, id, 0)), axis);
    const double own = values_of(id)[e], *from = values_of(ex_arg(g, id, 0)),
                 *by = grouped ? values_of(ex_arg(g, id, 1)) : NULL;
    double x[2048], mid[2] = {0, 0};
    size_t at[2048], count = 0, present = 0, first = SIZE_MAX, last = 0, extreme = SIZE_MAX;
    for (size_t i = 0; i < length; i++) {
        if (grouped && !may_vary(1) && by[i] != (double)coordinate(e, n->to)) continue;
        at[count] = i;
        x[count] = from[base + i * stride];
        if (!isnan(x[count])) {
            present++;
            first = first == SIZE_MAX ? count : first;
            last = count;
            if (extreme == SIZE_MAX && x[count] == own) extreme = count;
        }
        count++;
    }
    const int middle = n->op == EX_median || n->op == EX_quantile;
    if (present && middle && alone && !isnan(own))
        neighbours(x, count, n->op == EX_median ? 0.5 : n->param, mid);
    for (size_t i = 0; grouped && !alone && i < length; i++) reach(1, i);
    for (size_t i = 0; i < count; i++) {
        int use = 1;
        if (mode == EX_TRACE_MAY || !present) {
            use = 1;
        } else if (isnan(x[i])) {
            use = mode == EX_TRACE_ABSENT;
        } else if (n->op == EX_min || n->op == EX_max) {
            use = !alone || i == extreme;
        } else if (n->op == EX_argmin || n->op == EX_argmax) {
            use = !alone || (double)at[i] == own;
        } else if (n->op == EX_any || n->op == EX_all) {
            use = x[i] == own;
        } else if (n->op == EX_first) {
            use = i == first;
        } else if (n->op == EX_last) {
            use = i == last;
        } else if (middle) {
            use = !alone || x[i] == mid[0] || x[i] == mid[1];
        }
        if (!use) continue;
        reach(0, base + at[i] * stride);
        if (grouped && alone) reach(1, at[i]);
    }
}

static void go_back_scan(size_t e) {
    const int axis = n->axis, absent = mode == EX_TRACE_ABSENT || mode == EX_TRACE_MAY;
    const size_t length = ax_get(space, axis)->size, stride = ax_stride(space, n->axes, axis),
                 base = at_operand(0, e, axis), here = coordinate(e, axis);
    const double own = values_of(id)[e], *x = values_of(ex_arg(g, id, 0));
    const int is = !isnan(x[base + here * stride]);
    unsigned char use[2048] = {0};
    const double *number = ax_numbers(space, axis);
    if (n->op == EX_lag) {
        const double from = (double)here - trunc(n->param);
        if (from >= 0 && from < (double)length) use[(size_t)from] = 1;
    } else if (mode == EX_TRACE_MAY || n->op == EX_sort) {
        memset(use, 1, length);
    } else if (n->op == EX_fill) {
        for (size_t back = 0; back <= here; back++) {
            const int there = !isnan(x[base + (here - back) * stride]);
            if (n->param >= 0 && (double)back > n->param) break;
            use[here - back] = there || absent || isnan(own);
            if (there) break;
        }
    } else if (n->op == EX_interpolate) {
        size_t left = SIZE_MAX, right = SIZE_MAX;
        use[here] = is || absent || isnan(own);
        for (size_t i = 0; !is && i < length; i++) {
            const double own_place = number ? number[here] : (double)here,
                         there = number ? number[i] : (double)i;
            use[i] |= (unsigned char)absent;
            if (isnan(x[base + i * stride])) continue;
            if (there > own_place) {
                if (right == SIZE_MAX || there < (number ? number[right] : (double)right))
                    right = i;
            } else if (left == SIZE_MAX || there > (number ? number[left] : (double)left)) {
                left = i;
            }
        }
        const int both = left != SIZE_MAX && right != SIZE_MAX;
        if (!is && left != SIZE_MAX && (both || n->param == 1)) use[left] = 1;
        if (!is && right != SIZE_MAX && (both || n->param == 1)) use[right] = 1;
    } else if (!is) { /* a sum so far, or a rank, of what is missing */
        use[here] = 1;
    } else {
        for (size_t i = 0; i < (n->op == EX_cumsum ? here + 1 : length); i++)
            use[i] = absent || !isnan(x[base + i * stride]);
    }
    for (size_t i = 0; i < length; i++)
        if (use[i]) reach(0, base + i * stride);
}

static void go_back_choice(size_t e) {
    const ax_set axes = axes_of(ex_arg(g, id, 0));
    size_t base = at_operand(0, e, n->axis), stride = ax_stride(space, axes, n->axis);
    if (n->op == EX_slice) {
        reach(0, base + n->extra * stride);
    } else if (n->op == EX_rename) {
        reach(0, base + coordinate(e, n->to) * stride);
    } else {
        const size_t p = at_operand(1, e, AX_NONE), length = ax_get(space, n->axis)->size;
        const double position = values_of(ex_arg(g, id, 1))[p];
        reach(1, p);
        if (position >= 0 && position < (double)length) reach(0, base + (size_t)position * stride);
        for (size_t i = 0; may_vary(1) && i < length; i++) reach(0, base + i * stride);
    }
}

static void go_back(void) {
    const size_t size = ax_size(space, n->axes);
    for (size_t e = 0; e < size; e++) {
        if (!mark[id].element[e]) continue;
        if (ex_is_reduction(n->op))
            go_back_reduction(e);
        else if (ex_class(n->op) == EX_CLASS_SCAN)
            go_back_scan(e);
        else if (ex_class(n->op) == EX_CLASS_CHOICE)
            go_back_choice(e);
        else
            go_back_element(e);
    }
}

/* ---- cases ---- */

static size_t reached;

static int is_same(const ex_trace *t) {
    for (id = 1; id <= ex_count(g); id++) {
        const size_t size = ax_size(space, axes_of(id));
        for (size_t e = 0; e < size; e++) {
            reached += mark[id].element[e];
            if (ex_trace_has(t, id, e) == mark[id].element[e]) continue;
            diag("node %u (%s), element %zu of %zu is%s reached", id,
                 ex_op_text((ex_op)ex_get(g, id)->op), e, size, mark[id].element[e] ? " not" : "");
            return 0;
        }
        if (ex_get(g, id)->op != EX_source && ex_trace_operands(t, id) != mark[id].operands) {
            diag("node %u (%s): operands %x, not %x", id, ex_op_text((ex_op)ex_get(g, id)->op),
                 ex_trace_operands(t, id), mark[id].operands);
            return 0;
        }
    }
    return 1;
}

static int one_case(void) {
    const ex_id last = nodes ? node[nodes - 1] : 0;
    const size_t size = last ? ax_size(space, axes_of(last)) : 0;
    if (!size) return 1;
    for (int i = 0; i < sources; i++)
        if (chance(3))
            ((ex_values *)(uintptr_t)ex_values_of(g, source[i].node))->origin =
                chance(2) ? EX_LITERAL : EX_LEAF;
    const uint32_t count = ex_count(g);
    mark = calloc(count + 1, sizeof *mark);
    fixed = calloc(count + 1, 1);
    ex_id *all = calloc(count + 1, sizeof *all);
    for (ex_id i = 1; i <= count; i++) {
        const ex_values *v = ex_values_of(g, i);
        all[i - 1] = i;
        mark[i].element = calloc(ax_size(space, axes_of(i)) + 1, 1);
        fixed[i] = !v || v->origin == EX_LITERAL || v->origin == EX_LABELS;
        for (int k = 0; k < ex_get(g, i)->argc; k++) fixed[i] &= fixed[ex_arg(g, i, k)];
    }
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ex_trace *t = ex_trace_open(g, run, mode, &f);
    int fine = t && ex_run_eval(run, all, count, &f);
    for (size_t i = 0, some = 1 + below(3); fine && i < some; i++) {
        const size_t element = below(size);
        mark[last].element[element] = 1;
        fine = ex_trace_want(t, last, element, &f);
    }
    fine = fine && ex_trace_sweep(t, &f);
    for (id = count; fine && id >= 1; id--) {
        n = ex_get(g, id);
        if (n->op != EX_source) go_back();
    }
    fine = fine && is_same(t);
    ex_trace_close(t);
    ex_run_close(run);
    for (ex_id i = 1; i <= count; i++) free(mark[i].element);
    free(mark);
    free(fixed);
    free(all);
    return fine;
}

int main(void) {
    static const char *const names[] = {[EX_TRACE_USES] = "uses",
                                        [EX_TRACE_DECIDES] = "decides",
                                        [EX_TRACE_ABSENT] = "absent",
                                        [EX_TRACE_MAY] = "may"};
    const char *given = getenv("ASSESS_CASES");
    const uint64_t seed = tap_seed();
    const long cases = given ? 10 * atol(given) : 8000;
    for (mode = EX_TRACE_USES; mode <= EX_TRACE_MAY; mode++) {
        int failed = 0;
        reached = 0;
        for (long i = 0; i < cases && failed < 3; i++) {
            state = seed + (uint64_t)i;
            case_open();
            random_space(0);
            random_graph_over(600, 12);
            if (!one_case()) {
                failed++;
                diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1",
                     seed + (uint64_t)i);
            }
            case_close();
        }
        ok(!failed && reached, "%s: %zu elements are reached, and no others", names[mode], reached);
    }
    return done_testing();
}
