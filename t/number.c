#include "table/number.h"

#include "base/decimal.h"
#include "tap.h"

static const char *reason_of(const number_form *form, const char *text, const char **hint) {
    static buf reason = {NULL, 0, 0, 0}, advice = {NULL, 0, 0, 0};
    buf_clear(&reason);
    buf_clear(&advice);
    if (!text) {
        buf_release(&reason);
        buf_release(&advice);
        return NULL;
    }
    number_explain(form, text, strlen(text), &reason, &advice);
    *hint = buf_string(&advice);
    return buf_string(&reason);
}

static void good(const char *unit, const char *text, double want) {
    double got = -1;
    number_form form = number_form_of(unit, NULL, 0);
    ok(number_read(&form, text, strlen(text), &got) == NUMBER_OK, "[%s] %s is a number",
       unit ? unit : "", text);
    is_num(got, want, "[%s] %s is %.17g", unit ? unit : "", text, want);
    ok(!number_missing(&form, text, strlen(text)), "[%s] %s is not missing", unit ? unit : "",
       text);
}

static void bad(const char *unit, const char *text, const char *why, const char *what) {
    double got = -1;
    const char *hint;
    number_form form = number_form_of(unit, NULL, 0);
    ok(number_read(&form, text, strlen(text), &got) == NUMBER_BAD && isnan(got),
       "[%s] '%.40s' is refused", unit ? unit : "", text);
    has_str(reason_of(&form, text, &hint), why, "[%s] '%.40s': the reason", unit ? unit : "", text);
    is_str(hint, what, "[%s] '%.40s': the hint", unit ? unit : "", text);
}

static void plain_numbers(void) {
    good(NULL, "0", 0);
    good(NULL, "-0", -0.0);
    good(NULL, "12.5", 12.5);
    good(NULL, "+.5e-3", 0.0005);
    good(NULL, "7.", 7);
    good(NULL, "  42\t", 42);
    good(NULL,
         "\xc2\xa0"
         "8\xe3\x80\x80 ",
         8);
    good(NULL, "1e308", 1e308);
    good(NULL, "0.1", 0.1);
    good(NULL, "123456789012345678901234567890", 123456789012345678901234567890.0);
}

static void markers(void) {
    static const char *const usual[] = {
        "",  " ",  "\t", "NA", "N/A", "n/a",  " NA ", "NULL",   "..",     "...",          "…",
        "-", "--", "—",  "——", "缺",  "缺失", "暂无", "无数据", "不适用", "\xe3\x80\x80—"};
    static const char *const none[] = {"na", "NaN", "nan",  "none",  "0",
                                       "无", "N",   "N/A.", "NA NA", "缺缺"};
    number_form form = number_form_of(NULL, NULL, 0);
    double x = 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        ok(number_read(&form, usual[i], strlen(usual[i]), &x) == NUMBER_MISSING && isnan(x),
           "'%s' is missing", usual[i]);
        ok(number_missing(&form, usual[i], strlen(usual[i])), "'%s' is a marker", usual[i]);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ok(number_read(&form, none[i], strlen(none[i]), &x) != NUMBER_MISSING, "'%s' is no marker",
           none[i]);

    static const char *const own[] = {"-999", "none"};
    form = number_form_of(NULL, own, 2);
    ok(number_read(&form, "-999", 4, &x) == NUMBER_MISSING, "a marker that looks like a number");
    ok(number_read(&form, " none ", 6, &x) == NUMBER_MISSING, "another marker of one's own");
    ok(number_read(&form, "", 0, &x) == NUMBER_MISSING, "an empty cell is missing all the same");
    ok(number_read(&form, "NA", 2, &x) == NUMBER_BAD, "the usual ones are not any more");
    ok(number_read(&form, "-99", 3, &x) == NUMBER_OK && x == -99,
       "the beginning of a marker is none");
    ok(number_read(&form, "-9999", 5, &x) == NUMBER_OK && x == -9999,
       "nor is what begins with one");
    form = number_form_of(NULL, own, 0);
    ok(number_read(&form, "none", 4, &x) == NUMBER_BAD, "an empty list has no markers");
    ok(number_read(&form, " ", 1, &x) == NUMBER_MISSING, "but empty cells");
}

