#include "robust/diff_draws.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "change/diff.h"
#include "change/unit_report.h"

/* From this share of the draws on a change is more than the uncertainty. */
static const double decided = 0.95;

/* ---- places ---- */

/* The labels of an element of the score: the unit's, and those of the other axes. */
static diff_place labels_of(diff_draws *d, const view *v, const assess_array *x, size_t element,
                            fault *f) {
    diff_place out = {"", ""};
    for (int k = 0; k < x->axes; k++) {
        const char *label =
            assess_label(v->session, &x->axis[k], element / x->stride[k] % x->axis[k].size);
        char *own = x->axis[k].id == v->rows.id
                        ? arena_print(&d->memory, "%s", label)
                        : arena_print(&d->memory, "%s%s%s", out.at, *out.at ? ", " : "", label);
        if (!own) fault_memory(f);
        if (x->axis[k].id == v->rows.id)
            out.unit = own ? own : "";
        else
            out.at = own ? own : "";
    }
    return out;
}

/* The element of an output that has all labels of an element of another edition's; VIEW_NONE. */
static size_t same_labels(const view *of, const assess_array *x, size_t element, const view *in,
                          const assess_array *y) {
    size_t at = 0;
    for (int k = 0; k < y->axes; k++) {
        size_t found = VIEW_NONE;
        for (int i = 0; i < x->axes; i++)
            if (!strcmp(x->axis[i].name, y->axis[k].name))
                found = view_find(in, &y->axis[k],
                                  assess_label(of->session, &x->axis[i],
                                               element / x->stride[i] % x->axis[i].size));
        if (found == VIEW_NONE) return VIEW_NONE;
        at += found * y->stride[k];
    }
    return at;
}

static int find_places(diff_draws *d, fault *f) {
    static const role played[] = {ROLE_SCORE, ROLE_RANK};
    paired *p = &d->pair;
    const assess_array *score = d->v[0].part[ROLE_SCORE];
    for (int k = 0; k < PAIRED_PARTS; k++) {
        const assess_array *x = d->v[0].part[played[k]], *y = d->v[1].part[played[k]];
        if (!x || !y) continue;
        p->part[k].output[0] = x;
        p->part[k].output[1] = y;
        p->part[k].place = arena_take(&d->memory, (score->size + 1) * sizeof *p->part[k].place);
        if (!p->part[k].place) return fault_memory(f);
    }
    d->place = arena_take(&d->memory, (score->size + 1) * sizeof *d->place);
    if (!d->place) return fault_memory(f);
    for (size_t e = 0; e < score->size; e++) {
        int fits = 1;
        for (int k = 0; fits && k < PAIRED_PARTS; k++) {
            const paired_part *q = &p->part[k];
            if (!q->output[0]) continue;
            size_t *own = q->place[p->places].element;
            own[0] = same_labels(&d->v[0], score, e, &d->v[0], q->output[0]);
            own[1] = same_labels(&d->v[0], score, e, &d->v[1], q->output[1]);
            fits = own[0] != VIEW_NONE && own[1] != VIEW_NONE;
        }
        if (fits) d->place[p->places++] = labels_of(d, &d->v[0], score, e, f);
    }
    return !f->count;
}

int diff_draws_make(diff_draws *d, assess *const session[2], const uncertain_list list[2],
                    uint64_t count, uint64_t seed, const volatile sig_atomic_t *stop, fault *f) {
    static const view_wish wish = {.top = VIEW_TOP};
    *d = (diff_draws){.memory = ARENA_INIT};
    d->pair = (paired){.draws = count, .seed = seed, .stop = stop};
    for (int e = 0; e < 2; e++) {
        if (!view_open(&d->v[e], session[e], &wish, f)) return 0;
        d->viewed[e] = 1;
        if (!d->v[e].part[ROLE_SCORE])
            return fault_at(f, FAULT_USAGE, NULL,
                            "show = { score = \"total\" } in the rules says which it is",
                            "the rules have no score");
    }
    return find_places(d, f) && paired_run(&d->pair, session, list, f);
}

void diff_draws_close(diff_draws *d) {
    paired_close(&d->pair);
    for (int e = 0; e < 2; e++)
        if (d->viewed[e]) view_close(&d->v[e]);
    arena_release(&d->memory);
}

/* ---- the table ---- */

/* The change by the rules as they are. */
static double nominal(const paired_part *q, size_t i) {
    const size_t *e = q->place[i].element;
    double x = q->output[0]->value[e[0]], y = q->output[1]->value[e[1]];
    return fabs(y - x) <= 1e-12 * fmax(fabs(x), fabs(y)) ? 0 : y - x;
}

/* The share of the draws in which the change has the sign that it has by the rules. */
static double same_sign(const paired_part *q, size_t i) {
    const tally_cell *c = &q->change.cell[i];
    double change = nominal(q, i), all = (double)(c->present + c->missing);
    uint64_t same = change > 0   ? q->up[i]
                    : change < 0 ? q->down[i]
                                 : c->present - q->up[i] - q->down[i];
    return isnan(change) || !(all > 0) ? (double)NAN : (double)same / all;
}

