#include "base/fault.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

static char *copy(const char *text) {
    if (!text) return NULL;
    size_t n = strlen(text) + 1;
    char *out = mem_take(n);
    if (out) memcpy(out, text, n);
    return out;
}

/* ---- how many are listed ---- */

static int list_all; /* written before threads begin */

void fault_list_all(void) { list_all = 1; }

/* The list with room for a further item; NULL where there is none. */
static fault *list_with_room(fault *f) {
    size_t listed = 0;
    for (;; f = f->more) {
        listed += f->listed;
        if (f->listed < FAULT_LISTED) return f;
        if (!list_all || listed >= FAULT_MOST) return NULL;
        if (!f->more && !(f->more = mem_zero(1, sizeof *f->more))) return NULL;
    }
}

int fault_full(const fault *f) {
    size_t listed = 0;
    for (const fault *part = f; part; part = part->more) listed += part->listed;
    return listed >= (list_all ? (size_t)FAULT_MOST : FAULT_LISTED);
}

/* ---- faults of one kind in one column ---- */

static uint64_t hash(uint64_t h, const char *text) {
    for (; *text; text++) h = (h ^ (unsigned char)*text) * 1099511628211u;
    return (h ^ 255) * 1099511628211u; /* so that "ab", "c" is not "a", "bc" */
}

/* The hash of a fault in a column; 0 for other faults. */
static uint64_t kind_of(const place *at, const char *text) {
    if (!at || !at->field || !at->file) return 0;
    return hash(hash(hash(14695981039346656037u, at->file), at->field),
                at->kind ? at->kind : text) |
           1;
}

/* The last listed item of a kind of which FAULT_ALIKE are listed; NULL if more may be listed. */
static fault_item *last_alike(fault *f, uint64_t kind) {
    fault_item *last = NULL;
    int count = 0;
    if (list_all) return NULL;
    for (size_t i = 0; kind && i < f->listed; i++)
        if (f->item[i].kind == kind) {
            last = &f->item[i];
            count++;
        }
    return count >= FAULT_ALIKE ? last : NULL;
}

size_t fault_hidden(const fault *f) {
    size_t hidden = f->count - f->alike;
    for (const fault *part = f; part; part = part->more) hidden -= part->listed;
    return hidden;
}

void fault_cell_name(long row, int column, char out[CELL_NAME]) {
    char letter[8];
    size_t n = sizeof letter;
    letter[--n] = 0;
    for (; column > 0 && n; column = (column - 1) / 26)
        letter[--n] = (char)('A' + (column - 1) % 26);
    snprintf(out, CELL_NAME, "%s%ld", letter + n, row);
}

/* "figures.xlsx:数据", row 7 and column 3 become "figures.xlsx:数据!C7". */
static void tell_cell(fault_item *it) {
    char name[CELL_NAME];
    size_t n = it->file ? strlen(it->file) : 0;
    char *longer = it->cell && it->line && n ? mem_grow(it->file, n + 1 + CELL_NAME) : NULL;
    if (!longer) return;
    fault_cell_name(it->line, it->cell, name);
    snprintf(longer + n, 1 + CELL_NAME, "!%s", name);
    it->file = longer;
    it->line = it->cell = 0;
}

void fault_tell_cells(fault *f) {
    for (; f; f = f->more)
        for (size_t i = 0; i < f->listed; i++) tell_cell(&f->item[i]);
}

void fault_tell_alike(fault *f) {
    for (size_t i = 0; i < f->listed; i++) {
        fault_item *it = &f->item[i];
        size_t n = it->text ? strlen(it->text) : 0;
        char *longer = it->more && it->text ? mem_grow(it->text, n + 160) : NULL;
        if (!longer) continue;
        snprintf(longer + n, 160, text_message(" (and %zu more like this in the column)"),
                 it->more);
        it->text = longer;
        it->more = 0;
    }
}

/* ---- faults ---- */

/* A text that holds a name of megabytes is cut in its middle, between characters. */
enum { TEXT_HEAD = 1500, TEXT_TAIL = 500 };

static size_t character_from(const char *text, size_t at) {
    while (((unsigned char)text[at] & 0xC0) == 0x80) at--;
    return at;
}

static char *shortened(char *text) {
    static const char gap[] = " … ";
    size_t n = text ? strlen(text) : 0;
    if (n <= TEXT_HEAD + TEXT_TAIL) return text;
    size_t head = character_from(text, TEXT_HEAD), tail = character_from(text, n - TEXT_TAIL);
    memcpy(text + head, gap, sizeof gap - 1);
    memmove(text + head + sizeof gap - 1, text + tail, n - tail + 1);
    return text;
}

