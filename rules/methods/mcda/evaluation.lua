-- Methods of Chinese evaluation practice.

local rows = require "methods.mcda.rows"
local scale = require "methods.mcda.scale"

local over = rows.over

local M = {}

-- Cut points on the probit scale between tiers, after 田凤调 1993 (合理分档数).
local cuts = { [3] = { 6, 4 }, [4] = { 6.5, 5, 3.5 }, [5] = { 6.8, 5.6, 4.4, 3.2 } }

--- 秩和比 RSR, rank-sum ratio: the weighted mean of a unit's ranks divided by their number n. Ranks count from the
-- worst; equal figures share the mean.
-- Arguments: x, better as in mcda.lua. w: may be nil (equal weights). o: tiers, 3 (default), 4 or 5; ranks =
--   "linear" (非整次秩和比) uses 1 + (n - 1) minmax as ranks.
-- Result: up to 1 for each unit; second result: a table: place (mean rank of the RSR), share (place / n; 1 - 1 / (4
--   n) for the last), probit (5 + z of the share), fitted (RSR as a line through the probits, equal RSR counting
--   once), intercept, slope, correlation, and tier, 1 for the best.
-- Missing: as in mcda.lua.
-- Errors: another number of tiers is an error.
-- Source: 田凤调 1988, 秩和比法及其应用; 1993.
function M.rsr(x, w, better, o)
  o = o or {}
  local y = rows.complete(x, w)
  local n = count(max(y, "indicator"), "unit")
  n = where(n:gt(0), n)
  local ranks
  if o.ranks == "linear" then
    ranks = 1 + (n - 1) * scale.minmax(y, better)
  else
    ranks = rank(rows.direction(better) * y, "unit", { order = "ascending", ties = "average" })
  end
  local rsr = mean(ranks, "indicator", { weights = w or where(present(max(y, "unit")), 1) }) / n
  -- Equal sums must tie, whatever the order of summation.
  local settled = round(rsr, 12)
  local function up(ties) return rank(settled, "unit", { order = "ascending", ties = ties }) end
  local t = { place = up "average" }
  t.share = where(t.place:eq(n), 1 - 1 / (4 * n), t.place / n)
  t.probit = 5 + normal_quantile(t.share)
  local once = up("first"):eq(up "min")
  local p, r = where(once, t.probit), where(once, rsr)
  local dp, dr = p - mean(p, "unit"), r - mean(r, "unit")
  t.slope = sum(dp * dr, "unit") / sum(dp ^ 2, "unit")
  t.intercept = mean(r, "unit") - t.slope * mean(p, "unit")
  t.correlation = correlate(p, r, "unit")
  t.fitted = t.intercept + t.slope * t.probit
  t.tier = 1
  for _, cut in ipairs(cuts[o.tiers or 3] or error "rsr makes 3, 4 or 5 tiers") do
    t.tier = t.tier + where(t.probit:ge(cut), 0, 1)
  end
  return rsr, t
end

--- 模糊综合评价, fuzzy comprehensive evaluation: memberships of the indicators in grades, such as the shares of a panel's
-- votes, are aggregated. `how` is:
--      "weighted"      加权平均型 (default): sum(w r)
--      "max_min"       主因素决定型: max(min(w, r))
--      "max_product"   主因素突出型: max(w r)
--      "bounded"       取小上界和型: min(1, sum(min(w, r)))
-- Arguments: r over `indicator` and `grade` (and `unit`), 0 to 1. w over `indicator`. how: a text.
-- Result: memberships over `grade`, as shares of their sum, so that a score is sum(b * points, "grade"); second
--   result: the grade with the greatest (最大隶属度).
-- Missing: an indicator without memberships is left out.
-- Errors: another `how` is an error; memberships that are all 0 give missing, with a warning.
-- Source: Zadeh 1965; 汪培庄 1983.
function M.fuzzy(r, w, how)
  local b = choose(how or "weighted", {
    weighted = sum(w * r, "indicator"),
    max_min = max(least(w, r), "indicator"),
    max_product = max(w * r, "indicator"),
    bounded = least(1, sum(least(w, r), "indicator")),
  })
  b = over(b, sum(b, "grade"), "all memberships are 0")
  return b, argmax(b, "grade")
end

-- 廖重斌 1999, from 0 in steps of a tenth.
local degrees = { "极度失调", "严重失调", "中度失调", "轻度失调", "濒临失调",
                  "勉强协调", "初级协调", "中级协调", "良好协调", "优质协调" }

--- 耦合协调度, coupling coordination degree D = sqrt(C T) of subsystems: T = sum(w u) / sum(w) is their development; C,
-- the geometric over the arithmetic mean, is how even they are. With o.coupling = "modified" C is that of 王淑佳 et
-- al. 2021, which uses the whole range from 0 to 1: sqrt((1 - mean |ui - uj|) (product of u / max u)^(1 / (n -
-- 1))).
-- Arguments: u: 0 to 1, along o.axis ("indicator"). w: over that axis; nil: equal. o: axis, coupling.
-- Result: 0 to 1, without that axis; second result: a table: coupling, development, degree (the ten degrees of 廖重斌
--   1999).
-- Missing: a unit that lacks a subsystem which others have has no result.
-- Errors: a subsystem outside 0 to 1 leaves the unit without a result, with a warning.
-- Source: 廖重斌 1999; 丛晓男 2019; 王淑佳 et al. 2021.
function M.coupling(u, w, o)
  o = o or {}
  local axis = o.axis or "indicator"
  local good = u:ge(0) & u:le(1)
  warn(~good, "a subsystem lies between 0 and 1, and the unit has no result:", u)
  local inside = where(good, u)
  local whole = where(all(present(inside) | ~any(present(inside), "unit"), axis), inside)
  local n = count(whole, axis)
  local zero = min(whole, axis):eq(0)
  local logs = log(where(zero, 1, whole))
  local t = { development = mean(whole, axis, { weights = w or 1 + 0 * whole }) }
  if o.coupling == "modified" then
    local others = n - 1
    warn(n:eq(1), "one subsystem alone couples with nothing")
    others = where(others:gt(0), others)
    local difference = sum(abs(whole - whole:as { [axis] = "with" }), { axis, "with" }) / (n * others)
    local product = exp(sum(logs - max(logs, axis), axis) / others)
    t.coupling = sqrt((1 - difference) * where(zero, 0, product))
  else
    local m = mean(whole, axis)
    t.coupling = where(zero, 0, exp(mean(logs, axis)) / where(m:gt(0), m))
    t.coupling = where(m:eq(0), 0, t.coupling)
  end
  local D = sqrt(t.coupling * t.development)
  t.degree = where(present(D), degrees[1])
  for i = 2, #degrees do
    t.degree = where(D:ge((i - 1) / 10), degrees[i], t.degree)
  end
  return D, t
end

return M
