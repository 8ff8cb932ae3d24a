/* A document as a Word file (.docx). */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/xml_out.h"
#include "document/message.h"
#include "format/docx.h"
#include "format/format.h"
#include "format/table_fold.h"

enum { GAP = 2, COMMANDS = 88 };

/* Letters that stand out. */
static const char strong[] = "<w:b/>";
static const char black[] = "<w:rFonts w:eastAsia=\"黑体\" w:hint=\"eastAsia\"/>";

typedef struct docx {
    const document *p;
    const docx_form *form;
    int zh;
    buf body;
    const char *section; /* the heading that was written last */
    const char *name;    /* what letters of a name stand out by */
    const int *ended;
    docx_picture *picture;
    size_t pictures, cap;
} docx;

/* ---- paragraphs ---- */

/* A run of letters, its line feeds as line breaks. `letters`: its properties. */
static void put_run(buf *b, const char *letters, const char *text, size_t length) {
    if (!length) return;
    buf_text(b, "<w:r>");
    if (*letters) buf_print(b, "<w:rPr>%s</w:rPr>", letters);
    for (size_t at = 0, n;; at += n + 1) {
        const char *end = memchr(text + at, '\n', length - at);
        n = end ? (size_t)(end - text) - at : length - at;
        buf_text(b, "<w:t xml:space=\"preserve\">");
        xml_text(b, text + at, n);
        buf_text(b, "</w:t>");
        if (!end) break;
        buf_text(b, "<w:br/>");
    }
    buf_text(b, "</w:r>");
}

/* `more`: properties beyond the style. */
static void start_paragraph(buf *b, const char *style, const char *more) {
    buf_print(b, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style, more);
}

static void end_paragraph(buf *b) { buf_text(b, "</w:p>"); }

static void put_paragraph(docx *d, const char *style, const char *text) {
    start_paragraph(&d->body, style, "");
    put_run(&d->body, "", text, strlen(text));
    end_paragraph(&d->body);
}

static void put_heading(docx *d, const char *style, const char *text) {
    d->section = text;
    put_paragraph(d, style, text);
}

/* ---- tables ---- */

static const char *const sides[] = {
    [WIDTH_LEFT] = "left", [WIDTH_RIGHT] = "right", [WIDTH_CENTRE] = "center"};

typedef struct table_docx {
    docx *d;
    table_fold fold;
    int size, each; /* of letters; the width of a column of text */
    size_t from, end;
} table_docx;

static size_t columns_of_text(const docx *d, int size) {
    return (size_t)docx_text_width(d->form) / (size_t)(5 * size);
}

/* The width of each column is its share of the text's, so that every table is as wide as that. */
static void put_grid(table_docx *t) {
    table_fold *l = &t->fold;
    size_t count = table_fold_count(l, t->from, t->end), sum = 0, before = 0;
    int whole = docx_text_width(t->d->form), used = 0;
    for (size_t i = 0; i < count; i++)
        sum += l->column[table_fold_at(l, i, t->from)].width + l->gap;
    buf_text(&t->d->body, "<w:tblGrid>");
    for (size_t i = 0; i < count; i++) {
        before += l->column[table_fold_at(l, i, t->from)].width + l->gap;
        int to = (int)((double)whole * (double)before / (double)sum);
        buf_print(&t->d->body, "<w:gridCol w:w=\"%d\"/>", to - used);
        used = to;
    }
    buf_text(&t->d->body, "</w:tblGrid>");
}

static void start_table(table_docx *t) {
    buf *b = &t->d->body;
    buf_print(b,
              "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"%d\" "
              "w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:firstRow=\"1\"/>",
              docx_text_width(t->d->form));
    if (*t->d->section) {
        buf_text(b, "<w:tblCaption w:val=\"");
        xml_text(b, t->d->section, strlen(t->d->section));
        buf_text(b, "\"/>");
    }
    buf_text(b, "</w:tblPr>");
    put_grid(t);
}

