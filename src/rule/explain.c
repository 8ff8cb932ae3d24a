#include "rule/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "expr/composed.h"
#include "expr/formula.h"
#include "table/date.h"

enum { PARTS = 64, FORMULA_DEPTH = 12, STEPS = 100000 };

/* A place in the space of axes: a position for each axis; those a node lacks do not matter. */
typedef struct spot {
    uint32_t at[AX_MOST];
} spot;

/* An element that a formula uses. */
typedef struct part {
    ex_id node;
    spot where;
} part;

typedef struct explainer {
    const results *r;
    model *m;
    datasets *d;
    const explain_settings *settings;
    assess_step *step;
    size_t count, room;
    uint64_t *seen; /* elements that have been explained: node and cell; open addressing */
    size_t seen_count, seen_room;
    fault *f;
} explainer;

/* ---- values ---- */

static size_t cell_of(const explainer *e, ex_id n, const spot *s) {
    const ax_space *space = ex_space(e->r->graph);
    ax_set axes = ex_get(e->r->graph, n)->axes;
    size_t at = 0;
    for (int i = 0; i < ax_count(space); i++)
        if (axes & AX_BIT(i))
            at += s->at[i] * ax_stride(space, axes, i);
    return at;
}

static double value_at(const explainer *e, ex_id n, const spot *s) {
    fault ignored = FAULT_INIT;
    const double *value = ex_run_value(e->r->run, n, &ignored);
    fault_release(&ignored);
    if (!value)
        return EX_NAN;
    return value[cell_of(e, n, s)];
}

static void write_value(const explainer *e, ex_kind kind, double x, buf *out) {
    char text[32];
    if (x != x)
        buf_text(out, "missing");
    else if (kind == EX_TEXT)
        buf_print(out, "\"%s\"", pool_text(e->m->strings, (uint32_t)x));
    else if (kind == EX_TRUTH)
        buf_text(out, x != 0 ? "true" : "false");
    else if (kind == EX_DATE)
        buf_put(out, text, date_write(x, text));
    else
        buf_put(out, text, decimal_write(x, text));
}

static const char *keep(const explainer *e, const buf *b) {
    const char *own = arena_text(e->r->memory, buf_string(b), b->length);
    return own ? own : "";
}

/* Units first, stages and years last, as readers name a place. */
static int reading_order(const char *axis) {
    return !strcmp(axis, "unit") ? 0 : !strcmp(axis, "stage") || !strcmp(axis, "year") ? 2 : 1;
}

static const char *labels_at(const explainer *e, ax_set axes, const spot *s) {
    const ax_space *space = ex_space(e->r->graph);
    buf b = BUF_INIT;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < ax_count(space); i++)
            if ((axes & AX_BIT(i)) && reading_order(ax_get(space, i)->name) == round) {
                buf_text(&b, b.length ? ", " : "");
                buf_text(&b, pool_text(e->m->strings, ax_get(space, i)->label[s->at[i]]));
            }
    const char *out = keep(e, &b);
    buf_release(&b);
    return out;
}

/* ---- names ---- */

static const char *output_name(const explainer *e, ex_id n) {
    for (size_t i = 0; i < e->r->outputs; i++)
        if (e->r->output[i].node == n)
            return e->r->output[i].name;
    return NULL;
}

static int is_reduction(const explainer *e, ex_id n, composed *c) {
    int op = ex_get(e->r->graph, n)->op;
    if (composed_find(e->r->graph, n, c))
        return 1;
    *c = (composed){ 0 };
    return (op >= EX_sum && op < EX_slice) || op == EX_matrix;
}

/* Names for a formula: outputs, but not the step's own node; in place of a choice, what was chosen. */
typedef struct naming {
    const explainer *e;
    ex_id own;
    const part *part; /* values stand in place of these; NULL: names do */
    size_t parts;
    const spot *where;
    ax_set axes; /* of the step */
    int depth;
    int brief;     /* within an outline */
} naming;

