#include "base/xml_out.h"

#include <string.h>

#include "base/width.h"

void xml_text(buf *b, const char *text, size_t length) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, length);
    const char *s = buf_string(&safe);
    for (size_t i = 0, n; i < safe.length; i += n) {
        n = strcspn(s + i, "&<>\"\xEF");
        buf_put(b, s + i, n);
        if (i + n >= safe.length) break;
        i += n;
        n = 1;
        switch (s[i]) {
        case '&': buf_text(b, "&amp;"); break;
        case '<': buf_text(b, "&lt;"); break;
        case '>': buf_text(b, "&gt;"); break;
        case '"': buf_text(b, "&quot;"); break;
        default: /* U+FFFE and U+FFFF are printed, but are no characters of XML */
            n = 3;
            if (!memcmp(s + i, "\xEF\xBF\xBE", 3) || !memcmp(s + i, "\xEF\xBF\xBF", 3))
                buf_text(b, "\xEF\xBF\xBD");
            else
                buf_put(b, s + i, 3);
        }
    }
    b->failed |= safe.failed;
    buf_release(&safe);
}
