/* The difference between two editions: the factors, the ranks of mixes, and the results of both
 * editions. */
#include "impact/diff.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "expr/line_ops.h"

/* A copy that lives as long as the result; NULL with the fault. */
const char *diff_keep(differ *d, const char *text) {
    const char *own = arena_text(&d->out->memory, text, strlen(text));
    if (!own) fault_memory(d->f);
    return own;
}

/* ---- factors ---- */

/* Groups the items that are switched on their own by factor. */
static int find_factors(differ *d) {
    size_t items = d->m->items;
    d->item = arena_take(&d->memory, (items + 1) * sizeof *d->item);
    d->side = mem_zero(items + 1, 1);
    if (!d->item || !d->side) return fault_memory(d->f);
    for (int k = 0; k < MIX_FACTORS; k++) {
        diff_factor own = {(mix_factor)k, d->items, 0};
        for (size_t i = 0; i < items; i++) {
            const mix_item *it = &d->m->item[i];
            if (it->factor == (mix_factor)k && it->player) d->item[d->items++] = i;
        }
        own.count = d->items - own.from;
        if (own.count) d->factor[d->factors++] = own;
    }
    return 1;
}

/* ---- ranks of the values of a mix among those of an edition ---- */

static int open_order(differ *d, diff_order *o) {
    if (o->value) return 1;
    size_t places = d->places + 1;
    o->value = mem_take(places * (2 * sizeof *o->value + sizeof *o->order));
    o->count = mem_zero(d->out->d.columns + 1, sizeof *o->count);
    if (!d->scratch) d->scratch = mem_take(line_ops_order_scratch(d->out->d.rows) + 1);
    if (!o->value || !o->count || !d->scratch) return fault_memory(d->f);
    o->key = o->value + places;
    o->order = (uint32_t *)(void *)(o->key + places);
    return 1;
}

/* A key that is smaller the better the value is. */
static double key_of(const differ *d, double value) { return !d->m->ascending ? -value : value; }

/* Sorts values, column by column; where few moved since the last time, that is quick. */
static int sort_order(differ *d, diff_order *o, const double *value) {
    size_t rows = d->out->d.rows, columns = d->out->d.columns;
    if (!open_order(d, o)) return 0;
    memcpy(o->value, value, d->places * sizeof *value);
    for (size_t c = 0; c < columns; c++) {
        double *key = o->key + c * rows;
        uint32_t *order = o->order + c * rows;
        o->count[c] =
            line_ops_order(value + c, rows, columns, !d->m->ascending, order, o->known, d->scratch);
        for (size_t k = 0; k < o->count[c]; k++) key[k] = key_of(d, value[order[k] * columns + c]);
    }
    o->known = 1;
    return 1;
}

/* The rank of each value of an order among those of another: one pass over both, since decimals
 * keep the order of the doubles. */
static void find_ranks(const differ *d, const diff_order *own, const diff_order *among,
                       double *rank) {
    size_t rows = d->out->d.rows, columns = d->out->d.columns;
    for (size_t c = 0; c < columns; c++) {
        const double *key = own->key + c * rows, *other = among->key + c * rows;
        const uint32_t *order = own->order + c * rows;
        size_t better = 0;
        for (size_t k = 0; k < rows; k++) {
            size_t i = order[k] * columns + c;
            if (k >= own->count[c]) {
                rank[i] = NAN;
                continue;
            }
            while (better < among->count[c] && decimal_compare(other[better], key[k]) < 0) better++;
            /* The unit itself is none of the others. */
            double self = among->value[i];
            int counted = self == self && decimal_compare(key_of(d, self), key[k]) < 0;
            rank[i] = (double)(better + 1 - (size_t)counted);
        }
    }
}

/* Fills `own`: the mean of the ranks that the values of this mix would have among the values of
 * each edition. Also fills `rank` where the rules compute none. `of`: the order of the values, if
 * there is one. */
