/* An assessment of units as those who hand out its results see it. */
#include "report/appraisal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* The key in `statement`, and the usual name of the output. */
static const struct usual {
    const char *key, *name;
    assess_kind kind;
    char over; /* 'u' units, 'p' parts, 'r' rows, 'e' events, '0' nothing */
} usual[AP_LAST] = {
    [AP_TOTAL] = {"total", "total", ASSESS_NUMBER, 'u'},
    [AP_GRADE] = {"grade", "grade", ASSESS_TEXT, 'u'},
    [AP_RANK] = {"rank", "rank", ASSESS_NUMBER, 'u'},
    [AP_BONUS] = {"bonus", "bonus", ASSESS_NUMBER, 'u'},
    [AP_PENALTY] = {"penalty", "penalty", ASSESS_NUMBER, 'u'},
    [AP_VETOED] = {"vetoed", "vetoed", ASSESS_TRUTH, 'u'},
    [AP_PARTS] = {"parts", "parts", ASSESS_NUMBER, 'p'},
    [AP_FULL] = {"full", "full", ASSESS_NUMBER, 'p'},
    [AP_QUOTA] = {"quota", "quota", ASSESS_NUMBER, '0'},
    [AP_OWNER] = {"owner", "unit", ASSESS_TEXT, 'r'},
    [AP_TASK] = {"task", "task", ASSESS_TEXT, 'r'},
    [AP_MARK] = {"mark", "mark", ASSESS_NUMBER, 'r'},
    [AP_DEDUCTION] = {"deduction", "deduction", ASSESS_NUMBER, 'r'},
    [AP_CLAUSE] = {"clause", "clause", ASSESS_TEXT, 'r'},
    [AP_EVIDENCE] = {"evidence", "evidence", ASSESS_TEXT, 'r'},
    [AP_EVENT_OWNER] = {"event_owner", "event_unit", ASSESS_TEXT, 'e'},
    [AP_EVENT_KIND] = {"event_kind", "event_kind", ASSESS_TEXT, 'e'},
    [AP_EVENT_POINTS] = {"event_points", "event_points", ASSESS_NUMBER, 'e'},
    [AP_EVENT_CLAUSE] = {"event_clause", "event_clause", ASSESS_TEXT, 'e'},
    [AP_EVENT_EVIDENCE] = {"event_evidence", "event_evidence", ASSESS_TEXT, 'e'},
};

/* The columns of the table of tasks where the rule gives none. */
static const char *const task_columns[] = {"task",      "role", "weight",    "due", "done",
                                           "late_days", "mark", "deduction", NULL};

static const char *statement_fact(const appraisal *p, const char *key) {
    buf name = BUF_INIT;
    buf_print(&name, "statement.%s", key);
    const char *found = assess_fact(p->session, buf_string(&name));
    buf_release(&name);
    return found;
}

static const char *said_nth(const appraisal *p, const char *key, size_t i) {
    buf name = BUF_INIT;
    buf_print(&name, "%s.%zu", key, i + 1);
    const char *found = statement_fact(p, buf_string(&name));
    buf_release(&name);
    return found;
}

const char *appraisal_title(const appraisal *p, ap_part part) {
    static const char *const word[AP_LAST] = {
        [AP_TOTAL] = TEXT("Total"),   [AP_GRADE] = TEXT("Grade"),     [AP_RANK] = TEXT("Rank"),
        [AP_BONUS] = TEXT("Bonus"),   [AP_PENALTY] = TEXT("Penalty"), [AP_VETOED] = TEXT("Veto"),
        [AP_FULL] = TEXT("Full mark")};
    const assess_array *x = p->part[part];
    const char *title = view_output_title(&p->v, x);
    return word[part] && !strcmp(title, x->name) ? view_text(&p->v, word[part]) : title;
}

const char *appraisal_unit(const appraisal *p, size_t unit) {
    return assess_title(p->session, &p->of, unit);
}

double appraisal_at(const appraisal *p, ap_part part, size_t at) {
    return appraisal_element(p->part[part], at);
}

double appraisal_element(const assess_array *x, size_t at) {
    if (!x) return (double)NAN;
    if (!x->axes) return x->value[0];
    return at < x->axis[0].size ? x->value[at * x->stride[0]] : (double)NAN;
}

/* ---- grades ---- */

size_t appraisal_grade(const appraisal *p, double grade) {
    const char *text = assess_text(p->session, grade);
    size_t i = 0;
    while (i < p->grades && strcmp(p->grade[i], text)) i++;
    return *text ? i : p->grades;
}

int appraisal_better(const appraisal *p, double grade, double than) {
    size_t i = appraisal_grade(p, grade), k = appraisal_grade(p, than);
    if (isnan(grade) || grade == than) return 0;
    return i < p->grades ? i < k : !p->listed;
}

