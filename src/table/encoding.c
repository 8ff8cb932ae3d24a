/* The encoding of a file: found out, decoded to UTF-8, and what cannot be decoded. */
#include "table/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/encoding_guess.h"

enum { WIDE = 16, STEPS = 240 };

/* So much text is looked at to tell damaged UTF-8 from GB18030. */
enum { SAMPLE = 4 << 20 };

text_scan text_scan_range(const char *bytes, size_t from, size_t to, size_t length) {
    text_scan s = {0, 0, 0, 0, 0};
    size_t returns = 0, pairs = 0;
    const unsigned char *p = (const unsigned char *)bytes + from;
    const unsigned char *end = (const unsigned char *)bytes + to;
    /* Sixteen lanes of byte counters, emptied before one can overflow; one byte of look-ahead. */
    while (p + WIDE < (const unsigned char *)bytes + length && p + WIDE <= end) {
        unsigned char lf[WIDE] = {0}, cr[WIDE] = {0}, crlf[WIDE] = {0}, quote[WIDE] = {0};
        unsigned char nul[WIDE] = {0}, high[WIDE] = {0};
        for (int step = 0;
             step < STEPS && p + WIDE <= end && p + WIDE < (const unsigned char *)bytes + length;
             step++, p += WIDE)
            for (int k = 0; k < WIDE; k++) {
                unsigned char c = p[k], next = p[k + 1];
                unsigned char is_cr = c == '\r', is_lf = c == '\n';
                lf[k] = (unsigned char)(lf[k] + is_lf);
                cr[k] = (unsigned char)(cr[k] + is_cr);
                crlf[k] = (unsigned char)(crlf[k] + (is_cr & (unsigned char)(next == '\n')));
                quote[k] = (unsigned char)(quote[k] + (c == '"'));
                nul[k] |= c == 0;
                high[k] |= c;
            }
        for (int k = 0; k < WIDE; k++) {
            s.feeds += lf[k];
            returns += cr[k];
            pairs += crlf[k];
            s.quotes += quote[k];
            s.has_nul |= nul[k];
            s.beyond_ascii |= high[k] >> 7;
        }
    }
    for (; p < end; p++) {
        s.feeds += *p == '\n';
        returns += *p == '\r';
        pairs += *p == '\r' && p + 1 < (const unsigned char *)bytes + length && p[1] == '\n';
        s.quotes += *p == '"';
        s.has_nul |= *p == 0;
        s.beyond_ascii |= *p >> 7;
    }
    s.line_ends = s.feeds + returns - pairs;
    return s;
}

/* The length of the well-formed character at `u`, with `left` bytes to the end; 0 where it is none.
 * The bounds of the second byte are those of the Unicode Standard, table 3-7. */
static size_t utf8_length(const unsigned char *u, size_t left) {
    unsigned char low = 0x80, most = 0xbf;
    size_t n;
    if (u[0] < 0x80) return 1;
    if (u[0] < 0xc2 || u[0] > 0xf4) return 0;
    n = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
    if (left < n) return 0;
    if (u[0] == 0xe0)
        low = 0xa0;
    else if (u[0] == 0xed)
        most = 0x9f;
    else if (u[0] == 0xf0)
        low = 0x90;
    else if (u[0] == 0xf4)
        most = 0x8f;
    if (u[1] < low || u[1] > most) return 0;
    for (size_t i = 2; i < n; i++)
        if ((u[i] & 0xc0) != 0x80) return 0;
    return n;
}

/* Character by character; may run past `to` by the rest of one. */
static size_t check_slowly(const unsigned char *u, size_t from, size_t to, size_t length,
                           int *bad) {
    size_t i = from;
    while (i < to) {
        size_t n = utf8_length(u + i, length - i);
        if (!n) {
            *bad = 1;
            return i;
        }
        i += n;
    }
    return i;
}

/* Whether something among BLOCK bytes is not UTF-8, judged for each byte by the three before it:
 * continuation bytes stand exactly where a lead byte asks for them, and the bounds of utf8_length
 * hold. Plain byte arithmetic, so that it becomes vector code. */
enum { BLOCK = 64 * WIDE };

