/* Results as arrays, domain errors as messages, why a truth is what it is, and which program
 * computed them. */
#include "rule/result.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "expr/formula.h"
#include "expr/run.h"

/* Where an axis stands for a reader: units first, years and stages last, between them the longest
 * first. */
static int comes_before(const ax_space *space, int a, int b) {
    static const char *const last[] = {"year", "stage"};
    const ax_axis *x = ax_get(space, a), *y = ax_get(space, b);
    int i = !strcmp(x->name, "unit") ? -1 : 0, j = !strcmp(y->name, "unit") ? -1 : 0;
    for (int k = 0; k < 2; k++) {
        i = strcmp(x->name, last[k]) ? i : k + 1;
        j = strcmp(y->name, last[k]) ? j : k + 1;
    }
    if (i != j) return i < j;
    return x->size != y->size ? x->size > y->size : a < b;
}

void result_shape(const ax_space *space, ax_set axes, ex_kind kind, const double *value,
                  assess_array *out) {
    static const assess_kind kinds[] = {ASSESS_NUMBER, ASSESS_TRUTH, ASSESS_TEXT, ASSESS_DATE};
    int order[AX_MOST], n = 0;
    for (int i = 0; i < ax_count(space) && n < ASSESS_AXES; i++) {
        if (!(axes & AX_BIT(i))) continue;
        int at = n++;
        for (; at > 0 && comes_before(space, i, order[at - 1]); at--) order[at] = order[at - 1];
        order[at] = i;
    }
    *out = (assess_array){
        .name = "", .kind = kinds[kind], .axes = n, .value = value, .formula = "", .file = ""};
    out->size = ax_size(space, axes);
    for (int k = 0; k < n; k++) {
        const ax_axis *a = ax_get(space, order[k]);
        out->axis[k] = (assess_axis){a->name, a->size, order[k]};
        out->stride[k] = ax_stride(space, axes, order[k]);
    }
}

int result_number_outputs(results *r) {
    enum { FEW = 32 }; /* are sooner looked through */
    if (r->outputs <= FEW) return 1;
    uint32_t nodes = ex_count(r->graph) + 1, *number = arena_zero(r->memory, nodes, sizeof *number);
    if (!number) return 0;
    for (size_t i = r->outputs; i-- > 0;) number[r->output[i].node] = (uint32_t)i + 1;
    r->number = number;
    r->numbered = nodes;
    return 1;
}

const char *result_name_of(const results *r, ex_id node) {
    if (r->number) {
        uint32_t number = node < r->numbered ? r->number[node] : 0;
        return number ? r->output[number - 1].name : NULL;
    }
    for (size_t i = 0; i < r->outputs; i++)
        if (r->output[i].node == node) return r->output[i].name;
    return NULL;
}

static const char *name_of(const void *r, ex_id n) { return result_name_of(r, n); }

size_t result_cell(const ax_space *space, ax_set axes, const positions *where) {
    size_t cell = 0;
    for (int i = 0; i < ax_count(space); i++)
        if (axes & AX_BIT(i)) cell += where->at[i] * ax_stride(space, axes, i);
    return cell;
}

double result_value(const results *r, ex_id node, const positions *where) {
    fault ignored = FAULT_INIT;
    const double *value = ex_run_value(r->run, node, &ignored);
    fault_release(&ignored);
    ax_set axes = ex_get(r->graph, node)->axes;
    return value ? value[result_cell(ex_space(r->graph), axes, where)] : NAN;
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
    for (int i = 0; i < ax_count(space); i++) axes += (n->axes & AX_BIT(i)) != 0;
    if (axes > ASSESS_AXES) {
        place at = sources_place(r->files, (int)n->file, n->line, name);
        return fault_at(f, FAULT_LIMIT, &at, NULL, "'%s' has %d axes; results have at most %d",
                        name, axes, ASSESS_AXES);
    }
    const double *value = ex_run_value(r->run, node, f);
    if (!value) return f->count ? 0 : fault_set(f, FAULT_BUG, "'%s' was not computed", name);
    result_shape(space, n->axes, (ex_kind)n->kind, value, out);
    out->name = name;
    out->formula = result_formula(r, node);
    out->file = sources_name(r->files, (int)n->file);
    out->line = n->line;
    return 1;
}

/* ---- domain errors ---- */

static void describe_domain_error(ex_op op, buf *out) {
    const ex_record *r = ex_record_of(op);
    if (r->wrong)
        buf_text(out, text_message(r->wrong));
    else
        buf_print(out, text_message("`%s` gives more than a number can hold"), r->text);
}

