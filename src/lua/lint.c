/* Mistakes that Lua accepts, found in the tokens of a rule file: comparisons and conditions of
 * arrays. */
#include "lua/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Lua turns the result of `==` into a truth before anybody can object, and takes every array for
 * true. So these mistakes are looked for in the text, token by token, and reported only where the
 * text leaves no doubt: the array side ends in a call of one of our functions or methods, or is a
 * path into the argument of `compute`. A function's name counts as ours only while the file never
 * uses the name for anything but calling it. */

typedef struct reading {
    sources *files;
    int file;
    const char *text;
    const source_token *token;
    size_t count;
    fault *f;
    char argument[64]; /* what `compute` calls its argument */
    uint32_t *local;   /* the names declared by `local NAME =`, each by its token */
    size_t locals;
} reading;

/* Asked dozens of times about each token, so the first character settles most. */
static inline int is(const reading *r, size_t i, const char *word) {
    if (i >= r->count || r->text[r->token[i].from] != *word || r->token[i].kind == TOKEN_STRING)
        return 0;
    size_t n = strlen(word);
    return r->token[i].to - r->token[i].from == n && !memcmp(r->text + r->token[i].from, word, n);
}

static int is_any(const reading *r, size_t i, const char *const *words) {
    for (; *words; words++)
        if (is(r, i, *words)) return 1;
    return 0;
}

static int is_name(const reading *r, size_t i) {
    return i < r->count && r->token[i].kind == TOKEN_NAME;
}

/* The function or method of arrays of that name; NULL where it is none. */
static const ex_record *record_named(const reading *r, size_t i) {
    const source_token *t = &r->token[i];
    return ex_record_called(r->text + t->from, t->to - t->from);
}

/* Whether the file uses the name in another way than `name(`, `.name`, `:name` or as a key: then it
 * may be a name of the file's own. */
static int has_other_use(const reading *r, size_t at) {
    for (size_t i = 0; i < r->count; i++) {
        const source_token *a = &r->token[at], *b = &r->token[i];
        if (b->kind != TOKEN_NAME || b->to - b->from != a->to - a->from ||
            memcmp(r->text + a->from, r->text + b->from, a->to - a->from) != 0)
            continue;
        if (i > 0 && (is(r, i - 1, ".") || is(r, i - 1, ":"))) continue;
        if (i > 0 && (is(r, i - 1, "function") || is(r, i - 1, "local"))) return 1;
        if (!is(r, i + 1, "(") && !is(r, i + 1, "=")) return 1;
    }
    return 0;
}

/* From a closing bracket back to the one that opens it; r->count where there is none. */
static size_t opening(const reading *r, size_t i) {
    size_t depth = 0;
    for (;; i--) {
        if (is(r, i, ")") || is(r, i, "}") || is(r, i, "]"))
            depth++;
        else if ((is(r, i, "(") || is(r, i, "{") || is(r, i, "[")) && --depth == 0)
            return i;
        if (i == 0) return r->count;
    }
}

/* The name called, if the token at `end` closes a call that certainly gives an array; else
 * r->count. */
static size_t array_call(const reading *r, size_t end, int truth_only) {
    if (!is(r, end, ")") && !is(r, end, "}")) return r->count;
    size_t open = opening(r, end);
    if (open >= r->count || open == 0 || !is_name(r, open - 1)) return r->count;
    size_t name = open - 1;
    int method = name > 0 && is(r, name - 1, ":");
    int field = name > 0 && is(r, name - 1, ".");
    const ex_record *of = record_named(r, name);
    if (!of || field || (name > 0 && is(r, name - 1, "function"))) return r->count;
    int only_method = *of->lua == ':';
    /* x:at { … }: what chooses is told where in a table. */
    if (is(r, end, "}") && !(method && only_method && of->of == EX_CLASS_FUNCTION)) return r->count;
    if ((truth_only && of->gives != 'T') || (only_method && !method)) return r->count;
    return method || !has_other_use(r, name) ? name : r->count;
}

/* The first token of `a.params.x`, if the token at `end` ends such a path; else r->count. */
static size_t path(const reading *r, size_t end) {
    size_t i = end, names = 0;
    while (is_name(r, i)) {
        names++;
        if (i < 2 || !is(r, i - 1, ".")) break;
        i -= 2;
    }
    static const char *const rooms[] = {"params", "data", "index", NULL};
    if (names < 3 || !is(r, i, r->argument) || !is_any(r, i + 2, rooms)) return r->count;
    if (i > 0 && (is(r, i - 1, ":") || is(r, i - 1, ".") || is(r, i - 1, ")") || is(r, i - 1, "]")))
        return r->count;
    return i;
}

