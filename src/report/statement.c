/* The statement of a unit, and the notice that lists all. */
#include "report/statement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/report.h"

enum { WRAP = 8 };

/* ---- cells ---- */

static document_cell element_cell(const appraisal *a, document *p, const assess_array *x,
                                  double e) {
    buf b = BUF_INIT;
    if (isnan(e)) return document_shown("-", NULL, 0);
    if (x->kind == ASSESS_TEXT) return document_text(assess_text(a->session, e));
    if (x->kind == ASSESS_NUMBER) return document_number(p, e, view_places(x));
    if (x->kind == ASSESS_TRUTH)
        return document_shown(view_text(&a->v, e != 0 ? TEXT("yes") : TEXT("no")),
                              e != 0 ? "true" : "false", 1);
    view_date(&b, e);
    document_cell out = document_text(document_print(p, "%s", buf_string(&b)));
    buf_release(&b);
    return out;
}

/* The cell of an array along its first axis. */
static document_cell cell_at(const appraisal *a, document *p, const assess_array *x, size_t at) {
    return document_about_cell(element_cell(a, p, x, appraisal_element(x, at)), x,
                               x->axes ? at * x->stride[0] : 0);
}

static document_cell part_cell(const appraisal *a, document *p, ap_part which, size_t at) {
    return cell_at(a, p, a->part[which], at);
}

/* A text that a word frames. */
static document_cell framed_cell(document *p, const char *format, const char *text, size_t count) {
    return document_text(document_print(p, format, text, count));
}

/* ---- what it is, and the result ---- */

static void put_fact(const appraisal *a, document *p, const char *name, const char *w) {
    const char *text = assess_fact(a->session, name);
    if (*text) document_fact(p, name, view_text(&a->v, w), document_text(text));
}

static void put_result(const appraisal *a, document *p, size_t unit) {
    static const struct {
        ap_part part;
        const char *id;
    } line[] = {{AP_BONUS, "bonus"}, {AP_PENALTY, "penalty"}, {AP_VETOED, "vetoed"}};
    document_facts(p, "result", "");
    document_fact(p, "unit", view_axis_title(&a->v, &a->of),
                  document_text(appraisal_unit(a, unit)));
    put_fact(a, p, "title", TEXT("Rules"));
    put_fact(a, p, "cite", TEXT("Basis"));
    put_fact(a, p, "status", TEXT("Edition"));
    document_fact(p, "total", appraisal_title(a, AP_TOTAL), part_cell(a, p, AP_TOTAL, unit));
    if (a->part[AP_GRADE])
        document_fact(p, "grade", appraisal_title(a, AP_GRADE), part_cell(a, p, AP_GRADE, unit));
    if (a->part[AP_RANK]) {
        document_cell rank = part_cell(a, p, AP_RANK, unit);
        if (rank.plain)
            rank.shown =
                framed_cell(p, view_text(&a->v, "%1$s of %2$zu"), rank.shown, a->scored).shown;
        document_fact(p, "rank", appraisal_title(a, AP_RANK), rank);
    }
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        if (a->part[line[i].part])
            document_fact(p, line[i].id, appraisal_title(a, line[i].part),
                          part_cell(a, p, line[i].part, unit));
}

static void put_parts(const appraisal *a, document *p, size_t unit) {
    const assess_array *x = a->part[AP_PARTS], *full = a->part[AP_FULL];
    if (!x) return;
    const document_column column[] = {{"part", view_text(&a->v, "Part"), WIDTH_LEFT, WRAP},
                                      {"points", view_text(&a->v, "Score"), WIDTH_RIGHT, 0},
                                      {"full", view_text(&a->v, "Full mark"), WIDTH_RIGHT, 0}};
    document_table(p, "parts", view_text(&a->v, "Scores by part"), column, full ? 3 : 2);
    location s = {0};
    location_add(&s, a->of.id, unit);
    for (size_t i = 0; i < a->parts.size; i++) {
        location at = s;
        location_add(&at, a->parts.id, i);
        document_put(p, document_text(assess_title(a->session, &a->parts, i)));
        document_put(p, document_about_cell(element_cell(a, p, x, location_value(x, &at)), x,
                                            location_offset(x, &at)));
        if (full)
            document_put(p, document_about_cell(element_cell(a, p, full, location_value(full, &at)),
                                                full, location_offset(full, &at)));
    }
}

