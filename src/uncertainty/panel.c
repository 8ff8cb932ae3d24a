#include "uncertainty/panel.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/table.h"
#include "uncertainty/inside.h"

/* ---- reading ---- */

/* A row for each expert and a column for each weight; or a row for each of both. */
typedef struct panel {
    opener *o;
    tb_table *t;
    const tb_column *expert, *indicator, *weight; /* the last two only in the long form */
    uint32_t *name;                               /* of the experts, in the pool */
    size_t experts;
} panel;

static const char *cell_text(const panel *p, const tb_column *c, size_t row, char number[32]) {
    double x = c->value[row];
    if (isnan(x)) return "";
    if (c->kind == TB_TEXT) return pool_text(p->o->a->h->strings, (uint32_t)x);
    number[decimal_write(x, number)] = 0;
    return number;
}

static int find_columns(panel *p) {
    size_t n = tb_columns(p->t);
    p->expert = n ? tb_column_at(p->t, 0) : NULL;
    if (n == 3 && !strcmp(tb_column_at(p->t, 2)->name, "weight")) {
        p->indicator = tb_column_at(p->t, 1);
        p->weight = tb_column_at(p->t, 2);
    }
    if (n > 1 && tb_rows(p->t)) return 1;
    return inputs_fault(p->o, NULL,
                        TEXT("'%s' has no weights: a row is an expert, and a column an "
                             "indicator"),
                        tb_path(p->t));
}

/* The experts, in the order in which they come. */
static int find_experts(panel *p) {
    size_t rows = tb_rows(p->t);
    char number[32];
    p->name = arena_take(&p->o->in->memory, (rows + 1) * sizeof *p->name);
    if (!p->name) return fault_memory(p->o->f);
    for (size_t r = 0; r < rows; r++) {
        const char *text = cell_text(p, p->expert, r, number);
        uint32_t id = pool_put(p->o->a->h->strings, text, strlen(text));
        if (!id) return fault_memory(p->o->f);
        if (!*text) return tb_fault(p->t, r, p->expert, NULL, p->o->f, "the row names no expert");
        size_t k = 0;
        while (k < p->experts && p->name[k] != id) k++;
        if (k == p->experts)
            p->name[p->experts++] = id;
        else if (!p->indicator)
            return tb_fault(p->t, r, p->expert, NULL, p->o->f, "the expert '%s' has two rows",
                            text);
    }
    return 1;
}

/* Does the panel call an element so: by its id, its name, or its address? */
static int is_called(const md_element *e, const char *word) {
    return !strcmp(word, e->id) || !strcmp(word, e->name) || !strcmp(word, e->address);
}

/* By the number of a text: it is what a panel calls an element. NULL without memory. */
static char *callable(const panel *p) {
    const pool *strings = p->o->a->h->strings;
    const model *m = &p->o->a->s->m;
    char *is = arena_zero(&p->o->in->memory, (size_t)pool_count(strings) + 1, 1);
    for (int i = 0; is && i < m->elements; i++) {
        const char *const call[] = {m->element[i].id, m->element[i].name, m->element[i].address};
        for (size_t k = 0; k < sizeof call / sizeof *call; k++)
            is[pool_find(strings, call[k], strlen(call[k]))] = 1;
    }
    if (is) is[0] = 0; /* what is not in the pool */
    return is;
}

/* Each weight that an expert gives is one of something. Columns of words are remarks. */
static int check_word(const panel *p, const char *callable, const char *word) {
    const model *m = &p->o->a->s->m;
    if (callable[pool_find(p->o->a->h->strings, word, strlen(word))]) return 1;
    for (int i = 0; i < m->elements; i++) /* a column's name is in no pool */
        if (!p->indicator && is_called(&m->element[i], word)) return 1;
    suggestion near = suggest_for(word);
    for (int i = 0; i < m->elements; i++) suggest_try(&near, m->element[i].id);
    return inputs_fault(p->o, suggest_text(&p->o->in->memory, suggest_best(&near)),
                        TEXT("'%s' has weights of '%s', and the index has nothing of this name"),
                        tb_path(p->t), word);
}

static int check_words(const panel *p) {
    const char *is = callable(p);
    char number[32];
    if (!is) return fault_memory(p->o->f);
    for (size_t k = 1; !p->weight && k < tb_columns(p->t); k++) {
        const tb_column *c = tb_column_at(p->t, k);
        if (c->kind == TB_NUMBER && !check_word(p, is, c->name)) return 0;
    }
    for (size_t r = 0; p->weight && r < tb_rows(p->t); r++)
        if (!check_word(p, is, cell_text(p, p->indicator, r, number))) return 0;
    return 1;
}

