/* Tallies as bytes, for files that other machines read: whole numbers in seven bits a byte, the
 * lowest first, and doubles as their eight bytes, the lowest first. */
#ifndef UNCERTAINTY_TALLY_PACK_H
#define UNCERTAINTY_TALLY_PACK_H

#include "base/buf.h"
#include "base/pool.h"
#include "uncertainty/tally.h"

void pack_number(buf *b, uint64_t n);
void pack_double(buf *b, double x);

/* Bytes that are read. What is not there, or makes no sense, turns `failed`; all that is read then
 * is 0. */
typedef struct packed {
    const unsigned char *at, *end;
    int failed;
} packed;
uint64_t unpack_number(packed *p);
/* How often something came, which is at most *left; takes it from that. */
uint64_t unpack_times(uint64_t *left, packed *p);
double unpack_double(packed *p);

void pack_sum(const exact_sum *s, buf *b);
/* Adds what was packed. */
void unpack_sum(exact_sum *to, packed *p);

/* Packs a tally that is not finished. Values that are numbers of texts in the pool are packed as
 * these texts; NULL: they are no texts. */
void tally_pack(tally *t, const pool *texts, buf *b);
/* Adds what was packed of so many draws to a tally of the same output. Counts that are no counts of
 * so many draws are refused: 0 with `failed`, or with the fault where there is no memory. */
int tally_unpack(tally *t, uint64_t draws, pool *texts, packed *p, fault *f);

#endif
