/* The metadata of a COINr index: its file read and checked row by row, and linked into a tree. */
#include "rule/coinr.h"

#include <math.h>
#include <string.h>

#include "base/files.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/encoding.h"
#include "table/survey.h"
#include "table/workbook.h"

enum { MOST_BYTES = 64 << 20 };

static const char *const structure[] = {"Level",  "iCode",  "iName", "Direction",
                                        "Weight", "Parent", "Type",  NULL};

static int read_file(metadata *m, const char *path, const char *encoding, arena *memory,
                     fault *notes, fault *f) {
    static const tb_want want[] = {
        {"Level", TB_NUMBER, NULL, 0},  {"iCode", TB_TEXT, NULL, 0},
        {"iName", TB_TEXT, NULL, 1},    {"Direction", TB_NUMBER, NULL, 1},
        {"Weight", TB_NUMBER, NULL, 1}, {"Parent", TB_TEXT, NULL, 0},
        {"Type", TB_TEXT, NULL, 0},     {"Unit", TB_TEXT, NULL, 1},
        {"Target", TB_NUMBER, NULL, 1}, {"Denominator", TB_TEXT, NULL, 1},
    };
    file_view view = FILE_VIEW_INIT;
    decoded text = {0};
    fault ignored = FAULT_INIT;
    if (!files_read(path, MOST_BYTES, &view, f)) return 0;
    if (workbook_named(path)) {
        const sheet_wish wish = {.sheet = "iMeta"};
        sheet_text sheet;
        const tb_options o = {.want = want,
                              .wants = sizeof want / sizeof *want,
                              .others = TB_GUESS,
                              .workbook = 1,
                              .sheet = "iMeta",
                              .threads = 1};
        m->table = tb_read_bytes(path, view.bytes, view.length, &o, m->strings, notes, f);
        if (m->table && workbook_read(path, view.bytes, view.length, &wish, &sheet, &ignored, f)) {
            m->text = arena_text(memory, sheet.text.text, sheet.text.length);
            m->length = sheet.text.length;
            sheet_text_release(&sheet);
            if (!m->text) fault_memory(f);
        }
        fault_release(&ignored); /* they were noted once */
    } else if (text_decode(path, view.bytes, view.length, encoding, NULL, &text, notes, f)) {
        const tb_options o = {.want = want,
                              .wants = sizeof want / sizeof *want,
                              .others = TB_GUESS,
                              .decimal = survey_decimal(&text),
                              .threads = 1};
        m->text = arena_text(memory, text.bytes, text.length);
        m->length = text.length;
        m->table =
            m->text ? tb_read_text(path, m->text, m->length, &o, m->strings, notes, f) : NULL;
        if (!m->text) fault_memory(f);
        decoded_release(&text);
    }
    files_release(&view);
    return m->table && m->text;
}

const char *metadata_text(const metadata *m, const tb_column *c, long row) {
    double value = c ? c->value[row] : NAN;
    const char *text = value == value ? pool_text(m->strings, (uint32_t)value) : NULL;
    return text && strcmp(text, "NA") != 0 ? text : NULL;
}

static const tb_column *column(const metadata *m, const char *name) {
    return tb_column_named(m->table, name);
}

static int wrong(const metadata *m, long row, const char *name, const char *hint, fault *f,
                 const char *format, const char *what) {
    return tb_fault(m->table, (size_t)row, column(m, name), hint, f, format, what);
}

static int read_kind(metadata *m, long row, fault *f) {
    static const char *const outside[] = {"Group", "Denominator", "Other"};
    meta_element *e = &m->row[row];
    const char *type = e->type;
    if (!type) return wrong(m, row, "Type", NULL, f, "'%s' has no type", e->code);
    e->kind = !strcmp(type, "Indicator")   ? META_INDICATOR
              : !strcmp(type, "Aggregate") ? META_AGGREGATE
                                           : META_OUTSIDE;
    for (size_t i = 0; e->kind == META_OUTSIDE && i < 3; i++)
        if (!strcmp(outside[i], type)) return 1;
    return e->kind != META_OUTSIDE ||
           wrong(m, row, "Type", "Indicator, Aggregate, Denominator, Group and Other are known", f,
                 "no type '%s'", type);
}

