/* What the text of rule files shows by itself, token by token: locals that nothing uses, numbers
 * that stand for a parameter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "check/inside.h"

typedef struct text {
    check *c;
    int file;
    const char *bytes;
    const source_token *token;
    size_t count;
} text;

static int is(const text *t, size_t i, const char *word) {
    if (i >= t->count || t->token[i].kind == TOKEN_STRING) return 0;
    size_t n = strlen(word);
    return t->token[i].to - t->token[i].from == n && !memcmp(t->bytes + t->token[i].from, word, n);
}

static int is_name(const text *t, size_t i) {
    return i < t->count && t->token[i].kind == TOKEN_NAME;
}

/* Does the name at `at` stand anywhere else, otherwise than behind a dot or colon? */
static int is_used(const text *t, size_t at) {
    const source_token *a = &t->token[at];
    for (size_t i = 0; i < t->count; i++) {
        const source_token *b = &t->token[i];
        if (i != at && b->kind == TOKEN_NAME && b->to - b->from == a->to - a->from &&
            !memcmp(t->bytes + a->from, t->bytes + b->from, a->to - a->from) &&
            !(i && (is(t, i - 1, ".") || is(t, i - 1, ":"))))
            return 1;
    }
    return 0;
}

/* local NAME, NAME … and local function NAME. Of several names those before one that is used hold
 * its place. */
static void check_locals(const text *t) {
    for (size_t i = 0; i + 1 < t->count; i++) {
        size_t name[32], names = 0, at = i + 1;
        if (!is(t, i, "local")) continue;
        if (is(t, at, "function")) at++;
        while (is_name(t, at) && names < 32) {
            name[names++] = at++;
            if (is(t, at, "<")) at += 3;
            if (!is(t, at, ",")) break;
            at++;
        }
        while (names && t->bytes[t->token[name[names - 1]].from] != '_' &&
               !is_used(t, name[names - 1])) {
            const source_token *n = &t->token[name[--names]];
            spot s = location_token(t->c, t->file, name[names]);
            check_add(t->c, "L03", &s, "use it, leave it out, or let its name begin with _",
                      "nothing uses '%.*s'", (int)(n->to - n->from), t->bytes + n->from);
        }
    }
}

/* Small whole numbers and round ones mean many things. */
static int is_common(double x) {
    return (x == floor(x) && fabs(x) <= 12) || x == 100 || x == 1000 || x == 0.5;
}

static const md_leaf *parameter_of(const check *c, double x) {
    for (size_t i = 0; i < c->m->leaves; i++)
        if (c->m->leaf[i].element < 0 && c->m->leaf[i].value.kind == MD_NUMBER &&
            c->m->leaf[i].value.number == x)
            return &c->m->leaf[i];
    return NULL;
}

static void check_numbers(const text *t) {
    size_t i = 0;
    while (i < t->count && !(is(t, i, "compute") && is(t, i + 1, "=") && is(t, i + 2, "function")))
        i++;
    /* Up to the end of the function: what is declared behind it declares, and repeats nothing. */
    int depth = 0;
    for (i += i < t->count ? 2 : 0; i < t->count; i++) {
        const source_token *n = &t->token[i];
        double x;
        depth += is(t, i, "function") || is(t, i, "if") || is(t, i, "do") || is(t, i, "repeat");
        depth -= is(t, i, "end") || is(t, i, "until");
        if (!depth) break;
        if (n->kind != TOKEN_NUMBER ||
            decimal_read(t->bytes + n->from, n->to - n->from, &x) != DECIMAL_OK || is_common(x))
            continue;
        const md_leaf *l = parameter_of(t->c, x);
        if (!l) continue;
        spot s = location_token(t->c, t->file, i);
        check_add(t->c, "L04", &s, check_print(t->c, "a.%s", l->address), "%s is what %s is, too",
                  check_number(t->c, x), l->address);
    }
}

void check_text(check *c) {
    for (size_t i = 0; i < sources_count(c->files); i++) {
        text t = {.c = c, .file = (int)i};
        size_t length;
        t.bytes = sources_text(c->files, (int)i, &length);
        t.token = sources_tokens(c->files, (int)i, &t.count);
        if (!t.token || check_is_library(c, (int)i)) continue;
        check_locals(&t);
        if (host_is_edition(c->a->h, (int)i)) check_numbers(&t);
    }
}
