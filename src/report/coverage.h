/* What no test protects (testing/testing.h), in words and as JSON. */
#ifndef REPORT_COVERAGE_H
#define REPORT_COVERAGE_H

#include <jansson.h>

#include "testing/testing.h"

/* Percent of the items that are protected; 100 where there are none. */
double coverage_percent(const coverage *c);
/* A line for each item that is not, and one that sums up. */
void coverage_say(const coverage *c, void (*line)(void *self, const char *text), void *self);
json_t *coverage_json(const coverage *c);

#endif
