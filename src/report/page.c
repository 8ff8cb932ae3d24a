/* The layout of text: colours, paragraphs, tables. */
#include "report/page.h"

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

/* ---- tables ---- */

enum { GAP = 2, HEAD = 8, KEY = 8 };

/* What is known of a column while the table is laid out; all in columns of the terminal. */
typedef struct shape {
    size_t want;  /* where nothing is broken */
    size_t least; /* where everything is broken that may be */
    size_t width; /* decided */
} shape;

typedef struct layout {
    page *p;
    const grid *g;
    shape *shape;
    buf raw, safe, line;
} layout;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* The text of a cell, safe; valid until the next call. */
static paint cell(layout *l, size_t row, size_t column) {
    paint ink = PAINT_PLAIN;
    buf_clear(&l->raw);
    buf_clear(&l->safe);
    l->g->cell(l->g->of, row, column, &l->raw, &ink);
    width_safe(&l->safe, buf_string(&l->raw), l->raw.length);
    return ink;
}

static void head(layout *l, const char *text) {
    buf_clear(&l->safe);
    width_safe(&l->safe, text, strlen(text));
}

static void measure(layout *l) {
    for (size_t c = 0; c < l->g->columns; c++) {
        const grid_column *column = &l->g->column[c];
        size_t content = 0, piece = 0;
        for (size_t r = 0; r < l->g->rows && !l->p->out->ended; r++) {
            cell(l, r, c);
            content = larger(content, width_of(buf_string(&l->safe), l->safe.length));
            if (column->wrap)
                piece = larger(piece, width_piece(buf_string(&l->safe), l->safe.length));
        }
        size_t natural = content;
        head(l, column->head);
        size_t whole = width_of(buf_string(&l->safe), l->safe.length);
        size_t broken = larger(width_piece(buf_string(&l->safe), l->safe.length), (whole + 1) / 2);
        broken = smaller(whole, larger(broken, HEAD));
        if (column->wrap)
            content = smaller(content, larger((size_t)column->wrap,
                                              smaller(piece, 3 * (size_t)column->wrap / 2)));
        l->shape[c].least = larger(content, broken);
        l->shape[c].want = larger(natural, whole);
    }
}

static size_t keys(const grid *g) {
    size_t n = 0;
    while (n < g->columns && g->column[n].key) n++;
    return n;
}

/* Columns that belong together under one heading: the end of the run that starts at `from`. */
static size_t run_end(const grid *g, size_t from) {
    size_t end = from + 1;
    while (*g->column[from].over && end < g->columns &&
           !strcmp(g->column[from].over, g->column[end].over))
        end++;
    return end;
}

static size_t sum_least(const layout *l, size_t from, size_t end) {
    size_t sum = 0;
    for (size_t c = from; c < end; c++) sum += l->shape[c].least + GAP;
    return sum;
}

/* The end of the fold that starts at `from`: as many whole runs as fit into `room`, else as many
 * columns. */
static size_t fold_end(const layout *l, size_t from, size_t room) {
    size_t end = from, used = 0;
    while (end < l->g->columns) {
        size_t next = run_end(l->g, end), more = sum_least(l, end, next);
        if (used + more > room) {
            if (end > from) break;
            next = end + 1;
            more = sum_least(l, end, next);
            if (used && used + more > room) break;
            while (next < l->g->columns && used + more + l->shape[next].least + GAP <= room)
                more += l->shape[next++].least + GAP;
            return next;
        }
        used += more;
        end = next;
    }
    return end;
}

/* The i-th column of a fold: the keys come first, then its own in order. */
static size_t column_at(size_t i, size_t key_count, size_t from) {
    return i < key_count ? i : from + (i - key_count);
}

static void widen(layout *l, size_t i, size_t *spare) {
    shape *s = &l->shape[i];
    size_t more = smaller(*spare, s->want - s->width);
    s->width += more;
    *spare -= more;
}

/* What the headings of a fold ask for beyond the least. All get it or none, so that columns that
 * are alike look alike. */
