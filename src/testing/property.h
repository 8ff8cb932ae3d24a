/* Properties from inside. property.c runs them, has the data as rows, and says whether a property
 * still holds when cells are changed; metamorphic.c says it for other versions of the data.
 * generators.c draws what is changed, and makes what broke a property small. */
#ifndef TESTING_PROPERTY_H
#define TESTING_PROPERTY_H

#include "testing/inside.h"

/* The rows of keyed data as texts, in the columns of its file. */
typedef struct property_rows {
    const char **head;
    size_t columns;
    const char **cell; /* rows × columns */
    size_t rows;
    size_t unit; /* the column of units */
} property_rows;

property_rows *property_rows_of(lua_State *L, arena *a, const assess *of, const dataset *d);
property_rows *property_rows_copy(lua_State *L, arena *a, const property_rows *s, size_t more_rows);
void property_rows_drop(property_rows *s, const char *unit); /* all rows of a unit */
int is_value_column(const dataset *d, const char *column);   /* does the column hold values? */

typedef enum property_kind {
    MONOTONE,
    BOUNDS,
    NAMES,
    ROWS,
    UNITS,
    REVERSAL,
    FUNCTION
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
    int options, function; /* where they stand on the stack */
    const char *on;        /* the data that is changed: "observed" */
    const char *output;    /* NULL: all */
    int lower;             /* of that output the lower is the better: a rank */
    double tolerance, low, high;
    size_t runs;
    const char *pattern; /* of the indicators' addresses */
    computed *base;
    const assess_array *data;
    uint64_t random;

    /* what was drawn */
    changed_cell change[CHANGED];
    size_t changes;
    const char *indicator, *unit;
    double factor;
    uint64_t shuffle; /* the state that rows or names are drawn from */

    /* why it does not hold */
    const char *why;
    const assess_array *x; /* of the session looked at */
    size_t element;
    const char *got, *want;
} property;

/* ---- generators.c ---- */

double draw_unit(uint64_t *state); /* 0 ≤ x < 1 */
size_t draw_below(uint64_t *state, size_t count);
int draw_prepare(lua_State *L, property *p); /* raises where there is nothing to draw from */
int draw(property *p);                       /* 0: nothing to be drawn this time */
int better_of(const assess *a, const char *indicator); /* 1 higher, -1 lower, 0 neither */
int element_of(const model *m, const char *indicator); /* or -1 */
size_t find_cell(const assess *a, const assess_array *x, const changed_cell *c); /* or SIZE_MAX */

/* ---- property.c ---- */

/* Does it change cells of a session? The others look at other versions of the data. */
int property_changes_cells(const property *p);
/* Does it hold for what was drawn, in this session of these data? Fills why. `s` may be
 * NULL for those that only change cells. */
int property_holds(lua_State *L, property *p, computed *c, const property_rows *s);
/* metamorphic.c: the same for those that look at other versions of the data. */
int metamorphic_holds(lua_State *L, property *p, computed *c, const property_rows *s);
/* Raises where the data are too few for the question to mean anything. */
void metamorphic_check(lua_State *L, const property *p, const property_rows *s);
/* What differs by no more than this is the same. */
double property_slack(const property *p, double value);
const assess_array *property_output(lua_State *L, const property *p, computed *c);
const char *property_value_text(lua_State *L, const property *p, const assess *a,
                                const assess_array *x, double value);
const char *property_place(lua_State *L, const property *p, const assess *a, const assess_array *x,
                           size_t element); /* " at X, A1" */
/* Notes why it does not hold. Returns 0. */
int property_broken(lua_State *L, property *p, const assess *a, const assess_array *x,
                    size_t element, double want, double got, const char *why);
/* The session of other data; NULL where the rules refuse it. It lives until the slot is used again.
 */
computed *session_of_rows(lua_State *L, const property *p, const property_rows *s, int slot);

/* generators.c: as few units and changes, and as round numbers, as still break it. */
property_rows *shrink(lua_State *L, property *p);

#endif
