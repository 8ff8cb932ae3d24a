/* Moving one datum: trying values, the nearest at which something holds, the usual range. */
#include "impact/inside.h"

#include <math.h>
#include <string.h>

/* ---- searching ---- */

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
        if (m.status == ASSESS_OK) continue;
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

int search_recompute(assess *a, size_t before, assess_status changed, fault *f) {
    assess_status status = changed ? changed : assess_recompute(a);
    return !status || search_fault(a, before, status, f);
}

int search_try(assess *a, const assess_array *data, size_t element, double value, fault *f) {
    size_t before = assess_message_count(a);
    return search_recompute(a, before, assess_change(a, data, element, value), f);
}

double search_narrow(double from, double bad, double good, int halvings,
                     int (*holds)(void *self, double value), void *self) {
    for (int i = 0; i < halvings && fabs(good - bad) > 1e-6 * fabs(good - from); i++) {
        double middle = bad + (good - bad) / 2;
        if (middle == bad || middle == good) break;
        int there = holds(self, middle);
        if (there < 0) break;
        *(there ? &good : &bad) = middle;
    }
    return good;
}

double search_shorten(double from, double good, double bound,
                      int (*holds)(void *self, double value), void *self) {
    double way = fabs(good - from), outer = good > from ? 1 : -1;
    for (int places = (int)ceil(log10(way > 0 ? way : 1)); places > -12; places--) {
        double unit = pow(10, places), times = good / unit;
        double slack = 2e-6 * way / unit; /* search_narrow leaves so much open */
        double candidate = (outer > 0 ? ceil(times - slack) : floor(times + slack)) * unit;
        if (places < 0) /* tenths are no doubles; what is written is */
            candidate = round(candidate * pow(10, -places)) / pow(10, -places);
        if (fabs(candidate - from) > 1.02 * way || (bound - candidate) * outer < 0) continue;
        int there = holds(self, candidate);
        if (there) return there > 0 ? candidate : good;
    }
    return good;
}

/* Does it hold at a value? -1, with the fault, where it cannot be computed. */
static int holds_at(void *self, double value) {
    search *s = self;
    if (!search_try(s->a, s->data, s->element, value, s->f)) return -1;
    return s->reached(s->self) != 0;
}

/* The nearest on one side, or NaN. */
static double outward(search *s, double from, double bound) {
    double inside = from, outside = (double)NAN;
    for (int i = 1; i <= STEPS && isnan(outside) && !s->f->count; i++) {
        /* A thousandth of the way first, then more and more. */
        double share = i <= 3 ? pow(10, i - 4) : (double)(i - 3) / (STEPS - 3);
        double next = i == STEPS ? bound : from + (bound - from) * share;
        if ((next - inside) * (bound - from) <= 0) continue;
        if (holds_at(s, next) > 0)
            outside = next;
        else
            inside = next;
    }
    if (!isnan(outside) && !s->f->count)
        outside = search_narrow(from, inside, outside, HALVINGS, holds_at, s);
    return isnan(outside) || s->f->count ? outside
                                         : search_shorten(from, outside, bound, holds_at, s);
}

int search_nearest(assess *a, const assess_array *data, size_t element, double least, double most,
                   int (*reached)(void *self), void *self, double *found, fault *f) {
    search s = {a, data, element, reached, self, f};
    double now = data->value[element], up = (double)NAN, down = (double)NAN;
    *found = (double)NAN;
    if (isnan(now)) {
        up = holds_at(&s, least) > 0 ? least : f->count ? (double)NAN : outward(&s, least, most);
        *found = up;
    } else if (reached(self)) {
        *found = now;
    } else {
        up = most > now ? outward(&s, now, most) : (double)NAN;
        if (!f->count && least < now) down = outward(&s, now, least);
        *found = isnan(down) || (!isnan(up) && up - now <= now - down) ? up : down;
    }
    fault ignored = FAULT_INIT; /* the first fault is the one that is told */
    int back = search_try(a, data, element, now, f->count ? &ignored : f);
    fault_release(&ignored);
    return back && !f->count && !isnan(*found);
}

/* ---- the usual range ---- */

static void widen(double x, double *low, double *high) {
    *low = x < *low || isnan(*low) ? (isnan(x) ? *low : x) : *low;
    *high = x > *high || isnan(*high) ? (isnan(x) ? *high : x) : *high;
}

/* Elements of an array that are of the cell's indicator, or of its whole column. */
static void widen_by(const assess_array *x, const assess *a, const char *id, double *low,
                     double *high) {
    int leaf = -1;
    size_t at = 0;
    for (int k = 0; k < x->axes && *id; k++)
        for (size_t i = 0; leaf < 0 && i < x->axis[k].size; i++)
            if (!strcmp(x->axis[k].name, dataset_leaf_axis(&a->s->data)) &&
                !strcmp(assess_label(a, &x->axis[k], i), id)) {
                leaf = k;
                at = i;
            }
    if (*id && leaf < 0) return;
    size_t run = leaf < 0 ? x->size : x->stride[leaf];
    size_t step = leaf < 0 ? x->size : run * x->axis[leaf].size;
    for (size_t start = at * run; start < x->size; start += step)
        for (size_t i = start; i < start + run; i++) widen(x->value[i], low, high);
}

void search_bounds(const assess *a, const assess_cell *c, double *low, double *high) {
    static const char *const standard[] = {"index.standard", "index.target", "index.target_low",
                                           "index.target_high"};
    *low = *high = (double)NAN;
    widen_by(c->data, a, c->id, low, high);
    for (size_t i = 0; *c->id && i < sizeof standard / sizeof *standard; i++) {
        const assess_array *x = assess_array_named(a, standard[i]);
        if (x && x->kind == ASSESS_NUMBER) widen_by(x, a, c->id, low, high);
    }
    widen(c->value, low, high);
}
