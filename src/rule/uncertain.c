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
                           .call = "uniform(low, high)",
                           .least = 2,
                           .most = 2,
                           .meaning = TEXT("any number between two bounds, all alike")},
    [UNCERTAIN_NORMAL] = {.name = "normal",
                          .usage = "normal = { mean, standard_deviation }",
                          .call = "normal(mean, standard_deviation)",
                          .least = 1,
                          .most = 2,
                          .option = {{"at_least", UNCERTAIN_NUMBERS},
                                     {"at_most", UNCERTAIN_NUMBERS}},
                          .meaning = TEXT("normally distributed, around its value or a mean")},
    [UNCERTAIN_TRIANGULAR] = {.name = "triangular",
                              .usage = "triangular = { low, mode, high }",
                              .call = "triangular(low, mode, high)",
                              .least = 3,
                              .most = 3,
                              .meaning = TEXT("a triangle between two bounds")},
    [UNCERTAIN_PERT] = {.name = "pert",
                        .usage = "pert = { low, mode, high }",
                        .call = "pert(low, mode, high)",
                        .least = 3,
                        .most = 3,
                        .meaning = TEXT("beta-PERT: as a triangle, but nearer to the mode")},
    [UNCERTAIN_NOISE] = {.name = "noise",
                         .usage = "noise = 0.25",
                         .call = "noise(0.25)",
                         .least = 1,
                         .most = 1,
                         .option = {{"together", UNCERTAIN_TRUTH}},
                         .meaning =
                             TEXT("a share of the value up or down, each for itself; weights "
                                  "are then scaled back to their sum")},
    [UNCERTAIN_ONE_OF] = {.name = "one_of",
                          .usage = "one_of = { \"minmax\", \"zscore\" }, with = { 0.5, 0.5 }",
                          .call = "one_of(minmax, zscore, with = { 0.5, 0.5 })",
                          .least = 1,
                          .most = SIZE_MAX,
                          .form = UNCERTAIN_ANY,
                          .option = {{"with", UNCERTAIN_NUMBERS}, {"together", UNCERTAIN_TRUTH}},
                          .meaning = TEXT("one of a list, all alike or with probabilities")},
    [UNCERTAIN_DIRICHLET] = {.name = "dirichlet",
                             .usage = "dirichlet = 50",
                             .call = "dirichlet(50)",
                             .least = 1,
                             .most = 1,
                             .option = {{"together", UNCERTAIN_TRUTH}},
                             .meaning = TEXT("weights around their values that keep their sum; the "
                                             "larger the number, the nearer")},
    [UNCERTAIN_SIMPLEX] = {.name = "simplex",
                           .usage = "simplex = { at_least = 0.1, where = { \"A >= B\" } }",
                           .call = "simplex(at_least = 0.1, where = \"A >= B\")",
                           .least = 0,
                           .most = 1,
                           .form = UNCERTAIN_TRUTH,
                           .option = {{"at_least", UNCERTAIN_NUMBERS},
                                      {"at_most", UNCERTAIN_NUMBERS},
                                      {"where", UNCERTAIN_TEXTS},
                                      {"together", UNCERTAIN_TRUTH}},
                           .meaning = TEXT("all weights at all that keep their sum and these "
                                           "conditions, each set of them as likely as any other")},
    [UNCERTAIN_ERRORS] = {.name = "errors",
                          .usage = "errors = \"se\"",
                          .call = "errors(se)",
                          .least = 1,
                          .most = 1,
                          .form = UNCERTAIN_TEXTS,
                          .option = {{"at_least", UNCERTAIN_NUMBERS},
                                     {"at_most", UNCERTAIN_NUMBERS}},
                          .meaning = TEXT("normally distributed around the figure, with the "
                                          "standard error of a column")},
    [UNCERTAIN_BOUNDS] = {.name = "bounds",
                          .usage = "bounds = { \"low\", \"high\", level = 0.95, as = \"normal\" }",
                          .call = "bounds(low, high, level = 0.95, as = normal)",
                          .least = 2,
                          .most = 2,
                          .form = UNCERTAIN_TEXTS,
                          .option = {{"level", UNCERTAIN_NUMBERS}, {"as", UNCERTAIN_TEXTS}},
                          .meaning = TEXT("between the confidence bounds of two columns: half a "
                                          "normal distribution on each side of the figure, unless "
                                          "`as` says otherwise")},
    [UNCERTAIN_IMPUTE] = {.name = "impute",
                          .usage = "impute = \"donors\"",
                          .call = "impute(donors)",
                          .least = 1,
                          .most = 1,
                          .form = UNCERTAIN_TEXTS,
                          .meaning = TEXT("missing figures, taken from other units, or from a line "
                                          "through another indicator and its residuals")},
    [UNCERTAIN_LEAVE_OUT] = {.name = "leave_out",
                             .usage = "leave_out = \"indicator\"",
                             .call = "leave_out(indicator)",
                             .least = 1,
                             .most = 1,
                             .form = UNCERTAIN_TEXTS,
                             .option = {{"with", UNCERTAIN_NUMBERS}, {"each", UNCERTAIN_NUMBERS}},
                             .meaning = TEXT("one indicator, group or unit is left out")},
    [UNCERTAIN_PANEL] = {.name = "panel",
                         .usage = "panel = \"weights.csv\", draw = \"expert\"",
                         .call = "panel(weights.csv, draw = expert)",
                         .least = 1,
                         .most = 1,
                         .form = UNCERTAIN_TEXTS,
                         .option = {{"draw", UNCERTAIN_TEXTS}},
                         .meaning = TEXT("the weights that experts gave")},
};

