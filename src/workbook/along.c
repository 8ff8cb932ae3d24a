/* Operations along an axis, by ranges of cells, and choices along one. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "workbook/inside.h"

enum { LIST_MOST = 40, RANGES_MOST = 100 };

static const char shape[] = TEXT("its cells are not side by side"),
                  many[] = TEXT("there is too much to choose from"),
                  none[] = TEXT("worksheets have no such function");

/* ---- ranges ---- */

static int follows(const book_place *p, uint32_t down, uint32_t right) {
    return p[1].sheet == p[0].sheet && p[1].row == p[0].row + down &&
           p[1].column == p[0].column + right;
}

size_t book_ranges(const book_cells *c, const book_line *l, buf *out) {
    size_t ranges = 0, next;
    for (size_t i = 0; i < l->count; i = next) {
        next = i + 1;
        if (l->cell[i].sheet < 0) continue;
        int down = next < l->count && follows(&l->cell[i], 1, 0);
        while (next < l->count && follows(&l->cell[next - 1], down ? 1 : 0, down ? 0 : 1)) next++;
        if (ranges++) buf_char(out, ',');
        book_put_place(c, l->cell[i], out);
        if (next - i > 1) {
            buf_char(out, ':');
            book_cell_name(l->cell[next - 1].row, l->cell[next - 1].column, out);
        }
    }
    return ranges;
}

/* Its one range, all elements of it; NULL where it is none. */
static const char *range(book_cells *c, const book_line *l, int *down) {
    buf b = BUF_INIT;
    for (size_t i = 0; i < l->count; i++)
        if (l->cell[i].sheet < 0) return NULL;
    size_t ranges = book_ranges(c, l, &b);
    if (down) *down = l->count > 1 && l->cell[1].row != l->cell[0].row;
    const char *text = book_made(c, EX_NUMBER, BINDS_WHOLE, &b).text;
    return ranges == 1 ? text : NULL;
}

/* FUNCTION, where an element is present; `form` has the ranges once or twice as %s. */
static book_expression by_form(book_cells *c, const char *form, const char *ranges, ex_kind kind,
                               const book_line *l, int fails) {
    buf b = BUF_INIT;
    for (const char *s = form; *s; s++) {
        if (*s == '%') {
            buf_text(&b, ranges);
            s++;
        } else {
            buf_char(&b, *s);
        }
    }
    book_expression out = book_made(c, kind, BINDS_WHOLE, &b);
    out.lacks = l->lacks || fails;
    out.frozen = l->frozen;
    return out;
}

/* The positions whose group is k; `by` NULL: all. 0 without memory. */
static int members(book_cells *c, const double *by, size_t size, uint32_t k, uint32_t **which,
                   size_t *count) {
    *which = arena_zero(&c->memory, size + 1, sizeof **which);
    *count = 0;
    if (!*which) return !(c->failed = !fault_memory(c->f));
    for (size_t i = 0; i < size; i++)
        if (!by || by[i] == k) (*which)[(*count)++] = (uint32_t)i;
    return 1;
}

/* ---- reductions ---- */

static const char *reduction_form(const ex_node *n, int lacks, int *fails) {
    *fails = 0;
    switch (n->op) {
    case EX_sum: return lacks ? "IF(COUNT(%s)=0,NA(),SUM(%s))" : "SUM(%s)";
    case EX_count: return "COUNT(%s)";
    case EX_min:
    case EX_all: return lacks ? "IF(COUNT(%s)=0,NA(),MIN(%s))" : "MIN(%s)";
    case EX_max:
    case EX_any: return lacks ? "IF(COUNT(%s)=0,NA(),MAX(%s))" : "MAX(%s)";
    case EX_median: *fails = 1; return "MEDIAN(%s)";
    default: return NULL;
    }
}

static int reduced_by_range(book_cells *c, const ex_node *n, const book_line *l,
                            book_expression *out) {
    buf b = BUF_INIT;
    const char *one = range(c, l, NULL);
    if (!one) return 0;
    if (n->op == EX_quantile) {
        char p[32];
        decimal_write(n->param, p);
        buf_print(&b, "PERCENTILE(%s,%s)", one, p);
    } else if (n->op == EX_argmin || n->op == EX_argmax) {
        buf_print(&b, "MATCH(%s(%s),%s,0)-1", n->op == EX_argmin ? "MIN" : "MAX", one, one);
    } else {
        return 0;
    }
    *out = book_made(c, EX_NUMBER, n->op == EX_quantile ? BINDS_WHOLE : BINDS_SUM, &b);
    out->lacks = l->lacks;
    out->frozen = l->frozen;
    return 1;
}

