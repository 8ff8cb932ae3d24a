/* A document: what is handed out, as blocks that every format writes in its own way.
 *
 * It has a title and then blocks: facts (a name and a value each), tables, notes, and what only
 * readers are shown: headings, lines, legends, messages. Blocks and columns have ids for programs
 * beside the headings for people; blocks without an id are left out of CSV and JSON. A cell has two
 * texts: as people read it, and as programs do (shortest numbers, true and false, 2011-06-30). A
 * small drawing may stand beside a number; formats that cannot draw leave it out.
 *
 * Texts are copied into the document's arena. Large tables are computed while they are written, and
 * results for programs are written from their arrays; the view must live as long as the document.
 * When memory runs out the document turns `failed`. */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include "assess.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "document/page.h"

struct vary;
struct view;
struct view_wish;

typedef enum document_kind {
    DOCUMENT_FACTS,
    DOCUMENT_TABLE,
    DOCUMENT_NOTE, /* a paragraph, as are lines */
    DOCUMENT_LINE,
    DOCUMENT_HEADING,  /* of a section, its title */
    DOCUMENT_LEGEND,   /* short entries, as many on a line as fit */
    DOCUMENT_COMMANDS, /* for a shell; the first cell is all of them as one text, the others are the
                          pieces they may be folded at, "" after each command */
    DOCUMENT_MESSAGE,  /* a message of a session, with its line of the source */
    DOCUMENT_PICTURE,  /* its one cell says what it shows, for those who do not see it */
    DOCUMENT_CHART,    /* a drawing with its numbers; its one cell is their heading */
    DOCUMENT_RESULTS   /* arrays, for programs */
} document_kind;

typedef struct document_cell {
    const char *shown;
    const char *plain;     /* NULL: missing */
    int bare;              /* a number or truth: without quotes in JSON */
    const assess_array *x; /* the element that it shows, or NULL: a reader may ask where it comes */
    size_t element;        /* from */
    const char *file;      /* or the line of the rules that it stands in; NULL: none */
    long line;
} document_cell;

typedef struct document_column {
    const char *id, *head;
    width_side side;
    int wrap; /* not 0: its texts may be broken into lines of no less than this many columns */
} document_column;

/* Puts the text of a cell; *ink is PAINT_PLAIN before. Called several times for each cell. */
typedef void document_fill(const void *of, size_t row, size_t column, buf *text, paint *ink);

/* A small drawing beside the text of a cell, made of shares from 0 to 1: one is a bar, several are
 * a little column each, with a gap where one is missing. */
enum { STRIP_MOST = 40, STRIP_BAR = 8 /* characters of text */ };
typedef struct document_strip {
    size_t count;
    double share[STRIP_MOST];
} document_strip;

/* The drawing of a cell of a computed table; 0: none. Those of a column are equally wide. */
typedef int document_drawn(const void *of, size_t row, size_t column, document_strip *strip);

/* Which element of an array a cell of a computed table shows; 0: none. For formats in which a
 * reader may ask where a number comes from. */
typedef int document_about(const void *of, size_t row, size_t column, const assess_array **x,
                           size_t *element);
/* The number of a cell of a computed table that is none of its keys; it must be the one that `fill`
 * puts, as the shortest decimal. Such a table may be read by several threads at once, its texts,
 * too. */
typedef double document_figure(const void *of, size_t row, size_t column);
/* A drawing as PNG, and how large it is to be, in pixels of 1/96 inch, where there is room. */
typedef struct document_image {
    const char *bytes;
    size_t length;
    double width, height;
} document_image;

/* A drawing as SVG, and a document with the numbers that are drawn, for those who do not see it.
 * Both belong to the document. */
typedef struct document_chart {
    buf svg;
    struct document *numbers;
} document_chart;

/* Results of a session. */
typedef struct document_results {
    const struct view *v;
    const struct view_wish *wish;
    const assess_array *const *x;
    size_t count;
    const struct vary *draws; /* of what is uncertain, or NULL */
    int pictures;             /* with charts, for formats that have pictures */
    int draws_failed;         /* they were tried */
} document_results;

