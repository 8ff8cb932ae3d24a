/* The least and the greatest of the same lines, which are found together: of data, of columns and
 * of what is computed, for lines and blocks of many lengths, against one element after the other.
 */
#include "expr/run.h"
#include "random_graph.h"

static int is(double got, double want) { return got == want || (isnan(got) && isnan(want)); }

static int one_case(uint32_t length, uint32_t lines, int way) {
    int right = 1;
    case_open();
    most = SIZE_MAX;
    sources = 0;
    const int line = make_axis("line", lines, "%u"), along = make_axis("along", length, "%u label");
    const size_t size = (size_t)length * lines;
    double *x = malloc(size * sizeof *x);
    const double **column = malloc(lines * sizeof *column);
    for (size_t i = 0; i < size; i++) x[i] = chance(9) ? NAN : draw(chance(5) ? 3 : 2);
    for (size_t k = 0; chance(3) && k < length; k++) x[k] = NAN; /* a line of nothing */
    for (uint32_t l = 0; l < lines; l++) column[l] = x + (size_t)l * length;
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = AX_BIT(line) | AX_BIT(along),
                   .value = way & 1 ? NULL : x,
                   .column = way & 1 ? column : NULL,
                   .name = "x"};
    ex_id of = ex_values_node(g, &v, &f);
    if (way & 2) of = ex_binary(g, EX_mul, of, ex_number(g, -2, &f), &f);
    const ex_id least = ex_reduce(g, EX_min, of, along, 0, &f),
                greatest = ex_reduce(g, EX_max, of, along, 0, &f),
                also = ex_reduce(g, EX_count, of, along, 0, &f),
                other = ex_reduce(g, EX_min, ex_unary(g, EX_abs, of, &f), along, 0, &f);
    const ex_id want[] = {way & 4 ? greatest : least, way & 4 ? least : greatest, also, other};
    static const int threads[] = {1, 2, 3};
    static const uint32_t blocks[] = {0, 0, 64, 100, 1};
    ex_settings settings = {.threads = threads[below(3)], .block = blocks[below(5)]};
    ex_run *run = ex_run_open(g, &settings, &f);
    right = run && ex_run_eval(run, want, 4, &f);
    for (uint32_t l = 0; right && l < lines; l++) {
        double low = NAN, high = NAN, size_least = NAN, count = 0;
        for (size_t k = 0; k < length; k++) {
            const double y = way & 2 ? -2 * column[l][k] : column[l][k];
            if (isnan(y)) continue;
            count++;
            if (!(low <= y)) low = y;
            if (!(high >= y)) high = y;
            if (!(size_least <= fabs(y))) size_least = fabs(y);
        }
        right = is(ex_run_value(run, least, &f)[l], low) &&
                is(ex_run_value(run, greatest, &f)[l], high) &&
                is(ex_run_value(run, also, &f)[l], count) &&
                is(ex_run_value(run, other, &f)[l], size_least);
    }
    ex_run_close(run);
    free(x);
    free(column);
    case_close();
    return right;
}

int main(void) {
    static const uint32_t lengths[] = {1, 2, 63, 64, 65, 200, 1000, 4099, 20000},
                          lines[] = {1, 2, 7, 19, 20, 21, 41};
    state = tap_seed();
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        int right = 1;
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
            for (int way = 0; way < 8; way++) {
                if (lines[k] > lengths[i]) continue; /* the other axis would be the stream */
                right &= one_case(lengths[i], lines[k], way);
            }
        ok(right, "lines of %u elements: the least and the greatest", lengths[i]);
    }
    return done_testing();
}
