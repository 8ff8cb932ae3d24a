/* assess check: looks at rule files, each in a session of its own. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cmd/deliver.h"
#include "report/findings.h"
#include "report/message.h"

typedef struct codes {
    char **item;
    size_t count;
} codes;

/* What check alone is asked. */
typedef struct check_given {
    codes only, ignore;
    arguments_list files;         /* beyond the first */
    const char *explain, *format; /* format: NULL is the default */
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

static int unknown(const char *as, const char *name, fault *f) {
    suggestion near = suggest_for(name);
    buf hint = BUF_INIT;
    for (size_t i = 0; i < assess_code_count(); i++) {
        suggest_try(&near, assess_code_at(i).code);
        suggest_try(&near, assess_code_at(i).name);
    }
    const char *say = hint_near(&hint, "", suggest_best(&near));
    fault_at(f, FAULT_USAGE, NULL, say ? say : "'assess check --explain all' lists them",
             "%s: no code '%s'", as, name);
    buf_release(&hint);
    return 0;
}

/* W01,U02 or W01 U02. */
static void add_codes(codes *c, const option *o, const char *text, fault *f) {
    char as[32];
    snprintf(as, sizeof as, "--%s", o->name);
    size_t before = c->count;
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, ", ");
        char **grown = n ? mem_grow(c->item, (c->count + 1) * sizeof *grown) : NULL;
        if (grown) {
            c->item = grown;
            c->item[c->count] = mem_zero(n + 1, 1);
        }
        if (n && (!grown || !c->item[c->count])) {
            fault_memory(f);
            return;
        }
        if (n) {
            memcpy(c->item[c->count++], at, n);
            if (!is_code(c->item[c->count - 1])) unknown(as, c->item[c->count - 1], f);
        }
        at += n + (at[n] != 0);
    }
    if (c->count == before) fault_set(f, FAULT_USAGE, "%s: no code is given", as);
}

static void choose_only(void *own, const option *o, const char *value, fault *f) {
    add_codes(&((check_given *)own)->only, o, value, f);
}

static void choose_ignored(void *own, const option *o, const char *value, fault *f) {
    add_codes(&((check_given *)own)->ignore, o, value, f);
}

/* What all documents are written in, and SARIF. */
static void choose_format(void *own, const option *o, const char *value, fault *f) {
    const char *words[FORMATS_MOST + 2];
    format_names(words);
    size_t n = 0;
    while (words[n]) n++;
    words[n] = "sarif";
    words[n + 1] = NULL;
    if (options_word(o, value, words, f) >= 0) ((check_given *)own)->format = value;
}

#define AT(field) offsetof(check_given, field)

static const option check_options[] = {
    {"format", 'f', "FORMAT", TEXT("text (default), csv, json, md or sarif"), OPTION_CALL,
     .call = choose_format},
    {"strict", 0, NULL, TEXT("warnings count as errors: exit status 1"), OPTION_FLAG,
     .at = AT(strict)},
    {"only", 0, "CODES", TEXT("nothing but these: W01,W02, or W for all that begin so"),
     OPTION_CALL, .call = choose_only},
    {"ignore", 0, "CODES", TEXT("all but these"), OPTION_CALL, .call = choose_ignored},
    {"explain", 0, "CODE", TEXT("what a code means, and how to mend it; all: the list"),
     OPTION_TEXT, .at = AT(explain)},
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
    return list_add(&own->files, text, "", f) || f->count;
}

/* ---- one code explained ---- */

static int explain(const char *name, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    output out = output_to(STDOUT_FILENO, stop);
    page to = {.out = &out,
               .width = paint_columns(STDOUT_FILENO),
               .colour = paint_wanted("auto", STDOUT_FILENO)};
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
    if (!all && !told) unknown("--explain", name, &f);
    document_as_text(&p, &to);
    if (p.failed) fault_memory(&f);
    deliver_finish(&out, &f);
    document_close(&p);
    output_release(&out);
    return f.count ? cmd_fail(&f, "auto") : 0;
}

/* `--explain CODE` needs no rules, so it is looked for before the arguments are read. */
static const char *explain_option(int count, char *const *argument) {
    for (int i = 0; i < count && strcmp(argument[i], "--"); i++) {
        if (!strncmp(argument[i], "--explain=", 10)) return argument[i] + 10;
        if (!strcmp(argument[i], "--explain")) return i + 1 < count ? argument[i + 1] : "all";
    }
    return NULL;
}

/* ---- the command ---- */

static int write_report(arguments *a, const findings *all, page *to, fault *f) {
    const check_given *own = a->own;
    if (own->format && !strcmp(own->format, "sarif"))
        return findings_sarif(all, to->out) || fault_memory(f);
    for (const format *x = formats; own->format && x->name; x++)
        if (!strcmp(own->format, x->name)) a->format = x;
    document p;
    document_open(&p, "findings", a->format->prose ? "" : "Findings", ": ", "-");
    (a->format->prose ? findings_prose : findings_table)(all, &p);
    int fine = deliver_document(a, &p, to, f);
    document_close(&p);
    return fine;
}