static int suspicious(const unsigned char *p) {
    unsigned char wrong[WIDE] = {0};
    for (int step = 0; step < BLOCK / WIDE; step++, p += WIDE)
        for (int k = 0; k < WIDE; k++) {
            unsigned char c = p[k], one = p[k - 1], two = p[k - 2], three = p[k - 3];
            unsigned char asked = (one >= 0xc0) | (two >= 0xe0) | (three >= 0xf0);
            unsigned char given = (c & 0xc0) == 0x80;
            unsigned char lead = (c == 0xc0) | (c == 0xc1) | (c > 0xf4);
            unsigned char second = ((one == 0xe0) & (c < 0xa0)) | ((one == 0xed) & (c > 0x9f)) |
                                   ((one == 0xf0) & (c < 0x90)) | ((one == 0xf4) & (c > 0x8f));
            wrong[k] = (unsigned char)(wrong[k] | (asked ^ given) | lead | second);
        }
    unsigned char any = 0;
    for (int k = 0; k < WIDE; k++) any |= wrong[k];
    return any;
}

/* Where the character that the byte before `at` belongs to begins, if all before it is in order. */
static size_t character_before(const unsigned char *u, size_t at, size_t from) {
    size_t start = at - 1;
    while (start > from && at - start < 4 && (u[start] & 0xc0) == 0x80) start--;
    return start;
}

size_t utf8_check(const char *bytes, size_t from, size_t to, size_t length) {
    const unsigned char *u = (const unsigned char *)bytes;
    int bad = 0;
    /* So that three bytes stand before the first block. */
    size_t i = check_slowly(u, from, to - from < 3 ? to : from + 3, length, &bad);
    if (bad || i >= to) return bad ? i : to;
    for (; to - i >= BLOCK; i += BLOCK) {
        if (!suspicious(u + i)) continue;
        size_t at = check_slowly(u, character_before(u, i, from), i + BLOCK, length, &bad);
        if (bad) return at;
    }
    i = check_slowly(u, character_before(u, i, from), to, length, &bad);
    return bad ? i : to;
}

typedef struct survey {
    const char *bytes;
    size_t length;
    text_scan *scan;
    atomic_size_t bad; /* the first byte that is not UTF-8, or `length` */
} survey;

/* Where the first character that begins at or after `at` begins, unless what is there is none. */
static size_t character_start(const char *bytes, size_t at, size_t length) {
    size_t back = at;
    while (back && at - back < 3 && ((unsigned char)bytes[back - 1] & 0xc0) == 0x80) back--;
    if (!back) return at;
    back--;
    size_t n = utf8_length((const unsigned char *)bytes + back, length - back);
    return back + n > at ? back + n : at;
}

static void survey_piece(void *self, size_t index, int worker) {
    survey *s = self;
    (void)worker;
    size_t from = index * TEXT_PIECE,
           to = s->length - from < TEXT_PIECE ? s->length : from + TEXT_PIECE;
    s->scan[index] = text_scan_range(s->bytes, from, to, s->length);
    if (!s->scan[index].beyond_ascii) return;
    from = character_start(s->bytes, from, s->length);
    size_t bad = from < to ? utf8_check(s->bytes, from, to, s->length) : to;
    if (bad == to) return;
    size_t now = atomic_load(&s->bad);
    while (bad < now && !atomic_compare_exchange_weak(&s->bad, &now, bad)) continue;
}

/* Scans the text into `out`, and finds the first byte that is not UTF-8. */
static int survey_text(decoded *out, const char *bytes, size_t length, thread_pool *crew,
                       size_t *bad, fault *f) {
    mem_free(out->scan);
    out->pieces = (length + TEXT_PIECE - 1) / TEXT_PIECE;
    out->scan = mem_zero(out->pieces + 1, sizeof *out->scan);
    if (!out->scan) return fault_memory(f);
    survey s = {.bytes = bytes, .length = length, .scan = out->scan};
    atomic_init(&s.bad, length);
    thread_pool_run(crew, out->pieces, survey_piece, &s);
    *bad = atomic_load(&s.bad);
    return 1;
}

static int has_nul(const decoded *d) {
    size_t i = 0;
    while (i < d->pieces && !d->scan[i].has_nul) i++;
    return i < d->pieces;
}

static long line_of(const char *bytes, size_t at, size_t length) {
    return (long)text_scan_range(bytes, 0, at, length).line_ends + 1;
}

static int nul_fault(const char *path, const char *bytes, size_t length, fault *f) {
    const char *nul = memchr(bytes, 0, length);
    place at = {.file = path, .line = line_of(bytes, (size_t)(nul - bytes), length)};
    return fault_at(f, FAULT_DATA, &at,
                    "is it a text file? a spreadsheet is to be saved as CSV first",
                    "a NUL byte, which no text has");
}

