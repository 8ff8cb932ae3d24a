/* Explanations on a page, between the files that make them. */
#ifndef HTML_WHY_INSIDE_H
#define HTML_WHY_INSIDE_H

#include <stddef.h>

#include "base/pool.h"
#include "html/why.h"
#include "html/why_place.h"

typedef struct target {
    const assess_array *x;
    size_t element, step, place; /* place: of a leaf or a datum */
} target;

/* An explanation: a step whose element it explains, and its HTML: its labels, what it says of
 * itself, and the list of what it was computed from, or the end of the line of the data, which
 * others may have as well. */
typedef struct record {
    size_t step, at, length, label, body, how;
    int shares; /* what begins at `body`, with others of its kind: that is written once */
} record;

struct why {
    const view *v; /* or NULL: there is no session, only sentences and lines of rules */
    text_language language;
    why *second;      /* of another session, on the same page; or NULL */
    int is_second;    /* its ids begin otherwise */
    const char *said; /* what tells its explanations from those of the other; or NULL */
    size_t most;
    pool *known; /* the targets, by array and element */
    target *target;
    size_t targets, target_cap;
    int ready, failed;
    const assess_step *step;
    size_t steps;
    size_t *id;    /* of each step, the record that explains it; 0: none */
    size_t *datum; /* of each step, the one below it that is a cell, where it is told with it */
    record *record;
    size_t records, record_cap;
    buf text;
    pool *hows; /* what many records share: formula, file, line */
    size_t *how_step, how_cap;
    places places;
    size_t counted, place_bytes; /* of how many places it is known how large they are together */
    pool *notes;                 /* sentences that explain many numbers */
    size_t *note_uses, note_cap; /* of each, how many */
    size_t usual;                /* the one of the most numbers has the shortest id; 0: not known */
    why_method *method;
    size_t methods;
};

/* A step without a formula that stands in a file: a number of the rules, a cell of the data. */
int why_is_place(const assess_step *s);
/* Is it a single number of the rules, the same for all that share a formula? Those are told with
 * the formula. */
int why_is_shared(const assess_step *s);
/* The step below `step` that is the k-th (from 0); 0 where there is none. */
size_t why_child(const why *w, size_t step, size_t k);
/* The record of the element that a step stands for; 0 where it needs none. */
size_t why_need(why *w, size_t step);

/* What ids of a kind begin with: 0 (explanations), '-' (places), '+' (sentences). */
char why_kind(const why *w, char kind);
void why_put_link(const why *w, output *to, char kind, size_t number);
/* The start of a link to what explains a step; returns whether there is one. */
int why_open_link(why *w, size_t step, output *to);
void why_put_value(buf *b, const view *v, const assess_step *s);
const char *why_title(const why *w, const assess_step *s); /* what a reader calls it */
/* Has its list a weight and a share behind each value? */
int why_has_weights(const why *w, size_t step);
/* What one explanation says of its element, then the list of what is below it; returns where that
 * begins. */
size_t why_put_record(why *w, size_t step, output *to, size_t *label);

/* What all records of a step's formula and line have in common, and of `body`: its number. */
size_t why_how(why *w, size_t step, const char *body);
/* Finds lists and ends of lines that several explanations have: they are told once for all of them.
 */
void why_share(why *w);

/* Records of a kind, each the next of another; 0 ends them. */
typedef struct why_run {
    const size_t *next;
    size_t first;
    int varies; /* the position of the label in which neighbours differ, or -1: labels are written
                   whole */
} why_run;
why_run why_run_of(const why *w, const size_t *next, size_t first);
/* The label of a record without those that its neighbours share; those. */
void why_own_label(const why *w, const why_run *run, size_t number, buf *out);
void why_common_label(const why *w, const why_run *run, size_t number, buf *out);

#endif
