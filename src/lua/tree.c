/* Reads the index and its leaves from the tables of the constructors; and index_from_csv, which
 * makes such tables of a file. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "lua/inside.h"
#include "lua/script.h"
#include "rule/coinr.h"

enum { DEEPEST = 24, TABLE_DEEPEST = 32, MOST = 1000000 };

/* A table that holds itself twice has no end: reading stops after so many values and elements. */
static int counted(script *s) {
    if (s->read <= MOST && ++s->read > MOST)
        fault_set(s->f, FAULT_LIMIT, "the assessment has more than %d values and elements", MOST);
    return s->read <= MOST;
}

const char *const indicator_keys[] = {"unit", "better",   "weight", "standard", "floor", "low",
                                      "high", "cap",      "target", "allowed",  "score", "cite",
                                      "note", "measures", "source", "column",   NULL};
const char *const group_keys[] = {"weight", "cite", "note", NULL};
const char *const root_keys[] = {"cite", "note", NULL};
static const char *const number_keys[] = {"weight", "standard", "floor",   "low", "high",
                                          "cap",    "target",   "allowed", NULL};
static const char *const text_keys[] = {"unit",     "better", "cite",   "note",
                                        "measures", "source", "column", NULL};
static const char *const pair_keys[] = {"target", "allowed", NULL};

/* ---- leaves ---- */

/* A leaf while it is being read: where it stands in the tables, and what it is called. */
typedef struct leaf {
    int owner;   /* an element, or -1 */
    key_path in; /* the first key is the attribute, or "params" */
    const char *name, *address;
    int stage;
} leaf;

static const char *full_address(script *s, const leaf *l) {
    const char *base = l->owner >= 0 ? s->m.element[l->owner].address : "params";
    const char *text = arena_print(&s->memory, "%s.%s", base, l->address);
    return text ? text : l->address;
}

static void wrong(script *s, const leaf *l, const char *hint, const char *what, const char *kind) {
    script_fault(s, path_line(s, &l->in), l->in.key[l->in.depth - 1], hint, "%s is %s, %s",
                 full_address(s, l), text_message(kind), text_message(what));
}

/* Adds a leaf to script.taken instead of the model. */
static void set_aside(script *s, const leaf *l, md_value v) {
    const char *name = arena_text(&s->memory, l->name, strlen(l->name));
    if (v.text) v.text = arena_text(&s->memory, v.text, strlen(v.text));
    if (MEM_RESERVE(s->taken, s->takens + 1, s->taken_cap) && name &&
        (v.text || (v.kind != MD_TEXT && v.kind != MD_METHOD)))
        s->taken[s->takens++] =
            (script_leaf){full_address(s, l), name, l->stage, v, path_line(s, &l->in)};
    else
        fault_memory(s->f);
}

void keep_function(lua_State *L, script *s, const char *address) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->functions);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, address);
    lua_pop(L, 1);
}

static void add_leaf(lua_State *L, script *s, const leaf *l, md_value v) {
    const char *key = l->in.key[0];
    int known = l->owner >= 0 && !script_declares(s, key);
    if (known && suggest_has(number_keys, key) && v.kind != MD_NUMBER)
        wrong(s, l, NULL, "not a number", v.kind == MD_TEXT ? "a text" : "a truth or a date");
    else if (known && suggest_has(text_keys, key) && v.kind != MD_TEXT)
        wrong(s, l, NULL, "not a text", v.kind == MD_NUMBER ? "a number" : "a truth or a date");
    else if (known && !strcmp(key, "score") && v.kind != MD_METHOD)
        wrong(s, l, "for example score = normalise.ratio", "not a function", "a value");
    else if (s->taking)
        set_aside(s, l, v);
    else if (model_add_leaf(&s->m, l->owner, l->address, l->name, l->stage, v, path_line(s, &l->in),
                            s->f) >= 0 &&
             v.kind == MD_METHOD)
        keep_function(L, s, full_address(s, l));
}

/* One key further down. */
static leaf below(script *s, const leaf *l, const char *key) {
    leaf next = *l;
    next.in = path_below(l->in, key);
    next.address = arena_print(&s->memory, "%s.%s", l->address, key);
    if (!next.address) next.address = l->address;
    return next;
}

/* How many of the keys are names of stages, and how many are not. */
static void count_stages(lua_State *L, const script *s, int *stages, int *others) {
    *stages = *others = 0;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING && model_find_stage(&s->m, lua_tostring(L, -1)) >= 0)
            ++*stages;
        else
            ++*others;
    }
}

