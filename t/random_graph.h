/* Random graphs for tests that compare two ways of computing: a few axes, arrays over them, and
 * some operations on these. A case is made anew from `state` and thrown away by case_close. */
#ifndef T_RANDOM_GRAPH_H
#define T_RANDOM_GRAPH_H

#include "expr/run.h"
#include "tap.h"

static uint64_t state;

static inline size_t below(size_t n) { return (size_t)(tap_random(&state) >> 11) % n; }
static inline int chance(size_t of) { return below(of) == 0; }

/* One case: everything is made anew and thrown away. */
enum { MADE_MOST = 256, NODES_MOST = 128 };
static pool *strings;
static ax_space *space;
static ex_graph *g;
static fault f;
static void *made[MADE_MOST];
static int made_count;
static ex_id node[NODES_MOST];
static int nodes;
static size_t most; /* elements of an array */

static inline void *keep(void *p) { return made[made_count++] = p; }

static inline void case_open(void) {
    strings = pool_open();
    space = ax_open(strings);
    g = ex_open(space);
    f = FAULT_INIT;
    nodes = 0;
}

static inline void case_close(void) {
    ex_close(g);
    ax_close(space);
    pool_close(strings);
    fault_release(&f);
    while (made_count) free(made[--made_count]);
}

/* Labels of falling pairs, "1", "0", "3", "2" …, where `format` ends in a space. */
static inline int make_axis(const char *name, uint32_t n, const char *format) {
    uint32_t *label = malloc((n + 1) * sizeof *label);
    char text[32];
    int pairs = format[strlen(format) - 1] == ' ';
    for (uint32_t i = 0; i < n; i++) {
        int length = snprintf(text, sizeof text, format, pairs ? i ^ 1 : i) - pairs;
        label[i] = pool_put(strings, text, (size_t)length);
    }
    int axis = ax_make(space, name, label, n, &f);
    free(label);
    return axis;
}

/* ---- random arrays ---- */

static inline double draw(int style) {
    double u = (double)(tap_random(&state) >> 11) * 0x1p-53;
    switch (style) {
    case 0: return u * 100;
    case 1: return (double)below(4) - 1;
    case 2: return round(u * 20000 - 10000) / 100;
    case 3: return chance(3) ? (chance(2) ? 0.0 : -0.0) : u - 0.5;
    case 4: return ldexp(u - 0.5, (int)below(40) - 20);
    case 5: return 50 + round(u * 10);
    case 6: return chance(2) ? 1 : 0.25;
    case 8:
        return (chance(3) ? -1 : 1) * (90 + (double)below(12) * 0x1p-46); /* next to each other */
    default: return (chance(2) ? -1 : 1) * ldexp(1 + u, (int)below(2046) - 1022);
    }
}

static inline void fill_values(double *value, size_t n, ex_kind kind, size_t positions) {
    int style = chance(12) ? 7 : chance(8) ? 8 : (int)below(7);
    size_t missing = chance(2) ? 0 : below(7);
    for (size_t i = 0; i < n; i++) {
        double x = kind == EX_TRUTH  ? (double)below(2)
                   : kind == EX_TEXT ? (double)(1 + below(5))
                   : kind == EX_DATE ? (double)below(20000)
                   : positions       ? (double)below(positions)
                                     : draw(style);
        value[i] = below(6) < missing && chance(2) ? NAN : x;
    }
}

/* Sources whose values a case may change, with what is needed to do so. */
typedef struct changeable {
    ex_id node;
    double *value;
    size_t size, positions;
    ex_kind kind;
} changeable;
static changeable source[NODES_MOST];
static int sources;

static inline ax_set random_axes(void) {
    ax_set set = 0;
    do {
        set = 0;
        for (int i = 0; i < ax_count(space); i++)
            if (chance(2)) set |= AX_BIT(i);
    } while (ax_size(space, set) > most);
    return set;
}

