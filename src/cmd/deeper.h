/* Commands that show what an explanation left out, ready to be pasted into a shell: with the
 * options that were given, and quoted where a shell needs it. */
#ifndef CMD_DEEPER_H
#define CMD_DEEPER_H

#include "cmd/deliver.h"
#include "report/explain.h"

typedef struct deeper_request {
    const arguments *given;
    assess *session;
    const assess_axis *rows; /* of the unit */
    size_t depth, steps;     /* or 0 */
} deeper_request;

/* The same command (with the request's depth and steps), or one for an element of an output. Adds a
 * command to `out`: its pieces each ended by NUL, and one more NUL behind the last. */
void deeper_same(const deeper_request *r, buf *out);
void deeper_target(const deeper_request *r, const explain_target *target, buf *out);

/* Adds a heading and the commands to a document. */
void deeper_put(document *p, const char *id, const char *head, const buf *list);

#endif
