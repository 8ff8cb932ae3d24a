-- Aggregation: the scores of one level become those of the next.
--
-- Every method takes scores x that have the axis of a level of the index (`indicator`, `group` …), and
-- the index. It works from that level to the next: the axis of the level is replaced by that of its
-- parents, or dropped at the top. So twice in a row leads from indicators over areas to one figure.
-- Weights are those the index gives; they are renormalised over what is present (an element without a
-- value takes no part), unless { missing = "zero" } makes the missing count as zero. Nothing present
-- gives missing. What weighs 0 takes no part: neither its zeros nor its negative scores count.

local weigh = require "methods.weigh"

local M = {}

-- What the functions of the algebra need to know to go one level up.
local function upward(x, index, options)
  local level = index:level(x)
  return level.axis, {
    weights = level.weight, by = level.parent, axis = level.parent_axis,
    missing = optional(options, "missing"),
  }
end

-- The scores that take part: those that weigh something.
local function weighing(x, o) return where(o.weights:ne(0), x) end

local function grouped(o) return { by = o.by, axis = o.axis } end

--- Weighted arithmetic mean, sum(w x) / sum(w). A weakness is made good by a strength, at the rate the
-- weights set (综合指数法). Source: OECD/JRC Handbook 2008, step 6.
function M.weighted_mean(x, index, options)
  local axis, o = upward(x, index, options)
  return mean(x, axis, o)
end

-- A mean of the transformed values, for scores that may not be negative: 0 among them gives 0, which is
-- the limit of the formula; a negative one gives missing.
local function transformed(x, axis, o, there, back)
  x = weighing(x, o)
  local least_one = min(x, axis, grouped(o))
  local some = back(mean(there(where(x:gt(0), x)), axis, o))
  return where(least_one:gt(0), some, where(least_one:eq(0), 0))
end

--- Weighted geometric mean, exp(sum(w ln x) / sum(w)): a strength makes good only part of a weakness, and
-- a zero none of it. Scores are 0 or more. Source: OECD/JRC Handbook 2008, step 6; the HDI since 2010.
function M.geometric(x, index)
  local axis, o = upward(x, index)
  return transformed(x, axis, o, log, exp)
end

--- Weighted harmonic mean, sum(w) / sum(w / x): pulled down by the weakest more than the geometric one.
-- Scores are 0 or more. Source: OECD/JRC Handbook 2008, step 6 (recalled).
function M.harmonic(x, index)
  local axis, o = upward(x, index)
  local function inverse(y) return 1 / y end
  return transformed(x, axis, o, inverse, inverse)
end

--- Generalised mean, (sum(w x^p) / sum(w))^(1/p), for scores of 0 or more: p = 1 is the arithmetic, -1 the
-- harmonic mean, 2 rewards peaks; the less p, the more a weakness counts. p is a number or an array, not 0. A
-- zero makes zero where p is negative; a negative score gives missing. Source: Hardy, Littlewood and Pólya 1934
-- (recalled); COINr 1.1, a_genmean (which, other than this, gives missing as soon as anything is).
function M.power(x, index, p)
  local axis, o = upward(x, index)
  x = weighing(x, o)
  local positive = p
  if type(p) == "number" then positive = p > 0 else positive = p:gt(0) end
  local least_one = min(x, axis, grouped(o))
  local some = mean(where(x:eq(0), 0, where(x:gt(0), x) ^ p), axis, o)
  local whole = where(some:gt(0), some) ^ (1 / p)
  return where(least_one:gt(0), whole, where(least_one:eq(0), where(positive, coalesce(whole, 0), 0)))
end

