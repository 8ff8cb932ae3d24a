/* All rows of a table: the text cut into chunks, the chunks parsed by the crew, and put together.
 *
 * A chunk ends behind a line end before which the number of quotes is even, which in strict CSV is
 * a line end outside quotes. If the text is not strict CSV, all cuts before the first error are
 * right, so the chunk that has this error finds it, and what lies behind is not looked at. Chunks
 * depend on the text only, and are merged in its order: the table, the numbers of strings and the
 * faults are the same for any number of threads. */
#include "table/inside.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

enum { CHUNKS = 64, PIECES_MOST = 4, CACHE_LINE = 64 };

static size_t line_ends_before(const reading *r, size_t at) {
    size_t sum = 0, piece = at / TEXT_PIECE;
    for (size_t i = 0; i < piece; i++) sum += r->text.scan[i].line_ends;
    return sum + text_scan_range(r->text.bytes, piece * TEXT_PIECE, at, r->text.length).line_ends;
}

/* The first place in [from, to) where a record begins, or 0. */
static size_t find_cut(const reading *r, size_t from, size_t to, int quoted, char line_end) {
    for (size_t i = from; i < to; i++) {
        char c = r->text.bytes[i];
        if (c == '"')
            quoted = !quoted;
        else if (c == line_end && !quoted && i + 1 < to)
            return i + 1;
    }
    return 0;
}

static int cut_chunks(reading *r, chunk **out, size_t *chunks) {
    size_t n = 0, pieces = r->text.pieces, step = pieces / CHUNKS, quotes = 0, feeds = 0;
    step = step < 1 ? 1 : step > PIECES_MOST ? PIECES_MOST : step;
    *out = mem_take((pieces / step + 1) * sizeof **out);
    if (!*out) return fault_memory(r->faults);
    for (size_t i = 0; i < pieces; i++) feeds += r->text.scan[i].feeds;
    size_t from = r->body;
    for (size_t i = 0; i < pieces; i++) {
        size_t at = i * TEXT_PIECE,
               end = i + step < pieces ? at + step * TEXT_PIECE : r->text.length;
        if (i % step == 0 && at > r->body) {
            size_t cut = find_cut(r, at, end, quotes & 1, feeds ? '\n' : '\r');
            if (cut) {
                chunk_init(&(*out)[n++], r, from, cut);
                from = cut;
            }
        }
        quotes += r->text.scan[i].quotes;
    }
    chunk_init(&(*out)[n++], r, from, r->text.length);
    *chunks = n;
    return 1;
}

/* Every row has a line end of its own, but the last may lack it. */
static size_t give_slots(reading *r, chunk *chunks) {
    size_t slot = 0, before = line_ends_before(r, r->body), length = r->text.length;
    for (size_t i = 0; i < r->chunks; i++) {
        chunk *k = &chunks[i];
        size_t upto = line_ends_before(r, k->to);
        k->number = i;
        k->slot = slot;
        k->cap = upto - before;
        if (i + 1 == r->chunks && length > r->body && !memchr("\r\n", r->text.bytes[length - 1], 2))
            k->cap++;
        slot += k->cap;
        before = upto;
    }
    return slot;
}

/* The columns lie behind each other, an odd number of cache lines apart: parsing writes to all of
 * them in turn, and distances of powers of two would make them fight for the same places in the
 * cache. */
static size_t apart_of(size_t rows) {
    return (((rows * sizeof(double) + CACHE_LINE - 1) / CACHE_LINE) | 1) * CACHE_LINE;
}

