/* What is set before the rules are opened, and the messages of a session. */
#include "session/session.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "expr/profile.h"

static setting *append_setting(settings *list) {
    if (!MEM_RESERVE(list->item, list->count + 1, list->cap)) return NULL;
    list->item[list->count] = (setting){0};
    return &list->item[list->count++];
}

static assess_status append_pair(assess *a, settings *list, const char *name, const char *value,
                                 const char *text, size_t length) {
    if (a->step != NEW)
        return session_refuse(a, "settings come before the rules are opened: %s%s", name, "");
    char *own = text ? arena_text(&a->memory, text, length) : NULL;
    setting *s = text && !own ? NULL : append_setting(list);
    if (!s) {
        fault f = FAULT_INIT;
        fault_memory(&f);
        session_tell(a, &f, ASSESS_LIMIT);
        return ASSESS_LIMIT;
    }
    *s = (setting){session_keep(a, name), session_keep(a, value), own, length};
    return ASSESS_OK;
}

assess_status assess_set(assess *a, const char *address, const char *value) {
    return append_pair(a, &a->leaf, address, value, NULL, 0);
}

assess_status assess_where(assess *a, const char *column, const char *value) {
    if (a->step != NEW)
        return session_refuse(a, "settings come before the rules are opened: %s%s", column, "");
    if (a->where_column)
        return session_refuse(a, "rows are kept by one column only: %s, or %s", a->where_column,
                              column);
    a->where_column = session_keep(a, column);
    a->where_value = session_keep(a, value);
    return ASSESS_OK;
}

assess_status assess_data_file(assess *a, const char *name, const char *path) {
    return append_pair(a, &a->data, name, path, NULL, 0);
}

assess_status assess_data_text(assess *a, const char *name, const char *label, const char *csv,
                               size_t length) {
    return append_pair(a, &a->data, name, label, csv, length);
}

assess_status session_edit(assess *a, const char *data, const ds_edit *cell) {
    if (a->step != NEW)
        return session_refuse(a, "settings come before the rules are opened: %s%s", data, "");
    if (!MEM_RESERVE(a->edit, a->edits + 1, a->edit_cap)) {
        fault f = FAULT_INIT;
        fault_memory(&f);
        session_tell(a, &f, ASSESS_LIMIT);
        return ASSESS_LIMIT;
    }
    data_edit *e = &a->edit[a->edits++];
    *e = (data_edit){session_keep(a, data), *cell};
    e->cell.column = session_keep(a, cell->column);
    return ASSESS_OK;
}

assess_status session_leave_out(assess *a, const char *address) {
    return append_pair(a, &a->without, address, "", NULL, 0);
}

/* A further folder below which rules may read; kept as it really is, so that one that is removed
 * later does not stand for what is above it. */
static assess_status allow_folder(assess *a, const char *folder) {
    buf real = BUF_INIT;
    fault f = FAULT_INIT;
    const char *own = allowed_real(folder, &real) ? session_keep(a, buf_string(&real)) : NULL;
    int error = own ? 0 : errno;
    buf_release(&real);
    if (error && error != ENOMEM)
        return session_refuse(a, "the setting 'allow' cannot be '%s': %s", folder,
                              error == ENOENT ? text_message("no such folder")
                                              : text_of_errno(error));
    if (own && *own && MEM_RESERVE(a->allow_folder, a->allow.count + 1, a->allow_cap)) {
        a->allow_folder[a->allow.count++] = own;
        a->allow.folder = a->allow_folder;
        return ASSESS_OK;
    }
    fault_memory(&f);
    session_tell(a, &f, ASSESS_LIMIT);
    return ASSESS_LIMIT;
}

assess *session_like(const assess *a) {
    assess *b = assess_new();
    int fine = b != NULL;
    for (size_t i = 0; fine && i < a->leaf.count; i++)
        fine = !append_pair(b, &b->leaf, a->leaf.item[i].name, a->leaf.item[i].value, NULL, 0);
    for (size_t i = 0; fine && i < a->data.count; i++) {
        const setting *s = &a->data.item[i];
        fine = !append_pair(b, &b->data, s->name, s->value, s->text, s->length);
    }
    for (size_t i = 0; fine && i < a->edits; i++)
        fine = !session_edit(b, a->edit[i].data, &a->edit[i].cell);
    for (size_t i = 0; fine && i < a->without.count; i++)
        fine = !session_leave_out(b, a->without.item[i].name);
    for (size_t i = 0; fine && i < a->allow.count; i++) fine = !allow_folder(b, a->allow.folder[i]);
    if (!fine) {
        assess_free(b);
        return NULL;
    }
    b->where_column = a->where_column ? session_keep(b, a->where_column) : NULL;
    b->where_value = a->where_value ? session_keep(b, a->where_value) : NULL;
    b->encoding = a->encoding ? session_keep(b, a->encoding) : NULL;
    b->methods = a->methods ? session_keep(b, a->methods) : NULL;
    b->simd = a->simd ? session_keep(b, a->simd) : NULL;
    b->seconds = a->seconds;
    b->memory_most = a->memory_most;
    b->script_memory = a->script_memory;
    b->source = a->source;
    b->threads = a->threads;
    b->strict = a->strict;
    b->hash = 0;
    b->unused = a->unused;
    b->pass = a->pass;
    b->stop = a->stop;
    return b;
}

/* A number from `least` to `most`, or NaN. */
static double number_between(const char *value, double least, double most) {
    double x;
    return decimal_read(value, strlen(value), &x) == DECIMAL_OK && x >= least && x <= most ? x
                                                                                           : NAN;
}

