/* Reads a pattern, finds what can never match, and makes texts from it. */
#include "check/regex.h"

#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

/* A pattern of PATTERN_MOST bytes fits; what does not is strange. */
enum { NODES_MOST = 1100, RANGES_MOST = 2200, NESTING = 100, MANY = -1 };

/* SET is one character; OPAQUE takes none and may hold or not (\b, a look ahead); NEVER holds
 * nowhere. */
typedef enum regex_kind { EMPTY, SET, CAT, ALT, REP, START, END, OPAQUE, NEVER } regex_kind;

typedef struct regex_node {
    regex_kind kind;
    int first, next;            /* children, and the one behind among its parent's; -1: none */
    int least, most;            /* of a repetition; MANY */
    int range, ranges, negated; /* of a set */
    size_t from, to;            /* in the pattern */
} regex_node;

struct regex {
    const char *text; /* `own` */
    char *own;
    size_t at, length; /* while it is read */
    regex_node node[NODES_MOST];
    int nodes;
    int32_t range[RANGES_MOST][2];
    int ranges, strange, depth, root;
};

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

static int32_t next_character(regex *r) {
    utf8proc_int32_t c = 0;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)r->text + r->at,
                                          (utf8proc_ssize_t)(r->length - r->at), &c);
    r->at += n > 0 ? (size_t)n : 1;
    return n > 0 ? c : 0xFFFD;
}

static int peek(const regex *r) { return r->at < r->length ? (unsigned char)r->text[r->at] : -1; }

/* \d, \w, \s: what there is to choose from, not all that PCRE2 knows. 0 for other letters. */
static int add_class(regex *r, int n, int letter) {
    switch (letter) {
    case 'd': add_range(r, n, '0', '9'); return 1;
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
    default: return 0;
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
    int32_t c = next_character(r);
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'd':
    case 'w':
    case 's': add_class(r, n, (int)c); return -1;
    case 'D':
    case 'W':
    case 'S': add_outside(r, n, (int)c + 32); return -1;
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
        int32_t low = next_character(r);
        if (low == '\\') low = escape(r, n);
        if (low == -2) r->strange = 1;
        if (low < 0) continue;
        int32_t high = low;
        if (peek(r) == '-' && r->at + 1 < r->length && r->text[r->at + 1] != ']') {
            r->at++;
            high = next_character(r);
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
    case '[': n = read_set(r); break;
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
            r->node[n].kind = next_character(r) == 'A' ? START : END;
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
        int32_t own = next_character(r);
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
    default: return 0;
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

int regex_strange(const regex *r) { return r->strange; }

/* Is a character in a SET? */
static int in_set(const regex *r, const regex_node *n, int32_t c) {
    int in = 0;
    for (int i = 0; i < n->ranges; i++)
        in |= c >= r->range[n->range + i][0] && c <= r->range[n->range + i][1];
    return in != n->negated;
}

/* ---- can it match at all? Anchors against what stands around them, and empty classes ---- */

/* Nothing is in it: every character is in what a negated set names. */
static int is_empty_set(const regex *r, const regex_node *n) {
    if (!n->negated) return n->ranges == 0;
    int32_t reach = 0;
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < n->ranges; i++)
            if (r->range[n->range + i][0] <= reach && r->range[n->range + i][1] >= reach) {
                reach = r->range[n->range + i][1] + 1;
                moved = 1;
            }
    }
    return reach > 0x10FFFF;
}

/* What holds of all matches of a node: how many characters at least; that it begins where the text
 * begins, before any character; that it ends where the text ends. */
typedef struct sum {
    int dead, starts, ends;
    long least;
    int line_feed;   /* it may be a line feed alone, which $ lets follow */
    size_t from, to; /* of what is dead */
} sum;

static sum sum_of(const regex *r, int which, int *part_dead, size_t *from, size_t *to) {
    const regex_node *n = &r->node[which];
    sum out = {.from = n->from, .to = n->to};
    switch (n->kind) {
    case SET:
        out.dead = is_empty_set(r, n);
        out.least = 1;
        out.line_feed = in_set(r, n, '\n');
        break;
    case START: out.starts = out.line_feed = 1; break;
    case END: out.ends = out.line_feed = 1; break;
    case NEVER: out.dead = 1; break;
    case REP:
        if (n->least > 0) {
            out = sum_of(r, n->first, part_dead, from, to);
            int may_end = out.line_feed && out.least == 1 && n->least == 2;
            out.dead |= n->least > 1 && out.least > 0 && (out.starts || (out.ends && !may_end));
            /* One round may be a line feed where the others may be empty. */
            out.line_feed &= n->least == 1 || out.least == 0;
            out.least *= n->least;
        } else {
            sum_of(r, n->first, part_dead, from, to);
            out.line_feed = 1;
        }
        break;
    case ALT: {
        int alive = 0;
        out.dead = out.starts = out.ends = 1;
        for (int k = n->first; k >= 0; k = r->node[k].next) {
            sum own = sum_of(r, k, part_dead, from, to);
            if (own.dead) {
                if (!*part_dead) {
                    *from = r->node[k].from;
                    *to = r->node[k].to;
                }
                *part_dead = 1;
                continue;
            }
            out.least = alive++ && out.least < own.least ? out.least : own.least;
            out.starts &= own.starts;
            out.ends &= own.ends;
            out.line_feed |= own.line_feed;
            out.dead = 0;
        }
        break;
    }
    case CAT: {
        int ended = 0;
        long behind = 0; /* characters behind the end: one line feed may be */
        out.line_feed = 1;
        for (int k = n->first; k >= 0; k = r->node[k].next) {
            sum own = sum_of(r, k, part_dead, from, to);
            int wrong = own.dead || (own.starts && out.least > 0) ||
                        (ended && (behind + own.least > 1 || (own.least == 1 && !own.line_feed)));
            if (wrong && !out.dead) {
                out.dead = 1;
                out.from = own.dead ? own.from : r->node[k].from;
                out.to = own.dead ? own.to : r->node[k].to;
            }
            out.starts |= own.starts;
            behind += ended ? own.least : 0;
            ended |= own.ends;
            out.least += own.least;
            out.line_feed &= own.line_feed;
        }
        out.ends = ended;
        break;
    }
    default: out.line_feed = 1; break;
    }
    return out;
}

regex_life regex_dead(const regex *r, size_t *from, size_t *to) {
    int part = 0;
    sum s = sum_of(r, r->root, &part, from, to);
    if (r->strange) return REGEX_ALIVE;
    if (s.dead) {
        *from = s.from;
        *to = s.to;
        return REGEX_DEAD;
    }
    return part ? REGEX_PART_DEAD : REGEX_ALIVE;
}

/* ---- texts made from a pattern ---- */

typedef struct text_generator {
    const regex *r;
    uint64_t seed;
    buf *out;
    int target,
        times; /* the repetition that is done over and over; what is behind it is left out */
    int done, depth;
} text_generator;

static uint32_t draw(text_generator *m, uint32_t below) {
    m->seed = m->seed * 6364136223846793005u + 1442695040888963407u;
    return below ? (uint32_t)(m->seed >> 33) % below : 0;
}

static void put_character(buf *out, int32_t c) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);
    buf_put(out, (const char *)bytes, n > 0 ? (size_t)n : 0);
}

