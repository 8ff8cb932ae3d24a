/* Stages, names and citations, as they are declared. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "check/inside.h"

/* ---- stages ---- */

/* The stage that begins next after the year, or NULL. */
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
    spot at = location_leaf(c, l);
    check_add(c, "T03", &at, NULL, "the year %s lies in no stage",
              check_number(c, l->value.number));
}

void check_stages(check *c) {
    for (int i = 0; i < c->m->stages; i++) {
        const md_stage *s = &c->m->stage[i], *next = next_after(c->m, s);
        if (!s->from || !s->to || !next) continue;
        spot at = location_line(c, next->at.file, next->at.line, next->name);
        if (next->from > s->to + 1)
            check_add(
                c, "T01", &at, NULL,
                next->from == s->to + 2
                    ? "%d lies in no stage: '%s' ends in %d, '%s' begins in %d"
                    : "the years from %d on lie in no stage: '%s' ends in %d, '%s' begins in %d",
                s->to + 1, s->name, s->to, next->name, next->from);
        else if (next->from <= s->to)
            check_add(c, "T02", &at, NULL, "'%s' begins in %d, and '%s' ends in %d only",
                      next->name, next->from, s->name, s->to);
    }
    check_year(c);
}

/* ---- names ---- */

static void check_same_names(check *c) {
    const model *m = c->m;
    for (int i = 0; i < m->elements; i++)
        for (int k = 0; k < i; k++) {
            if (!*m->element[i].name || strcmp(m->element[i].name, m->element[k].name) ||
                m->element[i].indicator != m->element[k].indicator)
                continue;
            spot at =
                location_line(c, m->element[i].at.file, m->element[i].at.line, m->element[i].name);
            check_add(c, "N02", &at, NULL, "'%s' and '%s' are both called '%s'", m->element[k].id,
                      m->element[i].id, m->element[i].name);
            break;
        }
}

/* ---- citations ---- */

static void check_uncited(check *c) {
    const model *m = c->m;
    int all = 0, without = 0;
    for (int i = 0; i < m->elements; i++) {
        all += m->element[i].indicator;
        without += m->element[i].indicator && !*m->element[i].cite;
    }
    static const char hint[] = "cite = \"…\" at the indicator, its group, or the assessment";
    if (without && without == all) {
        spot at = location_element(c, &m->element[0]);
        check_add(c, "C01", &at, hint, "none of the %d indicators has a citation", all);
        return;
    }
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].indicator && !*m->element[i].cite) {
            spot at = location_element(c, &m->element[i]);
            check_add(c, "C01", &at, hint, "'%s' has no citation", m->element[i].id);
        }
}

/* The citation that an element does not have from the one around it. */
static const char *own_cite(const model *m, int i) {
    const md_element *e = &m->element[i];
    return e->parent >= 0 && !strcmp(e->cite, m->element[e->parent].cite) ? "" : e->cite;
}

static const char *measure_of(const check *c, int i, int which) {
    return which ? check_attribute_text(c, i, "measures") : own_cite(c->m, i);
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
            spot at = location_line(c, m->element[i].at.file, m->element[i].at.line, text);
            check_add(c, "C02", &at, "the measure counts more than once",
                      "'%s' and %s have the same %s, %s", m->element[i].id, buf_string(&others),
                      which ? "`measures`" : "citation", text);
        }
        buf_release(&others);
    }
}

void check_names(check *c) {
    check_same_names(c);
    check_uncited(c);
    check_same_measure(c, 0);
    check_same_measure(c, 1);
}