static void put_tasks(const appraisal *a, document *p, size_t unit) {
    document_column column[AP_COLUMNS];
    if (!a->columns || !a->part[AP_OWNER]) return;
    for (size_t i = 0; i < a->columns; i++) {
        const assess_array *x = a->column[i];
        column[i] = (document_column){x->name, view_output_title(&a->v, x),
                                      x->kind == ASSESS_NUMBER ? WIDTH_RIGHT : WIDTH_LEFT,
                                      x->kind == ASSESS_TEXT ? WRAP : 0};
    }
    document_table(p, "tasks", view_text(&a->v, "Tasks"), column, a->columns);
    for (size_t r = a->row.start[unit]; r < a->row.start[unit + 1]; r++)
        for (size_t i = 0; i < a->columns; i++)
            document_put(p, cell_at(a, p, a->column[i], a->row.line[r]));
}

/* ---- deductions, bonus, penalty, veto: each with what would be without it ---- */

typedef struct item {
    const char *kind, *name;
    document_cell points, clause, evidence;
    const assess_array *changed; /* NULL: nothing that the total or the grade hangs on */
    size_t at;
    double without; /* the value it is changed to */
} item;

typedef struct lift {
    int found;
    const char *name;
    document_cell points;
    ap_outcome outcome;
} lift;

/* The output, if the total or the grade hangs on it; else NULL. */
static const assess_array *if_it_matters(const appraisal *a, const assess_array *x) {
    return x && (assess_depends(a->session, a->part[AP_TOTAL], x) ||
                 (a->part[AP_GRADE] && assess_depends(a->session, a->part[AP_GRADE], x)))
               ? x
               : NULL;
}

static int put_item(appraisal *a, document *p, size_t unit, const item *it, lift *best, fault *f) {
    double total = appraisal_at(a, AP_TOTAL, unit), grade = appraisal_at(a, AP_GRADE, unit);
    ap_outcome o = {(double)NAN, (double)NAN};
    if (it->changed && !appraisal_without(a, it->changed, it->at, it->without, unit, &o, f))
        return 0;
    if (a->part[AP_GRADE] && appraisal_better(a, o.grade, grade) &&
        (!best->found || o.total - total < best->outcome.total - total))
        *best = (lift){1, it->name, it->points, o};
    DOCUMENT_ROW(p, document_text(it->kind), document_text(it->name), it->points, it->clause,
                 it->evidence, element_cell(a, p, a->part[AP_TOTAL], o.total));
    if (a->part[AP_GRADE]) document_put(p, element_cell(a, p, a->part[AP_GRADE], o.grade));
    return !p->failed || fault_memory(f);
}

static document_cell text_of(const appraisal *a, const assess_array *x, size_t at) {
    return document_text(x ? assess_text(a->session, appraisal_element(x, at)) : "");
}

/* A clause; where it is the citation of the rules as a whole, people find it at the head alone. */
static document_cell clause_of(const appraisal *a, const assess_array *x, size_t at) {
    document_cell out = text_of(a, x, at);
    out.shown = view_cite(a->session, out.shown);
    return out;
}

static document_cell text_at(const appraisal *a, ap_part part, size_t at) {
    return text_of(a, a->part[part], at);
}

static int put_deductions(appraisal *a, document *p, size_t unit, lift *best, fault *f) {
    const assess_array *lost = a->part[AP_DEDUCTION], *mark = a->part[AP_MARK];
    if (!lost || !a->part[AP_OWNER]) return 1;
    /* Without the deduction the mark is higher by it, where the mark is not computed from it. */
    const assess_array *direct = if_it_matters(a, lost),
                       *changed = direct ? direct : if_it_matters(a, mark);
    for (size_t r = a->row.start[unit]; r < a->row.start[unit + 1]; r++) {
        size_t at = a->row.line[r];
        double points = appraisal_element(lost, at);
        if (!(points > 0) || (mark && isnan(appraisal_element(mark, at)))) continue; /* exempt */
        const char *task = a->part[AP_TASK] ? assess_text(a->session, appraisal_at(a, AP_TASK, at))
                                            : assess_title(a->session, &a->rows, at);
        const item it = {view_text(&a->v, "Deducted"),
                         task,
                         document_number(p, -points, view_places(lost)),
                         clause_of(a, a->part[AP_CLAUSE], at),
                         text_at(a, AP_EVIDENCE, at),
                         changed,
                         at,
                         direct ? 0 : appraisal_element(mark, at) + points};
        if (!put_item(a, p, unit, &it, best, f)) return 0;
    }
    return 1;
}

