/* Steps of an explanation: what each element is made of, and what it contributes to the root. */
#include "rule/explain_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* ---- where leaves and data were written ---- */

/* What each edition said: 47 (2011.lua:97, WHO) → 40 (2012.lua:21, GB 3095). */
static const char *editions_of(const explainer *e, const md_leaf *l) {
    buf b = BUF_INIT;
    for (int k = 0; k < model_editions(l); k++) {
        md_edition one = model_edition(l, k);
        buf_print(&b, "%s%s (%s:%ld", k ? " → " : "", model_value_text(e->m, &one.value),
                  sources_name(e->r->files, one.at.file), one.at.line);
        buf_print(&b, one.cite && *one.cite ? ", %s)" : "%s)", one.cite ? one.cite : "");
    }
    if (l->changed) buf_print(&b, " → %s (--set)", model_leaf_text(e->m, l));
    const char *out = explain_keep(e, &b);
    buf_release(&b);
    return out;
}

static void explain_leaf(const explainer *e, ex_id n, const positions *s, assess_step *out) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    const md_array *a = v->name ? model_array(e->m, v->name) : NULL;
    out->name = v->name ? v->name : "";
    int32_t at = a && a->leaf ? a->leaf[explain_cell(e, n, s)] : -1;
    if (at < 0) return;
    const md_leaf *l = &e->m->leaf[at];
    out->name = l->address;
    out->file = sources_name(e->r->files, l->at.file);
    out->line = l->at.line;
    out->note = model_editions(l) > 1 || l->changed ? editions_of(e, l) : l->cite ? l->cite : "";
}

