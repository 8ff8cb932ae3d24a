#include "html/why_place.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/mem.h"
#include "base/thread_pool.h"
#include "html/html.h"
#include "session/session.h"
#include "table/encoding.h"

enum { FILE_LIMIT = 64 << 20, LINE_LIMIT = 1200 };

/* ---- files ---- */

static int find_lines(place_file *f) {
    size_t count = 2;
    for (size_t i = 0; i < f->length; i++) count += f->text[i] == '\n';
    f->line = mem_take(count * sizeof *f->line);
    if (!f->line) return 0;
    f->line[f->lines++] = 0;
    for (size_t i = 0; i < f->length; i++)
        if (f->text[i] == '\n') f->line[f->lines++] = i + 1;
    f->line[f->lines] = f->length + 1;
    return 1;
}

static const tb_table *table_of(const assess *a, const char *path) {
    for (size_t i = 0; i < a->s->data.count; i++)
        if (a->s->data.item[i]->table && !strcmp(tb_path(a->s->data.item[i]->table), path))
            return a->s->data.item[i]->table;
    return NULL;
}

/* Is what the file holds now what was computed from? */
static int is_same(const file_view *view, const char *sha256) {
    char hex[DIGEST_HEX];
    digest *d = digest_start();
    if (d) digest_add(d, view->bytes, view->length);
    digest_finish(d, hex);
    return *hex && !strcmp(hex, sha256);
}

/* Reads the text of a data file, where it can be had. */
static void read_data(const assess *a, place_file *f, const tb_table *t) {
    file_view view = FILE_VIEW_INIT;
    fault fails = FAULT_INIT, notes = FAULT_INIT;
    decoded text = {0};
    thread_pool *crew = thread_pool_open(1);
    f->sha256 = tb_sha256(t);
    f->header = (size_t)tb_header_line(t);
    if (crew && *f->sha256 && strcmp(f->name, "-") &&
        files_read(f->name, FILE_LIMIT, &view, &fails)) {
        if (is_same(&view, f->sha256) && text_decode(f->name, view.bytes, view.length, a->encoding,
                                                     crew, &text, &notes, &fails)) {
            f->owned = mem_take(text.length + 1);
            if (f->owned) memcpy(f->owned, text.bytes, text.length);
            f->text = f->owned;
            f->length = text.length;
            decoded_release(&text);
        }
        files_release(&view);
    }
    thread_pool_close(crew);
    fault_release(&fails);
    fault_release(&notes);
}

/* Rules without a session: those that a command has just read. */
static void read_rules(place_file *f) {
    file_view view = FILE_VIEW_INIT;
    fault fails = FAULT_INIT;
    if (strcmp(f->name, "-") && files_read(f->name, FILE_LIMIT, &view, &fails)) {
        f->owned = mem_take(view.length + 1);
        if (f->owned) memcpy(f->owned, view.bytes, view.length);
        f->text = f->owned;
        f->length = view.length;
        files_release(&view);
    }
    fault_release(&fails);
}

/* The character between the fields of the header. */
static char separator_of(const place_file *f) {
    size_t at = f->header && f->header <= f->lines ? f->line[f->header - 1] : 0, most = 0;
    char best = ',';
    for (const char *c = ",;\t"; *c; c++) {
        size_t count = 0;
        for (size_t i = at; i < f->length && f->text[i] != '\n'; i++) count += f->text[i] == *c;
        if (count > most) {
            most = count;
            best = *c;
        }
    }
    return best;
}

static size_t file_number(places *p, const char *name) {
    for (size_t i = 0; i < p->files; i++)
        if (!strcmp(p->file[i].name, name)) return i;
    if (!MEM_RESERVE(p->file, p->files + 1, p->file_cap)) {
        p->failed = 1;
        return (size_t)-1;
    }
    place_file *f = &p->file[p->files++];
    int number = p->a ? sources_find(p->a->h->files, name) : -1;
    const tb_table *t = p->a && number < 0 ? table_of(p->a, name) : NULL;
    *f = (place_file){.name = name, .rules = number >= 0 || !p->a, .sha256 = ""};
    if (!p->a)
        read_rules(f);
    else if (number >= 0)
        f->text = sources_text(p->a->h->files, number, &f->length);
    else if (t)
        read_data(p->a, f, t);
    if (f->text && !find_lines(f)) p->failed = 1;
    if (f->text && !f->rules) f->separator = separator_of(f);
    return p->files - 1;
}

int places_open(places *p, assess *a) {
    *p = (places){.a = a, .known = pool_open()};
    return p->known != NULL;
}

