#include "table/csv_in.h"

#include "base/decimal.h"
#include "table/csv_out.h"
#include "table/date.h"
#include "tap.h"

/* What a reader said, as text: fields in <>, a record ended by its first line and '\n'. */
typedef struct heard {
    buf text;
    csv_in *in;
    size_t records, fields, stop_at; /* stop after so many fields; 0 never */
    int by_libcsv;
    size_t after_stop;
    size_t at_once;     /* fields of the rows that are taken many at once; 0: none are */
    size_t taken;       /* rows */
    uint64_t choice;    /* of those that are refused */
    size_t before_last; /* line ends before the last record */
} heard;

static void on_field(void *self, const char *text, size_t length) {
    heard *h = self;
    if (h->stop_at && h->fields >= h->stop_at) h->after_stop++;
    buf_char(&h->text, '<');
    buf_put(&h->text, text, length);
    buf_char(&h->text, '>');
    if (++h->fields == h->stop_at) csv_in_stop(h->in);
}

static void on_record(void *self) {
    heard *h = self;
    h->records++;
    buf_print(&h->text, "@%zu\n", csv_in_record_lines(h->in) + 1);
}

static int on_rows(void *self, const csv_in_rows *b) {
    heard *h = self;
    if (h->stop_at || tap_random(&h->choice) % 4 == 0) return 0;
    for (size_t r = 0; r < b->rows; r++) {
        for (size_t c = 0, length; c < b->fields; c++) {
            const char *text = csv_in_cell(b, r * b->fields + c, &length);
            on_field(h, text, length);
        }
        h->records++;
        buf_print(&h->text, "@%zu\n", csv_in_lines(h->in) + r + 1);
    }
    h->taken += b->rows;
    return 1;
}

/* Reads in blocks of `block` bytes (0: all at once). The fault's line, 0 where there is none. */
static long hear(heard *h, const char *text, size_t length, char separator, size_t block,
                 fault *f) {
    csv_in_sink sink = {.field = on_field, .record = on_record, .self = h};
    if (h->at_once) {
        sink.rows = on_rows;
        sink.fields = h->at_once;
    }
    *h = (heard){.stop_at = h->stop_at,
                 .by_libcsv = h->by_libcsv,
                 .at_once = h->at_once,
                 .choice = h->choice};
    h->in = csv_in_open(separator, memchr(text, '"', length) != NULL, &sink);
    if (h->by_libcsv) csv_in_by_libcsv(h->in);
    int good = 1;
    for (size_t at = 0; good && at < length;) {
        size_t n = block && block < length - at ? block : length - at;
        good = csv_in_feed(h->in, text + at, n);
        at += n;
    }
    good = good && csv_in_end(h->in);
    csv_in_fault(h->in, "f.csv", "x", 0, f);
    h->before_last = csv_in_record_lines(h->in);
    long line = f->listed ? f->item[0].line : 0;
    csv_in_close(h->in);
    return good ? 0 : f->listed ? line : -1;
}

static void reads(const char *text, const char *want) {
    for (size_t block = 0; block < 4; block++) {
        heard h = {.stop_at = 0};
        fault f = FAULT_INIT;
        is_int(hear(&h, text, strlen(text), ',', block, &f), 0, "'%s' is CSV", text);
        is_str(buf_string(&h.text), want, "'%s' is read in blocks of %zu", text, block);
        buf_release(&h.text);
        fault_release(&f);
    }
}

static void refuses(const char *text, long line, const char *why) {
    for (size_t block = 0; block < 4; block++) {
        heard h = {.stop_at = 0};
        fault f = FAULT_INIT;
        is_int(hear(&h, text, strlen(text), ',', block, &f), line,
               "'%s' is not CSV, line %ld, by %zu", text, line, block);
        has_str(f.listed ? f.item[0].text : "", why, "'%s': the message", text);
        is_int(f.kind, FAULT_DATA, "it is a fault of the data");
        buf_release(&h.text);
        fault_release(&f);
    }
}