/* What experts say of one weight. NaN where one says nothing. */
static int read_weight(panel *p, const md_element *e, double *out, size_t stride) {
    char number[32];
    const tb_column *c = p->weight;
    for (size_t k = 0; !p->weight && k < tb_columns(p->t) && !c; k++)
        if (k && is_called(e, tb_column_at(p->t, k)->name)) c = tb_column_at(p->t, k);
    if (!c)
        return inputs_fault(p->o, NULL, TEXT("'%s' has no column for the weight of '%s'"),
                            tb_path(p->t), e->id);
    if (c->kind != TB_NUMBER) {
        for (size_t r = 0; r < tb_rows(p->t); r++)
            if (c->kind != TB_TEXT || tb_line(p->t, r) == c->odd_line)
                return tb_fault(p->t, r, c, NULL, p->o->f, "a weight is a number");
        return inputs_fault(p->o, NULL, TEXT("'%s' has no column for the weight of '%s'"),
                            tb_path(p->t), e->id);
    }
    for (size_t r = 0; r < tb_rows(p->t); r++) {
        if (p->weight && !is_called(e, cell_text(p, p->indicator, r, number))) continue;
        const char *text = cell_text(p, p->expert, r, number);
        uint32_t id = pool_find(p->o->a->h->strings, text, strlen(text));
        size_t k = 0;
        while (p->name[k] != id) k++;
        if (c->value[r] < 0)
            return tb_fault(p->t, r, c, NULL, p->o->f, "a weight cannot be negative");
        if (isnan(c->value[r]))
            return tb_fault(p->t, r, c, NULL, p->o->f, "the expert '%s' gives no weight of '%s'",
                            text, e->id);
        out[k * stride] = c->value[r];
    }
    for (size_t k = 0; k < p->experts; k++)
        if (isnan(out[k * stride]))
            return inputs_fault(p->o, NULL, TEXT("in '%s' the expert '%s' gives no weight of '%s'"),
                                tb_path(p->t), pool_text(p->o->a->h->strings, p->name[k]), e->id);
    return 1;
}

static int read_group(panel *p, draw_group *g) {
    opener *o = p->o;
    double *weight = arena_take(&o->in->memory, p->experts * g->count * sizeof *weight);
    if (!weight) return fault_memory(o->f);
    for (size_t i = 0; i < p->experts * g->count; i++) weight[i] = NAN;
    for (size_t i = 0; i < g->count; i++) {
        const md_leaf *l = model_leaf(&o->a->s->m, o->in->input[g->first + i].address);
        if (!read_weight(p, &o->a->s->m.element[l->element], weight + i, g->count)) return 0;
    }
    for (size_t k = 0; k < p->experts; k++) {
        double sum = 0;
        for (size_t i = 0; i < g->count; i++) sum += weight[k * g->count + i];
        if (!(sum > 0))
            return inputs_fault(o, NULL,
                                TEXT("in '%s' all weights of the expert '%s' in the group of '%s' "
                                     "are 0"),
                                tb_path(p->t), pool_text(o->a->h->strings, p->name[k]),
                                o->in->input[g->first].address);
        for (size_t i = 0; i < g->count; i++) weight[k * g->count + i] *= g->sum / sum;
    }
    g->expert = weight;
    return 1;
}

int panel_open(opener *o, size_t first_group) {
    static const char *const how[] = {"expert", "resample", "each"};
    const char *path = inputs_path(o, uncertain_word(o->e, "", ""));
    const char *draw = uncertain_word(o->e, "draw", "expert");
    const tb_options options = {.others = TB_GUESS, .trim = 1};
    panel p = {.o = o};
    fault notes = FAULT_INIT;
    if (!path) return fault_memory(o->f);
    if (!inputs_allowed(o, path)) return 0;
    if (!inputs_add_file(o, path, 0)) return 0;
    p.t = tb_read(path, &options, o->a->h->strings, &notes, o->f);
    fault_release(&notes);
    int fine = p.t && find_columns(&p) && find_experts(&p) && check_words(&p);
    const char **name = fine ? arena_take(&o->in->memory, p.experts * sizeof *name) : NULL;
    if (fine && !name) fine = fault_memory(o->f);
    for (size_t k = 0; fine && k < p.experts; k++) name[k] = pool_text(o->a->h->strings, p.name[k]);
    for (size_t k = first_group; fine && k < o->in->groups; k++) {
        draw_group *g = &o->in->group[k];
        fine = read_group(&p, g);
        g->experts = p.experts;
        g->lead = o->in->group[first_group].first;
        g->name = name;
        g->hash = inputs_hash(o->e->address);
        for (int i = 0; i < 3; i++)
            if (!strcmp(draw, how[i])) g->panel = (panel_draw_kind)i;
    }
    tb_close(p.t);
    return fine;
}

/* ---- drawing ---- */

