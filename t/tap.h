// Tests that print TAP (Test Anything Protocol), one program per file t/NAME.c.
//
// A test program calls ok() and its relatives any number of times and ends with
// `return done_testing();`. Every call prints one numbered line; a failed one is followed, on
// standard error, by where it stands and what was found. A program that dies halfway prints no
// plan, and `prove` counts that as a failure. Programs run in the project's top directory.
//
//     int main(void) {
//         ok(1 + 1 == 2, "the machine adds");
//         is_num(sqrt(4.0), 2.0, "a root of %d", 4);
//         return done_testing();
//     }
#ifndef T_TAP_H
#define T_TAP_H

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int tap_run;
static int tap_failed;
static const char *tap_todo_reason;

// Each check takes a name in printf form and returns whether it passed.
#define ok(condition, ...) tap_ok(!!(condition), __FILE__, __LINE__, __VA_ARGS__)
// The same bits; all NaNs are the same.
#define is_num(got, want, ...) tap_is_num((got), (want), 0.0, __FILE__, __LINE__, __VA_ARGS__)
// At most `within` apart; two NaNs are equal.
#define is_near(got, want, within, ...)                                                            \
    tap_is_num((got), (want), (within), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...) tap_is_int((got), (want), __FILE__, __LINE__, __VA_ARGS__)
// Two NULLs are equal.
#define is_str(got, want, ...) tap_is_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)
// `haystack` contains `needle`.
#define has_str(haystack, needle, ...)                                                             \
    tap_has_str((haystack), (needle), __FILE__, __LINE__, __VA_ARGS__)
// Prints a remark on standard error, with file and line.
#define diag(...) tap_diag(__FILE__, __LINE__, __VA_ARGS__)

#define TAP_PRINTF(at, first) __attribute__((format(printf, at, first)))

