/* Axes: labels, positions, and where elements lie. */
#include "expr/axis.h"
#include "tap.h"

static pool *strings;
static ax_space *s;
static fault f;

static uint32_t word(const char *text) { return pool_put(strings, text, strlen(text)); }

static int make(const char *name, uint32_t n, const char *const *text) {
    uint32_t label[8];
    for (uint32_t i = 0; i < n; i++) label[i] = word(text[i]);
    return ax_make(s, name, label, n, &f);
}

static int make_long(const char *name, uint32_t n) {
    uint32_t *label = malloc((n + 1) * sizeof *label);
    char text[32];
    for (uint32_t i = 0; i < n; i++) {
        snprintf(text, sizeof text, "%s %u", name, i);
        label[i] = word(text);
    }
    int id = ax_make(s, name, label, n, &f);
    free(label);
    return id;
}

static void fault_is(fault_kind kind, const char *text, const char *name) {
    is_int(f.kind, kind, "%s: kind", name);
    has_str(f.listed ? f.item[0].text : "", text, "%s: message", name);
    fault_release(&f);
    f = FAULT_INIT;
}

#define LABELS(...)                                                                                \
    (const char *const[]) { __VA_ARGS__ }

static void labels(void) {
    int year = make("year", 3, LABELS("2013", "2011", "2012.5")),
        unit = make("unit", 2, LABELS("深圳", "香港"));
    int mixed = make("mixed", 2, LABELS("1", "one"));
    const ax_axis *y = ax_get(s, year);
    is_int(ax_count(s), 3, "three axes are made");
    is_str(y->name, "year", "the name of an axis");
    is_int(y->size, 3, "the size of an axis");
    ok(ax_numbers(s, year) && ax_numbers(s, year)[0] == 2013 && ax_numbers(s, year)[2] == 2012.5,
       "labels that all read as numbers are numbers, too");
    ok(!ax_numbers(s, unit) && !ax_numbers(s, mixed), "other labels are not");
    is_int(ax_find(s, "unit"), unit, "an axis is found by name");
    is_int(ax_find(s, "units"), AX_NONE, "an unknown name is not found");
    is_int(ax_position(s, unit, word("香港")), 1, "the position of a label");
    is_int(ax_position(s, unit, word("澳门")), -1, "an unknown label has no position");
    is_int(ax_position_number(s, year, 2011), 1, "the position of a year");
    is_int(ax_position_number(s, year, 2014), -1, "an unknown year has no position");
    is_int(ax_position_number(s, year, NAN), -1, "a missing year has no position");
    is_int(ax_position_number(s, unit, 2011), -1, "a number has no position among texts");
    is_int(make("unit", 2, LABELS("深圳", "香港")), unit, "the same axis again is that axis");
    is_int(make("unit", 2, LABELS("香港", "深圳")), AX_NONE,
           "the same labels in another order are refused");
    fault_is(FAULT_RULE, "'unit'", "other labels");
    is_int(make("double", 3, LABELS("a", "b", "a")), AX_NONE, "a label given twice is refused");
    fault_is(FAULT_RULE, "'a'", "a label twice");
    is_int(ax_find(s, "double"), AX_NONE, "a refused axis is not there");
    int big = make_long("big", 5000), found = 1;
    for (uint32_t i = 0; i < 5000; i++)
        found &= ax_position(s, big, ax_get(s, big)->label[i]) == (long)i;
    ok(found, "each of 5000 labels is found");
}

