-- Scales: the figures of each indicator as fractions, the larger the better, from what the units
-- have.
--
-- x over `unit`, better as everywhere in mcda.lua. Missing stays missing. Several of them turn
-- what should be small by another formula than -x; which one is part of the name's meaning, and is
-- what packages differ in. These forms, and their names, are those of the package pymcdm; a survey
-- is Jahan and Edwards 2015.
--
-- A figure outside of a scale's domain (a negative one, say, where shares are taken) is missing,
-- with a warning that names the unit and the indicator. An indicator in which all units are alike
-- has no scale where a formula divides by its range: missing for all, with a warning.

local M = {}

-- The first indicator for which a condition holds. It is computed at once.
local function which(condition)
  local id
  local function look(holds, indicator)
    if holds and not id then id = tostring(indicator) end
    return false
  end
  warn(each(look, condition, labels "indicator", { gives = "truth" }), "")
  return id
end

--- Truth: should be small. A direction that is neither "higher" nor "lower" is an error.
function M.cost(better)
  local b = coalesce(better or "higher", "higher")
  local other = better and which(b:ne "higher" & b:ne "lower")
  if other then
    error("better of the indicator '" .. other .. "' is neither \"higher\" nor \"lower\", and this method knows "
          .. "nothing else; for a target there are mcda.rim, mcda.lopm, mcda.spotis with `expected`, "
          .. "normalise.interval and normalise.distance_to_target")
  end
  return b:eq "lower"
end

--- 1 where more is better, -1 where less is.
function M.direction(better)
  return where(M.cost(better), -1, 1)
end

-- What a formula can be computed of: from 0 on, above 0, above 0 for what should be small and
-- from 0 on for the rest, from 1 on.
local domains = {
  from_0 = { function(x) return x:ge(0) end, "negative figures" },
  above_0 = { function(x) return x:gt(0) end, "figures of 0 or less" },
  inverse = { function(x, lower) return x:gt(0) | (x:eq(0) & ~lower) end,
              "negative figures, and for a 0 where less is better" },
  from_1 = { function(x) return x:ge(1) end, "figures below 1" },
}

--- x where a formula has a meaning: domain is one of the words above. What lies outside is
-- missing, with a warning.
function M.within(x, domain, better)
  local fits, what = domains[domain][1], domains[domain][2]
  local good = fits(x, domain == "inverse" and M.cost(better))
  warn(~good, "the method has no answer for " .. what .. ":", x)
  return where(good, x)
end

-- The whole rows of x, in the indicators that are used.
local function whole(x, used)
  return where(used & all(present(x) | ~used, "indicator"), x)
end

--- x without the units that lack something, and without the indicators that have no weight or no
-- figures. With a domain, a word for M.within, a figure outside of it counts as lacking.
function M.complete(x, w, domain, better)
  local used = any(present(x), "unit")
  if w then
    local some = any(used, "indicator")
    used = used & coalesce(w, 0):ne(0)
    warn(some & ~any(used, "indicator"), "no indicator has both figures and a weight")
  end
  local y = domain and M.within(where(used, x), domain, better) or x
  y = whole(y, used)
  warn(any(used, "indicator") & ~any(present(y), { "unit", "indicator" }),
       "every unit lacks a figure, so that nobody has a result")
  return y
end

--- What a method sums up: x on the scale f, of the units that are complete and within its domain.
-- Indicators without a scale (all alike) are left out; a unit that lacks another is, too.
function M.scaled(x, w, better, f)
  local y = f(M.complete(x, w, M.domain[f], better), better)
  return whole(y, any(present(y), "unit"))
end

--- A parameter for every indicator that y has, or an error.
function M.given(p, y, name)
  if type(p) == "number" then return p end
  local without = p and which(missing(p) & any(present(y), "unit"))
  if p and not without then return p end
  error("this method needs " .. name .. " for every indicator"
        .. (without and ", and '" .. without .. "' has none" or ""))
end

