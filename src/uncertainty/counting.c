#include "uncertainty/counting.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/thread_pool.h"

/* ---- blocks ---- */

/* A block on its way into the tallies: each element, then each few units' pairs, are counted by one
 * thread. */
typedef struct counting {
    vary *v;
    size_t count, elements;
    fault *fault; /* by worker */
} counting;

static const double *compared_values(const vary *v, size_t line) {
    int p = v->settings.part[VARY_RANK] ? VARY_RANK : VARY_SCORE;
    return draws_value(v->draws, (size_t)v->place[p],
                       vary_element(v, line / v->units, line % v->units));
}

/* Of two ranks the smaller is ahead, of two scores the greater. A pair counts two points, one each
 * where they are equal. */
static void add_pair(const vary *v, uint64_t *ahead, size_t column, size_t i, size_t j,
                     uint64_t less, uint64_t more, uint64_t same) {
    int ranks = v->settings.part[VARY_RANK] != NULL;
    uint64_t *of = ahead + (column * v->units + i) * v->units + j,
             *to = ahead + (column * v->units + j) * v->units + i;
    *of += 2 * (ranks ? less : more) + same;
    *to += 2 * (ranks ? more : less) + same;
}

static void count_pair(vary *v, size_t column, size_t i, size_t j, size_t count) {
    const double *x = compared_values(v, column * v->units + i),
                 *y = compared_values(v, column * v->units + j);
    uint64_t less = 0, more = 0, same = 0, again = 0;
    v->inputs.kernels->compare(count, x, y, &less, &same);
    v->inputs.kernels->compare(count, y, x, &more, &again);
    add_pair(v, v->ahead, column, i, j, less, more, same);
}

/* A few units, from one on, with those after each in their column. */
static void count_pairs(vary *v, size_t column, size_t first, size_t count) {
    uint64_t less[VARY_PAIRS][COMPARED] = {{0}}, same[VARY_PAIRS][COMPARED] = {{0}};
    size_t units = v->units, line = column * units;
    for (size_t at = 0; v->twice && at < count; at += COMPARED_MOST) {
        size_t n = count - at < COMPARED_MOST ? count - at : COMPARED_MOST;
        for (size_t j = first + 1; j < units; j++)
            v->inputs.kernels->compare_halves(n, v->twice + (line + first) * count + at, count,
                                              v->twice + (line + j) * count + at, less[j], same[j]);
    }
    for (size_t l = 0; l < COMPARED; l++)
        for (size_t i = first + l, j = i + 1; j < units; j++) {
            if (v->twice && v->whole[line + i] && v->whole[line + j])
                add_pair(v, v->ahead, column, i, j, less[j][l], count - less[j][l] - same[j][l],
                         same[j][l]);
            else
                count_pair(v, column, i, j, count);
        }
}

static void count_some_pairs(void *self, size_t index, int worker) {
    const counting *c = self;
    size_t each = (c->v->units + COMPARED - 1) / COMPARED;
    (void)worker;
    count_pairs(c->v, index / each, index % each * COMPARED, c->count);
}

static void count_one(void *self, size_t index, int worker) {
    const counting *c = self;
    vary *v = c->v;
    if (index >= c->elements) {
        index -= c->elements;
        v->whole[index] = (char)v->inputs.kernels->halves(c->count, compared_values(v, index),
                                                          v->twice + index * c->count);
        return;
    }
    int p = 0;
    for (; v->place[p] < 0 || index >= v->tally[p].size; p++)
        if (v->place[p] >= 0) index -= v->tally[p].size;
    tally_add(&v->tally[p], index, draws_value(v->draws, (size_t)v->place[p], index), c->count,
              &c->fault[worker]);
}

int count_block(vary *v, size_t count, fault *f) {
    thread_pool *threads = draws_pool(v->draws);
    size_t workers = (size_t)thread_pool_threads(threads);
    counting c = {.v = v, .count = count, .fault = mem_zero(workers, sizeof *c.fault)};
    if (!c.fault) return fault_memory(f);
    for (int p = 0; p < VARY_PARTS; p++)
        if (v->place[p] >= 0) c.elements += v->tally[p].size;
    size_t lines = v->columns * v->units, some = (v->units + COMPARED - 1) / COMPARED;
    thread_pool_run(threads, c.elements + (v->twice ? lines : 0), count_one, &c);
    if (v->ahead) thread_pool_run(threads, v->columns * some, count_some_pairs, &c);
    for (size_t w = 0; w < workers; w++) fault_move(f, &c.fault[w]);
    mem_free(c.fault);
    for (size_t i = 0; i < v->inputs.inputs; i++)
        v->inputs.kernels->range(count, draws_input(v->draws, i), &v->least[i], &v->most[i]);
    return !f->count;
}

