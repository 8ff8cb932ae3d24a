/* Datasets: the files that rules name, read, checked and made available as columns. */
#include "rule/dataset.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "expr/pattern.h"
#include "table/date.h"

/* ---- datasets ---- */

void datasets_open(datasets *d, model *m) { *d = (datasets){.m = m}; }

static void release(dataset *s) {
    tb_close(s->table);
    for (size_t i = 0; i < s->olders; i++) tb_close(s->older[i]);
    mem_free(s->older);
    pattern_close(s->headings);
    dataset_release_unified(s);
    big_alloc_give(s->row, s->places * sizeof *s->row);
    big_alloc_give(s->own, s->cells * sizeof *s->own);
    for (size_t i = 0; s->carried && i < s->spec.carries; i++)
        big_alloc_give(s->carried[i], s->places * sizeof *s->carried[i]);
    mem_free(s->column);
    mem_free(s->low);
}

void datasets_close(datasets *d) {
    for (size_t i = 0; i < d->count; i++) release(d->item[i]);
    mem_free(d->item);
    arena_release(&d->memory);
    *d = (datasets){0};
}

static const char *copy(datasets *d, const char *text, int *whole) {
    const char *out = text ? arena_text(&d->memory, text, strlen(text)) : NULL;
    *whole &= out || !text;
    return out;
}

static const char *const *copies(datasets *d, const char *const *list, size_t count, int *whole) {
    if (!list) return NULL;
    const char **out = arena_take(&d->memory, count * sizeof *out);
    *whole &= out != NULL;
    for (size_t i = 0; out && i < count; i++) out[i] = copy(d, list[i], whole);
    return out;
}

dataset *dataset_new(datasets *d, const ds_spec *spec, fault *f) {
    int whole = 1;
    dataset *s = arena_zero(&d->memory, 1, sizeof *s);
    ds_key *key = arena_take(&d->memory, spec->keys * sizeof *key);
    tb_want *want = arena_take(&d->memory, spec->wants * sizeof *want);
    if (!s || !key || !want) {
        fault_memory(f);
        return NULL;
    }
    s->spec = *spec;
    s->rows_axis = AX_NONE;
    s->spec.name = copy(d, spec->name, &whole);
    s->spec.path = copy(d, spec->path, &whole);
    for (size_t i = 0; i < spec->keys; i++)
        key[i] = (ds_key){copy(d, spec->key[i].axis, &whole), copy(d, spec->key[i].column, &whole)};
    s->spec.key = key;
    s->spec.value = copy(d, spec->value, &whole);
    s->spec.carry = copies(d, spec->carry, spec->carries, &whole);
    s->spec.unit_of_measure = copy(d, spec->unit_of_measure, &whole);
    s->spec.rows = copy(d, spec->rows, &whole);
    s->spec.label = copy(d, spec->label, &whole);
    for (size_t i = 0; i < spec->wants; i++) {
        want[i] = spec->want[i];
        want[i].name = copy(d, want[i].name, &whole);
        want[i].unit = copy(d, want[i].unit, &whole);
    }
    s->spec.want = want;
    s->spec.measured = copies(d, spec->measured, spec->measures, &whole);
    s->spec.footer_text = copy(d, spec->footer_text, &whole);
    s->spec.headings.match = copy(d, spec->headings.match, &whole);
    for (size_t i = 0; i < spec->headings.axes; i++)
        s->spec.headings.axis[i] = copy(d, spec->headings.axis[i], &whole);
    ds_alias *alias = arena_take(&d->memory, spec->aliases * sizeof *alias);
    for (size_t i = 0; alias && i < spec->aliases; i++) {
        alias[i] = spec->alias[i];
        alias[i].axis = copy(d, alias[i].axis, &whole);
        alias[i].path = copy(d, alias[i].path, &whole);
        alias[i].pair = copies(d, alias[i].pair, alias[i].pairs, &whole);
    }
    s->spec.alias = alias;
    s->spec.missing = copies(d, spec->missing, spec->missings, &whole);
    s->spec.encoding = copy(d, spec->encoding, &whole);
    s->spec.sheet = copy(d, spec->sheet, &whole);
    s->spec.range = copy(d, spec->range, &whole);
    ds_check *check = arena_take(&d->memory, spec->checks * sizeof *check);
    for (size_t i = 0; check && i < spec->checks; i++) {
        check[i] = spec->check[i];
        check[i].column = copy(d, check[i].column, &whole);
        check[i].axis = copy(d, check[i].axis, &whole);
        for (int k = 0; k < 2; k++) check[i].day[k] = copy(d, check[i].day[k], &whole);
    }
    s->spec.check = check;
    s->carried = arena_zero(&d->memory, spec->carries, sizeof *s->carried);
    if (!whole || !s->carried || !check || !alias) {
        fault_memory(f);
        return NULL;
    }
    return s;
}

