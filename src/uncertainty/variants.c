/* Variants of the rules: each combination of choices, with formulas of its own. */
#include "uncertainty/draws_inside.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "expr/replace.h"
#include "expr/walk.h"

/* ---- the arrays that inputs stand in ---- */

static slot *find_slot(draws *d, variant *v, ex_id node, ax_set axes, const double *nominal,
                       fault *f) {
    for (size_t i = 0; i < v->slots; i++)
        if (v->slot[i].node == node) return &v->slot[i];
    if (!MEM_RESERVE(v->slot, v->slots + 1, v->slot_cap)) {
        fault_memory(f);
        return NULL;
    }
    size_t size = ax_size(v->session->h->space, axes);
    slot *s = &v->slot[v->slots++];
    *s = (slot){.node = node, .axes = axes, .nominal = nominal, .size = size};
    s->offset = arena_take(&d->memory, (size + 1) * sizeof *s->offset);
    if (!s->offset) {
        fault_memory(f);
        return NULL;
    }
    return s;
}

static int add_link(variant *v, size_t input, fault *f) {
    if (!MEM_RESERVE(v->link, v->links + 1, v->link_cap)) return fault_memory(f);
    v->link[v->links++] = (uint32_t)input;
    return 1;
}

static int add_target(variant *v, const slot *s, size_t cell, size_t first, double base, fault *f) {
    if (!MEM_RESERVE(v->target, v->targets + 1, v->target_cap)) return fault_memory(f);
    v->target[v->targets++] =
        (target){(uint32_t)(s - v->slot), cell, first, v->links - first, base};
    return 1;
}

/* What is drawn around a value of the rules holds for a variant that has the same value only. */
static int check_nominal(const draws *d, const draw_input *x, double own, fault *f) {
    if (!x->around || own == x->nominal || (isnan(own) && isnan(x->nominal))) return 1;
    const char *address = d->in->entry[x->entry].of->address;
    return fault_set(f, FAULT_RULE,
                     "'%s' is %g in one variant of the rules and %g in another, so it cannot vary "
                     "around its value ('%s')",
                     x->address, x->nominal, own, address);
}

/* The input of each leaf, or SIZE_MAX. NULL with the fault. */
static size_t *inputs_of_leaves(const draws *d, const model *m, fault *f) {
    size_t *of = mem_take((m->leaves + 1) * sizeof *of);
    for (size_t i = 0; of && i < m->leaves; i++) of[i] = SIZE_MAX;
    for (size_t i = 0; of && i < d->in->inputs; i++) {
        const md_leaf *l = d->in->input[i].name ? NULL : model_leaf(m, d->in->input[i].address);
        if (l) of[l - m->leaf] = i;
        if (l && !check_nominal(d, &d->in->input[i], l->value.number, f)) {
            mem_free(of);
            return NULL;
        }
    }
    if (!of) fault_memory(f);
    return of;
}

/* Adds the inputs that the weight of an element is the sum of: those of its children, where it has
 * no leaf of its own. */
static int add_weights(const draws *d, variant *v, const size_t *input, int element, int stage,
                       double *base, fault *f) {
    const model *m = &v->session->s->m;
    int fine = 1;
    for (int e = element + 1; fine && e < model_behind(m, element); e++) {
        if (m->element[e].parent != element) continue;
        long leaf = -1;
        for (size_t i = 0; i < m->leaves && leaf < 0; i++)
            if (m->leaf[i].element == e && !m->leaf[i].absent &&
                !strcmp(m->leaf[i].name, "weight") &&
                (m->leaf[i].stage < 0 || m->leaf[i].stage == stage))
                leaf = (long)i;
        if (leaf < 0) {
            fine = add_weights(d, v, input, e, stage, base, f);
        } else if (input[leaf] != SIZE_MAX) {
            *base -= d->in->input[input[leaf]].nominal;
            fine = add_link(v, input[leaf], f);
        }
    }
    return fine;
}

