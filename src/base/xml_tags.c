#include "base/xml_tags.h"

#include <stdlib.h>
#include <string.h>

static const char *find(const char *from, const char *end, const char *what) {
    size_t n = strlen(what);
    for (; from + n <= end; from++)
        if (*from == *what && !memcmp(from, what, n)) return from + n;
    return end;
}

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static int ends_name(char c) { return is_space(c) || c == '>' || c == '/' || c == '='; }

/* Behind the > of a tag; one within quotes is none. */
static const char *end_of(const char *s, const char *end) {
    char quote = 0;
    for (; s < end && (quote || *s != '>'); s++)
        if (quote ? *s == quote : *s == '"' || *s == '\'') quote = quote ? 0 : *s;
    return s < end ? s + 1 : end;
}

int xml_next(const char *text, size_t length, size_t *at, xml_tag *out) {
    const char *s = text + *at, *end = text + length;
    while ((s = memchr(s, '<', (size_t)(end - s))) != NULL) {
        if (end - s >= 4 && !memcmp(s, "<!--", 4))
            s = find(s, end, "-->");
        else if (end - s >= 9 && !memcmp(s, "<![CDATA[", 9))
            s = find(s, end, "]]>");
        else if (end - s >= 2 && (s[1] == '?' || s[1] == '!'))
            s = end_of(s, end);
        else
            break;
    }
    if (!s || s == end) return 0;
    *out = (xml_tag){.from = (size_t)(s - text)};
    const char *behind = end_of(s, end), *name = s + 1;
    out->to = (size_t)(behind - text);
    out->closes = name < behind && *name == '/';
    out->empty = behind - s > 2 && behind[-2] == '/';
    name += out->closes;
    out->prefix = out->name = name;
    const char *stop = name;
    for (; stop < behind && !ends_name(*stop); stop++)
        if (*stop == ':') out->name = stop + 1;
    out->length = (size_t)(stop - out->name);
    out->prefix_length = (size_t)(out->name - out->prefix);
    *at = out->to;
    return 1;
}

int xml_is(const xml_tag *t, const char *name) {
    return strlen(name) == t->length && !memcmp(t->name, name, t->length);
}

int xml_attribute(const char *text, const xml_tag *t, const char *name, size_t *from,
                  size_t *length) {
    const char *s = t->name + t->length, *end = text + t->to;
    size_t wanted = strlen(name);
    while (s < end) {
        while (s < end && is_space(*s)) s++;
        const char *own = s;
        for (; s < end && !ends_name(*s); s++)
            if (*s == ':') own = s + 1;
        size_t n = (size_t)(s - own);
        while (s < end && *s != '"' && *s != '\'' && *s != '>') s++;
        if (s == end || *s == '>') return 0;
        char quote = *s++;
        const char *value = s;
        while (s < end && *s != quote) s++;
        if (n == wanted && !memcmp(own, name, n)) {
            *from = (size_t)(value - text);
            *length = (size_t)(s - value);
            return 1;
        }
        s += s < end;
    }
    return 0;
}

long xml_number(const char *text, const xml_tag *t, const char *name) {
    size_t from, length;
    long out = 0;
    if (!xml_attribute(text, t, name, &from, &length) || !length || length > 9) return -1;
    for (size_t i = from; i < from + length; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        out = 10 * out + (text[i] - '0');
    }
    return out;
}
