/* The texts of the rule files: reading their tokens and lines, and finding the places of faults. */
#include "rule/source.h"

#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/text.h"

typedef source_token token;

/* Tokens and lines are read when somebody first asks for them. */
typedef struct source {
    const char *name, *text;
    size_t length;
    int rules, read; /* it is no table; tokens and lines are there */
    uint32_t *line;  /* where each line starts */
    size_t lines, line_cap;
    token *token;
    size_t tokens, token_cap;
    uint32_t *brace; /* the tokens that are `{` */
    size_t braces;
    long found_from; /* what find_brace found last, and from which line on; 0 at first */
    size_t found;
} source;

struct sources {
    arena memory;
    source *file;
    size_t count, cap;
};

/* Reads the tokens and lines of a source. */
typedef struct lexer {
    source *file;
    const char *text;
    size_t length, at;
    int32_t line;
    int failed; /* without memory */
} lexer;

sources *sources_open(void) { return mem_zero(1, sizeof(sources)); }

static void release_source(source *x) {
    mem_free(x->token);
    mem_free(x->line);
    mem_free(x->brace);
}

void sources_close(sources *s) {
    if (!s) return;
    for (size_t i = 0; i < s->count; i++) release_source(&s->file[i]);
    arena_release(&s->memory);
    mem_free(s->file);
    mem_free(s);
}

/* ---- reading ---- */

static int peek(const lexer *x, size_t ahead) {
    return x->at + ahead < x->length ? (unsigned char)x->text[x->at + ahead] : -1;
}

static void stop_without_memory(lexer *x) {
    x->failed = 1;
    x->at = x->length;
}

static void add_line(lexer *x) {
    source *s = x->file;
    if (MEM_RESERVE(s->line, s->lines + 1, s->line_cap))
        s->line[s->lines++] = (uint32_t)x->at;
    else
        stop_without_memory(x);
}

static void add_token(lexer *x, int kind, size_t from, size_t to, int32_t line) {
    source *s = x->file;
    if (MEM_RESERVE(s->token, s->tokens + 1, s->token_cap))
        s->token[s->tokens++] = (token){(uint32_t)from, (uint32_t)to, 0, line, (uint8_t)kind};
    else
        stop_without_memory(x);
}

/* Skips one character. A pair of different line ends is one, as in Lua. */
static void skip_character(lexer *x) {
    int c = peek(x, 0), next = peek(x, 1);
    x->at++;
    if (c != '\n' && c != '\r') return;
    if ((next == '\n' || next == '\r') && next != c) x->at++;
    x->line++;
    add_line(x);
}

/* The number of `=` between two brackets of this kind, if such a pair stands here; else -1. */
static int bracket_level(const lexer *x, int bracket) {
    if (peek(x, 0) != bracket) return -1;
    size_t n = 1;
    while (peek(x, n) == '=') n++;
    return peek(x, n) == bracket ? (int)n - 1 : -1;
}

/* Skips a long bracket; returns where its content ends. */
static size_t skip_long_bracket(lexer *x, int level) {
    size_t length = (size_t)level + 2, end;
    x->at += length;
    while (x->at < x->length && bracket_level(x, ']') != level) skip_character(x);
    end = x->at;
    if (x->at < x->length) x->at += length;
    return end;
}

static int is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Skips a string in quotes; returns where its content ends. */
static size_t skip_quoted(lexer *x, int quote) {
    x->at++;
    for (int c = peek(x, 0); c >= 0 && c != quote && c != '\n' && c != '\r'; c = peek(x, 0)) {
        if (c != '\\') {
            x->at++;
            continue;
        }
        int escaped = peek(x, 1);
        if (escaped >= 0) x->at++;
        skip_character(x);
        while (escaped == 'z' && is_space(peek(x, 0))) skip_character(x);
    }
    size_t end = x->at < x->length ? x->at : x->length;
    if (peek(x, 0) == quote) x->at++;
    return end;
}

