-- Distances from an ideal. What goes in and out is said in mcda.lua; higher results are better
-- unless noted.

local scale = require "methods.mcda.scale"
local complete, direction = scale.complete, scale.direction

local M = {}

-- Straight distance between two points whose axes are the indicators.
local function distance(a, b) return sqrt(sum((a - b) ^ 2, "indicator")) end

--- Nearness to the ideal unit, 0 to 1: D- / (D+ + D-), the distances from the worst and the best
-- weighted figures there are. o.scale makes the figures comparable: scale.vector where not given.
-- With weights from entropy it is 熵权TOPSIS. Source: Hwang and Yoon 1981; Opricovic and Tzeng
-- 2004 have scale.minmax in their example.
function M.topsis(x, w, better, o)
  local v = w * (o and o.scale or scale.vector)(complete(x, w), better)
  local near, far = distance(v, max(v, "unit")), distance(v, min(v, "unit"))
  return far / (near + far)
end

--- Compromise ranking; the less the better. Returns Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*)
-- / (R- - R*), o.v = 0.5, and a table: S the weighted sum and R the greatest of the regrets w
-- (best - x) / (best - worst); advantage, the truth that the best Q leads the second by 1 / (n -
-- 1) or more; stable, that the best is best in S or R, too; and compromise, truths over the units:
-- the best alone if both hold, the first two if only the lead is wide enough, else all that do not
-- trail by 1 / (n - 1). Source: Opricovic and Tzeng 2004.
function M.vikor(x, w, better, o)
  local v = o and o.v or 0.5
  local regret = w * (1 - scale.minmax(complete(x, w), better))
  local S, R = sum(regret, "indicator"), max(regret, "indicator")
  local function from_best(y) return (y - min(y, "unit")) / (max(y, "unit") - min(y, "unit")) end
  local Q = v * from_best(S) + (1 - v) * from_best(R)

  local place = rank(Q, "unit", { order = "ascending", ties = "first" })
  local behind = Q - min(Q, "unit")
  local wide = 1 / (count(Q, "unit") - 1)
  local best = S:eq(min(S, "unit")) | R:eq(min(R, "unit"))
  local t = { S = S, R = R }
  t.advantage = min(where(place:eq(2), behind), "unit"):ge(wide)
  t.stable = any(place:eq(1) & best, "unit")
  t.compromise = where(t.advantage, where(t.stable, place:eq(1), place:le(2)), behind:lt(wide))
  return Q, t
end

--- Distance from the worst figures there are, straight (E) and, between units whose E differ by
-- less than o.threshold (0.02), not counted in steps (T): the sum over all others of E - E' + (T -
-- T' where |E - E'| reaches it). Source: Keshavarz Ghorabaee et al. 2016.
function M.codas(x, w, better, o)
  local v = w * scale.linear(complete(x, w), better)
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
  local y = complete(x, w)
  local function from(s) return sum(w * abs(y - s) / (o.high - o.low), "indicator") end
  local ideal = from(where(scale.cost(better), o.low, o.high))
  if not o.expected then return ideal end
  local trust = o.trust or 1
  return trust * from(o.expected) + (1 - trust) * ideal
end

--- 灰色关联度, grey relational grade: the weighted mean of (dmin + r dmax) / (d + r dmax), d = |1
-- - y| being the distance from the best of each indicator, dmin and dmax the least and greatest d
-- of all; r = o.resolution, 0.5. y is o.scale(x, better), scale.minmax where not given. Source:
-- 邓聚龙 1982; Kuo, Yang and Huang 2008.
function M.grey(x, w, better, o)
  local d = abs(1 - (o and o.scale or scale.minmax)(complete(x, w), better))
  local wide = (o and o.resolution or 0.5) * max(d, { "unit", "indicator" })
  return mean((min(d, { "unit", "indicator" }) + wide) / (d + wide), "indicator", { weights = w })
end

--- Reference ideal: like topsis, but 1 is anything from o.target_low to o.target_high, falling in
-- straight lines to 0 at o.low and o.high. The index serves as o. Outside of low and high there is
-- no meaning. Source: Cables, Lamata and Verdegay 2016.
function M.rim(x, w, o)
  local y = complete(x, w)
  local function ramp(a, b) return (y - a) / where(a:ne(b), b - a) end
  local inside = where(y:lt(o.target_low), ramp(o.low, o.target_low),
                 where(y:gt(o.target_high), ramp(o.high, o.target_high), 1))
  local v = w * inside
  local near, far = distance(v, w), distance(v, 0)
  return far / (near + far)
end

--- Relative value distance: gains and losses against o.reference (over `indicator`), losses
-- weighing o.lambda (2.25) times, both with the exponent o.alpha (0.88); then as topsis, with
-- city-block distances. Source: Shyur et al. 2015.
function M.ervd(x, w, better, o)
  local y = complete(x, w)
  local d = direction(better) * (y - o.reference) / sum(y, "unit")
  local v = where(d:gt(0), 1, -(o.lambda or 2.25)) * abs(d) ^ (o.alpha or 0.88)
  local near = sum(w * abs(v - max(v, "unit")), "indicator")
  local far = sum(w * abs(v - min(v, "unit")), "indicator")
  return far / (near + far)
end

--- Ideal and average distance: the distances from the best figures, the second best and so on to
-- the worst, of which the first half counts 1/k as positive, the other, from the worst, 1/k as
-- negative: 1 / (1 + (S+ / S-)^2) + the distance from the average. Returns that, and its simple
-- form S- / S+ of the outer quarters (of three units or less: of the best and the worst). Source:
-- Wang, Rangaiah and Wang 2021.
function M.probid(x, w, better)
  local y = complete(x, w)
  local v = direction(better) * w * y / sqrt(sum(y ^ 2, "unit"))
  local n = count(max(v, "indicator"), "unit")
  local ideal = -sort(-v, "unit"):as { unit = "place" }
  local k = max(cumsum(where(present(ideal), 1), "place"), "indicator")
  local d = distance(v, ideal)
  local function weighed(which, places) return sum(where(which, d / places), "place") end
  local from_worst = n - k + 1
  local half, quarter = ceil(n / 2), greatest(floor(n / 4), 1)
  local ratio = weighed(k:le(half), k) / weighed(k:ge(half), from_worst)
  local simple = weighed(from_worst:le(quarter), from_worst) / weighed(k:le(quarter), k)
  return 1 / (1 + ratio ^ 2) + distance(v, mean(v, "unit")), simple
end

return M