static void signed_text(buf *b, document *p, double x, int places) {
    buf_text(b, diff_signed(p, x, places).shown);
}

static void put_part(const diff_draws *d, int k, size_t i, int people, document *p) {
    const paired_part *q = &d->pair.part[k];
    if (!q->output[0]) return;
    int places = k == 0 ? view_places(q->output[0]) : 0;
    double low = tally_quantile(&q->change, i, 0.05), high = tally_quantile(&q->change, i, 0.95),
           share = same_sign(q, i);
    document_put(p, diff_signed(p, nominal(q, i), people ? places : -1));
    if (people) {
        buf b = BUF_INIT;
        signed_text(&b, p, low, places);
        buf_text(&b, " … ");
        signed_text(&b, p, high, places);
        document_put(p, document_text(isnan(low) ? "" : buf_string(&b)));
        buf_clear(&b);
        view_share(&b, share);
        document_put(p, document_text(isnan(share) ? "" : buf_string(&b)));
        buf_release(&b);
    } else {
        document_put(p, document_number(p, low, -1));
        document_put(p, document_number(p, high, -1));
        document_put(p, document_number(p, share, -1));
        int exceeds = share >= decided && nominal(q, i) != 0;
        document_put(p, document_shown("", exceeds ? "true" : "false", 1));
    }
}

static size_t part_head(const diff_draws *d, int k, int people, document_column *head, size_t n) {
    static const char *const id[][5] = {
        {"score_change", "score_low", "score_high", "score_same_sign", "score_exceeds"},
        {"rank_change", "rank_low", "rank_high", "rank_same_sign", "rank_exceeds"}};
    const view *v = &d->v[1];
    if (!d->pair.part[k].output[0]) return n;
    const char *const shown[] = {k ? view_text(v, "Ranks")
                                   : view_text(v, TEXT_AS("draws", "Score")),
                                 "5–95%", view_text(v, "Same sign")};
    for (int i = 0; i < (people ? 3 : 5); i++)
        head[n++] = (document_column){id[k][i], people ? shown[i] : "", WIDTH_RIGHT, 0};
    return n;
}

/* Changes that are within the uncertainty, by name. */
static void tell_within(const diff_draws *d, int k, const char *text, document *p) {
    const view *v = &d->v[1];
    const paired_part *q = &d->pair.part[k];
    buf list = BUF_INIT;
    for (size_t i = 0; q->output[0] && i < d->pair.places; i++) {
        double change = nominal(q, i);
        if (isnan(change) || change == 0 || same_sign(q, i) >= decided) continue;
        if (list.length) buf_text(&list, view_text(v, TEXT_AS("list", ", ")));
        buf_text(&list, d->place[i].unit);
        if (*d->place[i].at) buf_print(&list, view_text(v, " (%s)"), d->place[i].at);
    }
    if (list.length)
        document_line(p, PAINT_PLAIN, 2, NULL, "%s%s%s", text, p->colon, buf_string(&list));
    buf_release(&list);
}

static void tell(const diff_draws *d, document *p) {
    const view *v = &d->v[1];
    p->dense = 1;
    tell_within(d, 0, view_text(v, "changes of score within the uncertainty"), p);
    tell_within(d, 1, view_text(v, "changes of rank within the uncertainty"), p);
    document_line(p, PAINT_FAINT, 0, "",
                  view_text(v, "By %llu draws, the same in both editions. A change exceeds the "
                               "uncertainty where it has the same sign in %g%% of them."),
                  (unsigned long long)d->pair.done, decided * 100);
    p->dense = 0;
}

void diff_draws_put(const diff_draws *d, int people, document *p) {
    const view *v = &d->v[1];
    const char *list = p->list;
    document_column head[12];
    size_t n = 0;
    int staged = 0;
    for (size_t i = 0; i < d->pair.places; i++) staged |= *d->place[i].at != 0;
    p->list = NULL; /* it stands alone, wherever it comes */
    head[n++] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    if (staged || !people)
        head[n++] = (document_column){"at", view_text(v, TEXT_AS("stage", "At")), WIDTH_LEFT, 0};
    for (int k = 0; k < PAIRED_PARTS; k++) n = part_head(d, k, people, head, n);
    document_table(p, "draws", view_text(v, "Is the change more than the uncertainty?"), head, n);
    for (size_t i = 0; i < d->pair.places; i++) {
        double score = nominal(&d->pair.part[0], i);
        double rank = d->pair.part[1].output[0] ? nominal(&d->pair.part[1], i) : 0;
        if (people && (isnan(score) || (score == 0 && !(rank < 0 || rank > 0)))) continue;
        document_put(p, document_text(d->place[i].unit));
        if (staged || !people) document_put(p, document_text(d->place[i].at));
        for (int k = 0; k < PAIRED_PARTS; k++) put_part(d, k, i, people, p);
    }
    if (people) tell(d, p);
    p->list = list;
}
