/* COINr: data and metadata, with a byte 1 between them. What is imported can be opened, and if it
 * can be computed, exported again. */
#include "fuzz.h"

FUZZ_TARGET(coinr) {
    const uint8_t *middle = size ? memchr(data, 1, size) : NULL;
    size_t n = middle ? (size_t)(middle - data) : size;
    char first[200], second[200], folder[200], rules[220];
    fuzz_file("data.csv", data, n);
    fuzz_file("meta.csv", middle ? middle + 1 : data, middle ? size - n - 1 : 0);
    assess *a = fuzz_session();
    assess_status done =
        assess_import_coinr(a, fuzz_path("data.csv", first), fuzz_path("meta.csv", second),
                            fuzz_path("imported", folder));
    FUZZ_CHECK(done == ASSESS_OK || assess_message_count(a), "refused without a reason");
    fuzz_messages(a);
    assess_free(a);
    if (done != ASSESS_OK) return 0;
    a = fuzz_session();
    snprintf(rules, sizeof rules, "%s/rules.lua", folder);
    done = assess_open(a, rules);
    FUZZ_CHECK(done == ASSESS_OK, "what was imported does not open: %s:%ld: %s",
               assess_message_at(a, 0).file, assess_message_at(a, 0).line,
               assess_message_at(a, 0).text);
    if (assess_run(a) == ASSESS_OK) assess_export_coinr(a, folder);
    fuzz_messages(a);
    assess_free(a);
    return 0;
}
