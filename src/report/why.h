/* Explanations on a page: for every number that is shown, where it comes from.
 *
 * A page is written twice. The first time it only says which elements it shows (why_of); then
 * why_explain finds their steps, once for each element however many numbers lead to it; the second
 * time why_of gives the number of the explanation, and why_write puts all of them at the end: what
 * was put into the formula, each value a link to its own explanation, down to the line of the rules
 * and the cell of the data, with their texts. What is shared by many (the formula, the line of the
 * rules, the header of the data) stands once.
 *
 * A page of very many numbers explains those that came first, as many as fit. */
#ifndef REPORT_WHY_H
#define REPORT_WHY_H

#include "assess.h"
#include "report/output.h"
#include "report/view.h"

typedef struct why why;

/* `most`: bytes of explanations; NULL without memory. */
why *why_open(const view *v, size_t most);
void why_close(why *w); /* NULL is let through */

/* The number of the explanation of an element, by its index in the array; 0 where it has none (yet).
 */
size_t why_of(why *w, const assess_array *x, size_t element);
/* Between the two times. 0 with the fault. */
int why_explain(why *w, fault *f);
/* How many numbers were shown, and how many of them have an explanation. */
void why_count(const why *w, size_t *shown, size_t *explained);
/* The address of a line of the rules among the explanations, for other parts of the page: writes
 * the link and its text. Before why_explain it is noted. */
void why_line(why *w, output *to, const char *file, long line);
/* The comment on the function of the rules that a line stands in. */
void why_comment(why *w, const char *file, long line, buf *out);
void why_write(why *w, output *to);

#endif
