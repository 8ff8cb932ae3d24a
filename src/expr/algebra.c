#include "expr/algebra.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "expr/rank_correlation.h"
#include "expr/linear.h"

/* What a function over n × n matrices, or along an axis of n labels, needs to know. */
typedef struct square {
    const ax_space *space;
    const volatile sig_atomic_t *stop;
    size_t n;
    int row, column;
    int symmetric;
} square;

int alg_components(alg_home *h, const char *name, uint32_t n, fault *f) {
    pool *strings = ax_strings(ex_space(h->graph));
    uint32_t *label = mem_take((n + 1) * sizeof *label);
    int axis = AX_NONE, good = label != NULL;
    for (uint32_t i = 0; good && i < n; i++) {
        char text[16];
        int length = snprintf(text, sizeof text, "%u", i + 1);
        good = (label[i] = pool_put(strings, text, (size_t)length)) != 0;
    }
    if (good)
        axis = ax_make(ex_space(h->graph), name, label, n, f);
    else
        fault_memory(f);
    mem_free(label);
    return axis;
}

/* Numbers for same_of: equal functions of equal axes make one node. */
enum { VALUES = 1, VECTORS, PERRON_VECTOR, PERRON_VALUE, SOLVE, KENDALL };

static uint64_t same_of(int function, int row, int column, int component, int symmetric) {
    uint64_t same = (uint64_t)function;
    same = same << 8 | (uint64_t)row;
    same = same << 8 | (uint64_t)column;
    same = same << 8 | (uint64_t)component;
    return same << 8 | (uint64_t)(symmetric != 0);
}

static int check_square(const ax_space *space, const char *name, int row, int column, fault *f) {
    const ax_axis *a = ax_get(space, row), *b = ax_get(space, column);
    if (row == column)
        return fault_at(f, FAULT_RULE, NULL, "x:as{ … } makes a second copy of an axis",
                        "'%s' needs two axes, not '%s' twice", name, a->name);
    if (a->size != b->size)
        return fault_set(f, FAULT_RULE, "'%s' needs a square: '%s' has %u labels, '%s' has %u",
                         name, a->name, a->size, b->name, b->size);
    if (a->size > LINEAR_MOST)
        return fault_set(f, FAULT_LIMIT, "'%s' takes at most %d rows, and '%s' has %u labels", name,
                         LINEAR_MOST, a->name, a->size);
    return 1;
}

/* Begins a function over square matrices. NULL with the fault filled. */
static square *square_function(alg_home *h, const char *name, int row, int column,
                               ex_matrix_function *out, fault *f) {
    const ax_space *space = ex_space(h->graph);
    if (!check_square(space, name, row, column, f)) return NULL;
    square *s = arena_zero(h->memory, 1, sizeof *s);
    if (!s) {
        fault_memory(f);
        return NULL;
    }
    *s = (square){space, h->stop, ax_get(space, row)->size, row, column, 1};
    *out = (ex_matrix_function){.name = name,
                                .gives = EX_NUMBER,
                                .core = {{row, column}},
                                .out = {AX_NONE, AX_NONE},
                                .self = s};
    return s;
}

static int same_labels(const square *s, const char *name, fault *f) {
    const ax_axis *a = ax_get(s->space, s->row), *b = ax_get(s->space, s->column);
    if (!memcmp(a->label, b->label, a->size * sizeof *a->label)) return 1;
    return fault_set(f, FAULT_RULE,
                     "'%s' needs the same labels on both axes, and '%s' and '%s' have others", name,
                     a->name, b->name);
}

/* ---- eigenvalues ---- */

static const char *label(const square *s, size_t i) {
    return pool_text(ax_strings(s->space), ax_get(s->space, s->row)->label[i]);
}

static int find_eigen(const square *s, const double *a, double *value, double *vector, fault *f) {
    size_t i = 0, j = 0;
    int found = linear_eigen(a, s->n, s->symmetric, value, vector, &i, &j, f);
    if (found < 0)
        return fault_at(f, FAULT_RULE, NULL,
                        "{ symmetric = false } takes any matrix, and keeps its real eigenvalues",
                        "'eigen' takes symmetric matrices, and the element %s, %s is %.10g, but "
                        "%s, %s is %.10g",
                        label(s, i), label(s, j), a[i * s->n + j], label(s, j), label(s, i),
                        a[j * s->n + i]);
    return found;
}

