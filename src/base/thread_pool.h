/* A fixed set of threads that runs one parallel loop at a time.
 *
 * thread_pool_run calls a function once for every index from 0 to count - 1. Free threads take the
 * indices one by one in ascending order, the calling thread too. Which thread gets which index
 * differs from run to run, so results are kept by index and joined in the order of the indices.
 *
 * Between two loops the threads spin for some 20 microseconds and then sleep. A loop never waits
 * for a sleeping thread: if the caller finishes before the others wake, it returns. A pool of one
 * thread is only the caller, and its loops are plain loops. */
#ifndef BASE_THREAD_POOL_H
#define BASE_THREAD_POOL_H

#include <stddef.h>

typedef struct thread_pool thread_pool;

enum { WORK_MOST = 256 }; /* threads */

/* So many threads, with the calling one; 0: one per processor. Fewer if the system refuses. NULL
 * only without memory. The threads block all signals. */
thread_pool *thread_pool_open(int threads);
void thread_pool_close(thread_pool *w); /* NULL is let through */

/* At least 1; NULL is a pool of one everywhere. */
int thread_pool_threads(const thread_pool *w);

/* Calls each(self, index, worker) for every index and returns when all calls have returned.
 * `worker` is from 0 to thread_pool_threads - 1, 0 being the caller; two calls at the same time
 * have different ones. The calls see what was written before thread_pool_run, and the caller sees
 * what they wrote. To be called from one thread at a time, and not from within `each`. */
void thread_pool_run(thread_pool *w, size_t count,
                     void (*each)(void *self, size_t index, int worker), void *self);

#endif
