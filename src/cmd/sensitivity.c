/* assess sensitivity: which of the things that are uncertain matter for a result. */
#include "robust/effects.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "plot/plot.h"

typedef struct sensitivity_given {
    const char *of, *method, *by, *sample;
    arguments_list unit, vary;
    double draws, seed;
    int second;
} sensitivity_given;

#define AT(field) offsetof(sensitivity_given, field)

/* In the order of sensitivity_method. */
static const char *const method_words[] = {"sobol",     "oat",         "morris",
                                           "leave_out", "correlation", NULL};
static const char *const by_words[] = {"entry", "input", NULL};

static const option sensitivity_options[] = {
    {"of", 0, "RESULT",
     TEXT("shift (of ranks: default), rank, score, verdict, grade, or a result by its name"),
     OPTION_TEXT, VALUE_OUTPUT, .at = AT(of)},
    {"unit", 0, "UNIT", TEXT("whose score or rank; may be repeated"), OPTION_NAMES, VALUE_UNIT,
     .at = AT(unit)},
    {"method", 0, "METHOD", TEXT("sobol (default), oat, morris, leave_out or correlation"),
     OPTION_WORD, VALUE_WORD, .at = AT(method), .words = method_words},
    {"draws", 0, "N",
     TEXT("rows of sobol (default: 4096), paths of morris (50), draws of correlation (10000)"),
     OPTION_WHOLE, .at = AT(draws), .least = 2, .most = 4e9},
    {"seed", 0, "N", TEXT("seed of the random numbers (default: 1)"), OPTION_WHOLE, .at = AT(seed),
     .least = 0, .most = 1e15},
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,
     VALUE_PATTERN, .at = AT(vary)},
    {"by", 0, "WHAT",
     TEXT("entry: all numbers of an entry together (default of sobol); input: each by itself"),
     OPTION_WORD, VALUE_WORD, .at = AT(by), .words = by_words},
    {"second", 0, NULL, TEXT("with second-order indices: what pairs do together"), OPTION_FLAG,
     .at = AT(second)},
    {"sample", 0, "FILE",
     TEXT("correlation ratios of a CSV file, one draw a row; --of names its column"), OPTION_TEXT,
     VALUE_TABLE, .at = AT(sample)},
    {0},
};

static void begin(void *own) { *(sensitivity_given *)own = (sensitivity_given){.seed = -1}; }

static void end(void *own) {
    sensitivity_given *g = own;
    list_release(&g->vary);
    list_release(&g->unit);
}

static int word_of(const char *word, const char *const *list) {
    for (int i = 0; list[i]; i++)
        if (!strcmp(list[i], word)) return i;
    return -1;
}

/* Options that a method has no use for. */
static void check_use(const sensitivity_given *own, int method, fault *f) {
    const int drawn = method != BY_ONE && method != BY_LEAVE_OUT && !own->sample;
    const struct {
        const char *option;
        int given, used;
    } all[] = {
        {"draws", own->draws > 0, drawn},
        {"seed", own->seed >= 0, drawn},
        {"by", own->by != NULL, method == BY_SOBOL || method == BY_MORRIS},
        {"vary", own->vary.count > 0, method != BY_LEAVE_OUT},
    };
    const char *with = method == BY_ONE         ? "method oat"
                       : method == BY_LEAVE_OUT ? "method leave_out"
                       : own->sample            ? "sample"
                                                : "method correlation";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].given && !all[i].used)
            fault_set(f, FAULT_USAGE, "--%s is of no use with --%s", all[i].option, with);
}

static void check(arguments *a, fault *f) {
    const sensitivity_given *own = a->own;
    int method = own->method ? word_of(own->method, method_words) : BY_SOBOL;
    if (own->second && method != BY_SOBOL)
        fault_set(f, FAULT_USAGE, "--second is for --method sobol");
    if (own->sample && method != BY_CORRELATION)
        fault_at(f, FAULT_USAGE, NULL, "--method correlation",
                 "--sample is for correlation ratios");
    if (own->sample && !own->of)
        fault_at(f, FAULT_USAGE, NULL, "--of COLUMN", "which column of the sample is the result?");
    if (own->sample && own->vary.count)
        fault_set(f, FAULT_USAGE, "--vary does not go with --sample: the draws are made already");
    if (own->sample) arguments_check_file(own->sample, "--sample ", f);
    if (method == BY_LEAVE_OUT && (own->of || own->unit.count))
        fault_set(f, FAULT_USAGE, "--method leave_out compares all scores and ranks: without %s",
                  own->of ? "--of" : "--unit");
    check_use(own, method, f);
}