/* The bracket that closes the one at `i`; r->count where there is none. */
static size_t closing(const reading *r, size_t i) {
    size_t depth = 0;
    for (; i < r->count; i++) {
        if (is(r, i, "(") || is(r, i, "{") || is(r, i, "["))
            depth++;
        else if ((is(r, i, ")") || is(r, i, "}") || is(r, i, "]")) && --depth == 0)
            return i;
    }
    return r->count;
}

/* Whether the value that begins at token `i` is certainly an array: names, calls and choices up to
 * an operator, the last of them array-valued, and no operator behind them that makes a plain value
 * of it. */
static int array_value(const reading *r, size_t i) {
    static const char *const words[] = {"function", "not", "nil", "true", "false", NULL};
    static const char *const plain[] = {"==", "~=", "<", ">", "<=", ">=", "and", "or", "..", NULL};
    int array = 0;
    if (!is_name(r, i) || is_any(r, i, words)) return 0;
    for (size_t next = i + 1; next < r->count; next = i + 1) {
        if ((is(r, next, ".") || is(r, next, ":")) && is_name(r, next + 1)) {
            i = next + 1;
            array = is(r, next, ".") && path(r, i) < r->count;
        } else if (is(r, next, "(") || is(r, next, "{") || is(r, next, "[")) {
            i = closing(r, next);
            array = i < r->count && array_call(r, i, 0) < r->count;
        } else if (r->token[next].kind == TOKEN_STRING) {
            i = next;
            array = 0;
        } else {
            break;
        }
    }
    return array && !is_any(r, i + 1, plain);
}

static inline int same(const reading *r, size_t a, size_t b) {
    const source_token *x = &r->token[a], *y = &r->token[b];
    return x->kind == y->kind && x->to - x->from == y->to - y->from &&
           !memcmp(r->text + x->from, r->text + y->from, x->to - x->from);
}

/* Whether the name at `at` is a local that is declared once, never assigned to again, and holds an
 * array. */
static int array_local(const reading *r, size_t at) {
    int declared = 0, array = 0;
    size_t known = 0;
    if (!is_name(r, at) || (at > 0 && (is(r, at - 1, ".") || is(r, at - 1, ":")))) return 0;
    while (known < r->locals &&
           !(same(r, r->local[known], at) && array_value(r, r->local[known] + 2)))
        known++;
    if (known == r->locals) return 0;
    for (size_t i = 1; i < r->count; i++) {
        if (!same(r, i, at) || is(r, i - 1, ".") || is(r, i - 1, ":")) continue;
        if (is(r, i - 1, "local") && is(r, i + 1, "=")) {
            declared++;
            array = array_value(r, i + 2);
        } else if (is(r, i - 1, "local") || is(r, i - 1, "for") || is(r, i - 1, "function")) {
            declared++;
        } else if (is(r, i + 1, "=") && !is(r, i - 1, "{") && !is(r, i - 1, ",") &&
                   !is(r, i - 1, ";")) {
            declared++;
        } else if (is(r, i - 1, ",") ||
                   is(r, i - 1, "(")) { /* a parameter, or one of several locals */
            size_t open = i;
            while (open > 0 && (is_name(r, open) || is(r, open, ",")) && !is(r, open, "local") &&
                   !is(r, open, "for"))
                open--;
            declared +=
                is(r, open, "local") || is(r, open, "for") ||
                (is(r, open, "(") && open > 0 &&
                 (is(r, open - 1, "function") || (open > 1 && is(r, open - 2, "function"))));
        }
    }
    return declared == 1 && array;
}

static void report(const reading *r, size_t at, const char *advice, const char *text) {
    const source_token *t = &r->token[at];
    place here = sources_place(r->files, r->file, t->line, NULL);
    here.column = sources_column_at(r->files, r->file, t->line, t->from);
    fault_at(r->f, FAULT_RULE, &here, advice, "%s", text_message(text));
}

/* The text of tokens from..to, shortened in the middle where it is long. */
static void quote(const reading *r, size_t from, size_t to, char *out, size_t room) {
    const char *a = r->text + r->token[from].from;
    size_t n = r->token[to].to - r->token[from].from + (r->token[to].kind == TOKEN_STRING);
    if (r->token[from].kind == TOKEN_STRING) {
        a--;
        n++;
    }
    int plain = n < room && n <= 48 && !memchr(a, '\n', n);
    if (plain)
        snprintf(out, room, "%.*s", (int)n, a);
    else
        snprintf(out, room, "…");
}