/* The table a datum comes from, its row there (-1: none) and its column. */
static const dataset *origin_of(const explainer *e, ex_id n, const positions *s, long *row,
                                const char **column) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    const char *dot = v->name ? strrchr(v->name, '.') : NULL;
    *row = -1;
    *column = dot ? dot + 1 : "";
    if (v->tag < e->d->count) {
        const dataset *t = e->d->item[v->tag];
        int whole = v->axes == t->values.axes;
        positions at = *s;
        for (int i = 0; i < ax_count(e->m->space); i++)
            if (!whole && !(v->axes & AX_BIT(i))) at.at[i] = 0;
        *row = dataset_row(e->d, t, result_cell(e->m->space, t->values.axes, &at));
        if (!dot) {
            int leaf = ax_find(e->m->space, dataset_leaf_axis(e->d));
            const tb_column *value =
                t->table && t->spec.value ? tb_column_named(t->table, t->spec.value) : NULL;
            *column = t->wide && leaf != AX_NONE
                          ? dataset_column_of(e->d, ax_get(e->m->space, leaf)->label[s->at[leaf]])
                      : value && *row >= 0 ? tb_heading_at(t->table, value, (size_t)*row)
                      : t->spec.value      ? t->spec.value
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

static void explain_datum(const explainer *e, ex_id n, const positions *s, assess_step *out) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    long row;
    const char *column;
    out->name = v->name ? v->name : "";
    const dataset *t = origin_of(e, n, s, &row, &column);
    if (!t || !t->table) return;
    out->file = tb_path(t->table);
    out->field = column;
    out->line = 0;
    if (row < 0 || (size_t)row >= tb_rows(t->table)) {
        out->end = ASSESS_NO_ROW;
        return;
    }
    out->line = tb_line(t->table, (size_t)row);
    buf b = BUF_INIT;
    char cell[CELL_NAME];
    if (tb_cell_name(t->table, out->line, column, cell)) { /* figures.xlsx:数据!C7 */
        buf_print(&b, "%s!%s", out->file, cell);
        out->file = explain_keep(e, &b);
        out->line = 0;
        buf_clear(&b);
    }
    int of_value = t->spec.value && !strchr(out->name, '.');
    dataset_figure_note(e->d, t, (size_t)row, of_value ? NULL : column, &b);
    for (size_t i = 0; i < t->spec.carries; i++) {
        const tb_column *c = tb_column_named(t->table, t->spec.carry[i]);
        if (!c || !c->value || !(c->value[row] == c->value[row]) || !strcmp(c->name, column))
            continue;
        buf_print(&b, "%s%s: ", b.length ? "; " : "", c->name);
        buf_text(&b, pool_text(e->m->strings, (uint32_t)c->value[row]));
    }
    out->note = explain_keep(e, &b);
    buf_release(&b);
}

/* ---- steps ---- */

/* The number (from 1) of the step that explains an element, or 0; *known says whether the element
 * was asked for before. NULL with the fault. */
static size_t *seen_step(explainer *e, ex_id n, const positions *s, int *known) {
    uint64_t key[2] = {n, explain_cell(e, n, s)};
    size_t before = pool_count(e->seen), at = pool_put(e->seen, (const char *)key, sizeof key);
    if (!at || !MEM_RESERVE(e->seen_at, at + 1, e->seen_cap)) {
        fault_memory(e->f);
        return NULL;
    }
    *known = at <= before;
    if (!*known) e->seen_at[at] = 0;
    return &e->seen_at[at];
}

/* May there be another step? */
static int may_go_on(explainer *e) {
    if (limits_raised(e->settings->stop)) return fault_set(e->f, FAULT_LIMIT, "stopped");
    e->full |= e->count >= e->settings->steps;
    return !e->full;
}

static assess_step *add_step(explainer *e, int depth, ex_id n, const positions *s) {
    if (!may_go_on(e)) return NULL;
    if (!MEM_RESERVE(e->step, e->count + 1, e->step_cap) ||
        !MEM_RESERVE(e->of, e->count + 1, e->of_cap)) {
        fault_memory(e->f);
        return NULL;
    }
    const ex_node *x = ex_get(e->r->graph, n);
    const char *name = explain_name(e, n);
    e->of[e->count] = (explained){n, *s};
    assess_step *out = &e->step[e->count++];
    *out = (assess_step){
        .depth = depth,
        .name = name ? name : "",
        .output = result_name_of(e->r, n) != NULL,
        .at = explain_labels(e, x->axes, s),
        .kind = (assess_kind)x->kind,
        .value = explain_value(e, n, s),
        .formula = "",
        .put_in = "",
        .weight = EX_NAN,
        .share = EX_NAN,
        .factor = EX_NAN,
        .file = x->line ? sources_name(e->r->files, (int)x->file) : "",
        .line = x->line,
        .field = "",
        .note = "",
        .same = e->count - 1,
    };
    return out;
}

/* The steps of what a formula uses. */
static int part_steps(explainer *e, const parts *list, int depth) {
    for (size_t i = 0; i < list->count; i++) {
        const part *p = &list->item[i];
        if (p->element && !explain_step(e, p->element, p->where, depth, explain_as(p->role)))
            return 0;
    }
    return 1;
}

/* The branch that a choice took, or 0; its condition goes to the list. */
static ex_id take_branch(const explainer *e, ex_id n, const positions *s, parts *conditions) {
    ex_id taken = explain_chosen(e, n, s), condition = taken ? ex_arg(e->r->graph, n, 0) : 0;
    if (taken && ex_get(e->r->graph, n)->op == EX_where && !explain_is_constant(e, condition))
        explain_add_part(e, conditions, 0, condition, s, ASSESS_CONDITION);
    return taken;
}

/* Is it an element with a step of its own, or a choice that leads to one? */
static int leads_to_step(const explainer *e, ex_id n) {
    return ex_values_of(e->r->graph, n) || result_name_of(e->r, n) || explain_only_chooses(e, n);
}

/* A node that only chooses gets no step: the element it chose does. */
static ex_id element_of(const explainer *e, ex_id n, positions *s, parts *behind) {
    while (!result_name_of(e->r, n)) {
        ex_id next = n, taken = explain_chosen(e, n, s);
        if (explain_only_chooses(e, n))
            next = explain_end(e, n, s, behind);
        else if (taken && leads_to_step(e, taken))
            next = take_branch(e, n, s, behind);
        if (next == n) break;
        n = next;
    }
    return n;
}

/* The formula of a choice is that of what it took, unless that is a step of its own. */
static ex_id formula_node(const explainer *e, ex_id n, const positions *s, parts *behind) {
    ex_id taken;
    while ((taken = explain_chosen(e, n, s)) != 0 && !leads_to_step(e, taken))
        n = take_branch(e, n, s, behind);
    return n;
}

explain_link explain_as(assess_step_role role) {
    return (explain_link){role, EX_NAN, EX_NAN, EX_NAN};
}

/* A step for an element that contributes to the sum or mean above. An element that does so twice on
 * the same level is one step. */
static int share_step(explainer *e, ex_id n, positions s, int depth, const explain_link *link) {
    parts behind = {.count = 0};
    int known;
    if (link->factor != link->factor) return 1;
    n = element_of(e, n, &s, &behind);
    size_t *at = seen_step(e, n, &s, &known);
    if (!at) return 0;
    if (!known) {
        assess_step *out = add_step(e, depth, n, &s);
        if (!out) return 0;
        out->weight = link->weight;
        out->factor = 0;
        *at = e->count;
    }
    e->step[*at - 1].factor += e->factor * link->factor;
    e->contributes = 1;
    return 1;
}

static int has_elements(const parts *list) {
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].element) return 1;
    return 0;
}

