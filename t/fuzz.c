/* The targets of t/fuzz/ on the files of t/fuzz/corpus/TARGET/, and on some changes of these;
 * without a fuzzer. A broken promise aborts, after a line that says which. ASSESS_SEED repeats the
 * changes. */
#include <dirent.h>

#include "tap.h"

typedef int fuzz_target(const uint8_t *data, size_t size);
fuzz_target fuzz_coinr, fuzz_csv, fuzz_date, fuzz_document, fuzz_encoding, fuzz_expression,
    fuzz_json, fuzz_lint, fuzz_mutants, fuzz_number, fuzz_overlay, fuzz_parts, fuzz_pattern,
    fuzz_rules, fuzz_tests, fuzz_workbook;

static const struct target {
    const char *name;
    fuzz_target *feed;
    int changes; /* of each file; those that run rules take a millisecond each */
} target[] = {{"coinr", fuzz_coinr, 2},         {"csv", fuzz_csv, 200},
              {"date", fuzz_date, 2000},        {"document", fuzz_document, 20},
              {"encoding", fuzz_encoding, 200}, {"expression", fuzz_expression, 100},
              {"json", fuzz_json, 500},         {"lint", fuzz_lint, 300},
              {"mutants", fuzz_mutants, 100},   {"number", fuzz_number, 2000},
              {"overlay", fuzz_overlay, 2},     {"parts", fuzz_parts, 100},
              {"pattern", fuzz_pattern, 30},    {"rules", fuzz_rules, 2},
              {"tests", fuzz_tests, 2},         {"workbook", fuzz_workbook, 50}};

enum { INPUT_MOST = 8192 };

/* One of the things that fuzzers do: a byte is changed, left out, put in or taken from elsewhere.
 */
static size_t change(uint8_t *data, size_t size, uint64_t *seed) {
    for (uint64_t times = 1 + tap_random(seed) % 4; times && size; times--) {
        uint64_t draw = tap_random(seed);
        size_t at = draw / 8 % size, from = draw / 65536 % size;
        switch (draw % 4) {
        case 0: data[at] = (uint8_t)(draw >> 40); break;
        case 1: data[at] = data[from]; break;
        case 2: memmove(data + at, data + at + 1, --size - at); break;
        default:
            if (size == INPUT_MOST) break;
            memmove(data + at + 1, data + at, size++ - at);
            data[at] = (uint8_t)(draw >> 40);
        }
    }
    return size;
}

static long feed_file(const struct target *t, const char *path, uint64_t *seed) {
    static uint8_t data[INPUT_MOST], changed[INPUT_MOST];
    FILE *in = fopen(path, "r");
    size_t size = in ? fread(data, 1, sizeof data, in) : 0;
    if (in) fclose(in);
    t->feed(data, size);
    for (int i = 0; i < t->changes; i++) {
        memcpy(changed, data, size);
        t->feed(changed, change(changed, size, seed));
    }
    return 1 + t->changes;
}

int main(void) {
    uint64_t seed = tap_seed();
    for (size_t i = 0; i < sizeof target / sizeof *target; i++) {
        char folder[100], path[400];
        long files = 0, fed = 0;
        snprintf(folder, sizeof folder, "t/fuzz/corpus/%s", target[i].name);
        DIR *d = opendir(folder);
        for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
            if (e->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            fed += feed_file(&target[i], path, &seed);
            files++;
        }
        if (d) closedir(d);
        ok(files > 1, "%s: %ld files of the corpus, %ld inputs", target[i].name, files, fed);
    }
    return done_testing();
}
