-- Distances from an ideal. What goes in and out is said in mcda.lua; higher results are better
-- unless noted.

local rows = require "methods.mcda.rows"
local scale = require "methods.mcda.scale"
local complete, direction, over = rows.complete, rows.direction, rows.over
local alike = "all units are alike, and nobody is nearer to the best"

local M = {}

-- Straight distance between two points whose axes are the indicators.
local function distance(a, b) return sqrt(sum((a - b) ^ 2, "indicator")) end

--- Nearness to the ideal unit, 0 to 1: D- / (D+ + D-), the distances from the worst and the best
-- weighted figures there are. o.scale makes the figures comparable: scale.vector where not given.
-- With weights from entropy it is 熵权TOPSIS. Source: Hwang and Yoon 1981; Opricovic and Tzeng
-- 2004 have scale.minmax in their example.
function M.topsis(x, w, better, o)
  local v = w * rows.scaled(x, w, better, o and o.scale or scale.vector)
  local to_ideal, to_worst = distance(v, max(v, "unit")), distance(v, min(v, "unit"))
  return over(to_worst, to_ideal + to_worst, alike)
end

--- Compromise ranking; the less the better. Returns Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*)
-- / (R- - R*), o.v = 0.5, and a table: S the weighted sum and R the greatest of the regrets w
-- (best - x) / (best - worst); advantage, the truth that the best Q leads the second by 1 / (n -
-- 1) or more; stable, that a unit of the best Q is best in S or R, too; and compromise, truths over
-- the units: the best alone if both hold, the best and the second if only the lead is wide enough,
-- else all that do not trail by 1 / (n - 1). Where S or R is the same for all, its term is 0.
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
  local behind = Q - min(Q, "unit")
  local n = count(Q, "unit")
  local wide = 1 / where(n:gt(1), n - 1)
  local best = place:eq(1)
  local second = where(count(where(best, 1), "unit"):gt(1), 0, min(where(~best, behind), "unit"))
  local t = { S = S, R = R }
  t.advantage = second:ge(wide)
  t.stable = any(best & (S:eq(min(S, "unit")) | R:eq(min(R, "unit"))), "unit")
  t.compromise = where(t.advantage, where(t.stable, best, place:le(2)), behind:lt(wide))
  return Q, t
end

--- Distance from the worst figures there are, straight (E) and, between units whose E differ by
-- less than o.threshold (0.02), not counted in steps (T): the sum over all others of E - E' + (T -
-- T' where |E - E'| reaches it). Source: Keshavarz Ghorabaee et al. 2016.
function M.codas(x, w, better, o)
  local v = w * rows.scaled(x, w, better, scale.linear)
  local worst = min(v, "unit")
  local E, T = distance(v, worst), sum(abs(v - worst), "indicator")
  local function ahead(y) return y - y:as { unit = "other" } end
  local far = where(abs(ahead(E)):ge(o and o.threshold or 0.02), 1, 0)
  return sum(ahead(E) + far * ahead(T), "other")
end

--- Distance from the ideal within fixed bounds, free of rank reversal; the less the better: sum(w
-- |x - s| / (high - low)). o.low and o.high over `indicator` bound what can be; the ideal s is the
-- better of them, or o.expected. o.trust in what is expected, 1 where not given, balances both.
-- Source: Dezert et al. 2020; Shekhovtsov, Dezert and Salabun 2025 for the balance.
function M.spotis(x, w, better, o)
  local y, low, high = rows.bounded(x, w, o)
  local function from(s) return sum(w * over(abs(y - s), high - low, rows.no_width), "indicator") end
  local function ideal() return from(where(rows.cost(better), low, high)) end
  if not o.expected then return ideal() end
  local expected, trust = from(rows.given(o.expected, y, "expected")), o.trust or 1
  -- Who trusts in nothing but what is expected need not say what is better: it may be a target.
  if trust == 1 then return expected end
  return trust * expected + (1 - trust) * ideal()
end

--- 灰色关联度, grey relational grade: the weighted mean of (dmin + r dmax) / (d + r dmax), d = |1
-- - y| being the distance from the best of each indicator, dmin and dmax the least and greatest d
-- of all; r = o.resolution, 0.5. y is o.scale(x, better), scale.minmax where not given. Source:
-- 邓聚龙 1982; Kuo, Yang and Huang 2008.
function M.grey(x, w, better, o)
  local d = abs(1 - rows.scaled(x, w, better, o and o.scale or scale.minmax))
  local wide = (o and o.resolution or 0.5) * max(d, { "unit", "indicator" })
  local least_of_all = min(d, { "unit", "indicator" })
  return mean(over(least_of_all + wide, d + wide, alike), "indicator", { weights = w })
end

--- Reference ideal: like topsis, but 1 is anything from o.target_low to o.target_high, falling in
-- straight lines to 0 at o.low and o.high. The index serves as o. Outside of low and high there is
-- no result. Source: Cables, Lamata and Verdegay 2016.
function M.rim(x, w, o)
  local y, low, high = rows.bounded(x, w, o)
  local from, to = rows.given(o.target_low, y, "target_low"), rows.given(o.target_high, y, "target_high")
  local function ramp(a, b)
    local width = coalesce(b - a, b - a) -- of plain numbers, an array
    return (y - a) / where(width:ne(0), width)
  end
  local inside = where(y:lt(from), ramp(low, from), where(y:gt(to), ramp(high, to), 1))
  local v = w * inside
  local near, far = distance(v, w), distance(v, 0)
  return far / (near + far)
end

--- Relative value distance: gains and losses against o.reference (over `indicator`), losses
-- weighing o.lambda (2.25) times, both with the exponent o.alpha (0.88); then as topsis, with
-- city-block distances. Source: Shyur et al. 2015.
function M.ervd(x, w, better, o)
  local y = complete(x, w, "from_0")
  local d = over(direction(better) * (y - rows.given(o.reference, y, "reference")), sum(y, "unit"), rows.zeros)
  local v = where(d:gt(0), 1, -(o.lambda or 2.25)) * abs(d) ^ (o.alpha or 0.88)
  local near = sum(w * abs(v - max(v, "unit")), "indicator")
  local far = sum(w * abs(v - min(v, "unit")), "indicator")
  return over(far, near + far, alike)
end

--- Ideal and average distance: the distances from the best figures, the second best and so on to
-- the worst, of which the first half counts 1/k as positive, the other, from the worst, 1/k as
-- negative: 1 / (1 + (S+ / S-)^2) + the distance from the average. Returns that, and its simple
-- form S- / S+ of the outer quarters (of three units or less: of the best and the worst). Source:
-- Wang, Rangaiah and Wang 2021.
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
