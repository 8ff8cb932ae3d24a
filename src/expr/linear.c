#include "expr/linear.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/dynlib.h"
#include "base/text.h"

/* ---- the library ---- */

/* Those that are given their work space: the others print a line where they have no memory for it.
 */
typedef lapack_int dsyev_function(int, char, char, lapack_int, double *, lapack_int, double *,
                                  double *, lapack_int);
typedef lapack_int dgeev_function(int, char, char, lapack_int, double *, lapack_int, double *,
                                  double *, double *, lapack_int, double *, lapack_int, double *,
                                  lapack_int);
typedef lapack_int dgesvx_function(int, char, char, lapack_int, lapack_int, double *, lapack_int,
                                   double *, lapack_int, lapack_int *, char *, double *, double *,
                                   double *, lapack_int, double *, lapack_int, double *, double *,
                                   double *, double *, lapack_int *);

/* These types are checked against the header; the functions themselves are not linked. */
_Static_assert(_Generic(&LAPACKE_dsyev_work, dsyev_function * : 1, default : 0), "dsyev");
_Static_assert(_Generic(&LAPACKE_dgeev_work, dgeev_function * : 1, default : 0), "dgeev");
_Static_assert(_Generic(&LAPACKE_dgesvx_work, dgesvx_function * : 1, default : 0), "dgesvx");

#ifndef ASSESS_MULTIARCH
#define ASSESS_MULTIARCH ""
#endif
#define FOLDER "/usr/lib/" ASSESS_MULTIARCH

static struct {
    dsyev_function *dsyev;
    dgeev_function *dgeev;
    dgesvx_function *dgesvx;
    int ready;
    fault why;
} lapack;

__attribute__((destructor)) static void forget(void) { fault_release(&lapack.why); }

/* In this order: a library that needs another by name takes the one that is open already. That of
 * Fortran ends the process where it has no memory to begin with. */
static void open_lapack(void) {
    static const char *const blas[] = {FOLDER "/blas/libblas.so.3", "libblas.so.3", NULL};
    static const char *const solvers[] = {FOLDER "/lapack/liblapack.so.3", "liblapack.so.3", NULL};
    static const char *const front[] = {"liblapacke.so.3", NULL};
    fault *f = &lapack.why;
    void *library = NULL;
    limits_fragile(text_message("the library LAPACK"));
    if (dynlib_open(blas, "libblas3", f) && dynlib_open(solvers, "liblapack3", f))
        library = dynlib_open(front, "liblapacke", f);
    limits_firm();
    static const dynlib_function list[] = {{"LAPACKE_dsyev_work", &lapack.dsyev},
                                           {"LAPACKE_dgeev_work", &lapack.dgeev},
                                           {"LAPACKE_dgesvx_work", &lapack.dgesvx},
                                           {NULL, NULL}};
    lapack.ready = dynlib_functions(library, list, f);
}

static int need_lapack(fault *f) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_lapack);
    return lapack.ready || dynlib_fault(&lapack.why, f);
}

static int lapack_fault(lapack_int info, fault *f) {
    return fault_set(f, FAULT_BUG, "LAPACK refused its argument %d", -(int)info);
}

/* ---- missing rows and columns ---- */

static void fill_missing(double *x, size_t n) {
    for (size_t i = 0; x && i < n; i++) x[i] = NAN;
}

/* Writes the indices whose row or column has a present element. Returns how many, or SIZE_MAX where
 * an element between two of them is missing. */
static size_t find_present(const double *a, size_t n, size_t *index) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        int some = 0;
        for (size_t j = 0; j < n && !some; j++)
            some = a[i * n + j] == a[i * n + j] || a[j * n + i] == a[j * n + i];
        if (some) index[count++] = i;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (a[index[i] * n + index[j]] != a[index[i] * n + index[j]]) return SIZE_MAX;
    return count;
}

