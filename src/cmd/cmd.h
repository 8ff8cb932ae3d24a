/* The commands of the program, and what they share.
 *
 * A command is one record: its name, operands and help, its own options bound to the struct they
 * set, and the functions that do its work. The list of commands, the help and the search for the
 * owner of an option are made of the records.
 *
 * Most commands compute by a rule file and deliver a document: to standard output, or to the file
 * of -o, whole or not at all. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <signal.h>

#include "assess.h"
#include "change/unit_report.h"
#include "cmd/options.h"
#include "document/document.h"
#include "document/view.h"
#include "format/format.h"
#include "testing/testing.h"

typedef struct arguments arguments;
typedef struct delivery delivery;

/* What a command has of the options that commands on rules share. */
enum {
    TAKES_PICKS = 1,   /* --stage, --at */
    TAKES_ALL = 2,     /* --all */
    TAKES_CHOICE = 4,  /* --output */
    TAKES_TOP = 8,     /* --focus, --top */
    TAKES_FOLDER = 16, /* -o names a folder for files beside the report */
    TAKES_TESTS = 32,  /* the options of commands on tests, and no others */
    TAKES_NONE = 64,   /* no shared option: all it has are its own */
    TAKES_PARTS = 128, /* its operands are parts of a run of draws; the rules stand in these */
    TAKES_RUNS = 256,  /* its operand is a sealed run, or a folder of them; the same */
};

/* An operand, in the order of the usage. */
typedef struct help_operand {
    const char *name; /* as the usage has it: "UNIT"; NULL ends the list */
    const char *help; /* what it is and how it is written; NULL: what its kind says */
    value_kind is;
    const char *const *words; /* of VALUE_WORD */
    int repeats;              /* may there be more of it? */
} help_operand;

/* A command that works in the project's own folder (t/help.t runs it). */
typedef struct help_example {
    const char *command; /* NULL ends the list */
    const char *shows;
    int status; /* that it ends with */
} help_example;

struct command {
    const char *name;
    /* With the operands: "assess goal RULES UNIT --rank 3"; another way to call it is another line.
     * The first line stands in the list of commands. */
    const char *usage;
    const char *help;    /* what it does, half a sentence */
    const char *about;   /* what else is to be known of it */
    const char *fails;   /* when it ends with status 1; NULL: never */
    const char *differs; /* the same of status 6 */
    const help_operand *operands;
    const char *usual;            /* the first operand, where it is left out; NULL: it may not be */
    const help_example *examples; /* two at least */
    const char *related;          /* other commands: "whatif levers" */
    unsigned takes;
    int hashes;  /* whatever the format, what it writes may say by a hash which data it was */
    int columns; /* it may name columns of data that the rules do not name, or show them */
    int passes;  /* it looks at results only: rows of large tables need not be in memory */
    const option *options;    /* its own, or NULL */
    size_t own;               /* the size of the struct that these set */
    void (*begin)(void *own); /* sets its defaults; or NULL: all are zero */
    /* What stands behind the rule file; 0: one too many. Or NULL: nothing does. */
    int (*operand)(arguments *a, const char *text, fault *f);
    void (*check)(arguments *a, fault *f); /* what only shows when all is known; or NULL */
    /* Makes of the session, which has been run, what is delivered (deliver.c). */
    int (*make)(delivery *d, fault *f);
    /* Instead of `make`: does all that is to be done, returns an exit status. */
    int (*work)(delivery *d, fault *f);
    /* Instead of all of these: takes the arguments after its name, returns an exit status. */
    int (*run)(int count, char *const *argument, const volatile sig_atomic_t *stop);
    void (*end)(void *own); /* releases what `own` holds; or NULL */
};

/* What `run` returns in place of an exit status where help was asked for, or the version. */
enum { ASKED_HELP = -1, ASKED_VERSION = -2 };

/* The options that a command shares with others, or NULL; it need not have all of them. */
const option *command_shared(const command *c);
/* The option `i` that a command has, its own first; NULL: no more. */
const option *command_option(const command *c, size_t i);
/* Has a command this one of those that commands share? */
int command_has(const command *c, const option *shared);
/* Is it one of its own? */
int command_owns(const command *c, const option *o);
const command *command_named(const char *name); /* or NULL */

/* ---- help.c, manual.c, complete.c: what is made of the records ---- */

void help_overview(buf *b);
void help_command(const command *c, buf *b);
/* What a line of the usage ends with where it does not list the options: " [OPTIONS]", or "". */
const char *help_rest(const command *c);
/* What a kind of value is and how it is written, in the language of messages; or NULL. */
const char *help_value(value_kind kind);
/* The statuses that a command may end with, one after the other; NULL at the end. */
typedef struct help_status {
    int status;
    const char *means;
} help_status;
enum { HELP_STATUSES = 9 };
const help_status *help_statuses(const command *c, help_status of[HELP_STATUSES]);

/* The command's page of the manual, in roff. */
void manual_page(const command *c, buf *b);

/* What may stand in place of the last word: a line for each candidate, with a tab and what it is
 * where that is known. A line that begins with a tab asks the shell for "files", those like a
 * pattern ("files *.lua"), or "folders". `quoted`: words and candidates are as bash has them. */
int complete_words(int count, char *const *word, int quoted, const volatile sig_atomic_t *stop,
                   buf *out);

extern const command run_command, report_command, statement_command, notice_command,
    explain_command, test_command, mutate_command, whatif_command, goal_command, diff_command,
    levers_command, leaves_command, check_command, vary_command, plot_command, certain_command,
    sensitivity_command, merge_command, profile_command, new_command, template_command,
    import_command, export_command, completion_command, record_command, verify_command,
    history_command;

