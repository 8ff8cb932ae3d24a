/* Draws that nobody keeps: computed batch by batch, and handed over at once.
 *
 * A thread takes a few draws at a time, draws all their inputs and puts them where the draws of
 * their variant wait. As soon as there is a batch of these, it is computed and handed over. So
 * everything of a batch stays in the cache of one processor, and no memory is needed for more. */
#include "uncertainty/draws_inside.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/thread_pool.h"

struct draws_batch {
    const draws *d;
    const variant *v;
    size_t count;
    const double **value; /* by output: as the run has them */
};

/* What each thread has. */
typedef struct stream_worker {
    double *input;        /* of the draws it took, by input and draw */
    uint32_t *draw;       /* by variant: those that take it */
    size_t *count;        /* by variant: how many */
    size_t *put, *some;   /* by variant: how many of them wait, and are next to */
    const double **value; /* by output */
} stream_worker;

typedef struct stream {
    draws *d;
    const draw_source *from;
    uint64_t first, count;
    size_t window;        /* draws that are taken at a time */
    unsigned char *which; /* by draw: its variant */
    const draws_taker *to;
    stream_worker *worker;
    arena memory;
} stream;

size_t draws_batch_count(const draws_batch *b) { return b->count; }

size_t draws_batch_most(const draws *d) { return d->batch; }

const double *draws_batch_value(const draws_batch *b, size_t output, size_t element, double *room) {
    const found_output *o = &b->v->output[output];
    int there = o->offset[element] != SIZE_MAX;
    const double *from = there ? b->value[output] + o->offset[element] : NULL;
    if (there && o->stride == 1 && !o->text) return from;
    for (size_t k = 0; k < b->count; k++) {
        double y = there ? from[k * o->stride] : (double)NAN;
        if (o->text && there) y = o->text[y >= 1 && y < (double)o->texts ? (size_t)y : 0];
        room[k] = y;
    }
    return room;
}

static int run_batch(const stream *s, variant *v, int worker, fault *f) {
    const draws *d = s->d;
    draw_worker *w = &v->worker[worker];
    draws_batch b = {d, v, w->waiting, s->worker[worker].value};
    w->waiting = 0;
    if (!draws_eval(d, v, w, b.count, f)) return 0;
    for (size_t i = 0; i < d->outputs; i++)
        if (!(b.value[i] = ex_run_value(w->run, v->output[i].node, f)))
            return f->count ? 0 : fault_set(f, FAULT_BUG, "an output was not computed");
    return s->to->take(s->to->self, &b, worker, f);
}

/* Lets as many of the draws that a worker took wait with the others as there is room for, by
 * variant: `some`. An input that was just drawn is put for all variants while it is in the cache.
 */
static void put_draws(const stream *s, int worker) {
    const stream_worker *w = &s->worker[worker];
    const draws *d = s->d;
    size_t most = 0;
    for (size_t v = 0; v < d->variants; v++)
        if (w->some[v] && d->variant[v].targets > most) most = d->variant[v].targets;
    for (size_t t = 0; t < most; t++)
        for (size_t i = 0; i < d->variants; i++) {
            variant *v = &d->variant[i];
            if (w->some[i] && t < v->targets)
                draws_put(v, t, &v->worker[worker], w->input, s->window,
                          w->draw + i * s->window + w->put[i], w->some[i],
                          v->worker[worker].waiting);
        }
}

/* Lets the draws that a worker took wait with the others, and computes each full batch. */
static int add_draws(const stream *s, int worker, fault *f) {
    const stream_worker *w = &s->worker[worker];
    const draws *d = s->d;
    memset(w->put, 0, d->variants * sizeof *w->put);
    for (int any = 1; any;) {
        any = 0;
        for (size_t i = 0; i < d->variants; i++) {
            draw_worker *x = d->variant[i].open ? &d->variant[i].worker[worker] : NULL;
            size_t left = w->count[i] - w->put[i], room = x ? d->batch - x->waiting : 0;
            w->some[i] = left < room ? left : room;
            any |= left > 0;
            if (left && !x->run && !draws_open_worker(&d->variant[i], d->batch, x, f)) return 0;
        }
        if (any) put_draws(s, worker);
        for (size_t i = 0; i < d->variants; i++) {
            if (!w->some[i]) continue;
            draw_worker *x = &d->variant[i].worker[worker];
            x->waiting += w->some[i];
            w->put[i] += w->some[i];
            if (x->waiting == d->batch && !run_batch(s, &d->variant[i], worker, f)) return 0;
        }
    }
    return 1;
}

