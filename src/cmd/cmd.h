/* The commands of the program. A command is one record: its name, operands and help, its own
 * options bound to the struct they set, and the functions that do its work. The list of commands,
 * the help and the search for the owner of an option are made of the records. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <signal.h>

#include "cmd/options.h"

typedef struct arguments arguments;
typedef struct delivery delivery;
typedef struct command command;

/* What a command has of the options that commands on rules share. */
enum {
    TAKES_PICKS = 1,  /* --stage, --at */
    TAKES_ALL = 2,    /* --all */
    TAKES_CHOICE = 4, /* --output */
    TAKES_TOP = 8,    /* --focus, --top */
    TAKES_NONE = 16,  /* no shared option: all it has are its own */
};

struct command {
    const char *name;
    const char *usage; /* with the operands: "assess goal RULES UNIT --rank 3" */
    const char *help;
    const char *example;
    unsigned takes;
    const option *options;    /* its own, or NULL */
    size_t own;               /* the size of the struct that these set */
    void (*begin)(void *own); /* sets its defaults; or NULL: all are zero */
    /* What stands behind the rule file; 0: one too many. Or NULL: nothing does. */
    int (*operand)(arguments *a, const char *text, fault *f);
    void (*check)(arguments *a, fault *f); /* what only shows when all is known; or NULL */
    /* Makes of the session, which has been run, what is delivered (deliver.c). */
    int (*make)(delivery *d, fault *f);
    /* Instead of all of these: takes the arguments after its name, returns an exit status. */
    int (*run)(int count, char *const *argument, const volatile sig_atomic_t *stop);
    void (*end)(void *own); /* releases what `own` holds; or NULL */
};

/* In the order of the help; NULL ends the list. */
extern const command *const commands[];
extern const command run_command, statement_command, notice_command, explain_command, test_command,
    mutate_command, whatif_command, goal_command, diff_command, levers_command, leaves_command,
    check_command, import_command, export_command, help_command;

extern const option shared_options[]; /* arguments.c */

/* Runs what the arguments (without the program's name) ask for. When *stop turns nonzero, what is
 * running ends soon, and leaves nothing half-written. */
int cmd_main(int count, char *const *argument, const volatile sig_atomic_t *stop);

/* `assess help` on one command, or on all (NULL). */
int cmd_help(const command *c, const volatile sig_atomic_t *stop);
int cmd_version(const volatile sig_atomic_t *stop);

/* Prints a fault on standard error and gives its exit status. */
int cmd_fail(fault *f, const char *color);

#endif