/* The records of all commands, in the order of the help; NULL at the end. */
const command *const *cmd_all(void);

/* Runs what the arguments (without the program's name) ask for. When *stop turns nonzero, what is
 * running ends soon, and leaves nothing half-written. */
int cmd_main(int count, char *const *argument, const volatile sig_atomic_t *stop);

/* ---- arguments.c: the arguments of commands on a rule file ---- */

/* What a command may take where nothing else is asked for. */
enum { COMMAND_SECONDS = 60, COMMAND_MEMORY = 8192 /* MiB */ };

struct arguments {
    const command *of;
    void *own; /* what the command's own options are bound to */
    const char *rules;
    const char *unit; /* of a statement or an explanation, or NULL */
    arguments_list set, where, data, setting, pick;
    arguments_list output; /* the names only */
    arguments_list given;  /* every option, in order, by its long name; without a value: "" */
    const char *folder, *focus, *color, *methods;
    const format *format;
    int format_given, quiet, help, version, all;
    size_t width, top;
    double seconds, memory; /* what the command may take; memory in MiB; 0 is no limit */
    view_pick *picks;       /* `pick` as the view wants it */
    csv_form csv;
};

/* Reads the arguments. Faults are FAULT_USAGE, all of them at once. */
int arguments_read(arguments *a, const command *of, int count, char *const *argument, fault *f);
void arguments_release(arguments *a);

/* The positions that were picked with --at and --stage as the view wants them. */
int arguments_pick(arguments *a, fault *f);

/* An operand that is the unit and no more; one that is the unit or a name of a result after it. */
int arguments_unit(arguments *a, const char *text, fault *f);
int arguments_unit_and_outputs(arguments *a, const char *text, fault *f);

/* Are the files that were named there, and of the kind that they are used for? FAULT_USAGE with a
 * did-you-mean from the folder. The folder of methods becomes a setting. */
int arguments_check_files(arguments *a, fault *f);
/* `as` stands before the path in a message: "--data ". */
int arguments_check_file(const char *path, const char *as, fault *f);

/* Is what -o names a file in the format that was asked for, which is no text: "report.docx"? */
int arguments_name_file(const arguments *a);

/* The option --format; NULL where the value is no format. */
const format *arguments_format(const option *o, const char *value, fault *f);
/* Is the value a format of documents, or the one that this command has besides: the first of
 * o->words? 0 with the fault filled. */
int arguments_format_or(const option *o, const char *value, fault *f);

/* ---- arguments.c: the arguments of commands on tests ---- */

typedef struct tests_arguments {
    testing_settings settings;
    arguments_list paths, allow;
    const char *color;
    double seconds, memory; /* of the command; 0: no limit; MiB */
    int help;
} tests_arguments;

extern const option shared_options[], tests_options[];
extern const char *const option_encodings[]; /* the usual ones */

/* Adds a setting "allow" for each folder of ASSESS_ALLOW, which stand between colons. */
int arguments_allow(arguments_list *list, fault *f);
/* Reads the arguments of a command whose own options are bound to `own`; tests_release in any case.
 */
int tests_read(tests_arguments *t, const command *of, void *own, int count, char *const *argument,
               const volatile sig_atomic_t *stop, fault *f);
void tests_release(tests_arguments *t);

/* ---- deliver.c: from the arguments to what is written ---- */

struct delivery {
    arguments *given;
    assess *session; /* of `make`: has been run */
    const volatile sig_atomic_t *stop;
    output *out, *err;
    page *page, *errors;
    int done;    /* `make` has written the files of -o itself */
    size_t told; /* bytes at the end of `err` that are true once the file of -o is there */
};

/* A page on standard output or standard error. */
page deliver_page(output *out, const char *color);

/* What `assess diff` does with two sessions that are set up and not opened. An exit status. */
int diff_sessions(delivery *d, assess *const edition[2], const char *const rules[2], int leaves,
                  fault *f);

/* Runs a command from its arguments to its exit status. */
int deliver_run(const command *c, int count, char *const *argument,
                const volatile sig_atomic_t *stop);
/* Gives a session the settings and data that were asked for. */
assess_status session_prepare(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f);
/* A session with all that was set for another, computed; with `stop` (or NULL) it ends early. NULL
 * with the fault: of the kind by which it failed, or that it was interrupted. */
assess *session_again(const assess *like, const char *rules, const volatile sig_atomic_t *stop,
                      page *errors, fault *f);
/* Computes by the rules in a new session; prints what is wrong. An exit status. */
int deliver_compute(delivery *d, fault *f);
/* Is the result told with the digests of what it was computed from and by? A folder has it as JSON
 * in it. */
int deliver_tells_digests(const arguments *a);

/* Puts a document into the format that was asked for. */
int deliver_document(const delivery *d, const document *p, page *to, fault *f);
/* Finds the unit, and lets `make` fill a document on it with a title in either language. */
int deliver_unit(delivery *d, const char *kind, const char *title,
                 int (*make)(const arguments *a, const view *v, size_t row, document *p, fault *f),
                 fault *f);

/* Writes what is held to where it goes. */
int deliver_close(const delivery *d, fault *f);
/* The same for what goes to standard output alone. A full disk, or one that has become too large,
 * is a limit that was reached; any other failure is wrong usage. */
int deliver_finish(output *out, fault *f);
/* A fault "interrupted: nothing was written" if the user stopped the command. */
int deliver_stopped(const delivery *d, fault *f);
/* Prints a fault on standard error and gives its exit status. */
int deliver_fail(fault *f, const char *color);

#endif
