#include "uncertainty/inputs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/philox.h"
#include "base/suggest.h"
#include "base/text.h"

uint64_t inputs_hash(const char *address) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *address; address++) h = (h ^ (unsigned char)*address) * UINT64_C(0x100000001b3);
    return h;
}

/* ---- from addresses to numbers ---- */

typedef struct opener {
    draw_inputs *in;
    assess *a;
    size_t entry;
    const uncertain_entry *e;
    fault *f;
} opener;

static int refuse(const opener *o, const char *address, const char *what) {
    const char *usage = uncertain_records[o->e->kind].usage;
    if (o->e->at.file >= 0)
        return model_fault(&o->a->s->m, o->f, o->e->at, o->e->address, usage, "%s: %s", address,
                           text_message(what));
    return fault_at(o->f, FAULT_USAGE, NULL, usage, "--vary %s: %s: %s", o->e->address, address,
                    text_message(what));
}

/* The values of an entry that have no name. */
static size_t own_values(const uncertain_entry *e, double x[3]) {
    size_t n = 0;
    for (size_t i = 0; i < e->values; i++)
        if (!*e->value[i].name && n++ < 3) x[n - 1] = e->value[i].number;
    return n;
}

/* The distribution of a number by its entry; of a group's members as if each stood alone. */
static distribution distribution_of(const opener *o, double nominal) {
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

static int add_input(opener *o, const char *address, const char *name, size_t cell,
                     double nominal) {
    draw_inputs *in = o->in;
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
                                           .d = distribution_of(o, nominal)};
    in->entry[o->entry].inputs++;
    return 1;
}

/* The probabilities and the count of an entry that chooses. */
static int choose_of(const opener *o, distribution *d) {
    size_t with = 0;
    double x[3];
    *d = (distribution){.kind = DISTRIBUTION_DISCRETE, .values = own_values(o->e, x)};
    while (uncertain_option(o->e, "with", with)) with++;
    double *own = with ? arena_take(&o->in->memory, with * sizeof *own) : NULL;
    if (with && !own) return fault_memory(o->f);
    for (size_t i = 0; i < with; i++) own[i] = uncertain_option(o->e, "with", i)->number;
    d->probability = own;
    return 1;
}

static int add_choice(opener *o, const char *address, const char *now) {
    draw_inputs *in = o->in;
    draw_choice c = {
        .address = address, .hash = inputs_hash(address), .entry = o->entry, .nominal = SIZE_MAX};
    if (!choose_of(o, &c.d)) return 0;
    const char **value = arena_take(&in->memory, c.d.values * sizeof *value);
    if (!value || !MEM_RESERVE(in->choice, in->choices + 1, in->choice_cap))
        return fault_memory(o->f);
    for (size_t i = 0, n = 0; i < o->e->values; i++) {
        if (*o->e->value[i].name) continue;
        value[n++] = o->e->value[i].text;
        if (!strcmp(value[n - 1], now)) c.nominal = n - 1;
    }
    c.value = value;
    in->choice[in->choices++] = c;
    in->entry[o->entry].choices++;
    return 1;
}

static int is_weight(const md_leaf *l) { return l->element >= 0 && !strcmp(l->name, "weight"); }

/* Does an entry draw weights together? */
static int is_joint(const uncertain_entry *e) {
    return e->kind == UNCERTAIN_NOISE || e->kind == UNCERTAIN_DIRICHLET ||
           e->kind == UNCERTAIN_SIMPLEX;
}

static int add_leaf(opener *o, const md_leaf *l) {
    if (o->e->kind == UNCERTAIN_ONE_OF)
        return add_choice(o, l->address, model_leaf_text(&o->a->s->m, l));
    if (l->value.kind != MD_NUMBER)
        return refuse(o, l->address, TEXT("only numbers can be drawn; choices are one_of = { … }"));
    if (l->fixed)
        return refuse(o, l->address,
                      TEXT("it shapes the formulas (the rules read it as a plain value), so it "
                           "varies by one_of = { … } only"));
    if ((o->e->kind == UNCERTAIN_DIRICHLET || o->e->kind == UNCERTAIN_SIMPLEX) && !is_weight(l))
        return refuse(o, l->address, TEXT("only weights keep a sum"));
    return add_input(o, l->address, NULL, 0, l->value.number);
}

