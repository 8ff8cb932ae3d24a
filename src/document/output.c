/* Gathering bytes and writing them, as output.h promises. */
#include "document/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"

/* Most reports are written in one piece, when nothing can go wrong any more. */
enum { FIRST = 1 << 23, PIECE = 1 << 16 };

output output_to(int fd, const volatile sig_atomic_t *stop) {
    return (output){.held = BUF_INIT, .fd = fd, .stop = stop};
}

static int fail(output *s, int error) {
    s->failed = 1;
    s->error = error;
    return 0;
}

int output_flush(output *s) {
    size_t done = 0;
    int times = 0;
    if (s->held.failed) return fail(s, ENOMEM);
    if (limits_over() && s->fd != OUTPUT_KEEP) { /* cmd_main says why */
        buf_clear(&s->held);
        return fail(s, ECANCELED);
    }
    if (s->fd == OUTPUT_KEEP || s->ended || s->failed) return !s->failed;
    limits_rest();
    while (done < s->held.length) {
        if (limits_raised(s->stop)) {
            s->ended = 1;
            limits_cut();
            break;
        }
        ssize_t n = write(s->fd, s->held.text + done, s->held.length - done);
        if (n < 0 && files_interrupted(&times)) continue;
        if (n < 0) {
            s->ended = errno == EPIPE;
            if (!s->ended) fail(s, errno);
            break;
        }
        times = 0;
        done += (size_t)n;
        s->begun = 1;
        if (s->fd == STDOUT_FILENO) limits_begun();
    }
    limits_go_on();
    buf_clear(&s->held);
    return !s->failed;
}

int output_finish(output *s) {
    int fine = output_flush(s);
    if (fine) limits_done();
    return fine;
}

static int ready(output *s) {
    if (limits_raised(s->stop)) s->ended = 1;
    if (s->ended || s->failed) return 0;
    if (s->held.length >= (s->begun ? PIECE : FIRST) && s->fd != OUTPUT_KEEP) output_flush(s);
    return !s->ended && !s->failed;
}

void output_put(output *s, const char *bytes, size_t length) {
    if (ready(s)) buf_put(&s->held, bytes, length);
}

void output_text(output *s, const char *text) { output_put(s, text, strlen(text)); }

void output_char(output *s, char c) { output_put(s, &c, 1); }

void output_print(output *s, const char *format, ...) {
    va_list args;
    if (!ready(s)) return;
    va_start(args, format);
    buf_vprint(&s->held, format, args);
    va_end(args);
}

char *output_reserve(output *s, size_t bytes) {
    if (!ready(s)) return NULL;
    char *at = buf_reserve(&s->held, bytes);
    if (!at) fail(s, ENOMEM);
    return at;
}

void output_release(output *s) { buf_release(&s->held); }
