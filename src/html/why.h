/* Explanations on a page: for every number that is shown, where it comes from.
 *
 * A page is written twice. The first time it only says which elements it shows (why_link); then
 * why_explain finds their steps, once for each element however many numbers lead to it; the second
 * time why_link writes links, and why_write puts all of them at the end: what
 * was put into the formula, each value a link to its own explanation, down to the line of the rules
 * and the cell of the data, with their texts. What is shared by many (the formula, the line of the
 * rules, the header of the data) stands once.
 *
 * A page of very many numbers explains those that came first, as many as fit. */
#ifndef HTML_WHY_H
#define HTML_WHY_H

#include "assess.h"
#include "document/output.h"
#include "document/view.h"

typedef struct why why;

/* `most`: bytes of explanations. Without a view it explains by sentences and lines of the rules
 * alone. NULL without memory. */
why *why_open(const view *v, text_language language, size_t most);
/* Elements of another session are explained beside those of the first: what is asked of the first
 * goes to the second where that one has it. Both say `said` of theirs. Closed with the first. */
void why_beside(why *first, why *second, const char *said, const char *second_said);
void why_close(why *w); /* NULL is let through */

/* Opens a link to the explanation of an element, by its index in the array: <a href="…">. 0, and
 * nothing is written, where it has none (yet). `w` may be NULL. */
int why_link(why *w, output *to, const assess_array *x, size_t element);
/* Opens a link to a sentence that explains many numbers; 0: the page has no room for it. */
int why_note(why *w, output *to, const char *text);
/* Between the two times. 0 with the fault. */
int why_explain(why *w, fault *f);
int why_has(const why *w); /* is there anything to explain? */
/* How many numbers were shown, and how many of them have an explanation. */
void why_count(const why *w, size_t *shown, size_t *explained);
/* Opens a link to a line of the rules; 0, and nothing is written, where it has none. */
int why_place(why *w, output *to, const char *file, long line);
/* The address of a line of the rules among the explanations, for other parts of the page: writes
 * the link and its text. Before why_explain it is noted. */
void why_line(why *w, output *to, const char *file, long line);
/* The functions of the shared methods that the explanations lead through, each formula once; none
 * before why_explain. By the lines of their files. */
typedef struct why_method {
    const char *name, *formula, *file;
    long line;
} why_method;
size_t why_methods(const why *w);
why_method why_method_at(const why *w, size_t i);
/* The function of the rules that a line stands in: its name, and the comment on it. */
void why_comment(why *w, const char *file, long line, buf *name, buf *out);
void why_write(why *w, output *to);

#endif