static void read_any(lua_State *L, script *s, const leaf *l);

static void read_by_stage(lua_State *L, script *s, const leaf *l) {
    for (int i = 0; i < s->m.stages; i++) {
        host_field(L, -1, s->m.stage[i].name);
        leaf next = below(s, l, s->m.stage[i].name);
        next.stage = i;
        if (!lua_isnil(L, -1))
            read_any(L, s, &next);
        else if (l->owner < 0 && !s->taking)
            wrong(s, l, NULL, "which is needed for each stage", "not given for all stages");
        lua_pop(L, 1);
    }
}

/* Notes faults for the keys of a table that are no stages. */
static void unknown_stage(lua_State *L, script *s, const leaf *l) {
    const table_reader r = {L, s, lua_gettop(L), "", l->in};
    size_t count;
    const char **key = reader_keys(&r, &count);
    for (size_t i = 0; i < count; i++) {
        if (model_find_stage(&s->m, key[i]) >= 0) continue;
        suggestion near = suggest_for(key[i]);
        const char *known = "";
        for (int k = 0; k < s->m.stages; k++) {
            suggest_try(&near, s->m.stage[k].name);
            const char *more =
                arena_print(&s->memory, "%s%s%s", known, k ? ", " : "", s->m.stage[k].name);
            known = more ? more : known;
        }
        const char *best = suggest_best(&near);
        leaf next = below(s, l, key[i]);
        script_fault(s, path_line(s, &next.in), key[i],
                     best ? suggest_text(&s->memory, best)
                          : arena_print(&s->memory, text_message("the stages are %s"), known),
                     "%s: no stage '%s'", full_address(s, l), key[i]);
    }
    if (!count) wrong(s, l, NULL, "not a value", "an empty table");
    lua_settop(L, r.at);
}

/* { low, high } gives two leaves and two arrays. */
static void read_pair(lua_State *L, script *s, const leaf *l) {
    static const char *const end[] = {"low", "high"};
    if (lua_rawlen(L, -1) > 2) {
        wrong(s, l, NULL, "not two numbers, the low end and the high", "a list of more");
        return;
    }
    for (int i = 0; i < 2; i++) {
        leaf next = *l;
        next.address = arena_print(&s->memory, "%s.%s", l->address, end[i]);
        next.name = arena_print(&s->memory, "%s_%s", l->name, end[i]);
        lua_rawgeti(L, -1, i + 1);
        md_value v;
        if (!next.address || !next.name)
            fault_memory(s->f);
        else if (read_value(L, s, 0, &v))
            add_leaf(L, s, &next, v);
        else
            wrong(s, &next, NULL, "not a number",
                  lua_isnil(L, -1) ? "not given" : luaL_typename(L, -1));
        lua_pop(L, 1);
    }
}

/* { 1, 17 } or { "gazette", "yearbook" } as one text. */
static void read_list(lua_State *L, script *s, const leaf *l) {
    int list = lua_gettop(L), plain = 1;
    lua_Integer n = (lua_Integer)lua_rawlen(L, list);
    luaL_Buffer b;
    luaL_checkstack(L, 8, NULL);
    luaL_buffinit(L, &b);
    for (lua_Integer i = 1; i <= n && plain; i++) {
        if (i > 1) luaL_addstring(&b, ", ");
        int type = lua_rawgeti(L, list, i);
        plain = type == LUA_TNUMBER || type == LUA_TSTRING;
        if (plain) luaL_addvalue(&b);
    }
    if (!plain) {
        lua_settop(L, list);
        wrong(s, l, NULL, "not a list of texts or numbers", "a list of other things");
        return;
    }
    luaL_pushresult(&b);
    add_leaf(L, s, l, (md_value){MD_TEXT, NAN, lua_tostring(L, -1)});
    lua_settop(L, list);
}

