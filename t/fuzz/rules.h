/* What the targets that run rules share: data for them, and what is done with a session. */
#ifndef T_FUZZ_RULES_H
#define T_FUZZ_RULES_H

#include "fuzz.h"

static const char fuzz_base[] =
    "return assessment { id = \"b\", title = \"B\", stages = { { \"s1\", from = 2011, to = 2020 }, "
    "{ \"s2\" } }, params = { cap = 100, late = { days = 15 }, d = date \"2011-06-30\" },\n"
    "data = { x = csv(\"x.csv\", { unit = \"unit\", indicator = \"indicator\", year = \"year\", "
    "value = \"value\" }), t = csv(\"t.csv\", { rows = \"task\", label = \"task\" }) },\n"
    "index = index { \"all\", \"All\", group { \"G\", \"G\", indicator { \"a\", \"A\", weight = 3, "
    "standard = { s1 = 1, s2 = 2 } }, indicator { \"b\", \"B\", better = \"lower\" } }, "
    "indicator { \"c\", \"C\" } },\n"
    "compute = function(a) local x = a.data.x:upto { year = 2011 } local s = 100 * x / "
    "coalesce(a.index.standard, 1) return { total = mean(least(s, a.params.cap), \"indicator\", "
    "{ weights = a.index.weight }), hit = matches(a.data.t.ev, \"(已|完成).{0,3}\") } end }\n";

static inline void fuzz_data(void) {
    static const char x[] =
        "unit,indicator,year,value\nU,a,2011,1\nU,b,2010,2\nV,a,2011,3\nV,c,2011,4\n";
    static const char t[] = "task,ev,due,n\nT1,已完成。,2011-06-30,1\nT2,尚未,,2\n";
    static int made;
    if (made) return;
    fuzz_file("base.lua", fuzz_base, sizeof fuzz_base - 1);
    fuzz_file("x.csv", x, sizeof x - 1);
    fuzz_file("t.csv", t, sizeof t - 1);
    made = 1;
}

/* Runs the rules, asks for reasons and gradients, and changes a cell there and back. */
static inline void fuzz_run(const char *path) {
    assess *a = fuzz_session();
    if (assess_open(a, path) == ASSESS_OK && assess_run(a) == ASSESS_OK && assess_output_count(a)) {
        const assess_array *out = assess_output(a, 0), *cell = assess_array_named(a, "data.x");
        size_t at[8] = {0};
        assess_reason reasons[4];
        assess_reasons(a, out, at, reasons, 4);
        if (out->size && cell && cell->size) {
            double *by = calloc(cell->size, sizeof *by), *old = malloc(out->size * sizeof *old);
            unsigned char *how = calloc(cell->size, 1);
            double was = cell->value[0];
            if (!by || !old || !how) abort();
            memcpy(old, out->value, out->size * sizeof *old);
            assess_gradient(a, out, 0, cell, by, how);
            if (assess_change(a, cell, 0, was + 1) == ASSESS_OK &&
                assess_recompute(a) == ASSESS_OK && assess_change(a, cell, 0, was) == ASSESS_OK &&
                assess_recompute(a) == ASSESS_OK) {
                out = assess_output(a, 0);
                for (size_t i = 0; i < out->size; i++)
                    FUZZ_CHECK(out->value[i] == old[i] ||
                                   (out->value[i] != out->value[i] && old[i] != old[i]),
                               "element %zu is another one afterwards", i);
            }
            free(by);
            free(old);
            free(how);
        }
    }
    fuzz_messages(a);
    assess_free(a);
}

static inline void fuzz_check(const char *path) {
    assess *a = fuzz_session();
    assess_check(a, path);
    for (size_t i = 0; i < assess_finding_count(a); i++)
        FUZZ_CHECK(assess_finding_at(a, i).code, "a finding without a code");
    fuzz_messages(a);
    assess_free(a);
}

#endif
