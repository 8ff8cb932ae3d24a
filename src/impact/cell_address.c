/* What an address of a datum means: see assess_cell_at. */
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "impact/cells.h"

enum { LABELS = 8, MATCHES = 32 };

/* An address, taken apart: `head`, and what stands behind each @. */
typedef struct address_parts {
    const char *whole, *head;
    char *label[LABELS];
    size_t labels;
} address_parts;

/* A source that the address may mean. */
typedef struct match {
    spot_of s;
    const ex_values *v;
    size_t counts;
} match;

static const char *source_name(const finder *w, ex_id n) {
    const ex_values *v = ex_values_of(w->a->h->graph, n);
    return v && v->origin == EX_DATA && v->name && session_data(w->a, v->name) == n ? v->name
                                                                                    : NULL;
}

static const char *label_text(const finder *w, int axis, size_t i) {
    return pool_text(w->a->h->strings, ax_get(w->a->h->space, axis)->label[i]);
}

static size_t position(const finder *w, int axis, const char *label) {
    const ax_axis *a = ax_get(w->a->h->space, axis);
    size_t i = 0;
    while (i < a->size && strcmp(label_text(w, axis, i), label) != 0)
        i++;
    return i < a->size ? i : SIZE_MAX;
}

/* An indicator by its label, or by its name where that is one's alone. */
static size_t indicator(const finder *w, const char *text) {
    size_t at = position(w, w->leaf, text), named = SIZE_MAX;
    const assess_axis axis = { .id = w->leaf, .size = ax_get(w->a->h->space, w->leaf)->size };
    for (size_t i = 0; at == SIZE_MAX && i < axis.size; i++)
        if (!strcmp(assess_title(w->a, &axis, i), text)) {
            if (named != SIZE_MAX)
                return SIZE_MAX;
            named = i;
        }
    return at == SIZE_MAX ? named : at;
}

/* Does the head mean this source, and which indicator of it? `name` is "observed" or
 * "observed.evidence". */
static int means(const finder *w, const char *head, const char *name, ax_set axes, size_t *which) {
    *which = SIZE_MAX;
    if (!(axes & AX_BIT(w->axis)))
        return 0;
    if (w->leaf == AX_NONE || !(axes & AX_BIT(w->leaf)))
        return !strcmp(head, name);
    const char *dot = strchr(name, '.');
    size_t set = dot ? (size_t)(dot - name) : strlen(name), column = dot ? strlen(dot) : 0,
           length = strlen(head);
    if (length > set && !strncmp(head, name, set) && head[set] == '.') {
        head += set + 1;
        length -= set + 1;
    }
    if (length <= column || (dot && strcmp(head + length - column, dot) != 0))
        return 0;
    char *own = mem_take(length + 1);
    if (!own)
        return 0;
    memcpy(own, head, length - column);
    own[length - column] = 0;
    *which = indicator(w, own);
    mem_free(own);
    return *which != SIZE_MAX;
}

/* The positions that the labels behind @ fix, on axes the source has. */
static int fix(finder *w, const address_parts *ad, const ex_values *v, size_t fixed[AX_MOST]) {
    const ax_space *space = w->a->h->space;
    memset(fixed, 0xff, AX_MOST * sizeof *fixed);
    for (size_t k = 0; k < ad->labels; k++) {
        suggestion near = suggest_for(ad->label[k]);
        int found = 0, last = AX_NONE;
        for (int i = 0; i < ax_count(space); i++) {
            if (!(v->axes & AX_BIT(i)) || i == w->axis || i == w->leaf)
                continue;
            size_t at = position(w, i, ad->label[k]);
            last = i;
            found |= at != SIZE_MAX;
            if (at != SIZE_MAX)
                fixed[i] = at;
            for (size_t j = 0; at == SIZE_MAX && j < ax_get(space, i)->size && j < 10000; j++)
                suggest_try(&near, label_text(w, i, j));
        }
        if (found)
            continue;
        const ax_axis *axis = last == AX_NONE ? NULL : ax_get(space, last);
        const char *best = suggest_best(&near);
        const char *hint =
            axis && axis->number && axis->size
                ? arena_print(&w->a->memory, "the data goes from %s to %s", label_text(w, last, 0),
                              label_text(w, last, axis->size - 1))
            : best ? arena_print(&w->a->memory, "did you mean '%s'?", best)
                   : NULL;
        return fault_at(w->f, FAULT_USAGE, NULL, hint, "%s: the data '%s' has no '%s'", ad->whole,
                        v->name, ad->label[k]);
    }
    return 1;
}

static int unknown(finder *w, const address_parts *ad) {
    ex_graph *g = w->a->h->graph;
    suggestion near = suggest_for(ad->head);
    if (w->leaf != AX_NONE)
        for (size_t i = 0; i < ax_get(w->a->h->space, w->leaf)->size; i++)
            suggest_try(&near, label_text(w, w->leaf, i));
    for (ex_id n = 1; n <= ex_count(g); n++)
        if (source_name(w, n))
            suggest_try(&near, source_name(w, n));
    const char *best = suggest_best(&near);
    const char *hint = best ? arena_print(&w->a->memory, "did you mean '%s'?", best)
                            : "an indicator, as in C7=30, C7@2011=30; or a cell of a table, as in "
                              "tasks.done[M-05]=3";
    return fault_at(w->f, FAULT_USAGE, NULL, hint, "'%s' is no datum of the rules", ad->head);
}