/* The targets of one array of leaves; -1 as leaf is a weight that follows from others. */
static int link_array(draws *d, variant *v, const md_array *a, const size_t *input, int level,
                      fault *f) {
    const model *m = &v->session->s->m;
    const ax_space *space = v->session->h->space;
    int fine = 1;
    for (size_t i = 0; fine && a->node && i < a->size; i++) {
        size_t first = v->links;
        double base = 0;
        if (a->leaf[i] >= 0) {
            if (input[a->leaf[i]] == SIZE_MAX) continue;
            fine = add_link(v, input[a->leaf[i]], f);
        } else if (level > 0) {
            int axis = m->level_axis[level];
            size_t at = i / ax_stride(space, a->axes, axis) % ax_get(space, axis)->size;
            int staged = m->stage_axis != AX_NONE && (a->axes & AX_BIT(m->stage_axis));
            size_t stage =
                staged ? i / ax_stride(space, a->axes, m->stage_axis) % (size_t)m->stages : 0;
            base = a->value[i];
            fine = add_weights(d, v, input, m->member[level][at], (int)stage, &base, f);
        }
        if (!fine || v->links == first) continue;
        slot *s = find_slot(d, v, a->node, a->axes, a->value, f);
        fine = s && add_target(v, s, i, first, base, f);
    }
    return fine;
}

static int link_leaves(draws *d, variant *v, fault *f) {
    model *m = &v->session->s->m;
    size_t *input = inputs_of_leaves(d, m, f);
    int fine = input != NULL;
    for (size_t i = 0; fine && i < m->arrays; i++) {
        int level = -1;
        for (int k = 0; k + 1 < m->levels; k++)
            if ((size_t)m->level_weight[k] == i) level = k;
        if (m->array[i].kind == EX_NUMBER) fine = link_array(d, v, &m->array[i], input, level, f);
    }
    mem_free(input);
    return fine;
}

/* The element of the variant's array that has the same labels; SIZE_MAX where there is none. */
static size_t same_cell(const draws *d, const assess_array *of, size_t element, const assess *a,
                        const assess_array *in) {
    size_t at = 0;
    for (int k = 0; k < in->axes; k++) {
        const char *label = NULL;
        for (int i = 0; i < of->axes; i++)
            if (!strcmp(of->axis[i].name, in->axis[k].name))
                label = assess_label(d->base, &of->axis[i],
                                     ax_along(element, of->stride[i], of->axis[i].size));
        uint32_t id = label ? pool_find(a->h->strings, label, strlen(label)) : 0;
        long position = id ? ax_position(a->h->space, in->axis[k].id, id) : -1;
        if (position < 0) return SIZE_MAX;
        at += (size_t)position * in->stride[k];
    }
    return of->axes == in->axes ? at : SIZE_MAX;
}

static int link_data(draws *d, variant *v, fault *f) {
    int fine = 1;
    for (size_t i = 0; fine && i < d->in->inputs; i++) {
        const draw_input *x = &d->in->input[i];
        if (!x->name) continue;
        const char *name = arena_print(&d->memory, "data.%s", x->name);
        if (!name) return fault_memory(f);
        const assess_array *from = assess_array_named(d->base, name),
                           *to = assess_array_named(v->session, name);
        ex_id node = to ? session_data(v->session, x->name) : 0;
        size_t cell = from && node ? same_cell(d, from, x->cell, v->session, to) : SIZE_MAX;
        if (cell == SIZE_MAX) continue; /* the choice has no such figure */
        size_t first = v->links;
        const double *nominal = ex_run_value(v->session->h->run, node, f);
        if (nominal && !check_nominal(d, x, nominal[cell], f)) return 0;
        slot *s = nominal
                      ? find_slot(d, v, node, ex_get(v->session->h->graph, node)->axes, nominal, f)
                      : NULL;
        fine = s && add_link(v, i, f) && add_target(v, s, cell, first, 0, f);
    }
    return fine;
}

/* ---- the axis of draws ---- */

static int make_axis(draws *d, variant *v, fault *f) {
    pool *strings = v->session->h->strings;
    uint32_t *label = mem_take(d->batch * sizeof *label);
    int fine = label && pool_numbers(strings, (uint32_t)d->batch, label);
    const ax_space *space = v->session->h->space;
    v->longest = d->longest > 0;
    for (int i = 0; i < ax_count(space); i++) v->longest &= ax_get(space, i)->size <= d->longest;
    v->axis = fine ? ax_make(v->session->h->space, "draw", label, (uint32_t)d->batch, f) : AX_NONE;
    mem_free(label);
    return fine ? v->axis != AX_NONE : fault_memory(f);
}

