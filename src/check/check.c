/* assess_check runs all checks. Those of the model and of the text of the rule files are here:
 * weights, standards, stages, names, citations, unused locals, repeated numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/text.h"
#include "base/work.h"
#include "check/inside.h"
#include "lua/source_notes.h"

/* ---- attributes ---- */

/* The number that an attribute of an element has in a stage, and its leaf (`leaf` may be NULL); NAN
 * and NULL where it has none. */
static double attribute_number(const check *c, int element, const char *name, int stage,
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

/* The text of an attribute of an element, or "". */
static const char *attribute_text(const check *c, int element, const char *name) {
    for (int i = c->leaf_of[element]; i >= 0; i = c->leaf_next[i]) {
        const md_leaf *l = &c->m->leaf[i];
        if (!strcmp(l->name, name) && (l->value.kind == MD_TEXT || l->value.kind == MD_METHOD) &&
            l->value.text)
            return l->value.text;
    }
    return "";
}

/* ---- weights of siblings ---- */

/* Is the weight written in the rules? A default weight is a leaf at the place of its element. */
static int is_written(check *c, const md_leaf *l) {
    location s = location_leaf(c, l);
    location e = location_element(c, &c->m->element[l->element]);
    return s.at.column != e.at.column || s.at.line != e.at.line;
}

/* The weight of an element: as given; else 1, or for a group the sum of its children. */
static double weight_of(const check *c, int element, int stage, const md_leaf **leaf) {
    const model *m = c->m;
    double w = attribute_number(c, element, "weight", stage, leaf), sum = 0;
    if (!isnan(w) || m->element[element].indicator) return isnan(w) ? 1 : w;
    for (int i = element + 1; i < m->elements; i++)
        if (m->element[i].parent == element) sum += weight_of(c, i, stage, NULL);
    return sum;
}

static int near_enough(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(1, fabs(b)); }

/* How far a weight may be off by rounding: half a unit of its last place where it has three or
 * more. */
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

/* Weights that should add up. `differ`: they are not all equal. `ratios`: all are whole numbers up
 * to 5, as in 3 : 2 : 1. */
typedef struct weight_sum {
    int count, differ, ratios;
    double sum, first, slack;
} weight_sum;

static void add_weight(weight_sum *s, double w) {
    s->first = s->count ? s->first : w;
    s->ratios = (s->ratios || !s->count) && w == floor(w) && w <= 5;
    s->differ |= !near_enough(w, s->first);
    s->count++;
    s->sum += w;
    s->slack += slack_of(w);
}

/* Equal weights and ratios need not add up to anything. */
static int sums_to_whole(const weight_sum *s) {
    return !s->differ || s->ratios || adds_up(s->sum, 1, s->slack) ||
           adds_up(s->sum, 100, s->slack);
}

typedef struct siblings {
    weight_sum w;
    int written, plain; /* how many weights are given, and how many indicators have none */
    int left_out;       /* the first indicator without a weight, or -1 */
    buf shown;
} siblings;

static void gather_siblings(check *c, int parent, int stage, siblings *s) {
    *s = (siblings){.left_out = -1};
    for (int i = parent + 1; i < c->m->elements; i++) {
        const md_element *e = &c->m->element[i];
        const md_leaf *leaf;
        if (e->parent != parent) continue;
        double w = weight_of(c, i, stage, &leaf);
        int written = leaf && is_written(c, leaf);
        s->written += written;
        if (!written && e->indicator) {
            s->plain++;
            s->left_out = s->left_out < 0 ? i : s->left_out;
        }
        buf_print(&s->shown, "%s%s", s->w.count ? " + " : "", check_number(c, w));
        add_weight(&s->w, w);
    }
}

static void check_siblings(check *c, int parent, int stage, int staged) {
    const md_element *e = &c->m->element[parent];
    siblings s;
    gather_siblings(c, parent, stage, &s);
    const md_leaf *own_leaf;
    double own = attribute_number(c, parent, "weight", stage, &own_leaf);
    /* The weight of a group without one is the sum of its children, whatever that is. */
    int whole = parent == 0 || own_leaf;
    const char *where = staged ? check_print(c, " in %s", c->m->stage[stage].name) : "";
    if (s.written && s.plain && s.w.differ) {
        check_add(c, "W04", location_element(c, &c->m->element[s.left_out]),
                  "give it a weight, or none to all",
                  "'%s' has no weight and counts as 1 beside %s", c->m->element[s.left_out].id,
                  buf_string(&s.shown));
    } else if (whole && s.written && s.w.sum > 0 && !sums_to_whole(&s.w) &&
               !(own_leaf && adds_up(s.w.sum, own, s.w.slack))) {
        location at = location_element(c, e);
        const char *full = s.w.count > 12 ? "" : check_print(c, ": %s", buf_string(&s.shown));
        const char *want =
            own_leaf && !near_enough(own, 1) && !near_enough(own, 100)
                ? check_print(c, "1, 100, or the group's own %s", check_number(c, own))
                : text_message("1 or 100");
        check_add(c, "W01", at, check_print(c, "they should add up to %s", want),
                  "the weights inside '%s'%s add up to %s%s", e->id, where,
                  check_number(c, s.w.sum), full);
    }
    buf_release(&s.shown);
}

/* The weights in params = { weights = { a = 0.4, b = 0.5 } } should add up, too. */
static void check_parameters(check *c, size_t first) {
    const md_leaf *l = &c->m->leaf[first];
    const char *dot = strrchr(l->name, '.');
    size_t length = dot ? (size_t)(dot - l->name) : 0, table = length;
    while (table > 0 && l->name[table - 1] != '.') table--;
    if (!dot || strncmp(l->name + table, "weight", 6) != 0 || l->stage >= 0) return;
    weight_sum all = {0};
    for (size_t i = 0; i < c->m->leaves; i++) {
        const md_leaf *o = &c->m->leaf[i];
        if (o->element >= 0 || o->value.kind != MD_NUMBER ||
            strncmp(o->name, l->name, length + 1) != 0 || strchr(o->name + length + 1, '.'))
            continue;
        if (i < first || o->stage >= 0) return;
        add_weight(&all, o->value.number);
    }
    if (sums_to_whole(&all)) return;
    check_add(c, "W01", location_leaf(c, l), "they should add up to 1 or 100",
              "the %d weights in params.%.*s add up to %s", all.count, (int)length, l->name,
              check_number(c, all.sum));
}

static int has_weights_by_stage(const check *c) {
    for (size_t i = 0; i < c->m->leaves; i++)
        if (c->m->leaf[i].element >= 0 && c->m->leaf[i].stage >= 0 &&
            !strcmp(c->m->leaf[i].name, "weight"))
            return 1;
    return 0;
}

static void check_weights(check *c) {
    const model *m = c->m;
    int staged = has_weights_by_stage(c);
    for (int i = 0; i < m->elements; i++)
        for (int s = 0; !m->element[i].indicator && s < (staged ? m->stages : 1); s++)
            check_siblings(c, i, s, staged);
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        if (l->element < 0 && l->value.kind == MD_NUMBER) check_parameters(c, i);
        if (l->element < 0 || l->value.kind != MD_NUMBER || strcmp(l->name, "weight") ||
            l->value.number != 0)
            continue;
        check_add(c, "W03", location_leaf(c, l), "leave it out, or give it a weight",
                  "'%s' weighs nothing%s", m->element[l->element].id,
                  l->stage >= 0 ? check_print(c, " in %s", m->stage[l->stage].name) : "");
    }
}

