/* The graph: equal nodes are one, shapes and kinds are checked where a node is made. */
#include "expr/graph.h"
#include "tap.h"

static pool *strings;
static ax_space *space;
static ex_graph *g;
static fault f;
static int unit, year, group, other;
static ex_id x, y, truth, text, day, scalar;

static int make(const char *name, uint32_t n, const char *const *label_text) {
    uint32_t label[8];
    for (uint32_t i = 0; i < n; i++)
        label[i] = pool_put(strings, label_text[i], strlen(label_text[i]));
    return ax_make(space, name, label, n, &f);
}

static ex_id leaf(ex_kind kind, ax_set axes) {
    static double zeros[64];
    static int next;
    ex_values v = {
        .origin = EX_LEAF, .kind = kind, .axes = axes, .value = zeros + next++, .name = "leaf"};
    return ex_values_node(g, &v, &f);
}

static void open_all(void) {
    strings = pool_open();
    space = ax_open(strings);
    g = ex_open(space);
    unit = make("unit", 3, (const char *const[]){"A", "B", "C"});
    year = make("year", 2, (const char *const[]){"2011", "2012"});
    group = make("group", 2, (const char *const[]){"G", "H"});
    other = make("other", 3, (const char *const[]){"A", "B", "C"});
    x = leaf(EX_NUMBER, AX_BIT(unit) | AX_BIT(year));
    y = leaf(EX_NUMBER, AX_BIT(unit));
    truth = leaf(EX_TRUTH, AX_BIT(unit));
    text = leaf(EX_TEXT, AX_BIT(unit));
    day = leaf(EX_DATE, AX_BIT(unit));
    scalar = leaf(EX_NUMBER, 0);
}

static void close_all(void) {
    ex_close(g);
    ax_close(space);
    pool_close(strings);
    fault_release(&f);
}

#define U(op, a) ex_unary(g, EX_##op, a, &f)
#define B(op, a, b) ex_binary(g, EX_##op, a, b, &f)
#define T(op, a, b, c) ex_ternary(g, EX_##op, a, b, c, &f)
#define N(v) ex_number(g, v, &f)

static void is_node(ex_id n, ex_kind kind, ax_set axes, const char *name) {
    char shape[128] = "";
    if (!ok(n, "%s", name)) {
        diag("%s", f.listed ? f.item[0].text : "no reason given");
        fault_release(&f);
        f = FAULT_INIT;
        return;
    }
    const ex_node *is = ex_get(g, n);
    ax_describe(space, is->axes, shape, sizeof shape);
    if (!ok(is->kind == kind && is->axes == axes, "%s: %s over the right axes", name,
            ex_kind_text(kind)))
        diag("%s over %s", ex_kind_text((ex_kind)is->kind), shape);
}

/* A fault with this in its message, and no node. */
static void refused(ex_id n, const char *says, const char *name) {
    ok(!n && f.kind == FAULT_RULE, "%s is refused", name);
    has_str(f.listed ? f.item[0].text : "", says, "%s: message", name);
    fault_release(&f);
    f = FAULT_INIT;
}

static int call(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)argc, (void)in;
    *out = arg[0];
    return 1;
}

