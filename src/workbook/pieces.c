/* Expressions as texts within formulas, and operations element by element. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "workbook/inside.h"

/* ---- pieces ---- */

static book_piece piece(book_cells *c, int binds, buf *b) {
    return (book_piece){book_made(c, EX_NUMBER, binds, b).text, binds};
}

static book_piece whole(const char *text) { return (book_piece){text, BINDS_WHOLE}; }

void book_put(buf *b, book_piece p, int least) {
    int brackets = p.binds < least;
    if (brackets) buf_char(b, '(');
    buf_text(b, p.text);
    if (brackets) buf_char(b, ')');
}

static void put_cell(book_cells *c, const book_expression *x, buf *b) {
    if (x->name)
        buf_text(b, x->name);
    else
        book_put_place(c, x->cell, b);
}

static book_piece literal(book_cells *c, double value) {
    char text[32];
    buf b = BUF_INIT;
    if (!(value == value)) return whole("NA()");
    decimal_write(value, text);
    buf_print(&b, value < 0 ? "(%s)" : "%s", text);
    return piece(c, BINDS_WHOLE, &b);
}

book_piece book_number(book_cells *c, const book_expression *x, book_context in) {
    buf b = BUF_INIT;
    if (is_constant(x)) return literal(c, x->value);
    if (x->form == FORM_TEXT && !x->logical) return (book_piece){x->text, x->binds};
    if (x->form == FORM_TEXT) {
        buf_print(&b, "IF(%s,1,0)", x->text);
        return piece(c, BINDS_WHOLE, &b);
    }
    if (x->input) {
        buf_text(&b, "IF(ISNUMBER(");
        put_cell(c, x, &b);
        buf_text(&b, "),");
        put_cell(c, x, &b);
        buf_text(&b, ",NA())");
        return piece(c, BINDS_WHOLE, &b);
    }
    put_cell(c, x, &b);
    if (x->kind == EX_DATE) {
        buf_print(&b, "-%d", BOOK_DAYS);
        return piece(c, BINDS_SUM, &b);
    }
    /* An empty text plus 0 is an error, where a function would skip the text itself. */
    int plus = x->lacks && in == ANYWHERE;
    if (plus) buf_text(&b, "+0");
    return piece(c, plus ? BINDS_SUM : BINDS_WHOLE, &b);
}

book_piece book_truth(book_cells *c, const book_expression *x) {
    buf b = BUF_INIT;
    if (is_missing(x)) return whole("NA()");
    if (is_constant(x)) return whole(x->value != 0 ? "TRUE" : "FALSE");
    if (x->form == FORM_TEXT && x->logical) return (book_piece){x->text, x->binds};
    book_put(&b, book_number(c, x, ANYWHERE), BINDS_SUM);
    buf_text(&b, "=1");
    return piece(c, BINDS_COMPARE, &b);
}

static void put_quoted(const char *text, buf *b) {
    buf_char(b, '"');
    for (; *text; text++) {
        if (*text == '"') buf_char(b, '"');
        buf_char(b, *text);
    }
    buf_char(b, '"');
}

book_piece book_text(book_cells *c, const book_expression *x) {
    buf b = BUF_INIT;
    if (is_missing(x)) return whole("NA()");
    if (x->form == FORM_TEXT) return (book_piece){x->text, x->binds};
    if (is_constant(x)) {
        put_quoted(pool_text(ax_strings(c->space), (uint32_t)x->value), &b);
        return piece(c, BINDS_WHOLE, &b);
    }
    if (!x->lacks) {
        put_cell(c, x, &b);
        return piece(c, BINDS_WHOLE, &b);
    }
    buf_text(&b, "IF(");
    put_cell(c, x, &b);
    buf_text(&b, "=\"\",NA(),");
    put_cell(c, x, &b);
    buf_text(&b, ")");
    return piece(c, BINDS_WHOLE, &b);
}

book_piece book_piece_of(book_cells *c, const book_expression *x) {
    return x->kind == EX_TEXT ? book_text(c, x) : book_number(c, x, ANYWHERE);
}

/* ---- functions ---- */

/* NAME(x), NAME(x,y): numbers. */
static book_expression call(book_cells *c, const char *name, book_expression *const *x, int count) {
    buf b = BUF_INIT;
    int lacks = 0;
    buf_print(&b, "%s(", name);
    for (int i = 0; i < count; i++) {
        if (i) buf_char(&b, ',');
        buf_text(&b, book_number(c, x[i], ANYWHERE).text);
        lacks |= x[i]->lacks;
    }
    buf_char(&b, ')');
    book_expression out = book_made(c, EX_NUMBER, BINDS_WHOLE, &b);
    out.lacks = lacks;
    return out;
}

