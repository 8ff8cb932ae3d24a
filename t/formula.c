/* Formulas, against what a reader would write. */
#include "expr/formula.h"
#include "html/html.h"
#include "tap.h"

static pool *strings;
static ax_space *space;
static ex_graph *g;
static fault f;
static int unit, indicator, group, year, stage;
static ex_id x, w, y, at, yes, no, one;
static ex_id called, minus; /* the nodes that `names` calls "scores" and "-5" */

static int make(const char *name, uint32_t n, const char *const *text) {
    uint32_t label[8];
    for (uint32_t i = 0; i < n; i++) label[i] = pool_put(strings, text[i], strlen(text[i]));
    return ax_make(space, name, label, n, &f);
}

static ex_id leaf(const char *name, ex_kind kind, ax_set axes) {
    static double zeros[64];
    static int next;
    ex_values v = {
        .origin = EX_LEAF, .kind = kind, .axes = axes, .value = zeros + next++, .name = name};
    return ex_values_node(g, &v, &f);
}

static const char *names(const void *self, ex_id n) {
    (void)self;
    return n == called ? "scores" : n == minus ? "-5" : NULL;
}

/* A page can show what is written; it reads no byte behind it (make asan). */
static int is_shown(const char *formula) {
    size_t n = strlen(formula) + 1;
    char *exact = malloc(n);
    output to = output_to(OUTPUT_KEEP, NULL);
    if (!exact) abort();
    memcpy(exact, formula, n);
    int fine = html_formula(&to, "x", exact) && !to.failed;
    output_release(&to);
    free(exact);
    return fine;
}

static void reads_as(ex_id n, const char *want, int on_pages) {
    buf out = BUF_INIT;
    if (!n)
        diag("no node: %s", f.listed ? f.item[0].text : "");
    else
        formula_write(g, n, 20, names, NULL, &out);
    is_str(buf_string(&out), want, "%s", want);
    if (on_pages) ok(is_shown(buf_string(&out)), "a page shows %s", want);
    buf_release(&out);
}

static void reads(ex_id n, const char *want) { reads_as(n, want, 1); }

#define U(op, a) ex_unary(g, EX_##op, a, &f)
#define B(op, a, b) ex_binary(g, EX_##op, a, b, &f)
#define T(op, a, b, c) ex_ternary(g, EX_##op, a, b, c, &f)
#define R(op, a, axis) ex_reduce(g, EX_##op, a, axis, 0, &f)
#define N(v) ex_number(g, v, &f)

static void constants(void) {
    reads(N(0.1), "0.1");
    reads(N(-40), "-40");
    reads(N(1e300), "1e+300");
    reads(N(NAN), "missing");
    reads(ex_truth(g, 1, &f), "true");
    reads(ex_text(g, pool_put(strings, "a \"b\"\n\\", 8), &f), "\"a \\\"b\\\"\\n\\\\\"");
    reads(ex_text(g, pool_put(strings, "建成", 6), &f), "\"建成\"");
    reads(ex_date(g, 0, &f), "1970-01-01");
    reads(ex_date(g, -1, &f), "1969-12-31");
    reads(ex_date(g, 11016, &f), "2000-02-29");
    reads(ex_date(g, 15155, &f), "2011-06-30");
    reads(ex_date(g, -25509, &f), "1900-02-28");
    reads(ex_date(g, -25508, &f), "1900-03-01");
    reads(ex_date(g, -719162, &f), "0001-01-01");
    /* As far as the calendar of ECMAScript goes; beyond it, days. Pages read years of four digits.
     */
    reads_as(ex_date(g, 1e8, &f), "275760-09-13", 0);
    reads_as(ex_date(g, -1e8, &f), "-271821-04-20", 0);
    reads(ex_date(g, 100000001, &f), "100000001");
    reads(ex_date(g, -100000001, &f), "-100000001");
    reads(x, "observed");
    reads(ex_labels(g, year, &f), "year");
    reads(ex_positions(g, year, &f), "position(\"year\")");
}

