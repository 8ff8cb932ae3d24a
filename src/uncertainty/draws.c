#include "uncertainty/draws_inside.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* ---- opening ---- */

/* Batches of a block, for each variant on the average: enough that threads have something to
 * share, but no more values of outputs than BLOCK_VALUES.
 */
enum { BATCHES = 8, BLOCK_VALUES = 1 << 23 };

/* As many draws as make arrays that stay in the cache, by what the rules have of elements; of few
 * draws no more. But where the axis of draws can be the longest, it is so for few draws, too: how
 * sums are added up hangs on it, and is the same for any number of draws and any part of them. */
static void choose_batch(draws *d) {
    /* MOST is no power of two: vectors of the same draws would crowd a few lines of the cache. */
    enum { LEAST = 16, MOST = 1008 };
    const ax_space *space = d->base->h->space;
    size_t elements = 1, longest = 1, few = SIZE_MAX;
    for (size_t i = 0; i < d->outputs; i++)
        if (d->output[i]->size > elements) elements = d->output[i]->size;
    for (int i = 0; i < ax_count(space); i++)
        if (ax_get(space, i)->size > longest) longest = ax_get(space, i)->size;
    size_t batch = ((size_t)1 << 20) / elements;
    batch = batch < LEAST ? LEAST : batch > MOST ? MOST : batch;
    d->longest = longest < batch / LEAST * LEAST ? longest : 0;
    if (d->in->draws && d->in->draws < batch) few = (size_t)d->in->draws + LEAST - 1;
    if (few < d->longest + LEAST) few = d->longest + LEAST;
    d->each = (few < batch ? few : batch) / LEAST * LEAST;
    /* All that a batch needs is to fit the second-level cache. */
    size_t near = ((size_t)1 << 14) / elements / 32 * 32;
    if (near < LEAST) near = LEAST;
    if (near < d->longest + LEAST) near = d->longest + LEAST;
    d->batch = (near < d->each ? near : d->each) / LEAST * LEAST;
    if (d->batch / LEAST % 2 == 0 && d->batch > LEAST && d->batch > d->longest + 2 * LEAST &&
        d->batch > few)
        d->batch -= LEAST; /* as MOST */
}

static void choose_block(draws *d, size_t variants) {
    size_t elements = 1 + d->in->inputs, batches = BATCHES;
    for (size_t i = 0; i < d->outputs; i++) elements += d->output[i]->size;
    while (batches > 1 && elements * d->each * variants > BLOCK_VALUES / batches) batches /= 2;
    d->block = d->each * variants * batches;
}

static int reserve(draws *d, fault *f) {
    d->input = mem_take((d->in->inputs * d->block + 1) * sizeof *d->input);
    d->taken = mem_take(d->in->choices * d->block + 1);
    d->value = arena_zero(&d->memory, d->outputs + 1, sizeof *d->value);
    d->variant = arena_zero(&d->memory, d->variants, sizeof *d->variant);
    d->found =
        (draws_found){d->variants, arena_zero(&d->memory, d->variants, sizeof *d->found.digest),
                      arena_zero(&d->memory, d->in->inputs + 1, sizeof *d->found.needed)};
    int fine = d->input && d->taken && d->value && d->variant && d->found.digest && d->found.needed;
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
    choose_batch(d);
    choose_block(d, fine ? d->variants : 1);
    if (fine) fine = reserve(d, f);
    if (fine) return d;
    draws_close(d);
    return NULL;
}

