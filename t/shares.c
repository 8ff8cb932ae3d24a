// What elements contribute to an output (assess_shares): random outputs that are linear in the
// data, written as rules, and their coefficients worked out beside them.
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#include "assess.h"
#include "base/buf.h"

enum { ITEMS = 5, UNITS = 2, OUTPUTS = 40 };

static const double weight[ITEMS] = {3, 1, 2, 0, 4};
/* NaN: missing */
static double cell[UNITS][ITEMS] = {{80, 40, NAN, 7, -12}, {10, 20, 30, NAN, 50}};

static unsigned state = 5;

static unsigned below(unsigned n) {
    state = state * 1103515245u + 12345u;
    return (state >> 16) % n;
}

/* A number of each unit: the sum of coefficients times data, of any unit, and what is added. */
typedef struct linear {
    double of[UNITS][UNITS][ITEMS], rest[UNITS];
} linear;

static double value_of(const linear *x, int u) {
    double all = x->rest[u];
    for (int v = 0; v < UNITS; v++)
        for (int i = 0; i < ITEMS; i++)
            if (x->of[u][v][i] != 0) all += x->of[u][v][i] * cell[v][i];
    return all;
}

static void scale(linear *x, double by) {
    for (int u = 0; u < UNITS; u++) {
        for (int v = 0; v < UNITS; v++)
            for (int i = 0; i < ITEMS; i++) x->of[u][v][i] *= by;
        x->rest[u] *= by;
    }
}

static void add(linear *x, const linear *y) {
    for (int u = 0; u < UNITS; u++) {
        for (int v = 0; v < UNITS; v++)
            for (int i = 0; i < ITEMS; i++) x->of[u][v][i] += y->of[u][v][i];
        x->rest[u] += y->rest[u];
    }
}

/* A sum or mean over the items, with weights or without. */
static linear reduced(buf *b, int mean, int weighted) {
    linear x = {.rest = {0}};
    for (int u = 0; u < UNITS; u++) {
        double all = 0;
        for (int i = 0; i < ITEMS; i++) {
            if (isnan(cell[u][i])) continue;
            x.of[u][u][i] = weighted ? weight[i] : 1;
            all += x.of[u][u][i];
        }
        for (int i = 0; mean && i < ITEMS; i++) x.of[u][u][i] /= all;
    }
    buf_print(b, "%s(x, \"indicator\"%s)", mean ? "mean" : "sum",
              weighted ? ", { weights = a.index.weight }" : "");
    return x;
}

/* The mean of the means of two groups, of the first three items and the others. */
static linear of_groups(buf *b) {
    static const int first[] = {0, 3, ITEMS};
    linear x = {.rest = {0}};
    for (int u = 0; u < UNITS; u++)
        for (int g = 0; g < 2; g++) {
            double own = 0, present = 0, all = 0;
            for (int i = 0; i < ITEMS; i++) all += weight[i];
            for (int i = first[g]; i < first[g + 1]; i++) {
                own += weight[i];
                if (!isnan(cell[u][i])) present += weight[i];
            }
            for (int i = first[g]; i < first[g + 1]; i++)
                if (!isnan(cell[u][i])) x.of[u][u][i] = own / all * weight[i] / present;
        }
    buf_text(b, "mean(groups, \"group\", { weights = a.index:level(groups).weight })");
    return x;
}

static linear outputs[OUTPUTS];

