/* Documents: their blocks and cells. */
#include "document/document.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "document/view.h"

static const char *keep(document *p, const char *text) {
    const char *own = text ? arena_text(&p->memory, text, strlen(text)) : NULL;
    if (text && !own) p->failed = 1;
    return own;
}

static const char *keep_text(document *p, const char *text) {
    const char *own = keep(p, text ? text : "");
    return own ? own : "";
}

static const char *print_text(document *p, const char *format, va_list args) {
    buf text = BUF_INIT;
    buf_vprint(&text, format, args);
    const char *own = keep_text(p, buf_string(&text));
    p->failed |= text.failed;
    buf_release(&text);
    return own;
}

const char *document_print(document *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *own = print_text(p, format, args);
    va_end(args);
    return own;
}

void document_open(document *p, const char *kind, const char *title, const char *colon,
                   const char *none) {
    *p = (document){.memory = ARENA_INIT, .kind = kind, .colon = colon, .none = none};
    p->title = keep_text(p, title);
}

void document_close(document *p) {
    for (size_t i = 0; i < p->blocks; i++) {
        mem_free(p->block[i].cell);
        mem_free(p->block[i].column);
        mem_free(p->block[i].over);
        mem_free(p->block[i].strip);
        mem_free(p->block[i].span);
        buf_release(&p->block[i].chart.svg);
        if (p->block[i].chart.numbers) document_close(p->block[i].chart.numbers);
    }
    mem_free(p->block);
    arena_release(&p->memory);
    *p = (document){0};
}

/* ---- blocks ---- */

static document_block *add_block(document *p, document_kind kind, const char *id,
                                 const char *title) {
    if (!MEM_RESERVE(p->block, p->blocks + 1, p->cap)) {
        p->failed = 1;
        return NULL;
    }
    document_block *b = &p->block[p->blocks];
    *b = (document_block){.kind = kind,
                          .id = keep_text(p, id),
                          .title = keep_text(p, title),
                          .keys = 1,
                          .lead = "",
                          .gap = p->dense ? p->gap : p->blocks > 0};
    p->gap = 0;
    p->blocks++;
    return b;
}

static document_block *last(document *p) { return p->blocks ? &p->block[p->blocks - 1] : NULL; }

/* A column at the end of a block. */
static void add_column(document *p, document_block *b, const document_column *c) {
    document_column *grown = mem_grow(b->column, (b->columns + 1) * sizeof *grown);
    if (!grown) {
        p->failed = 1;
        return;
    }
    b->column = grown;
    grown[b->columns++] =
        (document_column){keep_text(p, c->id), keep_text(p, c->head), c->side, c->wrap};
}

static void add_cell(document *p, document_block *b, document_cell cell) {
    if (!b || !MEM_RESERVE(b->cell, b->cells + 1, b->cap)) {
        p->failed = 1;
        return;
    }
    b->cell[b->cells++] = (document_cell){keep_text(p, cell.shown),
                                          keep(p, cell.plain),
                                          cell.bare,
                                          cell.x,
                                          cell.element,
                                          keep(p, cell.file),
                                          cell.line};
}

void document_facts(document *p, const char *id, const char *title) {
    add_block(p, DOCUMENT_FACTS, id, title);
}

void document_table(document *p, const char *id, const char *title, const document_column *column,
                    size_t columns) {
    document_block *b = add_block(p, DOCUMENT_TABLE, id, title);
    if (b) b->listed = p->list != NULL;
    for (size_t i = 0; b && i < columns; i++) add_column(p, b, &column[i]);
}

void document_table_in(document *p, text_language language, const char *id,
                       const document_column *column, size_t columns) {
    document_table(p, id, "", NULL, 0);
    for (size_t i = 0; i < columns && last(p); i++) {
        document_column c = column[i];
        c.head = text_in(language, c.head);
        add_column(p, last(p), &c);
    }
}

void document_note(document *p, const char *id, const char *text) {
    add_cell(p, add_block(p, DOCUMENT_NOTE, id, ""), document_text(text));
}

void document_list(document *p, const char *list, const char *group) {
    p->list = keep_text(p, list);
    p->group = keep(p, group);
}

void document_put(document *p, document_cell cell) {
    if (last(p) && !p->failed) add_cell(p, last(p), cell);
}

void document_row(document *p, const document_cell *cell, size_t count) {
    for (size_t i = 0; i < count; i++) document_put(p, cell[i]);
}

void document_fact(document *p, const char *id, const char *head, document_cell cell) {
    document_block *b = last(p);
    const document_column c = {id, head, WIDTH_LEFT, 0};
    if (!b) return;
    add_column(p, b, &c);
    if (!p->failed) add_cell(p, b, cell);
}

