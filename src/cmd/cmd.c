/* The list of commands: finds the one that is asked for, runs it, and prints help. Only main.c
 * calls this file, so that no command depends on the list. */
#include "cmd/cmd.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/width.h"

static const command help_command;

/* In the order of the help. */
static const command *const all_commands[] = {
    &run_command,
    &statement_command,
    &notice_command,
    &explain_command,
    &test_command,
    &mutate_command,
    &whatif_command,
    &goal_command,
    &diff_command,
    &levers_command,
    &leaves_command,
    &vary_command,
    &certain_command,
    &check_command,
    &new_command,
    &import_command,
    &export_command,
    &help_command,
    NULL,
};

static const command *find(const char *name) {
    for (const command *const *c = all_commands; *c; c++)
        if (!strcmp((*c)->name, name)) return *c;
    return NULL;
}

static const char *name_at(const void *self, size_t i) {
    const command *const *list = self;
    return list[i] ? list[i]->name : NULL;
}

static const char *nearest_command(const char *name) {
    return suggest_among(name, name_at, all_commands);
}

/* ---- help ---- */

static void describe_all(buf *b) {
    buf_text(b,
             text_message("assess: rules of assessment as short scripts, computed natively\n\n"));
    for (const command *const *c = all_commands; *c; c++) {
        buf_text(b, "  ");
        width_pad(b, (*c)->usage, strlen((*c)->usage), 37, WIDTH_LEFT);
        buf_print(b, " %s\n", text_message((*c)->help));
    }
    buf_text(b, text_message("\nOptions of run:\n"));
    options_help(shared_options, NULL, b);
    buf_text(
        b,
        text_message(
            "\nExit status: 0 done, 1 a test failed, a limit of diff was passed or check found an "
            "error,\n"
            "2 wrong usage, 3 the rules are at fault, 4 the data are at fault, 5 a limit was "
            "reached,\n"
            "70 a bug of ours.\n"
            "\nExample:\n  assess rules/2011.lua --set index.C.C7.weight=3 --where status=public\n"
            "\nMore in assess(1).\n"));
}

static void describe_one(const command *c, buf *b) {
    buf_print(b, "%s\n\n%s\n", c->usage, text_message(c->help));
    if (c->options) {
        buf_text(b, text_message("\nOptions of its own:\n"));
        options_help(c->options, c->takes & TAKES_TESTS ? tests_options : NULL, b);
    }
    if (c->example) buf_print(b, "\nExample:\n  %s\n", c->example);
    buf_text(b, c->takes & (TAKES_NONE | TAKES_TESTS)
                    ? text_message("\nMore in assess(1).\n")
                    : text_message(
                          "\n'assess help' lists the options that all have; more in assess(1).\n"));
}

static int print_text(const buf *text, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    output out = output_to(STDOUT_FILENO, stop);
    output_put(&out, buf_string(text), text->length);
    int fine = deliver_finish(&out, &f);
    output_release(&out);
    return fine ? 0 : deliver_fail(&f, "auto");
}

static int print_help(const command *c, const volatile sig_atomic_t *stop) {
    buf text = BUF_INIT;
    if (c && c != &run_command)
        describe_one(c, &text);
    else
        describe_all(&text);
    int status = print_text(&text, stop);
    buf_release(&text);
    return status;
}

static int print_version(const volatile sig_atomic_t *stop) {
    buf text = BUF_INIT;
    buf_print(&text, "assess %s\n", assess_version());
    int status = print_text(&text, stop);
    buf_release(&text);
    return status;
}

static int help(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    const command *known = count ? find(argument[0]) : NULL;
    if (count <= (known != NULL)) return print_help(known, stop);
    fault f = FAULT_INIT;
    fault_unknown(&f, known ? NULL : nearest_command(argument[0]), NULL,
                  text_message("no command '%s'"), argument[known != NULL]);
    return deliver_fail(&f, "auto");
}

static const command help_command = {
    .name = "help",
    .usage = "assess help [COMMAND]",
    .help = TEXT("explains a command"),
    .example = "assess help diff",
    .takes = TAKES_NONE,
    .run = help,
};

/* ---- running ---- */

/* A word alone that neither is a file nor looks like one was meant for a command. */
static int is_mistyped(const char *text, int more, fault *f) {
    struct stat info;
    const char *best = nearest_command(text);
    if (text[0] == '-' || strpbrk(text, "./") || stat(text, &info) == 0 || (!best && !more))
        return 0;
    fault_unknown(f, best, text_message("'assess help' lists the commands"),
                  text_message("no command '%s'"), text);
    return 1;
}

/* Takes --lang out of the arguments, wherever it stands: what is wrong with the others is told in
 * that language already. */
static int choose_language(int *count, char **argument, fault *f) {
    int kept = 0, ended = 0;
    text_from_environment();
    for (int i = 0; i < *count; i++) {
        char *text = argument[i];
        int joined = !strncmp(text, "--lang=", 7);
        ended |= !strcmp(text, "--");
        if (ended || (!joined && strcmp(text, "--lang") != 0)) {
            argument[kept++] = text;
            continue;
        }
        const char *value = joined ? text + 7 : i + 1 < *count ? argument[++i] : "";
        int language = text_language_of(value);
        if (language >= 0)
            text_set_messages((text_language)language);
        else
            fault_set(f, FAULT_USAGE, "--lang %s: must be one of %s", value,
                      text_message("en, zh"));
    }
    *count = kept;
    return !f->count;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    const command *c = count ? find(argument[0]) : NULL;
    if (c) {
        count--;
        argument++;
    } else if (count && is_mistyped(argument[0], count > 1 && argument[1][0] != '-', &f)) {
        return deliver_fail(&f, "auto");
    } else {
        c = &run_command;
    }
    int status = c->run ? c->run(count, argument, stop) : deliver_run(c, count, argument, stop);
    return status == ASKED_HELP      ? print_help(c, stop)
           : status == ASKED_VERSION ? print_version(stop)
                                     : status;
}

/* Once the command is over its limits nothing else is written, so that this is the one message. */
static int report_limits(int status) {
    char text[LIMITS_TEXT];
    size_t done = 0, length = limits_say(text);
    while (done < length) {
        ssize_t n = write(STDERR_FILENO, text + done, length - done);
        if (n < 0 && errno != EINTR) break;
        done += n > 0 ? (size_t)n : 0;
    }
    return length ? FAULT_LIMIT : status;
}

int cmd_main(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    json_set_alloc_funcs(mem_take, mem_free);
    commands = all_commands;
    /* Of those commands that have no options for it; the others set what they are given. */
    limits_set(COMMAND_SECONDS, (size_t)COMMAND_MEMORY << 20);
    char **own = mem_zero((size_t)count + 1, sizeof *own);
    for (int i = 0; own && i < count; i++) own[i] = argument[i];
    if (!own) fault_memory(&f);
    int status =
        own && choose_language(&count, own, &f) ? run(count, own, stop) : deliver_fail(&f, "auto");
    mem_free(own);
    return report_limits(status);
}
