#include "expr/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/walk.h"

/* What the planner knows of a node. */
typedef struct planned {
    uint8_t needed;
    uint8_t form;
    uint8_t home;
    int16_t stream;
    uint32_t level;        /* how many passes must come before its own */
    uint8_t readers;       /* passes that read it: 0, 1, or 2 for more */
    int16_t reader_stream; /* of the only one; AX_MOST: it is a pipeline breaker */
    uint32_t reader_level;
    uint32_t pass, loop;
    uint32_t at;   /* register or tile line */
    uint32_t last; /* the last instruction of its loop that reads it */
    uint32_t uses; /* how often it is an operand of needed nodes */
} planned;

/* The index in one shape for each index in another; most instructions ask for the same few. */
enum { SHAPES_KEPT = 16 };
typedef struct shape_map {
    ax_set loop, outer;
    uint32_t *map;
} shape_map;

typedef struct planner {
    pl_plan *plan;
    const ex_graph *g;
    ex_id last; /* the last wanted node: later ones are not needed */
    const ax_space *space;
    const uint8_t *done;
    uint8_t *keep;
    planned *node;
    shape_map kept[SHAPES_KEPT];
    uint32_t maps; /* made: the last SHAPES_KEPT of them are kept */
    fault *f;
} planner;

/* ---- forms ---- */

static ax_set shape_of(const planner *p, ex_id n, int i) {
    return ex_get(p->g, ex_arg(p->g, n, i))->axes;
}

static void choose_form(planner *p, ex_id id) {
    const ex_node *n = ex_get(p->g, id);
    planned *x = &p->node[id];
    int inner = ax_inner(p->space, n->axes);
    x->stream = (int16_t)inner;
    if (ex_is_elementwise(n->op)) {
        x->form = PL_ELEMENT;
        return;
    }
    x->form = PL_BREAKER;
    if (ex_class(n->op) == EX_CLASS_REDUCE) {
        int from = ax_inner(p->space, shape_of(p, id, 0));
        x->stream = (int16_t)from;
        if (n->axis == from)
            x->form = n->argc == 1 ? PL_LINE : PL_BREAKER;
        else if (inner == from)
            x->form = PL_FOLD;
    } else if (ex_class(n->op) == EX_CLASS_CHOICE) {
        int from = ax_inner(p->space, shape_of(p, id, 0));
        int position_streams = n->op == EX_gather && (shape_of(p, id, 1) & ax_bit(inner));
        if (inner == from && inner != AX_NONE && n->axis != from && !position_streams)
            x->form = PL_COPY;
    }
}

/* ---- passes ---- */

/* The level of a node after one of its operands: the same if one pass can compute both, else the
 * next one. */
static uint32_t level_after(const planner *p, ex_id operand, pl_form form, int stream) {
    const planned *o = &p->node[operand];
    if (o->form == PL_NONE) return 0;
    int together =
        form != PL_BREAKER && o->form != PL_BREAKER && o->form != PL_LINE && o->stream == stream;
    return together ? o->level : o->level + 1;
}

/* Whether operand i holds the positions of a look-up that is copied, or the groups of a fold. */
static int is_steering(const planned *x, int i) {
    return i == 1 && (x->form == PL_COPY || x->form == PL_FOLD);
}

static void choose_level(planner *p, ex_id id) {
    planned *x = &p->node[id];
    const ex_node *n = ex_get(p->g, id);
    for (int i = 0; i < n->argc; i++) {
        /* The positions of a copy or a fold must be complete before the pass starts. */
        pl_form form = is_steering(x, i) ? PL_BREAKER : (pl_form)x->form;
        uint32_t level = level_after(p, ex_arg(p->g, id, i), form, x->stream);
        if (level > x->level) x->level = level;
    }
}

/* Is a node read later anyway, where node x is read? */
static int is_read_there(const planned *o, const planned *x) {
    return o->readers == 2 || (o->readers == 1 && o->reader_level == x->reader_level &&
                               o->reader_stream == x->reader_stream);
}

/* Whether no operand would have to be kept as a value if the node were computed later. */
static int may_sink(const planner *p, ex_id id) {
    const planned *x = &p->node[id];
    for (int i = 0; i < ex_get(p->g, id)->argc; i++) {
        const planned *o = &p->node[ex_arg(p->g, id, i)];
        if (o->form == PL_ELEMENT && o->stream == x->stream && o->uses > 1 && !is_read_there(o, x))
            return 0;
        if (o->form == PL_COPY) return 0;
    }
    return 1;
}

