/* What varied, how, and what of it made no difference. */
#include "robust/varied.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "uncertainty/inert.h"

typedef struct varied_page {
    const view *v;
    const vary *d;
    int people;
    document *p;
} varied_page;

enum { LISTED = 3 };

/* ---- remarks on an entry ---- */

/* Names in a remark: the first few of them. */
typedef struct names {
    size_t count;
    const char *first[LISTED];
} names;

static void add_name(names *n, const char *name) {
    if (n->count < LISTED) n->first[n->count] = name;
    n->count++;
}

/* Puts a remark about these names into the text, if there are any. */
static void put_names(const varied_page *g, size_t entry, buf *b, const names *n,
                      const char *remark) {
    if (!n->count) return;
    if (b->length) buf_text(b, view_text(g->v, "; "));
    buf_text(b, remark);
    if (n->count == 1 && !strcmp(*n->first, g->d->inputs.entry[entry].of->address)) return;
    buf_text(b, g->p->colon);
    for (size_t i = 0; i < n->count && i < LISTED; i++)
        buf_print(b, "%s%s", i ? ", " : "", n->first[i]);
    if (n->count > LISTED) buf_print(b, view_text(g->v, " and %zu more"), n->count - LISTED);
}

static void put_count(const varied_page *g, buf *b, size_t count, const char *what) {
    if (!count) return;
    if (b->length) buf_text(b, view_text(g->v, "; "));
    buf_print(b, "%s%s%zu", what, g->p->colon, count);
}

static void remark_inputs(const varied_page *g, size_t entry, buf *b) {
    const vary *d = g->d;
    names still = {0}, unused = {0};
    for (size_t i = 0; i < d->inputs.inputs; i++) {
        const draw_input *x = &d->inputs.input[i];
        if (x->entry != entry) continue;
        if (d->done && !(d->least[i] < d->most[i])) add_name(&still, x->address);
        if (d->done && !draws_what_was_found(d->draws)->needed[i]) add_name(&unused, x->address);
    }
    put_names(g, entry, b, &still, view_text(g->v, "always the same number"));
    put_names(g, entry, b, &unused, view_text(g->v, "no result is computed from it"));
    if (!d->inert || !d->inert[entry] || still.count || unused.count) return;
    if (b->length) buf_text(b, view_text(g->v, "; "));
    buf_print(b, view_text(g->v, "nothing changes in %d draws of it alone"), INERT_DRAWS);
}

static void remark_choices(const varied_page *g, size_t entry, buf *b) {
    names idle = {0};
    for (size_t i = 0; i < g->d->inputs.choices; i++)
        if (g->d->inputs.choice[i].entry == entry &&
            (g->d->inputs.choice[i].d.values < 2 || !draws_differ(g->d->draws, i)))
            add_name(&idle, g->d->inputs.choice[i].address);
    put_names(g, entry, b, &idle, view_text(g->v, "the choice changes nothing"));
}

static void remark(const varied_page *g, size_t entry, buf *b) {
    const draw_entry *e = &g->d->inputs.entry[entry];
    int imputes = e->of->kind == UNCERTAIN_IMPUTE;
    names idle = {0};
    buf_clear(b);
    if (!e->inputs && !e->choices && !e->seen)
        buf_text(b, view_text(g->v, "nothing is called so"));
    else if (!e->inputs && !e->choices && imputes && !e->lacking)
        buf_text(b, view_text(g->v, "no figure is missing there"));
    put_count(
        g, b, e->lacking,
        imputes ? view_text(g->v, "figures that stay missing, as no unit has one")
                : view_text(g->v, "figures that do not vary, as the column says nothing of them"));
    put_count(g, b, e->alone,
              view_text(g->v, "figures of other units, as no indicator tells more"));
    for (size_t k = 0; e->idle && k < e->of->values; k++) {
        const uncertain_value *v = &e->of->value[k];
        if (e->idle[k] && *v->name)
            add_name(&idle, !strcmp(v->name, "where")
                                ? v->text
                                : document_print(g->p, "%s = %s", v->name, v->text));
    }
    put_names(g, entry, b, &idle, view_text(g->v, "the condition never matters"));
    remark_inputs(g, entry, b);
    remark_choices(g, entry, b);
}

