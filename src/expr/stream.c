/* A pass over its stream axis: block by block, loop by loop, one short vector at a time. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/work.h"
#include "expr/reduction.h"
#include "expr/stream_inside.h"

enum {
    REGISTER_BLOCK = 1024, /* elements of a register: enough to read columns that lie far apart */
    TILE_ELEMENTS = 48 * 1024, /* of all tiles of a worker, so that they fit a second-level cache */
    CHUNK_ELEMENTS = 8192,     /* of the stream axis that one worker takes at a time */
    SMALL_WORK = 20000 /* instructions times elements below which waking others does not pay */
};

/* ---- elementwise ---- */

/* The first element of a vector that is missing although its operands are present. */
static size_t first_domain_error(size_t n, const double *r, int argc, const double *const *arg,
                                 const size_t *stride) {
    for (size_t v = 0; v < n; v++) {
        int present = r[v] != r[v];
        for (int i = 0; present && i < argc; i++) {
            double a = arg[i][v * stride[i]];
            present = a == a;
        }
        if (present) return v;
    }
    return 0;
}

void stream_element(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
    const ex_kernels *kernels = s->r->kernels;
    const pl_instruction *in = t->in;
    unsigned op = t->op;
    const double *arg[3] = {NULL, NULL, NULL};
    size_t stride[3] = {0, 0, 0};
    for (int i = 0; i < in->argc; i++) {
        arg[i] = operand_at(s, w, t, i, c, b);
        stride[i] = in->arg[i].streamed ? 1 : 0;
    }
    double *out = result_at(s, w, t, c, b);
    uint64_t errors;
    if (in->argc == 1) {
        errors = kernels->unary[op](n, out, arg[0]);
    } else if (in->argc == 2) {
        int form = stride[0] ? !stride[1] : 2;
        errors = kernels->binary[form][op](n, out, arg[0], arg[1]);
    } else if (op == EX_where && !stride[0]) {
        /* One condition for the whole vector chooses an operand, not elements. */
        int side = *arg[0] != 0 ? 1 : 2;
        if (*arg[0] == *arg[0] && stride[side])
            memcpy(out, arg[side], n * sizeof *out);
        else
            fill(out, n, *arg[0] == *arg[0] ? *arg[side] : EX_NAN);
        errors = 0;
    } else {
        for (int i = 0; i < 3; i++)
            if (!stride[i]) {
                fill(w->spare + (size_t)i * s->block, n, *arg[i]);
                arg[i] = w->spare + (size_t)i * s->block;
                stride[i] = 1;
            }
        errors = kernels->ternary[op](n, out, arg[0], arg[1], arg[2]);
    }
    if (errors)
        note_domain_errors(w, t->number, errors,
                           c * s->pass->length + b +
                               first_domain_error(n, out, in->argc, arg, stride));
}

static void copy(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
    double *out = result_at(s, w, t, c, b);
    const uint32_t *outer = t->in->arg[0].outer;
    if (outer && outer[c] == UINT32_MAX)
        fill(out, n, EX_NAN);
    else
        memcpy(out, operand_at(s, w, t, 0, c, b), n * sizeof *out);
}

/* ---- folds: reductions along an outer axis ---- */

/* Whether the answer is computed from accumulator and side at the end. */
static int has_end(unsigned op) { return ex_is(op, EX_SIDE) && !ex_is(op, EX_POSITION); }

static void fold_begin(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
    for (uint32_t line = 0; line < t->in->lines; line++) {
        fill(result_at(s, w, t, line, b), n, reduction_start(t->op).a);
        if (ex_is(t->op, EX_SIDE)) fill(side_at(s, w, t, line), n, has_end(t->op) ? 0 : EX_NAN);
    }
}

static void fold_sum(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n,
                     const double *x, double *out) {
    const ex_kernels *kernels = s->r->kernels;
    const pl_instruction *in = t->in;
    double *error = side_at(s, w, t, in->outer[c]);
    if (in->fused == PL_PLAIN) {
        kernels->fold[EX_sum](n, out, error, x, 0);
        return;
    }
    const double *weight = operand_at(s, w, t, 1, c, b);
    int one = !in->arg[1].streamed;
    if (in->fused == PL_PRESENT) {
        kernels->sum_weights(n, out, error, x, weight, one);
        return;
    }
    uint64_t errors = kernels->sum_products(n, out, error, x, weight, one);
    for (size_t v = 0; errors && v < n; v++)
        if (fabs(x[v] * weight[one ? 0 : v]) > DBL_MAX) {
            note_domain_errors(w, s->steps + t->number, errors, c * s->pass->length + b + v);
            break;
        }
}