static book_expression infix(book_cells *c, const char *sign, int binds, int right,
                             book_expression *const *x) {
    buf b = BUF_INIT;
    book_put(&b, book_number(c, x[0], binds == BINDS_COMPARE ? ANYWHERE : IN_ARITHMETIC), binds);
    buf_text(&b, sign);
    book_put(&b, book_number(c, x[1], binds == BINDS_COMPARE ? ANYWHERE : IN_ARITHMETIC), right);
    book_expression out = book_made(c, EX_NUMBER, binds, &b);
    out.lacks = x[0]->lacks || x[1]->lacks;
    return out;
}

static book_expression logical(book_cells *c, const char *name, book_expression *const *x,
                               int count) {
    buf b = BUF_INIT;
    int lacks = 0;
    buf_print(&b, "%s(", name);
    for (int i = 0; i < count; i++) {
        if (i) buf_char(&b, ',');
        buf_text(&b, book_truth(c, x[i]).text);
        lacks |= x[i]->lacks;
    }
    buf_char(&b, ')');
    book_expression out = book_made(c, EX_TRUTH, BINDS_WHOLE, &b);
    out.logical = 1;
    out.lacks = lacks;
    return out;
}

static book_expression compare(book_cells *c, ex_op op, book_expression *const *x) {
    static const struct {
        ex_op op;
        const char *sign;
    } signs[] = {{EX_lt, "<"},  {EX_le, "<="}, {EX_gt, ">"},
                 {EX_ge, ">="}, {EX_eq, "="},  {EX_ne, "<>"}};
    book_expression out;
    if (x[0]->kind == EX_TEXT) {
        buf b = BUF_INIT;
        buf_print(&b, op == EX_ne ? "NOT(EXACT(%s,%s))" : "EXACT(%s,%s)", book_text(c, x[0]).text,
                  book_text(c, x[1]).text);
        out = book_made(c, EX_TRUTH, BINDS_WHOLE, &b);
        out.lacks = x[0]->lacks || x[1]->lacks;
    } else {
        size_t i = 0;
        while (signs[i].op != op) i++;
        out = infix(c, signs[i].sign, BINDS_COMPARE, BINDS_SUM, x);
    }
    out.kind = EX_TRUTH;
    out.logical = 1;
    return out;
}

/* Is it present? A truth that is never missing. */
static book_expression presence(book_cells *c, const book_expression *x, int there) {
    buf b = BUF_INIT;
    if (is_constant(x) || !x->lacks) return book_constant(EX_TRUTH, (!is_missing(x)) == there);
    if (!there) buf_text(&b, "NOT(");
    if (x->form == FORM_CELL && x->kind == EX_TEXT) {
        put_cell(c, x, &b);
        buf_text(&b, "<>\"\"");
    } else {
        buf_text(&b, x->kind == EX_TEXT ? "ISTEXT(" : "ISNUMBER(");
        if (x->form == FORM_CELL)
            put_cell(c, x, &b);
        else
            buf_text(&b, book_piece_of(c, x).text);
        buf_char(&b, ')');
    }
    if (!there) buf_char(&b, ')');
    book_expression out = book_made(c, EX_TRUTH, there ? BINDS_COMPARE : BINDS_WHOLE, &b);
    out.logical = 1;
    return out;
}

static book_expression coalesce(book_cells *c, const book_expression *x, const book_expression *y) {
    buf b = BUF_INIT;
    if (x->form == FORM_CELL && x->kind != EX_DATE) {
        buf_text(&b, x->kind == EX_TEXT ? "IF(" : "IF(ISNUMBER(");
        put_cell(c, x, &b);
        buf_text(&b, x->kind == EX_TEXT ? "<>\"\"," : "),");
        put_cell(c, x, &b);
    } else {
        buf_print(&b, "IFERROR(%s", book_piece_of(c, x).text);
    }
    buf_print(&b, ",%s)", book_piece_of(c, y).text);
    book_expression out = book_made(c, x->kind, BINDS_WHOLE, &b);
    out.lacks = y->lacks;
    return out;
}

