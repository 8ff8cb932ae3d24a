/* The options of csv(…) about the layout of a file: the lines of header and footer, headings that
 * are labels, other names of labels, a decimal comma. */
#include <lauxlib.h>
#include <string.h>

#include "base/text.h"
#include "lua/inside.h"
#include "lua/script.h"

const char *const csv_layout_options[] = {"header", "footer",  "decimal", "trim", "without_key",
                                          "others", "columns", "alias",   "keys", NULL};

/* Memory that lives as long as the script. */
static void *script_memory(lua_State *L, size_t bytes) {
    void *p = arena_take(&script_of(L)->memory, bytes ? bytes : 1);
    if (!p) host_no_memory(L);
    return p;
}

static const char *copy_text(lua_State *L, const char *text, size_t length) {
    char *out = script_memory(L, length + 1);
    memcpy(out, text, length);
    out[length] = 0;
    return out;
}

/* Pushes an option; its type. */
static int push_option(lua_State *L, const char *key) { return host_field(L, 2, key); }

/* The place of a text among those that an option may be; -1 where it is not given. */
static int read_word(lua_State *L, const char *key, const char *const *words) {
    int type = push_option(L, key), found = -1;
    for (int i = 0; words[i] && type == LUA_TSTRING; i++)
        if (!strcmp(words[i], lua_tostring(L, -1))) found = i;
    if (type != LUA_TNIL && found < 0)
        host_error(L, key, lua_pushfstring(L, "%s = \"%s\"", key, words[0]),
                   "csv: `%s` does not read like that", key);
    lua_pop(L, 1);
    return found;
}

const char **csv_pairs(lua_State *L, int table, const char *key, const char *hint,
                       const char *wrong, size_t *count) {
    size_t most = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) most += 2;
    const char **pair = script_memory(L, most * sizeof *pair);
    *count = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
            host_error(L, key, hint, "%s", text_message(wrong));
        pair[(*count)++] = lua_tostring(L, -2);
        pair[(*count)++] = lua_tostring(L, -1);
    }
    return pair;
}

/* A line or a number of lines, at the top of the stack. */
static size_t read_count(lua_State *L, const char *key, const char *hint) {
    lua_Number x = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    if (!(x >= 1) || x > 1e9 || x != (lua_Number)(lua_Integer)x)
        host_error(L, key, hint, "csv: `%s` is a number of lines", key);
    return (size_t)x;
}

/* header = 3: the line with the names of columns; header = { 3, 4 }: two or more, joined. */
static void read_header(lua_State *L, ds_spec *spec) {
    static const char *const hint = TEXT(
        "header = 3 where line 3 names the columns, header = { 3, 4 } where two lines do together");
    int type = push_option(L, "header");
    if (type == LUA_TTABLE) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, i);
            size_t line = read_count(L, "header", hint);
            if (i == 1) spec->header[0] = line;
            if (line != spec->header[0] + (size_t)i - 1)
                host_error(L, "header", hint, "csv: the lines of `header` follow each other");
            spec->header[1] = line;
            lua_pop(L, 1);
        }
    }
    if (type == LUA_TNUMBER) spec->header[0] = spec->header[1] = read_count(L, "header", hint);
    if (type != LUA_TNIL && !spec->header[0])
        host_error(L, "header", hint, "csv: `header` is a line, or a list of lines");
    lua_pop(L, 1);
}

/* footer = 2: the last lines; footer = "Note": from the line that begins so. The text is lent by
 * the options' table. */
static void read_footer(lua_State *L, ds_spec *spec) {
    static const char hint[] =
        "footer = 2 leaves out the last two lines, footer = \"Note\" all from "
        "the line on that begins so";
    int type = push_option(L, "footer");
    if (type == LUA_TSTRING && lua_rawlen(L, -1))
        spec->footer_text = lua_tostring(L, -1);
    else if (type != LUA_TNIL)
        spec->footer = read_count(L, "footer", hint);
    lua_pop(L, 1);
}

/* The axes that headings name: that of `axis`, or the named groups of the pattern, (?<name>…). */
static void read_axes(lua_State *L, ds_headings *h, int table) {
    static const char hint[] =
        "columns = { axis = \"year\", match = [[^\\d{4}$]] }, or with the axes as names of groups: "
        "match = [[^(?<indicator>.+)_(?<year>\\d{4})$]]";
    lua_pushliteral(L, "axis");
    if (lua_rawget(L, table) == LUA_TSTRING)
        h->axis[h->axes++] = copy_text(L, lua_tostring(L, -1), lua_rawlen(L, -1));
    lua_pop(L, 1);
    for (const char *at = h->axes ? "" : h->match; (at = strstr(at, "(?<"));) {
        const char *end = strchr(at += 3, '>');
        if (!end || *at == '=' || *at == '!') continue; /* looks behind, and is no group */
        if (h->axes == TB_PIVOT_AXES)
            host_error(L, "columns", hint, "csv: `columns` names more than %d axes", TB_PIVOT_AXES);
        h->axis[h->axes++] = copy_text(L, at, (size_t)(end - at));
    }
    if (!h->axes) host_error(L, "columns", hint, "csv: `columns` says no axis");
}

