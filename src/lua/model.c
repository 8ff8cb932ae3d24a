/* Reads an assessment { … } into the model: facts, stages, parameters, data, the index, and the
 * names of outputs for reports; checks that compute returns these outputs. */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "lua/script.h"

/* ---- keys ---- */

static const char *const assessment_keys[] = {
    "id",      "title", "cite",      "focus",      "status",  "note", "stages", "data",
    "params",  "index", "levels",    "attributes", "compute", "show", "titles", "units",
    "outputs", "lang",  "statement", "uncertain",  "keys",    NULL};
static const char *const fact_keys[] = {"id",     "title", "cite", "focus",
                                        "status", "note",  "lang", NULL};
static const char *const show_keys[] = {"score",    "grade",   "rank",    "parts",      "details",
                                        "coverage", "basis",   "verdict", "assessable", "values",
                                        "imputed",  "treated", NULL};
static const char *const stage_keys[] = {"title", "from", "to", "peers", "note", NULL};

/* A field that is to be a table, pushed; 0 if it is none, a fault unless it is nil. */
static int reader_table(const table_reader *r, const char *key, const char *wanted) {
    lua_State *L = r->L;
    if (reader_field(r, key) == LUA_TTABLE) return 1;
    if (!lua_isnil(L, -1))
        script_fault(r->s, reader_line(r, key), key, NULL, "`%s` is %s, not %s", key,
                     lua_type(L, -1) == LUA_TSTRING ? text_message("a text") : luaL_typename(L, -1),
                     text_message(wanted));
    return 0;
}

/* The reader of the table on top of the stack, which stands in a field of another. */
static table_reader inner_reader(const table_reader *r, const char *key) {
    return (table_reader){r->L, r->s, lua_gettop(r->L), key, path_below(r->in, key)};
}

static void read_facts(const table_reader *r) {
    for (size_t i = 0; fact_keys[i]; i++) {
        const char *text = reader_text(r, fact_keys[i]);
        if (text) script_add_fact(r->s, "", fact_keys[i], text, reader_line(r, fact_keys[i]));
        if (text && !strcmp(fact_keys[i], "cite")) r->s->m.cite = text;
    }
}