void document_compute(document *p, size_t keys, size_t rows, document_fill *fill, const void *of) {
    document_block *b = last(p);
    if (!b) return;
    b->keys = keys;
    b->computed = rows;
    b->fill = fill;
    b->of = of;
}

void document_trace(document *p, document_about *about) {
    if (last(p)) last(p)->about = about;
}

void document_figures(document *p, document_figure *figure) {
    if (last(p)) last(p)->figure = figure;
}

void document_tell(document *p, const char *how) {
    if (last(p)) last(p)->told = keep(p, how);
}

void document_tell_all(document *p, size_t from, const char *how) {
    const char *kept = keep_text(p, how);
    for (size_t i = from; i < p->blocks; i++)
        if (p->block[i].kind == DOCUMENT_TABLE && !p->block[i].told) p->block[i].told = kept;
}

void document_begins_with_place(document *p, const char *file, long line) {
    const char *name = document_print(p, "%s:%ld", file, line);
    document_span span = {.length = strlen(name), .file = keep_text(p, file), .line = line};
    const document_block *b = last(p);
    if (b && b->cells && !strncmp(b->cell->shown, name, span.length)) document_span_about(p, &span);
}

void document_span_about(document *p, const document_span *span) {
    document_block *b = last(p);
    if (!b || !MEM_RESERVE(b->span, b->spans + 1, b->span_cap))
        p->failed = 1;
    else
        b->span[b->spans++] = *span;
}

void document_draw(document *p, document_drawn *drawn) {
    if (last(p)) last(p)->drawn = drawn;
}

void document_over(document *p, size_t from, size_t count, const char *heading) {
    document_block *b = last(p);
    if (!b || p->failed) return;
    if (!b->over) {
        b->over = mem_take(b->columns * sizeof *b->over);
        for (size_t i = 0; b->over && i < b->columns; i++) b->over[i] = "";
    }
    if (!b->over) p->failed = 1;
    const char *own = keep_text(p, heading);
    for (size_t i = from; b->over && i < from + count; i++) b->over[i] = own;
}

void document_style(document *p, paint ink, size_t indent) {
    if (!last(p)) return;
    last(p)->ink = ink;
    last(p)->indent = indent;
}

void document_section(document *p, const char *title) { add_block(p, DOCUMENT_HEADING, "", title); }

void document_gap(document *p) { p->gap = 1; }

void document_line(document *p, paint ink, size_t indent, const char *lead, const char *format,
                   ...) {
    va_list args;
    va_start(args, format);
    const char *text = print_text(p, format, args);
    va_end(args);
    document_block *b = add_block(p, DOCUMENT_LINE, "", "");
    add_cell(p, b, document_text(text));
    document_style(p, ink, indent);
    if (b) b->lead = keep_text(p, lead);
}

void document_cite(document *p, const assess *a, text_language language) {
    if (*assess_fact(a, "cite"))
        document_line(p, PAINT_FAINT, 0, "", "%s%s%s", text_in(language, "Basis"),
                      text_in(language, ": "), assess_fact(a, "cite"));
}

void document_legend(document *p) { add_block(p, DOCUMENT_LEGEND, "", ""); }

void document_picture(document *p, const char *shows, const document_image *image) {
    document_block *b = add_block(p, DOCUMENT_PICTURE, "", "");
    char *own = arena_take(&p->memory, image->length + 1);
    if (!b || !own) {
        p->failed = 1;
        return;
    }
    memcpy(own, image->bytes, image->length);
    b->image = *image;
    b->image.bytes = own;
    document_put(p, document_shown(shows, NULL, 0));
}

void document_add_chart(document *p, const char *title, const char *heading, buf *svg,
                        document *numbers) {
    document_block *b = add_block(p, DOCUMENT_CHART, "chart", title);
    document *own = arena_zero(&p->memory, 1, sizeof *own);
    if (!b || !own) {
        p->failed = 1;
        return;
    }
    *own = *numbers;
    *numbers = (document){0};
    b->chart = (document_chart){*svg, own};
    *svg = BUF_INIT;
    document_put(p, document_text(heading));
}

void document_message(document *p, const assess_message *m, const char *label) {
    document_block *b = add_block(p, DOCUMENT_MESSAGE, "", "");
    assess_message *own = arena_zero(&p->memory, 1, sizeof *own);
    if (!b || !own) {
        p->failed = 1;
        return;
    }
    *own = *m;
    own->file = keep_text(p, m->file);
    own->field = keep_text(p, m->field);
    own->text = keep_text(p, m->text);
    own->hint = keep_text(p, m->hint);
    own->excerpt = keep_text(p, m->excerpt);
    b->message = own;
    b->lead = keep_text(p, label);
}