/* ---- standards, floors, goalposts and target bands of an indicator ---- */

enum { UNKNOWN, HIGHER, LOWER, TARGET };

static int way_of(const check *c, int element) {
    const char *better = attribute_text(c, element, "better");
    return !strcmp(better, "higher")  ? HIGHER
           : !strcmp(better, "lower") ? LOWER
           : *better                  ? TARGET
                                      : UNKNOWN;
}

/* " in stage1" where one of the leaves is of a stage, else "". */
static const char *in_stage(check *c, const md_leaf *a, const md_leaf *b) {
    int stage = a->stage >= 0 ? a->stage : b->stage;
    return stage >= 0 ? check_print(c, " in %s", c->m->stage[stage].name) : "";
}

static void check_floor(check *c, int element, int stage) {
    const md_leaf *standard, *floor;
    double s = attribute_number(c, element, "standard", stage, &standard);
    double f = attribute_number(c, element, "floor", stage, &floor);
    int way = way_of(c, element);
    if (isnan(s) || isnan(f) || (way == HIGHER && s > f) || (way == LOWER && s < f) ||
        (way != HIGHER && way != LOWER && s != f))
        return;
    check_add(c, "S01", location_leaf(c, standard),
              "have they changed places, or is `better` the other way round?",
              "'%s'%s: the standard %s is %s the floor %s, and %s is better",
              c->m->element[element].id, in_stage(c, standard, floor), check_number(c, s),
              s == f  ? text_message("at")
              : s < f ? text_message("below")
                      : text_message("above"),
              check_number(c, f),
              way == LOWER    ? "lower"
              : way == HIGHER ? "higher"
                              : text_message("neither way"));
}

