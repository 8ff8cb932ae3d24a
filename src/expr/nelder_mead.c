#include "expr/nelder_mead.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef enum phase { BUILD, REFLECT, EXPAND, CONTRACT_OUT, CONTRACT_IN, SHRINK, OVER } phase;

struct minimum {
    size_t n, steps, most, rounds;
    double tolerance;
    phase phase;
    int settled;
    size_t at;           /* corners before it have their values; BUILD, SHRINK: that is asked for */
    double reflected_at; /* the value of the reflected point */
    double round_value;  /* the best value when the round began */
    double *corner;      /* n + 1 of them, n numbers each */
    double *value;       /* of the corners */
    double *centre, *reflected, *trial;
    size_t *order; /* the corners, best first */
    double number[];
};

enum { ROUNDS = 20 };

static size_t numbers(size_t n) { return (n + 1) * n + (n + 1) + 3 * n; }

size_t minimum_size(size_t n) {
    return sizeof(minimum) + numbers(n) * sizeof(double) + (n + 1) * sizeof(size_t);
}

static double *corner(const minimum *m, size_t k) { return m->corner + m->order[k] * m->n; }

static double value(const minimum *m, size_t k) { return m->value[m->order[k]]; }

/* Inserts the k-th corner among those before it, which are in order; after its equals. */
static void insert(minimum *m, size_t k) {
    size_t one = m->order[k];
    for (; k > 0 && m->value[one] < value(m, k - 1); k--) m->order[k] = m->order[k - 1];
    m->order[k] = one;
}

static double largest(const double *x, size_t n) {
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

/* Starts a round with a simplex around the best corner: a step of a twentieth along each variable,
 * in alternate rounds to the other side; of the largest where a variable is 0, or what rounding
 * left of 0: a twentieth of that would be no step at all. */
static void begin_round(minimum *m) {
    double *base = m->corner, most = largest(corner(m, 0), m->n);
    if (m->order[0] != 0) {
        memcpy(base, corner(m, 0), m->n * sizeof *base);
        m->value[0] = value(m, 0);
    }
    for (size_t i = 0; i <= m->n; i++) m->order[i] = i;
    for (size_t i = 0; i < m->n; i++) {
        double *x = m->corner + (i + 1) * m->n;
        double step = fabs(base[i]) > 1e-14 * most ? fabs(base[i]) : most > 0 ? most : 1;
        memcpy(x, base, m->n * sizeof *x);
        x[i] += (m->rounds % 2 ? -0.05 : 0.05) * step;
    }
    m->round_value = m->value[0];
    m->rounds++;
    m->phase = BUILD;
    m->at = 1;
}

minimum *minimum_begin(void *memory, size_t n, const double *start, double tolerance,
                       size_t steps) {
    minimum *m = memory;
    *m = (minimum){.n = n, .most = steps, .tolerance = tolerance};
    m->corner = m->number;
    m->value = m->corner + (n + 1) * n;
    m->centre = m->value + n + 1;
    m->reflected = m->centre + n;
    m->trial = m->reflected + n;
    m->order = (size_t *)(void *)(m->number + numbers(n));
    memcpy(m->corner, start, n * sizeof *start);
    for (size_t i = 0; i <= n; i++) {
        m->value[i] = INFINITY;
        m->order[i] = i;
    }
    return m; /* BUILD, at 0 */
}

static int is_small(const minimum *m) {
    const double *best = corner(m, 0);
    double low = value(m, 0), distance = 0;
    for (size_t k = 1; k <= m->n; k++)
        for (size_t i = 0; i < m->n; i++) {
            double d = fabs(corner(m, k)[i] - best[i]);
            distance = d > distance ? d : distance;
        }
    double size = largest(best, m->n);
    if (distance > m->tolerance * (size + m->tolerance)) return 0;
    /* Near 0 the values may be mere rounding errors; they do not count when the points are as close
     * as they can get. */
    return isinf(low) || distance <= 1e-14 * size ||
           value(m, m->n) - low <= m->tolerance * (fabs(low) + m->tolerance);
}

/* The next trial point: from the centre, `by` times the way to the reflected point. */
static void set_trial(minimum *m, double by, phase next) {
    for (size_t i = 0; i < m->n; i++)
        m->trial[i] = m->centre[i] + by * (m->reflected[i] - m->centre[i]);
    m->phase = next;
}

/* With the corners in order: ends the round, or reflects the worst corner through the centre of the
 * others. */
static void begin_step(minimum *m) {
    if (is_small(m)) {
        double gain = m->round_value - value(m, 0);
        int more = m->rounds == 1 || gain > m->tolerance * (fabs(value(m, 0)) + m->tolerance);
        m->settled = !more || m->rounds == ROUNDS || isinf(value(m, 0));
        m->phase = OVER;
        if (!m->settled) begin_round(m);
        return;
    }
    for (size_t i = 0; i < m->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < m->n; k++) sum += corner(m, k)[i];
        m->centre[i] = sum / (double)m->n;
        m->reflected[i] = 2 * m->centre[i] - corner(m, m->n)[i];
    }
    set_trial(m, 1, REFLECT);
}

