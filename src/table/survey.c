/* Reads all records as they are, by each separator; then looks for header, notes and numbers. */
#include "table/survey.h"

#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "table/csv_in.h"
#include "table/encoding.h"
#include "table/encoding_guess.h"
#include "table/header.h"
#include "table/number.h"
#include "table/workbook.h"

enum { MOST_BYTES = 256 << 20 };

/* All records by one separator. */
typedef struct grid {
    arena memory;
    const char **cell;
    char *spaced; /* of each cell: are there spaces around it */
    size_t cells, cell_cap, spaced_cap;
    header_record *record;
    size_t *begin; /* of each record: its first cell */
    size_t records, record_cap, begin_cap;
    csv_in *in;
    size_t modal, header;
    int no_memory;
} grid;

static void grid_release(grid *g) {
    arena_release(&g->memory);
    mem_free(g->cell);
    mem_free(g->spaced);
    mem_free(g->record);
    mem_free(g->begin);
}

/* ---- cells ---- */

static int digits(const char *text) {
    int n = 0;
    while (text[n] >= '0' && text[n] <= '9') n++;
    return n;
}

static int is_year(const char *text) { return strlen(text) == 4 && header_year(text, 4); }

static int reads(const char *unit, char decimal, const char *text, number_found *found) {
    double ignored;
    number_form form = number_form_of(unit, NULL, 0);
    form.decimal = decimal;
    *found = number_read(&form, text, strlen(text), &ignored);
    return *found != NUMBER_BAD;
}

/* Is it a number as anybody writes one? */
static int looks_number(const char *text) {
    number_found found;
    return (reads("%,", 0, text, &found) || reads("%", ',', text, &found)) && found == NUMBER_OK;
}

/* ---- records ---- */

static void on_field(void *self, const char *text, size_t length) {
    grid *g = self;
    size_t n = length;
    const char *own = number_trim(text, &n);
    const char *copy = arena_text(&g->memory, own, n);
    if (!copy || !MEM_RESERVE(g->cell, g->cells + 1, g->cell_cap) ||
        !MEM_RESERVE(g->spaced, g->cells + 1, g->spaced_cap)) {
        g->no_memory = 1;
        csv_in_stop(g->in);
        return;
    }
    g->spaced[g->cells] = n != length;
    g->cell[g->cells++] = copy;
}

static void on_record(void *self) {
    grid *g = self;
    if (g->no_memory || !MEM_RESERVE(g->record, g->records + 1, g->record_cap) ||
        !MEM_RESERVE(g->begin, g->records + 1, g->begin_cap)) {
        g->no_memory = 1;
        csv_in_stop(g->in);
        return;
    }
    const header_record *before = g->records ? g->record + g->records - 1 : NULL;
    size_t first = before ? g->begin[g->records - 1] + before->fields : 0;
    header_record k = {.line = csv_in_record_lines(g->in) + 1};
    for (size_t i = first; i < g->cells; i++) header_count(&k, g->cell[i], strlen(g->cell[i]));
    g->begin[g->records] = first;
    if (k.used)
        g->record[g->records++] = k;
    else
        g->cells = first; /* nothing but separators */
}

static int read_grid(const decoded *text, char separator, grid *g) {
    *g = (grid){.memory = ARENA_INIT};
    csv_in_sink sink = {.field = on_field, .record = on_record, .self = g};
    g->in = csv_in_open(separator, 1, &sink);
    int fine = g->in && csv_in_feed(g->in, text->bytes, text->length) && csv_in_end(g->in);
    g->no_memory |= !g->in;
    if (fine) {
        g->modal = header_fields(g->record, g->records);
        g->header = g->modal > 1 ? header_find(g->record, g->records, g->modal) : g->records;
    }
    return fine;
}

/* ---- from records to columns ---- */

static int name_columns(survey *s, const grid *g, size_t first, size_t last) {
    const char *above = "", *left = NULL;
    int fine = 1;
    for (size_t c = 0; c < s->columns && fine; c++) {
        size_t at = g->begin[last] + c;
        const char *own = g->cell[at], *upper = first < last ? g->cell[g->begin[first] + c] : "";
        buf name = BUF_INIT;
        if (*upper) above = upper;
        header_name(above, left, own, strlen(own), &name);
        s->column[c].spaces = g->spaced[at];
        s->column[c].name = arena_text(&s->memory, buf_string(&name), name.length);
        fine = s->column[c].name && !name.failed;
        left = above;
        buf_release(&name);
    }
    return fine;
}

