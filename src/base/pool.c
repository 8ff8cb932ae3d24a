#include "base/pool.h"

#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

typedef struct entry {
    const char *text;
    uint32_t length;
    uint32_t hash;
} entry;

/* The hash stands beside the number, so that a search looks at no string but the right one; and a
 * text of up to eight bytes, as most keys are, stands there itself, so that it need not even look
 * there. `head` is the first eight bytes, with zeros behind a shorter text, and `more` says that
 * they are not all of it (or that it ends in a zero). */
typedef struct slot {
    uint32_t id : 31; /* or 0 */
    uint32_t more : 1;
    uint32_t hash;
    uint64_t head;
} slot;

/* Ids that stand for whole numbers: id … id + count - 1 for from … from + count - 1. Their texts
 * are written a block at a time, by the first thread that asks for one of the block. */
enum { BLOCK = 256, DIGITS = 10, STRIDE = DIGITS + 1 };
typedef struct numbers {
    uint32_t id, from, count;
    _Atomic(char *) *block;
} numbers;

struct pool {
    arena bytes;
    entry *entry; /* in the order of ids, without those of numbers */
    uint32_t held, cap;
    uint32_t count; /* ids */
    numbers *range;
    uint32_t ranges;
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
    pool *p = mem_zero(1, sizeof *p);
    if (!p) return NULL;
    p->slots = 256;
    p->slot = big_alloc_take(p->slots * sizeof *p->slot);
    p->cap = 64;
    p->entry = mem_take(p->cap * sizeof *p->entry);
    if (!p->slot || !p->entry) {
        pool_close(p);
        return NULL;
    }
    return p;
}

void pool_close(pool *p) {
    if (!p) return;
    for (uint32_t r = 0; r < p->ranges; r++) {
        for (uint32_t b = 0; b <= p->range[r].count / BLOCK; b++)
            mem_free(atomic_load(&p->range[r].block[b]));
        mem_free(p->range[r].block);
    }
    mem_free(p->range);
    arena_release(&p->bytes);
    mem_free(p->entry);
    big_alloc_give(p->slot, p->slots * sizeof *p->slot);
    mem_free(p);
}

void pool_clear(pool *p) {
    memset(p->slot, 0, p->slots * sizeof *p->slot);
    arena_release(&p->bytes);
    p->held = p->count = 0;
}

/* The range that an id belongs to, or NULL. */
static const numbers *range_of(const pool *p, uint32_t id) {
    for (uint32_t r = 0; r < p->ranges; r++)
        if (id - p->range[r].id < p->range[r].count) return &p->range[r];
    return NULL;
}

/* The entry of an id that is in no range. */
static const entry *entry_of(const pool *p, uint32_t id) {
    uint32_t at = id - 1;
    for (uint32_t r = 0; r < p->ranges; r++)
        if (id > p->range[r].id) at -= p->range[r].count;
    return &p->entry[at];
}

/* The number that the text is the shortest way to write; 0 for other texts. */
static uint32_t number_in(const char *text, size_t length) {
    uint64_t n = 0;
    if (!length || length > DIGITS || *text == '0') return 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        n = 10 * n + (uint64_t)(text[i] - '0');
    }
    return n <= UINT32_MAX ? (uint32_t)n : 0;
}

static uint32_t find_number(const pool *p, const char *text, size_t length) {
    uint32_t n = p->ranges ? number_in(text, length) : 0;
    for (uint32_t r = 0; n && r < p->ranges; r++)
        if (n - p->range[r].from < p->range[r].count)
            return p->range[r].id + (n - p->range[r].from);
    return 0;
}

/* Writes n in decimal; returns the length. */
static size_t write_digits(uint32_t n, char out[STRIDE]) {
    char back[DIGITS];
    size_t length = 0;
    for (; n; n /= 10) back[length++] = (char)('0' + n % 10);
    for (size_t i = 0; i < length; i++) out[i] = back[length - 1 - i];
    out[length] = 0;
    return length;
}

