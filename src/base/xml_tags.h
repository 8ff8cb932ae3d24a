/* The tags of an XML text, by their places, so that a text can be changed where it must and stays
 * as it is elsewhere. For texts that an XML parser has accepted, and in UTF-8: nothing is checked
 * here, but nothing is read beyond the end. Comments and the like are passed over. */
#ifndef BASE_XML_TAGS_H
#define BASE_XML_TAGS_H

#include <stddef.h>

typedef struct xml_tag {
    size_t from, to;    /* from its < to behind its > */
    const char *name;   /* without the prefix of its namespace */
    size_t length;      /* of that */
    const char *prefix; /* with its colon */
    size_t prefix_length;
    int closes, empty;
} xml_tag;

/* The next tag from *at on, which goes behind it. 0: there is none. */
int xml_next(const char *text, size_t length, size_t *at, xml_tag *out);
int xml_is(const xml_tag *t, const char *name);
/* The value of an attribute as it is written, whatever its prefix: where it begins and how long it
 * is. 0: it has none. */
int xml_attribute(const char *text, const xml_tag *t, const char *name, size_t *from,
                  size_t *length);
/* The same as a whole number; -1: it has none. */
long xml_number(const char *text, const xml_tag *t, const char *name);

#endif
