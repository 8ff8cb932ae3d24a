/* Weights of siblings: do they add up, is one zero, or left out? */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "check/inside.h"

double check_attribute(const check *c, int element, const char *name, int stage,
                       const md_leaf **leaf) {
    const md_leaf *found = NULL;
    for (int i = c->leaf_of[element]; i >= 0; i = c->leaf_next[i]) {
        const md_leaf *l = &c->m->leaf[i];
        if ((l->stage < 0 || l->stage == stage) && !strcmp(l->name, name) &&
            l->value.kind == MD_NUMBER)
            found = l;
    }
    if (leaf) *leaf = found;
    return found ? found->value.number : NAN;
}

const char *check_attribute_text(const check *c, int element, const char *name) {
    for (int i = c->leaf_of[element]; i >= 0; i = c->leaf_next[i]) {
        const md_leaf *l = &c->m->leaf[i];
        if (!strcmp(l->name, name) && (l->value.kind == MD_TEXT || l->value.kind == MD_METHOD) &&
            l->value.text)
            return l->value.text;
    }
    return "";
}

/* The weight that an indicator has where the rules give none is a leaf, too: it has no key of its
 * own. */
static int is_written(check *c, const md_leaf *l) {
    spot s = location_leaf(c, l);
    spot e = location_element(c, &c->m->element[l->element]);
    return s.at.column != e.at.column || s.at.line != e.at.line;
}

/* What an element weighs: written, or 1, or the sum of its children. */
static double weight_of(const check *c, int element, int stage, const md_leaf **leaf) {
    const model *m = c->m;
    double w = check_attribute(c, element, "weight", stage, leaf), sum = 0;
    if (!isnan(w) || m->element[element].indicator) return isnan(w) ? 1 : w;
    for (int i = element + 1; i < m->elements; i++)
        if (m->element[i].parent == element) sum += weight_of(c, i, stage, NULL);
    return sum;
}

