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
#include "cmd/deliver.h"
#include "report/message.h"

const command *const commands[] = {
    &run_command,    &statement_command, &notice_command, &explain_command,
    &test_command,   &mutate_command,    &whatif_command, &goal_command,
    &diff_command,   &levers_command,    &leaves_command, &check_command,
    &import_command, &export_command,    &help_command,   NULL,
};

int cmd_fail(fault *f, const char *color) {
    output out = output_to(STDERR_FILENO, NULL);
    page p = {.out = &out,
              .width = paint_columns(STDERR_FILENO),
              .colour = paint_wanted(color, STDERR_FILENO)};
    message_fault(&p, f);
    output_flush(&out);
    output_release(&out);
    int status = f->kind ? (int)f->kind : FAULT_LIMIT;
    fault_release(f);
    return status;
}

static const command *find(const char *name) {
    for (const command *const *c = commands; *c; c++)
        if (!strcmp((*c)->name, name)) return *c;
    return NULL;
}

/* A word alone that neither is a file nor looks like one was meant for a command. */
static int is_mistyped(const char *text, int more, fault *f) {
    struct stat info;
    suggestion near = suggest_for(text);
    buf hint = BUF_INIT;
    for (const command *const *c = commands; *c; c++) suggest_try(&near, (*c)->name);
    if (text[0] == '-' || strpbrk(text, "./") || stat(text, &info) == 0 ||
        (!suggest_best(&near) && !more))
        return 0;
    const char *say = hint_near(&hint, "", suggest_best(&near));
    fault_at(f, FAULT_USAGE, NULL, say ? say : "'assess help' lists the commands",
             "no command '%s'", text);
    buf_release(&hint);
    return 1;
}

static int start(const command *c, int count, char *const *argument,
                 const volatile sig_atomic_t *stop) {
    return c->run ? c->run(count, argument, stop) : deliver_run(c, count, argument, stop);
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
    if (c) return start(c, count - 1, argument + 1, stop);
    if (count && is_mistyped(argument[0], count > 1 && argument[1][0] != '-', &f))
        return cmd_fail(&f, "auto");
    return start(&run_command, count, argument, stop);
}

/* Once the command is over its limits nothing else is written, so that this is the one message. */
static int limited(int status) {
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
    char **own = mem_zero((size_t)count + 1, sizeof *own);
    for (int i = 0; own && i < count; i++) own[i] = argument[i];
    if (!own) fault_memory(&f);
    int status =
        own && choose_language(&count, own, &f) ? run(count, own, stop) : cmd_fail(&f, "auto");
    mem_free(own);
    return limited(status);
}

int cmd_version(const volatile sig_atomic_t *stop) {
    fault f = FAULT_INIT;
    output out = output_to(STDOUT_FILENO, stop);
    output_print(&out, "assess %s\n", assess_version());
    int fine = deliver_finish(&out, &f);
    output_release(&out);
    return fine ? 0 : cmd_fail(&f, "auto");
}
