#include "table/encoding.h"

#include <iconv.h>

#include "base/buf.h"
#include "tap.h"

/* UTF-8 by its definition: decode, and ask whether the shortest form of the scalar is the same. */
static size_t slow_check(const unsigned char *u, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t k = u[i] < 0x80             ? 1
                   : (u[i] & 0xe0) == 0xc0 ? 2
                   : (u[i] & 0xf0) == 0xe0 ? 3
                   : (u[i] & 0xf8) == 0xf0 ? 4
                                           : 0;
        uint32_t c = k == 1 ? u[i] : k ? u[i] & (0x7fu >> k) : 0;
        if (!k || i + k > n) return i;
        for (size_t j = 1; j < k; j++) {
            if ((u[i + j] & 0xc0) != 0x80) return i;
            c = c << 6 | (u[i + j] & 0x3fu);
        }
        size_t shortest = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (shortest != k || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return i;
        i += k;
    }
    return n;
}

static void utf8(void) {
    long wrong = 0;
    unsigned char u[4];
    /* Every pair and, around the edges, every form of three and four bytes. */
    for (unsigned a = 0; a < 65536; a++) {
        u[0] = (unsigned char)(a >> 8);
        u[1] = (unsigned char)a;
        wrong += utf8_check((char *)u, 0, 2, 2) != slow_check(u, 2);
    }
    static const unsigned char edge[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                         0xc0, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5, 0xff};
    enum { EDGES = sizeof edge };
    for (unsigned a = 0; a < 256; a++)
        for (size_t i = 0; i < EDGES * EDGES * EDGES; i++) {
            u[0] = (unsigned char)a;
            u[1] = edge[i % EDGES];
            u[2] = edge[i / EDGES % EDGES];
            u[3] = edge[i / EDGES / EDGES];
            wrong += utf8_check((char *)u, 0, 4, 4) != slow_check(u, 4);
            wrong += utf8_check((char *)u, 0, 3, 3) != slow_check(u, 3);
        }
    is_int(wrong, 0, "UTF-8: all pairs, and the edges of three and four bytes");

    /* Long texts, with one byte changed somewhere: the fast blocks find what the slow ones do. */
    static const char *const piece[] = {"a", "ab,", "é",   "深",           "圳市",
                                        "😀", "\n",  "퟿", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"};
    uint64_t seed = tap_seed();
    char *text = malloc(20000);
    for (int turn = 0; turn < 3000; turn++) {
        size_t n = 0, most = tap_random(&seed) % 9000;
        while (n < most) {
            const char *p = piece[tap_random(&seed) % (sizeof piece / sizeof *piece)];
            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        wrong += utf8_check(text, 0, n, n) != n;
        if (!n) continue;
        size_t at = tap_random(&seed) % n;
        text[at] = (char)tap_random(&seed);
        char *exact = malloc(n); /* so that ASan sees a read too far */
        memcpy(exact, text, n);
        wrong += utf8_check(exact, 0, n, n) != slow_check((unsigned char *)exact, n);
        /* A part that ends inside a character looks at the rest of it, and at no more. */
        size_t to = tap_random(&seed) % (n + 1), bad = slow_check((unsigned char *)exact, n);
        wrong += utf8_check(exact, 0, to, n) != (bad < to ? bad : to);
        free(exact);
    }
    free(text);
    is_int(wrong, 0, "UTF-8: 3,000 random texts with a byte changed");
}

/* A few bytes over and over, and once in other text: what the fast blocks look at is each form, at
 * each place. */
static void utf8_again(void) {
    static const unsigned char lead[] = {0x41, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xdf,
                                         0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1,
                                         0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff},
                               next[] = {0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0x7f, 0xc2};
    enum { LEADS = sizeof lead, NEXTS = sizeof next, LENGTH = 4000 };
    static const char *const around[] = {"a", "é", "姧", "\xf1\xa0\xa0\xa0"};
    uint64_t seed = tap_seed();
    long wrong = 0;
    unsigned char *u = malloc(LENGTH);
    for (size_t form = 0; form < (size_t)LEADS * NEXTS * NEXTS * NEXTS * 4; form++) {
        const size_t k = 1 + form % 4;
        const size_t rest = form / 4 / LEADS;
        const unsigned char some[] = {lead[form / 4 % LEADS], next[rest % NEXTS],
                                      next[rest / NEXTS % NEXTS], next[rest / NEXTS / NEXTS]};
        const int few = k == 4 || (k == 3 && rest < NEXTS * NEXTS) || (k == 2 && rest < NEXTS) ||
                        (k == 1 && !rest);
        if (!few || (k == 4 && tap_random(&seed) % 8)) continue;
        for (int once = 0; once < 2; once++) {
            const char *p = around[tap_random(&seed) % 4];
            const size_t at = once ? 4 + tap_random(&seed) % (LENGTH - 8) : 12;
            for (size_t i = 0; i < LENGTH; i++) u[i] = (unsigned char)p[i % strlen(p)];
            const size_t from = at / strlen(p) * strlen(p), to = once ? from + k : LENGTH;
            for (size_t i = from; i < to; i++) u[i] = some[(i - from) % k];
            /* Behind it goes on in step. */
            for (size_t i = to; i < LENGTH; i++) u[i] = (unsigned char)p[(i - to) % strlen(p)];
            wrong += utf8_check((char *)u, 0, LENGTH, LENGTH) != slow_check(u, LENGTH);
        }
    }
    free(u);
    is_int(wrong, 0, "UTF-8: each form over and over, and once among others");
}

/* One byte alone: as many of it as no counter of a byte holds. */
static void scans_of_one(void) {
    static const char bytes[] = "\n\r\"\xe9x";
    long wrong = 0;
    for (size_t n = 0; n < 9000; n += n < 40 ? 1 : 997)
        for (size_t i = 0; i < sizeof bytes; i++) {
            char *text = malloc(n ? n : 1);
            memset(text, bytes[i], n);
            const text_scan a = text_scan_range(text, 0, n, n);
            wrong += a.feeds != (bytes[i] == '\n') * n || a.quotes != (bytes[i] == '"') * n ||
                     a.line_ends != (bytes[i] == '\n' || bytes[i] == '\r') * n ||
                     a.has_nul != (n && !bytes[i]) ||
                     a.beyond_ascii != (n && (unsigned char)bytes[i] > 127);
            free(text);
        }
    is_int(wrong, 0, "scans of texts of one byte");
}

static void scans(void) {
    static const char piece[] = "ab,\"\n\r\r\n\n\xe4x";
    uint64_t seed = tap_seed();
    long wrong = 0;
    for (int turn = 0; turn < 3000; turn++) {
        size_t n = tap_random(&seed) % 6000;
        char *s = malloc(n + 1);
        for (size_t i = 0; i < n; i++)
            s[i] = tap_random(&seed) % 2000 ? piece[tap_random(&seed) % (sizeof piece - 1)] : 0;
        size_t ends = 0, feeds = 0, quotes = 0, cut = tap_random(&seed) % (n + 1);
        int nul = 0, high = 0;
        for (size_t i = 0; i < n; i++) {
            ends += s[i] == '\n' || (s[i] == '\r' && (i + 1 == n || s[i + 1] != '\n'));
            feeds += s[i] == '\n';
            quotes += s[i] == '"';
            nul |= !s[i];
            high |= (unsigned char)s[i] > 127;
        }
        char *exact = malloc(n ? n : 1);
        memcpy(exact, s, n);
        text_scan a = text_scan_range(exact, 0, cut, n), b = text_scan_range(exact, cut, n, n);
        wrong += a.line_ends + b.line_ends != ends || a.feeds + b.feeds != feeds ||
                 a.quotes + b.quotes != quotes;
        wrong += (a.has_nul | b.has_nul) != nul || (a.beyond_ascii | b.beyond_ascii) != high;
        free(exact);
        free(s);
    }
    is_int(wrong, 0, "scans of both parts of a text add up to what it has");
}

/* Converts by the C library; the length. */
static size_t into(const char *encoding, const char *text, char *out, size_t room) {
    iconv_t c = iconv_open(encoding, "UTF-8");
    char *in = (char *)(uintptr_t)text, *to = out;
    size_t left = strlen(text), free_room = room;
    if (c == (iconv_t)-1 || iconv(c, &in, &left, &to, &free_room) == (size_t)-1)
        diag("cannot convert to %s", encoding);
    iconv_close(c);
    return room - free_room;
}

static void decodes(const char *bytes, size_t n, const char *declared, const char *want,
                    const char *name, size_t notes) {
    decoded d;
    fault said = FAULT_INIT, f = FAULT_INIT;
    char *exact = malloc(n ? n : 1);
    memcpy(exact, bytes, n);
    ok(text_decode("f.csv", exact, n, declared, NULL, &d, &said, &f), "%s is decoded", name);
    ok(d.length == strlen(want) && !memcmp(d.bytes, want, d.length), "%s: the text", name);
    is_str(d.name, name, "%s: the name", name);
    is_int((long)said.count, (long)notes, "%s: %zu notes", name, notes);
    ok(d.pieces == (d.length + TEXT_PIECE - 1) / TEXT_PIECE, "%s: scanned", name);
    decoded_release(&d);
    fault_release(&said);
    fault_release(&f);
    free(exact);
}

static void fails(const char *bytes, size_t n, const char *declared, long line, const char *why,
                  const char *hint) {
    decoded d;
    fault said = FAULT_INIT, f = FAULT_INIT;
    char *exact = malloc(n); /* so that ASan sees a read too far */
    memcpy(exact, bytes, n);
    ok(!text_decode("f.csv", exact, n, declared, NULL, &d, &said, &f), "refused: %s", why);
    is_int((long)f.count, 1, "one fault");
    has_str(f.item[0].text, why, "the reason");
    if (hint) has_str(f.item[0].hint, hint, "the hint");
    is_int(f.item[0].line, line, "line %ld", line);
    fault_release(&said);
    fault_release(&f);
    free(exact);
}

/* Which texts without a mark are UTF-16: a tenth of the pairs has a NUL on one side, at least twice
 * as many as on the other, and line ends and separators have one as often as others. */
static void without_mark(void) {
    enum { PAIRS = 100 };
    static const struct {
        int ascii, other,
            marks; /* pairs with a NUL on one side, on the other, separators without */
        int is;
    } t[] = {{10, 0, 0, 1},  {9, 0, 0, 0},   {10, 4, 0, 1},  {10, 5, 0, 0},
             {40, 19, 0, 1}, {40, 20, 0, 0}, {15, 0, 30, 1}, {15, 0, 31, 0}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        for (int big = 0; big < 2; big++)
            for (int side = 0; side < 2; side++) {
                char bytes[2 * PAIRS], want[4 * PAIRS] = "";
                for (int k = 0; k < PAIRS; k++) {
                    /* the low byte and the high one */
                    char low = '3', high = 'W'; /* 圳 */
                    if (k < t[i].ascii)
                        low = 'x', high = 0;
                    else if (k < t[i].ascii + t[i].other)
                        low = 0, high = 'x'; /* 砀 */
                    else if (k < t[i].ascii + t[i].other + t[i].marks)
                        low = side ? ',' : 'a', high = side ? 'a' : ','; /* 愬, Ⱡ */
                    bytes[2 * k] = big ? high : low;
                    bytes[2 * k + 1] = big ? low : high;
                    strcat(want, !high        ? "x"
                                 : !low       ? "\u7800"
                                 : low == '3' ? "圳"
                                 : low == ',' ? "\u612c"
                                              : "\u2c61");
                }
                if (t[i].is)
                    decodes(bytes, sizeof bytes, NULL, want,
                            big ? "UTF-16BE (assumed)" : "UTF-16LE (assumed)", 1);
                else
                    fails(bytes, sizeof bytes, NULL, 1, "a NUL byte", NULL);
            }
}

int main(void) {
    static const char text[] = "城市,得分\n深圳,12.5\n香港,\"二\n行\"\n";
    char gbk[200], le[200], be[200], bom[200], wide[200], big5[200];
    utf8();
    utf8_again();
    scans();
    scans_of_one();
    without_mark();

    decodes("", 0, NULL, "", "UTF-8", 0);
    decodes(text, strlen(text), NULL, text, "UTF-8", 0);
    decodes(text, strlen(text), "utf-8", text, "UTF-8", 0);
    size_t n = (size_t)snprintf(bom, sizeof bom, "\xef\xbb\xbf%s", text);
    decodes(bom, n, NULL, text, "UTF-8 with BOM", 0);
    decodes(bom, n, "GBK", text, "UTF-8 with BOM", 1);
    decodes("\xef\xbb\xbf", 3, NULL, "", "UTF-8 with BOM", 0);

    size_t g = into("GBK", text, gbk, sizeof gbk);
    decodes(gbk, g, NULL, text, "GB18030 (assumed)", 1);
    decodes(gbk, g, "GBK", text, "GBK", 0);
    decodes(gbk, g, "gb18030", text, "gb18030", 0);
    /* Four-byte characters, of GB18030 alone. */
    static const char rare[] = "名称\n㐀𠀀é\n";
    decodes(wide, into("GB18030", rare, wide, sizeof wide), NULL, rare, "GB18030 (assumed)", 1);
    static const char old[] = "城市,得分\n高雄,1\n";
    decodes(big5, into("BIG5", old, big5, sizeof big5), "BIG5", old, "BIG5", 0);

    /* Older encodings, by words that nothing else spells. */
    static const char french[] = "nom,x\nCôte d'Ivoire,1\nMéxico,2\nAlgérie,3\nÉtats-Unis,4\n"
                                 "Sénégal,5\nMünchen,6\n";
    static const char japan[] = "名前,x\nとうきょう,1\n東京都,2\nオオサカ,3\n";
    static const char taiwan[] = "縣市,x\n臺北市政府所在地,1\n高雄港口與機場,2\n花蓮縣,3\n";
    decodes(wide, into("WINDOWS-1252", french, wide, sizeof wide), NULL, french,
            "Windows-1252 (assumed)", 1);
    decodes(wide, into("MACINTOSH", french, wide, sizeof wide), NULL, french, "Mac Roman (assumed)",
            1);
    decodes(wide, into("SHIFT_JIS", japan, wide, sizeof wide), NULL, japan, "Shift-JIS (assumed)",
            1);
    decodes(wide, into("BIG5", taiwan, wide, sizeof wide), NULL, taiwan, "Big5 (assumed)", 1);
    static const char short_text[] = "c,x\nMéxico,1\n";
    fails(wide, into("ISO-8859-1", short_text, wide, sizeof wide), NULL, 2,
          "the byte E9 is not UTF-8; it could be 'México' (Windows-1252), 'M閤ico' (GB18030)",
          "encoding = \"windows-1252\"");

    fails("c,x\nM\xe9xico", 10, NULL, 2, "it could be 'México' (Windows-1252)", NULL);

    size_t l = into("UTF-16LE", text, le + 2, sizeof le - 2),
           b = into("UTF-16BE", text, be + 2, sizeof be - 2);
    memcpy(le, "\xff\xfe", 2);
    memcpy(be, "\xfe\xff", 2);
    decodes(le, l + 2, NULL, text, "UTF-16LE with BOM", 0);
    decodes(be, b + 2, NULL, text, "UTF-16BE with BOM", 0);
    decodes(le, l + 2, "UTF-16", text, "UTF-16LE with BOM", 0);
    decodes(le, l + 2, "UTF-8", text, "UTF-16LE with BOM", 1);
    decodes(le + 2, l, NULL, text, "UTF-16LE (assumed)", 1);
    decodes(be + 2, b, NULL, text, "UTF-16BE (assumed)", 1);
    decodes(be + 2, b, "UTF-16BE", text, "UTF-16BE", 0);
    static const char face[] = "a,😀\n";
    size_t w = into("UTF-16LE", face, wide, sizeof wide);
    decodes(wide, w, NULL, face, "UTF-16LE (assumed)", 1);

    fails("name,value\nfirst,1\nsecond,\0\nthird,3\n", 36, NULL, 3, "a NUL byte", "spreadsheet");
    fails("\0", 1, NULL, 1, "a NUL byte", NULL);
    fails("a\r\nb\r\n\0\r\n", 9, NULL, 3, "a NUL byte", NULL);
    fails("a\n\0", 3, "GBK", 2, "a NUL byte", NULL);
    fails("a\n\xff\xff\n", 5, NULL, 2, "the byte FF is not UTF-8", "nor is the file GB18030");
    fails("a\r\r\n\xb1\n", 6, "UTF-8", 3, "the byte B1 is not UTF-8", "declared");
    fails("\xef\xbb\xbf"
          "a\n\xb1\xb1\n",
          8, NULL, 2, "the byte B1 is not UTF-8", "mark");
    fails("a\nb\n\xb1\n", 6, "GB18030", 3, "is not GB18030", "name the encoding");
    fails("a\n\xe9,\n", 5, NULL, 2, "the byte E9 is not UTF-8", "nor is the file GB18030");
    fails("a", 1, "latin-nine", 0, "'latin-nine' is not known", "GB18030");
    fails("a", 1, "GBK//IGNORE", 0, "is not known", NULL);
    /* Half a surrogate pair, half a character. */
    fails("\xff\xfe"
          "a\0\n\0\x3d\xd8"
          "b\0",
          10, NULL, 2, "is not UTF-16LE", NULL);
    fails("\xff\xfe"
          "a\0\n",
          5, NULL, 1, "is not UTF-16LE", NULL);

    static const char *const foreign[][2] = {{"PK\3\4x", "a workbook (xlsx) or another archive"},
                                             {"\xd0\xcf\x11\xe0", "a workbook (xls)"},
                                             {"%PDF-1.4\n", "a PDF"},
                                             {"<!DOCTYPE html>", "a web page"},
                                             {"<html>", "a web page"},
                                             {"{\\rtf1", "a text document"}};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        fails(foreign[i][0], strlen(foreign[i][0]), NULL, 0, foreign[i][1], "CSV");
    decodes("%PDF", 4, NULL, "%PDF", "UTF-8", 0);
    decodes("x%PDF-", 6, NULL, "x%PDF-", "UTF-8", 0);

    /* One bad byte in much Chinese UTF-8, which would be valid GB18030 by accident, is damage. */
    buf damaged = BUF_INIT;
    for (int i = 0; i < 40; i++) buf_text(&damaged, "深圳城市\n");
    buf_text(&damaged, "\xb1"
                       "a\n");
    for (int i = 0; i < 40; i++) buf_text(&damaged, "深圳城市\n");
    fails(damaged.text, damaged.length, NULL, 41, "the byte B1 is not UTF-8", "damaged");
    buf_release(&damaged);
    /* More than eight characters of three bytes for each bad one. */
    fails("深圳城市深圳城市\n\xff\n", 27, NULL, 2, "the byte FF is not UTF-8",
          "nor is the file GB18030");
    fails("深圳城市深圳城市深\n\xff\n", 30, NULL, 2, "the byte FF is not UTF-8", "damaged");

    /* Over many pieces, cut inside characters, on several threads. */
    thread_pool *crew = thread_pool_open(3);
    buf big = BUF_INIT;
    for (int shift = 0; shift < 3; shift++) {
        buf_clear(&big);
        buf_fill(&big, 'x', (size_t)shift);
        while (big.length < 5u * TEXT_PIECE) buf_text(&big, "深圳,é😀\r\n");
        decoded d;
        fault said = FAULT_INIT, f = FAULT_INIT;
        ok(text_decode("f.csv", big.text, big.length, NULL, crew, &d, &said, &f) &&
               !strcmp(d.name, "UTF-8"),
           "five pieces, shifted by %d", shift);
        size_t ends = 0;
        for (size_t i = 0; i < d.pieces; i++) ends += d.scan[i].line_ends;
        is_int((long)ends, (long)((big.length - (size_t)shift) / 15), "all line ends are counted");
        decoded_release(&d);
        /* A lone continuation byte as the first of a piece, and a lead byte as the last. */
        for (int last = 0; last < 2; last++) {
            size_t where = 3u * TEXT_PIECE - (size_t)last, lines = 1;
            char keep[6];
            memcpy(keep, big.text + where - 3, 6);
            memset(big.text + where - 3, 'x', 6);
            big.text[where] = last ? '\xe6' : '\x80';
            size_t wrong = slow_check((unsigned char *)big.text, big.length);
            for (size_t i = 0; i < wrong; i++)
                lines += big.text[i] == '\n' || (big.text[i] == '\r' && big.text[i + 1] != '\n');
            ok(!text_decode("f.csv", big.text, big.length, "UTF-8", crew, &d, &said, &f),
               "a bad byte at an edge");
            is_int(f.item[0].line, (long)lines, "is found, with its line");
            fault_release(&f);
            memcpy(big.text + where - 3, keep, 6);
        }
        fault_release(&said);
    }
    buf_release(&big);
    thread_pool_close(crew);
    return done_testing();
}