/* The further lists the rule names. */
static int put_listed(appraisal *a, document *p, const ap_list *l, size_t unit, lift *best,
                      fault *f) {
    for (size_t r = l->lines.start[unit]; r < l->lines.start[unit + 1]; r++) {
        size_t at = l->lines.line[r];
        double points = appraisal_element(l->deduction, at);
        if (!(points > 0)) continue;
        const char *name = l->item ? assess_text(a->session, appraisal_element(l->item, at))
                                   : assess_title(a->session, &l->owner->axis[0], at);
        const item it = {view_text(&a->v, "Deducted"),
                         name,
                         document_number(p, -points, view_places(l->deduction)),
                         clause_of(a, l->clause, at),
                         text_of(a, l->evidence, at),
                         if_it_matters(a, l->deduction),
                         at,
                         0};
        if (!put_item(a, p, unit, &it, best, f)) return 0;
    }
    return 1;
}

static int put_events(appraisal *a, document *p, size_t unit, lift *best, fault *f) {
    if (!a->part[AP_EVENT_OWNER]) return 1;
    const assess_array *changed = if_it_matters(a, a->part[AP_EVENT_POINTS]);
    for (size_t r = a->event.start[unit]; r < a->event.start[unit + 1]; r++) {
        size_t at = a->event.line[r];
        double points = appraisal_at(a, AP_EVENT_POINTS, at);
        const item it = {assess_text(a->session, appraisal_at(a, AP_EVENT_KIND, at)),
                         assess_title(a->session, &a->events, at),
                         isnan(points) ? document_text("") : part_cell(a, p, AP_EVENT_POINTS, at),
                         clause_of(a, a->part[AP_EVENT_CLAUSE], at),
                         text_at(a, AP_EVENT_EVIDENCE, at),
                         isnan(points) ? NULL : changed,
                         at,
                         0};
        if (!put_item(a, p, unit, &it, best, f)) return 0;
    }
    return 1;
}

/* The veto of the unit, and what of its bonus and penalty no event of the list accounts for. How
 * that adds up with the events under a cap is not known: what would be without it is told only
 * where there are none. */
static int put_totals(appraisal *a, document *p, size_t unit, lift *best, fault *f) {
    static const struct {
        ap_part part;
        const char *kind;
    } whole[] = {
        {AP_BONUS, TEXT("Bonus")}, {AP_PENALTY, TEXT("Penalty")}, {AP_VETOED, TEXT("Veto")}};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        ap_part part_of = whole[i].part;
        double x = appraisal_at(a, part_of, unit), rest = x;
        if (isnan(x) || x == 0) continue;
        if (part_of != AP_VETOED && a->part[AP_EVENT_OWNER] &&
            !appraisal_rest(a, part_of, unit, &rest, f))
            return 0;
        if (isnan(rest) || rest == 0) continue;
        const char *kind = view_text(&a->v, whole[i].kind);
        const item it = {kind,
                         rest == x ? appraisal_title(a, part_of) : view_text(&a->v, "Other"),
                         part_of == AP_VETOED
                             ? document_text("")
                             : document_number(p, rest, view_places(a->part[part_of])),
                         document_text(""),
                         document_text(""),
                         rest == x ? if_it_matters(a, a->part[part_of]) : NULL,
                         unit,
                         0};
        if (!put_item(a, p, unit, &it, best, f)) return 0;
    }
    return 1;
}

