-- Weighted sums and products. What goes in and out is said in mcda.lua; higher results are better
-- unless noted.

local rows = require "methods.mcda.rows"
local scale = require "methods.mcda.scale"
local complete, cost, over = rows.complete, rows.cost, rows.over

local M = {}

-- The weighted figures, summed over the indicators that should be large, and over those that
-- should be small.
local function benefit_and_cost(v, better)
  local lower = cost(better)
  return sum(where(lower, 0, 1) * v, "indicator"), sum(where(lower, 1, 0) * v, "indicator")
end

-- x on the scale that o names, linear where it names none.
local function scaled(x, w, better, o)
  return rows.scaled(x, w, better, o and o.scale or scale.linear)
end

-- The product of y^w; a y of 0 makes it 0, and of a y below 0 there is none.
local function product(y, w)
  warn(y:lt(0), "a product of powers has no meaning below 0, and the unit no score:", y)
  local whole = where(~any(y:lt(0), "indicator"), y)
  local logs = sum(w * log(where(whole:gt(0), whole)), "indicator")
  return where(any(whole:eq(0), "indicator"), 0, exp(logs))
end

--- Weighted sum, sum(w y), of y = o.scale(x, better), scale.linear where not given. Source:
-- Fishburn 1967; Hwang and Yoon 1981 (simple additive weighting). pymcdm's scale is scale.sum.
function M.wsm(x, w, better, o)
  return sum(w * scaled(x, w, better, o), "indicator")
end

--- Weighted product, product of y^w, 0 where a y is 0. Source: Bridgman 1922; Miller and Starr
-- 1969. Scale as wsm.
function M.wpm(x, w, better, o)
  return product(scaled(x, w, better, o), w)
end

--- Both: lambda wsm + (1 - lambda) wpm, o.lambda = 0.5. Source: Zavadskas et al. 2012.
function M.waspas(x, w, better, o)
  local lambda, y = o and o.lambda or 0.5, scaled(x, w, better, o)
  return lambda * sum(w * y, "indicator") + (1 - lambda) * product(y, w)
end

--- Share of what an ideal unit would have: sum(w y) / sum(w y0), y being shares in the sum over
-- all units and the ideal one, whose figures are o.ideal (over `indicator`), the best there are
-- where not given; figures that should be small count as 1 / x. Figures from 0 on, above 0 where
-- less is better. Source: Zavadskas and Turskis 2010.
function M.aras(x, w, better, o)
  local y, lower = complete(x, w, "inverse", better), cost(better)
  local ideal = where(lower, min(y, "unit"), max(y, "unit"))
  if o and o.ideal then
    ideal = rows.within(where(present(ideal), rows.given(o.ideal, y, "ideal")), "inverse", better)
    y = where(all(present(ideal) | ~any(present(y), "unit"), "indicator"), y)
  end
  local function reciprocal(z) return where(lower, 1, z) / where(lower, z, 1) end
  y, ideal = reciprocal(y), reciprocal(ideal)
  local all_of_it = sum(y, "unit") + ideal
  local part, best = over(y, all_of_it, rows.zeros), over(ideal, all_of_it, rows.zeros)
  return sum(w * part, "indicator") / sum(w * best, "indicator")
end

--- Degree of utility, 1 for the best: Q / max Q with Q = S+ + sum(S-) / (S- sum(1 / S-)), where S+
-- and S- are the weighted shares of a unit in the sums. Units whose S- is 0 share all of sum(S-)
-- evenly: what the formula tends to. Figures from 0 on. Source: Zavadskas, Kaklauskas et al. 2007.
function M.copras(x, w, better)
  local y = complete(x, w, "from_0")
  local plus, minus = benefit_and_cost(w * over(y, sum(y, "unit"), rows.zeros), better)
  local free = minus:eq(0)
  local inverse = where(any(free, "unit"), where(free, 1, 0), 1 / where(~free, minus))
  local part = inverse / sum(inverse, "unit")
  local q = plus + sum(minus, "unit") * part
  return q / max(q, "unit")
end

--- Ratio system: the weighted sum of x / sqrt(sum x^2) that should be large less that which should
-- be small. Source: Brauers and Zavadskas 2006.
function M.moora(x, w, better)
  local plus, minus = benefit_and_cost(w * scale.vector(complete(x, w)), better)
  return plus - minus
end

--- Operational competitiveness, 0 for the worst: distances from the worst unit, as multiples of
-- the least figure. Returns it and a table: input and output, the parts of the indicators that
-- should be small and large, each 0 for the worst. Figures above 0. Source: Parkan 1994; Madic,
-- Petkovic and Radovanovic 2015.
function M.ocra(x, w, better)
  local y = complete(x, w, "above_0")
  local behind = where(cost(better), max(y, "unit") - y, y - min(y, "unit"))
  local output, input = benefit_and_cost(w * behind / min(y, "unit"), better)
  local function above_least(q) return q - min(q, "unit") end
  return above_least(output + input), { input = above_least(input), output = above_least(output) }
