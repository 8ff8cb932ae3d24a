#include "uncertainty/vary.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/thread_pool.h"
#include "base/text.h"
#include "base/work.h"
#include "lua/host.h"
#include "uncertainty/counting.h"

/* ---- the grid of units and columns ---- */

/* The output that units are compared by: the rank, else the score. */
static const assess_array *compared(const vary *v) {
    const vary_settings *s = &v->settings;
    return s->part[VARY_RANK] ? s->part[VARY_RANK] : s->part[VARY_SCORE];
}

static int axis_of(const assess_array *x, int id) {
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id == id) return k;
    return -1;
}

size_t vary_element(const vary *v, size_t column, size_t unit) {
    const assess_array *x = compared(v);
    size_t at = 0;
    for (int k = x->axes - 1; k >= 0; k--) {
        if (x->axis[k].id == v->settings.units) {
            at += unit * x->stride[k];
        } else {
            at += column % x->axis[k].size * x->stride[k];
            column /= x->axis[k].size;
        }
    }
    return at;
}

static int open_grid(vary *v, fault *f) {
    const assess_array *x = compared(v);
    int axis = x ? axis_of(x, v->settings.units) : -1;
    if (axis < 0) return 1;
    v->units = x->axis[axis].size;
    v->columns = v->units ? x->size / v->units : 0;
    if (v->units < 2 || v->units > VARY_PAIRS) return 1;
    v->ahead = mem_zero(v->columns * v->units * v->units, sizeof *v->ahead);
    if (!v->ahead) return fault_memory(f);
    if (!v->settings.part[VARY_RANK]) return 1;
    size_t lines = v->columns * v->units;
    v->twice = mem_zero((lines + COMPARED) * draws_block(v->draws), sizeof *v->twice);
    v->whole = mem_zero(lines, 1);
    return (v->twice && v->whole) || fault_memory(f);
}

/* ---- opening ---- */

static int nothing_varies(const vary *v, const uncertain_list *list, fault *f) {
    if (!list->count)
        return fault_at(f, FAULT_USAGE, NULL,
                        "uncertain = { { \"*.weight\", noise = 0.25 } } in the rules, or --vary "
                        "'*.weight=noise(0.25)'",
                        "nothing is said to be uncertain");
    if (v->inputs.entry[0].seen)
        return fault_at(f, FAULT_USAGE, NULL, NULL,
                        "nothing varies: '%s' means no missing figure, or no column says anything "
                        "of what it means",
                        list->item[0].address);
    return fault_at(f, FAULT_USAGE, NULL, "assess leaves RULES lists what has a name",
                    "nothing is called '%s'", list->item[0].address);
}

int vary_open(vary *v, assess *a, const uncertain_list *list, const vary_settings *s, fault *f) {
    static const tally_kind kind[] = {TALLY_NUMBER, TALLY_RANK, TALLY_CLASS, TALLY_CLASS};
    *v = (vary){.settings = *s, .session = a, .texts = pool_count(a->h->strings), .widest = NAN};
    int fine = inputs_open(&v->inputs, a, list, f);
    if (fine && !v->inputs.inputs && !v->inputs.choices) fine = nothing_varies(v, list, f);
    v->inputs.draws = s->end - s->first;
    for (int p = 0; p < VARY_PARTS; p++) {
        v->place[p] = s->part[p] ? (int)v->outputs : -1;
        if (s->part[p]) v->output[v->outputs++] = s->part[p];
    }
    if (fine) v->draws = draws_open(a, &v->inputs, v->output, v->outputs, f);
    if (v->draws && !s->block) draws_mix(v->draws);
    fine = fine && v->draws && open_grid(v, f);
    for (int p = 0; fine && p < VARY_PARTS; p++)
        if (s->part[p]) fine = tally_open(&v->tally[p], kind[p], s->part[p]->size, s->draws, f);
    v->least = fine ? mem_take((v->inputs.inputs + 1) * sizeof *v->least) : NULL;
    v->most = fine ? mem_take((v->inputs.inputs + 1) * sizeof *v->most) : NULL;
    if (fine && (!v->least || !v->most)) fine = fault_memory(f);
    for (size_t i = 0; fine && i < v->inputs.inputs; i++) {
        v->least[i] = INFINITY;
        v->most[i] = -INFINITY;
    }
    if (fine) fine = panel_compare(&v->inputs, a, s->part[VARY_RANK], &v->panel, f);
    if (!fine) vary_close(v);
    return fine;
}

void vary_close(vary *v) {
    for (int p = 0; p < VARY_PARTS; p++) tally_close(&v->tally[p]);
    counting_close(v);
    draws_close(v->draws);
    inputs_close(&v->inputs);
    mem_free(v->ahead);
    mem_free(v->twice);
    mem_free(v->whole);
    mem_free(v->least);
    mem_free(v->most);
    mem_free(v->inert);
    *v = (vary){0};
}

uint64_t vary_work(const vary *v) {
    const host *h = v->session->h;
    uint64_t elements = 0, all = v->settings.end - v->settings.first;
    for (ex_id n = 1; n <= ex_count(h->graph); n++)
        elements += ax_size(h->space, ex_get(h->graph, n)->axes);
    return all && elements > UINT64_MAX / all ? UINT64_MAX : elements * all;
}

