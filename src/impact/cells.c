#include "impact/cells.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

int finder_open(finder *w, assess *a, const assess_array *output, size_t row, fault *f) {
    *w = (finder){.a = a, .axis = output->axes ? output->axis[0].id : AX_NONE, .row = row, .f = f};
    ex_id node = session_node(a, output);
    if (!node || !output->axes || row >= output->axis[0].size)
        return fault_set(f, FAULT_USAGE, "'%s' is no result of units", output->name);
    w->leaf = ax_find(a->h->space, dataset_leaf_axis(&a->s->data));
    a->halt = a->stop && *a->stop;
    w->trace = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_ABSENT, f);
    int fine = w->trace != NULL;
    for (size_t i = 0; fine && i < output->size; i++)
        if (i / output->stride[0] % output->axis[0].size == row)
            fine = ex_trace_want(w->trace, node, i, f);
    return fine && ex_trace_sweep(w->trace, f);
}

void finder_close(finder *w) {
    ex_trace_close(w->trace);
    w->trace = NULL;
}

/* ---- one cell ---- */

static size_t element_of(const finder *w, const spot_of *s) {
    size_t at = 0;
    for (int i = 0; i < ax_count(w->a->h->space); i++)
        if (s->axes & AX_BIT(i))
            at += s->at[i] * ax_stride(w->a->h->space, s->axes, i);
    return at;
}

/* Of two places the later along the axes of numbers. */
static int is_later(const finder *w, const spot_of *a, const spot_of *b) {
    for (int i = 0; i < ax_count(w->a->h->space); i++) {
        const double *number = ax_get(w->a->h->space, i)->number;
        if ((a->axes & AX_BIT(i)) && a->at[i] != b->at[i])
            return number ? number[a->at[i]] > number[b->at[i]] : a->at[i] > b->at[i];
    }
    return 0;
}

/* What speaks for a cell: that it counts, then that it is there. */
static int worth(const finder *w, const spot_of *s, int exactly) {
    size_t e = element_of(w, s);
    return 2 * (exactly || ex_trace_has(w->trace, s->node, e)) + (s->value[e] == s->value[e]);
}

size_t finder_cell(finder *w, spot_of *s, size_t indicator, const size_t *fixed) {
    const ax_space *space = w->a->h->space;
    ax_set open = s->axes & ~AX_BIT(w->axis) & ~(w->leaf == AX_NONE ? 0 : AX_BIT(w->leaf));
    int free_axis[AX_MOST], count = 0, exactly = 1;
    if (s->axes & AX_BIT(w->axis))
        s->at[w->axis] = w->row;
    if (w->leaf != AX_NONE && (s->axes & AX_BIT(w->leaf)))
        s->at[w->leaf] = indicator;
    for (int i = 0; i < ax_count(space); i++) {
        if (!(open & AX_BIT(i)))
            continue;
        s->at[i] = fixed[i] == SIZE_MAX ? 0 : fixed[i];
        if (fixed[i] == SIZE_MAX && ax_get(space, i)->size)
            free_axis[count++] = i;
    }
    exactly = count == 0;
    spot_of best = *s;
    int known = -1;
    size_t rivals = 0;
    for (;;) {
        int here = worth(w, s, exactly), apart = 0;
        for (int k = 0; k < count && here == 3 && known == 3; k++)
            apart |= !ax_get(space, free_axis[k])->number &&
                     s->at[free_axis[k]] != best.at[free_axis[k]];
        rivals += (size_t)apart;
        if (here > known || (here == known && is_later(w, s, &best))) {
            best = *s;
            known = here;
        }
        int k = count - 1;
        while (k >= 0 && ++s->at[free_axis[k]] >= ax_get(space, free_axis[k])->size)
            s->at[free_axis[k--]] = 0;
        if (k < 0)
            break;
    }
    *s = best;
    return known >= 2 ? 1 + rivals : 0;
}

/* ---- describing it ---- */

static const char *further_labels(const finder *w, const spot_of *s) {
    const ax_space *space = w->a->h->space;
    buf b = BUF_INIT;
    for (int i = 0; i < ax_count(space); i++)
        if ((s->axes & AX_BIT(i)) && i != w->axis && i != w->leaf)
            buf_print(&b, "%s%s", b.length ? ", " : "",
                      pool_text(w->a->h->strings, ax_get(space, i)->label[s->at[i]]));
    const char *out = session_keep(w->a, buf_string(&b));
    buf_release(&b);
    return out;
}

