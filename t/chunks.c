/* Tables of several megabytes, which are read in chunks by several threads, from memory as a whole
 * and from a file in pieces. What they hold is known from making them: cells, lines, the numbers of
 * strings, and faults, which are the same for any number of threads. */
#include "base/buf.h"
#include "base/files.h"
#include "table/inside.h"
#include "table/table.h"
#include "tap.h"

enum { MOST = 200000, SIZE = 3500000, COLUMNS = 4 };

/* Of the sixteen ways to write a table, which are four bits, every third has each bit both ways:
 * enough for the sanitizers, which take long. */
#ifdef __SANITIZE_ADDRESS__
enum { STYLES = 3 };
#else
enum { STYLES = 1 };
#endif

typedef struct made {
    buf text;
    size_t rows, kept;
    long line[MOST]; /* of every row */
    char name[MOST][40];
    double value[MOST], day[MOST];
    int keep[MOST];
    long lines;
} made;

static made m;

static void field(const char *text, int quote) {
    buf_text(&m.text, quote ? "\"" : "");
    for (const char *s = text; *s; s++) {
        buf_char(&m.text, *s);
        if (*s == '"') buf_char(&m.text, '"');
    }
    buf_text(&m.text, quote ? "\"" : "");
}

/* style: bit 0 many quotes, bit 1 line ends in fields, bit 2 empty lines, bit 3 few distinct names.
 */
static void make(uint64_t *seed, int style, const char *end) {
    buf_clear(&m.text);
    m.rows = 0;
    m.lines = 1;
    buf_print(&m.text, "name,value,day,keep%s", end);
    while (m.text.length < SIZE && m.rows < MOST) {
        uint64_t r = tap_random(seed);
        size_t i = m.rows++;
        if (style & 4 && r % 7 == 0) {
            buf_text(&m.text, end);
            m.lines++;
        }
        m.line[i] = ++m.lines;
        int breaks = style & 2 && r / 7 % 5 == 0, quote = breaks || (style & 1 && r / 35 % 2);
        snprintf(m.name[i], sizeof m.name[i], "%s%s%ld", r / 70 % 3 ? "单位" : "unit",
                 breaks ? "\n\"," : "", style & 8 ? (long)(r % 50) : (long)i);
        field(m.name[i], quote);
        m.lines += breaks;
        m.value[i] = r / 210 % 9 ? (double)(r / 1000 % 100000) / 64 : (double)NAN;
        if (style & 2 && r % 3 == 0) m.value[i] = -m.value[i];
        char text[40] = "";
        if (!isnan(m.value[i])) snprintf(text, sizeof text, "%.6f", m.value[i]);
        buf_char(&m.text, ',');
        field(text, style & 1 && r % 3 == 0);
        m.day[i] = (double)(r / 777 % 20000);
        time_t t = (time_t)m.day[i] * 86400;
        struct tm tm;
        gmtime_r(&t, &tm);
        strftime(text, sizeof text, "%Y-%m-%d", &tm);
        buf_char(&m.text, ',');
        field(text, 0);
        m.keep[i] = r / 13 % 3 == 0;
        buf_print(&m.text, ",%s", m.keep[i] ? "yes" : "no");
        if (m.text.length < SIZE || r % 2) buf_text(&m.text, end);
    }
}

/* Are the extremes that were noted those of the cells? They are known of columns of numbers. */
static int extremes_right(const tb_table *t) {
    for (size_t c = 0; c < tb_columns(t); c++) {
        const tb_column *k = tb_column_at(t, c);
        double low = (double)NAN, high = low;
        for (size_t i = 0; k->value && i < tb_rows(t); i++) {
            double x = k->value[i] + 0.0;
            if (isnan(x)) continue;
            low = x < low || isnan(low) ? x : low;
            high = x > high || isnan(high) ? x : high;
        }
        if (k->extremes != (k->kind == TB_NUMBER)) return 0;
        if (k->extremes &&
            (memcmp(&low, &k->low, sizeof low) || memcmp(&high, &k->high, sizeof low)))
            return 0;
    }
    return 1;
}

