#include "table/table.h"

#include "base/buf.h"
#include "base/decimal.h"
#include "table/date.h"
#include "tap.h"

static pool *strings;
static fault notes, faults;

static tb_table *read_text(const char *text, const tb_options *o) {
    size_t n = strlen(text);
    char *exact = malloc(n ? n : 1); /* so that ASan sees a read too far */
    memcpy(exact, text, n);
    fault_release(&notes);
    fault_release(&faults);
    pool_close(strings);
    strings = pool_open();
    tb_table *t = tb_read_text("data.csv", exact, n, o, strings, &notes, &faults);
    free(exact);
    return t;
}

/* A cell as text: numbers by decimal_write, dates in ISO, texts in quotes, missing as -. */
static const char *cell(const tb_column *c, size_t row) {
    static char out[8][400];
    static int turn;
    char *s = out[turn++ & 7];
    double x = c->value[row];
    if (isnan(x))
        strcpy(s, "-");
    else if (c->kind == TB_TEXT)
        snprintf(s, 400, "\"%s\"", pool_text(strings, (uint32_t)x));
    else if (c->kind == TB_DATE)
        date_write(x, s);
    else
        decimal_write(x, s);
    return s;
}

/* All rows: cells by column, joined by blanks, a row ended by '|'. */
static const char *all(const tb_table *t) {
    static buf b;
    if (!t) {
        buf_release(&b);
        return "";
    }
    buf_clear(&b);
    for (size_t i = 0; i < tb_rows(t); i++) {
        for (size_t c = 0; c < tb_columns(t); c++)
            if (tb_column_at(t, c)->value)
                buf_print(&b, "%s%s", c ? " " : "", cell(tb_column_at(t, c), i));
        buf_char(&b, '|');
    }
    return buf_string(&b);
}

static void has(const char *text, const tb_options *o, const char *want) {
    tb_table *t = read_text(text, o);
    ok(t != NULL, "'%s' is read", text);
    if (t) is_str(all(t), want, "'%s': its cells", text);
    if (faults.listed)
        diag("%s:%ld: %s", faults.item[0].file, faults.item[0].line, faults.item[0].text);
    tb_close(t);
}

/* All faults as "line:field: text (hint)\n". */
static const char *faults_text(void) {
    static char out[8000];
    buf b = BUF_INIT;
    for (size_t i = 0; i < faults.listed; i++) {
        const fault_item *it = &faults.item[i];
        buf_print(&b, "%ld:%s: %s", it->line, it->field ? it->field : "", it->text);
        buf_print(&b, it->hint ? " (%s)\n" : "\n", it->hint);
    }
    snprintf(out, sizeof out, "%s", buf_string(&b));
    buf_release(&b);
    return out;
}

static void fails(const char *text, const tb_options *o, const char *want) {
    tb_table *t = read_text(text, o);
    ok(!t, "'%s' is refused", text);
    is_str(faults_text(), want, "'%s': why", text);
    if (faults.listed) is_str(faults.item[0].file, "data.csv", "with the file's name");
    tb_close(t);
}

