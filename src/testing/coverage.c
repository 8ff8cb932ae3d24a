/* Coverage of rules: which of their parts decided anything that a test looked at. */
#include "testing/inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "expr/graph.h"
#include "lua/source_notes.h"

/* ---- formulas ---- */

const char *formula_file(const assess *a, ex_id n) {
    const ex_node *x = ex_get(a->h->graph, n);
    return x->line ? sources_name(a->h->files, (int)x->file) : "";
}

/* Marks the nodes between the last node of a named function and its operands. All of them were made
 * on one line. */
static void mark_inner(const ex_graph *g, ex_id last, const ex_composed *c, unsigned char *is) {
    const ex_node *root = ex_get(g, last);
    is[last] |= FORMULA_NAMED;
    /* Operands have lower numbers: one sweep down meets each node after all that use it. */
    unsigned char *below = mem_zero((size_t)last + 1, 1);
    if (!below) return;
    below[last] = 1;
    for (ex_id n = last; n >= 1; n--) {
        const ex_node *x = ex_get(g, n);
        if (!below[n]) continue;
        for (int k = 0; k < x->argc; k++) {
            ex_id a = ex_arg(g, n, k);
            const ex_node *y = ex_get(g, a);
            if (a == c->x || a == c->y || a == c->weight || y->op == EX_source ||
                y->line != root->line || y->file != root->file)
                continue;
            below[a] = 1;
            is[a] |= FORMULA_INNER;
        }
    }
    mem_free(below);
}

unsigned char *formulas_of(const assess *a) {
    const ex_graph *g = a->h->graph;
    unsigned char *is = mem_zero((size_t)ex_count(g) + 1, 1);
    ex_composed c;
    if (!is) return NULL;
    for (size_t i = 0; i < a->s->outputs; i++) is[a->s->output[i].node] = FORMULA_USED;
    for (ex_id n = ex_count(g); n >= 1; n--)
        for (int k = 0; is[n] && k < ex_get(g, n)->argc; k++) is[ex_arg(g, n, k)] |= FORMULA_USED;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const ex_values *v = ex_values_of(g, n);
        int fixed = !v || v->origin == EX_LITERAL || v->origin == EX_LABELS;
        for (int k = 0; k < ex_get(g, n)->argc; k++)
            fixed &= (is[ex_arg(g, n, k)] & FORMULA_FIXED) != 0;
        if (fixed) is[n] |= FORMULA_FIXED;
        if ((is[n] & FORMULA_USED) && !v && ex_composed_of(g, n, &c)) mark_inner(g, n, &c, is);
    }
    return is;
}

ex_trace *trace_all(const assess *a, fault *f) {
    ex_trace *t = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_MAY, f);
    int fine = t != NULL;
    for (size_t i = 0; fine && i < assess_output_count(a); i++) {
        ex_id n = session_node(a, assess_output(a, i));
        for (size_t e = 0; fine && e < assess_output(a, i)->size; e++)
            fine = ex_trace_want(t, n, e, f);
    }
    if (fine && ex_trace_sweep(t, f)) return t;
    ex_trace_close(t);
    return NULL;
}

/* Marks the weights that the weight of a group is the sum of. */
static void reach_weights(const model *m, int element, unsigned char *out) {
    for (size_t i = 0; i < m->leaves; i++) {
        int e = m->leaf[i].element;
        if (e < 0 || strcmp(m->leaf[i].name, "weight")) continue;
        while (e >= 0 && e != element) e = m->element[e].parent;
        if (e >= 0) out[i] = 1;
    }
}

/* The level whose weights an array has, or -1. */
static int level_of(const model *m, const md_array *x) {
    for (int k = 0; k + 1 < m->levels; k++)
        if (&m->array[m->level_weight[k]] == x) return k;
    return -1;
}

unsigned char *leaves_reached(const assess *a, const ex_trace *t) {
    const model *m = &a->s->m;
    unsigned char *out = mem_zero(m->leaves + 1, 1);
    for (size_t i = 0; out && i < m->arrays; i++) {
        const md_array *x = &m->array[i];
        int level = level_of(m, x);
        for (size_t e = 0; x->node && (e = ex_trace_next(t, x->node, e)) != SIZE_MAX; e++) {
            if (x->leaf[e] >= 0) {
                out[x->leaf[e]] = 1;
            } else if (level > 0) {
                int axis = m->level_axis[level];
                size_t at =
                    ax_along(e, ax_stride(m->space, x->axes, axis), ax_get(m->space, axis)->size);
                reach_weights(m, m->member[level][at], out);
            }
        }
    }
    return out;
}

/* ---- coverage ---- */

