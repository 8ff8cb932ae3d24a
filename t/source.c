// The texts of rule files: lines, columns in characters, keys of tables.
#include "tap.h"

#include "rule/source.h"

static const char text[] =
    "-- weight = 1, in a comment\n"
    "local a = index { \"city\", \"城市\",\n"
    "  --[==[ weight = 2\n"
    "  ]] weight = 3 ]==]\n"
    "  group { \"A\", \"甲 indicator weight = 4\", score = function(x)\n"
    "      local weight = 5 if x then return { weight = 6 } end\n"
    "    end,\n"
    "    weight = 7, indicator { \"A1\", 'n', [\"unit\"] = \"元\" }, indicator { \"A2\", [[long\n"
    "    text]],\n"
    "      standard = { stage1 = 1,\n"
    "        stage2 = 2 } },\n"
    "  },\n"
    "}\n"
    "x = \"城市\" .. weird:eq(1) == 1 \"a\\\"weight\"  .. weight\n"
    "t = { a = \"one \\z\n"
    "   two\", b = 1 }\n"
    "y = 7 // 2 << 1 >> 1 <= 3 ~= 4 >= 5 .. 6 ... :: ==\n";

int main(void) {
    sources *s = sources_open();
    int file = sources_add(s, "rules/a.lua", text, sizeof text - 1);
    is_int(file, 0, "the first file is number 0");
    is_int(sources_add(s, "m.lua", "x = 1\r\ny\r\r\nz", 13), 1, "the next is 1");
    is_int(sources_add(s, "rules/a.lua", "other", 5), 0, "a name given twice keeps its number");
    is_int(sources_find(s, "m.lua"), 1, "a file is found by name");
    is_int(sources_find(s, "n.lua"), -1, "an unknown name is not found");
    is_int((long)sources_count(s), 2, "there are two files");
    is_str(sources_name(s, 1), "m.lua", "the name of a file");
    size_t n;
    ok(!strcmp(sources_text(s, 0, &n), text) && n == sizeof text - 1, "the text is kept");
    is_str(sources_text(s, 7, &n), "", "a file that is not there has no text");

    is_str(sources_line(s, 0, 1), "-- weight = 1, in a comment", "a line without its end");
    is_str(sources_line(s, 0, 99), "", "a line behind the end is empty");
    is_str(sources_line(s, 0, 0), "", "line 0 is empty");
    is_str(sources_line(s, 1, 1), "x = 1", "CR LF is one line end");
    is_str(sources_line(s, 1, 2), "y", "the line after CR LF is line 2");
    is_str(sources_line(s, 1, 3), "", "CR alone ends a line");
    is_str(sources_line(s, 1, 4), "z", "the last line has no end");

    is_int(sources_column(s, 0, 2, "index"), 11, "the column of a name");
    is_int(sources_column(s, 0, 2, "local"), 1, "the column of the first name of a line");
    is_int(sources_column(s, 0, 2, "城市"), 28, "the column of a string counts characters");
    is_int(sources_column(s, 0, 1, "weight"), 0, "a word in a comment is not found");
    is_int(sources_column(s, 0, 4, "weight"), 0, "a word in a long comment is not found");
    is_int(sources_column(s, 0, 14, "=="), 25, "the column of a sign");
    is_int(sources_column(s, 0, 14, "weight"), 46, "a token is preferred to a part of a string");
    is_int(sources_column(s, 0, 5, "甲"), 17, "a part of a string is found");
    is_int(sources_column(s, 0, 99, "x"), 0, "a line that is not there has no column");

    static const char *const signs[] = {
        "//", "<<", ">>", "<=", "~=", ">=", "..", "...", "::", "=="};
    static const int columns[] = {7, 12, 17, 22, 27, 32, 37, 42, 46, 49};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        is_int(sources_column(s, 0, 17, signs[i]), columns[i], "the column of %s", signs[i]);

    const char *weight[] = {"weight"}, *stage2[] = {"standard", "stage2"}, *unit[] = {"unit"};
    const char *none[] = {"nothing"}, *b[] = {"b"};
    is_int(sources_key(s, 0, 5, NULL, weight, 1), 8,
           "a key behind a function that uses the same name");
    is_int(sources_key(s, 0, 2, NULL, weight, 1), 2, "a key in inner braces is not found");
    is_int(sources_key(s, 0, 8, "A2", stage2, 2), 11,
           "a path of keys, in the second braces of a line");
    is_int(sources_key(s, 0, 5, "A1", unit, 1), 8, "a key in brackets");
    is_int(sources_key(s, 0, 2, "A2", NULL, 0), 8, "without a path it is the line of the braces");
    is_int(sources_key(s, 0, 5, NULL, none, 1), 5, "an unknown key gives the line of the braces");
    is_int(sources_key(s, 0, 15, NULL, b, 1), 16, "a key behind a string that goes on with \\z");

    place at = sources_place(s, 0, 5, "A");
    is_str(at.file, "rules/a.lua", "the place names the file");
    is_int(at.line, 5, "the place has the line");
    is_int(at.column, 12, "the place has the column of the word");
    ok(strstr(at.excerpt, "group { \"A\"") != NULL, "the place has the line as its excerpt");
    is_int(sources_place(s, 0, 5, NULL).column, 3,
           "without a word the column is the first that is no space");
    is_int(sources_place(s, 0, 5, "none").column, 3,
           "a word that is not there gives the same column");
    ok(!sources_place(s, 9, 5, NULL).file, "a file that is not there gives no place");
    is_int(sources_place(s, 0, 999, NULL).column, 0, "a place behind the end has no column");

    /* Whatever the bytes, reading ends within them. */
    uint64_t seed = tap_seed();
    static const char alphabet[] = "\"'[]=-{}\\\n\r a1.z";
    int whole = 1;
    for (int i = 0; i < 2000; i++) {
        char bytes[64], name[16];
        size_t length = (size_t)(tap_random(&seed) % sizeof bytes);
        for (size_t k = 0; k < length; k++)
            bytes[k] = alphabet[tap_random(&seed) % (sizeof alphabet - 1)];
        snprintf(name, sizeof name, "r%d", i);
        int id = sources_add(s, name, bytes, length);
        size_t got = 0;
        for (long line = 1; line < 70; line++) got += strlen(sources_line(s, id, line));
        for (size_t k = 0; k < length; k++) got += bytes[k] == '\n' || bytes[k] == '\r';
        whole &= got == length && sources_key(s, id, 1, NULL, weight, 1) == 1 &&
                 sources_column(s, id, 1, "weight") == 0;
    }
    ok(whole, "random bytes: lines and line ends add up");
    sources_close(s);
    return done_testing();
}
