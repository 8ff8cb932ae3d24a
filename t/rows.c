/* Arrays along rows that are not in memory: what is folded window by window has the bits of what is
 * computed of whole arrays, for any number of rows, length of window and number of threads; what
 * needs all rows gets them. */
#include "expr/rows.h"
#include "base/limits.h"
#include "expr/run.h"
#include "tap.h"

enum { COLUMNS = 7, GROUPS = 3, ITEMS = 2, MOST = 40000 };

static pool *strings;
static ax_space *space;
static ex_graph *g;
static fault f;
static int row, group, item;
static uint32_t size;
static double column[COLUMNS][MOST];
static ex_rows rows;
static size_t passes, wholes;
static size_t fails_at; /* the pass that fails, from 1; 0: none */
static size_t last_window;
static int odd_windows; /* those that are not as long as they should be */
static ex_id needs;
static uint64_t seed = 20260;

static double chance(void) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(seed >> 11) * 0x1p-53;
}

/* Numbers of both signs, some of them missing; nothing but missing; positions of groups, one of
 * which has no rows, and none; large ones that cancel out; zeros of both signs. */
static void fill(void) {
    for (uint32_t i = 0; i < size; i++) {
        column[0][i] = chance() < 0.1 ? NAN : chance() * 200 - 100;
        column[1][i] = NAN;
        column[2][i] = chance() < 0.1 ? NAN : (double)(int)(chance() * 2);
        column[3][i] = chance() < 0.5 ? 1e16 : -1e16 + chance();
        column[4][i] = chance() < 0.5 ? 0.0 : -0.0;
        column[5][i] = i > size / 3 * 2 && i % 97 == 3 ? 0.25 : i == size / 2 ? -1 : 3;
        column[6][i] = chance() < 0.1 ? NAN : chance() - 0.5;
    }
}

static int pass(void *self, int axis, const uint32_t *which, size_t columns, size_t window,
                int (*each)(void *of, const ex_window *w, fault *f), void *of, fault *out) {
    (void)self;
    (void)axis;
    static double part[COLUMNS][MOST];
    const double *value[COLUMNS];
    if (++passes == fails_at) return fault_set(out, FAULT_DATA, "the rows cannot be read");
    /* Whole windows, and no more of them than the rows take, or memory was set aside for. */
    const size_t whole_rows = ((size_t)size + EX_WINDOW - 1) / EX_WINDOW * EX_WINDOW;
    last_window = window;
    odd_windows += !window || window % EX_WINDOW || window > whole_rows ||
                   (rows.window && window != (rows.window < whole_rows ? rows.window : whole_rows));
    for (size_t from = 0; from < size; from += window) {
        size_t n = size - from < window ? size - from : window;
        for (size_t i = 0; i < columns; i++) {
            memcpy(part[i], column[which[i]] + from, n * sizeof(double));
            value[i] = part[i];
        }
        if (!each(of, &(ex_window){from, n, value}, out)) return 0;
    }
    return 1;
}

static uint32_t *labels(uint32_t n) {
    uint32_t *label = malloc((n + 1) * sizeof *label);
    if (!label || !pool_numbers(strings, n, label)) abort();
    return label;
}

static int whole(void *self, int axis, ex_id why, int asked, fault *out) {
    (void)self;
    (void)asked;
    uint32_t *label = labels(size);
    wholes++;
    needs = why;
    rows.axes = 0;
    int fine = ax_name_rows(space, axis, label, out);
    free(label);
    return fine;
}

static const double *column_of(void *self, int axis, uint32_t which) {
    (void)self;
    (void)axis;
    return column[which];
}

