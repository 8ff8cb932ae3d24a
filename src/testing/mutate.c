/* Mutation of rules: collects the mutants of all sessions, and finds out which test notices each.
 */
#include "testing/mutate.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/text.h"
#include "base/work.h"
#include "testing/inside.h"

/* A session and its mutants. */
typedef struct subject {
    assess *session;
    mutants all;
    double **before; /* the outputs' values without a mutant */
    size_t outputs;
    mutant *wanted; /* to be applied when it is computed next, or NULL */
    mutant *now;    /* applied, or NULL */
    mutant_undo undo;
    int stale;  /* not computed since it was changed, or changed back */
    int failed; /* it cannot be computed with its mutant */
} subject;

/* What a test read in a session. */
typedef struct observation {
    size_t subject;
    ex_trace *trace;
    unsigned char *leaf; /* reached leaves */
} observation;

typedef struct testing {
    observation *observation;
    size_t observations, cap;
    int blind; /* it read something that no trace follows: any mutant may matter */
} testing;

struct mutation {
    test_run *t;
    mutate_settings settings;
    subject **subject;
    size_t subjects, subject_cap;
    testing *test;
    size_t tests, running;
    mutate_result *result;
    size_t results, all;
    mutate_unused *unused;
    size_t unuseds;

    const mutate_result *trying;
    fault f;
};

/* ---- sessions ---- */

static int copy_outputs(subject *b) {
    b->outputs = assess_output_count(b->session);
    b->before = mem_zero(b->outputs + 1, sizeof *b->before);
    for (size_t i = 0; b->before && i < b->outputs; i++) {
        const assess_array *x = assess_output(b->session, i);
        if (!(b->before[i] = mem_take((x->size + 1) * sizeof(double)))) return 0;
        if (x->size) memcpy(b->before[i], x->value, x->size * sizeof(double));
    }
    return b->before != NULL;
}

/* The session itself may be freed already. */
static void subject_free(subject *b) {
    for (size_t i = 0; b->before && i < b->outputs; i++) mem_free(b->before[i]);
    mem_free(b->before);
    mutants_release(&b->all);
    mem_free(b);
}

/* Adds a session with all its mutants, or with those like one. NULL with the fault. */
static subject *subject_open(mutation *m, assess *a, const mutant *like) {
    subject *b = mem_zero(1, sizeof *b);
    if (b) b->session = a;
    if (!b || !(like ? mutants_like(a, like, &b->all, &m->f) : mutants_of(a, &b->all, &m->f)) ||
        !copy_outputs(b) || !testing_push(&m->subject, &m->subjects, &m->subject_cap, b)) {
        if (!m->f.count) fault_memory(&m->f);
        if (b) subject_free(b);
        return NULL;
    }
    return b;
}

static size_t subject_of(const mutation *m, const assess *a) {
    for (size_t i = m->subjects; i-- > 0;)
        if (m->subject[i]->session == a) return i;
    return SIZE_MAX;
}

