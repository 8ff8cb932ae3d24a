/* What the process is at, as a stack of named steps: "reading cities.csv" within "test 3 of 20".
 *
 * Whoever does something that may take long begins a step, adds what is done of it, and ends it.
 * Two things are made of it: how far a command is, for somebody who waits at a terminal
 * (work_show), and how long each step took (work_time). Where neither is asked for, a step costs
 * one load.
 *
 * The steps are those of one thread, which asked for this; those that other threads begin are
 * ignored, so that code need not know in which thread it runs. A loop of a thread pool is a step of
 * its own, whose parts all threads of the pool add. */
#ifndef BASE_WORK_H
#define BASE_WORK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { WORK_SHOWN = 1, WORK_TIMED = 2 };
extern atomic_int work_wanted; /* read it by work_is_wanted */

static inline int work_is_wanted(void) {
    return atomic_load_explicit(&work_wanted, memory_order_relaxed);
}

void work_enter(const char *what, const char *of, uint64_t total);
void work_leave(void);
void work_advance(uint64_t n, int to);
void work_divide(uint64_t total);
int work_enter_loop(uint64_t total);
void work_advance_loop(int loop);

/* A step begins: what is done, marked by TEXT, and of what (a file, say; "" or NULL: nothing). It
 * has `total` parts; 0: nobody knows how many. */
static inline void work_begin(const char *what, const char *of, uint64_t total) {
    if (work_is_wanted()) work_enter(what, of, total);
}
/* Parts of the step that began last are done: so many more, or so many in all. */
static inline void work_add(uint64_t n) {
    if (work_is_wanted()) work_advance(n, 0);
}
static inline void work_to(uint64_t n) {
    if (work_is_wanted()) work_advance(n, 1);
}
/* It has so many parts after all. */
static inline void work_parts(uint64_t total) {
    if (work_is_wanted()) work_divide(total);
}
static inline void work_end(void) {
    if (work_is_wanted()) work_leave();
}

/* The same for a loop of a thread pool; any thread tells that one of its parts is done. Negative:
 * nobody wants to know. */
static inline int work_loop(uint64_t total) {
    return work_is_wanted() ? work_enter_loop(total) : -1;
}
static inline void work_loop_one(int loop) {
    if (loop >= 0) work_advance_loop(loop);
}
static inline void work_loop_to(int loop, uint64_t n) {
    if (loop >= 0) work_advance(n, 1);
}
static inline void work_loop_end(int loop) {
    if (loop >= 0) work_leave();
}

/* ---- for somebody who waits ----
 *
 * From now on the outermost step that says how many parts it has is shown on standard error, a
 * terminal of so many columns: what is done, the share, and the time left. The line appears when
 * the command has taken a second, is written anew four times a second, and is cleared before
 * anything else is written and at the end. */
void work_show(size_t columns);
void work_show_end(void);
/* Something is going to be written, or somebody is asked: the line is cleared, and not written
 * until work_hush(0). */
void work_hush(int hush);
/* It is cleared in a handler of signals, for the last words of a process. */
void work_clear_last(void);

/* ---- how long it took ---- */

typedef struct work_record {
    const char *what, *of;
    int within;   /* the number of the record of the step around it; -1: none */
    uint64_t own; /* nanoseconds in it, but in no step within it */
    uint64_t times;
} work_record;

/* Steps are timed from now on; those of an earlier time are forgotten. */
void work_time(void);
/* No more; the records are there until work_time is called again. They are in the order in which
 * the steps first began. */
void work_time_end(void);
size_t work_records(const work_record **record);

uint64_t work_now(void); /* nanoseconds of a clock that nobody sets */

#endif