/* An elementwise node that only one later pass reads is computed in that pass, in a register,
 * instead of being kept as a value. Readers come later than what they read, so one sweep backwards
 * is enough. */
static void sink(planner *p) {
    for (ex_id id = p->last; id >= 1; id--) {
        planned *x = &p->node[id];
        if (x->form == PL_NONE) continue;
        if (x->form == PL_ELEMENT && !p->keep[id] && x->readers == 1 &&
            x->reader_level > x->level && x->reader_stream == x->stream && may_sink(p, id))
            x->level = x->reader_level;
        for (int i = 0; i < ex_get(p->g, id)->argc; i++) {
            planned *o = &p->node[ex_arg(p->g, id, i)];
            int stream = x->form == PL_BREAKER ? AX_MOST : x->stream;
            int another = o->readers && (o->reader_level != x->level || o->reader_stream != stream);
            o->readers = is_steering(x, i) || another || o->readers == 2 ? 2 : 1;
            o->reader_level = x->level;
            o->reader_stream = (int16_t)stream;
        }
    }
}

/* Nodes in order of level and stream; pipeline breakers come first in their level. */
typedef struct placed {
    uint32_t level;
    int16_t stream; /* -2: a pipeline breaker */
    ex_id id;
} placed;

static int by_pass(const void *a, const void *b) {
    const placed *x = a, *y = b;
    if (x->level != y->level) return x->level < y->level ? -1 : 1;
    if (x->stream != y->stream) return x->stream < y->stream ? -1 : 1;
    return x->id < y->id ? -1 : 1;
}

static int make_passes(planner *p) {
    uint32_t count = 0;
    placed *all = mem_take(((size_t)p->last + 1) * sizeof *all);
    if (!all) return fault_memory(p->f);
    for (ex_id id = 1; id <= p->last; id++)
        if (p->node[id].form != PL_NONE)
            all[count++] = (placed){p->node[id].level,
                                    p->node[id].form == PL_BREAKER ? -2 : p->node[id].stream, id};
    qsort(all, count, sizeof *all, by_pass);
    pl_plan *plan = p->plan;
    plan->pass = arena_take(&plan->memory, (count + 1) * sizeof *plan->pass);
    int fine = plan->pass ? 1 : fault_memory(p->f);
    for (uint32_t i = 0; fine && i < count; i++) {
        int breaker = all[i].stream == -2;
        if (breaker || !i || all[i].level != all[i - 1].level ||
            all[i].stream != all[i - 1].stream) {
            int stream = breaker ? AX_NONE : all[i].stream;
            plan->pass[plan->passes++] =
                (pl_pass){.form = breaker ? PL_BREAKER : PL_ELEMENT,
                          .stream = stream,
                          .node = all[i].id,
                          .length = stream == AX_NONE ? 1 : ax_get(p->space, stream)->size};
        }
        p->node[all[i].id].pass = plan->passes - 1;
    }
    mem_free(all);
    return fine;
}

/* ---- loops ---- */

static ax_set loop_shape(const planner *p, ex_id id) {
    const planned *x = &p->node[id];
    ax_set all =
        x->form == PL_FOLD || x->form == PL_LINE ? shape_of(p, id, 0) : ex_get(p->g, id)->axes;
    return all & ~ax_bit(x->stream);
}

static int in_pass(const planner *p, ex_id operand, uint32_t pass) {
    const planned *o = &p->node[operand];
    return o->form != PL_NONE && !p->done[operand] && o->pass == pass;
}

