#include "report/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "document/view.h"

enum { NAMES = 6 /* of operations that a row tells */, NARROW = 12 };

/* ---- sums by line of the rules ---- */

typedef struct line_cost {
    const profile_operation *first;
    double seconds, elements, bytes, called;
    size_t operations;
    const char *name[NAMES];
    size_t names, more;
} line_cost;

static int by_line(const void *x, const void *y) {
    const profile_operation *a = *(const profile_operation *const *)x,
                            *b = *(const profile_operation *const *)y;
    const int files = strcmp(a->file, b->file);
    if (files) return files;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return (a > b) - (a < b); /* as they were computed */
}

static void add_name(line_cost *l, const char *name) {
    for (size_t i = 0; i < l->names; i++)
        if (!strcmp(l->name[i], name)) return;
    if (l->names < NAMES)
        l->name[l->names++] = name;
    else
        l->more++;
}

static void add_operation(line_cost *l, const profile_operation *o) {
    if (!l->operations++) l->first = o;
    l->seconds += o->seconds;
    l->elements += o->elements;
    l->bytes += o->bytes;
    l->called += o->called;
    add_name(l, o->name);
}

/* The lines, in the order of the files; `line` has room for all operations. */
static size_t sum_lines(const profile *of, const profile_operation **sorted, line_cost *line) {
    size_t lines = 0;
    for (size_t i = 0; i < of->operations; i++) sorted[i] = &of->operation[i];
    qsort(sorted, of->operations, sizeof *sorted, by_line);
    for (size_t i = 0; i < of->operations; i++) {
        const profile_operation *o = sorted[i];
        if (!i || strcmp(o->file, sorted[i - 1]->file) || o->line != sorted[i - 1]->line)
            line[lines++] = (line_cost){0};
        add_operation(&line[lines - 1], o);
    }
    return lines;
}

/* What is the most comes first; what is equal is in the order of the lines. */
static double weight_of(profile_order by, double seconds, double elements, double bytes) {
    return by == PROFILE_TIME ? seconds : by == PROFILE_ELEMENTS ? elements : bytes;
}

typedef struct weighted {
    double weight;
    size_t at;
} weighted;

static int by_weight(const void *x, const void *y) {
    const weighted *a = x, *b = y;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return a->at < b->at ? -1 : 1;
}

/* ---- cells ---- */

static document_cell seconds_cell(document *p, double seconds) {
    document_cell c = document_number(p, seconds, 6);
    if (c.plain) c.shown = document_print(p, "%.3f", 1e3 * seconds);
    return c;
}

static document_cell share_cell(document *p, double some, double all) {
    const double share = all > 0 ? some / all : (double)NAN;
    document_cell c = document_number(p, share, 6);
    if (c.plain) c.shown = document_print(p, "%.1f%%", 100 * share);
    return c;
}

static document_cell count_cell(document *p, double x) { return document_number(p, x, 0); }

static document_cell place_cell(document *p, const char *file, long line) {
    if (!line) return document_text(file);
    return document_place_cell(document_text(document_print(p, "%s:%ld", file, line)), file, line);
}

static document_cell names_cell(document *p, const line_cost *l) {
    buf b = BUF_INIT;
    for (size_t i = 0; i < l->names; i++) buf_print(&b, "%s%s", i ? ", " : "", l->name[i]);
    if (l->more) buf_text(&b, ", …");
    document_cell c = document_text(document_print(p, "%s", buf_string(&b)));
    buf_release(&b);
    return c;
}

/* ---- tables ---- */

static void put_facts(const profile *of, const profile_wish *w, document *p) {
    document_facts(p, "profile", "");
    document_cell all = document_number(p, of->seconds, 6);
    all.shown = document_print(p, "%.3f ms", 1e3 * of->seconds);
    document_fact(p, "seconds", text_message("Time of one run"), all);
    document_fact(p, "runs", text_message("Runs, of which the medians are shown"),
                  count_cell(p, (double)w->runs));
    document_fact(p, "threads", text_message("Threads"), count_cell(p, w->threads));
}

