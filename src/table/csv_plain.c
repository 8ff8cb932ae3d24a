#include "table/csv_plain.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 64 };

/* Bit i of each stands for byte i of a block. */
typedef struct found {
    uint64_t separator, line_end, quote;
} found;

#ifdef __SSE2__
static uint64_t equal(__m128i bytes, __m128i what) {
    return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, what));
}

static found look(const char *p, char separator) {
    found f = { 0, 0, 0 };
    __m128i sep = _mm_set1_epi8(separator), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'),
            quote = _mm_set1_epi8('"');
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        f.separator |= equal(bytes, sep) << i;
        f.line_end |= (equal(bytes, lf) | equal(bytes, cr)) << i;
        f.quote |= equal(bytes, quote) << i;
    }
    return f;
}
#else
static found look(const char *p, char separator) {
    found f = { 0, 0, 0 };
    for (int i = 0; i < BLOCK; i++) {
        f.separator |= (uint64_t)(p[i] == separator) << i;
        f.line_end |= (uint64_t)(p[i] == '\n' || p[i] == '\r') << i;
        f.quote |= (uint64_t)(p[i] == '"') << i;
    }
    return f;
}
#endif

/* Bit i is whether the number of bits of x up to i is odd. */
static uint64_t running_parity(uint64_t x) {
    for (int shift = 1; shift < BLOCK; shift *= 2)
        x ^= x << shift;
    return x;
}

static int lowest_bit(uint64_t x) {
#if defined(__GNUC__)
    return __builtin_ctzll(x);
#else
    int i = 0;
    while (!(x >> i & 1))
        i++;
    return i;
#endif
}

size_t csv_plain_index(const char *text, size_t length, char separator, uint32_t *index,
                       int *breaks) {
    size_t n = 0;
    uint64_t inside_before = 0; /* all ones if the block before ended inside quotes */
    uint64_t end_before = 1;    /* it ended with a separator or line end: a field begins */
    uint64_t close_before = 0;  /* it ended with a closing quote: the field ends */
    *breaks = 0;
    for (size_t at = 0; at < length; at += BLOCK) {
        char last[BLOCK];
        const char *p = text + at;
        if (length - at < BLOCK) {
            memset(last, 0, sizeof last);
            memcpy(last, p, length - at);
            p = last;
        }
        found f = look(p, separator);
        uint64_t ends = f.separator | f.line_end, odd = 0;
        if (f.quote | inside_before | close_before) {
            /* From an opening quote to the byte before the closing one. */
            uint64_t inside = running_parity(f.quote) ^ inside_before;
            uint64_t opens = f.quote & inside, closes = f.quote & ~inside;
            *breaks |= (f.line_end & inside) != 0;
            ends &= ~inside;
            odd = (opens & ~(ends << 1 | end_before)) | ((closes << 1 | close_before) & ~ends);
            inside_before = inside >> 63 ? ~(uint64_t)0 : 0;
            close_before = closes >> 63;
        }
        end_before = ends >> 63;
        if (odd)
            ends &= (odd & (~odd + 1)) - 1; /* what stands before the first odd place */
        for (; ends; ends &= ends - 1)
            index[n++] = (uint32_t)(at + (size_t)lowest_bit(ends));
        if (odd)
            break;
    }
    while (n && text[index[n - 1]] != '\n' && text[index[n - 1]] != '\r')
        n--;
    return n;
}