/* Notes at the foot: records of other fields, or with nothing but their first. */
static size_t footer_from(const survey *s, const grid *g, size_t body) {
    size_t end = g->records;
    while (end > body) {
        const header_record *k = &g->record[end - 1];
        int note = k->fields != s->columns ||
                   (k->used == 1 && s->columns > 2 && k->first && g->record[body].used > 1);
        if (!note) break;
        end--;
    }
    return end;
}

/* ---- numbers ---- */

/* Does the text have one comma between digits, and nothing else that a decimal has not? *three: it
 * might stand between thousands as well. */
static int has_decimal_comma(const char *text, int *three) {
    const char *comma = strchr(text, ',');
    number_found found;
    if (!comma || strchr(comma + 1, ',') || !digits(comma + 1)) return 0;
    *three = digits(comma + 1) == 3;
    return reads("%", ',', text, &found) && found == NUMBER_OK;
}

static char find_decimal(const survey *s, char separator) {
    size_t surely = 0, perhaps = 0;
    for (size_t i = 0; i < s->rows * s->columns; i++) {
        int three = 1;
        number_found found; /* spaces between thousands go with a decimal comma */
        int spaces = !reads("%,", 0, s->cell[i], &found) && reads("%", ',', s->cell[i], &found) &&
                     !strchr(s->cell[i], ',');
        if (!spaces && !has_decimal_comma(s->cell[i], &three)) continue;
        surely += !three;
        perhaps++;
    }
    return surely || (perhaps && separator == ';') ? ',' : 0;
}

/* How many cells of a column do not read, and which words they are; more than fit are SIZE_MAX. */
static size_t odd_cells(const survey *s, size_t c, const char *unit, survey_column *k) {
    size_t odd = 0;
    k->markers = k->filled = k->missing = 0;
    for (size_t r = 0; r < s->rows; r++) {
        const char *text = survey_cell(s, r, c);
        number_found found;
        size_t m = 0;
        if (reads(unit, s->decimal, text, &found)) {
            k->filled += found == NUMBER_OK;
            k->missing += found == NUMBER_MISSING;
            continue;
        }
        odd++;
        while (m < k->markers && strcmp(k->marker[m], text)) m++;
        if (m == sizeof k->marker / sizeof *k->marker || looks_number(text)) return SIZE_MAX;
        if (m == k->markers) k->marker[k->markers++] = text;
    }
    return odd;
}

static void judge(survey *s, size_t c) {
    static const char *const units[] = {NULL, ",", "%", "%,"};
    survey_column *k = &s->column[c];
    for (size_t u = 0; u < 4 && !k->numeric; u++) {
        size_t odd = odd_cells(s, c, units[u], k);
        k->numeric = odd != SIZE_MAX && k->filled && odd * 2 <= k->filled;
        k->unit = k->numeric ? units[u] : NULL;
        if (k->numeric) k->missing += odd;
    }
    size_t texts = 0, years = 0;
    for (size_t r = 0; r < s->rows; r++) {
        const char *text = survey_cell(s, r, c);
        texts += *text != 0;
        years += is_year(text) != 0;
    }
    k->years = texts && years == texts;
    if (k->numeric) return;
    k->markers = 0;
    k->filled = texts;
    k->missing = s->rows - texts;
}

/* ---- all of it ---- */

static int take_grid(survey *s, const grid *g, char separator) {
    size_t first = g->header, last = first;
    header_extend(g->record, g->records, &first, &last);
    s->columns = g->modal;
    size_t body = last + 1, end = footer_from(s, g, body);
    s->footer = g->records - end;
    if (first != last || g->record[last].line > 1) {
        s->header[0] = g->record[first].line;
        s->header[1] = g->record[last].line;
    }
    size_t most = (end - body) * s->columns;
    const char **cell = arena_zero(&s->memory, most ? most : 1, sizeof *cell);
    s->column = arena_zero(&s->memory, s->columns, sizeof *s->column);
    if (!cell || !s->column || !name_columns(s, g, first, last)) return 0;
    s->cell = cell;
    for (size_t i = body; i < end; i++) {
        for (size_t c = 0; c < s->columns; c++) {
            int there = c < g->record[i].fields;
            const char *text = there ? g->cell[g->begin[i] + c] : "";
            if (there && g->spaced[g->begin[i] + c]) s->column[c].spaces = 1;
            *cell = arena_text(&s->memory, text, strlen(text));
            if (!*cell++) return 0;
        }
        s->rows++;
    }
    s->decimal = s->sheet ? 0 : find_decimal(s, separator);
    for (size_t c = 0; c < s->columns; c++) judge(s, c);
    return 1;
}

