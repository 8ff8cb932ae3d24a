/* A session from opening the rules to results, and recomputing them after changes; and the thread
 * that ends a step whose time is up. */
#include "session/session.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "expr/profile.h"
#include "expr/ripple.h"

assess *assess_new(void) {
    assess *a = mem_zero(1, sizeof *a);
    if (!a) return NULL;
    a->lacks = limits_lacks();
    a->seconds = 60;
    a->memory_most = (size_t)8192 << 20;
    a->script_memory = (size_t)256 << 20;
    a->source = 64 << 10;
    a->hash = a->unused = 1;
    a->file = "";
    return a;
}

void assess_free(assess *a) {
    if (!a) return;
    deadline_end(a->deadline);
    ripple_close(a->ripple);
    script_close(a->s);
    host_close(a->h);
    if (a->profile) ex_profile_release(a->profile);
    fault_release(&a->notes);
    mem_free(a->leaf.item);
    mem_free(a->data.item);
    mem_free(a->without.item);
    mem_free(a->edit);
    mem_free(a->allow_folder);
    mem_free(a->named);
    mem_free(a->message);
    arena_release(&a->memory);
    mem_free(a);
}

const char *assess_version(void) { return ASSESS_VERSION; }

/* Rules name only files that they may read; somebody else may name any. */
static int check_paths(assess *a, fault *f) {
    for (size_t i = 0; i < a->s->data.count; i++) {
        const dataset *d = a->s->data.item[i];
        if (d->given || path_allowed(a->s, d->spec.path)) continue;
        model_fault(&a->s->m, f, d->spec.at, NULL, path_hint(a->s, d->spec.path),
                    "rules may not read '%.200s', outside their folder and that of the command",
                    d->spec.path);
    }
    return !f->count;
}

/* Figures that an edition changes are those of its own data; it says nothing of others. */
static void drop_figures(assess *a, dataset *d) {
    if (!d->given || !d->figures) return;
    model_fault(&a->s->m, &a->notes, d->figure[0].at, "figure",
                text_message("they are taken as they are"),
                "other data are given in place of '%s', whose figures this changes", d->spec.name);
    d->figures = 0;
}

/* Hands the cells that have other values to their data. */
static int edit_data(assess *a, fault *f) {
    ds_edit *list = arena_take(&a->memory, (a->edits + 1) * sizeof *list);
    size_t next = 0;
    if (!list) return fault_memory(f);
    for (size_t i = 0; i < a->s->data.count; i++) {
        dataset *d = a->s->data.item[i];
        drop_figures(a, d);
        d->edit = list + next;
        for (size_t k = 0; k < a->edits; k++)
            if (!strcmp(a->edit[k].data, d->spec.name)) list[next++] = a->edit[k].cell;
        d->edits = (size_t)(list + next - d->edit);
    }
    return next == a->edits ||
           fault_set(f, FAULT_USAGE, "figures were changed of data that the rules do not have");
}

static int keep_leaves(assess *a, fault *f) {
    model *m = &a->s->m;
    a->leaves = arena_take(&a->memory, (m->leaves + 1) * sizeof *a->leaves);
    if (!a->leaves) return fault_memory(f);
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        a->leaves[i] = (assess_leaf){.address = l->address,
                                     .value = model_leaf_text(m, l),
                                     .cite = l->cite,
                                     .file = sources_name(m->files, l->at.file),
                                     .line = l->at.line,
                                     .changed = l->changed,
                                     .editions = (size_t)model_editions(l)};
    }
    return 1;
}

host *session_host(const assess *a, fault *notes, fault *f) {
    const host_settings hs = {.seconds = a->seconds,
                              .memory = a->script_memory,
                              .source = a->source,
                              .values = a->memory_most,
                              .spare = a->spare,
                              .threads = a->threads,
                              .simd = a->simd,
                              .methods = a->methods,
                              .allow = &a->allow,
                              .stop = &a->halt,
                              .remember = a->checking,
                              .profile = a->profile};
    return host_open(&hs, notes, f);
}

void session_data_settings(const assess *a, datasets *d) {
    d->threads = a->threads;
    d->hash = a->hash;
    d->unused = a->unused;
    d->most = a->memory_most;
    d->encoding = a->encoding;
    d->only_column = a->where_column;
    d->only_value = a->where_value;
}

