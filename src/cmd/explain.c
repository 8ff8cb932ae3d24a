/* assess explain: why a result is what it is, and where a unit stands. */
#include "report/explain.h"

#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "change/unit_report.h"
#include "cmd/cmd.h"
#include "cmd/survey.h"
#include "robust/robust.h"

enum { PAGE_STEPS = 1000, TABLE_STEPS = 3000, MOST_STEPS = 100000 };

/* What explain alone is asked. */
typedef struct explain_given {
    size_t depth, steps; /* 0: the default */
    int why_rank, missing;
    double draws, seed;
    arguments_list vary;
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
    SURVEY_OPTIONS(AT(draws), AT(seed), AT(vary)),
    {0},
};

static void begin(void *own) { *(explain_given *)own = (explain_given){.seed = -1}; }

static void end(void *own) { list_release(&((explain_given *)own)->vary); }

/* ---- commands that show what was left out ----
 *
 * Ready to be pasted into a shell: with the options that were given, and quoted where a shell needs
 * it. A list of commands is their pieces, each ended by NUL, and one more NUL after each command.
 */

typedef struct command_request {
    const arguments *given;
    assess *session;
    const assess_axis *rows; /* of the unit */
    size_t depth, steps;     /* or 0 */
} command_request;

/* Does a shell take it as it is? */
static int is_plain(const char *text) {
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c < 0x80 && !strchr("_./=:,%+@-", c)) return 0;
    }
    return *text != 0;
}

/* A piece of a command: 'it'\\''s'. */
static void write_quoted(buf *out, const char *text) {
    if (is_plain(text)) {
        buf_text(out, text);
        return;
    }
    buf_char(out, '\'');
    for (const char *p = text; *p; p++)
        if (*p == '\'')
            buf_text(out, "'\\''");
        else
            buf_char(out, *p);
    buf_char(out, '\'');
}

static void add_operand(buf *out, const char *text) {
    write_quoted(out, text);
    buf_char(out, 0);
}

/* --name value, or --name left=right, which stay on one line. */
static void add_option(buf *out, const char *name, const char *left, const char *right) {
    buf both = BUF_INIT;
    buf_text(&both, left);
    if (right) buf_print(&both, "=%s", right);
    buf_print(out, "--%s ", name);
    write_quoted(out, buf_string(&both));
    buf_char(out, 0);
    buf_release(&both);
}

static void add_pairs(buf *out, const char *name, const arguments_list *list) {
    for (size_t i = 0; i < list->count; i++)
        add_option(out, name, list->item[i].name, list->item[i].value);
}

/* What was asked besides places, results and depth. */
static void add_options(const command_request *r, buf *out) {
    const arguments *a = r->given;
    add_pairs(out, "set", &a->set);
    add_pairs(out, "where", &a->where);
    add_pairs(out, "data", &a->data);
    for (size_t i = 0; i < a->setting.count; i++) {
        const char *name = a->setting.item[i].name;
        if (!strcmp(name, "strict")) {
            buf_print(out, "--strict%c", 0);
        } else if (strcmp(name, "methods") != 0 && strcmp(name, "allow") != 0) {
            const char *dashed = strcmp(name, "script_memory") ? name : "script-memory";
            add_option(out, dashed, a->setting.item[i].value, NULL);
        }
    }
    if (a->methods) add_option(out, "methods", a->methods, NULL);
    for (size_t i = 0; i < a->given.count;
         i++) /* not those of ASSESS_ALLOW, which is still there */
        if (!strcmp(a->given.item[i].name, "allow"))
            add_option(out, "allow", a->given.item[i].value, NULL);
    if (a->format != formats) add_option(out, "format", a->format->name, NULL);
    if (r->depth) buf_print(out, "--depth %zu%c", r->depth, 0);
    if (r->steps) buf_print(out, "--steps %zu%c", r->steps, 0);
}

static int begins_with_dash(const arguments *a, const char *unit) {
    return *a->rules == '-' || *unit == '-';
}

static void begin_command(const command_request *r, const char *unit, buf *out) {
    buf_print(out, "assess explain%c", 0);
    if (begins_with_dash(r->given, unit)) {
        add_options(r, out);
        return;
    }
    add_operand(out, r->given->rules);
    add_operand(out, unit);
}

static void end_command(const command_request *r, const char *unit, const char *result, buf *out) {
    if (begins_with_dash(r->given, unit)) {
        add_operand(out, "--");
        add_operand(out, r->given->rules);
        add_operand(out, unit);
        if (result) add_operand(out, result);
    }
    buf_char(out, 0);
}