/* A random expression, which may use the outputs before it. */
static linear expression(buf *b, int depth, int known) {
    static const double numbers[] = {2, 0.5, -3, 4, 10, -0.25};
    linear x, y;
    double k = numbers[below(6)];
    switch (depth ? below(13) : below(known ? 5 : 4)) {
    case 4:
        if (known) {
            int n = (int)below((unsigned)known);
            buf_print(b, "o.y%d", n);
            return outputs[n];
        }
        /* fall through */
    case 3: return of_groups(b);
    default: return reduced(b, (int)below(2), (int)below(2));
    case 5:
        buf_text(b, "-(");
        x = expression(b, depth - 1, known);
        buf_text(b, ")");
        scale(&x, -1);
        return x;
    case 6:
    case 7: {
        int minus = (int)below(2);
        buf_text(b, "(");
        x = expression(b, depth - 1, known);
        buf_text(b, minus ? " - " : " + ");
        if (below(4)) {
            y = expression(b, depth - 1, known);
        } else {
            y = (linear){.rest = {k, k}};
            buf_print(b, "%g", k);
        }
        buf_text(b, ")");
        scale(&y, minus ? -1 : 1);
        add(&x, &y);
        return x;
    }
    case 8: {
        int right = (int)below(2), by = (int)below(2);
        if (right) buf_print(b, "%g * (", k);
        if (!right) buf_text(b, "((");
        x = expression(b, depth - 1, known);
        if (!right) buf_print(b, by ? ") / %g" : ") * %g", k);
        buf_text(b, ")");
        scale(&x, right || !by ? k : 1 / k);
        return x;
    }
    case 9:
        buf_text(b, "round(");
        x = expression(b, depth - 1, known);
        buf_text(b, ", 9)");
        return x;
    case 10: { /* a limit that does not bind */
        int low = (int)below(2), first = (int)below(2);
        buf_print(b, low ? "greatest(" : "least(");
        if (!first) buf_text(b, low ? "a.params.low, " : "a.params.high, ");
        x = expression(b, depth - 1, known);
        if (first) buf_text(b, low ? ", a.params.low" : ", a.params.high");
        buf_text(b, ")");
        return x;
    }
    case 11: { /* a choice, whose other side counts for nothing */
        int yes = (int)below(2);
        buf_print(b, "where(a.data.x:at { indicator = \"i0\" }:%s(0), ", yes ? "ge" : "lt");
        if (!yes) buf_text(b, "17, ");
        x = expression(b, depth - 1, known);
        if (yes) buf_text(b, ", 17");
        buf_text(b, ")");
        return x;
    }
    case 12: { /* the same number of one unit, for all */
        int unit = (int)below(UNITS);
        buf_text(b, "(");
        x = expression(b, depth - 1, known);
        buf_text(b, " + (");
        y = expression(b, depth - 1, known);
        buf_print(b, "):at { unit = \"%c\" })", 'A' + unit);
        for (int u = 0; u < UNITS; u++) {
            memcpy(y.of[u], y.of[unit], sizeof y.of[u]);
            y.rest[u] = y.rest[unit];
        }
        add(&x, &y);
        return x;
    }
    }
}

static void check(assess *a, int number, int through) {
    char name[16];
    snprintf(name, sizeof name, "y%d", number);
    const assess_array *x = assess_output_named(a, name);
    for (size_t u = 0; x && u < UNITS; u++) {
        const assess_step *step;
        size_t count = assess_shares(a, x, &u, through, &step), off = 0;
        double found[UNITS][ITEMS] = {0}, leaves = 0;
        linear *want = &outputs[number];
        for (size_t i = 0; i < count; i++) {
            const char *item = strstr(step[i].at, ", i");
            double share = step[i].factor * step[i].value;
            off += !(fabs(step[i].share - share) <= 1e-9) && !isnan(step[i].value);
            off += step[i].missing != 0 || step[i].hidden != 0;
            off +=
                (i == 0) != (step[i].depth == 0) ||
                (i && (step[i].depth < step[i - 1].depth || step[i].depth > step[i - 1].depth + 1));
            for (size_t k = 0; k < i; k++)
                off += step[k].depth == step[i].depth && *step[i].name &&
                       !strcmp(step[k].name, step[i].name) && !strcmp(step[k].at, step[i].at);
            off += !item && *step[i].at && !step[i].present;
            if (!step[i].present && !isnan(share)) leaves += share;
            if (!item) continue; /* an output on the way */
            if (!isnan(share)) found[*step[i].at - 'A'][atoi(item + 3)] += share;
            off += step[i].depth == 0;
        }
        for (int v = 0; v < UNITS; v++)
            for (int i = 0; i < ITEMS; i++) {
                double is = isnan(cell[v][i]) ? 0 : want->of[u][v][i] * cell[v][i];
                off += !(fabs(found[v][i] - is) <= 1e-9 * (1 + fabs(is)));
            }
        double value = value_of(want, (int)u);
        off += !count || !(fabs(step[0].value - value) <= 1e-9 * (1 + fabs(value)));
        off += !(fabs(leaves - value) <= 1e-8 * (1 + fabs(value)));
        off += !count || step[0].factor != 1 || step[0].depth != 0;
        ok(!off, "%s of unit %zu%s: an indicator has its coefficient of its figure", name, u,
           through ? ", through all steps" : "");
    }
    ok(x != NULL, "there is %s", name);
}

