#include "cmd/deeper.h"

#include <stdio.h>
#include <string.h>

/* Does a shell take it as it is? */
static int is_plain(const char *text) {
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c < 0x80 && !strchr("_./=:,%+@-", c)) return 0;
    }
    return *text != 0;
}

/* A piece of a command: 'it'\\''s'. */
static void put_quoted(buf *out, const char *text) {
    if (is_plain(text)) {
        buf_text(out, text);
        return;
    }
    buf_char(out, '\'');
    for (const char *p = text; *p; p++)
        if (*p == '\'')
            buf_text(out, "'\\''");
        else
            buf_char(out, *p);
    buf_char(out, '\'');
}

static void put_operand(buf *out, const char *text) {
    put_quoted(out, text);
    buf_char(out, 0);
}

/* --name value, or --name left=right, which stay on one line. */
static void put_option(buf *out, const char *name, const char *left, const char *right) {
    buf both = BUF_INIT;
    buf_text(&both, left);
    if (right) buf_print(&both, "=%s", right);
    buf_print(out, "--%s ", name);
    put_quoted(out, buf_string(&both));
    buf_char(out, 0);
    buf_release(&both);
}

static void put_pairs(buf *out, const char *name, const arguments_list *list) {
    for (size_t i = 0; i < list->count; i++)
        put_option(out, name, list->item[i].name, list->item[i].value);
}

/* What was asked besides places, results and depth. */
static void put_options(const deeper_request *r, buf *out) {
    const arguments *a = r->given;
    put_pairs(out, "set", &a->set);
    put_pairs(out, "where", &a->where);
    put_pairs(out, "data", &a->data);
    for (size_t i = 0; i < a->setting.count; i++) {
        const char *name = a->setting.item[i].name;
        if (!strcmp(name, "strict")) {
            buf_text(out, "--strict");
            buf_char(out, 0);
        } else if (strcmp(name, "methods") != 0) {
            const char *dashed = strcmp(name, "script_memory") ? name : "script-memory";
            put_option(out, dashed, a->setting.item[i].value, NULL);
        }
    }
    char number[32];
    if (a->methods) put_option(out, "methods", a->methods, NULL);
    if (a->format != formats) put_option(out, "format", a->format->name, NULL);
    if (r->depth) {
        snprintf(number, sizeof number, "%zu", r->depth);
        put_option(out, "depth", number, NULL);
    }
    if (r->steps) {
        snprintf(number, sizeof number, "%zu", r->steps);
        put_option(out, "steps", number, NULL);
    }
}

static int begins_with_dash(const arguments *a, const char *unit) {
    return *a->rules == '-' || *unit == '-';
}

static void begin(const deeper_request *r, const char *unit, buf *out) {
    buf_text(out, "assess explain");
    buf_char(out, 0);
    if (begins_with_dash(r->given, unit)) {
        put_options(r, out);
        return;
    }
    put_operand(out, r->given->rules);
    put_operand(out, unit);
}

static void end(const deeper_request *r, const char *unit, const char *result, buf *out) {
    if (begins_with_dash(r->given, unit)) {
        put_operand(out, "--");
        put_operand(out, r->given->rules);
        put_operand(out, unit);
        if (result) put_operand(out, result);
    }
    buf_char(out, 0);
}

void deeper_same(const deeper_request *r, buf *out) {
    const arguments *a = r->given;
    begin(r, a->unit, out);
    int late = begins_with_dash(a, a->unit);
    for (size_t i = 0; !late && i < a->output.count; i++) put_operand(out, a->output.item[i].name);
    put_pairs(out, "at", &a->pick);
    if (!late) put_options(r, out);
    end(r, a->unit, late && a->output.count ? a->output.item[0].name : NULL, out);
}

void deeper_target(const deeper_request *r, const explain_target *target, buf *out) {
    const assess_array *x = target->output;
    const char *unit = r->given->unit;
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id == r->rows->id)
            unit = assess_label(r->session, &x->axis[k], target->at[k]);
    int late = begins_with_dash(r->given, unit);
    begin(r, unit, out);
    if (!late) put_operand(out, x->name);
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id != r->rows->id)
            put_option(out, "at", x->axis[k].name,
                       assess_label(r->session, &x->axis[k], target->at[k]));
    if (!late) put_options(r, out);
    end(r, unit, x->name, out);
}

void deeper_put(document *p, const char *id, const char *head, const buf *list) {
    document_gap(p);
    document_line(p, PAINT_FAINT, 0, "", "%s", head);
    document_commands(p, id, list);
}
