// The library as a program that embeds it would use it: rules and data in, results and messages
// out.
#include "tap.h"

#include <sys/stat.h>

#include "assess.h"

static const char cities[] = "city,what,year,figure,status\n"
                             "Seoul,A1,2009,50,final\n"
                             "Seoul,A1,2010,80,flash\n"
                             "Seoul,B1,2010,30,final\n"
                             "Oslo,A1,2010,40,final\n"
                             "Oslo,B1,2010,,final\n"
                             "Oslo,B2,2008,90,final\n";

static const char rules[] =
    "return assessment {\n"
    "  id = 'c', title = 'Cities', cite = 'Act 1', focus = 'Seoul', status = 'draft',\n"
    "  stages = { { 's1', title = 'First', from = 2011, to = 2020, peers = { 'Oslo' } }, { 's2', "
    "peers = { 'Osla' } } },\n"
    "  data = { observed = csv('cities.csv', { unit = 'city', indicator = 'what', year = 'year',\n"
    "                                          value = 'figure', carry = 'status' }) },\n"
    "  params = { year = 2010, pass = 50, limits = { low = 20, high = 100 }, day = date "
    "'2011-06-30', on = true, word = 'x' },\n"
    "  index = index { 'city', 'City',\n"
    "    group { 'A', 'Alpha', cite = '(1)',\n"
    "      indicator { 'A1', 'first', weight = 3, standard = { s1 = 100, s2 = 200 }, cite = '(2)', "
    "unit = 'km' } },\n"
    "    group { 'B', 'Beta',\n"
    "      indicator { 'B1', 'second' },\n"
    "      indicator { 'B2', 'third', target = { 1, 2 }, measures = { 4, 7 } } } },\n"
    "  outputs = { 'total', 'areas' },\n"
    "  show = { score = 'total', verdict = 'pass' }, titles = { total = 'Total' },\n"
    "  compute = function(a)\n"
    "    local x = a.data.observed:upto { year = a.params.year }\n"
    "    local areas = mean(x, 'indicator', { weights = a.index.weight, by = a.index.group })\n"
    "    local total = mean(areas, 'group', { weights = a.index:level(areas).weight })\n"
    "    local peer = any(a.peers, 'stage')\n"
    "    return { total = total, areas = areas, scores = 100 * x / a.index.standard, rank = "
    "rank(total, 'unit'),\n"
    "             pass = total:ge(a.params.pass) & min(areas, 'group'):gt(a.params.limits.low) & "
    "peer,\n"
    "             status = a.data.observed:carried 'status', two = 2, name = 'Bo', day = "
    "a.params.day,\n"
    "             signs = total:lt(99) & total:le(60) & total:gt(1) & total:ge(60) & total:eq(60)"
    " & total:ne(7),"
    "             sides = where(total:ge(50), total:le(70), false) & where(total:ge(40), true, "
    "true),"
    "             roots = sqrt(x - a.params.pass) }\n"
    "  end,\n"
    "}\n";

static assess *open_cities(void) {
    tap_file("cities.csv", cities);
    tap_file("c.lua", rules);
    assess *a = assess_new();
    assess_setting(a, "threads", "1");
    return a;
}

/* The element of an output at labels, one for each axis in the reader's order. */
static double at(const assess *a, const char *name, const char *x, const char *y, const char *z) {
    const assess_array *o = assess_output_named(a, name);
    const char *want[] = {x, y, z};
    size_t place = 0;
    for (int k = 0; o && k < o->axes; k++) {
        size_t i = 0;
        while (i < o->axis[k].size && strcmp(assess_label(a, &o->axis[k], i), want[k]) != 0) i++;
        if (i == o->axis[k].size) return -1e99;
        place += i * o->stride[k];
    }
    return o ? o->value[place] : -1e99;
}

static const char *message(const assess *a, size_t i) {
    return i < assess_message_count(a) ? assess_message_at(a, i).text : "";
}