/* The operand a `where` or `coalesce` took at a spot, or 0 where it took none, or n is no choice. */
static ex_id chosen(const explainer *e, ex_id n, const spot *s) {
    const ex_graph *g = e->r->graph;
    int op = ex_get(g, n)->op;
    composed c;
    if ((op != EX_where && op != EX_coalesce) || composed_find(g, n, &c))
        return 0;
    double x = value_at(e, ex_arg(g, n, 0), s);
    if (op == EX_coalesce) {
        double y = value_at(e, ex_arg(g, n, 1), s);
        return x == x ? ex_arg(g, n, 0) : y == y ? ex_arg(g, n, 1) : 0;
    }
    ex_id out = x == x ? ex_arg(g, n, x != 0 ? 1 : 2) : 0;
    return out && !composed_nothing(g, out) ? out : 0;
}

static const char *name_of(const void *self, ex_id n) {
    const naming *w = self;
    const explainer *e = w->e;
    buf b = BUF_INIT;
    for (size_t i = 0; i < w->parts && n != w->own && !b.length; i++)
        if (w->part[i].node == n)
            write_value(e, (ex_kind)ex_get(e->r->graph, n)->kind, value_at(e, n, &w->part[i].where), &b);
    const char *known = b.length || n == w->own ? NULL : output_name(e, n);
    /* Below a reduction the spot does not say which element, so nothing there counts as chosen. */
    int here = !(ex_get(e->r->graph, n)->axes & ~w->axes) && w->depth < FORMULA_DEPTH;
    ex_id taken = b.length || known || !here ? 0 : chosen(e, n, w->where);
    if (taken) {
        naming below = *w;
        below.own = 0;
        below.depth++;
        const char *text = name_of(&below, taken);
        const ex_node *x = ex_get(e->r->graph, taken);
        int infix = !text && x->op >= EX_add && x->op <= EX_or;
        buf_text(&b, infix ? "(" : "");
        if (text)
            buf_text(&b, text);
        else
            formula_write(e->r->graph, taken, FORMULA_DEPTH, name_of, &below, &b);
        buf_text(&b, infix ? ")" : "");
    }
    /* A reduction that is a step of its own is shown in outline. */
    composed c;
    if (!b.length && !known && n != w->own && !w->brief && is_reduction(e, n, &c)) {
        naming outline = *w;
        outline.own = n;
        outline.parts = 0;
        outline.brief = 1;
        formula_write(e->r->graph, n, 2, name_of, &outline, &b);
    }
    if (b.length)
        known = keep(e, &b);
    buf_release(&b);
    return known;
}

static const char *formula_of(const explainer *e, ex_id n, const spot *s, const part *parts, size_t count) {
    naming w = { e, n, parts, count, s, ex_get(e->r->graph, n)->axes, 0, 0 };
    buf b = BUF_INIT;
    formula_write(e->r->graph, n, FORMULA_DEPTH, name_of, &w, &b);
    const char *out = keep(e, &b);
    buf_release(&b);
    return out;
}

/* ---- what a formula uses ---- */

static int stands_alone(const explainer *e, ex_id n) {
    composed c;
    const ex_values *v = ex_values_of(e->r->graph, n);
    if (v)
        return v->origin == EX_LEAF || v->origin == EX_DATA;
    return output_name(e, n) || ex_get(e->r->graph, n)->op == EX_lookup || is_reduction(e, n, &c);
}

static void add_part(const explainer *e, part *list, size_t *count, ex_id n, const spot *s) {
    for (size_t i = 0; i < *count; i++)
        if (list[i].node == n && cell_of(e, n, &list[i].where) == cell_of(e, n, s))
            return;
    if (*count < PARTS)
        list[(*count)++] = (part){ n, *s };
}

/* Where an operand of a choosing node stands. 0 where the position is missing. */
static int chosen_spot(const explainer *e, ex_id n, spot *s) {
    const ex_node *x = ex_get(e->r->graph, n);
    if (x->op == EX_slice) {
        s->at[x->axis] = x->extra;
    } else if (x->op == EX_rename) {
        s->at[x->axis] = s->at[x->to];
    } else {
        double p = value_at(e, ex_arg(e->r->graph, n, 1), s);
        if (!(p >= 0 && p < ax_get(ex_space(e->r->graph), x->axis)->size))
            return 0;
        s->at[x->axis] = (uint32_t)p;
    }
    return 1;
}

