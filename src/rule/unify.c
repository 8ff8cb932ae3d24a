/* keys = "nfkc": labels that look alike become one. A label is then its form NFKC of Unicode (UAX
 * 15), without characters that cannot be seen, with ordinary spaces, and none around it; where the
 * index or `units` write a label that comes to the same, it is that one. */
#include <string.h>

#include "base/mem.h"
#include "rule/dataset.h"
#include "rule/label_look.h"

struct ds_unified {
    pool *look; /* an axis, a NUL, and the form of a label of the rules */
    uint32_t *label;
    size_t cap; /* by number in `look`: the label as the rules write it */
    size_t count;
};

static int is_plain(const char *text, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~') return 0;
    return !n || (*text != ' ' && text[n - 1] != ' ');
}

/* The form of a text, which the caller frees; NULL where that is the text itself, or without
 * memory, when *fine becomes 0. */
static char *form_of(const char *text, size_t length, int *fine) {
    if (is_plain(text, length)) return NULL;
    char *form = label_look(text, length, 1, fine);
    if (form && *form && strcmp(form, text) != 0) return form;
    mem_free(form);
    return NULL;
}

/* The number, in `look`, of what a label of an axis looks like; 0 without memory. */
static uint32_t look_of(pool *look, const char *axis, const char *text) {
    int fine = 1;
    buf key = BUF_INIT;
    char *form = form_of(text, strlen(text), &fine);
    buf_put(&key, axis, strlen(axis) + 1);
    buf_text(&key, form ? form : text);
    uint32_t n = fine && !key.failed ? pool_put(look, key.text, key.length) : 0;
    mem_free(form);
    buf_release(&key);
    return n;
}

/* A label of the rules stays as they write it; of several that look alike the first. */
static int keep_label(struct ds_unified *u, const char *axis, const char *text, uint32_t label) {
    size_t before = u->cap;
    uint32_t n = look_of(u->look, axis, text);
    if (!n || !MEM_RESERVE(u->label, (size_t)n + 1, u->cap)) return 0;
    if (u->cap > before) memset(u->label + before, 0, (u->cap - before) * sizeof *u->label);
    if (!u->label[n]) u->label[n] = label;
    return 1;
}

/* What the rules call units and indicators, and what they say that files call these. */
static int keep_labels(const datasets *d, struct ds_unified *u) {
    const model *m = d->m;
    const char *leaf = dataset_leaf_axis(d);
    const ax_axis *tree = m->levels ? ax_get(m->space, m->level_axis[0]) : NULL;
    int fine = 1;
    for (uint32_t i = 0; tree && fine && i < tree->size; i++) {
        const char *id = pool_text(m->strings, tree->label[i]),
                   *column = dataset_column_of(d, tree->label[i]);
        uint32_t as = pool_put(m->strings, column, strlen(column));
        fine = as && keep_label(u, leaf, id, tree->label[i]) && keep_label(u, leaf, column, as);
    }
    for (size_t i = 0; fine && i < d->units; i++) {
        uint32_t label = pool_put(m->strings, d->unit[i], strlen(d->unit[i]));
        fine = label && keep_label(u, "unit", d->unit[i], label);
    }
    return fine;
}

uint32_t dataset_unified(const datasets *d, const dataset *s, const char *axis, const char *text) {
    pool *strings = d->m->strings;
    const struct ds_unified *u = s->unified;
    uint32_t n = u ? look_of(u->look, axis, text) : 0;
    if (u && !n) return 0;
    if (!u) return pool_put(strings, text, strlen(text));
    if (n < u->cap && u->label[n]) return u->label[n];
    const char *form = pool_text(u->look, n) + strlen(axis) + 1;
    return pool_put(strings, form, strlen(form));
}

/* ---- columns of labels ---- */

/* The same of a cell that is a list of labels: each is one, and what stands between them stays. */
static uint32_t unified_list(const datasets *d, const dataset *s, const char *axis,
                             const char *text) {
    pool *strings = d->m->strings;
    buf out = BUF_INIT, one = BUF_INIT;
    const char *at = text, *item, *behind = text;
    size_t length;
    int fine = 1;
    while (fine && list_next(&at, NULL, &item, &length)) {
        buf_clear(&one);
        buf_put(&one, item, length);
        uint32_t label = one.failed ? 0 : dataset_unified(d, s, axis, buf_string(&one));
        fine = label != 0;
        buf_put(&out, behind, (size_t)(item - behind));
        if (fine) buf_text(&out, pool_text(strings, label));
        behind = item + length;
    }
    buf_text(&out, behind);
    uint32_t list = fine && !out.failed ? pool_put(strings, buf_string(&out), out.length) : 0;
    buf_release(&one);
    buf_release(&out);
    return list;
}

typedef uint32_t unify_cell(const datasets *d, const dataset *s, const char *axis,
                            const char *text);

static int unify_column(datasets *d, dataset *s, const char *axis, const tb_column *c,
                        unify_cell *unified) {
    uint32_t *map = NULL;
    size_t cap = 0;
    int fine = 1;
    if (!c || c->kind != TB_TEXT || !c->value) return 1;
    for (size_t r = 0; fine && r < tb_rows(s->table); r++) {
        if (c->value[r] != c->value[r]) continue;
        uint32_t label = (uint32_t)c->value[r];
        size_t before = cap;
        fine = MEM_RESERVE(map, (size_t)label + 1, cap);
        if (fine && cap > before) memset(map + before, 0, (cap - before) * sizeof *map);
        if (!fine || map[label]) continue;
        map[label] = unified(d, s, axis, pool_text(d->m->strings, label));
        fine = map[label] != 0;
        s->unified->count += map[label] != label;
    }
    if (fine) tb_relabel(s->table, c, map, cap);
    mem_free(map);
    return fine;
}

int dataset_unify(datasets *d, dataset *s, fault *f) {
    const ds_spec *spec = &s->spec;
    int fine = 1;
    if ((!spec->unify && !d->unify) || s->unified) return 1;
    struct ds_unified *u = s->unified = mem_zero(1, sizeof *u);
    if (!u) return fault_memory(f);
    u->look = pool_open();
    fine = u->look && keep_labels(d, u);
    for (size_t i = 0; fine && i < spec->keys; i++)
        fine = unify_column(d, s, spec->key[i].axis, tb_column_named(s->table, spec->key[i].column),
                            dataset_unified);
    if (fine && !spec->keys && spec->label)
        fine = unify_column(d, s, spec->rows ? spec->rows : spec->name,
                            tb_column_named(s->table, spec->label), dataset_unified);
    for (size_t i = 0; fine && i < spec->checks; i++)
        if (spec->check[i].axis)
            fine = unify_column(d, s, spec->check[i].axis,
                                tb_column_named(s->table, spec->check[i].column), unified_list);
    return fine || fault_memory(f);
}

size_t dataset_unified_count(const dataset *s) { return s->unified ? s->unified->count : 0; }

void dataset_release_unified(dataset *s) {
    if (!s->unified) return;
    pool_close(s->unified->look);
    mem_free(s->unified->label);
    mem_free(s->unified);
    s->unified = NULL;
}
