/* Which leaves the outputs may depend on, whatever the data say; and which attributes are read
 * where none is given.
 *
 * Use is traced backward through the graph, element by element, but only along the axes of the
 * model (levels of the index, stages): leaves have no others. A `where` whose condition is fixed by
 * the rules (as that of x:only{ indicator = … } is) passes on what its condition lets through.
 * An element is WANTED where something is computed from it, and only USED where it may also be
 * missing: in present(x), or in front of a default. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/inside.h"

enum { USED = 1, WANTED = 2 };
enum { SIZE_MOST = 4 << 20, AXES = 8 };

/* An array seen along the axes of the model. */
typedef struct shape {
    int axis[AXES], axes;
    size_t size[AXES], stride[AXES], count;
} shape;

enum { FROM_DATA = 1, FROM_LEAF = 2 };

typedef struct tracing {
    check *c;
    ax_set model_axes;
    unsigned char **need; /* of every node */
    unsigned char *from;
} tracing;

static int shape_of(const tracing *t, ex_id n, shape *s) {
    const ex_node *x = ex_get(t->c->g, n);
    *s = (shape){.count = 1};
    for (int i = 0; i < ax_count(ex_space(t->c->g)); i++) {
        if (!(x->axes & t->model_axes & AX_BIT(i))) continue;
        if (s->axes == AXES) return 0;
        s->axis[s->axes] = i;
        s->size[s->axes] = ax_get(ex_space(t->c->g), i)->size;
        s->stride[s->axes] = s->count;
        s->count *= s->size[s->axes++];
        if (s->count > SIZE_MOST) return 0;
    }
    return 1;
}

static int axis_in(const shape *s, int axis) {
    for (int k = 0; k < s->axes; k++)
        if (s->axis[k] == axis) return k;
    return -1;
}

/* An axis that a matrix function sees whole. */
static int is_core(const ex_graph *g, ex_id n, int axis) {
    const ex_matrix_function *m = ex_matrix_of(g, n);
    for (int i = 0; m && i < ex_get(g, n)->argc && i < EX_MATRIX_ARGS; i++)
        if (m->core[i][0] == axis || m->core[i][1] == axis) return 1;
    return m && (m->out[0] == axis || m->out[1] == axis);
}

enum { ALL = -1, FIXED = -2 };

/* Where the position along an axis of an operand comes from: an axis of the result, ALL, or FIXED.
 */
static int source_of(const tracing *t, ex_id n, int arg, int axis, const shape *to) {
    const ex_node *x = ex_get(t->c->g, n);
    if (x->axis == axis) {
        if (x->op == EX_slice) return FIXED;
        if (x->op == EX_rename) return axis_in(to, x->to) >= 0 ? axis_in(to, x->to) : ALL;
        if (ex_is_reduction(x->op) || ex_class(x->op) == EX_CLASS_SCAN ||
            (x->op == EX_gather && arg == 0))
            return ALL;
    }
    if (x->op == EX_matrix && is_core(t->c->g, n, axis)) return ALL;
    return axis_in(to, axis) >= 0 ? axis_in(to, axis) : ALL;
}

/* The values of a condition that neither data nor leaves have a part in; NULL for others. */
static const double *fixed_condition(const tracing *t, ex_id cond) {
    int fixed = !t->from[cond] && !(ex_get(t->c->g, cond)->axes & ~t->model_axes);
    return fixed ? check_values(t->c, cond) : NULL;
}

/* Whether element e of a `where` may take this arm. */
static int takes(const tracing *t, ex_id cond, const double *value, const shape *to, size_t e,
                 int arm) {
    size_t at = 0;
    ax_set axes = ex_get(t->c->g, cond)->axes;
    for (int k = 0; k < to->axes; k++)
        if (axes & AX_BIT(to->axis[k]))
            at += ax_along(e, to->stride[k], to->size[k]) *
                  ax_stride(ex_space(t->c->g), axes, to->axis[k]);
    return value[at] == value[at] && (value[at] != 0) == (arm == 1);
}

/* How much an operand is needed where the result is. */
static unsigned char weaker(const tracing *t, ex_id n, int arg) {
    const ex_node *x = ex_get(t->c->g, n);
    if (x->op == EX_missing || x->op == EX_present) return USED;
    if (x->op == EX_coalesce && arg == 0 && !(t->from[ex_arg(t->c->g, n, 1)] & FROM_DATA))
        return USED;
    if (x->op == EX_where && arg > 0 && t->from[ex_arg(t->c->g, n, 0)] == FROM_LEAF) return USED;
    return WANTED;
}

