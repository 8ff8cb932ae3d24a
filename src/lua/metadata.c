/* index_from_csv: the tree of the index from a table with a row for each element.
 *
 * The layout is that of the R package COINr (Becker et al. 2022): Level, iCode, iName, Direction,
 * Weight, Parent, Type, and any further columns, which become attributes. The table is turned into
 * what the constructors index, group and indicator return, so that everything after it is the same;
 * each element stands on its row of the file. The file counts as one of the rule files: its text
 * decides results as theirs does. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/near.h"
#include "lua/script.h"
#include "table/encoding.h"
#include "table/table.h"

enum { MOST_BYTES = 64 << 20 };

typedef enum kind { OUTSIDE, INDICATOR, AGGREGATE } kind;

typedef struct element {
    const char *code, *name;
    double level;
    kind kind;
    size_t parent;      /* a row, or NONE */
    size_t first, next; /* child, sibling */
} element;

#define NONE SIZE_MAX

typedef struct metadata {
    script *s;
    tb_table *t;
    int file;
    element *row;
    size_t rows;
    const tb_column *level, *code, *name, *direction, *weight, *parent, *type;
} metadata;

static const char *const columns[] = {"Level",  "iCode",  "iName", "Direction",
                                      "Weight", "Parent", "Type",  NULL};

/* ---- reading: nothing here raises ---- */

static void close_table(void *t) {
    tb_close(t);
}

/* The file as a table kept by the host, and its text among the sources. */
static int read_file(metadata *m, const char *path, fault *f) {
    static const tb_want want[] = {
        {"Level", TB_NUMBER, NULL, 0},  {"iCode", TB_TEXT, NULL, 0},
        {"iName", TB_TEXT, NULL, 0},    {"Direction", TB_NUMBER, NULL, 1},
        {"Weight", TB_NUMBER, NULL, 1}, {"Parent", TB_TEXT, NULL, 0},
        {"Type", TB_TEXT, NULL, 0},     {"Unit", TB_TEXT, NULL, 1},
        {"Target", TB_NUMBER, NULL, 1}, {"Denominator", TB_TEXT, NULL, 1},
    };
    host *h = m->s->h;
    file_view view = FILE_VIEW_INIT;
    decoded text = {0};
    if (!files_read(path, MOST_BYTES, &view, f)) return 0;
    if (text_decode(path, view.bytes, view.length, m->s->data.encoding, NULL, &text,
                    m->s->data.notes, f)) {
        const tb_options o = {
            .want = want, .wants = sizeof want / sizeof *want, .others = TB_GUESS, .threads = 1};
        m->file = sources_add_table(h->files, path, text.bytes, text.length);
        m->t = m->file < 0 ? NULL
                           : tb_read_text(path, text.bytes, text.length, &o, h->strings,
                                          m->s->data.notes, f);
        if (m->file < 0 || (m->t && !host_keep(h, m->t, close_table))) fault_memory(f);
        decoded_release(&text);
    }
    files_release(&view);
    return m->t && !f->count;
}

/* The text of a cell; NULL where there is none. R writes NA for that, which the reader leaves to
 * texts. */
static const char *text_of(const metadata *m, const tb_column *c, size_t row) {
    double value = c ? c->value[row] : NAN;
    const char *text = value == value ? pool_text(m->s->h->strings, (uint32_t)value) : NULL;
    return text && strcmp(text, "NA") != 0 ? text : NULL;
}

static int read_kind(metadata *m, size_t row, const char *type, fault *f) {
    static const char *const outside[] = {"Group", "Denominator", "Other"};
    element *e = &m->row[row];
    e->kind = type && !strcmp(type, "Indicator")   ? INDICATOR
              : type && !strcmp(type, "Aggregate") ? AGGREGATE
                                                   : OUTSIDE;
    for (size_t i = 0; type && e->kind == OUTSIDE && i < 3; i++)
        if (!strcmp(outside[i], type)) return 1;
    return e->kind != OUTSIDE ||
           tb_fault(m->t, row, m->type,
                    "Indicator, Aggregate, Denominator, Group and Other are known", f,
                    type ? "no type '%s'" : "the row has no type%s", type ? type : "");
}