uncertain_kind uncertain_kind_of(const char *name) {
    int k = 0;
    while (k < UNCERTAIN_KINDS && strcmp(uncertain_records[k].name, name) != 0) k++;
    return (uncertain_kind)k;
}

const char *uncertain_usage(const uncertain_entry *e) {
    const uncertain_record *r = &uncertain_records[e->kind];
    return e->at.file < 0 ? r->call : r->usage;
}

const uncertain_value *uncertain_option(const uncertain_entry *e, const char *name, size_t which) {
    for (size_t i = 0; i < e->values; i++)
        if (!strcmp(e->value[i].name, name) && which-- == 0) return &e->value[i];
    return NULL;
}

double uncertain_number(const uncertain_entry *e, const char *name, double otherwise) {
    const uncertain_value *v = uncertain_option(e, name, 0);
    return v ? v->number : otherwise;
}

const char *uncertain_word(const uncertain_entry *e, const char *name, const char *otherwise) {
    const uncertain_value *v = uncertain_option(e, name, 0);
    return v ? v->text : otherwise;
}

int uncertain_is(const uncertain_entry *e, const char *name) {
    return !strcmp(uncertain_word(e, name, "false"), "true");
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
    const char *usage = uncertain_usage(e);
    if (m && e->at.file >= 0)
        return model_fault(m, f, e->at, uncertain_records[e->kind].name, usage, "'%s': %s",
                           e->address, text_message(what));
    return fault_at(f, FAULT_USAGE, NULL, usage, "--vary %s: %s", e->address, text_message(what));
}

/* What the values of an option must be; -1: there is no such option. */
static int form_of(const uncertain_record *r, const char *name) {
    if (!*name) return (int)r->form;
    for (size_t i = 0; i < UNCERTAIN_OPTIONS && r->option[i].name; i++)
        if (!strcmp(r->option[i].name, name)) return (int)r->option[i].form;
    return -1;
}

static int one_word(const char *word, const char *const *known) {
    while (*known && strcmp(word, *known) != 0) known++;
    return *known != NULL;
}

