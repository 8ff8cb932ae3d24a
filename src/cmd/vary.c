/* assess vary: many draws of what is uncertain, and what becomes of the results. */
#include "report/vary.h"

#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/survey.h"

typedef struct vary_given {
    arguments_list vary, only;
    double draws, seed, first;
    double quantile[VARY_QUANTILES];
    size_t quantiles;
    int frequencies, pairs, central;
} vary_given;

#define AT(field) offsetof(vary_given, field)

/* "0.05,0.5,0.95" */
static void read_quantiles(void *own, const option *o, const char *value, fault *f) {
    vary_given *g = own;
    (void)o;
    g->quantiles = 0;
    for (const char *at = value; *at;) {
        size_t length = strcspn(at, ",");
        double x;
        if (decimal_read(at, length, &x) != DECIMAL_OK || !(x >= 0 && x <= 1)) {
            fault_at(f, FAULT_USAGE, NULL, "--quantiles 0.05,0.5,0.95",
                     "--quantiles: '%.*s' is no share between 0 and 1", (int)length, at);
            return;
        }
        if (g->quantiles == VARY_QUANTILES ||
            (g->quantiles && x <= g->quantile[g->quantiles - 1])) {
            fault_at(f, FAULT_USAGE, NULL, "--quantiles 0.05,0.5,0.95",
                     "--quantiles: up to %d shares, the smallest first", VARY_QUANTILES);
            return;
        }
        g->quantile[g->quantiles++] = x;
        at += length;
        at += *at == ',';
    }
    if (!g->quantiles)
        fault_at(f, FAULT_USAGE, NULL, "--quantiles 0.05,0.5,0.95", "--quantiles: which ones?");
}

static const option vary_options[] = {
    {"draws", 0, "N", TEXT("how many draws (default: 10000)"), OPTION_WHOLE, .at = AT(draws),
     .least = 1, .most = 1e12},
    {"seed", 0, "N", TEXT("seed of the random numbers (default: 1)"), OPTION_WHOLE, .at = AT(seed),
     .least = 0, .most = 1e15},
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,
     .at = AT(vary)},
    {"only", 0, "ADDRESS",
     TEXT("of what is uncertain only this, as it is written there; a star: any characters"),
     OPTION_NAMES, .at = AT(only)},
    {"first", 0, "K", TEXT("the probability of being among the first K (default: 3)"), OPTION_WHOLE,
     .at = AT(first), .least = 1, .most = 1e9},
    {"quantiles", 0, "LIST", TEXT("the quantiles that are shown (default: 0.05,0.5,0.95)"),
     OPTION_CALL, .call = read_quantiles},
    {"frequencies", 0, NULL, TEXT("how often each unit has each rank (JSON has it always)"),
     OPTION_FLAG, .at = AT(frequencies)},
    {"pairs", 0, NULL, TEXT("how often each unit is ahead of each other"), OPTION_FLAG,
     .at = AT(pairs)},
    {"central-weights", 0, NULL,
     TEXT("the weights that put a unit first, and their confidence (SMAA-2)"), OPTION_FLAG,
     .at = AT(central)},
    {0},
};

static void begin(void *own) {
    *(vary_given *)own = (vary_given){.draws = 10000, .seed = 1, .first = 3};
}

static void end(void *own) {
    list_release(&((vary_given *)own)->vary);
    list_release(&((vary_given *)own)->only);
}

/* Leaves the entries of these addresses in the list. */
static int keep_only(const arguments_list *only, uncertain_list *list, fault *f) {
    size_t kept = 0;
    for (size_t k = 0; k < only->count; k++) {
        int found = 0;
        for (size_t i = 0; i < list->count; i++)
            found |= uncertain_matches(only->item[k].name, list->item[i].address);
        if (!found)
            return fault_set(f, FAULT_USAGE,
                             "--only %s: no entry of what is uncertain is so called",
                             only->item[k].name);
    }
    for (size_t i = 0; i < list->count; i++) {
        int keep = !only->count;
        for (size_t k = 0; k < only->count; k++)
            keep |= uncertain_matches(only->item[k].name, list->item[i].address);
        if (keep) list->item[kept++] = list->item[i];
    }
    list->count = kept;
    return 1;
}

static int add_central(void *of, const vary *v, size_t count, fault *f) {
    return central_add(of, v, count, f);
}

static int deliver_vary(delivery *d, fault *f) {
    static const double usual[] = {0.05, 0.5, 0.95};
    const arguments *a = d->given;
    const vary_given *own = a->own;
    arena memory = ARENA_INIT;
    uncertain_list list = {0};
    vary of = {0};
    central middle = {0};
    view v = {0};
    int fine =
        survey_list(d->session, &own->vary, &list, &memory, f) && keep_only(&own->only, &list, f);
    const view_wish wish = {
        .focus = a->focus, .pick = a->picks, .picks = a->pick.count, .top = a->top};
    int viewed = fine && view_open(&v, d->session, &wish, f);
    vary_settings s = survey_settings(&v, own->draws, own->seed, d->stop);
    s.block = own->central ? add_central : NULL;
    s.of = &middle;

    int open = viewed && vary_open(&of, d->session, &list, &s, f);
    fine = open && (!own->central || central_open(&middle, &of, d->session, f)) &&
           vary_run(&of, f) && (!own->central || central_confide(&middle, &of, f));
    if (fine) {
        const vary_wish w = {.first = own->first,
                             .quantile = own->quantiles ? own->quantile : usual,
                             .quantiles = own->quantiles ? own->quantiles : 3,
                             .all_quantiles = own->quantiles > 0,
                             .decided = 0.95,
                             .frequencies = own->frequencies,
                             .pairs = own->pairs,
                             .central = own->central ? &middle : NULL,
                             .people = a->format->people,
                             .one_table = a->format->one_table && !a->format->people};
        document p = {0};
        document_open(&p, "vary", view_text(&v, "How robust the results are"), view_text(&v, ": "),
                      "-");
        if (vary_make(&v, &of, &w, &p, f)) deliver_document(d, &p, d->page, f);
        document_close(&p);
    }
    central_close(&middle);
    if (open) vary_close(&of);
    if (viewed) view_close(&v);
    mem_free(list.item);
    arena_release(&memory);
    return !f->count;
}

const command vary_command = {
    .name = "vary",
    .usage = "assess vary RULES [--draws N]",
    .help = TEXT("how robust scores, ranks and the verdict are, by many draws"),
    .example = "assess vary rules/2011.lua --draws 100000",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .options = vary_options,
    .own = sizeof(vary_given),
    .begin = begin,
    .make = deliver_vary,
    .end = end,
};