/* A part of the text of a line that shows an element, or (x NULL) names a line of the rules. */
typedef struct document_span {
    size_t from, length;
    const assess_array *x;
    size_t element;
    const char *file;
    long line;
} document_span;

typedef struct document_block {
    document_kind kind;
    const char *id, *title;  /* title "": none */
    document_column *column; /* of a table; facts have one column per fact, and one row */
    const char **over;       /* headings above neighbours that share them; NULL: none */
    size_t columns;
    size_t keys;         /* columns that come first, and again in every fold of a wide table */
    document_cell *cell; /* row by row; the text of a note or line is the one cell */
    size_t cells, cap;
    document_fill *fill;     /* of a computed table, or NULL */
    document_figure *figure; /* the same */
    document_about *about;   /* the same */
    document_drawn *drawn;   /* the same */
    document_strip **strip;  /* of each cell that was put, up to `strips`; NULL where it has none */
    size_t strips, strip_cap;
    int pictured; /* the drawings are what matters: they stay even where the table folds */
    const char *strip_head; /* what those of the last column show, or NULL */
    const void *of;
    size_t computed; /* rows of a computed table */
    int listed;
    const char *told;    /* how its numbers came about, where they show no elements; or NULL */
    document_span *span; /* parts of a line that show elements, from the left */
    size_t spans, span_cap;
    int gap; /* an empty line comes before it */
    paint ink;
    size_t indent;
    const char *lead; /* of a line: a bullet, a name */
    const assess_message *message;
    document_image image;
    document_chart chart;
    document_results results;
} document_block;

typedef struct document {
    arena memory;
    const char *kind;         /* "statement", "notice": also the schema, "assess-statement" */
    const char *title;        /* "": none */
    const char *colon;        /* between a name and its value */
    const char *none;         /* in place of a table without rows */
    const char *list, *group; /* or NULL: see document_list */
    int dense;                /* blocks follow one another without an empty line */
    int gap;                  /* but there is one before the next */
    document_block *block;
    size_t blocks, cap;
    const struct view *view;      /* of the session whose elements it shows, or NULL */
    const struct view *past;      /* of a second one, from before a change; or NULL */
    const char *said, *past_said; /* what tells the explanations of the two apart; or NULL */
    int failed;
} document;

void document_open(document *p, const char *kind, const char *title, const char *colon,
                   const char *none);
void document_close(document *p);

/* A block at the end; cells go into the last one. `columns` of a table are copied. */
void document_facts(document *p, const char *id, const char *title);
void document_table(document *p, const char *id, const char *title, const document_column *column,
                    size_t columns);
/* The same, the headings looked up in a language. */
void document_table_in(document *p, text_language language, const char *id,
                       const document_column *column, size_t columns);
void document_note(document *p, const char *id, const char *text);

/* Tables that follow have the same columns, and to programs are one list, called `list`, with what
 * their ids say in a further column `group` before the others (NULL: without one). */
void document_list(document *p, const char *list, const char *group);

/* The next cell of a table, row by row. */
void document_put(document *p, document_cell cell);
/* The same for several cells. */
void document_row(document *p, const document_cell *cell, size_t count);
#define DOCUMENT_ROW(p, ...)                                                                       \
    document_row(p, (const document_cell[]){__VA_ARGS__},                                          \
                 sizeof((const document_cell[]){__VA_ARGS__}) / sizeof(document_cell))
void document_fact(document *p, const char *id, const char *head, document_cell cell);

/* The last table has `rows` rows that are computed when they are written. `of` lives as long as the
 * document. */