static void equal_nodes(void) {
    uint32_t before = ex_count(g);
    ok(B(add, x, y) == B(add, x, y) && ex_count(g) == before + 1, "equal nodes are one");
    ok(B(add, x, y) != B(add, y, x), "operands in another order are another node");
    ok(N(2) == N(2) && N(2) != N(3), "equal constants are one");
    ok(N(0.0) != N(-0.0), "0 and -0 are two constants");
    ok(N(NAN) == N(NAN) && N(NAN) != N(0), "a missing constant is one");
    ok(N(1) != ex_truth(g, 1, &f), "kinds are told apart");
    ok(ex_labels(g, unit, &f) == ex_labels(g, unit, &f), "labels of an axis are one node");
    ok(ex_positions(g, year, &f) == ex_positions(g, year, &f), "positions of an axis are one node");
    ok(ex_positions(g, year, &f) != ex_labels(g, year, &f), "positions are not labels");
    ok(ex_reduce(g, EX_quantile, x, unit, 0.25, &f) != ex_reduce(g, EX_quantile, x, unit, 0.75, &f),
       "parameters are told apart");
    ok(ex_reduce(g, EX_sum, x, unit, 0, &f) != ex_reduce(g, EX_sum, x, year, 0, &f),
       "axes are told apart");
    ok(ex_scan(g, EX_rank, x, unit, 0, EX_TIES_MIN, 0, &f) !=
           ex_scan(g, EX_rank, x, unit, 0, EX_TIES_MAX, 0, &f),
       "ways with ties are told apart");
    ok(ex_scan(g, EX_rank, x, unit, 0, EX_TIES_MIN, 0, &f) !=
           ex_scan(g, EX_rank, x, unit, 0, EX_TIES_MIN, 1, &f),
       "directions are told apart");
    ok(ex_slice(g, x, year, 0, &f) != ex_slice(g, x, year, 1, &f), "slices are told apart");
    ex_function fn = {.name = "f", .gives = EX_NUMBER, .call = call, .same = 7};
    ex_id once = ex_lookup(g, &fn, &text, 1, &f);
    ok(once && once == ex_lookup(g, &fn, &text, 1, &f),
       "functions that are the same make one node");
    fn.same = 8;
    ok(once != ex_lookup(g, &fn, &text, 1, &f), "another function makes another node");
    fn.same = 0;
    ok(ex_lookup(g, &fn, &text, 1, &f) != ex_lookup(g, &fn, &text, 1, &f),
       "functions that may differ each time are never one node");
    before = ex_count(g);
    ex_id d = x;
    for (int i = 0; i < 64; i++) d = B(add, d, d);
    is_int(ex_count(g) - before, 64, "64 doublings cost 64 nodes");
    before = ex_count(g);
    for (int i = 0; i < 5000; i++) B(mul, x, N(i + 1000));
    uint32_t grown = ex_count(g);
    for (int i = 0; i < 5000; i++) B(mul, x, N(i + 1000));
    ok(grown == before + 10000 && ex_count(g) == grown, "thousands of nodes are found again");
}

/* Constants are what they hold; all else is where it lies, or which column of which table. */
static void sources(void) {
    static const double one[] = {1, 0, 1}, like_one[] = {1, 0, 1}, other_one[] = {1, 1, 1};
    static const double *const columns[] = {one, like_one};
    const ex_values list = {
        .origin = EX_LITERAL, .kind = EX_TRUTH, .axes = AX_BIT(unit), .value = one, .tag = 3};
    ex_values v = list;
    ex_id n = ex_values_node(g, &v, &f);
    is_node(n, EX_TRUTH, AX_BIT(unit), "a list in the rule");
    v.value = like_one;
    ok(ex_values_node(g, &v, &f) == n, "a list of the same values is the same");
    v.value = other_one;
    ok(ex_values_node(g, &v, &f) != n, "one of others is another");
    v = list, v.value = like_one, v.tag = 4;
    ok(ex_values_node(g, &v, &f) != n, "so is one of another place");
    v = list, v.axes = AX_BIT(other);
    ok(ex_values_node(g, &v, &f) != n, "and one along another axis");
    v = list, v.kind = EX_NUMBER;
    ok(ex_values_node(g, &v, &f) != n, "and one of another kind");
    v = list, v.origin = EX_DATA, v.name = "d";
    ex_id data = ex_values_node(g, &v, &f);
    ok(data != n && ex_values_node(g, &v, &f) == data, "data are no list");
    v.value = like_one;
    ok(ex_values_node(g, &v, &f) != data, "data of the same values are not the same");
    v.value = NULL, v.column = columns;
    ex_id column = ex_values_node(g, &v, &f);
    ok(column != data && ex_values_node(g, &v, &f) == column, "nor are columns");
    v.column = columns + 1;
    ok(ex_values_node(g, &v, &f) != column, "of which each is its own");
    v = list, v.origin = EX_DATA, v.name = "d", v.value = NULL, v.later = 1;
    ex_id later = ex_values_node(g, &v, &f);
    ok(later != column && ex_values_node(g, &v, &f) == later, "a column that is not there yet");
    v.later = 2;
    ok(ex_values_node(g, &v, &f) != later, "another such column");
    v.later = 1, v.tag = 5;
    ok(ex_values_node(g, &v, &f) != later, "one of another table");
    v.tag = 3, v.name = "e";
    ok(ex_values_node(g, &v, &f) != later, "one of another name");
    v.name = (char[]){'d', 0};
    ok(ex_values_node(g, &v, &f) == later, "names are equal by their letters");
    v = list, v.origin = EX_DATA, v.name = "d", v.value = NULL;
    ex_id nowhere = ex_values_node(g, &v, &f);
    ok(nowhere != later, "what has no column yet is not one of them");
    ex_values_arrive(g, later, other_one);
    ok(ex_values_of(g, later)->value == other_one, "values arrive");
}

