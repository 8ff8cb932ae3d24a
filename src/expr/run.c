#include "expr/run.h"

#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "expr/program.h"

/* ---- kernels ---- */

extern const ex_kernels ex_kernels_baseline;

#if defined(__x86_64__)
extern const ex_kernels ex_kernels_v3, ex_kernels_v4;
static const ex_kernels *const levels[] = {&ex_kernels_baseline, &ex_kernels_v3, &ex_kernels_v4};

/* Features are asked for, since not every compiler knows the levels by name. Those of x86-64-v3
 * that have no name here (f16c, lzcnt, movbe) came with AVX2 on every processor. */
static int has(int level) {
    int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    int v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512vl");
    return level == 0 || (level == 1 && v3) || (level == 2 && v4);
}
#else
static const ex_kernels *const levels[] = {&ex_kernels_baseline};
static int has(int level) { return level == 0; }
#endif

int ex_level(const char *name) {
    int level = sizeof levels / sizeof *levels - 1;
    if (!name) name = getenv("ASSESS_SIMD");
    if (name && *name) {
        while (level >= 0 && strcmp(levels[level]->level, name) != 0) level--;
        return has(level) ? level : -1;
    }
    while (!has(level)) level--;
    return level;
}

/* ---- values ---- */

ex_run *ex_run_open(ex_graph *g, const ex_settings *settings, fault *f) {
    ex_run *r = mem_zero(1, sizeof *r);
    if (!r) {
        fault_memory(f);
        return NULL;
    }
    r->g = g;
    if (settings) r->settings = *settings;
    const char *level = r->settings.simd ? r->settings.simd : getenv("ASSESS_SIMD");
    int which = ex_level(r->settings.simd);
    if (which < 0) {
        fault_at(f, FAULT_USAGE, NULL, "baseline, v3 and v4 are the levels there are",
                 "this processor does not have the SIMD level '%s'", level);
        mem_free(r);
        return NULL;
    }
    r->kernels = levels[which];
    return r;
}

static size_t bytes_of(const ex_run *r, ex_id n) {
    return ax_size(ex_space(r->g), ex_get(r->g, n)->axes) * sizeof(double);
}

/* Gives back the memory of a node's values. */
static void give_back(ex_run *r, ex_id n) {
    run_node *x = &r->node[n];
    if (!x->own) return;
    big_alloc_give(x->value, bytes_of(r, n));
    r->memory -= bytes_of(r, n);
    x->value = NULL;
    x->own = 0;
}

static void forget(ex_run *r, ex_id n) {
    run_node *x = &r->node[n], kept = *x;
    if (x->own && r->settings.again) {
        *x = (run_node){.value = x->value, .own = 1, .asked = x->asked, .held = x->held};
        return;
    }
    give_back(r, n);
    *x = (run_node){.again = kept.again | kept.done, .known = kept.known, .order = kept.order};
}

static void forget_order(ex_run *r, ex_id n) {
    run_node *x = &r->node[n];
    if (!x->order) return;
    big_alloc_give(x->order, bytes_of(r, n) / 2);
    r->memory -= bytes_of(r, n) / 2;
    x->order = NULL;
    x->known = 0;
}

/* Shorter lines are as quickly sorted. */
enum { ORDERED = 512 };

uint32_t *run_order(ex_run *r, ex_id n, size_t length, int *known) {
    run_node *x = &r->node[n];
    const size_t bytes = bytes_of(r, n) / 2;
    *known = x->known;
    if (length < ORDERED || length > UINT32_MAX || !x->again || r->settings.again) return NULL;
    if (!x->order) {
        if (r->settings.memory && r->memory + bytes > r->settings.memory) return NULL;
        x->order = big_alloc_room(bytes);
        if (!x->order) return NULL;
        r->memory += bytes;
        if (r->memory > r->memory_most) r->memory_most = r->memory;
    }
    return x->order;
}

void run_release(ex_run *r, ex_id n) {
    run_node *x = &r->node[n], kept = *x;
    forget(r, n);
    *x = (run_node){.domain_errors = kept.domain_errors,
                    .first = kept.first,
                    .asked = kept.asked,
                    .held = kept.held,
                    .again = x->again,
                    .known = x->known,
                    .order = x->order};
}

