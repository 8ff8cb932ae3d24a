#include "impact/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"

/* The difference between two editions: the factors, their mixes, and what each contributes. */

/* ---- factors ---- */

static int find_factors(differ *d, fault *f) {
    size_t items = mix_items(d->m);
    d->item = arena_take(&d->memory, (items + 1) * sizeof *d->item);
    d->side = mem_zero(items + 1, 1);
    if (!d->item || !d->side) return fault_memory(f);
    for (int k = 0; k < MIX_FACTORS; k++) {
        diff_factor own = {(mix_factor)k, d->items, 0};
        for (size_t i = 0; i < items; i++) {
            const mix_item *it = mix_item_at(d->m, i);
            if (it->factor == (mix_factor)k && it->player) d->item[d->items++] = i;
        }
        own.count = d->items - own.from;
        if (own.count) d->factor[d->factors++] = own;
    }
    return 1;
}

/* ---- ranks ---- */

/* Ranks: of a mix's values among the values of a corner. */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int open_order(differ *d, diff_order *o) {
    if (o->sorted) return 1;
    o->sorted = mem_take(2 * (d->places + 1) * sizeof *o->sorted);
    o->count = mem_zero(d->out->d.columns + 1, sizeof *o->count);
    if (o->sorted) o->value = o->sorted + d->places + 1;
    return o->sorted && o->count;
}

/* Keys that are smaller the better a value is. */
static double key_of(const differ *d, double value) { return mix_descends(d->m) ? -value : value; }

static int sort_order(differ *d, diff_order *o, const double *value, fault *f) {
    size_t rows = d->out->d.rows, columns = d->out->d.columns;
    if (!open_order(d, o)) return fault_memory(f);
    memcpy(o->value, value, d->places * sizeof *value);
    for (size_t c = 0; c < columns; c++) {
        double *to = o->sorted + c * rows;
        size_t n = 0;
        for (size_t r = 0; r < rows; r++) {
            double x = value[r * columns + c];
            if (x == x) to[n++] = key_of(d, x);
        }
        qsort(to, n, sizeof *to, by_value);
        o->count[c] = n;
    }
    return 1;
}

/* Remembers the ranked values of a corner. */
static int keep_order(differ *d, int edition, fault *f) {
    return sort_order(d, &d->corner[edition], d->mix.ranked, f);
}

