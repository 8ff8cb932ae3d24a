-- Normalisation: a figure becomes a score.
--
-- The comment of each public function in this library has the same parts, in this order: what it computes; its
-- arguments, with their axes and units of measure; its result; what happens with missing values; errors and
-- warnings; the source of the formula. "recalled" marks a source of which no copy was at hand, "ours" a choice of
-- this project.
--
-- Here, x are figures with any axes. p is a table of parameters, each a number or an array; the index of an
-- assessment can be p, because `index.standard`, `index.floor` and so on are its fields. Parameters have the unit
-- of measure of x. A result has the axes of x and of the parameters together: a standard that differs by stage adds
-- the axis `stage`. Scores are points from 0 to 100 unless stated otherwise. They are limited to p.cap (default
-- 100), so that one strength cannot compensate every weakness.

local apart, better = require "methods.apart".between, require "methods.better"

local M = {}

-- The option o[name] as a plain value: a flag, a word, a number that shapes the formula.
local function option(o, name, otherwise) return plain(optional(o, name), otherwise) end

local function cap(p)
  local own = optional(p, "cap")
  return own and coalesce(own, 100) or 100
end

-- The list p[name] of pairs, each of a value and its points or coefficient.
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

--- Share of the standard that is reached, 完成率: min(cap, 100 x / standard), at least 0.
-- Arguments: x: figures. p: standard, cap.
-- Result: points, 0 to cap.
-- Missing: missing in x or in a parameter gives missing.
-- Errors: a standard of 0 gives missing, with a warning.
-- Source: 全面建设小康社会统计监测方案 2008, positive indicators (the kind is named there; the formula's picture is not in the
--   copy we read).
function M.ratio(x, p)
  return clamp(100 * x / p.standard, 0, cap(p))
end

--- The same where less is better: min(cap, 100 standard / x). x = 0 scores the cap.
-- Arguments: x: figures. p: standard, cap.
-- Result: points, 0 to cap.
-- Missing: missing in x or in a parameter gives missing; so does a negative x, which has no meaning here.
-- Errors: none.
-- Source: as for ratio, inverse indicators; that 0 scores full is our reading.
function M.inverse(x, p)
  local some = where(x:gt(0), x)
  return where(x:eq(0), cap(p), clamp(100 * p.standard / some, 0, cap(p)))
end

--- Full marks inside a target band, falling linearly to 0 at the ends of the allowed range.
-- Arguments: x: figures. p: target_low, target_high, allowed_low, allowed_high (in rules:
--   `target = { 0.95, 1.05 }`, `allowed = { 0.6, 1.5 }`).
-- Result: points, 0 to 100.
-- Missing: missing in x or in a parameter gives missing.
-- Errors: a band without width on one side gives missing, with a warning.
-- Source: 小康监测方案 2008 names the kind (区间型); the straight lines are common practice, no source found.
function M.interval(x, p)
  local rising  = (x - p.allowed_low) / (p.target_low - p.allowed_low)
  local falling = (p.allowed_high - x) / (p.allowed_high - p.target_high)
  return clamp(100 * least(rising, falling), 0, 100)
end

--- 功效系数法: linear, with 60 at the value that is just not allowed (floor) and 100 at the satisfactory one (standard).
-- If less is better, floor is above standard.
-- Arguments: x: figures. p: floor, standard, cap.
-- Result: points, 0 to cap.
-- Missing: missing in x or in a parameter gives missing.
-- Errors: floor = standard gives missing, with a warning.
-- Source: common practice in 考核; no stored source for the formula.
function M.efficacy(x, p)
  return clamp(60 + 40 * (x - p.floor) / (p.standard - p.floor), 0, cap(p))
end

--- 指数功效函数: 60 e^(B (x - floor) / (standard - floor)) with B = -ln 0.6, so again 60 at the floor and 100 at the
-- standard; the midpoint is sqrt(6000).
-- Arguments: x: figures. p: floor, standard, cap.
-- Result: points, 0 to cap.
-- Missing: missing in x or in a parameter gives missing.
-- Errors: floor = standard gives missing, with a warning.
-- Source: the range 60-100 is published, the constants are recalled.
function M.efficacy_exponential(x, p)
  return clamp(60 * exp(-log(0.6) * (x - p.floor) / (p.standard - p.floor)), 0, cap(p))
end

