/* The mutants of a session: finds them in leaves and formulas, applies them and takes them back. */
#include "testing/mutate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "lua/editions.h"
#include "lua/source_notes.h"
#include "table/date.h"
#include "testing/inside.h"

typedef struct mutant_finder {
    assess *a;
    mutants *out;
    const unsigned char *is; /* the marks of nodes, see formulas_of */
    const mutant *like;      /* only mutants that may make the same change; or NULL */
    ex_id shown;             /* a node and its formula */
    const char *formula;
    fault *f;
} mutant_finder;

void mutants_release(mutants *m) {
    mem_free(m->item);
    mem_free(m->unused);
    arena_release(&m->memory);
    *m = (mutants){.memory = ARENA_INIT};
}

int mutant_order(const mutant *a, const mutant *b) {
    int order = strcmp(a->file, b->file);
    if (!order) order = (a->line > b->line) - (a->line < b->line);
    if (!order) order = (int)a->kind - (int)b->kind;
    if (!order) order = strcmp(a->name, b->name);
    if (!order) order = strcmp(a->was, b->was);
    if (!order) order = strcmp(a->now, b->now);
    return order ? order : (a->nth > b->nth) - (a->nth < b->nth);
}

/* NULL without memory. */
static mutant *append_mutant(mutant_finder *k, mutant m) {
    mutants *out = k->out;
    if (!MEM_RESERVE(out->item, out->count + 1, out->cap)) {
        fault_memory(k->f);
        return NULL;
    }
    out->item[out->count] = m;
    return &out->item[out->count++];
}

static const char *number_text(mutant_finder *k, double x, int date) {
    char text[32];
    size_t n = date ? date_write(x, text) : decimal_write(x, text);
    const char *own = arena_text(&k->out->memory, text, n);
    if (!own) fault_memory(k->f);
    return own ? own : "";
}

/* ---- leaves ---- */

/* A number a step up (1) or down (-1): a tenth, or 1 for small whole numbers and years. */
static double step_from(double x, int up, int always_tenth) {
    int whole = x == trunc(x);
    int one = !always_tenth && whole && (fabs(x) < 10 || (x >= 1800 && x <= 2200));
    if (one || x == 0) return x + up;
    /* Rounded to twelve digits, so that 0.35 becomes exactly 0.385. */
    double y = x * (1 + 0.1 * up), scale = pow(10, 11 - floor(log10(fabs(y))));
    return isfinite(scale) && scale > 0 ? round(y * scale) / scale : y;
}

static mutant *leaf_mutant(mutant_finder *k, size_t i, md_value now, const char *shown) {
    const model *m = &k->a->s->m;
    const md_leaf *l = &m->leaf[i];
    return append_mutant(k, (mutant){.kind = MUTANT_LEAF,
                                     .file = sources_name(m->files, l->at.file),
                                     .line = l->at.line,
                                     .name = l->address,
                                     .was = model_leaf_text(&k->a->s->m, l),
                                     .now = shown,
                                     .leaf = i,
                                     .value = now,
                                     .level = -1});
}

/* A leaf of another element that has another text for the same attribute; of directions the
 * opposite one. NULL for none. */
static const md_leaf *other_text(const model *m, const md_leaf *l) {
    const md_leaf *found = NULL;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *x = &m->leaf[i];
        if (x->value.kind != MD_TEXT || strcmp(x->name, l->name) ||
            !strcmp(x->value.text, l->value.text))
            continue;
        if (!strcmp(x->value.text, "higher") || !strcmp(x->value.text, "lower")) return x;
        if (!found) found = x;
    }
    return found;
}

/* The method of the next indicator that has another one for the same attribute. */
static void method_mutant(mutant_finder *k, size_t i) {
    const model *m = &k->a->s->m;
    const md_leaf *l = &m->leaf[i];
    if (l->element < 0 || !m->element[l->element].indicator) return;
    for (size_t n = 1; n < m->leaves; n++) {
        const md_leaf *x = &m->leaf[(i + n) % m->leaves];
        if (x->value.kind != MD_METHOD || x->element < 0 || x->absent || strcmp(x->name, l->name) ||
            !m->element[x->element].indicator || !strcmp(x->value.text, l->value.text))
            continue;
        mutant *own = leaf_mutant(k, i, x->value, x->value.text);
        if (!own) return;
        own->kind = MUTANT_METHOD;
        own->like = m->element[x->element].id;
        return;
    }
}

