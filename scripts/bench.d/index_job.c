/* index_job ROWS REPEATS THREADS [known]: the evaluator alone, on columns that lie in memory as
 * those of a table do; of which the least and greatest elements are known, as they are of a table
 * that was read.
 *
 * The index job of scripts/bench as a graph: 50 indicators, every third one better when lower;
 * min-max to 0-1; weights 1 + j mod 4 in five dimensions of ten; their weighted means over what is
 * present; the geometric mean of the five; ranks. Prints CPU time a row, median of the repeats, for
 * the index and for the ranks, and the sum of the index, which has been compared with a plain loop
 * over the rows. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "expr/run.h"

enum { INDICATORS = 50, DIMENSIONS = 5, EACH = INDICATORS / DIMENSIONS };

static double *columns, *value[INDICATORS], low[INDICATORS], high[INDICATORS];
static double weight[INDICATORS], lower[INDICATORS], dimension[INDICATORS];

static uint64_t state = 1;

/* SplitMix64: Steele, Lea and Flood 2014. */
static double uniform(void) {
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* Bytes of the columns, which lie behind each other, an odd number of cache lines apart. */
static size_t bytes_of(size_t rows) { return (rows * sizeof *columns / 64 | 1) * 64 + 128; }

static void make_data(size_t rows) {
    const size_t apart = bytes_of(rows);
    columns = big_alloc_take(apart * INDICATORS);
    if (!columns) exit(1);
    for (int j = 0; j < INDICATORS; j++) {
        weight[j] = 1 + j % 4;
        lower[j] = j % 3 == 0;
        dimension[j] = j / EACH;
        value[j] = columns + (size_t)j * apart / sizeof *columns;
        low[j] = INFINITY;
        high[j] = -INFINITY;
        for (size_t i = 0; i < rows; i++) {
            value[j][i] = uniform() < 1.0 / 128 ? NAN : uniform() * 100;
            low[j] = fmin(low[j], value[j][i]);
            high[j] = fmax(high[j], value[j][i]);
        }
    }
}

/* The sum of the index over all rows, straight from its definition. */
static double plain_sum(size_t rows) {
    double least[INDICATORS], most[INDICATORS], all = 0;
    for (int j = 0; j < INDICATORS; j++) {
        least[j] = INFINITY;
        most[j] = -INFINITY;
        for (size_t i = 0; i < rows; i++) {
            least[j] = fmin(least[j], value[j][i]);
            most[j] = fmax(most[j], value[j][i]);
        }
    }
    for (size_t i = 0; i < rows; i++) {
        double logs = 0;
        for (int k = 0; k < DIMENSIONS; k++) {
            double sum = 0, of = 0;
            for (int j = k * EACH; j < k * EACH + EACH; j++) {
                double z = (value[j][i] - least[j]) / (most[j] - least[j]);
                if (isnan(z)) continue;
                sum += weight[j] * (lower[j] != 0 ? 1 - z : z);
                of += weight[j];
            }
            logs += log(fmax(sum / of, 0.01));
        }
        all += exp(logs / DIMENSIONS);
    }
    return all;
}

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int make_axis(ax_space *space, const char *name, size_t size, fault *f) {
    uint32_t *label = malloc(size * sizeof *label);
    int id;
    if (!label) exit(1);
    for (size_t i = 0; i < size; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "%c%zu", name[0], i);
        label[i] = pool_put(ax_strings(space), text, (size_t)length);
    }
    id = ax_make(space, name, label, (uint32_t)size, f);
    free(label);
    return id;
}

