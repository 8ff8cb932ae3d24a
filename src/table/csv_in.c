/* Reading CSV with libcsv: bytes into rows of fields. */
#include "table/csv_in.h"

#include <csv.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/mem.h"

/* ---- where the fields end in the plain part of a text ----
 *
 * Plain are records whose fields either hold no quote, or are quoted and hold none between the two.
 * Of such text the separators and line ends outside quotes are all there is to know, and they are
 * found 64 bytes at a time. The rest, and all that is wrong, is for libcsv. */

enum { BLOCK = 64 };

/* Bit i of each stands for byte i of a block. */
typedef struct marks {
    uint64_t separator, feed, back, quote; /* feed and back: LF and CR */
} marks;

#ifdef __SSE2__
static inline uint64_t equal(__m128i bytes, __m128i what) {
    return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, what));
}

static inline marks look(const char *p, char separator) {
    marks f = {0, 0, 0, 0};
    __m128i sep = _mm_set1_epi8(separator), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'),
            quote = _mm_set1_epi8('"');
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        f.separator |= equal(bytes, sep) << i;
        f.feed |= equal(bytes, lf) << i;
        f.back |= equal(bytes, cr) << i;
        f.quote |= equal(bytes, quote) << i;
    }
    return f;
}
#else
static marks look(const char *p, char separator) {
    marks f = {0, 0, 0, 0};
    for (int i = 0; i < BLOCK; i++) {
        f.separator |= (uint64_t)(p[i] == separator) << i;
        f.feed |= (uint64_t)(p[i] == '\n') << i;
        f.back |= (uint64_t)(p[i] == '\r') << i;
        f.quote |= (uint64_t)(p[i] == '"') << i;
    }
    return f;
}
#endif

/* Bit i is whether the number of bits of x up to i is odd. */
static uint64_t running_parity(uint64_t x) {
    for (int shift = 1; shift < BLOCK; shift *= 2) x ^= x << shift;
    return x;
}

static inline unsigned lowest_bit(uint64_t x) { return (unsigned)__builtin_ctzll(x); }

static inline size_t count_bits(uint64_t x) { return (size_t)__builtin_popcountll(x); }

/* What is known of the plain and whole records that a text begins with. */
typedef struct plain_part {
    size_t ends; /* of fields, in the index; the last one is a line end */
    size_t rows; /* so many of the first records have the wished number of fields */
    int breaks;  /* some line ends stand inside quotes */
    int quotes;
} plain_part;

/* The text begins with a record. Puts the places of separators and line ends outside quotes into
 * `index`, which has room for `length` of them: as many as belong to the plain and whole records
 * before anything else. A CR LF is the place of its CR. */
static plain_part plain_index(const char *text, size_t length, char separator, size_t fields,
                              uint32_t *index) {
    plain_part out = {0, 0, 0, 0};
    size_t n = 0, row_end = fields < 2 ? SIZE_MAX : fields - 1; /* empty lines are no rows */
    uint64_t inside_before = 0; /* all ones if the block before ended inside quotes */
    uint64_t end_before = 1;    /* it ended with a separator or line end: a field begins */
    uint64_t close_before = 0;  /* it ended with a closing quote: the field ends */
    uint64_t back_before = 0;   /* it ended with a CR that ends a record */
    for (size_t at = 0; at < length; at += BLOCK) {
        char last[BLOCK];
        const char *p = text + at;
        if (length - at < BLOCK) {
            memset(last, 0, sizeof last);
            memcpy(last, p, length - at);
            p = last;
        }
        marks f = look(p, separator);
        uint64_t line_ends = f.feed | f.back, ends = f.separator | line_ends, odd = 0;
        if (f.quote | inside_before | close_before) {
            /* From an opening quote to the byte before the closing one. */
            uint64_t inside = running_parity(f.quote) ^ inside_before;
            uint64_t opens = f.quote & inside, closes = f.quote & ~inside;
            out.quotes = 1;
            out.breaks |= (line_ends & inside) != 0;
            ends &= ~inside;
            line_ends &= ~inside;
            odd = (opens & ~(ends << 1 | end_before)) | ((closes << 1 | close_before) & ~ends);
            inside_before = inside >> 63 ? ~(uint64_t)0 : 0;
            close_before = closes >> 63;
        }
        end_before = ends >> 63;
        if (f.back | back_before) {
            uint64_t backs = f.back & ends, paired = f.feed & (backs << 1 | back_before);
            ends &= ~paired;
            line_ends &= ~paired;
            back_before = backs >> 63;
        }
        if (odd) {
            uint64_t before = (odd & (~odd + 1)) - 1; /* what stands before the first odd place */
            ends &= before;
            line_ends &= before;
        }
        for (; line_ends; line_ends &= line_ends - 1) {
            uint64_t before = ((uint64_t)1 << lowest_bit(line_ends)) - 1;
            int even = n + count_bits(ends & before) == row_end;
            out.rows += (size_t)even;
            row_end = even ? row_end + fields : SIZE_MAX;
        }
        for (; ends; ends &= ends - 1) index[n++] = (uint32_t)at + lowest_bit(ends);
        if (odd) break;
    }
    while (n && text[index[n - 1]] != '\n' && text[index[n - 1]] != '\r') n--;
    out.ends = n;
    return out;
}