/* The mutant of a session that makes the same change, or NULL. */
static mutant *same_in(const subject *b, const mutant *m) {
    size_t low = 0, high = b->all.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (mutant_order(&b->all.item[middle], m) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < b->all.count && !mutant_order(&b->all.item[low], m) ? &b->all.item[low] : NULL;
}

/* Applies the wanted mutant and computes. */
static void compute_subject(mutation *m, subject *b) {
    fault f = FAULT_INIT;
    if (b->wanted && mutant_apply(b->session, b->wanted, &b->undo, &f)) {
        b->now = b->wanted;
        b->stale = 1;
    }
    b->wanted = NULL;
    if (f.kind == FAULT_LIMIT) fault_move(&m->f, &f);
    if (b->stale) b->stale = b->failed = !testing_recompute(b->session);
    b->failed |= f.count > 0;
    fault_release(&f);
}

static void take_mutant_back(mutation *m) {
    for (size_t i = 0; i < m->subjects; i++) {
        subject *b = m->subject[i];
        if (b->now) {
            mutant_back(b->session, b->now, &b->undo, &m->f);
            b->stale = 1;
        }
        b->now = b->wanted = NULL;
        b->failed = 0;
    }
}

/* Applies the mutant that is tried to a session that a test opens meanwhile. */
static void apply_to_new_session(void *self, assess *a) {
    mutation *m = self;
    if (!m->trying) return;
    size_t gone = subject_of(m, a); /* a freed session was at the same address */
    subject *b = subject_open(m, a, m->trying->what);
    if (!b) return;
    if (gone != SIZE_MAX) {
        subject_free(m->subject[gone]);
        m->subject[gone] = b;
        m->subjects--;
    }
    b->wanted = same_in(b, m->trying->what);
    compute_subject(m, b);
}

static void forget_versions(mutation *m, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < m->subjects; i++)
        if (testing_keeps(m->t, m->subject[i]->session))
            m->subject[kept++] = m->subject[i];
        else
            subject_free(m->subject[i]);
    m->subjects = kept;
}

/* Runs a test with the mutant that is tried: does it fail? */
static int test_fails(mutation *m, size_t i) {
    size_t known = m->subjects;
    int failed = !testing_holds(m->t, i);
    forget_versions(m, known);
    return failed;
}

/* ---- the first run ---- */

static observation *observation_of(mutation *m, size_t which) {
    testing *t = &m->test[m->running];
    for (size_t i = t->observations; i-- > 0;)
        if (t->observation[i].subject == which) return &t->observation[i];
    if (!MEM_RESERVE(t->observation, t->observations + 1, t->cap)) return fault_memory(&m->f), NULL;
    const assess *a = m->subject[which]->session;
    ex_trace *trace = ex_trace_open(a->h->graph, a->h->run, EX_TRACE_ABSENT, &m->f);
    if (!trace) return NULL;
    t->observation[t->observations] = (observation){.subject = which, .trace = trace};
    return &t->observation[t->observations++];
}

static void note_look(void *self, assess *a, const assess_array *output, size_t element) {
    mutation *m = self;
    if (m->f.count) return;
    size_t which = subject_of(m, a);
    if (which == SIZE_MAX && testing_keeps(m->t, a))
        which = subject_open(m, a, NULL) ? m->subjects - 1 : SIZE_MAX;
    if (which == SIZE_MAX) return;
    ex_id n = session_node(a, output);
    observation *s = n ? observation_of(m, which) : NULL;
    if (!n) m->test[m->running].blind = 1; /* a leaf that no formula uses */
    if (s) ex_trace_want(s->trace, n, element, &m->f);
}

static int run_first(mutation *m, fault *f) {
    testing_on_look(m->t, note_look, m);
    for (size_t i = 0; i < m->tests && !testing_stopped(m->t); i++) {
        const testing_test *t = testing_at(m->t, i);
        m->running = i;
        if (!testing_run(m->t, i, NULL)) continue;
        if (testing_stopped(m->t)) break;
        return fault_at(
            f, FAULT_TEST, NULL, "assess test says why",
            "%s:%ld: the test '%s' fails without any change: nothing can be learned of mutants",
            t->file, t->line, t->name);
    }
    testing_on_look(m->t, NULL, NULL);
    for (size_t i = 0; i < testing_sessions(m->t) && !m->f.count; i++)
        if (subject_of(m, testing_session(m->t, i)) == SIZE_MAX)
            subject_open(m, testing_session(m->t, i), NULL);
    for (size_t i = 0; i < m->tests; i++)
        for (size_t k = 0; k < m->test[i].observations && !m->f.count; k++) {
            observation *s = &m->test[i].observation[k];
            if (ex_trace_sweep(s->trace, &m->f) &&
                !(s->leaf = leaves_reached(m->subject[s->subject]->session, s->trace)))
                fault_memory(&m->f);
        }
    return !m->f.count;
}

