// Rounding on fifteen significant digits, against printf and arithmetic on the digits of its text.
#include "expr/rounding.h"
#include "tap.h"

#include <float.h>

static const round_mode modes[] = {ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN, ROUND_UP,
                                   ROUND_DOWN,    ROUND_FLOOR,     ROUND_CEIL};
static const char *const names[] = {"half up", "half even", "half down", "up",
                                    "down",    "floor",     "ceil"};
enum { MODES = 7 };

static uint64_t state;

static unsigned below(unsigned limit) { return (unsigned)(tap_random(&state) >> 33) % limit; }

// The fifteen digits of "%.14e" as characters, cut at the place and counted up by hand, and the
// text that results read by strtod.
static double by_hand(double x, int places, round_mode mode) {
    char text[40], digits[64] = "0";
    snprintf(text, sizeof text, "%.14e", fabs(x));
    digits[1] = text[0];
    memcpy(digits + 2, text + 2, 14); // a zero in front takes the carry
    digits[16] = '\0';
    int negative = x < 0;
    int keep = atoi(strchr(text, 'e') + 1) + 1 + places; // digits of the fifteen that stay
    int exponent = -places;
    if (keep >= 15) {
        keep = 15;
        exponent = atoi(strchr(text, 'e') + 1) - 14;
    }
    int half, odd, rest; // what the digits cut off are
    if (keep < 0) {
        half = -1;
        odd = 0;
        rest = x != 0;
        strcpy(digits, "0");
    } else {
        const char *cut = digits + 1 + keep;
        rest = strspn(cut, "0") != strlen(cut);
        half = *cut < '5' ? -1 : *cut > '5' || strspn(cut + 1, "0") != strlen(cut + 1);
        odd = (digits[keep] - '0') % 2;
        digits[keep + 1] = '\0';
    }
    int up = mode == ROUND_HALF_UP     ? half >= 0
             : mode == ROUND_HALF_EVEN ? half > 0 || (half == 0 && odd)
             : mode == ROUND_HALF_DOWN ? half > 0
             : mode == ROUND_UP        ? 1
             : mode == ROUND_DOWN      ? 0
             : mode == ROUND_FLOOR     ? negative
                                       : !negative;
    if (rest && up) {
        size_t i = strlen(digits) - 1;
        while (digits[i] == '9') digits[i--] = '0';
        digits[i]++;
    }
    sprintf(digits + strlen(digits), "e%d", exponent);
    double value = strtod(digits, NULL);
    if (isinf(value)) return (double)NAN;
    return negative && value != 0 ? -value : value;
}

static int is_right(double x, int places) {
    int good = 1;
    for (int m = 0; m < MODES; m++) {
        double got = round_decimal(x, places, modes[m]), want = by_hand(x, places, modes[m]);
        if (memcmp(&got, &want, sizeof got) == 0 || (isnan(got) && isnan(want))) continue;
        diag("%.17g to %d places, %s: %.17g, want %.17g", x, places, names[m], got, want);
        good = 0;
    }
    return good;
}

static void known(void) {
    static const struct {
        double x;
        int places;
        double want[MODES]; // half up, half even, half down, up, down, floor, ceil
    } cases[] = {
        {89.445, 2, {89.45, 89.44, 89.44, 89.45, 89.44, 89.44, 89.45}},
        {2.675, 2, {2.68, 2.68, 2.67, 2.68, 2.67, 2.67, 2.68}},
        {1.005, 2, {1.01, 1, 1, 1.01, 1, 1, 1.01}},
        {-0.005, 2, {-0.01, 0, 0, -0.01, 0, -0.01, 0}},
        {0.35 * 180, 0, {63, 63, 63, 63, 63, 63, 63}},
        {0.5, 0, {1, 0, 0, 1, 0, 0, 1}},
        {-2.5, 0, {-3, -2, -2, -3, -2, -3, -2}},
        {1.4999999999999999e0, 0, {2, 2, 1, 2, 1, 1, 2}},
        {0.1 + 0.2, 17, {0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3}},
        {1250, -2, {1300, 1200, 1200, 1300, 1200, 1200, 1300}},
        {-49, -2, {0, 0, 0, -100, 0, -100, 0}},
        {1e-300, 2, {0, 0, 0, 0.01, 0, 0, 0.01}},
        {99.995, 2, {100, 100, 99.99, 100, 99.99, 99.99, 100}},
        {0, 2, {0, 0, 0, 0, 0, 0, 0}},
        {-0.0, 2, {0, 0, 0, 0, 0, 0, 0}},
        {1e308, 2, {1e308, 1e308, 1e308, 1e308, 1e308, 1e308, 1e308}},
        {1.2345e308, -400, {0, 0, 0, NAN, 0, 0, NAN}},
        {1.5, 2147483647, {1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5}},
        {1.5, -2147483647 - 1, {0, 0, 0, NAN, 0, 0, NAN}},
        {NAN, 2, {NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
        {INFINITY, 2, {NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int m = 0; m < MODES; m++)
            is_num(round_decimal(cases[i].x, cases[i].places, modes[m]), cases[i].want[m],
                   "%.15g to %d places, %s", cases[i].x, cases[i].places, names[m]);
}

static void random_doubles(void) {
    int good = 1;
    for (int i = 0; i < 100000 && good; i++) {
        uint64_t bits = tap_random(&state);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x)) continue;
        int exponent = (int)floor(log10(fabs(x)));
        good = is_right(x, (int)below(20) - 3 - exponent) && is_right(x, (int)below(20) - 10);
    }
    ok(good, "random doubles, cut anywhere");
}

// Decimals that end in 5, and the doubles beside them: the binary errors a rule must not see.
static void random_ties(void) {
    int good = 1;
    for (int i = 0; i < 200000 && good; i++) {
        char text[40];
        int places = (int)below(16) - 2;
        int limit = (int)below(14);
        uint64_t whole = tap_random(&state) % (uint64_t)pow(10, limit);
        sprintf(text, "%s%" PRIu64 "5e%d", below(2) ? "-" : "", whole, -places - 1);
        double x = strtod(text, NULL);
        for (int step = (int)below(12); step > 0; step--) x = nextafter(x, below(2) ? 0 : x * 2);
        good = is_right(x, places) && is_right(x, places + 1);
    }
    ok(good, "halves and their neighbours");
}

// What rules compute: products and quotients of short decimals, near integers.
static void random_scores(void) {
    int good = 1;
    for (int i = 0; i < 100000 && good; i++) {
        double x = (double)below(100000) / 1000 * below(1000) / (below(30) + 1);
        if (below(4) == 0) x = -x;
        good = is_right(x, (int)below(7)) && is_right(x, -(int)below(4));
    }
    ok(good, "scores");
    for (int i = 0; i < 20000 && good; i++) {
        double x = (double)(tap_random(&state) >> (11 + below(12))); // up to 2^53
        good = is_right(x + below(2) * 0.5, (int)below(5) - 2);
    }
    ok(good, "integers of more than fifteen digits");
}

int main(void) {
    state = tap_seed();
    known();
    random_doubles();
    random_ties();
    random_scores();
    return done_testing();
}