static void leaf_mutants(mutant_finder *k, size_t i) {
    const model *m = &k->a->s->m;
    const md_leaf *l = &m->leaf[i], *other;
    md_value v = l->value;
    int weight = l->element >= 0 && !strcmp(l->name, "weight");
    /* A value that the test set is not that of the rules; changing one that was read as a plain
     * value would not change the formulas. */
    if (l->absent || l->changed || l->fixed || (v.kind != MD_TEXT && isnan(v.number))) return;
    switch (v.kind) {
    case MD_NUMBER:
        for (int up = 1; up >= -1; up -= 2) {
            v.number = step_from(l->value.number, up, weight);
            if (!(weight && v.number < 0)) leaf_mutant(k, i, v, number_text(k, v.number, 0));
        }
        break;
    case MD_DATE:
        for (int up = 1; up >= -1; up -= 2) {
            v.number = l->value.number + up;
            leaf_mutant(k, i, v, number_text(k, v.number, 1));
        }
        break;
    case MD_TRUTH:
        v.number = !(l->value.number != 0);
        leaf_mutant(k, i, v, v.number != 0 ? "true" : "false");
        break;
    case MD_TEXT:
        other = other_text(m, l);
        if (other) leaf_mutant(k, i, other->value, other->value.text);
        break;
    case MD_METHOD: method_mutant(k, i); break;
    }
}

static void all_leaves(mutant_finder *k) {
    const model *m = &k->a->s->m;
    ex_trace *may = trace_all(k->a, k->f);
    unsigned char *can = may ? leaves_reached(k->a, may) : NULL;
    k->out->unused = mem_zero(m->leaves + 1, sizeof *k->out->unused);
    if (may && (!can || !k->out->unused)) fault_memory(k->f);
    for (size_t i = 0; can && k->out->unused && i < m->leaves; i++) {
        md_kind kind = m->leaf[i].value.kind;
        if (can[i] || kind == MD_METHOD)
            leaf_mutants(k, i);
        else if (kind != MD_TEXT && !m->leaf[i].absent && !m->leaf[i].fixed)
            k->out->unused[k->out->unuseds++] = m->leaf[i].address;
    }
    mem_free(can);
    ex_trace_close(may);
}

/* ---- operations ---- */

/* Adds a mutant of a node; `change` says what is done to it. */
static mutant *node_mutant(mutant_finder *k, ex_id n, mutant_kind kind, const char *was,
                           const char *now, ex_mutant change) {
    const assess *a = k->a;
    if (k->shown != n) k->formula = result_formula(&a->r, n);
    k->shown = n;
    change.node = n;
    return append_mutant(k, (mutant){.kind = kind,
                                     .file = formula_file(a, n),
                                     .line = ex_get(a->h->graph, n)->line,
                                     .name = k->formula,
                                     .was = was,
                                     .now = now,
                                     .node = change,
                                     .level = -1});
}

static void operation_mutants(mutant_finder *k, ex_id n) {
    const ex_graph *g = k->a->h->graph;
    const ex_node *x = ex_get(g, n);
    for (const ex_op *to = ex_record_of(x->op)->turns; *to; to++)
        /* `not` turns into trunc, which leaves a truth as it is: the negation is gone. */
        node_mutant(k, n, MUTANT_OPERATION, ex_op_text((ex_op)x->op),
                    x->op == EX_not ? "" : ex_op_text(*to),
                    (ex_mutant){.change = EX_CHANGE_OP, .op = *to});
    if (x->op == EX_where && !(k->is[ex_arg(g, n, 0)] & FORMULA_FIXED))
        node_mutant(k, n, MUTANT_OPERATION, "where(c, …)", "where(~c, …)",
                    (ex_mutant){.change = EX_CHANGE_SWAP});
    if (x->op == EX_rank)
        node_mutant(k, n, MUTANT_OPERATION, x->flag ? "ascending" : "descending",
                    x->flag ? "descending" : "ascending", (ex_mutant){.change = EX_CHANGE_FLAG});
}

/* ---- literals ---- */

static void literal_mutants(mutant_finder *k, ex_id n) {
    const ex_graph *g = k->a->h->graph;
    const ex_node *x = ex_get(g, n);
    int rounds = ex_is(x->op, EX_ROUNDS);
    if (!ex_is_elementwise(x->op)) return;
    for (int i = 0; i < x->argc; i++) {
        const ex_values *v = ex_values_of(g, ex_arg(g, n, i));
        if (!v || v->origin != EX_LITERAL || v->axes ||
            (v->kind != EX_NUMBER && v->kind != EX_DATE))
            continue;
        double was = *v->value;
        for (int up = 1; was == was && up >= -1; up -= 2) {
            double now =
                (rounds && i == 1) || v->kind == EX_DATE ? was + up : step_from(was, up, 0);
            node_mutant(k, n, MUTANT_LITERAL, number_text(k, was, v->kind == EX_DATE),
                        number_text(k, now, v->kind == EX_DATE),
                        (ex_mutant){.change = EX_CHANGE_LITERAL, .operand = i, .value = now});
        }
    }
}