/* The first or last that is present, or the last up to here: one asked after the other. */
static book_expression first_present(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    ex_id x = ex_arg(c->graph, n, 0);
    size_t size = ax_get(c->space, node->axis)->size, asked = 0;
    const double *by = node->argc > 1 ? c->value[ex_arg(c->graph, n, 1)] : NULL;
    buf b = BUF_INIT;
    positions p = *at;
    const book_expression *only = NULL;
    int lacks = 1, frozen = 0;
    size_t own = node->op == EX_fill ? at->at[node->axis] : 0;
    if (node->op == EX_fill)
        size = node->param >= 0 && node->param < (double)own ? (size_t)node->param + 1 : own + 1;
    for (size_t i = 0; i < size && lacks; i++) {
        size_t k = node->op == EX_fill ? own - i : node->op == EX_last ? size - 1 - i : i;
        if (by && by[k] != at->at[node->to]) continue;
        p.at[node->axis] = (uint32_t)k;
        const book_expression *e = book_operand(c, x, &p);
        if (is_missing(e)) continue;
        if (++asked > LIST_MOST) {
            buf_release(&b);
            return book_freeze(c, n, element, many);
        }
        if (only) buf_text(&b, "IFERROR(");
        if (only) buf_text(&b, book_piece_of(c, only).text);
        if (only) buf_char(&b, ',');
        only = e;
        lacks = e->lacks;
        frozen |= e->frozen;
    }
    if (asked < 2) buf_release(&b);
    if (asked == 0) return book_constant((ex_kind)node->kind, EX_NAN);
    if (asked == 1) return *only;
    buf_text(&b, book_piece_of(c, only).text);
    buf_fill(&b, ')', asked - 1);
    book_expression out = book_made(c, (ex_kind)node->kind, BINDS_WHOLE, &b);
    out.lacks = lacks;
    out.frozen = frozen;
    return out;
}

/* ---- means and the like, which stand for several nodes ---- */

static book_expression weighted(book_cells *c, const ex_composed *m, const book_line *x,
                                const book_line *w) {
    buf b = BUF_INIT;
    int down[2] = {0, 0};
    const char *xs = range(c, x, &down[0]), *ws = range(c, w, &down[1]);
    book_expression out = {.form = FORM_CONSTANT};
    if (!xs || !ws || down[0] != down[1]) return out;
    if (m->whole)
        buf_print(&b, "IF(COUNT(%s)=0,NA(),SUMPRODUCT(%s,%s)/SUM(%s))", xs, ws, xs, ws);
    else
        buf_print(&b, "SUMPRODUCT(%s,%s)/SUMPRODUCT(%s,--(%s<>\"\"))", ws, xs, ws, xs);
    out = book_made(c, EX_NUMBER, BINDS_PRODUCT, &b);
    out.lacks = 1;
    out.frozen = x->frozen || w->frozen;
    return out;
}

static const char *composed_form(const ex_composed *m) {
    switch (m->name) {
    case EX_MEAN: return m->whole ? NULL : "AVERAGE(%s)";
    case EX_VAR: return m->population ? "VARP(%s)" : "VAR(%s)";
    case EX_STD: return m->population ? "STDEVP(%s)" : "STDEV(%s)";
    case EX_SKEWNESS: return "SKEW(%s)";
    case EX_KURTOSIS: return "KURT(%s)";
    default: return NULL;
    }
}