/* What is not there, and the methods that are set, are told to the script before it is read. */
static int tell_script(assess *a, fault *f) {
    script *s = a->s;
    const char **without = arena_take(&a->memory, (2 * a->without.count + 1) * sizeof *without);
    const char **set = arena_take(&a->memory, (2 * a->leaf.count + 1) * sizeof *set);
    if (!without || !set) return fault_memory(f);
    const char **unit = without + a->without.count;
    for (size_t i = 0; i < a->without.count; i++) {
        const char *name = a->without.item[i].name;
        if (!strncmp(name, "unit.", 5))
            unit[s->data.withouts++] = name + 5;
        else
            without[s->withouts++] = name;
    }
    for (size_t i = 0; i < a->leaf.count; i++) {
        set[2 * i] = a->leaf.item[i].name;
        set[2 * i + 1] = a->leaf.item[i].value;
    }
    s->without = without;
    s->data.without = unit;
    s->set = set;
    s->sets = a->leaf.count;
    return 1;
}

/* Methods are set while the rules are read; all else when that is done. */
static int is_method(const assess *a, const char *address) {
    const md_leaf *l = model_leaf(&a->s->m, address);
    return l && l->value.kind == MD_METHOD;
}

static int open_rules(assess *a, fault *f) {
    a->h = session_host(a, &a->notes, f);
    a->s = a->h ? script_open(a->h, &a->notes, f) : NULL;
    if (!a->s) return 0;
    session_data_settings(a, &a->s->data);
    if (a->pass) {
        datasets_pass(&a->s->data, a->h->graph);
        ex_run_rows(a->h->run, &a->s->data.rows);
    }
    if (!tell_script(a, f) || !script_read(a->s, a->file, f)) return 0;
    text_from_rules(text_of_rules(assess_fact(a, "lang"), assess_fact(a, "title")), 0);
    int fine = 1;
    for (size_t i = 0; i < a->leaf.count; i++)
        fine &= is_method(a, a->leaf.item[i].name) ||
                model_set(&a->s->m, a->leaf.item[i].name, a->leaf.item[i].value, f);
    fine &= session_replace_data(a, f) && check_paths(a, f);
    return fine && edit_data(a, f) && model_make_arrays(&a->s->m, f) && keep_leaves(a, f);
}

deadline *session_begin(assess *a, int always) {
    deadline *kept = a->deadline;
    a->deadline = NULL;
    a->lacks = limits_lacks();
    if (kept && !limits_raised(&a->halt)) return kept;
    deadline_end(kept);
    a->halt = limits_raised(a->stop);
    return a->stop || always ? deadline_start(&a->halt, a->stop) : NULL;
}

assess_status assess_open(assess *a, const char *rules) {
    fault f = FAULT_INIT;
    if (a->step != NEW) return session_refuse(a, "a session opens one rule file: %s%s", rules, "");
    a->file = session_keep(a, rules);
    deadline *limit = session_begin(a, 0);
    if (a->profile) work_time();
    work_begin(TEXT("opening the rules"), NULL, 0);
    open_rules(a, &f);
    work_end();
    a->deadline =
        limit; /* the run will want it: to start and end one takes longer than many a run */
    return session_finish(a, &f, OPENED);
}

static int collect(assess *a, fault *f) {
    script *s = a->s;
    result_name *name = arena_take(&a->memory, (s->outputs + 1) * sizeof *name);
    ex_id *want = arena_take(&a->memory, (s->outputs + 1) * sizeof *want);
    a->output = arena_zero(&a->memory, s->outputs + 1, sizeof *a->output);
    if (!name || !want || !a->output) return fault_memory(f);
    for (size_t i = 0; i < s->outputs; i++) {
        name[i] = (result_name){s->output[i].name, s->output[i].node};
        want[i] = s->output[i].node;
    }
    a->r = (results){.memory = &a->memory,
                     .graph = a->h->graph,
                     .run = a->h->run,
                     .files = a->h->files,
                     .output = name,
                     .outputs = s->outputs};
    if (!result_number_outputs(&a->r)) return fault_memory(f);
    if (!ex_run_eval(a->h->run, want, s->outputs, f)) return 0;
    work_begin(TEXT("looking for values out of their domain"), NULL, 0);
    int fine = result_domain_errors(&a->r, FAULT_DATA, &a->notes, f);
    work_end();
    if (!fine) return 0;
    for (size_t i = 0; i < s->outputs && !f->count; i++)
        if (!result_array(&a->r, name[i].name, name[i].node, &a->output[i], f)) return 0;
    return !f->count;
}

static int run_rules(assess *a, deadline *limit, fault *f) {
    datasets *d = &a->s->data;
    int fine = datasets_load(d, f);
    for (size_t i = 0; i < d->count && (fine || f->kind == FAULT_DATA); i++)
        if (!d->item[i]->spec.keys) fine &= dataset_table(d, d->item[i], f);
    if (!fine) return 0;
    work_begin(TEXT("building the formulas"), NULL, 0);
    fine = script_compute(a->s, f) && script_check_shown(a->s, f);
    work_end();
    if (!fine) return 0;
    deadline_limit(limit, a->seconds);
    return collect(a, f);
}

