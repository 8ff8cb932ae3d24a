/* figure { "observed", unit = "Shahe", year = 2011, 38, was = 61, cite = "…" }: an overlay changes
 * one figure of the data, addressed by the labels of its axes. Whether the data have such a row is
 * seen when they are read (rule/changed_figures.c). */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/suggest.h"
#include "base/text.h"
#include "lua/inside.h"
#include "lua/script.h"

static const char example[] =
    "figure { \"observed\", unit = \"Shahe\", year = 2011, 38, was = 61 }";

typedef struct figure {
    lua_State *L;
    script *s;
    table_reader r;
    dataset *d;
    ds_figure g;
} figure;

/* The data that the figure is of; NULL with the fault. */
static dataset *find_data(figure *x) {
    script *s = x->s;
    suggestion near = suggest_for(x->r.in.first);
    for (size_t i = 0; i < s->data.count; i++) suggest_try(&near, s->data.item[i]->spec.name);
    dataset *d = datasets_named(&s->data, x->r.in.first);
    const char *best = suggest_best(&near);
    if (!d)
        script_fault(s, x->g.at, x->r.in.first,
                     best ? suggest_text(&s->memory, best)
                          : "data = { observed = csv(…) } gives data a name",
                     "no data '%.60s'", x->r.in.first);
    else if (d->table || d->made)
        return script_fault(s, x->g.at, x->r.in.first,
                            "rules look into a table within `compute`, when all is read",
                            "'%s' was looked into before its figures are changed", d->spec.name),
               NULL;
    return d;
}

/* A number or `missing`, on top of the stack. */
static int read_number(const figure *x, md_at at, const char *key, double *out) {
    lua_State *L = x->L;
    *out = NAN;
    if (lua_type(L, -1) == LUA_TNUMBER) *out = lua_tonumber(L, -1);
    if (isfinite(*out) || host_is_missing(L, -1)) return 1;
    if (lua_isnil(L, -1))
        return script_fault(x->s, at, key ? key : "figure", example, "figure without a new value");
    return script_fault(x->s, at, key ? key : "figure", "a number, or `missing`",
                        lua_type(L, -1) == LUA_TNUMBER ? "the figure is not finite"
                                                       : "the figure is a %s, not a number",
                        luaL_typename(L, -1));
}

/* The label on top of the stack as a text of the script. */
static const char *read_label(const figure *x, const char *axis) {
    lua_State *L = x->L;
    char number[32];
    size_t n = 0;
    const char *text = number;
    if (lua_type(L, -1) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1)))
        n = decimal_write(lua_tonumber(L, -1), number);
    else if (lua_type(L, -1) == LUA_TSTRING)
        text = lua_tolstring(L, -1, &n);
    if (!n || memchr(text, 0, n)) {
        script_fault(x->s, reader_line(&x->r, axis), axis, example,
                     "figure: the label of `%s` is a text or a number", axis);
        return NULL;
    }
    const char *own = arena_text(&x->s->memory, text, n);
    if (!own) fault_memory(x->s->f);
    return own;
}

static int is_own_key(const figure *x, const char *key) {
    return !strcmp(key, "was") || !strcmp(key, "cite") ||
           (!x->d->spec.keys && !strcmp(key, "column"));
}

/* What stands under the names of axes. */
static int read_labels(figure *x) {
    lua_State *L = x->L;
    size_t count;
    const char **key = reader_keys(&x->r, &count);
    ds_label *list = arena_take(&x->s->memory, (count + 1) * sizeof *list);
    int fine = list != NULL || fault_memory(x->s->f);
    for (size_t i = 0; fine && i < count; i++) {
        if (is_own_key(x, key[i])) continue;
        reader_field(&x->r, key[i]);
        const char *axis = arena_text(&x->s->memory, key[i], strlen(key[i]));
        const char *label = read_label(x, key[i]);
        lua_pop(L, 1);
        fine = axis && label;
        list[x->g.labels++] = (ds_label){axis, label};
    }
    lua_pop(L, 1);
    x->g.label = list;
    return fine;
}

static int read_values(figure *x) {
    lua_State *L = x->L;
    size_t n = lua_rawlen(L, x->r.at);
    lua_rawgeti(L, x->r.at, 2);
    int fine = read_number(x, x->g.at, NULL, &x->g.is);
    lua_pop(L, 1);
    if (fine && n > 2)
        fine = script_fault(x->s, x->g.at, "figure", example,
                            "figure takes one number, and a label for each axis by name");
    x->g.guarded = reader_field(&x->r, "was") != LUA_TNIL;
    x->g.was_at = reader_line(&x->r, "was");
    if (x->g.guarded) fine = fine && read_number(x, x->g.was_at, "was", &x->g.was);
    lua_pop(L, 1);
    return fine;
}

void figure_read(lua_State *L, script *s, int at, const char *cite) {
    const part *e = part_test(L, at);
    figure x = {.L = L, .s = s, .g = {.at = e->at}};
    size_t n = 0;
    lua_getiuservalue(L, at, 1);
    int table = lua_gettop(L);
    lua_rawgeti(L, table, 1);
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &n) : NULL;
    if (!name || !n || strlen(name) != n) {
        script_fault(s, e->at, "figure", example, "figure without the name of the data");
        return;
    }
    name = arena_text(&s->memory, name, n);
    if (!name) {
        fault_memory(s->f);
        return;
    }
    x.r = (table_reader){L, s, table, "figure", {.braces = e->at, .first = name}};
    x.g.at = x.r.in.braces = path_line(s, &x.r.in);
    x.d = find_data(&x);
    if (!x.d || !read_values(&x) || !read_labels(&x)) return;
    x.g.cite = reader_text(&x.r, "cite");
    if (!x.g.cite) x.g.cite = cite;
    x.g.column = x.d->spec.keys ? NULL : reader_text(&x.r, "column");
    dataset_add_figure(&s->data, x.d, &x.g, s->f);
}
