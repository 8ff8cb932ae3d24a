-- Grades: bands of a score, vetoes, quotas on a grade, order of units with equal scores.
--
-- A grade is a number, the place of its band: 1 is the best. `name` gives its text. Bands are { { "优秀", 90 }, {
-- "良好", 80 }, … } from the best, each with its lowest score, which belongs to it (以上含本数, 以下不含本数). Bands with both
-- ends, { "良", 80, 89 }, are checked for overlaps and gaps.

local apart = require "methods.apart".between

local M = {}

-- The width of the gap that whole numbers leave between two bands: 80-89, 90-100.
local function step_of(p) return plain(optional(p, "whole")) and 1 or 0 end

-- A message: a format, looked up in the catalogue of texts, and what fills it.
local function message(...) return { ... } end

--- Refuses bands that overlap, leave gaps, are in the wrong order or have a name twice. Both ends are included:
-- 80-90 and 90-100 overlap.
-- Arguments: bands. p.whole: scores are whole numbers, so that 80-89 and 90-100 leave no gap; otherwise they do
--   (89.5 is in no band: 财政部's 优 90-100, 良 80-89).
-- Result: the bands.
-- Missing: none.
-- Errors: everything that is wrong with the bands is reported in one error.
-- Source: definition.
function M.check(bands, p)
  local wrong, seen = {}, {}
  for i, band in ipairs(bands) do
    local name, low, high = band[1], plain(band[2]), plain(band[3])
    if type(name) ~= "string" or type(low) ~= "number" then
      error { low == nil and "bands: number %s is not { name, lowest score }, it has no score"
        or "bands: number %s is not { name, lowest score }", i }
    end
    local above = bands[i - 1]
    above = above and { above[1], plain(above[2]) }
    if seen[name] then wrong[#wrong + 1] = message("%s stands twice", name) end
    seen[name] = true
    if high and high < low then wrong[#wrong + 1] = message("%s ends below its beginning", name) end
    if above and apart(low, above[2]) >= 0 then
      wrong[#wrong + 1] = message("%s (from %s) does not lie below %s (from %s)", name, low, above[1], above[2])
    elseif above and high and apart(high, above[2]) >= 0 then
      wrong[#wrong + 1] = message("%s (to %s) and %s (from %s) overlap", name, high, above[1], above[2])
    elseif above and high and apart(high + step_of(p), above[2]) < 0 then
      wrong[#wrong + 1] = message("between %s (to %s) and %s (from %s) is a gap", name, high, above[1], above[2])
    end
  end
  if #bands == 0 then wrong[1] = message("there are none") end
  if #wrong > 0 then error { "bands: %s", wrong } end
  return bands
end

--- The band of a score. Round the score first or do not; state which.
-- Arguments: score over any axes. bands, p: as for check.
-- Result: numbers of bands, axes of score.
-- Missing: stays missing; below the lowest band missing.
-- Errors: as for check.
-- Source: 最严格水资源管理制度考核办法 (90/80/60, 以上含本数, 以下不含本数).
function M.band(score, bands, p)
  M.check(bands, p)
  local place
  for i = #bands, 1, -1 do
    place = place and where(score:ge(bands[i][2]), i, place) or where(score:ge(bands[i][2]), i)
  end
  return place
end

--- The number of a band, by its name.
-- Arguments: bands. name: a text.
-- Result: a number.
-- Missing: none.
-- Errors: an unknown name is an error.
-- Source: definition.
function M.place(bands, name)
  name = plain(name)
  for i, band in ipairs(bands) do
    if band[1] == name then return i end
  end
  error { "there is no band '%s'", name }
end

--- The name of a grade.
-- Arguments: place: grades. bands.
-- Result: texts, axes of place.
-- Missing: stays missing.
-- Errors: none.
-- Source: definition.
function M.name(place, bands)
  local text
  for i = #bands, 1, -1 do
    text = text and where(place:eq(i), bands[i][1], text) or where(place:eq(i), bands[i][1])
  end
  return text
end

--- At best the grade `name` where `vetoed` is true.
-- Arguments: place: grades over `unit`. vetoed: truth over `unit`. bands. name: a text.
-- Result: grades over `unit`.
-- Missing: stays missing.
-- Errors: an unknown name is an error.
-- Source: 国发〔2007〕36号 family (一票否决).
function M.ceiling(place, vetoed, bands, name)
  return where(vetoed, greatest(place, M.place(bands, name)), place)
end

--- A veto by its scope.
-- Arguments: vetoed: truth over `unit`. score, bonus: points over `unit`. p.scope: "item" (score is 0: that of an
--   item, or of a part), "total" (score and bonus are 0), "grade" (at best p.grade) or "bonus" (no bonus); p.bonus,
--   for "item" and "grade": "void" (the veto comes before the bonus) or "kept". bands. grade: a function from the
--   total to a grade.
-- Result: total; second result: grade; third: bonus; over `unit`.
-- Missing: stays missing.
-- Errors: another scope, or no p.bonus where it is needed, is an error.
-- Source: the grade's in the 国发〔2007〕36号 family (否决性指标); the other scopes are ours.
function M.veto(vetoed, score, bonus, p, bands, grade)
  local scope, kept, name = plain(optional(p, "scope")), plain(optional(p, "bonus")), plain(optional(p, "grade"))
  if scope ~= "item" and scope ~= "total" and scope ~= "grade" and scope ~= "bonus" then
    error('veto: scope = "item", "total", "grade" or "bonus"')
  end
  if (scope == "grade" or scope == "item") and kept ~= "void" and kept ~= "kept" then
    error('veto: say whether it takes the bonus: bonus = "void" or "kept"')
  end
  if scope == "item" or scope == "total" then score = where(vetoed, 0, score) end
  if scope == "bonus" or scope == "total" or kept == "void" then bonus = where(vetoed, 0, bonus) end
  local total = score + bonus
  local place = grade(total)
  if scope == "grade" then place = M.ceiling(place, vetoed, bands, name) end
  return total, place, bonus
end

--- Places by several keys; the first that differs decides. Values are compared as they are: round them first.
-- Arguments: keys: a list of arrays, or of { array, "ascending" } where less is better. axis: its name. ties: as in
--   rank ("min").
-- Result: places over the axis, 1 the best; units equal in all keys share the place (1, 2, 2, 4).
-- Missing: a missing key comes last; without the first key there is no place.
-- Errors: none.
-- Source: definition.
function M.order(keys, axis, ties)
  local place
  for i, key in ipairs(keys) do
    local x, way = key, "descending"
    if type(key) == "table" then x, way = key[1], key[2] end
    if i == 1 then
      place = rank(x, axis, { order = way, ties = "dense" })
    else
      -- Only units with a place count, so that no key exceeds n. A missing key is the last, because the others then
      -- have fewer than n different keys.
      local n = count(place, axis)
      local own = rank(where(present(place), x), axis, { order = way, ties = "dense" })
      place = rank(place * n + coalesce(own, n), axis, { order = "ascending", ties = "dense" })
    end
  end
  return rank(place, axis, { order = "ascending", ties = ties or "min" })
end

--- The number that a quota allows: p.share of n, rounded. Decimal values are rounded: 35 % of 180 is 63.
-- Arguments: n: a number. p: share; rounding: "floor", "round" or "ceil"; minimum (0).
-- Result: a number.
-- Missing: stays missing.
-- Errors: without `rounding` there is an error.
-- Source: 杭州2018 (优秀不超过15%); 珠三角 2014, 11 of 31 (ceil of a third).
function M.allowed(n, p)
  local how = ({ floor = floor, round = round, ceil = ceil })[plain(optional(p, "rounding"), "")]
  if not how then error('quota: rounding = "floor", "round" or "ceil"') end
  return greatest(how(p.share * n), optional(p, "minimum", 0))
end

--- Limits the number of units in the grade p.grade; the others get the next grade.
-- Arguments: place: grades over `unit`. keys: as for order, to choose among the units that reached the grade.
--   bands. p: grade; share, rounding, minimum as for allowed; ties, for units that share the last place if there is
--   not room for all: "out" (none of them) or "in" (all of them, beyond the quota). n: the number that the share is
--   of (default: all units that have a grade).
-- Result: grades over `unit`; second result: truth, the unit was excluded by the quota.
-- Missing: a unit without a grade stays missing and is not counted.
-- Errors: without `ties` or `rounding` there is an error.
-- Source: as for allowed.
function M.quota(place, keys, bands, p, n)
  local ties = plain(optional(p, "ties"))
  if ties ~= "in" and ties ~= "out" then
    error('quota: nothing is said of ties at the edge: ties = "out" (all who share the last place are left out) or "in"')
  end
  local at = M.place(bands, plain(p.grade))
  local reached = place:eq(at)
  local own = {}
  for i, key in ipairs(keys) do
    own[i] = type(key) == "table" and { where(reached, key[1]), key[2] } or where(reached, key)
  end
  local mine = M.order(own, "unit", ties == "out" and "max" or "min")
  if not n then n = count(place, "unit") end
  local allowed = M.allowed(n, p)
  local cut = reached & coalesce(mine:gt(allowed), false)
  return where(cut, at + 1, place), cut
end

return M
