#include "session/inside.h"

#include "rule/explain.h"

enum { DEPTH = 12, MOST = 60, STEPS = 10000, SHARES = 1000000 };

/* One of the two ways to explain, under the session's time limit. */
static size_t explain(assess *a, const assess_array *output, const size_t *at, explain_settings *s,
                      size_t (*way)(const results *r, model *m, datasets *d, ex_id node,
                                    const uint32_t *at, const explain_settings *settings,
                                    assess_step **out, fault *f),
                      const assess_step **out) {
    uint32_t position[AX_MOST] = { 0 };
    assess_step *made = NULL;
    fault f = FAULT_INIT;
    size_t count = 0;
    *out = NULL;
    for (int k = 0; k < output->axes; k++)
        position[output->axis[k].id] = (uint32_t)at[k];
    watch *w = session_begin(a, a->seconds > 0);
    deadline_limit(w, a->seconds);
    s->stop = &a->halt;
    for (size_t i = 0; a->step == DONE && i < assess_output_count(a); i++)
        if (output == &a->output[i])
            count = way(&a->r, &a->s->m, &a->s->data, a->r.output[i].node, position, s, &made, &f);
    if (deadline_end(w) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the explanation took more than %g seconds", a->seconds);
    }
    if (f.count)
        session_tell(a, &f, (assess_status)f.kind);
    *out = made;
    return count;
}

size_t assess_explain(assess *a, const assess_array *output, const size_t *at, int depth, size_t most,
                      size_t steps, const assess_step **step) {
    explain_settings s = { .depth = depth > 0 ? depth : DEPTH,
                           .most = most ? most : MOST,
                           .steps = steps ? steps : STEPS };
    return explain(a, output, at, &s, explain_steps, step);
}

size_t assess_shares(assess *a, const assess_array *output, const size_t *at, int through,
                     const assess_step **step) {
    explain_settings s = {
        .depth = DEPTH, .most = (size_t)-1, .steps = SHARES, .through = through
    };
    return explain(a, output, at, &s, explain_shares, step);
}
