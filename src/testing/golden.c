/* Golden files: results that are kept in a file, compared with it, and explained by the leaves that
 * changed since. */
#include "testing/inside.h"

#include <errno.h>
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/allowed.h"
#include "base/decimal.h"
#include "base/files.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/csv_out.h"

/* ---- the leaves that changed since a golden file was written ----
 *
 * The leaves are kept as CSV (address, value) beside the golden file. To find the effect of one, it
 * is set to its old value, the results are compared, and it gets its present value back. */

static void keep_leaves(const assess *a, buf *to) {
    csv_out o = csv_out_to(to, ',', 0);
    csv_out_string(&o, "address");
    csv_out_string(&o, "value");
    csv_out_end(&o);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf l = assess_leaf_at(a, i);
        csv_out_string(&o, l.address);
        csv_out_string(&o, l.value);
        csv_out_end(&o);
    }
}

typedef struct cause_list {
    lua_State *L;
    computed *c;
    testing_cause *cause;
    size_t count;
} cause_list;

static size_t find_leaf(const assess *a, const char *address) {
    for (size_t i = 0; i < assess_leaf_count(a); i++)
        if (!strcmp(assess_leaf_at(a, i).address, address)) return i;
    return SIZE_MAX;
}

static const char *text_at(const pool *strings, const tb_column *c, size_t row) {
    return isnan(c->value[row]) ? "" : pool_text(strings, (uint32_t)c->value[row]);
}

/* Adds the leaves of the file that have another value now, or are gone; marks those known. */
static void compare_old(cause_list *s, const pool *strings, const tb_table *t, char *known) {
    const tb_column *address = tb_column_named(t, "address"), *value = tb_column_named(t, "value");
    const assess *a = s->c->session;
    arena *m = &testing_of(s->L)->scratch;
    for (size_t r = 0; address && value && r < tb_rows(t); r++) {
        const char *name = text_at(strings, address, r), *old = text_at(strings, value, r);
        size_t at = find_leaf(a, name);
        assess_leaf l = at == SIZE_MAX ? (assess_leaf){.file = ""} : assess_leaf_at(a, at);
        if (at != SIZE_MAX) known[at] = 1;
        if (at != SIZE_MAX && !strcmp(l.value, old)) continue;
        s->cause[s->count++] = (testing_cause){.address = testing_print(s->L, m, "%s", name),
                                               .old = testing_print(s->L, m, "%s", old),
                                               .now = at == SIZE_MAX ? NULL : l.value,
                                               .file = l.file,
                                               .line = l.line,
                                               .back = SIZE_MAX};
    }
}

static void close_pool(void *strings) { pool_close(strings); }

static void close_table(void *table) { tb_close(table); }

/* 0 where the session cannot be computed, or the rules read the leaf as a plain value. */
static int change_leaf(computed *c, const char *address, const char *value) {
    const md_leaf *leaf = model_leaf(&c->session->s->m, address);
    return !(leaf && leaf->fixed) && !assess_change_leaf(c->session, address, value) &&
           testing_recompute(c->session);
}

/* Sets all leaves that can be changed to their old values (`old`) or their present ones. */
static void change_all(computed *c, const testing_cause *cause, size_t count, int old) {
    for (size_t i = 0; i < count; i++)
        if (cause[i].back != SIZE_MAX)
            assess_change_leaf(c->session, cause[i].address, old ? cause[i].old : cause[i].now);
    testing_recompute(c->session);
}

/* Fills causes and rest of `out`: the leaves that changed, and what each of them explains. Of
 * `differ` values that differ, back() counts those that are as in the file with the session as it
 * is. Does nothing without the file of leaves. */
