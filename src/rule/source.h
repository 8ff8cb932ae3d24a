/* The texts of the rule files, with their lines and Lua tokens: where a fault stands, and the line
 * to show with it.
 *
 * Files are numbered from 0. Lines count from 1, and so do columns, in characters. */
#ifndef RULE_SOURCE_H
#define RULE_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fault.h"
#include "base/pool.h"

typedef struct sources sources;

sources *sources_open(void);
void sources_close(sources *s);

/* Adds a copy of a file's text. Returns its number, which is the known one for a known name, or -1
 * without memory. */
int sources_add(sources *s, const char *name, const char *text, size_t length);
/* The same for a table that rules are made from: it has lines, but no tokens. */
int sources_add_table(sources *s, const char *name, const char *text, size_t length);
int sources_find(const sources *s, const char *name); /* or -1 */
size_t sources_count(const sources *s);
const char *sources_name(const sources *s, int file);
/* The same from the last "methods/" on, if there is one: the name by which require finds it. */
const char *sources_module(const sources *s, int file);
/* Does a file belong to the methods that rules share, rather than to these rules? */
int sources_is_library(const sources *s, int file);
const char *sources_text(const sources *s, int file, size_t *length);

/* A copy of a line without its end, or "". It lives as long as the list. */
const char *sources_line(sources *s, int file, long line);
/* The column of a word on a line: a token, the content of a string, or else a part of a string. 0
 * where it is not there. Comments are not looked at. */
int sources_column(sources *s, int file, long line, const char *word);
/* The line of a key in a table: of `key =` or `["key"] =` in the braces that open on `line` or
 * later, found by following `depth` keys of `path` inward. Of several braces, those whose first
 * item is the string `first` (an element's id), if that is not NULL. Where a key is not found, the
 * line of the last one that was, or `line`. */
long sources_key(sources *s, int file, long line, const char *first, const char *const *path,
                 size_t depth);
/* The place of a fault, with the line as its excerpt and the column of `word`, or (NULL, or not
 * found) of the first character that is no space. */
place sources_place(sources *s, int file, long line, const char *word);

/* The tokens of a file in order, without comments. They live as long as the list. */
enum { TOKEN_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_SIGN };
typedef struct source_token {
    uint32_t from, to; /* offsets in the text; of a string, those of its content, as written */
    /* Of an opening bracket or a word that begins a block: the number of the token that ends it,
     * or the count of tokens where nothing does; else 0. */
    uint32_t close;
    int32_t line;
    uint8_t kind;
} source_token;
const source_token *sources_tokens(const sources *s, int file, size_t *count);
/* All names and the contents of all strings in all files, as a pool of the caller's; NULL without
 * memory. */
pool *sources_words(const sources *s);
/* A file's text and tokens; none where there is no such file. What is asked of a token past the end
 * is answered with no. */
typedef struct token_list {
    const char *text;
    const source_token *token;
    size_t count;
} token_list;
static inline token_list token_list_of(const sources *s, int file) {
    token_list t = {0};
    size_t length;
    if (file < 0) return t;
    t.text = sources_text(s, file, &length);
    t.token = sources_tokens(s, file, &t.count);
    if (!t.token) t.count = 0;
    return t;
}
/* Is the token a string, or else none, and written like this? */
static inline int token_written(const token_list *t, size_t i, int string, const char *text) {
    if (i >= t->count || (t->token[i].kind == TOKEN_STRING) != string) return 0;
    size_t n = t->token[i].to - t->token[i].from;
    return !strncmp(t->text + t->token[i].from, text, n) && !text[n];
}
static inline int token_is(const token_list *t, size_t i, const char *word) {
    return token_written(t, i, 0, word);
}
static inline int token_is_string(const token_list *t, size_t i, const char *content) {
    return token_written(t, i, 1, content);
}
static inline int token_is_name(const token_list *t, size_t i) {
    return i < t->count && t->token[i].kind == TOKEN_NAME;
}
/* Are two tokens, both there, written alike? */
static inline int token_same(const token_list *t, size_t i, size_t k) {
    const source_token *a = &t->token[i], *b = &t->token[k];
    return a->to - a->from == b->to - b->from &&
           !memcmp(t->text + a->from, t->text + b->from, a->to - a->from);
}
/* The column of offset `at` of the text, which lies on `line`. */
int sources_column_at(const sources *s, int file, long line, size_t at);

#endif
