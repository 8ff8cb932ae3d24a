#include "report/paint.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 20, WIDEST = 1000, USUAL = 80 };

static const char *const sequence[] = {
    [PAINT_PLAIN] = "",        [PAINT_TITLE] = "\x1b[1m",    [PAINT_HEAD] = "\x1b[2m",
    [PAINT_FAINT] = "\x1b[2m", [PAINT_FOCUS] = "\x1b[1;36m", [PAINT_GOOD] = "\x1b[32m",
    [PAINT_BAD] = "\x1b[31m",  [PAINT_WARN] = "\x1b[33m",
};

void paint_start(buf *b, paint p, int colour) {
    if (colour) buf_text(b, sequence[p]);
}

void paint_end(buf *b, paint p, int colour) {
    if (colour && p != PAINT_PLAIN) buf_text(b, "\x1b[0m");
}

int paint_wanted(const char *choice, int fd) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (!strcmp(choice, "always")) return 1;
    if (!strcmp(choice, "never") || (no && *no)) return 0;
    return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

size_t paint_columns(int fd) {
    struct winsize size;
    long n = 0;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0) n = size.ws_col;
    const char *set = getenv("COLUMNS");
    if (n == 0 && set) n = strtol(set, NULL, 10);
    if (n <= 0) n = USUAL;
    return (size_t)(n < NARROWEST ? NARROWEST : n > WIDEST ? WIDEST : n);
}
