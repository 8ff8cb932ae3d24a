/* Inside the table reader: what its files share. Not for others.
 *
 * A reading goes through: the bytes as UTF-8 with their scan (encoding.h); the header, which makes
 * a lane per column, and a look at the first rows for lanes whose kind nobody declared (columns.c);
 * the rows, in chunks that begin and end with records (chunk.c), cut, parsed by the crew of threads
 * and merged in the order of the file (rows.c). Of a long plain file the chunks are read one by one
 * (pieces.c). */
#ifndef TABLE_INSIDE_H
#define TABLE_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/thread_pool.h"
#include "table/csv_in.h"
#include "table/encoding.h"
#include "table/number.h"
#include "table/table.h"

struct tb_table {
    arena memory; /* path, columns, names, odd texts */
    const char *path;
    char encoding[sizeof((decoded *)0)->name];
    char sha256[DIGEST_HEX];
    size_t rows, read_rows, columns;
    tb_column *column;
    pool *names_before; /* those of the file, where columns became rows; or NULL */
    pool *names;        /* the number of a name is its column's, from 1 */
    double *value;
    size_t value_bytes;
    size_t untouched; /* of them, room for rows that did not come: not in the account of memory */
    uint32_t *line;   /* of every row, line_bytes long; NULL where row i stands on first_line + i */
    size_t line_bytes;
    size_t first_line;
    uint64_t stamp[FILE_STAMP]; /* of the file, where it was read in pieces */
    tb_table *more;             /* with the values of columns that were read later; or NULL */
    size_t passing;             /* the bytes of the columns, of which none is kept; or 0 */
    long header_line;
    uint32_t first_cell;     /* of a workbook: the sheet's column of the first; else 0 */
    int spans;               /* of a workbook: merged cells say what the upper headings span */
    const char *header_hint; /* where the header may be instead; or NULL */
    /* Where columns became rows: how many rows one of the file made, and their headings. */
    size_t blocks;
    const char *const *heading;
};

/* How the cells of a column are read. */
typedef struct lane {
    tb_kind kind; /* TB_GUESS while the first rows are looked at */
    int guessed;  /* the kind is a guess, and a cell may contradict it */
    int dates;    /* all cells that were looked at are dates */
    int blank;    /* of a column without a name: no cell may hold anything */
    int leaves;   /* a column of texts is not read: tb_read_left reads it */
    int pivot;    /* it is a column of numbers that becomes rows */
    tb_heading heading;
    number_form form;
    double *value; /* of the whole column; NULL for TB_SKIP */
} lane;

/* What the chunks that are merged know of a column. */
typedef struct finding {
    size_t missing;
    double low, high; /* as in tb_column */
    int contradicted; /* a cell is not of the guessed kind: the first such */
    size_t odd_lines; /* line ends before it */
    char *odd_text;
    size_t odd_length;
} finding;

/* Where the rows of a chunk stand. */
typedef struct span {
    size_t slot; /* of its first row in the columns */
    size_t rows;
    size_t rows_line; /* line ends before the first */
    size_t uneven;    /* see chunk */
    size_t line_base;
} span;

enum { SPARE_POOLS = 64 };

typedef struct reading {
    const char *path;
    const tb_options *options;
    const tb_table *before;   /* only the columns that it has left out are read; or NULL */
    const tb_rows_pass *pass; /* the rows of `passed` are handed out, and not kept; or NULL */
    const tb_table *passed;
    int passing; /* no column is kept */
    int pieces;  /* the file is read in pieces */
    pool *strings;
    fault *notes, *faults;
    thread_pool *crew;
    decoded text;
    char separator;
    size_t most_rows;
    size_t room; /* rows that the columns have memory for */

    size_t body;       /* where the rows begin in the text */
    size_t head_lines; /* line ends before */
    size_t filter;     /* the number of only_column, or SIZE_MAX */
    lane *lane;
    tb_table *table;

    size_t chunks;
    struct span *span; /* of every chunk */
    finding *found;    /* of every column */
    arena memory;      /* the texts in them */
    /* Chunks are merged in order by whoever finds the next one parsed. */
    pthread_mutex_t lock;
    struct chunk **parsed;                             /* by their numbers; NULL: not yet */
    void (*after)(struct reading *r, struct chunk *k); /* it is merged; or NULL */
    void *after_self;
    int merging;
    size_t merged;
    size_t lines_merged;      /* line ends before the chunk that is merged next */
    int cut;                  /* a broken chunk was merged */
    pool *spare[SPARE_POOLS]; /* of chunks that are merged, for further ones */
    size_t spares;
    atomic_int broken; /* a chunk was no CSV: those behind it mean nothing */
} reading;

/* What a chunk knows of a column. */
typedef struct tally {
    double *value; /* for the chunk's first row */
    uint32_t last; /* the text of the cell above, by its number in the chunk's pool */
    uint32_t last_length;
    const char *last_text;
    size_t missing;
    double low, high;
    int contradicted; /* a cell is not of the guessed kind */
    size_t odd_lines; /* line ends before the first such cell, from the chunk's begin */
    char *odd_text;
    size_t odd_length;
} tally;

