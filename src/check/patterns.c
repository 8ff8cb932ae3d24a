/* Patterns and rubrics: patterns that can never match, or match nothing in the data, or are slow;
 * levels of rubrics that no text reaches.
 *
 * That a pattern can never match follows from its structure (regex.h). Everything else is tried:
 * texts are made from a pattern and matched, so that a finding always has a text to show. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/inside.h"
#include "check/regex.h"
#include "lua/source_notes.h"

enum { SAMPLES = 240, SAMPLES_LEAST = 8, PUMP = 30, SHOWN = 40, PAIRS_MOST = 1000 };

/* A made-up text as a finding shows it: characters that only fill it up become "…". */
static const char *shown(check *c, const char *text) {
    buf b = BUF_INIT;
    size_t n = 0;
    for (const char *p = text; *p && n < SHOWN; n++) {
        size_t length = 1;
        while (((unsigned char)p[length] & 0xc0) == 0x80) length++;
        int made = (unsigned char)*p == 0xee || (length == 3 && !memcmp(p, "〇", 3)) ||
                   (unsigned char)*p < ' ';
        if (!made)
            buf_put(&b, p, length);
        else if (b.length < 3 || memcmp(b.text + b.length - 3, "…", 3) != 0)
            buf_text(&b, "…");
        p += length;
        if (n + 1 == SHOWN && *p) buf_text(&b, "…");
    }
    const char *out = check_print(c, "%s", buf_string(&b));
    buf_release(&b);
    return out;
}

static location location_pattern(check *c, const noted_text *t, const pattern *p) {
    return location_string(c, t->file, t->line, pattern_text(p), t->what);
}

static void check_dead(check *c, const noted_text *t, const pattern *p, const regex *r) {
    size_t from, to;
    regex_life dead = regex_dead(r, &from, &to);
    if (dead == REGEX_ALIVE) return;
    location at = location_pattern(c, t, p);
    const char *piece = check_print(c, "%.*s", (int)(to - from), pattern_text(p) + from);
    int whole = !strcmp(piece, pattern_text(p));
    if (dead == REGEX_DEAD)
        check_add(c, "P01", at, whole ? NULL : check_print(c, "because of '%s'", piece),
                  "the pattern can match no text");
    else
        check_add(c, "P01", at, NULL, "the alternative '%s' of the pattern can match no text",
                  piece);
}

static void check_slow(check *c, const noted_text *t, const pattern *p, const regex *r) {
    fault f = FAULT_INIT;
    const char *text = pattern_text(p);
    int more = 1, slow = 0;
    for (int k = 0; k < 20 && more && !slow; k++)
        for (uint64_t seed = 0; seed < 12 && !slow; seed++) {
            buf b = BUF_INIT;
            more = regex_attack(r, k, PUMP, seed, &b);
            pattern *own = more ? pattern_open(text, strlen(text), 1, c->a->stop, &f) : NULL;
            slow = own && b.length < PATTERN_SUBJECT &&
                   pattern_match(own, buf_string(&b), b.length, 0, NULL, NULL, &f) < 0 &&
                   f.kind == FAULT_LIMIT;
            if (slow) {
                check_add(c, "P03", location_pattern(c, t, p),
                          check_print(c, "tried on %zu bytes like '%s'", b.length,
                                      shown(c, buf_string(&b))),
                          "the pattern takes too much work on a text that almost matches");
            }
            pattern_close(own);
            fault_release(&f);
            buf_release(&b);
            if (!more) break;
        }
}

/* ---- levels ---- */

/* Text number `seed` for a level: alone, within other text, or after what the guard looks for. */
static void make_text(const regex *r, const regex *guard, uint64_t seed, buf *out) {
    buf_clear(out);
    if (guard && seed % 3 == 2) regex_sample(guard, seed, out);
    if (seed & 4) buf_text(out, "〇〇");
    regex_sample(r, seed, out);
    if (seed & 8) buf_text(out, "〇〇");
}

typedef struct level_texts {
    int matched; /* texts that match its pattern */
    int reached; /* of those: texts that reach the level if it stood alone */
    int taken;   /* of those: texts that an earlier level takes */
    int by;      /* that level, for the shortest text */
    buf text;    /* the shortest text */
} level_texts;

