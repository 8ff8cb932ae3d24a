#include "uncertainty/paired.h"

#include <math.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"

static int open_edition(paired *p, int e, assess *a, const uncertain_list *list,
                        const assess_array *const *output, size_t outputs, fault *f) {
    if (!inputs_open(&p->inputs[e], a, list, f)) return 0;
    if (!p->inputs[e].inputs && !p->inputs[e].choices)
        return fault_at(f, FAULT_USAGE, NULL,
                        "uncertain = { { \"*.weight\", noise = 0.25 } } in the rules, or --vary "
                        "'*.weight=noise(0.25)'",
                        e ? "nothing is uncertain in the second edition"
                          : "nothing is uncertain in the first edition");
    p->inputs[e].draws = p->draws;
    p->draw[e] = draws_open(a, &p->inputs[e], output, outputs, f);
    return p->draw[e] != NULL;
}

static int open_parts(paired *p, fault *f) {
    int fine = 1;
    for (int k = 0; fine && k < PAIRED_PARTS; k++) {
        paired_part *q = &p->part[k];
        if (!q->output[0]) continue;
        q->up = mem_zero(p->places + 1, sizeof *q->up);
        q->down = mem_zero(p->places + 1, sizeof *q->down);
        fine = q->up && q->down ? 1 : fault_memory(f);
        fine = fine && tally_open(&q->change, TALLY_NUMBER, p->places, p->draws, f);
    }
    return fine;
}

/* The differences of one block of draws. */
static int add_block(paired *p, const int outputs[PAIRED_PARTS], size_t count, double *change,
                     fault *f) {
    for (int k = 0; k < PAIRED_PARTS; k++)
        for (size_t i = 0; p->part[k].output[0] && i < p->places; i++) {
            paired_part *q = &p->part[k];
            const size_t *element = q->place[i].element;
            const double *x = draws_value(p->draw[0], (size_t)outputs[k], element[0]),
                         *y = draws_value(p->draw[1], (size_t)outputs[k], element[1]);
            for (size_t n = 0; n < count; n++) {
                double d = change[n] = y[n] - x[n];
                /* what is no more than rounding is no change */
                if (fabs(d) <= 1e-12 * fmax(fabs(x[n]), fabs(y[n]))) change[n] = 0;
                q->up[i] += (uint64_t)(change[n] > 0);
                q->down[i] += (uint64_t)(change[n] < 0);
            }
            if (!tally_add(&q->change, i, change, count, f)) return 0;
        }
    return 1;
}

int paired_run(paired *p, assess *const session[2], const uncertain_list list[2], fault *f) {
    const assess_array *output[2][PAIRED_PARTS];
    int number[PAIRED_PARTS] = {0};
    size_t outputs = 0;
    for (int k = 0; k < PAIRED_PARTS; k++) {
        number[k] = (int)outputs;
        if (!p->part[k].output[0]) continue;
        for (int e = 0; e < 2; e++) output[e][outputs] = p->part[k].output[e];
        outputs++;
    }
    int fine = open_parts(p, f);
    for (int e = 0; fine && e < 2; e++)
        fine = open_edition(p, e, session[e], &list[e], output[e], outputs, f);
    size_t block = SIZE_MAX;
    for (int e = 0; fine && e < 2; e++)
        if (draws_block(p->draw[e]) < block) block = draws_block(p->draw[e]);
    double *change = fine ? mem_take((block + 1) * sizeof *change) : NULL;
    if (fine && !change) fine = fault_memory(f);
    const draw_source from = {.seed = p->seed};
    work_begin(TEXT("%.0f of %.0f draws"), NULL, p->draws);
    for (uint64_t at = 0; fine && at < p->draws; at += block) {
        size_t count = p->draws - at < block ? (size_t)(p->draws - at) : block;
        if (limits_raised(p->stop) && p->done && !limits_over()) break;
        fine = draws_compute(p->draw[0], &from, at, count, f) &&
               draws_compute(p->draw[1], &from, at, count, f);
        if (!fine && limits_raised(p->stop) && p->done && !limits_over()) {
            fault_release(f); /* stopped in the middle of a block, which does not count */
            fine = 1;
            break;
        }
        fine = fine && add_block(p, number, count, change, f);
        p->done += fine ? count : 0;
        work_to(p->done);
    }
    work_end();
    for (int k = 0; fine && k < PAIRED_PARTS; k++)
        if (p->part[k].output[0]) fine = tally_finish(&p->part[k].change, f);
    mem_free(change);
    return fine;
}

void paired_close(paired *p) {
    for (int k = 0; k < PAIRED_PARTS; k++) {
        if (p->part[k].up && p->part[k].down) tally_close(&p->part[k].change);
        mem_free(p->part[k].up);
        mem_free(p->part[k].down);
    }
    for (int e = 0; e < 2; e++) {
        draws_close(p->draw[e]);
        inputs_close(&p->inputs[e]);
    }
}