--- Steps: the points of the highest step that x reaches, with nothing in between (完成90%计36分: 95 % is 36).
-- Arguments: x: figures. p.steps = { { 100, 40 }, { 90, 36 }, … } in any order; p.below: points under the lowest
--   step (0); p.over = { from = 100, per = 10, points = 3, most = 9 } adds points for every full `per` above
--   `from`.
-- Result: points as in the steps, not 0 to 100.
-- Missing: missing in x gives missing.
-- Errors: steps that are absent or incomplete, and an incomplete `over`, are errors.
-- Source: county energy-saving score tables (国发〔2007〕36号 family); that a value between two steps gets the lower one
--   is our reading.
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

--- 分档功效: linear between the standard values of bands, each with its coefficient; full marks above the best
-- standard, 0 below the last.
-- Arguments: x: figures. p.bands = { { 13, 1.0 }, { 10.5, 0.8 }, … } from the best.
-- Result: 100 times the coefficient; times weight / 100 it is 本档基础分 + 调整分.
-- Missing: missing in x gives missing.
-- Errors: bands that are absent or incomplete are an error.
-- Source: 财统字〔1999〕6号 计分方法 (formula); its coefficients 1.0/0.8/0.6/0.4/0.2 are recalled.
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

--- Linear between fixed goalposts and limited to their range: 0 at low, 100 at high.
-- Arguments: x: figures. p: low, high (low > high if less is better), better (optional).
-- Result: points, 0 to 100.
-- Missing: missing in x or in a goalpost gives missing.
-- Errors: goalposts that contradict p.better, and "target", are errors; equal goalposts give missing, with a
--   warning.
-- Source: UNDP, Human Development Reports since 1990; technical note 1.
function M.goalposts(x, p)
  return clamp(M.goalposts_open(x, p), 0, 100)
end

--- The same without limits: above 100 beyond high, negative beyond low. Also known as scaling.
-- Arguments: as for goalposts.
-- Result: points, unlimited.
-- Missing: as for goalposts.
-- Errors: as for goalposts.
-- Source: as for goalposts.
function M.goalposts_open(x, p)
  local direction = optional(p, "better")
  if direction then
    local small = better.lower(direction, "goalposts")
    local high = where(true, p.high)
    refuse(small & high:gt(p.low) | coalesce(direction, "none"):eq("higher") & high:lt(p.low),
      "goalposts: low is the value that scores 0 and high the one that scores 100, which contradicts better")
  end
  local above, range = apart(x, p.low), apart(p.high, p.low)
  return 100 * above / range
end

-- The following methods compare the units with each other: x needs the axis `unit`, and a score depends on which
-- units are compared. p is optional and gives `better`: with "lower", x is reversed (-x) first, and other parameters
-- refer to the reversed values unless stated otherwise; with "target", minus the distance from the band p.target_low
-- to p.target_high is compared. See better.lua.
--
-- If there are several years, each is compared separately, unless the options o state otherwise:
--   over = { "unit", "year" }   all values of all years together, so that scores of different years are comparable
--   base = 2010                 every year with the units of that year, so that a new year does not change old scores
-- Source: OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 5 (across countries and time; a
-- reference at an initial time); global is what COINr 1.1 does with a purse, Normalise, global = TRUE.

-- The values that y is compared with, and their axes.
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
  local squares = where(max(z, over):gt(min(z, over)), sum(off ^ 2, over), 0 * n)
  return sqrt(squares / (divisor == "n" and n or where(n:gt(1), n - 1)))
end

