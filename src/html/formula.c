/* Formulas as MathML. What formula_write writes is read again by its precedence: quotients become
 * fractions, powers are raised, sums and means get their sign with the axis below it, choices
 * become cases. */
#include <stdlib.h>
#include <string.h>

#include "html/html.h"

enum { DEEPEST = 60, ARGUMENTS = 24, LONGEST = 4000 };

/* How tightly operators bind, weakest first, as in expr/op.h. */
enum { OR, AND, COMPARE, SUM, PRODUCT, SIGN, POWER };

typedef struct reader {
    const char *s;
    int depth, failed;
} reader;

/* An argument of a call: `name = value`, `by axis`, or a value. */
typedef struct argument {
    char name[40];
    buf math;
    const char *text; /* as it stands in the formula */
    size_t length;
} argument;

static void read_level(reader *r, int level, buf *out);

static void skip_spaces(reader *r) { r->s += strspn(r->s, " "); }

static int starts(const char *s, const char *with) { return !strncmp(s, with, strlen(with)); }

/* `text` as the content of a tag. */
static void put_tag(buf *b, const char *tag, const char *text, size_t length) {
    output own = output_to(OUTPUT_KEEP, NULL);
    html_put(&own, text, length);
    buf_print(b, "<%s>%s</%s>", tag, buf_string(&own.held), tag);
    b->failed |= own.held.failed;
    output_release(&own);
}

static void put_sign(buf *b, const char *sign) { put_tag(b, "mo", sign, strlen(sign)); }

/* How long the element is that `s` begins with. */
static size_t element_length(const char *s) {
    int depth = 0;
    const char *at = s;
    while (*at == '<') {
        depth += at[1] == '/' ? -1 : 1;
        at += strcspn(at, ">") + 1;
        if (!depth) break;
        at += strcspn(at, "<");
    }
    return (size_t)(at - s);
}

/* As one element. */
static void put_row(buf *b, const buf *x) {
    int one = x->length && element_length(buf_string(x)) == x->length;
    buf_print(b, one ? "%s" : "<mrow>%s</mrow>", buf_string(x));
}

/* Where what stands around it is a row already: without a row of its own. */
static void put_inside(buf *b, const buf *x) {
    static const char begin[] = "<mrow>", end[] = "</mrow>";
    const char *s = buf_string(x);
    if (starts(s, begin) && element_length(s) == x->length)
        buf_put(b, s + strlen(begin), x->length - strlen(begin) - strlen(end));
    else
        buf_text(b, s);
}

/* In parentheses, without the brackets of a call. */
static void put_fenced(buf *b, const char *open, const buf *x, const char *close) {
    buf_text(b, "<mrow>");
    put_sign(b, open);
    put_inside(b, x);
    put_sign(b, close);
    buf_text(b, "</mrow>");
}

/* ---- calls ---- */

static const argument *named(const argument *a, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(a[i].name, name)) return &a[i];
    return NULL;
}

/* "indicator": the axis, which stands in quotes; or NULL. */
static const argument *axis_of(const argument *a, size_t count) {
    return count > 1 && !*a[1].name && *a[1].text == '"' ? &a[1] : NULL;
}

/* A sign with the axis below it: Σ over the indicators, or those of a group. */
static void put_over(buf *b, const char *sign, const argument *axis, const argument *by) {
    int word = strlen(sign) > 2 && *sign > 0;
    buf_text(b, "<munder>");
    put_tag(b, word ? "mi" : "mo", sign, strlen(sign));
    if (by) buf_text(b, "<mrow>");
    put_tag(b, "mtext", axis->text + 1, axis->length - 2);
    if (by) {
        put_sign(b, "∈");
        buf_text(b, buf_string(&by->math));
        buf_text(b, "</mrow>");
    }
    buf_text(b, "</munder>");
}

static void put_mean(buf *b, const argument *a, size_t count) {
    const argument *weights = named(a, count, "weights"), *by = named(a, count, "by");
    buf_text(b, "<mfrac><mrow>");
    put_over(b, "∑", &a[1], by);
    if (weights) {
        put_row(b, &weights->math);
        put_sign(b, "·");
    }
    put_row(b, &a[0].math);
    buf_text(b, "</mrow><mrow>");
    put_over(b, "∑", &a[1], by);
    if (weights)
        put_row(b, &weights->math);
    else
        buf_text(b, "<mn>1</mn>");
    buf_text(b, "</mrow></mfrac>");
}

/* where(a, x, where(b, y, z)): a line for each, the condition behind it. */
static void put_cases(buf *b, const argument *a, size_t count) {
    buf_text(b, "<mrow><mo>{</mo><mtable><mtr><mtd>");
    put_inside(b, &a[1].math);
    buf_text(b, "</mtd><mtd>");
    put_inside(b, &a[0].math);
    buf_text(b, "</mtd></mtr><mtr><mtd>");
    if (count > 2)
        put_inside(b, &a[2].math);
    else
        put_sign(b, "–");
    buf_text(b, "</mtd><mtd><mo>¬</mo></mtd></mtr></mtable></mrow>");
}

