/* A result as JSON: what was asked, what it rests on, and all arrays. doc/output.md describes every
 * key.
 *
 * Numbers are the shortest that read back to the same double, missing is null, truths are true and
 * false, dates texts. An array's values are a flat list, its last axis changing fastest; its axes
 * name the labels under "axes". Nothing in it depends on the time or the machine, so that the same
 * rules and data give the same bytes. */
#ifndef REPORT_JSON_OUT_H
#define REPORT_JSON_OUT_H

#include "report/output.h"
#include "report/view.h"

/* Writes the given outputs (all of them, or those that were asked for). Returns 0 without memory.
 */
int json_write(sink *out, const view *v, const assess_array *const *x, size_t count);

/* A text in quotes; a byte that is no UTF-8 becomes U+FFFD. */
void json_put_text(sink *out, const char *s);

#endif
