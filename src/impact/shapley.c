#include "impact/shapley.h"

#include "base/mem.h"
#include "base/splitmix64.h"

int shapley_open(shapley_sum *s, size_t places) {
    *s = (shapley_sum){ mem_zero(places + 1, sizeof *s->sum), mem_zero(places + 1, sizeof *s->error),
                        places };
    return s->sum && s->error;
}

void shapley_close(shapley_sum *s) {
    mem_free(s->sum);
    mem_free(s->error);
    *s = (shapley_sum){ 0 };
}

/* Neumaier's sum: what an addition loses is added up by itself. */
void shapley_add(shapley_sum *s, double weight, const double *value) {
    for (size_t i = 0; i < s->places; i++) {
        double x = weight * value[i], t = s->sum[i] + x;
        double big = __builtin_fabs(s->sum[i]) >= __builtin_fabs(x) ? s->sum[i] : x;
        double small = big == x ? s->sum[i] : x;
        s->error[i] += (big - t) + small;
        s->sum[i] = t;
    }
}

void shapley_end(shapley_sum *s, double divisor) {
    for (size_t i = 0; i < s->places; i++) {
        s->sum[i] = (s->sum[i] + s->error[i]) / divisor;
        s->error[i] = 0;
    }
}

double shapley_factorial(int n) {
    double out = 1;
    for (int i = 2; i <= n; i++)
        out *= i;
    return out;
}

double shapley_weight(int players, int size, int in) {
    return in ? shapley_factorial(size - 1) * shapley_factorial(players - size)
              : -shapley_factorial(size) * shapley_factorial(players - size - 1);
}

uint32_t shapley_below(uint64_t *state, uint32_t bound) {
    uint64_t least = (UINT64_MAX % bound + 1) % bound, x;
    do
        x = splitmix64(state);
    while (x < least);
    return (uint32_t)(x % bound);
}
