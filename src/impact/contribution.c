#include "impact/contribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "impact/search.h"
#include "session/inside.h"

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

/* What readers call the element of a step that has this id. */
static const char *title_of(const stand *s, const assess_step *step, const char *id) {
    const assess_array *x = assess_output_named(s->a, step->name);
    for (int k = 0; x && k < x->axes; k++)
        if (x->axis[k].id != s->axis &&
            !strcmp(assess_label(s->a, &x->axis[k], step->place[k]), id))
            return assess_title(s->a, &x->axis[k], step->place[k]);
    return id;
}

/* The elements of one unit's score; `theirs` says which side they fill. */
static int gather(const stand *s, size_t unit, int theirs, list *l, fault *f) {
    size_t at[ASSESS_AXES];
    const assess_step *step;
    for (int k = 0; k < s->score->axes; k++)
        at[k] = s->score->axis[k].id == s->axis ? unit : s->at[k];
    size_t before = assess_message_count(s->a);
    size_t count = assess_shares(s->a, s->score, at, 0, &step);
    if (!count)
        return search_fault(s->a, before, ASSESS_OK, f);
    for (size_t i = 1; i < count; i++) {
        if (isnan(step[i].share))
            continue;
        assess_contribution *c = add(l, f);
        if (!c)
            return 0;
        c->name = step[i].name;
        c->id = element_id(s, &step[i], unit);
        c->title = title_of(s, &step[i], c->id);
        c->depth = step[i].depth;
        c->last = !step[i].present;
        *(theirs ? &c->theirs : &c->own) = step[i].value;
        c->points = theirs ? -step[i].share : step[i].share;
    }
    return 1;
}

static int by_element(const void *a, const void *b) {
    const assess_contribution *x = a, *y = b;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    int name = strcmp(x->name, y->name);
    return name ? name : strcmp(x->id, y->id);
}

/* What is the same element on the same level becomes one. */
static void merge(list *l) {
    size_t count = 0;
    if (l->count)
        qsort(l->item, l->count, sizeof *l->item, by_element);
    for (size_t i = 0; i < l->count; i++) {
        const assess_contribution *x = &l->item[i];
        assess_contribution *c = count ? &l->item[count - 1] : NULL;
        if (!c || by_element(c, x)) {
            l->item[count++] = *x;
            continue;
        }
        c->own = isnan(c->own) ? x->own : c->own;
        c->theirs = isnan(c->theirs) ? x->theirs : c->theirs;
        c->points += x->points;
        c->last &= x->last;
    }
    l->count = count;
}

/* What the other's detail alone would change, one after the other. */
static int replace(const stand *s, size_t other, const assess_array *details, list *l, fault *f) {
    size_t stride = 0;
    const assess_axis *axis = details ? unit_position_extra(s, details, &stride) : NULL;
    double score = unit_position_score(s, s->unit);
    if (!axis || !assess_depends(s->a, s->score, details))
        return 1;
    for (size_t i = 0; i < axis->size; i++) {
        size_t own = unit_position_element(s, details, s->unit) + i * stride;
        double mine = details->value[own];
        double theirs = details->value[unit_position_element(s, details, other) + i * stride];
        if (mine != mine && theirs != theirs)
            continue;
        if (!search_try(s->a, details, own, theirs, f))
            return 0;
        double then = unit_position_score(s, s->unit);
        assess_contribution *c = add(l, f);
        if (!search_try(s->a, details, own, mine, f) || !c)
            return 0;
        *c = (assess_contribution){ .name = details->name,
                                    .id = assess_label(s->a, axis, i),
                                    .title = assess_title(s->a, axis, i),
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
    merge(&l);
    if (fine && !l.count) {
        out->alone = 1;
        fine = replace(s, other, details, &l, f);
    }
    assess_contribution *own = fine ? arena_take(&s->a->memory, (l.count + 1) * sizeof *own) : NULL;
    if (fine && !own)
        fine = fault_memory(f);
    if (fine && l.count) {
        qsort(l.item, l.count, sizeof *l.item, by_size);
        memcpy(own, l.item, l.count * sizeof *own);
    }
    out->part = own;
    out->parts = fine ? l.count : 0;
    mem_free(l.item);
    return fine;
}
