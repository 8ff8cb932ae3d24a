/* csv(…) and sheet(…), and the tables scripts make of them. */
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/allowed.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "lua/inside.h"
#include "lua/script.h"
#include "table/workbook.h"

static const char csv_key = 0;      /* registry: the metatable of csv(…) */
static const char exploded_key = 0; /* registry: that of what explode gives */

/* A table made by taking the items of list-valued columns apart. */
typedef struct exploded {
    int axis;
    const char *column; /* one item each */
    const double *item;
    const char *from; /* of several columns: which one the item stood in; else NULL */
    const double *source;
    const char *parent; /* the name of the table's own axis, and of the column of its labels */
    const double *label;
} exploded;

static void *pointer_test(lua_State *L, int at, const char *key) {
    void **p = host_userdata(L, at, key);
    return p ? *p : NULL;
}

static void push_pointer(lua_State *L, void *what, const char *key) {
    void **p = lua_newuserdatauv(L, sizeof *p, 0);
    *p = what;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    lua_setmetatable(L, -2);
}

dataset *csv_test(lua_State *L, int at) { return pointer_test(L, at, &csv_key); }

void table_push(lua_State *L, dataset *d) { push_pointer(L, d, &csv_key); }

/* ---- options ---- */

static const char *const plain_options[] = {
    "value", "carry", "missing", "encoding", "separator", "unit_of_measure", "numbers", "rows",
    "label", "date",  "text",    "number",   "labels",    "within",          NULL};

static const char *const sheet_options[] = {"sheet", "range", NULL};

static int is_plain(const char *key) {
    return suggest_has(plain_options, key) || suggest_has(csv_layout_options, key);
}

/* The text of an option, or NULL. Lent by the options' table. */
static const char *read_text(lua_State *L, const char *key) {
    int type = host_field(L, 2, key);
    const char *text = type == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    if (type != LUA_TNIL && !text)
        host_error(L, key, NULL, "csv: `%s` is a %s, not a text", key, lua_typename(L, type));
    lua_pop(L, 1);
    return text;
}

/* The texts of an option: one, or a list; in memory of the Lua state, which is pushed. */
static const char *const *read_texts(lua_State *L, const char *key, size_t *count) {
    int type = host_field(L, 2, key);
    size_t n = type == LUA_TTABLE ? (size_t)lua_rawlen(L, -1) : (size_t)(type == LUA_TSTRING);
    if (type != LUA_TNIL && type != LUA_TTABLE && type != LUA_TSTRING)
        host_error(L, key, NULL, "csv: `%s` is a %s, not a list of texts", key,
                   lua_typename(L, type));
    if (type == LUA_TSTRING) {
        lua_createtable(L, 1, 0);
        lua_insert(L, -2);
        lua_rawseti(L, -2, 1);
    }
    const char **out = lua_newuserdatauv(L, (n + 1) * sizeof *out, 0);
    for (size_t i = 0; i < n; i++) {
        if (lua_rawgeti(L, -2, (lua_Integer)i + 1) != LUA_TSTRING)
            host_error(L, key, NULL, "csv: `%s` is a list of texts", key);
        out[i] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    *count = n;
    return n || type == LUA_TTABLE ? out : NULL;
}

/* A key that is almost the name of an option is a slip, not an axis. */
static void check_axis(lua_State *L, const char *key, int workbook) {
    suggestion near = suggest_for(key);
    const char *unknown =
        text_message(workbook ? TEXT("sheet has no option `%s`") : TEXT("csv has no option `%s`"));
    const char *foreign = csv_foreign_option(key);
    if (foreign) host_error(L, key, foreign, unknown, key);
    for (size_t i = 0; plain_options[i]; i++) suggest_try(&near, plain_options[i]);
    for (size_t i = 0; csv_layout_options[i]; i++) suggest_try(&near, csv_layout_options[i]);
    for (size_t i = 0; workbook && sheet_options[i]; i++) suggest_try(&near, sheet_options[i]);
    const char *best = suggest_best(&near);
    if (best && strcmp(key, "dates") != 0 && near.distance <= 2 && strlen(key) > 3)
        host_error(L, key, lua_pushfstring(L, text_message("did you mean `%s`?"), best), unknown,
                   key);
}

/* Units come first and years last, as people name a figure. */
static int comes_after(const char *a, const char *b) {
    int x = !strcmp(a, "unit") ? 0 : !strcmp(a, "year") ? 2 : 1;
    int y = !strcmp(b, "unit") ? 0 : !strcmp(b, "year") ? 2 : 1;
    return x != y ? x > y : strcmp(a, b) > 0;
}

static void insert_key(ds_key *key, size_t *count, const char *axis, const char *column) {
    size_t at = (*count)++;
    for (; at > 0 && comes_after(key[at - 1].axis, axis); at--) key[at] = key[at - 1];
    key[at] = (ds_key){axis, column};
}

/* Keys of axes, from columns and from headings, in a defined order; pushed. */
static const ds_key *axis_keys(lua_State *L, const ds_headings *headings, int workbook,
                               size_t *count) {
    size_t n = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) n++;
    ds_key *key = lua_newuserdatauv(L, (n + 1 + headings->axes) * sizeof *key, 0);
    *count = 0;
    for (size_t i = 0; i < headings->axes; i++)
        insert_key(key, count, headings->axis[i], headings->axis[i]);
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, "csv", "csv(path, { unit = \"city\", value = \"value\" })",
                       "csv: an option has no name");
        const char *name = lua_tostring(L, -2);
        int list_of_dates = !strcmp(name, "date") && lua_type(L, -1) == LUA_TSTRING;
        if (is_plain(name) && !list_of_dates) continue;
        if (suggest_has(sheet_options, name)) {
            if (workbook) continue;
            host_error(L, name, "sheet(\"file.xlsx\", { sheet = \"data\", … }) reads a workbook",
                       "csv has no option `%s`", name);
        }
        if (!list_of_dates) check_axis(L, name, workbook);
        if (lua_type(L, -1) != LUA_TSTRING)
            host_error(L, name, "an axis is named with the column that holds it: unit = \"city\"",
                       "csv: `%s` is a %s, not the name of a column", name, luaL_typename(L, -1));
        insert_key(key, count, name, lua_tostring(L, -1));
    }
    return key;
}

