/* The layout of text: colours and paragraphs. */
#include "document/page.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"

/* ---- colours ---- */

enum { NARROWEST = 20, WIDEST = 1000, USUAL = 80 };

static const char *const sequence[] = {
    [PAINT_PLAIN] = "",        [PAINT_TITLE] = "\x1b[1m",    [PAINT_HEAD] = "\x1b[2m",
    [PAINT_FAINT] = "\x1b[2m", [PAINT_FOCUS] = "\x1b[1;36m", [PAINT_GOOD] = "\x1b[32m",
    [PAINT_BAD] = "\x1b[31m",  [PAINT_WARN] = "\x1b[33m",
};

void paint_start(buf *b, paint p, int colour) {
    if (colour) buf_text(b, sequence[p]);
}

void paint_end(buf *b, paint p, int colour) {
    if (colour && p != PAINT_PLAIN) buf_text(b, "\x1b[0m");
}

int paint_wanted(const char *choice, int fd) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (!strcmp(choice, "always")) return 1;
    if (!strcmp(choice, "never") || (no && *no)) return 0;
    return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

size_t paint_columns(int fd) {
    struct winsize size;
    long n = 0;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0) n = size.ws_col;
    const char *set = getenv("COLUMNS");
    if (n == 0 && set) n = strtol(set, NULL, 10);
    if (n <= 0) n = USUAL;
    return (size_t)(n < NARROWEST ? NARROWEST : n > WIDEST ? WIDEST : n);
}

/* ---- paragraphs ---- */

void page_blank(page *p) { output_char(p->out, '\n'); }

void page_paragraph(page *p, paint ink, size_t indent, const char *lead, const char *format, ...) {
    buf raw = BUF_INIT, text = BUF_INIT, line = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&raw, format, args);
    va_end(args);
    const char *s = buf_string(&raw);
    size_t space = p->width > indent + 8 ? p->width - indent : 8, at = 0;
    for (int first = 1; first || at < raw.length; first = 0) {
        size_t end = at, next;
        while (end < raw.length && s[end] != '\n') end++;
        buf_clear(&text);
        width_safe(&text, s + at, end - at);
        at = end < raw.length ? end + 1 : end;
        for (size_t from = 0, start = 1; start || from < text.length; start = 0) {
            size_t shown = width_wrap(buf_string(&text) + from, text.length - from, space, &next);
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
