/* Options of a command line: `--name value`, `--name=value`, `-n value`, `-nvalue`, `--`.
 *
 * An option is bound to the variable it sets: a field of the struct that its table belongs to.
 * Options and operands may come in any order; after `--` all are operands. What is not understood
 * is a fault that says what was probably meant. Texts point into argv; only lists copy theirs. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"

/* A pair NAME=VALUE from the command line, or a name alone; the texts are copies. */
typedef struct arguments_pair {
    char *name, *value;
} arguments_pair;

typedef struct arguments_list {
    arguments_pair *item;
    size_t count, cap;
} arguments_list;

typedef enum option_kind {
    OPTION_FLAG,   /* int: 1 when it is given */
    OPTION_TEXT,   /* const char * */
    OPTION_WORD,   /* const char *: one of `words` */
    OPTION_COUNT,  /* size_t between least and most */
    OPTION_WHOLE,  /* double without a fraction between least and most */
    OPTION_NUMBER, /* double between least and most */
    OPTION_NAMES,  /* arguments_list: a further name */
    OPTION_PAIRS,  /* arguments_list: a further NAME=VALUE, whose value may be empty */
    OPTION_FILES,  /* arguments_list: a further NAME=FILE */
    OPTION_CALL    /* `call` does what is to be done */
} option_kind;

/* What the value of an option, or an operand, is: what completion offers for it, and what help says
 * of it where the option or operand does not say more. */
typedef enum value_kind {
    VALUE_UNSAID, /* of options that take none, or a number */
    VALUE_FREE,   /* a text that nobody can foresee */
    VALUE_WORD,   /* one of the option's words */
    VALUE_FORMAT, /* a format of documents, or one of the option's words */
    VALUE_RULES,  /* a rule file */
    VALUE_TESTS,  /* a test file, or a folder of them */
    VALUE_TABLE,  /* a CSV file, or a workbook */
    VALUE_FILE,
    VALUE_FOLDER,
    VALUE_PLACE, /* a file, or a folder */
    VALUE_COMMAND,
    VALUE_CODE,    /* of findings */
    VALUE_CODES,   /* the same, separated by commas */
    VALUE_ADDRESS, /* ADDRESS=VALUE: a leaf of the rules */
    VALUE_PATTERN, /* addresses, with * for anything */
    VALUE_SOURCE,  /* NAME=FILE: data of the rules */
    VALUE_COLUMN,  /* COLUMN=VALUE: a carried column of the data */
    VALUE_AXIS,    /* AXIS=LABEL */
    VALUE_STAGE,
    VALUE_GRADE,
    VALUE_UNIT,
    VALUE_OUTPUT,
    VALUE_FIGURE, /* ID, or ID=…: data of the unit */
    VALUE_CHANGE, /* ID=VALUE or ADDRESS=VALUE */
    VALUE_KINDS
} value_kind;

typedef struct option option;
struct option {
    const char *name;  /* without the dashes; NULL ends the table */
    char letter;       /* of the short form, or 0 */
    const char *value; /* what a reader calls its value, "FILE"; NULL: it takes none */
    const char *help;  /* one sentence */
    option_kind kind;
    value_kind is;
    size_t at; /* offsetof its variable */
    double least, most;
    const char *const *words; /* ended by NULL */
    void (*call)(void *own, const option *o, const char *value, fault *f);
    unsigned needs; /* the TAKES_ bits (cmd.h) of which a command must have one; 0: all have it */
    unsigned lacks; /* those with which a command does not have it */
};

/* A table and the struct its options are bound to. */
typedef struct option_set {
    const option *option; /* NULL: none */
    void *own;
} option_set;

typedef struct options {
    option_set set[2];
    int count, at; /* arguments, and the next to look at */
    char *const *argument;
    const char *value;   /* of the option, or the operand */
    const char *letters; /* the rest of a group of short options, or NULL */
    int only_operands;
    const option *found; /* of OPTIONS_FOUND */
    void *own;           /* what it is bound to */
} options;

typedef enum options_step {
    OPTIONS_END,
    OPTIONS_OPERAND,
    OPTIONS_WRONG,
    OPTIONS_FOUND
} options_step;

/* The commands, ended by NULL, so that an unknown option can be told to be another command's; set
 * before options are read. */
typedef struct command command;
extern const command *const *commands;

options options_of(option_set first, option_set second, int count, char *const *argument);
options_step options_next(options *o, fault *f);
/* Sets the variable of an option. */
void options_set(const option *o, void *own, const char *value, fault *f);

/* Reads a command line to its end. */
int options_read(options *o, void (*operand)(void *self, const char *text, fault *f), void *self,
                 fault *f);

/* Reads a value: a number within the option's bounds; one of some words, -1 for none. */
int options_number(const option *o, const char *text, int whole, double *out, fault *f);
int options_word(const option *o, const char *text, const char *const *words, fault *f);

int list_add(arguments_list *list, const char *name, const char *value, fault *f);
int list_add_part(arguments_list *list, const char *name, size_t length, fault *f);
void list_release(arguments_list *list);

#endif
