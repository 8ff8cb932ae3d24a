/* What the rules say of the cells of a column: that they are labels of an axis, or lie within bounds. Every cell
 * that does not is a fault of its own. */
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "rule/dataset.h"
#include "table/date.h"
#include "table/list.h"

/* The axis of a check; a table whose rows make it is read first. */
static int axis_of(datasets *d, const dataset *s, const ds_check *c, fault *f) {
    for (size_t i = 0; i < d->count && ax_find(d->m->space, c->axis) == AX_NONE; i++) {
        dataset *other = d->item[i];
        if (!other->spec.keys && other->spec.rows && !strcmp(other->spec.rows, c->axis) && other != s &&
            !dataset_table(d, other, f))
            return AX_NONE;
    }
    int axis = ax_find(d->m->space, c->axis);
    if (axis == AX_NONE && !f->kind) {
        place at = { .file = sources_name(d->m->files, s->spec.at.file), .line = s->spec.at.line };
        fault_at(f, FAULT_RULE, &at, "a table makes it with its rows: csv(path, { rows = \"unit\", label = \"unit\" })",
                 "labels: '%s' has no axis '%s' to be labels of", c->column, c->axis);
    }
    return axis;
}

static int check_label(datasets *d, const dataset *s, const tb_column *c, size_t row, int axis, const char *item,
                       size_t length, fault *f) {
    const ax_axis *a = ax_get(d->m->space, axis);
    uint32_t label = pool_put(d->m->strings, item, length);
    if (!label)
        return fault_memory(f);
    if (ax_position(d->m->space, axis, label) >= 0)
        return 1;
    const char *text = pool_text(d->m->strings, label);
    suggestion near = suggest_for(text);
    for (uint32_t k = 0; k < a->size && k < 100000; k++)
        suggest_try(&near, pool_text(d->m->strings, a->label[k]));
    const char *best = suggest_best(&near);
    const char *hint = best ? arena_print(&d->memory, "did you mean '%s'?", best) : NULL;
    return tb_fault(s->table, row, c, hint, f, "'%s' is no %s", text, a->name);
}

static int check_labels(datasets *d, const dataset *s, const ds_check *check, const tb_column *c, fault *f) {
    int axis = axis_of(d, s, check, f), fine = 1;
    if (axis == AX_NONE)
        return 0;
    /* Which cells were found right; those that check_label adds to the pool are none of them. */
    uint32_t texts = pool_count(d->m->strings);
    unsigned char *good = mem_zero((size_t)texts + 1, 1);
    if (!good)
        return fault_memory(f);
    for (size_t r = 0; r < tb_rows(s->table); r++) {
        uint32_t cell = c->value[r] == c->value[r] ? (uint32_t)c->value[r] : 0;
        if (!cell || good[cell])
            continue;
        const char *at = pool_text(d->m->strings, cell), *item;
        size_t length;
        int right = 1;
        while (list_next(&at, NULL, &item, &length))
            right &= check_label(d, s, c, r, axis, item, length, f);
        good[cell] = (unsigned char)right;
        fine &= right;
    }
    mem_free(good);
    return fine;
}

static int check_bounds(datasets *d, const dataset *s, const ds_check *check, const tb_column *c, fault *f) {
    double bound[2] = { check->bound[0], check->bound[1] };
    const char *shown[2];
    int fine = 1;
    for (int k = 0; k < 2; k++) {
        const char *day = check->day[k];
        if (!day == (c->kind == TB_DATE) || (day && date_read(day, strlen(day), &bound[k]) != DATE_OK)) {
            place at = { .file = sources_name(d->m->files, s->spec.at.file), .line = s->spec.at.line };
            return fault_at(f, FAULT_RULE, &at, "numbers for numbers, \"2011-01-01\" for dates",
                            "within: the bounds of '%s' are not of its kind", check->column);
        }
        char text[32];
        text[day ? 0 : decimal_write(bound[k], text)] = 0;
        shown[k] = day ? day : arena_text(&d->memory, text, strlen(text));
        if (!shown[k])
            return fault_memory(f);
    }
    for (size_t r = 0; r < tb_rows(s->table); r++) {
        double x = c->value[r];
        if (!(x < bound[0]) && !(x > bound[1]))
            continue;
        char text[64];
        if (check->day[0])
            date_write(x, text);
        else
            text[decimal_write(x, text)] = 0;
        fine = tb_fault(s->table, r, c, NULL, f, "%s lies outside %s to %s", text, shown[0], shown[1]);
    }
    return fine;
}

static int check_column(datasets *d, const dataset *s, const ds_check *check, const tb_column *c, fault *f) {
    place at = { .file = tb_path(s->table), .line = 1, .field = check->column };
    if (check->axis && c->kind == TB_TEXT)
        return check_labels(d, s, check, c, f);
    if (!check->axis && (c->kind == TB_NUMBER || c->kind == TB_DATE))
        return check_bounds(d, s, check, c, f);
    return c->missing == tb_rows(s->table) ||
           fault_at(f, FAULT_DATA, &at, NULL,
                    check->axis ? "'%s' holds no texts" : "'%s' holds neither numbers nor dates", check->column);
}

int dataset_check(datasets *d, const dataset *s, fault *f) {
    int fine = 1;
    for (size_t i = 0; i < s->spec.checks; i++) {
        place at = { .file = tb_path(s->table), .line = 1, .field = s->spec.check[i].column };
        if (!tb_column_named(s->table, s->spec.check[i].column))
            fine = fault_at(f, FAULT_DATA, &at, NULL, "there is no column '%s'", s->spec.check[i].column);
    }
    for (size_t k = 0; k < tb_columns(s->table); k++) {
        const tb_column *c = tb_column_at(s->table, k);
        for (size_t i = 0; i < s->spec.checks; i++)
            if (!strcmp(s->spec.check[i].column, c->name))
                fine &= check_column(d, s, &s->spec.check[i], c, f);
    }
    return fine;
}
