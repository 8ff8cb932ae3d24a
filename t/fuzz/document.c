/* Writers of documents: whatever the texts are, JSON is read by Jansson, CSV by libcsv, the parts
 * of a Word file by expat, and HTML has the same elements as with harmless texts. The bytes are
 * texts, each ended by a byte 1, for a title, facts, a table and a note. */
#define csv_write csv_write_of_libcsv /* there is another one */
#include <csv.h>
#undef csv_write
#include <jansson.h>

#include "base/zip_out.h"
#include "fuzz.h"
#include "format/format.h"
#include "table/encoding.h"
#include "table/package.h"

enum { TEXTS = 14, CELLS = 9 };

static void make_document(document *p, char *const *text) {
    const document_column column[] = {{"a", text[4], WIDTH_LEFT, 8},
                                      {"b", text[5], WIDTH_RIGHT, 0}};
    document_open(p, "fuzz", text[0], ": ", "none");
    document_fact(p, "one", text[1], document_text(text[2]));
    document_table(p, "rows", text[3], column, 2);
    for (int i = 6; i + 1 < TEXTS - 1; i += 2)
        DOCUMENT_ROW(p, document_text(text[i]), document_text(text[i + 1]));
    document_section(p, text[1]);
    document_line(p, PAINT_WARN, 2, "- ", "%s", text[2]);
    document_note(p, "note", text[TEXTS - 1]);
}

static void write_as(const char *name, char *const *text, buf *out) {
    document d;
    fault f = FAULT_INIT;
    output to = output_to(OUTPUT_KEEP, NULL);
    page p = {.out = &to, .width = 40};
    size_t i = 0;
    while (strcmp(formats[i].name, name) != 0) i++;
    make_document(&d, text);
    FUZZ_CHECK(format_write(&formats[i], &d, &p, &f) && !to.failed, "%s is not written", name);
    buf_put(out, buf_string(&to.held), to.held.length);
    output_release(&to);
    document_close(&d);
}

static void check_json(const buf *b) {
    json_error_t error;
    json_t *read = json_loadb(b->text, b->length, 0, &error);
    FUZZ_CHECK(read, "JSON: line %d: %s", error.line, error.text);
    json_decref(read);
}

static void check_csv(const buf *b) {
    struct csv_parser p;
    FUZZ_CHECK(csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) == 0, "libcsv");
    FUZZ_CHECK(csv_parse(&p, b->text, b->length, NULL, NULL, NULL) == b->length, "CSV: %s",
               csv_strerror(csv_error(&p)));
    FUZZ_CHECK(csv_fini(&p, NULL, NULL, NULL) == 0, "the end of CSV: %s",
               csv_strerror(csv_error(&p)));
    csv_free(&p);
}

/* The names of the elements, in their order, but for line ends within a text. */
static void elements_of(const buf *b, buf *out) {
    for (size_t i = 0; i < b->length; i++) {
        if (b->text[i] != '<') continue;
        size_t n = 1;
        while (i + n < b->length && !strchr(" >\n", b->text[i + n])) n++;
        if (n != 3 || memcmp(b->text + i, "<br", 3) != 0) buf_put(out, b->text + i, n);
    }
}

/* A text that is left out takes its element with it, so empty ones stay empty. */
static void check_html(const buf *b, char *const *text) {
    static char plain[] = "x", none[] = "";
    char *harmless[TEXTS];
    buf other = BUF_INIT, is = BUF_INIT, want = BUF_INIT;
    for (int i = 0; i < TEXTS; i++) harmless[i] = *text[i] ? plain : none;
    write_as("html", harmless, &other);
    elements_of(b, &is);
    elements_of(&other, &want);
    FUZZ_CHECK(!strcmp(buf_string(&is), buf_string(&want)), "HTML: %s\ninstead of %s",
               buf_string(&is), buf_string(&want));
    buf_release(&other);
    buf_release(&is);
    buf_release(&want);
}

static void ignore_start(void *self, const char *name, const char **attribute) {
    (void)self, (void)name, (void)attribute;
}
static void ignore_end(void *self, const char *name) { (void)self, (void)name; }
static void ignore_text(void *self, const char *text, size_t n) { (void)self, (void)text, (void)n; }

static void check_docx(const buf *b) {
    fault f = FAULT_INIT;
    char name[PACKAGE_NAME];
    package *p = package_open("f.docx", b->text, b->length, &f);
    FUZZ_CHECK(p, "Word: no package");
    for (int more = package_name(p, 1, name); more; more = package_name(p, 0, name)) {
        package_sink sink = {ignore_start, ignore_end, ignore_text, NULL};
        if (strstr(name, ".xml") || strstr(name, ".rels"))
            FUZZ_CHECK(package_parse(p, name, &sink, &f), "Word: %s: %s", name,
                       f.listed ? f.item[0].text : "");
    }
    package_close(p);
}

FUZZ_TARGET(document) {
    static int word = -1;
    char *text[TEXTS], all[4096];
    size_t at = 0;
    if (size >= sizeof all) return 0;
    memcpy(all, data, size);
    all[size] = 0;
    for (size_t i = 0; i < size; i++)
        if (!all[i]) all[i] = '0';
    for (int i = 0; i < TEXTS; i++) {
        text[i] = all + at;
        size_t n = strcspn(all + at, "\1");
        at += n + (at + n < size);
        text[i][n] = 0;
    }
    if (word < 0) {
        fault f = FAULT_INIT;
        word = zip_out_ready(&f);
        fault_release(&f);
    }
    static const char *const name[] = {"json", "csv", "html", "docx", "md", "text"};
    for (int i = 0; i < 6; i++) {
        buf b = BUF_INIT;
        if (i == 3 && !word) continue;
        write_as(name[i], text, &b);
        if (i == 0) check_json(&b);
        if (i == 1) check_csv(&b);
        if (i == 2) check_html(&b, text);
        if (i == 3) check_docx(&b);
        for (size_t k = 0; i == 5 && k < b.length; k++)
            FUZZ_CHECK((unsigned char)b.text[k] >= ' ' || b.text[k] == '\n', "text: byte %d",
                       b.text[k]);
        buf_release(&b);
    }
    return 0;
}
