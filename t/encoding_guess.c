/* What bytes could be in each encoding that comes into question: every pair of bytes against the
 * ranges that the encodings have, and letters in and beside words. */
#include "table/encoding_guess.h"

#include <string.h>

#include "tap.h"

enum { GB18030, WESTERN, BIG5, SHIFT_JIS, MACINTOSH };

/* Is a byte in one of some ranges, "81-9f e0-fc"? */
static int in(const char *ranges, unsigned c) {
    unsigned low, high;
    int n;
    for (; sscanf(ranges, "%x-%x%n", &low, &high, &n) == 2; ranges += n)
        if (c >= low && c <= high) return 1;
    return 0;
}

/* Two bytes a character: lead, trail, and which leads and trails frequent characters have. */
typedef struct ranges {
    int which;
    const char *lead, *trail, *frequent, *frequent_trail, *alone;
} ranges;

static const ranges two_bytes[] = {
    {GB18030, "81-fe", "40-7e 80-fe", "a1-a9 b0-f7", "a1-fe", ""},
    {BIG5, "a1-f9", "40-7e a1-fe", "a1-c6", "00-ff", ""},
    {SHIFT_JIS, "81-9f e0-fc", "40-7e 80-fc", "81-83 88-97", "00-ff", "a1-df"}};

static int wrong;

/* What is wanted of a text; `n` is less than 0 where it is not in the encoding. */
static void wants(const encoding_guess *g, const char *text, size_t length, int possible,
                  long common, long other) {
    const int plausible = possible && common >= 9 * other;
    if (g->possible == possible &&
        (!possible ||
         (g->plausible == plausible && (long)g->common == common && (long)g->other == other)))
        return;
    if (wrong++ > 5) return;
    fprintf(stderr, "#");
    for (size_t i = 0; i < length; i++) fprintf(stderr, " %02x", (unsigned char)text[i]);
    fprintf(stderr, " in %s: possible %d, plausible %d, %zu frequent and %zu others\n", g->shown,
            g->possible, g->plausible, (size_t)g->common, (size_t)g->other);
}

static void guessed(const char *text, size_t length, encoding_guess out[GUESS_MOST]) {
    char *exact = malloc(length); /* so that ASan sees a read too far */
    memcpy(exact, text, length);
    encoding_guesses(exact, length, out);
    free(exact);
}

/* Every pair, at the end of a text and before an "x". */
static void pairs(void) {
    for (unsigned a = 0x80; a < 0x100; a++)
        for (unsigned b = 0; b < 0x100; b++)
            for (size_t more = 0; more < 2; more++) {
                const char text[] = {'x', (char)a, (char)b, 'x'};
                encoding_guess out[GUESS_MOST];
                guessed(text, 3 + more, out);
                for (size_t i = 0; i < 3; i++) {
                    const ranges *r = &two_bytes[i];
                    long common = 0, other = 0;
                    int possible = 1;
                    for (unsigned at = 0, byte = a; possible && at < 2; at++, byte = b) {
                        const unsigned next = at ? more ? 'x' : 0 : b;
                        if (byte < 0x80) continue;
                        if (in(r->alone, byte)) {
                            other++; /* one byte, not among the frequent ones */
                            continue;
                        }
                        possible = in(r->lead, byte) && in(r->trail, next);
                        if (in(r->frequent, byte) && in(r->frequent_trail, next))
                            common++;
                        else
                            other++;
                        at++;
                    }
                    wants(&out[r->which], text, 3 + more, possible, common, other);
                }
            }
    is_int(wrong, 0, "all pairs of bytes in GB18030, Big5 and Shift-JIS");
}

/* Four bytes of GB18030, each at the edges of its range. */
static void fours(void) {
    static const unsigned edge[] = {0x2f, 0x30, 0x35, 0x39, 0x3a, 0x40, 0x80, 0x81, 0xfe, 0xff};
    enum { EDGES = sizeof edge / sizeof *edge };
    wrong = 0;
    for (size_t i = 0; i < EDGES * EDGES * EDGES; i++)
        for (size_t length = 4; length < 6; length++) {
            const unsigned b = edge[i % EDGES], c = edge[i / EDGES % EDGES],
                           d = edge[i / EDGES / EDGES];
            const char text[] = {'x', (char)0x95, (char)b, (char)c, (char)d};
            encoding_guess out[GUESS_MOST];
            if (!in("30-39", b)) continue;
            guessed(text, length, out);
            wants(&out[GB18030], text, length, length == 5 && in("81-fe", c) && in("30-39", d), 1,
                  0);
        }
    is_int(wrong, 0, "four bytes of GB18030, whole and cut");
}