static void labels(void) {
    const ex_values *text_is = ex_values_of(g, ex_labels(g, unit, &f)),
                    *number_is = ex_values_of(g, ex_labels(g, year, &f)),
                    *position_is = ex_values_of(g, ex_positions(g, unit, &f));
    int good = text_is->tag == 0 && number_is->tag == 0 && position_is->tag == 1;
    for (int i = 0; i < 3; i++) {
        const char letter[] = {(char)('A' + i), 0};
        good &= !strcmp(pool_text(strings, (uint32_t)text_is->value[i]), letter);
        good &= position_is->value[i] == i;
    }
    ok(good && number_is->value[0] == 2011 && number_is->value[1] == 2012,
       "labels are texts or numbers, positions are counted from 0");
    is_str(text_is->name, "unit", "they have the name of their axis");
    static const double none[] = {NAN, NAN, NAN};
    ex_values v = {.origin = EX_LEAF, .kind = EX_NUMBER, .value = none, .name = "leaf"};
    ok(ex_is_missing(g, N(NAN)) && !ex_is_missing(g, N(1)), "the missing constant");
    ok(!ex_is_missing(g, ex_values_node(g, &v, &f)), "a parameter that is missing is none");
    v = (ex_values){.origin = EX_LITERAL, .kind = EX_NUMBER, .axes = AX_BIT(unit), .value = none};
    ok(!ex_is_missing(g, ex_values_node(g, &v, &f)) && !ex_is_missing(g, B(add, x, y)),
       "nor a list, nor what is computed");
}

static void names(void) {
    ex_id a = B(mul, x, N(501)), b = B(mul, x, N(502)), c = B(mul, x, N(503));
    ok(!ex_called(g, a), "no name yet");
    ex_call(g, a, "method", 0);
    is_str(ex_called(g, a), "method", "a name in a method");
    ex_call(g, a, "second", 0);
    is_str(ex_called(g, a), "method", "the first name stays");
    ex_call(g, a, "rule", 1);
    is_str(ex_called(g, a), "rule", "that of the rules comes before it");
    ex_call(g, a, "rule_2", 1);
    is_str(ex_called(g, a), "rule", "the first of these stays");
    ex_call(g, a, "method", 0);
    is_str(ex_called(g, a), "rule", "also when a method has one");
    ex_call(g, b, "rule", 1);
    ex_call(g, c, "method", 0);
    ok(ex_called(g, b) == ex_called(g, a), "one name may be that of several");
    is_str(ex_called(g, c), "method", "each has its own");
    ex_call(g, x, "source", 1);
    ok(!ex_called(g, x), "a source has the name of its table");
}

static void positions(void) {
    ex_mark(g, 3, 42);
    ex_id n = B(sub, x, N(77));
    is_int(ex_get(g, n)->line, 42, "a node carries the line that made it");
    is_int(ex_get(g, n)->file, 3, "a node carries the file");
    ex_mark(g, 3, 43);
    ok(B(sub, x, N(77)) == n && ex_get(g, n)->line == 42, "an equal node keeps its first line");
    ex_mark_from(g, 4, 50, 6);
    ex_id m = B(sub, x, N(78));
    ok(ex_get(g, m)->line == 43 && ex_get(g, m)->from_file == 4 && ex_get(g, m)->from_line == 50 &&
           ex_get(g, m)->from_column == 6,
       "and where the rules called for it");
    ex_mark(g, 3, 44);
    is_int(ex_get(g, B(sub, x, N(79)))->from_line, 0, "a new line was not called for yet");
    ok(ex_arg(g, n, 0) == x && ex_arg(g, n, 1) == N(77) && ex_arg(g, n, 2) == 0,
       "operands in their order");
    ok(ex_values_of(g, x) && !ex_values_of(g, n) && !ex_function_of(g, n),
       "only sources have values");
}