static int pass_on(tracing *t, ex_id n, int arg, const shape *to) {
    ex_id operand = ex_arg(t->c->g, n, arg);
    const ex_node *x = ex_get(t->c->g, n);
    shape s;
    int source[AXES];
    if (!shape_of(t, operand, &s)) return 0;
    unsigned char *now = mem_zero(s.count, 1), most = weaker(t, n, arg);
    if (!now) return 0;
    ex_id cond = x->op == EX_where && arg > 0 ? ex_arg(t->c->g, n, 0) : 0;
    const double *fixed = cond ? fixed_condition(t, cond) : NULL;
    for (int k = 0; k < s.axes; k++) source[k] = source_of(t, n, arg, s.axis[k], to);
    for (size_t e = 0; e < to->count; e++) {
        unsigned char level = t->need[n][e] < most ? t->need[n][e] : most;
        if (!level || (fixed && !takes(t, cond, fixed, to, e, arg))) continue;
        size_t at = 0;
        for (int k = 0; k < s.axes; k++)
            at += s.stride[k] * (source[k] == ALL ? 0
                                 : source[k] == FIXED
                                     ? x->extra
                                     : ax_along(e, to->stride[source[k]], to->size[source[k]]));
        now[at] = now[at] > level ? now[at] : level;
    }
    for (int k = 0; k < s.axes; k++)
        for (size_t i = 0; source[k] == ALL && i < s.count; i++) {
            size_t first = i - ax_along(i, s.stride[k], s.size[k]) * s.stride[k];
            now[i] = now[first] > now[i] ? now[first] : now[i];
        }
    if (!t->need[operand]) {
        t->need[operand] = now;
        return 1;
    }
    for (size_t i = 0; i < s.count; i++)
        t->need[operand][i] = now[i] > t->need[operand][i] ? now[i] : t->need[operand][i];
    mem_free(now);
    return 1;
}

static void find_origins(tracing *t) {
    for (ex_id n = 1; n <= ex_count(t->c->g); n++) {
        const ex_values *v = ex_get(t->c->g, n)->op == EX_source ? ex_values_of(t->c->g, n) : NULL;
        t->from[n] = !v                     ? 0
                     : v->origin == EX_DATA ? FROM_DATA
                     : v->origin == EX_LEAF ? FROM_LEAF
                                            : 0;
        for (int i = 0; i < ex_get(t->c->g, n)->argc; i++)
            t->from[n] |= t->from[ex_arg(t->c->g, n, i)];
    }
}

static int trace(tracing *t) {
    for (ex_id n = ex_count(t->c->g); n > 0; n--) {
        shape to;
        if (!(t->c->wanted[n] & IS_OUTPUT) && !t->need[n]) continue;
        if (!shape_of(t, n, &to)) return 0;
        if (!t->need[n] && !(t->need[n] = mem_zero(to.count, 1))) return 0;
        if (t->c->wanted[n] & IS_OUTPUT) memset(t->need[n], WANTED, to.count);
        for (int i = 0; i < ex_get(t->c->g, n)->argc; i++)
            if (!pass_on(t, n, i, &to)) return 0;
        if (ex_get(t->c->g, n)->op == EX_source) continue;
        mem_free(t->need[n]);
        t->need[n] = NULL;
    }
    return 1;
}

/* ---- what of it is told ---- */

/* What reports show, or what tells who is better, is of use without a formula. */
static int is_shown(const md_leaf *l) {
    static const char *const names[] = {"unit", "note",   "source",   "cite",
                                        "name", "better", "measures", "column"};
    for (size_t i = 0; l->element >= 0 && i < sizeof names / sizeof *names; i++)
        if (!strcmp(l->name, names[i])) return 1;
    return l->value.kind == MD_METHOD;
}

static int is_named(const check *c, const md_array *a) {
    for (size_t i = 0; i < c->a->s->facts; i++)
        if (!strcmp(c->a->s->fact[i].text, a->name)) return 1;
    return 0;
}

/* The need of element i of an array, which counts in the layout of its axes. */
static unsigned char need_at(const tracing *t, const md_array *a, size_t i) {
    shape s;
    size_t at = 0;
    if (!a->node || !t->need[a->node] || !shape_of(t, a->node, &s)) return 0;
    for (int k = 0; k < s.axes; k++)
        at +=
            ax_along(i, ax_stride(ex_space(t->c->g), a->axes, s.axis[k]), s.size[k]) * s.stride[k];
    return t->need[a->node][at];
}

