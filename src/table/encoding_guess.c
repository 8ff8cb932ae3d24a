#include "table/encoding_guess.h"

enum { SAMPLE = 4 << 20 };

/* What a candidate makes of the characters at a place: how many bytes they take, and whether people
 * write them; 0 where the bytes mean nothing. */
typedef size_t (*reader)(const unsigned char *text, size_t at, size_t length, int *common);

static int between(unsigned c, unsigned low, unsigned high) { return c >= low && c <= high; }

static int is_ascii_letter(unsigned c) { return between(c | 32, 'a', 'z'); }

/* ---- two bytes a character ---- */

/* Common are the characters of GB2312: what schools teach, punctuation, other alphabets. Four bytes
 * with a digit in every second place come about in no other encoding. */
static size_t gb18030(const unsigned char *text, size_t at, size_t length, int *common) {
    unsigned lead = text[at], trail = at + 1 < length ? text[at + 1] : 0;
    *common = between(trail, 0x30, 0x39);
    if (!between(lead, 0x81, 0xfe)) return 0;
    if (*common)
        return at + 3 < length && between(text[at + 2], 0x81, 0xfe) &&
                       between(text[at + 3], 0x30, 0x39)
                   ? 4
                   : 0;
    if (trail < 0x40 || trail == 0x7f || trail == 0xff) return 0;
    *common = trail >= 0xa1 && (between(lead, 0xa1, 0xa9) || between(lead, 0xb0, 0xf7));
    return 2;
}

/* Common are the frequent characters, which come first, and the punctuation. */
static size_t big5(const unsigned char *text, size_t at, size_t length, int *common) {
    unsigned lead = text[at], trail = at + 1 < length ? text[at + 1] : 0;
    *common = between(lead, 0xa1, 0xc6);
    return between(lead, 0xa1, 0xf9) && (between(trail, 0x40, 0x7e) || between(trail, 0xa1, 0xfe))
               ? 2
               : 0;
}

/* Common are kana, punctuation and the characters of the first level. */
static size_t shift_jis(const unsigned char *text, size_t at, size_t length, int *common) {
    unsigned lead = text[at], trail = at + 1 < length ? text[at + 1] : 0;
    *common = between(lead, 0x81, 0x83) || between(lead, 0x88, 0x97);
    if (between(lead, 0xa1, 0xdf)) return 1; /* half-width kana */
    return (between(lead, 0x81, 0x9f) || between(lead, 0xe0, 0xfc)) && trail >= 0x40 &&
                   trail != 0x7f && trail <= 0xfc
               ? 2
               : 0;
}

/* ---- one byte a character ---- */

/* The bytes from 0x80 on, 32 a line: small letters, capitals, signs that texts and tables have,
 * other signs, and a space where a byte means nothing. */
static const char windows_1252[] = "s oossooosLoL L  sssssssoslol lL"
                                   "ssososososssoosossssosososssosos"
                                   "LLLLLLLLLLLLLLLLLLLLLLLsLLLLLLLl"
                                   "lllllllllllllllllllllllollllllll";
static const char mac_roman[] = "LLLLLLLlllllllllllllllllllllllll"
                                "ososssolsssoooLLosooslooooossLll"
                                "ssooooossssLLLLlssssssoolLosoooo"
                                "osossLLLLLLLLLLLoLLLLooooooooooo";

/* A letter stands within a word; a capital begins it, or all are capitals. Other signs than letters
 * stand beside ASCII. */
static int is_written(const char *kinds, const unsigned char *text, size_t at, size_t length) {
    unsigned before = at ? text[at - 1] : '\n', behind = at + 1 < length ? text[at + 1] : '\n';
    switch (kinds[text[at] - 0x80]) {
    case 'l': return is_ascii_letter(before) || is_ascii_letter(behind);
    case 'L':
        if (between(before, 'a', 'z') || (between(before, 'A', 'Z') && between(behind, 'a', 'z')))
            return 0;
        return is_ascii_letter(before) || is_ascii_letter(behind);
    case 's': return before < 0x80 || behind < 0x80;
    default: return 0;
    }
}

static size_t western(const unsigned char *text, size_t at, size_t length, int *common) {
    *common = is_written(windows_1252, text, at, length);
    return windows_1252[text[at] - 0x80] != ' ';
}

static size_t macintosh(const unsigned char *text, size_t at, size_t length, int *common) {
    *common = is_written(mac_roman, text, at, length);
    return 1;
}

/* ---- all of them ---- */

static void judge(encoding_guess *g, reader read, const unsigned char *text, size_t length) {
    g->possible = 1;
    for (size_t at = 0; at < length;) {
        int common = 0;
        size_t n = text[at] < 0x80 ? 1 : read(text, at, length, &common);
        /* The sample may end within a character. */
        if (!n && length == SAMPLE && at + 4 > length) break;
        if (!n) {
            g->possible = 0;
            return;
        }
        if (text[at] >= 0x80) {
            g->common += common != 0;
            g->other += !common;
        }
        at += n;
    }
    g->plausible = g->common >= 9 * g->other;
}

void encoding_guesses(const char *bytes, size_t length, encoding_guess out[GUESS_MOST]) {
    static const struct {
        const char *name, *shown;
        reader read;
    } candidate[GUESS_MOST] = {{"GB18030", "GB18030", gb18030},
                               {"windows-1252", "Windows-1252", western},
                               {"big5", "Big5", big5},
                               {"cp932", "Shift-JIS", shift_jis},
                               {"macintosh", "Mac Roman", macintosh}};
    for (size_t i = 0; i < GUESS_MOST; i++) {
        out[i] = (encoding_guess){.name = candidate[i].name, .shown = candidate[i].shown};
        judge(&out[i], candidate[i].read, (const unsigned char *)bytes,
              length < SAMPLE ? length : SAMPLE);
    }
}
