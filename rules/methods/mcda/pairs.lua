-- Pairs: every unit beside every `other`, and how much is made of a lead. For the methods of this folder only.

local rows = require "methods.mcda.rows"

local M = {}

--- x of the others: over `other` in place of `unit`.
function M.other(x) return x:as { unit = "other" } end

--- By how much a unit is better than another, in units of measure of the indicator, over unit, other and indicator; and
-- the figures, turned so that more is better.
function M.lead(x, w, better)
  local y = rows.direction(better) * rows.complete(x, w)
  return y - M.other(y), y
end

--- Truth: the unit is the other.
function M.own() return labels "unit":eq(M.other(labels "unit")) end

--- What holds of the pair the other way round.
function M.turned(p) return p:as { unit = "turned", other = "unit" }:as { turned = "other" } end

--- 1 beyond q, else 0.
function M.step(d, q) return where(d:gt(q), 1, 0) end

--- f of a width, or where it is not above 0 a step behind q.
function M.spread(d, q, width, f)
  if type(width) == "number" then return width > 0 and f(width) or M.step(d, q) end
  local some = width:gt(0)
  return where(some, f(where(some, width)), M.step(d, q))
end

--- 0 up to q, 1 from p on, a straight line between.
function M.ramp(d, q, p)
  return M.spread(d, q, p - q, function(width) return clamp((d - q) / width, 0, 1) end)
end

return M
