/* What would be otherwise for a unit: the rule's own formulas, computed again with one element
 * changed. */
#include <math.h>

#include "base/mem.h"
#include "report/appraisal.h"

/* The session tells what went wrong in its messages; the caller gets the last of them. */
static int failed(appraisal *p, assess_status status, fault *f) {
    size_t count = assess_message_count(p->session);
    return fault_set(f, (fault_kind)status, "%s",
                     count ? assess_message_at(p->session, count - 1).text : "");
}

static int change(appraisal *p, const assess_array *x, size_t at, double value, fault *f) {
    assess_status status = assess_change(p->session, x, x->axes ? at * x->stride[0] : 0, value);
    if (!status) status = assess_recompute(p->session);
    return !status || failed(p, status, f);
}

int appraisal_without(appraisal *p, const assess_array *x, size_t at, double value, size_t unit,
                      ap_outcome *out, fault *f) {
    double before = appraisal_element(x, at);
    if (!change(p, x, at, value, f)) return 0;
    *out = (ap_outcome){appraisal_at(p, AP_TOTAL, unit), appraisal_at(p, AP_GRADE, unit)};
    return change(p, x, at, before, f);
}

int appraisal_rest(appraisal *p, ap_part part, size_t unit, double *rest, fault *f) {
    const assess_array *points = p->part[AP_EVENT_POINTS];
    *rest = appraisal_at(p, part, unit);
    size_t from = p->event.start[unit], count = p->event.start[unit + 1] - from;
    if (!points || !count || !assess_depends(p->session, p->part[part], points)) return 1;
    double *before = mem_take(count * sizeof *before);
    if (!before) return fault_memory(f);
    assess_status status = ASSESS_OK;
    for (size_t i = 0; i < count; i++)
        before[i] = appraisal_at(p, AP_EVENT_POINTS, p->event.line[from + i]);
    for (int undo = 0; undo < 2 && !status; undo++) {
        for (size_t i = 0; i < count && !status; i++)
            if (!isnan(before[i]))
                status =
                    assess_change(p->session, points, p->event.line[from + i] * points->stride[0],
                                  undo ? before[i] : 0);
        if (!status) status = assess_recompute(p->session);
        if (!undo && !status) *rest = appraisal_at(p, part, unit);
    }
    mem_free(before);
    return !status || failed(p, status, f);
}

/* Outcome with a total of so many hundredths. */
static int with_total(appraisal *p, size_t unit, double hundredths, ap_outcome *out, fault *f) {
    return appraisal_without(p, p->part[AP_TOTAL], unit, hundredths / 100, unit, out, f);
}

int appraisal_next(appraisal *p, size_t unit, ap_outcome *out, fault *f) {
    double total = appraisal_at(p, AP_TOTAL, unit), grade = appraisal_at(p, AP_GRADE, unit);
    double low = floor(total * 100), high = low, step = 100;
    ap_outcome found = {(double)NAN, (double)NAN}, tried;
    *out = found;
    if (isnan(total) || isnan(grade)) return 1;
    /* Upwards in doubling steps to a total that lifts the grade, then halving what lies between. */
    for (; step <= 102400; step *= 2) {
        high = low + step;
        if (!with_total(p, unit, high, &tried, f)) return 0;
        if (appraisal_better(p, tried.grade, grade)) break;
        low = high;
    }
    if (step > 102400) return 1;
    found = (ap_outcome){high / 100, tried.grade};
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        if (!with_total(p, unit, middle, &tried, f)) return 0;
        if (appraisal_better(p, tried.grade, grade)) {
            high = middle;
            found = (ap_outcome){high / 100, tried.grade};
        } else {
            low = middle;
        }
    }
    *out = found;
    return 1;
}
