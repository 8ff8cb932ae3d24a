#include "format/docx.h"

#include <stdio.h>
#include <string.h>

#include "base/xml_out.h"

#define MAIN "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define KIND "application/vnd.openxmlformats-officedocument.wordprocessingml."

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/* ---- the page ---- */

static const docx_form forms[] = {
    [TEXT_ENGLISH] = {11906, 16838, 1418, 1418, 1418, 1418, 720, 22, 0, {20, 18, 16, 14}},
    [TEXT_CHINESE] = {11906, 16838, 2098, 1474, 1984, 1587, 1225, 32, 640, {24, 21, 18, 15}},
};

const docx_form *docx_form_of(text_language l) { return &forms[l == TEXT_CHINESE]; }

int docx_text_width(const docx_form *form) { return form->page_width - form->left - form->right; }

static void put_section(buf *b, const docx_form *form, int both_sides) {
    buf_text(b, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"footer1\"/>");
    if (both_sides) buf_text(b, "<w:footerReference w:type=\"even\" r:id=\"footer2\"/>");
    buf_print(b,
              "<w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" "
              "w:bottom=\"%d\" w:left=\"%d\" w:header=\"720\" w:footer=\"%d\" w:gutter=\"0\"/>"
              "</w:sectPr>",
              form->page_width, form->page_height, form->top, form->right, form->bottom, form->left,
              form->footer);
}

/* ---- styles ---- */

typedef struct style {
    const char *id, *name, *based, *next; /* "": none */
    const char *paragraph, *letters;      /* their properties */
} style;

#define FONT(east) "<w:rFonts w:eastAsia=\"" east "\" w:hint=\"eastAsia\"/>"
#define SIZE(half) "<w:sz w:val=\"" half "\"/><w:szCs w:val=\"" half "\"/>"
#define LINES(of) "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"" of "\" w:lineRule=\"exact\"/>"
#define LEVEL(of) "<w:outlineLvl w:val=\"" of "\"/>"
#define NUMBER(list, level)                                                                        \
    "<w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" list "\"/></w:numPr>"
#define TABLE_LINES "<w:spacing w:before=\"20\" w:after=\"20\" w:line=\"240\" w:lineRule=\"auto\"/>"

static const style chinese[] = {
    {"Normal", "Normal", "", "", LINES("579"), FONT("仿宋") SIZE("32")},
    {"BodyText", "Body Text", "Normal", "",
     "<w:ind w:firstLine=\"640\" w:firstLineChars=\"200\"/><w:jc w:val=\"both\"/>", ""},
    {"Title", "Title", "Normal", "BodyText",
     "<w:keepNext/><w:spacing w:before=\"0\" w:after=\"579\" w:line=\"680\" w:lineRule=\"exact\"/>"
     "<w:jc w:val=\"center\"/>",
     FONT("方正小标宋简体") SIZE("44")},
    {"Heading1", "heading 1", "Normal", "BodyText",
     "<w:keepNext/>" NUMBER("1", "0") "<w:ind w:left=\"0\" w:firstLine=\"640\"/>" LEVEL("0"),
     FONT("黑体")},
    {"Heading2", "heading 2", "Normal", "BodyText",
     "<w:keepNext/>" NUMBER("1", "1") "<w:ind w:left=\"0\" w:firstLine=\"640\"/>" LEVEL("1"),
     FONT("楷体")},
    {"Facts", "Facts", "Normal", "", "", ""},
    {"ListBullet", "List Bullet", "Normal", "",
     NUMBER("2", "0") "<w:ind w:left=\"960\" w:hanging=\"320\"/><w:jc w:val=\"both\"/>", ""},
    {"Note", "Note", "Normal", "",
     LINES("400") "<w:ind w:firstLine=\"480\" w:firstLineChars=\"200\"/>", SIZE("24")},
    {"Code", "Code", "Normal", "", LINES("300") "<w:ind w:left=\"640\"/>",
     "<w:rFonts w:ascii=\"Consolas\" w:hAnsi=\"Consolas\" w:cs=\"Consolas\"/>" SIZE("18")},
    {"TableText", "Table Text", "Normal", "", TABLE_LINES, SIZE("21")},
    {"TableHead", "Table Head", "TableText", "", "<w:keepNext/><w:jc w:val=\"center\"/>",
     FONT("黑体")},
    {"Gap", "Gap", "Normal", "", LINES("240"), SIZE("12")},
    {"Picture", "Picture", "Normal", "", TABLE_LINES "<w:jc w:val=\"center\"/>", ""},
    {"Footer", "footer", "Normal", "", TABLE_LINES, FONT("宋体") SIZE("28")},
    {0},
};

