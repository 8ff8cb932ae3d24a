/* Cells that are made of known parts: what they are read as, and what is said of those that are no
 * number, is worked out from the parts. */
#include "table/number.h"

#include "base/splitmix64.h"
#include "tap.h"

static uint64_t state;

static size_t below(size_t n) { return (size_t)(splitmix64(&state) % n); }
static int chance(size_t of) { return below(of) == 0; }

#define ONE_OF(a) ((a)[below(sizeof(a) / sizeof *(a))])

enum { TEXT_MOST = 160 };

/* A number as people type it: no 0 before it, none at its end. */
typedef struct typed {
    char sign[2], whole[16], fraction[8];
    char plain[40], unsigned_plain[32];
    double value;
} typed;

static typed a_number(size_t digits, int may_be_negative) {
    typed n = {.sign = ""};
    if (may_be_negative && chance(3)) n.sign[0] = '-';
    for (size_t i = 0; i < digits; i++) n.whole[i] = (char)('0' + (i ? below(10) : 1 + below(9)));
    const size_t places = chance(2) ? 0 : 1 + below(4);
    for (size_t i = 0; i < places; i++)
        n.fraction[i] = (char)('0' + (i + 1 < places ? below(10) : 1 + below(9)));
    snprintf(n.unsigned_plain, sizeof n.unsigned_plain, "%s%s%s", n.whole, places ? "." : "",
             n.fraction);
    snprintf(n.plain, sizeof n.plain, "%s%s", n.sign, n.unsigned_plain);
    n.value = strtod(n.plain, NULL);
    return n;
}

/* The digits of a whole number with a mark before every third one from behind, `wrong` digits more
 * than there should be before the last one. */
static void grouped(const char *whole, const char *mark, int wrong, char *out) {
    const size_t n = strlen(whole);
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t left = n - i;
        if (i && (left + (size_t)wrong) % 3 == 0) strcat(out, mark);
        strncat(out, whole + i, 1);
    }
}

static void full_width(const char *text, char *out) {
    for (*out = 0; *text; text++) {
        const char wide[] = {(char)0xef, (char)0xbc, (char)(0x80 + (*text - 0x20)), 0};
        strcat(out, wide);
    }
}

/* ---- what is asked ---- */

static int wrong;
static size_t asked;

/* What was wrong since the last call. */
static int was_wrong(void) {
    const int n = wrong;
    wrong = 0;
    return n;
}

static void differs(const char *cell, const char *unit, const char *what, const char *got) {
    if (++wrong < 10) diag("[%s] '%s': %s is expected, not %s", unit ? unit : "", cell, what, got);
}

static number_form form_of(const char *unit, char decimal) {
    number_form form = number_form_of(unit, NULL, 0);
    form.decimal = decimal;
    return form;
}

static void reads(const char *unit, char decimal, const char *cell, double want) {
    const number_form form = form_of(unit, decimal);
    static const char *const spaces[] = {
        "", "", " ", "\t", "\xc2\xa0", "\xe3\x80\x80", " \t ", "\xe3\x80\x80\xe3\x80\x80"};
    char padded[512];
    double got = 1;
    snprintf(padded, sizeof padded, "%s%s%s", ONE_OF(spaces), cell, ONE_OF(spaces));
    const number_found found = number_read(&form, padded, strlen(padded), &got);
    asked++;
    if (found != (want == want ? NUMBER_OK : NUMBER_BAD) ||
        (want == want ? got != want : got == got)) {
        char was[64], is[64];
        snprintf(was, sizeof was, "%.17g", want);
        snprintf(is, sizeof is, "%.17g (%d)", got, (int)found);
        differs(padded, unit, was, is);
    }
}

__attribute__((format(printf, 5, 6))) static void
says(const char *unit, char decimal, const char *cell, const char *why, const char *format, ...) {
    const number_form form = form_of(unit, decimal);
    buf reason = BUF_INIT, hint = BUF_INIT;
    char what[TEXT_MOST * 2];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    reads(unit, decimal, cell, NAN);
    /* What was explained before plays no part. */
    char before[200];
    memset(before, chance(2) ? '7' : 'x', sizeof before);
    number_explain(&form, before, sizeof before, &reason, &hint);
    buf_clear(&reason);
    buf_clear(&hint);
    number_explain(&form, cell, strlen(cell), &reason, &hint);
    if (strcmp(buf_string(&reason), why)) differs(cell, unit, why, buf_string(&reason));
    if (strcmp(buf_string(&hint), what)) differs(cell, unit, what, buf_string(&hint));
    buf_release(&reason);
    buf_release(&hint);
}

