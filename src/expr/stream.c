/* A pass over its stream axis: block by block, loop by loop, one short vector at a time. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"

enum {
    REGISTER_BLOCK =
        1024, /* elements of a register: long enough to stream columns that lie far apart */
    TILE_ELEMENTS =
        48 * 1024, /* of all tiles of a worker: they and the registers fit a second-level cache */
    CHUNK_ELEMENTS = 8192, /* of the stream axis that one worker takes at a time */
    SMALL_WORK = 20000     /* instructions times elements below which waking others does not pay */
};

/* One worker's memory. */
typedef struct workspace {
    double *registers, *tiles, *spare;
    ex_lanes *lanes; /* one for each line of each line instruction */
    size_t *domain_errors,
        *first; /* by instruction of the pass; those of fused products behind them */
} workspace;

typedef struct stream {
    ex_run *r;
    pl_pass *pass;
    size_t block, chunk, chunks;
    int short_lines; /* a line is seen at once, and needs no lanes; then there is one chunk */
    workspace *worker;
    ex_partial *part; /* chunks × slots */
    size_t slots;
    uint32_t *slot; /* by instruction of the pass: first slot of a line instruction */
    uint32_t instructions;
    run_view *view; /* by instruction and operand: of operands whose home is a value */
} stream;

/* ---- where things are ---- */

static const double *operand_at(const stream *s, const workspace *w, uint32_t k,
                                const pl_instruction *in, int i, uint32_t c, size_t b) {
    const pl_operand *a = &in->arg[i];
    size_t o = a->outer ? a->outer[c] : c;
    if (a->home == PL_REGISTER) return w->registers + a->at * s->block;
    if (a->home == PL_TILE) return w->tiles + (a->at + o) * s->block;
    const run_view *v = &s->view[3 * k + (uint32_t)i];
    if (!a->streamed) return v->column ? v->column[o / v->line] + o % v->line : v->value + o;
    return v->column ? v->column[o] + b : v->value + o * s->pass->length + b;
}

static double *result_at(const stream *s, const workspace *w, const pl_instruction *in,
                         uint32_t line, size_t b) {
    if (in->home == PL_REGISTER) return w->registers + in->at * s->block;
    if (in->home == PL_TILE) return w->tiles + (in->at + line) * s->block;
    return s->r->node[in->node].value + line * s->pass->length + b;
}

static double *side_at(const stream *s, const workspace *w, const pl_instruction *in,
                       uint32_t line) {
    return w->tiles + (in->side + line) * s->block;
}

static void fill(double *out, size_t n, double x) {
    for (size_t i = 0; i < n; i++) out[i] = x;
}

/* ---- elementwise ---- */

static void note_domain_errors(workspace *w, uint32_t k, uint64_t errors, size_t element) {
    if (!w->domain_errors[k] || element < w->first[k]) w->first[k] = element;
    w->domain_errors[k] += errors;
}

/* The first element of a vector that is missing although its operands are present. */
static size_t first_domain_error(size_t n, const double *r, int argc, const double *const *arg,
                                 const size_t *step) {
    for (size_t v = 0; v < n; v++) {
        int present = r[v] != r[v];
        for (int i = 0; present && i < argc; i++) {
            double a = arg[i][v * step[i]];
            present = a == a;
        }
        if (present) return v;
    }
    return 0;
}

static void element(const stream *s, workspace *w, uint32_t k, const pl_instruction *in, uint32_t c,
                    size_t b, size_t n) {
    const ex_kernels *kernels = s->r->kernels;
    int op = ex_get(s->r->g, in->node)->op;
    const double *arg[3] = {NULL, NULL, NULL};
    size_t step[3] = {0, 0, 0};
    for (int i = 0; i < in->argc; i++) {
        arg[i] = operand_at(s, w, k, in, i, c, b);
        step[i] = in->arg[i].streamed ? 1 : 0;
    }
    double *out = result_at(s, w, in, c, b);
    uint64_t errors;
    if (in->argc == 1) {
        errors = kernels->unary[op](n, out, arg[0]);
    } else if (in->argc == 2) {
        int form = step[0] ? !step[1] : 2;
        errors = kernels->binary[form][op](n, out, arg[0], arg[1]);
    } else if (op == EX_where && !step[0]) {
        /* One condition for the whole vector chooses an operand, not elements. */
        int side = *arg[0] != 0 ? 1 : 2;
        if (*arg[0] == *arg[0] && step[side])
            memcpy(out, arg[side], n * sizeof *out);
        else
            fill(out, n, *arg[0] == *arg[0] ? *arg[side] : EX_NAN);
        errors = 0;
    } else {
        for (int i = 0; i < 3; i++)
            if (!step[i]) {
                fill(w->spare + (size_t)i * s->block, n, *arg[i]);
                arg[i] = w->spare + (size_t)i * s->block;
                step[i] = 1;
            }
        errors = kernels->ternary[op](n, out, arg[0], arg[1], arg[2]);
    }
    if (errors)
        note_domain_errors(w, k, errors,
                           c * s->pass->length + b +
                               first_domain_error(n, out, in->argc, arg, step));
}

