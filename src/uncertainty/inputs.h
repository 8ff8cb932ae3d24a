/* What varies: the entries of `uncertain`, taken apart into single numbers.
 *
 * An input is one number that is drawn: a leaf of the model (a weight, a standard, a parameter), or
 * one cell of data. A choice is a leaf that shapes the formulas, or is no number: each of its
 * values needs formulas of its own. A group of inputs is drawn together: weights beside one another
 * that keep their sum.
 *
 * Random numbers are Philox4x32-10 with the seed as key, and with a hash of the address and the
 * number of the draw as counter. So an input gets the same numbers whatever else varies, for any
 * number of threads and in any order of the draws. */
#ifndef UNCERTAINTY_INPUTS_H
#define UNCERTAINTY_INPUTS_H

#include "base/text.h"
#include "session/session.h"
#include "uncertainty/distribution.h"
#include "uncertainty/draw_kernels.h"

enum { INPUTS_MOST = 200000 };

typedef struct draw_input {
    const char *address; /* "index.A.A1.weight", "data.observed.C7@Shenzhen@2011" */
    const char *name;    /* of the data it is of, "observed"; NULL: a leaf */
    size_t cell;         /* of data: the element in the layout of its axes */
    uint64_t hash;       /* of the address */
    size_t entry;        /* of the list */
    int group;           /* or -1 */
    double nominal;
    int around; /* what is drawn depends on `nominal` */
    distribution d;
} draw_input;

typedef enum group_kind { GROUP_NOISE, GROUP_DIRICHLET, GROUP_SIMPLEX, GROUP_PANEL } group_kind;
typedef enum panel_draw_kind { PANEL_EXPERT, PANEL_RESAMPLE, PANEL_EACH } panel_draw_kind;

/* Inputs that are drawn together; they stand one after the other. */
typedef struct draw_group {
    group_kind kind;
    size_t first, count;
    double sum;       /* that they keep */
    double parameter; /* of a Dirichlet distribution its concentration; of noise the share */
    size_t entry;
    const struct weights_space *space; /* conditions that a simplex has to meet; or NULL */
    /* Of a panel: the weights of each expert, [expert * count + member], with the sum of the group;
     * and what all groups of the panel draw their experts by. */
    const double *expert;
    size_t experts;
    size_t lead;             /* the first input of its first group, which stands for it */
    const char *const *name; /* of the experts */
    panel_draw_kind panel;
    uint64_t hash;
} draw_group;

typedef enum choice_kind {
    CHOICE_VALUE,    /* of leaves */
    CHOICE_DATA,     /* the file of a data set, the address */
    CHOICE_RULES,    /* the rule file */
    CHOICE_LEAVE_OUT /* an element of the index or a unit; "": none */
} choice_kind;

typedef struct draw_choice {
    const char *address;
    choice_kind kind;
    const char *const *leaf; /* their addresses */
    size_t leaves;
    uint64_t hash;
    size_t entry;
    const char *const *value; /* texts, as --set would give them */
    int units;                /* units are left out */
    distribution d;           /* of its number */
    size_t nominal;           /* the value of the rules; SIZE_MAX: none of them */
} draw_choice;

/* What became of an entry of the list. */
typedef struct draw_entry {
    const uncertain_entry *of;
    size_t inputs, choices; /* how many it made; neither: nothing is called so */
    size_t seen;            /* figures that it names, whether they vary or not */
    size_t lacking;         /* figures that do not vary because a column says nothing of them */
    size_t alone;           /* missing figures with no other indicator to tell them by */
    char *idle; /* by value of the entry: a condition or bound that never matters; or NULL */
} draw_entry;

/* A file that draws read beside the rules and data of the session. */
typedef struct draw_file {
    const char *path;
    int rules; /* it is a rule file */
} draw_file;

typedef struct draw_inputs {
    arena memory;
    const draw_kernels *kernels;
    draw_input *input;
    size_t inputs, input_cap;
    draw_group *group;
    size_t groups, group_cap;
    draw_choice *choice;
    size_t choices, choice_cap;
    draw_entry *entry;
    size_t entries;
    draw_file *file; /* as the entries name them */
    size_t files, file_cap;
    uint64_t draws; /* as many will be made at most; 0: not known */
} draw_inputs;

/* Takes the list apart for a session that was run. 0 with the fault: an address that names a text
 * where numbers are drawn, nothing that varies at all. An address that nothing is called is no
 * fault here: its entry says so. */
int inputs_open(draw_inputs *in, assess *a, const uncertain_list *list, fault *f);
void inputs_close(draw_inputs *in);

/* Where the random numbers of an input come from. Two streams are independent of each other: a
 * sample that changes some inputs and keeps the others takes these from stream 0. */
typedef struct draw_source {
    uint64_t seed;
    const unsigned char *stream; /* by input, then by choice; NULL: all 0 */
    /* instead, where it gives one: a number between 0 and 1; or NULL */
    int (*unit)(const void *self, size_t input, uint64_t draw, double *u);
    /* instead of drawing, or NULL: puts the values of all inputs, as inputs_draw does */
    void (*values)(const void *self, uint64_t first, size_t count, double *value, size_t stride);
    const void *self;
    const double *fixed; /* by input: what it is in all draws, NaN: it is drawn; or NULL */
} draw_source;

/* The values of all inputs in draws first … first + count - 1: value[i * stride + k]. From several
 * threads at once, where `unit` of the source can be. */
void inputs_draw(const draw_inputs *in, const draw_source *from, uint64_t first, size_t count,
                 double *value, size_t stride);
/* The positions that a choice takes in draws first … first + count - 1. */
void inputs_choose(const draw_inputs *in, const draw_source *from, size_t choice, uint64_t first,
                   size_t count, unsigned char *taken);

/* How the numbers of an entry come about, in words; "" where the entry says all. Kept in `memory`.
 */
const char *inputs_method(const draw_inputs *in, size_t entry, text_language l, arena *memory);

/* A hash of an address that stays the same from run to run and machine to machine (FNV-1a). */
uint64_t inputs_hash(const char *address);

#endif
