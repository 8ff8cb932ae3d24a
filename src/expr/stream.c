/* A pass over its stream axis: block by block, loop by loop, one short vector at a time. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"

enum {
    REGISTER_BLOCK = 1024, /* elements of a register: enough to read columns that lie far apart */
    TILE_ELEMENTS = 48 * 1024, /* of all tiles of a worker, so that they fit a second-level cache */
    CHUNK_ELEMENTS = 8192,     /* of the stream axis that one worker takes at a time */
    SMALL_WORK = 20000 /* instructions times elements below which waking others does not pay */
};

/* An instruction of the pass, and what is found out about it before the pass starts. */
typedef struct step {
    pl_instruction *in;
    unsigned op;
    uint32_t number;  /* among all instructions of the pass */
    uint32_t lines;   /* of its loop's outer shape */
    size_t slot;      /* line: where its accumulators begin */
    run_view view[3]; /* of operands whose home is a value */
    /* a sum done line by line: the outer indices of the terms, those of line i from from[i] on */
    uint32_t *from, *term;
    struct matrix *matrix; /* instead, lines that are added up in eights */
    uint32_t matrices;
} step;

/* One worker's memory. */
typedef struct workspace {
    double *registers, *tiles, *spare;
    ex_lanes *lanes;        /* by slot */
    const double **vector;  /* of terms: twice most_terms */
    double *factor, **line; /* of results: most_lines */
    /* By step; those of products that were fused into a fold stand behind all steps. */
    size_t *domain_errors, *first;
} workspace;

typedef struct stream {
    ex_run *r;
    pl_pass *pass;
    arena memory;
    size_t block, chunk, chunks;
    int short_lines; /* lines are no longer than the lanes, and need none; then there is one chunk
                      */
    workspace *worker;
    step *step;
    uint32_t steps;
    uint32_t most_terms, most_lines; /* of a line of a sum; of a sum */
    ex_partial *part;                /* chunks × slots */
    size_t slots;
} stream;

/* ---- where things are ---- */

/* Operand i of a step, at index c of the outer shape and from position b of the stream axis on. */
static const double *operand_at(const stream *s, const workspace *w, const step *t, int i,
                                uint32_t c, size_t b) {
    const pl_operand *a = &t->in->arg[i];
    size_t o = a->outer ? a->outer[c] : c;
    if (a->home == PL_REGISTER) return w->registers + a->at * s->block;
    if (a->home == PL_TILE) return w->tiles + (a->at + o) * s->block;
    const run_view *v = &t->view[i];
    if (!a->streamed) return v->column ? v->column[o / v->line] + o % v->line : v->value + o;
    return v->column ? v->column[o] + b : v->value + o * s->pass->length + b;
}

static double *result_at(const stream *s, const workspace *w, const step *t, uint32_t line,
                         size_t b) {
    const pl_instruction *in = t->in;
    if (in->home == PL_REGISTER) return w->registers + in->at * s->block;
    if (in->home == PL_TILE) return w->tiles + (in->at + line) * s->block;
    return s->r->node[in->node].value + line * s->pass->length + b;
}

static double *side_at(const stream *s, const workspace *w, const step *t, uint32_t line) {
    return w->tiles + (t->in->side + line) * s->block;
}

static void fill(double *out, size_t n, double x) {
    for (size_t i = 0; i < n; i++) out[i] = x;
}

/* ---- elementwise ---- */

static void note_domain_errors(workspace *w, uint32_t number, uint64_t errors, size_t element) {
    if (!w->domain_errors[number] || element < w->first[number]) w->first[number] = element;
    w->domain_errors[number] += errors;
}

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

