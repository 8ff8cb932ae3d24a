/* A plain file, read in pieces: what is in memory of it are the pieces that are being parsed.
 *
 * The header and the kinds of columns come from the first piece of text, as they would from all of
 * it. Then the crew takes the pieces in order. A piece's chunk begins with the first record that
 * begins in it, and ends where that of the next piece begins, so that of each piece a little more
 * is read. For that the quotes before a piece must be known, and for the place of its rows the line
 * ends: threads count those of their piece as soon as it is read, and wait until those before are
 * counted, which are being read at that time. How many rows there will be is estimated; where that
 * was too few, the line ends of the whole file are counted first.
 *
 * Of a table whose columns are not to be kept, a piece has columns of its own. The first reading
 * drops them, as soon as the piece is merged. Another one (tb_pass) takes some pieces at a time and
 * hands out their rows in windows.
 *
 * The result is that of the file read as a whole. What makes it doubtful (bytes that are not UTF-8,
 * a header that is not found, a line that ends nowhere near) is no fault here: the file is read
 * once more, as a whole, and what is wrong is said then. */
#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/work.h"
#include "table/inside.h"

enum { PIECE = 256 * 1024, OVERLAP = 64 * 1024, BUFFER = PIECE + OVERLAP, SPARES = 16 };

/* A piece in work. */
typedef struct desk {
    chunk k; /* first, so that it is found by its chunk */
    size_t own;
    char *text;
    double *value; /* of a chunk with columns of its own */
    uint32_t *line;
    size_t values, lines; /* room there */
} desk;

/* The rows that are handed out next. */
typedef struct window {
    tb_table as; /* with the columns and the names of the reading's table */
    double *value;
    size_t filled, from; /* rows that are in it; those that were handed out before */
    fault heard;         /* from whoever gets them; it ends nothing here unless they say so */
} window;

typedef struct counts {
    size_t quotes, lines;
} counts;

typedef struct pieces {
    reading *r;
    file_source *file;
    size_t mark; /* bytes of the byte order mark */
    size_t pieces;
    counts *before; /* every piece; and behind the last */
    size_t counted; /* so many of `before` are known, but for the first */
    size_t room;    /* rows there is room for */
    size_t first;   /* piece of those that are in work */
    window window;
    digest *hash;
    pthread_mutex_t lock;
    pthread_cond_t more; /* counted */
    desk *spare[SPARES];
    size_t spares;
    atomic_int no_memory, odd,
        full; /* of memory; it is to be read as a whole; or with room for more rows */
} pieces;

static int is_over(pieces *p) { return atomic_load(&p->odd) || atomic_load(&p->full); }

/* All is to end; the first reason counts. */
static void give_up(pieces *p, atomic_int *why) {
    pthread_mutex_lock(&p->lock);
    if (!is_over(p)) atomic_store(why, 1);
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
}

/* ---- desks ---- */

static void close_desk(desk *d) {
    if (!d) return;
    chunk_release(&d->k);
    big_alloc_give(d->text, BUFFER);
    mem_free(d->value);
    mem_free(d->line);
    mem_free(d);
}

static desk *take_desk(pieces *p) {
    pthread_mutex_lock(&p->lock);
    desk *d = p->spares ? p->spare[--p->spares] : NULL;
    pthread_mutex_unlock(&p->lock);
    if (!d) {
        d = mem_zero(1, sizeof *d);
        if (d) d->text = big_alloc_room(BUFFER);
        if (d && d->text) return d;
        close_desk(d);
        atomic_store(&p->no_memory, 1);
        return NULL;
    }
    return d;
}

static void give_desk(pieces *p, desk *d) {
    chunk_release(&d->k);
    pthread_mutex_lock(&p->lock);
    if (p->spares < SPARES) {
        p->spare[p->spares++] = d;
        d = NULL;
    }
    pthread_mutex_unlock(&p->lock);
    close_desk(d);
}

/* A chunk is merged; all of its text is done with. */
static void after(reading *r, chunk *k) {
    pieces *p = r->after_self;
    desk *d = (desk *)(void *)k;
    if (p->hash) digest_add(p->hash, d->text, d->own);
    if (r->pass) return; /* its rows are still wanted */
    r->parsed[k->number] = NULL;
    give_desk(p, d);
}

/* ---- one piece ---- */

/* The first place at or after `from` where a record begins behind an LF; SIZE_MAX where there is
 * none. */
static size_t find_cut(const char *text, size_t from, size_t to, size_t quotes) {
    while (from < to) {
        const char *feed = memchr(text + from, '\n', to - from);
        size_t end = feed ? (size_t)(feed - text) : to;
        for (size_t i = from; i < end; i++) quotes += text[i] == '"';
        if (!feed) break;
        if (quotes % 2 == 0) return end + 1;
        from = end + 1;
    }
    return SIZE_MAX;
}

