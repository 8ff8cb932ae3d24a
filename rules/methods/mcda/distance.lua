-- Distances from an ideal. Arguments, missing values and errors are described in mcda.lua. A higher result is
-- better unless stated otherwise.

local difference = require "methods.apart"
local apart, computed = difference.between, difference.computed
local rows = require "methods.mcda.rows"
local scale = require "methods.mcda.scale"
local complete, direction, over = rows.complete, rows.direction, rows.over
local alike = "all units are alike, and nobody is nearer to the best"

local M = {}

-- Euclidean distance between two points, over the indicators.
local function distance(a, b) return sqrt(sum(computed(a, b) ^ 2, "indicator")) end

--- Nearness to the ideal unit: D- / (D+ + D-), the distances from the worst and from the best weighted figures of
-- all units. With weights from entropy it is 熵权TOPSIS.
-- Arguments: x, w, better as in mcda.lua. o: scale (scale.vector).
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua and of the scale; if all units are equal, no results, with a warning.
-- Source: Hwang and Yoon 1981; Opricovic and Tzeng 2004 have scale.minmax in their example.
function M.topsis(x, w, better, o)
  local v = w * rows.scaled(x, w, better, o and o.scale or scale.vector)
  local to_ideal, to_worst = distance(v, max(v, "unit")), distance(v, min(v, "unit"))
  return over(to_worst, to_ideal + to_worst, alike)
end

--- Compromise ranking: Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*) / (R- - R*), where S is the weighted sum and R
-- the maximum of the regrets w (best - x) / (best - worst). If S or R is the same for all units, its term is 0.
-- Less is better.
-- Arguments: x, w, better as in mcda.lua. o: v (0.5).
-- Result: 0 to 1 for each unit; second result: a table: S; R; advantage, truth: the best Q leads the second by 1 /
--   (n - 1) or more; stable, truth: a unit with the best Q is also best by S or R; compromise, truth over the
--   units: the best alone if both hold, the best and the second if only the lead is wide enough, else all that are
--   less than 1 / (n - 1) behind.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Opricovic and Tzeng 2004.
function M.vikor(x, w, better, o)
  local v = o and o.v or 0.5
  local regret = w * (1 - scale.minmax(complete(x, w), better))
  local S, R = sum(regret, "indicator"), max(regret, "indicator")
  local function from_best(y)
    local lo, hi = min(y, "unit"), max(y, "unit")
    return where(hi:eq(lo), 0 * y, (y - lo) / where(hi:ne(lo), hi - lo))
  end
  local Q = v * from_best(S) + (1 - v) * from_best(R)

  local place = rank(Q, "unit", { order = "ascending" })
  local behind = round(Q - min(Q, "unit"), 12)
  local n = count(Q, "unit")
  local wide = round(1 / where(n:gt(1), n - 1), 12)
  local best = place:eq(1)
  local second = where(count(where(best, 1), "unit"):gt(1), 0, min(where(~best, behind), "unit"))
  local t = { S = S, R = R }
  t.advantage = second:ge(wide)
  t.stable = any(best & (S:eq(min(S, "unit")) | R:eq(min(R, "unit"))), "unit")
  t.compromise = where(t.advantage, where(t.stable, best, place:le(2)), behind:lt(wide))
  return Q, t
end

--- Distance from the worst figures: the sum over all others of E - E' + (T - T' if |E - E'| reaches the threshold),
-- where E is the Euclidean and T the taxicab distance.
-- Arguments: x, w, better as in mcda.lua; x 0 or more. o: threshold (0.02).
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Keshavarz Ghorabaee et al. 2016.
function M.codas(x, w, better, o)
  local v = w * rows.scaled(x, w, better, scale.linear)
  local worst = min(v, "unit")
  local E, T = distance(v, worst), sum(abs(computed(v, worst)), "indicator")
  local function ahead(y) return y - y:as { unit = "other" } end
  local far = where(round(abs(ahead(E)), 12):ge(o and o.threshold or 0.02), 1, 0)
  return sum(ahead(E) + far * ahead(T), "other")
end

--- Distance from the ideal within fixed bounds, without rank reversal: sum(w |x - s| / (high - low)), where the
-- ideal s is the better bound. With o.expected, the distance from the expected value, or a balance of both. Less is
-- better.
-- Arguments: x, w as in mcda.lua. better: may be "target" if only the expected value counts. o: low, high: bounds
--   over `indicator`; expected over `indicator` (optional); trust, the weight of the expected value (1).
-- Result: 0 to 1 for each unit if the weights sum to 1.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; a unit outside the bounds has no result, with a warning.
-- Source: Dezert et al. 2020; Shekhovtsov, Dezert and Salabun 2025 for the balance.
function M.spotis(x, w, better, o)
  local y, low, high = rows.bounded(x, w, o)
  local function from(s) return sum(w * over(abs(y - s), apart(high, low), rows.no_width), "indicator") end
  local function ideal() return from(where(rows.cost(better), low, high)) end
  if not o.expected then return ideal() end
  local expected, trust = from(rows.given(o.expected, y, "expected")), o.trust or 1
  -- With full trust in the expected value the direction is not needed; it may be a target.
  if trust == 1 then return expected end
  return trust * expected + (1 - trust) * ideal()
