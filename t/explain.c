// Why a number is what it is: steps from a result down to the cells of the CSV file and the leaves
// of the rules. Every expected figure is worked out by hand from the data below.
#include "tap.h"

#include "assess.h"

static const char towns[] = "town,what,year,figure,status\n" /* line 1 */
                            "Oslo,A,2009,50,final\n"
                            "Oslo,A,2010,80,flash\n"
                            "Oslo,B,2010,30,final\n"
                            "Rome,A,2010,40,final\n"
                            "Rome,C,2010,9,final\n";

static const char rules[] =
    "local function capped(x, i, cap) return clamp(100 * x / i.standard, 0, cap) end\n" /* line 1 */
    "return assessment {\n"
    "  id = 't', title = 'Towns', cite = 'Act 1',\n"
    "  data = { observed = csv('towns.csv', { unit = 'town', indicator = 'what', year = 'year',\n"
    "                                         value = 'figure', carry = 'status' }) },\n"
    "  params = { year = 2010, cap = 100, least = 2 },\n"
    "  index = index { 'all', 'All',\n"
    "    group { 'G', 'first group', indicator { 'A', 'a', weight = 3, standard = 100, cite = "
    "'(7)' },\n"
    "                                indicator { 'B', 'b', weight = 1, standard = 20 } },\n"
    "    group { 'H', 'second group', indicator { 'C', 'c', weight = 4, standard = 10 } } },\n"
    "  outputs = { 'total', 'groups', 'scores', 'best', 'rank' },\n"
    "  compute = function(a)\n"
    "    local x = a.data.observed:upto { year = a.params.year }\n"
    "    local scores = capped(x, a.index, a.params.cap)\n"
    "    local groups = mean(scores, 'indicator', { weights = a.index.weight, by = a.index.group "
    "})\n"
    "    local enough = count(x, 'indicator'):ge(a.params.least)\n"
    "    local total = where(enough, mean(groups, 'group', { weights = "
    "a.index:level(groups).weight }))\n"
    "    return { total = total, groups = groups, scores = scores, best = max(scores, "
    "'indicator'),\n"
    "             rank = rank(total, 'unit') }\n"
    "  end,\n"
    "}\n";

static const assess_step *step;
static size_t count;

/* At most so many elements of a sum, and so many steps; 0: as many as there may be. */
static size_t listed, steps_most;

static void explain(assess *a, const char *output, const char *unit, int depth) {
    const assess_array *x = assess_output_named(a, output);
    size_t at[ASSESS_AXES] = {0};
    for (int k = 0; x && k < x->axes; k++)
        for (size_t i = 0; i < x->axis[k].size; i++)
            if (!strcmp(assess_label(a, &x->axis[k], i), unit)) at[k] = i;
    count = x ? assess_explain(a, x, at, depth, listed, steps_most, &step) : 0;
}

/* The first step of a name at a place, or an empty one. */
static assess_step find(const char *name, const char *at) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(step[i].name, name) && !strcmp(step[i].at, at)) return step[i];
    diag("no step %s [%s]", name, at);
    return (assess_step){
        .name = "", .at = "", .formula = "", .put_in = "", .file = "", .field = "", .note = ""};
}

static void oslo(assess *a) {
    /* A: 80 of 100 is 80; B: 30 of 20 is 150, capped 100; G = (3 * 80 + 1 * 100) / 4 = 85; C is
     * missing, so the total is G alone: 85. */
    explain(a, "total", "Oslo", 0);
    ok(count > 8, "the total of Oslo has steps");
    is_num(step[0].value, 85, "the first step has the total");
    is_int(step[0].depth, 0, "its depth is 0");
    is_str(step[0].formula, "mean(groups, \"group\", weights = index.group.weight)",
           "its formula is that of the branch that was chosen");
    is_int((intmax_t)step[0].present, 1, "one group is present");
    is_int((intmax_t)step[0].missing, 1, "the other group is missing");
    assess_step g = find("groups", "Oslo, G");
    is_num(g.value, 85, "the step of the group has its score");
    is_num(g.weight, 4, "the group weighs as much as its children");
    is_num(g.share, 1, "the group is all of the total");
    assess_step score = find("scores", "Oslo, A");
    is_num(score.value, 80, "the step of a score has its value");
    is_num(score.weight, 3, "the step of a score has its weight");
    is_near(score.share, 240.0 / 340, 1e-15, "its share is 240 of 340 points");
    is_str(score.put_in, "clamp(100 * 80 / 100, 0, 100)", "its formula with the values put in");
    is_int(score.line, 1, "the line of its rule");
    is_str(find("scores", "Oslo, B").put_in, "clamp(100 * 30 / 20, 0, 100)",
           "another formula with values");
    assess_step datum = find("observed", "Oslo, A, 2010");
    is_num(datum.value, 80, "the step of the datum has the latest value");
    is_int(datum.line, 3, "the line of the datum in its file");
    is_str(datum.field, "figure", "the column of the datum");
    ok(strstr(datum.file, "towns.csv") != NULL, "the file of the datum");
    is_str(datum.note, "status: flash", "the carried text of the datum");
    assess_step leaf = find("index.G.A.standard", "A");
    is_num(leaf.value, 100, "the step of a leaf has its value");
    is_int(leaf.line, 8, "the line of the leaf in the rules");
    is_str(leaf.note, "(7)", "the citation of the leaf");
    is_num(find("params.cap", "").value, 100, "the step of a parameter has its value");
    is_num(find("params.least", "").value, 2, "the condition is explained, too");
}

