/* The host itself: its parts, what it keeps and remembers, and protected calls into its scripts. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "expr/mutant.h"
#include "lua/budget.h"
#include "lua/source_notes.h"

static int open_parts(host *h, fault *f) {
    const host_settings *s = &h->settings;
    h->budget = mem_zero(1, sizeof *h->budget);
    h->strings = pool_open();
    h->files = sources_open();
    h->space = h->strings ? ax_open(h->strings) : NULL;
    h->graph = h->space ? ex_open(h->space) : NULL;
    if (!h->budget || !h->files || !h->graph) return fault_memory(f);
    if (!ex_mutants_open(h->graph, f)) return 0;
    h->run = ex_run_open(h->graph,
                         &(ex_settings){.threads = s->threads,
                                        .memory = s->values,
                                        .spare = s->spare,
                                        .stop = s->stop,
                                        .simd = s->simd,
                                        .profile = s->profile},
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

int arena_reserve(arena *memory, void *array, size_t size, size_t count, size_t *cap) {
    size_t more = *cap ? 2 * *cap : 64;
    void **own = array, *grown = arena_take(memory, more * size);
    if (!grown) return 0;
    if (count) memcpy(grown, *own, count * size);
    *own = grown;
    *cap = more;
    return 1;
}

int host_no_memory(lua_State *L) {
    fault_memory(host_fault(L));
    return host_raise(L, &host_of(L)->scratch);
}

uint32_t host_text(host *h, const char *text, size_t length) {
    uint32_t id = pool_find(h->strings, text, length);
    if (id) return id;
    budget_charge(h->budget, length + 64);
    return pool_put(h->strings, text, length);
}

void *host_zero(lua_State *L, size_t count, size_t size) {
    void *out = arena_zero(&host_of(L)->memory, count, size);
    if (!out) host_no_memory(L);
    return out;
}

long label_position(const host *h, int axis, uint32_t label) {
    long at = ax_position(h->space, axis, label);
    const char *text = pool_text(h->strings, label);
    double number;
    if (at < 0 && ax_numbers(h->space, axis) &&
        decimal_read(text, strlen(text), &number) == DECIMAL_OK)
        at = ax_position_number(h->space, axis, number);
    return at;
}

void host_rows(lua_State *L, int axis) {
    host *h = host_of(L);
    if (!ex_run_whole(h->run, axis, host_fault(L))) host_raise(L, &h->scratch);
}

void *host_userdata(lua_State *L, int at, const void *key) {
    if (lua_type(L, at) != LUA_TUSERDATA || !lua_getmetatable(L, at)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    int same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? lua_touserdata(L, at) : NULL;
}

void registry_table(lua_State *L, const void *key) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) != LUA_TNIL) return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void host_metatable(lua_State *L, const char *name, const luaL_Reg *fields, const void *key) {
    lua_newtable(L);
    luaL_setfuncs(L, fields, 0);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
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

int host_protect(host *h, lua_CFunction function, const void *data, fault *f) {
    if (!lua_checkstack(h->L, 4)) return fault_memory(f);
    lua_pushcfunction(h->L, function);
    lua_pushlightuserdata(h->L, (void *)data);
    return host_call(h, 1, 0, f);
}

/* ---- what is remembered of a script (source_notes.h) ---- */

/* Nodes from `from` on were made while the rule file stood there. */
typedef struct noted_line {
    ex_id from;
    int file;
    long line;
} noted_line;

struct host_noted {
    noted_line *line;
    size_t lines, cap;
    noted_text *text;
    ex_id *root;
    size_t roots, root_cap;
};

static struct host_noted *noted(host *h) {
    if (h->settings.remember && !h->noted) h->noted = arena_zero(&h->memory, 1, sizeof *h->noted);
    return h->noted;
}

void note_mark(lua_State *L) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    noted_line now = {ex_count(h->graph) + 1, 0, 0};
    if (!n || !where_main(L, &now.file, &now.line)) return;
    if (n->lines && n->line[n->lines - 1].from == now.from) n->lines--;
    if (ARENA_RESERVE(&h->memory, n->line, n->lines, n->cap)) n->line[n->lines++] = now;
}

int host_main_line(const host *h, ex_id n, int *file, long *line) {
    size_t low = 0, high = h->noted ? h->noted->lines : 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (h->noted->line[mid].from <= n)
            low = mid + 1;
        else
            high = mid;
    }
    if (!low) return 0;
    *file = h->noted->line[low - 1].file;
    *line = h->noted->line[low - 1].line;
    return 1;
}

void note_root(lua_State *L, ex_id root) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    if (n && ARENA_RESERVE(&h->memory, n->root, n->roots, n->root_cap)) n->root[n->roots++] = root;
}

size_t host_roots(const host *h, const ex_id **root) {
    *root = h->noted ? h->noted->root : NULL;
    return h->noted ? h->noted->roots : 0;
}

static noted_text *remember_text(lua_State *L, noted_text text) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    noted_text *own = n ? arena_take(&h->memory, sizeof *own) : NULL;
    noted_level *level = own ? arena_zero(&h->memory, (size_t)text.levels, sizeof *level) : NULL;
    if (!level) return NULL;
    *own = text;
    own->level = level;
    own->next = n->text;
    return n->text = own;
}

void noted_pattern(lua_State *L, const char *what, const void *self, md_at at, pattern *p) {
    noted_text *t = remember_text(
        L, (noted_text){.what = what, .self = self, .file = at.file, .line = at.line, .levels = 1});
    if (t) *t->level = (noted_level){"", p, 0};
}

noted_text *noted_rubric(lua_State *L, const void *self, md_at at, int levels) {
    return remember_text(
        L, (noted_text){
               .what = "rubric", .self = self, .file = at.file, .line = at.line, .levels = levels});
}

const noted_text *host_texts(const host *h) { return h->noted ? h->noted->text : NULL; }
