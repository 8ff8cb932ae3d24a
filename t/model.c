// The model: stages, the tree's levels, weights, leaves set from outside, and what is refused.
#include "tap.h"

#include "base/mem.h"
#include "rule/model.h"
#include "rule/uncertain.h"

static pool *strings;
static ax_space *space;
static sources *files;
static model m;
static fault f;
static const md_at here = {0, 1};

static void open_model(void) {
    strings = pool_open();
    space = ax_open(strings);
    files = sources_open();
    sources_add(files, "r.lua", "return assessment {}\n", 21);
    f = FAULT_INIT;
    model_open(&m, strings, space, files);
    m.at = here;
}

static void close_model(void) {
    model_close(&m);
    sources_close(files);
    ax_close(space);
    pool_close(strings);
    fault_release(&f);
}

static int element(int parent, int indicator, const char *id) {
    return model_add_element(&m, parent, indicator, id, id, NULL, here, &f);
}

static void number(int owner, const char *path, const char *name, int stage, double x) {
    model_add_leaf(&m, owner, path, name, stage, (md_value){MD_NUMBER, x, NULL}, here, &f);
}

static void text(int owner, const char *name, const char *value) {
    model_add_leaf(&m, owner, name, name, -1, (md_value){MD_TEXT, NAN, value}, here, &f);
}

/* A value of an array by labels of one or two of its axes. */
static double cell(const char *array, const char *axis, const char *label, int stage) {
    const md_array *a = model_array(&m, array);
    int id = ax_find(space, axis);
    if (!a || id == AX_NONE) return -1e99;
    size_t at = (size_t)ax_position(space, id, pool_find(strings, label, strlen(label))) *
                ax_stride(space, a->axes, id);
    if (stage >= 0) at += (size_t)stage * ax_stride(space, a->axes, m.stage_axis);
    return a->value[at];
}

static const char *label(const char *array, const char *axis, const char *of) {
    double x = cell(array, axis, of, -1);
    return x == x ? pool_text(strings, (uint32_t)x) : "";
}

static const char *said(size_t i) { return i < f.listed && f.item[i].text ? f.item[i].text : ""; }
static const char *hinted(size_t i) { return i < f.listed && f.item[i].hint ? f.item[i].hint : ""; }

static void add_stages(void) {
    const char *peer[] = {"Seoul"};
    model_add_stage(
        &m,
        &(md_stage){.name = "s1", .title = "", .from = 2011, .to = 2020, .peer = peer, .peers = 1},
        &f);
    model_add_stage(&m, &(md_stage){.name = "s2", .title = ""}, &f);
    model_make_stages(&m, &f);
}

