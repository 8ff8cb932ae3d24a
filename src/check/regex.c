/* Reads the structure of a pattern, finds what can never match, and makes texts from it. */
#include "check/regex.h"

#include <ctype.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

/* A pattern of PATTERN_MOST bytes fits; one that does not is strange. */
enum { NODES_MOST = 1100, RANGES_MOST = 2200, NESTING = 100, MANY = -1, LAST = 0x10FFFF };

/* SET matches one character. OPAQUE matches no characters and may hold or not (\b, a look-ahead).
 * NEVER never holds. */
typedef enum regex_kind { EMPTY, SET, CAT, ALT, REP, START, END, OPAQUE, NEVER } regex_kind;

typedef struct regex_node {
    regex_kind kind;
    int first, next;            /* its first child, and its next sibling; -1: none */
    int least, most;            /* of a repetition; MANY: no limit */
    int range, ranges, negated; /* of a set */
    size_t from, to;            /* in the pattern */
} regex_node;

struct regex {
    char *text;
    size_t at, length; /* `at` while it is read */
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

static int starts_with(const regex *r, const char *what) {
    return !strncmp(r->text + r->at, what, strlen(what));
}

/* What is drawn from for \d, \w, \s; not all that PCRE2 counts to them. */
static const struct class {
    int32_t letter;
    int ranges;
    int32_t range[7][2];
} classes[] = {
    {'d', 1, {{'0', '9'}}},
    {'w', 6, {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'_', '_'}, {0x3007, 0x3007}, {0x4E00, 0x9FFF}}},
    {'s', 2, {{'\t', '\r'}, {' ', ' '}}},
    {'D', 2, {{0, '/'}, {':', LAST}}},
    {'W',
     7,
     {{0, '/'},
      {':', '@'},
      {'[', '^'},
      {'`', '`'},
      {'{', 0x3006},
      {0x3008, 0x4DFF},
      {0xA000, LAST}}},
    {'S', 3, {{0, '\t' - 1}, {'\r' + 1, ' ' - 1}, {' ' + 1, LAST}}},
};

enum { CLASS = -1, OTHER = -2 };

/* The character of an escape; CLASS, whose ranges were added to the set; or OTHER. The backslash
 * was read. */
static int32_t read_escape(regex *r, int n) {
    static const char named[] = "n\nt\tr\r";
    if (r->at >= r->length) return OTHER;
    int32_t c = next_character(r);
    for (const char *p = named; *p; p += 2)
        if (c == p[0]) return p[1];
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (c != classes[i].letter) continue;
        for (int k = 0; k < classes[i].ranges; k++)
            add_range(r, n, classes[i].range[k][0], classes[i].range[k][1]);
        return CLASS;
    }
    return c < 128 && isalnum((int)c) ? OTHER : c;
}

/* [a-z建\d] */
static int read_set(regex *r) {
    int n = new_node(r, SET, r->at++);
    if (peek(r) == '^') {
        r->node[n].negated = 1;
        r->at++;
    }
    for (int first = 1; r->at < r->length && (first || peek(r) != ']') && !r->strange; first = 0) {
        if (starts_with(r, "[:") || starts_with(r, "[.") || starts_with(r, "[=")) {
            r->strange = 1;
            break;
        }
        int32_t low = next_character(r);
        if (low == '\\') low = read_escape(r, n);
        if (low == OTHER) r->strange = 1;
        if (low < 0) continue;
        int32_t high = low;
        if (peek(r) == '-' && r->at + 1 < r->length && r->text[r->at + 1] != ']') {
            r->at++;
            high = next_character(r);
            if (high == '\\') high = read_escape(r, n);
            if (high < low) r->strange = 1;
        }
        add_range(r, n, low, high);
    }
    r->at += r->at < r->length;
    return n;
}

static int read_alternatives(regex *r);

/* Reads what opens a group. Returns CAT for one whose content is part of the match, OPAQUE or NEVER
 * for a look around, EMPTY for syntax that is not read. */
static regex_kind open_group(regex *r) {
    static const char *const look[] = {"(?<=", "(?<!", "(?=", "(?!"};
    if (!starts_with(r, "(?")) {
        r->at++;
        return peek(r) == '*' ? EMPTY : CAT;
    }
    if (starts_with(r, "(?:")) {
        r->at += 3;
        return CAT;
    }
    for (size_t i = 0; i < sizeof look / sizeof *look; i++)
        if (starts_with(r, look[i])) {
            regex_kind k = starts_with(r, "(?!)") ? NEVER : OPAQUE;
            r->at += strlen(look[i]);
            return k;
        }
    if (!starts_with(r, "(?<") && !starts_with(r, "(?P<")) return EMPTY;
    while (peek(r) != '<') r->at++;
    r->at++;
    while (isalnum(peek(r)) || peek(r) == '_' || peek(r) >= 128) r->at++;
    if (peek(r) != '>') return EMPTY; /* no name: "(?<*…)" looks behind, too */
    r->at++;
    return CAT;
}