int rows_take_columns(reading *r, size_t rows) {
    tb_table *t = r->table;
    size_t apart = apart_of(rows), kept = lanes_kept(r);
    r->room = rows;
    if (kept && apart > (SIZE_MAX >> 1) / kept) return fault_memory(r->faults);
    t->value_bytes = apart * kept;
    t->value = big_alloc_take(t->value_bytes);
    t->line_bytes = rows * sizeof *t->line;
    t->line = big_alloc_take(t->line_bytes);
    if ((!t->value || !t->line) && limits_over() == LIMITS_MEMORY && t->value_bytes >> 20)
        limits_where("%s, %zu lines in %zu columns of %zu MiB", r->path, rows, kept,
                     (t->value_bytes + t->line_bytes) >> 20);
    if (!t->value || !t->line) return fault_memory(r->faults);
    char *at = (char *)t->value;
    for (size_t c = 0; c < t->columns; c++) {
        r->lane[c].value = r->lane[c].kind == TB_SKIP ? NULL : (double *)(void *)at;
        at += r->lane[c].value ? apart : 0;
    }
    return 1;
}

void tb_give_columns(tb_table *t) {
    limits_add(t->untouched);
    big_alloc_give(t->value, t->value_bytes);
    big_alloc_give(t->line, t->line_bytes);
    t->value = NULL;
    t->line = NULL;
    t->untouched = 0;
}

/* Gives the chunk's texts their numbers in the pool of strings. */
static int merge_strings(reading *r, chunk *k) {
    uint32_t n = pool_count(k->strings), moved = 0;
    uint32_t *number = mem_take(((size_t)n + 1) * sizeof *number);
    int fine = number && pool_merge(r->strings, k->strings, number);
    for (uint32_t i = 0; fine && i < n; i++) moved |= number[i] != i + 1;
    for (size_t c = 0; moved && c < r->table->columns; c++) {
        double *v = k->tally[c].value;
        if (r->lane[c].kind != TB_TEXT) continue;
        for (size_t i = 0; i < k->rows; i++)
            if (!isnan(v[i])) v[i] = number[(uint32_t)v[i] - 1];
    }
    mem_free(number);
    return fine;
}

static int overrun(reading *r) {
    place at = {.file = r->path};
    return fault_at(r->faults, FAULT_DATA, &at, "wait until it is finished",
                    "the file changed while it was read");
}

/* Adds what the chunk has found to what those before have. */
static int merge_findings(reading *r, const chunk *k) {
    r->span[k->number] = (span){k->slot, k->rows, k->rows_line, k->uneven, k->line_base};
    for (size_t c = 0; k->tally && c < r->table->columns; c++) {
        const tally *t = &k->tally[c];
        finding *n = &r->found[c];
        n->missing += t->missing;
        n->low = cells_lower(n->low, t->low);
        n->high = cells_higher(n->high, t->high);
        if (!t->contradicted || n->contradicted || r->lane[c].blank) continue;
        n->contradicted = 1;
        n->odd_lines = k->line_base + t->odd_lines;
        n->odd_length = t->odd_length;
        n->odd_text = arena_text(&r->memory, t->odd_text, t->odd_length);
        if (!n->odd_text) return 0;
    }
    return 1;
}

static void merge(reading *r, chunk *k) {
    fault *f = &k->faults;
    if (r->cut) return;
    k->line_base = r->lines_merged;
    r->lines_merged += k->lines;
    r->table->read_rows += k->records;
    for (fault *part = f; part; part = part->more)
        for (size_t i = 0; i < part->listed; i++)
            if (part->item[i].line) part->item[i].line += (long)k->line_base;
    if (f->count) fault_move(r->faults, f);
    int found = merge_findings(r, k);
    if (k->no_memory || !found)
        fault_memory(r->faults);
    else if (k->overrun)
        overrun(r);
    else if (r->table->read_rows > r->most_rows)
        fault_at(r->faults, FAULT_LIMIT, &(place){.file = r->path}, NULL, "more than %zu rows",
                 r->most_rows);
    else if (!k->broken && (r->faults->kind == FAULT_NONE || r->options->keep) &&
             !merge_strings(r, k))
        fault_memory(r->faults);
    r->cut =
        k->broken || k->no_memory || !found || k->overrun || r->table->read_rows > r->most_rows;
    chunk_pass_strings(k);
}

