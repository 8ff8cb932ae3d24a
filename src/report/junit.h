/* Outcomes of tests as XML in JUnit's form, as Jenkins, GitLab and others read it: a suite for each
 * test file, a case for each test; and as JSON. */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "report/coverage.h"
#include "report/outcome.h"
#include "report/output.h"

void junit_write(sink *to, const outcomes *all);
/* `c` may be NULL. 0 without memory. */
int outcomes_json(sink *to, const outcomes *all, unsigned long long seed, const coverage *c);

#endif