static void test_results(void) {
    assess *a = open_cities();
    const char *path = tap_path("c.lua");
    is_int(assess_open(a, path), ASSESS_OK, "the rules open");
    is_str(assess_fact(a, "title"), "Cities", "the title of the rules");
    is_str(assess_fact(a, "status"), "draft", "their status");
    is_str(assess_fact(a, "note"), "", "a fact that is absent is empty");
    is_str(assess_fact(a, "file"), path, "the rule file as it was named");
    is_int((long)assess_stage_count(a), 2, "there are two stages");
    is_int(assess_stage_at(a, 0).to, 2020, "the last year of a stage");
    is_str(assess_stage_peer(a, 0, 0), "Oslo", "the peer of a stage");
    is_int((long)assess_output_count(a), 0, "there are no outputs before the run");
    is_int(assess_run(a), ASSESS_OK, "the rules run");

    is_int((long)assess_output_count(a), 12, "there are twelve outputs");
    is_str(assess_output(a, 0)->name, "total", "the first output named by the rules comes first");
    is_str(assess_output(a, 1)->name, "areas", "the second output named by the rules");
    is_str(assess_output(a, 2)->name, "day", "other outputs follow by name");
    is_num(at(a, "areas", "Seoul", "A", ""), 80.0, "a group's score uses the latest figure");
    is_num(at(a, "areas", "Seoul", "B", ""), 30.0, "a group of one present figure");
    is_num(at(a, "total", "Seoul", "", ""), (80.0 * 3 + 30 * 2) / 5,
           "groups weigh the sum of their children");
    is_num(at(a, "total", "Oslo", "", ""), (40.0 * 3 + 90 * 2) / 5, "the total of Oslo");
    is_num(at(a, "rank", "Oslo", "", ""), 1 + (double)(60 < 60), "the rank of Oslo");
    is_num(at(a, "scores", "Seoul", "A1", "s2"), 40.0, "a score by the standard of its stage");
    is_num(at(a, "scores", "Oslo", "B1", "s1"), NAN, "missing where nothing is observed");
    is_num(at(a, "pass", "Oslo", "", ""), 1.0, "a verdict that is true");
    is_num(at(a, "pass", "Seoul", "", ""), 0.0, "a verdict that is false");
    is_num(at(a, "two", "", "", ""), 2.0, "a plain number is an output");
    is_num(at(a, "day", "", "", ""), 15155.0, "a date is an output");
    is_int(assess_output_named(a, "day")->kind, ASSESS_DATE, "its kind is date");
    is_str(assess_text(a, at(a, "name", "", "", "")), "Bo", "a text is an output");
    is_str(assess_text(a, at(a, "status", "Seoul", "A1", "2010")), "flash",
           "a text of a carried column");
    is_str(assess_text(a, NAN), "", "a missing text reads as empty");

    const assess_array *scores = assess_output_named(a, "scores");
    is_int(scores->axes, 3, "the scores have three axes");
    is_str(scores->axis[0].name, "unit", "the first axis is the unit");
    is_str(scores->axis[1].name, "indicator", "then the longer axis");
    is_str(scores->axis[2].name, "stage", "the stage is last");
    is_str(assess_title(a, &scores->axis[1], 0), "first", "the title of an indicator is its name");
    is_str(assess_title(a, &scores->axis[2], 0), "First", "the title of a stage");
    is_str(assess_title(a, &scores->axis[2], 1), "s2",
           "a stage without a title is called by its label");
    is_int(scores->line, 20, "the line of the rule that made an output");
    has_str(scores->file, "c.lua", "the file of that rule");
    is_str(scores->formula, "100 * upto(observed, year = params.year) / index.standard",
           "the formula of an output");
    ok(!assess_output_named(a, "none"), "an unknown output is NULL");
    is_str(assess_attribute(a, "A1", "unit"), "km", "an attribute of an indicator");
    is_str(assess_attribute(a, "A1", "standard.s2"), "200", "an attribute for one stage");
    is_str(assess_attribute(a, "B2", "cite"), "Act 1",
           "the citation of the nearest enclosing element");
    is_str(assess_attribute(a, "A", "name"), "Alpha", "the name of a group");
    is_str(assess_attribute(a, "Z", "name"), "", "an attribute of an unknown label is empty");
    is_str(assess_fact(a, "show.score"), "total", "the score that reports show, from the rules");
    is_str(assess_fact(a, "show.rank"), "rank", "the rank that reports show, by its usual name");
    is_str(assess_fact(a, "show.coverage"), "", "no coverage is shown where there is none");
    is_str(assess_fact(a, "title.total"), "Total", "the title of an output");
    const assess_array *w = assess_array_named(a, "index.weight");
    ok(w && w->value[0] == 3 && w->size == 3 && w->line == 9, "an array of the model by its name");
    const assess_array *o = assess_array_named(a, "data.observed");
    ok(o && o->axes == 3 && o == assess_array_named(a, "data.observed"),
       "an array of the data, the same each time");
    ok(!assess_array_named(a, "index.wait"), "an unknown array is NULL");

    assess_source s = assess_source_at(a, 0);
    is_int((long)assess_source_count(a), 1, "there is one source of data");
    is_str(s.name, "observed", "the name of the source");
    is_str(s.form, "long", "the form of the source");
    is_int((long)s.rows, 6, "its number of rows");
    is_int((long)s.values, 5, "its number of values");
    is_int((long)s.missing, 1, "its number of missing cells");
    ok(s.year_from == 2008 && s.year_to == 2010, "its years");
    char command[600], want[80] = "";
    snprintf(command, sizeof command, "sha256sum %s/cities.csv %s/c.lua", tap_folder(),
             tap_folder());
    FILE *sums = popen(command, "r");
    ok(sums && fscanf(sums, "%64s %*s", want) == 1 && !strcmp(s.sha256, want),
       "the SHA-256 of the data agrees with sha256sum");
    ok(sums && fscanf(sums, "%64s %*s", want) == 1 && !strcmp(assess_rules_sha256(a), want),
       "the SHA-256 of the rules agrees with sha256sum");
    if (sums) pclose(sums);
    is_int((long)strlen(assess_engine_sha256(a)), 64, "the SHA-256 of the engine has 64 digits");

    assess_reason why[8];
    size_t seoul = 1; /* Oslo, Seoul */
    const assess_array *pass = assess_output_named(a, "pass");
    is_int((long)assess_reasons(a, pass, &seoul, why, 8), 3, "a verdict has three reasons");
    is_str(why[0].formula, "total ≥ params.pass", "the formula of the first reason");
    ok(why[0].got == 60 && why[0].want == 50 && why[0].holds == 1,
       "the first reason has both sides of its comparison");
    is_str(why[1].left, "min(areas, \"group\")", "the left side of the second reason");
    is_str(why[1].sign, ">", "the sign of the second reason");
    is_str(why[1].which, "B", "the label where the minimum was found");
    is_num(why[2].holds, 0.0, "the third reason does not hold");
    is_num(why[2].got, NAN, "a reason that is no comparison has no sides");
    is_int((long)assess_reasons(a, pass, &seoul, why, 1), 1, "no more reasons than asked for");
    static const char *const signs[] = {"<", "≤", ">", "≥", "=", "≠"};
    static const double sides[] = {99, 60, 1, 60, 60, 7};
    is_int((long)assess_reasons(a, assess_output_named(a, "signs"), &seoul, why, 8), 6,
           "comparisons of all kinds");
    for (int i = 0; i < 6; i++) {
        is_str(why[i].sign, signs[i], "the sign of comparison %d", i);
        ok(why[i].got == 60 && why[i].want == sides[i] && why[i].holds == 1,
           "both sides of comparison %d", i);
    }
    is_int((long)assess_reasons(a, assess_output_named(a, "sides"), &seoul, why, 8), 3,
           "a choice that is otherwise false is two conditions, another is one");
    ok(why[0].want == 50 && why[1].want == 70 && !*why[2].sign, "in the order written");
    is_int((long)assess_reasons(a, scores, &seoul, why, 8), 0,
           "an output of numbers has no reasons");

    is_int((long)assess_message_count(a), 2, "there are two warnings");
    is_str(message(a, 0), "no data names the peer 'Osla'", "a peer without data is a warning");
    is_str(assess_message_at(a, 0).hint, "did you mean 'Oslo'?", "its hint is the nearest label");
    is_int(assess_message_at(a, 0).line, 3, "the line of the warning");
    is_str(message(a, 1),
           "root of a negative value: 2 elements became missing, first at unit Oslo, indicator A1",
           "a domain error names the first element");
    is_int(assess_message_at(a, 1).line, 23, "a domain error has the line of the rule");
    is_int(assess_message_at(a, 1).status, ASSESS_OK, "a warning has status ASSESS_OK");
    is_int(assess_run(a), ASSESS_USAGE, "a second run is refused");
    assess_free(a);
}

