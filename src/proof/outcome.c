/* Outcomes of tests: gathered, and written as XML in JUnit's form and as JSON; coverage. */
#include "proof/test_report.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/width.h"
#include "format/format.h"

static const char *keep(outcomes *all, const char *text) {
    const char *own = text && *text ? arena_text(&all->memory, text, strlen(text)) : "";
    if (!own) all->lost = 1;
    return own ? own : "";
}

static void begin_outcome(outcomes *all, const char *file, long line, const char *name) {
    outcome *o = arena_zero(&all->memory, 1, sizeof *o);
    if (!MEM_RESERVE(all->item, all->count + 1, all->cap)) o = NULL;
    all->now = o;
    if (!o) {
        all->lost = 1;
        return;
    }
    *o = (outcome){
        .file = keep(all, file), .line = line, .name = keep(all, name), .note = "", .seconds = NAN};
    all->item[all->count++] = o;
}

static void add_failure(outcomes *all, const testing_check *c) {
    outcome *o = all->now;
    if (!o) return;
    if (!MEM_RESERVE(o->failed, o->failures + 1, o->cap)) {
        all->lost = 1;
        return;
    }
    o->failed[o->failures++] = (testing_check){.name = keep(all, c->name),
                                               .file = keep(all, c->file),
                                               .line = c->line,
                                               .message = keep(all, c->message),
                                               .hint = keep(all, c->hint),
                                               .excerpt = keep(all, c->excerpt),
                                               .column = c->column,
                                               .got = keep(all, c->got),
                                               .want = keep(all, c->want),
                                               .tolerance = keep(all, c->tolerance),
                                               .output = keep(all, c->output),
                                               .at = keep(all, c->at),
                                               .formula = keep(all, c->formula),
                                               .rule_file = keep(all, c->rule_file),
                                               .rule_line = c->rule_line,
                                               .kept = keep(all, c->kept)};
}

static void end_outcome(outcomes *all) {
    outcome *o = all->now;
    all->now = NULL;
    if (!o) return;
    all->failures += o->failures > 0;
    if (all->done) all->done(all->self, o);
}

/* ---- listening ---- */

static void begins(void *self, const testing_test *t) {
    begin_outcome(self, t->file, t->line, t->name);
}

/* A case is an outcome of its own, called "table: case"; what belongs to no case stays with the
 * table. */
static void checked(void *self, const testing_test *t, const testing_check *c) {
    outcomes *all = self;
    outcome *whole = all->now;
    if (t->kind != TESTING_CASES || !strcmp(c->name, "error")) {
        if (whole) whole->checks++;
        if (!c->ok) add_failure(all, c);
        return;
    }
    const char *name = arena_print(&all->memory, "%s: %s", t->name, c->name);
    /* A want by labels checks a case several times. */
    outcome *last = all->count ? all->item[all->count - 1] : NULL;
    if (name && last && last != whole && last->number == c->number)
        all->now = last;
    else
        begin_outcome(all, t->file, c->line, name);
    if (all->now) {
        all->now->number = c->number;
        all->now->checks++;
    }
    if (!c->ok) add_failure(all, c);
    all->now = whole;
}

/* The table itself is an outcome only if something went wrong with it. */
static void end_cases(outcomes *all, double seconds) {
    outcome *whole = all->now;
    size_t first = all->count;
    while (first > 0 && all->item[first - 1] != whole) first--;
    all->now = NULL;
    if (all->count > first) all->item[all->count - 1]->seconds = seconds;
    for (size_t i = first; i < all->count; i++) {
        all->now = all->item[i];
        end_outcome(all);
    }
    if (whole && (whole->failures || all->count == first)) {
        all->now = whole;
        whole->seconds = seconds;
        end_outcome(all);
    } else if (first) { /* it leaves the list */
        memmove(all->item + first - 1, all->item + first, (all->count - first) * sizeof *all->item);
        all->count--;
    }
}

static void ended(void *self, const testing_test *t, size_t failed, size_t checks, double seconds,
                  const char *note) {
    outcomes *all = self;
    (void)failed;
    if (t->kind == TESTING_CASES) {
        end_cases(all, seconds);
        return;
    }
    if (all->now) {
        all->now->seconds = seconds;
        all->now->checks = checks;
        all->now->note = keep(all, note);
    }
    end_outcome(all);
}

static void said(void *self, const char *file, long line, const char *text) {
    outcomes *all = self;
    if (all->said) all->said(all->self, file, line, text);
}

void outcomes_open(outcomes *all) {
    *all = (outcomes){.memory = ARENA_INIT};
    all->listener = (testing_listener){
        .self = all, .begins = begins, .checked = checked, .said = said, .ended = ended};
}

