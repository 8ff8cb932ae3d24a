#include "uncertainty/inputs.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/philox.h"
#include "base/text.h"
#include "uncertainty/inside.h"
#include "uncertainty/weights.h"

uint64_t inputs_hash(const char *address) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *address; address++) h = (h ^ (unsigned char)*address) * UINT64_C(0x100000001b3);
    return h;
}

/* ---- from addresses to numbers ---- */

int inputs_refuse(const opener *o, const char *address, const char *what) {
    const char *usage = uncertain_usage(o->e);
    if (o->e->at.file >= 0)
        return model_fault(&o->a->s->m, o->f, o->e->at, o->e->address, usage, "%s: %s", address,
                           text_message(what));
    return fault_at(o->f, FAULT_USAGE, NULL, usage, "--vary %s: %s: %s", o->e->address, address,
                    text_message(what));
}

int inputs_fault(const opener *o, const char *hint, const char *format, ...) {
    buf b = BUF_INIT;
    va_list list;
    va_start(list, format);
    buf_vprint(&b, text_message(format), list);
    va_end(list);
    const char *usage = !hint ? uncertain_usage(o->e) : *hint ? hint : NULL;
    if (o->e->at.file >= 0)
        model_fault(&o->a->s->m, o->f, o->e->at, o->e->address, usage, "'%s': %s", o->e->address,
                    buf_string(&b));
    else
        fault_at(o->f, FAULT_USAGE, NULL, usage, "--vary %s: %s", o->e->address, buf_string(&b));
    buf_release(&b);
    return 0;
}

const char *inputs_path(const opener *o, const char *path) {
    const char *rules = o->e->at.file >= 0 ? sources_name(o->a->h->files, o->e->at.file) : "";
    const char *slash = strrchr(rules, '/');
    if (*path == '/' || !slash) return path;
    return arena_print(&o->in->memory, "%.*s/%s", (int)(slash - rules), rules, path);
}

int inputs_allowed(const opener *o, const char *path) {
    if (o->e->at.file < 0 || path_allowed(o->a->s, path)) return 1;
    return model_fault(&o->a->s->m, o->f, o->e->at, o->e->address, path_hint(o->a->s, path),
                       "rules may not read '%.200s', outside their folder and that of the command",
                       path);
}

int inputs_add_file(opener *o, const char *path, int rules) {
    draw_inputs *in = o->in;
    if (!MEM_RESERVE(in->file, in->files + 1, in->file_cap)) return fault_memory(o->f);
    in->file[in->files++] = (draw_file){path, rules};
    return 1;
}

/* The values of an entry that have no name. */
static size_t own_values(const uncertain_entry *e, double x[3]) {
    size_t n = 0;
    for (size_t i = 0; i < e->values; i++)
        if (!*e->value[i].name && n++ < 3) x[n - 1] = e->value[i].number;
    return n;
}

/* The distribution of a number by its entry; of a group's members as if each stood alone. */
distribution inputs_distribution(const opener *o, double nominal) {
    double x[3] = {0, 0, 0};
    size_t n = own_values(o->e, x);
    distribution d = {.kind = DISTRIBUTION_UNIFORM, .p = {x[0], x[1], x[2]}};
    switch (o->e->kind) {
    case UNCERTAIN_NORMAL:
        d.kind = DISTRIBUTION_NORMAL;
        d.p[0] = n == 2 ? x[0] : nominal;
        d.p[1] = x[n - 1];
        break;
    case UNCERTAIN_TRIANGULAR: d.kind = DISTRIBUTION_TRIANGULAR; break;
    case UNCERTAIN_PERT: d.kind = DISTRIBUTION_PERT; break;
    case UNCERTAIN_NOISE:
        d.p[0] = nominal - x[0] * fabs(nominal);
        d.p[1] = nominal + x[0] * fabs(nominal);
        break;
    default: break;
    }
    return d;
}

