/* A form as a workbook, by libxlsxwriter. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/width.h"
#include "workbook/form.h"
#include "workbook/library.h"
#include "workbook/temporary.h"

enum {
    TEXT_MOST = 32767, /* characters of a cell */
    NOTE_MOST = 4000,
    WORDS_MOST = 250, /* bytes of a list of words that stands in the cell itself */
    FIRST_DAY = 25569 /* 1970-01-01 as workbooks count days */
};

/* ---- cells ---- */

enum { LOOK_HEAD, LOOK_FIXED, LOOK_OPEN, LOOK_TEXT, LOOK_DATE, LOOK_FIXED_DATE, LOOKS };

typedef struct writer {
    const form *o;
    lxw_workbook *book;
    lxw_worksheet *lists; /* a hidden sheet with long lists of words, or NULL */
    lxw_format *look[LOOKS];
    const form_limits **listed; /* of each column of it */
    size_t lists_count, lists_cap;
    int failed;
} writer;

static void note(writer *w, lxw_error e) { w->failed |= e != LXW_NO_ERROR; }

/* What XML forbids becomes visible; all else stays as it is, since it is read again. */
static const char *sound(const char *text, buf *b) {
    buf_clear(b);
    for (; *text; text++)
        if (!strncmp(text, "\xEF\xBF\xBE", 3) || !strncmp(text, "\xEF\xBF\xBF", 3)) {
            buf_text(b, "\xEF\xBF\xBD");
            text += 2;
        } else {
            buf_char(b, *text);
        }
    return buf_string(b);
}

static void make_looks(writer *w) {
    for (int i = 0; i < LOOKS; i++) {
        lxw_format *x = w->look[i] = xlsx.workbook_add_format(w->book);
        if (!x) {
            w->failed = 1;
            return;
        }
        int open = i == LOOK_OPEN || i == LOOK_TEXT || i == LOOK_DATE;
        xlsx.format_set_border(x, LXW_BORDER_THIN);
        xlsx.format_set_bg_color(x, open ? 0xFFFBE6 : i == LOOK_HEAD ? 0xD9D9D9 : 0xF2F2F2);
        if (open) xlsx.format_set_unlocked(x);
        if (i == LOOK_HEAD) {
            xlsx.format_set_bold(x);
            xlsx.format_set_align(x, LXW_ALIGN_VERTICAL_CENTER);
        }
        if (i == LOOK_TEXT) xlsx.format_set_num_format(x, "@");
        if (i == LOOK_DATE || i == LOOK_FIXED_DATE) xlsx.format_set_num_format(x, "yyyy-mm-dd");
    }
}

static lxw_format *look_of(const writer *w, const form_column *column, const form_cell *c) {
    int date = c->kind == FORM_DATE || (c->kind == FORM_BLANK && column->kind == FORM_DATE);
    if (!c->open) return w->look[date ? LOOK_FIXED_DATE : LOOK_FIXED];
    if (date) return w->look[LOOK_DATE];
    return w->look[column->kind == FORM_TEXT ? LOOK_TEXT : LOOK_OPEN];
}

static void put_note(writer *w, lxw_worksheet *s, size_t row, size_t column, const char *text) {
    buf b = BUF_INIT, all = BUF_INIT;
    int lines = 2;
    for (const char *at = text; *at; at++) lines += *at == '\n';
    size_t fits = width_fit(text, strlen(text), NOTE_MOST);
    buf_put(&all, text, fits);
    lxw_comment_options how = {
        .author = "assess", .width = 320, .height = (uint16_t)(lines * 20 + (int)(fits / 60) * 18)};
    note(w, xlsx.worksheet_write_comment_opt(s, (lxw_row_t)row, (lxw_col_t)column,
                                             (char *)(uintptr_t)sound(buf_string(&all), &b), &how));
    w->failed |= b.failed || all.failed;
    buf_release(&b);
    buf_release(&all);
}

/* ---- what may stand in a cell ---- */

/* Cells of a column, one below the other. */
typedef struct cell_range {
    lxw_row_t from, to;
    lxw_col_t column;
} cell_range;

static int same_words(const form_limits *x, const form_limits *y) {
    if (x->words != y->words) return 0;
    for (size_t i = 0; i < x->words; i++)
        if (strcmp(x->word[i], y->word[i]) != 0) return 0;
    return 1;
}

