#include "table/list.h"

#include <string.h>

static size_t space_at(const char *text) {
    return *text == ' ' || *text == '\t' || *text == '\n' || *text == '\r' ? 1
           : !strncmp(text, "\xe3\x80\x80", 3)                             ? 3
           : !strncmp(text, "\xc2\xa0", 2)                                 ? 2
                                                                           : 0;
}

/* The next separator, and how long it is; NULL for none. */
static const char *separator_in(const char *text, const char *by, size_t *length) {
    static const char *const usual[] = {";", "\xef\xbc\x9b",
                                        "\xe3\x80\x81"}; /* ; and its wide form, 、 */
    const char *found = by ? strstr(text, by) : NULL;
    *length = by ? strlen(by) : 0;
    for (size_t i = 0; !by && i < 3; i++) {
        const char *at = strstr(text, usual[i]);
        if (at && (!found || at < found)) {
            found = at;
            *length = strlen(usual[i]);
        }
    }
    return found;
}

int list_next(const char **at, const char *by, const char **item, size_t *length) {
    while (*at) {
        const char *text = *at;
        size_t n;
        const char *end = separator_in(text, by, &n), *stop = end ? end : text + strlen(text);
        *at = end ? end + n : NULL;
        while (text < stop && space_at(text)) text += space_at(text);
        const char *last = text;
        for (const char *c = text; c < stop;) {
            size_t space = space_at(c);
            c += space ? space : 1;
            if (!space) last = c;
        }
        *item = text;
        *length = (size_t)(last - text);
        if (last > text) return 1;
    }
    return 0;
}
