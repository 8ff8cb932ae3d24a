-- By linear programs: data envelopment, SIMUS, and the best selection under constraints.

local rows = require "methods.mcda.rows"

local M = {}

-- What data envelopment compares: figures above or at 0 of units that have all of them, and which
-- are inputs.
local function envelope(x, role)
  local y = rows.complete(x, where(present(role), 1), "from_0")
  return y, role:eq("input"), role:eq("output")
end

-- Truth over unit and peer: the same.
local function own() return labels "unit":eq(labels("unit"):as { unit = "peer" }) end

-- The efficiency; of who is not measured by itself it may be missing, which is said.
local function told(efficiency, y, super)
  if super then
    warn(any(present(y), "indicator") & missing(efficiency),
      "no mixture of the others reaches the unit, and it has no super-efficiency")
  end
  return efficiency
end

--- DEA with constant returns (CCR), 0 to 1: the greatest ratio of weighted outputs to weighted
-- inputs that a unit can be given by weights under which nobody passes 1. x over unit and
-- indicator, figures of 0 or more; role over `indicator`: "input" or "output". Returns the
-- efficiency and those weights (over unit and indicator; where several are as good, one of them).
-- With o.super (超效率) nobody is measured by itself: the efficient are above 1, 1.2 who could use a fifth more and
-- still be efficient, and the others keep theirs; no number for one whom no mixture of others equals, such as the only
-- unit that does without some input. Source: Charnes, Cooper and Rhodes 1978, in the multiplier form; Andersen and
-- Petersen 1993.
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

--- DEA with variable returns (BCC): pure technical efficiency, 0 to 1; ccr / bcc is scale
-- efficiency. Like ccr, against mixtures of units whose shares sum to 1. o.orientation: "input"
-- (where not given): how far all inputs could shrink; "output": the reciprocal of how far all
-- outputs could grow. With o.super as ccr, where more often there is no number: a unit larger or smaller than all
-- mixtures of others is compared with nobody. Source: Banker, Charnes and Cooper 1984, in the envelopment form;
-- Andersen and Petersen 1993.
function M.bcc(x, role, o)
  local y, input, output = envelope(x, role)
  local own, super = own(), plain(optional(o, "super"), false)
  local more = y:as { unit = "peer" } - y
  local there = present(max(more, "indicator"))
  -- The shares of all peers sum to 1, so a unit's own share is what they leave; in its place
  -- stands the sought factor. So there is always a point that is allowed: no peers, factor 1. A unit that is not
  -- measured by itself has no share: the others sum to 1.
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

--- SIMUS, the more the better: a linear program for each indicator, the best that the others allow, tells which units
-- serve it. Returns the sum of a unit's shares in these programs, its points, times the share of the programs that use
-- it, and a table: net, by how much its points are ahead of all others'; share, over unit and row (the indicator that
-- is the aim). o.limit over `indicator` bounds the use of what is not the aim, the best figure
-- there is where missing or not given; least where less is better. w may be left out: what weighs nothing takes no
-- part, else it does not matter. Figures from 0 on. Source: Munier 2011.
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

--- The best selection of units under constraints, as PROMETHEE V has it with the net flow as value: truths over the
-- units, and the sum of their values. constraints are those of lp, { coefficients, "<=" or ">=" or "=", number }, the
-- coefficients over `unit`: { { cost, "<=", 100 }, { where(region:eq "north", 1, 0), ">=", 2 }, { 1, "=", 5 } }. A unit
-- without a value or a coefficient takes no part. All selections of up to o.most (12, at most 16) units are tried; of
-- more units there is an answer where the linear program of shares between 0 and 1 comes out whole, else a warning and
-- none. The second result is the sum, the third a table: shares, of that program, and bound, its sum, which no selection
-- passes. Of selections that are as good, one. Source: Brans and Mareschal 1992.
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