/* An array of numbers, or of positions on an axis of this size. */
static inline ex_id random_source(ax_set axes, ex_kind kind, size_t positions) {
    size_t size = ax_size(space, axes);
    if (made_count + 3 > MADE_MOST || sources == NODES_MOST) return 0;
    double *value = keep(malloc((size + 1) * sizeof *value));
    fill_values(value, size, kind, positions);
    ex_values v = {.origin = EX_DATA, .kind = kind, .axes = axes, .value = value, .name = "x"};
    uint8_t order[AX_MOST];
    int n = ax_layout(space, axes, order);
    if (size && n && chance(3)) {
        /* The same as columns that lie apart, in no order. */
        size_t inner = ax_get(space, order[n - 1])->size, lines = size / inner;
        const double **column = keep(malloc(lines * sizeof *column));
        double *apart = keep(malloc(size * sizeof *apart));
        for (size_t i = 0; i < lines; i++) {
            double *at = apart + (lines - 1 - i) * inner;
            memcpy(at, value + i * inner, inner * sizeof *at);
            column[i] = at;
        }
        v.value = NULL;
        v.column = column;
        value = apart;
    }
    ex_id id = ex_values_node(g, &v, &f);
    if (id) source[sources++] = (changeable){id, value, size, positions, kind};
    return id;
}

/* ---- random graphs ---- */

static inline ex_kind kind_of(ex_id n) { return (ex_kind)ex_get(g, n)->kind; }
static inline ax_set axes_of(ex_id n) { return ex_get(g, n)->axes; }

static inline ex_id pick(void) {
    return node[chance(3) ? (size_t)nodes - 1 : below((size_t)nodes)];
}

/* A node of a kind; a truth or number is made where none is found. */
static inline ex_id pick_kind(ex_kind kind) {
    for (int i = 0; i < 12; i++) {
        ex_id n = pick();
        if (kind_of(n) == kind) return n;
    }
    return kind == EX_TRUTH ? ex_binary(g, EX_gt, pick_kind(EX_NUMBER), ex_number(g, 0, &f), &f)
                            : ex_number(g, draw((int)below(7)), &f);
}

static inline int pick_axis(ex_id x) {
    uint8_t order[AX_MOST];
    int n = ax_layout(space, axes_of(x), order);
    return n ? order[below((size_t)n)] : AX_NONE;
}

static inline int any_axis(void) { return (int)below((size_t)ax_count(space)); }

static inline ex_op op_from(ex_op first, ex_op last) {
    return (ex_op)(first + below((size_t)(last - first) + 1));
}

static inline int odd_call(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)in;
    double sum = 0;
    for (int i = 0; i < argc; i++) sum += isnan(arg[i]) ? 0.5 : fmod(arg[i], 17);
    *out = sum > 12 ? NAN : sum < -14 ? INFINITY : sum;
    return 1;
}

static inline ex_id random_lookup(void) {
    ex_function fn = {.name = "odd",
                      .gives = EX_NUMBER,
                      .distinct = chance(2),
                      .missing_too = chance(2),
                      .call = odd_call};
    ex_id arg[3] = {pick(), pick(), pick()};
    int argc = 1 + (int)below(3);
    ax_set all = 0;
    for (int i = 0; i < argc; i++) all |= axes_of(arg[i]);
    return ax_size(space, all) > most ? 0 : ex_lookup(g, &fn, arg, argc, &f);
}

static inline ex_id random_binary(ex_op op) {
    ex_kind kind = op == EX_and || op == EX_or ? EX_TRUTH
                   : (op == EX_eq || op == EX_ne || op == EX_coalesce) && chance(2)
                       ? kind_of(pick())
                       : EX_NUMBER;
    ex_id a = pick_kind(kind), b = pick_kind(kind);
    if (op == EX_pow && chance(2)) b = ex_number(g, (double)below(5) - 1, &f);
    if (op >= EX_round)
        b = chance(4) ? pick_kind(EX_NUMBER) : ex_number(g, (double)below(8) - 3, &f);
    if (chance(8)) a = ex_number(g, draw((int)below(8)), &f);
    if (a && b && ax_size(space, axes_of(a) | axes_of(b)) > most) return 0;
    return ex_binary(g, op, a, b, &f);
}