assess_status assess_run(assess *a) {
    fault f = FAULT_INIT;
    if (a->step != OPENED)
        return session_refuse(a, "assess_run follows assess_open, once%s%s", "", "");
    deadline *limit = session_begin(a, a->seconds > 0);
    work_begin(TEXT("preparing data and results"), NULL, 0);
    if (!run_rules(a, limit, &f))
        a->output = NULL; /* nothing that follows may take what is half there for results */
    work_end();
    if (a->profile) work_time_end();
    if (deadline_end(limit) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the calculation took more than %g seconds", a->seconds);
    }
    return session_finish(a, &f, DONE);
}

/* ---- changes, and what follows from them ---- */

ex_id session_data(const assess *a, const char *name) {
    const dataset *d = datasets_named(&a->s->data, name);
    if (d && d->node) return d->node;
    for (ex_id n = 1; n <= ex_count(a->h->graph); n++) {
        const ex_values *v = ex_values_of(a->h->graph, n);
        if (v && v->origin == EX_DATA && v->name && strchr(v->name, '.') && !strcmp(v->name, name))
            return n;
    }
    return 0;
}

/* The node of an array that was asked for by name. */
static ex_id named_node(const assess *a, const char *name) {
    const md_array *leaves = model_array(&a->s->m, name);
    return leaves ? leaves->node : strncmp(name, "data.", 5) ? 0 : session_data(a, name + 5);
}

ex_id session_node(const assess *a, const assess_array *array) {
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (array == &a->output[i]) return a->r.output[i].node;
    for (size_t i = 0; i < a->nameds; i++)
        if (array == a->named[i]) return named_node(a, array->name);
    return 0;
}

static void stop_following(assess *a) {
    ripple_close(a->ripple);
    a->ripple = NULL;
}

assess_status assess_change(assess *a, const assess_array *output, size_t element, double value) {
    fault f = FAULT_INIT;
    if (!a->output)
        return session_refuse(a, "assess_change follows assess_run: %s%s", output->name, "");
    ex_id node = session_node(a, output);
    if (!node)
        return session_refuse(a, "only outputs and data that the rules use can be changed%s%s", "",
                              "");
    if (a->ripple && ripple_has(a->ripple, node) && ripple_set(a->ripple, node, element, value))
        return session_finish(a, &f, DONE);
    stop_following(a);
    ex_run_force(a->h->run, node, element, value, &f);
    return session_finish(a, &f, DONE);
}

void session_follow(assess *a, const assess_array *const *data, size_t count) {
    fault ignored = FAULT_INIT; /* without it the run computes all */
    const size_t outputs = assess_output_count(a);
    ex_id *node = mem_take((count + outputs + 1) * sizeof *node);
    int fine = node && !a->ripple;
    for (size_t i = 0; fine && i < count; i++) fine = (node[i] = session_node(a, data[i])) != 0;
    for (size_t i = 0; fine && i < outputs; i++) node[count + i] = a->r.output[i].node;
    if (fine) a->ripple = ripple_open(a->h->run, node, count, node + count, outputs, &ignored);
    fault_release(&ignored);
    mem_free(node);
}

assess_status session_follow_end(assess *a) {
    stop_following(a);
    return assess_recompute(a);
}

assess_status assess_change_leaf(assess *a, const char *address, const char *value) {
    fault f = FAULT_INIT;
    if (a->step != DONE)
        return session_refuse(a, "assess_change_leaf follows assess_run: %s%s", address, "");
    stop_following(a);
    const md_leaf *leaf = model_leaf(&a->s->m, address);
    if (leaf && leaf->fixed && strcmp(model_leaf_text(&a->s->m, leaf), value) != 0)
        return session_refuse(
            a,
            "%s shapes the formulas (the rules read it as a plain value), so it is changed for a "
            "run of its own: --set %s=…",
            address, address);
    if (!model_set(&a->s->m, address, value, &f)) {
        assess_status status = (assess_status)f.kind;
        session_tell(a, &f, status);
        return status;
    }
    model_refill(&a->s->m, a->h->run, &f);
    return session_finish(a, &f, DONE);
}

static int is_wanted(const assess *a, const assess_array *x) {
    return !a->only[0] || x == a->only[0] || x == a->only[1];
}

