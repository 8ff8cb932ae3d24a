#include "report/explain.h"

#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "cmd/deeper.h"
#include "report/unit_report.h"

enum { PAGE_STEPS = 1000, TABLE_STEPS = 3000, MOST_STEPS = 100000 };

/* What explain alone is asked. */
typedef struct explain_given {
    size_t depth, steps; /* 0: the default */
    int why_rank, missing;
} explain_given;

#define AT(field) offsetof(explain_given, field)

static const option explain_options[] = {
    {"depth", 0, "N", TEXT("explain N steps deep (default: 3; as CSV or JSON 12)"), OPTION_COUNT,
     .at = AT(depth), .least = 1, .most = 60},
    {"steps", 0, "N", TEXT("list N steps at most (default: 1000; as CSV or JSON 3000)"),
     OPTION_COUNT, .at = AT(steps), .least = 10, .most = MOST_STEPS},
    {"why-rank", 0, NULL, TEXT("who is just above and below, and what would pass them"),
     OPTION_FLAG, .at = AT(why_rank)},
    {"missing", 0, NULL, TEXT("what has no value, and what that costs"), OPTION_FLAG,
     .at = AT(missing)},
    {0},
};

/* One explanation for each place of the output that the unit and the picks leave open. */
typedef struct wanted {
    const delivery *h;
    const explain_given *own;
    view *v;
    const view_wish *wish;
    document *p;
    int tree;     /* else rows */
    size_t steps; /* of the page at most */
    explain_page bounds;
    explain_target omitted; /* the first place that was left out */
    size_t omitted_at[ASSESS_AXES];
} wanted;

static int at_place(wanted *w, const assess_array *x, const size_t *at, fault *f) {
    if (!w->bounds.left) {
        if (!w->bounds.omitted++) {
            memcpy(w->omitted_at, at, sizeof w->omitted_at);
            w->omitted = (explain_target){x, w->omitted_at};
        }
        return 1;
    }
    if (!w->tree) return explain_rows(w->v, x, at, &w->bounds, w->p, f);
    if (w->p->blocks) document_gap(w->p);
    return explain_tree(w->v, x, at, &w->bounds, w->p, f);
}

/* The positions that the unit and the picks leave of each axis; their product. */
static size_t places_of(const wanted *w, const assess_array *x, int axis, size_t unit, size_t *from,
                        size_t *to) {
    size_t count = 1;
    for (int k = 0; k < x->axes; k++) {
        size_t picked =
            x->axis[k].id == axis ? unit : view_picked(w->v->session, w->wish, &x->axis[k]);
        from[k] = picked == VIEW_NONE ? 0 : picked;
        to[k] = picked == VIEW_NONE ? x->axis[k].size : picked + 1;
        count *= to[k] - from[k];
    }
    return count;
}

static int each_place(wanted *w, const assess_array *x, int axis, size_t unit, fault *f) {
    size_t at[ASSESS_AXES] = {0}, from[ASSESS_AXES], to[ASSESS_AXES];
    if (!places_of(w, x, axis, unit, from, to)) return 1;
    for (int k = 0; k < x->axes; k++) at[k] = from[k];
    for (;;) {
        if (!at_place(w, x, at, f)) return 0;
        int k = x->axes - 1;
        while (k >= 0 && ++at[k] >= to[k]) {
            at[k] = from[k];
            k--;
        }
        if (k < 0) return 1;
    }
}

/* Where a label of an axis was given for a result, how to ask for it; "" where it is none. */
static void hint_label(const delivery *h, const char *name, buf *hint) {
    for (size_t i = 0; !hint->length && i < assess_output_count(h->session); i++) {
        const assess_array *x = assess_output(h->session, i);
        for (int k = 0; !hint->length && k < x->axes; k++)
            for (size_t e = 0; !hint->length && e < x->axis[k].size; e++)
                if (!strcmp(assess_label(h->session, &x->axis[k], e), name))
                    buf_print(hint, text_message("'%s' has it: %s --at %s=%s"), x->name, x->name,
                              x->axis[k].name, name);
    }
}

