/* JSON: documents, and results with what was asked and what they rest on. doc/output.md describes
 * every key.
 *
 * Numbers are the shortest that read back to the same double, missing is null, truths are true and
 * false, dates texts. An array's values are a flat list, its last axis changing fastest; its axes
 * name the labels under "axes". Nothing in it depends on the time or the machine, so that the same
 * rules and data give the same bytes. */
#include <math.h>
#include <string.h>
#include <utf8proc.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/width.h"
#include "format/format.h"

json_t *json_text(const char *s) {
    json_t *out = json_string(s ? s : "");
    if (out) return out;
    buf b = BUF_INIT;
    width_safe(&b, s, strlen(s));
    out = json_string(buf_string(&b));
    buf_release(&b);
    return out;
}

/* Would it steer a terminal, or turn the direction of the text behind it? */
static int steers(utf8proc_int32_t c) {
    return c < 0xA0 || c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* A text in quotes; a byte that is no UTF-8 becomes U+FFFD. */
static void write_text(output *out, const char *s) {
    static const char hex[] = "0123456789abcdef";
    size_t length = strlen(s);
    output_char(out, '"');
    while (length) {
        unsigned char c = (unsigned char)*s;
        utf8proc_int32_t code;
        utf8proc_ssize_t n = 1;
        if (c == '"' || c == '\\') {
            output_put(out, (char[]){'\\', (char)c}, 2);
        } else if (c < ' ' || c == 127) {
            output_put(out, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
        } else if (c < 0x80) {
            output_put(out, s, 1);
        } else {
            n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)length, &code);
            if (n > 0 && steers(code))
                output_put(out,
                           (char[]){'\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15],
                                    hex[code >> 4 & 15], hex[code & 15]},
                           6);
            else if (n > 0)
                output_put(out, s, (size_t)n);
            else
                output_text(out, "\xEF\xBF\xBD");
        }
        n = n > 0 ? n : 1;
        s += n;
        length -= (size_t)n;
    }
    output_char(out, '"');
}

/* ---- documents ---- */

static void write_cell(output *to, const document_cell *c) {
    if (!c->plain)
        output_text(to, "null");
    else if (c->bare)
        output_text(to, c->plain);
    else
        write_text(to, c->plain);
}

/* A row as an object; of the list, with what its table is called first. */
static void write_object(output *to, const document *p, const document_block *b, size_t row) {
    const char *group = b->listed ? p->group : NULL;
    buf text = BUF_INIT;
    paint ink;
    output_char(to, '{');
    if (group) {
        write_text(to, group);
        output_text(to, ": ");
        write_text(to, b->id);
    }
    for (size_t k = 0; k < b->columns; k++) {
        document_cell c = document_at(b, row, k, &text, &ink);
        if (k || group) output_text(to, ", ");
        write_text(to, b->column[k].id);
        output_text(to, ": ");
        write_cell(to, &c);
    }
    output_char(to, '}');
    buf_release(&text);
}

static void write_rows(output *to, const document *p, const document_block *b, int *begun) {
    for (size_t r = 0; r < document_rows(b); r++) {
        output_text(to, (*begun)++ ? ",\n  " : "\n  ");
        write_object(to, p, b, r);
    }
}

static void write_document(output *to, const document *p) {
    int begun;
    output_print(to,
                 "{\n \"schema\": \"assess-%s\",\n \"schema_version\": 1,\n \"title\": ", p->kind);
    write_text(to, p->title);
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (b->listed || !*b->id) continue;
        output_text(to, ",\n ");
        write_text(to, b->id);
        output_text(to, ": ");
        if (b->kind == DOCUMENT_FACTS) {
            write_object(to, p, b, 0);
        } else if (b->kind == DOCUMENT_TABLE) {
            output_char(to, '[');
            begun = 0;
            write_rows(to, p, b, &begun);
            output_text(to, begun ? "\n ]" : "]");
        } else {
            write_cell(to, b->cell);
        }
    }
    if (p->list) {
        output_text(to, ",\n ");
        write_text(to, p->list);
        output_text(to, ": [");
        begun = 0;
        for (size_t i = 0; i < p->blocks; i++)
            if (p->block[i].listed) write_rows(to, p, &p->block[i], &begun);
        output_text(to, begun ? "\n ]" : "]");
    }
    output_text(to, "\n}\n");
}

/* ---- results: facts are a tree that jansson writes ---- */

enum { SCHEMA_VERSION = 1 };

static json_t *json_number(double x) {
    return isnan(x)                          ? json_null()
           : x == floor(x) && fabs(x) < 1e15 ? json_integer((json_int_t)x)
                                             : json_real(x);
}

static json_t *rules_facts(assess *a) {
    static const char *const name[] = {"file", "id", "title", "cite", "status", "focus", "note"};
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (*assess_fact(a, name[i]))
            json_object_set_new(o, name[i], json_text(assess_fact(a, name[i])));
    json_object_set_new(o, "sha256", json_text(assess_rules_sha256(a)));
    return o;
}

