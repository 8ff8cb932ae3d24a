#include "rule/uncertain.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"

const uncertain_record uncertain_records[UNCERTAIN_KINDS] = {
    [UNCERTAIN_UNIFORM] = {.name = "uniform",
                           .usage = "uniform = { low, high }",
                           .least = 2,
                           .most = 2,
                           .meaning = TEXT("any number between two bounds, all alike")},
    [UNCERTAIN_NORMAL] = {.name = "normal",
                          .usage = "normal = { mean, standard_deviation }",
                          .least = 1,
                          .most = 2,
                          .meaning = TEXT("normally distributed, around its value or a mean")},
    [UNCERTAIN_TRIANGULAR] = {.name = "triangular",
                              .usage = "triangular = { low, mode, high }",
                              .least = 3,
                              .most = 3,
                              .meaning = TEXT("a triangle between two bounds")},
    [UNCERTAIN_PERT] = {.name = "pert",
                        .usage = "pert = { low, mode, high }",
                        .least = 3,
                        .most = 3,
                        .meaning = TEXT("beta-PERT: as a triangle, but nearer to the mode")},
    [UNCERTAIN_NOISE] = {.name = "noise",
                         .usage = "noise = 0.25",
                         .least = 1,
                         .most = 1,
                         .meaning =
                             TEXT("a share of the value up or down, each for itself; weights "
                                  "are then scaled back to their sum")},
    [UNCERTAIN_ONE_OF] = {.name = "one_of",
                          .usage = "one_of = { \"minmax\", \"zscore\" }, with = { 0.5, 0.5 }",
                          .least = 1,
                          .most = SIZE_MAX,
                          .option = {"with"},
                          .meaning = TEXT("one of a list, all alike or with probabilities")},
    [UNCERTAIN_DIRICHLET] = {.name = "dirichlet",
                             .usage = "dirichlet = 50",
                             .least = 1,
                             .most = 1,
                             .meaning = TEXT("weights around their values that keep their sum; the "
                                             "larger the number, the nearer")},
    [UNCERTAIN_SIMPLEX] = {.name = "simplex",
                           .usage = "simplex = true",
                           .least = 0,
                           .most = 1,
                           .meaning = TEXT("all weights at all that keep their sum, each set of "
                                           "them as likely as any other")},
};

uncertain_kind uncertain_kind_of(const char *name) {
    int k = 0;
    while (k < UNCERTAIN_KINDS && strcmp(uncertain_records[k].name, name) != 0) k++;
    return (uncertain_kind)k;
}

const uncertain_value *uncertain_option(const uncertain_entry *e, const char *name, size_t which) {
    for (size_t i = 0; i < e->values; i++)
        if (!strcmp(e->value[i].name, name) && which-- == 0) return &e->value[i];
    return NULL;
}

int uncertain_matches(const char *pattern, const char *address) {
    const char *star = NULL, *from = NULL;
    while (*address) {
        if (*pattern == '*') {
            star = ++pattern;
            from = address;
        } else if (*pattern == *address) {
            pattern++;
            address++;
        } else if (star) {
            pattern = star;
            address = ++from;
        } else {
            return 0;
        }
    }
    while (*pattern == '*') pattern++;
    return !*pattern;
}

/* ---- checks that need no data ---- */

/* A fault of an entry, at its line, or of the option that it came with. Returns 0. */
static int wrong(const uncertain_entry *e, const model *m, fault *f, const char *what) {
    const char *usage = uncertain_records[e->kind].usage;
    if (m && e->at.file >= 0)
        return model_fault(m, f, e->at, uncertain_records[e->kind].name, usage, "'%s': %s",
                           e->address, text_message(what));
    return fault_at(f, FAULT_USAGE, NULL, usage, "--vary %s: %s", e->address, text_message(what));
}

