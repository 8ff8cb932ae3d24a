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

--- Utility between the ideal and the anti-ideal unit, whose figures are the best and the worst there are: with S = sum(w
-- y / best), or best / y where less is better, K- = S / S of the anti-ideal and K+ = S / S of the ideal, (K+ + K-) /
-- (1 + K- / K+ + K+ / K-); that is written here so that an S of the anti-ideal of 0 has an answer, too. Returns it and
-- a table: plus and minus, K+ and K-. Figures from 0 on, above 0 where less is better. Source: Stevic et al. 2020.
function M.marcos(x, w, better)
  local y, lower = complete(x, w, "inverse", better), cost(better)
  local lo, hi = min(y, "unit"), max(y, "unit")
  local best, worst = where(lower, lo, hi), where(lower, hi, lo)
  local function total(z)
    return sum(w * over(where(lower, best, z), where(lower, z, best), rows.zeros), "indicator")
  end
  local S, ideal, anti = total(y), total(best), total(worst)
  local t = { plus = S / ideal, minus = S / where(anti:gt(0), anti) }
  return S * (ideal + anti) / (ideal ^ 2 + ideal * anti + anti ^ 2), t
end

--- Combined compromise: (ka kb kc)^(1/3) + (ka + kb + kc) / 3 of three ways to weigh the sum S = sum(w y) and the
-- power P = sum(y^w): ka = (S + P) / sum of them, kb = S / min S + P / min P, kc = (lambda S + (1 - lambda) P) / (lambda
-- max S + (1 - lambda) max P), o.lambda = 0.5. y is o.scale(x, better), scale.minmax where not given. Returns it and a
-- table: S, P, ka, kb, kc. Where a unit is the worst in everything, kb has no meaning and nobody has a score. Source:
-- Yazdani et al. 2019.
function M.cocoso(x, w, better, o)
  local lambda = o and o.lambda or 0.5
  local y = rows.scaled(x, w, better, o and o.scale or scale.minmax)
  local t = { S = sum(w * y, "indicator"), P = sum(y ^ w, "indicator") }
  local S, P = t.S, t.P
  local least_S, least_P = min(S, "unit"), min(P, "unit")
  local last = least_S:le(0) | least_P:le(0)
  warn(last, "a unit is the worst in everything, which CoCoSo divides by, and nobody has a score")
  t.ka = (S + P) / sum(S + P, "unit")
  t.kb = S / where(~last, least_S) + P / where(~last, least_P)
  t.kc = (lambda * S + (1 - lambda) * P) / (lambda * max(S, "unit") + (1 - lambda) * max(P, "unit"))
  return (t.ka * t.kb * t.kc) ^ (1 / 3) + (t.ka + t.kb + t.kc) / 3, t
end

--- MULTIMOORA: three rankings and how they agree. y = x / sqrt(sum x^2) of each indicator. The result is dominance: the
-- number of others that a unit is ahead of in two of the three or in all. Second result, a table: ratio (sum of w y,
-- minus where less is better; moora), reference (the greatest w |best - y|, less is better), product (full multiplicative
-- form, the product of y^w, 1 / y^w where less is better), their ranks ratio_rank, reference_rank and product_rank,
-- and rank, that of the result. w are significance coefficients, 1 for each in the original. Figures from 0 on, above 0
-- where less is better. Source: Brauers and Zavadskas 2010; dominance in two of three: 2011.
function M.multimoora(x, w, better)
  local y, lower = complete(x, w, "inverse", better), cost(better)
  y = scale.vector(y)
  local plus, minus = benefit_and_cost(w * y, better)
  local best = where(lower, min(y, "unit"), max(y, "unit"))
  local t = { ratio = plus - minus, reference = max(abs(w * (best - y)), "indicator") }
  t.product = product(where(lower, 1, y) / where(lower, y, 1), w)
  local function ahead(z) return where(z:gt(z:as { unit = "other" }), 1, 0) end
  local agree = ahead(t.ratio) + ahead(-t.reference) + ahead(t.product)
  local behind = sum(where(agree:ge(2), 1, where(present(agree), 0)), "other")
  t.ratio_rank, t.product_rank, t.rank = rank(t.ratio, "unit"), rank(t.product, "unit"), rank(behind, "unit")
  t.reference_rank = rank(t.reference, "unit", { order = "ascending" })
  return behind, t
end

-- The k of 1 + k = product of 1 + k w (Keeney and Raiffa 1976, 6.3) by bisection; 0 where the w sum to 1, or there is
-- but one. It lies between -1 and 0 where they sum to more, above 0 where to less: there it is t / (1 - t).
local function interaction(w)
  local more = round(sum(w, "indicator") - 1, 9)
  local from, to = where(more:gt(0), -1, 0), where(more:gt(0), 0, 1)
  local function k(t) return where(more:gt(0), t, t / (1 - t)) end
  for _ = 1, 50 do
    local middle = (from + to) / 2
    -- The product is the smaller side between the k sought and 0.
    local smaller = sum(log(1 + k(middle) * w), "indicator"):le(log(1 + k(middle)))
    local beyond = where(more:gt(0), ~smaller, smaller)
    from, to = where(beyond, middle, from), where(beyond, to, middle)
  end
  return where(more:eq(0) | count(w, "indicator"):eq(1), 0, k((from + to) / 2))
end

--- Multi-attribute utility (多属性效用): u = y, or (1 - e^(-c y)) / (1 - e^-c) with o.curve = c other than 0 (above 0: the
-- first steps count most, aversion to risk), a number or an array over `indicator`; y runs from 0 for the worst to 1 for
-- the best, which are o.low and o.high over `indicator`, or the extremes there are. Returns sum(w u); with o.form =
-- "multiplicative" (product of 1 + k w u, less 1) / k, where w are scaling constants from 0 to 1 that need not sum to 1
-- and 1 + k = product of 1 + k w; and a table: utility (over unit and indicator), k. Source: Keeney and Raiffa 1976.
function M.maut(x, w, better, o)
  o = o or {}
  local y
  if o.low or o.high then
    local z, low, high = rows.bounded(x, w, o)
    y = over(where(cost(better), high - z, z - low), high - low, rows.no_width)
  else
    y = rows.scaled(x, w, better, scale.minmax)
  end
  local c = coalesce(o.curve or 0, 0)
  local bent = where(c:ne(0), c)
  local t = { utility = where(c:eq(0), y, (1 - exp(-bent * y)) / (1 - exp(-bent))) }
  local u = t.utility
  if o.form == "multiplicative" then
    local used = where(any(present(u), "unit"), w)
    refuse(used:lt(0) | used:gt(1), "maut: scaling constants lie between 0 and 1")
    t.k = interaction(used)
    local some = where(t.k:ne(0), t.k)
    return where(t.k:eq(0), sum(w * u, "indicator"), (product(1 + some * w * u, 1) - 1) / some), t
  elseif o.form and o.form ~= "additive" then
    error { 'the form of maut is "additive" or "multiplicative", not %s', o.form }
  end
  return sum(w * u, "indicator"), t
end

return M
