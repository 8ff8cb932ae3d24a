/* Computing by the copies of a sealed run. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "seal/seal.h"
#include "session/session.h"

/* "ADDRESS=VALUE" in its two parts, as a session takes them. */
static assess_status give_pair(assess *a, arena *memory, const char *pair,
                               assess_status (*give)(assess *a, const char *name,
                                                     const char *value)) {
    size_t n = strcspn(pair, "=");
    const char *name = arena_text(memory, pair, n);
    return name ? give(a, name, pair + n + (pair[n] == '=')) : ASSESS_LIMIT;
}

/* Options of how files are written change no number. */
static int is_form(const char *name) {
    return !strcmp(name, "bom") || !strcmp(name, "no-bom") || !strcmp(name, "crlf");
}

static assess_status give_option(assess *a, arena *memory, const seal_pair *o) {
    char name[32] = "";
    if (is_form(o->name) || seal_is_of_draws(o->name)) return ASSESS_OK;
    if (!strcmp(o->name, "set")) return give_pair(a, memory, o->value, assess_set);
    if (!strcmp(o->name, "where")) return give_pair(a, memory, o->value, assess_where);
    strncpy(name, o->name, sizeof name - 1);
    for (char *p = strchr(name, '-'); p; p = strchr(p, '-')) *p = '_';
    return assess_setting(a, name, *o->value ? o->value : "1");
}

assess *seal_session(const seal *s, const char *inputs, const seal_limits *limits, fault *f) {
    arena memory = ARENA_INIT;
    assess *a = assess_new();
    if (!a) {
        fault_memory(f);
        return NULL;
    }
    assess_stop_on(a, limits->stop);
    assess_status status = ASSESS_OK;
    for (size_t i = 0; i < limits->settings && !status; i++)
        status = assess_setting(a, limits->setting[i].name, limits->setting[i].value);
    for (size_t i = 0; i < s->options && !status; i++)
        status = give_option(a, &memory, &s->option[i]);
    const char *methods = arena_print(&memory, "%s../library", inputs);
    if (!status) status = methods ? assess_setting(a, "methods", methods) : ASSESS_LIMIT;
    if (!status && *inputs) status = assess_setting(a, "allow", inputs);
    for (size_t i = 0; i < s->datas && !status; i++) {
        const char *path = arena_print(&memory, "%s%s", inputs, s->data[i].value);
        status = path ? assess_data_file(a, s->data[i].name, path) : ASSESS_LIMIT;
    }
    arena_release(&memory);
    if (!status) return a;
    if (assess_message_count(a))
        fault_set(f, FAULT_USAGE, "%s", assess_message_at(a, assess_message_count(a) - 1).text);
    else
        fault_memory(f);
    assess_free(a);
    return NULL;
}

/* ---- with inputs/ as the working folder ---- */

static int enter(const char *folder, fault *f) {
    buf path = BUF_INIT;
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    buf_print(&path, "%s/inputs", folder);
    if (here < 0 || chdir(buf_string(&path)) < 0) {
        fault_at(f, FAULT_USAGE, &(place){.file = buf_string(&path)}, NULL, "cannot be opened: %s",
                 text_of_errno(errno));
        if (here >= 0) close(here);
        here = -1;
    }
    buf_release(&path);
    return here;
}

static void leave(int here, fault *f) {
    if (fchdir(here) < 0)
        fault_set(f, FAULT_USAGE, "the working folder is gone: %s", text_of_errno(errno));
    close(here);
}

/* What was read lies in the folder: a rule that names a file from the root would read the original.
 */
static int check_inside(const assess *a, fault *f) {
    const char *outside = NULL;
    for (size_t i = 0; i < sources_count(a->h->files) && !outside; i++)
        if (*sources_name(a->h->files, (int)i) == '/') outside = sources_name(a->h->files, (int)i);
    for (size_t i = 0; i < a->s->data.count && !outside; i++) {
        const dataset *d = a->s->data.item[i];
        if (*d->spec.path == '/') outside = d->spec.path;
        for (size_t k = 0; k < d->spec.aliases && !outside; k++)
            if (d->spec.alias[k].path && *d->spec.alias[k].path == '/')
                outside = d->spec.alias[k].path;
    }
    return !outside || fault_at(f, FAULT_USAGE, &(place){.file = outside},
                                "name it by its way from the folder of the rules",
                                "what is named by a path from the root cannot be sealed");
}

/* The outputs tell the digest of the engine. Once it is known, it is not read again. */
static int knows_engine(const assess *a, fault *f) {
    if (*assess_engine_sha256(a)) return 1;
    return limits_over() ? fault_memory(f)
                         : fault_set(f, FAULT_USAGE,
                                     "the program cannot read its own file, whose digest belongs "
                                     "to the seal");
}

static int make_outputs(const seal *s, assess *a, const seal_limits *limits, folder_files *out,
                        fault *f) {
    csv_form form = {.mark = CSV_MARK_USUAL};
    buf where = BUF_INIT;
    view v;
    for (size_t i = 0; i < s->options; i++) {
        const seal_pair *o = &s->option[i];
        if (!strcmp(o->name, "crlf")) form.crlf = 1;
        if (!strcmp(o->name, "bom")) form.mark = CSV_MARK_YES;
        if (!strcmp(o->name, "no-bom")) form.mark = CSV_MARK_NO;
        if (!strcmp(o->name, "where")) buf_print(&where, "%s", o->value);
    }
    const view_wish w = {.top = VIEW_TOP, .where = where.length ? buf_string(&where) : NULL};
    int fine = knows_engine(a, f) && view_open(&v, a, &w, f);
    if (fine) {
        fine = folder_make(out, &v, &form, limits->stop, f) &&
               seal_make_draws(s, a, &v, limits->stop, out, f);
        view_close(&v);
    }
    buf_release(&where);
    return fine;
}

assess_status seal_compute(const seal *s, const char *folder, const seal_limits *limits,
                           assess **session, folder_files *out, fault *f) {
    text_language before = text_messages();
    assess_status status = ASSESS_OK;
    int here = enter(folder, f);
    *session = NULL;
    *out = (folder_files){0};
    if (here < 0) return (assess_status)f->kind;
    /* Warnings are among the outputs. */
    int language = text_language_of(s->language);
    text_set_messages(language == TEXT_CHINESE ? TEXT_CHINESE : TEXT_ENGLISH);
    assess *a = *session = seal_session(s, "", limits, f);
    if (a) status = assess_open(a, s->rules);
    if (a && !status) status = assess_run(a);
    if (a && !status && check_inside(a, f)) make_outputs(s, a, limits, out, f);
    text_set_messages(before);
    leave(here, f);
    return status ? status : (assess_status)f->kind;
}