/* ---- lines that do not vary ---- */

const known_lines *run_lines_of(const ex_run *r, ex_id n) {
    return n < r->lines_count && r->lines[n].varies ? &r->lines[n] : NULL;
}

void run_note_lines(ex_run *r, ex_id n, const uint8_t *varies, const double *constant) {
    if (n < r->lines_count) r->lines[n] = (known_lines){.varies = varies, .constant = constant};
}

static int make_lines(ex_run *r, fault *f) {
    size_t count = (size_t)r->count + 1;
    if (!MEM_RESERVE(r->lines, count, r->lines_cap)) return fault_memory(f);
    for (; r->lines_count < count; r->lines_count++) r->lines[r->lines_count] = (known_lines){0};
    return 1;
}

/* Fills what was lent without lines that do not vary. */
static void fill_lines(ex_run *r, ex_id n) {
    known_lines *x = n < r->lines_count ? &r->lines[n] : NULL;
    if (!x || !x->bare) return;
    const ax_space *space = ex_space(r->g);
    int axis = r->settings.eights - 1;
    size_t length = ax_get(space, axis)->size,
           lines = ax_size(space, ex_get(r->g, n)->axes & ~ax_bit(axis));
    for (size_t o = 0; o < lines; o++)
        for (size_t i = 0; !x->varies[o] && i < length; i++)
            x->bare[o * length + i] = x->constant[o];
    x->bare = NULL;
}

static void fill_operands(ex_run *r, const pl_pass *pass) {
    for (int i = 0; pass->form == PL_BREAKER && i < ex_get(r->g, pass->node)->argc; i++)
        fill_lines(r, ex_arg(r->g, pass->node, i));
    for (uint32_t k = 0; k < pass->loops; k++)
        for (uint32_t j = 0; j < pass->loop[k].count; j++)
            for (int i = 0; i < pass->loop[k].instruction[j].argc; i++)
                fill_lines(r, pass->loop[k].instruction[j].arg[i].node);
}

/* Programs were made for values that are no longer there. */
static void forget_programs(ex_run *r) {
    for (uint32_t i = 0; r->program && i < r->plan.passes; i++) program_free(r->program[i]);
    mem_free(r->program);
    r->program = NULL;
    arena_release(&r->ranges);
    for (size_t n = 1; n < r->lines_count; n++) {
        r->lines[n].range = NULL;
        if (r->node[n].own) r->lines[n] = (known_lines){0};
    }
}

/* A range for numbers like these, of which there will be more: tight where they are much alike. */
static void take_margin(double *range) {
    double least = range[0], most = range[1], span = most - least + fabs(least) + fabs(most);
    /* Of numbers that are far apart only the sign is taken for granted. */
    const double times = least > 0 && most < 16 * least ? 2 : 1e30;
    range[0] = least > 0 ? least / times : least - span;
    range[1] = least > 0 ? most * times : most + span;
}

/* The elements of the lines of a node that was lent, as far as they are wanted. */
typedef struct lent_lines {
    size_t lines, length, live;
} lent_lines;

static lent_lines lent_lines_of(const ex_run *r, ex_id n) {
    const ax_space *space = ex_space(r->g);
    int axis = r->settings.eights - 1;
    size_t length = ax_get(space, axis)->size;
    return (lent_lines){ax_size(space, ex_get(r->g, n)->axes & ~ax_bit(axis)), length,
                        r->live ? r->live : length};
}

/* What programs may take for granted of a node that was lent; NULL: nothing. */
static double *find_ranges(ex_run *r, ex_id n) {
    lent_lines l = lent_lines_of(r, n);
    double *range = arena_take(&r->ranges, (2 * l.lines + 1) * sizeof *range);
    for (size_t o = 0; range && o < l.lines; o++) {
        const double *x = r->node[n].value + o * l.length;
        double *own = range + 2 * o;
        size_t present = 0;
        own[0] = INFINITY;
        own[1] = -INFINITY;
        for (size_t i = 0; r->lines[n].varies[o] && i < l.live; i++) {
            own[0] = x[i] < own[0] ? x[i] : own[0];
            own[1] = x[i] > own[1] ? x[i] : own[1];
            present += x[i] == x[i];
        }
        if (present && present == l.live)
            take_margin(own);
        else
            own[0] = own[1] = EX_NAN;
    }
    return range;
}

