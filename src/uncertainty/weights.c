#include "uncertainty/weights.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/philox.h"
#include "base/text.h"
#include "expr/lp.h"

enum { LOWER, CHAIN, OTHER, IDLE };
enum { TRIES = 4000, PILOT = 2000, PILOT_LEAST = 40, WALK = 1 << 16, IDLE_MOST = 10000 };

/* ---- conditions ---- */

typedef struct builder {
    opener *o;
    weights_space *s;
    const char *const *id;
} builder;

static weights_row *add_row(builder *b, size_t value, double least) {
    weights_space *s = b->s;
    weights_row *r = NULL;
    if (MEM_RESERVE(s->row, s->rows + 1, s->row_cap)) r = &s->row[s->rows];
    double *a = arena_zero(&b->o->in->memory, s->n, sizeof *a);
    if (!r || !a) {
        fault_memory(b->o->f);
        return NULL;
    }
    *r = (weights_row){.a = a, .least = least, .value = value, .kind = OTHER};
    s->rows++;
    return r;
}

/* One side of a condition: a sum of terms like "2 * A1", "A2" or "0.1". */
typedef struct side {
    double *a, constant;
    size_t found, lost;   /* names of the group, and others */
    const char *stranger; /* a name that no element has, or NULL */
    size_t length;
} side;

static size_t find_id(const builder *b, const char *word, size_t length) {
    size_t i = 0;
    while (i < b->s->n && (strncmp(b->id[i], word, length) != 0 || b->id[i][length])) i++;
    return i;
}

static int is_element(const builder *b, const char *word, size_t length) {
    const model *m = &b->o->a->s->m;
    for (int i = 0; i < m->elements; i++)
        if (!strncmp(m->element[i].id, word, length) && !m->element[i].id[length]) return 1;
    return 0;
}

static const char *skip(const char *at) { return at + strspn(at, " \t"); }

static size_t word_length(const char *at) {
    size_t n = strcspn(at, " \t*<>=");
    for (size_t i = 0; i < n; i++)
        if (!strncmp(at + i, "≥", 3) || !strncmp(at + i, "≤", 3)) return i;
    return n;
}

/* Reads terms up to a relation or the end. NULL where they cannot be read. */
static const char *read_side(const builder *b, const char *at, side *out) {
    *out = (side){.a = out->a, .stranger = out->stranger, .length = out->length};
    memset(out->a, 0, b->s->n * sizeof *out->a);
    for (int terms = 0;; terms++) {
        double factor = 1, x;
        at = skip(at);
        if (!word_length(at)) return terms ? at : NULL;
        if ((*at == '+' || *at == '-') &&
            (terms || decimal_read(at, word_length(at), &x) != DECIMAL_OK)) {
            factor = *at == '-' ? -1 : 1;
            at = skip(at + 1);
        } else if (terms) {
            return NULL;
        }
        size_t n = word_length(at);
        if (!n) return NULL;
        if (decimal_read(at, n, &x) == DECIMAL_OK) {
            factor *= x;
            at = skip(at + n);
            if (*at != '*') {
                out->constant += factor;
                continue;
            }
            at = skip(at + 1);
            if (!(n = word_length(at))) return NULL;
        }
        size_t i = find_id(b, at, n);
        if (i < b->s->n) out->a[i] += factor;
        *(i < b->s->n ? &out->found : &out->lost) += 1;
        if (i == b->s->n && !is_element(b, at, n)) {
            out->stranger = at;
            out->length = n;
        }
        at += n;
    }
}

/* 1: at least; -1: at most; 0: none. */
static int read_relation(const char **at) {
    const char *p = *at;
    int more = *p == '>'             ? 1
               : *p == '<'           ? -1
               : !strncmp(p, "≥", 3) ? 1
               : !strncmp(p, "≤", 3) ? -1
                                     : 0;
    if (more) *at = p + (*p == '>' || *p == '<' ? 1 + (p[1] == '=') : 3);
    return more;
}

