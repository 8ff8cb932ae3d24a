/* The tree of the index: closing it, which makes the axes of its levels, and the changes that
 * overlays make to it before that. */
#include "rule/model.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* ---- closing the tree: its levels become axes ---- */

/* An element belongs to the level at `depth` if it stands there, or is an indicator higher up,
 * which counts as its own group on the levels between. */
static int is_on_level(const md_element *e, int depth) {
    return e->depth == depth || (e->indicator && e->depth < depth && e->depth > 0);
}

static int tree_depth(const model *m) {
    int depth = 0;
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].depth > depth) depth = m->element[i].depth;
    return depth;
}

int model_check_ids(model *m, fault *f) {
    uint32_t count = pool_count(m->strings);
    int *first = mem_zero((size_t)count + 1, sizeof *first), fine = 1;
    if (!first) return fault_memory(f);
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
                               i ? text_message("group") : text_message("the index"), e->id);
    }
    return fine;
}

static int check_levels(model *m, md_at at, fault *f) {
    int depth = tree_depth(m);
    for (int i = 0; i < m->levels; i++)
        for (int j = 0; j < i; j++)
            if (!strcmp(m->level[i], m->level[j]))
                return model_fault(m, f, at, m->level[i], NULL, "two levels are called '%s'",
                                   m->level[i]);
    if (m->levels - 1 == depth) return 1;
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
    static const char *const grouped[] = {"indicator", "group", "index"};
    static const char *const flat[] = {"indicator", "index"};
    int depth = tree_depth(m);
    if (!level && depth > 2) {
        const md_element *e = &m->element[0];
        for (int i = 0; i < m->elements && e->depth < 3; i++) e = &m->element[i];
        return model_fault(
            m, f, e->at, e->id,
            "for example levels = { \"indicator\", \"pillar\", \"sub_index\", \"index\" }",
            "the tree is %d levels deep: name its levels in assessment { levels = … }", depth + 1);
    }
    m->levels = level ? levels : depth + 1;
    if (!level) level = depth == 2 ? grouped : flat;
    m->level = arena_zero(&m->memory, (size_t)m->levels, sizeof *m->level);
    if (!m->level) return fault_memory(f);
    for (int i = 0; i < m->levels; i++)
        if (!(m->level[i] = arena_text(&m->memory, level[i], strlen(level[i]))))
            return fault_memory(f);
    return check_levels(m, at, f);
}

static int make_level_axis(model *m, int k, fault *f) {
    int depth = m->levels - 1 - k;
    uint32_t *label = arena_take(&m->memory, (size_t)m->elements * sizeof *label);
    int *member = arena_take(&m->memory, (size_t)m->elements * sizeof *member);
    uint32_t count = 0;
    if (!label || !member) return fault_memory(f);
    for (int i = 0; i < m->elements; i++)
        if (is_on_level(&m->element[i], depth)) {
            member[count] = i;
            label[count++] = m->element[i].label;
        }
    m->member[k] = member;
    m->level_axis[k] = ax_make(m->space, m->level[k], label, count, f);
    return m->level_axis[k] != AX_NONE;
}

/* Gives each indicator without a weight a leaf of 1, so that this weight has an address, too. */
static int add_missing_weights(model *m, fault *f) {
    char *given = mem_zero((size_t)m->elements, 1);
    int fine = given != NULL;
    for (size_t i = 0; fine && i < m->leaves; i++)
        if (m->leaf[i].element >= 0 && !strcmp(m->leaf[i].name, "weight"))
            given[m->leaf[i].element] = 1;
    const md_value one = {.kind = MD_NUMBER, .number = 1};
    for (int i = 0; fine && i < m->elements; i++)
        if (m->element[i].indicator && !given[i])
            fine = model_add_leaf(m, i, "weight", "weight", -1, one, m->element[i].at, f) >= 0;
    if (!given) fault_memory(f);
    mem_free(given);
    return fine;
}

int model_close_tree(model *m, const char *const *level, int levels, md_at at, fault *f) {
    if (!m->elements) return 1;
    int fine = model_check_ids(m, f);
    fine &= check_groups(m, f);
    if (!fine || !name_levels(m, level, levels, at, f) || !add_missing_weights(m, f)) return 0;
    m->level_axis = arena_take(&m->memory, (size_t)m->levels * sizeof *m->level_axis);
    m->member = arena_zero(&m->memory, (size_t)m->levels, sizeof *m->member);
    if (!m->level_axis || !m->member) return fault_memory(f);
    for (int k = 0; k < m->levels; k++) m->level_axis[k] = AX_NONE;
    for (int k = 0; k + 1 < m->levels; k++)
        if (!make_level_axis(m, k, f)) return 0;
    return 1;
}

/* ---- overlays: changes before the tree is closed ----
 *
 * The elements stay in their order, a parent before its children, so that what is inside an element
 * always stands right behind it. */

int model_find_element(const model *m, const char *address) {
    for (int i = 0; i < m->elements; i++)
        if (!strcmp(m->element[i].address, address)) return i;
    return -1;
}