static int choose_loop(planner *p, ex_id id) {
    planned *x = &p->node[id];
    pl_pass *pass = &p->plan->pass[x->pass];
    ax_set shape = loop_shape(p, id);
    uint32_t first = 0;
    for (int i = 0; i < ex_get(p->g, id)->argc; i++) {
        ex_id operand = ex_arg(p->g, id, i);
        if (!in_pass(p, operand, x->pass)) continue;
        const planned *o = &p->node[operand];
        int together =
            o->form != PL_FOLD && x->form != PL_COPY && pass->loop[o->loop].outer == shape;
        uint32_t a = together ? o->loop : o->loop + 1;
        if (a > first) first = a;
    }
    for (uint32_t k = first; k < pass->loops; k++)
        if (pass->loop[k].outer == shape) {
            x->loop = k;
            return 1;
        }
    if (!MEM_RESERVE(pass->loop, pass->loops + 1, pass->cap)) return fault_memory(p->f);
    size_t size = ax_size(p->space, shape);
    if (size >= UINT32_MAX)
        return fault_set(p->f, FAULT_LIMIT, "an array with more than 4,000 million lines");
    x->loop = pass->loops;
    pass->loop[pass->loops++] = (pl_loop){.outer = shape, .size = (uint32_t)size};
    return 1;
}

static int add_instruction(planner *p, ex_id id) {
    const planned *x = &p->node[id];
    pl_loop *loop = &p->plan->pass[x->pass].loop[x->loop];
    if (!MEM_RESERVE(loop->instruction, loop->count + 1, loop->cap)) return fault_memory(p->f);
    pl_instruction *in = &loop->instruction[loop->count++];
    *in = (pl_instruction){.node = id, .form = (pl_form)x->form, .argc = ex_get(p->g, id)->argc};
    for (int i = 0; i < in->argc; i++) in->arg[i].node = ex_arg(p->g, id, i);
    if (x->form == PL_FOLD && in->argc == 2) {
        in->by = in->arg[1].node;
        in->argc = 1;
    }
    loop->has_folds |= x->form == PL_FOLD;
    return 1;
}

/* ---- homes ---- */

/* Moves every operand of a node to a home where the node can read it. */
static void choose_homes(planner *p, ex_id id) {
    const planned *x = &p->node[id];
    for (int i = 0; i < ex_get(p->g, id)->argc; i++) {
        ex_id operand = ex_arg(p->g, id, i);
        planned *o = &p->node[operand];
        if (o->form == PL_NONE || p->done[operand]) continue;
        if (x->form == PL_BREAKER || o->pass != x->pass)
            p->keep[operand] = 1;
        else if (o->loop != x->loop && o->home == PL_REGISTER)
            o->home = PL_TILE;
    }
}

/* For each element of a walk, `start` plus the offset of its operand. NULL with the fault filled.
 */
static uint32_t *outer_map(planner *p, ex_walk *w, uint32_t start) {
    uint32_t *map = arena_take(&p->plan->memory, w->count * sizeof *map);
    if (!map) fault_memory(p->f);
    for (; map && w->element < w->count; ex_walk_on(w))
        map[w->element] = start + (uint32_t)w->offset[0];
    return map;
}

/* The index in shape `outer` for each index in the outer shape of a loop; nobody may write into it.
 */
static uint32_t *outer_map_of(planner *p, ax_set loop, ax_set outer) {
    for (uint32_t i = 0; i < p->maps && i < SHAPES_KEPT; i++)
        if (p->kept[i].loop == loop && p->kept[i].outer == outer) return p->kept[i].map;
    ex_walk w = ex_walk_over(p->space, loop);
    ex_walk_with(&w, outer, 0);
    uint32_t *map = outer_map(p, &w, 0);
    if (map) p->kept[p->maps++ % SHAPES_KEPT] = (shape_map){loop, outer, map};
    return map;
}

/* The same for the operand of a copy. A slice begins at its position; the positions of a gather are
 * added when the pass starts; along the new axis of a rename the operand moves along its own. */
static uint32_t *copy_map(planner *p, ex_id id, ax_set loop, ax_set outer) {
    const ex_node *n = ex_get(p->g, id);
    ex_walk w = ex_walk_over(p->space, loop);
    if (n->op == EX_rename)
        ex_walk_renamed(&w, outer, n->axis, n->to);
    else
        ex_walk_with(&w, outer, ax_bit(n->axis));
    size_t start = n->op == EX_slice ? n->extra * ax_stride(p->space, outer, n->axis) : 0;
    return outer_map(p, &w, (uint32_t)start);
}