int explain_step(explainer *e, ex_id n, positions s, int depth, explain_link link) {
    if (e->shares) return share_step(e, n, s, depth, &link);
    const ex_graph *g = e->r->graph;
    parts list = {.count = 0}, behind = {.count = 0};
    int known, levels;
    n = element_of(e, n, &s, &behind);
    size_t index = e->count;
    assess_step *out = add_step(e, depth, n, &s);
    if (!out) return 0;
    double share = link.factor * out->value / link.whole;
    out->role = link.role;
    out->weight = link.weight;
    out->share = isfinite(share) ? share : EX_NAN;
    const ex_values *v = ex_values_of(g, n);
    if (v) {
        if (v->origin == EX_LEAF)
            explain_leaf(e, n, &s, out);
        else if (v->origin == EX_DATA)
            explain_datum(e, n, &s, out);
        return depth >= e->depth || part_steps(e, &behind, depth + 1);
    }
    size_t *above = seen_step(e, n, &s, &known);
    if (!above) return 0;
    n = formula_node(e, n, &s, &behind);
    if (ex_get(g, n)->line) { /* where the formula is written, not where it was chosen */
        out->file = sources_name(e->r->files, (int)ex_get(g, n)->file);
        out->line = ex_get(g, n)->line;
    }
    if (*above) { /* an output's name suffices; variables may have the same one */
        out->formula = out->output ? "" : e->step[*above - 1].formula;
        out->end = ASSESS_ABOVE;
        out->same = *above - 1;
        return 1;
    }
    out->formula = explain_formula(e, n, &s, &levels, NULL);
    int reduction = explain_is_reduction(e, n);
    if (!reduction) explain_parts(e, n, &s, levels, &list);
    if (list.count && !explain_only_chooses(e, n))
        out->put_in = explain_formula(e, n, &s, &levels, &list);
    if (depth >= e->depth) {
        if (reduction || has_elements(&list) || has_elements(&behind)) out->end = ASSESS_DEEPER;
        return 1;
    }
    *above = index + 1;
    if (reduction ? !explain_elements(e, index, n, &s) : !part_steps(e, &list, depth + 1)) return 0;
    return part_steps(e, &behind, depth + 1);
}

/* Computes all nodes below the root, so that every value on the way can be read. */
static int compute_all(const results *r, ex_id root, fault *f) {
    uint8_t *needed = mem_zero((size_t)root + 1, 1);
    ex_id *want = mem_zero((size_t)root + 1, sizeof *want);
    size_t count = 0;
    int fine = needed && want ? 1 : fault_memory(f);
    if (fine) needed[root] = 1;
    for (ex_id n = root; fine && n >= 1; n--) {
        if (!needed[n]) continue;
        want[count++] = n;
        for (int i = 0; i < ex_get(r->graph, n)->argc; i++) needed[ex_arg(r->graph, n, i)] = 1;
    }
    fine = fine && ex_run_eval(r->run, want, count, f);
    mem_free(needed);
    mem_free(want);
    return fine;
}

static void release_explainer(explainer *e) {
    mem_free(e->step);
    mem_free(e->of);
    pool_close(e->seen);
    mem_free(e->seen_at);
}

/* Forgets which elements were met. */
static int forget_seen(explainer *e) {
    pool_close(e->seen);
    e->seen = pool_open();
    return e->seen ? 1 : fault_memory(e->f);
}

static int start_anew(explainer *e, arena *memory, int depth) {
    e->memory = memory;
    e->depth = depth;
    e->count = 0;
    e->full = 0;
    return forget_seen(e);
}

static int steps_of(explainer *e, arena *memory, ex_id node, const positions *s, int depth) {
    return start_anew(e, memory, depth) && explain_step(e, node, *s, 0, explain_as(ASSESS_OPERAND));
}

/* The greatest depth below `depth` whose steps fit into the settings. The texts of the attempts are
 * thrown away. */
static int depth_that_fits(explainer *e, ex_id node, const positions *s, int depth) {
    int fits = 0;
    while (depth - fits > 1 && !e->f->count) {
        int middle = fits + (depth - fits) / 2;
        arena scratch = ARENA_INIT;
        if (steps_of(e, &scratch, node, s, middle))
            fits = middle;
        else
            depth = middle;
        arena_release(&scratch);
    }
    return fits;
}