/* ---- reading ---- */

enum { FEED = 64 * 1024 };

typedef enum trouble {
    FINE,
    STOPPED,  /* by the sink */
    STRAY,    /* a quote where none may be */
    UNCLOSED, /* a quote that is open at the end */
    TOO_LONG, /* a field */
    NO_MEMORY
} trouble;

struct csv_in {
    struct csv_parser parser;
    csv_in_sink sink;
    char separator;
    int quotes;
    trouble trouble;
    size_t lines;        /* line ends so far */
    size_t record_lines; /* before this record */
    size_t fields;       /* of this record so far */
    int after_return;    /* a CR was the last thing read: an LF now belongs to it */
    int between;         /* records: libcsv holds nothing */
    int by_libcsv;       /* everything */
    uint32_t *index;     /* for plain_index */
    size_t index_cap;
};

static int no_space(unsigned char c) {
    (void)c;
    return 0;
}

static size_t line_ends(const char *s, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += s[i] == '\n' || (s[i] == '\r' && (i + 1 == n || s[i + 1] != '\n'));
    return count;
}

static void give(csv_in *in, const char *text, size_t length, int breaks) {
    if (!in->fields) in->record_lines = in->lines;
    in->after_return = 0;
    in->sink.field(in->sink.self, text, length);
    in->fields++;
    if (breaks) in->lines += line_ends(text, length);
}

static void on_field(void *text, size_t length, void *data) {
    csv_in *in = data;
    if (in->trouble) return;
    if (length > CSV_IN_FIELD_MOST)
        in->trouble = TOO_LONG;
    else
        give(in, text, length, in->quotes);
}

/* libcsv reports each unquoted CR and LF on its own (CSV_REPALL_NL), and -1 at the end of the
 * text. */
static void on_line_end(int c, void *data) {
    csv_in *in = data;
    if (in->trouble) return;
    if (in->fields) {
        in->sink.record(in->sink.self);
        in->fields = 0;
        in->lines += c != -1;
    } else if (c != -1 && !(c == '\n' && in->after_return)) {
        in->lines++;
    }
    in->after_return = c == '\r';
}

csv_in *csv_in_open(char separator, int quotes, const csv_in_sink *sink) {
    csv_in *in = mem_zero(1, sizeof *in);
    if (!in) return NULL;
    csv_init(&in->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL); /* fails for NULL alone */
    csv_set_realloc_func(&in->parser, mem_grow);
    csv_set_free_func(&in->parser, mem_free);
    csv_set_delim(&in->parser, (unsigned char)separator);
    csv_set_space_func(&in->parser, no_space);
    csv_set_blk_size(&in->parser, 4096);
    in->sink = *sink;
    in->separator = separator;
    in->quotes = quotes;
    in->between = 1;
    return in;
}

void csv_in_by_libcsv(csv_in *in) { in->by_libcsv = 1; }

void csv_in_close(csv_in *in) {
    if (!in) return;
    csv_free(&in->parser);
    mem_free(in->index);
    mem_free(in);
}

/* Gives the sink the rows it may take at once, and returns how many it took. */
static size_t give_rows(csv_in *in, const char *text, size_t room, const plain_part *found) {
    size_t fields = in->sink.fields, rows = found->breaks ? 0 : found->rows;
    while (rows && in->index[rows * fields - 1] + (size_t)CSV_IN_BEHIND > room) rows--;
    const csv_in_rows all = {text, in->index, rows, fields, found->quotes};
    if (!rows || !in->sink.rows(in->sink.self, &all)) return 0;
    in->lines += rows;
    in->record_lines = in->lines - 1;
    in->after_return = text[in->index[rows * fields - 1]] == '\r';
    return rows;
}

/* Reads the plain records that the text begins with, and returns how many bytes they are; `room`
 * bytes may be read. The calls are those that libcsv would make, but for rows taken at once. */
static size_t read_plain(csv_in *in, const char *text, size_t length, size_t room) {
    if (in->index_cap < length) {
        mem_free(in->index);
        in->index = mem_take(length * sizeof *in->index);
        in->index_cap = in->index ? length : 0;
        if (!in->index) return 0; /* libcsv needs none */
    }
    size_t skip = in->after_return && *text == '\n'; /* of a CR LF that was cut in two */
    if (skip) in->after_return = 0;
    text += skip;
    length -= skip;
    room -= skip;
    size_t fields = in->sink.rows ? in->sink.fields : 0;
    plain_part found = plain_index(text, length, in->separator, fields, in->index);
    size_t i = give_rows(in, text, room, &found) * fields, start = i ? in->index[i - 1] + 1 : 0;
    for (; i < found.ends; i++) {
        size_t end = in->index[i];
        char c = text[end];
        if (in->after_return && start < end && text[start] == '\n') {
            in->after_return = 0;
            start++;
        }
        if (c == in->separator || in->fields || end > start) {
            if (text[start] == '"' && end > start)
                give(in, text + start + 1, end - start - 2, found.breaks);
            else
                give(in, text + start, end - start, 0);
        }
        if (c != in->separator) on_line_end(c, in);
        if (in->trouble) break;
        start = end + 1;
    }
    return skip + start;
}

