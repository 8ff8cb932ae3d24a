/* The list of commands: finds the one that is asked for, runs it, and prints help. Only main.c
 * calls this file, so that no command depends on the list. */
#include "cmd/cmd.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/work.h"
#include "document/page.h"

static const command help_record;

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
    &sensitivity_command,
    &merge_command,
    &plot_command,
    &report_command,
    &record_command,
    &verify_command,
    &history_command,
    &check_command,
    &profile_command,
    &new_command,
    &template_command,
    &import_command,
    &export_command,
    &completion_command,
    &help_record,
    NULL,
};

const command *const *cmd_all(void) { return all_commands; }

static const char *name_at(const void *self, size_t i) {
    const command *const *list = self;
    return list[i] ? list[i]->name : NULL;
}

static const char *nearest_command(const char *name) {
    return suggest_among(name, name_at, all_commands);
}

/* ---- help ---- */

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
    help_command(c, &text);
    int status = print_text(&text, stop);
    buf_release(&text);
    return status;
}

static int print_overview(const volatile sig_atomic_t *stop) {
    buf text = BUF_INIT;
    help_overview(&text);
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

typedef struct help_given {
    const command *of; /* or NULL */
    const char *kind;  /* of import and export */
    int roff, help;
} help_given;

static const option help_options[] = {
    {"roff", 0, NULL, TEXT("as a page of the manual, for man -l and make install"), OPTION_FLAG,
     .at = offsetof(help_given, roff)},
    {"help", 'h', NULL, TEXT("print help"), OPTION_FLAG, .at = offsetof(help_given, help)},
    {0},
};

/* Is it a kind of what the command does: import coinr? */
static int is_kind(const command *c, const char *text) {
    return c->operands && c->operands->is == VALUE_WORD && suggest_has(c->operands->words, text);
}

static void help_operand_given(void *own, const char *text, fault *f) {
    help_given *h = own;
    if (!h->of) {
        h->of = command_named(text);
        if (h->of) return;
    } else if (!h->kind && is_kind(h->of, text)) {
        h->kind = text;
        return;
    }
    fault_unknown(f, h->of ? NULL : nearest_command(text), NULL, text_message("no command '%s'"),
                  text);
}

static int help(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    help_given h = {.of = NULL};
    fault f = FAULT_INIT;
    options o = options_of((option_set){help_options, &h}, (option_set){0}, count, argument);
    if (!options_read(&o, help_operand_given, &h, &f)) return deliver_fail(&f, "auto");
    if (h.help) return ASKED_HELP;
    if (!h.of && !h.roff) return print_overview(stop);
    if (!h.roff) return print_help(h.of, stop);
    if (!h.of) {
        fault_at(&f, FAULT_USAGE, NULL, "assess help diff --roff", "the page of which command?");
        return deliver_fail(&f, "auto");
    }
    buf text = BUF_INIT;
    manual_page(h.of, &text);
    int status = print_text(&text, stop);
    buf_release(&text);
    return status;
}

static const command help_record = {
    .name = "help",
    .usage = "assess help [COMMAND]",
    .help = TEXT("explains a command"),
    .about =
        TEXT("Without a command: the list of commands, and the options of run. 'assess COMMAND "
             "--help' prints the same as 'assess help COMMAND'. --lang zh before or behind "
             "gives help in Chinese."),
    .operands = (const help_operand[]){{"COMMAND", NULL, VALUE_COMMAND, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess help diff", TEXT("what diff does, and how"), 0},
                                       {"assess help explain --lang zh",
                                        TEXT("the same of explain, in Chinese"), 0},
                                       {0}},
    .related = "completion",
    .takes = TAKES_NONE,
    .options = help_options,
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
    const command *c = count ? command_named(argument[0]) : NULL;
    int named = c != NULL;
    if (c) {
        count--;
        argument++;
    } else if (count && is_mistyped(argument[0], count > 1 && argument[1][0] != '-', &f)) {
        return deliver_fail(&f, "auto");
    } else {
        c = &run_command;
    }
    int status = c->run ? c->run(count, argument, stop) : deliver_run(c, count, argument, stop);
    return status == ASKED_HELP      ? (named ? print_help(c, stop) : print_overview(stop))
           : status == ASKED_VERSION ? print_version(stop)
                                     : status;
}

/* Once the command is over its limits nothing else is written, so that this is the one message. The
 * same of one that was interrupted and has not said so itself. */
static int report_limits(int status) {
    char text[LIMITS_TEXT];
    size_t done = 0, length = limits_say(text);
    const int over = length > 0;
    int times = 0;
    if (!over) length = limits_say_interrupted(status, text);
    if (length && !limits_speak()) length = 0;
    while (done < length) {
        ssize_t n = write(STDERR_FILENO, text + done, length - done);
        if (n < 0 && !files_interrupted(&times)) break;
        done += n > 0 ? (size_t)n : 0;
    }
    return over ? FAULT_LIMIT : status;
}

int cmd_main(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    json_set_alloc_funcs(mem_take, mem_free);
    commands = all_commands;
    /* Of those commands that have no options for it; the others set what they are given. */
    limits_set(COMMAND_SECONDS, (size_t)COMMAND_MEMORY << 20);
    if (isatty(STDERR_FILENO)) work_show(paint_columns(STDERR_FILENO)); /* until -q is read */
    char **own = mem_zero((size_t)count + 1, sizeof *own);
    for (int i = 0; own && i < count; i++) own[i] = argument[i];
    if (!own) fault_memory(&f);
    int status =
        own && choose_language(&count, own, &f) ? run(count, own, stop) : deliver_fail(&f, "auto");
    mem_free(own);
    work_show_end();
    return report_limits(status);
}
