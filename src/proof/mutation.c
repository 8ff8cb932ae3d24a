/* What became of mutants of rules, for people and programs. */
#include "proof/test_report.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "document/view.h"

static const char *const fates[] = {[FATE_SURVIVED] = TEXT_AS("mutant", "survived"),
                                    [FATE_QUIET] = TEXT_AS("mutant", "quiet"),
                                    [FATE_KILLED] = TEXT_AS("mutant", "killed"),
                                    [FATE_FAILED] = TEXT_AS("mutant", "failed"),
                                    [FATE_SAME] = TEXT_AS("mutant", "same")};

static const char *const kinds[] = {[MUTANT_LEAF] = TEXT_AS("mutant", "leaf"),
                                    [MUTANT_METHOD] = TEXT_AS("mutant", "method"),
                                    [MUTANT_OPERATION] = TEXT_AS("mutant", "operation"),
                                    [MUTANT_LITERAL] = TEXT_AS("mutant", "literal"),
                                    [MUTANT_PATTERN] = TEXT_AS("mutant", "pattern")};

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
    document_cell cell = document_text(buf_string(&b));
    document_put(p, by ? document_place_cell(cell, by->file, by->line) : cell);
    buf_release(&b);
}

void mutation_table(const mutation *m, document *p) {
    static const document_column column[] = {
        {"file", TEXT_AS("column", "file"), WIDTH_LEFT, 12},
        {"line", TEXT_AS("column", "line"), WIDTH_RIGHT, 0},
        {"kind", TEXT_AS("column", "kind"), WIDTH_LEFT, 0},
        {"name", TEXT_AS("column", "what"), WIDTH_LEFT, 20},
        {"number", TEXT_AS("column", "number"), WIDTH_RIGHT, 0},
        {"was", TEXT_AS("column", "was"), WIDTH_LEFT, 8},
        {"now", TEXT_AS("column", "became"), WIDTH_LEFT, 8},
        {"fate", TEXT_AS("column", "fate"), WIDTH_LEFT, 0},
        {"by", TEXT_AS("column", "noticed by"), WIDTH_LEFT, 20},
    };
    static const document_column unused[] = {
        {"file", TEXT_AS("column", "file"), WIDTH_LEFT, 12},
        {"line", TEXT_AS("column", "line"), WIDTH_RIGHT, 0},
        {"address", TEXT_AS("column", "address"), WIDTH_LEFT, 20}};
    size_t survived = mutation_of(m, FATE_SURVIVED), quiet = mutation_of(m, FATE_QUIET);
    document_facts(p, "summary", "");
    document_fact(p, "score", text_message(TEXT_AS("mutants", "score")),
                  document_number(p, mutation_score(m), 1));
    document_fact(p, "mutants", text_message(TEXT_AS("mutants", "mutants")),
                  document_number(p, (double)mutation_count(m), 0));
    document_fact(p, "killed", text_message(TEXT_AS("mutants", "killed")),
                  document_number(p, (double)(mutation_count(m) - survived - quiet), 0));
    document_fact(p, "survived", text_message(TEXT_AS("mutants", "survived")),
                  document_number(p, (double)(survived + quiet), 0));
    document_fact(p, "quiet", text_message(TEXT_AS("mutants", "of these quiet")),
                  document_number(p, (double)quiet, 0));
    document_fact(p, "all", text_message(TEXT_AS("mutants", "before sampling")),
                  document_number(p, (double)mutation_all(m), 0));
    document_tell(p, text_message("Counted over the changes that were tried, of which those that "
                                  "no test noticed are listed below."));
    document_section(p, text_message("Not used: no result hangs on these leaves"));
    document_table_in(p, text_messages(), "unused", unused, sizeof unused / sizeof *unused);
    for (size_t i = 0; i < mutation_unused(m); i++) {
        const mutate_unused *u = mutation_unused_at(m, i);
        DOCUMENT_ROW(p, document_text(u->file),
                     document_place_cell(document_number(p, (double)u->line, 0), u->file, u->line),
                     document_text(u->address));
    }
    document_section(p, text_message(TEXT("All mutants")));
    document_list(p, "mutants", NULL);
    document_table_in(p, text_messages(), "mutants", column, sizeof column / sizeof *column);
    for (size_t i = 0; i < mutation_count(m); i++) {
        const mutate_result *r = mutation_at(m, i);
        DOCUMENT_ROW(p, document_text(r->what->file),
                     document_place_cell(document_number(p, (double)r->what->line, 0),
                                         r->what->file, r->what->line),
                     document_word(text_messages(), kinds[r->what->kind]),
                     document_text(r->what->name),
                     r->what->nth ? document_number(p, r->what->nth + 1, 0) : document_text(""),
                     document_text(r->what->was), document_text(r->what->now),
                     document_word(text_messages(), fates[r->fate]));
        put_killer(p, r->by);
    }
}