void stream_fold(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
    const pl_instruction *in = t->in;
    uint32_t line = in->outer[c];
    if (line == UINT32_MAX) return;
    const double *x = operand_at(s, w, t, 0, c, b);
    double *out = result_at(s, w, t, line, b);
    if (in->fused == PL_CHOSEN) {
        if (!(*x == *x) || *x == 0) return;
        x = operand_at(s, w, t, 1, c, b);
        if (!in->arg[1].streamed) {
            fill(w->spare, n, *x);
            x = w->spare;
        }
        s->r->kernels->fold[EX_sum](n, out, side_at(s, w, t, line), x, 0);
        return;
    }
    if (t->op == EX_sum)
        fold_sum(s, w, t, c, b, n, x, out);
    else
        s->r->kernels->fold[t->op](n, out, ex_is(t->op, EX_SIDE) ? side_at(s, w, t, line) : NULL, x,
                                   in->position ? in->position[c] : 0);
}

/* An answer that no number can hold is a domain error. Returns how many of n elements are; *first
 * is the first of them. */
static uint64_t end_each(unsigned op, size_t n, double *out, const double *side, size_t *first) {
    uint64_t errors = 0;
    for (size_t v = 0; v < n; v++) {
        double a = out[v];
        out[v] = reduction_end(op, (ex_partial){a, side[v]});
        if (a != a || fabs(out[v]) <= DBL_MAX) continue;
        out[v] = EX_NAN;
        if (!errors++) *first = v;
    }
    return errors;
}

void stream_fold_end(const stream *s, workspace *w, const step *t, uint32_t line, size_t b,
                     size_t n) {
    if (!has_end(t->op)) return;
    double *out = result_at(s, w, t, line, b), *side = side_at(s, w, t, line);
    size_t first = 0;
    uint64_t errors;
    if (t->op != EX_sum) {
        errors = end_each(t->op, n, out, side, &first);
    } else if ((errors = s->r->kernels->sum_end(n, out, side)) > 0) {
        /* The side is 0 where nothing was seen, and no number where the sum overflowed. */
        const double *arg[] = {side};
        for (size_t v = 0; v < n; v++) side[v] = side[v] != 0 ? 1 : EX_NAN;
        first = first_domain_error(n, out, 1, arg, (size_t[]){1});
    }
    if (errors) note_domain_errors(w, t->number, errors, line * s->pass->length + b + first);
}

/* ---- lines: reductions along the stream axis ---- */

static void line_begin(workspace *w, const step *t) {
    double start = reduction_start(t->op).a;
    for (uint32_t c = 0; c < t->lines; c++)
        for (int j = 0; j < EX_LANES; j++) {
            w->lanes[t->slot + c].a[j] = start;
            w->lanes[t->slot + c].b[j] = 0;
        }
}

/* The next two choose the operation outside of their loops: lines may be short and many. */

/* Takes n elements, which begin at position `at`, one after the other. */
static void take_in_order(unsigned op, ex_partial *all, size_t n, const double *x, size_t at) {
    ex_partial p = *all;
#define TAKE(name, ...)                                                                            \
    case EX_##name:                                                                                \
        for (size_t v = 0; v < n; v++) reduction_take_##name(&p, x[v], (double)(at + v));          \
        break;
    switch (op) { EX_REDUCE(TAKE) }
#undef TAKE
    *all = p;
}

/* What the lanes of a line have seen together. */
static ex_partial join_lanes(unsigned op, const ex_lanes *l, int lanes) {
    ex_partial all = reduction_start(op);
#define JOIN(name, ...)                                                                            \
    case EX_##name:                                                                                \
        for (int j = 0; j < lanes; j++)                                                            \
            reduction_join_##name(&all, (ex_partial){l->a[j], l->b[j]});                           \
        break;
    switch (op) { EX_REDUCE(JOIN) }
#undef JOIN
    return all;
}

static void line(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
    const double *x = operand_at(s, w, t, 0, c, b);
    if (s->short_lines) { /* as if each element had a lane of its own */
        ex_partial *all = &s->part[t->slot + c];
        *all = reduction_start(t->op);
        take_in_order(t->op, all, n, x, 0);
        return;
    }
    ex_lanes *l = &w->lanes[t->slot + c];
    if (t->twin) {
        s->r->kernels->extremes(n, 1, l, &w->lanes[t->twin->slot + c], &x);
        return;
    }
    ex_line kernel = s->r->kernels->line[t->op];
    if (kernel) {
        kernel(n, l, x);
        return;
    }
    ex_partial first = {l->a[0], l->b[0]};
    take_in_order(t->op, &first, n, x, b);
    l->a[0] = first.a;
    l->b[0] = first.b;
}