static assess_status session_refuse_memory(assess *a) {
    fault f = FAULT_INIT;
    fault_memory(&f);
    session_tell(a, &f, ASSESS_LIMIT);
    return ASSESS_LIMIT;
}

assess_status assess_setting(assess *a, const char *name, const char *value) {
    static const char *const names[] = {"threads",  "seconds", "memory",  "script_memory", "source",
                                        "encoding", "strict",  "methods", "simd",          "hash",
                                        "language", "profile", "allow",   "unused",        "pass"};
    static const double most[] = {256, 1e9, 1e9, 1e6, 1e6, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1};
    enum {
        THREADS,
        SECONDS,
        MEMORY,
        SCRIPT_MEMORY,
        SOURCE,
        ENCODING,
        STRICT,
        METHODS,
        SIMD,
        HASH,
        LANGUAGE,
        PROFILE,
        ALLOW,
        UNUSED,
        PASS,
        NAMES
    };
    if (a->step != NEW)
        return session_refuse(a, "settings come before the rules are opened: %s%s", name, "");
    int which = 0;
    suggestion near = suggest_for(name);
    while (which < NAMES && strcmp(names[which], name) != 0) suggest_try(&near, names[which++]);
    if (which == NAMES)
        return suggest_best(&near)
                   ? session_refuse(a, "there is no setting '%s'; did you mean '%s'?", name,
                                    suggest_best(&near))
                   : session_refuse(a, "there is no setting '%s'%s", name, "");
    double x = number_between(value, 0, most[which]);
    int whole = which != SECONDS;
    if (most[which] > 0 && (!(x == x) || (whole && x != trunc(x))))
        return session_refuse(a, "the setting '%s' cannot be '%s'", name, value);
    switch (which) {
    case THREADS: a->threads = (int)x; break;
    case SECONDS: a->seconds = x; break;
    case MEMORY: a->memory_most = (size_t)x << 20; break;
    case SCRIPT_MEMORY: a->script_memory = (size_t)x << 20; break;
    case SOURCE: a->source = (size_t)x << 10; break;
    case ENCODING: a->encoding = session_keep(a, value); break;
    case STRICT: a->strict = x != 0; break;
    case METHODS: a->methods = session_keep(a, value); break;
    case HASH: a->hash = x != 0; break;
    case UNUSED: a->unused = x != 0; break;
    case PASS: a->pass = x != 0; break;
    case PROFILE:
        a->profile = x != 0 ? arena_zero(&a->memory, 1, sizeof *a->profile) : NULL;
        if (x != 0 && !a->profile) return session_refuse_memory(a);
        break;
    case ALLOW: return allow_folder(a, value);
    case LANGUAGE:
        if (text_language_of(value) < 0)
            return session_refuse(a, "the setting '%s' cannot be '%s'", name, value);
        text_set_messages((text_language)text_language_of(value));
        break;
    default:
        if (strcmp(value, "baseline") && strcmp(value, "v3") && strcmp(value, "v4"))
            return session_refuse(a, "the setting '%s' cannot be '%s'", name, value);
        a->simd = session_keep(a, value);
    }
    return ASSESS_OK;
}

void assess_stop_on(assess *a, const volatile sig_atomic_t *stop) { a->stop = stop; }

/* ---- messages ---- */

const char *session_keep(assess *a, const char *text) {
    const char *own = text && *text ? arena_text(&a->memory, text, strlen(text)) : "";
    return own ? own : "";
}

static void tell_item(assess *a, const fault_item *it, assess_status status) {
    if (!MEM_RESERVE(a->message, a->messages + 1, a->message_cap)) return;
    a->message[a->messages++] = (assess_message){
        .status = status,
        .file = session_keep(a, it->file),
        .line = it->line,
        .column = it->column,
        .field = session_keep(a, it->field),
        .excerpt = session_keep(a, it->excerpt),
        .text = session_keep(a, it->text),
        .hint = session_keep(a, it->hint),
    };
}

void session_tell(assess *a, fault *f, assess_status status) {
    fault_tell_cells(f);
    for (const fault *list = f; list; list = list->more)
        for (size_t i = 0; i < list->listed; i++) tell_item(a, &list->item[i], status);
    a->hidden += status != ASSESS_OK ? fault_hidden(f) : 0;
    fault_release(f);
}

/* Under the setting `strict` warnings are what ends the step. */
static void refuse_warnings(assess *a, fault *f) {
    fault_set(f, FAULT_DATA,
              a->notes.count == 1 ? TEXT("--strict: %zu warning is an error")
                                  : TEXT("--strict: %zu warnings are errors"),
              a->notes.count);
    fault_move(f, &a->notes);
}

assess_status session_finish(assess *a, fault *f, session_step next) {
    /* What a missing piece of memory may have changed is no result. */
    if (limits_lacks() != a->lacks && !f->count) fault_memory(f);
    a->lacks = limits_lacks();
    if (a->strict && a->notes.count && !f->count) refuse_warnings(a, f);
    assess_status status = (assess_status)f->kind;
    session_tell(a, &a->notes, ASSESS_OK);
    a->notes = FAULT_INIT;
    fault_sort(f);
    fault_tell_alike(f);
    session_tell(a, f, status);
    a->step = status == ASSESS_OK ? next : FAILED;
    return status;
}

assess_status session_refuse(assess *a, const char *format, const char *what, const char *value) {
    fault f = FAULT_INIT;
    fault_at(&f, FAULT_USAGE, NULL, NULL, format, what, value);
    session_tell(a, &f, ASSESS_USAGE);
    return ASSESS_USAGE;
}

size_t assess_message_count(const assess *a) { return a->messages; }

assess_message assess_message_at(const assess *a, size_t i) { return a->message[i]; }

size_t assess_message_hidden(const assess *a) { return a->hidden; }