/* The separator by which there is a header, with the most fields; each grid is read once. */
static int find_table(survey *s, const char *path, const decoded *text, fault *f) {
    static const char separators[] = {',', ';', '\t'};
    size_t fields = 1;
    int done = 0;
    for (size_t i = 0; i < (s->sheet ? 1 : sizeof separators); i++) {
        grid g;
        int fine = read_grid(text, separators[i], &g);
        if (g.no_memory) {
            fault_memory(f);
        } else if (!fine && !i && !memchr(text->bytes, ';', text->length)) {
            csv_in_fault(g.in, path, NULL, 0, f);
        } else if (fine && g.header < g.records && g.modal > fields) {
            arena_release(&s->memory);
            *s = (survey){.memory = ARENA_INIT, .sheet = s->sheet};
            fields = g.modal;
            done = take_grid(s, &g, separators[i]) || fault_memory(f);
            size_t start = 0, lines, n;
            const char *at = text->bytes, *end = at + text->length;
            for (size_t line = g.record[g.header].line; done && line > 1 && at < end; at++)
                line -= *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
            n = csv_in_first_record(at, (size_t)(end - at), &start, &lines);
            if (!s->sheet && csv_in_separator(at + start, n - start) != separators[i])
                s->separator = separators[i];
        }
        csv_in_close(g.in);
        grid_release(&g);
        if (f->kind) return 0;
    }
    if (done && s->rows) return 1;
    return fault_at(f, FAULT_DATA, &(place){.file = path},
                    "a line with the names of columns, and below it lines with as many fields",
                    "no table is seen in this file");
}

char survey_decimal(const decoded *text) {
    size_t start = 0, lines, commas = 0, points = 0;
    size_t end = csv_in_first_record(text->bytes, text->length, &start, &lines);
    char separator = csv_in_separator(text->bytes + start, end - start);
    grid g;
    if (separator == ',') return 0;
    if (read_grid(text, separator, &g))
        for (size_t i = 0; i < g.cells; i++) {
            int three;
            number_found found;
            commas += (size_t)has_decimal_comma(g.cell[i], &three);
            points += looks_number(g.cell[i]) && !reads("%", ',', g.cell[i], &found);
        }
    csv_in_close(g.in);
    grid_release(&g);
    return commas && !points ? ',' : 0;
}

/* What the option `encoding` should say: what was declared, or had to be assumed. */
static const char *encoding_of(const file_view *file, const decoded *text, const char *declared) {
    encoding_guess guess[GUESS_MOST];
    const char *assumed = strstr(text->name, " (assumed)");
    if (declared || !assumed) return declared;
    encoding_guesses(file->bytes, file->length, guess);
    for (size_t i = 0; i < GUESS_MOST; i++)
        if (!strncmp(text->name, guess[i].shown, (size_t)(assumed - text->name)))
            return guess[i].name;
    return NULL;
}

static int survey_workbook(const char *path, const file_view *file, survey *out, fault *notes,
                           fault *f) {
    sheet_wish wish = {.errors = 1};
    sheet_text sheet;
    decoded text = {.bytes = NULL};
    if (!workbook_read(path, file->bytes, file->length, &wish, &sheet, notes, f)) return 0;
    out->sheet = sheet.sheet;
    int done = text_decode(sheet.name, sheet.text.text, sheet.text.length, "UTF-8", NULL, &text,
                           notes, f) &&
               find_table(out, sheet.name, &text, f);
    out->sheet = arena_text(&out->memory, sheet.sheet, strlen(sheet.sheet));
    if (done && !out->sheet) done = fault_memory(f);
    decoded_release(&text);
    sheet_text_release(&sheet);
    return done;
}

int survey_read(const char *path, const char *encoding, survey *out, fault *notes, fault *f) {
    *out = (survey){.memory = ARENA_INIT};
    file_view file = FILE_VIEW_INIT;
    decoded text = {.bytes = NULL};
    if (!files_read(path, MOST_BYTES, &file, f)) return 0;
    if (workbook_named(path)) {
        int read = survey_workbook(path, &file, out, notes, f);
        files_release(&file);
        return read;
    }
    int done = text_decode(path, file.bytes, file.length, encoding, NULL, &text, notes, f) &&
               find_table(out, path, &text, f);
    if (done) out->encoding = encoding_of(&file, &text, encoding);
    decoded_release(&text);
    files_release(&file);
    return done;
}

void survey_release(survey *s) { arena_release(&s->memory); }
