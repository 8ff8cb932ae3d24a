/* assess mutate: changes one thing of the rules at a time, and asks their tests whether they
 * notice. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/deliver.h"
#include "report/test_report.h"

typedef struct wish {
    mutate_settings what;
    testing_settings settings;
    arguments_list paths;
    const char *color;
    const format *format;
    double min;             /* percent */
    double seconds, memory; /* of the command; 0: no limit; MiB */
    double seed;
    int help;
} wish;

static void choose_rules(void *own, const option *o, const char *value, fault *f) {
    ((wish *)own)->what.rules = value;
    if (access(value, R_OK))
        fault_set(f, FAULT_USAGE, "--%s %s: %s", o->name, value, text_of_errno(errno));
}

static void limit_seconds(void *own, const option *o, const char *value, fault *f) {
    wish *w = own;
    if (options_number(o, value, 0, &w->seconds, f) && !w->seconds) w->settings.seconds = 0;
}

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    const char *words[FORMATS_MOST + 1];
    format_names(words);
    int which = options_word(o, value, words, f);
    if (which >= 0) ((wish *)own)->format = &formats[which];
}

#define AT(field) offsetof(wish, field)

static const option mutate_options[] = {
    {"rules", 0, "FILE", TEXT("only mutants of this rule file and of what it is made of"),
     OPTION_CALL, .call = choose_rules},
    {"only", 0, "GLOB", TEXT("only addresses (index.*.weight) or places (2011.lua:18*) like this"),
     OPTION_TEXT, .at = AT(what.only)},
    {"min", 0, "PERCENT", TEXT("fail if a smaller share of the mutants is noticed"), OPTION_NUMBER,
     .at = AT(min), .least = 0, .most = 100},
    {"sample", 0, "N", TEXT("try N of the mutants, drawn by the seed"), OPTION_COUNT,
     .at = AT(what.sample), .least = 1, .most = 1e9},
    {"seed", 0, "N", TEXT("of the sample and of what properties draw (default: 1)"), OPTION_WHOLE,
     .at = AT(seed), .least = 0, .most = 9007199254740991.0},
    {"format", 'f', "FORMAT", TEXT("text (default), csv, json or md: all mutants"), OPTION_CALL,
     .call = choose_format},
    {"methods", 0, "DIR", TEXT("where the library methods/ lies"), OPTION_TEXT,
     .at = AT(settings.methods)},
    {"seconds", 0, "S",
     TEXT("time limit of the command (default: none, but 60 for each test; 0: none at all)"),
     OPTION_CALL, .least = 0, .most = 1e9, .call = limit_seconds},
    {"memory", 0, "MIB", TEXT("memory limit of the command (default: 8192)"), OPTION_WHOLE,
     .at = AT(memory), .least = 1, .most = 1e9},
    {"color", 0, "WHEN", TEXT("auto (default), always or never"), OPTION_WORD, .at = AT(color),
     .words = color_words},
    {"help", 'h', NULL, TEXT("print this help"), OPTION_FLAG, .at = AT(help)},
    {0},
};

static void add_path(void *own, const char *text, fault *f) {
    list_add(&((wish *)own)->paths, text, "", f);
}

static int read_wish(wish *w, int count, char *const *argument, fault *f) {
    options_read(mutate_options, w, count, argument, add_path, f);
    w->what.seed = w->settings.seed = (uint64_t)w->seed;
    if (!w->paths.count) add_path(w, ".", f);
    if (!f->count) limits_set(w->seconds, (size_t)w->memory << 20);
    return !f->count;
}

typedef struct reading {
    trial *t;
    fault *f;
} reading;

static int read_file(void *self, const char *path) {
    reading *r = self;
    return testing_read(r->t, path, r->f);
}

static int read_tests(const wish *w, trial *t, fault *f) {
    reading r = {t, f};
    for (size_t i = 0; i < w->paths.count && !f->count; i++)
        testing_find(w->paths.item[i].name, read_file, &r, f);
    if (!f->count && !testing_count(t))
        fault_at(f, FAULT_TEST, NULL, "test files are called *_test.lua", "no tests below %s",
                 w->paths.item[0].name);
    return !f->count;
}

static int write_out(const wish *w, const mutation *m, page *to, fault *f) {
    document p;
    document_open(&p, "mutants", w->format->prose ? "" : "Mutants", ": ", "-");
    (w->format->prose ? mutation_prose : mutation_table)(m, &p);
    if (!p.failed) w->format->write(&p, to);
    int fine = !p.failed && !to->out->held.failed ? 1 : fault_memory(f);
    document_close(&p);
    return fine;
}

static int run_wish(const wish *w, const volatile sig_atomic_t *stop) {
    output out = output_to(STDOUT_FILENO, stop);
    page to = {.out = &out,
               .width = paint_columns(STDOUT_FILENO),
               .colour = paint_wanted(w->color, STDOUT_FILENO)};
    fault f = FAULT_INIT;
    trial *t = testing_open(&w->settings);
    mutation *m = NULL;
    if (!t) fault_memory(&f);
    int fine = t && read_tests(w, t, &f) && (m = mutation_open(t, &w->what, &f)) != NULL;
    if (fine && !mutation_count(m))
        fine = fault_at(&f, FAULT_USAGE, NULL, "assess leaves RULES lists addresses",
                        "there is nothing to change%s%s",
                        w->what.only ? text_message(" like ")
                                     : text_message(" in what the tests compute"),
                        w->what.only ? w->what.only : "");
    fine = fine && mutation_run(m, &f) && write_out(w, m, &to, &f);
    if (fine) fine = deliver_finish(&out, &f);
    if (fine && mutation_score(m) < w->min)
        fault_set(&f, FAULT_TEST, "%.1f %% of the mutants are noticed, less than --min %g",
                  mutation_score(m), w->min);
    mutation_close(m);
    testing_close(t);
    output_release(&out);
    return f.count ? cmd_fail(&f, w->color) : 0;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    wish w = {.settings = {.stop = stop, .threads = 1, .seconds = COMMAND_SECONDS},
              .color = "auto",
              .format = formats,
              .seed = 1,
              .memory = COMMAND_MEMORY};
    fault f = FAULT_INIT;
    int status = !read_wish(&w, count, argument, &f) ? cmd_fail(&f, "auto")
                 : w.help                            ? cmd_help(&mutate_command, stop)
                                                     : run_wish(&w, stop);
    list_release(&w.paths);
    return status;
}

const command mutate_command = {
    .name = "mutate",
    .usage = "assess mutate [PATH…]",
    .help = TEXT("changes one thing of the rules at a time: which change does no test notice?"),
    .example = "assess mutate rules/2011_test.lua --only 'index.*.weight' --min 90",
    .takes = TAKES_NONE,
    .options = mutate_options,
    .run = run,
};