/* "A1 >= A2 >= 0.1": a row for each relation. */
static int read_condition(builder *b, size_t value, char *used) {
    const char *text = b->o->e->value[value].text, *at = text;
    weights_space *s = b->s;
    double *room = mem_take((2 * s->n + 1) * sizeof *room);
    if (!room) return fault_memory(b->o->f);
    side left = {.a = room}, right = {.a = room + s->n};
    int fine = (at = read_side(b, at, &left)) != NULL, relations = 0;
    size_t found = left.found, lost = left.lost, first = s->rows;
    while (fine && *at) {
        int more = read_relation(&at);
        fine = more && (at = read_side(b, at, &right)) != NULL;
        if (!fine) break;
        relations++;
        found += right.found;
        lost += right.lost;
        weights_row *r = add_row(b, value, more * (right.constant - left.constant));
        fine = r != NULL;
        for (size_t i = 0; fine && i < s->n; i++) r->a[i] = more * (left.a[i] - right.a[i]);
        memcpy(left.a, right.a, s->n * sizeof *left.a);
        left.constant = right.constant;
    }
    mem_free(room);
    if (b->o->f->count) return 0;
    if (!fine || !relations)
        return inputs_fault(b->o, "where = { \"A1 >= A2\", \"A3 <= 0.3\", \"A1 + A2 >= 2 * A3\" }",
                            TEXT("the condition '%s' cannot be read"), text);
    const side *odd = left.stranger ? &left : &right;
    if (found && odd->stranger)
        return inputs_fault(b->o, text_message("a name is the id of an indicator or a group"),
                            TEXT("the condition '%s' names '%.*s', and there is no such weight"),
                            text, (int)odd->length, odd->stranger);
    if (found && lost)
        return inputs_fault(b->o, text_message("together = true draws all weights as one group"),
                            TEXT("the condition '%s' names weights that are not of one group"),
                            text);
    if (!found) s->rows = first; /* of another group */
    used[value] |= found > 0;
    return 1;
}

static int read_rows(builder *b, char *used) {
    const uncertain_entry *e = b->o->e;
    weights_space *s = b->s;
    for (size_t v = 0; v < e->values; v++) {
        int low = !strcmp(e->value[v].name, "at_least"),
            high = !strcmp(e->value[v].name, "at_most");
        for (size_t i = 0; (low || high) && i < s->n; i++) {
            weights_row *r = add_row(b, v, low ? e->value[v].number : -e->value[v].number);
            if (!r) return 0;
            r->a[i] = low ? 1 : -1;
            used[v] = 1;
        }
        if (!strcmp(e->value[v].name, "where") && !read_condition(b, v, used)) return 0;
    }
    return 1;
}

/* The one member with a coefficient above 0 (below: with the least), where no other has one. */
static int only_member(const weights_space *s, const weights_row *r, size_t *member) {
    size_t count = 0;
    for (size_t i = 0; i < s->n; i++)
        if (r->a[i] != 0) {
            *member = i;
            count++;
        }
    return count == 1;
}

/* Is it "this one counts at least as much as that one"? */
static int is_order(const weights_space *s, const weights_row *r, size_t *above, size_t *below) {
    size_t count = 0;
    *above = *below = s->n;
    for (size_t i = 0; i < s->n; i++) {
        count += r->a[i] != 0;
        if (r->a[i] > 0) *above = i;
        if (r->a[i] < 0) *below = i;
    }
    return count == 2 && *above < s->n && *below < s->n && r->least == 0 &&
           r->a[*above] == -r->a[*below];
}

/* Lower bounds are met by shifting; orders by sorting, where they form chains of members that have
 * the same lower bound. */
static void classify(weights_space *s) {
    size_t i = 0, k;
    for (size_t r = 0; r < s->rows; r++)
        if (only_member(s, &s->row[r], &i) && s->row[r].a[i] > 0) {
            s->row[r].kind = LOWER;
            s->low[i] = fmax(s->low[i], s->row[r].least / s->row[r].a[i]);
        }
    for (size_t r = 0; r < s->rows; r++) {
        if (!is_order(s, &s->row[r], &i, &k) || s->low[i] != s->low[k]) continue;
        size_t last = k; /* where the chain from k on ends: not at i */
        while (s->next[last] < s->n) last = s->next[last];
        if (s->next[i] == k) {
            s->row[r].kind = CHAIN;
        } else if (s->next[i] == s->n && !s->led[k] && last != i) {
            s->next[i] = (uint32_t)k;
            s->led[k] = 1;
            s->row[r].kind = CHAIN;
            s->sorted = 1;
        }
    }
}