static void read_nested(lua_State *L, script *s, const leaf *l) {
    if (l->in.depth >= 6) {
        wrong(s, l, NULL, "which is deeper than a parameter may lie",
              "in six tables, one in another");
        return;
    }
    const table_reader r = {L, s, lua_gettop(L), "", l->in};
    size_t count;
    const char **key = reader_keys(&r, &count);
    if (!count)
        wrong(s, l, "parameters have names: { low = 1, high = 2 }", "not a value",
              "a list or an empty table");
    for (size_t i = 0; i < count; i++) {
        leaf next = below(s, l, key[i]);
        next.name = next.address;
        reader_field(&r, key[i]);
        read_any(L, s, &next);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static int two_numbers(lua_State *L) {
    int first = lua_rawgeti(L, -1, 1), second = lua_rawgeti(L, -2, 2);
    lua_pop(L, 2);
    return lua_rawlen(L, -1) == 2 && first == LUA_TNUMBER && second == LUA_TNUMBER;
}

static void read_table(lua_State *L, script *s, const leaf *l) {
    int stages, others, list = lua_rawlen(L, -1) > 0;
    const char *key = l->in.key[0];
    count_stages(L, s, &stages, &others);
    if (stages && !others && l->stage < 0)
        read_by_stage(L, s, l);
    else if (stages && l->stage < 0)
        unknown_stage(L, s, l);
    else if (l->owner < 0 && l->stage < 0)
        read_nested(L, s, l);
    else if (list && l->owner >= 0 &&
             (suggest_has(pair_keys, key) || (script_declares(s, key) && two_numbers(L))))
        read_pair(L, s, l);
    else if (list && l->owner >= 0 && (suggest_has(text_keys, key) || script_declares(s, key)))
        read_list(L, s, l);
    else if (l->owner >= 0 && s->m.stages && l->stage < 0 && !list)
        unknown_stage(L, s, l);
    else
        wrong(s, l, s->m.stages ? NULL : "without stages = { … } a value does not differ by stage",
              "not a value", list ? "a list" : "a table");
}

static void read_any(lua_State *L, script *s, const leaf *l) {
    md_value v;
    int method = l->owner >= 0 && l->stage < 0 &&
                 (!strcmp(l->in.key[0], "score") || script_declares(s, l->in.key[0]));
    if (!counted(s)) return;
    luaL_checkstack(L, 12, NULL);
    if (read_value(L, s, method, &v))
        add_leaf(L, s, l, v);
    else if (lua_istable(L, -1))
        read_table(L, s, l);
    else if (lua_type(L, -1) == LUA_TNUMBER)
        wrong(s, l, NULL, "which no calculation can use", "not a finite number");
    else if (lua_isfunction(L, -1))
        wrong(s, l, NULL, "not a value", "a function");
    else
        wrong(s, l, NULL, "not a number, truth, text or date",
              host_test(L, -1) ? "a formula" : luaL_typename(L, -1));
}

void read_leaf(lua_State *L, script *s, int owner, const key_path *in, const char *name,
               const char *address, int stage) {
    read_any(L, s, &(leaf){owner, *in, name, address, stage});
}

/* ---- elements ---- */

static const char *const *keys_of(part_kind kind) {
    return kind == PART_INDICATOR ? indicator_keys : kind == PART_GROUP ? group_keys : root_keys;
}

static void read_attributes(const table_reader *r, part_kind kind, int number) {
    script *s = r->s;
    size_t count;
    const char **key = reader_keys(r, &count);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(key[i], "cite") ||
            (!suggest_has(keys_of(kind), key[i]) && !script_declares(s, key[i])))
            continue;
        int type = reader_field(r, key[i]);
        const key_path in = path_below(r->in, key[i]);
        if (kind == PART_INDICATOR || type != LUA_TTABLE || suggest_has(group_keys, key[i]))
            read_leaf(r->L, s, number, &in, key[i], key[i], -1);
        lua_pop(r->L, 1);
    }
    lua_pop(r->L, 1);
}

/* The list of the methods of an attribute in the table at `all`, pushed; made when first asked for.
 */
static void push_methods(lua_State *L, int all, const char *attribute) {
    if (host_field(L, all, attribute) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, all, attribute);
}

void note_method(lua_State *L, int list, const char *id) {
    int method = lua_gettop(L);
    size_t n = lua_rawlen(L, list), found = 0;
    for (size_t k = 1; k <= n && !found; k++) {
        lua_rawgeti(L, list, (lua_Integer)k);
        lua_getfield(L, -1, "method");
        found = lua_rawequal(L, -1, method) ? k : 0;
        lua_settop(L, method);
    }
    if (found) {
        lua_rawgeti(L, list, (lua_Integer)found);
    } else {
        lua_createtable(L, 0, 2);
        lua_pushvalue(L, method);
        lua_setfield(L, -2, "method");
        lua_newtable(L);
        lua_setfield(L, -2, "ids");
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, (lua_Integer)n + 1);
    }
    lua_getfield(L, -1, "ids");
    lua_pushstring(L, id);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_settop(L, method - 1);
}

