/* What a shell offers for the last word of a command line: options and their values by the records
 * of the commands, names by the rules that the words before it name. Whatever is wrong with these
 * is no fault here: then nothing is offered. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "change/unit_report.h"
#include "cmd/cmd.h"
#include "report/appraisal.h"
#include "session/session.h"

/* More than that nobody reads. */
enum { CANDIDATES = 1000 };

typedef struct completion {
    const command *of;
    int count; /* words, without the command's name */
    char *const *word;
    const char *begun; /* what is there already of the value or operand: part of the last word */
    const char *rules; /* a rule file that the words name, or NULL */
    const char *unit;  /* or NULL */
    arguments given;   /* what the words before the last say */
    assess *session;   /* opened with it, or NULL */
    size_t candidates;
    int quoted;  /* candidates are written for bash */
    char quote;  /* the quote that is open there, or 0 */
    size_t skip; /* bytes of a candidate that stand before it */
    const volatile sig_atomic_t *stop;
    buf *out;
} completion;

/* ---- quotes, as bash has them ---- */

/* Takes the quotes of a word away. Returns the quote that is left open, or 0; *before is how many
 * bytes of the plain word stand before it. */
static char unquote(const char *text, buf *plain, size_t *before) {
    char open = 0;
    for (const char *p = text; *p; p++) {
        if (!open && (*p == '\'' || *p == '"')) {
            open = *p;
            *before = plain->length;
        } else if (open && *p == open) {
            open = 0;
        } else if (*p == '\\' && p[1] && (!open || (open == '"' && strchr("$`\"\\", p[1])))) {
            buf_char(plain, *++p);
        } else if (*p != '\\' || open || p[1]) {
            buf_char(plain, *p);
        }
    }
    if (!open) *before = 0;
    return open;
}

static void write_quoted(const completion *c, const char *text) {
    const char *special = c->quote == '"'    ? "$`\"\\"
                          : c->quote == '\'' ? "'"
                                             : " \t!\"#$&'()*;<>?[\\]^`{|}~";
    for (const char *p = text; *p; p++) {
        if (!strchr(special, *p))
            buf_char(c->out, *p);
        else if (c->quote == '\'')
            buf_text(c->out, "'\\''");
        else
            buf_print(c->out, "\\%c", *p);
    }
}

/* ---- candidates ---- */

static int has_control(const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p < ' ' || *p == 0x7f) return 1;
    return 0;
}

/* Offers `text` and `more` behind it ("=", or nothing) where they go on from what is begun. */
static void offer(completion *c, const char *text, const char *more, const char *about) {
    size_t n = strlen(c->begun);
    if (strncmp(text, c->begun, n) || has_control(text) || !*text || c->candidates == CANDIDATES)
        return;
    buf whole = BUF_INIT;
    const char *last = c->word[c->count - 1];
    buf_put(&whole, last, (size_t)(c->begun - last));
    buf_print(&whole, "%s%s", text, more);
    if (c->quoted && whole.length >= c->skip)
        write_quoted(c, buf_string(&whole) + c->skip);
    else
        buf_text(c->out, buf_string(&whole));
    if (about && *about && strcmp(about, text) && !has_control(about))
        buf_print(c->out, "\t%s", about);
    buf_char(c->out, '\n');
    c->candidates++;
    buf_release(&whole);
}

static void offer_words(completion *c, const char *const *words) {
    for (; words && *words; words++) offer(c, *words, "", NULL);
}

/* What is begun goes on behind the equals sign, where there is one. */
static int past_equals(completion *c) {
    const char *equals = strchr(c->begun, '=');
    if (equals) c->begun = equals + 1;
    return equals != NULL;
}

/* Files that data are read from. */
static void offer_tables(const completion *c) {
    buf_text(c->out, "\tfiles *.csv\n\tfiles *.xlsx\n");
}

/* ---- the rules ---- */

