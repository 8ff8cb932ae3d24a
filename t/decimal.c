// Decimal text to doubles and back, against strtod, snprintf and arithmetic on strings.
#include "base/decimal.h"
#include "base/digits.h"
#include "tap.h"

#include <float.h>
#include <regex.h>

static uint64_t state;

static double random_double(void) {
    for (;;) {
        uint64_t bits = tap_random(&state);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x)) return x;
    }
}

static unsigned below(unsigned limit) { return (unsigned)(tap_random(&state) >> 33) % limit; }

static double random_mantissa(void) {
    return 1 + (double)(tap_random(&state) >> (12 + below(40))) * 0x1p-52;
}

// ---- reading

// Reads from a block of exactly the text's length, so that a sanitizer sees any byte too far.
static int read_exactly(const char *text, size_t length, double *out) {
    char *copy = malloc(length ? length : 1);
    memcpy(copy, text, length);
    int result = decimal_read(copy, length, out);
    free(copy);
    return result;
}

// The reader of short decimals among other cells gives the same, or nothing.
static int short_is_same(const char *text, size_t length, int result, double want) {
    static const char behind[] = "9.,-0\n1e";
    char cell[64] = "";
    double got = want;
    if (length > sizeof cell - 16) return 1;
    memcpy(cell, text, length);
    memcpy(cell + length, behind, 8);
    int read = digits_read(cell, length, &got), digit = 0, plain = length > 0 && length <= 8;
    for (size_t i = 0; i < length; i++) {
        digit |= text[i] >= '0' && text[i] <= '9';
        plain &= (text[i] >= '0' && text[i] <= '9') || (text[i] == '-' && !i) || text[i] == '.';
    }
    // Digits with more than one point are none.
    plain &= digit && !(strchr(text, '.') && strchr(strchr(text, '.') + 1, '.'));
    return read ? result == DECIMAL_OK && memcmp(&got, &want, sizeof got) == 0 : !plain;
}

// As strtod says; the text is a number of the grammar.
static int read_like_strtod(const char *text) {
    double got, want = strtod(text, NULL);
    int result = read_exactly(text, strlen(text), &got);
    int good = isinf(want) ? result == DECIMAL_TOO_LARGE && isnan(got)
                           : result == DECIMAL_OK && memcmp(&got, &want, sizeof got) == 0;
    good &= short_is_same(text, strlen(text), result, want);
    if (!good) diag("\"%.60s\" is %.17g (result %d), want %.17g", text, got, result, want);
    return good;
}

static void read_grammar(void) {
    static const char letters[] = "059.eE+-x ";
    regex_t number;
    if (regcomp(&number, "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$",
                REG_EXTENDED | REG_NOSUB))
        abort();
    int good = 1, accepted = 0;
    for (int length = 0; length <= 5; length++) {
        int count = 1;
        for (int i = 0; i < length; i++) count *= (int)strlen(letters);
        for (int n = 0; n < count; n++) {
            char text[8] = "";
            for (int i = 0, rest = n; i < length; i++, rest /= (int)strlen(letters))
                text[i] = letters[rest % (int)strlen(letters)];
            double x;
            if (regexec(&number, text, 0, NULL, 0) == 0) {
                accepted++;
                good &= read_like_strtod(text);
            } else if (read_exactly(text, (size_t)length, &x) != DECIMAL_NONE || !isnan(x) ||
                       !short_is_same(text, (size_t)length, DECIMAL_NONE, x)) {
                good = 0;
                diag("\"%s\" was accepted as %g", text, x);
            }
        }
    }
    regfree(&number);
    ok(good && accepted > 1000, "all texts of up to five of '%s': %d are numbers", letters,
       accepted);
}

