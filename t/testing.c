// The runner of test files from C: sessions are kept and looked at as they are now, so that a
// change of a leaf is noticed by the tests that run again, and by them only.
#include <math.h>
#include <string.h>

#include "tap.h"
#include "testing/testing.h"

static const char rules[] =
    "return assessment { id = 'c', title = 'C', params = { times = 3, level = 30 },\n"
    "  data = { x = csv('x.csv', { unit = 'unit', indicator = 'indicator', value = 'v' }) },\n"
    "  index = index { 'all', 'All', indicator { 'p', 'P' }, indicator { 'q', 'Q' } },\n"
    "  compute = function(a)\n"
    "    local total = sum(a.data.x * a.params.times, 'indicator')\n"
    "    return { total = total, good = total:ge(a.params.level) }\n"
    "  end }\n";
static const char tests[] =
    "test('total', function(t)\n"
    "  local r = t.run('rules.lua')\n"
    "  t.is(r.total:at{ unit = 'A' }, 54)\n"
    "end)\n"
    "test('good', function(t) t.ok(t.run('rules.lua').good:at{ unit = 'B' }, 'B is good') end)\n"
    "cases('given', { rules = 'rules.lua', output = 'total', { p = 1, want = 3 }, { q = 2, want = "
    "6 } })\n"
    "golden('all', { rules = 'rules.lua' })\n"
    "property('more', monotone '*.p', { rules = 'rules.lua', output = 'total', runs = 5 })\n"
    "property('rows', invariant 'rows', { rules = 'rules.lua', runs = 3 })\n";

typedef struct heard {
    size_t begun, looked, checked, failed, ended, fresh;
    char last[64];
} heard;

static void begins(void *self, const testing_test *t) {
    heard *h = self;
    h->begun++;
    snprintf(h->last, sizeof h->last, "%s", t->name);
}

static void looked(void *self, assess *a, const assess_array *x, size_t element) {
    heard *h = self;
    h->looked += element < x->size && assess_output_named(a, x->name) == x;
}

static void checked(void *self, const testing_test *t, const testing_check *c) {
    heard *h = self;
    (void)t;
    h->checked++;
    h->failed += !c->ok;
}

static void ended(void *self, const testing_test *t, size_t failed, size_t checks, double seconds,
                  const char *note) {
    heard *h = self;
    (void)t, (void)checks, (void)note;
    h->ended += seconds >= 0 && failed <= checks;
}

static void ready(void *self, assess *session) {
    heard *h = self;
    h->fresh += assess_output_count(session) == 2;
}

static int count_files(void *self, const char *path) {
    heard *h = self;
    h->begun++;
    snprintf(h->last, sizeof h->last, "%s", path + strlen(path) - 6);
    return 1;
}

int main(void) {
    tap_file("rules.lua", rules);
    tap_file("x.csv", "unit,indicator,v\nA,p,8\nA,q,10\nB,p,6\nB,q,5\n");
    const char *path = tap_file("c_test.lua", tests);
    fault f = FAULT_INIT;
    heard h = {0};

    ok(testing_find(tap_folder(), count_files, &h, &f) && h.begun == 1 && !strcmp(h.last, "st.lua"),
       "one test file is found");
    ok(!testing_find("/nowhere", count_files, &h, &f) && f.kind == FAULT_USAGE,
       "a folder that is not there is refused");
    fault_release(&f);

    test_run *t = testing_open(&(testing_settings){.threads = 1, .seconds = 10, .seed = 7});
    ok(testing_read(t, path, &f), "the test file is read");
    is_int((long)testing_count(t), 6, "it has six tests");
    is_int(testing_at(t, 2)->kind, TESTING_CASES, "the kind of a test");
    is_int(testing_at(t, 2)->line, 6, "the line of a test");
    is_int((long)testing_sessions(t), 0, "nothing is computed yet");

    h = (heard){0};
    testing_listener l = {.self = &h, .begins = begins, .checked = checked, .ended = ended};
    testing_on_session(t, ready, &h);
    testing_on_look(t, looked, &h);
    is_int((long)testing_run(t, 0, &l), 0, "the first test passes");
    is_int((long)h.looked, 1, "it looked at one element");
    is_int((long)h.fresh, 1, "it ran one session");
    is_int((long)testing_run(t, 1, &l) + (long)testing_run(t, 2, &l), 0,
           "the second and third test pass");
    is_int((long)h.checked, 4, "there is a check for each test and each case");
    is_int((long)testing_sessions(t), 3, "the cases have sessions of their own");
    is_int((long)testing_run(t, 3, &l), 1, "without a golden file the test fails");
    testing_goldens(t, GOLDEN_ACCEPT, NULL);
    is_int((long)testing_run(t, 3, &l), 0, "with the golden file accepted it passes");
    testing_close(t);

    t = testing_open(&(testing_settings){.threads = 1, .seconds = 10, .seed = 7});
    testing_on_session(t, ready, &h);
    ok(testing_read(t, path, &f), "another run reads the file");
    is_int((long)testing_fails(t, TESTING_ALL, 3), -1, "all tests pass, from whichever on");
    size_t sessions = testing_sessions(t);
    assess *a = testing_session(t, 0);
    is_str(assess_fact(a, "id"), "c", "the sessions of a run can be read");
    for (size_t i = 0; i < testing_count(t); i++)
        ok(testing_holds(t, i), "%s passes again", testing_at(t, i)->name);
    is_int((long)testing_sessions(t), (long)sessions, "no new session was needed");

    ok(!assess_change_leaf(a, "params.level", "40") && !assess_recompute(a), "a leaf is changed");
    size_t broken = testing_fails(t, TESTING_TEST, 0), first = 0;
    while (first < testing_sessions(t) && testing_session(t, first) != a) first++;
    is_int((long)first, 0, "sessions keep their places");
    ok(broken == 1, "the first test that fails is the one that looks at the leaf");
    ok(!testing_holds(t, 3), "the golden file fails, too");
    ok(testing_holds(t, 0) && testing_holds(t, 4), "the other tests pass");
    ok(!assess_change_leaf(a, "params.level", "30") && !assess_recompute(a),
       "the leaf is put back");
    is_int((long)testing_fails(t, TESTING_ALL, 100), -1, "all tests pass again");
    ok(testing_files(t) >= 4, "the files that were read are known");
    ok(!testing_stopped(t), "the run was not stopped");
    testing_close(t);

    t = testing_open(&(testing_settings){.threads = 1, .seconds = 10});
    ok(testing_only(t, "^go|mor", &f) && testing_read(t, path, &f) && testing_count(t) == 2,
       "tests are chosen by a pattern");
    ok(!testing_only(t, "(", &f) && f.count, "a text that is no pattern is refused");
    fault_release(&f);
    ok(!testing_read(t, tap_file("d_test.lua", "test('x'"), &f) && f.kind == FAULT_RULE,
       "a broken file is a fault");
    fault_release(&f);
    is_int((long)testing_count(t), 2, "a broken file changes nothing");
    testing_close(t);
    return done_testing();
}
