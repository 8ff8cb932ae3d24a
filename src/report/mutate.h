/* What became of mutants of rules (testing/mutate.h), for people and programs. */
#ifndef REPORT_MUTATE_H
#define REPORT_MUTATE_H

#include "report/document.h"
#include "testing/mutate.h"

/* A line for each survivor, then what no result hangs on, then the score. */
void mutate_print(const mutation *m, page *to);
/* All mutants with what became of them, and the score: as a document for CSV and JSON. */
void mutate_make(const mutation *m, document *p);

#endif