/* Those the rule lists; then others, in the order of the best total they were given for. */
static int find_grades(appraisal *p) {
    size_t listed = 0;
    while (*said_nth(p, "grades", listed)) listed++;
    p->listed = listed > 0;
    p->grade = mem_zero(listed + 1, sizeof *p->grade);
    if (!p->grade) return 0;
    for (; p->grades < listed; p->grades++) p->grade[p->grades] = said_nth(p, "grades", p->grades);
    while (p->part[AP_GRADE]) {
        double best = (double)NAN, grade = (double)NAN;
        for (size_t i = 0; i < p->of.size; i++) {
            double g = appraisal_at(p, AP_GRADE, i), t = appraisal_at(p, AP_TOTAL, i);
            if (isnan(g) || appraisal_grade(p, g) < p->grades) continue;
            if (isnan(grade) || t > best || (isnan(best) && !isnan(t))) {
                best = t;
                grade = g;
            }
        }
        if (isnan(grade)) return 1;
        const char **grown = mem_grow(p->grade, (p->grades + 1) * sizeof *grown);
        if (!grown) return 0;
        p->grade = grown;
        grown[p->grades++] = assess_text(p->session, grade);
    }
    return 1;
}

/* ---- whose lines are which ---- */

typedef struct named {
    const char *label;
    size_t at;
} named;

static int by_label(const void *a, const void *b) {
    return strcmp(((const named *)a)->label, ((const named *)b)->label);
}

/* Each text is looked up once: what it stands for is remembered by its number. */
static int find_lines(const appraisal *p, const assess_array *owner, ap_lines *out) {
    size_t n = owner ? owner->size : 0, units = p->of.size, most = 0;
    for (size_t i = 0; i < n; i++)
        if (owner->value[i] > (double)most) most = (size_t)owner->value[i];
    named *name = mem_zero(units + 1, sizeof *name);
    size_t *known = mem_zero(most + 1, sizeof *known); /* the unit plus two; 1: no unit */
    out->start = mem_zero(units + 2, sizeof *out->start);
    out->line = mem_zero(n + 1, sizeof *out->line);
    int fine = name && known && out->start && out->line;
    for (size_t i = 0; fine && i < units; i++)
        name[i] = (named){assess_label(p->session, &p->of, i), i};
    if (fine) qsort(name, units, sizeof *name, by_label);
    for (int pass = 0; fine && pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            if (isnan(owner->value[i])) continue;
            size_t *unit = &known[(size_t)owner->value[i]];
            if (!*unit) {
                const named key = {assess_text(p->session, owner->value[i]), 0};
                const named *found = bsearch(&key, name, units, sizeof *name, by_label);
                *unit = found ? found->at + 2 : 1;
            }
            if (*unit == 1) continue;
            if (pass)
                out->line[out->start[*unit - 2]++] = i;
            else
                out->start[*unit - 1]++;
        }
        if (!pass)
            for (size_t i = 0; i < units; i++) out->start[i + 1] += out->start[i];
    }
    /* Filling moved each start to the next one's place. */
    for (size_t i = units; fine && i > 0; i--) out->start[i] = out->start[i - 1];
    if (fine) out->start[0] = 0;
    mem_free(name);
    mem_free(known);
    return fine;
}

/* ---- which output plays which part ---- */

static int over(const assess_array *x, const assess_axis *axis) {
    return x->axes == 1 && x->axis[0].id == axis->id;
}

/* Does an output suit the part? On the way the axes become known: `rows` is that of the marks
 * unless the rule says, `events` that of the events' points or owners. */
static int suits(appraisal *p, const struct usual *u, const assess_array *x) {
    if (x->kind != u->kind) return 0;
    switch (u->over) {
    case '0': return x->axes == 0;
    case 'u': return over(x, &p->of);
    case 'p':
        if (x->axes == 1 && u->kind == ASSESS_NUMBER && !strcmp(u->key, "full"))
            return x->axis[0].id == p->parts.id && p->parts.size;
        return x->axes == 2 && view_axis(x, p->of.id) >= 0;
    case 'r': return p->rows.size && over(x, &p->rows);
    default: return p->events.size && over(x, &p->events);
    }
}

static const assess_array *named_output(const appraisal *p, ap_part part) {
    const char *given = statement_fact(p, usual[part].key);
    const assess_array *x = assess_output_named(p->session, *given ? given : usual[part].name);
    return x || part != AP_FULL ? x : assess_array_named(p->session, given);
}