/* Adds a column to those that the file is to be read with; a unit to one that is there. */
static void add_want(ds_spec *spec, tb_want *want, const char *name, tb_kind kind,
                     const char *unit) {
    size_t i = 0;
    while (i < spec->wants && strcmp(want[i].name, name) != 0) i++;
    if (i == spec->wants)
        want[spec->wants++] = (tb_want){.name = name, .kind = kind, .unit = unit};
    else if (unit)
        want[i].unit = unit;
}

/* date, text, number: lists of columns, of tables without keys; numbers: units that columns are
 * written with. */
static void read_wants(lua_State *L, int table, ds_spec *spec) {
    static const char *const kinds[] = {"date", "text", "number"};
    static const tb_kind kind[] = {TB_DATE, TB_TEXT, TB_NUMBER};
    static const char hint[] = "numbers = { value = \"%\" }";
    const char *const *name[3] = {NULL}, **unit = NULL;
    size_t count[3] = {0}, units = 0;
    for (int i = 0; i < 3 && table; i++) name[i] = read_texts(L, kinds[i], &count[i]);
    int type = host_field(L, 2, "numbers");
    if (type == LUA_TTABLE)
        unit = csv_pairs(L, lua_gettop(L), "numbers", hint,
                         "csv: `numbers` names a unit for each of some columns", &units);
    else if (type != LUA_TNIL)
        host_error(L, "numbers", hint, "csv: `numbers` is no table");
    tb_want *want =
        lua_newuserdatauv(L, (count[0] + count[1] + count[2] + units + 1) * sizeof *want, 0);
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < count[i]; k++) add_want(spec, want, name[i][k], kind[i], NULL);
    for (size_t i = 0; i < units; i += 2) add_want(spec, want, unit[i], TB_NUMBER, unit[i + 1]);
    spec->want = want;
}

/* labels = { lead = "unit" }, within = { mark = { 0, 100 }, due = { "2011-01-01", "2011-12-31" } }.
 * Pushed. */
