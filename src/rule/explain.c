#include "rule/explain_inside.h"

#include <string.h>

#include "base/mem.h"

enum { STEPS = 100000 };

static assess_step *add_step(explainer *e, int depth, ex_id n, const spot *s) {
    if (e->count >= STEPS) {
        fault_set(e->f, FAULT_LIMIT, "the explanation has more than %d steps: ask for less depth",
                  STEPS);
        return NULL;
    }
    if (e->count == e->room) {
        size_t room = e->room ? 2 * e->room : 64;
        assess_step *grown = mem_grow(e->step, room * sizeof *grown);
        if (!grown) {
            fault_memory(e->f);
            return NULL;
        }
        e->step = grown;
        e->room = room;
    }
    const ex_node *x = ex_get(e->r->graph, n);
    const char *name = explain_output(e, n);
    assess_step *out = &e->step[e->count++];
    *out = (assess_step){
        .depth = depth,
        .name = name ? name : "",
        .at = explain_labels(e, x->axes, s),
        .kind = (assess_kind)x->kind,
        .value = explain_value(e, n, s),
        .formula = "",
        .put_in = "",
        .weight = EX_NAN,
        .share = EX_NAN,
        .file = x->line ? sources_name(e->r->files, (int)x->file) : "",
        .line = x->line,
        .field = "",
        .note = "",
    };
    return out;
}

/* Where a key is among the seen, or the free place for it. */
static size_t place_of(const uint64_t *seen, size_t room, uint64_t key) {
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (room - 1);
    while (seen[at] && seen[at] != key)
        at = (at + 1) & (room - 1);
    return at;
}

/* Notes that an element is being explained; says whether it had been before. */
static int seen_before(explainer *e, ex_id n, const spot *s) {
    uint64_t key = ((uint64_t)n << 40) ^ (uint64_t)explain_cell(e, n, s);
    if (2 * (e->seen_count + 1) > e->seen_room) {
        size_t room = e->seen_room ? 2 * e->seen_room : 256;
        uint64_t *grown = mem_zero(room, sizeof *grown);
        if (!grown)
            return 0; /* then it is explained again */
        for (size_t i = 0; i < e->seen_room; i++)
            if (e->seen[i])
                grown[place_of(grown, room, e->seen[i])] = e->seen[i];
        mem_free(e->seen);
        e->seen = grown;
        e->seen_room = room;
    }
    size_t at = place_of(e->seen, e->seen_room, key);
    if (e->seen[at])
        return 1;
    e->seen[at] = key;
    e->seen_count++;
    return 0;
}

/* The steps of what a formula uses. */
static int part_steps(explainer *e, const parts *list, int depth) {
    for (size_t i = 0; i < list->count; i++) {
        const part *p = &list->item[i];
        if (p->element && !explain_step(e, p->element, p->where, depth, p->role, EX_NAN, EX_NAN))
            return 0;
    }
    return 1;
}

/* The branch that a choice took, if it took one; its condition goes to the list. */
static ex_id branch(const explainer *e, ex_id n, const spot *s, parts *conditions) {
    ex_id taken = explain_chosen(e, n, s), condition = taken ? ex_arg(e->r->graph, n, 0) : 0;
    const ex_values *v = condition ? ex_values_of(e->r->graph, condition) : NULL;
    if (taken && ex_get(e->r->graph, n)->op == EX_where && !(v && v->origin == EX_LITERAL))
        explain_add_part(e, conditions, 0, condition, s, ASSESS_CONDITION);
    return taken;
}

/* What only chooses is not a step: the element chosen is. */
static ex_id element_of(const explainer *e, ex_id n, spot *s, parts *behind) {
    while (!explain_output(e, n)) {
        ex_id next = n, taken = explain_chosen(e, n, s);
        if (explain_only_chooses(e, n))
            next = explain_end(e, n, s, behind);
        else if (taken && (ex_values_of(e->r->graph, taken) || explain_output(e, taken) ||
                           explain_only_chooses(e, taken)))
            next = branch(e, n, s, behind);
        if (next == n)
            break;
        n = next;
    }
    return n;
}

