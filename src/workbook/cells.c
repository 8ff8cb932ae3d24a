#include "workbook/cells.h"

#include <string.h>

#include "base/mem.h"
#include "workbook/inside.h"

enum { INLINE_MOST = 160, SHORT = 40, DEEPEST = 1500 };

/* ---- names of cells ---- */

void book_cell_name(uint32_t row, uint32_t column, buf *out) {
    char letters[8];
    int n = 0;
    for (uint32_t k = column + 1; k; k = (k - 1) / 26) letters[n++] = (char)('A' + (k - 1) % 26);
    while (n) buf_char(out, letters[--n]);
    buf_print(out, "%u", row + 1);
}

void book_put_place(const book_cells *c, book_place at, buf *out) {
    buf_print(out, "'%s'!", c->sheet[at.sheet]);
    book_cell_name(at.row, at.column, out);
}

/* ---- where elements lie ---- */

positions book_positions(const book_cells *c, ax_set axes, size_t element) {
    positions p = {{0}};
    for (int i = 0; i < ax_count(c->space); i++)
        if (axes & AX_BIT(i))
            p.at[i] = (uint32_t)ax_along(element, ax_stride(c->space, axes, i),
                                         ax_get(c->space, i)->size);
    return p;
}

book_place book_place_of(const book_cells *c, const book_layout *l, const positions *at) {
    (void)c;
    book_place p = l->first;
    for (int k = 0; k < l->axes; k++) {
        p.row += l->down[k] * at->at[l->axis[k]];
        p.column += l->right[k] * at->at[l->axis[k]];
    }
    return p;
}

/* Levels of the index run down, units to the right of them; else units down. */
static int is_level(const book_cells *c, int axis) {
    const model *m = &c->session->s->m;
    for (int k = 0; k + 1 < m->levels; k++)
        if (m->level_axis[k] == axis) return 1;
    return 0;
}

static int choose(const book_cells *c, const book_layout *l, int taken, int levels) {
    int best = -1;
    for (int k = 0; k < l->axes; k++) {
        if (k == taken || (levels && !is_level(c, l->axis[k]))) continue;
        if (!levels && !strcmp(ax_get(c->space, l->axis[k])->name, "unit")) return k;
        if (best < 0 || ax_get(c->space, l->axis[k])->size > ax_get(c->space, l->axis[best])->size)
            best = k;
    }
    return best;
}

/* Two columns of labels on the left; a line with the title, one with labels to the right. */
book_layout *book_lay_out(book_cells *c, ex_id n, int sheet, uint32_t row, uint32_t column) {
    book_layout *l = arena_zero(&c->memory, 1, sizeof *l);
    if (!l) {
        c->failed = !fault_memory(c->f);
        return NULL;
    }
    ax_set axes = ex_get(c->graph, n)->axes;
    for (int i = 0; i < ax_count(c->space); i++)
        if (axes & AX_BIT(i)) {
            if (l->axes == ASSESS_AXES) return NULL;
            l->axis[l->axes++] = i;
        }
    int down = choose(c, l, -1, 1);
    if (down < 0) down = choose(c, l, -1, 0);
    int right = choose(c, l, down, 0);
    uint32_t rows = down < 0 ? 1 : ax_get(c->space, l->axis[down])->size;
    uint32_t columns = right < 0 ? 1 : ax_get(c->space, l->axis[right])->size, block = rows + 3;
    l->rows = down < 0 ? AX_NONE : l->axis[down];
    l->columns = right < 0 ? AX_NONE : l->axis[right];
    l->first = (book_place){sheet, row + 2, column + 2};
    l->high = block;
    l->wide = columns + 2;
    for (int k = 0; k < l->axes; k++) {
        if (k == down)
            l->down[k] = 1;
        else if (k == right)
            l->right[k] = 1;
        else {
            l->down[k] = l->high;
            l->high *= ax_get(c->space, l->axis[k])->size;
        }
    }
    if (columns > 16000 || (double)l->first.row + l->high > 1000000) return NULL;
    return c->layout[n] = l;
}

/* ---- expressions with and without cells ---- */

book_expression book_constant(ex_kind kind, double value) {
    return (book_expression){
        .form = FORM_CONSTANT, .kind = kind, .value = value, .lacks = !(value == value)};
}

