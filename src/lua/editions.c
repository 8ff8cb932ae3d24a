/* Comparing the functions of two editions of rules, and mixing them in a third script. */
#include "lua/editions.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "lua/bytecode.h"
#include "lua/inside.h"

script *script_open_own_axes(host *h, fault *notes, fault *f) {
    ax_space *own = ax_open(h->strings);
    script *s = own ? script_open(h, notes, f) : NULL;
    if (!s) {
        ax_close(own);
        fault_memory(f);
        return NULL;
    }
    s->own_space = own;
    s->m.space = own;
    return s;
}

/* ---- whether two functions are the same: their code, and all that it reaches
 *
 * Lua writes a function as a block of bytes without names; the lines it stood on are in there, and
 * are passed over here, so that a function which moved within its file is still the same. ---- */

enum { DEEPEST = 150 };

static int equal_bytes(bytecode *a, bytecode *b, size_t n) {
    const unsigned char *x = bytecode_bytes(a, n), *y = bytecode_bytes(b, n);
    return x && y && !memcmp(x, y, n);
}

/* A count that both have next; SIZE_MAX where they differ. */
static size_t equal_size(bytecode *a, bytecode *b) {
    size_t n = bytecode_size(a), m = bytecode_size(b);
    return n == m && !a->broken && !b->broken ? n : SIZE_MAX;
}

static int equal_string(bytecode *a, bytecode *b) {
    size_t n = equal_size(a, b);
    return n != SIZE_MAX && (!n || equal_bytes(a, b, n - 1));
}

static int equal_constants(bytecode *a, bytecode *b) {
    size_t n = equal_size(a, b);
    for (size_t i = 0; i < n && n != SIZE_MAX; i++) {
        const unsigned char *x = bytecode_bytes(a, 1), *y = bytecode_bytes(b, 1);
        if (!x || !y || *x != *y) return 0;
        int fine = 1;
        if (*x == 0x03 || *x == 0x13) /* whole number, number */
            fine = equal_bytes(a, b, 8);
        else if (*x == 0x04 || *x == 0x14) /* short string, long string */
            fine = equal_string(a, b);
        if (!fine) return 0;
    }
    return n != SIZE_MAX;
}

static int equal_block(bytecode *a, bytecode *b, size_t each) {
    size_t n = equal_size(a, b);
    return n < SIZE_MAX / 16 && equal_bytes(a, b, n * each);
}

static int equal_function(bytecode *a, bytecode *b, int depth) {
    if (depth > DEEPEST || !equal_string(a, b)) return 0;
    for (int i = 0; i < 2; i++) { /* first and last line */
        bytecode_size(a);
        bytecode_size(b);
    }
    if (!equal_bytes(a, b, 3) || !equal_block(a, b, 4) || !equal_constants(a, b) ||
        !equal_block(a, b, 3))
        return 0;
    size_t n = equal_size(a, b);
    for (size_t i = 0; i < n; i++)
        if (n == SIZE_MAX || !equal_function(a, b, depth + 1)) return 0;
    for (int i = 0; i < 4; i++) /* line numbers and names were stripped: none of each */
        if (equal_size(a, b) != 0) return 0;
    return 1;
}

static int equal_code(lua_State *L, int i, int j) {
    buf x = BUF_INIT, y = BUF_INIT;
    bytecode a, b;
    bytecode_write(L, i, &x);
    bytecode_write(L, j, &y);
    int same = 0;
    if (bytecode_open(&x, &a) && bytecode_open(&y, &b))
        same = !memcmp(x.text, y.text, (size_t)((const char *)a.at - x.text)) &&
               equal_function(&a, &b, 0) && a.at == a.end && b.at == b.end;
    else if (!x.failed && !y.failed)
        same = x.length == y.length && !memcmp(x.text, y.text, x.length);
    buf_release(&x);
    buf_release(&y);
    return same;
}

static int equal(lua_State *L, int i, int j, int seen, int depth);

static int equal_upvalues(lua_State *L, int i, int j, int seen, int depth) {
    for (int k = 1;; k++) {
        int x = lua_getupvalue(L, i, k) != NULL, y = lua_getupvalue(L, j, k) != NULL;
        int fine = x == y && (!x || equal(L, lua_gettop(L) - 1, lua_gettop(L), seen, depth + 1));
        lua_pop(L, x + y);
        if (!fine || !x) return fine;
    }
}

/* Every key of one table has its like in the other, and there are as many. Keys that are no texts,
 * numbers or truths stand for themselves. */
