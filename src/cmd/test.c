/* The commands on tests of rules. assess test finds test files, runs them, reports, and reviews
 * golden files. assess mutate asks the tests which changes of the rules they notice. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "cmd/cmd.h"
#include "document/message.h"
#include "format/format.h"
#include "proof/test_report.h"

typedef enum outcome_format { TAP, XML, JSON, MARKDOWN, HTML } outcome_format;

typedef struct test_given {
    tests_arguments shared;
    const char *only, *junit;
    outcome_format format;
    testing_golden golden;
    int watch, coverage;
    double coverage_min;  /* percent; -1: not given */
    double seed, threads; /* -1: not given */
} test_given;

typedef struct testing {
    const test_given *w;
    test_run *t;
    coverage *cover; /* or NULL */
    outcomes all;
    tap tap;
    page *page, *errors;
    const volatile sig_atomic_t *stop;
    char **file; /* found */
    size_t files, file_cap;
    struct timespec began;
    fault f;
} testing;

/* ---- what is asked ---- */

static const char *const test_formats[] = {"tap", "junit", "json", "md", "html", NULL};

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    int which = options_word(o, value, o->words, f);
    if (which >= 0) ((test_given *)own)->format = (outcome_format)which;
}

static void review_goldens(void *own, const option *o, const char *value, fault *f) {
    (void)o, (void)value, (void)f;
    ((test_given *)own)->golden = GOLDEN_REVIEW;
}

static void accept_goldens(void *own, const option *o, const char *value, fault *f) {
    (void)o, (void)value, (void)f;
    ((test_given *)own)->golden = GOLDEN_ACCEPT;
}

#define AT(field) offsetof(test_given, field)

static const option test_options[] = {
    {"run", 'r', "PATTERN", TEXT("only tests whose name has this in it, or matches it"),
     OPTION_TEXT, VALUE_FREE, .at = AT(only)},
    {"seed", 0, "N", TEXT("the seed from which properties draw their data"), OPTION_WHOLE,
     .at = AT(seed), .least = 0, .most = 9007199254740991.0},
    {"format", 'f', "FORMAT", TEXT("tap (default), junit, json, md or html"), OPTION_CALL,
     VALUE_WORD, .words = test_formats, .call = choose_format},
    {"junit", 0, "FILE", TEXT("write the outcomes as JUnit's XML, too"), OPTION_TEXT, VALUE_FILE,
     .at = AT(junit)},
    {"review", 0, NULL, TEXT("show how results differ from golden files, and ask"), OPTION_CALL,
     .call = review_goldens},
    {"accept", 0, NULL, TEXT("write the golden files anew, without asking"), OPTION_CALL,
     .call = accept_goldens},
    {"watch", 0, NULL, TEXT("run again whenever a file that was read changes"), OPTION_FLAG,
     .at = AT(watch)},
    {"coverage", 0, NULL, TEXT("print which parts of the rules no test protects"), OPTION_FLAG,
     .at = AT(coverage)},
    {"coverage-min", 0, "PERCENT", TEXT("the same, and fail if less than that is protected"),
     OPTION_NUMBER, .at = AT(coverage_min), .least = 0, .most = 100},
    {"threads", 0, "N", TEXT("of each session (default: 1)"), OPTION_WHOLE, .at = AT(threads),
     .least = 0, .most = 256},
    {0},
};

static int read_given(test_given *w, int count, char *const *argument,
                      const volatile sig_atomic_t *stop, fault *f) {
    const char *ci = getenv("CI");
    struct timespec now;
    tests_read(&w->shared, &test_command, w, count, argument, stop, f);
    if (w->golden && ci && *ci && strcmp(ci, "false"))
        fault_at(f, FAULT_USAGE, NULL, "golden files are written where somebody looks at them",
                 "--%s is refused where CI is set",
                 w->golden == GOLDEN_REVIEW ? "review" : "accept");
    if (w->watch && (w->golden || w->junit || w->format != TAP))
        fault_at(f, FAULT_USAGE, NULL, NULL, "--watch goes with TAP only, and changes no files");
    clock_gettime(CLOCK_REALTIME, &now);
    w->shared.settings.seed =
        w->seed >= 0 ? (uint64_t)w->seed
                     : ((uint64_t)now.tv_sec * 1000003u + (uint64_t)now.tv_nsec) % 1000000;
    w->coverage |= w->coverage_min >= 0;
    if (w->threads >= 0) w->shared.settings.threads = (int)w->threads;
    return !f->count;
}