/* Notes which members each row is about. */
static int find_terms(builder *b) {
    weights_space *s = b->s;
    for (size_t r = 0; r < s->rows; r++) {
        weights_row *row = &s->row[r];
        size_t terms = 0;
        for (size_t i = 0; i < s->n; i++) terms += row->a[i] != 0;
        row->at = arena_take(&b->o->in->memory, (terms + 1) * sizeof *row->at);
        if (!row->at) return fault_memory(b->o->f);
        for (size_t i = 0; i < s->n; i++)
            if (row->a[i] != 0) row->at[row->terms++] = (uint32_t)i;
    }
    return 1;
}

static int has_others(const weights_space *s) {
    for (size_t r = 0; r < s->rows; r++)
        if (s->row[r].kind == OTHER) return 1;
    return 0;
}

/* ---- linear programs ---- */

/* The conditions that the entry's values name: "at_least 0.4, A >= B". */
static const char *list_conditions(const builder *b) {
    const uncertain_entry *e = b->o->e;
    buf text = BUF_INIT;
    for (size_t v = 0; v < e->values; v++) {
        const char *name = e->value[v].name;
        if (!*name || !strcmp(name, "together")) continue;
        int where = !strcmp(name, "where");
        buf_print(&text, "%s%s%s%s", text.length ? ", " : "", where ? "" : name, where ? "" : " ",
                  e->value[v].text);
    }
    const char *own = arena_text(&b->o->in->memory, buf_string(&text), text.length);
    buf_release(&text);
    return own ? own : "";
}

static int no_room(const builder *b) {
    const weights_space *s = b->s;
    return inputs_fault(b->o, "",
                        TEXT("there are no weights %s … %s with %s, or only one set of them"),
                        b->id[0], b->id[s->n - 1], list_conditions(b));
}

/* The variables are the weights, and with `slack` one more: how far the point is from all
 * conditions. Row `without` (SIZE_MAX: none) is left out. */
static int solve(const builder *b, int slack, size_t without, double *point,
                 program_outcome *outcome) {
    const weights_space *s = b->s;
    size_t n = s->n + (size_t)slack, rows = s->rows + 1 + (slack ? s->n : 0), at = 0;
    double *c = mem_zero(rows * n + 4 * n + rows, sizeof *c);
    program_relation *relation = mem_take(rows * sizeof *relation);
    int fine = c && relation;
    if (fine) {
        double *objective = c + rows * n, *lower = objective + n, *upper = lower + n,
               *bound = upper + n;
        for (size_t r = 0; r < s->rows; r++) {
            const weights_row *row = &s->row[r];
            double mean = 0, norm = 0;
            for (size_t i = 0; i < s->n; i++) mean += row->a[i] / (double)s->n;
            for (size_t i = 0; i < s->n; i++) norm += (row->a[i] - mean) * (row->a[i] - mean);
            if (r == without || row->follows) continue;
            memcpy(c + at * n, row->a, s->n * sizeof *c);
            if (slack) c[at * n + s->n] = -sqrt(norm);
            relation[at] = PROGRAM_AT_LEAST;
            bound[at++] = row->least;
        }
        for (size_t i = 0; slack && i < s->n; i++) {
            c[at * n + i] = 1;
            c[at * n + s->n] = -1;
            relation[at++] = PROGRAM_AT_LEAST;
        }
        for (size_t i = 0; i < s->n; i++) c[at * n + i] = 1;
        relation[at] = PROGRAM_EQUAL;
        bound[at++] = 1;
        for (size_t i = 0; i < n; i++) {
            upper[i] = 1;
            objective[i] = slack ? i == s->n : s->row[without].a[i];
        }
        const program p = {n, at, slack, objective, c, relation, bound, lower, upper};
        fine = program_solve(&p, point, outcome, b->o->a->stop, b->o->f);
    } else {
        fault_memory(b->o->f);
    }
    mem_free(c);
    mem_free(relation);
    return fine;
}

