/* The pool of texts: the same number for the same text, however it grows. */
#include "base/pool.h"
#include "tap.h"

static const char *word(char out[32], uint32_t i) {
    snprintf(out, 32, "text %u", i);
    return out;
}

/* Every text is found under its number after each that follows, so that no growth loses one. */
int main(void) {
    enum { MOST = 3000 };
    pool *p = pool_open();
    char text[32];
    uint32_t lost = 0, again = 0, wrong = 0;
    for (uint32_t i = 0; i < MOST; i++) {
        uint32_t id = pool_put(p, word(text, i), strlen(word(text, i)));
        wrong += id != i + 1;
        lost += pool_find(p, text, strlen(text)) != id;
    }
    for (uint32_t i = 0; i < MOST; i++) {
        again += pool_put(p, word(text, i), strlen(word(text, i))) != i + 1;
        wrong += strcmp(pool_text(p, i + 1), word(text, i)) != 0;
    }
    is_int(wrong, 0, "numbers count from 1, and texts are what was put");
    is_int(lost, 0, "what was just put is found");
    is_int(again, 0, "what is put again keeps its number");
    is_int(pool_count(p), MOST, "and is not kept twice");
    is_int(pool_find(p, "text 3000", 9), 0, "what was not put is not found");
    pool_close(p);

    p = pool_open();
    is_int(pool_put(p, "a", 1), 1, "a pool");
    ok(pool_reserve(p, 1000), "with room made beforehand");
    is_int(pool_put(p, "b", 1), 2, "counts on");
    is_int(pool_find(p, "a", 1), 1, "and still finds what it had");
    pool_close(p);
    return done_testing();
}
