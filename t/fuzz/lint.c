/* Mistakes that Lua accepts, looked for in any tokens: each that is found stands in the text, has a
 * word to say, and is the same when it is looked for again. A byte is a token. */
#include "base/suggest.h"
#include "fuzz.h"
#include "lua/inside.h"

static const char *const word[] = {
    "\n",       "local", "function", "for",     "in",     "if",     "then",    "else",
    "elseif",   "end",   "while",    "do",      "until",  "repeat", "return",  "and",
    "or",       "not",   "==",       "~=",      "=",      "<",      ">",       "+",
    ",",        ";",     "(",        ")",       "{",      "}",      "[",       "]",
    ".",        ":",     "a",        "b",       "x",      "nil",    "true",    "false",
    "1",        "2.5",   "\"t\"",    "data",    "params", "index",  "compute", "where",
    "mean",     "sum",   "missing",  "present", "lt",     "eq",     "any",     "value",
    "observed", "cap",   "rank",     "max",     "#",      "..",     "--c\n",   "self"};

enum { WORDS = sizeof word / sizeof *word, TEXT_MOST = 65536 };

static size_t write_text(const uint8_t *data, size_t size, char *text) {
    size_t n = 0;
    for (size_t i = 0; i < size && n + 16 < TEXT_MOST; i++)
        n += (size_t)snprintf(text + n, 16, "%s ", word[data[i] % WORDS]);
    return n;
}

static size_t look(const char *text, size_t length, long lines) {
    sources *files = sources_open();
    fault f = FAULT_INIT;
    char best[64] = "";
    int file = files ? sources_add(files, "fuzzed.lua", text, length) : -1;
    if (file < 0) abort();
    int clean = lint_check(files, file, &f);
    FUZZ_CHECK(clean == !f.count, "it says %d of %zu faults", clean, f.count);
    for (size_t i = 0; i < f.listed; i++) {
        const fault_item *is = &f.item[i];
        FUZZ_CHECK(is->line >= 1 && is->line <= lines, "line %ld of %ld", is->line, lines);
        FUZZ_CHECK(is->text && *is->text, "a fault without a text");
        FUZZ_CHECK(!is->excerpt || strlen(is->excerpt) >= (size_t)(is->column > 0),
                   "column %d of '%s'", is->column, is->excerpt);
    }
    suggestion near = suggest_for("valeu");
    lint_names(files, file, &near, best);
    FUZZ_CHECK(!*best || strstr(text, best), "a name that is not there: '%s'", best);
    size_t found = f.count;
    fault_release(&f);
    sources_close(files);
    return found;
}

FUZZ_TARGET(lint) {
    char *text = malloc(TEXT_MOST);
    if (!text) abort();
    size_t length = write_text(data, size, text);
    text[length] = 0;
    long lines = 1;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) lines++;
    size_t found = look(text, length, lines);
    FUZZ_CHECK(found == look(text, length, lines), "another time it finds other mistakes");
    free(text);
    return 0;
}
