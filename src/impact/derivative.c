#include "expr/gradient.h"
#include "session/inside.h"

assess_status assess_gradient(assess *a, const assess_array *output, size_t element,
                              const assess_array *of, double *by, unsigned char *how) {
    fault f = FAULT_INIT;
    ex_id last = session_node(a, output), first = session_node(a, of);
    if (!last || !first || element >= output->size)
        return session_refuse(
            a, "derivatives are of outputs, by data and leaves that the rules use%s%s", "", "");
    a->halt = a->stop && *a->stop;
    const ex_seed seed = { last, element };
    ex_gradient *d = ex_gradient_open(a->h->graph, a->h->run, &seed, 1, &first, 1, &f);
    const double *slope = d ? ex_gradient_by(d, first) : NULL;
    const uint8_t *felt = d ? ex_gradient_how(d, first) : NULL;
    for (size_t i = 0; i < of->size; i++) {
        by[i] = slope ? slope[i] : 0;
        how[i] = felt ? felt[i] : 0;
    }
    ex_gradient_close(d);
    return session_finish(a, &f, DONE);
}
