/* Which column names the units, which the year or the indicator, and which are figures. */
#include "rule/draft_inside.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"
#include "expr/pattern.h"
#include "table/header.h"

/* ---- headings ---- */

static int has_word(const char *text, const char *const *words) {
    for (; *words; words++)
        for (const char *at = text; *at; at++)
            if (!strncasecmp(at, *words, strlen(*words))) return 1;
    return 0;
}

static int is_one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (!strcasecmp(text, *words)) return 1;
    return 0;
}

static const char *const years[] = {"year",  "years", "yr",    "time", "period", "date",
                                    "annee", "année", "Année", "jahr", "anno",   "año",
                                    "ano",   "年份",  "年",    "年度", "时间",   NULL};
static const char *const indicators[] = {"indicator", "indicateur", "series", "variable", "item",
                                         "measure",   "指标",       "项目",   NULL};
/* Numbers that only count or name the rows. */
static const char *const codes[] = {"id",     "code", "no",   "no.",          "nr",   "nr.",
                                    "number", "rank", "rang", "fips",         "序号", "编号",
                                    "代码",   "排名", "位次", "行政区划代码", NULL};

/* ---- headings that are years ---- */

static const heading_form forms[] = {
    {"^\\d{4}$", 0},
    {"^X(\\d{4})$", 0},
    {"^FY ?(\\d{4})$", 0},
    {"^(\\d{4})[-/.]\\d{1,2}[-/.]\\d{1,2}$", 0},
    {"^\\d{1,2}[-/.]\\d{1,2}[-/.](\\d{4})$", 0},
    {"^(\\d{4})年$", 0},
    {"^(\\d{4}) \\[YR\\d{4}\\]$", 0},
    {"^(?<indicator>.+)[-_. ](?<year>\\d{4})$", 1},
    {"^(?<year>\\d{4})[-_. ](?<indicator>\\D.*)$", 1},
    {"^(?<year>\\d{4})年(?<indicator>.+)$", 1},
    {"^(?<indicator>.+?) ?[(（](?<year>\\d{4})年?[)）]$", 1},
    {"^(?<indicator>.+)(?<year>\\d{4})年$", 1},
    {"^(?<indicator>.*\\D)(?<year>\\d{4})$", 1},
};

/* What a group of the pattern matched in the heading; NULL where it does not match, or the year is
 * none. */
static const char *part_of(plan *p, pattern *form, const char *heading, int group, fault *f) {
    size_t from, to;
    if (pattern_match(form, heading, strlen(heading), group, &from, &to, f) <= 0) return NULL;
    const char *part = arena_text(&p->s->memory, heading + from, to - from);
    if (!part) fault_memory(f);
    return part;
}

/* Tries a form: columns of figures, or that nobody has filled, whose headings are of it become
 * rows, unless two of them say the same. *most is how many columns the best form had so far. */
static int try_form(plan *p, const heading_form *form, size_t *most, fault *f) {
    const survey *s = p->s;
    pattern *read = pattern_open(form->match, strlen(form->match), limits_left(), NULL, f);
    if (!read) return 0;
    int year_group = form->named ? pattern_group(read, "year") : pattern_groups(read) > 0;
    const char **label = arena_zero(&p->s->memory, s->columns, sizeof *label);
    int *year_of = arena_zero(&p->s->memory, s->columns, sizeof *year_of);
    size_t count = 0;
    int latest = 0, twice = 0;
    if (!label || !year_of) fault_memory(f);
    for (size_t c = 0; label && year_of && c < s->columns; c++) {
        const survey_column *k = &s->column[c];
        if (!*k->name || (!k->numeric && k->filled)) continue;
        const char *year = part_of(p, read, k->name, year_group, f);
        if (!year || !header_year(year, strlen(year))) continue;
        label[c] =
            form->named ? part_of(p, read, k->name, pattern_group(read, "indicator"), f) : "";
        year_of[c] = atoi(year);
        for (size_t i = 0; i < c && label[c]; i++)
            twice |= label[i] && year_of[i] == year_of[c] && !strcmp(label[i], label[c]);
        count++;
        if (k->filled && year_of[c] > latest) latest = year_of[c];
    }
    pattern_close(read);
    if (f->kind) return 0;
    if (count > *most && !twice) {
        *most = count;
        p->form = form;
        p->label = label;
        p->latest = latest;
    }
    return 1;
}