/* A column of the hidden sheet with the words, made once for the same words. */
static size_t list_column(writer *w, const form_limits *l) {
    for (size_t i = 0; i < w->lists_count; i++)
        if (same_words(w->listed[i], l)) return i;
    if (!w->lists) w->lists = xlsx.workbook_add_worksheet(w->book, "_lists");
    if (!w->lists || !MEM_RESERVE(w->listed, w->lists_count + 1, w->lists_cap)) {
        w->failed = 1;
        return 0;
    }
    buf b = BUF_INIT;
    for (size_t i = 0; i < l->words; i++)
        note(w, xlsx.worksheet_write_string(w->lists, (lxw_row_t)i, (lxw_col_t)w->lists_count,
                                            sound(l->word[i], &b), NULL));
    w->failed |= b.failed;
    buf_release(&b);
    w->listed[w->lists_count] = l;
    return w->lists_count++;
}

/* Words as a drop-down: short lists in the cell itself, others on the hidden sheet. */
static void put_words(writer *w, lxw_worksheet *s, cell_range at, const form_limits *l) {
    lxw_data_validation v = {.error_type = LXW_VALIDATION_ERROR_TYPE_STOP,
                             .ignore_blank = LXW_VALIDATION_ON,
                             .show_error = l->only ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF};
    char **list = mem_zero(l->words + 1, sizeof *list);
    size_t bytes = 0;
    int plain = 1;
    for (size_t i = 0; list && i < l->words; i++) {
        list[i] = (char *)(uintptr_t)l->word[i]; /* it is only read */
        bytes += strlen(l->word[i]) + 1;
        plain &= !strpbrk(l->word[i], ",\"");
    }
    char from[CELL_NAME], to[CELL_NAME], formula[2 * CELL_NAME + 16];
    w->failed |= !list;
    if (bytes <= WORDS_MOST && plain) {
        v.validate = LXW_VALIDATION_TYPE_LIST;
        v.value_list = list;
    } else {
        int list_at = (int)list_column(w, l) + 1;
        fault_cell_name(1, list_at, from);
        fault_cell_name((long)l->words, list_at, to);
        snprintf(formula, sizeof formula, "=_lists!$%.*s$1:$%.*s$%zu",
                 (int)strcspn(from, "0123456789"), from, (int)strcspn(to, "0123456789"), to,
                 l->words);
        v.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
        v.value_formula = formula;
    }
    if (!w->failed)
        note(w, xlsx.worksheet_data_validation_range(s, at.from, at.column, at.to, at.column, &v));
    mem_free(list);
}

/* Numbers and days: any, where there is no bound. */
static void put_bounds(writer *w, lxw_worksheet *s, cell_range at, const form_limits *l) {
    int date = l->kind == FORM_DATE, least = isfinite(l->least) != 0, most = isfinite(l->most) != 0;
    double shift = date ? FIRST_DAY : 0;
    lxw_data_validation v = {.validate = date ? LXW_VALIDATION_TYPE_DATE_NUMBER
                                              : LXW_VALIDATION_TYPE_DECIMAL,
                             .criteria = least && most ? LXW_VALIDATION_CRITERIA_BETWEEN
                                         : most ? LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO
                                                : LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO,
                             .error_type = LXW_VALIDATION_ERROR_TYPE_STOP,
                             .ignore_blank = LXW_VALIDATION_ON,
                             .show_error = LXW_VALIDATION_ON};
    double lower = least ? l->least + shift : date ? 1 : -1e300;
    if (least && most) {
        v.minimum_number = lower;
        v.maximum_number = l->most + shift;
    } else {
        v.value_number = most ? l->most + shift : lower;
    }
    note(w, xlsx.worksheet_data_validation_range(s, at.from, at.column, at.to, at.column, &v));
}

/* ---- sheets ---- */

static void put_cell(writer *w, lxw_worksheet *s, size_t row, size_t column, const form_column *of,
                     const form_cell *c) {
    lxw_row_t r = (lxw_row_t)row;
    lxw_col_t k = (lxw_col_t)column;
    lxw_format *look = look_of(w, of, c);
    buf b = BUF_INIT;
    if (c->kind == FORM_TEXT)
        note(w, xlsx.worksheet_write_string(s, r, k, sound(c->text, &b), look));
    else if (c->kind == FORM_BLANK)
        note(w, xlsx.worksheet_write_blank(s, r, k, look));
    else
        note(w, xlsx.worksheet_write_number(
                    s, r, k, c->number + (c->kind == FORM_DATE ? FIRST_DAY : 0), look));
    w->failed |= b.failed;
    buf_release(&b);
    if (c->note) put_note(w, s, row, column, c->note);
}

