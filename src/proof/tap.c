/* Outcomes of tests as TAP 14. */
#include "proof/test_report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/width.h"

void tap_quoted(buf *b, const char *text) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    buf_char(b, '"');
    for (const char *p = buf_string(&safe); *p; p++) {
        if (*p == '"' || *p == '\\') buf_char(b, '\\');
        buf_char(b, *p);
    }
    buf_char(b, '"');
    b->failed |= safe.failed;
    buf_release(&safe);
}

/* A name on a line of TAP: # would begin a directive. */
static void put_name(buf *b, const char *text) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    for (const char *p = buf_string(&safe); *p; p++) {
        if (*p == '#' || *p == '\\') buf_char(b, '\\');
        buf_char(b, *p);
    }
    buf_release(&safe);
}

/* ---- diagnostics ---- */

static void yaml_field(buf *b, const char *dash, const char *key, const char *text) {
    double number;
    if (!*text) return;
    buf_print(b, "  %s%s: ", dash, key);
    if (decimal_read(text, strlen(text), &number) == DECIMAL_OK)
        buf_text(b, text);
    else
        tap_quoted(b, text);
    buf_char(b, '\n');
}

/* The source line and a caret below it; without its indent, as the first line of a block in YAML.
 */
static void put_source(buf *b, const char *pad, const testing_check *c) {
    buf safe = BUF_INIT;
    size_t indent = strspn(c->excerpt, " \t");
    if (!c->excerpt[indent]) return;
    width_safe(&safe, c->excerpt + indent, strlen(c->excerpt + indent));
    buf_print(b, "  %ssource: |\n  %s  %s\n", pad, pad, buf_string(&safe));
    if (c->column > (int)indent) {
        const char *at = buf_string(&safe);
        for (int left = c->column - 1 - (int)indent; *at && left > 0; left--) {
            at++;
            while (((unsigned char)*at & 0xc0) == 0x80) at++;
        }
        buf_print(b, "  %s  ", pad);
        buf_fill(b, ' ', width_of(buf_string(&safe), (size_t)(at - buf_string(&safe))));
        buf_text(b, "^\n");
    }
    buf_release(&safe);
}

static void diagnose(buf *b, const testing_check *c, const char *dash) {
    const char *pad = *dash ? "  " : "";
    buf at = BUF_INIT, rule = BUF_INIT;
    if (c->line > 0 && c->column > 0)
        buf_print(&at, "%s:%ld:%d", c->file, c->line, c->column);
    else if (c->line > 0)
        buf_print(&at, "%s:%ld", c->file, c->line);
    else
        buf_text(&at, c->file);
    if (*c->rule_file) buf_print(&rule, "%s:%ld", c->rule_file, c->rule_line);
    yaml_field(b, dash, "message", *c->message ? c->message : c->name);
    yaml_field(b, pad, "hint", c->hint);
    yaml_field(b, pad, "at", buf_string(&at));
    put_source(b, pad, c);
    yaml_field(b, pad, "output", c->output);
    yaml_field(b, pad, "place", c->at);
    yaml_field(b, pad, "got", c->got);
    yaml_field(b, pad, "want", c->want);
    yaml_field(b, pad, "tolerance", c->tolerance);
    yaml_field(b, pad, "rule", buf_string(&rule));
    yaml_field(b, pad, "formula", c->formula);
    yaml_field(b, pad, "kept", c->kept);
    buf_release(&at);
    buf_release(&rule);
}

/* ---- lines ---- */

static void write_line(tap *t, buf *b) {
    output_put(t->page->out, buf_string(b), b->length);
    t->page->out->held.failed |= b->failed;
    buf_release(b);
    output_flush(t->page->out); /* who watches sees each test as it comes */
}

void tap_comment(tap *t, const char *format, ...) {
    buf text = BUF_INIT, b = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&text, format, args);
    va_end(args);
    paint_start(&b, PAINT_FAINT, t->page->colour);
    buf_text(&b, "# ");
    width_safe(&b, buf_string(&text), text.length);
    paint_end(&b, PAINT_FAINT, t->page->colour);
    buf_char(&b, '\n');
    buf_release(&text);
    write_line(t, &b);
}

/* A line for each file, before what is told of it. */
static void name_file(tap *t, const char *file) {
    if (t->file && !strcmp(t->file, file)) return;
    t->file = file;
    tap_comment(t, "%s", file);
}

static void write_outcome(void *self, const outcome *o) {
    tap *t = self;
    buf b = BUF_INIT;
    name_file(t, o->file);
    t->count++;
    paint ink = o->failures ? PAINT_BAD : PAINT_GOOD;
    paint_start(&b, ink, t->page->colour);
    buf_text(&b, o->failures ? "not ok" : "ok");
    paint_end(&b, ink, t->page->colour);
    buf_print(&b, " %zu - ", t->count);
    put_name(&b, o->name);
    buf_char(&b, '\n');
    if (o->failures == 1) {
        buf_text(&b, "  ---\n");
        diagnose(&b, o->failed, "");
        buf_text(&b, "  ...\n");
    } else if (o->failures) {
        buf_print(&b, "  ---\n  message: \"%zu of %zu checks failed\"\n  failures:\n", o->failures,
                  o->checks > o->failures ? o->checks : o->failures);
        for (size_t i = 0; i < o->failures; i++) diagnose(&b, &o->failed[i], "- ");
        buf_text(&b, "  ...\n");
    }
    write_line(t, &b);
    if (*o->note) tap_comment(t, "%s", o->note);
}

static void write_said(void *self, const char *file, long line, const char *text) {
    tap *t = self;
    if (t->all->now) name_file(t, t->all->now->file);
    tap_comment(t, "%s:%ld: %s", file, line, text);
}

void tap_begin(tap *t, page *p, outcomes *all) {
    *t = (tap){.page = p, .all = all};
    all->done = write_outcome;
    all->said = write_said;
    all->self = t;
    /* The harness of Perl's prove refuses what says that it is newer than 13, and reads it all the
     * same. */
    output_print(p->out, "TAP version %d\n", getenv("HARNESS_VERSION") ? 13 : 14);
}

void tap_end(tap *t) { output_print(t->page->out, "1..%zu\n", t->count); }
