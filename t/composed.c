/* Statistics and look-ups that are made of the graph's operations, against their definitions, in
 * long doubles, of small random arrays with gaps. */
#include "expr/run.h"
#include "random_graph.h"

enum { UNITS = 14, KINDS = 3, GROUPS = 2, CELLS = UNITS * KINDS };

typedef long double real;

static int unit, kind, group, with_weights, in_groups;
static uint32_t units;
static double x_is[CELLS], y_is[UNITS], w_is[UNITS], by_is[UNITS];
static ex_id x, y, w, by;
static ex_run *run;

static ex_id array(ax_set axes, const double *of, const char *name) {
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .axes = axes, .value = of, .name = name};
    return ex_values_node(g, &v, &f);
}

static void open_arrays(void) {
    case_open();
    units = 1 + (uint32_t)below(UNITS);
    unit = make_axis("unit", units, "%u");
    kind = make_axis("kind", KINDS, "k%u");
    group = make_axis("group", GROUPS, "g%u");
    size_t gaps = chance(2) ? 4 : 1000;
    for (int i = 0; i < CELLS; i++) x_is[i] = chance(gaps) ? NAN : (double)below(2000) / 64 - 9;
    for (uint32_t i = 0; i < UNITS; i++) {
        y_is[i] = chance(gaps) ? NAN : (double)below(2000) / 64 - 9;
        w_is[i] = (double)(1 + below(40)) / 8;
        by_is[i] = chance(9) ? NAN : (double)below(GROUPS);
    }
    x = array(AX_BIT(unit) | AX_BIT(kind), x_is, "x");
    y = array(AX_BIT(unit), y_is, "y");
    w = array(AX_BIT(unit), w_is, "w");
    by = array(AX_BIT(unit), by_is, "by");
    with_weights = chance(2);
    in_groups = chance(2);
}

static double x_at(uint32_t i, int k) {
    ax_set axes = AX_BIT(unit) | AX_BIT(kind);
    return x_is[i * ax_stride(space, axes, unit) + (size_t)k * ax_stride(space, axes, kind)];
}

static int is_in(uint32_t i, int to) { return !in_groups || by_is[i] == to; }

/* Sums over what is present in a group: of weights, and of weighed powers of the deviations. */
typedef struct sums {
    int count;
    real weight, all, mean, power[5];
} sums;

static real weight_of(uint32_t i) { return with_weights ? (real)w_is[i] : 1; }

static sums sums_of(int k, int to) {
    sums s = {0};
    for (uint32_t i = 0; i < units; i++) {
        double v = x_at(i, k);
        if (!is_in(i, to)) continue;
        s.all += weight_of(i);
        if (isnan(v)) continue;
        s.count++;
        s.weight += weight_of(i);
        s.mean += weight_of(i) * v;
    }
    real total = s.mean;
    s.mean /= s.weight;
    for (uint32_t i = 0; i < units; i++) {
        real d = x_at(i, k) - s.mean, p = weight_of(i);
        if (!is_in(i, to) || isnan(x_at(i, k))) continue;
        for (int e = 0; e < 5; e++, p *= d) s.power[e] += p;
    }
    s.power[0] = total;
    return s;
}

static int near(double got, real want) {
    if (isnan(got) || isnan(want)) return isnan(got) && isnan(want);
    return fabsl(got - want) <= 1e-11L * (1 + fabsl(want));
}

static const char *is_wrong; /* the function that gave something else */

/* Whether a result over kinds, and groups, is what it has to be. */
static void holds(ex_id n, const char *name, real (*want)(const sums *s)) {
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ax_set axes = AX_BIT(kind) | (in_groups ? AX_BIT(group) : 0);
    int good = n && ex_get(g, n)->axes == axes && ex_run_eval(run, &n, 1, &f);
    for (int k = 0; good && k < KINDS; k++)
        for (int to = 0; good && to < (in_groups ? GROUPS : 1); to++) {
            sums s = sums_of(k, to);
            size_t at = (size_t)k * ax_stride(space, axes, kind) +
                        (size_t)to * ax_stride(space, axes, group);
            good = near(ex_run_value(run, n, &f)[at], want(&s));
        }
    ex_run_close(run);
    if (!good) is_wrong = name;
}

