/* What would have to change for a unit to reach a goal. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "change/unit_report.h"

enum { WRAP = 12, LISTED = 60, GRADES = 50 };

/* What is asked for, as the session wants it. */
typedef struct wanted {
    const view *v;
    const goal_wish *g;
    assess_goal goal;
    double value[GRADES];
    assess_limit *limit; /* with the names of cells */
    const char *said;
    document *p;
    fault *f;
} wanted;

/* ---- the goal ---- */

static int set(wanted *w, const assess_array *x, assess_goal_kind kind, size_t row,
               const char *what) {
    size_t at = x ? impact_place(w->v, x, row, 0) : VIEW_NONE;
    if (!x)
        return fault_at(w->f, FAULT_USAGE, NULL,
                        "show = { … } in the rules says which result it is", "the rules have no %s",
                        what);
    if (at == VIEW_NONE)
        return fault_at(w->f, FAULT_USAGE, NULL, "--at AXIS=LABEL picks one",
                        "'%s' has more than one value for a unit", x->name);
    w->goal.output = x;
    w->goal.element = at;
    w->goal.kind = kind;
    w->goal.value = w->value;
    w->goal.values = 1;
    return 1;
}

/* The i-th grade of the rules' list, best first; "" behind the last. */
static const char *listed_grade(const wanted *w, size_t i) {
    buf name = BUF_INIT;
    buf_print(&name, "statement.grades.%zu", i + 1);
    const char *grade = i < GRADES ? assess_fact(w->v->session, buf_string(&name)) : "";
    buf_release(&name);
    return grade;
}

static void add_grade(wanted *w, const char *grade) {
    double number = assess_text_number(w->v->session, grade);
    if (!isnan(number) && w->goal.values < GRADES) w->value[w->goal.values++] = number;
}

/* The grade asked for, and those before it where the rules list them. */
static int set_grades(wanted *w, const char *grade) {
    const assess_array *x = w->goal.output;
    suggestion near = suggest_for(grade);
    size_t listed = 0;
    buf grades = BUF_INIT;
    w->goal.values = 0;
    for (; *listed_grade(w, listed) && strcmp(listed_grade(w, listed), grade) != 0; listed++)
        suggest_try(&near, listed_grade(w, listed));
    for (size_t i = 0; *listed_grade(w, listed) && i <= listed; i++)
        add_grade(w, listed_grade(w, i));
    for (size_t i = 0; i < x->size && !w->goal.values; i++) {
        const char *text = assess_text(w->v->session, x->value[i]);
        if (!strcmp(text, grade)) add_grade(w, grade);
        if (*text) suggest_try(&near, text);
    }
    for (size_t i = 0; *listed_grade(w, i); i++)
        buf_print(&grades, "%s%s", i ? text_message(", ") : "", listed_grade(w, i));
    if (!w->goal.values)
        fault_unknown(w->f, suggest_best(&near), grades.length ? buf_string(&grades) : NULL,
                      text_message("no grade '%s'"), grade);
    buf_release(&grades);
    return w->goal.values > 0;
}

static int set_goal(wanted *w, size_t row) {
    const view *v = w->v;
    const goal_wish *g = w->g;
    const assess_array *score = impact_score(v, w->f);
    int fine = score != NULL;
    if (!fine) return 0;
    if (!isnan(g->rank)) {
        fine = set(w, v->part[ROLE_RANK], ASSESS_AT_MOST, row, "rank");
        w->value[0] = g->rank;
        if (fine && g->rank > (double)v->rows.size)
            fine = fault_set(w->f, FAULT_USAGE,
                             v->rows.size == 1 ? TEXT("--rank %g: there is %zu")
                                               : TEXT("--rank %g: there are %zu"),
                             g->rank, v->rows.size);
        w->said = document_print(w->p, view_text(v, "rank %g or better"), g->rank);
    } else if (!isnan(g->score)) {
        fine = set(w, score, ASSESS_AT_LEAST, row, "score");
        w->value[0] = g->score;
        w->said = document_print(w->p, view_text(v, "a score of %g"), g->score);
    } else if (g->grade) {
        fine = set(w, v->part[ROLE_GRADE], ASSESS_ONE_OF, row, "grade") && set_grades(w, g->grade);
        w->said = document_print(w->p, view_text(v, "the grade %s"), g->grade);
    } else {
        fine = set(w, v->part[ROLE_VERDICT], ASSESS_ONE_OF, row, "verdict");
        w->value[0] = 1;
        w->said = fine ? document_print(w->p, view_text(v, "%s: yes"),
                                        view_output_title(v, w->goal.output))
                       : "";
    }
    size_t at = impact_place(v, score, row, 0);
    w->goal.score = at == VIEW_NONE ? NULL : score;
    w->goal.score_element = at;
    return fine && (w->said || fault_memory(w->f));
}

