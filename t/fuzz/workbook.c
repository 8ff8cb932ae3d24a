/* Workbooks: any bytes; or, after a first byte that is odd, a package whose sheet is any XML, whose
 * shared texts are what stands behind a byte 1, and whose styles behind another. What is read is a
 * table or has a fault. */
#include "base/zip_out.h"
#include "fuzz.h"
#include "table/encoding.h"
#include "table/table.h"
#include "table/workbook.h"

#define MAIN "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void add_part(zip_out *z, const char *name, const void *bytes, size_t length) {
    fault f = FAULT_INIT;
    FUZZ_CHECK(zip_out_add(z, name, bytes, length, &f), "no part can be added");
}

static size_t piece_of(const uint8_t **from, size_t *left) {
    const uint8_t *end = *left ? memchr(*from, 1, *left) : NULL;
    return end ? (size_t)(end - *from) : *left;
}

static void make_package(const uint8_t *data, size_t size, buf *out) {
    static const char *const name[] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                       "xl/styles.xml", "xl/workbook.xml"};
    static const char book[] =
        "<workbook " MAIN " xmlns:r='" OFFICE
        "'><sheets><sheet name='one' sheetId='1' r:id='r1'/></sheets></workbook>";
    static const char relations[] =
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        "<Relationship Id='r1' Type='" OFFICE "/worksheet' Target='worksheets/sheet1.xml'/>"
        "<Relationship Id='r2' Type='" OFFICE "/sharedStrings' Target='sharedStrings.xml'/>"
        "<Relationship Id='r3' Type='" OFFICE "/styles' Target='styles.xml'/></Relationships>";
    static const char top[] =
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        "<Relationship Id='r1' Type='" OFFICE "/officeDocument' Target='xl/workbook.xml'/>"
        "</Relationships>";
    fault f = FAULT_INIT;
    zip_out *z = zip_out_open(out, &f);
    int own_book = 0;
    FUZZ_CHECK(z, "no package");
    add_part(z, "_rels/.rels", top, sizeof top - 1);
    add_part(z, "xl/_rels/workbook.xml.rels", relations, sizeof relations - 1);
    for (int i = 0; i < 4 && size; i++) {
        size_t n = piece_of(&data, &size);
        add_part(z, name[i], data, n);
        own_book = i == 3;
        data += n + (n < size);
        size -= n + (n < size);
    }
    if (!own_book) add_part(z, "xl/workbook.xml", book, sizeof book - 1);
    FUZZ_CHECK(zip_out_close(z, &f), "the package does not end");
}

FUZZ_TARGET(workbook) {
    if (!size || size > 20000) return 0;
    buf file = BUF_INIT;
    if (*data & 1)
        make_package(data + 1, size - 1, &file);
    else
        buf_put(&file, (const char *)data + 1, size - 1);
    char *bytes = fuzz_copy(buf_string(&file), file.length);
    fault notes = FAULT_INIT, f = FAULT_INIT;
    sheet_text t = {.text = BUF_INIT};
    sheet_wish wish = {
        .errors = *data >> 1 & 1, .blanks = *data >> 2 & 1, .range = *data & 8 ? "A1:C20" : NULL};
    if (workbook_read("f.xlsx", bytes, file.length, &wish, &t, &notes, &f)) {
        FUZZ_CHECK(utf8_check(buf_string(&t.text), 0, t.text.length, t.text.length) ==
                       t.text.length,
                   "a sheet that is not UTF-8");
        sheet_text_release(&t);
    } else {
        FUZZ_CHECK(f.count, "it is not read, and nothing says why");
    }
    fault_release(&f);
    f = FAULT_INIT;
    pool *strings = pool_open();
    tb_options o = {.others = TB_GUESS, .threads = 1, .workbook = 1};
    tb_table *table = tb_read_bytes("f.xlsx", bytes, file.length, &o, strings, &notes, &f);
    FUZZ_CHECK(table || f.count, "neither a table nor a fault");
    tb_close(table);
    pool_close(strings);
    fault_release(&notes);
    fault_release(&f);
    buf_release(&file);
    free(bytes);
    return 0;
}
