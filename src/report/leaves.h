/* All leaves of the rules, as a paper: address, value, citation, position, and what older editions
 * say. */
#ifndef REPORT_LEAVES_H
#define REPORT_LEAVES_H

#include "assess.h"
#include "report/paper.h"

/* For a reader the older editions have a column only where there are any; `machine`: always. */
void leaves_make(assess *a, int machine, paper *p);

#endif