static assess_status run_with(assess *a) {
    assess_status s = assess_open(a, tap_path("c.lua"));
    return s == ASSESS_OK ? assess_run(a) : s;
}

static void test_settings(void) {
    assess *a = open_cities();
    assess_set(a, "params.pass", "61");
    assess_set(a, "index.B.B1.target.low", "3");
    is_int(run_with(a), ASSESS_USAGE, "an unknown address is refused");
    is_str(assess_message_at(a, 0).hint, "did you mean 'index.B.B2.target.low'?",
           "the hint is the nearest address");
    assess_free(a);

    a = open_cities();
    assess_set(a, "params.pass", "61");
    assess_set(a, "index.A.A1.weight", "1");
    is_int(run_with(a), ASSESS_OK, "the rules run with leaves that were set");
    is_num(at(a, "total", "Oslo", "", ""), (40.0 + 90 * 2) / 3, "a weight that was set is used");
    int changed = 0;
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf l = assess_leaf_at(a, i);
        changed += l.changed;
        if (!strcmp(l.address, "params.pass")) is_str(l.value, "61", "the leaf has its new value");
        if (!strcmp(l.address, "index.A.A1.standard.s1"))
            is_str(l.cite, "(2)", "a leaf has the citation of its element");
        if (!strcmp(l.address, "index.B.B2.measures"))
            is_str(l.value, "4, 7", "a list is written with commas");
    }
    is_int(changed, 2, "two leaves are marked as changed");
    assess_free(a);

    a = open_cities();
    assess_where(a, "status", "final");
    is_int(assess_where(a, "status", "flash"), ASSESS_USAGE, "a second filter is refused");
    is_int(run_with(a), ASSESS_OK, "rows are filtered by a carried column");
    is_num(at(a, "areas", "Seoul", "A", ""), 50.0, "rows that were left out do not count");
    is_int((long)assess_source_at(a, 0).kept, 5, "the number of rows kept");
    assess_free(a);

    a = open_cities();
    static const char other[] =
        "city,what,year,figure,status\nOslo,B2,2010,7,final\nSeoul,A1,2010,8,final\n";
    assess_data_text(a, "observed", "typed", other, sizeof other - 1);
    is_int(run_with(a), ASSESS_OK, "the rules run with data from memory");
    is_num(at(a, "areas", "Oslo", "B", ""), 7.0, "the data from memory is used");
    is_str(assess_source_at(a, 0).path, "typed", "its label stands as the path");
    assess_free(a);

    a = open_cities();
    static const char faulty[] =
        "city,what,year,figure,status\nOslo,B2,2010,six,final\nSeoul,A9,2010,8,final\n";
    assess_data_file(a, "observed", tap_file("other.csv", faulty));
    is_int(run_with(a), ASSESS_DATA, "a fault in data from another file");
    is_str(assess_message_at(a, 0).field, "figure", "the message names the column");
    assess_free(a);

    a = open_cities();
    assess_data_file(a, "observd", "x.csv");
    is_int(run_with(a), ASSESS_USAGE, "data that the rules do not name is refused");
    is_str(assess_message_at(a, 0).hint, "did you mean 'observed'?",
           "the hint is the nearest name of data");
    assess_free(a);

    a = open_cities();
    assess_setting(a, "strict", "1");
    is_int(run_with(a), ASSESS_DATA, "with `strict`, a domain error is a fault");
    is_int((long)assess_output_count(a), 0, "there are no outputs after a fault");
    assess_free(a);

    a = assess_new();
    is_int(assess_setting(a, "thread", "2"), ASSESS_USAGE, "an unknown setting is refused");
    is_int(assess_setting(a, "threads", "two"), ASSESS_USAGE,
           "a setting that is no number is refused");
    is_int(assess_setting(a, "threads", "1.5"), ASSESS_USAGE,
           "a number of threads that is not whole is refused");
    is_int(assess_setting(a, "simd", "v9"), ASSESS_USAGE, "an unknown SIMD level is refused");
    is_int(assess_setting(a, "seconds", "1.5"), ASSESS_OK, "seconds may have decimals");
    is_int(assess_open(a, "/nonexistent/rules.lua"), ASSESS_USAGE,
           "a rule file that is not there is refused");
    is_int(assess_setting(a, "threads", "1"), ASSESS_USAGE,
           "a setting after assess_open is refused");
    is_int(assess_run(a), ASSESS_USAGE, "assess_run after a failure is refused");
    assess_free(a);
    assess_free(NULL);

    static volatile sig_atomic_t stop = 1;
    a = open_cities();
    assess_stop_on(a, &stop);
    is_int(run_with(a), ASSESS_LIMIT, "a stop that was asked for ends the run");
    assess_free(a);

    a = open_cities();
    assess_setting(a, "hash", "0");
    is_int(run_with(a), ASSESS_OK, "the rules run without hashes");
    is_str(assess_source_at(a, 0).sha256, "", "then the data has no SHA-256");
    assess_free(a);
}

