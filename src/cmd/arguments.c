/* The arguments of commands that compute by a rule file, and of those that run tests of rules. */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/allowed.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "table/workbook.h"

#define AT(field) offsetof(arguments, field)

static const char *const color_words[] = {"auto", "always", "never", NULL};
static const char *const language_words[] = {"en", "zh", NULL};
const char *const option_encodings[] = {"utf-8", "gb18030", "utf-16le", "utf-16be", NULL};

/* A setting of the session. Options with bounds take a number, a whole one but for seconds; `at` is
 * where the command keeps it, too. */
static void set_setting(void *own, const option *o, const char *value, fault *f) {
    arguments *a = own;
    char name[32];
    double n = 0;
    if (o->most > 0 && !options_number(o, value, o->at != AT(seconds), &n, f)) return;
    if (o->at) *(double *)(void *)((char *)own + o->at) = n;
    snprintf(name, sizeof name, "%s", o->name);
    if (!strcmp(name, "threads")) a->csv.threads = (int)n;
    for (char *p = strchr(name, '-'); p; p = strchr(p, '-')) *p = '_';
    list_add(&a->setting, name, value ? value : "1", f);
}

/* Is it a folder? It is named in the messages as `as`. */
static int check_folder(const char *folder, const char *as, fault *f) {
    buf real = BUF_INIT;
    int fine = allowed_real(folder, &real), error = errno;
    buf_release(&real);
    return fine ||
           fault_set(f, error == ENOMEM ? FAULT_LIMIT : FAULT_USAGE, "%s %s: %s", as, folder,
                     error == ENOENT ? text_message("no such folder") : text_of_errno(error));
}

/* Rules read below their own folders, the one the command runs in, and what is allowed here. */
static void allow_folder(void *own, const option *o, const char *value, fault *f) {
    arguments *a = own;
    if (check_folder(value, "--allow", f)) list_add(&a->setting, o->name, value, f);
}

static void allow_in_tests(void *own, const option *o, const char *value, fault *f) {
    tests_arguments *t = own;
    if (check_folder(value, "--allow", f)) list_add(&t->allow, o->name, value, f);
}

int arguments_allow(arguments_list *list, fault *f) {
    const char *given = getenv("ASSESS_ALLOW");
    buf folder = BUF_INIT;
    for (size_t n; given && *given; given += n + (given[n] == ':')) {
        n = strcspn(given, ":");
        buf_clear(&folder);
        buf_put(&folder, given, n);
        if (n && check_folder(buf_string(&folder), "ASSESS_ALLOW", f))
            list_add(list, "allow", buf_string(&folder), f);
    }
    buf_release(&folder);
    return !f->count;
}

static void pick_stage(void *own, const option *o, const char *value, fault *f) {
    arguments *a = own;
    list_add(&a->pick, o->name, value, f);
}

const format *arguments_format(const option *o, const char *value, fault *f) {
    const char *words[FORMATS_MOST + 1];
    format_names(words);
    int which = options_word(o, value, words, f);
    return which < 0 ? NULL : &formats[which];
}

int arguments_format_or(const option *o, const char *value, fault *f) {
    const char *words[FORMATS_MOST + 2];
    format_names(words);
    size_t n = 0;
    while (words[n]) n++;
    words[n] = o->words[0];
    words[n + 1] = NULL;
    return options_word(o, value, words, f) >= 0;
}

static void choose_format(void *own, const option *o, const char *value, fault *f) {
    arguments *a = own;
    const format *given = arguments_format(o, value, f);
    if (given) a->format = given;
    a->format_given = 1;
}

/* cmd_main has seen to it. */
static void language_is_chosen(void *own, const option *o, const char *value, fault *f) {
    (void)own, (void)o, (void)value, (void)f;
}

static void choose_mark(void *own, const option *o, const char *value, fault *f) {
    arguments *a = own;
    (void)value;
    (void)f;
    a->csv.mark = !strcmp(o->name, "bom") ? CSV_MARK_YES : CSV_MARK_NO;
}

