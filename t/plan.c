/* Plans of random graphs: each node is computed once, after its operands, and its value is where
 * its readers look for it; what nobody needs is not kept, and no room is taken twice. */
#include "reference_evaluator.h"
#include "expr/plan.h"
#include "random_graph.h"

/* Where a node is computed. */
typedef struct found {
    int needed, wanted, pass, loop, instruction; /* -1: it is not */
    const pl_instruction *in;
    int readers, steers; /* how often it is an operand; of groups or positions */
} found;

static pl_plan plan;
static found *of;
static uint8_t *kept_of; /* by node: its whole value is */
static uint32_t count;
static const char *why;

static int says(int right, const char *what) {
    if (!right && !why) why = what;
    return right;
}

static int stream_of(ax_set axes) { return ax_inner(space, axes); }

static ax_set axes_of_operand(ex_id n, int i) { return axes_of(ex_arg(g, n, i)); }

/* How a node goes along a stream, as plan.h says it. */
static pl_form form_of(ex_id n) {
    const ex_node *x = ex_get(g, n);
    const ex_op_class of_op = ex_class(x->op);
    if (ex_is_elementwise(x->op)) return PL_ELEMENT;
    const int from = stream_of(axes_of_operand(n, 0)), to = stream_of(x->axes);
    if (of_op == EX_CLASS_REDUCE) {
        if (x->axis == from) return x->argc == 1 ? PL_LINE : PL_BREAKER;
        return from == to ? PL_FOLD : PL_BREAKER;
    }
    if (of_op != EX_CLASS_CHOICE || from != to || to == AX_NONE || x->axis == from)
        return PL_BREAKER;
    return x->op == EX_gather && axes_of_operand(n, 1) & AX_BIT(to) ? PL_BREAKER : PL_COPY;
}

static int steers(ex_id n, int i) {
    const pl_form form = form_of(n);
    return i == 1 && (form == PL_COPY || form == PL_FOLD);
}

/* ---- what there is ---- */

static void note(ex_id n, int pass, int loop, int instruction, const pl_instruction *in) {
    if (of[n].pass >= 0) says(0, "a node is computed twice");
    of[n].pass = pass;
    of[n].loop = loop;
    of[n].instruction = instruction;
    of[n].in = in;
}

static void find_all(const ex_id *want, size_t wants) {
    for (ex_id n = 0; n <= count; n++) of[n] = (found){.pass = -1};
    for (size_t i = 0; i < wants; i++) of[want[i]].needed = of[want[i]].wanted = 1;
    for (ex_id n = count; n >= 1; n--)
        for (int i = 0; of[n].needed && i < ex_get(g, n)->argc; i++) {
            of[ex_arg(g, n, i)].needed = 1;
            of[ex_arg(g, n, i)].readers++;
            of[ex_arg(g, n, i)].steers += steers(n, i);
        }
    for (uint32_t p = 0; p < plan.passes; p++) {
        const pl_pass *pass = &plan.pass[p];
        if (pass->form == PL_BREAKER) note(pass->node, (int)p, 0, 0, NULL);
        for (uint32_t l = 0; l < pass->loops; l++)
            for (uint32_t k = 0; k < pass->loop[l].count; k++)
                note(pass->loop[l].instruction[k].node, (int)p, (int)l, (int)k,
                     &pass->loop[l].instruction[k]);
    }
}

static int is_source(ex_id n) { return ex_get(g, n)->op == EX_source; }

static int is_before(ex_id a, ex_id b) {
    const found *x = &of[a], *y = &of[b];
    if (x->pass != y->pass) return x->pass < y->pass;
    if (x->loop != y->loop) return x->loop < y->loop;
    return x->instruction < y->instruction;
}

/* The operands of an instruction as the graph has them: those of a fused fold are those of what it
 * is fused with. */