book_expression book_made(book_cells *c, ex_kind kind, int binds, buf *b) {
    const char *text = b->failed ? NULL : arena_print(&c->memory, "%s", buf_string(b));
    buf_release(b);
    if (!text) c->failed = !fault_memory(c->f);
    return (book_expression){
        .form = FORM_TEXT, .kind = kind, .binds = binds, .text = text ? text : "0"};
}

book_expression book_freeze(book_cells *c, ex_id n, size_t element, const char *why) {
    size_t i = 0;
    while (i < c->reasons && (c->reason[i].node != n || strcmp(c->reason[i].why, why))) i++;
    if (i == c->reasons) {
        if (!MEM_RESERVE(c->reason, c->reasons + 1, c->reason_cap)) {
            c->failed = !fault_memory(c->f);
            return book_constant(EX_NUMBER, EX_NAN);
        }
        c->reason[c->reasons++] = (book_reason){n, why, 0};
    }
    c->reason[i].cells++;
    book_expression x = book_constant((ex_kind)ex_get(c->graph, n)->kind, c->value[n][element]);
    x.frozen = 1;
    return x;
}

/* The text of a whole cell. */
static const char *cell_text(book_cells *c, const book_expression *x) {
    buf b = BUF_INIT;
    book_piece p = x->kind == EX_TRUTH && x->logical ? book_number(c, x, ANYWHERE)
                   : x->form == FORM_CELL && !x->input && x->kind != EX_DATE
                       ? (book_piece){NULL, BINDS_WHOLE}
                       : book_piece_of(c, x);
    int guarded = x->lacks && p.text;
    if (guarded) buf_text(&b, "IFERROR(");
    if (p.text)
        buf_text(&b, p.text);
    else if (x->name)
        buf_text(&b, x->name);
    else
        book_put_place(c, x->cell, &b);
    if (x->kind == EX_DATE) buf_print(&b, "+%d", BOOK_DAYS);
    if (guarded) buf_text(&b, ",\"\")");
    return book_made(c, x->kind, BINDS_WHOLE, &b).text;
}

static void add_formula(book_cells *c, book_place at, ex_id n, size_t element,
                        const book_expression *x) {
    if (!MEM_RESERVE(c->formula, c->formulas + 1, c->formula_cap)) {
        c->failed = !fault_memory(c->f);
        return;
    }
    int bare = is_constant(x);
    c->formula[c->formulas] =
        (book_formula){.at = at,
                       .node = n,
                       .text = bare ? NULL : cell_text(c, x),
                       .value = c->value[n][element],
                       .kind = x->kind,
                       .life = bare ? (x->frozen ? BOOK_FROZEN : BOOK_CONSTANT)
                                    : (x->frozen ? BOOK_PARTLY : BOOK_LIVE)};
    /* A cell's formula has 8,192 characters at most. */
    if (!bare && strlen(c->formula[c->formulas].text) > 8000) {
        book_freeze(c, n, element, TEXT("its formula is too long for a cell"));
        c->formula[c->formulas].text = NULL;
        c->formula[c->formulas].life = BOOK_FROZEN;
    }
    c->formulas++;
}

const char **book_beside(book_cells *c, ex_id n, size_t element) {
    size_t size = ax_size(c->space, ex_get(c->graph, n)->axes);
    if (!c->beside[n]) c->beside[n] = arena_zero(&c->memory, size + 1, sizeof **c->beside);
    if (!c->beside[n]) c->failed = !fault_memory(c->f);
    return c->beside[n] ? &c->beside[n][element] : NULL;
}

void book_beside_cell(book_cells *c, book_place at, const char *formula, double value) {
    if (!MEM_RESERVE(c->formula, c->formulas + 1, c->formula_cap)) {
        c->failed = !fault_memory(c->f);
        return;
    }
    c->formula[c->formulas++] = (book_formula){
        .at = at, .text = formula, .value = value, .kind = EX_NUMBER, .life = BOOK_LIVE};
}

static book_expression cell_of(book_place at, const book_expression *x) {
    return (book_expression){.form = FORM_CELL,
                             .kind = x->kind,
                             .lacks = x->lacks,
                             .frozen = x->frozen,
                             .cell = at,
                             .binds = BINDS_WHOLE};
}

