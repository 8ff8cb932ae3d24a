// Keyed data: long and wide tables, in any order of rows, become the same labelled array.
#include "tap.h"

#include "base/buf.h"
#include "rule/dataset.h"

static pool *strings;
static ax_space *space;
static sources *files;
static model m;
static datasets d;
static fault f, notes;

static void open_all(void) {
    strings = pool_open();
    space = ax_open(strings);
    files = sources_open();
    sources_add(files, "r.lua", "return assessment {}\n", 21);
    model_open(&m, strings, space, files);
    datasets_open(&d, &m);
    f = notes = FAULT_INIT;
    d.notes = &notes;
    d.threads = 1;
}

static void close_all(void) {
    datasets_close(&d);
    model_close(&m);
    sources_close(files);
    ax_close(space);
    pool_close(strings);
    fault_release(&f);
    fault_release(&notes);
}

/* Adds keyed data from text: keys as pairs "unit=city", ended by NULL. */
static dataset *data(const char *name, const char *csv, const char *value, const char *carry, ...) {
    ds_key key[8];
    char axis[8][32];
    ds_spec spec = {
        .path = "d.csv", .value = value, .key = key, .carry = &carry, .carries = carry != NULL};
    va_list args;
    va_start(args, carry);
    for (const char *k; (k = va_arg(args, const char *)) != NULL; spec.keys++) {
        size_t n = strcspn(k, "=");
        memcpy(axis[spec.keys], k, n);
        axis[spec.keys][n] = 0;
        key[spec.keys] = (ds_key){axis[spec.keys], k + n + 1};
    }
    va_end(args);
    dataset *s = dataset_new(&d, &spec, &f);
    s->text = csv;
    s->length = strlen(csv);
    datasets_declare(&d, s, name, &f);
    return s;
}

/* The place of a cell by labels, in the layout of the values; labels NULL where an axis is not
 * there. */
static size_t place_of(const dataset *s, const char *unit, const char *indicator,
                       const char *year) {
    const char *name[] = {"unit", "indicator", "year"}, *of[] = {unit, indicator, year};
    size_t at = 0;
    for (int i = 0; i < 3; i++) {
        int id = ax_find(space, name[i]);
        if (!of[i] || id == AX_NONE || !(s->values.axes & AX_BIT(id))) continue;
        long p = ax_position(space, id, pool_find(strings, of[i], strlen(of[i])));
        if (p < 0) return SIZE_MAX;
        at += (size_t)p * ax_stride(space, s->values.axes, id);
    }
    return at;
}

static double value_at(const dataset *s, size_t at) {
    if (s->values.value) return s->values.value[at];
    uint8_t order[AX_MOST];
    size_t line = ax_get(space, order[ax_layout(space, s->values.axes, order) - 1])->size;
    return s->values.column[at / line][at % line];
}

static double cell(const dataset *s, const char *unit, const char *indicator, const char *year) {
    size_t at = place_of(s, unit, indicator, year);
    return at == SIZE_MAX ? -1e99 : value_at(s, at);
}

static const char *labels(const char *axis) {
    static char out[256];
    int id = ax_find(space, axis);
    out[0] = 0;
    for (uint32_t i = 0; id != AX_NONE && i < ax_get(space, id)->size; i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s", i ? " " : "",
                 pool_text(strings, ax_get(space, id)->label[i]));
    return out;
}

static const char *said(size_t i) { return i < f.listed && f.item[i].text ? f.item[i].text : ""; }

static void tree(const char *const *id, size_t count) {
    md_at at = {0, 1};
    int root = model_add_element(&m, -1, 0, "r", "r", NULL, at, &f);
    for (size_t i = 0; i < count; i++) model_add_element(&m, root, 1, id[i], id[i], NULL, at, &f);
    model_close_tree(&m, NULL, 0, at, &f);
}