static const assess_array *find_output(const delivery *h, const char *name, fault *f) {
    const assess_array *x = assess_output_named(h->session, name);
    suggestion near = suggest_for(name);
    buf hint = BUF_INIT;
    for (size_t i = 0; !x && i < assess_output_count(h->session); i++)
        suggest_try(&near, assess_output(h->session, i)->name);
    if (!x) {
        hint_label(h, name, &hint);
        const char *say =
            hint.length ? buf_string(&hint) : hint_near(&hint, "", suggest_best(&near));
        fault_at(f, FAULT_USAGE, NULL, say, "no result '%s'", name);
    }
    buf_release(&hint);
    return x;
}

/* The axis of what is assessed; where the rules have no score, the one that has the unit's
 * label. */
static assess_axis unit_axis(const wanted *w, const char *unit) {
    assess_axis first = w->v->rows;
    for (size_t i = 0; !w->v->rows.size && i < assess_output_count(w->v->session); i++) {
        const assess_array *x = assess_output(w->v->session, i);
        for (int k = 0; k < x->axes; k++) {
            if (view_find(w->v, &x->axis[k], unit) != VIEW_NONE) return x->axis[k];
            if (!first.size || !strcmp(x->axis[k].name, "unit")) first = x->axis[k];
        }
    }
    return first;
}

/* At the head: how many of the unit's figures were not observed, or were changed. */
static void say_marks(wanted *w, const assess_axis *rows, size_t unit) {
    const location at = {1, {rows->id}, {unit}};
    const role part[] = {ROLE_IMPUTED, ROLE_TREATED};
    if (!w->tree) {
        if (w->v->part[ROLE_IMPUTED] || w->v->part[ROLE_TREATED]) {
            document_facts(w->p, "figures", "");
            marks_facts(w->v, &at, w->p);
        }
        return;
    }
    for (int i = 0; i < 2; i++) {
        marks m = marks_count(w->v, part[i], &at);
        buf b = BUF_INIT;
        marks_say(w->v, &m, &b);
        if (m.count)
            document_line(w->p, PAINT_PLAIN, 10,
                          view_text(w->v, i ? TEXT("Treated") : TEXT("Imputed")), "%s",
                          buf_string(&b));
        buf_release(&b);
    }
}

static int explain_all(wanted *w, const assess_axis *rows, fault *f) {
    const delivery *h = w->h;
    size_t unit = find_label(w->v, rows, h->given->unit, f), from[ASSESS_AXES], to[ASSESS_AXES];
    const assess_array *score = w->v->part[ROLE_SCORE], *x;
    int fine = unit != VIEW_NONE, named = h->given->output.count > 0;
    if (fine && !named && !score)
        return fault_at(f, FAULT_USAGE, NULL, "assess explain RULES UNIT OUTPUT",
                        "the rules have no score: which result?");
    for (size_t i = 0; fine && i < h->given->output.count; i++) {
        fine = (x = find_output(h, h->given->output.item[i].name, f)) != NULL;
        if (fine) w->bounds.places += places_of(w, x, rows->id, unit, from, to);
    }
    if (fine) say_marks(w, rows, unit);
    if (fine && !named) {
        w->bounds.places = places_of(w, score, rows->id, unit, from, to);
        fine = each_place(w, score, rows->id, unit, f);
    }
    for (size_t i = 0; fine && i < h->given->output.count; i++)
        fine = each_place(w, find_output(h, h->given->output.item[i].name, f), rows->id, unit, f);
    return fine;
}

/* What was left out, and the commands that show it. */
static void say_deeper(const wanted *w, const assess_axis *rows) {
    const explain_page *e = &w->bounds;
    deeper_request r = {w->h->given, w->v->session, rows, w->own->depth, 0};
    buf say = BUF_INIT;
    if (!e->deeper && !e->omitted) return;
    if (e->deeper) {
        for (int i = 0; i < e->targets; i++) deeper_target(&r, &e->target[i], &say);
        if (!e->bounded) {
            r.depth = explain_depth(e, w->tree) + 1;
            r.steps = w->own->steps;
        } else if (!e->targets) {
            r.steps = w->steps * 2 < MOST_STEPS ? w->steps * 2 : MOST_STEPS;
        }
        if (!e->bounded || !e->targets) deeper_same(&r, &say);
        deeper_put(w->p, "deeper", view_text(w->v, "Deeper:"), &say);
    }
    if (e->omitted && w->omitted.output) {
        buf head = BUF_INIT;
        buf_print(&head, view_text(w->v, "%zu more places; one of them:"), e->omitted);
        buf_clear(&say);
        r.depth = w->own->depth;
        r.steps = 0;
        deeper_target(&r, &w->omitted, &say);
        deeper_put(w->p, "more_places", buf_string(&head), &say);
        buf_release(&head);
    }
    buf_release(&say);
}