/* Adds what was counted to what was before, in the order of the pieces; 0: all is to end. */
static int count(pieces *p, size_t piece, const text_scan *s) {
    pthread_mutex_lock(&p->lock);
    while (p->counted < piece && !is_over(p)) pthread_cond_wait(&p->more, &p->lock);
    int fine = p->counted == piece;
    if (fine) {
        const counts *b = &p->before[piece];
        p->before[piece + 1] = (counts){b->quotes + s->quotes, b->lines + s->line_ends};
        p->counted++;
        pthread_cond_broadcast(&p->more);
    }
    pthread_mutex_unlock(&p->lock);
    return fine;
}

/* Gives a chunk columns of its own; 0 without memory. */
static int own_columns(pieces *p, desk *d) {
    const size_t values = lanes_kept(p->r) * d->k.cap + 1;
    if (!MEM_RESERVE(d->value, values, d->values) || !MEM_RESERVE(d->line, d->k.cap + 1, d->lines))
        return 0;
    d->k.own = d->value;
    d->k.line = d->line;
    return 1;
}

/* Makes the chunk of a piece; 0 where it is odd. */
static int place_chunk(pieces *p, size_t piece, desk *d, size_t got, const text_scan *own) {
    reading *r = p->r;
    const counts *before = &p->before[piece];
    int last = piece + 1 == p->pieces;
    size_t at = piece * PIECE, from = p->mark + r->body, to = got;
    if (piece) from = find_cut(d->text, 0, got, before[0].quotes);
    if (!last) to = find_cut(d->text, d->own, got, before[1].quotes);
    if (from == SIZE_MAX && last) from = to; /* the last record begins before this piece */
    if (to == SIZE_MAX && at + got == p->file->length) to = got;
    if (from > to || to == SIZE_MAX || before[1].lines >= UINT32_MAX - 1) return 0;
    /* What the next piece has of this chunk. */
    size_t tail_from = from > d->own ? from : d->own;
    text_scan tail = {0};
    if (to > tail_from) tail = text_scan_range(d->text, tail_from, to, got);
    if (tail.has_nul) return 0;
    if ((own->beyond_ascii || tail.beyond_ascii) && utf8_check(d->text, from, to, to) != to)
        return 0;
    size_t head = text_scan_range(d->text, 0, from < d->own ? from : d->own, got).line_ends;
    size_t over = from > d->own ? text_scan_range(d->text, d->own, from, got).line_ends : 0;
    size_t first = before[0].lines + head + over, end = before[1].lines + over + tail.line_ends;
    chunk_init(&d->k, r, 0, 0);
    d->k.number = piece;
    d->k.from = at + from - p->mark;
    d->k.to = at + to - p->mark;
    d->k.bytes = d->text + from;
    d->k.quotes = own->quotes + tail.quotes > 0;
    d->k.slot = first - r->head_lines;
    d->k.cap = end - first;
    if (last && to > from && !memchr("\r\n", d->text[to - 1], 2)) d->k.cap++;
    return 1;
}

static void parse_piece(void *self, size_t index, int worker) {
    pieces *p = self;
    reading *r = p->r;
    size_t piece = p->first + index;
    size_t at = piece * PIECE, left = p->file->length - at;
    (void)worker;
    desk *d = is_over(p) ? NULL : take_desk(p);
    if (!d) {
        give_up(p, &p->odd);
        return;
    }
    d->own = left < PIECE ? left : PIECE;
    size_t ask = left < BUFFER ? left : BUFFER, got = files_read_at(p->file, at, d->text, ask);
    text_scan own = {0};
    if (got == ask) own = text_scan_range(d->text, 0, d->own, got);
    int fine =
        got == ask && !own.has_nul && count(p, piece, &own) && place_chunk(p, piece, d, got, &own);
    if (!fine || d->k.slot + d->k.cap > p->room) {
        give_up(p, fine ? &p->full : &p->odd);
        give_desk(p, d);
        return;
    }
    if (r->passing && !own_columns(p, d)) d->k.no_memory = 1;
    if (atomic_load(&r->broken) || d->k.no_memory)
        d->k.broken = 1;
    else
        chunk_parse(&d->k);
    rows_parsed(r, &d->k);
}

/* ---- all of them ---- */

/* Reads the beginning of the file as r->text: whole lines. */
static int read_head(pieces *p, char *head) {
    reading *r = p->r;
    fault heard = FAULT_INIT;
    if (files_read_at(p->file, 0, head, TEXT_PIECE) < TEXT_PIECE) return 0;
    size_t length = TEXT_PIECE;
    while (length && head[length - 1] != '\n') length--;
    int fine = length &&
               text_decode(r->path, head, length, r->options->encoding, r->crew, &r->text, &heard,
                           &heard) &&
               !heard.count && !r->text.owned && !strncmp(r->text.name, "UTF-8", 5);
    fault_release(&heard);
    if (!fine) return 0;
    p->mark = (size_t)(r->text.bytes - head);
    memcpy(r->table->encoding, r->text.name, sizeof r->text.name);
    return tb_head(r) && p->mark + r->body < PIECE && r->body < r->text.length && tb_guess(r) &&
           !r->faults->count;
}

