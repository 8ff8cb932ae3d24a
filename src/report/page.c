#include "report/page.h"

#include <string.h>

void page_blank(page *p) {
    if (!p->markdown) output_char(p->out, '\n'); /* there each block begins with an empty line */
}

void page_section(page *p, const char *title) {
    if (p->markdown) {
        markdown_heading(p, title);
        return;
    }
    page_blank(p);
    page_paragraph(p, PAINT_TITLE, 0, "", "%s", title);
}

void page_paragraph(page *p, paint ink, size_t indent, const char *lead, const char *format, ...) {
    buf raw = BUF_INIT, text = BUF_INIT, line = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&raw, format, args);
    va_end(args);
    if (p->markdown) {
        markdown_paragraph(p, ink == PAINT_TITLE, lead, buf_string(&raw));
        p->out->held.failed |= raw.failed;
        buf_release(&raw);
        return;
    }
    const char *s = buf_string(&raw);
    size_t room = p->width > indent + 8 ? p->width - indent : 8, at = 0;
    for (int first = 1; first || at < raw.length; first = 0) {
        size_t end = at, next;
        while (end < raw.length && s[end] != '\n') end++;
        buf_clear(&text);
        width_safe(&text, s + at, end - at);
        at = end < raw.length ? end + 1 : end;
        for (size_t from = 0, start = 1; start || from < text.length; start = 0) {
            size_t shown = width_wrap(buf_string(&text) + from, text.length - from, room, &next);
            buf_clear(&line);
            if (first && start && *lead)
                width_pad(&line, lead, strlen(lead), indent, WIDTH_LEFT);
            else
                buf_fill(&line, ' ', shown ? indent : 0);
            paint_start(&line, ink, p->colour);
            buf_put(&line, buf_string(&text) + from, shown);
            paint_end(&line, ink, p->colour);
            buf_char(&line, '\n');
            output_put(p->out, buf_string(&line), line.length);
            from += next;
        }
    }
    if (raw.failed || text.failed || line.failed) p->out->held.failed = 1;
    buf_release(&raw);
    buf_release(&text);
    buf_release(&line);
}