/* The first token of the expression that a call's name ends: `x:sum` begins at x. */
static size_t start(const reading *r, size_t name) {
    size_t i = name;
    while (i >= 2 && (is(r, i - 1, ":") || is(r, i - 1, ".")) && is_name(r, i - 2)) i -= 2;
    return i;
}

static int constant(const reading *r, size_t i) {
    return i < r->count && (r->token[i].kind == TOKEN_NUMBER || r->token[i].kind == TOKEN_STRING ||
                            is(r, i, "true") || is(r, i, "false"));
}

/* Whether token `i` is the value `missing`, and no field, call or name of the file's own. */
static int missing_value(const reading *r, size_t i) {
    if (!is(r, i, "missing") || is(r, i + 1, "(")) return 0;
    if (i > 0 && (is(r, i - 1, ".") || is(r, i - 1, ":"))) return 0;
    for (size_t k = 0; k < r->count; k++)
        if (is(r, k, "missing") &&
            (is(r, k + 1, "=") || (k > 0 && (is(r, k - 1, "local") || is(r, k - 1, "function")))))
            return 0;
    return 1;
}

static void check_equal(const reading *r, size_t i) {
    const char *method = is(r, i, "==") ? "eq" : "ne";
    size_t from = r->count, to = r->count, value = r->count;
    if (i == 0) return;
    if ((missing_value(r, i - 1) && constant(r, i + 1)) ||
        (missing_value(r, i + 1) && constant(r, i - 1))) {
        char text[100];
        snprintf(text, sizeof text, text_message("%s compares Lua values, not arrays"),
                 method[0] == 'e' ? "==" : "~=");
        report(r, i, "missing(x) tells for each element whether it is missing", text);
        return;
    }
    if (constant(r, i + 1)) {
        size_t name = array_call(r, i - 1, 0);
        from = name < r->count ? start(r, name) : array_local(r, i - 1) ? i - 1 : path(r, i - 1);
        to = i - 1;
        value = i + 1;
    } else if (constant(r, i - 1)) {
        size_t end = i + 1; /* a path to the right: as far as dots go */
        while (is_name(r, end) && is(r, end + 1, ".")) end += 2;
        int more = is(r, end + 1, "(") || is(r, end + 1, ":") || is(r, end + 1, "[");
        from = !is_name(r, end) || more              ? r->count
               : end == i + 1 && array_local(r, end) ? end
                                                     : path(r, end);
        to = end;
        value = i - 1;
    }
    if (from >= r->count) return;
    char left[64], right[64], advice[200];
    quote(r, from, to, left, sizeof left);
    quote(r, value, value, right, sizeof right);
    snprintf(advice, sizeof advice, text_message("write %s:%s(%s)"), left, method, right);
    char text[100];
    snprintf(text, sizeof text, text_message("%s compares Lua values, not arrays"),
             method[0] == 'e' ? "==" : "~=");
    report(r, i, advice, text);
}

/* What to write instead of a branch on tokens from..to: `otherwise`, or, on a parameter, that it
 * has a Lua value. */
static const char *advice_for(const reading *r, size_t from, size_t to, const char *otherwise,
                              char *out, size_t room) {
    char text[64];
    if (path(r, to) != from || !is(r, from + 2, "params")) return otherwise;
    quote(r, from, to, text, sizeof text);
    snprintf(out, room,
             text_message("where(condition, a, b) decides for each element, and plain(%s) is one "
                          "Lua value"),
             text);
    return out;
}

/* `if ARRAY then`, `ARRAY and …`, `ARRAY or …` */
static void check_branch(const reading *r, size_t i) {
    static const char *const branches[] = {"then", "do", NULL};
    static const char *const heads[] = {"if", "elseif", "while", NULL};
    int branch = is_any(r, i, branches), both = is(r, i, "and");
    if (i == 0 || !(branch || both || is(r, i, "or"))) return;
    size_t name = array_call(r, i - 1, 1);
    if (name == r->count && (array_local(r, i - 1) || path(r, i - 1) < r->count)) name = i - 1;
    if (name == r->count) return;
    size_t begin = start(r, name);
    char advice[200];
    if (begin > 0 && is(r, begin - 1, "not")) return; /* check_not tells it */
    if (branch) {
        /* only `if CALL then`: anything before it may change its meaning */
        if (begin > 0 && is_any(r, begin - 1, heads))
            report(r, begin - 1,
                   advice_for(r, begin, i - 1,
                              TEXT("an array holds many answers: where(condition, a, b) decides "
                                   "for each of them"),
                              advice, sizeof advice),
                   "a script cannot branch on an array");
    } else if (both) {
        report(r, i,
               advice_for(r, begin, i - 1,
                          TEXT("arrays of truths are joined with &, in parentheses: (a) & (b)"),
                          advice, sizeof advice),
               "'and' joins Lua values, not arrays");
    } else if (begin == 0 || !is(r, begin - 1, "and")) {
        /* CONDITION and ARRAY or OTHER chooses one of two: its condition was looked at before. */
        report(r, i,
               advice_for(r, begin, i - 1,
                          TEXT("arrays of truths are joined with |, in parentheses: (a) | (b)"),
                          advice, sizeof advice),
               "'or' joins Lua values, not arrays");
    }
}