static void put_steps(const profile *of, document *p) {
    static const document_column column[] = {{"step", TEXT("Step"), WIDTH_LEFT, NARROW},
                                             {"of", TEXT("Of"), WIDTH_LEFT, NARROW},
                                             {"seconds", TEXT("ms"), WIDTH_RIGHT, 0},
                                             {"share", TEXT("Share"), WIDTH_RIGHT, 0}};
    document_table_in(p, text_messages(), "steps", column, sizeof column / sizeof *column);
    for (size_t i = 0; i < of->steps; i++) {
        const profile_step *s = &of->step[i];
        size_t first = 0; /* the same step within another one is told with the first */
        double seconds = s->seconds;
        while (first < i &&
               (strcmp(of->step[first].what, s->what) || strcmp(of->step[first].of, s->of)))
            first++;
        if (first < i) continue;
        for (size_t k = i + 1; k < of->steps; k++)
            if (!strcmp(of->step[k].what, s->what) && !strcmp(of->step[k].of, s->of))
                seconds += of->step[k].seconds;
        DOCUMENT_ROW(p, document_word(text_messages(), s->what), document_text(s->of),
                     seconds_cell(p, seconds), share_cell(p, seconds, of->seconds));
    }
}

static int put_passes(const profile *of, const profile_wish *w, document *p, fault *f) {
    static const document_column column[] = {{"pass", TEXT("Pass"), WIDTH_RIGHT, 0},
                                             {"along", TEXT("Along"), WIDTH_LEFT, NARROW},
                                             {"length", TEXT("Length"), WIDTH_RIGHT, 0},
                                             {"operations", TEXT("Operations"), WIDTH_RIGHT, 0},
                                             {"elements", TEXT("Elements"), WIDTH_RIGHT, 0},
                                             {"bytes", TEXT("Bytes"), WIDTH_RIGHT, 0},
                                             {"seconds", TEXT("ms"), WIDTH_RIGHT, 0},
                                             {"share", TEXT("Share"), WIDTH_RIGHT, 0}};
    weighted *order = mem_take((of->passes + 1) * sizeof *order);
    if (!order) return fault_memory(f);
    for (size_t i = 0; i < of->passes; i++) {
        const profile_pass *x = &of->pass[i];
        order[i] = (weighted){weight_of(w->by, x->seconds, x->elements, x->bytes), i};
    }
    qsort(order, of->passes, sizeof *order, by_weight);
    const size_t shown = w->top && w->top < of->passes ? w->top : of->passes;
    document_table_in(p, text_messages(), "passes", column, sizeof column / sizeof *column);
    for (size_t k = 0; k < shown; k++) {
        const profile_pass *x = &of->pass[order[k].at];
        const char *along = x->whole ? TEXT("whole lines") : *x->along ? "" : TEXT("single values");
        DOCUMENT_ROW(p, count_cell(p, (double)order[k].at + 1),
                     *along ? document_word(text_messages(), along) : document_text(x->along),
                     x->whole ? document_text("") : count_cell(p, (double)x->length),
                     count_cell(p, (double)x->operations), count_cell(p, x->elements),
                     count_cell(p, x->bytes), seconds_cell(p, x->seconds),
                     share_cell(p, x->seconds, of->seconds));
    }
    if (shown < of->passes)
        document_line(p, PAINT_FAINT, 0, "", text_message("%zu more passes; --top lists them"),
                      of->passes - shown);
    mem_free(order);
    return 1;
}

/* What each calls: by Lua, or not. */
static void put_each(const profile *of, document *p) {
    static const document_column column[] = {{"line", TEXT("Line"), WIDTH_LEFT, NARROW},
                                             {"elements", TEXT("Elements"), WIDTH_RIGHT, 0},
                                             {"called", TEXT("Calls of Lua"), WIDTH_RIGHT, 0},
                                             {"programs", TEXT("Followed"), WIDTH_RIGHT, 0},
                                             {"seconds", TEXT("ms"), WIDTH_RIGHT, 0},
                                             {"share", TEXT("Share"), WIDTH_RIGHT, 0},
                                             {"reason", TEXT("Why Lua"), WIDTH_LEFT, 20}};
    enum { FEW = 64 }; /* calls by which a function is got to know */
    int any = 0;
    for (size_t i = 0; i < of->operations; i++) any |= of->operation[i].each;
    if (!any) return;
    document_section(p, text_message("Functions called by each"));
    document_table_in(p, text_messages(), "each", column, sizeof column / sizeof *column);
    for (size_t i = 0; i < of->operations; i++) {
        const profile_operation *o = &of->operation[i];
        if (!o->each) continue;
        const char *reason = o->called > FEW   ? o->reason
                             : o->programs > 0 ? ""
                                               : TEXT("few elements");
        DOCUMENT_ROW(p, place_cell(p, o->file, o->line), count_cell(p, o->elements),
                     count_cell(p, o->called), count_cell(p, o->programs),
                     seconds_cell(p, o->seconds), share_cell(p, o->seconds, of->seconds),
                     document_word(text_messages(), reason));
    }
}