/* The matrix of these indices, columns outermost, as LAPACK wants it. */
static void copy_present(const double *a, size_t n, const size_t *index, size_t m, double *out) {
    for (size_t j = 0; j < m; j++)
        for (size_t i = 0; i < m; i++) *out++ = a[index[i] * n + index[j]];
}

/* ---- eigenvalues ---- */

static double largest(const double *x, size_t count) {
    double most = 0;
    for (size_t i = 0; i < count; i++) most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

static int is_symmetric(const double *a, size_t m, size_t *row, size_t *column) {
    double within = 1e-12 * largest(a, m * m);
    for (size_t i = 0; i < m; i++)
        for (size_t j = i + 1; j < m; j++)
            if (!(fabs(a[j * m + i] - a[i * m + j]) <= within)) {
                *row = i;
                *column = j;
                return 0;
            }
    return 1;
}

/* Writes a vector of m elements with length 1 and its largest element (of equal ones the first)
 * positive. */
static void write_vector(const double *v, size_t m, const size_t *index, double *out, size_t step) {
    double most = largest(v, m), sum = 0;
    size_t at = 0;
    while (at + 1 < m && !(fabs(v[at]) >= most * (1 - 1e-9))) at++;
    for (size_t i = 0; i < m; i++) sum += v[i] / most * (v[i] / most);
    double scale = (v[at] < 0 ? -1 : 1) / (most * sqrt(sum));
    for (size_t i = 0; i < m; i++) out[index[i] * step] = v[i] * scale + 0.0; /* no -0 */
}

typedef struct eigen_room {
    size_t *index, *order;
    double *a, *value, *imaginary, *vector;
} eigen_room;

/* Orders the eigenvalues, the largest first and those that are not real last. Insertion is quick
 * enough for a thousand. */
static void sort_values(const eigen_room *w, size_t m) {
    for (size_t k = 0; k < m; k++) {
        size_t at = k;
        for (; at > 0; at--) {
            size_t before = w->order[at - 1];
            int real = w->imaginary[k] == 0, was = w->imaginary[before] == 0;
            if (!(real && (!was || w->value[before] < w->value[k]))) break;
            w->order[at] = before;
        }
        w->order[at] = k;
    }
}

/* With `most` -1 work[0] becomes how much work space does best, and nothing else is done. */
static lapack_int eigen_with(const eigen_room *w, lapack_int size, int symmetric, char job,
                             double *work, lapack_int most) {
    if (symmetric)
        return lapack.dsyev(LAPACK_COL_MAJOR, job, 'U', size, w->a, size, w->value, work, most);
    return lapack.dgeev(LAPACK_COL_MAJOR, 'N', job, size, w->a, size, w->value, w->imaginary, NULL,
                        1, w->vector, size, work, most);
}

static int find_eigen(const eigen_room *w, size_t m, int symmetric, int vectors, fault *f) {
    const char job = vectors ? 'V' : 'N';
    const lapack_int size = (lapack_int)m;
    double best = 0;
    lapack_int info = eigen_with(w, size, symmetric, job, &best, -1);
    if (info < 0) return lapack_fault(info, f);
    double *work = mem_take((size_t)best * sizeof *work);
    if (!work) return fault_memory(f);
    info = eigen_with(w, size, symmetric, job, work, (lapack_int)best);
    mem_free(work);
    if (info < 0) return lapack_fault(info, f);
    for (size_t k = 0; info > 0 && k < m; k++)
        w->imaginary[k] = 1; /* the iteration did not end: no answer */
    return 1;
}

int linear_eigen(const double *a, size_t n, int symmetric, double *value, double *vector,
                 size_t *row, size_t *column, fault *f) {
    eigen_room w;
    fill_missing(value, n);
    fill_missing(vector, n * n);
    if (!need_lapack(f)) return 0;
    w.index = mem_take(2 * n * sizeof *w.index + (2 * n * n + 2 * n) * sizeof *w.a + 1);
    if (!w.index) return fault_memory(f);
    w.order = w.index + n;
    w.value = (double *)(w.order + n);
    w.imaginary = w.value + n;
    w.a = w.imaginary + n;
    w.vector = symmetric ? w.a : w.a + n * n;
    size_t m = find_present(a, n, w.index);
    int fine = 1;
    if (m > 0 && m != SIZE_MAX) {
        copy_present(a, n, w.index, m, w.a);
        memset(w.imaginary, 0, m * sizeof *w.imaginary);
        if (symmetric && !is_symmetric(w.a, m, row, column)) {
            *row = w.index[*row];
            *column = w.index[*column];
            mem_free(w.index);
            return -1;
        }
        fine = find_eigen(&w, m, symmetric, vector != NULL, f);
        if (fine) sort_values(&w, m);
        for (size_t k = 0; fine && k < m; k++) {
            size_t from = w.order[k];
            if (w.imaginary[from] != 0) continue;
            value[k] = w.value[from] + 0.0;
            if (vector) write_vector(w.vector + from * m, m, w.index, vector + k, n);
        }
    }
    mem_free(w.index);
    return fine;
}

/* ---- the Perron vector ---- */

/* out = a b, both m × m, scaled so that its largest element is 1. 0 if that element is 0 or not
 * finite. */
static int multiply(const double *a, const double *b, double *out, size_t m) {
    memset(out, 0, m * m * sizeof *out);
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < m; k++)
            for (size_t j = 0; j < m; j++) out[i * m + j] += a[i * m + k] * b[k * m + j];
    double most = largest(out, m * m);
    for (size_t i = 0; i < m * m; i++) out[i] /= most;
    return most > 0 && most <= DBL_MAX;
}