static void layout(void) {
    int a = make_long("a", 3), b = make_long("b", 5), c = make_long("c", 3), d = make_long("d", 0),
        e = make_long("e", 1);
    uint8_t order[AX_MOST];
    ax_set abc = AX_BIT(a) | AX_BIT(b) | AX_BIT(c);
    is_int(ax_layout(s, abc, order), 3, "a shape of three axes");
    ok(order[0] == a && order[1] == c && order[2] == b,
       "the longest axis is innermost, and of equal ones the later");
    is_int((intmax_t)ax_stride(s, abc, b), 1, "the stride of the innermost axis is 1");
    is_int((intmax_t)ax_stride(s, abc, c), 5, "the stride of the later of the shorter axes");
    is_int((intmax_t)ax_stride(s, abc, a), 15, "the stride of the earlier");
    is_int((intmax_t)ax_stride(s, AX_BIT(a) | AX_BIT(c), a), 3, "strides are those of a shape");
    is_int((intmax_t)ax_size(s, abc), 45, "the elements of a shape");
    is_int((intmax_t)ax_size(s, 0), 1, "the empty shape has one element");
    is_int((intmax_t)ax_size(s, abc | AX_BIT(d)), 0, "an axis without labels leaves no elements");
    is_int((intmax_t)ax_size(s, abc | AX_BIT(e)), 45, "an axis of one label changes nothing");
    is_int(ax_layout(s, 0, order), 0, "the empty shape has no axes");
    make_long("longer", 7);
    is_int((intmax_t)ax_stride(s, abc, b), 1, "a later axis changes no layout of others");
    /* Every element has its own place, and the places are 0 … size - 1. */
    char seen[45] = "";
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 5; j++)
            for (size_t k = 0; k < 3; k++)
                seen[i * ax_stride(s, abc, a) + j * ax_stride(s, abc, b) +
                     k * ax_stride(s, abc, c)]++;
    int once = 1;
    for (int i = 0; i < 45; i++) once &= seen[i] == 1;
    ok(once, "coordinates and places match one to one");
}

/* Shapes of axes of any sizes: a shorter axis lies outside of a longer one, an earlier one outside
 * of a later one of its size. */
static void layouts(void) {
    uint64_t state = tap_seed();
    ax_space *was = s;
    int good = 1;
    for (int round = 0; good && round < 300; round++) {
        s = ax_open(strings);
        int axes = 1 + (int)(tap_random(&state) % 7), left[7], count = 0;
        uint8_t order[AX_MOST];
        for (int i = 0; i < axes; i++) {
            char name[] = {(char)('p' + i), 0};
            ax_make_rows(s, name, 1 + (uint32_t)(tap_random(&state) % 5), &f);
        }
        ax_set set = tap_random(&state) % ((uint64_t)1 << axes);
        for (int i = 0; i < axes; i++)
            if (set & AX_BIT(i)) left[count++] = i;
        good = ax_layout(s, set, order) == count &&
               ax_inner(s, set) == (count ? order[count - 1] : AX_NONE);
        size_t stride = 1;
        for (int k = count; good && k-- > 0;) { /* from the innermost on */
            int longest = 0;
            for (int i = 1; i <= k; i++)
                if (ax_get(s, left[i])->size >= ax_get(s, left[longest])->size) longest = i;
            good = order[k] == left[longest] && ax_stride(s, set, left[longest]) == stride;
            stride *= ax_get(s, left[longest])->size;
            for (int i = longest; i < k; i++) left[i] = left[i + 1];
        }
        good = good && ax_size(s, set) == stride;
        for (int i = 0; i < axes; i++) good &= (set & AX_BIT(i)) || !ax_stride(s, set, i);
        good &= !ax_stride(s, set, AX_NONE);
        ax_close(s);
    }
    ok(good, "axes of any sizes lie from the shortest to the longest");
    s = was;
}

static void shapes_in_words(void) {
    char text[64], tight[8];
    ax_describe(s, AX_BIT(ax_find(s, "a")) | AX_BIT(ax_find(s, "c")), text, sizeof text);
    is_str(text, "a × c", "a shape is written in words");
    ax_describe(s, AX_BIT(0), text, sizeof text);
    is_str(text, "year", "an axis by its name");
    ax_describe(s, 0, text, sizeof text);
    is_str(text, "a single value", "the empty shape is written in words");
    ax_describe(s, AX_BIT(ax_find(s, "longer")) | AX_BIT(ax_find(s, "big")), tight, sizeof tight);
    ok(strlen(tight) < sizeof tight, "a description is cut where there is no room");
}

