#include "report/marks.h"

/* Does element i stand at the spot? */
static int stands_at(const assess_array *x, size_t i, const spot *at) {
    for (int s = 0; at && s < at->count; s++) {
        int k = view_axis(x, at->axis[s]);
        if (k >= 0 && i / x->stride[k] % x->axis[k].size != at->at[s]) return 0;
    }
    return 1;
}

marks marks_count(const view *v, role r, const spot *at) {
    const assess_array *x = v->part[r];
    marks m = {0, 0};
    for (size_t i = 0; x && i < x->size; i++) {
        int here = stands_at(x, i, at);
        m.of += here && x->value[i] == x->value[i];
        m.count += here && x->value[i] == 1;
    }
    return m;
}

void marks_say(const view *v, const marks *m, buf *b) {
    buf_print(b, view_word(v, WORD_MARKED), m->count, m->of);
}

void marks_facts(const view *v, const spot *at, document *p) {
    static const struct {
        role r;
        word head;
        const char *id;
    } part[] = {{ROLE_IMPUTED, WORD_IMPUTED, "imputed"}, {ROLE_TREATED, WORD_TREATED, "treated"}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (!v->part[part[i].r]) continue;
        buf b = BUF_INIT;
        marks m = marks_count(v, part[i].r, at);
        marks_say(v, &m, &b);
        document_cell cell = document_number(p, (double)m.count, 0);
        cell.shown = buf_string(&b);
        document_fact(p, part[i].id, view_word(v, part[i].head), cell);
        buf_release(&b);
    }
}

void marks_labels(const view *v, role r, const spot *at, buf *b) {
    const assess_array *x = v->part[r];
    size_t count = 0;
    for (size_t i = 0; x && i < x->size; i++) {
        if (x->value[i] != 1 || !stands_at(x, i, at)) continue;
        buf_text(b, count++ ? ", " : "");
        int labels = 0;
        for (int k = 0; k < x->axes; k++) {
            int given = 0;
            for (int s = 0; at && s < at->count; s++) given |= at->axis[s] == x->axis[k].id;
            if (!given)
                buf_print(
                    b, "%s%s", labels++ ? " " : "",
                    assess_label(v->session, &x->axis[k], i / x->stride[k] % x->axis[k].size));
        }
    }
}