static int mix_ranks(differ *d, diff_mix *v, const diff_order *of) {
    if (!of) {
        if (!sort_order(d, &d->now, v->ranked)) return 0;
        of = &d->now;
    }
    if (!d->m->has[MIX_RANK]) find_ranks(d, of, of, v->rank);
    double *other = d->among;
    find_ranks(d, of, &d->corner[0], v->own);
    find_ranks(d, of, &d->corner[1], other);
    for (size_t i = 0; i < d->places; i++) v->own[i] = (v->own[i] + other[i]) / 2;
    return 1;
}

static void close_orders(differ *d) {
    diff_order *const all[] = {&d->corner[0], &d->corner[1], &d->now};
    for (int i = 0; i < 3; i++) {
        mem_free(all[i]->value);
        mem_free(all[i]->count);
    }
    mem_free(d->scratch);
}

/* The edition whose parts the mix has throughout; -1 for a true mix. */
static int whole_edition(const differ *d) {
    size_t ones = 0;
    for (size_t i = 0; i < d->m->items; i++) ones += d->side[i];
    return !ones ? 0 : ones == d->m->items ? 1 : -1;
}

int diff_eval(differ *d) {
    diff_mix *v = &d->mix;
    int e = whole_edition(d);
    d->out->d.mixes++;
    if (e >= 0 && d->corner[e].known) { /* it was computed first of all */
        memcpy(v->score, d->out->d.score[e], d->places * sizeof *v->score);
        memcpy(v->rank, d->out->d.rank[e], d->places * sizeof *v->rank);
        memcpy(v->ranked, d->corner[e].value, d->places * sizeof *v->ranked);
        return mix_ranks(d, v, &d->corner[e]);
    }
    return mix_eval(d->m, d->side, v->score, v->rank, v->ranked) && mix_ranks(d, v, NULL);
}

int diff_mix_open(diff_mix *v, size_t places) {
    double *all = mem_take(4 * (places + 1) * sizeof *all);
    if (all) *v = (diff_mix){all, all + places, all + 2 * places, all + 3 * places};
    return all != NULL;
}

/* ---- the results of each edition ---- */

/* An array by place, as long-lived as the result; NULL with the fault. */
static double *take_places(differ *d) {
    double *out = arena_take(&d->out->memory, (d->places + 1) * sizeof *out);
    if (!out) fault_memory(d->f);
    return out;
}

/* The texts of an output, by place. NULL with the fault. */
static const char *const *texts_of(differ *d, const double *value) {
    const char **out = arena_take(&d->out->memory, (d->places + 1) * sizeof *out);
    if (!out) fault_memory(d->f);
    for (size_t i = 0; out && i < d->places; i++) out[i] = mix_text(d->m, value[i]);
    return out;
}

/* Evaluates one edition. */
static int take_corner(differ *d, int e) {
    assess_diff *out = &d->out->d;
    double *score = take_places(d), *rank = take_places(d), *spare = take_places(d);
    if (!score || !rank || !spare) return 0;
    memset(d->side, e, d->m->items);
    if (!mix_eval(d->m, d->side, score, rank, d->mix.ranked) ||
        !sort_order(d, &d->corner[e], d->mix.ranked))
        return 0;
    out->mixes++;
    out->score[e] = score;
    if (!d->m->has[MIX_RANK]) find_ranks(d, &d->corner[e], &d->corner[e], rank);
    out->rank[e] = rank;
    if (d->m->has[MIX_VERDICT]) {
        out->verdict[e] = take_places(d);
        if (!out->verdict[e] || !mix_corner(d->m, e, MIX_VERDICT, (double *)out->verdict[e]))
            return 0;
    }
    if (!d->m->has[MIX_GRADE]) return !d->f->count;
    return mix_corner(d->m, e, MIX_GRADE, spare) && (out->grade[e] = texts_of(d, spare));
}

