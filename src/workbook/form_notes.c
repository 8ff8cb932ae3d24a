/* What a form says of its cells: definitions of indicators, words and rubrics of the rules. */
#include <string.h>

#include "base/mem.h"
#include "lua/source_notes.h"
#include "session/session.h"
#include "workbook/form.h"

enum { NESTED = 8 };

/* ---- definitions ---- */

/* What a reader calls the attributes of an indicator. Weights and methods are not of their
 * concern who report figures. */
static const struct {
    const char *name, *text;
} attributes[] = {
    {"unit", TEXT("Unit of measure")},
    {"better", TEXT("Better")},
    {"standard", TEXT("Standard")},
    {"target_low", TEXT("Target from")},
    {"target_high", TEXT("Target to")},
    {"allowed_low", TEXT("Allowed from")},
    {"allowed_high", TEXT("Allowed to")},
    {"measures", TEXT("Measures")},
    {"note", TEXT("Note")},
    {"source", TEXT("Source")},
};

static void put_attribute(const model *m, text_language l, int element, size_t which, buf *b) {
    int begun = 0;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *leaf = &m->leaf[i];
        if (leaf->element != element || strcmp(leaf->name, attributes[which].name) || leaf->absent)
            continue;
        const char *value = model_leaf_text((model *)(uintptr_t)m, leaf);
        if (!begun++)
            buf_print(b, "\n%s%s", text_in(l, attributes[which].text), text_in(l, ": "));
        else
            buf_text(b, text_in(l, ", "));
        if (leaf->stage >= 0) {
            const md_stage *s = &m->stage[leaf->stage];
            buf_print(b, "%s ", *s->title ? s->title : s->name);
        }
        if (!strcmp(value, "higher"))
            value = text_in(l, "higher");
        else if (!strcmp(value, "lower"))
            value = text_in(l, "lower");
        buf_text(b, value);
    }
}

const char *form_definition(assess *a, text_language l, int element, arena *memory) {
    const model *m = &a->s->m;
    const md_element *e = &m->element[element];
    buf b = BUF_INIT;
    buf_print(&b, "%s %s", e->id, e->name);
    for (int up = e->parent; up > 0; up = m->element[up].parent)
        buf_print(&b, "\n%s %s", m->element[up].id, m->element[up].name);
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        put_attribute(m, l, element, i, &b);
    if (*e->cite) buf_print(&b, "\n%s%s%s", text_in(l, "Basis"), text_in(l, ": "), e->cite);
    const char *own = b.failed ? NULL : arena_text(memory, b.text, b.length);
    buf_release(&b);
    return own;
}

int form_allowed(const assess *a, int element, double bound[2]) {
    const model *m = &a->s->m;
    int found = 0;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *leaf = &m->leaf[i];
        int high = !strcmp(leaf->name, "allowed_high");
        if (leaf->element != element || leaf->stage > 0 || leaf->value.kind != MD_NUMBER ||
            (!high && strcmp(leaf->name, "allowed_low")))
            continue;
        bound[high] = leaf->value.number;
        found = 1;
    }
    return found;
}

/* ---- what the formulas do with a column of texts ---- */

/* The source that a node takes its texts from, if it only chooses among them. */
static ex_id texts_of(const ex_graph *g, ex_id n) {
    for (;;) {
        const ex_node *x = ex_get(g, n);
        int i = 0;
        if (x->op == EX_source) return n;
        while (i < x->argc && ex_get(g, ex_arg(g, n, i))->kind != EX_TEXT) i++;
        if (x->kind != EX_TEXT || x->op == EX_lookup || i == x->argc) return 0;
        n = ex_arg(g, n, i);
    }
}

static int is_column(const ex_graph *g, ex_id n, const char *column) {
    ex_id from = texts_of(g, n);
    const ex_values *v = from ? ex_values_of(g, from) : NULL;
    return v && v->origin == EX_DATA && v->kind == EX_TEXT && v->name && !strcmp(v->name, column);
}

/* The number of a text that is written in the rules; 0 for another node. */
static uint32_t written(const ex_graph *g, ex_id n) {
    const ex_node *x = ex_get(g, n);
    const ex_values *v = x->op == EX_source ? ex_values_of(g, n) : NULL;
    return v && v->origin == EX_LITERAL && v->kind == EX_TEXT && *v->value == *v->value
               ? (uint32_t)*v->value
               : 0;
}

size_t form_words(const assess *a, const char *column, const char *const **words, arena *memory) {
    const ex_graph *g = a->h->graph;
    const char **list = NULL;
    size_t count = 0, cap = 0;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        if (ex_get(g, n)->op != EX_eq) continue;
        uint32_t word = is_column(g, ex_arg(g, n, 0), column)   ? written(g, ex_arg(g, n, 1))
                        : is_column(g, ex_arg(g, n, 1), column) ? written(g, ex_arg(g, n, 0))
                                                                : 0;
        const char *text = word ? pool_text(a->h->strings, word) : NULL;
        for (size_t i = 0; text && i < count; i++)
            if (!strcmp(list[i], text)) text = NULL;
        if (text && MEM_RESERVE(list, count + 1, cap)) list[count++] = text;
    }
    const char **own = arena_take(memory, (count + 1) * sizeof *own);
    if (own && count) memcpy(own, list, count * sizeof *own);
    mem_free(list);
    *words = own;
    return own ? count : 0;
}

/* Is a node a choice of this indicator, which stands at a position of the axis? The rubric of an
 * indicator is given its texts alone. */
static int is_about(const ex_graph *g, ex_id n, int axis, long position, int depth) {
    const ex_node *x = ex_get(g, n);
    if (x->op == EX_slice && x->axis == axis) return x->extra == (uint32_t)position;
    if (x->op == EX_where) {
        ex_id chosen = ex_arg(g, n, 0);
        const ex_values *v = ex_get(g, chosen)->op == EX_source ? ex_values_of(g, chosen) : NULL;
        if (v && v->kind == EX_TRUTH && v->axes == AX_BIT(axis) && v->value)
            return v->value[position] == 1;
    }
    for (int i = 0; depth && i < x->argc; i++)
        if (is_about(g, ex_arg(g, n, i), axis, position, depth - 1)) return 1;
    return 0;
}

const char *form_rubric(const assess *a, text_language l, const char *column, int element,
                        arena *memory) {
    const ex_graph *g = a->h->graph;
    const model *m = &a->s->m;
    int axis = element >= 0 ? m->level_axis[0] : AX_NONE;
    long position = element >= 0 ? ax_position(m->space, axis, m->element[element].label) : -1;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const ex_node *x = ex_get(g, n);
        const ex_function *fn = x->op == EX_lookup ? ex_function_of(g, n) : NULL;
        if (!rubric_is(fn) || !is_column(g, ex_arg(g, n, 0), column) ||
            (element >= 0 && !is_about(g, ex_arg(g, n, 0), axis, position, NESTED)))
            continue;
        buf b = BUF_INIT;
        buf_text(&b, text_in(l, "Marked by what the text says:"));
        for (int i = 0; i < rubric_levels(fn); i++) {
            buf_print(&b, "\n%s ", rubric_level(fn, i));
            view_figure(&b, rubric_score(fn, i));
        }
        const char *own = b.failed ? NULL : arena_text(memory, b.text, b.length);
        buf_release(&b);
        return own;
    }
    return NULL;
}