static void grammar(void) {
    reads("", "");
    reads("\n\r\n\r\r", "");
    reads("a", "<a>@1\n");
    reads("a,b\nc,d\n", "<a><b>@1\n<c><d>@2\n");
    reads("a,b\r\nc,d\r\n", "<a><b>@1\n<c><d>@2\n");
    reads("a,b\rc,d", "<a><b>@1\n<c><d>@2\n");
    reads("a\n\n\nb\n", "<a>@1\n<b>@4\n");
    reads("a\r\n\r\n\r\nb\r\n", "<a>@1\n<b>@4\n");
    reads("a\r\r\rb\r", "<a>@1\n<b>@4\n");
    reads("\n\na\n", "<a>@3\n");
    reads(",\n,,\n", "<><>@1\n<><><>@2\n");
    reads("a,", "<a><>@1\n");
    reads("\"\"\n\"\",\"\"\n", "<>@1\n<><>@2\n");
    reads("\"a,b\",c\n", "<a,b><c>@1\n");
    reads("\"say \"\"yes\"\"\",\"\"\"\"\n", "<say \"yes\"><\">@1\n");
    reads("\"two\nlines\",b\nc,d\n", "<two\nlines><b>@1\n<c><d>@3\n");
    reads("\"two\r\nlines\",\"\r\"\r\nc,d\r\n", "<two\r\nlines><\r>@1\n<c><d>@4\n");
    reads("\"\n\n\n\",\"\n\"\nx\n", "<\n\n\n><\n>@1\n<x>@6\n");
    reads(" a , b \n", "< a >< b >@1\n");
    reads(" \n\t\n", "< >@1\n<\t>@2\n");
    reads("\" a \"\n", "< a >@1\n");
    reads("深圳,\"香港,\"\n", "<深圳><香港,>@1\n");
    reads("a;b\tc\n", "<a;b\tc>@1\n");

    refuses("a,b\n5\" pipe,x\n", 2, "does not begin with one");
    refuses("a,b\nc,\"d\" e\n", 2, "behind the quote");
    refuses("a,b\nc,\"d\"\"\n", 2, "never closed");
    refuses("a\n\"b\"c\nd\n", 2, "behind the quote");
    refuses("a,b\n\n\"x\ny\"z\n", 4, "behind the quote");
    refuses("a,b\nc,d\ne,\"f\ng,h\ni,j\n", 3, "never closed");
    refuses("\"", 1, "never closed");
    refuses("a,b\n\"c\nc\",\"d\ne,f", 3, "never closed");
    refuses("a b\"c\n", 1, "does not begin with one");
    refuses("a \"b\"\n", 1, "does not begin with one");
}

static void limits(void) {
    fault f = FAULT_INIT;
    heard h = {.stop_at = 0};
    size_t most = CSV_IN_FIELD_MOST;
    char *text = malloc(4 * most);
    for (int quoted = 0; quoted < 2; quoted++)
        for (size_t over = 0; over < 2; over++) {
            size_t n = 0;
            n += (size_t)sprintf(text, "a\n\"b\nb\"\n%s", quoted ? "\"" : "");
            memset(text + n, 'x', most + over);
            n += most + over;
            n += (size_t)sprintf(text + n, "%s\nend\n", quoted ? "\"" : "");
            long line = hear(&h, text, n, ',', 0, &f);
            is_int(line, over ? 4 : 0, "a%s field of %zu bytes", quoted ? " quoted" : "n unquoted",
                   most + over);
            is_int(f.kind, over ? FAULT_LIMIT : FAULT_NONE, "is %s",
                   over ? "over the limit" : "within it");
            is_int((long)h.records, over ? 2 : 4, "and %s", over ? "ends the reading" : "is read");
            buf_release(&h.text);
            fault_release(&f);
        }
    /* A quote that is never closed ends the reading at the limit, not at the end of the file. */
    size_t n = (size_t)sprintf(text, "a\n\"b\n");
    for (; n < 4 * most - 8; n += 2) memcpy(text + n, "y\n", 2);
    is_int(hear(&h, text, n, ',', 0, &f), 2,
           "an open quote above much text: the line of the quote");
    is_int(f.kind, FAULT_LIMIT, "it is a limit");
    has_str(f.item[0].hint, "closed", "the hint asks for the closing quote");
    buf_release(&h.text);
    fault_release(&f);
    free(text);

    for (size_t stop = 1; stop < 6; stop++)
        for (size_t block = 0; block < 3; block++) {
            h.stop_at = stop;
            is_int(hear(&h, "a,b\nc,d\n\"e\",f", 14, ',', block, &f), -1,
                   "stopped after %zu fields, by %zu", stop, block);
            is_int((long)h.fields, (long)stop, "no further field is read");
            is_int((long)f.count, 0, "stopping is no fault");
            buf_release(&h.text);
        }
}

