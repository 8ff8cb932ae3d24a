#include <string.h>
#include <unistd.h>

#include "base/suggest.h"
#include "base/width.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "report/output.h"

static void general(buf *b) {
    buf_text(b, "assess: rules of assessment as short scripts, computed natively\n\n");
    for (const command *c = commands; c->name; c++) {
        buf_text(b, "  ");
        width_pad(b, c->usage, strlen(c->usage), 37, WIDTH_LEFT);
        buf_print(b, " %s\n", c->help);
    }
    buf_text(b, "\nOptions of run:\n");
    options_help(run_options, b);
    buf_text(
        b,
        "\nExit status: 0 done, 1 a test failed, a limit of diff was passed or check found an error,\n"
        "2 wrong usage, 3 the rules are at fault, 4 the data are at fault, 5 a limit was reached,\n"
        "70 a bug of ours.\n"
        "\nExample:\n  assess rules/2011.lua --set index.C.C7.weight=3 --where status=public\n"
        "\nMore in assess(1).\n");
}

/* Do a command's own options include --help? Then there are no others. */
static int has_all(const option *own) {
    while (own && own->name && strcmp(own->name, "help")) own++;
    return own && own->name;
}

static void about(const command *c, buf *b) {
    buf_print(b, "%s\n\n%s\n", c->usage, c->help);
    if (c->more) {
        buf_text(b, "\nOptions of its own:\n");
        options_help(c->more, b);
    }
    buf_text(b, has_all(c->more) ? "\nMore in assess(1).\n"
                                 : "\n'assess help' lists the options that all have; more in assess(1).\n");
}

int cmd_help(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    sink out = output_to(STDOUT_FILENO, stop);
    suggestion near = suggest_for(count ? argument[0] : "");
    const command *known = NULL;
    for (const command *c = commands; c->name; c++) {
        suggest_try(&near, c->name);
        if (count && !strcmp(c->name, argument[0])) known = c;
    }
    if (count > (known != NULL)) {
        fault f = FAULT_INIT;
        buf hint = BUF_INIT;
        fault_at(&f, FAULT_USAGE, NULL, hint_near(&hint, "", known ? NULL : suggest_best(&near)),
                 "no command '%s'", argument[known != NULL]);
        buf_release(&hint);
        return cmd_fail(&f, "auto");
    }
    buf text = BUF_INIT;
    if (known && strcmp(known->name, "run"))
        about(known, &text);
    else
        general(&text);
    output_put(&out, buf_string(&text), text.length);
    output_finish(&out);
    int failed = out.failed;
    output_release(&out);
    buf_release(&text);
    return failed ? FAULT_LIMIT : 0;
}