/* ---- which mutants ---- */

static int same_file(const char *a, const char *b) {
    struct stat x, y;
    if (!strcmp(a, b)) return 1;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Are only other rules to be mutated? */
static int is_out_of_scope(const mutation *m, const subject *b) {
    return m->settings.rules && !same_file(b->session->file, m->settings.rules);
}

static int is_wanted(const mutation *m, const mutant *x) {
    const char *only = m->settings.only;
    buf at = BUF_INIT;
    if (!only) return 1;
    buf_print(&at, "%s:%ld", x->file, x->line);
    const char *slash = strrchr(x->file, '/');
    int found = (x->kind <= MUTANT_METHOD && !fnmatch(only, x->name, 0)) ||
                !fnmatch(only, buf_string(&at), 0) ||
                (slash && !fnmatch(only, buf_string(&at) + (slash + 1 - x->file), 0));
    buf_release(&at);
    return found;
}

static int by_mutant(const void *a, const void *b) {
    const mutate_result *x = a, *y = b;
    return mutant_order(x->what, y->what);
}

static int by_address(const void *a, const void *b) {
    const mutate_unused *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    if (!order) order = (x->line > y->line) - (x->line < y->line);
    return order ? order : strcmp(x->address, y->address);
}

static int used_somewhere(const mutation *m, const mutate_unused *u) {
    for (size_t i = 0; i < m->results; i++) {
        const mutant *x = m->result[i].what;
        if (x->kind <= MUTANT_METHOD && x->line == u->line && !strcmp(x->name, u->address) &&
            !strcmp(x->file, u->file))
            return 1;
    }
    return 0;
}

static int gather_unused(mutation *m) {
    size_t all = 0, kept = 0;
    for (size_t i = 0; i < m->subjects; i++) all += m->subject[i]->all.unuseds;
    m->unused = mem_zero(all + 1, sizeof *m->unused);
    if (!m->unused) return fault_memory(&m->f);
    for (size_t i = 0; i < m->subjects; i++) {
        const subject *b = m->subject[i];
        if (is_out_of_scope(m, b)) continue;
        for (size_t k = 0; k < b->all.unuseds; k++) {
            const md_leaf *l = model_leaf(&b->session->s->m, b->all.unused[k]);
            const char *file = sources_name(b->session->s->m.files, l->at.file);
            m->unused[m->unuseds++] = (mutate_unused){file, l->address, l->at.line};
        }
    }
    if (m->unuseds) qsort(m->unused, m->unuseds, sizeof *m->unused, by_address);
    for (size_t i = 0; i < m->unuseds; i++)
        if ((!kept || by_address(&m->unused[kept - 1], &m->unused[i])) &&
            !used_somewhere(m, &m->unused[i]))
            m->unused[kept++] = m->unused[i];
    m->unuseds = kept;
    return 1;
}

/* Draws a sample of the results, each equally likely, and keeps their order (Knuth 1969, algorithm
 * S). */
static void draw_sample(mutation *m) {
    size_t left = m->settings.sample, kept = 0;
    uint64_t state = m->settings.seed;
    for (size_t i = 0; i < m->results && left; i++)
        if (splitmix64(&state) % (m->results - i) < left) {
            m->result[kept++] = m->result[i];
            left--;
        }
    m->results = kept;
}

/* Collects the mutants of all sessions, each once, and the leaves that nothing uses. */
static int gather_results(mutation *m) {
    size_t all = 0, kept = 0;
    for (size_t i = 0; i < m->subjects; i++) all += m->subject[i]->all.count;
    m->result = mem_zero(all + 1, sizeof *m->result);
    if (!m->result) return fault_memory(&m->f);
    for (size_t i = 0; i < m->subjects; i++) {
        const subject *b = m->subject[i];
        if (is_out_of_scope(m, b)) continue;
        for (size_t k = 0; k < b->all.count; k++) m->result[m->results++].what = &b->all.item[k];
    }
    if (m->results) qsort(m->result, m->results, sizeof *m->result, by_mutant);
    for (size_t i = 0; i < m->results; i++)
        if (!kept || by_mutant(&m->result[kept - 1], &m->result[i]))
            m->result[kept++] = m->result[i];
    m->results = kept;
    if (!gather_unused(m)) return 0;
    kept = 0;
    for (size_t i = 0; i < m->results; i++)
        if (is_wanted(m, m->result[i].what)) m->result[kept++] = m->result[i];
    m->all = m->results = kept;
    if (m->settings.sample && m->settings.sample < m->results) draw_sample(m);
    return 1;
}

mutation *mutation_open(test_run *t, const mutate_settings *s, fault *f) {
    mutation *m = mem_zero(1, sizeof *m);
    if (m) {
        *m = (mutation){.t = t, .settings = *s, .tests = testing_count(t), .f = FAULT_INIT};
        m->test = mem_zero(m->tests + 1, sizeof *m->test);
    }
    if (!m || !m->test) {
        fault_memory(f);
    } else if (run_first(m, f) && gather_results(m) && !testing_stopped(t)) {
        return m;
    } else if (!f->count && testing_stopped(t)) {
        fault_set(f, FAULT_LIMIT, "interrupted: nothing was written");
    } else if (!f->count) {
        fault_set(f, m->f.kind ? m->f.kind : FAULT_LIMIT, "%s",
                  m->f.listed ? m->f.item[0].text : "stopped");
    }
    mutation_close(m);
    return NULL;
}

void mutation_close(mutation *m) {
    if (!m) return;
    testing_on_session(m->t, NULL, NULL);
    testing_on_look(m->t, NULL, NULL);
    for (size_t i = 0; m->test && i < m->tests; i++) {
        for (size_t k = 0; k < m->test[i].observations; k++) {
            ex_trace_close(m->test[i].observation[k].trace);
            mem_free(m->test[i].observation[k].leaf);
        }
        mem_free(m->test[i].observation);
    }
    for (size_t i = 0; i < m->subjects; i++) subject_free(m->subject[i]);
    mem_free(m->subject);
    mem_free(m->test);
    mem_free(m->result);
    mem_free(m->unused);

    fault_release(&m->f);
    mem_free(m);
}

/* ---- trying ---- */

/* Can a mutant change what a test read in a session? */
static int reaches(const observation *s, const mutant *own) {
    if (!own) return 0;
    if (own->kind == MUTANT_METHOD) return 1; /* new formulas may affect anything */
    if (own->kind == MUTANT_LEAF) return s->leaf[own->leaf];
    return ex_trace_next(s->trace, own->node.node, 0) != SIZE_MAX;
}

/* Does a test notice the mutant that is tried? 2: the rules cannot be computed. */
static int test_notices(mutation *m, size_t i) {
    const testing *t = &m->test[i];
    int may = t->blind;
    for (size_t k = 0; k < t->observations; k++) {
        const subject *b = m->subject[t->observation[k].subject];
        may |= reaches(&t->observation[k], b->wanted ? b->wanted : b->now);
    }
    if (!may) return 0;
    for (size_t k = 0; k < m->subjects; k++) {
        int its = t->blind;
        for (size_t s = 0; s < t->observations && !its; s++) its = t->observation[s].subject == k;
        if (its) compute_subject(m, m->subject[k]);
        if (its && m->subject[k]->failed) return 2;
    }
    return test_fails(m, i);
}

static int is_changed(const subject *b) {
    for (size_t i = 0; i < assess_output_count(b->session); i++) {
        const assess_array *x = assess_output(b->session, i);
        for (size_t e = 0; e < x->size; e++)
            if (memcmp(&x->value[e], &b->before[i][e], sizeof(double)) &&
                !(x->value[e] != x->value[e] && b->before[i][e] != b->before[i][e]))
                return 1;
    }
    return 0;
}

/* Tries a mutant. Tests start with the one that noticed last, which is likely to notice again. */
static void try_mutant(mutation *m, mutate_result *r, size_t *last) {
    int changed = 0, any = 0;
    m->trying = r;
    for (size_t k = 0; k < m->subjects; k++)
        m->subject[k]->wanted = same_in(m->subject[k], r->what);
    for (int late = 0; late < 2; late++) {
        for (size_t k = 0; late && k < m->subjects; k++) {
            compute_subject(m, m->subject[k]);
            if (m->subject[k]->failed) {
                r->fate = FATE_FAILED;
                return;
            }
        }
        for (size_t k = 0; k < m->tests && !testing_stopped(m->t); k++) {
            size_t i = (k + *last) % m->tests;
            const testing_test *t = testing_at(m->t, i);
            int property = t->kind == TESTING_PROPERTY;
            if (property != late) continue;
            int found = property ? test_fails(m, i) : test_notices(m, i);
            if (!found) continue;
            r->fate = found == 2 ? FATE_FAILED : FATE_KILLED;
            r->by = found == 2 ? NULL : t;
            *last = property ? *last : i;
            return;
        }
    }
    for (size_t k = 0; k < m->subjects; k++) {
        any |= m->subject[k]->now != NULL;
        changed = changed || is_changed(m->subject[k]);
    }
    r->fate = changed ? FATE_SURVIVED : any ? FATE_QUIET : FATE_SAME;
}

/* Drops mutants that change no formula, such as a method that no formula uses. */
static void drop_same(mutation *m) {
    size_t kept = 0;
    for (size_t i = 0; i < m->results; i++)
        if (m->result[i].fate != FATE_SAME) m->result[kept++] = m->result[i];
    m->all -= m->results - kept;
    m->results = kept;
}

int mutation_run(mutation *m, fault *f) {
    size_t last = 0;
    testing_on_session(m->t, apply_to_new_session, m);
    work_begin(TEXT("%.0f of %.0f mutants"), NULL, m->results);
    for (size_t i = 0; i < m->results && !m->f.count && !testing_stopped(m->t); i++) {
        try_mutant(m, &m->result[i], &last);
        take_mutant_back(m);
        m->trying = NULL;
        work_add(1);
    }
    work_end();
    for (size_t k = 0; k < m->subjects && !m->f.count && !testing_stopped(m->t); k++) {
        compute_subject(m, m->subject[k]);
        if (!testing_stopped(m->t) && (m->subject[k]->failed || is_changed(m->subject[k])))
            fault_set(&m->f, FAULT_BUG, "the results of %s did not come back after the mutants",
                      m->subject[k]->session->file);
    }
    drop_same(m);
    if (!m->f.count && testing_stopped(m->t))
        fault_set(&m->f, FAULT_LIMIT, "interrupted: nothing was written");
    return !m->f.count ||
           fault_set(f, m->f.kind, "%s",
                     m->f.listed ? m->f.item[0].text : text_message("out of memory"));
}

size_t mutation_count(const mutation *m) { return m->results; }

const mutate_result *mutation_at(const mutation *m, size_t i) { return &m->result[i]; }

size_t mutation_all(const mutation *m) { return m->all; }

size_t mutation_of(const mutation *m, mutant_fate fate) {
    size_t count = 0;
    for (size_t i = 0; i < m->results; i++) count += m->result[i].fate == fate;
    return count;
}

double mutation_score(const mutation *m) {
    size_t killed = mutation_of(m, FATE_KILLED) + mutation_of(m, FATE_FAILED);
    return m->results ? 100.0 * (double)killed / (double)m->results : 100;
}

size_t mutation_unused(const mutation *m) { return m->unuseds; }

const mutate_unused *mutation_unused_at(const mutation *m, size_t i) { return &m->unused[i]; }
