/* What a session answers: outputs, facts, explanations, the export to COINr. */
#include "session/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/graph.h"
#include "rule/coinr.h"
#include "rule/explain.h"

/* ---- outputs and arrays ---- */

size_t assess_output_count(const assess *a) { return a->step == DONE ? a->s->outputs : 0; }

const assess_array *assess_output(const assess *a, size_t i) { return &a->output[i]; }

const assess_array *assess_output_named(const assess *a, const char *name) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (!strcmp(a->output[i].name, name)) return &a->output[i];
    return NULL;
}

const char *assess_label(const assess *a, const assess_axis *axis, size_t i) {
    return pool_text(a->h->strings, ax_get(a->h->space, axis->id)->label[i]);
}

const char *assess_title(const assess *a, const assess_axis *axis, size_t i) {
    const model *m = &a->s->m;
    int element = model_element_of(m, axis->id, i);
    if (element >= 0 && *m->element[element].name) return m->element[element].name;
    if (axis->id == m->stage_axis && *m->stage[i].title) return m->stage[i].title;
    return assess_label(a, axis, i);
}

size_t axis_find(const assess *a, const assess_axis *axis, const char *label) {
    const uint32_t known = pool_find(a->h->strings, label, strlen(label));
    const long at = known ? ax_position(a->h->space, axis->id, known) : -1;
    if (at >= 0) return (size_t)at;
    for (size_t i = 0; i < axis->size; i++) /* of numbered rows labels are made when asked for */
        if (!strcmp(assess_label(a, axis, i), label)) return i;
    return SIZE_MAX;
}

/* The element that has an id, or NULL. */
static const md_element *element_named(const model *m, const char *id) {
    const uint32_t label = pool_find(m->strings, id, strlen(id));
    for (int k = 0; label && m->level_axis && k + 1 < m->levels; k++) {
        const long at = ax_position(m->space, m->level_axis[k], label);
        if (at >= 0 && m->member[k][at] > 0) return &m->element[m->member[k][at]];
    }
    for (int i = 1; label && i < m->elements; i++)
        if (m->element[i].label == label) return &m->element[i];
    return NULL;
}

/* Whether a leaf is this attribute of an element. */
static int is_attribute(const md_leaf *l, const md_element *e, const char *attribute) {
    const size_t n = strlen(e->address);
    return !strncmp(l->address, e->address, n) && l->address[n] == '.' &&
           !strcmp(l->address + n + 1, attribute);
}

const char *assess_attribute(const assess *a, const char *label, const char *attribute) {
    const model *m = &a->s->m;
    const md_element *e = element_named(m, label);
    if (!e) return "";
    if (!strcmp(attribute, "cite")) return e->cite;
    if (!strcmp(attribute, "name")) return e->name;
    const int element = (int)(e - m->element);
    size_t low = 0, high = assess_leaf_count(a);
    while (low < high) { /* leaves are in the order of their elements, almost always */
        const size_t middle = low + (high - low) / 2;
        if (m->leaf[middle].element < element)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < assess_leaf_count(a) && m->leaf[i].element == element; i++)
        if (is_attribute(&m->leaf[i], e, attribute)) return a->leaves[i].value;
    for (size_t i = 0; i < assess_leaf_count(a); i++)
        if (m->leaf[i].element == element && is_attribute(&m->leaf[i], e, attribute))
            return a->leaves[i].value;
    return "";
}

const char *assess_text(const assess *a, double element) {
    return element >= 1 && element <= pool_count(a->h->strings)
               ? pool_text(a->h->strings, (uint32_t)element)
               : "";
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
        if (!value) return 0;
        result_shape(m->space, ex_get(a->h->graph, node)->axes,
                     (ex_kind)ex_get(a->h->graph, node)->kind, value, out);
        out->file = d ? sources_name(m->files, d->spec.at.file) : "";
        out->line = d ? d->spec.at.line : 0;
    }
    out->name = out->formula = session_keep(a, name);
    return out->axes <= ASSESS_AXES;
}