static int call_values(void *self, const double *const *arg, double *out, fault *f) {
    return find_eigen(self, arg[0], out, NULL, f);
}

static int call_vectors(void *self, const double *const *arg, double *out, fault *f) {
    const square *s = self;
    double *value = mem_take((s->n + 1) * sizeof *value);
    int fine = value ? find_eigen(s, arg[0], value, out, f) : fault_memory(f);
    mem_free(value);
    return fine;
}

int alg_eigen(alg_home *h, int row, int column, int component, int symmetric, int vectors,
              ex_matrix_function *out, fault *f) {
    square *s = square_function(h, "eigen", row, column, out, f);
    if (!s || !same_labels(s, "eigen", f)) return 0;
    s->symmetric = symmetric;
    out->none = TEXT("the eigenvalue is not a real number");
    out->out[0] = vectors ? row : component;
    out->out[1] = vectors ? component : AX_NONE;
    out->call = vectors ? call_vectors : call_values;
    out->same = same_of(vectors ? VECTORS : VALUES, row, column, component, symmetric);
    return 1;
}

static int call_perron_vector(void *self, const double *const *arg, double *out, fault *f) {
    const square *s = self;
    return linear_principal(arg[0], s->n, out, NULL, s->stop, f);
}

static int call_perron_value(void *self, const double *const *arg, double *out, fault *f) {
    const square *s = self;
    return linear_principal(arg[0], s->n, NULL, out, s->stop, f);
}

int alg_principal(alg_home *h, int row, int column, int value, ex_matrix_function *out, fault *f) {
    square *s = square_function(h, "principal", row, column, out, f);
    if (!s || !same_labels(s, "principal", f)) return 0;
    out->none = TEXT("the matrix has a negative element, or falls into parts");
    out->out[0] = value ? AX_NONE : row;
    out->call = value ? call_perron_value : call_perron_vector;
    out->same = same_of(value ? PERRON_VALUE : PERRON_VECTOR, row, column, 0, 0);
    return 1;
}

/* ---- linear equations, ranks ---- */

static int call_solve(void *self, const double *const *arg, double *out, fault *f) {
    const square *s = self;
    return linear_solve(arg[0], s->n, arg[1], out, f);
}

int alg_solve(alg_home *h, int row, int column, ex_matrix_function *out, fault *f) {
    if (!square_function(h, "solve", row, column, out, f)) return 0;
    out->core[1][0] = row;
    out->core[1][1] = AX_NONE;
    out->out[0] = column;
    out->none = TEXT("the matrix is singular");
    out->call = call_solve;
    out->same = same_of(SOLVE, row, column, 0, 0);
    return 1;
}

static int call_kendall(void *self, const double *const *arg, double *out, fault *f) {
    const square *s = self;
    return rank_kendall_tau(arg[0], arg[1], s->n, out, f);
}

int alg_kendall(alg_home *h, int axis, ex_matrix_function *out, fault *f) {
    square *s = arena_zero(h->memory, 1, sizeof *s);
    if (!s) return fault_memory(f);
    s->n = ax_get(ex_space(h->graph), axis)->size;
    *out = (ex_matrix_function){.name = "kendall",
                                .gives = EX_NUMBER,
                                .core = {{axis, AX_NONE}, {axis, AX_NONE}},
                                .out = {AX_NONE, AX_NONE},
                                .self = s,
                                .none = TEXT("all values are equal"),
                                .call = call_kendall,
                                .same = same_of(KENDALL, axis, 0, 0, 0)};
    return 1;
}

/* ---- linear programs ---- */

/* A constraint: how many rows it has, and which axes its arguments have. a: the coefficient; b: the
 * bound; over: the axis of the variables; row: the axis of the rows. */
typedef struct rows {
    program_relation relation;
    size_t count;
    int axis; /* AX_NONE: one constraint */
    int a_over, a_row, b_row;
} rows;

typedef struct programs {
    const volatile sig_atomic_t *stop;
    size_t n, most; /* variables; rows of all constraints */
    int maximise, constraints;
    int lower, upper; /* their places among the arguments, or -1 */
    int lower_over, upper_over;
    rows constraint[ALG_CONSTRAINTS];
} programs;