static int put_adjustments(appraisal *a, document *p, size_t unit, lift *best, fault *f) {
    const document_column column[] = {
        {"kind", view_text(&a->v, "Kind"), WIDTH_LEFT, 0},
        {"item", view_text(&a->v, "Item"), WIDTH_LEFT, WRAP},
        {"points", view_text(&a->v, "Points"), WIDTH_RIGHT, 0},
        {"clause", view_text(&a->v, "Clause"), WIDTH_LEFT, WRAP},
        {"evidence", view_text(&a->v, "Evidence"), WIDTH_LEFT, WRAP},
        {"total_without", view_text(&a->v, "Total without"), WIDTH_RIGHT, 0},
        {"grade_without", view_text(&a->v, "Grade without"), WIDTH_LEFT, 0}};
    document_table(p, "adjustments", view_text(&a->v, "Deductions, bonus and veto"), column,
                   a->part[AP_GRADE] ? 7 : 6);
    document_tell(p,
                  view_text(&a->v, "The total is computed anew with everything as it is but this "
                                   "item."));
    if (!put_deductions(a, p, unit, best, f)) return 0;
    for (size_t i = 0; i < a->lists; i++)
        if (!put_listed(a, p, &a->list[i], unit, best, f)) return 0;
    return put_events(a, p, unit, best, f) && put_totals(a, p, unit, best, f);
}

/* ---- what would have changed the grade ---- */

static int put_grades(appraisal *a, document *p, size_t unit, const lift *best, fault *f) {
    double grade = appraisal_at(a, AP_GRADE, unit);
    ap_outcome next;
    if (isnan(grade)) return 1;
    document_facts(p, "change", view_text(&a->v, "What would have changed the grade"));
    if (a->listed && appraisal_grade(a, grade) == 0) {
        document_fact(p, "next_grade", view_text(&a->v, "Next grade"),
                      document_shown(framed_cell(p, view_text(&a->v, "%s is the best grade."),
                                                 assess_text(a->session, grade), 0)
                                         .shown,
                                     NULL, 0));
        return 1;
    }
    if (!assess_depends(a->session, a->part[AP_GRADE], a->part[AP_TOTAL])) return 1;
    if (!appraisal_next(a, unit, &next, f)) return 0;
    if (isnan(next.total)) {
        document_fact(
            p, "next_grade", view_text(&a->v, "Next grade"),
            document_shown(
                view_text(&a->v, "No higher total changes the grade, all else unchanged."), NULL,
                0));
    } else {
        /* hundredths both: what lies between is rounded like them */
        double more = round((next.total - appraisal_at(a, AP_TOTAL, unit)) * 1e6) / 1e6;
        document_fact(p, "next_grade", view_text(&a->v, "Next grade"),
                      element_cell(a, p, a->part[AP_GRADE], next.grade));
        document_fact(p, "next_total", view_text(&a->v, "Needs a total of"),
                      document_number(p, next.total, 2));
        document_fact(p, "short_by", view_text(&a->v, "Short by"), document_number(p, more, 2));
    }
    if (!best->found) {
        document_fact(
            p, "smallest_item", view_text(&a->v, "Smallest item"),
            document_shown(view_text(&a->v, "No single item's absence lifts the grade."), NULL, 0));
        return 1;
    }
    document_fact(p, "smallest_item", view_text(&a->v, "Smallest item"), document_text(best->name));
    if (best->points.plain)
        document_fact(p, "smallest_points", view_text(&a->v, "Points"), best->points);
    document_fact(p, "smallest_total", view_text(&a->v, "Total without"),
                  element_cell(a, p, a->part[AP_TOTAL], best->outcome.total));
    document_fact(p, "smallest_grade", view_text(&a->v, "Grade without"),
                  element_cell(a, p, a->part[AP_GRADE], best->outcome.grade));
    return 1;
}

int statement_make(appraisal *a, size_t unit, document *out, fault *f) {
    lift best = {0};
    const char *note = assess_fact(a->session, "statement.note");
    document_open(out, "statement", view_text(&a->v, "Statement"), view_text(&a->v, ": "),
                  view_text(&a->v, "None."));
    out->view = &a->v;
    put_result(a, out, unit);
    put_parts(a, out, unit);
    put_tasks(a, out, unit);
    if (a->pictures)
        report_chart(out, a->session, NULL, "timeline", assess_label(a->session, &a->of, unit));
    if (!put_adjustments(a, out, unit, &best, f) || !put_grades(a, out, unit, &best, f)) return 0;
    if (*note) document_note(out, "note", note);
    return !out->failed || fault_memory(f);
}

