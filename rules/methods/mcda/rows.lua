-- Selects complete rows of figures within the domain of a formula. For the methods of this folder
-- only; x, w and better as in mcda.lua.

local direction = require "methods.better"

local M = {}

--- Truth: less is better; an array even if better is nil. A target is an error.
function M.cost(better) return direction.lower(better or "higher", "the method") end

--- 1 where more is better, -1 where less is better.
function M.direction(better)
  return where(M.cost(better), -1, 1)
end

-- A message: a format, looked up in the catalogue of texts, and the values that fill it.
function M.message(...) return { ... } end

-- Domains of formulas: 0 or more; above 0; above 0 where less is better and 0 or more elsewhere;
-- 1 or more.
local domains = {
  from_0 = { function(x) return x:ge(0) end, M.message("the method has no answer for negative figures:") },
  above_0 = { function(x) return x:gt(0) end, M.message("the method has no answer for figures of 0 or less:") },
  inverse = { function(x, lower) return x:gt(0) | (x:eq(0) & ~lower) end,
              M.message("the method has no answer for negative figures, and for a 0 where less is better:") },
  from_1 = { function(x) return x:ge(1) end, M.message("the method has no answer for figures below 1:") },
}

--- x within a domain, one of the names above. Figures outside are missing, with a warning.
function M.within(x, domain, better)
  local fits, outside = domains[domain][1], domains[domain][2]
  local good = fits(x, domain == "inverse" and M.cost(better))
  warn(~good, outside, x)
  return where(good, x)
end

-- The complete rows of x, in the indicators that are used.
local function whole(x, used)
  return where(used & all(present(x) | ~used, "indicator"), x)
end

--- x without the units that lack a figure, and without the indicators that have no weight or no
-- figures. With a domain, a name for M.within, a figure outside it counts as missing.
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

-- The domains of the scales, by their functions.
M.domain = {}

--- x on the scale f, for the units that are complete and within its domain. Indicators without a
-- scale (all units equal) are left out; so is a unit that lacks another indicator.
function M.scaled(x, w, better, f)
  local y = f(M.complete(x, w, M.domain[f], better), better)
  return whole(y, any(present(y), "unit"))
end

--- A parameter, which must be given for every indicator of y, else it is an error.
function M.given(p, y, name)
  if p == nil then error { "this method needs %s, a number or an array over `indicator`", name } end
  if type(p) ~= "number" then
    refuse(missing(p) & any(present(y), "unit"), { "this method needs %s for every indicator", name })
  end
  return p
end

--- x as M.complete gives it, for the units whose figures are within o.low and o.high; also returns the two.
function M.bounded(x, w, o)
  local y = M.complete(x, w)
  local low, high = M.given(o.low, y, "low"), M.given(o.high, y, "high")
  local outside = y:lt(low) | y:gt(high)
  warn(outside, "outside of low and high, and the unit has no result:", y)
  return where(~any(outside, "indicator"), y), low, high
end

--- a / b, missing where b is 0, with the warning `why`, a text or a message.
function M.over(a, b, why)
  b = coalesce(b, b) -- of a plain number, an array
  warn(b:eq(0), why)
  return a / where(b:ne(0), b)
end

-- The most common warnings.
M.alike = M.message("all units are alike, and the indicator is left out")
M.zeros = M.message("all figures are 0, and the indicator is left out")
M.no_width = M.message("low and high are the same, and the indicator is left out")

return M