/* normalise.goalposts goes from low to high whatever `better` says; other methods follow
 * `better`. */
static void check_posts(check *c, int element, int stage) {
    const md_leaf *low, *high;
    double l = attribute_number(c, element, "low", stage, &low);
    double h = attribute_number(c, element, "high", stage, &high);
    int posts = strstr(attribute_text(c, element, "score"), "goalposts") != NULL;
    int way = way_of(c, element);
    int wrong = l == h || (way == HIGHER && l > h) || (way == LOWER && posts && l < h);
    if (!wrong) return;
    check_add(c, "S02", location_leaf(c, low),
              l == h ? "they must differ"
              : way == LOWER
                  ? "`low` scores 0 and `high` 100: where lower is better, low is the larger"
                  : "`low` scores 0 and `high` 100: where higher is better, high is the larger",
              "'%s'%s: low is %s and high is %s%s", c->m->element[element].id,
              in_stage(c, low, high), check_number(c, l), check_number(c, h),
              way == HIGHER  ? text_message(", and higher is better")
              : way == LOWER ? text_message(", and lower is better")
                             : "");
}

static void check_band(check *c, int element, int stage) {
    const md_leaf *tl, *th, *al, *ah;
    double t0 = attribute_number(c, element, "target_low", stage, &tl),
           t1 = attribute_number(c, element, "target_high", stage, &th);
    double a0 = attribute_number(c, element, "allowed_low", stage, &al),
           a1 = attribute_number(c, element, "allowed_high", stage, &ah);
    const char *id = c->m->element[element].id;
    if (t0 > t1) {
        check_add(c, "S03", location_leaf(c, tl), "target = { from, to }",
                  "'%s': the target band goes from %s down to %s", id, check_number(c, t0),
                  check_number(c, t1));
    } else if (a0 > a1) {
        check_add(c, "S03", location_leaf(c, al), "allowed = { from, to }",
                  "'%s': what is allowed goes from %s down to %s", id, check_number(c, a0),
                  check_number(c, a1));
    } else if (t0 <= a0 || t1 >= a1) {
        location at = location_leaf(c, tl);
        check_add(
            c, "S03", at, "the score falls from the target's ends to those of what is allowed",
            "'%s': the target %s to %s does not lie inside what is allowed, %s to %s", id,
            check_number(c, t0), check_number(c, t1), check_number(c, a0), check_number(c, a1));
    }
}

static void check_progress(check *c, int element, int stage) {
    const md_leaf *before, *after;
    double a = attribute_number(c, element, "standard", stage - 1, &before);
    double b = attribute_number(c, element, "standard", stage, &after);
    int way = way_of(c, element);
    if (!(way == HIGHER && b < a) && !(way == LOWER && b > a)) return;
    check_add(c, "S04", location_leaf(c, after), NULL,
              "'%s' asks for less in %s (%s) than in %s (%s)", c->m->element[element].id,
              c->m->stage[stage].name, check_number(c, b), c->m->stage[stage - 1].name,
              check_number(c, a));
}