static int utf8_fault(const char *path, const char *bytes, size_t bad, size_t length,
                      const char *hint, fault *f) {
    place at = {.file = path, .line = line_of(bytes, bad, length)};
    return fault_at(f, FAULT_DATA, &at, hint, "the byte %02X is not UTF-8",
                    (unsigned char)bytes[bad]);
}

/* Whether the text around the first bad byte is UTF-8 on the whole: characters of three or more
 * bytes are many times as frequent as what is none. */
static int mostly_utf8(const char *bytes, size_t length) {
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < length && i < SAMPLE;) {
        size_t n = utf8_length((const unsigned char *)bytes + i, length - i);
        good += n >= 3;
        bad += n == 0;
        i += n ? n : 1;
    }
    return good > 8 * bad;
}

/* Whether the bytes are UTF-16, by the NULs that its ASCII characters have: 'L', 'B' or 0. Some
 * others have a NUL on the other side, 一 among them. Where most separators and line ends have
 * none, it is text of single bytes into which a NUL has come. */
static char utf16_without_mark(const char *bytes, size_t length) {
    size_t first = 0, second = 0, marks = 0, pairs = (length < 65536 ? length : 65536) / 2;
    if (length % 2 || !pairs) return 0;
    for (size_t i = 0; i < pairs; i++) {
        first += bytes[2 * i] == 0;
        second += bytes[2 * i + 1] == 0;
        marks += memchr(",;\t\r\n", bytes[2 * i], 5) != NULL;
        marks += memchr(",;\t\r\n", bytes[2 * i + 1], 5) != NULL;
    }
    if (2 * (first > second ? first : second) < marks) return 0;
    if (second > 2 * first && 10 * second >= pairs) return 'L';
    return first > 2 * second && 10 * first >= pairs ? 'B' : 0;
}

static int convert(const char *path, const char *bytes, size_t length, const char *from,
                   decoded *out, size_t *bad, fault *f) {
    *bad = length;
    iconv_t state = strstr(from, "//") ? (iconv_t)-1 : iconv_open("UTF-8", from);
    if (state == (iconv_t)-1 && errno == ENOMEM) limits_lack();
    if (state == (iconv_t)-1) {
        place at = {.file = path};
        return fault_at(f, FAULT_USAGE, &at,
                        "among the known ones are UTF-8, GB18030, GBK, UTF-16LE and BIG5",
                        "the encoding '%s' is not known here", from);
    }
    buf b = BUF_INIT;
    char *in = (char *)(uintptr_t)bytes; /* iconv's prototype lacks the const, it does not write */
    size_t left = length;
    int error = 0;
    while (left && !error) {
        size_t room = left < (1u << 20) ? left + left / 2 + 16 : 1u << 20;
        char *to = buf_reserve(&b, room);
        size_t free_room = room;
        if (!to) break;
        if (iconv(state, &in, &left, &to, &free_room) == (size_t)-1 && errno != E2BIG)
            error = errno;
        b.length += room - free_room;
    }
    iconv_close(state);
    if (b.failed || error) {
        *bad = (size_t)(in - bytes);
        /* Line ends before the bad character are those of what was converted so far. */
        place at = {.file = path, .line = b.text ? line_of(b.text, b.length, b.length) : 1};
        int none = b.failed;
        buf_release(&b);
        if (none) return fault_memory(f);
        return fault_at(f, FAULT_DATA, &at, "name the encoding the file was saved in",
                        "the byte %02X is not %s", (unsigned char)bytes[*bad], from);
    }
    if (!b.text) buf_text(&b, "");
    out->owned = b.text;
    out->bytes = b.text;
    out->length = b.length;
    return b.text ? 1 : fault_memory(f);
}

static int same_name(const char *a, const char *b) {
    for (; *a && *b; a++, b++) {
        char x = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a;
        if (x != *b) return 0;
    }
    return *a == *b;
}

/* UTF-16, from behind its byte order mark where it has one. */
static int decode_utf16(const char *path, const char *bytes, size_t length, char order, int mark,
                        decoded *out, fault *notes, fault *f) {
    const char *name = order == 'L' ? "UTF-16LE" : "UTF-16BE";
    size_t bad;
    if (!convert(path, bytes, length, name, out, &bad, f)) return 0;
    snprintf(out->name, sizeof out->name, "%s%s", name, mark ? " with BOM" : " (assumed)");
    if (!mark) {
        place at = {.file = path};
        fault_at(notes, FAULT_DATA, &at, NULL, "read as %s, which it looks like", name);
    }
    return 1;
}