static void copy(const stream *s, workspace *w, uint32_t k, const pl_instruction *in, uint32_t c,
                 size_t b, size_t n) {
    double *out = result_at(s, w, in, c, b);
    if (in->arg[0].outer && in->arg[0].outer[c] == UINT32_MAX)
        fill(out, n, EX_NAN);
    else
        memcpy(out, operand_at(s, w, k, in, 0, c, b), n * sizeof *out);
}

/* ---- folds: reductions along an outer axis ---- */

/* Whether the answer is made of accumulator and side at the end. */
static int has_end(unsigned op) { return ex_is(op, EX_SIDE) && !ex_is(op, EX_POSITION); }

static void fold_begin(const stream *s, workspace *w, const pl_instruction *in, size_t b,
                       size_t n) {
    unsigned op = ex_get(s->r->g, in->node)->op;
    for (uint32_t line = 0; line < in->lines; line++) {
        fill(result_at(s, w, in, line, b), n, reduction_start(op).a);
        if (ex_is(op, EX_SIDE)) fill(side_at(s, w, in, line), n, has_end(op) ? 0 : EX_NAN);
    }
}

static void fold_sum(const stream *s, workspace *w, uint32_t k, const pl_instruction *in,
                     uint32_t c, size_t b, size_t n, const double *x, double *out) {
    const ex_kernels *kernels = s->r->kernels;
    double *error = side_at(s, w, in, in->outer[c]);
    if (in->fused == PL_PLAIN) {
        kernels->fold[EX_sum](n, out, error, x, 0);
        return;
    }
    const double *weight = operand_at(s, w, k, in, 1, c, b);
    int one = !in->arg[1].streamed;
    if (in->fused == PL_PRESENT) {
        kernels->sum_weights(n, out, error, x, weight, one);
    } else {
        uint64_t errors = kernels->sum_products(n, out, error, x, weight, one);
        for (size_t v = 0; errors && v < n; v++)
            if (fabs(x[v] * weight[one ? 0 : v]) > DBL_MAX) {
                note_domain_errors(w, s->instructions + k, errors, c * s->pass->length + b + v);
                break;
            }
    }
}

static void fold(const stream *s, workspace *w, uint32_t k, const pl_instruction *in, uint32_t c,
                 size_t b, size_t n) {
    const ex_kernels *kernels = s->r->kernels;
    uint32_t line = in->outer[c];
    if (line == UINT32_MAX) return;
    const double *x = operand_at(s, w, k, in, 0, c, b);
    double *out = result_at(s, w, in, line, b);
    unsigned op = ex_get(s->r->g, in->node)->op;
    if (op == EX_sum)
        fold_sum(s, w, k, in, c, b, n, x, out);
    else
        kernels->fold[op](n, out, ex_is(op, EX_SIDE) ? side_at(s, w, in, line) : NULL, x,
                          in->position ? in->position[c] : 0);
}

/* An answer that no number can hold is a domain error. Returns how many, of n elements; *first is
 * the first of them. */
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

