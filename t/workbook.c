#include "table/workbook.h"

#include "base/mem.h"
#include "table/table.h"
#include "table/package.h"
#include "table/workbook_inside.h"
#include "tap.h"
#include "workbook/mark.h"

/* ---- an archive whose parts are stored as they are ---- */

static uint32_t crc(const char *bytes, size_t n) {
    uint32_t c = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        c ^= (unsigned char)bytes[i];
        for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
    }
    return ~c;
}

static void put(buf *b, uint64_t x, int bytes) {
    for (int i = 0; i < bytes; i++) buf_char(b, (char)(x >> 8 * i));
}

typedef struct part {
    const char *name;
    buf text;
} part;

static void head(buf *b, const part *p, int central, uint32_t at) {
    put(b, central ? 0x02014b50 : 0x04034b50, 4);
    put(b, 20, central ? 2 : 0);
    put(b, 20, 2);
    put(b, 0, 8); /* flags, stored, time, date */
    put(b, crc(p->text.text, p->text.length), 4);
    put(b, (uint32_t)p->text.length, 4);
    put(b, (uint32_t)p->text.length, 4);
    put(b, (uint32_t)strlen(p->name), 2);
    put(b, 0, 2);
    if (central) {
        put(b, 0, 4);
        put(b, 0, 4);
        put(b, 0, 2);
        put(b, at, 4);
    }
    buf_text(b, p->name);
}

static void archive(buf *b, const part *p, size_t parts) {
    uint32_t at[16];
    buf_clear(b);
    for (size_t i = 0; i < parts; i++) {
        at[i] = (uint32_t)b->length;
        head(b, &p[i], 0, 0);
        buf_put(b, p[i].text.text, p[i].text.length);
    }
    uint32_t from = (uint32_t)b->length;
    for (size_t i = 0; i < parts; i++) head(b, &p[i], 1, at[i]);
    uint32_t size = (uint32_t)b->length - from;
    put(b, 0x06054b50, 4);
    put(b, 0, 4);
    put(b, (uint32_t)parts, 2);
    put(b, (uint32_t)parts, 2);
    put(b, size, 4);
    put(b, from, 4);
    put(b, 0, 2);
}

#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char *const parts[][2] = {
    {"_rels/.rels", "<Relationships><Relationship Id='a' Type='" RELATIONS
                    "/officeDocument' Target='/xl/workbook.xml'/></Relationships>"},
    {"xl/workbook.xml",
     "<x:workbook xmlns:x='m' xmlns:r='n'><x:sheets><x:sheet name='S' sheetId='1' "
     "r:id='a'/></x:sheets></x:workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships><Relationship Id='a' Type='" RELATIONS "/worksheet' Target='s.xml'/>"
     "<Relationship Id='b' Type='" RELATIONS "/sharedStrings' Target='t.xml'/>"
     "<Relationship Id='c' Type='" RELATIONS "/styles' Target='y.xml'/></Relationships>"},
    {"xl/t.xml",
     "<sst><si><t>unit</t></si><si><r><t>va</t></r><r><t>lue</t></r><rPh><t>no</t></rPh>"
     "</si><si><t xml:space='preserve'> a_x000D_&#10;b_x0041_</t></si></sst>"},
    {"xl/y.xml",
     "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='yyyy'/></numFmts><cellXfs>"
     "<xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/></cellXfs></styleSheet>"},
    {"xl/s.xml", "<worksheet><cols><col min='2' max='2' hidden='1'/></cols><sheetData><row "
                 "r='2'><c r='B2' t='s'>"
                 "<v>0</v></c><c r='C2' t='s'><v>1</v></c></row><row r='3'><c t='s' "
                 "r='B3'><v>2</v></c><c s='1'>"
                 "<f>A1</f><v>40724</v></c></row><row r='5'><c r='B5' t='b'><v>1</v></c><c "
                 "s='2'><v>40724</v></c>"
                 "</row></sheetData><mergeCells><mergeCell ref='B2:C2'/></mergeCells></worksheet>"},
};
enum { PARTS = sizeof parts / sizeof *parts };

static void fill(part *p) {
    for (size_t i = 0; i < PARTS; i++) {
        p[i] = (part){.name = parts[i][0], .text = BUF_INIT};
        buf_text(&p[i].text, parts[i][1]);
    }
}

static void drop(part *p) {
    for (size_t i = 0; i < PARTS; i++) buf_release(&p[i].text);
}