/* The elements that stand alone below an element: through arithmetic, and along what was chosen. */
static void gather_parts(const explainer *e, ex_id n, spot s, part *list, size_t *count, int depth) {
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    if (depth > 2 * FORMULA_DEPTH)
        return;
    if (depth && stands_alone(e, n)) {
        add_part(e, list, count, n, &s);
    } else if (x->op == EX_where || (x->op == EX_coalesce && chosen(e, n, &s))) {
        if (chosen(e, n, &s))
            gather_parts(e, chosen(e, n, &s), s, list, count, depth + 1);
        if (x->op == EX_where)
            gather_parts(e, ex_arg(g, n, 0), s, list, count, depth + 1);
    } else if (x->op == EX_slice || x->op == EX_rename || x->op == EX_gather) {
        if (chosen_spot(e, n, &s))
            gather_parts(e, ex_arg(g, n, 0), s, list, count, depth + 1);
    } else {
        for (int i = 0; i < x->argc; i++)
            gather_parts(e, ex_arg(g, n, i), s, list, count, depth + 1);
    }
}

/* ---- steps ---- */

static assess_step *add_step(explainer *e, int depth, ex_id n, const spot *s) {
    if (e->count >= STEPS) {
        fault_set(e->f, FAULT_LIMIT, "the explanation has more than %d steps: ask for less depth", STEPS);
        return NULL;
    }
    if (e->count == e->room) {
        size_t room = e->room ? 2 * e->room : 64;
        assess_step *grown = realloc(e->step, room * sizeof *grown);
        if (!grown) {
            fault_memory(e->f);
            return NULL;
        }
        e->step = grown;
        e->room = room;
    }
    const ex_node *x = ex_get(e->r->graph, n);
    const char *name = output_name(e, n);
    assess_step *out = &e->step[e->count++];
    *out = (assess_step){
        .depth = depth, .name = name ? name : "", .at = labels_at(e, x->axes, s),
        .kind = (assess_kind)x->kind, .value = value_at(e, n, s), .formula = "", .put_in = "",
        .weight = EX_NAN, .share = EX_NAN, .file = x->line ? sources_name(e->r->files, (int)x->file) : "",
        .line = x->line, .field = "", .note = "",
    };
    return out;
}

static void leaf_step(const explainer *e, ex_id n, const spot *s, assess_step *out) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    const md_array *a = v->name ? model_array(e->m, v->name) : NULL;
    out->name = v->name ? v->name : "";
    int32_t at = a && a->leaf ? a->leaf[cell_of(e, n, s)] : -1;
    if (at < 0)
        return;
    const md_leaf *l = &e->m->leaf[at];
    out->name = l->address;
    out->file = sources_name(e->r->files, l->at.file);
    out->line = l->at.line;
    out->note = l->cite ? l->cite : "";
}

/* The table a datum comes from, its row there (-1: none) and its column. */
static const dataset *origin_of(const explainer *e, ex_id n, const spot *s, long *row, const char **column) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    const char *dot = v->name ? strrchr(v->name, '.') : NULL;
    *row = -1;
    *column = dot ? dot + 1 : "";
    if (v->tag < e->d->count) {
        const dataset *t = e->d->item[v->tag];
        int whole = v->axes == t->values.axes;
        spot at = *s;
        size_t cell = 0;
        for (int i = 0; i < ax_count(e->m->space); i++)
            if (t->values.axes & AX_BIT(i))
                cell += (whole || (v->axes & AX_BIT(i)) ? at.at[i] : 0) *
                        ax_stride(e->m->space, t->values.axes, i);
        *row = dataset_row(e->d, t, cell);
        if (!dot) {
            int leaf = ax_find(e->m->space, dataset_leaf_axis(e->d));
            *column = t->wide && leaf != AX_NONE
                          ? pool_text(e->m->strings, ax_get(e->m->space, leaf)->label[s->at[leaf]])
                      : t->spec.value ? t->spec.value
                                      : "";
        }
        return t;
    }
    for (size_t i = 0; i < e->d->count; i++) {
        const dataset *t = e->d->item[i];
        if (!t->spec.keys && t->table && v->axes == AX_BIT(t->rows_axis)) {
            *row = (long)s->at[t->rows_axis];
            return t;
        }
    }
    return NULL;
}

