/* What must hold whatever the data: property("more is better", monotone "index.*.*", { rules = …,
 * output = … }).
 *
 * Data are drawn at random from a seed, and the first draw that breaks the property is made small
 * and kept as a CSV file beside the test. */
#include "testing/property.h"

#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "base/files.h"
#include "lua/budget.h"

enum { RUNS = 100, RUNS_LOADED = 10 };

/* ---- what a test file says ---- */

static int push_kind(lua_State *L, property_kind kind) {
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, kind);
    lua_setfield(L, -2, "kind");
    return 1;
}

static int do_monotone(lua_State *L) {
    if (lua_type(L, 1) != LUA_TSTRING && !lua_isnoneornil(L, 1))
        host_error(L, "monotone", "monotone \"index.*.*\"",
                   "monotone needs the indicators' addresses, or one's id");
    lua_settop(L, 1);
    push_kind(L, MONOTONE);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "pattern");
    return 1;
}

static int do_bounds(lua_State *L) {
    if (lua_type(L, 1) != LUA_TNUMBER || lua_type(L, 2) != LUA_TNUMBER)
        host_error(L, "bounds", "bounds(0, 100)", "bounds needs the least and the greatest value");
    if (!(lua_tonumber(L, 1) <= lua_tonumber(L, 2)))
        host_error(L, "bounds", "bounds(0, 100)", "bounds has the least value first");
    push_kind(L, BOUNDS);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "low");
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "high");
    return 1;
}

static int do_invariant(lua_State *L) {
    static const char *const words[] = {"names", "rows", "units", NULL};
    const char *word = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "";
    for (int i = 0; words[i]; i++)
        if (!strcmp(words[i], word)) {
            push_kind(L, (property_kind)(NAMES + i));
            lua_pushvalue(L, 2);
            lua_setfield(L, -2, "pattern");
            return 1;
        }
    return host_error(
        L, *word ? word : "invariant",
        "invariant \"names\" (of units), \"rows\" (their order), \"units\" (of measure)",
        "results are invariant to what?");
}

static int do_no_reversal(lua_State *L) {
    return push_kind(L, REVERSAL);
}

void property_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"monotone", do_monotone},
                                         {"bounds", do_bounds},
                                         {"invariant", do_invariant},
                                         {"no_reversal", do_no_reversal},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

static double field(lua_State *L, int at, const char *name) {
    lua_getfield(L, at, name);
    double out = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    lua_pop(L, 1);
    return out;
}

/* Stack: the pair of what and options -> … what, options. */
static void read_what(lua_State *L, property *p) {
    lua_rawgeti(L, 1, 1);
    if (lua_tocfunction(L, -1) == do_no_reversal || lua_tocfunction(L, -1) == do_monotone)
        lua_call(L, 0, 1);
    p->function = lua_gettop(L);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        p->kind = FUNCTION;
        return;
    }
    double kind = field(L, p->function, "kind");
    if (isnan(kind))
        host_error(L, "property",
                   "monotone \"index.*.*\", bounds(0, 100), invariant \"rows\", no_reversal(), or "
                   "a function",
                   "property needs to know what is to hold");
    p->kind = (property_kind)kind;
    p->low = field(L, p->function, "low");
    p->high = field(L, p->function, "high");
    lua_getfield(L, p->function, "pattern");
    if (lua_type(L, -1) == LUA_TSTRING)
        p->pattern = testing_print(L, &p->t->scratch, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
}

