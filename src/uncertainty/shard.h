/* A part of a run of draws, as a file: some of the draws are made here, the others elsewhere.
 *
 * A part begins with two lines that people can read: "assess-part 1", the format, and a JSON object
 * with the SHA-256 of program, rules and data, the options, the number of all draws, the seed, and
 * the draws that are in the part. The tallies follow (uncertainty/tally_pack.h), and at the end the
 * SHA-256 of all before it, in hex. A part is written whole or not at all (base/files.h).
 *
 * Parts are joined in a session that has opened the same rules and data, which their hashes prove;
 * so a part need not carry what a report says beside the draws. */
#ifndef UNCERTAINTY_SHARD_H
#define UNCERTAINTY_SHARD_H

#include "base/files.h"
#include "uncertainty/central.h"
#include "uncertainty/vary.h"

enum { SHARD_FORMAT = 1, SHARDS_MOST = 1000000 };

typedef struct shard_pair {
    const char *name, *value; /* of data: the name, or the path, and the SHA-256; of an option: ""
                                 if it has no value */
} shard_pair;

typedef struct shard {
    const char *path;                  /* of the part */
    const char *file, *rules, *engine; /* the rule file; the SHA-256 of rules and of the program */
    shard_pair *data, *option;
    size_t datas, options;
    uint64_t draws, seed; /* all draws of the run */
    uint64_t first, end;  /* those of the part */
    size_t index, of;     /* as --shard had it: the third of seven */
    file_view view;
    const unsigned char *tallies;
    size_t length;
} shard;

/* "3/7": 0 where it is not that. */
int shard_parse(const char *text, size_t *index, size_t *of);
/* The draws of a part: about as many as of any other. */
void shard_range(uint64_t all, size_t index, size_t of, uint64_t *first, uint64_t *end);

/* Fills in program, rules and data of a session that was run: also the files that only its draws
 * read, such as another edition, and what that reads. Texts go to the arena, or are those of the
 * session. */
int shard_describe(shard *s, const assess *a, const draw_inputs *in, arena *memory, fault *f);
/* Writes the part s->path with the draws of `v`, which is not finished, and their central weights;
 * NULL: there are none. */
int shard_write(const shard *s, vary *v, const central *c, fault *f);

/* Reads a part and proves that it is whole. To be closed also after a fault. */
int shard_read(shard *s, const char *path, arena *memory, fault *f);
void shard_close(shard *s);
/* Orders parts by their draws. All faults: parts of different runs, draws that are in two parts, or
 * in none. */
int shards_check(shard *s, size_t count, fault *f);
/* Are rules, data and program those of the session (see shard_describe)? */
int shard_is_of(const shard *s, const shard *session, fault *f);
/* Adds the draws of a part, and their central weights, where it has them. */
int shard_join(vary *v, central *c, const shard *s, fault *f);

#endif