static void by_hand(void) {
    part p[PARTS];
    buf file = BUF_INIT;
    sheet_text t;
    fault f = FAULT_INIT, notes = FAULT_INIT;
    const sheet_wish wish = {.sheet = NULL};
    fill(p);
    archive(&file, p, PARTS);
    ok(workbook_read("w.xlsx", file.text, file.length, &wish, &t, &notes, &f),
       "a workbook is read");
    is_str(f.listed ? f.item[0].text : "", "", "without a fault");
    is_str(buf_string(&t.text), "\nunit,value\n\" a bA\",2011-06-30\n\nTRUE,2011\n",
           "each row is a line");
    is_str(t.name, "w.xlsx:S", "messages name the sheet");
    is_int(t.first_column, 2, "the first column is B");
    is_int((long)notes.count, 1, "a hidden column is told");
    sheet_text_release(&t);
    fault_release(&notes);
    const tb_options o = {.workbook = 1, .others = TB_NUMBER};
    pool *strings = pool_open();
    tb_table *table = tb_read_bytes("w.xlsx", file.text, file.length, &o, strings, NULL, &f);
    ok(!table && f.listed, "a table of numbers it is not");
    fault_tell_cells(&f);
    is_str(f.listed ? f.item[0].file : "", "w.xlsx:S!B3", "and the fault names the cell");
    tb_close(table);
    pool_close(strings);
    fault_release(&f);
    buf_release(&file);
    drop(p);
}

static void ranges(void) {
    sheet_range r;
    ok(sheet_range_read("A3:K60", &r) && r.row[0] == 3 && r.row[1] == 60 && r.column[1] == 11,
       "A3:K60");
    ok(sheet_range_read("$B$2:$AA$2", &r) && r.column[0] == 2 && r.column[1] == 27, "$B$2:$AA$2");
    ok(sheet_range_read("A:XFD", &r) && r.column[1] == 16384 && r.row[1] == 1048576, "A:XFD");
    ok(sheet_range_read("3:60", &r) && r.row[0] == 3 && r.column[1] == 16384, "3:60");
    ok(sheet_range_read("C7", &r) && r.row[1] == 7 && r.column[1] == 3, "C7");
    static const char *const none[] = {
        "",      "A",         "7",           "K60:A3",   "A3:K",  "A3-K60",
        "A0:B2", "XFE1:XFE2", "A1:B1048577", "A1:B2:C3", "A0:B0", "A1048577:B1048577",
        "数据",  NULL};
    for (size_t i = 0; none[i]; i++)
        ok(!sheet_range_read(none[i], &r), "'%s' is no range", none[i]);
    is_int((long)workbook_path("a.xlsx:S!A1:B2"), 6, "a path before a sheet");
    is_int((long)workbook_path("c:a.csv"), 7, "a path without one");
}

static void number(double x, cell_form form, int since_1904, const char *want) {
    buf b = BUF_INIT;
    cell_number(&b, x, form, since_1904);
    is_str(buf_string(&b), want, "%.17g is %s", x, want);
    buf_release(&b);
}