/* Limits by the names that cells have; they are asked for by these, or by what readers call
 * them. */
static int set_limits(wanted *w, size_t row) {
    const goal_wish *g = w->g;
    const assess_cell *cell;
    size_t told = assess_message_count(w->v->session);
    size_t count = g->limits
                       ? assess_cells(w->v->session, w->goal.score ? w->goal.score : w->goal.output,
                                      row, &cell)
                       : 0;
    if (g->limits && assess_message_count(w->v->session) > told)
        return impact_fault(w->v, told, ASSESS_BUG, w->f);
    w->limit = mem_zero(g->limits + 1, sizeof *w->limit);
    if (!w->limit) return fault_memory(w->f);
    for (size_t i = 0; i < g->limits; i++) {
        suggestion near = suggest_for(g->limit[i].name);
        w->limit[i] = g->limit[i];
        w->limit[i].name = NULL;
        for (size_t k = 0; k < count && !w->limit[i].name; k++) {
            suggest_try(&near, cell[k].name);
            size_t n = strlen(g->limit[i].name);
            int column =
                !strncmp(cell[k].name, g->limit[i].name, n) && strchr("[@", cell[k].name[n]);
            if (column)
                w->limit[i].name = g->limit[i].name;
            else if (!strcmp(cell[k].name, g->limit[i].name) ||
                     !strcmp(cell[k].title, g->limit[i].name))
                w->limit[i].name = cell[k].name;
        }
        if (!w->limit[i].name)
            fault_unknown(w->f, suggest_best(&near), NULL,
                          text_message("'%s' is none of the unit's data that count"),
                          g->limit[i].name);
    }
    return !w->f->count;
}

/* ---- telling it ---- */

/* What the result besides the goal is called. */
static const char *told_title(const wanted *w) {
    return w->goal.score ? score_title(w->v, w->goal.score)
                         : view_output_title(w->v, w->goal.output);
}

static double relative(const assess_move *m, double to) {
    return (to - m->cell.value) / fabs(m->cell.value);
}

static void put_move(const wanted *w, const assess_move *m, double to) {
    DOCUMENT_ROW(w->p, impact_name(w->p, &m->cell), impact_at(w->v, w->p, &m->cell),
                 document_number(w->p, m->cell.value, -1), document_number(w->p, to, -1),
                 impact_share(w->p, relative(m, to)));
}

static void put_table(const wanted *w, const char *id, const char *title, const char *to,
                      const char *last, const char *last_head) {
    const view *v = w->v;
    const document_column column[] = {
        {"name", view_text(v, "Indicator"), WIDTH_LEFT, WRAP},
        {"at", view_text(v, "At"), WIDTH_LEFT, WRAP},
        {"now", view_text(v, "Value"), WIDTH_RIGHT, 0},
        {"to", to, WIDTH_RIGHT, 0},
        {"change", view_text(v, "Change"), WIDTH_RIGHT, 0},
        {last, last_head, WIDTH_RIGHT, 0},
    };
    document_table(w->p, id, title, column, sizeof column / sizeof *column);
}

static void tell_single(const wanted *w, const assess_plan *plan) {
    const view *v = w->v;
    size_t reach = 0, listed = 0;
    put_table(w, "single", view_text(v, "Each alone reaches it"), view_text(v, "Needed"), "cost",
              view_text(v, "Cost"));
    for (; reach < plan->singles && !isnan(plan->single[reach].to); reach++) {
        put_move(w, &plan->single[reach], plan->single[reach].to);
        document_put(w->p, document_number(w->p, plan->single[reach].cost, 3));
    }
    put_table(w, "short", view_text(v, "Not enough alone"), view_text(v, "Best"), "score",
              told_title(w));
    for (size_t i = reach; i < plan->singles; i++) {
        const assess_move *m = &plan->single[i];
        if (m->best == m->cell.value || (isnan(m->best) && isnan(m->cell.value)) ||
            listed++ >= LISTED)
            continue;
        put_move(w, m, m->best);
        document_put(
            w->p, document_number(w->p, m->score, w->goal.score ? view_places(w->goal.score) : -1));
    }
}