static void others(assess *a) {
    /* Rome: A 40, C 90, B missing: G = 40, H = 90; total (4 * 40 + 4 * 90) / 8 = 65. */
    explain(a, "best", "Rome", 0);
    is_num(step[0].value, 90, "the step of a maximum has its value");
    is_num(step[1].value, 90, "the element that decides it is the next step");
    is_str(step[1].at, "Rome, C", "that element has its labels");
    explain(a, "rank", "Rome", 1);
    is_num(step[0].value, 2, "the step of a rank has its value");
    is_num(step[1].value, 65, "the score that was ranked is the next step");
    is_int(step[1].end, ASSESS_DEEPER, "a step at the greatest depth says so");
    is_int((intmax_t)count, 3, "one more step follows");
    is_str(step[2].at, "Oslo", "it is the next better unit");
    is_num(step[2].value, 85, "that unit has a higher score");
    is_int(step[2].role, ASSESS_BESIDE, "its role is to compare with");
    explain(a, "total", "Rome", 0);
    assess_step none = find("scores", "Rome, B");
    ok(none.value != none.value, "a missing score has a step");
    size_t again = 0;
    for (size_t i = 0; i < count; i++) again += !strcmp(step[i].name, "params.cap");
    ok(again > 0, "what is missing is explained as well");
}

/* Elements that are not listed are counted, and so are those that are. */
static void some_elements(assess *a) {
    size_t all, names = 0;
    explain(a, "total", "Rome", 0);
    all = count;
    is_int((intmax_t)step[0].hidden, 0, "all groups are listed");
    listed = 1;
    explain(a, "total", "Rome", 0);
    is_int((intmax_t)step[0].present, 2, "two groups are present");
    is_int((intmax_t)step[0].hidden, 1, "one of them is not listed");
    for (size_t i = 0; i < count; i++) names += !strcmp(step[i].name, "groups");
    is_int((intmax_t)names, 1, "but the other one");
    assess_step g = find("groups", "Rome, G");
    is_int((intmax_t)g.present, 1, "one of its scores is present");
    is_int((intmax_t)g.missing, 1, "the other is missing");
    is_int((intmax_t)g.hidden, 1, "one of the two is not listed");
    ok(count < all, "so there are fewer steps");
    listed = 0;
    steps_most = all - 1;
    explain(a, "total", "Rome", 0);
    ok(count && count < all, "where steps are too many, those at the greatest depth are left out");
    int deepest = 0, deeper = 0;
    for (size_t i = 0; i < count; i++) deepest = step[i].depth > deepest ? step[i].depth : deepest;
    for (size_t i = 0; i < count; i++)
        deeper += step[i].end == ASSESS_DEEPER && step[i].depth == deepest;
    ok(deeper > 0, "and said to be there");
    steps_most = all;
    explain(a, "total", "Rome", 0);
    is_int((intmax_t)count, (intmax_t)all, "as many as there are may be listed");
    steps_most = 0;
}

