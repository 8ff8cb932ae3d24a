/* Pages of the manual, made of the records of the commands, in the macros man(7). */
#include <string.h>

#include "base/text.h"
#include "cmd/cmd.h"

/* When what pages say last changed. */
#define MANUAL_DATE "2026-11-29"

/* One character of UTF-8 as a code point; *n is its length. */
static unsigned long code_point(const char *text, size_t *n) {
    const unsigned char *p = (const unsigned char *)text;
    int more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc0 ? 1 : 0;
    unsigned long code = more == 3 ? p[0] & 7u : more == 2 ? p[0] & 15u : more ? p[0] & 31u : p[0];
    *n = 1;
    while (more-- && (p[*n] & 0xc0) == 0x80) code = code << 6 | (p[(*n)++] & 63u);
    return code;
}

/* A line of Chinese may break behind a character, but for an opening mark, and not before a closing
 * one; others break at blanks only. */
static int may_break(unsigned long code, const char *rest) {
    static const char opening[] = "（“‘《「", closing[] = "，。、；：？！）”’》」";
    size_t n;
    if (code < 0x2e80 || !*rest) return 0;
    unsigned long next = code_point(rest, &n);
    for (const char *p = opening; *p; p += n)
        if (code_point(p, &n) == code) return 0;
    for (const char *p = closing; *p; p += n)
        if (code_point(p, &n) == next) return 0;
    return 1;
}

static void put_text(buf *b, const char *text, size_t length) {
    static const char special[] = "\\-'`^~\"", *const name[] = {"e",   "-",   "(aq", "(ga",
                                                                "(ha", "(ti", "(dq"};
    for (size_t i = 0, n; i < length; i += n) {
        unsigned long code = code_point(text + i, &n);
        const char *at = code < 0x80 && code ? strchr(special, (int)code) : NULL;
        if (at)
            buf_print(b, "\\%s", name[at - special]);
        else if (code >= 0x80)
            buf_print(b, "\\[u%04lX]%s", code,
                      i + n < length && may_break(code, text + i + n) ? "\\:" : "");
        else
            buf_char(b, (char)code);
    }
}

/* A text as a line of its own. */
static void put_line(buf *b, const char *text) {
    if (*text == '.' || *text == '\'') buf_text(b, "\\&");
    put_text(b, text, strlen(text));
    buf_char(b, '\n');
}

static void put_heading(buf *b, const char *title) {
    buf_text(b, ".SH \"");
    put_text(b, title, strlen(title));
    buf_text(b, "\"\n");
}

static void put_in_font(buf *b, char font, const char *text, size_t length) {
    buf_print(b, "\\f%c", font);
    put_text(b, text, length);
    buf_text(b, "\\fR");
}

/* A usage: what is typed as it stands is bold, what stands for something else is in italics. */
static void put_usage(buf *b, const char *text, size_t length) {
    for (size_t i = 0, n; i < length; i += n) {
        n = strspn(text + i, "[] |");
        if (n) {
            put_text(b, text + i, n < length - i ? n : length - i);
            continue;
        }
        n = strcspn(text + i, "[] |\n");
        int names = text[i] >= 'A' && text[i] <= 'Z';
        put_in_font(b, names ? 'I' : 'B', text + i, n);
    }
}

static void put_option(buf *b, const option *o) {
    buf name = BUF_INIT;
    buf_text(b, ".TP\n");
    if (o->letter) buf_print(b, "\\fB\\-%c\\fR, ", o->letter);
    buf_print(&name, "--%s", o->name);
    put_in_font(b, 'B', buf_string(&name), name.length);
    if (o->value) {
        buf_char(b, ' ');
        put_in_font(b, 'I', o->value, strlen(o->value));
    }
    buf_char(b, '\n');
    put_line(b, text_message(o->help));
    const char *value = o->value ? help_value(o->is) : NULL;
    if (value) {
        buf_text(b, ".br\n");
        put_in_font(b, 'I', o->value, strlen(o->value));
        put_text(b, text_message(": "), strlen(text_message(": ")));
        put_line(b, value);
    }
    buf_release(&name);
}

static void put_synopsis(buf *b, const command *c) {
    const char *rest = help_rest(c);
    put_heading(b, text_message("SYNOPSIS"));
    for (const char *line = c->usage; *line;) {
        size_t n = strcspn(line, "\n");
        if (line != c->usage) buf_text(b, ".br\n");
        put_usage(b, line, n);
        put_usage(b, rest, strlen(rest));
        buf_char(b, '\n');
        line += n + (line[n] != 0);
    }
}

static void put_description(buf *b, const command *c) {
    put_heading(b, text_message("DESCRIPTION"));
    put_line(b, text_message(c->about ? c->about : c->help));
    for (const help_operand *x = c->operands; x && x->name; x++) {
        buf_text(b, ".TP\n");
        put_in_font(b, x->name[0] >= 'A' && x->name[0] <= 'Z' ? 'I' : 'B', x->name,
                    strlen(x->name));
        buf_char(b, '\n');
        put_line(b, x->help ? text_message(x->help) : help_value(x->is));
    }
}

static void put_examples(buf *b, const command *c) {
    put_heading(b, text_message("EXAMPLES"));
    for (const help_example *x = c->examples; x && x->command; x++) {
        buf text = BUF_INIT;
        buf_text(&text, text_message(x->shows));
        if (x->status) buf_print(&text, text_message(" (status %d)"), x->status);
        buf_text(b, x == c->examples ? "" : ".PP\n");
        put_line(b, buf_string(&text));
        buf_text(b, ".PP\n.RS 4\n.EX\n");
        put_line(b, x->command);
        buf_text(b, ".EE\n.RE\n");
        buf_release(&text);
    }
}

static void put_related(buf *b, const command *c) {
    put_heading(b, text_message("SEE ALSO"));
    buf_text(b, "\\fBassess\\fR(1)");
    for (const char *p = c->related; p && *p;) {
        size_t n = strcspn(p, " ");
        buf_print(b, ",\n\\fBassess\\-%.*s\\fR(1)", (int)n, p);
        p += n + (p[n] != 0);
    }
    buf_char(b, '\n');
}

void manual_page(const command *c, buf *b) {
    const option *o;
    help_status of[HELP_STATUSES];
    buf_text(b, ".\\\" Made by 'assess help --roff': see src/cmd/manual.c.\n.TH ASSESS\\-");
    for (const char *p = c->name; *p; p++) buf_char(b, (char)(*p - 'a' + 'A'));
    buf_print(b, " 1 %s \"assess %s\"\n", MANUAL_DATE, assess_version());
    buf_text(b, ".ad l\n");
    put_heading(b, text_message("NAME"));
    buf_print(b, "assess\\-%s \\- ", c->name);
    put_text(b, text_message(c->help), strlen(text_message(c->help)));
    buf_char(b, '\n');
    put_synopsis(b, c);
    put_description(b, c);
    for (size_t i = 0; (o = command_option(c, i)); i++) {
        if (!i) put_heading(b, text_message("OPTIONS"));
        put_option(b, o);
    }
    put_examples(b, c);
    put_heading(b, text_message("EXIT STATUS"));
    for (const help_status *s = help_statuses(c, of); s->means; s++) {
        buf_print(b, ".TP\n%d\n", s->status);
        put_line(b, s->means);
    }
    put_related(b, c);
}