int datasets_declare(datasets *d, dataset *s, const char *name, fault *f) {
    int whole = 1;
    s->spec.name = copy(d, name, &whole);
    if (!whole || !MEM_RESERVE(d->item, d->count + 1, d->cap)) return fault_memory(f);
    d->item[d->count++] = s;
    return 1;
}

int datasets_replace(datasets *d, dataset *s, const char *name, fault *f) {
    size_t at = 0;
    while (at < d->count && strcmp(d->item[at]->spec.name, name) != 0) at++;
    int fine = datasets_declare(d, s, name, f);
    if (fine && at + 1 < d->count) d->item[at] = d->item[--d->count];
    return fine;
}

dataset *datasets_named(const datasets *d, const char *name) {
    for (size_t i = 0; i < d->count; i++)
        if (d->item[i]->spec.name && !strcmp(d->item[i]->spec.name, name)) return d->item[i];
    return NULL;
}

static int is_key(const dataset *s, const char *column) {
    for (size_t i = 0; i < s->spec.keys; i++)
        if (!strcmp(s->spec.key[i].column, column)) return 1;
    return 0;
}

static int is_carried(const dataset *s, const char *column) {
    for (size_t i = 0; i < s->spec.carries; i++)
        if (!strcmp(s->spec.carry[i], column)) return 1;
    return 0;
}

static int is_filtered(const datasets *d, const dataset *s) {
    return d->only_column && s->spec.keys && is_carried(s, d->only_column);
}

int dataset_is_indicator(const dataset *s, const tb_column *c) {
    return s->wide && c->kind == TB_NUMBER && !is_key(s, c->name) && !is_carried(s, c->name) &&
           !(s->spec.unit_of_measure && !strcmp(s->spec.unit_of_measure, c->name));
}

/* ---- reading ---- */

typedef struct wanting {
    tb_want *want;
    size_t count;
    pool *names; /* number i + 1 is the name of want[i] */
} wanting;

static int wanting_open(wanting *w, size_t most, fault *f) {
    *w = (wanting){mem_take((most + 1) * sizeof *w->want), 0, pool_open()};
    return (w->want && w->names) || fault_memory(f);
}

static void wanting_close(wanting *w) {
    mem_free(w->want);
    pool_close(w->names);
}

/* Declares the kind of a column, the first time it is named; a unit that the rules gave it
 * stays. */
static void want(wanting *w, const dataset *s, const char *name, tb_kind kind, int optional) {
    const char *unit = NULL;
    for (size_t i = 0; i < s->spec.wants; i++)
        if (!strcmp(s->spec.want[i].name, name)) unit = s->spec.want[i].unit;
    if (pool_put(w->names, name, strlen(name)) == w->count + 1)
        w->want[w->count++] = (tb_want){name, kind, unit, optional};
}

static int is_not_named(void *named, const char *column) {
    return !pool_find(named, column, strlen(column));
}

/* What a table is read with; the pivot is filled for it. 0 with the fault. */
static int options_of(datasets *d, dataset *s, const wanting *w, tb_kind others, tb_pivot *pivot,
                      tb_options *out, fault *f) {
    if (!dataset_pivot(d, s, pivot, f)) return 0;
    tb_options o = {.want = w->want,
                    .wants = w->count,
                    .others = others,
                    .encoding = d->encoding ? d->encoding : s->spec.encoding,
                    .separator = s->spec.separator,
                    .decimal = s->spec.decimal,
                    .header = {s->spec.header[0], s->spec.header[1]},
                    .footer = s->spec.footer,
                    .footer_text = s->spec.footer_text,
                    .trim = s->spec.trim,
                    .drop_unnamed = s->spec.others == DS_DROP,
                    .pivot = pivot->axes ? pivot : NULL,
                    .workbook = s->spec.workbook,
                    .sheet = s->spec.sheet,
                    .range = s->spec.range,
                    .missing = s->spec.missing,
                    .missings = s->spec.missings,
                    .threads = d->threads,
                    .hash = d->hash,
                    .keep = 1};
    if (s->spec.keys && d->only_column && is_carried(s, d->only_column)) {
        o.only_column = d->only_column;
        o.only_value = d->only_value;
    }
    *out = o;
    return 1;
}

