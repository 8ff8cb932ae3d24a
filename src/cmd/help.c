/* Help, made of the records of the commands: the overview, and what a command is told by. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/width.h"
#include "cmd/cmd.h"

enum { COLUMNS = 80, WIDEST_NAME = 30 };

/* ---- what a command has ---- */

const option *command_shared(const command *c) {
    return c->takes & TAKES_TESTS ? tests_options : c->takes & TAKES_NONE ? NULL : shared_options;
}

int command_owns(const command *c, const option *o) {
    for (const option *own = c->options; own && own->name; own++)
        if (own == o) return 1;
    return 0;
}

int command_has(const command *c, const option *shared) {
    return (!shared->needs || (shared->needs & c->takes)) && !(shared->lacks & c->takes);
}

static int is_hidden(const command *c, const option *shared) {
    for (const option *own = c->options; own && own->name; own++)
        if (!strcmp(own->name, shared->name)) return 1;
    return !command_has(c, shared);
}

const option *command_option(const command *c, size_t i) {
    for (const option *o = c->options; o && o->name; o++)
        if (i-- == 0) return o;
    for (const option *o = command_shared(c); o && o->name; o++)
        if (!is_hidden(c, o) && i-- == 0) return o;
    return NULL;
}

const command *command_named(const char *name) {
    for (const command *const *c = commands; *c; c++)
        if (!strcmp((*c)->name, name)) return *c;
    return NULL;
}

static const char *const value_texts[VALUE_KINDS] = {
    [VALUE_RULES] = TEXT("a rule file: a Lua script that says what is assessed, how, and by which "
                         "data"),
    [VALUE_TESTS] = TEXT("a test file (*_test.lua), or a folder: all below it are run (default: "
                         "the current folder)"),
    [VALUE_COMMAND] = TEXT("one of the commands that 'assess help' lists"),
    [VALUE_CODE] = TEXT("the code or the name of a finding: W03; all: every one"),
    [VALUE_CODES] = TEXT("codes of findings, separated by commas; a letter stands for all that "
                         "begin with it"),
    [VALUE_ADDRESS] = TEXT("the address of a weight, standard or parameter, and its value: "
                           "index.C.C7.weight=3, params.cap=110; 'assess leaves RULES' lists them"),
    [VALUE_PATTERN] = TEXT("addresses with * for anything (index.*.weight), or places in the rules "
                           "(2011.lua:18*); in quotes, so that the shell leaves the * alone"),
    [VALUE_SOURCE] = TEXT("what the rules call the data, and the file to read instead: "
                          "observed=2012.csv"),
    [VALUE_COLUMN] = TEXT("a column that the rules carry beside the values, and what it must hold: "
                          "status=public"),
    [VALUE_AXIS] = TEXT("an axis of the results, and one of its labels: stage=stage1, year=2010"),
    [VALUE_STAGE] = TEXT("a stage, as the rules call it: stage1"),
    [VALUE_GRADE] = TEXT("a grade, as the rules call it"),
    [VALUE_UNIT] =
        TEXT("a unit as the report calls it: Shenzhen, 市外办; in quotes where there is a "
             "space in it: 'New York'"),
    [VALUE_OUTPUT] = TEXT("a result, by the name that the rules return it under: total, scores"),
    [VALUE_FIGURE] = TEXT("an indicator of the unit, or more exactly one datum: C7, C7@2011, "
                          "tasks.done[M-05]"),
    [VALUE_CHANGE] = TEXT("what is changed, and its new value: a datum of the unit (C7=30, "
                          "C7@2011=30, tasks.done[M-05]=3) or a leaf of the rules "
                          "(params.cap=110)"),
};

const char *help_value(value_kind kind) {
    return value_texts[kind] ? text_message(value_texts[kind]) : NULL;
}

const help_status *help_statuses(const command *c, help_status of[HELP_STATUSES]) {
    size_t n = 0;
    of[n++] = (help_status){0, text_message("done")};
    if (c->fails) of[n++] = (help_status){1, text_message(c->fails)};
    of[n++] = (help_status){
        2, text_message("wrong usage; also a file that is not there, and a name on the command "
                        "line that is not in the rules")};
    of[n++] = (help_status){3, text_message("the rules are at fault")};
    of[n++] = (help_status){4, text_message("the data are at fault")};
    of[n++] = (help_status){5, text_message("a limit was reached: time, memory, size, a full disk; "
                                            "or the command was stopped")};
    if (c->differs) of[n++] = (help_status){6, text_message(c->differs)};
    of[n++] = (help_status){70, text_message("a bug of ours")};
    of[n] = (help_status){0, NULL};
    return of;
}

/* ---- how it is written ---- */

/* A text from column `at` on, where the line is already, to the end of the page. */
static void write_wrapped(buf *b, const char *text, size_t at) {
    size_t length = strlen(text), next;
    for (size_t done = 0; done < length; done += next) {
        size_t shown = width_wrap(text + done, length - done, COLUMNS - at, &next);
        if (done) buf_fill(b, ' ', at);
        buf_put(b, text + done, shown);
        buf_char(b, '\n');
    }
}

/* A name and what it is, in columns of which the first is `width` wide; a name that is wider has a
 * line of its own. */
static void write_item(buf *b, const char *name, size_t width, const char *text) {
    size_t taken = width_of(name, strlen(name));
    buf_print(b, "  %s", name);
    if (taken > width) {
        buf_char(b, '\n');
        taken = 0;
        buf_text(b, "  ");
    }
    buf_fill(b, ' ', width - taken + 2);
    write_wrapped(b, text, width + 4);
}