/* Opens them with what is given; 1 where that worked. */
static int open_rules(completion *c) {
    fault f = FAULT_INIT;
    int fine = c->rules != NULL;
    if (fine && c->of->takes & (TAKES_TESTS | TAKES_NONE)) {
        c->session = assess_new();
    } else if (fine) {
        arguments_allow(&c->given.setting, &f);
        fine = arguments_check_files(&c->given, &f);
        for (size_t i = 0; i < c->given.data.count; i++)
            fine &= strcmp(c->given.data.item[i].value, "-") != 0;
        c->session = fine ? assess_new() : NULL;
        if (c->session && session_prepare(c->session, &c->given, c->stop, &f)) fine = 0;
    }
    fine = fine && c->session && !f.count;
    if (fine) {
        assess_stop_on(c->session, c->stop);
        fine = assess_open(c->session, c->rules) == ASSESS_OK;
    }
    fault_release(&f);
    return fine;
}

/* Runs them, too, and finds what a report shows of them. */
static int run_rules(completion *c, view *v) {
    fault f = FAULT_INIT;
    const view_wish wish = {.pick = c->given.picks, .picks = c->given.pick.count, .top = 1};
    int fine =
        open_rules(c) && assess_run(c->session) == ASSESS_OK && view_open(v, c->session, &wish, &f);
    fault_release(&f);
    return fine;
}

static void offer_leaves(completion *c, const char *more) {
    for (size_t i = 0; i < assess_leaf_count(c->session); i++) {
        const assess_leaf leaf = assess_leaf_at(c->session, i);
        offer(c, leaf.address, more, leaf.value);
    }
}

/* The value that a leaf has: to be changed. */
static void offer_present(completion *c, const char *name, size_t length) {
    for (size_t i = 0; i < assess_leaf_count(c->session); i++) {
        const assess_leaf leaf = assess_leaf_at(c->session, i);
        if (strlen(leaf.address) == length && !memcmp(leaf.address, name, length))
            offer(c, leaf.value, "", text_message("as it is"));
    }
}

static void offer_labels(completion *c, const assess_axis *axis) {
    for (size_t i = 0; i < axis->size; i++)
        offer(c, assess_label(c->session, axis, i), "", assess_title(c->session, axis, i));
}

/* The axis of this name, of whatever result has it. */
static const assess_axis *find_axis(const assess *a, const char *name, size_t length) {
    for (size_t i = 0; i < assess_output_count(a); i++) {
        const assess_array *x = assess_output(a, i);
        for (int k = 0; k < x->axes; k++)
            if (strlen(x->axis[k].name) == length && !memcmp(x->axis[k].name, name, length))
                return &x->axis[k];
    }
    return NULL;
}

static void offer_axes(completion *c) {
    const char *begun = c->begun;
    if (past_equals(c)) {
        const assess_axis *axis = find_axis(c->session, begun, (size_t)(c->begun - begun - 1));
        if (axis) offer_labels(c, axis);
        return;
    }
    for (size_t i = 0; i < assess_output_count(c->session); i++) {
        const assess_array *x = assess_output(c->session, i);
        for (int k = 0; k < x->axes; k++) /* each once: by the result that has it first */
            if (find_axis(c->session, x->axis[k].name, strlen(x->axis[k].name)) == &x->axis[k])
                offer(c, x->axis[k].name, "=", NULL);
    }
}

static void offer_units(completion *c, const view *v) {
    const assess_axis *unit = v->rows.size ? &v->rows : find_axis(c->session, "unit", 4);
    if (unit) offer_labels(c, unit);
}

static void offer_grades(completion *c) {
    fault f = FAULT_INIT;
    appraisal a;
    if (appraisal_open(&a, c->session, &f))
        for (size_t i = 0; i < a.grades; i++) offer(c, a.grade[i], "", NULL);
    appraisal_close(&a);
    fault_release(&f);
}

/* The data of the unit. */
static void offer_figures(completion *c, const view *v, const char *more) {
    fault f = FAULT_INIT;
    const assess_cell *cell;
    const assess_array *score = impact_score(v, &f);
    size_t row = c->unit ? impact_unit(v, c->unit, &f) : VIEW_NONE;
    size_t n = score && row != VIEW_NONE ? assess_cells(c->session, score, row, &cell) : 0;
    for (size_t i = 0; i < n; i++) offer(c, cell[i].name, more, cell[i].title);
    fault_release(&f);
}

static void offer_outputs(completion *c, const view *v) {
    for (size_t i = 0; i < assess_output_count(c->session); i++) {
        const assess_array *x = assess_output(c->session, i);
        offer(c, x->name, "", view_output_title(v, x));
    }
}