int book_composed(book_cells *c, ex_id n, const positions *at, book_expression *out) {
    ex_composed m;
    if (!ex_composed_of(c->graph, n, &m) || m.name > EX_CORRELATE) return 0;
    int grouped = m.to != AX_NONE;
    if (grouped && (m.name != EX_MEAN || ex_get(c->graph, n)->argc < 2)) return 0;
    ex_id sums = grouped ? ex_arg(c->graph, n, 0) : 0;
    if (grouped && ex_get(c->graph, sums)->argc < 2) return 0;
    ex_id by = grouped ? ex_arg(c->graph, sums, 1) : 0;
    uint32_t *which;
    size_t count;
    if (by && c->dynamic[by]) return 0;
    if (!members(c, by ? c->value[by] : NULL, ax_get(c->space, m.axis)->size, by ? at->at[m.to] : 0,
                 &which, &count))
        return 0;
    book_line x, w;
    buf b = BUF_INIT;
    if (!book_line_of(c, m.x, at, m.axis, which, count, m.weight || m.name == EX_CORRELATE, &x))
        return 0;
    if (m.name == EX_CORRELATE || m.weight) {
        if (m.name != EX_CORRELATE && m.name != EX_MEAN) return 0;
        if (!book_line_of(c, m.weight ? m.weight : m.y, at, m.axis, which, count, 1, &w)) return 0;
        if (m.name == EX_MEAN) {
            *out = weighted(c, &m, &x, &w);
            return out->form == FORM_TEXT;
        }
        /* Not every program takes a row beside a column. */
        int down[2] = {0, 0};
        const char *xs = range(c, &x, &down[0]), *ys = range(c, &w, &down[1]);
        if (!xs || !ys || m.weight || down[0] != down[1]) return 0;
        buf_print(&b, "CORREL(%s,%s)", xs, ys);
        *out = book_made(c, EX_NUMBER, BINDS_WHOLE, &b);
        out->lacks = 1;
        out->frozen = x.frozen || w.frozen;
        return 1;
    }
    const char *form = composed_form(&m);
    size_t ranges = form ? book_ranges(c, &x, &b) : 0;
    int fits = ranges > 0 && ranges <= RANGES_MOST;
    if (fits) *out = by_form(c, form, buf_string(&b), EX_NUMBER, &x, m.name != EX_MEAN);
    buf_release(&b);
    return fits;
}

/* ---- scans ---- */

/* The range of the first cells of a line. */
static const char *part_of(book_cells *c, const book_line *l, size_t count) {
    const book_line some = {.cell = l->cell, .count = count};
    return range(c, &some, NULL);
}

/* Cells beside a line on the sheet of workings: 1 for the first of each value, 0 for those equal to
 * an earlier one, as dense ranks count them. They are made once for a line; their range. */
static const char *first_of_equals(book_cells *c, ex_id n, const positions *at,
                                   const book_line *l) {
    const ex_node *node = ex_get(c->graph, n);
    ex_id x = ex_arg(c->graph, n, 0);
    positions p = *at;
    size_t count = l->count, down = count > 1 && l->cell[1].row > l->cell[0].row;
    p.at[node->axis] = 0;
    const char **known = book_beside(c, n, result_cell(c->space, node->axes, &p));
    if (!known || *known) return known ? *known : "";
    double *value = arena_zero(&c->memory, count + 1, sizeof *value);
    book_line own = {.cell = arena_zero(&c->memory, count + 1, sizeof *own.cell), .count = count};
    if (!value || !own.cell) return c->failed = !fault_memory(c->f), "";
    for (size_t i = 0; i < count; i++) {
        size_t equal = 0;
        buf b = BUF_INIT;
        p.at[node->axis] = (uint32_t)i;
        value[i] = c->value[x][result_cell(c->space, ex_get(c->graph, x)->axes, &p)];
        for (size_t k = 0; k < i; k++)
            equal += decimal_equal(value[i], value[k]) && value[i] == value[i];
        own.cell[i] = (book_place){c->workings, c->working_row + (down ? (uint32_t)i : 0),
                                   2 + (down ? 0 : (uint32_t)i)};
        if (i) {
            const char *before = part_of(c, l, i);
            buf_print(&b, "IF(SUMPRODUCT((%s<>\"\")*(%s=", before, before);
            book_put_place(c, l->cell[i], &b);
            buf_text(&b, "))=0,1,0)");
        } else {
            buf_char(&b, '1');
        }
        book_beside_cell(c, own.cell[i], book_made(c, EX_NUMBER, BINDS_WHOLE, &b).text, equal == 0);
    }
    c->working_row += (down ? (uint32_t)count : 1) + 1;
    return *known = range(c, &own, NULL);
}