static void test_forms(void) {
    open_all();
    dataset *x = data("x", "who,what,when,v,st\nB,i2,2011,4,ok\nA,i1,2012,1,no\nB,i1,2011.0,,\n",
                      "v", "st", "unit=who", "indicator=what", "year=when", NULL);
    dataset *y = data("y", "when,who,i9,i1,note\n2010,C,5,6,hm\n2011,A,7,,\n", NULL, "note",
                      "year=when", "unit=who", NULL);
    ok(datasets_load(&d, &f), "a long and a wide table load together");
    is_str(labels("unit"), "A B C", "the units of both tables are sorted");
    is_str(labels("year"), "2010 2011 2012", "the years of both are sorted as numbers");
    is_str(labels("indicator"), "i9 i1 i2",
           "indicators: those of columns first, in their order, then those of rows");
    is_num(cell(x, "A", "i1", "2012"), 1.0, "a value of the long table");
    is_num(cell(x, "B", "i1", "2011"), NAN, "an empty cell of the long table is missing");
    is_num(cell(x, "C", "i1", "2011"), NAN, "a place without a row is missing");
    is_num(cell(y, "C", "i9", "2010"), 5.0, "a value of the wide table");
    is_num(cell(y, "A", "i1", "2011"), NAN, "an empty cell of the wide table is missing");
    is_num(cell(y, "A", "i2", "2011"), NAN, "an indicator without a column is missing");
    is_int(tb_line(x->table, (size_t)dataset_row(&d, x, place_of(x, "A", "i1", "2012"))), 3,
           "the line of a long value");
    is_int(tb_line(y->table, (size_t)dataset_row(&d, y, place_of(y, "C", "i1", "2010"))), 2,
           "the line of a wide value");
    is_int(dataset_row(&d, x, place_of(x, "C", "i2", "2010")), -1,
           "a place without a row has row -1");
    const double *st = dataset_carried(x, 0, &f);
    is_str(pool_text(strings, (uint32_t)st[place_of(x, "B", "i2", "2011")]), "ok",
           "a carried text stands beside its value");
    is_num(st[place_of(x, "B", "i1", "2011")], NAN, "a carried text that is empty is missing");
    ok(dataset_carried(x, 0, &f) == st, "the carried array is made once");
    is_int((long)x->present, 2, "two values are counted");
    is_int((long)x->absent, 1, "one missing cell is counted");
    is_int((long)(f.count + notes.count), 0, "there is neither fault nor warning");
    close_all();

    open_all();
    const char *ids[] = {"i1", "i2", "i3"};
    tree(ids, 3);
    dataset *z = data("z", "who,i3,i1,st\nA,1,2,u\nB,3,4,v\nC,5,6,w\nD,7,,x\n", NULL, "st",
                      "unit=who", NULL);
    ok(datasets_load(&d, &f), "a wide table in the order of its units loads");
    ok(!z->values.value && z->values.column && !z->row, "it is not copied");
    ok(z->values.column[0] == tb_column_named(z->table, "i1")->value,
       "the first column is used as it is");
    is_num(cell(z, "D", "i3", NULL), 7.0, "its values are there");
    is_num(cell(z, "D", "i2", NULL), NAN, "an indicator it lacks is missing");
    is_int(dataset_row(&d, z, place_of(z, "C", "i1", NULL)), 2, "the row of a value is known");
    ok(dataset_carried(z, 0, &f) == tb_column_named(z->table, "st")->value,
       "its carried column is not copied either");
    close_all();

    open_all();
    tree(ids, 3);
    z = data("z", "who,i3,i1,st\nB,3,4,v\nA,1,2,u\nC,5,6,w\nD,7,,x\n", NULL, "st", "unit=who",
             NULL);
    ok(datasets_load(&d, &f) && z->values.value, "a wide table in another order is put in order");
    is_num(cell(z, "A", "i3", NULL), 1.0, "each value is at its place");
    is_int(dataset_row(&d, z, place_of(z, "A", "i1", NULL)), 1, "the row of each value is known");
    close_all();

    open_all();
    data("n", "u,v\n10,1\n9,2\n", "v", NULL, "unit=u", NULL);
    ok(datasets_load(&d, &f), "units that are numbers load");
    is_str(labels("unit"), "9 10", "units that are numbers are sorted by value");
    close_all();

    open_all();
    data("n", "u,v\n10,1\n0,2\n-1.5,4\n9,3\n9,\n", "v", NULL, "unit=u", NULL);
    ok(!datasets_load(&d, &f) && f.count == 1, "one of them is there twice");
    is_str(said(0), "9 stands on line 5 already", "as which it is told");
    is_str(labels("unit"), "-1.5 0 9 10", "zero is one of them");
    close_all();
}

