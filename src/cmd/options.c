/* Reads options, and sets what they are bound to. */
#include "cmd/options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "table/workbook.h"

/* ---- lists ---- */

static char *copy(const char *text, size_t length) {
    char *out = mem_take(length + 1);
    if (!out) return NULL;
    memcpy(out, text, length);
    out[length] = 0;
    return out;
}

static int append_pair(arguments_list *list, const char *name, size_t length, const char *value,
                       fault *f) {
    if (!MEM_RESERVE(list->item, list->count + 1, list->cap)) return fault_memory(f);
    arguments_pair *pair = &list->item[list->count++];
    *pair = (arguments_pair){copy(name, length), copy(value, strlen(value))};
    return (pair->name && pair->value) || fault_memory(f);
}

int list_add(arguments_list *list, const char *name, const char *value, fault *f) {
    return append_pair(list, name, strlen(name), value, f);
}

int list_add_part(arguments_list *list, const char *name, size_t length, fault *f) {
    return append_pair(list, name, length, "", f);
}

void list_release(arguments_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->item[i].name);
        mem_free(list->item[i].value);
    }
    mem_free(list->item);
    *list = (arguments_list){0};
}

/* A workbook may stand alone: its sheets say which data they are. */
static int is_workbook(const char *text) {
    char path[4096];
    size_t n = workbook_path(text);
    snprintf(path, sizeof path, "%.*s", n < sizeof path ? (int)n : 0, text);
    return workbook_named(path);
}

/* NAME=VALUE; both sides must be there, but for a value that may be empty. */
static int list_pair(arguments_list *list, const option *o, const char *text, int empty, fault *f) {
    const char *equals = strchr(text, '=');
    if (o->kind == OPTION_FILES && !equals && is_workbook(text))
        return append_pair(list, text, 0, text, f);
    if (!equals || equals == text || (!equals[1] && !empty))
        return fault_set(f, FAULT_USAGE, "--%s %s: must be --%s %s", o->name, text, o->name,
                         o->value);
    return append_pair(list, text, (size_t)(equals - text), equals + 1, f);
}

/* ---- values ---- */

int options_number(const option *o, const char *text, int whole, double *out, fault *f) {
    if (decimal_read(text, strlen(text), out) != DECIMAL_OK)
        return fault_set(f, FAULT_USAGE, "--%s %s: must be a number", o->name, text);
    if (whole && *out != floor(*out))
        return fault_set(f, FAULT_USAGE, "--%s %s: must be a whole number", o->name, text);
    if (*out < o->least || *out > o->most)
        return fault_set(f, FAULT_USAGE, "--%s %s: must be between %g and %.16g", o->name, text,
                         o->least, o->most);
    return 1;
}

int options_word(const option *o, const char *text, const char *const *words, fault *f) {
    buf all = BUF_INIT;
    for (int i = 0; words[i]; i++) {
        if (!strcmp(words[i], text)) {
            buf_release(&all);
            return i;
        }
        buf_print(&all, "%s%s", i ? ", " : "", words[i]);
    }
    fault_unknown(f, suggest_in(text, words), NULL, text_message("--%s %s: must be one of %s"),
                  o->name, text, buf_string(&all));
    buf_release(&all);
    return -1;
}

void options_set(const option *o, void *own, const char *value, fault *f) {
    void *at = (char *)own + o->at;
    double n = 0;
    int which;
    switch (o->kind) {
    case OPTION_FLAG: *(int *)at = 1; break;
    case OPTION_TEXT: *(const char **)at = value; break;
    case OPTION_WORD:
        if ((which = options_word(o, value, o->words, f)) >= 0)
            *(const char **)at = o->words[which];
        break;
    case OPTION_COUNT:
        if (options_number(o, value, 1, &n, f)) *(size_t *)at = (size_t)n;
        break;
    case OPTION_WHOLE:
    case OPTION_NUMBER:
        if (options_number(o, value, o->kind == OPTION_WHOLE, &n, f)) *(double *)at = n;
        break;
    case OPTION_NAMES: list_add(at, value, "", f); break;
    case OPTION_PAIRS:
    case OPTION_FILES: list_pair(at, o, value, o->kind == OPTION_PAIRS, f); break;
    case OPTION_CALL: o->call(own, o, value, f);
    }
}

/* ---- the command line ---- */

const command *const *commands;

options options_of(option_set first, option_set second, int count, char *const *argument) {
    return (options){.set = {first, second}, .count = count, .argument = argument};
}

/* By name; with length 0 by letter. */
static const option *find_in(const option *table, const char *name, size_t length) {
    for (int i = 0; table && table[i].name; i++)
        if (length == 0 ? table[i].letter && table[i].letter == *name
                        : strlen(table[i].name) == length && !memcmp(table[i].name, name, length))
            return &table[i];
    return NULL;
}

