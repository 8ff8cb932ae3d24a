/* The constructors of parts of an assessment, and the reading of one. */
#include <lauxlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "lua/script.h"

static const char part_key = 0; /* registry: the metatable of what constructors return */

static const char part_kinds[] = "axgiesrd";

const char *part_word(int kind) {
    static const char *const word[] = { "assessment", "index", "group", "indicator",
                                        "extend",     "set",   "remove", "add" };
    return word[strchr(part_kinds, kind) - part_kinds];
}

part *part_test(lua_State *L, int at) {
    part *e = lua_touserdata(L, at);
    if (!e || lua_islightuserdata(L, at) || !lua_getmetatable(L, at))
        return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &part_key);
    int same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? e : NULL;
}

void part_push(lua_State *L, int kind, md_at at) {
    part *e = lua_newuserdatauv(L, sizeof *e, 1);
    *e = (part){ kind, at };
    lua_rawgetp(L, LUA_REGISTRYINDEX, &part_key);
    lua_setmetatable(L, -2);
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
}

static const char *usual_form(int kind) {
    return kind == 'a'   ? "assessment { id = …, compute = … }"
           : kind == 's' ? "set { \"index.A.A1.weight\", 3, was = 4, cite = \"…\" }"
           : kind == 'r' ? "remove { \"index.A.A1\", cite = \"…\" }"
           : kind == 'd' ? "add { \"index.A\", indicator { … }, cite = \"…\" }"
                         : "an id, a name, attributes, then what is inside";
}

static int construct(lua_State *L) {
    int kind = (int)lua_tointeger(L, lua_upvalueindex(1));
    const char *word = part_word(kind);
    if (!lua_istable(L, 1))
        return host_error(L, word, usual_form(kind), "%s { … } takes a table, not a %s", word,
                          luaL_typename(L, 1));
    lua_settop(L, 1);
    md_at at;
    host_where(L, &at.file, &at.line);
    part_push(L, kind, at);
    return 1;
}

static int refuse_field(lua_State *L) {
    part *e = lua_touserdata(L, 1);
    return host_error(L, NULL, "keep the table in a local of its own to look into it",
                      "what %s { … } returns has no fields", part_word(e->kind));
}

void host_model_open(lua_State *L) {
    lua_createtable(L, 0, 4);
    lua_pushcfunction(L, refuse_field);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_field);
    lua_setfield(L, -2, "__newindex");
    lua_pushliteral(L, "part of an assessment");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &part_key);
    for (const char *k = part_kinds; *k; k++) {
        lua_pushinteger(L, *k);
        lua_pushcclosure(L, *k == 'e' ? extend : construct, 1);
        lua_setfield(L, -2, part_word(*k));
    }
}

/* ---- the script ---- */

script *script_open(host *h, fault *notes, fault *f) {
    script *s = mem_zero(1, sizeof *s);
    if (!s) {
        fault_memory(f);
        return NULL;
    }
    s->h = h;
    s->compute = LUA_NOREF;
    s->functions = LUA_NOREF;
    s->methods = LUA_NOREF;
    model_open(&s->m, h->strings, h->space, h->files);
    datasets_open(&s->data, &s->m);
    s->data.notes = notes;
    h->model = s;
    return s;
}

void script_close(script *s) {
    if (!s)
        return;
    s->h->model = NULL;
    datasets_close(&s->data);
    model_close(&s->m);
    ax_close(s->apart);
    arena_release(&s->memory);
    mem_free(s->fact);
    mem_free(s->taken);
    mem_free(s->output);
    mem_free(s);
}

script *script_of(lua_State *L) {
    script *s = host_of(L)->model;
    if (!s)
        host_error(L, NULL, NULL, "there is no assessment to belong to");
    return s;
}

const char *script_fact_of(const script *s, const char *name) {
    for (size_t i = 0; i < s->facts; i++)
        if (!strcmp(s->fact[i].name, name))
            return s->fact[i].text;
    return "";
}

md_at script_fact_at(const script *s, const char *name) {
    for (size_t i = 0; i < s->facts; i++)
        if (!strcmp(s->fact[i].name, name))
            return s->fact[i].at;
    return s->m.at;
}