/* ---- data ---- */

/* "data.observed.C7@Shenzhen@2011": the indicator first, then the labels of the other axes, the
 * units before the rest. NULL without memory. */
static const char *cell_address(const opener *o, const char *name, const assess_array *x,
                                size_t element, int indicators, buf *b) {
    const assess *a = o->a;
    int tail = 0;
    buf_clear(b);
    buf_print(b, "data.%s", name);
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < x->axes; k++) {
            if ((x->axis[k].id == indicators) != !pass) continue;
            size_t at = ax_along(element, x->stride[k], x->axis[k].size);
            buf_print(b, "%s%s", pass && (tail++ || indicators != AX_NONE) ? "@" : ".",
                      assess_label(a, &x->axis[k], at));
        }
    return b->failed ? NULL : buf_string(b);
}

/* Does a pattern mean a cell: its address, or that without the labels behind the first @? */
static int means_cell(const char *pattern, const char *address, buf *head) {
    const char *at = strchr(address, '@');
    if (uncertain_matches(pattern, address)) return 1;
    buf_clear(head);
    if (at) buf_put(head, address, (size_t)(at - address));
    return at && uncertain_matches(pattern, buf_string(head));
}

static int add_cells(opener *o, const char *name, const assess_array *x) {
    buf b = BUF_INIT, head = BUF_INIT;
    int indicators = ax_find(o->a->h->space, dataset_leaf_axis(&o->a->s->data)), fine = 1;
    const char *pattern = o->e->address;
    char *whole = arena_print(&o->in->memory, "data.%s", name);
    char *longer = strncmp(pattern, "data.", 5) ? arena_print(&o->in->memory, "data.%s", pattern)
                                                : (char *)(uintptr_t)pattern;
    if (!whole || !longer) return fault_memory(o->f);
    int all = uncertain_matches(longer, whole);
    for (size_t i = 0; fine && i < x->size; i++) {
        const char *address = cell_address(o, name, x, i, indicators, &b);
        if (!address) fine = fault_memory(o->f);
        if (!fine || (!all && !means_cell(longer, address, &head))) continue;
        if (x->kind != ASSESS_NUMBER)
            fine = refuse(o, address, TEXT("only numbers can be drawn"));
        else if (o->e->kind == UNCERTAIN_ONE_OF)
            fine = refuse(o, address,
                          TEXT("a figure varies by noise, normal, uniform, triangular "
                               "or pert"));
        else if (isnan(x->value[i]))
            continue;
        else if (!(address = arena_text(&o->in->memory, address, strlen(address))))
            fine = fault_memory(o->f);
        else
            fine = add_input(o, address, name, i, x->value[i]);
    }
    buf_release(&b);
    buf_release(&head);
    return fine;
}

static int add_data(opener *o) {
    const ex_graph *g = o->a->h->graph;
    int fine = 1;
    for (ex_id n = 1; fine && n <= ex_count(g); n++) {
        const ex_values *v = ex_values_of(g, n);
        if (!v || v->origin != EX_DATA || !v->name || session_data(o->a, v->name) != n) continue;
        const char *name = arena_print(&o->in->memory, "data.%s", v->name);
        const assess_array *x = name ? assess_array_named(o->a, name) : NULL;
        if (x && (v->kind == EX_NUMBER || strchr(v->name, '.') == NULL))
            fine = add_cells(o, name + 5, x);
    }
    return fine;
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
 * parent, and stage, become a group. */
static int make_groups(opener *o, size_t first) {
    draw_inputs *in = o->in;
    size_t count = in->inputs - first;
    member *m = mem_take((count + 1) * sizeof *m);
    int fine = m != NULL;
    for (size_t i = 0; fine && i < count; i++) {
        const md_leaf *l = model_leaf(&o->a->s->m, in->input[first + i].address);
        m[i] = (member){in->input[first + i], o->a->s->m.element[l->element].parent, l->stage, i};
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
                                                                         : GROUP_SIMPLEX,
                             .first = first + i,
                             .parameter = o->e->values ? o->e->value[0].number : 0};
        }
        draw_group *g = &in->group[in->groups - 1];
        g->count++;
        g->sum += m[i].input.nominal;
        in->input[first + i].group = (int)in->groups - 1;
    }
    mem_free(m);
    return fine || fault_memory(o->f);
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
            return refuse(o, o->in->input[i].address, TEXT("a negative weight cannot vary so"));
    return 1;
}