static const char *text_of_number(const numbers *r, uint32_t at) {
    _Atomic(char *) *place = &r->block[at / BLOCK];
    char *block = atomic_load_explicit(place, memory_order_acquire), *other = NULL;
    if (!block) {
        block = mem_take(BLOCK * STRIDE);
        if (!block) return "";
        for (uint32_t i = 0; i < BLOCK; i++)
            write_digits(r->from + at / BLOCK * BLOCK + i, block + i * STRIDE);
        if (!atomic_compare_exchange_strong(place, &other, block)) {
            mem_free(block);
            block = other;
        }
    }
    return block + at % BLOCK * STRIDE;
}

static uint64_t head_of(const char *text, size_t length) {
    uint64_t head = 0;
    if (length >= sizeof head)
        memcpy(&head, text, sizeof head);
    else
        memcpy(&head, text, length);
    return head;
}

static int has_more(const char *text, size_t length) {
    return length > sizeof(uint64_t) || (length && !text[length - 1]);
}

void pool_cut(pool *p, uint32_t count) {
    if (p->count == count) return;
    uint32_t mask = p->slots - 1;
    p->held -= p->count - count;
    memset(p->slot, 0, p->slots * sizeof *p->slot);
    uint32_t id = 0, range = 0;
    for (uint32_t k = 0; k < p->held; k++) {
        for (id++; range < p->ranges && p->range[range].id == id; range++)
            id += p->range[range].count;
        const entry *e = &p->entry[k];
        uint32_t i = e->hash & mask;
        while (p->slot[i].id) i = (i + 1) & mask;
        p->slot[i] = (slot){id & INT32_MAX, has_more(e->text, e->length) ? 1 : 0, e->hash,
                            head_of(e->text, e->length)};
    }
    p->count = count;
}

static uint32_t find(const pool *p, const char *text, size_t length, uint32_t hash, uint32_t *at) {
    uint32_t mask = p->slots - 1, i = hash & mask, more = (uint32_t)has_more(text, length);
    uint64_t head = head_of(text, length);
    for (; p->slot[i].id; i = (i + 1) & mask) {
        if (p->slot[i].hash != hash || p->slot[i].head != head || p->slot[i].more != more) continue;
        if (!more) return p->slot[i].id;
        const entry *e = entry_of(p, p->slot[i].id);
        if (e->length == length && !memcmp(e->text, text, length)) return p->slot[i].id;
    }
    *at = i;
    return find_number(p, text, length);
}

static int rehash(pool *p, uint32_t slots) {
    slot *fresh = big_alloc_take(slots * sizeof *fresh);
    if (!fresh) return 0;
    for (uint32_t k = 0; k < p->slots; k++) {
        uint32_t i = p->slot[k].hash & (slots - 1);
        while (p->slot[k].id && fresh[i].id) i = (i + 1) & (slots - 1);
        if (p->slot[k].id) fresh[i] = p->slot[k];
    }
    big_alloc_give(p->slot, p->slots * sizeof *p->slot);
    p->slot = fresh;
    p->slots = slots;
    return 1;
}

int pool_reserve(pool *p, uint32_t more) {
    uint64_t want = (uint64_t)p->held + more;
    uint32_t slots = p->slots;
    if ((uint64_t)p->count + more > UINT32_MAX / 4) return 0;
    while (slots < 2 * want) slots *= 2;
    if (slots != p->slots && !rehash(p, slots)) return 0;
    if (want > p->cap) {
        entry *grown = mem_grow(p->entry, (size_t)want * sizeof *grown);
        if (!grown) return 0;
        p->entry = grown;
        p->cap = (uint32_t)want;
    }
    return 1;
}

static uint32_t find_or_add(pool *p, const char *text, size_t length, uint32_t hash, int lent) {
    uint32_t at = 0, id = find(p, text, length, hash, &at);
    if (id) return id;
    if (p->held == p->cap) { /* the slots have room for `cap` strings */
        if (!pool_reserve(p, p->cap)) return 0;
        find(p, text, length, hash, &at); /* the slots may have moved */
    }
    const char *kept = lent ? text : arena_text(&p->bytes, text, length);
    if (!kept) return 0;
    p->entry[p->held++] = (entry){kept, (uint32_t)length, hash};
    p->slot[at] =
        (slot){++p->count & INT32_MAX, has_more(text, length) ? 1 : 0, hash, head_of(text, length)};
    return p->count;
}