double vary_ahead(const vary *v, size_t column, size_t unit, size_t other) {
    if (!v->ahead) return (double)NAN;
    uint64_t one = v->ahead[(column * v->units + unit) * v->units + other],
             two = v->ahead[(column * v->units + other) * v->units + unit];
    return one + two ? (double)one / (double)(one + two) : (double)NAN;
}

/* A block that was interrupted counts for nothing. Without a single draw there is no result. */
static int end_at_stop(vary *v, fault *f) {
    if (limits_over()) return 0;
    fault_release(f);
    if (!v->done) return fault_set(f, FAULT_LIMIT, "stopped before the first draws were made");
    v->stopped = 1;
    return 1;
}

/* Is so little time left that another block would leave none for the report? */
static int is_late(double all, double left, double longest) {
    return all > 0 && left < longest + all / 30 + 0.05;
}

/* Draws that pass by are counted in steps that take about so long, and of the time there is no
 * larger share. */
#define STEP_SECONDS 0.4
#define STEP_SHARE 0.025
enum { STEP_MOST = 1 << 22, GROWTH = 4 };

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* How many draws there will be. With --until the width falls with their root, and is looked at each
 * time that they have doubled. */
static uint64_t expected(const vary *v) {
    const vary_settings *s = &v->settings;
    const double all = (double)(s->end - s->first);
    double to = (double)v->looked;
    if (!(s->until > 0) || !v->looked) return s->end - s->first;
    for (double width = v->widest; width >= s->until && to < all; to *= 2) width /= sqrt(2);
    return (uint64_t)fmin(all, to);
}

static int make_draws(vary *v, fault *f) {
    const vary_settings *s = &v->settings;
    const draw_source from = {.seed = s->seed};
    size_t block = draws_block(v->draws);
    /* The precision is looked at when so many draws are made, and then at twice as many. */
    uint64_t look = block, step = block, count;
    int streams = counting_streams(v), grows = 0;
    double all = limits_left(), left = all, longest = 0;
    for (uint64_t at = s->first; at < s->end && !v->reached; at += count) {
        uint64_t most = streams ? step : block;
        if (s->until > 0 && most > look - v->done) most = look - v->done;
        count = s->end - at < most ? s->end - at : most;
        if (v->done && !limits_over() &&
            (limits_raised(s->stop) || is_late(all, left, grows ? GROWTH * longest : longest))) {
            v->stopped = 1;
            v->late = !limits_raised(s->stop);
            break;
        }
        double began = seconds_now();
        int fine = streams ? counting_stream(v, &from, at, count, f) : -1;
        double took = seconds_now() - began;
        grows = took < STEP_SECONDS && !(all > 0 && took > STEP_SHARE * all) && step < STEP_MOST;
        if (fine > 0 && grows) step *= GROWTH;
        if (fine < 0) {
            streams = 0;
            if (count > block) count = block;
            fine = draws_compute(v->draws, &from, at, (size_t)count, f);
            if (fine && !count_block(v, (size_t)count, f)) return 0;
            if (fine && s->block && !s->block(s->of, v, (size_t)count, f)) return 0;
        }
        if (!fine) {
            if (limits_raised(s->stop) && end_at_stop(v, f)) break;
            return 0;
        }
        v->done += count;
        if (s->until > 0 && (v->done == look || at + count == s->end)) {
            v->widest = vary_widest(v);
            v->looked = v->done;
            v->reached = v->widest < s->until;
            look *= 2;
        }
        work_parts(expected(v));
        work_to(v->done);
        double now = limits_left();
        if (left - now > longest) longest = left - now;
        left = now;
    }
    return 1;
}

int vary_run(vary *v, fault *f) {
    work_begin(TEXT("%.0f of %.0f draws"), NULL, expected(v));
    const int fine = make_draws(v, f);
    work_end();
    return fine;
}

/* ---- the end ---- */

/* Texts that rules made for some draws only were numbered as they came, which is another order
 * where the draws are made in parts. They are listed in the order of their letters, behind those
 * that were there before. */
static void order_texts(const vary *v, tally_cell *c) {
    const pool *strings = v->session->h->strings;
    size_t from = 0;
    while (from < c->classes && c->class_[from].value <= (double)v->texts) from++;
    for (size_t i = from + 1; i < c->classes; i++)
        for (size_t k = i;
             k > from && strcmp(pool_text(strings, (uint32_t)c->class_[k].value),
                                pool_text(strings, (uint32_t)c->class_[k - 1].value)) < 0;
             k--) {
            tally_count swap = c->class_[k];
            c->class_[k] = c->class_[k - 1];
            c->class_[k - 1] = swap;
        }
}

int vary_finish(vary *v, fault *f) {
    for (int p = 0; p < VARY_PARTS; p++) {
        if (v->place[p] < 0) continue;
        tally *t = &v->tally[p];
        if (!tally_finish(t, f)) return 0;
        for (size_t e = 0;
             t->kind == TALLY_CLASS && v->settings.part[p]->kind == ASSESS_TEXT && e < t->size; e++)
            order_texts(v, &t->cell[e]);
    }
    return 1;
}