/* ---- numbers ---- */

/* A number and what stands behind it, with a power of ten before the unit. */
static void units(void) {
    static const struct {
        const char *declared, *base;
        int shift;
    } unit[] = {{"%", "%", 0},   {"km", "km", 0}, {"万元", "元", 4}, {"元", "元", 0},
                {"人", "人", 0}, {"亿", "", 8},   {"万", "", 4},     {"亿元", "元", 8}};
    static const struct {
        const char *word;
        int shift;
    } scale[] = {{"万", 4}, {"亿", 8}, {"万亿", 12}};
    static const char *const gaps[] = {"", " ", "\xc2\xa0"};
    for (int i = 0; i < 4000; i++) {
        const typed n = a_number(1 + below(9), 1);
        const size_t u = below(sizeof unit / sizeof *unit), s = below(3);
        const int has_exponent = chance(4), exponent = (int)below(9) - 4;
        char cell[TEXT_MOST], number[64], shifted[80];
        snprintf(number, sizeof number, has_exponent ? "%s%c%d" : "%s", n.plain,
                 chance(2) ? 'e' : 'E', exponent);
        const int own = has_exponent ? exponent : 0;
        reads(chance(2) ? unit[u].declared : NULL, '.', number, strtod(number, NULL));
        /* The base alone: the power of ten of the declared unit is missing. */
        snprintf(cell, sizeof cell, "%s%s%s", number, ONE_OF(gaps), unit[u].base);
        snprintf(shifted, sizeof shifted, "%se%d", n.plain, own - unit[u].shift);
        reads(unit[u].declared, '.', cell,
              *unit[u].base ? strtod(shifted, NULL) : strtod(number, NULL));
        /* With another power of ten; the base may be left out. */
        snprintf(cell, sizeof cell, "%s%s%s%s", number, ONE_OF(gaps), scale[s].word,
                 chance(2) ? unit[u].base : "");
        snprintf(shifted, sizeof shifted, "%se%d", n.plain, own + scale[s].shift - unit[u].shift);
        reads(unit[u].declared, '.', cell, strtod(shifted, NULL));
        /* With a decimal comma the same. */
        char comma[TEXT_MOST];
        strcpy(comma, cell);
        if (strchr(comma, '.')) *strchr(comma, '.') = ',';
        reads(unit[u].declared, ',', comma, strtod(shifted, NULL));
        snprintf(comma, sizeof comma, "%s%s", number, unit[u].declared);
        if (strchr(comma, '.')) *strchr(comma, '.') = ',';
        reads(unit[u].declared, ',', comma, strtod(number, NULL));
        snprintf(cell, sizeof cell, "%s%s%s", number, ONE_OF(gaps), "kg");
        reads(unit[u].declared, '.', cell, NAN);
        snprintf(cell, sizeof cell, "%s%s%sx", number, ONE_OF(gaps), unit[u].declared);
        reads(unit[u].declared, '.', cell, NAN);
    }
    is_int(was_wrong(), 0, "numbers with units, and powers of ten before these");
}

