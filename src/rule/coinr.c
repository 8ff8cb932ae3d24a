/* The R package COINr: an index and its data imported as rules, exported as iData and iMeta. */
#include "rule/coinr.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/files.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "rule/draft.h"
#include "table/csv_out.h"
#include "table/encoding.h"
#include "table/survey.h"
#include "table/workbook.h"

/* ---- import: tables ---- */

enum { MOST_BYTES = 1 << 30 };

typedef struct import {
    arena memory;
    pool *strings;
    metadata m;
    tb_table *data;
    int years; /* units stand in several rows, one for each Time */
    char decimal;
    buf rules;
} import;

static const char *const own_columns[] = {"uCode", "uName", "Time", NULL};

static long row_of(const import *p, const char *code) {
    for (long i = 0; i < p->m.rows; i++)
        if (!strcmp(p->m.row[i].code, code)) return i;
    return META_NONE;
}

/* Every column of the data has its row, and every row that is no aggregate its column. */
static int check_columns(import *p, fault *f) {
    for (size_t i = 0; i < tb_columns(p->data); i++) {
        const char *name = tb_column_at(p->data, i)->name;
        suggestion near = suggest_for(name);
        if (suggest_has(own_columns, name) || row_of(p, name) != META_NONE) continue;
        for (long k = 0; k < p->m.rows; k++)
            if (p->m.row[k].kind != META_AGGREGATE && !tb_column_named(p->data, p->m.row[k].code))
                suggest_try(&near, p->m.row[k].code);
        place at = tb_place(p->data, tb_header_line(p->data), name);
        fault_at(f, FAULT_DATA, &at, suggest_text(&p->memory, suggest_best(&near)),
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

/* ---- import: the rule file ---- */

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
        draft_quoted(b, name);
        buf_char(b, ']');
    }
    buf_text(b, " = ");
}

static void write_attributes(import *p, long row) {
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
            draft_quoted(b, metadata_text(&p->m, c, row));
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
    draft_quoted(b, e->code);
    buf_text(b, ", ");
    draft_quoted(b, e->name);
    write_attributes(p, row);
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
        draft_quoted(b, name);
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
        int is_own = !name;
        for (size_t k = 0; name && known[k]; k++) is_own |= !strcmp(known[k], name);
        if (is_own) continue;
        buf_text(b, some++ ? ", " : "  attributes = { ");
        draft_quoted(b, name);
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
        draft_quoted(b, name);
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
    draft_quoted(b, root->code);
    buf_text(b, ", title = ");
    draft_quoted(b, root->name);
    buf_text(b, ",\n  data = {\n    raw = csv(\"iData.csv\", { unit = \"uCode\"");
    if (p->decimal) buf_text(b, ", decimal = \",\"");
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

/* Reads iData: the columns of indicators hold numbers. */
static int read_data(import *p, const char *path, const file_view *file, fault *notes, fault *f) {
    decoded text = {0};
    tb_want *want = arena_take(&p->memory, ((size_t)p->m.rows + 2) * sizeof *want);
    if (!want) return fault_memory(f);
    int workbook = workbook_named(path);
    if (!workbook && !text_decode(path, file->bytes, file->length, NULL, NULL, &text, notes, f))
        return 0;
    tb_options o = {.want = want,
                    .others = TB_GUESS,
                    .decimal = workbook ? 0 : survey_decimal(&text),
                    .workbook = workbook,
                    .sheet = "iData"};
    want[o.wants++] = (tb_want){"uCode", TB_TEXT, NULL, 0};
    want[o.wants++] = (tb_want){"uName", TB_TEXT, NULL, 1};
    for (long k = 0; k < p->m.rows; k++)
        if (p->m.row[k].kind == META_INDICATOR)
            want[o.wants++] = (tb_want){p->m.row[k].code, TB_NUMBER, NULL, 1};
    p->decimal = o.decimal;
    p->data = workbook ? tb_read_bytes(path, file->bytes, file->length, &o, p->strings, notes, f)
                       : tb_read_text(path, text.bytes, text.length, &o, p->strings, notes, f);
    decoded_release(&text);
    return p->data != NULL;
}

int coinr_import(const char *data, const char *meta, const char *folder, fault *notes, fault *f) {
import p = {.memory = ARENA_INIT, .strings = pool_open(), .rules = BUF_INIT };
    file_view view = FILE_VIEW_INIT;
    int fine = p.strings ? 1 : fault_memory(f);
    fine = fine && metadata_read(&p.m, meta, NULL, p.strings, &p.memory, notes, f) &&
           files_read(data, MOST_BYTES, &view, f);
    if (fine) {
        fine = read_data(&p, data, &view, notes, f) && check_columns(&p, f) && find_years(&p, f);
        if (fine) write_rules(&p);
        const sheet_wish wish = {.sheet = "iData"};
        sheet_text sheet = {.name = NULL};
        fault told = FAULT_INIT;
        if (fine && workbook_named(data))
            fine = workbook_read(data, view.bytes, view.length, &wish, &sheet, &told, f);
        const file_item item[] = {{"rules.lua", buf_string(&p.rules), p.rules.length},
                                  {"iData.csv", sheet.name ? sheet.text.text : view.bytes,
                                   sheet.name ? sheet.text.length : view.length}};
        if (fine) fine = p.rules.failed ? fault_memory(f) : files_write_all(folder, item, 2, f);
        sheet_text_release(&sheet);
        fault_release(&told);
        files_release(&view);
    }
    if (p.strings) metadata_close(&p.m);
    tb_close(p.data);
    pool_close(p.strings);
    buf_release(&p.rules);
    arena_release(&p.memory);
    return fine;
}

/* ---- export: iMeta ---- */

/* The attributes that become columns: names of leaves, each once. */
typedef struct attributes {
    const char *name[64];
    size_t count;
} attributes;

static attributes attributes_of(const model *m) {
    static const char *const others[] = {"weight", "better", "score", "cite", "note", NULL};
    /* COINr's own columns first, the others as they come. */
    attributes a = {.count = 0};
    static const char *const first[] = {"unit", "target", "denominator", NULL};
    for (size_t f = 0; first[f]; f++)
        for (size_t i = 0; i < m->leaves; i++)
            if (m->leaf[i].element >= 0 && m->leaf[i].stage < 0 &&
                !strcmp(m->leaf[i].name, first[f])) {
                a.name[a.count++] = first[f];
                break;
            }
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        size_t k = 0;
        if (l->element < 0 || l->stage >= 0 || l->value.kind == MD_METHOD ||
            suggest_has(others, l->name))
            continue;
        while (k < a.count && strcmp(a.name[k], l->name) != 0) k++;
        if (k == a.count && a.count < sizeof a.name / sizeof *a.name) a.name[a.count++] = l->name;
    }
    return a;
}

static const md_leaf *leaf_of(const model *m, int element, const char *name) {
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element == element && m->leaf[i].stage < 0 && !strcmp(m->leaf[i].name, name))
            return &m->leaf[i];
    return NULL;
}

