/* What would change a result: other data of a unit (whatif), a goal, the figures and the leaves
 * that move it most (levers); and the list of leaves. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "change/unit_report.h"
#include "cmd/cmd.h"
#include "session/session.h"

/* ---- whatif ---- */

enum { CHANGES = 200 };

typedef struct whatif_given {
    impact_pair change[CHANGES];
    arguments_list names; /* of these */
    const view *past;     /* of the session as it was; or NULL */
} whatif_given;

static int make_whatif(const arguments *a, const view *v, size_t row, document *p, fault *f) {
    const whatif_given *own = a->own;
    const whatif_wish w = {own->change, own->names.count, own->past};
    return whatif_make(v, row, &w, p, f);
}

/* A page leads to the explanations of what was, too: that is computed in a session of its own. */
static int deliver_whatif(delivery *d, fault *f) {
    whatif_given *own = d->given->own;
    const view_wish wish = {
        .pick = d->given->picks, .picks = d->given->pick.count, .top = VIEW_TOP};
    const int explains = d->given->format->explains;
    assess *session =
        explains ? session_again(d->session, d->given->rules, d->stop, d->errors, f) : NULL;
    view past;
    if (session && view_open(&past, session, &wish, f)) own->past = &past;
    int fine = !f->count && deliver_unit(d, "whatif", TEXT("What if"), make_whatif, f);
    if (own->past) view_close(&past);
    own->past = NULL;
    assess_free(session);
    return fine;
}

static int whatif_operand(arguments *a, const char *text, fault *f) {
    whatif_given *own = a->own;
    if (arguments_unit(a, text, f)) return 1;
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return fault_at(f, FAULT_USAGE, NULL,
                        "a datum of the unit or a leaf: C7=30, C7@2011=30, params.cap=110",
                        "'%s' is no change", text) ||
               1;
    size_t count = own->names.count;
    if (count == CHANGES) return fault_set(f, FAULT_USAGE, "more than %d changes", CHANGES) || 1;
    if (!list_add_part(&own->names, text, (size_t)(equals - text), f)) return 1;
    const arguments_pair *given = &own->names.item[count];
    for (size_t i = 0; i < count; i++)
        if (!strcmp(own->change[i].name, given->name))
            fault_set(f, FAULT_USAGE, "'%s' is given twice", given->name);
    own->change[count] = (impact_pair){given->name, equals + 1};
    return 1;
}

static void check_whatif(arguments *a, fault *f) {
    const whatif_given *own = a->own;
    static const char usage[] = "assess whatif RULES UNIT C7=30 …";
    if (!a->unit) fault_at(f, FAULT_USAGE, NULL, usage, "whose result?");
    if (a->unit && !own->names.count && !f->count)
        fault_at(f, FAULT_USAGE, NULL, usage, "what is to be changed?");
}

static void end_whatif(void *own) { list_release(&((whatif_given *)own)->names); }

const command whatif_command = {
    .name = "whatif",
    .usage = "assess whatif RULES UNIT CHANGE…",
    .help = TEXT("how other data of a unit would change its results, and the ranks of others"),
    .about =
        TEXT("Puts other values in place of data of a unit, or of leaves of the rules, and tells "
             "what that changes: the unit's results and parts, and the ranks of others."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0},
                                       {"UNIT", NULL, VALUE_UNIT, NULL, 0},
                                       {"CHANGE", NULL, VALUE_CHANGE, NULL, 1},
                                       {0}},
    .examples =
        (const help_example[]){
            {"assess whatif rules/2011.lua Shenzhen C7=30", TEXT("had the figure of C7 been 30"),
             0},
            {"assess whatif rules/2011.lua 'Hong Kong' C7@2011=30 params.cap=110",
             TEXT("that of 2011, and another parameter"), 0},
            {0}},
    .related = "goal levers explain",
    .takes = TAKES_PICKS,
    .own = sizeof(whatif_given),
    .operand = whatif_operand,
    .check = check_whatif,
    .make = deliver_whatif,
    .end = end_whatif,
};

/* ---- goal ---- */

enum { LIMITS = 200 };

typedef struct goal_given {
    goal_wish wish;
    assess_limit limit[LIMITS];
    arguments_list names; /* of these */
} goal_given;

