#include "uncertainty/draws.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/thread_pool.h"
#include "base/text.h"
#include "expr/replace.h"
#include "expr/walk.h"
#include "lua/host.h"

/* ---- one variant: a session with an axis more ---- */

/* A source with draws: the values of one array of the session, for each draw. */
typedef struct slot {
    ex_id node, lifted;
    ax_set axes; /* without the draws */
    const double *nominal;
    size_t size;     /* elements without the draws */
    double *value;   /* with them, as the rules have them */
    size_t elements; /* of `value` */
    size_t stride;   /* between draws */
    size_t *offset;  /* by element: the first draw of it */
} slot;

/* A cell of a slot, and the inputs that it follows: one, or the sum of several. */
typedef struct target {
    uint32_t slot;
    size_t cell;
    size_t first, count; /* in the list of links */
    double base;         /* of a sum: what does not vary */
} target;

/* Where an output is found. */
typedef struct found_output {
    ex_id node;
    size_t stride;  /* between draws; 0: it is the same in all */
    size_t *offset; /* by element of the session's output */
    double *text;   /* of texts: by number in the variant's pool, the number in the session's */
    size_t texts;
} found_output;

/* What a thread computes a variant with: a run, and the values of the slots that it lends to it. */
typedef struct draw_worker {
    ex_run *run;
    double **value;
} draw_worker;

typedef struct variant {
    int open;
    assess *session;
    int alone; /* functions of the host are called: by the thread of the session */
    draw_worker *worker;
    ex_id *want;  /* of the outputs */
    ex_id *given; /* what does not vary, and what varies is computed from: done by the session */
    size_t givens;
    int axis; /* of the draws */
    slot *slot;
    size_t slots, slot_cap;
    target *target;
    size_t targets, target_cap;
    uint32_t *link; /* inputs */
    size_t links, link_cap;
    found_output *output;
    size_t waiting; /* draws of the present block that it has to compute */
    uint32_t *draw; /* which: their places in the block */
} variant;

struct draws {
    arena memory;
    const assess *base;
    const draw_inputs *in;
    const assess_array *const *output;
    size_t outputs;
    size_t block, batch; /* draws in all, and of one evaluation */
    thread_pool *pool;
    int workers;
    struct draw_task *task; /* of the present block */
    size_t tasks, task_cap;
    const draw_source *from;
    uint64_t first;
    fault *fault; /* by worker */
    variant *variant;
    size_t variants;
    double *input;        /* by input and draw */
    unsigned char *taken; /* by choice and draw */
    double **value;       /* by output: by element and draw */
    size_t count;         /* of the last block */
};

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

/* The input of each leaf, or SIZE_MAX. */
static size_t *inputs_of_leaves(const draws *d, const model *m) {
    size_t *of = mem_take((m->leaves + 1) * sizeof *of);
    for (size_t i = 0; of && i < m->leaves; i++) of[i] = SIZE_MAX;
    for (size_t i = 0; of && i < d->in->inputs; i++) {
        const md_leaf *l = d->in->input[i].name ? NULL : model_leaf(m, d->in->input[i].address);
        if (l) of[l - m->leaf] = i;
    }
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
    size_t *input = inputs_of_leaves(d, m);
    int fine = input ? 1 : fault_memory(f);
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
        for (size_t e = 0; e < s->size; e++)
            for (size_t k = 0; k < d->batch; k++)
                s->value[s->offset[e] + k * s->stride] = s->nominal[e];
        with.axes = axes;
        with.value = s->value;
        with.column = NULL;
        s->lifted = ex_values_node(g, &with, f);
        if (!s->lifted) return 0;
    }
    return 1;
}

/* ---- outputs ---- */

/* The variant's output of the same name, if it has the same axes and labels. */
static const assess_array *same_output(const draws *d, const variant *v, const assess_array *x) {
    const assess_array *y = assess_output_named(v->session, x->name);
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
    a->halt = a->stop && *a->stop;
    return find_given(v, d->outputs, f) && ex_run_eval(a->h->run, v->given, v->givens, f);
}

