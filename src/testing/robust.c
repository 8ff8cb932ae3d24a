/* property("the seventh place is safe", robust { unit = "Shenzhen", rank = "<= 7", with = 0.95 },
 * { rules = … }): what must hold in a share of the draws of what is uncertain. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "lua/budget.h"
#include "testing/property.h"
#include "uncertainty/draws.h"
#include "uncertainty/share.h"

typedef enum compared_by { AT_MOST, AT_LEAST, BELOW, ABOVE, EQUAL } compared_by;

typedef struct robust {
    const char *what;   /* "rank": the key */
    const char *output; /* the result it is of */
    const char *text;   /* the condition as it is told: "rank <= 7" */
    compared_by by;
    double number; /* of a text its number in the session */
    double with;
    uint64_t draws, seed;
    extract part;
    const char *const *vary; /* further entries, as --vary has them */
    size_t varies;
    uint64_t *times; /* by element of the output: in how many draws it holds */
} robust;

/* ---- reading ---- */

static const char *const keys[] = {"unit",    "at",   "rank",  "score", "grade",
                                   "verdict", "with", "draws", "vary",  NULL};

int robust_make(lua_State *L) {
    if (!lua_istable(L, 1))
        host_error(L, "robust", "robust { unit = \"Shenzhen\", rank = \"<= 7\", with = 0.95 }",
                   "robust needs what is to hold, and how often");
    host_check_keys(L, 1, keys);
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, ROBUST);
    lua_setfield(L, -2, "kind");
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "wish");
    return 1;
}

/* "<= 7" */
static int read_condition(const char *text, robust *r) {
    static const struct {
        const char *sign;
        compared_by by;
    } signs[] = {{"<=", AT_MOST}, {">=", AT_LEAST}, {"<", BELOW}, {">", ABOVE}, {"=", EQUAL}};
    r->by = EQUAL;
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i].sign);
        if (strncmp(text, signs[i].sign, length) != 0) continue;
        r->by = signs[i].by;
        text += length;
        break;
    }
    text += strspn(text, " ");
    return decimal_read(text, strlen(text), &r->number) == DECIMAL_OK;
}

static const char *const example =
    "rank = \"<= 7\", score = \">= 60\", grade = \"A\", verdict = true";

/* The one key that says what is to hold; its value is on top of the stack then. */
static const char *push_wanted(lua_State *L, int wish) {
    const char *found = NULL;
    for (int i = 2; i < 6; i++) {
        if (host_field(L, wish, keys[i]) == LUA_TNIL) {
            lua_pop(L, 1);
            continue;
        }
        if (found)
            host_error(L, keys[i], NULL, "robust states one thing: '%s' and '%s' are two", found,
                       keys[i]);
        found = keys[i];
    }
    if (!found) host_error(L, "robust", example, "robust does not say what is to hold");
    return found;
}

static void read_wanted(lua_State *L, const property *p, int wish, robust *r) {
    arena *m = &p->t->scratch;
    r->what = push_wanted(L, wish);
    int number = !strcmp(r->what, "rank") || !strcmp(r->what, "score");
    if (number && lua_type(L, -1) == LUA_TNUMBER) {
        r->number = lua_tonumber(L, -1);
        r->by = EQUAL;
        r->text = testing_print(L, m, "%s = %g", r->what, r->number);
    } else if (number && lua_type(L, -1) == LUA_TSTRING && read_condition(lua_tostring(L, -1), r)) {
        r->text = testing_print(L, m, "%s %s", r->what, lua_tostring(L, -1));
    } else if (!strcmp(r->what, "verdict") && lua_isboolean(L, -1)) {
        r->by = EQUAL;
        r->number = lua_toboolean(L, -1);
        r->text = testing_print(L, m, "verdict = %s", r->number != 0 ? "true" : "false");
    } else if (!strcmp(r->what, "grade") && lua_type(L, -1) == LUA_TSTRING) {
        const char *grade = lua_tostring(L, -1);
        r->by = EQUAL;
        r->number = pool_find(p->base->session->h->strings, grade, strlen(grade));
        r->text = testing_print(L, m, "grade = %s", grade);
    } else {
        host_error(L, r->what, example, "'%s': this is no condition", r->what);
    }
    lua_pop(L, 1);
}