/* Makes room for all labels, and forgets what was true before elements got other numbers. */
static int prepare_owners(model *m, md_owners *o) {
    size_t need = (size_t)pool_count(m->strings) + 1;
    if (need <= o->owners && o->renumbered == m->renumbered) return 1;
    if (need > o->owners) {
        o->owners = 2 * need;
        o->owner = arena_take(&m->memory, o->owners * sizeof *o->owner);
        if (!o->owner) return 0;
    }
    memset(o->owner, 0, o->owners * sizeof *o->owner);
    o->owned = 1; /* the id of the root does not count */
    o->renumbered = m->renumbered;
    return 1;
}

int model_next_twin(model *m, md_owners *o, int from, int *other, fault *f) {
    if (!prepare_owners(m, o)) {
        o->owners = 0;
        fault_memory(f);
        return -1;
    }
    while (o->owned < m->elements) {
        int i = o->owned++, *owner = &o->owner[m->element[i].label];
        *other = *owner;
        if (!*owner)
            *owner = i;
        else if (*m->element[i].id && i >= from)
            return i;
    }
    return -1;
}

int model_behind(const model *m, int element) {
    int i = m->element[element].depth ? element + 1 : m->elements; /* all is inside the root */
    while (i < m->elements && m->element[i].depth > m->element[element].depth) i++;
    return i;
}

/* Element i becomes number[i]; where that is -1 it goes, with its leaves. */
static int renumber(model *m, const int *number, fault *f) {
    size_t bytes = (size_t)m->elements * sizeof *m->element, leaves = 0;
    md_element *old = mem_take(bytes);
    if (!old) return fault_memory(f);
    memcpy(old, m->element, bytes);
    int elements = 0;
    for (int i = 0; i < m->elements; i++) {
        if (number[i] < 0) continue;
        if (old[i].parent >= 0) old[i].parent = number[old[i].parent];
        m->element[number[i]] = old[i];
        elements++;
    }
    for (size_t i = 0; i < m->leaves; i++) {
        md_leaf l = m->leaf[i];
        if (l.element >= 0 && (l.element = number[l.element]) < 0) continue;
        m->leaf[leaves++] = l;
    }
    m->elements = elements;
    m->leaves = leaves;
    m->renumbered++;
    mem_free(old);
    return 1;
}

int model_place_elements(model *m, int from, int parent, int before, fault *f) {
    int n = m->elements - from, to = before < 0 ? model_behind(m, parent) : before;
    if (to >= from) return 1; /* they stand there already */
    int *number = mem_take((size_t)m->elements * sizeof *number);
    if (!number) return fault_memory(f);
    for (int i = 0; i < m->elements; i++) number[i] = i < to ? i : i < from ? i + n : i - from + to;
    int fine = renumber(m, number, f);
    mem_free(number);
    return fine;
}

int model_is_gone(const model *m, uint32_t label) {
    for (size_t i = 0; i < m->gones; i++)
        if (m->gone[i].indicator && m->gone[i].label == label) return 1;
    return 0;
}

const md_gone *model_gone(const model *m, const char *address) {
    for (size_t i = m->gones; i-- > 0;)
        if (!strcmp(m->gone[i].address, address)) return &m->gone[i];
    return NULL;
}

static int note_gone(model *m, int from, int to, const char *cite, md_at at) {
    const char *own = *cite ? arena_text(&m->memory, cite, strlen(cite)) : "";
    size_t need = m->gones + (size_t)(to - from);
    if (!own) return 0;
    if (need > m->gone_cap) { /* an arena takes nothing back, so it grows in large steps */
        md_gone *all = arena_take(&m->memory, 2 * need * sizeof *all);
        if (!all) return 0;
        if (m->gones) memcpy(all, m->gone, m->gones * sizeof *all);
        m->gone = all;
        m->gone_cap = 2 * need;
    }
    for (int i = from; i < to; i++) {
        const md_element *e = &m->element[i];
        m->gone[m->gones++] = (md_gone){e->label, e->indicator, e->address, own, at};
    }
    return 1;
}

int model_remove_element(model *m, int element, const char *cite, md_at at, fault *f) {
    int behind = model_behind(m, element);
    if (!note_gone(m, element, behind, cite, at)) return fault_memory(f);
    int *number = mem_take((size_t)m->elements * sizeof *number);
    if (!number) return fault_memory(f);
    for (int i = 0; i < m->elements; i++)
        number[i] = i < element ? i : i < behind ? -1 : i - (behind - element);
    int fine = renumber(m, number, f);
    mem_free(number);
    return fine;
}

void model_remove_leaf(model *m, size_t leaf) {
    memmove(&m->leaf[leaf], &m->leaf[leaf + 1], (m->leaves - leaf - 1) * sizeof *m->leaf);
    m->leaves--;
}

int model_sort_leaves(model *m, fault *f) {
    size_t *start = mem_zero((size_t)m->elements + 1, sizeof *start), at = 0;
    md_leaf *sorted = mem_take((m->leaves + 1) * sizeof *sorted);
    int fine = start && sorted;
    for (size_t i = 0; fine && i < m->leaves; i++) start[m->leaf[i].element + 1]++;
    for (int i = 0; fine && i <= m->elements; i++) {
        size_t count = start[i];
        start[i] = at;
        at += count;
    }
    for (size_t i = 0; fine && i < m->leaves; i++)
        sorted[start[m->leaf[i].element + 1]++] = m->leaf[i];
    if (fine && m->leaves) memcpy(m->leaf, sorted, m->leaves * sizeof *sorted);
    mem_free(start);
    mem_free(sorted);
    return fine ? 1 : fault_memory(f);
}
