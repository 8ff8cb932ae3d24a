/* assess test: finds test files, runs them, reports. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/review.h"
#include "cmd/run.h"
#include "report/coverage.h"
#include "report/junit.h"
#include "report/message.h"
#include "report/tap.h"

enum {
    RUN,
    SEED,
    FORMAT,
    JUNIT,
    REVIEW,
    ACCEPT,
    WATCH,
    COVERAGE,
    COVERAGE_MIN,
    METHODS,
    THREADS,
    SECONDS,
    MEMORY,
    COLOR,
    HELP
};

const option test_options[] = {
    [RUN] = {"run", 'r', "PATTERN", "only tests whose name has this in it, or matches it"},
    [SEED] = {"seed", 0, "N", "draw what properties drew with this seed"},
    [FORMAT] = {"format", 'f', "FORMAT", "tap (usual), junit or json"},
    [JUNIT] = {"junit", 0, "FILE", "write the outcomes as JUnit's XML, too"},
    [REVIEW] = {"review", 0, NULL, "show how results differ from golden files, and ask"},
    [ACCEPT] = {"accept", 0, NULL, "write the golden files anew, without asking"},
    [WATCH] = {"watch", 0, NULL, "run again whenever a file that was read changes"},
    [COVERAGE] = {"coverage", 0, NULL, "print what of the rules no test protects"},
    [COVERAGE_MIN] = {"coverage-min", 0, "PERCENT",
                      "the same, and fail if less than that is protected"},
    [METHODS] = {"methods", 0, "DIR", "where the library methods/ lies"},
    [THREADS] = {"threads", 0, "N", "of each session (usual: 1)"},
    [SECONDS] = {"seconds", 0, "S",
                 "time limit of the command (usual: none, but 60 for each test; 0: none at all)"},
    [MEMORY] = {"memory", 0, "MIB", "memory limit of the command (usual: 8192)"},
    [COLOR] = {"color", 0, "WHEN", "auto (usual), always or never"},
    [HELP] = {"help", 'h', NULL, "print this help"},
    {0},
};

typedef enum format { TAP, XML, JSON } format;

typedef struct wish {
    const char *only, *junit, *color;
    const char **path;
    size_t paths;
    format format;
    testing_golden golden;
    int watch, help, seeded, coverage;
    double coverage_min; /* percent */
    double seconds, memory; /* of the command; 0: no limit; MiB */
    testing_settings settings;
} wish;

typedef struct testing {
    const wish *w;
    trial *t;
    coverage *cover; /* or NULL */
    outcomes all;
    tap tap;
    page *page, *errors;
    const volatile sig_atomic_t *stop;
    char **file; /* found */
    size_t files, file_room;
    struct timespec began;
    fault f;
} testing;

/* ---- what is asked ---- */

static void read_format(wish *w, const char *value, fault *f) {
    static const char *const words[] = {"tap", "junit", "json"};
    for (int i = 0; i < 3; i++)
        if (!strcmp(words[i], value)) {
            w->format = (format)i;
            return;
        }
    fault_at(f, FAULT_USAGE, NULL, "tap, junit or json", "--format %s: no such format", value);
}

static void read_option(wish *w, int found, const char *value, fault *f) {
    double n = 0;
    switch (found) {
    case RUN:
        w->only = value;
        break;
    case SEED:
        if (arguments_number(&test_options[SEED], value, 0, 9007199254740991.0, 1, &n, f))
            w->settings.seed = (uint64_t)n;
        w->seeded = 1;
        break;
    case FORMAT:
        read_format(w, value, f);
        break;
    case JUNIT:
        w->junit = value;
        break;
    case REVIEW:
        w->golden = GOLDEN_REVIEW;
        break;
    case ACCEPT:
        w->golden = GOLDEN_ACCEPT;
        break;
    case WATCH:
        w->watch = 1;
        break;
    case COVERAGE:
        w->coverage = 1;
        break;
    case COVERAGE_MIN:
        arguments_number(&test_options[COVERAGE_MIN], value, 0, 100, 0, &w->coverage_min, f);
        w->coverage = 1;
        break;
    case METHODS:
        w->settings.methods = value;
        break;
    case THREADS:
        if (arguments_number(&test_options[THREADS], value, 0, 256, 1, &n, f))
            w->settings.threads = (int)n;
        break;
    case SECONDS:
        if (arguments_number(&test_options[SECONDS], value, 0, 1e9, 0, &n, f))
            w->seconds = n;
        if (!n) w->settings.seconds = 0;
        break;
    case MEMORY:
        arguments_number(&test_options[MEMORY], value, 1, 1e9, 1, &w->memory, f);
        break;
    case COLOR:
        w->color = value;
        if (strcmp(value, "auto") && strcmp(value, "always") && strcmp(value, "never"))
            fault_at(f, FAULT_USAGE, NULL, "auto, always or never", "--color %s: no such choice",
                     value);
        break;
    default:
        w->help = 1;
    }
}