/* A space and a graph with rows that are in memory, or that are not. */
static void begin(int in_memory) {
    strings = pool_open();
    space = ax_open(strings);
    uint32_t *label = labels(size > GROUPS ? size : GROUPS);
    group = ax_make(space, "group", label, GROUPS, &f);
    item = ax_make(space, "item", label, ITEMS, &f);
    row = in_memory ? ax_make(space, "row", label, size, &f) : ax_make_rows(space, "row", size, &f);
    free(label);
    g = ex_open(space);
    rows = (ex_rows){
        .axes = in_memory ? 0 : AX_BIT(row), .pass = pass, .whole = whole, .column = column_of};
    passes = wholes = 0;
    needs = 0;
}

static void end(void) {
    ex_close(g);
    ax_close(space);
    pool_close(strings);
}

static ex_id source(uint32_t which, int in_memory) {
    static const char *const names[COLUMNS] = {"x", "none", "by", "large", "zero", "late", "there"};
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = AX_BIT(row),
                   .value = in_memory ? column[which] : NULL,
                   .name = names[which],
                   .tag = UINT32_MAX,
                   .later = in_memory ? 0 : which + 1};
    return ex_values_node(g, &v, &f);
}

#define B(op, a, b) ex_binary(g, EX_##op, a, b, &f)
#define N(v) ex_number(g, v, &f)
#define R(op, a) ex_reduce(g, EX_##op, a, row, 0, &f)
#define BY(op, a) ex_reduce_by(g, EX_##op, a, row, by, group, &f)

enum { RESULTS = 26 };

static size_t results(int in_memory, ex_id out[RESULTS]) {
    ex_id x = source(0, in_memory), none = source(1, in_memory), by = source(2, in_memory),
          large = source(3, in_memory), zero = source(4, in_memory);
    ex_id spread = B(mul, x, B(add, ex_positions(g, item, &f), N(1)));
    ex_id mean = ex_mean(g, x, row, 0, 0, 0, AX_NONE, &f);
    size_t n = 0;
    out[n++] = R(sum, x);
    out[n++] = R(count, x);
    out[n++] = R(min, x);
    out[n++] = R(max, x);
    out[n++] = R(first, x);
    out[n++] = R(last, x);
    out[n++] = R(argmax, x);
    out[n++] = R(sum, none);
    out[n++] = R(count, none);
    out[n++] = R(min, none);
    out[n++] = R(sum, large);
    out[n++] = R(min, zero);
    out[n++] = R(any, B(gt, x, N(99)));
    out[n++] = R(sum, spread);
    out[n++] = BY(sum, x);
    out[n++] = BY(count, x);
    out[n++] = BY(max, spread);
    out[n++] = BY(first, large);
    out[n++] = ex_var(g, x, row, 1, 0, 0, AX_NONE, &f);
    out[n++] = ex_mean(g, x, row, 0, 0, by, group, &f);
    out[n++] = B(div, R(sum, B(mul, B(sub, x, mean), B(sub, x, mean))), R(count, x));
    out[n++] = R(sum, B(mul, x, ex_positions(g, row, &f)));
    out[n++] = R(sum, ex_gather(g, BY(sum, x), group, by, &f));
    out[n++] = R(sum, ex_unary(g, EX_log, x, &f));
    /* Lines by item, with domain errors that first come in a later window. */
    out[n++] =
        R(sum, ex_unary(g, EX_sqrt,
                        B(sub, B(mul, source(5, in_memory), N(2)), ex_positions(g, item, &f)), &f));
    out[n++] = R(sum, B(mul, x, source(6, 1))); /* a column that is in memory anyhow */
    return n;
}

static const char *const names[RESULTS] = {
    "sum",           "count",          "least",         "most",           "first",
    "last",          "place",          "sum of none",   "count of none",  "least of none",
    "large sum",     "least of zeros", "any",           "sum over lines", "grouped sum",
    "grouped count", "grouped most",   "grouped first", "variance",       "grouped mean",
    "squares",       "with positions", "sum of groups", "logarithms",     "late errors",
    "in memory"};

static size_t domain_errors(ex_run *r, ex_domain_error *out) {
    size_t count = 64;
    if (!ex_needed_domain_errors(r, out, &count, &f)) return 99;
    return ex_run_domain_errors(r) ? count : 0;
}

