/* index_from_csv: the tree of the index from a table of metadata.
 *
 * The table is turned into what the constructors index, group and indicator return, so that
 * everything after it is the same; each element stands on its row of the file. The file counts as
 * one of the rule files: its text decides results as theirs does. */
#include "rule/metadata.h"

#include <lauxlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "lua/script.h"

/* Columns are attributes that the script need not declare. */
static int declare_columns(script *s, const metadata *m, fault *f) {
    size_t count = tb_columns(m->table);
    const char **name = arena_take(&s->memory, (s->columns + count + 1) * sizeof *name);
    if (!name) return fault_memory(f);
    if (s->columns) memcpy(name, s->column, s->columns * sizeof *name);
    s->column = name;
    for (size_t i = 0; i < count; i++) {
        const char *own = metadata_attribute(tb_column_at(m->table, i)->name);
        int known = !own;
        for (size_t k = 0; own && indicator_keys[k]; k++) known |= !strcmp(indicator_keys[k], own);
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

enum { DEEPEST = 32 };

static void push_element(lua_State *L, const metadata *m, int file, long row, int depth) {
    const meta_element *e = &m->row[row];
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    lua_pushstring(L, e->code);
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, e->name);
    lua_rawseti(L, -2, 2);
    push_attributes(L, m, row);
    lua_Integer n = 2;
    for (long child = e->first; child != META_NONE && depth < DEEPEST; child = m->row[child].next) {
        push_element(L, m, file, child, depth + 1);
        lua_rawseti(L, -2, ++n);
    }
    int kind = e->parent == META_NONE ? 'x' : e->kind == META_INDICATOR ? 'i' : 'g';
    part_push(L, kind, (md_at){file, tb_line(m->table, (size_t)row)});
}

static void close_table(void *t) {
    tb_close(t);
}

/* Without raising: reads, and leaves the table to the host. The number of the source, or -1. */
static int read_table(script *s, metadata *m, const char *path, fault *f) {
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
    md_at at;
    if (lua_type(L, 1) != LUA_TSTRING || !lua_rawlen(L, 1) ||
        strlen(lua_tostring(L, 1)) != lua_rawlen(L, 1))
        return host_error(L, "index_from_csv", "index = index_from_csv \"iMeta.csv\"",
                          "index_from_csv takes the path of a file, not a %s", luaL_typename(L, 1));
    host_where(L, &at.file, &at.line);
    const char *path = path_beside(L, s, lua_tostring(L, 1), at);
    struct stat info;
    if (stat(path, &info) != 0 || S_ISDIR(info.st_mode)) {
        buf near = BUF_INIT;
        files_near(path, &near);
        const char *hint = near.length ? arena_text(&s->memory, buf_string(&near), near.length) : NULL;
        buf_release(&near);
        return host_error(L, lua_tostring(L, 1),
                          hint ? hint : "the path is relative to the rule file", "there is no table '%s'",
                          path);
    }
    fault *f = host_fault(L);
    int file = read_table(s, &m, path, f);
    if (f->count) return host_raise(L, f);
    push_element(L, &m, file, m.root, 0);
    return 1;
}

void host_metadata_open(lua_State *L) {
    lua_pushcfunction(L, index_from_csv);
    lua_setfield(L, -2, "index_from_csv");
}