assess_status assess_recompute(assess *a) {
    fault f = FAULT_INIT;
    if (a->step != DONE)
        return session_refuse(a, "assess_recompute follows assess_run%s%s", "", "");
    size_t count = a->s->outputs;
    ex_id *want = mem_zero(count + 1, sizeof *want);
    a->halt = limits_raised(a->stop);
    size_t wanted = 0;
    if (a->ripple &&
        (limits_raised(&a->halt) || limits_stopped())) /* the run may have nothing to compute */
        fault_set(&f, FAULT_LIMIT, "stopped before the results were complete");
    for (size_t i = 0; want && i < count; i++)
        if (is_wanted(a, &a->output[i])) want[wanted++] = a->r.output[i].node;
    if (!want)
        fault_memory(&f);
    else if (!f.count && ex_run_eval(a->h->run, want, wanted, &f))
        for (size_t i = 0; i < count && !f.count; i++)
            if (is_wanted(a, &a->output[i]))
                a->output[i].value = ex_run_value(a->h->run, a->r.output[i].node, &f);
    for (size_t i = 0; i < a->nameds && !f.count && !a->only[0]; i++)
        if (!model_array(&a->s->m, a->named[i]->name))
            a->named[i]->value = ex_run_value(a->h->run, named_node(a, a->named[i]->name), &f);
    mem_free(want);
    return session_finish(a, &f, DONE);
}

int assess_depends(const assess *a, const assess_array *output, const assess_array *on) {
    ex_id last = session_node(a, output), first = session_node(a, on);
    char *reached = last && first && first <= last ? mem_zero((size_t)last + 1, 1) : NULL;
    if (!reached) return 0;
    reached[first] = 1;
    for (ex_id n = first + 1; n <= last; n++)
        for (int i = 0; i < ex_get(a->h->graph, n)->argc; i++)
            reached[n] |= reached[ex_arg(a->h->graph, n, i)];
    int found = reached[last];
    mem_free(reached);
    return found;
}

/* ---- the deadline of a step ---- */

enum { STEP = 20000000 }; /* nanoseconds between two looks at the caller's flag */

struct deadline {
    volatile sig_atomic_t *flag;
    const volatile sig_atomic_t *stop;
    double seconds; /* 0: no limit yet */
    struct timespec since;
    int ended, late;
    int lent;     /* the command's limits raise the flag */
    int threaded; /* the thread does */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
};

static struct timespec now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t;
}

/* The clock that nobody sets measures; the condition waits by the other one, a step at a time. */
static double passed(const deadline *d) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)(t.tv_sec - d->since.tv_sec) + (double)(t.tv_nsec - d->since.tv_nsec) * 1e-9;
}

static void *run_deadline(void *self) {
    deadline *d = self;
    pthread_mutex_lock(&d->lock);
    while (!d->ended && !limits_raised(d->flag)) {
        struct timespec until = now();
        until.tv_nsec += STEP;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&d->wake, &d->lock, &until);
        if (d->ended) break;
        if (d->seconds > 0 && passed(d) > d->seconds) {
            d->late = 1;
            limits_raise(d->flag);
        } else if (limits_raised(d->stop)) {
            limits_raise(d->flag);
        }
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

/* Signals are the caller's: the thread takes none. */
static int start_thread(deadline *d) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    d->threaded = !pthread_create(&d->thread, NULL, run_deadline, d);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return d->threaded;
}

deadline *deadline_start(volatile sig_atomic_t *flag, const volatile sig_atomic_t *stop) {
    deadline *d = mem_zero(1, sizeof *d);
    if (!d) return NULL;
    d->flag = flag;
    d->stop = stop;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->wake, NULL);
    d->lent = limits_forward(stop, flag);
    if (d->lent || start_thread(d)) return d;
    pthread_cond_destroy(&d->wake);
    pthread_mutex_destroy(&d->lock);
    mem_free(d);
    return NULL;
}

/* Is the command's time up no later? */
static int command_is_sooner(double seconds) {
    const double left = limits_left();
    return left > 0 && left <= seconds;
}

void deadline_limit(deadline *d, double seconds) {
    if (!d) return;
    pthread_mutex_lock(&d->lock);
    clock_gettime(CLOCK_MONOTONIC, &d->since);
    d->seconds = seconds;
    pthread_mutex_unlock(&d->lock);
    if (seconds > 0 && !d->threaded && !command_is_sooner(seconds)) start_thread(d);
}

int deadline_end(deadline *d) {
    if (!d) return 0;
    if (d->lent) limits_forward_end(d->flag);
    if (d->threaded) {
        pthread_mutex_lock(&d->lock);
        d->ended = 1;
        pthread_cond_signal(&d->wake);
        pthread_mutex_unlock(&d->lock);
        pthread_join(d->thread, NULL);
    }
    int late = d->late;
    pthread_cond_destroy(&d->wake);
    pthread_mutex_destroy(&d->lock);
    mem_free(d);
    return late;
}