static int try_level(const noted_text *t, int level, const regex *r, const regex *guard,
                     level_texts *out) {
    fault f = FAULT_INIT;
    buf b = BUF_INIT;
    int fine = 1;
    for (uint64_t seed = 0; seed < SAMPLES && fine; seed++) {
        make_text(r, guard, seed, &b);
        int matches = b.length && b.length < PATTERN_SUBJECT
                          ? pattern_match(t->level[level].pattern, buf_string(&b), b.length, 0,
                                          NULL, NULL, &f)
                          : 0;
        int reached = matches > 0 ? noted_reached(t, level, buf_string(&b), b.length, &f) : matches;
        out->matched += matches > 0;
        out->reached += reached > 0;
        int by = -1;
        for (int i = 0; i < level && reached > 0 && by < 0; i++)
            by = noted_reached(t, i, buf_string(&b), b.length, &f) > 0 ? i : -1;
        out->taken += by >= 0;
        fine = !f.count;
        if ((by >= 0 || !out->taken) && matches > 0 &&
            (!out->text.length || b.length < out->text.length)) {
            buf_clear(&out->text);
            buf_text(&out->text, buf_string(&b));
            out->by = by;
        }
    }
    fault_release(&f);
    buf_release(&b);
    return fine;
}

static void check_level(check *c, const noted_text *t, int level, const regex *r,
                        const regex *guard) {
    level_texts all = {.by = -1};
    size_t from, to;
    const noted_level *own = &t->level[level];
    location at = location_pattern(c, t, own->pattern);
    if (regex_strange(r) || (guard && regex_strange(guard)) ||
        regex_dead(r, &from, &to) == REGEX_DEAD)
        return;
    if (!try_level(t, level, r, guard, &all) || all.matched < SAMPLES_LEAST) {
        buf_release(&all.text);
        return;
    }
    const char *text = shown(c, buf_string(&all.text));
    if (!all.reached)
        check_add(c, "P04", at, check_print(c, "not even '%s' reaches it", text),
                  "no text reaches level '%s': the guard, or the ends of sentences, always stand "
                  "in the way",
                  own->name);
    else if (all.taken == all.reached && all.by >= 0)
        check_add(c, "P04", at, check_print(c, "'%s' is '%s'", text, t->level[all.by].name),
                  "no text reaches level '%s': levels before it take every one that could",
                  own->name);
    buf_release(&all.text);
}

/* ---- one pattern before another ---- */

typedef struct covers {
    const struct covers *next;
    ex_id first, second;
    int holds;
} covers;

static const noted_text *text_of(const check *c, ex_id lookup) {
    const ex_function *f =
        ex_get(c->g, lookup)->op == EX_lookup ? ex_function_of(c->g, lookup) : NULL;
    const noted_text *t = f ? host_texts(c->a->h) : NULL;
    while (t && (t->self != f->self || strcmp(t->what, "matches") != 0)) t = t->next;
    return t;
}

/* Does the first pattern match all texts made from the second? */
static int tries_cover(pattern *first, pattern *second) {
    fault f = FAULT_INIT;
    regex *r = regex_read(pattern_text(second));
    buf b = BUF_INIT;
    int matched = 0, covered = 1;
    for (uint64_t seed = 0; seed < SAMPLES && covered && r && !regex_strange(r); seed++) {
        make_text(r, NULL, seed, &b);
        if (!b.length || b.length >= PATTERN_SUBJECT ||
            pattern_match(second, buf_string(&b), b.length, 0, NULL, NULL, &f) <= 0)
            continue;
        matched++;
        covered = pattern_match(first, buf_string(&b), b.length, 0, NULL, NULL, &f) > 0;
    }
    buf_release(&b);
    regex_free(r);
    int fine = !f.count;
    fault_release(&f);
    return fine && covered && matched >= SAMPLES_LEAST;
}