static ax_set axes_of(const alg_home *h, ex_id n) { return n ? ex_get(h->graph, n)->axes : 0; }

static int describe_rows(alg_home *h, const alg_program *p, int k, ax_set batch, rows *out,
                         fault *f) {
    const ax_space *space = ex_space(h->graph);
    const alg_constraint *c = &p->constraint[k];
    char shape[300];
    ax_set over = AX_BIT(p->over), a = axes_of(h, c->coefficient), b = axes_of(h, c->bound);
    if (b & over)
        return fault_at(
            f, FAULT_RULE, NULL, "bring what has variables to the left, or use lower = and upper =",
            "the right side of constraint %d of 'lp' is over '%s', the axis of the variables",
            k + 1, ax_get(space, p->over)->name);
    ax_set row = (a | b) & ~over & ~batch;
    if (row & (row - 1)) {
        ax_describe(space, row, shape, sizeof shape);
        return fault_at(f, FAULT_RULE, NULL,
                        "write one constraint for each label of the others: c:at{ axis = label }",
                        "constraint %d of 'lp' has rows over %s, and there can be one such axis",
                        k + 1, shape);
    }
    *out = (rows){.relation = c->relation,
                  .count = 1,
                  .axis = AX_NONE,
                  .a_over = (a & over) != 0,
                  .a_row = (a & row) != 0,
                  .b_row = (b & row) != 0};
    for (int axis = 0; row && axis < AX_MOST; axis++)
        if (row & AX_BIT(axis)) {
            out->axis = axis;
            out->count = ax_get(space, axis)->size;
        }
    return 1;
}

/* Writes the variables that take part: those with a present coefficient in the objective or in a
 * constraint with one coefficient for each variable. Returns how many. */
static size_t find_variables(const programs *s, const double *const *arg, size_t *index) {
    size_t count = 0;
    for (size_t j = 0; j < s->n; j++) {
        int there = arg[0][j] == arg[0][j];
        for (int k = 0; k < s->constraints && !there; k++) {
            const rows *c = &s->constraint[k];
            for (size_t r = 0; c->a_over && r < (c->a_row ? c->count : 1) && !there; r++) {
                double x = arg[1 + 2 * k][r * s->n + j];
                there = x == x;
            }
        }
        if (there) index[count++] = j;
    }
    return count;
}

/* One program, of the m variables that take part. */
typedef struct filled {
    const size_t *index;
    size_t m, count;
    double *objective, *lower, *upper, *coefficient, *bound;
    program_relation *relation;
} filled;

/* Copies the elements of these variables; `from` may be NULL. Returns whether none is missing. */
static int copy_variables(const filled *p, const double *from, int over, double *to) {
    int whole = 1;
    for (size_t u = 0; u < p->m; u++) {
        to[u] = from ? from[over ? p->index[u] : 0] : NAN;
        whole &= to[u] == to[u];
    }
    return whole;
}

/* Adds the rows of a constraint, without those that have a missing element. 0 where a constraint
 * without rows has one. */
static int add_rows(const programs *s, const rows *c, const double *a, const double *b, filled *p) {
    size_t step = c->a_row ? (c->a_over ? s->n : 1) : 0;
    for (size_t r = 0; r < c->count; r++) {
        double bound = b[c->b_row ? r : 0];
        int there = copy_variables(p, a + r * step, c->a_over, p->coefficient + p->count * p->m) &&
                    bound == bound;
        if (!there && c->axis == AX_NONE) return 0;
        p->bound[p->count] = bound;
        p->relation[p->count] = c->relation;
        p->count += there != 0;
    }
    return 1;
}

static int solve_filled(const programs *s, const filled *p, double *scratch, double *out,
                        fault *f) {
    program_outcome outcome;
    program whole = {p->m,        p->count, s->maximise, p->objective, p->coefficient,
                     p->relation, p->bound, p->lower,    p->upper};
    if (!program_solve(&whole, scratch, &outcome, s->stop, f)) return 0;
    for (size_t u = 0; u < p->m; u++) out[p->index[u]] = scratch[u];
    return 1;
}