static int put_lines(const profile *of, const profile_wish *w, document *p, fault *f) {
    static const document_column column[] = {{"line", TEXT("Line"), WIDTH_LEFT, NARROW},
                                             {"operations", TEXT("Operations"), WIDTH_LEFT, NARROW},
                                             {"elements", TEXT("Elements"), WIDTH_RIGHT, 0},
                                             {"bytes", TEXT("Bytes"), WIDTH_RIGHT, 0},
                                             {"seconds", TEXT("ms"), WIDTH_RIGHT, 0},
                                             {"share", TEXT("Share"), WIDTH_RIGHT, 0},
                                             {"source", TEXT("Source"), WIDTH_LEFT, 16}};
    const profile_operation **sorted = mem_take((of->operations + 1) * sizeof(profile_operation *));
    line_cost *line = mem_take((of->operations + 1) * sizeof *line);
    weighted *order = mem_take((of->operations + 1) * sizeof *order);
    const int fine = sorted && line && order ? 1 : fault_memory(f);
    const size_t lines = fine ? sum_lines(of, sorted, line) : 0;
    for (size_t i = 0; i < lines; i++)
        order[i] =
            (weighted){weight_of(w->by, line[i].seconds, line[i].elements, line[i].bytes), i};
    if (fine) qsort(order, lines, sizeof *order, by_weight);
    const size_t shown = w->top && w->top < lines ? w->top : lines;
    if (fine)
        document_table_in(p, text_messages(), "lines", column, sizeof column / sizeof *column);
    for (size_t k = 0; k < shown; k++) {
        const line_cost *l = &line[order[k].at];
        DOCUMENT_ROW(p, place_cell(p, l->first->file, l->first->line), names_cell(p, l),
                     count_cell(p, l->elements), count_cell(p, l->bytes),
                     seconds_cell(p, l->seconds), share_cell(p, l->seconds, of->seconds),
                     document_text(l->first->source));
    }
    if (shown < lines)
        document_line(p, PAINT_FAINT, 0, "", text_message("%zu more lines; --top lists them"),
                      lines - shown);
    mem_free(sorted);
    mem_free(line);
    mem_free(order);
    return fine;
}

int profile_document(const profile *of, const profile_wish *w, document *p, fault *f) {
    put_facts(of, w, p);
    document_section(p, text_message("Steps"));
    put_steps(of, p);
    document_section(p, text_message("Passes of the plan"));
    if (!put_passes(of, w, p, f)) return 0;
    put_each(of, p);
    document_section(p, text_message("Lines of the rules"));
    document_list(p, "lines", NULL);
    if (!put_lines(of, w, p, f)) return 0;
    document_tell_all(p, 0,
                      text_message("Measured on this machine, the median of the runs. Elements and "
                                   "bytes are counted: those that are computed and written."));
    return !p->failed || fault_memory(f);
}

/* ---- collapsed stacks ---- */

/* A frame may not have what separates frames. */
static void put_frame(buf *b, const char *text) {
    for (; *text; text++)
        buf_char(b, *text == ';' ? ',' : (unsigned char)*text < ' ' || *text == 127 ? ' ' : *text);
}

static void put_step(buf *b, const profile *of, const profile_step *s) {
    if (s->within >= 0) {
        put_step(b, of, &of->step[s->within]);
        buf_char(b, ';');
    }
    put_frame(b, text_message(s->what));
    if (!*s->of) return;
    buf_char(b, ' ');
    put_frame(b, s->of);
}

static void end_stack(buf *b, double seconds, output *to) {
    const double nanoseconds = floor(1e9 * seconds + 0.5);
    if (nanoseconds > 0) {
        buf_print(b, " %.0f\n", nanoseconds);
        output_put(to, buf_string(b), b->length);
    }
    to->held.failed |= b->failed;
    buf_clear(b);
}

void profile_collapsed(const profile *of, output *to) {
    buf b = BUF_INIT;
    for (size_t i = 0; i < of->steps; i++) {
        if (of->step[i].computing) continue;
        put_step(&b, of, &of->step[i]);
        end_stack(&b, of->step[i].seconds, to);
    }
    for (size_t i = 0; i < of->operations; i++) {
        const profile_operation *o = &of->operation[i];
        put_frame(&b, text_message("computing"));
        buf_char(&b, ';');
        put_frame(&b, o->file);
        buf_print(&b, ":%ld;", o->line);
        if (*o->inner_file) {
            put_frame(&b, o->inner_file);
            buf_print(&b, ":%ld;", o->inner_line);
        }
        put_frame(&b, o->name);
        end_stack(&b, o->seconds, to);
    }
    buf_release(&b);
}