int check_covers(check *c, ex_id first, ex_id second) {
    const noted_text *a = text_of(c, first), *b = a ? text_of(c, second) : NULL;
    if (!b || ex_arg(c->g, first, 0) != ex_arg(c->g, second, 0)) return 0;
    int known = 0;
    for (const covers *k = c->covers; k; k = k->next, known++)
        if (k->first == first && k->second == second) return k->holds;
    if (known >= PAIRS_MOST) return 0;
    covers *own = arena_take(c->memory, sizeof *own);
    if (!own) return 0;
    *own =
        (covers){c->covers, first, second, tries_cover(a->level[0].pattern, b->level[0].pattern)};
    c->covers = own;
    return own->holds;
}

/* ---- the data's texts ---- */

/* Marks the distinct texts of an array by their number in the pool; NULL where there are none. The
 * caller frees it. */
static unsigned char *texts_of(check *c, ex_id x, uint32_t *strings) {
    const double *value = check_values(c, x);
    *strings = pool_count(c->a->h->strings);
    unsigned char *has = value ? mem_zero((size_t)*strings + 1, 1) : NULL;
    size_t size = ax_size(ex_space(c->g), ex_get(c->g, x)->axes), any = 0;
    for (size_t i = 0; has && i < size; i++)
        if (value[i] >= 1 && value[i] <= *strings) any = has[(size_t)value[i]] = 1;
    if (any) return has;
    mem_free(has);
    return NULL;
}

static int matches_any(check *c, pattern *p, const unsigned char *has, uint32_t strings) {
    const pool *all = c->a->h->strings;
    fault f = FAULT_INIT;
    int found = 0;
    for (uint32_t i = 1; i <= strings && !found; i++)
        if (has[i])
            found =
                pattern_match(p, pool_text(all, i), pool_length(all, i), 0, NULL, NULL, &f) != 0;
    fault_release(&f);
    return found;
}

static void check_matches(check *c, const noted_text *t, ex_id lookup) {
    uint32_t strings;
    unsigned char *has = texts_of(c, ex_arg(c->g, lookup, 0), &strings);
    buf names = BUF_INIT;
    int count = 0, first = -1;
    for (int i = 0; has && i < t->levels; i++) {
        if (matches_any(c, t->level[i].pattern, has, strings)) continue;
        buf_print(&names, "%s%s", count++ ? ", " : "", t->level[i].name);
        first = first < 0 ? i : first;
    }
    if (count) {
        location at = location_pattern(c, t, t->level[first].pattern);
        if (*t->level[0].name)
            check_add(c, "P02", at, NULL, "no text of the data has a match of %s of the rubric: %s",
                      count > 1 ? text_message("these levels") : text_message("this level"),
                      buf_string(&names));
        else
            check_add(c, "P02", at, NULL, "no text of the data has a match of the pattern");
    }
    buf_release(&names);
    mem_free(has);
}

static ex_id lookup_of(const check *c, const noted_text *t) {
    for (ex_id n = 1; n <= ex_count(c->g); n++)
        if (ex_get(c->g, n)->op == EX_lookup && ex_function_of(c->g, n)->self == t->self) return n;
    return 0;
}

static void check_noted_text(check *c, const noted_text *t) {
    regex *guard = t->guard ? regex_read(pattern_text(t->guard)) : NULL;
    if (guard) {
        check_dead(c, t, t->guard, guard);
        check_slow(c, t, t->guard, guard);
    }
    for (int i = 0; i < t->levels && !limits_raised(c->a->stop); i++) {
        regex *r = regex_read(pattern_text(t->level[i].pattern));
        if (!r) break;
        check_dead(c, t, t->level[i].pattern, r);
        check_slow(c, t, t->level[i].pattern, r);
        if (!strcmp(t->what, "rubric"))
            check_level(c, t, i, r, t->guard && t->level[i].guarded ? NULL : guard);
        regex_free(r);
    }
    regex_free(guard);
    ex_id lookup = lookup_of(c, t);
    if (lookup && c->wanted[lookup]) check_matches(c, t, lookup);
}

void check_patterns(check *c) {
    for (const noted_text *t = host_texts(c->a->h); t; t = t->next) check_noted_text(c, t);
}
