/* Where the time of opening and running rules went: by step, by operation with its line of the
 * rules, and by pass of the plan.
 *
 * A session measures after assess_setting(a, "profile", "1"); a process measures one session at a
 * time. The seconds of all steps are those from assess_open to the end of assess_run. The
 * operations share those of the steps that compute, and the passes do, too. */
#ifndef SESSION_PROFILE_H
#define SESSION_PROFILE_H

#include "session/session.h"

typedef struct profile_step {
    const char *what, *of; /* "reading", the file; `what` is to be translated */
    int within;            /* the number of the step around it; -1: none */
    int computing;         /* its seconds are those of operations */
    double seconds;        /* without those of the steps within it */
    double times;
} profile_step;

typedef struct profile_operation {
    const char *name; /* as formulas show it */
    const char *file; /* the line of the rules, */
    long line;
    const char *inner_file; /* and that of the method it calls; "" and 0: none */
    long inner_line;
    const char *source; /* the line's text */
    size_t pass;        /* from 0 */
    double seconds, elements, bytes;
    /* of an `each`: how often Lua was called, for how many combinations of texts and missing values
     * it was computed without Lua, and why Lua was called, to be translated */
    int each;
    double called, programs;
    const char *reason;
} profile_operation;

typedef struct profile_pass {
    int whole;         /* one operation on whole lines or elements */
    const char *along; /* the axis that it goes along, or "" */
    size_t length;
    size_t operations;
    double seconds, elements, bytes;
} profile_pass;

typedef struct profile {
    profile_step *step;
    profile_operation *operation;
    profile_pass *pass;
    size_t steps, operations, passes;
    double seconds;
} profile;

/* What was measured, after assess_run; all of it is in `memory`. 0 with the fault. */
int profile_take(assess *a, arena *memory, profile *out, fault *f);
/* Each number becomes the median of those of `count` profiles of the same rules, of which the first
 * is changed. Its seconds in all are the sum of the medians. 0 with the fault. */
int profile_medians(profile *of, size_t count, fault *f);

#endif