/* Cuts a normal distribution at the bounds of its entry, and notes which bounds matter. */
static int cut(opener *o, const char *address, distribution *d) {
    static const char *const name[] = {"at_least", "at_most"};
    draw_entry *entry = &o->in->entry[o->entry];
    double share[2] = {0, 1};
    if (d->kind != DISTRIBUTION_NORMAL ||
        (!uncertain_option(o->e, "at_least", 0) && !uncertain_option(o->e, "at_most", 0)))
        return 1;
    if (!entry->idle) {
        entry->idle = arena_take(&o->in->memory, o->e->values + 1);
        if (!entry->idle) return fault_memory(o->f);
        memset(entry->idle, 1, o->e->values + 1);
    }
    for (int side = 0; side < 2; side++) {
        double bound = uncertain_number(o->e, name[side], side ? INFINITY : -INFINITY);
        double off = bound - d->p[0];
        share[side] = d->p[1] > 0 ? normal_share(off / d->p[1]) : off > 0 || (side && off == 0);
        for (size_t v = 0; v < o->e->values; v++)
            if (!strcmp(o->e->value[v].name, name[side]) &&
                (side ? 1 - share[side] : share[side]) > 1e-9)
                entry->idle[v] = 0;
    }
    if (!(share[1] - share[0] > 1e-6))
        return inputs_refuse(o, address,
                             TEXT("hardly any of the distribution lies within the bounds"));
    memcpy(d->share, share, sizeof share);
    return 1;
}

/* Does what an entry draws depend on what the rules say? */
static int is_around(const uncertain_entry *e) {
    switch (e->kind) {
    case UNCERTAIN_UNIFORM:
    case UNCERTAIN_TRIANGULAR:
    case UNCERTAIN_PERT: return 0;
    case UNCERTAIN_NORMAL: return !uncertain_option(e, "", 1);
    default: return 1;
    }
}

int inputs_add(opener *o, const char *address, const char *name, size_t cell, distribution d,
               double nominal) {
    draw_inputs *in = o->in;
    if (!cut(o, address, &d)) return 0;
    if (in->inputs == INPUTS_MOST)
        return fault_set(o->f, FAULT_LIMIT, "more than %d numbers vary", INPUTS_MOST);
    if (!MEM_RESERVE(in->input, in->inputs + 1, in->input_cap)) return fault_memory(o->f);
    in->input[in->inputs++] = (draw_input){.address = address,
                                           .name = name,
                                           .cell = cell,
                                           .hash = inputs_hash(address),
                                           .entry = o->entry,
                                           .group = -1,
                                           .nominal = nominal,
                                           .around = is_around(o->e),
                                           .d = d};
    in->entry[o->entry].inputs++;
    return 1;
}

static int is_weight(const md_leaf *l) { return l->element >= 0 && !strcmp(l->name, "weight"); }

/* Does an entry draw weights together? */
static int is_joint(const uncertain_entry *e) {
    return e->kind == UNCERTAIN_NOISE || e->kind == UNCERTAIN_DIRICHLET ||
           e->kind == UNCERTAIN_SIMPLEX || e->kind == UNCERTAIN_PANEL;
}

static int add_leaf(opener *o, const md_leaf *l) {
    if (o->e->kind == UNCERTAIN_ONE_OF) return choices_add_leaf(o, l);
    if (l->value.kind != MD_NUMBER)
        return inputs_refuse(o, l->address,
                             TEXT("only numbers can be drawn; a choice out of a list is one_of"));
    if (l->fixed)
        return inputs_refuse(
            o, l->address,
            TEXT("it shapes the formulas (the rules read it as a plain value), so it "
                 "varies by one_of = { … } only"));
    if ((o->e->kind == UNCERTAIN_DIRICHLET || o->e->kind == UNCERTAIN_SIMPLEX) && !is_weight(l))
        return inputs_refuse(o, l->address, TEXT("only weights keep a sum"));
    if (o->e->kind == UNCERTAIN_PANEL && !is_weight(l))
        return inputs_refuse(o, l->address, TEXT("experts give weights only"));
    if (o->e->kind >= UNCERTAIN_ERRORS && o->e->kind <= UNCERTAIN_IMPUTE)
        return inputs_refuse(o, l->address, TEXT("only figures of data vary so"));
    return inputs_add(o, l->address, NULL, 0, inputs_distribution(o, l->value.number),
                      l->value.number);
}