/* How a cell lies in the grid. */
typedef struct cell_place {
    size_t span;      /* columns */
    const char *down; /* NULL, or whether a cell over rows begins ("restart") or goes on */
} cell_place;

/* A cell with the text that was read last. */
static void put_cell(table_docx *t, cell_place at, const char *style, width_side side,
                     const char *letters) {
    buf *b = &t->d->body;
    const buf *text = &t->fold.safe;
    char align[32], all[160];
    snprintf(align, sizeof align, "<w:jc w:val=\"%s\"/>", sides[side]);
    snprintf(all, sizeof all, "%s<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>", letters, t->size,
             t->size);
    buf_text(b, "<w:tc><w:tcPr>");
    if (at.span > 1) buf_print(b, "<w:gridSpan w:val=\"%zu\"/>", at.span);
    if (at.down) buf_print(b, "<w:vMerge w:val=\"%s\"/>", at.down);
    buf_text(b, "<w:vAlign w:val=\"center\"/></w:tcPr>");
    start_paragraph(b, style, align);
    put_run(b, all, buf_string(text), text->length);
    end_paragraph(b);
    buf_text(b, "</w:tc>");
}

static void put_head(table_docx *t, size_t column, const char *text, cell_place at) {
    width_side side = t->d->zh || at.span > 1 ? WIDTH_CENTRE : t->fold.b->column[column].side;
    table_fold_head(&t->fold, text);
    put_cell(t, at, "TableHead", side, "");
}

static void start_row(buf *b, int head) {
    buf_print(b, "<w:tr><w:trPr><w:cantSplit/>%s</w:trPr>", head ? "<w:tblHeader/>" : "");
}

static void end_row(buf *b) { buf_text(b, "</w:tr>"); }

/* One row of headings, or two where some columns have a heading above; columns without one have a
 * heading over both rows. Word repeats these rows on each page. */
static void put_heads(table_docx *t) {
    table_fold *l = &t->fold;
    buf *b = &t->d->body;
    int overs = 0;
    for (size_t c = t->from; c < t->end; c++) overs |= *table_fold_over(l, c) != 0;
    for (int row = !overs; row < 2; row++) {
        start_row(b, 1);
        for (size_t i = 0, span; i < table_fold_count(l, t->from, t->end); i += span) {
            size_t c = table_fold_at(l, i, t->from);
            const char *over = i < l->keys ? "" : table_fold_over(l, c);
            const char *name = l->b->column[c].head;
            span = 1;
            if (!*over) {
                const char *down = !overs ? NULL : row ? "continue" : "restart";
                put_head(t, c, overs && row ? "" : name, (cell_place){1, down});
            } else if (row) {
                put_head(t, c, name, (cell_place){1, NULL});
            } else {
                size_t stop = table_fold_run(l, c);
                span = (stop < t->end ? stop : t->end) - c;
                put_head(t, c, over, (cell_place){span, NULL});
            }
        }
        end_row(b);
    }
}

static void put_rows(table_docx *t) {
    table_fold *l = &t->fold;
    buf *b = &t->d->body;
    for (size_t r = 0; r < l->rows && !*t->d->ended; r++) {
        start_row(b, 0);
        for (size_t i = 0; i < table_fold_count(l, t->from, t->end); i++) {
            size_t c = table_fold_at(l, i, t->from);
            paint ink = table_fold_cell(l, r, c);
            put_cell(t, (cell_place){1, NULL}, "TableText", l->b->column[c].side,
                     ink == PAINT_FOCUS ? strong : "");
        }
        end_row(b);
    }
}

/* Opens the table in the first size in which it fits the page without a break in its texts; else
 * in which it fits with them; else in the third, to be folded. */