static int set_operand(planner *p, pl_instruction *in, int i, ax_set loop, int stream) {
    ex_id operand = in->arg[i].node;
    const planned *o = &p->node[operand];
    ax_set axes = ex_get(p->g, operand)->axes, outer = axes & ~ax_bit(stream);
    pl_operand *a = &in->arg[i];
    a->streamed = (axes & ax_bit(stream)) != 0 || (stream == AX_NONE);
    a->home = in_pass(p, operand, p->node[in->node].pass) && !p->keep[operand] ? (pl_home)o->home
                                                                               : PL_VALUE;
    a->at = o->at;
    int copied = in->form == PL_COPY && i == 0;
    if (!copied && loop == outer) return 1;
    a->outer = copied ? copy_map(p, in->node, loop, outer) : outer_map_of(p, loop, outer);
    return a->outer != NULL;
}

static int fold_result(planner *p, pl_instruction *in, ax_set loop, int stream) {
    const ex_node *n = ex_get(p->g, in->node);
    ax_set outer = n->axes & ~ax_bit(stream);
    in->lines = (uint32_t)ax_size(p->space, outer);
    if (in->by) { /* the groups are added when the pass starts: a map of its own */
        ex_walk w = ex_walk_over(p->space, loop);
        ex_walk_with(&w, outer, 0);
        in->outer = outer_map(p, &w, 0);
    } else {
        in->outer = outer_map_of(p, loop, outer);
    }
    if (!in->outer) return 0;
    if (!ex_is(n->op, EX_POSITION) && !in->by) return 1;
    in->position = outer_map_of(p, loop, ax_bit(n->axis));
    return in->position != NULL;
}

/* ---- the two sums of a weighted mean ---- */

/* Whether a node is computed in this loop and has one reader only. */
static int is_private(const planner *p, ex_id n, uint32_t pass, uint32_t loop) {
    const planned *x = &p->node[n];
    return in_pass(p, n, pass) && x->loop == loop && x->form == PL_ELEMENT && x->uses == 1 &&
           !p->keep[n];
}

static void fuse_means(planner *p, uint32_t pass, uint32_t k) {
    pl_loop *loop = &p->plan->pass[pass].loop[k];
    for (uint32_t j = 0; j < loop->count; j++) {
        pl_instruction *in = &loop->instruction[j];
        if (in->form != PL_FOLD || ex_get(p->g, in->node)->op != EX_sum) continue;
        ex_id inner = in->arg[0].node;
        if (!is_private(p, inner, pass, k)) continue;
        const ex_node *n = ex_get(p->g, inner);
        ex_id condition = ex_arg(p->g, inner, 0);
        if (n->op == EX_mul) {
            in->fused = PL_PRODUCT;
            in->product = inner;
            in->arg[0].node = ex_arg(p->g, inner, 0);
            in->arg[1].node = ex_arg(p->g, inner, 1);
        } else if (n->op == EX_where && ex_get(p->g, condition)->op == EX_present &&
                   is_private(p, condition, pass, k) &&
                   ex_is_missing(p->g, ex_arg(p->g, inner, 2))) {
            in->fused = PL_PRESENT;
            in->arg[0].node = ex_arg(p->g, condition, 0);
            in->arg[1].node = ex_arg(p->g, inner, 1);
            p->node[condition].form = PL_NONE;
        } else if (n->op == EX_where && ex_is_missing(p->g, ex_arg(p->g, inner, 2)) &&
                   !(ex_get(p->g, condition)->axes & ax_bit(p->plan->pass[pass].stream))) {
            in->fused = PL_CHOSEN;
            in->arg[0].node = condition;
            in->arg[1].node = ex_arg(p->g, inner, 1);
        } else {
            continue;
        }
        in->argc = 2;
        p->node[inner].form = PL_NONE;
    }
    uint32_t kept = 0;
    for (uint32_t j = 0; j < loop->count; j++)
        if (p->node[loop->instruction[j].node].form != PL_NONE)
            loop->instruction[kept++] = loop->instruction[j];
    loop->count = kept;
}

