/* Branches of `where` that no value takes, and values that no branch takes.
 *
 * From every output the conditions are followed down the branches of `where`. For each array that
 * is compared, a set holds the numbers its elements can still be: at first all that its formula
 * allows (ranges.h), fewer after each condition. A branch is unreachable if no path leads into it.
 * Only comparisons with values that the rules fix make a set smaller; other conditions leave it as
 * it is, so that what is reported is certain. A missing element takes no branch. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/inside.h"
#include "check/ranges.h"
#include "table/date.h"
#include "expr/graph.h"

enum { FACTS = 64, STEPS = 400000, DEPTH = 1000 };
enum { MAYBE = -1 };
enum { VISITED = 1, FIRST_ARM = 2, SECOND_ARM = 4 };

/* A condition on the path so far. */
typedef struct fact {
    ex_id condition, subject; /* subject: the array that is compared, or 0 */
    int held;                 /* the path is the one where it holds */
    intervals left;           /* what the subject can be from here on */
} fact;

typedef struct walk {
    check *c;
    const ex_graph *g;
    range *range;
    /* by node */
    unsigned char *seen;   /* visited without facts */
    unsigned char *took;   /* of a `where`: VISITED, FIRST_ARM, SECOND_ARM */
    unsigned char *closed; /* of a `where`: 1: one arm is closed, 2: by an earlier condition */
    ex_id *blocked;        /* that condition */
    intervals **could;     /* what the closed arm would take */
    fact fact[FACTS];
    int facts, depth;
    long steps;
    int lost; /* not every path was followed */
} walk;

/* Is the node one number that the rules fix? */
static int is_fixed(const walk *w, ex_id n, double *value) {
    const range *r = &w->range[n];
    *value = r->lo;
    return r->fixed && r->lo == r->hi && isfinite(r->lo);
}

/* The numbers for which a comparison with `with` holds. */
static intervals numbers_that_hold(unsigned op, double with) {
    intervals out;
    switch (op) {
    case EX_lt: return intervals_between(-INFINITY, 1, with, 1);
    case EX_le: return intervals_between(-INFINITY, 1, with, 0);
    case EX_gt: return intervals_between(with, 1, INFINITY, 1);
    case EX_ge: return intervals_between(with, 0, INFINITY, 1);
    case EX_eq: return intervals_between(with, 0, with, 0);
    default: out = intervals_between(with, 0, with, 0); return intervals_complement(&out);
    }
}

static unsigned with_sides_swapped(unsigned op) {
    return op == EX_lt   ? EX_gt
           : op == EX_gt ? EX_lt
           : op == EX_le ? EX_ge
           : op == EX_ge ? EX_le
                         : op;
}

enum { NESTED = 24 };

static int set_within(const walk *w, ex_id n, int depth, ex_id *subject, intervals *out) {
    const ex_node *x = ex_get(w->g, n);
    double value;
    ex_id other;
    intervals b;
    if (ex_is(x->op, EX_DECIDES)) {
        ex_id left = ex_arg(w->g, n, 0), right = ex_arg(w->g, n, 1);
        int at_right = is_fixed(w, right, &value);
        if (!at_right && !is_fixed(w, left, &value)) return 0;
        *subject = at_right ? left : right;
        *out = numbers_that_hold(at_right ? x->op : with_sides_swapped(x->op), value);
        return !w->range[*subject].fixed;
    }
    if (depth > NESTED) return 0;
    if (x->op == EX_not && set_within(w, ex_arg(w->g, n, 0), depth + 1, subject, out)) {
        *out = intervals_complement(out);
        return 1;
    }
    if ((x->op != EX_and && x->op != EX_or) ||
        !set_within(w, ex_arg(w->g, n, 0), depth + 1, subject, out) ||
        !set_within(w, ex_arg(w->g, n, 1), depth + 1, &other, &b) || other != *subject)
        return 0;
    *out = x->op == EX_and ? intervals_intersect(out, &b) : intervals_union(out, &b);
    return 1;
}

/* The numbers of one array for which a condition holds, made of comparisons of that array alone. 0
 * for other conditions. */
