/* assess check: looks at rule files, each in a session of its own. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "document/message.h"
#include "proof/findings.h"
#include "table/workbook.h"
#include "workbook/form.h"
#include "workbook/mark.h"

typedef struct codes {
    char **item;
    size_t count, cap;
} codes;

/* What check alone is asked. */
typedef struct check_given {
    codes only, ignore;
    arguments_list files;         /* beyond the first */
    const char *explain, *format; /* format: NULL is the default */
    const char *mark;             /* the copy of the workbook, or NULL */
    int strict;
} check_given;

static void codes_release(codes *c) {
    for (size_t i = 0; i < c->count; i++) mem_free(c->item[i]);
    mem_free(c->item);
}

static int is_code(const char *name) {
    for (size_t i = 0; i < assess_code_count(); i++)
        if (code_is(assess_code_at(i).code, name)) return 1;
    return 0;
}

/* The codes and their names, one after the other. */
static const char *word_at(const void *self, size_t i) {
    (void)self;
    if (i / 2 >= assess_code_count()) return NULL;
    assess_code c = assess_code_at(i / 2);
    return i % 2 ? c.name : c.code;
}

static void unknown_code(const char *of, const char *name, fault *f) {
    fault_unknown(f, suggest_among(name, word_at, NULL),
                  text_message("'assess check --explain all' lists them"), "--%s: no code '%s'", of,
                  name);
}

static int append_code(codes *c, const char *text, size_t length, fault *f) {
    char *own = mem_zero(length + 1, 1);
    if (!own || !MEM_RESERVE(c->item, c->count + 1, c->cap)) {
        mem_free(own);
        return fault_memory(f);
    }
    c->item[c->count++] = memcpy(own, text, length);
    return 1;
}

/* W01,U02 or W01 U02. */
static void put_codes(codes *c, const char *of, const char *text, fault *f) {
    size_t before = c->count;
    for (size_t n; *text; text += n + (text[n] != 0)) {
        n = strcspn(text, ", ");
        if (!n) continue;
        if (!append_code(c, text, n, f)) return;
        if (!is_code(c->item[c->count - 1])) unknown_code(of, c->item[c->count - 1], f);
    }
    if (c->count == before) fault_set(f, FAULT_USAGE, "--%s: no code is given", of);
}

static void read_codes(void *own, const option *o, const char *text, fault *f) {
    put_codes((codes *)(void *)((char *)own + o->at), o->name, text, f);
}

/* What whoever fills in a form can mend: faults of the data, not of the rules. */
static const char of_data[] = "D,M,N01,R";

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    if (arguments_format_or(o, value, f)) ((check_given *)own)->format = value;
}

#define AT(field) offsetof(check_given, field)

static const char *const check_formats[] = {"sarif", NULL};

static const option check_options[] = {
    {"format", 'f', "FORMAT", TEXT("text (default), csv, json, md, html, docx or sarif"),
     OPTION_CALL, VALUE_FORMAT, .words = check_formats, .call = choose_format},
    {"strict", 0, NULL, TEXT("warnings count as errors: exit status 1"), OPTION_FLAG,
     .at = AT(strict)},
    {"only", 0, "CODES", TEXT("only these codes: W01,W02, or W for all that begin with it"),
     OPTION_CALL, VALUE_CODES, .at = AT(only), .call = read_codes},
    {"ignore", 0, "CODES", TEXT("all codes but these"), OPTION_CALL, VALUE_CODES, .at = AT(ignore),
     .call = read_codes},
    {"mark", 0, "FILE", TEXT("a copy of the workbook of --data, each fault marked in its cell"),
     OPTION_TEXT, VALUE_FILE, .at = AT(mark)},
    {"explain", 0, "CODE", TEXT("what a code means, and how to mend it; all: the list"),
     OPTION_TEXT, VALUE_CODE, .at = AT(explain)},
    {0},
};

static void end(void *own) {
    check_given *c = own;
    codes_release(&c->only);
    codes_release(&c->ignore);
    list_release(&c->files);
}

static int operand(arguments *a, const char *text, fault *f) {
    check_given *own = a->own;
    list_add(&own->files, text, "", f);
    return 1;
}