static int report(arguments *a, const findings *all, const volatile sig_atomic_t *stop, fault *f) {
    const check_given *own = a->own;
    output out;
    page to;
    deliver_open(&out, &to, a, stop);
    if (write_report(a, all, &to, f)) deliver_close(&out, a, stop, f);
    output_release(&out);
    findings_count n = findings_sum(all);
    return f->count                                                      ? (int)f->kind
           : n.of[ASSESS_ERROR] || (own->strict && n.of[ASSESS_WARNING]) ? FAULT_TEST
                                                                         : 0;
}

/* Checks one file; 0 where it could not be looked at at all. */
static int check_file(arguments *a, assess *session, const char *rules,
                      const volatile sig_atomic_t *stop, fault *f) {
    char left[32];
    a->rules = rules;
    assess_status status = session_prepare(session, a, stop, f);
    /* A script without end is a finding, and there must be time left to tell it. */
    snprintf(left, sizeof left, "%.9g", limits_left() * 3 / 4);
    if (!status && limits_left() > 0) status = assess_setting(session, "seconds", left);
    if (!status && !f->count) status = assess_check(session, rules);
    if (*stop) fault_set(f, FAULT_LIMIT, "stopped; nothing was written");
    return status == ASSESS_OK && !f->count;
}

/* Whoever names all files of a folder names tests, too; they are no rules. */
static int is_test(const char *path) {
    static const char end[] = "_test.lua";
    size_t n = strlen(path);
    return n >= sizeof end - 1 && !strcmp(path + n - (sizeof end - 1), end);
}

/* The files to be checked, in order; how many. */
static size_t choose_files(const arguments *a, const char **file, output *err) {
    const check_given *own = a->own;
    size_t count = 0;
    for (size_t i = 0; i <= own->files.count; i++) {
        const char *path = i ? own->files.item[i - 1].name : a->rules;
        if (!is_test(path))
            file[count++] = path;
        else if (!a->quiet)
            output_print(
                err,
                text_message("assess: %s: tests of rules, not checked; 'assess test' runs them\n"),
                path);
    }
    return count;
}

static int check_files(arguments *a, const volatile sig_atomic_t *stop, fault *f) {
    check_given *own = a->own;
    output err = output_to(STDERR_FILENO, NULL);
    page errors = {.out = &err,
                   .width = paint_columns(STDERR_FILENO),
                   .colour = paint_wanted(a->color, STDERR_FILENO)};
    const char **file = mem_zero(own->files.count + 1, sizeof *file);
    assess **session = mem_zero(own->files.count + 1, sizeof *session);
    int fine = file && session ? 1 : fault_memory(f), status = 0;
    size_t count = fine ? choose_files(a, file, &err) : 0;
    if (fine && !count) fault_set(f, FAULT_USAGE, "no rules among the files");
    for (size_t i = 0; i < count; i++) { /* a missing file is told before any work is done */
        a->rules = file[i];
        arguments_check_files(a, f);
    }
    fine = fine && !f->count;
    for (size_t i = 0; i < count && fine; i++) {
        session[i] = assess_new();
        fine = session[i] ? check_file(a, session[i], file[i], stop, f) : fault_memory(f);
        if (!fine && session[i] && !*stop) message_all(&errors, session[i], 0, MESSAGE_FAULTS);
        for (size_t k = 0; !fine && !f->count && k < assess_message_count(session[i]); k++)
            status = (int)assess_message_at(session[i], k).status;
    }
    const findings all = {session,
                          count,
                          (const char *const *)own->only.item,
                          (const char *const *)own->ignore.item,
                          own->only.count,
                          own->ignore.count};
    if (fine) status = report(a, &all, stop, f);
    if (f->count) {
        message_fault(&errors, f);
        status = (int)f->kind;
    }
    output_flush(&err);
    output_release(&err);
    for (size_t i = 0; session && i < count; i++) assess_free(session[i]);
    mem_free(session);
    mem_free(file);
    return status;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    arguments a;
    fault f = FAULT_INIT;
    const char *code = explain_option(count, argument);
    if (code) return explain(code, stop);
    int status;
    if (!arguments_read(&a, &check_command, count, argument, &f))
        status = cmd_fail(&f, "auto");
    else if (a.help || a.version)
        status = a.help ? cmd_help(&check_command, stop) : cmd_version(stop);
    else
        status = check_files(&a, stop, &f);
    fault_release(&f);
    arguments_release(&a);
    return status;
}

const command check_command = {
    .name = "check",
    .usage = "assess check RULES…",
    .help = TEXT("finds what is wrong with rules, without relying on their result"),
    .example = "assess check --strict rules/*.lua",
    .options = check_options,
    .own = sizeof(check_given),
    .operand = operand,
    .run = run,
    .end = end,
};