/* May two cells hold the same? `loose`: bounds need not be the same, where both have any. */
static int same_limits(const form_cell *a, const form_cell *b, int loose) {
    const form_limits *x = a->may, *y = b->may;
    if (a->open != b->open) return 0;
    if (x == y) return 1;
    if (!x || !y || x->kind != y->kind || x->only != y->only || !same_words(x, y)) return 0;
    return loose || (!(x->least < y->least) && !(x->least > y->least) && !(x->most < y->most) &&
                     !(x->most > y->most));
}

/* The library counts the rules of a sheet in a byte. */
enum { LIMITS_MOST = 255 };

/* What the cells of a column may hold, once for neighbours that may hold the same; what is `loose`
 * has the bounds of all of them. Up to `most` rules. Returns how many; w NULL: they are counted. */
static size_t put_limits(writer *w, lxw_worksheet *s, const form_sheet *x, size_t column, int loose,
                         size_t most) {
    size_t count = 0;
    for (size_t r = 0, end; r < x->rows; r = end) {
        const form_cell *c = &x->cell[r * x->columns + column];
        form_limits all = c->may ? *c->may : (form_limits){0};
        for (end = r + 1; end < x->rows; end++) {
            const form_cell *next = &x->cell[end * x->columns + column];
            if (!same_limits(c, next, loose)) break;
            if (next->may && next->may->least < all.least) all.least = next->may->least;
            if (next->may && next->may->most > all.most) all.most = next->may->most;
        }
        cell_range at = {(lxw_row_t)(x->top + 1 + r), (lxw_row_t)(x->top + end),
                         (lxw_col_t)(x->left + column)};
        if (!c->open || !c->may || (c->may->kind == FORM_TEXT && !c->may->words)) continue;
        if (count++ == most) break;
        if (w && c->may->kind != FORM_TEXT)
            put_bounds(w, s, at, &all);
        else if (w)
            put_words(w, s, at, c->may);
    }
    return count;
}

static void put_sheet(writer *w, const form_sheet *x) {
    lxw_worksheet *s = xlsx.workbook_add_worksheet(w->book, x->name);
    if (!s) {
        w->failed = 1;
        return;
    }
    buf b = BUF_INIT;
    for (size_t c = 0; c < x->columns; c++) {
        const form_column *of = &x->column[c];
        lxw_col_t at = (lxw_col_t)(x->left + c);
        note(w, xlsx.worksheet_set_column(s, at, at, (double)of->width, NULL));
        note(w, xlsx.worksheet_write_string(s, (lxw_row_t)x->top, at, sound(of->head, &b),
                                            w->look[LOOK_HEAD]));
        if (of->note) put_note(w, s, x->top, x->left + c, of->note);
    }
    for (size_t r = 0; r < x->rows && !w->failed; r++)
        for (size_t c = 0; c < x->columns; c++)
            put_cell(w, s, x->top + 1 + r, x->left + c, &x->column[c],
                     &x->cell[r * x->columns + c]);
    size_t rules = 0, left = LIMITS_MOST;
    for (size_t c = 0; c < x->columns; c++) rules += put_limits(NULL, s, x, c, 0, SIZE_MAX);
    for (size_t c = 0; c < x->columns && !w->failed; c++) {
        size_t put = put_limits(w, s, x, c, rules > LIMITS_MOST, left);
        left -= put < left ? put : left;
    }
    lxw_protection may = {.format_columns = 1, .format_rows = 1, .sort = 1, .autofilter = 1};
    xlsx.worksheet_protect(s, NULL, &may);
    xlsx.worksheet_freeze_panes(s, (lxw_row_t)x->top + 1, 0);
    note(w, xlsx.worksheet_repeat_rows(s, (lxw_row_t)x->top, (lxw_row_t)x->top));
    xlsx.worksheet_set_paper(s, 9); /* A4 */
    xlsx.worksheet_set_landscape(s);
    xlsx.worksheet_fit_to_pages(s, 1, 0);
    w->failed |= b.failed;
    buf_release(&b);
}