static int call_program(void *self, const double *const *arg, double *out, fault *f) {
    const programs *s = self;
    size_t n = s->n;
    double *scratch = mem_take((s->most * n + s->most + 4 * n + 1) * sizeof *scratch +
                               n * sizeof(size_t) + s->most * sizeof(program_relation));
    if (!scratch) return fault_memory(f);
    filled p = {.objective = scratch + n,
                .lower = scratch + 2 * n,
                .upper = scratch + 3 * n,
                .coefficient = scratch + 4 * n};
    p.bound = p.coefficient + s->most * n;
    size_t *index = (size_t *)(void *)(p.bound + s->most);
    p.relation = (program_relation *)(void *)(index + n);
    p.index = index;
    p.m = find_variables(s, arg, index);
    for (size_t j = 0; j < n; j++) out[j] = NAN;
    int whole = p.m > 0 && copy_variables(&p, arg[0], 1, p.objective), fine = 1;
    for (int k = 0; whole && k < s->constraints; k++)
        whole = add_rows(s, &s->constraint[k], arg[1 + 2 * k], arg[2 + 2 * k], &p);
    copy_variables(&p, s->lower < 0 ? NULL : arg[s->lower], s->lower_over, p.lower);
    copy_variables(&p, s->upper < 0 ? NULL : arg[s->upper], s->upper_over, p.upper);
    if (whole) fine = solve_filled(s, &p, scratch, out, f);
    mem_free(scratch);
    return fine;
}

/* Adds an argument; of the axes `first` and `second`, those that it has are its core. Returns its
 * number. */
static int add_argument(alg_home *h, ex_matrix_function *fn, ex_id *arg, int *argc, ex_id node,
                        int first, int second) {
    ax_set axes = axes_of(h, node);
    int has_first = first != AX_NONE && (axes & AX_BIT(first)),
        has_second = second != AX_NONE && (axes & AX_BIT(second));
    fn->core[*argc][0] = has_first ? first : has_second ? second : AX_NONE;
    fn->core[*argc][1] = has_first && has_second ? second : AX_NONE;
    arg[*argc] = node;
    return (*argc)++;
}

int alg_program_function(alg_home *h, const alg_program *p, ex_matrix_function *out,
                         ex_id arg[EX_MATRIX_ARGS], int *argc, fault *f) {
    const ax_space *space = ex_space(h->graph);
    const char *over = ax_get(space, p->over)->name;
    ax_set batch =
        (axes_of(h, p->objective) | axes_of(h, p->lower) | axes_of(h, p->upper)) & ~AX_BIT(p->over);
    programs *s = arena_zero(h->memory, 1, sizeof *s);
    if (!s) return fault_memory(f);
    if (!(axes_of(h, p->objective) & AX_BIT(p->over)))
        return fault_at(f, FAULT_RULE, NULL, "it has a coefficient for each variable",
                        "what 'lp' is to make as large or small as possible is not over '%s'",
                        over);
    *s = (programs){.stop = h->stop,
                    .n = ax_get(space, p->over)->size,
                    .maximise = p->maximise,
                    .constraints = p->constraints,
                    .lower = -1,
                    .upper = -1};
    *out = (ex_matrix_function){
        .name = "lp",
        .gives = EX_NUMBER,
        .out = {p->over, AX_NONE},
        .self = s,
        .call = call_program,
        .none =
            TEXT("the constraints contradict each other, or leave the objective without bound")};
    *argc = 0;
    add_argument(h, out, arg, argc, p->objective, AX_NONE, p->over);
    for (int k = 0; k < p->constraints; k++) {
        rows *c = &s->constraint[k];
        if (!describe_rows(h, p, k, batch, c, f)) return 0;
        add_argument(h, out, arg, argc, p->constraint[k].coefficient, c->axis, p->over);
        add_argument(h, out, arg, argc, p->constraint[k].bound, c->axis, AX_NONE);
        s->most += c->count;
    }
    if (s->n > 0 && s->most > PROGRAM_MOST / s->n)
        return fault_set(f, FAULT_LIMIT, "'lp' with %zu variables and %zu constraints is too large",
                         s->n, s->most);
    s->lower_over = (axes_of(h, p->lower) & AX_BIT(p->over)) != 0;
    s->upper_over = (axes_of(h, p->upper) & AX_BIT(p->over)) != 0;
    if (p->lower) s->lower = add_argument(h, out, arg, argc, p->lower, AX_NONE, p->over);
    if (p->upper) s->upper = add_argument(h, out, arg, argc, p->upper, AX_NONE, p->over);
    return 1;
}
