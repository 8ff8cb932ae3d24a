#include "impact/contribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "impact/search.h"
#include "session/inside.h"

enum { DEPTH = 12, MOST = 100000 };

typedef struct list {
    assess_contribution *item;
    size_t count, room;
} list;

static assess_contribution *add(list *l, fault *f) {
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        assess_contribution *grown = mem_grow(l->item, room * sizeof *grown);
        if (!grown) {
            fault_memory(f);
            return NULL;
        }
        l->item = grown;
        l->room = room;
    }
    l->item[l->count] = (assess_contribution){ .own = NAN, .theirs = NAN };
    return &l->item[l->count++];
}

/* The first of the labels that name a place, without the unit's; in the session's memory. */
static const char *element_id(const stand *s, const assess_step *step, size_t unit) {
    const assess_axis *units = NULL;
    for (int k = 0; k < s->score->axes; k++)
        if (s->score->axis[k].id == s->axis)
            units = &s->score->axis[k];
    const char *own = units ? assess_label(s->a, units, unit) : "", *at = step->at;
    size_t length = strlen(own);
    if (!strncmp(at, own, length) && !strncmp(at + length, ", ", 2))
        at += length + 2;
    const char *end = strstr(at, ", ");
    char *copy = arena_text(&s->a->memory, at, end ? (size_t)(end - at) : strlen(at));
    return copy ? copy : "";
}

static const char *title_of(const stand *s, const char *name, const char *id) {
    const assess_array *x = assess_output_named(s->a, name);
    for (int k = 0; x && k < x->axes; k++)
        for (size_t i = 0; x->axis[k].id != s->axis && i < x->axis[k].size; i++)
            if (!strcmp(assess_label(s->a, &x->axis[k], i), id))
                return assess_title(s->a, &x->axis[k], i);
    return id;
}

/* The elements of one unit's score, from its explanation; `theirs` says which side they fill. */
static int gather(const stand *s, size_t unit, int theirs, list *l, fault *f) {
    size_t at[ASSESS_AXES];
    double points[DEPTH + 2];
    const assess_step *step;
    for (int k = 0; k < s->score->axes; k++)
        at[k] = s->score->axis[k].id == s->axis ? unit : s->at[k];
    size_t before = assess_message_count(s->a);
    size_t count = assess_explain(s->a, s->score, at, DEPTH, MOST, &step);
    if (!count)
        return search_fault(s->a, before, ASSESS_OK, f);
    points[0] = step[0].value;
    for (size_t i = 1; i < count; i++) {
        int depth = step[i].depth;
        points[depth] = points[depth - 1] * step[i].share;
        if (!(points[depth] == points[depth]))
            continue;
        const char *id = element_id(s, &step[i], unit);
        assess_contribution *c = NULL;
        for (size_t k = 0; k < l->count && !c; k++)
            if (l->item[k].depth == depth && !strcmp(l->item[k].id, id) &&
                !strcmp(l->item[k].name, step[i].name))
                c = &l->item[k];
        if (!c && !(c = add(l, f)))
            return 0;
        c->name = step[i].name;
        c->id = id;
        c->depth = depth;
        c->last = !(i + 1 < count && step[i + 1].depth == depth + 1 && !isnan(step[i + 1].share));
        *(theirs ? &c->theirs : &c->own) = step[i].value;
        c->points += theirs ? -points[depth] : points[depth];
    }
    return 1;
}

/* What the other's detail alone would change, one after the other. */
static int replace(const stand *s, size_t other, const assess_array *details, list *l, fault *f) {
    size_t stride = 0;
    const assess_axis *axis = details ? stand_extra(s, details, &stride) : NULL;
    double score = stand_score(s, s->unit);
    if (!axis || !assess_depends(s->a, s->score, details))
        return 1;
    for (size_t i = 0; i < axis->size; i++) {
        size_t own = stand_element(s, details, s->unit) + i * stride;
        double mine = details->value[own];
        double theirs = details->value[stand_element(s, details, other) + i * stride];
        if (mine != mine && theirs != theirs)
            continue;
        if (!search_try(s->a, details, own, theirs, f))
            return 0;
        double then = stand_score(s, s->unit);
        assess_contribution *c = add(l, f);
        if (!search_try(s->a, details, own, mine, f) || !c)
            return 0;
        *c = (assess_contribution){ .name = details->name,
                                    .id = assess_label(s->a, axis, i),
                                    .depth = 1,
                                    .last = 1,
                                    .own = mine,
                                    .theirs = theirs,
                                    .points = score - then };
    }
    return 1;
}

static int by_size(const void *a, const void *b) {
    const assess_contribution *x = a, *y = b;
    double p = isnan(x->points) ? -1 : fabs(x->points), q = isnan(y->points) ? -1 : fabs(y->points);
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    return p > q ? -1 : p < q ? 1 : strcmp(x->id, y->id);
}

int contributions(const stand *s, size_t other, const assess_array *details,
                  assess_rank_reasons *out, fault *f) {
    list l = { 0 };
    int fine = gather(s, s->unit, 0, &l, f) && gather(s, other, 1, &l, f);
    if (fine && !l.count) {
        out->alone = 1;
        fine = replace(s, other, details, &l, f);
    }
    assess_contribution *own = fine ? arena_take(&s->a->memory, (l.count + 1) * sizeof *own) : NULL;
    if (fine && !own)
        fine = fault_memory(f);
    for (size_t i = 0; fine && i < l.count; i++)
        l.item[i].title = title_of(s, l.item[i].name, l.item[i].id);
    if (fine && l.count) {
        qsort(l.item, l.count, sizeof *l.item, by_size);
        memcpy(own, l.item, l.count * sizeof *own);
    }
    out->part = own;
    out->parts = fine ? l.count : 0;
    mem_free(l.item);
    return fine;
}
