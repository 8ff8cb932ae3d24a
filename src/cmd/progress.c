#include "cmd/progress.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "document/page.h"

static double now(void) {
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_open(progress *p, const vary *of, int quiet) {
    *p = (progress){.of = of, .wanted = !quiet && isatty(STDERR_FILENO)};
    if (!p->wanted) return;
    p->began = now();
    p->last = p->began + 0.75; /* the first line comes a quarter of a second later */
    p->columns = paint_columns(STDERR_FILENO);
}

/* "1:05" or "2:10:00" */
static void put_time(buf *b, double seconds) {
    unsigned long long s = (unsigned long long)ceil(seconds < 3.6e8 ? seconds : 3.6e8);
    if (s >= 3600)
        buf_print(b, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
    else
        buf_print(b, "%llu:%02llu", s / 60, s % 60);
}

/* How many draws there will be. With --until the width falls with their root, and is looked at each
 * time that they have doubled. */
static double expected(const vary *v) {
    const vary_settings *s = &v->settings;
    double all = (double)(s->end - s->first), to = (double)v->looked;
    if (!(s->until > 0) || !v->looked) return all;
    for (double width = v->widest; width >= s->until && to < all; to *= 2) width /= sqrt(2);
    return fmin(all, to);
}

static void write_line(const buf *b) {
    size_t done = 0;
    while (done < b->length) {
        ssize_t n = write(STDERR_FILENO, b->text + done, b->length - done);
        if (n <= 0) return;
        done += (size_t)n;
    }
}

void progress_show(void *self, uint64_t done) {
    progress *p = self;
    double at = p->wanted ? now() : 0;
    if (!p->wanted || !done || at - p->last < 0.25) return;
    double all = expected(p->of), share = (double)done / all;
    buf left = BUF_INIT, line = BUF_INIT, all_of_it = BUF_INIT;
    put_time(&left, (at - p->began) * (1 - share) / share);
    buf_print(&line, text_message("%llu of %.0f draws, %.0f %%, %s left"), (unsigned long long)done,
              all, floor(100 * share), buf_string(&left));
    if (width_of(buf_string(&line), line.length) < p->columns) {
        buf_print(&all_of_it, "\r\033[K%s", buf_string(&line));
        write_line(&all_of_it);
        p->shown = 1;
    }
    p->last = at;
    buf_release(&left);
    buf_release(&line);
    buf_release(&all_of_it);
}

void progress_close(progress *p) {
    buf b = BUF_INIT;
    if (p->shown) buf_text(&b, "\r\033[K");
    if (p->shown) write_line(&b);
    p->shown = 0;
    buf_release(&b);
}
