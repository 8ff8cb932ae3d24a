#include "assess.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/digest.h"
#include "base/near.h"
#include "lua/script.h"
#include "rule/coinr.h"
#include "rule/engine.h"
#include "rule/explain.h"
#include "rule/result.h"
#include "rule/watch.h"

/* A pair of texts that was set before the rules were opened: a leaf's value, or other data. */
typedef struct setting {
    const char *name, *value;
    const char *text; /* data in memory, labelled `value` */
    size_t length;
} setting;

typedef struct settings {
    setting *item;
    size_t count, room;
} settings;

typedef enum step { NEW, OPENED, DONE, FAILED } step;

struct assess {
    arena memory;
    step step;
    settings leaf, data;
    const char *where_column, *where_value, *encoding, *methods, *simd;
    double seconds;
    size_t memory_most, script_memory, source;
    int threads, strict, hash;
    const volatile sig_atomic_t *stop;
    volatile sig_atomic_t halt; /* what scripts and the evaluator look at */

    host *h;
    script *s;
    results r;
    assess_message *message;
    size_t messages, message_room, hidden;
    fault notes; /* warnings on their way to the messages */
    assess_leaf *leaves;
    assess_array *output;
    assess_array **named; /* arrays that were asked for by name */
    size_t nameds, named_room;
    char engine[DIGEST_HEX], rules[DIGEST_HEX];
    const char *file;
};

/* ---- a session ---- */

assess *assess_new(void) {
    assess *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->seconds = 60;
    a->memory_most = (size_t)8192 << 20;
    a->script_memory = (size_t)256 << 20;
    a->source = 64 << 10;
    a->hash = 1;
    a->file = "";
    return a;
}

void assess_free(assess *a) {
    if (!a)
        return;
    script_close(a->s);
    host_close(a->h);
    fault_release(&a->notes);
    free(a->leaf.item);
    free(a->data.item);
    free(a->named);
    free(a->message);
    arena_release(&a->memory);
    free(a);
}

const char *assess_version(void) {
    return ASSESS_VERSION;
}

/* ---- messages ---- */

static const char *keep(assess *a, const char *text) {
    const char *own = text && *text ? arena_text(&a->memory, text, strlen(text)) : "";
    return own ? own : "";
}

/* Moves what a fault holds to the messages. */
static void tell(assess *a, fault *f, assess_status status) {
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        if (a->messages == a->message_room) {
            size_t room = a->message_room ? 2 * a->message_room : 16;
            assess_message *grown = realloc(a->message, room * sizeof *grown);
            if (!grown)
                break;
            a->message = grown;
            a->message_room = room;
        }
        a->message[a->messages++] = (assess_message){
            .status = status, .file = keep(a, it->file), .line = it->line, .column = it->column,
            .field = keep(a, it->field), .excerpt = keep(a, it->excerpt), .text = keep(a, it->text),
            .hint = keep(a, it->hint),
        };
    }
    a->hidden += status != ASSESS_OK ? f->count - f->listed : 0;
    fault_release(f);
}

/* The end of a step: warnings first, then what ended it. */
static assess_status finish(assess *a, fault *f, step next) {
    assess_status status = (assess_status)f->kind;
    tell(a, &a->notes, ASSESS_OK);
    a->notes = FAULT_INIT;
    fault_sort(f);
    tell(a, f, status);
    a->step = status == ASSESS_OK ? next : FAILED;
    return status;
}

static assess_status refuse(assess *a, const char *format, const char *what, const char *value) {
    fault f = FAULT_INIT;
    fault_at(&f, FAULT_USAGE, NULL, NULL, format, what, value);
    tell(a, &f, ASSESS_USAGE);
    return ASSESS_USAGE;
}

size_t assess_message_count(const assess *a) {
    return a->messages;
}

assess_message assess_message_at(const assess *a, size_t i) {
    return a->message[i];
}

size_t assess_message_hidden(const assess *a) {
    return a->hidden;
}

/* ---- settings ---- */