static int option_known(const uncertain_record *r, const char *name) {
    if (!*name) return 1;
    for (size_t i = 0; i < UNCERTAIN_OPTIONS && r->option[i]; i++)
        if (!strcmp(r->option[i], name)) return 1;
    return 0;
}

static int check(const uncertain_entry *e, const model *m, fault *f) {
    const uncertain_record *r = &uncertain_records[e->kind];
    size_t own = 0;
    for (size_t i = 0; i < e->values; i++) {
        own += !*e->value[i].name;
        if (!option_known(r, e->value[i].name))
            return wrong(e, m, f, TEXT("there is no such option"));
        if (e->kind != UNCERTAIN_ONE_OF && isnan(e->value[i].number) &&
            !(e->kind == UNCERTAIN_SIMPLEX && !strcmp(e->value[i].text, "true")))
            return wrong(e, m, f, TEXT("its values must be numbers"));
    }
    if (own < r->least || own > r->most)
        return wrong(e, m, f, TEXT("it has too many or too few values"));
    double x[3] = {0};
    for (size_t i = 0; i < own && i < 3; i++) x[i] = e->value[i].number;
    switch (e->kind) {
    case UNCERTAIN_UNIFORM:
        return x[0] <= x[1] || wrong(e, m, f, TEXT("the lower bound is above the upper one"));
    case UNCERTAIN_NORMAL:
        return x[own - 1] >= 0 || wrong(e, m, f, TEXT("a standard deviation cannot be negative"));
    case UNCERTAIN_TRIANGULAR:
    case UNCERTAIN_PERT:
        return (x[0] <= x[1] && x[1] <= x[2]) ||
               wrong(e, m, f, TEXT("the mode does not lie between the bounds"));
    case UNCERTAIN_NOISE:
        return (x[0] >= 0 && x[0] <= 1) || wrong(e, m, f, TEXT("the share must be from 0 to 1"));
    case UNCERTAIN_DIRICHLET:
        return x[0] > 0 || wrong(e, m, f, TEXT("the concentration must be above 0"));
    case UNCERTAIN_ONE_OF: {
        double sum = 0;
        size_t with = 0;
        for (const uncertain_value *v; (v = uncertain_option(e, "with", with)); with++) {
            if (!(v->number >= 0)) return wrong(e, m, f, TEXT("a probability cannot be negative"));
            sum += v->number;
        }
        if (with && with != own)
            return wrong(e, m, f, TEXT("there must be as many probabilities as values"));
        return !with || fabs(sum - 1) <= 1e-9 ||
               wrong(e, m, f, TEXT("the probabilities must add up to 1"));
    }
    default: return 1;
    }
}

int uncertain_add(uncertain_list *list, const uncertain_entry *e, const model *m, fault *f) {
    if (!check(e, m, f)) return 0;
    size_t i = 0;
    while (i < list->count && strcmp(list->item[i].address, e->address) != 0) i++;
    if (i == list->count && !MEM_RESERVE(list->item, list->count + 1, list->cap))
        return fault_memory(f);
    list->item[i] = *e;
    list->count += i == list->count;
    return 1;
}

/* ---- from a command line ---- */

typedef struct reader {
    const char *at;
    arena *memory;
    uncertain_value *value;
    size_t values, cap;
} reader;

static void skip(reader *r) { r->at += strspn(r->at, " \t"); }

/* The next value up to a comma or bracket: in quotes, or without. NULL where there is none. */
static const char *read_word(reader *r) {
    skip(r);
    if (*r->at == '"' || *r->at == '\'') {
        const char *end = strchr(r->at + 1, *r->at);
        if (!end) return NULL;
        const char *own = arena_text(r->memory, r->at + 1, (size_t)(end - r->at - 1));
        r->at = end + 1;
        skip(r);
        return own;
    }
    size_t length = strcspn(r->at, ",)={}"), all = length;
    while (length && (r->at[length - 1] == ' ' || r->at[length - 1] == '\t')) length--;
    const char *own = length ? arena_text(r->memory, r->at, length) : NULL;
    r->at += all;
    return own;
}

