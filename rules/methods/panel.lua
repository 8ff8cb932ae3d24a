-- Panels: several experts mark the same persons, units or items.
--
-- x has the axis `expert` (or the one named); the others are what is marked. A mark that an expert did not give is
-- missing and takes no part.

local M = {}

--- Mean without the p.high highest and the p.low lowest marks (1 each where not given). With p.few marks or
-- fewer (2) it is the plain mean; so it is if nothing would be left. Source: 去掉最高最低分, common knowledge; a
-- small form drops both only when there are more than five raters (few = 5).
function M.trimmed(x, axis, p)
  local high, low = optional(p, "high", 1), optional(p, "low", 1)
  local n = count(x, axis)
  local place = rank(x, axis, { ties = "first" }) -- 1 … n, all different: of equal marks any one may go
  local kept = place:gt(high) & place:le(n - low)
  local few = n:le(greatest(optional(p, "few", 2), high + low))
  return where(few, mean(x, axis), mean(where(kept, x), axis))
end

--- Spread of the marks: least, greatest, range, standard deviation (n - 1), number.
function M.spread(x, axis)
  local lo, hi = min(x, axis), max(x, axis)
  return { least = lo, greatest = hi, range = hi - lo, std = std(x, axis), count = count(x, axis) }
end

--- Kendall's W: how far the experts agree on the order of the items, 0 to 1, with the correction for ties:
-- (12 S) / (m² (n³ - n) - m T), S the squared deviations of the sums of ranks, T the sum of t³ - t over each
-- expert's groups of equal marks. x: item × expert; an item that not all experts marked is left out. Fewer than two
-- items, or all marks of all experts equal: missing. Source: Kendall and Babington Smith 1939; Siegel 1956 for ties.
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