static void kinds_and_shapes(void) {
    ax_set u = AX_BIT(unit), uy = u | AX_BIT(year);
    is_node(B(add, x, y), EX_NUMBER, uy, "shapes broadcast by name");
    is_node(B(add, ex_slice(g, x, unit, 0, &f), y), EX_NUMBER, uy, "shapes without a common axis");
    is_node(B(add, scalar, truth), EX_NUMBER, u, "a truth counts as a number");
    is_node(B(ge, x, scalar), EX_TRUTH, uy, "comparing numbers");
    is_node(B(eq, text, ex_text(g, pool_put(strings, "A", 1), &f)), EX_TRUTH, u, "comparing text");
    is_node(B(lt, day, ex_date(g, 15000, &f)), EX_TRUTH, u, "comparing dates");
    is_node(B(sub, day, day), EX_NUMBER, u, "dates differ by a number of days");
    is_node(B(add, day, N(30)), EX_DATE, u, "a date and days");
    is_node(B(sub, day, N(30)), EX_DATE, u, "days before a date");
    is_node(B(add, N(30), day), EX_DATE, u, "days and a date");
    is_node(B(least, day, day), EX_DATE, u, "the earlier date");
    is_node(B(and, truth, U(not, truth)), EX_TRUTH, u, "truths");
    is_node(U(missing, text), EX_TRUTH, u, "missing text");
    is_node(T(where, truth, text, N(NAN)), EX_TEXT, u, "the missing constant goes with text");
    is_node(T(where, truth, day, day), EX_DATE, u, "where of dates");
    is_node(B(coalesce, text, text), EX_TEXT, u, "coalesce of text");
    is_node(T(clamp, day, day, day), EX_DATE, u, "clamp of dates");
    is_node(ex_reduce(g, EX_sum, x, unit, 0, &f), EX_NUMBER, AX_BIT(year),
            "a reduction takes the axis away");
    is_node(ex_reduce(g, EX_count, text, unit, 0, &f), EX_NUMBER, 0, "counting text");
    is_node(ex_reduce(g, EX_first, text, unit, 0, &f), EX_TEXT, 0, "the first text");
    is_node(ex_reduce(g, EX_max, day, unit, 0, &f), EX_DATE, 0, "the latest date");
    is_node(ex_reduce(g, EX_any, truth, unit, 0, &f), EX_TRUTH, 0, "any");
    is_node(ex_scan(g, EX_rank, day, unit, 0, EX_TIES_MIN, 0, &f), EX_NUMBER, u,
            "the rank of dates");
    is_node(ex_scan(g, EX_lag, text, unit, 1, 0, 0, &f), EX_TEXT, u, "lag of text");
    is_node(ex_scan(g, EX_fill, day, unit, 1, 0, 0, &f), EX_DATE, u, "fill of dates");
    is_node(ex_slice(g, x, year, 1, &f), EX_NUMBER, u, "a slice");
    is_node(ex_rename(g, x, unit, other, &f), EX_NUMBER, AX_BIT(other) | AX_BIT(year), "a rename");
    is_node(ex_labels(g, year, &f), EX_NUMBER, AX_BIT(year), "labels that are numbers");
    is_node(ex_labels(g, unit, &f), EX_TEXT, u, "labels that are text");
    is_node(ex_gather(g, x, unit, ex_position_of(g, text, unit, &f), &f), EX_NUMBER, uy,
            "a look-up");
    ex_id by = ex_position_of(g, leaf(EX_TEXT, u), group, &f);
    is_node(ex_reduce_by(g, EX_sum, x, unit, by, group, &f), EX_NUMBER,
            AX_BIT(year) | AX_BIT(group), "sum by groups");
    is_node(ex_label_of(g, EX_argmax, x, unit, &f), EX_TEXT, AX_BIT(year),
            "the label of an extreme");
}