static void slice_mutant(mutant_finder *k, ex_id n) {
    const assess *a = k->a;
    const ex_node *x = ex_get(a->h->graph, n);
    const ax_axis *axis = ax_get(a->h->space, x->axis);
    if (axis->size < 2) return;
    uint32_t to = x->extra + 1 < axis->size ? x->extra + 1 : x->extra - 1;
    node_mutant(k, n, MUTANT_LITERAL, pool_text(a->h->strings, axis->label[x->extra]),
                pool_text(a->h->strings, axis->label[to]),
                (ex_mutant){.change = EX_CHANGE_EXTRA, .extra = to});
}

/* ---- patterns ---- */

static void pattern_mutants(mutant_finder *k, ex_id n) {
    const ex_function *fn = ex_function_of(k->a->h->graph, n);
    int levels = rubric_is(fn) ? rubric_levels(fn) : 0;
    for (int up = 1; up >= -1; up -= 2) {
        const char *now = up > 0 ? "matches always" : "matches never";
        if (fn->gives == EX_TRUTH)
            node_mutant(k, n, MUTANT_PATTERN, "pattern", now,
                        (ex_mutant){.change = EX_CHANGE_ANSWER, .value = up > 0});
        for (int i = 0; i < levels + (levels && rubric_guarded(fn)); i++) {
            const char *what = i < levels
                                   ? arena_print(&k->out->memory, "level %s", rubric_level(fn, i))
                                   : "guard";
            if (!what) {
                fault_memory(k->f);
                return;
            }
            mutant *own = node_mutant(k, n, MUTANT_PATTERN, what, now, (ex_mutant){.operand = i});
            if (!own) return;
            own->level = i;
            own->bend = up;
        }
    }
}

static void score_mutants(mutant_finder *k, ex_id n) {
    const ex_function *fn = ex_function_of(k->a->h->graph, n);
    for (int i = 0; i < rubric_levels(fn); i++)
        for (int up = 1; up >= -1; up -= 2) {
            double was = rubric_score(fn, i), now = step_from(was, up, 0);
            mutant *own =
                node_mutant(k, n, MUTANT_LITERAL, number_text(k, was, 0), number_text(k, now, 0),
                            (ex_mutant){.operand = i, .value = now});
            if (own) own->level = i;
        }
}

static void all_operations(mutant_finder *k) {
    const ex_graph *g = k->a->h->graph;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const ex_node *x = ex_get(g, n);
        unsigned char is = k->is[n];
        if (k->like && (x->line != k->like->line || strcmp(formula_file(k->a, n), k->like->file)))
            continue;
        if (!(is & FORMULA_USED) || (is & (FORMULA_INNER | FORMULA_NAMED | FORMULA_FIXED)) ||
            !x->line || x->op == EX_source)
            continue;
        if (x->op == EX_lookup && rubric_scores(ex_function_of(g, n))) {
            score_mutants(k, n);
        } else if (x->op == EX_lookup) {
            pattern_mutants(k, n);
        } else if (x->op == EX_slice) {
            slice_mutant(k, n);
        } else {
            operation_mutants(k, n);
            literal_mutants(k, n);
        }
    }
}

/* Mutants that mutant_order does not tell apart are ordered by node: a loop may make the same
 * formula several times. */
static int by_order(const void *a, const void *b) {
    const mutant *x = a, *y = b;
    int order = mutant_order(x, y);
    if (!order) order = (x->node.node > y->node.node) - (x->node.node < y->node.node);
    return order ? order : x->node.operand - y->node.operand;
}

static void put_in_order(mutants *out) {
    if (out->count) qsort(out->item, out->count, sizeof *out->item, by_order);
    for (size_t i = 1, same = 0; i < out->count; i++) {
        same = mutant_order(&out->item[same], &out->item[i]) ? i : same;
        out->item[i].nth = (unsigned)(i - same);
    }
}

int mutants_of(assess *a, mutants *out, fault *f) {
    *out = (mutants){.memory = ARENA_INIT};
    unsigned char *is = formulas_of(a);
    mutant_finder k = {.a = a, .out = out, .is = is, .f = f};
    if (!is) return fault_memory(f);
    all_leaves(&k);
    all_operations(&k);
    mem_free(is);
    put_in_order(out);
    return !f->count;
}