--- x as by M.complete, of the units whose figures lie within o.low and o.high; and these two.
function M.bounded(x, w, o)
  local y = M.complete(x, w)
  local low, high = M.given(o.low, y, "low"), M.given(o.high, y, "high")
  local outside = y:lt(low) | y:gt(high)
  warn(outside, "outside of low and high, and the unit has no result:", y)
  return where(~any(outside, "indicator"), y), low, high
end
M.no_width = "low and high are the same, and the indicator is left out"

-- a / b; where b is 0, which why explains, it is missing, with a warning.
local function over(a, b, why)
  warn(b:eq(0), why)
  return a / where(b:ne(0), b)
end
M.over = over

local alike = "all units are alike, and the indicator is left out"
local zeros = "all figures are 0, and the indicator is left out"

--- (x - min) / (max - min); (max - x) / (max - min). Source: Weitendorf 1976.
function M.minmax(x, better)
  local lo, hi = min(x, "unit"), max(x, "unit")
  return over(where(M.cost(better), hi - x, x - lo), hi - lo, alike)
end

--- x / max; 1 - x / max. For figures from 0 on.
function M.max(x, better)
  local y = M.within(x, "from_0")
  local share = over(y, max(y, "unit"), zeros)
  return where(M.cost(better), 1 - share, share)
end

--- x / max; min / x; 1 for the best, also where that is 0. For figures from 0 on. The usual one of
-- WPM, WASPAS, CODAS. Source: Stopp 1975.
function M.linear(x, better)
  local y, lower = M.within(x, "from_0"), M.cost(better)
  local lo, hi = min(y, "unit"), max(y, "unit")
  local best = y:eq(where(lower, lo, hi))
  return where(best, 1, where(lower, lo, y) / where(~best, where(lower, y, hi)))
end

--- x / sum; (1 / x) / sum of 1 / x. For figures from 0 on; above 0 where less is better.
function M.sum(x, better)
  local lower, z = M.cost(better), M.within(x, "inverse", better)
  local y = where(lower, 1, z) / where(lower, z, 1)
  return over(y, sum(y, "unit"), zeros)
end

--- x / root of the sum of squares; 1 - that. The usual one of TOPSIS. Source: Hwang and Yoon 1981.
function M.vector(x, better)
  local share = over(x, sqrt(sum(x ^ 2, "unit")), zeros)
  return where(M.cost(better), 1 - share, share)
end

--- ln x / ln of the product; (1 - that) / (n - 1). For figures from 1 on. Source: Zavadskas and
-- Turskis 2008.
function M.logarithmic(x, better)
  local y, lower = M.within(x, "from_1"), M.cost(better)
  local share = over(log(y), sum(log(y), "unit"), "all figures are 1, and the indicator is left out")
  local others = count(y, "unit") - 1
  return where(lower, over(1 - share, where(lower, others), "one unit cannot be compared on this scale"), share)
end

--- (x / max)^2; (min / x)^3. Figures as linear. Source: Peldschus et al. 1983.
function M.nonlinear(x, better)
  return M.linear(x, better) ^ where(M.cost(better), 3, 2)
end

--- 1 - the share in all distances from the best. Source: Zeng et al. 2013 (enhanced accuracy).
function M.enhanced(x, better)
  local y = M.direction(better) * x
  local behind = max(y, "unit") - y
  return 1 - over(behind, sum(behind, "unit"), alike)
end

--- 1 - |max - x| / max; 1 - |min - x| / min. Figures as sum. Source: Zavadskas and Turskis 2008.
function M.zavadskas_turskis(x, better)
  local y = M.within(x, "inverse", better)
  local best = where(M.cost(better), min(y, "unit"), max(y, "unit"))
  return 1 - abs(over(best - y, best, zeros))
end

--- x moved up so that its least figure is o.least (1), of the indicators that have a figure of 0
-- or less: for methods that want figures above 0. A choice: results hang on it.
function M.shifted(x, o)
  local lo = min(x, "unit")
  return where(lo:gt(0), x, x - lo + (o and o.least or 1))
end

-- The domain of each scale.
M.domain = {
  [M.max] = "from_0", [M.linear] = "from_0", [M.nonlinear] = "from_0", [M.logarithmic] = "from_1",
  [M.sum] = "inverse", [M.zavadskas_turskis] = "inverse",
}

return M
