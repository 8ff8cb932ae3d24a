/* Findings of checks: as text, as a table, and as SARIF. Several rule files are one report; what
 * two of them share (an edition and the one it extends) is told once, with the first. */
#ifndef PROOF_FINDINGS_H
#define PROOF_FINDINGS_H

#include "assess.h"
#include "document/document.h"

typedef struct findings {
    assess *const *session; /* in the order of the command line */
    size_t sessions;
    const char *const *only, *const *ignore; /* codes, or the letters they begin with */
    size_t onlys, ignores;
} findings;

typedef struct findings_count {
    size_t of[3];    /* by severity */
    size_t accepted; /* by comments in the rules; in none of the others */
} findings_count;

findings_count findings_sum(const findings *f);
const char *severity_word(assess_severity s); /* "warning" */

/* Fill a document: with a paragraph for each finding and a summary; or with a table. */
void findings_prose(const findings *f, document *p);
void findings_table(const findings *f, document *p);

/* SARIF 2.1.0. Returns 0 without memory. */
int findings_sarif(const findings *f, output *to);

/* What a code means, why it matters, an example and how it is mended. */
void code_document(const assess_code *c, document *p);
/* All codes, a line each. */
void codes_document(document *p);

/* Has a code, or the beginning of one, this name? */
int code_is(const char *code, const char *name);

/* Calls `each` for every finding that was asked for, with the number of its session; accepted ones,
 * too. */
void findings_each(const findings *f,
                   void (*each)(void *self, size_t session, const assess_finding *x), void *self);

#endif
