/* What varied, how, and what of it made no difference. */
#ifndef REPORT_VARIED_H
#define REPORT_VARIED_H

#include "report/document.h"
#include "report/view.h"
#include "uncertainty/vary.h"

/* `people`: without the list of all numbers, and remarks in lines of their own. */
void varied_put(const view *v, const vary *d, int people, document *p);
/* Only what varied; for people, entries alike in one line. */
void varied_list(const view *v, const draw_inputs *in, int people, document *p);

#endif