static inline int is_name(int c) {
    return (unsigned)(c | 32) - 'a' < 26u || (unsigned)c - '0' < 10u || c == '_';
}

static int is_digit(int c) { return c >= '0' && c <= '9'; }

static void skip_number(lexer *x) {
    while (is_name(peek(x, 0)) || peek(x, 0) == '.') {
        int c = peek(x, 0) | 32;
        x->at++;
        if ((c == 'e' || c == 'p') && (peek(x, 0) == '+' || peek(x, 0) == '-')) x->at++;
    }
}

/* Skips ... .. == ~= <= >= // :: << >> or one character. */
static void skip_sign(lexer *x) {
    int c = peek(x, 0), d = peek(x, 1);
    int twice = c == d && (c == '.' || c == '=' || c == '/' || c == ':' || c == '<' || c == '>');
    int equal = d == '=' && (c == '~' || c == '<' || c == '>');
    x->at += c == '.' && twice && peek(x, 2) == '.' ? 3 : twice || equal ? 2 : 1;
}

/* Skips to the end of the line. By memchr, since comments are half of a text. */
static void skip_line(lexer *x) {
    const char *from = x->text + x->at;
    const char *end = memchr(from, '\n', x->length - x->at);
    size_t rest = end ? (size_t)(end - from) : x->length - x->at;
    const char *other = memchr(from, '\r', rest);
    x->at += other ? (size_t)(other - from) : rest;
}

static void read_tokens(lexer *x) {
    if (peek(x, 0) == '#') /* a first line for the shell */
        skip_line(x);
    while (x->at < x->length) {
        int c = peek(x, 0), level;
        size_t from = x->at;
        int32_t line = x->line;
        if (c == ' ') {
            x->at++;
        } else if (c == '-' && peek(x, 1) == '-') {
            x->at += 2;
            if ((level = bracket_level(x, '[')) >= 0)
                skip_long_bracket(x, level);
            else
                skip_line(x);
        } else if (is_space(c)) {
            skip_character(x);
        } else if ((level = bracket_level(x, '[')) >= 0) {
            size_t to = skip_long_bracket(x, level);
            add_token(x, TOKEN_STRING, from + (size_t)level + 2, to, line);
        } else if (c == '"' || c == '\'') {
            size_t to = skip_quoted(x, c);
            add_token(x, TOKEN_STRING, from + 1, to, line);
        } else if (is_digit(c) || (c == '.' && is_digit(peek(x, 1)))) {
            skip_number(x);
            add_token(x, TOKEN_NUMBER, from, x->at, line);
        } else if (is_name(c)) {
            const char *p = x->text + x->at, *end = x->text + x->length;
            while (p < end && is_name((unsigned char)*p)) p++;
            x->at = (size_t)(p - x->text);
            add_token(x, TOKEN_NAME, from, x->at, line);
        } else {
            skip_sign(x);
            add_token(x, TOKEN_SIGN, from, x->at, line);
        }
    }
}

static int is_brace(const source *x, size_t i) {
    return x->token[i].kind == TOKEN_SIGN && x->text[x->token[i].from] == '{';
}

/* Does a token open (1) or close (-1) brackets or a block of statements? Blocks count so that what
 * stands in a function's body is not taken for a key of the table around it. */
static int opens_or_closes(const source *x, const token *t) {
    static const char *const words[] = {"function", "do", "if", "repeat", "end", "until"};
    const char *text = x->text + t->from;
    size_t n = t->to - t->from;
    if (t->kind == TOKEN_SIGN && n == 1)
        return *text == '{' || *text == '(' || *text == '['   ? 1
               : *text == '}' || *text == ')' || *text == ']' ? -1
                                                              : 0;
    for (size_t w = 0; t->kind == TOKEN_NAME && w < sizeof words / sizeof *words; w++)
        if (*text == *words[w] && n == strlen(words[w]) && !memcmp(text, words[w], n))
            return w < 4 ? 1 : -1;
    return 0;
}

