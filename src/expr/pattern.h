/* Regular expressions over text (PCRE2), with limits.
 *
 * A pattern has at most PATTERN_MOST bytes and is matched against texts of at most PATTERN_SUBJECT
 * bytes, both UTF-8; \w, \d and \b know the characters of all scripts. The work at each starting
 * place of a text, the memory, and the time of all matches together are limited, so that no pattern
 * or text can make the program hang. Beyond a limit is FAULT_LIMIT. */
#ifndef EXPR_PATTERN_H
#define EXPR_PATTERN_H

#include <signal.h>
#include <stddef.h>

#include "base/fault.h"

enum { PATTERN_MOST = 1024, PATTERN_SUBJECT = 8192 };

typedef struct pattern pattern;

/* `seconds`: for all matches together; 0: no limit. `stop` may be NULL. Returns NULL with the fault
 * filled (FAULT_RULE, no position; the hint shows where in the pattern). */
pattern *pattern_open(const char *text, size_t length, double seconds,
                      const volatile sig_atomic_t *stop, fault *f);
void pattern_close(pattern *p);
const char *pattern_text(const pattern *p);

int pattern_groups(const pattern *p);                  /* capturing groups */
int pattern_group(const pattern *p, const char *name); /* the number of a named group, or -1 */

/* 1 if the pattern matches somewhere in the text, 0 if not, -1 with the fault filled (no position).
 * from, to (may be NULL): the part of the text that `group` matched; SIZE_MAX if it matched
 * nothing. */
int pattern_match(pattern *p, const char *text, size_t length, int group, size_t *from, size_t *to,
                  fault *f);

#endif