/* The data that the rules declare, whether their files are there or not: then a file. */
static void complete_source(completion *c) {
    if (strchr(c->begun, '=')) {
        offer_tables(c);
        return;
    }
    if (!open_rules(c)) return;
    for (size_t i = 0; i < c->session->s->data.count; i++) {
        const ds_spec *spec = &c->session->s->data.item[i]->spec;
        offer(c, spec->name, "=", spec->path);
    }
}

/* What needs the rules to be opened only. */
static void complete_leaves(completion *c, value_kind is) {
    const char *begun = c->begun;
    if (!open_rules(c)) return;
    if (is != VALUE_PATTERN && past_equals(c))
        offer_present(c, begun, (size_t)(c->begun - begun - 1));
    else
        offer_leaves(c, is == VALUE_PATTERN ? "" : "=");
}

static void complete_results(completion *c, const option *o, value_kind is) {
    const char *begun = c->begun, *pair = o && strchr(o->value, '=') ? "=" : "";
    const assess_axis *stage;
    view v;
    if (is == VALUE_CHANGE && past_equals(c)) {
        if (open_rules(c)) offer_present(c, begun, (size_t)(c->begun - begun - 1));
        return;
    }
    if (is == VALUE_FIGURE && strchr(begun, '=')) return;
    if (!run_rules(c, &v)) return;
    switch (is) {
    case VALUE_UNIT: offer_units(c, &v); break;
    case VALUE_OUTPUT: offer_outputs(c, &v); break;
    case VALUE_AXIS: offer_axes(c); break;
    case VALUE_STAGE:
        if ((stage = find_axis(c->session, "stage", 5))) offer_labels(c, stage);
        break;
    case VALUE_GRADE: offer_grades(c); break;
    case VALUE_FIGURE: offer_figures(c, &v, pair); break;
    default: offer_figures(c, &v, "="); offer_leaves(c, "=");
    }
    view_close(&v);
}

/* ---- words and files ---- */

static void offer_commands(completion *c) {
    for (const command *const *x = commands; *x; x++)
        offer(c, (*x)->name, "", text_message((*x)->help));
}

/* W01,W02: the last of them goes on. */
static void offer_codes(completion *c, value_kind is) {
    const char *comma = is == VALUE_CODES ? strrchr(c->begun, ',') : NULL;
    if (comma) c->begun = comma + 1;
    for (size_t i = 0; i < assess_code_count(); i++) {
        const assess_code code = assess_code_at(i);
        offer(c, code.code, "", text_message(code.title));
    }
    if (is == VALUE_CODE) offer(c, "all", "", NULL);
}

/* The value of an option, or an operand (o is NULL). */
static void complete_value(completion *c, const option *o, value_kind is,
                           const char *const *words) {
    const char *names[FORMATS_MOST + 1];
    switch (is) {
    case VALUE_FORMAT: format_names(names); offer_words(c, names); /* fall through */
    case VALUE_WORD: offer_words(c, words); break;
    case VALUE_RULES: buf_text(c->out, "\tfiles *.lua\n"); break;
    case VALUE_TESTS: buf_text(c->out, "\tfiles *_test.lua\n"); break;
    case VALUE_TABLE: offer_tables(c); break;
    case VALUE_FILE:
    case VALUE_PLACE: buf_text(c->out, "\tfiles\n"); break;
    case VALUE_FOLDER: buf_text(c->out, "\tfolders\n"); break;
    case VALUE_COMMAND: offer_commands(c); break;
    case VALUE_CODE:
    case VALUE_CODES: offer_codes(c, is); break;
    case VALUE_ADDRESS:
    case VALUE_PATTERN: complete_leaves(c, is); break;
    case VALUE_SOURCE: complete_source(c); break;
    case VALUE_AXIS:
    case VALUE_STAGE:
    case VALUE_GRADE:
    case VALUE_UNIT:
    case VALUE_OUTPUT:
    case VALUE_FIGURE:
    case VALUE_CHANGE: complete_results(c, o, is); break;
    case VALUE_UNSAID:
    case VALUE_FREE:
    case VALUE_COLUMN:
    case VALUE_KINDS: break;
    }
}

