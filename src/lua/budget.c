/* The budget of a script: what counts memory, instructions and seconds, and how a state dies of it.
 */
#include "lua/budget.h"

#include "base/limits.h"
#include "base/mem.h"
#include "lua/host.h"

enum {
    STRIDE = 1000,
    LARGE = 64 << 10 /* bytes of an allocation after which the clock is looked at */
};

void budget_init(host_budget *b, double seconds, size_t memory, const volatile sig_atomic_t *stop) {
    *b = (host_budget){.seconds = seconds, .stride = STRIDE, .file = -1, .stop = stop};
    if (seconds > 0 && seconds < 1e9) b->most = (uint64_t)(seconds * BUDGET_PER_SECOND) + 1;
    b->soft = memory;
    b->hard = memory > SIZE_MAX / 2 ? SIZE_MAX : 2 * memory;
}

static double elapsed(const host_budget *b) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - b->since.tv_sec) + 1e-9 * (double)(now.tv_nsec - b->since.tv_nsec);
}

/* An error value that needs no memory. Scripts never get to see it. */
static int raise_death(lua_State *L, host_budget *b) {
    lua_pushlightuserdata(L, b);
    return lua_error(L);
}

static void hook(lua_State *L, lua_Debug *ar);

static void set_stride(lua_State *L, host_budget *b, int stride) {
    b->stride = stride;
    lua_sethook(L, hook, LUA_MASKCOUNT | (b->called ? LUA_MASKCALL : 0), stride);
}

void budget_call_hook(host_budget *b, lua_Hook called) {
    b->called = called;
    if (b->L) set_stride(b->L, b, b->stride);
}

/* Where the script stands, for the message of the command. Of memory, which is what all of the
 * command holds, a test's place tells more than that of the rules which it runs just then. Reads
 * the stack and allocates nothing. */
static void tell_where(lua_State *L, host_budget *b) {
    int file;
    b->file = -1;
    if (host_where(L, &file, &b->line)) b->file = file;
    const char *within = limits_over() == LIMITS_MEMORY ? limits_within() : NULL;
    if (within)
        limits_where("%s", within);
    else if (limits_over() && b->file >= 0)
        limits_where("%s:%ld", sources_name(host_of(L)->files, b->file), b->line);
}

int budget_kill(lua_State *L, host_budget *b, budget_death why) {
    if (!b->dead) {
        b->dead = why;
        tell_where(L, b);
    }
    set_stride(L, b, 1);
    return raise_death(L, b);
}

void budget_check(lua_State *L, host_budget *b) {
    if (b->dead) raise_death(L, b);
}

/* Whether the limits on work still hold; `look` also looks at the clock. */
static void check_work(lua_State *L, host_budget *b, int look) {
    if (limits_over() || limits_raised(b->stop)) budget_kill(L, b, BUDGET_STOPPED);
    if (b->most && b->steps > b->most) budget_kill(L, b, BUDGET_STEPS);
    if (look && b->seconds > 0 && b->depth > 0 && b->spent + elapsed(b) > b->seconds)
        budget_kill(L, b, BUDGET_TIME);
}

void budget_spend(lua_State *L, host_budget *b, uint64_t steps) {
    budget_check(L, b);
    b->steps += steps;
    check_work(L, b, steps >= STRIDE);
}

static void hook(lua_State *L, lua_Debug *ar) {
    host_budget *b = host_of(L)->budget;
    if (b->called) b->called(L, ar);
    if (ar->event != LUA_HOOKCOUNT) return;
    b->steps += (uint64_t)b->stride;
    if (b->dead) raise_death(L, b);
    if (b->over) {
        /* Garbage does not count: what is left after a full collection does. A quarter of the cap
         * must have come free, or collecting would take all the time from here on. */
        lua_gc(L, LUA_GCCOLLECT, 0);
        if (b->used > b->soft / 4 * 3) budget_kill(L, b, BUDGET_MEMORY);
        b->over = 0;
    }
    b->late = 0;
    check_work(L, b, 1);
    if (lua_gethookcount(L) != STRIDE) set_stride(L, b, STRIDE);
}

/* The command's time is up, or somebody wants it to stop: the hook looks into it at the next
 * instruction. Called by a handler of signals in the thread that runs the script, as lua_sethook
 * may be. */
static void hurry(void *state) {
    lua_State *L = state;
    lua_sethook(L, hook, LUA_MASKCOUNT | (host_of(L)->budget->called ? LUA_MASKCALL : 0), 1);
}

/* An allocator cannot raise: the hook does, at the next instruction. */
static void count(host_budget *b, size_t bytes) {
    b->used += bytes;
    if (!b->L || b->dead) return;
    if (b->soft && b->used > b->soft && !b->over) {
        b->over = 1;
        set_stride(b->L, b, 1);
    }
    b->steps += bytes / BUDGET_BYTES;
    if (bytes >= LARGE && !b->late) {
        b->late = 1;
        set_stride(b->L, b, 1);
    }
}

void *budget_allocate(void *budget, void *block, size_t old, size_t wanted) {
    host_budget *b = budget;
    if (!block) old = 0;
    if (wanted == 0) {
        mem_free(block);
        b->used -= old;
        return NULL;
    }
    if (wanted > old && b->hard && b->L && (wanted > b->hard || b->used - old > b->hard - wanted))
        return NULL;
    void *out = mem_grow(block, wanted);
    if (!out && wanted > old && b->L && b->depth && limits_over()) tell_where(b->L, b);
    if (!out)
        return wanted <= old ? block : NULL; /* Lua counts on it that making smaller never fails */
    b->used -= old;
    count(b, wanted);
    return out;
}

void budget_charge(host_budget *b, size_t bytes) { count(b, bytes); }

void budget_watch(host_budget *b, lua_State *L) {
    b->L = L;
    set_stride(L, b, STRIDE);
}

void budget_enter(host_budget *b) {
    if (b->depth++ > 0) return;
    clock_gettime(CLOCK_MONOTONIC, &b->since);
    b->before = limits_hurries((limits_hurry){hurry, b->L});
}

void budget_leave(host_budget *b) {
    if (--b->depth > 0) return;
    b->spent += elapsed(b);
    limits_hurries(b->before);
}

int budget_fault(const host_budget *b, const place *at, fault *f) {
    switch (b->dead) {
    case BUDGET_MEMORY:
        return fault_at(f, FAULT_LIMIT, at, "the setting script_memory raises the limit",
                        "the script needs more than %zu MiB of memory", b->soft >> 20);
    case BUDGET_STOPPED: return fault_at(f, FAULT_LIMIT, at, NULL, "stopped");
    case BUDGET_STEPS:
    case BUDGET_TIME:
        return fault_at(f, FAULT_LIMIT, at,
                        "does a loop here never end? --seconds raises the limit, and so does "
                        "the setting seconds of a session",
                        "the script takes longer than the %g s it may take", b->seconds);
    case BUDGET_ALIVE: break;
    }
    return fault_memory(f);
}