/* The axis the rule names, else the only axis of an output. */
static assess_axis axis_of(const appraisal *p, const char *key, const assess_array *x) {
    const char *given = statement_fact(p, key);
    for (size_t i = 0; *given && i < assess_output_count(p->session); i++) {
        const assess_array *y = assess_output(p->session, i);
        for (int k = 0; k < y->axes; k++)
            if (!strcmp(y->axis[k].name, given)) return y->axis[k];
    }
    if (*given || !x || x->axes != 1 || x->axis[0].id == p->of.id) return (assess_axis){.name = ""};
    return x->axis[0];
}

static void find_parts(appraisal *p, fault *f) {
    static const char *const shapes[] = {['u'] = TEXT("one for each unit"),
                                         ['p'] = TEXT("one for each unit and part"),
                                         ['r'] = TEXT("one for each row"),
                                         ['e'] = TEXT("one for each event"),
                                         ['0'] = TEXT("a single number")};
    for (int i = 0; i < AP_LAST; i++) {
        const assess_array *x = named_output(p, (ap_part)i);
        if (x && suits(p, &usual[i], x)) {
            p->part[i] = x;
            if (i == AP_PARTS) p->parts = x->axis[x->axis[0].id == p->of.id];
        } else if (x && *statement_fact(p, usual[i].key)) {
            fault_at(f, FAULT_RULE, NULL, NULL, "statement.%s = \"%s\" is not %s%s", usual[i].key,
                     x->name, text_message(shapes[(int)usual[i].over]),
                     usual[i].kind == ASSESS_TEXT ? text_message(", a text") : "");
        }
    }
}

static void add_column(appraisal *p, const char *name, int must, fault *f) {
    const assess_array *x = assess_output_named(p->session, name);
    if (x && over(x, &p->rows) && p->rows.size && p->columns < AP_COLUMNS)
        p->column[p->columns++] = x;
    else if (must)
        fault_at(f, FAULT_RULE, NULL, NULL, "statement.columns: '%s' is not one for each row",
                 name);
}

static void find_columns(appraisal *p, fault *f) {
    size_t given = 0;
    for (; *said_nth(p, "columns", given); given++)
        add_column(p, said_nth(p, "columns", given), 1, f);
    for (size_t i = 0; !given && task_columns[i]; i++) add_column(p, task_columns[i], 0, f);
}

/* NAME_unit and their like. */
static const assess_array *list_output(const appraisal *p, const char *name, const char *what,
                                       assess_kind kind, const assess_array *like) {
    buf full = BUF_INIT;
    buf_print(&full, "%s_%s", name, what);
    const assess_array *x = assess_output_named(p->session, buf_string(&full));
    buf_release(&full);
    return x && x->kind == kind && x->axes == 1 && (!like || over(x, &like->axis[0])) ? x : NULL;
}

static int find_lists(appraisal *p, fault *f) {
    for (size_t i = 0; *said_nth(p, "lists", i); i++) {
        const char *name = said_nth(p, "lists", i);
        const assess_array *owner = list_output(p, name, "unit", ASSESS_TEXT, NULL);
        const assess_array *lost = list_output(p, name, "deduction", ASSESS_NUMBER, owner);
        if (!owner || !lost || p->lists == AP_LISTS) {
            fault_at(f, FAULT_RULE, NULL, p->lists == AP_LISTS ? "there are too many lists" : NULL,
                     "statement.lists: '%s' needs the outputs %s_unit, a text, and %s_deduction, a "
                     "number, over one axis",
                     name, name, name);
            continue;
        }
        ap_list *l = &p->list[p->lists++];
        *l = (ap_list){.owner = owner,
                       .deduction = lost,
                       .item = list_output(p, name, "item", ASSESS_TEXT, owner),
                       .clause = list_output(p, name, "clause", ASSESS_TEXT, owner),
                       .evidence = list_output(p, name, "evidence", ASSESS_TEXT, owner)};
        if (!find_lines(p, owner, &l->lines)) return fault_memory(f);
    }
    return 1;
}

int appraisal_open(appraisal *p, assess *a, fault *f) {
    *p = (appraisal){.session = a};
    const view_wish wish = {.top = 1};
    if (!view_open(&p->v, a, &wish, f)) return 0;
    const assess_array *total = named_output(p, AP_TOTAL);
    const char *of = statement_fact(p, "of");
    for (int k = 0; total && k < total->axes; k++)
        if (!strcmp(total->axis[k].name, *of ? of : "unit") || (!*of && total->axes == 1))
            p->of = total->axis[k];
    if (!total || !p->of.name || !over(total, &p->of) || total->kind != ASSESS_NUMBER)
        return fault_at(f, FAULT_RULE, NULL,
                        "statement = { of = \"unit\", total = \"total\" } says which it is",
                        "%s: there is no total with one number for each unit",
                        assess_fact(a, "file"));
    p->rows = axis_of(p, "rows", named_output(p, AP_MARK));
    p->events = axis_of(p, "events", named_output(p, AP_EVENT_OWNER));
    find_parts(p, f);
    find_columns(p, f);
    if (!find_lists(p, f) || f->count) return 0;
    for (size_t i = 0; i < p->of.size; i++)
        if (!isnan(appraisal_at(p, AP_TOTAL, i))) p->scored++;
    return (find_grades(p) && find_lines(p, p->part[AP_OWNER], &p->row) &&
            find_lines(p, p->part[AP_EVENT_OWNER], &p->event)) ||
           fault_memory(f);
}