static const ds_check *read_checks(lua_State *L, size_t *count) {
    static const char *const kinds[] = {"labels", "within"};
    static const char *const hints[] = {"labels = { lead = \"unit\" }",
                                        "within = { mark = { 0, 100 } }"};
    size_t most = 1;
    *count = 0;
    for (int i = 0; i < 2; i++) {
        int type = host_field(L, 2, kinds[i]);
        if (type != LUA_TNIL && type != LUA_TTABLE)
            host_error(L, kinds[i], hints[i], "csv: `%s` is no table", kinds[i]);
        for (lua_pushnil(L); type == LUA_TTABLE && lua_next(L, -2); lua_pop(L, 1)) most++;
        lua_settop(L, type == LUA_TTABLE ? -2 : -3);
    }
    ds_check *check = lua_newuserdatauv(L, most * sizeof *check, 0);
    for (int i = 0; i < 2; i++) {
        int type = host_field(L, 2, kinds[i]);
        for (lua_pushnil(L); type == LUA_TTABLE && lua_next(L, -2); lua_pop(L, 1)) {
            const char *column = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
            ds_check *c = &check[(*count)++]; /* in the order of the names, since Lua's is none */
            for (; c > check && strcmp(c[-1].column, column) > 0; c--) *c = c[-1];
            *c = (ds_check){.column = column};
            if (i == 0 && lua_type(L, -1) == LUA_TSTRING && *c->column) {
                c->axis = lua_tostring(L, -1);
                continue;
            }
            int fine = i == 1 && *c->column && lua_istable(L, -1) && lua_rawlen(L, -1) == 2;
            for (int k = 0; fine && k < 2; k++) {
                lua_rawgeti(L, -1, k + 1);
                const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
                fine = lua_type(L, -1) == LUA_TNUMBER || text;
                c->bound[k] = fine && !text ? lua_tonumber(L, -1) : 0;
                c->day[k] = text; /* lent by the rule's table */
                lua_pop(L, 1);
            }
            if (!fine)
                host_error(L, kinds[i], hints[i], "csv: `%s` does not read like that", kinds[i]);
        }
        lua_pop(L, 1);
    }
    return check;
}

static char read_separator(lua_State *L) {
    const char *text = read_text(L, "separator");
    if (text && strcmp(text, ",") && strcmp(text, ";") && strcmp(text, "\t"))
        host_error(L, "separator", NULL, "csv: the separator is \",\", \";\" or a tab, not '%s'",
                   text);
    return text ? *text : 0;
}

/* ---- paths ---- */

/* "rules/../samples/a.csv" is written "samples/a.csv", where rules is a folder and no link. 0 where
 * that cannot be told; errno says why. */
static int shorten(char *path) {
    char *from = path;
    for (char *up; (up = strstr(from, "/../")) != NULL;) {
        char *name = up;
        while (name > path && name[-1] != '/') name--;
        struct stat info;
        *up = 0;
        int named = up > name && strcmp(name, "..") != 0 && strcmp(name, ".") != 0,
            found = named && lstat(path, &info) == 0;
        *up = '/';
        if (named && !found && errno != ENOENT && errno != ENOTDIR && errno != EACCES) return 0;
        if (found && S_ISDIR(info.st_mode)) {
            memmove(name, up + 4, strlen(up + 4) + 1);
            from = path;
        } else {
            from = up + 1;
        }
    }
    return 1;
}

const char *path_beside(lua_State *L, script *s, const char *path, md_at at) {
    const char *rules = sources_name(s->m.files, at.file), *slash = strrchr(rules, '/');
    if (*path == '/' || !slash) return lua_pushstring(L, path);
    lua_pushlstring(L, rules, (size_t)(slash - rules) + 1);
    lua_pushstring(L, path);
    lua_concat(L, 2);
    size_t n = lua_rawlen(L, -1);
    char *own = lua_newuserdatauv(L, n + 1, 0);
    memcpy(own, lua_tostring(L, -2), n + 1);
    if (!shorten(own))
        host_error(L, path, NULL, "%s cannot be read: %s", own, text_of_errno(errno));
    return lua_pushstring(L, own);
}

int path_allowed(const script *s, const char *path) {
    if (allowed_reads(s->h->settings.allow, path)) return 1;
    for (int i = 0; i < s->h->editions; i++) {
        const char *rules = sources_name(s->h->files, s->h->edition[i]),
                   *slash = strrchr(rules, '/');
        buf folder = BUF_INIT;
        buf_put(&folder, slash ? rules : ".", slash ? (size_t)(slash - rules) + 1 : 1);
        int below = !folder.failed && allowed_below(path, buf_string(&folder));
        buf_release(&folder);
        if (below) return 1;
    }
    return 0;
}

