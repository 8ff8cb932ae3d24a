/* A watch over something long: turns a flag nonzero when its time is up, or when the caller's own
 * flag turns.
 *
 * The flag is what scripts and the evaluator look at. The watch sleeps in a thread of its own. */
#ifndef RULE_DEADLINE_H
#define RULE_DEADLINE_H

#include <signal.h>

typedef struct watch watch;

/* `stop` may be NULL. NULL where there is no memory or no thread. */
watch *deadline_start(volatile sig_atomic_t *flag, const volatile sig_atomic_t *stop);
void deadline_limit(watch *w, double seconds); /* from now on; NULL is let through */
/* Ends the watch; returns whether its time was up. NULL is let through. */
int deadline_end(watch *w);

#endif