/* ---- an edition within the mix against the edition by itself ----
 *
 * In a hybrid host an axis may have labels that the edition by itself does not have: those of data
 * that only the other edition reads, or of units that the other declares. Formulas that turn
 * missing values into something may then give other results; a note says so. */

/* For each label of an axis of an edition its offset in the grid, SIZE_MAX where it has none; NULL
 * without memory. */
static size_t *places_of(differ *d, const assess *a, const assess_axis *axis) {
    size_t stride, *out = arena_take(&d->memory, (axis->size + 1) * sizeof *out);
    mix_labels *l = mix_grid_axis(d->m, axis->name, &stride);
    if (!out || (l && !mix_know_labels(l))) return NULL;
    for (size_t i = 0; i < axis->size; i++) {
        const char *label = assess_label(a, axis, i);
        uint32_t number = l ? pool_find(l->known, label, strlen(label)) : 0;
        out[i] = number ? (number - 1) * stride : SIZE_MAX;
    }
    return out;
}

/* How many scores of an edition by itself are different within the mix, and the place of the first
 * one. */
static size_t count_off(differ *d, int e, const assess_array *x, size_t *first) {
    size_t *place_of[ASSESS_AXES] = {NULL}, off = 0;
    for (int k = 0; k < x->axes; k++)
        if (!(place_of[k] = places_of(d, d->edition[e], &x->axis[k]))) return 0;
    for (size_t i = 0; i < x->size; i++) {
        size_t element = 0;
        int known = 1;
        for (int k = 0; k < x->axes; k++) {
            size_t own = place_of[k][ax_along(i, x->stride[k], x->axis[k].size)];
            known = known && own != SIZE_MAX;
            element += own;
        }
        double here = known ? d->out->d.score[e][element] : x->value[i];
        if (here == x->value[i] || (here != here && x->value[i] != x->value[i])) continue;
        if (!off++) *first = element;
    }
    return off;
}

/* Notes where the edition has other scores within the mix than when it is run by itself. */
static void check_plain(differ *d, int e, fault *notes) {
    assess *a = d->edition[e];
    const assess_array *x = assess_output_named(a, mix_output_name(d->m, e, MIX_SCORE));
    size_t first = 0, off = x ? count_off(d, e, x, &first) : 0;
    place at = {.file = a->file};
    if (off)
        fault_at(notes, FAULT_RULE, &at,
                 "formulas that make something of what is missing see the "
                 "units of the other edition, too",
                 off == 1
                     ? TEXT("%zu score is another than this edition has by itself, that of %s")
                     : TEXT("%zu scores are others than this edition has by itself, first that of "
                            "%s"),
                 off, d->out->d.row[first / d->out->d.columns]);
}

const char *diff_address(differ *d, size_t item) {
    const mix_item *it = &d->m->item[item];
    if (it->factor == MIX_STRUCTURE && d->tree && *d->tree) return d->tree;
    const char *out = it->label ? arena_print(&d->out->memory, "%s.%s", it->what, it->label)
                                : arena_text(&d->out->memory, it->what, strlen(it->what));
    return out ? out : "";
}

/* ---- the comparison ---- */

static const char *const *copy_labels(differ *d, const char *const *label, size_t count) {
    const char **out = arena_take(&d->out->memory, (count + 1) * sizeof *out);
    if (!out) fault_memory(d->f);
    for (size_t i = 0; out && i < count; i++)
        if (!(out[i] = diff_keep(d, label[i]))) return NULL;
    return out;
}