const char *path_hint(script *s, const char *path) {
    buf folder = BUF_INIT;
    const char *hint = NULL;
    if (allowed_folder(path, &folder))
        hint = arena_print(&s->memory,
                           text_message("to let rules read there: --allow %s, or ASSESS_ALLOW"),
                           buf_string(&folder));
    buf_release(&folder);
    return hint;
}

int path_check(lua_State *L, script *s, const char *path) {
    if (path_allowed(s, path)) return 1;
    return host_error(L, path, path_hint(s, path),
                      "rules may not read '%.200s', outside their folder and that of the command",
                      path);
}

/* ---- csv, sheet ---- */

/* The options that a workbook has in place of those of a text. */
static void read_sheet(lua_State *L, ds_spec *spec) {
    static const char *const of_texts[] = {"encoding", "separator", "decimal"};
    sheet_range ignored;
    for (size_t i = 0; i < sizeof of_texts / sizeof *of_texts; i++)
        if (host_field(L, 2, of_texts[i]) != LUA_TNIL)
            host_error(L, of_texts[i], "csv(…) has it, for texts; a workbook says it itself",
                       "sheet has no option `%s`", of_texts[i]);
    spec->workbook = 1;
    spec->sheet = read_text(L, "sheet");
    spec->range = read_text(L, "range");
    if (spec->range && !sheet_range_read(spec->range, &ignored))
        host_error(L, "range", "range = \"A3:K60\", or \"A:K\" for all rows",
                   "sheet: '%s' is no range of cells", spec->range);
    lua_settop(L, 2);
}

static int read_source(lua_State *L, const char *called, const char *example) {
    script *s = script_of(L);
    if (lua_type(L, 1) != LUA_TSTRING)
        return host_error(L, called, example, "%s takes the path of a file, not a %s", called,
                          luaL_typename(L, 1));
    if (lua_isnoneornil(L, 2)) {
        lua_settop(L, 1);
        lua_newtable(L);
    }
    if (!lua_istable(L, 2))
        return host_error(L, called, example, "%s: the options are a table, not a %s", called,
                          luaL_typename(L, 2));
    lua_settop(L, 2);
    luaL_checkstack(L, 40, NULL);
    ds_spec spec = {.name = "", .at = where_now(L)};
    if (!strcmp(called, "sheet")) read_sheet(L, &spec);
    spec.path = path_beside(L, s, lua_tostring(L, 1), spec.at);
    if (strlen(lua_tostring(L, 1)) != lua_rawlen(L, 1) || !*lua_tostring(L, 1))
        return host_error(L, called, NULL, "%s: that is no path", called);
    spec.rows = read_text(L, "rows");
    spec.label = read_text(L, "label");
    int table = spec.rows || spec.label;
    csv_read_layout(L, &spec);
    spec.key = axis_keys(L, &spec.headings, spec.workbook, &spec.keys);
    if (table && spec.keys && !strcmp(spec.key[0].axis, "date") && spec.keys == 1) spec.keys = 0;
    if (table && spec.keys)
        return host_error(L, spec.key[0].axis, "`rows` and `label` are for tables without keys",
                          "csv: a table with `%s` has no axis `%s`", spec.rows ? "rows" : "label",
                          spec.key[0].axis);
    table = table || !spec.keys;
    spec.value = read_text(L, "value");
    csv_read_measures(L, &spec);
    spec.carry = read_texts(L, "carry", &spec.carries);
    if (table && (spec.value || spec.carries || spec.unit_of_measure))
        return host_error(L, "csv", "name at least one axis with its column: unit = \"city\"",
                          "csv: `value`, `carry` and `unit_of_measure` are for data with keys");
    read_wants(L, table, &spec);
    spec.missing = read_texts(L, "missing", &spec.missings);
    spec.encoding = read_text(L, "encoding");
    spec.separator = read_separator(L);
    spec.check = read_checks(L, &spec.checks);
    dataset *d = dataset_new(&s->data, &spec, host_fault(L));
    if (!d) return host_raise(L, &s->h->scratch);
    table_push(L, d);
    return 1;
}

static int csv(lua_State *L) {
    return read_source(L, "csv", "csv(\"file.csv\", { unit = \"city\" })");
}

static int sheet(lua_State *L) {
    return read_source(L, "sheet", "sheet(\"file.xlsx\", { sheet = \"data\", unit = \"city\" })");
}

