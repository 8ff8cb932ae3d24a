/* assess plot: charts. */
#include "plot/plot.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "change/unit_report.h"
#include "chart/png.h"
#include "cmd/cmd.h"
#include "cmd/survey.h"

enum { OPERANDS = 2, TIMES = 2 };

typedef struct plot_asked {
    const char *chart, *of[OPERANDS];
    size_t count;
    arguments_list vary;
    double draws, seed; /* draws 0: as many as the chart wants */
    const char *map, *key;
} plot_asked;

#define AT(field) offsetof(plot_asked, field)

static const option plot_options[] = {
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,
     VALUE_PATTERN, .at = AT(vary)},
    {"draws", 0, "N",
     TEXT("how many draws (default: 2000 of uncertainty, 1024 rows of sensitivity)"), OPTION_WHOLE,
     .at = AT(draws), .least = 2, .most = 1e9},
    {"seed", 0, "N", TEXT("seed of the random numbers (default: 1)"), OPTION_WHOLE, .at = AT(seed),
     .least = 0, .most = 1e15},
    {"map", 0, "FILE", TEXT("a GeoJSON file of areas or places, for the chart map"), OPTION_TEXT,
     VALUE_FILE, .at = AT(map)},
    {"key", 0, "PROPERTY",
     TEXT("the property in that file that names units (default: the one that fits most)"),
     OPTION_TEXT, VALUE_FREE, .at = AT(key)},
    {0},
};

static void begin(void *own) { *(plot_asked *)own = (plot_asked){.seed = 1}; }

static void end(void *own) { list_release(&((plot_asked *)own)->vary); }

static int operand(arguments *a, const char *text, fault *f) {
    plot_asked *own = a->own;
    if (!own->chart)
        own->chart = text;
    else if (own->count < OPERANDS)
        own->of[own->count++] = text;
    else
        return 0;
    (void)f;
    return 1;
}

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n > m && !strcmp(text + n - m, end);
}

/* Where the file of -o is a table, it is written in that format. */
static void choose_format(arguments *a, fault *f) {
    int known = !a->folder || ends_with(a->folder, ".svg") || ends_with(a->folder, ".png");
    for (const format *k = formats; k->name && !known && !a->format_given; k++) {
        char end[16] = ".";
        strcat(end, k->extension);
        if (!ends_with(a->folder, end)) continue;
        a->format = k;
        a->format_given = known = 1;
    }
    if (!known && !a->format_given)
        fault_at(f, FAULT_USAGE, NULL, "-o ranking.svg", "-o %s: a chart is an .svg or a .png file",
                 a->folder);
}

static void check(arguments *a, fault *f) {
    const plot_asked *own = a->own;
    if (!own->chart) return;
    const plot_kind *k = plot_named(own->chart, f);
    if (!k) return;
    if (own->count > k->most || own->count < k->least)
        fault_at(f, FAULT_USAGE, NULL, text_message("'assess plot RULES' lists the charts"),
                 "the chart is called so: assess plot RULES %s %s", k->name, k->operands);
    if (own->map && strcmp(k->name, "map") != 0)
        fault_set(f, FAULT_USAGE, "--map is for the chart map");
    if (own->key && !own->map) fault_set(f, FAULT_USAGE, "--key is of no use without --map");
    if (own->map) arguments_check_file(own->map, "--map ", f);
    choose_format(a, f);
}

/* ---- what is written ---- */

static int put_drawing(delivery *d, const plot_drawing *made, fault *f) {
    const char *file = d->given->folder;
    if (!file || !ends_with(file, ".png")) {
        output_put(d->out, buf_string(&made->svg), made->svg.length);
        return 1;
    }
    buf png = BUF_INIT;
    int fine = png_of_svg(&made->svg, made->width, made->height, TIMES, &png, f);
    if (fine) output_put(d->out, buf_string(&png), png.length);
    buf_release(&png);
    return fine;
}

static int deliver_chart(delivery *d, const view *v, const plot_kind *k, const plot_given *given,
                         fault *f) {
    document p = {0};
    plot_drawing made;
    int fine = plot_make(v, k, given, &p, &made, f);
    if (fine)
        fine =
            d->given->format_given ? deliver_document(d, &p, d->page, f) : put_drawing(d, &made, f);
    buf_release(&made.svg);
    document_close(&p);
    return fine;
}

static int deliver_list(delivery *d, const view *v, fault *f) {
    document p;
    document_open(&p, "charts", view_text(v, "Charts"), view_text(v, ": "), "-");
    plot_list(v, &p);
    int fine = deliver_document(d, &p, d->page, f);
    document_close(&p);
    return fine;
}

/* With the results of many draws. What varies: what the rules say, and --vary. */
static int deliver_draws(delivery *d, const view *v, const plot_kind *k, plot_given *given,
                         fault *f) {
    const plot_asked *own = d->given->own;
    survey s;
    int fine = survey_make(&s, d->session, v, &own->vary, own->draws > 0 ? own->draws : 2000,
                           own->seed, d->stop, f);
    given->draws = &s.of;
    fine = fine && deliver_chart(d, v, k, given, f);
    survey_close(&s);
    return fine;
}