static long compare(const tb_table *t, const pool *strings, int filtered) {
    long wrong = 0;
    size_t row = 0;
    uint32_t newest = 0; /* strings come in the order of the file */
    for (size_t i = 0; i < m.rows; i++) {
        if (filtered && !m.keep[i]) continue;
        if (row >= tb_rows(t)) return wrong + 1;
        const double *name = tb_column_at(t, 0)->value, *value = tb_column_at(t, 1)->value;
        const double *day = tb_column_at(t, 2)->value, *keep = tb_column_at(t, 3)->value;
        wrong += strcmp(pool_text(strings, (uint32_t)name[row]), m.name[i]) != 0;
        wrong += strcmp(pool_text(strings, (uint32_t)keep[row]), m.keep[i] ? "yes" : "no") != 0;
        wrong += !(isnan(value[row]) && isnan(m.value[i])) && value[row] != m.value[i];
        wrong += day[row] != m.day[i];
        wrong += tb_line(t, row) != m.line[i];
        for (int k = 0; k < 2; k++) {
            uint32_t id = (uint32_t)(k ? keep[row] : name[row]);
            wrong += id > newest + 1;
            newest = id > newest ? id : newest;
        }
        row++;
    }
    return wrong + (row != tb_rows(t)) + (newest != pool_count(strings)) + !extremes_right(t);
}

static const int crews[] = {1, 3};
enum { CREWS = sizeof crews / sizeof *crews, WAYS = 2 };

static char file[] = "/tmp/chunksXXXXXX";

static void write_file(void) {
    FILE *to = fopen(file, "wb");
    if (!to || fwrite(m.text.text, 1, m.text.length, to) != m.text.length) exit(99);
    fclose(to);
}

/* way 0: from memory; 1: from the file that was written. */
static tb_table *read_made(int way, const tb_options *o, pool *strings, fault *notes, fault *f) {
    return way ? tb_read(file, o, strings, notes, f)
               : tb_read_text("big.csv", m.text.text, m.text.length, o, strings, notes, f);
}

/* Was it read in pieces? Where it was read as a whole, it has no stamp of the file. */
static int in_pieces(const tb_table *t) {
    uint64_t any = 0;
    for (int i = 0; i < FILE_STAMP; i++) any |= t->stamp[i];
    return any != 0;
}

static void good_tables(uint64_t *seed) {
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (int style = 0; style < 16; style += STYLES) {
        const char *end = ends[style % 3];
        make(seed, style, end);
        write_file();
        for (int crew = 0; crew < CREWS; crew++)
            for (int turn = 0; turn < 2 * WAYS; turn++) {
                int filtered = turn % 2, way = turn / 2;
                if (way && (style + filtered) % CREWS != crew) continue;
                fault notes = FAULT_INIT, f = FAULT_INIT;
                pool *strings = pool_open();
                tb_options o = {.threads = crews[crew]};
                if (filtered) {
                    o.only_column = "keep";
                    o.only_value = "yes";
                }
                tb_table *t = read_made(way, &o, strings, &notes, &f);
                ok(t && tb_read_rows(t) == m.rows, "style %d, %d threads%s%s: %zu rows", style,
                   crews[crew], filtered ? ", filtered" : "", way ? ", a file" : "", m.rows);
                if (t)
                    is_int(compare(t, strings, filtered), 0,
                           "all cells, lines and strings are right");
                if (t)
                    is_int(in_pieces(t), way && strcmp(end, "\r") != 0,
                           "from a file it is read in pieces, unless lines end as on old Macs");
                for (size_t i = 0; i < f.listed; i++)
                    diag("line %ld: %s", f.item[i].line, f.item[i].text);
                tb_close(t);
                pool_close(strings);
                fault_release(&f);
                fault_release(&notes);
            }
    }
}

