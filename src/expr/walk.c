#include "expr/walk.h"

ex_walk ex_walk_over(const ax_space *space, ax_set shape) {
    ex_walk w = {.space = space};
    w.axes = ax_layout(space, shape, w.order);
    return w;
}

void ex_walk_with(ex_walk *w, ax_set set, int still, int as, int axis) {
    for (int i = 0; i < w->axes; i++) {
        int own = w->order[i] == as ? axis : w->order[i];
        w->step[w->operands][i] =
            own != still && set & AX_BIT(own) ? ax_stride(w->space, set, own) : 0;
    }
    w->operands++;
}

void ex_walk_on(ex_walk *w) {
    for (int i = w->axes - 1; i >= 0; i--) {
        size_t size = ax_get(w->space, w->order[i])->size;
        w->at[i]++;
        for (int k = 0; k < w->operands; k++) w->offset[k] += w->step[k][i];
        if (w->at[i] < size) return;
        w->at[i] = 0;
        for (int k = 0; k < w->operands; k++) w->offset[k] -= w->step[k][i] * size;
    }
}