/* An assessment with this body is refused with this status, message and hint. */
static void is_refused(assess_status status, const char *text, const char *hint, const char *body) {
    char whole[2000];
    snprintf(whole, sizeof whole, "return assessment { id = 'x',\n%s }\n", body);
    tap_file("cities.csv", cities);
    tap_file("table.csv", "id,with,n\nT1,\"a; b\",1\nT2,,2\nT3,c；d、e,\n");
    assess *a = assess_new();
    assess_status got = assess_open(a, tap_file("x.lua", whole));
    if (got == ASSESS_OK) got = assess_run(a);
    is_int(got, status, "status of: %s", body);
    is_str(message(a, 0), text, "the message for: %s", body);
    is_str(assess_message_count(a) ? assess_message_at(a, 0).hint : "", hint, "the hint for: %s",
           body);
    assess_free(a);
}

static void test_refusals(void) {
    is_refused(ASSESS_RULE, "the assessment computes nothing",
               "compute = function(a) … return { total = … } end", "");
    is_refused(ASSESS_RULE, "assessment has no key `stage`", "did you mean `stages`?",
               "stage = {}, compute = print");
    is_refused(ASSESS_RULE, "compute returns nothing", "it ends with return { name = array, … }",
               "compute = function(a) end");
    is_refused(ASSESS_RULE, "compute returns a single array, not a table of outputs",
               "it ends with return { name = array, … }",
               "params = { p = 1 }, compute = function(a) return a.params.p end");
    is_refused(ASSESS_RULE, "compute returns a table as 'x', which is no array", "",
               "compute = function(a) return { x = {} } end");
    is_refused(ASSESS_RULE, "an output cannot be called 'a/b'", "",
               "compute = function(a) return { ['a/b'] = 1 } end");
    is_refused(ASSESS_RULE, "compute returns no 'totl'", "did you mean 'total'?",
               "outputs = { 'totl' }, compute = function(a) return { total = 1 } end");
    is_refused(ASSESS_RULE, "`show` names 'totl', which compute does not return",
               "did you mean 'total'?",
               "show = { score = 'totl' }, compute = function(a) return { total = 1 } end");
    is_refused(ASSESS_RULE, "a.params has no 'cup'", "did you mean 'cap'?",
               "params = { cap = 1 }, compute = function(a) return { x = a.params.cup } end");
    is_refused(
        ASSESS_RULE, "the index has no attribute 'standart'", "did you mean 'standard'?",
        "index = index { 'r', 'R', indicator { 'A', 'a' } }, compute = function(a) return { x "
        "= a.index.standart } end");
    is_refused(ASSESS_RULE, "the index has no level 'grup'", "did you mean 'group'?",
               "index = index { 'r', 'R', group { 'G', 'g', indicator { 'A', 'a' } } },"
               "compute = function(a) return { x = a.index:level 'grup' } end");
    is_refused(
        ASSESS_RULE, "no indicator names a method as its `score`",
        "for example indicator { …, score = normalise.ratio }",
        "index = index { 'r', 'R', indicator { 'A', 'a' } }, compute = function(a) return { x "
        "= a.index:methods 'score' } end");
    is_refused(ASSESS_RULE, "csv has no option `vlaue`", "did you mean `value`?",
               "data = { d = csv('cities.csv', { unit = 'city', vlaue = 'figure' }) }, compute = "
               "function(a) return { x = 1 } end");
    is_refused(ASSESS_RULE, "data.d is not a csv(…)", "csv(\"file.csv\", { unit = \"city\" })",
               "data = { d = 'cities.csv' }, compute = function(a) return { x = 1 } end");
    is_refused(ASSESS_RULE, "'d' carries no column 'statu'", "did you mean 'status'?",
               "data = { d = csv('cities.csv', { unit = 'city', indicator = 'what', year = 'year', "
               "value = 'figure', carry = 'status' }) },"
               "compute = function(a) return { x = a.data.d:carried 'statu' } end");
    is_refused(ASSESS_RULE, "the rule file returns index, not an assessment",
               "a rule file ends with return assessment { … }", "} and index { 'a', 'b'");
}