/* ---- tables ---- */

/* The numbers of the rules that stay as they are. */
static void put_fixed(const varied_page *g) {
    const model *m = &g->v->session->s->m;
    const draw_inputs *in = &g->d->inputs;
    const document_column head[] = {{"address", "", WIDTH_LEFT, 0}, {"value", "", WIDTH_RIGHT, 0}};
    char *varies = mem_zero(m->leaves + 1, 1);
    size_t count = 0;
    const md_leaf *l;
    if (!varies) {
        g->p->failed = 1;
        return;
    }
    for (size_t i = 0; i < in->inputs; i++)
        if (!in->input[i].name && (l = model_leaf(m, in->input[i].address)))
            varies[l - m->leaf] = 1;
    for (size_t i = 0; i < in->choices; i++)
        for (size_t k = 0; k < in->choice[i].leaves; k++)
            if ((l = model_leaf(m, in->choice[i].leaf[k]))) varies[l - m->leaf] = 1;
    if (!g->people) document_table(g->p, "fixed", "", head, 2);
    for (size_t i = 0; i < m->leaves; i++) {
        if (varies[i] || m->leaf[i].absent || m->leaf[i].value.kind != MD_NUMBER) continue;
        count++;
        if (!g->people)
            DOCUMENT_ROW(g->p, document_text(m->leaf[i].address),
                         document_number(g->p, m->leaf[i].value.number, -1));
    }
    if (g->people && count)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(g->v, "numbers of the rules that stay as they are: %zu"), count);
    mem_free(varies);
}

/* For people: how entries vary whose distribution does not say it, each way once. */
static void put_methods(const varied_page *g) {
    const draw_inputs *in = &g->d->inputs;
    const char **method = arena_zero(&g->p->memory, in->entries + 1, sizeof *method);
    if (!method) {
        g->p->failed = 1;
        return;
    }
    for (size_t i = 0; i < in->entries; i++) {
        const uncertain_kind kind = in->entry[i].of->kind;
        int plain =
            kind < UNCERTAIN_NOISE || kind == UNCERTAIN_ONE_OF || kind == UNCERTAIN_LEAVE_OUT;
        method[i] = plain ? "" : inputs_method(in, i, g->v->language, &g->p->memory);
    }
    for (size_t i = 0; i < in->entries; i++) {
        size_t alike = 0, before = 0;
        for (size_t k = 0; k < in->entries; k++) {
            if (strcmp(method[k], method[i]) != 0) continue;
            alike++;
            before += k < i;
        }
        if (!*method[i] || before) continue;
        const char *more =
            alike > 1 ? document_print(g->p, view_text(g->v, " and %zu more"), alike - 1) : "";
        document_line(g->p, PAINT_PLAIN, 2, NULL, "%s%s%s%s", in->entry[i].of->address, more,
                      g->p->colon, method[i]);
    }
}

/* For people: what is to be said of entries, once of those of which it is the same. */
static void put_remarks(const varied_page *g) {
    const draw_inputs *in = &g->d->inputs;
    const char **say = arena_zero(&g->p->memory, in->entries + 1, sizeof *say);
    buf b = BUF_INIT;
    if (!say) g->p->failed = 1;
    for (size_t i = 0; say && i < in->entries; i++) {
        remark(g, i, &b);
        say[i] = document_print(g->p, "%s", buf_string(&b));
    }
    for (size_t i = 0; say && i < in->entries; i++) {
        const char *now = say[i];
        size_t alike = 0;
        if (!*now) continue;
        buf_clear(&b);
        for (size_t k = i; k < in->entries; k++) {
            if (strcmp(say[k], now) != 0) continue;
            if (alike++ < LISTED)
                buf_print(&b, "%s%s", k > i ? view_text(g->v, TEXT_AS("list", ", ")) : "",
                          in->entry[k].of->address);
            say[k] = "";
        }
        if (alike > LISTED) buf_print(&b, view_text(g->v, " and %zu more"), alike - LISTED);
        document_line(g->p, PAINT_PLAIN, 2, NULL, "%s%s%s", buf_string(&b), g->p->colon, now);
    }
    buf_release(&b);
}