void document_compute(document *p, size_t keys, size_t rows, document_fill *fill, const void *of);
/* The last table, which is computed, says what its cells show. */
void document_trace(document *p, document_about *about);
/* All its cells but keys are numbers. */
void document_figures(document *p, document_figure *figure);
/* How the numbers of the last block came about, where no element says so. */
void document_tell(document *p, const char *how);
/* The same for the tables from block `from` on that do not say it yet. */
void document_tell_all(document *p, size_t from, const char *how);
/* So many bytes of the last line show an element. */
void document_span_about(document *p, const document_span *span);
/* It has drawings in its cells. */
void document_draw(document *p, document_drawn *drawn);
/* The same beside the cell that was put last, in a table that is there for its drawings. */
void document_put_strip(document *p, const double *share, size_t count);
/* What the drawings of the last column show, where its heading does not tell. */
void document_strip_head(document *p, const char *head);
/* A heading above columns of the last table. */
void document_over(document *p, size_t from, size_t count, const char *heading);
/* The last block in a colour, its names in a column `indent` wide (0: as wide as they are). */
void document_style(document *p, paint ink, size_t indent);

/* ---- for readers only ---- */

void document_section(document *p, const char *title);
void document_gap(document *p); /* an empty line before the next block */
/* The last line begins with a place in the rules: "file:line". */
void document_begins_with_place(document *p, const char *file, long line);
/* A paragraph, its lines indented; the first begins with `lead` instead (a bullet, a name). */
void document_line(document *p, paint ink, size_t indent, const char *lead, const char *format, ...)
    FAULT_FORMAT(5, 6);
/* The citation of the rules as a whole, where they have one: rows do not repeat it. */
void document_cite(document *p, const assess *a, text_language language);
/* For formats that have pictures; others leave it out. The bytes are copied. */
void document_picture(document *p, const char *shows, const document_image *image);
/* For pages; other formats leave it out. It takes the drawing and its numbers from the caller, who
 * keeps both empty; `heading` stands over the numbers. */
void document_add_chart(document *p, const char *title, const char *heading, buf *svg,
                        document *numbers);
void document_legend(document *p); /* its entries are put as cells */
/* A warning begins with `label`. */
void document_message(document *p, const assess_message *m, const char *label);
/* Commands for a shell: the pieces of each, ended by NUL, and one more NUL behind the last. For
 * programs they are a note. */
void document_commands(document *p, const char *id, const buf *list);

/* ---- for programs only ---- */

void document_write_results(document *p, const document_results *r);

/* ---- texts in the document's memory; never NULL ---- */

const char *document_print(document *p, const char *format, ...);

/* ---- cells. The texts of what they get are copied by document_put ---- */

document_cell document_text(const char *text); /* "": missing */
document_cell document_shown(const char *shown, const char *plain, int bare);
/* The same cell, said to show an element; x may be NULL. */
document_cell document_about_cell(document_cell cell, const assess_array *x, size_t element);
/* The same cell, said to stand in a line of the rules. */
document_cell document_place_cell(document_cell cell, const char *file, long line);
/* A word of ours in a language; to programs the English one. */
document_cell document_word(text_language language, const char *word);
/* places < 0: six digits that matter */
document_cell document_number(document *p, double x, int places);
document_cell document_rank(document *p, double rank); /* whole, or 2.5 of a tie */
/* With its sign: +0.72. */
document_cell document_change(document *p, double x, int places);
/* A change of rank, which is better when it is negative: 升 2 位, 降 1 位; in English +1. */
document_cell document_rank_change(document *p, double change, int places, text_language language);

/* ---- for writers ---- */

/* The language it is laid out in: Chinese where its title or its colon is. */
text_language document_language(const document *p);

size_t document_rows(const document_block *b);
/* A cell of a table; the text of a computed one is in `text` until the next call. */
document_cell document_at(const document_block *b, size_t row, size_t column, buf *text,
                          paint *ink);
/* The drawing beside a cell; 0: none. Its text, for fonts in which all characters are equally wide,
 * is STRIP_BAR columns wide at most, or as many as it has shares. */
int document_strip_at(const document_block *b, size_t row, size_t column, document_strip *strip);
void document_strip_text(const document_strip *strip, buf *out);
size_t document_strip_width(const document_strip *strip);
/* Commands on lines of so many columns, a backslash at the end of those that go on. */
void document_fold_commands(const document_block *b, size_t columns, const char *indent, buf *out);

#endif