static void name_option(const option *o, buf *b) {
    buf_clear(b);
    if (o->letter) buf_print(b, "-%c, ", o->letter);
    buf_print(b, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
}

/* The widest of some names, but for those that are very wide. */
static void widen(size_t *width, const char *name) {
    size_t n = width_of(name, strlen(name));
    if (n > *width && n <= WIDEST_NAME) *width = n;
}

/* Its own options, or those that it shares. */
static void write_options(const command *c, int own, const char *head, buf *b) {
    buf name = BUF_INIT;
    size_t width = 0, start = b->length;
    const option *o;
    for (size_t i = 0; (o = command_option(c, i)); i++) {
        name_option(o, &name);
        widen(&width, buf_string(&name));
    }
    for (size_t i = 0; (o = command_option(c, i)); i++) {
        if (command_owns(c, o) != own) continue;
        if (b->length == start) buf_text(b, head);
        name_option(o, &name);
        write_item(b, buf_string(&name), width, text_message(o->help));
    }
    buf_release(&name);
}

static void write_operands(const command *c, buf *b) {
    size_t width = 0;
    const help_operand *x = c->operands;
    for (; x && x->name; x++) widen(&width, x->name);
    if (x != c->operands) buf_text(b, text_message("\nOperands:\n"));
    for (x = c->operands; x && x->name; x++)
        write_item(b, x->name, width, x->help ? text_message(x->help) : help_value(x->is));
}

/* Is this what an operand or an earlier option says already? */
static int is_told(const command *c, const option *o) {
    const option *before;
    for (const help_operand *x = c->operands; x && x->name; x++)
        if (x->is == o->is && !x->help) return 1;
    for (size_t i = 0; (before = command_option(c, i)) != o; i++)
        if (before->is == o->is) return 1;
    return 0;
}

/* How the values of options are written, where that says more than the option's own line. */
static void write_values(const command *c, buf *b) {
    size_t width = 0;
    int begun = 0;
    for (int pass = 0; pass < 2; pass++) {
        const option *o;
        for (size_t i = 0; (o = command_option(c, i)); i++) {
            if (!o->value || !help_value(o->is) || is_told(c, o)) continue;
            if (!pass) {
                widen(&width, o->value);
                continue;
            }
            if (!begun++) buf_text(b, text_message("\nValues:\n"));
            write_item(b, o->value, width, help_value(o->is));
        }
    }
}

static void write_examples(const command *c, buf *b) {
    buf_text(b, text_message("\nExamples:\n"));
    for (const help_example *x = c->examples; x && x->command; x++) {
        buf_print(b, "  %s\n      ", x->command);
        buf text = BUF_INIT;
        buf_text(&text, text_message(x->shows));
        if (x->status) buf_print(&text, text_message(" (status %d)"), x->status);
        write_wrapped(b, buf_string(&text), 6);
        buf_release(&text);
    }
}

static void write_statuses(const command *c, buf *b) {
    help_status of[HELP_STATUSES];
    buf_text(b, text_message("\nExit status:\n"));
    for (const help_status *s = help_statuses(c, of); s->means; s++) {
        char number[16];
        snprintf(number, sizeof number, "%d", s->status);
        write_item(b, number, 2, s->means);
    }
}

/* The first line of a usage. */
static void write_usage(const command *c, buf *b) { buf_put(b, c->usage, strcspn(c->usage, "\n")); }

const char *help_rest(const command *c) {
    return c->takes & TAKES_NONE || strstr(c->usage, "[OPTIONS]") ? "" : " [OPTIONS]";
}

/* ---- the texts ---- */

void help_overview(buf *b) {
    const command any = {.fails = TEXT("a test failed, a limit of diff was passed, or check found "
                                       "an error"),
                         .differs = TEXT("a sealed run, or the ledger, is not what it was")};
    const command *run = command_named("run");
    buf_text(b,
             text_message("assess: rules of assessment as short scripts, computed natively\n\n"));
    for (const command *const *c = commands; *c; c++) {
        buf usage = BUF_INIT;
        write_usage(*c, &usage);
        buf_text(b, "  ");
        width_pad(b, buf_string(&usage), usage.length, 37, WIDTH_LEFT);
        buf_print(b, " %s\n", text_message((*c)->help));
        buf_release(&usage);
    }
    write_options(run, 0, text_message("\nOptions of run:\n"), b);
    write_statuses(&any, b);
    buf_print(b, text_message("\nExample:\n  %s\n"), run->examples->command);
    buf_text(b, text_message("\n'assess help COMMAND' explains a command; more in assess(1).\n"));
}

void help_command(const command *c, buf *b) {
    for (const char *line = c->usage; *line;) {
        size_t n = strcspn(line, "\n");
        buf_print(b, "%.*s%s\n", (int)n, line, help_rest(c));
        line += n + (line[n] != 0);
    }
    buf_print(b, "\n%s\n", text_message(c->help));
    if (c->about) {
        buf_char(b, '\n');
        write_wrapped(b, text_message(c->about), 0);
    }
    write_operands(c, b);
    write_options(c, 1, text_message("\nOptions of its own:\n"), b);
    write_options(c, 0, text_message("\nOptions that other commands have, too:\n"), b);
    write_values(c, b);
    write_examples(c, b);
    write_statuses(c, b);
    buf_print(b, text_message("\nMore in assess(1); this text is also assess-%s(1).\n"), c->name);
}
