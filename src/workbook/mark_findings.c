/* Findings as marks in the cells that they name. */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/files.h"
#include "base/mem.h"
#include "workbook/mark.h"

typedef struct gathering {
    const char *path;
    arena memory;
    mark *list;
    size_t count, cap;
    int failed;
} gathering;

/* "figures.xlsx:数据!C7" is a cell of "figures.xlsx". */
static void gather(void *self, size_t session, const assess_finding *x) {
    (void)session;
    gathering *g = self;
    size_t n = strlen(g->path);
    const char *at = strrchr(x->file, '!');
    mark m;
    if (x->accepted || strncmp(x->file, g->path, n) != 0 || x->file[n] != ':' || !at ||
        at < x->file + n + 1 || !mark_cell(at + 1, &m.row, &m.column))
        return;
    m.sheet = arena_text(&g->memory, x->file + n + 1, (size_t)(at - x->file) - n - 1);
    m.text = *x->hint ? arena_print(&g->memory, "%s — %s", x->text, x->hint) : x->text;
    if (!m.sheet || !m.text || !MEM_RESERVE(g->list, g->count + 1, g->cap))
        g->failed = 1;
    else
        g->list[g->count++] = m;
}

int mark_findings(const findings *all, const char *path, buf *to, size_t *cells, fault *f) {
    gathering g = {.path = path, .memory = ARENA_INIT};
    file_view v = FILE_VIEW_INIT;
    findings_each(all, gather, &g);
    int fine = g.failed ? fault_memory(f) : files_read(path, SIZE_MAX, &v, f);
    *cells = g.count;
    fine = fine && mark_workbook(path, v.bytes, v.length, g.list, cells, to, f);
    files_release(&v);
    mem_free(g.list);
    arena_release(&g.memory);
    return fine;
}
