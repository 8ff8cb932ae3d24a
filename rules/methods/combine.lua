-- Aggregation: the scores of one level become those of the next.
--
-- Every method takes scores x that have the axis of a level of the index (`indicator`, `group` …), and
-- the index. It works from that level to the next: the axis of the level is replaced by that of its
-- parents, or dropped at the top. So twice in a row leads from indicators over areas to one figure.
-- Weights are those the index gives; they are renormalised over what is present (an element without a
-- value takes no part), unless { missing = "zero" } makes the missing count as zero. Nothing present
-- gives missing.

local M = {}

-- What the functions of the algebra need to know to go one level up.
local function upward(x, index, options)
  local level = index:level(x)
  return level.axis, {
    weights = level.weight, by = level.parent, axis = level.parent_axis,
    missing = options and options.missing,
  }
end

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

--- Share of the weight at x's level that has a value, 0 to 1, over the whole level (not by group).
function M.coverage(x, index)
  local level = index:level(x)
  return sum(where(present(x), level.weight, 0), level.axis) / sum(level.weight, level.axis)
end

return M
