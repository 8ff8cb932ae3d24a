/* What a command may take: one deadline and one account of memory for all it does.
 *
 * There is one of each in a process. Whatever takes memory counts it here (base/mem.h, arenas,
 * pools, buffers, pages, mapped files, the allocators of Lua and of libraries), and every loop that
 * may be long asks limits_over from time to time: it is one load. The first thing that goes wrong
 * turns it nonzero for good: the time is up, the memory is used up, or the system gave none. From
 * then on whoever takes memory gets none, no page is written and no file is published
 * (report/output, base/files), and the command ends with status 5 and the one message of
 * limits_say. It has a second for that: if a library's long call lasts longer, the process ends,
 * with the same message.
 *
 * A library that is used by another program sets no limits: then only the account runs, and a
 * failed allocation is counted (limits_lacks) so that the step it happened in can fail. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

typedef enum limits_kind {
    LIMITS_NONE,
    LIMITS_LACK,   /* the system gave no memory */
    LIMITS_MEMORY, /* the command's memory is used up */
    LIMITS_SECONDS /* its time is */
} limits_kind;

/* From now on this process is a command: a failed allocation ends it. *stop, which the long loops
 * of the command look at, turns nonzero with whatever goes over; it may be NULL. */
void limits_command(volatile sig_atomic_t *stop);
/* Sets what the command may take: seconds from now on and bytes in all; 0 is no limit. */
void limits_set(double seconds, size_t bytes);
/* The seconds do not run between these two: while somebody reads the output, or is asked. */
void limits_rest(void);
void limits_go_on(void);
/* A new start of the seconds, for a command that begins again when a file changes. */
void limits_restart(void);
/* The output is written: what happens from now on is no fault of the command. */
void limits_done(void);

/* What is left of the seconds; 0 where there is no limit. */
double limits_left(void);

extern atomic_int limits_state; /* a limits_kind; read it by limits_over */

static inline int limits_over(void) {
    return atomic_load_explicit(&limits_state, memory_order_relaxed);
}

/* The same, or the caller's flag is up: for what waits and was interrupted. */
int limits_stopped(void);
/* Between these two files are being put in their places, and the process does not end. */
void limits_publish(void);
void limits_published(void);

/* Counts bytes that are about to be taken. 0 where they may not be; then nothing is counted. */
int limits_take(size_t bytes);
void limits_add(size_t bytes); /* counts what is taken already */
void limits_give(size_t bytes);
size_t limits_taken(void);

/* An allocation failed. */
void limits_lack(void);
uint64_t limits_lacks(void); /* how many did since the process began */

/* Between these two a command runs a library that breaks down where the system gives it no memory;
 * it then ends with status 5, and says so. One library at a time, in one thread. */
void limits_fragile(const char *library);
void limits_firm(void);

/* Where or in what it went over: the first that is told is kept, before or after. */
void limits_where(const char *format, ...) FAULT_FORMAT(1, 2);
/* The line that says what went over, with its hint, into `text`; it takes no memory. Its length. */
enum { LIMITS_TEXT = 1024 };
size_t limits_say(char text[LIMITS_TEXT]);

#endif
