-- Description: statistics of the data before anything is done with it.
--
-- x has the axis `unit`. A result for an indicator is over the other axes of x. Missing values are left out, unless
-- they are what is counted. Units of measure are those of x.

local M = {}

-- How far rounding may carry skewness, kurtosis and alpha.
local ROUNDED = 1e-9

--- The columns of COINr's get_stats, for each indicator.
-- Arguments: x over `unit`. p: the limits of the flags: available (0.65), nonzero (0.5), unique (0.5), skewness
--   (2), kurtosis (3.5).
-- Result: a table: min, max, mean, median, sd (n - 1), skewness and kurtosis (type 2, excess); available, nonzero,
--   unique, same (frequency of the most common value): numbers of units; the same as shares: of the units
--   (available_share), of the available ones (the others); and flags: "low" or "ok" (available_flag, nonzero_flag,
--   unique_flag), "outliers" or "ok" (shape_flag).
-- Missing: left out, and counted.
-- Errors: none.
-- Source: COINr 1.1, get_stats (Becker et al. 2022).
function M.statistics(x, p)
  local function flag(low, word) return where(low, word or "low", "ok") end
  local units = count(labels "unit", "unit")
  local s = {
    min = min(x, "unit"), max = max(x, "unit"), mean = mean(x, "unit"), median = median(x, "unit"),
    sd = std(x, "unit"), skewness = skewness(x, "unit"), kurtosis = kurtosis(x, "unit"),
    available = count(x, "unit"), nonzero = count(where(x:ne(0), x), "unit"),
    unique = max(rank(x, "unit", { ties = "dense" }), "unit"),
    same = max(rank(x, "unit", { ties = "max" }) - rank(x, "unit"), "unit") + 1,
  }
  s.available_share = s.available / units
  for _, name in ipairs { "nonzero", "unique", "same" } do
    s[name .. "_share"] = s[name] / where(s.available:gt(0), s.available)
  end
  s.available_flag = flag(s.available_share:lt(optional(p, "available", 0.65)))
  s.nonzero_flag = flag(s.nonzero_share:lt(optional(p, "nonzero", 0.5)))
  s.unique_flag = flag(s.unique_share:lt(optional(p, "unique", 0.5)))
  s.shape_flag = flag(abs(s.skewness):gt(optional(p, "skewness", 2) + ROUNDED)
    & s.kurtosis:gt(optional(p, "kurtosis", 3.5) + ROUNDED), "outliers")
  return s
end

--- The data available for each unit.
-- Arguments: x over `unit` and `indicator`. p: available (2/3), nonzero (0): the least shares for `included`.
-- Result: a table over `unit`: missing and zero (numbers of indicators), available (share of the indicators),
--   nonzero (share of the available ones that are not 0), included (truth: both shares are reached).
-- Missing: counted.
-- Errors: none.
-- Source: COINr 1.1, get_data_avail and Screen.
function M.units(x, p)
  local n, some = count(labels "indicator", "indicator"), count(x, "indicator")
  local u = { missing = n - some, zero = count(where(x:eq(0), x), "indicator"), available = some / n }
  u.nonzero = 1 - u.zero / where(some:gt(0), some)
  u.included = u.available:ge(optional(p, "available", 2 / 3)) & coalesce(u.nonzero:ge(optional(p, "nonzero", 0)), false)
  return u
end

--- Share of the indicators of each group of the index that a unit has.
-- Arguments: x over a level of the index. index.
-- Result: 0 to 1, one level up.
-- Missing: counted.
-- Errors: none.
-- Source: COINr 1.1, get_data_avail.
function M.availability(x, index)
  local level = index:level(x)
  local by = { by = level.parent, axis = level.parent_axis }
  return count(x, level.axis, by) / count(level.weight, level.axis, by)
end

-- The copy of an axis; each axis has its own, because two levels of an index have different labels.
local function other(axis) return "other_" .. axis end

--- Correlations of every pair along `axis`.
-- Arguments: x over `unit` and `axis`. method: "pearson" (default), "spearman" or "kendall".
-- Result: over axis × other_axis ("other_indicator"); second result: the number of units that have both.
-- Missing: units that lack one of the two are left out.
-- Errors: none of its own; without variation, missing, with a warning.
-- Source: Pearson 1895; Spearman 1904.
function M.correlations(x, axis, method)
  local y = x:as { [axis] = other(axis) }
  return correlate(x, y, "unit", { method = method }), count(x + y, "unit")
end

--- Correlation of every element of a level with its parent. A low or negative one means that the parent does not
-- represent it.
-- Arguments: x over a level. up: the level above. index. method: as for correlations.
-- Result: -1 to 1, over the level of x.
-- Missing: units that lack one of the two are left out.
-- Errors: as for correlations.
-- Source: COINr 1.1, get_corr with a parent.
function M.with_parent(x, up, index, method)
  local level = index:level(x)
  local parent = level.parent and up:at { [level.parent_axis] = level.parent } or up
  return correlate(x, parent, "unit", { method = method })
end

--- Correlations within the groups of the index.
-- Arguments: x over a level. index. method: as for correlations.
-- Result: over axis × other_axis, missing for elements with different parents; second result: the number of units.
-- Missing: units that lack one of the two are left out.
-- Errors: as for correlations.
-- Source: COINr 1.1, get_corr.
function M.within_groups(x, index, method)
  local level = index:level(x)
  local r, n = M.correlations(x, level.axis, method)
  if not level.parent then return r, n end
  local same = level.parent:as { [level.axis] = other(level.axis) }:eq(level.parent)
  return where(same, r), where(same, n)
end