/* A group of two indicators, and an indicator beside the group. */
static void test_levels(void) {
    open_model();
    add_stages();
    int root = element(-1, 0, "city"), a = element(root, 0, "A"), a1 = element(a, 1, "A1");
    int a2 = element(a, 1, "A2"), b = element(root, 1, "B");
    number(a1, "weight", "weight", -1, 2);
    number(a2, "weight.s1", "weight", 0, 3);
    number(a2, "weight.s2", "weight", 1, 5);
    number(a1, "standard.s2", "standard", 1, 60);
    number(b, "standard", "standard", -1, 7);
    number(b, "target.low", "target_low", -1, 0.5);
    text(a1, "unit", "km");
    number(-1, "cap", "cap", -1, 100);
    number(-1, "limits.low", "limits.low", -1, 1);
    model_add_leaf(&m, -1, "on", "on", -1, (md_value){MD_TRUTH, 1, NULL}, here, &f);
    model_add_leaf(&m, -1, "day", "day", -1, (md_value){MD_DATE, 0, NULL}, here, &f);
    model_add_leaf(&m, a1, "score", "score", -1, (md_value){MD_METHOD, NAN, "normalise.ratio"},
                   here, &f);
    ok(model_close_tree(&m, NULL, 0, here, &f) && model_make_arrays(&m, &f) && !f.count,
       "the tree is closed and its arrays are made");
    is_int(ax_get(space, ax_find(space, "indicator"))->size, 3, "there are three indicators");
    is_int(ax_get(space, ax_find(space, "group"))->size, 2,
           "an indicator beside the groups is its own group");
    is_int(ax_find(space, "index"), AX_NONE, "the root makes no axis");
    is_str(label("index.group", "indicator", "A2"), "A", "A2 is in A");
    is_str(label("index.group", "indicator", "B"), "B", "B is in itself");
    is_str(model_array(&m, "index.group")->names, "group", "the map names its axis");
    is_num(cell("index.weight", "indicator", "A1", 0), 2.0, "a weight in stage 1");
    is_num(cell("index.weight", "indicator", "A2", 1), 5.0, "a weight that differs by stage");
    is_num(cell("index.weight", "indicator", "B", 1), 1.0, "1 where it is not given");
    is_num(cell("index.group.weight", "group", "A", 0), 5.0,
           "a group weighs the sum of its children");
    is_num(cell("index.group.weight", "group", "A", 1), 7.0, "in each stage");
    is_num(cell("index.group.weight", "group", "B", 0), 1.0,
           "an indicator that is its own group weighs as much there");
    is_num(cell("index.standard", "indicator", "A1", 0), NAN,
           "a standard for stage 2 only is missing in stage 1");
    is_num(cell("index.standard", "indicator", "A1", 1), 60.0, "it is there in stage 2");
    is_num(cell("index.standard", "indicator", "B", 0), 7.0,
           "a standard without a stage holds in all");
    is_num(cell("index.target_low", "indicator", "A1", -1), NAN,
           "an attribute that is not given is missing");
    is_num(cell("index.target_low", "indicator", "B", -1), 0.5, "one end of a range");
    is_str(label("index.unit", "indicator", "A1"), "km", "an attribute that is a text");
    is_num(model_array(&m, "params.limits.low")->value[0], 1.0, "a parameter in a table");
    ok(!model_array(&m, "index.score"), "methods have no array");
    is_int(model_element_of(&m, ax_find(space, "group"), 1), b, "the element of a label");
    const md_array *standard = model_array(&m, "index.standard");
    size_t last = 0;
    while (standard->value[last] != 60) last++;
    is_str(m.leaf[standard->leaf[last]].address, "index.A.A1.standard.s2", "a cell knows its leaf");
    is_int(model_array(&m, "index.target_low")->leaf[0], -1, "a cell without a leaf has -1");

    /* Values from outside. */
    ok(model_set(&m, "index.A.A2.weight.s1", "30", &f) && model_fill(&m, &f), "a weight is set");
    is_num(cell("index.group.weight", "group", "A", 0), 32.0, "the weight of its group follows");
    is_num(cell("index.group.weight", "group", "A", 1), 7.0, "the other stage stays");
    ok(model_set(&m, "params.on", "false", &f) && model_set(&m, "params.day", "2011-06-30", &f),
       "a truth and a date are set");
    is_num(model_leaf(&m, "params.day")->value.number, 15155.0, "a date is read as days");
    is_str(model_leaf_text(&m, model_leaf(&m, "params.day")), "2011-06-30",
           "a date is written as a date");
    is_str(model_leaf_text(&m, model_leaf(&m, "params.on")), "false",
           "a truth is written as a word");
    is_int(model_leaf(&m, "params.on")->changed, 1, "a leaf that was set is marked as changed");
    ok(model_set(&m, "index.A.A1.unit", "mile", &f) && model_fill(&m, &f), "a text is set");
    is_str(label("index.unit", "indicator", "A1"), "mile", "the array has the new text");
    is_int((long)f.count, 0, "none of this is a fault");
    static const char *const bad[][4] = {
        {"params.cap", "1,5", "'1,5' is not a number; params.cap is one", ""},
        {"params.on", "1", "'1' is neither true nor false; params.on is one of them", ""},
        {"params.day", "soon", "'soon' is not a date like 2011-06-30; params.day is one", ""},
        {"params.kap", "1", "the rules have no leaf 'params.kap'", "did you mean 'params.cap'?"},
        {"index.B1.target.low", "1", "the rules have no leaf 'index.B1.target.low'",
         "did you mean 'index.B.target.low'?"},
        {"index.A1.weight", "1", "the rules have no leaf 'index.A1.weight'",
         "did you mean 'index.A.A1.weight'?"},
        {"index.A.weight", "1", "the rules have no leaf 'index.A.weight'",
         "this group gives no weight of its own: it weighs the sum of its children"},
        {"index.A.A1.score", "f", "index.A.A1.score is a method, which is not set from outside",
         ""},
        {"index.A.A1.weight", "-1", "index.A.A1.weight is -1; a weight is not negative", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fault_release(&f);
        ok(!model_set(&m, bad[i][0], bad[i][1], &f) && f.kind == FAULT_USAGE, "%s = %s is refused",
           bad[i][0], bad[i][1]);
        is_str(said(0), bad[i][2], "the message for %s = %s", bad[i][0], bad[i][1]);
        is_str(hinted(0), bad[i][3], "the hint for %s = %s", bad[i][0], bad[i][1]);
    }
    is_num(model_leaf(&m, "index.A.A1.weight")->value.number, 2.0,
           "a refused value changes nothing");
    close_model();
}

static void test_refusals(void) {
    open_model();
    int root = element(-1, 0, "r"), a = element(root, 0, "A");
    element(a, 1, "X");
    element(root, 1, "X");
    element(root, 0, "E");
    ok(!model_close_tree(&m, NULL, 0, here, &f) && f.kind == FAULT_RULE,
       "a tree with faults is refused");
    is_str(said(0), "the id 'X' is given twice, first at r.lua:1", "an id given twice is reported");
    is_str(said(1), "group 'E' has no indicators", "an empty group is reported, too");
    close_model();

    open_model();
    root = element(-1, 0, "r");
    int deep = element(element(root, 0, "A"), 0, "B");
    element(deep, 1, "C");
    ok(!model_close_tree(&m, NULL, 0, here, &f), "three levels without names are refused");
    has_str(said(0), "name its levels", "the message asks for names");
    fault_release(&f);
    const char *two[] = {"indicator", "index"}, *four[] = {"leaf", "pillar", "sub", "index"};
    ok(!model_close_tree(&m, two, 2, here, &f), "two names for four levels are refused");
    has_str(said(0), "4 levels deep", "the message counts the levels");
    fault_release(&f);
    ok(model_close_tree(&m, four, 4, here, &f) && model_make_arrays(&m, &f),
       "four names for four levels");
    is_str(label("index.sub", "leaf", "C"), "A", "a map over two levels");
    is_str(label("index.pillar.sub", "pillar", "B"), "A", "a map over one level, further up");
    close_model();

    open_model();
    root = element(-1, 0, "r");
    int x = element(root, 1, "X"), y = element(root, 1, "Y");
    text(x, "size", "big");
    number(y, "size", "size", -1, 3);
    is_int(model_add_leaf(&m, x, "better", "better", -1, (md_value){MD_TEXT, NAN, "up"}, here, &f),
           -1, "an unknown direction is refused");
    is_str(said(0), "index.X.better is 'up', not \"higher\", \"lower\" or \"target\"",
           "the message names the directions");
    fault_release(&f);
    ok(model_close_tree(&m, NULL, 0, here, &f) && !model_make_arrays(&m, &f),
       "an attribute of two kinds is refused");
    is_str(said(0), "index.Y.size is a number, but elsewhere size is a text",
           "the message names both kinds");
    fault_release(&f);
    is_int(model_add_stage(&m, &(md_stage){.name = "s", .title = "", .from = 3, .to = 2}, &f), 0,
           "a stage whose years are the wrong way round is added");
    is_str(said(0), "stage 's' ends in 2, before it begins in 3", "its years are reported");
    is_int(model_add_stage(&m, &(md_stage){.name = "s", .title = ""}, &f), -1,
           "a second stage of the same name is refused");
    close_model();
}

/* Random trees: the weight of each group by recursion over the tree as it was made. */
static int parent_of[200], is_leaf[200];
static double given[200];

static double weight_of(int e, int count) {
    if (given[e] >= 0) return given[e];
    if (is_leaf[e]) return 1;
    double sum = 0;
    for (int i = e + 1; i < count; i++)
        if (parent_of[i] == e) sum += weight_of(i, count);
    return sum;
}

static int grow(int parent, int depth, int count, uint64_t *seed) {
    int children = 1 + (int)(tap_random(seed) % 4);
    for (int i = 0; i < children && count < 190; i++) {
        int leaf = depth == 3 || tap_random(seed) % 3 == 0;
        char id[16];
        parent_of[count] = parent;
        is_leaf[count] = leaf;
        snprintf(id, sizeof id, "e%d", count);
        given[count] = tap_random(seed) % 3 ? (double)(tap_random(seed) % 8) : -1;
        element(parent, leaf, id);
        if (given[count] >= 0) number(count, "weight", "weight", -1, given[count]);
        int own = count++;
        if (!leaf) count = grow(own, depth + 1, count, seed);
    }
    return count;
}

static void test_random_trees(uint64_t *seed) {
    int same = 1, trees = 0;
    for (int round = 0; round < 200; round++) {
        open_model();
        parent_of[0] = -1;
        is_leaf[0] = 0;
        given[0] = -1;
        element(-1, 0, "e0");
        int count = grow(0, 1, 1, seed), depth = 0;
        for (int i = 0; i < count; i++)
            depth = m.element[i].depth > depth ? m.element[i].depth : depth;
        /* Below the deepest level allowed a group may have stayed empty. */
        const char *names[] = {"l0", "l1", "l2", "l3"}, *use[5];
        for (int i = 0; i < depth; i++) use[i] = names[i];
        use[depth] = "root";
        if (!model_close_tree(&m, use, depth + 1, here, &f)) {
            close_model();
            continue;
        }
        trees++;
        same &= model_make_arrays(&m, &f);
        for (int k = 0; k < depth; k++)
            for (uint32_t i = 0; i < ax_get(space, m.level_axis[k])->size; i++) {
                int e = m.member[k][i];
                char array[40];
                snprintf(array, sizeof array, k ? "index.l%d.weight" : "index.weight", k);
                const char *id = m.element[e].id;
                same &= cell(array, names[k], id, -1) == weight_of(e, count);
                for (int up = k + 1; up < depth; up++) {
                    /* The ancestor at that level's depth, or itself where it hangs higher. */
                    int want = e;
                    while (m.element[want].depth > depth - up) want = parent_of[want];
                    if (k)
                        snprintf(array, sizeof array, "index.l%d.l%d", k, up);
                    else
                        snprintf(array, sizeof array, "index.l%d", up);
                    same &= !strcmp(label(array, names[k], id), m.element[want].id);
                }
            }
        close_model();
    }
    ok(trees > 50 && same, "weights and maps of %d random trees", trees);
}

/* ---- what may be otherwise ---- */

/* How an option of the command line is read: as it is written again, or what is wrong with it. */
static const struct {
    const char *given, *is;
} options[] = {
    {"p=uniform(1, 2)", "uniform(1, 2)"},
    {"p=uniform(2,2)", "uniform(2, 2)"},
    {"p=uniform(2.5, 2)", "the lower bound is above the upper one"},
    {"p=uniform(1)", "it has too many or too few values"},
    {"p=uniform(1, 2, 3)", "it has too many or too few values"},
    {"p=uniform(1, b)", "its values must be numbers"},
    {"p=uniform(1, 2, step = 1)", "there is no such option"},
    {"p=normal(0)", "normal(0)"},
    {"p=normal(-5, 0)", "normal(-5, 0)"},
    {"p=normal(5, -0.1)", "a standard deviation cannot be negative"},
    {"p=normal(-0.1)", "a standard deviation cannot be negative"},
    {"p=normal(5, 1, at_least = 1, at_most = 2)", "normal(5, 1, at_least = 1, at_most = 2)"},
    {"p=normal(5, 1, at_least = 2, at_most = 2)", "the lower bound is above the upper one"},
    {"p=errors(se, at_least = 2, at_most = 2)", "the lower bound is above the upper one"},
    {"p=errors(se, at_most = 2)", "errors(se, at_most = 2)"},
    {"p=triangular(1, 1, 1)", "triangular(1, 1, 1)"},
    {"p=triangular(2, 1, 3)", "the mode does not lie between the bounds"},
    {"p=pert(1, 3, 2)", "the mode does not lie between the bounds"},
    {"p=pert(1, 2, 3)", "pert(1, 2, 3)"},
    {"p=noise(0)", "noise(0)"},
    {"p=noise(1, together = true)", "noise(1, together = true)"},
    {"p=noise(1, together = yes)", "its value must be true or false"},
    {"p=noise(1.01)", "the share must be from 0 to 1"},
    {"p=noise(-0.01)", "the share must be from 0 to 1"},
    {"p=dirichlet(0.001)", "dirichlet(0.001)"},
    {"p=dirichlet(0)", "the concentration must be above 0"},
    {"p=one_of(a, \"b c\", with = {0, 1})", "one_of(a, \"b c\", with = { 0, 1 })"},
    {"p=one_of(1, 2, with = {-0.5, 1.5})", "a probability cannot be negative"},
    {"p=one_of(1, 2, with = {0.5, 0.6})", "the probabilities must add up to 1"},
    {"p=one_of(1, 2, 3, with = {0.5, 0.5})", "there must be as many probabilities as values"},
    {"p=one_of(1, 2, 3, 4, 5)", "one_of(1, 2, 3, 4, 5)"},
    {"p=simplex()", "simplex()"},
    {"p=simplex(false)", "the value is true, or conditions"},
    {"p=simplex(at_least = 0, at_most = 1)", "simplex(at_least = 0, at_most = 1)"},
    {"p=simplex(at_least = 0.5, at_most = 0.5)", "simplex(at_least = 0.5, at_most = 0.5)"},
    {"p=simplex(at_least = 0.5, at_most = 0.4)", "the lower bound is above the upper one"},
    {"p=simplex(at_least = -0.1)", "bounds of weights are shares of their sum"},
    {"p=simplex(at_least = 1)", "bounds of weights are shares of their sum"},
    {"p=simplex(at_most = 0)", "bounds of weights are shares of their sum"},
    {"p=simplex(at_most = 1.1)", "bounds of weights are shares of their sum"},
    {"p=bounds(low, high, level = 0.9, as = uniform)",
     "bounds(low, high, level = 0.9, as = uniform)"},
    {"p=bounds(low, high, level = 0)", "the confidence level lies between 0 and 1"},
    {"p=bounds(low, high, level = 1)", "the confidence level lies between 0 and 1"},
    {"p=bounds(low, high, as = pert)", "`as` is \"normal\", \"uniform\" or \"triangular\""},
    {"p=impute(residuals)", "impute(residuals)"},
    {"p=impute(others)", "missing figures are drawn from"},
    {"p=leave_out(unit, with = 0)", "leave_out(unit, with = 0)"},
    {"p=leave_out(group, each = 1)", "leave_out(group, each = 1)"},
    {"p=leave_out(group, each = 1.5)", "a probability is from 0 to 1"},
    {"p=leave_out(group, with = -1)", "a probability is from 0 to 1"},
    {"p=leave_out(group, with = 0.1, each = 0.1)", "it is either `with` or `each`"},
    {"p=leave_out(all)", "what is left out is"},
    {"p=panel(w.csv, draw = resample)", "panel(w.csv, draw = resample)"},
    {"p=panel(w.csv, draw = once)", "`draw` is \"expert\", \"resample\" or \"each\""},
    {"p=uniform(1 2)", "its values must be numbers"},
    {"p=uniform(1,, 2)", "the values of 'uniform' cannot be read"},
    {"p=uniform(1, 2))", "the values of 'uniform' cannot be read"},
    {"p=uniform(1, \"2)", "the values of 'uniform' cannot be read"},
    {"p=one_of(1, 2, with = {0.5, 0.5)", "the values of 'one_of' cannot be read"},
    {"p=one_of(1, 2, with = )", "the values of 'one_of' cannot be read"},
    {"p=unifrom(1, 2)", "there is no way to vary called 'unifrom'"},
    {"p=uniform", "must be --vary ADDRESS=KIND"},
    {"=uniform(1, 2)", "must be --vary ADDRESS=KIND"},
    {"p=uniform(1, 2", "must be --vary ADDRESS=KIND"},
};

static void test_uncertain_options(void) {
    arena memory = {0};
    uncertain_list list = {0};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        f = FAULT_INIT;
        list.count = 0;
        int fine = uncertain_read(&list, options[i].given, &memory, &f);
        has_str(fine && !f.count && list.count == 1 ? uncertain_text(list.item, &memory)
                : !fine && f.count == 1             ? said(0)
                                                    : "neither read nor refused",
                options[i].is, "--vary '%s'", options[i].given);
        fault_release(&f);
    }
    mem_free(list.item);
    arena_release(&memory);
}

