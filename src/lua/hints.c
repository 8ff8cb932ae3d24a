/* What Lua's own messages mean for an analyst: the token to point at, and what to do. */
#include "lua/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Lua's messages are written for programmers. Each known one gets a hint for an analyst, and the
 * token that the caret points at. The wording is that of Lua 5.4; a message that is not known here
 * is shown as it is. */

static int begins(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

/* Copies what stands between the quotes that follow `before`; 0 where there is nothing. */
static int quoted(const char *text, const char *before, char *out, size_t cap) {
    const char *at = strstr(text, before);
    if (!at) return 0;
    at += strlen(before);
    const char *end = strrchr(at, '\'');
    if (strncmp(before, "near", 4) != 0) end = strchr(at, '\'');
    if (!end || end == at || (size_t)(end - at) >= cap) return 0;
    memcpy(out, at, (size_t)(end - at));
    out[end - at] = 0;
    return 1;
}

/* ---- while running ---- */

static void of_nil(const char *message, explained *out) {
    if (!*out->token)
        buf_text(&out->advice,
                 text_message("one of the values is nil: is a name misspelt, or a key not given?"));
    else if (strstr(message, "(local ") || strstr(message, "(upvalue "))
        buf_print(
            &out->advice,
            text_message("'%s' holds nil here: was it given a value, or passed by the caller?"),
            out->token);
    else
        buf_print(&out->advice, text_message("there is no '%s' here: is the name misspelt?"),
                  out->token);
}

static const char *const plain_only[][2] = {
    {"max", TEXT("max(x, axis) along an axis, greatest(x, y) of several arrays")},
    {"min", TEXT("min(x, axis) along an axis, least(x, y) of several arrays")},
    {"abs", "abs(x)"},
    {"ceil", "ceil(x)"},
    {"floor", "floor(x)"},
    {"exp", "exp(x)"},
    {"log", "log(x)"},
    {"sqrt", "sqrt(x)"},
    {"fmod", "x % y"},
    {"tointeger", "trunc(x)"},
    {"tonumber", "number(x)"}};

static void bad_argument(const char *message, explained *out) {
    quoted(message, " to '", out->token, sizeof out->token);
    if (strstr(message, "got array")) {
        for (size_t i = 0; i < sizeof plain_only / sizeof *plain_only; i++)
            if (!strcmp(out->token, plain_only[i][0])) {
                buf_print(&out->advice,
                          text_message("this function takes plain numbers; for arrays write %s"),
                          text_message(plain_only[i][1]));
                return;
            }
        buf_text(&out->advice,
                 text_message("this function takes plain Lua values; each(f, x) calls a function "
                              "of your own for every element"));
    } else if (strstr(message, "got nil") || strstr(message, "got no value")) {
        buf_text(&out->advice, text_message("the value handed to it is nil: is a name misspelt?"));
    }
}

/* Of messages that begin with one text and hold another: what to do. The first that fits counts. */
typedef struct advice {
    const char *begins, *holds, *text;
} advice;

static int find_advice(const advice *list, size_t count, const char *message, explained *out) {
    for (size_t i = 0; i < count; i++)
        if (begins(message, list[i].begins) && strstr(message, list[i].holds)) {
            buf_text(&out->advice, text_message(list[i].text));
            return 1;
        }
    return 0;
}

static const advice while_running[] = {
    {"attempt to ", "call a table", TEXT("is a comma missing before '(' or '{'?")},
    {"attempt to ", "call a",
     TEXT("only functions can be called: is a comma or an operator missing?")},
    {"attempt to ", "'n%%0'", TEXT("whole numbers cannot be divided by zero")},
    {"attempt to ", "'n//0'", TEXT("whole numbers cannot be divided by zero")},
    {"attempt to ", "concatenate a table", TEXT("tostring(value) makes a text of it")},
    {"attempt to ", "concatenate a boolean", TEXT("tostring(value) makes a text of it")},
    {"stack overflow", "", TEXT("does a function call itself without an end?")},
    {"C stack overflow", "", TEXT("does a function call itself without an end?")},
    {"bad 'for' ", "got array",
     TEXT("a loop counts plain numbers: plain(a.params.steps) is that of a parameter")},
    {"invalid order function", "",
     TEXT("the function must answer whether its first argument comes strictly before its second")}};

static int running(const char *message, explained *out) {
    int attempt = begins(message, "attempt to ");
    if (attempt) {
        static const char *const kinds[] = {"(local '",  "(field '",  "(upvalue '",
                                            "(method '", "(global '", "(constant '"};
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !*out->token; i++)
            quoted(message, kinds[i], out->token, sizeof out->token);
    }
    if (begins(message, "attempt to assign to const variable '")) {
        quoted(message, "variable '", out->token, sizeof out->token);
    } else if (attempt && strstr(message, "(method '") && strstr(message, "call a nil")) {
        buf_print(&out->advice, text_message("there is no method '%s'"), out->token);
    } else if (attempt && strstr(message, "nil")) {
        of_nil(message, out);
    } else if (begins(message, "bad argument #")) {
        bad_argument(message, out);
    } else {
        if (begins(message, "bad 'for' ") && strstr(message, "got array"))
            memcpy(out->token, "for", 4);
        return find_advice(while_running, sizeof while_running / sizeof *while_running, message,
                           out) ||
               attempt;
    }
    return 1;
}

