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
#include "base/text.h"
#include "cmd/deliver.h"
#include "cmd/review.h"
#include "report/test_report.h"
#include "report/message.h"

typedef enum outcome_format { TAP, XML, JSON } outcome_format;

typedef struct wish {
    const char *only, *junit, *color;
    arguments_list paths;
    outcome_format format;
    testing_golden golden;
    int watch, help, seeded, coverage;
    double coverage_min;    /* percent */
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

static const char *const test_formats[] = {"tap", "junit", "json", NULL};

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    int which = options_word(o, value, test_formats, f);
    if (which >= 0) ((wish *)own)->format = (outcome_format)which;
}

static void draw_with(void *own, const option *o, const char *value, fault *f) {
    wish *w = own;
    double n = 0;
    if (options_number(o, value, 1, &n, f)) w->settings.seed = (uint64_t)n;
    w->seeded = 1;
}

static void review_goldens(void *own, const option *o, const char *value, fault *f) {
    (void)o, (void)value, (void)f;
    ((wish *)own)->golden = GOLDEN_REVIEW;
}

static void accept_goldens(void *own, const option *o, const char *value, fault *f) {
    (void)o, (void)value, (void)f;
    ((wish *)own)->golden = GOLDEN_ACCEPT;
}

static void require_coverage(void *own, const option *o, const char *value, fault *f) {
    wish *w = own;
    options_number(o, value, 0, &w->coverage_min, f);
    w->coverage = 1;
}

static void limit_threads(void *own, const option *o, const char *value, fault *f) {
    double n = 0;
    if (options_number(o, value, 1, &n, f)) ((wish *)own)->settings.threads = (int)n;
}

static void limit_seconds(void *own, const option *o, const char *value, fault *f) {
    wish *w = own;
    if (options_number(o, value, 0, &w->seconds, f) && !w->seconds) w->settings.seconds = 0;
}

#define AT(field) offsetof(wish, field)

static const option test_options[] = {
    {"run", 'r', "PATTERN", TEXT("only tests whose name has this in it, or matches it"),
     OPTION_TEXT, .at = AT(only)},
    {"seed", 0, "N", TEXT("draw what properties drew with this seed"), OPTION_CALL, .least = 0,
     .most = 9007199254740991.0, .call = draw_with},
    {"format", 'f', "FORMAT", TEXT("tap (default), junit or json"), OPTION_CALL,
     .call = choose_format},
    {"junit", 0, "FILE", TEXT("write the outcomes as JUnit's XML, too"), OPTION_TEXT,
     .at = AT(junit)},
    {"review", 0, NULL, TEXT("show how results differ from golden files, and ask"), OPTION_CALL,
     .call = review_goldens},
    {"accept", 0, NULL, TEXT("write the golden files anew, without asking"), OPTION_CALL,
     .call = accept_goldens},
    {"watch", 0, NULL, TEXT("run again whenever a file that was read changes"), OPTION_FLAG,
     .at = AT(watch)},
    {"coverage", 0, NULL, TEXT("print what of the rules no test protects"), OPTION_FLAG,
     .at = AT(coverage)},
    {"coverage-min", 0, "PERCENT", TEXT("the same, and fail if less than that is protected"),
     OPTION_CALL, .least = 0, .most = 100, .call = require_coverage},
    {"methods", 0, "DIR", TEXT("where the library methods/ lies"), OPTION_TEXT,
     .at = AT(settings.methods)},
    {"threads", 0, "N", TEXT("of each session (default: 1)"), OPTION_CALL, .least = 0, .most = 256,
     .call = limit_threads},
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
    const char *ci = getenv("CI");
    struct timespec now;
    w->color = "auto";
    w->settings.threads = 1;
    w->settings.seconds = COMMAND_SECONDS;
    w->memory = COMMAND_MEMORY;
    options_read(test_options, w, count, argument, add_path, f);
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
    if (!w->paths.count) add_path(w, ".", f);
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

static int halted(const testing *g) { return (g->stop && *g->stop) || g->page->out->ended; }

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
    const char *path = g->w->paths.item[0].name;
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
    output xml = output_to(OUTPUT_KEEP, NULL);
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
        buf_print(&b, text_message("less than --coverage-min %g is protected"), w->coverage_min);
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
        tap_comment(&g->tap,
                    text_message("seed %llu: assess test --seed %llu draws the same again"),
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
    for (size_t i = 0; fine && i < w->paths.count; i++)
        fine = testing_find(w->paths.item[i].name, add_file, g, &g->f);
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
    for (size_t i = 0; i < testing_files(g->t); i++)
        all = all * 31 + stamp_of(testing_file(g->t, i));
    for (size_t i = 0; i < g->w->paths.count; i++)
        testing_find(g->w->paths.item[i].name, add_file, g, &ignored);
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
    tap_comment(&g->tap, text_message("waiting for a change; Ctrl-C ends"));
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
    output out = output_to(STDOUT_FILENO, stop), err = output_to(STDERR_FILENO, NULL);
    page errors = {.out = &err,
                   .width = paint_columns(STDERR_FILENO),
                   .colour = paint_wanted(w->color, STDERR_FILENO)};
    page text = {.out = &out,
                 .width = paint_columns(STDOUT_FILENO),
                 .colour = paint_wanted(w->color, STDOUT_FILENO)};
    testing g = {.w = w, .page = &text, .errors = &errors, .stop = stop, .f = FAULT_INIT};
    int status = w->watch ? deadline_all(&g) : run_once(&g);
    if (!g.f.count && *stop && !w->watch) {
        fault_set(&g.f, FAULT_LIMIT, "stopped");
        status = FAULT_LIMIT;
    }
    if (!g.f.count && !deliver_finish(&out, &g.f)) status = (int)g.f.kind;
    clear(&g);
    output_flush(&err);
    output_release(&out);
    output_release(&err);
    if (g.f.count) cmd_fail(&g.f, w->color);
    return status;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    wish w = {.settings = {.stop = stop}};
    fault f = FAULT_INIT;
    int status = !read_wish(&w, count, argument, &f) ? cmd_fail(&f, "auto")
                 : w.help                            ? cmd_help(&test_command, stop)
                                                     : run_wish(&w, stop);
    list_release(&w.paths);
    return status;
}

const command test_command = {
    .name = "test",
    .usage = "assess test [PATH…]",
    .help = TEXT("runs the tests of rules: *_test.lua"),
    .example = "assess test rules --coverage",
    .takes = TAKES_NONE,
    .options = test_options,
    .run = run,
};
