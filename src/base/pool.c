#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

typedef struct entry {
    const char *text;
    uint32_t length;
    uint32_t hash;
} entry;

/* The hash stands beside the number, so that a search looks at no string but the right one. */
typedef struct slot {
    uint32_t id; /* or 0 */
    uint32_t hash;
} slot;

struct pool {
    arena bytes;
    entry *entry; /* entry[id - 1] */
    uint32_t count, room;
    slot *slot; /* open addressing, a power of two, at most half full */
    uint32_t slots;
};

uint64_t hash_bytes(const char *text, size_t length) {
    /* Eight bytes at a time through a 64-bit multiply and fold (the splitmix finaliser's
     * constants). */
    uint64_t h = 0x9e3779b97f4a7c15u ^ (length * 0xff51afd7ed558ccdu);
    while (length >= 8) {
        uint64_t w;
        memcpy(&w, text, 8);
        h = (h ^ w) * 0xbf58476d1ce4e5b9u;
        h ^= h >> 29;
        text += 8;
        length -= 8;
    }
    uint64_t w = 0;
    memcpy(&w, text, length);
    h = (h ^ w) * 0xbf58476d1ce4e5b9u;
    h ^= h >> 32;
    h *= 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

pool *pool_open(void) {
    pool *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->slots = 256;
    p->slot = calloc(p->slots, sizeof *p->slot);
    p->room = 64;
    p->entry = malloc(p->room * sizeof *p->entry);
    if (!p->slot || !p->entry) {
        pool_close(p);
        return NULL;
    }
    return p;
}

void pool_close(pool *p) {
    if (!p)
        return;
    arena_release(&p->bytes);
    free(p->entry);
    free(p->slot);
    free(p);
}

static uint32_t find(const pool *p, const char *text, size_t length, uint32_t hash, uint32_t *at) {
    uint32_t mask = p->slots - 1, i = hash & mask;
    for (; p->slot[i].id; i = (i + 1) & mask) {
        if (p->slot[i].hash != hash)
            continue;
        const entry *e = &p->entry[p->slot[i].id - 1];
        if (e->length == length && !memcmp(e->text, text, length))
            return p->slot[i].id;
    }
    *at = i;
    return 0;
}

static int rehash(pool *p, uint32_t slots) {
    slot *fresh = calloc(slots, sizeof *fresh);
    if (!fresh)
        return 0;
    for (uint32_t id = 1; id <= p->count; id++) {
        uint32_t hash = p->entry[id - 1].hash, i = hash & (slots - 1);
        while (fresh[i].id)
            i = (i + 1) & (slots - 1);
        fresh[i] = (slot){ id, hash };
    }
    free(p->slot);
    p->slot = fresh;
    p->slots = slots;
    return 1;
}

int pool_reserve(pool *p, uint32_t more) {
    uint64_t want = (uint64_t)p->count + more;
    if (want > UINT32_MAX / 4)
        return 0;
    if (want > p->room) {
        entry *grown = realloc(p->entry, (size_t)want * sizeof *grown);
        if (!grown)
            return 0;
        p->entry = grown;
        p->room = (uint32_t)want;
    }
    uint32_t slots = p->slots;
    while (slots < 2 * want)
        slots *= 2;
    return slots == p->slots || rehash(p, slots);
}

void pool_soon(const pool *p, const char *text, size_t length) {
#if defined(__GNUC__)
    __builtin_prefetch(&p->slot[(uint32_t)hash_bytes(text, length) & (p->slots - 1)]);
#else
    (void)p, (void)text, (void)length;
#endif
}

uint32_t pool_put(pool *p, const char *text, size_t length) {
    if (length > UINT32_MAX)
        return 0;
    uint32_t at = 0, hash = (uint32_t)hash_bytes(text, length);
    uint32_t id = find(p, text, length, hash, &at);
    if (id)
        return id;
    if (p->count == p->room) {
        if (!pool_reserve(p, p->room))
            return 0;
        find(p, text, length, hash, &at); /* growing may have moved the slots */
    }
    if (2 * ((uint64_t)p->count + 1) > p->slots) {
        if (!rehash(p, p->slots * 2))
            return 0;
        find(p, text, length, hash, &at);
    }
    char *own = arena_text(&p->bytes, text, length);
    if (!own)
        return 0;
    p->entry[p->count] = (entry){ own, (uint32_t)length, hash };
    p->slot[at] = (slot){ ++p->count, hash };
    return p->count;
}

uint32_t pool_find(const pool *p, const char *text, size_t length) {
    uint32_t at;
    return length > UINT32_MAX ? 0 : find(p, text, length, (uint32_t)hash_bytes(text, length), &at);
}

const char *pool_text(const pool *p, uint32_t id) {
    return id && id <= p->count ? p->entry[id - 1].text : "";
}

size_t pool_length(const pool *p, uint32_t id) {
    return id && id <= p->count ? p->entry[id - 1].length : 0;
}

uint32_t pool_count(const pool *p) {
    return p->count;
}
