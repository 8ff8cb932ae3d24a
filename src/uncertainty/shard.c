#include "uncertainty/shard.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "lua/host.h"
#include "uncertainty/tally_pack.h"

#define MAGIC "assess-part "
enum { TAIL = DIGEST_HEX }; /* the digits and an end of line */

int shard_parse(const char *text, size_t *index, size_t *of) {
    size_t n[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        if (*text < '1' || *text > '9') return 0;
        for (; *text >= '0' && *text <= '9' && n[i] <= SHARDS_MOST; text++)
            n[i] = 10 * n[i] + (size_t)(*text - '0');
        if (*text++ != (i ? 0 : '/')) return 0;
    }
    *index = n[0];
    *of = n[1];
    return n[0] <= n[1] && n[1] <= SHARDS_MOST;
}

/* all * index / of, rounded down: whole parts first, so that the product stays small. */
static uint64_t share(uint64_t all, uint64_t index, uint64_t of) {
    return all / of * index + all % of * index / of;
}

void shard_range(uint64_t all, size_t index, size_t of, uint64_t *first, uint64_t *end) {
    *first = share(all, index - 1, of);
    *end = share(all, index, of);
}

static void digest_of(const void *bytes, size_t length, char hex[DIGEST_HEX]) {
    digest *d = digest_start();
    if (d) digest_add(d, bytes, length);
    digest_finish(d, hex);
}

/* Adds data, with copies of the texts. */
static int add_data(shard *s, const char *name, const char *sha256, size_t *cap, arena *memory,
                    fault *f) {
    shard_pair x = {arena_text(memory, name, strlen(name)),
                    arena_text(memory, sha256, strlen(sha256))};
    if (s->datas == *cap) {
        shard_pair *longer = arena_zero(memory, 2 * *cap + 8, sizeof *longer);
        if (!longer) return fault_memory(f);
        if (s->datas) memcpy(longer, s->data, s->datas * sizeof *longer);
        s->data = longer;
        *cap = 2 * *cap + 8;
    }
    if (!x.name || !x.value) return fault_memory(f);
    s->data[s->datas++] = x;
    return 1;
}

static int add_sources(shard *s, const assess *a, size_t *cap, arena *memory, fault *f) {
    int fine = 1;
    for (size_t i = 0; fine && i < assess_source_count(a); i++) {
        assess_source x = assess_source_at(a, i);
        fine = add_data(s, x.name, x.sha256, cap, memory, f);
    }
    return fine;
}

/* A rule file with all that it requires and reads; by its bytes, if it cannot be run: then no draw
 * needs it. */
static int add_file(shard *s, const assess *a, const draw_file *file, size_t *cap, arena *memory,
                    fault *f) {
    assess *b = file->rules ? session_like(a) : NULL;
    file_view view = FILE_VIEW_INIT;
    char hex[DIGEST_HEX];
    int fine;
    if (b) b->hash = 1;
    if (b && !assess_open(b, file->path) && !assess_run(b)) {
        fine = add_data(s, file->path, assess_rules_sha256(b), cap, memory, f) &&
               add_sources(s, b, cap, memory, f);
    } else if ((fine = files_read(file->path, SIZE_MAX, &view, f)) != 0) {
        digest_of(view.bytes, view.length, hex);
        fine = add_data(s, file->path, hex, cap, memory, f);
        files_release(&view);
    }
    assess_free(b);
    return fine;
}

int shard_describe(shard *s, const assess *a, const draw_inputs *in, arena *memory, fault *f) {
    size_t cap = 0;
    s->file = a->file;
    s->rules = assess_rules_sha256(a);
    s->engine = assess_engine_sha256(a);
    int fine = add_sources(s, a, &cap, memory, f);
    for (size_t i = 0; fine && i < in->files; i++)
        fine = add_file(s, a, &in->file[i], &cap, memory, f);
    return fine;
}

/* ---- writing ---- */

static void pack_vary(vary *v, const central *c, buf *b) {
    pack_number(b, v->done);
    for (int p = 0; p < VARY_PARTS; p++) {
        const assess_array *x = v->settings.part[p];
        pack_number(b, x != NULL);
        if (x) tally_pack(&v->tally[p], x->kind == ASSESS_TEXT ? v->session->h->strings : NULL, b);
    }
    pack_number(b, v->inputs.inputs);
    for (size_t i = 0; i < v->inputs.inputs; i++) {
        pack_double(b, v->least[i]);
        pack_double(b, v->most[i]);
    }
    size_t pairs = v->ahead ? v->columns * v->units * v->units : 0;
    pack_number(b, pairs);
    for (size_t i = 0; i < pairs; i++) pack_number(b, v->ahead[i]);
    const draws_found *found = draws_what_was_found(v->draws);
    pack_number(b, found->variants);
    for (size_t i = 0; i < found->variants; i++) pack_number(b, found->digest[i]);
    for (size_t i = 0; i < v->inputs.inputs; i++) pack_number(b, found->needed[i]);
    if (c) central_pack(c, b);
}

