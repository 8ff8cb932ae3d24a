/* The budget of a script: memory, instructions, seconds, and the caller's wish to stop.
 *
 * The allocator counts bytes and a hook counts instructions. Work on texts counts as instructions,
 * too, one for BUDGET_BYTES bytes that are allocated or that a C function reads, since one
 * instruction may copy megabytes. When either runs out the state is
 * dead: from then on the hook fires at every instruction, each protected call in the sandbox raises
 * again what it caught, and the host starts no further call, so that a script cannot catch its way
 * around the budget. The soft cap on memory kills the script; the hard cap, at which the allocator
 * refuses, is for single huge allocations.
 *
 * Seconds are counted while a script runs, not while the evaluator does. Instructions are a limit
 * that is the same on every machine; with no limit on seconds there is none on them either. */
#ifndef LUA_BUDGET_H
#define LUA_BUDGET_H

#include <lua.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/fault.h"
#include "base/limits.h"

enum {
    BUDGET_PER_SECOND = 100000000, /* instructions; a plain loop runs about as many */
    BUDGET_BYTES = 16
};

typedef enum budget_death {
    BUDGET_ALIVE,
    BUDGET_TIME,
    BUDGET_STEPS,
    BUDGET_MEMORY,
    BUDGET_STOPPED
} budget_death;

typedef struct host_budget {
    lua_State *L; /* NULL while the state is being made or closed: then nothing is refused */
    size_t used, soft, hard; /* bytes; caps are 0 without a limit */
    int over;                /* the soft cap was passed; the hook is to look into it */
    int late;                /* so much was allocated that the hook is to look at the work */
    uint64_t steps, most;    /* instructions; most is 0 without a limit */
    int stride;              /* instructions between two calls of the hook */
    double seconds, spent;   /* limit (0: none), and what earlier calls took */
    struct timespec since;   /* when the outermost call began */
    int depth;               /* protected calls of the host in one another */
    lua_Hook called;         /* also called, and before each call of a function; or NULL */
    budget_death dead;
    int file; /* where it died; -1 where unknown */
    long line;
    const volatile sig_atomic_t *stop;
    limits_hurry before; /* what was to be hurried when the outermost call began */
} host_budget;

void budget_init(host_budget *b, double seconds, size_t memory, const volatile sig_atomic_t *stop);
void *budget_allocate(void *budget, void *block, size_t old, size_t wanted); /* a lua_Alloc */
/* Counts bytes that a script made the host take outside of Lua (texts in the pool). */
void budget_charge(host_budget *b, size_t bytes);
void budget_watch(host_budget *b, lua_State *L); /* from now on the state is counted */
void budget_enter(host_budget *b);               /* around each call into Lua */
void budget_leave(host_budget *b);
/* Sets that hook. It may raise. */
void budget_call_hook(host_budget *b, lua_Hook called);
/* Counts what a C function does in a loop as instructions; kills the state where they run out. */
void budget_spend(lua_State *L, host_budget *b, uint64_t steps);
/* Kills the state; raises the error that nothing in the sandbox holds back. */
int budget_kill(lua_State *L, host_budget *b, budget_death why);
/* Raises again where the state is dead; for whoever catches errors. */
void budget_check(lua_State *L, host_budget *b);
/* What a dead budget says. Returns 0. */
int budget_fault(const host_budget *b, const place *at, fault *f);

#endif