static tb_table *open_table(datasets *d, dataset *s, const wanting *w, tb_kind others,
                            const pool *named, size_t keep_most, fault *f) {
    tb_pivot pivot;
    tb_options o;
    if (!options_of(d, s, w, others, &pivot, &o, f)) return NULL;
    if (named) {
        o.leave = is_not_named;
        o.self = (void *)(uintptr_t)named;
    }
    o.keep_most = keep_most;
    o.leave_texts = keep_most == 1;
    if (!s->text) return tb_read(s->spec.path, &o, d->m->strings, d->notes, f);
    /* In place of a file there may be a workbook, or CSV in place of a workbook. */
    o.workbook = s->length >= 4 && !memcmp(s->text, "PK\3\4", 4);
    return tb_read_bytes(s->spec.path, s->text, s->length, &o, d->m->strings, d->notes, f);
}

static int same_number(double x, double y) { return x == y || (x != x && y != y); }

/* Changes the cells that are given other values. */
static int edit_table(const dataset *s, fault *f) {
    for (size_t i = 0; i < s->edits; i++) {
        const ds_edit *e = &s->edit[i];
        const tb_column *c = tb_column_named(s->table, e->column);
        if (!c || c->kind != TB_NUMBER || !c->value || e->row >= tb_rows(s->table) ||
            !same_number(c->value[e->row], e->was))
            return fault_at(f, FAULT_DATA, &(place){.file = tb_path(s->table)},
                            TEXT("write the report anew"),
                            "these are other data than those whose figures were changed");
        tb_change(s->table, c, e->row, e->is);
    }
    return 1;
}

/* A fault of the header. */
static int header_fault(const dataset *s, const char *column, const char *hint, fault *f,
                        const char *format, const char *what) {
    place at = tb_place(s->table, tb_header_line(s->table), column);
    return fault_at(f, FAULT_DATA, &at, hint, format, what);
}

static int is_in_headings(const dataset *s, const char *axis) {
    for (size_t i = 0; i < s->spec.headings.axes; i++)
        if (!strcmp(s->spec.headings.axis[i], axis)) return 1;
    return 0;
}

/* Is a column named in the rules in some way? */
static int is_named(const dataset *s, const char *column) {
    for (size_t i = 0; i < s->spec.wants; i++)
        if (!strcmp(s->spec.want[i].name, column)) return 1;
    return is_key(s, column) || is_carried(s, column) ||
           (s->spec.value && !strcmp(s->spec.value, column)) ||
           (s->spec.unit_of_measure && !strcmp(s->spec.unit_of_measure, column));
}

/* Columns of text that nobody has named are carried, where others = "carry" says so. */
static int carry_others(datasets *d, dataset *s, fault *f) {
    size_t count = s->spec.carries, most = count + tb_columns(s->table);
    if (s->spec.others != DS_CARRY) return 1;
    const char **carry = arena_take(&d->memory, most * sizeof *carry);
    s->carried = arena_zero(&d->memory, most, sizeof *s->carried);
    if (!carry || !s->carried) return fault_memory(f);
    for (size_t i = 0; i < count; i++) carry[i] = s->spec.carry[i];
    for (size_t i = 0; i < tb_columns(s->table); i++) {
        const tb_column *c = tb_column_at(s->table, i);
        if (c->kind == TB_TEXT && !is_named(s, c->name)) carry[count++] = c->name;
    }
    s->spec.carry = carry;
    s->spec.carries = count;
    return 1;
}

/* In the long form a column holds the values, or at least a text is carried. */
static int holds_something(datasets *d, const dataset *s, fault *f) {
    if (s->wide || s->spec.value || s->spec.carries) return 1;
    return model_fault(d->m, f, s->spec.at, "csv",
                       "value = \"value\" names the column with the figures",
                       "'%s' has a row for each figure, and no column that holds it", s->spec.name);
}