/* The same command, with the request's depth and steps. */
static void add_same_command(const command_request *r, buf *out) {
    const arguments *a = r->given;
    begin_command(r, a->unit, out);
    int late = begins_with_dash(a, a->unit);
    for (size_t i = 0; !late && i < a->output.count; i++) add_operand(out, a->output.item[i].name);
    add_pairs(out, "at", &a->pick);
    if (!late) add_options(r, out);
    end_command(r, a->unit, late && a->output.count ? a->output.item[0].name : NULL, out);
}

/* A command for an element of an output. */
static void add_target_command(const command_request *r, const explain_target *target, buf *out) {
    const assess_array *x = target->output;
    const char *unit = r->given->unit;
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id == r->rows->id)
            unit = assess_label(r->session, &x->axis[k], target->at[k]);
    int late = begins_with_dash(r->given, unit);
    begin_command(r, unit, out);
    if (!late) add_operand(out, x->name);
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id != r->rows->id)
            add_option(out, "at", x->axis[k].name,
                       assess_label(r->session, &x->axis[k], target->at[k]));
    if (!late) add_options(r, out);
    end_command(r, unit, x->name, out);
}

/* A heading and the commands. */
static void write_commands(document *p, const char *id, const char *head, const buf *list) {
    document_gap(p);
    document_line(p, PAINT_FAINT, 0, "", "%s", head);
    document_commands(p, id, list);
}

/* ---- places to explain ---- */

/* One explanation for each place of the output that the unit and the picks leave open. */
typedef struct explanation {
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
} explanation;

