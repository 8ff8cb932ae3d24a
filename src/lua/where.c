/* Where the script stands while it runs, and what is remembered of it (source_notes.h). */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "lua/source_notes.h"

/* The file and line of the frame at a level, if it is a Lua function of a rule file. */
static int frame(lua_State *L, lua_Debug *ar, int *file, long *line) {
    lua_getinfo(L, "Sl", ar);
    if (ar->currentline <= 0 || ar->source[0] != '=' || ar->source[1] != '#') return 0;
    *file = atoi(ar->source + 2);
    *line = ar->currentline;
    return 1;
}

int where_from(lua_State *L, int level, int *file, long *line) {
    lua_Debug ar;
    for (; lua_getstack(L, level, &ar); level++)
        if (frame(L, &ar, file, line)) return 1;
    *file = -1;
    *line = 0;
    return 0;
}

int host_where(lua_State *L, int *file, long *line) { return where_from(L, 0, file, line); }

place host_place(lua_State *L, const char *token) {
    int file;
    long line;
    if (!host_where(L, &file, &line)) return (place){0};
    return sources_place(host_of(L)->files, file, line, token);
}

/* The first 'quoted' word of a message is what it is about: the caret goes there, if it is on the
 * line. */
const char *where_about(lua_State *L, int file, long line, const char *text, char word[80]) {
    const char *from = text ? strchr(text, '\'') : NULL;
    const char *to = from ? strchr(from + 1, '\'') : NULL;
    if (!to || to == from + 1 || to - from > 79) return NULL;
    memcpy(word, from + 1, (size_t)(to - from) - 1);
    word[to - from - 1] = 0;
    return sources_column(host_of(L)->files, file, line, word) ? word : NULL;
}

/* Where a rule file, not a method, is in the call that runs: "called from rules/2011.lua:40".
 * *name: what it calls there, or NULL; lives as long as the call. 0 where the innermost is a rule
 * file. */
int where_called_from(lua_State *L, int file, int *main, long *line, const char **name) {
    const host *h = host_of(L);
    *main = -1;
    *name = NULL;
    if (file < 0 || host_is_edition(h, file)) return 0;
    lua_Debug ar, inner;
    for (int level = 0; lua_getstack(L, level, &ar); level++)
        if (frame(L, &ar, main, line) && host_is_edition(h, *main)) {
            if (level && lua_getstack(L, level - 1, &inner) && lua_getinfo(L, "n", &inner))
                *name = inner.name;
            return 1;
        }
    return 0;
}

place where_caller(lua_State *L, int *method, long *method_line) {
    const host *h = host_of(L);
    int main;
    long line;
    const char *name;
    if (!host_where(L, method, method_line)) return (place){0};
    if (where_called_from(L, *method, &main, &line, &name))
        return sources_place(h->files, main, line, name);
    place at = sources_place(h->files, *method, *method_line, NULL);
    *method = -1;
    return at;
}

int where_main(lua_State *L, int *file, long *line) {
    const char *name;
    int innermost, main;
    long at;
    if (!host_where(L, &innermost, &at)) return 0;
    if (!where_called_from(L, innermost, &main, line, &name)) {
        *line = at;
        main = innermost;
    }
    *file = main;
    return 1;
}

/* ---- what is remembered ---- */

/* Nodes from `from` on were made while the rule file stood there. */
typedef struct noted_line {
    ex_id from;
    int file;
    long line;
} noted_line;

struct host_noted {
    noted_line *line;
    size_t lines, cap;
    noted_text *text;
    ex_id *root;
    size_t roots, root_cap;
};

static struct host_noted *noted(host *h) {
    if (h->settings.remember && !h->noted) h->noted = arena_zero(&h->memory, 1, sizeof *h->noted);
    return h->noted;
}

static void note_mark(lua_State *L) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    noted_line now = {ex_count(h->graph) + 1, 0, 0};
    if (!n || !where_main(L, &now.file, &now.line)) return;
    if (n->lines && n->line[n->lines - 1].from == now.from) n->lines--;
    if (n->lines == n->cap) {
        size_t cap = n->cap ? 2 * n->cap : 256;
        noted_line *grown = arena_take(&h->memory, cap * sizeof *grown);
        if (!grown) return;
        if (n->lines) memcpy(grown, n->line, n->lines * sizeof *grown);
        n->line = grown;
        n->cap = cap;
    }
    n->line[n->lines++] = now;
}

int host_main_line(const host *h, ex_id n, int *file, long *line) {
    size_t low = 0, high = h->noted ? h->noted->lines : 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (h->noted->line[mid].from <= n)
            low = mid + 1;
        else
            high = mid;
    }
    if (!low) return 0;
    *file = h->noted->line[low - 1].file;
    *line = h->noted->line[low - 1].line;
    return 1;
}

void note_root(lua_State *L, ex_id root) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    if (n && n->roots == n->root_cap) {
        size_t cap = n->root_cap ? 2 * n->root_cap : 32;
        ex_id *grown = arena_take(&h->memory, cap * sizeof *grown);
        if (!grown) return;
        if (n->roots) memcpy(grown, n->root, n->roots * sizeof *grown);
        n->root = grown;
        n->root_cap = cap;
    }
    if (n) n->root[n->roots++] = root;
}

size_t host_roots(const host *h, const ex_id **root) {
    *root = h->noted ? h->noted->root : NULL;
    return h->noted ? h->noted->roots : 0;
}

static noted_text *add_text(lua_State *L, noted_text text) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    noted_text *own = n ? arena_take(&h->memory, sizeof *own) : NULL;
    noted_level *level = own ? arena_zero(&h->memory, (size_t)text.levels, sizeof *level) : NULL;
    if (!level) return NULL;
    *own = text;
    own->level = level;
    own->next = n->text;
    return n->text = own;
}

void noted_pattern(lua_State *L, const char *what, const void *self, int file, long line,
                   pattern *p) {
    noted_text *t = add_text(
        L, (noted_text){.what = what, .self = self, .file = file, .line = line, .levels = 1});
    if (t) *t->level = (noted_level){"", p, 0};
}

noted_text *noted_rubric(lua_State *L, const void *self, int file, long line, int levels) {
    return add_text(
        L,
        (noted_text){.what = "rubric", .self = self, .file = file, .line = line, .levels = levels});
}

const noted_text *host_texts(const host *h) { return h->noted ? h->noted->text : NULL; }

void host_mark(lua_State *L) {
    const host *h = host_of(L);
    int file, main;
    long line, from;
    const char *name;
    if (host_where(L, &file, &line)) {
        ex_mark(h->graph, (uint32_t)file, (int32_t)line);
        if (where_called_from(L, file, &main, &from, &name))
            ex_mark_from(h->graph, (uint32_t)main, (int32_t)from,
                         name ? sources_column(h->files, main, from, name) : 0);
    }
    note_mark(L);
}
