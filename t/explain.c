// Why a number is what it is: steps from a result down to the cells of the CSV file and the leaves
// of the rules. Every expected figure is worked out by hand from the data below.
#include "tap.h"

#include "assess.h"

static char folder[] = "/tmp/assess-explain-XXXXXX";
static char path[256];

static const char *file(const char *name, const char *text) {
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    if (out) {
        fputs(text, out);
        fclose(out);
    }
    return path;
}

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

static void explain(assess *a, const char *output, const char *unit, int depth) {
    const assess_array *x = assess_output_named(a, output);
    size_t at[ASSESS_AXES] = {0};
    for (int k = 0; x && k < x->axes; k++)
        for (size_t i = 0; i < x->axis[k].size; i++)
            if (!strcmp(assess_label(a, &x->axis[k], i), unit)) at[k] = i;
    count = x ? assess_explain(a, x, at, depth, 0, 0, &step) : 0;
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
    ok(count > 8, "there are steps");
    is_num(step[0].value, 85, "the total");
    is_int(step[0].depth, 0, "comes first");
    is_str(step[0].formula, "mean(groups, \"group\", weights = index.group.weight)",
           "by the branch that was chosen");
    is_int((intmax_t)step[0].present, 1, "over one group");
    is_int((intmax_t)step[0].missing, 1, "for the other is missing");
    assess_step g = find("groups", "Oslo, G");
    is_num(g.value, 85, "its group");
    is_num(g.weight, 4, "weighs as much as its children");
    is_num(g.share, 1, "and is all of it");
    assess_step score = find("scores", "Oslo, A");
    is_num(score.value, 80, "a score");
    is_num(score.weight, 3, "with its weight");
    is_near(score.share, 240.0 / 340, 1e-15, "makes 240 of 340 points");
    is_str(score.put_in, "clamp(100 * 80 / 100, 0, 100)", "its formula with the values");
    is_int(score.line, 1, "on the line that made it");
    is_str(find("scores", "Oslo, B").put_in, "clamp(100 * 30 / 20, 0, 100)", "another");
    assess_step datum = find("observed", "Oslo, A, 2010");
    is_num(datum.value, 80, "the datum is the latest");
    is_int(datum.line, 3, "on its line of the file");
    is_str(datum.field, "figure", "in its column");
    ok(strstr(datum.file, "towns.csv") != NULL, "of its file");
    is_str(datum.note, "status: flash", "with what is carried along");
    assess_step leaf = find("index.G.A.standard", "A");
    is_num(leaf.value, 100, "a leaf");
    is_int(leaf.line, 8, "on its line of the rules");
    is_str(leaf.note, "(7)", "with its citation");
    is_num(find("params.cap", "").value, 100, "a parameter");
    is_num(find("params.least", "").value, 2, "the condition is explained, too");
}

static void others(assess *a) {
    /* Rome: A 40, C 90, B missing: G = 40, H = 90; total (4 * 40 + 4 * 90) / 8 = 65. */
    explain(a, "best", "Rome", 0);
    is_num(step[0].value, 90, "an extreme");
    is_num(step[1].value, 90, "is explained by the element that decides it");
    is_str(step[1].at, "Rome, C", "which is named");
    explain(a, "rank", "Rome", 1);
    is_num(step[0].value, 2, "a rank");
    is_num(step[1].value, 65, "is that of a score");
    is_int(step[1].end, ASSESS_DEEPER, "where the depth ends it says so");
    is_int((intmax_t)count, 3, "and nothing follows but");
    is_str(step[2].at, "Oslo", "the one above,");
    is_num(step[2].value, 85, "which has more,");
    is_int(step[2].role, ASSESS_BESIDE, "for comparison");
    explain(a, "total", "Rome", 0);
    assess_step none = find("scores", "Rome, B");
    ok(none.value != none.value, "a missing score");
    size_t again = 0;
    for (size_t i = 0; i < count; i++) again += !strcmp(step[i].name, "params.cap");
    ok(again > 0, "what is missing is explained as well");
}

int main(void) {
    if (!mkdtemp(folder)) return 1;
    char rule[256];
    file("towns.csv", towns);
    snprintf(rule, sizeof rule, "%s", file("t.lua", rules));
    assess *a = assess_new();
    assess_setting(a, "threads", "1");
    int fine = assess_open(a, rule) == ASSESS_OK && assess_run(a) == ASSESS_OK;
    ok(fine, "the rules run");
    for (size_t i = 0; !fine && i < assess_message_count(a); i++)
        diag("%s", assess_message_at(a, i).text);
    if (fine) {
        oslo(a);
        others(a);
    }
    assess_free(a);
    remove(rule);
    snprintf(rule, sizeof rule, "%s/towns.csv", folder);
    remove(rule);
    rmdir(folder);
    return done_testing();
}