static int open_fitting(table_docx *t, const document_block *b) {
    const docx *d = t->d;
    for (int whole = 1; whole >= 0; whole--)
        for (int i = 0; i < DOCX_SIZES - whole; i++) {
            t->size = d->form->table[i];
            size_t width = columns_of_text(d, t->size) - GAP, wants = 0;
            if (!table_fold_open(&t->fold, b, width, GAP, 0, d->ended)) return 0;
            for (size_t c = 0; c < b->columns; c++) wants += t->fold.column[c].want + GAP;
            if (whole ? wants <= width + GAP : table_fold_end(&t->fold, t->fold.keys) == b->columns)
                return 1;
            table_fold_close(&t->fold);
        }
    t->size = d->form->table[2];
    return table_fold_open(&t->fold, b, columns_of_text(d, t->size) - GAP, GAP, 0, d->ended);
}

static void put_table(docx *d, const document_block *b) {
    table_docx t = {.d = d};
    if (!open_fitting(&t, b)) {
        d->body.failed = 1;
        table_fold_close(&t.fold);
        return;
    }
    t.from = t.fold.keys;
    do {
        t.end = table_fold_end(&t.fold, t.from);
        table_fold_decide(&t.fold, t.from, t.end);
        start_table(&t);
        put_heads(&t);
        put_rows(&t);
        buf_text(&d->body, "</w:tbl>");
        put_paragraph(d, "Gap", ""); /* else Word makes neighbours one table */
        t.from = t.end;
    } while (t.from < b->columns && !*d->ended);
    table_fold_close(&t.fold);
}

/* ---- blocks ---- */

/* The values stand below one another, behind the widest name. */
static void put_facts(docx *d, const document_block *b) {
    const char *colon = d->p->colon;
    size_t widest = b->indent > 2 ? b->indent - 2 : 0;
    for (size_t i = 0; i < b->columns; i++) {
        size_t width = width_of(b->column[i].head, strlen(b->column[i].head));
        if (width > widest) widest = width;
    }
    int hang = (int)(widest + 4) * 5 * d->form->size, most = docx_text_width(d->form) / 2;
    char indent[96];
    if (hang > most) hang = most;
    snprintf(indent, sizeof indent, "<w:ind w:left=\"%d\" w:hanging=\"%d\"/>",
             d->form->first + hang, hang);
    for (size_t i = 0; i < b->columns; i++) {
        const char *name = b->column[i].head, *value = *b->cell[i].shown ? b->cell[i].shown : "-";
        start_paragraph(&d->body, "Facts", indent);
        put_run(&d->body, d->name, name, strlen(name));
        if (*name) put_run(&d->body, "", colon, strcspn(colon, " "));
        buf_text(&d->body, "<w:r><w:tab/></w:r>");
        put_run(&d->body, "", value, strlen(value));
        end_paragraph(&d->body);
    }
}

static void put_line(docx *d, const document_block *b) {
    const char *text = b->cell->shown;
    if (b->ink == PAINT_TITLE) {
        put_heading(d, "Heading2", text);
        return;
    }
    start_paragraph(&d->body,
                    *b->lead                ? "ListBullet"
                    : b->ink == PAINT_FAINT ? "Note"
                                            : "BodyText",
                    "");
    if (*b->lead && *b->lead != '-') {
        put_run(&d->body, d->name, b->lead, strlen(b->lead));
        put_run(&d->body, "", " ", 1);
    }
    put_run(&d->body, "", text, strlen(text));
    end_paragraph(&d->body);
}

static void put_legend(docx *d, const document_block *b) {
    buf all = BUF_INIT;
    for (size_t i = 0; i < b->cells; i++)
        buf_print(&all, "%s%s", i ? d->zh ? "；" : "; " : "", b->cell[i].shown);
    put_paragraph(d, "Note", buf_string(&all));
    d->body.failed |= all.failed;
    buf_release(&all);
}

static void put_commands(docx *d, const document_block *b) {
    buf text = BUF_INIT;
    document_fold_commands(b, COMMANDS, "", &text);
    put_paragraph(d, "Code", buf_string(&text));
    d->body.failed |= text.failed;
    buf_release(&text);
}