static void headers(void) {
    static const struct {
        const char *text;
        size_t start, end, lines;
        char separator;
    } t[] = {{"", 0, 0, 0, ','},
             {"a", 0, 1, 0, ','},
             {"a,b\n1,2", 0, 4, 0, ','},
             {"a;b\r\n1;2", 0, 5, 0, ';'},
             {"a\tb,c\td\r1", 0, 8, 0, '\t'},
             {"\n\r\n\r\ra;b", 5, 8, 4, ';'},
             {"\"a\n;;;\",b\nc", 0, 10, 0, ','},
             {"\"a\"\"\n\",b\nc", 0, 9, 0, ','},
             {"a,b;c\n", 0, 6, 0, ','},
             {"a;b,c\td;e\n", 0, 10, 0, ';'},
             {"\"open\n", 0, 6, 0, ','},
             {"a,b\r", 0, 4, 0, ','},
             {"\r", 1, 1, 1, ','}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        size_t start, lines, n = strlen(t[i].text);
        char behind[32]; /* a line feed, which is no part of the text */
        snprintf(behind, sizeof behind, "%s\n", t[i].text);
        size_t end = csv_in_first_record(behind, n, &start, &lines);
        is_int((long)start, (long)t[i].start, "header %zu: where it begins", i);
        is_int((long)end, (long)t[i].end, "header %zu: where it ends", i);
        is_int((long)lines, (long)t[i].lines, "header %zu: lines before", i);
        is_int(csv_in_separator(t[i].text + start, end - start), t[i].separator,
               "header %zu: separator", i);
    }
}

static void written(int guard, const char *text, const char *want) {
    buf b = BUF_INIT;
    csv_out o = csv_out_to(&b, ',', guard);
    csv_out_string(&o, text);
    csv_out_string(&o, "z");
    csv_out_end(&o);
    char line[200];
    snprintf(line, sizeof line, "%s,z\n", want);
    is_str(buf_string(&b), line, "'%s' is written %s", text ? text : "(null)", want);
    buf_release(&b);
}

static void writing(void) {
    written(0, "plain", "plain");
    written(0, "", "");
    written(0, NULL, "");
    written(0, "a,b", "\"a,b\"");
    written(0, "a;b", "a;b");
    written(0, "say \"yes\"", "\"say \"\"yes\"\"\"");
    written(0, "\"", "\"\"\"\"");
    written(0, "two\nlines", "\"two\nlines\"");
    written(0, " a", "\" a\"");
    written(0, "a ", "\"a \"");
    written(0, "=1+1", "=1+1");
    written(1, "=1+1", "'=1+1");
    written(1, "+86", "+86");
    written(1, "+86 755", "'+86 755");
    written(1, "-", "'-");
    written(1, "@x", "'@x");
    written(1, "\tx", "\"'\tx\"");
    written(1, "\rx", "\"'\rx\"");
    written(1, "=a,b", "\"'=a,b\"");
    written(1, "a=b", "a=b");
    written(1, "深圳", "深圳");

    buf b = BUF_INIT;
    csv_out o = csv_out_to(&b, ';', 1);
    csv_out_number(&o, -1.5);
    csv_out_number(&o, (double)NAN);
    csv_out_date(&o, 15155);
    csv_out_date(&o, (double)NAN);
    csv_out_missing(&o);
    csv_out_string(&o, "a;b");
    csv_out_end(&o);
    csv_out_missing(&o);
    csv_out_end(&o);
    csv_out_number(&o, 0.1);
    csv_out_end(&o);
    is_str(buf_string(&b), "-1.5;;2011-06-30;;;\"a;b\"\n\"\"\n0.1\n",
           "numbers, dates, missing; numbers have no guard");
    buf_release(&b);
}