void rows_parsed(reading *r, chunk *done) {
    pthread_mutex_lock(&r->lock);
    r->parsed[done->number] = done;
    if (r->merging) {
        pthread_mutex_unlock(&r->lock);
        return;
    }
    r->merging = 1;
    while (r->merged < r->chunks && r->parsed[r->merged]) {
        chunk *k = r->parsed[r->merged];
        pthread_mutex_unlock(&r->lock);
        merge(r, k);
        if (r->after) r->after(r, k);
        pthread_mutex_lock(&r->lock);
        r->merged++;
    }
    r->merging = 0;
    pthread_mutex_unlock(&r->lock);
}

typedef struct parsing {
    reading *r;
    chunk *chunk;
    const char *bytes; /* of the file, for its hash */
    size_t length;
    int hash; /* it is to be computed */
} parsing;

/* The chunks are handed out in order, so that one which begins after another was found to be no CSV
 * lies behind it. The file's hash is one more piece of work, the first, since it takes longest. */
static void parse_one(void *self, size_t index, int worker) {
    const parsing *p = self;
    (void)worker;
    if (p->hash && !index) {
        digest *d = digest_start();
        if (d) digest_add(d, p->bytes, p->length);
        digest_finish(d, p->r->table->sha256);
        return;
    }
    chunk *k = &p->chunk[index - (size_t)p->hash];
    if (atomic_load(&p->r->broken))
        k->broken = 1;
    else
        chunk_parse(k);
    rows_parsed(p->r, k);
}

int rows_begin(reading *r, size_t chunks) {
    size_t columns = r->table->columns;
    r->chunks = chunks;
    r->span = mem_zero(chunks, sizeof *r->span);
    r->parsed = mem_take(chunks * sizeof *r->parsed);
    r->found = mem_take((columns ? columns : 1) * sizeof *r->found);
    r->memory = ARENA_INIT;
    return (r->span && r->parsed && r->found) || fault_memory(r->faults);
}

void rows_end(reading *r) {
    mem_free(r->span);
    mem_free(r->parsed);
    mem_free(r->found);
    arena_release(&r->memory);
    r->span = NULL;
    r->parsed = NULL;
    r->found = NULL;
}

void rows_begin_turn(reading *r) {
    r->merging = r->cut = 0;
    r->merged = 0;
    r->lines_merged = r->head_lines;
    r->table->read_rows = 0;
    memset(r->parsed, 0, r->chunks * sizeof *r->parsed);
    for (size_t c = 0; c < r->table->columns; c++)
        r->found[c] = (finding){.low = (double)NAN, .high = (double)NAN};
    atomic_store(&r->broken, 0);
}

int rows_end_turn(reading *r) {
    int again, usable = r->options->keep && !r->cut && r->faults->kind == FAULT_DATA;
    if ((r->faults->kind != FAULT_NONE && !usable) || !tb_guess_again(r, &again)) return -1;
    if (again) fault_release(r->faults);
    return again;
}

static void clear_chunks(const reading *r, chunk *chunks) {
    for (size_t i = 0; i < r->chunks; i++) {
        chunk *k = &chunks[i], old = *k;
        chunk_release(k);
        chunk_init(k, k->of, old.from, old.to);
        k->number = i;
        k->slot = old.slot;
        k->cap = old.cap;
    }
}