static int read_keyed(datasets *d, dataset *s, fault *f) {
    const char *leaf = dataset_leaf_axis(d);
    int has_leaf = 0;
    for (size_t i = 0; i < s->spec.keys; i++) has_leaf |= !strcmp(s->spec.key[i].axis, leaf);
    s->wide = !s->spec.value && !s->spec.headings.match && !has_leaf;
    const ax_axis *tree = s->wide && d->m->levels ? ax_get(d->m->space, d->m->level_axis[0]) : NULL;
    size_t most = s->spec.keys + s->spec.carries + s->spec.wants + 2 + (tree ? tree->size : 0);
    wanting w;
    if (!wanting_open(&w, most, f)) {
        wanting_close(&w);
        return 0;
    }
    /* A column of years holds numbers, so that "2011" and "2011.0" are one; other keys are
     * names. */
    for (size_t i = 0; i < s->spec.keys; i++)
        if (!is_in_headings(s, s->spec.key[i].axis))
            want(&w, s, s->spec.key[i].column,
                 strcmp(s->spec.key[i].axis, "year") ? TB_TEXT : TB_NUMBER, 0);
    if (s->spec.value && !s->spec.headings.match) want(&w, s, s->spec.value, TB_NUMBER, 0);
    if (s->spec.unit_of_measure) want(&w, s, s->spec.unit_of_measure, TB_TEXT, 0);
    for (size_t i = 0; i < s->spec.carries; i++) want(&w, s, s->spec.carry[i], TB_TEXT, 0);
    const char *pivoted = !s->spec.headings.match ? "" : s->spec.value ? s->spec.value : "value";
    for (size_t i = 0; i < s->spec.wants; i++)
        if (strcmp(s->spec.want[i].name, pivoted) != 0)
            want(&w, s, s->spec.want[i].name, TB_NUMBER, 0);
    for (uint32_t i = 0; tree && i < tree->size; i++)
        want(&w, s, dataset_column_of(d, tree->label[i]), TB_NUMBER, 1);
    tb_kind others = s->wide && !tree ? TB_GUESS : s->spec.others == DS_CARRY ? TB_TEXT : TB_SKIP;
    s->table = open_table(d, s, &w, others, NULL, 0, f);
    wanting_close(&w);
    if (!s->table) return 0;
    if (s->spec.headings.match && !s->spec.value) s->spec.value = "value";
    return carry_others(d, s, f) && holds_something(d, s, f) && dataset_unify(d, s, f) &&
           dataset_rename(d, s, f) && dataset_change_figures(d, s, is_filtered(d, s), f) &&
           edit_table(s, f) && dataset_check_measures(d, s, f);
}

/* Columns of the wide form that are neither keys nor carried are indicators of the tree. */
static int check_against_tree(datasets *d, const dataset *s, fault *f) {
    const ax_axis *tree = ax_get(d->m->space, d->m->level_axis[0]);
    int fine = 1;
    for (size_t i = 0; i < tb_columns(s->table); i++) {
        const tb_column *c = tb_column_at(s->table, i);
        uint32_t id_of = pool_find(d->m->strings, c->name, strlen(c->name));
        if (c->kind != TB_SKIP || c->unnamed || s->spec.others == DS_DROP ||
            (id_of && model_is_gone(d->m, id_of)))
            continue;
        suggestion near = suggest_for(c->name);
        for (uint32_t k = 0; k < tree->size; k++) {
            const char *id = pool_text(d->m->strings, tree->label[k]);
            if (!tb_column_named(s->table, id)) suggest_try(&near, id);
        }
        const char *best = suggest_best(&near);
        const char *hint =
            best ? suggest_text(&d->memory, best)
            : tb_header_hint(s->table)
                ? tb_header_hint(s->table)
                : TEXT("a column that is no indicator is named in carry = { … }, or in "
                       "column = \"…\" of its indicator; others = \"drop\" leaves "
                       "out the rest");
        fine = header_fault(s, c->name, hint, f, "no indicator '%s' in the index", c->name);
    }
    return fine;
}

/* Without a tree the columns of numbers are the indicators. A column of text is none, unless some
 * of its cells are numbers: then the others are the fault. */