static void declared(void) {
    good("%", "12%", 12);
    good("%", "12.5 ％", 12.5);
    good("%", "12", 12);
    good("%", "-0.7%", -0.7);
    good("万元", "3万元", 3);
    good("万元", "3万", 3);
    good("万元", "30000元", 3);
    good("万元", "1.2亿", 12000);
    good("万元", "1.2亿元", 12000);
    good("万元", "0.5 万亿元", 50000000);
    good("万", "3", 3);
    good("万", "3万", 3);
    good("亿", "5万", 0.0005);
    good("人", "3万人", 30000);
    good("人", "3万", 30000);
    good("人", "1.2亿", 120000000);
    good("人", "1.1e2万人", 1100000);
    good("km", "12 km", 12);
    good("km", "1e-3km", 0.001);
    good("千瓦时", "3千瓦时", 3);
    good("千瓦时", "3万千瓦时", 30000);
    good(",", "1,234", 1234);
    good(",", "-1,234,567.25", -1234567.25);
    good(",", "1234", 1234);
    good(",", "12,345e2", 1234500);
    good("USD,", "1,234 USD", 1234);
    good(", 万元", "1,234.5万元", 1234.5);
    good("人,", "1,234万", 12340000);
    /* One decimal step, not a product: 4.35 * 10000 is 43499.999... in doubles. */
    good("元", "4.35万", 43500);
    good("元", "1.005亿", 100500000);

    const char *odd = "stand where no number has them";
    const char *plainly = "write it with a decimal point, and nothing else between the digits";
    bad(",", "1,23", odd, plainly);
    bad(",", "12,34,567", odd, plainly);
    bad(",", "3万", "万 behind it", "write 30000, or declare the unit 万");
    bad(",", "1,234.5,6", odd, plainly);
    bad(",", "1,234 km", "something stands behind",
        "write 1234, or declare the unit of the column");
    bad("%", "3 km", "not the declared unit", "write 3 if that is the value in the declared unit");
    bad("万", "3万元", "not the declared unit",
        "write 3 if that is the value in the declared unit");
    bad("km", "3万里", "not the declared unit",
        "write 3 if that is the value in the declared unit");
    bad("人", "1e308万", "not the declared unit",
        "write 1e+308 if that is the value in the declared unit");
    bad("USD", "1,234", "thousands separators",
        "write 1234, or declare that commas group digits (the unit \",\")");
}

static void refused(void) {
    char unlike[] = "it is none of the forms";
    bad(NULL, "1,234", "thousands separators",
        "write 1234, or declare that commas group digits (the unit \",\")");
    bad(NULL, "-1,234,567.5", "thousands separators",
        "write -1234567.5, or declare that commas group digits (the unit \",\")");
    bad(NULL, "3,14", "decimal comma", "write 3.14, or declare decimal = \",\"");
    bad(NULL, "1.234,56", "decimal comma", "write 1234.56, or declare decimal = \",\"");
    bad(NULL, "1 234", "spaces between digits", "write 1234");
    bad(NULL,
        "1\xc2\xa0"
        "234\xc2\xa0"
        "567",
        "spaces between digits", "write 1234567");
    bad(NULL, "1'234", "thousands separators", "write 1234");
    bad(NULL, "12%", "percentage", "write 12, or declare the unit %");
    bad(NULL, "12.5％", "percentage", "write 12.5, or declare the unit %");
    bad(NULL, "３", "full-width", "write 3");
    bad(NULL, "１２．５", "full-width", "write 12.5");
    bad(NULL, "−5", "minus sign", "write -5");
    bad(NULL, "–5.5", "minus sign", "write -5.5");
    bad(NULL, "1.2亿", "亿 behind it", "write 120000000, or declare the unit 亿");
    bad(NULL, "3万", "万 behind it", "write 30000, or declare the unit 万");
    bad(NULL, "3万元", "万 behind it", "write 30000, or declare the unit 万元");
    bad(NULL, "3  万", "万 behind it", "write 30000, or declare the unit 万");
    bad(NULL, "1.5 亿元", "亿 behind it", "write 150000000, or declare the unit 亿元");
    bad(NULL, "2万亿", "万亿 behind it", "write 2000000000000, or declare the unit 万亿");
    bad(NULL, "0x10", "hexadecimal", "write 16");
    bad(NULL, "0X1F", "hexadecimal", "write 31");
    bad(NULL, "inf", "calculation that failed",
        "correct it at its origin, or leave the cell empty");
    bad(NULL, "-Infinity", "calculation that failed",
        "correct it at its origin, or leave the cell empty");
    bad(NULL, "nan", "calculation that failed",
        "correct it at its origin, or leave the cell empty");
    bad(NULL, "NaN", "calculation that failed",
        "correct it at its origin, or leave the cell empty");
    bad(NULL, "#DIV/0!", "calculation that failed",
        "correct it at its origin, or leave the cell empty");
    bad(NULL, "1e999", "too large", "");
    bad(NULL, "-1e309", "too large", "");
    bad(NULL, "12 km", "something stands behind", "write 12, or declare the unit of the column");
    bad(NULL, "12a", "something stands behind", "write 12, or declare the unit of the column");
    bad(NULL, "1.5e", "something stands behind", "write 1.5, or declare the unit of the column");
    bad(NULL, "3-5", "range", "write one number");
    bad(NULL, "3～5", "range", "write one number");
    bad(NULL, "¥1234", "currency", "write 1234");
    bad(NULL, "(12.5)", "parentheses", "write -12.5 if it is meant to be negative");
    bad(NULL, "'12", "apostrophe", "write 12");
    bad(NULL, "约3", "not exact", "write a number, or leave the cell empty");
    bad(NULL, ">5", "not exact", "write a number, or leave the cell empty");
    bad(NULL, "三十", "Chinese numerals", "write it in digits");
    bad(NULL, "2011-06-30", "date", "declare the column as dates");
    bad(NULL, "deux", unlike, "a cell without a number is left empty, or holds NA");
    bad(NULL, "1 2", "two numbers", "write one number, without spaces");
    bad(NULL, "1 23", "two numbers", "write one number, without spaces");
    bad(NULL, "--5", unlike, "a cell without a number is left empty, or holds NA");
}