static inline ex_id random_ternary(void) {
    ex_id b = pick_kind(EX_NUMBER), c = chance(3) ? ex_number(g, NAN, &f) : pick_kind(EX_NUMBER);
    ex_id a = chance(3) ? pick_kind(EX_NUMBER) : pick_kind(EX_TRUTH);
    if (ax_size(space, axes_of(a) | axes_of(b) | axes_of(c)) > most) return 0;
    return ex_ternary(g, kind_of(a) == EX_TRUTH ? EX_where : EX_clamp, a, b, c, &f);
}

static inline ex_id random_reduce(void) {
    ex_op op = op_from(EX_sum, EX_quantile);
    ex_id x = op == EX_any || op == EX_all ? pick_kind(EX_TRUTH) : pick();
    int axis = pick_axis(x);
    if (axis == AX_NONE) return 0;
    if (!chance(4) || op > EX_last) return ex_reduce(g, op, x, axis, (double)below(11) / 10, &f);
    int to = any_axis();
    if (axes_of(x) & AX_BIT(to) || !ax_get(space, to)->size ||
        ax_size(space, (axes_of(x) & ~AX_BIT(axis)) | AX_BIT(to)) > most)
        return 0;
    return ex_reduce_by(g, op, x, axis,
                        random_source(AX_BIT(axis), EX_NUMBER, ax_get(space, to)->size), to, &f);
}

static inline ex_id random_scan(void) {
    ex_op op = op_from(EX_rank, EX_sort);
    ex_id x = pick_kind(EX_NUMBER);
    int axis = pick_axis(x);
    if (axis == AX_NONE) return 0;
    double param = op == EX_rank  ? (chance(2) ? 0 : ldexp(1, (int)below(8) - 6))
                   : op == EX_lag ? (double)below(7) - 3
                                  : (double)below(4) - 1;
    return ex_scan(g, op, x, axis, param, (ex_ties)below(5), (int)below(2), &f);
}

static inline ex_id random_choice(void) {
    ex_id x = pick();
    int axis = pick_axis(x), to = any_axis();
    if (axis == AX_NONE || !ax_get(space, axis)->size) return 0;
    if (chance(3)) return ex_slice(g, x, axis, (uint32_t)below(ax_get(space, axis)->size), &f);
    if (chance(2))
        return ax_size(space, (axes_of(x) & ~AX_BIT(axis)) | AX_BIT(to)) > most
                   ? 0
                   : ex_rename(g, x, axis, to, &f);
    ax_set position = random_axes();
    if (ax_size(space, (axes_of(x) & ~AX_BIT(axis)) | position) > most) return 0;
    return ex_gather(g, x, axis, random_source(position, EX_NUMBER, ax_get(space, axis)->size), &f);
}

static inline ex_id random_composed(void) {
    ex_id x = pick_kind(EX_NUMBER), w = chance(2) ? 0 : pick_kind(EX_NUMBER);
    int axis = pick_axis(x);
    if (w && axis != AX_NONE && chance(2)) w = random_source(AX_BIT(axis), EX_NUMBER, 0);
    if (axis == AX_NONE || (w && ax_size(space, axes_of(x) | axes_of(w)) > most)) return 0;
    switch (below(7)) {
    case 0:
    case 1: return ex_mean(g, x, axis, w, (int)below(2), 0, AX_NONE, &f);
    case 2: return ex_var(g, x, axis, w ? 0 : (int)below(2), w, 0, AX_NONE, &f);
    case 3: return ex_skewness(g, x, axis, &f);
    case 4: return ex_kurtosis(g, x, axis, &f);
    case 5: return w ? ex_correlate(g, x, w, axis, &f) : 0;
    default: return ex_upto(g, x, axis, ex_number(g, (double)below(8), &f), &f);
    }
}

static inline ex_id random_node(void) {
    switch (below(12)) {
    case 0: return ex_unary(g, op_from(EX_neg, EX_trunc), pick_kind(EX_NUMBER), &f);
    case 1: return ex_unary(g, EX_not, pick_kind(EX_TRUTH), &f);
    case 2: return ex_unary(g, chance(2) ? EX_missing : EX_present, pick(), &f);
    case 3:
    case 4: return random_binary(op_from(EX_add, EX_pow));
    case 5: return random_binary(op_from(EX_lt, EX_ceil));
    case 6: return random_ternary();
    case 7: return random_reduce();
    case 8: return random_scan();
    case 9: return random_choice();
    case 10: return chance(3) ? random_lookup() : random_reduce();
    default: return random_composed();
    }
}

