/* Display width. The widths expected here are counted by hand, or by rules restated in this file.
 */
#include "tap.h"

#include "base/width.h"

static int width(const char *text) { return (int)width_of(text, strlen(text)); }

static int piece(const char *text) { return (int)width_piece(text, strlen(text)); }

static const char *held(buf *b) { return buf_string(b); }

static const char *cut(buf *b, const char *text, size_t columns) {
    buf_clear(b);
    width_cut(b, text, strlen(text), columns);
    return held(b);
}

static const char *pad(buf *b, const char *text, size_t columns, width_side side) {
    buf_clear(b);
    width_pad(b, text, strlen(text), columns, side);
    return held(b);
}

static const char *safe(buf *b, const char *text, size_t length) {
    buf_clear(b);
    width_safe(b, text, length);
    return held(b);
}

/* The lines joined by "|". */
static const char *wrap(buf *b, const char *text, size_t columns) {
    size_t length = strlen(text), at = 0, next;
    buf_clear(b);
    while (at < length) {
        size_t shown = width_wrap(text + at, length - at, columns, &next);
        if (at) buf_char(b, '|');
        buf_put(b, text + at, shown);
        at += next;
    }
    return held(b);
}

static void widths(void) {
    is_int(width(""), 0, "nothing is no wide");
    is_int(width("Shenzhen"), 8, "Latin letters take one column");
    is_int(width("深圳市"), 6, "Chinese characters take two");
    is_int(width("深府〔2011〕68号"), 16, "brackets of Chinese take two, digits one");
    is_int(width("ＡＢ１２"), 8, "fullwidth forms take two");
    is_int(width("ｱｲ"), 2, "halfwidth kana take one");
    is_int(width("서울"), 4, "Hangul takes two");
    is_int(width("e\xCC\x81t"), 2, "a combining accent takes none");
    is_int(width("≥ × … →"), 7, "ambiguous characters take one");
    is_int(width("✓✗"), 2, "marks of a verdict take one");
    is_int(width("𠮷"), 2, "a character beyond the first plane takes two");
    is_int(width("a\xFFz"), 3, "a byte that is no character takes one");
    is_int(width("\xE6\xB7"), 2, "a character cut off counts by its bytes");
}

static void cuts(void) {
    buf b = BUF_INIT;
    is_str(cut(&b, "深圳", 4), "深圳", "what fits is not cut");
    is_str(cut(&b, "深圳市", 5), "深圳…", "a cut text ends with a mark");
    is_str(cut(&b, "深圳市", 4), "深…", "half a character is never shown");
    is_str(cut(&b, "Singapore", 6), "Singa…", "Latin is cut at a letter");
    is_str(cut(&b, "Singapore", 1), "…", "one column holds the mark");
    is_str(cut(&b, "Singapore", 0), "", "no column holds nothing");
    is_str(cut(&b,
               "ee\xCC\x81"
               "e",
               2),
           "e…", "cut before an accented letter");
    is_str(cut(&b,
               "e\xCC\x81"
               "ee",
               2),
           "e\xCC\x81…", "an accent stays with its letter");
    is_str(pad(&b, "深圳", 6, WIDTH_LEFT), "深圳  ", "at the left");
    is_str(pad(&b, "深圳", 7, WIDTH_RIGHT), "   深圳", "at the right");
    is_str(pad(&b, "深圳", 7, WIDTH_CENTRE), " 深圳  ", "in the middle, the odd space behind");
    is_str(pad(&b, "深圳市", 4, WIDTH_RIGHT), " 深…", "a cut text is padded too");
    is_str(pad(&b, "", 3, WIDTH_CENTRE), "   ", "nothing is padded");
    is_str(pad(&b, "abc", 3, WIDTH_RIGHT), "abc", "what fits exactly is left alone");
    buf_release(&b);
}

static void wraps(void) {
    buf b = BUF_INIT;
    is_str(wrap(&b, "the quick brown fox", 10), "the quick|brown fox", "Latin breaks at spaces");
    is_str(wrap(&b, "the quick brown fox", 9), "the quick|brown fox", "to the last column");
    is_str(wrap(&b, "the  quick", 5), "the|quick", "spaces at a break are dropped");
    is_str(wrap(&b, "国际化城市指标体系", 8), "国际化城|市指标体|系", "Chinese breaks anywhere");
    is_str(wrap(&b, "国际化城，指标", 8), "国际化|城，指标", "no line starts with a comma");
    is_str(wrap(&b, "国际化（草案）完", 8), "国际化|（草案）|完", "no line ends with a bracket");
    is_str(wrap(&b, "得分。”）完", 6), "得|分。”|）完",
           "where marks alone are left, they break after all");
    is_str(wrap(&b, "国际GDP人均", 6), "国际|GDP人|均",
           "between Chinese and Latin a line may break");
    is_str(wrap(&b, "/a/very/long/path", 6), "/a/ver|y/long|/path", "a word too long is broken");
    is_str(wrap(&b, "深圳", 1), "深|圳", "one character at least is taken");
    is_str(wrap(&b, "a\n\nb", 9), "a||b", "line feeds break");
    is_str(wrap(&b, "a ", 1), "a", "spaces at the end do not show");
    is_str(wrap(&b, "", 9), "", "nothing has no lines");
    is_int(piece("国际化城，GDP per capita"), 6, "the widest piece is capita");
    is_int(piece("（草案）"), 4, "a bracket clings to its character");
    buf_release(&b);
}

