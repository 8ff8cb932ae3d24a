/* What an appraisal hands out: the statement of a unit, and the notice of all. */
#include "report/statement.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cmd/deliver.h"

/* The unit of this label, or title. */
static size_t find_unit(const appraisal *a, const char *name, fault *f) {
    suggestion near = suggest_for(name);
    buf hint = BUF_INIT;
    for (size_t i = 0; i < a->of.size; i++)
        if (!strcmp(assess_label(a->session, &a->of, i), name)) return i;
    for (size_t i = 0; i < a->of.size; i++)
        if (!strcmp(appraisal_unit(a, i), name)) return i;
    for (size_t i = 0; i < a->of.size && i < 10000; i++)
        suggest_try(&near, assess_label(a->session, &a->of, i));
    fault_at(f, FAULT_USAGE, NULL, hint_near(&hint, "", suggest_best(&near)), "no %s '%s'",
             a->of.name, name);
    buf_release(&hint);
    return VIEW_NONE;
}

static int put_statement(const delivery *d, appraisal *a, size_t unit, page *to, fault *f) {
    document p = {0};
    int fine = statement_make(a, unit, &p, f) && deliver_document(d->given, &p, to, f);
    if (fine && d->stop && *d->stop)
        fine = fault_set(f, FAULT_LIMIT, "stopped; nothing was written");
    document_close(&p);
    return fine;
}

/* A file's name from a label: what a file system or a shell would take amiss becomes "_", and a
 * number goes in front, so that no two are the same whatever their labels and the system's view of
 * case. */
static char *file_name(const delivery *d, const appraisal *a, size_t unit) {
    char digits[32];
    buf name = BUF_INIT, label = BUF_INIT;
    const char *text = assess_label(a->session, &a->of, unit);
    int width = snprintf(digits, sizeof digits, "%zu", a->of.size);
    buf_print(&name, "%0*zu-", width, unit + 1);
    width_safe(&label, text, strlen(text));
    size_t length = width_fit(buf_string(&label), label.length, 60);
    for (size_t i = 0; i < length; i++)
        buf_char(&name, strchr("/\\:*?\"<>|'`$&;!~# ", label.text[i]) ? '_' : label.text[i]);
    buf_print(&name, ".%s", d->given->format->extension);
    buf_release(&label);
    return name.failed ? NULL : name.text;
}

static int put_all(const delivery *d, appraisal *a, fault *f) {
    size_t n = a->of.size;
    output *out = mem_zero(n + 1, sizeof *out);
    file_item *item = mem_zero(n + 1, sizeof *item);
    int fine = out && item ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < n; i++) {
        char *name = file_name(d, a, i);
        page to = *d->page;
        out[i] = output_to(OUTPUT_KEEP, d->stop);
        to.out = &out[i];
        item[i].name = name;
        fine = name ? put_statement(d, a, i, &to, f) : fault_memory(f);
        item[i].bytes = buf_string(&out[i].held);
        item[i].length = out[i].held.length;
    }
    fine = fine && files_write_all(d->given->folder, item, n, f);
    for (size_t i = 0; out && item && i < n; i++) {
        output_release(&out[i]);
        mem_free((char *)(uintptr_t)item[i].name);
    }
    mem_free(out);
    mem_free(item);
    return fine;
}

static int make_statement(delivery *d, fault *f) {
    appraisal a;
    int fine = appraisal_open(&a, d->session, f);
    if (fine && !d->given->unit) {
        d->done = 1;
        fine = put_all(d, &a, f);
    } else if (fine) {
        size_t unit = find_unit(&a, d->given->unit, f);
        fine = unit != VIEW_NONE && put_statement(d, &a, unit, d->page, f);
    }
    appraisal_close(&a);
    return fine;
}

static void check(arguments *a, fault *f) {
    if (!a->unit == !a->all)
        fault_at(f, FAULT_USAGE, NULL,
                 "assess statement RULES UNIT, or assess statement RULES --all -o DIR",
                 a->unit ? "a unit, or --all: not both" : "whose statement?");
    else if (!a->unit && !a->folder)
        fault_set(f, FAULT_USAGE, "--all needs a folder for the statements: -o DIR");
}

const command statement_command = {
    .name = "statement",
    .usage = "assess statement RULES UNIT",
    .help = TEXT("what one unit is handed: total, grade, every task and deduction"),
    .example = "assess statement rules/2011-units.lua --all --format md -o statements",
    .takes = TAKES_ALL,
    .operand = arguments_unit,
    .check = check,
    .make = make_statement,
};

/* ---- the notice ---- */

static int make_notice(delivery *d, fault *f) {
    appraisal a;
    document p = {0};
    int fine = appraisal_open(&a, d->session, f) && notice_make(&a, &p, f) &&
               deliver_document(d->given, &p, d->page, f);
    document_close(&p);
    appraisal_close(&a);
    return fine;
}

const command notice_command = {
    .name = "notice",
    .usage = "assess notice RULES",
    .help = TEXT("the list of units by grade"),
    .example = "assess notice rules/2011-units.lua --format md -o notice.md",
    .make = make_notice,
};
