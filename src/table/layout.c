/* Where the header and the rows stand in a file that has titles above or notes below. */
#include "table/inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "table/header.h"

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

/* ---- a header somewhere else ---- */

enum { LOOK_RECORDS = 30 };

/* The first records from the header on, with their cells. */
typedef struct look {
    const tb_options *options;
    arena memory;
    header_record record[LOOK_RECORDS];
    const char **cell;
    size_t begin[LOOK_RECORDS], records, cells, cap;
    int failed;
} look;

static void on_field(void *self, const char *text, size_t length) {
    look *l = self;
    text = number_trim(text, &length);
    const char *copy = arena_text(&l->memory, text, length);
    if (!copy || !MEM_RESERVE(l->cell, l->cells + 1, l->cap)) {
        l->failed = 1;
        return;
    }
    l->cell[l->cells++] = copy;
    header_count(&l->record[l->records], text, length);
}

static void on_record(void *self) { (void)self; }

static void look_at_records(const reading *r, look *l, size_t most) {
    size_t at = layout_line(r, (size_t)r->table->header_line), start, lines;
    csv_in_sink sink = {.field = on_field, .record = on_record, .self = l};
    for (; l->records < most && !l->failed; l->records++) {
        const char *text = r->text.bytes + at;
        size_t end = csv_in_first_record(text, r->text.length - at, &start, &lines);
        if (start >= end) break;
        csv_in *in = csv_in_open(r->separator, 1, &sink);
        l->begin[l->records] = l->cells;
        l->record[l->records].line =
            text_scan_range(r->text.bytes, 0, at + start, r->text.length).line_ends + 1;
        int fine = in && csv_in_feed(in, text + start, end - start) && csv_in_end(in);
        csv_in_close(in);
        if (!fine) break;
        at += end;
    }
}

/* Do all names that are needed stand in a record, alone or below the one before it? */
static int has_names(const look *l, size_t i, int above) {
    size_t needed = 0, found = 0;
    for (size_t w = 0; w < l->options->wants; w++) {
        const tb_want *want = &l->options->want[w];
        const char *over = "", *left = NULL;
        int there = 0;
        if (want->optional) continue;
        for (size_t c = 0; c < l->record[i].fields && !there; c++) {
            const char *own = l->cell[l->begin[i] + c];
            if (above && c < l->record[i - 1].fields && *l->cell[l->begin[i - 1] + c])
                over = l->cell[l->begin[i - 1] + c];
            there = header_has_name(over, left, own, want->name);
            left = over;
        }
        needed++;
        found += (size_t)there;
    }
    return needed && needed == found;
}

/* The header by the names that are needed, else by what a header looks like; 0: it is where it was
 * taken for. */
static int find_header(const look *l, size_t *first, size_t *last) {
    for (size_t i = 1; i < l->records; i++)
        for (int above = 0; above < 2; above++)
            if (has_names(l, i, above)) {
                *first = i - (size_t)above;
                *last = i;
                return 1;
            }
    size_t fields = header_fields(l->record, l->records);
    *first = *last = fields > 1 ? header_find(l->record, l->records, fields) : l->records;
    if (*first == l->records) return 0;
    int title = l->record[0].fields != fields || 2 * l->record[0].used <= fields;
    if (*first && !title) return 0;
    header_extend(l->record, l->records, first, last);
    return *first != *last || *first;
}

/* Below a header of words begin the figures: nothing else can be it. */
static int is_plain(const look *l) {
    return l->records == 2 && !l->failed && l->record[0].fields == l->record[1].fields &&
           l->record[0].used == l->record[0].fields && !l->record[0].numbers &&
           l->record[1].numbers;
}

const char *layout_header_hint(reading *r, int has_all) {
    look l = {.options = r->options, .memory = ARENA_INIT};
    size_t first, last;
    const char *hint = NULL;
    if (r->options->header[0] != r->options->header[1]) return NULL;
    if (has_all) look_at_records(r, &l, 2);
    int plain = is_plain(&l);
    if (!plain) {
        mem_free(l.cell);
        arena_release(&l.memory);
        l = (look){.options = r->options, .memory = ARENA_INIT};
        look_at_records(r, &l, LOOK_RECORDS);
    }
    if (!plain && find_header(&l, &first, &last) && !l.failed)
        hint = first == last
                   ? arena_print(&r->table->memory,
                                 text_message("the header seems to be in line %zu: header = %zu"),
                                 l.record[first].line, l.record[first].line)
                   : arena_print(&r->table->memory,
                                 text_message("the header seems to be in lines %zu and %zu: "
                                              "header = { %zu, %zu }"),
                                 l.record[first].line, l.record[last].line, l.record[first].line,
                                 l.record[last].line);
    mem_free(l.cell);
    arena_release(&l.memory);
    return hint;
}