static void test_faults(void) {
    const char *ids[] = {"C7", "D1"}, *units[] = {"Seoul", "Paris"};
    open_all();
    tree(ids, 2);
    d.unit = units;
    d.units = 2;
    data("x",
         "who,what,v\nSeoul,C7,1\nSeoul,C07,2\nSeol,C7,3\nSeol,D1,3\n,D1,4\nSeoul,C7,5\nLondon,C7,"
         "6\n",
         "v", NULL, "unit=who", "indicator=what", NULL);
    ok(!datasets_load(&d, &f) && f.kind == FAULT_DATA, "bad keys are refused");
    is_int((long)f.count, 5, "all bad keys are reported");
    char all[2048] = "";
    for (size_t i = 0; i < f.listed; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s:%ld:%s: %s [%s]\n",
                 f.item[i].file, f.item[i].line, f.item[i].field, f.item[i].text,
                 f.item[i].hint ? f.item[i].hint : "");
    has_str(all, "d.csv:3:what: no indicator 'C07' in the index [did you mean 'C7'?]",
            "an unknown indicator is reported");
    has_str(all, "d.csv:4:who: no unit 'Seol' (in 2 rows) [did you mean 'Seoul'?]",
            "an unknown unit in two rows is reported once");
    has_str(all, "d.csv:6:who: the row names no unit [without_key = \"drop\" leaves such rows out]",
            "a row without a unit is reported");
    has_str(all, "d.csv:7:who: Seoul, C7 stands on line 2 already []",
            "a repeated key is reported with its first line");
    has_str(all, "d.csv:8:who: no unit 'London' []", "a unit like no other gets no hint");
    close_all();

    open_all();
    tree(ids, 2);
    data("x", "who,C7,D2,name\nSeoul,1,2,x\n", NULL, NULL, "unit=who", NULL);
    ok(!datasets_load(&d, &f), "columns that are no indicators are refused");
    is_int((long)f.count, 2, "all such columns are reported");
    is_str(said(0), "no indicator 'D2' in the index", "the message names the column");
    is_str(f.item[0].hint, "did you mean 'D1'?", "the hint is the nearest indicator");
    is_str(f.item[0].field, "D2", "the fault is at the column");
    close_all();

    open_all();
    tree(ids, 2);
    data("x", "who,C9,D1\nSeoul,1,2\n", NULL, NULL, "unit=who", NULL);
    ok(!datasets_load(&d, &f) && f.count == 1, "one column that is no indicator");
    is_str(f.item[0].hint, "did you mean 'C7'?", "the first indicator may be meant as well");
    close_all();

    static const char *const beside[] = {" A1", "A1 ", "\tA1", "A1\t"};
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char text[64];
        snprintf(text, sizeof text, "who,v\nB,1\n\"%s\",2\n", beside[i]);
        open_all();
        data("x", text, "v", NULL, "unit=who", NULL);
        ok(!datasets_load(&d, &f) && f.count == 1 && f.item[0].line == 3 &&
               !strcmp(f.item[0].field, "who"),
           "a label with a space beside it is refused, at its row and column (%zu)", i);
        close_all();
    }

    open_all();
    data("x", "who,a,b,c\nX,1,x,1\nY,2,y,z\n", NULL, NULL, "unit=who", NULL);
    ok(!datasets_load(&d, &f), "without a tree, a text in a column of numbers is refused");
    is_str(said(0), "'z' is not a number", "the message shows the cell");
    is_int(f.item[0].line, 3, "the line of the cell");
    is_str(notes.listed ? notes.item[0].text : "", "column 'b' holds no numbers and was not used",
           "a column of text that is not used is reported");
    close_all();

    open_all();
    d.only_column = "stat";
    d.only_value = "x";
    data("x", "who,v,status\nX,1,x\n", "v", "status", "unit=who", NULL);
    ok(!datasets_load(&d, &f) && f.kind == FAULT_USAGE,
       "a filter by a column that no data carries is refused");
    is_str(said(0), "no data carries a column 'stat'",
           "the message names the column of the filter");
    fault_release(&f);
    d.only_column = "status";
    d.only_value = "publik";
    data("y", "who,v,status\nX,1,public\nY,1,public\nZ,1,guess\n", "v", "status", "unit=who", NULL);
    ok(!datasets_load(&d, &f) && f.kind == FAULT_USAGE, "a filter that keeps no row is refused");
    is_str(f.item[f.listed - 1].hint, "did you mean 'public'?", "the hint is the nearest value");
    close_all();

    open_all();
    d.most = 100;
    data("x", "u,i,y,v\na,b,1,1\nc,d,2,1\ne,f,3,1\n", "v", NULL, "unit=u", "indicator=i", "year=y",
         NULL);
    ok(!datasets_load(&d, &f) && f.kind == FAULT_LIMIT,
       "an array over the limit of memory is refused");
    is_str(
        said(0),
        "'x' would take 3 of unit × 3 of indicator × 3 of year = 27 places, 0 MiB; the limit is 0 "
        "MiB",
        "the message shows its shape");
    close_all();

    open_all();
    d.most = 3 << 20;
    buf many = BUF_INIT;
    buf_text(&many, "u,i,v\n");
    for (int i = 0; i < 1024; i++) buf_print(&many, "u%d,i%d,1\n", i, i);
    data("x", buf_string(&many), "v", NULL, "unit=u", "indicator=i", NULL);
    ok(!datasets_load(&d, &f) && f.kind == FAULT_LIMIT, "a larger one");
    has_str(said(0), "= 1048576 places, 12 MiB; the limit is 3 MiB", "has its size in MiB");
    buf_release(&many);
    close_all();
}

