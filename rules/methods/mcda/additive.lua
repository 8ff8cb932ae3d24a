-- Weighted sums and products. Arguments, missing values and errors are described in mcda.lua. A higher result is
-- better unless stated otherwise.

local apart = require "methods.apart".between
local rows = require "methods.mcda.rows"
local scale = require "methods.mcda.scale"
local complete, cost, over = rows.complete, rows.cost, rows.over

local M = {}

-- The weighted figures, summed over the indicators for which more is better, and over those for
-- which less is better.
local function benefit_and_cost(v, better)
  local lower = cost(better)
  return sum(where(lower, 0, 1) * v, "indicator"), sum(where(lower, 1, 0) * v, "indicator")
end

-- x on the scale o.scale, default linear.
local function scaled(x, w, better, o)
  return rows.scaled(x, w, better, o and o.scale or scale.linear)
end

-- The product of y^w; 0 if a y is 0, missing if a y is below 0.
local function product(y, w)
  warn(y:lt(0), "a product of powers has no meaning below 0, and the unit no score:", y)
  local whole = where(~any(y:lt(0), "indicator"), y)
  local logs = sum(w * log(where(whole:gt(0), whole)), "indicator")
  return where(any(whole:eq(0), "indicator"), 0, exp(logs))
end

--- Weighted sum (simple additive weighting), sum(w y).
-- Arguments: x, w, better as in mcda.lua. o: scale, for y (scale.linear); pymcdm uses scale.sum.
-- Result: a number for each unit; 0 to 1 if the weights sum to 1.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua and of the scale.
-- Source: Fishburn 1967; Hwang and Yoon 1981.
function M.wsm(x, w, better, o)
  return sum(w * scaled(x, w, better, o), "indicator")
end

--- Weighted product of y^w, 0 if a y is 0.
-- Arguments: x, w, better as in mcda.lua. o: scale, for y (scale.linear).
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua and of the scale.
-- Source: Bridgman 1922; Miller and Starr 1969.
function M.wpm(x, w, better, o)
  return product(scaled(x, w, better, o), w)
end

--- Weighted sum and product combined: lambda wsm + (1 - lambda) wpm.
-- Arguments: x, w, better as in mcda.lua. o: lambda (0.5), scale (scale.linear).
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua and of the scale.
-- Source: Zavadskas et al. 2012.
function M.waspas(x, w, better, o)
  local lambda, y = o and o.lambda or 0.5, scaled(x, w, better, o)
  return lambda * sum(w * y, "indicator") + (1 - lambda) * product(y, w)
end

--- Share of an ideal unit: sum(w y) / sum(w y0). y are shares in the sum over all units and the ideal one; figures
-- for which less is better enter as 1 / x.
-- Arguments: x, w, better as in mcda.lua; x 0 or more, above 0 if less is better. o: ideal, figures over
--   `indicator` (the best of the units).
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Zavadskas and Turskis 2010.
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

--- Degree of utility: Q / max Q with Q = S+ + sum(S-) / (S- sum(1 / S-)), where S+ and S- are a unit's weighted
-- shares of the column sums. Units with S- = 0 share sum(S-) equally, which is the limit of the formula.
-- Arguments: x, w, better as in mcda.lua; x 0 or more.
-- Result: at most 1, 1 for the best unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Zavadskas, Kaklauskas et al. 2007.
function M.copras(x, w, better)
  local y = complete(x, w, "from_0")
  local plus, minus = benefit_and_cost(w * over(y, sum(y, "unit"), rows.zeros), better)
  local free = minus:eq(0)
  local inverse = where(any(free, "unit"), where(free, 1, 0), 1 / where(~free, minus))
  local part = inverse / sum(inverse, "unit")
  local q = plus + sum(minus, "unit") * part
  return q / max(q, "unit")
end

--- Ratio system: the weighted sum of x / sqrt(sum x^2) over the indicators for which more is better, minus that
-- over the others.
-- Arguments: x, w, better as in mcda.lua.
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Brauers and Zavadskas 2006.
function M.moora(x, w, better)
  local plus, minus = benefit_and_cost(w * scale.vector(complete(x, w)), better)
  return plus - minus
end

--- Operational competitiveness: distances from the worst unit, as multiples of the smallest figure.
-- Arguments: x, w, better as in mcda.lua; x above 0.
-- Result: a number for each unit, 0 for the worst; second result: a table: input and output, the parts of the
--   indicators for which less and more is better, each 0 for the worst.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Parkan 1994; Madic, Petkovic and Radovanovic 2015.
function M.ocra(x, w, better)
  local y = complete(x, w, "above_0")
  local behind = where(cost(better), max(y, "unit") - y, y - min(y, "unit"))
  local output, input = benefit_and_cost(w * behind / min(y, "unit"), better)
  local function above_least(q) return q - min(q, "unit") end
  return above_least(output + input), { input = above_least(input), output = above_least(output) }