/* How many keys are smaller. */
static size_t below(const double *sorted, size_t n, double key) {
    size_t low = 0;
    while (n) {
        size_t half = n / 2;
        if (decimal_compare(sorted[low + half], key) < 0) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* The place of each value among those of its column, in an order (NULL: these values themselves).
 */
static int find_ranks(differ *d, const double *value, const diff_order *among, double *rank,
                      fault *f) {
    size_t rows = d->out->d.rows, columns = d->out->d.columns;
    if (!among) {
        if (!sort_order(d, &d->now, value, f)) return 0;
        among = &d->now;
    }
    for (size_t i = 0; i < d->places; i++) {
        double x = value[i], own = among->value[i];
        size_t c = i % columns;
        if (x != x) {
            rank[i] = x;
            continue;
        }
        double key = key_of(d, x);
        size_t better = below(among->sorted + c * rows, among->count[c], key);
        /* The unit itself is none of the others. */
        rank[i] = (double)(better + 1 - (own == own && decimal_compare(key_of(d, own), key) < 0));
    }
    return 1;
}

/* `own`, and `rank` where the rules give none. */
static int mix_ranks(differ *d, diff_mix *v, fault *f) {
    if (!mix_has(d->m, MIX_RANK) && !find_ranks(d, v->ranked, NULL, v->rank, f)) return 0;
    if (!open_order(d, &d->now)) return fault_memory(f);
    double *other = d->now.value; /* it has served */
    if (!find_ranks(d, v->ranked, &d->corner[0], v->own, f) ||
        !find_ranks(d, v->ranked, &d->corner[1], other, f))
        return 0;
    for (size_t i = 0; i < d->places; i++) v->own[i] = (v->own[i] + other[i]) / 2;
    return 1;
}

static void close_orders(differ *d) {
    diff_order *all[] = {&d->corner[0], &d->corner[1], &d->now};
    for (int i = 0; i < 3; i++) {
        mem_free(all[i]->sorted);
        mem_free(all[i]->count);
    }
}

int diff_eval(differ *d, fault *f) {
    diff_mix *v = &d->mix;
    d->out->d.mixes++;
    return mix_eval(d->m, d->side, v->score, v->rank, v->ranked, f) && mix_ranks(d, v, f);
}

/* ---- before and after ---- */

static double *take_places(differ *d, fault *f) {
    double *out = arena_take(&d->out->memory, (d->places + 1) * sizeof *out);
    if (!out) fault_memory(f);
    return out;
}

static const char *const *texts_of(differ *d, const double *value, fault *f) {
    const char **out = arena_take(&d->out->memory, (d->places + 1) * sizeof *out);
    pool *known = pool_open(); /* few words, many places */
    const char **word = NULL;
    size_t capacity = 0;
    int fine = out && known;
    for (size_t i = 0; fine && i < d->places; i++) {
        const char *text = mix_text(d->m, value[i]);
        uint32_t number = *text ? pool_put(known, text, strlen(text)) : 0;
        out[i] = "";
        if (!*text) continue;
        if (number >= capacity) {
            const char **grown = mem_grow((void *)word, (number + 64u) * sizeof *grown);
            fine = grown != NULL;
            for (size_t k = capacity; fine && k < number + 64u; k++) grown[k] = NULL;
            word = fine ? grown : word;
            capacity = fine ? number + 64u : capacity;
        }
        if (fine && !word[number]) word[number] = arena_text(&d->out->memory, text, strlen(text));
        fine = fine && (out[i] = word[number]) != NULL;
    }
    if (!fine) fault_memory(f);
    mem_free((void *)word);
    pool_close(known);
    return fine ? out : NULL;
}

static int take_corner(differ *d, int e, fault *f) {
    assess_diff *out = &d->out->d;
    double *score = take_places(d, f), *rank = take_places(d, f), *spare = take_places(d, f);
    if (!score || !rank || !spare) return 0;
    memset(d->side, e, mix_items(d->m));
    if (!mix_eval(d->m, d->side, score, rank, d->mix.ranked, f) || !keep_order(d, e, f)) return 0;
    out->mixes++;
    out->score[e] = score;
    if (!mix_has(d->m, MIX_RANK)) find_ranks(d, d->mix.ranked, NULL, rank, f);
    out->rank[e] = rank;
    if (mix_has(d->m, MIX_VERDICT)) {
        out->verdict[e] = take_places(d, f);
        if (!out->verdict[e] || !mix_corner(d->m, e, MIX_VERDICT, (double *)out->verdict[e], f))
            return 0;
    }
    if (!mix_has(d->m, MIX_GRADE)) return !f->count;
    return mix_corner(d->m, e, MIX_GRADE, spare, f) && (out->grade[e] = texts_of(d, spare, f));
}

/* ---- the corners against each edition by itself ---- */

/* The corners of a mix against each edition by itself.
 *
 * In a hybrid host an axis may have labels that the edition by itself does not have: of data that
 * only the other one reads, of units that both name beforehand. Formulas that make something of
 * what is missing see them; then it is told. */

/* Those labels of the grid that an axis has: the rows', or those of one of the columns' axes. */
typedef struct grid_axis {
    const char *const *list;
    size_t count, stride;
} grid_axis;

static grid_axis grid_labels(const mix *m, const char *axis) {
    grid_axis out = {m->grid.row, m->grid.rows, m->grid.columns};
    if (!strcmp(axis, m->grid.axis)) return out;
    const mix_columns *c = &m->columns;
    for (int k = 0; k < c->axes; k++) {
        out.stride /= c->size[k];
        if (!strcmp(c->name[k], axis)) return (grid_axis){c->label[k], c->size[k], out.stride};
    }
    return (grid_axis){NULL, 0, 0};
}

/* For each label of an edition's axis its place in the grid, SIZE_MAX where it has none; NULL
 * without memory. A pool numbers the grid's labels as they come. */
static size_t *places_of(differ *d, const assess *a, const assess_axis *axis) {
    grid_axis l = grid_labels(d->m, axis->name);
    size_t *out = arena_take(&d->memory, (axis->size + 1) * sizeof *out);
    pool *known = pool_open();
    uint32_t first = 0, last = 0;
    int fine = out && known;
    for (size_t i = 0; fine && i < l.count; i++) {
        last = pool_put(known, l.list[i], strlen(l.list[i]));
        first = i ? first : last;
        fine = last && last == first + i;
    }
    for (size_t i = 0; fine && i < axis->size; i++) {
        const char *label = assess_label(a, axis, i);
        uint32_t number = pool_find(known, label, strlen(label));
        out[i] = number && first && number >= first ? (number - first) * l.stride : SIZE_MAX;
    }
    pool_close(known);
    return fine ? out : NULL;
}

/* How many scores are others, and where the first is. */
static size_t count_off(differ *d, int e, const assess_array *x, size_t *first) {
    size_t *place_of[ASSESS_AXES] = {NULL}, off = 0;
    for (int k = 0; k < x->axes; k++)
        if (!(place_of[k] = places_of(d, d->edition[e], &x->axis[k]))) return 0;
    for (size_t i = 0; i < x->size; i++) {
        size_t element = 0;
        int known = 1;
        for (int k = 0; k < x->axes; k++) {
            size_t own = place_of[k][i / x->stride[k] % x->axis[k].size];
            known = known && own != SIZE_MAX;
            element += own;
        }
        double here = known ? d->out->d.score[e][element] : x->value[i];
        if (here == x->value[i] || (here != here && x->value[i] != x->value[i])) continue;
        if (!off++) *first = element;
    }
    return off;
}

/* Was the edition, which was run by itself, given the same scores? Else a note. */
static void check_plain(differ *d, int e, fault *notes) {
    assess *a = d->edition[e];
    const assess_array *x = assess_output_named(a, mix_output_name(d->m, e, MIX_SCORE));
    size_t first = 0, off = x ? count_off(d, e, x, &first) : 0;
    place at = {.file = a->file};
    if (off)
        fault_at(notes, FAULT_RULE, &at,
                 "formulas that make something of what is missing see the "
                 "units of the other edition, too",
                 "%zu scores are others than this edition has by itself, first that of %s", off,
                 d->out->d.row[first / d->out->d.columns]);
}

/* ---- all of it ---- */

static const char *const *copy_labels(differ *d, const char *const *label, size_t count, fault *f) {
    const char **out = arena_take(&d->out->memory, (count + 1) * sizeof *out);
    for (size_t i = 0; out && i < count; i++)
        if (!(out[i] = arena_text(&d->out->memory, label[i], strlen(label[i])))) out = NULL;
    if (!out) fault_memory(f);
    return out;
}

static int open_differ(differ *d, fault *f) {
    const mix_grid *g = mix_grid_of(d->m);
    assess_diff *out = &d->out->d;
    d->places = g->rows * g->columns;
    out->rows = g->rows;
    out->columns = g->columns;
    out->axis = arena_text(&d->out->memory, g->axis, strlen(g->axis));
    out->row = copy_labels(d, g->row, g->rows, f);
    out->column = copy_labels(d, g->column, g->columns, f);
    out->column_title = copy_labels(d, g->title, g->columns, f);
    d->mix.score = mem_take(4 * (d->places + 1) * sizeof(double));
    if (!d->mix.score || !out->axis) return fault_memory(f);
    d->mix.rank = d->mix.score + d->places;
    d->mix.ranked = d->mix.rank + d->places;
    d->mix.own = d->mix.ranked + d->places;
    return out->row && out->column && out->column_title;
}

/* Some unit must have a score in both editions. */
static int check_common(const differ *d, fault *f) {
    const assess_diff *out = &d->out->d;
    size_t both = 0, any = 0;
    for (size_t i = 0; i < d->places; i++) {
        int was = out->score[0][i] == out->score[0][i], is = out->score[1][i] == out->score[1][i];
        both += (size_t)(was && is);
        any += (size_t)(was || is);
    }
    return both || !any ||
           fault_set(f, FAULT_RULE, "the scores cannot be compared: no %s has one in both editions",
                     *out->axis ? out->axis : "assessment");
}

/* Places with a change that is not explained. */
static void count_unknown(differ *d) {
    assess_diff *out = &d->out->d;
    for (size_t i = 0; i < d->places && out->factors; i++)
        out->unknown += out->score[0][i] == out->score[0][i] &&
                        out->score[1][i] == out->score[1][i] &&
                        out->factor[0].score[i] != out->factor[0].score[i];
}

static int work_out(differ *d, const assess_diff_wish *wish, fault *f) {
    if (!open_differ(d, f) || !find_factors(d, f)) return 0;
    for (int e = 0; e < 2; e++)
        if (!take_corner(d, e, f)) return 0;
    if (!check_common(d, f) || !diff_lines(d, f) || !diff_factors(d, f)) return 0;
    count_unknown(d);
    d->out->d.together = mix_together(d->m);
    return (!wish || !wish->leaves || diff_leaves(d, wish, f));
}

assess_diff *assess_diff_of(assess *a, assess *b, const assess_diff_wish *wish) {
    fault f = FAULT_INIT;
    if (a->step != OPENED || b->step != OPENED) {
        session_refuse(b, "two editions are compared when both were opened, and not run%s%s", "",
                       "");
        return NULL;
    }
    /* What is wrong with an edition by itself is told of it by itself. */
    int alike = mix_alike(a, b);
    if (!alike && (assess_run(a) || assess_run(b))) return NULL;
    deadline *limit = session_begin(b, b->seconds > 0);
    deadline_limit(limit, b->seconds);
    differ d = {.edition = {a, b}, .memory = ARENA_INIT};
    d.out = mem_zero(1, sizeof *d.out);
    int fine = d.out != NULL || fault_memory(&f);
    fine = fine && (d.m = mix_open(a, b, &f)) != NULL && work_out(&d, wish, &f);
    for (int e = 0; fine && !alike && e < 2; e++) check_plain(&d, e, &b->notes);
    if (!fine && !alike && f.kind == FAULT_DATA)
        fault_set(&f, FAULT_DATA,
                  "each edition reads its data by itself, but not beside the "
                  "other's: they cannot be compared");
    close_orders(&d);
    mem_free(d.mix.score);
    mem_free(d.side);
    mix_close(d.m);
    arena_release(&d.memory);
    if (deadline_end(limit) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the comparison took more than %g seconds", b->seconds);
    }
    if (!fine && d.out) {
        assess_diff_free(&d.out->d);
        d.out = NULL;
    }
    session_finish(b, &f, b->step);
    return d.out ? &d.out->d : NULL;
}

void assess_diff_free(assess_diff *d) {
    if (!d) return;
    diff_result *own = (diff_result *)(void *)d;
    arena_release(&own->memory);
    mem_free(own);
}