static int at_place(explanation *w, const assess_array *x, const size_t *at, fault *f) {
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
static size_t places_of(const explanation *w, const assess_array *x, int axis, size_t unit,
                        size_t *from, size_t *to) {
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

static int each_place(explanation *w, const assess_array *x, int axis, size_t unit, fault *f) {
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
    if (x) return x;
    buf hint = BUF_INIT;
    hint_label(h, name, &hint);
    if (!hint.length) suggest_hint(&hint, nearest_output(h->session, name));
    fault_at(f, FAULT_USAGE, NULL, hint.length ? buf_string(&hint) : NULL, "no result '%s'", name);
    buf_release(&hint);
    return NULL;
}

/* The axis of what is assessed; where the rules have no score, the one that has the unit's
 * label. */
static assess_axis unit_axis(const explanation *w, const char *unit) {
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
static void say_marks(explanation *w, const assess_axis *rows, size_t unit) {
    const location at = {1, {rows->id}, {unit}};
    const role played[] = {ROLE_IMPUTED, ROLE_TREATED};
    if (!w->tree) {
        if (w->v->part[ROLE_IMPUTED] || w->v->part[ROLE_TREATED]) {
            document_facts(w->p, "figures", "");
            marks_facts(w->v, &at, w->p);
        }
        return;
    }
    for (int i = 0; i < 2; i++) {
        marks m = marks_count(w->v, played[i], &at);
        buf b = BUF_INIT;
        marks_say(w->v, &m, &b);
        if (m.count)
            document_line(w->p, PAINT_PLAIN, 10,
                          view_text(w->v, i ? TEXT("Treated") : TEXT("Imputed")), "%s",
                          buf_string(&b));
        buf_release(&b);
    }
}

static int explain_all(explanation *w, const assess_axis *rows, fault *f) {
    const delivery *h = w->h;
    size_t unit = find_label(w->v->session, rows, "", h->given->unit, f), from[ASSESS_AXES],
           to[ASSESS_AXES];
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
static void say_deeper(const explanation *w, const assess_axis *rows) {
    const explain_page *e = &w->bounds;
    command_request r = {w->h->given, w->v->session, rows, w->own->depth, 0};
    buf say = BUF_INIT;
    if (!e->deeper && !e->omitted) return;
    if (e->deeper) {
        for (int i = 0; i < e->targets; i++) add_target_command(&r, &e->target[i], &say);
        if (!e->bounded) {
            r.depth = explain_depth(e, w->tree) + 1;
            r.steps = w->own->steps;
        } else if (!e->targets) {
            r.steps = w->steps * 2 < MOST_STEPS ? w->steps * 2 : MOST_STEPS;
        }
        if (!e->bounded || !e->targets) add_same_command(&r, &say);
        write_commands(w->p, "deeper", view_text(w->v, "Deeper:"), &say);
    }
    if (e->omitted && w->omitted.output) {
        buf head = BUF_INIT;
        buf_print(&head,
                  view_text(w->v, e->omitted == 1 ? TEXT("%zu more place:")
                                                  : TEXT("%zu more places; one of them:")),
                  e->omitted);
        buf_clear(&say);
        r.depth = w->own->depth;
        r.steps = 0;
        add_target_command(&r, &w->omitted, &say);
        write_commands(w->p, "more_places", buf_string(&head), &say);
        buf_release(&head);
    }
    buf_release(&say);
}

/* What draws say of the unit: above the tree, or as a table. */
static int say_draws(explanation *w, fault *f) {
    const explain_given *own = w->own;
    size_t unit =
        own->draws > 0 ? find_label(w->v->session, &w->v->rows, "", w->h->given->unit, f) : 0;
    survey s;
    if (!(own->draws > 0)) return 1;
    if (unit == VIEW_NONE) return 0;
    int fine = survey_make(&s, w->v->session, w->v, &own->vary, own->draws,
                           own->seed < 0 ? 1 : own->seed, w->h->stop, f);
    if (fine) robust_unit(w->p, w->v, &s.of, unit, w->h->given->format->people);
    survey_close(&s);
    return fine;
}

/* A document on where the unit stands: by the score, or the result that is named. */
static int stands(explanation *w, fault *f) {
    enum { ROWS = 10 };
    const delivery *h = w->h;
    const assess_array *score = w->v->part[ROLE_SCORE];
    if (!score)
        return fault_at(f, FAULT_USAGE, NULL,
                        "show = { score = \"total\" } in the rules says which it is",
                        "the rules have no score");
    size_t unit = find_label(w->v->session, &w->v->rows, "", h->given->unit, f);
    if (unit == VIEW_NONE) return 0;
    if (h->given->output.count) score = find_output(h, h->given->output.item[0].name, f);
    if (!score) return 0;
    int people = h->given->format->people;
    const standing_wish wish = {unit, score, people ? ROWS : 0};
    return w->own->why_rank ? why_rank_make(w->v, &wish, w->p, f)
                            : absent_make(w->v, &wish, w->p, f);
}

static int explain(delivery *h, fault *f) {
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
    p.view = &v;
    p.dense = tree;
    int people = h->given->format->people;
    size_t steps = own->steps ? own->steps : people ? PAGE_STEPS : TABLE_STEPS;
    explanation w = {.h = h, .own = own, .v = &v, .wish = &wish, .p = &p, .tree = tree};
    w.steps = steps;
    w.bounds = (explain_page){.left = steps, .depth = own->depth};
    assess_axis rows = standing ? v.rows : unit_axis(&w, h->given->unit);
    int fine = say_draws(&w, f);
    if (!standing) document_cite(&p, h->session, v.language);
    if (!standing) document_list(&p, "steps", "output");
    fine = fine && (standing ? stands(&w, f) : explain_all(&w, &rows, f));
    if (fine && !standing) say_deeper(&w, &rows);
    if (fine) fine = deliver_document(h, &p, h->page, f);
    document_close(&p);
    view_close(&v);
    return fine;
}

static void check(arguments *a, fault *f) {
    const explain_given *own = a->own;
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, "assess explain RULES UNIT [OUTPUT…]", "whose result?");
    survey_check(own->draws, own->seed, &own->vary, f);
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
    .about =
        TEXT("A tree of steps with formulas, values and lines of the rules, from the score, or "
             "another result, down to the lines of the data files and the leaves of the "
             "rules. What is left out is shown by the commands at its end."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0},
                                       {"UNIT", NULL, VALUE_UNIT, NULL, 0},
                                       {"OUTPUT", NULL, VALUE_OUTPUT, NULL, 1},
                                       {0}},
    .examples =
        (const help_example[]){
            {"assess explain rules/2011.lua Shenzhen",
             TEXT("why the score is what it is, three steps deep"), 0},
            {"assess explain rules/2011.lua Shenzhen total --at stage=stage1 --depth 4",
             TEXT("one result at one stage, a step deeper"), 0},
            {"assess explain rules/2011.lua Seoul --why-rank",
             TEXT("who is just above and below, and what single change would pass them"), 0},
            {0}},
    .related = "levers whatif goal",
    .takes = TAKES_PICKS,
    .options = explain_options,
    .own = sizeof(explain_given),
    .begin = begin,
    .end = end,
    .operand = arguments_unit_and_outputs,
    .check = check,
    .make = explain,
};