/* How many entries from the i-th on are one line: for people, neighbours that vary alike for the
 * same reason. Their numbers are added up. */
static size_t count_alike(const draw_inputs *in, size_t i, int people, arena *memory,
                          size_t *numbers) {
    const draw_entry *e = &in->entry[i];
    size_t next = i + 1;
    *numbers = e->inputs + e->choices;
    for (; people && *numbers && next < in->entries; next++) {
        const draw_entry *o = &in->entry[next];
        if (!(o->inputs + o->choices) || strcmp(o->of->why, e->of->why) ||
            strcmp(uncertain_text(o->of, memory), uncertain_text(e->of, memory)))
            break;
        *numbers += o->inputs + o->choices;
    }
    return next - i;
}

/* With the whole survey `g` also what programs are told of each. */
static void put_entries(const view *v, const draw_inputs *in, int people, document *p,
                        const varied_page *g) {
    const document_column head[] = {
        {"address", view_text(v, TEXT_AS("uncertain", "What varies")), WIDTH_LEFT, 16},
        {"how", view_text(v, "How"), WIDTH_LEFT, 16},
        {"numbers", view_text(v, "Numbers"), WIDTH_RIGHT, 0},
        {"why", view_text(v, "Why"), WIDTH_LEFT, 16},
        {"method", "", WIDTH_LEFT, 16},
        {"remark", "", WIDTH_LEFT, 16},
    };
    buf b = BUF_INIT;
    document_table(p, "varied", view_text(v, TEXT_AS("uncertain", "What varies")), head, g ? 6 : 4);
    for (size_t i = 0, alike, n; i < in->entries; i += alike) {
        const draw_entry *e = &in->entry[i];
        const char *address = e->of->address;
        alike = count_alike(in, i, people, &p->memory, &n);
        if (alike > 1) {
            buf_clear(&b);
            buf_text(&b, address);
            buf_print(&b, view_text(v, " and %zu more"), alike - 1);
            address = document_print(p, "%s", buf_string(&b));
        }
        document_cell count = document_number(p, (double)n, -1);
        if (!n && !e->seen) count.shown = view_text(v, "none: no such name");
        DOCUMENT_ROW(p, document_text(address), document_text(uncertain_text(e->of, &p->memory)),
                     count, document_text(e->of->why));
        if (!g) continue;
        remark(g, i, &b);
        DOCUMENT_ROW(p, document_text(inputs_method(in, i, v->language, &p->memory)),
                     document_text(buf_string(&b)));
    }
    buf_release(&b);
}

void varied_list(const view *v, const draw_inputs *in, int people, document *p) {
    put_entries(v, in, people, p, NULL);
}

/* Every number and every choice. */
static void put_numbers(const varied_page *g) {
    const vary *d = g->d;
    const document_column head[] = {
        {"address", "", WIDTH_LEFT, 0}, {"of", "", WIDTH_LEFT, 0},
        {"nominal", "", WIDTH_LEFT, 0}, {"least", "", WIDTH_RIGHT, 0},
        {"most", "", WIDTH_RIGHT, 0},   {"values", "", WIDTH_LEFT, 0},
    };
    document_table(g->p, "numbers", "", head, sizeof head / sizeof *head);
    for (size_t i = 0; i < d->inputs.inputs; i++) {
        const draw_input *x = &d->inputs.input[i];
        DOCUMENT_ROW(
            g->p, document_text(x->address), document_text(d->inputs.entry[x->entry].of->address),
            document_number(g->p, x->nominal, -1),
            document_number(g->p, d->done ? d->least[i] : (double)NAN, -1),
            document_number(g->p, d->done ? d->most[i] : (double)NAN, -1), document_text(""));
    }
    for (size_t i = 0; i < d->inputs.choices; i++) {
        const draw_choice *c = &d->inputs.choice[i];
        buf b = BUF_INIT;
        for (size_t k = 0; k < c->d.values; k++) {
            if (k) buf_text(&b, ", ");
            buf_text(&b, *c->value[k] ? c->value[k] : "-");
        }
        DOCUMENT_ROW(g->p, document_text(c->address),
                     document_text(d->inputs.entry[c->entry].of->address),
                     document_text(c->nominal < c->d.values ? c->value[c->nominal] : ""),
                     document_text(""), document_text(""), document_text(buf_string(&b)));
        buf_release(&b);
    }
}

