#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *text) {
    if (!text)
        return NULL;
    size_t n = strlen(text) + 1;
    char *out = malloc(n);
    if (out)
        memcpy(out, text, n);
    return out;
}

int fault_vat(fault *f, fault_kind kind, const place *at, const char *hint, const char *format,
              va_list args) {
    if (f->kind == FAULT_NONE)
        f->kind = kind;
    f->count++;
    if (f->listed == FAULT_LISTED)
        return 0;
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? NULL : malloc((size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    fault_item *it = &f->item[f->listed++];
    *it = (fault_item){ .text = text, .hint = copy(hint) };
    if (at) {
        it->file = copy(at->file);
        it->line = at->line;
        it->column = at->column;
        it->field = copy(at->field);
        it->excerpt = copy(at->excerpt);
    }
    return 0;
}

int fault_at(fault *f, fault_kind kind, const place *at, const char *hint, const char *format, ...) {
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
    return fault_set(f, FAULT_LIMIT, "out of memory");
}

static void item_release(fault_item *it) {
    free(it->file);
    free(it->field);
    free(it->excerpt);
    free(it->text);
    free(it->hint);
}

void fault_move(fault *to, fault *from) {
    if (to->kind == FAULT_NONE)
        to->kind = from->kind;
    to->count += from->count;
    for (size_t i = 0; i < from->listed; i++) {
        if (to->listed < FAULT_LISTED)
            to->item[to->listed++] = from->item[i];
        else
            item_release(&from->item[i]);
    }
    *from = FAULT_INIT;
}

void fault_release(fault *f) {
    for (size_t i = 0; i < f->listed; i++)
        item_release(&f->item[i]);
    *f = FAULT_INIT;
}
