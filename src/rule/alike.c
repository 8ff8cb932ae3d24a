/* Labels that look alike and are not the same: "U" and "U" with a no-break space behind it, or é as
 * one character and as two. They come from several programs, mean one thing, and would be counted
 * as two. */
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/text.h"
#include "rule/dataset.h"
#include "rule/label_look.h"

/* The length of the plain character at `s`, 0 for another: printable ASCII and Chinese characters
 * look like nothing else, and are nearly all that labels are made of. */
static size_t plain_character(const unsigned char *s) {
    if (*s >= ' ' && *s < 127) return 1;
    if (*s < 0xE4 || *s > 0xE9 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80) return 0;
    return *s == 0xE4 && s[1] < 0xB8 ? 0 : 3; /* U+4E00 to U+9FFF */
}

static int is_plain(const char *text, size_t length) {
    const unsigned char *s = (const unsigned char *)text, *end = s + length;
    for (size_t n; s < end; s += n)
        if (!(n = plain_character(s))) return 0;
    return 1;
}

/* The first character of `a` that `b` does not have there; 0 at the end. */
static long different_character(const char *a, const char *b) {
    size_t i = 0;
    while (a[i] && a[i] == b[i]) i++;
    while (i && ((unsigned char)a[i] & 0xC0) == 0x80) i--;
    utf8proc_int32_t c = 0;
    if (a[i]) utf8proc_iterate((const utf8proc_uint8_t *)a + i, -1, &c);
    return c;
}

/* The row of a key column in which a label stands first. */
static const dataset *find_label(const datasets *d, const char *axis, uint32_t label,
                                 const tb_column **column, size_t *row) {
    for (size_t i = 0; i < d->count; i++) {
        const dataset *s = d->item[i];
        *column = s->table ? dataset_key_column(s, axis) : NULL;
        if (!*column || (*column)->kind != TB_TEXT || !(*column)->value) continue;
        for (*row = 0; *row < tb_rows(s->table); ++*row)
            if ((*column)->value[*row] == label) return s;
    }
    return NULL;
}

static int tell(const datasets *d, const char *axis, uint32_t label, uint32_t other, fault *f) {
    const char *text = pool_text(d->m->strings, label), *like = pool_text(d->m->strings, other);
    const tb_column *column, *elsewhere;
    size_t row, other_row;
    const dataset *s = find_label(d, axis, label, &column, &row);
    const dataset *o = find_label(d, axis, other, &elsewhere, &other_row);
    const char *hint = text_message("write both in the same way, or let keys = \"nfkc\" (all such "
                                    "keys) or alias = { … } do so");
    long code = different_character(text, like);
    if (!code) code = different_character(like, text);
    if (!s || !o)
        return fault_at(f, FAULT_DATA, NULL, hint,
                        "'%.100s' and '%.100s' look alike, but differ (U+%04lX)", text, like, code);
    tb_fault(s->table, row, column, hint, f,
             "'%.100s' looks like '%.100s' (%s:%ld), but is not the same (U+%04lX)", text, like,
             tb_path(o->table), tb_line(o->table, other_row), code);
    return 0;
}

int dataset_labels_differ(const datasets *d, int axis, fault *f) {
    const ax_axis *a = ax_get(d->m->space, axis);
    const pool *strings = d->m->strings;
    pool *looks = NULL;
    uint32_t *owner = NULL; /* by the number of a look: the first label that has it */
    size_t cap = 0;
    int fine = 1, alike = 0;
    for (uint32_t i = 0; i < a->size && fine; i++) {
        uint32_t label = a->label[i], other = 0;
        const char *text = pool_text(strings, label);
        if (is_plain(text, pool_length(strings, label))) continue;
        char *look = label_look(text, pool_length(strings, label), 0, &fine);
        if (!look) continue;
        if (!looks) looks = pool_open();
        uint32_t known = looks ? pool_count(looks) : 0;
        uint32_t n = looks ? pool_put(looks, look, strlen(look)) : 0;
        fine = n && MEM_RESERVE(owner, (size_t)n + 1, cap);
        if (fine && n > known) owner[n] = label;
        if (fine && n <= known)
            other = owner[n];
        else if (fine && is_plain(look, strlen(look)))
            other = pool_find(strings, look, strlen(look));
        mem_free(look);
        if (!other || other == label || ax_position(d->m->space, axis, other) < 0) continue;
        tell(d, a->name, label, other, f);
        alike = 1;
    }
    mem_free(owner);
    pool_close(looks);
    return fine ? !alike : fault_memory(f);
}