static int gather(const delivery *d, const sensitivity_given *own, uncertain_list *list,
                  arena *memory, fault *f) {
    int fine = 1;
    for (size_t i = 0; fine && i < d->session->s->uncertain.count; i++)
        fine = uncertain_add(list, &d->session->s->uncertain.item[i], &d->session->s->m, f);
    for (size_t i = 0; fine && i < own->vary.count; i++)
        fine = uncertain_read(list, own->vary.item[i].name, memory, f);
    return fine;
}

/* On a page: what each does to the result, as bars. */
static int put_chart(const view *v, const effects *e, const sensitivity_wish *w, document *p,
                     fault *f) {
    const plot_given given = {
        .top = w->top ? w->top : VIEW_TOP, .page = 1, .effects = e, .how = sensitivity_how(v, w)};
    return !e->groups || plot_add(v, "sensitivity", &given, p, f);
}

static int deliver_sensitivity(delivery *d, fault *f) {
    const arguments *a = d->given;
    const sensitivity_given *own = a->own;
    arena memory = ARENA_INIT;
    uncertain_list list = {0};
    view v = {0};
    const view_wish picks = {
        .focus = a->focus, .pick = a->picks, .picks = a->pick.count, .top = a->top};
    const char **unit = mem_take((own->unit.count + 1) * sizeof *unit);
    int fine = unit ? gather(d, own, &list, &memory, f) : fault_memory(f);
    int open = fine && view_open(&v, d->session, &picks, f);
    for (size_t i = 0; open && i < own->unit.count; i++) unit[i] = own->unit.item[i].name;
    effects found = {0};
    const sensitivity_wish w = {
        .of = own->of,
        .unit = unit,
        .units = own->unit.count,
        .picks = &picks,
        .method = own->method ? (sensitivity_method)word_of(own->method, method_words) : BY_SOBOL,
        .draws = own->draws,
        .seed = own->seed < 0 ? 1 : (uint64_t)own->seed,
        .second = own->second,
        .split = own->by ? word_of(own->by, by_words) : -1,
        .sample = own->sample,
        .top = a->top,
        .people = a->format->people,
        .one_table = a->format->one_table && !a->format->people,
        .stop = d->stop,
        .effects = a->format->explains ? &found : NULL,
    };
    if (open) {
        document p = {0};
        document_open(&p, "sensitivity", view_text(&v, "What the result hangs on"),
                      view_text(&v, ": "), "-");
        p.view = &v;
        if (sensitivity_make_report(&v, &list, &w, &p, f) && put_chart(&v, &found, &w, &p, f))
            deliver_document(d, &p, d->page, f);
        document_close(&p);
        view_close(&v);
    }
    mem_free(unit);
    mem_free(list.item);
    arena_release(&memory);
    return !f->count;
}

const command sensitivity_command = {
    .name = "sensitivity",
    .usage = "assess sensitivity RULES",
    .help = TEXT("which of what is uncertain matters for a result, and how much"),
    .about =
        TEXT("Shares the variance of a result out among what varies (Sobol' indices), or "
             "tells it by cheaper ways: one at a time, elementary effects, each indicator left "
             "out, correlation ratios. The rules say what is uncertain in `uncertain = { … }`; "
             "--vary adds to it."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples =
        (const help_example[]){{"assess sensitivity rules/2011.lua --vary '*.weight=noise(0.25)' "
                                "--vary 'params.cap=uniform(90, 120)' --of score --unit Seoul "
                                "--draws 64",
                                TEXT("what the score of Seoul hangs on"), 0},
                               {"assess sensitivity rules/2011.lua --method leave_out",
                                TEXT("how far the ranks shift without each indicator"), 0},
                               {0}},
    .related = "vary levers",
    .takes = TAKES_PICKS | TAKES_TOP,
    .options = sensitivity_options,
    .own = sizeof(sensitivity_given),
    .begin = begin,
    .check = check,
    .make = deliver_sensitivity,
    .end = end,
};
