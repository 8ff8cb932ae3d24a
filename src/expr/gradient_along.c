/* Derivatives backwards along an axis: reductions to the elements they were made of, scans to the
 * line they came from. */
#include "expr/gradient_inside.h"

#include "expr/line_ops.h"

static size_t spot(const along *l, size_t i) {
    return l->at + (l->which ? l->which[i] : i) * l->stride;
}

static double at(const along *l, size_t i) { return l->x[spot(l, i)]; }

/* ---- order ---- */

/* Equal ones stay as they stand. */
static int behind(const double *value, size_t stride, uint32_t a, uint32_t b) {
    double x = value[a * stride], y = value[b * stride];
    return x > y || (x == y && a > b);
}

static void output_down(uint32_t *order, size_t i, size_t n, const double *value, size_t stride) {
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && behind(value, stride, order[child + 1], order[child])) child++;
        if (!behind(value, stride, order[child], order[i])) return;
        uint32_t swap = order[i];
        order[i] = order[child];
        order[child] = swap;
    }
}

static void sort_by(uint32_t *order, size_t n, const double *value, size_t stride) {
    for (size_t i = n / 2; i-- > 0;) output_down(order, i, n, value, stride);
    for (size_t left = n; left-- > 1;) {
        uint32_t swap = order[0];
        order[0] = order[left];
        order[left] = swap;
        output_down(order, 0, left, value, stride);
    }
}

/* The places (not the numbers within the line) of what is present, by value. */
static size_t sorted(const along *l) {
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++)
        if (at(l, i) == at(l, i)) l->order[n++] = l->which ? l->which[i] : (uint32_t)i;
    sort_by(l->order, n, l->x + l->at, l->stride);
    return n;
}

/* ---- reductions ---- */

static size_t equal_to(const along *l, double value) {
    size_t n = 0;
    for (size_t i = 0; i < l->count; i++) n += (size_t)decimal_equal(at(l, i), value);
    return n;
}

/* Those that are no extreme would be felt if they moved far enough. */
static void extreme(const along *l, double value, double by, uint8_t how) {
    double own = equal_to(l, value) > 1 ? EX_BENT : 1;
    for (size_t i = 0; i < l->count; i++)
        if (at(l, i) == at(l, i))
            slope_pass(l->to, spot(l, i), by, how, decimal_equal(at(l, i), value) ? own : EX_FLAT);
}

static void end_of_line(const along *l, int last, double by, uint8_t how) {
    for (size_t k = 0; k < l->count; k++) {
        size_t i = last ? l->count - 1 - k : k;
        if (at(l, i) == at(l, i)) {
            slope_pass(l->to, spot(l, i), by, how, 1);
            return;
        }
    }
}

static void quantile(const along *l, double p, double by, uint8_t how) {
    size_t n = sorted(l);
    if (!n) return;
    double h = line_ops_place(n, p), g = h - (double)(size_t)h;
    size_t k = (size_t)h, next = g > 0 && k + 1 < n ? k + 1 : k;
    double low = l->x[l->at + l->order[k] * l->stride],
           high = l->x[l->at + l->order[next] * l->stride];
    double lows = equal_to(l, low) > 1 ? EX_BENT
                  : next > k           ? 1 - g
                                       : 1,
           highs = equal_to(l, high) > 1 ? EX_BENT : g;
    for (size_t i = 0; i < l->count; i++)
        if (at(l, i) == at(l, i))
            slope_pass(l->to, spot(l, i), by, how,
                       decimal_equal(at(l, i), low)    ? lows
                       : decimal_equal(at(l, i), high) ? highs
                                                       : EX_FLAT);
}

static void each_present(const along *l, double by, uint8_t how, double local) {
    for (size_t i = 0; i < l->count; i++)
        if (at(l, i) == at(l, i)) slope_pass(l->to, spot(l, i), by, how, local);
}

/* What goes by the order of the elements: equal ones stand at the edge of a step. */
static void step(const along *l, uint8_t how) {
    size_t n = sorted(l);
    const double *x = l->x + l->at;
    for (size_t i = 0; i < n; i++) {
        double here = x[l->order[i] * l->stride];
        int tied = (i && decimal_equal(x[l->order[i - 1] * l->stride], here)) ||
                   (i + 1 < n && decimal_equal(x[l->order[i + 1] * l->stride], here));
        slope_pass(l->to, l->at + l->order[i] * l->stride, 0, how, tied ? EX_BENT : EX_FLAT);
    }
}

/* By the column `slope` of EX_REDUCE. */

static void slope_each(const along *l, double value, double by, uint8_t how) {
    (void)value;
    each_present(l, by, how, 1);
}

static void slope_extreme(const along *l, double value, double by, uint8_t how) {
    extreme(l, value, by, how);
}

static void slope_first(const along *l, double value, double by, uint8_t how) {
    (void)value;
    end_of_line(l, 0, by, how);
}

static void slope_last(const along *l, double value, double by, uint8_t how) {
    (void)value;
    end_of_line(l, 1, by, how);
}

static void slope_step(const along *l, double value, double by, uint8_t how) {
    (void)value;
    (void)by;
    step(l, how);
}

/* A count looks only whether elements are there. */
static void slope_nothing(const along *l, double value, double by, uint8_t how) {
    (void)l;
    (void)value;
    (void)by;
    (void)how;
}