static void count_lines(void *self, size_t piece, int worker) {
    pieces *p = self;
    size_t at = piece * PIECE, left = p->file->length - at, ask = left < BUFFER ? left : BUFFER;
    (void)worker;
    desk *d = take_desk(p);
    size_t got = d ? files_read_at(p->file, at, d->text, ask) : 0;
    if (got == ask)
        p->before[piece].lines =
            text_scan_range(d->text, 0, left < PIECE ? left : PIECE, got).line_ends;
    else
        give_up(p, &p->odd);
    if (d) give_desk(p, d);
}

/* As many rows as there are lines; the last may lack its end. */
static size_t exact_room(pieces *p) {
    char last = '\n';
    files_read_at(p->file, p->file->length - 1, &last, 1);
    size_t lines = last != '\n' && last != '\r';
    thread_pool_run(p->r->crew, p->pieces, count_lines, p);
    for (size_t i = 0; i < p->pieces; i++) lines += p->before[i].lines;
    return lines > p->r->head_lines ? lines - p->r->head_lines : 1;
}

/* By the length of the first lines, and somewhat more. */
static size_t likely_room(const pieces *p) {
    const reading *r = p->r;
    size_t seen = r->text.length - r->body;
    double lines =
        (double)text_scan_range(r->text.bytes, r->body, r->text.length, r->text.length).line_ends;
    double all = lines * (double)(p->file->length - p->mark - r->body) / (double)seen;
    return (size_t)(all * 1.05) + 4096;
}

static int take_columns(pieces *p, int exact) {
    reading *r = p->r;
    const size_t most = r->options->keep_most ? r->options->keep_most : limits_room(),
                 each = (lanes_kept(r) + 1) * sizeof(double);
    p->room = likely_room(p);
    /* What may not be taken is refused by what is there, not by what may be. */
    exact |= p->room > limits_room() / each || p->room > most / each;
    if (exact) p->room = exact_room(p);
    if (is_over(p)) return 0;
    if (!r->options->keep_most || p->room <= most / each) return rows_take_columns(r, p->room);
    r->passing = 1;
    r->table->passing = p->room * each;
    p->room = SIZE_MAX;
    return 1;
}

static void run(pieces *p) {
    reading *r = p->r;
    rows_begin_turn(r);
    memset(p->before, 0, (p->pieces + 1) * sizeof *p->before);
    p->counted = 0;
    if (r->options->hash && !r->table->sha256[0] && !(p->hash = digest_start()))
        atomic_store(&p->no_memory, 1);
    thread_pool_run(r->crew, p->pieces, parse_piece, p);
    for (size_t i = 0; i < p->pieces; i++) close_desk((desk *)(void *)r->parsed[i]);
    char sum[DIGEST_HEX];
    if (p->hash) digest_finish(p->hash, sum);
    if (p->hash && !is_over(p)) memcpy(r->table->sha256, sum, sizeof sum);
    p->hash = NULL;
}

/* 1, 0 with the fault, or PIECES_NOT. */
static int read_rows(pieces *p) {
    reading *r = p->r;
    int again = 1;
    for (int exact = 0; again > 0; exact |= atomic_load(&p->full)) {
        if ((!r->table->value && !r->passing) || atomic_load(&p->full)) {
            atomic_store(&p->full, 0);
            tb_give_columns(r->table);
            if (!take_columns(p, exact)) return is_over(p) ? PIECES_NOT : 0;
        }
        run(p);
        if (atomic_load(&p->no_memory)) return fault_memory(r->faults);
        if (atomic_load(&p->odd)) return PIECES_NOT;
        if (atomic_load(&p->full)) {
            fault_release(r->faults);
            if (exact) return PIECES_NOT;
            exact = 1;
            continue;
        }
        again = rows_end_turn(r);
    }
    if (again < 0) return 0;
    rows_finish(r);
    return 1;
}

/* ---- rows that are handed out ---- */

static int open_window(pieces *p) {
    window *w = &p->window;
    const reading *r = p->r;
    const size_t columns = r->table->columns, rows = r->pass->window;
    w->as = *r->table;
    w->as.column = mem_zero(columns + 1, sizeof *w->as.column);
    w->as.value_bytes = (lanes_kept(r) * rows + 1) * sizeof(double);
    w->as.line_bytes = (rows + 1) * sizeof *w->as.line;
    w->as.line = big_alloc_room(w->as.line_bytes);
    w->value = big_alloc_room(w->as.value_bytes);
    if (!w->as.column || !w->as.line || !w->value) return fault_memory(r->faults);
    const double *at = w->value;
    for (size_t c = 0; c < columns; c++) {
        tb_column *x = &w->as.column[c];
        *x = r->table->column[c];
        x->kind = r->lane[c].kind;
        if (x->kind == TB_SKIP) continue;
        x->value = at;
        at += rows;
    }
    return 1;
}