void script_add_fact(script *s, const char *prefix, const char *name, const char *text, md_at at) {
    const char *full = arena_print(&s->memory, "%s%s", prefix, name);
    size_t i = 0;
    while (full && i < s->facts && strcmp(s->fact[i].name, full) != 0)
        i++;
    if (i == s->fact_room) {
        size_t room = s->fact_room ? 2 * s->fact_room : 16;
        script_fact *grown = mem_grow(s->fact, room * sizeof *grown);
        if (!grown) {
            fault_memory(s->f);
            return;
        }
        s->fact = grown;
        s->fact_room = room;
    }
    if (full)
        s->fact[i] = (script_fact){ full, text, at };
    else
        fault_memory(s->f);
    s->facts += full && i == s->facts;
}

void script_drop_facts(script *s, const char *beginning) {
    size_t kept = 0;
    for (size_t i = 0; i < s->facts; i++)
        if (strncmp(s->fact[i].name, beginning, strlen(beginning)) != 0)
            s->fact[kept++] = s->fact[i];
    s->facts = kept;
}

/* ---- reading an assessment; its table is at stack index 1 ---- */

static const char *const assessment_keys[] = { "id", "title", "cite", "focus", "status", "note", "stages", "data",
                                               "params", "index", "levels", "attributes", "compute", "show",
                                               "titles", "units", "outputs", "lang", "statement", NULL };
static const char *const fact_keys[] = { "id", "title", "cite", "focus", "status", "note", "lang", NULL };
static const char *const show_keys[] = { "score", "grade", "rank", "parts", "details", "coverage", "basis", "verdict",
                                         "assessable", "values", "imputed", "treated", NULL };
static const char *const stage_keys[] = { "title", "from", "to", "peers", "note", NULL };

static md_at at_key(script *s, const char *key) {
    return key_at(s, s->m.at, NULL, &key, 1);
}

/* The field is pushed; 1 if it is a table. Other values than nil are a fault. */
static int push_table(lua_State *L, script *s, const char *key, const char *wanted) {
    lua_pushstring(L, key);
    if (lua_rawget(L, 1) == LUA_TTABLE)
        return 1;
    if (!lua_isnil(L, -1))
        model_fault(&s->m, s->f, at_key(s, key), key, NULL, "`%s` is %s, not %s", key,
                    lua_type(L, -1) == LUA_TSTRING ? "a text" : luaL_typename(L, -1), wanted);
    return 0;
}

static void read_facts(lua_State *L, script *s) {
    for (size_t i = 0; fact_keys[i]; i++) {
        const char *text = read_text(L, s, 1, fact_keys[i], "assessment", s->m.at, NULL);
        if (text)
            script_add_fact(s, "", fact_keys[i], text, at_key(s, fact_keys[i]));
        if (text && !strcmp(fact_keys[i], "cite"))
            s->m.cite = text;
    }
}