static setting *add(settings *list) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 8;
        setting *grown = realloc(list->item, room * sizeof *grown);
        if (!grown)
            return NULL;
        list->item = grown;
        list->room = room;
    }
    list->item[list->count] = (setting){ 0 };
    return &list->item[list->count++];
}

static assess_status add_pair(assess *a, settings *list, const char *name, const char *value, const char *text,
                              size_t length) {
    if (a->step != NEW)
        return refuse(a, "settings come before the rules are opened: %s%s", name, "");
    setting *s = add(list);
    char *own = text ? arena_text(&a->memory, text, length) : NULL;
    if (!s || (text && !own)) {
        fault f = FAULT_INIT;
        fault_memory(&f);
        tell(a, &f, ASSESS_LIMIT);
        return ASSESS_LIMIT;
    }
    *s = (setting){ keep(a, name), keep(a, value), own, length };
    return ASSESS_OK;
}

assess_status assess_set(assess *a, const char *address, const char *value) {
    return add_pair(a, &a->leaf, address, value, NULL, 0);
}

assess_status assess_where(assess *a, const char *column, const char *value) {
    if (a->step != NEW)
        return refuse(a, "settings come before the rules are opened: %s%s", column, "");
    if (a->where_column)
        return refuse(a, "rows are kept by one column only: %s, or %s", a->where_column, column);
    a->where_column = keep(a, column);
    a->where_value = keep(a, value);
    return ASSESS_OK;
}

assess_status assess_data_file(assess *a, const char *name, const char *path) {
    return add_pair(a, &a->data, name, path, NULL, 0);
}

assess_status assess_data_text(assess *a, const char *name, const char *label, const char *csv, size_t length) {
    return add_pair(a, &a->data, name, label, csv, length);
}

/* A number from `least` to `most`, or NaN. */
static double between(const char *value, double least, double most) {
    double x;
    return decimal_read(value, strlen(value), &x) == DECIMAL_OK && x >= least && x <= most ? x : NAN;
}

assess_status assess_setting(assess *a, const char *name, const char *value) {
    static const char *const names[] = { "threads", "seconds", "memory", "script_memory", "source", "encoding",
                                         "strict", "methods", "simd", "hash" };
    static const double most[] = { 256, 1e9, 1e9, 1e6, 1e6, 0, 1, 0, 0, 1 };
    enum { THREADS, SECONDS, MEMORY, SCRIPT_MEMORY, SOURCE, ENCODING, STRICT, METHODS, SIMD, HASH, NAMES };
    if (a->step != NEW)
        return refuse(a, "settings come before the rules are opened: %s%s", name, "");
    int which = 0;
    near_word near = near_to(name);
    while (which < NAMES && strcmp(names[which], name) != 0)
        near_try(&near, names[which++]);
    if (which == NAMES)
        return near_best(&near) ? refuse(a, "there is no setting '%s'; did you mean '%s'?", name, near_best(&near))
                                : refuse(a, "there is no setting '%s'%s", name, "");
    double x = between(value, 0, most[which]);
    int whole = which != SECONDS;
    if (most[which] > 0 && (!(x == x) || (whole && x != trunc(x))))
        return refuse(a, "the setting '%s' cannot be '%s'", name, value);
    switch (which) {
    case THREADS: a->threads = (int)x; break;
    case SECONDS: a->seconds = x; break;
    case MEMORY: a->memory_most = (size_t)x << 20; break;
    case SCRIPT_MEMORY: a->script_memory = (size_t)x << 20; break;
    case SOURCE: a->source = (size_t)x << 10; break;
    case ENCODING: a->encoding = keep(a, value); break;
    case STRICT: a->strict = x != 0; break;
    case METHODS: a->methods = keep(a, value); break;
    case HASH: a->hash = x != 0; break;
    default:
        if (strcmp(value, "baseline") && strcmp(value, "v3") && strcmp(value, "v4"))
            return refuse(a, "the setting '%s' cannot be '%s'", name, value);
        a->simd = keep(a, value);
    }
    return ASSESS_OK;
}

