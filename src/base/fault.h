/* Faults: what went wrong, where, and what to do about it.
 *
 * The caller passes a `fault` down the call chain. A function that fails fills it and returns 0 or
 * NULL. The first fault decides the kind, and so the exit status; later ones are listed after it,
 * so that all errors of a file are reported together. At most FAULT_LISTED are listed, and at most
 * FAULT_ALIKE of one kind in one column of data; the others are only counted. Warnings are kept in
 * a `fault` of their own, whose kind the caller ignores. Who wants every fault of the data, to mark
 * them, calls fault_list_all before any is noted.
 *
 * A fault owns its texts; a `place` borrows them. If memory runs out while a fault is noted, its
 * text is lost, but not its kind. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    FAULT_NONE = 0,
    FAULT_TEST = 1,  /* a test failed, or a gate was breached */
    FAULT_USAGE = 2, /* wrong usage */
    FAULT_RULE = 3,  /* the rule file is at fault */
    FAULT_DATA = 4,  /* the data is at fault */
    FAULT_LIMIT = 5, /* a limit was reached: time, memory, size */
    FAULT_SEAL = 6,  /* a sealed run is not what it was */
    FAULT_BUG = 70   /* a bug of ours */
} fault_kind;

enum { FAULT_LISTED = 20, FAULT_ALIKE = 3 };

/* Where: line and column count from 1; 0 and NULL mean unknown. `field` names a CSV column and is
 * shown instead of the column number; `excerpt` is the source line, shown with a caret. */
typedef struct place {
    const char *file;
    long line;
    int column;
    const char *field;
    const char *excerpt;
    const char *kind; /* the sort of fault, if the format of the message does not tell; or NULL */
    int cell;         /* of a workbook: the sheet's column; `line` is the row, and `file` names the
                         sheet, too. It is shown as figures.xlsx:数据!C7 */
} place;

typedef struct fault_item {
    char *file;
    long line;
    int column;
    char *field;
    char *excerpt;
    char *text;
    char *hint;    /* NULL where there is none */
    uint64_t kind; /* of a fault in a field: a hash of file, field and sort; else 0 */
    size_t more;   /* of the last listed of a kind: how many more there are */
    int cell;      /* of a workbook; 0 once its place is told */
} fault_item;

typedef struct fault {
    fault_kind kind;
    size_t count;  /* how many were noted in all */
    size_t listed; /* how many of them are in `item` */
    size_t alike;  /* how many are counted in the `more` of an item */
    fault_item item[FAULT_LISTED];
    struct fault *more; /* those listed behind these, after fault_list_all; only its items count */
} fault;

#define FAULT_INIT ((fault){FAULT_NONE, 0, 0, 0, {{0}}, NULL})

#if defined(__GNUC__)
#define FAULT_FORMAT(f, a) __attribute__((format(printf, f, a)))
#else
#define FAULT_FORMAT(f, a)
#endif

/* Notes a fault. `at` and `hint` may be NULL. Always returns 0, for `return fault_at(...)`. */
int fault_at(fault *f, fault_kind kind, const place *at, const char *hint, const char *format, ...)
    FAULT_FORMAT(5, 6);
int fault_set(fault *f, fault_kind kind, const char *format, ...) FAULT_FORMAT(3, 4);
int fault_vat(fault *f, fault_kind kind, const place *at, const char *hint, const char *format,
              va_list args) FAULT_FORMAT(5, 0);
/* The same with texts that are not translated, as those of another fault or of a script. The
 * formats and hints of the functions above are English and are translated (base/text.h). */
int fault_put(fault *f, fault_kind kind, const place *at, const char *hint, const char *text);
int fault_memory(fault *f); /* FAULT_LIMIT "out of memory" */

/* From now on all faults are listed, up to FAULT_MOST of them, in the whole process. */
enum { FAULT_MOST = 4000 }; /* fewer than a check lists */
void fault_list_all(void);
/* Is there no more room for a further one? It is only counted then. */
int fault_full(const fault *f);

/* Moves the faults of `from` to the end of `to`, and leaves `from` empty. */
void fault_move(fault *to, fault *from);
/* Sorts the listed faults by file (in order of appearance), line and column; faults without a line
 * come last in their file. */
void fault_sort(fault *f);
void fault_release(fault *f);
/* How many are neither listed nor counted with a listed one. */
size_t fault_hidden(const fault *f);
/* Appends to the texts of the items how many more there are of their kind. To be called before the
 * items are shown. */
void fault_tell_alike(fault *f);
/* Turns rows and columns of sheets into the names of cells: the same. */
void fault_tell_cells(fault *f);
/* Writes "C7" for the cell of a row and a column, both from 1. */
enum { CELL_NAME = 24 };
void fault_cell_name(long row, int column, char out[CELL_NAME]);

#endif