static void element(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
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

static void fold(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n) {
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

/* ---- sums of many vectors that are there already ----
 *
 * A weighted mean with weights that stream over scores that do not (the other way round, too) is a
 * product of matrices. It is done line by line, all terms of one at once. */

static int computed_in(const pl_loop *loop, ex_id n) {
    uint32_t k = 0;
    while (k < loop->count && loop->instruction[k].node != n) k++;
    return k < loop->count;
}

/* Lines with the same vectors, one after the other, and their factors. */
typedef struct matrix {
    uint32_t line, lines;
    size_t terms;
    const double **vector; /* where each begins */
    double *factor;        /* line by line; of PL_CHOSEN ones, for one line that serves for all */
    int small;             /* so are all factors */
} matrix;

static const double *whole_vector(const stream *s, const step *t, int i, uint32_t c) {
    return operand_at(s, NULL, t, i, c, 0);
}

/* Gathers the terms of the lines of a step, where all of them are there before the pass starts. */
static int make_matrices(stream *s, step *t, fault *f) {
    int chosen = t->in->fused == PL_CHOSEN;
    matrix *p = NULL;
    t->matrix = arena_take(&s->memory, ((size_t)t->in->lines + 1) * sizeof *t->matrix);
    double *factor = arena_take(&s->memory, (t->from[t->in->lines] + 1) * sizeof *factor);
    const double **vector = arena_take(&s->memory, (t->from[t->in->lines] + 1) * sizeof *vector);
    if (!t->matrix || !factor || !vector) return fault_memory(f);
    for (uint32_t line = 0; line < t->in->lines; line++) {
        size_t terms = 0;
        int small = 1;
        for (uint32_t k = t->from[line]; k < t->from[line + 1]; k++) {
            double one = *whole_vector(s, t, chosen ? 0 : 1, t->term[k]);
            if (one != one || (chosen && one == 0)) continue;
            factor[terms] = chosen ? 1 : one;
            small &= fabs(factor[terms]) <= EX_SMALL;
            vector[terms++] = whole_vector(s, t, chosen ? 1 : 0, t->term[k]);
        }
        if (p && p->terms == terms && p->small == small &&
            !memcmp(p->vector, vector, terms * sizeof *vector)) {
            p->lines++;
            factor += chosen ? 0 : terms;
            continue;
        }
        p = &t->matrix[t->matrices++];
        *p = (matrix){line, 1, terms, vector, factor, small};
        vector += terms;
        factor += terms;
    }
    return 1;
}

/* Lists the terms of each line of such a sum, if all it needs is there before its loop begins. */
static int list_terms(stream *s, step *t, const pl_loop *loop, fault *f) {
    const pl_instruction *in = t->in;
    uint32_t size = loop->size;
    const pl_operand *chosen = &in->arg[0], *factor = &in->arg[1];
    int product = in->fused == PL_PRODUCT && chosen->streamed && !factor->streamed &&
                  chosen->home == PL_VALUE;
    int choice = in->fused == PL_CHOSEN && factor->streamed && factor->home == PL_VALUE;
    if (in->form != PL_FOLD || t->op != EX_sum || (!product && !choice) ||
        computed_in(loop, chosen->node) || computed_in(loop, factor->node))
        return 1;
    uint32_t *from = arena_zero(&s->memory, (size_t)in->lines + 2, sizeof *from);
    t->term = arena_take(&s->memory, ((size_t)size + 1) * sizeof *t->term);
    if (!from || !t->term) return fault_memory(f);
    for (uint32_t c = 0; c < size; c++)
        if (in->outer[c] != UINT32_MAX) from[in->outer[c] + 2]++;
    for (uint32_t line = 0; line < in->lines; line++) from[line + 2] += from[line + 1];
    for (uint32_t c = 0; c < size; c++)
        if (in->outer[c] != UINT32_MAX) t->term[from[in->outer[c] + 1]++] = c;
    t->from = from;
    for (uint32_t line = 0; line < in->lines; line++)
        if (from[line + 1] - from[line] > s->most_terms)
            s->most_terms = from[line + 1] - from[line];
    if (in->lines > s->most_lines) s->most_lines = in->lines;
    int there = chosen->home == PL_VALUE && factor->home == PL_VALUE;
    return !there || s->r->settings.eights != s->pass->stream + 1 || make_matrices(s, t, f);
}

/* The first element whose product with a factor no number can hold. */
static void note_product(const stream *s, workspace *w, const step *t, const matrix *p,
                         const double *const *vector, size_t b, size_t n, uint64_t errors) {
    for (uint32_t line = 0; line < p->lines; line++)
        for (size_t k = 0; k < p->terms; k++)
            for (size_t v = 0; v < n; v++)
                if (fabs(vector[k][v] * p->factor[line * p->terms + k]) > DBL_MAX) {
                    note_domain_errors(w, s->steps + t->number, errors,
                                       t->term[t->from[p->line + line]] * s->pass->length + b + v);
                    return;
                }
    note_domain_errors(w, t->number, errors, p->line * s->pass->length + b);
}

static void sum_products(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
    const ex_kernels *kernels = s->r->kernels;
    for (const matrix *p = t->matrix; p < t->matrix + t->matrices; p++) {
        int clean = p->small;
        uint32_t lines = t->in->fused == PL_CHOSEN ? 1 : p->lines;
        for (size_t k = 0; k < p->terms; k++) {
            w->vector[k] = p->vector[k] + b;
            clean = clean && kernels->are_small(n, w->vector[k]);
        }
        for (uint32_t line = 0; line < lines; line++)
            w->line[line] = result_at(s, w, t, p->line + line, b);
        uint64_t errors =
            kernels->sum_eights(n, lines, w->line, p->terms, w->vector, p->factor, clean);
        if (errors) note_product(s, w, t, p, w->vector, b, n, errors);
        for (uint32_t line = lines; line < p->lines; line++)
            memcpy(result_at(s, w, t, p->line + line, b), w->line[0], n * sizeof(double));
    }
}

/* The terms of a line, one by one: where sums overflow. */
static void fold_line(const stream *s, workspace *w, const step *t, uint32_t line, size_t b,
                      size_t n) {
    fill(result_at(s, w, t, line, b), n, EX_NAN);
    fill(side_at(s, w, t, line), n, 0);
    for (uint32_t k = t->from[line]; k < t->from[line + 1]; k++) fold(s, w, t, t->term[k], b, n);
}

static void sum_lines(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
    int product = t->in->fused == PL_PRODUCT;
    const double **vector = w->vector, **before = w->vector + s->most_terms;
    size_t known = SIZE_MAX; /* terms of the line before, where it may serve again */
    for (uint32_t line = 0; line < t->in->lines; line++) {
        size_t terms = 0;
        for (uint32_t k = t->from[line]; k < t->from[line + 1]; k++) {
            uint32_t c = t->term[k];
            double one = *operand_at(s, w, t, product ? 1 : 0, c, b);
            if (!product && (one != one || one == 0)) continue;
            w->factor[terms] = one;
            vector[terms++] = operand_at(s, w, t, product ? 0 : 1, c, b);
        }
        double *out = result_at(s, w, t, line, b), *error = side_at(s, w, t, line);
        if (!product && terms == known && !memcmp(vector, before, terms * sizeof *vector)) {
            memcpy(out, result_at(s, w, t, line - 1, b), n * sizeof *out);
            memcpy(error, side_at(s, w, t, line - 1), n * sizeof *error);
        } else if (!s->r->kernels->sum_terms(n, out, error, terms, vector,
                                             product ? w->factor : NULL)) {
            fold_line(s, w, t, line, b, n);
            terms = SIZE_MAX;
        }
        const double **kept = vector;
        vector = before;
        before = kept;
        known = terms;
    }
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

static void fold_end(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
    if (!has_end(t->op)) return;
    for (uint32_t line = 0; line < t->in->lines; line++) {
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
        for (size_t chunk = 0; chunk < s->chunks; chunk++)
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

/* One block of a loop, whose steps begin at `first`. */
static void run_loop(const stream *s, workspace *w, const step *first, const pl_loop *loop,
                     size_t b, size_t n) {
    const step *end = first + loop->count;
    for (const step *t = first; loop->has_folds && t < end; t++)
        if (t->in->form == PL_FOLD && !t->from) fold_begin(s, w, t, b, n);
    size_t left = 0;
    for (const step *t = first; t < end; t++) {
        if (t->matrix)
            sum_products(s, w, t, b, n);
        else if (t->from)
            sum_lines(s, w, t, b, n);
        left += !t->from;
    }
    for (uint32_t c = 0; left && c < loop->size; c++)
        for (const step *t = first; t < end; t++) switch (t->from ? PL_NONE : t->in->form) {
            case PL_NONE: break;
            case PL_ELEMENT: element(s, w, t, c, b, n); break;
            case PL_FOLD: fold(s, w, t, c, b, n); break;
            case PL_LINE: line(s, w, t, c, b, n); break;
            default: copy(s, w, t, c, b, n);
            }
    for (const step *t = first; loop->has_folds && t < end; t++)
        if (t->in->form == PL_FOLD && !t->matrix) fold_end(s, w, t, b, n);
}

static void run_chunk(void *self, size_t chunk, int worker) {
    stream *s = self;
    workspace *w = &s->worker[worker];
    if (run_stopped(s->r)) return;
    const pl_pass *pass = s->pass;
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
            if (!list_terms(s, t, &pass->loop[i], f)) return 0;
        }
    return 1;
}

static void choose_sizes(stream *s) {
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
    size_t vector = s->block * sizeof(double), counts = 2 * (size_t)s->steps + 1;
    for (int i = 0; i < workers; i++) {
        workspace *w = &s->worker[i];
        w->registers = arena_take(&s->memory, (pass->registers + 1) * vector);
        w->tiles = arena_take(&s->memory, ((size_t)pass->tiles + 1) * vector);
        w->spare = arena_take(&s->memory, 3 * vector);
        w->lanes = arena_take(&s->memory, ((s->short_lines ? 0 : s->slots) + 1) * sizeof *w->lanes);
        w->domain_errors = arena_zero(&s->memory, counts, sizeof *w->domain_errors);
        w->first = arena_zero(&s->memory, counts, sizeof *w->first);
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
            if (t->in->product)
                run_domain_error(s->r, t->in->product, w->domain_errors[product],
                                 w->first[product]);
        }
        if (t->in->form == PL_LINE) line_result(s, t);
    }
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
        thread_pool_run(crew, s.chunks, run_chunk, &s);
        collect_results(&s, workers);
    }
    arena_release(&s.memory);
    return fine;
}
