/* Findings of checks: as text, as a table, and as SARIF. */
#include "proof/findings.h"

#include <ctype.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "format/format.h"

const char *severity_word(assess_severity s) {
    static const char *const names[] = {TEXT("note"), TEXT("warning"), TEXT("error")};
    return names[s];
}

int code_is(const char *code, const char *name) {
    return *name && !strncmp(code, name, strlen(name));
}

static int is_listed(const char *const *list, size_t count, const char *code) {
    for (size_t i = 0; i < count; i++)
        if (code_is(code, list[i])) return 1;
    return 0;
}

static int same_finding(const assess_finding *a, const assess_finding *b) {
    return a->line == b->line && a->column == b->column && !strcmp(a->code, b->code) &&
           !strcmp(a->file, b->file) && !strcmp(a->text, b->text);
}

static int told_before(const findings *f, size_t session, const assess_finding *x) {
    for (size_t s = 0; s < session; s++)
        for (size_t i = 0; i < assess_finding_count(f->session[s]); i++) {
            assess_finding other = assess_finding_at(f->session[s], i);
            if (same_finding(&other, x)) return 1;
        }
    return 0;
}

void findings_each(const findings *f,
                   void (*each)(void *self, size_t session, const assess_finding *x), void *self) {
    for (size_t s = 0; s < f->sessions; s++)
        for (size_t i = 0; i < assess_finding_count(f->session[s]); i++) {
            assess_finding x = assess_finding_at(f->session[s], i);
            if ((f->onlys && !is_listed(f->only, f->onlys, x.code)) ||
                is_listed(f->ignore, f->ignores, x.code) || told_before(f, s, &x))
                continue;
            each(self, s, &x);
        }
}

static void count_one(void *self, size_t session, const assess_finding *x) {
    findings_count *n = self;
    (void)session;
    if (x->accepted)
        n->accepted++;
    else
        n->of[x->severity]++;
}

findings_count findings_sum(const findings *f) {
    findings_count n = {0};
    findings_each(f, count_one, &n);
    return n;
}

/* ---- text ---- */

static void tell_one(void *self, size_t session, const assess_finding *x) {
    document *p = self;
    (void)session;
    if (x->accepted) return;
    assess_message m = {.status = x->severity == ASSESS_ERROR ? ASSESS_TEST : ASSESS_OK,
                        .file = x->file,
                        .line = x->line,
                        .column = x->column,
                        .field = x->field,
                        .excerpt = x->excerpt,
                        .text = x->text,
                        .hint = x->hint};
    buf text = BUF_INIT;
    buf_print(&text, "%s %s", text_message(severity_word(x->severity)), x->code);
    if (x->severity == ASSESS_ERROR) {
        buf_print(&text, ": %s", x->text);
        m.text = buf_string(&text);
    }
    document_message(p, &m, buf_string(&text));
    document_gap(p);
    buf_release(&text);
}

static void put_count(buf *b, size_t n, const char *one, const char *several) {
    if (!n) return;
    buf_text(b, b->length ? text_message(", ") : "");
    buf_print(b, text_message(n == 1 ? one : several), n);
}

void findings_prose(const findings *f, document *p) {
    findings_count n = findings_sum(f);
    buf b = BUF_INIT;
    p->dense = 1;
    findings_each(f, tell_one, p);
    put_count(&b, n.of[ASSESS_ERROR], TEXT("%zu error"), TEXT("%zu errors"));
    put_count(&b, n.of[ASSESS_WARNING], TEXT("%zu warning"), TEXT("%zu warnings"));
    put_count(&b, n.of[ASSESS_NOTE], TEXT("%zu note"), TEXT("%zu notes"));
    if (!b.length) buf_text(&b, text_message("nothing found"));
    for (size_t i = 0; i < f->sessions && i < 6; i++)
        buf_print(&b, "%s%s", text_message(i ? ", " : " in "), assess_fact(f->session[i], "file"));
    if (f->sessions > 6) buf_print(&b, text_message(" and %zu more"), f->sessions - 6);
    if (n.accepted) buf_print(&b, text_message("; %zu accepted in the rules"), n.accepted);
    document_line(p, PAINT_PLAIN, 0, "", "%s", buf_string(&b));
    if (n.of[0] + n.of[1] + n.of[2])
        document_line(p, PAINT_FAINT, 0, "",
                      text_message("assess check --explain CODE tells more"));
    buf_release(&b);
}

/* ---- a table ---- */

