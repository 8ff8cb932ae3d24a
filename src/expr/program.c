#include "expr/program.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/program_inside.h"
#include "expr/reduction.h"

/* Terms of a sum that are added together, and what kernels are given a multiple of. */
enum { AT_ONCE = 8, STEP = PROGRAM_STEP };

/* One line of a fold on its way. */
typedef struct folded {
    uint32_t *term, *factor; /* factor: of products, and what is added where the term is present */
    uint32_t *position;
    uint32_t terms, done, left, sum, side;
    int varies;
} folded;

static uint32_t add_vector(program *p, vector v) {
    if (!MEM_RESERVE(p->vector, p->vectors + 1, p->vector_cap)) {
        fault_memory(p->f);
        return 0;
    }
    p->vector[p->vectors] = v;
    return (uint32_t)p->vectors++;
}

static size_t place_of_bits(const program *p, uint64_t bits) {
    size_t at = (size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (p->known_size - 1);
    for (; p->known[at]; at = (at + 1) & (p->known_size - 1)) {
        uint64_t own;
        memcpy(&own, &p->vector[p->known[at]].value, sizeof own);
        if (own == bits) break;
    }
    return at;
}

static int grow_known(program *p) {
    uint32_t *old = p->known;
    size_t size = p->known_size;
    p->known_size = size ? 2 * size : 256;
    p->known = arena_zero(&p->memory, p->known_size, sizeof *p->known);
    if (!p->known) return fault_memory(p->f);
    for (size_t i = 0; i < size; i++) {
        if (!old[i]) continue;
        uint64_t bits;
        memcpy(&bits, &p->vector[old[i]].value, sizeof bits);
        p->known[place_of_bits(p, bits)] = old[i];
    }
    return 1;
}

/* The vector of a constant; each has one. */
static uint32_t constant(program *p, double x) {
    if (x != x) x = EX_NAN;
    if (2 * p->known_count >= p->known_size && !grow_known(p)) return 0;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    size_t at = place_of_bits(p, bits);
    if (p->known[at]) return p->known[at];
    uint32_t v = add_vector(p, (vector){.kind = CONSTANT, .value = x});
    p->known[at] = v;
    p->known_count += v > 0;
    return v;
}

static int is_missing(const program *p, uint32_t v) {
    return is_constant(p, v) && p->vector[v].value != p->vector[v].value;
}

static action *add_action(program *p, action a) {
    if (!MEM_RESERVE(p->action, p->actions + 1, p->action_cap)) {
        fault_memory(p->f);
        return NULL;
    }
    p->action[p->actions] = a;
    return &p->action[p->actions++];
}

/* ---- lines of nodes ---- */

static size_t outer_size(const program *p, ex_id n) {
    return ax_size(ex_space(p->r->g), ex_get(p->r->g, n)->axes & ~ax_bit(p->pass->stream));
}

static uint32_t *table_of(program *p, ex_id n) {
    if (!p->of[n] && !(p->of[n] = arena_zero(&p->memory, outer_size(p, n) + 1, sizeof **p->of)))
        fault_memory(p->f);
    return p->of[n];
}

static vector_range range_at(const known_lines *lines, size_t o) {
    return (vector_range){lines->range[2 * o], lines->range[2 * o + 1]};
}

/* A line of a node that is there before the pass begins. */
static uint32_t given_line(program *p, ex_id n, size_t o) {
    const known_lines *lines = run_lines_of(p->r, n);
    if (lines && lines->varies && !lines->varies[o]) return constant(p, lines->constant[o]);
    run_view v = run_look(p->r, n);
    if (ex_get(p->r->g, n)->axes & ax_bit(p->pass->stream))
        return add_vector(
            p, (vector){.kind = ARRAY,
                        .at = v.column ? v.column[o] : v.value + o * p->pass->length,
                        .moves = SIZE_MAX,
                        .range = lines && lines->range ? range_at(lines, o) : RANGE_UNKNOWN});
    return constant(p, v.column ? v.column[o / v.line][o % v.line] : v.value[o]);
}

/* Operand i of an instruction at index c of the outer shape. */
static uint32_t operand(program *p, const pl_instruction *in, int i, uint32_t c) {
    const pl_operand *a = &in->arg[i];
    size_t o = a->outer ? a->outer[c] : c;
    uint32_t *of = table_of(p, a->node);
    if (!of) return 0;
    if (!of[o]) of[o] = given_line(p, a->node, o);
    return of[o];
}

/* Where an instruction puts a line of its result. */
static uint32_t result(program *p, const pl_instruction *in, size_t line) {
    if (in->home != PL_VALUE) return add_vector(p, (vector){.kind = SLOT, .range = RANGE_UNKNOWN});
    return add_vector(p, (vector){.kind = ARRAY,
                                  .at = p->r->node[in->node].value + line * p->pass->length,
                                  .moves = SIZE_MAX,
                                  .range = RANGE_UNKNOWN});
}

/* Notes that a line of the result is this vector, which is computed already. */
static void settle(program *p, const pl_instruction *in, size_t line, uint32_t v) {
    uint32_t *of = table_of(p, in->node);
    if (!of || !v) return;
    of[line] = v;
    if (in->home != PL_VALUE) return;
    double *to = p->r->node[in->node].value + line * p->pass->length;
    if (is_constant(p, v)) {
        for (size_t i = 0; i < p->pass->length; i++) to[i] = p->vector[v].value;
        return;
    }
    if (p->vector[v].kind == SLOT) { /* it is computed there at once */
        p->vector[v].kind = ARRAY;
        p->vector[v].at = to;
        p->vector[v].moves = SIZE_MAX;
        return;
    }
    of[line] = result(p, in, line);
    p->vector[of[line]].range = p->vector[v].range;
    add_action(p, (action){.kind = COPY, .out = of[line], .arg = {v}});
}

/* ---- elementwise ---- */

static double compute_once(const program *p, unsigned op, int argc, const uint32_t *arg) {
    const ex_kernels *k = p->r->kernels;
    double x[3] = {0}, y = EX_NAN;
    for (int i = 0; i < argc; i++) x[i] = p->vector[arg[i]].value;
    if (argc == 1) k->unary[op](1, &y, x);
    if (argc == 2) k->binary[0][op](1, &y, x, x + 1);
    if (argc == 3) k->ternary[op](1, &y, x, x + 1, x + 2);
    return y;
}

/* The vector that the result is without computing anything; 0: there is none. */
static uint32_t find_result(program *p, unsigned op, int argc, const uint32_t *arg) {
    int constants = 0, missing = 0;
    for (int i = 0; i < argc; i++) {
        constants += is_constant(p, arg[i]);
        missing += is_missing(p, arg[i]);
    }
    if (constants == argc) return constant(p, compute_once(p, op, argc, arg));
    double y;
    if (argc == 2 && range_decides(p, op, arg, &y)) return constant(p, y);
    if (argc == 1 && (op == EX_missing || op == EX_present) &&
        range_known(program_range(p, arg[0])))
        return constant(p, op == EX_present);
    if (op == EX_coalesce && range_known(program_range(p, arg[0]))) return arg[0];
    if (missing && ex_is(op, EX_STRICT)) return constant(p, EX_NAN);
    if (op == EX_where && is_constant(p, arg[0]))
        return is_missing(p, arg[0]) ? arg[0] : arg[p->vector[arg[0]].value != 0 ? 1 : 2];
    if (op == EX_where && is_missing(p, arg[1]) && is_missing(p, arg[2])) return arg[1];
    if (op == EX_coalesce && is_missing(p, arg[0])) return arg[1];
    if (op == EX_coalesce && is_missing(p, arg[1])) return arg[0];
    return 0;
}

/* The same sums divide others again and again: they are settled once. */
static uint32_t settled(program *p, uint32_t v) {
    uint32_t s = p->vector[v].settled;
    if (s || !(s = add_vector(p, (vector){.kind = SLOT, .range = RANGE_UNKNOWN}))) return s;
    uint32_t inverse = add_vector(p, (vector){.kind = SLOT, .range = RANGE_UNKNOWN});
    if (!inverse) return 0;
    p->vector[s].inverse = inverse;
    add_action(p, (action){.kind = SETTLE, .out = s, .side = inverse, .arg = {v}});
    return p->vector[v].settled = s;
}

static void element(program *p, const pl_instruction *in, uint32_t c) {
    unsigned op = ex_get(p->r->g, in->node)->op;
    action a = {.op = op, .kind = in->argc == 1 ? UNARY : in->argc == 2 ? BINARY : TERNARY};
    for (int i = 0; i < in->argc; i++)
        if (!(a.arg[i] = operand(p, in, i, c))) return;
    uint32_t found = find_result(p, op, in->argc, a.arg);
    if (found) {
        settle(p, in, c, found);
        return;
    }
    if (p->f->count) return;
    const vector_range range = range_of_element(p, op, in->argc, a.arg);
    if (a.kind == BINARY) a.how = is_constant(p, a.arg[0]) ? 2 : is_constant(p, a.arg[1]) ? 1 : 0;
    if (op == EX_quotient && a.how == 0 && (a.arg[1] = settled(p, a.arg[1]))) a.kind = QUOTIENT;
    uint32_t *of = table_of(p, in->node);
    a.out = result(p, in, c);
    if (!of || !a.out) return;
    p->vector[a.out].range = range;
    of[c] = a.out;
    add_action(p, a);
}

/* ---- folds ---- */

static folded *open_folds(program *p, const pl_loop *loop, const pl_instruction *in) {
    folded *all = arena_zero(&p->memory, (size_t)in->lines + 1, sizeof *all);
    for (uint32_t c = 0; all && c < loop->size; c++)
        if (in->outer[c] != UINT32_MAX) all[in->outer[c]].left++;
    for (uint32_t l = 0; all && l < in->lines; l++) {
        folded *x = &all[l];
        size_t room = (size_t)x->left + 1;
        x->term = arena_take(&p->memory, 3 * room * sizeof *x->term);
        if (!x->term)
            all = NULL;
        else
            x->factor = x->term + room, x->position = x->factor + room;
    }
    if (!all) fault_memory(p->f);
    return all;
}

/* What a line comes to of which nothing varies. */
static double fold_once(const program *p, const pl_instruction *in, unsigned op, const folded *x) {
    ex_partial s = reduction_start(op);
    for (uint32_t k = 0; k < x->terms; k++) {
        double y = p->vector[x->term[k]].value;
        if (in->fused == PL_PRODUCT) {
            y *= p->vector[x->factor[k]].value;
            if (!(fabs(y) <= DBL_MAX)) y = EX_NAN;
        }
        reduction_take(op, &s, in->fused == PL_PRESENT ? p->vector[x->factor[k]].value : y,
                       x->position[k]);
    }
    double y = reduction_end(op, s);
    return fabs(y) <= DBL_MAX ? y : EX_NAN;
}

/* What a line can come to. */
static vector_range range_of_fold(const program *p, const pl_instruction *in, unsigned op,
                                  const folded *x) {
    vector_range sum = x->terms ? (vector_range){0, 0} : RANGE_UNKNOWN;
    double size = 0;
    if (op != EX_sum) return range_of_extreme(p, op, x->term, x->terms);
    for (uint32_t k = 0; k < x->terms; k++) {
        vector_range term = program_range(p, x->term[k]);
        if (in->fused == PL_PRODUCT)
            term = range_of_product_by(term, program_range(p, x->factor[k]));
        if (in->fused == PL_PRESENT && range_known(term)) term = program_range(p, x->factor[k]);
        range_add(&sum, &size, term);
    }
    return range_of_sum(sum, size);
}

/* Of the terms that wait: is something known of all these? */
static int are_all_known(const program *p, const folded *x, const uint32_t *of) {
    uint32_t k = x->done;
    while (k < x->terms && range_known(program_range(p, of[k]))) k++;
    return k == x->terms;
}

/* A plain sum of the same terms that is there already: of weights, for another unit. */
static uint32_t same_sum(const program *p, const pl_instruction *in, const folded *x) {
    enum { LOOK = 16, ENDS = EX_TERMS_BEGIN | EX_TERMS_END };
    int weights = in->fused == PL_PRESENT && are_all_known(p, x, x->term);
    const uint32_t *term = weights ? x->factor : x->term;
    if (in->fused == PL_PRODUCT || (in->fused == PL_PRESENT && !weights)) return 0;
    for (size_t i = p->actions, looked = 0; i-- > 0 && looked < LOOK;) {
        const action *a = &p->action[i];
        if (a->kind != SUM || (a->how & ~(unsigned)EX_TERMS_SURE) != ENDS) continue;
        looked++;
        if (a->terms == x->terms && !memcmp(a->term, term, a->terms * sizeof *term)) return a->out;
    }
    return 0;
}

/* … are all products finite in any case? */
static int are_sure(const program *p, const folded *x) {
    int sure = 1;
    for (uint32_t k = x->done; sure && k < x->terms; k++)
        sure = range_known(
            range_of_product_by(program_range(p, x->term[k]), program_range(p, x->factor[k])));
    return sure;
}

/* … are all these constants? */
static int are_constants(const program *p, const folded *x, const uint32_t *of) {
    uint32_t k = x->done;
    while (k < x->terms && is_constant(p, of[k])) k++;
    return k == x->terms;
}

/* Adds the terms that wait to a sum. */
static void flush_sum(program *p, const pl_instruction *in, folded *x, int ends) {
    uint32_t n = x->terms - x->done, *term = arena_take(&p->memory, (2 * n + 1) * sizeof *term);
    if (!term) {
        fault_memory(p->f);
        return;
    }
    unsigned how = (x->done ? 0 : EX_TERMS_BEGIN) | (ends ? EX_TERMS_END : 0);
    const uint32_t *first = x->term, *second = x->factor;
    if (in->fused == PL_PRODUCT) {
        if (are_constants(p, x, second)) {
            first = x->factor;
            second = x->term;
        }
        how |= EX_TERMS_PRODUCTS | (are_constants(p, x, first) ? EX_TERMS_ONE : 0) |
               (are_sure(p, x) ? EX_TERMS_SURE : 0);
    } else if (in->fused == PL_PRESENT && !are_all_known(p, x, first)) {
        how |= EX_TERMS_PRESENT;
    } else {
        if (in->fused == PL_PRESENT) first = x->factor; /* which is then a plain sum of weights */
        if (are_all_known(p, x, first)) how |= EX_TERMS_SURE;
    }
    memcpy(term, first + x->done, n * sizeof *term);
    memcpy(term + n, second + x->done, n * sizeof *term);
    if (!x->side) x->side = add_vector(p, (vector){.kind = SLOT, .range = RANGE_UNKNOWN});
    if (2 * (size_t)n > p->most_terms) p->most_terms = 2 * n;
    add_action(p, (action){.kind = SUM,
                           .how = how,
                           .out = x->sum,
                           .side = x->side,
                           .terms = n,
                           .lines = (how & (EX_TERMS_PRODUCTS | EX_TERMS_PRESENT)) != 0,
                           .term = term});
    x->done = x->terms;
}

/* Of a choice among the terms those that can be it. */
static void drop_terms(const program *p, unsigned op, folded *x) {
    uint32_t from = 0;
    for (uint32_t k = 0; op == EX_first && k < x->terms; k++)
        if (is_constant(p, x->term[k])) x->terms = k + 1;
    for (uint32_t k = 0; op == EX_last && k < x->terms; k++)
        if (is_constant(p, x->term[k])) from = k;
    memmove(x->term, x->term + from, (x->terms - from) * sizeof *x->term);
    memmove(x->position, x->position + from, (x->terms - from) * sizeof *x->position);
    x->terms -= from;
}

static void end_fold(program *p, const pl_instruction *in, uint32_t line, folded *x) {
    unsigned op = ex_get(p->r->g, in->node)->op;
    uint32_t *of = table_of(p, in->node);
    if (!of) return;
    if (op == EX_first || op == EX_last) drop_terms(p, op, x);
    if (!x->varies) {
        settle(p, in, line, constant(p, fold_once(p, in, op, x)));
        return;
    }
    if ((op == EX_first || op == EX_last) && x->terms == 1) {
        settle(p, in, line, x->term[0]);
        return;
    }
    uint32_t same = op == EX_sum && !x->sum ? same_sum(p, in, x) : 0;
    if (same) {
        settle(p, in, line, same);
        return;
    }
    const vector_range range = range_of_fold(p, in, op, x);
    if (!x->sum) x->sum = result(p, in, line);
    of[line] = x->sum;
    p->vector[x->sum].range = range;
    if (op == EX_sum) {
        flush_sum(p, in, x, 1);
        return;
    }
    if (ex_is(op, EX_SIDE)) x->side = add_vector(p, (vector){.kind = SLOT, .range = RANGE_UNKNOWN});
    add_action(p, (action){.kind = START, .op = op, .out = x->sum, .side = x->side});
    for (uint32_t k = 0; k < x->terms; k++)
        add_action(p, (action){.kind = TAKE,
                               .op = op,
                               .out = x->sum,
                               .side = x->side,
                               .arg = {x->term[k]},
                               .here = x->position[k]});
}

static void fold(program *p, const pl_instruction *in, folded *all, uint32_t c) {
    uint32_t line = in->outer[c], factor = 0;
    unsigned op = ex_get(p->r->g, in->node)->op;
    if (line == UINT32_MAX) return;
    folded *x = &all[line];
    uint32_t v = operand(p, in, 0, c);
    if (v && in->fused != PL_PLAIN) factor = operand(p, in, 1, c);
    if (!v || (in->fused != PL_PLAIN && !factor)) return;
    int counts = !is_missing(p, v) && (!factor || !is_missing(p, factor));
    if (in->fused == PL_CHOSEN) {
        counts = counts && p->vector[v].value != 0;
        v = factor;
        factor = 0;
    }
    if (counts) {
        if (op == EX_sum && x->varies && x->terms - x->done >= AT_ONCE) {
            if (!x->sum) x->sum = result(p, in, line);
            flush_sum(p, in, x, 0);
        }
        x->position[x->terms] = in->position ? in->position[c] : 0;
        x->factor[x->terms] = factor;
        x->term[x->terms++] = v;
        x->varies |= !is_constant(p, v) || (factor && !is_constant(p, factor));
    }
    if (--x->left == 0) end_fold(p, in, line, x);
}

/* ---- sums in eights ---- */

/* As list_terms of stream.c has it. */
static int in_eights(const program *p, const pl_loop *loop, const pl_instruction *in) {
    const pl_operand *chosen = &in->arg[0], *factor = &in->arg[1];
    int product = in->fused == PL_PRODUCT && chosen->streamed && !factor->streamed;
    int choice = in->fused == PL_CHOSEN && factor->streamed;
    if (in->form != PL_FOLD || ex_get(p->r->g, in->node)->op != EX_sum || (!product && !choice) ||
        chosen->home != PL_VALUE || factor->home != PL_VALUE)
        return 0;
    for (uint32_t k = 0; k < loop->count; k++)
        if (loop->instruction[k].node == chosen->node || loop->instruction[k].node == factor->node)
            return 0;
    return 1;
}

/* Lines of a step from `line` on; of a choice they all are the same sum. */
static void end_eights(program *p, const pl_instruction *in, action a, uint32_t line) {
    uint32_t lines = a.lines, *of = table_of(p, in->node), varies = 0;
    int choice = in->fused == PL_CHOSEN;
    if (choice) a.lines = 1;
    a.how = EX_TERMS_SURE;
    for (uint32_t k = 0; k < a.terms; k++) {
        varies |= !is_constant(p, a.term[k]);
        if (!range_small(program_range(p, a.term[k]))) a.how = 0;
    }
    const double **x = mem_take(((size_t)a.terms + 1) * sizeof *x);
    if (!x) fault_memory(p->f);
    for (uint32_t k = 0; x && k < a.terms; k++) x[k] = &p->vector[a.term[k]].value;
    for (uint32_t l = 0; x && of && l < a.lines; l++) {
        double y, *to = &y;
        if (varies) {
            vector_range sum = {0, 0};
            double size = 0;
            for (uint32_t k = 0; k < a.terms; k++) {
                double factor = a.factor[(size_t)l * a.terms + k];
                range_add(&sum, &size,
                          range_of_product_by(program_range(p, a.term[k]),
                                              (vector_range){factor, factor}));
            }
            of[line + l] = a.term[a.terms + l] = result(p, in, line + l);
            p->vector[of[line + l]].range = range_of_sum(sum, size);
            continue;
        }
        p->r->kernels->sum_eights(1, 1, &to, a.terms, x, a.factor + (size_t)l * a.terms, 0, NULL);
        settle(p, in, line + l, constant(p, y));
    }
    mem_free(x);
    if (varies) add_action(p, a);
    if (varies && a.terms > p->most_terms) p->most_terms = a.terms;
    if (varies && a.lines > p->most_lines) p->most_lines = a.lines;
    for (uint32_t l = 1; of && choice && l < lines; l++) settle(p, in, line + l, of[line]);
}

/* The factors of all lines, line by line, and 1 for those of a choice. */
static double *find_factors(program *p, const pl_instruction *in, const folded *all) {
    size_t terms = 0, at = 0;
    for (uint32_t l = 0; l < in->lines; l++) terms += all[l].terms;
    double *factor = arena_take(&p->memory, (terms + 1) * sizeof *factor);
    if (!factor) fault_memory(p->f);
    for (uint32_t l = 0; factor && l < in->lines; l++)
        for (uint32_t k = 0; k < all[l].terms; k++)
            factor[at++] = in->fused == PL_CHOSEN ? 1 : p->vector[all[l].factor[k]].value;
    return factor;
}

/* All lines of such a sum: those with the same vectors, one after the other, together. */
static void eights(program *p, const pl_loop *loop, const pl_instruction *in, folded *all) {
    int choice = in->fused == PL_CHOSEN;
    for (uint32_t c = 0; c < loop->size; c++) {
        folded *x = in->outer[c] == UINT32_MAX ? NULL : &all[in->outer[c]];
        uint32_t v = x ? operand(p, in, 0, c) : 0, factor = v ? operand(p, in, 1, c) : 0;
        if (x && !factor) return;
        double one = x ? p->vector[choice ? v : factor].value : EX_NAN;
        if (one != one || (choice && one == 0)) continue;
        x->factor[x->terms] = factor;
        x->term[x->terms++] = choice ? factor : v;
    }
    action a = {.kind = EIGHTS};
    const double *factor = find_factors(p, in, all);
    uint32_t first = 0;
    for (uint32_t l = 0; factor && l < in->lines; factor += all[l++].terms) {
        const folded *x = &all[l];
        int small = 1;
        for (uint32_t k = 0; k < x->terms; k++) small &= fabs(factor[k]) <= EX_SMALL;
        if (a.lines && a.terms == x->terms && a.small == small &&
            !memcmp(a.term, x->term, x->terms * sizeof *a.term)) {
            a.lines++;
            continue;
        }
        if (a.lines) end_eights(p, in, a, first);
        first = l;
        a = (action){
            .kind = EIGHTS, .terms = x->terms, .lines = 1, .small = small, .factor = factor};
        a.term = arena_take(&p->memory, ((size_t)x->terms + in->lines + 1) * sizeof *a.term);
        if (!a.term) {
            fault_memory(p->f);
            return;
        }
        memcpy(a.term, x->term, x->terms * sizeof *a.term);
    }
    if (a.lines) end_eights(p, in, a, first);
}

/* ---- making ---- */

static void copy(program *p, const pl_instruction *in, uint32_t c) {
    const uint32_t *outer = in->arg[0].outer;
    settle(p, in, c, outer && outer[c] == UINT32_MAX ? constant(p, EX_NAN) : operand(p, in, 0, c));
}

static void make_loop(program *p, const pl_loop *loop) {
    folded **all = arena_zero(&p->memory, (size_t)loop->count + 1, sizeof *all);
    if (!all) {
        fault_memory(p->f);
        return;
    }
    for (uint32_t k = 0; k < loop->count; k++) {
        pl_instruction *in = &loop->instruction[k];
        run_place(p->r, p->pass, in, loop->size);
        if (in->home == PL_VALUE && !run_room(p->r, in->node, p->f)) return;
        if (in->form != PL_FOLD) continue;
        if (!(all[k] = open_folds(p, loop, in))) return;
        if (!in_eights(p, loop, in)) continue;
        eights(p, loop, in, all[k]);
        all[k] = NULL;
    }
    for (uint32_t k = 0; k < loop->count; k++) /* lines of nothing at all */
        for (uint32_t l = 0; all[k] && l < loop->instruction[k].lines; l++)
            if (!all[k][l].left) end_fold(p, &loop->instruction[k], l, &all[k][l]);
    for (uint32_t c = 0; c < loop->size; c++)
        for (uint32_t k = 0; k < loop->count && !p->f->count; k++) {
            const pl_instruction *in = &loop->instruction[k];
            if (in->form == PL_ELEMENT) element(p, in, c);
            if (in->form == PL_COPY) copy(p, in, c);
            if (in->form == PL_FOLD && all[k]) fold(p, in, all[k], c);
        }
}

/* Which lines of the values that others read vary, for programs that come later. */
static void note_lines(program *p) {
    for (uint32_t i = 0; i < p->pass->loops; i++)
        for (uint32_t k = 0; k < p->pass->loop[i].count; k++) {
            const pl_instruction *in = &p->pass->loop[i].instruction[k];
            size_t size = outer_size(p, in->node);
            if (in->home != PL_VALUE) continue;
            uint8_t *varies = arena_zero(&p->memory, size + 1, 1);
            double *value = arena_take(&p->memory, (size + 1) * sizeof *value);
            if (!varies || !value) {
                fault_memory(p->f);
                return;
            }
            for (size_t o = 0; o < size; o++) {
                uint32_t v = p->of[in->node] ? p->of[in->node][o] : 0;
                varies[o] = !v || !is_constant(p, v);
                value[o] = v ? p->vector[v].value : EX_NAN;
            }
            run_note_lines(p->r, in->node, varies, value);
        }
}

int program_serves(const ex_run *r, const pl_pass *pass) {
    if (!r->settings.again || r->settings.eights != pass->stream + 1 || pass->form == PL_BREAKER ||
        pass->stream == AX_NONE || pass->length % STEP)
        return 0;
    for (uint32_t i = 0; i < pass->loops; i++)
        for (uint32_t k = 0; k < pass->loop[i].count; k++) {
            const pl_instruction *in = &pass->loop[i].instruction[k];
            if (in->form == PL_LINE) return 0;
            for (int a = 0; a < in->argc; a++)
                if (!in->arg[a].streamed && !r->done[in->arg[a].node]) return 0;
        }
    return 1;
}

program *program_make(ex_run *r, pl_pass *pass, fault *f) {
    program *p = mem_zero(1, sizeof *p);
    if (!p) {
        fault_memory(f);
        return NULL;
    }
    *p = (program){.r = r,
                   .pass = pass,
                   .kernels = r->kernels,
                   .length = pass->length,
                   .stop = r->settings.stop,
                   .memory = ARENA_INIT,
                   .f = f};
    p->of = mem_zero((size_t)ex_count(r->g) + 1, sizeof *p->of);
    if (!p->of) fault_memory(f);
    if (p->of) add_vector(p, (vector){.kind = SLOT, .range = RANGE_UNKNOWN}); /* none */
    for (uint32_t i = 0; i < pass->loops && !f->count; i++) make_loop(p, &pass->loop[i]);
    if (!f->count) note_lines(p);
    if (!f->count) program_join_quotients(p);
    uint8_t *wanted = mem_zero(p->vectors + 1, 1);
    if (!wanted) fault_memory(f);
    if (!f->count) program_leave_out(p, wanted);
    mem_free(wanted);
    if (!f->count) program_lay_out(p);
    mem_free(p->of);
    p->of = NULL;
    p->f = NULL;
    if (!f->count) return p;
    program_free(p);
    return NULL;
}

void program_free(program *p) {
    if (!p) return;
    mem_free(p->vector);
    mem_free(p->action);
    mem_free(p->slots);
    arena_release(&p->memory);
    mem_free(p);
}
