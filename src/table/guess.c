/* The kind of a column that nobody declared.
 *
 * The first rows suggest one; while all rows are read, a cell may contradict it, and then the file
 * is read once more, with the next kind in the order number, date, text. So the answer is the same
 * as if all cells had been looked at first, and the usual file is read once. */
#include "table/inside.h"

#include <string.h>

#include "base/mem.h"
#include "table/date.h"

enum { ROWS = 1000, BYTES = 256 * 1024 };

/* Remembers the first cell that is no number, for messages. */
static int keep_odd(reading *r, tb_column *column, const tally *t, size_t line_base) {
    column->odd_line = (long)(line_base + t->odd_lines) + 1;
    column->odd_text = arena_text(&r->table->memory, t->odd_text, t->odd_length);
    return column->odd_text || fault_memory(r->faults);
}

static int decide(reading *r, const chunk *k) {
    for (size_t c = 0; c < r->table->columns; c++) {
        lane *l = &r->lane[c];
        if (l->kind != TB_GUESS)
            continue;
        l->kind = !k->tally[c].contradicted ? TB_NUMBER : l->dates ? TB_DATE : TB_TEXT;
        l->guessed = l->kind != TB_TEXT;
        if (k->tally[c].contradicted &&
            !keep_odd(r, &r->table->column[c], &k->tally[c], r->head_lines))
            return 0;
    }
    return 1;
}

int tb_guess(reading *r) {
    size_t columns = r->table->columns, guesses = 0;
    lane *lanes = r->lane, *looking = mem_zero(columns, sizeof *looking);
    if (!looking)
        return fault_memory(r->faults);
    for (size_t c = 0; c < columns; c++) {
        int guess = lanes[c].kind == TB_GUESS;
        lanes[c].dates = guess;
        looking[c] = lanes[c];
        guesses += (size_t)guess;
        if (!guess)
            looking[c].kind = TB_SKIP;
    }
    int done = 1;
    if (guesses) {
        size_t left = r->text.length - r->body;
        chunk k;
        r->lane = looking;
        chunk_init(&k, r, r->body, r->body + (left < BYTES ? left : BYTES));
        k.most = ROWS;
        chunk_parse(&k);
        for (size_t c = 0; c < columns; c++)
            lanes[c].dates = looking[c].dates;
        r->lane = lanes;
        done = k.no_memory ? fault_memory(r->faults) : decide(r, &k);
        chunk_release(&k);
        atomic_store(&r->broken, 0); /* errors are those of the reading proper */
    }
    mem_free(looking);
    return done;
}

int tb_guess_again(reading *r, int *again) {
    *again = 0;
    for (size_t c = 0; c < r->table->columns; c++) {
        lane *l = &r->lane[c];
        const chunk *k = r->chunk, *end = k + r->chunks;
        while (l->guessed && k < end && !k->tally[c].contradicted)
            k++;
        if (!l->guessed || k == end)
            continue;
        *again = 1;
        double ignored;
        const tally *t = &k->tally[c];
        int date = l->kind == TB_NUMBER && l->dates &&
                   date_read(t->odd_text, t->odd_length, &ignored) == DATE_OK;
        if (l->kind == TB_NUMBER && !keep_odd(r, &r->table->column[c], t, k->line_base))
            return 0;
        l->kind = date ? TB_DATE : TB_TEXT;
        l->guessed = date;
    }
    return 1;
}