/* The word around the first byte that is not UTF-8, as an encoding reads it: quoted, for a
 * message. */
static void show_word(buf *b, const char *bytes, size_t bad, size_t length, const char *encoding) {
    enum { WORD = 30 };
    size_t from = bad, to = bad, stopped;
    while (from && bad - from < WORD && !strchr(" ,;\t\r\n\"", bytes[from - 1])) from--;
    while (to < length && to - bad < WORD && !strchr(" ,;\t\r\n\"", bytes[to])) to++;
    decoded word = {.bytes = ""};
    fault ignored = FAULT_INIT;
    /* The word may have been cut within a character. */
    while (to > bad && !convert("", bytes + from, to - from, encoding, &word, &stopped, &ignored)) {
        fault_release(&ignored);
        to--;
    }
    buf_print(b, "'%.*s'", (int)word.length, word.bytes);
    decoded_release(&word);
}

/* Not clear, or not enough text to be sure: the readings that come into question, for whoever
 * knows. */
static int ask(const char *path, const char *bytes, size_t length, size_t bad,
               const encoding_guess *guess, fault *f) {
    buf readings = BUF_INIT, hint = BUF_INIT;
    const char *first = NULL;
    place at = {.file = path, .line = line_of(bytes, bad, length)};
    for (int plausible = 1; plausible >= 0; plausible--)
        for (size_t i = 0; i < GUESS_MOST; i++) {
            const encoding_guess *g = &guess[i];
            if (!g->possible || g->plausible != plausible || (i && !plausible)) continue;
            buf_text(&readings, first ? ", " : "");
            show_word(&readings, bytes, bad, length, g->name);
            buf_print(&readings, " (%s)", g->shown);
            first = first ? first : g->name;
        }
    if (!first)
        utf8_fault(path, bytes, bad, length,
                   "nor is the file GB18030; name the encoding it was saved in", f);
    if (first) {
        buf_print(&hint, text_message("say which it is: encoding = \"%s\""), first);
        fault_at(f, FAULT_DATA, &at, buf_string(&hint),
                 "the byte %02X is not UTF-8; it could be %s", (unsigned char)bytes[bad],
                 buf_string(&readings));
    }
    buf_release(&readings);
    buf_release(&hint);
    return 0;
}

/* The encoding that is plausible, if only one is, and the text has enough beyond ASCII to say so.
 * Chinese in GB18030 may look like Big5, but not the other way round. */
static const encoding_guess *clear_guess(const encoding_guess *guess) {
    enum { ENOUGH = 5 };
    const encoding_guess *only = NULL;
    if (guess[0].possible && guess[0].plausible) return guess;
    for (size_t i = 1; i < GUESS_MOST; i++) {
        if (!guess[i].possible || !guess[i].plausible) continue;
        if (only) return NULL;
        only = &guess[i];
    }
    return only && only->common >= ENOUGH ? only : NULL;
}

static int decode_assumed(const char *path, const char *bytes, size_t length, size_t bad,
                          decoded *out, fault *notes, fault *f) {
    size_t stopped;
    encoding_guess guess[GUESS_MOST];
    if (mostly_utf8(bytes, length))
        return utf8_fault(path, bytes, bad, length,
                          "the rest of the file is UTF-8: is it damaged there?", f);
    encoding_guesses(bytes, length, guess);
    const encoding_guess *clear = clear_guess(guess);
    if (!clear) return ask(path, bytes, length, bad, guess, f);
    if (!convert(path, bytes, length, clear->name, out, &stopped, f)) return 0;
    place at = {.file = path, .line = line_of(bytes, bad, length)};
    if (clear == guess) {
        fault_at(notes, FAULT_DATA, &at, NULL, "not UTF-8; the file is read as GB18030");
    } else {
        buf word = BUF_INIT;
        show_word(&word, bytes, bad, length, clear->name);
        fault_at(notes, FAULT_DATA, &at, NULL, "not UTF-8; the file is read as %s (%s)",
                 clear->shown, buf_string(&word));
        buf_release(&word);
    }
    snprintf(out->name, sizeof out->name, "%s (assumed)", clear->shown);
    return 1;
}

