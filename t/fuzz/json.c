/* JSON: any text becomes a string that another parser reads back: our own where it is UTF-8. */
#include "fuzz.h"
#include "format/format.h"
#include "table/encoding.h"

FUZZ_TARGET(json) {
    char *text = fuzz_text(data, size);
    size_t n = strlen(text);
    json_t *list = json_array();
    json_array_append_new(list, json_text(text));
    char *written = json_dumps(list, JSON_COMPACT);
    json_error_t error;
    FUZZ_CHECK(written, "'%s' is not written", text);
    FUZZ_CHECK(utf8_check(written, 0, strlen(written), strlen(written)) == strlen(written),
               "'%s' is not UTF-8", written);
    json_t *again = json_loads(written, 0, &error);
    FUZZ_CHECK(again && json_array_size(again) == 1, "'%s': %s", written, error.text);
    if (utf8_check(text, 0, n, n) == n)
        FUZZ_CHECK(!strcmp(json_string_value(json_array_get(again, 0)), text),
                   "'%s' is read as '%s'", text, json_string_value(json_array_get(again, 0)));
    json_decref(again);
    json_decref(list);
    free(written);
    free(text);
    return 0;
}