/* ---- the notice ---- */

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
    return grade < a->grades ? a->grade[grade] : view_text(&a->v, "No grade");
}

static void put_head(const appraisal *a, document *p) {
    document_facts(p, "notice", "");
    put_fact(a, p, "title", TEXT("Rules"));
    put_fact(a, p, "cite", TEXT("Basis"));
    put_fact(a, p, "status", TEXT("Edition"));
    document_fact(p, "units", view_text(&a->v, "Units"), document_number(p, (double)a->of.size, 0));
    document_tell(p, view_text(&a->v, "Counted over the lists below."));
}

/* How many units have each grade, and of how many places. */
static void put_counts(const appraisal *a, document *p, const size_t *count) {
    double places = appraisal_at(a, AP_QUOTA, 0);
    document_facts(p, "counts", "");
    for (size_t g = 0; g <= a->grades; g++)
        if (g < a->grades || count[g])
            document_fact(p, grade_name(a, g), grade_name(a, g),
                          document_number(p, (double)count[g], 0));
    document_tell(p, view_text(&a->v, "Counted over the lists below."));
    if (a->part[AP_QUOTA]) {
        const int whole = isnan(places) || places == floor(places);
        document_facts(p, "quota", "");
        document_fact(p, "grade", view_text(&a->v, "Quota on"), document_text(grade_name(a, 0)));
        document_fact(
            p, "places", view_text(&a->v, "Places"),
            document_about_cell(document_number(p, places, whole ? 0 : 2), a->part[AP_QUOTA], 0));
        document_fact(p, "used", view_text(&a->v, "Used"), document_number(p, (double)count[0], 0));
        document_tell(p, view_text(&a->v, "Counted over the lists below."));
    }
}

static void put_part(const appraisal *a, document *p, ap_part part, size_t unit, int places) {
    const assess_array *x = a->part[part];
    if (x)
        document_put(p, document_about_cell(document_number(p, appraisal_at(a, part, unit), places),
                                            x, x->axes ? unit * x->stride[0] : 0));
}

static void put_lists(const appraisal *a, document *p, const standing *list, const size_t *count) {
    document_column column[3];
    size_t columns = 0, next = 0;
    if (a->part[AP_RANK])
        column[columns++] = (document_column){"rank", appraisal_title(a, AP_RANK), WIDTH_RIGHT, 0};
    column[columns++] =
        (document_column){a->of.name, view_axis_title(&a->v, &a->of), WIDTH_LEFT, 20};
    column[columns++] = (document_column){"total", appraisal_title(a, AP_TOTAL), WIDTH_RIGHT, 0};
    document_list(p, "list", "grade");
    for (size_t g = 0; g <= a->grades; g++) {
        if (!count[g]) continue;
        const char *title =
            document_print(p, view_text(&a->v, "%1$s (%2$zu)"), grade_name(a, g), count[g]);
        document_table(p, g < a->grades ? a->grade[g] : "", title, column, columns);
        for (size_t i = 0; i < count[g]; i++, next++) {
            size_t unit = list[next].unit;
            put_part(a, p, AP_RANK, unit, a->part[AP_RANK] ? view_places(a->part[AP_RANK]) : 0);
            document_put(p, document_text(appraisal_unit(a, unit)));
            put_part(a, p, AP_TOTAL, unit, view_places(a->part[AP_TOTAL]));
        }
    }
}

int notice_make(appraisal *a, document *out, fault *f) {
    standing *list = in_order(a);
    size_t *count = mem_zero(a->grades + 1, sizeof *count);
    document_open(out, "notice", view_text(&a->v, "Notice"), view_text(&a->v, ": "),
                  view_text(&a->v, "None."));
    out->view = &a->v;
    if (list && count) {
        for (size_t i = 0; i < a->of.size; i++) count[list[i].grade]++;
        put_head(a, out);
        put_counts(a, out, count);
        if (a->pictures) report_chart(out, a->session, NULL, "grades", NULL);
        put_lists(a, out, list, count);
    }
    int fine = (list && count && !out->failed) || fault_memory(f);
    mem_free(list);
    mem_free(count);
    return fine;
}
