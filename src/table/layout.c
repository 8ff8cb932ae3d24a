/* Where the header and the rows stand in a file that has titles above or notes below. */
#include "table/inside.h"

#include <string.h>

static int is_line_end(char c) { return c == '\n' || c == '\r'; }

/* The end of the line that begins at `at`, behind its line end. */
static size_t line_behind(const reading *r, size_t at) {
    const char *text = r->text.bytes;
    size_t n = r->text.length;
    while (at < n && !is_line_end(text[at])) at++;
    if (at < n && text[at] == '\r' && at + 1 < n && text[at + 1] == '\n') at++;
    return at < n ? at + 1 : n;
}

size_t layout_line(const reading *r, size_t line) {
    size_t at = 0;
    while (line > 1 && at < r->text.length) {
        at = line_behind(r, at);
        line--;
    }
    return at;
}

/* ---- the footer ---- */

/* The rows end at `end`. */
static void cut_rows(reading *r, size_t end) {
    r->text.length = end;
    r->text.pieces = (end + TEXT_PIECE - 1) / TEXT_PIECE;
    if (end % TEXT_PIECE) {
        size_t last = r->text.pieces - 1;
        r->text.scan[last] = text_scan_range(r->text.bytes, last * TEXT_PIECE, end, end);
    }
}

/* Whether a line from `from` to `to` has nothing but separators, quotes and spaces. */
static int is_blank(const reading *r, size_t from, size_t to) {
    for (; from < to; from++) {
        char c = r->text.bytes[from];
        if (c != r->separator && c != '"' && c != ' ' && c != '\t' && !is_line_end(c)) return 0;
    }
    return 1;
}

static size_t quotes_between(const reading *r, size_t from, size_t to) {
    size_t quotes = 0;
    for (; from < to; from++) quotes += r->text.bytes[from] == '"';
    return quotes;
}

/* Where the last record before `end` begins that is not blank; `body` where there is none. A record
 * of several lines has an odd number of quotes in its first and its last. */
static size_t last_record(const reading *r, size_t end) {
    for (int blank = 1; blank && end > r->body;) {
        size_t at = end, quotes = 0;
        do {
            size_t was = at;
            while (at > r->body && is_line_end(r->text.bytes[at - 1])) at--;
            while (at > r->body && !is_line_end(r->text.bytes[at - 1])) at--;
            quotes += quotes_between(r, at, was);
        } while (quotes % 2 && at > r->body);
        blank = is_blank(r, at, end);
        end = at;
    }
    return end;
}

/* Where the first record begins whose first cell begins with the text; the end where there is
 * none. */
static size_t first_beginning(const reading *r, const char *with) {
    const char *text = r->text.bytes;
    size_t n = strlen(with), at = r->body;
    for (int inside = 0; at < r->text.length;) {
        size_t cell = at, end = line_behind(r, at);
        while (cell < end && (text[cell] == '"' || text[cell] == ' ')) cell++;
        if (!inside && end - cell >= n && !memcmp(text + cell, with, n)) return at;
        inside ^= (int)(quotes_between(r, at, end) % 2);
        at = end;
    }
    return at;
}

int layout_footer(reading *r) {
    const tb_options *o = r->options;
    place at = {.file = r->path};
    size_t end = r->text.length;
    if (o->footer_text) {
        end = first_beginning(r, o->footer_text);
        if (end == r->text.length)
            return fault_at(r->faults, FAULT_DATA, &at,
                            "the footer is the number of its lines, or what its first line begins "
                            "with",
                            "no line begins with '%s', which should begin the footer",
                            o->footer_text);
    }
    for (size_t i = 0; i < o->footer; i++) {
        size_t before = last_record(r, end);
        if (before == end)
            return fault_at(r->faults, FAULT_DATA, &at, NULL,
                            "a footer of %zu lines, but the table has only %zu", o->footer, i);
        end = before;
    }
    if (end < r->text.length) cut_rows(r, end);
    return 1;
}

/* ---- a header further down ---- */

enum { LOOK_RECORDS = 30 };

/* What is known of one record: its fields, and how many are numbers or empty. */
typedef struct record {
    const reading *r;
    size_t fields, empty, numbers, wanted;
} record;

static void on_field(void *self, const char *text, size_t length) {
    record *k = self;
    const tb_options *o = k->r->options;
    double ignored;
    const number_form form = number_form_of(",", NULL, 0);
    text = number_trim(text, &length);
    k->fields++;
    k->empty += !length;
    k->numbers += length && number_read(&form, text, length, &ignored) != NUMBER_BAD;
    for (size_t i = 0; i < o->wants; i++)
        k->wanted += !o->want[i].optional && strlen(o->want[i].name) == length &&
                     !memcmp(o->want[i].name, text, length);
}

static void on_record(void *self) { (void)self; }

/* Looks at the next record from *at on, which is moved behind it; *line is the one it begins on. */
static int look_at_record(const reading *r, size_t *at, size_t *line, record *out) {
    size_t start, lines;
    const char *text = r->text.bytes + *at;
    size_t end = csv_in_first_record(text, r->text.length - *at, &start, &lines);
    if (start >= end) return 0;
    *out = (record){.r = r};
    csv_in_sink sink = {on_field, on_record, out};
    csv_in *in = csv_in_open(r->separator, 1, &sink);
    int fine = in && csv_in_feed(in, text + start, end - start) && csv_in_end(in);
    csv_in_close(in);
    *line = text_scan_range(r->text.bytes, 0, *at + start, r->text.length).line_ends + 1;
    *at += end;
    return fine;
}

size_t layout_likely_header(const reading *r) {
    const tb_options *o = r->options;
    size_t needed = 0, most = 0, at = r->body, line, likely = 0;
    record k;
    for (size_t i = 0; i < o->wants; i++) needed += !o->want[i].optional;
    for (int i = 0; i < LOOK_RECORDS && look_at_record(r, &at, &line, &k); i++) {
        size_t used = k.fields - k.empty;
        if (needed && k.wanted >= needed) return line;
        /* Without names to go by: the first record that is full, and has no numbers. */
        if (!needed && used > most && used > 1 && !k.numbers) {
            likely = line;
            most = used;
        }
    }
    return likely;
}