static int find_outputs(draws *d, variant *v, const char *which, fault *f) {
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
            fine = fault_set(f, FAULT_RULE, "with %s the output '%s' has other axes", which,
                             d->output[i]->name);
        else
            node[i] = session_node(v->session, y);
    }
    if (fine) fine = ex_replace(v->session->h->graph, from, to, n, node, d->outputs, f);
    if (fine) fine = keep_wanted(d, v, node, f);
    for (size_t i = 0; fine && i < d->outputs; i++) {
        const assess_array *x = d->output[i], *y = same_output(d, v, x);
        found_output *o = &v->output[i];
        ax_set axes = ex_get(g, node[i])->axes, plain = axes & ~AX_BIT(v->axis);
        size_t *map = mem_take((x->size + 1) * sizeof *map);
        o->node = node[i];
        o->stride = axes & AX_BIT(v->axis) ? ax_stride(space, axes, v->axis) : 0;
        o->offset = arena_take(&d->memory, (x->size + 1) * sizeof *o->offset);
        if (!map || !o->offset)
            fine = fault_memory(f);
        else
            map_elements(space, plain, axes, x->size, map);
        for (size_t e = 0; fine && e < x->size; e++) {
            size_t at = same_cell(d, x, e, v->session, y);
            if (at == SIZE_MAX)
                fine = fault_set(f, FAULT_RULE, "with %s the output '%s' has other labels", which,
                                 x->name);
            else
                o->offset[e] = map[at];
        }
        mem_free(map);
        if (fine && x->kind == ASSESS_TEXT) fine = map_texts(d, v, o, f);
    }
    mem_free(from);
    return fine;
}

/* ---- variants ---- */

/* "params.normalise = zscore, params.cap = 100" */
static const char *name_variant(draws *d, size_t which) {
    buf b = BUF_INIT;
    for (size_t k = 0; k < d->in->choices; k++) {
        const draw_choice *c = &d->in->choice[k];
        buf_print(&b, "%s%s = %s", k ? ", " : "", c->address, c->value[which % c->d.values]);
        which /= c->d.values;
    }
    const char *own = b.failed ? NULL : arena_text(&d->memory, buf_string(&b), b.length);
    buf_release(&b);
    return own ? own : "";
}