/* Where each element of a shape without draws is found in the one that has them. */
static void map_elements(const ax_space *space, ax_set from, ax_set to, size_t size,
                         size_t *offset) {
    ex_walk at = ex_walk_over(space, from);
    ex_walk_with(&at, to, 0);
    for (; at.element < size; ex_walk_on(&at)) offset[at.element] = at.offset[0];
}

static int lift_slots(draws *d, variant *v, fault *f) {
    ex_graph *g = v->session->h->graph;
    const ax_space *space = v->session->h->space;
    for (size_t i = 0; i < v->slots; i++) {
        slot *s = &v->slot[i];
        ax_set axes = s->axes | AX_BIT(v->axis);
        ex_values with = *ex_values_of(g, s->node);
        s->elements = ax_size(space, axes);
        s->value = mem_take(s->elements * sizeof *s->value);
        if (!s->value) return fault_memory(f);
        s->stride = ax_stride(space, axes, v->axis);
        map_elements(space, s->axes, axes, s->size, s->offset);
        if (v->longest && !(s->varies = arena_zero(&d->memory, s->size + 1, 1)))
            return fault_memory(f);
        with.axes = axes;
        with.value = s->value;
        with.column = NULL;
        s->lifted = ex_values_node(g, &with, f);
        if (!s->lifted) return 0;
    }
    for (size_t i = 0; i < v->targets; i++) {
        const slot *s = &v->slot[v->target[i].slot];
        if (s->varies) s->varies[v->target[i].cell] = 1;
    }
    return 1;
}

/* ---- outputs ---- */

/* The variant's output of the same name, if it has the same axes and labels. */
static const assess_array *same_output(const draws *d, const variant *v, const assess_array *x) {
    const assess_array *y = assess_output_named(v->session, x->name);
    if (v->lacks) return y && y->kind == x->kind && y->axes == x->axes ? y : NULL;
    return y && y->kind == x->kind && y->axes == x->axes && y->size == x->size &&
                   (!x->size || same_cell(d, x, x->size - 1, v->session, y) != SIZE_MAX)
               ? y
               : NULL;
}

/* Texts of the variant by their numbers in the session; those that it lacks are added there. */
static int map_texts(draws *d, variant *v, found_output *o, fault *f) {
    pool *own = v->session->h->strings, *base = d->base->h->strings;
    o->texts = (size_t)pool_count(own) + 1;
    o->text = arena_take(&d->memory, o->texts * sizeof *o->text);
    if (!o->text) return fault_memory(f);
    o->text[0] = NAN;
    for (uint32_t i = 1; i < o->texts; i++) {
        uint32_t id = pool_put(base, pool_text(own, i), pool_length(own, i));
        if (!id) return fault_memory(f);
        o->text[i] = id;
    }
    return 1;
}

/* Which nodes the outputs need that do not vary, but for sources; and whether functions of the host
 * are called for what does. */
static int find_given(variant *v, size_t outputs, fault *f) {
    const ex_graph *g = v->session->h->graph;
    uint32_t count = ex_count(g);
    uint8_t *needed = mem_zero((size_t)count + 1, 1);
    v->given = mem_take(((size_t)count + 1) * sizeof *v->given);
    int fine = needed && v->given ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < outputs; i++) needed[v->want[i]] = 1;
    for (ex_id n = count; fine && n >= 1; n--) {
        const ex_node *x = ex_get(g, n);
        if (!needed[n] || x->op == EX_source) continue;
        if (!(x->axes & AX_BIT(v->axis))) {
            v->given[v->givens++] = n;
            continue;
        }
        v->alone |= ex_class(x->op) == EX_CLASS_HOSTED;
        for (int k = 0; k < x->argc; k++) needed[ex_arg(g, n, k)] = 1;
    }
    mem_free(needed);
    return fine;
}

static int keep_wanted(draws *d, variant *v, const ex_id *node, fault *f) {
    v->want = arena_take(&d->memory, (d->outputs + 1) * sizeof *v->want);
    if (!v->want) return fault_memory(f);
    memcpy(v->want, node, d->outputs * sizeof *v->want);
    assess *a = v->session;
    a->halt = limits_raised(a->stop);
    return find_given(v, d->outputs, f) && ex_run_eval(a->h->run, v->given, v->givens, f);
}

