#include "lua/inside.h"

#include <string.h>

#include "lua/source_notes.h"

/* Nodes from `from` on were made while the rule file stood there. */
typedef struct noted_line {
    ex_id from;
    int file;
    long line;
} noted_line;

struct host_noted {
    noted_line *line;
    size_t lines, room;
    noted_text *text;
    ex_id *root;
    size_t roots, root_room;
};

static struct host_noted *noted(host *h) {
    if (h->settings.remember && !h->noted) h->noted = arena_zero(&h->memory, 1, sizeof *h->noted);
    return h->noted;
}

void noted_mark(lua_State *L) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    noted_line now = {ex_count(h->graph) + 1, 0, 0};
    if (!n || !raise_main(L, &now.file, &now.line)) return;
    if (n->lines && n->line[n->lines - 1].from == now.from) n->lines--;
    if (n->lines == n->room) {
        size_t room = n->room ? 2 * n->room : 256;
        noted_line *grown = arena_take(&h->memory, room * sizeof *grown);
        if (!grown) return;
        if (n->lines) memcpy(grown, n->line, n->lines * sizeof *grown);
        n->line = grown;
        n->room = room;
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

void noted_root(lua_State *L, ex_id root) {
    host *h = host_of(L);
    struct host_noted *n = noted(h);
    if (n && n->roots == n->root_room) {
        size_t room = n->root_room ? 2 * n->root_room : 32;
        ex_id *grown = arena_take(&h->memory, room * sizeof *grown);
        if (!grown) return;
        if (n->roots) memcpy(grown, n->root, n->roots * sizeof *grown);
        n->root = grown;
        n->root_room = room;
    }
    if (n) n->root[n->roots++] = root;
}

size_t host_roots(const host *h, const ex_id **root) {
    *root = h->noted ? h->noted->root : NULL;
    return h->noted ? h->noted->roots : 0;
}

static noted_text *add(lua_State *L, noted_text text) {
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
    noted_text *t =
        add(L, (noted_text){.what = what, .self = self, .file = file, .line = line, .levels = 1});
    if (t) *t->level = (noted_level){"", p, 0};
}

noted_text *noted_rubric(lua_State *L, const void *self, int file, long line, int levels) {
    return add(
        L,
        (noted_text){.what = "rubric", .self = self, .file = file, .line = line, .levels = levels});
}

const noted_text *host_texts(const host *h) {
    return h->noted ? h->noted->text : NULL;
}
