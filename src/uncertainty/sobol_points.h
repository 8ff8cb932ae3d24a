/* Sobol' points: points that fill the unit cube more evenly than random ones, so that means over
 * them settle sooner.
 *
 * Direction numbers are those of Joe and Kuo (2008); see joe_kuo.h. Points are taken in the order
 * of their numbers, so that the first N of 2 N points are those of N.
 *
 * Plain points are the same in every run. Scrambled ones are random: Owen's nested uniform
 * scrambling (Owen 1995, "Randomly permuted (t,m,s)-nets and (t,s)-sequences"). Each binary digit
 * is flipped or kept by a random bit that belongs to the digits before it; the bit is a hash of the
 * key and of these digits (SplitMix64's mixing function). Every point is then uniform, and 2^k
 * successive points that begin at a multiple of 2^k still have one in each of 2^k equal parts. */
#ifndef UNCERTAINTY_SOBOL_POINTS_H
#define UNCERTAINTY_SOBOL_POINTS_H

#include <stddef.h>
#include <stdint.h>

#include "uncertainty/joe_kuo_13.h"

/* Dimensions are counted from 0; the first is van der Corput's. */
enum { SOBOL_DIMENSIONS = JOE_KUO_ALL + 1, SOBOL_BITS = 32 };

/* The direction numbers of a dimension, as binary fractions: v[0] = 1/2 is 2^31. */
void sobol_directions(size_t dimension, uint32_t v[SOBOL_BITS]);
/* The coordinate of point n as a fraction of 2^32, by these. */
uint32_t sobol_plain(const uint32_t v[SOBOL_BITS], uint32_t n);
/* The same scrambled, as a number between 0 and 1, neither of them. */
double sobol_scrambled(uint32_t plain, uint64_t key);
/* Scrambled coordinates of points first … first + count - 1. */
void sobol_units(size_t dimension, uint32_t first, size_t count, uint64_t key, double *u);

#endif