/* A document on where the unit stands: by the score, or the result that is named. */
static int stands(wanted *w, fault *f) {
    enum { ROWS = 10 };
    const delivery *h = w->h;
    const assess_array *score = w->v->part[ROLE_SCORE];
    if (!score)
        return fault_at(f, FAULT_USAGE, NULL,
                        "show = { score = \"total\" } in the rules says which it is",
                        "the rules have no score");
    size_t unit = find_label(w->v, &w->v->rows, h->given->unit, f);
    if (unit == VIEW_NONE) return 0;
    if (h->given->output.count) score = find_output(h, h->given->output.item[0].name, f);
    if (!score) return 0;
    int people = h->given->format->people;
    const standing_wish wish = {unit, score, people ? ROWS : 0};
    return w->own->why_rank ? why_rank_make(w->v, &wish, w->p, f)
                            : absent_make(w->v, &wish, w->p, f);
}

static int make(delivery *h, fault *f) {
    const view_wish wish = {
        .pick = h->given->picks, .picks = h->given->pick.count, .top = VIEW_TOP};
    view v;
    document p = {0};
    if (!view_check_picks(h->session, &wish, f) || !view_open(&v, h->session, &wish, f)) return 0;
    const explain_given *own = h->given->own;
    int standing = own->why_rank || own->missing;
    int tree = h->given->format->prose && !standing;
    const char *kind = own->why_rank ? "why-rank" : own->missing ? "missing" : "explanation";
    document_open(&p, kind, tree ? "" : assess_fact(h->session, "title"), view_text(&v, ": "), "-");
    p.dense = tree;
    if (!standing) document_list(&p, "steps", "output");
    int people = h->given->format->people;
    size_t steps = own->steps ? own->steps : people ? PAGE_STEPS : TABLE_STEPS;
    wanted w = {.h = h, .own = own, .v = &v, .wish = &wish, .p = &p, .tree = tree};
    w.steps = steps;
    w.bounds = (explain_page){.left = steps, .depth = own->depth};
    assess_axis rows = standing ? v.rows : unit_axis(&w, h->given->unit);
    int fine = standing ? stands(&w, f) : explain_all(&w, &rows, f);
    if (fine && !standing) say_deeper(&w, &rows);
    if (fine) fine = deliver_document(h->given, &p, h->page, f);
    document_close(&p);
    view_close(&v);
    return fine;
}

static void check(arguments *a, fault *f) {
    const explain_given *own = a->own;
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, "assess explain RULES UNIT [OUTPUT…]", "whose result?");
    if (own->why_rank && own->missing)
        fault_at(f, FAULT_USAGE, NULL, "ask one after the other",
                 "--why-rank and --missing are two questions");
    if ((own->depth || own->steps) && (own->why_rank || own->missing))
        fault_at(f, FAULT_USAGE, NULL, NULL, "--%s is of no use with --%s",
                 own->depth ? "depth" : "steps", own->missing ? "missing" : "why-rank");
    if ((own->why_rank || own->missing) && a->output.count > 1)
        fault_at(f, FAULT_USAGE, NULL, NULL, "--%s looks at one result",
                 own->missing ? "missing" : "why-rank");
}

const command explain_command = {
    .name = "explain",
    .usage = TEXT("assess explain RULES UNIT [OUTPUT…]"),
    .help = TEXT("why a result is what it is, down to the data"),
    .example = "assess explain rules/2011.lua Shenzhen total --at stage=stage1 --depth 4",
    .takes = TAKES_PICKS,
    .options = explain_options,
    .own = sizeof(explain_given),
    .operand = arguments_unit_and_outputs,
    .check = check,
    .make = make,
};
