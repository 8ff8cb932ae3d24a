#include "rule/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/formula.h"
#include "expr/needed.h"

/* Where an axis stands for a reader: units first, years and stages last, between them the longest
 * first. */
static int before(const ax_space *space, int a, int b) {
    static const char *const last[] = { "year", "stage" };
    const ax_axis *x = ax_get(space, a), *y = ax_get(space, b);
    int i = !strcmp(x->name, "unit") ? -1 : 0, j = !strcmp(y->name, "unit") ? -1 : 0;
    for (int k = 0; k < 2; k++) {
        i = strcmp(x->name, last[k]) ? i : k + 1;
        j = strcmp(y->name, last[k]) ? j : k + 1;
    }
    if (i != j)
        return i < j;
    return x->size != y->size ? x->size > y->size : a < b;
}

void result_shape(const ax_space *space, ax_set axes, ex_kind kind, const double *value,
                  assess_array *out) {
    static const assess_kind kinds[] = { ASSESS_NUMBER, ASSESS_TRUTH, ASSESS_TEXT, ASSESS_DATE };
    int order[AX_MOST], n = 0;
    for (int i = 0; i < ax_count(space) && n < ASSESS_AXES; i++) {
        if (!(axes & AX_BIT(i)))
            continue;
        int at = n++;
        for (; at > 0 && before(space, i, order[at - 1]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    *out = (assess_array){
        .name = "", .kind = kinds[kind], .axes = n, .value = value, .formula = "", .file = ""
    };
    out->size = ax_size(space, axes);
    for (int k = 0; k < n; k++) {
        const ax_axis *a = ax_get(space, order[k]);
        out->axis[k] = (assess_axis){ a->name, a->size, order[k] };
        out->stride[k] = ax_stride(space, axes, order[k]);
    }
}

static const char *name_of(const void *self, ex_id n) {
    const results *r = self;
    for (size_t i = 0; i < r->outputs; i++)
        if (r->output[i].node == n)
            return r->output[i].name;
    return NULL;
}

const char *result_formula(const results *r, ex_id node) {
    buf text = BUF_INIT;
    formula_write(r->graph, node, 4, name_of, r, &text);
    const char *out = text.failed ? NULL : arena_text(r->memory, buf_string(&text), text.length);
    buf_release(&text);
    return out ? out : "";
}

int result_array(const results *r, const char *name, ex_id node, assess_array *out, fault *f) {
    const ex_node *n = ex_get(r->graph, node);
    const ax_space *space = ex_space(r->graph);
    int axes = 0;
    for (int i = 0; i < ax_count(space); i++)
        axes += (n->axes & AX_BIT(i)) != 0;
    if (axes > ASSESS_AXES) {
        place at = sources_place(r->files, (int)n->file, n->line, name);
        return fault_at(f, FAULT_LIMIT, &at, NULL, "'%s' has %d axes; results have at most %d",
                        name, axes, ASSESS_AXES);
    }
    const double *value = ex_run_value(r->run, node, f);
    if (!value)
        return f->count ? 0 : fault_set(f, FAULT_BUG, "'%s' was not computed", name);
    result_shape(space, n->axes, (ex_kind)n->kind, value, out);
    out->name = name;
    out->formula = result_formula(r, node);
    out->file = sources_name(r->files, (int)n->file);
    out->line = n->line;
    return 1;
}

/* ---- domain errors ---- */

static void describe(ex_op op, buf *out) {
    const ex_record *r = ex_record_of(op);
    if (r->wrong)
        buf_text(out, r->wrong);
    else
        buf_print(out, "`%s` gives more than a number can hold", r->text);
}

/* "unit Seoul, indicator C7": the labels of an element, axes in a reader's order. */
static void name_element(const results *r, const ex_node *n, size_t element, buf *out) {
    const ax_space *space = ex_space(r->graph);
    assess_array shape;
    result_shape(space, n->axes, EX_NUMBER, NULL, &shape);
    for (int k = 0; k < shape.axes; k++) {
        const ax_axis *a = ax_get(space, shape.axis[k].id);
        size_t at = element / shape.stride[k] % a->size;
        buf_print(out, "%s%s %s", k ? ", " : "", a->name,
                  pool_text(ax_strings(space), a->label[at]));
    }
}

/* One message for a line and an operation, however many nodes they made. */
static int same_place(const ex_node *a, const ex_node *b) {
    return a->op == b->op && a->file == b->file && a->line == b->line &&
           a->from_file == b->from_file && a->from_line == b->from_line;
}

static void tell_domain_error(const results *r, ex_domain_error b, size_t elements, fault_kind kind,
                       fault *notes) {
    const ex_node *n = ex_get(r->graph, b.node);
    buf what = BUF_INIT, where = BUF_INIT;
    const ex_matrix_function *matrix = ex_matrix_of(r->graph, b.node);
    if (matrix)
        buf_print(&what, "`%s` has no answer%s%s", matrix->name, matrix->none ? ", " : "",
                  matrix->none ? matrix->none : "");
    else
        describe((ex_op)n->op, &what);
    name_element(r, n, b.first, &where);
    int named = where.length > 0, called = n->from_line > 0;
    place at = called ? sources_place(r->files, (int)n->from_file, n->from_line, NULL)
                      : sources_place(r->files, (int)n->file, n->line,
                                      matrix ? matrix->name : ex_op_text((ex_op)n->op));
    if (called && n->from_column) at.column = n->from_column;
    if (called)
        buf_print(&where, " (in %s:%ld)", sources_module(r->files, (int)n->file), (long)n->line);
    fault_at(notes, kind, &at, NULL, "%s: %zu element%s became missing%s%s", buf_string(&what),
             elements, elements == 1 ? "" : "s", named ? ", first at " : "", buf_string(&where));
    buf_release(&what);
    buf_release(&where);
}

int result_domain_errors(const results *r, fault_kind kind, fault *notes, fault *f) {
    size_t count = ex_run_domain_errors(r->run);
    if (!count)
        return 1;
    ex_domain_error *domain_error = mem_take(count * sizeof *domain_error);
    int fine = domain_error ? ex_needed_domain_errors(r->run, domain_error, &count, f) : fault_memory(f);
    for (size_t i = 0; fine && i < count; i++) {
        const ex_node *n = ex_get(r->graph, domain_error[i].node);
        size_t elements = 0;
        int told = 0;
        for (size_t k = 0; k < count; k++)
            if (same_place(n, ex_get(r->graph, domain_error[k].node))) {
                told |= k < i;
                elements += domain_error[k].count;
            }
        if (!told)
            tell_domain_error(r, domain_error[i], elements, kind, notes);
    }
    mem_free(domain_error);
    return fine;
}
