#include "cmd/review.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/text.h"
#include "report/format.h"

enum { MOST = 60 };

/* Numbers as people read them, where that tells them apart. */
static void put_value(buf *b, const char *value, const char *other, const char *none) {
    double x, y;
    buf own = BUF_INIT, its = BUF_INIT;
    int numbers = value && other && decimal_read(value, strlen(value), &x) == DECIMAL_OK &&
                  decimal_read(other, strlen(other), &y) == DECIMAL_OK;
    if (numbers) {
        view_figure(&own, x);
        view_figure(&its, y);
    }
    if (numbers && strcmp(buf_string(&own), buf_string(&its)))
        buf_text(b, buf_string(&own));
    else
        buf_text(b, !value ? none : *value ? value : "missing");
    buf_release(&own);
    buf_release(&its);
}

static void fill_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const testing_change *c = (const testing_change *)of + row;
    switch (column) {
    case 0: buf_text(text, c->output); break;
    case 1: buf_text(text, c->at); break;
    case 2: put_value(text, c->old, c->now, "-"); break;
    case 3: put_value(text, c->now, c->old, "gone"); break;
    default:
        if (isnan(c->moved)) return;
        if (c->moved > 0) buf_char(text, '+');
        view_figure(text, c->moved);
        *ink = PAINT_FAINT;
    }
}

/* What changed in the rules since the file was written, as far as it is known. */
static void tell_causes(document *p, const testing_difference *d) {
    if (d->fresh) return;
    if (!d->causes_known) {
        document_line(
            p, PAINT_FAINT, 0, "",
            text_message("What changed in the rules is not known: the golden file was made without "
                         "their leaves."));
        return;
    }
    for (size_t i = 0; i < d->causes && i < MOST; i++) {
        const testing_cause *c = &d->cause[i];
        buf text = BUF_INIT;
        buf_print(&text, "%s: %s → %s", c->address, c->old ? c->old : text_message("not there"),
                  c->now ? c->now : "gone");
        if (*c->file) buf_print(&text, " (%s:%ld)", c->file, c->line);
        if (c->back != SIZE_MAX)
            buf_print(&text,
                      text_message("; without it %zu of the %zu values would be as they were"),
                      c->back, d->changes);
        document_line(p, PAINT_PLAIN, 2, "- ", "%s", buf_string(&text));
        buf_release(&text);
    }
    if (d->rest)
        document_line(
            p, PAINT_PLAIN, 2, "- ",
            text_message("%zu of the %zu values changed by formulas, by the index or by data%s"),
            d->rest, d->changes, d->causes ? text_message(", or by several leaves at once") : "");
}

static void show(page *to, const testing_difference *d) {
    static const document_column column[] = {{"output", "output", WIDTH_LEFT, 0},
                                             {"at", "at", WIDTH_LEFT, 12},
                                             {"golden", "golden", WIDTH_RIGHT, 0},
                                             {"now", "now", WIDTH_RIGHT, 0},
                                             {"moved", "moved", WIDTH_RIGHT, 0}};
    document p;
    document_open(&p, "review", "", ": ", "-");
    p.dense = 1;
    document_section(&p, d->test->name);
    document_line(&p, PAINT_FAINT, 0, "", "%s:%ld, %s: %zu value%s", d->test->file, d->test->line,
                  d->path, d->changes, d->changes == 1 ? "" : "s");
    document_table(&p, "changes", "", column, 5);
    document_compute(&p, 2, d->changes < MOST ? d->changes : MOST, fill_cell, d->change);
    if (d->changes > MOST)
        document_line(&p, PAINT_PLAIN, 0, "", text_message("… and %zu more"), d->changes - MOST);
    tell_causes(&p, d);
    document_as_text(&p, to);
    to->out->held.failed |= p.failed;
    document_close(&p);
}

/* The first letter of the line typed; 0 at the end of the input, or when stopped. */
static int read_letter(const volatile sig_atomic_t *stop) {
    int letter = 0;
    char c;
    for (;;) {
        limits_rest(); /* whoever is asked may take his time */
        ssize_t n = read(STDIN_FILENO, &c, 1);
        limits_go_on();
        if (n < 0 && errno == EINTR && !*stop) continue;
        if (n <= 0) return letter == '\n' ? 0 : letter;
        if (c == '\n') return letter ? letter : '\n';
        if (!letter && c != ' ') letter = c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}

static testing_answer ask(void *self, const testing_difference *of) {
    const review_desk *d = self;
    show(d->page, of);
    for (;;) {
        output_text(
            d->page->out,
            text_message("Is this as it should be? [a]ccept, [r]eject, accept a[l]l, [q]uit: "));
        output_flush(d->page->out);
        switch (read_letter(d->stop)) {
        case 'a':
        case 'y': return ANSWER_ACCEPT;
        case 'r':
        case 'n': return ANSWER_REJECT;
        case 'l': return ANSWER_ALL;
        case 0: output_char(d->page->out, '\n'); return ANSWER_QUIT;
        case 'q': return ANSWER_QUIT;
        }
    }
}

testing_review review_of(const review_desk *desk) { return (testing_review){(void *)desk, ask}; }
