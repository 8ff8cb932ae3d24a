/* property("more is better", monotone "index.*.*", { rules = …, output = … }): what must hold
 * whatever the data are.
 *
 * Data are drawn at random from a seed. The first draw that breaks the property is made small and
 * kept as a CSV file beside the test. */
#include "testing/property.h"

#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/allowed.h"
#include "base/decimal.h"
#include "base/files.h"
#include "base/text.h"
#include "lua/budget.h"
#include "table/csv_out.h"
#include "table/date.h"

/* ---- keyed data as rows of texts ---- */

static const char *cell_text(lua_State *L, arena *a, const assess *of, const tb_column *c,
                             size_t row) {
    char text[32];
    double x = c->value[row];
    if (isnan(x)) return "";
    if (c->kind == TB_TEXT) return pool_text(of->h->strings, (uint32_t)x);
    if (c->kind == TB_DATE)
        text[date_write(x, text)] = 0;
    else
        decimal_write(x, text);
    return testing_print(L, a, "%s", text);
}

size_t rows_column(const property_rows *s, const char *name) {
    for (size_t i = 0; name && i < s->columns; i++)
        if (!strcmp(s->head[i], name)) return i;
    return SIZE_MAX;
}

property_rows *property_rows_of(lua_State *L, arena *a, const assess *of, const dataset *d) {
    property_rows *s = testing_take(L, a, sizeof *s);
    size_t columns = tb_columns(d->table);
    const tb_column **kept = testing_take(L, a, columns * sizeof *kept);
    s->head = testing_take(L, a, columns * sizeof *s->head);
    s->rows = tb_rows(d->table);
    for (size_t i = 0; i < columns; i++) {
        const tb_column *c = tb_column_at(d->table, i);
        if (c->kind == TB_SKIP) continue;
        for (size_t k = 0; k < d->spec.keys; k++)
            if (!strcmp(d->spec.key[k].column, c->name) &&
                (!k || !strcmp(d->spec.key[k].axis, "unit")))
                s->unit = s->columns;
        kept[s->columns] = c;
        s->head[s->columns++] = testing_print(L, a, "%s", c->name);
    }
    s->cell = testing_take(L, a, s->rows * s->columns * sizeof *s->cell);
    for (size_t r = 0; r < s->rows; r++)
        for (size_t i = 0; i < s->columns; i++)
            *rows_cell(s, r, i) = cell_text(L, a, of, kept[i], r);
    return s;
}

property_rows *property_rows_copy(lua_State *L, arena *a, const property_rows *s,
                                  size_t more_rows) {
    property_rows *out = testing_take(L, a, sizeof *out);
    *out = *s;
    out->cell = testing_take(L, a, (s->rows + more_rows) * s->columns * sizeof *out->cell);
    if (s->rows) memcpy(out->cell, s->cell, s->rows * s->columns * sizeof *out->cell);
    return out;
}

int is_value_column(const dataset *d, const char *column) {
    const tb_column *c = d->spec.value ? NULL : tb_column_named(d->table, column);
    return d->spec.value ? !strcmp(column, d->spec.value) : c && dataset_is_indicator(d, c);
}

static void rows_as_csv(const property_rows *s, buf *to) {
    csv_out o = csv_out_to(to, ',', 0);
    for (size_t i = 0; i < s->columns; i++) csv_out_string(&o, s->head[i]);
    csv_out_end(&o);
    for (size_t r = 0; r < s->rows; r++) {
        for (size_t i = 0; i < s->columns; i++) {
            const char *text = *rows_cell(s, r, i);
            csv_out_string(&o, *text ? text : NULL);
        }
        csv_out_end(&o);
    }
}

/* ---- sessions of other data ---- */

void sessions_forget(test_run *t) {
    for (int i = 0; i < VERSIONS; i++) {
        if (!t->version[i]) continue;
        assess_free(t->version[i]->session);
        t->version[i]->session = NULL; /* a test may still hold its results */
        t->version[i] = NULL;
    }
}