static book_expression choice(book_cells *c, ex_id n, const positions *at) {
    const book_expression *test = book_operand(c, ex_arg(c->graph, n, 0), at);
    if (is_missing(test)) return book_constant((ex_kind)ex_get(c->graph, n)->kind, EX_NAN);
    if (is_constant(test)) {
        book_expression out = *book_known(c, ex_arg(c->graph, n, test->value != 0 ? 1 : 2), at);
        out.frozen |= test->frozen;
        return out;
    }
    const book_expression *x = book_operand(c, ex_arg(c->graph, n, 1), at),
                          *y = book_operand(c, ex_arg(c->graph, n, 2), at);
    if (is_missing(x) && is_missing(y)) return *x;
    buf b = BUF_INIT;
    buf_print(&b, "IF(%s,%s,%s)", book_truth(c, test).text, book_piece_of(c, x).text,
              book_piece_of(c, y).text);
    book_expression out = book_made(c, (ex_kind)ex_get(c->graph, n)->kind, BINDS_WHOLE, &b);
    out.lacks = test->lacks || x->lacks || y->lacks;
    out.frozen = test->frozen || x->frozen || y->frozen;
    return out;
}

/* Rounding to places that are constant. Spreadsheets round halves as `round` does. The numbers that
 * are cut off are rounded to nine further places first, as 62.99999999999999 is 63. */
static int rounding(book_cells *c, ex_op op, book_expression *const *x, book_expression *out) {
    const char *form = op == EX_round        ? "ROUND(%s,%s)"
                       : op == EX_round_up   ? "ROUNDUP(ROUND(%s,%s+9),%s)"
                       : op == EX_round_down ? "ROUNDDOWN(ROUND(%s,%s+9),%s)"
                       : op == EX_floor      ? "INT(ROUND((%s)*10^%s,9))/10^%s"
                       : op == EX_ceil       ? "-INT(-ROUND((%s)*10^%s,9))/10^%s"
                                             : NULL;
    if (!form) return 0;
    buf b = BUF_INIT;
    const char *operand[3] = {book_number(c, x[0], ANYWHERE).text,
                              book_number(c, x[1], ANYWHERE).text,
                              book_number(c, x[1], ANYWHERE).text};
    int next = 0;
    for (const char *s = form; *s; s++) {
        if (*s == '%' && s[1] == 's') {
            buf_text(&b, operand[next++]);
            s++;
        } else {
            buf_char(&b, *s);
        }
    }
    *out =
        book_made(c, EX_NUMBER, op == EX_floor || op == EX_ceil ? BINDS_COMPARE : BINDS_WHOLE, &b);
    out->lacks = x[0]->lacks || x[1]->lacks;
    return 1;
}

static book_expression clamped(book_cells *c, book_expression *const *x) {
    buf b = BUF_INIT;
    buf_print(&b, "MAX(%s,MIN(%s,%s))", book_number(c, x[1], ANYWHERE).text,
              book_number(c, x[2], ANYWHERE).text, book_number(c, x[0], ANYWHERE).text);
    book_expression out = book_made(c, EX_NUMBER, BINDS_WHOLE, &b);
    out.lacks = x[0]->lacks || x[1]->lacks || x[2]->lacks;
    return out;
}

/* ---- elementwise ---- */

static book_expression negative(book_cells *c, const book_expression *x) {
    buf b = BUF_INIT;
    buf_text(&b, "(-");
    book_put(&b, book_number(c, x, IN_ARITHMETIC), BINDS_WHOLE);
    buf_char(&b, ')');
    book_expression out = book_made(c, EX_NUMBER, BINDS_WHOLE, &b);
    out.lacks = x->lacks;
    return out;
}

