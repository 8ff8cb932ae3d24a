#include "lua/editions.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- whether functions are the same ---- */

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

typedef struct question {
    script *a, *b;
    const char *attribute, *id; /* NULL: about compute */
    int same;
} question;

static int answer(lua_State *L) {
    question *q = lua_touserdata(L, 1);
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

static int ask(question *q, fault *f) {
    lua_State *L = q->a->h->L;
    if (!lua_checkstack(L, 4)) {
        fault_memory(f);
        return -1;
    }
    lua_pushcfunction(L, answer);
    lua_pushlightuserdata(L, q);
    return host_call(q->a->h, 1, 0, f) ? q->same : -1;
}

int editions_same_compute(script *a, script *b, fault *f) {
    return ask(&(question){.a = a, .b = b}, f);
}

int editions_same_method(script *a, script *b, const char *attribute, const char *id, fault *f) {
    return ask(&(question){.a = a, .b = b, .attribute = attribute, .id = id}, f);
}

/* ---- putting methods together ---- */

typedef struct mixing {
    script *mix;
    script *const *edition;
    editions_side *side;
    void *self;
} mixing;

/* The names of the attributes that either edition gives methods for, sorted; a list, pushed. */
static void push_attributes(lua_State *L, const mixing *m) {
    lua_newtable(L);
    int out = lua_gettop(L);
    for (int i = 0; i < 2; i++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, m->edition[i]->methods);
        for (lua_pushnil(L); lua_next(L, out + 1); lua_pop(L, 1)) {
            lua_Integer n = (lua_Integer)lua_rawlen(L, out), at = n;
            int known = 0;
            const char *name = lua_tostring(L, -2);
            for (lua_Integer k = 1; k <= n && !known; k++) {
                lua_rawgeti(L, out, k);
                known = !strcmp(lua_tostring(L, -1), name);
                lua_pop(L, 1);
            }
            for (; !known && at > 0; at--) {
                lua_rawgeti(L, out, at);
                if (strcmp(lua_tostring(L, -1), name) < 0) {
                    lua_pop(L, 1);
                    break;
                }
                lua_rawseti(L, out, at + 1);
            }
            if (!known) {
                lua_pushvalue(L, -2);
                lua_rawseti(L, out, at + 1);
            }
        }
        lua_settop(L, out);
    }
}

static int mix_methods(lua_State *L) {
    mixing *m = lua_touserdata(L, 1);
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
    mixing m = {mix, edition, side, self};
    lua_State *L = mix->h->L;
    if (!lua_checkstack(L, 4)) return fault_memory(f);
    mix->compute = edition[compute]->compute;
    lua_pushcfunction(L, mix_methods);
    lua_pushlightuserdata(L, &m);
    return host_call(mix->h, 1, 0, f);
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
    for (lua_pushnil(L); lua_next(L, 4);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, 2);
    }
    lua_settop(L, 3);
    lua_setfield(L, 2, w->attribute);
    w->was = w->s->methods;
    w->s->methods = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

int editions_swap(script *s, const char *attribute, const char *id, const char *like, int *was,
                  fault *f) {
    swapping w = {s, attribute, id, like, s->methods};
    lua_State *L = s->h->L;
    if (!lua_checkstack(L, 4)) return fault_memory(f);
    lua_pushcfunction(L, swap_methods);
    lua_pushlightuserdata(L, &w);
    int fine = host_call(s->h, 1, 0, f);
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