/* ---- reviewing golden files ---- */

typedef struct review_desk {
    page *page;
    const volatile sig_atomic_t *stop;
} review_desk;

enum { SHOWN = 60 };

/* Numbers as people read them, where that tells them apart. */
static void write_value(buf *b, const char *value, const char *other, const char *none) {
    double x, y;
    buf own = BUF_INIT, its = BUF_INIT;
    int numbers = value && other && decimal_read(value, strlen(value), &x) == DECIMAL_OK &&
                  decimal_read(other, strlen(other), &y) == DECIMAL_OK;
    if (numbers) {
        view_figure(&own, x);
        view_figure(&its, y);
    }
    if (numbers && strcmp(buf_string(&own), buf_string(&its)))
        buf_text(b, buf_string(&own));
    else
        buf_text(b, !value ? none : *value ? value : "missing");
    buf_release(&own);
    buf_release(&its);
}

static void write_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const testing_change *c = (const testing_change *)of + row;
    switch (column) {
    case 0: buf_text(text, c->output); break;
    case 1: buf_text(text, c->at); break;
    case 2: write_value(text, c->old, c->now, "-"); break;
    case 3: write_value(text, c->now, c->old, "gone"); break;
    default:
        if (isnan(c->moved)) return;
        if (c->moved > 0) buf_char(text, '+');
        view_figure(text, c->moved);
        *ink = PAINT_FAINT;
    }
}

/* What changed in the rules since the file was written, as far as it is known. */
static void show_causes(document *p, const testing_difference *d) {
    if (d->fresh) return;
    if (!d->causes_known) {
        document_line(
            p, PAINT_FAINT, 0, "",
            text_message("What changed in the rules is not known: the golden file was made without "
                         "their leaves."));
        return;
    }
    for (size_t i = 0; i < d->causes && i < SHOWN; i++) {
        const testing_cause *c = &d->cause[i];
        buf text = BUF_INIT;
        buf_print(&text, "%s: %s → %s", c->address, c->old ? c->old : text_message("not there"),
                  c->now ? c->now : "gone");
        if (*c->file) buf_print(&text, " (%s:%ld)", c->file, c->line);
        if (c->back != SIZE_MAX)
            buf_print(&text,
                      text_message("; without it %zu of the %zu values would be as they were"),
                      c->back, d->changes);
        document_line(p, PAINT_PLAIN, 2, "- ", "%s", buf_string(&text));
        buf_release(&text);
    }
    if (d->rest)
        document_line(
            p, PAINT_PLAIN, 2, "- ",
            text_message("%zu of the %zu values changed by formulas, by the index or by data%s"),
            d->rest, d->changes, d->causes ? text_message(", or by several leaves at once") : "");
}

static void show_difference(page *to, const testing_difference *d) {
    static const document_column column[] = {
        {"output", TEXT_AS("column", "output"), WIDTH_LEFT, 0},
        {"at", TEXT_AS("column", "at"), WIDTH_LEFT, 12},
        {"golden", TEXT_AS("column", "golden"), WIDTH_RIGHT, 0},
        {"now", TEXT_AS("column", "now"), WIDTH_RIGHT, 0},
        {"moved", TEXT_AS("column", "moved"), WIDTH_RIGHT, 0}};
    document p;
    document_open(&p, "review", "", ": ", "-");
    p.dense = 1;
    document_section(&p, d->test->name);
    document_line(&p, PAINT_FAINT, 0, "",
                  text_message(d->changes == 1 ? TEXT("%s:%ld, %s: %zu value")
                                               : TEXT("%s:%ld, %s: %zu values")),
                  d->test->file, d->test->line, d->path, d->changes);
    document_table_in(&p, text_messages(), "changes", column, 5);
    document_compute(&p, 2, d->changes < SHOWN ? d->changes : SHOWN, write_cell, d->change);
    if (d->changes > SHOWN)
        document_line(&p, PAINT_PLAIN, 0, "", text_message("… and %zu more"), d->changes - SHOWN);
    show_causes(&p, d);
    document_as_text(&p, to);
    to->out->held.failed |= p.failed;
    document_close(&p);
}

