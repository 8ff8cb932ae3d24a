/* CSV: in chunks, and by our shortcuts, it reads as libcsv alone reads it; and any text is a table
 * or has a fault. */
#include "base/buf.h"
#include "fuzz.h"
#include "table/csv_in.h"
#include "table/table.h"

static void take_field(void *self, const char *text, size_t length) {
    buf_print(self, "%zu:", length);
    buf_put(self, text, length);
}

static void take_record(void *self) { buf_char(self, '\n'); }

typedef struct reading {
    buf heard;
    size_t lines;
    int good;
} reading;

static reading read_csv(const char *text, size_t n, char separator, size_t chunk, int by_libcsv) {
    reading r = {.heard = BUF_INIT};
    csv_in_sink sink = {.field = take_field, .record = take_record, .self = &r.heard};
    csv_in *in = csv_in_open(separator, memchr(text, '"', n) != NULL, &sink);
    if (by_libcsv) csv_in_by_libcsv(in);
    r.good = 1;
    for (size_t at = 0; r.good && at < n; at += chunk)
        r.good = csv_in_feed(in, text + at, chunk < n - at ? chunk : n - at);
    r.good = r.good && csv_in_end(in);
    r.lines = csv_in_lines(in);
    csv_in_close(in);
    return r;
}

static void check_table(const char *text, size_t n, unsigned mode) {
    static const char *const encoding[] = {NULL, "utf-8", "gb18030", "utf-16le"};
    const tb_want want[] = {{"a", TB_NUMBER, "%", 1}, {"b", TB_DATE, NULL, 1}};
    tb_options o = {.want = want,
                    .wants = mode & 1 ? 2 : 0,
                    .others = TB_GUESS,
                    .threads = 1,
                    .encoding = encoding[mode >> 1 & 3],
                    .decimal = mode & 8 ? ',' : 0,
                    .trim = mode >> 4 & 1,
                    .keep = mode >> 5 & 1,
                    .most_rows = mode & 64 ? 5 : 0,
                    .header = {mode & 128 ? 1 : 0, mode & 128 ? 2 : 0}};
    pool *strings = pool_open();
    fault notes = FAULT_INIT, f = FAULT_INIT;
    tb_table *t = tb_read_text("f.csv", text, n, &o, strings, &notes, &f);
    FUZZ_CHECK(t || f.count, "neither a table nor a fault");
    for (size_t c = 0; t && c < tb_columns(t); c++)
        for (size_t r = 0; r < tb_rows(t) && tb_column_at(t, c)->value; r++) {
            double x = tb_column_at(t, c)->value[r];
            if (tb_column_at(t, c)->kind == TB_TEXT && x == x)
                FUZZ_CHECK(pool_text(strings, (uint32_t)x), "a text that is not there");
        }
    tb_close(t);
    fault_release(&notes);
    fault_release(&f);
    pool_close(strings);
}

FUZZ_TARGET(csv) {
    if (size < 2) return 0;
    size_t n = size - 2;
    char *text = fuzz_copy(data + 2, n), separator = ",;\t"[data[0] % 3];
    if (!memchr(text, 0, n)) {
        reading whole = read_csv(text, n, separator, n ? n : 1, 1);
        reading parts = read_csv(text, n, separator, 1 + data[1] % 16, 0);
        FUZZ_CHECK(whole.good == parts.good, "libcsv %d, in parts %d", whole.good, parts.good);
        FUZZ_CHECK(whole.lines == parts.lines, "lines: libcsv %zu, in parts %zu", whole.lines,
                   parts.lines);
        if (whole.good)
            FUZZ_CHECK(
                whole.heard.length == parts.heard.length &&
                    !memcmp(buf_string(&whole.heard), buf_string(&parts.heard), whole.heard.length),
                "libcsv reads '%s', in parts '%s'", buf_string(&whole.heard),
                buf_string(&parts.heard));
        buf_release(&whole.heard);
        buf_release(&parts.heard);
    }
    check_table(text, n, data[0]);
    free(text);
    return 0;
}