/* ---- keyed data ---- */

void keyed_push(lua_State *L, script *s, dataset *d) {
    if (!d->node) {
        ex_mark(s->h->graph, (uint32_t)d->spec.at.file, (int32_t)d->spec.at.line);
        d->node = values_node(L, &d->values);
    }
    host_push(L, d->node, NULL, d);
}

void host_carried(lua_State *L, void *data, const char *column) {
    script *s = script_of(L);
    dataset *d = data;
    suggestion near = suggest_for(column);
    for (size_t i = 0; i < d->spec.carries; i++) {
        suggest_try(&near, d->spec.carry[i]);
        if (strcmp(d->spec.carry[i], column) != 0) continue;
        fault *f = host_fault(L);
        const double *value = dataset_carried(d, i, f);
        if (!value) host_raise(L, f);
        const ex_values v = {.origin = EX_DATA,
                             .kind = EX_TEXT,
                             .axes = d->keyed,
                             .value = value,
                             .name = arena_print(&s->memory, "%s.%s", d->spec.name, column),
                             .tag = d->values.tag};
        host_mark(L);
        host_push(L, values_node(L, &v), d->spec.carry[i], NULL);
        return;
    }
    const char *best = suggest_best(&near);
    host_error(L, column,
               best ? host_hint(L, best)
                    : "a column is carried by csv(path, { carry = { \"status\" } })",
               "'%s' carries no column '%s'", d->spec.name, column);
}

/* ---- tables ---- */

static void push_values(lua_State *L, int axis, ex_kind kind, const char *name, const double *value,
                        const char *names, uint32_t later) {
    const ex_values v = {.origin = EX_DATA,
                         .kind = kind,
                         .axes = AX_BIT(axis),
                         .value = value,
                         .name = name,
                         .tag = UINT32_MAX,
                         .later = later};
    host_mark(L);
    host_push(L, values_node(L, &v), names, NULL);
}

