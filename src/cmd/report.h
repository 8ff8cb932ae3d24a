/* The workbook of `assess report`: the whole file goes into what the delivery writes; 0 with the
 * fault. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/cmd.h"

/* A workbook whose formulas compute what the rules do. Says how much of it is live. */
int report_workbook(delivery *d, const view *v, fault *f);

#endif