const assess_array *assess_array_named(const assess *lent, const char *name) {
    assess *a = (assess *)lent; /* what was asked for is kept */
    fault f = FAULT_INIT;
    if (a->step != DONE && a->step != OPENED) return NULL;
    for (size_t i = 0; i < a->nameds; i++)
        if (!strcmp(a->named[i]->name, name)) return a->named[i];
    if (!MEM_RESERVE(a->named, a->nameds + 1, a->named_cap)) return NULL;
    assess_array *out = arena_zero(&a->memory, 1, sizeof *out);
    if (!out || !describe_array(a, name, out, &f)) {
        fault_release(&f);
        return NULL;
    }
    a->named[a->nameds++] = out;
    return out;
}

size_t assess_reasons(assess *a, const assess_array *output, const size_t *at, assess_reason *out,
                      size_t most) {
    fault f = FAULT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (output == &a->output[i] && output->kind == ASSESS_TRUTH)
            count = result_reasons(&a->r, output, a->r.output[i].node, at, out, most, &f);
    if (f.count) session_tell(a, &f, (assess_status)f.kind);
    return count;
}

/* ---- facts ---- */

const char *assess_fact(const assess *a, const char *name) {
    static const char *const known[][2] = {
        {"score", "total"}, {"grade", "grade"},    {"rank", "rank"},
        {"parts", "areas"}, {"details", "scores"}, {"coverage", "coverage"},
        {"basis", "basis"}, {"verdict", "built"},  {"assessable", "assessable"},
    };
    if (!strcmp(name, "file")) return a->file;
    const char *text = a->s ? script_fact_of(a->s, name) : "";
    if (*text || strncmp(name, "show.", 5) != 0) return text;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i][0], name + 5) && assess_output_named(a, known[i][1]))
            return known[i][1];
    return "";
}

size_t assess_stage_count(const assess *a) { return a->s ? (size_t)a->s->m.stages : 0; }

assess_stage assess_stage_at(const assess *a, size_t i) {
    const md_stage *s = &a->s->m.stage[i];
    return (assess_stage){s->name, s->from, s->to, s->peers};
}

const char *assess_stage_peer(const assess *a, size_t stage, size_t i) {
    return a->s->m.stage[stage].peer[i];
}

size_t assess_leaf_count(const assess *a) { return a->leaves ? a->s->m.leaves : 0; }

assess_leaf assess_leaf_at(const assess *a, size_t i) { return a->leaves[i]; }

assess_edition assess_leaf_edition(const assess *a, size_t leaf, size_t which) {
    model *m = &a->s->m; /* the texts of values are kept in it */
    const md_leaf *l = &m->leaf[leaf];
    md_edition e =
        model_edition(l, which < (size_t)model_editions(l) ? (int)which : model_editions(l) - 1);
    return (assess_edition){.address = e.address,
                            .value = model_value_text(m, &e.value),
                            .cite = e.cite,
                            .file = sources_name(m->files, e.at.file),
                            .line = e.at.line};
}

size_t assess_source_count(const assess *a) { return a->step == DONE ? a->s->data.count : 0; }

assess_source assess_source_at(const assess *a, size_t i) {
    const dataset *d = a->s->data.item[i];
    assess_source out = {.name = d->spec.name,
                         .path = tb_path(d->table),
                         .encoding = tb_encoding(d->table),
                         .form = !d->spec.keys ? "table"
                                 : d->wide     ? "wide"
                                               : "long",
                         .sha256 = tb_sha256(d->table),
                         .rows = tb_read_rows(d->table),
                         .kept = tb_rows(d->table),
                         .values = d->present,
                         .missing = d->absent,
                         .unread = d->left,
                         .unified = dataset_unified_count(d),
                         .changed = dataset_changed_count(d),
                         .year_from = NAN,
                         .year_to = NAN};
    for (size_t k = 0; k < d->spec.keys; k++) {
        const tb_column *c = tb_column_named(d->table, d->spec.key[k].column);
        for (size_t r = 0; !strcmp(d->spec.key[k].axis, "year") && r < tb_rows(d->table); r++) {
            out.year_from = c->value[r] >= out.year_from ? out.year_from : c->value[r];
            out.year_to = c->value[r] <= out.year_to ? out.year_to : c->value[r];
        }
    }
    return out;
}

