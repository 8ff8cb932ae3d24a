#include "session/inside.h"

#include <string.h>

#include "base/mem.h"

ex_id session_data(const assess *a, const char *name) {
    const dataset *d = datasets_named(&a->s->data, name);
    if (d && d->node)
        return d->node;
    for (ex_id n = 1; n <= ex_count(a->h->graph); n++) {
        const ex_values *v = ex_values_of(a->h->graph, n);
        if (v && v->origin == EX_DATA && v->name && strchr(v->name, '.') && !strcmp(v->name, name))
            return n;
    }
    return 0;
}

/* The node of an array that was asked for by name. */
static ex_id named_node(const assess *a, const char *name) {
    const md_array *leaves = model_array(&a->s->m, name);
    return leaves ? leaves->node : strncmp(name, "data.", 5) ? 0 : session_data(a, name + 5);
}

ex_id session_node(const assess *a, const assess_array *array) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (array == &a->output[i])
            return a->r.output[i].node;
    for (size_t i = 0; i < a->nameds; i++)
        if (array == a->named[i])
            return named_node(a, array->name);
    return 0;
}

assess_status assess_change(assess *a, const assess_array *output, size_t element, double value) {
    fault f = FAULT_INIT;
    if (!a->output)
        return session_refuse(a, "assess_change follows assess_run: %s%s", output->name, "");
    ex_id node = session_node(a, output);
    if (!node)
        return session_refuse(a, "only outputs and data that the rules use can be changed%s%s", "", "");
    ex_run_force(a->h->run, node, element, value, &f);
    return session_finish(a, &f, DONE);
}

int session_fill(assess *a, fault *f) {
    model *m = &a->s->m;
    size_t all = 0, at = 0;
    for (size_t i = 0; i < m->arrays; i++)
        all += m->array[i].size;
    double *old = mem_take((all + 1) * sizeof *old);
    if (!old)
        return fault_memory(f);
    for (size_t i = 0; i < m->arrays; at += m->array[i++].size)
        memcpy(old + at, m->array[i].value, m->array[i].size * sizeof *old);
    int fine = model_fill(m, f);
    at = 0;
    for (size_t i = 0; i < m->arrays; at += m->array[i++].size)
        if (m->array[i].node && memcmp(old + at, m->array[i].value, m->array[i].size * sizeof *old) != 0)
            ex_run_changed(a->h->run, m->array[i].node);
    mem_free(old);
    return fine;
}

assess_status assess_change_leaf(assess *a, const char *address, const char *value) {
    fault f = FAULT_INIT;
    if (a->step != DONE)
        return session_refuse(a, "assess_change_leaf follows assess_run: %s%s", address, "");
    const md_leaf *leaf = model_leaf(&a->s->m, address);
    if (leaf && leaf->fixed && strcmp(model_leaf_text(&a->s->m, leaf), value) != 0)
        return session_refuse(a, "%s shapes the formulas (the rules read it as a plain value), so it is changed for a "
                              "run of its own: --set %s=…", address, address);
    if (!model_set(&a->s->m, address, value, &f)) {
        assess_status status = (assess_status)f.kind;
        session_tell(a, &f, status);
        return status;
    }
    session_fill(a, &f);
    return session_finish(a, &f, DONE);
}

static int is_wanted(const assess *a, const assess_array *x) {
    return !a->only[0] || x == a->only[0] || x == a->only[1];
}

assess_status assess_again(assess *a) {
    fault f = FAULT_INIT;
    if (a->step != DONE)
        return session_refuse(a, "assess_again follows assess_run%s%s", "", "");
    size_t count = a->s->outputs;
    ex_id *want = mem_zero(count + 1, sizeof *want);
    a->halt = a->stop && *a->stop;
    size_t wanted = 0;
    for (size_t i = 0; want && i < count; i++)
        if (is_wanted(a, &a->output[i]))
            want[wanted++] = a->r.output[i].node;
    if (!want)
        fault_memory(&f);
    else if (ex_run_eval(a->h->run, want, wanted, &f))
        for (size_t i = 0; i < count && !f.count; i++)
            if (is_wanted(a, &a->output[i]))
                a->output[i].value = ex_run_value(a->h->run, a->r.output[i].node, &f);
    for (size_t i = 0; i < a->nameds && !f.count && !a->only[0]; i++)
        if (!model_array(&a->s->m, a->named[i]->name))
            a->named[i]->value = ex_run_value(a->h->run, named_node(a, a->named[i]->name), &f);
    mem_free(want);
    return session_finish(a, &f, DONE);
}

int assess_depends(const assess *a, const assess_array *output, const assess_array *on) {
    ex_id last = session_node(a, output), first = session_node(a, on);
    char *reached = last && first && first <= last ? mem_zero((size_t)last + 1, 1) : NULL;
    if (!reached)
        return 0;
    reached[first] = 1;
    for (ex_id n = first + 1; n <= last; n++)
        for (int i = 0; i < ex_get(a->h->graph, n)->argc; i++)
            reached[n] |= reached[ex_arg(a->h->graph, n, i)];
    int found = reached[last];
    mem_free(reached);
    return found;
}