/* Puts a text in place of as many bytes of a row's value; the row has a long enough one. */
static size_t spoil(size_t from_row, char with) {
    for (size_t i = from_row; i < m.rows; i++) {
        char text[40];
        if (isnan(m.value[i])) continue;
        snprintf(text, sizeof text, ",%.6f,", m.value[i]);
        /* The row's place: its name begins after the line end; search from there. */
        char *at = m.text.text;
        for (long line = 1; line < m.line[i]; line++) at = strchr(at, '\n') + 1;
        at = strstr(at, text);
        at[3] = with;
        return i;
    }
    return 0;
}

static void bad_tables(uint64_t *seed) {
    static const tb_want want[] = {{.name = "value", .kind = TB_NUMBER}};
    make(seed, 0, "\n");
    size_t first = spoil(m.rows / 5, 'x'), second = spoil(m.rows / 2, 'x'),
           third = spoil(m.rows * 9 / 10, 'x');
    for (int stray = 0; stray < 2; stray++) {
        size_t quote = stray ? spoil(m.rows * 2 / 3, '"') : 0;
        write_file();
        for (int turn = 0; turn < CREWS * WAYS; turn++) {
            int crew = turn / WAYS;
            fault notes = FAULT_INIT, f = FAULT_INIT;
            pool *strings = pool_open();
            tb_options o = {.threads = crews[crew], .want = want, .wants = 1};
            tb_table *t = read_made(turn % WAYS, &o, strings, &notes, &f);
            ok(!t && f.kind == FAULT_DATA, "%d threads: a table with bad cells%s", crews[crew],
               stray ? " and a stray quote" : "");
            is_int((long)f.count, 3, "three faults are found");
            is_int(f.item[0].line, m.line[first], "the line of the first fault");
            is_int(f.item[1].line, m.line[second], "the line of the second fault");
            is_int(f.item[2].line, m.line[stray ? quote : third],
                   stray ? "the line of the quote, behind which nothing is read"
                         : "the line of the third fault");
            has_str(f.item[2].text, stray ? "a quote in a field" : "is not a number",
                    "the message of the third fault");
            is_str(f.item[2].field, "value", "the column of the third fault");
            pool_close(strings);
            fault_release(&f);
            fault_release(&notes);
        }
    }
    /* A quote that opens and is never closed ends the reading at the limit of fields, with its
     * line. */
    make(seed, 0, "\n");
    size_t i = m.rows / 3;
    while (m.name[i][0] != 'u') i++;
    char *at = m.text.text;
    for (long line = 1; line < m.line[i]; line++) at = strchr(at, '\n') + 1;
    *at = '"';
    write_file();
    for (int turn = 0; turn < CREWS * WAYS; turn++) {
        int crew = turn / WAYS;
        fault f = FAULT_INIT;
        pool *strings = pool_open();
        tb_options o = {.threads = crews[crew]};
        ok(!read_made(turn % WAYS, &o, strings, NULL, &f), "a quote that is not closed is refused");
        is_int((long)f.count, 1, "it is one fault");
        has_str(f.item[0].text, "a field of more than",
                "the message says that the field is too long");
        is_int(f.item[0].line, m.line[i], "the line of the quote");
        is_str(f.item[0].field, "name", "the column of the quote");
        pool_close(strings);
        fault_release(&f);
    }
}

/* Contradicted guesses: the same strings in the same order again. */
static void guesses(uint64_t *seed) {
    make(seed, 8, "\n");
    size_t row = spoil(m.rows * 4 / 5, 'x');
    write_file();
    for (int turn = 0; turn < CREWS * WAYS; turn++) {
        int crew = turn / WAYS;
        fault f = FAULT_INIT;
        pool *strings = pool_open();
        tb_options o = {.threads = crews[crew]};
        tb_table *t = read_made(turn % WAYS, &o, strings, NULL, &f);
        ok(t && tb_column_at(t, 1)->kind == TB_TEXT,
           "%d threads: a text late in a column makes it a column of text", crews[crew]);
        is_int(tb_column_at(t, 1)->odd_line, m.line[row], "the line of that text");
        is_int(in_pieces(t), turn % WAYS, "a file is read in pieces all the same");
        static double sum;
        double got = 0;
        for (size_t i = 0; i < tb_rows(t); i++)
            for (size_t c = 0; c < COLUMNS; c++)
                if (!isnan(tb_column_at(t, c)->value[i]))
                    got += tb_column_at(t, c)->value[i] * (double)(1 + (i * 7 + c) % 97);
        if (!turn) sum = got;
        is_num(got, sum, "strings get the same numbers with any number of threads");
        tb_close(t);
        pool_close(strings);
        fault_release(&f);
    }
}