/* What the form was made from, so that whoever checks it need not say. */
static void put_rules(writer *w) {
    const char *const text[][2] = {{FORM_RULES, w->o->rules}, {FORM_SHA256, w->o->sha256}};
    lxw_worksheet *s = xlsx.workbook_add_worksheet(w->book, FORM_RULES_SHEET);
    buf b = BUF_INIT;
    for (lxw_row_t r = 0; s && r < 2; r++)
        for (lxw_col_t c = 0; c < 2; c++)
            note(w, xlsx.worksheet_write_string(s, r, c, sound(text[r][c], &b), NULL));
    if (s) xlsx.worksheet_hide(s);
    if (s) xlsx.worksheet_protect(s, NULL, NULL);
    w->failed |= !s || b.failed;
    buf_release(&b);
}

static void put_form(writer *w) {
    lxw_doc_properties about = {.title = (char *)(uintptr_t)w->o->title, .created = 946684800};
    note(w, xlsx.workbook_set_properties(w->book, &about));
    make_looks(w);
    for (size_t i = 0; i < w->o->sheets && !w->failed; i++) put_sheet(w, &w->o->sheet[i]);
    if (w->o->rules) put_rules(w);
    if (w->lists) {
        xlsx.worksheet_hide(w->lists);
        xlsx.worksheet_protect(w->lists, NULL, NULL);
    }
}

/* ---- the file ---- */

/* Texts that no workbook holds are told before anything is written. */
static int check_texts(const form *o, fault *f) {
    for (size_t i = 0; i < o->sheets; i++) {
        const form_sheet *s = &o->sheet[i];
        for (size_t k = 0; k < s->rows * s->columns; k++)
            if (s->cell[k].kind == FORM_TEXT && strlen(s->cell[k].text) > TEXT_MOST)
                return fault_set(f, FAULT_LIMIT,
                                 "a text of '%s' is longer than the %d bytes of a form's cell",
                                 s->data, TEXT_MOST);
        for (size_t k = 0; k < i; k++)
            if (!strcmp(s->name, o->sheet[k].name))
                return fault_at(
                    f, FAULT_USAGE, NULL, text_message("--source NAME makes a form of one of them"),
                    "'%s' and '%s' are read from the same sheet", o->sheet[k].data, s->data);
    }
    return 1;
}

/* What the library takes for the cells, on its own, is counted before. */
static size_t bytes_of_cells(const form *o) {
    enum { COLUMN = 4000 /* with its notes and rules for what may be entered */ };
    size_t bytes = 0;
    for (size_t i = 0; i < o->sheets; i++) {
        const form_sheet *s = &o->sheet[i];
        bytes += s->rows * s->columns * XLSX_CELL + s->columns * COLUMN;
        for (size_t k = 0; k < s->rows * s->columns; k++)
            if (s->cell[k].kind == FORM_TEXT) bytes += 2 * strlen(s->cell[k].text);
    }
    return bytes;
}

/* A temporary_writer. */
static int write_form(void *self, const char *path, fault *f) {
    writer w = {.o = self};
    if (!xlsx_open(f)) return 0;
    w.book = xlsx.workbook_new(path);
    if (!w.book) return fault_memory(f);
    put_form(&w);
    lxw_error closed = xlsx.workbook_close(w.book);
    mem_free(w.listed);
    if (closed == LXW_ERROR_CREATING_TMPFILE || closed == LXW_ERROR_CREATING_XLSX_FILE)
        return fault_set(f, FAULT_LIMIT, "the form cannot be written: no room for temporary files");
    return (closed == LXW_NO_ERROR && !w.failed) || fault_memory(f);
}

int form_xlsx(form *o, buf *to, fault *f) {
    file_view v = FILE_VIEW_INIT;
    if (!check_texts(o, f)) return 0;
    size_t counted = bytes_of_cells(o);
    if (!limits_take(counted)) return fault_memory(f);
    int fine = temporary_bytes(write_form, o, &v, f);
    limits_give(counted);
    if (!fine) return 0;
    buf_put(to, v.bytes, v.length);
    files_release(&v);
    return !to->failed || fault_memory(f);
}
