/* What rules say may be otherwise: `uncertain = { { ADDRESS, KIND = VALUES, why = "…" }, … }`, and
 * the same on a command line, `ADDRESS=KIND(VALUES)`.
 *
 * An entry names leaves or data by an address, in which a star stands for any characters, and how
 * they vary. Here it is only read: which leaves and cells it means, and whether its numbers make
 * sense, is found out when draws are made (uncertainty/inputs.c). */
#ifndef RULE_UNCERTAIN_H
#define RULE_UNCERTAIN_H

#include "base/arena.h"
#include "base/fault.h"
#include "rule/model.h"

typedef enum uncertain_kind {
    UNCERTAIN_UNIFORM,
    UNCERTAIN_NORMAL,
    UNCERTAIN_TRIANGULAR,
    UNCERTAIN_PERT,
    UNCERTAIN_NOISE,
    UNCERTAIN_ONE_OF,
    UNCERTAIN_DIRICHLET,
    UNCERTAIN_SIMPLEX,
    UNCERTAIN_ERRORS,
    UNCERTAIN_BOUNDS,
    UNCERTAIN_IMPUTE,
    UNCERTAIN_LEAVE_OUT,
    UNCERTAIN_PANEL,
    UNCERTAIN_KINDS
} uncertain_kind;

/* What the values of a kind, or of one of its options, are. */
typedef enum uncertain_form {
    UNCERTAIN_NUMBERS,
    UNCERTAIN_TRUTH, /* true or false */
    UNCERTAIN_TEXTS,
    UNCERTAIN_ANY
} uncertain_form;

enum { UNCERTAIN_OPTIONS = 4 };

/* What there is to know of a kind without data. */
typedef struct uncertain_record {
    const char *name;    /* "uniform" */
    const char *usage;   /* "uniform = { low, high }" */
    const char *call;    /* the same on a command line: "uniform(low, high)" */
    size_t least, most;  /* how many values it takes */
    uncertain_form form; /* of these */
    struct {
        const char *name;
        uncertain_form form;
    } option[UNCERTAIN_OPTIONS]; /* further values by name; NULL ends them */
    const char *meaning;         /* one sentence, TEXT(…) */
} uncertain_record;
extern const uncertain_record uncertain_records[UNCERTAIN_KINDS];

/* A number, or a text. */
typedef struct uncertain_value {
    const char *name; /* of an option; "" for the values of the kind itself */
    const char *text; /* as it was written */
    double number;    /* NaN: it is a text */
} uncertain_value;

typedef struct uncertain_entry {
    const char *address;
    uncertain_kind kind;
    const uncertain_value *value;
    size_t values;
    const char *why; /* or "" */
    md_at at;        /* file -1: from the command line */
} uncertain_entry;

typedef struct uncertain_list {
    uncertain_entry *item;
    size_t count, cap;
} uncertain_list;

/* The kind of a name, or UNCERTAIN_KINDS. */
uncertain_kind uncertain_kind_of(const char *name);
/* Checks the values of an entry against the record of its kind, and adds it. One that says the same
 * kind of thing of the same address (missing figures, what is left out, or what there is) gives
 * way; from the same file it is a fault. 0 with the fault. */
int uncertain_add(uncertain_list *list, const uncertain_entry *e, const model *m, fault *f);
/* Reads "params.cap=uniform(90, 120)". Texts go to the arena. */
int uncertain_read(uncertain_list *list, const char *text, arena *memory, fault *f);

/* How an entry of its kind is written where it was: in rules, or on a command line. */
const char *uncertain_usage(const uncertain_entry *e);
/* How an entry is written on a command line: "uniform(90, 120)". */
const char *uncertain_text(const uncertain_entry *e, arena *memory);
/* The value of an option, or NULL; `which` counts those of the same name. "" are the values of the
 * kind itself. */
const uncertain_value *uncertain_option(const uncertain_entry *e, const char *name, size_t which);
/* The number of an option, or of what holds without it; its text; and whether it is true. */
double uncertain_number(const uncertain_entry *e, const char *name, double otherwise);
const char *uncertain_word(const uncertain_entry *e, const char *name, const char *otherwise);
int uncertain_is(const uncertain_entry *e, const char *name);

/* Does an address fit a pattern, in which each star stands for any characters? */
int uncertain_matches(const char *pattern, const char *address);

#endif