/* What has marks between its digits is advised only where there is one way to read it. */
static void marks_between(void) {
    const char *odd = "stand where no number has them";
    const char *plainly = "write it with a decimal point, and nothing else between the digits";
    static const char *const none[] = {
        "3,5371.3",     "12,34,567",  "1,234.5.6", "1,234.5,6", "1.234.56",    "12.34,5",
        "1.2,5",        "1234,567,8", "1,2,3",     "12.5.3",    "1,234,56",    "5.6.7.8",
        "1234.567.890", "1'23",       "12_34",     "0,123,456", "3,5371.3 km", "1.2.3万"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) bad(NULL, none[i], odd, plainly);
    bad(NULL, "1,23", "decimal comma", "write 1.23, or declare decimal = \",\"");
    bad(NULL, "0,123", "decimal comma", "write 0.123, or declare decimal = \",\"");
    bad(NULL, "-0,5", "decimal comma", "write -0.5, or declare decimal = \",\"");
    bad(NULL, "1.234.567", "points between groups", "write 1234567");
    bad(NULL, "1.234.567,8", "decimal comma", "write 1234567.8, or declare decimal = \",\"");
    bad(NULL, "1,234 km", "something stands behind",
        "write 1234, or declare the unit of the column");
    bad(NULL, "1,234万", "万 behind it", "write 12340000, or declare the unit 万");
    bad(NULL, "3,14%", "percentage", "write 3.14, or declare the unit %");
    bad(NULL, "1,000-2,000", "range", "write one number");
    bad(NULL, "$1,234.50", "currency", "write 1234.5");
    bad(NULL, "１２", "full-width", "write 12");
    bad(NULL, "１，２３４", "thousands separators", "write 1234");
    bad(NULL, "１２万", "万 behind it", "write 120000, or declare the unit 万");
    bad(NULL, "３ km", "something stands behind", "write 3, or declare the unit of the column");
}

/* Every mark and word of the lists, each as it is met. */
static void lists(void) {
    static const char *const thousands[] = {"1\xe2\x80\x99"
                                            "234",
                                            "1_234", "1'234"};
    static const char *const spaced[] = {"1\xe2\x80\xaf"
                                         "234",
                                         "1\xe2\x80\x89"
                                         "234"};
    static const char *const failed[] = {"#N/A",   "#value!", "#Ref!",    "#NAME?", "#num!",
                                         "#NULL!", "1.#INF",  "-1.#QNAN", "∞",      "+inf"};
    static const char *const near[] = {"近3", "超3", "大约3", "<3",    "~3",    "≈3",    "≥3", "≤3",
                                       "＜3", "＞3", "3＋",   "3以下", "3以内", "3左右", "3多"};
    static const char *const range[] = {"3~5", "3–5", "3至5", "3 - 5"};
    static const char *const money[] = {"$5", "￥5", "€5", "£5", "US$5", "HK$5"};
    for (size_t i = 0; i < sizeof thousands / sizeof *thousands; i++)
        bad(NULL, thousands[i], "thousands separators", "write 1234");
    for (size_t i = 0; i < sizeof spaced / sizeof *spaced; i++)
        bad(NULL, spaced[i], "spaces between digits", "write 1234");
    for (size_t i = 0; i < sizeof failed / sizeof *failed; i++)
        bad(NULL, failed[i], "calculation that failed",
            "correct it at its origin, or leave the cell empty");
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        bad(NULL, near[i], "not exact", "write a number, or leave the cell empty");
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        bad(NULL, range[i], "range", "write one number");
    for (size_t i = 0; i < sizeof money / sizeof *money; i++)
        bad(NULL, money[i], "currency", "write 5");
    bad(NULL, "12O", "the letter O", "write the digit 0 if that is meant");
    bad(NULL, "12o3", "the letter o", "write the digit 0 if that is meant");
    bad(NULL, "1I", "the letter I", "write the digit 1 if that is meant");
    bad(NULL, "0xfg", "something stands behind", "write 0, or declare the unit of the column");
    bad(NULL, "-0xA", "hexadecimal", "write -10");
    bad(NULL, "二", "Chinese numerals", "write it in digits");
    bad(NULL, "两千", "Chinese numerals", "write it in digits");
}

