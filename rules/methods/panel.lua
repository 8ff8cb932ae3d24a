-- Panels: several experts mark the same persons, units or items.
--
-- x has the axis `expert` (or the one named); its other axes are what is marked. A mark that was not given is
-- missing and left out.

local M = {}

--- Mean without the p.high highest and the p.low lowest marks. With p.few marks or fewer it is the plain mean, and
-- also if nothing would be left.
-- Arguments: x over `axis`. p: high (1), low (1), few (2).
-- Result: marks, without `axis`.
-- Missing: left out.
-- Errors: none.
-- Source: 去掉最高最低分, common knowledge; a small form drops both only when there are more than five raters (few = 5).
function M.trimmed(x, axis, p)
  local high, low = optional(p, "high", 1), optional(p, "low", 1)
  local n = count(x, axis)
  local place = rank(x, axis, { ties = "first" }) -- 1 … n, all different: of equal marks any one may go
  local kept = place:gt(high) & place:le(n - low)
  local few = n:le(greatest(optional(p, "few", 2), high + low))
  return where(few, mean(x, axis), mean(where(kept, x), axis))
end

--- Spread of the marks.
-- Arguments: x over `axis`.
-- Result: a table, without `axis`: least, greatest, range, std (n - 1), count.
-- Missing: left out.
-- Errors: none.
-- Source: definition.
function M.spread(x, axis)
  local lo, hi = min(x, axis), max(x, axis)
  return { least = lo, greatest = hi, range = hi - lo, std = std(x, axis), count = count(x, axis) }
end

--- Kendall's W, corrected for ties: (12 S) / (m² (n³ - n) - m T), S the squared deviations of the sums of ranks, T
-- the sum of t³ - t over each expert's groups of equal marks. It measures how far the experts agree on the order of
-- the items.
-- Arguments: x over `item` and `expert` (names of axes).
-- Result: 0 to 1, without both axes.
-- Missing: an item not marked by all experts is left out; fewer than two items, or all marks of all experts equal:
--   missing.
-- Errors: none.
-- Source: Kendall and Babington Smith 1939; Siegel 1956 for ties.
function M.agreement(x, item, expert)
  local m = count(labels(expert), expert)
  local complete = count(x, expert):eq(m)
  x = where(complete, x)
  local n = sum(complete, item)
  local ranks = rank(x, item, { ties = "average" })
  local sums = where(complete, sum(ranks, expert))
  local s = sum((sums - mean(sums, item)) ^ 2, item)
  -- A group of t equal marks spans the ranks min to min + t - 1; each of its t members adds t² - 1.
  local t = rank(x, item, { ties = "max" }) - rank(x, item) + 1
  local ties = sum(sum(t ^ 2 - 1, item), expert)
  local base = m ^ 2 * (n ^ 3 - n) - m * ties
  return 12 * s / where(base:gt(0), base)
end

return M
