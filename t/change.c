/* Elements of outputs changed after the run: what follows is what other data give, nothing else
 * moves, and undoing it leaves every bit as it was. */
#include <math.h>
#include <string.h>

#include "base/splitmix64.h"
#include "session/session.h"
#include "tap.h"

static const char rules[] =
    "return assessment { id = 'c', title = 'C', params = { times = 3, level = 30 },\n"
    "  data = { x = csv('x.csv', { unit = 'unit', part = 'part', value = 'v' }) },\n"
    "  compute = function(a)\n"
    "    local x = a.data.x\n"
    "    local half = x / 2\n"
    "    local total = sum(half * a.params.times, 'part')\n"
    "    return { x = x, half = half, total = total, rank = rank(total, 'unit'), double = x * 2,\n"
    "             grade = where(total:ge(a.params.level), 'good', 'poor') }\n"
    "  end }\n";

static assess *session(const char *csv) {
    assess *a = assess_new();
    assess_data_text(a, "x", "x.csv", csv, strlen(csv));
    if (assess_open(a, tap_file("rules.lua", rules)) || assess_run(a))
        diag("%s", assess_message_at(a, 0).text);
    return a;
}

static void is_same(assess *a, assess *b, const char *name, const char *what) {
    const assess_array *x = assess_output_named(a, name), *y = assess_output_named(b, name);
    for (size_t i = 0; i < x->size; i++) {
        if (x->kind == ASSESS_TEXT)
            is_str(assess_text(a, x->value[i]), assess_text(b, y->value[i]),
                   "%s: %s of element %zu", what, name, i);
        else
            is_num(x->value[i], y->value[i], "%s: %s of element %zu", what, name, i);
    }
}

/* ---- changes that are followed element by element ---- */

static const char index_rules[] =
    "local own = {}\n"
    "for i = 1, 40 do own[i] = indicator { 'i' .. i, 'I' .. i, weight = 1 + i %% 4 } end\n"
    "return assessment { id = 'f', title = 'F', index = index { 'all', 'All', table.unpack(own) "
    "},\n"
    "  data = { x = csv('x.csv', { unit = 'unit', indicator = 'what', value = 'v' }),\n"
    "           y = csv('y.csv', { unit = 'unit', value = 'v' }) },\n"
    "  compute = function(a)\n"
    "    local x, y, w = a.data.x, a.data.y, a.index.weight\n"
    "    local lo, hi = min(x, 'unit'), max(x, 'unit')\n"
    "    local s = clamp((x - lo) / (hi - lo), 0.05, 0.95)\n"
    "    local score = mean(s, 'indicator', { weights = w }) + log(y)\n"
    "    return { score = score, known = count(x, 'indicator'), sums = sum(x, 'unit'),\n"
    "             s = s, top = max(s, 'indicator'), all = sum(sum(x * y, 'unit'), 'indicator')%s "
    "}\n"
    "  end }\n";

static assess *index_session(const char *more) {
    char text[2048], x[8192], y[256];
    size_t at = (size_t)snprintf(x, sizeof x, "unit,what,v\n"), to;
    to = (size_t)snprintf(y, sizeof y, "unit,v\n");
    for (int u = 0; u < 6; u++) {
        to += (size_t)snprintf(y + to, sizeof y - to, "u%d,%d\n", u, u + 1);
        for (int i = 1; i <= 40; i++)
            if ((u + i) % 11)
                at += (size_t)snprintf(x + at, sizeof x - at, "u%d,i%d,%d.%d\n", u, i,
                                       i * 7919 * (u + 1) % 100, i % 10);
    }
    snprintf(text, sizeof text, index_rules, more);
    assess *a = assess_new();
    assess_data_text(a, "x", "x.csv", x, strlen(x));
    assess_data_text(a, "y", "y.csv", y, strlen(y));
    if (assess_open(a, tap_file("index.lua", text)) || assess_run(a))
        diag("%s", assess_message_at(a, 0).text);
    return a;
}