/* The lines that rows stand on, unless they simply follow each other. */
static void finish_lines(reading *r) {
    tb_table *t = r->table;
    size_t row = 0;
    int even = 1;
    for (size_t i = 0; i < r->chunks; i++) {
        const span *k = &r->span[i];
        if (!k->rows) continue;
        size_t first = k->line_base + k->rows_line + 1;
        if (!row) t->first_line = first;
        even = even && k->uneven == SIZE_MAX && first == t->first_line + row;
        row += k->rows;
    }
    if (even || r->passing) {
        big_alloc_give(t->line, t->line_bytes);
        t->line = NULL;
        return;
    }
    for (size_t i = 0; i < r->chunks; i++) {
        const span *k = &r->span[i];
        uint32_t *line = t->line + k->slot;
        for (size_t j = 0; j < k->rows; j++)
            line[j] = (uint32_t)(k->line_base + (j < k->uneven ? k->rows_line + j : line[j]) + 1);
    }
}

/* Moves what the chunks have of a column together; index `columns` is the lines. */
static void close_gaps(void *self, size_t index, int worker) {
    reading *r = self;
    tb_table *t = r->table;
    (void)worker;
    int lines = index == t->columns;
    size_t size = lines ? sizeof *t->line : sizeof(double), row = 0;
    char *base = lines ? (char *)t->line : (char *)r->lane[index].value;
    for (size_t i = 0; base && i < r->chunks; i++) {
        const span *k = &r->span[i];
        if (k->slot != row) memmove(base + row * size, base + k->slot * size, k->rows * size);
        row += k->rows;
    }
}

void rows_finish(reading *r) {
    tb_table *t = r->table;
    int gaps = 0;
    size_t written = 0; /* the last row where it was parsed, before gaps are closed */
    finish_lines(r);
    for (size_t i = 0; i < r->chunks; i++) {
        gaps |= r->span[i].slot != t->rows;
        t->rows += r->span[i].rows;
        if (r->span[i].rows) written = r->span[i].slot + r->span[i].rows;
    }
    /* Of small pieces more was taken than is used, too, but that is little. */
    if (t->value_bytes > (1u << 20) && written < r->room) {
        size_t kept = t->value_bytes / (apart_of(r->room));
        t->untouched = (r->room - written) * kept * sizeof(double);
        limits_give(t->untouched);
    }
    if (gaps && !r->passing) thread_pool_run(r->crew, t->columns + 1, close_gaps, r);
    for (size_t c = 0; c < t->columns; c++) {
        tb_column *column = &t->column[c];
        column->kind = r->lane[c].kind;
        column->value = r->lane[c].value;
        column->missing = r->found[c].missing;
        column->low = r->found[c].low;
        column->high = r->found[c].high;
        column->extremes = column->kind == TB_NUMBER;
        if (column->kind != TB_TEXT) {
            column->odd_line = 0;
            column->odd_text = NULL;
        }
    }
}

static int read_chunks(reading *r, parsing *p) {
    size_t rows = give_slots(r, p->chunk);
    int again = 1;
    if (line_ends_before(r, r->text.length) >= UINT32_MAX - 1)
        return fault_at(r->faults, FAULT_LIMIT, &(place){.file = r->path}, NULL,
                        "more lines than 32 bits count");
    if (!rows_take_columns(r, rows)) return 0;
    for (int turn = 0; again > 0; turn++) {
        if (turn) clear_chunks(r, p->chunk);
        rows_begin_turn(r);
        p->hash = r->options->hash && !r->table->sha256[0];
        thread_pool_run(r->crew, r->chunks + (size_t)p->hash, parse_one, p);
        again = rows_end_turn(r);
    }
    if (again < 0) return 0;
    if (r->options->hash && !r->table->sha256[0]) return fault_memory(r->faults);
    rows_finish(r);
    return 1;
}

int tb_rows_in(reading *r, const char *bytes, size_t length) {
    size_t chunks = 0;
    parsing p = {.r = r, .bytes = bytes, .length = length};
    if (!cut_chunks(r, &p.chunk, &chunks)) return 0;
    int done = rows_begin(r, chunks) && read_chunks(r, &p);
    for (size_t i = 0; i < chunks; i++) chunk_release(&p.chunk[i]);
    mem_free(p.chunk);
    rows_end(r);
    return done;
}
