/* Parts of sharded draws: any bytes with the digest they should have; and tallies of any kind from
 * any bytes. Nothing is believed. */
#include "base/arena.h"
#include "fuzz.h"
#include "uncertainty/shard.h"
#include "uncertainty/tally_pack.h"

static void read_part(const uint8_t *data, size_t size) {
    char hex[DIGEST_HEX], path[200], *all = malloc(size + DIGEST_HEX);
    digest *d = digest_start();
    if (!all || !d) abort();
    digest_add(d, data, size);
    digest_finish(d, hex);
    memcpy(all, data, size);
    memcpy(all + size, hex, DIGEST_HEX - 1);
    all[size + DIGEST_HEX - 1] = '\n';
    fuzz_file("part", all, size + DIGEST_HEX);
    free(all);
    arena memory = ARENA_INIT;
    fault f = FAULT_INIT;
    shard s = {0};
    if (shard_read(&s, fuzz_path("part", path), &memory, &f)) {
        FUZZ_CHECK(s.first <= s.end && s.end <= s.draws, "draws %llu to %llu of %llu",
                   (unsigned long long)s.first, (unsigned long long)s.end,
                   (unsigned long long)s.draws);
        shards_check(&s, 1, &f);
    } else {
        FUZZ_CHECK(f.count, "it is not read, and nothing says why");
    }
    shard_close(&s);
    fault_release(&f);
    arena_release(&memory);
}

static void read_tally(tally_kind kind, const uint8_t *data, size_t size) {
    tally t;
    fault f = FAULT_INIT;
    packed p = {data, data + size, 0};
    pool *texts = pool_open();
    if (tally_open(&t, kind, 1 + size % 3, size % 2 ? 100 : UINT64_MAX, &f)) {
        if (tally_unpack(&t, 1000, kind == TALLY_NUMBER ? NULL : texts, &p, &f)) {
            buf again = BUF_INIT;
            tally_pack(&t, kind == TALLY_NUMBER ? NULL : texts, &again);
            FUZZ_CHECK(!again.failed && again.length, "what was read is not written");
            buf_release(&again);
        } else {
            FUZZ_CHECK(p.failed || f.count, "it is not read, and nothing says why");
        }
        tally_close(&t);
    }
    pool_close(texts);
    fault_release(&f);
}

FUZZ_TARGET(parts) {
    if (!size) return 0;
    uint8_t *exact = (uint8_t *)fuzz_copy(data + 1, size - 1);
    if (*data & 1)
        read_tally((tally_kind)(*data / 2 % 3), exact, size - 1);
    else
        read_part(exact, size - 1);
    free(exact);
    return 0;
}