void assess_stop_on(assess *a, const volatile sig_atomic_t *stop) {
    a->stop = stop;
}

/* ---- the two steps ---- */

/* Data that the caller gives in place of what the rules name. */
static int replace_data(assess *a, fault *f) {
    for (size_t i = 0; i < a->data.count; i++) {
        const setting *with = &a->data.item[i];
        dataset *d = datasets_named(&a->s->data, with->name);
        if (d) {
            d->spec.path = with->value;
            d->text = with->text;
            d->length = with->length;
            continue;
        }
        near_word near = near_to(with->name);
        for (size_t k = 0; k < a->s->data.count; k++)
            near_try(&near, a->s->data.item[k]->spec.name);
        const char *best = near_best(&near);
        const char *hint = best ? arena_print(&a->memory, "did you mean '%s'?", best) : NULL;
        fault_at(f, FAULT_USAGE, NULL, hint, "the rules have no data called '%s'", with->name);
    }
    return !f->count;
}

static int keep_leaves(assess *a, fault *f) {
    model *m = &a->s->m;
    a->leaves = arena_take(&a->memory, (m->leaves + 1) * sizeof *a->leaves);
    if (!a->leaves)
        return fault_memory(f);
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        a->leaves[i] = (assess_leaf){ .address = l->address, .value = model_leaf_text(m, l), .cite = l->cite,
                                      .file = sources_name(m->files, l->at.file), .line = l->at.line,
                                      .changed = l->changed };
    }
    return 1;
}

static int open_rules(assess *a, fault *f) {
    const host_settings hs = { .seconds = a->seconds, .memory = a->script_memory, .source = a->source,
                               .values = a->memory_most, .threads = a->threads, .simd = a->simd,
                               .methods = a->methods, .stop = &a->halt };
    a->h = host_open(&hs, &a->notes, f);
    a->s = a->h ? script_open(a->h, &a->notes, f) : NULL;
    if (!a->s)
        return 0;
    datasets *d = &a->s->data;
    d->threads = a->threads;
    d->hash = a->hash;
    d->most = a->memory_most;
    d->encoding = a->encoding;
    d->only_column = a->where_column;
    d->only_value = a->where_value;
    if (!script_read(a->s, a->file, f))
        return 0;
    int fine = 1;
    for (size_t i = 0; i < a->leaf.count; i++)
        fine &= model_set(&a->s->m, a->leaf.item[i].name, a->leaf.item[i].value, f);
    fine &= replace_data(a, f);
    return fine && model_make_arrays(&a->s->m, f) && keep_leaves(a, f);
}

/* The watch of a step; a flag that is up already counts at once. */
static watch *begin(assess *a, int always) {
    a->halt = a->stop && *a->stop;
    return a->stop || always ? watch_start(&a->halt, a->stop) : NULL;
}

assess_status assess_open(assess *a, const char *rules) {
    fault f = FAULT_INIT;
    if (a->step != NEW)
        return refuse(a, "a session opens one rule file: %s%s", rules, "");
    a->file = keep(a, rules);
    watch *w = begin(a, 0);
    open_rules(a, &f);
    watch_end(w);
    return finish(a, &f, OPENED);
}

static int collect(assess *a, fault *f) {
    script *s = a->s;
    result_name *name = arena_take(&a->memory, (s->outputs + 1) * sizeof *name);
    ex_id *want = arena_take(&a->memory, (s->outputs + 1) * sizeof *want);
    a->output = arena_zero(&a->memory, s->outputs + 1, sizeof *a->output);
    if (!name || !want || !a->output)
        return fault_memory(f);
    for (size_t i = 0; i < s->outputs; i++) {
        name[i] = (result_name){ s->output[i].name, s->output[i].node };
        want[i] = s->output[i].node;
    }
    a->r = (results){ .memory = &a->memory, .graph = a->h->graph, .run = a->h->run, .files = a->h->files,
                      .output = name, .outputs = s->outputs };
    if (!ex_run_eval(a->h->run, want, s->outputs, f))
        return 0;
    if (a->strict)
        result_births(&a->r, FAULT_DATA, f);
    else
        result_births(&a->r, FAULT_DATA, &a->notes);
    for (size_t i = 0; i < s->outputs && !f->count; i++)
        if (!result_array(&a->r, name[i].name, name[i].node, &a->output[i], f))
            return 0;
    return !f->count;
}