static double number_of(lua_State *L, int wish, const char *key, double otherwise, double least,
                        double most) {
    double x = otherwise;
    int type = host_field(L, wish, key);
    if (type == LUA_TNUMBER)
        x = lua_tonumber(L, -1);
    else if (type != LUA_TNIL)
        x = NAN;
    if (!(x >= least && x <= most))
        host_error(L, key, NULL, "%s is a number from %g to %g", key, least, most);
    lua_pop(L, 1);
    return x;
}

static void read_vary(lua_State *L, const property *p, int wish, robust *r) {
    if (host_field(L, wish, "vary") == LUA_TNIL) return;
    if (lua_type(L, -1) != LUA_TTABLE)
        host_error(L, "vary", "vary = { \"*.weight=noise(0.25)\" }", "vary is a list of texts");
    size_t n = lua_rawlen(L, -1);
    const char **own = testing_take(L, &p->t->scratch, (n + 1) * sizeof *own);
    for (size_t i = 0; i < n; i++) {
        if (lua_rawgeti(L, -1, (lua_Integer)i + 1) != LUA_TSTRING)
            host_error(L, "vary", "vary = { \"*.weight=noise(0.25)\" }", "vary is a list of texts");
        own[i] = testing_print(L, &p->t->scratch, "%s", lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    r->vary = own;
    r->varies = n;
}

/* The output of the rules that plays the part, narrowed to the unit and the place. */
static void find_part(lua_State *L, const property *p, int wish, robust *r) {
    const char *fact = testing_print(L, &p->t->scratch, "show.%s", r->what);
    const char *shown = assess_fact(p->base->session, fact);
    r->output = p->output ? p->output : *shown ? shown : r->what;
    r->part = *extract_push(L, p->base, r->output);
    if (host_field(L, wish, "unit") != LUA_TNIL) {
        const assess_array *x = r->part.x;
        extract_choose(L, &r->part, array_axis(x, "unit") < 0 && x->axes ? x->axis[0].name : "unit",
                       -1);
    }
    if (host_field(L, wish, "at") != LUA_TNIL) extract_narrow(L, &r->part, -1);
    r->times = testing_take(L, &p->t->scratch, (r->part.x->size + 1) * sizeof *r->times);
}

static int holds(const robust *r, double x) {
    switch (r->by) {
    case AT_MOST: return x <= r->number;
    case AT_LEAST: return x >= r->number;
    case BELOW: return x < r->number;
    case ABOVE: return x > r->number;
    default: return x == r->number;
    }
}

/* ---- drawing; nothing here raises ---- */

static int make_list(const property *p, const robust *r, uncertain_list *list, arena *memory,
                     fault *f) {
    const script *s = p->base->session->s;
    int fine = 1;
    for (size_t i = 0; fine && i < s->uncertain.count; i++)
        fine = uncertain_add(list, &s->uncertain.item[i], &s->m, f);
    for (size_t i = 0; fine && i < r->varies; i++)
        fine = uncertain_read(list, r->vary[i], memory, f);
    return fine;
}

static int count_draws(const property *p, robust *r, draws *d, fault *f) {
    const draw_source from = {.seed = r->seed};
    size_t block = draws_block(d);
    for (uint64_t at = 0; at < r->draws; at += block) {
        size_t count = r->draws - at < block ? (size_t)(r->draws - at) : block;
        size_t element = SIZE_MAX;
        if (limits_raised(p->t->settings.stop))
            return fault_set(f, FAULT_LIMIT, "stopped before the results were complete");
        if (!draws_compute(d, &from, at, count, f)) return 0;
        while (extract_next(&r->part, &element)) {
            const double *x = draws_value(d, 0, element);
            for (size_t k = 0; k < count; k++) r->times[element] += (uint64_t)holds(r, x[k]);
        }
    }
    return 1;
}

static int draw_all(const property *p, robust *r, fault *f) {
    uncertain_list list = {0};
    arena memory = ARENA_INIT;
    draw_inputs in = {.memory = ARENA_INIT};
    draws *d = NULL;
    assess *a = p->base->session;
    int fine = make_list(p, r, &list, &memory, f) && inputs_open(&in, a, &list, f);
    if (fine && !in.inputs && !in.choices)
        fine = fault_at(f, FAULT_USAGE, NULL, "vary = { \"*.weight=noise(0.25)\" }",
                        "nothing is said to be uncertain");
    in.draws = r->draws;
    if (fine) d = draws_open(a, &in, &r->part.x, 1, f);
    if (d) fine = count_draws(p, r, d, f);
    draws_close(d);
    inputs_close(&in);
    mem_free(list.item);
    arena_release(&memory);
    return fine && d;
}

/* ---- reporting ---- */

static const char *percent(lua_State *L, const property *p, double share) {
    return testing_print(L, &p->t->scratch, "%.4g%%", share * 100);
}

static void report(lua_State *L, const property *p, const robust *r, size_t element) {
    arena *m = &p->t->scratch;
    const assess_array *x = r->part.x;
    double times = (double)r->times[element], of = (double)r->draws;
    share_interval i = share_within(times, of);
    const char *spot = extract_place(L, m, p->base->session, x, element);
    testing_check c = {.name = "property",
                       .output = x->name,
                       .formula = x->formula,
                       .rule_file = x->file,
                       .rule_line = x->line,
                       .at = spot};
    c.got = percent(L, p, times / of);
    c.want = percent(L, p, r->with);
    c.message =
        testing_print(L, m, "%s%s%s in %s of %llu draws (%s to %s, by so many draws), not in %s",
                      spot, *spot ? ": " : "", r->text, c.got, (unsigned long long)r->draws,
                      percent(L, p, i.low), percent(L, p, i.high), c.want);
    c.hint = testing_print(L, m, "assess test --seed %llu --run '%s' draws it again",
                           (unsigned long long)p->t->settings.seed, p->name);
    check_tell(L, &c, NULL);
}

int robust_run(lua_State *L, const property *p) {
    robust r = {.seed = p->t->settings.seed};
    host_budget *b = host_of(L)->budget;
    lua_getfield(L, p->function, "wish");
    int wish = lua_gettop(L);
    if (p->t->ask.datas)
        host_error(L, "data", "set = { … } changes leaves",
                   "robust draws from the data of the rules: it takes no data of its own");
    read_wanted(L, p, wish, &r);
    r.with = number_of(L, wish, "with", 0.95, 0, 1);
    r.draws = (uint64_t)number_of(L, wish, "draws", 2000, 1, 1e9);
    read_vary(L, p, wish, &r);
    find_part(L, p, wish, &r);
    fault *f = host_fault(L);
    budget_leave(b);
    int fine = draw_all(p, &r, f);
    budget_enter(b);
    if (!fine) return host_raise(L, f);
    /* The place where it holds least often is told. */
    size_t element = SIZE_MAX, worst = SIZE_MAX;
    while (extract_next(&r.part, &element)) {
        if (p->t->looked) looked_at(p->t, p->base, r.part.x, element);
        if (worst == SIZE_MAX || r.times[element] < r.times[worst]) worst = element;
    }
    if (worst != SIZE_MAX && (double)r.times[worst] < r.with * (double)r.draws)
        report(L, p, &r, worst);
    else
        check_tell(L,
                   &(testing_check){
                       .ok = worst != SIZE_MAX,
                       .name = "property",
                       .message = worst != SIZE_MAX ? "" : text_message("the place is empty")},
                   NULL);
    return 0;
}