static int check_guesses(datasets *d, const dataset *s, fault *f) {
    int fine = 1;
    for (size_t i = 0; i < tb_columns(s->table); i++) {
        const tb_column *c = tb_column_at(s->table, i);
        if ((c->kind != TB_TEXT && c->kind != TB_DATE) || is_key(s, c->name) ||
            is_carried(s, c->name) ||
            (s->spec.unit_of_measure && !strcmp(s->spec.unit_of_measure, c->name)) ||
            s->spec.others == DS_DROP)
            continue;
        int numbers = 0;
        for (size_t r = 0; c->kind == TB_TEXT && r < tb_rows(s->table) && !numbers; r++) {
            double x;
            uint32_t text = c->value[r] == c->value[r] ? (uint32_t)c->value[r] : 0;
            numbers = text && decimal_read(pool_text(d->m->strings, text),
                                           pool_length(d->m->strings, text), &x) == DECIMAL_OK;
        }
        if (numbers) {
            place at = tb_place(s->table, c->odd_line, c->name);
            fine = fault_at(f, FAULT_DATA, &at, "or carry the column, if it holds text",
                            "'%s' is not a number", c->odd_text ? c->odd_text : "");
        } else {
            header_fault(s, c->name, NULL, d->notes,
                         "column '%s' holds no numbers and was not used", c->name);
        }
    }
    return fine;
}

static int check_wide(datasets *d, dataset *s, fault *f) {
    if (!(s->mixed || (d->m->levels ? check_against_tree(d, s, f) : check_guesses(d, s, f))))
        return 0;
    for (size_t i = 0; i < tb_columns(s->table); i++)
        if (dataset_is_indicator(s, tb_column_at(s->table, i))) return 1;
    return header_fault(s, NULL, "give `value` (and `indicator`) for the long form", f,
                        "no column of '%s' is an indicator", s->spec.name);
}

/* The values that a file has in the filter's column, as far as they are few: read once more,
 * without the filter. */
static void list_values(datasets *d, dataset *s, suggestion *near, buf *all) {
    enum { FEW = 8, LOOKED_AT = 100000 };
    uint32_t known[FEW + 1];
    size_t count = 0;
    tb_want column = {.name = d->only_column, .kind = TB_TEXT};
    const wanting w = {&column, 1, NULL};
    const char *only = d->only_column;
    fault ignored = FAULT_INIT, *notes = d->notes;
    d->only_column = NULL;
    d->notes = &ignored;
    tb_table *t = open_table(d, s, &w, TB_SKIP, NULL, 0, &ignored);
    d->only_column = only;
    d->notes = notes;
    fault_release(&ignored);
    const tb_column *c = t ? tb_column_named(t, only) : NULL;
    double last = -1;
    for (size_t r = 0; c && r < tb_rows(t) && (count <= FEW || r < LOOKED_AT); r++) {
        uint32_t value = c->value[r] == c->value[r] ? (uint32_t)c->value[r] : 0;
        size_t k = 0;
        if (!value || c->value[r] == last) continue;
        last = c->value[r];
        while (k < count && known[k] != value) k++;
        if (k < count && count <= FEW) continue;
        suggest_try(near, pool_text(d->m->strings, value));
        if (count <= FEW) known[count++] = value;
    }
    for (size_t k = 0; k < count && count <= FEW; k++)
        buf_print(all, "%s'%s'", all->length ? ", " : "", pool_text(d->m->strings, known[k]));
    tb_close(t);
}

/* A filter that lets nothing through, in no file, is a slip of the one who gave it. */
static int check_filter(datasets *d, fault *f) {
    size_t read = 0, kept = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->item[i]->table && is_filtered(d, d->item[i])) {
            read += tb_read_rows(d->item[i]->table);
            kept += tb_rows(d->item[i]->table);
        }
    if (kept || !read) return 1;
    suggestion near = suggest_for(d->only_value);
    buf all = BUF_INIT;
    for (size_t i = 0; i < d->count; i++)
        if (d->item[i]->table && is_filtered(d, d->item[i]))
            list_values(d, d->item[i], &near, &all);
    const char *best = suggest_best(&near);
    const char *hint = best ? suggest_text(&d->memory, best)
                       : all.length
                           ? arena_print(&d->memory, text_message("there are %s"), buf_string(&all))
                           : NULL;
    buf_release(&all);
    return fault_at(f, FAULT_USAGE, NULL, hint, "no row of the data has %s '%s'", d->only_column,
                    d->only_value);
}