end

--- Gap between what every unit may expect, w / n, and what it has; the less the better.
-- Source: Pamucar, Vasin and Lukovac 2014; Gigovic et al. 2016.
function M.mairca(x, w, better)
  local y = complete(x, w)
  local expected = w / where(any(present(y), "unit"), count(y, "unit"))
  return sum(expected * (1 - scale.minmax(y, better)), "indicator")
end

--- Distance from the border, the geometric mean of all units: sum(v - g), v = w (1 + minmax);
-- above 0 is good. Source: Pamucar and Cirovic 2015.
function M.mabac(x, w, better)
  local v = w * (1 + scale.minmax(complete(x, w), better))
  return sum(v - exp(mean(log(v), "unit")), "indicator")
end

--- Distance from the average, 0 to 1: the mean of the weighted lead and of 1 - the weighted lag,
-- each as a share of the greatest. Averages above 0; an indicator without one leaves nobody a
-- score. Source: Keshavarz Ghorabaee et al. 2015.
function M.edas(x, w, better)
  local y = complete(x, w)
  local average, alike = mean(y, "unit"), min(y, "unit"):eq(max(y, "unit"))
  local bad = average:le(0) & ~alike
  warn(bad, "the average is not above 0, and nobody has a score:", average)
  y = where(~any(bad, "indicator"), y)
  local share = (y - average) / where(average:gt(0), average)
  local ahead = where(alike, 0, rows.direction(better) * share)
  local function of_most(z)
    local total = sum(w * greatest(z, 0), "indicator")
    return over(total, max(total, "unit"), "all units are alike, and nobody has a score")
  end
  return (of_most(ahead) + 1 - of_most(-ahead)) / 2
end

--- Root assessment: (2 + S+)^(1 / (2 + S-)), of the weighted shares in the sums. Figures from 0 on.
-- Source: Sotoudeh-Anvari 2023.
function M.ram(x, w, better)
  local y = complete(x, w, "from_0")
  local plus, minus = benefit_and_cost(w * over(y, sum(y, "unit"), rows.zeros), better)
  return (2 + plus) ^ (1 / (2 + minus))
end

--- Functional mapping, free of rank reversal: s runs from o.from (1) at o.low to o.to (6) at
-- o.high; s / (2 A), or H / (2 s) where less is better, weighted, A and H being the arithmetic and
-- the harmonic mean of the two. low and high over `indicator`, low < high, bound what can be.
-- Source: Zizovic et al. 2020.
function M.rafsi(x, w, better, o)
  local y, low, high = rows.bounded(x, w, o)
  local from, to, lower = o.from or 1, o.to or 6, cost(better)
  local s = from + (to - from) * over(y - low, high - low, rows.no_width)
  return sum(w * where(lower, from * to / (from + to), s) / where(lower, s, from + to), "indicator")
end

--- Logarithms of additive weights: y = (x + max) / max, or (x + min) / x; p = ln y / ln of their
-- product; the sum of 2 p^w / ((2 - p)^w + p^w). Figures from 0 on, above 0 where less is better.
-- Source: Pamucar, Zizovic et al. 2021.
function M.lmaw(x, w, better)
  local y, lower = complete(x, w, "inverse", better), cost(better)
  local share = over(where(lower, min(y, "unit"), y), where(lower, y, max(y, "unit")), rows.zeros)
  local l = log(1 + share)
  local p = l / sum(l, "unit")
  return sum(2 * p ^ w / ((2 - p) ^ w + p ^ w), "indicator")
end

--- Two scales at once: v = w (beta y1 + (1 - beta) y2) / 2 of min-max and vector scale, none
-- reversed; then L^lambda + A^(1 - lambda) of the sums of v that should be small, L, and large, A.
-- o.beta, o.lambda are 0.5. Figures from 0 on. Source: Boskovic et al. 2023.
function M.aroman(x, w, better, o)
  local y = complete(x, w, "from_0")
  local beta, lambda = o and o.beta or 0.5, o and o.lambda or 0.5
  local high, low = benefit_and_cost(w * (beta * scale.minmax(y) + (1 - beta) * scale.vector(y)) / 2, better)
  return low ^ lambda + high ^ (1 - lambda)
end

--- Limits on properties, the less the better: sum of w limit / x where x should reach it, w x /
-- limit where x should stay below, w |x / limit - 1| where better is "target". Figures from 0 on,
-- above 0 where x should reach its limit. limit over `indicator`. Source: Farag 2020.
function M.lopm(x, w, better, o)
  local kind = coalesce(better or "higher", "higher")
  local reach = kind:eq "higher"
  -- What should reach its limit is divided by, as by other methods what should be small.
  local y = complete(x, w, "inverse", where(reach, "lower", "higher"))
  local limit = rows.given(o.limit, y, "limit")
  local share = over(where(reach, limit, y), where(reach, y, limit), "the limit is 0, and the indicator is left out")
  return sum(w * where(kind:eq "target", abs(share - 1), share), "indicator")
end

return M