/* Before anything else is explained: what lies below each root is computed for that alone. */
static void all_at_once(void) {
    assess *a = assess_new();
    assess_setting(a, "threads", "1");
    ok(assess_open(a, tap_file("t.lua", rules)) == ASSESS_OK && assess_run(a) == ASSESS_OK,
       "the rules run once more");
    const assess_array *total = assess_output_named(a, "total"),
                       *best = assess_output_named(a, "best");
    if (!total || !best) return;
    const assess_element one[] = {{total, {0}}, {total, {1}}, {best, {0}}};
    size_t done;
    count = assess_explain_all(a, one, 1, 60, 1000, &done, &step);
    is_int((intmax_t)done, 1, "one element is explained");
    is_num(step[0].value, 85, "its steps begin with it");
    is_num(find("scores", "Oslo, A").value, 80, "and go down to the scores");
    is_num(find("observed", "Oslo, A, 2010").value, 80, "and to the data");
    size_t first = count;
    count = assess_explain_all(a, one, 3, 60, 1000, &done, &step);
    is_int((intmax_t)done, 3, "three elements are explained");
    ok(count > first, "with more steps");
    is_num(find("total", "Rome").value, 65, "of the second, too");
    is_num(find("best", "Oslo").value, 100, "and of the third");
    size_t all = count;
    count = assess_explain_all(a, one, 3, 60, first, &done, &step);
    ok(done == 1 && count == first, "where there is room for the first alone, it is the only one");
    count = assess_explain_all(a, one, 3, 60, all, &done, &step);
    ok(done == 3 && count == all, "and all where there is just enough");
    count = assess_explain_all(a, one, 3, 60, all - 1, &done, &step);
    ok(done == 2 && count < all, "one step less, and the last is missing");
    assess_free(a);
}

/* 2 s + t = 5, s + 3 t = 10: s = 1, t = 3. Another equation lacks a number. */
static void matrices(void) {
    static const char
        cells[] = "u,S,T\nU,2,1\nV,1,3\n",
        sides[] = "u,s,v\nU,b,5\nV,b,10\nU,c,\nV,c,7\n",
        text[] =
            "return assessment { id = 'm', title = 'M',\n"
            "  data = { x = csv('cells.csv', { unit = 'u', others = 'drop' }),\n"
            "           side = csv('sides.csv', { unit = 'u', side = 's', value = 'v' }) },\n"
            "  index = index { 'all', 'All', indicator { 'S', 'S' }, indicator { 'T', "
            "'T' } },\n"
            "  compute = function(a)\n"
            "    local function of(s) return solve(a.data.x, a.data.side:at { side = s }, 'unit', "
            "'indicator') end\n"
            "    return { s = of('b'), none = of('c') }\n"
            "  end }\n";
    static const struct {
        const char *name, *at;
        double value;
    } cell[] = {{"x", "U, S", 2}, {"x", "U, T", 1},    {"x", "V, S", 1},
                {"x", "V, T", 3}, {"side", "U, b", 5}, {"side", "V, b", 10}};
    enum { CELLS = sizeof cell / sizeof *cell };
    tap_file("cells.csv", cells);
    tap_file("sides.csv", sides);
    assess *a = assess_new();
    assess_setting(a, "threads", "1");
    ok(assess_open(a, tap_file("matrix.lua", text)) == ASSESS_OK && assess_run(a) == ASSESS_OK,
       "rules with equations run");
    for (size_t i = 0; i < assess_message_count(a); i++) diag("%s", assess_message_at(a, i).text);
    for (int k = 0; k < 2; k++) {
        explain(a, "s", k ? "T" : "S", 1);
        is_near(step[0].value, k ? 3 : 1, 1e-12, "one of the unknowns");
        is_int((intmax_t)step[0].present, CELLS, "of four coefficients and two sides");
        is_int((intmax_t)step[0].missing, 0, "of which none is missing");
        is_int((intmax_t)count, CELLS + 1, "each of them is a step");
        for (size_t i = 0; i < CELLS; i++)
            is_num(find(cell[i].name, cell[i].at).value, cell[i].value, "with its number");
    }
    explain(a, "none", "S", 1);
    is_int((intmax_t)step[0].present, CELLS - 1, "where a side is missing, there is one less");
    is_int((intmax_t)step[0].missing, 1, "and one that is missing");
    listed = 3;
    explain(a, "s", "S", 1);
    is_int((intmax_t)step[0].hidden, CELLS - 3, "where three are listed, the others are counted");
    is_int((intmax_t)count, 4, "and have no steps");
    listed = 0;
    assess_free(a);
}

int main(void) {
    matrices();
    tap_file("towns.csv", towns);
    all_at_once();
    assess *a = assess_new();
    assess_setting(a, "threads", "1");
    int fine = assess_open(a, tap_file("t.lua", rules)) == ASSESS_OK && assess_run(a) == ASSESS_OK;
    ok(fine, "the rules run");
    for (size_t i = 0; !fine && i < assess_message_count(a); i++)
        diag("%s", assess_message_at(a, i).text);
    if (fine) {
        oslo(a);
        others(a);
        some_elements(a);
    }
    assess_free(a);
    return done_testing();
}