static int near_enough(double a, double b) {
    return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

/* How far a sum may be from what it is meant to be: weights with three places or more were rounded.
 */
static double slack_of(double w) {
    double unit = 1;
    int places = 0;
    while (places < 15 && fabs(w / unit - round(w / unit)) > 1e-6) {
        unit /= 10;
        places++;
    }
    return places >= 3 ? unit / 2 : 0;
}

static int adds_up(double sum, double to, double slack) {
    return near_enough(sum, to) || fabs(sum - to) <= slack * 1.001;
}

typedef struct siblings {
    int count, written, plain; /* plain: indicators whose weight was left out */
    double sum, first, slack;
    int differ, ratios;  /* ratios: whole numbers up to 5, as in 3 : 2 : 1 */
    const md_leaf *leaf; /* the first that is written */
    int left_out;        /* the first element without a weight, or -1 */
    buf shown;
} siblings;

static void gather(check *c, int parent, int stage, siblings *s) {
    *s = (siblings){.left_out = -1, .ratios = 1};
    for (int i = parent + 1; i < c->m->elements; i++) {
        const md_element *e = &c->m->element[i];
        const md_leaf *leaf;
        if (e->parent != parent) continue;
        double w = weight_of(c, i, stage, &leaf);
        int written = leaf && is_written(c, leaf);
        s->differ |= s->count && !near_enough(w, s->first);
        s->first = s->count ? s->first : w;
        s->written += written;
        s->ratios &= w == floor(w) && w <= 5;
        if (written && !s->leaf) s->leaf = leaf;
        if (!written && e->indicator) {
            s->plain++;
            s->left_out = s->left_out < 0 ? i : s->left_out;
        }
        s->sum += w;
        s->slack += slack_of(w);
        buf_print(&s->shown, "%s%s", s->count++ ? " + " : "", check_number(c, w));
    }
}

static void check_siblings(check *c, int parent, int stage, int staged) {
    const md_element *e = &c->m->element[parent];
    siblings s;
    gather(c, parent, stage, &s);
    const md_leaf *own_leaf;
    double own = check_attribute(c, parent, "weight", stage, &own_leaf);
    /* A group without a weight of its own weighs what its children do, so that their sum is right
     * by itself; the whole must be a whole. */
    int whole = parent == 0 || own_leaf;
    const char *where = staged ? check_print(c, " in %s", c->m->stage[stage].name) : "";
    if (s.written && s.plain && s.differ) {
        spot at = location_element(c, &c->m->element[s.left_out]);
        check_add(c, "W04", &at, "give it a weight, or none to all",
                  "'%s' has no weight and counts as 1 beside %s", c->m->element[s.left_out].id,
                  buf_string(&s.shown));
    } else if (whole && s.written && s.differ && !s.ratios && s.sum > 0 &&
               !adds_up(s.sum, 1, s.slack) && !adds_up(s.sum, 100, s.slack) &&
               !(own_leaf && adds_up(s.sum, own, s.slack))) {
        spot at = location_element(c, e);
        const char *full = s.count > 12 ? "" : check_print(c, ": %s", buf_string(&s.shown));
        const char *want =
            own_leaf && !near_enough(own, 1) && !near_enough(own, 100)
                ? check_print(c, "1, 100, or the group's own %s", check_number(c, own))
                : "1 or 100";
        check_add(c, "W01", &at, check_print(c, "usual is %s", want),
                  "the weights inside '%s'%s add up to %s%s", e->id, where, check_number(c, s.sum),
                  full);
    }
    buf_release(&s.shown);
}

/* params = { weights = { a = 0.4, b = 0.5 } }: siblings, too. */
static void check_parameters(check *c, size_t first) {
    const md_leaf *l = &c->m->leaf[first];
    const char *dot = strrchr(l->name, '.');
    size_t length = dot ? (size_t)(dot - l->name) : 0, table = length;
    while (table > 0 && l->name[table - 1] != '.') table--;
    if (!dot || strncmp(l->name + table, "weight", 6) != 0 || l->stage >= 0) return;
    double sum = 0, slack = 0;
    int differ = 0, ratios = 1, count = 0;
    for (size_t i = 0; i < c->m->leaves; i++) {
        const md_leaf *o = &c->m->leaf[i];
        if (o->element >= 0 || o->value.kind != MD_NUMBER ||
            strncmp(o->name, l->name, length + 1) != 0 || strchr(o->name + length + 1, '.'))
            continue;
        if (i < first || o->stage >= 0) return;
        count++;
        sum += o->value.number;
        slack += slack_of(o->value.number);
        differ |= o->value.number != l->value.number;
        ratios &= o->value.number == floor(o->value.number) && o->value.number <= 5;
    }
    if (!differ || ratios || adds_up(sum, 1, slack) || adds_up(sum, 100, slack)) return;
    spot at = location_leaf(c, l);
    check_add(c, "W01", &at, "usual is 1 or 100", "the %d weights in params.%.*s add up to %s",
              count, (int)length, l->name, check_number(c, sum));
}

static int by_stage(const check *c) {
    for (size_t i = 0; i < c->m->leaves; i++)
        if (c->m->leaf[i].element >= 0 && c->m->leaf[i].stage >= 0 &&
            !strcmp(c->m->leaf[i].name, "weight"))
            return 1;
    return 0;
}

void check_weights(check *c) {
    const model *m = c->m;
    int staged = by_stage(c);
    for (int i = 0; i < m->elements; i++)
        for (int s = 0; !m->element[i].indicator && s < (staged ? m->stages : 1); s++)
            check_siblings(c, i, s, staged);
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        if (l->element < 0 && l->value.kind == MD_NUMBER) check_parameters(c, i);
        if (l->element < 0 || l->value.kind != MD_NUMBER || strcmp(l->name, "weight") ||
            l->value.number != 0)
            continue;
        spot at = location_leaf(c, l);
        check_add(c, "W03", &at, "leave it out, or give it a weight", "'%s' weighs nothing%s",
                  m->element[l->element].id,
                  l->stage >= 0 ? check_print(c, " in %s", m->stage[l->stage].name) : "");
    }
}
