-- ELECTRE: a unit outranks another when enough of the weight agrees and nothing objects too much. What goes in is said
-- in mcda.lua; weights are made to sum to 1.

local rows = require "methods.mcda.rows"
local pairwise = require "methods.mcda.pairs"
local other, lead, turned = pairwise.other, pairwise.lead, pairwise.turned

local M = {}

-- Truth over unit and other: they are two, and the other leads nowhere by more than the indicator's veto, if it has one.
local function may(d, veto)
  local two = ~pairwise.own()
  return veto and two & ~coalesce(any((-d):gt(veto), "indicator"), false) or two
end

-- Concordance and discordance of ELECTRE I and II, and who may outrank whom at all.
local function agreement(x, w, better, o)
  local d, y = lead(x, w, better)
  local range = max(y, "unit") - min(y, "unit")
  if o.range == "common" then range = max(range, "indicator") end
  local t = {
    concordance = mean(where(d:ge(0), 1, 0), "indicator", { weights = w }),
    discordance = max(where(range:gt(0), greatest(-d, 0) / where(range:gt(0), range), 0 * d), "indicator"),
  }
  return t, may(d, o.veto), d
end

--- ELECTRE I: truth over unit and other, that the unit outranks the other, and a table:
-- concordance, the share of the weight in which it is at least as good; discordance, the greatest
-- lead of the other as a share of the range of that indicator, or with o.range = "common" of the
-- greatest range (x on one scale, as mcda.sum and the like make it); kernel, truths over units: those to
-- choose from, of whom none outranks another and who outrank all the rest (missing where units
-- outrank each other in circles). Outranking asks for concordance of o.concordance (0.7) or more
-- and discordance of at most o.discordance (0.3), and that the other leads nowhere by more than o.veto, a number or an
-- array over `indicator` in its unit of measure, missing where there is no veto. Source: Roy 1968; Roy 1991 (ranges as
-- scales); Maystre, Pictet and Simos 1994 (veto, ELECTRE Iv).
function M.electre(x, w, better, o)
  o = o or {}
  local t, open = agreement(x, w, better, o)
  local agree = round(t.concordance, 12):ge(o.concordance or 0.7)
  local outranks = open & agree & round(t.discordance, 12):le(o.discordance or 0.3)

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

-- What a method with two rankings returns: the mean of the two, and how they compare.
local function of_two_rankings(descending, ascending, t)
  t.descending, t.ascending = descending, ascending
  local down, up = other(descending) - descending, other(ascending) - ascending
  t.relation = where(down:eq(0) & up:eq(0), "indifferent",
               where(down:ge(0) & up:ge(0), "preferred",
               where(down:le(0) & up:le(0), "inferior", "incomparable")))
  return (descending + ascending) / 2, t
end

-- Places of classes that are taken out one after the other. Where the steps were not enough there are none: from below,
-- what is left would be the best.
local function placed(place, here, left)
  local unfinished = any(left, "unit")
  warn(unfinished, "the classes are more than the steps, and there is no ranking (o.steps)")
  return where(here & ~unfinished, place)
end

-- From the top: those of whom nobody that is left is strongly outranked, and of these whom none of them outranks
-- weakly. Where all are, in a circle, they are one class.
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

--- ELECTRE II: the mean of two rankings, 1 for the best, the less the better: descending takes out, class by class, who
-- is outranked by nobody that is left, from the top, ascending who outranks nobody, from the bottom; strong outranking
-- decides, then weak. The unit must be better in as much of the weight as it is worse in. Strong: concordance of c1
-- and discordance of at most d1, or of c2 and d2; weak: of c3 and d1. o.concordance = { c1, c2, c3 } (0.65, 0.5,
-- 0.35), o.discordance = { d1, d2 } (0.65, 0.35). Concordance, discordance, o.range and o.veto are those of electre.
-- Returns it and a table: descending and ascending; relation, texts over unit and other: "preferred", "inferior",
-- "indifferent", or "incomparable" where the two disagree; strong and weak, truths over unit and other; concordance,
-- discordance. o.steps (60) is the most classes there can be, else there is no ranking, with a warning. Source: Roy and
-- Bertier 1971; the levels of scikit-criteria.
function M.electre2(x, w, better, o)
  o = o or {}
  local c, e = o.concordance or { 0.65, 0.5, 0.35 }, o.discordance or { 0.65, 0.35 }
  local t, open, d = agreement(x, w, better, o)
  local agree, oppose = round(t.concordance, 12), round(t.discordance, 12)
  local balance = mean(where(d:gt(0), 1, where(d:lt(0), -1, 0)), "indicator", { weights = w })
  open = open & round(balance, 12):ge(0)
  t.strong = open & ((agree:ge(c[1]) & oppose:le(e[1])) | (agree:ge(c[2]) & oppose:le(e[2])))
  t.weak = open & agree:ge(c[3]) & oppose:le(e[1])
  local here, steps = present(max(t.concordance, "other")), o.steps or 60
  local descending = peeled(t.strong, t.weak, here, steps)
  local from_below = peeled(turned(t.strong), turned(t.weak), here, steps)
  return of_two_rankings(descending, max(from_below, "unit") + 1 - from_below, t)
end

-- One distillation: classes in the order in which they are taken out. S over unit and other without the own pairs; side
-- is 1 to take the most qualified, -1 the least. At the cut c a unit outranks the other where S > c and S > S turned +
-- alpha + beta S; qualification is whom it outranks less who outrank it. Within the class found the cut is lowered
-- until one unit is left or the cut is 0.
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

--- ELECTRE III: the mean of two rankings, 1 for the best, the less the better, distilled from how credible it is that a
-- unit is at least as good as the other. Thresholds in the indicator's unit of measure, numbers or arrays over
-- `indicator`: the other's lead up to o.q (0) is none, from o.p (q where not given) it is full, and from o.veto on,
-- missing where there is no veto, it objects without appeal. Credibility is the concordance, times (1 - D) / (1 -
-- concordance) for each indicator whose discordance D is above it. A credibility counts as higher than another by
-- o.distillation = { alpha, beta } (0.3, -0.15): more than alpha + beta times itself. Returns it and a table:
-- descending and ascending, the two rankings; relation as electre2; credibility and concordance over unit and other;
-- discordance over indicator, too. o.steps (100) is the most classes and cuts there can be; hundreds of units want more.
-- Source: Roy 1978; Vallée and Zielniewicz 1994.
function M.electre3(x, w, better, o)
  o = o or {}
  local d, y = lead(x, w, better)
  local q, p = rows.given(o.q or 0, y, "q"), rows.given(o.p or o.q or 0, y, "p")
  local t = { concordance = mean(1 - pairwise.ramp(-d, q, p), "indicator", { weights = w }), discordance = 0 * d }
  if o.veto then
    local veto = coalesce(o.veto, o.veto) -- of a plain number, an array
    t.discordance = where(present(veto), pairwise.ramp(-d, p, coalesce(veto, 0)), 0 * d)
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
