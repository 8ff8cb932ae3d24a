/* Indexes of the R package COINr (Becker et al. 2022), taken over and given back.
 *
 * Its iMeta is a table of elements (metadata.h); its iData a wide table: uCode, perhaps uName and
 * Time, and a column for every row of iMeta that is no aggregate. */
#ifndef RULE_COINR_H
#define RULE_COINR_H

#include "assess.h"
#include "rule/dataset.h"

/* Writes rules.lua, in which the tree stands written out, and iData.csv into a folder. The rules
 * are the plain index: denominators where iMeta names them, min-max, weighted means. Faults name
 * the rows. */
int coinr_import(const char *data, const char *meta, const char *folder, fault *notes, fault *f);

/* Writes iMeta.csv and iData.csv into a folder. `x` are the values of the keyed data s, over unit,
 * the indicators, and perhaps year. What iMeta has no place for (stages, methods, citations) is
 * left out. `weights` has for each level but the last those that the score was made by, in the
 * order of its labels; NULL, or NULL for a level: the index's own. */
int coinr_export(const model *m, datasets *d, dataset *s, const assess_array *x,
                 const double *const *weights, const char *folder, fault *f);

#endif