static void fold_end(const stream *s, workspace *w, uint32_t k, const pl_instruction *in, size_t b,
                     size_t n) {
    unsigned op = ex_get(s->r->g, in->node)->op;
    if (!has_end(op)) return;
    for (uint32_t line = 0; line < in->lines; line++) {
        double *out = result_at(s, w, in, line, b), *side = side_at(s, w, in, line);
        size_t first = 0;
        if (op != EX_sum) {
            uint64_t errors = end_each(op, n, out, side, &first);
            if (errors) note_domain_errors(w, k, errors, line * s->pass->length + b + first);
            continue;
        }
        /* Where nothing was seen the error stays 0; where the sum overflowed it is no number. */
        const double *arg[] = {side};
        uint64_t errors = s->r->kernels->sum_end(n, out, side);
        for (size_t v = 0; errors && v < n; v++) side[v] = side[v] != 0 ? 1 : EX_NAN;
        if (errors)
            note_domain_errors(w, k, errors,
                               line * s->pass->length + b +
                                   first_domain_error(n, out, 1, arg, (size_t[]){1}));
    }
}

/* ---- lines: reductions along the stream axis ---- */

static void line_begin(const stream *s, workspace *w, uint32_t k, const pl_instruction *in,
                       uint32_t lines) {
    double start = reduction_start(ex_get(s->r->g, in->node)->op).a;
    for (uint32_t c = 0; c < lines; c++)
        for (int j = 0; j < EX_LANES; j++) {
            w->lanes[s->slot[k] + c].a[j] = start;
            w->lanes[s->slot[k] + c].b[j] = 0;
        }
}

/* In each of the following the operation is settled outside of the loop: lines may be short and
 * many. */