/* The formula of a choice is that of what it took, unless that is a step of its own. */
static ex_id formula_node(const explainer *e, ex_id n, const spot *s, parts *behind) {
    for (ex_id taken; (taken = explain_chosen(e, n, s)) != 0; n = taken) {
        if (ex_values_of(e->r->graph, taken) || explain_output(e, taken) ||
            explain_only_chooses(e, taken))
            break;
        branch(e, n, s, behind);
    }
    return n;
}

int explain_step(explainer *e, ex_id n, spot s, int depth, assess_step_role role, double weight,
                 double share) {
    const ex_graph *g = e->r->graph;
    parts list = { .count = 0 }, behind = { .count = 0 };
    composed c;
    n = element_of(e, n, &s, &behind);
    size_t index = e->count;
    assess_step *out = add_step(e, depth, n, &s);
    if (!out)
        return 0;
    out->role = role;
    out->weight = weight;
    out->share = share;
    const ex_values *v = ex_values_of(g, n);
    if (v) {
        if (v->origin == EX_LEAF)
            explain_leaf(e, n, &s, out);
        else if (v->origin == EX_DATA)
            explain_datum(e, n, &s, out);
        return depth >= e->settings->depth || part_steps(e, &behind, depth + 1);
    }
    ex_id own = n;
    n = formula_node(e, n, &s, &behind);
    out->formula = explain_formula(e, n, &s, NULL);
    if (ex_get(g, n)->line) { /* where the formula is written, not where it was chosen */
        out->file = sources_name(e->r->files, (int)ex_get(g, n)->file);
        out->line = ex_get(g, n)->line;
    }
    int reduction = explain_is_reduction(e, n, &c);
    if (!reduction)
        explain_parts(e, n, &s, &list);
    if (list.count && !explain_only_chooses(e, n))
        out->put_in = explain_formula(e, n, &s, &list);
    if (seen_before(e, own, &s)) {
        out->end = ASSESS_ABOVE;
        return 1;
    }
    if (depth >= e->settings->depth) {
        out->end = ASSESS_DEEPER;
        return 1;
    }
    if (reduction ? !explain_elements(e, index, n, &s, depth) : !part_steps(e, &list, depth + 1))
        return 0;
    return part_steps(e, &behind, depth + 1);
}

/* All nodes below the root, so that every value on the way can be read. */
static int compute_all(const results *r, ex_id root, fault *f) {
    uint8_t *needed = mem_zero((size_t)root + 1, 1);
    ex_id *want = mem_zero((size_t)root + 1, sizeof *want);
    size_t count = 0;
    int fine = needed && want ? 1 : fault_memory(f);
    if (fine)
        needed[root] = 1;
    for (ex_id n = root; fine && n >= 1; n--) {
        if (!needed[n])
            continue;
        want[count++] = n;
        for (int i = 0; i < ex_get(r->graph, n)->argc; i++)
            needed[ex_arg(r->graph, n, i)] = 1;
    }
    fine = fine && ex_run_eval(r->run, want, count, f);
    mem_free(needed);
    mem_free(want);
    return fine;
}

size_t explain_steps(const results *r, model *m, datasets *d, ex_id node, const uint32_t *at,
                     const explain_settings *settings, assess_step **out, fault *f) {
    explainer e = { .r = r, .m = m, .d = d, .settings = settings, .f = f };
    spot s = { { 0 } };
    *out = NULL;
    for (int i = 0; i < ax_count(m->space); i++)
        s.at[i] = at[i];
    if (compute_all(r, node, f) &&
        explain_step(&e, node, s, 0, ASSESS_OPERAND, EX_NAN, EX_NAN)) {
        *out = arena_take(r->memory, e.count * sizeof **out);
        if (*out)
            memcpy(*out, e.step, e.count * sizeof **out);
        else
            fault_memory(f);
    }
    mem_free(e.step);
    mem_free(e.seen);
    return *out ? e.count : 0;
}