--- Truth for pairs with the same parent whose absolute correlation is at least `limit`: the two measure the same
-- thing.
-- Arguments: r over axis × other_axis. axis: its name. parent: a map over axis. limit: 0.92.
-- Result: truth over axis × other_axis.
-- Missing: a missing correlation gives missing.
-- Errors: none.
-- Source: OECD/JRC Handbook 2008, step 4; the limit as the JRC's COIN tool.
function M.collinear(r, axis, parent, limit)
  local pair = parent:as { [axis] = other(axis) }:eq(parent) & labels(axis):ne(labels(other(axis)))
  return pair & abs(r):ge(limit or 0.92)
end

--- Two-sided p-value of a correlation r of n pairs: 2 P(T < -|t|), t = r sqrt((n - 2) / (1 - r^2)), n - 2 degrees
-- of freedom.
-- Arguments: r: -1 to 1. n: numbers of pairs.
-- Result: 0 to 1, axes of both; 0 for a correlation of 1 or -1.
-- Missing: stays missing.
-- Errors: none.
-- Source: Student 1908; OECD/JRC Handbook 2008, step 4.
function M.significance(r, n)
  local open = where(abs(r):lt(1), r)
  return where(abs(r):ge(1), 0, 2 * student_t_p(-abs(open) * sqrt((n - 2) / (1 - open ^ 2)), n - 2))
end

--- Two-sided p-values of correlations(x, axis, o.method). "pearson": significance. "spearman" without ties: exact
-- up to 12 units, by the series AS 89 up to 1290; otherwise significance. "kendall" without ties and below 50
-- units: exact; otherwise normal, with the variance reduced for ties.
-- Arguments: x over `unit` and `axis`. o: method; exact = false always uses the approximations.
-- Result: 0 to 1, over axis × other_axis.
-- Missing: units that lack one of the two are left out.
-- Errors: as for correlations.
-- Source: Kendall 1938, 1945 (chapter 4 of Kendall 1970 has the variance); Best and Roberts 1975; the limits
--   between the methods and the treatment of ties as R 4.2, cor.test, which is exact to 9 units.
function M.p_values(x, axis, o)
  local method = plain(optional(o, "method"))
  local y = x:as { [axis] = other(axis) }
  local own, with, r = where(present(y), x), where(present(x), y), correlate(x, y, "unit", { method = method })
  local n = count(own, "unit")
  if method ~= "spearman" and method ~= "kendall" then return M.significance(r, n) end
  local function equals(v) return rank(v, "unit", { ties = "max" }) - rank(v, "unit") end   -- how many others are equal
  local t, u = equals(own), equals(with)
  local exact = (max(t, "unit") + max(u, "unit")):eq(0) & (plain(optional(o, "exact")) ~= false)
  if method == "spearman" then
    return where(exact & n:le(1290), least(2 * spearman_p(-abs(r), n), 1), M.significance(r, n))
  end
  local function all(f) return f(t), f(u) end
  local t1, u1 = all(function(v) return sum(v, "unit") end)
  local t2, u2 = all(function(v) return sum(v * (v - 1), "unit") end)
  local t3, u3 = all(function(v) return sum(v * (2 * v + 7), "unit") end)
  local pairs, several = n * (n - 1), where(n:gt(2), n - 2)
  local variance = (pairs * (2 * n + 5) - t3 - u3) / 18 + t1 * u1 / (2 * pairs) + coalesce(t2 * u2 / (9 * pairs * several), 0)
  local z = r * sqrt((pairs - t1) * (pairs - u1)) / 2 / sqrt(variance)
  return where(exact & n:lt(50), least(2 * kendall_p(-abs(r), n), 1), 2 * normal_p(-abs(z)))
end

--- Cronbach's alpha along `axis`: k / (k - 1) (1 - sum of variances / variance of the sum). It measures how
-- consistently the indicators measure the same thing.
-- Arguments: x over `unit` and `axis`. o: by and axis, a map and its axis: for each group; pairwise: the variance
--   of the sum is that of all covariances, each from the units that have both, as in COINr.
-- Result: up to 1, without `unit` and `axis`.
-- Missing: only complete units are used, unless o.pairwise; one indicator, or none that differs between units:
--   missing.
-- Errors: below 0 there is a warning that some indicators run against the others; they probably have to be reversed
--   first.
-- Source: Cronbach 1951 (recalled); COINr 1.1, get_cronbach.
function M.alpha(x, axis, o)
  local map, to = optional(o, "by"), optional(o, "axis")
  local by = { by = map, axis = to }
  local k = count(max(x, "unit"), axis, by)
  local spread, whole
  if plain(optional(o, "pairwise")) then
    local y = x:as { [axis] = other(axis) }
    local own, with = where(present(y), x), where(present(x), y)
    local function off(z) return where(var(z, "unit"):gt(0), z - mean(z, "unit"), 0 * z) end
    local shared = off(own) * off(with)
    local covariance = sum(shared, "unit") / (count(shared, "unit") - 1)
    if map then covariance = where(map:as { [axis] = other(axis) }:eq(map), covariance) end
    spread, whole = sum(var(x, "unit"), axis, by), sum(sum(covariance, other(axis)), axis, by)
  else
    local complete = count(x, axis, by):eq(k)
    local each = complete
    if map then each = complete:at { [to] = map } end
    spread, whole = sum(var(where(each, x), "unit"), axis, by), var(where(complete, sum(x, axis, by)), "unit")
  end
  whole = where(abs(whole):gt(1e-12 * spread), whole, 0 * whole)
  local several = where(k:gt(1), k)
  local alpha = several / (several - 1) * (1 - spread / whole)
  warn(alpha:lt(-ROUNDED), "Cronbach's alpha is below 0, some indicators run against the others: is what is better low reversed?",
    alpha)
  return alpha
end

return M
