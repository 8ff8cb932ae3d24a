#include "report/paper.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "report/view.h"

static const char *keep(paper *p, const char *text) {
    const char *own = text ? arena_text(&p->memory, text, strlen(text)) : NULL;
    if (text && !own) p->failed = 1;
    return own;
}

static const char *keep_text(paper *p, const char *text) {
    const char *own = keep(p, text ? text : "");
    return own ? own : "";
}

void paper_open(paper *p, const char *kind, const char *title, const char *colon,
                const char *none) {
    *p = (paper){.memory = ARENA_INIT, .kind = kind, .colon = colon, .none = none};
    p->title = keep_text(p, title);
}

void paper_close(paper *p) {
    for (size_t i = 0; i < p->blocks; i++) {
        mem_free(p->block[i].cell);
        mem_free(p->block[i].column);
    }
    mem_free(p->block);
    arena_release(&p->memory);
    *p = (paper){0};
}

static paper_block *add(paper *p, paper_kind kind, const char *id, const char *title) {
    if (p->blocks == p->room) {
        size_t room = p->room ? 2 * p->room : 8;
        paper_block *grown = mem_grow(p->block, room * sizeof *grown);
        if (!grown) {
            p->failed = 1;
            return NULL;
        }
        p->block = grown;
        p->room = room;
    }
    p->block[p->blocks] = (paper_block){.kind = kind, .id = keep_text(p, id),
                                        .title = keep_text(p, title)};
    return &p->block[p->blocks++];
}

static paper_block *last(paper *p) {
    return p->blocks ? &p->block[p->blocks - 1] : NULL;
}

/* A column at the end of a block. */
static void add_column(paper *p, paper_block *b, const paper_column *c) {
    paper_column *grown = mem_grow(b->column, (b->columns + 1) * sizeof *grown);
    if (!grown) {
        p->failed = 1;
        return;
    }
    b->column = grown;
    grown[b->columns++] = (paper_column){keep_text(p, c->id), keep_text(p, c->head), c->side, c->wrap};
}

static void add_cell(paper *p, paper_block *b, paper_cell cell) {
    if (b->cells == b->room) {
        size_t room = b->room ? 2 * b->room : 16;
        paper_cell *grown = mem_grow(b->cell, room * sizeof *grown);
        if (!grown) {
            p->failed = 1;
            return;
        }
        b->cell = grown;
        b->room = room;
    }
    b->cell[b->cells++] = (paper_cell){keep_text(p, cell.shown), keep(p, cell.plain), cell.bare};
}

void paper_facts(paper *p, const char *id, const char *title) {
    add(p, PAPER_FACTS, id, title);
}

void paper_table(paper *p, const char *id, const char *title, const paper_column *column,
                 size_t columns) {
    paper_block *b = add(p, PAPER_TABLE, id, title);
    if (b) b->listed = p->list != NULL;
    for (size_t i = 0; b && i < columns; i++) add_column(p, b, &column[i]);
}

void paper_note(paper *p, const char *id, const char *text) {
    paper_block *b = add(p, PAPER_NOTE, id, "");
    if (b) add_cell(p, b, paper_text(text));
}

void paper_list(paper *p, const char *list, const char *group) {
    p->list = keep_text(p, list);
    p->group = keep(p, group);
}

void paper_put(paper *p, paper_cell cell) {
    if (last(p) && !p->failed) add_cell(p, last(p), cell);
}

void paper_fact(paper *p, const char *id, const char *head, paper_cell cell) {
    paper_block *b = last(p);
    const paper_column c = {id, head, WIDTH_LEFT, 0};
    if (!b) return;
    add_column(p, b, &c);
    if (!p->failed) add_cell(p, b, cell);
}

paper_cell paper_text(const char *text) {
    return text && *text ? (paper_cell){text, text, 0} : (paper_cell){"", NULL, 0};
}

paper_cell paper_number(paper *p, double x, int places) {
    char plain[40];
    buf shown = BUF_INIT;
    if (isnan(x)) return (paper_cell){"-", NULL, 0};
    if (places < 0)
        view_figure(&shown, x);
    else
        view_number(&shown, x, places);
    plain[decimal_write(x, plain)] = 0;
    paper_cell out = {keep_text(p, buf_string(&shown)), keep_text(p, plain), 1};
    buf_release(&shown);
    return out;
}