static void read_refused(void) {
    static const char *const texts[] = {
        "nan",
        "inf",
        "-inf",
        "infinity",
        "0x10",
        "0x1p3",
        "1,234",
        "1_000",
        "12%",
        "1.2.3",
        "１２",
        "12345678x",
        "x2345678",
        "1234567.8.9",
        "1.2e",
        "1.2e+",
        "1.2e-",
        "1e1.5",
        "--1",
        "+-1",
        "1-",
        "1 234",
        " 1",
        "1 ",
        "1\t",
        "1\n",
        ".",
        "+.",
        "-.e5",
        ".e5",
        "e5",
        "12345678..",
        "........",
        "1d5",
        "1f",
        "1.0L",
        "1e5e5",
        "1234567890123456789012345678901234567890x",
        "−1",
        "1/2",
        "123456.\xB1",
        "\26123456789",
        "1.2345678901\xAE",
    };
    int good = 1;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double x;
        if (read_exactly(texts[i], strlen(texts[i]), &x) != DECIMAL_NONE || !isnan(x)) {
            good = 0;
            diag("\"%s\" was accepted as %g", texts[i], x);
        }
    }
    ok(good, "texts that look like numbers are refused");
    double x;
    ok(read_exactly("1\0", 2, &x) == DECIMAL_NONE, "a NUL is refused");
    ok(read_exactly("\0"
                    "12345678901",
                    12, &x) == DECIMAL_NONE,
       "also before a long number");
    ok(read_exactly("12345", 3, &x) == DECIMAL_OK && x == 123, "the text ends at its length");
}

static void read_hard(void) {
    static const char *const texts[] = {
        "-0",
        "+0.0",
        "-0e999999999999999999999999",
        "0e400",
        ".0000",
        "00000000000000000000000",
        "000000000000000000000000000000012",
        "0.00000000000000000000000000000000000000000000000012",
        "1e308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "179769313486231580793e289",
        "1e309",
        "-1e400",
        "1e99999999999999999999999999",
        "1e-99999999999999999999999999",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "2.2250738585072014e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.47e-324",
        "1e-323",
        "7.4109846876186982e-324",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "9007199254740994",
        "9007199254740995",
        "9007199254740993.0000000000000000000000000001",
        "1e22",
        "1e23",
        "8.5e22",
        "9.5e22",
        "123456789e22",
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "99999999999999999999",
        "1.00000000000000011102230246251565",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "6929495644600919.5",
        "3.7455744005952583e15",
        "5e-324",
        "1e-45",
        "8.41e21",
        "9.0608011534336e15",
        "2.2250738585072012e-308",
        "0.000000000000000000000000000000000000011754943508222875",
        "3.3161339052167390562200598e-237",
        "1.2345678901234567890123456789e-310",
    };
    int good = 1;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) good &= read_like_strtod(texts[i]);
    ok(good, "numbers that are hard to round are read exactly");

    // Long runs of zeros that an exponent undoes.
    static char text[3000];
    good = 1;
    for (int zeros = 0; zeros < 1500; zeros += 7) {
        int n = sprintf(text, "0.%0*d", zeros + 1, 7);
        sprintf(text + n, "125e%d", zeros);
        good &= read_like_strtod(text);
        n = sprintf(text, "725%0*d", zeros + 1, 0);
        sprintf(text + n, "e-%d", zeros);
        good &= read_like_strtod(text);
    }
    ok(good, "zeros that the exponent takes back");
}