static size_t heads_want(const layout *l, size_t key_count, size_t from, size_t end) {
    size_t sum = 0;
    for (size_t i = 0; i < key_count + end - from; i++) {
        size_t c = column_at(i, key_count, from);
        if (!l->g->column[c].wrap) sum += l->shape[c].want - l->shape[c].least;
    }
    return sum;
}

/* Decides the widths of the keys and of one fold. */
static void decide(layout *l, size_t key_count, size_t from, size_t end) {
    size_t count = key_count + end - from, used = 0, spare, span;
    for (size_t i = 0; i < count; i++) {
        shape *s = &l->shape[column_at(i, key_count, from)];
        s->width = s->least;
        used += s->width + (i ? GAP : 0);
    }
    spare = l->p->width > used ? l->p->width - used : 0;
    if (used > l->p->width && end == from + 1) { /* a column that is too wide all alone is cut */
        shape *s = &l->shape[from];
        s->width -= smaller(used - l->p->width, s->width > KEY ? s->width - KEY : 0);
    }
    if (spare >= heads_want(l, key_count, from, end))
        for (size_t i = 0; i < count; i++)
            if (!l->g->column[column_at(i, key_count, from)].wrap)
                widen(l, column_at(i, key_count, from), &spare);
    for (size_t i = 0; i < count; i++)
        if (l->g->column[column_at(i, key_count, from)].wrap || i < key_count)
            widen(l, column_at(i, key_count, from), &spare);
    /* A heading above several columns asks for the width it needs from the first of them. */
    for (size_t c = from; c < end; c += span) {
        size_t width = 0, stop = smaller(run_end(l->g, c), end);
        span = stop - c;
        for (size_t i = c; i < stop; i++) width += l->shape[i].width + (i > c ? GAP : 0);
        head(l, l->g->column[c].over);
        size_t over = width_of(buf_string(&l->safe), l->safe.length);
        if (over > width && spare) {
            l->shape[c].width += smaller(spare, over - width);
            spare -= smaller(spare, over - width);
        }
    }
}

static void end_line(layout *l) {
    while (l->line.length && l->line.text[l->line.length - 1] == ' ') l->line.length--;
    buf_char(&l->line, '\n');
    output_put(l->p->out, buf_string(&l->line), l->line.length);
    if (l->line.failed) l->p->out->held.failed = 1;
    buf_clear(&l->line);
}

/* Puts a text into its column: paint goes around the text only, so that spaces at the end can go.
 */
static void put(layout *l, const char *text, size_t length, size_t width, width_side side,
                paint ink) {
    buf cut = BUF_INIT;
    width_cut(&cut, text, length, width);
    size_t spare = width - width_of(buf_string(&cut), cut.length), left = 0;
    if (side == WIDTH_RIGHT)
        left = spare;
    else if (side == WIDTH_CENTRE)
        left = spare / 2;
    buf_fill(&l->line, ' ', left);
    if (cut.length) {
        paint_start(&l->line, ink, l->p->colour);
        buf_put(&l->line, buf_string(&cut), cut.length);
        paint_end(&l->line, ink, l->p->colour);
    }
    buf_fill(&l->line, ' ', spare - left);
    buf_release(&cut);
}

/* The n-th line (from 0) of a wrapped text; *lines is how many there are. */
static const char *nth_line(const buf *text, size_t width, size_t n, size_t *lines,
                            size_t *length) {
    const char *s = buf_string(text), *found = "";
    size_t at = 0, next;
    *lines = 0;
    *length = 0;
    while (at < text->length) {
        size_t shown = width_wrap(s + at, text->length - at, width, &next);
        if ((*lines)++ == n) {
            found = s + at;
            *length = shown;
        }
        at += next;
    }
    return found;
}