/* A range of which any member will do: the wide ones of \W have letters of unknown scripts in them.
 */
static int is_plain_range(const int32_t *range) {
    return range[1] < 0x80 || (range[0] >= 0x4E00 && range[1] <= 0x9FFF) ||
           range[1] - range[0] < 64;
}

static void put_member(text_generator *m, const regex_node *n) {
    static const int32_t common[] = {0x3007, 0xE000, '7', 'q',    'Z', '_', ' ',
                                     0x4E00, '-',    '3', 0x9F98, 'a', '.', 0xE123};
    uint32_t count = sizeof common / sizeof *common, from = draw(m, count);
    const int32_t *range =
        n->ranges ? m->r->range[n->range + (int)draw(m, (uint32_t)n->ranges)] : NULL;
    if (range && !n->negated && is_plain_range(range)) {
        put_character(m->out, range[0] + (int32_t)draw(m, (uint32_t)(range[1] - range[0]) + 1));
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        if (in_set(m->r, n, common[(from + i) % count])) {
            put_character(m->out, common[(from + i) % count]);
            return;
        }
    if (range && !n->negated) put_character(m->out, range[0]);
}

static void make_text(text_generator *m, int which) {
    const regex_node *n = &m->r->node[which];
    if (m->done || m->out->length > 4000 || m->depth > 400) return;
    m->depth++;
    switch (n->kind) {
    case SET: put_member(m, n); break;
    case CAT:
        for (int k = n->first; k >= 0; k = m->r->node[k].next) make_text(m, k);
        break;
    case ALT: {
        uint32_t count = 0;
        int k = n->first;
        for (int i = k; i >= 0; i = m->r->node[i].next) count++;
        for (uint32_t at = draw(m, count); at > 0; at--) k = m->r->node[k].next;
        make_text(m, k);
        break;
    }
    case REP: {
        int most = n->most == MANY ? n->least + 2 : n->most;
        int times = n->least + (int)draw(m, (uint32_t)(most - n->least) + 1);
        uint64_t seed = m->seed;
        times = which == m->target ? m->times : times > n->least + 3 ? n->least + 3 : times;
        for (int i = 0; i < times; i++) {
            if (which == m->target) m->seed = seed; /* the same text each time */
            make_text(m, n->first);
        }
        m->done |= which == m->target;
        break;
    }
    default: break;
    }
    m->depth--;
}

void regex_sample(const regex *r, uint64_t seed, buf *out) {
    text_generator m = {.r = r, .seed = seed * 0x9E3779B97F4A7C15u + 1, .out = out, .target = -1};
    draw(&m, 2);
    make_text(&m, r->root);
}

/* Is there something inside that may take a text in several ways? */
static int is_manifold(const regex *r, int which) {
    const regex_node *n = &r->node[which];
    if (n->kind == ALT || (n->kind == REP && (n->most == MANY || n->most > n->least))) return 1;
    for (int k = n->first; k >= 0; k = r->node[k].next)
        if (is_manifold(r, k)) return 1;
    return 0;
}

int regex_attack(const regex *r, int k, int times, uint64_t seed, buf *out) {
    int found = -1;
    for (int i = 0; i < r->nodes && k >= 0; i++)
        if (r->node[i].kind == REP && (r->node[i].most == MANY || r->node[i].most > 16) &&
            is_manifold(r, r->node[i].first) && k-- == 0)
            found = i;
    if (found < 0) return 0;
    text_generator m = {.r = r,
                        .seed = seed * 0x9E3779B97F4A7C15u + 1,
                        .out = out,
                        .target = found,
                        .times = times};
    make_text(&m, r->root);
    /* What does not fit: something strange, or what a class of the pattern leaves out. */
    static const int32_t strange[] = {0xE777, '!', '\n', ' '};
    int32_t end =
        seed % 3 && r->ranges ? r->range[seed % (uint64_t)r->ranges][0] : strange[seed / 3 % 4];
    put_character(out, end);
    put_character(out, end);
    return 1;
}
