/* assess_check: runs the checks. */
#include "check/inside.h"
#include "lua/source_notes.h"

/* What the session had to say on the way becomes findings. */
static void take_messages(check *c) {
    for (size_t i = 0; i < assess_message_count(c->a); i++) {
        assess_message m = assess_message_at(c->a, i);
        location at = {.at = {.file = m.file,
                              .line = m.line,
                              .column = m.column,
                              .field = *m.field ? m.field : NULL,
                              .excerpt = m.excerpt}};
        check_add(c, code_of_message(&m), at, m.hint, "%s", m.text);
    }
    if (assess_message_hidden(c->a)) {
        location at = {.at = {.file = c->a->file}};
        check_add(c, "R01", at, NULL, "and %zu more faults", assess_message_hidden(c->a));
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
    take_messages(c);
    check_text(c);
    if (opened && chain_leaves(c)) check_model(c);
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
    if (a->stop && *a->stop) return ASSESS_LIMIT;
    if (!a->h || !a->s || opened == ASSESS_USAGE) return opened;
    check c = {.a = a,
               .m = &a->s->m,
               .g = a->h->graph,
               .run = a->h->run,
               .files = a->h->files,
               .memory = &a->memory};
    deadline *limit = session_begin(a, a->seconds > 0);
    check_all(&c, opened == ASSESS_OK, ran == ASSESS_OK);
    deadline_end(limit);
    findings_finish(&c);
    return a->stop && *a->stop ? ASSESS_LIMIT : ASSESS_OK;
}
