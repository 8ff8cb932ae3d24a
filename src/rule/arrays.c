/* The arrays of a model: leaves laid out along the axes they have. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "rule/model.h"

static ex_kind kind_of(md_kind k) {
    return k == MD_NUMBER ? EX_NUMBER : k == MD_TRUTH ? EX_TRUTH : k == MD_DATE ? EX_DATE : EX_TEXT;
}

const md_array *model_array(const model *m, const char *name) {
    for (size_t i = 0; i < m->arrays; i++)
        if (!strcmp(m->array[i].name, name)) return &m->array[i];
    return NULL;
}

/* The array of that name, made without values if there is none. */
static md_array *array_named(model *m, const char *name, ex_kind kind, ax_set axes, fault *f) {
    for (size_t i = 0; i < m->arrays; i++)
        if (!strcmp(m->array[i].name, name)) return &m->array[i];
    const char *own = arena_text(&m->memory, name, strlen(name));
    if (!own || !MEM_RESERVE(m->array, m->arrays + 1, m->array_cap)) {
        fault_memory(f);
        return NULL;
    }
    m->array[m->arrays] = (md_array){.name = own, .kind = kind, .axes = axes};
    return &m->array[m->arrays++];
}

static int allocate(model *m, md_array *a, fault *f) {
    a->size = ax_size(m->space, a->axes);
    a->value = arena_take(&m->memory, a->size * sizeof *a->value);
    a->leaf = arena_take(&m->memory, a->size * sizeof *a->leaf);
    if (!a->value || !a->leaf) return fault_memory(f);
    for (size_t i = 0; i < a->size; i++) {
        a->value[i] = NAN;
        a->leaf[i] = -1;
    }
    return 1;
}

static const char *array_name(model *m, const md_leaf *l, char *out, size_t capacity) {
    size_t n = strlen(l->name);
    const char *base = l->element >= 0 ? "index." : "params.";
    size_t b = strlen(base);
    if (b + n + 1 > capacity) return arena_print(&m->memory, "%s%s", base, l->name);
    memcpy(out, base, b);
    memcpy(out + b, l->name, n + 1);
    return out;
}

/* Leaves of groups have no array of their own, apart from weights, and methods have none at all. */
static int in_array(const model *m, const md_leaf *l) {
    return l->value.kind != MD_METHOD && (l->element < 0 || m->element[l->element].indicator);
}

/* Which arrays there are, of which kind, and whether any of their leaves differs by stage. */
static int plan(model *m, fault *f) {
    int fine = 1;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        char buffer[128];
        if (!in_array(m, l)) continue;
        ax_set base = l->element >= 0 ? AX_BIT(m->level_axis[0]) : 0;
        const char *name = array_name(m, l, buffer, sizeof buffer);
        md_array *a = name ? array_named(m, name, kind_of(l->value.kind), base, f) : NULL;
        if (!a) return name ? 0 : fault_memory(f);
        if (l->stage >= 0) a->axes |= AX_BIT(m->stage_axis);
        if (a->kind != kind_of(l->value.kind))
            fine = model_fault(m, f, l->at, l->name, NULL, "%s is a %s, but elsewhere %s is a %s",
                               l->address, ex_kind_text(kind_of(l->value.kind)), l->name,
                               ex_kind_text(a->kind));
    }
    return fine;
}

/* "index.weight", "index.group.weight", "index.group": what a level other than the first has is
 * under its name. */
static const char *level_name(model *m, int k, const char *what) {
    return k ? arena_print(&m->memory, "index.%s.%s", m->level[k], what)
             : arena_print(&m->memory, "index.%s", what);
}

/* Every level has the weights of its elements, and every one but the last a map to the one
 * above. */
static int plan_levels(model *m, fault *f) {
    ax_set staged = 0;
    m->level_weight = arena_take(&m->memory, (size_t)(m->levels + 1) * sizeof *m->level_weight);
    if (!m->level_weight) return fault_memory(f);
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element >= 0 && m->leaf[i].stage >= 0 && !strcmp(m->leaf[i].name, "weight"))
            staged = AX_BIT(m->stage_axis);
    for (int k = 0; k + 1 < m->levels; k++) {
        ax_set axis = AX_BIT(m->level_axis[k]);
        const char *name = level_name(m, k, "weight");
        md_array *weight =
            name ? array_named(m, name, EX_NUMBER, axis | (k ? staged : 0), f) : NULL;
        if (!weight) return name ? 0 : fault_memory(f);
        m->level_weight[k] = (int)(weight - m->array);
        for (int up = k + 1; up + 1 < m->levels; up++) {
            const char *map = level_name(m, k, m->level[up]);
            if (!map) return fault_memory(f);
            if (!k && model_array(m, map))
                return model_fault(m, f, m->at, m->level[up], NULL,
                                   "'%s' is both a level of the index and an attribute",
                                   m->level[up]);
            md_array *a = array_named(m, map, EX_TEXT, axis, f);
            if (!a) return 0;
            a->names = m->level[up];
        }
    }
    return 1;
}

static md_array *named(model *m, const char *name) {
    for (size_t i = 0; i < m->arrays; i++)
        if (!strcmp(m->array[i].name, name)) return &m->array[i];
    return NULL;
}

