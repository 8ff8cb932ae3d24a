-- Multi-criteria methods: units are compared on several indicators at once.
--
--   mcda/rows.lua        selects complete rows and figures within the domain of a formula
--   mcda/scale.lua       scales: figures as fractions, the larger the better
--   mcda/additive.lua    weighted sums and products: WSM, WPM, WASPAS, ARAS, COPRAS, MOORA, MARCOS, MAUT …
--   mcda/distance.lua    distances from an ideal: TOPSIS, VIKOR, CODAS, SPOTIS, grey relations …
--   mcda/pairs.lua       helpers for pairs of units
--   mcda/outranking.lua  pairwise methods: PROMETHEE, TODIM, dominance
--   mcda/electre.lua     concordance and discordance: ELECTRE I, II, III
--   mcda/comet.lua       characteristic objects: COMET
--   mcda/programs.lua    linear programs: DEA, SIMUS, the best selection
--   mcda/evaluation.lua  evaluation practice: RSR, fuzzy evaluation, coupling
--
-- All methods have the same arguments, as in mcda.topsis(x, a.index.weight, a.index.better):
--   x       numbers over `unit` and `indicator`; each label of a further axis (year, stage …) is
--           compared separately
--   w       weights over `indicator`, used as given; they should sum to 1, as those of mcda.shares do
--   better  texts over `indicator`, "higher" (default) or "lower"; "target" is an error, except for
--           lopm, rim, and spotis with o.expected
--   o       a table of options, if the method has any
-- The result is a number for each unit.
--
-- Missing: a unit that lacks a figure has no result, and the others are compared as if it were not
-- there. An indicator without weight (missing or 0) or without any figures is left out.
--
-- Errors: an indicator in which all units are equal has no range; methods that divide by it leave it
-- out, with a warning. A figure outside the domain of a formula (a negative one for shares, a 0 as a
-- divisor) counts as missing, with a warning that names the unit and the indicator; for such methods,
-- `shifted` adds a constant.

local M = {}

for _, family in ipairs { "scale", "additive", "distance", "outranking", "electre", "comet", "programs", "evaluation" } do
  for name, method in pairs(require("methods.mcda." .. family)) do M[name] = method end
end

--- Weights with the sum 1.
-- Arguments: w over `indicator`.
-- Result: shares over `indicator`.
-- Missing: stays missing.
-- Errors: if all weights are 0, missing, with a warning.
-- Source: definition.
function M.shares(w)
  return w / sum(w, "indicator")
end

return M
