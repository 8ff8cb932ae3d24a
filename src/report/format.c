#include "report/format.h"

#include "report/csv_out.h"
#include "report/json_out.h"
#include "report/terminal.h"

/* ---- documents ---- */

static void document_as_text(const document *p, page *to) { document_to_page(p, to); }

static void document_as_csv(const document *p, page *to) {
    buf csv = BUF_INIT;
    if (p->list)
        document_to_csv_list(p, &csv);
    else
        document_to_csv(p, &csv);
    output_put(to->out, buf_string(&csv), csv.length);
    to->out->held.failed |= csv.failed;
    buf_release(&csv);
}

static void document_as_json(const document *p, page *to) { document_to_json(p, to->out); }

static void document_as_markdown(const document *p, page *to) { document_to_markdown(p, to->out); }

/* ---- the main report ---- */

/* Arrays over the same axes share a table. */
static void put_arrays(const format_result *r, page *to) {
    for (size_t i = 0, next; i < r->count; i = next) {
        buf title = BUF_INIT;
        for (next = i; next < r->count && csv_same_axes(r->x[i], r->x[next]); next++)
            buf_print(&title, "%s%s", next > i ? ", " : "",
                      view_output_title(r->v, r->x[next], NULL));
        if (i) page_blank(to);
        page_paragraph(to, PAINT_TITLE, 0, "", "%s", buf_string(&title));
        terminal_arrays(to, r->v, r->wish, r->x + i, next - i);
        buf_release(&title);
    }
}

static int result_as_text(const format_result *r, page *to) {
    if (r->named)
        put_arrays(r, to);
    else
        terminal_report(to, r->v);
    return 1;
}

static int result_as_markdown(const format_result *r, page *to) {
    page markdown = *to;
    markdown.markdown = 1;
    markdown.colour = 0;
    return result_as_text(r, &markdown);
}

static int result_as_csv(const format_result *r, page *to) {
    return !r->count || csv_write(to->out, r->v->session, r->wish, r->x, r->count);
}

static int result_as_json(const format_result *r, page *to) {
    return json_write(to->out, r->v, r->x, r->count);
}

const format formats[] = {
    {"text", "txt", 1, 0, document_as_text, result_as_text},
    {"csv", "csv", 0, 1, document_as_csv, result_as_csv},
    {"json", "json", 0, 0, document_as_json, result_as_json},
    {"md", "md", 1, 0, document_as_markdown, result_as_markdown},
    {0},
};

void format_names(const char *names[FORMATS_MOST + 1]) {
    size_t n = 0;
    for (; n < FORMATS_MOST && formats[n].name; n++) names[n] = formats[n].name;
    names[n] = NULL;
}
