/* Commands that compute by a rule file: their options as they were given (asked.c), the session these
 * ask for (session.c), and what is done with it (run.c; handout.c for statement.c and notice.c). */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include <signal.h>

#include "assess.h"
#include "cmd/options.h"
#include "report/paper.h"
#include "report/view.h"

extern const option run_options[];

typedef enum asked_format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_MARKDOWN } asked_format;

/* The commands differ in some options and operands. */
typedef enum asked_command { ASK_RUN, ASK_STATEMENT, ASK_NOTICE, ASK_EXPLAIN, ASK_LEAVES } asked_command;

/* A pair NAME=VALUE from the command line; both texts are copies. */
typedef struct asked_pair {
    char *name, *value;
} asked_pair;

typedef struct asked_list {
    asked_pair *item;
    size_t count;
} asked_list;

typedef struct asked {
    asked_command command;
    const char *rules;
    const char *unit; /* of a statement or an explanation, or NULL */
    asked_list set, where, data, setting, pick;
    asked_list output; /* the names only */
    const char *folder, *focus, *color, *methods;
    asked_format format;
    int format_given, quiet, help, version;
    size_t width, top, depth; /* depth 0: as usual */
    view_pick *picks; /* `pick` as the view wants it */
} asked;

/* Reads the arguments. Faults are FAULT_USAGE, all of them at once. */
int asked_read(asked *a, asked_command which, int count, char *const *argument, fault *f);
void asked_release(asked *a);

/* Are the files that were named there, and of the kind that they are used for? FAULT_USAGE with a
 * did-you-mean from the folder. The folder of methods becomes a setting. */
int asked_check_files(asked *a, fault *f);

/* Settings, data, open and run, as asked. What goes wrong is in the messages, or the fault. */
assess_status session_compute(assess *a, const asked *of, const volatile sig_atomic_t *stop,
                              fault *f);

/* A command that hands out papers: makes them of the session, which has been run. */
typedef struct handout {
    const asked *asked;
    assess *session;
    const volatile sig_atomic_t *stop;
    sink *out;
    page *page;
} handout;
int handout_run(asked_command which, int count, char *const *argument,
                const volatile sig_atomic_t *stop, int (*make)(const handout *h, fault *f));
/* Writes a paper as was asked, to `to`. */
int handout_write(const handout *h, const paper *p, sink *to, fault *f);

#endif