/* The filter's column must be carried by some data. */
static int check_filter_column(datasets *d, fault *f) {
    if (!d->only_column) return 1;
    suggestion near = suggest_for(d->only_column);
    for (size_t i = 0; i < d->count; i++) {
        const dataset *s = d->item[i];
        if (s->spec.keys && is_carried(s, d->only_column)) return 1;
        for (size_t k = 0; s->spec.keys && k < s->spec.carries; k++)
            suggest_try(&near, s->spec.carry[k]);
    }
    const char *best = suggest_best(&near);
    const char *hint =
        best ? suggest_text(&d->memory, best)
             : text_message("a column is carried by csv(path, { carry = { \"status\" } })");
    return fault_at(f, FAULT_USAGE, NULL, hint, "no data carries a column '%s'", d->only_column);
}

/* Rules that look into a table while they are read do so before `keys` of the assessment counts. */
static int check_unified(const datasets *d, const dataset *t, fault *f) {
    if (!d->unify || !t->made || t->unified || (!t->spec.label && !t->spec.checks)) return 1;
    return model_fault(d->m, f, t->spec.at, "csv", "csv(path, { keys = \"nfkc\", … })",
                       "'%s' was looked into before its keys are unified", t->spec.name);
}

int datasets_load(datasets *d, fault *f) {
    if (!check_filter_column(d, f)) return 0;
    /* Tables come first: where their rows make an axis, they say what its labels are. */
    for (size_t i = 0; i < d->count; i++)
        if (!d->item[i]->spec.keys && check_unified(d, d->item[i], f))
            dataset_table(d, d->item[i], f);
    for (size_t i = 0; i < d->count; i++) {
        dataset *s = d->item[i];
        if (!s->spec.keys || s->table) continue;
        if (read_keyed(d, s, f) && s->wide) check_wide(d, s, f);
    }
    if (!f->count) check_filter(d, f);
    /* Faults so far do not hide those of the keys; what cannot go on is another matter. */
    if ((f->count && f->kind != FAULT_DATA) || !dataset_make_axes(d, f)) return 0;
    for (size_t i = 0; i < d->count; i++) {
        dataset *s = d->item[i];
        if (!s->table || !s->spec.keys || s->made) continue;
        if (!s->aside) dataset_check_cells(d, s, f);
        dataset_make_array(d, s, f);
    }
    return f->count == 0;
}

/* ---- tables ---- */

/* The columns that a table must have. */
static int want_columns(const dataset *t, wanting *w, fault *f) {
    if (!wanting_open(w, t->spec.wants + t->spec.checks + 1, f)) {
        wanting_close(w);
        return 0;
    }
    if (t->spec.label) want(w, t, t->spec.label, TB_TEXT, 0);
    for (size_t i = 0; i < t->spec.checks; i++)
        if (t->spec.check[i].axis || t->spec.check[i].day[0])
            want(w, t, t->spec.check[i].column, t->spec.check[i].axis ? TB_TEXT : TB_DATE, 0);
        else
            want(w, t, t->spec.check[i].column, TB_NUMBER, 0);
    for (size_t i = 0; i < t->spec.wants; i++)
        want(w, t, t->spec.want[i].name, t->spec.want[i].kind, 0);
    return 1;
}

/* The words of the rules. A column that is none of them is hardly looked into; if it is all the
 * same (its name is put together, say), it is read then. NULL: all columns are to be read. */
static pool *words_of_rules(const datasets *d, const dataset *t) {
    return d->unused || t->edits || t->figures || t->text ? NULL : sources_words(d->m->files);
}

int dataset_read_left(datasets *d, dataset *t, const char *column, fault *f) {
    wanting w;
    tb_pivot pivot;
    tb_options o;
    if (!t->left) return 1;
    const size_t most = dataset_keep_most(d, t);
    if (tb_passing(t->table) || (most && most / sizeof(double) / t->left < tb_rows(t->table)))
        return dataset_read_again(d, t, 0, column, f);
    if (!want_columns(t, &w, f)) return 0;
    int fine = options_of(d, t, &w, TB_GUESS, &pivot, &o, f) &&
               tb_read_left(t->table, &o, d->m->strings, d->notes, f);
    wanting_close(&w);
    if (fine) dataset_count_cells(t);
    return fine;
}