static void read_columns(lua_State *L, ds_spec *spec) {
    static const char *const known[] = {"axis", "match", NULL};
    static const char hint[] = "columns = { axis = \"year\", match = [[^\\d{4}$]] }";
    int type = push_option(L, "columns"), table = lua_gettop(L);
    if (type != LUA_TNIL && type != LUA_TTABLE)
        host_error(L, "columns", hint, "csv: `columns` is no table");
    if (type == LUA_TTABLE) {
        host_check_keys(L, table, known);
        lua_pushliteral(L, "match");
        if (lua_rawget(L, table) != LUA_TSTRING)
            host_error(L, "columns", hint, "csv: `columns` has no `match`, a pattern of headings");
        spec->headings.match = lua_tostring(L, -1); /* lent by the options */
        read_axes(L, &spec->headings, table);
    }
    lua_settop(L, table - 1);
}

/* One axis of `alias`: the path of a file, or a table of names, at the top of the stack. */
static void read_alias(lua_State *L, ds_alias *a) {
    static const char hint[] =
        "alias = { unit = { [\"北京市\"] = \"北京\" } }, or alias = { unit = "
        "\"names.csv\" }";
    if (lua_type(L, -1) == LUA_TSTRING) {
        md_at at = where_now(L);
        const char *path = path_beside(L, script_of(L), lua_tostring(L, -1), at);
        path_check(L, script_of(L), path);
        a->path = copy_text(L, path, strlen(path));
        return;
    }
    if (!lua_istable(L, -1)) host_error(L, "alias", hint, "csv: `alias` does not read like that");
    a->pair =
        csv_pairs(L, lua_gettop(L), "alias", hint, "csv: `alias` names texts by texts", &a->pairs);
}

/* unit_of_measure = "unit": the column that says it; { gdp = "亿元" }: that of some columns. */
void csv_read_measures(lua_State *L, ds_spec *spec) {
    static const char hint[] = "unit_of_measure = { gdp = \"亿元\" }, or the column that says it";
    int type = push_option(L, "unit_of_measure");
    if (type == LUA_TSTRING)
        spec->unit_of_measure = lua_tostring(L, -1);
    else if (type == LUA_TTABLE)
        spec->measured = csv_pairs(L, lua_gettop(L), "unit_of_measure", hint,
                                   "csv: `unit_of_measure` has a unit per column", &spec->measures);
    else if (type != LUA_TNIL)
        host_error(L, "unit_of_measure", hint, "csv: `unit_of_measure` does not read like that");
    lua_pop(L, 1);
}

static void read_aliases(lua_State *L, ds_spec *spec) {
    int type = push_option(L, "alias"), table = lua_gettop(L);
    size_t n = 0;
    if (type != LUA_TNIL && type != LUA_TTABLE)
        host_error(L, "alias", "alias = { unit = { [\"北京市\"] = \"北京\" } }",
                   "csv: `alias` is no table");
    for (lua_pushnil(L); type == LUA_TTABLE && lua_next(L, table); lua_pop(L, 1)) n++;
    ds_alias *alias = script_memory(L, n * sizeof *alias);
    lua_settop(L, table);
    for (lua_pushnil(L); type == LUA_TTABLE && lua_next(L, table); lua_settop(L, table + 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, "alias", NULL, "csv: `alias` has names for the labels of an axis");
        alias[spec->aliases] = (ds_alias){.axis = lua_tostring(L, -2)};
        read_alias(L, &alias[spec->aliases++]);
    }
    spec->alias = alias;
    lua_settop(L, table - 1);
}

void csv_read_layout(lua_State *L, ds_spec *spec) {
    static const char *const decimals[] = {",", ".", NULL}, *const drop[] = {"drop", NULL},
                             *const forms[] = {"nfkc", NULL},
                             *const others[] = {"carry", "drop", NULL};
    read_header(L, spec);
    read_footer(L, spec);
    spec->decimal = read_word(L, "decimal", decimals) ? 0 : ',';
    spec->drop_without_key = read_word(L, "without_key", drop) == 0;
    spec->unify = read_word(L, "keys", forms) == 0;
    spec->others = (ds_others)(read_word(L, "others", others) + 1);
    int type = push_option(L, "trim");
    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        host_error(L, "trim", "trim = true", "csv: `trim` does not read like that");
    spec->trim = lua_toboolean(L, -1);
    lua_pop(L, 1);
    read_columns(L, spec);
    read_aliases(L, spec);
}

/* What other programs call an option, and what it is called here. */
const char *csv_foreign_option(const char *key) {
    static const char *const known[][2] = {
        {"skip", TEXT("header = 5 names the line of the header")},
        {"skiprows", TEXT("header = 5 names the line of the header")},
        {"skipfooter", TEXT("footer = 2 leaves out the last two lines")},
        {"dec", "decimal = \",\""},
        {"thousands", TEXT("numbers = { value = \",\" } lets commas between thousands through")},
        {"sep", "separator = \";\""},
        {"delim", "separator = \";\""},
        {"delimiter", "separator = \";\""},
        {"na", "missing = { \"-999\" }"},
        {"na_values", "missing = { \"-999\" }"},
        {"na_strings", "missing = { \"-999\" }"},
        {"index_col", TEXT("unit = \"\" takes the first column, which has no name, as the key")}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(key, known[i][0])) return known[i][1];
    return NULL;
}
