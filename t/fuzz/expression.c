/* Expressions: the block evaluator has the bits of the reference evaluator. */
#include "graph.h"

FUZZ_TARGET(expression) {
    static const char *const levels[] = {"baseline", "v3", "v4"};
    if (size < 3) return 0;
    fuzz_choices(data + 2, size - 2);
    case_open();
    random_graph(0);
    ex_id last = nodes ? node[nodes - 1] : 0;
    if (last && !has_sums()) {
        ex_settings s = {.threads = 1, .block = data[0] % 64, .simd = levels[data[1] % 3]};
        if (ex_level(s.simd) < 0) s.simd = NULL;
        ex_reference *ref = ex_reference_open(g, &last, 1, &f);
        ex_run *run = ex_run_open(g, &s, &f);
        int fine = ref && run && ex_run_eval(run, &last, 1, &f);
        FUZZ_CHECK(fine || f.kind == FAULT_LIMIT, "not computed: %s",
                   f.listed ? f.item[0].text : "");
        const double *is = fine ? ex_run_value(run, last, &f) : NULL,
                     *want = fine ? ex_reference_value(ref, last) : NULL;
        for (size_t i = 0; fine && i < ax_size(space, axes_of(last)); i++)
            FUZZ_CHECK(same_number(is[i], want[i]), "element %zu: %.17g, reference %.17g", i, is[i],
                       want[i]);
        ex_run_close(run);
        ex_reference_close(ref);
    }
    case_close();
    return 0;
}
