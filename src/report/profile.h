/* Where the time went, as a document, and as collapsed stacks. */
#ifndef REPORT_PROFILE_H
#define REPORT_PROFILE_H

#include "document/document.h"
#include "session/profile.h"

typedef enum profile_order { PROFILE_TIME, PROFILE_ELEMENTS, PROFILE_BYTES } profile_order;

typedef struct profile_wish {
    profile_order by; /* what is the most comes first */
    size_t top;       /* lines and passes at most; 0: all */
    size_t runs;      /* of which the medians are */
    int threads;
} profile_wish;

/* Fills an open document in the language of messages. 0 with the fault. */
int profile_document(const profile *of, const profile_wish *w, document *p, fault *f);

/* One line for each stack of frames: the frames from the outermost one on, with semicolons between
 * them, a space, and nanoseconds, as flame graphs are made of. An operation's frames are
 * "computing", the line of the rules, that of the method if there is one, and its name. */
void profile_collapsed(const profile *of, output *to);

#endif