static void read_by_libcsv(csv_in *in, const char *text, size_t length) {
    size_t done = csv_parse(&in->parser, text, length, on_field, on_line_end, in);
    if (in->trouble) return;
    if (done != length)
        in->trouble = csv_error(&in->parser) == CSV_EPARSE ? STRAY : NO_MEMORY;
    else if (in->parser.entry_pos > CSV_IN_FIELD_MOST)
        in->trouble = TOO_LONG;
    /* A line end inside quotes would have become a part of the field. */
    in->between = (text[length - 1] == '\n' || text[length - 1] == '\r') && !in->fields &&
                  !in->parser.entry_pos;
}

int csv_in_feed(csv_in *in, const char *bytes, size_t length) {
    while (length && !in->trouble) {
        size_t n = length < FEED ? length : FEED;
        size_t plain = in->between && !in->by_libcsv ? read_plain(in, bytes, n, length) : 0;
        if (!plain) {
            /* As far as the next line end, behind which text may be plain again. */
            const char *end = in->by_libcsv ? NULL : memchr(bytes, '\n', n);
            n = end ? (size_t)(end + 1 - bytes) : n;
            read_by_libcsv(in, bytes, n);
        }
        bytes += plain ? plain : n;
        length -= plain ? plain : n;
    }
    return !in->trouble;
}

/* After an error csv_fini would deliver a record that is none and forget the error, so it is not
 * called then. */
int csv_in_end(csv_in *in) {
    if (!in->trouble && csv_fini(&in->parser, on_field, on_line_end, in) && !in->trouble)
        in->trouble = csv_error(&in->parser) == CSV_EPARSE ? UNCLOSED : NO_MEMORY;
    return !in->trouble;
}

void csv_in_stop(csv_in *in) {
    if (!in->trouble) in->trouble = STOPPED;
}

size_t csv_in_lines(const csv_in *in) { return in->lines; }

size_t csv_in_record_lines(const csv_in *in) { return in->record_lines; }

size_t csv_in_fault_field(const csv_in *in) { return in->fields; }

int csv_in_fault(const csv_in *in, const char *path, const char *field, size_t lines_before,
                 fault *f) {
    place at = {.file = path, .line = (long)(lines_before + in->lines) + 1, .field = field};
    switch (in->trouble) {
    case STRAY: {
        /* What libcsv has collected of the field tells which of the two errors it is; the quote may
         * stand some lines below where the field began. */
        size_t inside = line_ends((const char *)in->parser.entry_buf, in->parser.entry_pos);
        at.line += (long)inside;
        if (in->parser.quoted)
            return fault_at(
                f, FAULT_DATA, &at,
                "a quote inside a quoted field is written twice, as in \"say \"\"yes\"\"\"",
                "text behind the quote that closes a field");
        return fault_at(f, FAULT_DATA, &at,
                        "quote the field, and write the quote in it twice, as in \"5\"\" pipe\"",
                        "a quote in a field that does not begin with one");
    }
    case UNCLOSED:
        return fault_at(
            f, FAULT_DATA, &at,
            "the field begins on this line; all that follows was taken for a part of it",
            "a quote that is opened here is never closed");
    case TOO_LONG:
        return fault_at(f, FAULT_LIMIT, &at, "is the quote that opens it closed?",
                        "a field of more than %d bytes", CSV_IN_FIELD_MOST);
    case NO_MEMORY: return fault_memory(f);
    case FINE:
    case STOPPED: break;
    }
    return 0;
}

/* ---- the first record, before anything is read ---- */

size_t csv_in_first_record(const char *bytes, size_t length, size_t *start, size_t *lines) {
    size_t i = 0;
    *lines = 0;
    while (i < length && (bytes[i] == '\n' || bytes[i] == '\r')) {
        *lines += bytes[i] == '\n' || i + 1 == length || bytes[i + 1] != '\n';
        i++;
    }
    *start = i;
    int quoted = 0;
    for (; i < length; i++) {
        if (bytes[i] == '"')
            quoted = !quoted;
        else if (!quoted && (bytes[i] == '\n' || bytes[i] == '\r'))
            return i + (bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n') + 1;
    }
    return length;
}

char csv_in_separator(const char *header, size_t length) {
    static const char known[] = ",;\t";
    size_t count[3] = {0}, best = 0;
    int quoted = 0;
    for (size_t i = 0; i < length; i++) {
        const char *which = quoted || !header[i] ? NULL : strchr(known, header[i]);
        if (header[i] == '"')
            quoted = !quoted;
        else if (which)
            count[which - known]++;
    }
    for (size_t i = 1; i < 3; i++)
        if (count[i] > count[best]) best = i;
    return known[best];
}
