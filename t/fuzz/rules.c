/* Rule files: any bytes; or, after a first byte that is odd, any expression in a compute that has
 * data. They are computed or refused, and checked. */
#include "rules.h"

FUZZ_TARGET(rules) {
    static const char before[] =
        "return assessment { id = \"r\", title = \"R\", params = { y = 2011, m = true }, data = { "
        "x = "
        "csv(\"x.csv\", { unit = \"unit\", indicator = \"indicator\", year = \"year\", value = "
        "\"value\" }), t = csv(\"t.csv\", { rows = \"task\", label = \"task\" }) }, index = index "
        "{ "
        "\"all\", \"All\", indicator { \"a\", \"A\" }, indicator { \"b\", \"B\" }, indicator { "
        "\"c\", "
        "\"C\" } }, compute = function(a) local x, t = a.data.x, a.data.t local p = x:at { "
        "indicator = "
        "\"a\", year = 2011 } return { total = ";
    static const char behind[] = " } end }\n";
    char path[200];
    if (!size || size > 60000) return 0;
    fuzz_data();
    char *text = malloc(sizeof before + sizeof behind + size);
    size_t n = 0;
    if (!text) abort();
    if (*data & 1) memcpy(text, before, n = sizeof before - 1);
    memcpy(text + n, data + 1, size - 1);
    n += size - 1;
    if (*data & 1) {
        memcpy(text + n, behind, sizeof behind - 1);
        n += sizeof behind - 1;
    }
    fuzz_file("rules.lua", text, n);
    free(text);
    if (*data & 2)
        fuzz_check(fuzz_path("rules.lua", path));
    else
        fuzz_run(fuzz_path("rules.lua", path));
    return 0;
}