static void kinds(void) {
    static const tb_want want[] = {{"n", TB_NUMBER, NULL, 0},
                                   {"t", TB_TEXT, NULL, 0},
                                   {"d", TB_DATE, NULL, 0},
                                   {"x", TB_SKIP, NULL, 0}};
    tb_options o = {.want = want, .wants = 4, .others = TB_SKIP};
    has("n,t,d,x,other\n1.5,深圳,2011-06-30,\"any,\",\n,,,,\n-2,\"a\nb\",20110701,?,y\nNA,NA,NA,NA,"
        "NA\n",
        &o, "1.5 \"深圳\" 2011-06-30|-2 \"a\nb\" 2011-07-01|- \"NA\" -|");
    tb_table *t = read_text("n,t,d,x,other\n1,a,2011-06-30,\n2,,,,,\n\n3,\"a\n\",,,\n4,,,,", &o);
    ok(!t && faults.count == 2, "ragged rows, too few and too many");
    is_str(faults_text(),
           "2:other: 4 fields, where the header has 5\n3:other: 6 fields, where the header has 5 "
           "(a separator in a field? then quote the field)\n",
           "are both listed");

    t = read_text("n,t,d,x,other\n\n1,a,2011-06-30,,\n2,,,,\n\n3,\"a\n\",,,\n4,,,,", &o);
    ok(t != NULL, "empty lines and line ends in fields");
    is_int((long)tb_rows(t), 4, "four rows");
    is_int((long)tb_read_rows(t), 4, "all kept");
    static const long lines[] = {3, 4, 6, 8};
    for (size_t i = 0; i < 4; i++)
        is_int(tb_line(t, i), lines[i], "row %zu stands on line %ld", i, lines[i]);
    is_int(tb_line(t, 4), 0, "there is no row 4");
    is_str(tb_path(t), "data.csv", "its path");
    is_str(tb_encoding(t), "UTF-8", "its encoding");
    is_str(tb_sha256(t), "", "no hash unless asked for");
    is_int((long)tb_columns(t), 5, "five columns");
    ok(tb_column_named(t, "d") == tb_column_at(t, 2), "a column by its name");
    ok(!tb_column_named(t, "e") && !tb_column_at(t, 5), "no other");
    ok(!tb_column_at(t, 3)->value && tb_column_at(t, 3)->kind == TB_SKIP,
       "a skipped column has no cells");
    is_int((long)tb_column_named(t, "n")->missing, 0, "no number is missing");
    is_int((long)tb_column_named(t, "t")->missing, 2, "two texts are");
    is_int((long)tb_column_named(t, "d")->missing, 3, "three dates are");
    ok(!tb_fault(t, 2, tb_column_named(t, "t"), "look", &faults, "no unit '%s'", "X"),
       "a fault at a cell");
    is_str(faults_text(), "6:t: no unit 'X' (look)\n", "has its line, column, hint");
    tb_close(t);

    o.hash = 1;
    t = read_text("n,t,d,x\n", &o);
    is_int((long)tb_rows(t), 0, "a header alone is a table without rows");
    is_str(tb_sha256(t), "24d43146437ffeac21a488f72434d77502835e8cfde1951c228ddacdfd955d5c",
           "its hash, as sha256sum has it");
    tb_close(t);
}

static void guesses(void) {
    has("n,t,d,e,m\n1,a,2011-06-30,,NA\n-2.5,2,2011年7月1日,,..\n,3,,,\n", NULL,
        "1 \"a\" 2011-06-30 - -|-2.5 \"2\" 2011-07-01 - -|- \"3\" - - -|");
    tb_table *t = read_text("n,t,u\n1,1,1\n\n2,\"\n\",\n3,NA,x y\n4,oops,NA\n", NULL);
    is_str(all(t), "1 \"1\" \"1\"|2 \"\n\" -|3 \"NA\" \"x y\"|4 \"oops\" \"NA\"|",
           "markers in texts are texts, line ends too");
    is_str(tb_column_named(t, "t")->odd_text, "\n", "the first cell that is no number");
    is_int(tb_column_named(t, "t")->odd_line, 4, "and its line");
    is_str(tb_column_named(t, "u")->odd_text, "x y", "of another column");
    is_int(tb_column_named(t, "u")->odd_line, 6, "and its line");
    ok(!tb_column_named(t, "n")->odd_text && !tb_column_named(t, "n")->odd_line,
       "numbers have none");
    tb_close(t);
    has("d\n20110630\n2011-07-01\n", NULL, "2011-06-30|2011-07-01|");
    has("d\n20110630\n20110701\n", NULL, "20110630|20110701|");
    has("d\n2011-06-30\n7\n", NULL, "\"2011-06-30\"|\"7\"|");
    tb_options o = {.others = TB_NUMBER};
    fails("a,b\n1,x\n", &o,
          "2:b: 'x' is not a number: it is none of the forms a number has (a cell without a number "
          "is left empty, or holds NA)\n");

    /* What the first rows suggest is contradicted far below, by a date or by a text. */
    for (int how = 0; how < 5; how++) {
        static const char *const late[] = {"7", "2011-07-01", "oops", "2011-07-01\n20110702\noops",
                                           "\noops"};
        static const tb_kind kind[] = {TB_NUMBER, TB_DATE, TB_TEXT, TB_TEXT, TB_TEXT};
        buf b = BUF_INIT;
        buf_text(&b, "d,name\n");
        for (int i = 0; i < 3000; i++) buf_print(&b, "%s,n%d\n", how ? "20110630" : "1", i % 7);
        for (const char *s = late[how]; *s;) {
            size_t n = strcspn(s, "\n");
            buf_print(&b, "%s%.*s,n9\n", n ? "" : "\n", (int)n, s);
            s += n + (s[n] != 0);
        }
        t = read_text(buf_string(&b), NULL);
        ok(t && tb_column_at(t, 0)->kind == kind[how], "contradicted by %s", late[how]);
        if (t && kind[how] == TB_TEXT) {
            is_str(cell(tb_column_at(t, 0), 17), "\"20110630\"",
                   "the cells above are texts, as written");
            is_str(tb_column_at(t, 0)->odd_text, how == 3 ? "2011-07-01" : "oops",
                   "the first that is no number");
            is_int(tb_column_at(t, 0)->odd_line, how == 4 ? 3004 : 3002, "and its line");
            is_int((long)tb_rows(t), how == 3 ? 3003 : how == 4 ? 3002 : 3001, "all rows");
        }
        tb_close(t);
        buf_release(&b);
    }
}