int finder_describe(finder *w, const spot_of *s, const char *name, assess_cell *out) {
    assess *a = w->a;
    const ex_values *v = ex_values_of(a->h->graph, s->node);
    const char *called = arena_print(&a->memory, "data.%s", v->name);
    const assess_array *data = called ? assess_array_named(a, called) : NULL;
    if (!data)
        return w->f->count ? 0 : fault_set(w->f, FAULT_BUG, "'%s' is not among the data", v->name);
    *out = (assess_cell){.name = session_keep(a, name),
                         .id = "",
                         .title = "",
                         .at = further_labels(w, s),
                         .measure = "",
                         .data = data,
                         .element = element_of(w, s),
                         .value = data->value[element_of(w, s)]};
    out->title = out->name;
    for (int k = 0; k < data->axes; k++)
        if (data->axis[k].id == w->leaf) {
            out->id = assess_label(a, &data->axis[k], s->at[w->leaf]);
            out->title = assess_title(a, &data->axis[k], s->at[w->leaf]);
            out->measure = assess_attribute(a, out->id, "unit");
        }
    return 1;
}

/* ---- all of them ---- */

typedef struct gathered {
    assess_cell *cell;
    size_t count, room;
} gathered;

static int gather(finder *w, gathered *g, const spot_of *s, const char *name) {
    if (g->count == g->room) {
        size_t room = g->room ? 2 * g->room : 64;
        assess_cell *grown = mem_grow(g->cell, room * sizeof *grown);
        if (!grown)
            return fault_memory(w->f);
        g->cell = grown;
        g->room = room;
    }
    if (!finder_describe(w, s, name, &g->cell[g->count]))
        return 0;
    g->count++;
    return 1;
}

/* Cells of data over units and indicators: one for each indicator. */
static int of_indicators(finder *w, gathered *g, ex_id node, const ex_values *v,
                         const double *value) {
    const ax_axis *leaf = ax_get(w->a->h->space, w->leaf);
    size_t none[AX_MOST];
    memset(none, 0xff, sizeof none);
    for (size_t i = 0; i < leaf->size; i++) {
        spot_of s = { .node = node, .axes = v->axes, .value = value };
        if (finder_cell(w, &s, i, none) &&
            !gather(w, g, &s, pool_text(w->a->h->strings, leaf->label[i])))
            return 0;
    }
    return 1;
}

/* Other cells of numbers that count: each is one. */
static int one_by_one(finder *w, gathered *g, ex_id node, const ex_values *v, const double *value) {
    const ax_space *space = w->a->h->space;
    enum { CELLS = 2000 }; /* more are nothing for a list */
    for (size_t e = ex_trace_next(w->trace, node, 0); e != SIZE_MAX && g->count < CELLS;
         e = ex_trace_next(w->trace, node, e + 1)) {
        spot_of s = { .node = node, .axes = v->axes, .value = value };
        buf name = BUF_INIT;
        buf_print(&name, "%s", v->name);
        int table = !(v->axes & AX_BIT(w->axis)) || strchr(v->name, '.') != NULL;
        for (int i = 0; i < ax_count(space); i++)
            if (v->axes & AX_BIT(i)) {
                s.at[i] = e / ax_stride(space, v->axes, i) % ax_get(space, i)->size;
                const char *label = pool_text(w->a->h->strings, ax_get(space, i)->label[s.at[i]]);
                if (i != w->axis || table)
                    buf_print(&name, table ? "[%s]" : "@%s", label);
            }
        int mine = !(v->axes & AX_BIT(w->axis)) || s.at[w->axis] == w->row;
        int fine = !mine || value[e] != value[e] || gather(w, g, &s, buf_string(&name));
        buf_release(&name);
        if (!fine)
            return 0;
    }
    return 1;
}

static int gather_all(finder *w, gathered *g) {
    ex_graph *graph = w->a->h->graph;
    for (int round = 0; round < 2; round++)
        for (ex_id n = 1; n <= ex_count(graph); n++) {
            const ex_values *v = ex_values_of(graph, n);
            if (!v || v->origin != EX_DATA || v->kind != EX_NUMBER || !v->name ||
                session_data(w->a, v->name) != n)
                continue;
            int indicators =
                w->leaf != AX_NONE && (v->axes & AX_BIT(w->leaf)) && (v->axes & AX_BIT(w->axis));
            if (indicators == round)
                continue;
            const double *value = ex_run_value(w->a->h->run, n, w->f);
            if (!value || !(indicators ? of_indicators : one_by_one)(w, g, n, v, value))
                return 0;
        }
    return 1;
}

size_t assess_cells(assess *a, const assess_array *output, size_t row, const assess_cell **cells) {
    fault f = FAULT_INIT;
    finder w;
    gathered g = { 0 };
    *cells = NULL;
    int fine = finder_open(&w, a, output, row, &f) && gather_all(&w, &g);
    finder_close(&w);
    assess_cell *own = fine ? arena_take(&a->memory, (g.count + 1) * sizeof *own) : NULL;
    if (fine && !own)
        fault_memory(&f);
    if (own && g.count)
        memcpy(own, g.cell, g.count * sizeof *own);
    mem_free(g.cell);
    *cells = own;
    if (f.count)
        session_tell(a, &f, (assess_status)f.kind);
    return own ? g.count : 0;
}
