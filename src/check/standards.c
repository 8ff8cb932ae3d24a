/* Standards, floors, goalposts and target bands of an indicator against each other. */
#include <math.h>
#include <string.h>

#include "check/inside.h"

enum { UNKNOWN, HIGHER, LOWER, TARGET };

static int way_of(const check *c, int element) {
    const char *better = check_attribute_text(c, element, "better");
    return !strcmp(better, "higher")  ? HIGHER
           : !strcmp(better, "lower") ? LOWER
           : *better                  ? TARGET
                                      : UNKNOWN;
}

/* " in stage1", where the leaf is one of a stage. */
static const char *in_stage(check *c, const md_leaf *a, const md_leaf *b) {
    int stage = a->stage >= 0 ? a->stage : b->stage;
    return stage >= 0 ? check_print(c, " in %s", c->m->stage[stage].name) : "";
}

static void check_floor(check *c, int element, int stage) {
    const md_leaf *standard, *floor;
    double s = check_attribute(c, element, "standard", stage, &standard);
    double f = check_attribute(c, element, "floor", stage, &floor);
    int way = way_of(c, element);
    if (isnan(s) || isnan(f) || (way == HIGHER && s > f) || (way == LOWER && s < f) ||
        (way != HIGHER && way != LOWER && s != f))
        return;
    spot at = location_leaf(c, standard);
    check_add(c, "S01", &at, "have they changed places, or is `better` the other way round?",
              "'%s'%s: the standard %s is %s the floor %s, and %s is better",
              c->m->element[element].id, in_stage(c, standard, floor), check_number(c, s),
              s == f  ? "at"
              : s < f ? "below"
                      : "above",
              check_number(c, f),
              way == LOWER    ? "lower"
              : way == HIGHER ? "higher"
                              : "neither way");
}

/* normalise.goalposts goes from low to high whatever `better` says; other methods turn by `better`.
 */
static void check_posts(check *c, int element, int stage) {
    const md_leaf *low, *high;
    double l = check_attribute(c, element, "low", stage, &low);
    double h = check_attribute(c, element, "high", stage, &high);
    int posts = strstr(check_attribute_text(c, element, "score"), "goalposts") != NULL;
    int way = way_of(c, element);
    int wrong = l == h || (way == HIGHER && l > h) || (way == LOWER && posts && l < h);
    if (!wrong) return;
    spot at = location_leaf(c, low);
    check_add(c, "S02", &at,
              l == h ? "they must differ"
              : way == LOWER
                  ? "`low` scores 0 and `high` 100: where lower is better, low is the larger"
                  : "`low` scores 0 and `high` 100: where higher is better, high is the larger",
              "'%s'%s: low is %s and high is %s%s", c->m->element[element].id,
              in_stage(c, low, high), check_number(c, l), check_number(c, h),
              way == HIGHER  ? ", and higher is better"
              : way == LOWER ? ", and lower is better"
                             : "");
}

static void check_band(check *c, int element, int stage) {
    const md_leaf *tl, *th, *al, *ah;
    double t0 = check_attribute(c, element, "target_low", stage, &tl),
           t1 = check_attribute(c, element, "target_high", stage, &th);
    double a0 = check_attribute(c, element, "allowed_low", stage, &al),
           a1 = check_attribute(c, element, "allowed_high", stage, &ah);
    const char *id = c->m->element[element].id;
    if (t0 > t1) {
        spot at = location_leaf(c, tl);
        check_add(c, "S03", &at, "target = { from, to }",
                  "'%s': the target band goes from %s down to %s", id, check_number(c, t0),
                  check_number(c, t1));
    } else if (a0 > a1) {
        spot at = location_leaf(c, al);
        check_add(c, "S03", &at, "allowed = { from, to }",
                  "'%s': what is allowed goes from %s down to %s", id, check_number(c, a0),
                  check_number(c, a1));
    } else if (t0 <= a0 || t1 >= a1) {
        spot at = location_leaf(c, tl);
        check_add(
            c, "S03", &at, "the score falls from the target's ends to those of what is allowed",
            "'%s': the target %s to %s does not lie inside what is allowed, %s to %s", id,
            check_number(c, t0), check_number(c, t1), check_number(c, a0), check_number(c, a1));
    }
}

static void check_progress(check *c, int element, int stage) {
    const md_leaf *before, *after;
    double a = check_attribute(c, element, "standard", stage - 1, &before);
    double b = check_attribute(c, element, "standard", stage, &after);
    int way = way_of(c, element);
    if (!(way == HIGHER && b < a) && !(way == LOWER && b > a)) return;
    spot at = location_leaf(c, after);
    check_add(c, "S04", &at, NULL, "'%s' asks for less in %s (%s) than in %s (%s)",
              c->m->element[element].id, c->m->stage[stage].name, check_number(c, b),
              c->m->stage[stage - 1].name, check_number(c, a));
}

void check_standards(check *c) {
    for (int i = 0; i < c->m->elements; i++) {
        if (!c->m->element[i].indicator) continue;
        for (int s = 0; s < (c->m->stages ? c->m->stages : 1); s++) {
            check_floor(c, i, s);
            check_posts(c, i, s);
            check_band(c, i, s);
            if (s) check_progress(c, i, s);
        }
    }
}
