/* The account of memory: what is taken counts, what is given back does not, and what would go over
 * the limit is not taken. The sizes are those that were asked for; the heap may round them up. */
#include "base/limits.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MIB = 1 << 20, ROUNDING = 1 << 14 };

static int about(size_t bytes, size_t want) { return bytes >= want && bytes <= want + ROUNDING; }

/* A library that calls itself without end, as GLib does where it cannot say that it has no memory.
 */
static int without_end(volatile int *depth) {
    volatile char room[4096];
    room[0] = (char)++*depth;
    return *depth < 0 ? 0 : without_end(depth) + room[0];
}

/* The status of a process whose library cannot go on: it calls itself without end (0), leaves
 * (-1), or sends a signal. */
static int status_of_breakdown(int by) {
    int status = 0;
    volatile int depth = 0;
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20});
        close(STDERR_FILENO); /* its message */
        limits_command(NULL);
        limits_fragile("it");
        limits_fragile("what it calls");
        limits_firm();
        if (by < 0) exit(1);
        if (by) raise(by);
        _exit(without_end(&depth) & 1);
    }
    int came = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    return came ? WEXITSTATUS(status) : -1;
}

static void check_breakdown(void) {
    is_int(status_of_breakdown(0), 5, "a library without a stack ends the process with status 5");
    is_int(status_of_breakdown(SIGABRT), 5, "and one that aborts");
    is_int(status_of_breakdown(-1), 5, "and one that leaves");
    is_int(status_of_breakdown(SIGTRAP), 5, "and one that stops for a debugger");
}

static void set_errno(void *of) {
    (void)of;
    errno = EBADF;
}

/* What a handler calls may fail; the call that the signal interrupted still says why it failed. */
static void check_errno(void) {
    limits_hurry before = limits_hurries((limits_hurry){set_errno, NULL});
    errno = ENOENT;
    raise(SIGRTMIN);
    is_int(errno, ENOENT, "the timer's handler leaves errno as it was");
    limits_hurries(before);
}

/* What the timer of a command that is over its limit writes, and the status that it ends with,
 * where the command has said the message itself, or has not. */
static void check_second_stage(int spoken, const char *want, const char *what) {
    char got[LIMITS_TEXT] = "";
    int ends[2], status = 0;
    if (pipe(ends)) abort();
    pid_t child = fork();
    if (!child) {
        dup2(ends[1], STDERR_FILENO);
        if (spoken && !limits_speak()) _exit(1);
        for (int i = 0; i < 100; i++) raise(SIGRTMIN);
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    for (ssize_t more; (more = read(ends[0], got + n, sizeof got - 1 - n)) > 0;) n += (size_t)more;
    close(ends[0]);
    waitpid(child, &status, 0);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == FAULT_LIMIT && !strcmp(got, want), "%s", what);
}

int main(void) {
    size_t before = limits_taken();
    char *p = mem_take(MIB);
    ok(p && about(limits_taken() - before, MIB), "memory is counted when it is taken");
    p = mem_grow(p, 3 * MIB);
    ok(p && about(limits_taken() - before, 3 * MIB), "and when it grows");
    p = mem_grow(p, MIB / 2);
    ok(p && about(limits_taken() - before, MIB / 2), "and shrinks");
    mem_free(p);
    is_int((long)(limits_taken() - before), 0, "and given back");
    void *q = big_alloc_take(5 * MIB);
    ok(q && about(limits_taken() - before, 5 * MIB), "pages");
    big_alloc_give(q, 5 * MIB);
    arena a = ARENA_INIT;
    for (int i = 0; i < 2048; i++) arena_take(&a, 1024);
    ok(limits_taken() - before >= 2 * MIB && limits_taken() - before < 3 * MIB, "an arena");
    arena_release(&a);
    buf b = BUF_INIT;
    buf_fill(&b, 'x', MIB);
    ok(limits_taken() - before >= MIB, "a buffer");
    buf_release(&b);
    is_int((long)(limits_taken() - before), 0, "and all of it is given back");

    /* A failure is counted; without a command it ends nothing. */
    uint64_t lacks = limits_lacks();
    ok(!mem_zero(SIZE_MAX / 2, 16), "what no address space holds is not there");
    is_int((long)(limits_lacks() - lacks), 1, "which is counted");
    is_int(limits_over(), LIMITS_NONE, "and ends no program that uses the library");

    check_breakdown();

    volatile sig_atomic_t stop = 0;
    char text[LIMITS_TEXT];
    limits_command(&stop);
    limits_set(0.05, 0);
    limits_set(0, limits_taken() + 4 * MIB);
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    ok(!limits_over(), "no limit of time in place of one");
    p = mem_take(3 * MIB);
    ok(p && !limits_over(), "below the limit");
    ok(!mem_take(2 * MIB), "above it there is none");
    is_int(limits_over(), LIMITS_MEMORY, "which the command knows");
    is_int(stop, 1, "and its loops see");
    ok(!mem_take(1), "from then on there is none at all");
    mem_free(p);
    ok(!big_alloc_take(MIB), "even if some comes back");
    ok(limits_say(text) && strstr(text, "the command needs more than the ") &&
           strstr(text, "--memory raises the limit\n"),
       "and the message says which limit it was");
    limits_lack();
    is_int(limits_over(), LIMITS_MEMORY, "the first that goes wrong is told");
    check_second_stage(0, text, "a command that does not end is ended, with the message");
    check_second_stage(1, "", "and without it where it has said so, but does not end");
    check_errno();
    return done_testing();
}