static void wrong_headers(void) {
    static const tb_want want[] = {{"indicator", TB_TEXT, NULL, 0},
                                   {"value", TB_NUMBER, NULL, 0},
                                   {"zz", TB_SKIP, NULL, 0},
                                   {"note", TB_TEXT, NULL, 1}};
    tb_options o = {.want = want, .wants = 4, .others = TB_TEXT};
    fails("", NULL, "1:: the file is empty (a table begins with a line that names its columns)\n");
    fails("\n\r\n", NULL,
          "1:: the file is empty (a table begins with a line that names its columns)\n");
    fails("a,b,a\n1,2,3\n", NULL,
          "1:a: columns 1 and 3 have the same name (give each column a name of its own)\n");
    fails("a,,b, \n1,,3,\n1,x,3,4\n1,y,3,\n", NULL,
          "3:column 2: 'x' stands in a column without a name (name the column in the header, or "
          "leave it out by others = \"drop\")\n3:column 4: '4' stands in a column without a name "
          "(name the column in the header, or leave it out by others = \"drop\")\n");
    fails(",b\n1,2\n", NULL,
          "2:column 1: '1' stands in a column without a name (unit = \"\" takes it as the key; "
          "others = \"drop\" leaves it out)\n");
    fails("unit,indicater,val\n", &o,
          "1:: no column 'indicator' (did you mean 'indicater'?)\n1:: no column 'value' (the "
          "columns are 'unit', 'indicater', 'val')\n");
    fails("\na,\"b\nc\",a,\n", NULL,
          "3:a: columns 1 and 3 have the same name (give each column a name of its own)\n");
}

