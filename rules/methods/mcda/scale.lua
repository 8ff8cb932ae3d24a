-- Scales: the figures of each indicator as fractions, the larger the better, relative to the figures of all units.
--
-- x is over `unit`; better is as in mcda.lua. Some scales use a different formula than -x if less is better.
-- Packages use the same names for different formulas; names and formulas here are those of the package pymcdm. A
-- survey is Jahan and Edwards 2015. In the comments, the first formula is for more is better, the second for less
-- is better.
--
-- A figure outside the domain of a scale (such as a negative one for shares) is missing, with a warning that names
-- the unit and the indicator. If a formula divides by the range of an indicator and all units are equal, the scale
-- is missing for all, with a warning.

local apart = require "methods.apart".between
local rows = require "methods.mcda.rows"

local M = {}

-- For methods in rules: complete rows, and directions.
M.complete, M.cost, M.direction = rows.complete, rows.cost, rows.direction

--- (x - min) / (max - min); (max - x) / (max - min).
-- Arguments: x over `unit`. better.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: an indicator in which all units are equal is missing, with a warning.
-- Source: Weitendorf 1976.
function M.minmax(x, better)
  local lo, hi = min(x, "unit"), max(x, "unit")
  return rows.over(where(rows.cost(better), apart(hi, x), apart(x, lo)), apart(hi, lo), rows.alike)
end

--- x / max; 1 - x / max.
-- Arguments: x over `unit`, 0 or more. better.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: a figure below 0, and an indicator of zeros, is missing, with a warning.
-- Source: pymcdm.
function M.max(x, better)
  local y = rows.within(x, "from_0")
  local share = rows.over(y, max(y, "unit"), rows.zeros)
  return where(rows.cost(better), 1 - share, share)
end

--- x / max; min / x. 1 for the best, also if that is 0. The default of WPM, WASPAS, CODAS.
-- Arguments: x over `unit`, 0 or more. better.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: a figure below 0 is missing, with a warning.
-- Source: Stopp 1975.
function M.linear(x, better)
  local y, lower = rows.within(x, "from_0"), rows.cost(better)
  local lo, hi = min(y, "unit"), max(y, "unit")
  local best = y:eq(where(lower, lo, hi))
  return where(best, 1, where(lower, lo, y) / where(~best, where(lower, y, hi)))
end

--- x / sum; (1 / x) / sum of 1 / x.
-- Arguments: x over `unit`, 0 or more; above 0 if less is better. better.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: a figure outside the domain, and an indicator of zeros, is missing, with a warning.
-- Source: pymcdm.
function M.sum(x, better)
  local lower, z = rows.cost(better), rows.within(x, "inverse", better)
  local y = where(lower, 1, z) / where(lower, z, 1)
  return rows.over(y, sum(y, "unit"), rows.zeros)
end

--- x / root of the sum of squares; 1 - that. The default of TOPSIS.
-- Arguments: x over `unit`. better.
-- Result: fractions, axes of x.
-- Missing: stays missing.
-- Errors: an indicator of zeros is missing, with a warning.
-- Source: Hwang and Yoon 1981.
function M.vector(x, better)
  local share = rows.over(x, sqrt(sum(x ^ 2, "unit")), rows.zeros)
  return where(rows.cost(better), 1 - share, share)
end

--- ln x / ln of the product; (1 - that) / (n - 1).
-- Arguments: x over `unit`, 1 or more. better.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: a figure below 1, and an indicator in which all figures are 1, is missing, with a warning; so is a single
--   unit if less is better.
-- Source: Zavadskas and Turskis 2008.
function M.logarithmic(x, better)
  local y, lower = rows.within(x, "from_1"), rows.cost(better)
  local share = rows.over(log(y), sum(log(y), "unit"), rows.message "all figures are 1, and the indicator is left out")
  local others = count(y, "unit") - 1
  return where(lower, rows.over(1 - share, where(lower, others), rows.message "one unit cannot be compared on this scale"), share)
end

--- (x / max)^2; (min / x)^3.
-- Arguments: as for linear.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: as for linear.
-- Source: Peldschus et al. 1983.
function M.nonlinear(x, better)
  return M.linear(x, better) ^ where(rows.cost(better), 3, 2)
end

--- 1 - the share in the sum of all distances from the best (enhanced accuracy).
-- Arguments: x over `unit`. better.
-- Result: 0 to 1, axes of x.
-- Missing: stays missing.
-- Errors: an indicator in which all units are equal is missing, with a warning.
-- Source: Zeng et al. 2013.
function M.enhanced(x, better)
  local y = rows.direction(better) * x
  local behind = apart(max(y, "unit"), y)
  return 1 - rows.over(behind, sum(behind, "unit"), rows.alike)
end

--- 1 - |max - x| / max; 1 - |min - x| / min.
-- Arguments: as for sum.
-- Result: at most 1, axes of x.
-- Missing: stays missing.
-- Errors: as for sum.
-- Source: Zavadskas and Turskis 2008.
function M.zavadskas_turskis(x, better)
  local y = rows.within(x, "inverse", better)
  local best = where(rows.cost(better), min(y, "unit"), max(y, "unit"))
  return 1 - abs(rows.over(best - y, best, rows.zeros))
end

--- x plus a constant for each indicator that has a figure of 0 or less, so that its smallest figure is o.least. For
-- methods that need figures above 0. Results depend on this choice.
-- Arguments: x over `unit`. o: least (1).
-- Result: figures, axes of x.
-- Missing: stays missing.
-- Errors: none.
-- Source: definition.
function M.shifted(x, o)
  local lo = min(x, "unit")
  return where(lo:gt(0), x, x - lo + (o and o.least or 1))
end

local domain = rows.domain
domain[M.max], domain[M.linear], domain[M.nonlinear] = "from_0", "from_0", "from_0"
domain[M.sum], domain[M.zavadskas_turskis], domain[M.logarithmic] = "inverse", "inverse", "from_1"

return M
