/* What varied, how, and what of it made no difference. */
#ifndef ROBUST_VARIED_H
#define ROBUST_VARIED_H

#include "document/document.h"
#include "document/view.h"
#include "uncertainty/vary.h"

/* `people`: without the list of all numbers, and remarks in lines of their own. */
void varied_put(const view *v, const vary *d, int people, document *p);
/* Only what varied; for people, entries alike in one line. */
void varied_list(const view *v, const draw_inputs *in, int people, document *p);

#endif
