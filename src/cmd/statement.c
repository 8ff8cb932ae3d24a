#include "report/statement.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/run.h"

/* The unit of this label, or title. */
static size_t find(const appraisal *a, const char *name, fault *f) {
    suggestion near = suggest_for(name);
    buf hint = BUF_INIT;
    for (size_t i = 0; i < a->of.size; i++)
        if (!strcmp(assess_label(a->session, &a->of, i), name)) return i;
    for (size_t i = 0; i < a->of.size; i++)
        if (!strcmp(appraisal_unit(a, i), name)) return i;
    for (size_t i = 0; i < a->of.size && i < 10000; i++)
        suggest_try(&near, assess_label(a->session, &a->of, i));
    fault_at(f, FAULT_USAGE, NULL, hint_near(&hint, "", suggest_best(&near)), "no %s '%s'", a->of.name, name);
    buf_release(&hint);
    return VIEW_NONE;
}

static int one(const handout *h, appraisal *a, size_t unit, sink *to, fault *f) {
    document p = {0};
    int fine = statement_make(a, unit, &p, f) && handout_write(h, &p, to, f);
    if (fine && h->stop && *h->stop) fine = fault_set(f, FAULT_LIMIT, "stopped; nothing was written");
    document_close(&p);
    return fine;
}

/* A file's name from a label: what a file system or a shell would take amiss becomes "_", and a number
 * goes in front, so that no two are the same whatever their labels and the system's view of case. */
static char *file_name(const handout *h, const appraisal *a, size_t unit) {
    static const char *const ends[] = {"txt", "csv", "json", "md"};
    char digits[32];
    buf name = BUF_INIT, label = BUF_INIT;
    const char *text = assess_label(a->session, &a->of, unit);
    int width = snprintf(digits, sizeof digits, "%zu", a->of.size);
    buf_print(&name, "%0*zu-", width, unit + 1);
    width_safe(&label, text, strlen(text));
    size_t length = width_fit(buf_string(&label), label.length, 60);
    for (size_t i = 0; i < length; i++)
        buf_char(&name, strchr("/\\:*?\"<>|'`$&;!~# ", label.text[i]) ? '_' : label.text[i]);
    buf_print(&name, ".%s", ends[h->given->format]);
    buf_release(&label);
    return name.failed ? NULL : name.text;
}

static int all(const handout *h, appraisal *a, fault *f) {
    size_t n = a->of.size;
    sink *out = mem_zero(n + 1, sizeof *out);
    file_item *item = mem_zero(n + 1, sizeof *item);
    int fine = out && item ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < n; i++) {
        char *name = file_name(h, a, i);
        out[i] = output_to(SINK_KEEP, h->stop);
        item[i].name = name;
        fine = name ? one(h, a, i, &out[i], f) : fault_memory(f);
        item[i].bytes = buf_string(&out[i].held);
        item[i].length = out[i].held.length;
    }
    fine = fine && files_write_all(h->given->folder, item, n, f);
    for (size_t i = 0; out && item && i < n; i++) {
        output_release(&out[i]);
        mem_free((char *)(uintptr_t)item[i].name);
    }
    mem_free(out);
    mem_free(item);
    return fine;
}

static int make(const handout *h, fault *f) {
    appraisal a;
    sink file = output_to(SINK_KEEP, h->stop);
    const char *path = h->given->folder;
    int fine = appraisal_open(&a, h->session, f);
    if (fine && !h->given->unit) {
        fine = all(h, &a, f);
    } else if (fine) {
        size_t unit = find(&a, h->given->unit, f);
        fine = unit != VIEW_NONE && one(h, &a, unit, path ? &file : h->out, f);
        if (fine && path) fine = files_write(path, buf_string(&file.held), file.held.length, f);
    }
    output_release(&file);
    appraisal_close(&a);
    return fine;
}

static int operand(arguments *a, const char *text, fault *f) {
    (void)f;
    if (a->unit) return 0;
    a->unit = text;
    return 1;
}

static void check(arguments *a, fault *f) {
    if (!a->unit == (a->top != (size_t)-2))
        fault_at(f, FAULT_USAGE, NULL, "assess statement RULES UNIT, or assess statement RULES --all -o DIR",
                 a->unit ? "a unit, or --all: not both" : "whose statement?");
    else if (!a->unit && !a->folder)
        fault_set(f, FAULT_USAGE, "--all needs a folder for the statements: -o DIR");
}

int cmd_statement(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    static const ask of = {.name = "statement", .takes = TAKES_MARKDOWN | TAKES_ALL, .operand = operand, .check = check};
    return handout_run(&of, count, argument, stop, make);
}
