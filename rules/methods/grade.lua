-- Grades: bands of a score, vetoes, quotas on a grade, order of units with equal scores.
--
-- A grade is a number here, the place of its band: 1 is the best. `name` makes the text of it. Bands are written as
-- { { "优秀", 90 }, { "良好", 80 }, … } from the best, each with its lowest score, which belongs to it (以上含本数,
-- 以下不含本数). Written with both ends, { "良", 80, 89 }, they are checked for overlaps and gaps.

local M = {}

-- The width of the gap that whole numbers leave between two bands: 80-89, 90-100.
local function step_of(p) return plain(optional(p, "whole")) and 1 or 0 end

-- A message: a format, looked up in the catalogue of texts, and what fills it.
local function message(...) return { ... } end

--- Refuses bands that overlap, leave gaps, stand in the wrong order or have a name twice; all that is wrong in one
-- error. Ends are both included: 80-90 and 90-100 overlap. p.whole: scores are whole numbers, so that 80-89 and
-- 90-100 leave no gap; without it they do (89.5 is in no band: 财政部's 优 90-100, 良 80-89).
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
    if above and low >= above[2] then
      wrong[#wrong + 1] = message("%s (from %s) does not lie below %s (from %s)", name, low, above[1], above[2])
    elseif above and high and high >= above[2] then
      wrong[#wrong + 1] = message("%s (to %s) and %s (from %s) overlap", name, high, above[1], above[2])
    elseif above and high and high + step_of(p) < above[2] then
      wrong[#wrong + 1] = message("between %s (to %s) and %s (from %s) is a gap", name, high, above[1], above[2])
    end
  end
  if #bands == 0 then wrong[1] = message("there are none") end
  if #wrong > 0 then error { "bands: %s", wrong } end
  return bands
end

--- The place of the band a score falls in; below the last band's lowest it is missing. Score: as it is given: round
-- before or not, and say so. Source: 最严格水资源管理制度考核办法 (90/80/60, 以上含本数, 以下不含本数).
function M.band(score, bands, p)
  M.check(bands, p)
  local place
  for i = #bands, 1, -1 do
    place = place and where(score:ge(bands[i][2]), i, place) or where(score:ge(bands[i][2]), i)
  end
  return place
end

--- The place of a band by its name.
function M.place(bands, name)
  name = plain(name)
  for i, band in ipairs(bands) do
    if band[1] == name then return i end
  end
  error { "there is no band '%s'", name }
end

--- The name of a grade.
function M.name(place, bands)
  local text
  for i = #bands, 1, -1 do
    text = text and where(place:eq(i), bands[i][1], text) or where(place:eq(i), bands[i][1])
  end
  return text
end

--- Not better than the grade `name` where `vetoed` is true. Source: 国发〔2007〕36号 family (一票否决).
function M.ceiling(place, vetoed, bands, name)
  return where(vetoed, greatest(place, M.place(bands, name)), place)
end

--- A veto by its scope: the total, grade and bonus of each unit after it. p.scope is "item" (score is 0: that of an
-- item, or of a part), "total" (score and bonus are 0), "grade" (not better than p.grade) or "bonus" (no bonus). For
-- "item" and "grade" p.bonus says what becomes of the bonus: "void" (the veto comes before it) or "kept". The function
-- `grade` gets the total and gives a place among the bands. Returns total, place, bonus. Source: the
-- grade's in the 国发〔2007〕36号 family (否决性指标); the other scopes are ours.
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

--- Places along an axis by several keys, the first that differs deciding: 1 is the best; what is equal in all shares
-- its place (1, 2, 2, 4). keys: a list of arrays or of { array, "ascending" } where less is better. A missing key
-- comes last; a missing first key has no place. Values are compared exactly: round them before.
function M.order(keys, axis, ties)
  local place
  for i, key in ipairs(keys) do
    local x, way = key, "descending"
    if type(key) == "table" then x, way = key[1], key[2] end
    if i == 1 then
      place = rank(x, axis, { order = way, ties = "dense" })
    else
      -- Only who has a place counts, so that no key goes beyond n; what is missing is the last, for then the others have
      -- fewer than n different keys.
      local n = count(place, axis)
      local own = rank(where(present(place), x), axis, { order = way, ties = "dense" })
      place = rank(place * n + coalesce(own, n), axis, { order = "ascending", ties = "dense" })
    end
  end
  return rank(place, axis, { order = "ascending", ties = ties or "min" })
end

--- How many a quota allows: p.share of n, rounded by p.rounding ("floor", "round", "ceil"), at least
-- p.minimum (0). On the decimal: 35 % of 180 is 63. Source: 杭州2018 (优秀不超过15%); 珠三角 2014, 11 of 31 (ceil of
-- a third).
function M.allowed(n, p)
  local how = ({ floor = floor, round = round, ceil = ceil })[plain(optional(p, "rounding"), "")]
  if not how then error('quota: rounding = "floor", "round" or "ceil"') end
  return greatest(how(p.share * n), optional(p, "minimum", 0))
end

--- Keeps at most p's number of units in the grade p.grade; those beyond get the next one. place: grades over `unit`;
-- keys: as for order, to choose among those that reached the grade; n: of how many the share is, all units that
-- have a grade where not given. p: grade, share, rounding, minimum, and ties: what happens to those who share the
-- last place when there is not room for all of them: "out" (none of them), "in" (all of them, beyond the quota).
-- Returns the grades, and the truth of who was kept out by the quota. Source: as for allowed.
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
