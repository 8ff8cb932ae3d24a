#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/statement.h"

typedef struct standing {
    double key;
    size_t grade, unit;
} standing;

static int compare(const void *x, const void *y) {
    const standing *a = x, *b = y;
    if (a->grade != b->grade) return a->grade < b->grade ? -1 : 1;
    if (isnan(a->key) != isnan(b->key)) return isnan(a->key) ? 1 : -1;
    if (a->key != b->key && !isnan(a->key)) return a->key < b->key ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

/* All units: by grade, those without one last, then by rank (or the total), or as given. */
static standing *in_order(const appraisal *a) {
    standing *list = mem_take((a->of.size + 1) * sizeof *list);
    int given = assess_fact(a->session, "statement.order")[0] == 'g';
    for (size_t i = 0; list && i < a->of.size; i++) {
        double key = given              ? 0
                     : a->part[AP_RANK] ? appraisal_at(a, AP_RANK, i)
                                        : -appraisal_at(a, AP_TOTAL, i);
        list[i] = (standing){key, appraisal_grade(a, appraisal_at(a, AP_GRADE, i)), i};
    }
    if (list) qsort(list, a->of.size, sizeof *list, compare);
    return list;
}

static const char *grade_name(const appraisal *a, size_t grade) {
    return grade < a->grades ? a->grade[grade] : view_word(&a->v, WORD_NO_GRADE);
}

static void head(const appraisal *a, document *p) {
    static const struct {
        const char *name;
        word head;
    } line[] = {{"title", WORD_RULES}, {"cite", WORD_BASIS}, {"status", WORD_EDITION}};
    document_facts(p, "notice", "");
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        const char *text = assess_fact(a->session, line[i].name);
        if (*text)
            document_fact(p, line[i].name, view_word(&a->v, line[i].head), document_text(text));
    }
    document_fact(p, "units", view_word(&a->v, WORD_UNITS),
                  document_number(p, (double)a->of.size, 0));
}

/* How many units have each grade, and of how many places. */
static void counts(const appraisal *a, document *p, const size_t *count) {
    double places = appraisal_at(a, AP_QUOTA, 0);
    document_facts(p, "counts", "");
    for (size_t g = 0; g <= a->grades; g++)
        if (g < a->grades || count[g])
            document_fact(p, grade_name(a, g), grade_name(a, g),
                          document_number(p, (double)count[g], 0));
    if (a->part[AP_QUOTA]) {
        document_facts(p, "quota", "");
        document_fact(p, "grade", view_word(&a->v, WORD_QUOTA), document_text(grade_name(a, 0)));
        document_fact(p, "places", view_word(&a->v, WORD_PLACES),
                      document_number(p, places, isnan(places) || places == floor(places) ? 0 : 2));
        document_fact(p, "used", view_word(&a->v, WORD_USED),
                      document_number(p, (double)count[0], 0));
    }
}

static void put(const appraisal *a, document *p, ap_part part, size_t unit, int places) {
    if (a->part[part]) document_put(p, document_number(p, appraisal_at(a, part, unit), places));
}

static void lists(const appraisal *a, document *p, const standing *list, const size_t *count) {
    document_column column[3];
    size_t columns = 0, next = 0;
    if (a->part[AP_RANK])
        column[columns++] = (document_column){"rank", view_word(&a->v, WORD_RANK), WIDTH_RIGHT, 0};
    column[columns++] =
        (document_column){a->of.name, view_axis_title(&a->v, &a->of), WIDTH_LEFT, 20};
    column[columns++] = (document_column){"total", view_word(&a->v, WORD_TOTAL), WIDTH_RIGHT, 0};
    document_list(p, "list", "grade");
    for (size_t g = 0; g <= a->grades; g++) {
        if (!count[g]) continue;
        char *title =
            arena_print(&p->memory, view_word(&a->v, WORD_UNITS_OF), grade_name(a, g), count[g]);
        p->failed |= !title;
        document_table(p, g < a->grades ? a->grade[g] : "", title, column, columns);
        for (size_t i = 0; i < count[g]; i++, next++) {
            size_t unit = list[next].unit;
            put(a, p, AP_RANK, unit, a->part[AP_RANK] ? view_places(a->part[AP_RANK]) : 0);
            document_put(p, document_text(appraisal_unit(a, unit)));
            put(a, p, AP_TOTAL, unit, view_places(a->part[AP_TOTAL]));
        }
    }
}

int notice_make(appraisal *a, document *out, fault *f) {
    standing *list = in_order(a);
    size_t *count = mem_zero(a->grades + 1, sizeof *count);
    document_open(out, "notice", view_word(&a->v, WORD_NOTICE), view_word(&a->v, WORD_COLON),
                  view_word(&a->v, WORD_NONE));
    if (list && count) {
        for (size_t i = 0; i < a->of.size; i++) count[list[i].grade]++;
        head(a, out);
        counts(a, out, count);
        lists(a, out, list, count);
    }
    int fine = (list && count && !out->failed) || fault_memory(f);
    mem_free(list);
    mem_free(count);
    return fine;
}
