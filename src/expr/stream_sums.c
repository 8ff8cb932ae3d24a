/* Sums of many vectors: those whose terms are all there before their loop begins. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/stream_inside.h"

/* ---- sums of many vectors that are there already ----
 *
 * A weighted mean with weights that stream over scores that do not (the other way round, too) is a
 * product of matrices. It is done line by line, all terms of one at once. */

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

/* Lists the terms of each line of a sum. */
static int group_terms(stream *s, step *t, uint32_t size, fault *f) {
    const pl_instruction *in = t->in;
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
    return 1;
}

/* Lists the terms of each line of such a sum, if all it needs is there before its loop begins. */
int stream_list_terms(stream *s, step *t, const pl_loop *loop, fault *f) {
    const pl_instruction *in = t->in;
    uint32_t size = loop->size;
    const pl_operand *chosen = &in->arg[0], *factor = &in->arg[1];
    int product = in->fused == PL_PRODUCT && chosen->streamed && !factor->streamed &&
                  chosen->home == PL_VALUE;
    int choice = in->fused == PL_CHOSEN && factor->streamed && factor->home == PL_VALUE;
    if (in->form != PL_FOLD || t->op != EX_sum || (!product && !choice) ||
        stream_computed_in(loop, chosen->node) || stream_computed_in(loop, factor->node))
        return 1;
    if (!group_terms(s, t, size, f)) return 0;
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

void stream_sum_products(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
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
            kernels->sum_eights(n, lines, w->line, p->terms, w->vector, p->factor, clean, NULL);
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
    for (uint32_t k = t->from[line]; k < t->from[line + 1]; k++)
        stream_fold(s, w, t, t->term[k], b, n);
}

void stream_sum_lines(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
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

/* ---- sums of chains of operations over vectors that are there ----
 *
 * Min-max scores and their weighted means: what the plan has found to be a chain goes through
 * registers, all terms of a line at once. */

typedef struct chain {
    const step *step[EX_CHAIN_STEPS], *present; /* `present` NULL: the weights are not added up */
    ex_chain of;
    const double **x; /* by term, as `term` of the product's step lists them */
    double *number;
    /* By line: it holds numbers with which a chain would not do; sums of weights are exact. */
    uint8_t *plain, *exact;
} chain;

static double single(const stream *s, const step *t, int i, uint32_t c) {
    return *operand_at(s, NULL, t, i, c, 0);
}

/* The numbers of a term. Returns whether the chain can do with them. */
static int put_numbers(const stream *s, const step *t, const pl_chain *of, uint32_t c, double *to) {
    const chain *k = t->chain;
    int fine = 1;
    for (int j = 0; j < k->of.steps; j++) {
        double x = single(s, k->step[j], !of->side[j], c);
        fine &= x == x && (x != 0 || (of->step[j] != EX_CHAIN_DIV && of->step[j] != EX_CHAIN_MUL));
        *to++ = x;
    }
    double weight = single(s, t, 1, c), one = k->present ? single(s, k->present, 1, c) : 0;
    *to++ = weight;
    *to = one;
    return fine && weight == weight && one == one;
}

/* Whether all sums of some of the weights of a line are exact: they are positive whole numbers, or
 * whole parts of 2^20, and not large. */
static int is_exact(const chain *k, const step *t, uint32_t line) {
    size_t width = (size_t)k->of.steps + 2;
    double sum = 0;
    for (uint32_t i = t->from[line]; i < t->from[line + 1]; i++) {
        double parts = k->number[i * width + width - 1] * 0x1p20;
        if (!(parts > 0 && parts < 0x1p40) || parts != floor(parts)) return 0;
        sum += parts;
    }
    return sum < 0x1p50;
}

static int fill_chain(stream *s, step *t, const pl_chain *of, fault *f) {
    chain *k = t->chain;
    uint32_t lines = t->in->lines, terms = t->from[lines];
    size_t width = (size_t)k->of.steps + 2;
    k->x = arena_take(&s->memory, (terms + (size_t)1) * sizeof *k->x);
    k->number = arena_zero(&s->memory, (terms + 1) * width, sizeof *k->number);
    k->plain = arena_zero(&s->memory, lines + (size_t)1, 1);
    k->exact = arena_zero(&s->memory, lines + (size_t)1, 1);
    if (!k->x || !k->number || !k->plain || !k->exact) return fault_memory(f);
    for (uint32_t line = 0; line < lines; line++) {
        for (uint32_t i = t->from[line]; i < t->from[line + 1]; i++) {
            k->x[i] = whole_vector(s, k->step[0], of->side[0], t->term[i]);
            k->plain[line] |= !put_numbers(s, t, of, t->term[i], k->number + i * width);
        }
        k->exact[line] = (uint8_t)is_exact(k, t, line);
    }
    return 1;
}

int stream_list_chains(stream *s, step *first, const pl_loop *loop, fault *f) {
    for (uint32_t i = 0; i < loop->chains; i++) {
        const pl_chain *of = &loop->chain[i];
        step *t = first + of->product;
        if (s->r->settings.eights == s->pass->stream + 1 || t->from) continue;
        if (!group_terms(s, t, loop->size, f)) return 0;
        int all = t->from[t->in->lines] == loop->size; /* each is in a group */
        chain *k = arena_zero(&s->memory, 1, sizeof *k);
        if (!k) return fault_memory(f);
        if (!all) {
            t->from = NULL;
            continue;
        }
        k->of.steps = of->steps;
        for (int j = 0; j < of->steps; j++) {
            k->of.step[j] = of->step[j];
            k->step[j] = first + of->at[j];
            first[of->at[j]].chained = 1;
        }
        if (of->present != UINT32_MAX) {
            k->present = first + of->present;
            first[of->present].chained = 1;
        }
        t->chained = 1;
        t->chain = k;
        if (!fill_chain(s, t, of, f)) return 0;
    }
    return 1;
}

/* The terms of a line, operation by operation. */
static void chain_line(const stream *s, workspace *w, const step *t, uint32_t line, size_t b,
                       size_t n) {
    const chain *k = t->chain;
    const step *const fold[] = {t, k->present};
    for (int j = 0; j < 2 && fold[j]; j++) {
        fill(result_at(s, w, fold[j], line, b), n, EX_NAN);
        fill(side_at(s, w, fold[j], line), n, 0);
    }
    for (uint32_t i = t->from[line]; i < t->from[line + 1]; i++) {
        for (int j = 0; j < k->of.steps; j++) stream_element(s, w, k->step[j], t->term[i], b, n);
        for (int j = 0; j < 2 && fold[j]; j++) stream_fold(s, w, fold[j], t->term[i], b, n);
    }
    for (int j = 0; j < 2 && fold[j]; j++) stream_fold_end(s, w, fold[j], line, b, n);
}

void stream_sum_chain(const stream *s, workspace *w, const step *t, size_t b, size_t n) {
    const chain *k = t->chain;
    size_t width = (size_t)k->of.steps + 2;
    for (uint32_t line = 0; line < t->in->lines; line++) {
        ex_chain of = k->of;
        of.terms = t->from[line + 1] - t->from[line];
        of.x = k->x + t->from[line];
        of.number = k->number + t->from[line] * width;
        of.exact = k->exact[line];
        double *const sum[] = {result_at(s, w, t, line, b),
                               k->present ? result_at(s, w, k->present, line, b) : NULL};
        if (k->plain[line] || !of.terms || !s->r->kernels->sum_chain(n, b, &of, sum))
            chain_line(s, w, t, line, b, n);
    }
}