static int check_probabilities(const uncertain_entry *e, size_t own, const model *m, fault *f) {
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

/* Bounds of weights are shares of their sum. */
static int check_simplex(const uncertain_entry *e, const model *m, fault *f) {
    double least = uncertain_number(e, "at_least", 0), most = uncertain_number(e, "at_most", 1);
    if (!strcmp(uncertain_word(e, "", "true"), "false"))
        return wrong(e, m, f, TEXT("the value is true, or conditions"));
    if (!(least >= 0 && least < 1 && most > 0 && most <= 1))
        return wrong(e, m, f, TEXT("bounds of weights are shares of their sum, from 0 to 1"));
    return least <= most || wrong(e, m, f, TEXT("the lower bound is above the upper one"));
}

static int check_leave_out(const uncertain_entry *e, const model *m, fault *f) {
    static const char *const what[] = {"indicator", "group", "unit", NULL};
    const uncertain_value *with = uncertain_option(e, "with", 0),
                          *each = uncertain_option(e, "each", 0);
    if (!one_word(uncertain_word(e, "", ""), what))
        return wrong(e, m, f, TEXT("what is left out is \"indicator\", \"group\" or \"unit\""));
    if (with && each) return wrong(e, m, f, TEXT("it is either `with` or `each`"));
    const uncertain_value *v = with ? with : each;
    return !v || (v->number >= 0 && v->number <= 1) ||
           wrong(e, m, f, TEXT("a probability is from 0 to 1"));
}

static int check_values(const uncertain_entry *e, const double *x, size_t own, const model *m,
                        fault *f) {
    static const char *const shapes[] = {"normal", "uniform", "triangular", NULL},
                             *const donors[] = {"donors", "residuals", NULL},
                             *const draws[] = {"expert", "resample", "each", NULL};
    double level = uncertain_number(e, "level", 0.95);
    double least = uncertain_number(e, "at_least", -INFINITY),
           most = uncertain_number(e, "at_most", INFINITY);
    switch (e->kind) {
    case UNCERTAIN_UNIFORM:
        return x[0] <= x[1] || wrong(e, m, f, TEXT("the lower bound is above the upper one"));
    case UNCERTAIN_NORMAL:
        if (!(x[own - 1] >= 0))
            return wrong(e, m, f, TEXT("a standard deviation cannot be negative"));
        return least < most || wrong(e, m, f, TEXT("the lower bound is above the upper one"));
    case UNCERTAIN_ERRORS:
        return least < most || wrong(e, m, f, TEXT("the lower bound is above the upper one"));
    case UNCERTAIN_TRIANGULAR:
    case UNCERTAIN_PERT:
        return (x[0] <= x[1] && x[1] <= x[2]) ||
               wrong(e, m, f, TEXT("the mode does not lie between the bounds"));
    case UNCERTAIN_NOISE:
        return (x[0] >= 0 && x[0] <= 1) || wrong(e, m, f, TEXT("the share must be from 0 to 1"));
    case UNCERTAIN_DIRICHLET:
        return x[0] > 0 || wrong(e, m, f, TEXT("the concentration must be above 0"));
    case UNCERTAIN_ONE_OF: return check_probabilities(e, own, m, f);
    case UNCERTAIN_SIMPLEX: return check_simplex(e, m, f);
    case UNCERTAIN_BOUNDS:
        if (!(level > 0 && level < 1))
            return wrong(e, m, f, TEXT("the confidence level lies between 0 and 1"));
        return one_word(uncertain_word(e, "as", "normal"), shapes) ||
               wrong(e, m, f, TEXT("`as` is \"normal\", \"uniform\" or \"triangular\""));
    case UNCERTAIN_IMPUTE:
        return one_word(uncertain_word(e, "", ""), donors) ||
               wrong(e, m, f, TEXT("missing figures are drawn from \"donors\" or \"residuals\""));
    case UNCERTAIN_LEAVE_OUT: return check_leave_out(e, m, f);
    case UNCERTAIN_PANEL:
        return one_word(uncertain_word(e, "draw", "expert"), draws) ||
               wrong(e, m, f, TEXT("`draw` is \"expert\", \"resample\" or \"each\""));
    default: return 1;
    }
}

static int check(const uncertain_entry *e, const model *m, fault *f) {
    const uncertain_record *r = &uncertain_records[e->kind];
    size_t own = 0;
    double x[3] = {0};
    for (size_t i = 0; i < e->values; i++) {
        const uncertain_value *v = &e->value[i];
        int form = form_of(r, v->name);
        if (form < 0) return wrong(e, m, f, TEXT("there is no such option"));
        if (form == UNCERTAIN_NUMBERS && isnan(v->number))
            return wrong(e, m, f, TEXT("its values must be numbers"));
        if (form == UNCERTAIN_TEXTS && m && !isnan(v->number))
            return wrong(e, m, f, TEXT("its values must be texts"));
        if (form == UNCERTAIN_TRUTH && strcmp(v->text, "true") != 0 &&
            strcmp(v->text, "false") != 0)
            return wrong(e, m, f, TEXT("its value must be true or false"));
        if (!*v->name && own++ < 3) x[own - 1] = v->number;
    }
    if (own < r->least || own > r->most)
        return wrong(e, m, f, TEXT("it has too many or too few values"));
    return check_values(e, x, own, m, f);
}

/* Missing figures, and what is left out, vary beside other things of the same address. */
static int is_same_thing(const uncertain_entry *a, const uncertain_entry *b) {
    static const uncertain_kind apart[] = {UNCERTAIN_IMPUTE, UNCERTAIN_LEAVE_OUT};
    int same = !strcmp(a->address, b->address);
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        same &= (a->kind == apart[i]) == (b->kind == apart[i]);
    return same;
}

int uncertain_add(uncertain_list *list, const uncertain_entry *e, const model *m, fault *f) {
    if (!check(e, m, f)) return 0;
    size_t i = 0;
    while (i < list->count && !is_same_thing(&list->item[i], e)) i++;
    if (i < list->count && m && e->at.file >= 0 && list->item[i].at.file == e->at.file)
        return wrong(e, m, f, TEXT("it is given twice"));
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
        fault_at(f, FAULT_USAGE, NULL, uncertain_usage(&e),
                 "--vary %s: the values of '%s' cannot be read", address, kind);
    uncertain_value *own = fine ? arena_take(memory, (r.values + 1) * sizeof *own) : NULL;
    if (fine && !own) fine = fault_memory(f);
    if (fine && r.values) memcpy(own, r.value, r.values * sizeof *own);
    mem_free(r.value);
    e.value = own;
    e.values = r.values;
    return fine && uncertain_add(list, &e, NULL, f);
}

/* A text as it can be read again. */
static void put_text(buf *b, const char *text) {
    const char *quote = strpbrk(text, ",(){}<>= ") ? strchr(text, '"') ? "'" : "\"" : "";
    buf_print(b, "%s%s%s", quote, text, quote);
}

const char *uncertain_text(const uncertain_entry *e, arena *memory) {
    buf b = BUF_INIT;
    buf_print(&b, "%s(", uncertain_records[e->kind].name);
    for (size_t i = 0; i < e->values;) {
        const char *name = e->value[i].name;
        size_t count = 1;
        while (*name && i + count < e->values && !strcmp(e->value[i + count].name, name)) count++;
        if (i) buf_text(&b, ", ");
        if (*name) buf_print(&b, count > 1 ? "%s = { " : "%s = ", name);
        for (size_t k = 0; k < count; k++) {
            if (k) buf_text(&b, ", ");
            put_text(&b, e->value[i + k].text);
        }
        if (count > 1) buf_text(&b, " }");
        i += count;
    }
    buf_char(&b, ')');
    const char *own = b.failed ? NULL : arena_text(memory, buf_string(&b), b.length);
    buf_release(&b);
    return own ? own : "";
}