static void check_standards(check *c) {
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

/* ---- stages ---- */

/* The stage that begins next after another one, or NULL. */
static const md_stage *next_after(const model *m, const md_stage *of) {
    const md_stage *next = NULL;
    for (int i = 0; i < m->stages; i++) {
        const md_stage *s = &m->stage[i];
        int later = s->from > of->from || (s->from == of->from && s > of);
        if (s->from && later && (!next || s->from < next->from)) next = s;
    }
    return next;
}

static void check_year(check *c) {
    const md_leaf *l = model_leaf(c->m, "params.year");
    int dated = 0;
    for (int i = 0; l && i < c->m->stages; i++) {
        const md_stage *s = &c->m->stage[i];
        dated |= s->from || s->to;
        if ((!s->from || l->value.number >= s->from) && (!s->to || l->value.number <= s->to))
            return;
    }
    if (!dated || l->value.kind != MD_NUMBER) return;
    check_add(c, "T03", location_leaf(c, l), NULL, "the year %s lies in no stage",
              check_number(c, l->value.number));
}

static void check_stages(check *c) {
    for (int i = 0; i < c->m->stages; i++) {
        const md_stage *s = &c->m->stage[i], *next = next_after(c->m, s);
        if (!s->from || !s->to || !next) continue;
        location at = location_line(c, next->at.file, next->at.line, next->name);
        if (next->from > s->to + 1)
            check_add(
                c, "T01", at, NULL,
                next->from == s->to + 2
                    ? "%d lies in no stage: '%s' ends in %d, '%s' begins in %d"
                    : "the years from %d on lie in no stage: '%s' ends in %d, '%s' begins in %d",
                s->to + 1, s->name, s->to, next->name, next->from);
        else if (next->from <= s->to)
            check_add(c, "T02", at, NULL, "'%s' begins in %d, and '%s' ends in %d only", next->name,
                      next->from, s->name, s->to);
    }
    check_year(c);
}

/* ---- names ---- */

/* The first element with each name, and the first group: numbers + 1, by the number of the name. */
static void check_same_names(check *c) {
    const model *m = c->m;
    pool *names = pool_open();
    int *first = mem_zero(2 * ((size_t)m->elements + 1), sizeof *first);
    for (int i = 0; names && first && i < m->elements; i++) {
        const md_element *e = &m->element[i];
        const uint32_t name = *e->name ? pool_put(names, e->name, strlen(e->name)) : 0;
        if (!name) continue;
        int *known = &first[2 * (size_t)name - 2 + (e->indicator != 0)];
        if (*known)
            check_add(c, "N02", location_line(c, e->at.file, e->at.line, e->name), NULL,
                      "'%s' and '%s' are both called '%s'", m->element[*known - 1].id, e->id,
                      e->name);
        else
            *known = i + 1;
    }
    mem_free(first);
    pool_close(names);
}

/* ---- citations ---- */

static void check_uncited(check *c) {
    const model *m = c->m;
    int all = 0, without = 0;
    for (int i = 0; i < m->elements; i++) {
        all += m->element[i].indicator;
        without += m->element[i].indicator && !*m->element[i].cite;
    }
    static const char hint[] = TEXT("cite = \"…\" at the indicator, its group, or the assessment");
    if (without && without == all) {
        check_add(c, "C01", location_element(c, &m->element[0]), hint,
                  "none of the %d indicators has a citation", all);
        return;
    }
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].indicator && !*m->element[i].cite) {
            check_add(c, "C01", location_element(c, &m->element[i]), hint, "'%s' has no citation",
                      m->element[i].id);
        }
}

/* The citation of an element, "" where it is only inherited. */
static const char *own_cite(const model *m, int i) {
    const md_element *e = &m->element[i];
    return e->parent >= 0 && !strcmp(e->cite, m->element[e->parent].cite) ? "" : e->cite;
}

static const char *measure_of(const check *c, int i, int which) {
    return which ? attribute_text(c, i, "measures") : own_cite(c->m, i);
}

static void check_same_measure(check *c, int which) {
    const model *m = c->m;
    for (int i = 0; i < m->elements; i++) {
        const char *text = measure_of(c, i, which);
        buf others = BUF_INIT;
        int first = 1, count = 0;
        for (int k = 0; m->element[i].indicator && *text && k < m->elements; k++) {
            if (k == i || !m->element[k].indicator || strcmp(text, measure_of(c, k, which)))
                continue;
            first &= k > i;
            buf_print(&others, "%s'%s'", count++ ? ", " : "", m->element[k].id);
        }
        if (count && first) {
            check_add(c, "C02",
                      location_line(c, m->element[i].at.file, m->element[i].at.line, text),
                      "the measure counts more than once", "'%s' and %s have the same %s, %s",
                      m->element[i].id, buf_string(&others),
                      which ? "`measures`" : text_message("citation"), text);
        }
        buf_release(&others);
    }
}

