/* What several explanations on a page have in common, so that it is written once. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "html/why_inside.h"

size_t why_how(why *w, size_t step, const char *body) {
    const assess_step *s = &w->step[step];
    buf key = BUF_INIT;
    buf_print(&key, "%s\n%s\n%ld\n%s\n%s", s->formula, s->file, s->line,
              w->datum[step] ? w->step[w->datum[step]].file : "", body);
    uint32_t number = key.failed ? 0 : pool_put(w->hows, buf_string(&key), key.length);
    buf_release(&key);
    if (!number || !MEM_RESERVE(w->how_step, number, w->how_cap)) {
        w->failed = 1;
        return 0;
    }
    w->how_step[number - 1] = step;
    return number;
}

/* Lists that several explanations have are told once for all of them. */
static void share_lists(why *w) {
    enum { LONG = 300 };
    pool *lists = pool_open();
    size_t *uses = mem_zero(w->records + 1, sizeof *uses);
    w->failed |= !lists || !uses;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < w->records && !w->failed; i++) {
            record *r = &w->record[i];
            const char *list = w->text.text + r->at + r->body;
            size_t length = r->length - r->body, step = r->step;
            if (length < LONG) continue;
            buf key = BUF_INIT;
            buf_print(&key, "%s\n%ld\n", w->step[step].file, w->step[step].line);
            buf_put(&key, list, length);
            uint32_t number = key.failed ? 0 : pool_put(lists, buf_string(&key), key.length);
            w->failed |= !number;
            if (number && !pass) uses[number]++;
            if (number && pass && uses[number] > 1) {
                r->shares = 1;
                r->how = why_how(w, step, buf_string(&key));
            }
            buf_release(&key);
        }
    pool_close(lists);
    mem_free(uses);
}

/* ---- lines of the data that end alike ---- */

enum { CUTS = 6, HOW = 1000 /* bytes that another kind costs, about */ };

/* Where the part behind the `cut`-th comma after the marked field begins; 0: there is none. */
static size_t tail_at(const why *w, const record *r, size_t cut) {
    static const char mark[] = "</mark>";
    const char *text = w->text.text + r->at;
    for (size_t i = 0; i + sizeof mark <= r->length; i++) {
        if (memcmp(text + i, mark, sizeof mark - 1)) continue;
        for (i += sizeof mark - 1; cut && i < r->length; i++) cut -= text[i] == ',';
        return cut || i >= r->length ? 0 : i;
    }
    return 0;
}

static uint32_t tail_number(why *w, pool *tails, const record *r, size_t at) {
    buf key = BUF_INIT;
    buf_print(&key, "%zu\n", r->how);
    buf_put(&key, w->text.text + r->at + at, r->length - at);
    uint32_t number = key.failed ? 0 : pool_put(tails, buf_string(&key), key.length);
    w->failed |= !number;
    buf_release(&key);
    return number;
}

/* Counts how many lines end alike, cut at one place; returns how many bytes that would save. Where
 * `take`, the ends that pay are shared. */
static double cut_tails(why *w, size_t cut, int take) {
    double saved = 0;
    pool *tails = pool_open();
    double *of = mem_zero(w->records + 2, sizeof *of);
    w->failed |= !tails || !of;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < w->records && !w->failed; i++) {
            record *r = &w->record[i];
            size_t at = w->datum[r->step] && !r->shares ? tail_at(w, r, cut) : 0;
            if (!at) continue;
            uint32_t number = tail_number(w, tails, r, at);
            if (!number) break;
            if (!pass) {
                if (of[number] == 0) of[number] = -HOW;
                of[number] += (double)(r->length - at) - 3;
            } else if (of[number] > 0 && take) {
                buf key = BUF_INIT;
                buf_print(&key, "%u", (unsigned)number);
                r->body = at;
                r->shares = 1;
                r->how = why_how(w, r->step, buf_string(&key));
                w->failed |= key.failed;
                buf_release(&key);
            }
        }
    for (size_t i = 0; of && i <= w->records; i++) saved += fmax(0, of[i]);
    pool_close(tails);
    mem_free(of);
    return saved;
}

void why_share(why *w) {
    double most = 0;
    size_t best = 0;
    share_lists(w);
    for (size_t cut = 0; cut < CUTS; cut++) {
        double saved = cut_tails(w, cut, 0);
        if (saved <= most) continue;
        most = saved;
        best = cut;
    }
    if (most > 0) cut_tails(w, best, 1);
}

/* ---- labels that neighbours share ---- */

enum { LABELS = ASSESS_AXES };

typedef struct labels {
    const char *text[LABELS];
    size_t length[LABELS];
    int count;
} labels;

static labels labels_of(const why *w, size_t number) {
    labels out = {.count = 0};
    const char *at = w->step[w->record[number - 1].step].at;
    while (*at && out.count < LABELS) {
        size_t n = strcspn(at, ",");
        out.text[out.count] = at;
        out.length[out.count++] = n;
        at += n;
        at += strspn(at, ", ");
    }
    return out;
}

static int differ(const labels *a, const labels *b, int k) {
    return a->length[k] != b->length[k] || memcmp(a->text[k], b->text[k], a->length[k]) != 0;
}

why_run why_run_of(const why *w, const size_t *next, size_t first) {
    enum { LEAST = 3 }; /* labels; of fewer there is little to share */
    why_run run = {next, first, -1};
    size_t changes[LABELS] = {0}, records = 0, runs = 1;
    labels before = labels_of(w, first);
    if (before.count < LEAST) return run;
    for (size_t i = first; i; i = next[i - 1], records++) {
        labels now = labels_of(w, i);
        if (now.count != before.count || !w->record[i - 1].label) return run;
        for (int k = 0; k < now.count; k++) changes[k] += (size_t)differ(&now, &before, k);
        before = now;
    }
    int varies = 0;
    for (int k = 1; k < before.count; k++)
        if (changes[k] > changes[varies]) varies = k;
    for (int k = 0; k < before.count; k++)
        if (k != varies) runs += changes[k];
    if (4 * runs <= records) run.varies = varies;
    return run;
}

void why_own_label(const why *w, const why_run *run, size_t number, buf *out) {
    labels of = labels_of(w, number);
    if (run->varies < of.count) buf_put(out, of.text[run->varies], of.length[run->varies]);
}

void why_common_label(const why *w, const why_run *run, size_t number, buf *out) {
    labels of = labels_of(w, number);
    for (int k = 0; k < of.count; k++) {
        if (k == run->varies) continue;
        if (out->length) buf_text(out, ", ");
        buf_put(out, of.text[k], of.length[k]);
    }
}