static void run_window(void *self, size_t index, int worker) {
    const stream *s = self;
    draws *d = s->d;
    const stream_worker *w = &s->worker[worker];
    fault *f = &d->fault[worker];
    uint64_t at = (uint64_t)index * s->window;
    size_t n = s->count - at < s->window ? (size_t)(s->count - at) : s->window;
    if (f->count || limits_over()) return;
    inputs_draw(d->in, s->from, s->first + at, n, w->input, s->window);
    s->to->drawn(s->to->self, w->input, s->window, n, worker);
    memset(w->count, 0, d->variants * sizeof *w->count);
    for (size_t k = 0; k < n; k++) {
        size_t of = s->which[at + k];
        w->draw[of * s->window + w->count[of]++] = (uint32_t)k;
    }
    add_draws(s, worker, f);
}

/* What waits with a thread for a full batch, which will not come: computed by any thread, and
 * tallied as by its own. */
static void run_rest(void *self, size_t index, int worker) {
    const stream *s = self;
    draws *d = s->d;
    fault *f = &d->fault[index];
    (void)worker;
    for (size_t i = 0; i < d->variants && !f->count && !limits_over(); i++) {
        variant *v = &d->variant[i];
        if (v->open && v->worker[index].waiting) run_batch(s, v, (int)index, f);
    }
}

/* Which variant each draw is of; all of them are then open. 0 with the fault, -1 where one of them
 * cannot be computed so. */
static int find_variants(stream *s, fault *f) {
    draws *d = s->d;
    unsigned char *taken = mem_take(s->count + 1);
    size_t factor = 1;
    s->which = mem_zero(s->count + 1, 1);
    int fine = taken && s->which ? 1 : fault_memory(f);
    for (size_t c = 0; fine && c < d->in->choices; c++) {
        inputs_choose(d->in, s->from, c, s->first, s->count, taken);
        for (uint64_t k = 0; k < s->count; k++)
            s->which[k] = (unsigned char)(s->which[k] + factor * taken[k]);
        factor *= d->in->choice[c].d.values;
    }
    mem_free(taken);
    for (uint64_t k = 0; fine && k < s->count; k++) {
        variant *v = &d->variant[s->which[k]];
        if (!v->open && !variant_open(d, s->which[k], f)) return 0;
        if (v->alone || !v->longest) return -1;
    }
    return fine;
}

static int take_room(stream *s, fault *f) {
    const draws *d = s->d;
    enum { WINDOW = 256 };
    uint64_t share = (s->count + (uint64_t)d->workers - 1) / (uint64_t)d->workers;
    s->window = WINDOW;
    if (share < s->window) s->window = (size_t)share;
    s->worker = arena_zero(&s->memory, (size_t)d->workers, sizeof *s->worker);
    for (int w = 0; s->worker && w < d->workers; w++) {
        stream_worker *x = &s->worker[w];
        x->input = arena_take(&s->memory, (d->in->inputs * s->window + 1) * sizeof *x->input);
        x->draw = arena_take(&s->memory, (d->variants * s->window + 1) * sizeof *x->draw);
        x->count = arena_zero(&s->memory, 3 * d->variants, sizeof *x->count);
        x->value = arena_take(&s->memory, (d->outputs + 1) * sizeof *x->value);
        if (!x->input || !x->draw || !x->count || !x->value) return fault_memory(f);
        x->put = x->count + d->variants;
        x->some = x->put + d->variants;
    }
    return s->worker ? 1 : fault_memory(f);
}

int draws_stream(draws *d, const draw_source *from, uint64_t first, uint64_t count,
                 const draws_taker *to, fault *f) {
    stream s = {
        .d = d, .from = from, .first = first, .count = count, .to = to, .memory = ARENA_INIT};
    int fine = find_variants(&s, f);
    if (fine > 0) fine = take_room(&s, f);
    for (size_t i = 0; fine > 0 && i < d->variants; i++)
        for (int w = 0; d->variant[i].open && w < d->workers; w++)
            d->variant[i].worker[w].waiting = 0;
    if (fine > 0) {
        thread_pool_run(d->pool, (size_t)((count + s.window - 1) / s.window), run_window, &s);
        thread_pool_run(d->pool, (size_t)d->workers, run_rest, &s);
    }
    for (int w = 0; fine > 0 && w < d->workers; w++)
        if (d->fault[w].count) {
            fault_move(f, &d->fault[w]);
            fine = 0;
        }
    if (fine > 0 && limits_over())
        fine = fault_set(f, FAULT_LIMIT, "stopped before the results were complete");
    mem_free(s.which);
    arena_release(&s.memory);
    return fine;
}
