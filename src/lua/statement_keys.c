/* What an assessment says to its reports about its outputs: which of them a statement is made of, and whether
 * those that `show`, `titles` and `statement` name are there. */
#include <lauxlib.h>
#include <string.h>

#include "base/suggest.h"
#include "lua/script.h"

/* The keys of `statement`: outputs, axes, lists of outputs, lists of texts, texts. */
static const struct shown_key {
    const char *name;
    char holds; /* 'o' output, 'm' output or array of the model, 'a' axis, 'O' outputs, 'T' texts, 't' text */
} shown_keys[] = {
    { "of", 'a' }, { "rows", 'a' }, { "events", 'a' },
    { "total", 'o' }, { "grade", 'o' }, { "rank", 'o' }, { "parts", 'o' }, { "full", 'm' }, { "bonus", 'o' },
    { "penalty", 'o' }, { "vetoed", 'o' }, { "quota", 'o' },
    { "owner", 'o' }, { "task", 'o' }, { "mark", 'o' }, { "deduction", 'o' }, { "clause", 'o' }, { "evidence", 'o' },
    { "event_owner", 'o' }, { "event_kind", 'o' }, { "event_points", 'o' }, { "event_clause", 'o' },
    { "event_evidence", 'o' },
    { "columns", 'O' }, { "grades", 'T' }, { "lists", 'T' }, { "order", 't' }, { "note", 't' },
};
enum { SHOWN_KEYS = sizeof shown_keys / sizeof *shown_keys };

static char holds(const char *key) {
    size_t length = strcspn(key, ".");
    for (size_t i = 0; i < SHOWN_KEYS; i++)
        if (strlen(shown_keys[i].name) == length && !memcmp(shown_keys[i].name, key, length))
            return shown_keys[i].holds;
    return 0;
}

static void read_list(lua_State *L, script *s, int table, const char *key, md_at at) {
    size_t count;
    const char *const path[] = { "statement", key };
    const char *const *text = read_texts(L, s, table, key, "statement", at, "statement", &count);
    const char *all = text ? arena_print(&s->memory, "statement.%s.", key) : NULL;
    if (all)
        script_drop_facts(s, all);
    for (size_t i = 0; text && i < count; i++) {
        const char *name = arena_print(&s->memory, "%s.%zu", key, i + 1);
        if (name)
            script_add_fact(s, "statement.", name, text[i], key_at(s, s->m.at, NULL, path, 2));
        else
            fault_memory(s->f);
    }
}

void read_statement(lua_State *L, script *s) {
    const char *const key = "statement";
    md_at at = key_at(s, s->m.at, NULL, &key, 1);
    lua_pushstring(L, key);
    if (lua_rawget(L, 1) == LUA_TTABLE) {
        const char *known[SHOWN_KEYS + 1] = { NULL };
        for (size_t i = 0; i < SHOWN_KEYS; i++)
            known[i] = shown_keys[i].name;
        int table = lua_gettop(L);
        read_unknown(L, s, table, key, s->m.at, NULL, &key, 1, known, NULL, 0);
        for (size_t i = 0; i < SHOWN_KEYS; i++) {
            if (shown_keys[i].holds < 'a') {
                read_list(L, s, table, shown_keys[i].name, at);
                continue;
            }
            const char *const path[] = { key, shown_keys[i].name };
            const char *text = read_text(L, s, table, shown_keys[i].name, key, at, key);
            if (text)
                script_add_fact(s, "statement.", shown_keys[i].name, text, key_at(s, s->m.at, NULL, path, 2));
            if (text && !strcmp(shown_keys[i].name, "order") && strcmp(text, "rank") && strcmp(text, "given"))
                model_fault(&s->m, s->f, at, text, NULL, "statement.order is '%s', not \"rank\" or \"given\"", text);
        }
    } else if (!lua_isnil(L, -1)) {
        model_fault(&s->m, s->f, at, key, "statement = { rows = \"task\", of = \"unit\" }",
                    "`statement` is a %s, not a table", luaL_typename(L, -1));
    }
    lua_pop(L, 1);
}

static int is_output(const script *s, const char *name, suggestion *near) {
    for (size_t k = 0; k < s->outputs; k++) {
        if (!strcmp(s->output[k].name, name))
            return 1;
        suggest_try(near, s->output[k].name);
    }
    return 0;
}

static int is_axis(const script *s, const char *name, suggestion *near) {
    for (int k = 0; k < ax_count(s->h->space); k++) {
        if (!strcmp(ax_get(s->h->space, k)->name, name))
            return 1;
        suggest_try(near, ax_get(s->h->space, k)->name);
    }
    return 0;
}

/* A fact of `section` at a line names an output, an axis, or either. */
static void check(script *s, const char *section, md_at at, const char *name, int output, int axis, fault *f) {
    suggestion near = suggest_for(name);
    if ((output && is_output(s, name, &near)) || (axis && is_axis(s, name, &near)))
        return;
    const char *best = suggest_best(&near);
    const char *hint = best ? arena_print(&s->memory, "did you mean '%s'?", best) : NULL;
    model_fault(&s->m, f, at, name, hint,
                output ? "`%s` names '%s', which compute does not return" : "`%s` names '%s', which is no axis",
                section, name);
}

/* Outputs that count figures at the head of reports are truths: the figures themselves cannot be told from
 * one that happens to be 0 or 1. */
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
        if (strcmp(s->output[k].name, name) || x->kind == EX_TRUTH)
            continue;
        if (!shown && x->line)
            at = x->from_line ? (md_at){ .file = (int)x->from_file, .line = x->from_line }
                              : (md_at){ .file = (int)x->file, .line = x->line };
        model_fault(&s->m, f, at, name,
                    !strcmp(which, "imputed") ? "imputed = impute.marks(x, filled); figures need another name"
                                             : "treated = treat.marks(x, treated); figures need another name",
                    "the output '%s' marks what was %s: it must be truths, not %s", name, which,
                    x->kind == EX_NUMBER ? "numbers" : x->kind == EX_TEXT ? "texts" : "dates");
    }
}

int script_check_shown(script *s, fault *f) {
    for (size_t i = 0; i < s->facts; i++) {
        const char *name = s->fact[i].name, *text = s->fact[i].text;
        md_at at = s->fact[i].at;
        if (!strncmp(name, "show.", 5))
            check(s, "show", at, text, 1, 0, f);
        else if (!strncmp(name, "title.", 6) && !script_outgrown(s, at))
            check(s, "titles", at, name + 6, 1, ax_find(s->h->space, name + 6) != AX_NONE, f);
        char what = !strncmp(name, "statement.", 10) ? holds(name + 10) : 0;
        if (what == 'm' && model_array(&s->m, text))
            continue;
        if (what == 'o' || what == 'm' || what == 'O' || what == 'a')
            check(s, "statement", at, text, what != 'a', what == 'a', f);
    }
    check_marks(s, "imputed", f);
    check_marks(s, "treated", f);
    return !f->count;
}
