-- Denominators: figures that grow with the size of a unit, made comparable.
--
-- A division by 0 gives missing and a warning. Missing in either gives missing.

local M = {}

--- Every indicator divided by the denominator it names, or left alone where it names none.
-- x: keyed data that carries the denominators' columns; index.denominator: their names; names: which there
-- are, as in { "population", "gdp" }. The result is in units of the one per unit of the other. An
-- indicator that names none of them is missing, so that a slip shows.
-- Source: OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 5; COINr 1.1, Denominate.
function M.each(x, index, names)
  local out = where(missing(index.denominator), x)
  for _, name in ipairs(names) do
    local own = where(index.denominator:eq(name), x / number(x:carried(name)))
    out = coalesce(out, own)
  end
  return out
end

--- x for every `per` of the population: per_head(x, population, 1000).
function M.per_head(x, population, per)
  return x / population * (per or 1)
end

--- Growth since k years before (1 where not given), as a share: 0.1 is 10 %. x over `year`; years count by their
-- numbers, so that 2012 has no growth where 2011 is not there. A negative or zero start has no growth.
function M.growth(x, k)
  local before = lag(x, "year", k or 1, { count = "numbers" })
  return x / where(before:gt(0), before) - 1
end

--- Compound annual growth rate over n years, as a share: (x / x before)^(1 / n) - 1, for values above 0.
function M.cagr(x, n)
  local before = lag(x, "year", n, { count = "numbers" })
  return (where(x:gt(0), x) / where(before:gt(0), before)) ^ (1 / n) - 1
end

return M