const option shared_options[] = {
    {"set", 's', "ADDRESS=VALUE", TEXT("give a leaf of the rules another value"), OPTION_PAIRS,
     VALUE_ADDRESS, .at = AT(set), .lacks = TAKES_RUNS},
    {"where", 'w', "COLUMN=VALUE", TEXT("use only data rows with this value"), OPTION_PAIRS,
     VALUE_COLUMN, .at = AT(where), .lacks = TAKES_RUNS},
    {"data", 'd', "NAME=FILE", TEXT("read data from another file; - is standard input"),
     OPTION_FILES, VALUE_SOURCE, .at = AT(data), .lacks = TAKES_RUNS},
    {"format", 'f', "FORMAT", TEXT("text (default), csv, json, md, html or docx"), OPTION_CALL,
     VALUE_FORMAT, .call = choose_format},
    {"output", 0, "OUTPUT", TEXT("print this result only; may be repeated"), OPTION_NAMES,
     VALUE_OUTPUT, .at = AT(output), .needs = TAKES_CHOICE},
    {"output-dir", 'o', "DIR", TEXT("write all results into a folder, too; -o FILE for a document"),
     OPTION_TEXT, VALUE_PLACE, .at = AT(folder)},
    {"bom", 0, NULL, TEXT("CSV begins with a byte order mark, for spreadsheets"), OPTION_CALL,
     .call = choose_mark},
    {"no-bom", 0, NULL, TEXT("no byte order mark, in files for Chinese rules neither"), OPTION_CALL,
     .call = choose_mark},
    {"crlf", 0, NULL, TEXT("lines of CSV end with CR LF"), OPTION_FLAG, .at = AT(csv.crlf)},
    {"stage", 0, "STAGE", TEXT("show one stage: --at stage=STAGE"), OPTION_CALL, VALUE_STAGE,
     .call = pick_stage, .needs = TAKES_PICKS},
    {"at", 0, "AXIS=LABEL", TEXT("show one position of an axis"), OPTION_PAIRS, VALUE_AXIS,
     .at = AT(pick), .needs = TAKES_PICKS},
    {"focus", 0, "UNIT", TEXT("report about this unit"), OPTION_TEXT, VALUE_UNIT, .at = AT(focus),
     .needs = TAKES_CHOICE | TAKES_TOP},
    {"top", 'n', "N", TEXT("list the best N (default: 20)"), OPTION_COUNT, .at = AT(top),
     .least = 1, .most = 1e9, .needs = TAKES_CHOICE | TAKES_TOP},
    {"all", 'a', NULL, TEXT("list all units, or make a statement for each"), OPTION_FLAG,
     .at = AT(all), .needs = TAKES_ALL},
    {"encoding", 0, "NAME", TEXT("encoding of the data: utf-8, gb18030, utf-16le …"), OPTION_CALL,
     VALUE_WORD, .words = option_encodings, .call = set_setting, .lacks = TAKES_RUNS},
    {"methods", 0, "DIR", TEXT("where the library methods/ lies"), OPTION_TEXT, VALUE_FOLDER,
     .at = AT(methods), .lacks = TAKES_RUNS},
    {"allow", 0, "DIR", TEXT("rules may read below this folder, too; may be repeated"), OPTION_CALL,
     VALUE_FOLDER, .call = allow_folder},
    {"threads", 0, "N", TEXT("0 (default): as many as there are cores"), OPTION_CALL, .least = 0,
     .most = 1e9, .call = set_setting},
    {"seconds", 0, "S", TEXT("time limit of the command (default: 60; 0: none)"), OPTION_CALL,
     .least = 0, .most = 1e9, .at = AT(seconds), .call = set_setting},
    {"memory", 0, "MIB", TEXT("memory limit of the command (default: 8192)"), OPTION_CALL,
     .least = 1, .most = 1e9, .at = AT(memory), .call = set_setting},
    {"script-memory", 0, "MIB", TEXT("memory limit of the script (default: 256)"), OPTION_CALL,
     .least = 1, .most = 1e9, .call = set_setting, .lacks = TAKES_RUNS},
    {"source", 0, "KIB", TEXT("size limit of a rule file (default: 64)"), OPTION_CALL, .least = 1,
     .most = 1e9, .call = set_setting, .lacks = TAKES_RUNS},
    {"strict", 0, NULL, TEXT("warnings are errors: status 4, and no results"), OPTION_CALL,
     .call = set_setting, .lacks = TAKES_RUNS},
    {"color", 0, "WHEN", TEXT("auto (default), always or never"), OPTION_WORD, VALUE_WORD,
     .at = AT(color), .words = color_words},
    {"width", 0, "N", TEXT("columns of the report (default: the terminal's)"), OPTION_COUNT,
     .at = AT(width), .least = 20, .most = 1000},
    {"quiet", 'q', NULL, TEXT("no report unless asked for, no warnings"), OPTION_FLAG,
     .at = AT(quiet)},
    {"lang", 0, "LANGUAGE", TEXT("of messages: en or zh (default: the environment's)"), OPTION_CALL,
     VALUE_WORD, .words = language_words, .call = language_is_chosen},
    {"version", 'V', NULL, TEXT("print the version"), OPTION_FLAG, .at = AT(version)},
    {"help", 'h', NULL, TEXT("print this help"), OPTION_FLAG, .at = AT(help)},
    {0},
};

