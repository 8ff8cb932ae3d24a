#include "base/work.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/width.h"

enum {
    DEPTH = 8, /* steps within steps; deeper ones are not told apart */
    NAME = 96, /* bytes of what a step is about */
    RECORDS = 512
};

typedef struct level {
    const char *what;
    char of[NAME];
    uint64_t total, began; /* a time */
    atomic_uint_fast64_t done;
    int record, anonymous;
} level;

atomic_int work_wanted;

static _Thread_local int mine; /* this thread's steps count */
static level stack[DEPTH];
static int depth; /* may be more than DEPTH */
/* How deep it is, the name and the total of a step change under the lock, together; the thread that
 * writes the line takes it, too. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static work_record record[RECORDS];
static char record_of[RECORDS][NAME];
static size_t records;
static uint64_t since; /* what is not accounted for yet began then */

uint64_t work_now(void) {
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- steps ---- */

/* Accounts for the time until now to the innermost step that has a record. */
static void account(uint64_t now) {
    int at = (depth < DEPTH ? depth : DEPTH) - 1;
    while (at >= 0 && stack[at].record < 0) at--;
    if (at >= 0) record[stack[at].record].own += now - since;
    since = now;
}

static int record_for(const char *what, const char *of, int within) {
    for (size_t i = records; i-- > 0;)
        if (record[i].within == within && !strcmp(record[i].what, what) &&
            !strncmp(record_of[i], of, NAME - 1))
            return (int)i;
    if (records == RECORDS) return within;
    snprintf(record_of[records], NAME, "%s", of);
    record[records] = (work_record){what, record_of[records], within, 0, 0};
    return (int)records++;
}

static int enter(const char *what, const char *of, uint64_t total) {
    if (!mine) return -1;
    if (depth >= DEPTH) {
        pthread_mutex_lock(&lock);
        depth++;
        pthread_mutex_unlock(&lock);
        return -1;
    }
    const int wanted = work_is_wanted();
    const uint64_t now = work_now();
    level *l = &stack[depth];
    if (wanted & WORK_TIMED) account(now);
    pthread_mutex_lock(&lock);
    depth++;
    l->what = what;
    snprintf(l->of, NAME, "%s", of ? of : "");
    l->total = total;
    l->began = now;
    l->anonymous = !what;
    atomic_store_explicit(&l->done, 0, memory_order_relaxed);
    pthread_mutex_unlock(&lock);
    l->record = depth > 1 ? stack[depth - 2].record : -1;
    if (wanted & WORK_TIMED && what) {
        l->record = record_for(what, l->of, l->record);
        if (l->record >= 0) record[l->record].times++;
    }
    return depth - 1;
}

void work_enter(const char *what, const char *of, uint64_t total) { enter(what, of, total); }

int work_enter_loop(uint64_t total) {
    return mine && depth < DEPTH ? enter(NULL, NULL, total) : -1;
}

void work_leave(void) {
    if (!mine || !depth) return;
    if (work_is_wanted() & WORK_TIMED && depth <= DEPTH) account(work_now());
    pthread_mutex_lock(&lock);
    depth--;
    pthread_mutex_unlock(&lock);
}

void work_advance(uint64_t n, int to) {
    if (!mine || !depth || depth > DEPTH) return;
    level *l = &stack[depth - 1];
    if (to)
        atomic_store_explicit(&l->done, n, memory_order_relaxed);
    else
        atomic_fetch_add_explicit(&l->done, n, memory_order_relaxed);
}

void work_divide(uint64_t total) {
    if (!mine || !depth || depth > DEPTH) return;
    pthread_mutex_lock(&lock);
    stack[depth - 1].total = total;
    pthread_mutex_unlock(&lock);
}

void work_advance_loop(int loop) {
    atomic_fetch_add_explicit(&stack[loop].done, 1, memory_order_relaxed);
}

/* ---- how long it took ---- */

void work_time(void) {
    mine = 1;
    records = 0;
    for (int i = 0; i < depth && i < DEPTH; i++) stack[i].record = -1;
    since = work_now();
    atomic_fetch_or(&work_wanted, WORK_TIMED);
}

void work_time_end(void) {
    if (!(work_is_wanted() & WORK_TIMED)) return;
    account(work_now());
    atomic_fetch_and(&work_wanted, ~WORK_TIMED);
}

size_t work_records(const work_record **out) {
    *out = record;
    return records;
}

/* ---- the line for somebody who waits ---- */

enum { AFTER = 1000, AGAIN = 250 }; /* milliseconds */
#define CLEAR "\r\033[K"

static pthread_t thread;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static size_t columns;
static int ending, hushed;
static atomic_int shown;
static uint64_t silent; /* nothing is shown before */

static void put(const char *text, size_t length) {
    while (length) {
        ssize_t n = write(STDERR_FILENO, text, length);
        if (n <= 0) return;
        text += n;
        length -= (size_t)n;
    }
}

/* What is done of a step, with what is done of the part it is at. */
static double share_from(int at) {
    const int end = depth < DEPTH ? depth : DEPTH;
    double share = 0, part = 1;
    for (; at < end && stack[at].total; at++) {
        double done = (double)atomic_load_explicit(&stack[at].done, memory_order_relaxed);
        double total = (double)stack[at].total;
        if (done > total) done = total;
        share += part * done / total;
        part /= total;
    }
    return share < 1 ? share : 1;
}

/* "1:05" or "2:10:00" */
static void write_time(double seconds, char out[32]) {
    unsigned long long s = (unsigned long long)ceil(seconds < 3.6e8 ? seconds : 3.6e8);
    if (s >= 3600)
        snprintf(out, 32, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, 32, "%llu:%02llu", s / 60, s % 60);
}

/* The outermost step that has a name and says how many parts it has, else the innermost one. */
static int chosen(void) {
    const int end = depth < DEPTH ? depth : DEPTH;
    int last = -1;
    for (int i = 0; i < end; i++) {
        if (stack[i].anonymous) continue;
        if (stack[i].total) return i;
        last = i;
    }
    return last;
}

/* What a step is called: "reading cities.csv", or "12 of 500 draws" where its text has places for
 * the two numbers. */
static void write_name(const level *l, char *out, size_t size) {
    const char *what = text_message(l->what);
    if (strchr(what, '%'))
        snprintf(out, size, what, (double)atomic_load_explicit(&l->done, memory_order_relaxed),
                 (double)l->total);
    else
        snprintf(out, size, "%s%s%s", what, *l->of ? " " : "", l->of);
}

static void show(uint64_t now) {
    char line[512], left[32], name[2 * NAME + 64];
    const int at = chosen();
    if (at < 0) return;
    const level *l = &stack[at];
    write_name(l, name, sizeof name);
    const double share = share_from(at), passed = (double)(now - l->began) * 1e-9;
    write_time(share > 0 ? passed * (1 - share) / share : passed, left);
    if (share > 0)
        snprintf(line, sizeof line, text_message("%s, %.0f %%, %s left"), name, floor(100 * share),
                 left);
    else
        snprintf(line, sizeof line, text_message("%s, for %s"), name, left);
    for (char *c = line; *c; c++) /* a name of a file may hold what a terminal obeys */
        if ((unsigned char)*c < ' ' || *c == 127) *c = '?';
    if (width_of(line, strlen(line)) >= columns) return;
    put(CLEAR, strlen(CLEAR));
    put(line, strlen(line));
    atomic_store(&shown, 1);
}

static void *watch(void *self) {
    (void)self;
    pthread_mutex_lock(&lock);
    while (!ending) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += AGAIN * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&wake, &lock, &until);
        const uint64_t now = work_now();
        if (!ending && !hushed && now >= silent) show(now);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void clear(void) {
    if (atomic_exchange(&shown, 0)) put(CLEAR, strlen(CLEAR));
}

void work_show(size_t wide) {
    if (work_is_wanted() & WORK_SHOWN) return;
    mine = 1;
    columns = wide;
    ending = hushed = 0;
    silent = work_now() + AFTER * UINT64_C(1000000);
    sigset_t all, before; /* signals are for the thread that works */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&thread, NULL, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed) atomic_fetch_or(&work_wanted, WORK_SHOWN);
}

void work_show_end(void) {
    if (!(work_is_wanted() & WORK_SHOWN)) return;
    pthread_mutex_lock(&lock);
    ending = 1;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    clear();
    atomic_fetch_and(&work_wanted, ~WORK_SHOWN);
}

void work_hush(int hush) {
    if (!(work_is_wanted() & WORK_SHOWN)) return;
    pthread_mutex_lock(&lock);
    hushed = hush;
    clear();
    pthread_mutex_unlock(&lock);
}

void work_clear_last(void) { clear(); }
