-- Weighted sums and products. What goes in and out is said in mcda.lua; higher results are better
-- unless noted.

local scale = require "methods.mcda.scale"
local complete, cost = scale.complete, scale.cost

local M = {}

-- The weighted figures, summed over the indicators that should be large, and over those that
-- should be small.
local function both(v, better)
  local lower = cost(better)
  return sum(where(lower, 0, 1) * v, "indicator"), sum(where(lower, 1, 0) * v, "indicator")
end

--- Weighted sum, sum(w y), of y = o.scale(x, better), scale.linear where not given. Source:
-- Fishburn 1967; Hwang and Yoon 1981 (simple additive weighting). pymcdm's scale is scale.sum.
function M.wsm(x, w, better, o)
  local y = (o and o.scale or scale.linear)(complete(x, w), better)
  return sum(w * y, "indicator")
end

--- Weighted product, product of y^w. Figures above 0. Source: Bridgman 1922; Miller and Starr
-- 1969. Scale as wsm.
function M.wpm(x, w, better, o)
  local y = (o and o.scale or scale.linear)(complete(x, w), better)
  return exp(sum(w * log(y), "indicator"))
end

--- Both: lambda wsm + (1 - lambda) wpm, o.lambda = 0.5. Source: Zavadskas et al. 2012.
function M.waspas(x, w, better, o)
  local lambda = o and o.lambda or 0.5
  return lambda * M.wsm(x, w, better, o) + (1 - lambda) * M.wpm(x, w, better, o)
end

--- Share of what an ideal unit would have: sum(w y) / sum(w y0), y being shares in the sum over
-- all units and the ideal one, whose figures are o.ideal (over `indicator`), the best there are
-- where not given; figures that should be small count as 1 / x. Source: Zavadskas and Turskis
-- 2010.
function M.aras(x, w, better, o)
  local y = complete(x, w)
  local lower = cost(better)
  local ideal = o and o.ideal or where(lower, min(y, "unit"), max(y, "unit"))
  y, ideal = where(lower, 1 / y, y), where(lower, 1 / ideal, ideal)
  local whole = sum(y, "unit") + ideal
  return sum(w * y / whole, "indicator") / sum(w * ideal / whole, "indicator")
end

--- Degree of utility, 1 for the best: Q / max Q with Q = S+ + sum(S-) / (S- sum(1 / S-)), where S+
-- and S- are the weighted shares of a unit in the sums. Source: Zavadskas, Kaklauskas et al. 2007.
function M.copras(x, w, better)
  local y = complete(x, w)
  local plus, minus = both(w * y / sum(y, "unit"), better)
  local some = where(minus:gt(0), minus)
  local q = plus + coalesce(sum(some, "unit") / (some * sum(1 / some, "unit")), 0)
  return q / max(q, "unit")
end

--- Ratio system: the weighted sum of x / sqrt(sum x^2) that should be large less that which should
-- be small. Source: Brauers and Zavadskas 2006.
function M.moora(x, w, better)
  local y = complete(x, w)
  local plus, minus = both(w * y / sqrt(sum(y ^ 2, "unit")), better)
  return plus - minus
end

--- Operational competitiveness, 0 for the worst: distances from the worst unit, as multiples of
-- the least figure. Figures above 0. Source: Parkan 1994; Madic, Petkovic and Radovanovic 2015.
function M.ocra(x, w, better)
  local y = complete(x, w)
  local behind = where(cost(better), max(y, "unit") - y, y - min(y, "unit"))
  local output, input = both(w * behind / min(y, "unit"), better)
  local q = output + input
  return q - min(q, "unit")
end

--- Gap between what every unit may expect, w / n, and what it has; the less the better.
-- Source: Pamucar, Vasin and Lukovac 2014; Gigovic et al. 2016.
function M.mairca(x, w, better)
  local y = complete(x, w)
  return sum(w / count(y, "unit") * (1 - scale.minmax(y, better)), "indicator")
end

--- Distance from the border, the geometric mean of all units: sum(v - g), v = w (1 + minmax);
-- above 0 is good. Source: Pamucar and Cirovic 2015.
function M.mabac(x, w, better)
  local v = w * (1 + scale.minmax(complete(x, w), better))
  return sum(v - exp(mean(log(v), "unit")), "indicator")
end

--- Distance from the average, 0 to 1: the mean of the weighted lead and of 1 - the weighted lag,
-- each as a share of the greatest. Averages above 0. Source: Keshavarz Ghorabaee et al. 2015.
function M.edas(x, w, better)
  local y = complete(x, w)
  local ahead = scale.direction(better) * (y - mean(y, "unit")) / mean(y, "unit")
  local lead = sum(w * greatest(ahead, 0), "indicator")
  local lag_behind = sum(w * greatest(-ahead, 0), "indicator")
  return (lead / max(lead, "unit") + 1 - lag_behind / max(lag_behind, "unit")) / 2
end

--- Root assessment: (2 + S+)^(1 / (2 + S-)), of the weighted shares in the sums. Source:
-- Sotoudeh-Anvari 2023.
function M.ram(x, w, better)
  local y = complete(x, w)
  local plus, minus = both(w * y / sum(y, "unit"), better)
  return (2 + plus) ^ (1 / (2 + minus))
end

--- Functional mapping, free of rank reversal: s runs from o.from (1) at o.low to o.to (6) at
-- o.high; s / (2 A), or H / (2 s) where less is better, weighted, A and H being the arithmetic and
-- the harmonic mean of the two. low and high over `indicator`, low < high. Source: Zizovic et al.
-- 2020.
function M.rafsi(x, w, better, o)
  local y = complete(x, w)
  local from, to = o.from or 1, o.to or 6
  local s = from + (to - from) * (y - o.low) / (o.high - o.low)
  return sum(w * where(cost(better), from * to / (from + to) / s, s / (from + to)), "indicator")
end

--- Logarithms of additive weights: y = (x + max) / max, or (x + min) / x; p = ln y / ln of their
-- product; the sum of 2 p^w / ((2 - p)^w + p^w). Source: Pamucar, Zizovic et al. 2021.
function M.lmaw(x, w, better)
  local y = complete(x, w)
  local l = log(1 + where(cost(better), min(y, "unit") / y, y / max(y, "unit")))
  local p = l / sum(l, "unit")
  return sum(2 * p ^ w / ((2 - p) ^ w + p ^ w), "indicator")
end

--- Two scales at once: v = w (beta y1 + (1 - beta) y2) / 2 of min-max and vector scale, none
-- turned; then L^lambda + A^(1 - lambda) of the sums of v that should be small, L, and large, A.
-- o.beta, o.lambda are 0.5. Source: Boskovic et al. 2023.
function M.aroman(x, w, better, o)
  local y = complete(x, w)
  local beta, lambda = o and o.beta or 0.5, o and o.lambda or 0.5
  local high, low = both(w * (beta * scale.minmax(y) + (1 - beta) * scale.vector(y)) / 2, better)
  return low ^ lambda + high ^ (1 - lambda)
end

--- Limits on properties, the less the better: sum of w limit / x where x should reach it, w x /
-- limit where x should stay below, w |x / limit - 1| where better is "target". limit over
-- `indicator`. Source: Farag 2020.
function M.lopm(x, w, better, o)
  local y = complete(x, w)
  local share = y / o.limit
  local kind = coalesce(better or "higher", "higher")
  local part = where(kind:eq("target"), abs(share - 1), where(kind:eq("lower"), share, 1 / share))
  return sum(w * part, "indicator")
end

return M