/* What tests read in a session. */
typedef struct session_trace {
    assess *session;
    ex_trace *trace;
    ex_trace *wide;  /* also with what reductions left out */
    uint64_t stages; /* a bit for each one read */
} session_trace;

struct coverage {
    test_run *t;
    arena memory;
    session_trace *seen;
    size_t seens, seen_cap;
    size_t last; /* the session that was read last */
    coverage_item *item;
    size_t items, item_cap, unused;
    fault f;
};

void coverage_close(coverage *c) {
    if (!c) return;
    testing_on_look(c->t, NULL, NULL);
    for (size_t i = 0; i < c->seens; i++) {
        ex_trace_close(c->seen[i].trace);
        ex_trace_close(c->seen[i].wide);
    }
    mem_free(c->seen);
    mem_free(c->item);
    fault_release(&c->f);
    arena_release(&c->memory);
    mem_free(c);
}

static session_trace *session_seen(coverage *c, assess *a) {
    if (c->last < c->seens && c->seen[c->last].session == a) return &c->seen[c->last];
    for (size_t i = 0; i < c->seens; i++)
        if (c->seen[i].session == a) return &c->seen[c->last = i];
    if (!testing_keeps(c->t, a)) return NULL;
    if (!MEM_RESERVE(c->seen, c->seens + 1, c->seen_cap)) return fault_memory(&c->f), NULL;
    ex_trace *trace = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_DECIDES, &c->f);
    ex_trace *wide = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_ABSENT, &c->f);
    if (!trace || !wide) {
        ex_trace_close(trace);
        ex_trace_close(wide);
        return NULL;
    }
    c->seen[c->seens] = (session_trace){.session = a, .trace = trace, .wide = wide};
    c->last = c->seens;
    return &c->seen[c->seens++];
}

static void note_look(void *self, assess *session, const assess_array *output, size_t element) {
    coverage *c = self;
    session_trace *s = c->f.count ? NULL : session_seen(c, session);
    ex_id node = s ? session_node(session, output) : 0;
    if (!node) return;
    int stages = session->s->m.stage_axis;
    for (int k = 0; k < output->axes; k++)
        if (output->axis[k].id == stages)
            s->stages |= (uint64_t)1
                         << (ax_along(element, output->stride[k], output->axis[k].size) & 63);
    ex_trace_want(s->trace, node, element, &c->f);
    ex_trace_want(s->wide, node, element, &c->f);
}

coverage *coverage_open(test_run *t) {
    coverage *c = mem_zero(1, sizeof *c);
    if (!c) return NULL;
    c->t = t;
    testing_on_look(t, note_look, c);
    return c;
}

/* ---- items ---- */

static void append_item(coverage *c, coverage_kind kind, const char *file, long line,
                        const char *name, const char *side, int covered) {
    if (!MEM_RESERVE(c->item, c->items + 1, c->item_cap)) {
        fault_memory(&c->f);
        return;
    }
    c->item[c->items++] = (coverage_item){kind, file, line, name, side, 0, covered};
}

static void add_leaves(coverage *c, const session_trace *s, const ex_trace *may) {
    const model *m = &s->session->s->m;
    unsigned char *decided = leaves_reached(s->session, s->trace),
                  *can = leaves_reached(s->session, may);
    if (!decided || !can) fault_memory(&c->f);
    for (size_t i = 0; decided && can && i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        /* A value that a test sets is not that of the rules. Texts for readers decide nothing. */
        if (l->changed || (!can[i] && (l->value.kind == MD_TEXT || l->value.kind == MD_METHOD)))
            continue;
        /* -1: it decides nothing here, but may in another session. */
        append_item(c, COVER_LEAF, sources_name(m->files, l->at.file), l->at.line, l->address, "",
                    decided[i] ? 1
                    : can[i]   ? 0
                               : -1);
    }
    mem_free(decided);
    mem_free(can);
}

static void add_levels(coverage *c, const session_trace *s, ex_id n) {
    const assess *a = s->session;
    const ex_function *fn = ex_function_of(a->h->graph, n);
    const double *value = ex_run_value(a->h->run, n, &c->f);
    uint64_t reached = 0;
    for (size_t e = 0; value && (e = ex_trace_next(s->trace, n, e)) != SIZE_MAX; e++)
        if (value[e] >= 0) reached |= (uint64_t)1 << ((size_t)value[e] & 63);
    for (int i = 0; i < rubric_levels(fn); i++)
        append_item(c, COVER_LEVEL, formula_file(a, n), ex_get(a->h->graph, n)->line,
                    rubric_level(fn, i), "", (int)(reached >> i & 1));
}

