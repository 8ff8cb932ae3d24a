#include "cmd/impact.h"

#include <string.h>

#include "base/files.h"
#include "base/mem.h"

int impact_handout(const handout *h, const char *kind, const char *english, const char *chinese,
                   int (*make)(const handout *h, const view *v, size_t row, document *p, fault *f),
                   fault *f) {
    const view_wish wish = {
        .pick = h->given->picks, .picks = h->given->pick.count, .top = VIEW_TOP};
    const char *path = h->given->folder;
    view v;
    document p;
    if (!view_check_picks(h->session, &wish, f) || !view_open(&v, h->session, &wish, f)) return 0;
    document_open(&p, kind, IMPACT_SAY(&v, english, chinese), IMPACT_SAY(&v, ": ", "："),
               view_word(&v, WORD_NONE));
    size_t row = impact_unit(&v, h->given->unit, f);
    int fine = row != VIEW_NONE && make(h, &v, row, &p, f);
    if (fine && !path) fine = handout_write(h, &p, h->out, f);
    if (fine && path) {
        sink file = output_to(SINK_KEEP, h->stop);
        fine = handout_write(h, &p, &file, f) &&
               files_write(path, buf_string(&file.held), file.held.length, f);
        output_release(&file);
    }
    document_close(&p);
    view_close(&v);
    return fine;
}

char *arguments_part(const char *text, size_t length) {
    char *out = mem_take(length + 1);
    if (!out) return NULL;
    memcpy(out, text, length);
    out[length] = 0;
    return out;
}

void arguments_parts_release(char **part, size_t count) {
    for (size_t i = 0; i < count; i++) mem_free(part[i]);
}
