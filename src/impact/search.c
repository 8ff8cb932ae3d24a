#include "impact/search.h"

#include <math.h>
#include <string.h>

enum { STEPS = 16, HALVINGS = 40 };

typedef struct search {
    assess *a;
    const assess_array *data;
    size_t element;
    int (*reached)(void *self);
    void *self;
    fault *f;
} search;

int search_fault(const assess *a, size_t before, assess_status status, fault *f) {
    for (size_t i = before; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (m.status == ASSESS_OK)
            continue;
        const place at = {.file = *m.file ? m.file : NULL,
                          .line = m.line,
                          .column = m.column,
                          .field = *m.field ? m.field : NULL,
                          .excerpt = *m.excerpt ? m.excerpt : NULL};
        fault_at(f, (fault_kind)m.status, &at, *m.hint ? m.hint : NULL, "%s", m.text);
    }
    return f->count
               ? 0
               : fault_set(f, status ? (fault_kind)status : FAULT_BUG, "it cannot be computed");
}

int search_try(assess *a, const assess_array *data, size_t element, double value, fault *f) {
    size_t before = assess_message_count(a);
    assess_status status = assess_change(a, data, element, value);
    if (!status)
        status = assess_again(a);
    return !status || search_fault(a, before, status, f);
}

/* Does it hold there? Not, with the fault, where it cannot be computed. */
static int holds(search *s, double value) {
    return search_try(s->a, s->data, s->element, value, s->f) && s->reached(s->self);
}

/* The same on the outer side with fewer digits, as far as that goes hardly further and it still
 * holds. */
static double shorten(search *s, double from, double found, double bound) {
    double way = fabs(found - from), outer = found > from ? 1 : -1;
    for (int places = (int)ceil(log10(way > 0 ? way : 1)); places > -12 && !s->f->count; places--) {
        double unit = pow(10, places), times = found / unit,
               slack = 2e-6 * way / unit; /* of the halving */
        double candidate = (outer > 0 ? ceil(times - slack) : floor(times + slack)) * unit;
        if (places < 0) /* tenths are no doubles; what is written is */
            candidate = round(candidate * pow(10, -places)) / pow(10, -places);
        if (fabs(candidate - from) > 1.02 * way || (bound - candidate) * outer < 0)
            continue;
        if (holds(s, candidate))
            return candidate;
    }
    return found;
}

/* The nearest on one side, or NaN. */
static double outward(search *s, double from, double bound) {
    double inside = from, outside = (double)NAN;
    for (int i = 1; i <= STEPS && isnan(outside) && !s->f->count; i++) {
        /* A thousandth of the way first, then more and more. */
        double share = i <= 3 ? pow(10, i - 4) : (double)(i - 3) / (STEPS - 3);
        double next = i == STEPS ? bound : from + (bound - from) * share;
        if ((next - inside) * (bound - from) <= 0)
            continue;
        if (holds(s, next))
            outside = next;
        else
            inside = next;
    }
    for (int i = 0; i < HALVINGS && !isnan(outside) && !s->f->count; i++) {
        double middle = inside + (outside - inside) / 2;
        if (middle == inside || middle == outside ||
            fabs(outside - inside) <= 1e-6 * fabs(outside - from))
            break;
        if (holds(s, middle))
            outside = middle;
        else
            inside = middle;
    }
    return isnan(outside) || s->f->count ? outside : shorten(s, from, outside, bound);
}

int search_nearest(assess *a, const assess_array *data, size_t element, double least, double most,
                   int (*reached)(void *self), void *self, double *found, fault *f) {
    search s = { a, data, element, reached, self, f };
    double now = data->value[element], up = (double)NAN, down = (double)NAN;
    *found = (double)NAN;
    if (isnan(now)) {
        up = holds(&s, least) ? least : f->count ? (double)NAN : outward(&s, least, most);
        *found = up;
    } else if (reached(self)) {
        *found = now;
    } else {
        up = most > now ? outward(&s, now, most) : (double)NAN;
        if (!f->count && least < now)
            down = outward(&s, now, least);
        *found = isnan(down) || (!isnan(up) && up - now <= now - down) ? up : down;
    }
    fault again = FAULT_INIT; /* what went wrong first is told */
    int back = search_try(a, data, element, now, f->count ? &again : f);
    fault_release(&again);
    return back && !f->count && !isnan(*found);
}
