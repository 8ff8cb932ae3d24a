#include "expr/lp.h"

#include <errno.h>
#include <lpsolve/lp_lib.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/dynlib.h"
#include "base/text.h"
#include "expr/linear.h"

/* ---- the library ---- */

/* clang-format off */
#define FUNCTIONS(X)                                                                              \
    X(make_lp) X(delete_lp) X(set_verbose) X(set_add_rowmode) X(set_obj_fn) X(set_maxim)          \
    X(set_minim) X(add_constraint) X(set_unbounded) X(set_lowbo) X(set_upbo) X(put_abortfunc)     \
    X(solve) X(get_variables) X(get_basis) X(set_int) X(set_epsint) X(set_break_at_first)
/* clang-format on */

/* Pointers of the types that the header gives its functions. */
static struct {
#define POINTER(name) name##_func *name;
    FUNCTIONS(POINTER)
#undef POINTER
    int ready;
    fault why;
} lp;

__attribute__((destructor)) static void forget(void) { fault_release(&lp.why); }

/* Debian has it in a folder of its own. */
static void open_library(void) {
    static const char *const files[] = {"/usr/lib/lp_solve/liblpsolve55.so", "liblpsolve55.so",
                                        NULL};
    fault *f = &lp.why;
#define NAMED(name) {#name, &lp.name},
    static const dynlib_function list[] = {FUNCTIONS(NAMED){NULL, NULL}};
#undef NAMED
    lp.ready = dynlib_functions(dynlib_open(files, "lp-solve", f), list, f);
}

static int need_library(fault *f) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_library);
    return lp.ready || dynlib_fault(&lp.why, f);
}

/* ---- the program as lp_solve wants it ---- */

typedef struct watch {
    const volatile sig_atomic_t *stop;
    double end; /* by the clock below; 0: never */
    int late;
} watch;

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int __WINAPI is_stopped(lprec *which, void *own) {
    (void)which;
    watch *w = own;
    w->late = w->end > 0 && seconds_now() > w->end;
    return w->late || limits_over() || limits_raised(w->stop);
}

/* lp_solve counts from 1; element 0 of a row is not used. */
static void copy_row(double *row, const double *from, size_t n) {
    row[0] = 0;
    for (size_t j = 0; j < n; j++) row[j + 1] = from[j];
}

static int fill_program(lprec *l, const program *p, const program_choices *c, double *row) {
    static const int type[] = {
        [PROGRAM_AT_MOST] = LE, [PROGRAM_AT_LEAST] = GE, [PROGRAM_EQUAL] = EQ};
    lp.set_verbose(l, NEUTRAL);
    copy_row(row, p->objective, p->n);
    int fine = lp.set_add_rowmode(l, TRUE) && lp.set_obj_fn(l, row);
    for (size_t r = 0; fine && r < p->rows; r++) {
        copy_row(row, p->coefficient + r * p->n, p->n);
        fine = lp.add_constraint(l, row, type[p->relation[r]], p->bound[r]);
    }
    lp.set_add_rowmode(l, FALSE);
    for (size_t j = 0; fine && j < p->n; j++) {
        int column = (int)j + 1;
        fine = lp.set_unbounded(l, column);
        if (fine && p->lower[j] == p->lower[j]) fine = lp.set_lowbo(l, column, p->lower[j]);
        if (fine && p->upper[j] == p->upper[j]) fine = lp.set_upbo(l, column, p->upper[j]);
        if (fine && c && c->binary[j]) fine = lp.set_int(l, column, TRUE);
    }
    if (c) lp.set_epsint(l, 1e-9);
    if (c && c->any) lp.set_break_at_first(l, TRUE);
    if (p->maximise)
        lp.set_maxim(l);
    else
        lp.set_minim(l);
    return fine;
}

/* ---- the exact solution ---- */

typedef struct corner_scratch {
    int *basis;           /* 1 + rows + n */
    size_t *row, *column; /* equations and unknowns */
    double *matrix, *right, *found;
} corner_scratch;

/* How far the point violates the bounds, and the constraints relative to the size of their terms.
 */
