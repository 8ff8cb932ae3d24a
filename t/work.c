/* Steps of the work: what is timed, whose steps count, and that nothing happens unless asked for.
 */
#include "base/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/thread_pool.h"
#include "tap.h"

static void spin(uint64_t nanoseconds) {
    for (const uint64_t until = work_now() + nanoseconds; work_now() < until;) {
    }
}

static void in_loop(void *self, size_t index, int worker) {
    (void)index;
    work_begin("in a loop", NULL, 0);
    if (worker == 0) *(int *)self = 1;
    spin(20000);
    work_end();
}

static const work_record *named(const char *what, const char *of) {
    const work_record *all;
    for (size_t n = work_records(&all); n-- > 0;)
        if (!strcmp(all[n].what, what) && !strcmp(all[n].of, of)) return &all[n];
    return NULL;
}

static uint64_t own(void) {
    const work_record *all;
    uint64_t sum = 0;
    for (size_t n = work_records(&all); n-- > 0;) sum += all[n].own;
    return sum;
}

/* The line for somebody who waits, written by a thread of its own while steps begin and end. It
 * comes after a second, or later where others have the CPU. */
static void check_line(void) {
    char line[4096] = "";
    FILE *out = tmpfile();
    const int before = dup(STDERR_FILENO);
    if (!out || before < 0) abort();
    dup2(fileno(out), STDERR_FILENO);
    work_show(200);
    work_begin("whole", NULL, 4);
    work_add(1);
    struct stat written = {0};
    for (const uint64_t until = work_now() + UINT64_C(60000000000);
         !written.st_size && work_now() < until;) {
        nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL); /* the other has its turn */
        fstat(fileno(out), &written);
        work_begin("part", "a", 0);
        for (int i = 0; i < 12; i++) work_begin("deeper", NULL, 0);
        spin(1000);
        for (int i = 0; i < 12; i++) work_end();
        work_end();
    }
    work_end();
    work_show_end();
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(out);
    line[fread(line, 1, sizeof line - 1, out)] = 0;
    fclose(out);
    ok(strstr(line, "whole, 25 %, "), "the line names the step that knows its parts");
    ok(!strstr(line, "null"), "and nothing that is not there");
}

int main(void) {
    const work_record *all;
    work_begin("unseen", NULL, 3);
    work_add(1);
    work_end();
    is_int((long)work_records(&all), 0, "nothing is kept unless it is asked for");
    is_int(work_is_wanted(), 0, "nor wanted");

    work_time();
    const uint64_t began = work_now();
    work_begin("outer", NULL, 2);
    for (int i = 0; i < 2; i++) {
        work_begin("inner", i ? "b" : "a", 0);
        spin(200000);
        work_end();
        work_add(1);
    }
    work_begin("inner", "a", 0);
    work_end();
    work_end();
    const uint64_t took = work_now() - began;
    work_time_end();
    is_int((long)work_records(&all), 3, "a step is told apart by its name and by what it is about");
    const work_record *outer = named("outer", ""), *a = named("inner", "a"),
                      *b = named("inner", "b");
    ok(outer && a && b, "with these names");
    is_int(a ? a->within : -2, (long)(outer ? outer - all : -3), "one is within the other");
    is_int((long)(a ? a->times : 0), 2, "it was entered twice");
    ok(a && b && a->own >= 200000 && b->own >= 200000, "with its own time");
    ok(own() <= took, "and all of it is no more than passed");

    work_time();
    thread_pool *pool = thread_pool_open(4);
    int here = 0;
    work_begin("pool", NULL, 1);
    thread_pool_run(pool, 200, in_loop, &here);
    work_end();
    thread_pool_close(pool);
    work_time_end();
    const work_record *loop = named("in a loop", "");
    ok(!loop == !here, "steps of this thread count");
    ok(!loop || (loop->times <= 200 && loop->within == 0), "those of the others do not");

    work_time();
    for (int i = 0; i < 20; i++) work_begin("deep", NULL, 1);
    for (int i = 0; i < 20; i++) work_end();
    work_begin("after", NULL, 0);
    work_end();
    work_time_end();
    ok(named("after", "") && named("after", "")->within == -1, "too deep a stack comes back");
    check_line();
    return done_testing();
}
