/* Why a rank, and what is absent, as papers: of one unit, at one column of the view after the
 * other. */
#ifndef REPORT_WHY_RANK_H
#define REPORT_WHY_RANK_H

#include "report/document.h"
#include "report/view.h"

/* What both are made for: the unit's row, the score, and how many rows of a table are wanted. */
typedef struct standing_wish {
    size_t unit;
    const assess_array *score;
    size_t most; /* 0: all */
} standing_wish;

/* Adds who is next above and below, where the gap comes from, and what single change would close
 * it. 0 with the fault. */
int why_rank_make(const view *v, const standing_wish *w, document *p, fault *f);
/* Adds what has no value, and what that costs. */
int absent_make(const view *v, const standing_wish *w, document *p, fault *f);

#endif