/* "unit Seoul, indicator C7": the labels of an element, axes in a reader's order. */
static void name_element(const results *r, const ex_node *n, size_t element, buf *out) {
    const ax_space *space = ex_space(r->graph);
    assess_array shape;
    result_shape(space, n->axes, EX_NUMBER, NULL, &shape);
    for (int k = 0; k < shape.axes; k++) {
        const ax_axis *a = ax_get(space, shape.axis[k].id);
        size_t at = ax_along(element, shape.stride[k], a->size);
        buf_print(out, "%s%s ", k ? ", " : "", text_kind(a->name));
        if (a->label)
            buf_text(out, pool_text(ax_strings(space), a->label[at]));
        else
            buf_print(out, "%zu", at + 1);
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
        buf_print(&what, text_message("`%s` has no answer%s%s"), matrix->name,
                  matrix->none ? ", " : "", matrix->none ? text_message(matrix->none) : "");
    else
        describe_domain_error((ex_op)n->op, &what);
    name_element(r, n, b.first, &where);
    int named = where.length > 0, called = n->from_line > 0;
    place at = called ? sources_place(r->files, (int)n->from_file, n->from_line, NULL)
                      : sources_place(r->files, (int)n->file, n->line,
                                      matrix ? matrix->name : ex_op_text((ex_op)n->op));
    if (called && n->from_column) at.column = n->from_column;
    if (called)
        buf_print(&where, text_message(" (in %s:%ld)"), sources_module(r->files, (int)n->file),
                  (long)n->line);
    fault_at(notes, kind, &at, NULL,
             elements == 1 ? "%s: %zu element became missing%s%s"
                           : "%s: %zu elements became missing%s%s",
             buf_string(&what), elements, named ? text_message(", first at ") : "",
             buf_string(&where));
    buf_release(&what);
    buf_release(&where);
}

int result_domain_errors(const results *r, fault_kind kind, fault *notes, fault *f) {
    size_t count = ex_run_domain_errors(r->run);
    if (!count) return 1;
    ex_domain_error *domain_error = mem_take(count * sizeof *domain_error);
    int fine =
        domain_error ? ex_needed_domain_errors(r->run, domain_error, &count, f) : fault_memory(f);
    for (size_t i = 0; fine && i < count; i++) {
        const ex_node *n = ex_get(r->graph, domain_error[i].node);
        size_t elements = 0;
        int told = 0;
        for (size_t k = 0; k < count; k++)
            if (same_place(n, ex_get(r->graph, domain_error[k].node))) {
                told |= k < i;
                elements += domain_error[k].count;
            }
        if (!told) tell_domain_error(r, domain_error[i], elements, kind, notes);
    }
    mem_free(domain_error);
    return fine;
}

/* ---- why a truth is what it is ---- */

enum { CONJUNCTS = 32 };

static int is_comparison(unsigned op) {
    return op == EX_lt || op == EX_le || op == EX_gt || op == EX_ge || op == EX_eq || op == EX_ne;
}

/* A constant that is false, 0 or missing: what `where` gives where its condition fails. */
static int is_no(const results *r, ex_id n) {
    const ex_node *x = ex_get(r->graph, n);
    if (x->op != EX_source) return 0;
    const ex_values *v = ex_values_of(r->graph, n);
    return v->origin == EX_LITERAL && v->value && !(*v->value != 0 && *v->value == *v->value);
}

/* The conditions that must all hold, in the order written: both sides of `&`; of where(c, x) c and
 * then x. A node used twice is looked into once. */
static size_t conjuncts(const results *r, ex_id root, ex_id out[CONJUNCTS]) {
    ex_id stack[2 * CONJUNCTS], opened[8 * CONJUNCTS];
    size_t depth = 0, count = 0, seen = 0;
    stack[depth++] = root;
    while (depth) {
        ex_id n = stack[--depth];
        int again = seen == sizeof opened / sizeof *opened;
        for (size_t i = 0; i < seen && !again; i++) again = opened[i] == n;
        if (again) continue;
        opened[seen++] = n;
        const ex_node *x = ex_get(r->graph, n);
        int both = x->op == EX_and || (x->op == EX_where && is_no(r, ex_arg(r->graph, n, 2)));
        if (both && depth + 2 <= sizeof stack / sizeof *stack) {
            stack[depth++] = ex_arg(r->graph, n, 1);
            stack[depth++] = ex_arg(r->graph, n, 0);
            continue;
        }
        int known = 0;
        for (size_t i = 0; i < count; i++) known |= out[i] == n;
        if (!known && count < CONJUNCTS) out[count++] = n;
    }
    return count;
}

/* The extreme (or any, all) along an axis that decides one side of a comparison, where all other
 * operands on the way to it are constants; else 0. */
static ex_id extreme_of(const results *r, ex_id n) {
    for (;;) {
        const ex_node *x = ex_get(r->graph, n);
        int extreme = x->op == EX_min || x->op == EX_max || x->op == EX_any || x->op == EX_all;
        if (extreme) return x->to == AX_NONE ? n : 0;
        if (x->op == EX_source || x->argc == 0) return 0;
        ex_id next = 0;
        for (int i = 0; i < x->argc; i++) {
            ex_id a = ex_arg(r->graph, n, i);
            if (ex_get(r->graph, a)->op == EX_source && !ex_get(r->graph, a)->axes) continue;
            if (next) return 0;
            next = a;
        }
        if (!next || x->axis != AX_NONE) return 0;
        n = next;
    }
}

/* A place of an output: a position on each of some axes. */
typedef struct output_place {
    positions where;
    ax_set axes;
} output_place;

/* The value of a node at a place; NaN where the node has an axis without a position. */
static double value_at(const results *r, ex_id n, const output_place *p) {
    return ex_get(r->graph, n)->axes & ~p->axes ? NAN : result_value(r, n, &p->where);
}

/* The label at which the extreme was found. */
static const char *find_extreme(const results *r, ex_id n, output_place p) {
    int axis = ex_get(r->graph, n)->axis;
    const ax_axis *a = ax_get(ex_space(r->graph), axis);
    double want = value_at(r, n, &p);
    p.axes |= AX_BIT(axis);
    for (uint32_t i = 0; i < a->size; i++) {
        p.where.at[axis] = i;
        if (decimal_equal(value_at(r, ex_arg(r->graph, n, 0), &p), want))
            return pool_text(ax_strings(ex_space(r->graph)), a->label[i]);
    }
    return "";
}

/* A side that is an output stands as its name. */
static const char *side_text(const results *r, ex_id n) {
    const char *name = result_name_of(r, n);
    return name ? name : result_formula(r, n);
}

static assess_reason reason_of(const results *r, ex_id n, const output_place *p) {
    const ex_node *x = ex_get(r->graph, n);
    assess_reason out = {.left = "", .right = "", .sign = "", .got = NAN, .want = NAN, .which = ""};
    out.formula = result_formula(r, n);
    out.holds = value_at(r, n, p);
    ex_id side[2] = {n, 0};
    if (is_comparison(x->op)) {
        side[0] = ex_arg(r->graph, n, 0);
        side[1] = ex_arg(r->graph, n, 1);
        out.sign = ex_op_text((ex_op)x->op);
        out.right = side_text(r, side[1]);
        out.got = value_at(r, side[0], p);
        out.want = value_at(r, side[1], p);
    }
    out.left = side[1] ? side_text(r, side[0]) : out.formula;
    for (int i = 0; i < 2 && !*out.which; i++) {
        ex_id extreme = side[i] ? extreme_of(r, side[i]) : 0;
        if (extreme) out.which = find_extreme(r, extreme, *p);
    }
    return out;
}

size_t result_reasons(const results *r, const assess_array *output, ex_id node, const size_t *at,
                      assess_reason *out, size_t most, fault *f) {
    ex_id list[CONJUNCTS], want[CONJUNCTS * 7];
    size_t count = conjuncts(r, node, list), wants = 0;
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++) {
        ex_id side[2] = {list[i], 0};
        want[wants++] = list[i];
        if (is_comparison(ex_get(r->graph, list[i])->op))
            for (int k = 0; k < 2; k++) want[wants++] = side[k] = ex_arg(r->graph, list[i], k);
        for (int k = 0; k < 2; k++) {
            ex_id extreme = side[k] ? extreme_of(r, side[k]) : 0;
            if (extreme) {
                want[wants++] = extreme;
                want[wants++] = ex_arg(r->graph, extreme, 0);
            }
        }
    }
    if (!ex_run_eval(r->run, want, wants, f)) return 0;
    output_place p = {.axes = 0};
    for (int k = 0; k < output->axes; k++) {
        p.where.at[output->axis[k].id] = (uint32_t)at[k];
        p.axes |= AX_BIT(output->axis[k].id);
    }
    for (size_t i = 0; i < count; i++) out[i] = reason_of(r, list[i], &p);
    return count;
}