/* Adds one element of an output to what tells this variant from others. */
static void add_digest(const draws *d, uint64_t *sum, const found_output *o, size_t at,
                       const assess_array *y) {
    double value = at == SIZE_MAX ? NAN : y->value[at];
    uint64_t bits = UINT64_MAX;
    if (o->text) value = o->text[value >= 1 && value < (double)o->texts ? (size_t)value : 0];
    if (value == value && o->text) {
        bits = inputs_hash(assess_text(d->base, value));
    } else if (value == value) {
        value += 0.0; /* no -0 */
        memcpy(&bits, &value, sizeof bits);
    }
    for (int i = 0; i < 8; i++) *sum = (*sum ^ (bits >> (8 * i) & 0xff)) * UINT64_C(0x100000001b3);
}

static int find_outputs(draws *d, variant *v, const char *which, uint64_t *sum, fault *f) {
    const ax_space *space = v->session->h->space;
    const ex_graph *g = v->session->h->graph;
    size_t n = v->slots;
    ex_id *from = mem_take((2 * n + d->outputs + 1) * sizeof *from), *to = from + n,
          *node = from + 2 * n;
    int fine = from ? 1 : fault_memory(f);
    v->output = arena_zero(&d->memory, d->outputs + 1, sizeof *v->output);
    if (!v->output) fine = fault_memory(f);
    for (size_t i = 0; fine && i < n; i++) {
        from[i] = v->slot[i].node;
        to[i] = v->slot[i].lifted;
    }
    for (size_t i = 0; fine && i < d->outputs; i++) {
        const assess_array *y = same_output(d, v, d->output[i]);
        if (!y)
            fine = fault_set(f, FAULT_RULE, "with %s the output '%s' has other axes or labels",
                             which, d->output[i]->name);
        else
            node[i] = session_node(v->session, y);
    }
    if (fine) fine = ex_replace(v->session->h->graph, from, to, n, node, d->outputs, f);
    if (fine) fine = keep_wanted(d, v, node, f);
    for (size_t i = 0; fine && i < d->outputs; i++) {
        const assess_array *x = d->output[i], *y = same_output(d, v, x);
        found_output *o = &v->output[i];
        ax_set axes = ex_get(g, node[i])->axes, plain = axes & ~AX_BIT(v->axis);
        size_t *map = mem_take(((x->size > y->size ? x->size : y->size) + 1) * sizeof *map);
        o->node = node[i];
        o->stride = axes & AX_BIT(v->axis) ? ax_stride(space, axes, v->axis) : 0;
        o->offset = arena_take(&d->memory, (x->size + 1) * sizeof *o->offset);
        if (!map || !o->offset)
            fine = fault_memory(f);
        else
            map_elements(space, plain, axes, y->size, map);
        for (size_t e = 0; fine && e < x->size; e++) {
            size_t at = same_cell(d, x, e, v->session, y);
            if (at == SIZE_MAX && v->lacks)
                o->offset[e] = SIZE_MAX;
            else if (at == SIZE_MAX)
                fine = fault_set(f, FAULT_RULE, "with %s the output '%s' has other labels", which,
                                 x->name);
            else
                o->offset[e] = map[at];
        }
        mem_free(map);
        if (fine && x->kind == ASSESS_TEXT) fine = map_texts(d, v, o, f);
        for (size_t e = 0; fine && e < x->size; e++)
            add_digest(d, sum, o, same_cell(d, x, e, v->session, y), y);
    }
    mem_free(from);
    return fine;
}

/* Which inputs stand in what the outputs are computed from. */
static int mark_needed(draws *d, const variant *v, fault *f) {
    const ex_graph *g = v->session->h->graph;
    char *needed = mem_zero((size_t)ex_count(g) + 1, 1);
    if (!needed) return fault_memory(f);
    for (size_t i = 0; i < d->outputs; i++) needed[v->output[i].node] = 1;
    for (ex_id n = ex_count(g); n >= 1; n--)
        for (int i = 0; needed[n] && i < ex_get(g, n)->argc; i++) needed[ex_arg(g, n, i)] = 1;
    for (size_t i = 0; i < v->targets; i++) {
        const target *t = &v->target[i];
        for (size_t j = 0; needed[v->slot[t->slot].lifted] && j < t->count; j++)
            d->found.needed[v->link[t->first + j]] = 1;
    }
    mem_free(needed);
    return 1;
}

