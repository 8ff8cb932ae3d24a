/* What commands that make draws have in common: --draws, --seed, --vary. */
#ifndef CMD_SURVEY_H
#define CMD_SURVEY_H

#include "cmd/cmd.h"
#include "uncertainty/vary.h"

/* What `uncertain` of the rules says, and what --vary adds. Texts go to the arena; the list is
 * freed by survey_release. 0 with the fault. */
int survey_list(const assess *a, const arguments_list *further, uncertain_list *list, arena *memory,
                fault *f);

/* For the results that a view shows. */
vary_settings survey_settings(const view *v, double count, double seed,
                              const volatile sig_atomic_t *stop);

/* A survey of a session that was run. */
typedef struct survey {
    arena memory;
    uncertain_list list;
    vary of;
    int open;
} survey;

/* Is ready to make draws. 0 with the fault; survey_close in either case. */
int survey_open(survey *s, assess *a, const view *v, const arguments_list *further, double count,
                double seed, const volatile sig_atomic_t *stop, fault *f);
/* Makes the draws of an open survey. 0 with the fault. */
int survey_draw(survey *s, fault *f);
/* May the draws of an open survey be made without being asked for? The same on every machine. */
int survey_is_small(const survey *s);
/* Both at once. 0 with the fault; survey_close in either case. */
int survey_make(survey *s, assess *a, const view *v, const arguments_list *further, double count,
                double seed, const volatile sig_atomic_t *stop, fault *f);
void survey_close(survey *s);

/* The user, or the time, ended the draws. From now on nothing is stopped: what there is is reported
 * all the same, with what is computed for it in the session of the command. */
void survey_go_on(delivery *d);
/* Fills the fault with how many draws there are of how many. `late`: the time was up. */
int survey_tell_stopped(uint64_t done, uint64_t all, int late, fault *f);

/* The options, bound to fields of a command's own struct. */
#define SURVEY_OPTIONS(draws_at, seed_at, vary_at)                                                 \
    {"draws",      0,                                                                              \
     "N",          TEXT("also what N draws of what is uncertain say"),                             \
     OPTION_WHOLE, .at = draws_at,                                                                 \
     .least = 1,   .most = VARY_DRAWS_MOST},                                                       \
        SURVEY_VARY(vary_at), SURVEY_SEED(seed_at)
#define SURVEY_VARY(vary_at)                                                                       \
    {                                                                                              \
        "vary", 0, "ADDRESS=KIND(…)",                                                              \
            TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,   \
            VALUE_PATTERN, .at = vary_at                                                           \
    }
#define SURVEY_SEED(seed_at)                                                                       \
    {                                                                                              \
        "seed", 0, "N", TEXT("seed of the random numbers (default: 1)"), OPTION_WHOLE,             \
            .at = seed_at, .least = 0, .most = 1e15                                                \
    }

/* --seed and --vary are of no use without --draws. */
void survey_check(double count, double seed, const arguments_list *further, fault *f);

#endif