/* Gives an element a cell on the sheet of workings. */
static void spill(book_cells *c, ex_id n, const positions *at, book_expression *x) {
    if (!c->layout[n]) {
        book_layout *l = book_lay_out(c, n, c->workings, c->working_row, 0);
        if (!l) return;
        c->working[n] = 1;
        c->working_row += l->high;
    }
    book_place to = book_place_of(c, c->layout[n], at);
    add_formula(c, to, n, result_cell(c->space, ex_get(c->graph, n)->axes, at), x);
    book_expression cell = cell_of(to, x);
    if (!is_constant(x)) *x = cell;
}

/* ---- sources ---- */

static const md_array *array_of(const model *m, ex_id n) {
    for (size_t i = 0; i < m->arrays; i++)
        if (m->array[i].node == n) return &m->array[i];
    return NULL;
}

static book_expression leaf_cell(book_cells *c, int leaf) {
    const md_leaf *l = &c->session->s->m.leaf[leaf];
    if (c->leaf[leaf].sheet < 0) return book_constant(EX_NUMBER, l->value.number);
    c->leaf_used[leaf] = 1;
    return (book_expression){.form = FORM_CELL,
                             .kind = EX_NUMBER,
                             .binds = BINDS_WHOLE,
                             .cell = c->leaf[leaf],
                             .name = c->leaf_name[leaf]};
}

/* The weight of a group that has none of its own: the sum of its children's. */
static void put_weights(book_cells *c, int element, int stage, buf *b) {
    const model *m = &c->session->s->m;
    for (int e = element + 1; e < m->elements && m->element[e].depth > m->element[element].depth;
         e++) {
        if (m->element[e].parent != element) continue;
        int own = -1;
        for (size_t i = 0; i < m->leaves; i++)
            if (m->leaf[i].element == e && !strcmp(m->leaf[i].name, "weight") &&
                (m->leaf[i].stage < 0 || m->leaf[i].stage == stage))
                own = (int)i;
        if (own < 0) {
            put_weights(c, e, stage, b);
            continue;
        }
        if (b->length) buf_char(b, '+');
        book_expression x = leaf_cell(c, own);
        book_put(b, book_number(c, &x, IN_ARITHMETIC), BINDS_SUM);
    }
}

static book_expression leaf_source(book_cells *c, ex_id n, const positions *at, size_t element) {
    const model *m = &c->session->s->m;
    const md_array *a = array_of(m, n);
    double value = c->value[n][element];
    if (!a) return book_constant((ex_kind)ex_get(c->graph, n)->kind, value);
    if (a->leaf[element] >= 0 && a->kind == EX_NUMBER) return leaf_cell(c, a->leaf[element]);
    for (int k = 1; value == value && k + 1 < m->levels; k++)
        if (a == &m->array[m->level_weight[k]]) {
            buf b = BUF_INIT;
            int stage = m->stage_axis == AX_NONE ? -1 : (int)at->at[m->stage_axis];
            put_weights(c, m->member[k][at->at[m->level_axis[k]]], stage, &b);
            return book_made(c, EX_NUMBER, BINDS_SUM, &b);
        }
    return book_constant(a->kind, value);
}

static book_expression source(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_values *v = ex_values_of(c->graph, n);
    if (v->origin == EX_LEAF) return leaf_source(c, n, at, element);
    book_place to = c->input[n] ? c->input[n][element] : (book_place){.sheet = -1};
    if (to.sheet < 0)
        return book_constant((ex_kind)ex_get(c->graph, n)->kind, c->value[n][element]);
    return (book_expression){.form = FORM_CELL,
                             .kind = EX_NUMBER,
                             .lacks = 1,
                             .input = 1,
                             .cell = to,
                             .binds = BINDS_WHOLE};
}

/* ---- elements ---- */