end

--- 灰色关联度, grey relational grade: the weighted mean of (dmin + r dmax) / (d + r dmax), where d = |1 - y| is the
-- distance from the best of each indicator, and dmin and dmax are the least and the greatest d of all.
-- Arguments: x, w, better as in mcda.lua. o: resolution, r (0.5); scale, for y (scale.minmax).
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; if all units are equal, no results, with a warning.
-- Source: 邓聚龙 1982; Kuo, Yang and Huang 2008.
function M.grey(x, w, better, o)
  local d = abs(1 - rows.scaled(x, w, better, o and o.scale or scale.minmax))
  local wide = (o and o.resolution or 0.5) * max(d, { "unit", "indicator" })
  local least_of_all = min(d, { "unit", "indicator" })
  return mean(over(least_of_all + wide, d + wide, alike), "indicator", { weights = w })
end

--- Reference ideal: like topsis, but every value from o.target_low to o.target_high counts 1, falling linearly to 0
-- at o.low and o.high.
-- Arguments: x, w as in mcda.lua. o: low, high, target_low, target_high over `indicator`; the index can be o.
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; a unit outside low and high has no result, with a warning.
-- Source: Cables, Lamata and Verdegay 2016.
function M.rim(x, w, o)
  local y, low, high = rows.bounded(x, w, o)
  local from, to = rows.given(o.target_low, y, "target_low"), rows.given(o.target_high, y, "target_high")
  local function ramp(a, b)
    local width = apart(b, a)
    width = coalesce(width, width) -- of plain numbers, an array
    return (y - a) / where(width:ne(0), width)
  end
  local inside = where(y:lt(from), ramp(low, from), where(y:gt(to), ramp(high, to), 1))
  local v = w * inside
  local near, far = distance(v, w), distance(v, 0)
  return far / (near + far)
end

--- Relative value distance: gains and losses relative to o.reference, losses multiplied by o.lambda, both with the
-- exponent o.alpha; then as topsis, with taxicab distances.
-- Arguments: x, w, better as in mcda.lua; x 0 or more. o: reference over `indicator`; lambda (2.25), alpha (0.88).
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; without a reference there is an error; if all units are equal, no results, with a
--   warning.
-- Source: Shyur et al. 2015.
function M.ervd(x, w, better, o)
  local y = complete(x, w, "from_0")
  local d = over(direction(better) * apart(y, rows.given(o.reference, y, "reference")), sum(y, "unit"), rows.zeros)
  local v = where(d:gt(0), 1, -(o.lambda or 2.25)) * abs(d) ^ (o.alpha or 0.88)
  local near = sum(w * abs(computed(v, max(v, "unit"))), "indicator")
  local far = sum(w * abs(computed(v, min(v, "unit"))), "indicator")
  return over(far, near + far, alike)
end

--- Ideal and average distance: 1 / (1 + (S+ / S-)^2) + the distance from the average. S+ sums the distances from
-- the best figures, the second best and so on, for the better half, each divided by its place; S- sums those of the
-- worse half, with places counted from the worst.
-- Arguments: x, w, better as in mcda.lua.
-- Result: a number for each unit; second result: its simple version, S- / S+ of the outer quarters (of three units
--   or fewer: of the best and the worst).
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; if all units are equal, no results, with a warning.
-- Source: Wang, Rangaiah and Wang 2021.
function M.probid(x, w, better)
  local y = complete(x, w)
  local v = direction(better) * w * scale.vector(y)
  local n = count(max(v, "indicator"), "unit")
  local ideal = -sort(-v, "unit"):as { unit = "place" }
  local k = max(cumsum(where(present(ideal), 1), "place"), "indicator")
  local d = distance(v, ideal)
  local function weighed(which, places) return sum(where(which, d / places), "place") end
  local from_worst = n - k + 1
  local half, quarter = ceil(n / 2), greatest(floor(n / 4), 1)
  local ratio = over(weighed(k:le(half), k), weighed(k:ge(half), from_worst), alike)
  local simple = weighed(from_worst:le(quarter), from_worst) / weighed(k:le(quarter), k)
  return 1 / (1 + ratio ^ 2) + distance(v, mean(v, "unit")), simple
end

return M
