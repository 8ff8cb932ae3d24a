/* Walks over the elements of shapes: where each operand's element is, against its coordinates. */
#include "expr/walk.h"
#include "random_graph.h"

static size_t coordinate(ax_set shape, size_t element, int axis) {
    return element / ax_stride(space, shape, axis) % ax_get(space, axis)->size;
}

/* An operand that is added to a walk. */
typedef struct operand {
    ax_set set, still;
    int axis, to; /* of a rename, or AX_NONE */
} operand;

static size_t place_of(const operand *o, ax_set shape, size_t element) {
    size_t at = 0;
    for (int i = 0; i < ax_count(space); i++) {
        const int own = i == o->to ? o->axis : i;
        if (!(shape & AX_BIT(i)) || !(o->set & AX_BIT(own)) || (o->still & AX_BIT(i))) continue;
        at += coordinate(shape, element, i) * ax_stride(space, o->set, own);
    }
    return at;
}

static int stands_right(const ex_walk *w, const operand *of, int operands, ax_set shape,
                        size_t element) {
    int right = w->element == element && w->operands == operands;
    for (int k = 0; k < operands; k++)
        right = right && w->offset[k] == place_of(&of[k], shape, element);
    return right;
}

/* A rename between two axes as long as each other, of which the operand has one. */
static operand random_operand(ax_set shape) {
    operand o = {.set = random_axes(), .axis = AX_NONE, .to = AX_NONE};
    const int from = any_axis(), to = any_axis();
    if (chance(3) && from != to && ax_get(space, from)->size == ax_get(space, to)->size &&
        (shape & AX_BIT(to)) && !(o.set & AX_BIT(to))) {
        o.axis = from;
        o.to = to;
        o.set |= AX_BIT(from);
        return o;
    }
    if (chance(2)) o.still = random_axes();
    return o;
}

static int walks(void) {
    operand of[WALK_OPERANDS];
    const ax_set shape = random_axes();
    const int operands = chance(2) ? WALK_OPERANDS : (int)below(WALK_OPERANDS);
    ex_walk w = ex_walk_over(space, shape), other;
    const size_t size = ax_size(space, shape);
    for (int k = 0; k < operands; k++) {
        of[k] = random_operand(shape);
        if (of[k].to == AX_NONE)
            ex_walk_with(&w, of[k].set, of[k].still);
        else
            ex_walk_renamed(&w, of[k].set, of[k].axis, of[k].to);
    }
    const ex_walk begun = w;
    int right = w.count == size;
    for (size_t i = 0; i < size; i++) {
        right = right && stands_right(&w, of, operands, shape, i);
        if (chance(8)) {
            ex_walk_copy(&other, &w);
            right = right && other.count == size && other.space == space &&
                    stands_right(&other, of, operands, shape, i);
            ex_walk_on(&other);
            right = right && (i + 1 == size || stands_right(&other, of, operands, shape, i + 1));
        }
        ex_walk_on(&w);
    }
    w = begun;
    for (int i = 0; i < 20 && size; i++) { /* in any order, often to the next one or nowhere */
        size_t to = chance(3) ? w.element + below(2) : below(size);
        if (to >= size) to = size - 1;
        ex_walk_to(&w, to);
        right = right && stands_right(&w, of, operands, shape, to);
    }
    /* Without the innermost axis, which the caller goes along. */
    size_t step[WALK_OPERANDS];
    w = begun;
    const size_t inner = ex_walk_inner(&w, step);
    for (size_t i = 0; i < size; i++) {
        const size_t in = inner ? i % inner : 0;
        for (int k = 0; k < operands; k++)
            right = right && w.offset[k] + in * step[k] == place_of(&of[k], shape, i);
        right = right && w.element == i / inner && w.element < w.count;
        if (in + 1 == inner) ex_walk_on(&w);
    }
    return right && w.count * inner == size;
}

/* Lines along an axis, and groups in them. */
static int lines_are_right(void) {
    const ax_set shape = random_axes();
    const int axis = any_axis(), to = any_axis();
    if (!(shape & AX_BIT(axis)) || shape & AX_BIT(to) || !ax_size(space, shape)) return 1;
    const size_t length = ax_get(space, axis)->size, groups = ax_get(space, to)->size;
    int right = 1;
    size_t lines = 0;
    ex_walk w;
    for (ex_walk_lines(&w, space, shape, axis); w.element < w.count; ex_walk_on(&w), lines++)
        right = right && w.offset[0] == place_of(&(operand){shape, 0, AX_NONE, AX_NONE},
                                                 shape & ~AX_BIT(axis), w.element);
    right = right && lines * length == ax_size(space, shape);
    if (!groups || ax_size(space, shape | AX_BIT(to)) > most) return right;
    const ex_id x = random_source(shape, EX_NUMBER, 0),
                by = random_source(AX_BIT(axis), EX_NUMBER, groups),
                n = ex_reduce_by(g, EX_sum, x, axis, by, to, &f);
    double *group = malloc(length * sizeof *group);
    for (size_t i = 0; i < length; i++)
        group[i] = chance(6)   ? NAN
                   : chance(6) ? -1
                   : chance(6) ? (double)groups
                               : (double)below(groups);
    ex_lines l;
    right = right && n && ex_lines_open(&l, g, n, group, &f);
    if (!right) return 0;
    for (w = ex_walk_of(g, n); w.element < w.count; ex_walk_on(&w)) {
        const ex_places p = ex_lines_at(&l, &w);
        const ax_set out = axes_of(n);
        const size_t own = coordinate(out, w.element, to);
        size_t found = 0;
        for (size_t i = 0; i < length; i++) {
            if (group[i] != (double)own) continue;
            const size_t at = place_of(&(operand){shape, 0, AX_NONE, AX_NONE}, out, w.element) +
                              i * ax_stride(space, shape, axis);
            right = right && found < p.count && ex_position_at(&p, found) == i &&
                    ex_place(&p, found) == at;
            found++;
        }
        right = right && found == p.count;
    }
    ex_lines_release(&l);
    free(group);
    return right;
}

int main(void) {
    const uint64_t seed = tap_seed();
    int wrong = 0, wrong_lines = 0;
    for (uint64_t i = 0; i < 600; i++) {
        state = seed + i;
        case_open();
        most = 3000;
        sources = 0;
        random_space(0);
        wrong += !walks();
        wrong_lines += !lines_are_right();
        case_close();
    }
    is_int(wrong, 0, "each operand's element is where its coordinates say");
    is_int(wrong_lines, 0, "and so are lines, and groups in them");
    return done_testing();
}
