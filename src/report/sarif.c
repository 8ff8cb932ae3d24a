/* Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which editors and
 * code reviews read. Columns count UTF-16 code units, as its `columnKind` says. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/findings.h"

static json_t *text(const char *s) {
    json_t *out = json_string(s);
    if (out) return out;
    buf b = BUF_INIT;
    width_safe(&b, s, strlen(s));
    out = json_string(buf_string(&b));
    buf_release(&b);
    return out;
}

static json_t *message(const char *s) { return json_pack("{s:o}", "text", text(s)); }

/* A path as a relative reference; the bytes that RFC 3986 does not let through are escaped. */
static json_t *reference(const char *path) {
    buf b = BUF_INIT;
    if (*path == '/') buf_text(&b, "file://");
    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 128 && (isalnum(c) || strchr("-._~/", c)))
            buf_char(&b, *p);
        else
            buf_print(&b, "%%%02X", c);
    }
    json_t *out = json_string(buf_string(&b));
    buf_release(&b);
    return out;
}

/* The column of a character, counted in UTF-16 code units: those beyond the first plane are two. */
static int units(const char *line, int column) {
    int out = 1;
    for (int i = 1; i < column && *line; i++) {
        out += (unsigned char)*line >= 0xf0 ? 2 : 1;
        for (line++; ((unsigned char)*line & 0xc0) == 0x80;) line++;
    }
    return out;
}

static json_t *region(const assess_finding *x) {
    json_t *r = json_pack("{s:I}", "startLine", (json_int_t)x->line);
    if (x->column && !*x->field) {
        json_object_set_new(r, "startColumn", json_integer(units(x->excerpt, x->column)));
        if (x->width)
            json_object_set_new(r, "endColumn",
                                json_integer(units(x->excerpt, x->column + x->width)));
    }
    if (*x->offending) json_object_set_new(r, "snippet", message(x->offending));
    return r;
}

static json_t *location(const assess_finding *x) {
    json_t *where = json_pack("{s:{s:o}}", "artifactLocation", "uri", reference(x->file));
    if (x->line) json_object_set_new(where, "region", region(x));
    return json_pack("{s:o}", "physicalLocation", where);
}

static size_t index_of(const char *code) {
    size_t i = 0;
    while (i < assess_code_count() && strcmp(assess_code_at(i).code, code) != 0) i++;
    return i;
}

static void put_result(void *self, size_t session, const assess_finding *x) {
    json_t *results = self;
    buf b = BUF_INIT;
    (void)session;
    buf_text(&b, x->text);
    if (*x->field) buf_print(&b, " (column %s)", x->field);
    if (*x->hint) buf_print(&b, " — %s", x->hint);
    json_t *r = json_pack("{s:s, s:I, s:s, s:o}", "ruleId", x->code, "ruleIndex",
                          (json_int_t)index_of(x->code), "level", severity_word(x->severity),
                          "message", message(buf_string(&b)));
    if (*x->file) json_object_set_new(r, "locations", json_pack("[o]", location(x)));
    if (x->accepted) {
        json_t *s = json_pack("{s:s}", "kind", "inSource");
        if (*x->reason) json_object_set_new(s, "justification", text(x->reason));
        json_object_set_new(r, "suppressions", json_pack("[o]", s));
    }
    json_array_append_new(results, r);
    buf_release(&b);
}

static json_t *rules(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < assess_code_count(); i++) {
        assess_code c = assess_code_at(i);
        buf full = BUF_INIT, help = BUF_INIT;
        buf_print(&full, "%s %s", c.means, c.why);
        buf_print(&help, "Found: %s\nMended: %s", c.example, c.mended);
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:{s:s}}", "id", c.code,
                                              "name", c.name, "shortDescription", message(c.title),
                                              "fullDescription", message(buf_string(&full)), "help",
                                              message(buf_string(&help)), "defaultConfiguration",
                                              "level", severity_word(c.severity)));
        buf_release(&full);
        buf_release(&help);
    }
    return list;
}

static int put(const char *bytes, size_t length, void *self) {
    output_put(self, bytes, length);
    return 0;
}

int findings_sarif(const findings *f, sink *to) {
    json_t *results = json_array();
    findings_each(f, put_result, results);
    json_t *driver = json_pack("{s:s, s:s, s:o}", "name", "assess", "version", assess_version(),
                               "rules", rules());
    json_t *run =
        json_pack("{s:{s:o}, s:s, s:[{s:b}], s:o}", "tool", "driver", driver, "columnKind",
                  "utf16CodeUnits", "invocations", "executionSuccessful", 1, "results", results);
    json_t *all = json_pack("{s:s, s:s, s:[o]}", "$schema",
                            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                            "sarif-schema-2.1.0.json",
                            "version", "2.1.0", "runs", run);
    int fine = all && json_dump_callback(all, put, to, JSON_INDENT(1)) == 0;
    output_char(to, '\n');
    json_decref(all);
    return fine && !to->held.failed;
}