int main(int argc, char **argv) {
    fault f = FAULT_INIT;
    int known = argc == 5 && !strcmp(argv[4], "known");
    if (argc != 4 + known) {
        fprintf(stderr, "usage: index_job ROWS REPEATS THREADS [known]\n");
        return 2;
    }
    size_t rows = strtoul(argv[1], NULL, 10), repeats = strtoul(argv[2], NULL, 10);
    make_data(rows);

    pool *strings = pool_open();
    ax_space *space = ax_open(strings);
    ex_graph *g = ex_open(space);
    int indicator = make_axis(space, "indicator", INDICATORS, &f);
    int group = make_axis(space, "group", DIMENSIONS, &f);
    int unit = make_axis(space, "unit", rows, &f);
    const ex_values data = {.origin = EX_DATA,
                            .axes = AX_BIT(unit) | AX_BIT(indicator),
                            .column = (const double *const *)value,
                            .low = known ? low : NULL,
                            .high = known ? high : NULL,
                            .name = "x",
                            .tag = 1};
    const ex_values weights = {
        .origin = EX_LEAF, .axes = AX_BIT(indicator), .value = weight, .name = "w", .tag = 2};
    const ex_values lowers = {.origin = EX_LEAF,
                              .kind = EX_TRUTH,
                              .axes = AX_BIT(indicator),
                              .value = lower,
                              .name = "lower",
                              .tag = 3};
    const ex_values dimensions = {
        .origin = EX_LEAF, .axes = AX_BIT(indicator), .value = dimension, .name = "by", .tag = 4};
    ex_id x = ex_values_node(g, &data, &f), w = ex_values_node(g, &weights, &f);
    ex_id down = ex_values_node(g, &lowers, &f), by = ex_values_node(g, &dimensions, &f);
    ex_id lo = ex_reduce(g, EX_min, x, unit, 0, &f), hi = ex_reduce(g, EX_max, x, unit, 0, &f);
    ex_id from = ex_ternary(g, EX_where, down, hi, lo, &f);
    ex_id span = ex_binary(g, EX_sub, ex_ternary(g, EX_where, down, lo, hi, &f), from, &f);
    ex_id z = ex_binary(g, EX_div, ex_binary(g, EX_sub, x, from, &f), span, &f);
    ex_id areas = ex_mean(g, z, indicator, w, 0, by, group, &f);
    ex_id floored = ex_binary(g, EX_greatest, areas, ex_number(g, 0.01, &f), &f);
    ex_id logs = ex_mean(g, ex_unary(g, EX_log, floored, &f), group, 0, 0, 0, AX_NONE, &f);
    ex_id total = ex_unary(g, EX_exp, logs, &f);
    ex_id rank = ex_scan(g, EX_rank, total, unit, 0, EX_TIES_MIN, 0, &f);

    const ex_settings settings = {.threads = atoi(argv[3])};
    ex_run *run = rank ? ex_run_open(g, &settings, &f) : NULL;
    double *index_time = calloc(repeats, sizeof *index_time);
    double *rank_time = calloc(repeats, sizeof *rank_time);
    for (size_t i = 0; run && index_time && rank_time && i < repeats; i++) {
        double began = cpu(), between;
        ex_run_changed(run, x);
        if (!ex_run_eval(run, &total, 1, &f)) break;
        between = cpu();
        if (!ex_run_eval(run, &rank, 1, &f)) break;
        index_time[i] = between - began;
        rank_time[i] = cpu() - between;
    }
    if (f.kind != FAULT_NONE || !run || !index_time || !rank_time) {
        fprintf(stderr, "index_job: %s\n", f.listed ? f.item[0].text : "out of memory");
        return 1;
    }

    const double *result = ex_run_value(run, total, &f);
    double sum = 0, plain = plain_sum(rows);
    for (size_t i = 0; i < rows; i++) sum += result[i];
    if (fabs(sum - plain) > 1e-12 * plain) {
        fprintf(stderr, "index_job: the sum is %.17g, by a plain loop %.17g\n", sum, plain);
        return 1;
    }
    qsort(index_time, repeats, sizeof *index_time, ascending);
    qsort(rank_time, repeats, sizeof *rank_time, ascending);
    double row = 1e9 / (double)rows;
    printf("assess N=%zu compute %.1f ns/row, rank %.1f ns/row sum %.6f\n", rows,
           index_time[repeats / 2] * row, rank_time[repeats / 2] * row, sum);

    ex_run_close(run);
    ex_close(g);
    ax_close(space);
    pool_close(strings);
    big_alloc_give(columns, bytes_of(rows) * INDICATORS);
    free(index_time);
    free(rank_time);
    return 0;
}
