-- Pairs: every unit with every `other`, and how much a lead counts. For the methods of this folder only.

local rows = require "methods.mcda.rows"

local M = {}

--- x of the others: over `other` in place of `unit`.
function M.other(x) return x:as { unit = "other" } end

--- By how much a unit is better than another, in the indicator's unit of measure, over unit, other and indicator; and
-- the figures, reversed so that more is better.
function M.lead(x, w, better)
  local y = rows.direction(better) * rows.complete(x, w)
  return y - M.other(y), y
end

--- Truth: the unit is the other.
function M.own() return labels "unit":eq(M.other(labels "unit")) end

--- p with unit and other exchanged.
function M.turned(p) return p:as { unit = "turned", other = "unit" }:as { turned = "other" } end

--- 1 above q, else 0.
function M.step(d, q) return where(d:gt(q), 1, 0) end

--- f(width), or a step at q where the width is not above 0.
function M.spread(d, q, width, f)
  if type(width) == "number" then return width > 0 and f(width) or M.step(d, q) end
  local some = width:gt(0)
  return where(some, f(where(some, width)), M.step(d, q))
end

--- 0 up to q, 1 from p on, linear between.
function M.ramp(d, q, p)
  return M.spread(d, q, p - q, function(width) return clamp((d - q) / width, 0, 1) end)
end

return M