static int open_session(draws *d, variant *v, size_t which, const char *name, fault *f) {
    assess *a = v->session = session_like(d->base);
    if (!a) return fault_memory(f);
    assess_status status = ASSESS_OK;
    for (size_t k = 0; k < d->in->choices && !status; k++) {
        const draw_choice *c = &d->in->choice[k];
        status = assess_set(a, c->address, c->value[which % c->d.values]);
        which /= c->d.values;
    }
    if (!status) status = assess_open(a, d->base->file);
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

static int open_variant(draws *d, size_t which, fault *f) {
    variant *v = &d->variant[which];
    const char *name = name_variant(d, which);
    v->open = 1;
    v->draw = mem_take(d->block * sizeof *v->draw);
    v->worker = arena_zero(&d->memory, (size_t)d->workers, sizeof *v->worker);
    if (!v->draw || !v->worker) return fault_memory(f);
    return open_session(d, v, which, name, f) && make_axis(d, v, f) && link_leaves(d, v, f) &&
           link_data(d, v, f) && lift_slots(d, v, f) && find_outputs(d, v, name, f);
}

static void close_variant(variant *v, int workers) {
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

/* ---- opening ---- */

/* Batches of a block, for each variant on the average: enough that threads have something to share.
 */
enum { BATCHES = 8 };

/* As many draws as make arrays that stay in the cache, by what the rules have of elements. */
static size_t batch_of(const draws *d) {
    enum { LEAST = 16, MOST = 1024 };
    size_t elements = 1;
    for (size_t i = 0; i < d->outputs; i++)
        if (d->output[i]->size > elements) elements = d->output[i]->size;
    size_t batch = ((size_t)1 << 20) / elements;
    return batch < LEAST ? LEAST : batch > MOST ? MOST : batch / LEAST * LEAST;
}

static int reserve(draws *d, fault *f) {
    d->input = mem_take((d->in->inputs * d->block + 1) * sizeof *d->input);
    d->taken = mem_take(d->in->choices * d->block + 1);
    d->value = arena_zero(&d->memory, d->outputs + 1, sizeof *d->value);
    d->variant = arena_zero(&d->memory, d->variants, sizeof *d->variant);
    int fine = d->input && d->taken && d->value && d->variant;
    for (size_t i = 0; fine && i < d->outputs; i++)
        fine = (d->value[i] = mem_take((d->output[i]->size * d->block + 1) * sizeof **d->value)) !=
               NULL;
    return fine || fault_memory(f);
}

draws *draws_open(const assess *a, const draw_inputs *in, const assess_array *const *output,
                  size_t outputs, fault *f) {
    draws *d = mem_zero(1, sizeof *d);
    if (!d) {
        fault_memory(f);
        return NULL;
    }
    *d = (draws){.memory = ARENA_INIT, .base = a, .in = in, .output = output, .outputs = outputs};
    d->variants = 1;
    int fine = 1;
    for (size_t k = 0; fine && k < in->choices; k++) {
        d->variants *= in->choice[k].d.values;
        if (d->variants > DRAWS_VARIANTS)
            fine = fault_set(f, FAULT_LIMIT, "the choices have more than %d combinations",
                             DRAWS_VARIANTS);
    }
    d->pool = thread_pool_open(a->threads);
    d->workers = thread_pool_threads(d->pool);
    d->fault = mem_zero((size_t)d->workers, sizeof *d->fault);
    if (!d->fault) fine = fault_memory(f);
    d->batch = batch_of(d);
    d->block = d->batch * (fine ? d->variants : 1) * BATCHES;
    if (fine) fine = reserve(d, f);
    if (fine) return d;
    draws_close(d);
    return NULL;
}

void draws_close(draws *d) {
    if (!d) return;
    for (size_t i = 0; d->variant && i < d->variants; i++)
        if (d->variant[i].open) close_variant(&d->variant[i], d->workers);
    for (size_t i = 0; d->value && i < d->outputs; i++) mem_free(d->value[i]);
    mem_free(d->input);
    mem_free(d->taken);
    mem_free(d->task);
    for (int w = 0; d->fault && w < d->workers; w++) fault_release(&d->fault[w]);
    mem_free(d->fault);
    thread_pool_close(d->pool);
    arena_release(&d->memory);
    mem_free(d);
}

size_t draws_block(const draws *d) { return d->block; }

/* ---- computing ---- */

/* Draws that one evaluation computes: their places in the block, in the list of the variant. */
typedef struct draw_task {
    variant *of;
    size_t from, count;
} draw_task;

static int open_worker(const variant *v, draw_worker *w, fault *f) {
    const ex_settings of_run = {.threads = 1,
                                .memory = v->session->memory_most,
                                .stop = v->session->stop,
                                .simd = v->session->simd,
                                .again = 1};
    w->value = mem_zero(v->slots + 1, sizeof *w->value);
    if (!w->value) return fault_memory(f);
    for (size_t i = 0; i < v->slots; i++) {
        const slot *s = &v->slot[i];
        if (!(w->value[i] = mem_take(s->elements * sizeof **w->value))) return fault_memory(f);
        memcpy(w->value[i], s->value, s->elements * sizeof **w->value);
    }
    w->run = ex_run_open(v->session->h->graph, &of_run, f);
    int fine = w->run != NULL;
    for (size_t i = 0; fine && i < v->givens; i++) {
        const double *x = ex_run_value(v->session->h->run, v->given[i], f);
        fine = x ? ex_run_lend(w->run, v->given[i], x, f)
                 : fault_set(f, FAULT_BUG, "an array was not computed");
    }
    return fine;
}

/* Puts the inputs of `n` draws, whose places in the block are at `draw`, into the slots. */
static int put_inputs(const draws *d, const variant *v, draw_worker *w, const uint32_t *draw,
                      size_t n, fault *f) {
    int beside = n && draw[n - 1] - draw[0] == n - 1;
    for (size_t i = 0; i < v->targets; i++) {
        const target *t = &v->target[i];
        const slot *s = &v->slot[t->slot];
        double *to = w->value[t->slot] + s->offset[t->cell];
        const double *only = d->input + v->link[t->first] * d->count;
        if (beside && s->stride == 1 && t->count == 1 && t->base == 0) {
            memcpy(to, only + draw[0], n * sizeof *to);
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            double x = t->base;
            for (size_t j = 0; j < t->count; j++)
                x += d->input[v->link[t->first + j] * d->count + draw[k]];
            to[k * s->stride] = x;
        }
    }
    for (size_t i = 0; i < v->slots; i++)
        if (!ex_run_lend(w->run, v->slot[i].lifted, w->value[i], f)) return 0;
    return 1;
}

static int take_outputs(const draws *d, const variant *v, const draw_worker *w,
                        const uint32_t *draw, size_t n, fault *f) {
    for (size_t i = 0; i < d->outputs; i++) {
        const found_output *o = &v->output[i];
        const double *x = ex_run_value(w->run, o->node, f);
        if (!x) return f->count ? 0 : fault_set(f, FAULT_BUG, "an output was not computed");
        for (size_t e = 0; e < d->output[i]->size; e++) {
            double *to = d->value[i] + e * d->count;
            const double *from = x + o->offset[e];
            for (size_t k = 0; k < n; k++) {
                double y = from[k * o->stride];
                to[draw[k]] = o->text ? o->text[y >= 1 && y < (double)o->texts ? (size_t)y : 0] : y;
            }
        }
    }
    return 1;
}

static void run_task(void *self, size_t index, int worker) {
    draws *d = self;
    const draw_task *t = &d->task[index];
    variant *v = t->of;
    draw_worker *w = &v->worker[worker];
    const uint32_t *draw = v->draw + t->from;
    fault *f = &d->fault[worker];
    if (f->count || limits_over()) return;
    (void)((w->run || open_worker(v, w, f)) && put_inputs(d, v, w, draw, t->count, f) &&
           ex_run_eval(w->run, v->want, d->outputs, f) && take_outputs(d, v, w, draw, t->count, f));
}

/* The inputs of one batch of the block. */
static void draw_batch(void *self, size_t index, int worker) {
    const draws *d = self;
    size_t at = index * d->batch, n = d->count - at < d->batch ? d->count - at : d->batch;
    (void)worker;
    inputs_draw(d->in, d->from, d->first + at, n, d->input + at, d->count);
}

/* Adds the tasks of a variant: those of variants that threads may share, or of the others. */
static int add_tasks(draws *d, variant *v, int alone, fault *f) {
    if (v->alone != alone) return 1;
    for (size_t at = 0; at < v->waiting; at += d->batch) {
        if (!MEM_RESERVE(d->task, d->tasks + 1, d->task_cap)) return fault_memory(f);
        size_t n = v->waiting - at < d->batch ? v->waiting - at : d->batch;
        d->task[d->tasks++] = (draw_task){v, at, n};
    }
    return 1;
}

static int run_tasks(draws *d, int alone, fault *f) {
    d->tasks = 0;
    for (size_t i = 0; i < d->variants; i++)
        if (d->variant[i].waiting && !add_tasks(d, &d->variant[i], alone, f)) return 0;
    thread_pool_run(alone ? NULL : d->pool, d->tasks, run_task, d);
    for (int w = 0; w < d->workers; w++) {
        if (d->fault[w].count) fault_move(f, &d->fault[w]);
        if (f->count) return 0;
    }
    return 1;
}

int draws_compute(draws *d, const draw_source *from, uint64_t first, size_t count, fault *f) {
    d->count = count;
    d->from = from;
    d->first = first;
    thread_pool_run(d->pool, (count + d->batch - 1) / d->batch, draw_batch, d);
    for (size_t i = 0; i < d->variants; i++) d->variant[i].waiting = 0;
    for (size_t k = 0; k < count; k++) {
        size_t which = 0, factor = 1;
        for (size_t c = 0; c < d->in->choices; c++) {
            size_t taken = inputs_choose(d->in, from, c, first + k);
            d->taken[c * count + k] = (unsigned char)taken;
            which += factor * taken;
            factor *= d->in->choice[c].d.values;
        }
        variant *v = &d->variant[which];
        if (!v->open && !open_variant(d, which, f)) return 0;
        v->draw[v->waiting++] = (uint32_t)k;
    }
    return run_tasks(d, 0, f) && run_tasks(d, 1, f) &&
           (!limits_over() ||
            fault_set(f, FAULT_LIMIT, "stopped before the results were complete"));
}

thread_pool *draws_pool(const draws *d) { return d->pool; }

const double *draws_value(const draws *d, size_t output, size_t element) {
    return d->value[output] + element * d->count;
}

const double *draws_input(const draws *d, size_t input) { return d->input + input * d->count; }

size_t draws_chosen(const draws *d, size_t choice, size_t draw) {
    return d->taken[choice * d->count + draw];
}