static int read_group(regex *r) {
    size_t from = r->at;
    regex_kind k = r->depth++ > NESTING ? EMPTY : open_group(r);
    if (k == EMPTY) {
        r->strange = 1;
        return new_node(r, EMPTY, from);
    }
    int n = read_alternatives(r);
    r->depth--;
    r->at += peek(r) == ')';
    return k == CAT ? n : new_node(r, k, from);
}

static int read_atom(regex *r) {
    size_t from = r->at;
    int n, c = peek(r);
    if (c == '(') {
        n = read_group(r);
    } else if (c == '[') {
        n = read_set(r);
    } else {
        n = new_node(r, c == '^' ? START : c == '$' ? END : SET, from);
        int32_t own = next_character(r);
        int next = peek(r);
        if (c == '.') {
            r->node[n].negated = 1;
            add_range(r, n, '\n', '\n');
        } else if (c == '\\' && next > 0 && strchr("AzZbB", next)) {
            r->at++;
            r->node[n].kind = next == 'A' ? START : tolower(next) == 'z' ? END : OPAQUE;
        } else if (r->node[n].kind == SET) {
            if (c == '\\') own = read_escape(r, n);
            r->strange |= own == OTHER;
            if (own >= 0) add_range(r, n, own, own);
        }
    }
    r->node[n].from = from;
    r->node[n].to = r->at;
    return n;
}

static int read_number(regex *r, int *out) {
    size_t from = r->at;
    for (*out = 0; peek(r) >= '0' && peek(r) <= '9'; r->at++)
        if (*out < 10000) *out = *out * 10 + (peek(r) - '0');
    return r->at > from;
}

/* Reads *, +, ?, {2,3} after an atom; 0 where there is none. */
static int read_times(regex *r, int *least, int *most) {
    size_t from = r->at;
    int c = peek(r);
    if (c == '*' || c == '+' || c == '?') {
        *least = c == '+';
        *most = c == '?' ? 1 : MANY;
    } else {
        r->at += c == '{';
        int fine = c == '{' && read_number(r, least);
        if (fine) *most = *least;
        if (fine && peek(r) == ',') {
            r->at++;
            if (!read_number(r, most)) *most = MANY;
        }
        if (!fine || peek(r) != '}') {
            r->at = from;
            return 0;
        }
    }
    r->at++;
    if (peek(r) == '?' || peek(r) == '+') {
        r->strange |= peek(r) == '+'; /* possessive: it never matches less */
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
        *(last < 0 ? &r->node[n].first : &r->node[last].next) = atom;
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
    size_t length = strlen(text);
    char *own = r ? mem_take(length + 1) : NULL;
    if (!own) {
        mem_free(r);
        return NULL;
    }
    r->text = memcpy(own, text, length + 1);
    r->length = length;
    r->root = read_alternatives(r);
    r->strange |= r->at < r->length;
    return r;
}

void regex_free(regex *r) {
    if (r) mem_free(r->text);
    mem_free(r);
}

int regex_strange(const regex *r) { return r->strange; }

static int in_set(const regex *r, const regex_node *n, int32_t c) {
    int in = 0;
    for (int i = 0; i < n->ranges; i++)
        in |= c >= r->range[n->range + i][0] && c <= r->range[n->range + i][1];
    return in != n->negated;
}

/* ---- can it match at all? ----
 *
 * It cannot where an anchor contradicts what stands around it, or a set of characters is empty. */

static int is_empty_set(const regex *r, const regex_node *n) {
    if (!n->negated) return n->ranges == 0;
    int32_t reach = 0; /* all characters below are in some range */
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < n->ranges; i++) {
            const int32_t *range = r->range[n->range + i];
            if (range[0] > reach || range[1] < reach) continue;
            reach = range[1] + 1;
            moved = 1;
        }
    }
    return reach > LAST;
}

/* What is true of all matches of a node: the least number of characters; that it starts where the
 * text starts, before any character; that it ends where the text ends. */
typedef struct summary {
    int dead, starts, ends;
    long least;
    int line_feed;   /* it may be a single line feed, which $ allows after it */
    size_t from, to; /* of what is dead */
} summary;

/* The first alternative that is dead. */
typedef struct dead_part {
    int found;
    size_t from, to;
} dead_part;

static summary summarise(const regex *r, int which, dead_part *part);

static summary summarise_repetition(const regex *r, const regex_node *n, dead_part *part) {
    summary of = summarise(r, n->first, part);
    if (n->least == 0) return (summary){.line_feed = 1, .from = n->from, .to = n->to};
    int may_end = of.line_feed && of.least == 1 && n->least == 2;
    of.dead |= n->least > 1 && of.least > 0 && (of.starts || (of.ends && !may_end));
    /* One round may be a line feed where the others may be empty. */
    of.line_feed &= n->least == 1 || of.least == 0;
    of.least *= n->least;
    return of;
}