/* ---- one code explained ---- */

static int explain(const char *name, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    output out = output_to(STDOUT_FILENO, stop);
    page to = deliver_page(&out, "auto");
    document p;
    size_t told = 0;
    int all = !strcmp(name, "all");
    document_open(&p, "codes", "", ": ", "-");
    p.dense = 1;
    if (all) codes_document(&p);
    for (size_t i = 0; !all && i < assess_code_count(); i++) {
        assess_code c = assess_code_at(i);
        if (!code_is(c.code, name) && strcmp(c.name, name)) continue;
        if (told++) document_gap(&p);
        code_document(&c, &p);
    }
    if (!all && !told) unknown_code("explain", name, &f);
    document_as_text(&p, &to);
    if (p.failed) fault_memory(&f);
    deliver_finish(&out, &f);
    document_close(&p);
    output_release(&out);
    return f.count ? deliver_fail(&f, "auto") : 0;
}

/* `--explain CODE` needs no rules, so it is looked for before the arguments are read. */
static const char *explain_option(int count, char *const *argument) {
    for (int i = 0; i < count && strcmp(argument[i], "--"); i++) {
        if (!strncmp(argument[i], "--explain=", 10)) return argument[i] + 10;
        if (!strcmp(argument[i], "--explain")) return i + 1 < count ? argument[i + 1] : "all";
    }
    return NULL;
}

/* ---- a workbook with marks ---- */