static int is_fused_right(ex_id n, const pl_instruction *in) {
    const ex_id inner = ex_arg(g, n, 0);
    const ex_node *x = ex_get(g, inner);
    if (in->fused == PL_PRODUCT)
        return x->op == EX_mul && in->product == inner &&
               ((in->arg[0].node == ex_arg(g, inner, 0) &&
                 in->arg[1].node == ex_arg(g, inner, 1)) ||
                (in->arg[0].node == ex_arg(g, inner, 1) && in->arg[1].node == ex_arg(g, inner, 0)));
    if (x->op != EX_where || !ex_is_missing(g, ex_arg(g, inner, 2)) ||
        in->arg[1].node != ex_arg(g, inner, 1))
        return 0;
    const ex_id condition = ex_arg(g, inner, 0);
    return in->fused == PL_PRESENT
               ? ex_get(g, condition)->op == EX_present && of[condition].pass < 0 &&
                     in->arg[0].node == ex_arg(g, condition, 0)
               : in->arg[0].node == condition;
}

static int is_private(ex_id inner, ex_id n) {
    return of[inner].readers == 1 && !of[inner].wanted && of[inner].pass == of[n].pass &&
           of[inner].loop == of[n].loop && form_of(inner) == PL_ELEMENT;
}

/* A sum along an outer axis is fused with what it alone reads in the same loop: a product, or what
 * a condition chooses, of presence or for whole vectors. */
static int could_be_fused(ex_id n) {
    const ex_id inner = ex_arg(g, n, 0);
    const ex_node *x = ex_get(g, inner);
    if (ex_get(g, n)->op != EX_sum || form_of(n) != PL_FOLD || !is_private(inner, n)) return 0;
    if (x->op == EX_mul) return 1;
    if (x->op != EX_where || !ex_is_missing(g, ex_arg(g, inner, 2))) return 0;
    const ex_id condition = ex_arg(g, inner, 0);
    const int stream = plan.pass[of[n].pass].stream;
    return (ex_get(g, condition)->op == EX_present && is_private(condition, n)) ||
           stream == AX_NONE || !(axes_of(condition) & AX_BIT(stream));
}

static int is_instruction_right(ex_id n, const pl_instruction *in) {
    const ex_node *x = ex_get(g, n);
    const int grouped = in->form == PL_FOLD && x->argc == 2;
    if (!says(in->form == form_of(n), "a node has another form")) return 0;
    if (!says(in->by == (grouped ? ex_arg(g, n, 1) : 0), "a fold has other groups")) return 0;
    if (in->fused != PL_PLAIN)
        return says(in->argc == 2 && is_fused_right(n, in), "a fold is fused with something else");
    if (!says(!could_be_fused(n), "what a sum alone reads is stored")) return 0;
    int right = in->argc == x->argc - grouped;
    for (int i = 0; i < in->argc; i++) right = right && in->arg[i].node == ex_arg(g, n, i);
    return says(right, "an instruction has other operands");
}

/* ---- places ---- */

static int is_map(const uint32_t *map, ax_set loop, ax_set outer, int still, size_t start) {
    const size_t size = ax_size(space, loop);
    int right = 1;
    for (size_t i = 0; right && i < size; i++)
        right = map[i] == start + reference_offset(space, loop, i, outer, still);
    return right;
}