void outcomes_close(outcomes *all) {
    for (size_t i = 0; i < all->count; i++) mem_free(all->item[i]->failed);
    mem_free(all->item);
    arena_release(&all->memory);
    *all = (outcomes){.memory = ARENA_INIT};
}

void outcomes_fault(outcomes *all, const char *file, const char *name, const fault *f) {
    begin_outcome(all, file, 0, name);
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        add_failure(all, &(testing_check){.name = "error",
                                          .file = it->file ? it->file : file,
                                          .line = it->line,
                                          .column = it->column,
                                          .message = it->text,
                                          .hint = it->hint,
                                          .excerpt = it->excerpt});
    }
    end_outcome(all);
}

/* ---- coverage ---- */

double coverage_percent(const coverage *c) {
    size_t all = coverage_count(c);
    return all ? 100.0 * (double)coverage_covered(c) / (double)all : 100;
}

static void describe_item(buf *b, const coverage_item *it) {
    buf_print(b, "%s:%ld: ", it->file, it->line);
    switch (it->kind) {
    case COVER_STAGE: buf_print(b, text_message("no test looks at stage '%s'"), it->name); break;
    case COVER_LEAF:
        buf_print(b, text_message("%s decides nothing that is tested"), it->name);
        break;
    case COVER_BRANCH:
        buf_print(b,
                  text_message(strcmp(it->side, "true")
                                   ? TEXT("never false where it is tested: %s")
                                   : TEXT("never true where it is tested: %s")),
                  it->name);
        break;
    case COVER_LEVEL:
        buf_print(b, text_message("no tested text reaches level '%s'"), it->name);
        break;
    }
    if (it->nth) buf_print(b, text_message(" (the same, number %u)"), it->nth + 1);
}

void coverage_say(const coverage *c, coverage_line *line, void *self) {
    buf b = BUF_INIT;
    size_t all = coverage_count(c);
    for (size_t i = 0; i < all; i++) {
        if (coverage_at(c, i)->covered) continue;
        buf_clear(&b);
        describe_item(&b, coverage_at(c, i));
        line(self, buf_string(&b), coverage_at(c, i));
    }
    buf_clear(&b);
    buf_print(&b,
              text_message("protected by tests: %zu of %zu leaves, stages, branches and levels, "),
              coverage_covered(c), all);
    view_number(&b, coverage_percent(c), 1);
    buf_text(&b, " %");
    line(self, buf_string(&b), NULL);
    if (coverage_unused(c)) {
        buf_clear(&b);
        size_t n = coverage_unused(c);
        buf_print(&b,
                  n == 1 ? text_message("not counted: %zu leaf that no result hangs on")
                         : text_message("not counted: %zu leaves that no result hangs on"),
                  n);
        line(self, buf_string(&b), NULL);
    }
    buf_release(&b);
}

static json_t *coverage_json(const coverage *c) {
    json_t *root = json_object(), *list = json_array();
    json_object_set_new(root, "percent", json_real(coverage_percent(c)));
    json_object_set_new(root, "protected", json_integer((json_int_t)coverage_covered(c)));
    json_object_set_new(root, "items", json_integer((json_int_t)coverage_count(c)));
    json_object_set_new(root, "unused_leaves", json_integer((json_int_t)coverage_unused(c)));
    for (size_t i = 0; i < coverage_count(c); i++) {
        const coverage_item *it = coverage_at(c, i);
        json_t *o = it->covered ? NULL : json_object();
        if (!o) continue;
        json_object_set_new(o, "kind", json_string(coverage_kind_text(it->kind)));
        json_object_set_new(o, "file", json_string(it->file));
        json_object_set_new(o, "line", json_integer(it->line));
        json_object_set_new(o, "name", json_string(it->name));
        if (*it->side) json_object_set_new(o, "side", json_string(it->side));
        if (it->nth) json_object_set_new(o, "number", json_integer(it->nth + 1));
        json_array_append_new(list, o);
    }
    json_object_set_new(root, "unprotected", list);
    return root;
}

/* ---- XML ---- */

/* A text in an attribute or between tags. What XML has no character for becomes visible. */
static void write_escaped(output *to, const char *text) {
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        buf safe = BUF_INIT;
        width_safe(&safe, line, n);
        for (const char *p = buf_string(&safe); *p; p++) {
            if (*p == '&')
                output_text(to, "&amp;");
            else if (*p == '<')
                output_text(to, "&lt;");
            else if (*p == '>')
                output_text(to, "&gt;");
            else if (*p == '"')
                output_text(to, "&quot;");
            else
                output_char(to, *p);
        }
        buf_release(&safe);
        line += n;
        if (*line == '\n') {
            output_text(to, "&#10;");
            line++;
        }
    }
}

static void write_attribute(output *to, const char *name, const char *text) {
    output_print(to, " %s=\"", name);
    write_escaped(to, text);
    output_char(to, '"');
}

