#include "rule/explain_inside.h"

#include <string.h>

#include "base/decimal.h"
#include "table/date.h"

size_t explain_cell(const explainer *e, ex_id n, const spot *s) {
    const ax_space *space = ex_space(e->r->graph);
    ax_set axes = ex_get(e->r->graph, n)->axes;
    size_t at = 0;
    for (int i = 0; i < ax_count(space); i++)
        if (axes & AX_BIT(i))
            at += s->at[i] * ax_stride(space, axes, i);
    return at;
}

double explain_value(const explainer *e, ex_id n, const spot *s) {
    fault ignored = FAULT_INIT;
    const double *value = ex_run_value(e->r->run, n, &ignored);
    fault_release(&ignored);
    return value ? value[explain_cell(e, n, s)] : EX_NAN;
}

void explain_write(const explainer *e, ex_kind kind, double x, buf *out) {
    char text[32];
    if (x != x)
        buf_text(out, "missing");
    else if (kind == EX_TEXT)
        buf_print(out, "\"%s\"", pool_text(e->m->strings, (uint32_t)x));
    else if (kind == EX_TRUTH)
        buf_text(out, x != 0 ? "true" : "false");
    else if (kind == EX_DATE)
        buf_put(out, text, date_write(x, text));
    else
        buf_put(out, text, decimal_write(x, text));
}

const char *explain_keep(const explainer *e, const buf *b) {
    const char *own = arena_text(e->memory, buf_string(b), b->length);
    return own ? own : "";
}

/* Units first, stages and years last, as readers name a place. */
static int reading_order(const char *axis) {
    return !strcmp(axis, "unit") ? 0 : !strcmp(axis, "stage") || !strcmp(axis, "year") ? 2 : 1;
}

const char *explain_labels(const explainer *e, ax_set axes, const spot *s) {
    const ax_space *space = ex_space(e->r->graph);
    buf b = BUF_INIT;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < ax_count(space); i++)
            if ((axes & AX_BIT(i)) && reading_order(ax_get(space, i)->name) == round) {
                buf_text(&b, b.length ? ", " : "");
                buf_text(&b, pool_text(e->m->strings, ax_get(space, i)->label[s->at[i]]));
            }
    const char *out = explain_keep(e, &b);
    buf_release(&b);
    return out;
}
