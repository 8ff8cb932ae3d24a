/* Linear algebra on small dense matrices: eigenvalues and linear equations by LAPACK, the Perron
 * vector by code of our own.
 *
 * The reference LAPACK and BLAS are opened by path, since a system may offer faster ones by name:
 * only the reference does the same arithmetic on every processor, and so gives the same bits
 * everywhere. They are opened at the first use. linear.c is the only file that includes LAPACKE's
 * header.
 *
 * Matrices are dense, rows outermost. An index whose whole row and column are missing is left out,
 * as if the matrix were smaller, and its elements of the answer are missing. If any other element
 * is missing, the whole answer is. Where the arithmetic has no answer, it is missing (NaN).
 * Functions return 1, or 0 with the fault filled without memory or library. */
#ifndef EXPR_LINEAR_H
#define EXPR_LINEAR_H

#include <signal.h>
#include <stddef.h>

#include "base/fault.h"

/* Rows at most. More would take seconds that nothing can interrupt. */
enum { LINEAR_MOST = 1000 };

/* All eigenvalues of an n × n matrix, largest first, and its eigenvectors of length 1, element i of
 * the k-th at vector[i * n + k] (NULL: not wanted). The sign of a vector makes its largest element
 * by absolute value positive; of several that are equal to 1e-9, the first. Where eigenvalues are
 * equal, the vectors are some orthonormal basis. For each index left out a missing value stands at
 * the end.
 *
 * symmetric: the matrix must be symmetric to 1e-12 of its largest element; if it is not, the result
 * is -1, and `*row` and `*column` are the first pair that differs. Otherwise any matrix is taken:
 * eigenvalues that are not real are missing and come last, and so do their vectors. (LAPACK's dsyev
 * and dgeev.) */
int linear_eigen(const double *a, size_t n, int symmetric, double *value, double *vector,
                 size_t *row, size_t *column, fault *f);

/* The positive eigenvector of a matrix without negative elements, its sum 1, and its eigenvalue,
 * the largest by absolute value (Perron 1907, Frobenius 1912): of a comparison matrix, the
 * priorities and λmax of Saaty (1977). The matrix is squared until its columns agree, then follow a
 * few steps of the power method. There are no subtractions, so small elements are as accurate as
 * large ones. Missing where an element is negative, and where the matrix is reducible (some index
 * does not reach another by elements above 0), so that there is no positive vector or more than
 * one. Either result may be NULL. FAULT_LIMIT where `stop` (may be NULL) turns nonzero. */
int linear_principal(const double *a, size_t n, double *vector, double *value,
                     const volatile sig_atomic_t *stop, fault *f);

/* The solution of a x = b: LU with partial pivoting, equilibrated, refined (LAPACK's dgesvx).
 * Missing where the matrix is singular to working precision (reciprocal condition number below
 * 1.1e-16). */
int linear_solve(const double *a, size_t n, const double *b, double *x, fault *f);

#endif