/* An operand is where it was computed; a map leads from the loop's lines to its own. */
static int is_operand_right(ex_id n, const pl_instruction *in, int i, const pl_loop *loop,
                            int stream) {
    const pl_operand *a = &in->arg[i];
    const found *from = &of[a->node];
    const ax_set stream_bit = stream == AX_NONE ? 0 : AX_BIT(stream), axes = axes_of(a->node),
                 outer = axes & ~stream_bit;
    const ex_node *x = ex_get(g, n);
    if (!says(a->streamed == (stream == AX_NONE || (axes & stream_bit)),
              "an operand goes along the stream, or not"))
        return 0;
    if (is_source(a->node) || from->pass != of[n].pass) {
        if (!says(a->home == PL_VALUE, "what another pass computed is no value")) return 0;
    } else {
        if (!says(a->home == from->in->home && (a->home == PL_VALUE || a->at == from->in->at),
                  "an operand is looked for where it is not"))
            return 0;
        if (!says(a->home != PL_REGISTER || from->loop == of[n].loop,
                  "a register is read by another loop"))
            return 0;
    }
    if (in->form == PL_COPY && i == 0) {
        if (!says(a->outer != NULL, "a copy has no map")) return 0;
        if (x->op == EX_rename) {
            int right = 1;
            for (size_t e = 0; e < loop->size; e++) {
                size_t at = reference_offset(space, loop->outer, e, outer, n ? x->axis : 0);
                at += e / ax_stride(space, loop->outer, x->to) % ax_get(space, x->to)->size *
                      ax_stride(space, outer, x->axis);
                right = right && a->outer[e] == at;
            }
            return says(right, "a rename's map");
        }
        const size_t start = x->op == EX_slice ? x->extra * ax_stride(space, outer, x->axis) : 0;
        return says(is_map(a->outer, loop->outer, outer, x->axis, start), "a copy's map");
    }
    return says(a->outer ? is_map(a->outer, loop->outer, outer, AX_NONE, 0) : loop->outer == outer,
                "an operand's map");
}

static int is_fold_right(ex_id n, const pl_instruction *in, const pl_loop *loop, int stream) {
    const ex_node *x = ex_get(g, n);
    const ax_set stream_bit = stream == AX_NONE ? 0 : AX_BIT(stream), outer = x->axes & ~stream_bit;
    int right = in->lines == ax_size(space, outer) && in->outer &&
                is_map(in->outer, loop->outer, outer, in->by ? x->to : AX_NONE, 0);
    for (size_t i = 0; in->position && i < loop->size; i++)
        right = right && in->position[i] == i / ax_stride(space, loop->outer, x->axis) %
                                                ax_get(space, x->axis)->size;
    return says(right, "the lines of a fold");
}

/* The most registers that hold something at once, where none is given to two. */
static uint32_t registers_of(const pl_loop *loop, int *shared) {
    uint32_t most_at_once = 0;
    for (uint32_t k = 0; k < loop->count; k++) {
        uint32_t now = 0;
        unsigned char used[4096] = {0};
        for (uint32_t d = 0; d <= k; d++) {
            const pl_instruction *in = &loop->instruction[d];
            if (in->home != PL_REGISTER || in->form == PL_LINE) continue;
            uint32_t last = 0;
            for (uint32_t r = d + 1; r < loop->count; r++)
                for (int i = 0; i < loop->instruction[r].argc; i++)
                    if (loop->instruction[r].arg[i].node == in->node) last = r;
            if (last < k) continue;
            now++;
            *shared |= in->at < sizeof used && used[in->at]++;
        }
        most_at_once = now > most_at_once ? now : most_at_once;
    }
    return most_at_once;
}

static int is_room_right(const pl_pass *pass) {
    uint32_t registers = 0, lines = 0;
    int shared = 0;
    unsigned char *used = calloc(pass->tiles + 1, 1);
    for (uint32_t l = 0; l < pass->loops; l++) {
        const pl_loop *loop = &pass->loop[l];
        const uint32_t own = registers_of(loop, &shared);
        registers = own > registers ? own : registers;
        for (uint32_t k = 0; k < loop->count; k++) {
            const pl_instruction *in = &loop->instruction[k];
            const uint32_t size = in->form == PL_FOLD ? in->lines : loop->size;
            for (int side = 0; side < 2; side++) {
                if (side ? in->form != PL_FOLD : in->home != PL_TILE) continue;
                const uint32_t at = side ? in->side : in->at;
                lines += size;
                for (uint32_t i = 0; i < size; i++)
                    shared |= at + i >= pass->tiles || used[at + i]++;
            }
        }
    }
    free(used);
    return says(!shared, "two values share a register or a tile") &&
           says(registers == pass->registers, "more registers than are in use at once") &&
           says(lines == pass->tiles, "more tiles than there are");
}

