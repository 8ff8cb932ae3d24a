-- Imputation: a figure for what was not observed.
--
-- Every method takes the values x and returns them with gaps filled as far as it can; what is present
-- stays as it is, and a gap that the method has nothing for stays a gap. Units of measure are those of
-- x. Along the axis `unit` a gap is filled by what other units have in the same indicator (and year);
-- along `year` by what the unit itself had. Whoever reads the result must be able to see what was
-- imputed: return `imputed = impute.marks(x, filled)`, and the report counts it.

local M = {}

--- The mean of all units. Source: OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 3.
function M.mean(x)
  return coalesce(x, mean(x, "unit"))
end

--- The median of all units. Source: as for mean.
function M.median(x)
  return coalesce(x, median(x, "unit"))
end

--- The mean of the units of the same group; group is an array of texts over `unit`, such as
-- x:carried "region". A group in which nobody has a figure, and a unit without a group, keep their gap.
-- Source: OECD/JRC Handbook 2008, step 3; COINr 1.1, i_mean_grp.
function M.group_mean(x, group)
  return coalesce(x, mean(x, "unit", { within = group }))
end

--- The median of the units of the same group.
function M.group_median(x, group)
  return coalesce(x, median(x, "unit", { within = group }))
end

--- The mean of what the unit itself has in the other indicators of the same group of the index: for scores,
-- which are comparable; f may be `median`. The mean over a group of a score without it is the score a mean
-- gives anyway. x has the axis of a level of the index. Source: COINr 1.1, Impute with impute_by = "row".
function M.by_row(x, index, f)
  local level = index:level(x)
  return coalesce(x, (f or mean)(x, level.axis, level.parent and { within = level.parent }))
end

--- Nearest neighbours: the mean of the figures of the o.k (5) units most like this one among those that have one.
-- The distance between two units is the root of the mean squared difference over what both have, along o.along
-- ("indicator"), each indicator divided by its range; o.scale = "sd" divides by standard deviations, "none" takes figures
-- as they are. An indicator in which all are alike says nothing of likeness. Units as near as the k-th count as well, so
-- that neither names nor order decide. o.weights = "distance" weighs them by 1 / distance; those at no distance then
-- decide alone. A unit that shares no figure with anybody keeps its gaps. Each unit is compared with each: for some hundred
-- units. Source: Troyanskaya et al. 2001; distances as scikit-learn's KNNImputer, which takes figures as they are.
function M.nearest(x, o)
  local along, k = plain(optional(o, "along"), "indicator"), plain(optional(o, "k"), 5)
  local scale, weights = plain(optional(o, "scale"), "range"), plain(optional(o, "weights"), "equal")
  if type(k) ~= "number" or k < 1 then error { "nearest: k is a number of units, not %s", k } end
  if weights ~= "equal" and weights ~= "distance" then
    error { 'nearest: weights is "equal" or "distance", not %s', weights }
  end
  local z = x
  if scale == "range" or scale == "sd" then
    local spread = scale == "range" and max(x, "unit") - min(x, "unit") or std(x, "unit")
    z = x / where(spread:gt(0), spread)
  elseif scale ~= "none" then
    error { 'nearest: scale is "range", "sd" or "none", not %s', scale }
  end
  local y = x:as { unit = "other" }
  local distance = where(present(y), sqrt(mean((z - z:as { unit = "other" }) ^ 2, along)))
  local near = rank(distance, "other", { order = "ascending", ties = "min" }):le(k)
  local w
  if weights == "distance" then
    local touching = min(distance, "other"):eq(0)
    w = where(touching, where(distance:eq(0), 1, 0), 1 / where(distance:gt(0), distance))
  end
  return coalesce(x, mean(where(near, y), "other", { weights = w }))
end

--- The last observation before the gap, at most `limit` years back (any number where not given), by the numbers of
-- the years, whichever stand in the data. Source: last observation carried forward.
function M.last(x, limit)
  return fill(x, "year", limit and { limit = limit, count = "numbers" })
end

--- Straight lines between the years observed; outside of them what is first or last observed, or nothing
-- with ends = "missing". Source: OECD/JRC Handbook 2008, step 3; COINr 1.1, impute_panel.
function M.linear(x, ends)
  return interpolate(x, "year", { ends = ends or "constant" })
end

--- Where a value stands that was not observed: truths over the axes of both. For the report, and for
-- where(impute.marks(x, y), …).
function M.marks(x, filled)
  return missing(x) & present(filled)
end

return M