/* Changes the request for the session, and puts it back. */
computed *session_of_rows(lua_State *L, const property *p, const property_rows *s, int slot) {
    test_run *t = p->t;
    request kept = t->ask;
    buf csv = BUF_INIT;
    computed *c = testing_take(L, &t->memory, sizeof *c);
    given *data = testing_take(L, &t->scratch, (kept.datas + 1) * sizeof *data);
    if (s) {
        size_t count = 0;
        for (size_t i = 0; i < kept.datas; i++)
            if (strcmp(kept.data[i].name, p->on)) data[count++] = kept.data[i];
        rows_as_csv(s, &csv);
        data[count++] =
            (given){.name = p->on, .path = p->on, .text = buf_string(&csv), .length = csv.length};
        t->ask.data = data;
        t->ask.datas = count;
    }
    if (t->version[slot]) {
        assess_free(t->version[slot]->session);
        t->version[slot]->session = NULL;
    }
    *c = (computed){.key = "", .rules = p->base->rules};
    c->session = request_compute(t, &c->status);
    t->version[slot] = c;
    buf_release(&csv);
    t->ask.data = kept.data;
    t->ask.datas = kept.datas;
    return c->session && !c->status ? c : NULL;
}

/* ---- why a property does not hold ---- */

const char *property_value_text(lua_State *L, const property *p, const assess *a,
                                const assess_array *x, double value) {
    return isnan(value) ? "missing" : value_text(L, &p->t->scratch, a, x, value);
}

const char *property_place(lua_State *L, const property *p, const assess *a, const assess_array *x,
                           size_t element) {
    const char *at = extract_place(L, &p->t->scratch, a, x, element);
    return *at ? testing_print(L, &p->t->scratch, " at %s", at) : "";
}

/* The changes as text, "A1, X, 2011: 40 → 35; …" */
static const char *changes_of(lua_State *L, const property *p) {
    arena *m = &p->t->scratch;
    const char *all = "";
    char old[32], now[32];
    for (size_t i = 0; i < p->changes; i++) {
        const changed_cell *c = &p->change[i];
        const char *at = "";
        for (int k = 0; k < c->axes; k++) at = testing_list(L, m, at, ", ", c->label[k]);
        decimal_write(c->old, old);
        decimal_write(c->now, now);
        all = testing_list(L, m, all, "; ", testing_print(L, m, "%s: %s → %s", at, old, now));
    }
    return all;
}

int property_broken(lua_State *L, property *p, const assess *a, const assess_array *x,
                    size_t element, double want, double got, const char *why) {
    p->x = x;
    p->want = property_value_text(L, p, a, x, want);
    p->got = property_value_text(L, p, a, x, got);
    p->why = testing_print(L, &p->t->scratch, "%s%s: %s → %s, %s", x->name,
                           property_place(L, p, a, x, element), p->want, p->got, why);
    return 0;
}

const assess_array *property_output(lua_State *L, const property *p, computed *c) {
    const assess_array *x = assess_output_named(c->session, p->output);
    if (!x) extract_push(L, c, p->output); /* raises */
    return x;
}

/* ---- properties that change cells of a session ---- */

/* Makes the changes, or takes them back. 0 where the session lacks one of the cells. */

static int change_cells(lua_State *L, const property *p, computed *c, int back) {
    const assess_array *x =
        assess_array_named(c->session, testing_print(L, &p->t->scratch, "data.%s", p->on));
    int fine = x != NULL;
    for (size_t i = 0; fine && i < p->changes; i++) {
        size_t cell = find_cell(c->session, x, &p->change[i]);
        if (cell == SIZE_MAX) return 0;
        fine = !assess_change(c->session, x, cell, back ? p->change[i].old : p->change[i].now);
    }
    if (fine) fine = !assess_recompute(c->session);
    if (!fine)
        host_error(L, p->name, NULL, "the rules cannot be computed again: %s", changes_of(L, p));
    return 1;
}

double property_slack(const property *p, double value) {
    return isnan(p->tolerance) ? 1e-9 * fmax(fabs(value), 1) : p->tolerance;
}

/* Is an element of the output about the unit whose cell was changed? */
static int is_of_changed_unit(const property *p, const assess *a, const assess_array *x,
                              size_t element) {
    int k = array_axis(x, "unit");
    for (int i = 0; k >= 0 && i < p->change[0].axes; i++)
        if (!strcmp(p->change[0].axis[i], "unit"))
            return !strcmp(array_label(a, x, k, element), p->change[0].label[i]);
    return 1;
}

static int monotone_holds(lua_State *L, property *p, computed *c) {
    const assess_array *x = property_output(L, p, c);
    double *before = testing_take(L, &p->t->once, x->size * sizeof *before);
    memcpy(before, x->value, x->size * sizeof *before);
    if (!change_cells(L, p, c, 0)) return 1;
    int holds = 1;
    for (size_t i = 0; i < x->size && holds; i++) {
        double old = before[i], now = x->value[i];
        if (isnan(old) || !is_of_changed_unit(p, c->session, x, i)) continue;
        double worse = p->lower ? now - old : old - now;
        if (!(worse <= property_slack(p, old)))
            holds = property_broken(
                L, p, c->session, x, i, old, now,
                testing_print(L, &p->t->scratch, "though it was improved (%s)", changes_of(L, p)));
    }
    change_cells(L, p, c, 1);
    return holds;
}