/* The first letter of the line typed; 0 at the end of the input, or when stopped. */
static int read_letter(const volatile sig_atomic_t *stop) {
    int letter = 0, times = 0;
    char c;
    for (;;) {
        limits_rest(); /* whoever is asked may take his time */
        ssize_t n = read(STDIN_FILENO, &c, 1);
        limits_go_on();
        if (n < 0 && !limits_raised(stop) && files_interrupted(&times)) continue;
        if (n <= 0) return letter == '\n' ? 0 : letter;
        if (c == '\n') return letter ? letter : '\n';
        if (!letter && c != ' ') letter = c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}

static testing_answer ask_about(void *self, const testing_difference *of) {
    const review_desk *d = self;
    show_difference(d->page, of);
    for (;;) {
        output_text(
            d->page->out,
            text_message("Is this as it should be? [a]ccept, [r]eject, accept a[l]l, [q]uit: "));
        output_flush(d->page->out);
        switch (read_letter(d->stop)) {
        case 'a':
        case 'y': return ANSWER_ACCEPT;
        case 'r':
        case 'n': return ANSWER_REJECT;
        case 'l': return ANSWER_ALL;
        case 0: output_char(d->page->out, '\n'); return ANSWER_QUIT;
        case 'q': return ANSWER_QUIT;
        }
    }
}

/* ---- running ---- */

static int add_file(void *self, const char *path) {
    testing *g = self;
    for (size_t i = 0; i < g->files; i++)
        if (!strcmp(g->file[i], path)) return 1;
    char *own = mem_take(strlen(path) + 1);
    if (!own || !MEM_RESERVE(g->file, g->files + 1, g->file_cap)) {
        mem_free(own);
        return fault_memory(&g->f);
    }
    g->file[g->files++] = strcpy(own, path);
    return 1;
}

static int halted(const testing *g) { return limits_raised(g->stop) || g->page->out->ended; }

static void run_file(testing *g, const char *path) {
    fault f = FAULT_INIT;
    size_t from = testing_count(g->t);
    if (!testing_read(g->t, path, &f) && !halted(g))
        outcomes_fault(&g->all, path, "the test file can be read", &f);
    fault_release(&f);
    const int loop = work_loop(testing_count(g->t) - from);
    for (size_t i = from; i < testing_count(g->t) && !halted(g); i++) {
        testing_run(g->t, i, &g->all.listener);
        work_loop_one(loop);
    }
    work_loop_end(loop);
}

/* Nothing to run is a failure: a folder that was misspelt would be green for ever. */
static void say_empty(testing *g) {
    fault f = FAULT_INIT;
    const char *path = g->w->shared.paths.item[0].name;
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

static void comment(void *self, const char *text, const coverage_item *item) {
    testing *g = self;
    (void)item;
    if (g->w->format == TAP)
        tap_comment(&g->tap, "%s", text);
    else
        page_paragraph(g->errors, PAINT_PLAIN, 0, "", "%s", text);
}

/* What no test protects; JSON has it among the rest. */
static void summarise_coverage(testing *g) {
    const test_given *w = g->w;
    buf b = BUF_INIT;
    if (w->format == TAP || w->format == XML) coverage_say(g->cover, comment, g);
    if (coverage_percent(g->cover) < w->coverage_min) {
        buf_print(&b, text_message("less than --coverage-min %g is protected"), w->coverage_min);
        comment(g, buf_string(&b), NULL);
        g->all.failures++;
    }
    buf_release(&b);
}

/* The outcomes in a format for readers. */
static void write_document(testing *g) {
    const format *of = formats;
    document p;
    while (of->name && strcmp(of->name, test_formats[g->w->format])) of++;
    document_open(&p, "test", text_message("Tests of rules"), text_message(": "),
                  text_message("None."));
    outcomes_document(&p, &g->all, g->w->shared.settings.seed, g->cover);
    format_write(of, &p, g->page, &g->f);
    document_close(&p);
}

static void summarise(testing *g) {
    const test_given *w = g->w;
    size_t properties = 0;
    for (size_t i = 0; i < testing_count(g->t); i++)
        properties += testing_at(g->t, i)->kind == TESTING_PROPERTY;
    if (w->format == XML) junit_write(g->page->out, &g->all);
    if (w->format == JSON &&
        !outcomes_json(g->page->out, &g->all, w->shared.settings.seed, g->cover))
        fault_memory(&g->f);
    if (w->format == MARKDOWN || w->format == HTML) write_document(g);
    if (w->format != TAP) return;
    tap_end(&g->tap);
    tap_comment(&g->tap,
                text_message(g->all.count == 1 ? TEXT("%zu test in %zu file, %zu failed")
                             : g->files == 1   ? TEXT("%zu tests in %zu file, %zu failed")
                                               : TEXT("%zu tests in %zu files, %zu failed")),
                g->all.count, g->files, g->all.failures);
    if (properties)
        tap_comment(&g->tap,
                    text_message("seed %llu: assess test --seed %llu draws the same again"),
                    (unsigned long long)w->shared.settings.seed,
                    (unsigned long long)w->shared.settings.seed);
}

static int run_once(testing *g) {
    const test_given *w = g->w;
    const review_desk desk = {g->errors, g->stop};
    const testing_review review = {(void *)&desk, ask_about};
    clock_gettime(CLOCK_REALTIME, &g->began);
    outcomes_open(&g->all);
    g->t = testing_open(&w->shared.settings);
    int fine = g->t ? 1 : fault_memory(&g->f);
    if (fine && w->coverage && !(g->cover = coverage_open(g->t))) fine = fault_memory(&g->f);
    if (fine && w->only) fine = testing_only(g->t, w->only, &g->f);
    if (!fine && g->f.kind == FAULT_RULE) g->f.kind = FAULT_USAGE; /* the pattern is none */
    if (fine) testing_goldens(g->t, w->golden, &review);
    for (size_t i = 0; fine && i < w->shared.paths.count; i++)
        fine = testing_find(w->shared.paths.item[i].name, add_file, g, &g->f);
    if (fine && w->format == TAP) tap_begin(&g->tap, g->page, &g->all);
    work_begin(TEXT("%.0f of %.0f files of tests"), NULL, g->files);
    for (size_t i = 0; fine && i < g->files && !halted(g); i++) {
        run_file(g, g->file[i]);
        work_add(1);
    }
    work_end();
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
    g->files = g->file_cap = 0;
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
    for (size_t i = 0; i < g->w->shared.paths.count; i++)
        testing_find(g->w->shared.paths.item[i].name, add_file, g, &ignored);
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

static int run_and_watch(testing *g) {
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

static int run_given(const test_given *w, const volatile sig_atomic_t *stop) {
    output out = output_to(STDOUT_FILENO, stop), err = output_to(STDERR_FILENO, NULL);
    page errors = deliver_page(&err, w->shared.color), text = deliver_page(&out, w->shared.color);
    testing g = {.w = w, .page = &text, .errors = &errors, .stop = stop, .f = FAULT_INIT};
    int status = w->watch ? run_and_watch(&g) : run_once(&g);
    if (!g.f.count && limits_raised(stop) && !w->watch) {
        fault_set(&g.f, FAULT_LIMIT, "interrupted: not all tests were run");
        status = FAULT_LIMIT;
    }
    if (!g.f.count && !deliver_finish(&out, &g.f)) status = (int)g.f.kind;
    clear(&g);
    output_flush(&err);
    output_release(&out);
    output_release(&err);
    if (g.f.count) deliver_fail(&g.f, w->shared.color);
    return status;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    test_given w = {.coverage_min = -1, .seed = -1, .threads = -1};
    fault f = FAULT_INIT;
    int status = !read_given(&w, count, argument, stop, &f) ? deliver_fail(&f, "auto")
                 : w.shared.help                            ? ASKED_HELP
                                                            : run_given(&w, stop);
    tests_release(&w.shared);
    return status;
}

const command test_command = {
    .name = "test",
    .usage = "assess test [PATH…]",
    .help = TEXT("runs the tests of rules: *_test.lua"),
    .about = TEXT("Runs the test files and prints what came of each test as TAP, which prove(1) "
                  "reads. Golden files hold results as they were approved: --review shows how "
                  "results differ from them, and asks; where CI is set, that is refused."),
    .fails = TEXT("a test failed, there are none, or less is protected than --coverage-min asks "
                  "for"),
    .operands = (const help_operand[]){{"PATH", NULL, VALUE_TESTS, NULL, 1}, {0}},
    .examples =
        (const help_example[]){{"assess test rules/hdi_test.lua", TEXT("the tests of one file"), 0},
                               {"assess test rules --run rank --format junit",
                                TEXT("of all below a folder, those whose name has 'rank' "
                                     "in it, as XML for a build server"),
                                0},
                               {"assess test rules/2011_test.lua --coverage",
                                TEXT("also what of the rules no test protects"), 0},
                               {0}},
    .related = "mutate check",
    .takes = TAKES_TESTS,
    .options = test_options,
    .run = run,
};

/* ---- assess mutate ----
 *
 * Changes one thing of the rules at a time, and asks their tests whether they notice. */

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
        fault_set(f, FAULT_USAGE, "--%s %s: %s", o->name, value, text_of_errno(errno));
}

static void choose_mutants_format(void *own, const option *o, const char *value, fault *f) {
    const format *given = arguments_format(o, value, f);
    if (given) ((mutate_given *)own)->format = given;
}

#undef AT
#define AT(field) offsetof(mutate_given, field)

static const option mutate_options[] = {
    {"rules", 0, "FILE", TEXT("only mutants of this rule file and of what it is made of"),
     OPTION_CALL, VALUE_RULES, .call = choose_rules},
    {"only", 0, "GLOB", TEXT("only addresses (index.*.weight) or places (2011.lua:18*) like this"),
     OPTION_TEXT, VALUE_PATTERN, .at = AT(what.only)},
    {"min", 0, "PERCENT", TEXT("fail if a smaller share of the mutants is noticed"), OPTION_NUMBER,
     .at = AT(min), .least = 0, .most = 100},
    {"sample", 0, "N", TEXT("try N of the mutants, drawn by the seed"), OPTION_COUNT,
     .at = AT(what.sample), .least = 1, .most = 1e9},
    {"seed", 0, "N", TEXT("seed of the sample and of what properties draw (default: 1)"),
     OPTION_WHOLE, .at = AT(seed), .least = 0, .most = 9007199254740991.0},
    {"format", 'f', "FORMAT", TEXT("text (default), csv, json, md, html or docx: all mutants"),
     OPTION_CALL, VALUE_FORMAT, .call = choose_mutants_format},
    {0},
};

typedef struct test_reading {
    test_run *t;
    fault *f;
} test_reading;

static int read_tests_of(void *self, const char *path) {
    test_reading *r = self;
    return testing_read(r->t, path, r->f);
}

static int read_tests(const mutate_given *w, test_run *t, fault *f) {
    test_reading r = {t, f};
    for (size_t i = 0; i < w->shared.paths.count && !f->count; i++)
        testing_find(w->shared.paths.item[i].name, read_tests_of, &r, f);
    if (!f->count && !testing_count(t))
        fault_at(f, FAULT_TEST, NULL, "test files are called *_test.lua", "no tests below %s",
                 w->shared.paths.item[0].name);
    return !f->count;
}

static int write_out(const mutate_given *w, const mutation *m, page *to, fault *f) {
    document p;
    document_open(&p, "mutants", w->format->prose ? "" : text_message("Mutants"), ": ", "-");
    (w->format->prose ? mutation_prose : mutation_table)(m, &p);
    int fine = format_write(w->format, &p, to, f);
    document_close(&p);
    return fine;
}

static int run_mutants(const mutate_given *w, const volatile sig_atomic_t *stop) {
    output out = output_to(STDOUT_FILENO, stop);
    page to = deliver_page(&out, w->shared.color);
    fault f = FAULT_INIT;
    test_run *t = testing_open(&w->shared.settings);
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
    return f.count ? deliver_fail(&f, w->shared.color) : 0;
}

static int mutate(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    mutate_given w = {.format = formats, .seed = 1};
    fault f = FAULT_INIT;
    int fine = tests_read(&w.shared, &mutate_command, &w, count, argument, stop, &f);
    w.what.seed = w.shared.settings.seed = (uint64_t)w.seed;
    int status = !fine           ? deliver_fail(&f, "auto")
                 : w.shared.help ? ASKED_HELP
                                 : run_mutants(&w, stop);
    tests_release(&w.shared);
    return status;
}

const command mutate_command = {
    .name = "mutate",
    .usage = "assess mutate [PATH…]",
    .help = TEXT("changes the rules one thing at a time, and lists what no test notices"),
    .about = TEXT("Runs the tests, then changes one thing of their rules at a time, a weight, a "
                  "boundary, a pattern, and runs them again. It lists the changes that no test "
                  "notices, and the share of those that one does."),
    .fails = TEXT("a test failed, there are none, or a smaller share is noticed than --min asks "
                  "for"),
    .operands = (const help_operand[]){{"PATH", NULL, VALUE_TESTS, NULL, 1}, {0}},
    .examples =
        (const help_example[]){
            {"assess mutate rules/2011_test.lua --only 'index.*.weight' --sample 10",
             TEXT("ten of the weights; the pattern stands in quotes because of its *"), 0},
            {"assess mutate rules/hdi_test.lua --rules rules/hdi.lua --min 50",
             TEXT("all of one rule file; fails below 50 percent"), 0},
            {0}},
    .related = "test",
    .takes = TAKES_TESTS,
    .options = mutate_options,
    .run = mutate,
};
