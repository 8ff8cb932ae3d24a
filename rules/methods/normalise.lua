-- Normalisation: a measured value becomes a score.
--
-- Every method takes the values x and a table p of parameters, and returns scores of the shape of x
-- and the parameters together (a standard that differs by stage adds the axis `stage`). A parameter
-- is a number or an array; the index of an assessment serves as p as it is, since `index.standard`,
-- `index.floor` and the rest are its fields. Units of x and of the parameters are the same; scores
-- are points, 0 to 100 unless a method says otherwise. Missing in x or in a parameter gives missing.
-- A division by a parameter of zero gives missing and a warning that names the indicator.
--
-- Scores end at `p.cap` (100 where the rules give none), so that one strength cannot pay for every
-- weakness; with a higher cap it may pay for some.

local better = require "methods.better"

local M = {}

-- The option o[name] as a plain value: a flag, a word, a number that shapes the formula.
local function option(o, name, otherwise) return plain(optional(o, name), otherwise) end

local function cap(p)
  local own = optional(p, "cap")
  return own and coalesce(own, 100) or 100
end

-- The list p[name] of pairs, each a value and what belongs to it.
local function pairs_of(method, p, name, value, belongs)
  local list = optional(p, name)
  if type(list) ~= "table" or #list == 0 then
    error { "%s: %s = { { %s, %s }, … } is not given", method, name, value, belongs }
  end
  for i, pair in ipairs(list) do
    if type(pair) ~= "table" or pair[1] == nil then
      error { "%s: number %s of the %s is not { %s, %s }", method, i, name, value, belongs }
    elseif pair[2] == nil then
      error { "%s: number %s of the %s, { %s }, has no %s", method, i, name, pair[1], belongs }
    end
  end
  return list
end

