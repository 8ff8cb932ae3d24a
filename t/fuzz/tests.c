/* Files of tests: any text; or, after a first byte that is odd, any text in a test that has run
 * rules. */
#include "rules.h"
#include "testing/testing.h"

FUZZ_TARGET(tests) {
    char path[200];
    if (!size || size > 60000) return 0;
    fuzz_data();
    char *text = malloc(size + 100);
    int n = 0;
    if (!text) abort();
    if (*data & 1) n = sprintf(text, "test(\"a\", function(t) local r = t.run(\"base.lua\") ");
    memcpy(text + n, data + 1, size - 1);
    n += (int)size - 1;
    if (*data & 1) n += sprintf(text + n, " end)\n");
    fuzz_file("fuzz_test.lua", text, (size_t)n);
    free(text);
    test_run *t =
        testing_open(&(testing_settings){.threads = 1, .methods = "rules", .seconds = 0.5});
    fault f = FAULT_INIT;
    if (testing_read(t, fuzz_path("fuzz_test.lua", path), &f))
        for (size_t i = 0; i < testing_count(t) && i < 5; i++) testing_run(t, i, NULL);
    else
        FUZZ_CHECK(f.count, "it is not read, and nothing says why");
    FUZZ_CHECK(f.kind != FAULT_BUG, "a bug: %s", f.listed ? f.item[0].text : "");
    fault_release(&f);
    testing_close(t);
    return 0;
}