static void put_message(docx *d, const document_block *b) {
    buf line = BUF_INIT;
    message_line(&line, b->message, b->lead, 0);
    if (line.length) line.text[--line.length] = 0; /* its line feed */
    put_paragraph(d, "BodyText", buf_string(&line));
    if (*b->message->excerpt) put_paragraph(d, "Code", b->message->excerpt);
    d->body.failed |= line.failed;
    buf_release(&line);
}

/* As wide as the text at most, and no higher than most of a page. */
static void put_picture(docx *d, const document_block *b) {
    const docx_form *form = d->form;
    const document_image *image = &b->image;
    double most = (form->page_height - form->top - form->bottom) * 0.8, w = image->width * 15,
           h = image->height * 15, shrink = 1; /* in twips */
    if (w > docx_text_width(form)) shrink = docx_text_width(form) / w;
    if (h * shrink > most) shrink = most / h;
    if (!MEM_RESERVE(d->picture, d->pictures + 1, d->cap)) {
        d->body.failed = 1;
        return;
    }
    d->picture[d->pictures++] = (docx_picture){image->bytes, image->length};
    int number = (int)d->pictures;
    long wide = (long)(w * shrink) * 635, high = (long)(h * shrink) * 635; /* a twip has 635 EMU */
    start_paragraph(&d->body, "Picture", "");
    buf_print(&d->body,
              "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">"
              "<wp:extent cx=\"%ld\" cy=\"%ld\"/><wp:docPr id=\"%d\" name=\"picture%d\" "
              "descr=\"",
              wide, high, number, number);
    xml_text(&d->body, b->cell->shown, strlen(b->cell->shown));
    buf_print(&d->body,
              "\"/><a:graphic><a:graphicData uri=\"" DRAWING "picture\"><pic:pic><pic:nvPicPr>"
              "<pic:cNvPr id=\"%d\" name=\"picture%d\"/><pic:cNvPicPr/></pic:nvPicPr>"
              "<pic:blipFill><a:blip r:embed=\"picture%d\"/><a:stretch><a:fillRect/></a:stretch>"
              "</pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%ld\" "
              "cy=\"%ld\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>"
              "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
              number, number, number, wide, high);
    end_paragraph(&d->body);
}

static void put_block(docx *d, const document_block *b) {
    switch (b->kind) {
    case DOCUMENT_FACTS: put_facts(d, b); break;
    case DOCUMENT_TABLE:
        if (document_rows(b))
            put_table(d, b);
        else
            put_paragraph(d, "BodyText", d->p->none);
        break;
    case DOCUMENT_NOTE:
    case DOCUMENT_LINE: put_line(d, b); break;
    case DOCUMENT_LEGEND: put_legend(d, b); break;
    case DOCUMENT_COMMANDS: put_commands(d, b); break;
    case DOCUMENT_MESSAGE: put_message(d, b); break;
    case DOCUMENT_PICTURE: put_picture(d, b); break;
    case DOCUMENT_HEADING:
    case DOCUMENT_CHART:
    case DOCUMENT_RESULTS: break;
    }
}

void document_as_docx(const document *p, page *on) {
    output *to = on->out;
    text_language l = document_language(p);
    docx d = {.p = p,
              .form = docx_form_of(l),
              .zh = l == TEXT_CHINESE,
              .section = p->title,
              .name = l == TEXT_CHINESE ? black : strong,
              .ended = &to->ended};
    buf file = BUF_INIT;
    fault f = FAULT_INIT; /* minizip is there (format_write): only memory can lack */
    if (*p->title) put_paragraph(&d, "Title", p->title);
    for (size_t i = 0; i < p->blocks && !to->ended; i++) {
        const document_block *b = &p->block[i];
        if (*b->title) put_heading(&d, "Heading1", b->title);
        put_block(&d, b);
    }
    if (!d.body.failed && docx_pack(l, p->title, &d.body, d.picture, d.pictures, &file, &f))
        output_put(to, buf_string(&file), file.length);
    else
        to->held.failed = 1;
    fault_release(&f);
    buf_release(&file);
    buf_release(&d.body);
    mem_free(d.picture);
}
