-- Imputation: values for missing figures.
--
-- A method returns x with missing values filled as far as possible. Values that are present stay unchanged; a
-- missing value for which the method finds nothing stays missing. The result has the axes and units of measure of
-- x. Methods along `unit` use what other units have in the same indicator (and year); methods along `year` use what
-- the unit itself had. Readers must be able to see what was imputed: return `imputed = impute.marks(x, filled)`,
-- and the report counts it.

local apart = require "methods.apart"

local M = {}

--- The mean of all units.
-- Arguments: x over `unit`.
-- Result: x filled.
-- Missing: filled, unless no unit has a figure.
-- Errors: none.
-- Source: OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 3.
function M.mean(x)
  return coalesce(x, mean(x, "unit"))
end

--- The median of all units.
-- Arguments: x over `unit`.
-- Result: x filled.
-- Missing: filled, unless no unit has a figure.
-- Errors: none.
-- Source: as for mean.
function M.median(x)
  return coalesce(x, median(x, "unit"))
end

--- The mean of the units of the same group.
-- Arguments: x over `unit`. group: texts over `unit`, such as x:carried "region".
-- Result: x filled.
-- Missing: filled, unless no unit of the group has a figure or the unit has no group.
-- Errors: none.
-- Source: OECD/JRC Handbook 2008, step 3; COINr 1.1, i_mean_grp.
function M.group_mean(x, group)
  return coalesce(x, mean(x, "unit", { within = group }))
end

--- The median of the units of the same group.
-- Arguments: as for group_mean.
-- Result: x filled.
-- Missing: as for group_mean.
-- Errors: none.
-- Source: as for group_mean.
function M.group_median(x, group)
  return coalesce(x, median(x, "unit", { within = group }))
end

--- The mean of what the unit itself has in the other indicators of the same group of the index. For scores, which
-- are comparable. Note that a mean over the group without the missing score gives the same value anyway.
-- Arguments: x over a level of the index. index. f: mean (default) or median.
-- Result: x filled.
-- Missing: filled, unless the unit has nothing in the group.
-- Errors: none.
-- Source: COINr 1.1, Impute with impute_by = "row".
function M.by_row(x, index, f)
  local level = index:level(x)
  return coalesce(x, (f or mean)(x, level.axis, level.parent and { within = level.parent }))
end

--- Nearest neighbours: the mean of the figures of the k most similar units that have one. The distance of two units
-- is the root of the mean squared difference over the figures both have, each indicator divided by its range. An
-- indicator in which all units are equal does not count. Units as near as the k-th also count, so the order of
-- units does not matter. Every unit is compared with every other: for some hundred units.
-- Arguments: x over `unit` and o.along ("indicator"). o: k (5); scale: "range" (default), "sd" or "none"; weights:
--   "equal" (default) or "distance", which weighs by 1 / distance (units at distance 0 then decide alone).
-- Result: x filled.
-- Missing: filled, unless the unit has no figure in common with others.
-- Errors: another k, scale or weights is an error.
-- Source: Troyanskaya et al. 2001; distances as scikit-learn's KNNImputer, which takes figures as they are.
function M.nearest(x, o)
  local along, k = plain(optional(o, "along"), "indicator"), plain(optional(o, "k"), 5)
  local scale, weights = plain(optional(o, "scale"), "range"), plain(optional(o, "weights"), "equal")
  if type(k) ~= "number" or k < 1 then error { "nearest: k is a number of units, not %s", k } end
  if weights ~= "equal" and weights ~= "distance" then
    error { 'nearest: weights is "equal" or "distance", not %s', weights }
  end
  local z = x
  if scale == "range" or scale == "sd" then
    local spread = scale == "range" and apart.between(max(x, "unit"), min(x, "unit")) or std(x, "unit")
    z = x / where(spread:gt(0), spread)
  elseif scale ~= "none" then
    error { 'nearest: scale is "range", "sd" or "none", not %s', scale }
  end
  local y = x:as { unit = "other" }
  local distance = where(present(y), sqrt(mean(apart.computed(z, z:as { unit = "other" }) ^ 2, along)))
  local tied = scale == "none" and distance or round(distance, 12) -- as on paper
  local near = rank(tied, "other", { order = "ascending", ties = "min" }):le(k)
  local w
  if weights == "distance" then
    local touching = min(distance, "other"):eq(0)
    w = where(touching, where(distance:eq(0), 1, 0), 1 / where(distance:gt(0), distance))
  end
  return coalesce(x, mean(where(near, y), "other", { weights = w }))
end

--- The last observation before the gap, at most `limit` years back by the numbers of the years.
-- Arguments: x over `year`. limit: years (default: no limit).
-- Result: x filled.
-- Missing: filled within the limit.
-- Errors: none.
-- Source: last observation carried forward.
function M.last(x, limit)
  return fill(x, "year", limit and { limit = limit, count = "numbers" })
end

--- Linear between the observed years; outside them the first or last observation, or missing with ends = "missing".
-- Arguments: x over `year`. ends: "constant" (default) or "missing".
-- Result: x filled.
-- Missing: filled, unless the unit has no observation.
-- Errors: none.
-- Source: OECD/JRC Handbook 2008, step 3; COINr 1.1, impute_panel.
function M.linear(x, ends)
  return interpolate(x, "year", { ends = ends or "constant" })
end

--- Truth: the value was imputed. For the report, and for where(impute.marks(x, y), …).
-- Arguments: x: before. filled: after.
-- Result: truth over the axes of both.
-- Missing: never missing.
-- Errors: none.
-- Source: definition.
function M.marks(x, filled)
  return missing(x) & present(filled)
end

return M
