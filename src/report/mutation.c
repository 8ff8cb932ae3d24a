/* What became of mutants of rules, for people and programs. */
#include "report/test_report.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/view.h"

static const char *const fates[] = {[FATE_SURVIVED] = "survived",
                                    [FATE_QUIET] = "quiet",
                                    [FATE_KILLED] = "killed",
                                    [FATE_FAILED] = "failed",
                                    [FATE_SAME] = "same"};

static const char *const kinds[] = {[MUTANT_LEAF] = "leaf",
                                    [MUTANT_METHOD] = "method",
                                    [MUTANT_OPERATION] = "operation",
                                    [MUTANT_LITERAL] = "literal",
                                    [MUTANT_PATTERN] = "pattern"};

static void tell_survivor(const mutate_result *r, document *p) {
    const mutant *x = r->what;
    buf b = BUF_INIT;
    buf_print(&b, "%s:%ld: %s", x->file, x->line, x->name);
    if (x->nth) buf_print(&b, text_message(" (the same, number %u)"), x->nth + 1);
    if (x->kind == MUTANT_OPERATION && !*x->now)
        buf_print(&b, text_message(": without %s"), x->was);
    else
        buf_print(&b, x->kind == MUTANT_PATTERN ? ": %s %s" : ": %s → %s", x->was, x->now);
    if (r->fate == FATE_QUIET) buf_text(&b, text_message("  (changes no result of these data)"));
    document_line(p, PAINT_PLAIN, 2, "", "%s", buf_string(&b));
    buf_release(&b);
}

static void tell_unused(const mutation *m, document *p) {
    buf b = BUF_INIT;
    const char *file = "";
    size_t count = mutation_unused(m);
    if (!count) return;
    document_section(p, text_message("Not used: no result hangs on these leaves"));
    for (size_t i = 0; i < count; i++) {
        const mutate_unused *u = mutation_unused_at(m, i);
        if (strcmp(file, u->file)) {
            if (b.length) document_line(p, PAINT_FAINT, 2, "", "%s", buf_string(&b));
            buf_clear(&b);
            buf_print(&b, "%s:", file = u->file);
        }
        buf_print(&b, " %s:%ld", u->address, u->line);
    }
    document_line(p, PAINT_FAINT, 2, "", "%s", buf_string(&b));
    buf_release(&b);
}

void mutation_prose(const mutation *m, document *p) {
    size_t survived = mutation_of(m, FATE_SURVIVED), quiet = mutation_of(m, FATE_QUIET);
    buf b = BUF_INIT;
    p->dense = 1;
    if (survived + quiet) document_section(p, text_message("Survivors: no test notices"));
    for (size_t i = 0; i < mutation_count(m); i++)
        if (mutation_at(m, i)->fate <= FATE_QUIET) tell_survivor(mutation_at(m, i), p);
    tell_unused(m, p);
    document_gap(p);
    buf_print(&b, text_message("%zu of %zu mutants killed, "), mutation_count(m) - survived - quiet,
              mutation_count(m));
    view_number(&b, mutation_score(m), 1);
    buf_text(&b, " %");
    if (quiet)
        buf_print(&b, text_message("; %zu of the %zu survivors change no result of these data"),
                  quiet, survived + quiet);
    if (mutation_all(m) > mutation_count(m))
        buf_print(&b, text_message("; a sample of %zu"), mutation_all(m));
    document_line(p, PAINT_TITLE, 0, "", "%s", buf_string(&b));
    buf_release(&b);
}

static void put_killer(document *p, const testing_test *by) {
    buf b = BUF_INIT;
    if (by) buf_print(&b, "%s:%ld: %s", by->file, by->line, by->name);
    document_put(p, document_text(buf_string(&b)));
    buf_release(&b);
}

void mutation_table(const mutation *m, document *p) {
    static const document_column column[] = {
        {"file", "file", WIDTH_LEFT, 12},     {"line", "line", WIDTH_RIGHT, 0},
        {"kind", "kind", WIDTH_LEFT, 0},      {"name", "what", WIDTH_LEFT, 20},
        {"number", "number", WIDTH_RIGHT, 0}, {"was", "was", WIDTH_LEFT, 8},
        {"now", "became", WIDTH_LEFT, 8},     {"fate", "fate", WIDTH_LEFT, 0},
        {"by", "noticed by", WIDTH_LEFT, 20},
    };
    static const document_column unused[] = {{"file", "file", WIDTH_LEFT, 12},
                                             {"line", "line", WIDTH_RIGHT, 0},
                                             {"address", "address", WIDTH_LEFT, 20}};
    size_t survived = mutation_of(m, FATE_SURVIVED), quiet = mutation_of(m, FATE_QUIET);
    document_facts(p, "summary", "");
    document_fact(p, "score", "score", document_number(p, mutation_score(m), 1));
    document_fact(p, "mutants", "mutants", document_number(p, (double)mutation_count(m), 0));
    document_fact(p, "killed", "killed",
                  document_number(p, (double)(mutation_count(m) - survived - quiet), 0));
    document_fact(p, "survived", "survived", document_number(p, (double)(survived + quiet), 0));
    document_fact(p, "quiet", "of these quiet", document_number(p, (double)quiet, 0));
    document_fact(p, "all", "before sampling", document_number(p, (double)mutation_all(m), 0));
    document_table(p, "unused", "", unused, sizeof unused / sizeof *unused);
    for (size_t i = 0; i < mutation_unused(m); i++) {
        const mutate_unused *u = mutation_unused_at(m, i);
        DOCUMENT_ROW(p, document_text(u->file), document_number(p, (double)u->line, 0),
                     document_text(u->address));
    }
    document_list(p, "mutants", NULL);
    document_table(p, "mutants", "", column, sizeof column / sizeof *column);
    for (size_t i = 0; i < mutation_count(m); i++) {
        const mutate_result *r = mutation_at(m, i);
        DOCUMENT_ROW(p, document_text(r->what->file), document_number(p, (double)r->what->line, 0),
                     document_text(kinds[r->what->kind]), document_text(r->what->name),
                     r->what->nth ? document_number(p, r->what->nth + 1, 0) : document_text(""),
                     document_text(r->what->was), document_text(r->what->now),
                     document_text(fates[r->fate]));
        put_killer(p, r->by);
    }
}
