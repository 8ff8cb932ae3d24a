/* Faults: what went wrong, where, and what to do about it.
 *
 * One caller-owned `fault` travels down a call chain. A function that fails returns 0 or NULL and
 * has filled it. The first fault decides the kind (and so the exit status); further ones of the
 * same run are listed behind it, so that a file's errors are reported together. At most
 * FAULT_LISTED are kept, and of those of one kind in one column of data FAULT_ALIKE; the rest are
 * counted. Warnings are kept in a `fault` of their own, whose
 * kind the caller ignores.
 *
 * A fault owns its texts; a `place` only borrows them. Running out of memory while noting a fault
 * loses the text, never the kind. */
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
    FAULT_BUG = 70   /* a bug of ours */
} fault_kind;

enum { FAULT_LISTED = 20, FAULT_ALIKE = 3 };

/* Where: file, line and column count from 1, 0 and NULL are unknown. `field` names a CSV column and
 * stands in place of the column number; `excerpt` is the source line, shown with a caret. */
typedef struct place {
    const char *file;
    long line;
    int column;
    const char *field;
    const char *excerpt;
    const char *kind; /* what sort of fault it is, where the message alone does not say; or NULL */
} place;

typedef struct fault_item {
    char *file;
    long line;
    int column;
    char *field;
    char *excerpt;
    char *text;
    char *hint;    /* NULL where there is none */
    uint64_t kind; /* of faults of a field: a hash of file, field and kind; else 0 */
    size_t more;   /* the last that is listed of a kind: how many more there are */
} fault_item;

typedef struct fault {
    fault_kind kind;
    size_t count;  /* how many were noted in all */
    size_t listed; /* how many of them are in `item` */
    size_t alike;  /* how many are told by the `more` of an item */
    fault_item item[FAULT_LISTED];
} fault;

#define FAULT_INIT ((fault){FAULT_NONE, 0, 0, 0, {{0}}})

#if defined(__GNUC__)
#define FAULT_FORMAT(f, a) __attribute__((format(printf, f, a)))
#else
#define FAULT_FORMAT(f, a)
#endif

/* Note a fault. `at` and `hint` may be NULL. Always returns 0, so that `return fault_at(...)` reads
 * well. */
int fault_at(fault *f, fault_kind kind, const place *at, const char *hint, const char *format, ...)
    FAULT_FORMAT(5, 6);
int fault_set(fault *f, fault_kind kind, const char *format, ...) FAULT_FORMAT(3, 4);
int fault_vat(fault *f, fault_kind kind, const place *at, const char *hint, const char *format,
              va_list args) FAULT_FORMAT(5, 0);
/* The same with texts that are finished: those of another fault, or of a script. Formats and hints
 * of the functions above are English, and looked up (base/text.h). */
int fault_put(fault *f, fault_kind kind, const place *at, const char *hint, const char *text);
int fault_memory(fault *f); /* FAULT_LIMIT "out of memory" */

/* Moves what `from` holds behind what `to` holds, and leaves `from` empty. */
void fault_move(fault *to, fault *from);
/* Orders what is listed by file (as they came), line and column; faults without a line come
 * last. */
void fault_sort(fault *f);
void fault_release(fault *f);
/* How many are neither listed nor told by one that is. */
size_t fault_hidden(const fault *f);
/* Says at each item that has such how many more there are of its kind. Before what is listed is
 * shown. */
void fault_tell_alike(fault *f);

#endif