/* Takes over `text`; `hint` is copied. `general` is the text without its particulars: the format.
 */
static int put_item(fault *f, fault_kind kind, const place *at, const char *hint, char *text,
                    const char *general) {
    shortened(text);
    if (f->kind == FAULT_NONE) f->kind = kind;
    f->count++;
    uint64_t sort = kind_of(at, general);
    fault_item *alike = last_alike(f, sort);
    if (alike) {
        alike->more++;
        f->alike++;
    }
    fault *list = alike ? NULL : list_with_room(f);
    if (!list) {
        mem_free(text);
        return 0;
    }
    fault_item *it = &list->item[list->listed++];
    *it = (fault_item){.text = text, .hint = shortened(copy(hint)), .kind = sort};
    if (at) {
        it->file = copy(at->file);
        it->line = at->line;
        it->column = at->column;
        it->cell = at->cell;
        it->field = copy(at->field);
        it->excerpt = copy(at->excerpt);
    }
    return 0;
}

int fault_put(fault *f, fault_kind kind, const place *at, const char *hint, const char *text) {
    return put_item(f, kind, at, hint, fault_full(f) ? NULL : copy(text), text);
}

int fault_vat(fault *f, fault_kind kind, const place *at, const char *hint, const char *format,
              va_list args) {
    char *text = NULL;
    const char *general = format;
    va_list again;
    format = text_message(format);
    va_copy(again, args);
    int n = fault_full(f) ? -1 : vsnprintf(NULL, 0, format, args);
    if (n >= 0) text = mem_take((size_t)n + 1);
    if (text) vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return put_item(f, kind, at, text_message(hint), text, general);
}

int fault_at(fault *f, fault_kind kind, const place *at, const char *hint, const char *format,
             ...) {
    va_list args;
    va_start(args, format);
    fault_vat(f, kind, at, hint, format, args);
    va_end(args);
    return 0;
}

int fault_set(fault *f, fault_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fault_vat(f, kind, NULL, NULL, format, args);
    va_end(args);
    return 0;
}

int fault_memory(fault *f) {
    limits_lack();
    return fault_set(f, FAULT_LIMIT, "out of memory");
}

static void item_release(fault_item *it) {
    mem_free(it->file);
    mem_free(it->field);
    mem_free(it->excerpt);
    mem_free(it->text);
    mem_free(it->hint);
}

static void move_item(fault *to, fault_item *it) {
    fault_item *alike = last_alike(to, it->kind);
    fault *list = alike ? NULL : list_with_room(to);
    if (list) {
        list->item[list->listed++] = *it;
        return;
    }
    if (alike) {
        alike->more += it->more + 1;
        to->alike++;
    } else {
        to->alike -= it->more;
    }
    item_release(it);
}

void fault_move(fault *to, fault *from) {
    if (to->kind == FAULT_NONE) to->kind = from->kind;
    to->count += from->count;
    to->alike += from->alike;
    for (fault *part = from, *next; part; part = next) {
        next = part->more;
        for (size_t i = 0; i < part->listed; i++) move_item(to, &part->item[i]);
        if (part != from) mem_free(part);
    }
    *from = FAULT_INIT;
}

/* The place of an item's file in the order of appearance: the number of the first item that has it.
 */
static size_t file_of(const fault *f, const fault_item *it) {
    size_t i = 0;
    while (it->file && (!f->item[i].file || strcmp(f->item[i].file, it->file) != 0)) i++;
    return it->file ? i : f->listed;
}

void fault_sort(fault *f) {
    size_t file[FAULT_LISTED];
    for (size_t i = 0; i < f->listed; i++) file[i] = file_of(f, &f->item[i]);
    for (size_t i = 1; i < f->listed; i++) {
        fault_item it = f->item[i];
        size_t at = i, own = file[i], line = it.line ? (size_t)it.line : SIZE_MAX;
        for (; at > 0; at--) {
            const fault_item *other = &f->item[at - 1];
            size_t there = other->line ? (size_t)other->line : SIZE_MAX;
            if (file[at - 1] < own ||
                (file[at - 1] == own &&
                 (there < line || (there == line && other->column <= it.column))))
                break;
            f->item[at] = *other;
            file[at] = file[at - 1];
        }
        f->item[at] = it;
        file[at] = own;
    }
}

void fault_release(fault *f) {
    for (fault *part = f, *next; part; part = next) {
        next = part->more;
        for (size_t i = 0; i < part->listed; i++) item_release(&part->item[i]);
        if (part != f) mem_free(part);
    }
    *f = FAULT_INIT;
}
