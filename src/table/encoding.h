/* The bytes of a file as UTF-8, and what had to be assumed for that.
 *
 * In this order: a byte order mark (UTF-8, UTF-16) is believed; NULs on one side of nearly all
 * pairs mean UTF-16; bytes that are UTF-8 throughout are UTF-8. A file most of which is UTF-8 and
 * little of which is not is damaged: Chinese UTF-8 looks like rare GB18030 characters by accident.
 * Of older encodings (encoding_guess.h) GB18030, of which GBK and GB2312 are parts, is assumed
 * where it is plausible, another where it alone is and there is enough text to tell; else the fault
 * shows the first doubtful word in each reading. A declared name overrides everything but a byte
 * order mark.
 *
 * The bytes are scanned in pieces on the way, which serves the CSV reader too. Text that is UTF-8
 * already is not copied. A NUL is a fault with its line: no text file has one, a damaged one
 * may. What begins as a workbook, a PDF or a web page does is refused. */
#ifndef TABLE_ENCODING_H
#define TABLE_ENCODING_H

#include <stddef.h>

#include "base/fault.h"
#include "base/thread_pool.h"

enum { TEXT_PIECE = 1 << 20 }; /* bytes */

/* Counts over a range of bytes. */
typedef struct text_scan {
    size_t line_ends; /* LF, CR LF and lone CR */
    size_t feeds;     /* LF */
    size_t quotes;    /* '"' */
    int has_nul;
    int beyond_ascii;
} text_scan;

/* Scans bytes[from..to) of a text of `length` bytes; a CR at the end looks at the byte behind it,
 * so that ranges add up to the whole. */
text_scan text_scan_range(const char *bytes, size_t from, size_t to, size_t length);

/* The first byte at or after `from` that does not belong to a well-formed UTF-8 character (no
 * overlong forms, no surrogates, nothing above U+10FFFF), or `to`. `from` begins a character; one
 * that begins before `to` may end behind it, but not behind `length`. */
size_t utf8_check(const char *bytes, size_t from, size_t to, size_t length);

typedef struct decoded {
    const char *bytes; /* UTF-8 without byte order mark; borrowed from the input unless `owned` */
    size_t length;
    char *owned;
    text_scan *scan; /* of every TEXT_PIECE of the text, the last one shorter */
    size_t pieces;
    char name[64]; /* "UTF-8", "UTF-8 with BOM", "GB18030 (assumed)", "UTF-16LE with BOM", … */
} decoded;

/* Decodes the bytes of `path` (for messages). declared: a name that iconv knows, or NULL to find
 * out. What is assumed is noted in `notes`. The work is shared among the crew. Returns 0 with a
 * fault. */
int text_decode(const char *path, const char *bytes, size_t length, const char *declared,
                thread_pool *crew, decoded *out, fault *notes, fault *f);
void decoded_release(decoded *d);

#endif