/* Entries of rules, with line 1 for their place; those of a file with another number are of the
 * edition that it extends. */
static int add_uncertain(uncertain_list *list, const char *address, uncertain_kind kind,
                         const uncertain_value *value, size_t values, int file) {
    uncertain_entry e = {address, kind, value, values, "", {file, 1}};
    fault_release(&f);
    f = FAULT_INIT;
    return uncertain_add(list, &e, &m, &f);
}

static void test_uncertain_entries(void) {
    static const uncertain_value half = {"", "0.5", 0.5}, donors = {"", "donors", NAN},
                                 unit = {"", "unit", NAN}, more = {"", "1.5", 1.5};
    uncertain_list list = {0};
    open_model();
    ok(add_uncertain(&list, "data.x", UNCERTAIN_NOISE, &half, 1, 0) &&
           add_uncertain(&list, "data.x", UNCERTAIN_IMPUTE, &donors, 1, 0) &&
           add_uncertain(&list, "data.x", UNCERTAIN_LEAVE_OUT, &unit, 1, 0) &&
           add_uncertain(&list, "data.y", UNCERTAIN_NOISE, &half, 1, 0),
       "figures, missing ones and what is left out vary beside each other");
    is_int((intmax_t)list.count, 4, "four entries");
    ok(!add_uncertain(&list, "data.y", UNCERTAIN_DIRICHLET, &half, 1, 0), "an address twice");
    has_str(said(0), "'data.y': it is given twice", "is told");
    has_str(hinted(0), uncertain_records[UNCERTAIN_DIRICHLET].usage, "as rules write it");
    is_int((intmax_t)list.count, 4, "and not added");
    ok(add_uncertain(&list, "data.y", UNCERTAIN_DIRICHLET, &half, 1, 1), "but in an edition");
    ok(list.count == 4 && list.item[3].kind == UNCERTAIN_DIRICHLET,
       "it takes the place of the other one");
    ok(!add_uncertain(&list, "data.z", UNCERTAIN_NOISE, &more, 1, 0), "too large a share");
    has_str(said(0), "'data.z': the share must be from 0 to 1", "is told, too");
    is_int(f.item[0].line, 1, "with its line");
    fault_release(&f);
    f = FAULT_INIT;
    ok(uncertain_is(
           &(uncertain_entry){.value = &(uncertain_value){"own", "true", NAN}, .values = 1},
           "own") &&
           !uncertain_is(&(uncertain_entry){.values = 0}, "own"),
       "what is not said is not true");
    mem_free(list.item);
    close_model();
}

static void test_uncertain_addresses(void) {
    static const char *const fit[][2] = {{"*", "a"},
                                         {"*", ""},
                                         {"a*", "a"},
                                         {"*.weight", "index.A.weight"},
                                         {"index.*.weight", "index.A.B.weight"},
                                         {"*a*b", "xabab"},
                                         {"a**c", "abc"},
                                         {"a", "a"}},
                             *const unfit[][2] = {{"*.weight", "index.A.weights"},
                                                  {"a", "ab"},
                                                  {"ab", "a"},
                                                  {"*b", "abc"},
                                                  {"a*c", "ab"},
                                                  {"", "a"}};
    int good = 1;
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++)
        good &= uncertain_matches(fit[i][0], fit[i][1]);
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        good &= !uncertain_matches(unfit[i][0], unfit[i][1]);
    ok(good, "a star stands for any characters, none as well");
}

int main(void) {
    uint64_t seed = tap_seed();
    test_levels();
    test_refusals();
    test_uncertain_options();
    test_uncertain_entries();
    test_uncertain_addresses();
    test_random_trees(&seed);
    return done_testing();
}
