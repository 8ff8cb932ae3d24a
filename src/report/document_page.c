/* A document at a terminal. */
#include <string.h>

#include "base/mem.h"
#include "report/document.h"

static void cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const document_block *b = of;
    const document_cell *c = &b->cell[row * b->columns + column];
    buf_text(text, c->shown);
    (void)ink;
}

/* Names stand in a column as wide as the widest of the block. */
static void facts(page *to, const document_block *b) {
    size_t indent = 0;
    for (size_t i = 0; i < b->columns; i++) {
        size_t width = width_of(b->column[i].head, strlen(b->column[i].head));
        indent = width > indent ? width : indent;
    }
    for (size_t i = 0; i < b->columns; i++)
        page_paragraph(to, PAINT_PLAIN, indent + 2, b->column[i].head, "%s",
                       *b->cell[i].shown ? b->cell[i].shown : "-");
}

static void table(page *to, const document_block *b) {
    grid_column *column = mem_zero(b->columns, sizeof *column);
    if (!column) {
        to->out->held.failed = 1;
        return;
    }
    for (size_t i = 0; i < b->columns; i++)
        column[i] =
            (grid_column){"", b->column[i].head, b->column[i].side, i == 0, b->column[i].wrap};
    const grid g = {column, b->columns, b->cells / b->columns, cell, b};
    page_grid(to, &g);
    mem_free(column);
}

void document_to_page(const document *p, page *to) {
    page_paragraph(to, PAINT_TITLE, 0, "", "%s", p->title);
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (*b->title)
            page_section(to, b->title);
        else if (i)
            page_blank(to);
        if (b->kind == PAPER_FACTS)
            facts(to, b);
        else if (b->kind == PAPER_TABLE && !b->cells)
            page_paragraph(to, PAINT_PLAIN, 0, "", "%s", p->none);
        else if (b->kind == PAPER_TABLE)
            table(to, b);
        else
            page_paragraph(to, PAINT_PLAIN, 0, "", "%s", b->cell->shown);
    }
}
