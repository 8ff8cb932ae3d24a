/* Arrays as tables: the first axis downwards, all others across. */
#include "report/terminal.h"

#include <string.h>

#include "base/mem.h"

enum { ACROSS = 60 };

typedef struct crosstab {
    const view *v;
    const assess_array *const *x;
    size_t arrays;
    size_t first; /* position of row 0 on the first axis */
    spot *column; /* positions on the other axes */
    int *places;  /* of each array */
} crosstab;

static void array_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const crosstab *t = of;
    (void)ink;
    if (t->x[0]->axes && column-- == 0) {
        buf_text(text, assess_title(t->v->session, &t->x[0]->axis[0], t->first + row));
        return;
    }
    const assess_array *x = t->x[column % t->arrays];
    spot s = t->column[column / t->arrays];
    if (x->axes) spot_add(&s, x->axis[0].id, t->first + row);
    view_element(text, t->v, x, spot_value(x, &s), t->places[column % t->arrays]);
}

/* The name of a label where it is short enough for a heading, else the label. */
static const char *column_title(const view *v, const assess_axis *axis, size_t i) {
    const char *title = assess_title(v->session, axis, i);
    return width_of(title, strlen(title)) > 12 ? assess_label(v->session, axis, i) : title;
}

void terminal_arrays(page *p, const view *v, const view_wish *w, const assess_array *const *x,
                     size_t count) {
    const assess_array *shape = x[0];
    size_t size[ASSESS_AXES] = {1}, first[ASSESS_AXES] = {0}, across = 1, columns;
    for (int k = 0; k < shape->axes; k++) {
        size_t picked = view_picked(v->session, w, &shape->axis[k]);
        first[k] = picked == VIEW_NONE ? 0 : picked;
        size[k] = picked == VIEW_NONE ? shape->axis[k].size : 1;
        if (k) across *= size[k];
    }
    size_t hidden = across > ACROSS ? across - ACROSS : 0,
           rows = size[0] < w->top ? size[0] : w->top;
    across -= hidden;
    columns = (shape->axes != 0) + across * count;
    crosstab t = {v,
                  x,
                  count,
                  first[0],
                  mem_zero(across + 1, sizeof *t.column),
                  mem_zero(count, sizeof *t.places)};
    grid_column *column = mem_zero(columns, sizeof *column);
    char **over = mem_zero(across + 1, sizeof *over);
    if (!t.column || !t.places || !column || !over) {
        p->out->held.failed = 1;
        goto out;
    }
    for (size_t i = 0; i < count; i++) t.places[i] = view_places(x[i]);
    if (shape->axes)
        column[0] =
            (grid_column){.over = "", .head = view_axis_title(v, &shape->axis[0]), .key = 1};
    for (size_t c = 0; c < across; c++) {
        size_t rest = c, at[ASSESS_AXES] = {0};
        buf b = BUF_INIT;
        /* The second axis changes fastest; the last one (a stage, a year) is the heading above. */
        for (int k = 1; k < shape->axes; k++) {
            at[k] = first[k] + rest % size[k];
            rest /= size[k];
            spot_add(&t.column[c], shape->axis[k].id, at[k]);
        }
        for (int k = shape->axes - 1; k > (count == 1); k--) {
            buf_text(&b, column_title(v, &shape->axis[k], at[k]));
            if (k > 1 + (count == 1)) buf_text(&b, " · ");
        }
        over[c] = b.text;
        for (size_t i = 0; i < count; i++) {
            const char *name = view_output_title(v, x[i], NULL);
            if (count == 1 && shape->axes > 1) name = column_title(v, &shape->axis[1], at[1]);
            column[(shape->axes != 0) + c * count + i] = (grid_column){
                .over = over[c] ? over[c] : "",
                .head = name,
                .side = x[i]->kind == ASSESS_NUMBER ? WIDTH_RIGHT : WIDTH_LEFT,
                .wrap = x[i]->kind == ASSESS_TEXT ? 12 : 0,
            };
        }
    }
    page_grid(p, &(grid){column, columns, shape->axes ? rows : 1, array_cell, &t});
    if (shape->axes && rows < size[0])
        page_paragraph(p, PAINT_FAINT, 0, "", view_word(v, WORD_SHOWN), rows, size[0]);
    if (hidden) page_paragraph(p, PAINT_FAINT, 0, "", view_word(v, WORD_COLUMNS_HIDDEN), hidden);
out:
    for (size_t c = 0; over && c < across; c++) mem_free(over[c]);
    mem_free(over);
    mem_free(column);
    mem_free(t.column);
    mem_free(t.places);
}