static int find_headings(plan *p, fault *f) {
    size_t most = 1; /* one such heading is a name */
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (!try_form(p, &forms[i], &most, f)) return 0;
    for (size_t c = 0; p->form && c < p->s->columns; c++)
        if (p->label[c]) p->role[c] = ROLE_PIVOT;
    return 1;
}

/* ---- keys ---- */

typedef struct key_row {
    const char *part[3];
} key_row;

static int compare(const void *a, const void *b) {
    const key_row *x = a, *y = b;
    int order = 0;
    for (int i = 0; i < 3 && !order; i++) order = strcmp(x->part[i], y->part[i]);
    return order;
}

/* How many different rows these columns make, of those whose first is filled; *rows of these. */
static size_t different(const survey *s, int a, int b, int c, size_t *rows) {
    int column[3] = {a, b, c};
    size_t n = 0, found = 0;
    if (limits_over()) return 0; /* the command ends; nothing hangs on the answer */
    key_row *row = mem_zero(s->rows ? s->rows : 1, sizeof *row);
    for (size_t r = 0; row && r < s->rows; r++) {
        if (!*survey_cell(s, r, (size_t)a)) continue;
        for (int i = 0; i < 3; i++)
            row[n].part[i] = column[i] < 0 ? "" : survey_cell(s, r, (size_t)column[i]);
        n++;
    }
    if (row) qsort(row, n, sizeof *row, compare);
    for (size_t r = 0; r < n; r++) found += !r || compare(row + r - 1, row + r);
    mem_free(row);
    if (rows) *rows = n;
    return found;
}

static int unique(const plan *p, int a, int b) {
    size_t rows;
    return different(p->s, a, b, p->year, &rows) == rows && rows;
}

/* Texts, of which most rows have one. */
static int is_text(const plan *p, size_t c) {
    const survey_column *k = &p->s->column[c];
    return !k->numeric && k->filled * 2 > p->s->rows && !p->role[c] && (*k->name || !c);
}

static void find_year(plan *p) {
    const survey *s = p->s;
    for (size_t c = 0; c < s->columns && p->year < 0; c++)
        if (!p->role[c] && s->column[c].years && is_one_of(s->column[c].name, years))
            p->year = (int)c;
}

static int find_unit(plan *p) {
    size_t n = p->s->columns;
    for (size_t c = 0; c < n; c++)
        if (is_text(p, c) && unique(p, (int)c, NO_COLUMN)) return (int)c;
    return NO_COLUMN;
}

/* Two columns of texts that name each figure together. */
static void find_pair(plan *p) {
    int n = (int)p->s->columns;
    for (int a = 0; a < n && p->unit < 0; a++)
        for (int b = a + 1; b < n && p->unit < 0 && is_text(p, (size_t)a); b++) {
            if (!is_text(p, (size_t)b) || !unique(p, a, b)) continue;
            int swapped = has_word(p->s->column[a].name, indicators) &&
                          !has_word(p->s->column[b].name, indicators);
            p->unit = swapped ? b : a;
            p->indicator = swapped ? a : b;
        }
}

/* Without texts, or none that differ, a column of numbers may be the names of units. */
static int find_number(plan *p) {
    for (size_t c = 0; c < p->s->columns; c++) {
        const survey_column *k = &p->s->column[c];
        if (p->role[c] || (int)c == p->year || !k->numeric || k->missing || k->unit) continue;
        if ((!*k->name || is_one_of(k->name, codes)) && unique(p, (int)c, NO_COLUMN)) return (int)c;
    }
    return NO_COLUMN;
}

/* Of an indicator named in one column the column that says it in other words, one to one. The code
 * becomes the key, the name the title. */
static void find_title(plan *p) {
    const survey *s = p->s;
    size_t labels = different(s, p->indicator, NO_COLUMN, NO_COLUMN, NULL);
    for (size_t c = 0; c < s->columns && p->title < 0; c++) {
        int other = (int)c;
        if (!is_text(p, c) || other == p->unit || other == p->indicator) continue;
        if (different(s, other, NO_COLUMN, NO_COLUMN, NULL) != labels ||
            different(s, p->indicator, other, NO_COLUMN, NULL) != labels ||
            (labels == 1 && !has_word(s->column[c].name, indicators)))
            continue;
        p->title = other;
    }
    if (p->title < 0) return;
    int code = !strchr(survey_cell(s, 0, (size_t)p->title), ' ') &&
               strchr(survey_cell(s, 0, (size_t)p->indicator), ' ');
    if (!code) return;
    int other = p->title;
    p->title = p->indicator;
    p->indicator = other;
}

