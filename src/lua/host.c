/* The host itself: its parts, what it keeps, and protected calls into its scripts. */
#include "lua/inside.h"

#include "base/mem.h"
#include "expr/mutant.h"
#include "lua/budget.h"

static int open_parts(host *h, fault *f) {
    const host_settings *s = &h->settings;
    h->budget = mem_zero(1, sizeof *h->budget);
    h->strings = pool_open();
    h->files = sources_open();
    h->space = h->strings ? ax_open(h->strings) : NULL;
    h->graph = h->space ? ex_open(h->space) : NULL;
    if (!h->budget || !h->files || !h->graph) return fault_memory(f);
    if (!ex_mutants_open(h->graph, f)) return 0;
    h->run = ex_run_open(
        h->graph,
        &(ex_settings){
            .threads = s->threads, .memory = s->values, .stop = s->stop, .simd = s->simd},
        f);
    return h->run != NULL;
}

static int open_lua(host *h, lua_CFunction furnish, fault *f) {
    budget_init(h->budget, h->settings.seconds, h->settings.memory, h->settings.stop);
    h->L = lua_newstate(budget_allocate, h->budget);
    if (!h->L) return fault_memory(f);
    *(host **)lua_getextraspace(h->L) = h;
    lua_pushcfunction(h->L, furnish);
    if (lua_pcall(h->L, 0, 0, 0) != LUA_OK) {
        fault *own = raise_test(h->L, -1);
        fault_set(f, FAULT_BUG, "the language could not be set up: %s",
                  own && own->listed ? own->item[0].text : lua_tostring(h->L, -1));
        return 0;
    }
    budget_watch(h->budget, h->L);
    return 1;
}

host *host_make(const host_settings *s, fault *notes, lua_CFunction furnish, fault *f) {
    host *h = mem_zero(1, sizeof *h);
    if (!h) {
        fault_memory(f);
        return NULL;
    }
    h->settings = *s;
    h->notes = notes;
    if (!open_parts(h, f) || !open_lua(h, furnish, f)) {
        host_close(h);
        return NULL;
    }
    return h;
}

typedef struct host_kept {
    struct host_kept *next;
    void *what;
    void (*release)(void *what);
} host_kept;

int host_keep(host *h, void *what, void (*release)(void *what)) {
    host_kept *k = arena_take(&h->memory, sizeof *k);
    if (!k) return 0;
    *k = (host_kept){h->kept, what, release};
    h->kept = k;
    return 1;
}

void host_close(host *h) {
    if (!h) return;
    if (h->L) {
        h->budget->L = NULL;
        lua_close(h->L);
    }
    ex_run_close(h->run);
    ex_close(h->graph);
    ax_close(h->space);
    pool_close(h->strings);
    sources_close(h->files);
    for (host_kept *k = h->kept; k; k = k->next) k->release(k->what);
    arena_release(&h->memory);
    fault_release(&h->scratch);
    mem_free(h->budget);
    mem_free(h);
}

/* What a failed call left on top of the stack becomes the fault. */
static int failed(host *h, int status, fault *f) {
    host_budget *b = h->budget;
    if (status == LUA_ERRMEM && !b->dead) b->dead = BUDGET_MEMORY;
    if (b->dead) {
        place at = b->file >= 0 ? sources_place(h->files, b->file, b->line, NULL) : (place){0};
        return budget_fault(b, b->file >= 0 ? &at : NULL, f);
    }
    fault *own = raise_test(h->L, -1);
    if (own && own->count)
        fault_move(f, own);
    else
        fault_set(
            f, FAULT_RULE,
            "the script failed in a way that left no message: calls may be nested too deeply");
    return 0;
}

int host_call(host *h, int args, int results, fault *f) {
    lua_State *L = h->L;
    int base = lua_gettop(L) - args;
    if (h->budget->dead || !lua_checkstack(L, 4)) {
        lua_settop(L, base - 1);
        return h->budget->dead ? failed(h, LUA_OK, f) : fault_memory(f);
    }
    lua_pushcfunction(L, raise_caught);
    lua_insert(L, base);
    budget_enter(h->budget);
    int status = lua_pcall(L, args, results, base);
    budget_leave(h->budget);
    lua_remove(L, base);
    if (status == LUA_OK && !h->budget->dead) return 1;
    failed(h, status, f);
    lua_settop(L, base - 1);
    return 0;
}