static int find_inside(builder *b) {
    weights_space *s = b->s;
    program_outcome outcome;
    s->inside = arena_take(&b->o->in->memory, (s->n + 1) * sizeof *s->inside);
    if (!s->inside) return fault_memory(b->o->f);
    if (!solve(b, 1, SIZE_MAX, s->inside, &outcome)) return 0;
    return (outcome == PROGRAM_SOLVED && s->inside[s->n] > 1e-9) || no_room(b);
}

/* A value of the entry is idle where all its conditions follow from the others. Where there are too
 * many of them, nothing is said. */
static int find_idle(const builder *b, char *idle) {
    weights_space *s = b->s;
    double *point = mem_take((s->n + 1) * sizeof *point);
    if (!point) return fault_memory(b->o->f);
    opener quiet = *b->o; /* where no program can be solved, nothing is said either */
    fault unsaid = FAULT_INIT;
    const builder own = {&quiet, s, b->id};
    quiet.f = &unsaid;
    int known = s->rows * s->n <= IDLE_MOST;
    for (size_t r = 0; known && r < s->rows; r++) {
        program_outcome outcome;
        double least = 0;
        known = solve(&own, 0, r, point, &outcome);
        for (size_t i = 0; known && i < s->n; i++) least += s->row[r].a[i] * point[i];
        if (known && !(outcome == PROGRAM_SOLVED && least >= s->row[r].least - 1e-9)) {
            idle[s->row[r].value] = 0;
        } else if (known) {
            s->row[r].follows = 1; /* from those that are left */
            if (s->row[r].kind == OTHER) s->row[r].kind = IDLE;
        }
    }
    for (size_t r = 0; !known && r < s->rows; r++) idle[s->row[r].value] = 0;
    fault_release(&unsaid);
    mem_free(point);
    return 1;
}

/* ---- drawing ---- */

static int meets(const weights_space *s, const double *w) {
    for (size_t r = 0; r < s->rows; r++) {
        const weights_row *row = &s->row[r];
        if (row->kind != OTHER) continue;
        double sum = 0;
        for (size_t i = 0; i < row->terms; i++) sum += row->a[row->at[i]] * w[row->at[i]];
        if (!(sum >= row->least)) return 0;
    }
    return 1;
}

/* Puts the weights of a chain in order: the largest first. */
static void sort_chain(const weights_space *s, size_t from, double *w) {
    for (size_t i = s->next[from]; i < s->n; i = s->next[i]) {
        double x = w[i];
        for (size_t k = from; k != i; k = s->next[k])
            if (w[k] < x) {
                double y = w[k];
                w[k] = x;
                x = y;
            }
        w[i] = x;
    }
}

/* Exponential variates become weights that meet lower bounds and chains. */
static void shift_and_sort(const weights_space *s, double *w) {
    double sum = 0, room = 1;
    for (size_t i = 0; i < s->n; i++) {
        sum += w[i];
        room -= s->low[i];
    }
    for (size_t i = 0; i < s->n; i++) w[i] = s->low[i] + w[i] / sum * room;
    for (size_t i = 0; s->sorted && i < s->n; i++)
        if (!s->led[i] && s->next[i] < s->n) sort_chain(s, i, w);
}

/* How far one can go from w along d, in both directions. */
static void reach(double value, double slope, double least, double *from, double *to) {
    double t = (least - value) / slope;
    if (slope > 0 && t > *from) *from = t;
    if (slope < 0 && t < *to) *to = t;
}

/* Random bits of a walk: no other number of the draw is made of them. */
static philox walk_bits(const numbers *from, uint64_t draw, uint32_t which) {
    return philox4x32(*from->key,
                      (philox){{(uint32_t)draw, (uint32_t)(draw >> 32), which, from->stream}});
}

