// The library as a program that embeds it would use it: rules and data in, results and messages
// out.
#include "tap.h"

#include "assess.h"

static char folder[] = "/tmp/assess-test-XXXXXX";
static char path[256];

/* Writes a file into the test's folder and returns its path. */
static const char *file(const char *name, const char *text) {
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    if (out) {
        fputs(text, out);
        fclose(out);
    }
    return path;
}

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
    "             roots = sqrt(x - a.params.pass) }\n"
    "  end,\n"
    "}\n";

static assess *open_cities(void) {
    file("cities.csv", cities);
    file("c.lua", rules);
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

static const char *said(const assess *a, size_t i) {
    return i < assess_message_count(a) ? assess_message_at(a, i).text : "";
}

static void test_results(void) {
    assess *a = open_cities();
    snprintf(path, sizeof path, "%s/c.lua", folder);
    is_int(assess_open(a, path), ASSESS_OK, "rules open");
    is_str(assess_fact(a, "title"), "Cities", "their facts are there");
    is_str(assess_fact(a, "status"), "draft", "all of them");
    is_str(assess_fact(a, "note"), "", "or empty");
    is_str(assess_fact(a, "file"), path, "the file as it was named");
    is_int((long)assess_stage_count(a), 2, "two stages");
    is_int(assess_stage_at(a, 0).to, 2020, "with years");
    is_str(assess_stage_peer(a, 0, 0), "Oslo", "and peers");
    is_int((long)assess_output_count(a), 0, "no outputs yet");
    is_int(assess_run(a), ASSESS_OK, "they run");

    is_int((long)assess_output_count(a), 10, "ten outputs");
    is_str(assess_output(a, 0)->name, "total", "in the order the rules give");
    is_str(assess_output(a, 1)->name, "areas", "then");
    is_str(assess_output(a, 2)->name, "day", "the others by name");
    is_num(at(a, "areas", "Seoul", "A", ""), 80.0, "the latest figure of Seoul");
    is_num(at(a, "areas", "Seoul", "B", ""), 30.0, "the only one present in its group");
    is_num(at(a, "total", "Seoul", "", ""), (80.0 * 3 + 30 * 2) / 5,
           "groups weigh the sum of their children");
    is_num(at(a, "total", "Oslo", "", ""), (40.0 * 3 + 90 * 2) / 5, "the same for Oslo");
    is_num(at(a, "rank", "Oslo", "", ""), 1 + (double)(60 < 60), "ranks");
    is_num(at(a, "scores", "Seoul", "A1", "s2"), 40.0, "a standard by stage");
    is_num(at(a, "scores", "Oslo", "B1", "s1"), NAN, "missing where nothing is observed");
    is_num(at(a, "pass", "Oslo", "", ""), 1.0, "a truth");
    is_num(at(a, "pass", "Seoul", "", ""), 0.0, "and an untruth: it is no peer");
    is_num(at(a, "two", "", "", ""), 2.0, "a plain number is an output");
    is_num(at(a, "day", "", "", ""), 15155.0, "so is a date");
    is_int(assess_output_named(a, "day")->kind, ASSESS_DATE, "known as one");
    is_str(assess_text(a, at(a, "name", "", "", "")), "Bo", "so is a text");
    is_str(assess_text(a, at(a, "status", "Seoul", "A1", "2010")), "flash", "a carried column");
    is_str(assess_text(a, NAN), "", "a missing text is empty");

    const assess_array *scores = assess_output_named(a, "scores");
    is_int(scores->axes, 3, "three axes");
    is_str(scores->axis[0].name, "unit", "units first");
    is_str(scores->axis[1].name, "indicator", "then what is long");
    is_str(scores->axis[2].name, "stage", "stages last");
    is_str(assess_title(a, &scores->axis[1], 0), "first", "an indicator's name");
    is_str(assess_title(a, &scores->axis[2], 0), "First", "a stage's title");
    is_str(assess_title(a, &scores->axis[2], 1), "s2", "its label where it has none");
    is_int(scores->line, 20, "the line that made it");
    has_str(scores->file, "c.lua", "of its file");
    is_str(scores->formula, "100 * upto(observed, year = params.year) / index.standard",
           "and its formula");
    ok(!assess_output_named(a, "none"), "no such output");
    is_str(assess_attribute(a, "A1", "unit"), "km", "an attribute");
    is_str(assess_attribute(a, "A1", "standard.s2"), "200", "of a stage");
    is_str(assess_attribute(a, "B2", "cite"), "Act 1", "the nearest citation");
    is_str(assess_attribute(a, "A", "name"), "Alpha", "a name");
    is_str(assess_attribute(a, "Z", "name"), "", "of nothing");
    is_str(assess_fact(a, "show.score"), "total", "what reports show");
    is_str(assess_fact(a, "show.rank"), "rank", "by its usual name");
    is_str(assess_fact(a, "show.coverage"), "", "only where it is there");
    is_str(assess_fact(a, "title.total"), "Total", "what it is called");
    const assess_array *w = assess_array_named(a, "index.weight");
    ok(w && w->value[0] == 3 && w->size == 3 && w->line == 9, "an array of the model");
    const assess_array *o = assess_array_named(a, "data.observed");
    ok(o && o->axes == 3 && o == assess_array_named(a, "data.observed"), "and of the data, once");
    ok(!assess_array_named(a, "index.wait"), "or none");

    assess_source s = assess_source_at(a, 0);
    is_int((long)assess_source_count(a), 1, "one source");
    is_str(s.name, "observed", "its name");
    is_str(s.form, "long", "its form");
    is_int((long)s.rows, 6, "its rows");
    is_int((long)s.values, 5, "values");
    is_int((long)s.missing, 1, "and gaps");
    ok(s.year_from == 2008 && s.year_to == 2010, "its years");
    char command[600], want[80] = "";
    snprintf(command, sizeof command, "sha256sum %s/cities.csv %s/c.lua", folder, folder);
    FILE *sums = popen(command, "r");
    ok(sums && fscanf(sums, "%64s %*s", want) == 1 && !strcmp(s.sha256, want),
       "its hash, as sha256sum has it");
    ok(sums && fscanf(sums, "%64s %*s", want) == 1 && !strcmp(assess_rules_sha256(a), want),
       "the rules'");
    if (sums) pclose(sums);
    is_int((long)strlen(assess_engine_sha256(a)), 64, "the engine's");

    assess_reason why[8];
    size_t seoul = 1; /* Oslo, Seoul */
    const assess_array *pass = assess_output_named(a, "pass");
    is_int((long)assess_reasons(a, pass, &seoul, why, 8), 3, "three reasons");
    is_str(why[0].formula, "total ≥ params.pass", "the first");
    ok(why[0].got == 60 && why[0].want == 50 && why[0].holds == 1, "with both sides");
    is_str(why[1].left, "min(areas, \"group\")", "the second's left side");
    is_str(why[1].sign, ">", "its sign");
    is_str(why[1].which, "B", "where the least was found");
    is_num(why[2].holds, 0.0, "the third does not hold");
    is_num(why[2].got, NAN, "and compares nothing");
    is_int((long)assess_reasons(a, pass, &seoul, why, 1), 1, "no more than asked for");
    is_int((long)assess_reasons(a, scores, &seoul, why, 8), 0, "none for numbers");

    is_int((long)assess_message_count(a), 2, "two warnings");
    is_str(said(a, 0), "no data names the peer 'Osla'", "a peer without data");
    is_str(assess_message_at(a, 0).hint, "did you mean 'Oslo'?", "which is a slip");
    is_int(assess_message_at(a, 0).line, 3, "on its line");
    is_str(said(a, 1),
           "root of a negative value: 2 elements became missing, first at unit Oslo, indicator A1",
           "a domain error names the first place");
    is_int(assess_message_at(a, 1).line, 23, "and the line of the rule");
    is_int(assess_message_at(a, 1).status, ASSESS_OK, "they are no faults");
    is_int(assess_run(a), ASSESS_USAGE, "it runs once");
    assess_free(a);
}

static assess_status run_with(assess *a) {
    snprintf(path, sizeof path, "%s/c.lua", folder);
    assess_status s = assess_open(a, path);
    return s == ASSESS_OK ? assess_run(a) : s;
}

static void test_settings(void) {
    assess *a = open_cities();
    assess_set(a, "params.pass", "61");
    assess_set(a, "index.B.B1.target.low", "3");
    is_int(run_with(a), ASSESS_USAGE, "an address that is none is refused");
    is_str(assess_message_at(a, 0).hint, "did you mean 'index.B.B2.target.low'?",
           "with what was meant");
    assess_free(a);

    a = open_cities();
    assess_set(a, "params.pass", "61");
    assess_set(a, "index.A.A1.weight", "1");
    is_int(run_with(a), ASSESS_OK, "leaves are set");
    is_num(at(a, "total", "Oslo", "", ""), (40.0 + 90 * 2) / 3, "and count");
    int changed = 0;
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf l = assess_leaf_at(a, i);
        changed += l.changed;
        if (!strcmp(l.address, "params.pass")) is_str(l.value, "61", "the leaf has the new value");
        if (!strcmp(l.address, "index.A.A1.standard.s1"))
            is_str(l.cite, "(2)", "a leaf is cited by its element");
        if (!strcmp(l.address, "index.B.B2.measures")) is_str(l.value, "4, 7", "a list is a text");
    }
    is_int(changed, 2, "two leaves were changed");
    assess_free(a);

    a = open_cities();
    assess_where(a, "status", "final");
    is_int(assess_where(a, "status", "flash"), ASSESS_USAGE, "one filter only");
    is_int(run_with(a), ASSESS_OK, "rows are kept by a carried column");
    is_num(at(a, "areas", "Seoul", "A", ""), 50.0, "the others do not count");
    is_int((long)assess_source_at(a, 0).kept, 5, "and are told");
    assess_free(a);

    a = open_cities();
    static const char other[] =
        "city,what,year,figure,status\nOslo,B2,2010,7,final\nSeoul,A1,2010,8,final\n";
    assess_data_text(a, "observed", "typed", other, sizeof other - 1);
    is_int(run_with(a), ASSESS_OK, "data from memory");
    is_num(at(a, "areas", "Oslo", "B", ""), 7.0, "is used");
    is_str(assess_source_at(a, 0).path, "typed", "under its label");
    assess_free(a);

    a = open_cities();
    file("other.csv",
         "city,what,year,figure,status\nOslo,B2,2010,six,final\nSeoul,A9,2010,8,final\n");
    assess_data_file(a, "observed", path);
    is_int(run_with(a), ASSESS_DATA, "data from another file, with a fault");
    is_str(assess_message_at(a, 0).field, "figure", "which names the column");
    assess_free(a);

    a = open_cities();
    assess_data_file(a, "observd", "x.csv");
    is_int(run_with(a), ASSESS_USAGE, "data that the rules do not know");
    is_str(assess_message_at(a, 0).hint, "did you mean 'observed'?", "is told");
    assess_free(a);

    a = open_cities();
    assess_setting(a, "strict", "1");
    is_int(run_with(a), ASSESS_DATA, "strictly, a domain error is a fault");
    is_int((long)assess_output_count(a), 0, "and there are no results");
    assess_free(a);

    a = assess_new();
    is_int(assess_setting(a, "thread", "2"), ASSESS_USAGE, "a setting that is none");
    is_int(assess_setting(a, "threads", "two"), ASSESS_USAGE, "a value that is none");
    is_int(assess_setting(a, "threads", "1.5"), ASSESS_USAGE, "or not whole");
    is_int(assess_setting(a, "simd", "v9"), ASSESS_USAGE, "or unknown");
    is_int(assess_setting(a, "seconds", "1.5"), ASSESS_OK, "seconds have parts");
    is_int(assess_open(a, "/nonexistent/rules.lua"), ASSESS_USAGE, "no such file");
    is_int(assess_setting(a, "threads", "1"), ASSESS_USAGE, "settings come before");
    is_int(assess_run(a), ASSESS_USAGE, "nothing runs after a failure");
    assess_free(a);
    assess_free(NULL);

    static volatile sig_atomic_t stop = 1;
    a = open_cities();
    assess_stop_on(a, &stop);
    is_int(run_with(a), ASSESS_LIMIT, "a stop that was asked for");
    assess_free(a);

    a = open_cities();
    assess_setting(a, "hash", "0");
    is_int(run_with(a), ASSESS_OK, "without hashes");
    is_str(assess_source_at(a, 0).sha256, "", "there is none");
    assess_free(a);
}