static book_expression ranked(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    ex_id x = ex_arg(c->graph, n, 0);
    book_line l;
    const book_expression *own = book_known(c, x, at);
    if (is_missing(own)) return book_constant(EX_NUMBER, EX_NAN);
    if (node->param > 0) return book_freeze(c, n, element, TEXT("ranks with a tolerance"));
    if (!book_line_of(c, x, at, node->axis, NULL, ax_get(c->space, node->axis)->size, 1, &l))
        return book_freeze(c, n, element, shape);
    const char *r = range(c, &l, NULL), *sign = node->flag ? "<" : ">";
    buf name = BUF_INIT, b = BUF_INIT;
    book_put_place(c, l.cell[at->at[node->axis]], &name);
    const char *me = book_made(c, EX_NUMBER, BINDS_WHOLE, &name).text;
    if (!r) return book_freeze(c, n, element, shape);
    buf_print(&b, "IF(ISNUMBER(%s),", me);
    /* Not ISNUMBER: not every program takes it cell by cell. */
    switch (node->extra) {
    case EX_TIES_MIN: buf_print(&b, "1+SUMPRODUCT((%s<>\"\")*(%s%s%s))", r, r, sign, me); break;
    case EX_TIES_MAX: buf_print(&b, "SUMPRODUCT((%s<>\"\")*(%s%s=%s))", r, r, sign, me); break;
    case EX_TIES_AVERAGE:
        buf_print(&b, "0.5+SUMPRODUCT((%s<>\"\")*((%s%s%s)+(%s%s=%s)))/2", r, r, sign, me, r, sign,
                  me);
        break;
    case EX_TIES_DENSE: /* each value counts once, however many have it */
        buf_print(&b, "1+SUMPRODUCT((%s<>\"\")*(%s%s%s),%s)", r, r, sign, me,
                  first_of_equals(c, n, at, &l));
        break;
    default: /* the first of equal ones comes first */
        buf_print(&b, "1+SUMPRODUCT((%s<>\"\")*(%s%s%s))", r, r, sign, me);
        if (at->at[node->axis]) {
            const char *rows = part_of(c, &l, at->at[node->axis]);
            buf_print(&b, "+SUMPRODUCT((%s<>\"\")*(%s=%s))", rows, rows, me);
        }
    }
    buf_text(&b, ",NA())");
    book_expression out = book_made(c, EX_NUMBER, BINDS_WHOLE, &b);
    out.lacks = own->lacks;
    out.frozen = l.frozen;
    return out;
}

static book_expression scanned(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    ex_id x = ex_arg(c->graph, n, 0);
    size_t size = ax_get(c->space, node->axis)->size, own = at->at[node->axis];
    book_line l;
    buf b = BUF_INIT;
    if (node->op == EX_rank) return ranked(c, n, at, element);
    if (node->op == EX_fill) return first_present(c, n, at, element);
    if (node->op == EX_lag) {
        double from = (double)own - node->param;
        positions p = *at;
        if (!(from >= 0 && from < (double)size)) return book_constant((ex_kind)node->kind, EX_NAN);
        p.at[node->axis] = (uint32_t)from;
        return *book_known(c, x, &p);
    }
    if (node->op != EX_cumsum && node->op != EX_sort) return book_freeze(c, n, element, none);
    if (!book_line_of(c, x, at, node->axis, NULL, node->op == EX_cumsum ? own + 1 : size, 1, &l))
        return book_freeze(c, n, element, shape);
    const char *r = range(c, &l, NULL);
    if (!r) return book_freeze(c, n, element, shape);
    if (node->op == EX_sort) {
        buf_print(&b, "SMALL(%s,%zu)", r, own + 1);
    } else {
        buf_text(&b, "IF(ISNUMBER(");
        book_put_place(c, l.cell[own], &b);
        buf_print(&b, "),SUM(%s),NA())", r);
    }
    book_expression out = book_made(c, EX_NUMBER, BINDS_WHOLE, &b);
    out.lacks = 1;
    out.frozen = l.frozen;
    return out;
}

/* ---- all of these ---- */

static book_expression hosted(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    int fixed = node->op == EX_lookup;
    for (int i = 0; fixed && i < node->argc; i++) {
        const book_expression *x = book_known(c, ex_arg(c->graph, n, i), at);
        fixed = is_constant(x) && !x->frozen;
    }
    if (fixed) return book_constant((ex_kind)node->kind, c->value[n][element]);
    return book_freeze(c, n, element, TEXT("a function of the engine, not of worksheets"));
}