static void precedence(void) {
    reads(B(add, B(mul, x, w), y), "observed * weight + y");
    reads(B(mul, x, B(add, w, y)), "observed * (weight + y)");
    reads(B(sub, x, B(sub, w, y)), "observed - (weight - y)");
    reads(B(sub, B(sub, x, w), y), "observed - weight - y");
    reads(B(div, x, B(mul, w, y)), "observed / (weight * y)");
    reads(B(div, B(mul, x, w), y), "observed * weight / y");
    reads(B(pow, B(pow, x, w), y), "(observed ^ weight) ^ y");
    reads(B(pow, x, B(pow, w, y)), "observed ^ weight ^ y");
    reads(U(neg, B(pow, x, N(2))), "-observed ^ 2");
    reads(B(pow, U(neg, x), N(2)), "(-observed) ^ 2");
    reads(B(pow, N(-2), x), "(-2) ^ observed");
    reads(B(pow, x, N(-2)), "observed ^ (-2)");
    reads(B(mul, x, N(-2)), "observed * -2");
    reads(B(sub, x, N(-2)), "observed - (-2)");
    reads(U(neg, B(add, x, w)), "-(observed + weight)");
    reads(B(and, B(ge, x, w), yes), "observed ≥ weight & yes");
    reads(B(and, B(or, yes, no), yes), "(yes | no) & yes");
    reads(B(or, B(and, yes, no), yes), "yes & no | yes");
    reads(B(and, yes, B(and, no, yes)), "yes & no & yes");
    reads(U(not, B(eq, x, w)), "~(observed = weight)");
    reads(B(eq, B(lt, x, w), yes), "(observed < weight) = yes");
    reads(B(mod, x, N(7)), "observed % 7");
}

static void functions(void) {
    reads(U(log, B(add, x, one)), "log(observed + 1)");
    reads(U(missing, x), "missing(observed)");
    reads(B(round, x, N(2)), "round(observed, 2)");
    reads(B(round, x, N(0)), "round(observed)");
    reads(B(round_half_even, x, N(1)), "round(observed, 1, mode = \"half_even\")");
    reads(B(round_up, x, N(0)), "round(observed, mode = \"up\")");
    reads(B(floor, x, N(0)), "floor(observed)");
    reads(B(ceil, x, N(-2)), "ceil(observed, -2)");
    reads(T(where, yes, x, N(NAN)), "where(yes, observed)");
    reads(T(where, yes, x, one), "where(yes, observed, 1)");
    reads(T(clamp, x, N(0), N(100)), "clamp(observed, 0, 100)");
    reads(B(least, B(least, x, w), y), "least(observed, weight, y)");
    reads(B(coalesce, x, N(0)), "coalesce(observed, 0)");
    reads(B(greatest, x, B(greatest, w, y)), "greatest(observed, greatest(weight, y))");
}

static void along(void) {
    reads(R(min, x, unit), "min(observed, \"unit\")");
    reads(B(ge, R(min, x, indicator), at), "min(observed, \"indicator\") ≥ params.year");
    reads(ex_reduce(g, EX_quantile, x, unit, 0.25, &f), "quantile(observed, \"unit\", 0.25)");
    reads(R(argmax, x, unit), "argmax(observed, \"unit\")");
    reads(ex_reduce_by(g, EX_sum, x, indicator, leaf("index.group", EX_NUMBER, AX_BIT(indicator)),
                       group, &f),
          "sum(observed, \"indicator\", by group)");
    reads(ex_scan(g, EX_rank, x, unit, 0, EX_TIES_MIN, 0, &f), "rank(observed, \"unit\")");
    reads(ex_scan(g, EX_rank, x, unit, 0.5, EX_TIES_DENSE, 1, &f),
          "rank(observed, \"unit\", order = \"ascending\", ties = \"dense\", tolerance = 0.5)");
    reads(ex_scan(g, EX_lag, x, year, 1, 0, 0, &f), "lag(observed, \"year\")");
    reads(ex_scan(g, EX_lag, x, year, -2, 0, 0, &f), "lag(observed, \"year\", -2)");
    reads(ex_scan(g, EX_fill, x, year, 3, 0, 0, &f), "fill(observed, \"year\", limit = 3)");
    reads(ex_scan(g, EX_fill, x, year, -1, 0, 0, &f), "fill(observed, \"year\")");
    reads(ex_scan(g, EX_interpolate, x, year, 1, 0, 0, &f),
          "interpolate(observed, \"year\", ends = \"constant\")");
    reads(ex_scan(g, EX_cumsum, x, year, 0, 0, 0, &f), "cumsum(observed, \"year\")");
}

