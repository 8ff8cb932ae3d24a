-- Differences: figures that are equal on paper are 0 apart.
--
-- 0.1 + 0.2 and 0.3 are equal in every decision (as decimals of fifteen digits), but their binary difference is 5.6e-17.
-- Nothing may be divided by such a remainder, and no root or power taken of it. So methods that divide by a range, by the
-- width of a band or by distances take these differences here.

local M = {}

--- x - y, and exactly 0 where the two are equal on paper.
-- Arguments: x, y: numbers or arrays.
-- Result: axes of both; a number if both are numbers.
-- Missing: if either is missing, missing.
-- Errors: none.
-- Source: definition.
function M.between(x, y)
  if type(x) == "number" and type(y) == "number" then
    return string.format("%.15g", x) == string.format("%.15g", y) and 0 or x - y
  end
  -- No local names here: an explanation has those of the method.
  return where(type(x) == "number" and y:eq(x) or x:eq(y), 0, x - y)
end

--- The same for shares, scores and other figures that were multiplied and divided before: 0 where the rounding of that
-- explains the difference, which is 2e-15 of their size.
-- Arguments: x, y: arrays.
-- Result: axes of both.
-- Missing: if either is missing, missing.
-- Errors: none.
-- Source: definition.
function M.computed(x, y)
  local d = x - y
  return where(abs(d):gt(2e-15 * abs(x)), d, 0)
end

return M