/* ---- all of it ---- */

static int open_entry(opener *o) {
    model *m = &o->a->s->m;
    size_t first = o->in->inputs;
    int fine = 1;
    for (size_t i = 0; fine && i < m->leaves; i++)
        if (!m->leaf[i].absent && uncertain_matches(o->e->address, m->leaf[i].address))
            fine = add_leaf(o, &m->leaf[i]);
    size_t leaves = o->in->inputs;
    if (fine) fine = add_data(o);
    if (!fine || !is_joint(o->e) || o->in->inputs > leaves || !all_weights(o, first)) return fine;
    return check_weights(o, first) && make_groups(o, first);
}

/* The same number cannot be drawn twice. */
static int compare_inputs(const void *a, const void *b) {
    const draw_input *x = *(const draw_input *const *)a, *y = *(const draw_input *const *)b;
    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : 0;
}

static int check_twice(const draw_inputs *in, fault *f) {
    const draw_input **list = mem_take((in->inputs + 1) * sizeof *list);
    if (!list) return fault_memory(f);
    for (size_t i = 0; i < in->inputs; i++) list[i] = &in->input[i];
    qsort(list, in->inputs, sizeof *list, compare_inputs);
    int fine = 1;
    for (size_t i = 1; fine && i < in->inputs; i++)
        if (list[i]->hash == list[i - 1]->hash && !strcmp(list[i]->address, list[i - 1]->address))
            fine = fault_at(f, FAULT_USAGE, NULL, NULL, "'%s' varies twice: by '%s' and by '%s'",
                            list[i]->address, in->entry[list[i - 1]->entry].of->address,
                            in->entry[list[i]->entry].of->address);
    mem_free(list);
    return fine;
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
    return fine && check_twice(in, f);
}

void inputs_close(draw_inputs *in) {
    arena_release(&in->memory);
    mem_free(in->input);
    mem_free(in->group);
    mem_free(in->choice);
    *in = (draw_inputs){.memory = ARENA_INIT};
}

/* ---- drawing ---- */

static uint64_t key_of(const draw_source *from, uint64_t hash) {
    return from->seed * UINT64_C(0x9e3779b97f4a7c15) ^ hash;
}

static double unit_of(const draw_source *from, uint64_t hash, uint32_t stream, uint64_t draw,
                      uint32_t which) {
    return draw_number(key_of(from, hash), draw, which, stream);
}

static uint32_t stream_of(const draw_source *from, size_t which) {
    return from->stream ? from->stream[which] : 0;
}

/* The numbers between 0 and 1 that an input has in these draws. */
static void units_of(const draw_inputs *in, const draw_source *from, size_t i, uint64_t first,
                     size_t count, double *u) {
    in->kernels->units(count, u, key_of(from, in->input[i].hash), first, 0, stream_of(from, i));
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
        for (size_t k = 0; k < count; k++)
            value[k] = x->nominal > 0 ? gamma_of(from, x->hash, stream_of(from, i), first + k,
                                                 g->parameter * x->nominal / g->sum)
                                      : 0;
    }
}

static void draw_together(const draw_inputs *in, const draw_source *from, const draw_group *g,
                          uint64_t first, size_t count, double *value, size_t stride) {
    enum { AT_ONCE = 256 };
    double sum[AT_ONCE];
    for (size_t i = g->first; i < g->first + g->count; i++)
        draw_member(in, from, g, i, first, count, value + i * stride);
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
    for (size_t i = 0; i < in->inputs; i++)
        if (in->input[i].group < 0) draw_one(in, from, i, first, count, value + i * stride);
    for (size_t i = 0; i < in->groups; i++)
        draw_together(in, from, &in->group[i], first, count, value, stride);
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

size_t inputs_choose(const draw_inputs *in, const draw_source *from, size_t choice, uint64_t draw) {
    double u;
    size_t which = in->inputs + choice;
    if (!from->unit || !from->unit(from->self, which, draw, &u))
        u = unit_of(from, in->choice[choice].hash, stream_of(from, which), draw, 0);
    return (size_t)distribution_quantile(&in->choice[choice].d, u);
}