/* Where the file has a decimal comma. */
static void comma(const char *text, double want) {
    double got = 1;
    number_form form = number_form_of(NULL, NULL, 0);
    form.decimal = ',';
    int is = number_read(&form, text, strlen(text), &got) == NUMBER_OK;
    ok(is == !isnan(want), "decimal comma: '%s' is %s", text, isnan(want) ? "refused" : "a number");
    if (is) is_num(got, want, "decimal comma: '%s'", text);
}

static void decimal_commas(void) {
    comma("3,14", 3.14);
    comma("-3,14", -3.14);
    comma(",5", 0.5);
    comma("1.234", 1234);
    comma("1.234.567,8", 1234567.8);
    comma("12 345,6", 12345.6);
    comma("1\xc2\xa0"
          "234,5",
          1234.5);
    comma("1\xe2\x80\xaf"
          "234",
          1234);
    comma("1.5", NAN);
    comma("1234.567", NAN);
    comma("1.2345", NAN);
    comma(".234", NAN);
    comma("1.23.456", NAN);
    comma("1,5,5", NAN);
    comma("1,234.5", NAN);
    comma("1.234.", NAN);
    comma(",", NAN); /* with a point it would be a marker */
    comma("-,", NAN);
}

/* What stands behind a number and is no unit. */
static void ends(void) {
    bad(NULL, "3万5千", "goes on behind 万", "write it in digits");
    bad(NULL, "1亿2000万", "goes on behind 亿", "write it in digits");
    bad(NULL, "31O", "the letter O", "write the digit 0 if that is meant");
    bad(NULL, "6l.5", "the letter l", "write the digit 1 if that is meant");
    bad(NULL, "5-", "a minus sign stands behind", "write -5 if it is meant to be negative");
    bad(NULL, "90+", "not exact", "write a number, or leave the cell empty");
    bad(NULL, "100余", "not exact", "write a number, or leave the cell empty");
    bad(NULL, "60以上", "not exact", "write a number, or leave the cell empty");
    bad(NULL, "3/4", "a fraction, a date or a time", "write one number");
    bad(NULL, "5:30", "a fraction, a date or a time", "write one number");
}

/* Whether a cell is read and explained as `found` says, whatever stands before and behind it. */
static int stands_alone(const number_form *form, const char *cell, size_t n, const char *before,
                        const char *behind, number_found found, double x, const char *why,
                        const char *what) {
    char longer[300];
    double y = 1;
    buf reason = BUF_INIT, hint = BUF_INIT;
    snprintf(longer, sizeof longer, "%s%.*s%s", before, (int)n, cell, behind);
    const char *own = longer + strlen(before);
    int fine = number_read(form, own, n, &y) == found && (x != x ? y != y : y == x) &&
               number_missing(form, own, n) == (found == NUMBER_MISSING);
    if (found == NUMBER_BAD) {
        number_explain(form, own, n, &reason, &hint);
        fine = fine && !strcmp(buf_string(&reason), why) && !strcmp(buf_string(&hint), what);
    }
    buf_release(&reason);
    buf_release(&hint);
    return fine;
}

