-- Methods by linear programs: data envelopment analysis, SIMUS, and the best selection under constraints.

local rows = require "methods.mcda.rows"

local M = {}

-- The data of data envelopment: figures of 0 or more of complete units, and which indicators are
-- inputs and outputs.
local function envelope(x, role)
  local y = rows.complete(x, where(present(role), 1), "from_0")
  return y, role:eq("input"), role:eq("output")
end

-- Truth over unit and peer: they are the same unit.
local function own() return labels "unit":eq(labels("unit"):as { unit = "peer" }) end

-- The efficiency; a missing super-efficiency is a warning.
local function told(efficiency, y, super)
  if super then
    warn(any(present(y), "indicator") & missing(efficiency),
      "no mixture of the others reaches the unit, and it has no super-efficiency")
  end
  return efficiency
end

--- DEA with constant returns (CCR): the greatest ratio of weighted outputs to weighted inputs of a unit, by weights
-- under which no unit exceeds 1.
-- Arguments: x: figures of 0 or more over `unit` and `indicator`. role over `indicator`: "input" or "output". o:
--   super (超效率), which compares a unit with the others only: efficient units are above 1 (1.2: the unit could use a
--   fifth more and still be efficient), the others do not change.
-- Result: 0 to 1 for each unit; second result: the weights over unit and indicator (if several are optimal, one of
--   them).
-- Missing: a unit that lacks a figure has no result.
-- Errors: a unit without inputs is left out, with a warning; with super, a unit that no mixture of others reaches
--   has no result, with a warning, such as the only unit that does without some input.
-- Source: Charnes, Cooper and Rhodes 1978, in the multiplier form; Andersen and Petersen 1993.
function M.ccr(x, role, o)
  local y, input, output = envelope(x, role)
  local spent = coalesce(sum(where(input, y), "indicator"), where(any(present(y), "indicator"), 0))
  warn(spent:eq(0), "what uses no input has no efficiency, and is left out")
  y = where(spent:gt(0), y)
  local used, produced = y * where(input, 1, 0), y * where(output, 1, 0)
  local super = plain(optional(o, "super"), false)
  local peers = (produced - used):as { unit = "peer" }
  if super then peers = where(~own(), peers) end
  local weights, efficiency = lp {
    maximise = produced, over = "indicator",
    subject_to = { { used, "=", 1 }, { peers, "<=", 0 } },
  }
  return told(efficiency, y, super), weights
end

--- DEA with variable returns (BCC): pure technical efficiency. Units are compared with mixtures of units whose
-- shares sum to 1. ccr / bcc is scale efficiency.
-- Arguments: x, role as for ccr. o: orientation: "input" (default), how far all inputs could shrink, or "output",
--   the reciprocal of how far all outputs could grow; super as for ccr.
-- Result: 0 to 1 for each unit.
-- Missing: a unit that lacks a figure has no result.
-- Errors: with super, a unit that is larger or smaller than all mixtures of others has no result, with a warning.
-- Source: Banker, Charnes and Cooper 1984, in the envelopment form; Andersen and Petersen 1993.
function M.bcc(x, role, o)
  local y, input, output = envelope(x, role)
  local own, super = own(), plain(optional(o, "super"), false)
  local more = y:as { unit = "peer" } - y
  local there = present(max(more, "indicator"))
  -- The shares of all peers sum to 1, so a unit's own share is the rest; the variable in its place is
  -- the factor sought. So there is always a feasible point: no peers, factor 1. With super-efficiency a unit has no
  -- share of its own: those of the others sum to 1.
  local factor, one, other = where(there, where(own, 1, 0)), where(input, y), where(output, y)
  local program = { over = "peer", minimise = factor, subject_to = {
    { where(own, -one, where(input, more)), "<=", -one },
    { where(own, 0 * other, where(output, more)), ">=", 0 * other },
    { where(there, where(own, 0, 1)), super and "=" or "<=", 1 } } }
  if o and o.orientation == "output" then
    program.minimise, program.maximise = nil, factor
    program.subject_to[1] = { where(own, 0 * one, where(input, more)), "<=", 0 * one }
    program.subject_to[2] = { where(own, -other, where(output, more)), ">=", -other }
  end
  local _, best = lp(program)
  return told(program.maximise and 1 / best or best, y, super)
end