static const document_column columns[] = {
    {"file", TEXT_AS("column", "file"), WIDTH_LEFT, 16},
    {"line", TEXT_AS("column", "line"), WIDTH_RIGHT, 0},
    {"column", TEXT_AS("column", "column"), WIDTH_RIGHT, 0},
    {"code", TEXT_AS("column", "code"), WIDTH_LEFT, 0},
    {"severity", TEXT_AS("column", "severity"), WIDTH_LEFT, 0},
    {"text", TEXT_AS("column", "text"), WIDTH_LEFT, 24},
    {"hint", TEXT_AS("column", "hint"), WIDTH_LEFT, 16},
    {"offending", TEXT_AS("column", "offending"), WIDTH_LEFT, 12},
    {"accepted", TEXT_AS("column", "accepted"), WIDTH_LEFT, 0},
    {"reason", TEXT_AS("column", "reason"), WIDTH_LEFT, 12},
};

static void put_row(void *self, size_t session, const assess_finding *x) {
    document *p = self;
    const char *word = severity_word(x->severity);
    const document_cell severity = document_shown(text_message(word), word, 0);
    (void)session;
    DOCUMENT_ROW(
        p, document_text(x->file),
        document_place_cell(x->line ? document_number(p, (double)x->line, 0) : document_text(""),
                            x->file, x->line),
        document_place_cell(*x->field   ? document_text(x->field)
                            : x->column ? document_number(p, x->column, 0)
                                        : document_text(""),
                            x->file, x->line),
        document_text(x->code), severity, document_text(x->text), document_text(x->hint),
        document_text(x->offending));
    document_put(p, document_shown(text_message(x->accepted ? TEXT("yes") : TEXT("no")),
                                   x->accepted ? "true" : "false", 1));
    document_put(p, document_text(x->reason));
}

void findings_table(const findings *f, document *p) {
    findings_count n = findings_sum(f);
    document_facts(p, "summary", "");
    document_fact(p, "errors", text_message(TEXT_AS("findings", "errors")),
                  document_number(p, (double)n.of[ASSESS_ERROR], 0));
    document_fact(p, "warnings", text_message(TEXT_AS("findings", "warnings")),
                  document_number(p, (double)n.of[ASSESS_WARNING], 0));
    document_fact(p, "notes", text_message(TEXT_AS("findings", "notes")),
                  document_number(p, (double)n.of[ASSESS_NOTE], 0));
    document_fact(p, "accepted", text_message(TEXT_AS("findings", "accepted")),
                  document_number(p, (double)n.accepted, 0));
    document_tell(p, text_message("Counted over the lists below."));
    document_list(p, "findings", NULL);
    document_table_in(p, text_messages(), "findings", columns, sizeof columns / sizeof *columns);
    findings_each(f, put_row, p);
}

/* ---- codes ---- */

void code_document(const assess_code *c, document *p) {
    document_line(p, PAINT_TITLE, 0, "", "%s (%s): %s", c->code,
                  text_message(severity_word(c->severity)), c->title);
    document_gap(p);
    document_line(p, PAINT_PLAIN, 0, "", "%s", c->means);
    document_line(p, PAINT_PLAIN, 0, "", "%s", c->why);
    document_gap(p);
    document_line(p, PAINT_PLAIN, 8, text_message("found:"), "%s", c->example);
    document_line(p, PAINT_PLAIN, 8, text_message("mended:"), "%s", c->mended);
}

void codes_document(document *p) {
    for (size_t i = 0; i < assess_code_count(); i++) {
        assess_code c = assess_code_at(i);
        document_line(p, PAINT_PLAIN, 14, c.code, "%s", c.title);
    }
}

/* ---- SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format). Columns count UTF-16 code
 * units, as its `columnKind` says. ---- */

static json_t *message(const char *s) { return json_pack("{s:o}", "text", json_text(s)); }

/* A path as a relative reference; the bytes that RFC 3986 does not let through are escaped. */
static json_t *uri_reference(const char *path) {
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
static int utf16_column(const char *line, int column) {
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
        json_object_set_new(r, "startColumn", json_integer(utf16_column(x->excerpt, x->column)));
        if (x->width)
            json_object_set_new(r, "endColumn",
                                json_integer(utf16_column(x->excerpt, x->column + x->width)));
    }
    if (*x->offending) json_object_set_new(r, "snippet", message(x->offending));
    return r;
}

static json_t *physical_location(const assess_finding *x) {
    json_t *where = json_pack("{s:{s:o}}", "artifactLocation", "uri", uri_reference(x->file));
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
    if (*x->file) json_object_set_new(r, "locations", json_pack("[o]", physical_location(x)));
    if (x->accepted) {
        json_t *s = json_pack("{s:s}", "kind", "inSource");
        if (*x->reason) json_object_set_new(s, "justification", json_text(x->reason));
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

static int write_bytes(const char *bytes, size_t length, void *self) {
    output_put(self, bytes, length);
    return 0;
}

int findings_sarif(const findings *f, output *to) {
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
    int fine = all && json_dump_callback(all, write_bytes, to, JSON_INDENT(1)) == 0;
    output_char(to, '\n');
    json_decref(all);
    return fine && !to->held.failed;
}
