/* Leaves that no output depends on, whatever the data are; attributes that formulas read and that
 * are not given; data that nothing reads.
 *
 * Need is traced backward through the graph, element by element, but only along the axes of the
 * model (levels of the index, stages), because leaves have no others. Of a `where` whose condition
 * the rules fix (as that of x:only{ indicator = … }) only the arm that is taken is followed. An
 * element is WANTED where something is computed from its value, and USED where it may as well be
 * missing: in present(x), or before a default. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/inside.h"
#include "expr/walk.h"

enum { USED = 1, WANTED = 2 };
enum { SIZE_MOST = 4 << 20 };

enum { FROM_DATA = 1, FROM_LEAF = 2 };

typedef struct tracing {
    check *c;
    ax_set model_axes;
    unsigned char **need; /* by node: USED and WANTED elements, in its shape; or NULL */
    unsigned char *from;  /* by node: FROM_DATA, FROM_LEAF */
} tracing;

/* The axes of the model that a node has; its needs are in the layout of these. */
static ax_set shape_of(const tracing *t, ex_id n) {
    return ex_get(t->c->g, n)->axes & t->model_axes;
}

/* The axes along which an element of a node needs all elements of an operand. */
static ax_set whole_axes(const tracing *t, ex_id n, int arg) {
    const ex_node *x = ex_get(t->c->g, n);
    const ex_matrix_function *m = x->op == EX_matrix ? ex_matrix_of(t->c->g, n) : NULL;
    ax_set out = 0;
    if (ex_is_reduction(x->op) || ex_class(x->op) == EX_CLASS_SCAN ||
        (x->op == EX_gather && arg == 0))
        out = ax_bit(x->axis);
    for (int i = 0; m && i < x->argc && i < EX_MATRIX_ARGS; i++) out |= ex_core_axes(m->core[i]);
    return m ? out | ex_core_axes(m->out) : out;
}

/* Whether a condition depends on neither data nor leaves. */
static int is_fixed(const tracing *t, ex_id cond) {
    return !t->from[cond] && !(ex_get(t->c->g, cond)->axes & ~t->model_axes);
}

/* The values of such a condition; NULL for others. */
static const double *fixed_condition(const tracing *t, ex_id cond) {
    return is_fixed(t, cond) ? check_values(t->c, cond) : NULL;
}

static void compute_fixed(const tracing *t) {
    check_ahead ahead = {0};
    for (ex_id n = 1; n <= ex_count(t->c->g); n++) {
        ex_id cond = ex_get(t->c->g, n)->op == EX_where ? ex_arg(t->c->g, n, 0) : 0;
        if (cond && t->c->wanted[n] && is_fixed(t, cond)) check_expect(t->c, &ahead, cond);
    }
    check_compute(t->c, &ahead);
}

/* How much an operand is needed at most. */
static unsigned char need_of_operand(const tracing *t, ex_id n, int arg) {
    const ex_node *x = ex_get(t->c->g, n);
    if (x->op == EX_missing || x->op == EX_present) return USED;
    if (x->op == EX_coalesce && arg == 0 && !(t->from[ex_arg(t->c->g, n, 1)] & FROM_DATA))
        return USED;
    if (x->op == EX_where && arg > 0 && t->from[ex_arg(t->c->g, n, 0)] == FROM_LEAF) return USED;
    return WANTED;
}

/* Adds the need of a node, over the axes `to`, to one of its operands. 0 where it cannot be
 * traced. */