void places_close(places *p) {
    for (size_t i = 0; i < p->files; i++) {
        mem_free(p->file[i].owned);
        mem_free(p->file[i].line);
    }
    mem_free(p->file);
    mem_free(p->place);
    pool_close(p->known);
}

int places_knows(const places *p, const char *file) {
    return p->a && sources_find(p->a->h->files, file) >= 0;
}

/* ---- places ---- */

size_t places_add(places *p, const char *file, long line, const char *field) {
    if (!*file || line < 1) return 0;
    size_t in = file_number(p, file);
    if (p->failed) return 0;
    buf key = BUF_INIT;
    if (p->file[in].rules) field = "";
    buf_print(&key, "%zu %ld %s", in, line, field);
    size_t number = key.failed ? 0 : pool_put(p->known, buf_string(&key), key.length);
    buf_release(&key);
    if (!number || !MEM_RESERVE(p->place, number, p->place_cap)) {
        p->failed = 1;
        return 0;
    }
    if (number > p->count) p->count = number;
    p->place[number - 1] = (place_of){in, line, field};
    return number;
}

void places_cut(places *p, size_t count) {
    /* The numbers stay given; only what is written ends here. */
    if (count < p->count) p->count = count;
}

/* Where a line begins, and how long it is; 0: there is none. */
static size_t line_at(const place_file *f, long line, const char **from) {
    if (!f->text || line < 1 || (size_t)line > f->lines) return 0;
    size_t at = f->line[line - 1], end = f->line[line] - 1;
    while (end > at && (f->text[end - 1] == '\r' || f->text[end - 1] == '\n')) end--;
    *from = f->text + at;
    return end - at;
}

/* The field of a record that begins at `s`: where it is and how long; 0 behind the last. */
static int next_field(const char **s, const char *end, char separator, const char **from,
                      size_t *length) {
    if (*s > end) return 0;
    const char *at = *s;
    int quoted = 0;
    for (; at < end && (quoted || (*at != separator && *at != '\n')); at++) quoted ^= *at == '"';
    *from = *s;
    *length = (size_t)(at - *s);
    *s = at + 1;
    return 1;
}

/* Which field of the header has this name; -1: none. */
static long field_number(const place_file *f, const char *name) {
    const char *s = NULL, *from, *end;
    size_t n = line_at(f, (long)f->header, &s), length;
    if (!n || !*name) return -1;
    end = s + n;
    if (n >= 3 && !memcmp(s, "\xEF\xBB\xBF", 3)) s += 3;
    for (long i = 0; next_field(&s, end, f->separator, &from, &length); i++) {
        while (length && *from == ' ') from++, length--;
        while (length && from[length - 1] == ' ') length--;
        if (length > 1 && *from == '"') from++, length -= 2;
        if (strlen(name) == length && !memcmp(name, from, length)) return i;
    }
    return -1;
}

static void write_cut(output *to, const char *s, size_t n) {
    size_t most = n;
    if (most > LINE_LIMIT) {
        most = LINE_LIMIT;
        while (most && ((unsigned char)s[most] & 0xC0) == 0x80) most--;
    }
    html_put(to, s, most);
    if (most < n) output_text(to, "…");
}

enum { MANY = 12, FIRST = 2 }; /* fields of a record: more are not all shown */

size_t places_size(const places *p, size_t number) {
    enum { TAGS = 40, SHOWN = 6 };
    const place_of *at = &p->place[number - 1];
    const place_file *f = &p->file[at->file];
    const char *s = NULL, *from;
    size_t n = line_at(f, at->line, &s), length, fields = 0;
    if (n && !f->rules)
        for (const char *t = s; next_field(&t, s + n, f->separator, &from, &length);) fields++;
    if (fields > MANY) n = n * SHOWN / fields;
    return TAGS + (n < LINE_LIMIT ? n : LINE_LIMIT);
}

/* A record of the data, the cell that is meant marked. Of a long one: how it begins, and what
 * stands around that cell. */
static void write_record(const place_file *f, const place_of *at, output *to) {
    const char *s = NULL, *from, *end;
    size_t n = line_at(f, at->line, &s), length;
    long wanted = field_number(f, at->field), count = 0;
    end = s + n;
    for (const char *t = s; n && next_field(&t, end, f->separator, &from, &length);) count++;
    for (long i = 0, left_out = 0; n && next_field(&s, end, f->separator, &from, &length); i++) {
        if (i) html_put(to, &f->separator, 1);
        if (wanted >= 0 && count > MANY && i >= FIRST && (i < wanted - 1 || i > wanted + 1)) {
            if (!left_out++) output_text(to, "…");
            s = i < wanted ? s : end + 1;
            while (i < wanted - 2 && next_field(&s, end, f->separator, &from, &length)) i++;
            continue;
        }
        left_out = 0;
        if (i == wanted) output_text(to, "<mark>");
        write_cut(to, from, length);
        if (i == wanted) output_text(to, "</mark>");
    }
}