static int open_differ(differ *d) {
    const mix_grid *g = &d->m->grid;
    assess_diff *out = &d->out->d;
    d->places = g->row.count * g->columns;
    out->rows = g->row.count;
    out->columns = g->columns;
    out->axis = diff_keep(d, g->row.axis);
    out->row = copy_labels(d, g->row.label, g->row.count);
    out->column = copy_labels(d, g->column, g->columns);
    out->column_title = copy_labels(d, g->title, g->columns);
    const char *over[MIX_COLUMN_AXES];
    for (int k = 0; k < g->axes; k++) over[k] = g->along[k].axis;
    out->overs = (size_t)g->axes;
    out->over = copy_labels(d, over, out->overs);
    out->label = copy_labels(d, g->label, g->columns * out->overs);
    d->among = arena_take(&d->memory, (d->places + 1) * sizeof *d->among);
    if (!d->among || !diff_mix_open(&d->mix, d->places)) return fault_memory(d->f);
    return out->axis && out->row && out->column && out->column_title && out->over && out->label;
}

/* At least one unit must have a score in both editions, unless there are no scores at all. */
static int check_common(const differ *d) {
    const assess_diff *out = &d->out->d;
    size_t both = 0, any = 0;
    for (size_t i = 0; i < d->places; i++) {
        int was = out->score[0][i] == out->score[0][i], is = out->score[1][i] == out->score[1][i];
        both += (size_t)(was && is);
        any += (size_t)(was || is);
    }
    return both || !any ||
           fault_set(d->f, FAULT_RULE,
                     "the scores cannot be compared: no %s has one in both editions",
                     *out->axis ? out->axis : "assessment");
}

/* Counts the places whose scores changed by what no factor explains. */
static void count_unknown(differ *d) {
    assess_diff *out = &d->out->d;
    for (size_t i = 0; i < d->places && out->factors; i++)
        out->unknown += out->score[0][i] == out->score[0][i] &&
                        out->score[1][i] == out->score[1][i] &&
                        out->factor[0].score[i] != out->factor[0].score[i];
}

static int work_out(differ *d, const assess_diff_wish *wish) {
    if (!open_differ(d) || !find_factors(d)) return 0;
    for (int e = 0; e < 2; e++)
        if (!take_corner(d, e)) return 0;
    if (!check_common(d) || !diff_lines(d) || !diff_factors(d)) return 0;
    count_unknown(d);
    d->out->d.together = d->m->together;
    return (!wish || !wish->leaves || diff_leaves(d, wish));
}

assess_diff *assess_diff_of(assess *a, assess *b, const assess_diff_wish *wish) {
    fault f = FAULT_INIT;
    if (a->step != OPENED || b->step != OPENED) {
        session_refuse(b, "two editions are compared when both were opened, and not run%s%s", "",
                       "");
        return NULL;
    }
    /* First each edition by itself, so that its own faults are reported as such. */
    /* Only then are their warnings known. */
    int alike = !a->strict && !b->strict && mix_alike(a, b);
    if (!alike && (assess_run(a) || assess_run(b))) return NULL;
    deadline *limit = session_begin(b, b->seconds > 0);
    deadline_limit(limit, b->seconds);
    differ d = {.f = &f, .edition = {a, b}, .memory = ARENA_INIT};
    d.out = mem_zero(1, sizeof *d.out);
    int fine = d.out != NULL || fault_memory(&f);
    fine = fine && (d.m = mix_open(a, b, &f)) != NULL && work_out(&d, wish);
    for (int e = 0; fine && !alike && e < 2; e++) check_plain(&d, e, &b->notes);
    if (!fine && !alike && f.kind == FAULT_DATA)
        fault_set(&f, FAULT_DATA,
                  "each edition reads its data by itself, but not beside the "
                  "other's: they cannot be compared");
    if (fine) {
        d.out->texts = d.m->texts; /* they live on in the result */
        d.m->texts = NULL;
    }
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
    if (session_finish(b, &f, b->step) && d.out) {
        assess_diff_free(&d.out->d);
        d.out = NULL;
    }
    return d.out ? &d.out->d : NULL;
}

void assess_diff_free(assess_diff *d) {
    if (!d) return;
    diff_result *own = (diff_result *)(void *)d;
    arena_release(&own->memory);
    pool_close(own->texts);
    mem_free(own);
}
