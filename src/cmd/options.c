#include "cmd/options.h"

#include <string.h>

#include "base/suggest.h"
#include "cmd/cmd.h"
#include "cmd/run.h"

options options_of(const option *table, const option *more, int count, char *const *argument) {
    return (options){.table = table, .more = more, .count = count, .argument = argument};
}

static const option *at(const options *o, int found) {
    return found >= OPTIONS_MORE ? &o->more[found - OPTIONS_MORE] : &o->table[found];
}

const char *hint_near(buf *hint, const char *before, const char *near) {
    buf_clear(hint);
    if (!near) return NULL;
    buf_print(hint, "did you mean '%s%s'?", before, near);
    return buf_string(hint);
}

static int find_in(const option *table, const char *name, size_t length) {
    for (int i = 0; table && table[i].name; i++)
        if (length == 0 ? table[i].letter && table[i].letter == *name
                        : strlen(table[i].name) == length && !memcmp(table[i].name, name, length))
            return i;
    return OPTIONS_WRONG;
}

/* By name; with length 0 by letter. */
static int find(const options *o, const char *name, size_t length) {
    int found = find_in(o->more, name, length);
    return found >= 0 ? found + OPTIONS_MORE : find_in(o->table, name, length);
}

/* The command that has an option of this name. */
static const char *owner_of(const char *name) {
    for (const command *c = commands; c->name; c++)
        if (find_in(c->more, name, strlen(name)) >= 0) return c->name;
    return find_in(run_options, name, strlen(name)) >= 0 ? "run" : NULL;
}

static int unknown(const options *o, const char *given, size_t length, fault *f) {
    buf name = BUF_INIT, hint = BUF_INIT;
    buf_put(&name, given, length);
    suggestion near = suggest_for(buf_string(&name));
    for (int i = 0; o->table[i].name; i++) suggest_try(&near, o->table[i].name);
    for (int i = 0; o->more && o->more[i].name; i++) suggest_try(&near, o->more[i].name);
    const char *say = hint_near(&hint, "--", suggest_best(&near)), *owner = owner_of(buf_string(&name));
    if (owner) {
        buf_clear(&hint);
        buf_print(&hint, "it is an option of 'assess %s'", owner);
        say = buf_string(&hint);
    }
    fault_at(f, FAULT_USAGE, NULL, say ? say : "'assess help' lists the options",
             "no option '--%s'", buf_string(&name));
    buf_release(&name);
    buf_release(&hint);
    return OPTIONS_WRONG;
}

/* The next argument as a value. An option where a value should be shows that the value was
 * forgotten. */
static int take_value(options *o, int found, fault *f) {
    const option *p = at(o, found);
    const char *next = o->at < o->count ? o->argument[o->at] : NULL;
    if (next && next[0] == '-' && next[1] == '-') {
        size_t length = strcspn(next + 2, "=");
        if (!length || find(o, next + 2, length) >= 0) next = NULL;
    }
    if (!next) {
        fault_set(f, FAULT_USAGE, "--%s needs a value: --%s %s", p->name, p->name, p->value);
        return OPTIONS_WRONG;
    }
    o->value = next;
    o->at++;
    return found;
}

static int long_option(options *o, const char *text, fault *f) {
    size_t length = strcspn(text, "=");
    int found = length ? find(o, text, length) : OPTIONS_WRONG;
    if (found < 0) return unknown(o, text, length, f);
    if (!text[length]) return at(o, found)->value ? take_value(o, found, f) : found;
    if (!at(o, found)->value) {
        fault_set(f, FAULT_USAGE, "--%s takes no value", at(o, found)->name);
        return OPTIONS_WRONG;
    }
    o->value = text + length + 1;
    return found;
}

/* One dash too few is the usual slip: -set for --set. */
static int is_slip(const options *o, const char *group) {
    return group[1] && strcspn(group, "=") && find(o, group, strcspn(group, "=")) >= 0;
}

static int short_option(options *o, fault *f) {
    const char *group = o->letters;
    int found = find(o, group, 0);
    if (is_slip(o, group)) {
        fault_set(f, FAULT_USAGE, "no option '-%s' — did you mean '--%s'?", group, group);
        found = OPTIONS_WRONG;
    } else if (found < 0) {
        fault_at(f, FAULT_USAGE, NULL, "'assess help' lists the options", "no option '-%c'",
                 *group > ' ' && *group < 127 ? *group : '?');
    }
    o->letters = found >= 0 && !at(o, found)->value && group[1] ? group + 1 : NULL;
    if (found < 0 || !at(o, found)->value) return found;
    if (!group[1]) return take_value(o, found, f);
    o->value = group + 1 + (group[1] == '=');
    return found;
}

int options_next(options *o, fault *f) {
    o->value = NULL;
    if (o->letters) return short_option(o, f);
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
    if (text[1] == '-') return long_option(o, text + 2, f);
    o->letters = text + 1;
    return short_option(o, f);
}

void options_help(const option *table, buf *b) {
    size_t widest = 0, start;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; table[i].name; i++) {
            const option *p = &table[i];
            start = b->length;
            buf_text(b, "  ");
            if (p->letter) buf_print(b, "-%c, ", p->letter);
            buf_print(b, "--%s%s%s", p->name, p->value ? " " : "", p->value ? p->value : "");
            size_t width = b->length - start;
            if (pass == 0) {
                widest = width > widest ? width : widest;
                b->length = start;
                continue;
            }
            buf_fill(b, ' ', widest - width + 2);
            buf_print(b, "%s\n", p->help);
        }
}
