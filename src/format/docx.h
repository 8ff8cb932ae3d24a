/* What a Word document holds beside its text: styles, numbering, page, footers.
 *
 * There are two forms. Chinese papers are laid out as GB/T 9704-2012 has official papers: A4 with
 * margins of 37, 35, 28 and 26 mm; 22 lines of 28 characters; the title in 小标宋 of size 二号, the
 * text in 仿宋 of 三号, headings in 黑体 and 楷体, numbered 一、 and （一）; page numbers as "— 1
 * —", at the outer edge. English papers are plain. Fonts are named, not embedded.
 *
 * Lengths are in twips, a twentieth of a point; sizes of letters in half points. */
#ifndef FORMAT_DOCX_H
#define FORMAT_DOCX_H

#include "base/buf.h"
#include "base/text.h"
#include "base/zip_out.h"

enum { DOCX_SIZES = 4 };

typedef struct docx_form {
    int page_width, page_height, top, right, bottom, left, footer;
    int size;              /* of the text */
    int first;             /* by how much the first line of a paragraph is indented */
    int table[DOCX_SIZES]; /* sizes of letters in tables, the one that is wanted most first */
} docx_form;

const docx_form *docx_form_of(text_language l);
int docx_text_width(const docx_form *form);

#define DRAWING "http://schemas.openxmlformats.org/drawingml/2006/"

typedef struct docx_picture {
    const char *bytes; /* PNG */
    size_t length;
} docx_picture;

/* The names of the parts and relations that pictures have: word/media/image1.png, "picture1". */
enum { DOCX_NAME = 48 };

/* Packs the body (the content of w:body without its last section) as a document behind what `to`
 * holds. */
int docx_pack(text_language l, const char *title, const buf *body, const docx_picture *picture,
              size_t pictures, buf *to, fault *f);

#endif
