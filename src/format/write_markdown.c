/* A document as Markdown: headings, tables with pipes, and every mark of Markdown in a text
 * escaped. */
#include <string.h>

#include "document/message.h"
#include "format/format.h"

/* On one line, with nothing in it obeyed: neither by a terminal nor by a reader of Markdown. What
 * begins a line (`starts`) could be taken for a heading or the entry of a list. */
static void write_escaped(output *to, const char *text, int starts) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    const char *s = buf_string(&safe);
    for (size_t i = 0; i < safe.length; i++) {
        int list = starts && (s[i] == '.' || s[i] == ')') && i && strspn(s, "0123456789") == i;
        if (strchr("\\`*_[]<>|~&", s[i]) || list || (starts && !i && strchr("#+-=", s[i])))
            output_char(to, '\\');
        output_char(to, s[i]);
    }
    if (safe.failed) to->held.failed = 1;
    buf_release(&safe);
}

/* A text whose lines are kept. */
static void write_lines(output *to, const char *text, int starts) {
    for (;; starts = 1) {
        size_t length = strcspn(text, "\n");
        buf line = BUF_INIT;
        buf_put(&line, text, length);
        write_escaped(to, buf_string(&line), starts);
        to->held.failed |= line.failed;
        buf_release(&line);
        text += length;
        if (!*text) break;
        output_text(to, "  \n");
        text++;
    }
    output_char(to, '\n');
}

static void write_table(output *to, const document_block *b) {
    buf text = BUF_INIT;
    paint ink;
    output_char(to, '|');
    for (size_t i = 0; i < b->columns; i++) {
        const char *over = b->over ? b->over[i] : "", *head = b->column[i].head;
        output_char(to, ' ');
        write_escaped(to, over, 0);
        if (*over && *head) output_char(to, ' ');
        write_escaped(to, head, 0);
        output_text(to, " |");
    }
    output_text(to, "\n|");
    for (size_t i = 0; i < b->columns; i++)
        output_text(to, b->column[i].side == WIDTH_RIGHT    ? " ---: |"
                        : b->column[i].side == WIDTH_CENTRE ? " :---: |"
                                                            : " --- |");
    for (size_t r = 0; r < document_rows(b) && !to->ended; r++)
        for (size_t c = 0; c < b->columns; c++) {
            output_text(to, c ? " " : "\n| ");
            write_escaped(to, document_at(b, r, c, &text, &ink).shown, 0);
            output_text(to, " |");
        }
    output_char(to, '\n');
    to->held.failed |= text.failed;
    buf_release(&text);
}

static void write_line(output *to, const document_block *b) {
    if (b->ink == PAINT_TITLE) output_text(to, "### ");
    if (*b->lead) output_text(to, "- ");
    if (*b->lead && *b->lead != '-') {
        output_text(to, "**");
        write_escaped(to, b->lead, 0);
        output_text(to, "** ");
    }
    write_lines(to, b->cell->shown, b->ink != PAINT_TITLE && !*b->lead);
}

static void write_message(output *to, const assess_message *m) {
    buf line = BUF_INIT;
    message_line(&line, m, "", 0);
    write_lines(to, buf_string(&line), 1);
    buf_release(&line);
}

static void write_block(output *to, const document *p, const document_block *b) {
    switch (b->kind) {
    case DOCUMENT_FACTS:
        for (size_t k = 0; k < b->columns; k++) {
            output_text(to, "- ");
            write_escaped(to, b->column[k].head, 0);
            if (*b->column[k].head) output_text(to, p->colon);
            write_lines(to, b->cell[k].shown, 0);
        }
        break;
    case DOCUMENT_TABLE:
        if (b->fill || b->cells)
            write_table(to, b);
        else
            write_lines(to, p->none, 1);
        break;
    case DOCUMENT_LEGEND:
        for (size_t k = 0; k < b->cells; k++) {
            output_text(to, "- ");
            write_lines(to, b->cell[k].shown, 0);
        }
        break;
    case DOCUMENT_COMMANDS: output_print(to, "```sh\n%s\n```\n", b->cell->shown); break;
    case DOCUMENT_MESSAGE: write_message(to, b->message); break;
    case DOCUMENT_NOTE:
    case DOCUMENT_LINE: write_line(to, b); break;
    case DOCUMENT_HEADING:
    case DOCUMENT_PICTURE:
    case DOCUMENT_CHART:
    case DOCUMENT_RESULTS: break;
    }
}

void document_as_markdown(const document *p, page *on) {
    output *to = on->out;
    if (*p->title) {
        output_text(to, "# ");
        write_escaped(to, p->title, 0);
        output_char(to, '\n');
    }
    for (size_t i = 0; i < p->blocks && !to->ended && !p->failed; i++) {
        const document_block *b = &p->block[i];
        if (*b->title) {
            output_text(to, "\n## ");
            write_escaped(to, b->title, 0);
            output_char(to, '\n');
        }
        /* Facts and items of one list stay together. */
        int joined = i && !*b->title && !b->gap && b->kind == b[-1].kind &&
                     (b->kind == DOCUMENT_FACTS || (*b->lead && *b[-1].lead));
        if (!joined && b->kind != DOCUMENT_HEADING) output_char(to, '\n');
        write_block(to, p, b);
    }
}