end

--- Gap between the weight that every unit can expect, w / n, and what it reaches. Less is better.
-- Arguments: x, w, better as in mcda.lua.
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Pamucar, Vasin and Lukovac 2014; Gigovic et al. 2016.
function M.mairca(x, w, better)
  local y = complete(x, w)
  local expected = w / where(any(present(y), "unit"), count(y, "unit"))
  return sum(expected * (1 - scale.minmax(y, better)), "indicator")
end

--- Distance from the border, which is the geometric mean g of all units: sum(v - g), v = w (1 + minmax).
-- Arguments: x, w, better as in mcda.lua.
-- Result: a number for each unit; above 0 is good.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Pamucar and Cirovic 2015.
function M.mabac(x, w, better)
  local v = w * (1 + scale.minmax(complete(x, w), better))
  return sum(v - exp(mean(log(v), "unit")), "indicator")
end

--- Distance from the average: the mean of the weighted lead and of 1 - the weighted lag, each divided by its
-- maximum.
-- Arguments: x, w, better as in mcda.lua; averages above 0.
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; if an average is not above 0, no unit has a result, with a warning.
-- Source: Keshavarz Ghorabaee et al. 2015.
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

--- Root assessment: (2 + S+)^(1 / (2 + S-)), from the weighted shares of the column sums.
-- Arguments: x, w, better as in mcda.lua; x 0 or more.
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Sotoudeh-Anvari 2023.
function M.ram(x, w, better)
  local y = complete(x, w, "from_0")
  local plus, minus = benefit_and_cost(w * over(y, sum(y, "unit"), rows.zeros), better)
  return (2 + plus) ^ (1 / (2 + minus))
end

--- Functional mapping without rank reversal: s runs from o.from at o.low to o.to at o.high. The result is the
-- weighted sum of s / (2 A), or of H / (2 s) if less is better, where A and H are the arithmetic and the harmonic
-- mean of the two ends.
-- Arguments: x, w, better as in mcda.lua. o: low, high: bounds over `indicator`, low < high; from (1), to (6).
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; a unit outside the bounds has no result, with a warning.
-- Source: Zizovic et al. 2020.
function M.rafsi(x, w, better, o)
  local y, low, high = rows.bounded(x, w, o)
  local from, to, lower = o.from or 1, o.to or 6, cost(better)
  local s = from + (to - from) * over(y - low, apart(high, low), rows.no_width)
  return sum(w * where(lower, from * to / (from + to), s) / where(lower, s, from + to), "indicator")
end

--- Logarithms of additive weights: y = (x + max) / max, or (x + min) / x if less is better; p = ln y / ln of their
-- product; the result is the sum of 2 p^w / ((2 - p)^w + p^w).
-- Arguments: x, w, better as in mcda.lua; x 0 or more, above 0 if less is better.
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Pamucar, Zizovic et al. 2021.
function M.lmaw(x, w, better)
  local y, lower = complete(x, w, "inverse", better), cost(better)
  local share = over(where(lower, min(y, "unit"), y), where(lower, y, max(y, "unit")), rows.zeros)
  local l = log(1 + share)
  local p = l / sum(l, "unit")
  return sum(2 * p ^ w / ((2 - p) ^ w + p ^ w), "indicator")
end

--- Two scales at once: v = w (beta y1 + (1 - beta) y2) / 2 of the min-max and the vector scale, neither reversed;
-- then L^lambda + A^(1 - lambda), where L is the sum of v over the indicators for which less is better and A that
-- over the others.
-- Arguments: x, w, better as in mcda.lua; x 0 or more. o: beta (0.5), lambda (0.5).
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Boskovic et al. 2023.
function M.aroman(x, w, better, o)
  local y = complete(x, w, "from_0")
  local beta, lambda = o and o.beta or 0.5, o and o.lambda or 0.5
  local high, low = benefit_and_cost(w * (beta * scale.minmax(y) + (1 - beta) * scale.vector(y)) / 2, better)
  return low ^ lambda + high ^ (1 - lambda)
end

--- Limits on properties: the sum of w limit / x for more is better, w x / limit for less is better, w |x / limit -
-- 1| for a target. Less is better.
-- Arguments: x, w as in mcda.lua; x 0 or more, above 0 for more is better. better: may be "target". o: limit over
--   `indicator`.
-- Result: a number for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; without a limit there is an error, with a limit of 0 the indicator is left out, with a
--   warning.
-- Source: Farag 2020.
function M.lopm(x, w, better, o)
  local kind = coalesce(better or "higher", "higher")
  local reach = kind:eq "higher"
  -- What should reach its limit is divided by, as by other methods what should be small.
  local y = complete(x, w, "inverse", where(reach, "lower", "higher"))
  local limit = rows.given(o.limit, y, "limit")
  local share = over(where(reach, limit, y), where(reach, y, limit), "the limit is 0, and the indicator is left out")
  return sum(w * where(kind:eq "target", abs(share - 1), share), "indicator")
