/* Keyed data as rows of texts, and other versions of it. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "table/csv_out.h"
#include "table/date.h"
#include "testing/property.h"

static const char *cell_text(lua_State *L, arena *a, const assess *of, const tb_column *c,
                             size_t row) {
    char text[32];
    double x = c->value[row];
    if (isnan(x)) return "";
    if (c->kind == TB_TEXT) return pool_text(of->h->strings, (uint32_t)x);
    if (c->kind == TB_DATE)
        text[date_write(x, text)] = 0;
    else
        decimal_write(x, text);
    return testing_print(L, a, "%s", text);
}

sheet *sheet_of(lua_State *L, arena *a, const assess *of, const dataset *d) {
    sheet *s = testing_take(L, a, sizeof *s);
    size_t columns = tb_columns(d->table);
    const tb_column **kept = testing_take(L, a, columns * sizeof *kept);
    s->head = testing_take(L, a, columns * sizeof *s->head);
    s->rows = tb_rows(d->table);
    for (size_t i = 0; i < columns; i++) {
        const tb_column *c = tb_column_at(d->table, i);
        if (c->kind == TB_SKIP) continue;
        for (size_t k = 0; k < d->spec.keys; k++)
            if (!strcmp(d->spec.key[k].column, c->name) &&
                (!k || !strcmp(d->spec.key[k].axis, "unit")))
                s->unit = s->columns;
        kept[s->columns] = c;
        s->head[s->columns++] = testing_print(L, a, "%s", c->name);
    }
    s->cell = testing_take(L, a, s->rows * s->columns * sizeof *s->cell);
    for (size_t r = 0; r < s->rows; r++)
        for (size_t i = 0; i < s->columns; i++)
            s->cell[r * s->columns + i] = cell_text(L, a, of, kept[i], r);
    return s;
}

sheet *sheet_copy(lua_State *L, arena *a, const sheet *s, size_t more_rows) {
    sheet *out = testing_take(L, a, sizeof *out);
    *out = *s;
    out->cell = testing_take(L, a, (s->rows + more_rows) * s->columns * sizeof *out->cell);
    if (s->rows) memcpy(out->cell, s->cell, s->rows * s->columns * sizeof *out->cell);
    return out;
}

void sheet_drop(sheet *s, const char *unit) {
    size_t left = 0;
    for (size_t r = 0; r < s->rows; r++) {
        if (!strcmp(s->cell[r * s->columns + s->unit], unit)) continue;
        if (left != r)
            memmove(s->cell + left * s->columns, s->cell + r * s->columns,
                    s->columns * sizeof *s->cell);
        left++;
    }
    s->rows = left;
}

int sheet_is_value(const dataset *d, const char *column) {
    const tb_column *c = d->spec.value ? NULL : tb_column_named(d->table, column);
    return d->spec.value ? !strcmp(column, d->spec.value) : c && dataset_is_indicator(d, c);
}

void sheet_csv(const sheet *s, buf *to) {
    csv_out o = csv_out_to(to, ',', 0);
    for (size_t i = 0; i < s->columns; i++) csv_out_string(&o, s->head[i]);
    csv_out_end(&o);
    for (size_t r = 0; r < s->rows; r++) {
        for (size_t i = 0; i < s->columns; i++) {
            const char *text = s->cell[r * s->columns + i];
            csv_out_string(&o, *text ? text : NULL);
        }
        csv_out_end(&o);
    }
}