static int call(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)argc, (void)in;
    *out = arg[0];
    return 1;
}

static void choosing(void) {
    ex_id slice = ex_slice(g, x, year, 1, &f);
    reads(slice, "observed[year=2012]");
    reads(ex_slice(g, slice, unit, 0, &f), "observed[year=2012, unit=\"A\"]");
    reads(ex_slice(g, B(add, x, one), year, 1, &f), "(observed + 1)[year=2012]");
    reads(ex_rename(g, x, unit, make("other", 2, (const char *const[]){"A", "B"}), &f),
          "observed[unit as other]");
    ex_id region = leaf("city.region", EX_TEXT, AX_BIT(unit));
    ex_id means = leaf("mean_of", EX_NUMBER, AX_BIT(group));
    reads(ex_gather(g, means, group, ex_position_of(g, region, group, &f), &f),
          "mean_of[group=city.region]");
    reads(ex_gather(g, means, group, x, &f), "mean_of[group=observed]");
    ex_function fn = {.name = "matches", .gives = EX_TRUTH, .call = call};
    reads(ex_lookup(g, &fn, &region, 1, &f), "matches(city.region)");
    reads(B(and, ex_lookup(g, &fn, &region, 1, &f), yes), "matches(city.region) & yes");
}

static void composed_functions(void) {
    ex_id by = leaf("index.group", EX_NUMBER, AX_BIT(indicator));
    ex_id iw = leaf("index.weight", EX_NUMBER, AX_BIT(indicator));
    ex_id d = B(sub, x, one);
    reads(ex_mean(g, x, unit, 0, 0, 0, AX_NONE, &f), "mean(observed, \"unit\")");
    reads(ex_mean(g, x, indicator, iw, 0, 0, AX_NONE, &f),
          "mean(observed, \"indicator\", weights = index.weight)");
    reads(ex_mean(g, x, indicator, iw, 1, 0, AX_NONE, &f),
          "mean(observed, \"indicator\", weights = index.weight, missing = \"zero\")");
    reads(ex_mean(g, x, indicator, 0, 1, 0, AX_NONE, &f),
          "mean(observed, \"indicator\", missing = \"zero\")");
    reads(ex_mean(g, x, indicator, iw, 0, by, group, &f),
          "mean(observed, \"indicator\", by group, weights = index.weight)");
    reads(ex_weighted_sum(g, x, indicator, iw, by, group, &f),
          "sum(observed * index.weight, \"indicator\", by group)");
    reads(ex_var(g, d, unit, 1, 0, 0, AX_NONE, &f), "var(observed - 1, \"unit\")");
    reads(ex_var(g, x, unit, 0, 0, 0, AX_NONE, &f), "var(observed, \"unit\", divisor = \"n\")");
    reads(ex_var(g, x, indicator, 0, iw, 0, AX_NONE, &f),
          "var(observed, \"indicator\", weights = index.weight, divisor = \"n\")");
    reads(ex_var(g, x, indicator, 1, 0, by, group, &f), "var(observed, \"indicator\", by group)");
    reads(U(sqrt, ex_var(g, x, unit, 1, 0, 0, AX_NONE, &f)), "std(observed, \"unit\")");
    reads(ex_skewness(g, x, unit, &f), "skewness(observed, \"unit\")");
    reads(U(abs, ex_skewness(g, d, unit, &f)), "abs(skewness(observed - 1, \"unit\"))");
    reads(ex_kurtosis(g, x, unit, &f), "kurtosis(observed, \"unit\")");
    reads(ex_correlate(g, x, y, unit, &f), "correlate(observed, y, \"unit\")");
    reads(ex_upto(g, x, year, at, &f), "upto(observed, year = params.year)");
    reads(ex_upto_label(g, x, year, at, &f), "upto_label(observed, year = params.year)");
    reads(ex_label_of(g, EX_argmin, x, unit, &f), "argmin(observed, \"unit\")");
    reads(ex_label_of(g, EX_argmax, x, year, &f), "argmax(observed, \"year\")");
    reads(B(add, ex_mean(g, x, unit, 0, 0, 0, AX_NONE, &f), one), "mean(observed, \"unit\") + 1");
    /* What only looks like them is written as it is. */
    reads(B(div, R(sum, x, unit), R(count, d, unit)),
          "sum(observed, \"unit\") / count(observed - 1, \"unit\")");
    reads(B(div, R(sum, x, unit), R(count, x, indicator)),
          "sum(observed, \"unit\") / count(observed, \"indicator\")");
    reads(B(div, R(sum, B(mul, x, y), unit), R(sum, T(where, U(present, x), w, N(NAN)), unit)),
          "sum(observed * y, \"unit\") / sum(where(present(observed), weight), \"unit\")");
    /* Written out first, it is the same node when it is called. */
    ex_id written = ex_divide(g, R(sum, y, unit), R(count, y, unit), &f);
    reads(written, "sum(y, \"unit\") / count(y, \"unit\")");
    is_int(ex_mean(g, y, unit, 0, 0, 0, AX_NONE, &f), written, "written out and called: one node");
    reads(written, "mean(y, \"unit\")");
}