static int equal_tables(lua_State *L, int i, int j, int seen, int depth) {
    long more = 0;
    int fine = 1;
    for (lua_pushnil(L); lua_next(L, i); lua_pop(L, 1)) {
        more++;
        lua_pushvalue(L, -2);
        lua_rawget(L, j);
        fine = equal(L, lua_gettop(L) - 1, lua_gettop(L), seen, depth + 1);
        lua_pop(L, 1);
        if (!fine) {
            lua_pop(L, 2);
            return 0;
        }
    }
    for (lua_pushnil(L); lua_next(L, j); lua_pop(L, 1)) more--;
    return more == 0;
}

static int equal_userdata(lua_State *L, int i, int j, int seen, int depth) {
    const host_array *x = host_test(L, i), *y = host_test(L, j);
    if (x || y) return x && y && x->node == y->node;
    const dataset *d = csv_test(L, i), *e = csv_test(L, j);
    if (d || e) return d && e && !strcmp(d->spec.path, e->spec.path);
    if (!part_test(L, i) || !part_test(L, j) || part_test(L, i)->kind != part_test(L, j)->kind)
        return 0;
    lua_getiuservalue(L, i, 1);
    lua_getiuservalue(L, j, 1);
    int fine = equal(L, lua_gettop(L) - 1, lua_gettop(L), seen, depth + 1);
    lua_pop(L, 2);
    return fine;
}

/* `seen` maps what was met to what it was compared with: what reaches itself is taken to be the
 * same there. */
static int equal(lua_State *L, int i, int j, int seen, int depth) {
    if (lua_rawequal(L, i, j)) return 1;
    int type = lua_type(L, i);
    if (type != lua_type(L, j) || depth > DEEPEST ||
        (type != LUA_TFUNCTION && type != LUA_TTABLE && type != LUA_TUSERDATA))
        return 0;
    luaL_checkstack(L, 12, NULL);
    lua_pushvalue(L, i);
    lua_rawget(L, seen);
    int known = lua_rawequal(L, -1, j);
    lua_pop(L, 1);
    if (known) return 1;
    lua_pushvalue(L, i);
    lua_pushvalue(L, j);
    lua_rawset(L, seen);
    if (type == LUA_TTABLE) return equal_tables(L, i, j, seen, depth);
    if (type == LUA_TUSERDATA) return equal_userdata(L, i, j, seen, depth);
    if (lua_tocfunction(L, i) != lua_tocfunction(L, j)) return 0;
    return (lua_iscfunction(L, i) || equal_code(L, i, j)) && equal_upvalues(L, i, j, seen, depth);
}

/* Are the values at two places of the stack equal in this sense? */
static int closure_equal(lua_State *L, int i, int j) {
    i = lua_absindex(L, i);
    j = lua_absindex(L, j);
    lua_newtable(L);
    int fine = equal(L, i, j, lua_gettop(L), 0);
    lua_pop(L, 1);
    return fine;
}

/* ---- comparing the functions of two editions ---- */

/* Pushes the function that an indicator names as its attribute, or nil. */
static void push_method(lua_State *L, const script *s, const char *attribute, const char *id) {
    int top = lua_gettop(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->methods);
    lua_pushstring(L, attribute);
    if (lua_rawget(L, top + 1) == LUA_TTABLE) {
        int list = top + 2;
        for (lua_Integer i = 1; lua_rawgeti(L, list, i) == LUA_TTABLE; i++) {
            lua_getfield(L, list + 1, "ids");
            for (lua_Integer k = 1; lua_rawgeti(L, list + 2, k) == LUA_TSTRING; k++) {
                if (!strcmp(lua_tostring(L, -1), id)) {
                    lua_getfield(L, list + 1, "method");
                    lua_replace(L, top + 1);
                    lua_settop(L, top + 1);
                    return;
                }
                lua_pop(L, 1);
            }
            lua_settop(L, list);
        }
    }
    lua_settop(L, top);
    lua_pushnil(L);
}

typedef struct comparison {
    script *a, *b;
    const char *attribute, *id; /* NULL: about compute */
    int same;
} comparison;

static int compare_functions(lua_State *L) {
    comparison *q = lua_touserdata(L, 1);
    script *const side[2] = {q->a, q->b};
    luaL_checkstack(L, 12, NULL);
    for (int i = 0; i < 2; i++)
        if (q->id)
            push_method(L, side[i], q->attribute, q->id);
        else
            lua_rawgeti(L, LUA_REGISTRYINDEX, side[i]->compute);
    q->same = closure_equal(L, 2, 3);
    return 0;
}

static int compare(comparison *q, fault *f) {
    return host_protect(q->a->h, compare_functions, q, f) ? q->same : -1;
}