static const char *text_option(lua_State *L, const property *p, const char *key) {
    if (!option_push(L, p->options, key)) return NULL;
    if (lua_type(L, -1) != LUA_TSTRING) host_error(L, key, NULL, "%s is a name", key);
    const char *own = testing_print(L, &p->t->scratch, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    return own;
}

static void read_options(lua_State *L, property *p) {
    static const char *const known[] = {"rules", "output", "runs",   "on",     "tolerance", "data",
                                        "set",   "where",  "strict", "better", NULL};
    static const char *const ways[] = {"higher", "lower", NULL};
    lua_rawgeti(L, 1, 2);
    p->options = lua_gettop(L);
    host_check_keys(L, p->options, known);
    int loaded = p->kind != MONOTONE && p->kind != BOUNDS && p->kind != FUNCTION;
    double runs = option_number(L, p->options, "runs", loaded ? RUNS_LOADED : RUNS);
    if (!(runs >= 1 && runs <= 1e6))
        host_error(L, "runs", NULL, "runs is a number from 1 to 1000000");
    p->runs = (size_t)runs;
    p->tolerance = option_number(L, p->options, "tolerance", NAN);
    p->on = text_option(L, p, "on");
    p->output = text_option(L, p, "output");
    option_push(L, p->options, "rules");
    int data = option_push(L, p->options, "data") ? lua_gettop(L) : 0;
    request_read(L, lua_tostring(L, p->options + 1), data, p->options);
    p->base = session_fine(L);
    const assess *a = p->base->session;
    if (!p->output && p->kind == REVERSAL)
        p->output = *assess_fact(a, "show.rank") ? assess_fact(a, "show.rank") : "rank";
    if (!p->output && (p->kind == MONOTONE || p->kind == BOUNDS))
        host_error(L, "property", "output = \"total\"", "the property needs to know the output");
    if (p->output) {
        extract_push(L, p->base, p->output); /* is it there? */
        lua_pop(L, 1);
    }
    p->lower = p->output &&
               (!strcmp(assess_fact(a, "show.rank"), p->output) || !strcmp(p->output, "rank"));
    if (option_push(L, p->options, "better")) {
        lua_pop(L, 1);
        p->lower = option_word(L, p->options, "better", ways);
    }
}

/* ---- what broke ---- */

/* golden/2011-more-is-better-failing.csv beside the test. */
static const char *keep_rows(lua_State *L, const property *p, const sheet *s) {
    arena *m = &p->t->scratch;
    const script_file *f = testing_script(L);
    const char *name = testing_print(L, m, "%s-failing.csv", testing_stem(L));
    const char *folder =
        strcmp(f->folder, ".") ? testing_print(L, m, "%s/golden", f->folder) : "golden";
    buf csv = BUF_INIT;
    fault ignored = FAULT_INIT;
    sheet_csv(s, &csv);
    const file_item made = {name, buf_string(&csv), csv.length};
    int fine = !csv.failed && files_write_all(folder, &made, 1, &ignored);
    buf_release(&csv);
    fault_release(&ignored);
    return fine ? testing_print(L, m, "%s/%s", folder, name) : "";
}

static void tell_broken(lua_State *L, property *p) {
    arena *m = &p->t->scratch;
    testing_check c = {.name = "property"};
    const char *first = p->why;
    if (!p->t->first_only) {
        const sheet *s = shrink(L, p);
        if (!p->why) p->why = first;
        c.kept = keep_rows(L, p, s);
        c.hint = testing_print(L, m, "%s%s%s%s%sassess test --seed %llu --run '%s' draws it again",
                             *c.kept ? "assess " : "", *c.kept ? p->base->rules : "",
                             *c.kept ? testing_print(L, m, " --data %s=", p->on) : "", c.kept,
                             *c.kept ? (p->kind == BOUNDS || p->kind == FUNCTION
                                            ? " shows it; "
                                            : " is where it begins; ")
                                     : "",
                             (unsigned long long)p->t->settings.seed, p->name);
    }
    c.message = p->why;
    c.got = p->got;
    c.want = p->want;
    if (p->x) {
        const assess_array *x = p->x;
        c.output = x->name;
        c.formula = x->formula;
        c.rule_file = x->file;
        c.rule_line = x->line;
    }
    check_tell(L, &c, NULL);
}

/* ---- running ---- */

static void look_at_outputs(lua_State *L, const property *p) {
    const assess *a = p->base->session;
    if (!p->t->listener || !p->t->listener->looked) return;
    for (size_t i = 0; i < assess_output_count(a); i++) {
        const assess_array *x = assess_output(a, i);
        if (p->output && strcmp(p->output, x->name)) continue;
        for (size_t k = 0; k < x->size; k++) looked_at(p->t, p->base, x, k);
    }
    (void)L;
}

int property_run(lua_State *L) {
    trial *t = testing_of(L);
    host_budget *b = host_of(L)->budget;
    property p = {.t = t,
                  .name = t->now->test.name,
                  .tolerance = NAN,
                  .random = t->settings.seed ^ t->now->number};
    size_t drawn = 0, done = 0;
    time_t since = time(NULL);
    luaL_checkstack(L, 40, NULL);
    read_what(L, &p);
    read_options(L, &p);
    draw_prepare(L, &p);
    look_at_outputs(L, &p);
    const dataset *d = datasets_named(&p.base->session->s->data, p.on);
    const sheet *s = p.kind == MONOTONE || p.kind == BOUNDS || p.kind == FUNCTION
                         ? NULL
                         : sheet_of(L, &t->scratch, p.base->session, d);
    if (s) version_check(L, &p, s);
    computed *work = p.kind == FUNCTION ? session_with(L, &p, NULL, 2) : p.base;
    if (!work) host_error(L, p.name, NULL, "the rules cannot be computed a second time");
    budget_leave(b); /* the evaluator's seconds are not the script's */
    for (; done < p.runs; done++) {
        if (testing_stopped(t)) budget_kill(L, b, BUDGET_STOPPED);
        if (t->settings.seconds > 0 && difftime(time(NULL), since) > t->settings.seconds) {
            t->note =
                testing_print(L, &t->scratch, "time was up after %zu of %zu draws", done, p.runs);
            break;
        }
        if (!draw(L, &p)) continue;
        drawn++;
        if (property_holds(L, &p, work, s)) continue;
        tell_broken(L, &p);
        budget_enter(b);
        return 0;
    }
    budget_enter(b);
    check_tell(
        L,
        &(testing_check){
            .ok = drawn > 0,
            .name = "property",
            .message =
                drawn ? "" : "nothing could be drawn: too few data, or no indicator to improve"},
        NULL);
    return 0;
}
