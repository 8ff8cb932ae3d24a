/* Encodings: what is decoded is UTF-8 without a NUL, and counted as it is; and what iconv reads as
 * declared is what it is. */
#include <iconv.h>

#include "fuzz.h"
#include "table/encoding.h"

static void check_decoded(const decoded *d) {
    size_t at = 0;
    FUZZ_CHECK(utf8_check(d->bytes, 0, d->length, d->length) == d->length, "it is not UTF-8");
    FUZZ_CHECK(!memchr(d->bytes, 0, d->length), "it has a NUL");
    for (size_t i = 0; i < d->pieces; i++) {
        size_t to = at + TEXT_PIECE < d->length ? at + TEXT_PIECE : d->length;
        text_scan again = text_scan_range(d->bytes, at, to, d->length);
        FUZZ_CHECK(again.line_ends == d->scan[i].line_ends && again.feeds == d->scan[i].feeds &&
                       again.quotes == d->scan[i].quotes,
                   "what is counted");
        at = to;
    }
    FUZZ_CHECK(at == d->length, "pieces of %zu bytes of %zu", at, d->length);
}

static void check_iconv(const char *name, const char *bytes, size_t n, const decoded *d) {
    char *out = malloc(4 * n + 4), *to = out, *from = (char *)bytes;
    size_t left = n, room = 4 * n + 4;
    iconv_t way = iconv_open("utf-8", name);
    if (way == (iconv_t)-1 || !out) abort();
    size_t bad = iconv(way, &from, &left, &to, &room);
    iconv_close(way);
    FUZZ_CHECK(bad != (size_t)-1, "%s: iconv does not read it", name);
    FUZZ_CHECK((size_t)(to - out) == d->length && !memcmp(out, d->bytes, d->length),
               "%s: iconv reads another text", name);
    free(out);
}

FUZZ_TARGET(encoding) {
    static const char *const names[] = {NULL, "utf-8", "gb18030", "utf-16le", "big5", "latin1"};
    if (!size) return 0;
    const char *declared = names[*data % 6];
    size_t n = size - 1;
    char *bytes = fuzz_copy(data + 1, n);
    decoded d;
    fault notes = FAULT_INIT, f = FAULT_INIT;
    if (text_decode("f.csv", bytes, n, declared, NULL, &d, &notes, &f)) {
        check_decoded(&d);
        if (declared && *data % 6 > 1 && !strstr(d.name, "BOM"))
            check_iconv(declared, bytes, n, &d);
        decoded_release(&d);
    } else {
        FUZZ_CHECK(f.count, "it is not decoded, and nothing says why");
    }
    fault_release(&notes);
    fault_release(&f);
    free(bytes);
    return 0;
}
