#include "uncertainty/distribution.h"

#include <math.h>

/* Horner's rule, the highest power first. */
static double polynomial(const double *c, int count, double x) {
    double y = c[0];
    for (int i = 1; i < count; i++) y = y * x + c[i];
    return y;
}

double normal_quantile(double u) {
    static const double a[] = {2.5090809287301226727e3, 3.3430575583588128105e4,
                               6.7265770927008700853e4, 4.5921953931549871457e4,
                               1.3731693765509461125e4, 1.9715909503065514427e3,
                               1.3314166789178437745e2, 3.3871328727963666080e0};
    static const double b[] = {5.2264952788528545610e3, 2.8729085735721942674e4,
                               3.9307895800092710610e4, 2.1213794301586595867e4,
                               5.3941960214247511077e3, 6.8718700749205790830e2,
                               4.2313330701600911252e1, 1.0};
    static const double c[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2,
                               2.41780725177450611770e-1, 1.27045825245236838258e0,
                               3.64784832476320460504e0,  5.76949722146069140550e0,
                               4.63033784615654529590e0,  1.42343711074968357734e0};
    static const double d[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4,
                               1.51986665636164571966e-2, 1.48103976427480074590e-1,
                               6.89767334985100004550e-1, 1.67638483018380384940e0,
                               2.05319162663775882187e0,  1.0};
    static const double e[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5,
                               1.24266094738807843860e-3, 2.65321895265761230930e-2,
                               2.96560571828504891230e-1, 1.78482653991729133580e0,
                               5.46378491116411436990e0,  6.65790464350110377720e0};
    static const double f[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7,
                               1.84631831751005468180e-5,  7.86869131145613259100e-4,
                               1.48753612908506148525e-2,  1.36929880922735805310e-1,
                               5.99832206555887937690e-1,  1.0};
    double q = u - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(a, 8, r) / polynomial(b, 8, r);
    }
    double r = sqrt(-log(q < 0 ? u : 1 - u)), x;
    if (r <= 5)
        x = polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6);
    else
        x = polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
    return q < 0 ? -x : x;
}

double normal_share(double x) { return 0.5 * erfc(-x / sqrt(2)); }

/* The continued fraction of the incomplete beta function, by Lentz's method as changed by Thompson
 * and Barnett (1986). */
static double beta_fraction(double x, double a, double b) {
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    if (fabs(d) < tiny) d = tiny;
    d = 1 / d;
    double h = d;
    for (int m = 1; m <= 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        for (int k = 0; k < 2; k++) {
            double step = k ? odd : even;
            d = 1 + step * d;
            if (fabs(d) < tiny) d = tiny;
            c = 1 + step / c;
            if (fabs(c) < tiny) c = tiny;
            d = 1 / d;
            h *= d * c;
        }
        if (fabs(d * c - 1) < 1e-16) break;
    }
    return h;
}

double beta_probability(double x, double a, double b) {
    if (!(x > 0)) return 0;
    if (!(x < 1)) return 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a
                                     : 1 - front * beta_fraction(1 - x, b, a) / b;
}

double beta_quantile(double u, double a, double b) {
    double low = 0, high = 1, x = a / (a + b);
    double norm = lgamma(a + b) - lgamma(a) - lgamma(b);
    for (int i = 0; i < 200; i++) {
        double off = beta_probability(x, a, b) - u;
        if (off > 0)
            high = x;
        else
            low = x;
        double slope = exp(norm + (a - 1) * log(x) + (b - 1) * log1p(-x)), next = x - off / slope;
        if (!(next > low && next < high)) next = (low + high) / 2; /* Newton left the bracket */
        if (fabs(next - x) <= 1e-15 * x || next == low || next == high) return next;
        x = next;
    }
    return x;
}

static double triangular(const double p[3], double u) {
    double wide = p[2] - p[0], share = (p[1] - p[0]) / wide;
    return u < share ? p[0] + sqrt(u * wide * (p[1] - p[0]))
                     : p[2] - sqrt((1 - u) * wide * (p[2] - p[1]));
}

static double discrete(const distribution *d, double u) {
    size_t i = 0;
    if (!d->probability) {
        i = (size_t)(u * (double)d->values);
        return (double)(i < d->values ? i : d->values - 1);
    }
    double sum = d->probability[0];
    while (i + 1 < d->values && u >= sum) sum += d->probability[++i];
    return (double)i;
}

double distribution_quantile(const distribution *d, double u) {
    const double *p = d->p;
    switch (d->kind) {
    case DISTRIBUTION_UNIFORM: return p[0] + u * (p[1] - p[0]);
    case DISTRIBUTION_NORMAL:
        if (d->share[1] > 0) u = d->share[0] + u * (d->share[1] - d->share[0]);
        return p[1] > 0 ? p[0] + p[1] * normal_quantile(u) : p[0];
    case DISTRIBUTION_TRIANGULAR: return p[2] > p[0] ? triangular(p, u) : p[1];
    case DISTRIBUTION_PERT: {
        double wide = p[2] - p[0];
        return wide > 0 ? p[0] + wide * beta_quantile(u, 1 + 4 * (p[1] - p[0]) / wide,
                                                      1 + 4 * (p[2] - p[1]) / wide)
                        : p[1];
    }
    case DISTRIBUTION_SPLIT: return p[0] + (u < 0.5 ? p[1] : p[2]) * normal_quantile(u);
    case DISTRIBUTION_LIST: {
        size_t i = (size_t)(u * (double)d->values);
        return d->value[i < d->values ? i : d->values - 1];
    }
    default: return discrete(d, u);
    }
}

/* ---- gamma ---- */

double gamma_probability(double x, double a) {
    const double tiny = 1e-300;
    if (!(x > 0)) return 0;
    double front = exp(a * log(x) - x - lgamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int n = 1; n < 10000 && term > sum * 1e-17; n++) sum += term *= x / (a + n);
        return front * sum;
    }
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d; /* Lentz */
    for (int n = 1; n < 10000; n++) {
        double an = -n * (n - a);
        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + an / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16) break;
    }
    return 1 - front * h;
}

/* Newton's method in log x, kept between bounds that always hold the root. */
double gamma_quantile(double u, double a) {
    /* P(a, x) is about x^a / Gamma(a + 1) for small x */
    double y = (log(u) + lgamma(a + 1)) / a, z = normal_quantile(u);
    double cube = 1 - 1 / (9 * a) + z / (3 * sqrt(a)); /* Wilson and Hilferty 1931 */
    if (a > 0.5 && cube > 0.1) y = log(a * cube * cube * cube);
    if (y < -700) return exp(y);
    double low = y - 1, high = y + 1;
    while (low > -745 && gamma_probability(exp(low), a) > u) low -= 2 * (high - low);
    while (high < 700 && gamma_probability(exp(high), a) < u) high += 2 * (high - low);
    for (int i = 0; i < 100 && high - low > 1e-15 * (1 + fabs(y)); i++) {
        double x = exp(y), miss = gamma_probability(x, a) - u;
        if (miss > 0)
            high = y;
        else
            low = y;
        double slope = exp(a * y - x - lgamma(a)), next = y - miss / slope;
        if (!(next > low && next < high)) next = (low + high) / 2;
        if (fabs(next - y) < 1e-15 * (1 + fabs(y))) break;
        y = next;
    }
    return exp(y);
}
