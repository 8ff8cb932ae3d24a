/* Overlays: any text within extend { … }, upon rules that hold. */
#include "rules.h"

FUZZ_TARGET(overlay) {
    char path[200];
    if (!size || size > 60000) return 0;
    fuzz_data();
    char *text = malloc(size + 40);
    if (!text) abort();
    int n = sprintf(text, "return extend \"base.lua\" { ");
    memcpy(text + n, data + 1, size - 1);
    memcpy(text + n + size - 1, " }\n", 3);
    fuzz_file("overlay.lua", text, (size_t)n + size + 2);
    free(text);
    if (*data & 2)
        fuzz_check(fuzz_path("overlay.lua", path));
    else
        fuzz_run(fuzz_path("overlay.lua", path));
    return 0;
}