/* Puts a value at a position of the array's first axis, in one stage or (-1) in all. */
static void set_element(const model *m, md_array *a, int axis, size_t position, int stage,
                        double value, int32_t leaf) {
    size_t at = axis == AX_NONE ? 0 : position * ax_stride(m->space, a->axes, axis);
    int staged = m->stage_axis != AX_NONE && (a->axes & AX_BIT(m->stage_axis));
    size_t step = staged ? ax_stride(m->space, a->axes, m->stage_axis) : 0;
    for (int s = 0; s < (staged ? m->stages : 1); s++)
        if (stage < 0 || stage == s || !staged) {
            a->value[at + (size_t)s * step] = value;
            a->leaf[at + (size_t)s * step] = leaf;
        }
}

/* The element whose place on the level's axis this is, seen from a level further down. */
static int above(const model *m, int element, int depth) {
    while (m->element[element].depth > depth) element = m->element[element].parent;
    return element;
}

static int fill_maps(model *m, fault *f) {
    for (int k = 0; k + 1 < m->levels; k++)
        for (int up = k + 1; up + 1 < m->levels; up++) {
            const char *name = level_name(m, k, m->level[up]);
            if (!name) return fault_memory(f);
            md_array *a = named(m, name);
            for (size_t i = 0; i < a->size; i++) {
                int e = above(m, m->member[k][i], m->levels - 1 - up);
                a->value[i] = m->element[e].label;
            }
        }
    return 1;
}

/* The weight of every element in every stage, the children of a group before the group. */
static double *weigh(const model *m, int32_t *leaf) {
    size_t stages = m->stages ? (size_t)m->stages : 1, n = (size_t)m->elements;
    double *w = mem_take(n * stages * sizeof *w);
    double *sum = mem_zero(n * stages, sizeof *sum);
    for (size_t i = 0; w && sum && i < n * stages; i++) {
        w[i] = NAN;
        leaf[i] = -1;
    }
    for (size_t i = 0; w && sum && i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        if (l->element < 0 || l->absent || strcmp(l->name, "weight")) continue;
        for (size_t s = 0; s < stages; s++)
            if (l->stage < 0 || (size_t)l->stage == s) {
                w[(size_t)l->element * stages + s] = l->value.number;
                leaf[(size_t)l->element * stages + s] = (int32_t)i;
            }
    }
    for (size_t e = n; w && sum && e-- > 0;)
        for (size_t s = 0; s < stages; s++) {
            double *own = &w[e * stages + s];
            if (leaf[e * stages + s] < 0) *own = m->element[e].indicator ? 1 : sum[e * stages + s];
            if (m->element[e].parent >= 0 && *own == *own)
                sum[(size_t)m->element[e].parent * stages + s] += *own;
        }
    mem_free(sum);
    if (!sum) {
        mem_free(w);
        return NULL;
    }
    return w;
}

static int fill_weights(model *m, fault *f) {
    size_t stages = m->stages ? (size_t)m->stages : 1;
    int32_t *leaf = mem_take((size_t)m->elements * stages * sizeof *leaf);
    double *w = leaf ? weigh(m, leaf) : NULL;
    for (int k = 0; w && k + 1 < m->levels; k++) {
        md_array *a = &m->array[m->level_weight[k]];
        int axis = m->level_axis[k];
        for (size_t i = 0; i < ax_get(m->space, axis)->size; i++)
            for (size_t s = 0; s < stages; s++) {
                size_t from = (size_t)m->member[k][i] * stages + s;
                set_element(m, a, axis, i, m->stages ? (int)s : -1, w[from], leaf[from]);
            }
    }
    int fine = w != NULL;
    mem_free(leaf);
    mem_free(w);
    return fine ? 1 : fault_memory(f);
}

/* The leaves given (pass 1), or those absent (pass 0), whose places are cleared first. */
static int fill_leaves(model *m, int given, fault *f) {
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        char buffer[128];
        if (!in_array(m, l) || l->absent == given) continue;
        const char *name = array_name(m, l, buffer, sizeof buffer);
        md_array *a = name ? named(m, name) : NULL;
        if (!a) return fault_memory(f);
        int axis = l->element >= 0 ? m->level_axis[0] : AX_NONE;
        long position =
            axis == AX_NONE ? 0 : ax_position(m->space, axis, m->element[l->element].label);
        set_element(m, a, axis, (size_t)position, l->stage, given ? l->value.number : NAN,
                    given ? (int32_t)i : -1);
    }
    return 1;
}

int model_fill(model *m, fault *f) {
    return fill_leaves(m, 0, f) && fill_leaves(m, 1, f) && (!m->levels || fill_weights(m, f));
}

int model_refill(model *m, ex_run *run, fault *f) {
    size_t all = 0, at = 0;
    for (size_t i = 0; i < m->arrays; i++) all += m->array[i].size;
    double *old = mem_take((all + 1) * sizeof *old);
    if (!old) return fault_memory(f);
    for (size_t i = 0; i < m->arrays; at += m->array[i++].size)
        memcpy(old + at, m->array[i].value, m->array[i].size * sizeof *old);
    int fine = model_fill(m, f);
    at = 0;
    for (size_t i = 0; i < m->arrays; at += m->array[i++].size)
        if (m->array[i].node &&
            memcmp(old + at, m->array[i].value, m->array[i].size * sizeof *old) != 0)
            ex_run_changed(run, m->array[i].node);
    mem_free(old);
    return fine;
}

int model_make_arrays(model *m, fault *f) {
    if (!plan(m, f) || !plan_levels(m, f)) return 0;
    for (size_t i = 0; i < m->arrays; i++)
        if (!allocate(m, &m->array[i], f)) return 0;
    return model_fill(m, f) && fill_maps(m, f);
}