static int read_wish(wish *w, int count, char *const *argument, fault *f) {
    options o = options_of(test_options, NULL, count, argument);
    const char *ci = getenv("CI");
    struct timespec now;
    w->color = "auto";
    w->settings.threads = 1;
    w->settings.seconds = COMMAND_SECONDS;
    w->memory = COMMAND_MEMORY;
    for (int found; (found = options_next(&o, f)) != OPTIONS_END;) {
        if (found == OPTIONS_OPERAND)
            w->path[w->paths++] = o.value;
        else if (found != OPTIONS_WRONG)
            read_option(w, found, o.value, f);
    }
    if (w->golden && ci && *ci && strcmp(ci, "false"))
        fault_at(f, FAULT_USAGE, NULL, "golden files are written where somebody looks at them",
                 "--%s is refused where CI is set",
                 w->golden == GOLDEN_REVIEW ? "review" : "accept");
    if (w->watch && (w->golden || w->junit || w->format != TAP))
        fault_at(f, FAULT_USAGE, NULL, NULL, "--watch goes with TAP only, and changes no files");
    if (!w->seeded) {
        clock_gettime(CLOCK_REALTIME, &now);
        w->settings.seed = ((uint64_t)now.tv_sec * 1000003u + (uint64_t)now.tv_nsec) % 1000000;
    }
    if (!f->count) limits_set(w->seconds, (size_t)w->memory << 20);
    if (!w->paths) w->path[w->paths++] = ".";
    return !f->count;
}

/* ---- running ---- */

static int add_file(void *self, const char *path) {
    testing *g = self;
    for (size_t i = 0; i < g->files; i++)
        if (!strcmp(g->file[i], path)) return 1;
    if (g->files == g->file_room) {
        size_t room = g->file_room ? 2 * g->file_room : 16;
        char **grown = mem_grow(g->file, room * sizeof *grown);
        if (!grown) return fault_memory(&g->f);
        g->file = grown;
        g->file_room = room;
    }
    char *own = mem_take(strlen(path) + 1);
    if (!own) return fault_memory(&g->f);
    g->file[g->files++] = strcpy(own, path);
    return 1;
}

static int halted(const testing *g) {
    return (g->stop && *g->stop) || g->page->out->ended;
}

static void run_file(testing *g, const char *path) {
    fault f = FAULT_INIT;
    size_t from = testing_count(g->t);
    if (!testing_read(g->t, path, &f) && !halted(g))
        outcomes_fault(&g->all, path, "the test file can be read", &f);
    fault_release(&f);
    const testing_listener *l =
        g->cover ? coverage_listener(g->cover, &g->all.listener) : &g->all.listener;
    for (size_t i = from; i < testing_count(g->t) && !halted(g); i++) testing_run(g->t, i, l);
}