/* The weight an element has, also where it is that of its children. */
static double weight_of(const model *m, const double *const *weights, int element) {
    for (int k = 0; k + 1 < m->levels; k++) {
        const md_array *weight = &m->array[m->level_weight[k]];
        size_t labels = ax_get(m->space, m->level_axis[k])->size;
        for (size_t i = 0; weights && weights[k] && i < labels; i++)
            if (m->member[k][i] == element) return weights[k][i];
        for (size_t i = 0; i < weight->size; i++)
            if (m->member[k][i] == element) return weight->value[i];
    }
    return 1;
}

static void put_value(csv_out *o, const md_leaf *l) {
    if (!l)
        csv_out_string(o, "NA");
    else if (l->value.kind == MD_NUMBER)
        csv_out_number(o, l->value.number);
    else if (l->value.kind == MD_TRUTH)
        csv_out_string(o, l->value.number != 0 ? "TRUE" : "FALSE");
    else if (l->value.kind == MD_DATE)
        csv_out_date(o, l->value.number);
    else
        csv_out_string(o, l->value.text);
}

static void put_element(csv_out *o, const model *m, const attributes *a,
                        const double *const *weights, int number) {
    const md_element *e = &m->element[number];
    const md_leaf *better = leaf_of(m, number, "better");
    csv_out_number(o, e->indicator ? 1 : m->levels - e->depth);
    csv_out_string(o, e->id);
    csv_out_string(o, e->name);
    csv_out_number(o, better && !strcmp(better->value.text, "lower") ? -1 : 1);
    double weight = weight_of(m, weights, number);
    if (weight == weight)
        csv_out_number(o, weight);
    else
        csv_out_string(o, "NA");
    csv_out_string(o, e->parent < 0 ? "NA" : m->element[e->parent].id);
    csv_out_string(o, e->indicator ? "Indicator" : "Aggregate");
    /* The root is where the address of an element is "index"; its id stands in no address. */
    for (size_t i = 0; i < a->count; i++) put_value(o, leaf_of(m, number, a->name[i]));
    csv_out_end(o);
}