static void wrong_cells(void) {
    static const tb_want want[] = {{"v", TB_NUMBER, NULL, 0},
                                   {"d", TB_DATE, NULL, 0},
                                   {"w", TB_NUMBER, "万元", 0},
                                   {"g", TB_NUMBER, ",", 0}};
    tb_options o = {.want = want, .wants = 4, .others = TB_SKIP};
    has("v,d,w,g\n1,2011年6月30日,1.2亿,\"1,234\"\n", &o, "1 2011-06-30 12000 1234|");
    fails("v,d,w,g\n\"1,234\",2011-02-30,3,1\n12%,30/6/2011,\"3\n\",1\n\n３,3011-01-01,5 "
          "km,\"1,2\"\n",
          &o,
          "2:v: '1,234' is not a number: it has thousands separators (write 1234, or declare that "
          "commas group digits (the unit \",\"): numbers = { v = \",\" })\n"
          "2:d: '2011-02-30' is not a date: the month has 28 days\n"
          "3:v: '12%' is not a number: it is a percentage (write 12, or declare the unit %: "
          "numbers = { v = \"%\" })\n"
          "3:d: '30/6/2011' is not a date: the year stands last (write 2011-06-30)\n"
          "3:w: '3\\n' is not a number: what stands behind it is not the declared unit (write 3 if "
          "that is the value in the declared unit)\n"
          "6:v: '３' is not a number: it is written in full-width characters (write 3)\n"
          "6:d: '3011-01-01' is not a date: the year 3011 is not between 1800 and 2199 (did you "
          "mean 2011-01-01)\n"
          "6:w: '5 km' is not a number: what stands behind it is not the declared unit (write 5 if "
          "that is the value in the declared unit)\n"
          "6:g: '1,2' is not a number: its commas and points stand where no number has them (write "
          "it with a decimal point, and nothing else between the digits)\n");
    fails("v,d,w,g\nx\x1b[31m,,,\n1,2\n", &o,
          "2:v: 'x\\x1b[31m' is not a number: it is none of the forms a number has (a cell without "
          "a number is left empty, or holds NA)\n"
          "3:w: 2 fields, where the header has 4\n");
    /* A ragged row's cells stand in wrong columns: they are not judged. */
    fails("v,d,w,g\nx,y,z\n", &o, "2:g: 3 fields, where the header has 4\n");

    static const char *const markers[] = {"-999", "kA"};
    o.missing = markers;
    o.missings = 2;
    has("v,d,w,g\n-999,kA,kA,1\n,,,\n", &o, "- - - 1|");
    fails("v,d,w,g\nNA,,,\n", &o,
          "2:v: 'NA' is not a number: it is none of the forms a number has (a cell without a "
          "number is left empty, or holds -999)\n");

    /* Twenty are listed, all are counted. */
    buf b = BUF_INIT;
    buf_text(&b, "v,d,w,g\n");
    for (int i = 0; i < 1000; i++)
        buf_print(&b, "%s,,,%s\n", i % 2 ? "bad" : "1", i % 5 ? "" : ",");
    o.missing = NULL;
    o.missings = 0;
    tb_table *t = read_text(buf_string(&b), &o);
    ok(!t, "many faults");
    is_int((long)faults.listed, 2 * FAULT_ALIKE, "three of each kind are listed");
    is_int((long)(faults.listed + faults.alike), (long)faults.count, "which tell of the others");
    is_int((long)faults.count, 400 + 200,
           "all are counted: bad cells of whole rows, and ragged rows");
    buf_release(&b);
}

static void chosen(void) {
    static const tb_want want[] = {{"v", TB_NUMBER, NULL, 0}, {"s", TB_TEXT, NULL, 0}};
    tb_options o = {
        .want = want, .wants = 2, .others = TB_GUESS, .only_column = "s", .only_value = "public"};
    has("v,s,g\n1,public,a\noops,illustrative,b\n\"2\",public,\nx y,\"pub\nlic\",q\n3,public,c\n",
        &o, "1 \"public\" \"a\"|2 \"public\" -|3 \"public\" \"c\"|");
    has("v,s,g\noops,x,text\n4,public,5\n", &o, "4 \"public\" 5|");
    tb_table *t = read_text("v,s,g\n1,x,\n\n2,public,\"\n\"\n3,x,\n4,public,\n", &o);
    is_int((long)tb_rows(t), 2, "two rows are kept");
    is_int((long)tb_read_rows(t), 4, "of four");
    is_int(tb_line(t, 0), 4, "the first stands on line 4");
    is_int(tb_line(t, 1), 7, "the second on line 7");
    ok(!pool_find(strings, "x", 1), "texts of the others are not kept");
    tb_close(t);
    fails("v,s,g\nx,public,\n1,2\n\"a\nb\",x,\n\"z\n\",public,\n", &o,
          "2:v: 'x' is not a number: it is none of the forms a number has (a cell without a number "
          "is left empty, or holds NA)\n"
          "3:g: 2 fields, where the header has 3\n"
          "6:v: 'z\\n' is not a number: it is none of the forms a number has (a cell without a "
          "number is left empty, or holds NA)\n");
    o.only_column = "status";
    fails("v,s,g\n", &o, "1:: no column 'status' (the columns are 'v', 's', 'g')\n");
    o.only_column = "s";
    o.only_value = "";
    has("v,s,g\n1,,\n2,x,\n", &o, "1 - -|");
}