TAP_PRINTF(3, 4)
static inline void tap_diag(const char *file, int line, const char *format, ...) {
    va_list args;
    fflush(stdout);
    fprintf(stderr, "# %s:%d: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

// A name is one line, and a `#` in it must not start a directive.
static inline void tap_result(int passed, const char *file, int line, const char *format,
                              va_list args) {
    char name[512];
    vsnprintf(name, sizeof name, format, args);
    printf("%s %d - ", passed ? "ok" : "not ok", ++tap_run);
    for (const char *s = name; *s; s++) {
        if (*s == '#') putchar('\\');
        putchar((unsigned char)*s < ' ' ? ' ' : *s);
    }
    if (tap_todo_reason) printf(" # TODO %s", tap_todo_reason);
    putchar('\n');
    fflush(stdout);
    if (!passed) {
        if (!tap_todo_reason) tap_failed++;
        tap_diag(file, line, "failed: %s", name);
    }
}

TAP_PRINTF(4, 5)
static inline int tap_ok(int passed, const char *file, int line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    tap_result(passed, file, line, format, args);
    va_end(args);
    return passed;
}

TAP_PRINTF(6, 7)
static inline int tap_is_num(double got, double want, double within, const char *file, int line,
                             const char *format, ...) {
    int passed = (isnan(got) && isnan(want)) || memcmp(&got, &want, sizeof got) == 0 ||
                 (within > 0 && fabs(got - want) <= within);
    va_list args;
    va_start(args, format);
    tap_result(passed, file, line, format, args);
    va_end(args);
    if (!passed)
        tap_diag(file, line, "got %.17g (%a), want %.17g (%a), apart %.3g, allowed %.3g", got, got,
                 want, want, fabs(got - want), within);
    return passed;
}

TAP_PRINTF(5, 6)
static inline int tap_is_int(intmax_t got, intmax_t want, const char *file, int line,
                             const char *format, ...) {
    va_list args;
    va_start(args, format);
    tap_result(got == want, file, line, format, args);
    va_end(args);
    if (got != want) tap_diag(file, line, "got %" PRIdMAX ", want %" PRIdMAX, got, want);
    return got == want;
}

TAP_PRINTF(5, 6)
static inline int tap_is_str(const char *got, const char *want, const char *file, int line,
                             const char *format, ...) {
    int passed = got && want ? strcmp(got, want) == 0 : got == want;
    va_list args;
    va_start(args, format);
    tap_result(passed, file, line, format, args);
    va_end(args);
    if (!passed)
        tap_diag(file, line, "\n#   got: %s\n#  want: %s", got ? got : "(null)",
                 want ? want : "(null)");
    return passed;
}

TAP_PRINTF(5, 6)
static inline int tap_has_str(const char *haystack, const char *needle, const char *file, int line,
                              const char *format, ...) {
    int passed = haystack && needle && strstr(haystack, needle);
    va_list args;
    va_start(args, format);
    tap_result(passed, file, line, format, args);
    va_end(args);
    if (!passed)
        tap_diag(file, line, "\n#   in: %s\n#   no: %s", haystack ? haystack : "(null)",
                 needle ? needle : "(null)");
    return passed;
}

// `count` checks that cannot run here, each reported as skipped.
static inline void skip(int count, const char *reason) {
    while (count-- > 0) printf("ok %d # SKIP %s\n", ++tap_run, reason);
}

// The whole program cannot run here; call it before any check.
static inline void skip_all(const char *reason) {
    printf("1..0 # SKIP %s\n", reason);
    exit(0);
}

// Checks from here on may fail, for this reason; NULL ends that.
static inline void todo(const char *reason) { tap_todo_reason = reason; }

// Prints the plan; the value is main's.
static inline int done_testing(void) {
    printf("1..%d\n", tap_run);
    if (tap_failed) fprintf(stderr, "# %d of %d failed\n", tap_failed, tap_run);
    return tap_failed != 0 || tap_run == 0;
}

// The seed of a random test: ASSESS_SEED where set, else the clock; printed, so that a failure
// can be repeated.
static inline uint64_t tap_seed(void) {
    struct timespec now;
    const char *given = getenv("ASSESS_SEED");
    uint64_t seed;
    clock_gettime(CLOCK_REALTIME, &now);
    seed = (uint64_t)now.tv_sec * 1000003u ^ (uint64_t)now.tv_nsec;
    if (given) seed = strtoull(given, NULL, 10);
    printf("# ASSESS_SEED=%" PRIu64 "\n", seed);
    fflush(stdout);
    return seed;
}

// The next of a sequence of 64 random bits (SplitMix64: Steele, Lea and Flood 2014).
static inline uint64_t tap_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

// Files of a test's own: in a folder under $TMPDIR or /tmp, which is removed when the program ends.
enum { TAP_FILES = 32 };
static char tap_own_folder[64], tap_own_file[TAP_FILES][128];
static pid_t tap_owner; // a child that was forked removes nothing

static inline void tap_remove_folder(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", tap_own_folder);
    if (tap_owner == getpid() && system(command) != 0) perror(tap_own_folder);
}

static inline const char *tap_folder(void) {
    const char *base = getenv("TMPDIR");
    if (tap_owner) return tap_own_folder;
    snprintf(tap_own_folder, sizeof tap_own_folder, "%.40s/assess-t-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(tap_own_folder)) {
        perror(tap_own_folder);
        exit(1);
    }
    tap_owner = getpid();
    atexit(tap_remove_folder);
    return tap_own_folder;
}

// The path of a file there. The text lasts as long as the program.
static inline const char *tap_path(const char *name) {
    char path[128];
    int i = 0;
    snprintf(path, sizeof path, "%s/%.60s", tap_folder(), name);
    while (i < TAP_FILES - 1 && *tap_own_file[i] && strcmp(tap_own_file[i], path) != 0) i++;
    return strcpy(tap_own_file[i], path);
}

// Writes the file anew; returns its path.
static inline const char *tap_file(const char *name, const char *text) {
    const char *path = tap_path(name);
    FILE *out = fopen(path, "w");
    if (!out || fputs(text, out) < 0 || fclose(out) != 0) {
        perror(path);
        exit(1);
    }
    return path;
}

// The path of a file of reference data, in $ASSESS_REFERENCE or else ../shared/reference; NULL
// where it is absent, and then the test skips. The text lasts until the next call.
static inline const char *tap_reference(const char *file) {
    static char path[4096];
    const char *folder = getenv("ASSESS_REFERENCE");
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared/reference", file);
    return stat(path, &info) == 0 ? path : NULL;
}

#endif
