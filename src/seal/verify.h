/* Whether a sealed run is what it was: its files, its outputs computed again, the engine, and the
 * originals of its inputs where they lie on this machine. */
#ifndef SEAL_VERIFY_H
#define SEAL_VERIFY_H

#include "base/allowed.h"
#include "seal/ledger.h"
#include "seal/seal.h"

typedef enum verify_state {
    VERIFY_SAME,
    VERIFY_CHANGED, /* the file is not the one that was sealed */
    VERIFY_MISSING,
    VERIFY_DIFFERS,   /* an output is computed otherwise now */
    VERIFY_NEW,       /* an output that the sealed run did not have */
    VERIFY_NOT_KNOWN, /* an original whose place is not known, or that is not there any more */
    VERIFY_UNREAD,    /* it is there, or may be, and cannot be read */
    VERIFY_STATES
} verify_state;

typedef struct verify_item {
    const char *path, *kind; /* "engine", "ledger", or the kind of a file of the seal */
    verify_state state;
    const char *detail; /* what is different, in the language of messages; or "" */
} verify_item;

typedef struct verify {
    arena memory;
    seal s;
    verify_item *item; /* engine, ledger, the files of the seal, new outputs */
    size_t items, cap;
    verify_item *original;
    size_t originals, original_cap;
    int computed;            /* the outputs were computed again */
    size_t different, moved; /* items, originals that are not the same */
    const char *at;          /* when it was sealed, by the ledger; or "" */
} verify;

typedef struct verify_wish {
    int sealed;     /* the originals are not looked at */
    int any_engine; /* another engine is no difference by itself */
    seal_limits limits;
    allowed_list allow; /* originals below these folders, and the working folder, are quoted */
} verify_wish;

/* 0 with the fault where it could not be found out; FAULT_SEAL where the seal itself is damaged.
 * What a session says that could not compute again is told by `tell`. verify_close in any case. */
int verify_run(verify *v, const char *folder, const verify_wish *w,
               void (*tell)(void *self, const assess *a), void *self, fault *f);
void verify_close(verify *v);

/* Are the copies of the inputs there as they were sealed? 0 with the fault. */
int verify_inputs(const seal *s, const char *folder, fault *f);

/* "changed", for programs and (translated) for people. */
const char *verify_word(verify_state state);

#endif
