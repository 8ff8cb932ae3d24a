#include "seal/compare.h"

#include <string.h>

#include "base/text.h"
#include "base/width.h"

enum { SHOWN = 60, SHOWN_BEFORE = 20 };

void difference_release(difference *d) {
    buf_release(&d->row);
    buf_release(&d->column);
    buf_release(&d->before);
    buf_release(&d->after);
}

/* The next cell of CSV, without its quotes, from *at on, and what ends it: ',', '\n', or 0. */
static int next_cell(const char *text, size_t length, size_t *at, buf *cell) {
    size_t i = *at;
    buf_clear(cell);
    if (i < length && text[i] == '"') {
        for (i++; i < length; i++) {
            if (text[i] == '"' && !(i + 1 < length && text[i + 1] == '"')) {
                i++;
                break;
            }
            i += text[i] == '"';
            buf_char(cell, text[i]);
        }
    }
    for (; i < length && text[i] != ',' && text[i] != '\n'; i++)
        if (text[i] != '\r') buf_char(cell, text[i]);
    int end = i < length ? text[i] : 0;
    *at = i + (i < length);
    return end;
}

/* The heading of a column. */
static void find_heading(const char *text, size_t length, size_t column, buf *out) {
    size_t at = length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
    int end = ',';
    for (size_t i = 0; i <= column && end == ','; i++) {
        end = next_cell(text, length, &at, out);
        if (i == column) return;
    }
    buf_clear(out);
}

static void cut(buf *b) {
    buf whole = *b;
    *b = BUF_INIT;
    width_cut(b, buf_string(&whole), whole.length, SHOWN);
    buf_release(&whole);
}

static int follows(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* Of two long texts what they begin with alike is left out, but for the last characters. */
static void skip_alike(buf *before, buf *after) {
    const char *a = buf_string(before), *b = buf_string(after);
    size_t at = 0, kept = 0;
    if (before->length <= SHOWN && after->length <= SHOWN) return;
    while (a[at] && a[at] == b[at]) at++;
    for (; at && kept < SHOWN_BEFORE; at--) kept += !follows(a[at - 1]);
    if (!at) return;
    buf *both[] = {before, after};
    for (int k = 0; k < 2; k++) {
        buf whole = *both[k];
        *both[k] = BUF_INIT;
        buf_text(both[k], "…");
        buf_text(both[k], buf_string(&whole) + at);
        buf_release(&whole);
    }
}

static void find_cell(difference *d, const char *a, size_t na, const char *b, size_t nb) {
    size_t i = 0, k = 0, column = 0;
    for (long line = 1; i < na || k < nb;) {
        size_t from = i;
        int ended_a = i >= na, ended_b = k >= nb;
        int end = next_cell(a, na, &i, &d->before), other = next_cell(b, nb, &k, &d->after);
        if (!column) {
            buf_clear(&d->row);
            buf_text(&d->row, buf_string(ended_a ? &d->after : &d->before));
        }
        if (ended_a != ended_b || end != other ||
            strcmp(buf_string(&d->before), buf_string(&d->after)) != 0) {
            d->line = line;
            d->ends = ended_a ? 1 : ended_b ? 2 : 0;
            find_heading(a, na, column, &d->column);
            if (!column) buf_clear(&d->row);
            return;
        }
        column++;
        if (end == ',') continue;
        for (; from < i && from < na; from++) line += a[from] == '\n';
        column = 0;
    }
}

static size_t line_length(const char *text, size_t length, size_t at) {
    const char *end = at < length ? memchr(text + at, '\n', length - at) : NULL;
    return end ? (size_t)(end - text) - at : length - at;
}

/* Without the spaces it begins with. */
static void put_line(buf *out, const char *text, size_t length) {
    for (; length && (*text == ' ' || *text == '\t'); length--) text++;
    for (; length && (text[length - 1] == '\r' || text[length - 1] == ' '); length--) continue;
    buf_put(out, text, length);
}

static void find_line(difference *d, const char *a, size_t na, const char *b, size_t nb) {
    size_t at = 0, line = 1, begin = 0;
    for (; at < na && at < nb && a[at] == b[at]; at++)
        if (a[at] == '\n') {
            line++;
            begin = at + 1;
        }
    if (memchr(a, 0, na) || memchr(b, 0, nb)) return; /* no texts */
    d->line = (long)line;
    d->ends = begin >= na ? 1 : begin >= nb ? 2 : 0;
    if (begin < na) put_line(&d->before, a + begin, line_length(a, na, begin));
    if (begin < nb) put_line(&d->after, b + begin, line_length(b, nb, begin));
}

void difference_find(difference *d, const char *a, size_t na, const char *b, size_t nb, int csv) {
    *d = (difference){.row = BUF_INIT, .column = BUF_INIT, .before = BUF_INIT, .after = BUF_INIT};
    if (na == nb && (!na || !memcmp(a, b, na))) return;
    if (csv) find_cell(d, a, na, b, nb);
    /* Quotes and ends of lines may differ alone. */
    if (!d->line) {
        buf_clear(&d->row);
        buf_clear(&d->before);
        buf_clear(&d->after);
        find_line(d, a, na, b, nb);
    }
    skip_alike(&d->before, &d->after);
    cut(&d->before);
    cut(&d->after);
    cut(&d->row);
}

void difference_say(const difference *d, buf *out) {
    if (!d->line) return;
    buf_print(out, text_message("line %ld"), d->line);
    if (d->row.length) buf_print(out, "%s%s", text_message(", "), buf_string(&d->row));
    if (d->column.length) buf_print(out, "%s%s", text_message(", "), buf_string(&d->column));
    if (d->ends == 2)
        buf_print(out, text_message(": ends there; sealed: %s"), buf_string(&d->before));
    else if (d->ends == 1)
        buf_print(out, text_message(": goes on; sealed, it ended there; now: %s"),
                  buf_string(&d->after));
    else
        buf_print(out, text_message(": sealed %s, now %s"),
                  d->before.length ? buf_string(&d->before) : "\"\"",
                  d->after.length ? buf_string(&d->after) : "\"\"");
}
