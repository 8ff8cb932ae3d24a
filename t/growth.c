/* Arrays that grow, and "did you mean": the helpers of src/base that everybody calls. */
#include "base/limits.h"
#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/suggest.h"
#include "tap.h"

typedef struct list {
    int *item;
    size_t count, cap;
} list;

static void growth(void) {
    list l = {0};
    size_t times = 0;
    for (int i = 0; i < 100000; i++) {
        size_t cap = l.cap;
        if (!MEM_RESERVE(l.item, l.count + 1, l.cap)) break;
        times += l.cap != cap;
        l.item[l.count++] = i;
    }
    long wrong = 0;
    for (size_t i = 0; i < l.count; i++) wrong += l.item[i] != (int)i;
    is_int((long)l.count, 100000, "an array takes 100,000 elements one by one");
    is_int(wrong, 0, "and keeps them all");
    ok(times < 20, "it moved %zu times: its capacity doubles", times);
    ok(MEM_RESERVE(l.item, 1000000, l.cap) && l.cap >= 1000000, "many are taken in one step");
    is_int(l.item[99999], 99999, "with what is there");

    int *before = l.item;
    size_t cap = l.cap;
    uint64_t lacks = limits_lacks();
    ok(!MEM_RESERVE(l.item, SIZE_MAX / sizeof *l.item + 1, l.cap),
       "more than there can be: refused");
    ok(!MEM_RESERVE(l.item, SIZE_MAX / sizeof *l.item / 2, l.cap), "more than there is: refused");
    ok(l.item == before && l.cap == cap && l.item[99999] == 99999, "the array stays as it was");
    is_int((long)(limits_lacks() - lacks), 2, "and both are noted as failures");
    mem_free(l.item);
}

static const char *planet(const void *self, size_t i) {
    static const char *const names[] = {"", "Mercury", "Venus", "Mars", NULL};
    (void)self;
    return names[i];
}

static void suggestions(void) {
    static const char *const words[] = {"weight", "standard", "public", NULL};
    is_str(suggest_in("wieght", words), "weight", "neighbours swapped");
    is_str(suggest_in("pub", words), "public", "the beginning of a word");
    is_str(suggest_in("floor", words), NULL, "nothing is near");
    is_str(suggest_among("Mar", planet, NULL), "Mars", "candidates that a function gives");
    buf b = BUF_INIT;
    ok(!suggest_hint(&b, NULL) && !b.length, "no hint without a word");
    ok(suggest_hint(&b, "Mars"), "a hint");
    is_str(buf_string(&b), "did you mean 'Mars'?", "as a sentence");
    buf_release(&b);
}

/* The first numbers of the published generator for the seed 1234567 (Vigna, splitmix64.c; as
 * listed by Rosetta Code, "Pseudo-random numbers/Splitmix64"). */
static void random_numbers(void) {
    static const uint64_t want[] = {6457827717110365317u, 3203168211198807973u,
                                    9817491932198370423u, 4593380528125082431u,
                                    16408922859458223821u};
    uint64_t state = 1234567;
    for (int i = 0; i < 5; i++) ok(splitmix64(&state) == want[i], "splitmix64, number %d", i + 1);
}

int main(void) {
    growth();
    suggestions();
    random_numbers();
    return done_testing();
}
