/* extend "2011.lua" { … }: an edition is an overlay of the one before.
 *
 * The files are run first, from the main one to the one that extends nothing; each is a rule file
 * of its own, with the folder it lies in. Then they are read, the oldest first: the assessment into
 * the model, each overlay as changes of it. Then the tree is closed. The first file with faults
 * ends the reading. */
#include <lauxlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lua/inside.h"
#include "base/allowed.h"
#include "base/text.h"
#include "lua/script.h"

static const char example[] = "extend \"2011.lua\" { id = \"2012\", set { … }, … }";

/* ---- the constructor ---- */

/* Upvalue 1: the path; the table of changes is at 1. */
static int extend_with(lua_State *L) {
    if (!lua_istable(L, 1))
        return host_error(L, "extend", example, "extend takes a table of changes, not a %s",
                          luaL_typename(L, 1));
    md_at at = where_now(L);
    lua_settop(L, 1);
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 2);
    part_push(L, PART_EXTEND, at);
    return 1;
}

static int extend(lua_State *L) {
    size_t n;
    const char *path = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &n) : NULL;
    if (!path || !n || strlen(path) != n)
        return host_error(L, "extend", example, "extend takes the path of a rule file, not %s",
                          path ? text_message("this text") : luaL_typename(L, 1));
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, extend_with, 1);
    if (lua_isnil(L, 2)) return 1;
    lua_insert(L, 2);
    lua_call(L, 1, 1);
    return 1;
}

/* ---- the chain of files ---- */

/* Protected. At 1 what a rule file returned, at 2 the script, at 3 the part that extends this file,
 * or nil. Returns the path of the file that it extends; nothing if it is an assessment. Notes a
 * fault if it is neither. */
static int read_base_path(lua_State *L) {
    script *s = lua_touserdata(L, 2);
    part *e = part_test(L, 1), *by = part_test(L, 3);
    if (e && e->kind == PART_ASSESSMENT) return 0;
    if (!e || e->kind != PART_EXTEND) {
        md_at at = by ? by->at : e ? e->at : (md_at){0, 0};
        const char *what = e ? part_word(e->kind) : luaL_typename(L, 1);
        const char *file = by ? sources_name(s->m.files, s->h->edition[s->h->editions - 1])
                              : text_message("the rule file");
        const char *hint =
            lua_tocfunction(L, 1) == extend_with
                ? text_message("what changes follows in braces: extend \"2011.lua\" { … }")
                : text_message("a rule file ends with return assessment { … }");
        if (lua_isnil(L, 1))
            script_fault(s, at, by ? "extend" : NULL, hint, "%s returns nothing", file);
        else
            script_fault(s, at, by ? "extend" : NULL, hint, "%s returns %s, not an assessment",
                         file, what);
        return 0;
    }
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, 1);
    path_beside(L, s, lua_tostring(L, -1), e->at);
    return 1;
}

/* Notes a fault if the file at `path` cannot be extended by the part; 1 if it can. */
static int check_base(lua_State *L, script *s, const char *path, const part *by) {
    struct stat info, other;
    const char *slash = strrchr(path, '/'), *own = slash ? slash + 1 : path;
    /* An edition may lie anywhere, but what is no Lua script is no edition. */
    if (!path_allowed(s, path) && !allowed_ends(path, ".lua"))
        return script_fault(
            s, by->at, own, path_hint(s, path),
            "rules may not read '%.200s', outside their folder and that of the command", path);
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        const char *hint = NULL, *best = NULL;
        size_t n = strlen(own);
        lua_pushlstring(L, slash ? path : ".", slash && slash != path ? (size_t)(slash - path) : 1);
        lua_pushlstring(L, own, n > 4 && !strcmp(own + n - 4, ".lua") ? n - 4 : n);
        best = source_nearest(L, lua_tostring(L, -2), lua_tostring(L, -1));
        hint = best ? arena_print(&s->memory, text_message("did you mean '%s.lua'?"), best)
                    : text_message("the path is relative to the file that extends");
        return script_fault(s, by->at, own, hint, "there is no rule file '%.200s'", path);
    }
    for (int i = s->first; i < s->h->editions; i++) {
        const char *name = sources_name(s->m.files, s->h->edition[i]);
        if (stat(name, &other) != 0 || info.st_dev != other.st_dev || info.st_ino != other.st_ino)
            continue;
        int self = i == s->h->editions - 1;
        return model_fault(
            &s->m, s->f, by->at, own, "a chain of editions ends with return assessment { … }",
            self ? "%s extends itself" : "%s is extended by itself, in a circle", name);
    }
    return 1;
}

