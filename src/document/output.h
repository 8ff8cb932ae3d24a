/* Where a report goes: bytes are gathered and written in large pieces.
 *
 * An output writes to a file descriptor, or keeps everything in `held` (OUTPUT_KEEP). A reader that
 * went away (`| head`) is no fault: the output turns `ended` and ignores what follows, so that a
 * writer may look at it from time to time and stop early. Any other failure turns it `failed`, with
 * the reason in `error` (an errno). Nothing is interpreted here: text for a terminal was made safe
 * before.
 *
 * The first piece is 8 MiB, so that a shorter report is written whole or not at all; once the
 * command has gone over its limits (base/limits.h), nothing is written any more. */
#ifndef DOCUMENT_OUTPUT_H
#define DOCUMENT_OUTPUT_H

#include <signal.h>
#include <stddef.h>

#include "base/buf.h"

enum { OUTPUT_KEEP = -1 };

typedef struct output {
    buf held;
    int fd;
    int ended;  /* nobody reads any more, or *stop turned nonzero */
    int failed; /* a write failed, memory ran out, or the command went over its limits */
    int begun;  /* something was written */
    int error;
    const volatile sig_atomic_t *stop; /* NULL: nothing stops it */
} output;

output output_to(int fd, const volatile sig_atomic_t *stop);

void output_put(output *s, const char *bytes, size_t length);
void output_text(output *s, const char *text);
void output_char(output *s, char c);
void output_print(output *s, const char *format, ...) FAULT_FORMAT(2, 3);

/* Space for `bytes` at the end of what is held, or NULL once ended or failed; the caller adds what
 * it used to held.length. For loops that write millions of cells. */
char *output_reserve(output *s, size_t bytes);

/* Writes what is held. Returns 0 after a failure; that a reader went away is none. */
int output_flush(output *s);
/* The same, for the last of standard output: the command has done what it was asked for. */
int output_finish(output *s);
void output_release(output *s); /* without writing */

#endif
