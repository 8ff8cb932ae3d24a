/* How a label looks: composed, without what cannot be seen, every space an ordinary one, and none
 * around it (Unicode, UAX 15). Labels that look the same are refused (alike.c) or made one
 * (unify.c). */
#ifndef RULE_LABEL_LOOK_H
#define RULE_LABEL_LOOK_H

#include <stddef.h>

/* `compatible`: full-width and other variants of a character as that character, too. The caller
 * frees it. NULL where the text is not UTF-8, or without memory, when *fine becomes 0. */
char *label_look(const char *text, size_t length, int compatible, int *fine);

#endif