static void complete_option(completion *c) {
    const option *o;
    buf name = BUF_INIT;
    for (size_t i = 0; (o = command_option(c->of, i)); i++) {
        buf_clear(&name);
        buf_print(&name, "--%s", o->name);
        offer(c, buf_string(&name), "", text_message(o->help));
    }
    buf_release(&name);
}

/* The operand at a position; NULL: there can be none. */
static const help_operand *operand_at(const command *c, size_t at) {
    const help_operand *x = c->operands;
    while (x && x->name && !x->repeats && at) {
        x++;
        at--;
    }
    return x && x->name ? x : NULL;
}

/* ---- the words ---- */

static void note(completion *c, value_kind is, const char *value) {
    if (is == VALUE_RULES && !c->rules) c->rules = value;
    if (is == VALUE_UNIT && !c->unit) c->unit = value;
}

/* Looks at the words as the command will, up to the last: what is that, or what does it belong to?
 */
static void walk(completion *c) {
    const command *of = c->of;
    const char *last = c->word[c->count - 1];
    fault f = FAULT_INIT;
    options o = options_of((option_set){of->options, NULL}, (option_set){command_shared(of), NULL},
                           c->count, c->word);
    size_t operands = 0;
    /* "--" alone may become an option, as anything that begins so. */
    int dashes = !strcmp(last, "--");
    o.count -= dashes;
    for (options_step step; (step = options_next(&o, &f)) != OPTIONS_END;) {
        int at_end = !dashes && o.at >= o.count && !o.letters;
        const help_operand *x = step == OPTIONS_OPERAND ? operand_at(of, operands) : NULL;
        operands += step == OPTIONS_OPERAND;
        int is_last = at_end && o.value;
        if (at_end && *last == '-' && !o.only_operands && (!is_last || step == OPTIONS_OPERAND)) {
            complete_option(c);
            break;
        }
        if (is_last) c->begun = o.value;
        if (is_last && step == OPTIONS_FOUND)
            complete_value(c, o.found, o.found->is, o.found->words);
        else if (is_last && x)
            complete_value(c, NULL, x->is, x->words);
        else if (o.value && step == OPTIONS_FOUND && !strcmp(o.found->name, "allow"))
            list_add(&c->given.setting, "allow", o.value, &f);
        else if (o.value)
            note(c, x ? x->is : step == OPTIONS_FOUND ? o.found->is : VALUE_UNSAID, o.value);
    }
    if (dashes && !o.only_operands) complete_option(c);
    fault_release(&f);
}

static void complete(completion *c) {
    fault f = FAULT_INIT;
    const command *of = c->count > 1 ? command_named(c->word[0]) : NULL;
    c->of = of ? of : command_named("run");
    if (of) {
        c->count--;
        c->word++;
    }
    c->begun = c->word[c->count - 1];
    if (c->count == 1 && !of) offer_commands(c);
    int reads = !(c->of->takes & (TAKES_TESTS | TAKES_NONE));
    double left = limits_left();
    if (reads) arguments_read(&c->given, c->of, c->count - 1, c->word, &f);
    limits_set(left > 0.01 ? left : 0.01, (size_t)COMMAND_MEMORY << 20);
    fault_release(&f);
    walk(c);
    if (reads) arguments_release(&c->given);
    assess_free(c->session);
}

int complete_words(int count, char *const *word, int quoted, const volatile sig_atomic_t *stop,
                   buf *out) {
    completion c = {.quoted = quoted, .stop = stop, .out = out, .count = count};
    char **plain = mem_zero((size_t)count + 1, sizeof *plain);
    buf *own = mem_zero((size_t)count + 1, sizeof *own);
    for (int i = 0; plain && own && i < count; i++) {
        plain[i] = word[i];
        if (!quoted) continue;
        c.quote = unquote(word[i], &own[i], &c.skip);
        plain[i] = own[i].text ? own[i].text : word[i];
        if (!own[i].length) plain[i] = word[i] + strlen(word[i]);
    }
    c.word = plain;
    if (plain && own && count) complete(&c);
    for (int i = 0; own && i < count; i++) buf_release(&own[i]);
    mem_free(own);
    mem_free(plain);
    return !out->failed;
}