/* The texts of the table in a field become facts, their names behind the prefix. */
static void read_texts(const table_reader *r, const char *key, const char *prefix,
                       const char *const *known) {
    lua_State *L = r->L;
    script *s = r->s;
    if (reader_table(r, key, "a table of texts")) {
        const table_reader inner = inner_reader(r, key);
        size_t count;
        const char **name = reader_keys(&inner, &count);
        if (known) reader_check_keys(&inner, known, NULL, 0);
        for (size_t i = 0; i < count; i++) {
            md_at at = reader_line(&inner, name[i]);
            if (reader_field(&inner, name[i]) == LUA_TSTRING) {
                const char *text = arena_text(&s->memory, lua_tostring(L, -1), lua_rawlen(L, -1));
                script_add_fact(s, prefix, name[i], text ? text : "", at);
            } else {
                script_fault(s, at, name[i], NULL, "%s.%s is a %s, not a text", key, name[i],
                             luaL_typename(L, -1));
            }
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* A year, or 0 where there is none. */
static int read_year(const table_reader *r, const char *key) {
    lua_State *L = r->L;
    int type = reader_field(r, key), whole, year = (int)lua_tointegerx(L, -1, &whole);
    if (type != LUA_TNIL && (!whole || type != LUA_TNUMBER || year < 1 || year > 9999)) {
        script_fault(r->s, r->in.braces, key, NULL, "stage '%s': `%s` is not a year", r->in.first,
                     key);
        year = 0;
    }
    lua_pop(L, 1);
    return year;
}

/* The stage on top of the stack: { "near", title = …, from = …, to = …, peers = { … } }. */
static void read_stage(const table_reader *r, size_t number,
                       int (*store)(model *m, const md_stage *stage, fault *f)) {
    lua_State *L = r->L;
    script *s = r->s;
    md_at list = reader_line(r, "stages");
    int at = lua_gettop(L);
    if (!lua_istable(L, at) || lua_rawgeti(L, at, 1) != LUA_TSTRING) {
        script_fault(s, list, "stages", "{ \"stage1\", from = 2011, to = 2020 }",
                     "stage %zu has no name", number);
        return;
    }
    md_stage stage = {.name = lua_tostring(L, -1), .title = ""};
    char what[160];
    snprintf(what, sizeof what, text_message("stage '%.120s'"), stage.name);
    table_reader own = {L, s, at, what, {.braces = list, .first = stage.name}};
    stage.at = own.in.braces = path_line(s, &own.in);
    reader_check_keys(&own, stage_keys, NULL, 0);
    const char *title = reader_text(&own, "title");
    stage.title = title ? title : "";
    stage.from = read_year(&own, "from");
    stage.to = read_year(&own, "to");
    stage.peer = reader_texts(&own, "peers", &stage.peers);
    store(&s->m, &stage, s->f);
}

void read_stages(const table_reader *r, int (*store)(model *m, const md_stage *stage, fault *f)) {
    lua_State *L = r->L;
    if (reader_table(r, "stages", "a list of stages")) {
        int list = lua_gettop(L);
        size_t n = lua_rawlen(L, list);
        for (size_t i = 1; i <= n; i++) {
            lua_rawgeti(L, list, (lua_Integer)i);
            read_stage(r, i, store);
            lua_settop(L, list);
        }
        if (!n)
            script_fault(r->s, reader_line(r, "stages"), "stages", NULL, "`stages` names no stage");
    }
    lua_pop(L, 1);
}

/* Calls `each` for every name of the table in a field, its value on top of the stack. What has no
 * name is a fault. */
static void read_named(const table_reader *r, const char *key, const char *wanted, const char *hint,
                       const char *nameless,
                       void (*each)(const table_reader *inner, const char *name)) {
    lua_State *L = r->L;
    if (reader_table(r, key, wanted)) {
        const table_reader inner = inner_reader(r, key);
        size_t count;
        const char **name = reader_keys(&inner, &count);
        for (size_t i = 0; i < count; i++) {
            reader_field(&inner, name[i]);
            each(&inner, name[i]);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
        if (lua_rawlen(L, inner.at))
            script_fault(r->s, reader_line(r, key), key, hint, "%s", text_message(nameless));
    }
    lua_pop(L, 1);
}

static void read_param(const table_reader *r, const char *name) {
    const key_path in = path_below(r->in, name);
    read_leaf(r->L, r->s, -1, &in, name, name, -1);
}

static void read_dataset(const table_reader *r, const char *name) {
    script *s = r->s;
    dataset *d = csv_test(r->L, -1);
    md_at at = reader_line(r, name);
    if (!d)
        script_fault(s, at, name, "csv(\"file.csv\", { unit = \"city\" })",
                     "data.%s is not a csv(…)", name);
    else if (d->spec.name && *d->spec.name)
        script_fault(s, at, name, "call csv(…) once for each name",
                     "data.%s is '%s' under another name", name, d->spec.name);
    else
        datasets_replace(&s->data, d, name, s->f);
}

static void read_index(const table_reader *r) {
    lua_State *L = r->L;
    script *s = r->s;
    reader_field(r, "index");
    part *e = part_test(L, -1);
    size_t before = s->f->count;
    if (e && e->kind == PART_INDEX)
        read_element(L, s, lua_gettop(L), -1, NULL);
    else if (!lua_isnil(L, -1))
        script_fault(s, reader_line(r, "index"), "index",
                     "index = index { \"id\", \"name\", group { … } }",
                     "`index` is %s, not what index { … } returns",
                     e ? part_word(e->kind) : luaL_typename(L, -1));
    else if (s->level)
        script_fault(s, s->index_at, "levels", NULL, "`levels` without an index");
    s->broken = s->f->count > before;
    lua_pop(L, 1);
}

/* The further attributes: those declared, and the columns of a metadata table. */
static void read_attributes(const table_reader *r) {
    static const char *const reserved[] = {"level", "methods", "name", "id", NULL};
    script *s = r->s;
    size_t n, before = s->attributes;
    const char *const *own = reader_texts(r, "attributes", &n);
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
        if (suggest_has(reserved, all[i]))
            script_fault(s, reader_line(r, "attributes"), all[i], NULL,
                         "'%s' has a meaning already and cannot be an attribute", all[i]);
}

/* The lists of names that order outputs, units and levels. */
static void read_orders(const table_reader *r) {
    script *s = r->s;
    const struct {
        const char *key;
        const char *const **list;
        size_t *count;
        md_at *at;
    } lists[] = {{"outputs", &s->order, &s->orders, &s->order_at},
                 {"units", &s->data.unit, &s->data.units, &s->data.units_at},
                 {"levels", &s->level, &s->levels, &s->index_at}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        size_t n;
        const char *const *list = reader_texts(r, lists[i].key, &n);
        if (!list) continue;
        *lists[i].list = list;
        *lists[i].count = n;
        *lists[i].at = reader_line(r, lists[i].key);
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

/* A list of the statement becomes the facts "statement.lists.1", "statement.lists.2" … */
static void read_list(const table_reader *r, const char *key) {
    script *s = r->s;
    size_t count;
    const char *const *text = reader_texts(r, key, &count);
    const char *all = text ? arena_print(&s->memory, "statement.%s.", key) : NULL;
    if (all) script_drop_facts(s, all);
    for (size_t i = 0; text && i < count; i++) {
        const char *name = arena_print(&s->memory, "%s.%zu", key, i + 1);
        if (name)
            script_add_fact(s, "statement.", name, text[i], reader_line(r, key));
        else
            fault_memory(s->f);
    }
}

static void read_statement(const table_reader *r) {
    lua_State *L = r->L;
    script *s = r->s;
    md_at at = reader_line(r, "statement");
    if (reader_field(r, "statement") == LUA_TTABLE) {
        const table_reader inner = inner_reader(r, "statement");
        const char *known[SHOWN_KEYS + 1] = {NULL};
        for (size_t i = 0; i < SHOWN_KEYS; i++) known[i] = shown_keys[i].name;
        reader_check_keys(&inner, known, NULL, 0);
        for (size_t i = 0; i < SHOWN_KEYS; i++) {
            const char *key = shown_keys[i].name;
            if (shown_keys[i].kind >= SHOWN_OUTPUTS) {
                read_list(&inner, key);
                continue;
            }
            const char *text = reader_text(&inner, key);
            if (text) script_add_fact(s, "statement.", key, text, reader_line(&inner, key));
            if (text && !strcmp(key, "order") && strcmp(text, "rank") && strcmp(text, "given"))
                script_fault(s, at, text, NULL,
                             "statement.order is '%s', not \"rank\" or \"given\"", text);
        }
    } else if (!lua_isnil(L, -1)) {
        script_fault(s, at, "statement", "statement = { rows = \"task\", of = \"unit\" }",
                     "`statement` is a %s, not a table", luaL_typename(L, -1));
    }
    lua_pop(L, 1);
}

/* keys = "nfkc": of all data, what csv(…) says of one file. */
static void read_keys(const table_reader *r) {
    const char *form = reader_text(r, "keys");
    if (form && strcmp(form, "nfkc") != 0)
        script_fault(r->s, reader_line(r, "keys"), form, NULL,
                     "`keys` can only be \"nfkc\", not '%.60s'", form);
    else if (form)
        r->s->data.unify = 1;
}

void read_common(const table_reader *r) {
    read_facts(r);
    read_keys(r);
    read_attributes(r);
    read_orders(r);
    read_texts(r, "show", "show.", show_keys);
    read_texts(r, "titles", "title.", NULL);
    read_statement(r);
    read_named(r, "data", "a table of csv(…)", "data = { observed = csv(…) }", "data has no name",
               read_dataset);
    read_uncertain(r);
}

static void read_compute(const table_reader *r) {
    lua_State *L = r->L;
    script *s = r->s;
    s->compute_at = reader_line(r, "compute");
    if (reader_field(r, "compute") == LUA_TFUNCTION)
        s->compute = luaL_ref(L, LUA_REGISTRYINDEX);
    else
        script_fault(s, lua_isnil(L, -1) ? s->m.at : s->compute_at, "compute",
                     "compute = function(a) … return { total = … } end",
                     lua_isnil(L, -1) ? "the assessment computes nothing"
                                      : "`compute` is a %s, not a function",
                     luaL_typename(L, -1));
}

int read_assessment(lua_State *L) {
    script *s = lua_touserdata(L, 2);
    s->m.at = part_test(L, 1)->at;
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    const table_reader r = {L, s, 2, "assessment", {.braces = s->m.at}};
    s->index_at = reader_line(&r, "index");
    reader_check_keys(&r, assessment_keys, NULL, 0);
    if (lua_rawlen(L, r.at))
        script_fault(s, s->m.at, "assessment", "did you forget `index =`?",
                     "what stands in assessment { … } needs a key");
    read_common(&r);
    read_stages(&r, model_add_stage);
    model_make_stages(&s->m, s->f);
    read_named(&r, "params", "a table of parameters", "params = { cap = 100 }",
               "a parameter has no name", read_param);
    read_index(&r);
    read_compute(&r);
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
