#include "cmd/run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"

enum {
    OPT_SET,
    OPT_WHERE,
    OPT_DATA,
    OPT_FORMAT,
    OPT_OUTPUT,
    OPT_FOLDER,
    OPT_STAGE,
    OPT_AT,
    OPT_FOCUS,
    OPT_TOP,
    OPT_ALL,
    OPT_ENCODING,
    OPT_METHODS,
    OPT_THREADS,
    OPT_SECONDS,
    OPT_MEMORY,
    OPT_SCRIPT_MEMORY,
    OPT_SOURCE,
    OPT_STRICT,
    OPT_COLOR,
    OPT_WIDTH,
    OPT_QUIET,
    OPT_VERSION,
    OPT_HELP
};

const option run_options[] = {
    [OPT_SET] = {"set", 's', "ADDRESS=VALUE", "give a leaf of the rules another value"},
    [OPT_WHERE] = {"where", 'w', "COLUMN=VALUE", "use only data rows with this value"},
    [OPT_DATA] = {"data", 'd', "NAME=FILE", "read data from another file; - is standard input"},
    [OPT_FORMAT] = {"format", 'f', "FORMAT", "text (usual), csv or json; of papers also md"},
    [OPT_OUTPUT] = {"output", 0, "NAME", "print this result only; may be repeated"},
    [OPT_FOLDER] = {"output-dir", 'o', "DIR", "write all results into a folder, too; of papers: -o FILE"},
    [OPT_STAGE] = {"stage", 0, "NAME", "show one stage: --at stage=NAME"},
    [OPT_AT] = {"at", 0, "AXIS=LABEL", "show one position of an axis"},
    [OPT_FOCUS] = {"focus", 0, "UNIT", "report about this unit"},
    [OPT_TOP] = {"top", 'n', "N", "list the best N (usual: 20)"},
    [OPT_ALL] = {"all", 'a', NULL, "list all units; a statement for each"},
    [OPT_ENCODING] = {"encoding", 0, "NAME", "of the data: utf-8, gb18030, utf-16le …"},
    [OPT_METHODS] = {"methods", 0, "DIR", "where the library methods/ lies"},
    [OPT_THREADS] = {"threads", 0, "N", "0 (usual): as many as there are cores"},
    [OPT_SECONDS] = {"seconds", 0, "S", "time limit of the command (usual: 60; 0: none)"},
    [OPT_MEMORY] = {"memory", 0, "MIB", "memory limit of the command (usual: 8192)"},
    [OPT_SCRIPT_MEMORY] = {"script-memory", 0, "MIB", "memory limit of the script (usual: 256)"},
    [OPT_SOURCE] = {"source", 0, "KIB", "size limit of a rule file (usual: 64)"},
    [OPT_STRICT] = {"strict", 0, NULL, "a value out of its domain is an error"},
    [OPT_COLOR] = {"color", 0, "WHEN", "auto (usual), always or never"},
    [OPT_WIDTH] = {"width", 0, "N", "columns of the report (usual: the terminal's)"},
    [OPT_QUIET] = {"quiet", 'q', NULL, "no report unless asked for, no warnings"},
    [OPT_VERSION] = {"version", 'V', NULL, "print the version"},
    [OPT_HELP] = {"help", 'h', NULL, "print this help"},
    {0},
};

static char *copy(const char *text, size_t length) {
    char *out = mem_take(length + 1);
    if (out) {
        memcpy(out, text, length);
        out[length] = 0;
    }
    return out;
}

static int add(arguments_list *list, const char *name, size_t length, const char *value, fault *f) {
    arguments_pair *grown = mem_grow(list->item, (list->count + 1) * sizeof *grown);
    if (!grown) return fault_memory(f);
    list->item = grown;
    grown[list->count] = (arguments_pair){copy(name, length), copy(value, strlen(value))};
    list->count++;
    return (grown[list->count - 1].name && grown[list->count - 1].value) || fault_memory(f);
}

int arguments_add(arguments_list *list, const char *text, fault *f) {
    return add(list, text, strlen(text), "", f);
}