/* A cell of a table: tasks.done[M-05]. */
static int of_table(finder *w, const char *text, const char *bracket, spot_of *s) {
    assess *a = w->a;
    size_t length = strlen(bracket);
    const char *name = arena_text(&a->memory, text, (size_t)(bracket - text));
    const char *label = length > 2 ? arena_text(&a->memory, bracket + 1, length - 2) : "";
    if (!name || !label)
        return fault_memory(w->f);
    const address_parts whole = { .whole = text, .head = name };
    ex_id n = bracket[length - 1] == ']' ? session_data(a, name) : 0;
    const ex_values *v = n ? ex_values_of(a->h->graph, n) : NULL;
    int axis = 0;
    while (v && axis < ax_count(a->h->space) && v->axes != AX_BIT(axis))
        axis++;
    if (!v || v->axes != AX_BIT(axis))
        return unknown(w, &whole);
    size_t at = position(w, axis, label);
    suggestion near = suggest_for(label);
    for (size_t i = 0; at == SIZE_MAX && i < ax_get(a->h->space, axis)->size && i < 10000; i++)
        suggest_try(&near, label_text(w, axis, i));
    if (at == SIZE_MAX) {
        const char *best = suggest_best(&near),
                   *hint = best ? arena_print(&a->memory, "did you mean '%s'?", best) : NULL;
        return fault_at(w->f, FAULT_USAGE, NULL, hint, "%s: no %s '%s'", text,
                        ax_get(a->h->space, axis)->name, label);
    }
    *s = (spot_of){ .node = n, .axes = v->axes };
    s->at[axis] = at;
    return (s->value = ex_run_value(a->h->run, n, w->f)) != NULL;
}

/* The one source meant, of those that match; `texts` chooses what kind. Returns whether there is
 * one; with none *found is 0. */
static int of_sources(finder *w, const address_parts *ad, int texts, spot_of *s, int *found) {
    ex_graph *g = w->a->h->graph;
    match of[MATCHES];
    size_t count = 0, best = 0, counting = 0;
    int column = strchr(ad->head, '.') != NULL;
    *found = 0;
    for (ex_id n = 1; n <= ex_count(g) && count < MATCHES; n++) {
        const char *name = source_name(w, n);
        const ex_values *v = ex_values_of(g, n);
        size_t which, fixed[AX_MOST];
        if (!name || (!column && (v->kind == EX_TEXT) != texts))
            continue;
        /* Where a text was given, it is that of any column. */
        const char *dot = strchr(name, '.');
        const char *head =
            texts && dot && !column ? arena_print(&w->a->memory, "%s%s", ad->head, dot) : ad->head;
        if (!head || !means(w, head, name, v->axes, &which))
            continue;
        if (!fix(w, ad, v, fixed))
            return 0;
        match *m = &of[count];
        *m = (match){
            {.node = n, .axes = v->axes, .value = ex_run_value(w->a->h->run, n, w->f)}, v, 0};
        if (!m->s.value)
            return 0;
        m->counts = finder_cell(w, &m->s, which, fixed);
        counting += m->counts > 0;
        best = m->counts && !of[best].counts ? count : best;
        count++;
    }
    if (!count || (texts && !counting))
        return 1;
    if (counting > 1)
        return fault_at(w->f, FAULT_USAGE, NULL,
                        arena_print(&w->a->memory, "write %s.%s", of[best].v->name, ad->head),
                        "'%s' stands in several data that count", ad->whole);
    if (of[best].counts > 1) {
        assess_cell one;
        if (!finder_describe(w, &of[best].s, ad->whole, &one))
            return 0;
        return fault_at(w->f, FAULT_USAGE, NULL,
                        arena_print(&w->a->memory, "one of them: %s@%s", ad->head, one.at),
                        "'%s' has %zu values that count", ad->whole, of[best].counts);
    }
    *s = of[best].s;
    *found = 1;
    return 1;
}

static int split(finder *w, const char *text, address_parts *out) {
    char *own = arena_text(&w->a->memory, text, strlen(text));
    *out = (address_parts){ .whole = text, .head = own };
    if (!own)
        return fault_memory(w->f);
    for (char *at = strchr(own, '@'); at; at = strchr(at, '@')) {
        *at++ = 0;
        if (out->labels == LABELS)
            return fault_at(w->f, FAULT_USAGE, NULL, NULL, "%s: more labels than there are axes",
                            text);
        out->label[out->labels++] = at;
    }
    if (!strncmp(out->head, "data.", 5))
        out->head += 5;
    return 1;
}

static int find(finder *w, const char *text, const char *value, assess_cell *cell, double *number) {
    address_parts ad;
    spot_of s;
    int found = 1;
    const char *bracket = strchr(text, '[');
    const char *plain = !strncmp(text, "data.", 5) ? text + 5 : text;
    if (bracket ? !of_table(w, plain, bracket, &s)
                : !split(w, text, &ad) || !of_sources(w, &ad, 0, &s, &found))
        return 0;
    if (!found)
        return unknown(w, &ad);
    if (!finder_describe(w, &s, text, cell))
        return 0;
    if (!value || cell_read(w, cell, text, value, number))
        return 1;
    /* What is no number may be the indicator's text. */
    fault as_number = *w->f;
    *w->f = FAULT_INIT;
    int other =
        !bracket && cell->data->kind == ASSESS_NUMBER && of_sources(w, &ad, 1, &s, &found) && found;
    if (!other) {
        fault_release(w->f);
        *w->f = as_number;
        return 0;
    }
    fault_release(&as_number);
    return finder_describe(w, &s, text, cell) && cell_read(w, cell, text, value, number);
}

assess_status assess_cell_at(assess *a, const assess_array *output, size_t row, const char *address,
                             const char *text, assess_cell *cell, double *value) {
    fault f = FAULT_INIT;
    finder w;
    if (finder_open(&w, a, output, row, &f))
        find(&w, address, text, cell, value);
    finder_close(&w);
    assess_status status = (assess_status)f.kind;
    session_tell(a, &f, status);
    return status;
}
