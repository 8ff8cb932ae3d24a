#include "seal/verify.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/allowed.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "seal/compare.h"
#include "session/session.h"

typedef struct work {
    verify *v;
    const char *folder;
    const verify_wish *w;
    const char *origins; /* of the ledger, or NULL */
    const char **why;    /* each of those cannot be read, or NULL */
    file_view *view;     /* of each file of the seal, in its order; empty where it is missing */
    fault *f;
} work;

const char *verify_word(verify_state state) {
    static const char *const word[VERIFY_STATES] = {
        TEXT("as sealed"),     TEXT("changed"), TEXT("missing"),
        TEXT("differs"),       TEXT("new"),     TEXT("not there any more"),
        TEXT("cannot be read")};
    return word[state];
}

static void put(work *k, const char *path, const char *kind, verify_state state,
                const char *detail) {
    verify *v = k->v;
    if (!detail || !MEM_RESERVE(v->item, v->items + 1, v->cap)) {
        fault_memory(k->f);
        return;
    }
    v->item[v->items++] = (verify_item){path, kind, state, detail};
    v->different += state != VERIFY_SAME;
}

static int is_csv(const char *path) {
    size_t n = strlen(path);
    return n > 4 && !strcmp(path + n - 4, ".csv");
}

/* Where two texts differ, in the memory of the verification; "" where they are no texts. `quoted`:
 * with what stands there. */
static const char *say(work *k, const char *path, int quoted, const char *a, size_t na,
                       const char *b, size_t nb) {
    difference d;
    buf text = BUF_INIT;
    difference_find(&d, a ? a : "", na, b ? b : "", nb, is_csv(path));
    if (quoted)
        difference_say(&d, &text);
    else if (d.line)
        buf_print(&text, text_message("line %ld"), d.line);
    const char *out = arena_print(&k->v->memory, "%s", buf_string(&text));
    difference_release(&d);
    buf_release(&text);
    return out ? out : "";
}

static const char *say_difference(work *k, const char *path, const char *a, size_t na,
                                  const char *b, size_t nb) {
    return say(k, path, 1, a, na, b, nb);
}

/* ---- the files of the run ---- */

/* A plain file that really lies in the folder, or an empty file. Returns why one that is there
 * cannot be read, or NULL. */
static const char *read_file(work *k, const char *below, file_view *out) {
    fault own = FAULT_INIT;
    struct stat info;
    buf path = BUF_INIT;
    const char *why = NULL;
    *out = FILE_VIEW_INIT;
    buf_print(&path, "%s/%s", k->folder, below);
    int error = lstat(buf_string(&path), &info) < 0 ? errno : 0;
    if (error && error != ENOENT && error != ENOTDIR)
        why = text_of_errno(error);
    else if (!error && S_ISREG(info.st_mode) && allowed_below(buf_string(&path), k->folder) &&
             !files_read(buf_string(&path), SIZE_MAX / 2, out, &own))
        why = own.listed ? own.item[0].text : "";
    if (why && !(why = k->v ? arena_print(&k->v->memory, "%s", why) : "")) fault_memory(k->f);
    fault_release(&own);
    buf_release(&path);
    return why;
}

/* 1: the bytes are those that were sealed; 0: they are not; -1: there are none. */
static int is_sealed(work *k, const seal_file *x, const file_view *file) {
    char hex[DIGEST_HEX];
    if (!file->bytes && !file->owned && x->bytes) return -1;
    if (!seal_sum(file->bytes ? file->bytes : "", file->length, hex, k->f)) return -1;
    return !strcmp(hex, x->sha256);
}

static int is_output(const seal_file *x) { return !strcmp(x->kind, "output"); }

static const char *origin_of(const json_t *origins, const char *path) {
    return json_string_value(json_object_get(origins, path));
}