static summary summarise_alternatives(const regex *r, const regex_node *n, dead_part *part) {
    summary out = {.dead = 1, .starts = 1, .ends = 1, .from = n->from, .to = n->to};
    for (int k = n->first; k >= 0; k = r->node[k].next) {
        summary own = summarise(r, k, part);
        if (own.dead) {
            if (!part->found) *part = (dead_part){1, r->node[k].from, r->node[k].to};
            continue;
        }
        out.least = out.dead || own.least < out.least ? own.least : out.least;
        out.starts &= own.starts;
        out.ends &= own.ends;
        out.line_feed |= own.line_feed;
        out.dead = 0;
    }
    return out;
}

static summary summarise_sequence(const regex *r, const regex_node *n, dead_part *part) {
    summary out = {.line_feed = 1, .from = n->from, .to = n->to};
    long behind = 0; /* characters after the end of the text: one line feed may be there */
    for (int k = n->first; k >= 0; k = r->node[k].next) {
        summary own = summarise(r, k, part);
        int wrong = own.dead || (own.starts && out.least > 0) ||
                    (out.ends && (behind + own.least > 1 || (own.least == 1 && !own.line_feed)));
        if (wrong && !out.dead) {
            out.dead = 1;
            out.from = own.dead ? own.from : r->node[k].from;
            out.to = own.dead ? own.to : r->node[k].to;
        }
        out.starts |= own.starts;
        behind += out.ends ? own.least : 0;
        out.ends |= own.ends;
        out.least += own.least;
        out.line_feed &= own.line_feed;
    }
    return out;
}

static summary summarise(const regex *r, int which, dead_part *part) {
    const regex_node *n = &r->node[which];
    summary out = {.line_feed = 1, .from = n->from, .to = n->to};
    switch (n->kind) {
    case SET:
        out.dead = is_empty_set(r, n);
        out.least = 1;
        out.line_feed = in_set(r, n, '\n');
        return out;
    case START: out.starts = 1; return out;
    case END: out.ends = 1; return out;
    case NEVER:
        out.dead = 1;
        out.line_feed = 0;
        return out;
    case REP: return summarise_repetition(r, n, part);
    case ALT: return summarise_alternatives(r, n, part);
    case CAT: return summarise_sequence(r, n, part);
    default: return out;
    }
}

regex_life regex_dead(const regex *r, size_t *from, size_t *to) {
    dead_part part = {0};
    summary all = summarise(r, r->root, &part);
    if (r->strange || (!all.dead && !part.found)) return REGEX_ALIVE;
    *from = all.dead ? all.from : part.from;
    *to = all.dead ? all.to : part.to;
    return all.dead ? REGEX_DEAD : REGEX_PART_DEAD;
}

/* ---- texts made from a pattern ---- */

typedef struct text_generator {
    const regex *r;
    uint64_t seed;
    buf *out;
    int target, times; /* the repetition to repeat so often; what follows it is left out */
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

/* A range any character of which may be used: wide ranges contain letters of unknown scripts. */
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

static text_generator generator(const regex *r, uint64_t seed, buf *out) {
    return (text_generator){
        .r = r, .seed = seed * 0x9E3779B97F4A7C15u + 1, .out = out, .target = -1};
}

void regex_sample(const regex *r, uint64_t seed, buf *out) {
    text_generator m = generator(r, seed, out);
    draw(&m, 2);
    make_text(&m, r->root);
}

/* Does it contain something that can match a text in several ways? */
static int is_ambiguous(const regex *r, int which) {
    const regex_node *n = &r->node[which];
    if (n->kind == ALT || (n->kind == REP && (n->most == MANY || n->most > n->least))) return 1;
    for (int k = n->first; k >= 0; k = r->node[k].next)
        if (is_ambiguous(r, k)) return 1;
    return 0;
}

int regex_attack(const regex *r, int k, int times, uint64_t seed, buf *out) {
    text_generator m = generator(r, seed, out);
    for (int i = 0; i < r->nodes && m.target < 0; i++)
        if (r->node[i].kind == REP && (r->node[i].most == MANY || r->node[i].most > 16) &&
            is_ambiguous(r, r->node[i].first) && k-- == 0)
            m.target = i;
    if (m.target < 0) return 0;
    m.times = times;
    make_text(&m, r->root);
    /* What does not fit: a rare character, or one that starts a range of the pattern. */
    static const int32_t rare[] = {0xE777, '!', '\n', ' '};
    int32_t end =
        seed % 3 && r->ranges ? r->range[seed % (uint64_t)r->ranges][0] : rare[seed / 3 % 4];
    put_character(out, end);
    put_character(out, end);
    return 1;
}