uint32_t pool_put(pool *p, const char *text, size_t length) {
    if (length > UINT32_MAX) return 0;
    return find_or_add(p, text, length, (uint32_t)hash_bytes(text, length), 0);
}

uint32_t pool_lend(pool *p, const char *text, size_t length) {
    if (length > UINT32_MAX) return 0;
    return find_or_add(p, text, length, (uint32_t)hash_bytes(text, length), 1);
}

static const slot *first_slot(const pool *p, uint32_t hash) {
    return &p->slot[hash & (p->slots - 1)];
}

void pool_ahead(const pool *p, const char *text, size_t length) {
    __builtin_prefetch(first_slot(p, (uint32_t)hash_bytes(text, length)));
}

/* The first entry that a search for the hash may look at, or NULL. */
static const entry *first_entry(const pool *p, uint32_t hash) {
    const slot *first = first_slot(p, hash);
    return first->id && first->more ? entry_of(p, first->id) : NULL;
}

int pool_merge(pool *p, const pool *from, uint32_t *id) {
    enum { AHEAD = 8 };
    for (uint32_t i = 0; i < from->held; i++) {
        const entry *e = &from->entry[i], *other;
        /* What later searches read is fetched into the cache: the slot, its entry, its text. */
        if (i + 3 * AHEAD < from->held) __builtin_prefetch(first_slot(p, e[3 * AHEAD].hash));
        if (i + 2 * AHEAD < from->held && (other = first_entry(p, e[2 * AHEAD].hash)))
            __builtin_prefetch(other);
        if (i + AHEAD < from->held && (other = first_entry(p, e[AHEAD].hash)))
            __builtin_prefetch(other->text);
        if (!(id[i] = find_or_add(p, e->text, e->length, e->hash, 0))) return 0;
    }
    return 1;
}

uint32_t pool_find(const pool *p, const char *text, size_t length) {
    uint32_t at;
    return length > UINT32_MAX ? 0 : find(p, text, length, (uint32_t)hash_bytes(text, length), &at);
}

/* Adds ids for `count` whole numbers, the first of them `from`. */
static int add_range(pool *p, uint32_t from, uint32_t count) {
    if ((uint64_t)p->count + count > UINT32_MAX / 4) return 0;
    numbers *grown = mem_grow(p->range, (p->ranges + 1) * sizeof *grown);
    if (!grown) return 0;
    p->range = grown;
    _Atomic(char *) *block = mem_zero(count / BLOCK + 1, sizeof *block);
    if (!block) return 0;
    p->range[p->ranges++] = (numbers){p->count + 1, from, count, block};
    p->count += count;
    return 1;
}

int pool_numbers(pool *p, uint32_t n, uint32_t *id) {
    uint32_t known = 0;
    for (uint32_t r = 0; r < p->ranges; r++) known += p->range[r].count;
    if (known < n && !add_range(p, known + 1, n - known)) return 0;
    for (uint32_t r = 0; r < p->ranges; r++)
        for (uint32_t k = 0; k < p->range[r].count && p->range[r].from + k <= n; k++)
            id[p->range[r].from + k - 1] = p->range[r].id + k;
    /* A number whose text was in the pool before keeps that id. */
    for (uint32_t i = 0; i < p->held; i++) {
        uint32_t at, number = number_in(p->entry[i].text, p->entry[i].length);
        if (number && number <= n)
            id[number - 1] = find(p, p->entry[i].text, p->entry[i].length, p->entry[i].hash, &at);
    }
    return 1;
}

uint32_t pool_number(const pool *p, uint32_t id) {
    const numbers *r = range_of(p, id);
    return r ? r->from + (id - r->id) : 0;
}

const char *pool_text(const pool *p, uint32_t id) {
    const numbers *r = range_of(p, id);
    if (r) return text_of_number(r, id - r->id);
    return id && id <= p->count ? entry_of(p, id)->text : "";
}

size_t pool_length(const pool *p, uint32_t id) {
    const numbers *r = range_of(p, id);
    char text[STRIDE];
    if (r) return write_digits(r->from + (id - r->id), text);
    return id && id <= p->count ? entry_of(p, id)->length : 0;
}

uint32_t pool_count(const pool *p) { return p->count; }
