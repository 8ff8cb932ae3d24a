/* Mutants of graphs: after a change there and back every value has the bits it had. */
#include "expr/mutant.h"
#include "graph.h"

FUZZ_TARGET(mutants) {
    static const ex_op to[] = {EX_lt,    EX_ge,   EX_eq,    EX_ne,       EX_and,   EX_or,   EX_sub,
                               EX_add,   EX_mul,  EX_div,   EX_min,      EX_max,   EX_any,  EX_all,
                               EX_first, EX_last, EX_least, EX_greatest, EX_trunc, EX_round};
    if (size < 8) return 0;
    fuzz_choices(data + 7, size - 7);
    case_open();
    ex_mutants_open(g, &f);
    random_graph(0);
    ex_id last = nodes ? node[nodes - 1] : 0;
    size_t elements = last ? ax_size(space, axes_of(last)) : 0;
    ex_mutant m = {.node = last ? 1 + (data[0] | (ex_id)data[1] << 8) % ex_count(g) : 1,
                   .change = (ex_change)(data[2] % 5),
                   .op = to[data[3] % (sizeof to / sizeof *to)],
                   .operand = data[4] % 3,
                   .value = data[5],
                   .extra = data[6] % 4};
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    if (elements && run && ex_run_eval(run, &last, 1, &f) && ex_get(g, m.node)->op != EX_source) {
        double *before = malloc(elements * sizeof *before);
        if (!before) abort();
        memcpy(before, ex_run_value(run, last, &f), elements * sizeof *before);
        if (ex_mutate(g, &m)) {
            ex_run_changed(run, m.node);
            FUZZ_CHECK(ex_run_eval(run, &last, 1, &f), "the mutant: %s",
                       f.listed ? f.item[0].text : "");
            ex_mutate_back(g, &m);
            ex_run_changed(run, m.node);
            FUZZ_CHECK(ex_run_eval(run, &last, 1, &f), "afterwards: %s",
                       f.listed ? f.item[0].text : "");
            const double *after = ex_run_value(run, last, &f);
            for (size_t i = 0; i < elements; i++)
                FUZZ_CHECK(same_number(after[i], before[i]), "element %zu: %.17g, before %.17g", i,
                           after[i], before[i]);
        }
        free(before);
    }
    ex_run_close(run);
    case_close();
    return 0;
}