static const style english[] = {
    {"Normal", "Normal", "", "", "<w:spacing w:before=\"0\" w:after=\"100\" w:line=\"264\"/>",
     SIZE("22")},
    {"BodyText", "Body Text", "Normal", "", "", ""},
    {"Title", "Title", "Normal", "BodyText",
     "<w:keepNext/><w:spacing w:after=\"240\" w:line=\"240\"/>", "<w:b/>" SIZE("36")},
    {"Heading1", "heading 1", "Normal", "BodyText",
     "<w:keepNext/><w:spacing w:before=\"280\" w:after=\"100\" w:line=\"240\"/>" LEVEL("0"),
     "<w:b/>" SIZE("28")},
    {"Heading2", "heading 2", "Normal", "BodyText",
     "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\" w:line=\"240\"/>" LEVEL("1"),
     "<w:b/>" SIZE("24")},
    {"Facts", "Facts", "Normal", "", "<w:spacing w:after=\"20\"/>", ""},
    {"ListBullet", "List Bullet", "Normal", "",
     NUMBER("2", "0") "<w:spacing w:after=\"40\"/><w:ind w:left=\"360\" w:hanging=\"360\"/>", ""},
    {"Note", "Note", "Normal", "", "", SIZE("18")},
    {"Code", "Code", "Normal", "", "<w:spacing w:after=\"40\" w:line=\"240\"/>",
     "<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\" w:cs=\"Courier New\"/>" SIZE("16")},
    {"TableText", "Table Text", "Normal", "", TABLE_LINES, SIZE("20")},
    {"TableHead", "Table Head", "TableText", "", "<w:keepNext/>", "<w:b/>"},
    {"Gap", "Gap", "Normal", "", LINES("200"), SIZE("12")},
    {"Picture", "Picture", "Normal", "", TABLE_LINES, ""},
    {"Footer", "footer", "Normal", "", "<w:jc w:val=\"center\"/>", SIZE("18")},
    {0},
};