static void read_row(metadata *m, long row, fault *f) {
    meta_element *e = &m->row[row];
    const tb_column *direction = column(m, "Direction"), *weight = column(m, "Weight");
    *e = (meta_element){.code = metadata_text(m, column(m, "iCode"), row),
                        .name = metadata_text(m, column(m, "iName"), row),
                        .type = metadata_text(m, column(m, "Type"), row),
                        .level = column(m, "Level")->value[row],
                        .weight = weight ? weight->value[row] : NAN,
                        .parent = META_NONE,
                        .first = META_NONE,
                        .next = META_NONE};
    double sign = direction ? direction->value[row] : 1;
    e->lower = sign < 0;
    if (!e->code) {
        wrong(m, row, "iCode", NULL, f, "the row has no code%s", "");
        return;
    }
    if (!e->name) e->name = e->code;
    if (!read_kind(m, row, f) || e->kind == META_OUTSIDE) return;
    if (!(e->level >= 1))
        wrong(m, row, "Level", NULL, f, "'%s' has no level", e->code);
    else if ((e->kind == META_INDICATOR) != (e->level == 1))
        wrong(m, row, "Level", NULL, f,
              e->level == 1 ? "level 1 is for indicators, not for '%s'"
                            : "indicator '%s' is not on level 1",
              e->code);
    if (e->kind == META_INDICATOR && sign != 1 && sign != -1)
        wrong(m, row, "Direction", NULL, f, "'%s': a direction is 1 or -1", e->code);
    /* That of the total has no meaning. */
    if (weight && e->weight != e->weight && metadata_text(m, column(m, "Parent"), row))
        wrong(m, row, "Weight",
              "write 1 where it counts as the others do, 0 where it does not count", f,
              "'%s' has no weight", e->code);
}

/* Puts a row behind the other children of its parent. */
static void place_row(metadata *m, long row, arena *memory, fault *f) {
    meta_element *e = &m->row[row];
    const char *parent = metadata_text(m, column(m, "Parent"), row);
    suggestion near = suggest_for(parent ? parent : "");
    if (e->kind == META_OUTSIDE) return;
    if (!parent && e->kind == META_INDICATOR) {
        wrong(m, row, "Parent", NULL, f, "indicator '%s' has no parent", e->code);
    } else if (!parent && m->root != META_NONE) {
        const char *both =
            arena_print(memory, text_message("'%s' nor '%s'"), m->row[m->root].code, e->code);
        wrong(m, row, "Parent", "an index has one element without a parent: its total", f,
              "neither %s has a parent", both ? both : "");
    } else if (!parent) {
        m->root = row;
    }
    if (!parent) return;
    for (long k = 0; k < m->rows && e->parent == META_NONE; k++) {
        if (m->row[k].kind == META_AGGREGATE && !strcmp(m->row[k].code, parent)) e->parent = k;
    }
    for (long k = 0; e->parent == META_NONE && k < m->rows; k++)
        if (m->row[k].kind == META_AGGREGATE) suggest_try(&near, m->row[k].code);
    if (e->parent == META_NONE) {
        wrong(m, row, "Parent", suggest_text(memory, suggest_best(&near)), f, "no aggregate '%s'",
              parent);
        return;
    }
    if (m->row[e->parent].level <= e->level) {
        wrong(m, row, "Level", "levels count upwards from the indicators", f,
              "'%s' does not stand below its parent", e->code);
        return;
    }
    long *last = &m->row[e->parent].first;
    while (*last != META_NONE) last = &m->row[*last].next;
    *last = row;
}

int metadata_read(metadata *m, const char *path, const char *encoding, pool *strings, arena *memory,
                  fault *notes, fault *f) {
    *m = (metadata){.strings = strings, .root = META_NONE};
    if (!read_file(m, path, encoding, memory, notes, f)) return 0;
    m->rows = (long)tb_rows(m->table);
    m->row = arena_take(memory, ((size_t)m->rows + 1) * sizeof *m->row);
    if (!m->row) return fault_memory(f);
    for (long i = 0; i < m->rows; i++) read_row(m, i, f);
    if (f->count) return 0;
    for (long i = 0; i < m->rows; i++) place_row(m, i, memory, f);
    if (m->root == META_NONE && !f->count)
        fault_at(f, FAULT_DATA, &(place){.file = tb_path(m->table)}, NULL,
                 "every element has a parent: the total is missing");
    return f->count == 0;
}

void metadata_close(metadata *m) { tb_close(m->table); }

const char *metadata_attribute(const char *name) {
    for (size_t i = 0; structure[i]; i++)
        if (!strcmp(structure[i], name)) return NULL;
    return !strcmp(name, "Unit")          ? "unit"
           : !strcmp(name, "Target")      ? "target"
           : !strcmp(name, "Denominator") ? "denominator"
                                          : name;
}

int metadata_says(const metadata *m, const tb_column *c, long row) {
    const char *name = metadata_attribute(c->name);
    if (!name || !(c->value[row] == c->value[row]) ||
        (m->row[row].kind == META_AGGREGATE && strcmp(name, c->name) != 0))
        return 0;
    return c->kind != TB_TEXT || metadata_text(m, c, row) != NULL;
}

int metadata_holds_truths(const metadata *m, const tb_column *c) {
    long some = 0;
    for (long i = 0; c->kind == TB_TEXT && i < m->rows; i++) {
        const char *text = metadata_text(m, c, i);
        if (text && strcmp(text, "TRUE") != 0 && strcmp(text, "FALSE") != 0) return 0;
        some += text != NULL;
    }
    return some > 0;
}
