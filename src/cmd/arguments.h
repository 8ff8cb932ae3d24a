/* The arguments of commands that compute by a rule file: what they share, and the command's own. */
#ifndef CMD_ARGUMENTS_H
#define CMD_ARGUMENTS_H

#include "assess.h"
#include "cmd/cmd.h"
#include "report/format.h"
#include "report/view.h"

/* What a command may take where nothing else is asked for. */
enum { COMMAND_SECONDS = 60, COMMAND_MEMORY = 8192 /* MiB */ };

struct arguments {
    const command *of;
    void *own; /* what the command's own options are bound to */
    const char *rules;
    const char *unit; /* of a statement or an explanation, or NULL */
    arguments_list set, where, data, setting, pick;
    arguments_list output; /* the names only */
    const char *folder, *focus, *color, *methods;
    const format *format;
    int format_given, quiet, help, version, all;
    size_t width, top;
    double seconds, memory; /* what the command may take; memory in MiB; 0 is no limit */
    view_pick *picks;       /* `pick` as the view wants it */
};

/* Reads the arguments. Faults are FAULT_USAGE, all of them at once. */
int arguments_read(arguments *a, const command *of, int count, char *const *argument, fault *f);
void arguments_release(arguments *a);

/* An operand that is the unit and no more; one that is the unit or a name of a result after it. */
int arguments_unit(arguments *a, const char *text, fault *f);
int arguments_unit_and_outputs(arguments *a, const char *text, fault *f);

/* Are the files that were named there, and of the kind that they are used for? FAULT_USAGE with a
 * did-you-mean from the folder. The folder of methods becomes a setting. */
int arguments_check_files(arguments *a, fault *f);
int arguments_check_file(const char *path, const char *as,
                         fault *f); /* `as`: "--data ", before it in a message */

/* Options that many commands have. */
extern const char *const color_words[];

#endif
