#include "report/leaves.h"

#include "base/buf.h"
#include "report/view.h"

/* "4 (22), rules/2011.lua:93" for each edition that no longer holds, oldest first. */
static void put_older(buf *b, const assess *a, size_t leaf, const assess_leaf *l) {
    buf_clear(b);
    for (size_t k = 0; k + !l->changed < l->editions; k++) {
        assess_edition e = assess_leaf_edition(a, leaf, k);
        buf_print(b, "%s%s", k ? "; " : "", e.value);
        if (*e.cite) buf_print(b, " %s", e.cite);
        buf_print(b, ", %s:%ld", e.file, e.line);
    }
}

void leaves_make(assess *a, int machine, document *p) {
    static const char *const head[][2] = {{"Leaf", "条目"},  {"Value", "值"}, {"Basis", "依据"},
                                          {"File", "文件"},  {"Line", "行"},  {"Set", "另设"},
                                          {"Before", "此前"}};
    int zh = view_is_chinese(a);
    const document_column column[] = {
        {"address", head[0][zh], WIDTH_LEFT, 24}, {"value", head[1][zh], WIDTH_RIGHT, 8},
        {"cite", head[2][zh], WIDTH_LEFT, 12},    {"file", head[3][zh], WIDTH_LEFT, 12},
        {"line", head[4][zh], WIDTH_RIGHT, 0},    {"changed", head[5][zh], WIDTH_LEFT, 0},
        {"before", head[6][zh], WIDTH_LEFT, 16},
    };
    int older = machine;
    buf b = BUF_INIT;
    for (size_t i = 0; i < assess_leaf_count(a); i++)
        older |= assess_leaf_at(a, i).editions > 1 || assess_leaf_at(a, i).changed;
    document_table(p, "leaves", "", column, sizeof column / sizeof *column - !older);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf l = assess_leaf_at(a, i);
        document_put(p, document_text(l.address));
        document_put(p, document_text(l.value));
        document_put(p, document_text(l.cite));
        document_put(p, document_text(l.file));
        document_put(p, document_number(p, (double)l.line, 0));
        document_put(p,
                     l.changed ? (document_cell){"*", "true", 1} : (document_cell){"", "false", 1});
        put_older(&b, a, i, &l);
        if (older) document_put(p, document_text(buf_string(&b)));
    }
    buf_release(&b);
}