static book_expression compile(book_cells *c, ex_id n, const positions *at, size_t element) {
    const ex_node *node = ex_get(c->graph, n);
    if (!c->dynamic[n]) return book_constant((ex_kind)node->kind, c->value[n][element]);
    if (node->op == EX_source) return source(c, n, at, element);
    if (c->depth >= DEEPEST) return book_freeze(c, n, element, TEXT("the rules nest too deep"));
    c->depth++;
    book_expression x;
    if (!book_composed(c, n, at, &x))
        x = ex_is_elementwise(node->op)             ? book_elementwise(c, n, at, element)
            : ex_class(node->op) == EX_CLASS_CHOICE ? book_choice(c, n, at, element)
                                                    : book_along(c, n, at, element);
    c->depth--;
    return x;
}

book_expression *book_known(book_cells *c, ex_id n, const positions *at) {
    static book_expression none;
    ax_set axes = ex_get(c->graph, n)->axes;
    size_t element = result_cell(c->space, axes, at);
    if (!c->known[n])
        c->known[n] = arena_zero(&c->memory, ax_size(c->space, axes) + 1, sizeof **c->known);
    book_expression *own = c->known[n] ? c->known[n][element] : NULL;
    if (own) return own;
    book_expression made = compile(c, n, at, element);
    own = arena_zero(&c->memory, 1, sizeof *own);
    if (!own || !c->known[n]) {
        c->failed = !fault_memory(c->f);
        none = book_constant(EX_NUMBER, EX_NAN);
        return &none;
    }
    *own = made;
    if (c->layout[n] && !c->working[n]) {
        book_place to = book_place_of(c, c->layout[n], at);
        add_formula(c, to, n, element, own);
        if (!is_constant(own)) *own = cell_of(to, &made);
    }
    return c->known[n][element] = own;
}

book_expression *book_operand(book_cells *c, ex_id n, const positions *at) {
    book_expression *x = book_known(c, n, at);
    if (x->form == FORM_TEXT) {
        size_t length = strlen(x->text);
        if (length > INLINE_MOST || (x->uses && length > SHORT)) spill(c, n, at, x);
        x->uses++;
    }
    return x;
}

/* Are they one range? */
static int one_range(const book_line *l) {
    for (size_t i = 0; i < l->count; i++) {
        if (l->cell[i].sheet < 0) return 0;
        if (!i) continue;
        uint32_t down = l->cell[i].row - l->cell[i - 1].row;
        uint32_t right = l->cell[i].column - l->cell[i - 1].column;
        int steady = i == 1 || (down == l->cell[1].row - l->cell[0].row &&
                                right == l->cell[1].column - l->cell[0].column);
        if (l->cell[i].sheet != l->cell[0].sheet || down + right != 1 || !steady) return 0;
    }
    return 1;
}

int book_line_of(book_cells *c, ex_id x, const positions *at, int axis, const uint32_t *which,
                 size_t count, int whole, book_line *out) {
    positions p = *at;
    int direct = 1;
    *out = (book_line){.count = count, .lacks = 1};
    out->cell = arena_zero(&c->memory, count + 1, sizeof *out->cell);
    if (!out->cell) return !(c->failed = !fault_memory(c->f));
    for (size_t i = 0; i < count; i++) {
        p.at[axis] = which ? which[i] : (uint32_t)i;
        const book_expression *e = book_known(c, x, &p);
        if (!e->lacks) out->lacks = 0;
        out->frozen |= e->frozen;
        out->cell[i] = e->form == FORM_CELL ? e->cell : (book_place){.sheet = -1};
        direct &= e->form == FORM_CELL || is_missing(e);
    }
    if (c->layout[x] && !c->working[x]) {
        for (size_t i = 0; i < count; i++) {
            p.at[axis] = which ? which[i] : (uint32_t)i;
            out->cell[i] = book_place_of(c, c->layout[x], &p);
        }
        return 1;
    }
    if (whole) direct &= one_range(out);
    for (size_t i = 0; !direct && i < count; i++) {
        p.at[axis] = which ? which[i] : (uint32_t)i;
        book_expression *e = book_known(c, x, &p);
        book_place own = c->layout[x] ? book_place_of(c, c->layout[x], &p) : out->cell[i];
        if (e->form == FORM_CELL && c->layout[x] && !memcmp(&own, &e->cell, sizeof own)) {
            out->cell[i] = own; /* it has its cell already */
            continue;
        }
        book_expression alias = *e;
        if (is_missing(e) && !whole) continue;
        spill(c, x, &p, &alias);
        if (!c->layout[x]) return 0;
        if (!is_constant(e)) *e = alias;
        out->cell[i] = book_place_of(c, c->layout[x], &p);
    }
    return 1;
}

