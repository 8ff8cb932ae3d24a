#include "expr/kendall.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

typedef struct pair {
    double x, y;
} pair;

static int by_x_then_y(const void *a, const void *b) {
    const pair *p = a, *q = b;
    int x = (p->x > q->x) - (p->x < q->x);
    return x ? x : (p->y > q->y) - (p->y < q->y);
}

static uint64_t choose_two(uint64_t n) { return n * (n - (n > 0)) / 2; }

/* Sorts by y, stably, and counts the exchanges of neighbours that would take. */
static uint64_t exchanges(pair *from, pair *to, size_t n) {
    uint64_t count = 0;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t middle = low + width < n ? low + width : n,
                   end = middle + width < n ? middle + width : n;
            size_t i = low, j = middle;
            for (size_t k = low; k < end; k++) {
                int second = i == middle || (j < end && from[j].y < from[i].y);
                if (second) count += middle - i;
                to[k] = from[second ? j++ : i++];
            }
        }
        pair *swap = from;
        from = to;
        to = swap;
    }
    return count;
}

/* The pairs of equal elements, by x, by y or by both, where equal ones stand together. */
static uint64_t tied(const pair *p, size_t n, int x, int y) {
    uint64_t count = 0;
    for (size_t i = 0, start = 0; i < n; i++)
        if (i + 1 == n || (x && p[i + 1].x != p[i].x) || (y && p[i + 1].y != p[i].y)) {
            count += choose_two(i + 1 - start);
            start = i + 1;
        }
    return count;
}

/* The merge sort leaves its result in one of the two rooms: the one it ended in. */
static const pair *sorted_in(const pair *room, const pair *spare, size_t n) {
    int passes = 0;
    for (size_t width = 1; width < n; width *= 2) passes++;
    return passes % 2 ? spare : room;
}

int kendall_tau(const double *x, const double *y, size_t n, double *tau, fault *f) {
    pair *p = mem_take((2 * n + 1) * sizeof *p);
    size_t m = 0;
    *tau = NAN;
    if (!p) return fault_memory(f);
    for (size_t i = 0; i < n; i++)
        if (x[i] == x[i] && y[i] == y[i]) p[m++] = (pair){x[i], y[i]};
    qsort(p, m, sizeof *p, by_x_then_y);
    uint64_t all = choose_two(m), in_x = tied(p, m, 1, 0), in_both = tied(p, m, 1, 1);
    uint64_t against = exchanges(p, p + m, m), in_y = tied(sorted_in(p, p + m, m), m, 0, 1);
    if (in_x < all && in_y < all) {
        /* Pairs in the same order, less those in the opposite one. */
        double surplus = (double)(all - in_x - in_y + in_both) - 2 * (double)against;
        *tau = surplus / (sqrt((double)(all - in_x)) * sqrt((double)(all - in_y)));
        if (all - in_x == all - in_y) /* sqrt(n)² is not always n */
            *tau = surplus / (double)(all - in_x);
    }
    mem_free(p);
    return 1;
}