/* Reads the table when it is first looked into. */
static void ready(lua_State *L, script *s, dataset *d) {
    if (d->spec.keys)
        host_error(L, NULL, "write assessment { data = { name = csv(…) } } and use a.data.name",
                   "data with keys is an array only within the assessment");
    fault *f = host_fault(L);
    if (!*d->spec.name) {
        const char *base = strrchr(d->spec.path, '/');
        base = base ? base + 1 : d->spec.path;
        const char *dot = strrchr(base, '.');
        lua_pushlstring(L, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
        if (!datasets_declare(&s->data, d, lua_tostring(L, -1), f)) host_raise(L, f);
        lua_pop(L, 1);
    }
    if (!dataset_table(&s->data, d, f)) host_raise(L, f);
}

/* A column by its name, read if it was not so far; NULL where there is none. */
static const tb_column *column_of(lua_State *L, dataset *d, const char *name) {
    const tb_column *c = tb_column_named(d->table, name);
    fault *f = host_fault(L);
    if (c && c->left && !dataset_read_left(&script_of(L)->data, d, name, f)) host_raise(L, f);
    return tb_column_named(d->table, name);
}

static int unknown_column(lua_State *L, const dataset *d, const char *name) {
    suggestion near = suggest_for(name);
    suggest_try(&near, "explode");
    for (size_t i = 0; i < tb_columns(d->table); i++)
        suggest_try(&near, tb_column_at(d->table, i)->name);
    return host_error(L, name, host_hint(L, suggest_best(&near)), "%s has no column '%s'",
                      tb_path(d->table), name);
}

/* The items of cells, and the rows they stand in. */
typedef struct items {
    uint32_t *item, *row;
    size_t count, cap, row_cap;
} items;

static int add_item(items *it, uint32_t item, size_t row) {
    if (!MEM_RESERVE(it->item, it->count + 1, it->cap) ||
        !MEM_RESERVE(it->row, it->count + 1, it->row_cap))
        return 0;
    it->item[it->count] = item;
    it->row[it->count++] = (uint32_t)row;
    return 1;
}

static int split_cell(items *it, pool *strings, uint32_t cell, const char *by, size_t row) {
    /* The pool may move while it grows; its texts do not. */
    const char *at = pool_text(strings, cell), *text;
    size_t length;
    while (list_next(&at, by, &text, &length)) {
        uint32_t item = pool_put(strings, text, length);
        if (!item || !add_item(it, item, row)) return 0;
    }
    return 1;
}

/* What explode is asked for: the columns, and the names of what it gives. */
typedef struct exploding {
    dataset *d;
    const tb_column **column;
    size_t columns;
    const char *rows, *by, *as,
        *from; /* by: NULL for the default separators; from: NULL for one column */
} exploding;

/* The exploded table of what was split; NULL with the fault. Its labels are 1, 2, 3 … `source` has
 * the column of each item. */
static exploded *make_exploded(script *s, const exploding *e, const items *it, const items *source,
                               fault *f) {
    size_t n = it->count;
    exploded *x = arena_take(&s->memory, sizeof *x);
    double *item = arena_take(&s->memory, (n + 1) * sizeof *item);
    double *label = arena_take(&s->memory, (n + 1) * sizeof *label);
    double *from = arena_take(&s->memory, (n + 1) * sizeof *from);
    uint32_t *number = arena_take(&s->memory, (n + 1) * sizeof *number);
    const char *as = arena_text(&s->memory, e->as, strlen(e->as));
    const char *name =
        arena_text(&s->memory, e->from ? e->from : "", e->from ? strlen(e->from) : 0);
    if (!x || !item || !label || !from || !number || !as || !name) {
        fault_memory(f);
        return NULL;
    }
    const ax_axis *a = ax_get(s->h->space, e->d->rows_axis);
    for (size_t i = 0; i < n; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%zu", i + 1);
        number[i] = pool_put(s->h->strings, text, (size_t)length);
        item[i] = it->item[i];
        label[i] = a->label[it->row[i]];
        from[i] = source->item[i];
        if (!number[i]) {
            fault_memory(f);
            return NULL;
        }
    }
    *x = (exploded){.column = as,
                    .item = item,
                    .parent = a->name,
                    .label = label,
                    .from = e->from ? name : NULL,
                    .source = from};
    x->axis = ax_make(s->h->space, e->rows, number, (uint32_t)n, f);
    return x->axis == AX_NONE ? NULL : x;
}

/* The items of all columns, row by row and within a row in the order the columns are named. */
static int split_columns(script *s, const exploding *e, items *it, items *source) {
    for (size_t r = 0; r < tb_rows(e->d->table); r++)
        for (size_t k = 0; k < e->columns; k++) {
            const tb_column *c = e->column[k];
            uint32_t name = pool_put(s->h->strings, c->name, strlen(c->name));
            if (!name || (c->value[r] == c->value[r] &&
                          !split_cell(it, s->h->strings, (uint32_t)c->value[r], e->by, r)))
                return 0;
            while (source->count < it->count)
                if (!add_item(source, name, r)) return 0;
        }
    return 1;
}

/* The columns that explode names, one or a list, in memory of the Lua state, which is pushed. */
static void explode_columns(lua_State *L, exploding *e) {
    int several = lua_istable(L, 2);
    e->columns = several ? (size_t)lua_rawlen(L, 2) : 1;
    if (!e->columns || (!several && lua_type(L, 2) != LUA_TSTRING))
        host_error(L, "explode", "t:explode(\"with\", { rows = \"share\" })",
                   "explode takes the name of a column, or a list of names");
    e->column = lua_newuserdatauv(L, e->columns * sizeof *e->column, 0);
    for (size_t k = 0; k < e->columns; k++) {
        if (several)
            lua_rawgeti(L, 2, (lua_Integer)k + 1);
        else
            lua_pushvalue(L, 2);
        const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
        e->column[k] = column_of(L, e->d, name);
        if (!e->column[k]) unknown_column(L, e->d, name);
        if (e->column[k]->kind != TB_TEXT)
            host_error(L, name, "declare it in csv(path, { text = { … } })",
                       "column '%s' holds no text", name);
        lua_pop(L, 1);
    }
}

/* t:explode("with", { rows = "share", by = ";" }): each item of a list in a cell becomes a row.
 * Without `by` the full-width semicolon and the comma of lists (、) separate as the semicolon does.
 * t:explode({ "lead", "with" }, { rows = "share", as = "unit", from = "role" }): of several
 * columns. */
static int explode(lua_State *L) {
    static const char *const known[] = {"rows", "by", "as", "from", NULL};
    script *s = script_of(L);
    exploding e = {.d = csv_test(L, 1)};
    if (!e.d)
        return host_error(L, "explode", "t:explode(\"with\", { rows = \"share\" })",
                          "explode belongs to a table");
    ready(L, s, e.d);
    host_rows(L, e.d->rows_axis);
    lua_settop(L, 3);
    if (lua_isnil(L, 3)) {
        lua_newtable(L);
        lua_replace(L, 3);
    }
    host_check_keys(L, 3, known);
    explode_columns(L, &e);
    lua_pushvalue(L, 3);
    lua_replace(L, 2); /* `option` reads from there */
    e.rows = read_text(L, "rows");
    e.by = read_text(L, "by");
    e.as = read_text(L, "as");
    e.from = read_text(L, "from");
    if (!e.rows) e.rows = e.column[0]->name;
    if (!e.as) e.as = e.columns > 1 ? "item" : e.column[0]->name;
    if (!e.from && e.columns > 1) e.from = "column";
    if (e.by && !*e.by) return host_error(L, "by", NULL, "explode: the separator is empty");
    items it = {0}, source = {0};
    fault *f = host_fault(L);
    int fine = split_columns(s, &e, &it, &source);
    exploded *x = fine ? make_exploded(s, &e, &it, &source, f) : NULL;
    mem_free(it.item);
    mem_free(it.row);
    mem_free(source.item);
    mem_free(source.row);
    if (!fine) fault_memory(f);
    if (!x) return host_raise(L, f);
    push_pointer(L, x, &exploded_key);
    return 1;
}

static int table_get(lua_State *L) {
    script *s = script_of(L);
    dataset *d = csv_test(L, 1);
    if (!d || lua_type(L, 2) != LUA_TSTRING)
        return host_error(L, NULL, NULL, "a table has columns, named by text");
    const char *name = lua_tostring(L, 2);
    if (!strcmp(name, "explode")) {
        lua_pushcfunction(L, explode);
        return 1;
    }
    ready(L, s, d);
    const tb_column *c = column_of(L, d, name);
    if (!c) return host_of(L)->asking ? 0 : unknown_column(L, d, name);
    ex_kind kind = c->kind == TB_TEXT ? EX_TEXT : c->kind == TB_DATE ? EX_DATE : EX_NUMBER;
    const char *full = arena_print(&s->memory, "%s.%s", d->spec.name, c->name);
    uint32_t later = 0;
    for (size_t i = 0; d->passed && i < tb_columns(d->table); i++)
        if (tb_column_at(d->table, i) == c) later = (uint32_t)i + 1;
    push_values(L, d->rows_axis, kind, full, c->value, kind == EX_TEXT ? c->name : NULL, later);
    return 1;
}

static int unknown_exploded(lua_State *L, const exploded *x, const char *name) {
    return host_error(
        L, name,
        x ? lua_pushfstring(L,
                            text_message("it has '%s' and '%s'; a column of the table comes by "
                                         "t.score:at{ %s = e.%s }"),
                            x->column, x->parent, x->parent, x->parent)
          : NULL,
        "an exploded table has no column '%s'", name);
}

static int exploded_get(lua_State *L) {
    exploded *x = pointer_test(L, 1, &exploded_key);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    if (x && !strcmp(name, x->column))
        push_values(L, x->axis, EX_TEXT, x->column, x->item, x->column, 0);
    else if (x && !strcmp(name, x->parent))
        push_values(L, x->axis, EX_TEXT, x->parent, x->label, x->parent, 0);
    else if (x && x->from && !strcmp(name, x->from))
        push_values(L, x->axis, EX_TEXT, x->from, x->source, x->from, 0);
    else
        return host_of(L)->asking ? 0 : unknown_exploded(L, x, name);
    return 1;
}

static int refuse_write(lua_State *L) {
    return host_error(L, NULL, "use a local for what is computed", "a table is not written to");
}

void tables_open(lua_State *L) {
    static const luaL_Reg table[] = {
        {"__index", table_get}, {"__newindex", refuse_write}, {NULL, NULL}};
    static const luaL_Reg parts[] = {
        {"__index", exploded_get}, {"__newindex", refuse_write}, {NULL, NULL}};
    host_metatable(L, "table", table, &csv_key);
    host_metatable(L, "table", parts, &exploded_key);
    luaL_setfuncs(L, (luaL_Reg[]){{"csv", csv}, {"sheet", sheet}, {NULL, NULL}}, 0);
}