/* Notes for each token that opens something which one ends it. Those still open form a list: each
 * holds in `close` the number of the one before, plus one. */
static void pair_tokens(source *x) {
    size_t last = 0;
    for (size_t i = 0; i < x->tokens || last; i++) {
        int way = i < x->tokens ? opens_or_closes(x, &x->token[i]) : -1;
        if (way > 0) {
            x->token[i].close = (uint32_t)last;
            last = i + 1;
        } else if (way < 0 && last) {
            token *open = &x->token[last - 1];
            last = open->close;
            open->close = (uint32_t)(i < x->tokens ? i : x->tokens);
        }
    }
}

static int note_braces(source *x) {
    size_t n = 0;
    for (size_t i = 0; i < x->tokens; i++) n += (size_t)is_brace(x, i);
    x->brace = mem_take((n + 1) * sizeof *x->brace);
    if (!x->brace) return 0;
    for (size_t i = 0; i < x->tokens; i++)
        if (is_brace(x, i)) x->brace[x->braces++] = (uint32_t)i;
    return 1;
}

int sources_find(const sources *s, const char *name) {
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->file[i].name, name)) return (int)i;
    return -1;
}

/* Messages are in the language of the rules. Chinese outside of comments can only stand in a
 * string. */
static void guess_language(const source *x) {
    int chinese = 0;
    for (size_t i = 0; i < x->tokens && !chinese; i++)
        chinese = text_has_han(x->text + x->token[i].from, x->token[i].to - x->token[i].from);
    text_from_rules(chinese ? TEXT_CHINESE : TEXT_ENGLISH, 1);
}

/* Without memory there are no tokens, and places have no columns; the lack is noted elsewhere. */
static void read_source(source *x) {
    lexer l = {.file = x, .text = x->text, .length = x->length, .line = 1};
    x->read = 1;
    add_line(&l);
    /* a token takes eight characters or so, and half of a text is comments: rarely is there more */
    if (x->rules && !MEM_RESERVE(x->token, x->length / 16, x->token_cap)) l.failed = 1;
    if (x->rules && !l.failed) read_tokens(&l);
    while (!l.failed && l.at < l.length) skip_character(&l);
    if (l.failed || !note_braces(x)) {
        release_source(x);
        *x = (source){.name = x->name, .text = x->text, .length = x->length, .read = 1};
        return;
    }
    pair_tokens(x);
}

static int add_source(sources *s, const char *name, const char *text, size_t length, int rules) {
    int known = sources_find(s, name);
    if (known >= 0) return known;
    if (length >= UINT32_MAX) return -1;
    if (!MEM_RESERVE(s->file, s->count + 1, s->cap)) return -1;
    source *x = &s->file[s->count];
    *x = (source){.name = arena_text(&s->memory, name, strlen(name)),
                  .text = arena_text(&s->memory, text, length),
                  .length = length,
                  .rules = rules};
    if (!x->name || !x->text) return -1;
    if (!s->count) {
        read_source(x);
        guess_language(x);
    }
    return (int)s->count++;
}

int sources_add(sources *s, const char *name, const char *text, size_t length) {
    return add_source(s, name, text, length, 1);
}

int sources_add_table(sources *s, const char *name, const char *text, size_t length) {
    return add_source(s, name, text, length, 0);
}

size_t sources_count(const sources *s) { return s->count; }

/* ---- finding ---- */

static const source *source_at(const sources *s, int file) {
    return file >= 0 && (size_t)file < s->count ? &s->file[file] : NULL;
}

/* The same with its tokens and lines. */
static const source *read_at(const sources *s, int file) {
    source *x = file >= 0 && (size_t)file < s->count ? &s->file[file] : NULL;
    if (x && !x->read) read_source(x);
    return x;
}

const char *sources_name(const sources *s, int file) {
    const source *x = source_at(s, file);
    return x ? x->name : "";
}

