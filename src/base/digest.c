#include "base/digest.h"

#include <stdint.h>

#include <nettle/sha2.h>

#include "base/mem.h"

struct digest {
    struct sha256_ctx state;
};

digest *digest_start(void) {
    digest *d = mem_take(sizeof *d);
    if (d) sha256_init(&d->state);
    return d;
}

void digest_add(digest *d, const void *bytes, size_t length) {
    sha256_update(&d->state, length, bytes);
}

void digest_finish(digest *d, char hex[DIGEST_HEX]) {
    static const char digit[] = "0123456789abcdef";
    uint8_t sum[SHA256_DIGEST_SIZE];
    hex[0] = 0;
    if (!d) return;
    sha256_digest(&d->state, sizeof sum, sum);
    mem_free(d);
    for (size_t i = 0; i < sizeof sum; i++) {
        hex[2 * i] = digit[sum[i] >> 4];
        hex[2 * i + 1] = digit[sum[i] & 15];
    }
    hex[2 * sizeof sum] = 0;
}