static int are_within(const ex_run *r, ex_id n) {
    const known_lines *k = &r->lines[n];
    lent_lines l = lent_lines_of(r, n);
    int fine = 1;
    for (size_t o = 0; fine && o < l.lines; o++)
        if (k->varies[o] && k->range[2 * o] == k->range[2 * o])
            fine = r->kernels->are_within(l.live, r->node[n].value + o * l.length, k->range[2 * o],
                                          k->range[2 * o + 1]);
    return fine;
}

/* What programs are to take for granted, or whether what they took still holds. */
static void look_at_lines(ex_run *r) {
    for (ex_id n = 1; n < r->lines_count; n++) {
        known_lines *x = &r->lines[n];
        if (!x->varies || r->node[n].own) continue;
        if (!x->range && !r->program && !r->wary) {
            x->range = find_ranges(r, n);
        } else if (x->range && !are_within(r, n)) {
            forget_programs(r);
            r->wary = 1;
        }
    }
}

static void forget_plan(ex_run *r) {
    forget_programs(r);
    if (r->planned) pl_release(&r->plan);
    mem_free(r->done);
    mem_free(r->keep);
    r->done = r->keep = NULL;
    r->planned = 0;
}

void ex_run_close(ex_run *r) {
    if (!r) return;
    r->settings.again = 0;
    forget_plan(r);
    mem_free(r->wanted);
    mem_free(r->lines);
    mem_free(r->settled);
    for (uint32_t n = 1; n <= r->count; n++) {
        forget(r, n);
        forget_order(r, n);
    }
    thread_pool_close(r->crew);
    mem_free(r->node);
    mem_free(r);
}

/* A node before any computation. The dense values of a source are there. */
static run_node initial_node(const ex_run *r, ex_id n) {
    const ex_values *v = ex_values_of(r->g, n);
    if (!v || !v->value) return (run_node){0};
    return (run_node){.value = (double *)(uintptr_t)v->value, .done = 1};
}

/* Adds the nodes that were added to the graph since the last call. Where there are none it writes
 * nothing: several threads may look at the values of one run. */
int run_add_new_nodes(ex_run *r, fault *f) {
    uint32_t count = ex_count(r->g);
    if (r->node && count == r->count) return 1;
    if (!MEM_RESERVE(r->node, (size_t)count + 1, r->cap)) return fault_memory(f);
    for (uint32_t n = r->count + 1; n <= count; n++) r->node[n] = initial_node(r, n);
    r->count = count;
    return 1;
}

run_view run_look(const ex_run *r, ex_id n) {
    const ex_values *v = ex_values_of(r->g, n);
    int inner = ax_inner(ex_space(r->g), ex_get(r->g, n)->axes);
    size_t line = inner == AX_NONE ? 1 : ax_get(ex_space(r->g), inner)->size;
    if (v && v->column && !r->node[n].value) return (run_view){.column = v->column, .line = line};
    return (run_view){.value = r->node[n].value, .line = line};
}

int run_room(ex_run *r, ex_id n, fault *f) {
    if (r->node[n].own) return 1; /* kept from the last time */
    size_t elements = ax_size(ex_space(r->g), ex_get(r->g, n)->axes);
    char shape[256];
    if (elements > SIZE_MAX / sizeof(double) ||
        (r->settings.memory && elements * sizeof(double) > r->settings.memory - r->memory)) {
        ax_describe(ex_space(r->g), ex_get(r->g, n)->axes, shape, sizeof shape);
        return fault_set(f, FAULT_LIMIT,
                         "the results take more than %zu MiB of memory (an array over %s)",
                         r->settings.memory >> 20, shape);
    }
    run_node *x = &r->node[n];
    x->value = big_alloc_room(elements * sizeof(double));
    if (!x->value) {
        ax_describe(ex_space(r->g), ex_get(r->g, n)->axes, shape, sizeof shape);
        if (limits_over() == LIMITS_MEMORY) limits_where("an array over %s", shape);
        return fault_memory(f);
    }
    x->own = 1;
    r->memory += elements * sizeof(double);
    if (r->memory > r->memory_most) r->memory_most = r->memory;
    return 1;
}