static real want_mean(const sums *s) { return s->count ? s->mean : NAN; }
static real want_whole(const sums *s) { return s->count ? s->power[0] / s->all : NAN; }
static real want_sum(const sums *s) { return s->count ? s->power[0] : NAN; }
static real want_population(const sums *s) { return s->count ? s->power[2] / s->weight : NAN; }
static real want_sample(const sums *s) { return s->count > 1 ? s->power[2] / (s->count - 1) : NAN; }

/* G1 and G2 of Joanes & Gill, by standardised deviations. */
static real want_skewness(const sums *s) {
    real n = s->count, sd = sqrtl(want_sample(s));
    return n < 3 ? NAN : n / ((n - 1) * (n - 2)) * s->power[3] / (sd * sd * sd);
}

static real want_kurtosis(const sums *s) {
    real n = s->count, v = want_sample(s);
    if (n < 4) return NAN;
    return n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * s->power[4] / (v * v) -
           3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
}

static void statistics(void) {
    ex_id weight = with_weights ? w : 0, groups = in_groups ? by : 0;
    int to = in_groups ? group : AX_NONE;
    holds(ex_mean(g, x, unit, weight, 0, groups, to, &f), "mean", want_mean);
    holds(ex_mean(g, x, unit, weight, 1, groups, to, &f), "mean of the whole", want_whole);
    holds(ex_weighted_sum(g, x, unit, weight, groups, to, &f), "weighted sum", want_sum);
    holds(ex_var(g, x, unit, 0, weight, groups, to, &f), "variance, divisor n", want_population);
    with_weights = 0;
    holds(ex_var(g, x, unit, 1, 0, groups, to, &f), "variance", want_sample);
    in_groups = 0;
    holds(ex_skewness(g, x, unit, &f), "skewness", want_skewness);
    holds(ex_kurtosis(g, x, unit, &f), "kurtosis", want_kurtosis);
}