static int run_rules(assess *a, watch *w, fault *f) {
    datasets *d = &a->s->data;
    int fine = datasets_load(d, f);
    for (size_t i = 0; i < d->count && (fine || f->kind == FAULT_DATA); i++)
        if (!d->item[i]->spec.keys)
            fine &= dataset_table(d, d->item[i], f);
    if (!fine || !script_compute(a->s, f) || !script_check_shown(a->s, f))
        return 0;
    watch_limit(w, a->seconds);
    return collect(a, f);
}

assess_status assess_run(assess *a) {
    fault f = FAULT_INIT;
    if (a->step != OPENED)
        return refuse(a, "assess_run follows assess_open, once%s%s", "", "");
    watch *w = begin(a, a->seconds > 0);
    run_rules(a, w, &f);
    if (watch_end(w) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the calculation took more than %g seconds", a->seconds);
    }
    return finish(a, &f, DONE);
}

/* ---- exchange ---- */

assess_status assess_import_coinr(assess *a, const char *data, const char *metadata, const char *folder) {
    fault f = FAULT_INIT;
    coinr_import(data, metadata, folder, &a->notes, &f);
    return finish(a, &f, NEW);
}

assess_status assess_export_coinr(assess *a, const char *folder) {
    fault f = FAULT_INIT;
    const assess_array *x = NULL;
    dataset *from = NULL;
    if (a->step != DONE || !a->s->m.levels)
        return refuse(a, "an export needs rules with an index that have run%s%s", "", "");
    for (size_t i = 0; i < a->s->data.count && !x; i++) {
        dataset *d = a->s->data.item[i];
        const char *name = d->spec.keys ? arena_print(&a->memory, "data.%s", d->spec.name) : NULL;
        const assess_array *own = name ? assess_array_named(a, name) : NULL;
        int leaf = ax_find(a->h->space, dataset_leaf_axis(&a->s->data));
        if (own && d->values.kind == EX_NUMBER && leaf != AX_NONE && (d->values.axes & AX_BIT(leaf))) {
            x = own;
            from = d;
        }
    }
    if (x)
        coinr_export(&a->s->m, &a->s->data, from, x, folder, &f);
    else
        fault_set(&f, FAULT_RULE, "the rules use no data with a value for every indicator");
    return finish(a, &f, DONE);
}

/* ---- facts ---- */

const char *assess_fact(const assess *a, const char *name) {
    static const char *const usual[][2] = {
        { "score", "total" }, { "grade", "grade" }, { "rank", "rank" }, { "parts", "areas" }, { "details", "scores" },
        { "coverage", "coverage" }, { "basis", "basis" }, { "verdict", "built" }, { "assessable", "assessable" },
    };
    if (!strcmp(name, "file"))
        return a->file;
    const char *text = a->s ? script_fact_of(a->s, name) : "";
    if (*text || strncmp(name, "show.", 5) != 0)
        return text;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (!strcmp(usual[i][0], name + 5) && assess_output_named(a, usual[i][1]))
            return usual[i][1];
    return "";
}

size_t assess_stage_count(const assess *a) {
    return a->s ? (size_t)a->s->m.stages : 0;
}

assess_stage assess_stage_at(const assess *a, size_t i) {
    const md_stage *s = &a->s->m.stage[i];
    return (assess_stage){ s->name, s->from, s->to, s->peers };
}

const char *assess_stage_peer(const assess *a, size_t stage, size_t i) {
    return a->s->m.stage[stage].peer[i];
}