/* A letter or sign beyond ASCII between two other bytes. */
static void words(void) {
    static const unsigned beside[] = {0,   'a', 'z', 'm', 'A', 'Z', 'M',
                                      '@', '[', '`', '{', '5', ' '};
    enum { BESIDE = sizeof beside / sizeof *beside };
    static const unsigned letters[2][2] = {{0xe9, 0xc9}, {0x8e, 0x83}}; /* é É */
    static const unsigned signs[2] = {0x80, 0xdb};                      /* € */
    wrong = 0;
    for (int mac = 0; mac < 2; mac++)
        for (size_t i = 0; i < BESIDE * BESIDE; i++) {
            const unsigned before = beside[i % BESIDE], behind = beside[i / BESIDE];
            const int letter_before = in("41-5a 61-7a", before),
                      letter_behind = in("41-5a 61-7a", behind);
            for (int kind = 0; kind < 3; kind++) {
                char text[3];
                size_t n = 0;
                if (before) text[n++] = (char)before;
                text[n++] = (char)(kind < 2 ? letters[mac][kind] : signs[mac]);
                if (behind) text[n++] = (char)behind;
                encoding_guess out[GUESS_MOST];
                guessed(text, n, out);
                int common = letter_before || letter_behind;
                if (kind == 1 && in("61-7a", before)) common = 0;
                if (kind == 1 && in("41-5a", before) && in("61-7a", behind)) common = 0;
                if (kind == 2) common = 1; /* a sign beside ASCII, or alone in its line */
                wants(&out[mac ? MACINTOSH : WESTERN], text, n, 1, common, !common);
            }
        }
    is_int(wrong, 0, "letters and signs beside others, in Windows-1252 and Mac Roman");
    encoding_guess out[GUESS_MOST];
    static const char none[] = "a\x81z", inside[] = "\xe9\x80\xe9";
    guessed(none, 3, out);
    ok(!out[WESTERN].possible && out[MACINTOSH].possible,
       "a byte that means nothing in Windows-1252");
    guessed(inside, 3, out);
    is_int((long)out[WESTERN].common, 0, "a sign between letters that stand alone");
}

/* Nine of ten have to be frequent. */
static void shares(void) {
    encoding_guess out[GUESS_MOST];
    for (size_t others = 1; others < 4; others++)
        for (int less = 0; less < 2; less++) {
            char text[200];
            size_t n = 0;
            for (size_t i = 0; i < 9 * others - (size_t)less; i++, n += 2)
                memcpy(text + n, "\xb0\xa1", 2);
            for (size_t i = 0; i < others; i++, n += 2) memcpy(text + n, "\x81\x40", 2);
            guessed(text, n, out);
            is_int(out[GB18030].plausible, !less, "%zu rare characters beside %zu frequent ones",
                   others, 9 * others - (size_t)less);
        }
}

/* Only the first 4 MiB are looked at, which may end within a character. */
static void long_texts(void) {
    enum { SAMPLE = 4 << 20 };
    char *text = malloc(SAMPLE + 8);
    encoding_guess out[GUESS_MOST];
    memset(text, 'x', SAMPLE + 8);
    for (size_t cut = 0; cut < 10; cut++) {
        memcpy(text + SAMPLE - cut, "\xb0\xa1\xb0\xa1\xff\xff", 6);
        encoding_guesses(text, SAMPLE + 6, out);
        const char *why = cut < 8 ? "damage that a character may be which was cut" : "other damage";
        is_int(out[GB18030].possible, cut < 8, "%zu bytes before the end: %s", cut, why);
        is_int((long)out[GB18030].common, (long)(cut > 4 ? 2 : cut / 2), "characters before it");
        memset(text + SAMPLE - cut, 'x', 6);
    }
    memcpy(text + SAMPLE - 5, "\xff\xffxxx", 5);
    encoding_guesses(text, SAMPLE, out);
    ok(!out[GB18030].possible, "and what is damaged before that is not one that was cut");
    memcpy(text + SAMPLE - 5, "xxxx\xb0", 5);
    encoding_guesses(text, SAMPLE - 1, out);
    ok(out[GB18030].possible && !out[GB18030].common, "a shorter text is looked at to its end");
    encoding_guesses(text + 1, SAMPLE - 1, out);
    ok(!out[GB18030].possible, "where half a character is none");
    free(text);
}

int main(void) {
    pairs();
    fours();
    words();
    shares();
    long_texts();
    return done_testing();
}