/* It hangs on all that is present, nobody knows how. */
static inline void slope_unknown(const along *l, double value, double by, uint8_t how) {
    (void)value;
    each_present(l, by, how, EX_HOST);
}

static void slope_median(const along *l, double none, double by, uint8_t how) {
    (void)none;
    quantile(l, 0.5, by, how);
}

static void slope_quantile(const along *l, double share, double by, uint8_t how) {
    quantile(l, share, by, how);
}

void along_reduce(const ex_node *n, const along *l, double value, double by, uint8_t how) {
#define REDUCE(name, text, lua, takes, gives, how_, fold, start, take, join, end, slope, ...)      \
    case EX_##name:                                                                                \
        slope_##slope(l, value, by, how);                                                          \
        break;
#define ORDER(name, ...)                                                                           \
    case EX_##name: slope_##name(l, n->param, by, how); break;
    switch (n->op) { EX_REDUCE(REDUCE) EX_ORDER(ORDER) }
}

/* ---- scans: results and operands lie alike ---- */

static void slope_rank(const along *l, const double *result, const slope *from, double param,
                       const double *number) {
    (void)param;
    (void)number;
    uint8_t how = 0;
    for (size_t i = 0; i < l->count; i++)
        if (result[spot(l, i)] == result[spot(l, i)]) how |= from->how[spot(l, i)];
    if (how) step(l, how);
}

static void slope_cumsum(const along *l, const double *result, const slope *from, double param,
                         const double *number) {
    (void)param;
    (void)number;
    double by = 0;
    uint8_t how = 0;
    for (size_t i = l->count; i-- > 0;) {
        size_t p = spot(l, i);
        if (result[p] == result[p]) {
            by += from->by[p];
            how |= from->how[p];
        }
        if (l->x[p] == l->x[p] && how) slope_pass(l->to, p, by, how, 1);
    }
}

static void slope_lag(const along *l, const double *result, const slope *from, double param,
                      const double *number) {
    (void)result;
    (void)number;
    for (size_t i = 0; i < l->count; i++) {
        double source = (double)i - __builtin_trunc(param);
        if (from->how[spot(l, i)] && source >= 0 && source < (double)l->count)
            slope_pass(l->to, spot(l, (size_t)source), from->by[spot(l, i)], from->how[spot(l, i)],
                       1);
    }
}

static void slope_fill(const along *l, const double *result, const slope *from, double param,
                       const double *number) {
    (void)param;
    (void)number;
    size_t found = 0;
    for (size_t i = 0; i < l->count; i++) {
        size_t p = spot(l, i);
        if (l->x[p] == l->x[p]) found = i;
        if (from->how[p] && result[p] == result[p])
            slope_pass(l->to, spot(l, found), from->by[p], from->how[p], 1);
    }
}

/* The present neighbours on both sides, by label number; beyond the ends the one there is. */
static void slope_interpolate(const along *l, const double *result, const slope *from, double param,
                              const double *number) {
    (void)param;
    for (size_t i = 0; i < l->count; i++) l->order[i] = (uint32_t)i;
    if (number) sort_by(l->order, l->count, number, 1);
    size_t left = l->count;
    for (size_t i = 0; i <= l->count; i++) {
        if (i < l->count && at(l, l->order[i]) != at(l, l->order[i])) continue;
        for (size_t k = left == l->count ? 0 : left + 1; k < i; k++) {
            size_t p = spot(l, l->order[k]);
            if (!from->how[p] || result[p] != result[p]) continue;
            double g = left == l->count ? 1 : 0;
            if (left < l->count && i < l->count) {
                double a = number ? number[l->order[left]] / 2 : (double)left;
                double b = number ? number[l->order[i]] / 2 : (double)i;
                double c = number ? number[l->order[k]] / 2 : (double)k;
                g = b > a ? (c - a) / (b - a) : 0;
            }
            if (left < l->count)
                slope_pass(l->to, spot(l, l->order[left]), from->by[p], from->how[p], 1 - g);
            if (i < l->count) slope_pass(l->to, spot(l, l->order[i]), from->by[p], from->how[p], g);
        }
        if (i < l->count && from->how[spot(l, l->order[i])]) {
            size_t p = spot(l, l->order[i]);
            slope_pass(l->to, p, from->by[p], from->how[p], 1);
        }
        left = i;
    }
}

/* Equal ones share their places: each may come to lie at any of those. */
static void slope_sort(const along *l, const double *result, const slope *from, double param,
                       const double *number) {
    (void)result;
    (void)param;
    (void)number;
    size_t n = sorted(l);
    for (size_t i = 0, end; i < n; i = end) {
        uint8_t how = 0;
        for (end = i; end < n && decimal_equal(at(l, l->order[end]), at(l, l->order[i])); end++)
            how |= from->how[spot(l, end)];
        for (size_t k = i; how && k < end; k++)
            slope_pass(l->to, spot(l, l->order[k]), from->by[spot(l, i)], how,
                       end - i > 1 ? EX_BENT : 1);
    }
}

void along_scan(const ex_node *n, const along *l, const double *result, const slope *from,
                const double *number) {
#define SCAN(name, ...)                                                                            \
    case EX_##name: slope_##name(l, result, from, n->param, number); break;
    switch (n->op) { EX_SCAN(SCAN) }
}
