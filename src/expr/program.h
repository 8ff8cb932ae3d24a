/* A pass as a program: what it does to each vector that really varies.
 *
 * A run that computes the same nodes again and again, with other values of a few elements of its
 * sources, wastes its time on elements that never change. Of the sources it lends, the owner says
 * which lines vary (ex_run_lend_lines). From there on it is found out, line by line, what varies in
 * all nodes of a pass: what does not is computed once, a `where` whose condition does not vary is
 * the operand it chooses, and a sum leaves out terms that are always missing. What is left becomes
 * a list of actions on vectors along the stream axis, in the order of the pass, with the same bits.
 *
 * Methods ask questions of each element: is this weight 0, is that score positive or missing? The
 * ranges of what was lent first are taken for granted, with a margin, and looked after before each
 * run; from these the answers follow for most of what is computed (program_ranges.c). Where a
 * number once is beyond its range, the programs are made anew and take nothing for granted.
 *
 * Domain errors are not counted. */
#ifndef EXPR_PROGRAM_H
#define EXPR_PROGRAM_H

#include "expr/run_inside.h"

typedef struct program program;

/* Whether a pass of the kept plan can be made a program: its stream axis is that of
 * settings.eights, it has no lines along it, and what does not have the axis was there before. */
int program_serves(const ex_run *r, const pl_pass *pass);
/* The values of all sources must have been lent; they are read where they do not vary, and must
 * stay where they are. NULL with the fault. */
program *program_make(ex_run *r, pl_pass *pass, fault *f);
/* Computes the first n elements along the stream axis, or some more. */
void program_run(program *p, size_t n);
void program_free(program *p);

#endif