static void describe_failure(buf *b, const testing_check *c) {
    buf_print(b, "%s:%ld: %s%s%s\n", c->file, c->line, *c->message ? c->message : c->name,
              *c->hint ? " — " : "", c->hint);
    if (*c->excerpt) buf_print(b, "    %s\n", c->excerpt);
    if (*c->output)
        buf_print(b, "    %s at %s = %s\n", c->output, *c->at ? c->at : "-", c->formula);
    if (*c->rule_file) buf_print(b, "    by %s:%ld\n", c->rule_file, c->rule_line);
    if (*c->kept) buf_print(b, "    kept: %s\n", c->kept);
}

static void write_case(output *to, const outcome *o) {
    output_text(to, "    <testcase");
    write_attribute(to, "classname", o->file);
    write_attribute(to, "name", o->name);
    if (!isnan(o->seconds)) output_print(to, " time=\"%.3f\"", o->seconds);
    if (!o->failures) {
        output_text(to, "/>\n");
        return;
    }
    int error = !strcmp(o->failed[0].name, "error");
    buf all = BUF_INIT;
    for (size_t i = 0; i < o->failures; i++) describe_failure(&all, &o->failed[i]);
    output_print(to, ">\n      <%s", error ? "error" : "failure");
    write_attribute(to, "message", o->failed[0].message);
    output_char(to, '>');
    write_escaped(to, buf_string(&all));
    output_print(to, "</%s>\n    </testcase>\n", error ? "error" : "failure");
    to->held.failed |= all.failed;
    buf_release(&all);
}

void junit_write(output *to, const outcomes *all) {
    output_print(
        to,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" failures=\"%zu\">\n",
        all->count, all->failures);
    for (size_t i = 0, next; i < all->count; i = next) {
        size_t failures = 0;
        for (next = i; next < all->count && !strcmp(all->item[next]->file, all->item[i]->file);
             next++)
            failures += all->item[next]->failures > 0;
        output_text(to, "  <testsuite");
        write_attribute(to, "name", all->item[i]->file);
        output_print(to, " tests=\"%zu\" failures=\"%zu\">\n", next - i, failures);
        for (size_t k = i; k < next; k++) write_case(to, all->item[k]);
        output_text(to, "  </testsuite>\n");
    }
    output_text(to, "</testsuites>\n");
}

/* ---- JSON ---- */

static json_t *failure_json(const testing_check *c) {
    json_t *o = json_object();
    const struct {
        const char *key, *value;
    } texts[] = {{"message", *c->message ? c->message : c->name},
                 {"hint", c->hint},
                 {"file", c->file},
                 {"source", c->excerpt},
                 {"output", c->output},
                 {"place", c->at},
                 {"got", c->got},
                 {"want", c->want},
                 {"tolerance", c->tolerance},
                 {"formula", c->formula},
                 {"rule_file", c->rule_file},
                 {"kept", c->kept}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i].value) json_object_set_new(o, texts[i].key, json_text(texts[i].value));
    if (c->line) json_object_set_new(o, "line", json_integer(c->line));
    if (c->rule_line) json_object_set_new(o, "rule_line", json_integer(c->rule_line));
    return o;
}

int outcomes_json(output *to, const outcomes *all, unsigned long long seed, const coverage *c) {
    json_t *root = json_object(), *list = json_array();
    json_object_set_new(root, "schema", json_string("assess-test"));
    json_object_set_new(root, "schema_version", json_integer(1));
    json_object_set_new(root, "seed", json_integer((json_int_t)seed));
    json_object_set_new(root, "tests", json_integer((json_int_t)all->count));
    json_object_set_new(root, "failures", json_integer((json_int_t)all->failures));
    for (size_t i = 0; i < all->count; i++) {
        const outcome *o = all->item[i];
        json_t *t = json_object(), *failures = json_array();
        json_object_set_new(t, "file", json_text(o->file));
        json_object_set_new(t, "line", json_integer(o->line));
        json_object_set_new(t, "name", json_text(o->name));
        json_object_set_new(t, "ok", json_boolean(!o->failures));
        json_object_set_new(t, "checks", json_integer((json_int_t)o->checks));
        for (size_t k = 0; k < o->failures; k++)
            json_array_append_new(failures, failure_json(&o->failed[k]));
        json_object_set_new(t, "failed", failures);
        json_array_append_new(list, t);
    }
    json_object_set_new(root, "results", list);
    if (c) json_object_set_new(root, "coverage", coverage_json(c));
    char *out = json_dumps(root, JSON_INDENT(2));
    if (out) {
        output_text(to, out);
        output_char(to, '\n');
    }
    mem_free(out);
    json_decref(root);
    return out != NULL;
}
