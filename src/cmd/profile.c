/* assess profile: where the time of rules goes. */
#include "report/profile.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "cmd/cmd.h"
#include "document/message.h"

typedef struct profile_given {
    const char *by;
    const char *format; /* NULL: the default */
    double runs;
    size_t top;
} profile_given;

enum { RUNS = 5, TOP = 20 };

#define AT(field) offsetof(profile_given, field)

static const char *const profile_formats[] = {"collapsed", NULL};
static const char *const orders[] = {"time", "elements", "bytes", NULL};

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    if (arguments_format_or(o, value, f)) ((profile_given *)own)->format = value;
}

static const option profile_options[] = {
    {"runs", 0, "N", TEXT("how many runs the medians are of (default: 5)"), OPTION_WHOLE,
     .at = AT(runs), .least = 1, .most = 1000},
    {"by", 0, "WHAT", TEXT("what comes first: the most time (default), elements or bytes"),
     OPTION_WORD, VALUE_WORD, .at = AT(by), .words = orders},
    {"top", 'n', "N", TEXT("list so many lines and passes (default: 20; 0: all)"), OPTION_COUNT,
     .at = AT(top), .least = 0, .most = 1e9},
    {"format", 'f', "FORMAT",
     TEXT("text (default), csv, json, md, html or docx; collapsed: stacks for flame graphs"),
     OPTION_CALL, VALUE_FORMAT, .words = profile_formats, .call = choose_format},
    {0},
};

static void begin(void *own) {
    *(profile_given *)own = (profile_given){.by = orders[0], .runs = RUNS, .top = TOP};
}

static int ends_with(const char *text, const char *end) {
    const size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

/* The format is that of the file's name where no other is asked for. The session is to measure. */
static void check(arguments *a, fault *f) {
    profile_given *own = a->own;
    if (!own->format && a->folder && ends_with(a->folder, ".folded"))
        own->format = profile_formats[0];
    for (const format *x = formats; x->name; x++) {
        char end[16] = ".";
        strcat(end, x->extension);
        if (own->format ? !strcmp(own->format, x->name) : a->folder && ends_with(a->folder, end))
            a->format = x;
    }
    list_add(&a->setting, "profile", "1", f);
}

/* Runs the rules so many times; the memory of each session is given back before the next. */
static int measure(delivery *d, arena *memory, profile *of, size_t runs, fault *f) {
    for (size_t i = 0; i < runs; i++) {
        if (i) {
            assess_free(d->session);
            d->session = NULL;
        }
        const int status = deliver_compute(d, f);
        if (status) return status;
        if (!profile_take(d->session, memory, &of[i], f)) return (int)f->kind;
    }
    message_all(d->errors, d->session, 0, d->given->quiet ? 0 : MESSAGE_WARNINGS);
    return profile_medians(of, runs, f) ? 0 : (int)f->kind;
}

static int threads_of(const assess *a) {
    thread_pool *p = thread_pool_open(a->threads);
    const int threads = thread_pool_threads(p);
    thread_pool_close(p);
    return threads;
}

static void write_profile(delivery *d, const profile *of, fault *f) {
    const profile_given *own = d->given->own;
    profile_wish w = {
        .top = own->top, .runs = (size_t)own->runs, .threads = threads_of(d->session)};
    while (strcmp(own->by, orders[w.by])) w.by++;
    if (own->format && !strcmp(own->format, profile_formats[0])) {
        profile_collapsed(of, d->out);
        return;
    }
    document p;
    document_open(&p, "profile", text_message("Where the time goes"), text_message(": "), "-");
    if (profile_document(of, &w, &p, f)) deliver_document(d, &p, d->page, f);
    document_close(&p);
}

static int work(delivery *d, fault *f) {
    const profile_given *own = d->given->own;
    const size_t runs = (size_t)own->runs;
    arena memory = ARENA_INIT;
    profile *of = mem_zero(runs, sizeof *of);
    int status = of ? measure(d, &memory, of, runs, f) : (fault_memory(f), FAULT_LIMIT);
    if (!status) {
        write_profile(d, of, f);
        if (!f->count) deliver_close(d, f);
        status = (int)f->kind;
    }
    mem_free(of);
    arena_release(&memory);
    return status;
}

const command profile_command = {
    .name = "profile",
    .usage = "assess profile RULES",
    .help = TEXT("where the time of rules goes: by step, by line, by pass"),
    .about = TEXT("Runs the rules several times, measures, and shows medians: the steps from the "
                  "opening of the rules to the results, the passes of the plan, the functions "
                  "called by `each` and why Lua was called for them, and the lines of the rules. "
                  "The shares of all steps are 100 %; lines and passes share what computing took. "
                  "-f collapsed, or -o NAME.folded, writes stacks for flame graphs."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess profile rules/2011.lua --runs 3",
                                        TEXT("the lines that take longest, of three runs"), 0},
                                       {"assess profile rules/2011.lua --by elements --top 5",
                                        TEXT("the lines that work on the most elements"), 0},
                                       {"assess profile rules/2011.lua -o build/2011.folded",
                                        TEXT("stacks, which flamegraph.pl draws"), 0},
                                       {0}},
    .related = "check run",
    .options = profile_options,
    .own = sizeof(profile_given),
    .begin = begin,
    .check = check,
    .work = work,
};
