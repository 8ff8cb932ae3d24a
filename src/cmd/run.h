/* Commands that compute by a rule file: their options as they were given (arguments.c), the session these
 * ask for (session.c), and what is done with it (run.c; handout.c for statement.c and notice.c). */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include <signal.h>

#include "assess.h"
#include "cmd/options.h"
#include "report/document.h"
#include "report/view.h"

extern const option run_options[];

typedef enum arguments_format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_MARKDOWN } arguments_format;

typedef struct arguments arguments;

/* What a command takes besides a rule file and the options that all have. */
enum {
    TAKES_PICKS = 1,    /* --stage, --at */
    TAKES_ALL = 2,      /* --all */
    TAKES_CHOICE = 4,   /* --output, --focus, --top */
    TAKES_MARKDOWN = 8, /* --format md */
    TAKES_TOP = 16,     /* --focus, --top */
};
typedef struct ask {
    char *name;         /* of the command */
    unsigned takes;
    const option *more; /* options of its own, or NULL; at OPTIONS_MORE in `take` */
    void (*take)(arguments *a, int which, const char *value, fault *f);
    int (*operand)(arguments *a, const char *text, fault *f); /* behind the rule file; 0: one too many. Or NULL */
    void (*check)(arguments *a, fault *f); /* what only shows when all is known; or NULL */
    void *self;                        /* the command's own */
} ask;

/* A pair NAME=VALUE from the command line; both texts are copies. */
typedef struct arguments_pair {
    char *name, *value;
} arguments_pair;

typedef struct arguments_list {
    arguments_pair *item;
    size_t count;
} arguments_list;

/* What a command may take where nothing else is asked for. */
enum { COMMAND_SECONDS = 60, COMMAND_MEMORY = 8192 /* MiB */ };

struct arguments {
    const ask *of;
    const char *rules;
    const char *unit; /* of a statement or an explanation, or NULL */
    arguments_list set, where, data, setting, pick;
    arguments_list output; /* the names only */
    const char *folder, *focus, *color, *methods;
    arguments_format format;
    int format_given, quiet, help, version;
    size_t width, top;
    double seconds, memory; /* what the command may take; memory in MiB; 0 is no limit */
    view_pick *picks; /* `pick` as the view wants it */
};

/* Reads the arguments. Faults are FAULT_USAGE, all of them at once. */
int arguments_read(arguments *a, const ask *of, int count, char *const *argument, fault *f);
void arguments_release(arguments *a);
/* A number between two, one of a NULL-ended list of words (its index, or -1), and a further pair or
 * text, for the commands' own options. */
int arguments_number(const option *p, const char *text, double least, double most, int whole, double *out, fault *f);
int arguments_word(const option *p, const char *text, const char *const *words, fault *f);
int arguments_add(arguments_list *list, const char *text, fault *f); /* as a name */
int arguments_add_pair(arguments_list *list, const option *p, const char *text, int empty, fault *f); /* NAME=VALUE */

/* Are the files that were named there, and of the kind that they are used for? FAULT_USAGE with a
 * did-you-mean from the folder. The folder of methods becomes a setting. */
int arguments_check_files(arguments *a, fault *f);
int arguments_check_file(const char *path, const char *as, fault *f); /* `as`: "--data ", before it in a message */

/* Settings and data, as asked. */
assess_status session_prepare(assess *a, const arguments *of, const volatile sig_atomic_t *stop, fault *f);
/* The same, open and run. What goes wrong is in the messages, or the fault. */
assess_status session_compute(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f);

/* A command that hands out papers: makes them of the session, which has been run. */
typedef struct handout {
    const arguments *given;
    assess *session;
    const volatile sig_atomic_t *stop;
    sink *out;
    page *page;
} handout;
int handout_run(const ask *of, int count, char *const *argument,
                const volatile sig_atomic_t *stop, int (*make)(const handout *h, fault *f));
/* Writes a document as was asked, to `to`. */
int handout_write(const handout *h, const document *p, sink *to, fault *f);

#endif
