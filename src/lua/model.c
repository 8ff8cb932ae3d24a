/* The reading of an assessment { … } into the model: facts, stages, parameters, data, the index;
 * what it says to its reports about its outputs; and whether compute returns those. */
#include <lauxlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "lua/script.h"

/* ---- its keys; its table is at stack index 1 ---- */

static const char *const assessment_keys[] = {
    "id",     "title",  "cite",    "focus",  "status",     "note",      "stages",
    "data",   "params", "index",   "levels", "attributes", "compute",   "show",
    "titles", "units",  "outputs", "lang",   "statement",  "uncertain", NULL};
static const char *const fact_keys[] = {"id",     "title", "cite", "focus",
                                        "status", "note",  "lang", NULL};
static const char *const show_keys[] = {"score",    "grade",   "rank",    "parts",      "details",
                                        "coverage", "basis",   "verdict", "assessable", "values",
                                        "imputed",  "treated", NULL};
static const char *const stage_keys[] = {"title", "from", "to", "peers", "note", NULL};

static md_at at_key(script *s, const char *key) { return key_at(s, s->m.at, NULL, &key, 1); }

/* The field is pushed; 1 if it is a table. Other values than nil are a fault. */
static int push_table(lua_State *L, script *s, const char *key, const char *wanted) {
    if (host_field(L, 1, key) == LUA_TTABLE) return 1;
    if (!lua_isnil(L, -1))
        model_fault(&s->m, s->f, at_key(s, key), key, NULL, "`%s` is %s, not %s", key,
                    lua_type(L, -1) == LUA_TSTRING ? text_message("a text") : luaL_typename(L, -1),
                    text_message(wanted));
    return 0;
}

static void read_facts(lua_State *L, script *s) {
    for (size_t i = 0; fact_keys[i]; i++) {
        const char *text = read_text(L, s, 1, fact_keys[i], "assessment", s->m.at, NULL);
        if (text) script_add_fact(s, "", fact_keys[i], text, at_key(s, fact_keys[i]));
        if (text && !strcmp(fact_keys[i], "cite")) s->m.cite = text;
    }
}

