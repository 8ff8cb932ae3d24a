/* Work shared among threads: a fixed crew that runs one parallel loop at a time.
 *
 * `thread_pool_run` calls a function once for every index from 0 to count - 1; the indices are
 * handed out one by one, in ascending order, to whoever is free, and the calling thread takes part.
 * Which thread gets which index differs from run to run: what must not differ is kept apart by
 * index and put together in index order afterwards.
 *
 * Between two loops the crew waits for some 20 microseconds in readiness, then sleeps. A loop never
 * waits for a sleeper: if the caller gets everything done before the others wake, it returns. A
 * crew of one has no threads at all, and its loops are plain loops. */
#ifndef BASE_THREAD_POOL_H
#define BASE_THREAD_POOL_H

#include <stddef.h>

typedef struct thread_pool thread_pool;

enum { WORK_MOST = 256 }; /* threads */

/* A crew of that many threads, the calling one counted; 0 is one per processor. Where the system
 * refuses threads the crew is smaller. NULL only without memory. The threads block all signals. */
thread_pool *thread_pool_open(int threads);
void thread_pool_close(thread_pool *w); /* NULL is let through */

/* at least 1; so is it for NULL, which is a crew of one everywhere */
int thread_pool_threads(const thread_pool *w);

/* Calls each(self, index, worker) for every index, and returns when all calls have. `worker` is
 * from 0 to thread_pool_threads - 1, the caller being 0, and no two calls at the same time have the
 * same one. What was written before thread_pool_run is seen by the calls, what the calls wrote is
 * seen after it. From one thread at a time, and not from within `each`. */
void thread_pool_run(thread_pool *w, size_t count,
                     void (*each)(void *self, size_t index, int worker), void *self);

#endif