static void tell_wanting(const tracing *t, const md_array *a, int element, size_t *missing) {
    check *c = t->c;
    const model *m = c->m;
    int stages = 0, first = -1;
    for (int s = 0; s < (m->stages ? m->stages : 1); s++) {
        stages += missing[s] != 0;
        first = missing[s] && first < 0 ? s : first;
    }
    if (!stages) return;
    const char *name = a->name + strlen("index.");
    location at = location_element(c, &m->element[element]);
    int staged = m->stages > 0 && (a->axes & AX_BIT(m->stage_axis)) && stages < m->stages;
    check_add(c, "S05", at, check_print(c, "give it %s", name),
              "'%s' has no %s%s, which its formulas read", m->element[element].id, name,
              staged ? check_print(c, " in %s", m->stage[first].name) : "");
}

/* An attribute that some indicators have, and that is read where others have none. */
static void find_wanting(const tracing *t, const md_array *a) {
    static const char *const names[] = {"standard",   "floor",       "low",         "high",
                                        "target_low", "target_high", "allowed_low", "allowed_high"};
    const model *m = t->c->m;
    int axis = m->levels > 1 ? m->level_axis[0] : AX_NONE, known = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        known |= !strncmp(a->name, "index.", 6) && !strcmp(a->name + 6, names[i]);
    if (!known || axis == AX_NONE || !(a->axes & AX_BIT(axis)) || a->kind != EX_NUMBER) return;
    size_t units = ax_get(m->space, axis)->size, stride = ax_stride(m->space, a->axes, axis);
    size_t *missing = mem_zero((size_t)m->stages + 1, sizeof *missing);
    int staged = m->stages > 0 && (a->axes & AX_BIT(m->stage_axis));
    for (size_t u = 0; missing && u < units; u++) {
        memset(missing, 0, ((size_t)m->stages + 1) * sizeof *missing);
        for (int s = 0; s < (staged ? m->stages : 1); s++) {
            size_t i =
                u * stride + (staged ? (size_t)s * ax_stride(m->space, a->axes, m->stage_axis) : 0);
            if (a->leaf[i] < 0 && isnan(a->value[i]) && need_at(t, a, i) == WANTED) missing[s] = 1;
        }
        for (int s = 1; !staged && s < m->stages; s++) missing[s] = missing[0];
        tell_wanting(t, a, model_element_of(m, axis, u), missing);
    }
    mem_free(missing);
}

/* The weight that an indicator has where none is written. */
static int is_usual(check *c, const md_leaf *l) {
    if (l->element < 0 || strcmp(l->name, "weight") || l->value.number != 1) return 0;
    location s = location_leaf(c, l), e = location_element(c, &c->m->element[l->element]);
    return s.at.line == e.at.line && s.at.column == e.at.column;
}

static int is_unused(check *c, const unsigned char *used, size_t i) {
    return !used[i] && !is_shown(&c->m->leaf[i]) && !is_usual(c, &c->m->leaf[i]);
}

/* Leaves of elements that have the same name are told of together, at the first. */
static int is_same(const md_leaf *a, const md_leaf *b) {
    return a == b || (a->element >= 0 && b->element >= 0 && !strcmp(a->name, b->name));
}

static void tell_unused(check *c, const unsigned char *used, size_t first) {
    const model *m = c->m;
    const md_leaf *l = &m->leaf[first];
    size_t count = 0, all = 0;
    int last = -2, last_unused = -2;
    buf ids = BUF_INIT;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *o = &m->leaf[i];
        if (!is_same(l, o)) continue;
        all += o->element != last;
        last = o->element;
        if (!is_unused(c, used, i) || o->element == last_unused) continue;
        last_unused = o->element;
        if (count++ < 6 && o->element >= 0)
            buf_print(&ids, "%s%s", count > 1 ? ", " : "", m->element[o->element].id);
    }
    location at = location_leaf(c, l);
    if (count > 1)
        check_add(c, "U02", at, NULL, "no result depends on the %s of %zu of %zu: %s%s", l->name,
                  count, all, buf_string(&ids), count > 6 ? " …" : "");
    else
        check_add(c, "U02", at, NULL, "no result depends on %s", l->address);
    buf_release(&ids);
}

static int is_told(check *c, const unsigned char *used, size_t which) {
    for (size_t i = 0; i < which; i++)
        if (is_same(&c->m->leaf[i], &c->m->leaf[which]) && is_unused(c, used, i)) return 1;
    return 0;
}

