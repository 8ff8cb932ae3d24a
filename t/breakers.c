/* What takes whole lines or asks a function of the host: ranks of lines that lie beside one
 * another, running sums that leave the numbers, answers that are kept, of arrays of all sizes. */
#include <float.h>

#include "expr/line_ops.h"
#include "expr/run.h"
#include "random_graph.h"

enum { CELLS = 1 << 18 };

static double x_is[CELLS];

static ex_id array(ax_set axes) {
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .axes = axes, .value = x_is, .name = "x"};
    return ex_values_node(g, &v, &f);
}

static ex_run *any_run(void) {
    return ex_run_open(g, &(ex_settings){.threads = chance(2) ? 1 : 3}, &f);
}

/* ---- lines ---- */

typedef struct shape {
    ax_set axes;
    int along;
    size_t length, lines, inner, step, line_step, outer_step;
} shape;

/* Lines along an axis, as many as `inner` beside one another, and those `outer` times. */
static shape make_shape(size_t length, size_t inner, size_t outer) {
    shape s = {.length = length, .lines = inner * outer, .inner = inner};
    s.along = make_axis("along", (uint32_t)length, "a%u");
    int other = make_axis("other", (uint32_t)inner, "o%u"),
        third = make_axis("third", (uint32_t)outer, "t%u");
    s.axes = AX_BIT(s.along) | AX_BIT(other) | AX_BIT(third);
    s.step = ax_stride(space, s.axes, s.along);
    s.line_step = ax_stride(space, s.axes, other);
    s.outer_step = ax_stride(space, s.axes, third);
    return s;
}

static size_t start_of(const shape *s, size_t line) {
    return line % s->inner * s->line_step + line / s->inner * s->outer_step;
}

static const double *line_of(const shape *s, const double *of, size_t line) {
    return of + start_of(s, line);
}

static double rank_of(const shape *s, const double *line, size_t i, ex_ties ties, int ascending) {
    double own = line[i * s->step], better = 0, equal = 0;
    for (size_t k = 0; k < s->length; k++) {
        double v = line[k * s->step];
        better += ascending ? v < own : v > own;
        equal += v == own;
    }
    return isnan(own)                ? NAN
           : ties == EX_TIES_MIN     ? better + 1
           : ties == EX_TIES_MAX     ? better + equal
           : ties == EX_TIES_AVERAGE ? better + (equal + 1) / 2
                                     : NAN;
}

static int are_ranks(const shape *s, ex_run *run, ex_id n, ex_ties ties, int ascending,
                     double tolerance) {
    const double *got = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
    double alone[400];
    void *scratch = malloc(line_ops_scratch(EX_rank, s->length));
    for (size_t line = 0; got && line < s->lines; line++) {
        const double *x = line_of(s, x_is, line);
        if (tolerance > 0) /* t/line_ops.c has what it does to one line */
            line_ops_scan(EX_rank, x, s->length, s->step, alone, 1, tolerance, ties, ascending,
                          NULL, scratch);
        for (size_t i = 0; i < s->length; i++) {
            double want = tolerance > 0 ? alone[i] : rank_of(s, x, i, ties, ascending),
                   is = line_of(s, got, line)[i * s->step];
            if (is != want && !(isnan(is) && isnan(want))) got = NULL;
            if (!got) break;
        }
    }
    free(scratch);
    return got != NULL;
}

static int ranks(size_t length, size_t inner, size_t outer) {
    static const ex_ties ways[] = {EX_TIES_MIN, EX_TIES_MIN, EX_TIES_MAX, EX_TIES_AVERAGE};
    case_open();
    shape s = make_shape(length, inner, outer);
    size_t lines = s.lines;
    size_t gaps = chance(2) ? 5 : 100000, levels = chance(2) ? 4 : 1000;
    for (size_t i = 0; i < length * lines; i++)
        x_is[i] = chance(gaps) ? NAN : (double)below(levels) / 2 - 3;
    ex_id x = array(s.axes);
    ex_ties ties = ways[below(4)];
    int ascending = chance(2);
    double tolerance = chance(4) ? 0.75 : 0;
    ex_id n = ex_scan(g, EX_rank, x, s.along, tolerance, ties, ascending, &f);
    ex_run *run = any_run();
    int good = are_ranks(&s, run, n, ties, ascending, tolerance);
    for (int k = 0; good && k < 3; k++) { /* what was in order is put in order again */
        size_t at = below(length * lines);
        x_is[at] = chance(4) ? NAN : (double)below(levels) / 2 - 3;
        ex_run_changed(run, x);
        good = are_ranks(&s, run, n, ties, ascending, tolerance);
    }
    ex_run_close(run);
    case_close();
    if (!good) diag("%zu lines of %zu", lines, length);
    return good;
}