static int is_denominator(const model *m, const char *name) {
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element >= 0 && !strcmp(m->leaf[i].name, "denominator") &&
            m->leaf[i].value.text && !strcmp(m->leaf[i].value.text, name))
            return 1;
    return 0;
}

/* Is every text of a carried column a number? */
static int holds_numbers(const pool *strings, const double *value, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double x;
        const char *text = value[i] == value[i] ? pool_text(strings, (uint32_t)value[i]) : "NA";
        if (strcmp(text, "NA") != 0 && decimal_read(text, strlen(text), &x) != DECIMAL_OK) return 0;
    }
    return 1;
}

static int put_outside(csv_out *o, const model *m, const attributes *a, dataset *s, size_t which,
                       fault *f) {
    const char *name = s->spec.carry[which];
    const double *value = dataset_carried(s, which, f);
    if (!value) return 0;
    int numbers = holds_numbers(m->strings, value, s->places);
    csv_out_string(o, "NA");
    csv_out_string(o, name);
    csv_out_string(o, name);
    for (int i = 0; i < 3; i++) csv_out_string(o, "NA");
    csv_out_string(o, is_denominator(m, name) ? "Denominator" : numbers ? "Other" : "Group");
    for (size_t i = 0; i < a->count; i++) csv_out_string(o, "NA");
    csv_out_end(o);
    return 1;
}

static int write_metadata(const model *m, dataset *s, int carried, const double *const *weights,
                          buf *out, fault *f) {
    static const char *const heads[] = {"Level",  "iCode",  "iName", "Direction",
                                        "Weight", "Parent", "Type",  NULL};
    csv_out o = csv_out_to(out, ',', 0);
    attributes a = attributes_of(m);
    for (size_t i = 0; heads[i]; i++) csv_out_string(&o, heads[i]);
    for (size_t i = 0; i < a.count; i++)
        csv_out_string(&o, !strcmp(a.name[i], "unit")          ? "Unit"
                           : !strcmp(a.name[i], "target")      ? "Target"
                           : !strcmp(a.name[i], "denominator") ? "Denominator"
                                                               : a.name[i]);
    csv_out_end(&o);
    for (int level = 1; level <= m->levels; level++)
        for (int i = 0; i < m->elements; i++)
            if (level == (m->element[i].indicator ? 1 : m->levels - m->element[i].depth))
                put_element(&o, m, &a, weights, i);
    for (size_t i = 0; carried && i < s->spec.carries; i++)
        if (!suggest_has(own_columns, s->spec.carry[i]) && !put_outside(&o, m, &a, s, i, f))
            return 0;
    return !out->failed || fault_memory(f);
}

/* ---- export: iData ---- */

typedef struct values {
    const model *m;
    const assess_array *x;
    int unit, year, leaf; /* axes of x, or -1 */
    const dataset *s;
    int carried;
    const double **text; /* of the carried columns */
} values;

static double value_at(const values *v, size_t unit, size_t year, size_t leaf) {
    const assess_array *x = v->x;
    size_t at = unit * x->stride[v->unit] + leaf * x->stride[v->leaf];
    return x->value[at + (v->year >= 0 ? year * x->stride[v->year] : 0)];
}