const char *sources_module(const sources *s, int file) {
    static const char folder[] = "/methods/";
    const char *name = sources_name(s, file), *found = NULL;
    for (const char *p = name; (p = strstr(p, folder)) != NULL; p++) found = p;
    return found ? found + 1 : name;
}

int sources_is_library(const sources *s, int file) {
    return !strncmp(sources_module(s, file), "methods/", 8);
}

const char *sources_text(const sources *s, int file, size_t *length) {
    const source *x = source_at(s, file);
    if (length) *length = x ? x->length : 0;
    return x ? x->text : "";
}

/* The bounds of a line without its end; 0 where there is no such line. */
static int line_bounds(const source *x, long line, size_t *from, size_t *to) {
    if (!x || line < 1 || (size_t)line > x->lines) return 0;
    *from = x->line[line - 1];
    *to = (size_t)line < x->lines ? x->line[line] : x->length;
    while (*to > *from && (x->text[*to - 1] == '\n' || x->text[*to - 1] == '\r')) --*to;
    return 1;
}

const char *sources_line(sources *s, int file, long line) {
    const source *x = read_at(s, file);
    size_t from, to;
    if (!line_bounds(x, line, &from, &to)) return "";
    const char *copy = arena_text(&s->memory, x->text + from, to - from);
    return copy ? copy : "";
}

/* The characters from the start of the line to `at`, plus one. */
static int column_of(const source *x, long line, size_t at) {
    int n = 1;
    for (size_t i = x->line[line - 1]; i < at; i++) n += ((unsigned char)x->text[i] & 0xc0) != 0x80;
    return n;
}

const source_token *sources_tokens(const sources *s, int file, size_t *count) {
    const source *x = read_at(s, file);
    *count = x ? x->tokens : 0;
    return x ? x->token : NULL;
}

pool *sources_words(const sources *s) {
    pool *words = pool_open();
    for (size_t i = 0; words && i < sources_count(s); i++) {
        token_list of = token_list_of(s, (int)i);
        for (size_t k = 0; k < of.count; k++) {
            const source_token *word = &of.token[k];
            if ((word->kind == TOKEN_NAME || word->kind == TOKEN_STRING) &&
                !pool_put(words, of.text + word->from, word->to - word->from)) {
                pool_close(words);
                return NULL;
            }
        }
    }
    return words;
}

int sources_column_at(const sources *s, int file, long line, size_t at) {
    const source *x = read_at(s, file);
    return x && line >= 1 && (size_t)line <= x->lines && at <= x->length ? column_of(x, line, at)
                                                                         : 0;
}