const char *assess_rules_sha256(const assess *lent) {
    assess *a = (assess *)lent;
    digest *d = a->h && !*a->rules ? digest_start() : NULL;
    if (!d) return a->rules;
    for (size_t i = 0; i < sources_count(a->h->files); i++) {
        size_t length;
        const char *text = sources_text(a->h->files, (int)i, &length);
        digest_add(d, text, length);
    }
    digest_finish(d, a->rules);
    return a->rules;
}

const char *assess_engine_sha256(const assess *lent) {
    assess *a = (assess *)lent;
    if (!*a->build_id) build_id_digest(a->build_id);
    return a->build_id;
}

/* ---- explanations ---- */

enum { DEPTH = 12, MOST = 60, STEPS = 10000, SHARES = 1000000 };

/* One of the two ways to explain, under the session's time limit. */
static size_t explain(assess *a, const assess_array *output, const size_t *at, explain_settings *s,
                      size_t (*way)(const results *r, model *m, datasets *d, ex_id node,
                                    const positions *where, const explain_settings *settings,
                                    assess_step **out, fault *f),
                      const assess_step **out) {
    positions where = {{0}};
    assess_step *made = NULL;
    fault f = FAULT_INIT;
    size_t count = 0;
    *out = NULL;
    for (int k = 0; k < output->axes; k++) where.at[output->axis[k].id] = (uint32_t)at[k];
    deadline *limit = session_begin(a, a->seconds > 0);
    deadline_limit(limit, a->seconds);
    s->stop = &a->halt;
    for (size_t i = 0; a->step == DONE && i < assess_output_count(a); i++)
        if (output == &a->output[i])
            count = way(&a->r, &a->s->m, &a->s->data, a->r.output[i].node, &where, s, &made, &f);
    if (deadline_end(limit) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the explanation took more than %g seconds", a->seconds);
    }
    if (f.count) session_tell(a, &f, (assess_status)f.kind);
    *out = made;
    return count;
}

size_t assess_explain(assess *a, const assess_array *output, const size_t *at, int depth,
                      size_t most, size_t steps, const assess_step **step) {
    explain_settings s = {.depth = depth > 0 ? depth : DEPTH,
                          .most = most ? most : MOST,
                          .steps = steps ? steps : STEPS};
    return explain(a, output, at, &s, explain_steps, step);
}

size_t assess_explain_all(assess *a, const assess_element *element, size_t elements, size_t most,
                          size_t steps, size_t *done, const assess_step **step) {
    enum { DEEP = 100 };
    explain_settings s = {.depth = DEEP, .most = most, .steps = steps, .stop = &a->halt};
    fault f = FAULT_INIT;
    assess_step *made = NULL;
    size_t count = 0;
    explain_root *root = mem_zero(elements + 1, sizeof *root);
    *done = 0;
    *step = NULL;
    deadline *limit = session_begin(a, a->seconds > 0);
    deadline_limit(limit, a->seconds);
    if (!root) fault_memory(&f);
    for (size_t i = 0; root && i < elements && a->step == DONE; i++) {
        const assess_array *x = element[i].array;
        root[i].node = session_node(a, x);
        for (int k = 0; k < x->axes; k++)
            root[i].where.at[x->axis[k].id] = (uint32_t)element[i].at[k];
    }
    if (root && a->step == DONE)
        count = explain_all(&a->r, &a->s->m, &a->s->data, root, elements, &s, done, &made, &f);
    mem_free(root);
    if (deadline_end(limit) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the explanation took more than %g seconds", a->seconds);
    }
    if (f.count) session_tell(a, &f, (assess_status)f.kind);
    *step = made;
    return count;
}

size_t assess_shares(assess *a, const assess_array *output, const size_t *at, int through,
                     const assess_step **step) {
    explain_settings s = {.depth = DEPTH, .most = (size_t)-1, .steps = SHARES, .through = through};
    return explain(a, output, at, &s, explain_shares, step);
}

