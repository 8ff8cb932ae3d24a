/* What tables of the report that have a line for each unit share. */
#ifndef REPORT_INSIDE_H
#define REPORT_INSIDE_H

#include "document/document.h"
#include "document/view.h"

document_column report_row_column(const view *v); /* of the names of the units */
paint report_row_ink(const view *v, size_t row);
/* For document_trace: the element of an array at a location; 0 where there is none. */
int report_about(const assess_array *of, const location *s, const assess_array **x,
                 size_t *element);
/* Says that so many columns are left out, and how to see them. */
void report_hidden(document *p, const view *v, size_t columns);

#endif