static int bounds_hold(lua_State *L, property *p, computed *c) {
    const assess_array *x = property_output(L, p, c);
    if (!change_cells(L, p, c, 0)) return 1;
    int holds = 1;
    for (size_t i = 0; i < x->size && holds; i++) {
        double now = x->value[i], most = property_slack(p, now);
        if (isnan(now) || (now >= p->low - most && now <= p->high + most)) continue;
        holds = property_broken(L, p, c->session, x, i, now < p->low ? p->low : p->high, now,
                                testing_print(L, &p->t->scratch, "%s", changes_of(L, p)));
        p->why =
            testing_print(L, &p->t->scratch, "%s%s is %s, beyond %s (%s)", x->name,
                          property_place(L, p, c->session, x, i), p->got, p->want,
                          p->changes ? changes_of(L, p) : text_message("in the data as they are"));
    }
    change_cells(L, p, c, 1);
    return holds;
}

/* Sets the fields of a change in the table on top: its labels, old, now. */
static void set_change_fields(lua_State *L, const changed_cell *c) {
    for (int k = 0; k < c->axes; k++) {
        lua_pushstring(L, c->label[k]);
        lua_setfield(L, -2, c->axis[k]);
    }
    lua_pushnumber(L, c->old);
    lua_setfield(L, -2, "old");
    lua_pushnumber(L, c->now);
    lua_setfield(L, -2, "now");
}

/* Pushes the changes as a list of { unit =, indicator =, old =, now = }, which also has the fields
 * of the first one, and the results before. */
