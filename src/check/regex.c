#include "check/regex_inside.h"

#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

/* ---- reading ---- */

static int new_node(regex *r, regex_kind k, size_t from) {
    if (r->nodes == NODES_MOST) {
        r->strange = 1;
        return 0;
    }
    r->node[r->nodes] = (regex_node){.kind = k,
                                     .first = -1,
                                     .next = -1,
                                     .least = 1,
                                     .most = 1,
                                     .range = r->ranges,
                                     .from = from,
                                     .to = from};
    return r->nodes++;
}

static void add_range(regex *r, int n, int32_t low, int32_t high) {
    if (r->ranges == RANGES_MOST) {
        r->strange = 1;
        return;
    }
    r->range[r->ranges][0] = low;
    r->range[r->ranges++][1] = high;
    r->node[n].ranges++;
}

static int32_t take(regex *r) {
    utf8proc_int32_t c = 0;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)r->text + r->at,
                                          (utf8proc_ssize_t)(r->length - r->at), &c);
    r->at += n > 0 ? (size_t)n : 1;
    return n > 0 ? c : 0xFFFD;
}

static int peek(const regex *r) {
    return r->at < r->length ? (unsigned char)r->text[r->at] : -1;
}

/* \d, \w, \s: what there is to choose from, not all that PCRE2 knows. 0 for other letters. */
static int add_class(regex *r, int n, int letter) {
    switch (letter) {
    case 'd':
        add_range(r, n, '0', '9');
        return 1;
    case 'w':
        add_range(r, n, '0', '9');
        add_range(r, n, 'A', 'Z');
        add_range(r, n, 'a', 'z');
        add_range(r, n, '_', '_');
        add_range(r, n, 0x3007, 0x3007);
        add_range(r, n, 0x4E00, 0x9FFF);
        return 1;
    case 's':
        add_range(r, n, '\t', '\r');
        add_range(r, n, ' ', ' ');
        return 1;
    default:
        return 0;
    }
}

/* All but what the class has, up to the last character. */
static void add_outside(regex *r, int n, int letter) {
    int32_t low = 0;
    int from = r->ranges, was = r->node[n].ranges;
    add_class(r, n, letter);
    int count = r->ranges - from;
    int32_t range[8][2];
    if (count > 8) return;
    memcpy(range, r->range + from, (size_t)count * sizeof *range);
    r->ranges = from;
    r->node[n].ranges = was;
    for (int done = 0; done <= count; done++) {
        int best = -1;
        for (int i = 0; i < count; i++)
            if (range[i][0] >= low && (best < 0 || range[i][0] < range[best][0])) best = i;
        int32_t high = best < 0 ? 0x10FFFF : range[best][0] - 1;
        if (high >= low) add_range(r, n, low, high);
        if (best < 0) return;
        low = range[best][1] + 1;
    }
}

/* The character of an escape, behind the backslash; -1 for a class, which was added; -2 for others.
 */
static int32_t escape(regex *r, int n) {
    if (r->at >= r->length) return -2;
    int32_t c = take(r);
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'd':
    case 'w':
    case 's':
        add_class(r, n, (int)c);
        return -1;
    case 'D':
    case 'W':
    case 'S':
        add_outside(r, n, (int)c + 32);
        return -1;
    default:
        return c < 128 &&
                       ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
                   ? -2
                   : c;
    }
}

static int read_set(regex *r) {
    int n = new_node(r, SET, r->at++);
    if (peek(r) == '^') {
        r->node[n].negated = 1;
        r->at++;
    }
    for (int first = 1; r->at < r->length && (first || peek(r) != ']') && !r->strange; first = 0) {
        if (peek(r) == '[' && r->at + 1 < r->length && strchr(":.=", r->text[r->at + 1])) {
            r->strange = 1;
            break;
        }
        int32_t low = take(r);
        if (low == '\\') low = escape(r, n);
        if (low == -2) r->strange = 1;
        if (low < 0) continue;
        int32_t high = low;
        if (peek(r) == '-' && r->at + 1 < r->length && r->text[r->at + 1] != ']') {
            r->at++;
            high = take(r);
            if (high == '\\') high = escape(r, n);
            if (high < low) r->strange = 1;
        }
        add_range(r, n, low, high);
    }
    r->at += r->at < r->length;
    return n;
}

static int read_alternatives(regex *r);

/* Past what opens a group; 0 where it is none that counts. */
static int open_group(regex *r, regex_kind *k) {
    const char *p = r->text + r->at;
    *k = CAT;
    if (strncmp(p, "(?", 2) != 0) {
        r->at++;
        return p[1] != '*';
    }
    if (!strncmp(p, "(?:", 3)) {
        r->at += 3;
        return 1;
    }
    size_t skip = !strncmp(p, "(?<=", 4) || !strncmp(p, "(?<!", 4) ? 4
                  : !strncmp(p, "(?=", 3) || !strncmp(p, "(?!", 3) ? 3
                                                                   : 0;
    if (skip) {
        *k = !strncmp(p, "(?!)", 4) ? NEVER : OPAQUE;
        r->at += skip;
        return 1;
    }
    if (!strncmp(p, "(?<", 3) || !strncmp(p, "(?P<", 4)) {
        while (r->at < r->length && peek(r) != '>') r->at++;
        r->at++;
        return 1;
    }
    return 0;
}

