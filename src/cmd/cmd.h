/* The commands of the program. Each takes the arguments after its name and returns an exit status.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <signal.h>

#include "cmd/options.h"

typedef struct command {
    const char *name; /* NULL ends the list */
    const char *usage;
    const char *help;
    const option *more; /* its own options, or NULL */
    int (*run)(int count, char *const *argument, const volatile sig_atomic_t *stop);
} command;

extern const command commands[];
extern const option diff_options[];
extern const option explain_options[];
extern const option goal_options[];
extern const option levers_options[];
extern const option check_options[];
extern const option test_options[];
extern const option mutate_options[];

/* Runs what the arguments (without the program's name) ask for. When *stop turns nonzero, what is
 * running ends soon, and leaves nothing half-written. */
int cmd_main(int count, char *const *argument, const volatile sig_atomic_t *stop);

int cmd_run(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_statement(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_notice(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_explain(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_test(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_mutate(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_whatif(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_goal(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_diff(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_levers(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_leaves(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_import(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_export(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_check(int count, char *const *argument, const volatile sig_atomic_t *stop);
int cmd_help(int count, char *const *argument, const volatile sig_atomic_t *stop);

/* Prints a fault on standard error and gives its exit status. */
int cmd_fail(fault *f, const char *color);

#endif