static int running_sums(size_t length, size_t inner, size_t outer) {
    case_open();
    shape s = make_shape(length, inner, outer);
    size_t lines = s.lines;
    size_t odd = 2 * length;
    for (size_t i = 0; i < length * lines; i++)
        x_is[i] = chance(odd) ? 1.7e308 : chance(9) ? NAN : (double)below(100);
    ex_id n = ex_scan(g, EX_cumsum, array(s.axes), s.along, 0, 0, 0, &f);
    ex_run *run = any_run();
    const double *got = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
    size_t errors = 0, first = SIZE_MAX;
    int good = got != NULL;
    for (size_t line = 0; good && line < lines; line++) {
        long double sum = 0;
        for (size_t i = 0; i < length; i++) {
            size_t at = start_of(&s, line) + i * s.step;
            if (!isnan(x_is[at])) sum += x_is[at];
            int over = sum > 1.79e308L;
            if (isnan(x_is[at]) || over)
                good &= isnan(got[at]);
            else
                good &= fabs(got[at] - (double)sum) <= 1e-15 * (double)sum;
            if (isnan(x_is[at]) || !over) continue;
            errors++;
            first = at < first ? at : first;
        }
    }
    ex_domain_error e = {0};
    if (good && ex_run_domain_errors(run)) e = ex_run_domain_error(run, 0);
    good = good && e.count == errors && (!errors || e.first == first);
    ex_run_close(run);
    case_close();
    return good;
}

static void lines(void) {
    int fine = 1, summed = 1;
    for (int i = 0; fine && i < 150; i++) {
        size_t length = i % 10 ? 1 + below(30) : 195 + below(10),
               count = i % 10 ? 1 + below(i % 3 ? 70 : 400) : 1 + below(chance(2) ? 30 : 260);
        fine = ranks(length, count, 1 + below(3));
    }
    ok(fine, "ranks of lines of every length, beside one another or apart");
    for (int i = 0; summed && i < 100; i++)
        summed = running_sums(1 + below(30), 1 + below(400), 1 + below(3));
    for (int i = 0; summed && i < 30; i++) /* so long that each is dealt to a thread by itself */
        summed = running_sums(2000 + below(i % 2 ? 100 : 20000), 1 + below(4), 1 + below(3));
    ok(summed, "running sums, and where they leave the numbers");
}

/* ---- groups and choices ---- */

/* Positions on an axis, some of them beside it, and some missing. */
static void fill_positions(double *at, size_t n, size_t length) {
    for (size_t i = 0; i < n; i++)
        at[i] = chance(7) ? NAN : chance(7) ? (double)below(6) - 3 : (double)below(length + 2);
}

static int is_on(double at, size_t length) { return at >= 0 && at < (double)length; }