static json_t *stages_list(assess *a) {
    json_t *list = json_array();
    for (size_t i = 0; i < assess_stage_count(a); i++) {
        assess_stage s = assess_stage_at(a, i);
        json_t *o = json_object(), *peers = json_array();
        json_object_set_new(o, "name", json_text(s.name));
        if (s.from) json_object_set_new(o, "from", json_integer(s.from));
        if (s.to) json_object_set_new(o, "to", json_integer(s.to));
        for (size_t k = 0; k < s.peers; k++)
            json_array_append_new(peers, json_text(assess_stage_peer(a, i, k)));
        json_object_set_new(o, "peers", peers);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *changed_leaves(assess *a) {
    json_t *list = json_array();
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf leaf = assess_leaf_at(a, i);
        if (!leaf.changed) continue;
        json_t *o = json_object();
        json_object_set_new(o, "address", json_text(leaf.address));
        json_object_set_new(o, "value", json_text(leaf.value));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *sources_list(assess *a) {
    json_t *list = json_array();
    for (size_t i = 0; i < assess_source_count(a); i++) {
        assess_source s = assess_source_at(a, i);
        json_t *o = json_object();
        json_object_set_new(o, "name", json_text(s.name));
        json_object_set_new(o, "path", json_text(s.path));
        json_object_set_new(o, "sha256", json_text(s.sha256));
        json_object_set_new(o, "encoding", json_text(s.encoding));
        json_object_set_new(o, "form", json_text(s.form));
        json_object_set_new(o, "rows", json_integer((json_int_t)s.rows));
        json_object_set_new(o, "kept", json_integer((json_int_t)s.kept));
        json_object_set_new(o, "values", json_integer((json_int_t)s.values));
        json_object_set_new(o, "missing", json_integer((json_int_t)s.missing));
        if (s.unified)
            json_object_set_new(o, "unified_labels", json_integer((json_int_t)s.unified));
        if (s.changed)
            json_object_set_new(o, "changed_figures", json_integer((json_int_t)s.changed));
        json_object_set_new(o, "year_from", json_number(s.year_from));
        json_object_set_new(o, "year_to", json_number(s.year_to));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *warnings_list(assess *a) {
    json_t *list = json_array();
    for (size_t i = 0; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (m.status != ASSESS_OK) continue;
        json_t *o = json_object();
        json_object_set_new(o, "text", json_text(m.text));
        if (*m.hint) json_object_set_new(o, "hint", json_text(m.hint));
        if (*m.file) json_object_set_new(o, "file", json_text(m.file));
        if (m.line) json_object_set_new(o, "line", json_integer(m.line));
        if (m.column) json_object_set_new(o, "column", json_integer(m.column));
        if (*m.field) json_object_set_new(o, "field", json_text(m.field));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *shown_parts(const view *v) {
    json_t *o = json_object();
    for (int r = 0; r < ROLES; r++)
        if (v->part[r])
            json_object_set_new(o, view_role_name((role)r), json_text(v->part[r]->name));
    return o;
}

/* Everything but the arrays. json_dumps fails on a tree in which memory ran out. */
/* How many figures were not observed, or were changed. */
static void add_marks(json_t *o, const char *key, const view *v, role r) {
    if (!v->part[r]) return;
    marks m = marks_count(v, r, NULL);
    json_object_set_new(
        o, key, json_pack("{s:I,s:I}", "count", (json_int_t)m.count, "of", (json_int_t)m.of));
}

static char *result_facts(const view *v) {
    assess *a = v->session;
    json_t *o = json_object(), *engine = json_object();
    json_object_set_new(o, "schema", json_text("assess-result"));
    json_object_set_new(o, "schema_version", json_integer(SCHEMA_VERSION));
    json_object_set_new(engine, "version", json_text(assess_version()));
    json_object_set_new(engine, "sha256", json_text(assess_engine_sha256(a)));
    json_object_set_new(o, "engine", engine);
    json_object_set_new(o, "rules", rules_facts(a));
    json_object_set_new(o, "stages", stages_list(a));
    json_object_set_new(o, "changed", changed_leaves(a));
    json_object_set_new(o, "where", *v->where ? json_text(v->where) : json_null());
    json_object_set_new(o, "sources", sources_list(a));
    json_object_set_new(o, "warnings", warnings_list(a));
    json_object_set_new(o, "show", shown_parts(v));
    add_marks(o, "imputed", v, ROLE_IMPUTED);
    add_marks(o, "treated", v, ROLE_TREATED);
    char *out = json_dumps(o, JSON_EMBED | JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(o);
    return out;
}

/* ---- arrays: too large for a tree ---- */

static void write_element(output *out, assess *a, const assess_array *x, double e) {
    buf date = BUF_INIT;
    char *to;
    if (isnan(e)) {
        output_text(out, "null");
    } else if (x->kind == ASSESS_NUMBER) {
        to = output_reserve(out, 40);
        if (to) out->held.length += decimal_write(e, to);
    } else if (x->kind == ASSESS_TRUTH) {
        output_text(out, e != 0 ? "true" : "false");
    } else if (x->kind == ASSESS_TEXT) {
        write_text(out, assess_text(a, e));
    } else {
        view_date(&date, e);
        write_text(out, buf_string(&date));
        buf_release(&date);
    }
}

static void write_values(output *out, assess *a, const assess_array *x) {
    size_t all = 1, at[ASSESS_AXES] = {0}, offset = 0;
    for (int k = 0; k < x->axes; k++) all *= x->axis[k].size;
    for (size_t i = 0; i < all && !out->ended && !out->failed; i++) {
        if (i) output_char(out, ',');
        write_element(out, a, x, x->value[offset]);
        for (int k = x->axes - 1; k >= 0; k--) {
            offset += x->stride[k];
            if (++at[k] < x->axis[k].size) break;
            offset -= at[k] * x->stride[k];
            at[k] = 0;
        }
    }
}

static void write_key(output *out, const char *indent, const char *key, const char *value) {
    output_print(out, "%s\"%s\": ", indent, key);
    write_text(out, value);
    output_text(out, ",\n");
}

static void write_labels(output *out, assess *a, const assess_axis *axis,
                         const char *(*of)(const assess *, const assess_axis *, size_t)) {
    for (size_t i = 0; i < axis->size && !out->ended; i++) {
        if (i) output_char(out, ',');
        write_text(out, of(a, axis, i));
    }
}

/* Has some label a name of its own? */
static int has_titles(assess *a, const assess_axis *axis) {
    for (size_t i = 0; i < axis->size; i++)
        if (strcmp(assess_label(a, axis, i), assess_title(a, axis, i))) return 1;
    return 0;
}

static int is_listed(const assess_array *const *x, size_t i, int k) {
    for (size_t j = 0; j <= i; j++)
        for (int l = 0; l < (j < i ? x[j]->axes : k); l++)
            if (x[j]->axis[l].id == x[i]->axis[k].id) return 1;
    return 0;
}

static void write_axes(output *out, assess *a, const assess_array *const *x, size_t count) {
    int written = 0;
    output_text(out, "\n \"axes\": {");
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < x[i]->axes; k++) {
            const assess_axis *axis = &x[i]->axis[k];
            if (is_listed(x, i, k)) continue;
            output_text(out, written++ ? ",\n  " : "\n  ");
            write_text(out, axis->name);
            output_text(out, ": {\n   \"labels\": [");
            write_labels(out, a, axis, assess_label);
            output_char(out, ']');
            if (has_titles(a, axis)) {
                output_text(out, ",\n   \"titles\": [");
                write_labels(out, a, axis, assess_title);
                output_char(out, ']');
            }
            output_text(out, "\n  }");
        }
    output_text(out, "\n },");
}

static void write_output(output *out, const view *v, const assess_array *x) {
    static const char *const kind[] = {"number", "truth", "text", "date"};
    const char *title = view_given_title(v, x);
    output_text(out, "\n  ");
    write_text(out, x->name);
    output_text(out, ": {\n");
    write_key(out, "   ", "kind", kind[x->kind]);
    if (*title) write_key(out, "   ", "title", title);
    write_key(out, "   ", "formula", x->formula);
    write_key(out, "   ", "file", x->file);
    output_print(out, "   \"line\": %ld,\n   \"axes\": [", x->line);
    for (int k = 0; k < x->axes; k++) {
        if (k) output_char(out, ',');
        write_text(out, x->axis[k].name);
    }
    output_text(out, "],\n   \"shape\": [");
    for (int k = 0; k < x->axes; k++) output_print(out, "%s%zu", k ? "," : "", x->axis[k].size);
    output_text(out, "],\n   \"values\": [");
    write_values(out, v->session, x);
    output_char(out, ']');
    output_text(out, "\n  }");
}

int json_write(output *out, const view *v, const assess_array *const *x, size_t count) {
    char *tree = result_facts(v);
    if (!tree) return 0;
    output_text(out, "{\n ");
    output_text(out, tree + strspn(tree, " \n"));
    mem_free(tree);
    while (out->held.length && strchr(" \n", out->held.text[out->held.length - 1]))
        out->held.length--;
    output_char(out, ',');
    write_axes(out, v->session, x, count);
    output_text(out, "\n \"outputs\": {");
    for (size_t i = 0; i < count && !out->ended; i++) {
        if (i) output_char(out, ',');
        write_output(out, v, x[i]);
    }
    output_text(out, "\n }\n}\n");
    return 1;
}

/* ---- the writer ---- */

void document_as_json(const document *p, page *to) {
    const document_results *r =
        p->blocks && p->block->kind == DOCUMENT_RESULTS ? &p->block->results : NULL;
    if (r)
        to->out->held.failed |= !json_write(to->out, r->v, r->x, r->count);
    else
        write_document(to->out, p);
}
