/* What a test wants computed: the request, read from Lua values; rows of a test as a CSV file; and
 * the sessions that compute requests. */
#include "testing/inside.h"

#include <errno.h>
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/csv_cell.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "lua/budget.h"
#include "table/csv_out.h"
#include "table/workbook.h"

/* ---- the request: a rule file, data in place of the rules' own, settings ---- */

enum { ROWS_MOST = 100000 };

/* Is there such a file? One that cannot be looked at is not one that is gone. */
static int is_there(lua_State *L, const char *path, const char *named) {
    struct stat info;
    if (!stat(path, &info)) return 1;
    if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
        host_error(L, named, NULL, "%s cannot be read: %s", path, text_of_errno(errno));
    return 0;
}

/* The path of a file that a test names: beside the test file, else from the current folder. */
static const char *find_path(lua_State *L, arena *a, const char *path) {
    const script_file *s = testing_script(L);
    const char *beside = path[0] == '/' || !strcmp(s->folder, ".")
                             ? path
                             : testing_print(L, a, "%s/%s", s->folder, path);
    if (is_there(L, beside, path)) return testing_print(L, a, "%s", beside);
    if (is_there(L, path, path)) return testing_print(L, a, "%s", path);
    host_error(L, path,
               testing_print(L, a, "looked for %s%s%s", beside,
                             beside == path ? "" : text_message(" and "),
                             beside == path ? "" : path),
               "there is no file '%s'", path);
    return path;
}

/* A value as a cell of CSV: numbers as short as possible, true as 1 and false as 0. */
static given_cell read_cell(lua_State *L, int at, const char *column) {
    arena *a = &testing_of(L)->ask.memory;
    given_cell c = {.column = testing_print(L, a, "%s", column)};
    char number[32];
    size_t length;
    const char *text = "";
    double x;
    switch (lua_type(L, at)) {
    case LUA_TNUMBER:
        x = lua_tonumber(L, at);
        if (!isfinite(x))
            host_error(L, column, "it comes from a division by zero, or from 0/0",
                       "'%s' is no finite number", column);
        decimal_write(x, number);
        text = number;
        break;
    case LUA_TBOOLEAN: text = lua_toboolean(L, at) ? "1" : "0"; break;
    case LUA_TSTRING:
        text = lua_tolstring(L, at, &length);
        if (strlen(text) != length)
            host_error(L, column, NULL, "'%s' is a text with a NUL byte in it", column);
        break;
    case LUA_TLIGHTUSERDATA: /* missing: an empty cell */
        if (lua_touserdata(L, at) == &missing_value) break;
        /* fall through */
    default:
        host_error(L, column, "a cell is a number, a text, true or false, or missing",
                   "'%s' is a %s", column, luaL_typename(L, at));
    }
    c.text = testing_print(L, a, "%s", text);
    c.length = strlen(c.text);
    return c;
}

/* The names come first in cells, data and pairs. */
static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_entries(lua_State *L, int at) {
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) count++;
    return count;
}

/* Reads a row, { NAME = value }. */
static given_row read_row(lua_State *L, int at, const char *data) {
    given_row r = {0};
    at = lua_absindex(L, at);
    r.cell =
        testing_take(L, &testing_of(L)->ask.memory, (count_entries(L, at) + 1) * sizeof *r.cell);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, data,
                       "a row is { unit = \"X\", A1 = 90000 }; several are { { … }, { … } }",
                       "a row of '%s' has a value without a name", data);
        r.cell[r.cells++] = read_cell(L, -1, lua_tostring(L, -2));
    }
    qsort(r.cell, r.cells, sizeof *r.cell, by_name);
    return r;
}