/* Whatever bytes a cell has, reading and explaining end, and say the same about the same cell. */
static void random_cells(void) {
    static const char *const piece[] = {
        "～",       "至",   "/",    ":",    "O",  "I",  "約",   "以上", "五", "\xe3\x80\x80",
        "\xc2\xa0", "\xe3", "\xc2", "inf",  "NA", "0x", "#",    "3-5",  "1",  "9",
        "0",        ".",    ",",    "-",    "+",  "e",  "E",    " ",    "%",  "万",
        "亿",       "％",   "１",   "－",   "x",  "年", "\xff", "\xe4", "km", "'",
        "(",        ")",    "—",    "\x1b", "元", "123"};
    static const char *const unit[] = {NULL,
                                       "e",
                                       "%",
                                       "万元",
                                       ",",
                                       "km",
                                       "亿,",
                                       "",
                                       ","
                                       ","};
    uint64_t seed = tap_seed();
    long wrong = 0, numbers = 0, missing = 0;
    for (int turn = 0; turn < 300000; turn++) {
        char cell[256] = "";
        size_t pieces = tap_random(&seed) % 9;
        for (size_t i = 0; i < pieces; i++)
            strcat(cell, piece[tap_random(&seed) % (sizeof piece / sizeof *piece)]);
        size_t n = strlen(cell);
        char *exact = malloc(n ? n : 1); /* without the NUL, so that ASan sees a read too far */
        memcpy(exact, cell, n);
        number_form form =
            number_form_of(unit[tap_random(&seed) % (sizeof unit / sizeof *unit)], NULL, 0);
        double x = 1, y = 1;
        if (tap_random(&seed) % 4 == 0) form.decimal = ',';
        number_found found = number_read(&form, exact, n, &x);
        wrong += found == NUMBER_OK ? !isfinite(x) : !isnan(x);
        wrong += number_missing(&form, exact, n) != (found == NUMBER_MISSING);
        numbers += found == NUMBER_OK;
        missing += found == NUMBER_MISSING;
        const char *before = piece[tap_random(&seed) % (sizeof piece / sizeof *piece)],
                   *behind = piece[tap_random(&seed) % (sizeof piece / sizeof *piece)];
        if (found != NUMBER_BAD)
            wrong += !stands_alone(&form, cell, n, before, behind, found, x, NULL, NULL);
        if (found == NUMBER_BAD) {
            buf reason = BUF_INIT, hint = BUF_INIT;
            number_explain(&form, exact, n, &reason, &hint);
            wrong += reason.length == 0 || strchr(buf_string(&hint), '\x1b') != NULL;
            wrong += form.decimal != ',' && decimal_read(exact, n, &y) == DECIMAL_OK;
            wrong += !stands_alone(&form, cell, n, before, behind, found, x, buf_string(&reason),
                                   buf_string(&hint));
            buf_release(&reason);
            buf_release(&hint);
        }
        if (wrong) {
            diag("cell '%s'", cell);
            free(exact);
            break;
        }
        free(exact);
    }
    is_int(wrong, 0, "300,000 random cells: consistent answers");
    ok(numbers > 1000 && missing > 1000, "of which %ld are numbers and %ld missing", numbers,
       missing);
}

int main(void) {
    const number_form plain = number_form_of(NULL, NULL, 0);
    ok(stands_alone(&plain, "5", 1, "\xe3\x80\x80", "\xe3\x80\x80", NUMBER_OK, 5, NULL, NULL),
       "spaces around a cell are no part of it");
    double x;
    ok(number_read(&plain, "\xe3\x80\x80", 1, &x) == NUMBER_BAD &&
           number_read(&plain, "\xe3\x80\x80", 2, &x) == NUMBER_BAD &&
           number_read(&plain, "\xc2\xa0", 1, &x) == NUMBER_BAD,
       "half a space is none");
    ok(number_read(&plain, &"\xe3\x80\x80"[1], 2, &x) == NUMBER_BAD &&
           number_read(&plain, &"\xc2\xa0"[1], 1, &x) == NUMBER_BAD,
       "nor its other half");
    static const char *const space[] = {" ", "\t", "\xc2\xa0", "\xe3\x80\x80"};
    int trimmed = 1;
    for (int i = 0; i < 4 * 4 * 4 * 4; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s%s5%s%sx", space[i % 4], space[i / 4 % 4], space[i / 16 % 4],
                 space[i / 64]);
        size_t length = strlen(text) - 1;
        const char *is = number_trim(text, &length);
        trimmed &= length == 1 && *is == '5';
    }
    ok(trimmed, "two spaces of any kind on each side are trimmed, whatever stands behind them");
    plain_numbers();
    markers();
    declared();
    refused();
    marks_between();
    ends();
    lists();
    decimal_commas();
    random_cells();
    reason_of(NULL, NULL, NULL);
    return done_testing();
}
