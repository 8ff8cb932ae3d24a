/* A survey of many draws: what becomes of scores, ranks, grades and the verdict.
 *
 * Everything is tallied block by block, in memory that does not grow with the draws. */
#ifndef UNCERTAINTY_VARY_H
#define UNCERTAINTY_VARY_H

#include "uncertainty/draws.h"
#include "uncertainty/panel.h"
#include "uncertainty/tally.h"

typedef enum vary_part { VARY_SCORE, VARY_RANK, VARY_GRADE, VARY_VERDICT, VARY_PARTS } vary_part;

/* Units whose pairs are counted: more take too much memory. */
enum { VARY_PAIRS = 400 };

struct vary;

/* The most draws that a command makes beside its own work; assess vary makes more. */
enum { VARY_DRAWS_MOST = 1000000000 };

typedef struct vary_settings {
    uint64_t draws, seed;
    uint64_t first, end;                  /* this run does the draws from first to before end */
    const assess_array *part[VARY_PARTS]; /* outputs of the session; NULL: there is none */
    int units;                            /* the axis (its id) that is ranked */
    /* Ends the run before all draws are made, as the end of the command's time does. */
    const volatile sig_atomic_t *stop;
    /* Ends it as soon as no probability has a wider interval (see vary_widest); 0: nothing does. */
    double until;
    double places; /* one of these probabilities: to be among so many */
    /* Called after each block of draws, while their values are there; 0 with the fault. Or NULL. */
    int (*block)(void *of, const struct vary *v, size_t count, fault *f);
    void *of;
} vary_settings;

typedef struct vary {
    vary_settings settings;
    draw_inputs inputs;
    draws *draws;
    const assess_array *output[VARY_PARTS]; /* those there are */
    size_t outputs;
    int place[VARY_PARTS]; /* of a part among them, or -1 */
    tally tally[VARY_PARTS];
    uint64_t done;         /* draws that were computed */
    size_t units, columns; /* of the rank, or the score: units, and elements for each */
    /* [column][unit][other]: how often the unit came before the other; NULL: not counted */
    uint64_t *ahead;
    /* ranks of the present block, twice, by column, unit and draw, where all of a unit's are whole
     * or halves: whole[column * units + unit]; NULL: pairs are not counted by ranks */
    int16_t *twice;
    char *whole;
    struct vary_counts *own; /* of each thread, while draws pass by; see counting.h */
    int stopped;             /* before all draws were computed */
    int late;                /* the time was up */
    int reached;             /* the precision that was wanted */
    double widest;           /* interval, when it was looked at last; NaN: never */
    assess *session;
    uint32_t texts;  /* in its pool before the first draw */
    uint64_t looked; /* draws that `widest` is of */
    /* by input: the least and the most that was drawn */
    double *least, *most;
    panel_survey panel; /* if there is one */
    char *inert;        /* by entry: it changes nothing (see inert.h); or NULL */
} vary;

/* The session was run. What varies is `list`. 0 with the fault; then it is closed. */
int vary_open(vary *v, assess *a, const uncertain_list *list, const vary_settings *s, fault *f);
/* How much the draws are to compute: elements of all arrays of the rules, for each draw. */
uint64_t vary_work(const vary *v);
/* Computes the draws of the settings. 0 with the fault; a stop asked for is none, once there are
 * draws. */
int vary_run(vary *v, fault *f);
/* All draws are there: what they add up to may be read. vary_run is not called afterwards. */
int vary_finish(vary *v, fault *f);
void vary_close(vary *v);

/* How often `unit` came before `other` in a column (see vary_column), as a share of the draws in
 * which both have a rank. NaN where pairs are not counted. Equal ranks count half. */
double vary_ahead(const vary *v, size_t column, size_t unit, size_t other);
/* The widest 95 % interval (Wilson 1927) of a probability: to be first, to be among the first
 * `places`, of a grade, of the verdict. Also before vary_finish. 0 where there is none. */
double vary_widest(const vary *v);
/* The element of the score (and rank) of a unit in a column. */
size_t vary_element(const vary *v, size_t column, size_t unit);

#endif