static void find_causes(lua_State *L, computed *c, const char *path, size_t differ,
                        size_t (*back)(void *self), void *self, testing_difference *out) {
    fault ignored = FAULT_INIT;
    const assess *a = c->session;
    arena *m = &testing_of(L)->scratch;
    const tb_options o = {.others = TB_TEXT, .encoding = "utf-8", .separator = ',', .threads = 1};
    pool *strings = pool_open();
    tb_table *t = strings ? tb_read(path, &o, strings, &ignored, &ignored) : NULL;
    size_t leaves = assess_leaf_count(a);
    cause_list s = {.L = L, .c = c};
    fault_release(&ignored);
    /* The host closes them, because what follows may raise. */
    if (strings) host_keep(host_of(L), strings, close_pool);
    if (!t) return;
    host_keep(host_of(L), t, close_table);
    char *known = testing_take(L, m, leaves + 1);
    s.cause = testing_take(L, m, (leaves + tb_rows(t) + 1) * sizeof *s.cause);
    compare_old(&s, strings, t, known);
    for (size_t i = 0; i < leaves; i++) {
        assess_leaf l = assess_leaf_at(a, i);
        if (!known[i])
            s.cause[s.count++] = (testing_cause){.address = l.address,
                                                 .now = l.value,
                                                 .file = l.file,
                                                 .line = l.line,
                                                 .back = SIZE_MAX};
    }
    for (size_t i = 0; i < s.count; i++) {
        testing_cause *k = &s.cause[i];
        if (!k->old || !k->now) continue;
        if (change_leaf(c, k->address, k->old)) k->back = back(self);
        change_leaf(c, k->address, k->now);
    }
    change_all(c, s.cause, s.count, 1);
    out->rest = differ - back(self);
    change_all(c, s.cause, s.count, 0);
    out->causes_known = 1;
    out->cause = s.cause;
    out->causes = s.count;
}

/* ---- golden files: golden("published ranking", { rules = … }) ----
 *
 * The file is CSV: output, the axes, value. Values are the shortest decimals that read back the
 * same. It is written only when somebody accepts what changed (testing_goldens). */

enum { TOLD = 20, AXES = 32 };

/* A value of the file, or of the results. The key is the output and "axis=label" for each axis,
 * ordered by axis, with KEY_END between them. */
enum { KEY_END = '\x1f' };
typedef struct entry {
    const char *key, *value; /* "" missing */
    double number;           /* NaN where it is not a number */
    const assess_array *x;   /* of results */
    size_t element;
} entry;

struct golden_file {
    golden_file *next;
    const char *path;
    const declared_test *of; /* the test that uses it */
    pool *strings;
    tb_table *table;
    entry *old; /* ordered by key; NULL: there is no such file */
    size_t olds;
};

typedef struct golden {
    lua_State *L;
    test_run *t;
    computed *c;
    const char *path, *folder, *name; /* path is folder/name */
    const char *leaves, *leaves_name; /* the file of leaves */
    double abs, rel;
    const assess_array **output;
    size_t outputs;
    const char *axis[AXES];
    int axes;
    entry *now; /* the results, in order */
    size_t nows;
    testing_change *change;
    const look *at; /* of each change; x is NULL where the value is gone */
    size_t changes;
} golden;

void goldens_close(golden_file *g) {
    while (g) {
        golden_file *next = g->next;
        tb_close(g->table);
        pool_close(g->strings);
        mem_free(g);
        g = next;
    }
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const entry *)a)->key, ((const entry *)b)->key);
}