static void groups(void) {
    static const char *const marks[] = {".", " ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
    for (int i = 0; i < 4000; i++) {
        const typed n = a_number(4 + below(8), 1);
        char whole[64], cell[TEXT_MOST];
        const int off = (int)below(3);
        const char *point = *n.fraction ? "." : "", *behind = chance(3) ? " USD" : "";
        grouped(n.whole, ",", off, whole);
        snprintf(cell, sizeof cell, "%s%s%s%s%s", n.sign, whole, point, n.fraction, behind);
        reads(*behind ? "USD," : ",", '.', cell, off ? NAN : n.value);
        const char *mark = ONE_OF(marks);
        grouped(n.whole, mark, off, whole);
        snprintf(cell, sizeof cell, "%s%s%s%s", n.sign, whole, *point ? "," : "", n.fraction);
        /* One point alone before other than three digits, or all points misplaced: no number. */
        reads(NULL, ',', cell, off ? NAN : n.value);
        snprintf(cell, sizeof cell, "%s%s%s%s", n.sign, n.whole, *point ? "," : "", n.fraction);
        reads(NULL, ',', cell, n.value);
        snprintf(cell, sizeof cell, "%s%s,%s,%s", n.sign, n.whole, "12", "3");
        reads(NULL, ',', cell, NAN);
        reads(",", '.', cell, NAN);
        grouped(n.whole, ",", 0, whole);
        snprintf(cell, sizeof cell, "%s%s.%s,%s", n.sign, whole, "123", "456");
        reads(",", '.', cell, NAN); /* no groups behind the point */
        snprintf(cell, sizeof cell, ",%s", whole);
        reads(",", '.', cell, NAN);
        snprintf(cell, sizeof cell, "%s,", whole);
        reads(",", '.', cell, NAN);
    }
    is_int(was_wrong(), 0, "digits in groups of three, and in others");
}

/* ---- what is said ---- */

static void separated(void) {
    static const struct {
        const char *mark, *what, *more;
    } mark[] = {{",", "it has thousands separators",
                 ", or declare that commas group digits (the unit \",\")"},
                {"，", "it has thousands separators", ""},
                {"'", "it has thousands separators", ""},
                {"’", "it has thousands separators", ""},
                {"_", "it has thousands separators", ""},
                {" ", "it has spaces between digits", ""},
                {"\xc2\xa0", "it has spaces between digits", ""},
                {"\xe2\x80\xaf", "it has spaces between digits", ""},
                {"\xe2\x80\x89", "it has spaces between digits", ""}};
    static const char nowhere[] = "its commas and points stand where no number has them",
                      plainly[] =
                          "write it with a decimal point, and nothing else between the digits";
    for (int i = 0; i < 3000; i++) {
        const typed n = a_number(4 + below(8), 1);
        const char *point = *n.fraction ? "." : "";
        char whole[64], cell[TEXT_MOST];
        const size_t m = below(sizeof mark / sizeof *mark);
        grouped(n.whole, mark[m].mark, 0, whole);
        snprintf(cell, sizeof cell, "%s%s%s%s", n.sign, whole, point, n.fraction);
        says(NULL, '.', cell, mark[m].what, "write %s%s", n.plain, mark[m].more);
        const typed two = a_number(7 + below(5), 1);
        grouped(two.whole, ".", 0, whole);
        snprintf(cell, sizeof cell, "%s%s", two.sign, whole);
        says(NULL, '.', cell, "it has points between groups of digits", "write %s%s", two.sign,
             two.whole);
        snprintf(cell, sizeof cell, "%s%s,%s5", two.sign, whole, two.fraction);
        says(NULL, '.', cell, "it has a decimal comma",
             "write %s%s.%s5, or declare decimal = \",\"", two.sign, two.whole, two.fraction);
        /* Not in threes. */
        grouped(two.whole, chance(2) ? "," : "_", 1 + (int)below(2), whole);
        snprintf(cell, sizeof cell, "%s%s", two.sign, whole);
        says(NULL, '.', cell, nowhere, "%s", plainly);
        grouped(two.whole, ".", 0, whole);
        snprintf(cell, sizeof cell, "%s.%s", two.sign, strchr(whole, '.') + 1);
        if (strchr(strchr(whole, '.') + 1, '.')) says(NULL, '.', cell, nowhere, "%s", plainly);
        grouped(two.whole, " ", 1 + (int)below(2), whole);
        says(NULL, '.', whole, "it is two numbers, or its spaces group no thousands",
             "write one number, without spaces");
        /* A comma before other than three digits, behind more than three, or behind a 0. */
        const typed comma = a_number(1 + below(6), 1);
        const size_t digits = strlen(comma.fraction);
        if (!digits || (digits == 3 && strlen(comma.whole) < 4)) continue;
        snprintf(cell, sizeof cell, "%s%s,%s", comma.sign, comma.whole, comma.fraction);
        says(NULL, '.', cell, "it has a decimal comma", "write %s, or declare decimal = \",\"",
             comma.plain);
        snprintf(cell, sizeof cell, "%s0,%s", comma.sign, comma.fraction);
        says(NULL, '.', cell, "it has a decimal comma", "write %s0.%s, or declare decimal = \",\"",
             comma.sign, comma.fraction);
    }
    is_int(was_wrong(), 0, "what is said of marks between digits");
}

static void written_otherwise(void) {
    static const char *const dashes[] = {"−", "–", "—", "﹣"};
    static const char *const money[] = {"$", "¥", "￥", "€", "£", "US$", "HK$"};
    static const char *const about[] = {"约", "近", "超", "大约", "<",  ">",
                                        "~",  "≈",  "≥",  "≤",    "＜", "＞"};
    for (int i = 0; i < 3000; i++) {
        const typed n = a_number(1 + below(9), 1), p = a_number(1 + below(9), 0);
        char wide[TEXT_MOST], whole[64], cell[TEXT_MOST];
        full_width(n.plain, wide);
        says(NULL, '.', wide, "it is written in full-width characters", "write %s", n.plain);
        snprintf(cell, sizeof cell, "%s%s", ONE_OF(dashes), p.plain);
        says(NULL, '.', cell, "its minus sign is not '-'", "write -%s", p.plain);
        snprintf(cell, sizeof cell, "(%s)", p.plain);
        says(NULL, '.', cell, "it is in parentheses", "write -%s if it is meant to be negative",
             p.plain);
        grouped(p.whole, ",", 0, whole);
        snprintf(cell, sizeof cell, "%s%s%s%s", ONE_OF(money), chance(2) ? whole : p.whole,
                 *p.fraction ? "." : "", p.fraction);
        says(NULL, '.', cell, "a currency sign stands before it", "write %s", p.plain);
        snprintf(cell, sizeof cell, "'%s", n.plain);
        says(NULL, '.', cell, "an apostrophe stands before it", "write %s", n.plain);
        snprintf(cell, sizeof cell, "%s%s", ONE_OF(about), p.plain);
        says(NULL, '.', cell, "it is not exact", "write a number, or leave the cell empty");
        const unsigned hex = (unsigned)below(1u << 30);
        snprintf(cell, sizeof cell, chance(2) ? "%s0x%x" : "%s0X%X", n.sign, hex);
        says(NULL, '.', cell, "it is hexadecimal", "write %s%u", n.sign, hex);
        if (!*n.fraction || (strlen(n.fraction) == 3 && strlen(n.whole) < 4)) continue;
        says(NULL, ',', n.plain, "it has a decimal point, where the file has a decimal comma",
             "write %s%s,%s", n.sign, n.whole, n.fraction);
    }
    is_int(was_wrong(), 0, "what is said of numbers that are written otherwise");
}

static void behind(void) {
    static const char *const near[] = {"+", "＋", "以上", "以下", "以内", "左右", "余", "多"};
    static const char *const to[] = {"-", "~", "–", "～", "至", " - "};
    static const struct {
        const char *word;
        int shift;
    } scale[] = {{"万", 4}, {"亿", 8}, {"万亿", 12}};
    for (int i = 0; i < 3000; i++) {
        const typed n = a_number(1 + below(6), 1), p = a_number(1 + below(6), 0);
        char cell[TEXT_MOST], value[64];
        snprintf(cell, sizeof cell, "%s%s", n.plain, ONE_OF(near));
        says(NULL, '.', cell, "it is not exact", "write a number, or leave the cell empty");
        snprintf(cell, sizeof cell, "%s%s%s", p.plain, ONE_OF(to), p.whole);
        says(NULL, '.', cell, "it is a range", "write one number");
        snprintf(cell, sizeof cell, "%s-", p.plain);
        says(NULL, '.', cell, "a minus sign stands behind it",
             "write -%s if it is meant to be negative", p.plain);
        snprintf(cell, sizeof cell, "%s%s", n.plain, chance(2) ? "%" : "％");
        says(NULL, '.', cell, "it is a percentage", "write %s, or declare the unit %%", n.plain);
        const size_t s = below(3);
        char shifted[80], rest[16] = "";
        if (chance(2)) strcpy(rest, "元");
        snprintf(shifted, sizeof shifted, "%se%d", n.plain, scale[s].shift);
        snprintf(value, sizeof value, "%.15g", strtod(shifted, NULL));
        snprintf(cell, sizeof cell, "%s%s%s%s", n.plain, chance(2) ? " " : "", scale[s].word, rest);
        char why[64];
        snprintf(why, sizeof why, "it has %s behind it", scale[s].word);
        if (!strchr(value, 'e'))
            says(NULL, '.', cell, why, "write %s, or declare the unit %s%s", value, scale[s].word,
                 rest);
        snprintf(cell, sizeof cell, "%s%s%s%s千", n.plain, scale[s].word, rest, p.whole);
        snprintf(why, sizeof why, "it goes on behind %s", scale[s].word);
        says(NULL, '.', cell, why, "write it in digits");
        const size_t power = 1 + below(3);
        const char exponent = chance(2) ? 'e' : 'E';
        snprintf(shifted, sizeof shifted, "%s%c-%zu", p.whole, exponent, power);
        snprintf(value, sizeof value, "%.15g", strtod(shifted, NULL));
        snprintf(cell, sizeof cell, "%s%c%s%zu", p.whole, exponent, chance(2) ? "−" : "–", power);
        if (!strchr(value, 'e'))
            says(NULL, '.', cell, "its minus sign is not '-'", "write %s", value);
        const char letter = "OoIl"[below(4)];
        snprintf(cell, sizeof cell, "%s%c%s", n.plain, letter, chance(2) ? p.whole : "");
        snprintf(why, sizeof why, "the letter %c stands in it", letter);
        says(NULL, '.', cell, why, "write the digit %c if that is meant",
             letter == 'O' || letter == 'o' ? '0' : '1');
        snprintf(cell, sizeof cell, "%s%c%s%s", n.whole, "/:"[below(2)], p.whole, "x");
        says(NULL, '.', cell, "it is a fraction, a date or a time", "write one number");
        snprintf(cell, sizeof cell, "%s%c", n.whole, "/:"[below(2)]);
        says(NULL, '.', cell, "something stands behind the number",
             "write %s, or declare the unit of the column", n.whole);
        snprintf(cell, sizeof cell, "%s%skg", n.plain, chance(2) ? " " : "");
        says(NULL, '.', cell, "something stands behind the number",
             "write %s, or declare the unit of the column", n.plain);
        says("km", '.', cell, "what stands behind it is not the declared unit",
             "write %s if that is the value in the declared unit", n.plain);
    }
    is_int(was_wrong(), 0, "what is said of what stands behind a number");
}

/* A unit is shown that has fewer than 40 bytes, all of which can be printed, in plain characters.
 */
static void shown_units(void) {
    char cell[TEXT_MOST], rest[64];
    for (size_t n = 30; n < 45; n++) {
        memset(rest, 'x', n);
        rest[n] = 0;
        snprintf(cell, sizeof cell, "3万%s", rest);
        says(NULL, '.', cell, "it has 万 behind it",
             n + 3 < 40 ? "write 30000, or declare the unit 万%s" : "write 30000%.0s", rest);
    }
    for (int c = 1; c < 128; c++) {
        if (strchr("\t ", c) || strchr("0123456789", c)) continue;
        snprintf(cell, sizeof cell, "3万%ckg", c);
        if (c < ' ' || c == 127)
            says(NULL, '.', cell, "it has 万 behind it", "write 30000");
        else
            says(NULL, '.', cell, "it has 万 behind it", "write 30000, or declare the unit 万%ckg",
                 c);
        if (c < '!' || c > '~') continue;
        snprintf(cell, sizeof cell, "3万\xef%c%ckg", 0xbc + (c - 0x20) / 64,
                 0x80 + (c - 0x20) % 64);
        says(NULL, '.', cell, "it has 万 behind it", "write 30000, or declare the unit 万%ckg", c);
    }
    is_int(was_wrong(), 0, "units that are shown, and those that are not");
}

/* The longest that is explained, and one more; the largest, and one more. */
static void ends(void) {
    char cell[1024];
    memset(cell, '7', sizeof cell);
    memcpy(cell, "0.", 2);
    for (size_t n = 190; n < 320; n++) {
        cell[n] = 0;
        reads(NULL, '.', cell, strtod(cell, NULL));
        cell[n - 1] = 'k';
        const number_form form = form_of(NULL, '.'), of_k = form_of("k", '.');
        buf reason = BUF_INIT, hint = BUF_INIT;
        double x = 0;
        number_explain(&form, cell, n, &reason, &hint);
        if (!strcmp(buf_string(&reason), "it is too long") != (n > 200))
            differs(cell, NULL, n > 200 ? "too long" : "an explanation", buf_string(&reason));
        /* With a unit a number has at most 300 characters. */
        if ((number_read(&of_k, cell, n, &x) == NUMBER_OK) != (n - 1 <= 300))
            differs(cell, "k", "300 digits and no more", "others");
        cell[n - 1] = cell[n] = '7';
        buf_release(&reason);
        buf_release(&hint);
        number_form comma = form_of(NULL, ',');
        cell[1] = ',';
        if ((number_read(&comma, cell, n, &x) == NUMBER_OK) != (n <= 300))
            differs(cell, NULL, "300 characters with a decimal comma", "others");
        cell[1] = '.';
    }
    says(NULL, '.', "1.8e308", "it is too large", "%s", "");
    says(NULL, '.', "-1e999", "it is too large", "%s", "");
    says(NULL, '.', "abc", "it is none of the forms a number has",
         "a cell without a number is left empty, or holds NA");
    is_int(was_wrong(), 0, "the longest cells, and the largest numbers");
}

int main(void) {
    state = tap_seed();
    units();
    groups();
    separated();
    written_otherwise();
    behind();
    shown_units();
    ends();
    diag("%zu cells", asked);
    return done_testing();
}
