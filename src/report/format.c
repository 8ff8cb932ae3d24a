#include "report/format.h"

#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "report/terminal.h"

/* Have two arrays the same axes, in whatever order? Only such arrays share a table. */
int csv_same_axes(const assess_array *x, const assess_array *y) {
    if (x->axes != y->axes) return 0;
    for (int k = 0; k < x->axes; k++)
        if (view_axis(y, x->axis[k].id) < 0) return 0;
    return 1;
}

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

/* ---- a folder ---- */

static int fill(const view *v, const assess_array **x, size_t count, sink *out, file_item *item,
                char **name) {
    const view_wish all = {.top = 0};
    for (size_t i = 0; i < count; i++) {
        buf b = BUF_INIT;
        x[i] = assess_output(v->session, i);
        buf_print(&b, "%s.csv", x[i]->name);
        name[i] = b.text;
        if (b.failed || !csv_write(&out[i], v->session, &all, &x[i], 1)) return 0;
        item[i].name = name[i];
    }
    item[count].name = "result.json";
    if (!json_write(&out[count], v, x, count)) return 0;
    for (size_t i = 0; i <= count; i++) {
        if (!output_flush(&out[i])) return 0;
        item[i].bytes = out[i].held.text;
        item[i].length = out[i].held.length;
    }
    return 1;
}

int folder_write(const char *path, const view *v, const volatile sig_atomic_t *stop, size_t *files,
                 fault *f) {
    size_t count = assess_output_count(v->session);
    const assess_array **x = mem_zero(count + 1, sizeof *x);
    sink *out = mem_zero(count + 1, sizeof *out);
    file_item *item = mem_zero(count + 1, sizeof *item);
    char **name = mem_zero(count + 1, sizeof *name);
    int done = x && out && item && name;
    for (size_t i = 0; done && i <= count; i++) out[i] = output_to(SINK_KEEP, stop);
    done = (done && fill(v, x, count, out, item, name)) || fault_memory(f);
    if (done && stop && *stop)
        done = fault_set(f, FAULT_LIMIT, "stopped before anything was written");
    if (done) done = files_write_all(path, item, count + 1, f);
    *files = done ? count + 1 : 0;
    for (size_t i = 0; i <= count; i++) {
        if (out) output_release(&out[i]);
        if (name) mem_free(name[i]);
    }
    mem_free(x);
    mem_free(out);
    mem_free(item);
    mem_free(name);
    return done;
}