static real correlation(int k) {
    real n = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (uint32_t i = 0; i < units; i++)
        if (!isnan(x_at(i, k)) && !isnan(y_is[i])) n++, mx += x_at(i, k), my += y_is[i];
    for (uint32_t i = 0; i < units; i++) {
        real dx = x_at(i, k) - mx / n, dy = y_is[i] - my / n;
        if (isnan(dx) || isnan(dy)) continue;
        xx += dx * dx, yy += dy * dy, xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / sqrtl(xx * yy) : NAN;
}

/* Values over kinds alone. */
static void is_by_kind(ex_id n, const char *name, const real *want) {
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int good = n && ex_get(g, n)->axes == AX_BIT(kind) && ex_run_eval(run, &n, 1, &f);
    for (int k = 0; good && k < KINDS; k++) good = near(ex_run_value(run, n, &f)[k], want[k]);
    ex_run_close(run);
    if (!good) is_wrong = name;
}

/* Correlations, and the last value up to a label; the labels of `unit` are 0, 1, 2 … */
static void look_ups(void) {
    real r[KINDS], last[KINDS], at[KINDS], least[KINDS], most_at[KINDS], first[KINDS], end[KINDS];
    double bound = (double)below(units + 3) - 1.5 + 0.5 * (double)below(2);
    for (int k = 0; k < KINDS; k++) {
        real low = INFINITY, high = -INFINITY;
        r[k] = correlation(k);
        last[k] = at[k] = least[k] = most_at[k] = first[k] = end[k] = NAN;
        for (uint32_t i = 0; i < units; i++) {
            double v = x_at(i, k);
            if (isnan(v)) continue;
            if (i <= bound) last[k] = v, at[k] = i;
            if (v < low) low = v, least[k] = i;
            if (v > high) high = v, most_at[k] = i;
            if (isnan(first[k])) first[k] = i;
            end[k] = i;
        }
    }
    ex_id b = ex_number(g, bound, &f);
    is_by_kind(ex_correlate(g, x, y, unit, &f), "correlate", r);
    is_by_kind(ex_upto(g, x, unit, b, &f), "upto", last);
    is_by_kind(ex_upto_label(g, x, unit, b, &f), "upto_label", at);
    is_by_kind(ex_label_of(g, EX_argmin, x, unit, &f), "argmin", least);
    is_by_kind(ex_label_of(g, EX_argmax, x, unit, &f), "argmax", most_at);
    is_by_kind(ex_label_of(g, EX_first, x, unit, &f), "the first label", first);
    is_by_kind(ex_label_of(g, EX_last, x, unit, &f), "the last label", end);
}

/* Positions of labels, by number and by text, and what stands there. */
static void positions(void) {
    double number[UNITS], text[UNITS];
    for (uint32_t i = 0; i < UNITS; i++) {
        char name[16];
        number[i] = chance(5) ? NAN : (double)below(units + 4) - 2;
        snprintf(name, sizeof name, "k%zu", below(KINDS + 2));
        text[i] = chance(5) ? NAN : (double)pool_put(strings, name, strlen(name));
    }
    ex_values texts = {
        .origin = EX_DATA, .kind = EX_TEXT, .axes = AX_BIT(unit), .value = text, .name = "t"};
    ex_id numbers = array(AX_BIT(unit), number, "n"),
          of[] = {
              ex_gather(g, x, unit, ex_position_of(g, numbers, unit, &f), &f),
              ex_gather(g, x, kind, ex_position_of(g, ex_values_node(g, &texts, &f), kind, &f), &f),
              ex_position_of(g, numbers, unit, &f), ex_slice(g, x, kind, 1, &f)};
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int good = of[0] && of[1] && of[2] && of[3] && ex_run_eval(run, of, 4, &f);
    ax_set axes = AX_BIT(unit) | AX_BIT(kind);
    for (uint32_t i = 0; good && i < units; i++) {
        int there = number[i] >= 0 && number[i] < units, named = -1;
        for (int k = 0; k < KINDS; k++) {
            size_t spot =
                i * ax_stride(space, axes, unit) + (size_t)k * ax_stride(space, axes, kind);
            good &= near(ex_run_value(run, of[0], &f)[spot],
                         there ? (real)x_at((uint32_t)number[i], k) : NAN);
            if (!isnan(text[i]) && pool_text(strings, (uint32_t)text[i])[1] == '0' + k) named = k;
        }
        good &= near(ex_run_value(run, of[1], &f)[i], named < 0 ? NAN : (real)x_at(i, named));
        good &= near(ex_run_value(run, of[2], &f)[i], there ? (real)number[i] : NAN);
        good &= near(ex_run_value(run, of[3], &f)[i], x_at(i, 1));
    }
    good &= ex_position_of(g, numbers, unit, &f) == of[2];
    ex_run_close(run);
    if (!good) is_wrong = "a look-up";
}

/* The first value is 0, or missing where `no` is set, and so are all others that are there. */
static int all_are(ex_id n, int no) {
    int good = n && ex_run_eval(run, &n, 1, &f);
    for (size_t i = 0; good && i < ax_size(space, axes_of(n)); i++) {
        double value = ex_run_value(run, n, &f)[i];
        good = isnan(value) || (!no && value == 0);
    }
    return good;
}

/* What is all alike has no spread, to the last bit, though its mean is rounded; nothing is said of
 * its shape, nor of what it goes with. */
static void alike(void) {
    open_arrays();
    for (uint32_t i = 0; i < units; i++)
        for (int k = 0; k < KINDS; k++) {
            ax_set axes = AX_BIT(unit) | AX_BIT(kind);
            double *of =
                &x_is[i * ax_stride(space, axes, unit) + (size_t)k * ax_stride(space, axes, kind)];
            if (i)
                *of = isnan(*of) ? NAN : x_at(0, k);
            else
                *of = (double)below(100000) / (chance(2) ? 100 : (double)(1 + below(999)));
            if (i && chance(2)) continue;
            w_is[i] = (double)below(900) / (double)(1 + below(90));
        }
    ex_values again = {.origin = EX_DATA, .kind = EX_NUMBER, .name = "of all alike"};
    again.axes = AX_BIT(unit) | AX_BIT(kind);
    again.value = x_is;
    ex_id same = ex_values_node(g, &again, &f), groups = in_groups ? by : 0;
    int to = in_groups ? group : AX_NONE;
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ex_id n[] = {ex_var(g, same, unit, 0, w, groups, to, &f),
                 ex_var(g, same, unit, 0, 0, groups, to, &f),
                 ex_var(g, same, unit, 1, 0, groups, to, &f),
                 ex_skewness(g, same, unit, &f),
                 ex_kurtosis(g, same, unit, &f),
                 ex_correlate(g, same, y, unit, &f),
                 ex_correlate(g, y, same, unit, &f)};
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        if (!all_are(n[i], i > 2)) is_wrong = i < 3 ? "variance of what is alike" : "its shape";
    ex_run_close(run);
    case_close();
}

/* What differs in the fourteenth digit is not alike. */
static void hardly_alike(void) {
    open_arrays();
    int three = make_axis("three", 3, "%u");
    const double of[] = {37.8, 37.800000000001, 37.8};
    ex_id var = ex_var(g, array(AX_BIT(three), of, "three"), three, 1, 0, 0, AX_NONE, &f);
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ok(ex_run_eval(run, &var, 1, &f) && *ex_run_value(run, var, &f) > 3e-25 &&
           *ex_run_value(run, var, &f) < 4e-25,
       "what differs in the fourteenth digit has a spread");
    ex_run_close(run);
    case_close();
}

/* A sum by groups along the longest axis that leaves the numbers is missing, and told. */
static void overflow(int which) {
    case_open();
    unit = make_axis("unit", 40, "%u");
    group = make_axis("group", 3, "g%u");
    double of[40], to[40];
    for (int i = 0; i < 40; i++) {
        to[i] = i % 3;
        of[i] = i % 3 == which ? 1e308 : 2;
    }
    ex_id sum = ex_reduce_by(g, EX_sum, array(AX_BIT(unit), of, "x"), unit,
                             array(AX_BIT(unit), to, "by"), group, &f);
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int good = ex_run_eval(run, &sum, 1, &f) && ex_run_domain_errors(run) == 1;
    for (int i = 0; good && i < 3; i++)
        good = near(ex_run_value(run, sum, &f)[i], i == which ? (real)NAN : i ? 26 : 28);
    ex_domain_error e = good ? ex_run_domain_error(run, 0) : (ex_domain_error){0};
    ok(good && e.node == sum && e.count == 1 && e.first == (size_t)which,
       "the sum of group %d is too large", which);
    ex_run_close(run);
    case_close();
}

static void refused(ex_id n, const char *want) {
    is_int(n ? -1 : (int)f.kind, FAULT_RULE, "no node");
    is_str(f.count ? f.item[0].text : "", want, "%s", want);
    fault_release(&f);
    f = FAULT_INIT;
}

static void refusals(void) {
    open_arrays();
    refused(ex_var(g, x, unit, 1, w, 0, AX_NONE, &f),
            "a weighted variance divides by the sum of weights: say divisor = \"n\"");
    refused(ex_upto(g, x, kind, ex_number(g, 1, &f), &f),
            "'upto' needs an axis of numbers; 'kind' has text labels");
    refused(ex_mean(g, x, group, 0, 0, 0, AX_NONE, &f),
            "'sum' along 'group', but the array is over unit × kind");
    ok(!ex_mean(g, 0, unit, 0, 0, 0, AX_NONE, &f) && !ex_var(g, 0, unit, 1, 0, 0, AX_NONE, &f) &&
           !ex_skewness(g, 0, unit, &f) && !ex_kurtosis(g, 0, unit, &f) &&
           !ex_correlate(g, x, 0, unit, &f) && !ex_correlate(g, 0, y, unit, &f) &&
           !ex_upto(g, 0, unit, x, &f) && !ex_upto(g, x, unit, 0, &f) &&
           !ex_upto_label(g, 0, unit, x, &f) && !ex_label_of(g, EX_argmin, 0, unit, &f) && !f.count,
       "of what has failed nothing is made, and nothing more is said");
    case_close();
}

int main(void) {
    state = tap_seed();
    int rounds = 0;
    for (; rounds < 400 && !is_wrong; rounds++) {
        open_arrays();
        statistics();
        look_ups();
        positions();
        if (f.count) diag("%s", f.item[0].text);
        case_close();
    }
    ok(!is_wrong, "statistics and look-ups are what they are defined as (%s)",
       is_wrong ? is_wrong : "all");
    for (int i = 0; i < 4000 && !is_wrong; i++) alike();
    ok(!is_wrong, "what is all alike has no spread (%s)", is_wrong ? is_wrong : "all");
    hardly_alike();
    for (int i = 0; i < 3; i++) overflow(i);
    refusals();
    ok(f.count == 0, "no fault was left over");
    return done_testing();
}