/* A group's own elements, and what is given back to each of them. */
static void grouped(void) {
    ex_id region = leaf("city.region", EX_TEXT, AX_BIT(unit)),
          zone = ex_slice(g, leaf("city.zone", EX_TEXT, AX_BIT(unit) | AX_BIT(year)), year, 1, &f),
          spot = ex_position_of(g, region, group, &f), all = ex_positions(g, group, &f),
          zones = ex_position_of(g, zone, group, &f), own = B(eq, spot, all);
    reads(own, "city.region = group");
    reads(B(eq, zones, all), "city.zone[year=2012] = group");
    reads(B(or, B(eq, zones, all), own), "city.zone[year=2012] = group | city.region = group");
    reads(B(ne, spot, all), "position(city.region) ≠ position(\"group\")");
    reads(B(eq, all, spot), "position(\"group\") = position(city.region)");
    reads(B(eq, spot, x), "position(city.region) = observed");
    reads(B(eq, spot, ex_labels(g, year, &f)), "position(city.region) = year");
    called = all;
    reads(own, "city.region = scores");
    called = 0;
    ex_id apart = T(where, own, y, N(NAN));
    reads(apart, "where(city.region = group, y)");
    reads(ex_gather(g, ex_scan(g, EX_rank, apart, unit, 0.5, EX_TIES_MAX, 1, &f), group, spot, &f),
          "rank(y, \"unit\", order = \"ascending\", ties = \"max\", tolerance = 0.5, within "
          "city.region)");
    ex_id within_zone = ex_gather(
        g,
        ex_scan(g, EX_cumsum, T(where, B(eq, zones, all), B(add, y, w), N(NAN)), unit, 0, 0, 0, &f),
        group, zones, &f);
    reads(within_zone, "cumsum(y + weight, \"unit\", within city.zone[year=2012])");
    /* What only looks like it. */
    ex_id ranks = ex_scan(g, EX_rank, apart, unit, 0, EX_TIES_MIN, 0, &f);
    reads(ranks, "rank(where(city.region = group, y), \"unit\")");
    reads_as(ex_gather(g, ranks, group, zones, &f),
             "rank(where(city.region = group, y), \"unit\")[group=city.zone[year=2012]]", 0);
    reads(ex_gather(g, ex_scan(g, EX_rank, T(where, own, y, one), unit, 0, EX_TIES_MIN, 0, &f),
                    group, spot, &f),
          "rank(where(city.region = group, y, 1), \"unit\")[group=city.region]");
    reads(ex_gather(g, R(sum, apart, unit), group, spot, &f),
          "sum(where(city.region = group, y), \"unit\")[group=city.region]");
    reads(ex_gather(g, ex_scan(g, EX_rank, B(mul, own, y), unit, 0, EX_TIES_MIN, 0, &f), group,
                    spot, &f),
          "rank((city.region = group) * y, \"unit\")[group=city.region]");
}