static size_t other_bits(const assess *a, const assess *b) {
    size_t n = 0;
    for (size_t o = 0; o < assess_output_count(a); o++) {
        const assess_array *x = assess_output(a, o), *y = assess_output(b, o);
        for (size_t i = 0; i < x->size; i++)
            n += (x->value[i] == x->value[i] || y->value[i] == y->value[i]) &&
                 memcmp(&x->value[i], &y->value[i], sizeof(double)) != 0;
    }
    return n;
}

/* The same changes in two sessions, of which one follows them. `wild`: of sizes that sums cannot
 * hold beside one another. */
static void follows(const char *more, int all, int wild, uint64_t seed) {
    assess *a = index_session(more), *b = index_session(more);
    const assess_array *data[2] = {assess_array_named(a, "data.x"),
                                   assess_array_named(a, "data.y")},
                       *there[2] = {assess_array_named(b, "data.x"),
                                    assess_array_named(b, "data.y")};
    size_t different = 0;
    const uint64_t began = seed;
    session_follow(a, data, 2);
    ok(a->ripple, "changes can be followed");
    uint64_t computed = ex_run_computed(a->h->run);
    for (int i = 0; i < 400; i++) {
        const uint64_t at = splitmix64(&seed), what = splitmix64(&seed);
        const int which = at % 8 == 0;
        const size_t element = (size_t)(at >> 8) % data[which]->size;
        double value = (double)(what % 2000) / 16 - 20;
        if (what >> 60 == 0) value = NAN;
        if (what >> 60 == 1) value = -0.0;
        if (wild && what >> 61 == 1) value *= 1e30;
        assess_change(a, data[which], element, value);
        assess_change(b, there[which], element, value);
        if (what >> 58 & 1) continue; /* several changes before all is computed */
        if (assess_recompute(a) || assess_recompute(b)) diag("it cannot be computed");
        different += other_bits(a, b);
    }
    computed = ex_run_computed(a->h->run) - computed;
    if (!wild) ok(a->ripple, "and were until the end");
    if (all && !wild) is_int((intmax_t)computed, 0, "the run computed nothing for it");
    is_int(session_follow_end(a), ASSESS_OK, "the run computes all again");
    is_int(assess_recompute(b), ASSESS_OK, "and the other");
    different += other_bits(a, b);
    is_int((intmax_t)different, 0, "the same bits (seed %llu)", (unsigned long long)began);
    assess_free(a);
    assess_free(b);
}