size_t assess_leaf_count(const assess *a) {
    return a->leaves ? a->s->m.leaves : 0;
}

assess_leaf assess_leaf_at(const assess *a, size_t i) {
    return a->leaves[i];
}

size_t assess_source_count(const assess *a) {
    return a->step == DONE ? a->s->data.count : 0;
}

assess_source assess_source_at(const assess *a, size_t i) {
    const dataset *d = a->s->data.item[i];
    assess_source out = { .name = d->spec.name, .path = tb_path(d->table), .encoding = tb_encoding(d->table),
                          .form = !d->spec.keys ? "table" : d->wide ? "wide" : "long",
                          .sha256 = tb_sha256(d->table), .rows = tb_read_rows(d->table), .kept = tb_rows(d->table),
                          .values = d->present, .missing = d->absent, .year_from = NAN, .year_to = NAN };
    for (size_t k = 0; k < d->spec.keys; k++) {
        const tb_column *c = tb_column_named(d->table, d->spec.key[k].column);
        for (size_t r = 0; !strcmp(d->spec.key[k].axis, "year") && r < tb_rows(d->table); r++) {
            out.year_from = c->value[r] >= out.year_from ? out.year_from : c->value[r];
            out.year_to = c->value[r] <= out.year_to ? out.year_to : c->value[r];
        }
    }
    return out;
}

/* ---- results ---- */

size_t assess_output_count(const assess *a) {
    return a->step == DONE ? a->s->outputs : 0;
}

const assess_array *assess_output(const assess *a, size_t i) {
    return &a->output[i];
}

const assess_array *assess_output_named(const assess *a, const char *name) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (!strcmp(a->output[i].name, name))
            return &a->output[i];
    return NULL;
}

const char *assess_label(const assess *a, const assess_axis *axis, size_t i) {
    return pool_text(a->h->strings, ax_get(a->h->space, axis->id)->label[i]);
}

const char *assess_title(const assess *a, const assess_axis *axis, size_t i) {
    const model *m = &a->s->m;
    int element = model_element_of(m, axis->id, i);
    if (element >= 0 && *m->element[element].name)
        return m->element[element].name;
    if (axis->id == m->stage_axis && *m->stage[i].title)
        return m->stage[i].title;
    return assess_label(a, axis, i);
}

const char *assess_attribute(const assess *a, const char *label, const char *attribute) {
    const model *m = &a->s->m;
    const md_element *e = NULL;
    for (int i = 1; i < m->elements && !e; i++)
        if (!strcmp(m->element[i].id, label))
            e = &m->element[i];
    if (!e)
        return "";
    if (!strcmp(attribute, "cite"))
        return e->cite;
    if (!strcmp(attribute, "name"))
        return e->name;
    size_t n = strlen(e->address);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        const char *address = a->leaves[i].address;
        if (!strncmp(address, e->address, n) && address[n] == '.' && !strcmp(address + n + 1, attribute))
            return a->leaves[i].value;
    }
    return "";
}

const char *assess_text(const assess *a, double element) {
    return element >= 1 && element <= pool_count(a->h->strings) ? pool_text(a->h->strings, (uint32_t)element) : "";
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
        dataset *d = !strncmp(name, "data.", 5) ? datasets_named(&a->s->data, name + 5) : NULL;
        const double *value = d && d->node ? ex_run_value(a->h->run, d->node, f) : NULL;
        if (!value)
            return 0;
        result_shape(m->space, d->values.axes, d->values.kind, value, out);
        out->file = sources_name(m->files, d->spec.at.file);
        out->line = d->spec.at.line;
    }
    out->name = out->formula = keep(a, name);
    return out->axes <= ASSESS_AXES;
}