static void from_file(uint64_t *seed) {
    char path[] = "/tmp/chunksXXXXXX";
    int fd = mkstemp(path);
    fault f = FAULT_INIT, notes = FAULT_INIT;
    make(seed, 1, "\n");
    close(fd);
    ok(files_write(path, m.text.text, m.text.length, &f), "a file is written");
    for (int huge = 0; huge < 2; huge++) {
        setenv("ASSESS_HUGEPAGE", huge ? "1" : "0", 1);
        pool *strings = pool_open();
        tb_options o = {.threads = 2, .hash = 1};
        tb_table *t = tb_read(path, &o, strings, &notes, &f);
        ok(t && compare(t, strings, 0) == 0, "the file is read, huge pages %s",
           huge ? "allowed" : "refused");
        char command[200], sum[65] = "";
        snprintf(command, sizeof command, "sha256sum %s", path);
        FILE *p = popen(command, "r");
        if (fread(sum, 1, 64, p) != 64) diag("no sha256sum");
        pclose(p);
        is_str(t ? tb_sha256(t) : "", sum, "the file has its hash");
        tb_close(t);
        pool_close(strings);
    }
    unlink(path);
    pool *strings = pool_open();
    ok(!tb_read(path, NULL, strings, &notes, &f) && f.kind == FAULT_DATA,
       "a file that is not there is refused");
    pool_close(strings);
    fault_release(&f);
    fault_release(&notes);
}

static int leave_day(void *self, const char *name) {
    (void)self;
    return !strcmp(name, "day");
}

/* A column that was left out is read later: from the same file, or not at all. */
static void left_for_later(uint64_t *seed) {
    static const char *const what[] = {"the same file", "another file", "no file"},
                             *const said[] = {"", "the file changed while it was read",
                                              "cannot be read: No such file or directory"};
    make(seed, 8, "\n");
    for (int turn = 0; turn < 3; turn++) {
        write_file();
        fault f = FAULT_INIT, notes = FAULT_INIT;
        pool *strings = pool_open();
        tb_options o = {.threads = 2, .leave = leave_day};
        tb_table *t = tb_read(file, &o, strings, &notes, &f);
        ok(t && tb_column_at(t, 2)->left && tb_column_at(t, 2)->kind == TB_SKIP,
           "%s: a column is left out", what[turn]);
        if (turn == 1) {
            m.text.text[m.text.length - 2] ^= 1;
            write_file();
        }
        if (turn == 2) unlink(file);
        is_int(tb_read_left(t, &o, strings, &notes, &f), !turn, "%s: it is read later", what[turn]);
        if (turn)
            is_str(f.listed ? f.item[0].text : "", said[turn], "%s: why not", what[turn]);
        else
            is_int(compare(t, strings, 0), 0, "all cells are right");
        tb_close(t);
        pool_close(strings);
        fault_release(&f);
        fault_release(&notes);
    }
}

/* The places of a table's cells added up, so that two tables are compared. */
static double sum_of(const tb_table *t) {
    double sum = (double)tb_rows(t);
    for (size_t c = 0; c < tb_columns(t); c++) {
        const tb_column *column = tb_column_at(t, c);
        sum += (double)column->missing + (double)column->kind;
        for (size_t i = 0; column->value && i < tb_rows(t); i++)
            if (!isnan(column->value[i]))
                sum += column->value[i] * (double)(1 + (i * 7 + c) % 97) + (double)tb_line(t, i);
    }
    return sum;
}