static void refusals(void) {
    refused(B(add, x, text), "text", "adding text");
    refused(B(lt, text, text), "text", "ordering text");
    refused(B(add, day, day), "date", "adding dates");
    refused(B(mul, day, x), "date", "multiplying dates");
    refused(B(sub, x, day), "date", "a number less a date");
    refused(B(eq, text, x), "text", "comparing text and numbers");
    refused(B(and, x, truth), "number", "& of numbers");
    refused(U(not, x), "number", "~ of numbers");
    refused(U(log, text), "text", "log of text");
    refused(T(where, x, x, x), "'where'", "where of a number");
    refused(T(where, truth, x, text), "text", "where of two kinds");
    refused(T(clamp, text, x, x), "text", "clamp of text");
    refused(ex_reduce(g, EX_sum, y, year, 0, &f), "'year'",
            "a sum along an axis that is not there");
    refused(ex_reduce(g, EX_sum, text, unit, 0, &f), "text", "a sum of text");
    refused(ex_reduce(g, EX_max, text, unit, 0, &f), "text", "a maximum of text");
    refused(ex_reduce(g, EX_any, x, unit, 0, &f), "number", "any of numbers");
    refused(ex_reduce(g, EX_quantile, x, unit, 1.5, &f), "1.5", "a quantile beyond 1");
    refused(ex_reduce(g, EX_quantile, x, unit, NAN, &f), "'quantile'",
            "a quantile at a missing place");
    ex_id by = ex_position_of(g, leaf(EX_TEXT, AX_BIT(unit)), group, &f);
    refused(ex_reduce_by(g, EX_median, x, unit, by, group, &f), "'median'", "a median by groups");
    refused(ex_reduce_by(g, EX_sum, x, unit, x, group, &f), "'unit'",
            "groups over more than the axis");
    refused(ex_reduce_by(g, EX_sum, x, unit, by, year, &f), "'year'",
            "groups on an axis that is there");
    refused(ex_scan(g, EX_rank, text, unit, 0, EX_TIES_MIN, 0, &f), "text", "the rank of text");
    refused(ex_scan(g, EX_cumsum, day, unit, 0, 0, 0, &f), "date", "a running sum of dates");
    refused(ex_scan(g, EX_rank, scalar, unit, 0, EX_TIES_MIN, 0, &f), "a single value",
            "ranks of a single value");
    refused(ex_rename(g, x, unit, group, &f), "'group'", "a rename to other labels");
    refused(ex_rename(g, x, unit, year, &f), "'year'", "a rename to an axis that is there");
    refused(ex_gather(g, x, unit, text, &f), "text", "a look-up by text that is no position");
    refused(ex_position_of(g, x, unit, &f), "'unit'", "numbers as labels of text");
    refused(ex_number(g, INFINITY, &f), "infinite", "an infinite constant");
    refused(ex_upto(g, x, unit, scalar, &f), "'unit'", "upto along text labels");
    refused(ex_slice(g, y, year, 0, &f), "'at' along 'year', but the array is over unit",
            "a slice along an axis that is not there");
    refused(ex_gather(g, y, year, y, &f), "along 'year', but the array is over unit",
            "a look-up along such an axis");
    refused(ex_rename(g, y, year, group, &f), "along 'year', but the array is over unit",
            "a rename of such an axis");
    ok(!ex_slice(g, 0, unit, 0, &f) && !ex_gather(g, 0, unit, y, &f) &&
           !ex_gather(g, x, unit, 0, &f) && !ex_rename(g, 0, unit, other, &f) &&
           !ex_reduce(g, EX_sum, 0, unit, 0, &f) && !ex_scan(g, EX_lag, 0, unit, 1, 0, 0, &f) &&
           !ex_position_of(g, 0, unit, &f) && !ex_reduce_by(g, EX_sum, 0, unit, by, group, &f) &&
           !ex_reduce_by(g, EX_sum, x, unit, 0, group, &f) && !U(neg, 0) && !B(add, x, 0) &&
           !T(where, truth, x, 0) && !T(where, truth, text, 0) && !T(where, truth, 0, text) &&
           !T(where, 0, x, x) && !T(clamp, day, 0, day) && !f.count,
       "nothing is made of what has failed");
    ok(B(add, 0, x) == 0 && f.count == 0, "an operand that failed makes no further fault");
}

static void limits(void) {
    uint32_t left = ex_count(g) + 3;
    ex_limit(g, left);
    ex_id n = x;
    for (int i = 0; i < 10 && n; i++) n = B(pow, n, scalar);
    ok(!n && f.kind == FAULT_LIMIT, "a node over the limit is refused");
    is_int(ex_count(g), left, "the graph stays as it was");
    ok(B(add, x, y), "a node that exists can still be asked for");
    fault_release(&f);
    f = FAULT_INIT;
    ex_limit(g, 1000000);
    uint32_t label[4000];
    char name[16];
    for (uint32_t i = 0; i < 4000; i++) {
        snprintf(name, sizeof name, "n%u", i);
        label[i] = pool_put(strings, name, strlen(name));
    }
    ex_id huge = 0;
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "long%d", i);
        ex_id along = ex_positions(g, ax_make(space, name, label, 4000, &f), &f);
        huge = i ? B(add, huge, along) : along;
    }
    ok(!huge && f.kind == FAULT_LIMIT, "an array of 10^18 elements is refused");
    is_str(f.item[0].text,
           "an array over long0 × long1 × long2 × long3 × long4 has too many elements",
           "the message names the axes");
    fault_release(&f);
    f = FAULT_INIT;
    ex_id all = ex_positions(g, ax_make_rows(space, "all", 1 << 24, &f), &f),
          less = ex_positions(g, ax_make_rows(space, "less", (1 << 24) - 1, &f), &f),
          many = ex_positions(g, ax_make_rows(space, "many", 1 << 24, &f), &f);
    ok(all && less && many && B(add, all, less), "2^48 elements less some are not too many");
    ok(!B(add, all, many) && f.kind == FAULT_LIMIT, "2^48 are");
    is_str(f.item[0].text, "an array over all × many has too many elements", "which is said");
}

int main(void) {
    open_all();
    equal_nodes();
    sources();
    labels();
    names();
    positions();
    kinds_and_shapes();
    refusals();
    if (!ok(f.count == 0, "no fault was left over")) diag("%s", f.item[0].text);
    limits();
    close_all();
    return done_testing();
}