static json_t *pairs_json(const shard_pair *pair, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("[s,s]", pair[i].name, pair[i].value));
    return list;
}

static int put_json(const char *text, size_t length, void *b) {
    buf_put(b, text, length);
    return 0;
}

/* The lines before the tallies. */
static int put_header(const shard *s, size_t bytes, buf *b, fault *f) {
    json_t *j = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "engine", s->engine, "file",
        s->file, "rules", s->rules, "data", pairs_json(s->data, s->datas), "options",
        pairs_json(s->option, s->options), "draws", (json_int_t)s->draws, "seed",
        (json_int_t)s->seed, "first", (json_int_t)s->first, "end", (json_int_t)s->end, "shard",
        (json_int_t)s->index, "of", (json_int_t)s->of, "bytes", (json_int_t)bytes);
    buf_print(b, MAGIC "%d\n", SHARD_FORMAT);
    int fine = j && !json_dump_callback(j, put_json, b, JSON_COMPACT);
    buf_char(b, '\n');
    json_decref(j);
    return fine || fault_set(f, FAULT_DATA, "the part cannot be described: a name is no UTF-8");
}

int shard_write(const shard *s, vary *v, const central *c, fault *f) {
    buf tallies = BUF_INIT, all = BUF_INIT;
    char hex[DIGEST_HEX];
    pack_vary(v, c, &tallies);
    int fine = put_header(s, tallies.length, &all, f);
    buf_put(&all, tallies.text, tallies.length);
    digest_of(buf_string(&all), all.length, hex);
    buf_print(&all, "%s\n", hex);
    if (fine && (tallies.failed || all.failed || !*hex)) fine = fault_memory(f);
    if (fine) fine = files_write(s->path, buf_string(&all), all.length, f);
    buf_release(&tallies);
    buf_release(&all);
    return fine;
}

/* ---- reading ---- */

static int pairs_read(const json_t *list, shard_pair **pair, size_t *count, arena *memory) {
    size_t n = json_array_size(list);
    *pair = arena_zero(memory, n + 1, sizeof **pair);
    if (!*pair || !json_is_array(list)) return 0;
    for (*count = 0; *count < n; ++*count) {
        const json_t *x = json_array_get(list, *count);
        const char *name = json_string_value(json_array_get(x, 0)),
                   *value = json_string_value(json_array_get(x, 1));
        if (!name || !value) return 0;
        name = arena_text(memory, name, strlen(name));
        value = arena_text(memory, value, strlen(value));
        if (!name || !value) return 0;
        (*pair)[*count] = (shard_pair){name, value};
    }
    return 1;
}

static int header_read(shard *s, const char *line, size_t length, uint64_t *bytes, arena *memory) {
    json_t *j = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
    const char *text[3] = {NULL};
    json_int_t all, seed, first, end, index, of, size;
    json_t *data, *option;
    int fine = j &&
               !json_unpack(j, "{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
                            "engine", &text[0], "file", &text[1], "rules", &text[2], "data", &data,
                            "options", &option, "draws", &all, "seed", &seed, "first", &first,
                            "end", &end, "shard", &index, "of", &of, "bytes", &size) &&
               all > 0 && seed >= 0 && first >= 0 && first <= end && end <= all && index > 0 &&
               of >= index && of <= SHARDS_MOST && size >= 0;
    for (int i = 0; fine && i < 3; i++)
        fine = (text[i] = arena_text(memory, text[i], strlen(text[i]))) != NULL;
    fine = fine && pairs_read(data, &s->data, &s->datas, memory) &&
           pairs_read(option, &s->option, &s->options, memory);
    if (fine) {
        s->engine = text[0];
        s->file = text[1];
        s->rules = text[2];
        s->draws = (uint64_t)all;
        s->seed = (uint64_t)seed;
        s->first = (uint64_t)first;
        s->end = (uint64_t)end;
        s->index = (size_t)index;
        s->of = (size_t)of;
        *bytes = (uint64_t)size;
    }
    json_decref(j);
    return fine;
}

/* Says of a part what is wrong with it. */
static int part_fault(const shard *s, fault *f, const char *hint, const char *format, ...)
    FAULT_FORMAT(4, 5);
static int part_fault(const shard *s, fault *f, const char *hint, const char *format, ...) {
    const place at = {.file = s->path};
    va_list args;
    va_start(args, format);
    fault_vat(f, FAULT_DATA, &at, hint, format, args);
    va_end(args);
    return 0;
}