static ex_id listed(ex_origin origin, ax_set axes) {
    static const double truth[] = {1, 0, 1, 0, 1, 0, 1, 0};
    ex_values v = {.origin = origin, .kind = EX_TRUTH, .axes = axes, .value = truth};
    return ex_values_node(g, &v, &f);
}

/* Labels that stand in the rule. */
static void chosen(void) {
    ex_id some = listed(EX_LITERAL, AX_BIT(unit)),
          more = listed(EX_LITERAL, AX_BIT(unit) | AX_BIT(year)),
          data = listed(EX_DATA, AX_BIT(unit));
    reads(T(where, some, x, N(NAN)), "only(observed, unit)");
    reads(T(where, more, B(add, x, one), N(NAN)), "only(observed + 1, unit, year)");
    reads(T(where, some, x, one), "where(…, observed, 1)");
    reads(T(where, data, x, N(NAN)), "where(…, observed)");
    reads(T(where, ex_truth(g, 1, &f), x, N(NAN)), "where(true, observed)");
    called = some;
    reads(T(where, some, y, N(NAN)), "where(scores, y)");
    called = 0;
}

static int of_matrix(void *self, const double *const *arg, double *out, fault *in) {
    (void)self, (void)in;
    *out = *arg[0];
    return 1;
}

static void hosted(void) {
    ex_id region = leaf("city.region", EX_TEXT, AX_BIT(unit));
    ex_function fn = {.name = "matches", .with = "^\"N", .gives = EX_TRUTH, .call = call};
    reads(ex_lookup(g, &fn, &region, 1, &f), "matches(city.region, \"^\\\"N\")");
    ex_function two = {.name = "between", .gives = EX_NUMBER, .call = call};
    reads(ex_lookup(g, &two, (ex_id[]){B(add, x, w), y}, 2, &f), "between(observed + weight, y)");
    ex_matrix_function m = {.name = "trace_of",
                            .gives = EX_NUMBER,
                            .core = {{unit, year}, {unit, AX_NONE}},
                            .out = {AX_NONE, AX_NONE},
                            .call = of_matrix};
    reads(ex_matrix_node(g, &m, (ex_id[]){x, y}, 2, &f), "trace_of(observed, y)");
}