/* One element after the other, from position `at` on, in the first lane. */
static void line_in_order(unsigned op, size_t n, ex_lanes *l, const double *x, size_t at) {
    ex_partial all = {l->a[0], l->b[0]};
#define TAKE(name, ...)                                                                            \
    case EX_##name:                                                                                \
        for (size_t v = 0; v < n; v++) reduction_take_##name(&all, x[v], (double)(at + v));        \
        break;
    switch (op) { EX_REDUCE(TAKE) }
#undef TAKE
    l->a[0] = all.a;
    l->b[0] = all.b;
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

/* A line of no more elements than there are lanes: each element is a lane of its own. */
static ex_partial short_line(unsigned op, size_t n, const double *x) {
    ex_partial all = reduction_start(op);
#define TAKE(name, ...)                                                                            \
    case EX_##name:                                                                                \
        for (size_t v = 0; v < n; v++) reduction_take_##name(&all, x[v], (double)v);               \
        break;
    switch (op) { EX_REDUCE(TAKE) }
#undef TAKE
    return all;
}

static void line(const stream *s, workspace *w, uint32_t k, const pl_instruction *in, uint32_t c,
                 size_t b, size_t n) {
    unsigned op = ex_get(s->r->g, in->node)->op;
    const double *x = operand_at(s, w, k, in, 0, c, b);
    if (s->short_lines) {
        s->part[s->slot[k] + c] = short_line(op, n, x);
        return;
    }
    ex_lanes *l = &w->lanes[s->slot[k] + c];
    ex_line own = s->r->kernels->line[op];
    if (own)
        own(n, l, x);
    else
        line_in_order(op, n, l, x, b);
}

static void line_end(const stream *s, const workspace *w, uint32_t k, const pl_instruction *in,
                     uint32_t lines, size_t chunk) {
    unsigned op = ex_get(s->r->g, in->node)->op;
    int lanes = s->r->kernels->line[op] ? EX_LANES : 1;
    for (uint32_t c = 0; c < lines; c++) {
        const ex_lanes *l = &w->lanes[s->slot[k] + c];
        s->part[chunk * s->slots + s->slot[k] + c] = join_lanes(op, l, lanes);
    }
}

static void line_result(stream *s, uint32_t k, const pl_instruction *in, uint32_t lines) {
    unsigned op = ex_get(s->r->g, in->node)->op;
    for (uint32_t c = 0; c < lines; c++) {
        ex_partial all = reduction_start(op);
        for (size_t chunk = 0; chunk < s->chunks; chunk++)
            reduction_join(op, &all, s->part[chunk * s->slots + s->slot[k] + c]);
        double x = reduction_end(op, all);
        if (all.a == all.a && !(fabs(x) <= DBL_MAX)) {
            run_domain_error(s->r, in->node, 1, c);
            x = EX_NAN;
        }
        s->r->node[in->node].value[c] = x;
    }
}

/* ---- the walk ---- */

static void run_loop(const stream *s, workspace *w, uint32_t first, const pl_loop *loop, size_t b,
                     size_t n) {
    for (uint32_t j = 0; loop->has_folds && j < loop->count; j++)
        if (loop->instruction[j].form == PL_FOLD) fold_begin(s, w, &loop->instruction[j], b, n);
    for (uint32_t c = 0; c < loop->size; c++)
        for (uint32_t j = 0; j < loop->count; j++) {
            const pl_instruction *in = &loop->instruction[j];
            if (in->form == PL_ELEMENT)
                element(s, w, first + j, in, c, b, n);
            else if (in->form == PL_FOLD)
                fold(s, w, first + j, in, c, b, n);
            else if (in->form == PL_LINE)
                line(s, w, first + j, in, c, b, n);
            else
                copy(s, w, first + j, in, c, b, n);
        }
    for (uint32_t j = 0; loop->has_folds && j < loop->count; j++)
        if (loop->instruction[j].form == PL_FOLD)
            fold_end(s, w, first + j, &loop->instruction[j], b, n);
}

static void run_chunk(void *self, size_t chunk, int worker) {
    stream *s = self;
    workspace *w = &s->worker[worker];
    if (run_stopped(s->r)) return;
    const pl_pass *pass = s->pass;
    for (uint32_t i = 0, k = 0; !s->short_lines && i < pass->loops; k += pass->loop[i++].count)
        for (uint32_t j = 0; j < pass->loop[i].count; j++)
            if (pass->loop[i].instruction[j].form == PL_LINE)
                line_begin(s, w, k + j, &pass->loop[i].instruction[j], pass->loop[i].size);
    size_t end = (chunk + 1) * s->chunk < pass->length ? (chunk + 1) * s->chunk : pass->length;
    for (size_t b = chunk * s->chunk; b < end; b += s->block) {
        size_t n = end - b < s->block ? end - b : s->block;
        for (uint32_t i = 0, k = 0; i < pass->loops; k += pass->loop[i++].count)
            run_loop(s, w, k, &pass->loop[i], b, n);
    }
    for (uint32_t i = 0, k = 0; !s->short_lines && i < pass->loops; k += pass->loop[i++].count)
        for (uint32_t j = 0; j < pass->loop[i].count; j++)
            if (pass->loop[i].instruction[j].form == PL_LINE)
                line_end(s, w, k + j, &pass->loop[i].instruction[j], pass->loop[i].size, chunk);
}

/* ---- preparation ---- */

/* The maps that hang on values: where a look-up points, into which group a fold goes. */
static void steer(const stream *s, uint32_t k, pl_instruction *in, uint32_t size) {
    const ex_node *n = ex_get(s->r->g, in->node);
    if (n->argc != 2) return;
    const ax_space *space = ex_space(s->r->g);
    ax_set stream_bit = ax_bit(s->pass->stream);
    if (in->form == PL_COPY) {
        uint32_t stride = (uint32_t)ax_stride(
            space, ex_get(s->r->g, in->arg[0].node)->axes & ~stream_bit, n->axis);
        double size_along = ax_get(space, n->axis)->size;
        for (uint32_t c = 0; c < size; c++) {
            double at = *operand_at(s, &s->worker[0], k, in, 1, c, 0);
            in->arg[0].outer[c] = at >= 0 && at < size_along
                                      ? in->arg[0].outer[c] + (uint32_t)at * stride
                                      : UINT32_MAX;
        }
    } else if (in->form == PL_FOLD) {
        uint32_t stride = (uint32_t)ax_stride(space, n->axes & ~stream_bit, n->to);
        run_view v = run_look(s->r, in->by);
        double groups = ax_get(space, n->to)->size;
        for (uint32_t c = 0; c < size; c++) {
            double to = v.column ? v.column[0][in->position[c]] : v.value[in->position[c]];
            in->outer[c] =
                to >= 0 && to < groups ? in->outer[c] + (uint32_t)to * stride : UINT32_MAX;
        }
    }
}

static int prepare_instructions(stream *s, fault *f) {
    pl_pass *pass = s->pass;
    for (uint32_t i = 0; i < pass->loops; i++) s->instructions += pass->loop[i].count;
    s->slot = mem_zero(s->instructions + 1, sizeof *s->slot);
    s->view = mem_zero((size_t)s->instructions * 3 + 1, sizeof *s->view);
    if (!s->slot || !s->view) return fault_memory(f);
    for (uint32_t i = 0, k = 0; i < pass->loops; i++)
        for (uint32_t j = 0; j < pass->loop[i].count; j++, k++) {
            pl_instruction *in = &pass->loop[i].instruction[j];
            for (int a = 0; a < in->argc; a++)
                if (in->arg[a].home == PL_VALUE)
                    s->view[3 * k + (uint32_t)a] = run_look(s->r, in->arg[a].node);
            s->slot[k] = (uint32_t)s->slots;
            if (in->form == PL_LINE) s->slots += pass->loop[i].size;
            if (in->home == PL_VALUE || in->form == PL_LINE) {
                if (!run_room(s->r, in->node, f)) return 0;
            }
            steer(s, k, in, pass->loop[i].size);
        }
    return 1;
}

static void measure(stream *s) {
    const pl_pass *pass = s->pass;
    size_t block = s->r->settings.block;
    if (!block) {
        block = REGISTER_BLOCK;
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
    for (int i = 0; i < workers; i++) {
        workspace *w = &s->worker[i];
        w->registers = mem_take((pass->registers + 1) * s->block * sizeof(double));
        w->tiles = mem_take(((size_t)pass->tiles + 1) * s->block * sizeof(double));
        w->spare = mem_take(3 * s->block * sizeof(double));
        w->lanes = mem_take(((s->short_lines ? 0 : s->slots) + 1) * sizeof *w->lanes);
        w->domain_errors = mem_zero(2 * (size_t)s->instructions + 1, sizeof *w->domain_errors);
        w->first = mem_zero(2 * (size_t)s->instructions + 1, sizeof *w->first);
        if (!w->registers || !w->tiles || !w->spare || !w->lanes || !w->domain_errors || !w->first)
            return fault_memory(f);
    }
    s->part = mem_take((s->chunks * s->slots + 1) * sizeof *s->part);
    return s->part ? 1 : fault_memory(f);
}

static void finish(stream *s, int workers) {
    const pl_pass *pass = s->pass;
    for (uint32_t i = 0, k = 0; i < pass->loops; i++)
        for (uint32_t j = 0; j < pass->loop[i].count; j++, k++) {
            const pl_instruction *in = &pass->loop[i].instruction[j];
            for (int w = 0; w < workers; w++) {
                const workspace *b = &s->worker[w];
                run_domain_error(s->r, in->node, b->domain_errors[k], b->first[k]);
                if (in->product)
                    run_domain_error(s->r, in->product, b->domain_errors[s->instructions + k],
                                     b->first[s->instructions + k]);
            }
            if (in->form == PL_LINE) line_result(s, k, in, pass->loop[i].size);
        }
}

int run_stream(ex_run *r, pl_pass *pass, fault *f) {
    stream s = {.r = r, .pass = pass};
    measure(&s);
    uint64_t cost = 0;
    for (uint32_t i = 0; i < pass->loops; i++)
        cost += (uint64_t)pass->loop[i].count * pass->loop[i].size;
    int alone = cost * pass->length < SMALL_WORK || s.chunks < 2;
    thread_pool *crew = alone ? NULL : run_crew(r);
    int workers = thread_pool_threads(crew);
    s.worker = mem_zero((size_t)workers, sizeof *s.worker);
    int fine = s.worker ? 1 : fault_memory(f);
    if (fine && (fine = prepare_instructions(&s, f) && prepare_workers(&s, workers, f))) {
        thread_pool_run(crew, s.chunks, run_chunk, &s);
        finish(&s, workers);
    }
    for (int i = 0; s.worker && i < workers; i++) {
        workspace *w = &s.worker[i];
        mem_free(w->registers);
        mem_free(w->tiles);
        mem_free(w->spare);
        mem_free(w->lanes);
        mem_free(w->domain_errors);
        mem_free(w->first);
    }
    mem_free(s.worker);
    mem_free(s.part);
    mem_free(s.slot);
    mem_free(s.view);
    return fine;
}