/* Sums of groups along the longest axis; those that leave the numbers are missing. */
static int group_sums(void) {
    static double by_is[400];
    case_open();
    const size_t length = 100 + below(300), groups = 1 + below(9);
    shape s = make_shape(length, 1 + below(6), 1 + below(3));
    const int to = make_axis("to", (uint32_t)groups, "g%u");
    for (size_t i = 0; i < length * s.lines; i++)
        x_is[i] = chance(40)  ? (chance(2) ? DBL_MAX : -DBL_MAX)
                  : chance(5) ? NAN
                              : (double)below(100) - 30;
    fill_positions(by_is, length, groups);
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = AX_BIT(s.along),
                   .value = by_is,
                   .name = "by"};
    const ex_id by = ex_values_node(g, &v, &f),
                n = ex_reduce_by(g, EX_sum, array(s.axes), s.along, by, to, &f);
    ex_run *run = any_run();
    const double *got = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
    const ax_set axes = ex_get(g, n)->axes;
    size_t errors = 0, first = SIZE_MAX;
    int good = got != NULL;
    for (size_t line = 0; good && line < s.lines; line++)
        for (size_t k = 0; good && k < groups; k++) {
            double small = 0; /* beside so many times the greatest number there is */
            int any = 0, left = 0, times = 0;
            for (size_t i = 0; i < length; i++) {
                const double x = line_of(&s, x_is, line)[i * s.step];
                if (by_is[i] != (double)k || isnan(x)) continue;
                any = 1;
                if (fabs(x) < DBL_MAX)
                    small += x;
                else
                    times += x > 0 ? 1 : -1;
                left |= times < -1 || times > 1;
            }
            const size_t at = line % s.inner * ax_stride(space, axes, s.along + 1) +
                              line / s.inner * ax_stride(space, axes, s.along + 2) +
                              k * ax_stride(space, axes, to);
            if (!any || left)
                good = isnan(got[at]);
            else
                good = got[at] == (times ? times * DBL_MAX : small);
            errors += (size_t)left;
            if (left && at < first) first = at;
        }
    ex_domain_error e = {0};
    if (good && ex_run_domain_errors(run)) e = ex_run_domain_error(run, 0);
    good = good && e.count == errors && (!errors || e.first == first);
    if (!good) diag("%zu groups of %zu: %zu errors, not %zu", groups, length, e.count, errors);
    ex_run_close(run);
    case_close();
    return good;
}

/* Elements at positions; where there is none, they are missing. */
static int looked_up(void) {
    static double at_is[4000];
    case_open();
    shape s = make_shape(1 + below(chance(2) ? 9 : 300), 1 + below(30), 1 + below(4));
    const int to = make_axis("to", (uint32_t)(1 + below(40)), "p%u"), wide = chance(2);
    const ax_set of_at = AX_BIT(to) | (wide ? AX_BIT(s.along + 1) : 0);
    for (size_t i = 0; i < s.length * s.lines; i++) x_is[i] = (double)i;
    fill_positions(at_is, ax_size(space, of_at), s.length);
    ex_values v = {
        .origin = EX_DATA, .kind = EX_NUMBER, .axes = of_at, .value = at_is, .name = "at"};
    const ex_id n = ex_gather(g, array(s.axes), s.along, ex_values_node(g, &v, &f), &f);
    ex_run *run = any_run();
    const double *got = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
    const ax_set axes = ex_get(g, n)->axes;
    int good = got != NULL;
    for (size_t line = 0; good && line < s.lines; line++)
        for (size_t k = 0; good && k < ax_get(space, to)->size; k++) {
            const size_t inner = line % s.inner, outer = line / s.inner;
            const double at = at_is[k * ax_stride(space, of_at, to) +
                                    (wide ? inner * ax_stride(space, of_at, s.along + 1) : 0)],
                         is = got[inner * ax_stride(space, axes, s.along + 1) +
                                  outer * ax_stride(space, axes, s.along + 2) +
                                  k * ax_stride(space, axes, to)];
            good = is_on(at, s.length) ? is == line_of(&s, x_is, line)[(size_t)at * s.step]
                                       : isnan(is);
        }
    if (!good) diag("%zu lines of %zu", s.lines, s.length);
    ex_run_close(run);
    case_close();
    return good;
}

static void groups_and_choices(void) {
    int good = 1;
    for (int i = 0; good && i < 200; i++) good = group_sums();
    ok(good, "sums of groups, of which some leave the numbers");
    for (int i = 0; good && i < 200; i++) good = looked_up();
    ok(good, "what is looked up where there is nothing is missing");
}

/* ---- answers ---- */

static long asked;

static int square(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)argc, (void)in;
    asked++;
    *out = isnan(arg[0]) ? -7 : arg[0] * arg[0] + 1;
    return 1;
}