/* Random fields written and read back, with separators of all kinds. */
static void round_trip(void) {
    static const char *const piece[] = {"a", "\"", ",", ";", "\t",  "\n",  "\r",
                                        " ", "深", "=", "'", "x y", "\"\""};
    uint64_t seed = tap_seed();
    long wrong = 0;
    for (int turn = 0; turn < 20000 && !wrong; turn++) {
        char separator = ",;\t"[tap_random(&seed) % 3];
        buf b = BUF_INIT, want = BUF_INIT;
        csv_out o = csv_out_to(&b, separator, 0);
        size_t records = tap_random(&seed) % 5, line = 1;
        for (size_t i = 0; i < records; i++) {
            size_t fields = 1 + tap_random(&seed) % 4, begin = b.length;
            for (size_t k = 0; k < fields; k++) {
                char text[64] = "";
                for (size_t n = tap_random(&seed) % 6; n; n--)
                    strcat(text, piece[tap_random(&seed) % (sizeof piece / sizeof *piece)]);
                csv_out_string(&o, text);
                buf_print(&want, "<%s>", text);
            }
            csv_out_end(&o);
            buf_print(&want, "@%zu\n", line);
            /* Line ends by their definition: a CR and an LF behind it are one. */
            for (size_t n = begin; n < b.length; n++)
                line += b.text[n] == '\n' ||
                        (b.text[n] == '\r' && (n + 1 == b.length || b.text[n + 1] != '\n'));
        }
        heard h = {.stop_at = 0};
        fault f = FAULT_INIT;
        wrong += hear(&h, buf_string(&b), b.length, separator, tap_random(&seed) % 40, &f) != 0;
        wrong += strcmp(buf_string(&h.text), buf_string(&want)) != 0;
        if (wrong)
            diag("wrote:\n%s\nwant:\n%s\ngot:\n%s", buf_string(&b), buf_string(&want),
                 buf_string(&h.text));
        buf_release(&b);
        buf_release(&want);
        buf_release(&h.text);
        fault_release(&f);
    }
    is_int(wrong, 0, "20,000 random tables are read back as they were written");
}

/* Whatever the text, right or wrong: with the short cut for plain records and without it the same
 * fields, records, lines and faults come out. */
static void as_libcsv(void) {
    static const char *const piece[] = {
        "a",
        ",",
        "\n",
        "\"",
        "\r\n",
        "12.5",
        "\"q\"",
        ",\"x,y\",",
        "深圳",
        "\"\"",
        "\r",
        " ",
        "\"two\nlines\"\n",
        "a long field of more than sixty-four bytes, or nearly so, with a comma"};
    static const char *const cell[] = {"a",    "12.5",    "\"q\"", "",
                                       "深圳", "\"x,y\"", "-3.25", "\"\""};
    static const char *const end[] = {"\n", "\r\n", "\r"};
    enum { PIECES = sizeof piece / sizeof *piece, CELLS = sizeof cell / sizeof *cell };
    uint64_t seed = tap_seed();
    long wrong = 0, good = 0;
    size_t taken = 0;
    for (int turn = 0; turn < 60000 && !wrong; turn++) {
        buf b = BUF_INIT;
        size_t at_once = turn % 5 ? 0 : 2 + tap_random(&seed) % 3;
        /* Some texts are nearly all plain, so that errors stand deep inside. */
        size_t pieces = tap_random(&seed) % (turn % 3 ? 40 : 400),
               kinds = turn % 2 ? PIECES : 3 + tap_random(&seed) % 6;
        for (size_t i = 0; i < pieces; i++) {
            if (at_once && tap_random(&seed) % 50) { /* rows that may be taken many at once */
                buf_text(&b, cell[tap_random(&seed) % CELLS]);
                buf_text(&b, (i + 1) % at_once ? "," : end[turn % 3]);
                continue;
            }
            buf_text(&b, piece[tap_random(&seed) % 50 ? tap_random(&seed) % kinds
                                                      : tap_random(&seed) % PIECES]);
        }
        size_t n = b.length, block = tap_random(&seed) % 4 ? 0 : 1 + tap_random(&seed) % 100;
        char *exact = malloc(n ? n : 1);
        memcpy(exact, buf_string(&b), n);
        heard fast = {.at_once = at_once, .choice = seed}, slow = {.by_libcsv = 1};
        fault f = FAULT_INIT, g = FAULT_INIT;
        long got = hear(&fast, exact, n, ',', block, &f), want = hear(&slow, exact, n, ',', 0, &g);
        good += want == 0;
        taken += fast.taken;
        wrong += got != want || f.count != g.count ||
                 (f.count && strcmp(f.item[0].text, g.item[0].text) != 0);
        wrong += strcmp(buf_string(&fast.text), buf_string(&slow.text)) != 0;
        wrong += fast.before_last != slow.before_last;
        if (wrong)
            diag("text:\n%s\nlines %ld, %ld; got:\n%s\nwant:\n%s", buf_string(&b), got, want,
                 buf_string(&fast.text), buf_string(&slow.text));
        free(exact);
        buf_release(&b);
        buf_release(&fast.text);
        buf_release(&slow.text);
        fault_release(&f);
        fault_release(&g);
    }
    is_int(wrong, 0, "60,000 random texts are read as libcsv reads them");
    ok(good > 5000 && good < 55000, "%ld of them are CSV", good);
    ok(taken > 1000, "%zu rows were taken many at once", taken);
}

int main(void) {
    grammar();
    as_libcsv();
    limits();
    headers();
    writing();
    round_trip();
    return done_testing();
}