/* ---- columns of a table that the index is read from ---- */

/* A table has lines, and no tokens. */
static int in_table(const check *c, const md_leaf *l) {
    size_t tokens = 0;
    sources_tokens(c->files, l->at.file, &tokens);
    return l->element >= 0 && l->at.file >= 0 && !tokens;
}

/* Whether the leaf begins a column of which nothing is used. Weights are no column among others. */
static int is_idle_column(check *c, const unsigned char *used, size_t which) {
    const md_leaf *l = &c->m->leaf[which];
    if (!in_table(c, l) || !strcmp(l->name, "weight")) return 0;
    for (size_t i = 0; i < c->m->leaves; i++) {
        const md_leaf *o = &c->m->leaf[i];
        if (is_same(l, o) && (i < which || !is_unused(c, used, i) || o->at.file != l->at.file))
            return 0;
    }
    return 1;
}

/* A table may hold much that is not for the calculation: it is told once, and its leaves then count
 * as used. */
static void tell_idle_columns(check *c, unsigned char *used) {
    const model *m = c->m;
    for (size_t first = 0; first < m->leaves; first++) {
        size_t count = 0;
        buf names = BUF_INIT;
        if (!is_idle_column(c, used, first)) continue;
        int file = m->leaf[first].at.file;
        for (size_t i = first; i < m->leaves; i++) {
            if (m->leaf[i].at.file != file || !is_idle_column(c, used, i)) continue;
            buf_print(&names, "%s%s", count++ ? ", " : "", m->leaf[i].name);
            for (size_t k = i; k < m->leaves; k++)
                if (k != first && is_same(&m->leaf[i], &m->leaf[k])) used[k] = 1;
        }
        used[first] = 1;
        check_add(c, "U02", location_line(c, file, 1, NULL), NULL,
                  count > 1 ? "no result depends on the columns %s of the table"
                            : "no result depends on the column %s of the table",
                  buf_string(&names));
        buf_release(&names);
    }
}

/* Data of an indicator that some data has, and no output reads. */
static void find_unread(const tracing *t, const dataset *d) {
    const model *m = t->c->m;
    int axis = m->levels > 1 ? m->level_axis[0] : AX_NONE, at;
    shape s;
    if (axis == AX_NONE || !d->spec.keys || !d->node || !t->need[d->node] ||
        !shape_of(t, d->node, &s) || (at = axis_in(&s, axis)) < 0)
        return;
    for (size_t k = 0; k < s.size[at]; k++) {
        int element = model_element_of(m, axis, k), read = 0;
        for (size_t i = 0; i < s.count; i++)
            read |= ax_along(i, s.stride[at], s.size[at]) == k && t->need[d->node][i];
        if (read || element < 0 || !check_has_data(t->c, d, k)) continue;
        check_add(t->c, "U03", location_element(t->c, &m->element[element]), NULL,
                  "no result depends on the data of '%s' in '%s'", m->element[element].id,
                  d->spec.name);
    }
}

void check_use(check *c) {
    const model *m = c->m;
    tracing t = {.c = c};
    size_t nodes = (size_t)ex_count(c->g) + 1;
    for (int k = 0; k + 1 < m->levels; k++) t.model_axes |= AX_BIT(m->level_axis[k]);
    if (m->stages) t.model_axes |= AX_BIT(m->stage_axis);
    t.need = mem_zero(nodes, sizeof *t.need);
    t.from = mem_zero(nodes, 1);
    unsigned char *used = mem_zero(m->leaves + 1, 1);
    if (t.need && t.from && used) {
        find_origins(&t);
        int traced = trace(&t);
        for (size_t i = 0; traced && i < m->arrays; i++) {
            const md_array *a = &m->array[i];
            for (size_t k = 0; k < a->size; k++)
                if (a->leaf[k] >= 0) used[a->leaf[k]] |= is_named(c, a) || need_at(&t, a, k);
            find_wanting(&t, a);
        }
        for (size_t i = 0; traced && i < c->a->s->data.count; i++)
            find_unread(&t, c->a->s->data.item[i]);
        if (traced) tell_idle_columns(c, used);
        for (size_t i = 0; traced && i < m->leaves; i++)
            if (is_unused(c, used, i) && !is_told(c, used, i)) tell_unused(c, used, i);
    }
    for (size_t i = 0; t.need && i < nodes; i++) mem_free(t.need[i]);
    mem_free(t.need);
    mem_free(t.from);
    mem_free(used);
}