enum { U = 13, I = 7, Y = 5 };

/* The same random figures, long in a random order and wide: every cell against the table they were
 * drawn in. */
static void test_random(uint64_t *seed) {
    int same = 1, lines = 1, rounds = 60;
    for (int round = 0; round < rounds; round++) {
        double want[U][I][Y];
        int at[U][I][Y], row[U * I * Y], rows = 0;
        buf text = BUF_INIT, wide = BUF_INIT;
        for (int k = 0; k < U * I * Y; k++) {
            want[k / (I * Y)][k / Y % I][k % Y] = NAN;
            at[k / (I * Y)][k / Y % I][k % Y] = 0;
            if (tap_random(seed) % 4 || k % Y == 0) row[rows++] = k;
        }
        for (int k = rows - 1; k > 0 && round % 2; k--) {
            int j = (int)(tap_random(seed) % (uint64_t)(k + 1)), keep = row[k];
            row[k] = row[j];
            row[j] = keep;
        }
        buf_text(&text, "y,u,v,i\n");
        for (int k = 0; k < rows; k++) {
            int u = row[k] / (I * Y), i = row[k] / Y % I, y = row[k] % Y;
            double x = (double)(tap_random(seed) % 1000) / 8;
            int empty = tap_random(seed) % 9 == 0;
            if (!empty) want[u][i][y] = x;
            at[u][i][y] = k + 2;
            buf_print(&text, "%d,u%02d,", 2000 + y, u);
            if (!empty) buf_print(&text, "%.3f", x);
            buf_print(&text, ",i%d\n", i);
        }
        buf_text(&wide, "u,y");
        for (int i = 0; i < I; i++) buf_print(&wide, ",i%d", i);
        buf_char(&wide, '\n');
        for (int n = 0; n < U * Y; n++) {
            /* In the order of the array (years outside), or against it. */
            int k = round % 3 ? n : U * Y - 1 - n, y = k / U, u = k % U;
            buf_print(&wide, "u%02d,%d", u, 2000 + y);
            for (int i = 0; i < I; i++) {
                buf_char(&wide, ',');
                if (want[u][i][y] == want[u][i][y]) buf_print(&wide, "%.3f", want[u][i][y]);
            }
            buf_char(&wide, '\n');
        }
        open_all();
        dataset *x =
            data("x", buf_string(&text), "v", NULL, "unit=u", "indicator=i", "year=y", NULL);
        dataset *w = data("w", buf_string(&wide), NULL, NULL, "unit=u", "year=y", NULL);
        same &= datasets_load(&d, &f) && (round % 3 == 0) == (w->values.value != NULL);
        for (int k = 0; same && k < U * I * Y; k++) {
            char unit[16], ind[16], year[16];
            int u = k / (I * Y), i = k / Y % I, y = k % Y;
            snprintf(unit, sizeof unit, "u%02d", u);
            snprintf(ind, sizeof ind, "i%d", i);
            snprintf(year, sizeof year, "%d", 2000 + y);
            double a = cell(x, unit, ind, year), b = cell(w, unit, ind, year), c = want[u][i][y];
            same &= (a == c || (a != a && c != c)) && (b == c || (b != b && c != c));
            long r = dataset_row(&d, x, place_of(x, unit, ind, year));
            lines &= at[u][i][y] == (r < 0 ? 0 : (int)tb_line(x->table, (size_t)r));
        }
        close_all();
        buf_release(&text);
        buf_release(&wide);
    }
    ok(same, "%d random tables, long and wide: all values are right", rounds);
    ok(lines, "the lines of all values are right");
}

int main(void) {
    uint64_t seed = tap_seed();
    test_forms();
    test_faults();
    test_random(&seed);
    return done_testing();
}