/* Rules of one line of assessment { … }, run; the first message and status. */
static void refused(assess_status status, const char *text, const char *hint, const char *body) {
    char whole[2000];
    snprintf(whole, sizeof whole, "return assessment { id = 'x',\n%s }\n", body);
    file("cities.csv", cities);
    file("table.csv", "id,with,n\nT1,\"a; b\",1\nT2,,2\nT3,c；d、e,\n");
    file("x.lua", whole);
    assess *a = assess_new();
    assess_status got = assess_open(a, path);
    if (got == ASSESS_OK) got = assess_run(a);
    is_int(got, status, "status of: %s", body);
    is_str(said(a, 0), text, "its message");
    is_str(assess_message_count(a) ? assess_message_at(a, 0).hint : "", hint, "its hint");
    assess_free(a);
}

static void test_refusals(void) {
    refused(ASSESS_RULE, "the assessment computes nothing",
            "compute = function(a) … return { total = … } end", "");
    refused(ASSESS_RULE, "assessment has no key `stage`", "did you mean `stages`?",
            "stage = {}, compute = print");
    refused(ASSESS_RULE, "compute returns nothing", "it ends with return { name = array, … }",
            "compute = function(a) end");
    refused(ASSESS_RULE, "compute returns a single array, not a table of outputs",
            "it ends with return { name = array, … }",
            "params = { p = 1 }, compute = function(a) return a.params.p end");
    refused(ASSESS_RULE, "compute returns a table as 'x', which is no array", "",
            "compute = function(a) return { x = {} } end");
    refused(ASSESS_RULE, "an output cannot be called 'a/b'", "",
            "compute = function(a) return { ['a/b'] = 1 } end");
    refused(ASSESS_RULE, "compute returns no 'totl'", "did you mean 'total'?",
            "outputs = { 'totl' }, compute = function(a) return { total = 1 } end");
    refused(ASSESS_RULE, "`show` names 'totl', which compute does not return",
            "did you mean 'total'?",
            "show = { score = 'totl' }, compute = function(a) return { total = 1 } end");
    refused(ASSESS_RULE, "a.params has no 'cup'", "did you mean 'cap'?",
            "params = { cap = 1 }, compute = function(a) return { x = a.params.cup } end");
    refused(ASSESS_RULE, "the index has no attribute 'standart'", "did you mean 'standard'?",
            "index = index { 'r', 'R', indicator { 'A', 'a' } }, compute = function(a) return { x "
            "= a.index.standart } end");
    refused(ASSESS_RULE, "the index has no level 'grup'", "did you mean 'group'?",
            "index = index { 'r', 'R', group { 'G', 'g', indicator { 'A', 'a' } } },"
            "compute = function(a) return { x = a.index:level 'grup' } end");
    refused(ASSESS_RULE, "no indicator names a method as its `score`",
            "for example indicator { …, score = normalise.ratio }",
            "index = index { 'r', 'R', indicator { 'A', 'a' } }, compute = function(a) return { x "
            "= a.index:methods 'score' } end");
    refused(ASSESS_RULE, "csv has no option `vlaue`", "did you mean `value`?",
            "data = { d = csv('cities.csv', { unit = 'city', vlaue = 'figure' }) }, compute = "
            "function(a) return { x = 1 } end");
    refused(ASSESS_RULE, "data.d is not a csv(…)", "csv(\"file.csv\", { unit = \"city\" })",
            "data = { d = 'cities.csv' }, compute = function(a) return { x = 1 } end");
    refused(ASSESS_RULE, "'d' carries no column 'statu'", "did you mean 'status'?",
            "data = { d = csv('cities.csv', { unit = 'city', indicator = 'what', year = 'year', "
            "value = 'figure', carry = 'status' }) },"
            "compute = function(a) return { x = a.data.d:carried 'statu' } end");
    refused(ASSESS_RULE, "the rule file returns index, not an assessment",
            "a rule file ends with return assessment { … }", "} and index { 'a', 'b'");
}

