/* What a session says before rules are read: elements that are left out, and other methods.
 *
 * A method is set by its name, as the rules would write it: "normalise.zscore" is the function
 * zscore of the module methods.normalise, or of a module normalise beside the rules. */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "lua/inside.h"
#include "base/text.h"
#include "lua/script.h"

/* ---- left out ---- */

static int has_children(const model *m, int element) {
    return model_behind(m, element) > element + 1;
}

static void leave_out(script *s, const char *address) {
    model *m = &s->m;
    int element = model_find_element(m, address);
    if (element < 0 && model_gone(m, address)) return; /* with its group */
    if (element <= 0) {
        fault_set(s->f, FAULT_USAGE, "there is no '%s' to be left out", address);
        return;
    }
    for (int parent; element > 0; element = parent) {
        parent = m->element[element].parent;
        if (!model_remove_element(m, element, "", m->at, s->f)) return;
        if (has_children(m, parent)) return;
    }
}

/* ---- methods ---- */

/* A function that requires the module as the rules would, and returns the method; pushed. */
static int push_loader(lua_State *L, script *s, const char *name, int library) {
    char source[300], chunk[32];
    const char *dot = strrchr(name, '.');
    int module = dot ? (int)(dot - name) : 0;
    if (!dot || dot == name || !dot[1] || strlen(name) > 100) return 0;
    for (const char *p = name; *p; p++)
        if (!strchr("._-", *p) && !(*p >= '0' && *p <= '9') && !(*p >= 'a' && *p <= 'z') &&
            !(*p >= 'A' && *p <= 'Z'))
            return 0;
    snprintf(source, sizeof source, "return optional(require \"%s%.*s\", \"%s\")",
             library ? "methods." : "", module, name, dot + 1);
    snprintf(chunk, sizeof chunk, "=#%d", s->h->edition[s->first]);
    if (luaL_loadbufferx(L, source, strlen(source), chunk, "t") != LUA_OK) return 0;
    sandbox_push(L);
    lua_setupvalue(L, -2, 1);
    return 1;
}

static void set_method(lua_State *L, script *s, const char *address, const char *name) {
    md_leaf *l = (md_leaf *)(uintptr_t)model_leaf(&s->m, address);
    if (!l || l->value.kind != MD_METHOD) return;
    int top = lua_gettop(L), found = 0;
    luaL_checkstack(L, 8, NULL);
    for (int library = 1; library >= 0 && !found; library--) {
        lua_settop(L, top);
        found = push_loader(L, s, name, library) && lua_pcall(L, 0, 1, 0) == LUA_OK &&
                lua_isfunction(L, -1);
    }
    char *own = found ? arena_text(&s->m.memory, name, strlen(name)) : NULL;
    if (found && own) {
        keep_function(L, s, l->address);
        l->value.text = own;
        l->changed = 1;
    } else if (found) {
        fault_memory(s->f);
    } else {
        fault_at(s->f, FAULT_USAGE, NULL,
                 text_message("a method is named by its module, as in normalise.zscore"),
                 "there is no method '%s', which %s is set to", name, address);
    }
    lua_settop(L, top);
}

void settings_apply(lua_State *L, script *s) {
    for (size_t i = 0; i < s->withouts; i++) leave_out(s, s->without[i]);
    for (size_t i = 0; i < s->sets; i++) set_method(L, s, s->set[2 * i], s->set[2 * i + 1]);
}
