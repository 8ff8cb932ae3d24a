#include "uncertainty/sample.h"

#include <math.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "base/work.h"

static int reserve(sample *out, size_t columns, size_t of_y, size_t rows, fault *f) {
    *out = (sample){.memory = ARENA_INIT, .rows = rows};
    out->column = arena_zero(&out->memory, columns + 1, sizeof *out->column);
    out->y = arena_zero(&out->memory, of_y + 1, sizeof *out->y);
    return (out->column && out->y) || fault_memory(f);
}

static int draw_rows(sample *out, sensitivity *s, uint64_t n, fault *f) {
    size_t all = s->varied + s->targets, block = draws_block(s->draws), rows = (size_t)n;
    if (!reserve(out, s->varied, s->targets, 0, f)) return 0;
    double *value = n < SIZE_MAX / 16 / (all + 1)
                        ? arena_take(&out->memory, (all * rows + 1) * sizeof *value)
                        : NULL;
    double *y = arena_take(&out->memory, (block * s->targets + 1) * sizeof *y);
    if (!value || !y) return fault_memory(f);
    const draw_source from = {.seed = s->seed};
    for (size_t at = 0; at < rows; at += block) {
        if (at && sensitivity_over(s)) break;
        size_t count = rows - at < block ? rows - at : block;
        if (!sensitivity_compute(s, &from, at, count, y, f)) return 0;
        for (size_t i = 0; i < s->inputs.inputs; i++)
            memcpy(value + i * rows + at, draws_input(s->draws, i), count * sizeof *value);
        for (size_t i = 0; i < s->inputs.choices; i++)
            for (size_t k = 0; k < count; k++)
                value[(s->inputs.inputs + i) * rows + at + k] =
                    (double)draws_chosen(s->draws, i, k);
        for (size_t t = 0; t < s->targets; t++)
            memcpy(value + (s->varied + t) * rows + at, y + t * count, count * sizeof *value);
        out->rows += count;
        work_to(out->rows);
    }
    for (size_t i = 0; i < s->varied; i++) {
        int choice = i >= s->inputs.inputs;
        out->column[out->columns++] = (sample_column){
            .name = choice ? s->inputs.choice[i - s->inputs.inputs].address
                           : s->inputs.input[i].address,
            .value = value + i * rows,
            .classes = choice,
        };
    }
    for (size_t t = 0; t < s->targets; t++) out->y[t] = value + (s->varied + t) * rows;
    return 1;
}

int sample_draw(sample *out, sensitivity *s, uint64_t n, fault *f) {
    work_begin(TEXT("%.0f of %.0f draws"), NULL, n);
    const int fine = draw_rows(out, s, n, f);
    work_end();
    return fine;
}

static const char *name_at(const void *self, size_t i) {
    const tb_table *t = self;
    return i < tb_columns(t) ? tb_column_at(t, i)->name : NULL;
}

static int take_columns(sample *out, const char *path, const char *of, fault *f) {
    const tb_column *y = tb_column_named(out->table, of);
    if (!y || y->kind == TB_TEXT) {
        const char *best = y ? NULL : suggest_among(of, name_at, out->table);
        return fault_at(f, FAULT_USAGE, NULL, suggest_text(&out->memory, best),
                        y ? TEXT("%s: the column '%s' is no number")
                          : TEXT("%s: there is no column '%s'"),
                        path, of);
    }
    for (size_t i = 0; i < tb_columns(out->table); i++) {
        const tb_column *c = tb_column_at(out->table, i);
        if (c == y || !c->value) continue;
        out->column[out->columns++] = (sample_column){c->name, c->value, c->kind == TB_TEXT};
    }
    out->y[0] = y->value;
    return out->columns ||
           fault_set(f, FAULT_USAGE, "%s: there is no column beside '%s'", path, of);
}

int sample_read(sample *out, const char *path, const char *of, fault *f) {
    const tb_options o = {0};
    fault notes = FAULT_INIT;
    *out = (sample){.memory = ARENA_INIT, .strings = pool_open()};
    if (!out->strings) return fault_memory(f);
    tb_table *t = tb_read(path, &o, out->strings, &notes, f);
    fault_release(&notes);
    if (!t) return 0;
    pool *strings = out->strings;
    if (!reserve(out, tb_columns(t), 1, tb_rows(t), f)) {
        tb_close(t);
        pool_close(strings);
        return 0;
    }
    out->table = t;
    out->strings = strings;
    return take_columns(out, path, of, f);
}

void sample_close(sample *s) {
    if (s->table) tb_close(s->table);
    if (s->strings) pool_close(s->strings);
    arena_release(&s->memory);
    *s = (sample){.memory = ARENA_INIT};
}