static int read_values(reader *r, const char *name, char end, fault *f) {
    for (skip(r); *r->at != end; skip(r)) {
        const char *word = read_word(r), *own = name;
        if (!word) return 0;
        if (*r->at == '=' && !*name) {
            own = word;
            r->at++;
            skip(r);
            if (*r->at == '{') {
                r->at++;
                if (!read_values(r, own, '}', f)) return 0;
                r->at++;
                word = NULL;
            } else if (!(word = read_word(r))) {
                return 0;
            }
        }
        if (word) {
            if (!MEM_RESERVE(r->value, r->values + 1, r->cap)) return fault_memory(f);
            uncertain_value *v = &r->value[r->values++];
            *v = (uncertain_value){.name = own, .text = word};
            if (decimal_read(word, strlen(word), &v->number) != DECIMAL_OK) v->number = NAN;
        }
        skip(r);
        if (*r->at == ',')
            r->at++;
        else if (*r->at != end)
            return 0;
    }
    return 1;
}

int uncertain_read(uncertain_list *list, const char *text, arena *memory, fault *f) {
    static const char usage[] = "--vary 'params.cap=uniform(90, 120)'";
    const char *equals = strchr(text, '='), *open = equals ? strchr(equals, '(') : NULL;
    if (!equals || equals == text || !open || text[strlen(text) - 1] != ')')
        return fault_at(f, FAULT_USAGE, NULL, usage, "--vary %s: must be --vary ADDRESS=KIND(…)",
                        text);
    const char *address = arena_text(memory, text, (size_t)(equals - text));
    const char *kind = arena_text(memory, equals + 1, (size_t)(open - equals - 1));
    if (!address || !kind) return fault_memory(f);
    uncertain_entry e = {
        .address = address, .kind = uncertain_kind_of(kind), .why = "", .at = {-1, 0}};
    if (e.kind == UNCERTAIN_KINDS) {
        suggestion near = suggest_for(kind);
        for (int k = 0; k < UNCERTAIN_KINDS; k++) suggest_try(&near, uncertain_records[k].name);
        const char *hint = suggest_text(memory, suggest_best(&near));
        return fault_at(f, FAULT_USAGE, NULL, hint ? hint : usage,
                        "--vary %s: there is no way to vary called '%s'", address, kind);
    }
    reader r = {.at = open + 1, .memory = memory};
    int fine = read_values(&r, "", ')', f) && !r.at[1];
    if (!fine && !f->count)
        fault_at(f, FAULT_USAGE, NULL, uncertain_records[e.kind].usage,
                 "--vary %s: the values of '%s' cannot be read", address, kind);
    uncertain_value *own = fine ? arena_take(memory, (r.values + 1) * sizeof *own) : NULL;
    if (fine && !own) fine = fault_memory(f);
    if (fine && r.values) memcpy(own, r.value, r.values * sizeof *own);
    mem_free(r.value);
    e.value = own;
    e.values = r.values;
    return fine && uncertain_add(list, &e, NULL, f);
}

const char *uncertain_text(const uncertain_entry *e, arena *memory) {
    buf b = BUF_INIT;
    const char *name = "";
    buf_print(&b, "%s(", uncertain_records[e->kind].name);
    for (size_t i = 0; i < e->values; i++) {
        const uncertain_value *v = &e->value[i];
        int same = *v->name && !strcmp(v->name, name);
        if (*name && !same) buf_print(&b, " }");
        if (i) buf_print(&b, ", ");
        if (*v->name && !same) buf_print(&b, "%s = { ", v->name);
        buf_print(&b, "%s", v->text);
        name = v->name;
    }
    buf_print(&b, "%s)", *name ? " }" : "");
    const char *own = b.failed ? NULL : arena_text(memory, buf_string(&b), b.length);
    buf_release(&b);
    return own ? own : "";
}