static void read_map(lua_State *L, script *s, const char *key, const char *prefix,
                     const char *const *known) {
    if (push_table(L, s, key, "a table of texts")) {
        size_t count;
        const char **name = read_keys(L, s, -1, s->m.at, NULL, &key, 1, &count);
        if (known) read_unknown(L, s, -2, key, s->m.at, NULL, &key, 1, known, NULL, 0);
        int table = lua_gettop(L) - 1;
        for (size_t i = 0; i < count; i++) {
            const char *path[] = {key, name[i]};
            host_field(L, table, name[i]);
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
    host_field(L, -1, key);
    int whole, year = (int)lua_tointegerx(L, -1, &whole);
    if (!lua_isnil(L, -1) &&
        (!whole || lua_type(L, -1) != LUA_TNUMBER || year < 1 || year > 9999)) {
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
    md_stage stage = {.name = lua_tostring(L, -1), .title = ""};
    lua_pop(L, 1);
    char what[160];
    snprintf(what, sizeof what, text_message("stage '%.120s'"), stage.name);
    stage.at = key_at(s, at, stage.name, NULL, 0);
    read_unknown(L, s, -1, what, stage.at, stage.name, NULL, 0, stage_keys, NULL, 0);
    const char *title = read_text(L, s, -1, "title", what, stage.at, stage.name);
    stage.title = title ? title : "";
    stage.from = read_year(L, s, "from", stage.name, stage.at);
    stage.to = read_year(L, s, "to", stage.name, stage.at);
    stage.peer = read_texts(L, s, -1, "peers", what, stage.at, stage.name, &stage.peers);
    take(&s->m, &stage, s->f);
}

void read_stages_of(lua_State *L, script *s,
                    int (*take)(model *m, const md_stage *stage, fault *f)) {
    if (push_table(L, s, "stages", "a list of stages")) {
        size_t n = lua_rawlen(L, -1);
        for (size_t i = 1; i <= n; i++) {
            lua_rawgeti(L, 2, (lua_Integer)i);
            read_stage(L, s, i, take);
            lua_settop(L, 2);
        }
        if (!n)
            model_fault(&s->m, s->f, at_key(s, "stages"), "stages", NULL,
                        "`stages` names no stage");
    }
    lua_pop(L, 1);
}

/* Calls `each` for every name of the table in the field `key`, its value on top of the stack. What
 * has no name is a fault. */
static void read_named(lua_State *L, script *s, const char *key, const char *what, const char *hint,
                       const char *nameless,
                       void (*each)(lua_State *L, script *s, const char *name)) {
    if (push_table(L, s, key, what)) {
        size_t count;
        const char **name = read_keys(L, s, -1, s->m.at, NULL, &key, 1, &count);
        for (size_t i = 0; i < count; i++) {
            host_field(L, 2, name[i]);
            each(L, s, name[i]);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
        if (lua_rawlen(L, -1)) model_fault(&s->m, s->f, at_key(s, key), key, hint, "%s", nameless);
    }
    lua_pop(L, 1);
}

static void read_param(lua_State *L, script *s, const char *name) {
    const char *path[] = {"params", name};
    read_leaf(L, s, -1, NULL, s->m.at, path, 2, name, name, -1);
}

static void read_params(lua_State *L, script *s) {
    read_named(L, s, "params", "a table of parameters", "params = { cap = 100 }",
               "a parameter has no name", read_param);
}

static void read_dataset(lua_State *L, script *s, const char *name) {
    const char *path[] = {"data", name};
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
    read_named(L, s, "data", "a table of csv(…)", "data = { observed = csv(…) }",
               "data has no name", read_dataset);
}

static void read_index(lua_State *L, script *s) {
    host_field(L, 1, "index");
    part *e = part_test(L, -1);
    size_t before = s->f->count;
    if (e && e->kind == PART_INDEX)
        read_element(L, s, lua_gettop(L), -1, NULL);
    else if (!lua_isnil(L, -1))
        model_fault(&s->m, s->f, at_key(s, "index"), "index",
                    "index = index { \"id\", \"name\", group { … } }",
                    "`index` is %s, not what index { … } returns",
                    e ? part_word(e->kind) : luaL_typename(L, -1));
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
    for (size_t i = 0; i < before; i++) all[i] = s->attribute[i];
    for (size_t i = 0; i < n; i++) all[s->attributes++] = own[i];
    for (size_t i = 0; i < s->columns; i++) all[s->attributes++] = s->column[i];
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

/* ---- the statement ---- */

/* What the keys of `statement` name. */
typedef enum shown_kind {
    SHOWN_NOTHING,
    SHOWN_OUTPUT,
    SHOWN_OUTPUT_OR_MODEL, /* an output or an array of the model */
    SHOWN_AXIS,
    SHOWN_TEXT,
    SHOWN_OUTPUTS, /* from here on lists */
    SHOWN_TEXTS
} shown_kind;

static const struct shown_key {
    const char *name;
    shown_kind kind;
} shown_keys[] = {
    {"of", SHOWN_AXIS},
    {"rows", SHOWN_AXIS},
    {"events", SHOWN_AXIS},
    {"total", SHOWN_OUTPUT},
    {"grade", SHOWN_OUTPUT},
    {"rank", SHOWN_OUTPUT},
    {"parts", SHOWN_OUTPUT},
    {"full", SHOWN_OUTPUT_OR_MODEL},
    {"bonus", SHOWN_OUTPUT},
    {"penalty", SHOWN_OUTPUT},
    {"vetoed", SHOWN_OUTPUT},
    {"quota", SHOWN_OUTPUT},
    {"owner", SHOWN_OUTPUT},
    {"task", SHOWN_OUTPUT},
    {"mark", SHOWN_OUTPUT},
    {"deduction", SHOWN_OUTPUT},
    {"clause", SHOWN_OUTPUT},
    {"evidence", SHOWN_OUTPUT},
    {"event_owner", SHOWN_OUTPUT},
    {"event_kind", SHOWN_OUTPUT},
    {"event_points", SHOWN_OUTPUT},
    {"event_clause", SHOWN_OUTPUT},
    {"event_evidence", SHOWN_OUTPUT},
    {"columns", SHOWN_OUTPUTS},
    {"grades", SHOWN_TEXTS},
    {"lists", SHOWN_TEXTS},
    {"order", SHOWN_TEXT},
    {"note", SHOWN_TEXT},
};
enum { SHOWN_KEYS = sizeof shown_keys / sizeof *shown_keys };

static shown_kind kind_of_shown(const char *key) {
    size_t length = strcspn(key, ".");
    for (size_t i = 0; i < SHOWN_KEYS; i++)
        if (strlen(shown_keys[i].name) == length && !memcmp(shown_keys[i].name, key, length))
            return shown_keys[i].kind;
    return SHOWN_NOTHING;
}

static void read_list(lua_State *L, script *s, int table, const char *key, md_at at) {
    size_t count;
    const char *const path[] = {"statement", key};
    const char *const *text = read_texts(L, s, table, key, "statement", at, "statement", &count);
    const char *all = text ? arena_print(&s->memory, "statement.%s.", key) : NULL;
    if (all) script_drop_facts(s, all);
    for (size_t i = 0; text && i < count; i++) {
        const char *name = arena_print(&s->memory, "%s.%zu", key, i + 1);
        if (name)
            script_add_fact(s, "statement.", name, text[i], key_at(s, s->m.at, NULL, path, 2));
        else
            fault_memory(s->f);
    }
}

static void read_statement(lua_State *L, script *s) {
    const char *const key = "statement";
    md_at at = key_at(s, s->m.at, NULL, &key, 1);
    if (host_field(L, 1, key) == LUA_TTABLE) {
        const char *known[SHOWN_KEYS + 1] = {NULL};
        for (size_t i = 0; i < SHOWN_KEYS; i++) known[i] = shown_keys[i].name;
        int table = lua_gettop(L);
        read_unknown(L, s, table, key, s->m.at, NULL, &key, 1, known, NULL, 0);
        for (size_t i = 0; i < SHOWN_KEYS; i++) {
            if (shown_keys[i].kind >= SHOWN_OUTPUTS) {
                read_list(L, s, table, shown_keys[i].name, at);
                continue;
            }
            const char *const path[] = {key, shown_keys[i].name};
            const char *text = read_text(L, s, table, shown_keys[i].name, key, at, key);
            if (text)
                script_add_fact(s, "statement.", shown_keys[i].name, text,
                                key_at(s, s->m.at, NULL, path, 2));
            if (text && !strcmp(shown_keys[i].name, "order") && strcmp(text, "rank") &&
                strcmp(text, "given"))
                model_fault(&s->m, s->f, at, text, NULL,
                            "statement.order is '%s', not \"rank\" or \"given\"", text);
        }
    } else if (!lua_isnil(L, -1)) {
        model_fault(&s->m, s->f, at, key, "statement = { rows = \"task\", of = \"unit\" }",
                    "`statement` is a %s, not a table", luaL_typename(L, -1));
    }
    lua_pop(L, 1);
}

void read_alike(lua_State *L, script *s) {
    read_facts(L, s);
    read_declared(L, s);
    read_lists(L, s);
    read_map(L, s, "show", "show.", show_keys);
    read_map(L, s, "titles", "title.", NULL);
    read_statement(L, s);
    read_data(L, s);
    read_uncertain(L, s);
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
                    lua_isnil(L, -1) ? "the assessment computes nothing"
                                     : "`compute` is a %s, not a function",
                    luaL_typename(L, -1));
    return 0;
}

/* ---- are the outputs and axes there that it names? ---- */

static int is_output(const script *s, const char *name, suggestion *near) {
    for (size_t k = 0; k < s->outputs; k++) {
        if (!strcmp(s->output[k].name, name)) return 1;
        suggest_try(near, s->output[k].name);
    }
    return 0;
}

static int is_axis(const script *s, const char *name, suggestion *near) {
    for (int k = 0; k < ax_count(s->h->space); k++) {
        if (!strcmp(ax_get(s->h->space, k)->name, name)) return 1;
        suggest_try(near, ax_get(s->h->space, k)->name);
    }
    return 0;
}

/* A fact of `section` at a line names an output, an axis, or either. */
static void check_named(script *s, const char *section, md_at at, const char *name, int output,
                        int axis, fault *f) {
    suggestion near = suggest_for(name);
    if ((output && is_output(s, name, &near)) || (axis && is_axis(s, name, &near))) return;
    const char *hint = suggest_text(&s->memory, suggest_best(&near));
    model_fault(&s->m, f, at, name, hint,
                output ? "`%s` names '%s', which compute does not return"
                       : "`%s` names '%s', which is no axis",
                section, name);
}

/* Outputs that count figures at the head of reports are truths: the figures themselves cannot be
 * told from one that happens to be 0 or 1. */
static void check_marks(script *s, const char *which, fault *f) {
    const char *name = which, *shown = NULL;
    md_at at = s->m.at;
    for (size_t i = 0; i < s->facts; i++)
        if (!strncmp(s->fact[i].name, "show.", 5) && !strcmp(s->fact[i].name + 5, which)) {
            shown = name = s->fact[i].text;
            at = s->fact[i].at;
        }
    for (size_t k = 0; k < s->outputs; k++) {
        const ex_node *x = ex_get(s->h->graph, s->output[k].node);
        if (strcmp(s->output[k].name, name) || x->kind == EX_TRUTH) continue;
        if (!shown && x->line)
            at = x->from_line ? (md_at){.file = (int)x->from_file, .line = x->from_line}
                              : (md_at){.file = (int)x->file, .line = x->line};
        model_fault(&s->m, f, at, name,
                    !strcmp(which, "imputed")
                        ? "imputed = impute.marks(x, filled); figures need another name"
                        : "treated = treat.marks(x, treated); figures need another name",
                    "the output '%s' marks what was %s: it must be truths, not %s", name, which,
                    x->kind == EX_NUMBER ? text_message("numbers")
                    : x->kind == EX_TEXT ? text_message("texts")
                                         : text_message("dates"));
    }
}

int script_check_shown(script *s, fault *f) {
    for (size_t i = 0; i < s->facts; i++) {
        const char *name = s->fact[i].name, *text = s->fact[i].text;
        md_at at = s->fact[i].at;
        if (!strncmp(name, "show.", 5))
            check_named(s, "show", at, text, 1, 0, f);
        else if (!strncmp(name, "title.", 6) && !script_outgrown(s, at))
            check_named(s, "titles", at, name + 6, 1, ax_find(s->h->space, name + 6) != AX_NONE, f);
        shown_kind what =
            !strncmp(name, "statement.", 10) ? kind_of_shown(name + 10) : SHOWN_NOTHING;
        if (what == SHOWN_OUTPUT_OR_MODEL && model_array(&s->m, text)) continue;
        if (what == SHOWN_OUTPUT || what == SHOWN_OUTPUT_OR_MODEL || what == SHOWN_OUTPUTS ||
            what == SHOWN_AXIS)
            check_named(s, "statement", at, text, what != SHOWN_AXIS, what == SHOWN_AXIS, f);
    }
    check_marks(s, "imputed", f);
    check_marks(s, "treated", f);
    return !f->count;
}
