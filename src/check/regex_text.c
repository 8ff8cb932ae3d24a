/* Texts made from a pattern. */
#include <utf8proc.h>

#include "check/regex_inside.h"

typedef struct making {
    const regex *r;
    uint64_t seed;
    buf *out;
    int target,
        times; /* the repetition that is done over and over; what is behind it is left out */
    int done, depth;
} making;

static uint32_t draw(making *m, uint32_t below) {
    m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
    return below ? (uint32_t)(m->seed >> 33) % below : 0;
}

static void put(buf *out, int32_t c) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);
    buf_put(out, (const char *)bytes, n > 0 ? (size_t)n : 0);
}

/* A range of which any member will do: the wide ones of \W have letters of unknown scripts in them.
 */
static int is_plain_range(const int32_t *range) {
    return range[1] < 0x80 || (range[0] >= 0x4E00 && range[1] <= 0x9FFF) ||
           range[1] - range[0] < 64;
}

static void put_member(making *m, const regex_node *n) {
    static const int32_t usual[] = {0x3007, 0xE000, '7', 'q',    'Z', '_', ' ',
                                    0x4E00, '-',    '3', 0x9F98, 'a', '.', 0xE123};
    uint32_t count = sizeof usual / sizeof *usual, from = draw(m, count);
    const int32_t *range =
        n->ranges ? m->r->range[n->range + (int)draw(m, (uint32_t)n->ranges)] : NULL;
    if (range && !n->negated && is_plain_range(range)) {
        put(m->out, range[0] + (int32_t)draw(m, (uint32_t)(range[1] - range[0]) + 1));
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        if (regex_in_set(m->r, n, usual[(from + i) % count])) {
            put(m->out, usual[(from + i) % count]);
            return;
        }
    if (range && !n->negated) put(m->out, range[0]);
}

static void make(making *m, int which) {
    const regex_node *n = &m->r->node[which];
    if (m->done || m->out->length > 4000 || m->depth > 400) return;
    m->depth++;
    switch (n->kind) {
    case SET:
        put_member(m, n);
        break;
    case CAT:
        for (int k = n->first; k >= 0; k = m->r->node[k].next) make(m, k);
        break;
    case ALT: {
        uint32_t count = 0;
        int k = n->first;
        for (int i = k; i >= 0; i = m->r->node[i].next) count++;
        for (uint32_t at = draw(m, count); at > 0; at--) k = m->r->node[k].next;
        make(m, k);
        break;
    }
    case REP: {
        int most = n->most == MANY ? n->least + 2 : n->most;
        int times = n->least + (int)draw(m, (uint32_t)(most - n->least) + 1);
        uint64_t seed = m->seed;
        times = which == m->target ? m->times : times > n->least + 3 ? n->least + 3 : times;
        for (int i = 0; i < times; i++) {
            if (which == m->target) m->seed = seed; /* the same text each time */
            make(m, n->first);
        }
        m->done |= which == m->target;
        break;
    }
    default:
        break;
    }
    m->depth--;
}

void regex_sample(const regex *r, uint64_t seed, buf *out) {
    making m = {.r = r, .seed = seed * 0x9E3779B97F4A7C15u + 1, .out = out, .target = -1};
    draw(&m, 2);
    make(&m, r->root);
}

/* Is there something inside that may take a text in several ways? */
static int is_manifold(const regex *r, int which) {
    const regex_node *n = &r->node[which];
    if (n->kind == ALT || (n->kind == REP && (n->most == MANY || n->most > n->least))) return 1;
    for (int k = n->first; k >= 0; k = r->node[k].next)
        if (is_manifold(r, k)) return 1;
    return 0;
}

int regex_attack(const regex *r, int k, int times, uint64_t seed, buf *out) {
    int found = -1;
    for (int i = 0; i < r->nodes && k >= 0; i++)
        if (r->node[i].kind == REP && (r->node[i].most == MANY || r->node[i].most > 16) &&
            is_manifold(r, r->node[i].first) && k-- == 0)
            found = i;
    if (found < 0) return 0;
    making m = {.r = r,
                .seed = seed * 0x9E3779B97F4A7C15u + 1,
                .out = out,
                .target = found,
                .times = times};
    make(&m, r->root);
    /* What does not fit: something strange, or what a class of the pattern leaves out. */
    static const int32_t strange[] = {0xE777, '!', '\n', ' '};
    int32_t end =
        seed % 3 && r->ranges ? r->range[seed % (uint64_t)r->ranges][0] : strange[seed / 3 % 4];
    put(out, end);
    put(out, end);
    return 1;
}
