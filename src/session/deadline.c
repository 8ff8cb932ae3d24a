/* A thread that raises a flag when the time of a step is up. */
#include "session/session.h"

#include <pthread.h>
#include <time.h>

#include "base/mem.h"

enum { STEP = 20000000 }; /* nanoseconds between two looks at the caller's flag */

struct deadline {
    volatile sig_atomic_t *flag;
    const volatile sig_atomic_t *stop;
    double seconds; /* 0: no limit yet */
    struct timespec since;
    int ended, late;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
};

static struct timespec now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t;
}

/* The clock that nobody sets measures; the condition waits by the other one, a step at a time. */
static double passed(const deadline *d) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - d->since.tv_sec) + (double)(t.tv_nsec - d->since.tv_nsec) * 1e-9;
}

static void *run_deadline(void *self) {
    deadline *d = self;
    pthread_mutex_lock(&d->lock);
    while (!d->ended && !*d->flag) {
        struct timespec until = now();
        until.tv_nsec += STEP;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&d->wake, &d->lock, &until);
        if (d->ended) break;
        if (d->seconds > 0 && passed(d) > d->seconds) {
            d->late = 1;
            *d->flag = 1;
        } else if (d->stop && *d->stop) {
            *d->flag = 1;
        }
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

deadline *deadline_start(volatile sig_atomic_t *flag, const volatile sig_atomic_t *stop) {
    deadline *d = mem_zero(1, sizeof *d);
    if (!d) return NULL;
    d->flag = flag;
    d->stop = stop;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->wake, NULL);
    /* Signals are the caller's: the thread takes none. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&d->thread, NULL, run_deadline, d);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        pthread_cond_destroy(&d->wake);
        pthread_mutex_destroy(&d->lock);
        mem_free(d);
        return NULL;
    }
    return d;
}

void deadline_limit(deadline *d, double seconds) {
    if (!d) return;
    pthread_mutex_lock(&d->lock);
    clock_gettime(CLOCK_MONOTONIC, &d->since);
    d->seconds = seconds;
    pthread_mutex_unlock(&d->lock);
}

int deadline_end(deadline *d) {
    if (!d) return 0;
    pthread_mutex_lock(&d->lock);
    d->ended = 1;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    int late = d->late;
    pthread_cond_destroy(&d->wake);
    pthread_mutex_destroy(&d->lock);
    mem_free(d);
    return late;
}