static assess_limit *find_limit(goal_given *own, const char *name, size_t length, fault *f) {
    size_t count = own->names.count;
    for (size_t i = 0; i < count; i++)
        if (strlen(own->limit[i].name) == length && !strncmp(own->limit[i].name, name, length))
            return &own->limit[i];
    if (count == LIMITS) {
        fault_set(f, FAULT_USAGE, "more than %d figures with limits", LIMITS);
        return NULL;
    }
    if (!list_add_part(&own->names, name, length, f)) return NULL;
    own->limit[count] = (assess_limit){.name = own->names.item[count].name,
                                       .low = (double)NAN,
                                       .high = (double)NAN,
                                       .price = (double)NAN};
    return &own->limit[count];
}

static int number(const char *text, size_t length, double *out) {
    return decimal_read(text, length, out) == DECIMAL_OK;
}

static void set_within(void *own, const option *o, const char *value, fault *f) {
    const char *equals = strchr(value, '='), *dots = equals ? strstr(equals, "..") : NULL;
    double low, high;
    if (!dots || equals == value || !number(equals + 1, (size_t)(dots - equals - 1), &low) ||
        !number(dots + 2, strlen(dots + 2), &high)) {
        fault_at(f, FAULT_USAGE, NULL, "as in --within C7=25..60", "--%s %s: must be --%s %s",
                 o->name, value, o->name, o->value);
        return;
    }
    if (!(low <= high)) {
        fault_set(f, FAULT_USAGE, "--%s %s: the first is more than the second", o->name, value);
        return;
    }
    assess_limit *l = find_limit(own, value, (size_t)(equals - value), f);
    if (l) {
        l->low = low;
        l->high = high;
    }
}

static void set_cost(void *own, const option *o, const char *value, fault *f) {
    const char *equals = strchr(value, '=');
    double price;
    if (!equals || equals == value || !number(equals + 1, strlen(equals + 1), &price) ||
        !(price > 0)) {
        fault_at(f, FAULT_USAGE, NULL, "as in --cost C7=2.5; --fix keeps a figure as it is",
                 "--%s %s: must be --%s %s", o->name, value, o->name, o->value);
        return;
    }
    assess_limit *l = find_limit(own, value, (size_t)(equals - value), f);
    if (l) l->price = price;
}

static void fix(void *own, const option *o, const char *value, fault *f) {
    (void)o;
    assess_limit *l = find_limit(own, value, strlen(value), f);
    if (l) l->fixed = 1;
}

#define AT(field) offsetof(goal_given, field)

static const option goal_options[] = {
    {"rank", 0, "N", TEXT("the goal: this rank or a better one"), OPTION_WHOLE, .at = AT(wish.rank),
     .least = 1, .most = 1e9},
    {"score", 0, "X", TEXT("the goal: at least this score"), OPTION_NUMBER, .at = AT(wish.score),
     .least = -1e300, .most = 1e300},
    {"grade", 0, "GRADE", TEXT("the goal: this grade or a better one"), OPTION_TEXT, VALUE_GRADE,
     .at = AT(wish.grade)},
    {"built", 0, NULL, TEXT("the goal: that the verdict holds"), OPTION_FLAG,
     .at = AT(wish.verdict)},
    {"within", 0, "ID=LOW..HIGH", TEXT("a figure may move between these; may be repeated"),
     OPTION_CALL, VALUE_FIGURE, .call = set_within},
    {"fix", 0, "ID", TEXT("a figure stays as it is; may be repeated"), OPTION_CALL, VALUE_FIGURE,
     .call = fix},
    {"cost", 0, "ID=PRICE", TEXT("what changing a figure by 100 % costs (default: 1)"), OPTION_CALL,
     VALUE_FIGURE, .call = set_cost},
    {0},
};

static void begin_goal(void *own) {
    goal_given *g = own;
    g->wish = (goal_wish){.rank = (double)NAN, .score = (double)NAN, .limit = g->limit};
}

static void end_goal(void *own) { list_release(&((goal_given *)own)->names); }

static void check_goal(arguments *a, fault *f) {
    goal_given *own = a->own;
    const goal_wish *w = &own->wish;
    int goals = !isnan(w->rank) + !isnan(w->score) + (w->grade != NULL) + w->verdict;
    own->wish.limits = own->names.count;
    static const char usage[] =
        "assess goal RULES UNIT --rank 3 (or --score 80, --grade GRADE, --built)";
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, usage, "whose result?");
    else if (goals != 1)
        fault_at(f, FAULT_USAGE, NULL, usage, goals ? "one goal at a time" : "what is the goal?");
}

static int make_goal(const arguments *a, const view *v, size_t row, document *p, fault *f) {
    const goal_given *own = a->own;
    return goal_make(v, row, &own->wish, p, f);
}