/* ---- while reading ---- */

static const char *const wide[][2] = {{"（", "("},
                                      {"）", ")"},
                                      {"，", ","},
                                      {"。", "."},
                                      {"；", ";"},
                                      {"：", ":"},
                                      {"“", "\""},
                                      {"”", "\""},
                                      {"‘", "'"},
                                      {"’", "'"},
                                      {"＝", "="},
                                      {"、", ","},
                                      {"｛", "{"},
                                      {"｝", "}"},
                                      {"【", "["},
                                      {"】", "]"},
                                      {"＋", "+"},
                                      {"－", "-"},
                                      {"×", "*"},
                                      {"÷", "/"},
                                      {"≥", ":ge()"},
                                      {"≤", ":le()"},
                                      {"≠", "~="},
                                      {"％", "%"},
                                      {"\xe3\x80\x80", TEXT("an ordinary space")},
                                      {"\xc2\xa0", TEXT("an ordinary space")},
                                      {"！", "~"},
                                      {"＞", ":gt()"},
                                      {"＜", ":lt()"},
                                      {"＂", "\""},
                                      {"＇", "'"},
                                      {"—", "-"},
                                      {"–", "-"},
                                      {"−", "-"}};

/* A character outside of texts and comments that Lua cannot read: the common slip of a Chinese
 * keyboard. */
static int wide_sign(const sources *files, int file, long line, explained *out) {
    size_t count, length;
    const source_token *token = sources_tokens(files, file, &count);
    const char *text = sources_text(files, file, &length);
    for (size_t i = 0; i < count; i++) {
        if (token[i].line != line || token[i].kind != TOKEN_SIGN ||
            (unsigned char)text[token[i].from] < 0x80)
            continue;
        size_t from = token[i].from, to = from + 1;
        while (to < length && ((unsigned char)text[to] & 0xc0) == 0x80) to++;
        out->at = from;
        const char *instead = NULL;
        for (size_t k = 0; k < sizeof wide / sizeof *wide && !instead; k++)
            if (strlen(wide[k][0]) == to - from && !memcmp(wide[k][0], text + from, to - from))
                instead = wide[k][1];
        buf_print(&out->text, text_message("'%.*s' stands outside of a text"), (int)(to - from),
                  text + from);
        if (instead)
            buf_print(&out->advice, text_message("Lua's own signs are half-width: write %s"),
                      text_message(instead));
        else
            buf_text(&out->advice,
                     text_message(
                         "texts stand in quotes, and names are written with a-z, A-Z, 0-9 and _"));
        return 1;
    }
    return 0;
}