void appraisal_close(appraisal *p) {
    mem_free(p->row.start);
    mem_free(p->row.line);
    mem_free(p->event.start);
    mem_free(p->event.line);
    for (size_t i = 0; i < p->lists; i++) {
        mem_free(p->list[i].lines.start);
        mem_free(p->list[i].lines.line);
    }
    mem_free(p->grade);
    view_close(&p->v);
    *p = (appraisal){0};
}

/* ---- what would be otherwise: the rule's own formulas, with one element changed ---- */

/* The session tells what went wrong in its messages; the caller gets the last of them. */
static int fail_with_message(appraisal *p, assess_status status, fault *f) {
    size_t count = assess_message_count(p->session);
    return fault_set(f, (fault_kind)status, "%s",
                     count ? assess_message_at(p->session, count - 1).text : "");
}

static int change_element(appraisal *p, const assess_array *x, size_t at, double value, fault *f) {
    assess_status status = assess_change(p->session, x, x->axes ? at * x->stride[0] : 0, value);
    if (!status) status = assess_recompute(p->session);
    return !status || fail_with_message(p, status, f);
}

int appraisal_without(appraisal *p, const assess_array *x, size_t at, double value, size_t unit,
                      ap_outcome *out, fault *f) {
    double before = appraisal_element(x, at);
    if (!change_element(p, x, at, value, f)) return 0;
    *out = (ap_outcome){appraisal_at(p, AP_TOTAL, unit), appraisal_at(p, AP_GRADE, unit)};
    return change_element(p, x, at, before, f);
}

int appraisal_rest(appraisal *p, ap_part part, size_t unit, double *rest, fault *f) {
    const assess_array *points = p->part[AP_EVENT_POINTS];
    *rest = appraisal_at(p, part, unit);
    size_t from = p->event.start[unit], count = p->event.start[unit + 1] - from;
    if (!points || !count || !assess_depends(p->session, p->part[part], points)) return 1;
    double *before = mem_take(count * sizeof *before);
    if (!before) return fault_memory(f);
    assess_status status = ASSESS_OK;
    for (size_t i = 0; i < count; i++)
        before[i] = appraisal_at(p, AP_EVENT_POINTS, p->event.line[from + i]);
    for (int undo = 0; undo < 2 && !status; undo++) {
        for (size_t i = 0; i < count && !status; i++)
            if (!isnan(before[i]))
                status =
                    assess_change(p->session, points, p->event.line[from + i] * points->stride[0],
                                  undo ? before[i] : 0);
        if (!status) status = assess_recompute(p->session);
        if (!undo && !status) *rest = appraisal_at(p, part, unit);
    }
    mem_free(before);
    return !status || fail_with_message(p, status, f);
}

/* Outcome with a total of so many hundredths. */
static int with_total(appraisal *p, size_t unit, double hundredths, ap_outcome *out, fault *f) {
    return appraisal_without(p, p->part[AP_TOTAL], unit, hundredths / 100, unit, out, f);
}

int appraisal_next(appraisal *p, size_t unit, ap_outcome *out, fault *f) {
    double total = appraisal_at(p, AP_TOTAL, unit), grade = appraisal_at(p, AP_GRADE, unit);
    double low = floor(total * 100), high = low, step = 100;
    ap_outcome found = {(double)NAN, (double)NAN}, tried;
    *out = found;
    if (isnan(total) || isnan(grade)) return 1;
    /* Upwards in doubling steps to a total that lifts the grade, then halving what lies between. */
    for (; step <= 102400; step *= 2) {
        high = low + step;
        if (!with_total(p, unit, high, &tried, f)) return 0;
        if (appraisal_better(p, tried.grade, grade)) break;
        low = high;
    }
    if (step > 102400) return 1;
    found = (ap_outcome){high / 100, tried.grade};
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        if (!with_total(p, unit, middle, &tried, f)) return 0;
        if (appraisal_better(p, tried.grade, grade)) {
            high = middle;
            found = (ap_outcome){high / 100, tried.grade};
        } else {
            low = middle;
        }
    }
    *out = found;
    return 1;
}