const assess_array *assess_array_named(const assess *lent, const char *name) {
    assess *a = (assess *)lent; /* what was asked for is kept */
    fault f = FAULT_INIT;
    if (a->step != DONE && a->step != OPENED)
        return NULL;
    for (size_t i = 0; i < a->nameds; i++)
        if (!strcmp(a->named[i]->name, name))
            return a->named[i];
    if (a->nameds == a->named_room) {
        size_t room = a->named_room ? 2 * a->named_room : 8;
        assess_array **grown = realloc(a->named, room * sizeof *grown);
        if (!grown)
            return NULL;
        a->named = grown;
        a->named_room = room;
    }
    assess_array *out = arena_zero(&a->memory, 1, sizeof *out);
    if (!out || !describe_array(a, name, out, &f)) {
        fault_release(&f);
        return NULL;
    }
    a->named[a->nameds++] = out;
    return out;
}

size_t assess_reasons(assess *a, const assess_array *output, const size_t *at, assess_reason *out, size_t most) {
    fault f = FAULT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (output == &a->output[i] && output->kind == ASSESS_TRUTH)
            count = result_reasons(&a->r, output, a->r.output[i].node, at, out, most, &f);
    if (f.count)
        tell(a, &f, (assess_status)f.kind);
    return count;
}

/* ---- what if ---- */

/* The node of an output; 0 where it is none of this session's. */
static ex_id node_of(const assess *a, const assess_array *output) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (output == &a->output[i])
            return a->r.output[i].node;
    return 0;
}

assess_status assess_change(assess *a, const assess_array *output, size_t element, double value) {
    fault f = FAULT_INIT;
    ex_id node = node_of(a, output);
    if (!node)
        return refuse(a, "only outputs can be changed%s%s", "", "");
    ex_run_force(a->h->run, node, element, value, &f);
    return finish(a, &f, DONE);
}

assess_status assess_again(assess *a) {
    fault f = FAULT_INIT;
    if (a->step != DONE)
        return refuse(a, "assess_again follows assess_run%s%s", "", "");
    size_t count = a->s->outputs;
    ex_id *want = calloc(count + 1, sizeof *want);
    a->halt = a->stop && *a->stop;
    for (size_t i = 0; want && i < count; i++)
        want[i] = a->r.output[i].node;
    if (!want)
        fault_memory(&f);
    else if (ex_run_eval(a->h->run, want, count, &f))
        for (size_t i = 0; i < count && !f.count; i++)
            a->output[i].value = ex_run_value(a->h->run, want[i], &f);
    free(want);
    return finish(a, &f, DONE);
}

int assess_depends(const assess *a, const assess_array *output, const assess_array *on) {
    ex_id last = node_of(a, output), first = node_of(a, on);
    char *reached = last && first && first <= last ? calloc((size_t)last + 1, 1) : NULL;
    if (!reached)
        return 0;
    reached[first] = 1;
    for (ex_id n = first + 1; n <= last; n++)
        for (int i = 0; i < ex_get(a->h->graph, n)->argc; i++)
            reached[n] |= reached[ex_arg(a->h->graph, n, i)];
    int found = reached[last];
    free(reached);
    return found;
}

size_t assess_explain(assess *a, const assess_array *output, const size_t *at, int depth, size_t most,
                      const assess_step **out) {
    explain_settings limits = { depth > 0 ? depth : 12, most ? most : 60 };
    uint32_t position[AX_MOST] = { 0 };
    assess_step *made = NULL;
    fault f = FAULT_INIT;
    size_t count = 0;
    *out = NULL;
    for (int k = 0; k < output->axes; k++)
        position[output->axis[k].id] = (uint32_t)at[k];
    for (size_t i = 0; a->step == DONE && i < assess_output_count(a); i++)
        if (output == &a->output[i])
            count = explain_steps(&a->r, &a->s->m, &a->s->data, a->r.output[i].node, position, &limits,
                                  &made, &f);
    if (f.count)
        tell(a, &f, (assess_status)f.kind);
    *out = made;
    return count;
}

const char *assess_rules_sha256(const assess *lent) {
    assess *a = (assess *)lent;
    digest *d = a->h && !*a->rules ? digest_start() : NULL;
    if (!d)
        return a->rules;
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
    if (!*a->engine)
        engine_digest(a->engine);
    return a->engine;
}