void draws_close(draws *d) {
    if (!d) return;
    for (size_t i = 0; d->variant && i < d->variants; i++)
        if (d->variant[i].open) variant_close(&d->variant[i], d->workers);
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

void draws_mix(draws *d) { d->mixed = 1; }

/* ---- computing ---- */

/* Draws that one evaluation computes: their places in the block, in the list of the variant. */
typedef struct draw_task {
    variant *of;
    size_t from, count;
} draw_task;

int draws_open_worker(const variant *v, size_t batch, draw_worker *w, fault *f) {
    const ex_settings of_run = {.threads = 1,
                                .memory = v->session->memory_most,
                                .stop = v->session->stop,
                                .simd = v->session->simd,
                                .eights = v->longest ? v->axis + 1 : 0,
                                .again = 1};
    w->value = mem_zero(v->slots + 1, sizeof *w->value);
    if (!w->value) return fault_memory(f);
    for (size_t i = 0; i < v->slots; i++) {
        const slot *s = &v->slot[i];
        if (!(w->value[i] = mem_line(64, s->elements * sizeof **w->value))) return fault_memory(f);
        for (size_t e = 0; e < s->size; e++)
            for (size_t k = 0; (!s->varies || s->varies[e]) && k < batch; k++)
                w->value[i][s->offset[e] + k * s->stride] = s->nominal[e];
    }
    w->run = ex_run_open(v->session->h->graph, &of_run, f);
    int fine = w->run != NULL;
    /* Operands first: to lend a node makes what depends on it be computed again. */
    for (size_t i = v->givens; fine && i-- > 0;) {
        const double *x = ex_run_value(v->session->h->run, v->given[i], f);
        fine = x ? ex_run_lend(w->run, v->given[i], x, f)
                 : fault_set(f, FAULT_BUG, "an array was not computed");
    }
    return fine;
}

static void gather(double *to, size_t stride, const double *from, const uint32_t *at, size_t n) {
    size_t k = 0;
    for (; stride == 1 && k + 4 <= n; k += 4) {
        double a = from[at[k]], b = from[at[k + 1]], c = from[at[k + 2]], d = from[at[k + 3]];
        to[k] = a;
        to[k + 1] = b;
        to[k + 2] = c;
        to[k + 3] = d;
    }
    for (; k < n; k++) to[k * stride] = from[at[k]];
}

void draws_put(const variant *v, size_t i, draw_worker *w, const double *value, size_t stride,
               const uint32_t *draw, size_t n, size_t at) {
    const target *t = &v->target[i];
    const slot *s = &v->slot[t->slot];
    double *to = w->value[t->slot] + s->offset[t->cell] + at * s->stride;
    const double *only = value + v->link[t->first] * stride;
    if (t->count == 1 && t->base == 0) {
        if (s->stride == 1 && n && draw[n - 1] - draw[0] == n - 1)
            memcpy(to, only + draw[0], n * sizeof *to);
        else
            gather(to, s->stride, only, draw, n);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        double x = t->base;
        for (size_t j = 0; j < t->count; j++) x += value[v->link[t->first + j] * stride + draw[k]];
        to[k * s->stride] = x;
    }
}

int draws_eval(const draws *d, const variant *v, draw_worker *w, size_t n, fault *f) {
    for (size_t i = 0; i < v->slots; i++) {
        const slot *s = &v->slot[i];
        int fine = s->varies
                       ? ex_run_lend_lines(w->run, s->lifted, w->value[i], s->varies, s->nominal, f)
                       : ex_run_lend(w->run, s->lifted, w->value[i], f);
        if (!fine) return 0;
    }
    ex_run_only(w->run, n);
    return ex_run_eval(w->run, v->want, d->outputs, f);
}

/* The outputs of `n` draws, whose places in the block are at `draw`; or, where they lie beside one
 * another, `begin` there. */
static int take_outputs(const draws *d, const variant *v, const draw_worker *w,
                        const uint32_t *draw, size_t n, size_t begin, fault *f) {
    int beside = d->mixed || (n && draw[n - 1] - draw[0] == n - 1);
    if (beside && !d->mixed) begin = draw[0];
    for (size_t i = 0; i < d->outputs; i++) {
        const found_output *o = &v->output[i];
        const double *x = ex_run_value(w->run, o->node, f);
        if (!x) return f->count ? 0 : fault_set(f, FAULT_BUG, "an output was not computed");
        for (size_t e = 0; e < d->output[i]->size; e++) {
            double *to = d->value[i] + e * d->count;
            const double *from = x + o->offset[e];
            int there = o->offset[e] != SIZE_MAX;
            if (beside && there && o->stride == 1 && !o->text) {
                memcpy(to + begin, from, n * sizeof *to);
                continue;
            }
            for (size_t k = 0; k < n; k++) {
                double y = there ? from[k * o->stride] : (double)NAN;
                if (o->text && there) y = o->text[y >= 1 && y < (double)o->texts ? (size_t)y : 0];
                to[beside ? begin + k : draw[k]] = y;
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
    if (!w->run && !draws_open_worker(v, d->batch, w, f)) return;
    for (size_t i = 0; i < v->targets; i++)
        draws_put(v, i, w, d->input, d->count, draw, t->count, 0);
    (void)(draws_eval(d, v, w, t->count, f) &&
           take_outputs(d, v, w, draw, t->count, v->place + t->from, f));
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
    for (size_t c = 0; c < d->in->choices; c++)
        inputs_choose(d->in, from, c, first, count, d->taken + c * count);
    for (size_t k = 0; k < count; k++) {
        size_t which = 0, factor = 1;
        for (size_t c = 0; c < d->in->choices; c++) {
            which += factor * d->taken[c * count + k];
            factor *= d->in->choice[c].d.values;
        }
        variant *v = &d->variant[which];
        if (!v->open && !variant_open(d, which, f)) return 0;
        v->draw[v->waiting++] = (uint32_t)k;
    }
    for (size_t i = 1; i < d->variants; i++)
        d->variant[i].place = d->variant[i - 1].place + d->variant[i - 1].waiting;
    return run_tasks(d, 0, f) && run_tasks(d, 1, f) &&
           (!limits_over() ||
            fault_set(f, FAULT_LIMIT, "stopped before the results were complete"));
}

thread_pool *draws_pool(const draws *d) { return d->pool; }

const double *draws_value(const draws *d, size_t output, size_t element) {
    return d->value[output] + element * d->count;
}

const double *draws_input(const draws *d, size_t input) { return d->input + input * d->count; }

const draws_found *draws_what_was_found(const draws *d) { return &d->found; }

void draws_find(draws *d, size_t which, uint64_t sum) { d->found.digest[which] = sum; }

void draws_need(draws *d, size_t input) { d->found.needed[input] = 1; }

int draws_differ(const draws *d, size_t choice) {
    const uint64_t *sum = d->found.digest;
    size_t step = 1, values = d->in->choice[choice].d.values;
    int known = -1;
    for (size_t k = 0; k < choice; k++) step *= d->in->choice[k].d.values;
    for (size_t i = 0; i < d->variants; i++)
        for (size_t k = i + step; sum[i] && k < d->variants; k += step) {
            if (k / (step * values) != i / (step * values)) break;
            if (!sum[k]) continue;
            if (sum[k] != sum[i]) return 1;
            known = 0;
        }
    return known;
}

size_t draws_chosen(const draws *d, size_t choice, size_t draw) {
    return d->taken[choice * d->count + draw];
}
