-- Pairs: every unit with every `other`, and how much a lead counts. For the methods of this folder only.

local apart = require "methods.apart".between
local rows = require "methods.mcda.rows"

local M = {}

--- x of the others: over `other` in place of `unit`.
function M.other(x) return x:as { unit = "other" } end

-- A lead: the figures of two units, and by how much the own is better, in the indicator's unit of measure.
local function lead(own, other) return { own = own, other = other, by = own - other } end

--- The lead of every unit over every other, by indicator; that of the other over the unit; and the figures, reversed so
-- that more is better.
function M.lead(x, w, better)
  local y = rows.direction(better) * rows.complete(x, w)
  local z = M.other(y)
  return lead(y, z), lead(z, y), y
end

--- Truth: the unit is the other.
function M.own() return labels "unit":eq(M.other(labels "unit")) end

--- p with unit and other exchanged.
function M.turned(p) return p:as { unit = "turned", other = "unit" }:as { turned = "other" } end

--- Truth: the lead is above q. Sums are compared, because a difference is not exact: 12.3 - 12 is a little more than 0.3.
function M.above(l, q) return l.own:gt(l.other + q) end

--- 1 above q, else 0.
function M.step(l, q) return where(M.above(l, q), 1, 0) end

--- f(width), or a step at q where the width is not above 0.
function M.spread(l, q, width, f)
  if type(width) == "number" then return width > 0 and f(width) or M.step(l, q) end
  local some = width:gt(0)
  return where(some, f(where(some, width)), M.step(l, q))
end

--- 0 up to q, 1 from p on, linear between.
function M.ramp(l, q, p)
  return M.spread(l, q, apart(p, q), function(width) return clamp((l.by - q) / width, 0, 1) end)
end

return M
