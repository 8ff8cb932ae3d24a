#include "expr/profile.h"

#include "base/mem.h"
#include "expr/run_inside.h"

void ex_profile_release(ex_profile *p) {
    mem_free(p->cost);
    mem_free(p->pass);
    mem_free(p->spent);
    *p = (ex_profile){0};
}

int run_profile_begin(ex_run *r, fault *f) {
    ex_profile *p = r->settings.profile;
    if (!MEM_RESERVE(p->spent, (size_t)r->count + 1, p->spent_cap)) return fault_memory(f);
    for (uint32_t n = 0; n <= r->count; n++) p->spent[n] = 0;
    return 1;
}

static size_t size_of(const ex_run *r, ex_id n) {
    return ax_size(ex_space(r->g), ex_get(r->g, n)->axes);
}

static ex_cost cost_of_breaker(const ex_run *r, ex_id n) {
    ex_cost c = {.node = n, .elements = size_of(r, n), .bytes = size_of(r, n) * sizeof(double)};
    for (int i = 0; i < ex_get(r->g, n)->argc; i++) {
        const size_t elements = size_of(r, ex_arg(r->g, n, i));
        if (elements > c.elements) c.elements = elements;
        c.bytes += elements * sizeof(double);
    }
    return c;
}

static ex_cost cost_of(const pl_pass *pass, const pl_loop *loop, const pl_instruction *in) {
    const uint64_t all = (uint64_t)loop->size * pass->length;
    ex_cost c = {.node = in->node, .elements = all};
    for (int i = 0; i < in->argc; i++)
        if (in->arg[i].home == PL_VALUE)
            c.bytes += (in->arg[i].streamed ? all : loop->size) * sizeof(double);
    if (in->form == PL_LINE)
        c.bytes += loop->size * sizeof(double);
    else if (in->home == PL_VALUE)
        c.bytes += (in->form == PL_FOLD ? in->lines * pass->length : all) * sizeof(double);
    return c;
}

/* The operations of a pass share its time as they shared the threads. */
static void share_time(ex_profile *p, size_t first, uint64_t time) {
    double spent = 0;
    for (size_t i = first; i < p->costs; i++) spent += (double)p->spent[p->cost[i].node];
    for (size_t i = first; i < p->costs; i++) {
        ex_cost *c = &p->cost[i];
        c->time = spent > 0 ? (uint64_t)((double)time * (double)p->spent[c->node] / spent)
                            : time / (p->costs - first);
    }
}

int run_profile_pass(ex_run *r, const pl_pass *pass, uint64_t time, fault *f) {
    ex_profile *p = r->settings.profile;
    const size_t first = p->costs;
    size_t count = pass->form == PL_BREAKER;
    for (uint32_t k = 0; k < pass->loops; k++) count += pass->loop[k].count;
    if (!MEM_RESERVE(p->cost, p->costs + count, p->cost_cap) ||
        !MEM_RESERVE(p->pass, p->passes + 1, p->pass_cap))
        return fault_memory(f);
    if (pass->form == PL_BREAKER) p->cost[p->costs++] = cost_of_breaker(r, pass->node);
    for (uint32_t k = 0; k < pass->loops; k++)
        for (uint32_t j = 0; j < pass->loop[k].count; j++)
            p->cost[p->costs++] = cost_of(pass, &pass->loop[k], &pass->loop[k].instruction[j]);
    for (size_t i = first; i < p->costs; i++) p->cost[i].pass = (uint32_t)p->passes;
    share_time(p, first, time);
    p->pass[p->passes++] =
        (ex_pass_cost){pass->form == PL_BREAKER, pass->stream, (uint32_t)count, time};
    return 1;
}
