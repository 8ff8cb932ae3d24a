-- ELECTRE: a unit outranks another if enough of the weight agrees and no indicator objects too strongly. Arguments,
-- missing values and errors are described in mcda.lua. Weights are normalised to sum 1.

local apart = require "methods.apart".between
local rows = require "methods.mcda.rows"
local pairwise = require "methods.mcda.pairs"
local other, turned = pairwise.other, pairwise.turned

local M = {}

-- Truth over unit and other: they are different, and the other leads in no indicator by more than its veto.
local function may(against, veto)
  local two = ~pairwise.own()
  return veto and two & ~coalesce(any(pairwise.above(against, veto), "indicator"), false) or two
end

-- Concordance and discordance of ELECTRE I and II, which pairs may outrank at all, and the leads.
local function agreement(x, w, better, o)
  local l, against, y = pairwise.lead(x, w, better)
  local range = apart(max(y, "unit"), min(y, "unit"))
  if o.range == "common" then range = max(range, "indicator") end
  local t = {
    concordance = mean(where(l.own:ge(l.other), 1, 0), "indicator", { weights = w }),
    discordance = max(where(range:gt(0), greatest(against.by, 0) / where(range:gt(0), range), 0 * against.by), "indicator"),
  }
  return t, may(against, o.veto), l
end

--- ELECTRE I. A unit outranks another if concordance is at least o.concordance, discordance is at most
-- o.discordance, and the other leads in no indicator by more than o.veto.
-- Arguments: x, w, better as in mcda.lua. o: concordance (0.7), discordance (0.3); veto, a number or an array over
--   `indicator` in its unit of measure, missing where there is no veto; range = "common" divides discordance by the
--   greatest range, for x on one scale, such as that of mcda.sum (default: by the range of each indicator).
-- Result: truth over unit and other; second result: a table: concordance, the share of the weight in which the unit
--   is at least as good; discordance, the greatest lead of the other as a share of the range; kernel, truth over
--   units: those to choose from, none of which outranks another, and which outrank all the rest; missing for units
--   that outrank each other in circles.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; a circle is a warning.
-- Source: Roy 1968; Roy 1991 (ranges as scales); Maystre, Pictet and Simos 1994 (veto, ELECTRE Iv).
function M.electre(x, w, better, o)
  o = o or {}
  local t, open = agreement(x, w, better, o)
  local agree = round(t.concordance, 12):ge(o.concordance or 0.7)
  local outranks = open & agree & round(t.discordance, 12):le(o.discordance or 0.3)

  -- A unit that no remaining unit outranks is in; units that it outranks are out. Twelve steps are
  -- enough for all orders up to that length.
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

-- The result of a method with two rankings: their mean, and their relation.
local function of_two_rankings(descending, ascending, t)
  t.descending, t.ascending = descending, ascending
  local down, up = other(descending) - descending, other(ascending) - ascending
  t.relation = where(down:eq(0) & up:eq(0), "indifferent",
               where(down:ge(0) & up:ge(0), "preferred",
               where(down:le(0) & up:le(0), "inferior", "incomparable")))
  return (descending + ascending) / 2, t
end

-- Places of classes that are taken out one after another. If the steps were not enough there are none, because from
-- below the remaining units would be the best.
local function placed(place, here, left)
  local unfinished = any(left, "unit")
  warn(unfinished, "the classes are more than the steps, and there is no ranking (o.steps)")
  return where(here & ~unfinished, place)
end

-- From the top: the units that no remaining unit outranks strongly, and of these, those that none of them outranks
-- weakly. If all are outranked, in a circle, they are one class.
local function peeled(strong, weak, here, steps)
  local left, place = here, 0
  for k = 1, steps do
    local function free(of, by)
      local beaten = coalesce(any(by & of, "unit"), false):as { other = "unit" }
      local first = of & ~beaten
      return where(any(first, "unit"), first, of)
    end
    local class = free(free(left, strong), weak)
    place, left = where(class, k, place), left & ~class
  end
  return placed(place, here, left)
end

