/* What the files of properties share. property.c reads and runs properties, has keyed data as rows,
 * and checks properties that change cells; metamorphic.c checks those that compare with another
 * version of the data; generators.c draws changes at random and makes a failing example small. */
#ifndef TESTING_PROPERTY_H
#define TESTING_PROPERTY_H

#include "testing/inside.h"

/* Keyed data as texts, in the columns of its file. */
typedef struct property_rows {
    const char **head;
    size_t columns;
    const char **cell; /* rows × columns */
    size_t rows;
    size_t unit; /* the column of units */
} property_rows;

static inline const char **rows_cell(const property_rows *s, size_t row, size_t column) {
    return &s->cell[row * s->columns + column];
}
size_t rows_column(const property_rows *s, const char *name); /* or SIZE_MAX; name may be NULL */
property_rows *property_rows_of(lua_State *L, arena *a, const assess *of, const dataset *d);
property_rows *property_rows_copy(lua_State *L, arena *a, const property_rows *s, size_t more_rows);
int is_value_column(const dataset *d, const char *column); /* does it hold values? */

typedef enum property_kind {
    MONOTONE,
    BOUNDS,
    NAMES,
    ROWS,
    UNITS,
    REVERSAL,
    FUNCTION,
    ROBUST
} property_kind;

/* A cell that is changed, by labels. */
typedef struct changed_cell {
    const char *axis[ASSESS_AXES], *label[ASSESS_AXES];
    int axes;
    double old, now;
} changed_cell;
enum { CHANGED = 3 };

typedef struct property {
    test_run *t;
    const char *name;
    property_kind kind;
    int options, function; /* stack indexes */
    const char *on;        /* the data that is changed: "observed" */
    const char *output;    /* NULL: all */
    int lower;             /* less is better in the output, as in a rank */
    double tolerance, low, high;
    size_t runs;
    const char *pattern; /* the indicators: an id, or a pattern of addresses; or NULL */
    computed *base;
    const assess_array *data;
    uint64_t random;

    /* what was drawn */
    changed_cell change[CHANGED];
    size_t changes;
    const char *indicator, *unit;
    double factor;
    uint64_t shuffle; /* the random state for names or the order of rows */

    /* why it does not hold */
    const char *why;
    const assess_array *x; /* the output that shows it, or NULL */
    const char *got, *want;
} property;

/* ---- generators.c ---- */

double draw_unit(uint64_t *state); /* 0 ≤ x < 1 */
size_t draw_below(uint64_t *state, size_t count);
void draw_prepare(lua_State *L, property *p); /* raises where there is nothing to draw from */
int draw(property *p);                        /* 0 where nothing could be drawn this time */
int better_of(const assess *a, const char *indicator); /* 1 higher, -1 lower, 0 neither */
int element_of(const model *m, const char *indicator); /* or -1 */
size_t find_cell(const assess *a, const assess_array *x, const changed_cell *c); /* or SIZE_MAX */
/* Makes what broke the property small: few units and changes, round numbers. Returns the rows. */
property_rows *shrink(lua_State *L, property *p);

/* ---- robust.c ---- */

int robust_make(lua_State *L); /* robust { … } in a test file */
int robust_run(lua_State *L, const property *p);

/* ---- property.c ---- */

/* Does it change cells of a session? The others compare with other versions of the data. */
int property_changes_cells(const property *p);
/* Does it hold for what was drawn, in this session of these rows? Fills why if not. `s` may be NULL
 * where cells are changed. */
int property_holds(lua_State *L, property *p, computed *c, const property_rows *s);
/* metamorphic.c: the same for properties that compare with another version of the data. */
int metamorphic_holds(lua_State *L, property *p, computed *c, const property_rows *s);
void metamorphic_check(lua_State *L, const property *p,
                       const property_rows *s);         /* raises where the
                                                           data are too few */
double property_slack(const property *p, double value); /* smaller differences do not count */
const assess_array *property_output(lua_State *L, const property *p, computed *c);
const char *property_value_text(lua_State *L, const property *p, const assess *a,
                                const assess_array *x, double value);
const char *property_place(lua_State *L, const property *p, const assess *a, const assess_array *x,
                           size_t element); /* " at X, A1", or "" */
/* Notes why it does not hold. Returns 0. */
int property_broken(lua_State *L, property *p, const assess *a, const assess_array *x,
                    size_t element, double want, double got, const char *why);
/* The session of other rows (NULL: of the same data once more); NULL where the rules refuse them.
 * It lives until its slot is used again. */
computed *session_of_rows(lua_State *L, const property *p, const property_rows *s, int slot);

#endif
