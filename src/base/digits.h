/* Digits eight at a time in a word: what the readers of decimals share (decimal.c), and the short
 * decimals that most cells are, for loops over many of them. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Powers of ten that are doubles exactly. */
enum { DIGITS_EXACT_TEN = 22 };
static const double digits_exact_ten[DIGITS_EXACT_TEN + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A word of eight characters, the first in the low byte. */
static inline uint64_t digits_load8(const char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The high bit of every byte that is not a digit. */
static inline uint64_t digits_others(uint64_t word) {
    uint64_t x = word ^ 0x3030303030303030u;
    return (((x & 0x7F7F7F7F7F7F7F7Fu) + 0x7676767676767676u) | x) & 0x8080808080808080u;
}

/* The number written by eight digits; a zero byte counts as the digit 0. */
static inline uint64_t digits_value(uint64_t word) {
    word = (word & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
    word = (word & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
    return (word & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
}

/* The first n characters of a word, 1 to 8, if they are digits with at most one point among them;
 * else 0. An integer below 10^8 and a power of ten are exact, so that their quotient is the nearest
 * double. */
static inline int digits_read_short(uint64_t word, size_t n, double *out) {
    unsigned unused = 8 * (8 - (unsigned)n);
    word <<= unused;
    uint64_t others = digits_others(word) & ~(uint64_t)0 << unused;
    if (others == 0) {
        *out = (double)(int64_t)digits_value(word);
        return 1;
    }
    unsigned at = (unsigned)__builtin_ctzll(others) & ~7u; /* bits below the point */
    if ((others & (others - 1)) != 0 || (word >> at & 0xFF) != '.' || n == 1) return 0;
    uint64_t below = ((uint64_t)1 << at) - 1;
    word = (word & ~(below << 8 | 0xFF)) | (word & below) << 8;
    *out = (double)(int64_t)digits_value(word) / digits_exact_ten[7 - at / 8];
    return 1;
}

/* Reads text[0..length) if it is a decimal as above behind a minus or nothing; else 0. The eight
 * bytes behind the text may be read. */
static inline int digits_read(const char *text, size_t length, double *out) {
    double value;
    uint64_t minus = length && *text == '-', bits;
    size_t n = length - minus;
    if (n - 1 >= 8 || !digits_read_short(digits_load8(text + minus), n, &value)) return 0;
    memcpy(&bits, &value, sizeof bits);
    bits |= minus << 63;
    memcpy(out, &bits, sizeof bits);
    return 1;
}

#endif