/* Compares both ways; returns what was different. */
static const char *compare(size_t window, int threads) {
    static double want[RESULTS][GROUPS * ITEMS];
    ex_id out[RESULTS];
    ex_domain_error wrong[64], also[64];
    ex_settings s = {.threads = threads};
    begin(1);
    results(1, out);
    ex_run *r = ex_run_open(g, &s, &f);
    const char *found = ex_run_eval(r, out, RESULTS, &f) ? NULL : "the whole was not computed";
    size_t sizes[RESULTS], wrongs = domain_errors(r, wrong);
    for (size_t i = 0; i < RESULTS && !found; i++) {
        sizes[i] = ax_size(space, ex_get(g, out[i])->axes) * sizeof(double);
        memcpy(want[i], ex_run_value(r, out[i], &f), sizes[i]);
    }
    ex_run_close(r);
    end();
    begin(0);
    results(0, out);
    rows.window = window;
    r = ex_run_open(g, &s, &f);
    ex_run_rows(r, &rows);
    if (!found && !ex_run_eval(r, out, RESULTS, &f)) found = "the windows were not computed";
    for (size_t i = 0; i < RESULTS && !found; i++) {
        const double *got = ex_run_value(r, out[i], &f);
        for (size_t k = 0; k < sizes[i] / sizeof(double) && !found; k++)
            if (!(isnan(got[k]) && isnan(want[i][k])) && memcmp(&got[k], &want[i][k], sizeof *got))
                found = names[i];
    }
    /* Where another axis is longer, rows are not what a stream goes along. */
    if (!found && size >= ITEMS && (wholes || passes < 2))
        found = "the rows were not read in windows";
    if (!found && size < ITEMS && wholes != 1) found = "another axis is longer, so all rows come";
    size_t others = domain_errors(r, also);
    if (!found && (others != wrongs || ex_run_domain_error(r, ex_run_domain_errors(r)).node))
        found = "domain errors";
    for (size_t i = 0; i < wrongs && !found; i++)
        if (wrong[i].node != also[i].node || wrong[i].count != also[i].count ||
            wrong[i].first != also[i].first)
            found = "domain errors of a node";
    ex_run_close(r);
    end();
    return found;
}

static void same_bits(void) {
    static const uint32_t sizes[] = {1, 2, 63, 64, 65, 1000, 8191, 8192, 8193, 16384, 20000, MOST};
    static const size_t windows[] = {EX_WINDOW, 2 * EX_WINDOW, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < 3; k++) {
            size = sizes[i];
            fill();
            const char *found = compare(windows[k], k == 1 ? 4 : (int)k + 1);
            ok(!found && !f.count, "%u rows, windows of %zu", size, windows[k]);
            if (found || f.count) diag("%s: %s", found, f.count ? f.item[0].text : "");
        }
}

static void all_rows(ex_op op, int asked, const char *name) {
    size = 20000;
    fill();
    begin(0);
    ex_id x = source(0, 0), twice = B(mul, x, N(2)), total = R(sum, twice);
    ex_id want[] = {total, asked ? twice
                           : op == EX_rank
                               ? R(max, ex_scan(g, op, twice, row, 0, EX_TIES_MIN, 0, &f))
                               : ex_reduce(g, op, twice, row, 0.5, &f)};
    ex_run *r = ex_run_open(g, NULL, &f);
    ex_run_rows(r, &rows);
    ok(ex_rows_needed_at(g, rows.axes, want, 1) == 0, "%s: a sum alone needs no row", name);
    ok(ex_rows_needed_at(g, rows.axes, want, 2) != 0, "%s: this needs them", name);
    ok(ex_run_eval(r, want, 2, &f) && wholes == 1, "%s: they come once", name);
    is_int(ex_get(g, needs)->op, asked ? EX_mul : op, "%s: since this needs them", name);
    ok(ex_run_value(r, want[1], &f) && ax_get(space, row)->label, "%s: then it is there", name);
    ex_run_close(r);
    end();
}