static void tell_together(const wanted *w, const assess_plan *plan) {
    const view *v = w->v;
    int places = w->goal.score ? view_places(w->goal.score) : -1;
    if (!plan->steps) {
        buf b = BUF_INIT;
        buf_text(&b, view_text(v, "Not even all at their best reach it: "));
        if (isnan(plan->score))
            buf_text(&b, view_text(v, "the result stays missing."));
        else
            view_number(&b, plan->score, places < 0 ? 2 : places);
        document_note(w->p, "impossible", buf_string(&b));
        buf_release(&b);
        return;
    }
    put_table(w, "together", view_text(v, "A cheap combination"), view_text(v, "To"), "cost",
              view_text(v, "Cost"));
    for (size_t i = 0; i < plan->steps; i++) {
        put_move(w, &plan->step[i], plan->step[i].to);
        document_put(w->p, document_number(w->p, plan->step[i].cost, 3));
    }
    document_facts(w->p, "sum", "");
    document_fact(w->p, "cost", view_text(v, "Cost"), document_number(w->p, plan->cost, 3));
    if (w->goal.score)
        document_fact(w->p, "score", told_title(w), document_number(w->p, plan->score, places));
}

static void tell(const wanted *w, size_t row, const assess_plan *plan) {
    const view *v = w->v;
    impact_head(v, w->p, row);
    impact_column(v, w->p);
    document_fact(w->p, "goal", view_text(v, "Goal"), document_text(w->said));
    if (w->goal.score && w->goal.score != w->goal.output)
        document_fact(
            w->p, "score", told_title(w),
            document_about_cell(impact_element(v, w->p, w->goal.score,
                                               w->goal.score->value[w->goal.score_element],
                                               view_places(w->goal.score)),
                                w->goal.score, w->goal.score_element));
    document_fact(w->p, "now", view_text(v, TEXT_AS("result", "Now")),
                  document_about_cell(impact_element(v, w->p, w->goal.output,
                                                     w->goal.output->value[w->goal.element],
                                                     view_places(w->goal.output)),
                                      w->goal.output, w->goal.element));
    document_fact(w->p, "reached", view_text(v, "Reached"),
                  plan->reached ? document_shown(view_text(v, "yes"), "true", 1)
                                : document_shown(view_text(v, "no"), "false", 1));
    if (plan->reached) {
        document_note(w->p, "already",
                      view_text(v, "The goal is reached already: nothing has to change."));
        return;
    }
    size_t before = w->p->blocks;
    tell_single(w, plan);
    tell_together(w, plan);
    const char *how =
        view_text(v, "Each figure is tried between the least and the most observed anywhere and "
                     "its standards, unless --within says otherwise. Cost is the relative change "
                     "of a figure (of one that is 0: its share of that range; of one that is "
                     "missing: 1), times its --cost. A combination reaches the goal and none of "
                     "its changes can be smaller, but a cheaper one may exist.");
    for (size_t i = before; i < w->p->blocks; i++) w->p->block[i].told = how;
    document_note(w->p, "note", how);
}

int goal_make(const view *v, size_t row, const goal_wish *g, document *p, fault *f) {
    wanted w = {.v = v, .g = g, .p = p, .f = f};
    assess_plan plan;
    int fine = set_goal(&w, row) && set_limits(&w, row);
    size_t told = assess_message_count(v->session);
    assess_status status =
        fine ? assess_plan_for(v->session, &w.goal, row, w.limit, g->limits, &plan) : ASSESS_OK;
    if (status) fine = impact_fault(v, told, status, f);
    if (fine) tell(&w, row, &plan);
    mem_free(w.limit);
    return fine && (!p->failed || fault_memory(f));
}