/* Reads a row, or a list of rows. */
static void read_rows(lua_State *L, int at, given *g) {
    arena *a = &testing_of(L)->ask.memory;
    size_t count = lua_rawlen(L, at);
    int single = 0;
    lua_pushnil(L);
    if (lua_next(L, at)) {
        single = lua_type(L, -2) == LUA_TSTRING;
        lua_pop(L, 2);
    }
    if (count > ROWS_MOST)
        host_error(L, g->name, "a CSV file may hold them: data = \"many.csv\"",
                   "'%s' has more than %d rows", g->name, ROWS_MOST);
    g->rows = single ? 1 : count;
    g->row = testing_take(L, a, (g->rows + 1) * sizeof *g->row);
    if (single) {
        g->row[0] = read_row(L, at, g->name);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(L, at, (lua_Integer)i + 1) != LUA_TTABLE)
            host_error(L, g->name,
                       "a row is { unit = \"X\", A1 = 90000 }; several are { { … }, { … } }",
                       "row %zu of '%s' is a %s", i + 1, g->name, luaL_typename(L, -1));
        g->row[i] = read_row(L, lua_gettop(L), g->name);
        lua_pop(L, 1);
    }
}

/* Reads data from the value on top of the stack: rows, a CSV text, or a path. */
static void read_given(lua_State *L, const char *name, given *g) {
    request *q = &testing_of(L)->ask;
    *g = (given){.name = testing_print(L, &q->memory, "%s", name)};
    size_t length = 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (text && memchr(text, '\n', length)) {
        char *own = testing_take(L, &q->memory, length + 1);
        memcpy(own, text, length);
        own[length] = 0;
        g->text = own;
        g->length = length;
        g->path = testing_print(L, &q->memory, "%s (%s)", g->name, q->label);
    } else if (text) {
        g->path = find_path(L, &q->memory, text);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        read_rows(L, lua_gettop(L), g);
        g->path = testing_print(L, &q->memory, "%s (%s)", g->name, q->label);
    } else {
        host_error(L, name, "rows are { unit = \"X\", A1 = 90000 }; a file is \"other.csv\"",
                   "the data '%s' is a %s", name, luaL_typename(L, -1));
    }
}

static void read_data(lua_State *L, int at) {
    request *q = &testing_of(L)->ask;
    at = lua_absindex(L, at);
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, NULL, "t.run(\"rules.lua\", { observed = { unit = \"X\", A1 = 90000 } })",
                   "data is given by name, in braces, not as a %s", luaL_typename(L, at));
    q->data = testing_take(L, &q->memory, (count_entries(L, at) + 1) * sizeof *q->data);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, NULL,
                       "the rules call it something: { observed = { { unit = \"X\" }, … } }",
                       "data without a name");
        read_given(L, lua_tostring(L, -2), &q->data[q->datas++]);
    }
    qsort(q->data, q->datas, sizeof *q->data, by_name);
}

static const char *plain_text(lua_State *L, int at, const char *what) {
    char number[32];
    switch (lua_type(L, at)) {
    case LUA_TNUMBER:
        decimal_write(lua_tonumber(L, at), number);
        return testing_print(L, &testing_of(L)->ask.memory, "%s", number);
    case LUA_TBOOLEAN: return lua_toboolean(L, at) ? "true" : "false";
    case LUA_TSTRING:
        return testing_print(L, &testing_of(L)->ask.memory, "%s", lua_tostring(L, at));
    default:
        host_error(L, what, "a value is a number, a text, true or false", "'%s' is a %s", what,
                   luaL_typename(L, at));
        return "";
    }
}

/* Reads { NAME = value } on top of the stack. */
static given_pair *pairs_of(lua_State *L, const char *what, const char *hint, size_t *count) {
    int at = lua_gettop(L);
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, what, hint, "'%s' is a %s", what, luaL_typename(L, at));
    given_pair *p =
        testing_take(L, &testing_of(L)->ask.memory, (count_entries(L, at) + 1) * sizeof *p);
    *count = 0;
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, what, hint, "'%s' has a value without a name", what);
        const char *name = testing_print(L, &testing_of(L)->ask.memory, "%s", lua_tostring(L, -2));
        p[(*count)++] = (given_pair){name, plain_text(L, -1, name)};
    }
    qsort(p, *count, sizeof *p, by_name);
    return p;
}