static void put_call(buf *b, const char *name, size_t length, const argument *a, size_t count) {
    static const char *const bounds[][2] = {{"abs", "||"}, {"floor", "⌊⌋"}, {"ceil", "⌈⌉"}};
#define IS(word) (length == sizeof word - 1 && !memcmp(name, word, length))
    const argument *axis = axis_of(a, count), *by = named(a, count, "by");
    if (IS("mean") && axis) {
        put_mean(b, a, count);
    } else if ((IS("sum") || IS("min") || IS("max")) && axis && count - (by != NULL) == 2) {
        char word[8] = "";
        memcpy(word, name, length);
        put_over(b, IS("sum") ? "∑" : word, axis, by);
        put_fenced(b, "(", &a[0].math, ")");
    } else if (IS("where") && (count == 2 || count == 3)) {
        put_cases(b, a, count);
    } else if (IS("clamp") && count == 3) {
        buf_text(b, "<mi>min</mi><mrow><mo>(</mo>");
        buf_print(b, "%s<mo>,</mo><mi>max</mi><mrow><mo>(</mo>%s<mo>,</mo>%s<mo>)</mo></mrow>",
                  buf_string(&a[2].math), buf_string(&a[1].math), buf_string(&a[0].math));
        buf_text(b, "<mo>)</mo></mrow>");
    } else if (IS("exp") && count == 1) {
        buf_text(b, "<msup><mi>e</mi>");
        put_row(b, &a[0].math);
        buf_text(b, "</msup>");
    } else if (IS("sqrt") && count == 1) {
        buf_print(b, "<msqrt>%s</msqrt>", buf_string(&a[0].math));
    } else if (count == 1 && (IS("abs") || IS("floor") || IS("ceil"))) {
        size_t k = IS("abs") ? 0 : IS("floor") ? 1 : 2, half = strlen(bounds[k][1]) / 2;
        char open[8] = "", close[8] = "";
        memcpy(open, bounds[k][1], half);
        memcpy(close, bounds[k][1] + half, half);
        put_fenced(b, open, &a[0].math, close);
    } else {
        put_tag(b, "mi", IS("log") ? "ln" : name, IS("log") ? 2 : length);
        buf all = BUF_INIT;
        for (size_t i = 0; i < count; i++) {
            if (i) put_sign(&all, ",");
            if (*a[i].name) {
                put_tag(&all, "mtext", a[i].name, strlen(a[i].name));
                if (strcmp(a[i].name, "by")) put_sign(&all, "=");
            }
            buf_text(&all, buf_string(&a[i].math));
        }
        put_fenced(b, "(", &all, ")");
        b->failed |= all.failed;
        buf_release(&all);
    }
#undef IS
}

/* ---- reading ---- */

static size_t name_length(const char *s) {
    size_t n = 0;
    if (!(*s == '_' || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s & 0x80)))
        return 0;
    if (starts(s, "…") || starts(s, "≥") || starts(s, "≤") || starts(s, "≠")) return 0;
    while (s[n] == '_' || s[n] == '.' || (s[n] >= 'a' && s[n] <= 'z') ||
           (s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= '0' && s[n] <= '9') || (s[n] & 0x80))
        n++;
    return n;
}

static void read_arguments(reader *r, const char *name, size_t length, buf *out) {
    argument a[ARGUMENTS];
    size_t count = 0;
    r->s++;
    while (!r->failed && *r->s != ')') {
        if (count == ARGUMENTS) {
            r->failed = 1;
            break;
        }
        argument *x = &a[count++];
        *x = (argument){.math = BUF_INIT};
        skip_spaces(r);
        size_t n = name_length(r->s);
        if (n && n < sizeof x->name && starts(r->s + n, " = ") && !memchr(r->s, '.', n) &&
            (n != 5 || memcmp(r->s, "where", 5))) {
            memcpy(x->name, r->s, n);
            r->s += n + 3;
        } else if (starts(r->s, "by ") || starts(r->s, "within ")) {
            n = strcspn(r->s, " ");
            memcpy(x->name, r->s, n);
            r->s += n + 1;
        }
        x->text = r->s;
        read_level(r, OR, &x->math);
        x->length = (size_t)(r->s - x->text);
        r->failed |= x->math.failed || (*r->s != ',' && *r->s != ')');
        r->s += *r->s == ',';
    }
    if (!r->failed) {
        r->s++;
        put_call(out, name, length, a, count);
    }
    for (size_t i = 0; i < count; i++) buf_release(&a[i].math);
}

static void read_string(reader *r, buf *out) {
    const char *from = r->s++;
    while (*r->s && *r->s != '"') r->s += 1 + (*r->s == '\\' && r->s[1]);
    if (!*r->s) r->failed = 1;
    r->s += *r->s != 0;
    put_tag(out, "mtext", from, (size_t)(r->s - from));
}