int shard_read(shard *s, const char *path, arena *memory, fault *f) {
    *s = (shard){.path = path, .view = FILE_VIEW_INIT};
    if (!files_read(path, SIZE_MAX, &s->view, f)) return 0;
    const char *all = s->view.bytes, *line = NULL, *tallies = NULL;
    size_t length = s->view.length;
    if (length < strlen(MAGIC) || memcmp(all, MAGIC, strlen(MAGIC)) != 0)
        return part_fault(s, f, "'assess vary RULES --shard 1/8 -o part.1' makes one",
                          "not a part of a run of draws");
    int format = 0;
    for (const char *c = all + strlen(MAGIC); c < all + length && *c >= '0' && *c <= '9'; c++)
        format = format < 1000 ? 10 * format + (*c - '0') : format;
    line = memchr(all, '\n', length);
    if (line && format != SHARD_FORMAT)
        return part_fault(s, f, NULL, "a part of format %d; this program reads format %d", format,
                          SHARD_FORMAT);
    if (line) tallies = memchr(line + 1, '\n', length - (size_t)(line + 1 - all));
    if (!tallies) return part_fault(s, f, "make it again", "cut off in its first lines");
    uint64_t bytes = 0;
    if (!header_read(s, line + 1, (size_t)(tallies - line - 1), &bytes, memory))
        return part_fault(s, f, "make it again", "damaged: its second line cannot be read");
    s->tallies = (const unsigned char *)++tallies;
    size_t there = length - (size_t)(tallies - all);
    if (there < TAIL || there - TAIL < bytes)
        return part_fault(s, f, "make it again", "cut off: %zu bytes are there of %llu", length,
                          (unsigned long long)(length - there + bytes + TAIL));
    char hex[DIGEST_HEX];
    digest_of(all, length - TAIL, hex);
    if (!*hex) return fault_memory(f);
    if (there - TAIL != bytes || memcmp(all + length - TAIL, hex, DIGEST_HEX - 1) != 0)
        return part_fault(s, f, "make it again", "damaged: its digest is not that of its content");
    s->length = (size_t)bytes;
    return 1;
}

void shard_close(shard *s) {
    files_release(&s->view);
    *s = (shard){.view = FILE_VIEW_INIT};
}

/* ---- are they of one run? ---- */

/* The options as they stand on a command line. */
static const char *options_text(const shard *s, buf *b) {
    buf_clear(b);
    for (size_t i = 0; i < s->options; i++)
        buf_print(b, "%s--%s%s%s", i ? " " : "", s->option[i].name, *s->option[i].value ? "=" : "",
                  s->option[i].value);
    return s->options ? buf_string(b) : text_message("no options");
}

/* The first data that two runs do not share, or NULL. */
static const char *other_data(const shard *s, const shard *t) {
    size_t i = 0;
    while (i < s->datas && i < t->datas && !strcmp(s->data[i].name, t->data[i].name) &&
           !strcmp(s->data[i].value, t->data[i].value))
        i++;
    return i < s->datas ? s->data[i].name : i < t->datas ? t->data[i].name : NULL;
}

static int same_run(const shard *s, const shard *t, fault *f) {
    buf one = BUF_INIT, two = BUF_INIT;
    const char *data = other_data(s, t), *own = options_text(s, &one),
               *other = options_text(t, &two);
    int fine = 1;
    if (strcmp(s->engine, t->engine) != 0)
        fine = part_fault(s, f, NULL, "of another run than %s: another build of assess made it",
                          t->path);
    else if (strcmp(s->rules, t->rules) != 0)
        fine = part_fault(s, f, NULL, "of another run than %s: its rules are others", t->path);
    else if (data)
        fine = part_fault(s, f, NULL, "of another run than %s: its data '%s' are others", t->path,
                          data);
    else if (s->draws != t->draws)
        fine = part_fault(s, f, NULL, "of another run than %s: of %llu draws, not of %llu", t->path,
                          (unsigned long long)s->draws, (unsigned long long)t->draws);
    else if (s->seed != t->seed)
        fine = part_fault(s, f, NULL, "of another run than %s: with seed %llu, not %llu", t->path,
                          (unsigned long long)s->seed, (unsigned long long)t->seed);
    else if (strcmp(own, other) != 0)
        fine = part_fault(s, f, NULL, "of another run than %s: with %s, not with %s", t->path, own,
                          other);
    buf_release(&one);
    buf_release(&two);
    return fine;
}

int shard_is_of(const shard *s, const shard *session, fault *f) {
    const char *data = other_data(s, session);
    if (strcmp(s->engine, session->engine) != 0)
        return part_fault(s, f, "parts are made and merged by the same program",
                          "another build of assess made it");
    if (strcmp(s->rules, session->rules) != 0)
        return part_fault(s, f, NULL, "made with other rules: %s is not what it was then", s->file);
    if (data)
        return part_fault(s, f, NULL, "made with other data: '%s' are not what they were then",
                          data);
    return 1;
}