/* Labels in any order, of which some are not on the axis, and axes that are made row by row. */
static void scattered(void) {
    uint64_t state = tap_seed();
    ax_space *was = s;
    uint32_t label[300], text = 0;
    int found = 1, refused = 1, named = 1;
    for (int round = 0; round < 400; round++) {
        s = ax_open(strings);
        uint32_t n = 1 + (uint32_t)(tap_random(&state) % (round % 4 ? 8 : 290)), first = text;
        char name[32];
        for (uint32_t i = 0; i < n + 5; i++) {
            snprintf(name, sizeof name, "s%u", first + i);
            label[i] = word(name);
        }
        text += n + 5;
        for (uint32_t i = n + 4; i > 0 && round % 3; i--) {
            uint32_t k = (uint32_t)(tap_random(&state) % (i + 1)), swap = label[i];
            label[i] = label[k];
            label[k] = swap;
        }
        int a = ax_make(s, "a", label, n, &f), rows = ax_make_rows(s, "rows", n, &f);
        for (uint32_t i = 0; i < n + 5; i++) {
            found &= ax_position(s, a, label[i]) == (i < n ? (long)i : -1);
            found &= ax_position(s, rows, label[i]) == -1;
        }
        named &= ax_name_rows(s, rows, label, &f);
        for (uint32_t i = 0; i < n + 5; i++)
            named &= ax_position(s, rows, label[i]) == (i < n ? (long)i : -1);
        uint32_t one = (uint32_t)(tap_random(&state) % n), twice = label[one];
        label[n] = twice;
        refused &= ax_make(s, "b", label, n + 1, &f) == AX_NONE;
        snprintf(name, sizeof name, "label '%s' twice", pool_text(strings, twice));
        refused &= f.count == 1 && strstr(f.item[0].text, name) != NULL;
        fault_release(&f);
        f = FAULT_INIT;
        refused &= ax_count(s) == 2;
        ax_close(s);
    }
    ok(found, "labels in any order are found, and those that are not there are not");
    ok(named, "so are those that rows get later");
    ok(refused, "one that comes twice is refused and named");
    s = was;
}

static void again(void) {
    is_int(make("unit", 1, LABELS("深圳")), AX_NONE, "fewer labels are refused");
    is_str(f.item[0].text, "there is an axis 'unit' already, with other labels (2, not 1)",
           "which is said");
    fault_release(&f);
    f = FAULT_INIT;
    is_int(ax_make_rows(s, "unit", 2, &f), AX_NONE, "rows of a name that is there are refused");
    is_str(f.item[0].text, "there is an axis 'unit' already, with other labels (2, not 2)",
           "which is said");
    fault_release(&f);
    f = FAULT_INIT;
    int rows = ax_make_rows(s, "row", 2, &f);
    is_int(make("row", 2, LABELS("深圳", "香港")), AX_NONE, "labels for rows without are refused");
    fault_release(&f);
    f = FAULT_INIT;
    ok(!ax_numbers(s, rows) && ax_get(s, rows)->size == 2, "rows have no numbers");
    ax_cut(s, rows, 1);
    is_int(ax_get(s, rows)->size, 1, "they are cut to as many as there are");
}

static void too_many(void) {
    char name[32];
    int id = 0;
    while (ax_count(s) < AX_MOST && id != AX_NONE) {
        snprintf(name, sizeof name, "axis %d", ax_count(s));
        id = make(name, 1, LABELS("x"));
    }
    is_int(ax_count(s), AX_MOST, "as many axes as allowed are made");
    is_int(make("one more", 1, LABELS("x")), AX_NONE, "one more axis is refused");
    fault_is(FAULT_LIMIT, "64", "too many axes");
    ax_set all = UINT64_MAX;
    uint8_t order[AX_MOST];
    is_int(ax_layout(s, all, order), AX_MOST, "all axes in one shape");
}

static void too_large(void) {
    ax_close(s);
    s = ax_open(strings);
    ax_set all = 0;
    for (int i = 0; i < 5; i++) {
        char name[] = {(char)('p' + i), 0};
        all |= AX_BIT(make_long(name, 60000));
    }
    ok(ax_size(s, all) == SIZE_MAX, "a count of elements that does not fit is SIZE_MAX");
    ok(ax_size(s, all & ~AX_BIT(0)) == (size_t)12960000000000000000u,
       "a count that just fits is right");
}

int main(void) {
    strings = pool_open();
    s = ax_open(strings);
    labels();
    scattered();
    layout();
    layouts();
    shapes_in_words();
    again();
    too_many();
    too_large();
    ok(f.count == 0, "no fault was left over");
    ax_close(s);
    pool_close(strings);
    return done_testing();
}
