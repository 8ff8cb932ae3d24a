/* Draws of what is uncertain, as part of a sealed run. */
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "robust/vary.h"
#include "seal/seal.h"
#include "session/session.h"
#include "uncertainty/inert.h"

int seal_is_of_draws(const char *option) {
    return !strcmp(option, "draws") || !strcmp(option, "seed") || !strcmp(option, "vary");
}

/* A whole number of an option, which anybody may have written. */
static int read_whole(const seal_pair *o, double least, double most, double *out, fault *f) {
    if (decimal_read(o->value, strlen(o->value), out) == DECIMAL_OK && *out >= least &&
        *out <= most && *out == (double)(uint64_t)*out)
        return 1;
    return fault_set(f, FAULT_SEAL, "the seal is damaged: --%s %s", o->name, o->value);
}

/* What the rules say is uncertain, and what the seal adds to it. */
static int list_uncertain(const seal *s, const assess *a, uncertain_list *list, arena *memory,
                          fault *f) {
    int fine = 1;
    for (size_t i = 0; fine && i < a->s->uncertain.count; i++)
        fine = uncertain_add(list, &a->s->uncertain.item[i], &a->s->m, f);
    for (size_t i = 0; fine && i < s->options; i++)
        if (!strcmp(s->option[i].name, "vary"))
            fine = uncertain_read(list, s->option[i].value, memory, f);
    return fine;
}

/* The document of `assess vary` for programs. */
static int put_draws(const view *v, vary *of, folder_files *out, const volatile sig_atomic_t *stop,
                     fault *f) {
    static const double quantile[] = {0.05, 0.5, 0.95};
    const vary_wish w = {
        .first = of->settings.places, .quantile = quantile, .quantiles = 3, .decided = 0.95};
    document p = {0};
    document_open(&p, "vary", view_text(v, "How robust the results are"), view_text(v, ": "), "-");
    p.view = v;
    int fine = vary_finish(of, f) && inert_find(of, f) && vary_make(v, of, &w, &p, f) &&
               folder_add(out, SEAL_DRAWS, &p, stop, f);
    document_close(&p);
    return fine;
}

/* There are copies of what the rules read, and of nothing else. */
static int reads_no_more(const vary *of, fault *f) {
    return !of->inputs.files ||
           fault_at(f, FAULT_USAGE, NULL, "without --draws the run can be sealed",
                    "draws that read further files cannot be sealed: %s", of->inputs.file[0].path);
}

/* All draws, or none. */
static int make_all(vary *of, fault *f) {
    if (!vary_run(of, f)) return 0;
    return !of->stopped ||
           fault_at(f, FAULT_LIMIT, NULL, of->late ? "--seconds raises the limit" : NULL,
                    of->late
                        ? "the time was up after %llu of %llu draws; a sealed run has all of them"
                        : "stopped after %llu of %llu draws; a sealed run has all of them",
                    (unsigned long long)of->done, (unsigned long long)of->settings.draws);
}

/* What the seal asks for; 0 draws: nothing. */
static int wanted(const seal *s, double *count, double *seed, fault *f) {
    *count = 0;
    *seed = 1;
    for (size_t i = 0; i < s->options; i++) {
        const seal_pair *o = &s->option[i];
        if (!strcmp(o->name, "draws") && !read_whole(o, 1, VARY_DRAWS_MOST, count, f)) return 0;
        if (!strcmp(o->name, "seed") && !read_whole(o, 0, 1e15, seed, f)) return 0;
    }
    return 1;
}

/* `out` NULL: only whether they can be made. */
static int draw(const seal *s, assess *a, const view *v, const volatile sig_atomic_t *stop,
                folder_files *out, fault *f) {
    double count, seed;
    if (!wanted(s, &count, &seed, f)) return 0;
    if (!(count > 0)) return 1;
    arena memory = ARENA_INIT;
    uncertain_list list = {0};
    vary of = {0};
    const vary_settings how = {.draws = (uint64_t)count,
                               .seed = (uint64_t)seed,
                               .end = (uint64_t)count,
                               .part = {v->part[ROLE_SCORE], v->part[ROLE_RANK],
                                        v->part[ROLE_GRADE], v->part[ROLE_VERDICT]},
                               .places = 3,
                               .units = v->rows.id,
                               .stop = stop};
    int open = list_uncertain(s, a, &list, &memory, f) && vary_open(&of, a, &list, &how, f);
    int fine = open && reads_no_more(&of, f) &&
               (!out || (make_all(&of, f) && put_draws(v, &of, out, stop, f)));
    if (open) vary_close(&of);
    mem_free(list.item);
    arena_release(&memory);
    return fine && !f->count;
}

int seal_check_draws(const seal *s, assess *a, fault *f) {
    const view_wish w = {.top = VIEW_TOP};
    view v;
    if (!view_open(&v, a, &w, f)) return 0;
    int fine = draw(s, a, &v, NULL, NULL, f);
    view_close(&v);
    return fine;
}

int seal_make_draws(const seal *s, assess *a, const view *v, const volatile sig_atomic_t *stop,
                    folder_files *out, fault *f) {
    return draw(s, a, v, stop, out, f);
}
