-- Pairwise methods: every unit is compared with every `other`. Arguments, missing values and errors are described
-- in mcda.lua. Weights are normalised to sum 1.

local apart = require "methods.apart"
local rows = require "methods.mcda.rows"
local pairwise = require "methods.mcda.pairs"
local scale = require "methods.mcda.scale"
local other, above, step, spread, ramp = pairwise.other, pairwise.above, pairwise.step, pairwise.spread, pairwise.ramp

local M = {}

-- How much a lead l counts, 0 to 1, with the thresholds of indifference q and preference p, and
-- gaussian s. Where p is not above q, or s is 0, they are steps.
local shapes = {
  usual    = function(l) return step(l, 0) end,
  u        = function(l, o) return step(l, o.q) end,
  v        = function(l, o) return ramp(l, 0, o.p) end,
  level    = function(l, o) return where(above(l, o.p), 1, where(above(l, o.q), 0.5, 0)) end,
  linear   = function(l, o) return ramp(l, o.q, o.p) end,
  gaussian = function(l, o)
    return spread(l, 0, o.s, function(s) return where(above(l, 0), 1 - exp(-(l.by ^ 2) / (2 * s ^ 2)), 0) end)
  end,
}
local needs = {
  usual = {}, u = { "q" }, v = { "p" }, level = { "q", "p" }, linear = { "q", "p" },
  gaussian = { "s" },
}

--- Net flow of PROMETHEE II, with the results of PROMETHEE I and, with o.alpha, of PROMETHEE III. Flows are equal
-- if they agree to 1e-12.
-- Arguments: x, w, better as in mcda.lua. o: shape, the preference function, a text or texts over `indicator`:
--   "usual" (default), "u", "v", "level", "linear" (v with indifference) or "gaussian"; q, p, s: its thresholds,
--   numbers or arrays over `indicator`, in the indicator's unit of measure; alpha.
-- Result: -1 to 1 for each unit; second result: a table: plus and minus, the flows by which a unit is preferred to
--   the others and the others to it; preference over unit and other, 0 to 1; relation, texts over unit and other:
--   "preferred", "inferior", "indifferent" or "incomparable". With alpha also low and high, m -/+ alpha times the
--   standard deviation, where m and the deviation are those of preference minus its reverse over all n units, the
--   unit itself counting as 0; and interval, texts over unit and other: "preferred" (low is above the other's
--   high), "inferior" or "indifferent" (they overlap).
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; a threshold that the shape needs and an indicator lacks is an error; one unit alone has
--   no result, with a warning.
-- Source: Brans, Vincke and Mareschal 1986; Brans, Mareschal and Vincke 1984 for III.
function M.promethee(x, w, better, o)
  o = o or {}
  local l, _, y = pairwise.lead(x, w, better)
  local word, known = coalesce(o.shape or "usual", "usual"), {}
  for name, shape in pairs(shapes) do
    local all_given = true
    for _, threshold in ipairs(needs[name]) do
      all_given = all_given and o[threshold] ~= nil
      if o[threshold] then rows.given(where(word:eq(name), o[threshold], 0), y, threshold) end
    end
    if all_given then known[name] = shape(l, o) end
  end
  local made_of_it = choose(word, known)
  local preference = mean(made_of_it, "indicator", { weights = w })
  local t = { preference = preference }
  local others = count(max(preference, "other"), "unit") - 1
  local function of_others(flow) return rows.over(flow, others, rows.message "one unit alone has nobody to be compared with") end
  t.plus = of_others(sum(preference, "other"))
  t.minus = of_others(sum(preference, "unit"):as { other = "unit" })
  local leaves, enters = round(t.plus - other(t.plus), 12), round(other(t.minus) - t.minus, 12)
  t.relation = where(leaves:eq(0) & enters:eq(0), "indifferent",
               where(leaves:ge(0) & enters:ge(0), "preferred",
               where(leaves:le(0) & enters:le(0), "inferior", "incomparable")))
  if o.alpha then
    local balance = preference - pairwise.turned(preference)
    local middle, wide = mean(balance, "other"), o.alpha * std(balance, "other", { divisor = "n" })
    t.low, t.high = middle - wide, middle + wide
    local low, high = round(t.low, 12), round(t.high, 12)
    t.interval = where(low:gt(other(high)), "preferred", where(high:lt(other(low)), "inferior", "indifferent"))
  end
  return t.plus - t.minus, t
end

--- TODIM: gains and losses relative to every other unit, by prospect theory. With the share s = w / sum(w) and the
-- lead d, a gain counts sqrt(s d), a loss -sqrt(-d / s) / theta. The result is the sum over indicators and others,
-- scaled from the least to the greatest.
-- Arguments: x, w, better as in mcda.lua; w above 0. o: theta (1); scale, for d (scale.sum); losses: "inverse"
--   (default) or "direct", -sqrt(-s d) / theta, so that a loss in an unimportant indicator counts little.
-- Result: 0 (worst) to 1 (best) for each unit; second result: a table: dominance, over unit and other.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua and of the scale; if all units are equal, no results, with a warning.
-- Source: Gomes and Lima 1992; Lourenzutti and Krohling 2013 for direct losses.
function M.todim(x, w, better, o)
  o = o or {}
  local y = rows.scaled(x, w, better, o.scale or scale.sum)
  local d = apart.computed(y, other(y))
  local share = where(any(present(y), "unit"), w)
  share = share / sum(share, "indicator")
  local behind = greatest(-d, 0)
  local loss = choose(o.losses or "inverse", { inverse = sqrt(behind / share), direct = sqrt(behind * share) })
  local t = { dominance = sum(sqrt(greatest(d, 0) * share) - loss / (o.theta or 1), "indicator") }
  local whole = sum(t.dominance, "other")
  local lo, hi = min(whole, "unit"), max(whole, "unit")
  return rows.over(whole - lo, apart.computed(hi, lo), rows.message "all units are alike, and nobody has a score"), t
end

--- Truth: the unit dominates the other, that is, it is in no indicator worse and in at least one better.
-- Arguments: x, better as in mcda.lua. w: may be nil; indicators with weight 0 are left out.
-- Result: truth over unit and other; second result: a table: better, equal and worse, numbers of indicators, over
--   unit and other; strict, truth over unit and other: better in all; dominates and dominators: the number of
--   others that a unit dominates, and that dominate it; dominated, truth over units.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua.
-- Source: Pareto 1906; the table as scikit-criteria's dominance.
function M.dominance(x, w, better)
  local y = rows.direction(better) * rows.complete(x, w)
  local z = other(y)
  local t = { better = sum(y:gt(z), "indicator"), equal = sum(y:eq(z), "indicator"), worse = sum(y:lt(z), "indicator") }
  local dominates = t.better:gt(0) & t.worse:eq(0)
  t.strict = t.better:gt(0) & (t.equal + t.worse):eq(0)
  t.dominates = sum(dominates, "other")
  t.dominators = sum(pairwise.turned(dominates), "other")
  t.dominated = t.dominators:gt(0)
  return dominates, t
end

return M
