/* What a session has read, and where the copies go. */
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "seal/seal.h"
#include "session/session.h"

typedef struct gathering {
    seal *s;
    const assess *a;
    seal_inputs *in;
    fault *f;
    const char *base; /* the folder that all files beside the rules are below, ended by a slash */
} gathering;

void seal_inputs_release(seal_inputs *in) {
    for (size_t i = 0; i < in->count; i++) files_release(&in->item[i].view);
    mem_free(in->item);
    *in = (seal_inputs){0};
}

/* In the seal's memory. */
static const char *absolute(gathering *g, const char *path) {
    buf b = BUF_INIT;
    const char *out =
        path_absolute(path, &b) ? arena_print(&g->s->memory, "%s", buf_string(&b)) : NULL;
    buf_release(&b);
    if (!out) fault_memory(g->f);
    return out;
}

static int is_listed(const gathering *g, const char *path) {
    for (size_t i = 0; i < g->in->count; i++)
        if (!strcmp(g->in->item[i].path, path)) return 1;
    return 0;
}

static seal_input *append(gathering *g, const char *path, const char *kind) {
    if (!path || !MEM_RESERVE(g->in->item, g->in->count + 1, g->in->cap)) {
        fault_memory(g->f);
        return NULL;
    }
    seal_input *x = &g->in->item[g->in->count++];
    *x = (seal_input){.path = path, .kind = kind, .view = FILE_VIEW_INIT};
    if (!tree_takes(path)) fault_set(g->f, FAULT_USAGE, "'%s' cannot be the name of a file", path);
    return x;
}

/* A copy of the file `name`, unless there is one. */
static void add_file(gathering *g, const char *path, const char *kind, const char *name) {
    struct stat info;
    if (g->f->count || (path && is_listed(g, path))) return;
    if (stat(name, &info) == 0 && !S_ISREG(info.st_mode)) {
        fault_at(g->f, FAULT_USAGE, &(place){.file = name}, "--data NAME=- reads standard input",
                 "this is no plain file and can be read only once: it cannot be sealed");
        return;
    }
    seal_input *x = append(g, path, kind);
    if (!x || !(x->origin = absolute(g, name))) return;
    if (files_read(name, SIZE_MAX / 2, &x->view, g->f)) {
        x->text = x->view.bytes ? x->view.bytes : "";
        x->length = x->view.length;
    }
}

/* ---- where files lie ---- */

static int is_script(const char *name) {
    size_t n = strlen(name);
    return n > 4 && !strcmp(name + n - 4, ".lua");
}

/* Did the rules find this module below the folder of an edition? Such a name begins with it. */
static int is_beside(const assess *a, const char *name) {
    const host *h = a->h;
    for (int e = 0; e < h->editions; e++) {
        const char *rules = sources_name(h->files, h->edition[e]), *slash = strrchr(rules, '/');
        size_t n = slash ? (size_t)(slash - rules) + 1 : 0;
        if (n ? !strncmp(name, rules, n) : *name != '/') return 1;
    }
    return 0;
}

/* Is this a method that may have been found elsewhere than beside the rules? */
static int is_library(const assess *a, int file) {
    const char *name = sources_name(a->h->files, file);
    return is_script(name) && sources_is_library(a->h->files, file) && !host_is_edition(a->h, file);
}

/* Was it found below the folder of an edition for certain? */
static int is_surely_beside(const assess *a, int file) {
    const host *h = a->h;
    const char *name = sources_name(h->files, file), *module = sources_module(h->files, file);
    for (int e = 0; e < h->editions; e++) {
        const char *rules = sources_name(h->files, h->edition[e]), *slash = strrchr(rules, '/');
        size_t n = slash ? (size_t)(slash - rules) + 1 : 0;
        if (!strncmp(name, rules, n) && !strcmp(name + n, module)) return 1;
    }
    return 0;
}

/* A file that the rules name by a path from their own folder. */
static int is_of_rules(const dataset *d) { return !d->text && !d->given && *d->spec.path != '/'; }