int book_compile(book_cells *c, ex_id n) {
    ax_set axes = ex_get(c->graph, n)->axes;
    for (size_t e = 0; e < ax_size(c->space, axes) && !c->failed; e++) {
        positions at = book_positions(c, axes, e);
        book_known(c, n, &at);
    }
    return !c->failed;
}

/* ---- open and close ---- */

/* Which nodes outputs need, and which of them depend on what people may change. */
static int mark_nodes(book_cells *c, ex_id *want, size_t *wants) {
    assess *a = c->session;
    char *needed = mem_zero((size_t)c->nodes + 1, 1);
    size_t elements = 0;
    if (!needed) return fault_memory(c->f);
    for (size_t i = 0; i < assess_output_count(a); i++)
        if (session_node(a, assess_output(a, i))) needed[session_node(a, assess_output(a, i))] = 1;
    for (ex_id n = c->nodes; n >= 1; n--)
        for (int k = 0; needed[n] && k < ex_get(c->graph, n)->argc; k++)
            needed[ex_arg(c->graph, n, k)] = 1;
    for (ex_id n = 1; n <= c->nodes; n++) {
        const ex_node *node = ex_get(c->graph, n);
        if (!needed[n]) continue;
        want[(*wants)++] = n;
        elements += ax_size(c->space, node->axes);
        const ex_values *v = ex_values_of(c->graph, n);
        c->dynamic[n] = v && v->kind == EX_NUMBER && (v->origin == EX_LEAF || v->origin == EX_DATA);
        for (int k = 0; k < node->argc; k++) c->dynamic[n] |= c->dynamic[ex_arg(c->graph, n, k)];
    }
    mem_free(needed);
    if (elements > BOOK_ELEMENTS)
        return fault_at(c->f, FAULT_LIMIT, NULL, "--format csv",
                        "a workbook would have %zu cells; %d are the most", elements,
                        BOOK_ELEMENTS);
    return 1;
}

int book_cells_open(book_cells *c, assess *a, fault *f) {
    const model *m = &a->s->m;
    *c = (book_cells){
        .session = a, .graph = a->h->graph, .space = a->h->space, .memory = ARENA_INIT, .f = f};
    c->nodes = ex_count(c->graph);
    size_t n = (size_t)c->nodes + 1, leaves = m->leaves + 1, wants = 0;
    c->leaf = arena_zero(&c->memory, leaves, sizeof *c->leaf);
    c->leaf_name = arena_zero(&c->memory, leaves, sizeof *c->leaf_name);
    c->leaf_used = arena_zero(&c->memory, leaves, 1);
    c->input = arena_zero(&c->memory, n, sizeof *c->input);
    c->layout = arena_zero(&c->memory, n, sizeof *c->layout);
    c->dynamic = arena_zero(&c->memory, n, 1);
    c->working = arena_zero(&c->memory, n, 1);
    c->value = arena_zero(&c->memory, n, sizeof *c->value);
    c->known = arena_zero(&c->memory, n, sizeof *c->known);
    c->beside = arena_zero(&c->memory, n, sizeof *c->beside);
    ex_id *want = arena_zero(&c->memory, n, sizeof *want);
    if (!c->leaf || !c->leaf_name || !c->leaf_used || !c->input || !c->layout || !c->dynamic ||
        !c->working || !c->value || !c->known || !c->beside || !want)
        return fault_memory(f);
    for (size_t i = 0; i < leaves; i++) c->leaf[i].sheet = -1;
    if (!mark_nodes(c, want, &wants) || !ex_run_prepare(a->h->run, want, wants, f)) return 0;
    for (size_t i = 0; i < wants; i++)
        if (!(c->value[want[i]] = ex_run_value(a->h->run, want[i], f))) return 0;
    return 1;
}

void book_cells_close(book_cells *c) {
    arena_release(&c->memory);
    mem_free(c->formula);
    mem_free(c->reason);
}