static void write_rule(const place_file *f, const place_of *at, output *to) {
    const char *s;
    size_t n = line_at(f, at->line, &s);
    while (n && (*s == ' ' || *s == '\t')) s++, n--;
    write_cut(to, s, n);
}

static void write_head(const place_file *f, output *to) {
    const char *head;
    size_t n = f->rules ? 0 : line_at(f, (long)f->header, &head);
    output_text(to, "<p><b>");
    html_text(to, f->name);
    output_text(to, "</b>");
    if (n) {
        output_text(to, "<pre>");
        write_cut(to, head, n);
        output_text(to, "</pre>");
    }
}

void places_write(const places *p, output *to, char kind, const char *none, const char *close) {
    for (size_t k = 0; k < p->files; k++) {
        const place_file *f = &p->file[k];
        int begun = 0;
        for (size_t i = 0; i < p->count; i++) {
            const place_of *at = &p->place[i];
            if (at->file != k) continue;
            if (!begun++) output_text(to, "<section class=l>\n");
            output_text(to, "<p id=");
            html_id(to, kind, i + 1);
            output_print(to, ">%ld: ", at->line);
            if (f->text)
                (f->rules ? write_rule : write_record)(f, at, to);
            else
                html_text(to, at->field);
            output_char(to, '\n');
        }
        if (!begun) continue;
        output_text(to, "<div class=h>");
        write_head(f, to);
        if (*f->sha256) output_print(to, "<p><small>SHA-256 %s</small>", f->sha256);
        if (!f->text) html_element(to, "p", none);
        output_print(to, "%s</div></section>\n", close);
    }
}

/* ---- texts for others ---- */

int places_is_data(places *p, const char *file) {
    size_t in = file_number(p, file);
    return !p->failed && !p->file[in].rules && p->file[in].text;
}

void places_text(places *p, const char *file, long line, const char *field, output *to) {
    size_t in = file_number(p, file);
    const place_of at = {in, line, field};
    if (!p->failed) write_record(&p->file[in], &at, to);
}

double places_number(places *p, const char *file, long line, const char *field) {
    size_t in = file_number(p, file), length = 0;
    const char *s = NULL, *from = NULL;
    if (p->failed) return (double)NAN;
    const place_file *f = &p->file[in];
    size_t n = line_at(f, line, &s);
    const char *end = s + n;
    long wanted = field_number(f, field);
    double x = (double)NAN;
    while (n && wanted >= 0 && next_field(&s, end, f->separator, &from, &length)) wanted--;
    if (n && wanted == -1 && decimal_read(from, length, &x) != DECIMAL_OK) x = (double)NAN;
    return x;
}

void places_head(places *p, const char *file, output *to) {
    size_t in = file_number(p, file);
    if (!p->failed) write_head(&p->file[in], to);
}

void places_line(places *p, const char *file, long line, buf *out) {
    size_t in = file_number(p, file);
    const char *s;
    if (p->failed) return;
    size_t n = line_at(&p->file[in], line, &s);
    while (n && (*s == ' ' || *s == '\t')) s++, n--;
    buf_put(out, s, n);
}

void places_comment(places *p, const char *file, long line, buf *name, buf *out) {
    size_t in = file_number(p, file);
    if (p->failed || !p->file[in].rules || !p->file[in].text) return;
    const place_file *f = &p->file[in];
    const char *s;
    long from = 0, above;
    for (long i = line; i > 0 && !from; i--) {
        size_t n = line_at(f, i, &s);
        if (n > 9 && (!memcmp(s, "function ", 9) || !memcmp(s, "local fun", 9))) from = i;
    }
    for (above = from; above > 1; above--) {
        size_t n = line_at(f, above - 1, &s);
        if (n < 2 || s[0] != '-' || s[1] != '-') break;
    }
    for (long i = above; i < from; i++) {
        size_t n = line_at(f, i, &s);
        while (n && *s == '-') s++, n--;
        while (n && *s == ' ') s++, n--;
        if (out->length) buf_char(out, '\n');
        buf_put(out, s, n);
    }
    size_t n = line_at(f, from, &s);
    const char *open = n ? memchr(s, '(', n) : NULL, *word = open;
    while (word && word > s && word[-1] != ' ' && word[-1] != '.' && word[-1] != ':') word--;
    if (open) buf_put(name, word, (size_t)(open - word));
}