static double sum_of_column(const double *a, size_t m, size_t j) {
    double sum = 0;
    for (size_t i = 0; i < m; i++) sum += a[i * m + j];
    return sum;
}

/* Whether all columns are multiples of the first. */
static int columns_agree(const double *a, size_t m) {
    double first = sum_of_column(a, m, 0);
    for (size_t j = 1; j < m; j++) {
        double sum = sum_of_column(a, m, j);
        for (size_t i = 0; i < m; i++)
            if (!(fabs(a[i * m + j] * first - a[i * m] * sum) <= 1e-14 * first * sum)) return 0;
    }
    return 1;
}

/* One step of the power method from `v` to `next`, both with sum 1. Returns the eigenvalue. */
static double power_step(const double *a, const double *v, double *next, size_t m) {
    double sum = 0;
    for (size_t i = 0; i < m; i++) {
        next[i] = 0;
        for (size_t j = 0; j < m; j++) next[i] += a[i * m + j] * v[j];
        sum += next[i];
    }
    for (size_t i = 0; i < m; i++) next[i] /= sum;
    return sum;
}

/* Whether the matrix is irreducible (Frobenius): each index reaches every other by elements above
 * 0. `reached` and `list` have room for m indices. */
static int is_irreducible(const double *a, size_t m, double *reached, size_t *list) {
    for (int transposed = 0; transposed < 2; transposed++) {
        size_t count = 1;
        memset(reached, 0, m * sizeof *reached);
        list[0] = 0;
        reached[0] = 1;
        for (size_t k = 0; k < count; k++)
            for (size_t j = 0; j < m; j++)
                if (reached[j] == 0 && (transposed ? a[j * m + list[k]] : a[list[k] * m + j]) > 0) {
                    reached[j] = 1;
                    list[count++] = j;
                }
        if (count < m) return 0;
    }
    return 1;
}

/* 1 with the vector in v and its eigenvalue, 0 where there is none, -1 when stopped. Rescales `a`.
 */