void gather_methods(lua_State *L, script *s) {
    int top = lua_gettop(L);
    luaL_checkstack(L, 16, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->methods);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->functions);
    for (size_t i = 0; i < s->m.leaves; i++) {
        const md_leaf *l = &s->m.leaf[i];
        if (l->value.kind != MD_METHOD || l->element < 0 || !s->m.element[l->element].indicator)
            continue;
        lua_pushstring(L, l->address);
        if (lua_rawget(L, top + 2) == LUA_TFUNCTION) {
            push_methods(L, top + 1, l->name);
            lua_insert(L, top + 3);
            note_method(L, top + 3, s->m.element[l->element].id);
        }
        lua_settop(L, top + 2);
    }
    lua_settop(L, top);
}

static void read_children(lua_State *L, script *s, int table, int number) {
    size_t n = lua_rawlen(L, table);
    for (size_t i = 3; i <= n; i++) {
        lua_rawgeti(L, table, (lua_Integer)i);
        part *child = part_test(L, -1);
        const md_element *e = &s->m.element[number];
        if (child && (child->kind == PART_GROUP || child->kind == PART_INDICATOR) && !e->indicator)
            read_element(L, s, lua_gettop(L), number, NULL);
        else if (e->indicator)
            script_fault(s, e->at, e->id, NULL, "indicator '%s' has something inside it", e->id);
        else
            script_fault(s, child ? child->at : e->at, child ? NULL : e->id, NULL,
                         "'%s' holds %s where a group or an indicator is expected", e->id,
                         child ? part_word(child->kind) : luaL_typename(L, -1));
        lua_pop(L, 1);
    }
}

void read_element(lua_State *L, script *s, int at, int parent, const char *cite) {
    part *e = part_test(L, at);
    const char *word = part_word(e->kind);
    if (!counted(s)) return;
    luaL_checkstack(L, 12, NULL);
    lua_getiuservalue(L, at, 1);
    int table = lua_gettop(L);
    lua_rawgeti(L, table, 1);
    lua_rawgeti(L, table, 2);
    size_t n = 0, m = 0;
    const char *id = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &n) : NULL;
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &m) : NULL;
    table_reader r = {L, s, table, NULL, {.braces = e->at}};
    if (!id || !n || strlen(id) != n) {
        script_fault(s, e->at, word, "an id and a name come first: \"A1\", \"GDP per head\"",
                     "%s without an id", word);
        id = NULL;
    } else {
        r.in.first = id;
        r.in.braces = path_line(s, &r.in);
        if (!name || strlen(name) != m)
            script_fault(s, r.in.braces, id,
                         "an id and a name come first: \"A1\", \"GDP per head\"",
                         "%s '%s' has no name", text_kind(word), id);
    }
    if (parent >= 0 && s->m.element[parent].depth >= DEEPEST) {
        script_fault(s, r.in.braces, id, NULL, "the tree is more than %d levels deep", DEEPEST);
        lua_settop(L, table - 1);
        return;
    }
    char what[160];
    snprintf(what, sizeof what, text_message("%s '%.120s'"), text_kind(word), id ? id : "?");
    r.what = what;
    reader_check_keys(&r, keys_of(e->kind), s->attribute, s->attributes);
    const char *own = reader_text(&r, "cite");
    int number = model_add_element(&s->m, parent, e->kind == PART_INDICATOR, id ? id : "",
                                   name ? name : "", own ? own : cite, r.in.braces, s->f);
    if (number >= 0) {
        read_attributes(&r, e->kind, number);
        read_children(L, s, table, number);
    }
    lua_settop(L, table - 1);
}

/* ---- index_from_csv: the tree of the index from a table of metadata ----
 *
 * The table is turned into what the constructors index, group and indicator return, so that
 * everything after it is the same; each element stands on its row of the file. The file counts as
 * one of the rule files: its text decides results as theirs does. */