static void test_tables(void) {
    tap_file("table.csv", "id,with,n\nT1,\"a; b\",1\nT2,,2\nT3,c；d、e,\n");
    tap_file(
        "t.lua",
        "local t = csv('table.csv', { rows = 'task', label = 'id' })\n"
        "local u = csv('table.csv')\n"
        "return assessment { id = 't', params = { k = 2 },\n"
        "  compute = function(a)\n"
        "    local e = t:explode('with', { rows = 'share' })\n"
        "    return { n = t.n * a.params.k, item = e.with, task = e.task, per = t.n:at { task = "
        "e.task },\n"
        "             by = sum(t.n:at { task = e.task }, 'share', { by = e.task }), u = u.n }\n"
        "  end }\n");
    assess *a = assess_new();
    is_int(assess_open(a, tap_path("t.lua")), ASSESS_OK, "rules with tables open");
    is_int(assess_run(a), ASSESS_OK, "rules with tables run");
    is_num(at(a, "n", "T2", "", ""), 4.0, "a column goes along the rows of its table");
    is_num(at(a, "n", "T3", "", ""), NAN, "an empty cell is missing");
    is_int((long)assess_output_named(a, "item")->size, 5, "lists become five items");
    is_str(assess_text(a, at(a, "item", "4", "", "")), "d", "a wide semicolon separates items");
    is_str(assess_text(a, at(a, "task", "5", "", "")), "T3", "each item knows its row");
    is_num(at(a, "per", "2", "", ""), 1.0, "an item looks up a value of its row");
    is_num(at(a, "by", "T1", "", ""), 2.0, "a sum over the items of a row");
    is_num(at(a, "u", "2", "", ""), 2.0, "rows without labels are numbered");
    is_str(assess_output_named(a, "u")->axis[0].name, "table",
           "their axis has the name of the file");
    is_int((long)assess_source_count(a), 2, "both tables are sources");
    is_str(assess_source_at(a, 0).form, "table", "their form is table");
    assess_free(a);
    tap_file("table.csv", "id,with,n\nT1,a,1\nT1,b,2\n");
    a = assess_new();
    assess_open(a, tap_path("t.lua"));
    is_int(assess_run(a), ASSESS_DATA, "labels that repeat are refused");
    is_str(message(a, 0), "'T1' is the label of line 2 already",
           "the message names the first line of the label");
    assess_free(a);
}