// The exact middle between x and its neighbour, and texts just beside it.
static void read_middles(void) {
    int good = 1;
    for (int i = 0; i < 4000 && good; i++) {
        static char text[1400];
        double x = fabs(random_double());
        if (i % 4 == 0) x = ldexp((double)(tap_random(&state) >> 40), -1074); // subnormal
        if (i == 1) x = nextafter(DBL_MIN, 0);
        if (i == 2) x = DBL_MAX;
        long double step = (long double)nextafter(x, INFINITY) - (long double)x;
        if (x == DBL_MAX) step = (long double)x - (long double)nextafter(x, 0);
        long double middle = (long double)x + step / 2;
        snprintf(text, sizeof text, "%.1150Le", middle); // glibc prints all digits exactly
        char *e = strchr(text, 'e');
        char exponent[16];
        strcpy(exponent, e);
        char *last = e;
        while (last[-1] == '0') last--;
        if (last[-1] == '.') *last++ = '0';
        strcpy(last, exponent);
        good &= read_like_strtod(text);
        for (int pad = 0; pad < 1200 - (int)(last - text); pad += 397) { // a little more
            memset(last, '0', (size_t)pad);
            strcpy(last + pad, "1");
            strcpy(last + pad + 1, exponent);
            good &= read_like_strtod(text);
        }
        if (last[-1] > '0') { // a little less
            last[-1]--;
            strcpy(last, "999999");
            strcpy(last + 6, exponent);
            good &= read_like_strtod(text);
        }
    }
    ok(good, "the middles between doubles, and their neighbourhood");
}

static void read_random(void) {
    int good = 1;
    for (int i = 0; i < 1000000 && good; i++) {
        char text[128], *p = text;
        int fraction = 0;
        switch (below(6)) {
        case 0:
            sprintf(text, "%.*f", (int)below(7),
                    (random_double() > 0 ? 1 : -1) * (double)(tap_random(&state) >> 40) / 1000);
            break;
        case 1: sprintf(text, "%.17g", random_double()); break;
        case 2: sprintf(text, "%.*e", (int)below(25), random_double()); break;
        case 3:
            sprintf(text, "%" PRIu64 "e%d", tap_random(&state) >> below(64), (int)below(700) - 370);
            break;
        case 4: sprintf(text, "%+.*g", (int)below(20), ldexp(random_double(), -900)); break;
        default:
            if (below(2)) *p++ = "+-"[below(2)];
            for (int n = (int)below(24) + 1, point = (int)below(30); n-- > 0; point--) {
                if (point == 0 && n > 0) *p++ = '.', fraction = 1;
                *p++ = (char)('0' + below(10));
            }
            if (!fraction && below(4) == 0) *p++ = '.';
            *p = '\0';
            if (below(2)) sprintf(p, "%c%+d", "eE"[below(2)], (int)below(80) - 40);
        }
        good = read_like_strtod(text);
    }
    ok(good, "a million random texts read as strtod reads them");
}

// ---- writing

// The significant digits of a text, without the zeros around them.
static int digits_of(const char *text, char digits[40]) {
    int count = 0, kept = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0')) {
            digits[count++] = *text;
            if (*text != '0') kept = count;
        }
    digits[kept] = '\0';
    return kept;
}

// The digits without an exponent where the point stands from four zeros before them to 17 behind.
static int layout_is_right(const char *text, const char *digits, int point, int negative) {
    const int count = (int)strlen(digits);
    char want[64], *p = want;
    if (negative) *p++ = '-';
    if (point < -4 || point > 17) {
        p += sprintf(p, count > 1 ? "%c.%s" : "%c", digits[0], digits + 1);
        sprintf(p, "e%+d", point - 1);
    } else if (point <= 0) {
        sprintf(p, "0.%.*s%s", -point, "0000", digits);
    } else if (point >= count) {
        sprintf(p, "%s%.*s", digits, point - count, "00000000000000000");
    } else {
        sprintf(p, "%.*s.%s", point, digits, digits + point);
    }
    return strcmp(text, want) == 0;
}

// Round trip; nothing shorter does it (the nearest decimal with a digit less does not); nothing of
// this length is nearer.  Above a power of two the interval is lopsided, and those two do not hold.
static int write_is_right(double x) {
    char text[32], near[40], want[40], got[40];
    memset(text, '#', sizeof text);
    size_t length = decimal_write(x, text);
    int exponent;
    int lopsided = fabs(frexp(x, &exponent)) == 0.5 && exponent > -1021;
    int good = length == strlen(text) && length < 26 && strtod(text, NULL) == x;
    int count = digits_of(text, got);
    snprintf(near, sizeof near, "%.*e", count - 1, x);
    digits_of(near, want);
    good &= strcmp(got, want) == 0 || (lopsided && count < 17);
    good &= strcmp(got, want) != 0 ||
            layout_is_right(text, got, atoi(strchr(near, 'e') + 1) + 1, x < 0);
    if (count > 1) {
        snprintf(near, sizeof near, "%.*e", count - 2, x);
        good &= strtod(near, NULL) != x;
    }
    double again;
    good &= decimal_read(text, length, &again) == DECIMAL_OK && again == x;
    if (!good) diag("%a is \"%s\" (%.17g)", x, text, x);
    return good;
}

