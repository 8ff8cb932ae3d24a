#include "rule/label_look.h"

#include <utf8proc.h>

#include "base/mem.h"

char *label_look(const char *text, size_t length, int compatible, int *fine) {
    const utf8proc_option_t how =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_IGNORE | (compatible ? UTF8PROC_COMPAT : 0);
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t n = utf8proc_decompose(s, (utf8proc_ssize_t)length, NULL, 0, how), to = 0;
    if (n < 0) return NULL;
    utf8proc_int32_t *code = mem_take(((size_t)n + 1) * sizeof *code);
    *fine = code != NULL;
    if (!code) return NULL;
    utf8proc_decompose(s, (utf8proc_ssize_t)length, code, n, how);
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        int space = code[i] == '\t' || utf8proc_category(code[i]) == UTF8PROC_CATEGORY_ZS;
        if (to || !space) code[to++] = space ? ' ' : code[i];
    }
    while (to && code[to - 1] == ' ') to--;
    utf8proc_reencode(code, to, how); /* in the same memory, ended by NUL */
    return (char *)code;
}