static void options(void) {
    static const char *const ties[] = {"", ", ties = \"max\"", ", ties = \"dense\"",
                                       ", ties = \"average\"", ", ties = \"first\""};
    char want[100];
    for (int t = EX_TIES_MIN; t <= EX_TIES_FIRST; t++) {
        snprintf(want, sizeof want, "rank(observed, \"unit\"%s)", ties[t]);
        reads(ex_scan(g, EX_rank, x, unit, 0, (ex_ties)t, 0, &f), want);
    }
    reads(ex_scan(g, EX_rank, x, unit, 0, EX_TIES_MIN, 1, &f),
          "rank(observed, \"unit\", order = \"ascending\")");
    reads(ex_scan(g, EX_rank, x, unit, 1e-9, EX_TIES_MIN, 0, &f),
          "rank(observed, \"unit\", tolerance = 1e-9)");
    reads(ex_scan(g, EX_fill, x, year, 0, 0, 0, &f), "fill(observed, \"year\", limit = 0)");
    reads(ex_scan(g, EX_fill, x, year, INFINITY, 0, 0, &f), "fill(observed, \"year\")");
    reads(ex_scan(g, EX_lag, x, year, 0, 0, 0, &f), "lag(observed, \"year\", 0)");
    reads(ex_scan(g, EX_interpolate, x, year, 0, 0, 0, &f), "interpolate(observed, \"year\")");
    reads(ex_scan(g, EX_sort, x, year, 0, 0, 0, &f), "sort(observed, \"year\")");
    reads(ex_reduce(g, EX_median, x, unit, 0, &f), "median(observed, \"unit\")");
    reads(B(round, x, at), "round(observed, params.year)");
    reads(B(round, x, y), "round(observed, y)");
    reads(ex_slice(g, x, year, 0, &f), "observed[year=2011]");
    reads(ex_slice(g, x, indicator, 2, &f), "observed[indicator=\"r\"]");
    /* Zero has no sign. */
    reads(B(pow, x, N(0)), "observed ^ 0");
    reads(B(sub, x, N(0)), "observed - 0");
    minus = B(add, w, one);
    reads(B(pow, minus, x), "(-5) ^ observed");
    reads(B(mul, x, minus), "observed * -5");
    called = B(add, y, one);
    reads(B(pow, called, x), "scores ^ observed");
    called = minus = 0;
}

static void is_cut(ex_id n, int depth, const char *want) {
    buf out = BUF_INIT;
    formula_write(g, n, depth, names, NULL, &out);
    is_str(buf_string(&out), want, "%d deep: %s", depth, want);
    buf_release(&out);
}

static int times(const char *text, const char *what) {
    int n = 0;
    for (; (text = strstr(text, what)); text += strlen(what)) n++;
    return n;
}

/* What lies deeper than is wanted is an ellipsis, of every form. */
static void depths(void) {
    ex_id sum = B(add, B(mul, x, w), U(log, B(add, y, one)));
    is_cut(sum, 1, "… + …");
    is_cut(sum, 2, "observed * weight + log(…)");
    is_cut(sum, 3, "observed * weight + log(y + 1)");
    ex_id least = B(least, B(least, B(least, x, w), y), B(add, at, one));
    is_cut(least, 1, "least(…, …)");
    is_cut(least, 2, "least(…, y, params.year + 1)");
    is_cut(least, 3, "least(observed, weight, y, params.year + 1)");
    called = ex_arg(g, least, 0);
    is_cut(least, 3, "least(scores, params.year + 1)");
    called = 0;
    ex_id other = B(least, B(greatest, x, w), y);
    is_cut(other, 1, "least(…, y)");
    is_cut(other, 2, "least(greatest(observed, weight), y)");
    ex_id slices = ex_slice(g, ex_slice(g, B(sub, x, one), year, 1, &f), unit, 1, &f);
    is_cut(slices, 1, "…[unit=\"B\"]");
    is_cut(slices, 2, "…[year=2012, unit=\"B\"]");
    is_cut(slices, 3, "(observed - 1)[year=2012, unit=\"B\"]");
    called = ex_arg(g, slices, 0);
    is_cut(slices, 3, "scores[unit=\"B\"]");
    called = 0;
    ex_id mean = ex_mean(g, B(add, x, w), unit, B(add, y, one), 0, 0, AX_NONE, &f);
    is_cut(mean, 1, "mean(…, \"unit\", weights = …)");
    is_cut(mean, 2, "mean(observed + weight, \"unit\", weights = y + 1)");
    is_cut(U(neg, U(abs, B(sub, x, w))), 2, "-abs(…)");
    is_cut(B(round, B(sub, x, w), B(add, at, one)), 1, "round(…, …)");
    is_cut(R(sum, B(sub, x, w), unit), 1, "sum(…, \"unit\")");
    is_cut(x, 0, "observed");
    is_cut(ex_upto(g, B(sub, x, w), year, B(add, at, one), &f), 1, "upto(…, year = …)");
}

