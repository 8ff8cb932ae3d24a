-- Characteristic objects: an expert judges not the units, but the corners of the space in which they lie.
-- Arguments, missing values and errors are described in mcda.lua. A higher result is better.

local apart = require "methods.apart".between
local rows = require "methods.mcda.rows"

local M = {}

-- Every combination of n characteristic values of each criterion, from 0 (worst) to 1 (best), over an axis of its own
-- and `indicator`; and the name of that axis.
local function objects(criteria, n)
  local values, many = {}, n ^ #criteria // 1 | 0
  for object = 0, many - 1 do
    local rest = object
    for _, id in ipairs(criteria) do
      values[#values + 1] = { object, id, rest % n / (n - 1) }
      rest = rest // n
    end
  end
  local axis = "object_" .. many
  return array({ axis, "indicator" }, values), axis
end

-- Nearness to the best corner, as TOPSIS has it.
local function nearness(z, w)
  local near, far = sqrt(sum((w * (1 - z)) ^ 2, "indicator")), sqrt(sum((w * z) ^ 2, "indicator"))
  local whole = near + far
  return far / where(whole:gt(0), whole)
end

--- Characteristic objects method. Each indicator has o.values characteristic values (2: the worst and the best;
-- more lie evenly between). All their combinations are judged and ranked. The score of a unit is the sum of the
-- places of the objects, 0 for the last to 1 for the first, weighted by the unit's triangular memberships.
-- Arguments: x, w, better as in mcda.lua. o: criteria: the ids of all indicators of x, at most nine or ten (there
--   are o.values to the power of their number objects); values (2); low, high over `indicator`, the ends (those of
--   the units), which prevent rank reversal; judge(z, w), the expert: a number for each object from its values z, 0
--   worst to 1 best (the nearness of TOPSIS). Objects judged equal within 1e-9 share a place.
-- Result: 0 to 1 for each unit.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; a criterion without weight or figures, or in which all units are equal (unless o.low and
--   o.high fix its ends), is left out: all objects count as the best in it.
-- Source: Sałabun 2015; an expert that is a method: Paradowski, Bączkiewicz and Wątróbski 2021.
function M.comet(x, w, better, o)
  local n = o.values or 2
  local z, object = objects(o.criteria, n)
  local y = rows.complete(x, w)
  local lo, hi = o.low or min(y, "unit"), o.high or max(y, "unit")
  local share = rows.over(where(rows.cost(better), hi - y, y - lo), apart(hi, lo), rows.message "all are alike, and the criterion is left out")

  local used = any(present(share), "unit")
  local judged, weight = where(used, z, 1), where(used, w, 0)
  local mark = (o.judge or nearness)(judged, weight)
  local place = rank(mark, object, { order = "ascending", ties = "dense", tolerance = 1e-9 })
  local value = (place - 1) / (max(place, object) - 1)

  local here = any(present(y), "indicator")
  local within = where(used, clamp(share, 0, 1), where(here, 1))
  local is = 1
  for _, id in ipairs(o.criteria) do
    local one = { indicator = id }
    is = is * greatest(0, 1 - (n - 1) * abs(within:at(one) - z:at(one)))
  end
  return sum(is * value, object)
end

return M