/* The first token that starts on this line or later. */
static size_t first_token(const source *x, long line) {
    size_t low = 0, high = x->tokens;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (x->token[mid].line < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static inline int holds_token(const source *x, size_t i, const char *text) {
    if (i >= x->tokens || x->text[x->token[i].from] != *text) return 0;
    size_t n = strlen(text);
    return x->token[i].to - x->token[i].from == n && !memcmp(x->text + x->token[i].from, text, n);
}

static int token_is_sign(const source *x, size_t i, const char *text) {
    return i < x->tokens && x->token[i].kind == TOKEN_SIGN && holds_token(x, i, text);
}

/* Where `text` stands in a string token, on the line where that begins; SIZE_MAX where it does not.
 */
static size_t find_in_string(const source *x, const token *t, const char *text) {
    size_t n = strlen(text), line_end = x->length;
    if ((size_t)t->line < x->lines) line_end = x->line[t->line];
    for (size_t at = t->from; n && at + n <= t->to && at + n <= line_end; at++)
        if (!memcmp(x->text + at, text, n)) return at;
    return SIZE_MAX;
}

int sources_column(sources *s, int file, long line, const char *word) {
    const source *x = read_at(s, file);
    if (!x || !word || line < 1 || (size_t)line > x->lines) return 0;
    size_t first = first_token(x, line);
    for (size_t i = first; i < x->tokens && x->token[i].line == line; i++)
        if (holds_token(x, i, word)) return column_of(x, line, x->token[i].from);
    for (size_t i = first; i < x->tokens && x->token[i].line == line; i++) {
        size_t at =
            x->token[i].kind == TOKEN_STRING ? find_in_string(x, &x->token[i], word) : SIZE_MAX;
        if (at != SIZE_MAX) return column_of(x, line, at);
    }
    return 0;
}

/* Is the first item in the braces that open at `brace` this string? */
static inline int holds_first(const source *x, size_t brace, const char *first) {
    size_t i = brace + 1;
    return i < x->tokens && x->token[i].kind == TOKEN_STRING && holds_token(x, i, first);
}

/* The `{` on or after a line whose first item is the string `first`; where `first` is NULL or is
 * not found, the first `{`. */
static size_t find_brace(const source *x, long line, const char *first) {
    size_t low = 0, high = x->braces;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (x->token[x->brace[mid]].line < line)
            low = mid + 1;
        else
            high = mid;
    }
    for (size_t k = low; first && k < x->braces; k++)
        if (holds_first(x, x->brace[k], first)) return x->brace[k];
    return low < x->braces ? x->brace[low] : x->tokens;
}

static inline int is_word(const source *x, size_t i, const char *text, size_t n) {
    return x->token[i].to - x->token[i].from == n && !memcmp(x->text + x->token[i].from, text, n);
}

/* The token of `key =` in the braces that open at `brace`, or the count of tokens. */
static size_t find_key(const source *x, size_t brace, const char *key) {
    size_t end = brace < x->tokens ? x->token[brace].close : 0, n = strlen(key);
    for (size_t i = brace + 1; i < end; i++) {
        const token *t = &x->token[i];
        if (t->kind == TOKEN_NAME && is_word(x, i, key, n) && token_is_sign(x, i + 1, "="))
            return i;
        if (t->kind == TOKEN_SIGN && x->text[t->from] == '[' && i + 1 < x->tokens &&
            is_word(x, i + 1, key, n) && token_is_sign(x, i, "[") && token_is_sign(x, i + 2, "]") &&
            token_is_sign(x, i + 3, "="))
            return i + 1;
        if (t->close) i = t->close;
    }
    return x->tokens;
}

long sources_key(sources *s, int file, long line, const char *first, const char *const *path,
                 size_t depth) {
    const source *x = read_at(s, file);
    if (!x || line < 1) return line;
    /* The keys of one table are asked for one after the other. */
    size_t brace = x->found_from == line && first && holds_first(x, x->found, first)
                       ? x->found
                       : find_brace(x, line, first);
    s->file[file].found_from = line;
    s->file[file].found = brace;
    long found = line;
    if (first && brace + 1 < x->tokens && holds_token(x, brace + 1, first))
        found = x->token[brace].line;
    for (size_t d = 0; d < depth && brace < x->tokens; d++) {
        size_t at = find_key(x, brace, path[d]);
        if (at == x->tokens) break;
        found = x->token[at].line;
        brace = at;
        while (brace < x->tokens && !token_is_sign(x, brace, "{") && !token_is_sign(x, brace, ","))
            brace++;
        if (!token_is_sign(x, brace, "{")) break;
    }
    return found;
}

place sources_place(sources *s, int file, long line, const char *word) {
    const source *x = read_at(s, file);
    size_t from, to;
    if (!x) return (place){0};
    place at = {.file = x->name, .line = line > 0 ? line : 0};
    if (!line_bounds(x, line, &from, &to)) return at;
    at.excerpt = sources_line(s, file, line);
    at.column = word ? sources_column(s, file, line, word) : 0;
    while (!at.column && from < to && (x->text[from] == ' ' || x->text[from] == '\t')) from++;
    if (!at.column) at.column = column_of(x, line, from);
    return at;
}