int main(void) {
    follows("", 1, 0, 1);
    follows(", rank = rank(score, 'unit'), last = first(x, 'indicator'),\n"
            "      most = max(rank(x, 'unit') + s, 'unit')",
            0, 0, 2);
    follows("", 1, 1, 3);
    static const char plain[] = "unit,part,v\nA,p,8\nA,q,10\nB,p,6\nB,q,\nC,p,14\nC,q,9\n";
    static const char other[] = "unit,part,v\nA,p,8\nA,q,10\nB,p,16\nB,q,\nC,p,14\nC,q,9\n";
    assess *a = session(plain), *before = session(plain), *wanted = session(other);
    const assess_array *half = assess_output_named(a, "half"), *x = assess_output_named(a, "x"),
                       *twice = assess_output_named(a, "double"),
                       *total = assess_output_named(a, "total"),
                       *grade = assess_output_named(a, "grade");
    size_t bp = 0;
    for (size_t i = 0; i < half->size; i++)
        if (half->value[i] == 3) bp = i;
    is_num(half->value[bp], 3, "half of B's figure is 3");

    ok(assess_depends(a, total, half) && assess_depends(a, grade, x),
       "the total is computed from the halves");
    ok(!assess_depends(a, half, total) && !assess_depends(a, twice, half),
       "not the other way round, and not from what it does not use");
    ok(assess_depends(a, total, total), "an output depends on itself");

    /* Half of 16 in place of half of 6: all that hangs on the halves is as with 16, the rest stays.
     */
    is_int(assess_change(a, half, bp, 8), ASSESS_OK, "a computed element changes");
    is_int(assess_recompute(a), ASSESS_OK, "what depends on it is recomputed");
    is_same(a, wanted, "half", "computed");
    is_same(a, wanted, "total", "computed");
    is_same(a, wanted, "rank", "computed");
    is_same(a, wanted, "grade", "computed");
    is_same(a, before, "double", "computed");
    is_same(a, before, "x", "computed");
    assess_change(a, half, bp, 3);
    assess_recompute(a);
    for (size_t i = 0; i < assess_output_count(a); i++)
        is_same(a, before, assess_output(a, i)->name, "undone");

    /* The same with the data itself: everything is as with the other data. */
    size_t at = 0;
    for (size_t i = 0; i < x->size; i++)
        if (x->value[i] == 6) at = i;
    is_int(assess_change(a, x, at, 16), ASSESS_OK, "an element of the data changes");
    assess_recompute(a);
    for (size_t i = 0; i < assess_output_count(a); i++)
        is_same(a, wanted, assess_output(a, i)->name, "data");
    assess_change(a, x, at, 6);
    assess_recompute(a);
    for (size_t i = 0; i < assess_output_count(a); i++)
        is_same(a, before, assess_output(a, i)->name, "data undone");

    /* Missing is a value like others: B without its half has no total at all. */
    assess_change(a, half, bp, (double)NAN);
    assess_recompute(a);
    ok(isnan(total->value[1]), "B without any half has no total");
    assess_change(a, half, bp, 3);
    assess_recompute(a);
    is_same(a, before, "total", "and has it again");

    assess *fresh = assess_new();
    is_int(assess_recompute(fresh), ASSESS_USAGE, "nothing is computed again before the run");
    assess_free(fresh);

    /* The same through the data by name. */
    const assess_array *data = assess_array_named(a, "data.x");
    assess_change(a, data, at, 16);
    is_int(assess_recompute(a), ASSESS_OK, "data changes by its name");
    is_num(data->value[at], 16, "and tells its new value");
    for (size_t i = 0; i < assess_output_count(a); i++)
        is_same(a, wanted, assess_output(a, i)->name, "data by name");
    assess_change(a, data, at, 6);
    assess_recompute(a);

    /* Leaves change as if they had been set before the run. */
    assess *set = assess_new();
    assess_data_text(set, "x", "x.csv", plain, strlen(plain));
    assess_set(set, "params.times", "5");
    assess_set(set, "params.level", "40");
    is_int(assess_open(set, tap_path("rules.lua")) || assess_run(set), 0, "set before the run");
    is_int(assess_change_leaf(a, "params.times", "5"), ASSESS_OK, "a leaf changes after it");
    is_int(assess_change_leaf(a, "params.level", "40"), ASSESS_OK, "and another");
    assess_recompute(a);
    for (size_t i = 0; i < assess_output_count(a); i++)
        is_same(a, set, assess_output(a, i)->name, "leaf");
    is_int(assess_change_leaf(a, "params.time", "5"), ASSESS_USAGE, "an unknown leaf is refused");
    is_int(assess_change_leaf(a, "params.times", "many"), ASSESS_USAGE,
           "a value that is no number is refused");
    assess_recompute(a);
    is_same(a, set, "total", "refused changes change nothing");
    assess_change_leaf(a, "params.times", "3");
    assess_change_leaf(a, "params.level", "30");
    assess_recompute(a);
    for (size_t i = 0; i < assess_output_count(a); i++)
        is_same(a, before, assess_output(a, i)->name, "leaf undone");
    assess_free(set);
    is_int(assess_change(before, assess_output_named(before, "total"), 99, 1), ASSESS_BUG,
           "an element that does not exist is refused");
    assess_free(a);
    assess_free(before);
    assess_free(wanted);
    return done_testing();
}