typedef struct chunk {
    reading *of;
    size_t number;
    size_t from, to;   /* of the text */
    const char *bytes; /* from there on */
    int quotes;        /* it may have some */
    size_t slot;       /* of its first row in the columns */
    size_t cap;        /* rows there is room for */
    size_t most;       /* rows to keep; SIZE_MAX unless it is the look at the first rows */
    /* Where no column of the table is kept, memory of the chunk: columns, `cap` apart, and lines.
     */
    double *own;
    uint32_t *line; /* for its first row; NULL: nobody wants to know */

    csv_in *in;
    pool *strings;
    arena memory;
    tally *tally;
    size_t *text_column; /* the numbers of the columns of texts */
    size_t text_columns;
    size_t column; /* of the next field */
    int filled;    /* some field of this record is not blank */
    size_t rows, records, lines;
    size_t rows_line; /* line ends before the first kept row */
    size_t uneven;    /* from this row on, rows do not stand on lines that follow each other */
    size_t line_base; /* line ends before the chunk; known when it is merged */
    fault faults, row_faults; /* lines count from the chunk's begin */
    int no_memory, overrun;
    int broken; /* no CSV, or stopped: what stands behind it means nothing */

    /* Where rows are chosen by a column, a row is held until that is known. */
    buf held;
    size_t *held_end;
} chunk;

/* layout.c: where the header and the rows stand. */

/* Where a line of the text begins, counted from 1; the text's length where there is none. */
size_t layout_line(const reading *r, size_t line);

/* Takes the footer off the end of the text. */
int layout_footer(reading *r);

/* Where the header seems to be instead, with the option that says so: all names that were asked for
 * stand there, or it looks like one (header.h). NULL: where it was looked for. has_all: all of
 * those names stand where it was. */
const char *layout_header_hint(reading *r, int has_all);

/* columns.c: reads the header, makes the table with its columns and the lanes, and lists what is
 * wrong. */
int tb_head(reading *r);

/* Gives lanes of TB_GUESS a kind by the first rows. */
int tb_guess(reading *r);

/* After all chunks were parsed: gives lanes that a cell contradicted another kind, and says whether
 * there were any, and so whether the chunks have to be parsed again. */
int tb_guess_again(reading *r, int *again);

/* pivot.c: turns columns of TB_PIVOT into rows. */
int tb_pivot_rows(reading *r);

/* rows.c: reads all rows of r->text into the columns of the table. */
int tb_rows_in(reading *r, const char *bytes, size_t length);

/* How many columns there are whose cells are read. */
static inline size_t lanes_kept(const reading *r) {
    size_t kept = 0;
    for (size_t c = 0; c < r->table->columns; c++) kept += r->lane[c].kind != TB_SKIP;
    return kept;
}

/* pieces.c: reads a plain file, of which no more than some pieces are in memory at any time. What
 * is not usual is refused, to be read as a whole: encodings but UTF-8, footers, lines of more than
 * 64 KiB. PIECES_NOT: it was, and nothing of it is left. */
enum { PIECES_NOT = -1 };
int tb_pieces(reading *r, file_source *file);

/* rows.c, for tb_pieces: so many chunks will come. */
int rows_begin(reading *r, size_t chunks);
void rows_end(reading *r); /* releases what the two before made */
/* Room for so many rows in every column. */
int rows_take_columns(reading *r, size_t rows);
/* Before chunks are parsed, at first or once more. */
void rows_begin_turn(reading *r);
/* A chunk was parsed: merges it, and others that waited for it, in their order. */
void rows_parsed(reading *r, chunk *k);
/* All chunks are merged. 1: they are to be parsed once more, since columns have other kinds than it
 * seemed; 0: no; -1: with the fault. */
int rows_end_turn(reading *r);
void rows_finish(reading *r);

/* Gives the columns' memory back. */
void tb_give_columns(tb_table *t);

/* chunk.c: parses a chunk into the columns; what is wrong is left in it. The chunk is a part of
 * r->text, unless other bytes are put into it. */
void chunk_init(chunk *k, reading *r, size_t from, size_t to);
void chunk_parse(chunk *k);
void chunk_release(chunk *k);
/* The chunk is merged: another may use its pool. */
void chunk_pass_strings(chunk *k);

/* cells.c: takes many rows at once, column by column, where each of their cells is what its column
 * holds; 0 where one is not, so that they come cell by cell. A csv_in_sink's `rows`. */
int cells_take_rows(void *self, const csv_in_rows *rows);

/* Takes a text (lent: it is a part of the file's); the lines of the next rows, which follow each
 * other. */
void cells_put_text(chunk *k, tally *t, double *to, const char *text, size_t length, int lent);
void cells_note_line(chunk *k, size_t line, size_t rows);
int cells_blank(const char *text, size_t length);
/* Notes the extremes of a chunk's columns of numbers. */
void cells_note_extremes(chunk *k);
/* The lesser and the greater of two numbers of which either may be missing. */
double cells_lower(double a, double b);
double cells_higher(double a, double b);
/* What stands for a cell that is at fault, see tb_told. */
double tb_bad(void);

/* Puts a cell into a message: quoted, shortened, without control characters. */
void tb_show(buf *b, const char *text, size_t length);

#endif