static void read_map(lua_State *L, script *s, const char *key, const char *prefix,
                     const char *const *known) {
    if (push_table(L, s, key, "a table of texts")) {
        size_t count;
        const char **name = read_keys(L, s, -1, s->m.at, NULL, &key, 1, &count);
        if (known)
            read_unknown(L, s, -2, key, s->m.at, NULL, &key, 1, known, NULL, 0);
        int table = lua_gettop(L) - 1;
        for (size_t i = 0; i < count; i++) {
            const char *path[] = { key, name[i] };
            lua_pushstring(L, name[i]);
            lua_rawget(L, table);
            if (lua_type(L, -1) == LUA_TSTRING) {
                const char *text = arena_text(&s->memory, lua_tostring(L, -1), lua_rawlen(L, -1));
                script_add_fact(s, prefix, name[i], text ? text : "",
                                key_at(s, s->m.at, NULL, path, 2));
            } else {
                model_fault(&s->m, s->f, key_at(s, s->m.at, NULL, path, 2), name[i], NULL,
                            "%s.%s is a %s, not a text", key, name[i], luaL_typename(L, -1));
            }
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* A year in the field of the table on top; 0 where there is none. */
static int read_year(lua_State *L, script *s, const char *key, const char *stage, md_at at) {
    lua_pushstring(L, key);
    lua_rawget(L, -2);
    int whole, year = (int)lua_tointegerx(L, -1, &whole);
    if (!lua_isnil(L, -1) && (!whole || lua_type(L, -1) != LUA_TNUMBER || year < 1 || year > 9999)) {
        model_fault(&s->m, s->f, at, key, NULL, "stage '%s': `%s` is not a year", stage, key);
        year = 0;
    }
    lua_pop(L, 1);
    return year;
}

static void read_stage(lua_State *L, script *s, size_t number,
                       int (*take)(model *m, const md_stage *stage, fault *f)) {
    const char *key = "stages";
    md_at at = at_key(s, key);
    if (!lua_istable(L, -1) || lua_rawgeti(L, -1, 1) != LUA_TSTRING) {
        model_fault(&s->m, s->f, at, key, "{ \"stage1\", from = 2011, to = 2020 }",
                    "stage %zu has no name", number);
        lua_settop(L, 2);
        return;
    }
    md_stage stage = { .name = lua_tostring(L, -1), .title = "" };
    lua_pop(L, 1);
    char what[160];
    snprintf(what, sizeof what, "stage '%.120s'", stage.name);
    stage.at = key_at(s, at, stage.name, NULL, 0);
    read_unknown(L, s, -1, what, stage.at, stage.name, NULL, 0, stage_keys, NULL, 0);
    const char *title = read_text(L, s, -1, "title", what, stage.at, stage.name);
    stage.title = title ? title : "";
    stage.from = read_year(L, s, "from", stage.name, stage.at);
    stage.to = read_year(L, s, "to", stage.name, stage.at);
    stage.peer = read_texts(L, s, -1, "peers", what, stage.at, stage.name, &stage.peers);
    take(&s->m, &stage, s->f);
}

void read_stages_of(lua_State *L, script *s, int (*take)(model *m, const md_stage *stage, fault *f)) {
    if (push_table(L, s, "stages", "a list of stages")) {
        size_t n = lua_rawlen(L, -1);
        for (size_t i = 1; i <= n; i++) {
            lua_rawgeti(L, 2, (lua_Integer)i);
            read_stage(L, s, i, take);
            lua_settop(L, 2);
        }
        if (!n)
            model_fault(&s->m, s->f, at_key(s, "stages"), "stages", NULL, "`stages` names no stage");
    }
    lua_pop(L, 1);
}

/* Calls `each` for every name of the table in the field `key`, its value on top of the stack. What has no
 * name is a fault. */
static void read_named(lua_State *L, script *s, const char *key, const char *what, const char *hint,
                       const char *nameless, void (*each)(lua_State *L, script *s, const char *name)) {
    if (push_table(L, s, key, what)) {
        size_t count;
        const char **name = read_keys(L, s, -1, s->m.at, NULL, &key, 1, &count);
        for (size_t i = 0; i < count; i++) {
            lua_pushstring(L, name[i]);
            lua_rawget(L, 2);
            each(L, s, name[i]);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
        if (lua_rawlen(L, -1))
            model_fault(&s->m, s->f, at_key(s, key), key, hint, "%s", nameless);
    }
    lua_pop(L, 1);
}

static void read_param(lua_State *L, script *s, const char *name) {
    const char *path[] = { "params", name };
    read_leaf(L, s, -1, NULL, s->m.at, path, 2, name, name, -1);
}

static void read_params(lua_State *L, script *s) {
    read_named(L, s, "params", "a table of parameters", "params = { cap = 100 }", "a parameter has no name",
               read_param);
}

static void read_dataset(lua_State *L, script *s, const char *name) {
    const char *path[] = { "data", name };
    dataset *d = csv_test(L, -1);
    md_at at = key_at(s, s->m.at, NULL, path, 2);
    if (!d)
        model_fault(&s->m, s->f, at, name, "csv(\"file.csv\", { unit = \"city\" })",
                    "data.%s is not a csv(…)", name);
    else if (d->spec.name && *d->spec.name)
        model_fault(&s->m, s->f, at, name, "call csv(…) once for each name",
                    "data.%s is '%s' under another name", name, d->spec.name);
    else
        datasets_replace(&s->data, d, name, s->f);
}

static void read_data(lua_State *L, script *s) {
    read_named(L, s, "data", "a table of csv(…)", "data = { observed = csv(…) }", "data has no name",
               read_dataset);
}

static void read_index(lua_State *L, script *s) {
    lua_pushliteral(L, "index");
    lua_rawget(L, 1);
    part *e = part_test(L, -1);
    size_t before = s->f->count;
    if (e && e->kind == 'x')
        read_element(L, s, lua_gettop(L), -1, NULL);
    else if (!lua_isnil(L, -1))
        model_fault(&s->m, s->f, at_key(s, "index"), "index", "index = index { \"id\", \"name\", group { … } }",
                    "`index` is %s, not what index { … } returns", e ? part_word(e->kind) : luaL_typename(L, -1));
    else if (s->level)
        model_fault(&s->m, s->f, s->index_at, "levels", NULL, "`levels` without an index");
    s->broken = s->f->count > before;
    lua_pop(L, 1);
}

/* The further attributes: those declared, and the columns of a metadata table. */
static void read_declared(lua_State *L, script *s) {
    size_t n, before = s->attributes;
    const char *const *own = read_texts(L, s, 1, "attributes", "assessment", s->m.at, NULL, &n);
    const char **all = arena_take(&s->memory, (before + n + s->columns + 1) * sizeof *all);
    if (!all) {
        fault_memory(s->f);
        return;
    }
    for (size_t i = 0; i < before; i++)
        all[i] = s->attribute[i];
    for (size_t i = 0; i < n; i++)
        all[s->attributes++] = own[i];
    for (size_t i = 0; i < s->columns; i++)
        all[s->attributes++] = s->column[i];
    s->columns = 0;
    s->attribute = all;
    for (size_t i = before; i < s->attributes; i++)
        if (!strcmp(all[i], "level") || !strcmp(all[i], "methods") || !strcmp(all[i], "name") ||
            !strcmp(all[i], "id"))
            model_fault(&s->m, s->f, at_key(s, "attributes"), all[i], NULL,
                        "'%s' has a meaning already and cannot be an attribute", all[i]);
}

/* The lists of names that order outputs, units and levels. */
static void read_lists(lua_State *L, script *s) {
    size_t n;
    const char *const *list = read_texts(L, s, 1, "outputs", "assessment", s->m.at, NULL, &n);
    if (list) {
        s->order = list;
        s->orders = n;
        s->order_at = at_key(s, "outputs");
    }
    list = read_texts(L, s, 1, "units", "assessment", s->m.at, NULL, &n);
    if (list) {
        s->data.unit = list;
        s->data.units = n;
        s->data.units_at = at_key(s, "units");
    }
    list = read_texts(L, s, 1, "levels", "assessment", s->m.at, NULL, &n);
    if (list) {
        s->level = list;
        s->levels = n;
        s->index_at = at_key(s, "levels");
    }
}

void read_alike(lua_State *L, script *s) {
    read_facts(L, s);
    read_declared(L, s);
    read_lists(L, s);
    read_map(L, s, "show", "show.", show_keys);
    read_map(L, s, "titles", "title.", NULL);
    read_statement(L, s);
    read_data(L, s);
}

int read_assessment(lua_State *L) {
    script *s = lua_touserdata(L, 2);
    s->m.at = part_test(L, 1)->at;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    lua_replace(L, 1);
    s->index_at = at_key(s, "index");
    read_unknown(L, s, 1, "assessment", s->m.at, NULL, NULL, 0, assessment_keys, NULL, 0);
    if (lua_rawlen(L, 1))
        model_fault(&s->m, s->f, s->m.at, "assessment", "did you forget `index =`?",
                    "what stands in assessment { … } needs a key");
    read_alike(L, s);
    read_stages_of(L, s, model_add_stage);
    model_make_stages(&s->m, s->f);
    read_params(L, s);
    read_index(L, s);
    lua_pushliteral(L, "compute");
    s->compute_at = at_key(s, "compute");
    if (lua_rawget(L, 1) == LUA_TFUNCTION)
        s->compute = luaL_ref(L, LUA_REGISTRYINDEX);
    else
        model_fault(&s->m, s->f, lua_isnil(L, -1) ? s->m.at : s->compute_at, "compute",
                    "compute = function(a) … return { total = … } end",
                    lua_isnil(L, -1) ? "the assessment computes nothing" : "`compute` is a %s, not a function",
                    luaL_typename(L, -1));
    return 0;
}