book_expression book_along(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    book_expression out;
    if (ex_class(node->op) == EX_CLASS_HOSTED) return hosted(c, n, at, element);
    if (ex_class(node->op) == EX_CLASS_SCAN) return scanned(c, n, at, element);
    if (node->op == EX_first || node->op == EX_last) {
        if (node->argc > 1 && c->dynamic[ex_arg(c->graph, n, 1)])
            return book_freeze(c, n, element, TEXT("groups that depend on figures"));
        return first_present(c, n, at, element);
    }
    ex_id by = node->argc > 1 ? ex_arg(c->graph, n, 1) : 0;
    uint32_t *which;
    size_t count;
    int fails;
    book_line l;
    if (by && c->dynamic[by])
        return book_freeze(c, n, element, TEXT("groups that depend on figures"));
    if (!members(c, by ? c->value[by] : NULL, ax_get(c->space, node->axis)->size,
                 by ? at->at[node->to] : 0, &which, &count) ||
        !book_line_of(c, ex_arg(c->graph, n, 0), at, node->axis, which, count,
                      !reduction_form(node, 0, &fails), &l))
        return book_freeze(c, n, element, shape);
    ex_kind of = (ex_kind)ex_get(c->graph, ex_arg(c->graph, n, 0))->kind;
    if (of == EX_TEXT || of == EX_DATE) return book_freeze(c, n, element, none);
    buf b = BUF_INIT;
    size_t ranges = book_ranges(c, &l, &b);
    const char *form = reduction_form(node, l.lacks, &fails);
    if (!ranges)
        out = book_constant((ex_kind)node->kind, c->value[n][element]);
    else if (form && ranges <= RANGES_MOST)
        out = by_form(c, form, buf_string(&b), (ex_kind)node->kind, &l, fails);
    else if (!reduced_by_range(c, node, &l, &out))
        out = book_freeze(c, n, element, form ? shape : none);
    buf_release(&b);
    if (node->op == EX_count) out.lacks = 0;
    return out;
}

/* ---- choices ---- */

/* An element looked up where the place depends on inputs: the label is asked for one by one. */
static book_expression looked_up(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    ex_id x = ex_arg(c->graph, n, 0), where = ex_arg(c->graph, n, 1);
    const ex_function *fn = ex_function_of(c->graph, where);
    int labelled = fn && !strcmp(fn->name, "position");
    const ax_axis *axis = ax_get(c->space, node->axis);
    const double *number = ax_numbers(c->space, node->axis);
    const book_expression *is = book_operand(c, labelled ? ex_arg(c->graph, where, 0) : where, at);
    positions p = *at;
    buf b = BUF_INIT;
    size_t asked = 0;
    int frozen = is->frozen;
    if (is_constant(is)) { /* the place of a constant label is known */
        double k = c->value[where][result_cell(c->space, ex_get(c->graph, where)->axes, at)];
        if (!(k >= 0)) return book_constant((ex_kind)node->kind, EX_NAN);
        p.at[node->axis] = (uint32_t)k;
        book_expression out = *book_operand(c, x, &p);
        out.frozen |= is->frozen;
        return out;
    }
    for (uint32_t k = 0; k < axis->size; k++) {
        p.at[node->axis] = k;
        const book_expression *e = book_operand(c, x, &p);
        if (is_missing(e)) continue;
        if (++asked > LIST_MOST) {
            buf_release(&b);
            return book_freeze(c, n, element, many);
        }
        const book_expression label = is->kind == EX_TEXT
                                          ? book_constant(EX_TEXT, axis->label[k])
                                          : book_constant(EX_NUMBER, !labelled ? k
                                                                     : number  ? number[k]
                                                                               : EX_NAN);
        frozen |= e->frozen;
        if (is->kind == EX_TEXT)
            buf_print(&b, "IF(EXACT(%s,%s),", book_text(c, is).text, book_text(c, &label).text);
        else {
            buf_text(&b, "IF(");
            book_put(&b, book_number(c, is, ANYWHERE), BINDS_SUM);
            buf_print(&b, "=%s,", book_number(c, &label, ANYWHERE).text);
        }
        buf_print(&b, "%s,", book_piece_of(c, e).text);
    }
    if (!asked) {
        buf_release(&b);
        return book_constant((ex_kind)node->kind, EX_NAN);
    }
    buf_text(&b, "NA()");
    buf_fill(&b, ')', asked);
    book_expression out = book_made(c, (ex_kind)node->kind, BINDS_WHOLE, &b);
    out.lacks = 1;
    out.frozen = frozen;
    return out;
}

book_expression book_choice(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    ex_id x = ex_arg(c->graph, n, 0);
    positions p = *at;
    if (node->op == EX_slice) {
        p.at[node->axis] = node->extra;
    } else if (node->op == EX_rename) {
        p.at[node->axis] = at->at[node->to];
    } else {
        ex_id where = ex_arg(c->graph, n, 1);
        if (c->dynamic[where]) return looked_up(c, n, at, element);
        double k = c->value[where][result_cell(c->space, ex_get(c->graph, where)->axes, at)];
        if (!(k >= 0 && k < ax_get(c->space, node->axis)->size))
            return book_constant((ex_kind)node->kind, EX_NAN);
        p.at[node->axis] = (uint32_t)k;
    }
    return *book_known(c, x, &p);
}
