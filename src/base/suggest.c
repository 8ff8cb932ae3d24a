#include "base/suggest.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

enum {
    LETTERS = 64,  /* longer words are not guessed at */
    BEGINNING = 3, /* shorter ones are the beginning of too many */
};

static size_t letters(const char *text, unsigned out[LETTERS + 1]) {
    size_t n = 0;
    const unsigned char *p = (const unsigned char *)text;
    while (*p && n <= LETTERS) {
        unsigned c = *p++;
        while ((*p & 0xc0) == 0x80) c = c << 8 | *p++;
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
        out[n++] = c;
        if (n > LETTERS) break;
    }
    return n;
}

static size_t least3(size_t a, size_t b, size_t c) {
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* How far a word of so many letters may be from what was meant. */
static size_t near_by(size_t n) { return n / 3 ? n / 3 : n > 1; }

/* LETTERS where it is more than near_by. */
static size_t distance(const char *a, const char *b) {
    unsigned x[LETTERS + 1], y[LETTERS + 1];
    size_t n = letters(a, x), m = letters(b, y);
    if (n > LETTERS || m > LETTERS || n > m + near_by(n) || m > n + near_by(n)) return LETTERS;
    size_t row[3][LETTERS + 2];
    size_t *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= m; j++) last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = last[j - 1] + (x[i - 1] != y[j - 1]);
            now[j] = least3(last[j] + 1, now[j - 1] + 1, change);
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] &&
                before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[m];
}

/* Is it the beginning of the candidate: "pub" for "public"? */
static int begins(const char *word, const char *candidate) {
    unsigned x[LETTERS + 1], y[LETTERS + 1];
    size_t n = letters(word, x), m = letters(candidate, y), i = 0;
    while (i < n && i < m && x[i] == y[i]) i++;
    return n >= BEGINNING && n <= LETTERS && i == n;
}

int fault_unknown(fault *f, const char *best, const char *otherwise, const char *text, ...) {
    buf hint = BUF_INIT;
    va_list args;
    if (suggest_hint(&hint, best)) otherwise = buf_string(&hint);
    va_start(args, text);
    fault_vat(f, FAULT_USAGE, NULL, otherwise, text, args);
    va_end(args);
    buf_release(&hint);
    return 0;
}

suggestion suggest_for(const char *word) { return (suggestion){word, NULL, 0, NULL}; }

void suggest_try(suggestion *n, const char *candidate) {
    if (!n->word || !candidate || !*candidate) return;
    size_t d = distance(n->word, candidate);
    if (!n->longer && begins(n->word, candidate)) n->longer = candidate;
    if (!n->best || d < n->distance) {
        n->best = candidate;
        n->distance = d;
    }
}

const char *suggest_best(const suggestion *n) {
    if (!n->best) return NULL;
    unsigned x[LETTERS + 1];
    return n->distance <= near_by(letters(n->word, x)) ? n->best : n->longer;
}

const char *suggest_among(const char *word, suggest_candidate *candidate, const void *self) {
    suggestion n = suggest_for(word);
    const char *text;
    for (size_t i = 0; (text = candidate(self, i)) != NULL; i++) suggest_try(&n, text);
    return suggest_best(&n);
}

static const char *in_list(const void *self, size_t i) { return ((const char *const *)self)[i]; }

const char *suggest_in(const char *word, const char *const *list) {
    return suggest_among(word, in_list, list);
}

int suggest_has(const char *const *list, const char *word) {
    while (*list && strcmp(*list, word) != 0) list++;
    return *list != NULL;
}

int suggest_hint(buf *hint, const char *best) {
    if (best) buf_print(hint, text_message("did you mean '%s'?"), best);
    return best != NULL;
}

const char *suggest_text(arena *memory, const char *best) {
    return best ? arena_print(memory, text_message("did you mean '%s'?"), best) : NULL;
}
