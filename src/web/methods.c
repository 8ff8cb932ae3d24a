/* Methods on the page: the formula of each result, and what the methods that were used say of
 * themselves, with their sources. */
#include <string.h>

#include "base/text.h"
#include "html/html.h"
#include "report/report.h"
#include "web/web.h"

/* Is a line about how the method is called, which is of no use to readers of a report? */
static int is_for_callers(const char *s) {
    return !strncmp(s, "Arguments:", 10) || !strncmp(s, "Errors:", 7);
}

/* A comment: its first sentence, then "Source: …" and the like, a line for each. */
static void put_comment(output *to, const buf *text) {
    const char *s = buf_string(text);
    int open = 0, skipped = 0;
    while (*s) {
        size_t n = strcspn(s, "\n"),
               word = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        int label = word && word < n && s[word] == ':' && *s < 'a';
        if (label || !open) skipped = is_for_callers(s);
        if (skipped) {
            s += n + (s[n] == '\n');
            continue;
        }
        if (!open || label) {
            if (open) output_text(to, "</p>");
            output_text(to, "<p>");
        } else {
            output_char(to, ' ');
        }
        open = 1;
        if (label) {
            output_text(to, "<b>");
            html_put(to, s, word);
            output_text(to, "</b>");
            html_put(to, s + word, n - word);
        } else {
            html_put(to, s, n);
        }
        s += n + (s[n] == '\n');
    }
    if (open) output_text(to, "</p>\n");
}

static void put_formula(output *to, const char *name, const char *formula) {
    output_text(to, "<div class=f tabindex=0 role=group>");
    if (!html_formula(to, name, formula)) html_element(to, "code", formula);
    output_text(to, "</div>\n");
}

static void put_results(web *p, output *to) {
    const view *v = p->v;
    for (size_t i = 0; i < assess_output_count(v->session); i++) {
        const assess_array *x = assess_output(v->session, i);
        const char *title = view_output_title(v, x);
        if (!*x->formula) continue;
        output_text(to, "<h4>");
        html_text(to, title);
        if (strcmp(title, x->name)) {
            output_text(to, " <small>");
            html_text(to, x->name);
            output_text(to, "</small>");
        }
        output_text(to, "</h4>\n");
        put_formula(to, x->name, x->formula);
        if (*x->file && x->line) {
            output_text(to, "<p class=faint>");
            why_line(p->w, to, x->file, x->line);
            output_text(to, "</p>\n");
        }
    }
}

/* One of the shared methods, its formula as it was used. */
static void put_method(web *p, why_method m, const char *name, const buf *comment, output *to) {
    int told = 0; /* with the results */
    for (size_t i = 0; i < assess_output_count(p->v->session); i++)
        told |= !strcmp(assess_output(p->v->session, i)->formula, m.formula);
    html_element(to, "h4", *name ? name : m.name);
    if (!told) put_formula(to, m.name, m.formula);
    output_text(to, "<p class=faint>");
    why_line(p->w, to, m.file, m.line);
    output_text(to, "</p>\n<div lang=en>");
    put_comment(to, comment);
    output_text(to, "</div>\n");
}

/* The methods are known once the numbers are explained. Those that name a source are told; what
 * helps them is not. */
static void put_used(web *p, output *to) {
    const view *v = p->v;
    buf last = BUF_INIT;
    size_t told = 0;
    for (size_t i = 0; i < why_methods(p->w); i++) {
        why_method m = why_method_at(p->w, i);
        buf comment = BUF_INIT, name = BUF_INIT;
        why_comment(p->w, m.file, m.line, &name, &comment);
        if (strstr(buf_string(&comment), "Source:") &&
            strcmp(buf_string(&last), buf_string(&comment)) != 0) {
            if (!told++) html_element(to, "h3", view_text(v, "Methods that were used"));
            put_method(p, m, buf_string(&name), &comment, to);
            buf_clear(&last);
            buf_put(&last, comment.text, comment.length);
        }
        to->held.failed |= comment.failed || name.failed;
        buf_release(&comment);
        buf_release(&name);
    }
    to->held.failed |= last.failed;
    buf_release(&last);
}

void web_methods(web *p, output *to) {
    html_element(to, "h3", view_text(p->v, "Formulas of the results"));
    put_results(p, to);
    put_used(p, to);
}