static void close_window(window *w) {
    mem_free(w->as.column);
    big_alloc_give(w->as.line, w->as.line_bytes);
    big_alloc_give(w->value, w->as.value_bytes);
}

static int hand_out(pieces *p) {
    window *w = &p->window;
    const reading *r = p->r;
    w->as.rows = w->filled;
    /* A column of nothing but missing cells is one in every window, and no other is. */
    for (size_t c = 0; c < w->as.columns; c++)
        w->as.column[c].missing = r->passed->column[c].missing == r->passed->rows ? w->as.rows : 0;
    int fine = r->pass->each(r->pass->self, &w->as, w->from, &w->heard);
    w->from += w->filled;
    w->filled = 0;
    return fine;
}

/* Puts the rows of a piece into the window, and hands it out whenever it is full. */
static int take_rows(pieces *p, const chunk *k) {
    window *w = &p->window;
    const size_t all = p->r->pass->window;
    for (size_t done = 0, some; done < k->rows; done += some) {
        some = k->rows - done < all - w->filled ? k->rows - done : all - w->filled;
        for (size_t c = 0; c < w->as.columns; c++) {
            /* The window lends its values as constant. */
            double *to = (double *)(uintptr_t)w->as.column[c].value;
            if (to) memcpy(to + w->filled, k->tally[c].value + done, some * sizeof *to);
        }
        for (size_t i = 0, row = done; i < some; i++, row++)
            w->as.line[w->filled + i] =
                (uint32_t)(k->line_base + (row < k->uneven ? k->rows_line + row : k->line[row]) +
                           1);
        w->filled += some;
        if (w->filled == all && !hand_out(p)) return 0;
    }
    return 1;
}

/* Reads the rows of a table that has none; 1, 0 with the fault, or PIECES_NOT. */
static int pass_rows(pieces *p) {
    enum { EACH = 4 };
    reading *r = p->r;
    const size_t threads = (size_t)thread_pool_threads(r->crew);
    int fine = open_window(p);
    /* A desk takes about three times the text of its piece. */
    size_t together = limits_room() / (8 * (size_t)BUFFER);
    together = together < threads ? threads : together > EACH * threads ? EACH * threads : together;
    rows_begin_turn(r);
    memset(p->before, 0, (p->pieces + 1) * sizeof *p->before);
    p->counted = 0;
    p->room = SIZE_MAX;
    while (fine && p->first < p->pieces) {
        const size_t some = p->pieces - p->first < together ? p->pieces - p->first : together;
        thread_pool_run(r->crew, some, parse_piece, p);
        int odd = is_over(p) || r->cut || r->faults->count;
        for (size_t i = p->first; i < p->first + some; i++) {
            desk *d = (desk *)(void *)r->parsed[i];
            r->parsed[i] = NULL;
            fine = fine && !odd && d && take_rows(p, &d->k);
            if (d) give_desk(p, d);
        }
        p->first += some;
        if (fine && limits_stopped())
            fine = fault_set(r->faults, FAULT_LIMIT, "stopped before the results were complete");
    }
    if (fine && p->window.filled) fine = hand_out(p);
    if (fine) rows_finish(r);
    fine = fine && !p->window.heard.count;
    fault_move(r->faults, &p->window.heard);
    close_window(&p->window);
    if (atomic_load(&p->no_memory)) return fault_memory(r->faults);
    return fine ? 1 : r->faults->count ? 0 : PIECES_NOT;
}

int tb_pieces(reading *r, file_source *file) {
    pieces p = {.r = r, .file = file, .pieces = (file->length + PIECE - 1) / PIECE};
    char *head = big_alloc_room(TEXT_PIECE);
    int done = PIECES_NOT;
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.more, NULL);
    p.before = mem_take((p.pieces + 1) * sizeof *p.before);
    if (!head || !p.before) {
        done = fault_memory(r->faults);
    } else if (read_head(&p, head)) {
        r->after = after;
        r->after_self = &p;
        work_parts(1);
        done = rows_begin(r, p.pieces) ? (r->pass ? pass_rows(&p) : read_rows(&p)) : 0;
        rows_end(r);
    }
    while (p.spares) close_desk(p.spare[--p.spares]);
    big_alloc_give(head, TEXT_PIECE);
    mem_free(p.before);
    pthread_cond_destroy(&p.more);
    pthread_mutex_destroy(&p.lock);
    return done;
}