size_t ex_run_memory(const ex_run *r) { return r->memory; }
size_t ex_run_memory_most(const ex_run *r) { return r->memory_most; }

const double *run_dense(ex_run *r, ex_id n, fault *f) {
    const ex_values *v = ex_values_of(r->g, n);
    if (!v || v->value || r->node[n].value) return r->node[n].value;
    run_view from = run_look(r, n); /* of the columns: there are no dense values yet */
    if (!run_room(r, n, f)) return NULL;
    size_t total = ax_size(ex_space(r->g), v->axes), lines = from.line ? total / from.line : 0;
    for (size_t o = 0; o < lines; o++)
        memcpy(r->node[n].value + o * from.line, from.column[o], from.line * sizeof(double));
    r->node[n].done = 1;
    return r->node[n].value;
}

void run_domain_error(ex_run *r, ex_id n, size_t count, size_t first) {
    run_node *x = &r->node[n];
    if (!count) return;
    if (!x->domain_errors || first < x->first) x->first = first;
    x->domain_errors += count;
}

thread_pool *run_crew(ex_run *r) {
    if (!r->crew) r->crew = thread_pool_open(r->settings.threads);
    return r->crew;
}

int run_stopped(const ex_run *r) { return limits_stopped() || limits_raised(r->settings.stop); }

static void reset_domain_errors(ex_run *r, const pl_pass *pass) {
    if (pass->form == PL_BREAKER) r->node[pass->node].domain_errors = 0;
    for (uint32_t k = 0; k < pass->loops; k++)
        for (uint32_t j = 0; j < pass->loop[k].count; j++) {
            const pl_instruction *in = &pass->loop[k].instruction[j];
            r->node[in->node].domain_errors = 0;
            if (in->product) r->node[in->product].domain_errors = 0;
        }
}

/* The program of a pass, made at its first use; NULL: it is done otherwise. */
static program *program_of(ex_run *r, const pl_plan *plan, uint32_t pass, fault *f) {
    if (plan != &r->plan || !r->lines || !program_serves(r, &r->plan.pass[pass])) return NULL;
    if (!r->program && !(r->program = mem_zero(r->plan.passes + 1, sizeof(program *)))) {
        fault_memory(f);
        return NULL;
    }
    if (!r->program[pass]) r->program[pass] = program_make(r, &r->plan.pass[pass], f);
    return r->program[pass];
}

static int run_pass(ex_run *r, pl_plan *plan, uint32_t which, fault *f) {
    pl_pass *pass = &plan->pass[which];
    program *p = program_of(r, plan, which, f);
    if (f->count) return 0;
    if (p) {
        program_run(p, r->live ? r->live : pass->length);
        return 1;
    }
    fill_operands(r, pass);
    return pass->form == PL_BREAKER
               ? run_room(r, pass->node, f) && run_materialize(r, pass->node, f)
               : run_stream(r, pass, f);
}

static int run_pass_timed(ex_run *r, pl_plan *plan, uint32_t which, fault *f) {
    if (!run_profile_begin(r, f)) return 0;
    const uint64_t began = work_now();
    return run_pass(r, plan, which, f) &&
           run_profile_pass(r, &plan->pass[which], work_now() - began, f);
}

/* ---- values that nothing reads any more ---- */

enum { SPARE = 256 << 20 };

/* For each node the last pass of the plan that computes or reads it, counted from 1; 0: none. */
static void note_reads(const ex_run *r, const pl_plan *plan, uint32_t *last) {
    for (uint32_t i = 0; i < plan->passes; i++) {
        const pl_pass *pass = &plan->pass[i];
        for (int a = 0; pass->form == PL_BREAKER && a < ex_get(r->g, pass->node)->argc; a++)
            last[ex_arg(r->g, pass->node, a)] = i + 1;
        if (pass->form == PL_BREAKER) last[pass->node] = i + 1;
        for (uint32_t k = 0; k < pass->loops; k++)
            for (uint32_t j = 0; j < pass->loop[k].count; j++) {
                const pl_instruction *in = &pass->loop[k].instruction[j];
                last[in->node] = i + 1;
                for (int a = 0; a < in->argc; a++) last[in->arg[a].node] = i + 1;
                if (in->by) last[in->by] = i + 1;
                if (in->form == PL_COPY && ex_get(r->g, in->node)->argc == 2)
                    last[ex_arg(r->g, in->node, 1)] = i + 1;
            }
    }
}