/* The least and the greatest elements of all lines of a loop. */
static void whole_extremes(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
    enum { SOME = 20 };
    const double *x[SOME];
    for (uint32_t c = 0; c < t->lines;) {
        const uint32_t from = c, end = t->lines - c < SOME ? t->lines : c + SOME;
        for (; c < end; c++) x[c - from] = operand_at(s, w, t, 0, c, b);
        s->r->kernels->extremes(n, end - from, &w->lanes[t->slot + from],
                                &w->lanes[t->twin->slot + from], x);
    }
}

static void line_end(const stream *s, const workspace *w, const step *t, size_t chunk) {
    int lanes = s->r->kernels->line[t->op] ? EX_LANES : 1;
    ex_partial *part = s->part + chunk * s->slots + t->slot;
    for (uint32_t c = 0; c < t->lines; c++)
        part[c] = join_lanes(t->op, &w->lanes[t->slot + c], lanes);
}

static void line_result(const stream *s, const step *t) {
    ex_id node = t->in->node;
    for (uint32_t c = 0; c < t->lines; c++) {
        ex_partial all = reduction_start(t->op);
        if (t->known) all.a = t->known[c];
        for (size_t chunk = 0; !t->known && chunk < s->chunks; chunk++)
            reduction_join(t->op, &all, s->part[chunk * s->slots + t->slot + c]);
        double x = reduction_end(t->op, all);
        if (all.a == all.a && !(fabs(x) <= DBL_MAX)) {
            run_domain_error(s->r, node, 1, c);
            x = EX_NAN;
        }
        s->r->node[node].value[c] = x;
    }
}

/* ---- the walk ---- */

/* The time since the last call is that of this step. */
static void spend(workspace *w, const step *t) {
    const uint64_t now = work_now();
    w->spent[t->number] += now - w->clock;
    w->clock = now;
}

/* One step of a loop at one place of its outer shape; what is done line by line is done already. */
static void run_step(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
    switch (t->from || t->chained ? PL_NONE : t->in->form) {
    case PL_NONE: return;
    case PL_ELEMENT: stream_element(s, w, t, c, b, n); break;
    case PL_FOLD: stream_fold(s, w, t, c, b, n); break;
    case PL_LINE: line(s, w, t, c, b, n); break;
    default: copy(s, w, t, c, b, n);
    }
    if (w->clock) spend(w, t);
}

/* One block of a loop, whose steps begin at `first`. */
static void run_loop(const stream *s, workspace *w, const step *first, const pl_loop *loop,
                     size_t b, size_t n) {
    const step *end = first + loop->count;
    for (const step *t = first; loop->has_folds && t < end; t++)
        if (t->in->form == PL_FOLD && !t->from && !t->chained) fold_begin(s, w, t, b, n);
    size_t left = 0;
    for (const step *t = first; t < end; t++) {
        if (t->chain)
            stream_sum_chain(s, w, t, b, n);
        else if (t->matrix)
            stream_sum_products(s, w, t, b, n);
        else if (t->from)
            stream_sum_lines(s, w, t, b, n);
        else if (t->whole)
            whole_extremes(s, w, t, b, n);
        if (w->clock) spend(w, t);
        left += !t->from && !t->chained;
    }
    for (uint32_t c = 0; left && c < loop->size; c++)
        for (const step *t = first; t < end; t++) run_step(s, w, t, c, b, n);
    for (const step *t = first; loop->has_folds && t < end; t++)
        if (t->in->form == PL_FOLD && !t->matrix && !t->chained) {
            for (uint32_t l = 0; l < t->in->lines; l++) stream_fold_end(s, w, t, l, b, n);
            if (w->clock) spend(w, t);
        }
}

static void run_chunk(void *self, size_t chunk, int worker) {
    stream *s = self;
    workspace *w = &s->worker[worker];
    if (run_stopped(s->r)) return;
    const pl_pass *pass = s->pass;
    w->clock = w->spent ? work_now() : 0;
    const step *steps_end = s->step + (s->short_lines ? 0 : s->steps);
    for (const step *t = s->step; t < steps_end; t++)
        if (t->in->form == PL_LINE) line_begin(w, t);
    size_t end = (chunk + 1) * s->chunk < pass->length ? (chunk + 1) * s->chunk : pass->length;
    for (size_t b = chunk * s->chunk; b < end; b += s->block) {
        size_t n = end - b < s->block ? end - b : s->block;
        const step *first = s->step;
        for (uint32_t i = 0; i < pass->loops; first += pass->loop[i++].count)
            run_loop(s, w, first, &pass->loop[i], b, n);
    }
    for (const step *t = s->step; t < steps_end; t++)
        if (t->in->form == PL_LINE) line_end(s, w, t, chunk);
}