/* ---- what is kept ---- */

/* The pass in which a node is computed, or that of the fold that does so on the way. */
static int pass_of(ex_id n) {
    if (of[n].pass >= 0) return of[n].pass;
    for (ex_id r = n + 1; r <= count; r++)
        for (int i = 0; of[r].needed && !is_source(r) && i < ex_get(g, r)->argc; i++)
            if (ex_arg(g, r, i) == n) return pass_of(r);
    return -1;
}

/* Whether a node's whole value is needed: somebody wants it, it is there only when its pass ends,
 * or somebody reads it elsewhere, or before a pass begins. */
static int has_to_be_kept(ex_id n) {
    const pl_form form = form_of(n);
    if (of[n].wanted || form == PL_LINE || form == PL_BREAKER) return 1;
    for (ex_id r = n + 1; r <= count; r++) {
        if (!of[r].needed || is_source(r)) continue;
        for (int i = 0; i < ex_get(g, r)->argc; i++)
            if (ex_arg(g, r, i) == n &&
                (steers(r, i) || pass_of(r) != of[n].pass || form_of(r) == PL_BREAKER))
                return 1;
    }
    return 0;
}

static int is_read_by_later_loop(ex_id n) {
    for (ex_id r = 1; r <= count; r++)
        for (int i = 0; of[r].in && i < of[r].in->argc; i++)
            if (of[r].in->arg[i].node == n && of[r].pass == of[n].pass && of[r].loop > of[n].loop)
                return 1;
    return 0;
}

/* Of an elementwise node that is kept for one later pass alone, along the same stream, though none
 * of its operands would have to be kept for that: it could be computed there, in a register. */
static int is_kept_in_vain(ex_id n) {
    int pass = -1;
    if (form_of(n) != PL_ELEMENT || !kept_of[n] || of[n].wanted || of[n].steers) return 0;
    for (ex_id r = n + 1; r <= count; r++)
        for (int i = 0; of[r].needed && !is_source(r) && i < ex_get(g, r)->argc; i++) {
            if (ex_arg(g, r, i) != n) continue;
            if ((pass >= 0 && pass_of(r) != pass) || form_of(r) == PL_BREAKER) return 0;
            pass = pass_of(r);
        }
    if (pass < 0 || pass == of[n].pass || plan.pass[pass].stream != plan.pass[of[n].pass].stream)
        return 0;
    for (int i = 0; i < ex_get(g, n)->argc; i++)
        if (!is_source(ex_arg(g, n, i)) &&
            (form_of(ex_arg(g, n, i)) == PL_ELEMENT || form_of(ex_arg(g, n, i)) == PL_COPY))
            return 0;
    return 1;
}

