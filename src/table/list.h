/* Lists within a cell: 市委宣传部；报业集团. Items stand between separators, without the spaces
 * around them (those of ASCII, U+00A0 and U+3000); what is empty is no item. */
#ifndef TABLE_LIST_H
#define TABLE_LIST_H

#include <stddef.h>

/* The next item of the list that *at stands in; 0 when there is none. *at goes behind it, NULL at
 * the end. `by` is the separator; NULL: the semicolon, its full-width form and the comma of lists
 * (、). */
int list_next(const char **at, const char *by, const char **item, size_t *length);

#endif