static void limits(void) {
    tb_options o = {.most_rows = 3, .most_columns = 2};
    has("a,b\n1,2\n3,4\n5,6\n", &o, "1 2|3 4|5 6|");
    fails("a,b\n1,2\n3,4\n5,6\n7,8\n", &o, "0:: more than 3 rows\n");
    is_int(faults.kind, FAULT_LIMIT, "is a limit");
    fails("a,b,c\n1,2,3\n", &o,
          "1:: more than 2 columns (is the right character taken for the separator?)\n");
    is_int(faults.kind, FAULT_LIMIT, "is a limit");
    buf b = BUF_INIT;
    buf_text(&b, "a,b\n1,2\n3,\"");
    buf_fill(&b, 'x', 70000);
    buf_text(&b, "\n4,5\n");
    o.most_rows = 0;
    fails(buf_string(&b), &o,
          "3:b: a field of more than 65536 bytes (is the quote that opens it closed?)\n");
    buf_release(&b);
}

static void broken(void) {
    fails("a,b\n1,2\n3,5\" pipe\n4,oops\n", NULL,
          "3:b: a quote in a field that does not begin with one (quote the field, and write the "
          "quote in it twice, as in \"5\"\" pipe\")\n");
    fails("a,b\nx,\"2\" \n3,4\n", NULL,
          "2:b: text behind the quote that closes a field (a quote inside a quoted field is "
          "written twice, as in \"say \"\"yes\"\"\")\n");
    fails("a,b\n1,2\n\"3\n,4\n5,6\n", NULL,
          "3:a: a quote that is opened here is never closed (the field begins on this line; all "
          "that follows was taken for a part of it)\n");
    fails("a,\"b\n1,2\n", NULL,
          "1:: a quote that is opened here is never closed (the field begins on this line; all "
          "that follows was taken for a part of it)\n");
    tb_options o = {.others = TB_NUMBER};
    fails("a,b\nx,1\n1,\"2\n", &o,
          "2:a: 'x' is not a number: it is none of the forms a number has (a cell without a number "
          "is left empty, or holds NA)\n"
          "3:b: a quote that is opened here is never closed (the field begins on this line; all "
          "that follows was taken for a part of it)\n");
}

static void forms(void) {
    has("a;b\r\n1,5;x\r\n", NULL, "\"1,5\" \"x\"|");
    has("a\tb\r1\t2\r3\t4", NULL, "1 2|3 4|");
    tb_options o = {.separator = ';'};
    has("a,b\n1\n", &o, "1|");
    o.separator = '"';
    ok(!read_text("a,b\n", &o) && faults.kind == FAULT_USAGE, "a quote is no separator");
    has("\xef\xbb\xbf"
        "a,b\n1,2\n",
        NULL, "1 2|");
    has("\xb3\xc7\xca\xd0,x\n\xc9\xee\xdb\xda,1\n", NULL, "\"深圳\" 1|");
    is_int((long)notes.count, 1, "GBK is noted");
    is_int(notes.item[0].line, 1, "with the line that is not UTF-8");
    tb_table *t = read_text("\xb3\xc7\xca\xd0,x\n\xc9\xee\xdb\xda,1\n", NULL);
    is_str(tb_encoding(t), "GB18030 (assumed)", "and said");
    ok(tb_column_named(t, "城市") != NULL, "names are UTF-8");
    tb_close(t);
    tb_close(tb_read_text("a", "a\n1\n", 4, NULL, strings, NULL, &faults));
    ok(1, "nobody need listen to notes");
}

