#include <stdlib.h>
#include <string.h>

#include "expr/kernels.h"

extern const ex_kernels ex_kernels_baseline;

#if defined(__x86_64__)
extern const ex_kernels ex_kernels_v3, ex_kernels_v4;

/* By features, since not every compiler knows the levels by name. Those of x86-64-v3 that have no
 * name here (f16c, lzcnt, movbe) came with AVX2 on every processor. */
static int has(const char *level) {
    int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
             __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    return strcmp(level, "v4")
               ? v3
               : v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512vl");
}

static const ex_kernels *of_level(const char *level) {
    if (!strcmp(level, "v4")) return has("v4") ? &ex_kernels_v4 : NULL;
    if (!strcmp(level, "v3")) return has("v3") ? &ex_kernels_v3 : NULL;
    return strcmp(level, "baseline") ? NULL : &ex_kernels_baseline;
}

static const ex_kernels *best(void) {
    return has("v4") ? &ex_kernels_v4 : has("v3") ? &ex_kernels_v3 : &ex_kernels_baseline;
}
#else
static const ex_kernels *of_level(const char *level) {
    return strcmp(level, "baseline") ? NULL : &ex_kernels_baseline;
}

static const ex_kernels *best(void) { return &ex_kernels_baseline; }
#endif

const ex_kernels *ex_kernels_pick(const char *level) {
    if (!level) level = getenv("ASSESS_SIMD");
    return level && *level ? of_level(level) : best();
}