int arguments_unit(arguments *a, const char *text, fault *f) {
    (void)f;
    if (a->unit) return 0;
    a->unit = text;
    return 1;
}

int arguments_unit_and_outputs(arguments *a, const char *text, fault *f) {
    if (!arguments_unit(a, text, f)) list_add(&a->output, text, "", f);
    return 1;
}

static void operand(arguments *a, const char *text, fault *f) {
    if (!a->rules) {
        a->rules = text;
        return;
    }
    if (a->of->operand && a->of->operand(a, text, f)) return;
    if (f->count) return; /* it may be the value of an option that is not known */
    const char *hint = text[0] == '-' && text[1] ? text_message("options stand before '--'")
                       : strchr(text, '=') ? text_message("to change a value: --set ADDRESS=VALUE")
                                           : NULL;
    fault_at(f, FAULT_USAGE, NULL, hint, "one rule file at a time: '%s' comes after '%s'", text,
             a->rules);
}

/* What only shows when all is known. */
static void check(arguments *a, fault *f) {
    int inputs = 0;
    for (size_t i = 0; i < a->data.count; i++) inputs += !strcmp(a->data.item[i].value, "-");
    if (inputs > 1) fault_set(f, FAULT_USAGE, "--data: standard input can be read once only");
    if (a->folder && !*a->folder) fault_set(f, FAULT_USAGE, "-o: the folder's name is empty");
    if (!a->rules) a->rules = a->of->usual;
    if (!a->rules && (a->of->takes & TAKES_PARTS))
        fault_at(f, FAULT_USAGE, NULL, "'assess help merge' explains",
                 "which parts? assess merge part.*");
    else if (!a->rules && (a->of->takes & TAKES_RUNS))
        fault_at(f, FAULT_USAGE, NULL, a->of->usage, "which folder?");
    else if (!a->rules)
        fault_at(f, FAULT_USAGE, NULL, "'assess help' explains",
                 "which rules? assess RULES, for example: assess rules/2011.lua");
    else if (!strcmp(a->rules, "-"))
        fault_set(f, FAULT_USAGE, "rules are read from a file, not from standard input");
    else if (a->of->check)
        a->of->check(a, f);
}

int arguments_pick(arguments *a, fault *f) {
    if (a->all) a->top = (size_t)-2;
    mem_free(a->picks);
    a->picks = mem_zero(a->pick.count + 1, sizeof *a->picks);
    if (!a->picks) return fault_memory(f);
    for (size_t i = 0; i < a->pick.count; i++)
        a->picks[i] = (view_pick){a->pick.item[i].name, a->pick.item[i].value};
    return 1;
}

