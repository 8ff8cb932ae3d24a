#include "cmd/part_files.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Options of how a run is made and written. They are not in a part, and merge has its own. */
static const char *const of_the_run[] = {"shard",  "output-dir", "format", "threads", "seconds",
                                         "memory", "color",      "width",  "quiet",   NULL};
/* In a part, but merge may have another. */
static const char *const of_either[] = {"methods", NULL};
/* These stand in a part by themselves. */
static const char *const apart[] = {"draws", "seed", NULL};

static int is_among(const char *name, const char *const *list) {
    while (*list && strcmp(*list, name) != 0) list++;
    return *list != NULL;
}

void part_files_check_options(arguments *a, fault *f) {
    for (size_t i = 0; i < a->given.count; i++) {
        const char *name = a->given.item[i].name;
        if (!is_among(name, of_the_run) && !is_among(name, of_either))
            fault_at(f, FAULT_USAGE, NULL, "the parts say what was computed, and how",
                     "--%s has no meaning for this command", name);
    }
}

/* ---- writing ---- */

int part_files_write(const arguments *a, const assess *session, vary *v, const central *c,
                     size_t index, size_t of, fault *f) {
    arena memory = ARENA_INIT;
    const vary_settings *r = &v->settings;
    shard s = {.path = a->folder,
               .draws = r->draws,
               .seed = r->seed,
               .first = r->first,
               .end = r->end,
               .index = index,
               .of = of};
    s.option = arena_zero(&memory, a->given.count + 1, sizeof *s.option);
    int fine = s.option ? shard_describe(&s, session, &v->inputs, &memory, f) : fault_memory(f);
    for (size_t i = 0; fine && i < a->given.count; i++) {
        const arguments_pair *given = &a->given.item[i];
        if (!is_among(given->name, of_the_run) && !is_among(given->name, apart))
            s.option[s.options++] = (shard_pair){given->name, given->value};
    }
    fine = fine && shard_write(&s, v, c, f);
    arena_release(&memory);
    return fine;
}

/* ---- merging ---- */

static int read_parts(part_files *p, const char *first, const arguments_list *behind, fault *f) {
    p->part = mem_zero(behind->count + 1, sizeof *p->part);
    if (!p->part) return fault_memory(f);
    for (size_t i = 0; i <= behind->count; i++) {
        const char *path = i ? behind->item[i - 1].name : first;
        if (!arguments_check_file(path, "", f)) continue;
        shard_read(&p->part[p->count++], path, &p->memory, f);
    }
    return !f->count && shards_check(p->part, p->count, f);
}

static const option *find(const option *table, const char *name) {
    while (table->name && strcmp(table->name, name) != 0) table++;
    return table->name ? table : NULL;
}

/* What is given to merge itself holds. */
static int is_given(const arguments *a, const char *name) {
    for (size_t i = 0; i < a->given.count; i++)
        if (!strcmp(a->given.item[i].name, name)) return 1;
    return 0;
}

int part_files_open(part_files *p, arguments *a, const arguments_list *behind, const option *table,
                    void *own, fault *f) {
    *p = (part_files){.memory = ARENA_INIT};
    if (!read_parts(p, a->rules, behind, f)) return 0;
    const shard *s = &p->part[0];
    for (size_t i = 0; i < s->options; i++) {
        const shard_pair *x = &s->option[i];
        const option *of = find(table, x->name);
        void *to = of ? own : a;
        if (!of) of = find(shared_options, x->name);
        if (!of)
            return fault_at(f, FAULT_DATA, &(place){.file = s->path}, NULL,
                            "made with an option that is not known here: --%s", x->name);
        if (!is_given(a, x->name)) options_set(of, to, of->value ? x->value : NULL, f);
    }
    a->rules = s->file;
    if (!arguments_check_file(a->rules, text_message("the rules of the parts: "), f)) return 0;
    return arguments_pick(a, f) && !f->count;
}

void part_files_close(part_files *p) {
    for (size_t i = 0; i < p->count; i++) shard_close(&p->part[i]);
    mem_free(p->part);
    arena_release(&p->memory);
    *p = (part_files){0};
}

int part_files_join(const part_files *p, const assess *session, vary *v, central *c, fault *f) {
    arena memory = ARENA_INIT;
    shard own = {0};
    int fine = shard_describe(&own, session, &v->inputs, &memory, f);
    for (size_t i = 0; fine && i < p->count; i++) fine = shard_is_of(&p->part[i], &own, f);
    for (size_t i = 0; fine && i < p->count; i++) fine = shard_join(v, c, &p->part[i], f);
    arena_release(&memory);
    return fine;
}
