#include "rule/explain_inside.h"

#include <string.h>

/* What each edition said: 47 (2011.lua:97, WHO) → 40 (2012.lua:21, GB 3095). */
static const char *chain_of(const explainer *e, const md_leaf *l) {
    buf b = BUF_INIT;
    for (int k = 0; k < model_editions(l); k++) {
        md_edition one = model_edition(l, k);
        buf_print(&b, "%s%s (%s:%ld", k ? " → " : "", model_value_text(e->m, &one.value),
                  sources_name(e->r->files, one.at.file), one.at.line);
        buf_print(&b, one.cite && *one.cite ? ", %s)" : "%s)", one.cite ? one.cite : "");
    }
    if (l->changed)
        buf_print(&b, " → %s (--set)", model_leaf_text(e->m, l));
    const char *out = explain_keep(e, &b);
    buf_release(&b);
    return out;
}

void explain_leaf(const explainer *e, ex_id n, const spot *s, assess_step *out) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    const md_array *a = v->name ? model_array(e->m, v->name) : NULL;
    out->name = v->name ? v->name : "";
    int32_t at = a && a->leaf ? a->leaf[explain_cell(e, n, s)] : -1;
    if (at < 0)
        return;
    const md_leaf *l = &e->m->leaf[at];
    out->name = l->address;
    out->file = sources_name(e->r->files, l->at.file);
    out->line = l->at.line;
    out->note = model_editions(l) > 1 || l->changed ? chain_of(e, l) : l->cite ? l->cite : "";
}

/* The table a datum comes from, its row there (-1: none) and its column. */
static const dataset *origin_of(const explainer *e, ex_id n, const spot *s, long *row,
                                const char **column) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    const char *dot = v->name ? strrchr(v->name, '.') : NULL;
    *row = -1;
    *column = dot ? dot + 1 : "";
    if (v->tag < e->d->count) {
        const dataset *t = e->d->item[v->tag];
        int whole = v->axes == t->values.axes;
        spot at = *s;
        size_t cell = 0;
        for (int i = 0; i < ax_count(e->m->space); i++)
            if (t->values.axes & AX_BIT(i))
                cell += (whole || (v->axes & AX_BIT(i)) ? at.at[i] : 0) *
                        ax_stride(e->m->space, t->values.axes, i);
        *row = dataset_row(e->d, t, cell);
        if (!dot) {
            int leaf = ax_find(e->m->space, dataset_leaf_axis(e->d));
            *column = t->wide && leaf != AX_NONE
                          ? pool_text(e->m->strings, ax_get(e->m->space, leaf)->label[s->at[leaf]])
                      : t->spec.value ? t->spec.value
                                      : "";
        }
        return t;
    }
    for (size_t i = 0; i < e->d->count; i++) {
        const dataset *t = e->d->item[i];
        if (!t->spec.keys && t->table && v->axes == AX_BIT(t->rows_axis)) {
            *row = (long)s->at[t->rows_axis];
            return t;
        }
    }
    return NULL;
}

void explain_datum(const explainer *e, ex_id n, const spot *s, assess_step *out) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    long row;
    const char *column;
    out->name = v->name ? v->name : "";
    const dataset *t = origin_of(e, n, s, &row, &column);
    if (!t || !t->table)
        return;
    out->file = tb_path(t->table);
    out->field = column;
    out->line = 0;
    if (row < 0 || (size_t)row >= tb_rows(t->table)) {
        out->end = ASSESS_NO_ROW;
        return;
    }
    out->line = tb_line(t->table, (size_t)row);
    buf b = BUF_INIT;
    for (size_t i = 0; i < t->spec.carries; i++) {
        const tb_column *c = tb_column_named(t->table, t->spec.carry[i]);
        if (!c || !c->value || !(c->value[row] == c->value[row]) || !strcmp(c->name, column))
            continue;
        buf_print(&b, "%s%s: ", b.length ? "; " : "", c->name);
        buf_text(&b, pool_text(e->m->strings, (uint32_t)c->value[row]));
    }
    out->note = explain_keep(e, &b);
    buf_release(&b);
}