static int answers(size_t n, size_t levels, int missing_too) {
    case_open();
    int along = make_axis("along", (uint32_t)n, "a%u");
    static unsigned char seen[1 << 20];
    long distinct = 0;
    int gap = 0;
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < n; i++) {
        /* new ones come late, too; halves and negative ones are no whole numbers */
        size_t which = below(1 + levels * (i + 1) / n);
        x_is[i] = chance(50) ? NAN : (double)which / (levels % 2 ? 1 : 2) - (levels % 3 ? 0 : 5);
        if (isnan(x_is[i]))
            gap = 1;
        else
            distinct += !seen[which]++;
        if (!isnan(x_is[i])) seen[which] = 1;
    }
    ex_id x = array(AX_BIT(along));
    ex_function fn = {.name = "square",
                      .gives = EX_NUMBER,
                      .call = square,
                      .distinct = 1,
                      .missing_too = missing_too};
    ex_id y = ex_lookup(g, &fn, &x, 1, &f);
    ex_run *run = any_run();
    asked = 0;
    const double *got = ex_run_eval(run, &y, 1, &f) ? ex_run_value(run, y, &f) : NULL;
    int good = got != NULL && asked == distinct + (missing_too && gap);
    for (size_t i = 0; good && i < n; i++)
        good = isnan(x_is[i]) ? (missing_too ? got[i] == -7 : isnan(got[i]))
                              : got[i] == x_is[i] * x_is[i] + 1;
    if (!good)
        diag("%zu elements, %zu levels: asked %ld, distinct %ld", n, levels, asked, distinct);
    ex_run_close(run);
    case_close();
    return good;
}

static void kept_answers(void) {
    int good = 1;
    for (int i = 0; good && i < 120; i++) good = answers(1 + below(600), 1 + below(300), chance(3));
    for (int i = 0; good && i < 6; i++)
        good = answers(65530 + below(i % 2 ? 12 : 190000), 1 + below(5000), chance(3));
    ok(good, "a function is asked once for each number, whichever elements have it");
}

/* ---- functions that take many elements at once ---- */

enum { ARGS = 3 };

static size_t blocks, elements, alone, odd_blocks;
static size_t fails_at;             /* the block that fails, from 1; 0: none */
static volatile sig_atomic_t *stop; /* raised by the block or element `stops_at` */
static size_t stops_at;

/* Different for each order of the arguments. */
static double mix(const double *arg, int argc) {
    double sum = 0;
    for (int i = 0; i < argc; i++) sum = 3 * sum + (isnan(arg[i]) ? 0.5 : arg[i]);
    return sum;
}

/* What the block leaves to the other. */
static int is_left(double x) { return fmod(x, 7) == 3; }

static int one_element(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)in;
    alone++;
    *out = mix(arg, argc) + 1000;
    if (stops_at && alone == stops_at) *stop = 1;
    return 1;
}

static int one_block(void *self, const double *const *arg, int argc, size_t count, double *out,
                     fault *in) {
    const uint64_t undone = EX_UNDONE_BITS;
    (void)self;
    if (++blocks == fails_at) return fault_set(in, FAULT_RULE, "this block is refused");
    elements += count;
    odd_blocks += !count || count > EX_BLOCK;
    for (size_t k = 0; k < count; k++) {
        double own[ARGS];
        for (int i = 0; i < argc; i++) own[i] = arg[i][k];
        out[k] = mix(own, argc);
        if (is_left(out[k])) memcpy(&out[k], &undone, sizeof undone);
    }
    return 1;
}

/* Arguments over some of the axes each: their elements, in blocks that are whole but for the last,
 * and one by one what these leave. */
