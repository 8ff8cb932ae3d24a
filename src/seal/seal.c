#include "seal/seal.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"

enum { SCHEMA_VERSION = 1, SEAL_MOST = 16 << 20, FILES_MOST = 100000 };

static const char schema[] = "assess-seal";
static const char sum_begins[] = " \"seal\": \"";

void seal_release(seal *s) {
    arena_release(&s->memory);
    *s = SEAL_INIT;
}

int seal_sum(const void *bytes, size_t length, char hex[DIGEST_HEX], fault *f) {
    digest *d = digest_start();
    if (d) digest_add(d, bytes, length);
    digest_finish(d, hex);
    return *hex || fault_memory(f);
}

/* ---- writing ---- */

static json_t *pairs_list(const seal_pair *pair, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "name", json_text(pair[i].name));
        json_object_set_new(o, "value", json_text(pair[i].value));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *files_list(const seal *s) {
    json_t *list = json_array();
    for (size_t i = 0; i < s->files; i++) {
        const seal_file *x = &s->file[i];
        json_t *o = json_object();
        json_object_set_new(o, "path", json_text(x->path));
        json_object_set_new(o, "kind", json_text(x->kind));
        json_object_set_new(o, "bytes", json_integer((json_int_t)x->bytes));
        json_object_set_new(o, "sha256", json_text(x->sha256));
        json_array_append_new(list, o);
    }
    return list;
}

int seal_write(seal *s, buf *out, fault *f) {
    json_t *o = json_object(), *engine = json_object();
    json_object_set_new(o, "schema", json_text(schema));
    json_object_set_new(o, "schema_version", json_integer(SCHEMA_VERSION));
    json_object_set_new(o, "title", json_text(s->title));
    json_object_set_new(o, "rules", json_text(s->rules));
    json_object_set_new(o, "language", json_text(s->language));
    json_object_set_new(engine, "version", json_text(s->version));
    json_object_set_new(engine, "sha256", json_text(s->engine));
    json_object_set_new(o, "engine", engine);
    json_object_set_new(o, "options", pairs_list(s->option, s->options));
    json_object_set_new(o, "data", pairs_list(s->data, s->datas));
    json_object_set_new(o, "warnings", json_integer((json_int_t)s->warnings));
    json_object_set_new(o, "files", files_list(s));
    char *text = json_dumps(o, JSON_INDENT(1));
    size_t length = text ? strlen(text) : 0;
    json_decref(o);
    if (!text) return fault_memory(f);
    while (length && (text[length - 1] == '}' || text[length - 1] == '\n')) length--;
    buf_put(out, text, length);
    buf_text(out, ",\n");
    mem_free(text);
    if (out->failed) return fault_memory(f);
    if (!seal_sum(out->text, out->length, s->sum, f)) return 0;
    buf_print(out, "%s%s\"\n}\n", sum_begins, s->sum);
    return !out->failed || fault_memory(f);
}

/* ---- reading ---- */

static int damaged(const char *path, const char *how, fault *f) {
    place at = {.file = path};
    return fault_at(f, FAULT_SEAL, &at, NULL, "the seal is damaged: %s", text_message(how));
}

/* The line with the SHA-256 is the last but one. */
static int check_sum(seal *s, const char *path, const char *text, size_t length, fault *f) {
    size_t tail = strlen(sum_begins) + DIGEST_HEX - 1 + strlen("\"\n}\n");
    const char *line = length > tail ? text + length - tail : NULL;
    if (!line || line[-1] != '\n' || memcmp(line, sum_begins, strlen(sum_begins)) ||
        memcmp(text + length - 4, "\"\n}\n", 4))
        return damaged(path, TEXT("its last line is not there"), f);
    if (!seal_sum(text, (size_t)(line - text), s->sum, f)) return 0;
    if (memcmp(s->sum, line + strlen(sum_begins), DIGEST_HEX - 1))
        return damaged(path, TEXT("its text was changed"), f);
    return 1;
}

typedef struct reader {
    seal *s;
    int wrong;
} reader;

static const char *read_text(reader *r, const json_t *o, const char *key) {
    const char *text = json_string_value(json_object_get(o, key));
    const char *own = text ? arena_text(&r->s->memory, text, strlen(text)) : NULL;
    r->wrong |= !own;
    return own ? own : "";
}

