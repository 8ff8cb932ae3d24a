/* timer_create is an option of POSIX; all systems that have signals in real time have it. */
#define _XOPEN_SOURCE 700 /* sigaltstack */
#include "base/limits.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/work.h"

/* Ticks for a clean end: of a command whose time is up, at most; of one that is interrupted; and of
 * one that then reports. */
enum {
    TICK = 100000000 /* nanoseconds */,
    TICKS = 10,
    TICKS_LEAST = 2,
    TICK_SIGNAL = 50000000,
    TICKS_SIGNAL = 2,
    TICKS_REPORT = 40
};

atomic_int limits_state;

static atomic_size_t taken, most; /* bytes; most is 0 without a limit */
static atomic_uint_fast64_t lacks;
static atomic_int command, done, publishing, ticks;
static volatile sig_atomic_t *flag;
static atomic_int reporting; /* it was obeyed; what is computed now is for the report */
static double seconds;       /* 0: no limit */
static double rest;          /* what is left while they do not run */
static timer_t timer;
static int timed;

static atomic_int caught, patience; /* the signal, and the ticks after it */
static limits_hurry hurried;
static pthread_t hurried_thread;

static atomic_int telling, told; /* another thread may be about to say where */
static atomic_int told_stop, begun, cut;
static char where[LIMITS_TEXT / 2];

static void set_timer(double after, long again) {
    struct itimerspec when = {.it_interval = {.tv_nsec = again}};
    when.it_value.tv_sec = (time_t)after;
    when.it_value.tv_nsec = (long)((after - (double)when.it_value.tv_sec) * 1e9);
    if (after > 0 && !when.it_value.tv_sec && !when.it_value.tv_nsec) when.it_value.tv_nsec = 1;
    timer_settime(timer, 0, &when, NULL);
}

limits_hurry limits_hurries(limits_hurry next) {
    limits_hurry before = hurried;
    hurried.call = NULL; /* a signal between the two must not meet half of it */
    atomic_signal_fence(memory_order_seq_cst);
    hurried_thread = pthread_self();
    hurried.of = next.of;
    atomic_signal_fence(memory_order_seq_cst);
    hurried.call = next.call;
    return before;
}

static void hurry(void) {
    void (*call)(void *) = hurried.call;
    if (call && pthread_equal(pthread_self(), hurried_thread)) call(hurried.of);
}

/* ---- another flag beside the command's ---- */

static volatile sig_atomic_t *_Atomic forwarded;
static atomic_int forwarding; /* handlers that are about to set it */

static void forward(void) {
    atomic_fetch_add(&forwarding, 1);
    volatile sig_atomic_t *also = atomic_load(&forwarded);
    if (also) limits_raise(also);
    atomic_fetch_sub(&forwarding, 1);
}

int limits_forward(const volatile sig_atomic_t *stop, volatile sig_atomic_t *also) {
    volatile sig_atomic_t *none = NULL;
    if (!timed || !stop || stop != flag || !atomic_compare_exchange_strong(&forwarded, &none, also))
        return 0;
    if (limits_raised(stop)) limits_raise(also); /* before it was known */
    return 1;
}

void limits_forward_end(volatile sig_atomic_t *also) {
    if (!also || !atomic_compare_exchange_strong(&forwarded, &also, NULL)) return;
    while (atomic_load(&forwarding)) continue; /* the flag may end with its session */
}

/* ---- the limits ---- */

/* Called by a signal handler, too. */
static void go_over(limits_kind which) {
    int none = LIMITS_NONE;
    if (atomic_load(&done) || !atomic_compare_exchange_strong(&limits_state, &none, (int)which))
        return;
    if (flag) limits_raise(flag);
    forward();
    if (timed) set_timer(TICK * 1e-9, TICK);
}

/* How many ticks a command has to end once its limit was reached. */
static int ticks_left(void) {
    double own = limits_over() == LIMITS_SECONDS ? seconds * 1e9 / TICK : TICKS;
    return own < TICKS_LEAST ? TICKS_LEAST : own < TICKS ? (int)own : TICKS;
}

static void say(const char *text, size_t length) {
    ssize_t n = write(STDERR_FILENO, text, length);
    (void)n; /* there is nothing left to be done about it */
}

int limits_speak(void) {
    static atomic_int spoken;
    atomic_store(&ticks, 0);
    return !atomic_exchange(&spoken, 1);
}

static void end_by_signal(void) {
    static char text[LIMITS_TEXT];
    if (limits_speak()) {
        work_clear_last();
        say(text, limits_say_interrupted(1, text));
    }
    signal(atomic_load(&caught), SIG_DFL);
    raise(atomic_load(&caught));
}