static int set_of(const walk *w, ex_id n, ex_id *subject, intervals *out) {
    return set_within(w, n, 0, subject, out);
}

/* What an array can still be on this path. */
static intervals left_of(const walk *w, ex_id subject) {
    const range *r = &w->range[subject];
    for (int i = w->facts; i-- > 0;)
        if (w->fact[i].subject == subject) return w->fact[i].left;
    return intervals_between(r->lo, 0, r->hi, 0);
}

/* In coalesce(c, false) a missing condition counts as no: gives c. */
static ex_id without_default(const walk *w, ex_id n, int *missing_is_no) {
    const ex_node *x = ex_get(w->g, n);
    double value;
    *missing_is_no = x->op == EX_coalesce && is_fixed(w, ex_arg(w->g, n, 1), &value) && value == 0;
    return *missing_is_no ? ex_arg(w->g, n, 0) : n;
}

static int decide_within(const walk *w, ex_id n, int depth) {
    int sure;
    n = without_default(w, n, &sure);
    const ex_node *x = ex_get(w->g, n);
    ex_id subject;
    intervals set;
    if (set_of(w, n, &subject, &set)) {
        intervals left = left_of(w, subject), both = intervals_intersect(&left, &set);
        return intervals_empty(&both) && !set.lost      ? 0
               : !sure && intervals_subset(&left, &set) ? 1
                                                        : MAYBE;
    }
    for (int i = 0; i < w->facts; i++) {
        if (w->fact[i].condition == n) return w->fact[i].held;
        if (!w->fact[i].held && check_covers(w->c, w->fact[i].condition, n)) return 0;
    }
    if (x->op == EX_not && depth <= NESTED) {
        int inner = decide_within(w, ex_arg(w->g, n, 0), depth + 1);
        return inner == MAYBE || (sure && !inner) ? MAYBE : !inner;
    }
    if ((x->op != EX_and && x->op != EX_or) || depth > NESTED) return MAYBE;
    int a = decide_within(w, ex_arg(w->g, n, 0), depth + 1),
        b = decide_within(w, ex_arg(w->g, n, 1), depth + 1);
    if (x->op == EX_and) return a == 0 || b == 0 ? 0 : a == 1 && b == 1 && !sure ? 1 : MAYBE;
    return a == 0 && b == 0 ? 0 : (a == 1 || b == 1) && !sure ? 1 : MAYBE;
}

/* Does a condition hold on this path: 1, 0 or MAYBE. */
static int decide(const walk *w, ex_id n) { return decide_within(w, n, 0); }

/* Adds what follows from a condition that holds, or does not. */
static void assume(walk *w, ex_id n, int held) {
    int sure;
    ex_id own = without_default(w, n, &sure);
    if (sure && !held) return; /* it may also be missing */
    const ex_node *x = ex_get(w->g, own);
    ex_id subject;
    intervals set;
    if (w->facts == FACTS) return;
    if (set_of(w, own, &subject, &set)) {
        intervals left = left_of(w, subject), here = held ? set : intervals_complement(&set);
        w->fact[w->facts++] = (fact){own, subject, held, intervals_intersect(&left, &here)};
        return;
    }
    if (x->op == EX_not) {
        assume(w, ex_arg(w->g, own, 0), !held);
    } else if ((x->op == EX_and && held) || (x->op == EX_or && !held)) {
        assume(w, ex_arg(w->g, own, 0), held);
        assume(w, ex_arg(w->g, own, 1), held);
    } else {
        w->fact[w->facts++] = (fact){.condition = own, .held = held};
    }
}

static void visit(walk *w, ex_id n);

static void visit_arm(walk *w, ex_id n, ex_id arm, int held) {
    int before = w->facts;
    w->took[n] |= held ? FIRST_ARM : SECOND_ARM;
    assume(w, ex_arg(w->g, n, 0), held);
    visit(w, arm);
    w->facts = before;
}

/* Notes how an arm of a `where` is closed: by the bounds of the subject, or by an earlier
 * condition. */