/* Values that nothing reads after a pass, the oldest first. */
typedef struct dead {
    ex_id *by_pass, *list; /* nodes in the order of their last passes; those that are dead */
    uint32_t *from;        /* where those of a pass begin */
    size_t first, count, bytes;
} dead;

static void dead_release(dead *d) {
    mem_free(d->by_pass);
    mem_free(d->list);
    mem_free(d->from);
}

static int dead_open(dead *d, const ex_run *r, const pl_plan *plan, fault *f) {
    const size_t nodes = (size_t)r->count + 1, passes = (size_t)plan->passes + 2;
    uint32_t *last = mem_zero(nodes, sizeof *last);
    *d = (dead){.by_pass = mem_take(nodes * sizeof *d->by_pass),
                .list = mem_take(nodes * sizeof *d->list),
                .from = mem_zero(passes + 1, sizeof *d->from)};
    const int fine = last && d->by_pass && d->list && d->from ? 1 : fault_memory(f);
    if (fine) {
        note_reads(r, plan, last);
        for (uint32_t n = 1; n <= r->count; n++) d->from[last[n] + 2]++;
        for (size_t i = 1; i <= passes; i++) d->from[i] += d->from[i - 1];
        for (uint32_t n = 1; n <= r->count; n++) d->by_pass[d->from[last[n] + 1]++] = n;
    }
    mem_free(last);
    if (!fine) dead_release(d);
    return fine;
}

/* After pass i (0: before the first): what was read last in it is dead, unless somebody wanted it.
 */
static void bury(dead *d, ex_run *r, uint32_t i) {
    const size_t spare = r->settings.spare ? r->settings.spare : SPARE;
    for (uint32_t k = d->from[i]; k < d->from[i + 1]; k++) {
        const ex_id n = d->by_pass[k];
        if (!r->node[n].own || r->node[n].held || r->node[n].asked) continue;
        d->list[d->count++] = n;
        d->bytes += bytes_of(r, n);
    }
    for (; d->bytes > spare && d->first < d->count; d->first++) {
        d->bytes -= bytes_of(r, d->list[d->first]);
        run_release(r, d->list[d->first]);
    }
}

static int run_each_pass(ex_run *r, pl_plan *plan, const uint8_t *keep, dead *d, fault *f) {
    if (d) bury(d, r, 0);
    for (uint32_t i = 0; i < plan->passes; i++) {
        pl_pass *pass = &plan->pass[i];
        reset_domain_errors(r, pass);
        int fine = r->settings.profile ? run_pass_timed(r, plan, i, f) : run_pass(r, plan, i, f);
        work_add(1);
        if (fine && run_stopped(r))
            fine = fault_set(f, FAULT_LIMIT, "stopped before the results were complete");
        if (!fine) return 0;
        if (pass->form == PL_BREAKER) {
            r->node[pass->node].done = 1;
            r->computed++;
        }
        for (uint32_t k = 0; k < pass->loops; k++)
            for (uint32_t j = 0; j < pass->loop[k].count; j++) {
                ex_id n = pass->loop[k].instruction[j].node;
                r->node[n].done = keep[n];
                r->computed++;
            }
        if (d) bury(d, r, i + 1);
    }
    return 1;
}

static int run_passes(ex_run *r, pl_plan *plan, const uint8_t *keep, fault *f) {
    dead d;
    const int buries = !r->settings.again;
    if (buries && !dead_open(&d, r, plan, f)) return 0;
    look_at_lines(r);
    work_begin(TEXT("computing"), NULL, plan->passes);
    big_alloc_keep();
    const int fine = run_each_pass(r, plan, keep, buries ? &d : NULL, f);
    big_alloc_keep_end();
    work_end();
    if (buries) dead_release(&d);
    return fine;
}

/* After a failure: values that are not complete are given back. */
static void drop_unfinished(ex_run *r) {
    for (uint32_t n = 1; n <= r->count; n++)
        if (r->node[n].own && !r->node[n].done) forget(r, n);
}