--- ELECTRE II: the mean of two rankings. The descending one takes out, class by class, the units that no remaining
-- unit outranks, strongly and then weakly; the ascending one those that outrank no remaining unit. Strong
-- outranking requires concordance c1 and discordance at most d1, or c2 and d2; weak outranking c3 and d1. In both
-- the unit must be better in at least as much of the weight as it is worse in. Less is better.
-- Arguments: x, w, better as in mcda.lua. o: concordance = { c1, c2, c3 } (0.65, 0.5, 0.35), discordance = { d1, d2
--   } (0.65, 0.35); range, veto as for electre; steps, the greatest number of classes (60).
-- Result: 1 for the best; second result: a table: descending and ascending; relation, texts over unit and other:
--   "preferred", "inferior", "indifferent", or "incomparable" if the two rankings disagree; strong and weak, truth
--   over unit and other; concordance, discordance.
-- Missing: as in mcda.lua.
-- Errors: as in mcda.lua; if there are more classes than o.steps, no ranking, with a warning.
-- Source: Roy and Bertier 1971; the levels of scikit-criteria.
function M.electre2(x, w, better, o)
  o = o or {}
  local c, e = o.concordance or { 0.65, 0.5, 0.35 }, o.discordance or { 0.65, 0.35 }
  local t, open, l = agreement(x, w, better, o)
  local agree, oppose = round(t.concordance, 12), round(t.discordance, 12)
  local balance = mean(where(l.own:gt(l.other), 1, where(l.own:lt(l.other), -1, 0)), "indicator", { weights = w })
  open = open & round(balance, 12):ge(0)
  t.strong = open & ((agree:ge(c[1]) & oppose:le(e[1])) | (agree:ge(c[2]) & oppose:le(e[2])))
  t.weak = open & agree:ge(c[3]) & oppose:le(e[1])
  local here, steps = present(max(t.concordance, "other")), o.steps or 60
  local descending = peeled(t.strong, t.weak, here, steps)
  local from_below = peeled(turned(t.strong), turned(t.weak), here, steps)
  return of_two_rankings(descending, max(from_below, "unit") + 1 - from_below, t)
end

-- One distillation: classes in the order in which they are taken out. S over unit and other, without a unit's pair with
-- itself; side is 1 to take the most qualified, -1 the least. At the cut c a unit outranks the other if S > c and S >
-- reversed S + alpha + beta S. Qualification is the number of units outranked minus the number outranking. Within the
-- class found the cut is lowered until one unit is left or the cut is 0.
local function distilled(S, here, side, alpha, beta, steps)
  local function margin(s) return alpha + beta * s end
  local wins = S:gt(round(turned(S) + margin(S), 12))
  local left, within, place, class = here, here, 0, 1
  local level, fresh = 0, here | true
  for _ = 1, steps do
    local pair = where(within & other(within), S)
    level = where(fresh, coalesce(max(pair, { "unit", "other" }), 0), level)
    local cut = coalesce(max(where(pair:lt(round(level - margin(level), 12)), pair), { "unit", "other" }), 0)
    local outranks = coalesce(wins & pair:gt(cut), false)
    local strength = sum(outranks, "other") - sum(outranks, "unit"):as { other = "unit" }
    local scored = where(within, side * strength)
    local most = coalesce(scored:eq(max(scored, "unit")), false)
    local done = cut:eq(0) | sum(most, "unit"):le(1)
    place = where(done & most, class, place)
    left = left & ~(done & most)
    class = class + where(done, 1, 0)
    within, level, fresh = where(done, left, most), where(done, 0, cut), done
  end
  return placed(place, here, left)
end

--- ELECTRE III: the mean of two rankings, distilled from the credibility that a unit is at least as good as
-- another. Credibility is the concordance, times (1 - D) / (1 - concordance) for each indicator whose discordance D
-- is above it. Less is better.
-- Arguments: x, w, better as in mcda.lua. o: q (0), p (q), veto: numbers or arrays over `indicator` in its unit of
--   measure: up to q the other's lead counts as none, from p on fully, and from veto on (missing where there is
--   none) it is an absolute objection; distillation = { alpha, beta } (0.3, -0.15): a credibility is higher than
--   another by more than alpha + beta times itself; steps, the greatest number of classes and cuts (100; hundreds
--   of units need more).
-- Result: 1 for the best; second result: a table: descending and ascending, the two rankings; relation as for
--   electre2; credibility and concordance over unit and other; discordance, over indicator as well.
-- Missing: as in mcda.lua.
-- Errors: as for electre2.
-- Source: Roy 1978; Vallée and Zielniewicz 1994.
function M.electre3(x, w, better, o)
  o = o or {}
  local _, against, y = pairwise.lead(x, w, better)
  local d = against.by
  local q, p = rows.given(o.q or 0, y, "q"), rows.given(o.p or o.q or 0, y, "p")
  local t = { concordance = mean(1 - pairwise.ramp(against, q, p), "indicator", { weights = w }), discordance = 0 * d }
  if o.veto then
    local veto = coalesce(o.veto, o.veto) -- of a plain number, an array
    t.discordance = where(present(veto), pairwise.ramp(against, p, coalesce(veto, 0)), 0 * d)
  end
  local c = round(t.concordance, 12)
  local objects = t.discordance:gt(c)
  local kept = where(objects, (1 - t.discordance) / where(objects, 1 - c), where(present(d), 1))
  local whole = where(any(kept:eq(0), "indicator"), 0, exp(sum(log(where(kept:gt(0), kept)), "indicator")))
  t.credibility = t.concordance * whole
  local here, steps = present(max(t.concordance, "other")), o.steps or 100
  local s = o.distillation or { 0.3, -0.15 }
  local S = where(~pairwise.own(), round(t.credibility, 12))
  local descending = distilled(S, here, 1, s[1], s[2], steps)
  local from_below = distilled(S, here, -1, s[1], s[2], steps)
  return of_two_rankings(descending, max(from_below, "unit") + 1 - from_below, t)
end

return M
