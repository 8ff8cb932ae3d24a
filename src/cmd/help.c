#include <string.h>
#include <unistd.h>

#include "base/suggest.h"
#include "base/text.h"
#include "base/width.h"
#include "cmd/cmd.h"
#include "cmd/deliver.h"

static void general(buf *b) {
    buf_text(b,
             text_message("assess: rules of assessment as short scripts, computed natively\n\n"));
    for (const command *const *c = commands; *c; c++) {
        buf_text(b, "  ");
        width_pad(b, (*c)->usage, strlen((*c)->usage), 37, WIDTH_LEFT);
        buf_print(b, " %s\n", text_message((*c)->help));
    }
    buf_text(b, text_message("\nOptions of run:\n"));
    options_help(shared_options, b);
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

static void about(const command *c, buf *b) {
    buf_print(b, "%s\n\n%s\n", c->usage, text_message(c->help));
    if (c->options) {
        buf_text(b, text_message("\nOptions of its own:\n"));
        options_help(c->options, b);
    }
    if (c->example) buf_print(b, "\nExample:\n  %s\n", c->example);
    buf_text(b, c->takes & TAKES_NONE
                    ? text_message("\nMore in assess(1).\n")
                    : text_message(
                          "\n'assess help' lists the options that all have; more in assess(1).\n"));
}

int cmd_help(const command *c, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    output out = output_to(STDOUT_FILENO, stop);
    buf text = BUF_INIT;
    if (c && c != &run_command)
        about(c, &text);
    else
        general(&text);
    output_put(&out, buf_string(&text), text.length);
    int fine = deliver_finish(&out, &f);
    output_release(&out);
    buf_release(&text);
    return fine ? 0 : cmd_fail(&f, "auto");
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    suggestion near = suggest_for(count ? argument[0] : "");
    const command *known = NULL;
    for (const command *const *c = commands; *c; c++) {
        suggest_try(&near, (*c)->name);
        if (count && !strcmp((*c)->name, argument[0])) known = *c;
    }
    if (count <= (known != NULL)) return cmd_help(known, stop);
    fault f = FAULT_INIT;
    buf hint = BUF_INIT;
    fault_at(&f, FAULT_USAGE, NULL, hint_near(&hint, "", known ? NULL : suggest_best(&near)),
             "no command '%s'", argument[known != NULL]);
    buf_release(&hint);
    return cmd_fail(&f, "auto");
}

const command help_command = {
    .name = "help",
    .usage = "assess help [COMMAND]",
    .help = TEXT("explains a command"),
    .example = "assess help diff",
    .takes = TAKES_NONE,
    .run = run,
};