/* ---- groups of weights ---- */

typedef struct member {
    draw_input input;
    int parent, stage;
    size_t order;
} member;

static int by_group(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->parent != y->parent) return x->parent < y->parent ? -1 : 1;
    if (x->stage != y->stage) return x->stage < y->stage ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* The inputs from `first` on are weights of an entry that draws them together: those of the same
 * parent, and stage, become a group; with `together`, those of all parents. */
static int make_groups(opener *o, size_t first) {
    draw_inputs *in = o->in;
    size_t count = in->inputs - first;
    member *m = mem_take((count + 1) * sizeof *m);
    int fine = m != NULL;
    for (size_t i = 0; fine && i < count; i++) {
        const md_leaf *l = model_leaf(&o->a->s->m, in->input[first + i].address);
        int parent = uncertain_is(o->e, "together") ? 0 : o->a->s->m.element[l->element].parent;
        m[i] = (member){in->input[first + i], parent, l->stage, i};
    }
    if (fine) qsort(m, count, sizeof *m, by_group);
    for (size_t i = 0; fine && i < count; i++) {
        in->input[first + i] = m[i].input;
        if (!i || m[i].parent != m[i - 1].parent || m[i].stage != m[i - 1].stage) {
            fine = MEM_RESERVE(in->group, in->groups + 1, in->group_cap);
            if (!fine) break;
            in->group[in->groups++] =
                (draw_group){.kind = o->e->kind == UNCERTAIN_NOISE       ? GROUP_NOISE
                                     : o->e->kind == UNCERTAIN_DIRICHLET ? GROUP_DIRICHLET
                                     : o->e->kind == UNCERTAIN_PANEL     ? GROUP_PANEL
                                                                         : GROUP_SIMPLEX,
                             .first = first + i,
                             .entry = o->entry,
                             .parameter = uncertain_number(o->e, "", 0)};
        }
        draw_group *g = &in->group[in->groups - 1];
        g->count++;
        g->sum += m[i].input.nominal;
        in->input[first + i].group = (int)in->groups - 1;
    }
    mem_free(m);
    return fine || fault_memory(o->f);
}

/* The conditions that a simplex has to meet, group by group. */
static int add_conditions(opener *o, size_t first) {
    draw_inputs *in = o->in;
    const uncertain_entry *e = o->e;
    char *used = arena_zero(&in->memory, e->values + 1, 1),
         *idle = arena_take(&in->memory, e->values + 1);
    if (!used || !idle) return fault_memory(o->f);
    memset(idle, 1, e->values + 1);
    for (size_t k = first; k < in->groups; k++) {
        draw_group *g = &in->group[k];
        const char **id = arena_take(&in->memory, g->count * sizeof *id);
        if (!id) return fault_memory(o->f);
        for (size_t i = 0; i < g->count; i++) {
            const md_leaf *l = model_leaf(&o->a->s->m, in->input[g->first + i].address);
            id[i] = o->a->s->m.element[l->element].id;
        }
        if (!weights_open(o, id, g->count, used, idle, &g->space)) return 0;
    }
    for (size_t v = 0; v < e->values; v++) {
        if (!strcmp(e->value[v].name, "where") && !used[v])
            return inputs_fault(o, NULL,
                                TEXT("the condition '%s' names no weight that varies here"),
                                e->value[v].text);
        idle[v] = (char)(idle[v] && used[v]);
    }
    in->entry[o->entry].idle = idle;
    return 1;
}

static int all_weights(const opener *o, size_t first) {
    for (size_t i = first; i < o->in->inputs; i++) {
        const md_leaf *l =
            o->in->input[i].name ? NULL : model_leaf(&o->a->s->m, o->in->input[i].address);
        if (!l || !is_weight(l)) return 0;
    }
    return o->in->inputs > first;
}