static const char *label(const values *v, int axis, size_t i) {
    return pool_text(v->m->strings, ax_get(v->m->space, v->x->axis[axis].id)->label[i]);
}

static void put_carried(csv_out *o, const values *v, size_t which, size_t unit, size_t year) {
    const ax_space *space = v->m->space;
    size_t at = unit * ax_stride(space, v->s->keyed, v->x->axis[v->unit].id);
    if (v->year >= 0 && (v->s->keyed & AX_BIT(v->x->axis[v->year].id)))
        at += year * ax_stride(space, v->s->keyed, v->x->axis[v->year].id);
    double value = v->text[which][at];
    csv_out_string(o, value == value ? pool_text(v->m->strings, (uint32_t)value) : "NA");
}

static int some_value(const values *v, size_t unit, size_t year) {
    for (size_t i = 0; i < v->x->axis[v->leaf].size; i++)
        if (value_at(v, unit, year, i) == value_at(v, unit, year, i)) return 1;
    return v->year < 0;
}

static int write_data(const values *v, dataset *s, buf *out, fault *f) {
    csv_out o = csv_out_to(out, ',', 0);
    size_t units = v->x->axis[v->unit].size, years = v->year >= 0 ? v->x->axis[v->year].size : 1;
    csv_out_string(&o, "uCode");
    if (v->year >= 0) csv_out_string(&o, "Time");
    for (size_t i = 0; v->carried && i < s->spec.carries; i++) {
        csv_out_string(&o, s->spec.carry[i]);
        v->text[i] = dataset_carried(s, i, f);
        if (!v->text[i]) return 0;
    }
    for (size_t i = 0; i < v->x->axis[v->leaf].size; i++) csv_out_string(&o, label(v, v->leaf, i));
    csv_out_end(&o);
    for (size_t u = 0; u < units; u++)
        for (size_t y = 0; y < years; y++) {
            if (!some_value(v, u, y)) continue;
            csv_out_string(&o, label(v, v->unit, u));
            if (v->year >= 0) csv_out_string(&o, label(v, v->year, y));
            for (size_t i = 0; v->carried && i < s->spec.carries; i++) put_carried(&o, v, i, u, y);
            for (size_t i = 0; i < v->x->axis[v->leaf].size; i++) {
                double x = value_at(v, u, y, i);
                if (x == x)
                    csv_out_number(&o, x);
                else
                    csv_out_string(&o, "NA");
            }
            csv_out_end(&o);
        }
    return !out->failed || fault_memory(f);
}

int coinr_export(const model *m, dataset *s, const assess_array *x, const double *const *weights,
                 const char *folder, fault *f) {
    values v = {.m = m, .x = x, .unit = -1, .year = -1, .leaf = -1, .s = s};
    for (int k = 0; k < x->axes; k++)
        *(!strcmp(x->axis[k].name, "unit")   ? &v.unit
          : !strcmp(x->axis[k].name, "year") ? &v.year
                                             : &v.leaf) = k;
    if (v.unit < 0 || v.leaf < 0 || x->axes != 2 + (v.year >= 0))
        return fault_set(f, FAULT_RULE,
                         "data.%s is not over unit and indicators (and perhaps year)",
                         s->spec.name);
    v.carried =
        !(s->keyed & AX_BIT(x->axis[v.leaf].id)); /* in the long form texts go with each figure */
    buf meta = BUF_INIT, data = BUF_INIT;
    v.text = mem_zero(s->spec.carries + 1, sizeof *v.text);
    if (!v.text) return fault_memory(f);
    int fine = write_metadata(m, s, v.carried, weights, &meta, f) && write_data(&v, s, &data, f);
    if (fine) {
        const file_item item[] = {{"iMeta.csv", buf_string(&meta), meta.length},
                                  {"iData.csv", buf_string(&data), data.length}};
        fine = files_write_all(folder, item, 2, f);
    }
    mem_free(v.text);
    buf_release(&meta);
    buf_release(&data);
    return fine;
}
