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

    enum { ROWS = 70000 };
    uint32_t *id = calloc(ROWS, sizeof *id), off = 0;
    p = pool_open();
    pool_put(p, "a", 1);
    uint32_t seven = pool_put(p, "7", 1);
    ok(pool_numbers(p, 1000, id), "numbers as texts");
    is_int(id[6], seven, "one that was there keeps its id");
    is_int(pool_put(p, "999", 3), id[998], "one that is put later is the same");
    is_int(pool_number(p, id[998]), 999, "and known as a number");
    is_int(pool_number(p, seven), 0, "the other is a text");
    is_int(pool_find(p, "0999", 4) + pool_find(p, "1001", 4) + pool_find(p, "0", 1), 0,
           "others are not there");
    uint32_t later = pool_put(p, "1500", 4), b = pool_put(p, "b", 1);
    ok(pool_numbers(p, ROWS, id), "more numbers");
    is_int(id[1499], later, "one put meanwhile keeps its id, too");
    for (uint32_t i = 0; i < ROWS; i++) {
        uint32_t k = (uint32_t)((uint64_t)i * 48271 % ROWS); /* in no order */
        snprintf(text, sizeof text, "%u", k + 1);
        off += strcmp(pool_text(p, id[k]), text) != 0 || pool_length(p, id[k]) != strlen(text);
        off += pool_find(p, text, strlen(text)) != id[k];
        off += pool_put(p, text, strlen(text)) != id[k];
    }
    is_int(off, 0, "each has its text and is found by it");
    is_str(pool_text(p, b), "b", "texts between the ranges");
    off = 0;
    for (uint32_t i = 0; i < MOST; i++)
        off += pool_put(p, word(text, i), strlen(word(text, i))) != ROWS + 5 + i;
    is_int(off, 0, "ids count on behind them");
    off = 0;
    for (uint32_t i = 0; i < MOST; i++)
        off += strcmp(pool_text(p, ROWS + 5 + i), word(text, i)) != 0;
    is_int(off, 0, "and their texts are found");
    is_int(pool_count(p), ROWS + 4 + MOST, "all of them counted");
    pool *other = pool_open();
    for (uint32_t i = MOST / 2; i < MOST + 100; i++)
        pool_put(other, word(text, i), strlen(word(text, i)));
    pool_put(other, "69999", 5);
    ok(pool_merge(p, other, id), "the strings of another pool");
    off = 0;
    for (uint32_t i = 0; i < pool_count(other); i++)
        off += strcmp(pool_text(p, id[i]), pool_text(other, i + 1)) != 0;
    is_int(off, 0, "each is there");
    is_int(pool_count(p), ROWS + 4 + MOST + 100, "once");
    is_int(id[MOST / 2 + 100], pool_find(p, "69999", 5), "a number, too");
    pool_close(other);
    free(id);
    pool_close(p);
    return done_testing();
}
