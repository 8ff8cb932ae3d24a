/* Texts in XML. */
#ifndef BASE_XML_OUT_H
#define BASE_XML_OUT_H

#include "base/buf.h"

/* Appends a text, of an element or of an attribute in double quotes. Nothing in it is obeyed: marks
 * of XML are escaped, and characters that XML forbids, or that nobody sees but that change how the
 * others are read (marks of direction), are made visible as by width_safe. A line feed is one of
 * these: who wants lines breaks the text first. */
void xml_text(buf *b, const char *text, size_t length);

#endif