/* Files that pieces are not for, or that change what was thought of them late: the table and the
 * faults are those of the same bytes in memory. */
static void alike(const char *what, const tb_options *o) {
    write_file();
    double sum = 0;
    size_t strings_of = 0;
    char text[200] = "";
    for (int turn = 0; turn < CREWS + 1; turn++) {
        fault f = FAULT_INIT, notes = FAULT_INIT;
        pool *strings = pool_open();
        tb_options own = *o;
        own.threads = turn ? crews[turn - 1] : 1;
        pool_put(strings, "before", 6);
        tb_table *t = read_made(turn > 0, &own, strings, &notes, &f);
        double got = t ? sum_of(t) : -1;
        const char *said = f.listed ? f.item[0].text : notes.listed ? notes.item[0].text : "";
        if (!turn) {
            sum = got;
            strings_of = pool_count(strings);
            snprintf(text, sizeof text, "%s", said);
        } else {
            is_num(got, sum, "%s, %d threads: the table", what, own.threads);
            ok(!t || extremes_right(t), "%s: the extremes of its columns", what);
            is_int((long)pool_count(strings), (long)strings_of, "%s: the strings", what);
            is_str(said, text, "%s: what is said", what);
        }
        tb_close(t);
        pool_close(strings);
        fault_release(&f);
        fault_release(&notes);
    }
}

static void odd_files(uint64_t *seed) {
    const tb_options usual = {0}, hashed = {.hash = 1, .keep = 1};
    make(seed, 8, "\n");
    alike("a plain file", &hashed);
    char *late = m.text.text + m.text.length * 3 / 4, kept = *late;
    *late = '\xff';
    alike("a byte that is not UTF-8", &usual);
    *late = 0;
    alike("a NUL", &usual);
    *late = kept;
    memcpy(strchr(late, '\n') + 1, "\xc4\xe3\xba\xc3", 4);
    alike("GB18030 in one place", &usual);
    /* Lines that are far shorter than the first ones: there are more rows than it seemed. */
    buf_clear(&m.text);
    buf_text(&m.text, "name,value\n");
    for (int i = 0; i < 30000; i++) buf_print(&m.text, "%060d,%d\n", i, i);
    for (int i = 0; i < 600000; i++) buf_text(&m.text, "a,1\n");
    alike("more rows than the first lines let expect", &usual);
    /* A field over many lines, longer than what is read of the next piece. */
    buf_text(&m.text, "\"");
    for (int i = 0; i < 60000; i++) buf_text(&m.text, "\n");
    for (int i = 0; i < 60000; i++) buf_text(&m.text, "x");
    buf_text(&m.text, "\",2\n");
    for (int i = 0; i < 200000; i++) buf_text(&m.text, "b,3\n");
    alike("a field that is too long", &usual);
    /* Text from the end of the first mebibyte on. */
    buf_clear(&m.text);
    buf_text(&m.text, "\xef\xbb\xbfname,value,\n");
    while (m.text.length < SIZE)
        buf_print(&m.text, m.text.length > (1u << 20) ? "n%zu,word,\n" : "n%zu,%zu,\n",
                  m.text.length % 1000, m.text.length);
    alike("a column that becomes text late", &usual);
    for (size_t i = 30; i < m.text.length; i++)
        if (!strncmp(m.text.text + i, ",word,", 6)) memcpy(m.text.text + i, ", -0 ,", 6);
    alike("a column with some -0", &usual);
    buf_print(&m.text, "n,1,surplus");
    alike("something in a column without a name", &usual);
}

int main(void) {
    uint64_t seed = tap_seed();
    setenv("TZ", "UTC", 1);
    close(mkstemp(file));
    good_tables(&seed);
    bad_tables(&seed);
    guesses(&seed);
    from_file(&seed);
    odd_files(&seed);
    left_for_later(&seed);
    unlink(file);
    buf_release(&m.text);
    return done_testing();
}