/* The first set comes first: a command's own option hides one that all have. */
static const option *find(options *o, const char *name, size_t length) {
    for (int i = 0; i < 2; i++) {
        const option *found = find_in(o->set[i].option, name, length);
        if (!found) continue;
        o->own = o->set[i].own;
        return found;
    }
    return NULL;
}

/* The command that has an option of this name. */
static const char *owner_of(const char *name) {
    for (const command *const *c = commands; *c; c++)
        if (find_in((*c)->options, name, strlen(name))) return (*c)->name;
    return find_in(shared_options, name, strlen(name)) ? "run" : NULL;
}

static const option *unknown(const options *o, const char *given, size_t length, fault *f) {
    buf name = BUF_INIT, hint = BUF_INIT;
    buf_put(&name, given, length);
    suggestion near = suggest_for(buf_string(&name));
    for (int k = 1; k >= 0; k--)
        for (int i = 0; o->set[k].option && o->set[k].option[i].name; i++)
            suggest_try(&near, o->set[k].option[i].name);
    const char *owner = owner_of(buf_string(&name)), *best = suggest_best(&near);
    if (owner)
        buf_print(&hint, text_message("it is an option of 'assess %s'"), owner);
    else if (best)
        buf_print(&hint, "did you mean '--%s'?", best);
    else
        buf_text(&hint, text_message("'assess help' lists the options"));
    fault_at(f, FAULT_USAGE, NULL, buf_string(&hint), "no option '--%s'", buf_string(&name));
    buf_release(&name);
    buf_release(&hint);
    return NULL;
}

/* The next argument as a value. An option where a value should be shows that the value was
 * forgotten. */
static const option *next_value(options *o, const option *found, fault *f) {
    const char *next = o->at < o->count ? o->argument[o->at] : NULL;
    void *own = o->own;
    if (next && next[0] == '-' && next[1] == '-') {
        size_t length = strcspn(next + 2, "=");
        if (!length || find(o, next + 2, length)) next = NULL;
        o->own = own;
    }
    if (!next) {
        fault_set(f, FAULT_USAGE, "--%s needs a value: --%s %s", found->name, found->name,
                  found->value);
        return NULL;
    }
    o->value = next;
    o->at++;
    return found;
}

static const option *long_option(options *o, const char *text, fault *f) {
    size_t length = strcspn(text, "=");
    const option *found = length ? find(o, text, length) : NULL;
    if (!found) return unknown(o, text, length, f);
    if (!text[length]) return found->value ? next_value(o, found, f) : found;
    if (!found->value) {
        fault_set(f, FAULT_USAGE, "--%s takes no value", found->name);
        return NULL;
    }
    o->value = text + length + 1;
    return found;
}

/* One dash too few is a common mistake: -set for --set. */
static int lacks_dash(options *o, const char *group) {
    return group[1] && strcspn(group, "=") && find(o, group, strcspn(group, "="));
}

static const option *short_option(options *o, fault *f) {
    const char *group = o->letters;
    const option *found = NULL;
    if (lacks_dash(o, group))
        fault_set(f, FAULT_USAGE, "no option '-%s' — did you mean '--%s'?", group, group);
    else if (!(found = find(o, group, 0)))
        fault_at(f, FAULT_USAGE, NULL, "'assess help' lists the options", "no option '-%c'",
                 *group > ' ' && *group < 127 ? *group : '?');
    o->letters = found && !found->value && group[1] ? group + 1 : NULL;
    if (!found || !found->value) return found;
    if (!group[1]) return next_value(o, found, f);
    o->value = group + 1 + (group[1] == '=');
    return found;
}

options_step options_next(options *o, fault *f) {
    o->value = NULL;
    if (o->letters) return (o->found = short_option(o, f)) ? OPTIONS_FOUND : OPTIONS_WRONG;
    if (o->at >= o->count) return OPTIONS_END;
    const char *text = o->argument[o->at++];
    if (o->only_operands || text[0] != '-' || !text[1]) {
        o->value = text;
        return OPTIONS_OPERAND;
    }
    if (!strcmp(text, "--")) {
        o->only_operands = 1;
        return options_next(o, f);
    }
    o->letters = text[1] == '-' ? NULL : text + 1;
    o->found = o->letters ? short_option(o, f) : long_option(o, text + 2, f);
    return o->found ? OPTIONS_FOUND : OPTIONS_WRONG;
}

int options_read(options *o, void (*operand)(void *self, const char *text, fault *f), void *self,
                 fault *f) {
    for (options_step step; (step = options_next(o, f)) != OPTIONS_END;) {
        if (step == OPTIONS_OPERAND) operand(self, o->value, f);
        if (step == OPTIONS_FOUND) options_set(o->found, o->own, o->value, f);
    }
    return !f->count;
}