/* Gives each step the position of its element, so that it can be asked for. */
static int add_places(explainer *e) {
    for (size_t i = 0; i < e->count; i++) {
        assess_array x;
        result_shape(ex_space(e->r->graph), ex_get(e->r->graph, e->of[i].node)->axes, EX_NUMBER,
                     NULL, &x);
        size_t *where = arena_take(e->r->memory, ((size_t)x.axes + 1) * sizeof *where);
        if (!where) return fault_memory(e->f);
        for (int k = 0; k < x.axes; k++) where[k] = e->of[i].where.at[x.axis[k].id];
        e->step[i].place = where;
    }
    return 1;
}

/* Moves the steps to the arena of the results. */
static size_t keep_steps(explainer *e, assess_step **out) {
    *out = NULL;
    if (!e->f->count && e->count && add_places(e)) {
        *out = arena_take(e->r->memory, e->count * sizeof **out);
        if (*out)
            memcpy(*out, e->step, e->count * sizeof **out);
        else
            fault_memory(e->f);
    }
    size_t count = *out ? e->count : 0;
    release_explainer(e);
    return count;
}

size_t explain_steps(const results *r, model *m, datasets *d, ex_id node, const positions *where,
                     const explain_settings *settings, assess_step **out, fault *f) {
    explainer e = {.r = r, .m = m, .d = d, .settings = settings, .f = f};
    if (compute_all(r, node, f) && !steps_of(&e, r->memory, node, where, settings->depth) && e.full)
        steps_of(&e, r->memory, node, where, depth_that_fits(&e, node, where, settings->depth));
    return keep_steps(&e, out);
}

/* Computes what lies below all roots; each node of a root once. */
static int compute_roots(const results *r, const explain_root *root, size_t roots, fault *f) {
    ex_id most = 0;
    for (size_t i = 0; i < roots; i++) most = root[i].node > most ? root[i].node : most;
    uint8_t *known = mem_zero((size_t)most + 1, 1);
    int fine = known ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < roots; i++)
        if (!known[root[i].node]++) fine = compute_all(r, root[i].node, f);
    mem_free(known);
    return fine;
}

size_t explain_all(const results *r, model *m, datasets *d, const explain_root *root, size_t roots,
                   const explain_settings *settings, size_t *done, assess_step **out, fault *f) {
    explainer e = {.r = r, .m = m, .d = d, .settings = settings, .f = f, .marks = 1};
    size_t kept = 0;
    *done = 0;
    if (compute_roots(r, root, roots, f) && start_anew(&e, r->memory, settings->depth))
        while (*done < roots && explain_step(&e, root[*done].node, root[*done].where, 0,
                                             explain_as(ASSESS_OPERAND))) {
            ++*done;
            kept = e.count;
        }
    e.count = kept;
    return keep_steps(&e, out);
}

static int is_scalar(const explainer *e, ex_id n) {
    return ex_values_of(e->r->graph, n) && !ex_get(e->r->graph, n)->axes;
}

/* The nodes still to be looked at on the way down from a step, each with what one more of it makes
 * of the root. A node is looked at before its operands, and once, however many ways lead to it. */
typedef struct way {
    struct {
        ex_id node;
        positions where;
        double factor;
    } at[64];
    size_t count;
    int lost; /* there were more */
} way;

static void add_to_way(const explainer *e, way *w, ex_id n, const positions *s, double factor) {
    for (size_t i = 0; i < w->count; i++)
        if (w->at[i].node == n && explain_cell(e, n, &w->at[i].where) == explain_cell(e, n, s)) {
            w->at[i].factor += factor;
            return;
        }
    w->lost |= w->count == sizeof w->at / sizeof *w->at;
    if (w->lost) return;
    size_t i = w->count++; /* the greatest node last: no other on the way uses it */
    for (; i > 0 && w->at[i - 1].node > n; i--) w->at[i] = w->at[i - 1];
    w->at[i].node = n;
    w->at[i].where = *s;
    w->at[i].factor = factor;
}