/* Nothing to run is a failure: a folder that was misspelt would be green for ever. */
static void say_empty(testing *g) {
    fault f = FAULT_INIT;
    const char *path = g->w->path[0];
    if (!g->files)
        fault_at(&f, FAULT_TEST, NULL, "test files are called *_test.lua", "no test files below %s",
                 path);
    else if (g->w->only)
        fault_at(&f, FAULT_TEST, NULL, "a part of the name, or a pattern",
                 "no test is called like '%s'", g->w->only);
    else
        fault_at(&f, FAULT_TEST, NULL, "test(\"a score is capped\", function(t) … end)",
                 "no tests in %s", g->files == 1 ? g->file[0] : path);
    outcomes_fault(&g->all, g->files == 1 ? g->file[0] : path, "there are tests", &f);
    fault_release(&f);
}

static void write_junit(testing *g) {
    sink xml = output_to(SINK_KEEP, NULL);
    junit_write(&xml, &g->all);
    if (xml.held.failed)
        fault_memory(&g->f);
    else
        files_write(g->w->junit, buf_string(&xml.held), xml.held.length, &g->f);
    output_release(&xml);
}

static void comment(void *self, const char *text) {
    testing *g = self;
    if (g->w->format == TAP)
        tap_comment(&g->tap, "%s", text);
    else
        page_paragraph(g->errors, PAINT_PLAIN, 0, "", "%s", text);
}

/* What no test protects; JSON has it among the rest. */
static void summarise_coverage(testing *g) {
    const wish *w = g->w;
    buf b = BUF_INIT;
    if (w->format != JSON) coverage_say(g->cover, comment, g);
    if (coverage_percent(g->cover) < w->coverage_min) {
        buf_print(&b, "less than --coverage-min %g is protected", w->coverage_min);
        comment(g, buf_string(&b));
        g->all.failures++;
    }
    buf_release(&b);
}

static void summarise(testing *g) {
    const wish *w = g->w;
    size_t properties = 0;
    for (size_t i = 0; i < testing_count(g->t); i++)
        properties += testing_at(g->t, i)->kind == TRIAL_PROPERTY;
    if (w->format == XML) junit_write(g->page->out, &g->all);
    if (w->format == JSON && !outcomes_json(g->page->out, &g->all, w->settings.seed, g->cover))
        fault_memory(&g->f);
    if (w->format != TAP) return;
    tap_end(&g->tap);
    tap_comment(&g->tap, "%zu test%s in %zu file%s, %zu failed", g->all.count,
                g->all.count == 1 ? "" : "s", g->files, g->files == 1 ? "" : "s", g->all.failures);
    if (properties)
        tap_comment(&g->tap, "seed %llu: assess test --seed %llu draws the same again",
                    (unsigned long long)w->settings.seed, (unsigned long long)w->settings.seed);
}

static int run_once(testing *g) {
    const wish *w = g->w;
    const review_desk desk = {g->errors, g->stop};
    const testing_review review = review_of(&desk);
    clock_gettime(CLOCK_REALTIME, &g->began);
    outcomes_open(&g->all);
    g->t = testing_open(&w->settings);
    int fine = g->t ? 1 : fault_memory(&g->f);
    if (fine && w->coverage && !(g->cover = coverage_open(g->t))) fine = fault_memory(&g->f);
    if (fine && w->only) fine = testing_only(g->t, w->only, &g->f);
    if (!fine && g->f.kind == FAULT_RULE) g->f.kind = FAULT_USAGE; /* the pattern is none */
    if (fine) testing_goldens(g->t, w->golden, &review);
    for (size_t i = 0; fine && i < w->paths; i++) fine = testing_find(w->path[i], add_file, g, &g->f);
    if (fine && w->format == TAP) tap_begin(&g->tap, g->page, &g->all);
    for (size_t i = 0; fine && i < g->files && !halted(g); i++) run_file(g, g->file[i]);
    if (fine && !g->all.count && !halted(g)) say_empty(g);
    if (fine && g->cover && !halted(g)) fine = coverage_finish(g->cover, &g->f);
    if (fine && !halted(g)) {
        summarise(g);
        if (g->cover) summarise_coverage(g);
        if (w->junit && !g->f.count) write_junit(g);
    }
    return fine && !g->f.count && g->all.failures ? FAULT_TEST : (int)g->f.kind;
}