void panel_draw(const draw_group *g, const draw_source *from, uint32_t stream, uint64_t first,
                size_t count, double *value, size_t stride) {
    uint64_t key = inputs_key(from, g->hash);
    double m = (double)g->experts;
    for (size_t k = 0; k < count; k++) {
        uint64_t draw = first + k;
        size_t times = g->panel == PANEL_RESAMPLE ? g->experts : 1;
        for (size_t i = 0; i < g->count; i++) value[i * stride + k] = 0;
        for (size_t t = 0; t < times; t++) {
            double u;
            if (t || !from->unit || !from->unit(from->self, g->lead, draw, &u))
                u = draw_number(key, draw, (uint32_t)t, stream);
            size_t e = g->panel == PANEL_EACH ? (size_t)(draw % g->experts) : (size_t)(u * m);
            if (e >= g->experts) e = g->experts - 1;
            for (size_t i = 0; i < g->count; i++)
                value[i * stride + k] += g->expert[e * g->count + i] / (double)times;
        }
    }
}

/* ---- in what they differ ---- */

static int change(assess *a, const char *address, double weight) {
    char text[32];
    text[decimal_write(weight, text)] = 0;
    return !assess_change_leaf(a, address, text);
}

/* The ranks with one weight as given, all else being as it is. */
static int rank_with(assess *a, const char *address, double weight, const assess_array *rank,
                     double *out) {
    if (!change(a, address, weight) || assess_recompute(a)) return 0;
    memcpy(out, rank->value, rank->size * sizeof *out);
    return 1;
}

static int compare_ends(assess *a, const draw_input *x, const assess_array *rank, double *room,
                        panel_effect *e) {
    double *low = room, *high = room + rank->size;
    if (!rank_with(a, x->address, e->least, rank, low) ||
        !rank_with(a, x->address, e->most, rank, high) || !change(a, x->address, x->nominal))
        return 0;
    for (size_t i = 0; i < rank->size; i++) {
        int missing = isnan(low[i]) + isnan(high[i]);
        e->moved += missing ? missing == 1 : low[i] != high[i];
        if (!missing) e->furthest = fmax(e->furthest, fabs(low[i] - high[i]));
    }
    return 1;
}

static panel_effect ends_of(const draw_group *g, size_t member) {
    panel_effect e = {.input = g->first + member, .least = INFINITY, .most = -INFINITY};
    for (size_t x = 0; x < g->experts; x++) {
        double w = g->expert[x * g->count + member];
        if (w < e.least) e.lowest = g->name[x];
        if (w > e.most) e.highest = g->name[x];
        e.least = fmin(e.least, w);
        e.most = fmax(e.most, w);
    }
    return e;
}

/* The ranks by the weights of one expert. */
static int rank_by(assess *a, const draw_inputs *in, size_t entry, size_t expert,
                   const assess_array *rank, double *out) {
    int fine = 1;
    for (size_t k = 0; k < in->groups; k++) {
        const draw_group *g = &in->group[k];
        for (size_t i = 0; fine && g->entry == entry && i < g->count; i++)
            fine = change(a, in->input[g->first + i].address, g->expert[expert * g->count + i]);
    }
    if (!fine || assess_recompute(a)) return 0;
    memcpy(out, rank->value, rank->size * sizeof *out);
    return 1;
}

static int compare_all(draw_inputs *in, assess *a, size_t entry, const assess_array *rank,
                       double *room, panel_effect *effect, double *ranks) {
    int fine = 1;
    size_t experts = 0;
    for (size_t k = 0; fine && k < in->groups; k++) {
        const draw_group *g = &in->group[k];
        if (g->kind != GROUP_PANEL || g->entry != entry) continue;
        experts = g->experts;
        for (size_t i = 0; fine && i < g->count; i++) {
            *effect = ends_of(g, i);
            fine = compare_ends(a, &in->input[effect->input], rank, room, effect);
            effect++;
        }
    }
    for (size_t x = 0; fine && x < experts; x++)
        fine = rank_by(a, in, entry, x, rank, ranks + x * rank->size);
    return fine;
}

int panel_compare(draw_inputs *in, const assess *a, const assess_array *rank, panel_survey *out,
                  fault *f) {
    const draw_group *first = NULL;
    size_t n = 0;
    *out = (panel_survey){0};
    for (size_t g = 0; g < in->groups; g++) {
        if (in->group[g].kind != GROUP_PANEL) continue;
        if (!first) first = &in->group[g];
        n += in->group[g].entry == first->entry ? in->group[g].count : 0;
    }
    if (!first || !rank) return 1;
    panel_effect *effect = arena_zero(&in->memory, n, sizeof *effect);
    double *ranks = arena_zero(&in->memory, first->experts * rank->size + 1, sizeof *ranks);
    double *room = mem_take((2 * rank->size + 1) * sizeof *room);
    assess *b = session_like(a);
    const assess_array *own = NULL;
    int fine = effect && ranks && room && b ? 1 : fault_memory(f);
    if (fine &&
        (assess_open(b, a->file) || assess_run(b) || !(own = assess_output_named(b, rank->name)) ||
         !compare_all(in, b, first->entry, own, room, effect, ranks)))
        fine =
            fault_set(f, FAULT_RULE, "the ranks by the weights of the experts cannot be computed");
    *out = (panel_survey){effect, n, first->name, first->experts, ranks};
    mem_free(room);
    assess_free(b);
    return fine;
}
