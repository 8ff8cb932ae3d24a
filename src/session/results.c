#include "session/inside.h"

#include <string.h>

#include "base/mem.h"

size_t assess_output_count(const assess *a) {
    return a->step == DONE ? a->s->outputs : 0;
}

const assess_array *assess_output(const assess *a, size_t i) {
    return &a->output[i];
}

const assess_array *assess_output_named(const assess *a, const char *name) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (!strcmp(a->output[i].name, name))
            return &a->output[i];
    return NULL;
}

const char *assess_label(const assess *a, const assess_axis *axis, size_t i) {
    return pool_text(a->h->strings, ax_get(a->h->space, axis->id)->label[i]);
}

const char *assess_title(const assess *a, const assess_axis *axis, size_t i) {
    const model *m = &a->s->m;
    int element = model_element_of(m, axis->id, i);
    if (element >= 0 && *m->element[element].name)
        return m->element[element].name;
    if (axis->id == m->stage_axis && *m->stage[i].title)
        return m->stage[i].title;
    return assess_label(a, axis, i);
}

const char *assess_attribute(const assess *a, const char *label, const char *attribute) {
    const model *m = &a->s->m;
    const md_element *e = NULL;
    for (int i = 1; i < m->elements && !e; i++)
        if (!strcmp(m->element[i].id, label))
            e = &m->element[i];
    if (!e)
        return "";
    if (!strcmp(attribute, "cite"))
        return e->cite;
    if (!strcmp(attribute, "name"))
        return e->name;
    size_t n = strlen(e->address);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        const char *address = a->leaves[i].address;
        if (!strncmp(address, e->address, n) && address[n] == '.' && !strcmp(address + n + 1, attribute))
            return a->leaves[i].value;
    }
    return "";
}

const char *assess_text(const assess *a, double element) {
    return element >= 1 && element <= pool_count(a->h->strings) ? pool_text(a->h->strings, (uint32_t)element) : "";
}

double assess_text_number(const assess *a, const char *text) {
    uint32_t id = pool_find(a->h->strings, text, strlen(text));
    return id ? id : EX_NAN;
}

static int describe_array(assess *a, const char *name, assess_array *out, fault *f) {
    const model *m = &a->s->m;
    const md_array *leaves = model_array(m, name);
    if (leaves) {
        result_shape(m->space, leaves->axes, leaves->kind, leaves->value, out);
        const md_leaf *first = NULL;
        for (size_t i = 0; i < leaves->size && !first; i++)
            first = leaves->leaf[i] >= 0 ? &m->leaf[leaves->leaf[i]] : NULL;
        out->file = first ? sources_name(m->files, first->at.file) : "";
        out->line = first ? first->at.line : 0;
    } else {
        ex_id node = strncmp(name, "data.", 5) ? 0 : session_data(a, name + 5);
        const double *value = node ? ex_run_value(a->h->run, node, f) : NULL;
        const dataset *d = datasets_named(&a->s->data, name + (node ? 5 : 0));
        if (!value)
            return 0;
        result_shape(m->space, ex_get(a->h->graph, node)->axes, (ex_kind)ex_get(a->h->graph, node)->kind, value, out);
        out->file = d ? sources_name(m->files, d->spec.at.file) : "";
        out->line = d ? d->spec.at.line : 0;
    }
    out->name = out->formula = session_keep(a, name);
    return out->axes <= ASSESS_AXES;
}

const assess_array *assess_array_named(const assess *lent, const char *name) {
    assess *a = (assess *)lent; /* what was asked for is kept */
    fault f = FAULT_INIT;
    if (a->step != DONE && a->step != OPENED)
        return NULL;
    for (size_t i = 0; i < a->nameds; i++)
        if (!strcmp(a->named[i]->name, name))
            return a->named[i];
    if (a->nameds == a->named_room) {
        size_t room = a->named_room ? 2 * a->named_room : 8;
        assess_array **grown = mem_grow(a->named, room * sizeof *grown);
        if (!grown)
            return NULL;
        a->named = grown;
        a->named_room = room;
    }
    assess_array *out = arena_zero(&a->memory, 1, sizeof *out);
    if (!out || !describe_array(a, name, out, &f)) {
        fault_release(&f);
        return NULL;
    }
    a->named[a->nameds++] = out;
    return out;
}

size_t assess_reasons(assess *a, const assess_array *output, const size_t *at, assess_reason *out, size_t most) {
    fault f = FAULT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (output == &a->output[i] && output->kind == ASSESS_TRUTH)
            count = result_reasons(&a->r, output, a->r.output[i].node, at, out, most, &f);
    if (f.count)
        session_tell(a, &f, (assess_status)f.kind);
    return count;
}
