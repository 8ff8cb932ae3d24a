#include "session/profile.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "expr/profile.h"
#include "lua/symbolic.h"

static const char *keep(arena *memory, const char *text) {
    const char *own = arena_text(memory, text, strlen(text));
    return own ? own : "";
}

/* The line's text without the spaces around it. */
static const char *source_of(assess *a, int file, long line) {
    const char *text = sources_line(a->h->files, file, line);
    return text + strspn(text, " \t");
}

static int take_steps(arena *memory, profile *out, fault *f) {
    const work_record *record;
    out->steps = work_records(&record);
    out->step = arena_zero(memory, out->steps + 1, sizeof *out->step);
    if (!out->step) return fault_memory(f);
    for (size_t i = 0; i < out->steps; i++)
        out->step[i] = (profile_step){.what = record[i].what,
                                      .of = keep(memory, record[i].of),
                                      .within = record[i].within,
                                      .computing = !strcmp(record[i].what, "computing"),
                                      .seconds = 1e-9 * (double)record[i].own,
                                      .times = (double)record[i].times};
    return 1;
}

static void describe_operation(assess *a, arena *memory, ex_id id, profile_operation *o) {
    const ex_graph *g = a->h->graph;
    const ex_node *n = ex_get(g, id);
    const ex_function *fn = n->op == EX_lookup ? ex_function_of(g, id) : NULL;
    const ex_matrix_function *matrix = n->op == EX_matrix ? ex_matrix_of(g, id) : NULL;
    const int method = n->from_line > 0;
    const int file = (int)(method ? n->from_file : n->file);
    o->line = method ? n->from_line : n->line;
    o->file = keep(memory, sources_module(a->h->files, file));
    o->inner_file = method ? keep(memory, sources_module(a->h->files, (int)n->file)) : "";
    o->inner_line = method ? n->line : 0;
    o->source = keep(memory, source_of(a, file, o->line));
    o->name = keep(memory, fn ? fn->name : matrix ? matrix->name : ex_op_text((ex_op)n->op));
    if (!fn || strcmp(fn->name, "each") != 0) return;
    const each_function *e = fn->self;
    o->each = 1;
    o->called = (double)e->called;
    o->programs = symbolic_programs(e);
    o->reason = symbolic_reason(e);
}

static int take_operations(assess *a, arena *memory, profile *out, fault *f) {
    const ex_profile *p = a->profile;
    const ax_space *space = a->h->space;
    out->operations = p->costs;
    out->passes = p->passes;
    out->operation = arena_zero(memory, p->costs + 1, sizeof *out->operation);
    out->pass = arena_zero(memory, p->passes + 1, sizeof *out->pass);
    if (!out->operation || !out->pass) return fault_memory(f);
    for (size_t i = 0; i < p->passes; i++) {
        const int stream = p->pass[i].stream;
        out->pass[i] = (profile_pass){
            .whole = p->pass[i].whole,
            .along = stream == AX_NONE ? "" : keep(memory, ax_get(space, stream)->name),
            .length = stream == AX_NONE ? 1 : ax_get(space, stream)->size,
            .operations = p->pass[i].operations};
    }
    for (size_t i = 0; i < p->costs; i++) {
        const ex_cost *c = &p->cost[i];
        profile_operation *o = &out->operation[i];
        describe_operation(a, memory, c->node, o);
        o->pass = c->pass;
        o->seconds = 1e-9 * (double)c->time;
        o->elements = (double)c->elements;
        o->bytes = (double)c->bytes;
        out->pass[o->pass].elements += o->elements;
        out->pass[o->pass].bytes += o->bytes;
    }
    return 1;
}

/* The operations share the time of the steps that compute, and the passes have that of theirs. */
static void share_time(profile *p) {
    double computing = 0, measured = 0;
    p->seconds = 0;
    for (size_t i = 0; i < p->steps; i++) {
        p->seconds += p->step[i].seconds;
        if (p->step[i].computing) computing += p->step[i].seconds;
    }
    for (size_t i = 0; i < p->operations; i++) measured += p->operation[i].seconds;
    for (size_t i = 0; i < p->passes; i++) p->pass[i].seconds = 0;
    for (size_t i = 0; i < p->operations; i++) {
        profile_operation *o = &p->operation[i];
        o->seconds =
            measured > 0 ? o->seconds * computing / measured : computing / (double)p->operations;
        p->pass[o->pass].seconds += o->seconds;
    }
}

int profile_take(assess *a, arena *memory, profile *out, fault *f) {
    *out = (profile){0};
    if (!a->profile) return fault_set(f, FAULT_BUG, "nothing was measured");
    if (!take_steps(memory, out, f) || !take_operations(a, memory, out, f)) return 0;
    share_time(out);
    return 1;
}

/* ---- medians ---- */

static int by_size(const void *x, const void *y) {
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double median(double *x, size_t n) {
    qsort(x, n, sizeof *x, by_size);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static int are_alike(const profile *a, const profile *b) {
    int alike = a->steps == b->steps && a->operations == b->operations && a->passes == b->passes;
    for (size_t i = 0; alike && i < a->steps; i++)
        alike = !strcmp(a->step[i].what, b->step[i].what) && !strcmp(a->step[i].of, b->step[i].of);
    for (size_t i = 0; alike && i < a->operations; i++)
        alike = a->operation[i].line == b->operation[i].line &&
                !strcmp(a->operation[i].name, b->operation[i].name);
    return alike;
}

int profile_medians(profile *of, size_t count, fault *f) {
    double *x = mem_take((count + 1) * sizeof *x);
    if (!x) return fault_memory(f);
    int alike = 1;
    for (size_t k = 1; k < count; k++) alike &= are_alike(of, &of[k]);
    for (size_t i = 0; alike && i < of->steps; i++) {
        for (size_t k = 0; k < count; k++) x[k] = of[k].step[i].seconds;
        of->step[i].seconds = median(x, count);
    }
    for (size_t i = 0; alike && i < of->operations; i++) {
        for (size_t k = 0; k < count; k++) x[k] = of[k].operation[i].seconds;
        of->operation[i].seconds = median(x, count);
    }
    mem_free(x);
    if (!alike)
        return fault_at(f, FAULT_DATA, NULL, "do not change them while they are measured",
                        "the rules or their data were others from one run to the next");
    share_time(of);
    return 1;
}
