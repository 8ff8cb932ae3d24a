#include "base/width.h"

#include <string.h>
#include <utf8proc.h>

enum { BROKEN = 0xFFFD };

/* One character: its code point, bytes and columns. */
typedef struct letter {
    utf8proc_int32_t code;
    size_t bytes, columns;
} letter;

/* The character at `at`, which is below `length`. */
static letter letter_at(const char *text, size_t length, size_t at) {
    unsigned char first = (unsigned char)text[at];
    letter c = {first, 1, 1};
    if (first < 0x80) return c;
    utf8proc_ssize_t rest = (utf8proc_ssize_t)(length - at > 4 ? 4 : length - at);
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at, rest, &c.code);
    if (n <= 0) {
        c.code = BROKEN;
        return c;
    }
    c.bytes = (size_t)n;
    if (c.code >= 0xA0) c.columns = (size_t)utf8proc_charwidth(c.code);
    return c;
}

size_t width_of(const char *text, size_t length) {
    size_t columns = 0;
    for (size_t i = 0; i < length;) {
        letter c = letter_at(text, length, i);
        i += c.bytes;
        columns += c.columns;
    }
    return columns;
}

size_t width_fit(const char *text, size_t length, size_t columns) {
    size_t i = 0, used = 0;
    while (i < length) {
        letter c = letter_at(text, length, i);
        if (used + c.columns > columns) break;
        i += c.bytes;
        used += c.columns;
    }
    return i;
}

void width_cut(buf *b, const char *text, size_t length, size_t columns) {
    size_t fits = width_fit(text, length, columns);
    if (fits == length) {
        buf_put(b, text, length);
    } else if (columns) {
        buf_put(b, text, width_fit(text, length, columns - 1));
        buf_text(b, "…");
    }
}

void width_pad(buf *b, const char *text, size_t length, size_t columns, width_side side) {
    size_t start = b->length, left = 0, spare;
    width_cut(b, text, length, columns);
    if (b->failed) return;
    spare = columns - width_of(b->text + start, b->length - start);
    if (side == WIDTH_RIGHT)
        left = spare;
    else if (side == WIDTH_CENTRE)
        left = spare / 2;
    if (left) {
        size_t shown = b->length - start;
        buf_fill(b, ' ', left);
        if (b->failed) return;
        memmove(b->text + start + left, b->text + start, shown);
        memset(b->text + start, ' ', left);
    }
    buf_fill(b, ' ', spare - left);
}

/* ，。、；：！？）】」》〉』〕〗］｝”’…—·％℃,.;:!?)]}% */
static int starts_no_line(const letter *c) {
    switch (c->code) {
    case 0xFF0C:
    case 0x3002:
    case 0x3001:
    case 0xFF1B:
    case 0xFF1A:
    case 0xFF01:
    case 0xFF1F:
    case 0xFF09:
    case 0x3011:
    case 0x300D:
    case 0x300B:
    case 0x3009:
    case 0x300F:
    case 0x3015:
    case 0x3017:
    case 0xFF3D:
    case 0xFF5D:
    case 0x201D:
    case 0x2019:
    case 0x2026:
    case 0x2014:
    case 0x00B7:
    case 0xFF05:
    case 0x2103:
    case 0x002C:
    case 0x002E:
    case 0x003B:
    case 0x003A:
    case 0x0021:
    case 0x003F:
    case 0x0029:
    case 0x005D:
    case 0x007D:
    case 0x0025: return 1;
    default: return c->columns == 0;
    }
}

/* （【「《〈『〔〖［｛“‘￥([{ */
static int ends_no_line(const letter *c) {
    switch (c->code) {
    case 0xFF08:
    case 0x3010:
    case 0x300C:
    case 0x300A:
    case 0x3008:
    case 0x300E:
    case 0x3014:
    case 0x3016:
    case 0xFF3B:
    case 0xFF5B:
    case 0x201C:
    case 0x2018:
    case 0xFFE5:
    case 0x0028:
    case 0x005B:
    case 0x007B: return 1;
    default: return 0;
    }
}

/* May a line end between these two neighbours? */
static int breaks(const letter *before, const letter *after) {
    if (after->code == ' ' || starts_no_line(after) || ends_no_line(before)) return 0;
    return before->code == ' ' || before->columns == 2 || after->columns == 2;
}

size_t width_piece(const char *text, size_t length) {
    letter last = {'\n', 0, 0};
    size_t widest = 0, piece = 0;
    for (size_t i = 0; i < length;) {
        letter c = letter_at(text, length, i);
        if (last.code == '\n' || breaks(&last, &c)) piece = 0;
        if (c.code != ' ' && c.code != '\n') piece += c.columns;
        if (piece > widest) widest = piece;
        i += c.bytes;
        last = c;
    }
    return widest;
}

/* The end of a line that stops at `end`, without the spaces before it. */
static size_t trimmed(const char *text, size_t end) {
    while (end && text[end - 1] == ' ') end--;
    return end;
}

size_t width_wrap(const char *text, size_t length, size_t columns, size_t *next) {
    letter last = {'\n', 0, 0};
    size_t used = 0, fallback = 0; /* fallback: the last place the line may break at, 0 if none */
    for (size_t i = 0; i < length;) {
        letter c = letter_at(text, length, i);
        if (c.code == '\n') {
            *next = i + 1;
            return trimmed(text, i);
        }
        if (i && breaks(&last, &c)) fallback = i;
        /* Spaces at the end of a line do not show, so they never overflow it. */
        if (used + c.columns > columns && c.code != ' ' && i) {
            *next = fallback ? fallback : i;
            return trimmed(text, *next);
        }
        used += c.columns;
        i += c.bytes;
        last = c;
    }
    *next = length;
    return trimmed(text, length);
}

/* Characters a terminal obeys rather than shows, or that hide. */
static int obeyed(utf8proc_int32_t code) {
    return (code >= 0x80 && code < 0xA0) || code == 0xAD || code == 0x61C || code == 0x180E ||
           (code >= 0x200B && code <= 0x200F && code != 0x200C && code != 0x200D) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
           code == 0xFEFF || (code >= 0xFFF0 && code <= 0xFFFB) ||
           (code >= 0xE0000 && code <= 0xE0FFF);
}

void width_safe(buf *b, const char *text, size_t length) {
    for (size_t i = 0; i < length;) {
        letter c = letter_at(text, length, i);
        if (c.code == '\t')
            buf_char(b, ' ');
        else if (c.code < ' ')
            buf_put(b, (char[]){'\xE2', '\x90', (char)(0x80 + c.code)}, 3); /* U+2400 + code */
        else if (c.code == 0x7F)
            buf_text(b, "␡");
        else if (c.code == BROKEN || (c.code >= 0x80 && obeyed(c.code)))
            buf_text(b, "\xEF\xBF\xBD");
        else
            buf_put(b, text + i, c.bytes);
        i += c.bytes;
    }
}
