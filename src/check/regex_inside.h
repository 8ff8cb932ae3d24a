/* A pattern as it was read: between the files that read it, reason about it and make texts of it.
 */
#ifndef CHECK_REGEX_INSIDE_H
#define CHECK_REGEX_INSIDE_H

#include "check/regex.h"

/* A pattern of PATTERN_MOST bytes fits; what does not is strange. */
enum { NODES_MOST = 1100, RANGES_MOST = 2200, NESTING = 100, MANY = -1 };

/* SET is one character; OPAQUE takes none and may hold or not (\b, a look ahead); NEVER holds
 * nowhere. */
typedef enum regex_kind { EMPTY, SET, CAT, ALT, REP, START, END, OPAQUE, NEVER } regex_kind;

typedef struct regex_node {
    regex_kind kind;
    int first, next;            /* children, and the one behind among its parent's; -1: none */
    int least, most;            /* of a repetition; MANY */
    int range, ranges, negated; /* of a set */
    size_t from, to; /* in the pattern */
} regex_node;

struct regex {
    const char *text; /* `own` */
    char *own;
    size_t at, length; /* while it is read */
    regex_node node[NODES_MOST];
    int nodes;
    int32_t range[RANGES_MOST][2];
    int ranges, strange, depth, root;
};

/* Is a character in a SET? */
int regex_in_set(const regex *r, const regex_node *n, int32_t c);

#endif