static int find_principal(double *a, size_t m, double *square, double *other, double *v,
                          double *value, size_t *list, const volatile sig_atomic_t *stop) {
    enum { SQUARINGS = 60, POLISHES = 20 };
    double most = largest(a, m * m), trace = 0, shift;
    int agree = 0;
    for (size_t i = 0; i < m * m; i++)
        if (!(a[i] >= 0) || most == 0) return 0;
    if (!is_irreducible(a, m, v, list)) return 0;
    for (size_t i = 0; i < m * m; i++) a[i] /= most;
    for (size_t i = 0; i < m; i++) trace += a[i * m + i];
    /* With a diagonal of zeros the powers may oscillate instead of converging. */
    shift = trace > 0 ? 0 : 1;
    for (size_t i = 0; i < m; i++) a[i * m + i] += shift;
    memcpy(square, a, m * m * sizeof *square);
    for (int k = 0; k < SQUARINGS && !(agree = columns_agree(square, m)); k++) {
        if (!multiply(square, square, other, m)) return 0;
        if (limits_over() || limits_raised(stop)) return -1;
        double *swap = square;
        square = other;
        other = swap;
    }
    if (!agree) return 0;
    for (size_t i = 0; i < m; i++) v[i] = 1;
    power_step(square, v, other, m);
    for (int k = 0; k < POLISHES; k += 2) {
        power_step(a, other, v, m);
        *value = (power_step(a, v, other, m) - shift) * most;
    }
    memcpy(v, other, m * sizeof *v);
    return 1;
}

int linear_principal(const double *a, size_t n, double *vector, double *value,
                     const volatile sig_atomic_t *stop, fault *f) {
    fill_missing(vector, n);
    fill_missing(value, 1);
    size_t *index = mem_take(2 * n * sizeof *index + (3 * n * n + n) * sizeof(double) + 1);
    if (!index) return fault_memory(f);
    double *matrix = (double *)(index + 2 * n), *square = matrix + n * n, *other = square + n * n;
    double *v = other + n * n, root = NAN;
    size_t m = find_present(a, n, index);
    int found = 0;
    if (m > 0 && m != SIZE_MAX) {
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < m; j++) matrix[i * m + j] = a[index[i] * n + index[j]];
        found = find_principal(matrix, m, square, other, v, &root, index + n, stop);
    }
    for (size_t i = 0; vector && found > 0 && i < m; i++) vector[index[i]] = v[i];
    if (value && found > 0) *value = root;
    mem_free(index);
    return found >= 0 ? 1 : fault_set(f, FAULT_LIMIT, "stopped before the eigenvector was found");
}

/* ---- linear equations ---- */

int linear_solve(const double *a, size_t n, const double *b, double *x, fault *f) {
    fill_missing(x, n);
    if (!need_lapack(f)) return 0;
    size_t *index = mem_take(n * sizeof *index + (2 * n * n + 8 * n) * sizeof(double) +
                             2 * n * sizeof(lapack_int) + 1);
    if (!index) return fault_memory(f);
    double *matrix = (double *)(index + n), *factors = matrix + n * n, *right = factors + n * n;
    double *found = right + n, *rows = found + n, *columns = rows + n, *work = columns + n, forward,
           backward, condition;
    lapack_int *pivot = (lapack_int *)(work + 4 * n), *iwork = pivot + n, info = 0;
    size_t m = find_present(a, n, index);
    int whole = m > 0 && m != SIZE_MAX, fine = 1;
    for (size_t i = 0; whole && i < m; i++) {
        right[i] = b[index[i]];
        whole = right[i] == right[i];
    }
    if (whole) {
        char equilibrated = 'N';
        lapack_int size = (lapack_int)m;
        copy_present(a, n, index, m, matrix);
        info = lapack.dgesvx(LAPACK_COL_MAJOR, 'E', 'N', size, 1, matrix, size, factors, size,
                             pivot, &equilibrated, rows, columns, right, size, found, size,
                             &condition, &forward, &backward, work, iwork);
        if (info < 0) fine = lapack_fault(info, f);
    }
    for (size_t i = 0; whole && info == 0 && i < m; i++) x[index[i]] = found[i];
    mem_free(index);
    return fine;
}