static void write_layout(void) {
    static const struct {
        double x;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1, "-1"},
        {10, "10"},
        {0.1, "0.1"},
        {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"},
        {123.45, "123.45"},
        {-3.1416, "-3.1416"},
        {100.5, "100.5"},
        {1e-5, "0.00001"},
        {9.99e-6, "9.99e-6"},
        {0.00015, "0.00015"},
        {1.5e-7, "1.5e-7"},
        {1e16, "10000000000000000"},
        {99999999999999984., "99999999999999980"},
        {1e17, "1e+17"},
        {1.5e17, "1.5e+17"},
        {123456789012345680., "1.2345678901234568e+17"},
        {1e300, "1e+300"},
        {1e-300, "1e-300"},
        {5e-324, "5e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {2.5e-8, "2.5e-8"},
        {-DBL_MAX, "-1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {9007199254740993., "9007199254740992"},
        {999999999.999999, "999999999.999999"},
        {1234567890.5, "1234567890.5"},
        {0.000001, "1e-6"},
        {0.100001, "0.100001"},
        {1e23, "1e+23"},
        {123456789012345., "123456789012345"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        decimal_write(cases[i].x, text);
        is_str(text, cases[i].text, "%a is written %s", cases[i].x, cases[i].text);
    }
    char text[32];
    ok(decimal_write((double)NAN, text) == 0 && !*text, "missing has no text");
    ok(decimal_write(-(double)INFINITY, text) == 0 && !*text, "infinity has no text");
}

static void write_random(void) {
    int good = 1;
    for (int e = -1074; e < 1024; e++) { // powers of two and their neighbours
        double x = ldexp(1, e);
        good &= write_is_right(x) & write_is_right(nextafter(x, INFINITY));
        if (e > -1074) good &= write_is_right(-nextafter(x, 0));
    }
    for (int e = -323; e <= 308; e++)
        for (int digit = 1; digit <= 9; digit++) {
            char text[32];
            sprintf(text, "%de%d", digit, e);
            double x = strtod(text, NULL);
            if (!isfinite(x)) continue;
            good &= write_is_right(x) & write_is_right(nextafter(x, 0));
            good &= e == 308 || write_is_right(nextafter(x, INFINITY));
        }
    ok(good, "powers of two and ten, and their neighbours");
    for (int i = 0; i < 300000 && good; i++) good = write_is_right(random_double());
    ok(good, "random doubles: shortest, nearest, and read back");
    for (int i = 0; i < 200000 && good; i++) {
        double x = (double)(tap_random(&state) >> (11 + below(50)));
        x /= pow(10, below(12));
        good = x == 0 || write_is_right(below(2) ? x : nextafter(x, 0));
    }
    for (int i = 0; i < 60000 && good; i++) // around where an exponent begins
        good = write_is_right(ldexp(random_mantissa(), (int)below(90) - 24));
    ok(good, "decimals of a few places are written as they were read");
}

// ---- fifteen digits and fixed places

// The digits of "%.14e" laid out in full, rounded half away from zero by hand.
static void fixed_by_hand(double x, int places, char *out) {
    enum { WHOLE = 320 }; // digits before the point
    char text[40], digits[WHOLE + 450];
    snprintf(text, sizeof text, "%.14e", fabs(x));
    int exponent = atoi(strchr(text, 'e') + 1);
    memset(digits, '0', sizeof digits);
    for (int i = 0; i < 15; i++) digits[WHOLE - 1 - exponent + i] = text[i == 0 ? 0 : i + 1];
    int end = WHOLE + places;
    if (digits[end] >= '5') {
        int i = end - 1;
        while (digits[i] == '9') digits[i--] = '0';
        digits[i]++;
    }
    int first = 0, zero = 1;
    while (first < WHOLE - 1 && digits[first] == '0') first++;
    for (int i = first; i < end; i++) zero &= digits[i] == '0';
    sprintf(out, "%s%.*s%s%.*s", x < 0 && !zero ? "-" : "", WHOLE - first, digits + first,
            places > 0 ? "." : "", places, digits + WHOLE);
}

static int fixed_is_right(double x, int places) {
    char got[400], want[400];
    size_t length = decimal_fixed(x, places, got);
    fixed_by_hand(x, places, want);
    if (length == strlen(got) && strcmp(got, want) == 0) return 1;
    diag("%.17g to %d places is %s, want %s", x, places, got, want);
    return 0;
}

static int fifteen_is_right(double x) {
    char want[40], got[40];
    decimal15 d = decimal_fifteen(x);
    snprintf(want, sizeof want, "%.14e", fabs(x));
    snprintf(got, sizeof got, "%" PRIu64, d.mantissa);
    memmove(got + 2, got + 1, strlen(got));
    got[1] = '.';
    sprintf(got + 16, "e%+03d", d.exponent + 14);
    if (strcmp(got, want) == 0) return 1;
    diag("%a has fifteen digits %s, want %s", x, got, want);
    return 0;
}

static void fifteen(void) {
    int good = 1;
    for (int e = -323; e <= 308; e++) {
        char text[16];
        sprintf(text, "1e%d", e);
        double x = strtod(text, NULL);
        for (int i = 0; i < 40; i++) x = nextafter(x, 0);
        for (int i = 0; i < 80; i++, x = nextafter(x, INFINITY))
            good &= x == 0 || fifteen_is_right(x);
    }
    ok(good, "fifteen digits around the powers of ten");
    for (int i = 0; i < 300000 && good; i++) good = fifteen_is_right(random_double());
    ok(good, "fifteen digits of random doubles");
    // Ties: odd multiples of a half, a quarter ... of the fifteenth digit, and large odd ones.
    for (int i = 0; i < 200000 && good; i++) {
        double whole = (double)(tap_random(&state) >> (11 + below(6)));
        int divide = (int)below(8);
        double x = ldexp(floor(whole) + 0.5, -divide);
        if (below(3) == 0) x = (double)(tap_random(&state) >> 14 | 1) * 5 * pow(10, below(6));
        good = fifteen_is_right(x);
    }
    ok(good, "fifteen digits of exact ties");
    decimal15 zero = decimal_fifteen(-0.0);
    ok(zero.mantissa == 0 && zero.exponent == 0, "fifteen digits of zero");

    good = 1;
    for (int i = 0; i < 300000 && good; i++) {
        uint64_t w = tap_random(&state) >> below(64);
        int e = (int)below(700) - 360;
        char text[40];
        sprintf(text, "%" PRIu64 "e%d", w, e);
        good = decimal_value(w, e) == strtod(text, NULL);
        if (!good) diag("%s is %.17g", text, decimal_value(w, e));
    }
    ok(good, "the value of an integer and an exponent");
    ok(decimal_value(1, INT64_MAX) == INFINITY && decimal_value(1, INT64_MIN) == 0,
       "the value of an extreme exponent is infinity or 0");
}

static void fixed(void) {
    static const struct {
        double x;
        int places;
        const char *text;
    } cases[] = {
        {89.445, 2, "89.45"},
        {2.675, 2, "2.68"},
        {1.005, 2, "1.01"},
        {-0.005, 2, "-0.01"},
        {-0.004, 2, "0.00"},
        {0, 2, "0.00"},
        {-0.0, 0, "0"},
        {0.5, 0, "1"},
        {2.5, 0, "3"},
        {0.35 * 180, 0, "63"},
        {99.995, 2, "100.00"},
        {0.049, 1, "0.0"},
        {0.05, 1, "0.1"},
        {1e22, 2, "10000000000000000000000.00"},
        {0.1, 20, "0.10000000000000000000"},
        {1e-300, 3, "0.000"},
        {1234.5678, -1, "1235"},
        {0.000123, 5, "0.00012"},
        {0.999, 2, "1.00"},
        {0.999, 1, "1.0"},
        {9.5, 0, "10"},
        {100, 1, "100.0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        decimal_fixed(cases[i].x, cases[i].places, text);
        is_str(text, cases[i].text, "%.17g to %d places", cases[i].x, cases[i].places);
    }
    char text[400];
    ok(decimal_fixed((double)NAN, 2, text) == 0 && !*text, "missing has no text");
    is_int((intmax_t)decimal_fixed(-DBL_MAX, 99, text), 1 + 309 + 1 + 60,
           "the length of the longest text");

    int good = 1;
    for (int i = 0; i < 200000 && good; i++) {
        double x = random_double();
        if (below(2)) x = ldexp(x, -ilogb(x) + (int)below(60) - 30);
        if (below(4) == 0) x = (double)(int64_t)(tap_random(&state) >> 40) / 1000 - 5000;
        good = fixed_is_right(x, (int)below(12)) && fixed_is_right(x, (int)below(61));
    }
    ok(good, "fixed places of random doubles, against arithmetic on digits");
}

/* ---- decisions ---- */

/* What printf shows of two numbers decides: equal texts are equal, else the doubles have an order.
 */
static int compared(double x, double y) {
    char a[40], b[40];
    snprintf(a, sizeof a, "%.14e", x + 0.0);
    snprintf(b, sizeof b, "%.14e", y + 0.0);
    return strcmp(a, b) == 0 ? 0 : x < y ? -1 : 1;
}

static int compare_is_right(double x, double y) {
    int want = compared(x, y);
    int good = decimal_compare(x, y) == want && decimal_compare(y, x) == -want &&
               decimal_equal(x, y) == (want == 0) && decimal_equal(y, x) == (want == 0);
    if (!good) diag("%.17g and %.17g: %d, not %d", x, y, decimal_compare(x, y), want);
    return good;
}

static void decisions(void) {
    double sum = 0.7 * 94.5 + 0.2 * 77.5 + 0.1 * 83.5;
    ok(sum != 90 && decimal_compare(sum, 90) == 0, "three products that are 90 on paper are 90");
    ok(0.1 + 0.2 != 0.3 && decimal_compare(0.1 + 0.2, 0.3) == 0, "0.1 + 0.2 is not above 0.3");
    ok(decimal_compare(90.00000000001, 90) == 1, "13 digits tell two numbers apart");
    ok(decimal_compare(0.3 - 0.1 - 0.2, 0) == -1, "the rest of a difference that cancels is not 0");
    ok(decimal_compare((double)NAN, 1) == 0 && decimal_compare(1, (double)NAN) == 0,
       "missing is neither above nor below");
    ok(!decimal_equal((double)NAN, (double)NAN), "missing equals nothing");
    ok(decimal_equal(0.0, -0.0), "0 and -0 are equal");
    ok(decimal_equal(DBL_MAX, nextafter(DBL_MAX, 0)), "the largest doubles are equal");
    ok(decimal_compare(DBL_MAX, -DBL_MAX) == 1, "the largest double is above its opposite");
    ok(decimal_compare(4.9406564584124654e-324, 0) == 1, "the least double is above 0");

    int good = 1, within = 1;
    for (int i = 0; i < 300000 && good; i++) {
        double x = random_double(), y;
        if (below(2)) x = ldexp(x, -ilogb(x) + (int)below(60) - 30);
        if (below(3) == 0) x = (double)below(100000) / 1000 * (below(2) ? 1 : 1000000007);
        if (below(8) == 0) x = pow(10, (int)below(40) - 20);
        y = x;
        for (unsigned k = below(90); k-- > 0;) y = nextafter(y, below(4) ? HUGE_VAL : -HUGE_VAL);
        good = isinf(y) || compare_is_right(x, y);
    }
    ok(good, "neighbours compare as their texts of fifteen digits do");

    ok(!decimal_within(90.3, 89.8, 0.5) && decimal_within(90.3, 89.8, 0.500000000001),
       "90.3 and 89.8 lie 0.5 apart, not less");
    ok(!decimal_within(0.3, 0.1, 0.2) && !decimal_within(-0.1, 0.1, 0.2),
       "0.1 and 0.3 lie 0.2 apart, not less");
    ok(decimal_within(1, 1, 1e-300) && !decimal_within(1, 1, 0), "equal numbers lie 0 apart");
    /* 1.00000000000000 and 1.00000000000002, though the doubles lie 1.02e-14 apart. */
    ok(!decimal_within(1.0000000000000049, 1.0000000000000151, 1.5e-14) &&
           decimal_within(1.0000000000000049, 1.0000000000000151, 2.5e-14),
       "what counts are fifteen digits of both, not the gap of the doubles");
    ok(!decimal_within(1e30, -1, 1e30), "nor where the distance is a little more than the limit");
    ok(decimal_fifteen(0).mantissa == 0 && decimal_fifteen(-0.0).exponent == 0, "zero is 0e0");
    ok(!decimal_within(1, 2, 1e-30) && decimal_within(1, 2, 1e30),
       "distances of very different magnitudes are compared");
    for (int i = 0; i < 100000 && within; i++) {
        /* Whole numbers of thousandths have exact gaps. */
        long a = (long)below(200000) - 100000, b = a + (long)below(2000) - 1000,
             t = (long)below(1200);
        int want = labs(a - b) < t;
        within = decimal_within((double)a / 1000, (double)b / 1000, (double)t / 1000) == want;
        if (!within) diag("%ld, %ld thousandths within %ld: not %d", a, b, t, want);
    }
    ok(within, "gaps of thousandths, against whole numbers");
}

/* Sums of products of short decimals are brought back to the decimal that whole numbers give. */
static void settled(void) {
    int sums = 1, same = 1, seen = 1;
    for (int i = 0; i < 100000 && sums; i++) {
        long long exact = 0; /* in 1e-8 */
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            long weight = (long)below(10000), mark = (long)below(1000000);
            exact += (long long)weight * mark;
            sum += (double)weight / 1e4 * ((double)mark / 1e4);
        }
        double want = decimal_value((uint64_t)exact, -8);
        sums = decimal_settled(sum) == want && decimal_settled(-sum) == -want;
        if (!sums) diag("%.17g is %.17g, not %.17g", sum, decimal_settled(sum), want);
    }
    ok(sums, "sums of three products of four decimals each are what whole numbers give");
    for (int i = 0; i < 200000; i++) {
        double x = random_double();
        if (below(2)) x = ldexp(x, -ilogb(x) + (int)below(60) - 30);
        if (below(2)) x = (double)below(1000000) / 1e4;
        for (unsigned k = below(9); k-- > 0;) x = nextafter(x, HUGE_VAL);
        double y = decimal_settled(x);
        same &= y == x || fabs(y - x) <= 4.5e-16 * 2 * fabs(x);
        seen &= y == x || decimal_unsettled(x);
    }
    ok(same, "no number is moved by more than four units of its last place");
    ok(seen, "the quick test lets through all that change");
    ok(signbit(decimal_settled(-0.0)) && isnan(decimal_settled((double)NAN)),
       "-0 and missing stay as they are");
}

int main(void) {
    state = tap_seed();
    read_grammar();
    read_refused();
    read_hard();
    read_middles();
    read_random();
    write_layout();
    write_random();
    fifteen();
    fixed();
    decisions();
    settled();
    return done_testing();
}