end

--- Utility between the ideal and the anti-ideal unit, which have the best and the worst figures of all units. With
-- S = sum(w y), y = x / best, or best / x if less is better, K- = S / S of the anti-ideal and K+ = S / S of the
-- ideal, the result is (K+ + K-) / (1 + K- / K+ + K+ / K-). It is written so that it has a value even if S of the
-- anti-ideal is 0.
-- Arguments: x, w, better as in mcda.lua; x 0 or more, above 0 if less is better.
-- Result: a number for each unit; second result: a table: plus and minus, K+ and K-.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Stevic et al. 2020.
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

--- Combined compromise: (ka kb kc)^(1/3) + (ka + kb + kc) / 3, three ways to combine the sum S = sum(w y) and the
-- power sum P = sum(y^w): ka = (S + P) / sum of S + P, kb = S / min S + P / min P, kc = (lambda S + (1 - lambda) P)
-- / (lambda max S + (1 - lambda) max P).
-- Arguments: x, w, better as in mcda.lua. o: lambda (0.5); scale, for y (scale.minmax).
-- Result: a number for each unit; second result: a table: S, P, ka, kb, kc.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; if a unit is worst in everything, kb has no value and no unit has a result, with a
--   warning.
-- Source: Yazdani et al. 2019.
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

--- MULTIMOORA: three rankings combined by dominance, with y = x / sqrt(sum x^2). The result is the number of other
-- units that a unit leads in at least two of the three.
-- Arguments: x, better as in mcda.lua; x 0 or more, above 0 if less is better. w: significance coefficients, 1 each
--   in the original.
-- Result: a number for each unit; second result: a table: ratio (moora), reference (max of w |best - y|; less is
--   better), product (full multiplicative form: product of y^w, or 1 / y^w if less is better), their ranks
--   ratio_rank, reference_rank and product_rank, and rank, that of the result.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Brauers and Zavadskas 2010; dominance in two of three: 2011.
function M.multimoora(x, w, better)
  local y, lower = complete(x, w, "inverse", better), cost(better)
  y = scale.vector(y)
  local plus, minus = benefit_and_cost(w * y, better)
  local best = where(lower, min(y, "unit"), max(y, "unit"))
  local t = { ratio = plus - minus, reference = max(abs(w * (best - y)), "indicator") }
  t.product = product(where(lower, 1, y) / where(lower, y, 1), w)
  -- Differences tie that agree to 1e-12.
  local ratio, reference = round(t.ratio, 12), round(t.reference, 12)
  local function ahead(z) return where(z:gt(z:as { unit = "other" }), 1, 0) end
  local agree = ahead(ratio) + ahead(-reference) + ahead(t.product)
  local behind = sum(where(agree:ge(2), 1, where(present(agree), 0)), "other")
  t.ratio_rank, t.product_rank, t.rank = rank(ratio, "unit"), rank(t.product, "unit"), rank(behind, "unit")
  t.reference_rank = rank(reference, "unit", { order = "ascending" })
  return behind, t
end

-- The k of 1 + k = product of 1 + k w (Keeney and Raiffa 1976, 6.3) by bisection; 0 if the w sum to 1, or there is
-- only one. It is between -1 and 0 if they sum to more, and above 0 if to less; there it is t / (1 - t).
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

--- Multi-attribute utility (多属性效用): u = y, or (1 - e^(-c y)) / (1 - e^-c) with o.curve = c other than 0 (above 0:
-- the first steps count most, risk aversion). y runs from 0 for the worst to 1 for the best.
-- Arguments: x, w, better as in mcda.lua; with the multiplicative form, w are scaling constants from 0 to 1 of any
--   sum. o: curve, a number or an array over `indicator`; low, high over `indicator`, the ends of y (the extremes
--   of the units); form: "additive" (default), sum(w u), or "multiplicative", (product of 1 + k w u, minus 1) / k
--   with 1 + k = product of 1 + k w.
-- Result: 0 to 1 for each unit; second result: a table: utility (over unit and indicator), k.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; another form, or a scaling constant outside 0 to 1, is an error.
-- Source: Keeney and Raiffa 1976.
function M.maut(x, w, better, o)
  o = o or {}
  local y
  if o.low or o.high then
    local z, low, high = rows.bounded(x, w, o)
    y = over(where(cost(better), apart(high, z), apart(z, low)), apart(high, low), rows.no_width)
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