static int decode_utf8(const char *path, const char *bytes, size_t length, const char *declared,
                       int mark, thread_pool *crew, decoded *out, fault *notes, fault *f) {
    size_t bad;
    if (!survey_text(out, bytes, length, crew, &bad, f)) return 0;
    if (has_nul(out)) {
        char order = declared || mark ? 0 : utf16_without_mark(bytes, length);
        return order ? decode_utf16(path, bytes, length, order, 0, out, notes, f)
                     : nul_fault(path, bytes, length, f);
    }
    if (bad < length) {
        if (declared || mark)
            return utf8_fault(path, bytes, bad, length,
                              mark ? "the file begins with the mark of UTF-8: is it damaged there?"
                                   : "the encoding was declared",
                              f);
        return decode_assumed(path, bytes, length, bad, out, notes, f);
    }
    out->bytes = bytes;
    out->length = length;
    snprintf(out->name, sizeof out->name, mark ? "UTF-8 with BOM" : "UTF-8");
    return 1;
}

static int decode(const char *path, const char *bytes, size_t length, const char *declared,
                  thread_pool *crew, decoded *out, fault *notes, fault *f) {
    const char *mark = length >= 2 && !memcmp(bytes, "\xff\xfe", 2)       ? "UTF-16LE"
                       : length >= 2 && !memcmp(bytes, "\xfe\xff", 2)     ? "UTF-16BE"
                       : length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? "UTF-8"
                                                                          : NULL;
    int to_utf8 = declared && (same_name(declared, "utf-8") || same_name(declared, "utf8"));
    int to_utf16 = declared && (same_name(declared, "utf-16le") ||
                                same_name(declared, "utf-16be") || same_name(declared, "utf-16"));
    if (mark && declared && !(mark[4] == '8' ? to_utf8 : to_utf16)) {
        place at = {.file = path};
        fault_at(notes, FAULT_DATA, &at, NULL,
                 "begins with the byte order mark of %s, and is read as that, not as %s", mark,
                 declared);
    }
    if (mark && mark[4] != '8')
        return decode_utf16(path, bytes + 2, length - 2, mark[6], 1, out, notes, f);
    size_t skip = mark ? 3 : 0, bad;
    if (mark || !declared || to_utf8)
        return decode_utf8(path, bytes + skip, length - skip, declared, mark != NULL, crew, out,
                           notes, f);
    if (!convert(path, bytes, length, declared, out, &bad, f)) return 0;
    snprintf(out->name, sizeof out->name, "%.60s", declared);
    return 1;
}

/* Files that are saved or sent as tables and are none. */
static int is_no_table(const char *path, const char *bytes, size_t length, fault *f) {
    static const struct {
        const char *begins;
        size_t length;
        const char *what;
    } known[] = {{"PK\3\4", 4, TEXT("a workbook (xlsx) or another archive")},
                 {"\xd0\xcf\x11\xe0", 4, TEXT("a workbook (xls) or another document")},
                 {"%PDF-", 5, TEXT("a PDF")},
                 {"<!DOCTYPE", 9, TEXT("a web page")},
                 {"<html", 5, TEXT("a web page")},
                 {"{\\rtf", 5, TEXT("a text document")}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (length >= known[i].length && !memcmp(bytes, known[i].begins, known[i].length)) {
            place at = {.file = path};
            fault_at(f, FAULT_DATA, &at,
                     i ? "save the sheet as CSV"
                       : "if its name ends in .xlsx, sheet(…) reads it; or save the sheet as CSV",
                     "this is %s, not a table of text", text_message(known[i].what));
            return 1;
        }
    return 0;
}

int text_decode(const char *path, const char *bytes, size_t length, const char *declared,
                thread_pool *crew, decoded *out, fault *notes, fault *f) {
    size_t bad;
    *out = (decoded){.bytes = ""};
    if (is_no_table(path, bytes, length, f)) return 0;
    int done = decode(path, bytes, length, declared, crew, out, notes, f);
    if (done && out->owned)
        done = survey_text(out, out->bytes, out->length, crew, &bad, f) &&
               (!has_nul(out) || nul_fault(path, out->bytes, out->length, f));
    if (!done) decoded_release(out);
    return done;
}

void decoded_release(decoded *d) {
    mem_free(d->owned);
    mem_free(d->scan);
    *d = (decoded){.bytes = ""};
}