static void named_and_deep(void) {
    ex_id sum = B(add, x, w);
    called = sum;
    reads(B(mul, sum, y), "scores * y");
    reads(sum, "observed + weight");
    reads(ex_mean(g, sum, unit, 0, 0, 0, AX_NONE, &f), "mean(scores, \"unit\")");
    called = 0;
    buf out = BUF_INIT;
    ex_id deep = B(mul, U(log, B(add, x, one)), y);
    formula_write(g, deep, 2, NULL, NULL, &out);
    is_str(buf_string(&out), "log(…) * y", "below the depth is an ellipsis, but names stay");
    buf_clear(&out);
    formula_write(g, deep, 0, NULL, NULL, &out);
    is_str(buf_string(&out), "…", "no depth at all");
    buf_clear(&out);
    ex_id doubled = x;
    for (int i = 0; i < 90; i++) doubled = B(add, doubled, doubled);
    formula_write(g, doubled, 1000, NULL, NULL, &out);
    ok(out.length < 100000, "90 doublings are not written 2^90 times");
    has_str(buf_string(&out), "…", "but cut");
    is_int(times(buf_string(&out), " + "), 1001, "after a thousand parts of the whole");
    buf_clear(&out);
    doubled = x;
    for (int i = 0; i < 90; i++) doubled = B(least, doubled, doubled);
    formula_write(g, doubled, 1000, NULL, NULL, &out);
    is_int(times(buf_string(&out), ", "), 1001, "those of a chain, too");
    buf_clear(&out);
    ex_id long_chain = x;
    for (int i = 0; i < 5000; i++) long_chain = B(sub, long_chain, N(i));
    formula_write(g, long_chain, 100000, NULL, NULL, &out);
    ok(out.length > 100 && out.length < 100000, "a long chain does not exhaust the stack");
    ok(!strncmp(buf_string(&out), "… - 4900 - 4901 - ", 20) &&
           times(buf_string(&out), " - ") == 100,
       "it is a hundred deep");
    buf_release(&out);
}

int main(void) {
    strings = pool_open();
    space = ax_open(strings);
    g = ex_open(space);
    unit = make("unit", 2, (const char *const[]){"A", "B"});
    indicator = make("indicator", 3, (const char *const[]){"p", "q", "r"});
    group = make("group", 2, (const char *const[]){"G", "H"});
    year = make("year", 3, (const char *const[]){"2011", "2012", "2013"});
    stage = make("stage", 2, (const char *const[]){"s1", "s2"});
    x = leaf("observed", EX_NUMBER, AX_BIT(unit) | AX_BIT(indicator) | AX_BIT(year));
    y = leaf("y", EX_NUMBER, AX_BIT(unit));
    w = leaf("weight", EX_NUMBER, AX_BIT(unit));
    at = leaf("params.year", EX_NUMBER, 0);
    yes = leaf("yes", EX_TRUTH, AX_BIT(stage));
    no = leaf("no", EX_TRUTH, AX_BIT(stage));
    one = N(1);
    constants();
    precedence();
    functions();
    along();
    choosing();
    composed_functions();
    grouped();
    chosen();
    hosted();
    options();
    depths();
    named_and_deep();
    if (!ok(f.count == 0, "no fault was raised")) diag("%s", f.item[0].text);
    ex_close(g);
    ax_close(space);
    pool_close(strings);
    fault_release(&f);
    return done_testing();
}
