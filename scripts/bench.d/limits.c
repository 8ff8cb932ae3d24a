/* limits: what this machine can do at most, which the figures of scripts/bench are to be read
 * beside: GB/s of adding up and of copying an array that no cache holds, of looking for line ends,
 * and microseconds for a new page of memory. Medians of seven, one thread. */
#define _DEFAULT_SOURCE 1

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { ROUNDS = 7, LANES = 32 };
static const size_t bytes = (size_t)128 << 20;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double sum_of(const double *x) {
    double lane[LANES] = {0}, all = 0;
    for (size_t i = 0; i < bytes / sizeof *x; i += LANES)
        for (size_t k = 0; k < LANES; k++) lane[k] += x[i + k];
    for (size_t k = 0; k < LANES; k++) all += lane[k];
    return all;
}

static size_t line_ends(const char *text) {
    size_t count = 0;
    for (const char *at = text; (at = memchr(at, '\n', (size_t)(text + bytes - at))); at++) count++;
    return count;
}

static double pages(void) {
    const size_t some = bytes / 8, page = 4096;
    char *p = mmap(NULL, some, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return 0;
    madvise(p, some, MADV_NOHUGEPAGE);
    double began = now();
    for (size_t i = 0; i < some; i += page) p[i] = 1;
    double each = (now() - began) / (double)(some / page);
    munmap(p, some);
    return each;
}

int main(void) {
    char *text = malloc(bytes), *to = malloc(bytes);
    double seen = 0, sum[ROUNDS], copy[ROUNDS], find[ROUNDS], page[ROUNDS];
    if (!text || !to) return 1;
    memset(text, 0, bytes);
    memset(to, 0, bytes);
    for (size_t i = 0; i < bytes; i += 378) text[i] = '\n'; /* as long as lines of the wide file */
    for (int r = 0; r < ROUNDS; r++) {
        double began = now();
        seen += (double)line_ends(text);
        find[r] = now() - began;
        began = now();
        seen += sum_of((const double *)(const void *)text);
        sum[r] = now() - began;
        began = now();
        memcpy(to, text, bytes);
        copy[r] = now() - began;
        page[r] = pages();
    }
    double *const all[] = {sum, copy, find, page};
    for (int k = 0; k < 4; k++) qsort(all[k], ROUNDS, sizeof(double), ascending);
    double size = (double)bytes / 1e9;
    printf(
        "  sums %.1f GB/s, copies %.1f GB/s, line ends %.1f GB/s, a new page %.2f microseconds%s\n",
        size / sum[ROUNDS / 2], size / copy[ROUNDS / 2], size / find[ROUNDS / 2],
        1e6 * page[ROUNDS / 2], seen > 0 ? "" : "?");
    free(text);
    free(to);
    return 0;
}
