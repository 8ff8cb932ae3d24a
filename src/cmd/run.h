/* The command `run`: its options as they were given (asked.c), and what it does with them (run.c).
 */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "assess.h"
#include "cmd/options.h"
#include "report/view.h"

extern const option run_options[];

typedef enum asked_format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON } asked_format;

/* A pair NAME=VALUE from the command line; both texts are copies. */
typedef struct asked_pair {
    char *name, *value;
} asked_pair;

typedef struct asked_list {
    asked_pair *item;
    size_t count;
} asked_list;

typedef struct asked {
    const char *rules;
    asked_list set, where, data, setting, pick;
    asked_list output; /* the names only */
    const char *folder, *focus, *color, *methods;
    asked_format format;
    int format_given, quiet, help, version;
    size_t width, top;
    view_pick *picks; /* `pick` as the view wants it */
} asked;

/* Reads the arguments. Faults are FAULT_USAGE, all of them at once. */
int asked_read(asked *a, int count, char *const *argument, fault *f);
void asked_release(asked *a);

/* Are the files that were named there, and of the kind that they are used for? FAULT_USAGE with a
 * did-you-mean from the folder. The folder of methods becomes a setting. */
int asked_check_files(asked *a, fault *f);

#endif