static void check_weights(assess *a) {
    const assess_step *step;
    size_t unit = 0, off = 0, seen = 0;
    size_t count = assess_shares(a, assess_output_named(a, "y3"), &unit, 0, &step);
    for (size_t i = 1; i < count; i++, seen++) {
        const char *item = strstr(step[i].at, ", i");
        off += !item || step[i].weight != weight[atoi(item + 3)];
    }
    ok(!off && seen == 4, "the present elements of a weighted mean have their weights");
    count = assess_shares(a, assess_output_named(a, "y4"), &unit, 0, &step);
    is_int((intmax_t)count, 7, "two groups, and the figures of each, are the parts of a mean");
    for (size_t i = 1; i < count && i < 3; i++)
        is_num(step[i].weight, strstr(step[i].at, "G") ? 6 : 4,
               "a group weighs as much as its own");
}

static void many(assess *a) {
    buf b = BUF_INIT;
    buf_print(&b, "return assessment { id = 's', title = 'S',\n"
                  "  data = { x = csv('shares.csv', { unit = 'unit' }) },\n"
                  "  params = { low = -1e9, high = 1e9 },\n"
                  "  index = index { 'all', 'All',\n");
    for (int i = 0; i < ITEMS; i++)
        buf_print(&b, "    %sindicator { 'i%d', 'Item %d', weight = %g }%s,\n",
                  i == 0   ? "group { 'G', 'G', "
                  : i == 3 ? "group { 'H', 'H', "
                           : "",
                  i, i, weight[i], i == 2 || i == ITEMS - 1 ? " }" : "");
    buf_text(&b, "  },\n  compute = function(a)\n    local x, o = a.data.x, {}\n"
                 "    local groups = mean(x, 'indicator', { weights = a.index.weight, "
                 "by = a.index.group })\n");
    for (int n = 0; n < OUTPUTS; n++) {
        buf_print(&b, "    o.y%d = ", n);
        /* The first five are sums and means. */
        outputs[n] = n < 4    ? reduced(&b, n & 1, n >> 1)
                     : n == 4 ? of_groups(&b)
                              : expression(&b, 3, n);
        buf_text(&b, "\n");
    }
    buf_text(&b, "    return o\n  end }\n");
    int fine = assess_open(a, tap_file("shares.lua", buf_string(&b))) == ASSESS_OK &&
               assess_run(a) == ASSESS_OK;
    ok(fine, "the rules run");
    for (size_t i = 0; !fine && i < assess_message_count(a); i++)
        diag("%s", assess_message_at(a, i).text);
    if (!fine) diag("%s", buf_string(&b));
    for (int n = 0; fine && n < OUTPUTS; n++) check(a, n, 1);
    for (int n = 0; fine && n < 5; n++) check(a, n, 0);
    if (fine) check_weights(a);
    buf_release(&b);
}