/* ---- are all draws there, and once? ---- */

static int by_range(const void *a, const void *b) {
    const shard *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    if (x->end != y->end) return x->end < y->end ? -1 : 1;
    if (x->of != y->of) return x->of < y->of ? -1 : 1;
    return x->index != y->index ? (x->index < y->index ? -1 : 1) : strcmp(x->path, y->path);
}

/* Draws that no part has: which --shard would make them, where all parts are of one division. */
static void tell_missing(const shard *s, size_t count, uint64_t first, uint64_t end, fault *f) {
    buf hint = BUF_INIT;
    size_t of = s[0].of, from = 0, to = 0;
    for (size_t i = 1; i < count; i++)
        if (s[i].of != of) of = 0;
    for (size_t i = 1; i <= of; i++) {
        uint64_t low, high;
        shard_range(s[0].draws, i, of, &low, &high);
        if (low < high && low == first) from = i;
        if (low < high && high == end) to = i;
    }
    if (from && from == to)
        buf_print(&hint, text_message("--shard %zu/%zu makes them"), from, of);
    else if (from && to)
        buf_print(&hint, text_message("--shard %zu/%zu to %zu/%zu make them"), from, of, to, of);
    fault_at(f, FAULT_DATA, NULL, hint.length ? buf_string(&hint) : NULL,
             "no part has draws %llu to %llu", (unsigned long long)first,
             (unsigned long long)(end - 1));
    buf_release(&hint);
}

int shards_check(shard *s, size_t count, fault *f) {
    qsort(s, count, sizeof *s, by_range);
    for (size_t i = 1; i < count; i++) same_run(&s[i], &s[0], f);
    if (f->count) return 0;
    uint64_t reach = 0;
    size_t last = 0; /* the part that reaches so far */
    for (size_t i = 0; i < count; i++) {
        const shard *x = &s[i], *before = i ? &s[i - 1] : NULL;
        if (before && before->first == x->first && before->end == x->end &&
            (x->first < x->end || (before->index == x->index && before->of == x->of)))
            part_fault(x, f, NULL, "it has the same draws as %s", before->path);
        else if (x->first < reach && x->first < x->end)
            part_fault(x, f, NULL, "its draws %llu to %llu are in %s, too",
                       (unsigned long long)x->first,
                       (unsigned long long)((x->end < reach ? x->end : reach) - 1), s[last].path);
        else if (x->first > reach && x->first < x->end)
            tell_missing(s, count, reach, x->first, f);
        if (x->end > reach) {
            reach = x->end;
            last = i;
        }
    }
    if (reach < s[0].draws) tell_missing(s, count, reach, s[0].draws, f);
    return !f->count;
}

/* ---- joining ---- */

int shard_join(vary *v, central *c, const shard *s, fault *f) {
    packed p = {s->tallies, s->tallies + s->length, 0};
    uint64_t done = unpack_number(&p);
    int fine = done == s->end - s->first;
    for (int i = 0; fine && i < VARY_PARTS; i++) {
        const assess_array *x = v->settings.part[i];
        fine = unpack_number(&p) == (x != NULL);
        if (fine && x)
            fine = tally_unpack(&v->tally[i], done,
                                x->kind == ASSESS_TEXT ? v->session->h->strings : NULL, &p, f);
    }
    fine = fine && unpack_number(&p) == v->inputs.inputs;
    for (size_t i = 0; fine && i < v->inputs.inputs; i++) {
        double least = unpack_double(&p), most = unpack_double(&p);
        if (least < v->least[i]) v->least[i] = least;
        if (most > v->most[i]) v->most[i] = most;
    }
    size_t pairs = v->ahead ? v->columns * v->units * v->units : 0;
    fine = fine && unpack_number(&p) == pairs;
    for (size_t i = 0; fine && i < pairs; i++) {
        uint64_t most = 2 * done; /* a pair counts two points */
        v->ahead[i] += unpack_times(&most, &p);
    }
    size_t variants = draws_what_was_found(v->draws)->variants;
    fine = fine && unpack_number(&p) == variants;
    for (size_t i = 0; fine && i < variants; i++) {
        uint64_t sum = unpack_number(&p);
        if (sum) draws_find(v->draws, i, sum);
    }
    for (size_t i = 0; fine && i < v->inputs.inputs; i++)
        if (unpack_number(&p)) draws_need(v->draws, i);
    if (fine && c) fine = central_unpack(c, done, &p, f);
    v->done += done;
    if (f->count) return 0;
    return (fine && !p.failed && p.at == p.end) ||
           part_fault(s, f, "make it again", "damaged: its tallies are not of these rules");
}
