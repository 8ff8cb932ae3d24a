#include "report/junit.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/width.h"

/* ---- XML ---- */

/* A text in an attribute or between tags. What XML has no character for becomes visible. */
static void escaped(sink *to, const char *text) {
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

static void attribute(sink *to, const char *name, const char *text) {
    output_print(to, " %s=\"", name);
    escaped(to, text);
    output_char(to, '"');
}

static void describe(buf *b, const testing_check *c) {
    buf_print(b, "%s:%ld: %s%s%s\n", c->file, c->line, *c->message ? c->message : c->name,
              *c->hint ? " — " : "", c->hint);
    if (*c->excerpt) buf_print(b, "    %s\n", c->excerpt);
    if (*c->output)
        buf_print(b, "    %s at %s = %s\n", c->output, *c->at ? c->at : "-", c->formula);
    if (*c->rule_file) buf_print(b, "    by %s:%ld\n", c->rule_file, c->rule_line);
    if (*c->kept) buf_print(b, "    kept: %s\n", c->kept);
}

static void test_case(sink *to, const outcome *o) {
    output_text(to, "    <testcase");
    attribute(to, "classname", o->file);
    attribute(to, "name", o->name);
    if (!isnan(o->seconds)) output_print(to, " time=\"%.3f\"", o->seconds);
    if (!o->failures) {
        output_text(to, "/>\n");
        return;
    }
    int error = !strcmp(o->failed[0].name, "error");
    buf all = BUF_INIT;
    for (size_t i = 0; i < o->failures; i++) describe(&all, &o->failed[i]);
    output_print(to, ">\n      <%s", error ? "error" : "failure");
    attribute(to, "message", o->failed[0].message);
    output_char(to, '>');
    escaped(to, buf_string(&all));
    output_print(to, "</%s>\n    </testcase>\n", error ? "error" : "failure");
    to->held.failed |= all.failed;
    buf_release(&all);
}

void junit_write(sink *to, const outcomes *all) {
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
        attribute(to, "name", all->item[i]->file);
        output_print(to, " tests=\"%zu\" failures=\"%zu\">\n", next - i, failures);
        for (size_t k = i; k < next; k++) test_case(to, all->item[k]);
        output_text(to, "  </testsuite>\n");
    }
    output_text(to, "</testsuites>\n");
}

/* ---- JSON ---- */

static json_t *text(const char *s) {
    json_t *out = json_string(s);
    buf b = BUF_INIT;
    if (out) return out;
    width_safe(&b, s, strlen(s));
    out = json_string(buf_string(&b));
    buf_release(&b);
    return out;
}

static json_t *failure(const testing_check *c) {
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
        if (*texts[i].value) json_object_set_new(o, texts[i].key, text(texts[i].value));
    if (c->line) json_object_set_new(o, "line", json_integer(c->line));
    if (c->rule_line) json_object_set_new(o, "rule_line", json_integer(c->rule_line));
    return o;
}

int outcomes_json(sink *to, const outcomes *all, unsigned long long seed, const coverage *c) {
    json_t *root = json_object(), *list = json_array();
    json_object_set_new(root, "schema", json_string("assess-test"));
    json_object_set_new(root, "schema_version", json_integer(1));
    json_object_set_new(root, "seed", json_integer((json_int_t)seed));
    json_object_set_new(root, "tests", json_integer((json_int_t)all->count));
    json_object_set_new(root, "failures", json_integer((json_int_t)all->failures));
    for (size_t i = 0; i < all->count; i++) {
        const outcome *o = all->item[i];
        json_t *t = json_object(), *failures = json_array();
        json_object_set_new(t, "file", text(o->file));
        json_object_set_new(t, "line", json_integer(o->line));
        json_object_set_new(t, "name", text(o->name));
        json_object_set_new(t, "ok", json_boolean(!o->failures));
        json_object_set_new(t, "checks", json_integer((json_int_t)o->checks));
        for (size_t k = 0; k < o->failures; k++)
            json_array_append_new(failures, failure(&o->failed[k]));
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
