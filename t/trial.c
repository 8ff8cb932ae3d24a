// The runner of test files from C: sessions are kept and looked at as they are now, so that a
// change of a leaf is noticed by the tests that run again, and by them only.
#include <math.h>
#include <string.h>

#include "tap.h"
#include "trial/trial.h"

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

static char folder[] = "/tmp/trial.XXXXXX";

static const char *put(const char *name, const char *text) {
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
    return path;
}

typedef struct heard {
    size_t begun, looked, checked, failed, ended, fresh;
    char last[64];
} heard;

static void begins(void *self, const trial_test *t) {
    heard *h = self;
    h->begun++;
    snprintf(h->last, sizeof h->last, "%s", t->name);
}

static void looked(void *self, assess *a, const assess_array *x, size_t element) {
    heard *h = self;
    h->looked += element < x->size && assess_output_named(a, x->name) == x;
}

static void checked(void *self, const trial_test *t, const trial_check *c) {
    heard *h = self;
    (void)t;
    h->checked++;
    h->failed += !c->ok;
}

static void ended(void *self, const trial_test *t, size_t failed, size_t checks, double seconds,
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
    if (!mkdtemp(folder)) return 1;
    put("rules.lua", rules);
    put("x.csv", "unit,indicator,v\nA,p,8\nA,q,10\nB,p,6\nB,q,5\n");
    char path[300];
    snprintf(path, sizeof path, "%s", put("c_test.lua", tests));
    fault f = FAULT_INIT;
    heard h = {0};

    ok(trial_find(folder, count_files, &h, &f) && h.begun == 1 && !strcmp(h.last, "st.lua"),
       "one test file is found");
    ok(!trial_find("/nowhere", count_files, &h, &f) && f.kind == FAULT_USAGE,
       "no folder, no files");
    fault_release(&f);

    trial *t = trial_open(&(trial_settings){.threads = 1, .seconds = 10, .seed = 7});
    ok(trial_read(t, path, &f), "the file is read");
    is_int((long)trial_count(t), 6, "with its tests");
    is_int(trial_at(t, 2)->kind, TRIAL_CASES, "and their kinds");
    is_int(trial_at(t, 2)->line, 6, "and lines");
    is_int((long)trial_sessions(t), 0, "nothing is computed yet");

    h = (heard){0};
    trial_listener l = {
        .self = &h, .begins = begins, .looked = looked, .checked = checked, .ended = ended};
    trial_on_session(t, ready, &h);
    is_int((long)trial_run(t, 0, &l), 0, "a test holds");
    is_int((long)h.looked, 1, "and looked at one element");
    is_int((long)h.fresh, 1, "of one session");
    is_int((long)trial_run(t, 1, &l) + (long)trial_run(t, 2, &l), 0, "others hold");
    is_int((long)h.checked, 4, "with a check each, and one each case");
    is_int((long)trial_sessions(t), 3, "the cases have sessions of their own");
    is_int((long)trial_run(t, 3, &l), 1, "there is no golden file yet");
    trial_goldens(t, GOLDEN_ACCEPT, NULL);
    is_int((long)trial_run(t, 3, &l), 0, "it is accepted");
    trial_close(t);

    t = trial_open(&(trial_settings){.threads = 1, .seconds = 10, .seed = 7});
    trial_on_session(t, ready, &h);
    ok(trial_read(t, path, &f), "another trial reads it");
    is_int((long)trial_fails(t, TRIAL_ALL, 3), -1, "all hold, from whichever on");
    size_t sessions = trial_sessions(t);
    assess *a = trial_session(t, 0);
    is_str(assess_fact(a, "id"), "c", "its sessions can be had");
    for (size_t i = 0; i < trial_count(t); i++)
        ok(trial_holds(t, i), "%s holds once more", trial_at(t, i)->name);
    is_int((long)trial_sessions(t), (long)sessions, "without another session");

    ok(!assess_change_leaf(a, "params.level", "40") && !assess_again(a), "a leaf is changed");
    size_t broken = trial_fails(t, TRIAL_TEST, 0), first = 0;
    while (first < trial_sessions(t) && trial_session(t, first) != a) first++;
    is_int((long)first, 0, "sessions keep their places");
    ok(broken == 1, "the test that looks at it fails, and is the first to");
    ok(!trial_holds(t, 3), "so does the golden file");
    ok(trial_holds(t, 0) && trial_holds(t, 4), "the others hold");
    ok(!assess_change_leaf(a, "params.level", "30") && !assess_again(a), "it is put back");
    is_int((long)trial_fails(t, TRIAL_ALL, 100), -1, "and all hold again");
    ok(trial_files(t) >= 4, "what was read is known, for a watch");
    ok(!trial_stopped(t), "nobody stopped it");
    trial_close(t);

    t = trial_open(&(trial_settings){.threads = 1, .seconds = 10});
    ok(trial_only(t, "^go|mor", &f) && trial_read(t, path, &f) && trial_count(t) == 2,
       "tests are chosen by a pattern");
    ok(!trial_only(t, "(", &f) && f.count, "that must be one");
    fault_release(&f);
    ok(!trial_read(t, put("d_test.lua", "test('x'"), &f) && f.kind == FAULT_RULE,
       "a broken file is a fault");
    fault_release(&f);
    is_int((long)trial_count(t), 2, "and changes nothing");
    trial_close(t);
    char command[400];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return done_testing() | (system(command) != 0);
}
