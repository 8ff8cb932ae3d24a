/* What whatif, goal and levers have in common: a document on one unit. */
#ifndef CMD_IMPACT_H
#define CMD_IMPACT_H

#include "cmd/run.h"
#include "report/unit_report.h"

/* Finds the unit, lets `make` fill the document of a title in either language, and writes it as was
 * asked. */
int impact_handout(const handout *h, const char *kind, const char *english, const char *chinese,
                   int (*make)(const handout *h, const view *v, size_t row, document *p, fault *f),
                   fault *f);

/* The first `length` bytes of an argument; to be freed by the second, with others. */
char *arguments_part(const char *text, size_t length);
void arguments_parts_release(char **part, size_t count);

#endif