/* Assigns registers and tile lines to the instructions of a loop, in order. */
static int lay_out_loop(planner *p, pl_pass *pass, pl_loop *loop) {
    uint8_t *busy = mem_zero(loop->count + 1, 1);
    if (!busy) return fault_memory(p->f);
    for (uint32_t k = 0; k < loop->count; k++)
        for (int i = 0; i < loop->instruction[k].argc; i++)
            p->node[loop->instruction[k].arg[i].node].last = k;
    int fine = 1;
    for (uint32_t k = 0; fine && k < loop->count; k++) {
        pl_instruction *in = &loop->instruction[k];
        planned *x = &p->node[in->node];
        for (int i = 0; fine && i < in->argc; i++)
            fine = set_operand(p, in, i, loop->outer, pass->stream);
        if (fine && in->fused == PL_PRODUCT && !in->arg[0].streamed) {
            pl_operand one = in->arg[0];
            in->arg[0] = in->arg[1];
            in->arg[1] = one;
        }
        if (fine && in->form == PL_FOLD) fine = fold_result(p, in, loop->outer, pass->stream);
        if (!fine) break;
        in->home = p->keep[in->node] ? PL_VALUE : (pl_home)x->home;
        if (in->form == PL_FOLD) {
            if (in->home == PL_REGISTER) in->home = PL_TILE; /* no later loop reads it */
            in->side = pass->tiles;
            pass->tiles += in->lines;
        }
        if (in->home == PL_TILE) {
            x->at = pass->tiles;
            pass->tiles += in->form == PL_FOLD ? in->lines : loop->size;
        } else if (in->home == PL_REGISTER && in->form != PL_LINE) {
            uint32_t r = 0;
            while (busy[r]) r++;
            busy[r] = 1;
            x->at = r;
            if (r + 1 > pass->registers) pass->registers = r + 1;
        }
        in->at = x->at;
        for (int i = 0; i < in->argc; i++)
            if (in->arg[i].home == PL_REGISTER && p->node[in->arg[i].node].last == k)
                busy[in->arg[i].at] = 0;
    }
    mem_free(busy);
    return fine;
}

/* ---- chains ---- */

/* The instruction of a loop that computes a node; loop->count where there is none. */
static uint32_t instruction_of(const pl_loop *loop, ex_id n) {
    uint32_t i = 0;
    while (i < loop->count && loop->instruction[i].node != n) i++;
    return i;
}

static int is_single(const pl_operand *a) { return !a->streamed && a->home == PL_VALUE; }

/* The step that a binary operation is, with its streamed operand; 0 where it is none. */
static int as_step(const planner *p, const pl_instruction *in, pl_chain *c, int k) {
    int side = !in->arg[0].streamed;
    if (in->form != PL_ELEMENT || in->argc != 2 || !in->arg[side].streamed ||
        !is_single(&in->arg[!side]))
        return 0;
    c->side[k] = (uint8_t)side;
    switch (ex_get(p->g, in->node)->op) {
    case EX_add: c->step[k] = EX_CHAIN_ADD; return 1;
    case EX_sub: c->step[k] = side ? EX_CHAIN_FROM : EX_CHAIN_SUB; return 1;
    case EX_mul: c->step[k] = EX_CHAIN_MUL; return 1;
    case EX_div: c->step[k] = EX_CHAIN_DIV; return !side;
    default: return 0;
    }
}

/* The fold beside a product's that sums the weights of the same terms into the same lines. */
static uint32_t presence_beside(const planner *p, const pl_loop *loop, const pl_instruction *of) {
    for (uint32_t i = 0; i < loop->count; i++) {
        const pl_instruction *in = &loop->instruction[i];
        if (in->form == PL_FOLD && in->fused == PL_PRESENT && in->by == of->by &&
            in->arg[0].node == of->arg[0].node && is_single(&in->arg[1]) &&
            ex_get(p->g, in->node)->axes == ex_get(p->g, of->node)->axes)
            return i;
    }
    return UINT32_MAX;
}

/* Follows a product's operand back to a value that is there before the loop. */
static int find_chain(const planner *p, const pl_loop *loop, uint32_t product, pl_chain *c) {
    const pl_instruction *in = &loop->instruction[product];
    *c = (pl_chain){.product = product, .present = presence_beside(p, loop, in)};
    uint32_t back[EX_CHAIN_STEPS], uses = c->present == UINT32_MAX ? 1 : 2;
    const pl_operand *a = &in->arg[0];
    if (!is_single(&in->arg[1])) return 0;
    pl_chain found = *c;
    while (a->streamed && a->home == PL_REGISTER && found.steps < EX_CHAIN_STEPS) {
        uint32_t i = instruction_of(loop, a->node);
        if (i == loop->count || p->node[a->node].uses != uses ||
            !as_step(p, &loop->instruction[i], &found, found.steps))
            return 0;
        a = &loop->instruction[i].arg[found.side[found.steps]];
        back[found.steps++] = i;
        uses = 1;
    }
    if (!found.steps || !a->streamed || a->home != PL_VALUE ||
        instruction_of(loop, a->node) < loop->count)
        return 0;
    c->steps = found.steps;
    for (int k = 0; k < c->steps; k++) { /* the last one was found first */
        int from = c->steps - 1 - k;
        c->at[k] = back[from];
        c->step[k] = found.step[from];
        c->side[k] = found.side[from];
    }
    return 1;
}