static void put_effects(const varied_page *g) {
    const panel_survey *e = &g->d->panel;
    const view *v = g->v;
    const document_column head[] = {
        {"address", view_text(v, "Weight"), WIDTH_LEFT, 16},
        {"least", view_text(v, "Least"), WIDTH_RIGHT, 0},
        {"lowest", view_text(v, "By"), WIDTH_LEFT, 8},
        {"most", view_text(v, "Most"), WIDTH_RIGHT, 0},
        {"highest", view_text(v, "By"), WIDTH_LEFT, 8},
        {"moved", view_text(v, "Ranks changed"), WIDTH_RIGHT, 0},
        {"furthest", view_text(v, "At most by"), WIDTH_RIGHT, 0},
    };
    document_table(g->p, "disagreements", view_text(v, "In what the experts differ"), head,
                   sizeof head / sizeof *head);
    size_t idle = 0;
    for (size_t i = 0; i < e->effects; i++) {
        const panel_effect *x = &e->effect[i];
        idle += !x->moved;
        DOCUMENT_ROW(g->p, document_text(g->d->inputs.input[x->input].address),
                     document_number(g->p, x->least, g->people ? 3 : -1), document_text(x->lowest),
                     document_number(g->p, x->most, g->people ? 3 : -1), document_text(x->highest),
                     document_number(g->p, (double)x->moved, -1),
                     document_number(g->p, x->furthest, -1));
    }
    if (g->people)
        document_line(g->p, PAINT_PLAIN, 2, NULL,
                      view_text(v,
                                "Each weight alone, between the least and the most that an expert "
                                "gives it, the others as in the rules; %zu of %zu change no rank"),
                      idle, e->effects);
}

/* The ranks by the weights of each expert, beside one another. */
static void put_experts(const varied_page *g, size_t column) {
    const panel_survey *e = &g->d->panel;
    const view *v = g->v;
    const assess_array *rank = g->d->settings.part[VARY_RANK];
    const size_t shown = g->people && e->experts > 8 ? 8 : e->experts;
    document_column *head = arena_zero(&g->p->memory, shown + 2, sizeof *head);
    if (!head) {
        g->p->failed = 1;
        return;
    }
    head[0] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    head[1] = (document_column){"rules", view_text(v, "By the rules"), WIDTH_RIGHT, 0};
    for (size_t k = 0; k < shown; k++)
        head[k + 2] = (document_column){e->name[k], e->name[k], WIDTH_RIGHT, 0};
    const char *title = v->columns ? v->column_title[column] : "";
    document_table(g->p, column ? title : "experts",
                   *title ? document_print(g->p, "%s%s%s",
                                           view_text(v, "Ranks by the weights of each expert"),
                                           g->p->colon, title)
                          : view_text(v, "Ranks by the weights of each expert"),
                   head, shown + 2);
    for (size_t i = 0; i < v->shown_count; i++) {
        const location at = view_location(v, v->shown[i], v->columns ? column : VIEW_NONE);
        const size_t element = location_offset(rank, &at);
        if (element == VIEW_NONE) continue;
        document_put(g->p, document_text(assess_title(v->session, &v->rows, v->shown[i])));
        document_put(g->p, document_number(g->p, rank->value[element], -1));
        for (size_t k = 0; k < shown; k++)
            document_put(g->p, document_number(g->p, e->rank[k * rank->size + element], -1));
    }
}

static void put_panel(const varied_page *g) {
    if (!g->d->panel.effects) return;
    put_effects(g);
    for (size_t k = 0; g->v->rows.size && k < (g->v->columns ? g->v->columns : 1); k++)
        put_experts(g, k);
}

void varied_put(const view *v, const vary *d, int people, document *p) {
    const varied_page g = {v, d, people, p};
    put_entries(v, &d->inputs, people, p, people ? NULL : &g);
    if (people) {
        document_gap(p);
        p->dense = 1;
        put_methods(&g);
        put_remarks(&g);
        put_fixed(&g);
        p->dense = 0;
    }
    put_panel(&g);
    if (people) return;
    put_numbers(&g);
    put_fixed(&g);
}
