-- Aggregation: the scores of one level become those of the next.
--
-- Scores x have the axis of a level of the index (`indicator`, `group` …). A method goes up one level: the axis of
-- the level is replaced by that of its parents, and dropped at the top. Two calls lead from indicators over areas
-- to a total. Weights are those of the index. Elements without a value are left out, and the weights of the others
-- are renormalised, unless { missing = "zero" } counts them as zero. Elements with weight 0 are left out, too;
-- their zeros and negative scores do not count.

local apart, weigh = require "methods.apart", require "methods.weigh"

local M = {}

-- The axis of the level, and the options of a reduction that goes one level up.
local function upward(x, index, options)
  local level = index:level(x)
  return level.axis, {
    weights = level.weight, by = level.parent, axis = level.parent_axis,
    missing = optional(options, "missing"),
  }
end

-- The scores whose weight is not 0.
local function weighing(x, o) return where(o.weights:ne(0), x) end

local function grouped(o) return { by = o.by, axis = o.axis } end

--- Weighted arithmetic mean, sum(w x) / sum(w) (综合指数法). A strength compensates a weakness, at the rate set by the
-- weights.
-- Arguments: x over a level. index. options: missing = "zero".
-- Result: scores in the units of x, one level up.
-- Missing: left out, or counted as zero; none present: missing.
-- Errors: if all weights are 0, missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 6.
function M.weighted_mean(x, index, options)
  local axis, o = upward(x, index, options)
  return mean(x, axis, o)
end

-- A mean of transformed values, for scores that may not be negative: a 0 gives 0, which is the limit
-- of the formula; a negative score gives missing.
local function transformed(x, axis, o, there, back)
  local least_one = min(weighing(x, o), axis, grouped(o))
  local some = back(mean(there(where(x:gt(0), x)), axis, o))
  return where(least_one:gt(0), some, where(least_one:eq(0), 0))
end

--- Weighted geometric mean, exp(sum(w ln x) / sum(w)). A strength compensates a weakness only in part, and a zero
-- not at all.
-- Arguments: x over a level, 0 or more. index.
-- Result: scores in the units of x, one level up; 0 if a score is 0.
-- Missing: left out; none present: missing. A negative score gives missing.
-- Errors: if all weights are 0, missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 6; the HDI since 2010.
function M.geometric(x, index)
  local axis, o = upward(x, index)
  return transformed(x, axis, o, log, exp)
end

--- Weighted harmonic mean, sum(w) / sum(w / x). The weakest score counts more than in the geometric mean.
-- Arguments: x over a level, 0 or more. index.
-- Result: as for geometric.
-- Missing: as for geometric.
-- Errors: as for geometric.
-- Source: OECD/JRC Handbook 2008, step 6 (recalled).
function M.harmonic(x, index)
  local axis, o = upward(x, index)
  local function inverse(y) return 1 / y end
  return transformed(x, axis, o, inverse, inverse)
end

--- Generalised mean, (sum(w x^p) / sum(w))^(1/p): p = 1 is the arithmetic mean, -1 the harmonic mean, 2 rewards
-- peaks. The smaller p is, the more a weakness counts.
-- Arguments: x over a level, 0 or more. index. p: a number or an array, not 0.
-- Result: scores in the units of x, one level up; 0 if p is negative and a score is 0.
-- Missing: left out; none present: missing. A negative score gives missing.
-- Errors: if all weights are 0, missing, with a warning.
-- Source: Hardy, Littlewood and Pólya 1934 (recalled); COINr 1.1, a_genmean (which, unlike this, is missing if any
--   score is).
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