/* NAME=VALUE; both sides must be there, but for a value that may be empty. */
int arguments_add_pair(arguments_list *list, const option *p, const char *text, int empty, fault *f) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || (!equals[1] && !empty))
        return fault_set(f, FAULT_USAGE, "--%s %s: must be --%s %s", p->name, text, p->name,
                         p->value);
    return add(list, text, (size_t)(equals - text), equals + 1, f);
}

/* A number of the command line between least and most. */
int arguments_number(const option *p, const char *text, double least, double most, int whole, double *out, fault *f) {
    if (decimal_read(text, strlen(text), out) != DECIMAL_OK)
        return fault_set(f, FAULT_USAGE, "--%s %s: must be a number", p->name, text);
    if (whole && *out != floor(*out))
        return fault_set(f, FAULT_USAGE, "--%s %s: must be a whole number", p->name, text);
    if (*out < least || *out > most)
        return fault_set(f, FAULT_USAGE, "--%s %s: must be between %g and %.16g", p->name, text,
                         least, most);
    return 1;
}

int arguments_word(const option *p, const char *text, const char *const *words, fault *f) {
    suggestion near = suggest_for(text);
    buf all = BUF_INIT, hint = BUF_INIT;
    for (int i = 0; words[i]; i++)
        if (!strcmp(words[i], text)) return i;
    for (int i = 0; words[i]; i++) {
        suggest_try(&near, words[i]);
        buf_print(&all, "%s%s", i ? ", " : "", words[i]);
    }
    fault_at(f, FAULT_USAGE, NULL, hint_near(&hint, "", suggest_best(&near)),
             "--%s %s: must be one of %s", p->name, text, buf_string(&all));
    buf_release(&all);
    buf_release(&hint);
    return -1;
}

static int setting(arguments *a, const option *p, const char *name, const char *text, double least,
                   int whole, double *out, fault *f) {
    return arguments_number(p, text, least, 1e9, whole, out, f) &&
           add(&a->setting, name, strlen(name), text, f);
}

static void take(arguments *a, int found, const char *value, fault *f) {
    static const char *const colors[] = {"auto", "always", "never", NULL};
    const char *const formats[] = {"text", "csv", "json", a->of->takes & TAKES_MARKDOWN ? "md" : NULL, NULL};
    const option *p = &run_options[found];
    double n;
    int which;
    switch (found) {
    case OPT_SET:
        arguments_add_pair(&a->set, p, value, 1, f);
        break;
    case OPT_WHERE:
        arguments_add_pair(&a->where, p, value, 1, f);
        break;
    case OPT_DATA:
        arguments_add_pair(&a->data, p, value, 0, f);
        break;
    case OPT_AT:
        arguments_add_pair(&a->pick, p, value, 1, f);
        break;
    case OPT_STAGE:
        add(&a->pick, "stage", 5, value, f);
        break;
    case OPT_OUTPUT:
        arguments_add(&a->output, value, f);
        break;
    case OPT_FOLDER:
        a->folder = value;
        break;
    case OPT_FOCUS:
        a->focus = value;
        break;
    case OPT_ENCODING:
        add(&a->setting, "encoding", 8, value, f);
        break;
    case OPT_METHODS:
        a->methods = value;
        break;
    case OPT_THREADS:
        setting(a, p, "threads", value, 0, 1, &n, f);
        break;
    case OPT_SECONDS:
        setting(a, p, "seconds", value, 0, 0, &a->seconds, f);
        break;
    case OPT_MEMORY:
        setting(a, p, "memory", value, 1, 1, &a->memory, f);
        break;
    case OPT_SCRIPT_MEMORY:
        setting(a, p, "script_memory", value, 1, 1, &n, f);
        break;
    case OPT_SOURCE:
        setting(a, p, "source", value, 1, 1, &n, f);
        break;
    case OPT_STRICT:
        add(&a->setting, "strict", 6, "1", f);
        break;
    case OPT_ALL:
        a->top = (size_t)-2;
        break;
    case OPT_QUIET:
        a->quiet = 1;
        break;
    case OPT_VERSION:
        a->version = 1;
        break;
    case OPT_HELP:
        a->help = 1;
        break;
    case OPT_TOP:
        if (arguments_number(p, value, 1, 1e9, 1, &n, f)) a->top = (size_t)n;
        break;
    case OPT_WIDTH:
        if (arguments_number(p, value, 20, 1000, 1, &n, f)) a->width = (size_t)n;
        break;
    case OPT_COLOR:
        if ((which = arguments_word(p, value, colors, f)) >= 0) a->color = colors[which];
        break;
    case OPT_FORMAT:
        if ((which = arguments_word(p, value, formats, f)) >= 0) a->format = (arguments_format)which;
        a->format_given = 1;
        break;
    }
}

