/* assess vary: many draws of what is uncertain, and what becomes of the results. */
#include "report/vary.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"

typedef struct vary_given {
    arguments_list vary;
    double draws, seed, first;
} vary_given;

#define AT(field) offsetof(vary_given, field)

static const option vary_options[] = {
    {"draws", 0, "N", TEXT("how many draws (default: 10000)"), OPTION_WHOLE, .at = AT(draws),
     .least = 1, .most = 1e12},
    {"seed", 0, "N", TEXT("seed of the random numbers (default: 1)"), OPTION_WHOLE, .at = AT(seed),
     .least = 0, .most = 1e15},
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,
     VALUE_PATTERN, .at = AT(vary)},
    {"first", 0, "K", TEXT("the probability of being among the first K (default: 3)"), OPTION_WHOLE,
     .at = AT(first), .least = 1, .most = 1e9},
    {0},
};

static void begin(void *own) {
    *(vary_given *)own = (vary_given){.draws = 10000, .seed = 1, .first = 3};
}

static void end(void *own) { list_release(&((vary_given *)own)->vary); }

static int deliver_vary(delivery *d, fault *f) {
    const arguments *a = d->given;
    const vary_given *own = a->own;
    arena memory = ARENA_INIT;
    uncertain_list list = {0};
    vary of = {0};
    view v = {0};
    int fine = 1;
    for (size_t i = 0; fine && i < d->session->s->uncertain.count; i++)
        fine = uncertain_add(&list, &d->session->s->uncertain.item[i], &d->session->s->m, f);
    for (size_t i = 0; fine && i < own->vary.count; i++)
        fine = uncertain_read(&list, own->vary.item[i].name, &memory, f);
    const view_wish wish = {
        .focus = a->focus, .pick = a->picks, .picks = a->pick.count, .top = a->top};
    fine = fine && view_open(&v, d->session, &wish, f);
    const vary_settings s = {
        .draws = (uint64_t)own->draws,
        .seed = (uint64_t)own->seed,
        .end = (uint64_t)own->draws,
        .part = {v.part[ROLE_SCORE], v.part[ROLE_RANK], v.part[ROLE_GRADE], v.part[ROLE_VERDICT]},
        .units = v.rows.id,
        .stop = d->stop};
    int open = fine && vary_open(&of, d->session, &list, &s, f);
    if (open && vary_run(&of, f)) {
        const vary_wish w = {.first = own->first,
                             .low = 0.05,
                             .high = 0.95,
                             .decided = 0.95,
                             .top = a->top,
                             .people = a->format->people,
                             .one_table = a->format->one_table && !a->format->people};
        document p = {0};
        document_open(&p, "vary", view_text(&v, "How robust the results are"), view_text(&v, ": "),
                      "-");
        if (vary_make(&v, &of, &w, &p, f)) deliver_document(d, &p, d->page, f);
        document_close(&p);
    }
    if (open) vary_close(&of);
    if (fine) view_close(&v);
    mem_free(list.item);
    arena_release(&memory);
    return !f->count;
}

const command vary_command = {
    .name = "vary",
    .usage = "assess vary RULES",
    .help = TEXT("how robust scores, ranks and the verdict are, by many draws"),
    .about = TEXT("Draws what is uncertain many times, computes the rules for each draw, and shows "
                  "what becomes of scores, ranks, grades and the verdict. The rules say what is "
                  "uncertain in `uncertain = { … }`; --vary adds to it. CSV is the list of units, "
                  "JSON everything."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples =
        (const help_example[]){{"assess vary rules/2011.lua --vary '*.weight=noise(0.25)'",
                                TEXT("all weights up to 25 % more or less"), 0},
                               {"assess vary rules/2011.lua --vary 'params.cap=uniform(90, 120)' "
                                "--draws 2000 --seed 2",
                                TEXT("a parameter between two bounds, with draws of another seed"),
                                0},
                               {0}},
    .related = "levers diff",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .options = vary_options,
    .own = sizeof(vary_given),
    .begin = begin,
    .make = deliver_vary,
    .end = end,
};
