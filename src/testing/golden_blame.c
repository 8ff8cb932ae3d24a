/* What changed in the rules since a golden file was written: leaf by leaf, and what each one did.
 *
 * The leaves are kept as CSV (address, value). A leaf is put back by assess_change_leaf, its effect
 * is read off, and it gets its present value again. */
#include <math.h>
#include <string.h>

#include "base/files.h"
#include "table/csv_out.h"
#include "testing/inside.h"

void causes_keep(const assess *a, buf *to) {
    csv_out o = csv_out_to(to, ',', 0);
    csv_out_string(&o, "address");
    csv_out_string(&o, "value");
    csv_out_end(&o);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf l = assess_leaf_at(a, i);
        csv_out_string(&o, l.address);
        csv_out_string(&o, l.value);
        csv_out_end(&o);
    }
}

typedef struct causing {
    lua_State *L;
    computed *c;
    testing_cause *cause;
    size_t count;
} causing;

static size_t find_leaf(const assess *a, const char *address) {
    for (size_t i = 0; i < assess_leaf_count(a); i++)
        if (!strcmp(assess_leaf_at(a, i).address, address)) return i;
    return SIZE_MAX;
}

static const char *text_at(const pool *strings, const tb_column *c, size_t row) {
    return isnan(c->value[row]) ? "" : pool_text(strings, (uint32_t)c->value[row]);
}

/* Those that were there, and are others now or gone. */
static void compare_old(causing *s, const pool *strings, const tb_table *t, char *known) {
    const tb_column *address = tb_column_named(t, "address"), *value = tb_column_named(t, "value");
    const assess *a = s->c->session;
    arena *m = &testing_of(s->L)->scratch;
    for (size_t r = 0; address && value && r < tb_rows(t); r++) {
        const char *name = text_at(strings, address, r), *old = text_at(strings, value, r);
        size_t at = find_leaf(a, name);
        assess_leaf l = at == SIZE_MAX ? (assess_leaf){.file = ""} : assess_leaf_at(a, at);
        if (at != SIZE_MAX) known[at] = 1;
        if (at != SIZE_MAX && !strcmp(l.value, old)) continue;
        s->cause[s->count++] = (testing_cause){.address = testing_print(s->L, m, "%s", name),
                                             .old = testing_print(s->L, m, "%s", old),
                                             .now = at == SIZE_MAX ? NULL : l.value,
                                             .file = l.file,
                                             .line = l.line,
                                             .back = SIZE_MAX};
    }
}

static void close_pool(void *strings) {
    pool_close(strings);
}

static void close_table(void *table) {
    tb_close(table);
}

/* With a leaf that the rest of the rules does not go with the session fails, but stays usable. */
static int again(computed *c) {
    assess *a = c->session;
    size_t messages = a->messages, hidden = a->hidden;
    int fine = !assess_again(a);
    a->step = DONE;
    a->messages = messages;
    a->hidden = hidden;
    return fine;
}

/* 0 too for a leaf that the rules read as a plain value. */
static int put(computed *c, const char *address, const char *value) {
    const md_leaf *leaf = model_leaf(&c->session->s->m, address);
    return !(leaf && leaf->fixed) && !assess_change_leaf(c->session, address, value) && again(c);
}

void causes_find(lua_State *L, computed *c, const char *path, size_t differ,
                 size_t (*back)(void *self), void *self, testing_difference *out) {
    fault ignored = FAULT_INIT;
    const assess *a = c->session;
    arena *m = &testing_of(L)->scratch;
    const tb_options o = {.others = TB_TEXT, .encoding = "utf-8", .separator = ',', .threads = 1};
    pool *strings = pool_open();
    tb_table *t = strings ? tb_read(path, &o, strings, &ignored, &ignored) : NULL;
    size_t leaves = assess_leaf_count(a);
    causing s = {.L = L, .c = c};
    fault_release(&ignored);
    /* What is taken here may raise, which would leave the table behind: so it is handed to the
     * host. */
    if (strings) host_keep(host_of(L), strings, close_pool);
    if (!t) return;
    host_keep(host_of(L), t, close_table);
    char *known = testing_take(L, m, leaves + 1);
    s.cause = testing_take(L, m, (leaves + tb_rows(t) + 1) * sizeof *s.cause);
    compare_old(&s, strings, t, known);
    for (size_t i = 0; i < leaves; i++)
        if (!known[i]) {
            assess_leaf l = assess_leaf_at(a, i);
            s.cause[s.count++] = (testing_cause){.address = l.address,
                                               .now = l.value,
                                               .file = l.file,
                                               .line = l.line,
                                               .back = SIZE_MAX};
        }
    out->causes_known = 1;
    out->cause = s.cause;
    out->causes = s.count;
    for (size_t i = 0; i < s.count; i++) {
        testing_cause *k = &s.cause[i];
        if (!k->old || !k->now) continue;
        if (put(c, k->address, k->old)) k->back = back(self);
        put(c, k->address, k->now);
    }
    for (size_t i = 0; i < s.count; i++)
        if (s.cause[i].back != SIZE_MAX)
            assess_change_leaf(c->session, s.cause[i].address, s.cause[i].old);
    again(c);
    out->rest = differ - back(self);
    for (size_t i = 0; i < s.count; i++)
        if (s.cause[i].back != SIZE_MAX)
            assess_change_leaf(c->session, s.cause[i].address, s.cause[i].now);
    again(c);
}