/* ---- preparation ---- */

static double one_of(run_view v, size_t o) {
    return v.column ? v.column[o / v.line][o % v.line] : v.value[o];
}

void run_place(const ex_run *r, const pl_pass *pass, pl_instruction *in, uint32_t lines) {
    const ex_node *n = ex_get(r->g, in->node);
    if (in->placed || n->argc != 2 || (in->form != PL_COPY && in->form != PL_FOLD)) return;
    in->placed = 1;
    int copies = in->form == PL_COPY;
    const ax_space *space = ex_space(r->g);
    ax_set shape = copies ? ex_get(r->g, in->arg[0].node)->axes : n->axes;
    int axis = copies ? n->axis : n->to;
    uint32_t stride = (uint32_t)ax_stride(space, shape & ~ax_bit(pass->stream), axis);
    uint32_t *outer = copies ? in->arg[0].outer : in->outer;
    double size = ax_get(space, axis)->size;
    run_view by = run_look(r, copies ? in->arg[1].node : in->by);
    for (uint32_t c = 0; c < lines; c++) {
        size_t o = !copies ? in->position[c] : in->arg[1].outer ? in->arg[1].outer[c] : c;
        double at = one_of(by, o);
        outer[c] = at >= 0 && at < size ? outer[c] + (uint32_t)at * stride : UINT32_MAX;
    }
}

/* The extremes of columns whose reader has noted them, as long as the run has no other values. */
static void use_known(const stream *s, step *t) {
    ex_id of = t->in->arg[0].node;
    const ex_values *v = ex_get(s->r->g, of)->op == EX_source ? ex_values_of(s->r->g, of) : NULL;
    if (t->in->form != PL_LINE || !v || !v->low || !t->view[0].column) return;
    t->known = t->op == EX_min ? v->low : t->op == EX_max ? v->high : NULL;
    t->chained = t->known != NULL;
}

/* Pairs the last of some steps of a loop with an earlier one, where they are the least and the
 * greatest of the same elements. Those that are there before the loop begins are gone through
 * together. */
static void pair_extremes(const stream *s, const pl_loop *loop, step *first, step *last) {
    int low = last->op == EX_min, high = last->op == EX_max;
    if (last->in->form != PL_LINE || last->known || s->short_lines || (!low && !high)) return;
    for (step *t = first; t < last; t++) {
        if (t->in->form != PL_LINE || t->op != (low ? EX_max : EX_min) || t->twin || t->chained ||
            t->in->arg[0].node != last->in->arg[0].node)
            continue;
        step *least = low ? last : t, *most = low ? t : last;
        least->twin = most;
        most->chained = 1;
        least->whole = least->in->arg[0].home == PL_VALUE && least->in->arg[0].streamed &&
                       !stream_computed_in(loop, least->in->arg[0].node);
        least->chained = least->whole;
        return;
    }
}

static int prepare_steps(stream *s, fault *f) {
    pl_pass *pass = s->pass;
    for (uint32_t i = 0; i < pass->loops; i++) s->steps += pass->loop[i].count;
    s->step = arena_zero(&s->memory, s->steps, sizeof *s->step);
    if (!s->step) return fault_memory(f);
    step *t = s->step;
    for (uint32_t i = 0; i < pass->loops; i++)
        for (uint32_t j = 0; j < pass->loop[i].count; j++, t++) {
            pl_instruction *in = &pass->loop[i].instruction[j];
            *t = (step){.in = in,
                        .op = ex_get(s->r->g, in->node)->op,
                        .number = (uint32_t)(t - s->step),
                        .lines = pass->loop[i].size,
                        .slot = s->slots};
            for (int a = 0; a < in->argc; a++)
                if (in->arg[a].home == PL_VALUE) t->view[a] = run_look(s->r, in->arg[a].node);
            if (in->form == PL_LINE) s->slots += t->lines;
            if ((in->home == PL_VALUE || in->form == PL_LINE) && !run_room(s->r, in->node, f))
                return 0;
            run_place(s->r, pass, in, t->lines);
            use_known(s, t);
            pair_extremes(s, &pass->loop[i], t - j, t);
            if (!stream_list_terms(s, t, &pass->loop[i], f)) return 0;
            if (j + 1 == pass->loop[i].count && !stream_list_chains(s, t - j, &pass->loop[i], f))
                return 0;
        }
    return 1;
}

