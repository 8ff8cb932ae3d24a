/* assess mutate: changes one thing of the rules at a time, and asks their tests whether they
 * notice. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "report/mutate.h"

typedef struct mutate_given {
    tests_arguments shared;
    mutate_settings what;
    const format *format;
    double min; /* percent */
    double seed;
} mutate_given;

static void choose_rules(void *own, const option *o, const char *value, fault *f) {
    ((mutate_given *)own)->what.rules = value;
    if (access(value, R_OK))
        fault_set(f, FAULT_USAGE, "--%s %s: %s", o->name, value, strerror(errno));
}

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    const format *given = arguments_format(o, value, f);
    if (given) ((mutate_given *)own)->format = given;
}

#define AT(field) offsetof(mutate_given, field)

static const option mutate_options[] = {
    {"rules", 0, "FILE", "only mutants of this rule file and of what it is made of", OPTION_CALL,
     .call = choose_rules},
    {"only", 0, "GLOB", "only addresses (index.*.weight) or places (2011.lua:18*) like this",
     OPTION_TEXT, .at = AT(what.only)},
    {"min", 0, "PERCENT", "fail if a smaller share of the mutants is noticed", OPTION_NUMBER,
     .at = AT(min), .least = 0, .most = 100},
    {"sample", 0, "N", "try N of the mutants, drawn by the seed", OPTION_COUNT,
     .at = AT(what.sample), .least = 1, .most = 1e9},
    {"seed", 0, "N", "of the sample and of what properties draw (default: 1)", OPTION_WHOLE,
     .at = AT(seed), .least = 0, .most = 9007199254740991.0},
    {"format", 'f', "FORMAT", "text (default), csv, json or md: all mutants", OPTION_CALL,
     .call = choose_format},
    {0},
};

typedef struct reading {
    test_run *t;
    fault *f;
} reading;

static int read_file(void *self, const char *path) {
    reading *r = self;
    return testing_read(r->t, path, r->f);
}

static int read_tests(const mutate_given *w, test_run *t, fault *f) {
    reading r = {t, f};
    for (size_t i = 0; i < w->shared.paths.count && !f->count; i++)
        testing_find(w->shared.paths.item[i].name, read_file, &r, f);
    if (!f->count && !testing_count(t))
        fault_at(f, FAULT_TEST, NULL, "test files are called *_test.lua", "no tests below %s",
                 w->shared.paths.item[0].name);
    return !f->count;
}

static int write_out(const mutate_given *w, const mutation *m, page *to, fault *f) {
    document p = {0};
    if (w->format == formats) {
        mutate_print(m, to);
        return 1;
    }
    document_open(&p, "mutants", "Mutants", ": ", "-");
    mutate_make(m, &p);
    w->format->document(&p, to);
    int fine = !p.failed && !to->out->held.failed ? 1 : fault_memory(f);
    document_close(&p);
    return fine;
}

static int run_given(const mutate_given *w, const volatile sig_atomic_t *stop) {
    sink out = output_to(STDOUT_FILENO, stop);
    page to = deliver_page(&out, w->shared.color);
    fault f = FAULT_INIT;
    test_run *t = testing_open(&w->shared.settings);
    mutation *m = NULL;
    if (!t) fault_memory(&f);
    int fine = t && read_tests(w, t, &f) && (m = mutation_open(t, &w->what, &f)) != NULL;
    if (fine && !mutation_count(m))
        fine = fault_at(&f, FAULT_USAGE, NULL, "assess leaves RULES lists addresses",
                        "there is nothing to change%s%s",
                        w->what.only ? " like " : " in what the tests compute",
                        w->what.only ? w->what.only : "");
    fine = fine && mutation_run(m, &f) && write_out(w, m, &to, &f);
    if (fine) fine = deliver_finish(&out, &f);
    if (fine && mutation_score(m) < w->min)
        fault_set(&f, FAULT_TEST, "%.1f %% of the mutants are noticed, less than --min %g",
                  mutation_score(m), w->min);
    mutation_close(m);
    testing_close(t);
    output_release(&out);
    return f.count ? deliver_fail(&f, w->shared.color) : 0;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    mutate_given w = {.format = formats, .seed = 1};
    fault f = FAULT_INIT;
    int fine = tests_read(&w.shared, &mutate_command, &w, count, argument, stop, &f);
    w.what.seed = w.shared.settings.seed = (uint64_t)w.seed;
    int status = !fine           ? deliver_fail(&f, "auto")
                 : w.shared.help ? ASKED_HELP
                                 : run_given(&w, stop);
    list_release(&w.shared.paths);
    return status;
}

const command mutate_command = {
    .name = "mutate",
    .usage = "assess mutate [PATH…]",
    .help = "changes one thing of the rules at a time: which change does no test notice?",
    .example = "assess mutate rules/2011_test.lua --only 'index.*.weight' --min 90",
    .takes = TAKES_TESTS,
    .options = mutate_options,
    .run = run,
};
