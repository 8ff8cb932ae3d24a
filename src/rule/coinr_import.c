#include "rule/coinr.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/files.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "rule/metadata.h"

enum { MOST_BYTES = 1 << 30 };

typedef struct import {
    arena memory;
    pool *strings;
    metadata m;
    tb_table *data;
    int years; /* units stand in several rows, one for each Time */
    buf rules;
} import;

static const char *const own_columns[] = {"uCode", "uName", "Time", NULL};

static long row_of(const import *p, const char *code) {
    for (long i = 0; i < p->m.rows; i++)
        if (!strcmp(p->m.row[i].code, code)) return i;
    return META_NONE;
}

static int is_own(const char *name) {
    for (size_t i = 0; own_columns[i]; i++)
        if (!strcmp(own_columns[i], name)) return 1;
    return 0;
}

/* Every column of the data has its row, and every row that is no aggregate its column. */
static int check_columns(import *p, fault *f) {
    for (size_t i = 0; i < tb_columns(p->data); i++) {
        const char *name = tb_column_at(p->data, i)->name;
        suggestion near = suggest_for(name);
        if (is_own(name) || row_of(p, name) != META_NONE) continue;
        for (long k = 0; k < p->m.rows; k++)
            if (p->m.row[k].kind != META_AGGREGATE && !tb_column_named(p->data, p->m.row[k].code))
                suggest_try(&near, p->m.row[k].code);
        const char *best = suggest_best(&near);
        place at = {.file = tb_path(p->data), .line = 1, .field = name};
        fault_at(f, FAULT_DATA, &at,
                 best ? arena_print(&p->memory, "did you mean '%s'?", best) : NULL,
                 "iMeta has no row '%s'", name);
    }
    const tb_column *code = tb_column_named(p->m.table, "iCode");
    for (long k = 0; k < p->m.rows; k++)
        if (p->m.row[k].kind != META_AGGREGATE && !tb_column_named(p->data, p->m.row[k].code))
            tb_fault(p->m.table, (size_t)k, code, NULL, f, "the data have no column '%s'",
                     p->m.row[k].code);
    const tb_column *by = tb_column_named(p->m.table, "Denominator");
    for (long k = 0; k < p->m.rows; k++) {
        const char *name = p->m.row[k].kind == META_INDICATOR ? metadata_text(&p->m, by, k) : NULL;
        if (name && !tb_column_named(p->data, name))
            tb_fault(p->m.table, (size_t)k, by, NULL, f,
                     "'%s' is divided by '%s', which the data do not have", p->m.row[k].code, name);
    }
    return f->count == 0;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int find_years(import *p, fault *f) {
    const tb_column *unit = tb_column_named(p->data, "uCode"),
                    *time = tb_column_named(p->data, "Time");
    size_t n = tb_rows(p->data);
    double *sorted = mem_take((n + 1) * sizeof *sorted);
    if (!sorted) return fault_memory(f);
    memcpy(sorted, unit->value, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 1; time && i < n; i++) p->years |= sorted[i] == sorted[i - 1];
    mem_free(sorted);
    return 1;
}

/* ---- the rule file ---- */

static void text(buf *b, const char *s) {
    buf_char(b, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            buf_print(b, "\\%c", c);
        else if (c < ' ' || c == 127)
            buf_print(b, "\\%03u", c);
        else
            buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

static void number(buf *b, double x) {
    char digits[32];
    buf_put(b, digits, decimal_write(x, digits));
}

static int is_name(const char *s) {
    static const char *const words[] = {"and",   "break", "do",       "else",  "elseif", "end",
                                        "false", "for",   "function", "goto",  "if",     "in",
                                        "local", "nil",   "not",      "or",    "repeat", "return",
                                        "then",  "true",  "until",    "while", NULL};
    for (size_t i = 0; words[i]; i++)
        if (!strcmp(words[i], s)) return 0;
    if (!*s || (*s >= '0' && *s <= '9')) return 0;
    for (; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
              *s == '_'))
            return 0;
    return 1;
}

static void key(buf *b, const char *name) {
    if (is_name(name)) {
        buf_text(b, name);
    } else {
        buf_char(b, '[');
        text(b, name);
        buf_char(b, ']');
    }
    buf_text(b, " = ");
}

static void attributes(import *p, long row) {
    const meta_element *e = &p->m.row[row];
    buf *b = &p->rules;
    if (e->kind == META_INDICATOR) buf_print(b, ", better = \"%s\"", e->lower ? "lower" : "higher");
    if (e->weight == e->weight && e->parent != META_NONE) {
        buf_text(b, ", weight = ");
        number(b, e->weight);
    }
    for (size_t i = 0; i < tb_columns(p->m.table); i++) {
        const tb_column *c = tb_column_at(p->m.table, i);
        if (!metadata_says(&p->m, c, row)) continue;
        buf_text(b, ", ");
        key(b, metadata_attribute(c->name));
        if (c->kind != TB_TEXT)
            number(b, c->value[row]);
        else if (metadata_holds_truths(&p->m, c))
            buf_text(b, !strcmp(metadata_text(&p->m, c, row), "TRUE") ? "true" : "false");
        else
            text(b, metadata_text(&p->m, c, row));
    }
}

static void element(import *p, long row, size_t indent) {
    const meta_element *e = &p->m.row[row];
    buf *b = &p->rules;
    buf_fill(b, ' ', indent);
    if (e->parent == META_NONE) buf_text(b, "index = ");
    buf_text(b, e->parent == META_NONE      ? "index { "
                : e->kind == META_INDICATOR ? "indicator { "
                                            : "group { ");
    text(b, e->code);
    buf_text(b, ", ");
    text(b, e->name);
    attributes(p, row);
    if (e->kind == META_INDICATOR) {
        buf_text(b, " },\n");
        return;
    }
    buf_text(b, ",\n");
    for (long child = e->first; child != META_NONE; child = p->m.row[child].next)
        element(p, child, indent + 2);
    buf_fill(b, ' ', indent);
    buf_text(b, "},\n");
}

/* How many steps the longest way down has. */
static int depth_below(const import *p, long row) {
    int deepest = 0;
    for (long child = p->m.row[row].first; child != META_NONE; child = p->m.row[child].next) {
        int own = 1 + depth_below(p, child);
        deepest = own > deepest ? own : deepest;
    }
    return deepest;
}

static void level_name(const import *p, buf *b, int level, int depth) {
    (void)p;
    if (level == 0)
        buf_text(b, "indicator");
    else if (level == depth)
        buf_text(b, "index");
    else if (depth == 2)
        buf_text(b, "group");
    else if (level <= 2)
        buf_text(b, level == 1 ? "pillar" : "sub_index");
    else
        buf_print(b, "level_%d", level + 1);
}

static void carried(import *p) {
    buf *b = &p->rules;
    size_t some = 0;
    for (size_t i = 0; i < tb_columns(p->data); i++) {
        const char *name = tb_column_at(p->data, i)->name;
        long row = row_of(p, name);
        if (!strcmp(name, "uCode") || (p->years && !strcmp(name, "Time")) ||
            (row != META_NONE && p->m.row[row].kind == META_INDICATOR))
            continue;
        buf_text(b, some++ ? ", " : ",\n      carry = { ");
        text(b, name);
    }
    if (some) buf_text(b, " }");
}

/* The further attributes, declared. */
static void declared(import *p) {
    static const char *const known[] = {"unit", "standard", "floor",   "low",   "high",
                                        "cap",  "target",   "allowed", "score", "cite",
                                        "note", "measures", "source",  NULL};
    buf *b = &p->rules;
    size_t some = 0;
    for (size_t i = 0; i < tb_columns(p->m.table); i++) {
        const char *name = metadata_attribute(tb_column_at(p->m.table, i)->name);
        int usual = !name;
        for (size_t k = 0; name && known[k]; k++) usual |= !strcmp(known[k], name);
        if (usual) continue;
        buf_text(b, some++ ? ", " : "  attributes = { ");
        text(b, name);
    }
    if (some) buf_text(b, " },\n");
}

static int denominators(import *p) {
    const tb_column *by = tb_column_named(p->m.table, "Denominator");
    buf *b = &p->rules;
    int some = 0;
    for (long k = 0; by && k < p->m.rows; k++) {
        const char *name = p->m.row[k].kind == META_INDICATOR ? metadata_text(&p->m, by, k) : NULL;
        int known = !name;
        for (long j = 0; j < k && !known; j++) {
            const char *other =
                p->m.row[j].kind == META_INDICATOR ? metadata_text(&p->m, by, j) : NULL;
            known = other && !strcmp(other, name);
        }
        if (known) continue;
        buf_text(b, some++ ? ", " : "    local x = denominate.each(a.data.raw, a.index, { ");
        text(b, name);
    }
    buf_text(b, some ? " })\n" : "    local x = a.data.raw\n");
    return some;
}

static void compute(import *p, int depth) {
    buf *b = &p->rules;
    buf_text(b, "  compute = function(a)\n");
    denominators(p);
    buf_text(b, "    local out = { x = x, scores = normalise.minmax(x, a.index) }\n");
    for (int k = 1; k <= depth; k++) {
        buf_text(b, "    out.");
        level_name(p, b, k, depth);
        buf_text(b, " = combine.weighted_mean(out.");
        if (k == 1)
            buf_text(b, "scores");
        else
            level_name(p, b, k - 1, depth);
        buf_text(b, ", a.index)\n");
    }
    buf_text(b, "    out.rank = rank(out.index, \"unit\")\n    return out\n  end,\n}\n");
}

static void write_rules(import *p) {
    buf *b = &p->rules;
    const meta_element *root = &p->m.row[p->m.root];
    int depth = depth_below(p, p->m.root);
    buf_text(b, "-- An index of the R package COINr, as its iData and iMeta tell it: ");
    buf_text(b, tb_column_named(p->m.table, "Denominator")
                    ? "denominators, min-max, weighted means.\n"
                    : "min-max, weighted means.\n");
    buf_text(
        b,
        "-- What else was done with it there (imputation, treatment of outliers) is to be said "
        "here.\n\n"
        "local normalise, combine = require \"methods.normalise\", require \"methods.combine\"\n");
    if (tb_column_named(p->m.table, "Denominator"))
        buf_text(b, "local denominate = require \"methods.denominate\"\n");
    buf_text(b, "\nreturn assessment {\n  id = ");
    text(b, root->code);
    buf_text(b, ", title = ");
    text(b, root->name);
    buf_text(b, ",\n  data = {\n    raw = csv(\"iData.csv\", { unit = \"uCode\"");
    if (p->years) buf_text(b, ", year = \"Time\"");
    carried(p);
    buf_text(b, " }),\n  },\n");
    declared(p);
    buf_text(b, "  levels = { ");
    for (int k = 0; k <= depth; k++) {
        buf_text(b, k ? ", \"" : "\"");
        level_name(p, b, k, depth);
        buf_char(b, '"');
    }
    buf_text(b, " },\n");
    element(p, p->m.root, 2);
    buf_text(b, "  show = { score = \"index\", details = \"scores\" },\n");
    compute(p, depth);
}

int coinr_import(const char *data, const char *meta, const char *folder, fault *notes, fault *f) {
    static const tb_want want[] = {{"uCode", TB_TEXT, NULL, 0}, {"uName", TB_TEXT, NULL, 1}};
import p = {.memory = ARENA_INIT, .strings = pool_open(), .rules = BUF_INIT };
    const tb_options o = {.want = want, .wants = 2, .others = TB_GUESS};
    file_view view = FILE_VIEW_INIT;
    int fine = p.strings ? 1 : fault_memory(f);
    fine = fine && metadata_read(&p.m, meta, NULL, p.strings, &p.memory, notes, f);
    fine = fine && (p.data = tb_read(data, &o, p.strings, notes, f)) != NULL;
    fine =
        fine && check_columns(&p, f) && find_years(&p, f) && files_read(data, MOST_BYTES, &view, f);
    if (fine) {
        write_rules(&p);
        const file_item item[] = {{"rules.lua", buf_string(&p.rules), p.rules.length},
                                  {"iData.csv", view.bytes, view.length}};
        fine = p.rules.failed ? fault_memory(f) : files_write_all(folder, item, 2, f);
        files_release(&view);
    }
    if (p.strings) metadata_close(&p.m);
    tb_close(p.data);
    pool_close(p.strings);
    buf_release(&p.rules);
    arena_release(&p.memory);
    return fine;
}
