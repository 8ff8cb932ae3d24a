/* Long rules: twice as long, they cost twice as much to run and to check. What is counted is work
 * (nodes computed, and looked at to plan), not time. */
#include <stdio.h>
#include <stdlib.h>

#include "session/session.h"
#include "tap.h"

static const char *rules, *data;

/* Different constants, each of them compared and added. */
static void write_constants(FILE *to, int n) {
    fprintf(to,
            "return assessment { id = 'long', data = { x = csv('data.csv', { unit = 'unit', value "
            "= 'a1' }) },\n"
            "  compute = function(a)\n"
            "    local s = a.data.x\n"
            "    for i = 1, %d do s = where(s:gt(i + 0.5), s + 1 / (i + 1), s) end\n"
            "    return { s = s }\n"
            "  end }\n",
            n);
}

static void write_indicators(FILE *to, int n) {
    fprintf(to,
            "local own = {}\n"
            "for i = 1, %d do own[i] = indicator { 'a' .. i, 'A' .. i, weight = 1 + i %% 4 } end\n"
            "return assessment { id = 'long', index = index { 'all', 'All', table.unpack(own) },\n"
            "  data = { x = csv('data.csv', { unit = 'unit' }) },\n"
            "  compute = function(a)\n"
            "    local x = a.data.x\n"
            "    local lo, hi = min(x, 'unit'), max(x, 'unit')\n"
            "    local s = mean((x - lo) / (hi - lo), 'indicator', { weights = a.index.weight })\n"
            "    return { s = s, rank = rank(s, 'unit') }\n"
            "  end }\n",
            n);
}

/* Stages of a loop, each with a sum over all units and a rank. */
static void write_stages(FILE *to, int n) {
    fprintf(to,
            "return assessment { id = 'long', data = { x = csv('data.csv', { unit = 'unit', value "
            "= 'a1' }) },\n"
            "  compute = function(a)\n"
            "    local s = a.data.x\n"
            "    for i = 1, %d do\n"
            "      local m = s:sum('unit') / 10\n"
            "      s = clamp((s - m) * 0.5 + m * 1.01 + s:rank('unit') / (1000 + i), 0, 1000)\n"
            "    end\n"
            "    return { s = s, rank = s:rank('unit') }\n"
            "  end }\n",
            n);
}

static void write_data(int indicators) {
    FILE *to = fopen(data, "w");
    if (!to) exit(1);
    fprintf(to, "unit");
    for (int i = 1; i <= indicators; i++) fprintf(to, ",a%d", i);
    for (int u = 0; u < 5; u++) {
        fprintf(to, "\nu%d", u);
        for (int i = 1; i <= indicators; i++) fprintf(to, ",%d", i * 7919 * (u + 1) % 1000);
    }
    fprintf(to, "\n");
    fclose(to);
}

typedef struct cost {
    uint64_t computed, looked;
} cost;

static cost check(void (*write)(FILE *, int), int n, int indicators) {
    write_data(indicators);
    FILE *to = fopen(rules, "w");
    if (!to) exit(1);
    write(to, n);
    fclose(to);
    assess *a = assess_new();
    ok(a && assess_check(a, rules) == ASSESS_OK && a->h->run, "rules of %d can be checked", n);
    cost own = {ex_run_computed(a->h->run), ex_run_looked(a->h->run)};
    assess_free(a);
    return own;
}

static void grows(const char *what, void (*write)(FILE *, int), int n, int indicators) {
    cost few = check(write, n / 4, indicators ? n / 4 : 1),
         many = check(write, n, indicators ? n : 1);
    ok(many.computed <= 4 * few.computed + 100,
       "%d %s: %llu nodes computed, a quarter of them %llu", n, what,
       (unsigned long long)many.computed, (unsigned long long)few.computed);
    ok(many.looked <= 4 * few.looked + 1000, "and %llu looked at, a quarter %llu",
       (unsigned long long)many.looked, (unsigned long long)few.looked);
}

int main(void) {
    rules = tap_path("long.lua");
    data = tap_path("data.csv");
    grows("constants", write_constants, 20000, 0);
    grows("indicators", write_indicators, 10000, 1);
    grows("stages", write_stages, 1000, 0);
    return done_testing();
}
