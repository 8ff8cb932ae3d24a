/* The list of formats, and a result as a folder of files. */
#include "format/format.h"

#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zip_out.h"

/* Have two arrays the same axes, in whatever order? Only such arrays share a table. */
int csv_same_axes(const assess_array *x, const assess_array *y) {
    if (x->axes != y->axes) return 0;
    for (int k = 0; k < x->axes; k++)
        if (view_axis(y, x->axis[k].id) < 0) return 0;
    return 1;
}

const format formats[] = {
    {"text", "txt", 1, 1, 0, 0, document_as_text, NULL, 0, 0, 0},
    {"csv", "csv", 0, 0, 1, 0, document_as_csv, NULL, 0, 0, 0},
    {"json", "json", 0, 0, 0, 1, document_as_json, NULL, 0, 0, 0},
    {"md", "md", 1, 0, 0, 0, document_as_markdown, NULL, 0, 0, 0},
    {"html", "html", 1, 0, 0, 1, document_as_html, NULL, 0, 0, 1},
    {"docx", "docx", 1, 0, 0, 0, document_as_docx, zip_out_ready, 1, 1, 0},
    {0},
};

void format_names(const char *names[FORMATS_MOST + 1]) {
    size_t n = 0;
    for (; n < FORMATS_MOST && formats[n].name; n++) names[n] = formats[n].name;
    names[n] = NULL;
}

int format_write(const format *of, const document *p, page *to, fault *f) {
    if (p->failed) return fault_memory(f);
    if (of->binary && to->out->fd >= 0 && isatty(to->out->fd))
        return fault_at(f, FAULT_USAGE, NULL, text_message("-o FILE, or > FILE"),
                        "a %s file is not for a terminal", of->name);
    if (of->ready && !of->ready(f)) return 0;
    to->why = f;
    of->write(p, to);
    to->why = NULL;
    return !f->count && (!to->out->held.failed || fault_memory(f));
}

/* ---- a folder ---- */

static int fill_files(const view *v, const csv_form *form, const assess_array **x, size_t count,
                      output *out, file_item *item, char **name) {
    csv_form own = *form;
    if (own.mark == CSV_MARK_USUAL && v->language == TEXT_CHINESE) own.mark = CSV_MARK_YES;
    const view_wish all = {.top = 0};
    for (size_t i = 0; i < count; i++) {
        buf b = BUF_INIT;
        x[i] = assess_output(v->session, i);
        buf_print(&b, "%s.csv", x[i]->name);
        name[i] = b.text;
        if (b.failed || !csv_put_table(&out[i], v->session, &all, &x[i], 1, &own)) return 0;
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

void folder_release(folder_files *o) {
    for (size_t i = 0; i < o->count; i++) {
        if (o->out) output_release(&o->out[i]);
        if (o->name) mem_free(o->name[i]);
    }
    mem_free(o->out);
    mem_free(o->item);
    mem_free(o->name);
    *o = (folder_files){0};
}

int folder_make(folder_files *o, const view *v, const csv_form *form,
                const volatile sig_atomic_t *stop, fault *f) {
    size_t count = assess_output_count(v->session);
    const assess_array **x = mem_zero(count + 1, sizeof *x);
    *o = (folder_files){.count = count + 1,
                        .out = mem_zero(count + 2, sizeof *o->out),
                        .item = mem_zero(count + 2, sizeof *o->item),
                        .name = mem_zero(count + 2, sizeof *o->name)};
    int done = x && o->out && o->item && o->name;
    for (size_t i = 0; done && i <= count; i++) o->out[i] = output_to(OUTPUT_KEEP, stop);
    done = (done && fill_files(v, form, x, count, o->out, o->item, o->name)) || fault_memory(f);
    if (done && limits_raised(stop))
        done = fault_set(f, FAULT_LIMIT, "stopped before anything was written");
    mem_free(x);
    return done;
}

int folder_add(folder_files *o, const char *name, const document *p,
               const volatile sig_atomic_t *stop, fault *f) {
    output *out = &o->out[o->count];
    file_item *item = &o->item[o->count++];
    page to = {.out = out};
    *out = output_to(OUTPUT_KEEP, stop);
    if (p->failed) return fault_memory(f);
    document_as_json(p, &to);
    if (!output_flush(out)) return fault_memory(f);
    *item = (file_item){.name = name, .bytes = out->held.text, .length = out->held.length};
    return !limits_raised(stop) || fault_set(f, FAULT_LIMIT, "stopped before anything was written");
}

int folder_write(const char *path, const view *v, const csv_form *form,
                 const volatile sig_atomic_t *stop, size_t *files, fault *f) {
    folder_files o;
    int done = folder_make(&o, v, form, stop, f) && files_write_folder(path, o.item, o.count, f);
    *files = done ? o.count : 0;
    folder_release(&o);
    return done;
}