/* Sums of so many parts that they are not followed: then there is nothing but the output. */
static void too_many(assess *a) {
    const assess_step *step;
    size_t unit = 0;
    int fine =
        assess_open(
            a, tap_file("long.lua",
                        "return assessment { id = 's', title = 'S',\n"
                        "  data = { x = csv('shares.csv', { unit = "
                        "'unit' }) },\n"
                        "  compute = function(a)\n"
                        "    local x, all, few = a.data.x, 0, 0\n"
                        "    local one, two = 0 * sum(x, 'indicator'), sum(x, 'indicator')\n"
                        "    for i = 2, 60 do one, two = two, one + two end\n"
                        "    local low, high = 0 * sum(x, 'indicator'), sum(x, 'indicator')\n"
                        "    for i = 2, 90 do low, high = high, high + low end\n"
                        "    local times, once = 0, mean(x, 'indicator')\n"
                        "    for i = 1, 100 do times = times + once * i end\n"
                        "    local own = {}\n"
                        "    for i = 2, 65 do own[i] = once * i end\n"
                        "    own[64] = once + sum(x, 'indicator')\n"
                        "    local wide, wider = once, once\n"
                        "    for i = 64, 2, -1 do wide = wide + own[i] end\n"
                        "    for i = 65, 2, -1 do wider = wider + own[i] end\n"
                        "    for i = 1, 1200 do\n"
                        "      all = all + sum(x * i, 'indicator')\n"
                        "      if i == 20 then few = all end\n"
                        "    end\n"
                        "    return { all = all, few = few, fib = two, bif = high, times = times,\n"
                        "      wide = wide, wider = wider }\n"
                        "  end }\n")) == ASSESS_OK &&
        assess_run(a) == ASSESS_OK;
    ok(fine, "long sums run");
    size_t few = fine ? assess_shares(a, assess_output_named(a, "few"), &unit, 1, &step) : 0;
    double found = 0;
    for (size_t i = 0; i < few; i++)
        if (step[i].depth == 1 && !isnan(step[i].value)) found += step[i].share;
    is_near(found, 210 * (80 + 40 + 7 - 12), 1e-9, "the parts of a sum of 20 sums are all of it");
    /* Each number is the sum of the two before it: that of 60 is 1548008755920 times the first. */
    static const struct {
        const char *name;
        double of_all;
    } again[] = {{"fib", 1548008755920},
                 {"bif", 2880067194370816e3},
                 {"times", 5050.0 / 4},
                 {"wide", 2017.0 / 4 + 1}};
    for (size_t k = 0; k < sizeof again / sizeof *again; k++) {
        size_t n =
            fine ? assess_shares(a, assess_output_named(a, again[k].name), &unit, 1, &step) : 0;
        found = 0;
        for (size_t i = 0; i < n; i++)
            if (step[i].depth == 1 && !isnan(step[i].value)) found += step[i].share;
        is_near(found / again[k].of_all, 115, 1e-9, "%s: a sum that is used again and again is one",
                again[k].name);
        is_int((intmax_t)n, 6, "with a step for each of its five parts");
    }
    size_t all = fine ? assess_shares(a, assess_output_named(a, "all"), &unit, 1, &step) : 0;
    is_int((intmax_t)all, 1, "of 1200 sums there are no parts");
    all = fine ? assess_shares(a, assess_output_named(a, "wider"), &unit, 1, &step) : 0;
    is_int((intmax_t)all, 1, "nor of 65 numbers that are to be followed at once, as 64 are");
}

int main(void) {
    buf b = BUF_INIT;
    buf_text(&b, "unit");
    for (int i = 0; i < ITEMS; i++) buf_print(&b, ",i%d", i);
    for (int u = 0; u < UNITS; u++) {
        buf_print(&b, "\n%c", 'A' + u);
        for (int i = 0; i < ITEMS; i++)
            if (isnan(cell[u][i]))
                buf_text(&b, ",");
            else
                buf_print(&b, ",%g", cell[u][i]);
    }
    buf_text(&b, "\n");
    tap_file("shares.csv", buf_string(&b));
    buf_release(&b);
    assess *a = assess_new();
    assess_setting(a, "threads", "1");
    many(a);
    assess_free(a);
    a = assess_new();
    too_many(a);
    assess_free(a);
    return done_testing();
}