/* ---- variants ---- */

/* "params.normalise = zscore, params.cap = 100" */
static const char *name_variant(draws *d, size_t which) {
    buf b = BUF_INIT;
    for (size_t k = 0; k < d->in->choices; k++) {
        const draw_choice *c = &d->in->choice[k];
        const char *value = c->value[which % c->d.values];
        which /= c->d.values;
        if (c->kind == CHOICE_LEAVE_OUT && !*value) continue;
        if (b.length) buf_text(&b, ", ");
        if (c->kind == CHOICE_LEAVE_OUT)
            buf_print(&b, text_message("%s left out"), value);
        else
            buf_print(&b, "%s = %s", c->address, value);
    }
    const char *own = b.failed ? NULL : arena_text(&d->memory, buf_string(&b), b.length);
    buf_release(&b);
    return own ? own : "";
}

/* Values that nothing reads any more are hardly kept: there may be many sessions beside it. */
enum { SPARE = 16 << 20 };

static int open_session(draws *d, variant *v, size_t which, const char *name, fault *f) {
    assess *a = v->session = session_like(d->base);
    if (!a) return fault_memory(f);
    a->spare = SPARE;
    assess_status status = ASSESS_OK;
    const char *file = d->base->file;
    for (size_t k = 0; k < d->in->choices && !status; k++) {
        const draw_choice *c = &d->in->choice[k];
        const char *value = c->value[which % c->d.values];
        which /= c->d.values;
        if (c->kind == CHOICE_RULES) file = value;
        if (c->kind == CHOICE_DATA) status = assess_data_file(a, c->address, value);
        if (c->kind == CHOICE_LEAVE_OUT && *value) status = session_leave_out(a, value);
        for (size_t i = 0; i < c->leaves && !status; i++) status = assess_set(a, c->leaf[i], value);
    }
    if (!status) status = assess_open(a, file);
    if (!status) status = assess_run(a);
    if (!status) return 1;
    for (size_t i = 0; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (m.status)
            return fault_at(f, (fault_kind)m.status, NULL, *m.hint ? m.hint : NULL, "with %s: %s",
                            *name ? name : "the rules", m.text);
    }
    return fault_memory(f);
}

/* Does a combination of choices leave something out? */
static int leaves_out(const draw_inputs *in, size_t which) {
    int any = 0;
    for (size_t k = 0; k < in->choices; k++) {
        const draw_choice *c = &in->choice[k];
        any |= c->kind == CHOICE_LEAVE_OUT && *c->value[which % c->d.values];
        which /= c->d.values;
    }
    return any;
}

int variant_open(draws *d, size_t which, fault *f) {
    variant *v = &d->variant[which];
    const char *name = name_variant(d, which);
    v->open = 1;
    v->lacks = leaves_out(d->in, which);
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    v->draw = mem_take(d->block * sizeof *v->draw);
    v->worker = arena_zero(&d->memory, (size_t)d->workers, sizeof *v->worker);
    if (!v->draw || !v->worker) return fault_memory(f);
    int fine = open_session(d, v, which, name, f) && make_axis(d, v, f) && link_leaves(d, v, f) &&
               link_data(d, v, f) && lift_slots(d, v, f) && find_outputs(d, v, name, &sum, f) &&
               mark_needed(d, v, f);
    d->found.digest[which] = sum | 1;
    return fine;
}

void variant_close(variant *v, int workers) {
    for (int w = 0; v->worker && w < workers; w++) {
        for (size_t i = 0; v->worker[w].value && i < v->slots; i++) mem_free(v->worker[w].value[i]);
        mem_free(v->worker[w].value);
        ex_run_close(v->worker[w].run);
    }
    for (size_t i = 0; i < v->slots; i++) mem_free(v->slot[i].value);
    mem_free(v->slot);
    mem_free(v->target);
    mem_free(v->link);
    mem_free(v->draw);
    mem_free(v->given);
    assess_free(v->session);
}