static double violation(const program *p, const double *x) {
    double worst = 0;
    for (size_t r = 0; r < p->rows; r++) {
        double sum = 0, size = fabs(p->bound[r]);
        for (size_t j = 0; j < p->n; j++) {
            sum += p->coefficient[r * p->n + j] * x[j];
            size += fabs(p->coefficient[r * p->n + j] * x[j]);
        }
        double by = sum - p->bound[r];
        by = p->relation[r] == PROGRAM_AT_MOST    ? by
             : p->relation[r] == PROGRAM_AT_LEAST ? -by
                                                  : fabs(by);
        worst = by > worst * size ? by / size : worst;
    }
    for (size_t j = 0; j < p->n; j++) {
        double by = x[j] < p->lower[j]   ? p->lower[j] - x[j]
                    : x[j] > p->upper[j] ? x[j] - p->upper[j]
                                         : 0;
        worst = by > worst ? by : worst;
    }
    return worst;
}

/* Computes the corner that the basis describes: variables outside the basis are at a bound, and
 * constraints outside it hold with equality; these equations give the variables in the basis. The
 * corner replaces x if the program allows it. 0 with the fault filled. */
static int compute_corner(const program *p, lprec *l, double *x, const corner_scratch *w,
                          fault *f) {
    size_t rows = p->rows, n = p->n, unknowns = 0, equations = 0;
    if (!lp.get_basis(l, w->basis, TRUE)) return 1;
    for (size_t k = 1; k <= rows; k++) {
        size_t at = (size_t)abs(w->basis[k]);
        if (at > rows) w->column[unknowns++] = at - rows - 1;
    }
    memcpy(w->found, x, n * sizeof *x);
    for (size_t k = rows + 1; k <= rows + n; k++) {
        size_t at = (size_t)abs(w->basis[k]);
        if (at <= rows) {
            w->row[equations++] = at - 1;
            continue;
        }
        /* lp_solve changes the sign of some variables, so that the sign does not tell at which
         * bound a variable is. */
        size_t j = at - rows - 1;
        double low = fabs(x[j] - p->lower[j]), high = fabs(x[j] - p->upper[j]);
        if (low == low || high == high)
            w->found[j] = high != high || low <= high ? p->lower[j] : p->upper[j];
    }
    if (unknowns != equations) return 1;
    for (size_t u = 0; u < unknowns; u++) w->found[w->column[u]] = 0;
    for (size_t e = 0; e < equations; e++) {
        const double *a = p->coefficient + w->row[e] * n;
        w->right[e] = p->bound[w->row[e]];
        for (size_t j = 0; j < n; j++) w->right[e] -= a[j] * w->found[j];
        for (size_t u = 0; u < unknowns; u++) w->matrix[e * unknowns + u] = a[w->column[u]];
    }
    if (unknowns > 0 &&
        !linear_solve(w->matrix, unknowns, w->right, w->matrix + unknowns * unknowns, f))
        return 0;
    for (size_t u = 0; u < unknowns; u++)
        w->found[w->column[u]] = w->matrix[unknowns * unknowns + u];
    for (size_t j = 0; j < n; j++)
        if (w->found[j] != w->found[j]) return 1;
    if (violation(p, w->found) <= 1e-9)
        for (size_t j = 0; j < n; j++) x[j] = w->found[j] + 0.0;
    return 1;
}

/* ---- solving ---- */

/* For an unbounded variable lp_solve may give its own number for infinity. */
static int is_finite(const double *x, size_t n) {
    for (size_t j = 0; j < n; j++)
        if (!(fabs(x[j]) < DEF_INFINITE)) return 0;
    return 1;
}

