-- Multi-criteria methods: units compared on several indicators at once, all in one table.
--
--   mcda/rows.lua        who takes part: whole rows, figures that a formula has an answer for
--   mcda/scale.lua       figures made comparable: fractions, the larger the better
--   mcda/additive.lua    weighted sums and products: WSM, WPM, WASPAS, ARAS, COPRAS, MOORA, MARCOS, MAUT …
--   mcda/distance.lua    distances from an ideal: TOPSIS, VIKOR, CODAS, SPOTIS, grey relations …
--   mcda/pairs.lua       every unit beside every other
--   mcda/outranking.lua  pair by pair: PROMETHEE, TODIM, dominance
--   mcda/electre.lua     by agreement and objection: ELECTRE I, II, III
--   mcda/comet.lua       by judged corners: COMET
--   mcda/programs.lua    by linear programs: DEA, SIMUS, the best selection
--   mcda/evaluation.lua  of practice: RSR, fuzzy evaluation, coupling
--
-- The methods are called alike, as in mcda.topsis(x, a.index.weight, a.index.better):
--   x       numbers over `unit` and `indicator`; of what further axes it has (year, stage …) each
--           label is an assessment of its own
--   w       weights over `indicator`, taken as they are: they should sum to 1, as those of
--           mcda.shares do
--   better  texts over `indicator`, "higher" or "lower"; higher where missing or not given. Another
--           one ("target") is an error, but for lopm, rim, and spotis that is told what to expect
--   o       a table of what else the method can be told, if anything
-- and give a number for each unit. A unit that lacks one of the figures takes no part: its result
-- is missing, and the others are compared as if it were not there. An indicator that weighs nothing,
-- or that no unit has, takes no part either. An indicator in which all units are alike has no range:
-- methods that divide by it leave it out, with a warning. A figure that a formula has no answer for
-- (a negative one where shares are taken, a 0 that it divides by) counts as lacking, with a warning
-- that names unit and indicator; shifted moves figures up for such methods.

local M = {}

for _, family in ipairs { "scale", "additive", "distance", "outranking", "electre", "comet", "programs", "evaluation" } do
  for name, method in pairs(require("methods.mcda." .. family)) do M[name] = method end
end

--- Weights with the sum 1.
function M.shares(w)
  return w / sum(w, "indicator")
end

return M
