#include "expr/distribution.h"

#include <float.h>
#include <math.h>

#include "expr/elementary.h"

/* ---- the normal distribution ---- */

static double horner(const double *c, int n, double x) {
    double y = c[n - 1];
    for (int i = n - 2; i >= 0; i--) y = y * x + c[i];
    return y;
}

/* exp(-z²/2) / sqrt(2 π); the square is taken in two parts, since its rounding error would matter
 * in the tail. */
static double density(double z) {
    el_pair square = el_product(z, z);
    return el_exp_pair(-0.5 * square.hi, -0.5 * square.lo) * 0x1.9884533d43651p-2;
}

double dist_normal_p(double z) {
    double size = fabs(z), low;
    if (!(size == size)) return NAN;
    if (size > 38.6) return z > 0 ? 1 : 0;
    if (size < 1.25) { /* 1/2 + density (z + z³/3 + z⁵/(3·5) + …) */
        double term = z, sum = z;
        for (int k = 3; fabs(term) > 1e-18 * fabs(sum); k += 2) {
            term *= z * z / k;
            sum += term;
        }
        return 0.5 + density(z) * sum;
    }
    /* The tail: density / (z + 1/(z + 2/(z + 3/(z + …)))), from a term far enough out. */
    double fraction = size;
    for (int k = 20 + (int)(400 / (size * size)); k > 0; k--) fraction = size + k / fraction;
    low = density(size) / fraction;
    return z < 0 ? low : 1 - low;
}

double dist_normal_quantile(double p) {
    static const double middle[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                    1.9715909503065514427e3, 1.3731693765509461125e4,
                                    4.5921953931549871457e4, 6.7265770927008700853e4,
                                    3.3430575583588128105e4, 2.5090809287301226727e3},
                        middle_under[] = {1.0,
                                          4.2313330701600911252e1,
                                          6.8718700749205790830e2,
                                          5.3941960214247511077e3,
                                          2.1213794301586595867e4,
                                          3.9307895800092710610e4,
                                          2.8729085735721942674e4,
                                          5.2264952788528545610e3},
                        near[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                  5.76949722146069140550e0,  3.64784832476320460504e0,
                                  1.27045825245236838258e0,  2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4},
                        near_under[] = {1.0,
                                        2.05319162663775882187e0,
                                        1.67638483018380384940e0,
                                        6.89767334985100004550e-1,
                                        1.48103976427480074590e-1,
                                        1.51986665636164571966e-2,
                                        5.47593808499534494600e-4,
                                        1.05075007164441684324e-9},
                        far[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7},
                        far_under[] = {1.0,
                                       5.99832206555887937690e-1,
                                       1.36929880922735805310e-1,
                                       1.48753612908506148525e-2,
                                       7.86869131145613259100e-4,
                                       1.84631831751005468180e-5,
                                       1.42151175831644588870e-7,
                                       2.04426310338993978564e-15};
    enum { TERMS = 8 };
    if (!(p > 0 && p < 1)) return NAN;
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * horner(middle, TERMS, r) / horner(middle_under, TERMS, r);
    }
    double r = sqrt(-el_log(q < 0 ? p : 1 - p)), z;
    if (r <= 5)
        z = horner(near, TERMS, r - 1.6) / horner(near_under, TERMS, r - 1.6);
    else
        z = horner(far, TERMS, r - 5) / horner(far_under, TERMS, r - 5);
    return q < 0 ? -z : z;
}

/* ---- Student's t ---- */

/* Γ(a + 1/2) / Γ(a): by its asymptotic series in 1/a for a >= 40, below by the recurrence of Γ. */
static double gamma_ratio(double a) {
    static const double series[] = {1,
                                    -1.0 / 8,
                                    1.0 / 128,
                                    5.0 / 1024,
                                    -21.0 / 32768,
                                    -399.0 / 262144,
                                    869.0 / 4194304,
                                    39325.0 / 33554432};
    double below = 1;
    for (; a < 40; a++) below *= a / (a + 0.5);
    return below * sqrt(a) * horner(series, sizeof series / sizeof *series, 1 / a);
}

/* The continued fraction 1/(1 + e₁/(1 + e₂/(1 + …))) of the incomplete beta function in z = x/(1 -
 * x) (Abramowitz & Stegun 1964, 26.5.9), here for b = 1/2, where every e is positive: nothing
 * cancels. Worked out from the front by Lentz's method (Applied Optics 15, 1976), which with such
 * terms needs no guards. */
static double tail_fraction(double a, double z) {
    enum { STEPS = 100000 };
    double c = 1, d = 0, value = 1;
    for (int k = 1; k < STEPS; k++) {
        double m = k / 2, e = k % 2 ? (a + m) * (m + 0.5) : m * (a + m - 0.5);
        e *= z / ((a + k - 1) * (a + k));
        d = 1 / (1 + e * d);
        c = 1 + e / c;
        value *= c * d;
        if (fabs(c * d - 1) <= DBL_EPSILON) break;
    }
    return 1 / value;
}

/* 1 + y (a + 1/2)/(3/2) + y² (a + 1/2)(a + 3/2)/((3/2)(5/2)) + … (A & S 26.5.4, b and a
 * exchanged) */
static double middle_series(double a, double y) {
    double term = 1, sum = 1;
    for (int k = 0; term > 1e-17 * sum; k++) {
        term *= y * (a + 0.5 + k) / (1.5 + k);
        sum += term;
    }
    return sum;
}

/* log(1 + u) for u >= 0; the quotient corrects the rounding of 1 + u (Kahan). */
static double log_one_plus(double u) {
    double w = 1 + u;
    return w == 1 ? u : w > 1e17 ? el_log(u) : el_log(w) * (u / (w - 1));
}

double dist_student_p(double t, double df) {
    if (!(t == t) || !(df > 0)) return NAN;
    if (t == 0) return 0.5;
    double size = fabs(t), a = 0.5 * df, low;
    if (df > 1e10) { /* Abramowitz & Stegun 26.7.8 */
        low = dist_normal_p(-size * (1 - 0.25 / df) / sqrt(1 + size * (size / df) * 0.5));
    } else {
        /* With u = t²/df, x = 1/(1 + u): the tail is half of I_x(a, 1/2); rest is 1 - x. */
        double ratio = size / sqrt(df), u = ratio * ratio;
        double power = u <= DBL_MAX ? log_one_plus(u) : 2 * el_log(ratio);
        double rest = u <= DBL_MAX ? u / (1 + u) : 1;
        /* x^a / B(a, 1/2), where B(a, 1/2) = sqrt(π) Γ(a) / Γ(a + 1/2) */
        double front = el_exp(-a * power) * gamma_ratio(a) * 0x1.20dd750429b6dp-1;
        if (u > 1 || t * t > 1.6)
            low = 0.5 * front / sqrt(rest) / a * tail_fraction(a, u <= DBL_MAX ? 1 / u : 0);
        else
            low = 0.5 - front * sqrt(rest) * middle_series(a, rest);
    }
    return t < 0 ? low : 1 - low;
}
