/* Elements of outputs changed after the run: what follows is what other data give, nothing else
 * moves, and undoing it leaves every bit as it was. */
#include <math.h>
#include <string.h>

#include "assess.h"
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

int main(void) {
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
