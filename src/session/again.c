#include "session/inside.h"

#include <stdlib.h>

/* The node of an output; 0 where it is none of this session's. */
ex_id session_node(const assess *a, const assess_array *output) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (output == &a->output[i])
            return a->r.output[i].node;
    return 0;
}

assess_status assess_change(assess *a, const assess_array *output, size_t element, double value) {
    fault f = FAULT_INIT;
    ex_id node = session_node(a, output);
    if (!node)
        return session_refuse(a, "only outputs can be changed%s%s", "", "");
    ex_run_force(a->h->run, node, element, value, &f);
    return session_finish(a, &f, DONE);
}

assess_status assess_again(assess *a) {
    fault f = FAULT_INIT;
    if (a->step != DONE)
        return session_refuse(a, "assess_again follows assess_run%s%s", "", "");
    size_t count = a->s->outputs;
    ex_id *want = calloc(count + 1, sizeof *want);
    a->halt = a->stop && *a->stop;
    for (size_t i = 0; want && i < count; i++)
        want[i] = a->r.output[i].node;
    if (!want)
        fault_memory(&f);
    else if (ex_run_eval(a->h->run, want, count, &f))
        for (size_t i = 0; i < count && !f.count; i++)
            a->output[i].value = ex_run_value(a->h->run, want[i], &f);
    free(want);
    return session_finish(a, &f, DONE);
}

int assess_depends(const assess *a, const assess_array *output, const assess_array *on) {
    ex_id last = session_node(a, output), first = session_node(a, on);
    char *reached = last && first && first <= last ? calloc((size_t)last + 1, 1) : NULL;
    if (!reached)
        return 0;
    reached[first] = 1;
    for (ex_id n = first + 1; n <= last; n++)
        for (int i = 0; i < ex_get(a->h->graph, n)->argc; i++)
            reached[n] |= reached[ex_arg(a->h->graph, n, i)];
    int found = reached[last];
    free(reached);
    return found;
}
