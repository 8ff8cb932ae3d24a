/* Small drawings beside the numbers of tables. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "document/document.h"

void document_put_strip(document *p, const double *share, size_t count) {
    document_block *b = p->blocks ? &p->block[p->blocks - 1] : NULL;
    if (!b || !b->cells || !count || count > STRIP_MOST || p->failed) return;
    document_strip *own = arena_zero(&p->memory, 1, sizeof *own);
    if (!own || !MEM_RESERVE(b->strip, b->cells, b->strip_cap)) {
        p->failed = 1;
        return;
    }
    b->pictured = 1;
    while (b->strips < b->cells) b->strip[b->strips++] = NULL;
    own->count = count;
    memcpy(own->share, share, count * sizeof *share);
    b->strip[b->cells - 1] = own;
}

void document_strip_head(document *p, const char *head) {
    if (p->blocks) p->block[p->blocks - 1].strip_head = document_print(p, "%s", head);
}

int document_strip_at(const document_block *b, size_t row, size_t column, document_strip *strip) {
    if (b->fill) return b->drawn && b->drawn(b->of, row, column, strip);
    size_t at = row * b->columns + column;
    if (at >= b->strips || !b->strip[at]) return 0;
    *strip = *b->strip[at];
    return 1;
}

size_t document_strip_width(const document_strip *strip) {
    return strip->count == 1 ? STRIP_BAR : strip->count;
}

static double within(double share) { return fmax(0, fmin(share, 1)); }

static void put_bar(double share, buf *out) {
    static const char *const tip[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int eighths = isnan(share) ? 0 : (int)(within(share) * 8 * STRIP_BAR + 0.5);
    for (int i = 0; i < eighths / 8; i++) buf_text(out, "█");
    buf_text(out, tip[eighths % 8]);
}

void document_strip_text(const document_strip *strip, buf *out) {
    static const char *const high[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (strip->count == 1) {
        put_bar(strip->share[0], out);
        return;
    }
    for (size_t i = 0; i < strip->count; i++)
        buf_text(out,
                 isnan(strip->share[i]) ? "·" : high[(int)(within(strip->share[i]) * 7 + 0.5)]);
}