-- How many of the field are below y. Unless the field is the units of the same year, every value is compared with every other.
local function below(y, o)
  local z, over = field(y, o)
  if not optional(o, "base") and #over == 1 then return rank(y, over[1], { order = "ascending", ties = "min" }) - 1 end
  local other, names = {}, {}
  for _, axis in ipairs(over) do other[axis], names[#names + 1] = "other_" .. axis, "other_" .. axis end
  return sum(z:as(other):lt(y), names)
end

--- Min-max: 0 for the worst unit, 100 for the best, or o.from and o.to.
-- Arguments: x over `unit`. p: better (optional). o: from, to, over, base.
-- Result: points, axes of x.
-- Missing: missing figures stay missing; the others are compared.
-- Errors: an indicator in which all units are equal is missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 5.
function M.minmax(x, p, o)
  local from, to = optional(o, "from", 0), optional(o, "to", 100)
  local y = better.oriented(x, p, "minmax")
  local z, over = field(y, o)
  local lo, hi = min(z, over), max(z, over)
  local above, range = apart(y, lo), apart(hi, lo)
  return (to - from) * above / range + from
end

--- z-score: o.mean (0) plus o.sd (1) times the number of standard deviations from the mean of the units.
-- Arguments: x over `unit`. p: better (optional). o: mean, sd, over, base, divisor ("n"; default n - 1); o = "n" is
--   short for the last.
-- Result: standard deviations, unlimited; axes of x.
-- Missing: missing figures stay missing; the others are compared.
-- Errors: an indicator in which all units are equal is missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 5 (recalled).
function M.zscore(x, p, o)
  if type(o) ~= "table" then o = { divisor = o } end
  local y = better.oriented(x, p, "zscore")
  local z, over = field(y, o)
  local score = (y - average(z, over)) / deviation(z, over, option(o, "divisor"))
  return optional(o, "mean", 0) + optional(o, "sd", 1) * score
end

--- z-scores with mean 100 and standard deviation 10, for the Mazziotta-Pareto index.
-- Arguments: x over `unit`. p: better (optional). o: over, base, divisor ("n", default, or "n-1").
-- Result: points around 100, unlimited; axes of x.
-- Missing: missing figures stay missing; the others are compared.
-- Errors: another divisor is an error; an indicator in which all units are equal is missing, with a warning.
-- Source: De Muro, Mazziotta and Pareto 2011 (recalled).
function M.standardised(x, p, o)
  local divisor = option(o, "divisor") or "n"
  if divisor ~= "n" and divisor ~= "n-1" then error { 'standardised: divisor is "n" or "n-1", not %s', divisor } end
  return M.zscore(x, p, { mean = 100, sd = 10, divisor = divisor == "n" and "n" or nil, over = optional(o, "over"), base = optional(o, "base") })
end

--- Min-max from 70 to 130 with the reference value at 100: 100 + 60 (x - reference) / (high - low). If less is
-- better, 200 minus that. For the adjusted Mazziotta-Pareto index.
-- Arguments: x over `unit`. p: better (optional); low, high: the least and greatest value ever (default: those of
--   the units); reference (default: the middle of the two). o: over, base.
-- Result: points around 100; axes of x.
-- Missing: missing figures stay missing.
-- Errors: better = "target" is an error; low = high gives missing, with a warning.
-- Source: Mazziotta and Pareto 2016 (recalled).
function M.referenced(x, p, o)
  local z, over = field(x, o)
  local lo, hi = optional(p, "low") or min(z, over), optional(p, "high") or max(z, over)
  local range = apart(hi, lo)
  local score = 60 * (x - (optional(p, "reference") or (lo + hi) / 2)) / range
  return 100 + where(better.lower(optional(p, "better"), "referenced"), -score, score)
end

--- Rank from below: 1 for the worst unit, n for the best; ties share the lower number.
-- Arguments: x over `unit`. p: better (optional). o: over, base.
-- Result: ranks, axes of x.
-- Missing: missing figures stay missing and are not ranked.
-- Errors: none.
-- Source: OECD/JRC Handbook 2008, step 5 (recalled); ties as COINr 1.1.
function M.rank(x, p, o)
  return below(better.oriented(x, p, "rank"), o) + 1
end

--- Borda points: the number of units that are worse, rank - 1.
-- Arguments: as for rank.
-- Result: numbers of units, axes of x.
-- Missing: as for rank.
-- Errors: none.
-- Source: Borda 1784; COINr 1.1, n_borda.
function M.borda(x, p, o)
  return below(better.oriented(x, p, "borda"), o)
end

--- Percentile rank: the share of the other units that are worse, 100 (rank - 1) / (n - 1).
-- Arguments: as for rank.
-- Result: 0 to 100, axes of x.
-- Missing: as for rank.
-- Errors: with a single unit, missing, with a warning.
-- Source: as for rank.
function M.percentile(x, p, o)
  local z, over = field(x, o)
  return 100 * below(better.oriented(x, p, "percentile"), o) / (count(z, over) - 1)
end

--- Distance to the best unit: 100 (1 - (max - x) / (max - min)), which is 100 (x - min) / (max - min).
-- Arguments: x over `unit`. p: better (optional). o: over, base.
-- Result: points, axes of x.
-- Missing: missing figures stay missing; the others are compared.
-- Errors: an indicator in which all units are equal is missing, with a warning.
-- Source: COINr 1.1, n_dist2max.
function M.distance_to_maximum(x, p, o)
  local y = better.oriented(x, p, "distance_to_maximum")
  local z, over = field(y, o)
  local lo = min(z, over)
  local above, range = apart(y, lo), apart(max(z, over), lo)
  return 100 * above / range
end

--- Distance to a reference unit, with 0 for the worst unit and 100 for the reference: 100 (x - min) / (ref - min).
-- Better units score more than 100, unless o.cap is true.
-- Arguments: x over `unit`. p: better (optional). o: unit (the reference), cap, over, base. The reference is that
--   of the same year, or of the year o.base.
-- Result: points, axes of x.
-- Missing: missing figures stay missing; without a figure of the reference all are missing.
-- Errors: if the reference is the worst unit, missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 5; COINr 1.1, n_dist2ref.
function M.distance_to_reference(x, p, o)
  local y = better.oriented(x, p, "distance_to_reference")
  local z, over = field(y, o)
  local lo = min(z, over)
  local above, range = apart(y, lo), apart(z:at { unit = o.unit }, lo)
  local score = 100 * above / range
  return option(o, "cap") and least(score, 100) or score
end

--- Distance to a target, with 0 for the worst unit: 100 (x - min) / (target - min), or 100 (max - x) / (max -
-- target) if less is better. Beyond the target more than 100, unless o.cap is true. For better = "target" it is 100
-- in the band and 0 for the unit farthest from it.
-- Arguments: x over `unit`. p: target (in the unit of measure of x, not reversed), better (optional). o: cap, over,
--   base.
-- Result: points, axes of x.
-- Missing: missing figures stay missing.
-- Errors: if the target is no better than the worst unit, missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 5; COINr 1.1, n_dist2targ.
function M.distance_to_target(x, p, o)
  local y, centred = better.oriented(x, p, "distance_to_target")
  local target = optional(p, "target") or 0
  if centred then target = where(centred, 0, where(coalesce(p.better, "higher"):eq("lower"), -target, target)) end
  local z, over = field(y, o)
  local lo = min(z, over)
  warn(lo:ge(target), "distance_to_target: the target is no better than the worst unit, no scores")
  local above = apart(y, lo)
  local score = 100 * above / where(lo:lt(target), target - lo)
  return option(o, "cap") and least(score, 100) or score
end

--- Percentage of the best unit: 100 x / max, or 100 min / x over figures above 0 if less is better (a reversed
-- figure has no meaningful share).
-- Arguments: x over `unit`, with a true zero. p: better (optional). o: over, base.
-- Result: percent, axes of x.
-- Missing: missing figures stay missing; if less is better, figures of 0 or less are missing.
-- Errors: better = "target" is an error; a maximum of 0 gives missing, with a warning.
-- Source: OECD/JRC Handbook 2008, step 5 (indicators as percentage of the leader); COINr 1.1, n_fracmax, for
--   positive directions.
function M.fraction_of_maximum(x, p, o)
  local z, over = field(x, o)
  local share = 100 * x / max(z, over)
  local small = better.lower(optional(p, "better"), "fraction_of_maximum")
  if not small then return share end
  local some = where(x:gt(0), x)
  return where(small, 100 * min(where(z:gt(0), z), over) / some, share)
end

--- Level and progress, 水平分加增长分: p.share (0.6) of the score for the level, 100 x / standard, and the rest for growth
-- since the year before, which gets full marks at p.full (0.10, that is 10 %). Both are limited to 0 … 100.
-- Arguments: x over `year`. p: standard; share, full (optional).
-- Result: points, 0 to 100; axes of x.
-- Missing: missing gives missing; the first year, and a year after a gap, has no growth and no score.
-- Errors: a standard of 0 gives missing, with a warning.
-- Source: common practice in 考核 (总量与增速并重); the numbers are examples.
function M.level_and_growth(x, p)
  local share = optional(p, "share", 0.6)
  local before = lag(x, "year", 1, { count = "numbers" })
  local growth = x / where(before:gt(0), before) - 1
  return share * clamp(100 * x / p.standard, 0, 100) + (1 - share) * clamp(100 * growth / optional(p, "full", 0.10), 0, 100)
end

--- x itself, for a value that is a score already: the mark of a rubric, of a panel, of another index.
-- Arguments: x: scores.
-- Result: x.
-- Missing: stays missing.
-- Errors: none.
-- Source: definition.
function M.given(x)
  return x
end

--- Applies to each indicator the method that it names in the index (`score = normalise.ratio`), with its attributes
-- as parameters.
-- Arguments: x over a level of the index, usually `indicator`. a: the argument of `compute`. more: parameters for
--   all indicators, which take precedence, such as { cap = a.params.cap }. o: options for all methods, such as {
--   base = 2010 }.
-- Result: scores, axes of x and of the parameters.
-- Missing: an indicator without `score` is missing.
-- Errors: those of the methods.
-- Source: definition.
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
