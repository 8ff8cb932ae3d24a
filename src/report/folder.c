#include "report/folder.h"

#include "base/files.h"
#include "base/mem.h"
#include "report/csv_out.h"
#include "report/json_out.h"

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