static int run_solver(const program *p, const program_choices *c, lprec *l, double *solution,
                      program_outcome *outcome, const corner_scratch *w, const watch *on,
                      fault *f) {
    switch (lp.solve(l)) {
    case OPTIMAL:
    case SUBOPTIMAL:
    case PRESOLVED:
        if (!lp.get_variables(l, solution)) return fault_memory(f);
        *outcome = is_finite(solution, p->n) ? PROGRAM_SOLVED : PROGRAM_UNBOUNDED;
        return *outcome == PROGRAM_UNBOUNDED || c || compute_corner(p, l, solution, w, f);
    case INFEASIBLE:
    case NOFEASFOUND: *outcome = PROGRAM_INFEASIBLE; return 1;
    case UNBOUNDED: *outcome = PROGRAM_UNBOUNDED; return 1;
    case NOMEMORY: return fault_memory(f);
    case USERABORT:
        if (on->late) {
            *outcome = PROGRAM_LATE;
            return 1;
        }
        return fault_set(f, FAULT_LIMIT, "stopped before the linear program was solved");
    default: return 1;
    }
}

static int solve_once(const program *p, const program_choices *c, double *solution,
                      program_outcome *outcome, const volatile sig_atomic_t *stop, fault *f) {
    size_t n = p->n, rows = p->rows, corner = rows < n ? rows : n;
    *outcome = PROGRAM_FAILED;
    for (size_t j = 0; j < n; j++) solution[j] = NAN;
    if (rows > 0 && n > PROGRAM_MOST / rows)
        return fault_set(f, FAULT_LIMIT,
                         "a linear program of %zu variables and %zu constraints is too large", n,
                         rows);
    for (size_t j = 0; j < n; j++)
        if (p->lower[j] > p->upper[j]) {
            *outcome = PROGRAM_INFEASIBLE;
            return 1;
        }
    if (!need_library(f)) return 0;
    size_t numbers = corner * corner + corner + corner + n + 1;
    double *scratch =
        mem_take(numbers * sizeof *scratch + 2 * n * sizeof(size_t) + (1 + rows + n) * sizeof(int));
    limits_fragile(text_message("the library lp_solve"));
    errno = 0;
    lprec *l = scratch ? lp.make_lp(0, (int)n) : NULL;
    int fine = l && fill_program(l, p, c, scratch);
    if (fine) {
        corner_scratch w = {.matrix = scratch, .right = scratch + corner * corner + corner};
        w.found = w.right + corner;
        w.row = (size_t *)(void *)(w.found + n);
        w.column = w.row + n;
        w.basis = (int *)(void *)(w.column + n);
        watch on = {stop, c && c->seconds > 0 ? seconds_now() + c->seconds : 0, 0};
        lp.put_abortfunc(l, is_stopped, &on);
        fine = run_solver(p, c, l, solution, outcome, &w, &on, f);
    } else {
        fault_memory(f);
    }
    if (l) lp.delete_lp(l);
    limits_firm();
    /* lp_solve does not always say that it had no memory; its solution is wrong then. */
    if (fine && errno == ENOMEM) fine = fault_memory(f);
    mem_free(scratch);
    for (size_t j = 0; j < n; j++)
        if (!fine || *outcome != PROGRAM_SOLVED) solution[j] = NAN;
    return fine;
}

int program_solve(const program *p, double *solution, program_outcome *outcome,
                  const volatile sig_atomic_t *stop, fault *f) {
    return solve_once(p, NULL, solution, outcome, stop, f);
}

int program_solve_choices(const program *p, const program_choices *c, double *solution,
                          program_outcome *outcome, const volatile sig_atomic_t *stop, fault *f) {
    if (!solve_once(p, c, solution, outcome, stop, f)) return 0;
    if (*outcome != PROGRAM_SOLVED) return 1;
    /* What is left, with these variables fixed as they were found. */
    double *lower = mem_take((2 * p->n + 1) * sizeof *lower), *upper = lower + p->n;
    if (!lower) return fault_memory(f);
    for (size_t j = 0; j < p->n; j++) {
        double found = floor(solution[j] + 0.5);
        lower[j] = c->binary[j] ? found : p->lower[j];
        upper[j] = c->binary[j] ? found : p->upper[j];
    }
    program rest = *p;
    rest.lower = lower;
    rest.upper = upper;
    int fine = solve_once(&rest, NULL, solution, outcome, stop, f);
    if (fine && *outcome != PROGRAM_SOLVED) {
        *outcome = PROGRAM_NEARLY;
        for (size_t j = 0; j < p->n; j++)
            if (c->binary[j]) solution[j] = lower[j];
    }
    mem_free(lower);
    return fine;
}