static int deliver_goal(delivery *d, fault *f) {
    return deliver_unit(d, "goal", TEXT("What it takes"), make_goal, f);
}

const command goal_command = {
    .name = "goal",
    .usage = "assess goal RULES UNIT --rank 3",
    .help = TEXT("what would have to change for a rank, a score, a grade or the verdict"),
    .about =
        TEXT("Looks for what would have to change for one goal: each figure of the unit alone, "
             "and a cheap combination. One of --rank, --score, --grade and --built says what "
             "the goal is."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0},
                                       {"UNIT", NULL, VALUE_UNIT, NULL, 0},
                                       {0}},
    .examples =
        (const help_example[]){{"assess goal rules/2011.lua Shenzhen --rank 6 --within C7=25..60",
                                TEXT("what it takes to reach rank 6, if C7 can be no less than 25"),
                                0},
                               {"assess goal rules/2011.lua Shenzhen --score 75 --fix C7 --cost "
                                "A1=3",
                                TEXT("a score of 75 without C7; changes of A1 are expensive"), 0},
                               {0}},
    .related = "whatif levers explain",
    .takes = TAKES_PICKS,
    .options = goal_options,
    .own = sizeof(goal_given),
    .begin = begin_goal,
    .operand = arguments_unit,
    .check = check_goal,
    .make = deliver_goal,
    .end = end_goal,
};

/* ---- levers ---- */

static const option levers_options[] = {
    {"leaves", 0, NULL, TEXT("weights, standards and parameters instead, each 10 % up and down"),
     OPTION_FLAG, .at = 0},
    {0},
};

static int levers_operand(arguments *a, const char *text, fault *f) {
    return a->output.count ? 0 : arguments_unit_and_outputs(a, text, f);
}

static void check_levers(arguments *a, fault *f) {
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, "assess levers RULES UNIT [OUTPUT]", "whose result?");
}

static int make_levers(const arguments *a, const view *v, size_t row, document *p, fault *f) {
    const int *leaves = a->own;
    const char *name = a->output.count ? a->output.item[0].name : NULL;
    return (*leaves ? levers_leaves : levers_make)(v, row, name, p, f);
}

static int deliver_levers(delivery *d, fault *f) {
    return deliver_unit(d, "levers", TEXT("What moves the result"), make_levers, f);
}

const command levers_command = {
    .name = "levers",
    .usage = "assess levers RULES UNIT [OUTPUT]",
    .help = TEXT("which figures of a unit move its result most, and what is left in them"),
    .about = TEXT("Lists the figures of a unit by what they do to its score, or to another result; "
                  "with --leaves the numbers of the rules, each a tenth up and down."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0},
                                       {"UNIT", NULL, VALUE_UNIT, NULL, 0},
                                       {"OUTPUT", NULL, VALUE_OUTPUT, NULL, 0},
                                       {0}},
    .examples = (const help_example[]){{"assess levers rules/2011.lua Shenzhen --stage stage1",
                                        TEXT("by what they do to the score at the first stage"), 0},
                                       {"assess levers rules/2011.lua Shenzhen total --leaves",
                                        TEXT("which weights, standards and parameters move the "
                                             "total"),
                                        0},
                                       {0}},
    .related = "whatif goal explain",
    .takes = TAKES_PICKS,
    .options = levers_options,
    .own = sizeof(int),
    .operand = levers_operand,
    .check = check_levers,
    .make = deliver_levers,
};

/* ---- leaves ---- */

static int deliver_leaves(delivery *d, fault *f) {
    document p = {0};
    document_open(&p, "leaves", assess_fact(d->session, "title"), ": ", "-");
    document_list(&p, "leaves", NULL);
    leaves_make(d->session, !d->given->format->people, &p);
    int fine = deliver_document(d, &p, d->page, f);
    document_close(&p);
    return fine;
}

const command leaves_command = {
    .name = "leaves",
    .usage = "assess leaves RULES",
    .help = TEXT("everything in the rules that has a name and a value"),
    .about =
        TEXT("Weights, standards, parameters: each with its address, its value, its citation and "
             "line, and with what older editions say of it. The address is what --set, whatif "
             "and mutate call it by."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples =
        (const help_example[]){{"assess leaves rules/2012.lua", TEXT("the list, for a reader"), 0},
                               {"assess leaves rules/2011.lua --format csv",
                                TEXT("as a table for another program"), 0},
                               {0}},
    .related = "run mutate",
    .make = deliver_leaves,
};