/* ---- draws that pass by ---- */

/* What a thread counts, until it is added to the survey. */
typedef struct vary_counts {
    tally tally[VARY_PARTS];
    uint64_t *ahead;
    double *least, *most;
    double *room; /* two vectors of a batch */
    /* Ranks of several batches, as small_ranks makes them, by line: [line * RANKS + k]. */
    int8_t *rank;
    size_t held;
} vary_counts;

enum { STREAM_ELEMENTS = 4000 }; /* of all outputs */
/* Ranks that are counted at a time; no power of two, as the batches of draws.c. */
enum { RANKS = 2016 };

int counting_streams(const vary *v) {
    size_t elements = 0;
    for (int p = 0; p < VARY_PARTS; p++)
        if (v->place[p] >= 0) elements += v->tally[p].size;
    return !v->settings.block && elements <= STREAM_ELEMENTS && draws_batch_most(v->draws) <= RANKS;
}

static size_t lines_of(const vary *v) { return v->columns * v->units; }

static int open_counts(vary_counts *c, const vary *v, fault *f) {
    size_t batch = draws_batch_most(v->draws), lines = lines_of(v) + COMPARED;
    int fine = 1;
    for (int p = 0; fine && p < VARY_PARTS; p++)
        if (v->place[p] >= 0)
            fine =
                tally_open(&c->tally[p], v->tally[p].kind, v->tally[p].size, v->settings.draws, f);
    if (!fine) return 0;
    c->ahead = v->ahead ? mem_zero(lines * v->units, sizeof *c->ahead) : NULL;
    c->least = mem_take((v->inputs.inputs + 1) * sizeof *c->least);
    c->most = mem_take((v->inputs.inputs + 1) * sizeof *c->most);
    c->room = mem_take(2 * batch * sizeof *c->room);
    c->rank = mem_zero(lines * RANKS, 1);
    for (size_t i = 0; c->least && c->most && i < v->inputs.inputs; i++) {
        c->least[i] = INFINITY;
        c->most[i] = -INFINITY;
    }
    return (c->least && c->most && c->room && c->rank && (c->ahead || !v->ahead)) ||
           fault_memory(f);
}

void counting_close(vary *v) {
    size_t workers = v->own ? (size_t)thread_pool_threads(draws_pool(v->draws)) : 0;
    for (size_t w = 0; w < workers; w++) {
        vary_counts *c = &v->own[w];
        for (int p = 0; p < VARY_PARTS; p++)
            if (c->tally[p].cell) tally_close(&c->tally[p]);
        mem_free(c->ahead);
        mem_free(c->least);
        mem_free(c->most);
        mem_free(c->room);
        mem_free(c->rank);
    }
    mem_free(v->own);
    v->own = NULL;
}

static void take_ranges(void *self, const double *value, size_t stride, size_t count, int worker) {
    const vary *v = self;
    const vary_counts *c = &v->own[worker];
    for (size_t i = 0; i < v->inputs.inputs; i++)
        v->inputs.kernels->range(count, value + i * stride, &c->least[i], &c->most[i]);
}

static void count_ranked_pairs(const vary *v, const vary_counts *c) {
    const draw_kernels *kernels = v->inputs.kernels;
    size_t n = c->held, units = v->units;
    for (size_t column = 0; column < v->columns; column++) {
        uint32_t less[COMPARED], same[COMPARED];
        const int8_t *lines = c->rank + column * units * RANKS;
        for (size_t first = 0; first < units; first += COMPARED)
            for (size_t j = first + 1; j < units; j++) {
                kernels->compare_bytes(n, lines + first * RANKS, RANKS, lines + j * RANKS, less,
                                       same);
                for (size_t i = first; i < j && i < first + COMPARED; i++)
                    add_pair(v, c->ahead, column, i, j, less[i - first],
                             n - less[i - first] - same[i - first], same[i - first]);
            }
    }
}