--- Mazziotta-Pareto index: the mean minus a penalty for unevenness, sd^2 / mean. With o.penalty = "plus" the
-- penalty is added, for indices in which more is worse.
-- Arguments: x over a level: scores by normalise.standardised, or by normalise.referenced for the adjusted index
--   (AMPI). index. options: penalty, divisor ("n", default, or "n-1", as R's sd has it). The original weighs all
--   alike.
-- Result: points, one level up.
-- Missing: left out; with divisor = "n-1" one score alone gives missing.
-- Errors: another divisor is an error; a mean of 0 gives missing, with a warning.
-- Source: De Muro, Mazziotta and Pareto 2011; Mazziotta and Pareto 2016 (recalled).
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

-- The total weight of the places up to the share t (0 to 1) of all, from a list of weights for the places.
local function weight_up_to(t, weights)
  local whole, part = 0, 0
  for k, w in ipairs(weights) do
    whole = whole + w
    part = part + w * clamp(#weights * t - (k - 1), 0, 1)
  end
  return part / whole
end

--- Ordered weighted average: weights by place, not by indicator. The i-th best score has the weight (i/n)^alpha -
-- ((i-1)/n)^alpha. alpha = 1 is the mean; a smaller one rewards strengths, a larger one requires that all be good.
-- Arguments: x over a level. index. alpha: a number, or a list of weights such as { 0.4, 0.3, 0.2, 0.1 }, the first
--   for the best score, used as shares. If a unit has fewer scores, the list is stretched over them: two in place
--   of four get 0.7 and 0.3.
-- Result: scores in the units of x, one level up.
-- Missing: left out; n is the number present; none present: missing.
-- Errors: a list with another number of weights than a group has elements is an error.
-- Source: Yager 1988; the weights Yager 1996, quantifier r^alpha (recalled).
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

--- Wroclaw taxonomic method: nearness to an ideal unit that is best in everything, 1 - d / (mean d + 2 sd d), where
-- d is the distance from it and sd is by n - 1.
-- Arguments: x over `unit` and a level: z-scores. index.
-- Result: 1 for the ideal, in rare cases below 0; one level up.
-- Missing: left out.
-- Errors: if all units are equal, missing, with a warning.
-- Source: Hellwig 1968; Compind's ci_wroclaw gives d / (mean d + 2 sd d).
function M.wroclaw(x, index)
  local axis, o = upward(x, index)
  local d = sqrt(mean(apart.computed(x, max(x, "unit")) ^ 2, axis, o))
  return 1 - d / (mean(d, "unit") + 2 * std(d, "unit"))
end

--- Outranking: for every unit and every `other`, the share of the weight in which the unit is better; equal scores
-- count half.
-- Arguments: x over `unit` and a level. index.
-- Result: 0 to 1, over `unit` and `other`, one level up.
-- Missing: only elements that both units have are compared; none: missing.
-- Errors: none.
-- Source: Munda and Nardo 2009; COINr 1.1, outrankMatrix.
function M.outranking(x, index)
  local axis, o = upward(x, index)
  local y = x:as { unit = "other" }
  return mean(where(x:gt(y), 1, where(x:eq(y), 0.5, 0)), axis, o)
end

--- Copeland's score: the number of others that a unit outranks by more than half of the weight, minus the number
-- that outrank it. Shares within 1e-9 of a half count as a half, so that the order of summation does not matter.
-- Arguments: as for outranking.
-- Result: a number, over `unit`, one level up.
-- Missing: as for outranking.
-- Errors: none.
-- Source: Copeland 1951; COINr 1.1, a_copeland.
function M.copeland(x, index)
  return sum(sign(round(M.outranking(x, index) - 0.5, 9)), "other")
end

--- The same scores with each element of the level left out in turn. Results computed from them are computed without
-- that element; the weights of the others share its part within their group.
-- Arguments: x over a level. index.
-- Result: x with a further axis, "without_" and the name of the level; at its label A1 the scores of A1 are
--   missing.
-- Missing: stays missing.
-- Errors: none.
-- Source: OECD/JRC Handbook 2008, step 7; COINr 1.1, remove_elements.
function M.without_each(x, index)
  local axis = index:level(x).axis
  return where(labels(axis):ne(labels(axis):as { [axis] = "without_" .. axis }), x)
end

--- Obstacles (障碍度模型): the share of each element in the distance of a unit from the best, 100 F I / sum(F I). F is
-- the effective weight, I = best - x.
-- Arguments: x over `unit` and a level. index. best: the full score (100); a score above it is not an obstacle.
-- Result: percent, axes of x; second result: the same by the level above, or nil below the total.
-- Missing: elements without a score are left out; a unit that has the best score everywhere has no obstacles
--   (missing).
-- Errors: if all weights are 0, missing, with a warning.
-- Source: 障碍度 as in common use in Chinese studies of land and cities.
function M.obstacles(x, index, best)
  local level = index:level(x)
  local way = weigh.effective(index, level.axis) * greatest(apart.between(best or 100, x), 0)
  local whole = sum(way, level.axis)
  local share = 100 * way / where(whole:gt(0), whole)
  return share, level.parent and sum(share, level.axis, { by = level.parent, axis = level.parent_axis }) or nil
end

--- Truth: at least this share of the children (by number) have a value. Use: where(combine.enough(x, index, 0.5),
-- combine.weighted_mean(x, index)).
-- Arguments: x over a level. index. share: 0 to 1.
-- Result: truth, one level up.
-- Missing: counted; the result is never missing.
-- Errors: none.
-- Source: COINr 1.1, Aggregate's dat_thresh.
function M.enough(x, index, share)
  local axis, o = upward(x, index)
  return (count(x, axis, grouped(o)) / count(o.weights, axis, grouped(o))):ge(share)
end

--- Share of the weight of x's level that has a value, over the whole level (not by group).
-- Arguments: x over a level. index.
-- Result: 0 to 1, without the axis of the level.
-- Missing: counted.
-- Errors: if all weights are 0, missing, with a warning.
-- Source: definition.
function M.coverage(x, index)
  local level = index:level(x)
  return sum(where(present(x), level.weight, 0), level.axis) / sum(level.weight, level.axis)
end

return M