/* Where no format was asked for, the name of the file says it: a page in report.html. */
static void take_format_of_name(arguments *a) {
    const char *dot = a->folder ? strrchr(a->folder, '.') : NULL;
    if (a->format_given || !dot || a->of->takes & TAKES_FOLDER) return;
    for (const format *k = formats; k->name; k++)
        if (!strcmp(dot + 1, k->extension)) a->format = k;
}

int arguments_read(arguments *a, const command *of, int count, char *const *argument, fault *f) {
    *a = (arguments){.of = of,
                     .color = "auto",
                     .format = formats,
                     .top = VIEW_TOP,
                     .seconds = COMMAND_SECONDS,
                     .memory = COMMAND_MEMORY};
    if (of->own && !(a->own = mem_zero(1, of->own))) return fault_memory(f);
    if (of->begin) of->begin(a->own);
    options o = options_of((option_set){of->options, a->own}, (option_set){shared_options, a},
                           count, argument);
    for (options_step step; (step = options_next(&o, f)) != OPTIONS_END;) {
        if (step == OPTIONS_OPERAND)
            operand(a, o.value, f);
        else if (step == OPTIONS_FOUND && !command_has(of, o.found))
            fault_set(f, FAULT_USAGE, "--%s has no meaning for this command", o.found->name);
        else if (step == OPTIONS_FOUND) {
            options_set(o.found, o.own, o.value, f);
            list_add(&a->given, o.found->name, o.found->value ? o.value : "", f);
        }
    }
    take_format_of_name(a);
    if (!f->count && !a->help && !a->version) check(a, f);
    if (!f->count) limits_set(a->seconds, (size_t)a->memory << 20);
    if (a->quiet) work_show_end();
    arguments_allow(&a->setting, f);
    return arguments_pick(a, f) && f->count == 0;
}

void arguments_release(arguments *a) {
    list_release(&a->set);
    list_release(&a->where);
    list_release(&a->data);
    list_release(&a->setting);
    list_release(&a->pick);
    list_release(&a->output);
    list_release(&a->given);
    mem_free(a->picks);
    if (a->own && a->of->end) a->of->end(a->own);
    mem_free(a->own);
    *a = (arguments){0};
}

/* ---- commands on tests ---- */

#undef AT
#define AT(field) offsetof(tests_arguments, field)

static void limit_seconds(void *own, const option *o, const char *value, fault *f) {
    tests_arguments *t = own;
    if (options_number(o, value, 0, &t->seconds, f) && !t->seconds) t->settings.seconds = 0;
}

const option tests_options[] = {
    {"methods", 0, "DIR", TEXT("where the library methods/ lies"), OPTION_TEXT, VALUE_FOLDER,
     .at = AT(settings.methods)},
    {"allow", 0, "DIR", TEXT("rules may read below this folder, too; may be repeated"), OPTION_CALL,
     VALUE_FOLDER, .call = allow_in_tests},
    {"seconds", 0, "S",
     TEXT("time limit of the command (default: none, but 60 for each test; 0: none at all)"),
     OPTION_CALL, .least = 0, .most = 1e9, .call = limit_seconds},
    {"memory", 0, "MIB", TEXT("memory limit of the command (default: 8192)"), OPTION_WHOLE,
     .at = AT(memory), .least = 1, .most = 1e9},
    {"color", 0, "WHEN", TEXT("auto (default), always or never"), OPTION_WORD, VALUE_WORD,
     .at = AT(color), .words = color_words},
    {"help", 'h', NULL, TEXT("print this help"), OPTION_FLAG, .at = AT(help)},
    {0},
};

static void add_path(void *self, const char *text, fault *f) {
    list_add(&((tests_arguments *)self)->paths, text, "", f);
}