--- Mazziotta-Pareto index: the mean, minus the penalty sd^2 / mean for being uneven; with o.penalty = "plus" it is
-- added, for indices of something bad. x: scores by normalise.standardised, or normalise.referenced for the
-- adjusted index (AMPI). sd by n, or by n - 1 with o.divisor = "n-1" (as R's sd has it; one figure has none). Source:
-- De Muro, Mazziotta and Pareto 2011; Mazziotta and Pareto 2016 (recalled). The original weighs all alike.
function M.mazziotta_pareto(x, index, options)
  local axis, o = upward(x, index)
  local m = mean(x, axis, o)
  local divisor = plain(optional(options, "divisor"), "n")
  if divisor ~= "n" and divisor ~= "n-1" then error { 'mazziotta_pareto: divisor is "n" or "n-1", not %s', divisor } end
  local variance = var(x, axis, { weights = o.weights, by = o.by, axis = o.axis, divisor = "n" })
  if divisor == "n-1" then
    local n = count(weighing(x, o), axis, grouped(o))
    variance = variance * n / where(n:gt(1), n - 1)
  end
  local penalty = variance / m
  if plain(optional(options, "penalty")) == "plus" then return m + penalty end
  return m - penalty
end

-- What the places up to the share t (0 to 1) of all weigh together, by a list of weights for the places.
local function weight_up_to(t, weights)
  local whole, part = 0, 0
  for k, w in ipairs(weights) do
    whole = whole + w
    part = part + w * clamp(#weights * t - (k - 1), 0, 1)
  end
  return part / whole
end

--- Ordered weighted average: weights by place, not by indicator. The best score of a unit gets (1/n)^alpha, the
-- i-th (i/n)^alpha - ((i-1)/n)^alpha: alpha = 1 is the mean, less rewards strengths, more demands that all be good.
-- n counts what is present. In place of alpha a list of numbers is weights of one's own, { 0.4, 0.3, 0.2, 0.1 }, the
-- first for the best score, as shares; groups have as many elements, or it is an error. Where a unit has fewer, what the
-- list says is stretched over them: two in place of four get 0.7 and 0.3. Source: Yager 1988; the weights Yager 1996,
-- quantifier r^alpha (recalled).
function M.owa(x, index, alpha)
  local axis, o = upward(x, index)
  local within = o.by and { within = o.by, axis = o.axis }
  local place = rank(x, axis, { ties = "first", within = o.by, axis = o.axis })
  local n = count(x, axis, within)
  if type(alpha) ~= "table" then
    return sum(((place / n) ^ alpha - ((place - 1) / n) ^ alpha) * x, axis, grouped(o))
  end
  local children = count(o.weights, axis, grouped(o))
  refuse(children:ne(#alpha), { "owa: there are %s weights, and elements to be averaged:", #alpha }, children)
  local share = weight_up_to(place / n, alpha) - weight_up_to((place - 1) / n, alpha)
  return sum(share * x, axis, grouped(o))
end

--- Wroclaw taxonomic method: nearness to an ideal unit that is best in everything, 1 - d / (mean d + 2 sd d), where d
-- is the distance from it; 1 is the ideal, a few lie below 0. x: z-scores. sd by n - 1. Source: Hellwig 1968;
-- Compind's ci_wroclaw gives d / (mean d + 2 sd d).
function M.wroclaw(x, index)
  local axis, o = upward(x, index)
  local d = sqrt(mean((x - max(x, "unit")) ^ 2, axis, o))
  return 1 - d / (mean(d, "unit") + 2 * std(d, "unit"))
end

--- Outranking: for every unit and every `other` the share of the weight in which the unit is better, half where
-- they are equal, over what both have. Source: Munda and Nardo 2009; COINr 1.1, outrankMatrix.
function M.outranking(x, index)
  local axis, o = upward(x, index)
  local y = x:as { unit = "other" }
  return mean(where(x:gt(y), 1, where(x:eq(y), 0.5, 0)), axis, o)
end

--- Copeland's score: how many others a unit outranks by more than half of the weight, less how many outrank it.
-- Shares that differ from a half by less than 1e-9 are a half, so that it does not matter how weights are
-- added up. Source: Copeland 1951; COINr 1.1, a_copeland.
function M.copeland(x, index)
  return sum(sign(round(M.outranking(x, index) - 0.5, 9)), "other")
end

--- The same scores with one element of the level left out after the other: they get a further axis, "without_" and the
-- level's name, under whose label A1 the scores of A1 are missing. Whatever is made of them is made without A1. The
-- weights of the others share its part within their group. Source: OECD/JRC Handbook 2008, step 7; COINr 1.1,
-- remove_elements.
function M.without_each(x, index)
  local axis = index:level(x).axis
  return where(labels(axis):ne(labels(axis):as { [axis] = "without_" .. axis }), x)
end

--- Obstacles (障碍度模型): what share of the way that a unit lacks to the best lies in each element, 100 F I / sum(F I),
-- in %. F is the effective weight, I = best - x the way that is left; best is 100 where not given, and a score above it
-- is no obstacle. What a unit has no score for takes no part; a unit that lacks nothing has no obstacles (missing). The
-- second result is the same by the level above, or nil below the total. Source: 障碍度 as in common use in Chinese studies of
-- land and cities.
function M.obstacles(x, index, best)
  local level = index:level(x)
  local way = weigh.effective(index, level.axis) * greatest((best or 100) - x, 0)
  local whole = sum(way, level.axis)
  local share = 100 * way / where(whole:gt(0), whole)
  return share, level.parent and sum(share, level.axis, { by = level.parent, axis = level.parent_axis }) or nil
end

--- Truth: at least this share of the children (by number) have a value. For where(combine.enough(x, index, 0.5),
-- combine.weighted_mean(x, index)). Source: COINr 1.1, Aggregate's dat_thresh.
function M.enough(x, index, share)
  local axis, o = upward(x, index)
  return (count(x, axis, grouped(o)) / count(o.weights, axis, grouped(o))):ge(share)
end

--- Share of the weight at x's level that has a value, 0 to 1, over the whole level (not by group).
function M.coverage(x, index)
  local level = index:level(x)
  return sum(where(present(x), level.weight, 0), level.axis) / sum(level.weight, level.axis)
end

return M