static void walk(const weights_space *s, const numbers *from, uint64_t draw, double *w) {
    enum { HERE = 64 };
    double here[HERE], *d = s->n <= HERE ? here : mem_take(s->n * sizeof *d);
    philox x = {{0}};
    memcpy(w, s->inside, s->n * sizeof *w);
    for (size_t step = 0; d && step < s->steps; step++) {
        uint32_t which = (uint32_t)(WALK + step * (s->n / 2 + 1));
        double mean = 0, low = -INFINITY, high = INFINITY, u = 0;
        for (size_t i = 0; i <= s->n; i++) { /* n for the direction, and one for the way */
            if (i % 2 == 0) x = walk_bits(from, draw, which++);
            u = philox_unit(x.word[i % 2 * 2], x.word[i % 2 * 2 + 1]);
            if (i == s->n) break;
            d[i] = normal_quantile(u);
            mean += d[i];
        }
        mean /= (double)s->n;
        for (size_t i = 0; i < s->n; i++) {
            d[i] -= mean;
            reach(w[i], d[i], s->low[i], &low, &high);
        }
        for (size_t r = 0; r < s->rows; r++) {
            const weights_row *row = &s->row[r];
            double value = 0, slope = 0;
            if (row->kind == LOWER || row->kind == IDLE) continue;
            for (size_t i = 0; i < row->terms; i++) {
                value += row->a[row->at[i]] * w[row->at[i]];
                slope += row->a[row->at[i]] * d[row->at[i]];
            }
            reach(value, slope, row->least, &low, &high);
        }
        double t = low + u * (high - low);
        for (size_t i = 0; i < s->n && high > low; i++) w[i] += t * d[i];
    }
    if (d != here) mem_free(d);
}

void weights_draw(const weights_space *s, const numbers *from, uint64_t draw, double *w) {
    if (s->sampler != WEIGHTS_WALKED)
        for (uint32_t k = 1; k <= TRIES; k++) {
            shift_and_sort(s, w);
            if (s->sampler == WEIGHTS_EXACT || meets(s, w)) return;
            for (size_t i = 0; i < s->n; i++)
                w[i] = -log(draw_number(from->key[i], draw, k, from->stream));
        }
    if (!limits_over()) walk(s, from, draw, w);
}

/* How to draw: by what becomes of some draws that no run ever uses. */
static int choose_sampler(builder *b) {
    weights_space *s = b->s;
    double *w = mem_take((s->n + 1) * sizeof *w);
    size_t hits = 0;
    if (!w) return fault_memory(b->o->f);
    for (uint64_t draw = 0; draw < PILOT; draw++) {
        for (size_t i = 0; i < s->n; i++)
            w[i] = -log(draw_number(inputs_hash(b->id[i]) + i, draw, UINT32_MAX, UINT32_MAX));
        shift_and_sort(s, w);
        hits += (size_t)meets(s, w);
    }
    mem_free(w);
    s->accepted = (double)hits / PILOT;
    s->sampler = hits >= PILOT_LEAST ? WEIGHTS_AGAIN : WEIGHTS_WALKED;
    s->steps = 200 + 20 * s->n;
    return 1;
}

/* ---- opening ---- */

int weights_open(opener *o, const char *const *id, size_t n, char *used, char *idle,
                 const weights_space **space) {
    arena *memory = &o->in->memory;
    weights_space own = {.n = n}, *s = &own;
    builder b = {o, s, id};
    *space = NULL;
    s->low = arena_zero(memory, n, sizeof *s->low);
    s->next = arena_take(memory, n * sizeof *s->next);
    s->led = arena_zero(memory, n, 1);
    if (!s->low || !s->next || !s->led) return fault_memory(o->f);
    for (size_t i = 0; i < n; i++) s->next[i] = (uint32_t)n;
    int fine = read_rows(&b, used);
    if (fine && s->rows) {
        double low = 0;
        classify(s);
        for (size_t i = 0; i < n; i++) low += s->low[i];
        if (!(low < 1 - 1e-12)) fine = no_room(&b);
        fine = fine && find_terms(&b);
        if (fine && has_others(s)) fine = find_inside(&b);
        fine = fine && find_idle(&b, idle);
        if (fine && has_others(s)) fine = choose_sampler(&b);
        weights_space *kept = arena_take(memory, sizeof *kept);
        weights_row *row = arena_take(memory, s->rows * sizeof *row);
        if (fine && (!kept || !row)) fine = fault_memory(o->f);
        if (fine) {
            memcpy(row, s->row, s->rows * sizeof *row);
            *kept = *s;
            kept->row = row;
            *space = kept;
        }
    }
    mem_free(s->row);
    return fine;
}