static void safety(void) {
    buf b = BUF_INIT;
    is_str(safe(&b, "深圳 ok", 9), "深圳 ok", "ordinary text is left alone");
    is_str(safe(&b, "\x1b[31mred\x1b[0m", 12), "␛[31mred␛[0m",
           "an escape sequence is shown, not obeyed");
    is_str(safe(&b, "a\nb\rc\td", 7), "a␊b␍c d", "ends of lines become pictures, tabs spaces");
    is_str(safe(&b, "a\0b", 3), "a␀b", "NUL has a picture");
    is_str(safe(&b, "\x7f", 1), "␡", "and so has DEL");
    is_str(safe(&b,
                "\xC2\x9B"
                "31m",
                5),
           "\xEF\xBF\xBD"
           "31m",
           "the C1 form of an escape sequence is broken");
    is_str(safe(&b,
                "a\xE2\x80\xAE"
                "b",
                5),
           "a\xEF\xBF\xBD"
           "b",
           "a mark of direction does not get through");
    is_str(safe(&b,
                "a\xE2\x81\xA6"
                "b",
                5),
           "a\xEF\xBF\xBD"
           "b",
           "nor does an isolate");
    is_str(safe(&b, "\xFF\xC0\x80", 3), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
           "broken UTF-8 is replaced byte by byte");
    is_str(safe(&b, "e\xCC\x81", 3), "e\xCC\x81", "accents stay");
    buf_release(&b);
}

/* Random mixtures: no line is too wide unless it is one piece, nothing is lost but spaces and line
 * feeds, and no line starts with a closing mark where another break was to be had. */
static void random_texts(void) {
    static const char *const parts[] = {"深",  "圳", "，", "。", "（", "）", "a",  "bc",
                                        "GDP", " ",  "  ", "é",  "1",  "%",  "𠮷", "e\xCC\x81"};
    uint64_t state = tap_seed();
    int wide = 0, lost = 0, starts = 0, pads = 0, unsafe = 0;
    buf text = BUF_INIT, b = BUF_INIT, kept = BUF_INIT;
    for (int run = 0; run < 20000; run++) {
        size_t count = tap_random(&state) % 30, columns = 4 + tap_random(&state) % 12, at = 0, next;
        buf_clear(&text);
        for (size_t i = 0; i < count; i++)
            buf_text(&text, parts[tap_random(&state) % (sizeof parts / sizeof *parts)]);
        buf_clear(&kept);
        const char *s = buf_string(&text);
        while (at < text.length) {
            size_t shown = width_wrap(s + at, text.length - at, columns, &next);
            if (width_of(s + at, shown) > columns) wide++;
            if (at && next && shown >= 3 && !memcmp(s + at, "，", 3) && at >= 6 &&
                s[at - 1] != ' ' && memcmp(s + at - 3, "，", 3) && memcmp(s + at - 3, "。", 3) &&
                memcmp(s + at - 3, "）", 3) && !memcmp(s + at - 6, "深圳", 6))
                starts++;
            buf_put(&kept, s + at, shown);
            at += next;
        }
        size_t i = 0, j = 0;
        for (;;) {
            while (i < text.length && s[i] == ' ') i++;
            while (j < kept.length && kept.text[j] == ' ') j++;
            if (i == text.length || j == kept.length || s[i] != kept.text[j]) break;
            i++, j++;
        }
        if (i != text.length || j != kept.length) lost++;
        if (width(pad(&b, s, columns, run % 2 ? WIDTH_RIGHT : WIDTH_CENTRE)) != (int)columns)
            pads++;
        buf_clear(&b);
        for (i = 0; i < count; i++) buf_char(&b, (char)tap_random(&state));
        buf_clear(&kept);
        width_safe(&kept, buf_string(&b), b.length);
        for (i = 0; i < kept.length; i++)
            if ((unsigned char)kept.text[i] < ' ' || kept.text[i] == 0x7f) unsafe++;
    }
    is_int(wide, 0, "no line is wider than asked");
    is_int(lost, 0, "nothing is lost in wrapping but spaces");
    is_int(starts, 0, "no comma starts a line after two characters that might have gone with it");
    is_int(pads, 0, "a padded text is exactly as wide as asked");
    is_int(unsafe, 0, "no control character is left in random bytes");
    buf_release(&text);
    buf_release(&b);
    buf_release(&kept);
}

int main(void) {
    widths();
    cuts();
    wraps();
    safety();
    random_texts();
    return done_testing();
}