/* The signal also interrupts what waits, a read of a pipe for one. It comes again and again, for a
 * wait that began just behind it. */
static void on_time(int which) {
    static char text[LIMITS_TEXT];
    const int before = errno; /* of the call that was interrupted */
    (void)which;
    if (atomic_load(&caught) && !limits_over()) {
        hurry();
        if (atomic_fetch_add(&ticks, 1) >= atomic_load(&patience) && !atomic_load(&publishing))
            end_by_signal();
    } else if (!limits_over()) {
        go_over(LIMITS_SECONDS);
        hurry();
    } else if (atomic_fetch_add(&ticks, 1) >= ticks_left() && !atomic_load(&publishing)) {
        if (limits_speak()) {
            work_clear_last();
            say(text, limits_say(text));
        }
        _exit(FAULT_LIMIT);
    } else {
        hurry();
    }
    errno = before;
}

void limits_interrupt(int which) {
    const int before = errno;
    forward();
    if (atomic_load(&caught) || limits_over()) return;
    if (!atomic_load(&patience)) atomic_store(&patience, TICKS_SIGNAL - 1);
    atomic_store(&ticks, 0);
    atomic_store(&caught, which);
    hurry();
    if (timed) set_timer(TICK_SIGNAL * 1e-9, TICK_SIGNAL);
    errno = before;
}

int limits_interrupted(void) { return atomic_load(&caught); }

void limits_told(void) { atomic_store(&told_stop, 1); }

void limits_begun(void) { atomic_store(&begun, 1); }

void limits_cut(void) { atomic_store(&cut, 1); }

size_t limits_say_interrupted(int status, char text[LIMITS_TEXT]) {
    if (!atomic_load(&caught) || limits_over() || atomic_load(&told_stop) ||
        (!status && !atomic_load(&cut)))
        return 0;
    const int n =
        snprintf(text, LIMITS_TEXT, "%s",
                 atomic_load(&begun)
                     ? text_message("assess: interrupted: what was written is not complete\n")
                     : text_message("assess: interrupted: nothing was written\n"));
    return n > 0 ? (size_t)n : 0;
}

void limits_patient(void) { atomic_store(&patience, TICKS_REPORT); }

void limits_patient_still(void) {
    atomic_store(&patience, INT_MAX);
    atomic_store(&reporting, 1);
}

void limits_command(volatile sig_atomic_t *stop) {
    flag = stop;
    atomic_store(&command, 1);
}

int limits_stopped(void) {
    return limits_over() || (limits_raised(flag) && !atomic_load(&reporting));
}

void limits_publish(void) { atomic_fetch_add(&publishing, 1); }

void limits_published(void) { atomic_fetch_sub(&publishing, 1); }

double limits_left(void) {
    struct itimerspec left;
    if (seconds <= 0 || !timed || timer_gettime(timer, &left) != 0) return 0;
    double now = (double)left.it_value.tv_sec + 1e-9 * (double)left.it_value.tv_nsec;
    return limits_over() || now <= 0 ? 1e-9 : now;
}

void limits_rest(void) {
    work_hush(1);
    if (atomic_load(&caught)) return;
    rest = limits_left();
    if (rest > 0 && !limits_over()) set_timer(0, 0);
}

void limits_go_on(void) {
    work_hush(0);
    if (atomic_load(&caught)) return;
    if (rest > 0 && !limits_over() && !atomic_load(&done)) set_timer(rest, TICK);
}

void limits_restart(void) {
    work_hush(0);
    if (atomic_load(&caught)) return;
    if (seconds > 0 && timed && !limits_over()) set_timer(seconds, TICK);
}

void limits_done(void) {
    if (!limits_over()) atomic_store(&done, 1);
    if (timed && atomic_load(&done)) set_timer(0, 0);
}

void limits_set(double own, size_t bytes) {
    struct sigevent how = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    struct sigaction act = {.sa_handler = on_time};
    sigemptyset(&act.sa_mask);
    atomic_store(&most, bytes);
    seconds = own;
    timed = timed || (sigaction(SIGRTMIN, &act, NULL) == 0 &&
                      timer_create(CLOCK_MONOTONIC, &how, &timer) == 0);
    if (!timed && seconds > 0) {
        limits_where("no timer can be had from the system");
        go_over(LIMITS_SECONDS);
    }
    if (seconds <= 0 && timed && !limits_over()) set_timer(0, 0); /* of an earlier call */
    limits_restart();
}

