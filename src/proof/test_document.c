/* What came of tests as a document: for those who read it rather than a build server. */
#include <string.h>

#include "base/text.h"
#include "proof/test_report.h"

static const char *at_line(document *p, const char *file, long line) {
    return line ? document_print(p, "%s:%ld", file, line) : file;
}

static void put_fact(document *p, const char *id, const char *name, double x, int places) {
    document_fact(p, id, name, document_number(p, x, places));
}

static void put_failure(document *p, const testing_check *c) {
    document_line(p, PAINT_BAD, 2, "-", "%s: %s%s%s", at_line(p, c->file, c->line),
                  *c->message ? c->message : c->name, *c->hint ? " — " : "", c->hint);
    document_begins_with_place(p, c->file, c->line);
    if (*c->excerpt) document_line(p, PAINT_FAINT, 4, "", "%s", c->excerpt);
    if (*c->output)
        document_line(p, PAINT_FAINT, 4, "", "%s %s = %s", c->output, c->at, c->formula);
    if (*c->rule_file) {
        document_line(p, PAINT_FAINT, 4, "", "%s", at_line(p, c->rule_file, c->rule_line));
        document_begins_with_place(p, c->rule_file, c->rule_line);
    }
    if (*c->kept) document_line(p, PAINT_FAINT, 4, "", "%s", c->kept);
}

static void put_tests(document *p, const outcomes *all) {
    static const document_column head[] = {{"test", TEXT("Test"), WIDTH_LEFT, 24},
                                           {"place", TEXT("Place"), WIDTH_LEFT, 0},
                                           {"checks", TEXT("Checks"), WIDTH_RIGHT, 0},
                                           {"result", TEXT("Outcome"), WIDTH_LEFT, 0}};
    document_table_in(p, text_messages(), "tests", head, 4);
    document_tell(p, text_message("How many results the test looks at; of a property, over all "
                                  "its random data."));
    for (size_t i = 0; i < all->count; i++) {
        const outcome *o = all->item[i];
        document_put(p, document_text(o->name));
        document_put(
            p, document_place_cell(document_text(at_line(p, o->file, o->line)), o->file, o->line));
        document_put(p, document_number(p, (double)o->checks, 0));
        document_put(p, document_text(text_message(o->failures ? TEXT_AS("test", "failed")
                                                               : TEXT_AS("test", "passed"))));
    }
}

static void note(void *self, const char *text, const coverage_item *item) {
    document_line(self, PAINT_PLAIN, 2, "-", "%s", text);
    if (item) document_begins_with_place(self, item->file, item->line);
}

void outcomes_document(document *p, const outcomes *all, unsigned long long seed,
                       const coverage *c) {
    size_t checks = 0;
    p->dense = 1;
    for (size_t i = 0; i < all->count; i++) checks += all->item[i]->checks;
    document_facts(p, "sum", "");
    put_fact(p, "tests", text_message("Tests"), (double)all->count, 0);
    put_fact(p, "failures", text_message(TEXT_AS("test", "Failed")), (double)all->failures, 0);
    put_fact(p, "checks", text_message("Checks"), (double)checks, 0);
    put_fact(p, "seed", text_message("Seed"), (double)seed, 0);
    document_tell(p, text_message("Counted over the tests below; the seed is that of random cases, "
                                  "which --seed repeats."));
    if (all->failures) document_section(p, text_message("What failed"));
    for (size_t i = 0; i < all->count; i++) {
        const outcome *o = all->item[i];
        if (o->failures) document_line(p, PAINT_TITLE, 0, "", "%s", o->name);
        for (size_t k = 0; k < o->failures; k++) put_failure(p, &o->failed[k]);
    }
    if (c) {
        document_section(p, text_message("What no test protects"));
        coverage_say(c, note, p);
    }
    document_section(p, text_message("All tests"));
    put_tests(p, all);
}