static int read_row(metadata *m, size_t row, fault *f) {
    element *e = &m->row[row];
    *e = (element){.code = text_of(m, m->code, row),
                   .name = text_of(m, m->name, row),
                   .parent = NONE,
                   .first = NONE,
                   .next = NONE,
                   .level = m->level->value[row]};
    if (!e->code) return tb_fault(m->t, row, m->code, NULL, f, "the row has no code");
    if (!read_kind(m, row, text_of(m, m->type, row), f) || e->kind == OUTSIDE) return f->count == 0;
    if (!(e->level >= 1))
        tb_fault(m->t, row, m->level, NULL, f, "'%s' has no level", e->code);
    else if ((e->kind == INDICATOR) != (e->level == 1))
        tb_fault(m->t, row, m->level, NULL, f,
                 e->kind == INDICATOR ? "indicator '%s' is not on level 1"
                                      : "level 1 is for indicators, not for '%s'",
                 e->code);
    double direction = m->direction ? m->direction->value[row] : 1;
    if (e->kind == INDICATOR && direction != 1 && direction != -1)
        tb_fault(m->t, row, m->direction, NULL, f, "'%s': a direction is 1 or -1", e->code);
    return f->count == 0;
}

/* Puts a row behind the other children of its parent. */
static int place_row(metadata *m, size_t row, size_t *root, fault *f) {
    element *e = &m->row[row];
    const char *parent = text_of(m, m->parent, row);
    near_word near = near_to(parent ? parent : "");
    if (e->kind == OUTSIDE) return 1;
    if (!parent) {
        if (e->kind == INDICATOR)
            return tb_fault(m->t, row, m->parent, NULL, f, "indicator '%s' has no parent", e->code);
        if (*root != NONE)
            return tb_fault(m->t, row, m->parent,
                            "an index has one element without a parent: its total", f,
                            "neither '%s' nor '%s' has a parent", m->row[*root].code, e->code);
        *root = row;
        return 1;
    }
    for (size_t k = 0; k < m->rows && e->parent == NONE; k++) {
        if (m->row[k].kind != AGGREGATE) continue;
        near_try(&near, m->row[k].code);
        if (!strcmp(m->row[k].code, parent)) e->parent = k;
    }
    const char *best = near_best(&near);
    const char *hint = best ? arena_print(&m->s->memory, "did you mean '%s'?", best) : NULL;
    if (e->parent == NONE)
        return tb_fault(m->t, row, m->parent, hint, f, "'%s': no aggregate '%s'", e->code, parent);
    if (m->row[e->parent].level <= e->level)
        return tb_fault(m->t, row, m->parent, "levels count upwards from the indicators", f,
                        "'%s' is on level %g, its parent '%s' on level %g", e->code, e->level,
                        parent, m->row[e->parent].level);
    size_t *last = &m->row[e->parent].first;
    while (*last != NONE) last = &m->row[*last].next;
    *last = row;
    return 1;
}

static int arrange(metadata *m, size_t *root, fault *f) {
    const tb_column **known[] = {&m->level,  &m->code,   &m->name, &m->direction,
                                 &m->weight, &m->parent, &m->type};
    for (size_t i = 0; columns[i]; i++) *known[i] = tb_column_named(m->t, columns[i]);
    m->rows = tb_rows(m->t);
    m->row = arena_take(&m->s->memory, (m->rows + 1) * sizeof *m->row);
    if (!m->row) return fault_memory(f);
    for (size_t i = 0; i < m->rows; i++) read_row(m, i, f);
    if (f->count) return 0;
    *root = NONE;
    for (size_t i = 0; i < m->rows; i++) place_row(m, i, root, f);
    if (*root == NONE && !f->count)
        fault_at(f, FAULT_DATA, &(place){.file = tb_path(m->t)}, NULL,
                 "no element is without a parent: the total is missing");
    return f->count == 0;
}

/* ---- making the elements ---- */

static int is_structure(const char *name) {
    for (size_t i = 0; columns[i]; i++)
        if (!strcmp(columns[i], name)) return 1;
    return 0;
}

/* What an attribute is called that a column holds. */
static const char *attribute(const char *column) {
    return !strcmp(column, "Unit")          ? "unit"
           : !strcmp(column, "Target")      ? "target"
           : !strcmp(column, "Denominator") ? "denominator"
                                            : column;
}