/* Weights cannot be negative. */
static int check_weights(const opener *o, size_t first) {
    for (size_t i = first; i < o->in->inputs; i++)
        if (!(o->in->input[i].nominal >= 0))
            return inputs_refuse(o, o->in->input[i].address,
                                 TEXT("a negative weight cannot vary so"));
    return 1;
}

/* ---- all of it ---- */

static int open_entry(opener *o) {
    model *m = &o->a->s->m;
    size_t first = o->in->inputs, group = o->in->groups;
    int fine = 1;
    if (o->e->kind == UNCERTAIN_LEAVE_OUT) return choices_leave_out(o);
    if (o->e->kind == UNCERTAIN_ONE_OF && choices_add_files(o)) return !o->f->count;
    for (size_t i = 0; fine && i < m->leaves; i++)
        if (!m->leaf[i].absent && uncertain_matches(o->e->address, m->leaf[i].address))
            fine = add_leaf(o, &m->leaf[i]);
    size_t leaves = o->in->inputs;
    if (fine) fine = figures_add(o);
    if (!fine || !is_joint(o->e) || o->in->inputs > leaves || !all_weights(o, first)) return fine;
    if (!check_weights(o, first) || !make_groups(o, first)) return 0;
    if (o->e->kind == UNCERTAIN_SIMPLEX) return add_conditions(o, group);
    return o->e->kind != UNCERTAIN_PANEL || panel_open(o, group);
}

/* An address that varies, and the entry by which it does. */
typedef struct varied {
    const char *address;
    size_t entry;
} varied;

