/* What headings and labels of a file are called in the rules: headings that say an axis, other
 * names of labels, the columns of indicators. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "expr/pattern.h"
#include "rule/dataset.h"

/* ---- headings that become labels ---- */

typedef struct heading_reader {
    datasets *d;
    const dataset *s;
    int group[TB_PIVOT_AXES]; /* of each axis: the part of the pattern that is its label */
    size_t axes;
} heading_reader;

static int read_heading(void *self, const char *heading, tb_heading *out, fault *f) {
    const heading_reader *h = self;
    for (size_t k = 0; k < h->axes; k++) {
        size_t from, to;
        int match =
            pattern_match(h->s->headings, heading, strlen(heading), h->group[k], &from, &to, f);
        if (match <= 0) return match;
        if (to == SIZE_MAX) from = to = 0; /* the group took no part */
        out->label[k] = pool_put(h->d->m->strings, heading + from, to - from);
        if (!out->label[k]) return fault_memory(f) - 1;
    }
    return 1;
}

static int rule_fault(const datasets *d, const dataset *s, const char *hint, fault *f,
                      const char *format, const char *what) {
    place at = {.file = sources_name(d->m->files, s->spec.at.file), .line = s->spec.at.line};
    return fault_at(f, FAULT_RULE, &at, hint, format, what);
}

int dataset_pivot(datasets *d, dataset *s, tb_pivot *out, fault *f) {
    const ds_headings *spec = &s->spec.headings;
    *out = (tb_pivot){.axes = 0};
    if (!spec->match) return 1;
    heading_reader *h = arena_zero(&d->memory, 1, sizeof *h);
    if (!h) return fault_memory(f);
    *h = (heading_reader){.d = d, .s = s};
    fault why = FAULT_INIT;
    pattern_close(s->headings);
    s->headings = pattern_open(spec->match, strlen(spec->match), limits_left(), NULL, &why);
    if (!s->headings) {
        rule_fault(d, s, why.listed ? why.item[0].hint : NULL, f, "columns: match: %s",
                   why.listed ? why.item[0].text : "");
        fault_release(&why);
        return 0;
    }
    for (size_t k = 0; k < spec->axes; k++) {
        int named = pattern_group(s->headings, spec->axis[k]);
        h->group[k] = named >= 0 ? named : pattern_groups(s->headings) > 0;
        out->axis[k] = spec->axis[k];
        out->number[k] = !strcmp(spec->axis[k], "year");
    }
    out->axes = h->axes = spec->axes;
    out->value = s->spec.value ? s->spec.value : "value";
    for (size_t i = 0; i < s->spec.wants; i++)
        if (!strcmp(s->spec.want[i].name, out->value)) out->unit = s->spec.want[i].unit;
    out->read = read_heading;
    out->self = h;
    return 1;
}

/* ---- other names of labels ---- */

/* From texts of the pool to what stands for them. */
typedef struct renaming {
    datasets *d;
    const dataset *s;
    const char *axis;
    uint32_t *map;
    size_t cap;
} renaming;

static int rename_text(renaming *r, const char *from, const char *to) {
    pool *strings = r->d->m->strings;
    uint32_t a = dataset_unified(r->d, r->s, r->axis, from), b = pool_put(strings, to, strlen(to));
    size_t before = r->cap;
    if (!a || !b || !MEM_RESERVE(r->map, (size_t)a + 1, r->cap)) return 0;
    if (r->cap > before) memset(r->map + before, 0, (r->cap - before) * sizeof *r->map);
    r->map[a] = b;
    return 1;
}

/* The names of a file: its first column, and in the second what they stand for. */
static int read_names(renaming *r, const char *path, fault *f) {
    const tb_options o = {.others = TB_TEXT, .trim = 1};
    tb_table *t = tb_read(path, &o, r->d->m->strings, r->d->notes, f);
    if (!t) return 0;
    const tb_column *from = tb_column_at(t, 0), *to = tb_column_at(t, 1);
    place at = {.file = path, .line = 1};
    int fine = from && to ? 1
                          : fault_at(f, FAULT_DATA, &at, "alias,name",
                                     "a file of names has two columns: an alias, and the name");
    for (size_t i = 0; fine && i < tb_rows(t); i++) {
        const pool *p = r->d->m->strings;
        if (from->value[i] != from->value[i]) continue;
        if (to->value[i] != to->value[i])
            fine = tb_fault(t, i, to, NULL, f, "'%s' stands for nothing",
                            pool_text(p, (uint32_t)from->value[i]));
        else
            fine = rename_text(r, pool_text(p, (uint32_t)from->value[i]),
                               pool_text(p, (uint32_t)to->value[i])) ||
                   fault_memory(f);
    }
    tb_close(t);
    return fine;
}

static int rename_axis(datasets *d, dataset *s, const ds_alias *a, fault *f) {
    renaming r = {.d = d, .s = s, .axis = a->axis};
    int fine = !a->path || read_names(&r, a->path, f), found = 0;
    for (size_t i = 0; fine && i + 1 < a->pairs; i += 2)
        fine = rename_text(&r, a->pair[i], a->pair[i + 1]) || fault_memory(f);
    for (size_t k = 0; fine && k < s->spec.keys; k++) {
        const tb_column *c = tb_column_named(s->table, s->spec.key[k].column);
        if (strcmp(s->spec.key[k].axis, a->axis) != 0 || !c || c->kind != TB_TEXT) continue;
        tb_relabel(s->table, c, r.map, r.cap);
        found = 1;
    }
    mem_free(r.map);
    return fine && (found || rule_fault(d, s, "alias = { unit = { [\"old\"] = \"new\" } }", f,
                                        "alias: no key of texts is called '%s'", a->axis));
}

int dataset_rename(datasets *d, dataset *s, fault *f) {
    int fine = 1;
    for (size_t i = 0; i < s->spec.aliases; i++) fine &= rename_axis(d, s, &s->spec.alias[i], f);
    return fine;
}

/* ---- units of measure ---- */

int dataset_check_measures(const datasets *d, const dataset *s, fault *f) {
    const model *m = d->m;
    const md_array *unit = m->levels ? model_array(m, "index.unit") : NULL;
    int fine = 1;
    for (size_t i = 0; i + 1 < s->spec.measures; i += 2) {
        const char *column = s->spec.measured[i], *given = s->spec.measured[i + 1];
        place where = tb_place(s->table, tb_header_line(s->table), column);
        uint32_t indicator = dataset_indicator(d, column);
        long at = indicator && unit && unit->axes == AX_BIT(m->level_axis[0])
                      ? ax_position(m->space, m->level_axis[0], indicator)
                      : -1;
        if (!tb_column_named(s->table, column))
            fine =
                rule_fault(d, s, NULL, f, "unit_of_measure: the file has no column '%s'", column);
        if (at < 0 || unit->value[at] != unit->value[at]) continue;
        const char *want = pool_text(m->strings, (uint32_t)unit->value[at]);
        const md_leaf *l = &m->leaf[unit->leaf[at]];
        if (strcmp(want, given) != 0)
            fine = fault_at(f, FAULT_DATA, &where, NULL,
                            "%s is given in '%s', but %s:%ld says '%s'", m->element[l->element].id,
                            given, sources_name(m->files, l->at.file), l->at.line, want);
    }
    return fine;
}