int limits_take(size_t bytes) {
    if (limits_over()) return 0;
    size_t now = atomic_fetch_add_explicit(&taken, bytes, memory_order_relaxed);
    size_t end = atomic_load_explicit(&most, memory_order_relaxed);
    if (end && (now > end || bytes > end - now)) {
        limits_give(bytes);
        go_over(LIMITS_MEMORY);
        return 0;
    }
    return 1;
}

void limits_add(size_t bytes) { atomic_fetch_add_explicit(&taken, bytes, memory_order_relaxed); }

void limits_give(size_t bytes) { atomic_fetch_sub_explicit(&taken, bytes, memory_order_relaxed); }

size_t limits_taken(void) { return atomic_load(&taken); }

size_t limits_room(void) {
    size_t now = atomic_load(&taken), end = atomic_load(&most);
    return !end ? SIZE_MAX : now < end ? end - now : 0;
}

void limits_lack(void) {
    atomic_fetch_add(&lacks, 1);
    if (atomic_load(&command)) go_over(LIMITS_LACK);
}

uint64_t limits_lacks(void) { return atomic_load(&lacks); }

static const int breakdown[] = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGTRAP};
enum { BREAKDOWNS = sizeof breakdown / sizeof *breakdown };
static struct sigaction kept[BREAKDOWNS];
static char broken[128];
static pthread_mutex_t breaking = PTHREAD_MUTEX_INITIALIZER;
static atomic_int fragile; /* how many libraries are called just now, one by the other */

static void on_breakdown(int which) {
    (void)which;
    ssize_t n = write(STDERR_FILENO, broken, strlen(broken));
    (void)n;
    _exit(FAULT_LIMIT);
}

/* Some do not crash, but call exit. */
static void on_exit_within(void) {
    if (atomic_load(&fragile)) on_breakdown(0);
}

static void watch_exit(void) { atexit(on_exit_within); }

/* The handler has a stack of its own: one library calls itself without end where it cannot say that
 * it has no memory. */
void limits_fragile(const char *library) {
    static _Alignas(16) char room[1 << 16];
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    struct sigaction act = {.sa_handler = on_breakdown, .sa_flags = SA_ONSTACK};
    if (!atomic_load(&command)) return;
    pthread_once(&once, watch_exit);
    pthread_mutex_lock(&breaking);
    if (atomic_load(&fragile) == 0) {
        sigaltstack(&stack, NULL);
        snprintf(
            broken, sizeof broken,
            text_message("assess: %s broke down, as it does where the system gives it no memory\n"),
            library);
        sigemptyset(&act.sa_mask);
        for (int i = 0; i < BREAKDOWNS; i++) sigaction(breakdown[i], &act, &kept[i]);
    }
    atomic_fetch_add(&fragile, 1);
    pthread_mutex_unlock(&breaking);
}

void limits_firm(void) {
    if (!atomic_load(&command)) return;
    pthread_mutex_lock(&breaking);
    if (atomic_fetch_sub(&fragile, 1) == 1)
        for (int i = 0; i < BREAKDOWNS; i++) sigaction(breakdown[i], &kept[i], NULL);
    pthread_mutex_unlock(&breaking);
}

static const char *within;

void limits_set_within(const char *at) { within = at; }

const char *limits_within(void) { return within; }

void limits_where(const char *format, ...) {
    int none = 0;
    va_list args;
    if (!atomic_compare_exchange_strong(&telling, &none, 1)) return;
    va_start(args, format);
    vsnprintf(where, sizeof where - 2, text_message(format), args);
    va_end(args);
    strcat(where, ": ");
    atomic_store(&told, 1);
}

size_t limits_say(char text[LIMITS_TEXT]) {
    const char *at = atomic_load(&told) ? where : "";
    int n = 0;
    switch (limits_over()) {
    case LIMITS_LACK:
        n = snprintf(text, LIMITS_TEXT, text_message("assess: %sout of memory\n"), at);
        break;
    case LIMITS_MEMORY:
        n = snprintf(
            text, LIMITS_TEXT,
            text_message(
                "assess: %sthe command needs more than the %zu MiB of memory it may take — "
                "--memory raises the limit\n"),
            at, atomic_load(&most) >> 20);
        break;
    case LIMITS_SECONDS:
        n = snprintf(
            text, LIMITS_TEXT,
            text_message(
                "assess: %sthe command takes longer than the %g s it may take — does a loop "
                "never end? --seconds raises the limit\n"),
            at, seconds);
        break;
    }
    /* A name of a file may hold what a terminal obeys. */
    for (int i = 0; i < n - 1; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 127) text[i] = '?';
    return n > 0 ? (size_t)n : 0;
}
