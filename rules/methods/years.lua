-- Several years: change, indices against a base year, chained indices, ranks over the years.
--
-- x has the axis `year`, in order; before its first year everything is missing. Years count by their numbers: the
-- year before 2012 is 2011, and if the data have no 2011, it is missing. With { since = "data" } it is the previous
-- year in the data. Scores of different years are comparable only if they were made on one scale: see
-- normalise.lua, o.over and o.base. To fill years first, see last and linear of impute.lua.

local M = {}

local function before(x, k, o)
  local since = plain(optional(o, "since"), "year")
  if since ~= "year" and since ~= "data" then error { 'years: since = "year" or "data", not %s', since } end
  return lag(x, "year", k or 1, { count = since == "data" and "labels" or "numbers" })
end

--- Change since k years before: x - x of that year.
-- Arguments: x over `year`. k: years (1). o: since ("year", default, or "data").
-- Result: in the units of x, axes of x.
-- Missing: if either is missing, missing.
-- Errors: another `since` is an error.
-- Source: definition.
function M.change(x, k, o)
  return x - before(x, k, o)
end

--- 定基指数: 100 x / x of the base year.
-- Arguments: x over `year`. base: a year.
-- Result: 100 in the base year; axes of x.
-- Missing: if either is missing, missing.
-- Errors: a base of 0 gives missing, with a warning.
-- Source: ILO, IMF et al., Consumer Price Index Manual, 2004, chapter 9 (recalled).
function M.index(x, base)
  return 100 * x / x:at { year = base }
end

--- 环比: x / x of the year before.
-- Arguments: x over `year`. o: since; a chain over years that are not in the data needs { since = "data" }.
-- Result: a ratio, axes of x.
-- Missing: if either is missing, or the earlier one is 0 or less, missing.
-- Errors: another `since` is an error.
-- Source: as for index.
function M.link(x, o)
  local old = before(x, 1, o)
  return x / where(old:gt(0), old)
end

--- A chain of links, each year multiplied by the one before: 100 in the first year, or in `base`. For one series
-- this is index(x, base). For several, aggregate link(x) first, as in combine.weighted_mean(years.link(x), index):
-- a chained index, whose weights may differ from year to year.
-- Arguments: link over `year`. base: a year (optional).
-- Result: 100 in the base year; axes of link.
-- Missing: a missing link breaks the chain; from there on it is missing.
-- Errors: none.
-- Source: as for index.
function M.chained(link, base)
  local first = labels "year":eq(min(labels "year", "year"))
  local broken = cumsum(missing(link) & ~first, "year")
  local chain = where(broken:eq(0), 100 * exp(cumsum(where(first, 0, coalesce(log(link), 0)), "year")))
  return base and 100 * chain / chain:at { year = base } or chain
end

--- Ranks of a total over the years.
-- Arguments: total over `unit` and `year`. o: the options of rank, and since.
-- Result: a table. For each unit and year: rank (1 is the best), moves (places gained since the year before). For
--   each unit: best, worst, mean (of its ranks), leads (years at rank 1), volatility (mean of its moves, up or
--   down). For each year: turnover, the mean of the moves of all units.
-- Missing: a missing total has no rank; means leave it out.
-- Errors: another `since` is an error.
-- Source: turnover is the average shift in rank of Saisana, Saltelli and Tarantola 2005, between years.
function M.paths(total, o)
  local own = {}
  for name, value in pairs(o or {}) do
    if name ~= "since" then own[name] = value end
  end
  local r = rank(total, "unit", own)
  local moves = before(r, 1, o) - r
  return {
    rank = r, moves = moves, best = min(r, "year"), worst = max(r, "year"), mean = mean(r, "year"),
    leads = count(where(r:eq(1), r), "year"), volatility = mean(abs(moves), "year"), turnover = mean(abs(moves), "unit"),
  }
end

return M
