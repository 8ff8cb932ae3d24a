// Every operation of src/expr/op.h has its case in t/explain/ops.lua, whose explanations
// t/explain/ops.txt shows and t/explain_values.t recomputes: an operation or a composed function
// that none of the outputs there is made of fails here, as does an output that t/explain/ops.txt
// lacks.
#include "tap.h"

#include <stdlib.h>

#include "expr/graph.h"
#include "session/session.h"

static const char *const names[] = {"none", "source",
#define NAME(name, ...) #name,
                                    EX_UNARY(NAME) EX_BINARY(NAME) EX_TERNARY(NAME) EX_REDUCE(NAME)
                                        EX_ORDER(NAME) EX_SCAN(NAME) EX_CHOICE(NAME) EX_HOSTED(NAME)
#undef NAME
};

static char *read_all(const char *path) {
    FILE *in = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    size_t length = in && text ? fread(text, 1, (1 << 20) - 1, in) : 0;
    if (in) fclose(in);
    if (text) text[length] = 0;
    return text;
}

/* What the outputs are made of, all the way down. */
static unsigned char *reached(const assess *a, ex_id *last) {
    *last = 0;
    for (size_t i = 0; i < a->s->outputs; i++)
        if (a->r.output[i].node > *last) *last = a->r.output[i].node;
    unsigned char *seen = calloc((size_t)*last + 1, 1);
    for (size_t i = 0; seen && i < a->s->outputs; i++) seen[a->r.output[i].node] = 1;
    for (ex_id n = *last; seen && n >= 1; n--)
        for (int k = 0; seen[n] && k < ex_get(a->h->graph, n)->argc; k++)
            seen[ex_arg(a->h->graph, n, k)] = 1;
    return seen;
}

static void every_operation(const assess *a) {
    int of[EX_OPS] = {0}, grouped = 0, composed_as[EX_LABEL_OF_MAX + 1] = {0};
    ex_id last;
    unsigned char *seen = reached(a, &last);
    for (ex_id n = 1; seen && n <= last; n++) {
        ex_composed c;
        if (!seen[n]) continue;
        const ex_node *x = ex_get(a->h->graph, n);
        of[x->op]++;
        grouped += x->op >= EX_sum && x->op <= EX_last && x->to != AX_NONE;
        if (ex_composed_of(a->h->graph, n, &c)) composed_as[c.name]++;
    }
    is_int((intmax_t)(sizeof names / sizeof *names), EX_OPS, "all operations have a name here");
    for (int op = EX_source; op < EX_OPS; op++)
        if (!ok(of[op] > 0, "%s", names[op]))
            diag("t/explain/ops.lua has no output with the operation '%s'", names[op]);
    ok(grouped > 0, "a grouped reduction");
    for (int name = 0; name <= EX_LABEL_OF_MAX; name++)
        ok(composed_as[name] > 0, "composed: %s", ex_composed_text((ex_composed_name)name));
    free(seen);
}

static void every_output(const assess *a) {
    char *want = read_all("t/explain/ops.txt");
    ok(want != NULL, "the explanations");
    for (size_t i = 0; want && i < assess_output_count(a); i++) {
        char line[200];
        const char *name = assess_output(a, i)->name;
        snprintf(line, sizeof line, "\n\n%s ", name);
        const char *found = strstr(want, line);
        ok(found || !strncmp(want, line + 2, strlen(line) - 2), "%s is explained", name);
    }
    free(want);
}

int main(void) {
    assess *a = assess_new();
    int fine = assess_open(a, "t/explain/ops.lua") == ASSESS_OK && assess_run(a) == ASSESS_OK;
    ok(fine, "the rules run");
    for (size_t i = 0; !fine && i < assess_message_count(a); i++)
        diag("%s", assess_message_at(a, i).text);
    if (fine) {
        every_operation(a);
        every_output(a);
    }
    assess_free(a);
    return done_testing();
}