static int find_chains(planner *p, pl_loop *loop) {
    for (uint32_t i = 0; i < loop->count; i++) {
        pl_chain c;
        if (loop->instruction[i].form != PL_FOLD || loop->instruction[i].fused != PL_PRODUCT ||
            !find_chain(p, loop, i, &c))
            continue;
        pl_chain *all = arena_take(&p->plan->memory, ((size_t)loop->chains + 1) * sizeof *all);
        if (!all) return fault_memory(p->f);
        for (uint32_t k = 0; k < loop->chains; k++) all[k] = loop->chain[k];
        all[loop->chains++] = c;
        loop->chain = all;
    }
    return 1;
}

static int lay_out(planner *p) {
    for (uint32_t i = 0; i < p->plan->passes; i++) {
        pl_pass *pass = &p->plan->pass[i];
        for (uint32_t k = 0; k < pass->loops; k++) {
            fuse_means(p, i, k);
            if (!lay_out_loop(p, pass, &pass->loop[k]) || !find_chains(p, &pass->loop[k])) return 0;
        }
    }
    return 1;
}

/* ---- what is needed ---- */

static void mark_needed(planner *p, const ex_id *want, size_t wants) {
    for (size_t i = 0; i < wants; i++) {
        p->node[want[i]].needed = 1;
        p->keep[want[i]] = 1;
    }
    for (ex_id id = p->last; id >= 1; id--) {
        if (!p->node[id].needed || p->done[id]) continue;
        for (int i = 0; i < ex_get(p->g, id)->argc; i++) p->node[ex_arg(p->g, id, i)].needed = 1;
    }
}

static int place_all(planner *p) {
    for (ex_id id = 1; id <= p->last; id++) {
        planned *x = &p->node[id];
        if (!x->needed || p->done[id] || ex_get(p->g, id)->op == EX_source) continue;
        choose_form(p, id);
        choose_level(p, id);
        for (int i = 0; i < ex_get(p->g, id)->argc; i++) p->node[ex_arg(p->g, id, i)].uses++;
    }
    sink(p);
    if (!make_passes(p)) return 0;
    for (ex_id id = 1; id <= p->last; id++) {
        planned *x = &p->node[id];
        if (x->form == PL_NONE) continue;
        if (x->form == PL_LINE || x->form == PL_BREAKER) p->keep[id] = 1;
        if (x->form != PL_BREAKER && (!choose_loop(p, id) || !add_instruction(p, id))) return 0;
        choose_homes(p, id);
        if (ex_get(p->g, id)->argc == 2 && is_steering(x, 1)) p->keep[ex_arg(p->g, id, 1)] = 1;
    }
    return 1;
}

int pl_make(pl_plan *plan, const ex_graph *g, const ex_id *want, size_t wants, const uint8_t *done,
            uint8_t *keep, fault *f) {
    *plan = (pl_plan){.memory = ARENA_INIT};
    planner p = {.plan = plan, .g = g, .space = ex_space(g), .done = done, .keep = keep, .f = f};
    for (size_t i = 0; i < wants; i++)
        if (want[i] > p.last) p.last = want[i];
    p.node = mem_zero((size_t)p.last + 1, sizeof *p.node);
    if (!p.node) return fault_memory(f);
    memset(keep, 0, (size_t)ex_count(g) + 1);
    mark_needed(&p, want, wants);
    int fine = place_all(&p) && lay_out(&p);
    mem_free(p.node);
    if (!fine) pl_release(plan);
    return fine;
}

void pl_release(pl_plan *p) {
    for (uint32_t i = 0; i < p->passes; i++) {
        for (uint32_t k = 0; k < p->pass[i].loops; k++) mem_free(p->pass[i].loop[k].instruction);
        mem_free(p->pass[i].loop);
    }
    arena_release(&p->memory);
    *p = (pl_plan){.memory = ARENA_INIT};
}