static void check_names(check *c) {
    check_same_names(c);
    check_uncited(c);
    check_same_measure(c, 0);
    check_same_measure(c, 1);
}

/* ---- the text of rule files: unused locals, numbers that repeat a parameter ---- */

/* Is the name at `at` used anywhere else, other than after a dot or colon? */
static int is_used(const token_list *t, size_t at) {
    for (size_t i = 0; i < t->count; i++)
        if (i != at && token_is_name(t, i) && token_same(t, i, at) &&
            !(i && (token_is(t, i - 1, ".") || token_is(t, i - 1, ":"))))
            return 1;
    return 0;
}

/* local NAME, NAME … and local function NAME. Of several names only the last ones count: those
 * before a name that is used are needed for its place. */
static void check_locals(check *c, int file, const token_list *t) {
    for (size_t i = 0; i + 1 < t->count; i++) {
        size_t name[32], names = 0, at = i + 1;
        if (!token_is(t, i, "local")) continue;
        if (token_is(t, at, "function")) at++;
        while (token_is_name(t, at) && names < 32) {
            name[names++] = at++;
            if (token_is(t, at, "<")) at += 3;
            if (!token_is(t, at, ",")) break;
            at++;
        }
        for (; names && !is_used(t, name[names - 1]); names--) {
            const source_token *n = &t->token[name[names - 1]];
            if (t->text[n->from] == '_') break;
            check_add(c, "L03", location_token(c, file, name[names - 1]),
                      "use it, leave it out, or let its name begin with _", "nothing uses '%.*s'",
                      (int)(n->to - n->from), t->text + n->from);
        }
    }
}

/* Small whole numbers and round ones can mean anything. */
static int is_common(double x) {
    return (x == floor(x) && fabs(x) <= 12) || x == 100 || x == 1000 || x == 0.5;
}

static const md_leaf *parameter_of(const check *c, double x) {
    for (size_t i = 0; i < c->m->leaves; i++)
        if (c->m->leaf[i].element < 0 && c->m->leaf[i].value.kind == MD_NUMBER &&
            c->m->leaf[i].value.number == x)
            return &c->m->leaf[i];
    return NULL;
}

/* Numbers inside `compute` that have the value of a parameter. */
static void check_numbers(check *c, int file, const token_list *t) {
    size_t i = 0;
    while (i < t->count && !(token_is(t, i, "compute") && token_is(t, i + 1, "=") &&
                             token_is(t, i + 2, "function")))
        i++;
    size_t end = i < t->count ? t->token[i + 2].close : 0;
    for (i += 3; i < end && i < t->count; i++) {
        const source_token *n = &t->token[i];
        double x;
        if (n->kind != TOKEN_NUMBER ||
            decimal_read(t->text + n->from, n->to - n->from, &x) != DECIMAL_OK || is_common(x))
            continue;
        const md_leaf *l = parameter_of(c, x);
        if (!l) continue;
        check_add(c, "L04", location_token(c, file, i), check_print(c, "a.%s", l->address),
                  "%s is what %s is, too", check_number(c, x), l->address);
    }
}

/* Directions that `assess new` guessed, as long as its mark stands there. */
static void check_guessed(check *c, int file) {
    static const char mark[] = "-- check: guess";
    size_t length;
    const char *bytes = sources_text(c->files, file, &length), *at = bytes, *counted = bytes;
    long line = 1;
    for (; (at = strstr(at, mark)) != NULL; at += strlen(mark)) {
        const char *id = "";
        for (; counted < at; counted++) line += *counted == '\n';
        for (int i = 0; i < c->m->elements; i++) {
            const md_element *e = &c->m->element[i];
            if (e->at.file == file && e->at.line <= line && e->indicator) id = e->id;
        }
        static const char hint[] = TEXT("\"higher\" or \"lower\"? and take `-- check: guess` away");
        location where = location_line(c, file, line, "better");
        if (*id)
            check_add(c, "S06", where, hint, "whether more of '%s' is better is a guess", id);
        else
            check_add(c, "S06", where, hint, "whether more is better is a guess");
    }
}

