#include "expr/replace.h"

#include "base/mem.h"
#include "expr/graph_inside.h"

/* The axes of a node upon new operands, of which it has one at least. */
static int axes_upon(const ex_graph *g, ex_node *n, const ex_id *arg, fault *f) {
    ax_set all = 0, first = g->node[arg[0]].axes;
    for (int i = 0; i < n->argc; i++) all |= g->node[arg[i]].axes;
    switch (ex_class(n->op)) {
    case EX_CLASS_REDUCE:
    case EX_CLASS_ORDER:
        if (n->argc == 2 && g->node[arg[1]].axes != AX_BIT(n->axis))
            return fault_set(f, FAULT_RULE, "the groups of '%s' differ from draw to draw",
                             ex_op_text(n->op));
        n->axes = (first & ~AX_BIT(n->axis)) | ax_bit(n->to);
        return 1;
    case EX_CLASS_SCAN: n->axes = first; return 1;
    case EX_CLASS_CHOICE:
        if (n->op == EX_gather)
            n->axes = (first & ~AX_BIT(n->axis)) | g->node[arg[1]].axes;
        else
            n->axes = (first & ~AX_BIT(n->axis)) | ax_bit(n->to);
        return 1;
    case EX_CLASS_HOSTED:
        if (n->op == EX_matrix) {
            const ex_matrix_function *fn = &g->matrix[n->extra];
            for (int i = 0; i < n->argc; i++) all &= ~ex_core_axes(fn->core[i]);
            n->axes = all | ex_core_axes(fn->out);
            return 1;
        }
        /* fall through */
    default: n->axes = all; return 1;
    }
}

/* ---- logarithms of exponentials ---- */

/* Choices within choices that are looked through for an exponential; and between which ends it has
 * a logarithm. */
enum { CHOICES = 8, EXPONENT_MOST = 700 };

static ex_id operand_of(const ex_graph *g, ex_id id, int i) {
    return g->arg[g->node[id].arg + (uint32_t)i];
}

static int has_exponential(const ex_graph *g, ex_id id, int choices) {
    if (g->node[id].op == EX_exp) return 1;
    return g->node[id].op == EX_where && choices > 0 &&
           (has_exponential(g, operand_of(g, id, 1), choices - 1) ||
            has_exponential(g, operand_of(g, id, 2), choices - 1));
}

/* The logarithm of x: what x is the exponential of, where it is one or chooses one. */
static ex_id logarithm(ex_graph *g, ex_id x, int choices, fault *f) {
    if (!x || !has_exponential(g, x, choices)) return ex_unary(g, EX_log, x, f);
    if (g->node[x].op == EX_where) {
        ex_id condition = operand_of(g, x, 0), other = operand_of(g, x, 2);
        ex_id chosen = logarithm(g, operand_of(g, x, 1), choices - 1, f);
        if (chosen) other = logarithm(g, other, choices - 1, f);
        return ex_ternary(g, EX_where, condition, chosen, chosen ? other : 0, f);
    }
    ex_id exponent = operand_of(g, x, 0), plain = ex_unary(g, EX_log, x, f);
    ex_id below = ex_binary(g, EX_le, exponent, ex_number(g, EXPONENT_MOST, f), f),
          above = ex_binary(g, EX_ge, exponent, ex_number(g, -EXPONENT_MOST, f), f);
    return ex_ternary(g, EX_where, below, ex_ternary(g, EX_where, above, exponent, plain, f), plain,
                      f);
}

static ex_id build_again(ex_graph *g, ex_id id, const ex_id *now, fault *f) {
    ex_node n = g->node[id];
    ex_id arg[EX_MATRIX_ARGS];
    for (int i = 0; i < n.argc; i++) arg[i] = now[g->arg[n.arg + (uint32_t)i]];
    if (!axes_upon(g, &n, arg, f)) return 0;
    n.composed = 0;
    g->file = n.file;
    g->line = n.line;
    g->from_file = n.from_file;
    g->from_line = n.from_line;
    g->from_column = n.from_column;
    if (n.op == EX_log) return logarithm(g, arg[0], CHOICES, f);
    return graph_add(g, n, arg, f);
}

/* Marks what leads to the wanted nodes. */
static void mark_needed(const ex_graph *g, const ex_id *node, size_t nodes, uint8_t *needed) {
    for (size_t i = 0; i < nodes; i++) needed[node[i]] = 1;
    for (ex_id id = g->count; id >= 1; id--)
        for (int k = 0; needed[id] && k < g->node[id].argc; k++)
            needed[g->arg[g->node[id].arg + (uint32_t)k]] = 1;
}

int ex_replace(ex_graph *g, const ex_id *from, const ex_id *to, size_t pairs, ex_id *node,
               size_t nodes, fault *f) {
    uint32_t count = g->count;
    ex_id *now = mem_zero((size_t)count + 1, sizeof *now);
    uint8_t *needed = mem_zero((size_t)count + 1, 1);
    int fine = now && needed ? 1 : fault_memory(f);
    if (fine) mark_needed(g, node, nodes, needed);
    for (ex_id id = 1; fine && id <= count; id++) now[id] = id;
    for (size_t i = 0; fine && i < pairs; i++) now[from[i]] = to[i];
    for (ex_id id = 1; fine && id <= count; id++) {
        int other = 0;
        for (int k = 0; needed[id] && k < g->node[id].argc; k++) {
            ex_id operand = g->arg[g->node[id].arg + (uint32_t)k];
            other |= now[operand] != operand;
        }
        if (other && now[id] == id) fine = (now[id] = build_again(g, id, now, f)) != 0;
    }
    for (size_t i = 0; fine && i < nodes; i++) node[i] = now[node[i]];
    mem_free(now);
    mem_free(needed);
    return fine;
}
