/* Choices: a value of leaves, a file of data, a rule file, and what is left out. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"
#include "uncertainty/inside.h"

/* The values of an entry and their probabilities. */
static int take_values(const opener *o, draw_choice *c) {
    size_t own = 0, with = 0;
    while (uncertain_option(o->e, "", own)) own++;
    while (uncertain_option(o->e, "with", with)) with++;
    const char **value = arena_take(&o->in->memory, (own + 1) * sizeof *value);
    double *probability = with ? arena_take(&o->in->memory, with * sizeof *probability) : NULL;
    if (!value || (with && !probability)) return fault_memory(o->f);
    for (size_t i = 0; i < own; i++) value[i] = uncertain_option(o->e, "", i)->text;
    for (size_t i = 0; i < with; i++) probability[i] = uncertain_option(o->e, "with", i)->number;
    c->value = value;
    c->d = (distribution){.kind = DISTRIBUTION_DISCRETE, .values = own, .probability = probability};
    return 1;
}

static int add_choice(const opener *o, draw_choice c) {
    draw_inputs *in = o->in;
    if (!MEM_RESERVE(in->choice, in->choices + 1, in->choice_cap)) return fault_memory(o->f);
    c.entry = o->entry;
    c.hash = inputs_hash(c.address);
    in->choice[in->choices++] = c;
    in->entry[o->entry].choices++;
    return 1;
}

static size_t find_value(const draw_choice *c, const char *now) {
    size_t i = 0;
    while (i < c->d.values && strcmp(c->value[i], now) != 0) i++;
    return i < c->d.values ? i : SIZE_MAX;
}

int choices_add_leaf(opener *o, const md_leaf *l) {
    draw_inputs *in = o->in;
    int together = uncertain_is(o->e, "together");
    if (together && in->entry[o->entry].choices) {
        draw_choice *c = &in->choice[in->choices - 1];
        ((const char **)(uintptr_t)c->leaf)[c->leaves++] = l->address;
        return 1;
    }
    draw_choice c = {.kind = CHOICE_VALUE, .address = together ? o->e->address : l->address};
    const char **leaf = arena_take(&in->memory, (together ? o->a->s->m.leaves : 1) * sizeof *leaf);
    if (!leaf) return fault_memory(o->f);
    leaf[0] = l->address;
    c.leaf = leaf;
    c.leaves = 1;
    if (!take_values(o, &c)) return 0;
    c.nominal = find_value(&c, model_leaf_text(&o->a->s->m, l));
    return add_choice(o, c);
}

int choices_add_files(opener *o) {
    const char *address = o->e->address, *name = !strncmp(address, "data.", 5) ? address + 5 : "";
    const dataset *data = datasets_named(&o->a->s->data, name);
    int rules = !strcmp(address, "rules");
    draw_choice c = {.kind = rules ? CHOICE_RULES : CHOICE_DATA, .address = rules ? address : name};
    if (!rules && !data) return 0;
    if (!take_values(o, &c)) return 1;
    for (size_t i = 0; i < c.d.values; i++) {
        struct stat info;
        const char *path = inputs_path(o, c.value[i]);
        if (!path) {
            fault_memory(o->f);
            return 1;
        }
        ((const char **)(uintptr_t)c.value)[i] = path;
        if (!inputs_allowed(o, path)) return 1;
        if (!inputs_add_file(o, path, rules)) return 1;
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) continue;
        inputs_fault(o, NULL, TEXT("there is no file '%s'"), path);
        return 1;
    }
    c.nominal = find_value(&c, rules ? o->a->file : data->spec.path);
    add_choice(o, c);
    return 1;
}

/* ---- leaving out ---- */

/* What the entry means: elements of the index, or units. `next` is where to go on; NULL: no more.
 */
static const char *next_left_out(const opener *o, size_t *next) {
    const model *m = &o->a->s->m;
    const char *what = uncertain_word(o->e, "", "");
    if (!strcmp(what, "unit")) {
        int id = ax_find(m->space, "unit");
        const ax_axis *axis = id == AX_NONE ? NULL : ax_get(m->space, id);
        while (axis && *next < axis->size) {
            const char *address = arena_print(&o->in->memory, "unit.%s",
                                              pool_text(m->strings, axis->label[(*next)++]));
            if (!address || uncertain_matches(o->e->address, address)) return address;
        }
        return NULL;
    }
    while (*next < (size_t)m->elements) {
        const md_element *e = &m->element[(*next)++];
        if (e->depth && e->indicator == !strcmp(what, "indicator") &&
            uncertain_matches(o->e->address, e->address))
            return e->address;
    }
    return NULL;
}

int choices_leave_out(opener *o) {
    arena *memory = &o->in->memory;
    size_t count = 0, next = 0;
    int units = !strcmp(uncertain_word(o->e, "", ""), "unit");
    double each = uncertain_number(o->e, "each", NAN), with = uncertain_number(o->e, "with", 1);
    while (next_left_out(o, &next)) count++;
    if (!count) return 1;
    const char **value = arena_take(memory, (2 * count + 1) * sizeof *value);
    double *probability = arena_take(memory, (2 * count + 1) * sizeof *probability);
    if (!value || !probability) return fault_memory(o->f);
    size_t last = with < 1 ? count : count - 1;
    next = 0;
    for (size_t i = 0; i < count; i++) {
        const char *address = next_left_out(o, &next);
        if (!address) return fault_memory(o->f);
        if (isnan(each)) {
            value[i] = address;
            probability[i] = with / (double)count;
            continue;
        }
        value[2 * i] = "";
        value[2 * i + 1] = address;
        probability[2 * i] = 1 - each;
        probability[2 * i + 1] = each;
        const draw_choice c = {
            .kind = CHOICE_LEAVE_OUT,
            .address = address,
            .value = value + 2 * i,
            .units = units,
            .d = {.kind = DISTRIBUTION_DISCRETE, .values = 2, .probability = probability + 2 * i}};
        if (!add_choice(o, c)) return 0;
    }
    if (!isnan(each)) return 1;
    value[count] = "";
    probability[count] = 1 - with;
    return add_choice(o, (draw_choice){.kind = CHOICE_LEAVE_OUT,
                                       .address = o->e->address,
                                       .value = value,
                                       .units = units,
                                       .nominal = with < 1 ? count : SIZE_MAX,
                                       .d = {.kind = DISTRIBUTION_DISCRETE,
                                             .values = last + 1,
                                             .probability = with < 1 ? probability : NULL}});
}