/* One command, its pieces from `first` to the empty one; returns the place behind that. */
static size_t fold_command(const document_block *b, size_t first, size_t columns,
                           const char *indent, buf *out) {
    size_t used = 0;
    for (; *b->cell[first].shown; first++) {
        const char *piece = b->cell[first].shown;
        size_t wide = width_of(piece, strlen(piece));
        if (used && used + 1 + wide + 2 > columns) {
            buf_print(out, " \\\n%s  ", indent);
            used = strlen(indent) + 2;
        } else if (used) {
            buf_char(out, ' ');
            used++;
        } else {
            buf_text(out, indent);
            used = strlen(indent);
        }
        width_safe(out, piece, strlen(piece));
        used += wide;
    }
    return first + 1;
}

void document_fold_commands(const document_block *b, size_t columns, const char *indent, buf *out) {
    for (size_t i = 1; i < b->cells;) {
        if (i > 1) buf_char(out, '\n');
        i = fold_command(b, i, columns, indent, out);
    }
}

void document_commands(document *p, const char *id, const buf *list) {
    document_block *b = add_block(p, DOCUMENT_COMMANDS, id, "");
    const char *piece = buf_string(list), *stop = piece + list->length;
    add_cell(p, b, document_text(""));
    for (; piece < stop; piece += strlen(piece) + 1) add_cell(p, b, document_text(piece));
    if (p->failed) return;
    buf all = BUF_INIT;
    document_fold_commands(b, (size_t)-1, "", &all);
    b->cell[0].shown = b->cell[0].plain = keep_text(p, buf_string(&all));
    p->failed |= all.failed;
    buf_release(&all);
}

void document_write_results(document *p, const document_results *r) {
    document_block *b = add_block(p, DOCUMENT_RESULTS, "", "");
    if (b) b->results = *r;
}

text_language document_language(const document *p) {
    int chinese = text_has_han(p->title, strlen(p->title)) ||
                  (*p->colon && !strcmp(p->colon, text_in(TEXT_CHINESE, ": ")));
    return chinese ? TEXT_CHINESE : TEXT_ENGLISH;
}

size_t document_rows(const document_block *b) {
    return b->fill ? b->computed : b->columns ? b->cells / b->columns : 0;
}

document_cell document_at(const document_block *b, size_t row, size_t column, buf *text,
                          paint *ink) {
    *ink = b->ink;
    if (!b->fill) return b->cell[row * b->columns + column];
    buf_clear(text);
    b->fill(b->of, row, column, text, ink);
    return document_text(buf_string(text));
}

/* ---- cells ---- */

document_cell document_shown(const char *shown, const char *plain, int bare) {
    return (document_cell){.shown = shown, .plain = plain, .bare = bare};
}

document_cell document_about_cell(document_cell cell, const assess_array *x, size_t element) {
    cell.x = x && element < x->size ? x : NULL;
    cell.element = element;
    return cell;
}

document_cell document_place_cell(document_cell cell, const char *file, long line) {
    cell.file = file && *file && line > 0 ? file : NULL;
    cell.line = line;
    return cell;
}

document_cell document_text(const char *text) {
    return text && *text ? document_shown(text, text, 0) : document_shown("", NULL, 0);
}

document_cell document_word(text_language language, const char *word) {
    if (!*word) return document_text("");
    return document_shown(text_in(language, word), text_in(TEXT_ENGLISH, word), 0);
}

document_cell document_number(document *p, double x, int places) {
    char plain[40];
    buf shown = BUF_INIT;
    if (isnan(x)) return document_shown("-", NULL, 0);
    if (places < 0)
        view_figure(&shown, x);
    else
        view_number(&shown, x, places);
    plain[decimal_write(x, plain)] = 0;
    document_cell out = document_shown(keep_text(p, buf_string(&shown)), keep_text(p, plain), 1);
    buf_release(&shown);
    return out;
}

document_cell document_rank(document *p, double rank) {
    return document_number(p, rank, isnan(rank) || rank == floor(rank) ? 0 : 1);
}

document_cell document_change(document *p, double x, int places) {
    document_cell out = document_number(p, x, places);
    if (x > 0) out.shown = document_print(p, "+%s", out.shown);
    return out;
}

document_cell document_rank_change(document *p, double change, int places, text_language language) {
    document_cell out = document_number(p, change, places),
                  size = document_number(p, fabs(change), places);
    if (isnan(change)) return out;
    if (strspn(size.shown, "0.") == strlen(size.shown))
        out.shown = language == TEXT_ENGLISH ? size.shown : text_in(language, "unchanged");
    else
        out.shown = document_print(
            p, text_in(language, change < 0 ? TEXT_AS("rank", "-%s") : TEXT_AS("rank", "+%s")),
            size.shown);
    return out;
}
