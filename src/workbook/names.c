/* Defined names: addresses of the rules as names of cells. */
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "workbook/book.h"

/* Bytes: the library cuts longer ones, be it within a character. */
enum { NAME_MOST = LXW_DEFINED_NAME_LENGTH - 1 };

/* Names have letters, digits, points and underlines; of other characters each becomes an underline.
 * Full-width brackets, which rules in Chinese like, are others. */
static void put_sound(const char *text, buf *out) {
    for (const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)text; *s;) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t n = utf8proc_iterate(s, -1, &c);
        unsigned kind = n > 0 ? (unsigned)utf8proc_category(c) : 0;
        int letter = kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
        if (letter || kind == UTF8PROC_CATEGORY_ND || *s == '.')
            buf_put(out, (const char *)s, (size_t)n);
        else
            buf_char(out, '_');
        s += n > 0 ? n : 1;
    }
}

/* Is the name new? Small and capital letters are the same there. */
static int is_new(book *b, const char *name) {
    const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)name;
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(name),
                     n = utf8proc_decompose(s, length, NULL, 0, how);
    utf8proc_int32_t *code = n < 0 ? NULL : mem_take(((size_t)n + 1) * sizeof *code);
    if (!b->names) b->names = pool_open();
    uint32_t before = b->names ? pool_count(b->names) : 0, id = 0;
    if (code && b->names) {
        utf8proc_decompose(s, length, code, n, how);
        n = utf8proc_reencode(code, n, how); /* in the same memory */
        id = n < 0 ? 0 : pool_put(b->names, (const char *)code, (size_t)n);
    }
    mem_free(code);
    b->failed |= !id;
    return id > before;
}

const char *book_define(book *b, const char *text, const char *formula) {
    buf name = BUF_INIT;
    const char *own = NULL;
    put_sound(text, &name);
    if (name.length <= NAME_MOST && is_new(b, buf_string(&name)))
        own = arena_print(&b->cells.memory, "%s", buf_string(&name));
    if (own && xlsx.workbook_define_name(b->file, own, formula)) own = NULL;
    buf_release(&name);
    return own;
}