/* Counts the ranks that are held. */
static int count_ranks(const vary *v, vary_counts *c, fault *f) {
    size_t n = c->held;
    for (size_t line = 0; n && line < lines_of(v); line++)
        if (!tally_add_bytes(&c->tally[VARY_RANK],
                             vary_element(v, line / v->units, line % v->units),
                             c->rank + line * RANKS, n, f))
            return 0;
    if (n && c->ahead) count_ranked_pairs(v, c);
    c->held = 0;
    return 1;
}

/* Holds the ranks of the lines of the grid, which are all there are. 0 where they do not fit
 * bytes. */
static int hold_ranks(const vary *v, vary_counts *c, const draws_batch *b) {
    size_t n = draws_batch_count(b), output = (size_t)v->place[VARY_RANK];
    for (size_t line = 0; line < lines_of(v); line++) {
        size_t e = vary_element(v, line / v->units, line % v->units);
        if (!v->inputs.kernels->small_ranks(n, draws_batch_value(b, output, e, c->room),
                                            c->rank + line * RANKS + c->held))
            return 0;
    }
    c->held += n;
    return 1;
}

static void take_pair(const vary *v, const vary_counts *c, const draws_batch *b, size_t column,
                      size_t i, size_t j) {
    size_t n = draws_batch_count(b), batch = draws_batch_most(v->draws);
    int p = v->settings.part[VARY_RANK] ? VARY_RANK : VARY_SCORE;
    const double *x =
                     draws_batch_value(b, (size_t)v->place[p], vary_element(v, column, i), c->room),
                 *y = draws_batch_value(b, (size_t)v->place[p], vary_element(v, column, j),
                                        c->room + batch);
    uint64_t less = 0, more = 0, same = 0, again = 0;
    v->inputs.kernels->compare(n, x, y, &less, &same);
    v->inputs.kernels->compare(n, y, x, &more, &again);
    add_pair(v, c->ahead, column, i, j, less, more, same);
}

static int take_batch(void *self, const draws_batch *b, int worker, fault *f) {
    const vary *v = self;
    vary_counts *c = &v->own[worker];
    size_t n = draws_batch_count(b);
    int held =
        v->place[VARY_RANK] >= 0 && lines_of(v) == v->tally[VARY_RANK].size && hold_ranks(v, c, b);
    for (int p = 0; p < VARY_PARTS; p++)
        for (size_t e = 0; v->place[p] >= 0 && !(p == VARY_RANK && held) && e < v->tally[p].size;
             e++) {
            const double *x = draws_batch_value(b, (size_t)v->place[p], e, c->room);
            if (!tally_add(&c->tally[p], e, x, n, f)) return 0;
        }
    for (size_t column = 0; c->ahead && !held && column < v->columns; column++)
        for (size_t i = 0; i < v->units; i++)
            for (size_t j = i + 1; j < v->units; j++) take_pair(v, c, b, column, i, j);
    return c->held + draws_batch_most(v->draws) <= RANKS || count_ranks(v, c, f);
}

/* Adds what the threads have counted. */
static int join_counts(vary *v, vary_counts *c, fault *f) {
    size_t pairs = v->ahead ? lines_of(v) * v->units : 0;
    if (!count_ranks(v, c, f)) return 0;
    for (int p = 0; p < VARY_PARTS; p++) {
        if (v->place[p] < 0) continue;
        if (!tally_empty(&c->tally[p], f) || !tally_join(&v->tally[p], &c->tally[p], f)) return 0;
        tally_clear(&c->tally[p]);
    }
    for (size_t i = 0; i < pairs; i++) v->ahead[i] += c->ahead[i];
    if (pairs) memset(c->ahead, 0, pairs * sizeof *c->ahead);
    for (size_t i = 0; i < v->inputs.inputs; i++) {
        v->least[i] = fmin(v->least[i], c->least[i]);
        v->most[i] = fmax(v->most[i], c->most[i]);
    }
    return 1;
}

int counting_stream(vary *v, const draw_source *from, uint64_t first, uint64_t count, fault *f) {
    size_t workers = (size_t)thread_pool_threads(draws_pool(v->draws));
    if (!v->own) {
        v->own = mem_zero(workers, sizeof *v->own);
        if (!v->own) return fault_memory(f);
        for (size_t w = 0; w < workers; w++)
            if (!open_counts(&v->own[w], v, f)) return 0;
    }
    const draws_taker to = {v, take_batch, take_ranges};
    int done = draws_stream(v->draws, from, first, count, &to, f);
    for (size_t w = 0; done > 0 && w < workers; w++)
        if (!join_counts(v, &v->own[w], f)) done = 0;
    return done;
}