static void datum_step(const explainer *e, ex_id n, const spot *s, assess_step *out) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    long row;
    const char *column;
    out->name = v->name ? v->name : "";
    const dataset *t = origin_of(e, n, s, &row, &column);
    if (!t || !t->table)
        return;
    out->file = tb_path(t->table);
    out->field = column;
    out->line = 0;
    if (row < 0 || (size_t)row >= tb_rows(t->table)) {
        out->end = ASSESS_NO_ROW;
        return;
    }
    out->line = tb_line(t->table, (size_t)row);
    buf b = BUF_INIT;
    for (size_t i = 0; i < t->spec.carries; i++) {
        const tb_column *c = tb_column_named(t->table, t->spec.carry[i]);
        if (!c || !c->value || !(c->value[row] == c->value[row]) || !strcmp(c->name, column))
            continue;
        buf_print(&b, "%s%s: ", b.length ? "; " : "", c->name);
        buf_text(&b, pool_text(e->m->strings, (uint32_t)c->value[row]));
    }
    out->note = keep(e, &b);
    buf_release(&b);
}

/* Notes that an element is being explained; says whether it had been before. */
static int seen_before(explainer *e, ex_id n, const spot *s) {
    uint64_t key = ((uint64_t)n << 40) ^ (uint64_t)cell_of(e, n, s);
    if (2 * (e->seen_count + 1) > e->seen_room) {
        size_t room = e->seen_room ? 2 * e->seen_room : 256;
        uint64_t *grown = calloc(room, sizeof *grown);
        if (!grown)
            return 0; /* then it is explained again */
        for (size_t i = 0; i < e->seen_room; i++)
            if (e->seen[i]) {
                size_t at = (size_t)(e->seen[i] * 0x9e3779b97f4a7c15u >> 20) & (room - 1);
                while (grown[at])
                    at = (at + 1) & (room - 1);
                grown[at] = e->seen[i];
            }
        free(e->seen);
        e->seen = grown;
        e->seen_room = room;
    }
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (e->seen_room - 1);
    for (; e->seen[at]; at = (at + 1) & (e->seen_room - 1))
        if (e->seen[at] == key)
            return 1;
    e->seen[at] = key;
    e->seen_count++;
    return 0;
}

static int steps(explainer *e, ex_id n, spot s, int depth, double weight, double share);

/* The steps of what a formula uses. */
static int part_steps(explainer *e, const part *list, size_t count, int depth) {
    for (size_t i = 0; i < count; i++)
        if (!steps(e, list[i].node, list[i].where, depth, EX_NAN, EX_NAN))
            return 0;
    return 1;
}

/* Which positions of the reduced axis belong to the element: all, or those of its group. */
static int belongs(const explainer *e, ex_id by, int to, const spot *s, const spot *element) {
    return !by || value_at(e, by, element) == s->at[to];
}

/* The node that holds the groups of a composed function, from the reduction it is made of. */
static ex_id groups_below(const explainer *e, ex_id n, int axis, int to, int depth) {
    const ex_node *x = ex_get(e->r->graph, n);
    if (x->op >= EX_sum && x->op <= EX_last && x->argc == 2 && x->axis == axis && x->to == to)
        return ex_arg(e->r->graph, n, 1);
    ex_id found = 0;
    for (int i = 0; depth && !found && i < x->argc; i++)
        found = groups_below(e, ex_arg(e->r->graph, n, i), axis, to, depth - 1);
    return found;
}

/* One element decides an extreme, the first or last; the rest is not shown. */
static int decides(int op, double x, double result) {
    if (op == EX_min || op == EX_max || op == EX_first || op == EX_last)
        return x == result;
    return (op == EX_any && x != 0) || (op == EX_all && x == 0);
}

