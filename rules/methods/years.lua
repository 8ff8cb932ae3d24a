-- Several years: change against a base, chained indices, the paths of ranks.
--
-- x has the axis `year`, whose labels stand in order; what lies before the first year is not there. Missing
-- gives missing. Scores of different years compare only where they were made with one yardstick: see
-- normalise.lua, o.over and o.base. To fill years first, see impute.lua, last and linear.

local M = {}

--- What came on since k years before (1 where not given), in the units of x: x - x before.
function M.change(x, k)
  return x - lag(x, "year", k or 1)
end

--- The base year is 100, 定基指数: 100 x / x of that year. A base of 0 gives missing and a warning.
-- Source: ILO, IMF et al., Consumer Price Index Manual, 2004, chapter 9 (recalled).
function M.index(x, base)
  return 100 * x / x:at { year = base }
end

--- Links, 环比: x / x of the year before, where that is above 0.
function M.link(x)
  local before = lag(x, "year")
  return x / where(before:gt(0), before)
end

--- A chain of links, each year times the one before: 100 in the first year, or in the year `base`. For one series
-- that is index(x, base); for several, link(x) brought together first, such as combine.weighted_mean(years.link(x),
-- index), it is a chained index, whose weights may differ from year to year. A missing link breaks the chain: from
-- there on it is missing. Source: as for index.
function M.chained(link, base)
  local first = labels "year":eq(min(labels "year", "year"))
  local broken = cumsum(where(missing(link) & ~first, 1, 0), "year")
  local chain = where(broken:eq(0), 100 * exp(cumsum(where(first, 0, coalesce(log(link), 0)), "year")))
  return base and 100 * chain / chain:at { year = base } or chain
end

--- Paths of ranks of a total over unit × year; o as rank takes it. For each unit and year: rank (1 is best) and moves
-- (places gained since the year before). For each unit: best, worst, mean (of its ranks), leads (years at rank 1),
-- volatility (mean of its moves, up or down). For each year: turnover, the mean of all units' moves.
-- Source: turnover is the average shift in rank of Saisana, Saltelli and Tarantola 2005, between years.
function M.paths(total, o)
  local r = rank(total, "unit", o)
  local moves = lag(r, "year") - r
  return {
    rank = r, moves = moves, best = min(r, "year"), worst = max(r, "year"), mean = mean(r, "year"),
    leads = count(where(r:eq(1), r), "year"), volatility = mean(abs(moves), "year"), turnover = mean(abs(moves), "unit"),
  }
end

return M