/* One that is there and cannot be read has a reason. */
static int is_gone(const char *path) {
    struct stat info;
    return stat(path, &info) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Where a copy that was changed differs from its original, if that is still the one that was
 * sealed. */
static const char *tell_copy(work *k, const seal_file *x, const file_view *copy,
                             const json_t *origins) {
    fault ignored = FAULT_INIT;
    file_view file = FILE_VIEW_INIT;
    const char *from = origin_of(origins, x->path), *out = "";
    if (from && !files_read(from, SIZE_MAX / 2, &file, &ignored)) {
        if (!is_gone(from) && ignored.listed)
            out = arena_print(&k->v->memory, text_message("its original %s"), ignored.item[0].text);
        fault_release(&ignored);
    }
    if (from && is_sealed(k, x, &file) == 1)
        out = say_difference(k, x->path, file.bytes, file.length, copy->bytes, copy->length);
    files_release(&file);
    return out;
}

/* The inputs; 1 if all are as they were sealed. */
static int check_inputs(work *k, const json_t *origins) {
    const seal *s = &k->v->s;
    int whole = 1;
    for (size_t i = 0; i < s->files && !k->f->count; i++) {
        const seal_file *x = &s->file[i];
        k->why[i] = read_file(k, x->path, &k->view[i]);
        if (is_output(x)) continue;
        int is = k->why[i] ? -1 : is_sealed(k, x, &k->view[i]);
        whole &= is == 1;
        if (k->why[i])
            put(k, x->path, x->kind, VERIFY_UNREAD, k->why[i]);
        else if (is == 1)
            put(k, x->path, x->kind, VERIFY_SAME, "");
        else if (is < 0)
            put(k, x->path, x->kind, VERIFY_MISSING, "");
        else
            put(k, x->path, x->kind, VERIFY_CHANGED, tell_copy(k, x, &k->view[i], origins));
    }
    return whole && !k->f->count;
}

int verify_inputs(const seal *s, const char *folder, fault *f) {
    work k = {.folder = folder, .f = f};
    for (size_t i = 0; i < s->files && !f->count; i++) {
        const seal_file *x = &s->file[i];
        file_view file = FILE_VIEW_INIT;
        if (is_output(x)) continue;
        if ((read_file(&k, x->path, &file) || is_sealed(&k, x, &file) != 1) && !f->count) {
            buf path = BUF_INIT, hint = BUF_INIT;
            buf_print(&path, "%s/%s", folder, x->path);
            buf_print(&hint, "assess verify %s", folder);
            fault_at(f, FAULT_SEAL, &(place){.file = buf_string(&path)}, buf_string(&hint),
                     "is not there as it was sealed");
            buf_release(&path);
            buf_release(&hint);
        }
        files_release(&file);
    }
    return !f->count;
}

/* ---- the outputs ---- */

static const file_item *find_made(const folder_files *made, const char *name) {
    for (size_t i = 0; i < made->count && made->item; i++)
        if (made->item[i].name && !strcmp(made->item[i].name, name)) return &made->item[i];
    return NULL;
}

static void check_output(work *k, const seal_file *x, const file_view *file,
                         const folder_files *made) {
    const file_item *m = made ? find_made(made, x->path) : NULL;
    char hex[DIGEST_HEX] = "";
    int is = is_sealed(k, x, file);
    if (is < 0) {
        put(k, x->path, x->kind, VERIFY_MISSING, "");
        return;
    }
    if (m && !seal_sum(m->bytes ? m->bytes : "", m->length, hex, k->f)) return;
    int again = m && !strcmp(hex, x->sha256);
    if (is == 1 && (again || !made))
        put(k, x->path, x->kind, VERIFY_SAME, "");
    else if (is == 1)
        put(k, x->path, x->kind, VERIFY_DIFFERS,
            m ? say_difference(k, x->path, file->bytes, file->length, m->bytes, m->length)
              : text_message("it is not computed any more"));
    else
        put(k, x->path, x->kind, VERIFY_CHANGED,
            again ? say_difference(k, x->path, m->bytes, m->length, file->bytes, file->length)
                  : "");
}

static int is_listed(const seal *s, const char *path) {
    for (size_t i = 0; i < s->files; i++)
        if (!strcmp(s->file[i].path, path)) return 1;
    return 0;
}

/* `made`: NULL where they were not computed again. */
static void check_outputs(work *k, const folder_files *made) {
    const seal *s = &k->v->s;
    for (size_t i = 0; i < s->files && !k->f->count; i++)
        if (is_output(&s->file[i]) && k->why[i])
            put(k, s->file[i].path, s->file[i].kind, VERIFY_UNREAD, k->why[i]);
        else if (is_output(&s->file[i]))
            check_output(k, &s->file[i], &k->view[i], made);
    for (size_t i = 0; made && i < made->count && !k->f->count; i++)
        if (!is_listed(s, made->item[i].name))
            put(k, arena_print(&k->v->memory, "%s", made->item[i].name), "output", VERIFY_NEW, "");
}

/* ---- engine, ledger, originals ---- */

static void check_engine(work *k) {
    verify *v = k->v;
    char own[DIGEST_HEX];
    build_id_digest(own);
    if (!strcmp(own, v->s.engine)) {
        put(k, "assess", "engine", VERIFY_SAME, "");
        return;
    }
    if (!*own)
        put(k, "assess", "engine", VERIFY_UNREAD, "");
    else
        put(k, "assess", "engine", VERIFY_CHANGED,
            arena_print(&v->memory,
                        text_message("sealed by assess %s (%.12s…), this is %s (%.12s…)"),
                        v->s.version, v->s.engine, assess_version(), own));
    if (k->w->any_engine) v->different--;
}

/* The folder of the run and what it is called there. 0 without memory. */
static int split(const char *folder, buf *parent, const char **name, buf *whole) {
    if (!path_absolute(folder, whole)) return 0;
    const char *slash = strrchr(buf_string(whole), '/');
    *name = slash ? slash + 1 : "";
    buf_put(parent, buf_string(whole), slash ? (size_t)(slash - buf_string(whole)) : 0);
    if (!parent->length) buf_char(parent, '/');
    return !parent->failed;
}

static void check_ledger(work *k, ledger_rows *rows) {
    buf parent = BUF_INIT, whole = BUF_INIT;
    const char *name;
    fault ignored = FAULT_INIT;
    verify *v = k->v;
    if (!split(k->folder, &parent, &name, &whole)) {
        fault_memory(k->f);
    } else if (!ledger_read(buf_string(&parent), rows, &ignored)) {
        /* The run can be verified without it: but not that this is the run that was sealed here. */
        put(k, LEDGER_FILE, "ledger", VERIFY_UNREAD,
            arena_print(&v->memory, "%s",
                        ignored.listed && ignored.item[0].text ? ignored.item[0].text : ""));
        fault_release(&ignored);
    } else {
        const ledger_row *row = ledger_find(rows, name, v->s.sum);
        if (row) {
            int broken = row->broken || rows->untied || strcmp(row->seal, v->s.sum) != 0;
            v->at = row->at;
            k->origins = row->origins;
            put(k, LEDGER_FILE, "ledger", broken ? VERIFY_CHANGED : VERIFY_SAME,
                strcmp(row->seal, v->s.sum)
                    ? arena_print(&v->memory,
                                  text_message("run %lld was sealed as %.12s…, this is %.12s…"),
                                  row->number, row->seal, v->s.sum)
                : broken ? text_message("'assess history FOLDER' tells what is wrong with it")
                         : "");
        }
    }
    buf_release(&parent);
    buf_release(&whole);
}

static void put_original(work *k, const char *path, const char *kind, verify_state state,
                         const char *detail) {
    verify *v = k->v;
    if (!path || !MEM_RESERVE(v->original, v->originals + 1, v->original_cap)) {
        fault_memory(k->f);
        return;
    }
    v->original[v->originals++] = (verify_item){path, kind, state, detail};
    v->moved += state == VERIFY_CHANGED;
}

static void check_originals(work *k, const json_t *origins) {
    const seal *s = &k->v->s;
    for (size_t i = 0; i < s->files && !k->f->count; i++) {
        const seal_file *x = &s->file[i];
        const char *from = is_output(x) ? NULL : origin_of(origins, x->path);
        fault ignored = FAULT_INIT;
        file_view file = FILE_VIEW_INIT;
        if (!from) continue;
        const char *path = arena_print(&k->v->memory, "%s", from), *detail = "";
        if (!files_read(from, SIZE_MAX / 2, &file, &ignored)) {
            int gone = is_gone(from) || !ignored.listed;
            put_original(k, path, x->kind, gone ? VERIFY_NOT_KNOWN : VERIFY_UNREAD,
                         gone ? "" : arena_print(&k->v->memory, "%s", ignored.item[0].text));
            fault_release(&ignored);
            continue;
        }
        int same = is_sealed(k, x, &file) == 1;
        if (!same && is_sealed(k, x, &k->view[i]) == 1)
            /* The ledger may come from anybody: no file elsewhere is quoted. */
            detail = say(k, x->path, allowed_reads(&k->w->allow, from), k->view[i].bytes,
                         k->view[i].length, file.bytes, file.length);
        put_original(k, path, x->kind, same ? VERIFY_SAME : VERIFY_CHANGED, detail);
        files_release(&file);
    }
}

/* ---- all of it ---- */

/* The session tells what is wrong with the copies; the rest stands in the fault. */
static const char *say_not_computed(work *k, const fault *own) {
    const char *what = text_message("the outputs cannot be computed again from the copies");
    if (!own->listed) return what;
    return arena_print(&k->v->memory, "%s%s%s", what, text_message(": "), own->item[0].text);
}

static void compute_again(work *k, void (*tell)(void *self, const assess *a), void *self) {
    assess *a = NULL;
    folder_files made;
    fault own = FAULT_INIT;
    assess_status status = seal_compute(&k->v->s, k->folder, &k->w->limits, &a, &made, &own);
    k->v->computed = status == ASSESS_OK;
    if (own.kind == FAULT_LIMIT || status == ASSESS_LIMIT) {
        fault_move(k->f, &own);
        if (a) tell(self, a);
        if (!k->f->count)
            fault_set(k->f, FAULT_LIMIT, "the outputs cannot be computed again within the limits");
    } else {
        if (status && a) tell(self, a);
        check_outputs(k, status ? NULL : &made);
        if (status) put(k, k->v->s.rules, "rules", VERIFY_DIFFERS, say_not_computed(k, &own));
        fault_release(&own);
    }
    folder_release(&made);
    assess_free(a);
}

int verify_run(verify *v, const char *folder, const verify_wish *w,
               void (*tell)(void *self, const assess *a), void *self, fault *f) {
    ledger_rows rows = {.memory = ARENA_INIT};
    *v = (verify){.memory = ARENA_INIT, .s = SEAL_INIT, .at = ""};
    work k = {.v = v, .folder = folder, .w = w, .f = f};
    if (!seal_read(&v->s, folder, f)) return 0;
    k.view = mem_zero(v->s.files + 1, sizeof *k.view);
    k.why = mem_zero(v->s.files + 1, sizeof *k.why);
    if (!k.view || !k.why) fault_memory(f);
    if (f->count) {
        mem_free(k.view);
        mem_free(k.why);
        return 0;
    }
    check_engine(&k);
    check_ledger(&k, &rows);
    json_t *origins = k.origins ? json_loads(k.origins, 0, NULL) : NULL;
    if (v->at) v->at = arena_print(&v->memory, "%s", v->at);
    if (check_inputs(&k, origins))
        compute_again(&k, tell, self);
    else if (!f->count)
        check_outputs(&k, NULL);
    if (!w->sealed && !f->count) check_originals(&k, origins);
    json_decref(origins);
    for (size_t i = 0; i < v->s.files; i++) files_release(&k.view[i]);
    mem_free(k.view);
    mem_free(k.why);
    ledger_release(&rows);
    return !f->count;
}

void verify_close(verify *v) {
    mem_free(v->item);
    mem_free(v->original);
    seal_release(&v->s);
    arena_release(&v->memory);
}
