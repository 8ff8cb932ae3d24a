#include "base/thread_pool.h"

#include <stdatomic.h>

#include "tap.h"

enum { MANY = 5000 };

typedef struct seen {
    atomic_int times[MANY];
    atomic_int inside[WORK_MOST]; /* calls under way, by worker */
    atomic_int clashes, strangers;
    int threads;
    unsigned pause;   /* microseconds a call takes */
    long plain[MANY]; /* written without atomics: TSan and the sums below see that thread_pool_run
                         orders it */
} seen;

static void wait_us(unsigned us) {
    struct timespec t = {0, (long)us * 1000};
    nanosleep(&t, NULL);
}

static void each(void *self, size_t i, int worker) {
    seen *s = self;
    if (worker < 0 || worker >= s->threads) {
        atomic_fetch_add(&s->strangers, 1);
        return;
    }
    if (atomic_fetch_add(&s->inside[worker], 1)) atomic_fetch_add(&s->clashes, 1);
    atomic_fetch_add(&s->times[i], 1);
    s->plain[i] += (long)i;
    if (s->pause) wait_us(s->pause);
    atomic_fetch_sub(&s->inside[worker], 1);
}

static void check_crew(int threads) {
    static seen s;
    thread_pool *w = thread_pool_open(threads);
    memset(&s, 0, sizeof s);
    s.threads = thread_pool_threads(w);
    ok(s.threads >= 1 && s.threads <= threads, "a crew of %d has %d", threads, s.threads);
    /* Loops of all small sizes, one after the other and with rests in which the crew falls asleep.
     */
    long loops = 0, calls = 0;
    for (int turn = 0; turn < 3; turn++)
        for (size_t count = 0; count <= 70; count++) {
            thread_pool_run(w, count, each, &s);
            calls += (long)count;
            if (++loops % 40 == 0) wait_us(300);
        }
    thread_pool_run(w, MANY, each, &s);
    calls += MANY;
    long sum = 0, worst = 0;
    for (int i = 0; i < MANY; i++) {
        sum += s.times[i];
        long want = 1 + (i < 70 ? 3 * (70 - i) : 0);
        if (s.times[i] != want || s.plain[i] != want * i) worst = i + 1;
    }
    is_int(sum, calls, "%d threads: as many calls as indices", threads);
    is_int(worst, 0, "%d threads: every index once in every loop", threads);
    is_int(s.clashes, 0, "%d threads: no worker in two calls at once", threads);
    is_int(s.strangers, 0, "%d threads: worker numbers in range", threads);
    thread_pool_close(w);
}

static void ascending(void *self, size_t i, int worker) {
    size_t *next = self;
    if (i == *next && worker == 0) ++*next;
}

int main(void) {
    static const int crews[] = {1, 2, 3, 8, 40};
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++) check_crew(crews[i]);

    size_t next = 0;
    thread_pool_run(NULL, 1000, ascending, &next);
    is_int((long)next, 1000, "no crew: a plain loop in order");
    is_int(thread_pool_threads(NULL), 1, "no crew has one thread, the caller");
    thread_pool_close(NULL);

    thread_pool *w = thread_pool_open(1);
    next = 0;
    thread_pool_run(w, 1000, ascending, &next);
    is_int((long)next, 1000, "one thread: a plain loop in order");
    thread_pool_close(w);

    /* Calls that sleep are shared out: more than one worker takes part. */
    static seen s;
    memset(&s, 0, sizeof s);
    w = thread_pool_open(4);
    s.threads = thread_pool_threads(w);
    s.pause = 2000;
    thread_pool_run(w, 40, each, &s);
    long sum = 0;
    for (int i = 0; i < 40; i++) sum += s.times[i];
    is_int(sum, 40, "slow calls: each once, and the loop waits for all");
    int inside = 0;
    for (int i = 0; i < 4; i++) inside += s.inside[i];
    is_int(inside, 0, "slow calls: none under way after the loop");
    thread_pool_close(w);

    w = thread_pool_open(0);
    ok(thread_pool_threads(w) >= 1, "0 asks for one thread per processor (%d)",
       thread_pool_threads(w));
    thread_pool_close(w);
    for (int i = 0; i < 200; i++) thread_pool_close(thread_pool_open(3));
    ok(1, "crews that never work can be closed");
    return done_testing();
}
