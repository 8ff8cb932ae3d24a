/* assess certain: what is certain of a ranking whatever the weights. */
#include "robust/certain.h"

#include <stdint.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"

typedef struct certain_given {
    arguments_list vary;
    const char *other, *level;
    int first;
} certain_given;

#define AT(field) offsetof(certain_given, field)

static const option certain_options[] = {
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("which weights are admissible, beside what the rules say; may be repeated"), OPTION_NAMES,
     VALUE_PATTERN, .at = AT(vary)},
    {"level", 0, "NAME", TEXT("only the weights of this level of the index vary"), OPTION_TEXT,
     VALUE_FREE, .at = AT(level)},
    {"first", 0, NULL, TEXT("the smallest change of weights that takes the first place away"),
     OPTION_FLAG, .at = AT(first)},
    {0},
};

static int certain_operand(arguments *a, const char *text, fault *f) {
    certain_given *own = a->own;
    if (arguments_unit(a, text, f)) return 1;
    if (own->other) return 0;
    own->other = text;
    return 1;
}

static void check_certain(arguments *a, fault *f) {
    const certain_given *own = a->own;
    if (own->first && a->unit)
        fault_at(f, FAULT_USAGE, NULL, "assess certain RULES --first",
                 "--first asks about the first place, whoever has it");
}

static void end_certain(void *own) { list_release(&((certain_given *)own)->vary); }

static int find_units(const view *v, const arguments *a, certain_wish *w, fault *f) {
    const certain_given *own = a->own;
    w->unit = a->unit ? impact_unit(v, a->unit, f) : VIEW_NONE;
    w->other = own->other && !f->count ? impact_unit(v, own->other, f) : VIEW_NONE;
    if (!f->count && a->unit && w->unit == w->other)
        fault_at(f, FAULT_USAGE, NULL, "assess certain RULES UNIT OTHER",
                 "a unit cannot be swapped with itself");
    return !f->count;
}

static int deliver_certain(delivery *d, fault *f) {
    const arguments *a = d->given;
    const certain_given *own = a->own;
    arena memory = ARENA_INIT;
    uncertain_list list = {0};
    certain of = {.memory = ARENA_INIT};
    view v = {0};
    int fine = 1;
    for (size_t i = 0; fine && i < d->session->s->uncertain.count; i++)
        fine = uncertain_add(&list, &d->session->s->uncertain.item[i], &d->session->s->m, f);
    for (size_t i = 0; fine && i < own->vary.count; i++)
        fine = uncertain_read(&list, own->vary.item[i].name, &memory, f);
    const view_wish wish = {.focus = a->focus,
                            .pick = a->picks,
                            .picks = a->pick.count,
                            .top = a->format->people ? a->top : SIZE_MAX};
    int seen =
        fine && view_check_picks(d->session, &wish, f) && view_open(&v, d->session, &wish, f);
    certain_wish w = {.first = own->first,
                      .people = a->format->people,
                      .one_table = a->format->one_table && !a->format->people};
    if (seen && (!v.part[ROLE_SCORE] || !v.rows.size))
        fault_at(f, FAULT_USAGE, NULL,
                 "show = { score = \"total\" } in the rules says which result it is",
                 "the rules have no score");
    fine = seen && !f->count && find_units(&v, a, &w, f);
    const certain_settings s = {.score = v.part[ROLE_SCORE],
                                .rank = v.part[ROLE_RANK],
                                .stop = d->stop,
                                .level = own->level,
                                .seconds =
                                    0.6 * limits_left() / (double)(v.columns ? v.columns : 1)};
    int open = fine && certain_open(&of, d->session, &list, &s, f);
    if (open) {
        document p = {0};
        document_open(&p, "certain", view_text(&v, "What is certain of the ranking"),
                      view_text(&v, ": "), "-");
        p.view = &v;
        if (certain_make(&v, &of, &w, &p, f)) deliver_document(d, &p, d->page, f);
        document_close(&p);
        certain_close(&of);
    }
    if (seen) view_close(&v);
    mem_free(list.item);
    arena_release(&memory);
    return !f->count;
}

const command certain_command = {
    .name = "certain",
    .usage = "assess certain RULES [UNIT [OTHER]]",
    .help = TEXT("the best and worst rank of each unit whatever the weights, exactly"),
    .about = TEXT(
        "Computes what holds for all admissible weights: the best and the worst rank that each "
        "unit can reach, and who is never behind whom. With a unit, it gives the weights that "
        "prove this; with two, the smallest change of weights that swaps them. Admissible are the "
        "weights that `uncertain` in the rules and --vary allow; where nothing is said, all that "
        "keep their sums. The score must be linear in the weights; that is checked."),
    .operands =
        (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0},
                               {"UNIT", NULL, VALUE_UNIT, NULL, 0},
                               {"OTHER", TEXT("the unit to swap it with"), VALUE_UNIT, NULL, 0},
                               {0}},
    .examples =
        (const help_example[]){{"assess certain rules/2011.lua --vary '*.weight=noise(0.25)'",
                                TEXT("with all weights up to 25 % more or less"), 0},
                               {"assess certain rules/2011.lua Tokyo London --stage stage1",
                                TEXT("what it takes for London to pass Tokyo"), 0},
                               {"assess certain rules/2011.lua --first --stage stage1",
                                TEXT("what takes the first place away"), 0},
                               {0}},
    .related = "vary levers",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .options = certain_options,
    .own = sizeof(certain_given),
    .operand = certain_operand,
    .check = check_certain,
    .make = deliver_certain,
    .end = end_certain,
};