/* NULL with the fault. */
static uint32_t *row_labels(datasets *d, dataset *t, fault *f) {
    uint32_t *label = mem_take((tb_rows(t->table) + 1) * sizeof *label);
    if (!label) fault_memory(f);
    if (label && dataset_row_labels(d, t, label, f)) return label;
    mem_free(label);
    return NULL;
}

int dataset_pass_rows(datasets *d, dataset *t, const tb_rows_pass *pass, fault *f) {
    wanting w;
    tb_pivot pivot;
    tb_options o;
    if (!want_columns(t, &w, f)) return 0;
    int fine = options_of(d, t, &w, TB_GUESS, &pivot, &o, f) &&
               tb_pass(t->table, &o, d->m->strings, pass, f);
    wanting_close(&w);
    t->passes += fine != 0;
    return fine;
}

/* The words of the rules, with the names of the columns that were read, and of one more or NULL.
 * 0 with the fault; *out NULL: all columns are read. */
static int names_in_use(const datasets *d, const dataset *t, const char *column, pool **out,
                        fault *f) {
    int fine = 1;
    *out = t->left ? words_of_rules(d, t) : NULL;
    for (size_t i = 0; *out && i < tb_columns(t->table); i++) {
        const tb_column *c = tb_column_at(t->table, i);
        if (c->kind != TB_SKIP) fine = fine && pool_put(*out, c->name, strlen(c->name));
    }
    if (*out && column) fine = fine && pool_put(*out, column, strlen(column));
    return fine ? 1 : fault_memory(f);
}

/* Without its rows every column is read but those of texts that nobody names: `keep_most` is a
 * byte. */
int dataset_read_again(datasets *d, dataset *t, int whole, const char *column, fault *f) {
    wanting w;
    const size_t faults = f->count;
    if (!MEM_RESERVE(t->older, t->olders + 1, t->older_cap)) return fault_memory(f);
    if (!want_columns(t, &w, f)) return 0;
    pool *named = NULL;
    tb_table *read = names_in_use(d, t, column, &named, f)
                         ? open_table(d, t, &w, TB_GUESS, named, !whole, f)
                         : NULL;
    pool_close(named);
    wanting_close(&w);
    if (!read || f->count > faults) {
        tb_close(read);
        return 0;
    }
    t->older[t->olders++] = t->table;
    t->table = read;
    t->passed = tb_passing(read) ? tb_passing(read) : t->passed;
    if (tb_passing(read)) d->rows.axes |= AX_BIT(t->rows_axis);
    if (whole && !ax_get(d->m->space, t->rows_axis)->label) {
        uint32_t *label = row_labels(d, t, f);
        if (!label || !ax_name_rows(d->m->space, t->rows_axis, label, f)) read = NULL;
        mem_free(label);
    }
    dataset_count_cells(t);
    return read != NULL;
}

int dataset_table(datasets *d, dataset *t, fault *f) {
    if (t->made || t->refused) return t->made;
    t->refused = 1; /* until all went well */
    wanting w;
    if (!want_columns(t, &w, f)) return 0;
    size_t before = f->count;
    int read = t->table != NULL;
    if (!read) {
        pool *named = words_of_rules(d, t);
        t->table = open_table(d, t, &w, TB_GUESS, named, dataset_keep_most(d, t), f);
        pool_close(named);
    }
    wanting_close(&w);
    if (!t->table || (!read && !(dataset_unify(d, t, f) && dataset_change_figures(d, t, 0, f) &&
                                 edit_table(t, f))))
        return 0;
    if (tb_passing(t->table)) {
        t->made = f->count == before && dataset_begin_passing(d, t, f);
    } else {
        uint32_t *label = row_labels(d, t, f);
        if (label && f->count == before)
            t->rows_axis = ax_make(d->m->space, t->spec.rows ? t->spec.rows : t->spec.name, label,
                                   (uint32_t)tb_rows(t->table), f);
        mem_free(label);
        t->made = (!f->count || f->kind == FAULT_DATA) && dataset_check_cells(d, t, f) &&
                  t->rows_axis != AX_NONE;
    }
    if (!t->made) {
        tb_close(t->table);
        t->table = NULL;
    }
    t->refused = !t->made;
    if (t->made) dataset_count_cells(t);
    return t->made;
}