/* Years over the columns are of one indicator, which a column may name. */
static void find_indicator(plan *p) {
    for (size_t c = 0; c < p->s->columns && p->indicator < 0; c++)
        if (is_text(p, c) && (int)c != p->unit && has_word(p->s->column[c].name, indicators))
            p->indicator = (int)c;
}

/* ---- all of it ---- */

static void find_keys(plan *p) {
    find_year(p);
    p->unit = find_unit(p);
    if (p->unit < 0) find_pair(p);
    for (size_t c = 0; c < p->s->columns && p->unit < 0 && p->year < 0 && !p->form; c++) {
        if (!p->s->column[c].years) continue; /* a year, whatever it is called */
        p->year = (int)c;
        p->unit = find_unit(p);
        if (p->unit < 0) p->year = NO_COLUMN;
    }
    if (p->unit < 0) p->unit = find_number(p);
    if (p->indicator < 0 && p->form && !p->form->named) find_indicator(p);
    if (p->indicator >= 0) find_title(p);
}

static size_t find_figures(plan *p) {
    const survey *s = p->s;
    size_t count = 0;
    for (size_t c = 0; c < s->columns; c++) {
        const survey_column *k = &s->column[c];
        int key = (int)c == p->unit || (int)c == p->indicator || (int)c == p->year;
        if (p->role[c] || key) {
            p->role[c] = p->role[c]          ? p->role[c]
                         : (int)c == p->unit ? ROLE_UNIT
                         : (int)c == p->year ? ROLE_YEAR
                                             : ROLE_INDICATOR;
        } else if (!p->form && k->numeric && *k->name && !is_one_of(k->name, codes)) {
            p->role[c] = ROLE_FIGURES;
            p->value = (int)c;
        }
        int figures = p->role[c] == ROLE_FIGURES || p->role[c] == ROLE_PIVOT;
        count += (size_t)figures;
        p->gaps |= figures && k->missing;
        p->trim |= k->spaces && p->role[c] != ROLE_NONE;
        p->others |= !p->role[c] && (*k->name || k->filled);
    }
    return count;
}

/* The last year, and whether rows without a unit are there. */
static void look_at_rows(plan *p) {
    const survey *s = p->s;
    for (size_t r = 0; r < s->rows; r++) {
        const char *year = p->year < 0 ? "" : survey_cell(s, r, (size_t)p->year);
        int empty = !*survey_cell(s, r, (size_t)p->unit) || (p->year >= 0 && !*year) ||
                    (p->indicator >= 0 && !*survey_cell(s, r, (size_t)p->indicator));
        p->keyless |= empty;
        if (!empty && atoi(year) > p->latest) p->latest = atoi(year);
    }
}

int draft_plan(survey *s, const char *path, plan *out, fault *f) {
    plan p = {.s = s, .unit = NO_COLUMN, .indicator = NO_COLUMN, .title = NO_COLUMN};
    place at = {.file = path};
    p.year = p.value = NO_COLUMN;
    p.role = arena_zero(&s->memory, s->columns, sizeof *p.role);
    if (!p.role) return fault_memory(f);
    if (!find_headings(&p, f)) return 0;
    find_keys(&p);
    if (p.unit < 0)
        return fault_at(f, FAULT_DATA, &at,
                        "a column with a name for each row, or for each row of a year",
                        "no column names the units: in each some name is there twice");
    size_t figures = find_figures(&p);
    if (!figures)
        return fault_at(f, FAULT_DATA, &at, NULL,
                        "no column holds figures that could be an indicator");
    if (p.indicator >= 0 && !p.form && figures > 1)
        return fault_at(f, FAULT_DATA, &at, "leave one column of figures, or one row for each unit",
                        "several rows for each unit, and %zu columns of figures", figures);
    look_at_rows(&p);
    *out = p;
    return 1;
}