--- Share of the standard reached, 完成率: min(cap, 100 x / standard), not under 0.
-- p: standard, cap. Source: 全面建设小康社会统计监测方案 2008, positive indicators (the kind is named
-- there; the formula's picture is not in the copy we read).
function M.ratio(x, p)
  return clamp(100 * x / p.standard, 0, cap(p))
end

--- The same for what should be small: min(cap, 100 standard / x). Nothing at all (x = 0) scores the
-- cap; a negative x has no meaning here and is missing. p: standard, cap. Source: as for ratio,
-- inverse indicators; that 0 scores full is our reading.
function M.inverse(x, p)
  local some = where(x:gt(0), x)
  return where(x:eq(0), cap(p), clamp(100 * p.standard / some, 0, cap(p)))
end

--- Full inside a target band, falling in straight lines to 0 at the ends of what is allowed.
-- p: target_low, target_high, allowed_low, allowed_high (in rules: `target = { 0.95, 1.05 }`,
-- `allowed = { 0.6, 1.5 }`). Never above 100. Source: 小康监测方案 2008 names the kind (区间型); the
-- straight lines are common practice, no source found.
function M.interval(x, p)
  local rising  = (x - p.allowed_low) / (p.target_low - p.allowed_low)
  local falling = (p.allowed_high - x) / (p.allowed_high - p.target_high)
  return clamp(100 * least(rising, falling), 0, 100)
end

--- 功效系数法: 60 at the value that is just not allowed (floor), 100 at the satisfactory one (standard),
-- a straight line through both, kept within 0 and cap. With floor above standard it serves what should
-- be small. p: floor, standard, cap. Source: common practice in 考核; no stored source for the formula.
function M.efficacy(x, p)
  return clamp(60 + 40 * (x - p.floor) / (p.standard - p.floor), 0, cap(p))
end

--- 指数功效函数: 60 e^(B (x - floor) / (standard - floor)) with B = -ln 0.6, so again 60 at the floor and
-- 100 at the standard; the midpoint is sqrt(6000). p: floor, standard, cap. Source: the range 60-100 is
-- published, the constants are recalled.
function M.efficacy_exponential(x, p)
  return clamp(60 * exp(-log(0.6) * (x - p.floor) / (p.standard - p.floor)), 0, cap(p))
end

--- Steps: the points of the highest step that x reaches, nothing in between (完成90%计36分: 95 % is 36).
-- p.steps = { { 100, 40 }, { 90, 36 }, … } in any order; p.below = points under the lowest step (0);
-- p.over = { from = 100, per = 10, points = 3, most = 9 } adds points for every full `per` above `from`.
-- Gives points as the steps do, not 0 to 100. Source: county energy-saving score tables (国发〔2007〕36号
-- family); that a value between two steps gets the lower one is our reading.
function M.stepped(x, p)
  local steps, points = {}, optional(p, "below", 0)
  for _, step in ipairs(pairs_of("stepped", p, "steps", "value", "points")) do
    steps[#steps + 1] = { plain(step[1]), step[2] }
  end
  table.sort(steps, function(a, b) return a[1] < b[1] end)
  for _, step in ipairs(steps) do
    points = where(x:ge(step[1]), step[2], points)
  end
  local o = optional(p, "over")
  if o then
    for _, name in ipairs { "from", "per", "points", "most" } do
      if o[name] == nil then error { "stepped: over = { from = …, per = …, points = …, most = … } lacks %s", name } end
    end
    points = points + clamp(floor((x - o.from) / o.per) * o.points, 0, o.most)
  end
  return points
end

--- 分档功效: straight lines between the bands' standard values, each with its coefficient.
-- p.bands = { { 13, 1.0 }, { 10.5, 0.8 }, … } from the best; full above the best standard, 0 under the
-- last. Gives 100 times the coefficient: times weight / 100 it is 本档基础分 + 调整分. Source: 财统字〔1999〕6号
-- 计分方法 (formula); its coefficients 1.0/0.8/0.6/0.4/0.2 are recalled.
function M.bands(x, p)
  local b = pairs_of("bands", p, "bands", "standard", "coefficient")
  local score = where(x:ge(b[#b][1]), 100 * b[#b][2], 0)
  for i = #b - 1, 1, -1 do
    local own, upper = b[i + 1], b[i]
    local between = own[2] + (x - own[1]) / (upper[1] - own[1]) * (upper[2] - own[2])
    score = where(x:ge(own[1]), 100 * between, score)
  end
  return where(x:ge(b[1][1]), 100 * b[1][2], score)
end

--- Between fixed goalposts, cut off at both: 0 at p.low, 100 at p.high (low > high where small is good). Goalposts that
-- contradict p.better, where it is given, are an error; equal ones: missing, and a warning. Source: UNDP, Human Development Reports since 1990; technical note 1.
function M.goalposts(x, p)
  return clamp(M.goalposts_open(x, p), 0, 100)
end

--- The same without cutting: above 100 beyond p.high, negative beyond p.low. Also known as scaling.
function M.goalposts_open(x, p)
  local direction = optional(p, "better")
  if direction then
    local small = better.lower(direction, "goalposts")
    local rising = where(true, p.high - p.low)
    refuse(small & rising:gt(0) | coalesce(direction, "none"):eq("higher") & rising:lt(0),
      "goalposts: low is the value that scores 0 and high the one that scores 100, which contradicts better")
  end
  return 100 * (x - p.low) / (p.high - p.low)
end

-- The following compare the units with each other: x needs an axis `unit`, and a score depends on who
-- is in the comparison. p is optional and gives `better`: with "lower" x is reversed (-x) first, so that
-- whatever else p says is about the oriented values, unless noted; with "target" minus its distance from the band
-- p.target_low to p.target_high is compared. See better.lua.
--
-- Of several years each is compared by itself; the options o of every method say otherwise:
--   over = { "unit", "year" }   all values of all years with each other, so that scores of different years compare
--   base = 2010                 every year with the units of that year, so that a new year changes no old score
-- Source: OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 5 (across countries and time; a
-- reference at an initial time); global is what COINr 1.1 does with a purse, Normalise, global = TRUE.

-- What y is compared with, and along which axes.
local function field(y, o)
  local base = optional(o, "base")
  if base then return y:at { year = base }, { "unit" } end
  local over = optional(o, "over", "unit")
  return y, type(over) == "table" and over or { over }
end

local function average(z, over) return #over == 1 and mean(z, over[1]) or sum(z, over) / count(z, over) end

local function deviation(z, over, divisor)
  if #over == 1 then return std(z, over[1], { divisor = divisor }) end
  local n, off = count(z, over), z - average(z, over)
  return sqrt(sum(off ^ 2, over) / (divisor == "n" and n or where(n:gt(1), n - 1)))
end

-- How many of the field lie below. Other fields than the units of the same year take a comparison of each with each.
local function below(y, o)
  local z, over = field(y, o)
  if not optional(o, "base") and #over == 1 then return rank(y, over[1], { order = "ascending", ties = "min" }) - 1 end
  local other, names = {}, {}
  for _, axis in ipairs(over) do other[axis], names[#names + 1] = "other_" .. axis, "other_" .. axis end
  return sum(z:as(other):lt(y), names)
end

--- Min-max: 0 for the worst unit, 100 for the best, or o.from and o.to. All equal: missing, and a warning.
-- Source: OECD/JRC Handbook 2008, step 5.
function M.minmax(x, p, o)
  local from, to = optional(o, "from", 0), optional(o, "to", 100)
  local y = better.oriented(x, p, "minmax")
  local z, over = field(y, o)
  local lo, hi = min(z, over), max(z, over)
  return (to - from) * (y - lo) / (hi - lo) + from
end

--- z-score: o.mean (0) plus o.sd (1) times the standard deviations from the mean of the units, unbounded.
-- The divisor is n - 1, or n with o.divisor = "n" (or o = "n"). Source: OECD/JRC Handbook 2008, step 5
-- (recalled).
function M.zscore(x, p, o)
  if type(o) ~= "table" then o = { divisor = o } end
  local y = better.oriented(x, p, "zscore")
  local z, over = field(y, o)
  local score = (y - average(z, over)) / deviation(z, over, option(o, "divisor"))
  return optional(o, "mean", 0) + optional(o, "sd", 1) * score
end

--- z-scores with mean 100 and standard deviation 10, by n, or with o.divisor = "n-1" by n - 1: what the Mazziotta-Pareto
-- index is made of. Source: De Muro, Mazziotta and Pareto 2011 (recalled).
function M.standardised(x, p, o)
  local divisor = option(o, "divisor") or "n"
  if divisor ~= "n" and divisor ~= "n-1" then error { 'standardised: divisor is "n" or "n-1", not %s', divisor } end
  return M.zscore(x, p, { mean = 100, sd = 10, divisor = divisor == "n" and "n" or nil, over = optional(o, "over"), base = optional(o, "base") })
end

--- Min-max from 70 to 130 with the reference value 100 in the middle: 100 + 60 (x - p.reference) / (max - min).
-- p.low, p.high, where given, are the least and greatest value ever, else those of the units; p.reference is
-- their middle where not given. For p.better = "lower" scores are reversed: 200 minus that. What the
-- adjusted Mazziotta-Pareto index is made of. Source: Mazziotta and Pareto 2016 (recalled).
function M.referenced(x, p, o)
  local z, over = field(x, o)
  local lo, hi = optional(p, "low") or min(z, over), optional(p, "high") or max(z, over)
  local score = 60 * (x - (optional(p, "reference") or (lo + hi) / 2)) / (hi - lo)
  return 100 + where(better.lower(optional(p, "better"), "referenced"), -score, score)
end

--- Rank from below: 1 for the worst unit, n for the best, ties share the lower number. Source: OECD/JRC
-- Handbook 2008, step 5 (recalled); ties as COINr 1.1.
function M.rank(x, p, o)
  return below(better.oriented(x, p, "rank"), o) + 1
end

--- Borda points: how many units are worse, rank - 1. Source: Borda 1784; COINr 1.1, n_borda.
function M.borda(x, p, o)
  return below(better.oriented(x, p, "borda"), o)
end

--- Percentile rank: the share of the other units that lie below, 0 to 100; (rank - 1) / (n - 1).
-- Source: as for rank.
function M.percentile(x, p, o)
  local z, over = field(x, o)
  return 100 * below(better.oriented(x, p, "percentile"), o) / (count(z, over) - 1)
end

--- Distance to the best unit: 1 - (max - x) / (max - min), which is (x - min) / (max - min), times 100.
-- Source: COINr 1.1, n_dist2max.
function M.distance_to_maximum(x, p, o)
  local y = better.oriented(x, p, "distance_to_maximum")
  local z, over = field(y, o)
  local lo = min(z, over)
  return 100 * (y - lo) / (max(z, over) - lo)
end

--- Distance to a reference unit, the worst unit being 0 and it 100: 100 (x - min) / (ref - min). Better
-- units have more, unless o.cap. It is the reference of its own year, or of the year o.base. The reference being
-- the worst: missing, and a warning. Source: OECD/JRC Handbook 2008, step 5; COINr 1.1, n_dist2ref.
function M.distance_to_reference(x, p, o)
  local y = better.oriented(x, p, "distance_to_reference")
  local z, over = field(y, o)
  local lo = min(z, over)
  local score = 100 * (y - lo) / (z:at { unit = o.unit } - lo)
  return option(o, "cap") and least(score, 100) or score
end

--- Distance to the target p.target (as written, not oriented), the worst unit being 0: 100 (x - min) /
-- (target - min), for what should be small 100 (max - x) / (max - target). Beyond it more, unless o.cap. For better =
-- "target" it is 100 in the band and 0 for the unit farthest from it. A target that is no better than the worst unit:
-- missing, and a warning. Source: OECD/JRC Handbook 2008, step 5; COINr 1.1, n_dist2targ.
function M.distance_to_target(x, p, o)
  local y, centred = better.oriented(x, p, "distance_to_target")
  local target = optional(p, "target") or 0
  if centred then target = where(centred, 0, where(coalesce(p.better, "higher"):eq("lower"), -target, target)) end
  local z, over = field(y, o)
  local lo = min(z, over)
  warn(lo:ge(target), "distance_to_target: the target is no better than the worst unit, no scores")
  local score = 100 * (y - lo) / where(lo:lt(target), target - lo)
  return option(o, "cap") and least(score, 100) or score
end

--- Percentage of the best unit: 100 x / max. For p.better = "lower" it is 100 min / x, for values above 0: a
-- oriented value has no meaningful share. Source: OECD/JRC Handbook 2008, step 5 (indicators as percentage of
-- the leader); COINr 1.1, n_fracmax, for positive directions.
function M.fraction_of_maximum(x, p, o)
  local z, over = field(x, o)
  local share = 100 * x / max(z, over)
  local small = better.lower(optional(p, "better"), "fraction_of_maximum")
  if not small then return share end
  local some = where(x:gt(0), x)
  return where(small, 100 * min(where(z:gt(0), z), over) / some, share)
end

--- Level and progress, 水平分加增长分: p.share (0.6) of the score for the level, 100 x / standard, the rest for growth
-- since the year before, full at p.full (0.10, that is 10 %). Both are kept within 0 and 100. x over `year`; the
-- first year, and one after a gap, has no growth and no score. p: standard. Source: common practice in 考核 (总量与增速
-- 并重); the numbers are examples.
function M.level_and_growth(x, p)
  local share = optional(p, "share", 0.6)
  local before = lag(x, "year", 1, { count = "numbers" })
  local growth = x / where(before:gt(0), before) - 1
  return share * clamp(100 * x / p.standard, 0, 100) + (1 - share) * clamp(100 * growth / optional(p, "full", 0.10), 0, 100)
end

--- A value that is a score already: the mark of a rubric, of a panel, of another index.
function M.given(x)
  return x
end

--- Applies to every indicator the method its line in the index names (`score = normalise.ratio`), with
-- the attributes of these indicators as parameters; `more` gives parameters that hold for all of them and
-- come first, such as { cap = a.params.cap }; the options o are handed to all, such as { base = 2010 }. x has
-- the axis of the indicators; an indicator without `score` stays missing.
function M.each(x, a, more, o)
  local leaves = a.index:level(x).axis
  local scores
  for _, m in ipairs(a.index:methods "score") do
    local these = { [leaves] = m.ids }
    local p = setmetatable({}, { __index = function(_, name)
      local own = optional(more, name)
      if own ~= nil then return own end
      local attribute = a.index[name]
      return attribute and attribute:only(these)
    end })
    local some = m.method(x:only(these), p, o)
    scores = scores and coalesce(scores, some) or some
  end
  return scores
end

return M