static const char *const slips[][3] = {
    /* near, the start of its message, advice */
    {"!", "", TEXT("not equal is written ~=, and ~ turns an array of truths round")},
    {"&", "", TEXT("arrays of truths are joined with a single &, plain Lua values with 'and'")},
    {"|", "", TEXT("arrays of truths are joined with a single |, plain Lua values with 'or'")},
    {"=", "unexpected symbol",
     TEXT("x = x + 1 is written out in full in Lua; equal is written ==")},
    {"=", "'then' expected", TEXT("equal is written ==, and for arrays x:eq(y)")},
    {"=", "'do' expected", TEXT("equal is written ==, and for arrays x:eq(y)")},
    {"+", "unexpected symbol", TEXT("x = x + 1 is written out in full in Lua")},
    {"=", "'}' expected",
     TEXT("a key of several words or signs is written [\"like this\"] = value")},
    {"+", "syntax error", TEXT("x = x + 1 is written out in full in Lua")},
    {"-", "syntax error", TEXT("x = x - 1 is written out in full in Lua")},
    {"*", "unexpected symbol", TEXT("a power is written x ^ 2")},
    {"if", "unexpected symbol",
     TEXT("for arrays where(condition, a, b); for plain values: condition and a or b")},
    {"*", "syntax error", TEXT("x = x * 2 is written out in full in Lua")},
    {"/", "syntax error", TEXT("x = x / 2 is written out in full in Lua")},
    {"?", "", TEXT("for arrays where(condition, a, b); for plain values: condition and a or b")},
    {"#", "", TEXT("comments begin with --")},
    {"then", "unexpected symbol", TEXT("a value is missing before 'then'")},
    {"null", "", TEXT("nothing is written nil")}};

static const advice while_reading[] = {
    {"unfinished string", "",
     TEXT("a text ends with the quote it began with, on the same line; [[ … ]] holds several "
          "lines")},
    {"malformed number", "", TEXT("a number is written 1234.5; anything else stands in quotes")},
    {"'end' expected", "", TEXT("each function, if, for and while is closed by an end of its own")},
    {"'=' or 'in' expected", "",
     TEXT("each function, if, for and while is closed by an end of its own")},
    {"'<eof>' expected", "",
     TEXT("nothing may follow here: is there one 'end', ')' or '}' too many, or does something "
          "stand behind 'return'?")},
    {"'=' expected", "", TEXT("a statement is a call or an assignment: local name = value")},
    {"'then' expected", "", "if condition then … end"},
    {"syntax error", "", TEXT("a statement is a call or an assignment: local name = value")},
    {"", "near <eof>", TEXT("the file ends too early: is an 'end', ')' or '}' missing?")}};

/* A bracket that was opened on another line is not closed: "'}' expected (to close '{' at line 3)
 * near 'x'". */
static void of_closing(const char *message, const char *close, const char *near_, int at_end,
                       explained *out) {
    const char *opened = strstr(close, "at line ");
    long from = opened ? strtol(opened + 8, NULL, 10) : 0;
    if (message[1] == '}' && !at_end)
        buf_print(&out->advice,
                  text_message("is a comma missing before '%s'? (the '{' stands on line %ld)"),
                  near_, from);
    else if (message[1] == ')' && !at_end)
        buf_print(&out->advice, text_message("is a comma or a ')' missing before '%s'?"), near_);
    else
        buf_print(&out->advice, text_message("what was opened on line %ld is never closed"), from);
}

static void of_reading(const sources *files, int file, long line, const char *message,
                       explained *out) {
    char near_[80] = "";
    (void)(quoted(message, "near '", near_, sizeof near_));
    int at_end = strstr(message, "near <eof>") != NULL;
    if (wide_sign(files, file, line, out)) return;
    memcpy(out->token, near_, strlen(near_) + 1);
    const char *close = strstr(message, "(to close '");
    if (close) {
        of_closing(message, close, near_, at_end, out);
        return;
    }
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        if (!strcmp(near_, slips[i][0]) && begins(message, slips[i][1])) {
            buf_text(&out->advice, text_message(slips[i][2]));
            return;
        }
    if (begins(message, "'}' expected near") || begins(message, "')' expected near"))
        buf_print(&out->advice, text_message("is a comma or a '%c' missing before %s%s%s?"),
                  message[1], at_end ? "" : "'",
                  at_end ? text_message("the end of the file") : near_, at_end ? "" : "'");
    else
        find_advice(while_reading, sizeof while_reading / sizeof *while_reading, message, out);
}

void hint_find(sources *files, int file, long line, const char *message, explained *out) {
    if (running(message, out) || file < 0) return;
    if (strstr(message, " near ")) {
        of_reading(files, file, line, message, out);
        if (!out->text.length) {
            const char *escape = strstr(message, "<\\");
            if (escape && strlen(message) < 200)
                buf_text(&out->text, text_message("a character stands here that Lua cannot read"));
        }
    }
}