static void print_heads(layout *l, size_t key_count, size_t from, size_t end) {
    size_t count = key_count + end - from, most = 0, lines, length, span;
    int overs = 0;
    for (size_t c = from; c < end; c++) overs |= *l->g->column[c].over != 0;
    if (overs) {
        for (size_t i = 0; i < key_count; i++) buf_fill(&l->line, ' ', l->shape[i].width + GAP);
        for (size_t c = from; c < end; c += span) {
            size_t width = 0, stop = smaller(run_end(l->g, c), end);
            span = stop - c;
            for (size_t i = c; i < stop; i++) width += l->shape[i].width + (i > c ? GAP : 0);
            head(l, l->g->column[c].over);
            put(l, buf_string(&l->safe), l->safe.length, width, WIDTH_CENTRE, PAINT_HEAD);
            buf_fill(&l->line, ' ', GAP);
        }
        end_line(l);
    }
    for (size_t i = 0; i < count; i++) {
        size_t c = column_at(i, key_count, from);
        head(l, l->g->column[c].head);
        nth_line(&l->safe, l->shape[c].width, 0, &lines, &length);
        most = larger(most, lines);
    }
    for (size_t n = 0; n < most; n++) {
        for (size_t i = 0; i < count; i++) {
            size_t c = column_at(i, key_count, from);
            head(l, l->g->column[c].head);
            nth_line(&l->safe, l->shape[c].width, 0, &lines, &length);
            const char *s = "";
            length = 0;
            if (n >= most - lines) /* headings stand on the line below them */
                s = nth_line(&l->safe, l->shape[c].width, n - (most - lines), &lines, &length);
            put(l, s, length, l->shape[c].width, l->g->column[c].side, PAINT_HEAD);
            if (i + 1 < count) buf_fill(&l->line, ' ', GAP);
        }
        end_line(l);
    }
    paint_start(&l->line, PAINT_FAINT, l->p->colour);
    for (size_t i = 0; i < count; i++) {
        buf_fill(&l->line, '-', l->shape[column_at(i, key_count, from)].width);
        if (i + 1 < count) buf_fill(&l->line, ' ', GAP);
    }
    paint_end(&l->line, PAINT_FAINT, l->p->colour);
    end_line(l);
}

static void print_row(layout *l, size_t row, size_t key_count, size_t from, size_t end) {
    size_t count = key_count + end - from, most = 1, lines, length;
    for (size_t n = 0; n < most; n++) {
        for (size_t i = 0; i < count; i++) {
            size_t c = column_at(i, key_count, from);
            paint ink = cell(l, row, c);
            const char *s = buf_string(&l->safe);
            length = l->safe.length;
            if (l->g->column[c].wrap) {
                s = nth_line(&l->safe, l->shape[c].width, n, &lines, &length);
                most = larger(most, lines);
            } else if (n) {
                length = 0;
            }
            put(l, s, length, l->shape[c].width, l->g->column[c].side, ink);
            if (i + 1 < count) buf_fill(&l->line, ' ', GAP);
        }
        end_line(l);
    }
}

void page_grid(page *p, const grid *g) {
    layout l = {.p = p, .g = g, .shape = mem_zero(g->columns, sizeof *l.shape)};
    size_t key_count = keys(g), from = key_count, room;
    if (p->markdown) {
        markdown_grid(p, g);
        mem_free(l.shape);
        return;
    }
    if (!l.shape) {
        p->out->held.failed = 1;
        return;
    }
    measure(&l);
    /* Keys that leave no room for anything else are cut. */
    while (key_count && sum_least(&l, 0, key_count) > p->width / 2) {
        size_t widest = 0;
        for (size_t c = 1; c < key_count; c++)
            if (l.shape[c].least > l.shape[widest].least) widest = c;
        if (l.shape[widest].least <= KEY) break;
        size_t over = sum_least(&l, 0, key_count) - p->width / 2;
        l.shape[widest].least =
            larger(KEY, l.shape[widest].least - smaller(over, l.shape[widest].least));
    }
    room = p->width + GAP > sum_least(&l, 0, key_count)
               ? p->width + GAP - sum_least(&l, 0, key_count)
               : 0;
    do {
        size_t end = fold_end(&l, from, room);
        if (from > key_count) page_blank(p);
        decide(&l, key_count, from, end);
        print_heads(&l, key_count, from, end);
        for (size_t r = 0; r < g->rows && !p->out->ended; r++)
            print_row(&l, r, key_count, from, end);
        from = end;
    } while (from < g->columns);
    mem_free(l.shape);
    buf_release(&l.raw);
    buf_release(&l.safe);
    buf_release(&l.line);
}
