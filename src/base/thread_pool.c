#include "base/thread_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/work.h"

/* The gate is one word, so that a worker learns in one step that a loop is open and that it is
 * counted in: bit 0 says open, the next 16 bits count the workers inside, the rest numbers the
 * loop. While a worker is inside, the fields of the loop stay. */
enum { OPEN = 1, ONE_INSIDE = 2, INSIDE = 0x1fffe, NUMBER_SHIFT = 17 };
enum { SPINS = 1000 };

typedef struct worker {
    thread_pool *crew;
    pthread_t thread;
    int number;
} worker;

struct thread_pool {
    atomic_uint_fast64_t gate;
    char padding[64]; /* the counter is written by all; keep it off the gate's cache line */
    atomic_size_t next;
    size_t count;
    void (*each)(void *, size_t, int);
    void *self;

    pthread_mutex_t lock;
    pthread_cond_t opened, emptied;
    atomic_int sleepers;
    atomic_int closing;

    uint64_t number;
    int threads; /* with the caller */
    int loop;    /* of work.h */
    worker *worker;
};

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void take_part(thread_pool *w, int number) {
    for (;;) {
        size_t i = atomic_fetch_add_explicit(&w->next, 1, memory_order_relaxed);
        if (i >= w->count) return;
        w->each(w->self, i, number);
        work_loop_one(w->loop);
    }
}

/* Whether a loop is open that this worker has not been in yet, or the crew is dismissed. */
static int called(thread_pool *w, uint64_t last) {
    uint64_t g = atomic_load(&w->gate);
    return (g & OPEN && g >> NUMBER_SHIFT != last) || atomic_load(&w->closing);
}

static void wait_for_call(thread_pool *w, uint64_t last) {
    for (int i = 0; i < SPINS; i++) {
        if (called(w, last)) return;
        pause_briefly();
    }
    pthread_mutex_lock(&w->lock);
    atomic_fetch_add(&w->sleepers, 1);
    while (!called(w, last)) pthread_cond_wait(&w->opened, &w->lock);
    atomic_fetch_sub(&w->sleepers, 1);
    pthread_mutex_unlock(&w->lock);
}

static void *worker_main(void *data) {
    worker *me = data;
    thread_pool *w = me->crew;
    uint64_t last = 0;
    for (;;) {
        wait_for_call(w, last);
        if (atomic_load(&w->closing)) return NULL;
        uint64_t g = atomic_load(&w->gate);
        if (!(g & OPEN) || g >> NUMBER_SHIFT == last ||
            !atomic_compare_exchange_strong(&w->gate, &g, g + ONE_INSIDE))
            continue;
        last = g >> NUMBER_SHIFT;
        take_part(w, me->number);
        g = atomic_fetch_sub(&w->gate, ONE_INSIDE) - ONE_INSIDE;
        if (!(g & (OPEN | INSIDE))) {
            pthread_mutex_lock(&w->lock);
            pthread_cond_signal(&w->emptied);
            pthread_mutex_unlock(&w->lock);
        }
    }
}

static void start_threads(thread_pool *w, int threads) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 1; i < threads; i++) {
        worker *it = &w->worker[i];
        *it = (worker){.crew = w, .number = i};
        if (pthread_create(&it->thread, NULL, worker_main, it)) break;
        w->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

thread_pool *thread_pool_open(int threads) {
    if (threads <= 0) {
        long n = sysconf(_SC_NPROCESSORS_ONLN);
        threads = n < 1 ? 1 : n > WORK_MOST ? WORK_MOST : (int)n;
    }
    if (threads > WORK_MOST) threads = WORK_MOST;
    thread_pool *w = mem_zero(1, sizeof *w);
    if (!w) return NULL;
    w->threads = 1;
    if (threads == 1) return w;
    w->worker = mem_zero((size_t)threads, sizeof *w->worker);
    if (!w->worker) {
        mem_free(w);
        return NULL;
    }
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->opened, NULL);
    pthread_cond_init(&w->emptied, NULL);
    start_threads(w, threads);
    return w;
}

void thread_pool_close(thread_pool *w) {
    if (!w) return;
    if (w->worker) {
        pthread_mutex_lock(&w->lock);
        atomic_store(&w->closing, 1);
        pthread_cond_broadcast(&w->opened);
        pthread_mutex_unlock(&w->lock);
        for (int i = 1; i < w->threads; i++) pthread_join(w->worker[i].thread, NULL);
        pthread_cond_destroy(&w->emptied);
        pthread_cond_destroy(&w->opened);
        pthread_mutex_destroy(&w->lock);
        mem_free(w->worker);
    }
    mem_free(w);
}

int thread_pool_threads(const thread_pool *w) { return w ? w->threads : 1; }

static void wait_until_empty(thread_pool *w) {
    for (int i = 0; i < SPINS; i++) {
        if (!(atomic_load(&w->gate) & INSIDE)) return;
        pause_briefly();
    }
    pthread_mutex_lock(&w->lock);
    while (atomic_load(&w->gate) & INSIDE) pthread_cond_wait(&w->emptied, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

void thread_pool_run(thread_pool *w, size_t count,
                     void (*each)(void *self, size_t index, int worker), void *self) {
    const int loop = count < 2 ? -1 : work_loop(count);
    if (!w || w->threads == 1 || count < 2) {
        for (size_t i = 0; i < count; i++) {
            each(self, i, 0);
            work_loop_one(loop);
        }
        work_loop_end(loop);
        return;
    }
    w->loop = loop;
    w->count = count;
    w->each = each;
    w->self = self;
    atomic_store(&w->next, 0);
    atomic_store(&w->gate, ++w->number << NUMBER_SHIFT | OPEN);
    if (atomic_load(&w->sleepers)) {
        pthread_mutex_lock(&w->lock);
        pthread_cond_broadcast(&w->opened);
        pthread_mutex_unlock(&w->lock);
    }
    take_part(w, 0);
    atomic_fetch_and(&w->gate, ~(uint64_t)OPEN);
    wait_until_empty(w);
    work_loop_end(loop);
}
