/* assess vary: many draws of what is uncertain, and what becomes of the results; assess merge: the
 * same from draws that were made in parts. */
#include "robust/vary.h"

#include <string.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/part_files.h"
#include "cmd/survey.h"
#include "document/message.h"
#include "plot/plot.h"
#include "uncertainty/inert.h"

typedef struct vary_given {
    arguments_list vary, only;
    double draws, seed, first; /* draws 0: not given */
    double until;              /* 0: no */
    double quantile[VARY_QUANTILES];
    size_t quantiles;
    int frequencies, pairs;
    int central; /* --central-weights */
    const char *shard;
    size_t index, of;      /* of the shard; 0: all draws */
    arguments_list behind; /* of merge: parts after the first */
    part_files *parts;     /* of merge; else NULL */
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
     VALUE_PATTERN, .at = AT(vary)},
    {"only", 0, "ADDRESS",
     TEXT("of what is uncertain only this, as it is written there; a star: any characters"),
     OPTION_NAMES, VALUE_PATTERN, .at = AT(only)},
    {"first", 0, "K", TEXT("the probability of being among the first K (default: 3)"), OPTION_WHOLE,
     .at = AT(first), .least = 1, .most = 1e9},
    {"quantiles", 0, "LIST", TEXT("the quantiles that are shown (default: 0.05,0.5,0.95)"),
     OPTION_CALL, VALUE_FREE, .call = read_quantiles},
    {"frequencies", 0, NULL, TEXT("how often each unit has each rank (JSON has it always)"),
     OPTION_FLAG, .at = AT(frequencies)},
    {"pairs", 0, NULL, TEXT("how often each unit is ahead of each other"), OPTION_FLAG,
     .at = AT(pairs)},
    {"central-weights", 0, NULL,
     TEXT("the weights that put a unit first, and their confidence (SMAA-2)"), OPTION_FLAG,
     .at = AT(central)},
    {"until", 0, "WIDTH",
     TEXT("stop when no 95 % interval of a probability is wider: 0.01 (--draws: at most so many)"),
     OPTION_NUMBER, .at = AT(until), .least = 1e-6, .most = 1},
    {"shard", 0, "I/N", TEXT("make part I of N of the draws, to the file of -o, for assess merge"),
     OPTION_TEXT, VALUE_FREE, .at = AT(shard)},
    {0},
};

static void begin(void *own) { *(vary_given *)own = (vary_given){.seed = 1, .first = 3}; }

static void end(void *own) {
    list_release(&((vary_given *)own)->vary);
    list_release(&((vary_given *)own)->only);
    list_release(&((vary_given *)own)->behind);
}

static void check(arguments *a, fault *f) {
    vary_given *own = a->own;
    if (!(own->draws > 0)) own->draws = own->until > 0 ? 1e9 : 10000;
    if (!own->shard) return;
    if (!shard_parse(own->shard, &own->index, &own->of))
        fault_set(f, FAULT_USAGE, "--shard %s: must be I/N, such as 3/8", own->shard);
    if (own->until > 0)
        fault_set(f, FAULT_USAGE, "--until looks at all draws, so it cannot be had with --shard");
    if (!a->folder)
        fault_at(f, FAULT_USAGE, NULL, "-o part.3", "--shard writes a part, to the file of -o");
    if (a->format_given)
        fault_set(f, FAULT_USAGE, "--format is for the report, which assess merge makes");
    for (size_t i = 0; i < a->data.count; i++)
        if (!strcmp(a->data.item[i].value, "-"))
            fault_set(f, FAULT_USAGE,
                      "--data -: merge reads the data again, so it has to be a file");
}

/* ---- draws that are not all there ---- */

static int refuse_part(const vary *v, fault *f) {
    return fault_at(f, FAULT_LIMIT, NULL, v->late ? "--seconds raises the limit" : NULL,
                    v->late ? "the time was up after %llu of %llu draws; no part was written"
                            : "stopped after %llu of %llu draws; no part was written",
                    (unsigned long long)v->done,
                    (unsigned long long)(v->settings.end - v->settings.first));
}

/* ---- the report, or a part ---- */

static int make_draws(const delivery *d, const vary_given *own, vary *v, central *c, fault *f) {
    if (own->parts) return part_files_join(own->parts, d->session, v, c, f);
    return vary_run(v, f);
}

/* What is drawn, and what becomes of it. */
typedef struct survey_run {
    vary of;
    central middle; /* of --central-weights */
} survey_run;

static int add_central(void *of, const vary *v, size_t count, fault *f) {
    return central_add(of, v, count, f);
}

static int deliver_report(delivery *d, const view *v, survey_run *r, fault *f) {
    static const double usual[] = {0.05, 0.5, 0.95};
    const arguments *a = d->given;
    const vary_given *own = a->own;
    const vary_wish w = {.first = own->first,
                         .quantile = own->quantiles ? own->quantile : usual,
                         .quantiles = own->quantiles ? own->quantiles : 3,
                         .all_quantiles = own->quantiles > 0,
                         .decided = 0.95,
                         .frequencies = own->frequencies,
                         .pairs = own->pairs,
                         .central = own->central ? &r->middle : NULL,
                         .people = a->format->people,
                         .one_table = a->format->one_table && !a->format->people};
    const plot_given drawn = {.top = VIEW_TOP, .page = 1, .draws = &r->of};
    document p = {0};
    if (r->of.stopped) survey_go_on(d);
    document_open(&p, "vary", view_text(v, "How robust the results are"), view_text(v, ": "), "-");
    p.view = v;
    int fine = vary_finish(&r->of, f) && inert_find(&r->of, f) &&
               (!own->central || r->of.stopped || central_confide(&r->middle, &r->of, f)) &&
               vary_make(v, &r->of, &w, &p, f) &&
               (!a->format->explains || plot_add(v, "uncertainty", &drawn, &p, f)) &&
               deliver_document(d, &p, d->page, f);
    document_close(&p);
    if (fine && r->of.stopped) {
        fine = deliver_close(d, f) &&
               survey_tell_stopped(r->of.done, r->of.settings.end - r->of.settings.first,
                                   r->of.late, f);
        d->done = 1;
    }
    return fine;
}

