#include "session/inside.h"

#include <math.h>
#include <string.h>

#include "rule/build_id.h"

const char *assess_fact(const assess *a, const char *name) {
    static const char *const usual[][2] = {
        { "score", "total" }, { "grade", "grade" }, { "rank", "rank" }, { "parts", "areas" }, { "details", "scores" },
        { "coverage", "coverage" }, { "basis", "basis" }, { "verdict", "built" }, { "assessable", "assessable" },
    };
    if (!strcmp(name, "file"))
        return a->file;
    const char *text = a->s ? script_fact_of(a->s, name) : "";
    if (*text || strncmp(name, "show.", 5) != 0)
        return text;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (!strcmp(usual[i][0], name + 5) && assess_output_named(a, usual[i][1]))
            return usual[i][1];
    return "";
}

size_t assess_stage_count(const assess *a) {
    return a->s ? (size_t)a->s->m.stages : 0;
}

assess_stage assess_stage_at(const assess *a, size_t i) {
    const md_stage *s = &a->s->m.stage[i];
    return (assess_stage){ s->name, s->from, s->to, s->peers };
}

const char *assess_stage_peer(const assess *a, size_t stage, size_t i) {
    return a->s->m.stage[stage].peer[i];
}

size_t assess_leaf_count(const assess *a) {
    return a->leaves ? a->s->m.leaves : 0;
}

assess_leaf assess_leaf_at(const assess *a, size_t i) {
    return a->leaves[i];
}

assess_edition assess_leaf_edition(const assess *a, size_t leaf, size_t which) {
    model *m = &a->s->m; /* the texts of values are kept in it */
    const md_leaf *l = &m->leaf[leaf];
    md_edition e = model_edition(l, which < (size_t)model_editions(l) ? (int)which : model_editions(l) - 1);
    return (assess_edition){ .address = e.address, .value = model_value_text(m, &e.value), .cite = e.cite,
                             .file = sources_name(m->files, e.at.file), .line = e.at.line };
}

size_t assess_source_count(const assess *a) {
    return a->step == DONE ? a->s->data.count : 0;
}

assess_source assess_source_at(const assess *a, size_t i) {
    const dataset *d = a->s->data.item[i];
    assess_source out = { .name = d->spec.name, .path = tb_path(d->table), .encoding = tb_encoding(d->table),
                          .form = !d->spec.keys ? "table" : d->wide ? "wide" : "long",
                          .sha256 = tb_sha256(d->table), .rows = tb_read_rows(d->table), .kept = tb_rows(d->table),
                          .values = d->present, .missing = d->absent, .year_from = NAN, .year_to = NAN };
    for (size_t k = 0; k < d->spec.keys; k++) {
        const tb_column *c = tb_column_named(d->table, d->spec.key[k].column);
        for (size_t r = 0; !strcmp(d->spec.key[k].axis, "year") && r < tb_rows(d->table); r++) {
            out.year_from = c->value[r] >= out.year_from ? out.year_from : c->value[r];
            out.year_to = c->value[r] <= out.year_to ? out.year_to : c->value[r];
        }
    }
    return out;
}

const char *assess_rules_sha256(const assess *lent) {
    assess *a = (assess *)lent;
    digest *d = a->h && !*a->rules ? digest_start() : NULL;
    if (!d)
        return a->rules;
    for (size_t i = 0; i < sources_count(a->h->files); i++) {
        size_t length;
        const char *text = sources_text(a->h->files, (int)i, &length);
        digest_add(d, text, length);
    }
    digest_finish(d, a->rules);
    return a->rules;
}

const char *assess_engine_sha256(const assess *lent) {
    assess *a = (assess *)lent;
    if (!*a->engine)
        engine_digest(a->engine);
    return a->engine;
}
