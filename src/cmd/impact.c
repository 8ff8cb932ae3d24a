#include "cmd/impact.h"

#include <string.h>

#include "base/files.h"
#include "base/mem.h"

int impact_handout(const handout *h, const char *kind, const char *english, const char *chinese,
                   int (*make)(const handout *h, const view *v, size_t row, paper *p, fault *f),
                   fault *f) {
    const view_wish wish = {
        .pick = h->asked->picks, .picks = h->asked->pick.count, .top = VIEW_TOP};
    const char *path = h->asked->folder;
    view v;
    paper p;
    if (!view_check_picks(h->session, &wish, f) || !view_open(&v, h->session, &wish, f)) return 0;
    paper_open(&p, kind, IMPACT_SAY(&v, english, chinese), IMPACT_SAY(&v, ": ", "："),
               view_word(&v, WORD_NONE));
    size_t row = impact_unit(&v, h->asked->unit, f);
    int fine = row != VIEW_NONE && make(h, &v, row, &p, f);
    if (fine && !path) fine = handout_write(h, &p, h->out, f);
    if (fine && path) {
        sink file = sink_to(SINK_KEEP, h->stop);
        fine = handout_write(h, &p, &file, f) &&
               files_write(path, buf_string(&file.held), file.held.length, f);
        sink_release(&file);
    }
    paper_close(&p);
    view_close(&v);
    return fine;
}

char *asked_part(const char *text, size_t length) {
    char *out = mem_take(length + 1);
    if (!out) return NULL;
    memcpy(out, text, length);
    out[length] = 0;
    return out;
}

void asked_parts_release(char **part, size_t count) {
    for (size_t i = 0; i < count; i++) mem_free(part[i]);
}