/* Whether a plan holds for other values: maps that depend on values are completed in it, and so
 * these values have to stay. */
static int is_lasting(const ex_run *r, const pl_plan *plan, const uint8_t *done) {
    for (uint32_t i = 0; i < plan->passes; i++)
        for (uint32_t k = 0; k < plan->pass[i].loops; k++)
            for (uint32_t j = 0; j < plan->pass[i].loop[k].count; j++) {
                const pl_instruction *in = &plan->pass[i].loop[k].instruction[j];
                int steered = in->form == PL_COPY && ex_get(r->g, in->node)->argc == 2;
                ex_id by = steered ? in->arg[1].node : in->by;
                int stays = r->settings.eights && by && done[by] &&
                            !(ex_get(r->g, by)->axes & ax_bit(r->settings.eights - 1));
                if (by && !stays) return 0;
            }
    return 1;
}

/* Whether the kept plan serves for these nodes, with what is done now. */
static int has_plan(const ex_run *r, const ex_id *want, size_t count, const uint8_t *done) {
    return r->planned && r->plan_count == r->count && r->wants == count &&
           !memcmp(r->wanted, want, count * sizeof *want) &&
           !memcmp(r->done, done, (size_t)r->count + 1);
}

/* Keeps a plan with `done` and `keep`, which then belong to the run. 0 where it is not kept. */
static int keep_plan(ex_run *r, const ex_id *want, size_t count, const pl_plan *plan, uint8_t *done,
                     uint8_t *keep) {
    if (!r->settings.again || !is_lasting(r, plan, done) ||
        !MEM_RESERVE(r->wanted, count, r->wanted_cap))
        return 0;
    forget_plan(r);
    memcpy(r->wanted, want, count * sizeof *want);
    r->wants = count;
    r->plan = *plan;
    r->planned = 1;
    r->done = done;
    r->keep = keep;
    r->plan_count = r->count;
    return 1;
}

/* Makes a plan, and runs it; `done` is given away. */
static int plan_and_run(ex_run *r, const ex_id *want, size_t count, uint8_t *done, fault *f) {
    uint8_t *keep = mem_zero((size_t)r->count + 1, 1);
    pl_plan plan = {.memory = ARENA_INIT};
    work_begin(TEXT("planning"), NULL, 0);
    int fine = keep ? pl_make(&plan, r->g, want, count, done, keep, f) : fault_memory(f);
    work_end();
    int kept = fine && keep_plan(r, want, count, &plan, done, keep);
    if (fine) fine = run_passes(r, kept ? &r->plan : &plan, keep, f);
    if (kept) return fine;
    pl_release(&plan);
    mem_free(done);
    mem_free(keep);
    return fine;
}

int ex_run_prepare(ex_run *r, const ex_id *want, size_t count, fault *f) {
    if (!run_add_new_nodes(r, f)) return 0;
    for (size_t i = 0; i < count; i++) r->node[want[i]].held = 1;
    size_t there = 0;
    while (there < count &&
           (r->node[want[there]].done || ex_get(r->g, want[there])->op == EX_source))
        there++;
    /* Rows that come into memory bring nodes for their labels and positions. */
    if (r->rows && (!r->read_rows(r, want, count, f) || !run_add_new_nodes(r, f))) return 0;
    if (there == count) return 1;
    uint8_t *done = mem_zero((size_t)r->count + 1, 1);
    if (!done) return fault_memory(f);
    r->looked += r->count;
    for (uint32_t n = 1; n <= r->count; n++)
        done[n] = r->node[n].done || ex_get(r->g, n)->op == EX_source;
    int fine;
    if (has_plan(r, want, count, done)) {
        mem_free(done);
        fine = run_passes(r, &r->plan, r->keep, f);
    } else {
        fine = plan_and_run(r, want, count, done, f);
    }
    if (!fine) drop_unfinished(r);
    return fine;
}

int ex_run_eval(ex_run *r, const ex_id *want, size_t count, fault *f) {
    if (!run_add_new_nodes(r, f)) return 0;
    for (size_t i = 0; i < count; i++) r->node[want[i]].asked = 1;
    return ex_run_prepare(r, want, count, f);
}

