/* The ledger: which runs were sealed in a folder, when, and from where. An SQLite file in the
 * folder that holds the folders of the runs.
 *
 * It is only added to: triggers refuse changes, and each row carries the SHA-256 of what it says
 * and of the row before, so that a row that was changed, removed or put between is found even
 * where somebody went round the triggers. Whoever rewrites all rows is found only by a digest that
 * was noted elsewhere. Two programs may add at once: each waits for the other.
 *
 * SQLite is opened at the first use. */
#ifndef SEAL_LEDGER_H
#define SEAL_LEDGER_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/fault.h"

#define LEDGER_FILE "assess-history.sqlite"

typedef struct ledger ledger;

typedef struct ledger_row {
    long long number;   /* from 1 */
    const char *at;     /* "2026-11-30T03:15:00Z" */
    const char *folder; /* below that of the ledger */
    const char *title, *seal;
    const char *origins; /* JSON: { "inputs/2011.lua": "/home/li/2011.lua", … } */
    const char *digest;
    int broken; /* it is not what was written, or does not follow the row before */
} ledger_row;

typedef struct ledger_rows {
    arena memory;
    ledger_row *row;
    size_t count, cap;
    size_t lost; /* numbers that are missing between the rows or behind the last */
    int untied;  /* the table or its triggers are not as they were made */
} ledger_rows;

/* Begins to add a row: from here on nobody else adds. 0 with the fault; the ledger is made where
 * there is none. */
ledger *ledger_begin(const char *folder, fault *f);
int ledger_add(ledger *l, ledger_row *row, fault *f);
/* The row is in the ledger from here on. 0 with the fault: it is not. */
int ledger_commit(ledger *l, fault *f);
/* Ends it; what was not committed is not in it. NULL is let through. */
void ledger_close(ledger *l);

/* Reads all rows, oldest first, and checks them. 1 with no rows where there is no ledger. */
int ledger_read(const char *folder, ledger_rows *out, fault *f);
void ledger_release(ledger_rows *rows);
/* The last row of a run's folder, or of its seal where the folder has another name now; or NULL. */
const ledger_row *ledger_find(const ledger_rows *rows, const char *folder, const char *seal);

#endif