/* Follows one node of the way to its operands; the elements of a sum or mean become steps. */
static int follow_node(explainer *e, size_t index, way *w, ex_id n, positions s, double factor) {
    const ex_graph *g = e->r->graph;
    parts behind = {.count = 0};
    ex_id taken = formula_node(e, n, &s, &behind);
    if (explain_chosen(e, taken, &s)) taken = take_branch(e, taken, &s, &behind); /* a step */
    if (taken != n) {
        add_to_way(e, w, taken, &s, factor);
        return 1;
    }
    e->factor = factor;
    if (explain_is_reduction(e, n)) return explain_elements(e, index, n, &s);
    int op = ex_get(g, n)->op;
    ex_id x = ex_get(g, n)->argc ? ex_arg(g, n, 0) : 0;
    ex_id y = ex_get(g, n)->argc > 1 ? ex_arg(g, n, 1) : 0;
    if (ex_is((unsigned)op, EX_ROUNDS)) {
        add_to_way(e, w, x, &s, factor);
    } else if (op == EX_neg) {
        add_to_way(e, w, x, &s, -factor);
    } else if (op == EX_least || op == EX_greatest) {
        int first = explain_value(e, x, &s) == explain_value(e, n, &s);
        add_to_way(e, w, first ? x : y, &s, factor);
    } else if (op == EX_add || op == EX_sub) {
        add_to_way(e, w, x, &s, factor);
        add_to_way(e, w, y, &s, op == EX_add ? factor : -factor);
    } else if (op == EX_mul && is_scalar(e, x)) {
        add_to_way(e, w, y, &s, factor * explain_value(e, x, &s));
    } else if ((op == EX_mul || op == EX_div) && is_scalar(e, y)) {
        double by = explain_value(e, y, &s);
        add_to_way(e, w, x, &s, op == EX_mul ? factor * by : factor / by);
    }
    return 1;
}

/* The sums and means that a step is made of by rounding, limits that do not bind, adding, and
 * multiplying by a number. Outputs on the way are steps. Where the way is too long there are no
 * steps at all, since a part of them would look like all. */
static int follow_way(explainer *e, size_t index) {
    enum { MOST = 2000 };
    way w = {.count = 0};
    parts behind = {.count = 0};
    const ex_graph *g = e->r->graph;
    size_t before = e->count, done = 0;
    add_to_way(e, &w, e->of[index].node, &e->of[index].where, e->step[index].factor);
    for (; w.count && !w.lost; done++) {
        size_t i = --w.count;
        ex_id n = w.at[i].node;
        positions s = w.at[i].where;
        double factor = w.at[i].factor;
        if (!may_go_on(e)) return 0;
        w.lost |= done == MOST;
        if (done) {
            ex_id end = element_of(e, n, &s, &behind);
            e->factor = factor;
            if (result_name_of(e->r, end) || ex_values_of(g, end)) {
                explain_link link = {.weight = EX_NAN, .factor = 1};
                if (!share_step(e, end, s, e->step[index].depth + 1, &link)) return 0;
                continue;
            }
            if (end != n) {
                add_to_way(e, &w, end, &s, factor);
                continue;
            }
        }
        if (!ex_values_of(g, n) && !follow_node(e, index, &w, n, s, factor)) return 0;
    }
    if (w.lost) {
        e->count = before;
        e->contributes = 0;
        return forget_seen(e);
    }
    return 1;
}

/* The elements of the sum or mean that a step stands for. */
static int shares_below(explainer *e, size_t index) {
    ex_id n = e->of[index].node;
    positions s = e->of[index].where;
    parts behind = {.count = 0};
    int fine = 1;
    e->contributes = 0;
    if (e->settings->through) {
        fine = follow_way(e, index);
    } else {
        n = formula_node(e, n, &s, &behind);
        e->factor = e->step[index].factor;
        if (!ex_values_of(e->r->graph, n) && explain_is_reduction(e, n))
            fine = explain_elements(e, index, n, &s);
    }
    e->step[index].missing = 0;
    e->step[index].present = (size_t)e->contributes;
    return fine;
}

size_t explain_shares(const results *r, model *m, datasets *d, ex_id node, const positions *where,
                      const explain_settings *settings, assess_step **out, fault *f) {
    explainer e = {.r = r, .m = m, .d = d, .settings = settings, .f = f};
    size_t level = 0;
    e.shares = 1;
    e.factor = 1;
    int fine = compute_all(r, node, f) && start_anew(&e, r->memory, settings->depth) &&
               share_step(&e, node, *where, 0, &(explain_link){.weight = EX_NAN, .factor = 1});
    for (int depth = 0; fine && depth < settings->depth && level < e.count; depth++) {
        size_t end = e.count;
        fine = forget_seen(&e);
        for (; fine && level < end; level++) fine = shares_below(&e, level);
    }
    if (e.full) fault_set(f, FAULT_LIMIT, "more than %zu elements contribute", settings->steps);
    for (size_t i = 0; i < e.count; i++) e.step[i].share = e.step[i].factor * e.step[i].value;
    return keep_steps(&e, out);
}