static void put_styles(buf *b, text_language l) {
    int zh = l == TEXT_CHINESE;
    buf_print(b,
              "%s<w:styles xmlns:w=\"" MAIN "\"><w:docDefaults><w:rPrDefault><w:rPr>"
              "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
              "w:eastAsia=\"%s\" w:cs=\"Times New Roman\"/><w:lang w:val=\"en-%s\" "
              "w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>",
              head, zh ? "仿宋" : "宋体", zh ? "US" : "GB");
    for (const style *s = zh ? chinese : english; s->id; s++) {
        buf_print(b, "<w:style w:type=\"paragraph\"%s w:styleId=\"%s\"><w:name w:val=\"%s\"/>",
                  *s->based ? "" : " w:default=\"1\"", s->id, s->name);
        if (*s->based) buf_print(b, "<w:basedOn w:val=\"%s\"/>", s->based);
        if (*s->next) buf_print(b, "<w:next w:val=\"%s\"/>", s->next);
        buf_print(b, "<w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>", s->paragraph,
                  s->letters);
    }
    buf_text(b, "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\">"
                "<w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>"
                "<w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" "
                "w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>"
                "<w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/>"
                "<w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>");
    static const char *const inside[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (zh || (strcmp(inside[i], "left") && strcmp(inside[i], "right") && i < 5))
            buf_print(b, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"%s\"/>",
                      inside[i], zh ? "000000" : "808080");
    buf_text(b, "</w:tblBorders></w:tblPr></w:style></w:styles>");
}

/* ---- numbering ---- */

static void put_level(buf *b, int level, const char *kind, const char *text, const char *of) {
    buf_print(b, "<w:lvl w:ilvl=\"%d\"><w:start w:val=\"1\"/><w:numFmt w:val=\"%s\"/>", level,
              kind);
    if (*of) buf_print(b, "<w:pStyle w:val=\"%s\"/>", of);
    buf_print(b, "<w:suff w:val=\"%s\"/><w:lvlText w:val=\"%s\"/><w:lvlJc w:val=\"left\"/></w:lvl>",
              *of ? "nothing" : "tab", text);
}

/* List 1 are the headings of Chinese papers, list 2 is a list of points. */
static void put_numbering(buf *b, int zh) {
    buf_print(b, "%s<w:numbering xmlns:w=\"" MAIN "\">", head);
    if (zh) {
        buf_text(b, "<w:abstractNum w:abstractNumId=\"1\">"
                    "<w:multiLevelType w:val=\"multilevel\"/>");
        put_level(b, 0, "chineseCountingThousand", "%1、", "Heading1");
        put_level(b, 1, "chineseCountingThousand", "（%2）", "Heading2");
        buf_text(b, "</w:abstractNum>");
    }
    buf_text(b, "<w:abstractNum w:abstractNumId=\"2\"><w:multiLevelType "
                "w:val=\"singleLevel\"/>");
    put_level(b, 0, "bullet", "•", "");
    buf_text(b, "</w:abstractNum>");
    if (zh) buf_text(b, "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num>");
    buf_text(b, "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"2\"/></w:num></w:numbering>");
}

/* ---- the other parts ---- */

/* A program that lacks a font takes the one that is named beside it. */
static void put_fonts(buf *b) {
    static const char *const font[][2] = {{"方正小标宋简体", "宋体"},
                                          {"仿宋", "FangSong"},
                                          {"黑体", "SimHei"},
                                          {"楷体", "KaiTi"},
                                          {"宋体", "SimSun"}};
    buf_print(b, "%s<w:fonts xmlns:w=\"" MAIN "\">", head);
    for (size_t i = 0; i < sizeof font / sizeof *font; i++)
        buf_print(b,
                  "<w:font w:name=\"%s\"><w:altName w:val=\"%s\"/><w:charset w:val=\"86\"/>"
                  "</w:font>",
                  font[i][0], font[i][1]);
    buf_text(b, "</w:fonts>");
}

static void put_settings(buf *b, int both_sides) {
    buf_print(b,
              "%s<w:settings xmlns:w=\"" MAIN "\">%s<w:characterSpacingControl "
              "w:val=\"compressPunctuation\"/><w:compat><w:compatSetting "
              "w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" "
              "w:val=\"15\"/></w:compat></w:settings>",
              head, both_sides ? "<w:evenAndOddHeaders/>" : "");
}

/* Even pages have their number at the left, one character from the edge; odd ones at the right. */
static void put_footer(buf *b, int zh, int even) {
    const char *dash = zh ? "— " : "", *behind = zh ? " —" : "";
    buf_print(b,
              "%s<w:ftr xmlns:w=\"" MAIN "\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>%s</w:pPr>"
              "<w:r><w:t xml:space=\"preserve\">%s</w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r>"
              "<w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space=\"preserve\">%s</w:t></w:r>"
              "</w:p></w:ftr>",
              head,
              !zh    ? ""
              : even ? "<w:ind w:left=\"280\"/><w:jc w:val=\"left\"/>"
                     : "<w:ind w:right=\"280\"/><w:jc w:val=\"right\"/>",
              dash, behind);
}

static void put_core(buf *b, text_language l, const char *title) {
    buf_print(b,
              "%s<cp:coreProperties xmlns:cp=\"" PACKAGE "metadata/core-properties\" "
              "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>",
              head);
    xml_text(b, title, strlen(title));
    buf_print(b, "</dc:title><dc:language>%s</dc:language></cp:coreProperties>",
              l == TEXT_CHINESE ? "zh-CN" : "en");
}

typedef struct part {
    const char *name, *kind, *relation; /* relation "": of the package */
} part;

static const part parts[] = {
    {"word/document.xml", KIND "document.main+xml", ""},
    {"word/styles.xml", KIND "styles+xml", "styles"},
    {"word/settings.xml", KIND "settings+xml", "settings"},
    {"word/numbering.xml", KIND "numbering+xml", "numbering"},
    {"word/fontTable.xml", KIND "fontTable+xml", "fontTable"},
    {"word/footer1.xml", KIND "footer+xml", "footer"},
    {"word/footer2.xml", KIND "footer+xml", "footer"},
    {"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", ""},
};
enum { PARTS = sizeof parts / sizeof *parts };

static void put_kinds(buf *b) {
    buf_print(b,
              "%s<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
              "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
              "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
              "<Default Extension=\"png\" ContentType=\"image/png\"/>",
              head);
    for (size_t i = 0; i < PARTS; i++)
        buf_print(b, "<Override PartName=\"/%s\" ContentType=\"%s\"/>", parts[i].name,
                  parts[i].kind);
    buf_text(b, "</Types>");
}

static void put_relations(buf *b) {
    buf_print(b,
              "%s<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"document\" "
              "Type=\"" OFFICE "/officeDocument\" Target=\"word/document.xml\"/><Relationship "
              "Id=\"core\" Type=\"" PACKAGE "relationships/metadata/core-properties\" "
              "Target=\"docProps/core.xml\"/></Relationships>",
              head);
}

static void put_document_relations(buf *b, size_t pictures) {
    buf_print(b, "%s<Relationships xmlns=\"" PACKAGE "relationships\">", head);
    for (size_t i = 0; i < PARTS; i++) {
        const char *file = strchr(parts[i].name, '/') + 1;
        if (*parts[i].relation)
            buf_print(b, "<Relationship Id=\"%.*s\" Type=\"" OFFICE "/%s\" Target=\"%s\"/>",
                      (int)strcspn(file, "."), file, parts[i].relation, file);
    }
    for (size_t i = 1; i <= pictures; i++)
        buf_print(b,
                  "<Relationship Id=\"picture%zu\" Type=\"" OFFICE "/image\" "
                  "Target=\"media/image%zu.png\"/>",
                  i, i);
    buf_text(b, "</Relationships>");
}

static void put_document(buf *b, text_language l, const buf *body) {
    buf_print(b,
              "%s<w:document xmlns:w=\"" MAIN "\" xmlns:r=\"" OFFICE "\" xmlns:wp=\"http://"
              "schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
              "xmlns:a=\"" DRAWING "main\" xmlns:pic=\"" DRAWING "picture\"><w:body>",
              head);
    buf_put(b, buf_string(body), body->length);
    put_section(b, docx_form_of(l), l == TEXT_CHINESE);
    buf_text(b, "</w:body></w:document>");
}

/* ---- the file ---- */

static int add(zip_out *z, const char *name, buf *b, fault *f) {
    int fine = b->failed ? fault_memory(f) : zip_out_add(z, name, b->text, b->length, f);
    buf_clear(b);
    return fine;
}

int docx_pack(text_language l, const char *title, const buf *body, const docx_picture *picture,
              size_t pictures, buf *to, fault *f) {
    int zh = l == TEXT_CHINESE;
    buf b = BUF_INIT;
    zip_out *z = zip_out_open(to, f);
    if (!z) return 0;
#define ADD(name, put) ((put), add(z, (name), &b, f))
    int fine = ADD("[Content_Types].xml", put_kinds(&b)) && ADD("_rels/.rels", put_relations(&b)) &&
               ADD("word/document.xml", put_document(&b, l, body)) &&
               ADD("word/_rels/document.xml.rels", put_document_relations(&b, pictures)) &&
               ADD("word/styles.xml", put_styles(&b, l)) &&
               ADD("word/settings.xml", put_settings(&b, zh)) &&
               ADD("word/numbering.xml", put_numbering(&b, zh)) &&
               ADD("word/fontTable.xml", put_fonts(&b)) &&
               ADD("word/footer1.xml", put_footer(&b, zh, 0)) &&
               ADD("word/footer2.xml", put_footer(&b, zh, 1)) &&
               ADD("docProps/core.xml", put_core(&b, l, title));
#undef ADD
    for (size_t i = 0; fine && i < pictures; i++) {
        char name[DOCX_NAME];
        snprintf(name, sizeof name, "word/media/image%zu.png", i + 1);
        fine = zip_out_add(z, name, picture[i].bytes, picture[i].length, f);
    }
    buf_release(&b);
    return zip_out_close(z, f) && fine;
}
