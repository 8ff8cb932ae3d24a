#include "report/document.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "report/view.h"

static const char *keep(document *p, const char *text) {
    const char *own = text ? arena_text(&p->memory, text, strlen(text)) : NULL;
    if (text && !own) p->failed = 1;
    return own;
}

static const char *keep_text(document *p, const char *text) {
    const char *own = keep(p, text ? text : "");
    return own ? own : "";
}

void document_open(document *p, const char *kind, const char *title, const char *colon,
                   const char *none) {
    *p = (document){.memory = ARENA_INIT, .kind = kind, .colon = colon, .none = none};
    p->title = keep_text(p, title);
}

void document_close(document *p) {
    for (size_t i = 0; i < p->blocks; i++) {
        mem_free(p->block[i].cell);
        mem_free(p->block[i].column);
    }
    mem_free(p->block);
    arena_release(&p->memory);
    *p = (document){0};
}

static document_block *add(document *p, document_kind kind, const char *id, const char *title) {
    if (p->blocks == p->room) {
        size_t room = p->room ? 2 * p->room : 8;
        document_block *grown = mem_grow(p->block, room * sizeof *grown);
        if (!grown) {
            p->failed = 1;
            return NULL;
        }
        p->block = grown;
        p->room = room;
    }
    p->block[p->blocks] =
        (document_block){.kind = kind, .id = keep_text(p, id), .title = keep_text(p, title)};
    return &p->block[p->blocks++];
}

static document_block *last(document *p) { return p->blocks ? &p->block[p->blocks - 1] : NULL; }

/* A column at the end of a block. */
static void add_column(document *p, document_block *b, const document_column *c) {
    document_column *grown = mem_grow(b->column, (b->columns + 1) * sizeof *grown);
    if (!grown) {
        p->failed = 1;
        return;
    }
    b->column = grown;
    grown[b->columns++] =
        (document_column){keep_text(p, c->id), keep_text(p, c->head), c->side, c->wrap};
}

static void add_cell(document *p, document_block *b, document_cell cell) {
    if (b->cells == b->room) {
        size_t room = b->room ? 2 * b->room : 16;
        document_cell *grown = mem_grow(b->cell, room * sizeof *grown);
        if (!grown) {
            p->failed = 1;
            return;
        }
        b->cell = grown;
        b->room = room;
    }
    b->cell[b->cells++] = (document_cell){keep_text(p, cell.shown), keep(p, cell.plain), cell.bare};
}

void document_facts(document *p, const char *id, const char *title) {
    add(p, PAPER_FACTS, id, title);
}

void document_table(document *p, const char *id, const char *title, const document_column *column,
                    size_t columns) {
    document_block *b = add(p, PAPER_TABLE, id, title);
    if (b) b->listed = p->list != NULL;
    for (size_t i = 0; b && i < columns; i++) add_column(p, b, &column[i]);
}

void document_note(document *p, const char *id, const char *text) {
    document_block *b = add(p, PAPER_NOTE, id, "");
    if (b) add_cell(p, b, document_text(text));
}

void document_list(document *p, const char *list, const char *group) {
    p->list = keep_text(p, list);
    p->group = keep(p, group);
}

void document_put(document *p, document_cell cell) {
    if (last(p) && !p->failed) add_cell(p, last(p), cell);
}

void document_fact(document *p, const char *id, const char *head, document_cell cell) {
    document_block *b = last(p);
    const document_column c = {id, head, WIDTH_LEFT, 0};
    if (!b) return;
    add_column(p, b, &c);
    if (!p->failed) add_cell(p, b, cell);
}

document_cell document_text(const char *text) {
    return text && *text ? (document_cell){text, text, 0} : (document_cell){"", NULL, 0};
}

document_cell document_number(document *p, double x, int places) {
    char plain[40];
    buf shown = BUF_INIT;
    if (isnan(x)) return (document_cell){"-", NULL, 0};
    if (places < 0)
        view_figure(&shown, x);
    else
        view_number(&shown, x, places);
    plain[decimal_write(x, plain)] = 0;
    document_cell out = {keep_text(p, buf_string(&shown)), keep_text(p, plain), 1};
    buf_release(&shown);
    return out;
}

document_cell document_rank_change(document *p, double change, int places, int chinese) {
    document_cell out = document_number(p, change, places),
                  size = document_number(p, fabs(change), places);
    if (isnan(change)) return out;
    word w = strspn(size.shown, "0.") == strlen(size.shown) ? WORD_SAME_PLACE
             : change < 0                                   ? WORD_RANKS_UP
                                                            : WORD_RANKS_DOWN;
    out.shown = keep_text(p, arena_print(&p->memory, word_text(w, chinese), size.shown));
    return out;
}
