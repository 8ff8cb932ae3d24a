/* Closing the tree: its levels become axes. */
#include <string.h>

#include "base/mem.h"
#include "rule/model.h"

/* An element belongs to the level at `depth` if it stands there, or is an indicator that hangs
 * higher up: such a one is its own child on the levels between. */
static int belongs(const md_element *e, int depth) {
    return e->depth == depth || (e->indicator && e->depth < depth && e->depth > 0);
}

static int deepest(const model *m) {
    int depth = 0;
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].depth > depth)
            depth = m->element[i].depth;
    return depth;
}

int model_check_ids(model *m, fault *f) {
    uint32_t count = pool_count(m->strings);
    int *first = mem_zero((size_t)count + 1, sizeof *first), fine = 1;
    if (!first)
        return fault_memory(f);
    for (int i = 1; i < m->elements; i++) {
        const md_element *e = &m->element[i];
        if (*e->id && first[e->label]) {
            const md_element *other = &m->element[first[e->label]];
            fine =
                model_fault(m, f, e->at, e->id, NULL, "the id '%s' is given twice, first at %s:%ld",
                            e->id, sources_name(m->files, other->at.file), other->at.line);
        }
        first[e->label] = i;
    }
    mem_free(first);
    return fine;
}

static int check_groups(model *m, fault *f) {
    int fine = 1;
    for (int i = 0; i < m->elements; i++) {
        const md_element *e = &m->element[i];
        if (!e->indicator && (i + 1 == m->elements || m->element[i + 1].parent != i))
            fine = model_fault(m, f, e->at, e->id, NULL, "%s '%s' has no indicators",
                               i ? "group" : "the index", e->id);
    }
    return fine;
}

static int check_levels(model *m, md_at at, fault *f) {
    int depth = deepest(m);
    for (int i = 0; i < m->levels; i++)
        for (int j = 0; j < i; j++)
            if (!strcmp(m->level[i], m->level[j]))
                return model_fault(m, f, at, m->level[i], NULL, "two levels are called '%s'",
                                   m->level[i]);
    if (m->levels - 1 == depth)
        return 1;
    char shape[64] = "indicator";
    if (depth == 2)
        strcpy(shape, "indicator, group");
    else if (depth > 2)
        strcpy(shape, "indicator, pillar, sub_index …");
    return model_fault(
        m, f, at, "levels", NULL,
        "the tree is %d levels deep (%s, and the root), but there are %d names of levels",
        depth + 1, shape, m->levels);
}

static int name_levels(model *m, const char *const *level, int levels, md_at at, fault *f) {
    static const char *const usual[] = { "indicator", "group", "index" };
    static const char *const flat[] = { "indicator", "index" };
    int depth = deepest(m);
    if (!level && depth > 2) {
        const md_element *e = &m->element[0];
        for (int i = 0; i < m->elements && e->depth < 3; i++)
            e = &m->element[i];
        return model_fault(
            m, f, e->at, e->id,
            "for example levels = { \"indicator\", \"pillar\", \"sub_index\", \"index\" }",
            "the tree is %d levels deep: name its levels in assessment { levels = … }", depth + 1);
    }
    m->levels = level ? levels : depth + 1;
    if (!level)
        level = depth == 2 ? usual : flat;
    m->level = arena_zero(&m->memory, (size_t)m->levels, sizeof *m->level);
    if (!m->level)
        return fault_memory(f);
    for (int i = 0; i < m->levels; i++)
        if (!(m->level[i] = arena_text(&m->memory, level[i], strlen(level[i]))))
            return fault_memory(f);
    return check_levels(m, at, f);
}

static int make_level(model *m, int k, fault *f) {
    int depth = m->levels - 1 - k;
    uint32_t *label = arena_take(&m->memory, (size_t)m->elements * sizeof *label);
    int *member = arena_take(&m->memory, (size_t)m->elements * sizeof *member);
    uint32_t count = 0;
    if (!label || !member)
        return fault_memory(f);
    for (int i = 0; i < m->elements; i++)
        if (belongs(&m->element[i], depth)) {
            member[count] = i;
            label[count++] = m->element[i].label;
        }
    m->member[k] = member;
    m->level_axis[k] = ax_make(m->space, m->level[k], label, count, f);
    return m->level_axis[k] != AX_NONE;
}

/* An indicator that gives no weight weighs 1; that, too, has an address. */
static int add_weights(model *m, fault *f) {
    char *given = mem_zero((size_t)m->elements, 1);
    int fine = given != NULL;
    for (size_t i = 0; fine && i < m->leaves; i++)
        if (m->leaf[i].element >= 0 && !strcmp(m->leaf[i].name, "weight"))
            given[m->leaf[i].element] = 1;
    const md_value one = { .kind = MD_NUMBER, .number = 1 };
    for (int i = 0; fine && i < m->elements; i++)
        if (m->element[i].indicator && !given[i])
            fine = model_add_leaf(m, i, "weight", "weight", -1, one, m->element[i].at, f) >= 0;
    if (!given)
        fault_memory(f);
    mem_free(given);
    return fine;
}

int model_close_tree(model *m, const char *const *level, int levels, md_at at, fault *f) {
    if (!m->elements)
        return 1;
    int fine = model_check_ids(m, f);
    fine &= check_groups(m, f);
    if (!fine || !name_levels(m, level, levels, at, f) || !add_weights(m, f))
        return 0;
    m->level_axis = arena_take(&m->memory, (size_t)m->levels * sizeof *m->level_axis);
    m->member = arena_zero(&m->memory, (size_t)m->levels, sizeof *m->member);
    if (!m->level_axis || !m->member)
        return fault_memory(f);
    for (int k = 0; k < m->levels; k++)
        m->level_axis[k] = AX_NONE;
    for (int k = 0; k + 1 < m->levels; k++)
        if (!make_level(m, k, f))
            return 0;
    return 1;
}