/* So many outputs that they are found by number. */
static void test_many_outputs(void) {
    tap_file("many.lua",
             "return assessment { id = 'm', title = 'M', params = { k = 3 },\n"
             "  index = index { 'm', 'M', indicator { 'A1', 'a' } },\n"
             "  compute = function(a)\n"
             "    local out, last = {}, a.params.k + 0\n"
             "    for i = 1, 40 do last = last + i; out[('o%02d'):format(i)] = last end\n"
             "    return out\n"
             "  end }\n");
    assess *a = assess_new();
    is_int(assess_open(a, tap_path("many.lua")), ASSESS_OK, "rules with forty outputs open");
    is_int(assess_run(a), ASSESS_OK, "and run");
    is_int((long)assess_output_count(a), 40, "all are there");
    for (int i = 1; i <= 40; i += 13) {
        char name[8], formula[16];
        snprintf(name, sizeof name, "o%02d", i);
        snprintf(formula, sizeof formula, "o%02d + %d", i - 1, i);
        is_num(at(a, name, "", "", ""), 3 + i * (i + 1) / 2.0, "the value of output %d", i);
        if (i > 1)
            is_str(assess_output_named(a, name)->formula, formula,
                   "its formula names the output before");
    }
    assess_free(a);
}

/* Each session says by itself where its rules may read. */
static void test_allowed(void) {
    static const char beside[] =
        "return assessment { id = 'o', title = 'O', index = index { 'o', 'O', indicator { 'A1', "
        "'a' } },\n"
        "  data = { x = csv('../outside.csv', { unit = 'unit', indicator = 'indicator', value = "
        "'value' }) },\n"
        "  compute = function(a) return { total = sum(a.data.x, 'indicator') } end }\n";
    char folder[1024], office[1024];
    snprintf(folder, sizeof folder, "%s", tap_path("."));
    snprintf(office, sizeof office, "%s", tap_path("office"));
    mkdir(office, 0777);
    tap_file("outside.csv", "unit,indicator,value\nu,A1,1\n");
    tap_file("office/o.lua", beside);
    for (int turn = 0; turn < 3; turn++) {
        assess *a = assess_new();
        if (turn == 1) is_int(assess_setting(a, "allow", folder), ASSESS_OK, "a folder is allowed");
        is_int(assess_open(a, tap_path("office/o.lua")), turn == 1 ? ASSESS_OK : ASSESS_RULE,
               "rules read outside their folder where the session allows it, and nowhere else");
        if (turn == 1) is_int(assess_run(a), ASSESS_OK, "and are computed");
        assess_free(a);
    }
    assess *a = assess_new();
    is_int(assess_setting(a, "allow", tap_path("nowhere")), ASSESS_USAGE,
           "a folder that is not there is refused");
    assess_data_file(a, "x", tap_path("outside.csv"));
    is_int(assess_open(a, tap_path("office/o.lua")), ASSESS_OK, "the program may name any file");
    assess_free(a);
}

int main(void) {
    test_allowed();
    test_results();
    test_settings();
    test_refusals();
    test_tables();
    test_many_outputs();
    return done_testing();
}