static void push_change(lua_State *L, const property *p) {
    lua_createtable(L, (int)p->changes, 8);
    if (p->changes) set_change_fields(L, &p->change[0]);
    for (size_t i = 0; i < p->changes; i++) {
        lua_createtable(L, 0, p->change[i].axes + 2);
        set_change_fields(L, &p->change[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    result_push(L, p->base);
    lua_setfield(L, -2, "before");
}

static int function_holds(lua_State *L, property *p, computed *c) {
    int top = lua_gettop(L);
    if (!change_cells(L, p, c, 0)) return 1;
    lua_pushvalue(L, p->function);
    result_push(L, c);
    push_change(L, p);
    lua_call(L, 2, 2);
    int holds = lua_toboolean(L, top + 1);
    if (!holds) {
        const char *says = lua_type(L, top + 2) == LUA_TSTRING
                               ? lua_tostring(L, top + 2)
                               : text_message("the function says no");
        p->why = testing_print(L, &p->t->scratch, "%s (%s)", says, changes_of(L, p));
        p->x = NULL;
        p->got = p->want = "";
    }
    lua_settop(L, top);
    change_cells(L, p, c, 1);
    return holds;
}

int property_changes_cells(const property *p) {
    return p->kind == MONOTONE || p->kind == BOUNDS || p->kind == FUNCTION;
}

int property_holds(lua_State *L, property *p, computed *c, const property_rows *s) {
    arena_release(&p->t->once);
    p->x = NULL;
    switch (p->kind) {
    case MONOTONE: return monotone_holds(L, p, c);
    case BOUNDS: return bounds_hold(L, p, c);
    case FUNCTION: return function_holds(L, p, c);
    default: return metamorphic_holds(L, p, c, s);
    }
}

/* ---- reading a property ---- */

enum { RUNS = 100, RUNS_LOADED = 10 }; /* RUNS_LOADED: where each draw loads the data again */

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

static int do_no_reversal(lua_State *L) { return push_kind(L, REVERSAL); }

void property_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"monotone", do_monotone},       {"bounds", do_bounds},   {"invariant", do_invariant},
        {"no_reversal", do_no_reversal}, {"robust", robust_make}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

static double number_field(lua_State *L, int at, const char *name) {
    lua_getfield(L, at, name);
    double out = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    lua_pop(L, 1);
    return out;
}

/* Reads what is to hold. The table at 1 is a pair of this and the options. */
static void read_what(lua_State *L, property *p) {
    lua_rawgeti(L, 1, 1);
    if (lua_tocfunction(L, -1) == do_no_reversal || lua_tocfunction(L, -1) == do_monotone)
        lua_call(L, 0, 1);
    p->function = lua_gettop(L);
    if (lua_type(L, -1) == LUA_TFUNCTION) {
        p->kind = FUNCTION;
        return;
    }
    double kind = number_field(L, p->function, "kind");
    if (isnan(kind))
        host_error(L, "property",
                   "monotone \"index.*.*\", bounds(0, 100), invariant \"rows\", no_reversal(), "
                   "robust { … }, or a function",
                   "property needs to know what is to hold");
    p->kind = (property_kind)kind;
    p->low = number_field(L, p->function, "low");
    p->high = number_field(L, p->function, "high");
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
    double runs =
        option_number(L, p->options, "runs", property_changes_cells(p) ? RUNS : RUNS_LOADED);
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

/* ---- reporting ---- */

/* Writes the rows to golden/2011-more-is-better-failing.csv beside the test; "" where that fails.
 */
static const char *keep_rows(lua_State *L, const property *p, const property_rows *s) {
    arena *m = &p->t->scratch;
    const script_file *f = testing_script(L);
    const char *name = testing_print(L, m, "%s-failing.csv", testing_stem(L));
    const char *folder =
        strcmp(f->folder, ".") ? testing_print(L, m, "%s/golden", f->folder) : "golden";
    buf csv = BUF_INIT;
    fault ignored = FAULT_INIT;
    if (!allowed_below(folder, f->folder)) return ""; /* a link leads out */
    rows_as_csv(s, &csv);
    const file_item made = {name, buf_string(&csv), csv.length};
    int fine = !csv.failed && files_write_all(folder, &made, 1, &ignored);
    buf_release(&csv);
    fault_release(&ignored);
    return fine ? testing_print(L, m, "%s/%s", folder, name) : "";
}

static void report_broken(lua_State *L, property *p) {
    arena *m = &p->t->scratch;
    testing_check c = {.name = "property"};
    const char *first = p->why;
    if (!p->t->first_only) {
        const property_rows *s = shrink(L, p);
        if (!p->why) p->why = first;
        c.kept = keep_rows(L, p, s);
        c.hint = testing_print(L, m, "%s%s%s%s%sassess test --seed %llu --run '%s' draws it again",
                               *c.kept ? "assess " : "", *c.kept ? p->base->rules : "",
                               *c.kept ? testing_print(L, m, " --data %s=", p->on) : "", c.kept,
                               *c.kept ? (p->kind == BOUNDS || p->kind == FUNCTION
                                              ? text_message(" shows it; ")
                                              : text_message(" is where it begins; "))
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

static void look_at_outputs(const property *p) {
    const assess *a = p->base->session;
    if (!p->t->looked) return;
    for (size_t i = 0; i < assess_output_count(a); i++) {
        const assess_array *x = assess_output(a, i);
        if (p->output && strcmp(p->output, x->name)) continue;
        for (size_t k = 0; k < x->size; k++) looked_at(p->t, p->base, x, k);
    }
}

int property_run(lua_State *L) {
    test_run *t = testing_of(L);
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
    if (p.kind == ROBUST) return robust_run(L, &p);
    draw_prepare(L, &p);
    look_at_outputs(&p);
    const dataset *d = datasets_named(&p.base->session->s->data, p.on);
    const property_rows *s =
        property_changes_cells(&p) ? NULL : property_rows_of(L, &t->scratch, p.base->session, d);
    if (s) metamorphic_check(L, &p, s);
    computed *work = p.kind == FUNCTION ? session_of_rows(L, &p, NULL, 2) : p.base;
    if (!work && !t->version[2]->session) testing_no_memory(L);
    if (!work) {
        fault *f = host_fault(L);
        computed_tell(t->version[2], f);
        host_raise(L, f);
    }
    budget_leave(b); /* the evaluator's seconds are not the script's */
    for (; done < p.runs; done++) {
        if (testing_stopped(t)) budget_kill(L, b, BUDGET_STOPPED);
        if (t->settings.seconds > 0 && difftime(time(NULL), since) > t->settings.seconds) {
            t->note =
                testing_print(L, &t->scratch, "time was up after %zu of %zu draws", done, p.runs);
            break;
        }
        if (!draw(&p)) continue;
        drawn++;
        if (property_holds(L, &p, work, s)) continue;
        report_broken(L, &p);
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
                drawn ? ""
                      : text_message(
                            "nothing could be drawn: too few data, or no indicator to improve")},
        NULL);
    return 0;
}
