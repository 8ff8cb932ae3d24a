-- Several years: change against a base, chained indices, the paths of ranks.
--
-- x has the axis `year`, whose labels stand in order; what lies before the first year is not there. Years count by
-- their numbers: the year before 2012 is 2011, and where that is not in the data there is nothing to compare with.
-- With { since = "data" } it is the year before in the data, however long ago. Missing gives missing. Scores of different years compare only where they were made with one yardstick: see
-- normalise.lua, o.over and o.base. To fill years first, see impute.lua, last and linear.

local M = {}

local function before(x, k, o)
  local since = plain(optional(o, "since"), "year")
  if since ~= "year" and since ~= "data" then error { 'years: since = "year" or "data", not %s', since } end
  return lag(x, "year", k or 1, { count = since == "data" and "labels" or "numbers" })
end

--- What came on since k years before (1 where not given), in the units of x: x - x before. o: since.
function M.change(x, k, o)
  return x - before(x, k, o)
end

--- The base year is 100, 定基指数: 100 x / x of that year. A base of 0 gives missing and a warning.
-- Source: ILO, IMF et al., Consumer Price Index Manual, 2004, chapter 9 (recalled).
function M.index(x, base)
  return 100 * x / x:at { year = base }
end

--- Links, 环比: x / x of the year before, where that is above 0. o: since; a chain goes over years that are not in the
-- data with { since = "data" } only.
function M.link(x, o)
  local old = before(x, 1, o)
  return x / where(old:gt(0), old)
end

--- A chain of links, each year times the one before: 100 in the first year, or in the year `base`. For one series
-- that is index(x, base); for several, link(x) brought together first, such as combine.weighted_mean(years.link(x),
-- index), it is a chained index, whose weights may differ from year to year. A missing link breaks the chain: from
-- there on it is missing. Source: as for index.
function M.chained(link, base)
  local first = labels "year":eq(min(labels "year", "year"))
  local broken = cumsum(missing(link) & ~first, "year")
  local chain = where(broken:eq(0), 100 * exp(cumsum(where(first, 0, coalesce(log(link), 0)), "year")))
  return base and 100 * chain / chain:at { year = base } or chain
end

--- Paths of ranks of a total over unit × year; o as rank takes it, and since. For each unit and year: rank (1 is best) and moves
-- (places gained since the year before). For each unit: best, worst, mean (of its ranks), leads (years at rank 1),
-- volatility (mean of its moves, up or down). For each year: turnover, the mean of all units' moves.
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
