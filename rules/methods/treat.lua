-- Treatment of outliers: a few extreme units should not determine the scores of all others.
--
-- x has the axis `unit`; each indicator (and year …) is treated separately. An indicator is skewed if |skewness| is
-- at least p.skewness (2) and excess kurtosis at least p.kurtosis (3.5). Both are the sample forms (type 2 of
-- Joanes and Gill 1998). With fewer than four values, or with all values equal, there is no kurtosis, and nothing
-- is treated. Source of the thresholds: Groeneveld and Meeden 1984 as used by the JRC; COINr 1.1, check_SkewKurt.

local M = {}

-- How far rounding may carry skewness and kurtosis: of four units of which three are equal they are 2 and 4, and of a
-- symmetric indicator skewness is 0, but for that.
local ROUNDED = 1e-9

-- The indicators in which units differ; the others have no skewness.
local function varied(x) return where(max(x, "unit"):gt(min(x, "unit")), x) end

--- Truth: the indicator is skewed, by both thresholds.
-- Arguments: x over `unit`. p: skewness, kurtosis (optional).
-- Result: truth, without `unit`.
-- Missing: left out; the result is never missing.
-- Errors: none.
-- Source: COINr 1.1, check_SkewKurt.
function M.skewed(x, p)
  x = varied(x)
  local shape = abs(skewness(x, "unit")):ge(optional(p, "skewness", 2) - ROUNDED)
    & kurtosis(x, "unit"):ge(optional(p, "kurtosis", 3.5) - ROUNDED)
  return coalesce(shape, false)
end

--- Winsorising: replaces the extreme value of the long tail by the next one, repeatedly, until the indicator is no
-- longer skewed or p.most points were moved. Points that tie at the extreme move together, so it may be a few more.
-- Arguments: x over `unit`. p: most (5), skewness, kurtosis.
-- Result: x treated; second result: the number of points moved for each indicator.
-- Missing: stays missing.
-- Errors: a `most` that is not a number of points is an error.
-- Source: COINr 1.1, winsorise (Becker et al. 2022).
function M.winsorise(x, p)
  local most, points = plain(optional(p, "most"), 5), 0 * count(x, "unit")
  if type(most) ~= "number" or most < 0 then error { "winsorise: most is a number of points, not %s", most } end
  for _ = 1, most do
    local skewed = M.skewed(x, p)
    skewed = skewed & points:lt(most)
    local high   = skewness(varied(x), "unit"):gt(0)
    local lower, higher = x:lt(max(x, "unit")), x:gt(min(x, "unit"))
    local below, above  = max(where(lower, x), "unit"), min(where(higher, x), "unit")
    -- Points moved earlier are among those at the extreme.
    local there = count(x, "unit") - sum(where(high, lower, higher), "unit")
    x = where(skewed, where(high, least(x, below), greatest(x, above)), x)
    points = where(skewed, there, points)
  end
  return x, points
end

--- ln(x - min + 0.01 (max - min)): defined for all x; the 0.01 of the range keeps the lowest value finite.
-- Arguments: x over `unit`.
-- Result: logarithms, axes of x.
-- Missing: stays missing; if all units are equal, missing.
-- Errors: none.
-- Source: COINr 1.1, log_CT (the JRC's COIN tool).
function M.log_shifted(x)
  local lo, hi = min(x, "unit"), max(x, "unit")
  return log(where(hi:gt(lo), x - lo + 0.01 * (hi - lo)))
end

--- The same, but an indicator of negative skewness is reversed first: -ln(max - x + 0.01 (max - min)).
-- Arguments: x over `unit`.
-- Result: logarithms, axes of x.
-- Missing: as for log_shifted.
-- Errors: none.
-- Source: COINr 1.1, log_CT_plus.
function M.log_shifted_by_skew(x)
  return where(skewness(varied(x), "unit"):lt(-ROUNDED), -M.log_shifted(-x), M.log_shifted(x))
end

--- ln(x - min + 1): 0 for the lowest value.
-- Arguments: x over `unit`.
-- Result: logarithms, axes of x.
-- Missing: stays missing.
-- Errors: none.
-- Source: COINr 1.1, log_CT_orig.
function M.log_from_one(x)
  return log(x - min(x, "unit") + 1)
end

--- Box-Cox: (y^lambda - 1) / lambda, or ln y if lambda is 0, for y = x - min + 1, which begins at 1.
-- Arguments: x over `unit`. lambda: a number or an array.
-- Result: transformed figures, axes of x.
-- Missing: stays missing.
-- Errors: none.
-- Source: Box and Cox 1964 (recalled); the shift as COINr 1.1, boxcox with makepos.
function M.boxcox(x, lambda)
  local y = x - min(x, "unit") + 1
  if lambda == 0 then return log(y) end
  if type(lambda) == "number" then return (y ^ lambda - 1) / lambda end
  return where(lambda:eq(0), log(y), (y ^ lambda - 1) / where(lambda:ne(0), lambda))
end

--- Winsorises; if that is not enough, takes the logarithm of the original values, or with p.combine = true that of
-- the winsorised ones (combine_treat of COINr).
-- Arguments: x over `unit`. p: most, skewness, kurtosis, combine.
-- Result: x treated; second result: a table of arrays that states what was done and why:
--      skewness, kurtosis, passed            before (each over the indicators)
--      steps                                 points moved by winsorising; missing if there was nothing to do
--      skewness_winsorised … passed_winsorised  after winsorising
--      logged                                truth: the logarithm was taken
--      skewness_treated … passed_treated     at the end
--      points                                text over unit and indicator: "winhi", "winlo", "log", "winhi+log",
--                                            "winlo+log", or missing; only points that were moved are winsorised
-- Missing: stays missing.
-- Errors: as for winsorise.
-- Source: COINr 1.1, Treat with its defaults.
function M.winsorise_or_log(x, p)
  local function shape(y, where_done)
    local v = varied(y)
    return where(where_done, skewness(v, "unit")), where(where_done, kurtosis(v, "unit")), where(where_done, ~M.skewed(y, p))
  end
  local needed = M.skewed(x, p)
  local winsorised, steps = M.winsorise(x, p)
  local logged = M.skewed(winsorised, p)
  local combined = plain(optional(p, "combine"), false)
  local treated = where(logged, M.log_shifted(combined and winsorised or x), winsorised)
  local t = { steps = where(needed, steps), logged = logged }
  t.skewness, t.kurtosis, t.passed = shape(x, true)
  t.skewness_winsorised, t.kurtosis_winsorised, t.passed_winsorised = shape(winsorised, needed)
  t.skewness_treated, t.kurtosis_treated, t.passed_treated = shape(treated, needed)
  local moved = where(winsorised:lt(x), "winhi", where(winsorised:gt(x), "winlo"))
  local taken = "log"
  if combined then taken = where(winsorised:lt(x), "winhi+log", where(winsorised:gt(x), "winlo+log", "log")) end
  t.points = where(logged, taken, moved)
  return treated, t
end

--- Truth: the value was changed. For the report, as the output `treated`.
-- Arguments: x: before. treated: after.
-- Result: truth over the axes of x.
-- Missing: stays missing.
-- Errors: none.
-- Source: definition.
function M.marks(x, treated)
  return treated:ne(x)
end

return M