static int same_file(const char *x, const char *y) {
    struct stat a, b;
    return !strcmp(x, y) ||
           (!stat(x, &a) && !stat(y, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

/* The one workbook of --data, without sheet and range; 0 where there is none, or another. */
static int find_workbook(const arguments *a, const char *to, buf *path, fault *f) {
    for (size_t i = 0; i < a->data.count; i++) {
        const char *value = a->data.item[i].value;
        buf own = BUF_INIT;
        buf_put(&own, value, workbook_path(value));
        int is = workbook_named(buf_string(&own));
        if (is && path->length && strcmp(buf_string(path), buf_string(&own)) != 0)
            fault_set(f, FAULT_USAGE, "--mark: which one, %s or %s?", buf_string(path),
                      buf_string(&own));
        else if (is && !path->length)
            buf_text(path, buf_string(&own));
        path->failed |= own.failed;
        buf_release(&own);
    }
    if (path->failed) return fault_memory(f);
    if (!path->length)
        return fault_at(f, FAULT_USAGE, NULL, "--data NAME=FILE.xlsx",
                        "--mark: no workbook is given that could be marked");
    if (!workbook_named(to))
        fault_at(f, FAULT_USAGE, NULL, "--mark checked.xlsx", "--mark %s: must be a workbook", to);
    else if (same_file(buf_string(path), to))
        fault_at(f, FAULT_USAGE, NULL, "it is kept as it is; name another file",
                 "--mark %s: this is the workbook that is checked", to);
    return !f->count;
}

static void check(arguments *a, fault *f) {
    check_given *own = a->own;
    buf path = BUF_INIT;
    if (!own->mark) return;
    if (!own->only.count && !own->ignore.count) put_codes(&own->only, "only", of_data, f);
    if (find_workbook(a, own->mark, &path, f)) fault_list_all();
    buf_release(&path);
}

static int write_marked(const delivery *d, const findings *all, fault *f) {
    const char *to = ((const check_given *)d->given->own)->mark;
    buf path = BUF_INIT, copy = BUF_INIT;
    size_t cells = 0;
    const findings_count of = findings_sum(all);
    int found = of.of[0] || of.of[1] || of.of[2];
    int fine = find_workbook(d->given, to, &path, f) &&
               mark_findings(all, buf_string(&path), &copy, &cells, f) && !deliver_stopped(d, f);
    /* The room for the word about the file is there before it is. */
    if (fine && !buf_reserve(&d->err->held, strlen(to) + 200)) fine = fault_memory(f);
    fine = fine && files_write(to, buf_string(&copy), copy.length, f);
    if (fine) limits_done();
    if (fine && !d->given->quiet)
        output_print(d->err,
                     cells == 1  ? text_message("assess: %s: 1 cell is marked\n")
                     : cells > 1 ? text_message("assess: %s: %zu cells are marked\n")
                     : found     ? text_message("assess: %s: no cell is marked: "
                                                    "what was found stands in none of them\n")
                                 : text_message("assess: %s: no cell is at fault\n"),
                     to, cells);
    buf_release(&path);
    buf_release(&copy);
    return fine;
}

/* ---- the command ---- */

static int write_report(delivery *d, const findings *all, fault *f) {
    const check_given *own = d->given->own;
    if (own->format && !strcmp(own->format, "sarif"))
        return findings_sarif(all, d->out) || fault_memory(f);
    for (const format *x = formats; own->format && x->name; x++)
        if (!strcmp(own->format, x->name)) d->given->format = x;
    int prose = d->given->format->prose;
    document p;
    document_open(&p, "findings", prose ? "" : text_message("Findings"), ": ", "-");
    (prose ? findings_prose : findings_table)(all, &p);
    int fine = deliver_document(d, &p, d->page, f);
    document_close(&p);
    return fine;
}

/* Checks one file; 0 where it could not be looked at at all. */
static int check_file(delivery *d, assess *session, const char *rules, fault *f) {
    char left[32];
    d->given->rules = rules;
    assess_status status = session_prepare(session, d->given, d->stop, f);
    /* A script without end is a finding, and there must be time left to tell it. */
    snprintf(left, sizeof left, "%.9g", limits_left() * 3 / 4);
    if (!status && limits_left() > 0) status = assess_setting(session, "seconds", left);
    if (!status) status = assess_setting(session, "pass", "1");
    if (!status && !f->count) status = assess_check(session, rules);
    deliver_stopped(d, f);
    return status == ASSESS_OK && !f->count;
}

/* The files to be checked, in order; how many. Whoever names all files of a folder names tests,
 * too: they are no rules. */
static size_t choose_files(const arguments *a, const char **file, output *err) {
    const check_given *own = a->own;
    size_t count = 0;
    for (size_t i = 0; i <= own->files.count; i++) {
        const char *path = i ? own->files.item[i - 1].name : a->rules;
        if (!testing_is_test(path))
            file[count++] = path;
        else if (!a->quiet)
            output_print(
                err,
                text_message("assess: %s: tests of rules, not checked; 'assess test' runs them\n"),
                path);
    }
    return count;
}

static int check_files(delivery *d, const char *const *file, assess **session, size_t count,
                       fault *f) {
    const check_given *own = d->given->own;
    int fine = 1, status = 0;
    for (size_t i = 0; i < count; i++) { /* a missing file is told before any work is done */
        d->given->rules = file[i];
        fine &= arguments_check_files(d->given, f);
    }
    for (size_t i = 0; i < count && fine; i++) {
        session[i] = assess_new();
        fine = session[i] ? check_file(d, session[i], file[i], f) : fault_memory(f);
        if (!fine && session[i] && !limits_raised(d->stop))
            message_all(d->errors, session[i], 0, MESSAGE_FAULTS);
        for (size_t k = 0; !fine && !f->count && k < assess_message_count(session[i]); k++)
            status = (int)assess_message_at(session[i], k).status;
    }
    if (!fine) return status;
    const findings all = {session,
                          count,
                          (const char *const *)own->only.item,
                          (const char *const *)own->ignore.item,
                          own->only.count,
                          own->ignore.count};
    if (write_report(d, &all, f) && (!own->mark || write_marked(d, &all, f))) deliver_close(d, f);
    findings_count n = findings_sum(&all);
    return n.of[ASSESS_ERROR] || (own->strict && n.of[ASSESS_WARNING]) ? FAULT_TEST : 0;
}

static int check_rules(delivery *d, fault *f) {
    const check_given *own = d->given->own;
    const char **file = mem_zero(own->files.count + 1, sizeof *file);
    assess **session = mem_zero(own->files.count + 1, sizeof *session);
    size_t count = file && session ? choose_files(d->given, file, d->err) : 0;
    int status = 0;
    if (!file || !session)
        fault_memory(f);
    else if (!count)
        fault_set(f, FAULT_USAGE, "no rules among the files");
    else
        status = check_files(d, file, session, count, f);
    for (size_t i = 0; session && i < count; i++) assess_free(session[i]);
    mem_free(session);
    mem_free(file);
    return f->count ? (int)f->kind : status;
}

/* ---- the rules of a form ---- */

/* The workbook of --data without a name, where no rule file is given: a form, which says by which
 * rules it is checked. */
static const char *form_alone(int count, char *const *argument) {
    const char *book = NULL;
    for (int i = 0; i < count; i++) {
        size_t n = strlen(argument[i]);
        if (n > 4 && !strcmp(argument[i] + n - 4, ".lua")) return NULL;
        const char *value = !strncmp(argument[i], "--data=", 7)               ? argument[i] + 7
                            : !strcmp(argument[i], "--data") && i + 1 < count ? argument[i + 1]
                                                                              : NULL;
        if (value && workbook_named(value)) book = value;
    }
    return book;
}

/* Says so where the rules are no longer those that the form was made from. */
static void tell_changed(const char *book, const char *rules, const char *sha256) {
    assess *a = assess_new();
    if (a && !assess_open(a, rules) && strcmp(assess_rules_sha256(a), sha256) != 0) {
        output err = output_to(STDERR_FILENO, NULL);
        output_print(&err, text_message("assess: %s has changed since %s was made\n"), rules, book);
        output_flush(&err);
        output_release(&err);
    }
    assess_free(a);
}

/* Adds the rules to the arguments. */
static int run_by_form(const char *book, int count, char *const *argument,
                       const volatile sig_atomic_t *stop) {
    arena memory = ARENA_INIT;
    fault f = FAULT_INIT;
    const char *sha256 = "", *rules = form_rules(book, &memory, &sha256, &f);
    char **all = rules ? arena_zero(&memory, (size_t)count + 3, sizeof *all) : NULL;
    int asked = 0;
    int status = 0;
    if (rules && !all) fault_memory(&f);
    if (all) {
        tell_changed(book, rules, sha256);
        all[0] = arena_text(&memory, rules, strlen(rules));
        for (int i = 0; i < count; i++) {
            all[i + 1] = argument[i];
            asked |= !strncmp(argument[i], "--only", 6) || !strncmp(argument[i], "--ignore", 8);
        }
        all[count + 1] = arena_print(&memory, "--only=%s", of_data);
        status = deliver_run(&check_command, count + (asked ? 1 : 2), all, stop);
    }
    if (f.count) status = deliver_fail(&f, "auto");
    arena_release(&memory);
    return status;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    const char *code = explain_option(count, argument),
               *book = code ? NULL : form_alone(count, argument);
    return code   ? explain(code, stop)
           : book ? run_by_form(book, count, argument, stop)
                  : deliver_run(&check_command, count, argument, stop);
}

const command check_command = {
    .name = "check",
    .usage = "assess check RULES…\nassess check --data FILE --mark FILE\n"
             "assess check --explain CODE",
    .help = TEXT("finds what is wrong with rules, without relying on their result"),
    .about = TEXT("Each finding has a place, a severity, a code and a hint; --explain says what a "
                  "code means and how it is mended. A comment in the rules accepts a finding: "
                  "-- check: ignore W03 (reason)."),
    .fails = TEXT("an error was found, or, with --strict, a warning"),
    .operands = (const help_operand[]){{"RULES",
                                        TEXT("rule files; tests of rules among them are "
                                             "passed over"),
                                        VALUE_RULES, NULL, 1},
                                       {0}},
    .examples = (const help_example[]){{"assess check --strict rules/*.lua",
                                        TEXT("all rules of a folder; warnings count as errors"), 0},
                                       {"assess check rules/2011.lua --format sarif",
                                        TEXT("for editors and code hosts"), 0},
                                       {"assess check --explain W03", TEXT("what a code means"), 0},
                                       {0}},
    .related = "template test mutate",
    .options = check_options,
    .own = sizeof(check_given),
    .operand = operand,
    .check = check,
    .work = check_rules,
    .run = run,
    .end = end,
};