static int is_plan_right(const ex_id *want, size_t wants) {
    find_all(want, wants);
    for (ex_id n = 1; n <= count; n++) {
        const found *x = &of[n];
        if (!x->needed || is_source(n)) {
            if (!says(x->pass < 0, "what nobody needs is computed") ||
                !says(!kept_of[n] || x->wanted || x->steers || (x->needed && is_source(n)),
                      "what nobody needs is kept"))
                return 0;
            continue;
        }
        if (x->pass < 0) { /* a fold computes it on the way */
            if (!says(x->readers == 1 && !x->wanted && !kept_of[n], "a node is not computed"))
                return 0;
            continue;
        }
        const pl_pass *pass = &plan.pass[x->pass];
        for (int i = 0; i < ex_get(g, n)->argc; i++) {
            const ex_id a = ex_arg(g, n, i);
            if (!is_source(a) && of[a].pass >= 0 &&
                !says(is_before(a, n) && (of[a].pass == x->pass || kept_of[a]),
                      "an operand is computed later, or not kept"))
                return 0;
            if (steers(n, i) && !is_source(a) &&
                !says(of[a].pass < x->pass && kept_of[a],
                      "positions are not complete before a pass"))
                return 0;
        }
        if (!says(!has_to_be_kept(n) == !kept_of[n], "a value is kept, or not") ||
            !says(!is_kept_in_vain(n), "a value is kept that one later pass could compute"))
            return 0;
        if (!x->in) {
            if (!says(form_of(n) == PL_BREAKER, "a node has a pass of its own")) return 0;
            continue;
        }
        const pl_loop *loop = &pass->loop[x->loop];
        const ax_set whole =
            form_of(n) == PL_FOLD || form_of(n) == PL_LINE ? axes_of_operand(n, 0) : axes_of(n);
        const ax_set stream_bit = pass->stream == AX_NONE ? 0 : AX_BIT(pass->stream);
        if (!says(pass->stream == stream_of(whole), "a node goes along another stream") ||
            !says(loop->outer == (whole & ~stream_bit) && loop->size == ax_size(space, loop->outer),
                  "a node is in a loop of another shape") ||
            !is_instruction_right(n, x->in))
            return 0;
        const int tile = x->in->form == PL_FOLD || is_read_by_later_loop(n);
        if (!says(x->in->home == (kept_of[n] ? PL_VALUE
                                  : tile     ? PL_TILE
                                             : PL_REGISTER),
                  "a node has another home"))
            return 0;
        for (int i = 0; i < x->in->argc; i++)
            if (!is_operand_right(n, x->in, i, loop, pass->stream)) return 0;
        if (x->in->form == PL_FOLD && !is_fold_right(n, x->in, loop, pass->stream)) return 0;
    }
    for (uint32_t p = 0; p < plan.passes; p++) {
        const pl_pass *pass = &plan.pass[p];
        const size_t length = pass->stream == AX_NONE ? 1 : ax_get(space, pass->stream)->size;
        if (!says(pass->length == length, "a pass has another length") || !is_room_right(pass))
            return 0;
        for (uint32_t l = 0; l < pass->loops; l++) {
            int folds = 0;
            for (uint32_t k = 0; k < pass->loop[l].count; k++)
                folds |= pass->loop[l].instruction[k].form == PL_FOLD;
            if (!says(pass->loop[l].has_folds == folds && pass->loop[l].count, "a loop's folds"))
                return 0;
        }
    }
    return 1;
}

/* ---- cases ---- */

static size_t passes, kept;

static int one_case(void) {
    ex_id want[3];
    size_t wants = 0;
    for (int i = nodes - 1; i >= 0 && wants < 3; i -= 1 + (int)below(4)) want[wants++] = node[i];
    if (!wants) return 1;
    count = ex_count(g);
    uint8_t *done = calloc(count + 1, 1);
    kept_of = malloc(count + 1);
    of = malloc((count + 1) * sizeof *of);
    memset(kept_of, 1, count + 1);
    for (ex_id n = 1; n <= count; n++) done[n] = (uint8_t)is_source(n);
    why = NULL;
    int fine = pl_make(&plan, g, want, wants, done, kept_of, &f) && is_plan_right(want, wants);
    if (!fine) diag("%s", f.count ? f.item[0].text : why ? why : "no reason given");
    passes += plan.passes;
    for (ex_id n = 1; n <= count; n++) kept += kept_of[n];
    pl_release(&plan);
    free(of);
    free(kept_of);
    free(done);
    return fine;
}

int main(void) {
    const char *given = getenv("ASSESS_CASES");
    const uint64_t seed = tap_seed();
    const long cases = given ? 4 * atol(given) : 6000;
    int failed = 0;
    for (long i = 0; i < cases && failed < 3; i++) {
        state = seed + (uint64_t)i;
        case_open();
        random_space(0);
        random_graph_over(3000, chance(10) ? 60 : 20);
        if (chance(2)) add_steered();
        if (!one_case()) {
            failed++;
            diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1", seed + (uint64_t)i);
        }
        case_close();
    }
    ok(!failed, "%ld plans, of %zu passes, that keep %zu values", cases, passes, kept);
    return done_testing();
}
