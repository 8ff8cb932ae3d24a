/* Ranks in lines that lie beside one another, at each SIMD level that this processor has, against
 * counting; and when they are left to the slow way. */
#include "base/splitmix64.h"
#include "expr/run.h"
#include "expr/run_inside.h"
#include "tap.h"

enum { LONGEST = 40, BESIDE = 3 };

static uint64_t state = 1;
static const ex_kernels *kernels;
static const char *level;

static size_t below(size_t n) { return (size_t)(splitmix64(&state) % n); }

/* Elements of lines, element i of line l at i * stride + l. */
typedef struct lines {
    size_t n, lines, stride;
    double x[LONGEST * (EX_RANKED + BESIDE)];
} lines;

static double rank_of(const lines *of, size_t i, size_t l, int ascending) {
    const double a = of->x[i * of->stride + l];
    double rank = 1;
    for (size_t j = 0; j < of->n; j++) {
        const double b = of->x[j * of->stride + l];
        rank += ascending ? b < a : b > a;
    }
    return a == a ? rank : NAN;
}

static int is_rank(double got, double want) { return got == want || (got != got && want != want); }

/* Whether a kernel ranks all lines, as counting does, and writes nothing else. */
static int ranks(const lines *of, int apart, int ascending) {
    const size_t out_stride = of->lines + below(BESIDE);
    int32_t *key = malloc(of->n * EX_RANKED * sizeof *key);
    int64_t *better = malloc(of->n * kernels->wide * sizeof *better);
    double *x = malloc(((of->n - 1) * of->stride + of->lines) * sizeof *x),
           *out = malloc(((of->n - 1) * out_stride + of->lines) * sizeof *out);
    memcpy(x, of->x, ((of->n - 1) * of->stride + of->lines) * sizeof *x);
    for (size_t k = 0; k < (of->n - 1) * out_stride + of->lines; k++) out[k] = -7;
    int fine = apart
                   ? kernels->rank_apart(of->n, x, of->stride, out, out_stride, ascending, key)
                   : kernels->rank_lines(of->n, x, of->stride, out, out_stride, ascending, better);
    for (size_t i = 0; fine && i < of->n; i++)
        for (size_t l = 0;
             l < out_stride && i * out_stride + l < (of->n - 1) * out_stride + of->lines; l++) {
            const double got = out[i * out_stride + l];
            if (!(l < of->lines ? is_rank(got, rank_of(of, i, l, ascending)) : got == -7))
                fine = -1;
        }
    free(key);
    free(better);
    free(x);
    free(out);
    return fine;
}

/* Lines of different elements, the nearest a share of `step` of the range apart. */
static void spread(lines *of, double step, int missing) {
    for (size_t l = 0; l < of->lines; l++) {
        size_t at[LONGEST];
        const double size = ldexp(1, (int)below(60) - 30), from = ((double)below(5) - 2) * size;
        for (size_t i = 0; i < of->n; i++) at[i] = i;
        for (size_t i = of->n; i-- > 1;) {
            const size_t k = below(i + 1), was = at[i];
            at[i] = at[k];
            at[k] = was;
        }
        for (size_t i = 0; i < of->n; i++) {
            const double share = at[i] ? 1 - step * (double)(of->n - 1 - at[i]) : 0;
            of->x[i * of->stride + l] = from + size * share;
            /* The ends stay, since the range is theirs. */
            if (missing && at[i] && at[i] < of->n - 1 && !below(4)) of->x[i * of->stride + l] = NAN;
        }
    }
}

static double range_of(const lines *of, size_t l) {
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < of->n; i++) {
        least = fmin(least, of->x[i * of->stride + l]);
        most = fmax(most, of->x[i * of->stride + l]);
    }
    return most - least;
}

static void far_apart(void) {
    int right = 1, equal = 1, near = 1, narrow = 1, none = 1;
    lines of;
    for (size_t n = 2; n <= LONGEST; n++)
        for (int turn = 0; turn < 8; turn++) {
            const int ascending = turn & 1;
            of = (lines){.n = n, .lines = EX_RANKED, .stride = EX_RANKED + below(BESIDE)};
            spread(&of, turn & 4 ? 4 * 0x1p-30 : 0.9 / LONGEST, turn & 2);
            right &= ranks(&of, 1, ascending) == 1;
            const size_t i = below(n), k = (i + 1 + below(n - 1)) % n, l = below(EX_RANKED);
            double *a = &of.x[i * of.stride + l], *b = &of.x[k * of.stride + l];
            if (*a == *a && *b == *b) {
                *b = *a;
                equal &= !ranks(&of, 1, ascending);
                *b = *a + range_of(&of, l) * 0x1p-33;
                near &= !ranks(&of, 1, ascending);
            }
            for (size_t j = 0; j < n; j++) of.x[j * of.stride + l] = NAN;
            none &= !ranks(&of, 1, ascending);
            /* A range of 1.9 and 2.1 parts in 100,000 of the larger end, which may be either. */
            for (int wide = 0; wide < 2; wide++)
                for (int low = 0; low < 2; low++) {
                    const double range = wide ? 2.1e-5 : 1.9e-5;
                    for (size_t j = 0; j < n; j++)
                        of.x[j * of.stride + l] =
                            (low ? -1 : 1) * (1 - range * (double)j / (double)(n - 1));
                    narrow &= ranks(&of, 1, ascending) == wide;
                }
        }
    ok(right, "%s: elements that are apart have the ranks that counting gives", level);
    ok(equal && near, "%s: two that are equal or next to each other are left to the slow way",
       level);
    ok(narrow && none, "%s: so are a line without elements and one that is narrow for its size",
       level);
}

static void one_by_one(void) {
    static const double few[] = {-2, -1, -0.0, 0, 0.5, 1, 1 + 2e-14, 3e200, NAN};
    int right = 1, near = 1;
    lines of;
    for (size_t n = 1; n <= LONGEST; n++)
        for (int turn = 0; turn < 8; turn++) {
            of = (lines){.n = n, .lines = kernels->wide, .stride = kernels->wide + below(BESIDE)};
            for (size_t i = 0; i < n * of.stride; i++) of.x[i] = few[below(9)];
            right &= ranks(&of, 0, turn & 1) == 1;
            if (n < 2) continue;
            const size_t i = below(n), k = (i + 1 + below(n - 1)) % n, l = below(of.lines);
            const double sign = turn & 2 ? -1 : 1;
            of.x[i * of.stride + l] = 1.5 * sign;
            of.x[k * of.stride + l] = (turn & 4 ? 1.5 + 0x1p-52 : 1.5 + 1.6e-14) * sign;
            near &= !ranks(&of, 0, turn & 1);
            of.x[k * of.stride + l] = (1.5 + 1.7e-14) * sign;
            near &= ranks(&of, 0, turn & 1) == 1;
        }
    ok(right, "%s: ranks of equal and of missing elements", level);
    ok(near, "%s: two whose decimals decide are left to the slow way, at any place", level);
}

int main(void) {
    static const char *const levels[] = {"baseline", "v3", "v4"};
    for (size_t i = 0; i < 3; i++) {
        fault f = FAULT_INIT;
        if (ex_level(levels[i]) < 0) continue;
        level = levels[i];
        ex_run *run = ex_run_open(NULL, &(ex_settings){.threads = 1, .simd = level}, &f);
        kernels = run->kernels;
        far_apart();
        one_by_one();
        ex_run_close(run);
        fault_release(&f);
    }
    return done_testing();
}
