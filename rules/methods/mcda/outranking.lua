-- Outranking: every unit is compared with every `other`. What goes in is said in mcda.lua; weights
-- are made to sum to 1.

local rows = require "methods.mcda.rows"

local M = {}

local function other(x) return x:as { unit = "other" } end

-- By how much a unit is better than another, in units of measure of the indicator.
local function lead(x, w, better)
  local y = rows.direction(better) * rows.complete(x, w)
  return y - other(y), y
end

local function step(d, q) return where(d:gt(q), 1, 0) end

-- f of a width, or where it is not above 0 a step behind q.
local function spread(d, q, width, f)
  if type(width) == "number" then return width > 0 and f(width) or step(d, q) end
  local some = width:gt(0)
  return where(some, f(where(some, width)), step(d, q))
end
local function ramp(d, q, p)
  return spread(d, q, p - q, function(width) return clamp((d - q) / width, 0, 1) end)
end

-- How much is made of a lead d, 0 to 1, with the thresholds of indifference q and preference p,
-- and gaussian s. Where p is not above q, or s is 0, they are steps.
local shapes = {
  usual    = function(d) return step(d, 0) end,
  u        = function(d, o) return step(d, o.q) end,
  v        = function(d, o) return ramp(d, 0, o.p) end,
  level    = function(d, o) return where(d:gt(o.p), 1, where(d:gt(o.q), 0.5, 0)) end,
  linear   = function(d, o) return ramp(d, o.q, o.p) end,
  gaussian = function(d, o)
    return spread(d, 0, o.s, function(s) return where(d:gt(0), 1 - exp(-(d ^ 2) / (2 * s ^ 2)), 0) end)
  end,
}
local needs = {
  usual = {}, u = { "q" }, v = { "p" }, level = { "q", "p" }, linear = { "q", "p" },
  gaussian = { "s" },
}

--- Net flow of PROMETHEE II, -1 to 1, and a table for PROMETHEE I: plus and minus, the flows by
-- which a unit is preferred to the others and they to it; preference over unit and other, 0 to 1;
-- and relation, texts over unit and other: "preferred", "inferior", "indifferent" or
-- "incomparable". o.shape is a text or texts over `indicator`, the preference function: "usual"
-- (where not given), "u", "v", "level", "linear" (v with indifference) or "gaussian"; o.q, o.p and
-- o.s, numbers or arrays over `indicator`, are its thresholds, in the indicator's unit of measure.
-- Flows are equal to 1e-12. Source: Brans, Vincke and Mareschal 1986.
function M.promethee(x, w, better, o)
  o = o or {}
  local d, y = lead(x, w, better)
  local word, known = coalesce(o.shape or "usual", "usual"), {}
  for name, shape in pairs(shapes) do
    local all_given = true
    for _, threshold in ipairs(needs[name]) do
      all_given = all_given and o[threshold] ~= nil
      if o[threshold] then rows.given(where(word:eq(name), o[threshold], 0), y, threshold) end
    end
    if all_given then known[name] = shape(d, o) end
  end
  local made_of_it = choose(word, known)
  local preference = mean(made_of_it, "indicator", { weights = w })
  local t = { preference = preference }
  local others = count(max(preference, "other"), "unit") - 1
  local function of_others(flow) return rows.over(flow, others, "one unit alone has nobody to be compared with") end
  t.plus = of_others(sum(preference, "other"))
  t.minus = of_others(sum(preference, "unit"):as { other = "unit" })
  local leaves, enters = round(t.plus - other(t.plus), 12), round(other(t.minus) - t.minus, 12)
  t.relation = where(leaves:eq(0) & enters:eq(0), "indifferent",
               where(leaves:ge(0) & enters:ge(0), "preferred",
               where(leaves:le(0) & enters:le(0), "inferior", "incomparable")))
  return t.plus - t.minus, t
end

--- ELECTRE I: truth over unit and other, that the unit outranks the other, and a table:
-- concordance, the share of the weight in which it is at least as good; discordance, the greatest
-- lead of the other as a share of the range of that indicator, or with o.range = "common" of the
-- greatest range (x on one scale, as mcda.sum and the like make it); kernel, truths over units: those to
-- choose from, of whom none outranks another and who outrank all the rest (missing where units
-- outrank each other in circles). Outranking asks for concordance of o.concordance (0.7) or more
-- and discordance of at most o.discordance (0.3). Source: Roy 1968; Roy 1991 (ranges as scales).
function M.electre(x, w, better, o)
  o = o or {}
  local d, y = lead(x, w, better)
  local range = max(y, "unit") - min(y, "unit")
  if o.range == "common" then range = max(range, "indicator") end
  local t = {
    concordance = mean(where(d:ge(0), 1, 0), "indicator", { weights = w }),
    discordance = max(where(range:gt(0), greatest(-d, 0) / where(range:gt(0), range), 0 * d), "indicator"),
  }
  local own = labels "unit":eq(other(labels "unit"))
  local agree = round(t.concordance, 12):ge(o.concordance or 0.7)
  local outranks = ~own & agree & round(t.discordance, 12):le(o.discordance or 0.3)

  -- Who is outranked by nobody that is left is in; whom one of these outranks is out. Twelve steps
  -- settle all orders that are not longer than that.
  local here = present(max(t.concordance, "other"))
  local kept, gone = here & false, here & false
  for _ = 1, 12 do
    local function by(who)
      return coalesce(any(outranks & who, "unit"), false):as { other = "unit" }
    end
    kept = kept | (~gone & ~by(~gone))
    gone = gone | by(kept)
  end
  local settled = kept | gone
  warn(here & ~settled, "outranks others and is outranked in a circle, and the kernel says nothing of it")
  t.kernel = where(here & settled, kept)
  return outranks, t
end

return M
