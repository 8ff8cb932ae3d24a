/* The difference of two editions through the library: what it lends agrees with the sessions by
 * themselves, and contributions add up; sessions that were run are refused. */
#include <math.h>
#include <string.h>

#include "assess.h"
#include "tap.h"

static const char rules[] =
    "return assessment { id = 'e', title = 'E', params = { times = %s },\n"
    "  data = { x = csv('x.csv', { unit = 'unit' }) },\n"
    "  index = index { 'r', 'R', indicator { 'p', 'P', weight = %s }, indicator { 'q', 'Q', weight "
    "= 2 } },\n"
    "  compute = function(a)\n"
    "    local w = a.index.weight * a.params.times\n"
    "    local total = sum(a.data.x * w, 'indicator') / (1 + sum(w, 'indicator'))\n"
    "    return { total = total, rank = rank(total, 'unit') }\n"
    "  end }\n";

static void write_rules(const char *name, const char *times, const char *weight) {
    char text[1000];
    snprintf(text, sizeof text, rules, times, weight);
    tap_file(name, text);
}

static assess *session(const char *name, const char *csv, int run) {
    assess *a = assess_new();
    assess_data_text(a, "x", "x.csv", csv, strlen(csv));
    if (assess_open(a, tap_path(name)) || (run && assess_run(a)))
        diag("%s", assess_message_at(a, 0).text);
    return a;
}

int main(void) {
    static const char one[] = "unit,p,q\nA,8,10\nB,6,\nC,14,9\n",
                      two[] = "unit,p,q\nA,8,10\nB,6,3\nC,14,1\n";
    write_rules("a.lua", "1", "1");
    write_rules("b.lua", "3", "4");

    assess *plain[2] = {session("a.lua", one, 1), session("b.lua", two, 1)};
    assess *a = session("a.lua", one, 0), *b = session("b.lua", two, 0);
    const assess_diff_wish wish = {.leaves = 1};
    assess_diff *d = assess_diff_of(a, b, &wish);
    ok(d != NULL, "two editions are compared");
    if (!d) {
        diag("%s", assess_message_at(b, 0).text);
        return done_testing();
    }
    is_int((long long)d->rows, 3, "there are three units");
    is_int((long long)d->columns, 1, "the score has no other axis");
    is_int((long long)d->factors, 4, "there are four factors: data, coverage, weights, parameters");
    is_int(d->factor[0].factor, ASSESS_BY_DATA, "the first factor is the data");
    is_str(d->factor[0].only, "data.x.q", "only the data of q differs");
    is_str(d->factor[1].only, "data.x.q", "only the coverage of q differs");
    is_str(d->factor[2].only, "index.p.weight", "one weight differs");
    is_int((long long)d->leaves, 4, "four leaves differ");
    for (int e = 0; e < 2; e++) {
        const assess_array *x = assess_output_named(plain[e], "total"),
                           *r = assess_output_named(plain[e], "rank");
        for (size_t i = 0; i < 3; i++) {
            is_num(d->score[e][i], x->value[i], "edition %d, score of %s", e, d->row[i]);
            is_num(d->rank[e][i], r->value[i], "edition %d, rank of %s", e, d->row[i]);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        double score = 0, rank = 0, leaves = 0;
        for (size_t k = 0; k < d->factors; k++) {
            score += d->factor[k].score[i];
            rank += d->factor[k].own[i] + d->factor[k].others[i];
            leaves += d->leaf[k].score[i];
        }
        ok(fabs(score - (d->score[1][i] - d->score[0][i])) < 1e-12, "%s: contributions add up",
           d->row[i]);
        ok(fabs(rank - (d->rank[1][i] - d->rank[0][i])) < 1e-12,
           "%s: contributions to the rank add up", d->row[i]);
        ok(fabs(leaves - score) < 1e-12, "%s: contributions of leaves add up to the same",
           d->row[i]);
    }
    is_num(d->factor[1].score[0], 0, "the new figure of B does nothing for A");
    ok(d->factor[1].score[1] != 0, "the new figure of B does something for B");
    is_num(d->factor[0].score[1], 0, "the changed figure of C does nothing for B");
    assess_diff_free(d);

    d = assess_diff_of(plain[0], plain[1], NULL);
    ok(!d, "sessions that were run are refused");
    ok(strstr(assess_message_at(plain[1], assess_message_count(plain[1]) - 1).text, "not run") !=
           NULL,
       "the message says that they were run");
    assess_free(a);
    assess_free(b);
    for (int e = 0; e < 2; e++) assess_free(plain[e]);
    return done_testing();
}