static void choose_sizes(stream *s) {
    const pl_pass *pass = s->pass;
    size_t block = s->r->settings.block;
    if (!block) {
        block = pass->registers || pass->tiles ? REGISTER_BLOCK : CHUNK_ELEMENTS;
        if (pass->tiles && TILE_ELEMENTS / pass->tiles < block)
            block = TILE_ELEMENTS / pass->tiles / 64 * 64;
        if (block < 64) block = 64;
    }
    if (block > pass->length) block = pass->length ? pass->length : 1;
    s->block = block;
    s->short_lines = pass->length <= EX_LANES && block >= pass->length;
    s->chunk = CHUNK_ELEMENTS / block * block;
    if (!s->chunk) s->chunk = block;
    s->chunks = (pass->length + s->chunk - 1) / s->chunk;
}

static int prepare_workers(stream *s, int workers, fault *f) {
    const pl_pass *pass = s->pass;
    size_t vector = s->block * sizeof(double), counts = 2 * (size_t)s->steps + 1;
    for (int i = 0; i < workers; i++) {
        workspace *w = &s->worker[i];
        w->registers = arena_take(&s->memory, (pass->registers + 1) * vector);
        w->tiles = arena_take(&s->memory, ((size_t)pass->tiles + 1) * vector);
        w->spare = arena_take(&s->memory, 3 * vector);
        w->lanes = arena_take(&s->memory, ((s->short_lines ? 0 : s->slots) + 1) * sizeof *w->lanes);
        w->domain_errors = arena_zero(&s->memory, counts, sizeof *w->domain_errors);
        w->first = arena_zero(&s->memory, counts, sizeof *w->first);
        const int timed = s->r->settings.profile != NULL;
        w->spent = timed ? arena_zero(&s->memory, s->steps, sizeof *w->spent) : NULL;
        if (timed && !w->spent) return fault_memory(f);
        w->vector = arena_take(&s->memory, (2 * (size_t)s->most_terms + 1) * sizeof *w->vector);
        w->factor = arena_take(&s->memory, ((size_t)s->most_terms + 1) * sizeof *w->factor);
        w->line = arena_take(&s->memory, ((size_t)s->most_lines + 1) * sizeof *w->line);
        if (!w->vector || !w->factor || !w->line || !w->registers || !w->tiles || !w->spare ||
            !w->lanes || !w->domain_errors || !w->first)
            return fault_memory(f);
    }
    s->part = arena_take(&s->memory, (s->chunks * s->slots + 1) * sizeof *s->part);
    return s->part ? 1 : fault_memory(f);
}

static void collect_results(const stream *s, int workers) {
    for (const step *t = s->step; t < s->step + s->steps; t++) {
        uint32_t own = t->number, product = s->steps + own;
        for (const workspace *w = s->worker; w < s->worker + workers; w++) {
            run_domain_error(s->r, t->in->node, w->domain_errors[own], w->first[own]);
            if (w->spent) s->r->settings.profile->spent[t->in->node] += w->spent[own];
            if (t->in->product)
                run_domain_error(s->r, t->in->product, w->domain_errors[product],
                                 w->first[product]);
        }
        if (t->in->form == PL_LINE) line_result(s, t);
    }
}

static int has_work(const stream *s) {
    for (const step *t = s->step; t < s->step + s->steps; t++)
        if (!t->known) return 1;
    return 0;
}

int run_stream(ex_run *r, pl_pass *pass, fault *f) {
    stream s = {.r = r, .pass = pass, .memory = ARENA_INIT};
    choose_sizes(&s);
    uint64_t cost = 0;
    for (uint32_t i = 0; i < pass->loops; i++)
        cost += (uint64_t)pass->loop[i].count * pass->loop[i].size;
    int alone = cost * pass->length < SMALL_WORK || s.chunks < 2;
    thread_pool *crew = alone ? NULL : run_crew(r);
    int workers = thread_pool_threads(crew);
    s.worker = arena_zero(&s.memory, (size_t)workers, sizeof *s.worker);
    int fine = s.worker ? 1 : fault_memory(f);
    if (fine && (fine = prepare_steps(&s, f) && prepare_workers(&s, workers, f))) {
        if (has_work(&s)) thread_pool_run(crew, s.chunks, run_chunk, &s);
        collect_results(&s, workers);
    }
    arena_release(&s.memory);
    return fine;
}