static seal_pair *read_pairs(reader *r, const json_t *o, const char *key, size_t *count) {
    const json_t *list = json_object_get(o, key);
    size_t n = json_array_size(list);
    seal_pair *out = n < FILES_MOST ? arena_zero(&r->s->memory, n + 1, sizeof *out) : NULL;
    r->wrong |= !out || !json_is_array(list);
    for (size_t i = 0; out && i < n; i++) {
        const json_t *item = json_array_get(list, i);
        out[i] = (seal_pair){read_text(r, item, "name"), read_text(r, item, "value")};
    }
    *count = out ? n : 0;
    return out;
}

static void read_files(reader *r, const json_t *o) {
    const json_t *list = json_object_get(o, "files");
    size_t n = json_array_size(list);
    seal *s = r->s;
    s->file = n < FILES_MOST ? arena_zero(&s->memory, n + 1, sizeof *s->file) : NULL;
    r->wrong |= !s->file || !json_is_array(list);
    for (size_t i = 0; s->file && i < n; i++) {
        const json_t *item = json_array_get(list, i);
        seal_file *x = &s->file[s->files++];
        const char *sum = read_text(r, item, "sha256");
        x->path = read_text(r, item, "path");
        x->kind = read_text(r, item, "kind");
        json_int_t bytes = json_integer_value(json_object_get(item, "bytes"));
        x->bytes = bytes > 0 ? (size_t)bytes : 0;
        r->wrong |= strlen(sum) != DIGEST_HEX - 1 || !tree_takes(x->path);
        if (!r->wrong) memcpy(x->sha256, sum, DIGEST_HEX);
    }
}

static int read_members(seal *s, const char *path, const json_t *o, fault *f) {
    reader r = {s, 0};
    if (strcmp(read_text(&r, o, "schema"), schema))
        return damaged(path, TEXT("it is no text of this kind"), f);
    if (json_integer_value(json_object_get(o, "schema_version")) != SCHEMA_VERSION)
        return fault_at(f, FAULT_USAGE, &(place){.file = path}, NULL,
                        "the run was sealed by a newer program");
    const json_t *engine = json_object_get(o, "engine");
    s->title = read_text(&r, o, "title");
    s->rules = read_text(&r, o, "rules");
    s->language = read_text(&r, o, "language");
    s->version = read_text(&r, engine, "version");
    s->engine = read_text(&r, engine, "sha256");
    s->option = read_pairs(&r, o, "options", &s->options);
    s->data = read_pairs(&r, o, "data", &s->datas);
    s->warnings = (size_t)json_integer_value(json_object_get(o, "warnings"));
    read_files(&r, o);
    for (size_t i = 0; i < s->datas; i++)
        r.wrong |= strncmp(s->data[i].value, "../given/", 9) || !tree_takes(s->data[i].value + 3);
    if (r.wrong || !tree_takes(s->rules))
        return damaged(path, TEXT("something is missing in it"), f);
    return 1;
}

int seal_read(seal *s, const char *folder, fault *f) {
    fault reading = FAULT_INIT;
    file_view file = FILE_VIEW_INIT;
    struct stat info;
    buf path = BUF_INIT;
    buf_print(&path, "%s%s" SEAL_FILE, folder,
              *folder && folder[strlen(folder) - 1] == '/' ? "" : "/");
    const char *name = arena_print(&s->memory, "%s", buf_string(&path));
    buf_release(&path);
    if (!name) return fault_memory(f);
    if (stat(folder, &info) < 0)
        return fault_at(f, FAULT_USAGE, &(place){.file = folder}, NULL, "no such folder");
    if (stat(name, &info) < 0)
        return fault_at(f, FAULT_USAGE, &(place){.file = folder},
                        "'assess record RULES -o DIR' seals a run", "no sealed run: it holds no %s",
                        SEAL_FILE);
    if (!files_read(name, SEAL_MOST, &file, &reading)) {
        if (reading.kind == FAULT_DATA) reading.kind = FAULT_SEAL;
        fault_move(f, &reading);
        return 0;
    }
    json_t *o = NULL;
    int fine = check_sum(s, name, file.bytes, file.length, f);
    if (fine && !(o = json_loadb(file.bytes, file.length, 0, NULL)))
        fine = damaged(name, TEXT("it is no text of this kind"), f);
    fine = fine && read_members(s, name, o, f);
    json_decref(o);
    files_release(&file);
    return fine;
}