static void read_options(lua_State *L, int at) {
    request *q = &testing_of(L)->ask;
    size_t count;
    if (option_push(L, at, "set")) {
        q->set = pairs_of(L, "set", "addresses stand in quotes: set = { [\"params.cap\"] = 120 }",
                          &q->sets);
        lua_pop(L, 1);
    }
    if (option_push(L, at, "where")) {
        given_pair *p = pairs_of(L, "where", "where = { status = \"public\" }", &count);
        if (count > 1)
            host_error(L, "where", "where = { status = \"public\" }",
                       "rows are kept by one column only");
        if (count) q->where = p[0];
        lua_pop(L, 1);
    }
    if (option_push(L, at, "strict")) {
        q->strict = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
}

void request_read(lua_State *L, const char *rules, int data, int options) {
    request *q = &testing_of(L)->ask;
    int file;
    long line;
    luaL_checkstack(L, 16, NULL);
    data = data ? lua_absindex(L, data) : 0;
    options = options ? lua_absindex(L, options) : 0;
    arena_release(&q->memory);
    *q = (request){.memory = ARENA_INIT};
    if (!where_main(L, &file, &line)) line = testing_of(L)->now ? testing_of(L)->now->test.line : 0;
    q->rules = find_path(L, &q->memory, rules);
    q->label = testing_print(L, &q->memory, "%s:%ld", testing_script(L)->path, line);
    if (data && !lua_isnoneornil(L, data)) read_data(L, data);
    if (options && !lua_isnoneornil(L, options)) read_options(L, options);
}

/* ---- rows as the CSV file of a dataset ----
 *
 * The cells of a row are columns of the file; or, where the file is long, indicators, and the row
 * becomes a line for each. Cells that are not given are empty; keys have a default where there is
 * an obvious one. A table keeps the columns of the rules' own file and their kinds, so that a test
 * need not name them all. */

typedef struct columns {
    const char **name;
    size_t count, cap;
} columns;

typedef struct writing {
    assess *a;
    dataset *d;
    const given *g;
    columns all;      /* the columns of the file, in order */
    const char *leaf; /* of a long file: the key column of indicators; or NULL */
    buf *to;
    fault *f;
} writing;

static int refuse(writing *w, size_t row, const char *hint, const char *format, const char *what) {
    place at = {.file = w->g->path, .line = (long)row + 1};
    return fault_at(w->f, FAULT_DATA, &at, hint, format, what);
}

static int has_column(const columns *c, const char *name) {
    for (size_t i = 0; i < c->count; i++)
        if (!strcmp(c->name[i], name)) return 1;
    return 0;
}

static int append_column(writing *w, const char *name) {
    if (!name || has_column(&w->all, name)) return 1;
    if (!MEM_RESERVE(w->all.name, w->all.count + 1, w->all.cap)) return fault_memory(w->f);
    w->all.name[w->all.count++] = name;
    return 1;
}

/* What the file calls a column that a row names: an indicator may have a `column` there. */
static const char *in_file(const writing *w, const char *name) {
    const datasets *all = &w->a->s->data;
    uint32_t id = w->d->spec.keys && !w->leaf ? pool_find(all->m->strings, name, strlen(name)) : 0;
    return id ? dataset_column_of(all, id) : name;
}

static const given_cell *find_cell(const writing *w, const given_row *r, const char *column) {
    for (size_t i = 0; i < r->cells; i++)
        if (!strcmp(in_file(w, r->cell[i].column), column)) return &r->cell[i];
    return NULL;
}

/* Adds the columns of a table's own file, and which of them hold texts or dates. */
static int own_columns(writing *w) {
    dataset *d = w->d;
    fault ignored = FAULT_INIT;
    tb_options o = {.encoding = d->spec.encoding,
                    .separator = d->spec.separator,
                    .decimal = d->spec.decimal,
                    .header = {d->spec.header[0], d->spec.header[1]},
                    .footer = d->spec.footer,
                    .footer_text = d->spec.footer_text,
                    .trim = d->spec.trim,
                    .workbook = d->spec.workbook,
                    .sheet = d->spec.sheet,
                    .range = d->spec.range,
                    .threads = 1,
                    .keep = 1,
                    .missing = d->spec.missing,
                    .missings = d->spec.missings};
    tb_table *t = tb_read(d->spec.path, &o, w->a->h->strings, &ignored, &ignored);
    size_t count = t ? tb_columns(t) : 0;
    tb_want *want = arena_take(&w->a->memory, (d->spec.wants + count + 1) * sizeof *want);
    int fine = want || fault_memory(w->f);
    if (fine && d->spec.wants) memcpy(want, d->spec.want, d->spec.wants * sizeof *want);
    for (size_t i = 0; fine && i < count; i++) {
        const tb_column *c = tb_column_at(t, i);
        const char *name = session_keep(w->a, c->name);
        int known = 0;
        fine = append_column(w, name);
        for (size_t k = 0; k < d->spec.wants; k++) known |= !strcmp(want[k].name, name);
        for (size_t k = 0; k < d->spec.checks; k++) known |= !strcmp(d->spec.check[k].column, name);
        if (!known && c->missing < tb_rows(t) && (c->kind == TB_TEXT || c->kind == TB_DATE))
            want[d->spec.wants++] = (tb_want){.name = name, .kind = c->kind};
    }
    if (fine) d->spec.want = want;
    tb_close(t);
    fault_release(&ignored);
    return fine;
}

static int table_columns(writing *w) {
    const ds_spec *s = &w->d->spec;
    int fine = append_column(w, s->label) && own_columns(w);
    for (size_t i = 0; fine && i < s->checks; i++) fine = append_column(w, s->check[i].column);
    for (size_t i = 0; fine && i < s->wants; i++) fine = append_column(w, s->want[i].name);
    return fine;
}

static int keyed_columns(writing *w) {
    const ds_spec *s = &w->d->spec;
    const char *leaf = dataset_leaf_axis(&w->a->s->data);
    int fine = 1;
    for (size_t i = 0; fine && i < s->keys; i++) {
        fine = append_column(w, s->key[i].column);
        if (s->value && !strcmp(s->key[i].axis, leaf)) w->leaf = s->key[i].column;
    }
    fine = fine && append_column(w, s->value) && append_column(w, s->unit_of_measure);
    for (size_t i = 0; fine && i < s->carries; i++) fine = append_column(w, s->carry[i]);
    for (size_t i = 0; fine && i < s->wants; i++) fine = append_column(w, s->want[i].name);
    return fine;
}

/* The axis of a key column; "" for the column of labels of a table, NULL for other columns. */
static const char *key_axis(const writing *w, const char *column) {
    const ds_spec *s = &w->d->spec;
    for (size_t i = 0; i < s->keys; i++)
        if (!strcmp(s->key[i].column, column)) return s->key[i].axis;
    return !s->keys && s->label && !strcmp(s->label, column) ? "" : NULL;
}

/* A key that a row does not give: rows of a table are numbered, units are called X, or X1, X2 …,
 * the year is params.year. NULL for other keys. */
static const char *default_key(writing *w, const char *axis, size_t row) {
    if (!*axis) return arena_print(&w->a->memory, "%zu", row + 1);
    if (!strcmp(axis, "unit"))
        return w->g->rows == 1 ? "X" : arena_print(&w->a->memory, "X%zu", row + 1);
    const md_leaf *year = !strcmp(axis, "year") ? model_leaf(&w->a->s->m, "params.year") : NULL;
    return year ? model_leaf_text(&w->a->s->m, year) : NULL;
}

/* Writes a line; of a long file that of one indicator, `value`. */
static int write_line(writing *w, const given_row *r, size_t row, const given_cell *value) {
    csv_out o = csv_out_to(w->to, ',', 0);
    for (size_t i = 0; i < w->all.count; i++) {
        const char *column = w->all.name[i];
        const given_cell *c = find_cell(w, r, column);
        const char *axis = key_axis(w, column);
        if (value && !strcmp(column, w->leaf)) {
            csv_out_string(&o, value->column);
        } else if (value && !strcmp(column, w->d->spec.value)) {
            csv_out_text(&o, value->text, value->length);
        } else if (c) {
            csv_out_text(&o, c->text, c->length);
        } else if (axis) {
            const char *text = default_key(w, axis, row);
            if (!text)
                return refuse(w, row, "every row says where it belongs", "the row has no '%s'",
                              column);
            csv_out_string(&o, text);
        } else {
            csv_out_missing(&o);
        }
    }
    csv_out_end(&o);
    return 1;
}

static int write_row(writing *w, const given_row *r, size_t row) {
    const ds_spec *s = &w->d->spec;
    if (!w->leaf || find_cell(w, r, s->value)) return write_line(w, r, row, NULL);
    int fine = 1;
    for (size_t i = 0; fine && i < r->cells; i++)
        if (!has_column(&w->all, r->cell[i].column)) fine = write_line(w, r, row, &r->cell[i]);
    return fine;
}

static const char *column_at(const void *self, size_t i) {
    const columns *c = self;
    return i < c->count ? c->name[i] : NULL;
}

/* Reports cells that are not columns of the file. */
static int check_columns(writing *w) {
    int fine = 1;
    for (size_t i = 0; i < w->g->rows; i++) {
        const given_row *r = &w->g->row[i];
        int long_form = w->leaf && !find_cell(w, r, w->d->spec.value);
        for (size_t k = 0; !long_form && k < r->cells; k++) {
            const char *name = r->cell[k].column;
            if (has_column(&w->all, in_file(w, name))) continue;
            const char *hint = suggest_text(&w->a->memory, suggest_among(name, column_at, &w->all));
            fine = refuse(w, i, hint, "the data has no column '%s'", name);
        }
    }
    return fine;
}

/* The rows are plain CSV, whatever the layout of the file they replace. Where its headings become
 * rows, they are those rows. */
static void make_plain(ds_spec *s) {
    if (s->headings.match && !s->value) s->value = "value";
    s->headings = (ds_headings){.match = NULL};
    s->header[0] = s->header[1] = s->footer = 0;
    s->footer_text = s->encoding = NULL;
    s->separator = ',';
    s->decimal = 0;
}

/* The text of the file, in the session's memory; NULL with the fault. */
static const char *rows_as_csv(assess *a, dataset *d, const given *g, size_t *length, fault *f) {
    buf text = BUF_INIT;
    writing w = {.a = a, .d = d, .g = g, .to = &text, .f = f};
    if (d->spec.keys) make_plain(&d->spec);
    int fine = d->spec.keys ? keyed_columns(&w) : table_columns(&w);
    if (!d->spec.keys) make_plain(&d->spec);
    int wide = d->spec.keys && !d->spec.value && !w.leaf;
    int free_columns = wide || (!d->spec.keys && w.all.count == (d->spec.label != NULL));
    for (size_t i = 0; fine && free_columns && i < g->rows; i++)
        for (size_t k = 0; fine && k < g->row[i].cells; k++)
            fine = append_column(&w, in_file(&w, g->row[i].cell[k].column));
    fine = fine && check_columns(&w);
    csv_out head = csv_out_to(&text, ',', 0);
    for (size_t i = 0; fine && i < w.all.count; i++) csv_out_string(&head, w.all.name[i]);
    if (fine) csv_out_end(&head);
    for (size_t i = 0; fine && i < g->rows; i++) fine = write_row(&w, &g->row[i], i);
    if (fine && text.failed) fine = fault_memory(f);
    char *own = fine ? arena_text(&a->memory, buf_string(&text), text.length) : NULL;
    if (fine && !own) fault_memory(f);
    *length = text.length;
    buf_release(&text);
    mem_free(w.all.name);
    return own;
}

/* ---- sessions ----
 *
 * There is one for each combination of rules, data and settings, computed when it is first asked
 * for. The time it takes does not count as the script's. */

enum { MOST = 10000 }; /* sessions that are kept; a loop over random data might never end */

static void append_text(buf *b, const char *text) {
    buf_put(b, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* Two requests are the same if their keys are. */
static void make_key(const request *q, buf *b) {
    append_text(b, q->rules);
    buf_print(b, "%d", q->strict);
    append_text(b, q->where.name);
    append_text(b, q->where.value);
    for (size_t i = 0; i < q->sets; i++) {
        append_text(b, q->set[i].name);
        append_text(b, q->set[i].value);
    }
    for (size_t i = 0; i < q->datas; i++) {
        const given *g = &q->data[i];
        append_text(b, g->name);
        buf_char(b, g->row ? 'r' : g->text ? 't' : 'f');
        if (g->text) buf_put(b, g->text, g->length + 1);
        if (!g->text && !g->row) append_text(b, g->path);
        for (size_t r = 0; r < g->rows; r++) {
            buf_print(b, "%zu ", g->row[r].cells);
            for (size_t c = 0; c < g->row[r].cells; c++) {
                append_text(b, g->row[r].cell[c].column);
                buf_put(b, g->row[r].cell[c].text, g->row[r].cell[c].length + 1);
            }
        }
    }
}

static const char *data_at(const void *self, size_t i) {
    const datasets *all = self;
    return i < all->count ? all->item[i]->spec.name : NULL;
}

/* Replaces the data of a session before it runs. 0 with the fault. */
static int replace_data(assess *a, const given *g, fault *f) {
    datasets *all = &a->s->data;
    dataset *d = datasets_named(all, g->name);
    if (!d) {
        const char *hint = suggest_text(&a->memory, suggest_among(g->name, data_at, all));
        if (!strcmp(g->name, "set") || !strcmp(g->name, "where") || !strcmp(g->name, "strict"))
            hint = text_message(
                "options come behind the data: t.run(\"rules.lua\", nil, { set = { … } })");
        return fault_at(f, FAULT_USAGE, NULL, hint, "the rules have no data called '%s'", g->name);
    }
    const char *text = g->text;
    size_t length = g->length;
    if (g->row) text = rows_as_csv(a, d, g, &length, f);
    if (g->row && !text) return 0;
    d->text = text ? arena_text(&a->memory, text, length) : NULL;
    d->length = length;
    d->spec.path = session_keep(a, g->path);
    if (!text) d->spec.workbook = workbook_named(d->spec.path);
    return !text || d->text || fault_memory(f);
}

static assess_status replace_all(assess *a, const request *q) {
    fault f = FAULT_INIT;
    for (size_t i = 0; i < q->datas; i++) replace_data(a, &q->data[i], &f);
    return session_finish(a, &f, OPENED);
}

void testing_allow(assess *a, const testing_settings *s) {
    if (s->methods) assess_setting(a, "methods", s->methods);
    for (size_t i = 0; s->allow && s->allow[i]; i++) assess_setting(a, "allow", s->allow[i]);
}

/* Sets up a session before the rules are opened. */
static assess_status set_up_session(assess *a, const test_run *t) {
    const request *q = &t->ask;
    const testing_settings *s = &t->settings;
    char number[40];
    assess_stop_on(a, s->stop);
    assess_setting(a, "hash", "0");
    snprintf(number, sizeof number, "%d", s->threads);
    assess_setting(a, "threads", number);
    snprintf(number, sizeof number, "%.17g", s->seconds);
    assess_setting(a, "seconds", number);
    testing_allow(a, s);
    if (q->strict) assess_setting(a, "strict", "1");
    assess_status status = ASSESS_OK;
    if (q->where.name) status = assess_where(a, q->where.name, q->where.value);
    for (size_t i = 0; i < q->sets && !status; i++)
        status = assess_set(a, q->set[i].name, q->set[i].value);
    return status;
}

/* Notes the files of a session, to be watched for changes. */
static void note_files(test_run *t, const assess *a) {
    testing_note_file(t, t->ask.rules);
    for (size_t i = 0; a->h && i < sources_count(a->h->files); i++)
        testing_note_file(t, sources_name(a->h->files, (int)i));
    for (size_t i = 0; a->s && i < a->s->data.count; i++)
        if (!a->s->data.item[i]->text) testing_note_file(t, a->s->data.item[i]->spec.path);
}

assess *request_compute(test_run *t, assess_status *status) {
    assess *a = assess_new();
    if (!a) return NULL;
    *status = set_up_session(a, t);
    text_english_begin(); /* t.fails compares messages, so they must not depend on the language */
    if (!*status) *status = assess_open(a, t->ask.rules);
    if (!*status) *status = replace_all(a, &t->ask);
    if (!*status) *status = assess_run(a);
    text_english_end();
    note_files(t, a);
    if (!*status && t->ready) t->ready(t->ready_self, a);
    return a;
}

/* The session that was computed for a key, or NULL. */
static computed *find_session(test_run *t, const buf *key) {
    for (size_t i = 0; i < t->mades; i++)
        if (t->made[i]->key_length == key->length &&
            !memcmp(t->made[i]->key, buf_string(key), key->length))
            return t->made[i];
    return NULL;
}

static computed *compute_session(test_run *t, const buf *key) {
    computed *c = arena_zero(&t->memory, 1, sizeof *c);
    char *own = arena_text(&t->memory, buf_string(key), key->length);
    char *rules = arena_text(&t->memory, t->ask.rules, strlen(t->ask.rules));
    if (!c || !own || !rules) return NULL;
    *c = (computed){.key = own, .key_length = key->length, .rules = rules};
    c->session = request_compute(t, &c->status);
    if (!c->session) return NULL;
    if (!testing_push(&t->made, &t->mades, &t->made_cap, c)) {
        assess_free(c->session);
        return NULL;
    }
    return c;
}

computed *session_of(lua_State *L) {
    test_run *t = testing_of(L);
    host_budget *b = host_of(L)->budget;
    int depth = b->depth, file;
    long line;
    char at[300];
    buf key = BUF_INIT;
    if (host_where(L, &file, &line)) {
        snprintf(at, sizeof at, "%s:%ld", sources_name(host_of(L)->files, file), line);
        limits_set_within(at);
    }
    b->depth = 1;
    budget_leave(b);
    make_key(&t->ask, &key);
    computed *c = key.failed ? NULL : find_session(t, &key);
    int full = !c && t->mades >= MOST;
    if (!c && !full && !key.failed) c = compute_session(t, &key);
    buf_release(&key);
    budget_enter(b);
    b->depth = depth;
    limits_set_within(NULL);
    if (full)
        host_error(L, "run", "does a loop here make up data without end?",
                   "the tests compute more than %d different things", MOST);
    if (!c) testing_no_memory(L);
    if (limits_raised(t->settings.stop)) budget_kill(L, b, BUDGET_STOPPED);
    return c;
}

void computed_tell(const computed *c, fault *f) {
    const assess *a = c->session;
    for (size_t i = 0; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (!m.status) continue;
        place at = session_place(&m);
        fault_put(f, (fault_kind)m.status, *m.file ? &at : NULL, *m.hint ? m.hint : NULL, m.text);
    }
    if (!f->count) fault_set(f, (fault_kind)c->status, "%s failed", c->rules);
}

computed *session_fine(lua_State *L) {
    computed *c = session_of(L);
    if (!c->status) return c;
    fault *f = host_fault(L);
    computed_tell(c, f);
    host_raise(L, f);
    return NULL;
}
