#include "rule/deadline.h"

#include <pthread.h>
#include <time.h>

#include "base/mem.h"

enum { STEP = 20000000 }; /* nanoseconds between two looks at the caller's flag */

struct watch {
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
static double passed(const watch *w) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - w->since.tv_sec) + (double)(t.tv_nsec - w->since.tv_nsec) * 1e-9;
}

static void *keep_watch(void *self) {
    watch *w = self;
    pthread_mutex_lock(&w->lock);
    while (!w->ended && !*w->flag) {
        struct timespec until = now();
        until.tv_nsec += STEP;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&w->wake, &w->lock, &until);
        if (w->ended)
            break;
        if (w->seconds > 0 && passed(w) > w->seconds) {
            w->late = 1;
            *w->flag = 1;
        } else if (w->stop && *w->stop) {
            *w->flag = 1;
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

watch *deadline_start(volatile sig_atomic_t *flag, const volatile sig_atomic_t *stop) {
    watch *w = mem_zero(1, sizeof *w);
    if (!w)
        return NULL;
    w->flag = flag;
    w->stop = stop;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    /* Signals are the caller's: the thread takes none. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&w->thread, NULL, keep_watch, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        pthread_cond_destroy(&w->wake);
        pthread_mutex_destroy(&w->lock);
        mem_free(w);
        return NULL;
    }
    return w;
}

void deadline_limit(watch *w, double seconds) {
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    clock_gettime(CLOCK_MONOTONIC, &w->since);
    w->seconds = seconds;
    pthread_mutex_unlock(&w->lock);
}

int deadline_end(watch *w) {
    if (!w)
        return 0;
    pthread_mutex_lock(&w->lock);
    w->ended = 1;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    int late = w->late;
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    mem_free(w);
    return late;
}