static int pass_need_on(tracing *t, ex_id n, int arg, ax_set to) {
    const ax_space *space = ex_space(t->c->g);
    const ex_node *x = ex_get(t->c->g, n);
    ex_id operand = ex_arg(t->c->g, n, arg);
    ax_set shape = shape_of(t, operand), whole = whole_axes(t, n, arg);
    size_t count = ax_size(space, shape), start = 0;
    unsigned char *need = count <= SIZE_MOST ? mem_zero(count + 1, 1) : NULL;
    unsigned char *before = t->need[operand], most = need_of_operand(t, n, arg);
    if (!need) return 0;
    /* Along `spread` an element needs all positions: the first one is marked, then the others. */
    ax_set spread = shape & (whole | ~to);
    ex_walk w = ex_walk_over(space, to);
    if (x->op == EX_rename) {
        ex_walk_renamed(&w, shape, x->axis, x->to);
        if (to & ax_bit(x->to)) spread &= ~ax_bit(x->axis);
    } else {
        ex_walk_with(&w, shape, whole);
    }
    if (x->op == EX_slice) {
        start = x->extra * ax_stride(space, shape, x->axis);
        spread &= ~ax_bit(x->axis);
    }
    ex_id cond = x->op == EX_where && arg > 0 ? ex_arg(t->c->g, n, 0) : 0;
    const double *fixed = cond ? fixed_condition(t, cond) : NULL;
    if (fixed) ex_walk_with(&w, shape_of(t, cond), 0);
    for (; w.element < w.count; ex_walk_on(&w)) {
        unsigned char level = t->need[n][w.element] < most ? t->need[n][w.element] : most;
        double holds = fixed ? fixed[w.offset[1]] : 0;
        if (fixed && (holds != holds || (holds != 0) != (arg == 1))) continue;
        unsigned char *own = &need[start + w.offset[0]];
        *own = *own > level ? *own : level;
    }
    w = ex_walk_over(space, shape);
    ex_walk_with(&w, shape, spread);
    for (; w.element < w.count; ex_walk_on(&w)) need[w.element] = need[w.offset[0]];
    for (size_t i = 0; before && i < count; i++)
        need[i] = need[i] > before[i] ? need[i] : before[i];
    mem_free(before);
    t->need[operand] = need;
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

/* Needs of nodes that are not sources are freed when they were passed on. 0 where the graph cannot
 * be traced. */
static int trace_needs(tracing *t) {
    const ax_space *space = ex_space(t->c->g);
    for (ex_id n = ex_count(t->c->g); n > 0; n--) {
        int output = t->c->wanted[n] & IS_OUTPUT;
        ax_set shape = shape_of(t, n);
        size_t count = ax_size(space, shape);
        if (!output && !t->need[n]) continue;
        if (count > SIZE_MOST) return 0;
        if (!t->need[n] && !(t->need[n] = mem_zero(count + 1, 1))) return 0;
        if (output) memset(t->need[n], WANTED, count);
        for (int i = 0; i < ex_get(t->c->g, n)->argc; i++)
            if (!pass_need_on(t, n, i, shape)) return 0;
        if (ex_get(t->c->g, n)->op == EX_source) continue;
        mem_free(t->need[n]);
        t->need[n] = NULL;
    }
    return 1;
}

/* ---- findings ---- */

/* Is the leaf of use without a formula, because reports show it or it tells what is better? */
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

/* The need of element i of an array of leaves, all of whose axes are the model's. */
static unsigned char need_at(const tracing *t, const md_array *a, size_t i) {
    return a->node && t->need[a->node] ? t->need[a->node][i] : 0;
}

static void report_wanting(const tracing *t, const md_array *a, int element, size_t *missing) {
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

/* Attributes that some indicators have, and that are read from others that do not. */
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
        report_wanting(t, a, model_element_of(m, axis, u), missing);
    }
    mem_free(missing);
}

/* Is it the weight 1 of an indicator that is given none? It is at the place of its element. */
static int is_default_weight(check *c, const md_leaf *l) {
    if (l->element < 0 || strcmp(l->name, "weight") || l->value.number != 1) return 0;
    location s = location_leaf(c, l), e = location_element(c, &c->m->element[l->element]);
    return s.at.line == e.at.line && s.at.column == e.at.column;
}

static int is_unused(check *c, const unsigned char *used, size_t i) {
    return !used[i] && !is_shown(&c->m->leaf[i]) && !is_default_weight(c, &c->m->leaf[i]);
}

/* Leaves of elements with the same name are reported together, at the first one. */
static int is_same(const md_leaf *a, const md_leaf *b) {
    return a == b || (a->element >= 0 && b->element >= 0 && !strcmp(a->name, b->name));
}

static void report_unused(check *c, const unsigned char *used, size_t first) {
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

/* Is the leaf from a table? A table has no tokens. */
static int in_table(const check *c, const md_leaf *l) {
    return l->element >= 0 && l->at.file >= 0 && !token_list_of(c->files, l->at.file).count;
}

/* Is it the first leaf of a column of which nothing is used? Weights are not treated as a column.
 */
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

/* A table may contain much that is not for the calculation: that is reported once, and its leaves
 * then count as used. */
static void report_idle_columns(check *c, unsigned char *used) {
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

/* Indicators with data that no output reads. */
static void find_unread(const tracing *t, const dataset *d) {
    const model *m = t->c->m;
    int axis = m->levels > 1 ? m->level_axis[0] : AX_NONE;
    ax_set shape = d->spec.keys && d->node && t->need[d->node] ? shape_of(t, d->node) : 0;
    if (!(shape & ax_bit(axis))) return;
    size_t size = ax_get(m->space, axis)->size, stride = ax_stride(m->space, shape, axis);
    const size_t all = ax_size(m->space, shape);
    for (size_t k = 0; k < size; k++) {
        int element = model_element_of(m, axis, k), read = 0;
        for (size_t line = k * stride; line < all && !read; line += size * stride)
            for (size_t i = line; i < line + stride; i++) read |= t->need[d->node][i];
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
        compute_fixed(&t);
        int traced = trace_needs(&t);
        for (size_t i = 0; traced && i < m->arrays; i++) {
            const md_array *a = &m->array[i];
            for (size_t k = 0; k < a->size; k++)
                if (a->leaf[k] >= 0) used[a->leaf[k]] |= is_named(c, a) || need_at(&t, a, k);
            find_wanting(&t, a);
        }
        for (size_t i = 0; traced && i < c->a->s->data.count; i++)
            find_unread(&t, c->a->s->data.item[i]);
        if (traced) report_idle_columns(c, used);
        for (size_t i = 0; traced && i < m->leaves; i++)
            if (is_unused(c, used, i) && !is_told(c, used, i)) report_unused(c, used, i);
    }
    for (size_t i = 0; t.need && i < nodes; i++) mem_free(t.need[i]);
    mem_free(t.need);
    mem_free(t.from);
    mem_free(used);
}
