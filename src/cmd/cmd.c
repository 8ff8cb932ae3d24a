#include "cmd/cmd.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "report/message.h"

const command commands[] = {
    {"run", "assess [run] RULES [OPTIONS]",
     "assesses by a rule file and reports (the usual command)", NULL, cmd_run},
    {"statement", "assess statement RULES UNIT",
     "what one unit is handed: total, grade, every task and deduction", NULL, cmd_statement},
    {"notice", "assess notice RULES",
     "the list of units by grade", NULL, cmd_notice},
    {"explain", "assess explain RULES UNIT [OUTPUT…]",
     "why a result is what it is, down to the data", explain_options, cmd_explain},
    {"test", "assess test [PATH…]",
     "runs the tests of rules: *_test.lua", test_options, cmd_test},
    {"mutate", "assess mutate [PATH…]",
     "changes one thing of the rules at a time: which change does no test notice?", mutate_options, cmd_mutate},
    {"whatif", "assess whatif RULES UNIT C7=30 …",
     "what other data of a unit would change: its results, and others' ranks", NULL, cmd_whatif},
    {"goal", "assess goal RULES UNIT --rank 3",
     "what would have to change for a rank, a score, a grade or the verdict", goal_options, cmd_goal},
    {"diff", "assess diff RULES RULES",
     "who moves between two editions, by how much, and because of what", diff_options, cmd_diff},
    {"levers", "assess levers RULES UNIT [OUTPUT]",
     "which figures of a unit move its result most, and what is left in them", levers_options, cmd_levers},
    {"leaves", "assess leaves RULES",
     "everything in the rules that has a name and a value", NULL, cmd_leaves},
    {"check", "assess check RULES…",
     "what is wrong with rules, told without trusting their result", check_options, cmd_check},
    {"import", "assess import coinr DATA META -o DIR",
     "takes an index of the R package COINr over: rules.lua, iData.csv", NULL, cmd_import},
    {"export", "assess export coinr RULES -o DIR",
     "gives one back: iMeta.csv, iData.csv", NULL, cmd_export},
    {"help", "assess help [COMMAND]",
     "explains a command", NULL, cmd_help},
    {0},
};

int cmd_fail(fault *f, const char *color) {
    sink out = output_to(STDERR_FILENO, NULL);
    page p = {&out, paint_columns(STDERR_FILENO), paint_wanted(color, STDERR_FILENO)};
    message_fault(&p, f);
    output_flush(&out);
    output_release(&out);
    int status = f->kind ? (int)f->kind : FAULT_LIMIT;
    fault_release(f);
    return status;
}

static const command *find(const char *name) {
    for (const command *c = commands; c->name; c++)
        if (!strcmp(c->name, name)) return c;
    return NULL;
}

/* A word alone that neither is a file nor looks like one was meant for a command. */
static int slip(const char *word, int more, fault *f) {
    struct stat info;
    suggestion near = suggest_for(word);
    buf hint = BUF_INIT;
    for (const command *c = commands; c->name; c++) suggest_try(&near, c->name);
    if (word[0] == '-' || strpbrk(word, "./") || stat(word, &info) == 0 ||
        (!suggest_best(&near) && !more))
        return 0;
    const char *say = hint_near(&hint, "", suggest_best(&near));
    fault_at(f, FAULT_USAGE, NULL, say ? say : "'assess help' lists the commands",
             "no command '%s'", word);
    buf_release(&hint);
    return 1;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    const command *c = count ? find(argument[0]) : NULL;
    if (c) return c->run(count - 1, argument + 1, stop);
    if (count && slip(argument[0], count > 1 && argument[1][0] != '-', &f))
        return cmd_fail(&f, "auto");
    return cmd_run(count, argument, stop);
}

/* Once the command is over its limits nothing else is written, so that this is the one message. */
static int end(int status) {
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
    json_set_alloc_funcs(mem_take, mem_free);
    return end(run(count, argument, stop));
}