static int check_base_protected(lua_State *L) {
    script *s = lua_touserdata(L, 2);
    check_base(L, s, lua_tostring(L, 1), part_test(L, 3));
    return 0;
}

/* An edition may lie anywhere, but what may not be read is not quoted: not even a word of it. */
static void hide_fault(script *s, const char *path, md_at at, fault *failed) {
    long line = failed->listed ? failed->item[0].line : 0;
    fault_kind kind = failed->kind;
    if (kind != FAULT_LIMIT && failed->listed && failed->item[0].file) {
        fault_release(failed);
        model_fault(&s->m, failed, at, "extend", path_hint(s, path),
                    "'%.200s', outside the folders that rules may read, has a fault in line %ld",
                    path, line);
    } else if (kind == FAULT_LIMIT && failed->listed && failed->item[0].excerpt) {
        fault own = FAULT_INIT;
        fault_at(&own, kind, &(place){.file = path, .line = line}, failed->item[0].hint, "%s",
                 failed->item[0].text ? failed->item[0].text : path);
        fault_release(failed);
        fault_move(failed, &own);
    }
}

/* Runs the file that the result on top of the stack extends; that file's result is then on top. 1:
 * there is one; 0: there is none, or a fault. */
static int run_next(script *s, int first, fault *f) {
    lua_State *L = s->h->L;
    int last = lua_gettop(L);
    if (!lua_checkstack(L, 8)) return fault_memory(f);
    lua_pushcfunction(L, read_base_path);
    lua_pushvalue(L, last);
    lua_pushlightuserdata(L, s);
    if (last > first)
        lua_pushvalue(L, last - 1);
    else
        lua_pushnil(L);
    if (!host_call(s->h, 3, 1, f)) return 0;
    if (lua_isnil(L, -1) || s->f->count) {
        lua_settop(L, last);
        return 0;
    }
    const char *path = arena_text(&s->memory, lua_tostring(L, -1), lua_rawlen(L, -1));
    lua_pushcfunction(L, check_base_protected);
    lua_insert(L, -2);
    lua_pushlightuserdata(L, s);
    lua_pushvalue(L, last);
    int fine = host_call(s->h, 3, 0, f) && !s->f->count;
    if (fine && !path) fine = fault_memory(f);
    fault failed = FAULT_INIT;
    if (!fine) return 0;
    int outside = !path_allowed(s, path); /* afterwards its folder is that of an edition */
    if (host_run_file(s->h, path, &failed)) return 1;
    if (outside) hide_fault(s, path, part_test(L, last)->at, &failed);
    if (failed.listed && !failed.item[0].file) {
        model_fault(&s->m, f, part_test(L, last)->at, "extend", NULL, "%s",
                    failed.item[0].text ? failed.item[0].text : path);
        fault_release(&failed);
    }
    fault_move(f, &failed);
    return 0;
}

/* ---- what extend { … } holds ---- */

/* base(a): the outputs of the edition before. Upvalue 1: its compute. */
static int base_outputs(lua_State *L) {
    if (lua_isnoneornil(L, 1))
        return host_error(L, "base", "local r = base(a)", "base takes what compute was given");
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    if (!lua_istable(L, 1))
        return host_error(L, "base", NULL, "the compute of the base returns %s, not a table",
                          lua_isnil(L, 1) ? "nothing" : luaL_typename(L, 1));
    host_strict(L, 1, "what base returns");
    return 1;
}

/* Upvalues: compute of an overlay, base_outputs of the edition before. */
static int compute_overlay(lua_State *L) {
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_call(L, 2, 1);
    return 1;
}

static void read_compute(const table_reader *r) {
    lua_State *L = r->L;
    script *s = r->s;
    if (reader_field(r, "compute") == LUA_TFUNCTION) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, s->compute);
        lua_pushcclosure(L, base_outputs, 1);
        lua_pushcclosure(L, compute_overlay, 2);
        luaL_unref(L, LUA_REGISTRYINDEX, s->compute);
        s->compute = luaL_ref(L, LUA_REGISTRYINDEX);
        s->compute_at = reader_line(r, "compute");
        return;
    }
    if (!lua_isnil(L, -1))
        script_fault(s, reader_line(r, "compute"), "compute",
                     "compute = function(a, base) … return base(a) end",
                     "`compute` is a %s, not a function", luaL_typename(L, -1));
    lua_pop(L, 1);
}

