/* How precisely the probabilities of a report are known. */
#include <math.h>

#include "uncertainty/vary.h"

/* The width of the 95 % interval of a probability (Wilson 1927) from so many of `of` draws. */
static double interval(double times, double of) {
    const double z = 1.959963984540054;
    if (!(of > 0)) return 0;
    double share = times / of, square = z * z / of;
    return 2 * z / (1 + square) * sqrt((share * (1 - share) + square / 4) / of);
}

double vary_widest(const vary *v) {
    double widest = 0;
    for (int p = 0; p < VARY_PARTS; p++) {
        const tally *t = &v->tally[p];
        for (size_t e = 0; v->place[p] >= 0 && e < t->size; e++) {
            const tally_cell *c = &t->cell[e];
            double present = (double)c->present, all = present + (double)c->missing;
            if (t->kind == TALLY_RANK) {
                widest = fmax(widest, interval((double)tally_within(t, e, 1), present));
                widest =
                    fmax(widest, interval((double)tally_within(t, e, v->settings.places), present));
            }
            for (size_t k = 0; t->kind == TALLY_CLASS && k < c->classes; k++)
                widest = fmax(widest, interval((double)c->class_[k].count, all));
        }
    }
    return widest;
}