int mutants_like(assess *a, const mutant *like, mutants *out, fault *f) {
    *out = (mutants){.memory = ARENA_INIT};
    mutant_finder k = {.a = a, .out = out, .like = like, .f = f};
    if (like->kind <= MUTANT_METHOD) {
        for (size_t i = 0; i < a->s->m.leaves; i++)
            if (!strcmp(a->s->m.leaf[i].address, like->name)) leaf_mutants(&k, i);
    } else {
        unsigned char *is = formulas_of(a);
        if (!is) return fault_memory(f);
        k.is = is;
        all_operations(&k);
        mem_free(is);
    }
    put_in_order(out);
    return !f->count;
}

/* ---- changing a session ---- */

/* Computes the formulas with another method; until it is taken back the outputs are other nodes. 0
 * where the nodes are the same, or the outputs have another shape. */
static int apply_method(assess *a, const mutant *m, mutant_undo *u, fault *f) {
    script *s = a->s;
    const md_leaf *l = &s->m.leaf[m->leaf];
    script_output *before = s->output, *now = NULL;
    size_t count = s->outputs, nows = 0, others = 0;
    result_name *name = mem_zero(count + 1, sizeof *name);
    int fine = name ? 1 : fault_memory(f);
    u->outputs = a->r.output;
    u->methods = s->methods;
    fine = fine &&
           editions_swap(s, l->name, s->m.element[l->element].id, m->like, &u->methods, f) &&
           editions_compute(s, &now, &nows, f);
    s->output = before;
    s->outputs = count;
    int alike = fine && nows == count;
    for (size_t i = 0; alike && i < count; i++) {
        const ex_node *x = ex_get(a->h->graph, now[i].node);
        const ex_node *y = ex_get(a->h->graph, before[i].node);
        alike = !strcmp(now[i].name, before[i].name) && x->axes == y->axes && x->kind == y->kind;
        name[i] = (result_name){before[i].name, now[i].node};
        others += now[i].node != before[i].node;
    }
    mem_free(now);
    if (fine && !alike) fault_set(f, FAULT_RULE, "other outputs");
    if (fine && alike && others) {
        a->r.output = name;
        return 1;
    }
    mem_free(name);
    editions_swap_back(s, u->methods);
    return 0;
}

/* Sets a leaf. Weights are summed for groups; other leaves are only in their own places. */
static int set_leaf(assess *a, size_t leaf, md_value value, fault *f) {
    model *m = &a->s->m;
    m->leaf[leaf].value = value;
    if (m->leaf[leaf].element >= 0 && !strcmp(m->leaf[leaf].name, "weight"))
        return model_refill(&a->s->m, a->h->run, f);
    for (size_t i = 0; i < m->arrays; i++) {
        md_array *x = &m->array[i];
        int found = 0;
        for (size_t e = 0; e < x->size; e++)
            if (x->leaf[e] == (int32_t)leaf) {
                x->value[e] = value.number;
                found = 1;
            }
        if (found && x->node) ex_run_changed(a->h->run, x->node);
    }
    return 1;
}

int mutant_apply(assess *a, mutant *m, mutant_undo *u, fault *f) {
    if (m->kind == MUTANT_LEAF) {
        u->value = a->s->m.leaf[m->leaf].value;
        return set_leaf(a, m->leaf, m->value, f);
    }
    if (m->kind == MUTANT_METHOD) return apply_method(a, m, u, f);
    const ex_function *fn = ex_function_of(a->h->graph, m->node.node);
    if (m->level >= 0 && m->bend) {
        rubric_bend(fn, m->level, m->bend);
    } else if (m->level >= 0) {
        u->score = rubric_score(fn, m->level);
        rubric_set_score(fn, m->level, m->node.value);
    } else if (!ex_mutate(a->h->graph, &m->node)) {
        return 0;
    }
    ex_run_changed(a->h->run, m->node.node);
    return 1;
}

void mutant_back(assess *a, mutant *m, const mutant_undo *u, fault *f) {
    if (m->kind == MUTANT_LEAF) {
        set_leaf(a, m->leaf, u->value, f);
        return;
    }
    if (m->kind == MUTANT_METHOD) {
        mem_free((result_name *)(uintptr_t)a->r.output);
        a->r.output = u->outputs;
        editions_swap_back(a->s, u->methods);
        return;
    }
    const ex_function *fn = ex_function_of(a->h->graph, m->node.node);
    if (m->level >= 0 && m->bend)
        rubric_bend(fn, m->level, 0);
    else if (m->level >= 0)
        rubric_set_score(fn, m->level, u->score);
    else
        ex_mutate_back(a->h->graph, &m->node);
    ex_run_changed(a->h->run, m->node.node);
}