static void accept(minimum *m, const double *x, double v) {
    memcpy(corner(m, m->n), x, m->n * sizeof *x);
    m->value[m->order[m->n]] = v;
    insert(m, m->n);
    begin_step(m);
}

/* What the coefficients depend on: they are the same for one variable as for two. */
static double variables(const minimum *m) { return fmax((double)m->n, 2); }

static void begin_shrink(minimum *m) {
    double keep = 1 - 1 / variables(m);
    for (size_t k = 1; k <= m->n; k++)
        for (size_t i = 0; i < m->n; i++)
            corner(m, k)[i] = corner(m, 0)[i] + keep * (corner(m, k)[i] - corner(m, 0)[i]);
    m->phase = SHRINK;
    m->at = 1;
}

const double *minimum_ask(minimum *m) {
    if (m->phase == OVER || m->steps >= m->most) return NULL;
    if (m->phase == BUILD || m->phase == SHRINK) return corner(m, m->at);
    return m->trial;
}

static void told_reflected(minimum *m, double v) {
    double inside = 0.75 - 0.5 / variables(m);
    m->reflected_at = v;
    if (v < value(m, 0))
        set_trial(m, 1 + 2 / variables(m), EXPAND);
    else if (v < value(m, m->n - 1))
        accept(m, m->trial, v);
    else if (v < value(m, m->n))
        set_trial(m, inside, CONTRACT_OUT);
    else
        set_trial(m, -inside, CONTRACT_IN);
}

void minimum_tell(minimum *m, double v) {
    v = v == v ? v : INFINITY;
    m->steps++;
    switch (m->phase) {
    case BUILD:
    case SHRINK:
        m->value[m->order[m->at]] = v;
        if (m->phase == BUILD && m->at == 0) {
            begin_round(m);
        } else if (m->at++ == m->n) {
            for (size_t k = 1; k <= m->n; k++) insert(m, k);
            begin_step(m);
        }
        return;
    case REFLECT: told_reflected(m, v); return;
    case EXPAND:
        if (v < m->reflected_at)
            accept(m, m->trial, v);
        else
            accept(m, m->reflected, m->reflected_at);
        return;
    case CONTRACT_OUT:
    case CONTRACT_IN:
        if (m->phase == CONTRACT_OUT ? v <= m->reflected_at : v < value(m, m->n))
            accept(m, m->trial, v);
        else
            begin_shrink(m);
        return;
    case OVER: return;
    }
}

/* The best corner. While a simplex is built or shrunk, its corners are not in order, and the values
 * of the corners from `at` on are old. */
static size_t best(const minimum *m) {
    size_t low = 0;
    for (size_t k = 1; k < m->at; k++)
        if (value(m, k) < value(m, low)) low = k;
    return low;
}

const double *minimum_point(const minimum *m) { return corner(m, best(m)); }

double minimum_value(const minimum *m) { return value(m, best(m)); }

int minimum_settled(const minimum *m) { return m->settled; }

size_t minimum_steps(const minimum *m) { return m->steps; }