/* `not ARRAY`, `not ARRAY:ge(…)`, `not matches(…)`: up to the closing bracket. */
static void check_not(const reading *r, size_t i) {
    size_t at = i + 1, end;
    char advice[200];
    if (!is(r, i, "not")) return;
    while (is_name(r, at) && (is(r, at + 1, ":") || is(r, at + 1, "."))) at += 2;
    if (!is_name(r, at)) return;
    if (is(r, at + 1, "("))
        end = closing(r, at + 1);
    else
        end = !is(r, at + 1, "[") && (array_local(r, at) || path(r, at) == i + 1) ? at : r->count;
    if (end < r->count && (end == at || array_call(r, end, 1) == at))
        report(r, i,
               advice_for(r, i + 1, end, TEXT("write ~ in front of an array of truths"), advice,
                          sizeof advice),
               "'not' turns Lua values round, not arrays");
}

static reading reading_of(sources *files, int file, fault *f) {
    reading r = {.files = files, .file = file, .f = f, .argument = "a"};
    size_t length;
    r.text = sources_text(files, file, &length);
    r.token = sources_tokens(files, file, &r.count);
    return r;
}

int lint_check(sources *files, int file, fault *f) {
    reading r = reading_of(files, file, f);
    size_t before = f->count;
    r.local = mem_take((r.count + 1) * sizeof *r.local);
    if (!r.local) return fault_memory(f);
    for (size_t i = 0; i + 2 < r.count; i++)
        if (is(&r, i, "local") && is(&r, i + 2, "=")) r.local[r.locals++] = (uint32_t)(i + 1);
    for (size_t i = 0; i + 4 < r.count; i++) {
        const source_token *t = &r.token[i + 4];
        if (is(&r, i, "compute") && is(&r, i + 1, "=") && is(&r, i + 2, "function") &&
            is(&r, i + 3, "(") && t->kind == TOKEN_NAME && t->to - t->from < sizeof r.argument)
            snprintf(r.argument, sizeof r.argument, "%.*s", (int)(t->to - t->from),
                     r.text + t->from);
    }
    for (size_t i = 0; i < r.count; i++) {
        if (is(&r, i, "==") || is(&r, i, "~=")) check_equal(&r, i);
        check_branch(&r, i);
        check_not(&r, i);
    }
    mem_free(r.local);
    return f->count == before;
}

static void try_name(const reading *r, size_t i, suggestion *near, char best[64]) {
    char name[64];
    size_t n = r->token[i].to - r->token[i].from;
    if (n >= sizeof name) return;
    memcpy(name, r->text + r->token[i].from, n);
    name[n] = 0;
    if (!strcmp(name, near->word)) return;
    suggest_try(near, name);
    if (near->best == name) {
        memcpy(best, name, n + 1);
        near->best = best;
    }
}

void lint_names(const sources *files, int file, suggestion *near, char best[64]) {
    reading r = {.file = file};
    size_t length;
    r.text = sources_text(files, file, &length);
    r.token = sources_tokens(files, file, &r.count);
    for (size_t i = 0; i < r.count; i++) {
        int parameters = is(&r, i, "function");
        if (!parameters && !is(&r, i, "local") && !is(&r, i, "for")) continue;
        size_t at = i + 1;
        if (is(&r, at, "function")) {
            parameters = 1;
            at++;
        }
        /* function NAME.NAME(NAME, NAME …)   local NAME, NAME =   for NAME, NAME in */
        for (; at < r.count; at++) {
            if (is_name(&r, at) && !is(&r, at, "in"))
                try_name(&r, at, near, best);
            else if (parameters ? is(&r, at, ")") : !is(&r, at, ","))
                break;
        }
    }
}