static void add_formulas(coverage *c, const session_trace *s) {
    const assess *a = s->session;
    const ex_graph *g = a->h->graph;
    unsigned char *is = formulas_of(a);
    if (!is) fault_memory(&c->f);
    for (ex_id n = 1; is && n <= ex_count(g); n++) {
        const ex_node *x = ex_get(g, n);
        if (!(is[n] & FORMULA_USED) || (is[n] & FORMULA_INNER) || !x->line) continue;
        if (x->op == EX_lookup && rubric_is(ex_function_of(g, n))) add_levels(c, s, n);
        if (x->op != EX_where || (is[ex_arg(g, n, 0)] & FORMULA_FIXED)) continue;
        const char *condition = result_formula(&a->r, ex_arg(g, n, 0));
        uint32_t taken = ex_trace_operands(s->trace, n);
        /* A filter also decides by what it leaves out. */
        if (ex_is_missing(g, ex_arg(g, n, 2))) taken |= ex_trace_operands(s->wide, n) & 4;
        if (ex_is_missing(g, ex_arg(g, n, 1))) taken |= ex_trace_operands(s->wide, n) & 2;
        append_item(c, COVER_BRANCH, formula_file(a, n), x->line, condition, "true",
                    (taken & 2) != 0);
        append_item(c, COVER_BRANCH, formula_file(a, n), x->line, condition, "false",
                    (taken & 4) != 0);
    }
    mem_free(is);
}

static void add_session(coverage *c, const session_trace *s) {
    const model *m = &s->session->s->m;
    if (!ex_trace_sweep(s->trace, &c->f) || !ex_trace_sweep(s->wide, &c->f)) return;
    for (int i = 0; i < m->stages; i++)
        append_item(c, COVER_STAGE, sources_name(m->files, m->stage[i].at.file),
                    m->stage[i].at.line, m->stage[i].name, "", (int)(s->stages >> (i & 63) & 1));
    ex_trace *may = trace_all(s->session, &c->f);
    if (may) add_leaves(c, s, may);
    ex_trace_close(may);
    add_formulas(c, s);
}

/* ---- merging items of the same place ---- */

static int by_place(const void *a, const void *b) {
    const coverage_item *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    if (!order) order = (x->line > y->line) - (x->line < y->line);
    if (!order) order = (int)x->kind - (int)y->kind;
    if (!order && x->nth != y->nth) order = x->nth < y->nth ? -1 : 1;
    if (!order) order = strcmp(x->name, y->name);
    return order ? order : -strcmp(x->side, y->side);
}

/* Numbers the items of a session that are called the same on the same line, because a loop made the
 * formula several times. */
static void number_items(coverage_item *item, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = item[i].kind < COVER_BRANCH ? 0 : i; k-- > 0;) {
            const coverage_item *x = &item[i], *y = &item[k];
            if (x->kind != y->kind || x->line != y->line || strcmp(x->file, y->file) ||
                strcmp(x->name, y->name) || strcmp(x->side, y->side))
                continue;
            item[i].nth = y->nth + 1;
            break;
        }
}

/* An item is covered if it is in any session, and unused if no session can depend on it. */
static void merge_items(coverage *c) {
    size_t kept = 0;
    if (c->items) qsort(c->item, c->items, sizeof *c->item, by_place);
    for (size_t i = 0; i < c->items; i++) {
        coverage_item *last = kept ? &c->item[kept - 1] : NULL;
        if (!last || by_place(last, &c->item[i]))
            c->item[kept++] = c->item[i];
        else if (c->item[i].covered > last->covered)
            last->covered = c->item[i].covered;
    }
    c->items = 0;
    for (size_t i = 0; i < kept; i++)
        if (c->item[i].covered >= 0)
            c->item[c->items++] = c->item[i];
        else
            c->unused++;
}

int coverage_finish(coverage *c, fault *f) {
    for (size_t i = 0; !c->f.count && i < c->seens; i++) {
        size_t from = c->items;
        add_session(c, &c->seen[i]);
        number_items(c->item + from, c->items - from);
    }
    if (!c->f.count) {
        merge_items(c);
        return 1;
    }
    fault_set(f, c->f.kind, "%s", c->f.listed ? c->f.item[0].text : text_message("out of memory"));
    return 0;
}

size_t coverage_count(const coverage *c) { return c->items; }

const coverage_item *coverage_at(const coverage *c, size_t i) { return &c->item[i]; }

size_t coverage_covered(const coverage *c) {
    size_t count = 0;
    for (size_t i = 0; i < c->items; i++) count += c->item[i].covered > 0;
    return count;
}

size_t coverage_unused(const coverage *c) { return c->unused; }

const char *coverage_kind_text(coverage_kind k) {
    static const char *const text[] = {"stage", "leaf", "branch", "level"};
    return text[k];
}