static int in_blocks(int leaves) {
    static double of[ARGS][1 << 12];
    case_open();
    const int argc = 1 + (int)below(ARGS),
              first = make_axis("first", (uint32_t)(1 + below(9)), "f%u"),
              second = make_axis("second", (uint32_t)(1 + below(5)), "s%u"),
              third = make_axis("third", (uint32_t)(1 + below(chance(2) ? 700 : 90)), "t%u");
    const ax_set all = AX_BIT(first) | AX_BIT(second) | AX_BIT(third);
    ax_set axes = 0, own[ARGS];
    ex_id arg[ARGS];
    for (int i = 0; i < argc; i++) {
        do own[i] = (ax_set)(tap_random(&state) >> 40) & all;
        while (ax_size(space, own[i]) > sizeof of[i] / sizeof *of[i]);
        for (size_t k = 0; k < ax_size(space, own[i]); k++)
            of[i][k] = leaves ? (double)below(40) : (double)(7 * below(40));
        ex_values v = {
            .origin = EX_DATA, .kind = EX_NUMBER, .axes = own[i], .value = of[i], .name = "x"};
        arg[i] = ex_values_node(g, &v, &f);
        axes |= own[i];
    }
    const ex_function fn = {.name = "mix",
                            .gives = EX_NUMBER,
                            .missing_too = 1,
                            .call = one_element,
                            .block = one_block};
    const ex_id y = ex_lookup(g, &fn, arg, argc, &f);
    ex_run *run = any_run();
    blocks = elements = alone = odd_blocks = 0;
    const double *got = ex_run_eval(run, &y, 1, &f) ? ex_run_value(run, y, &f) : NULL;
    const size_t size = ax_size(space, axes);
    int good = got && elements == size && blocks == (size + EX_BLOCK - 1) / EX_BLOCK && !odd_blocks;
    size_t left = 0;
    for (size_t e = 0; good && e < size; e++) {
        double x[ARGS];
        for (int i = 0; i < argc; i++) {
            size_t at = 0;
            for (int a = 0; a < ax_count(space); a++)
                if (own[i] & AX_BIT(a))
                    at += e / ax_stride(space, axes, a) % ax_get(space, a)->size *
                          ax_stride(space, own[i], a);
            x[i] = of[i][at];
        }
        const double sum = mix(x, argc);
        left += (size_t)is_left(sum);
        good = got[e] == (is_left(sum) ? sum + 1000 : sum);
    }
    good = good && (left ? alone && alone <= left : !alone);
    if (!good)
        diag("%zu elements of %d arguments, %zu blocks, %zu left, %zu asked", size, argc, blocks,
             left, alone);
    ex_run_close(run);
    case_close();
    return good;
}

/* Whatever a block says, or a signal, ends the run. */
static void ended(void) {
    volatile sig_atomic_t raised = 0;
    case_open();
    const int along = make_axis("along", 5000, "a%u");
    for (size_t i = 0; i < 5000; i++) x_is[i] = (double)i;
    const ex_id x = array(AX_BIT(along));
    ex_function fn = {.name = "mix", .gives = EX_NUMBER, .call = one_element, .block = one_block};
    const ex_id y = ex_lookup(g, &fn, &x, 1, &f);
    fn.block = NULL;
    const ex_id single = ex_lookup(g, &fn, &x, 1, &f);
    fn.distinct = 1;
    fn.same = 5;
    const ex_id distinct = ex_lookup(g, &fn, &x, 1, &f);
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1, .stop = &raised}, &f);
    stop = &raised;
    blocks = 0;
    fails_at = 3;
    ok(!ex_run_eval(run, &y, 1, &f) && f.count == 1 && f.kind == FAULT_RULE && blocks == 3,
       "a block that fails is the last");
    fault_release(&f);
    f = FAULT_INIT;
    fails_at = 0;
    const ex_id each[] = {y, single, distinct};
    static const char *const what[] = {"of blocks", "alone", "of different ones"};
    for (int k = 0; k < 3; k++) {
        alone = 0;
        stops_at = 100;
        const int none = !ex_run_eval(run, &each[k], 1, &f);
        ok(none && f.count == 1 && f.kind == FAULT_LIMIT && strstr(f.item[0].text, "stopped") &&
               alone >= 100 && alone < 100 + (k == 2 ? 1024 : 64),
           "a function %s is stopped soon after 100 elements: %zu", what[k], alone);
        fault_release(&f);
        f = FAULT_INIT;
        raised = 0;
        stops_at = 0;
        ok(ex_run_eval(run, &each[k], 1, &f) && ex_run_value(run, each[k], &f)[17] == 1017,
           "and goes on later");
    }
    ex_run_close(run);
    case_close();
}

static void many_at_once(void) {
    int good = 1;
    for (int i = 0; good && i < 200; i++) good = in_blocks(i % 2);
    ok(good, "a function of blocks has every element once, and what blocks leave one by one");
    ended();
}

int main(void) {
    state = tap_seed();
    lines();
    groups_and_choices();
    kept_answers();
    many_at_once();
    ok(f.count == 0, "no fault was left over");
    return done_testing();
}
