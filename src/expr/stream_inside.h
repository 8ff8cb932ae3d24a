/* A pass over its stream axis as its files see it: stream.c walks block by block and loop by loop,
 * stream_sums.c does sums whose terms are all there before their loop begins. Nobody else includes
 * this. */
#ifndef EXPR_STREAM_INSIDE_H
#define EXPR_STREAM_INSIDE_H

#include "expr/reduction.h"
#include "expr/run_inside.h"

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
    struct chain *chain;     /* product: instead, sums of a chain of operations */
    const struct step *twin; /* a least: the greatest of the same elements, taken with it */
    const double *known; /* an extreme that is known of each line; then there is nothing to do */
    int whole;           /* with a twin: of all lines at once */
    int chained; /* it is done otherwise, with the chain, the twin or the lines it belongs to */
} step;

/* One worker's memory. */
typedef struct workspace {
    double *registers, *tiles, *spare;
    ex_lanes *lanes;        /* by slot */
    const double **vector;  /* of terms: twice most_terms */
    double *factor, **line; /* of results: most_lines */
    /* By step; those of products that were fused into a fold stand behind all steps. */
    size_t *domain_errors, *first;
    uint64_t *spent, clock; /* nanoseconds by step; clock 0: nobody measures */
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
static inline const double *operand_at(const stream *s, const workspace *w, const step *t, int i,
                                       uint32_t c, size_t b) {
    const pl_operand *a = &t->in->arg[i];
    size_t o = a->outer ? a->outer[c] : c;
    if (a->home == PL_REGISTER) return w->registers + a->at * s->block;
    if (a->home == PL_TILE) return w->tiles + (a->at + o) * s->block;
    const run_view *v = &t->view[i];
    if (!a->streamed) return v->column ? v->column[o / v->line] + o % v->line : v->value + o;
    return v->column ? v->column[o] + b : v->value + o * s->pass->length + b;
}

static inline double *result_at(const stream *s, const workspace *w, const step *t, uint32_t line,
                                size_t b) {
    const pl_instruction *in = t->in;
    if (in->home == PL_REGISTER) return w->registers + in->at * s->block;
    if (in->home == PL_TILE) return w->tiles + (in->at + line) * s->block;
    return s->r->node[in->node].value + line * s->pass->length + b;
}

static inline double *side_at(const stream *s, const workspace *w, const step *t, uint32_t line) {
    return w->tiles + (t->in->side + line) * s->block;
}

static inline void fill(double *out, size_t n, double x) {
    for (size_t i = 0; i < n; i++) out[i] = x;
}

static inline void note_domain_errors(workspace *w, uint32_t number, uint64_t errors,
                                      size_t element) {
    if (!w->domain_errors[number] || element < w->first[number]) w->first[number] = element;
    w->domain_errors[number] += errors;
}

/* One vector of an elementwise step; of a term of a fold; the end of a line of a fold. */
void stream_element(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n);
void stream_fold(const stream *s, workspace *w, const step *t, uint32_t c, size_t b, size_t n);
void stream_fold_end(const stream *s, workspace *w, const step *t, uint32_t line, size_t b,
                     size_t n);

/* Whether a node is computed by a step of the loop. */
static inline int stream_computed_in(const pl_loop *loop, ex_id n) {
    uint32_t k = 0;
    while (k < loop->count && loop->instruction[k].node != n) k++;
    return k < loop->count;
}

/* stream_sums.c: finds out before the pass whether a step is done in one of these ways; 0 with the
 * fault. `first` is the first step of the loop. */
int stream_list_terms(stream *s, step *t, const pl_loop *loop, fault *f);
int stream_list_chains(stream *s, step *first, const pl_loop *loop, fault *f);
/* One block of such a step. */
void stream_sum_products(const stream *s, workspace *w, const step *t, size_t b, size_t n);
void stream_sum_lines(const stream *s, workspace *w, const step *t, size_t b, size_t n);
void stream_sum_chain(const stream *s, workspace *w, const step *t, size_t b, size_t n);

#endif