static int operation(book_cells *c, ex_op op, book_expression *const *x, book_expression *out) {
    static const struct {
        ex_op op;
        const char *name;
        int fails; /* where its operand is none it takes */
    } named[] = {{EX_abs, "ABS", 0},     {EX_exp, "EXP", 1},   {EX_log, "LN", 1},
                 {EX_log10, "LOG10", 1}, {EX_sqrt, "SQRT", 1}, {EX_sign, "SIGN", 0}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i].op == op) {
            *out = call(c, named[i].name, x, 1);
            out->lacks |= named[i].fails;
            return 1;
        }
    switch (op) {
    case EX_neg: *out = negative(c, x[0]); return 1;
    case EX_not: *out = logical(c, "NOT", x, 1); return 1;
    case EX_and: *out = logical(c, "AND", x, 2); return 1;
    case EX_or: *out = logical(c, "OR", x, 2); return 1;
    case EX_add: *out = infix(c, "+", BINDS_SUM, BINDS_SUM, x); return 1;
    case EX_sub: *out = infix(c, "-", BINDS_SUM, BINDS_PRODUCT, x); return 1;
    case EX_mul: *out = infix(c, "*", BINDS_PRODUCT, BINDS_PRODUCT, x); return 1;
    case EX_div:
    case EX_quotient:
        *out = infix(c, "/", BINDS_PRODUCT, BINDS_POWER, x);
        out->lacks |= !is_constant(x[1]) || x[1]->value == 0;
        return 1;
    case EX_mod: *out = call(c, "MOD", x, 2); break;
    case EX_pow: *out = call(c, "POWER", x, 2); break;
    case EX_least: *out = call(c, "MIN", x, 2); return 1;
    case EX_greatest: *out = call(c, "MAX", x, 2); return 1;
    case EX_clamp: *out = clamped(c, x); return 1;
    default:
        if (ex_is(op, EX_COMPARES & ~(unsigned)EX_TOTAL) && ex_is(op, EX_DECIDES) &&
            ex_class(op) == EX_CLASS_BINARY && ex_binding(op) == EX_BIND_COMPARE) {
            *out = compare(c, op, x);
            return 1;
        }
        return rounding(c, op, x, out);
    }
    out->lacks = 1; /* it may fail */
    return 1;
}

/* A label of one array is compared with all labels of an axis: its text, or number, with theirs. */
static int same_label(book_cells *c, ex_id n, const positions *at, book_expression *out) {
    ex_id left = ex_arg(c->graph, n, 0), right = ex_arg(c->graph, n, 1);
    const ex_function *fn = ex_function_of(c->graph, left);
    const ex_values *v = ex_values_of(c->graph, right);
    if (!fn || strcmp(fn->name, "position") || !v || v->origin != EX_LABELS || !c->dynamic[left])
        return 0;
    const book_expression *p = book_known(c, right, at);
    int axis = 0;
    while (!(v->axes & AX_BIT(axis))) axis++;
    const ax_axis *labels = ax_get(c->space, axis);
    const double *number = ax_numbers(c->space, axis);
    book_expression *text = book_operand(c, ex_arg(c->graph, left, 0), at);
    uint32_t k = (uint32_t)p->value;
    book_expression label = text->kind == EX_TEXT ? book_constant(EX_TEXT, labels->label[k])
                            : number              ? book_constant(EX_NUMBER, number[k])
                                                  : book_constant(EX_NUMBER, EX_NAN);
    book_expression *const pair[2] = {text, &label};
    if (is_constant(text)) {
        *out = is_missing(text) ? *text : book_constant(EX_TRUTH, text->value == label.value);
        out->kind = EX_TRUTH;
    } else {
        *out = compare(c, EX_eq, pair);
    }
    out->frozen = text->frozen;
    return 1;
}

book_expression book_elementwise(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    const ex_kind kind = (ex_kind)node->kind;
    book_expression *x[3], out;
    if (node->op == EX_where) return choice(c, n, at);
    if (node->op == EX_eq && same_label(c, n, at, &out)) return out;
    int frozen = 0, constant = 1, lacking = 0;
    for (int i = 0; i < node->argc; i++) {
        ex_id arg = ex_arg(c->graph, n, i);
        int asks = node->op == EX_present || node->op == EX_missing || node->op == EX_coalesce;
        x[i] = asks ? book_known(c, arg, at) : book_operand(c, arg, at);
        frozen |= x[i]->frozen;
        constant &= is_constant(x[i]);
        lacking |= is_missing(x[i]);
    }
    /* Of one that is never missing, the other does not count. */
    if (node->op == EX_coalesce && (is_missing(x[0]) || is_missing(x[1]) || !x[0]->lacks)) {
        out = is_missing(x[0]) ? *x[1] : *x[0];
        return out;
    }
    for (int i = 0; i < node->argc; i++) x[i] = book_operand(c, ex_arg(c->graph, n, i), at);
    if (node->op == EX_present || node->op == EX_missing)
        out = presence(c, x[0], node->op == EX_present);
    else if (node->op == EX_coalesce)
        out = coalesce(c, x[0], x[1]);
    else if (lacking || constant)
        out = book_constant(kind, c->value[n][element]);
    else if (!operation(c, (ex_op)node->op, x, &out))
        return book_freeze(c, n, element, TEXT("worksheets have no such function"));
    out.frozen |= frozen;
    if (!out.logical) out.kind = kind;
    return out;
}