--- SIMUS: a linear program for each indicator, with the others as constraints, shows which units serve it. The
-- result is the sum of a unit's shares in these programs, its points, times the share of the programs that use it.
-- Arguments: x, better as in mcda.lua; x 0 or more. w: may be nil; indicators with weight 0 are left out, other
--   weights have no effect. o: limit over `indicator`, a bound on the indicators that are not the objective (the
--   best figure as an upper bound; if less is better, the lowest as a lower bound).
-- Result: a number for each unit; second result: a table: net, by how much its points are ahead of those of all
--   others; share, over unit and row (the indicator that is the objective).
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; an indicator that the others do not bound is left out, with a warning.
-- Source: Munier 2011.
function M.simus(x, w, better, o)
  local y = rows.complete(x, w, "from_0")
  local lower, sign = rows.cost(better), rows.direction(better)
  local limit = where(lower, min(y, "unit"), max(y, "unit"))
  if o and o.limit then limit = coalesce(o.limit, limit) end
  local function row(z) return z:as { indicator = "row" } end
  local aim = labels "indicator":ne(row(labels "indicator"))
  local best = lp { maximise = sign * y, over = "unit",
    subject_to = { { where(aim, row(sign * y)), "<=", where(aim, row(sign * limit)) } } }
  local whole = sum(best, "unit")
  warn(any(present(y), "unit") & missing(whole), "the other indicators do not bound this one, and its program is left out")
  local t = { share = row(where(whole:gt(0), best / where(whole:gt(0), whole), 0 * best)) }
  local points = sum(t.share, "row")
  t.net = count(points, "unit") * points - sum(points, "unit")
  return points * sum(where(t.share:gt(0), 1, 0), "row") / count(t.share, "row"), t
end

-- The numbers 0 to 2^n - 1 over an axis of their own, and its name.
local function numbers(n)
  local rows_of, axis = {}, "selection_" .. n
  for k = 0, 2 ^ n - 1 do rows_of[k + 1] = { k // 1 | 0, k } end
  return array(axis, rows_of), axis
end

--- The selection of units with the greatest sum of values under constraints, as PROMETHEE V has it with the net
-- flow as value. All selections of up to o.most units are tried; with more units there is a result if the linear
-- program with shares between 0 and 1 has a whole-number solution.
-- Arguments: value over `unit`. constraints as in lp: { coefficients, "<=" or ">=" or "=", number }, the
--   coefficients over `unit`: { { cost, "<=", 100 }, { where(region:eq "north", 1, 0), ">=", 2 }, { 1, "=", 5 } }.
--   o: most (12, at most 16).
-- Result: truth over units (if several selections are as good, one of them); second result: the sum; third: a
--   table: shares, of that program, and bound, its sum, which no selection exceeds.
-- Missing: a unit without a value or a coefficient is left out.
-- Errors: a malformed constraint, or another `most`, is an error; if no selection meets the constraints, or there
--   are too many units, no result, with a warning.
-- Source: Brans and Mareschal 1992.
function M.select(value, constraints, o)
  local most = plain(optional(o, "most"), 12)
  if most < 1 or most > 16 then error { "select tries the selections of 1 to 16 units, not of %s", most } end
  local there = present(value)
  for i, c in ipairs(constraints or {}) do
    if c[1] == nil or (c[2] ~= "<=" and c[2] ~= ">=" and c[2] ~= "=") then
      error { 'constraint %s of select is not { coefficients, "<=" or ">=" or "=", number }', i }
    end
    there = there & present(c[1])
  end
  local worth = where(there, value)
  local program, k, axis = {}, numbers(most)
  for i, c in ipairs(constraints or {}) do program[i] = { where(there, c[1]), c[2], c[3] } end
  local t = {}
  t.shares, t.bound = lp { maximise = worth, over = "unit", subject_to = program, upper = 1 }
  local whole = all(round(t.shares, 9):eq(0) | round(t.shares, 9):eq(1), "unit")

  -- The i-th unit is in the selection k where its i-th binary digit is 1.
  local place = where(there, cumsum(where(there, 1), "unit"))
  local n = count(worth, "unit")
  local few = n:gt(0) & n:le(most)
  local function digit(number) return floor(number / 2 ^ (where(place:le(most), place) - 1)) % 2 end
  local chosen = digit(k)
  local allowed = k:ge(0) & few
  for _, c in ipairs(program) do
    local total, number = coalesce(sum(chosen * c[1], "unit"), 0), c[3]
    allowed = allowed & choose(c[2], { ["<="] = total:le(number), [">="] = total:ge(number), ["="] = total:eq(number) })
  end
  local total = where(allowed, coalesce(sum(chosen * worth, "unit"), 0))
  local best = max(total, axis)
  local found = where(few, best, where(whole, t.bound))
  warn(few & missing(best), "no selection meets the constraints")
  warn(~few & ~whole, "more units than select can try (o.most), and no answer")
  local taken = where(few, digit(min(where(total:eq(best), k), axis)), where(whole, round(t.shares, 0)))
  return where(present(found) & there, taken:eq(1)), found, t
end

return M
