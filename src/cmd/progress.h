/* How far a long run is, for somebody who waits at a terminal: one line on standard error that is
 * written anew from time to time, and cleared at the end. It begins after a second. Where standard
 * error is no terminal there is none. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "uncertainty/vary.h"

typedef struct progress {
    const vary *of;
    int wanted, shown;
    double began, last; /* seconds of a clock */
    size_t columns;
} progress;

void progress_open(progress *p, const vary *of, int quiet);
/* The function `progress` of vary_settings; `self` is the progress. */
void progress_show(void *self, uint64_t done);
void progress_close(progress *p);

#endif