static int read_atom(regex *r) {
    size_t from = r->at;
    int n, c = peek(r);
    regex_kind k;
    switch (c) {
    case '(':
        if (r->depth++ > NESTING || !open_group(r, &k)) {
            r->strange = 1;
            return new_node(r, EMPTY, from);
        }
        n = read_alternatives(r);
        r->depth--;
        r->at += peek(r) == ')';
        if (k != CAT) {
            n = new_node(r, k, from);
        }
        break;
    case '[':
        n = read_set(r);
        break;
    case '^':
    case '$':
        r->at++;
        n = new_node(r, c == '^' ? START : END, from);
        break;
    case '.':
        r->at++;
        n = new_node(r, SET, from);
        r->node[n].negated = 1;
        add_range(r, n, '\n', '\n');
        break;
    case '\\':
        r->at++;
        n = new_node(r, SET, from);
        if (peek(r) == 'A' || peek(r) == 'z' || peek(r) == 'Z') {
            r->node[n].kind = take(r) == 'A' ? START : END;
        } else if (peek(r) == 'b' || peek(r) == 'B') {
            r->at++;
            r->node[n].kind = OPAQUE;
        } else {
            int32_t one = escape(r, n);
            r->strange |= one == -2;
            if (one >= 0) add_range(r, n, one, one);
        }
        break;
    default:
        n = new_node(r, SET, from);
        int32_t own = take(r);
        add_range(r, n, own, own);
        break;
    }
    r->node[n].from = from;
    r->node[n].to = r->at;
    return n;
}

static int digits(regex *r, int *out) {
    int any = 0;
    for (*out = 0; peek(r) >= '0' && peek(r) <= '9'; r->at++, any = 1)
        *out = *out < 10000 ? *out * 10 + (peek(r) - '0') : *out;
    return any;
}

/* *, +, ?, {2,3} behind an atom; 0 where there is none. */
static int read_times(regex *r, int *least, int *most) {
    size_t from = r->at;
    switch (peek(r)) {
    case '*':
        *least = 0;
        *most = MANY;
        break;
    case '+':
        *least = 1;
        *most = MANY;
        break;
    case '?':
        *least = 0;
        *most = 1;
        break;
    case '{':
        r->at++;
        if (digits(r, least)) {
            *most = *least;
            if (peek(r) == ',') {
                r->at++;
                if (!digits(r, most)) *most = MANY;
            }
            if (peek(r) == '}') break;
        }
        r->at = from;
        return 0;
    default:
        return 0;
    }
    r->at++;
    if (peek(r) == '?' || peek(r) == '+') {
        r->strange |= peek(r) == '+'; /* possessive: it gives nothing back */
        r->at++;
    }
    return 1;
}

static int read_sequence(regex *r) {
    int n = new_node(r, CAT, r->at), last = -1, least, most;
    while (r->at < r->length && peek(r) != '|' && peek(r) != ')' && !r->strange) {
        int atom = read_atom(r);
        while (read_times(r, &least, &most)) {
            int rep = new_node(r, REP, r->node[atom].from);
            r->node[rep].first = atom;
            r->node[rep].least = least;
            r->node[rep].most = most;
            r->node[rep].to = r->at;
            atom = rep;
        }
        if (last < 0)
            r->node[n].first = atom;
        else
            r->node[last].next = atom;
        last = atom;
    }
    r->node[n].to = r->at;
    return n;
}

static int read_alternatives(regex *r) {
    size_t from = r->at;
    int first = read_sequence(r), last = first;
    if (peek(r) != '|') return first;
    int n = new_node(r, ALT, from);
    r->node[n].first = first;
    while (peek(r) == '|' && !r->strange) {
        r->at++;
        int own = read_sequence(r);
        r->node[last].next = own;
        last = own;
    }
    r->node[n].to = r->at;
    return n;
}

regex *regex_read(const char *text) {
    regex *r = mem_zero(1, sizeof *r);
    if (!r) return NULL;
    r->length = strlen(text);
    r->own = mem_take(r->length + 1);
    if (!r->own) {
        mem_free(r);
        return NULL;
    }
    memcpy(r->own, text, r->length + 1);
    r->text = r->own;
    r->root = read_alternatives(r);
    r->strange |= r->at < r->length;
    return r;
}

void regex_free(regex *r) {
    if (r) mem_free(r->own);
    mem_free(r);
}

int regex_strange(const regex *r) {
    return r->strange;
}

int regex_in_set(const regex *r, const regex_node *n, int32_t c) {
    int in = 0;
    for (int i = 0; i < n->ranges; i++)
        in |= c >= r->range[n->range + i][0] && c <= r->range[n->range + i][1];
    return in != n->negated;
}
