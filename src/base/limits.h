/* The limits of a command: one deadline and one account of memory for the whole process.
 *
 * All memory is counted here (base/mem.h, arenas, pools, buffers, pages, mapped files, the
 * allocators of Lua and of libraries), and every loop that may be long calls limits_over from time
 * to time, which costs one load. When the time or the memory is used up, or the system has no
 * memory, limits_over becomes nonzero for good. From then on no memory is given, no page is written
 * and no file is published (document/output, base/files), and the command ends with status 5 and
 * the message of limits_say. It has a second for this, or as long as its limit of time where that
 * is shorter: if a long call takes longer, the second stage ends the process with the same status
 * and message and with nothing published, by a timer's signal, whatever the process is at.
 *
 * A command that somebody interrupts (limits_interrupt) likewise has less than a fifth of a second.
 *
 * Another program that uses the library sets no limits. Then memory is only counted, and so are
 * failed allocations (limits_lacks), so that the step in which one happened can fail. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum { LIMITS_TEXT = 1024 }; /* bytes of a message */

typedef enum limits_kind {
    LIMITS_NONE,
    LIMITS_LACK,   /* the system gave no memory */
    LIMITS_MEMORY, /* the command's memory is used up */
    LIMITS_SECONDS /* its time is */
} limits_kind;

/* What is to hear at once that the limits are reached or the command is interrupted: call(of) runs
 * in a handler of signals, in the thread that said so. limits_hurries returns what was to hear
 * before, to be put back. */
typedef struct limits_hurry {
    void (*call)(void *of);
    void *of;
} limits_hurry;
limits_hurry limits_hurries(limits_hurry next);

/* Somebody sent this signal: *stop was set by its handler, which calls this. The process ends by
 * the signal, with a message, unless it does so itself in time. */
void limits_interrupt(int which);
/* Did somebody? From then on the command is to end, and to say a word about it. */
int limits_interrupted(void);
/* It has said one; some of its output was written; it was cut short. */
void limits_told(void);
void limits_begun(void);
void limits_cut(void);
/* Writes the word that is still to be said where the command ends with this status, without
 * allocating. Returns its length, 0 where none is. */
size_t limits_say_interrupted(int status, char text[LIMITS_TEXT]);
/* A command that reports what it has done until then may take longer: two seconds. */
void limits_patient(void);
/* It has ended what was to be stopped and reports: no signal ends it any more, and what it computes
 * for the report is not stopped. */
void limits_patient_still(void);

/* From now on the process is a command: a failed allocation ends it. *stop becomes nonzero together
 * with limits_over, for loops that read only that; it may be NULL. */
void limits_command(volatile sig_atomic_t *stop);
/* Sets the limits: seconds from now on, and bytes in all; 0 is no limit. */
void limits_set(double seconds, size_t bytes);
/* Between these two the clock is stopped, while somebody reads the output or is asked. */
void limits_rest(void);
void limits_go_on(void);
/* Starts the clock anew, for a command that begins again when a file changes. */
void limits_restart(void);
/* The output is written: limits reached from now on do not matter. */
void limits_done(void);

/* From now on *also is set together with the command's flag, if `stop` is that one and nobody else
 * has asked: this costs no thread that looks. 0 if not. */
int limits_forward(const volatile sig_atomic_t *stop, volatile sig_atomic_t *also);
/* From now on it is not. NULL is let through. */
void limits_forward_end(volatile sig_atomic_t *also);

/* What is left of the seconds; 0 where there is no limit. */
double limits_left(void);

extern atomic_int limits_state; /* a limits_kind; read it by limits_over */

static inline int limits_over(void) {
    return atomic_load_explicit(&limits_state, memory_order_relaxed);
}

/* A flag that a signal's handler or another thread raises while this one looks; NULL is none. */
static inline int limits_raised(const volatile sig_atomic_t *flag) {
    return flag && __atomic_load_n(flag, __ATOMIC_RELAXED);
}
static inline void limits_raise(volatile sig_atomic_t *flag) {
    __atomic_store_n(flag, 1, __ATOMIC_RELAXED);
}

/* The same as limits_over, or *stop is nonzero: for calls that wait and were interrupted. */
int limits_stopped(void);
/* Between these two files are renamed, and the process is not ended. They nest. */
void limits_publish(void);
void limits_published(void);

/* Counts bytes before they are allocated. 0 if that is not allowed; then nothing is counted. */
int limits_take(size_t bytes);
void limits_add(size_t bytes); /* counts bytes that are allocated already */
void limits_give(size_t bytes);
size_t limits_taken(void);
size_t limits_room(void); /* what may still be taken; SIZE_MAX where there is no limit */

/* An allocation failed. */
void limits_lack(void);
uint64_t limits_lacks(void); /* how many did since the process began */

/* Between these two a command calls a library that crashes without memory, or calls exit; the
 * command then ends with status 5 and a message. Within them another library may be called like
 * that. */
void limits_fragile(const char *library);
void limits_firm(void);

/* Says where the limit was reached, before or after it was; the first call counts. */
void limits_where(const char *format, ...) FAULT_FORMAT(1, 2);
/* The place of a script that has others run, while it does; NULL: none. It is lent. */
void limits_set_within(const char *at);
const char *limits_within(void);
/* Writes the message with its hint, without allocating. Returns its length. */
size_t limits_say(char text[LIMITS_TEXT]);
/* 1 for the first who asks, who then says that message, or the word about an interruption: the
 * command at its end, or the timer that ends it. The latter then waits as long once more. */
int limits_speak(void);

#endif
