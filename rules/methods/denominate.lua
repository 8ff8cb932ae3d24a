-- Denominators: figures that grow with the size of a unit are made comparable.
--
-- A division by 0 gives missing, with a warning. If either value is missing, the result is.

local M = {}

--- Each indicator divided by the denominator that it names, or unchanged if it names none.
-- Arguments: x: keyed data that carries the columns of the denominators. index: its attribute `denominator` has
--   their names. names: the list of denominators, such as { "population", "gdp" }.
-- Result: axes of x, in units of the one per unit of the other.
-- Missing: if either is missing, missing; an indicator that names a denominator not in `names` is missing, so that
--   the mistake shows.
-- Errors: a denominator of 0 gives missing, with a warning.
-- Source: OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 5; COINr 1.1, Denominate.
function M.each(x, index, names)
  local out = where(missing(index.denominator), x)
  for _, name in ipairs(names) do
    local own = where(index.denominator:eq(name), x / number(x:carried(name)))
    out = coalesce(out, own)
  end
  return out
end

--- x for every `per` of the population, as in per_head(x, population, 1000).
-- Arguments: x: figures. population: over the axes of x or some of them. per: a number (1).
-- Result: axes of x, in units of x per `per` people.
-- Missing: if either is missing, missing.
-- Errors: a population of 0 gives missing, with a warning.
-- Source: definition.
function M.per_head(x, population, per)
  return x / population * (per or 1)
end

--- Growth since k years before, as a share: 0.1 is 10 %.
-- Arguments: x over `year`. k: years (1), by their numbers: 2012 has no growth if the data have no 2011.
-- Result: a share, axes of x.
-- Missing: if either is missing, or the earlier value is 0 or less, missing.
-- Errors: none.
-- Source: definition.
function M.growth(x, k)
  local before = lag(x, "year", k or 1, { count = "numbers" })
  return x / where(before:gt(0), before) - 1
end

--- Compound annual growth rate over n years, as a share: (x / x of n years before)^(1 / n) - 1.
-- Arguments: x over `year`, above 0. n: years, by their numbers.
-- Result: a share, axes of x.
-- Missing: if either is missing, or is 0 or less, missing.
-- Errors: none.
-- Source: definition.
function M.cagr(x, n)
  local before = lag(x, "year", n, { count = "numbers" })
  return (where(x:gt(0), x) / where(before:gt(0), before)) ^ (1 / n) - 1
end

return M
