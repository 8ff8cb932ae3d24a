-- Scales: the figures of each indicator as fractions, the larger the better, from what the units
-- have.
--
-- x over `unit`, better as everywhere in mcda.lua. Missing stays missing. Several of them turn
-- what should be small by another formula than -x; which one is part of the name's meaning, and is
-- what packages differ in. These forms, and their names, are those of the package pymcdm; a survey
-- is Jahan and Edwards 2015.
--
-- A figure outside of a scale's domain (a negative one, say, where shares are taken) is missing,
-- with a warning that names the unit and the indicator. An indicator in which all units are alike
-- has no scale where a formula divides by its range: missing for all, with a warning.

local rows = require "methods.mcda.rows"

local M = {}

-- For rules with methods of their own: who is complete, and what should be small.
M.complete, M.cost, M.direction = rows.complete, rows.cost, rows.direction

--- (x - min) / (max - min); (max - x) / (max - min). Source: Weitendorf 1976.
function M.minmax(x, better)
  local lo, hi = min(x, "unit"), max(x, "unit")
  return rows.over(where(rows.cost(better), hi - x, x - lo), hi - lo, rows.alike)
end

--- x / max; 1 - x / max. For figures from 0 on.
function M.max(x, better)
  local y = rows.within(x, "from_0")
  local share = rows.over(y, max(y, "unit"), rows.zeros)
  return where(rows.cost(better), 1 - share, share)
end

--- x / max; min / x; 1 for the best, also where that is 0. For figures from 0 on. The usual one of
-- WPM, WASPAS, CODAS. Source: Stopp 1975.
function M.linear(x, better)
  local y, lower = rows.within(x, "from_0"), rows.cost(better)
  local lo, hi = min(y, "unit"), max(y, "unit")
  local best = y:eq(where(lower, lo, hi))
  return where(best, 1, where(lower, lo, y) / where(~best, where(lower, y, hi)))
end

--- x / sum; (1 / x) / sum of 1 / x. For figures from 0 on; above 0 where less is better.
function M.sum(x, better)
  local lower, z = rows.cost(better), rows.within(x, "inverse", better)
  local y = where(lower, 1, z) / where(lower, z, 1)
  return rows.over(y, sum(y, "unit"), rows.zeros)
end

--- x / root of the sum of squares; 1 - that. The usual one of TOPSIS. Source: Hwang and Yoon 1981.
function M.vector(x, better)
  local share = rows.over(x, sqrt(sum(x ^ 2, "unit")), rows.zeros)
  return where(rows.cost(better), 1 - share, share)
end

--- ln x / ln of the product; (1 - that) / (n - 1). For figures from 1 on. Source: Zavadskas and
-- Turskis 2008.
function M.logarithmic(x, better)
  local y, lower = rows.within(x, "from_1"), rows.cost(better)
  local share = rows.over(log(y), sum(log(y), "unit"), rows.message "all figures are 1, and the indicator is left out")
  local others = count(y, "unit") - 1
  return where(lower, rows.over(1 - share, where(lower, others), rows.message "one unit cannot be compared on this scale"), share)
end

--- (x / max)^2; (min / x)^3. Figures as linear. Source: Peldschus et al. 1983.
function M.nonlinear(x, better)
  return M.linear(x, better) ^ where(rows.cost(better), 3, 2)
end

--- 1 - the share in all distances from the best. Source: Zeng et al. 2013 (enhanced accuracy).
function M.enhanced(x, better)
  local y = rows.direction(better) * x
  local behind = max(y, "unit") - y
  return 1 - rows.over(behind, sum(behind, "unit"), rows.alike)
end

--- 1 - |max - x| / max; 1 - |min - x| / min. Figures as sum. Source: Zavadskas and Turskis 2008.
function M.zavadskas_turskis(x, better)
  local y = rows.within(x, "inverse", better)
  local best = where(rows.cost(better), min(y, "unit"), max(y, "unit"))
  return 1 - abs(rows.over(best - y, best, rows.zeros))
end

--- x moved up so that its least figure is o.least (1), of the indicators that have a figure of 0
-- or less: for methods that want figures above 0. A choice: results hang on it.
function M.shifted(x, o)
  local lo = min(x, "unit")
  return where(lo:gt(0), x, x - lo + (o and o.least or 1))
end

local domain = rows.domain
domain[M.max], domain[M.linear], domain[M.nonlinear] = "from_0", "from_0", "from_0"
domain[M.sum], domain[M.zavadskas_turskis], domain[M.logarithmic] = "inverse", "inverse", "from_1"

return M