typedef struct seen {
    size_t count;
    double sum;
} seen;

static int look(void *self, const double *value, size_t count, fault *out) {
    (void)out;
    seen *s = self;
    for (size_t i = 0; i < count; i++) s->sum += value[i] * (double)++s->count;
    return 1;
}

static void each_row(void) {
    size = 20000;
    fill();
    for (uint32_t i = 0; i < size; i++) column[0][i] = i % 7;
    begin(0);
    ex_id deviation = B(sub, source(0, 0), R(min, source(0, 0)));
    ex_run *r = ex_run_open(g, NULL, &f);
    ex_run_rows(r, &rows);
    seen s = {0};
    double want = 0;
    for (uint32_t i = 0; i < size; i++) want += (i % 7) * (i + 1.0);
    ok(ex_run_each(r, deviation, look, &s, &f) && !wholes, "elements are shown without being kept");
    is_int((intmax_t)s.count, size, "all of them");
    is_num(s.sum, want, "in their order");
    ex_run_close(r);
    end();
}

/* Windows are as long as a quarter of the memory that is left has room for, with what is computed
 * along them: of each row the number of the source, two of its multiples, and one for the owner. */
static void windows_by_memory(void) {
    static const struct {
        size_t rows, window;
    } of[] = {{5000, EX_WINDOW},      {9000, EX_WINDOW},       {12000, EX_WINDOW},
              {20000, 2 * EX_WINDOW}, {28000, 3 * EX_WINDOW},  {36000, 4 * EX_WINDOW},
              {44500, 5 * EX_WINDOW}, {1000000, 5 * EX_WINDOW}};
    size = MOST;
    fill();
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        begin(0);
        const ex_id x = source(0, 0),
                    total = R(sum, B(mul, x, B(add, ex_positions(g, item, &f), N(1))));
        ex_run *r = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
        ex_run_rows(r, &rows);
        limits_set(0, limits_taken() + 4 * 4 * sizeof(double) * of[i].rows);
        const int fine = ex_run_eval(r, &total, 1, &f);
        limits_set(0, 0);
        ok(fine, "a sum with room for %zu rows", of[i].rows);
        is_int((intmax_t)last_window, (intmax_t)of[i].window, "goes along windows of so many");
        ex_run_close(r);
        end();
    }
}

/* Rows that cannot be read, the first or the second time. */
static void failing_passes(void) {
    size = 20000;
    fill();
    for (size_t at = 1; at < 3; at++)
        for (int each = 0; each < 2; each++) {
            begin(0);
            const ex_id x = source(0, 0), deviation = B(sub, x, R(min, x)),
                        want = each ? deviation : R(sum, deviation);
            ex_run *r = ex_run_open(g, NULL, &f);
            ex_run_rows(r, &rows);
            fails_at = at;
            seen s = {0};
            ok(!(each ? ex_run_each(r, want, look, &s, &f) : ex_run_eval(r, &want, 1, &f)) &&
                   f.count == 1 && f.kind == FAULT_DATA,
               "reading %zu fails: so does what needs it", at);
            fault_release(&f);
            f = FAULT_INIT;
            fails_at = 0;
            ok(each || !ex_run_value(r, want, &f), "and there is no value");
            ok((each ? ex_run_each(r, want, look, &s, &f) : ex_run_eval(r, &want, 1, &f)) &&
                   !f.count,
               "later it is there");
            ex_run_close(r);
            end();
        }
}

int main(void) {
    diag("seed %llu", (unsigned long long)seed);
    same_bits();
    all_rows(EX_quantile, 0, "a quantile");
    all_rows(EX_rank, 0, "a rank");
    all_rows(EX_mul, 1, "a result over the rows");
    each_row();
    windows_by_memory();
    failing_passes();
    is_int(odd_windows, 0, "windows are as long as was asked, or the rows want");
    ok(!f.count, "without a fault");
    return done_testing();
}