static void note_closed(walk *w, ex_id n, int holds) {
    ex_id subject;
    int sure;
    intervals set;
    w->closed[n] = 1;
    if (!set_of(w, without_default(w, ex_arg(w->g, n, 0), &sure), &subject, &set)) return;
    intervals could = holds ? intervals_complement(&set) : set;
    intervals whole = intervals_between(w->range[subject].lo, 0, w->range[subject].hi, 0);
    intervals *kept = w->could[n] = arena_take(w->c->memory, sizeof *kept);
    if (kept) *kept = intervals_intersect(&could, &whole);
    for (int i = 0; kept && !intervals_empty(kept) && i < w->facts; i++) {
        if (w->fact[i].subject != subject) continue;
        intervals rest = intervals_intersect(kept, &w->fact[i].left);
        if (!intervals_empty(&rest)) continue;
        w->blocked[n] = w->fact[i].condition;
        w->closed[n] = 2;
        return;
    }
}

static void visit_where(walk *w, ex_id n) {
    ex_id condition = ex_arg(w->g, n, 0), a = ex_arg(w->g, n, 1), b = ex_arg(w->g, n, 2);
    int holds = w->range[condition].fixed ? MAYBE : decide(w, condition);
    if (holds != MAYBE && !w->closed[n]) note_closed(w, n, holds);
    w->took[n] |= VISITED;
    if (holds != 0) visit_arm(w, n, a, 1);
    if (holds != 1) visit_arm(w, n, b, 0);
}

static void visit(walk *w, ex_id n) {
    const ex_node *x = ex_get(w->g, n);
    if (!w->facts && w->seen[n]) return;
    w->lost |= w->steps++ > STEPS || w->depth > DEPTH;
    if (w->lost) return;
    w->seen[n] |= !w->facts;
    w->depth++;
    if (x->op == EX_where) {
        visit(w, ex_arg(w->g, n, 0));
        visit_where(w, n);
    } else if (ex_is_elementwise(x->op)) {
        for (int i = 0; i < x->argc; i++) visit(w, ex_arg(w->g, n, i));
    } else {
        /* It reads other elements along an axis, about which nothing is known. */
        int before = w->facts;
        fact *kept = before ? mem_take((size_t)before * sizeof *kept) : NULL;
        if (!before || kept) {
            if (kept) memcpy(kept, w->fact, (size_t)before * sizeof *kept);
            w->facts = 0;
            for (int i = 0; i < x->argc; i++) visit(w, ex_arg(w->g, n, i));
            if (kept) memcpy(w->fact, kept, (size_t)before * sizeof *kept);
            w->facts = before;
        }
        mem_free(kept);
    }
    w->depth--;
}

/* ---- findings ---- */

/* A value of an array as a reader knows it: a text, a date or a number. */
static const char *describe_value(walk *w, ex_id subject, double x) {
    if (ex_get(w->g, subject)->kind == EX_TEXT && x >= 1 && x <= pool_count(w->c->a->h->strings))
        return check_print(w->c, "'%s'", pool_text(w->c->a->h->strings, (uint32_t)x));
    char day[16] = "";
    if (ex_get(w->g, subject)->kind == EX_DATE) date_write(x, day);
    return *day ? check_print(w->c, "%s", day) : check_number(w->c, x);
}

/* "it lies between 0 and 100"; NULL where the array has no bounds. */
static const char *describe_bounds(walk *w, ex_id subject) {
    const range *r = &w->range[subject];
    if (isinf(r->lo) && isinf(r->hi)) return NULL;
    if (isfinite(r->lo) && isfinite(r->hi))
        return check_print(w->c, "it lies between %s and %s", describe_value(w, subject, r->lo),
                           describe_value(w, subject, r->hi));
    return isfinite(r->lo)
               ? check_print(w->c, "it is never below %s", describe_value(w, subject, r->lo))
               : check_print(w->c, "it is never above %s", describe_value(w, subject, r->hi));
}