/* Calls a function for each file that lies beside the rules. */
static void each_beside(gathering *g,
                        void (*call)(gathering *g, const char *name, const char *kind)) {
    const assess *a = g->a;
    for (size_t i = 0; i < sources_count(a->h->files) && !g->f->count; i++) {
        const char *name = sources_name(a->h->files, (int)i);
        int library = is_library(a, (int)i);
        if (!library || is_beside(a, name))
            call(g, name, library ? "method" : is_script(name) ? "rules" : "data");
    }
    for (size_t i = 0; i < a->s->data.count && !g->f->count; i++) {
        const dataset *d = a->s->data.item[i];
        if (is_of_rules(d)) call(g, d->spec.path, "data");
        for (size_t k = 0; k < d->spec.aliases; k++)
            if (d->spec.alias[k].path) call(g, d->spec.alias[k].path, "data");
    }
}

/* The base becomes the folder that is above this file, too. */
static void widen_base(gathering *g, const char *name, const char *kind) {
    const char *path = absolute(g, name), *slash = path ? strrchr(path, '/') : NULL;
    (void)kind;
    if (!slash) return;
    size_t n = (size_t)(slash - path) + 1;
    if (g->base) {
        size_t same = 0;
        for (size_t i = 0; g->base[i] && i < n && g->base[i] == path[i]; i++)
            if (path[i] == '/') same = i + 1;
        n = same;
    }
    g->base = arena_text(&g->s->memory, path, n);
    if (!g->base) fault_memory(g->f);
}

/* Seen from the base. */
static const char *below_base(gathering *g, const char *name) {
    const char *path = absolute(g, name);
    return path ? path + strlen(g->base) : "";
}

static void add_beside(gathering *g, const char *name, const char *kind) {
    add_file(g, arena_print(&g->s->memory, "inputs/%s", below_base(g, name)), kind, name);
}

static void add_library(gathering *g) {
    sources *files = g->a->h->files;
    for (size_t i = 0; i < sources_count(files) && !g->f->count; i++)
        if (is_library(g->a, (int)i) && !is_surely_beside(g->a, (int)i))
            add_file(g, arena_print(&g->s->memory, "library/%s", sources_module(files, (int)i)),
                     "method", sources_name(files, (int)i));
}

/* ---- what the command line gave ---- */

static const char *ending(const dataset *d) {
    if (d->text) return d->length >= 4 && !memcmp(d->text, "PK\3\4", 4) ? ".xlsx" : ".csv";
    const char *slash = strrchr(d->spec.path, '/'), *dot = strrchr(d->spec.path, '.');
    return dot && (!slash || dot > slash) && tree_takes(dot + 1) ? dot : "";
}

static int is_plain_name(const char *name) {
    return tree_takes(name) && !strpbrk(name, "/:!") && strlen(name) < 100;
}

static void add_given(gathering *g, size_t at) {
    seal *s = g->s;
    const dataset *d = g->a->s->data.item[at];
    const char *name = is_plain_name(d->spec.name)
                           ? arena_print(&s->memory, "given/%s%s", d->spec.name, ending(d))
                           : arena_print(&s->memory, "given/data-%zu%s", at + 1, ending(d));
    if (d->text) {
        seal_input *x = append(g, name, "data");
        if (x) {
            x->text = d->text;
            x->length = d->length;
        }
    } else {
        add_file(g, name, "data", d->spec.path);
    }
    const char *sheet = d->spec.workbook && !d->text ? d->spec.sheet : NULL,
               *range = d->spec.workbook && !d->text ? d->spec.range : NULL;
    s->data[s->datas++] =
        (seal_pair){arena_print(&s->memory, "%s", d->spec.name),
                    arena_print(&s->memory, "../%s%s%s%s%s", name, sheet || range ? ":" : "",
                                sheet ? sheet : "", range ? "!" : "", range ? range : "")};
}

int seal_gather(seal *s, const assess *a, seal_inputs *in, fault *f) {
    gathering g = {.s = s, .a = a, .in = in, .f = f};
    *in = (seal_inputs){0};
    s->data = arena_zero(&s->memory, a->s->data.count + 1, sizeof *s->data);
    if (!s->data) return fault_memory(f);
    each_beside(&g, widen_base);
    if (!f->count) s->rules = below_base(&g, a->file);
    if (!f->count) each_beside(&g, add_beside);
    add_library(&g);
    for (size_t i = 0; i < a->s->data.count && !f->count; i++)
        if (!is_of_rules(a->s->data.item[i])) add_given(&g, i);
    return !f->count;
}