static int deliver_part(delivery *d, vary *of, const central *c, fault *f) {
    const arguments *a = d->given;
    const vary_given *own = a->own;
    d->done = 1;
    if (of->stopped) return refuse_part(of, f);
    return part_files_write(a, d->session, of, c, own->index, own->of, f);
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

static int deliver_vary(delivery *d, fault *f) {
    const arguments *a = d->given;
    const vary_given *own = a->own;
    arena memory = ARENA_INIT;
    uncertain_list list = {0};
    survey_run r = {0};
    view v = {0};
    const view_wish wish = {
        .focus = a->focus, .pick = a->picks, .picks = a->pick.count, .top = a->top};
    limits_patient(); /* when interrupted, draws that were made are reported */
    int viewed = survey_list(d->session, &own->vary, &list, &memory, f) &&
                 keep_only(&own->only, &list, f) && view_open(&v, d->session, &wish, f);
    vary_settings s = survey_settings(&v, own->draws, own->seed, d->stop);
    s.until = own->until;
    s.places = own->first;
    s.block = own->central ? add_central : NULL;
    s.of = &r.middle;
    if (own->of) shard_range(s.draws, own->index, own->of, &s.first, &s.end);
    int open = viewed && vary_open(&r.of, d->session, &list, &s, f);
    int fine = open && (!own->central || central_open(&r.middle, &r.of, d->session, f)) &&
               make_draws(d, own, &r.of, own->central ? &r.middle : NULL, f) &&
               (own->of ? deliver_part(d, &r.of, own->central ? &r.middle : NULL, f)
                        : deliver_report(d, &v, &r, f));
    central_close(&r.middle);
    if (open) vary_close(&r.of);
    if (viewed) view_close(&v);
    mem_free(list.item);
    arena_release(&memory);
    return fine && !f->count;
}

const command vary_command = {
    .name = "vary",
    .usage = "assess vary RULES",
    .help = TEXT("how robust scores, ranks and the verdict are, by many draws"),
    .about =
        TEXT("Draws what is uncertain many times, computes the rules for each draw, and shows "
             "what becomes of scores, ranks, grades and the verdict. The rules say what is "
             "uncertain in `uncertain = { … }`; --vary adds to it. CSV is the list of units, "
             "JSON everything. On Ctrl-C "
             "(status 130), and when the time of --seconds is nearly up (status 5), the report "
             "is that of the draws made so far; with --shard nothing is written then."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples =
        (const help_example[]){{"assess vary rules/2011.lua --vary '*.weight=noise(0.25)'",
                                TEXT("all weights up to 25 % more or less"), 0},
                               {"assess vary rules/2011.lua --vary 'params.cap=uniform(90, 120)' "
                                "--draws 2000 --seed 2",
                                TEXT("a parameter between two bounds, with draws of another seed"),
                                0},
                               {0}},
    .related = "merge levers diff",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .columns = 1,
    .options = vary_options,
    .own = sizeof(vary_given),
    .begin = begin,
    .check = check,
    .make = deliver_vary,
    .end = end,
};

/* ---- merge ---- */

static int add_part(arguments *a, const char *text, fault *f) {
    list_add(&((vary_given *)a->own)->behind, text, "", f);
    return 1;
}

static int merge(delivery *d, fault *f) {
    arguments *a = d->given;
    vary_given *own = a->own;
    part_files p = {0};
    int status = 0;
    if (part_files_open(&p, a, &own->behind, vary_options, own, f)) {
        own->parts = &p;
        own->draws = (double)p.part[0].draws;
        own->seed = (double)p.part[0].seed;
        status = deliver_compute(d, f);
        if (!status) message_all(d->errors, d->session, 0, a->quiet ? 0 : MESSAGE_WARNINGS);
        if (!status && deliver_vary(d, f)) deliver_close(d, f);
    }
    part_files_close(&p);
    return status ? status : (int)f->kind;
}

const command merge_command = {
    .name = "merge",
    .usage = "assess merge PART ...",
    .help = TEXT("joins parts of a run of vary that were made with --shard"),
    .about = TEXT("Joins the parts to the report of the whole run, the same to the last byte. It "
                  "opens the rules and data again, by the names that the run had, so it runs where "
                  "the parts were made or in a copy of that folder; the options are in the parts. "
                  "Parts that are damaged, of another run, given twice or missing are refused by "
                  "name."),
    .operands =
        (const help_operand[]){
            {"PART", TEXT("a file written by assess vary --shard"), VALUE_FILE, NULL, 1}, {0}},
    .examples = (const help_example[]){{"assess merge build/part.1 build/part.2",
                                        TEXT("the report of a run made in two parts"), 0},
                                       {"assess merge build/part.2 build/part.1 --format csv",
                                        TEXT("the list of units; the order of the parts does not "
                                             "matter"),
                                        0},
                                       {0}},
    .related = "vary",
    .takes = TAKES_PARTS,
    .hashes = 1,
    .columns = 1,
    .own = sizeof(vary_given),
    .begin = begin,
    .operand = add_part,
    .check = part_files_check_options,
    .work = merge,
    .end = end,
};