/* Columns are attributes that the script need not declare. */
static int declare_columns(script *s, const metadata *m, fault *f) {
    size_t count = tb_columns(m->table);
    const char **name = arena_take(&s->memory, (s->columns + count + 1) * sizeof *name);
    if (!name) return fault_memory(f);
    if (s->columns) memcpy(name, s->column, s->columns * sizeof *name);
    s->column = name;
    for (size_t i = 0; i < count; i++) {
        const char *own = metadata_attribute(tb_column_at(m->table, i)->name);
        int known = !own || suggest_has(indicator_keys, own);
        const char *copy = known ? NULL : arena_text(&s->memory, own, strlen(own));
        if (copy)
            name[s->columns++] = copy;
        else if (!known)
            return fault_memory(f);
    }
    return 1;
}

static void push_attributes(lua_State *L, const metadata *m, long row) {
    const meta_element *e = &m->row[row];
    if (e->kind == META_INDICATOR) {
        lua_pushstring(L, e->lower ? "lower" : "higher");
        lua_setfield(L, -2, "better");
    }
    if (e->weight == e->weight && e->parent != META_NONE) {
        lua_pushnumber(L, e->weight);
        lua_setfield(L, -2, "weight");
    }
    for (size_t i = 0; i < tb_columns(m->table); i++) {
        const tb_column *c = tb_column_at(m->table, i);
        if (!metadata_says(m, c, row)) continue;
        if (c->kind != TB_TEXT)
            lua_pushnumber(L, c->value[row]);
        else if (metadata_holds_truths(m, c))
            lua_pushboolean(L, !strcmp(metadata_text(m, c, row), "TRUE"));
        else
            lua_pushstring(L, metadata_text(m, c, row));
        lua_setfield(L, -2, metadata_attribute(c->name));
    }
}

static void push_row(lua_State *L, const metadata *m, int file, long row, int depth) {
    const meta_element *e = &m->row[row];
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    lua_pushstring(L, e->code);
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, e->name);
    lua_rawseti(L, -2, 2);
    push_attributes(L, m, row);
    lua_Integer n = 2;
    for (long child = e->first; child != META_NONE && depth < TABLE_DEEPEST;
         child = m->row[child].next) {
        push_row(L, m, file, child, depth + 1);
        lua_rawseti(L, -2, ++n);
    }
    part_kind kind = e->parent == META_NONE      ? PART_INDEX
                     : e->kind == META_INDICATOR ? PART_INDICATOR
                                                 : PART_GROUP;
    part_push(L, kind, (md_at){file, tb_line(m->table, (size_t)row)});
}

static void close_table(void *t) { tb_close(t); }

/* Without raising: reads, and leaves the table to the host. The number of the source, or -1. */
static int read_metadata(script *s, metadata *m, const char *path, fault *f) {
    int file = -1;
    if (metadata_read(m, path, s->data.encoding, s->h->strings, &s->memory, s->data.notes, f) &&
        declare_columns(s, m, f)) {
        file = sources_add_table(s->h->files, path, m->text, m->length);
        if (file < 0 || !host_keep(s->h, m->table, close_table)) fault_memory(f);
    }
    if (f->count) metadata_close(m);
    /* What the rules are made from is a part of the rules. */
    if (f->kind == FAULT_DATA) f->kind = FAULT_RULE;
    return file;
}

static int index_from_csv(lua_State *L) {
    script *s = script_of(L);
    metadata m;
    if (lua_type(L, 1) != LUA_TSTRING || !lua_rawlen(L, 1) ||
        strlen(lua_tostring(L, 1)) != lua_rawlen(L, 1))
        return host_error(L, "index_from_csv", "index = index_from_csv \"iMeta.csv\"",
                          "index_from_csv takes the path of a file, not a %s", luaL_typename(L, 1));
    md_at at = where_now(L);
    const char *path = path_beside(L, s, lua_tostring(L, 1), at);
    struct stat info;
    path_check(L, s, path);
    if (stat(path, &info) != 0 || S_ISDIR(info.st_mode)) {
        buf near = BUF_INIT;
        files_near(path, &near);
        const char *hint =
            near.length ? arena_text(&s->memory, buf_string(&near), near.length) : NULL;
        buf_release(&near);
        return host_error(L, lua_tostring(L, 1),
                          hint ? hint : "the path is relative to the rule file",
                          "there is no table '%s'", path);
    }
    fault *f = host_fault(L);
    int file = read_metadata(s, &m, path, f);
    if (f->count) return host_raise(L, f);
    push_row(L, &m, file, m.root, 0);
    return 1;
}

void tree_open(lua_State *L) {
    lua_pushcfunction(L, index_from_csv);
    lua_setfield(L, -2, "index_from_csv");
}