/* Titles above the header, headings in two lines, notes below, separators at line ends. */
static void layouts(void) {
    static const tb_want city[] = {{"city", TB_TEXT, NULL, 0}, {"gdp", TB_NUMBER, NULL, 0}};
    static const tb_want joined[] = {{"city", TB_TEXT, NULL, 0}, {"econ gdp", TB_NUMBER, NULL, 0}};
    static const tb_want row[] = {{"", TB_TEXT, NULL, 0}};
    const char *titled = "Table 1\n\"of \"\"two\"\" lines\n\"\n\ncity,gdp\nA,1\nB,2\n";
    tb_options o = {.want = city, .wants = 2, .header = {5, 5}};
    has(titled, &o, "\"A\" 1|\"B\" 2|");
    o.header[0] = o.header[1] = 0;
    fails(titled, &o,
          "1:: no column 'city' (the header seems to be in line 5: header = 5)\n"
          "1:: no column 'gdp' (the header seems to be in line 5: header = 5)\n");
    o.header[0] = o.header[1] = 9;
    fails(titled, &o, "9:: the header should be in line 9, where the file has ended\n");
    fails("x,y,\ncity,gdp\n", &(tb_options){.want = city, .wants = 2, .header = {3, 3}},
          "3:: the header should be in line 3, where the file has ended\n");

    const char *two =
        "T\n,econ,,social,,\ncity,gdp,head,homes,,area\nA,1,2,3,,X\n,,,,,\nB,4,5,6,,Y";
    tb_table *t = read_text(two, &(tb_options){.want = joined, .wants = 2, .header = {2, 3}});
    ok(t != NULL, "headings in two lines are joined");
    static const char *const names[] = {"city",         "econ gdp", "econ head",
                                        "social homes", "column 5", "social area"};
    for (size_t i = 0; t && i < 6; i++) is_str(tb_column_at(t, i)->name, names[i], "column %zu", i);
    ok(t && tb_rows(t) == 2 && tb_line(t, 1) == 6 && tb_header_line(t) == 3,
       "a row of separators is none, and lines are those of the file");
    tb_close(t);
    t = read_text("a,b\nx,\n1,2\n", &(tb_options){.header = {1, 2}});
    ok(t && tb_column_named(t, "a x") && tb_column_named(t, "b"), "a heading without one below");
    tb_close(t);

    const char *noted = "city,gdp\nA,1\nB,2\nNote: \"\"\n,\n\"Note: of two\nlines\",\n,\n";
    const char *plain = "city,gdp\nA,1\nB,2\n\"Note: of two\nlines\",\nSource: X,\n,\n";
    o = (tb_options){.want = city, .wants = 2, .footer = 2};
    has(plain, &o, "\"A\" 1|\"B\" 2|");
    o = (tb_options){.want = city, .wants = 2, .footer_text = "Note"};
    has(plain, &o, "\"A\" 1|\"B\" 2|");
    has(noted, &o, "\"A\" 1|\"B\" 2|");
    o.footer_text = "Remark";
    fails(
        plain, &o,
        "0:: no line begins with 'Remark', which should begin the footer (the footer is the number "
        "of its lines, or what its first line begins with)\n");
    o = (tb_options){.want = city, .wants = 2, .footer = 5};
    fails(plain, &o, "0:: a footer of 5 lines, but the table has only 4\n");

    o = (tb_options){.want = row, .wants = 1, .others = TB_GUESS};
    has("\"\",a,\nX,1,\nY,2,\n", &o, "\"X\" 1|\"Y\" 2|");
    o = (tb_options){.others = TB_GUESS, .drop_unnamed = 1};
    has(",a,\n1,5,z\n2,6,\n", &o, " 5| 6|");
    o = (tb_options){.want = city, .wants = 2, .trim = 1, .separator = ';', .decimal = ','};
    has(" city ; gdp\n A b ;1.234,5\n　C;-0,25\n", &o, "\"A b\" 1234.5|\"C\" -0.25|");
    fails("city;gdp\nA;1.5\nB;1,2,3\n", &o,
          "2:gdp: '1.5' is not a number: it has a decimal point, where the file has a decimal "
          "comma (write 1,5)\n"
          "3:gdp: '1,2,3' is not a number: its commas and points stand where no number has them "
          "(write it with a decimal comma, and nothing else between the digits)\n");
}

int main(void) {
    strings = pool_open();
    layouts();
    kinds();
    guesses();
    wrong_headers();
    wrong_cells();
    chosen();
    limits();
    broken();
    forms();
    all(NULL);
    pool_close(strings);
    fault_release(&notes);
    fault_release(&faults);
    return done_testing();
}
