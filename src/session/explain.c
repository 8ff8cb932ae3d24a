#include "session/inside.h"

#include "rule/explain.h"

size_t assess_explain(assess *a, const assess_array *output, const size_t *at, int depth, size_t most,
                      const assess_step **out) {
    explain_settings limits = { depth > 0 ? depth : 12, most ? most : 60 };
    uint32_t position[AX_MOST] = { 0 };
    assess_step *made = NULL;
    fault f = FAULT_INIT;
    size_t count = 0;
    *out = NULL;
    for (int k = 0; k < output->axes; k++)
        position[output->axis[k].id] = (uint32_t)at[k];
    for (size_t i = 0; a->step == DONE && i < assess_output_count(a); i++)
        if (output == &a->output[i])
            count = explain_steps(&a->r, &a->s->m, &a->s->data, a->r.output[i].node, position, &limits,
                                  &made, &f);
    if (f.count)
        session_tell(a, &f, (assess_status)f.kind);
    *out = made;
    return count;
}