static void formats(void) {
    static const struct {
        const char *code;
        cell_form form;
    } known[] = {{"yyyy-mm-dd", FORM_DATE},
                 {"yyyy\"年\"m\"月\"", FORM_DATE},
                 {"[$-804]d/m;@", FORM_DATE},
                 {"yyyy", FORM_YEAR},
                 {"h:mm:ss", FORM_TIME},
                 {"[h]:mm", FORM_TIME},
                 {"General", FORM_NUMBER},
                 {"0.00E+00", FORM_NUMBER},
                 {"#,##0.00;[Red]\\-#,##0.00", FORM_NUMBER},
                 {"0\"days\"", FORM_NUMBER},
                 {"0 \\d", FORM_NUMBER},
                 {"@", FORM_NUMBER}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        is_int(cell_form_of(164, known[i].code), known[i].form, "the format %s", known[i].code);
    is_int(cell_form_of(14, NULL), FORM_DATE, "14 is built in");
    number(1, FORM_DATE, 0, "1900-01-01");
    number(59, FORM_DATE, 0, "1900-02-28");
    number(60, FORM_DATE, 0, "1900-02-29");
    number(61, FORM_DATE, 0, "1900-03-01");
    number(2958465, FORM_DATE, 0, "9999-12-31");
    number(0, FORM_DATE, 1, "1904-01-01");
    number(2957003, FORM_DATE, 1, "9999-12-31");
    number(40724.5, FORM_DATE, 0, "2011-06-30 12:00");
    number(40723.9999999, FORM_DATE, 0, "2011-06-30");
    number(0.5, FORM_TIME, 0, "12:00");
    number(-1, FORM_DATE, 0, "-1");
    number(0.1 + 0.2, FORM_NUMBER, 0, "0.30000000000000004");
}

/* ---- bytes that are changed at random ---- */

static uint64_t state = 20111;

static uint32_t chance(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

static void change(buf *b) {
    static const char *const words[] = {"<",          ">",          "'",           "&amp;", "&#0;",
                                        "1e999",      "-1",         "99999999999", "<row>", "</c>",
                                        "<c r='A1'>", "XFD1048576", "hidden"};
    if (!b->length) return;
    size_t at = chance((uint32_t)b->length);
    const char *word = words[chance(sizeof words / sizeof *words)];
    switch (chance(4)) {
    case 0: b->text[at] = (char)chance(256); break;
    case 1: b->text[at] ^= (char)(1 << chance(8)); break;
    case 2: b->length = at; break;
    default:
        for (size_t i = 0; word[i] && at + i < b->length; i++) b->text[at + i] = word[i];
    }
}

/* Whatever the bytes are: a text of lines, or a fault with a message. */
static void changed(void) {
    long silent = 0, read = 0;
    const sheet_wish wish = {.header = {2, 3}};
    for (int turn = 0; turn < 20000; turn++) {
        part p[PARTS];
        buf file = BUF_INIT;
        sheet_text t;
        fault f = FAULT_INIT, notes = FAULT_INIT;
        fill(p);
        /* Within parts, so that the archive is whole, or anywhere. */
        int inside = chance(3) > 0;
        for (uint32_t n = 1 + chance(3); inside && n; n--) change(&p[chance(PARTS)].text);
        archive(&file, p, PARTS);
        for (uint32_t n = 1 + chance(3); !inside && n; n--) change(&file);
        int fine = workbook_read("w.xlsx", file.text, file.length, &wish, &t, &notes, &f);
        silent += !fine && !f.count;
        silent += fine && (!t.text.length || t.text.text[t.text.length - 1] != '\n');
        read += fine;
        if (fine) sheet_text_release(&t);
        fault_release(&f);
        fault_release(&notes);
        buf_release(&file);
        drop(p);
    }
    is_int(silent, 0, "what is read has lines, and what is not has a message");
    ok(read > 500, "many changed workbooks can be read: %ld", read);
}

/* ---- marks, in sheets as many programs write them ---- */

/* A workbook of one sheet, whose relations, styles and further parts are as given; "" for none. */
typedef struct marked_book {
    const char *sheet, *relations, *styles, *name[2], *text[2];
} marked_book;

/* The parts of the copy in which C3, A1, B3 (twice, with two texts and one of them again) and D9
 * are marked; 0 where that fails, with the message in `to[0]`. */
static int marked(const marked_book *m, const char *const *want, buf *to) {
    part p[9];
    size_t n = 0;
    buf file = BUF_INIT, copy = BUF_INIT;
    fault f = FAULT_INIT;
    mark list[] = {{"S", 3, 3, "third <"}, {"S", 1, 1, "first"},      {"S", 3, 2, "one"},
                   {"S", 9, 4, "ninth"},   {"S", 3, 2, "two\nlines"}, {"S", 3, 2, "one"}};
    size_t count = sizeof list / sizeof *list;
    const char *const all[][2] = {
        {"[Content_Types].xml", "<Types><Default Extension='xml' ContentType='x'/></Types>"},
        {"_rels/.rels", parts[0][1]},
        {"xl/workbook.xml", "<workbook xmlns:r='n'><sheets><sheet name='S' sheetId='1' "
                            "r:id='a'/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels",
         *m->styles ? "<Relationships><Relationship Id='a' Type='" RELATIONS "/worksheet' "
                      "Target='sheets/s.xml'/><Relationship Id='c' Type='" RELATIONS "/styles' "
                      "Target='y.xml'/></Relationships>"
                    : "<Relationships><Relationship Id='a' Type='" RELATIONS "/worksheet' "
                      "Target='sheets/s.xml'/></Relationships>"},
        {"xl/sheets/s.xml", m->sheet},
        {"xl/sheets/_rels/s.xml.rels", m->relations},
        {"xl/y.xml", m->styles},
        {m->name[0] ? m->name[0] : "", m->name[0] ? m->text[0] : ""},
        {m->name[1] ? m->name[1] : "", m->name[1] ? m->text[1] : ""}};
    for (size_t i = 0; i < 9; i++) {
        if (!*all[i][1]) continue;
        p[n] = (part){.name = all[i][0], .text = BUF_INIT};
        buf_text(&p[n++].text, all[i][1]);
    }
    archive(&file, p, n);
    int fine = mark_workbook("w.xlsx", file.text, file.length, list, &count, &copy, &f);
    if (fine) is_int((long)count, 4, "marks of one cell are one");
    package *z = fine ? package_open("copy", copy.text, copy.length, &f) : NULL;
    for (size_t i = 0; z && want[i]; i++)
        if (!package_bytes(z, want[i], &to[i], &f)) buf_text(&to[i], "none");
    for (size_t i = 0; i < 4; i++) buf_char(&to[i], 0);
    if (z) package_close(z);
    if (!fine) buf_text(to, f.listed ? f.item[0].text : "no message");
    fault_release(&f);
    for (size_t i = 0; i < n; i++) buf_release(&p[i].text);
    buf_release(&file);
    buf_release(&copy);
    return fine;
}

static void marks(void) {
    static const char sheet_name[] = "xl/sheets/s.xml",
                      relations_name[] = "xl/sheets/_rels/s.xml.rels",
                      styles[] =
                          "<styleSheet><fills count='1'><fill/></fills><cellXfs count='2'><xf "
                          "fillId='0' applyFill='0'/><xf numFmtId='9'/></cellXfs></styleSheet>";
    static const struct {
        const char *what;
        marked_book of;
        const char *part[4], *want[4];
    } each[] = {
        {"a sheet without rows",
         {.sheet = "<worksheet><sheetData/></worksheet>", .relations = "", .styles = styles},
         {sheet_name, "xl/y.xml", relations_name, "xl/comments_assess1.xml"},
         {"<sheetData><row r=\"1\"><c r=\"A1\" s=\"2\"/></row><row r=\"3\"><c r=\"B3\" s=\"2\"/><c "
          "r=\"C3\" s=\"2\"/></row><row r=\"9\"><c r=\"D9\" s=\"2\"/></row></sheetData>"
          "<legacyDrawing xmlns:r=\"" RELATIONS "\" r:id=\"assessDrawing\"/></worksheet>",
          "<fills count='2'><fill/><fill><patternFill patternType=\"solid\">",
          "Target=\"/xl/comments_assess1.xml\"/>",
          "<comment ref=\"B3\" authorId=\"0\"><text><r><t "
          "xml:space=\"preserve\">one\ntwo\nlines</t>"}},
        {"rows and cells without addresses, and empty rows",
         {.sheet =
              "<x:worksheet xmlns:x='m'><x:sheetData><x:row><x:c s='1'><x:v>1</x:v></x:c><x:c "
              "r='A'/></x:row><x:row/><x:row r='3' spans='1'/><x:row r='7'><x:c r='A7'/></x:row>"
              "</x:sheetData><x:tableParts/></x:worksheet>",
          .relations = "",
          .styles = styles},
         {sheet_name, "xl/y.xml"},
         {"<x:row><x:c s='2'><x:v>1</x:v></x:c><x:c r='A'/></x:row><x:row/><x:row r='3' spans='1'>"
          "<x:c r=\"B3\" s=\"3\"/><x:c r=\"C3\" s=\"3\"/></x:row><x:row r='7'><x:c r='A7'/></x:row>"
          "<x:row r=\"9\"><x:c r=\"D9\" s=\"3\"/></x:row></x:sheetData><x:legacyDrawing",
          "<xf applyFill=\"1\" fillId=\"1\" numFmtId='9'/>"}},
        {"no styles",
         {.sheet = "<worksheet><sheetData><row r='3'><c r='A3'/><c r='B3'/><c r='AAAA3'/></row>"
                   "</sheetData></worksheet>",
          .relations = "<Relationships/>",
          .styles = ""},
         {sheet_name, relations_name},
         {"<row r=\"1\"><c r=\"A1\"/></row><row r='3'><c r='A3'/><c r='B3'/><c "
          "r='AAAA3'/>"
          "</row>",
          "<Relationships ><Relationship Id=\"assessComments\""}},
        {"styles without lists",
         {.sheet = "<worksheet><sheetData/></worksheet>",
          .relations = "",
          .styles = "<styleSheet><fills/></styleSheet>"},
         {sheet_name, "xl/y.xml"},
         {"<c r=\"A1\"/>", "<styleSheet><fills/></styleSheet>"}},
        {"a style that is not there, and lists that do not say how long they are",
         {.sheet =
              "<worksheet><sheetData><row r='1'><c r='A1' s='7'/></row></sheetData></worksheet>",
          .relations = "",
          .styles =
              "<styleSheet><fills><fill></fill></fills><cellXfs><xf fillId='4' applyFill='true'>"
              "<a/></xf></cellXfs></styleSheet>"},
         {sheet_name, "xl/y.xml"},
         {"<c r='A1' s='1'/>",
          "<xf applyFill=\"1\" fillId=\"1\"/><xf fillId='1' applyFill='0001'><a/></xf></cellXfs>"}},
        {"comments that are there, in a folder above, and their boxes",
         {.sheet = "<worksheet><sheetData/><legacyDrawing r:id='d'/></worksheet>",
          .relations =
              "<Relationships><Relationship Id='x' Target='none'/><Relationship Id='c' "
              "Type='" RELATIONS
              "/comments' Target='./../notes//c.xml'/><Relationship Id='e' Type='" RELATIONS
              "/vmlDrawing' Target='e.vml'/><Relationship Id='d' Type='" RELATIONS
              "/vmlDrawing' Target='/xl/d.vml'/></Relationships>",
          .styles = "",
          .name = {"xl/notes/c.xml", "xl/d.vml"},
          .text =
              {"<comments><authors/><commentList><comment "
               "ref='A1'><text><t>own</t></text></comment>"
               "<comment><text/></comment><comment "
               "ref='ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF1'><text></text>"
               "</comment><comment ref='a1'><text></text></comment><comment ref='C4'><text></text>"
               "</comment></commentList></comments>",
               "<xml><v:shape id='own'/></xml>"}},
         {"xl/notes/c.xml", "xl/d.vml", relations_name, "[Content_Types].xml"},
         {"<comment ref='A1'><text><t>own</t><r><t "
          "xml:space=\"preserve\">\nfirst</t></r></text></comment>"
          "<comment><text/></comment>",
          "<v:shape id='own'/><v:shape xmlns:v=", "Target='/xl/d.vml'/></Relationships>",
          "<Types><Default Extension='xml' ContentType='x'/></Types>"}},
        {"an empty list of comments, far up, and a part that is not there",
         {.sheet = "<worksheet><sheetData/><legacyDrawing r:id='none'/></worksheet>",
          .relations = "<Relationships><Relationship Id='c' Type='" RELATIONS
                       "/comments' Target='../../../../c.xml'/></Relationships>",
          .styles = "",
          .name = {"c.xml"},
          .text = {"<comments><commentList/></comments>"}},
         {"c.xml", "xl/drawings/vmlDrawing_assess1.vml"},
         {"<comments><commentList ><comment ref=\"A1\"", "<x:Row>0</x:Row><x:Column>0</x:Column>"}},
        {"parts without what belongs into them",
         {.sheet = "<worksheet></worksheet>", .relations = "<Other/>", .styles = ""},
         {sheet_name, relations_name},
         {"<worksheet><legacyDrawing", "<Other/>"}},
    };
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        buf got[5] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
        const char *part_names[5] = {each[i].part[0], each[i].part[1], each[i].part[2],
                                     each[i].part[3]};
        ok(marked(&each[i].of, part_names, got), "%s: marked: %s", each[i].what, buf_string(got));
        for (int k = 0; k < 4 && part_names[k]; k++)
            has_str(buf_string(&got[k]), each[i].want[k], "%s: %s", each[i].what, part_names[k]);
        for (int k = 0; k < 5; k++) buf_release(&got[k]);
    }
    static const char *const cells[] = {"", "A", "7", "A0", "AAAA1", "a1", "A1B", "A1000000000"};
    long row;
    int column;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        ok(!mark_cell(cells[i], &row, &column), "'%s' is no cell", cells[i]);
    ok(mark_cell("XFD1048576", &row, &column) && row == 1048576 && column == 16384,
       "the last cell");
}

int main(void) {
    by_hand();
    ranges();
    formats();
    changed();
    marks();
    return done_testing();
}
