/* The texts of the rule files, for positions and excerpts.
 *
 * A file's number is its place in the list, from 0. Lines count from 1, columns in characters from
 * 1. Looking for a token knows Lua's strings and comments, so that a key inside a comment is not
 * found. */
#ifndef RULE_SOURCE_H
#define RULE_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fault.h"

typedef struct sources sources;

sources *sources_open(void);
void sources_close(sources *s);

/* Keeps a copy of a file's text; returns its number, or -1 without memory. A name given twice keeps
 * its number. */
int sources_add(sources *s, const char *name, const char *text, size_t length);
/* The same of a file that is no Lua, a table the rules are made from: it has lines, but no
 * tokens. */
int sources_add_table(sources *s, const char *name, const char *text, size_t length);
int sources_find(const sources *s, const char *name); /* or -1 */
size_t sources_count(const sources *s);
const char *sources_name(const sources *s, int file);
/* The same from "methods/" on where it lies in such a folder: what require calls it. */
const char *sources_module(const sources *s, int file);
/* Whether a file belongs to the methods that rules share, rather than to these rules. */
int sources_is_library(const sources *s, int file);
const char *sources_text(const sources *s, int file, size_t *length);

/* The text of a line, without its end; copied into the source list's memory; "" where there is
 * none. */
const char *sources_line(sources *s, int file, long line);
/* The column of a token (a name, or the content of a string) on a line; 0 where it is not there. */
int sources_column(sources *s, int file, long line, const char *token);
/* The line of `key =` (or of `["key"] =`) inside the braces that open on or after `line`, at the
 * depth of those braces, reached through the path of keys before it; the line itself where it is
 * not found. */
long sources_key(sources *s, int file, long line, const char *const *path, size_t depth);
/* The same; of several braces it is the one whose first content is the string `first` (an element's
 * id). Without a path it is the line of those braces. */
long sources_key_of(sources *s, int file, long line, const char *first, const char *const *path,
                    size_t depth);
/* A place for a fault, with excerpt and the column of `token` (NULL: the first character that is no
 * space). */
place sources_place(sources *s, int file, long line, const char *token);

/* The tokens of a file, in order, comments left out. Offsets into its text; of a string they
 * enclose its content as written, escapes and all. `close`: of an opening bracket, and of a word
 * that begins a block, the number of the token that ends it (that of tokens where none does); else
 * 0. Lent until the list is closed. */
enum { TOKEN_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_SIGN };
typedef struct source_token {
    uint32_t from, to;
    uint32_t close;
    int32_t line;
    uint8_t kind;
} source_token;
const source_token *sources_tokens(const sources *s, int file, size_t *count);
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
/* The column of a byte of the text, on its line. */
int sources_column_at(const sources *s, int file, long line, size_t at);

#endif