/* The elements a reduction went over, each with its weight and its share of the result. */
static int element_steps(explainer *e, size_t index, ex_id n, const spot *s, int depth) {
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    composed c;
    int whole = composed_find(g, n, &c);
    int axis = whole ? c.axis : x->axis, to = whole ? c.to : x->to, op = whole ? EX_none : x->op;
    ex_id over = whole ? c.x : ex_arg(g, n, 0);
    ex_id by = to == AX_NONE || x->op == EX_rename ? 0 : groups_below(e, n, axis, to, 6);
    int mean = whole && c.name == COMPOSED_MEAN, sum = !whole && x->op == EX_sum;
    double result = value_at(e, n, s), weights = 0;
    uint32_t size = ax_get(ex_space(g), axis)->size;
    size_t present = 0, absent = 0, shown = 0, hidden = 0;
    spot at = *s;
    for (at.at[axis] = 0; mean && at.at[axis] < size; at.at[axis]++) {
        double v = value_at(e, over, &at), w = c.weight ? value_at(e, c.weight, &at) : 1;
        if (belongs(e, by, to, s, &at) && (c.whole || v == v) && w == w)
            weights += w;
    }
    for (at.at[axis] = 0; at.at[axis] < size; at.at[axis]++) {
        if (!belongs(e, by, to, s, &at))
            continue;
        double v = value_at(e, over, &at), w = mean && c.weight ? value_at(e, c.weight, &at) : EX_NAN;
        absent += v != v;
        present += v == v;
        if (op != EX_none && op != EX_sum && op != EX_count && op != EX_median && op != EX_quantile) {
            if (shown || !(v == v) || !decides(op, v, result))
                continue;
        } else if (shown >= e->settings->most || op == EX_count) {
            hidden++;
            continue;
        }
        double share = mean && v == v ? v * (w == w ? w : 1) / weights / result : sum ? v / result : EX_NAN;
        shown++;
        if (!steps(e, over, at, depth + 1, w, isfinite(share) ? share : EX_NAN))
            return 0;
    }
    e->step[index].present = present;
    e->step[index].missing = absent;
    e->step[index].hidden = hidden;
    return 1;
}

/* The element that `argmin`, `upto` and the like found. */
static int found_steps(explainer *e, const composed *c, ex_id n, const spot *s, int depth) {
    const ax_space *space = ex_space(e->r->graph);
    double label = value_at(e, n, s);
    spot at = *s;
    if (c->name == COMPOSED_UPTO) {
        /* The latest present one whose label is not beyond the bound. */
        double bound = value_at(e, c->y, s);
        const double *number = ax_get(space, c->axis)->number;
        for (uint32_t i = ax_get(space, c->axis)->size; number && i-- > 0;) {
            at.at[c->axis] = i;
            double v = value_at(e, c->x, &at);
            if (number[i] <= bound && v == v)
                return steps(e, c->x, at, depth + 1, EX_NAN, EX_NAN);
        }
        return 1;
    }
    for (uint32_t i = 0; i < ax_get(space, c->axis)->size; i++) {
        const ax_axis *a = ax_get(space, c->axis);
        if ((a->number ? a->number[i] : (double)a->label[i]) == label) {
            at.at[c->axis] = i;
            return steps(e, c->x, at, depth + 1, EX_NAN, EX_NAN);
        }
    }
    return 1;
}

static int reduction_steps(explainer *e, size_t index, ex_id n, const spot *s, int depth) {
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    composed c;
    if (composed_find(g, n, &c)) {
        if (c.name == COMPOSED_UPTO || c.name == COMPOSED_UPTO_LABEL || c.name == COMPOSED_ARGMIN ||
            c.name == COMPOSED_ARGMAX)
            return found_steps(e, &c, n, s, depth);
        return element_steps(e, index, n, s, depth);
    }
    if (x->op >= EX_sum && x->op <= EX_quantile)
        return element_steps(e, index, n, s, depth);
    /* A rank, a running sum: the element itself that it is the rank of. */
    if (x->argc && x->op < EX_slice)
        return steps(e, ex_arg(g, n, 0), *s, depth + 1, EX_NAN, EX_NAN);
    return 1;
}