/* ---- COINr ---- */

assess_status assess_import_coinr(assess *a, const char *data, const char *meta,
                                  const char *folder) {
    fault f = FAULT_INIT;
    coinr_import(data, meta, folder, &a->notes, &f);
    return session_finish(a, &f, NEW);
}

/* The weights of the means along an axis that an output is made of: their node, 0 where there is no
 * such mean; *several where there are different ones. What weights themselves are made of does not
 * count. */
static ex_id weights_along(const ex_graph *g, ex_id output, int axis, int *several) {
    uint8_t *used = mem_zero((size_t)output + 1, 1);
    ex_id found = 0;
    ex_composed c;
    *several = 0;
    if (used) used[output] = 1;
    for (ex_id n = output; used && n >= 1; n--) {
        if (!used[n]) continue;
        if (ex_composed_of(g, n, &c) && c.name == EX_MEAN && c.axis == axis && c.weight) {
            *several |= found && found != c.weight;
            found = c.weight;
            used[c.x] = 1;
            continue;
        }
        for (int i = 0; i < ex_get(g, n)->argc; i++) used[ex_arg(g, n, i)] = 1;
    }
    mem_free(used);
    return found;
}

/* For each level of the index the weights by which the score was really made; where these are not
 * one list, missing ones, and a warning. NULL: the index's own. */
static int weights_used(assess *a, const double **out, fault *f) {
    const model *m = &a->s->m;
    const char *shown = assess_fact(a, "show.score");
    const assess_array *score = assess_output_named(a, *shown ? shown : "score");
    ex_id node = score ? session_node(a, score) : 0;
    for (int k = 0; node && k + 1 < m->levels; k++) {
        int axis = m->level_axis[k], several;
        const md_array *own = &m->array[m->level_weight[k]];
        ex_id w = weights_along(a->h->graph, node, axis, &several);
        if (!w || (!several && w == own->node)) continue;
        size_t labels = ax_get(m->space, axis)->size;
        if (!several && ex_get(a->h->graph, w)->axes == AX_BIT(axis)) {
            if (!ex_run_eval(a->h->run, &w, 1, f) || !(out[k] = ex_run_value(a->h->run, w, f)))
                return 0;
            continue;
        }
        double *none = arena_take(&a->memory, (labels + 1) * sizeof *none);
        if (!none) return fault_memory(f);
        for (size_t i = 0; i < labels; i++) none[i] = EX_NAN;
        out[k] = none;
        fault_set(&a->notes, FAULT_NONE,
                  "the weights along '%s' are not the same throughout: none are exported",
                  ax_get(m->space, axis)->name);
    }
    return 1;
}

assess_status assess_export_coinr(assess *a, const char *folder) {
    fault f = FAULT_INIT;
    const assess_array *x = NULL;
    dataset *from = NULL;
    if (a->step != DONE || !a->s->m.levels)
        return session_refuse(a, "an export needs rules with an index that have run%s%s", "", "");
    for (size_t i = 0; i < a->s->data.count && !x; i++) {
        dataset *d = a->s->data.item[i];
        const char *name = d->spec.keys ? arena_print(&a->memory, "data.%s", d->spec.name) : NULL;
        const assess_array *own = name ? assess_array_named(a, name) : NULL;
        int leaf = ax_find(a->h->space, dataset_leaf_axis(&a->s->data));
        if (own && d->values.kind == EX_NUMBER && leaf != AX_NONE &&
            (d->values.axes & AX_BIT(leaf))) {
            x = own;
            from = d;
        }
    }
    const double **weights = arena_zero(&a->memory, (size_t)a->s->m.levels + 1, sizeof *weights);
    if (!weights)
        fault_memory(&f);
    else if (x && weights_used(a, weights, &f))
        coinr_export(&a->s->m, from, x, weights, folder, &f);
    else if (!x)
        fault_set(&f, FAULT_RULE, "the rules use no data with a value for every indicator");
    return session_finish(a, &f, DONE);
}
