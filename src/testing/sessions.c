/* Sessions, one for each combination of rules, data and settings, computed when first asked for.
 *
 * A script's seconds do not run while its session computes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "lua/budget.h"
#include "testing/inside.h"

enum { MOST = 10000 }; /* sessions that are kept: a loop over random data would never end */

/* ---- what makes requests the same ---- */

static void put(buf *b, const char *text) {
    buf_put(b, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void make_key(const request *q, buf *b) {
    put(b, q->rules);
    buf_print(b, "%d", q->strict);
    put(b, q->where.name);
    put(b, q->where.value);
    for (size_t i = 0; i < q->sets; i++) {
        put(b, q->set[i].name);
        put(b, q->set[i].value);
    }
    for (size_t i = 0; i < q->datas; i++) {
        const given *g = &q->data[i];
        put(b, g->name);
        buf_char(b, g->row ? 'r' : g->text ? 't' : 'f');
        if (g->text) buf_put(b, g->text, g->length + 1);
        if (!g->text && !g->row) put(b, g->path);
        for (size_t r = 0; r < g->rows; r++) {
            buf_print(b, "%zu ", g->row[r].cells);
            for (size_t c = 0; c < g->row[r].cells; c++) {
                put(b, g->row[r].cell[c].column);
                buf_put(b, g->row[r].cell[c].text, g->row[r].cell[c].length + 1);
            }
        }
    }
}

/* ---- computing ---- */

static int give(assess *a, const given *g, fault *f) {
    datasets *all = &a->s->data;
    dataset *d = datasets_named(all, g->name);
    if (!d) {
        suggestion near = suggest_for(g->name);
        for (size_t k = 0; k < all->count; k++) suggest_try(&near, all->item[k]->spec.name);
        const char *best = suggest_best(&near);
        const char *hint = best ? arena_print(&a->memory, "did you mean '%s'?", best) : NULL;
        if (!strcmp(g->name, "set") || !strcmp(g->name, "where") || !strcmp(g->name, "strict"))
            hint = "options come behind the data: t.run(\"rules.lua\", nil, { set = { … } })";
        return fault_at(f, FAULT_USAGE, NULL, hint, "the rules have no data called '%s'", g->name);
    }
    const char *text = g->text;
    size_t length = g->length;
    if (g->row) text = rows_text(a, d, g, &length, f);
    if (g->row && !text) return 0;
    d->text = text ? arena_text(&a->memory, text, length) : NULL;
    d->length = length;
    d->spec.path = session_keep(a, g->path);
    return !text || d->text || fault_memory(f);
}

static assess_status give_all(assess *a, const request *q) {
    fault f = FAULT_INIT;
    for (size_t i = 0; i < q->datas; i++) give(a, &q->data[i], &f);
    return session_finish(a, &f, OPENED);
}

static assess_status prepare(assess *a, const trial *t) {
    const request *q = &t->ask;
    const testing_settings *s = &t->settings;
    char number[40];
    assess_stop_on(a, s->stop);
    assess_setting(a, "hash", "0");
    snprintf(number, sizeof number, "%d", s->threads);
    assess_setting(a, "threads", number);
    snprintf(number, sizeof number, "%.17g", s->seconds);
    assess_setting(a, "seconds", number);
    if (s->methods) assess_setting(a, "methods", s->methods);
    if (q->strict) assess_setting(a, "strict", "1");
    assess_status status = ASSESS_OK;
    if (q->where.name) status = assess_where(a, q->where.name, q->where.value);
    for (size_t i = 0; i < q->sets && !status; i++)
        status = assess_set(a, q->set[i].name, q->set[i].value);
    return status;
}

/* The files of a session, to be looked at for changes. */
static void note_files(trial *t, const assess *a) {
    testing_note_file(t, t->ask.rules);
    for (size_t i = 0; a->h && i < sources_count(a->h->files); i++)
        testing_note_file(t, sources_name(a->h->files, (int)i));
    for (size_t i = 0; a->s && i < a->s->data.count; i++)
        if (!a->s->data.item[i]->text) testing_note_file(t, a->s->data.item[i]->spec.path);
}

assess *session_apart(trial *t, assess_status *status) {
    assess *a = assess_new();
    if (!a) return NULL;
    *status = prepare(a, t);
    if (!*status) *status = assess_open(a, t->ask.rules);
    if (!*status) *status = give_all(a, &t->ask);
    if (!*status) *status = assess_run(a);
    note_files(t, a);
    if (!*status && t->ready) t->ready(t->ready_self, a);
    return a;
}

/* ---- keeping ---- */

static computed *known(trial *t, const buf *key) {
    for (size_t i = 0; i < t->mades; i++)
        if (t->made[i]->key_length == key->length &&
            !memcmp(t->made[i]->key, buf_string(key), key->length))
            return t->made[i];
    return NULL;
}

static computed *make(trial *t, const buf *key) {
    computed *c = arena_zero(&t->memory, 1, sizeof *c);
    char *own = arena_text(&t->memory, buf_string(key), key->length);
    char *rules = arena_text(&t->memory, t->ask.rules, strlen(t->ask.rules));
    if (!c || !own || !rules) return NULL;
    *c = (computed){.key = own, .key_length = key->length, .rules = rules};
    c->session = session_apart(t, &c->status);
    if (!c->session) return NULL;
    if (!testing_push(&t->made, &t->mades, &t->made_room, c)) {
        assess_free(c->session);
        return NULL;
    }
    return c;
}

computed *session_of(lua_State *L) {
    trial *t = testing_of(L);
    host_budget *b = host_of(L)->budget;
    int depth = b->depth;
    buf key = BUF_INIT;
    b->depth = 1;
    budget_leave(b);
    make_key(&t->ask, &key);
    computed *c = key.failed ? NULL : known(t, &key);
    int full = !c && t->mades >= MOST;
    if (!c && !full && !key.failed) c = make(t, &key);
    buf_release(&key);
    budget_enter(b);
    b->depth = depth;
    if (full)
        host_error(L, "run", "does a loop here make up data without end?",
                   "the tests compute more than %d different things", MOST);
    if (!c) testing_no_memory(L);
    if (t->settings.stop && *t->settings.stop) budget_kill(L, b, BUDGET_STOPPED);
    return c;
}

computed *session_fine(lua_State *L) {
    computed *c = session_of(L);
    if (!c->status) return c;
    fault *f = host_fault(L);
    const assess *a = c->session;
    for (size_t i = 0; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (!m.status) continue;
        place at = {m.file, m.line, m.column, *m.field ? m.field : NULL,
                    *m.excerpt ? m.excerpt : NULL};
        fault_at(f, (fault_kind)m.status, *m.file ? &at : NULL, *m.hint ? m.hint : NULL, "%s",
                 m.text);
    }
    if (!f->count) fault_set(f, (fault_kind)c->status, "%s failed", c->rules);
    host_raise(L, f);
    return NULL;
}
