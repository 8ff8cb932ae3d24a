#include "impact/unit_position.h"

#include <math.h>

#include "base/decimal.h"

size_t unit_position_element(const stand *s, const assess_array *x, size_t unit) {
    size_t element = 0;
    for (int k = 0; k < x->axes; k++)
        for (int i = 0; i < s->score->axes; i++)
            if (s->score->axis[i].id == x->axis[k].id)
                element += (x->axis[k].id == s->axis ? unit : s->at[i]) * x->stride[k];
    return element;
}

const assess_axis *unit_position_extra(const stand *s, const assess_array *x, size_t *stride) {
    const assess_axis *extra = NULL;
    int more = 0;
    for (int k = 0; k < x->axes; k++) {
        int known = 0;
        for (int i = 0; i < s->score->axes; i++)
            known |= s->score->axis[i].id == x->axis[k].id;
        if (known)
            continue;
        extra = &x->axis[k];
        *stride = x->stride[k];
        more++;
    }
    return more == 1 ? extra : NULL;
}

double unit_position_score(const stand *s, size_t unit) {
    return s->score->value[unit_position_element(s, s->score, unit)];
}

double unit_position_key(const stand *s, size_t unit) {
    return s->rank ? s->rank->value[unit_position_element(s, s->rank, unit)] : -unit_position_score(s, unit);
}

double unit_position_rank(const stand *s, size_t unit) {
    double own = unit_position_key(s, unit), ahead = 0;
    for (size_t i = 0; !s->rank && i < s->units; i++)
        ahead += decimal_compare(unit_position_key(s, i), own) < 0;
    return s->rank || own != own ? own : 1 + ahead;
}

int unit_position_ahead(const stand *s, size_t unit, size_t other) {
    return decimal_compare(unit_position_key(s, unit), unit_position_key(s, other)) < 0;
}

/* Whether less is better shows in any two units whose ranks and scores differ. */
static int is_ascending(const stand *s) {
    double rank = (double)NAN, score = (double)NAN; /* of the first that has both */
    for (size_t i = 0; s->rank && i < s->units; i++) {
        double further = unit_position_key(s, i) - rank, more = unit_position_score(s, i) - score;
        if (isnan(rank) || isnan(score)) {
            rank = unit_position_key(s, i);
            score = unit_position_score(s, i);
        } else if (further * more > 0 || further * more < 0) {
            return further * more > 0;
        }
    }
    return 0;
}

int unit_position_open(stand *s, assess *a, const assess_array *score, const assess_array *rank,
               const size_t *at, int axis, fault *f) {
    *s = (stand){ .a = a, .score = score, .rank = rank, .at = at, .axis = axis };
    int found = 0;
    for (int k = 0; k < score->axes; k++)
        if (score->axis[k].id == axis) {
            s->unit = at[k];
            s->units = score->axis[k].size;
            found = 1;
        }
    if (!found || score->kind != ASSESS_NUMBER)
        return fault_set(f, FAULT_USAGE, "'%s' gives units no score", score->name);
    for (int k = 0; rank && k < rank->axes; k++) {
        int known = 0;
        for (int i = 0; i < score->axes; i++)
            known |= score->axis[i].id == rank->axis[k].id;
        if (!known)
            s->rank = NULL;
    }
    s->ascending = is_ascending(s);
    return 1;
}