static const char *const overlay_keys[] = {
    "id",      "title",  "cite",       "focus",     "status", "note",   "stages",
    "data",    "levels", "attributes", "compute",   "show",   "titles", "units",
    "outputs", "lang",   "statement",  "uncertain", "keys",   NULL};
/* What an assessment declares in tables, and an overlay one by one. */
static const char *const declared[][2] = {
    {"params", TEXT("set { \"params.cap\", 120 } changes one, add { \"params.x\", 3 } adds one")},
    {"index", TEXT("set, remove and add change the index")},
};

static void refuse_declared(const table_reader *r) {
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++) {
        const char *key = declared[i][0];
        if (reader_field(r, key) != LUA_TNIL)
            script_fault(r->s, reader_line(r, key), key, declared[i][1],
                         "an overlay does not give `%s` as a whole", key);
        lua_pop(r->L, 1);
    }
}

/* Protected, as read_assessment. */
static int read_overlay(lua_State *L) {
    script *s = lua_touserdata(L, 2);
    static const char *const whole[] = {"params", "index"}; /* refused with words of their own */
    s->m.at = part_test(L, 1)->at;
    s->broken = 1; /* until all went well */
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, 2);
    lua_replace(L, 1);
    lua_settop(L, 1);
    table_reader r = {L, s, 1, "extend", {.braces = s->m.at}};
    reader_check_keys(&r, overlay_keys, whole, 2);
    r.what = "assessment";
    refuse_declared(&r);
    read_common(&r);
    read_stages(&r, model_change_stage);
    overlay_read(L, s, reader_field(&r, "cite") == LUA_TSTRING ? s->m.cite : NULL);
    lua_settop(L, 1);
    read_compute(&r);
    s->broken = s->f->count > 0;
    return 0;
}

/* ---- reading ---- */

/* Protected: makes the tables that functions and methods are kept in. */
static int begin(lua_State *L) {
    script *s = lua_touserdata(L, 1);
    lua_newtable(L);
    s->functions = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_newtable(L);
    s->methods = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/* Protected: all files are read; closes the tree and lists the methods of its indicators. */
static int finish(lua_State *L) {
    script *s = lua_touserdata(L, 1);
    if (s->h->editions - s->first > 1 && !model_sort_leaves(&s->m, s->f)) return 0;
    settings_apply(L, s);
    if (s->f->count) return 0;
    if (model_close_tree(&s->m, s->level, (int)s->levels, s->index_at, s->f)) gather_methods(L, s);
    return 0;
}

/* Calls read_assessment or read_overlay with the part at an index of the stack. */
static int read_part(script *s, int at, fault *f) {
    lua_State *L = s->h->L;
    if (!lua_checkstack(L, 4)) return fault_memory(f);
    lua_pushcfunction(L,
                      part_test(L, at)->kind == PART_ASSESSMENT ? read_assessment : read_overlay);
    lua_pushvalue(L, at);
    lua_pushlightuserdata(L, s);
    return host_call(s->h, 2, 0, f) && !s->f->count;
}

int script_read(script *s, const char *path, fault *f) {
    lua_State *L = s->h->L;
    int below = lua_gettop(L);
    fault noted = FAULT_INIT;
    s->f = &noted;
    s->first = s->h->editions;
    int fine = host_run_first(s->h, path, f) && host_protect(s->h, begin, s, f);
    while (fine && run_next(s, below + 1, f))
        ;
    fine = fine && !f->count && !noted.count;
    for (int i = lua_gettop(L); fine && i > below; i--) fine = read_part(s, i, f);
    if (fine || (noted.count && !s->broken))
        fine = host_protect(s->h, finish, s, f) && !noted.count;
    else if (noted.count)
        model_check_ids(&s->m, &noted);
    fault_move(f, &noted);
    s->f = NULL;
    lua_settop(L, below);
    return fine;
}

void extend_open(lua_State *L) {
    lua_pushcfunction(L, extend);
    lua_setfield(L, -2, "extend");
}
