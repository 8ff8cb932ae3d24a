-- Treatment of outliers: a few extreme units should not decide how all others are told apart.
--
-- x needs the axis `unit`; everything is done for each indicator (and year, …) by itself. Missing stays
-- missing. An indicator is skewed when |skewness| is at least p.skewness (2) and excess kurtosis at least
-- p.kurtosis (3.5); both are the sample forms (type 2 of Joanes and Gill 1998). With fewer than four
-- values, or all alike, there is no kurtosis, and nothing is treated.
-- Source of the thresholds: Groeneveld and Meeden 1984 as used by the JRC; COINr 1.1, check_SkewKurt.

local M = {}

-- The indicators in which units differ: the others have no shape.
local function varied(x) return where(max(x, "unit"):gt(min(x, "unit")), x) end

--- Truth for each indicator: both thresholds reached.
function M.skewed(x, p)
  x = varied(x)
  local shape = abs(skewness(x, "unit")):ge(optional(p, "skewness", 2))
    & kurtosis(x, "unit"):ge(optional(p, "kurtosis", 3.5))
  return coalesce(shape, false)
end

--- Winsorising: the units at the extreme of the long tail take the next value, again and again, until the
-- indicator is no longer skewed or p.most (5) points were moved; of points that tie at the extreme all move, so that it
-- may become a few more. Returns the values, and the number of points moved for each indicator. Source: COINr 1.1,
-- winsorise (Becker et al. 2022).
function M.winsorise(x, p)
  local most, points = plain(optional(p, "most"), 5), 0 * count(x, "unit")
  if type(most) ~= "number" or most < 0 then error { "winsorise: most is a number of points, not %s", most } end
  for _ = 1, most do
    local skewed = M.skewed(x, p)
    skewed = skewed & points:lt(most)
    local high   = skewness(varied(x), "unit"):gt(0)
    local lower, higher = x:lt(max(x, "unit")), x:gt(min(x, "unit"))
    local below, above  = max(where(lower, x), "unit"), min(where(higher, x), "unit")
    -- What was moved before is among those at the extreme.
    local there = count(x, "unit") - sum(where(high, lower, higher), "unit")
    x = where(skewed, where(high, least(x, below), greatest(x, above)), x)
    points = where(skewed, there, points)
  end
  return x, points
end

--- ln(x - min + 0.01 (max - min)): defined for all x, 0.01 of the range keeps the lowest finite. Returns
-- missing where all units are alike. Source: COINr 1.1, log_CT (the JRC's COIN tool).
function M.log_shifted(x)
  local lo, hi = min(x, "unit"), max(x, "unit")
  return log(where(hi:gt(lo), x - lo + 0.01 * (hi - lo)))
end

--- The same, but an indicator of negative skewness is reversed first: -ln(max - x + 0.01 (max - min)).
-- Source: COINr 1.1, log_CT_plus.
function M.log_shifted_by_skew(x)
  return where(skewness(varied(x), "unit"):lt(0), -M.log_shifted(-x), M.log_shifted(x))
end

--- ln(x - min + 1): 0 at the lowest. Source: COINr 1.1, log_CT_orig.
function M.log_from_one(x)
  return log(x - min(x, "unit") + 1)
end

--- Box-Cox: (y^lambda - 1) / lambda, or ln y where lambda is 0, of y = x - min + 1, which begins at 1. lambda is
-- a number or an array. Source: Box and Cox 1964 (recalled); the move as COINr 1.1, boxcox with makepos.
function M.boxcox(x, lambda)
  local y = x - min(x, "unit") + 1
  if lambda == 0 then return log(y) end
  if type(lambda) == "number" then return (y ^ lambda - 1) / lambda end
  return where(lambda:eq(0), log(y), (y ^ lambda - 1) / where(lambda:ne(0), lambda))
end

--- Winsorising, and the logarithm of the untouched values where that is not enough, or with p.combine = true the
-- logarithm of the winsorised ones (combine_treat of COINr). Returns the values and a table of arrays that say what was done and why:
--   skewness, kurtosis, passed            before (each over the indicators)
--   steps                                 points moved by winsorising; missing where there was nothing to do
--   skewness_winsorised … passed_winsorised  after it
--   logged                                truth: the logarithm was taken
--   skewness_treated … passed_treated     at the end
--   points                                text over unit and indicator: "winhi", "winlo", "log", "winhi+log",
--                                         "winlo+log", or missing
-- Winsorised points are those that were moved. Source: COINr 1.1, Treat with its defaults.
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

--- Where a value was changed: truths over the axes of x. For the report, as `treated`.
function M.marks(x, treated)
  return treated:ne(x)
end

return M
