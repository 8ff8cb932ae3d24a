/* Where the vectors of a program are, and its actions block by block. */
#include "expr/program_inside.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "expr/reduction.h"

enum {
    TILE_ELEMENTS = 28 * 1024, /* of all slots together, so that they fit a second-level cache */
    LEAST_BLOCK = 64,
    MOST_BLOCK = 1024,
    STEP = PROGRAM_STEP
};

/* ---- room ---- */

static void touch(program *p, uint32_t v, size_t by) { p->vector[v].last = (uint32_t)by; }

/* Constants of which a vector is wanted are marked by a length. */
static void want_vector(program *p, uint32_t v) {
    if (is_constant(p, v)) p->vector[v].moves = 1;
}

static void find_last(program *p) {
    for (size_t i = 0; i < p->actions; i++) {
        const action *a = &p->action[i];
        int whole = a->kind == TERNARY || a->kind == COPY || a->kind == TAKE;
        touch(p, a->out, i);
        touch(p, a->side, i);
        for (int k = 0; k < 3; k++) {
            touch(p, a->arg[k], i);
            if (whole && a->arg[k]) want_vector(p, a->arg[k]);
        }
        for (size_t k = 0; k < action_terms(a); k++) {
            int one = a->kind == SUM && (a->how & EX_TERMS_ONE) && k < a->terms;
            touch(p, a->term[k], i);
            if (!one) want_vector(p, a->term[k]);
        }
        for (uint32_t l = 0; a->kind == EIGHTS && l < a->lines; l++)
            touch(p, a->term[a->terms + l], i);
    }
}

typedef struct slots {
    uint32_t *free; /* the one given back last is taken first: it is still in the cache */
    size_t frees, most;
    uint8_t *taken; /* by vector */
} slots;

static void take_slot(program *p, slots *s, uint32_t v) {
    if (!v || p->vector[v].kind != SLOT || s->taken[v]) return;
    s->taken[v] = 1;
    p->vector[v].slot = s->frees ? s->free[--s->frees] : (uint32_t)s->most++;
}

static void give_slot(const program *p, slots *s, uint32_t v, size_t by) {
    if (!v || p->vector[v].kind != SLOT || s->taken[v] != 1 || p->vector[v].last != by) return;
    s->taken[v] = 2;
    s->free[s->frees++] = p->vector[v].slot;
}

static int give_slots(program *p, size_t *most) {
    slots s = {.free = mem_take((p->vectors + 1) * sizeof *s.free),
               .taken = mem_zero(p->vectors + 1, 1)};
    int fine = s.free && s.taken ? 1 : fault_memory(p->f);
    for (size_t i = 0; fine && i < p->actions; i++) {
        const action *a = &p->action[i];
        take_slot(p, &s, a->out);
        take_slot(p, &s, a->side);
        for (uint32_t l = 0; a->kind == EIGHTS && l < a->lines; l++)
            take_slot(p, &s, a->term[a->terms + l]);
        for (int k = 0; k < 3; k++) give_slot(p, &s, a->arg[k], i);
        for (size_t k = 0; k < action_terms(a); k++) give_slot(p, &s, a->term[k], i);
        give_slot(p, &s, a->out, i);
        give_slot(p, &s, a->side, i);
    }
    *most = s.most;
    mem_free(s.free);
    mem_free(s.taken);
    return fine;
}

/* Single values lie beside one another. */
static int place_vectors(program *p) {
    double *value = arena_take(&p->memory, (p->vectors + 1) * sizeof *value);
    p->place = arena_take(&p->memory, (p->vectors + 1) * sizeof *p->place);
    if (!value || !p->place) return fault_memory(p->f);
    for (size_t i = 1; i < p->vectors; i++) {
        const vector *v = &p->vector[i];
        p->place[i] = (vector_place){v->at, v->moves};
        if (v->kind != CONSTANT || v->at != &v->value) continue;
        *value = v->value;
        p->place[i].at = value++;
    }
    return 1;
}

/* Gives each vector its place. */
int program_lay_out(program *p) {
    size_t most = 0, constants = 0, length = p->length;
    find_last(p);
    if (!give_slots(p, &most)) return 0;
    for (size_t v = 1; v < p->vectors; v++)
        constants += p->vector[v].kind == CONSTANT && p->vector[v].moves;
    size_t block = TILE_ELEMENTS / (most + constants + 1) / STEP * STEP;
    block = block < LEAST_BLOCK ? LEAST_BLOCK : block > MOST_BLOCK ? MOST_BLOCK : block;
    p->block = block < length ? block : length;
    p->slots = mem_line(64, (most + constants + 1) * p->block * sizeof *p->slots);
    p->pointer = arena_take(&p->memory, (p->most_terms + 1) * sizeof *p->pointer);
    p->result = arena_take(&p->memory, (p->most_lines + 1) * sizeof *p->result);
    if (!p->slots || !p->pointer || !p->result) return fault_memory(p->f);
    double *next = p->slots + most * p->block;
    for (size_t i = 1; i < p->vectors; i++) {
        vector *v = &p->vector[i];
        if (v->kind == SLOT) v->at = p->slots + v->slot * p->block;
        if (v->kind != CONSTANT) continue;
        v->at = v->moves ? next : &v->value;
        for (size_t k = 0; v->moves && k < p->block; k++) *next++ = v->value;
        v->moves = 0;
    }
    return place_vectors(p);
}