int tests_read(tests_arguments *t, const command *of, void *own, int count, char *const *argument,
               const volatile sig_atomic_t *stop, fault *f) {
    *t = (tests_arguments){.settings = {.stop = stop, .threads = 1, .seconds = COMMAND_SECONDS},
                           .color = "auto",
                           .memory = COMMAND_MEMORY};
    options o =
        options_of((option_set){of->options, own}, (option_set){tests_options, t}, count, argument);
    options_read(&o, add_path, t, f);
    if (!t->paths.count) add_path(t, ".", f);
    if (!f->count) limits_set(t->seconds, (size_t)t->memory << 20);
    arguments_allow(&t->allow, f);
    t->settings.allow = mem_zero(t->allow.count + 1, sizeof *t->settings.allow);
    if (!t->settings.allow) return fault_memory(f);
    for (size_t i = 0; i < t->allow.count; i++) t->settings.allow[i] = t->allow.item[i].value;
    return !f->count;
}

void tests_release(tests_arguments *t) {
    list_release(&t->paths);
    list_release(&t->allow);
    mem_free(t->settings.allow);
    t->settings.allow = NULL;
}

/* ---- files ---- */

int arguments_check_file(const char *path, const char *as, fault *f) {
    struct stat info;
    buf hint = BUF_INIT;
    int error = stat(path, &info) < 0    ? errno
                : S_ISDIR(info.st_mode)  ? EISDIR
                : access(path, R_OK) < 0 ? errno
                                         : 0;
    if (error == ENOENT || error == ENOTDIR) files_near(path, &hint);
    if (error)
        fault_at(f, FAULT_USAGE, NULL, hint.length ? buf_string(&hint) : NULL, "%s%s: %s", as, path,
                 error == ENOENT   ? text_message("no such file")
                 : error == EISDIR ? text_message("a folder, not a file")
                                   : text_of_errno(error));
    buf_release(&hint);
    return !error;
}

int arguments_name_file(const arguments *a) {
    const char *dot = a->folder ? strrchr(a->folder, '.') : NULL;
    return dot && a->format->binary && !strcmp(dot + 1, a->format->extension);
}

/* The folder that holds methods/. The folder methods itself may be given, too. */
static int check_methods(arguments *a, fault *f) {
    const char *given = a->methods ? a->methods : getenv("ASSESS_METHODS");
    const char *as = a->methods ? "--methods" : "ASSESS_METHODS";
    struct stat info;
    buf path = BUF_INIT;
    if (!given || !*given) return !a->methods || fault_set(f, FAULT_USAGE, "--methods: no folder");
    buf_print(&path, "%s/methods", given);
    if (stat(buf_string(&path), &info) < 0 || !S_ISDIR(info.st_mode)) {
        buf_clear(&path);
        buf_print(&path, "%s/../methods", given);
        if (stat(buf_string(&path), &info) < 0 || !S_ISDIR(info.st_mode)) buf_clear(&path);
    }
    if (!path.length)
        fault_at(f, FAULT_USAGE, NULL, "it is the folder that holds methods/", "%s %s: %s", as,
                 given,
                 stat(given, &info) < 0 ? text_message("no such folder")
                                        : text_message("there is no methods/ in it"));
    if (path.length) path.text[path.length -= strlen("/methods")] = 0;
    int fine = path.length && list_add(&a->setting, "methods", buf_string(&path), f);
    buf_release(&path);
    return fine;
}

static int is_data(const char *path) {
    static const char *const ends[] = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".json"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (length > strlen(ends[i]) && !strcmp(path + length - strlen(ends[i]), ends[i])) return 1;
    return 0;
}

int arguments_check_files(arguments *a, fault *f) {
    check_methods(a, f);
    if (arguments_check_file(a->rules, "", f) && is_data(a->rules))
        fault_at(f, FAULT_USAGE, NULL,
                 "rules name their data; to use other data: assess RULES --data NAME=FILE",
                 "%s: data, not rules (a rule file is a Lua script)", a->rules);
    for (size_t i = 0; i < a->data.count; i++) {
        const char *value = a->data.item[i].value;
        buf path = BUF_INIT; /* without the sheet of a workbook */
        buf_put(&path, value, workbook_path(value));
        if (strcmp(value, "-")) arguments_check_file(buf_string(&path), "--data ", f);
        buf_release(&path);
    }
    return f->count == 0;
}