static void clear(testing *g) {
    for (size_t i = 0; i < g->files; i++) mem_free(g->file[i]);
    mem_free(g->file);
    g->file = NULL;
    g->files = g->file_room = 0;
    outcomes_close(&g->all);
    coverage_close(g->cover);
    g->cover = NULL;
    testing_close(g->t);
    g->t = NULL;
}

/* ---- watching ---- */

static uint64_t stamp_of(const char *path) {
    struct stat s;
    if (stat(path, &s)) return 1;
    return (uint64_t)s.st_mtim.tv_sec * 1000000007u ^ (uint64_t)s.st_mtim.tv_nsec * 31u ^
           (uint64_t)s.st_size ^ (uint64_t)s.st_ino << 20;
}

/* Of all files that were read, and of those that there are to run. */
static uint64_t stamp(testing *g) {
    uint64_t all = 0;
    fault ignored = FAULT_INIT;
    for (size_t i = 0; i < testing_files(g->t); i++) all = all * 31 + stamp_of(testing_file(g->t, i));
    for (size_t i = 0; i < g->w->paths; i++) testing_find(g->w->path[i], add_file, g, &ignored);
    fault_release(&ignored);
    return all * 31 + g->files;
}

/* Did a file change while the tests ran, after it was read or before? */
static int changed_meanwhile(const testing *g) {
    struct stat s;
    for (size_t i = 0; i < testing_files(g->t); i++)
        if (!stat(testing_file(g->t, i), &s) &&
            (s.st_mtim.tv_sec > g->began.tv_sec ||
             (s.st_mtim.tv_sec == g->began.tv_sec && s.st_mtim.tv_nsec > g->began.tv_nsec)))
            return 1;
    return 0;
}

static void wait_for_change(testing *g) {
    const struct timespec moment = {.tv_nsec = 300000000};
    uint64_t before = stamp(g);
    if (changed_meanwhile(g)) return;
    tap_comment(&g->tap, "waiting for a change; Ctrl-C ends");
    while (!halted(g) && stamp(g) == before) nanosleep(&moment, NULL);
    nanosleep(&moment, NULL); /* an editor writes more than one file */
}

static int deadline_all(testing *g) {
    int status = 0;
    while (!halted(g)) {
        limits_restart();
        status = run_once(g);
        limits_rest(); /* the next run has its own time */
        if (g->f.count) break;
        wait_for_change(g);
        clear(g);
    }
    return status;
}

static int run_wish(const wish *w, const volatile sig_atomic_t *stop) {
    sink out = output_to(STDOUT_FILENO, stop), err = output_to(STDERR_FILENO, NULL);
    page errors = {&err, paint_columns(STDERR_FILENO), paint_wanted(w->color, STDERR_FILENO)};
    page text = {&out, paint_columns(STDOUT_FILENO), paint_wanted(w->color, STDOUT_FILENO)};
    testing g = {.w = w, .page = &text, .errors = &errors, .stop = stop, .f = FAULT_INIT};
    int status = w->watch ? deadline_all(&g) : run_once(&g);
    if (!g.f.count && *stop && !w->watch) {
        fault_set(&g.f, FAULT_LIMIT, "stopped");
        status = FAULT_LIMIT;
    }
    if (!output_finish(&out) && !g.f.count) {
        fault_set(&g.f, FAULT_LIMIT, "standard output cannot be written: %s", strerror(out.error));
        status = FAULT_LIMIT;
    }
    clear(&g);
    output_flush(&err);
    output_release(&out);
    output_release(&err);
    if (g.f.count) cmd_fail(&g.f, w->color);
    return status;
}

int cmd_test(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    wish w = {.settings = {.stop = stop}};
    fault f = FAULT_INIT;
    w.path = mem_zero((size_t)count + 1, sizeof *w.path);
    if (!w.path) fault_memory(&f);
    int fine = w.path && read_wish(&w, count, argument, &f);
    int status = !fine    ? cmd_fail(&f, "auto")
                 : w.help ? cmd_help(1, (char *const[]){(char *)"test"}, stop)
                          : run_wish(&w, stop);
    mem_free(w.path);
    return status;
}