/* Axes "a", "b" … of any lengths; some with the labels of another, so that a rename fits; some of
 * numbers, so that interpolation goes by label. */
static inline void random_space(int large) {
    static const uint32_t size[] = {1, 1, 2, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100};
    static const uint32_t larger[] = {511, 512, 513, 1000, 2047, 2049, 8191, 8193, 20000};
    int count = 1 + (int)below(4);
    uint32_t last = 0;
    const char *last_format = "";
    for (int i = 0; i < count; i++) {
        char name[] = {(char)('a' + i), 0};
        uint32_t n = large && i == 0 ? larger[below(sizeof larger / sizeof *larger)]
                     : chance(60)    ? 0
                                     : size[below(i ? 9 : sizeof size / sizeof *size)];
        static const char *const formats[] = {"%u", "%u ", "%u label"};
        const char *format = formats[below(3)];
        if (i && chance(3)) {
            n = last;
            format = last_format;
        }
        make_axis(name, n, format);
        last = n;
        last_format = format;
    }
}

/* Arrays of at most so many elements over the axes there are, and up to so many operations. */
static inline void random_graph_over(size_t elements, int operations) {
    most = elements;
    sources = 0;
    int start = 1 + (int)below(4), more = 1 + (int)below((size_t)operations);
    for (int i = 0; i < start; i++)
        if ((node[nodes] =
                 random_source(random_axes(), chance(4) ? (ex_kind)below(4) : EX_NUMBER, 0)))
            nodes++;
    if (chance(4)) node[nodes++] = ex_number(g, draw(2), &f);
    for (int tries = 0; tries < 4 * more && more; tries++) {
        ex_id n = random_node();
        if (f.count) {
            /* Kinds or shapes did not fit: that is tested in t/graph.c. */
            if (f.kind != FAULT_RULE) diag("%s", f.item[0].text);
            fault_release(&f);
            f = FAULT_INIT;
        }
        if (!n || nodes == NODES_MOST) continue;
        node[nodes++] = n;
        more--;
    }
}

static inline void random_graph(int large) {
    random_space(large);
    random_graph_over(large ? 100000 : 1500, large ? 12 : 20);
}

/* A look-up, or a reduction by groups, at positions that are computed of other numbers. */
static inline ex_id random_steered(void) {
    const ex_id x = pick();
    const int axis = pick_axis(x), to = any_axis(), looks_up = chance(2);
    if (axis == AX_NONE || !ax_get(space, axis)->size || !ax_get(space, to)->size) return 0;
    const double last = (double)ax_get(space, looks_up ? axis : to)->size - 1;
    const ex_id of = looks_up ? pick_kind(EX_NUMBER) : random_source(AX_BIT(axis), EX_NUMBER, 0),
                whole = ex_unary(g, EX_trunc, ex_unary(g, EX_abs, of, &f), &f),
                position = ex_binary(g, EX_least, whole, ex_number(g, last, &f), &f);
    if (!position) return 0;
    const ax_set rest = axes_of(x) & ~AX_BIT(axis);
    if (looks_up)
        return ax_size(space, rest | axes_of(position)) > most
                   ? 0
                   : ex_gather(g, x, axis, position, &f);
    return (axes_of(x) & AX_BIT(to)) || ax_size(space, rest | AX_BIT(to)) > most
               ? 0
               : ex_reduce_by(g, chance(2) ? EX_sum : op_from(EX_sum, EX_last), x, axis, position,
                              to, &f);
}

/* Some of these, and more that is computed of them. */
static inline void add_steered(void) {
    for (int i = 0; i < 6 && nodes && nodes < NODES_MOST; i++) {
        const ex_id n = i % 2 ? random_node() : random_steered();
        fault_release(&f);
        f = FAULT_INIT;
        if (n) node[nodes++] = n;
    }
}

#endif