static int by_axis(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The key of an output and "axis=label" texts, which are sorted. */
static const char *make_key(lua_State *L, arena *a, const char *output, const char **pair,
                            size_t pairs) {
    buf b = BUF_INIT;
    if (pairs) qsort(pair, pairs, sizeof *pair, by_axis);
    buf_text(&b, output);
    for (size_t i = 0; i < pairs; i++) {
        buf_char(&b, KEY_END);
        buf_text(&b, pair[i]);
    }
    return testing_keep(L, a, &b);
}

/* The labels of a key, "X, A1". */
static const char *key_place(lua_State *L, arena *a, const char *key) {
    buf b = BUF_INIT;
    for (const char *p = strchr(key, KEY_END); p; p = strchr(p + 1, KEY_END)) {
        const char *from = strchr(p, '='), *to = strchr(p + 1, KEY_END);
        if (b.length) buf_text(&b, ", ");
        if (from) buf_put(&b, from + 1, to ? (size_t)(to - from - 1) : strlen(from + 1));
    }
    return testing_keep(L, a, &b);
}

static double number_of(const char *text) {
    double x;
    return decimal_read(text, strlen(text), &x) == DECIMAL_OK ? x : NAN;
}

static void read_entries(lua_State *L, golden_file *g) {
    test_run *t = testing_of(L);
    const tb_column *output = tb_column_named(g->table, "output"),
                    *value = tb_column_named(g->table, "value");
    size_t rows = tb_rows(g->table), columns = tb_columns(g->table);
    if (!output || !value)
        host_error(L, NULL,
                   "its columns are output, the axes, value; assess test --review writes it anew",
                   "%s is no golden file", g->path);
    entry *old = testing_take(L, &t->memory, (rows + 1) * sizeof *old);
    const char **pair = testing_take(L, &t->scratch, columns * sizeof *pair);
    for (size_t r = 0; r < rows; r++) {
        size_t pairs = 0;
        for (size_t i = 0; i < columns; i++) {
            const tb_column *c = tb_column_at(g->table, i);
            if (c == output || c == value || isnan(c->value[r])) continue;
            pair[pairs++] =
                testing_print(L, &t->scratch, "%s=%s", c->name, text_at(g->strings, c, r));
        }
        old[r] =
            (entry){.key = make_key(L, &t->memory, text_at(g->strings, output, r), pair, pairs),
                    .value = text_at(g->strings, value, r)};
        old[r].number = number_of(old[r].value);
    }
    qsort(old, rows, sizeof *old, by_key);
    g->old = old;
    g->olds = rows;
}

/* The golden file of a path, read once. A file that does not exist has no entries. */
static golden_file *file_of(lua_State *L, const char *path) {
    test_run *t = testing_of(L);
    fault notes = FAULT_INIT, *f = host_fault(L);
    golden_file *g = t->goldens;
    while (g && strcmp(g->path, path)) g = g->next;
    if (g) return g;
    const char *own = testing_print(L, &t->memory, "%s", path);
    testing_note_file(t, path);
    /* One that cannot be read is not one that is still to be made. */
    struct stat info;
    int gone = stat(path, &info) && (errno == ENOENT || errno == ENOTDIR);
    file_view there = FILE_VIEW_INIT;
    if (!gone && !files_read(path, SIZE_MAX / 2, &there, f)) host_raise(L, f);
    g = mem_zero(1, sizeof *g);
    if (!g) files_release(&there);
    if (!g) testing_no_memory(L);
    g->path = own;
    g->next = t->goldens;
    t->goldens = g;
    if (gone) return g;
    g->strings = pool_open();
    const tb_options o = {.others = TB_TEXT, .encoding = "utf-8", .separator = ',', .threads = 1};
    g->table =
        g->strings ? tb_read_text(own, there.bytes, there.length, &o, g->strings, &notes, f) : NULL;
    files_release(&there);
    fault_release(&notes);
    if (!g->strings) testing_no_memory(L);
    if (!g->table) host_raise(L, f);
    read_entries(L, g);
    return g;
}

/* ---- the results ---- */

static void add_axis(lua_State *L, golden *g, const char *name) {
    for (int i = 0; i < g->axes; i++)
        if (!strcmp(g->axis[i], name)) return;
    if (g->axes == AXES)
        host_error(L, "golden", "outputs = { … } names fewer", "more than %d axes in one file",
                   AXES);
    g->axis[g->axes++] = name;
}

static void choose_outputs(lua_State *L, golden *g) {
    const assess *a = g->c->session;
    size_t all = assess_output_count(a);
    if (!option_push(L, 1, "outputs")) {
        g->output = testing_take(L, &g->t->scratch, (all + 1) * sizeof *g->output);
        for (size_t i = 0; i < all; i++) g->output[g->outputs++] = assess_output(a, i);
    } else {
        if (lua_type(L, -1) != LUA_TTABLE)
            host_error(L, "outputs", "outputs = { \"total\", \"rank\" }",
                       "outputs is a list of names");
        size_t count = lua_rawlen(L, -1);
        g->output = testing_take(L, &g->t->scratch, (count + 1) * sizeof *g->output);
        for (size_t i = 0; i < count; i++) {
            if (lua_rawgeti(L, -1, (lua_Integer)i + 1) != LUA_TSTRING)
                host_error(L, "outputs", "outputs = { \"total\", \"rank\" }",
                           "outputs is a list of names");
            g->output[g->outputs++] = extract_push(L, g->c, lua_tostring(L, -1))->x;
            lua_pop(L, 2);
        }
        lua_pop(L, 1);
    }
    if (!g->outputs)
        host_error(L, "outputs", "without outputs all results are compared",
                   "the test compares nothing");
    for (size_t i = 0; i < g->outputs; i++)
        for (int k = 0; k < g->output[i]->axes; k++) add_axis(L, g, g->output[i]->axis[k].name);
}

static void gather_values(lua_State *L, golden *g) {
    const assess *a = g->c->session;
    arena *m = &g->t->scratch;
    size_t all = 0;
    for (size_t i = 0; i < g->outputs; i++) all += g->output[i]->size;
    g->now = testing_take(L, m, (all + 1) * sizeof *g->now);
    for (size_t i = 0; i < g->outputs; i++) {
        const assess_array *x = g->output[i];
        extract whole = extract_all(g->c, x);
        size_t element = SIZE_MAX;
        while (extract_next(&whole, &element)) {
            const char *pair[ASSESS_AXES];
            double value = x->value[element];
            for (int k = 0; k < x->axes; k++)
                pair[k] =
                    testing_print(L, m, "%s=%s", x->axis[k].name, array_label(a, x, k, element));
            g->now[g->nows++] = (entry){.key = make_key(L, m, x->name, pair, (size_t)x->axes),
                                        .value = value_text(L, m, a, x, value),
                                        .number = x->kind == ASSESS_NUMBER ? value : NAN,
                                        .x = x,
                                        .element = element};
            looked_at(g->t, g->c, x, element);
        }
    }
}

/* ---- comparing ---- */

static int same_entry(const golden *g, const entry *old, const entry *now) {
    if (isnan(old->number) || isnan(now->number)) return !strcmp(old->value, now->value);
    double most = g->rel * fmax(fabs(old->number), fabs(now->number));
    return fabs(old->number - now->number) <= fmax(g->abs, most);
}

static void compare_with_file(lua_State *L, golden *g, const golden_file *f) {
    static const char key_end[] = {KEY_END, 0};
    arena *m = &g->t->scratch;
    char *seen = testing_take(L, m, f->olds + 1);
    g->change = testing_take(L, m, (g->nows + f->olds + 1) * sizeof *g->change);
    look *at = testing_take(L, m, (g->nows + f->olds + 1) * sizeof *at);
    g->at = at;
    for (size_t i = 0; i < g->nows; i++) {
        const entry *n = &g->now[i],
                    *o = f->olds ? bsearch(n, f->old, f->olds, sizeof *n, by_key) : NULL;
        if (o) seen[o - f->old] = 1;
        if (o && same_entry(g, o, n)) continue;
        at[g->changes] = (look){g->c, n->x, n->element};
        const char *at_text = extract_place(L, m, g->c->session, n->x, n->element);
        g->change[g->changes++] = (testing_change){.output = n->x->name,
                                                   .at = at_text,
                                                   .old = o ? o->value : NULL,
                                                   .now = n->value,
                                                   .moved = o ? n->number - o->number : NAN};
    }
    for (size_t i = 0; i < f->olds; i++)
        if (!seen[i])
            g->change[g->changes++] = (testing_change){
                .output = testing_print(L, m, "%.*s", (int)strcspn(f->old[i].key, key_end),
                                        f->old[i].key),
                .at = key_place(L, m, f->old[i].key),
                .old = f->old[i].value,
                .moved = NAN};
}

static const char *value_or_word(const char *value) {
    return !value ? "nothing" : *value ? value : "missing";
}

static void tell_changes(lua_State *L, const golden *g) {
    arena *m = &g->t->scratch;
    char number[32];
    decimal_write(g->abs > 0 ? g->abs : g->rel, number);
    const char *tolerance =
        testing_print(L, m, "%s%s", number, g->abs > 0 ? "" : text_message(" of the value"));
    for (size_t i = 0; i < g->changes && i < TOLD; i++) {
        const testing_change *c = &g->change[i];
        testing_check k = {.name = "golden",
                           .got = value_or_word(c->now),
                           .want = value_or_word(c->old),
                           .tolerance = tolerance,
                           .output = c->output,
                           .at = c->at,
                           .kept = g->path};
        k.message = testing_print(L, m, "%s%s%s: got %s, %s has %s", c->output,
                                  *c->at ? " at " : "", c->at, k.got, g->name, k.want);
        if (i == 0) k.hint = text_message("assess test --review shows all changes, and asks");
        check_tell(L, &k, g->at[i].x ? &g->at[i] : NULL);
    }
    if (g->changes > TOLD)
        check_tell(L,
                   &(testing_check){.name = "golden",
                                    .message = testing_print(L, m, "and %zu more values differ",
                                                             g->changes - TOLD)},
                   NULL);
}

/* ---- writing ---- */

static void write_row(const golden *g, csv_out *o, const entry *n) {
    csv_out_string(o, n->x->name);
    for (int i = 0; i < g->axes; i++) {
        int k = array_axis(n->x, g->axis[i]);
        csv_out_string(o, k < 0 ? NULL : array_label(g->c->session, n->x, k, n->element));
    }
    csv_out_string(o, *n->value ? n->value : NULL);
    csv_out_end(o);
}

static void write_file(lua_State *L, const golden *g) {
    if (!allowed_below(g->folder, testing_script(L)->folder))
        host_error(L, "golden", "a folder of its own, not a link to another one",
                   "nothing is written to '%s', which leads out of the folder of the test",
                   g->folder);
    buf b = BUF_INIT;
    csv_out o = csv_out_to(&b, ',', 0);
    fault *f = host_fault(L);
    csv_out_string(&o, "output");
    for (int i = 0; i < g->axes; i++) csv_out_string(&o, g->axis[i]);
    csv_out_string(&o, "value");
    csv_out_end(&o);
    for (size_t i = 0; i < g->nows; i++) write_row(g, &o, &g->now[i]);
    buf leaves = BUF_INIT;
    keep_leaves(g->c->session, &leaves);
    const file_item made[] = {{g->name, buf_string(&b), b.length},
                              {g->leaves_name, buf_string(&leaves), leaves.length}};
    int fine = b.failed || leaves.failed ? fault_memory(f) : files_write_all(g->folder, made, 2, f);
    buf_release(&leaves);
    buf_release(&b);
    if (!fine) host_raise(L, f);
    g->t->note = testing_print(L, &g->t->scratch, "%s written: %zu values", g->path, g->nows);
}

/* Have leaves changed since the golden file was written? */
static int leaves_differ(const golden *g) {
    file_view there;
    fault ignored = FAULT_INIT;
    buf now = BUF_INIT;
    keep_leaves(g->c->session, &now);
    int read = files_read(g->leaves, SIZE_MAX / 2, &there, &ignored);
    int differ = !read || there.length != now.length ||
                 memcmp(there.bytes, buf_string(&now), now.length) != 0;
    if (read) files_release(&there);
    fault_release(&ignored);
    buf_release(&now);
    return differ;
}

/* How many of the values that differ are as in the file, with the session as it is now. */
static size_t count_back(void *self) {
    const golden *g = self;
    size_t back = 0;
    for (size_t i = 0; i < g->changes; i++) {
        const look *at = &g->at[i];
        const char *old = g->change[i].old;
        double now = at->x ? at->x->value[at->element] : NAN;
        if (!at->x || !old) continue;
        const entry was = {.value = old, .number = number_of(old)},
                    is = {.value = value_text(g->L, &g->t->scratch, g->c->session, at->x, now),
                          .number = at->x->kind == ASSESS_NUMBER ? now : NAN};
        back += (size_t)same_entry(g, &was, &is);
    }
    return back;
}

/* Is the file to be written? After "quit" nothing more is asked. */
static int is_accepted(lua_State *L, golden *g, int fresh) {
    test_run *t = g->t;
    if (t->golden == GOLDEN_COMPARE || t->first_only || t->quit) return 0;
    if (t->golden == GOLDEN_ACCEPT || t->accept_all) return 1;
    testing_difference d = {.test = &t->now->test,
                            .path = g->path,
                            .change = g->change,
                            .changes = g->changes,
                            .fresh = fresh};
    if (!fresh) find_causes(L, g->c, g->leaves, g->changes, count_back, g, &d);
    testing_answer answer = t->review.ask ? t->review.ask(t->review.self, &d) : ANSWER_REJECT;
    t->accept_all |= answer == ANSWER_ALL;
    t->quit |= answer == ANSWER_QUIT;
    return answer == ANSWER_ACCEPT || answer == ANSWER_ALL;
}

/* ---- the test ---- */

/* Files that tests write stay in the folder of the test: no absolute path, no "..". */
static int stays_beside(const char *path) {
    size_t length = strlen(path);
    if (path[0] == '/' || length < 5 || strcmp(path + length - 4, ".csv") != 0) return 0;
    for (const char *piece = path; piece; piece = strchr(piece, '/')) {
        piece += *piece == '/';
        if (!strncmp(piece, "..", 2) && (piece[2] == '/' || !piece[2])) return 0;
    }
    return 1;
}

/* The file is golden/2011-published-ranking.csv beside the test 2011_test.lua, or as `file` says.
 */
static void find_file(lua_State *L, golden *g) {
    arena *m = &g->t->scratch;
    const script_file *s = testing_script(L);
    const char *path;
    if (option_push(L, 1, "file")) {
        if (lua_type(L, -1) != LUA_TSTRING || !lua_rawlen(L, -1))
            host_error(L, "file", "file = \"golden/ranking.csv\"",
                       "file is a path beside the test file");
        path = testing_print(L, m, "%s", lua_tostring(L, -1));
        if (!stays_beside(path))
            host_error(L, "file", "file = \"golden/ranking.csv\"",
                       "file is a CSV file beside the test file, or in a folder there");
        lua_pop(L, 1);
    } else {
        path = testing_print(L, m, "golden/%s.csv", testing_stem(L));
    }
    if (path[0] != '/' && strcmp(s->folder, "."))
        path = testing_print(L, m, "%s/%s", s->folder, path);
    const char *slash = strrchr(path, '/');
    g->path = path;
    g->name = slash ? slash + 1 : path;
    g->folder =
        slash ? testing_print(L, m, "%.*s", (int)(slash == path ? 1 : slash - path), path) : ".";
    size_t length = strlen(g->name);
    if (length > 4 && !strcmp(g->name + length - 4, ".csv")) length -= 4;
    if ((length >= 8 && !strncmp(g->name + length - 8, "-failing", 8)) ||
        (length >= 7 && !strncmp(g->name + length - 7, ".leaves", 7)))
        host_error(L, "golden", "another name, or file = \"golden/ranking.csv\"",
                   "%s may be written by another test: properties keep what broke them in "
                   "…-failing.csv, golden tests their leaves in ….leaves.csv",
                   g->path);
    g->leaves_name = testing_print(L, m, "%.*s.leaves.csv", (int)length, g->name);
    g->leaves = testing_print(L, m, "%s/%s", g->folder, g->leaves_name);
}

static void read_tolerance(lua_State *L, golden *g) {
    g->abs = option_number(L, 1, "abs", -1);
    g->rel = option_number(L, 1, "rel", -1);
    if (g->abs < 0 && g->rel < 0) g->abs = 1e-9;
    g->abs = fmax(g->abs, 0);
    g->rel = fmax(g->rel, 0);
}

int golden_run(lua_State *L) {
    static const char *const known[] = {"rules", "outputs", "abs",    "rel",  "data",
                                        "set",   "where",   "strict", "file", NULL};
    golden g = {.L = L, .t = testing_of(L)};
    luaL_checkstack(L, 24, NULL);
    host_check_keys(L, 1, known);
    find_file(L, &g);
    read_tolerance(L, &g);
    option_push(L, 1, "rules");
    int data = option_push(L, 1, "data") ? 3 : 0;
    request_read(L, lua_tostring(L, 2), data, 1);
    g.c = session_fine(L);
    choose_outputs(L, &g);
    gather_values(L, &g);
    golden_file *f = file_of(L, g.path);
    if (f->of && f->of != g.t->now)
        host_error(L, "golden", "another name, or file = \"golden/ranking.csv\"",
                   "the test on line %ld keeps its results in %s, too", f->of->test.line, g.path);
    f->of = g.t->now;
    compare_with_file(L, &g, f);
    if (f->old && !g.changes) {
        if (g.t->golden == GOLDEN_ACCEPT && !g.t->first_only && leaves_differ(&g))
            write_file(L, &g);
        check_tell(L, &(testing_check){.ok = 1, .name = "golden"}, NULL);
        return 0;
    }
    if (is_accepted(L, &g, !f->old)) {
        write_file(L, &g);
        check_tell(L, &(testing_check){.ok = 1, .name = "golden"}, NULL);
    } else if (!f->old) {
        check_tell(
            L,
            &(testing_check){
                .name = "golden",
                .kept = "",
                .hint = text_message("assess test --review shows it and asks; --accept writes it"),
                .message =
                    testing_print(L, &g.t->scratch, "there is no golden file %s yet", g.path)},
            NULL);
    } else {
        tell_changes(L, &g);
    }
    return 0;
}