static void check_text(check *c) {
    for (int i = 0; i < (int)sources_count(c->files); i++) {
        token_list t = token_list_of(c->files, i);
        if (check_is_library(c, i)) continue;
        check_locals(c, i, &t);
        check_guessed(c, i);
        if (host_is_edition(c->a->h, i)) check_numbers(c, i, &t);
    }
}

/* ---- all checks ---- */

/* Messages of the session become findings. */
static void add_messages(check *c) {
    for (size_t i = 0; i < assess_message_count(c->a); i++) {
        assess_message m = assess_message_at(c->a, i);
        location at = {.at = session_place(&m)};
        check_add(c, code_of_message(&m), at, m.hint, "%s", m.text);
    }
    if (assess_message_hidden(c->a)) {
        location at = {.at = {.file = c->a->file}};
        check_add(c, "R01", at, NULL,
                  assess_message_hidden(c->a) == 1 ? TEXT("and %zu more fault")
                                                   : TEXT("and %zu more faults"),
                  assess_message_hidden(c->a));
    }
}

static int mark_wanted(check *c) {
    const ex_id *root;
    c->wanted = arena_zero(c->memory, (size_t)ex_count(c->g) + 1, 1);
    if (!c->wanted) return 0;
    for (size_t i = 0; i < c->a->s->outputs; i++) c->wanted[c->a->s->output[i].node] = IS_OUTPUT;
    for (size_t i = host_roots(c->a->h, &root); i-- > 0;) c->wanted[root[i]] = IS_OUTPUT;
    for (ex_id n = ex_count(c->g); n > 0; n--)
        for (int i = 0; c->wanted[n] && i < ex_get(c->g, n)->argc; i++)
            c->wanted[ex_arg(c->g, n, i)] |= SERVES_OUTPUT;
    return 1;
}

static int chain_leaves(check *c) {
    const model *m = c->m;
    c->leaf_of = arena_take(c->memory, ((size_t)m->elements + 1) * sizeof *c->leaf_of);
    c->leaf_next = arena_take(c->memory, (m->leaves + 1) * sizeof *c->leaf_next);
    if (!c->leaf_of || !c->leaf_next) return 0;
    for (int i = 0; i < m->elements; i++) c->leaf_of[i] = -1;
    for (size_t i = m->leaves; i-- > 0;)
        if (m->leaf[i].element >= 0) {
            c->leaf_next[i] = c->leaf_of[m->leaf[i].element];
            c->leaf_of[m->leaf[i].element] = (int)i;
        }
    return 1;
}

static void check_all(check *c, int opened, int ran) {
    add_messages(c);
    check_text(c);
    if (opened && chain_leaves(c)) {
        check_weights(c);
        check_standards(c);
        check_stages(c);
        check_names(c);
    }
    if (!ran || !c->leaf_next || !mark_wanted(c)) return;
    check_use(c);
    check_data(c);
    check_branches(c);
    check_each(c);
    check_patterns(c);
    check_near_ties(c);
}

assess_status assess_check(assess *a, const char *rules) {
    if (a->step != NEW)
        return session_refuse(a, "assess_check comes in place of assess_open: %s%s", rules, "");
    a->checking = 1;
    assess_status opened = assess_open(a, rules);
    assess_status ran = opened == ASSESS_OK ? assess_run(a) : opened;
    if (limits_raised(a->stop)) return ASSESS_LIMIT;
    if (!a->h || !a->s || opened == ASSESS_USAGE) return opened;
    check c = {.a = a,
               .m = &a->s->m,
               .g = a->h->graph,
               .run = a->h->run,
               .files = a->h->files,
               .memory = &a->memory};
    deadline *limit = session_begin(a, a->seconds > 0);
    work_begin(TEXT("checking"), rules, 0);
    check_all(&c, opened == ASSESS_OK, ran == ASSESS_OK);
    work_end();
    deadline_end(limit);
    findings_finish(&c);
    return limits_raised(a->stop) ? ASSESS_LIMIT : ASSESS_OK;
}