/* ---- which program computed a result ---- */

void file_digest(const char *path, char hex[DIGEST_HEX]) {
    fault f = FAULT_INIT;
    file_view v = FILE_VIEW_INIT;
    hex[0] = 0;
    if (files_read(path, SIZE_MAX, &v, &f)) {
        digest *d = digest_start();
        if (d) digest_add(d, v.bytes, v.length);
        digest_finish(d, hex);
        files_release(&v);
    }
    fault_release(&f);
}

int build_id_path(char path[BUILD_ID_PATH]) {
    /* Data of this very file lies in the mapping of the file it was loaded from. */
    static const char here = 0;
    char line[BUILD_ID_PATH + 256];
    int found = 0;
    FILE *maps;
    int times = 0;
    do maps = fopen("/proc/self/maps", "r");
    while (!maps && files_interrupted(&times));
    if (!maps && errno == ENOMEM) limits_lack();
    while (maps && !found && fgets(line, sizeof line, maps)) {
        uintmax_t from, to;
        path[0] = 0;
        if (sscanf(line, "%jx-%jx %*s %*s %*s %*s %4095[^\n]", &from, &to, path) < 2) continue;
        found = (uintmax_t)(uintptr_t)&here >= from && (uintmax_t)(uintptr_t)&here < to;
    }
    if (maps) fclose(maps);
    return found && path[0] == '/';
}

void build_id_digest(char hex[DIGEST_HEX]) {
    char path[BUILD_ID_PATH];
    hex[0] = 0;
    if (build_id_path(path)) file_digest(path, hex);
}
