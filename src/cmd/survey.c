#include "cmd/survey.h"

#include "base/limits.h"
#include "base/mem.h"
#include "session/session.h"

int survey_list(const assess *a, const arguments_list *further, uncertain_list *list, arena *memory,
                fault *f) {
    int fine = 1;
    for (size_t i = 0; fine && i < a->s->uncertain.count; i++)
        fine = uncertain_add(list, &a->s->uncertain.item[i], &a->s->m, f);
    for (size_t i = 0; fine && i < further->count; i++)
        fine = uncertain_read(list, further->item[i].name, memory, f);
    return fine;
}

vary_settings survey_settings(const view *v, double count, double seed,
                              const volatile sig_atomic_t *stop) {
    return (vary_settings){.draws = (uint64_t)count,
                           .seed = (uint64_t)seed,
                           .end = (uint64_t)count,
                           .part = {v->part[ROLE_SCORE], v->part[ROLE_RANK], v->part[ROLE_GRADE],
                                    v->part[ROLE_VERDICT]},
                           .units = v->rows.id,
                           .stop = stop};
}

int survey_open(survey *s, assess *a, const view *v, const arguments_list *further, double count,
                double seed, const volatile sig_atomic_t *stop, fault *f) {
    *s = (survey){.memory = ARENA_INIT};
    const vary_settings how = survey_settings(v, count, seed, stop);
    s->open =
        survey_list(a, further, &s->list, &s->memory, f) && vary_open(&s->of, a, &s->list, &how, f);
    return s->open;
}

int survey_draw(survey *s, fault *f) { return vary_run(&s->of, f) && vary_finish(&s->of, f); }

int survey_is_small(const survey *s) {
    enum { VARIANTS = 8 };                /* each opens the rules once more */
    static const uint64_t most = 1 << 28; /* elements: some tenths of a second */
    return draws_what_was_found(s->of.draws)->variants <= VARIANTS && vary_work(&s->of) <= most;
}

int survey_make(survey *s, assess *a, const view *v, const arguments_list *further, double count,
                double seed, const volatile sig_atomic_t *stop, fault *f) {
    return survey_open(s, a, v, further, count, seed, stop, f) && survey_draw(s, f);
}

void survey_close(survey *s) {
    if (s->open) vary_close(&s->of);
    mem_free(s->list.item);
    arena_release(&s->memory);
}

void survey_check(double count, double seed, const arguments_list *further, fault *f) {
    if (count > 0) return;
    if (seed >= 0)
        fault_set(f, FAULT_USAGE, "--seed is of no use without --draws");
    else if (further->count)
        fault_set(f, FAULT_USAGE, "--vary is of no use without --draws");
}

void survey_go_on(delivery *d) {
    limits_patient_still();
    d->stop = d->out->stop = NULL;
    if (d->session) assess_stop_on(d->session, NULL);
}

int survey_tell_stopped(uint64_t done, uint64_t all, int late, fault *f) {
    return fault_at(f, FAULT_LIMIT, NULL, late ? "--seconds raises the limit" : NULL,
                    late ? "the time was up after %llu of %llu draws; the report is of these"
                         : "stopped after %llu of %llu draws; the report is of these",
                    (unsigned long long)done, (unsigned long long)all);
}