/* Is a literal written in a rule file? Numbers as small as 0, 1, 2 may come from anywhere. */
static int is_written(const walk *w, ex_id literal) {
    const ex_values *v =
        ex_get(w->g, literal)->op == EX_source ? ex_values_of(w->g, literal) : NULL;
    if (!v || v->origin != EX_LITERAL || v->axes) return 0;
    double value = *v->value, x;
    if (v->kind != EX_TEXT && (value == 0 || value == 1 || value == 2)) return 0;
    const char *word = v->kind == EX_TEXT ? pool_text(w->c->a->h->strings, (uint32_t)value) : NULL;
    for (int i = 0; i < (int)sources_count(w->c->files); i++) {
        token_list t = token_list_of(w->c->files, i);
        for (size_t k = 0; !check_is_library(w->c, i) && k < t.count; k++) {
            const source_token *own = &t.token[k];
            if (word
                    ? token_is_string(&t, k, word)
                    : own->kind == TOKEN_NUMBER &&
                          decimal_read(t.text + own->from, own->to - own->from, &x) == DECIMAL_OK &&
                          x == value)
                return 1;
        }
    }
    return 0;
}

/* Does a comparison in a method have a bound that these rules gave? A method serves many rules, and
 * one that does not need a branch of it is no mistake. */
static int is_of_rules(const walk *w, ex_id n, int depth) {
    const ex_node *x = ex_get(w->g, n);
    double value;
    if (ex_is(x->op, EX_DECIDES)) {
        ex_id left = ex_arg(w->g, n, 0), right = ex_arg(w->g, n, 1);
        if (x->op == EX_eq || x->op == EX_ne) return 0; /* bands have bounds */
        return is_written(w, is_fixed(w, right, &value) ? right : left);
    }
    for (int i = 0; i < x->argc && depth < NESTED; i++)
        if (ex_is_elementwise(x->op) && is_of_rules(w, ex_arg(w->g, n, i), depth + 1)) return 1;
    return 0;
}

static void report_closed(walk *w, ex_id n) {
    ex_id condition = ex_arg(w->g, n, 0), subject;
    int first_closed = !(w->took[n] & FIRST_ARM), sure;
    intervals set;
    if (!(w->took[n] & VISITED) || !w->closed[n] ||
        (w->took[n] & (FIRST_ARM | SECOND_ARM)) == (FIRST_ARM | SECOND_ARM))
        return;
    /* A second arm that is missing only says that nothing is left over. */
    if (!first_closed && ex_is_missing(w->g, ex_arg(w->g, n, 2))) return;
    if (check_is_library(w->c, (int)ex_get(w->g, n)->file) && !is_of_rules(w, condition, 0)) return;
    location at = location_node(w->c, n, "where");
    const char *text = check_formula(w->c, condition);
    int single = set_of(w, without_default(w, condition, &sure), &subject, &set);
    if (single && w->closed[n] == 1) {
        const char *said = first_closed ? TEXT("%s holds never") : TEXT("%s holds always");
        check_add(w->c, "B05", at, describe_bounds(w, subject), said, text);
        return;
    }
    double witness;
    const char *example = NULL;
    if (single && w->closed[n] == 2 && w->could[n] &&
        intervals_pick(w->could[n],
                       w->range[subject].whole || ex_get(w->g, subject)->kind == EX_TEXT, &witness))
        example = check_print(w->c, "%s goes by %s", describe_value(w, subject, witness),
                              check_formula(w->c, w->blocked[n]));
    check_add(w->c, "B01", at, example,
              first_closed
                  ? "nothing gets to the branch of %s: conditions before it take all that could"
                  : "nothing gets past %s: conditions before it take all the rest",
              text);
}

/* In a chain of `where` that compares one array again and again and ends with missing: values of
 * the array that get nothing. */