static void operand(arguments *a, const char *text, fault *f) {
    if (!a->rules) {
        a->rules = text;
        return;
    }
    if (a->of->operand && a->of->operand(a, text, f)) return;
    const char *hint = text[0] == '-'      ? "options stand before '--'"
                       : strchr(text, '=') ? "to change a value: --set ADDRESS=VALUE"
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
    if (!a->rules)
        fault_at(f, FAULT_USAGE, NULL, "'assess help' explains",
                 "which rules? assess RULES, for example: assess rules/2011.lua");
    else if (!strcmp(a->rules, "-"))
        fault_set(f, FAULT_USAGE, "rules are read from a file, not from standard input");
    else if (a->of->check)
        a->of->check(a, f);
}

/* Has the command this option? */
static int fits(const arguments *a, int found) {
    switch (found) {
    case OPT_OUTPUT:
        return (a->of->takes & TAKES_CHOICE) != 0;
    case OPT_FOCUS:
    case OPT_TOP:
        return (a->of->takes & (TAKES_CHOICE | TAKES_TOP)) != 0;
    case OPT_STAGE:
    case OPT_AT:
        return (a->of->takes & TAKES_PICKS) != 0;
    case OPT_ALL:
        return (a->of->takes & TAKES_ALL) != 0;
    default:
        return 1;
    }
}

int arguments_read(arguments *a, const ask *of, int count, char *const *argument, fault *f) {
    *a = (arguments){.of = of, .color = "auto", .top = VIEW_TOP, .seconds = COMMAND_SECONDS,
                 .memory = COMMAND_MEMORY};
    options o = options_of(run_options, of->more, count, argument);
    int found;
    while ((found = options_next(&o, f)) != OPTIONS_END) {
        if (found == OPTIONS_OPERAND)
            operand(a, o.value, f);
        else if (found >= OPTIONS_MORE)
            of->take(a, found - OPTIONS_MORE, o.value, f);
        else if (found >= 0 && !fits(a, found))
            fault_set(f, FAULT_USAGE, "--%s has no meaning for this command", run_options[found].name);
        else if (found >= 0)
            take(a, found, o.value, f);
    }
    if (!f->count && !a->help && !a->version) check(a, f);
    if (!f->count) limits_set(a->seconds, (size_t)a->memory << 20);
    a->picks = mem_zero(a->pick.count + 1, sizeof *a->picks);
    if (!a->picks) return fault_memory(f);
    for (size_t i = 0; i < a->pick.count; i++)
        a->picks[i] = (view_pick){a->pick.item[i].name, a->pick.item[i].value};
    return f->count == 0;
}

static void list_release(arguments_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->item[i].name);
        mem_free(list->item[i].value);
    }
    mem_free(list->item);
}

void arguments_release(arguments *a) {
    list_release(&a->set);
    list_release(&a->where);
    list_release(&a->data);
    list_release(&a->setting);
    list_release(&a->pick);
    list_release(&a->output);
    mem_free(a->picks);
    *a = (arguments){0};
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
                 error == ENOENT   ? "no such file"
                 : error == EISDIR ? "a folder, not a file"
                                   : strerror(error));
    buf_release(&hint);
    return !error;
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
                 given, stat(given, &info) < 0 ? "no such folder" : "there is no methods/ in it");
    if (path.length) path.text[path.length -= strlen("/methods")] = 0;
    int fine = path.length && add(&a->setting, "methods", 7, buf_string(&path), f);
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
    for (size_t i = 0; i < a->data.count; i++)
        if (strcmp(a->data.item[i].value, "-")) arguments_check_file(a->data.item[i].value, "--data ", f);
    return f->count == 0;
}
