/* HTML: texts and tags, and the frame of a page.
 *
 * A page is one file that needs nothing else: its style and its script stand in it, and its
 * Content-Security-Policy names both by their SHA-256 and allows nothing else, so that a name in
 * the data can never become code. Texts from outside are made safe (width_safe) and escaped. */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include "base/text.h"
#include "document/output.h"

/* A text in a tag or an attribute in double quotes; line feeds become spaces. */
void html_text(output *to, const char *text);
/* The same, not in an attribute. */
void html_put(output *to, const char *text, size_t length);
/* The same, line feeds as <br>. */
void html_lines(output *to, const char *text);
/* A text as part of an address: bytes other than letters, digits and -._~ as %XX. */
void html_address(output *to, const char *text);
/* <tag>text</tag> */
void html_element(output *to, const char *tag, const char *text);
/* <p class="class">text</p> */
void html_paragraph(output *to, const char *class, const char *text);

/* The id of an explanation: short, since a page has thousands. `kind` is put before it, or 0. */
void html_id(output *to, char kind, size_t number);

/* Everything before the body's content, and after it. */
void html_begin(output *to, text_language language, const char *title);
void html_end(output *to);

/* A formula as MathML; 0, and nothing written, where its text is none that formula_write makes. */
int html_formula(output *to, const char *name, const char *formula);

/* A drawing that chart/svg.h made, as a part of a page. */
void html_drawing(output *to, const buf *svg);

#endif