static void report_gaps(walk *w, ex_id head) {
    ex_id subject = 0, own, n = head;
    intervals taken = intervals_none(), set;
    int ordered = 0, sure;
    for (; ex_get(w->g, n)->op == EX_where; n = ex_arg(w->g, n, 2)) {
        ex_id condition = without_default(w, ex_arg(w->g, n, 0), &sure);
        unsigned op = ex_get(w->g, condition)->op;
        if (!set_of(w, condition, &own, &set) || (subject && own != subject)) return;
        subject = own;
        ordered += op != EX_eq && op != EX_ne;
        taken = intervals_union(&taken, &set);
    }
    if (!ex_is_missing(w->g, n) || ordered < 2 || taken.lost || !taken.parts ||
        ex_get(w->g, subject)->kind == EX_TEXT)
        return;
    const range *r = &w->range[subject];
    intervals whole = intervals_between(r->lo, 0, r->hi, 0), rest = intervals_complement(&taken);
    rest = intervals_intersect(&whole, &rest);
    for (int i = 0; i < rest.parts && !rest.lost; i++) {
        const interval *p = &rest.part[i];
        int below = p->hi <= taken.part[0].lo, above = p->lo >= taken.part[taken.parts - 1].hi;
        intervals one = {.part = {*p}, .parts = 1};
        double witness;
        if (!intervals_pick(&one, r->whole, &witness)) continue;
        location at = location_node(w->c, head, "where");
        const char *name = check_formula(w->c, subject);
        if (below || above)
            check_add(w->c, "B04", at, NULL, "%s %s %s gets nothing", name,
                      below ? text_message("below") : text_message("above"),
                      describe_value(w, subject, below ? p->hi : p->lo));
        else
            check_add(w->c, "B03", at,
                      check_print(w->c, "%s, for instance", describe_value(w, subject, witness)),
                      "%s between %s and %s gets nothing", name, describe_value(w, subject, p->lo),
                      describe_value(w, subject, p->hi));
    }
}

/* Looks at chains from their first `where`; `inner` marks those that continue one. */
static void find_gaps(walk *w, unsigned char *inner) {
    for (ex_id n = 1; n <= ex_count(w->g); n++)
        if (ex_get(w->g, n)->op == EX_where && w->c->wanted[n]) {
            ex_id next = ex_arg(w->g, n, 2), a, b;
            intervals set;
            int sure;
            if (ex_get(w->g, next)->op == EX_where &&
                set_of(w, without_default(w, ex_arg(w->g, n, 0), &sure), &a, &set) &&
                set_of(w, without_default(w, ex_arg(w->g, next, 0), &sure), &b, &set) && a == b)
                inner[next] = 1;
        }
    for (ex_id n = 1; n <= ex_count(w->g); n++)
        if (ex_get(w->g, n)->op == EX_where && w->c->wanted[n] && !inner[n]) report_gaps(w, n);
}

static void walk_all(check *c, int axis, size_t position) {
    size_t nodes = (size_t)ex_count(c->g) + 1;
    walk w = {.c = c,
              .g = c->g,
              .range = ranges_of(c->g, axis, position),
              .seen = mem_zero(nodes, 1),
              .took = mem_zero(nodes, 1),
              .closed = mem_zero(nodes, 1),
              .blocked = mem_zero(nodes, sizeof *w.blocked),
              .could = mem_zero(nodes, sizeof *w.could)};
    unsigned char *inner = mem_zero(nodes, 1);
    if (w.range && w.seen && w.took && w.closed && w.blocked && w.could && inner) {
        for (ex_id n = ex_count(c->g); n > 0; n--)
            if (c->wanted[n] & IS_OUTPUT) visit(&w, n);
        for (ex_id n = 1; n <= ex_count(c->g) && !w.lost; n++)
            if (ex_get(c->g, n)->op == EX_where) report_closed(&w, n);
        find_gaps(&w, inner);
    }
    mem_free(w.range);
    mem_free(w.seen);
    mem_free(w.took);
    mem_free(w.closed);
    mem_free(w.blocked);
    mem_free(w.could);
    mem_free(inner);
}

/* Where bounds differ by stage, each stage is checked by itself. */
void check_branches(check *c) {
    int staged = 0;
    for (size_t i = 0; i < c->m->arrays; i++)
        staged |=
            c->m->stages && c->m->array[i].node && c->m->array[i].axes == AX_BIT(c->m->stage_axis);
    for (int s = 0; s < (staged ? c->m->stages : 1); s++)
        walk_all(c, staged ? c->m->stage_axis : AX_NONE, (size_t)s);
}
