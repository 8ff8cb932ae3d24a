/* Documents on one unit: what if, goals, levers, the reasons for its rank, what is missing; and
 * what they have in common. */
#ifndef CHANGE_UNIT_REPORT_H
#define CHANGE_UNIT_REPORT_H

#include "document/document.h"
#include "document/view.h"

/* The unit of this name among the rows; VIEW_NONE with the fault and a did-you-mean. */
size_t impact_unit(const view *v, const char *name, fault *f);
/* What results of the unit are told by: the score, or the first output over units. NULL with the
 * fault. */
const assess_array *impact_score(const view *v, fault *f);
/* The messages since `before` as the fault. Returns 0. */
int impact_fault(const view *v, size_t before, assess_status status, fault *f);

/* An element of an output as a cell, a number with so many decimals. */
document_cell impact_element(const view *v, document *p, const assess_array *x, double element,
                             int places);
/* Facts that begin each of these documents: the unit, the rules. */
void impact_head(const view *v, document *p, size_t row);
/* "2008, ug/m3": where a datum stands, and what it is measured in. */
document_cell impact_at(const view *v, document *p, const assess_cell *c);

/* Where an output has the unit, in a column of the view (where that has any); VIEW_NONE where it
 * has further axes. */
size_t impact_place(const view *v, const assess_array *x, size_t row, size_t column);
/* The column these documents are about, where there are several: a fact. */
void impact_column(const view *v, document *p);
const char *impact_column_head(const view *v); /* what the columns are: stages, years */
/* What a reader calls the score and the rank that these documents tell. */
const char *score_title(const view *v, const assess_array *score);
const char *rank_title(const view *v);
/* "C7 可吸入颗粒物年均浓度": for people one text. */
document_cell impact_name(document *p, const assess_cell *c);
/* A share with its sign: +12.3%. */
document_cell impact_share(document *p, double share);

/* Facts `imputed` and `treated`, each where an output plays the part. */
void marks_facts(const view *v, const location *at, document *p);

/* ---- what if ---- */

typedef struct impact_pair {
    const char *name, *value; /* "C7", "30"; "params.cap", "110" */
} impact_pair;

typedef struct whatif_wish {
    const impact_pair *given;
    size_t count;
    const view *past; /* of a session without the changes, for formats that explain; or NULL */
} whatif_wish;

/* The effect of changes on a unit: results before and after, the parts that move, others whose rank
 * moves. The session has the changes afterwards. */
int whatif_make(const view *v, size_t row, const whatif_wish *g, document *p, fault *f);

/* ---- goals ---- */

typedef struct goal_wish {
    double rank, score; /* NaN: not asked for */
    const char *grade;  /* or NULL */
    int verdict;
    const assess_limit *limit; /* names as on the command line */
    size_t limits;
} goal_wish;

/* What would have to change for one of these. */
int goal_make(const view *v, size_t row, const goal_wish *g, document *p, fault *f);

/* ---- levers ---- */

/* The unit's data by what they do to an result (NULL: the score), a table for each column. */
int levers_make(const view *v, size_t row, const char *name, document *p, fault *f);
/* The same of the rules' own numbers, each a tenth up and down. */
int levers_leaves(const view *v, size_t row, const char *name, document *p, fault *f);

/* ---- leaves ---- */

/* All leaves of the rules: address, value, citation, position, and what older editions say. For a
 * reader the older editions have a column only where there are any; `machine`: always. */
void leaves_make(assess *a, int machine, document *p);

/* ---- why a rank, and what is missing ---- */

/* What both are made for: the unit's row, the score, and how many rows of a table are wanted. */
typedef struct standing_wish {
    size_t unit;
    const assess_array *score;
    size_t most; /* 0: all */
} standing_wish;

/* Adds who is next above and below, where the gap comes from, and what single change would close
 * it. 0 with the fault. */
int why_rank_make(const view *v, const standing_wish *w, document *p, fault *f);
/* Adds what has no value, and what that costs. */
int absent_make(const view *v, const standing_wish *w, document *p, fault *f);

/* A place of the score that a document is about. */
typedef struct standing_place {
    const assess_array *score, *rank, *details; /* rank, details: or NULL */
    int own_scales; /* the details have a scale of their own each: points of parts */
    size_t at[ASSESS_AXES];
    const char *title; /* "" where there is one place only */
    char id[200];      /* "stage1.": what the ids of its blocks begin with */
    int places;        /* decimals of the score */
} standing_place;

/* The number of places; 0 with the fault where the score has axes the view does not show. */
size_t standing_places(const view *v, const standing_wish *w, fault *f);
standing_place standing_at(const view *v, const standing_wish *w, size_t column);

const char *standing_id(document *p, const standing_place *at, const char *block);
document_cell standing_share(document *p, double x);
/* The decimals of some scores, where they are to have no fewer than the score's own. */
int standing_decimals(const standing_place *at, const double *score, size_t count);

#endif