const double *ex_run_value(ex_run *r, ex_id n, fault *f) {
    if (!n || n > ex_count(r->g) || !run_add_new_nodes(r, f)) return NULL;
    if (ex_get(r->g, n)->op == EX_source) {
        r->node[n].held = 1;
        return !r->rows || r->read_rows(r, &n, 1, f) ? run_dense(r, n, f) : NULL;
    }
    return r->node[n].done ? r->node[n].value : NULL;
}

/* Forgets the values of all nodes that depend on `changed`; without memory for the marks, those of
 * all later nodes. */
static void forget_after(ex_run *r, ex_id changed) {
    uint8_t *stale = mem_zero((size_t)r->count + 1, 1);
    for (uint32_t n = changed + 1; n <= r->count; n++) {
        int is = !stale;
        for (int i = 0; !is && i < ex_get(r->g, n)->argc; i++)
            is = ex_arg(r->g, n, i) == changed || stale[ex_arg(r->g, n, i)];
        if (!is || ex_get(r->g, n)->op == EX_source) continue;
        if (stale) stale[n] = 1;
        forget(r, n);
    }
    mem_free(stale);
}

void run_forget(ex_run *r, ex_id n) { forget(r, n); }
void run_forget_after(ex_run *r, ex_id changed) { forget_after(r, changed); }

void ex_run_changed(ex_run *r, ex_id source) {
    if (source > r->count) return;
    const ex_values *v = ex_values_of(r->g, source);
    const int own = r->node[source].own;
    give_back(r, source); /* also with `again`: a copy of columns is made anew */
    if (!v || own) forget(r, source);
    if (v && v->value) r->node[source] = initial_node(r, source);
    forget_after(r, source);
}

int ex_run_lend(ex_run *r, ex_id n, const double *value, fault *f) {
    if (!run_add_new_nodes(r, f)) return 0;
    run_node *x = &r->node[n];
    forget_order(r, n);
    if (x->value != value) forget_programs(r);
    if (n < r->lines_count) r->lines[n] = (known_lines){0};
    give_back(r, n);
    *x = (run_node){.value = (double *)(uintptr_t)value, .done = 1};
    forget_after(r, n);
    return 1;
}

int ex_run_lend_lines(ex_run *r, ex_id n, double *value, const uint8_t *varies,
                      const double *constant, fault *f) {
    if (!run_add_new_nodes(r, f) || !make_lines(r, f)) return 0;
    if (r->node[n].value == value && r->lines[n].varies == varies) {
        forget_after(r, n);
        return 1;
    }
    if (!ex_run_lend(r, n, value, f)) return 0;
    r->lines[n] = (known_lines){varies, constant, value, NULL};
    return 1;
}

void ex_run_only(ex_run *r, size_t n) { r->live = n; }

int ex_run_force(ex_run *r, ex_id n, size_t element, double value, fault *f) {
    const double *from = ex_run_value(r, n, f);
    if (!from || element >= bytes_of(r, n) / sizeof *from)
        return f->count
                   ? 0
                   : fault_set(f, FAULT_BUG, "an element that was not computed cannot be changed");
    if (!r->node[n].own) { /* the values of a source belong to its owner */
        if (!run_room(r, n, f)) return 0;
        memcpy(r->node[n].value, from, bytes_of(r, n));
    }
    r->node[n].value[element] = value;
    r->node[n].held = 1;
    forget_after(r, n);
    return 1;
}

size_t ex_run_domain_errors(const ex_run *r) {
    size_t count = 0;
    for (uint32_t n = 1; n <= r->count; n++) count += r->node[n].domain_errors > 0;
    return count + r->settles;
}

ex_domain_error ex_run_domain_error(const ex_run *r, size_t i) {
    for (uint32_t n = 1; n <= r->count; n++)
        if (r->node[n].domain_errors && i-- == 0)
            return (ex_domain_error){n, r->node[n].domain_errors, r->node[n].first};
    return i < r->settles ? r->settled[i] : (ex_domain_error){0};
}

uint64_t ex_run_computed(const ex_run *r) { return r->computed; }

uint64_t ex_run_looked(const ex_run *r) { return r->looked; }