int editions_same_compute(script *a, script *b, fault *f) {
    return compare(&(comparison){.a = a, .b = b}, f);
}

int editions_same_method(script *a, script *b, const char *attribute, const char *id, fault *f) {
    return compare(&(comparison){.a = a, .b = b, .attribute = attribute, .id = id}, f);
}

/* ---- putting methods together ---- */

typedef struct mixing {
    script *mix;
    script *const *edition;
    editions_side *side;
    void *self;
} mixing;

static int by_name(lua_State *L) { return strcmp(lua_tostring(L, -2), lua_tostring(L, -1)) < 0; }

/* The names of the attributes that either edition gives methods for, sorted; a list, pushed. */
static void push_attributes(lua_State *L, const mixing *m) {
    lua_newtable(L);
    lua_newtable(L);
    int out = lua_gettop(L) - 1, both = out + 1;
    for (int i = 0; i < 2; i++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, m->edition[i]->methods);
        table_copy(L, -1, both);
        lua_pop(L, 1);
    }
    lua_Integer n = 0;
    for (lua_pushnil(L); lua_next(L, both); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_rawseti(L, out, ++n);
    }
    lua_settop(L, out);
    walk_sort(L, out, n, by_name);
}

static int mix_methods(lua_State *L) {
    const mixing *m = lua_touserdata(L, 1);
    luaL_checkstack(L, 20, NULL);
    push_attributes(L, m);
    int names = lua_gettop(L);
    lua_newtable(L);
    int all = lua_gettop(L);
    for (lua_Integer i = 1; lua_rawgeti(L, names, i) == LUA_TSTRING; i++) {
        const char *attribute = lua_tostring(L, -1);
        lua_newtable(L);
        int list = lua_gettop(L);
        for (int e = 0; e < m->mix->m.elements; e++) {
            const md_element *x = &m->mix->m.element[e];
            if (!x->indicator) continue;
            int side = m->side(m->self, attribute, x->id);
            push_method(L, m->edition[side], attribute, x->id);
            if (lua_isnil(L, -1))
                lua_pop(L, 1);
            else
                note_method(L, list, x->id);
        }
        if (lua_rawlen(L, list)) {
            lua_pushvalue(L, list);
            lua_setfield(L, all, attribute);
        }
        lua_settop(L, all);
    }
    lua_settop(L, all);
    luaL_unref(L, LUA_REGISTRYINDEX, m->mix->methods);
    m->mix->methods = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

int editions_mix(script *mix, script *const edition[2], int compute, editions_side *side,
                 void *self, fault *f) {
    const mixing m = {mix, edition, side, self};
    mix->compute = edition[compute]->compute;
    return host_protect(mix->h, mix_methods, &m, f);
}

/* ---- another method for one indicator ---- */

typedef struct swapping {
    script *s;
    const char *attribute, *id, *like;
    int was;
} swapping;

static int swap_methods(lua_State *L) {
    swapping *w = lua_touserdata(L, 1);
    luaL_checkstack(L, 20, NULL);
    lua_newtable(L);
    lua_newtable(L);
    for (int e = 0; e < w->s->m.elements; e++) {
        const md_element *x = &w->s->m.element[e];
        if (!x->indicator) continue;
        push_method(L, w->s, w->attribute, strcmp(x->id, w->id) ? x->id : w->like);
        if (lua_isnil(L, -1))
            lua_pop(L, 1);
        else
            note_method(L, 3, x->id);
    }
    /* The other attributes stay as they are. */
    lua_rawgeti(L, LUA_REGISTRYINDEX, w->s->methods);
    table_copy(L, 4, 2);
    lua_settop(L, 3);
    lua_setfield(L, 2, w->attribute);
    w->was = w->s->methods;
    w->s->methods = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

int editions_swap(script *s, const char *attribute, const char *id, const char *like, int *was,
                  fault *f) {
    swapping w = {s, attribute, id, like, s->methods};
    int fine = host_protect(s->h, swap_methods, &w, f);
    *was = w.was;
    return fine;
}

void editions_swap_back(script *s, int was) {
    if (s->methods == was) return;
    luaL_unref(s->h->L, LUA_REGISTRYINDEX, s->methods);
    s->methods = was;
}

int editions_compute(script *mix, script_output **output, size_t *count, fault *f) {
    mix->h->model = mix;
    mix->output = NULL;
    mix->outputs = 0;
    int fine = script_compute(mix, f);
    *output = mix->output;
    *count = mix->outputs;
    mix->output = NULL;
    mix->outputs = 0;
    return fine;
}