static void test_tables(void) {
    file("table.csv", "id,with,n\nT1,\"a; b\",1\nT2,,2\nT3,c；d、e,\n");
    file("t.lua",
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
    is_int(assess_open(a, path), ASSESS_OK, "tables open");
    is_int(assess_run(a), ASSESS_OK, "and are read when looked into");
    is_num(at(a, "n", "T2", "", ""), 4.0, "a column along its rows");
    is_num(at(a, "n", "T3", "", ""), NAN, "with its gaps");
    is_int((long)assess_output_named(a, "item")->size, 5, "five items in the lists");
    is_str(assess_text(a, at(a, "item", "4", "", "")), "d", "apart at a wide semicolon");
    is_str(assess_text(a, at(a, "task", "5", "", "")), "T3", "each knows its row");
    is_num(at(a, "per", "2", "", ""), 1.0, "and looks up in it");
    is_num(at(a, "by", "T1", "", ""), 2.0, "a sum over the items of a row");
    is_num(at(a, "u", "2", "", ""), 2.0, "without labels rows are numbered");
    is_str(assess_output_named(a, "u")->axis[0].name, "table", "and called by the file's name");
    is_int((long)assess_source_count(a), 2, "both are told as sources");
    is_str(assess_source_at(a, 0).form, "table", "as tables");
    assess_free(a);
    file("table.csv", "id,with,n\nT1,a,1\nT1,b,2\n");
    snprintf(path, sizeof path, "%s/t.lua", folder);
    a = assess_new();
    assess_open(a, path);
    is_int(assess_run(a), ASSESS_DATA, "labels that repeat");
    is_str(said(a, 0), "'T1' is the label of line 2 already", "are told");
    assess_free(a);
}

int main(void) {
    if (!mkdtemp(folder)) return 1;
    test_results();
    test_settings();
    test_refusals();
    test_tables();
    static const char *const names[] = {"cities.csv", "c.lua",     "other.csv",
                                        "x.lua",      "table.csv", "t.lua"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    rmdir(folder);
    return done_testing();
}