static int by_address(const void *a, const void *b) {
    const varied *x = a, *y = b;
    int order = strcmp(x->address, y->address);
    return order ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

/* Nothing varies in two ways. */
static int check_twice(const draw_inputs *in, const assess *a, fault *f) {
    size_t count = in->inputs, n = 0;
    for (size_t i = 0; i < in->choices; i++) count += in->choice[i].leaves + 1;
    varied *list = mem_take((count + 1) * sizeof *list);
    if (!list) return fault_memory(f);
    for (size_t i = 0; i < in->inputs; i++)
        list[n++] = (varied){in->input[i].address, in->input[i].entry};
    for (size_t i = 0; i < in->choices; i++) {
        const draw_choice *c = &in->choice[i];
        for (size_t k = 0; k < c->leaves; k++) list[n++] = (varied){c->leaf[k], c->entry};
        if (!c->leaves) list[n++] = (varied){c->address, c->entry};
    }
    qsort(list, n, sizeof *list, by_address);
    int fine = 1;
    for (size_t i = 1; fine && i < n; i++) {
        if (strcmp(list[i].address, list[i - 1].address) != 0) continue;
        const uncertain_entry *first = in->entry[list[i - 1].entry].of,
                              *second = in->entry[list[i].entry].of;
        const opener o = {(draw_inputs *)(uintptr_t)in, (assess *)(uintptr_t)a, 0, second, f};
        fine = inputs_fault(&o, "", TEXT("%s varies twice: by '%s' and by '%s'"), list[i].address,
                            first->address, second->address);
    }
    mem_free(list);
    return fine;
}

/* Figures of data cannot be drawn around those of one file while another one is taken. */
static int check_files(const draw_inputs *in, const assess *a, fault *f) {
    for (size_t c = 0; c < in->choices; c++)
        for (size_t i = 0; in->choice[c].kind == CHOICE_DATA && i < in->inputs; i++)
            if (in->input[i].name && !strcmp(in->input[i].name, in->choice[c].address)) {
                const opener o = {(draw_inputs *)(uintptr_t)in, (assess *)(uintptr_t)a, 0,
                                  in->entry[in->choice[c].entry].of, f};
                return inputs_fault(&o, "",
                                    TEXT("the figures of '%s' vary, and so does the file they are "
                                         "taken from: it is either one or the other"),
                                    in->choice[c].address);
            }
    return 1;
}

int inputs_open(draw_inputs *in, assess *a, const uncertain_list *list, fault *f) {
    *in = (draw_inputs){.memory = ARENA_INIT, .entries = list->count};
    in->kernels = draw_kernels_of(ex_level(a->simd));
    in->entry = arena_zero(&in->memory, list->count + 1, sizeof *in->entry);
    if (!in->entry) return fault_memory(f);
    int fine = 1;
    for (size_t i = 0; fine && i < list->count; i++) {
        opener o = {in, a, i, &list->item[i], f};
        in->entry[i].of = o.e;
        fine = open_entry(&o);
    }
    return fine && check_twice(in, a, f) && check_files(in, a, f);
}

void inputs_close(draw_inputs *in) {
    arena_release(&in->memory);
    mem_free(in->input);
    mem_free(in->group);
    mem_free(in->choice);
    mem_free(in->file);
    *in = (draw_inputs){.memory = ARENA_INIT};
}

/* ---- drawing ---- */

uint64_t inputs_key(const draw_source *from, uint64_t hash) {
    return from->seed * UINT64_C(0x9e3779b97f4a7c15) ^ hash;
}

static double unit_of(const draw_source *from, uint64_t hash, uint32_t stream, uint64_t draw,
                      uint32_t which) {
    return draw_number(inputs_key(from, hash), draw, which, stream);
}

static uint32_t stream_of(const draw_source *from, size_t which) {
    return from->stream ? from->stream[which] : 0;
}

/* The numbers between 0 and 1 that an input has in these draws. */
static void units_of(const draw_inputs *in, const draw_source *from, size_t i, uint64_t first,
                     size_t count, double *u) {
    in->kernels->units(count, u, inputs_key(from, in->input[i].hash), first, 0, stream_of(from, i));
    for (size_t k = 0; from->unit && k < count; k++) from->unit(from->self, i, first + k, &u[k]);
}

/* A gamma variate of shape `a` and scale 1 (Marsaglia and Tsang 2000); below 1 by the one of a + 1.
 * The numbers of an input that are refused are followed by further ones of the same draw. */
static double gamma_of(const draw_source *from, uint64_t hash, uint32_t stream, uint64_t draw,
                       double a) {
    double boost = a < 1 ? pow(unit_of(from, hash, stream, draw, 0), 1 / a) : 1;
    double d = (a < 1 ? a + 1 : a) - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (uint32_t k = 1;; k += 2) {
        double x = normal_quantile(unit_of(from, hash, stream, draw, k)), v = 1 + c * x;
        if (!(v > 0)) continue;
        v = v * v * v;
        double u = unit_of(from, hash, stream, draw, k + 1);
        if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return boost * d * v;
    }
}

static void draw_one(const draw_inputs *in, const draw_source *from, size_t i, uint64_t first,
                     size_t count, double *value) {
    const distribution *d = &in->input[i].d;
    units_of(in, from, i, first, count, value);
    if (d->kind == DISTRIBUTION_UNIFORM)
        in->kernels->between(count, value, value, d->p[0], d->p[1]);
    else
        for (size_t k = 0; k < count; k++) value[k] = distribution_quantile(d, value[k]);
}

/* What a member of a group is before the group is scaled to its sum. */
static void draw_member(const draw_inputs *in, const draw_source *from, const draw_group *g,
                        size_t i, uint64_t first, size_t count, double *value) {
    const draw_input *x = &in->input[i];
    switch (g->kind) {
    case GROUP_NOISE: draw_one(in, from, i, first, count, value); return;
    case GROUP_SIMPLEX: /* exponential: uniform in the end */
        units_of(in, from, i, first, count, value);
        for (size_t k = 0; k < count; k++) value[k] = -log(value[k]);
        return;
    default:
        for (size_t k = 0; k < count; k++) {
            double shape = g->parameter * x->nominal / g->sum, u;
            if (!(x->nominal > 0))
                value[k] = 0;
            else if (from->unit && from->unit(from->self, i, first + k, &u))
                value[k] = gamma_quantile(u, shape);
            else
                value[k] = gamma_of(from, x->hash, stream_of(from, i), first + k, shape);
        }
    }
}

static void meet_conditions(const draw_inputs *in, const draw_source *from, const draw_group *g,
                            uint64_t first, size_t count, double *value, size_t stride) {
    double *w = mem_take(g->count * sizeof *w);
    uint64_t *key = mem_take(g->count * sizeof *key);
    const numbers own = {key, stream_of(from, g->first)};
    for (size_t i = 0; w && key && i < g->count; i++)
        key[i] = inputs_key(from, in->input[g->first + i].hash);
    for (size_t k = 0; w && key && k < count; k++) {
        for (size_t i = 0; i < g->count; i++) w[i] = value[i * stride + k];
        weights_draw(g->space, &own, first + k, w);
        for (size_t i = 0; i < g->count; i++) value[i * stride + k] = w[i];
    }
    mem_free(w);
    mem_free(key);
}

static void draw_together(const draw_inputs *in, const draw_source *from, const draw_group *g,
                          uint64_t first, size_t count, double *value, size_t stride) {
    enum { AT_ONCE = 256 };
    double sum[AT_ONCE];
    if (g->kind == GROUP_PANEL) {
        panel_draw(g, from, stream_of(from, g->lead), first, count, value + g->first * stride,
                   stride);
        return;
    }
    for (size_t i = g->first; i < g->first + g->count; i++)
        draw_member(in, from, g, i, first, count, value + i * stride);
    if (g->space) meet_conditions(in, from, g, first, count, value + g->first * stride, stride);
    for (size_t at = 0; at < count; at += AT_ONCE) {
        size_t n = count - at < AT_ONCE ? count - at : AT_ONCE;
        memset(sum, 0, sizeof sum);
        for (size_t i = g->first; i < g->first + g->count; i++)
            in->kernels->add(n, sum, value + i * stride + at);
        for (size_t i = g->first; i < g->first + g->count; i++)
            in->kernels->scale(n, value + i * stride + at, sum, g->sum, g->sum / (double)g->count);
    }
}

void inputs_draw(const draw_inputs *in, const draw_source *from, uint64_t first, size_t count,
                 double *value, size_t stride) {
    if (from->values) {
        from->values(from->self, first, count, value, stride);
        return;
    }
    for (size_t i = 0; i < in->inputs; i++)
        if (in->input[i].group < 0) draw_one(in, from, i, first, count, value + i * stride);
    for (size_t i = 0; i < in->groups; i++)
        draw_together(in, from, &in->group[i], first, count, value, stride);
    for (size_t i = 0; from->fixed && i < in->inputs; i++)
        for (size_t k = 0; !isnan(from->fixed[i]) && k < count; k++)
            value[i * stride + k] = from->fixed[i];
}

/* ---- in words ---- */

static const char *simplex_method(const draw_group *g, text_language l, arena *memory) {
    const weights_space *s = g->space;
    if (!s || (s->sampler == WEIGHTS_EXACT && !s->sorted))
        return text_in(l, "uniform on the simplex, drawn exactly");
    if (s->sampler == WEIGHTS_EXACT)
        return text_in(l, "uniform on the simplex, drawn exactly by sorting");
    if (s->sampler == WEIGHTS_AGAIN)
        return arena_print(memory,
                           text_in(l, "uniform on the simplex, drawn again until the "
                                      "conditions are met (about %.0f%% of the draws do)"),
                           100 * s->accepted);
    return arena_print(memory,
                       text_in(l, "uniform on the simplex, approximately: a walk of %zu steps "
                                  "(hit-and-run) for each draw"),
                       s->steps);
}

static const char *panel_method(const draw_group *g, text_language l, arena *memory) {
    static const char *const how[] = {
        TEXT("the weights of one of %zu experts, all alike"),
        TEXT("the mean of %zu experts, drawn with replacement"),
        TEXT("each of %zu experts in turn"),
    };
    return arena_print(memory, text_in(l, how[g->panel]), g->experts);
}

static const char *figure_method(const uncertain_entry *e, text_language l) {
    const char *word =
        e->kind == UNCERTAIN_BOUNDS ? uncertain_word(e, "as", "normal") : uncertain_word(e, "", "");
    static const char *const how[][2] = {
        {"normal", TEXT("half a normal distribution on each side of the figure, the bounds at the "
                        "ends of its confidence interval")},
        {"uniform", TEXT("any number between the bounds, all alike")},
        {"triangular", TEXT("a triangle between the bounds, highest at the figure")},
        {"donors", TEXT("the figure of another unit, all alike")},
        {"residuals", TEXT("a line through the indicator that tells most, and the residual of "
                           "another unit")},
    };
    for (size_t i = 0; i < sizeof how / sizeof *how; i++)
        if (!strcmp(word, how[i][0])) return text_in(l, how[i][1]);
    return "";
}

const char *inputs_method(const draw_inputs *in, size_t entry, text_language l, arena *memory) {
    const draw_group *g = NULL;
    const uncertain_entry *e = in->entry[entry].of;
    for (size_t k = 0; k < in->groups; k++) {
        if (in->group[k].entry != entry) continue;
        if (!g || (in->group[k].space && in->group[k].space->sampler != WEIGHTS_EXACT))
            g = &in->group[k];
    }
    const char *text = "";
    if (g && g->kind == GROUP_SIMPLEX)
        text = simplex_method(g, l, memory);
    else if (g && g->kind == GROUP_PANEL)
        text = panel_method(g, l, memory);
    else if (g)
        text = g->kind == GROUP_NOISE
                   ? text_in(l, "each for itself, then scaled back to their sum: not uniform on "
                                "the simplex")
                   : text_in(l, "a Dirichlet distribution around the weights");
    else if (!in->entry[entry].inputs && !in->entry[entry].choices)
        text = "";
    else if (e->kind == UNCERTAIN_BOUNDS || e->kind == UNCERTAIN_IMPUTE)
        text = figure_method(e, l);
    else if (e->kind == UNCERTAIN_NOISE)
        text = text_in(l, "a share of the value up or down, each for itself");
    else
        text = text_in(l, uncertain_records[e->kind].meaning);
    return text ? text : "";
}

/* ---- kernels ---- */

extern const draw_kernels draw_kernels_baseline;
#if defined(__x86_64__)
extern const draw_kernels draw_kernels_v3, draw_kernels_v4;
#endif

const draw_kernels *draw_kernels_of(int level) {
#if defined(__x86_64__)
    if (level > 0) return level > 1 ? &draw_kernels_v4 : &draw_kernels_v3;
#endif
    (void)level;
    return &draw_kernels_baseline;
}

double draw_number(uint64_t key, uint64_t draw, uint32_t which, uint32_t stream) {
    uint64_t block = draw / 2;
    philox x = philox4x32(key, (philox){{(uint32_t)block, (uint32_t)(block >> 32), which, stream}});
    return draw & 1 ? philox_unit(x.word[2], x.word[3]) : philox_unit(x.word[0], x.word[1]);
}

void inputs_choose(const draw_inputs *in, const draw_source *from, size_t choice, uint64_t first,
                   size_t count, unsigned char *taken) {
    enum { AT_ONCE = 256 };
    const draw_choice *c = &in->choice[choice];
    size_t which = in->inputs + choice;
    double u[AT_ONCE];
    for (size_t at = 0; at < count; at += AT_ONCE) {
        size_t n = count - at < AT_ONCE ? count - at : AT_ONCE;
        in->kernels->units(n, u, inputs_key(from, c->hash), first + at, 0, stream_of(from, which));
        for (size_t k = 0; k < n; k++) {
            if (from->unit) from->unit(from->self, which, first + at + k, &u[k]);
            taken[at + k] = (unsigned char)distribution_quantile(&c->d, u[k]);
        }
    }
}