/* A column of nothing but TRUE and FALSE holds truths. */
static int holds_truths(const metadata *m, const tb_column *c) {
    size_t some = 0;
    for (size_t i = 0; c->kind == TB_TEXT && i < m->rows; i++) {
        const char *text = text_of(m, c, i);
        if (text && strcmp(text, "TRUE") != 0 && strcmp(text, "FALSE") != 0) return 0;
        some += text != NULL;
    }
    return some > 0;
}

static void declare_columns(metadata *m, fault *f) {
    script *s = m->s;
    const char **name = arena_take(&s->memory, (s->columns + tb_columns(m->t) + 1) * sizeof *name);
    if (!name) {
        fault_memory(f);
        return;
    }
    if (s->columns) memcpy(name, s->column, s->columns * sizeof *name);
    s->column = name;
    for (size_t i = 0; i < tb_columns(m->t); i++) {
        const char *own = attribute(tb_column_at(m->t, i)->name);
        int known = is_structure(own);
        for (size_t k = 0; indicator_keys[k]; k++) known |= !strcmp(indicator_keys[k], own);
        if (!known) name[s->columns++] = own;
    }
}

static void push_attributes(lua_State *L, metadata *m, size_t row) {
    const element *e = &m->row[row];
    if (e->kind == INDICATOR && m->direction) {
        lua_pushstring(L, m->direction->value[row] > 0 ? "higher" : "lower");
        lua_setfield(L, -2, "better");
    }
    if (m->weight && e->parent != NONE && m->weight->value[row] == m->weight->value[row]) {
        lua_pushnumber(L, m->weight->value[row]);
        lua_setfield(L, -2, "weight");
    }
    for (size_t i = 0; i < tb_columns(m->t); i++) {
        const tb_column *c = tb_column_at(m->t, i);
        const char *name = attribute(c->name);
        double value = c->value[row];
        /* A unit and a target of an aggregate say nothing; the total has no attributes but its own.
         */
        if (is_structure(c->name) || !(value == value) ||
            (e->kind == AGGREGATE && name != c->name) ||
            (c->kind == TB_TEXT && !text_of(m, c, row)))
            continue;
        if (c->kind == TB_NUMBER)
            lua_pushnumber(L, value);
        else if (holds_truths(m, c))
            lua_pushboolean(L, !strcmp(text_of(m, c, row), "TRUE"));
        else
            lua_pushstring(L, text_of(m, c, row));
        lua_setfield(L, -2, name);
    }
}

/* Levels fall from parent to child, so that this ends. */
static void push_element(lua_State *L, metadata *m, size_t row, int depth) {
    const element *e = &m->row[row];
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    lua_pushstring(L, e->code);
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, e->name ? e->name : e->code);
    lua_rawseti(L, -2, 2);
    push_attributes(L, m, row);
    lua_Integer n = 2;
    for (size_t child = e->first; child != NONE && depth < 32; child = m->row[child].next) {
        push_element(L, m, child, depth + 1);
        lua_rawseti(L, -2, ++n);
    }
    part_push(L,
              e->parent == NONE      ? 'x'
              : e->kind == INDICATOR ? 'i'
                                     : 'g',
              (md_at){m->file, tb_line(m->t, row)});
}

static int index_from_csv(lua_State *L) {
    metadata m = {.s = script_of(L)};
    md_at at;
    size_t root = NONE;
    if (lua_type(L, 1) != LUA_TSTRING || !lua_rawlen(L, 1) ||
        strlen(lua_tostring(L, 1)) != lua_rawlen(L, 1))
        return host_error(L, "index_from_csv", "index = index_from_csv \"iMeta.csv\"",
                          "index_from_csv takes the path of a file, not a %s", luaL_typename(L, 1));
    host_where(L, &at.file, &at.line);
    const char *path = path_beside(L, m.s, lua_tostring(L, 1), at);
    fault *f = host_fault(L);
    if (read_file(&m, path, f) && arrange(&m, &root, f)) declare_columns(&m, f);
    if (f->count) return host_raise(L, f);
    push_element(L, &m, root, 0);
    return 1;
}

void host_metadata_open(lua_State *L) {
    lua_pushcfunction(L, index_from_csv);
    lua_setfield(L, -2, "index_from_csv");
}
