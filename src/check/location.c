/* Places in rule files, as exact as the tokens of the file allow. */
#include <string.h>

#include "check/inside.h"
#include "lua/source_notes.h"

int token_is(const char *text, const source_token *t, const char *word) {
    size_t n = strlen(word);
    return t->to - t->from == n && !memcmp(text + t->from, word, n);
}

static int characters(const char *text, size_t from, size_t to) {
    int n = 0;
    for (size_t i = from; i < to; i++) n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* From one token to the end of another on the same line. */
static location location_tokens(check *c, int file, size_t first, size_t last) {
    size_t count, length;
    const source_token *t = sources_tokens(c->files, file, &count);
    const char *text = sources_text(c->files, file, &length);
    location s = {.at = sources_place(c->files, file, t[first].line, NULL)};
    /* A string alone is meant without its quotes. */
    size_t to = t[last].to + (last > first && t[last].kind == TOKEN_STRING);
    s.at.column = sources_column_at(c->files, file, t[first].line, t[first].from);
    s.width = characters(text, t[first].from, to);
    return s;
}

location location_token(check *c, int file, size_t token) {
    return location_tokens(c, file, token, token);
}

/* The first token of a line. */
static size_t first_on(const source_token *t, size_t count, long line) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t[mid].line < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

location location_line(check *c, int file, long line, const char *token) {
    size_t count, length;
    const source_token *t = file >= 0 ? sources_tokens(c->files, file, &count) : NULL;
    if (!t) return (location){.at = sources_place(c->files, file, line, token)};
    const char *text = sources_text(c->files, file, &length);
    for (size_t i = first_on(t, count, line); token && i < count && t[i].line == line; i++)
        if (token_is(text, &t[i], token)) return location_token(c, file, i);
    location s = {.at = sources_place(c->files, file, line, token)};
    return s;
}

location location_element(check *c, const md_element *e) {
    return location_line(c, e->at.file, e->at.line, e->id);
}

/* The end of the value that begins at token i: of `{ … }` its closing brace, if that is on the
 * line. */
static size_t value_end(const char *text, const source_token *t, size_t count, size_t i) {
    size_t depth = 0, end = i;
    for (size_t k = i; k < count && t[k].line == t[i].line; k++) {
        if (t[k].kind == TOKEN_SIGN && (token_is(text, &t[k], "}") || token_is(text, &t[k], ")")) &&
            depth == 0)
            break;
        if (t[k].kind == TOKEN_SIGN && depth == 0 &&
            (token_is(text, &t[k], ",") || token_is(text, &t[k], ";")))
            break;
        if (t[k].kind == TOKEN_SIGN && (token_is(text, &t[k], "{") || token_is(text, &t[k], "(")))
            depth++;
        if (t[k].kind == TOKEN_SIGN && (token_is(text, &t[k], "}") || token_is(text, &t[k], ")")))
            depth--;
        end = k;
    }
    return end;
}

/* `key = value` behind token i on its line; count where it is not there. */
static size_t key_behind(const char *text, const source_token *t, size_t count, size_t i,
                         const char *key) {
    long line = i < count ? t[i].line : 0;
    for (; i + 1 < count && t[i].line == line; i++)
        if (t[i].kind == TOKEN_NAME && token_is(text, &t[i], key) && token_is(text, &t[i + 1], "="))
            return i;
    return count;
}

/* target_low is written `target`. */
static const char *written(const char *name) {
    return !strncmp(name, "target_", 7)    ? "target"
           : !strncmp(name, "allowed_", 8) ? "allowed"
                                           : name;
}

location location_leaf(check *c, const md_leaf *l) {
    size_t count = 0, length;
    const source_token *t = sources_tokens(c->files, l->at.file, &count);
    const char *text = sources_text(c->files, l->at.file, &length);
    const md_element *e = l->element >= 0 ? &c->m->element[l->element] : NULL;
    const char *dot = strrchr(l->name, '.');
    const char *name = e ? written(l->name) : dot ? dot + 1 : l->name;
    if (!t || !count) return location_line(c, l->at.file, l->at.line, name);
    size_t from = first_on(t, count, l->at.line);
    for (size_t i = from; e && i < count && t[i].line == l->at.line; i++)
        if (t[i].kind == TOKEN_STRING && token_is(text, &t[i], e->id)) from = i;
    size_t key = key_behind(text, t, count, from, name);
    if (l->stage >= 0) {
        size_t stage =
            key_behind(text, t, count, key < count ? key : from, c->m->stage[l->stage].name);
        key = stage < count ? stage : key;
    }
    if (key == count) return location_line(c, l->at.file, l->at.line, e ? e->id : name);
    return location_tokens(c, l->at.file, key,
                           key + 2 < count ? value_end(text, t, count, key + 2) : key);
}

static size_t find_string(check *c, int file, const char *content, long line) {
    size_t count = 0, length, found = SIZE_MAX;
    const source_token *t = sources_tokens(c->files, file, &count);
    const char *text = sources_text(c->files, file, &length);
    for (size_t i = 0; t && i < count; i++) {
        if (t[i].kind != TOKEN_STRING || !token_is(text, &t[i], content)) continue;
        if (found == SIZE_MAX || t[i].line == line) found = i;
        if (t[i].line >= line) break;
    }
    return found;
}

location location_string(check *c, int file, long line, const char *content, const char *token) {
    size_t at = file >= 0 ? find_string(c, file, content, line) : SIZE_MAX;
    if (at != SIZE_MAX) return location_token(c, file, at);
    for (size_t i = 0; i < sources_count(c->files); i++)
        if ((int)i != file && (at = find_string(c, (int)i, content, 0)) != SIZE_MAX)
            return location_token(c, (int)i, at);
    return location_line(c, file, line, token);
}

location location_node(check *c, ex_id n, const char *token) {
    const ex_node *x = ex_get(c->g, n);
    int file = (int)x->file;
    long line = x->line;
    host_main_line(c->a->h, n, &file, &line);
    return location_line(c, file, line, file == (int)x->file && line == x->line ? token : NULL);
}
