/* Axes: the named, labelled dimensions of arrays.
 *
 * A space holds the axes of one assessment, at most AX_MOST. One name is one axis: its labels are
 * fixed when it is made, and every array that has the axis has exactly these labels, so nothing
 * ever needs aligning. The shape of an array is the set of its axes, a bit each; broadcasting two
 * shapes is their union, reducing one is taking a bit away.
 *
 * Elements are laid out densely with the longest axis innermost (of equal ones the later made), so
 * that the axis worth streaming over is contiguous in every array that has it.
 *
 * Labels are numbers of a string pool. Where every label reads as a number (years), the axis also
 * has them as numbers. */
#ifndef EXPR_AXIS_H
#define EXPR_AXIS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/pool.h"

enum { AX_MOST = 64, AX_NONE = -1 };

typedef uint64_t ax_set; /* bit i: axis i */
typedef struct ax_space ax_space;

typedef struct ax_axis {
    const char *name;
    uint32_t size;
    const uint32_t *label; /* size pool numbers, distinct; NULL: see ax_make_rows */
} ax_axis;

ax_space *ax_open(pool *strings); /* borrows the pool; NULL without memory */
void ax_close(ax_space *s);
pool *ax_strings(const ax_space *s);

#define AX_BIT(i) ((ax_set)1 << (i))
static inline ax_set ax_bit(int axis) { return axis == AX_NONE ? 0 : AX_BIT(axis); }

/* Makes an axis of `size` distinct labels (copied). A name that is taken by an axis of the same
 * labels in the same order gives that one; with other labels it is a fault of the rule. Returns its
 * number or AX_NONE. */
int ax_make(ax_space *s, const char *name, const uint32_t *label, uint32_t size, fault *f);

/* Makes an axis of rows that are not in memory, whose labels are 1, 2, 3 … Nobody asks for them
 * before ax_name_rows has made them, which is before any element is looked at. */
int ax_make_rows(ax_space *s, const char *name, uint32_t size, fault *f);
int ax_name_rows(ax_space *s, int id, const uint32_t *label, fault *f);
/* Makes an axis shorter while nobody else looks at it, and as long as it was. */
void ax_cut(ax_space *s, int id, uint32_t size);

int ax_count(const ax_space *s);
const ax_axis *ax_get(const ax_space *s, int id);
int ax_find(const ax_space *s, const char *name); /* or AX_NONE */
/* The labels of an axis as numbers, where every one of them reads as a number; else NULL. Made when
 * they are first asked for. Without memory it is NULL, too. */
const double *ax_numbers(const ax_space *s, int id);

/* The position of a label on an axis, or -1. */
long ax_position(const ax_space *s, int id, uint32_t label);
/* The position of a label given as a number (a year), or -1. */
long ax_position_number(const ax_space *s, int id, double number);

/* The layout of a shape: its axes in `order`, outermost first. Returns how many. */
int ax_layout(const ax_space *s, ax_set set, uint8_t order[AX_MOST]);
/* Elements of a shape; SIZE_MAX where the count does not fit. The empty shape has one. */
size_t ax_size(const ax_space *s, ax_set set);
/* The innermost axis of a shape, or AX_NONE. */
int ax_inner(const ax_space *s, ax_set set);
/* Distance in elements between neighbours along axis `id`; 0 along one the shape does not have. */
size_t ax_stride(const ax_space *s, ax_set set, int id);

/* Where an element of an array stands along an axis: the number of its label there. */
static inline size_t ax_along(size_t element, size_t stride, size_t size) {
    return element / stride % size;
}

/* Writes the names of a shape, "unit × indicator", into `out` (always ended by NUL). */
void ax_describe(const ax_space *s, ax_set set, char *out, size_t room);

#endif