/* A step for an element and, behind it, the steps of what it is made of. */
static int steps(explainer *e, ex_id n, spot s, int depth, double weight, double share) {
    const ex_graph *g = e->r->graph;
    const ex_values *v = ex_values_of(g, n);
    composed c;
    /* What only chooses is not a step: the element chosen is. */
    while (!v && !output_name(e, n) && !composed_find(g, n, &c) &&
           (ex_get(g, n)->op == EX_slice || ex_get(g, n)->op == EX_rename || ex_get(g, n)->op == EX_gather)) {
        if (!chosen_spot(e, n, &s))
            break;
        n = ex_arg(g, n, 0);
        v = ex_values_of(g, n);
    }
    size_t index = e->count;
    assess_step *out = add_step(e, depth, n, &s);
    if (!out)
        return 0;
    out->weight = weight;
    out->share = share;
    if (v) {
        if (v->origin == EX_LEAF)
            leaf_step(e, n, &s, out);
        else if (v->origin == EX_DATA)
            datum_step(e, n, &s, out);
        return 1;
    }
    part list[PARTS], condition[PARTS];
    size_t count = 0, conditions = 0;
    /* A choice is explained by what was chosen, and after that by its condition. */
    ex_id own = n;
    for (ex_id taken; (taken = chosen(e, n, &s)) && (taken == own || !output_name(e, taken)) &&
                      !ex_values_of(g, taken) && ex_get(g, taken)->op < EX_slice; n = taken)
        if (ex_get(g, n)->op == EX_where)
            gather_parts(e, ex_arg(g, n, 0), s, condition, &conditions, 1);
    out->formula = formula_of(e, n, &s, NULL, 0);
    if (seen_before(e, own, &s)) {
        out->end = ASSESS_ABOVE;
        return 1;
    }
    if (depth >= e->settings->depth) {
        out->end = ASSESS_DEEPER;
        return 1;
    }
    if (is_reduction(e, n, &c)) {
        if (!reduction_steps(e, index, n, &s, depth))
            return 0;
    } else {
        gather_parts(e, n, s, list, &count, 0);
        if (count)
            e->step[index].put_in = formula_of(e, n, &s, list, count);
        if (!part_steps(e, list, count, depth + 1))
            return 0;
    }
    return part_steps(e, condition, conditions, depth + 1);
}

/* All nodes below the root, so that every value on the way can be read. */
static int compute_all(const results *r, ex_id root, fault *f) {
    uint8_t *needed = calloc((size_t)root + 1, 1);
    ex_id *want = calloc((size_t)root + 1, sizeof *want);
    size_t count = 0;
    int fine = needed && want ? 1 : fault_memory(f);
    if (fine)
        needed[root] = 1;
    for (ex_id n = root; fine && n >= 1; n--) {
        if (!needed[n])
            continue;
        want[count++] = n;
        for (int i = 0; i < ex_get(r->graph, n)->argc; i++)
            needed[ex_arg(r->graph, n, i)] = 1;
    }
    fine = fine && ex_run_eval(r->run, want, count, f);
    free(needed);
    free(want);
    return fine;
}

size_t explain_steps(const results *r, model *m, datasets *d, ex_id node, const uint32_t *at,
                     const explain_settings *settings, assess_step **out, fault *f) {
    explainer e = { .r = r, .m = m, .d = d, .settings = settings, .f = f };
    spot s = { { 0 } };
    *out = NULL;
    for (int i = 0; i < ax_count(m->space); i++)
        s.at[i] = at[i];
    if (!compute_all(r, node, f) || !steps(&e, node, s, 0, EX_NAN, EX_NAN)) {
        free(e.step);
        free(e.seen);
        return 0;
    }
    *out = arena_take(r->memory, e.count * sizeof **out);
    if (*out)
        memcpy(*out, e.step, e.count * sizeof **out);
    else
        fault_memory(f);
    free(e.step);
    free(e.seen);
    return *out ? e.count : 0;
}