/* ---- running ---- */

static const double *at(const program *p, uint32_t v, size_t b) {
    return p->place[v].at + (b & p->place[v].moves);
}

static double *to(const program *p, uint32_t v, size_t b) {
    return (double *)(uintptr_t)at(p, v, b);
}

static ex_divisor divisor_at(const program *p, const action *a, size_t b) {
    return (ex_divisor){a->arg[0] ? at(p, a->arg[0], b) : NULL,
                        a->arg[1] ? at(p, a->arg[1], b) : NULL, a->known, a->scale};
}

static void run_sum(const program *p, const action *a, size_t b, size_t n) {
    const ex_divisor divisor = divisor_at(p, a, b);
    size_t terms = action_terms(a);
    for (size_t k = 0; k < terms; k++) p->pointer[k] = at(p, a->term[k], b);
    p->kernels->sum_some(n, to(p, a->out, b), to(p, a->side, b), a->terms, p->pointer,
                         p->pointer + a->terms, a->how, divisor.by ? &divisor : NULL);
}

static void run_eights(const program *p, const action *a, size_t b, size_t n) {
    const ex_kernels *kernels = p->kernels;
    int clean = a->small;
    for (uint32_t k = 0; k < a->terms; k++) {
        p->pointer[k] = at(p, a->term[k], b);
        if (!(a->how & EX_TERMS_SURE)) clean = clean && kernels->are_small(n, p->pointer[k]);
    }
    for (uint32_t l = 0; l < a->lines; l++) p->result[l] = to(p, a->term[a->terms + l], b);
    const ex_divisor divisor = divisor_at(p, a, b);
    kernels->sum_eights(n, a->lines, p->result, a->terms, p->pointer, a->factor, clean,
                        divisor.by ? &divisor : NULL);
}

static void run_start(const program *p, const action *a, size_t b, size_t n) {
    double *out = to(p, a->out, b), *side = a->side ? to(p, a->side, b) : NULL,
           start = reduction_start(a->op).a;
    for (size_t i = 0; i < n; i++) out[i] = start;
    for (size_t i = 0; side && i < n; i++) side[i] = EX_NAN;
}

static void run_action(const program *p, const action *a, size_t b, size_t n) {
    const ex_kernels *kernels = p->kernels;
    switch (a->kind) {
    case UNARY: kernels->unary[a->op](n, to(p, a->out, b), at(p, a->arg[0], b)); break;
    case BINARY:
        kernels->binary[a->how][a->op](n, to(p, a->out, b), at(p, a->arg[0], b),
                                       at(p, a->arg[1], b));
        break;
    case TERNARY:
        kernels->ternary[a->op](n, to(p, a->out, b), at(p, a->arg[0], b), at(p, a->arg[1], b),
                                at(p, a->arg[2], b));
        break;
    case SETTLE:
        kernels->settle(n, to(p, a->out, b), a->side ? to(p, a->side, b) : NULL,
                        at(p, a->arg[0], b));
        break;
    case QUOTIENT:
        kernels->quotient_settled(n, to(p, a->out, b), at(p, a->arg[0], b), at(p, a->arg[1], b));
        break;
    case COPY: memcpy(to(p, a->out, b), at(p, a->arg[0], b), n * sizeof(double)); break;
    case START: run_start(p, a, b, n); break;
    case TAKE:
        kernels->fold[a->op](n, to(p, a->out, b), a->side ? to(p, a->side, b) : NULL,
                             at(p, a->arg[0], b), a->here);
        break;
    case SUM: run_sum(p, a, b, n); break;
    case EIGHTS: run_eights(p, a, b, n); break;
    }
}

static int is_stopped(const program *p) { return limits_stopped() || limits_raised(p->stop); }

void program_run(program *p, size_t n) {
    size_t end = (n + STEP - 1) / STEP * STEP;
    if (end > p->length || !p->whole) end = p->length;
    p->whole = 1;
    for (size_t b = 0; b < end && !is_stopped(p); b += p->block)
        for (const action *a = p->action; a < p->action + p->actions; a++)
            run_action(p, a, b, end - b < p->block ? end - b : p->block);
}
