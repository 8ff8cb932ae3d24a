/* An overlay's changes of the tree, while it is still open: the elements are kept in their order, a
 * parent before its children, so that what is inside an element always stands right behind it. */
#include <string.h>

#include "base/mem.h"
#include "rule/model.h"

int model_find_element(const model *m, const char *address) {
    for (int i = 0; i < m->elements; i++)
        if (!strcmp(m->element[i].address, address)) return i;
    return -1;
}

int model_behind(const model *m, int element) {
    int i = element + 1;
    while (i < m->elements && m->element[i].depth > m->element[element].depth) i++;
    return i;
}

/* Element i becomes number[i], or (-1) goes. */
static void renumber(model *m, const int *number) {
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].parent >= 0) m->element[i].parent = number[m->element[i].parent];
    size_t kept = 0;
    for (size_t i = 0; i < m->leaves; i++) {
        md_leaf l = m->leaf[i];
        if (l.element >= 0 && (l.element = number[l.element]) < 0) continue;
        m->leaf[kept++] = l;
    }
    m->leaves = kept;
}

int model_place_elements(model *m, int from, int parent, int before, fault *f) {
    int to = before, n = m->elements - from;
    if (before < 0)
        for (to = parent + 1; to < from && m->element[to].depth > m->element[parent].depth;) to++;
    int *number = mem_zero((size_t)m->elements, sizeof *number);
    md_element *moved = mem_take((size_t)m->elements * sizeof *moved);
    for (int i = 0; number && moved && i < m->elements; i++)
        number[i] = i < to ? i : i < from ? i + n : i - from + to;
    if (number && moved) {
        renumber(m, number);
        for (int i = 0; i < m->elements; i++) moved[number[i]] = m->element[i];
        memcpy(m->element, moved, (size_t)m->elements * sizeof *moved);
    }
    int fine = number && moved;
    mem_free(number);
    mem_free(moved);
    return fine ? 1 : fault_memory(f);
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
    if (need > m->gone_room) { /* what an arena gave before stays, so it grows in large steps */
        md_gone *all = arena_take(&m->memory, 2 * need * sizeof *all);
        if (!all) return 0;
        if (m->gones) memcpy(all, m->gone, m->gones * sizeof *all);
        m->gone = all;
        m->gone_room = 2 * need;
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
    renumber(m, number);
    memmove(&m->element[element], &m->element[behind],
            (size_t)(m->elements - behind) * sizeof *m->element);
    m->elements -= behind - element;
    mem_free(number);
    return 1;
}

void model_remove_leaf(model *m, size_t leaf) {
    memmove(&m->leaf[leaf], &m->leaf[leaf + 1], (m->leaves - leaf - 1) * sizeof *m->leaf);
    m->leaves--;
}

int model_sort_leaves(model *m, fault *f) {
    size_t *start = mem_zero((size_t)m->elements + 2, sizeof *start);
    md_leaf *sorted = mem_take((m->leaves + 1) * sizeof *sorted);
    int fine = start && sorted;
    for (size_t i = 0; fine && i < m->leaves; i++) start[m->leaf[i].element + 2]++;
    for (int i = 0; fine && i <= m->elements; i++) start[i + 1] += start[i];
    for (size_t i = 0; fine && i < m->leaves; i++)
        sorted[start[m->leaf[i].element + 1]++] = m->leaf[i];
    if (fine && m->leaves) memcpy(m->leaf, sorted, m->leaves * sizeof *sorted);
    mem_free(start);
    mem_free(sorted);
    return fine ? 1 : fault_memory(f);
}