/* With what varies: what the rules say, and --vary. */
static int deliver_varied(delivery *d, const view *v, const plot_kind *k, plot_given *given,
                          fault *f) {
    const plot_asked *own = d->given->own;
    uncertain_list list = {0};
    arena memory = ARENA_INIT;
    given->uncertain = &list;
    int fine =
        survey_list(d->session, &own->vary, &list, &memory, f) && deliver_chart(d, v, k, given, f);
    mem_free(list.item);
    arena_release(&memory);
    return fine;
}

static int has_faults(const assess *a) {
    for (size_t i = 0; i < assess_message_count(a); i++)
        if (assess_message_at(a, i).status != ASSESS_OK) return 1;
    return 0;
}

/* With two editions: both are opened anew, since a comparison wants them as they are written. */
static int deliver_editions(delivery *d, const view *v, const plot_kind *k, plot_given *given,
                            fault *f) {
    const plot_asked *own = d->given->own;
    const char *rules[] = {d->given->rules, own->of[0]};
    assess *edition[2] = {assess_new(), assess_new()};
    assess_status status = edition[0] && edition[1] ? ASSESS_OK : ASSESS_LIMIT;
    if (status) fault_memory(f);
    for (int e = 0; e < 2 && !status; e++) {
        assess_stop_on(edition[e], d->stop);
        status = session_prepare(edition[e], d->given, d->stop, f);
        if (!status) status = assess_open(edition[e], rules[e]);
    }
    const assess_diff_wish wish = {0};
    assess_diff *diff = status ? NULL : assess_diff_of(edition[0], edition[1], &wish);
    for (int e = 0; e < 2 && !diff && edition[e] && !f->count; e++)
        if (has_faults(edition[e])) impact_fault(&(view){.session = edition[e]}, 0, ASSESS_RULE, f);
    if (!diff && !f->count)
        fault_set(f, status ? (fault_kind)status : FAULT_RULE, "the editions cannot be compared");
    given->diff = diff;
    given->newer = edition[1];
    int fine = diff && deliver_chart(d, v, k, given, f);
    assess_diff_free(diff);
    assess_free(edition[0]);
    assess_free(edition[1]);
    return fine;
}

static int make_plot(delivery *d, fault *f) {
    const arguments *a = d->given;
    const plot_asked *own = a->own;
    const view_wish wish = {
        .focus = a->focus, .pick = a->picks, .picks = a->pick.count, .top = (size_t)-1 >> 1};
    view v = {0};
    if (!view_open(&v, d->session, &wish, f)) return 0;
    plot_given given = {.of = own->of,
                        .count = own->count,
                        .top = a->top,
                        .all = a->all,
                        .people = a->format_given && a->format->people,
                        .rows = (uint64_t)own->draws,
                        .seed = (uint64_t)own->seed,
                        .stop = d->stop,
                        .pick = a->picks,
                        .picks = a->pick.count,
                        .map = own->map,
                        .key = own->key};
    const plot_kind *k = own->chart ? plot_named(own->chart, f) : NULL;
    int fine = !own->chart                 ? deliver_list(d, &v, f)
               : k->needs == PLOT_DRAWS    ? deliver_draws(d, &v, k, &given, f)
               : k->needs == PLOT_VARIED   ? deliver_varied(d, &v, k, &given, f)
               : k->needs == PLOT_EDITIONS ? deliver_editions(d, &v, k, &given, f)
                                           : deliver_chart(d, &v, k, &given, f);
    view_close(&v);
    return fine;
}

static const char *const charts[] = {
    "ranking",     "profile",      "shortfalls",   "framework", "diff",
    "scatter",     "correlations", "distribution", "trend",     "uncertainty",
    "sensitivity", "map",          "grades",       "timeline",  NULL};

const command plot_command = {
    .name = "plot",
    .usage = "assess plot RULES [CHART] [UNIT]",
    .help = TEXT("draws a chart of the results, as SVG or PNG"),
    .about = TEXT("Writes the chart as SVG, or with -o FILE.png as PNG. Without CHART: the list of "
                  "charts, and which of them suit the rules. --format csv, json, text or md writes "
                  "the numbers that are drawn."),
    .operands =
        (const help_operand[]){
            {"RULES", NULL, VALUE_RULES, NULL, 0},
            {"CHART", TEXT("the kind of chart"), VALUE_WORD, charts, 0},
            {"UNIT",
             TEXT("what the chart is about, where it is about one thing: "
                  "a unit (default: the focus), an indicator, two of them, or a second rule file"),
             VALUE_UNIT, NULL, 1},
            {0}},
    .examples =
        (const help_example[]){
            {"assess plot rules/2011.lua ranking -o build/ranking.svg",
             TEXT("scores as bars, for both stages"), 0},
            {"assess plot rules/2011.lua profile Seoul --stage stage1 --format csv",
             TEXT("the numbers of a chart"), 0},
            {"assess plot rules/2011.lua", TEXT("which charts there are"), 0},
            {0}},
    .related = "run vary diff",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .options = plot_options,
    .own = sizeof(plot_asked),
    .begin = begin,
    .operand = operand,
    .check = check,
    .make = make_plot,
    .end = end,
};
