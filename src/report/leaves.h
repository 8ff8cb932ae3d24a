/* All leaves of the rules, as a document: address, value, citation, position, and what older
 * editions say. */
#ifndef REPORT_LEAVES_H
#define REPORT_LEAVES_H

#include "assess.h"
#include "report/document.h"

/* For a reader the older editions have a column only where there are any; `machine`: always. */
void leaves_make(assess *a, int machine, document *p);

#endif