static void read_atom(reader *r, buf *out) {
    size_t n;
    skip_spaces(r);
    if (++r->depth > DEEPEST) r->failed = 1;
    if (r->failed) return;
    if (*r->s == '(') {
        buf x = BUF_INIT;
        r->s++;
        read_level(r, OR, &x);
        if (*r->s != ')') r->failed = 1;
        r->s += *r->s == ')';
        put_fenced(out, "(", &x, ")");
        buf_release(&x);
    } else if (*r->s == '"') {
        read_string(r, out);
    } else if (starts(r->s, "…")) {
        put_sign(out, "…");
        r->s += strlen("…");
    } else if ((n = strspn(r->s, "0123456789")) != 0) {
        const char *from = r->s;
        char *end;
        strtod(from, &end);
        n = (size_t)(end - from);
        if (strspn(from, "0123456789-") == 10 && from[4] == '-') n = 10; /* a date */
        r->s = from + n;
        put_tag(out, "mn", from, n);
    } else if ((n = name_length(r->s)) != 0) {
        const char *name = r->s;
        r->s += n;
        if (*r->s == '(')
            read_arguments(r, name, n, out);
        else
            put_tag(out, "mi", name, n);
    } else {
        r->failed = 1;
    }
    r->depth--;
}

/* x[year=2011]: what was chosen stands below. */
static void read_choice(reader *r, buf *out) {
    buf x = BUF_INIT;
    read_atom(r, &x);
    while (!r->failed && *r->s == '[') {
        size_t n = strcspn(r->s, "]");
        buf below = BUF_INIT;
        put_tag(&below, "mtext", r->s + 1, n ? n - 1 : 0);
        buf all = BUF_INIT;
        buf_text(&all, "<msub>");
        put_row(&all, &x);
        buf_print(&all, "%s</msub>", buf_string(&below));
        buf_release(&x);
        buf_release(&below);
        x = all;
        r->s += n + (r->s[n] == ']');
    }
    buf_text(out, buf_string(&x));
    out->failed |= x.failed;
    buf_release(&x);
}

static void read_power(reader *r, buf *out) {
    buf x = BUF_INIT, y = BUF_INIT;
    read_choice(r, &x);
    if (starts(r->s, " ^ ")) {
        r->s += 3;
        read_level(r, SIGN, &y);
        buf_text(out, "<msup>");
        put_row(out, &x);
        put_row(out, &y);
        buf_text(out, "</msup>");
    } else {
        buf_text(out, buf_string(&x));
    }
    buf_release(&x);
    buf_release(&y);
}

/* The operator of a level that stands here, or NULL. */
static const char *operator_at(const char *s, int level) {
    static const char *const of[][7] = {
        [OR] = {"|"},
        [AND] = {"&"},
        [COMPARE] = {"≥", "≤", "≠", "=", "<", ">"},
        [SUM] = {"+", "-"},
        [PRODUCT] = {"*", "/", "%"},
    };
    if (*s != ' ') return NULL;
    for (int i = 0; of[level][i]; i++) {
        size_t n = strlen(of[level][i]);
        if (starts(s + 1, of[level][i]) && s[1 + n] == ' ') return of[level][i];
    }
    return NULL;
}

static void read_sign(reader *r, buf *out) {
    skip_spaces(r);
    while (*r->s == '-' || *r->s == '~') {
        put_sign(out, *r->s == '-' ? "−" : "¬");
        r->s++;
    }
    read_power(r, out);
}

static void read_level(reader *r, int level, buf *out) {
    const char *sign;
    buf x = BUF_INIT;
    if (r->failed) return;
    if (level >= SIGN) {
        read_sign(r, out);
        return;
    }
    read_level(r, level + 1, &x);
    while (!r->failed && (sign = operator_at(r->s, level)) != NULL) {
        buf y = BUF_INIT, all = BUF_INIT;
        r->s += strlen(sign) + 2;
        read_level(r, level + 1, &y);
        if (*sign == '/') {
            buf_text(&all, "<mfrac>");
            put_row(&all, &x);
            put_row(&all, &y);
            buf_text(&all, "</mfrac>");
        } else {
            buf_text(&all, buf_string(&x));
            put_sign(&all, *sign == '*'   ? "·"
                           : *sign == '-' ? "−"
                           : *sign == '&' ? "∧"
                           : *sign == '|' ? "∨"
                           : *sign == '%' ? "mod"
                                          : sign);
            buf_text(&all, buf_string(&y));
        }
        r->failed |= all.failed || y.failed;
        buf_release(&x);
        buf_release(&y);
        x = all;
    }
    buf_text(out, buf_string(&x));
    out->failed |= x.failed;
    buf_release(&x);
}

int html_formula(output *to, const char *name, const char *formula) {
    reader r = {.s = formula};
    buf b = BUF_INIT;
    int fine = *formula && strlen(formula) < LONGEST;
    if (fine) read_level(&r, OR, &b);
    fine = fine && !r.failed && !*r.s && !b.failed;
    if (fine) {
        output_text(to, "<math display=block>");
        if (*name) {
            buf own = BUF_INIT;
            put_tag(&own, "mi", name, strlen(name));
            output_print(to, "%s<mo>=</mo>", buf_string(&own));
            buf_release(&own);
        }
        output_put(to, buf_string(&b), b.length);
        output_text(to, "</math>\n");
    }
    buf_release(&b);
    return fine;
}
