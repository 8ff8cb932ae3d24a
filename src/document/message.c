/* Messages and faults as lines of text, with the line of the source they are about. */
#include "document/message.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static void put_safe(buf *b, const char *text) { width_safe(b, text, strlen(text)); }

static void put_hint(buf *b, const char *text) {
    if (text && *text) {
        buf_text(b, " — ");
        put_safe(b, text);
    }
    buf_char(b, '\n');
}

void message_line(buf *b, const assess_message *m, const char *warning, int colour) {
    paint ink = m->status == ASSESS_OK ? PAINT_WARN : PAINT_BAD;
    if (m->file && *m->file) {
        paint_start(b, PAINT_TITLE, colour);
        put_safe(b, m->file);
        if (m->line) buf_print(b, ":%ld", m->line);
        if (m->field && *m->field) {
            buf_char(b, ':');
            put_safe(b, m->field);
        } else if (m->line && m->column) {
            buf_print(b, ":%d", m->column);
        }
        buf_char(b, ':');
        paint_end(b, PAINT_TITLE, colour);
        buf_char(b, ' ');
    }
    if (m->status == ASSESS_OK && *warning) {
        paint_start(b, ink, colour);
        buf_print(b, "%s:", warning);
        paint_end(b, ink, colour);
        buf_char(b, ' ');
    }
    if (m->status == ASSESS_BUG) buf_text(b, text_message("a bug of assess, please report it: "));
    put_safe(b, m->text);
    put_hint(b, m->hint);
}

void message_excerpt(page *p, const assess_message *m) {
    buf line = BUF_INIT, out = BUF_INIT;
    size_t space = p->width > 24 ? p->width - 4 : 20, from = 0, caret = 0, column = 0;
    width_safe(&line, m->excerpt, strlen(m->excerpt));
    const char *s = buf_string(&line);
    /* Columns count characters, and width_safe keeps their number. */
    for (int i = 1; i < m->column && column < line.length; i++) do
            column++;
        while (column < line.length && ((unsigned char)s[column] & 0xC0) == 0x80);
    caret = width_of(s, column);
    if (caret + 8 > space) {
        while (from < column && caret > space / 2) {
            size_t start = from;
            do from++;
            while (((unsigned char)s[from] & 0xC0) == 0x80);
            caret -= width_of(s + start, from - start);
        }
        caret++;
    }
    buf_text(&out, from ? "    …" : "    ");
    width_cut(&out, s + from, line.length - from, space - (from != 0));
    buf_char(&out, '\n');
    if (m->column > 0 && !(m->field && *m->field)) {
        buf_fill(&out, ' ', 4 + caret);
        paint_start(&out, PAINT_BAD, p->colour);
        buf_char(&out, '^');
        paint_end(&out, PAINT_BAD, p->colour);
        buf_char(&out, '\n');
    }
    output_put(p->out, buf_string(&out), out.length);
    buf_release(&out);
    buf_release(&line);
}

void message_print(page *p, const assess_message *m) {
    buf b = BUF_INIT;
    if (m->status != ASSESS_OK && !(m->file && *m->file)) buf_text(&b, "assess: ");
    message_line(&b, m, text_message("warning"), p->colour);
    output_put(p->out, buf_string(&b), b.length);
    buf_release(&b);
    if (m->excerpt && *m->excerpt) message_excerpt(p, m);
}

void message_all(page *p, const assess *a, size_t from, int kinds) {
    for (size_t i = from; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (kinds & (m.status == ASSESS_OK ? MESSAGE_WARNINGS : MESSAGE_FAULTS))
            message_print(p, &m);
    }
    if (kinds & MESSAGE_FAULTS && assess_message_hidden(a))
        output_print(p->out, text_message("assess: and %zu more\n"), assess_message_hidden(a));
}

/* A fault with its line, as that of a session. */
static void print_item(page *p, const fault *f, const fault_item *it) {
    char name[CELL_NAME];
    buf cell = BUF_INIT; /* "figures.xlsx:数据!C7" */
    if (it->cell) {
        fault_cell_name(it->line, it->cell, name);
        buf_print(&cell, "%s!%s", it->file, name);
    }
    const assess_message m = {.status = (assess_status)f->kind,
                              .file = it->cell ? buf_string(&cell) : it->file,
                              .line = it->cell ? 0 : it->line,
                              .column = it->column,
                              .field = it->field ? it->field : "",
                              .excerpt = it->excerpt ? it->excerpt : "",
                              .text = it->text ? it->text : text_message("out of memory"),
                              .hint = it->hint ? it->hint : ""};
    message_print(p, &m);
    buf_release(&cell);
}

void message_fault(page *p, const fault *f) {
    if (f->kind == FAULT_LIMIT && f->count && limits_interrupted()) limits_told();
    buf b = BUF_INIT;
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        if (it->file && it->line) {
            output_put(p->out, buf_string(&b), b.length);
            buf_clear(&b);
            print_item(p, f, it);
            continue;
        }
        buf_text(&b, "assess: ");
        if (it->file) {
            put_safe(&b, it->file);
            buf_text(&b, ": ");
        }
        put_safe(&b, it->text ? it->text : text_message("out of memory"));
        put_hint(&b, it->hint);
    }
    if (fault_hidden(f)) buf_print(&b, text_message("assess: and %zu more\n"), fault_hidden(f));
    if (!f->count) buf_text(&b, text_message("assess: out of memory\n"));
    output_put(p->out, buf_string(&b), b.length);
    buf_release(&b);
}
