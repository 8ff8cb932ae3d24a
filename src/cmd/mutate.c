/* assess mutate: changes one thing of the rules at a time, and asks their tests whether they
 * notice. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "report/mutate.h"

enum { RULES, ONLY, MIN, SAMPLE, SEED, FORMAT, METHODS, SECONDS, MEMORY, COLOR, HELP };

const option mutate_options[] = {
    [RULES] = {"rules", 0, "FILE", "only mutants of this rule file and of what it is made of"},
    [ONLY] = {"only", 0, "GLOB",
              "only addresses (index.*.weight) or places (2011.lua:18*) like this"},
    [MIN] = {"min", 0, "PERCENT", "fail if a smaller share of the mutants is noticed"},
    [SAMPLE] = {"sample", 0, "N", "try N of the mutants, drawn by the seed"},
    [SEED] = {"seed", 0, "N", "of the sample and of what properties draw (usual: 1)"},
    [FORMAT] = {"format", 'f', "FORMAT", "text (usual), csv or json: all mutants"},
    [METHODS] = {"methods", 0, "DIR", "where the library methods/ lies"},
    [SECONDS] = {"seconds", 0, "S",
                 "time limit of the command (usual: none, but 60 for each test; 0: none at all)"},
    [MEMORY] = {"memory", 0, "MIB", "memory limit of the command (usual: 8192)"},
    [COLOR] = {"color", 0, "WHEN", "auto (usual), always or never"},
    [HELP] = {"help", 'h', NULL, "print this help"},
    {0},
};

typedef enum format { TEXT, CSV, JSON } format;

typedef struct wish {
    mutate_settings what;
    testing_settings settings;
    const char **path;
    size_t paths;
    const char *color;
    double min; /* percent */
    double seconds, memory; /* of the command; 0: no limit; MiB */
    format format;
    int help;
} wish;

static void read_option(wish *w, int found, const char *value, fault *f) {
    static const char *const formats[] = {"text", "csv", "json", NULL};
    static const char *const colors[] = {"auto", "always", "never", NULL};
    const option *o = &mutate_options[found];
    double n = 0;
    int which;
    switch (found) {
    case RULES:
        w->what.rules = value;
        if (access(value, R_OK))
            fault_set(f, FAULT_USAGE, "--rules %s: %s", value, strerror(errno));
        break;
    case ONLY:
        w->what.only = value;
        break;
    case MIN:
        arguments_number(o, value, 0, 100, 0, &w->min, f);
        break;
    case SAMPLE:
        if (arguments_number(o, value, 1, 1e9, 1, &n, f)) w->what.sample = (size_t)n;
        break;
    case SEED:
        if (arguments_number(o, value, 0, 9007199254740991.0, 1, &n, f))
            w->what.seed = w->settings.seed = (uint64_t)n;
        break;
    case FORMAT:
        if ((which = arguments_word(o, value, formats, f)) >= 0) w->format = (format)which;
        break;
    case METHODS:
        w->settings.methods = value;
        break;
    case SECONDS:
        if (arguments_number(o, value, 0, 1e9, 0, &n, f)) w->seconds = n;
        if (!n) w->settings.seconds = 0;
        break;
    case MEMORY:
        arguments_number(o, value, 1, 1e9, 1, &w->memory, f);
        break;
    case COLOR:
        if (arguments_word(o, value, colors, f) >= 0) w->color = value;
        break;
    default:
        w->help = 1;
    }
}

static int read_wish(wish *w, int count, char *const *argument, fault *f) {
    options o = options_of(mutate_options, NULL, count, argument);
    for (int found; (found = options_next(&o, f)) != OPTIONS_END;) {
        if (found == OPTIONS_OPERAND)
            w->path[w->paths++] = o.value;
        else if (found != OPTIONS_WRONG)
            read_option(w, found, o.value, f);
    }
    if (!w->paths) w->path[w->paths++] = ".";
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
    for (size_t i = 0; i < w->paths && !f->count; i++) testing_find(w->path[i], read_file, &r, f);
    if (!f->count && !testing_count(t))
        fault_at(f, FAULT_TEST, NULL, "test files are called *_test.lua", "no tests below %s",
                 w->path[0]);
    return !f->count;
}

static int write_out(const wish *w, const mutation *m, page *to, fault *f) {
    document p = {0};
    buf csv = BUF_INIT;
    if (w->format == TEXT) {
        mutate_print(m, to);
        return 1;
    }
    document_open(&p, "mutants", "Mutants", ": ", "-");
    mutate_make(m, &p);
    if (w->format == JSON) {
        document_to_json(&p, to->out);
    } else {
        document_to_csv_list(&p, &csv);
        output_put(to->out, buf_string(&csv), csv.length);
    }
    int fine = !p.failed && !csv.failed ? 1 : fault_memory(f);
    buf_release(&csv);
    document_close(&p);
    return fine;
}

static int run_wish(const wish *w, const volatile sig_atomic_t *stop) {
    sink out = output_to(STDOUT_FILENO, stop);
    page to = {&out, paint_columns(STDOUT_FILENO), paint_wanted(w->color, STDOUT_FILENO)};
    fault f = FAULT_INIT;
    trial *t = testing_open(&w->settings);
    mutation *m = NULL;
    if (!t) fault_memory(&f);
    int fine = t && read_tests(w, t, &f) && (m = mutation_open(t, &w->what, &f)) != NULL;
    if (fine && !mutation_count(m))
        fine = fault_at(&f, FAULT_USAGE, NULL, "assess leaves RULES lists addresses",
                        "there is nothing to change%s%s",
                        w->what.only ? " like " : " in what the tests compute",
                        w->what.only ? w->what.only : "");
    fine = fine && mutation_run(m, &f) && write_out(w, m, &to, &f);
    if (fine && !output_finish(&out))
        fine = fault_set(&f, FAULT_LIMIT, "standard output cannot be written: %s",
                         strerror(out.error));
    if (fine && mutation_score(m) < w->min)
        fault_set(&f, FAULT_TEST, "%.1f %% of the mutants are noticed, less than --min %g",
                  mutation_score(m), w->min);
    mutation_close(m);
    testing_close(t);
    output_release(&out);
    return f.count ? cmd_fail(&f, w->color) : 0;
}

int cmd_mutate(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    wish w = {.settings = {.stop = stop, .threads = 1, .seconds = COMMAND_SECONDS, .seed = 1},
              .what = {.seed = 1},
              .color = "auto",
              .memory = COMMAND_MEMORY};
    fault f = FAULT_INIT;
    w.path = mem_zero((size_t)count + 1, sizeof *w.path);
    if (!w.path) fault_memory(&f);
    int fine = w.path && read_wish(&w, count, argument, &f);
    int status = !fine    ? cmd_fail(&f, "auto")
                 : w.help ? cmd_help(1, (char *const[]){(char *)"mutate"}, stop)
                          : run_wish(&w, stop);
    mem_free(w.path);
    return status;
}
