-- Weights from the data: how much an indicator distinguishes the units, or how much it affects the index.
--
-- x has the axis `unit` and the axis of what is weighted, `indicator` unless o.along names another. Weights are
-- shares: they add up to 1 over that axis, or within each group of o.within, a map such as a.index.group (o.axis
-- names the axis of the groups if the map does not carry one). A unit without a value is left out for that
-- indicator. An indicator without values, or without a result of the formula, has no weight (missing), and the
-- others share its part. p gives the direction (`better`; the index can be p, as in normalise.lua). Methods without
-- p need values for which more is better, where that matters. If an indicator has a figure for which the formula
-- has no value (below 0 for shares, 0 for logarithms), it has no weight, and a warning names the first such figure.
--
-- If there are several years, each has its own weights. With o.over = { "unit", "year" } the values of all units
-- and years count together (面板数据, pooled), and there is one set of weights. Put weights into the index with
--    combine.weighted_mean(scores, weigh.using(a.index, { indicator = w }))
-- For weights from judgement see experts.lua.

local apart = require "methods.apart"
local better, normalise = require "methods.better", require "methods.normalise"

local M = {}

local function option(o, name, otherwise) return plain(optional(o, name), otherwise) end
local function along(o) return option(o, "along", "indicator") end
local function other(o) return "other_" .. along(o) end
local function within_groups(o)
  local within = optional(o, "within")
  return within and { within = within, axis = option(o, "axis") } or nil
end

-- ---- of the units, or of all units and years together ----

-- The axes whose values count together, one or several.
local function over(o)
  local axes = optional(o, "over", "unit")
  return type(axes) == "table" and axes or { axes }
end
local function pooled(o) return #over(o) > 1 end

local function average(x, o)
  local axes = over(o)
  return pooled(o) and sum(x, axes) / where(count(x, axes):gt(0), count(x, axes)) or mean(x, axes[1])
end

-- Distances from the average, which is rounded: exactly 0 where all values are equal.
local function from_average(x, o)
  return where(max(x, over(o)):gt(min(x, over(o))), x - average(x, o), 0 * x)
end

local function variance(x, o)
  local axes, by_n = over(o), option(o, "divisor") == "n"
  if not pooled(o) then return var(x, axes[1], { divisor = by_n and "n" or nil }) end
  local n = count(x, axes)
  return sum(from_average(x, o) ^ 2, axes) / where(n:gt(1) | by_n, by_n and n or n - 1)
end

local function deviation(x, o) return sqrt(variance(x, o)) end

-- Ranks from below; ties share the mean. With several axes, every value is compared with every other.
local function place(x, o)
  local axes = over(o)
  if not pooled(o) then return rank(x, axes[1], { order = "ascending", ties = "average" }) end
  local copy, names = {}, {}
  for _, axis in ipairs(axes) do copy[axis], names[#names + 1] = "other_" .. axis, "other_" .. axis end
  local y = x:as(copy)
  return sum(where(y:lt(x), 1, where(y:eq(x), 0.5, 0)), names) + 0.5
end

-- Correlation over the units that have both.
local function correlation(x, y, o)
  local method = option(o, "correlation", "pearson")
  if not pooled(o) then return correlate(x, y, over(o)[1], { method = method }) end
  local a, b = where(present(y), x), where(present(x), y)
  if method == "spearman" then a, b = place(a, o), place(b, o)
  elseif method ~= "pearson" then error("weigh: correlation is pearson or spearman where values are pooled") end
  a, b = from_average(a, o), from_average(b, o)
  return sum(a * b, over(o)) / sqrt(sum(a ^ 2, over(o)) * sum(b ^ 2, over(o)))
end

-- The figures, which must be positive, or 0 if zeros = true. An indicator that has others is left out as a whole, because
-- a weight from its other figures would be meaningless.
local function fitting(x, o, method, zeros)
  local wrong = x:lt(0)
  if not zeros then wrong = x:le(0) end
  warn(wrong, { zeros and "%s: a figure below 0, no weight for the indicator; o.shift moves it:"
    or "%s: a figure not above 0, no weight for the indicator; o.shift moves it:", method }, x)
  return where(any(wrong, over(o)), where(false, x), x)
end

-- The weight of an indicator in which all units are equal is exactly 0, whatever the rounding error.
local function zero_where_alike(w, y, o) return where(max(y, over(o)):gt(min(y, over(o))), w, 0 * w) end

-- Values moved into the domain of a formula: o.scale = "minmax" uses scores from 0 to 1 (o.better as in normalise),
-- o.shift adds a number, or with "least" makes the smallest value of an indicator 0.
local function moved(x, o)
  local scale, shift = option(o, "scale"), optional(o, "shift")
  if scale == "minmax" then x = normalise.minmax(x, o, { from = 0, to = 1, over = over(o) })
  elseif scale then error { 'weigh: scale = "minmax", not %s', scale } end
  if shift == "least" then return apart.between(x, min(x, over(o))) end
  return shift and x + shift or x
end

-- Shares of the total, or of the total of each group; a single element has all of it.
local function shares(w, o)
  local several = count(w, along(o), within_groups(o)):gt(1)
  local share = w / where(several, sum(w, along(o), within_groups(o)))
  return where(several, share, where(present(w), 1))
end

-- Truth over the axis and its copy: both are in the same group.
local function same_group(o)
  return o.within:eq(o.within:as { [along(o)] = other(o) })
end

--- The index with other weights, for functions that take an index.
-- Arguments: index. weights: by level, as in { indicator = w, group = v }; each an array, or a Lua table of the
--   elements that change: { indicator = { A1 = 3, A2 = 0 }, group = { A = 0.4 } }. Other levels keep their weights.
-- Result: an index.
-- Missing: an element without a weight in an array has none; in a table, its own.
-- Errors: a name in a table that is not on the level is an error.
-- Source: definition.
function M.using(index, weights)
  local changed = { level = function(_, x)
    local level = index:level(x)
    local given = weights[level.axis]
    if type(given) == "table" then given = coalesce(array(level.axis, given), level.weight) end
    level.weight = given or level.weight
    return level
  end }
  return setmetatable(changed, { __index = function(_, name) return index[name] end })
end

--- The weights of the index at a level, as shares of the parent's.
-- Arguments: index. name: the level ("indicator", "group" …).
-- Result: shares over that level.
-- Missing: stays missing.
-- Errors: if all weights are 0, missing, with a warning.
-- Source: definition.
function M.given(index, name)
  local level = index:level(name)
  return shares(level.weight, { along = level.axis, within = level.parent, axis = level.parent_axis })
end

--- Effective weights: the share of each element of a level in the total, the product of its share and those of its
-- ancestors.
-- Arguments: index. name: the level.
-- Result: shares over that level.
-- Missing: stays missing.
-- Errors: as for given.
-- Source: Becker et al. 2022, COINr 1.1, get_eff_weights.
function M.effective(index, name)
  local level = index:level(name)
  local share = M.given(index, name)
  if not level.parent then return share end
  return share * M.effective(index, level.parent_axis):at { [level.parent_axis] = level.parent }
end

--- The same weight for all elements that have data.
-- Arguments: x over `unit` and `indicator`. o: along, within, axis, over.
-- Result: shares over `indicator`.
-- Missing: an indicator without values has no weight.
-- Errors: none.
-- Source: OECD/JRC Handbook 2008, step 6.
function M.equal(x, o)
  return shares(where(count(x, over(o)):gt(0), 1), o)
end

--- By standard deviation (n - 1, or o.divisor = "n").
-- Arguments: x over `unit` and `indicator`, in comparable units of measure. o: divisor, along, within, axis, over.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: if all units are equal in all indicators, missing, with a warning.
-- Source: Diakoulaki, Mavrotas and Papayannakis 1995.
function M.deviation(x, o)
  return shares(deviation(x, o), o)
end

--- By variance (n - 1, or o.divisor = "n"). pymcdm uses that of min-max scores.
-- Arguments: as for deviation.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: as for deviation.
-- Source: Rao and Patel 2010.
function M.variance(x, o)
  return shares(variance(x, o), o)
end

--- By coefficient of variation, standard deviation / |mean| (变异系数法).
-- Arguments: x over `unit` and `indicator`, 0 or more with a true zero, in any units of measure. o: as for
--   deviation; scale, shift as for entropy.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: an indicator with a figure below 0 has no weight, with a warning.
-- Source: Pearson 1896.
function M.variation(x, o)
  local y = fitting(moved(x, o), o, "variation", true)
  return shares(deviation(y, o) / average(y, o), o)
end

--- Entropy (熵值法): p = x / sum over units, e = -sum(p ln p) / ln n, weights as 1 - e; 0 ln 0 is 0; n is the number
-- of units with a value.
-- Arguments: x over `unit` and `indicator`, 0 or more. o: scale = "minmax" uses the scores from 0 to 1 instead
--   (o.better as in normalise); shift adds a number first, or with "least" makes the smallest value of each
--   indicator 0. Weights depend on it: Chinese practice shifts min-max scores by 0.0001 or 1. Also along, within,
--   axis, over.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: an indicator with a figure below 0 has no weight, with a warning.
-- Source: Shannon 1948; Hwang and Yoon 1981.
function M.entropy(x, o)
  local y = fitting(moved(x, o), o, "entropy", true)
  local p = y / sum(y, over(o))
  local some = where(p:gt(0), p)
  local n = count(p, over(o))
  local e = -sum(where(p:eq(0), 0, some * log(some)), over(o)) / log(where(n:gt(0), n))
  return shares(zero_where_alike(1 - e, y, o), o)
end

--- Gini coefficient of each indicator, sum |x - x'| / (2 n^2 mean), computed from ranks.
-- Arguments: as for entropy.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: an indicator with a figure below 0 has no weight, with a warning.
-- Source: Gini 1921; Li, Wang and Wang 2009.
function M.gini(x, o)
  local y = fitting(moved(x, o), o, "gini", true)
  local n = count(y, over(o))
  return shares(sum((2 * place(y, o) - n - 1) * y, over(o)) / (n * sum(y, over(o))), o)
end

--- Angle between an indicator and one that is equal for all units: arccos(sum x / (sqrt n |x|)).
-- Arguments: as for entropy.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: an indicator with a figure below 0 has no weight, with a warning.
-- Source: Shuai et al. 2012.
function M.angle(x, o)
  local y = fitting(moved(x, o), o, "angle", true)
  local cosine = sum(y, over(o)) / sqrt(count(y, over(o)) * sum(y ^ 2, over(o)))
  return shares(zero_where_alike(each(function(c) return c and math.acos(math.min(c, 1)) end, cosine), y, o), o)
end

--- CRITIC: standard deviation of the min-max scores, times sum(1 - r) over the indicators (of the group): contrast
-- and conflict. sd is by n - 1, which cancels out if no value is missing.
-- Arguments: x over `unit` and `indicator`. p: better. o: correlation ("pearson", default, or "spearman"), along,
--   within, axis, over.
-- Result: shares over `indicator`.
-- Missing: left out; correlations use the units that have both.
-- Errors: an indicator in which all units are equal has no weight, with a warning.
-- Source: Diakoulaki, Mavrotas and Papayannakis 1995.
function M.critic(x, p, o)
  local r = normalise.minmax(x, p, { over = over(o) })
  -- Scores of equal figures may differ in their last place; ranks are those of the figures.
  local y = r
  if option(o, "correlation") == "spearman" then y = where(present(r), better.oriented(x, p, "critic")) end
  local conflict = 1 - correlation(y, y:as { [along(o)] = other(o) }, o)
  if optional(o, "within") then conflict = where(same_group(o), conflict) end
  return shares(deviation(r, { over = over(o) }) * sum(conflict, other(o)), o)
end

--- MEREC: how much the performance of the units, ln(1 + mean |ln y|), changes if an indicator is removed. y is min
-- / x, or x / max if less is better.
-- Arguments: x over `unit` and `indicator`, above 0. p: better. o: scale, shift as for entropy; along, within,
--   axis, over.
-- Result: shares over `indicator`.
-- Missing: left out; the mean is over the figures that a unit has.
-- Errors: an indicator with a figure of 0 or less has no weight, with a warning; better = "target" is an error.
-- Source: Keshavarz-Ghorabaee et al. 2021.
function M.merec(x, p, o)
  local some = fitting(moved(x, o), o, "merec")
  local small = better.lower(optional(p, "better"), "merec")
  local y = abs(log(where(small, some / max(some, over(o)), min(some, over(o)) / some)))
  local n, whole = count(y, along(o), within_groups(o)), sum(y, along(o), within_groups(o))
  return shares(zero_where_alike(sum(abs(log(1 + (whole - y) / n) - log(1 + whole / n)), over(o)), some, o), o)
end

-- x, or min / x if less is better, as shares of the total; and x in the same order, in which equal figures tie.
local function oriented(x, p, o)
  local some = fitting(moved(x, o), o, "cilos")
  local small = better.lower(optional(p, "better"), "cilos")
  local y = where(small, min(some, over(o)) / some, some)
  return y / sum(y, over(o)), where(small, -some, some)
end

-- Where y is best: labels along the axes that are pooled; of equal ones the first unit, and its first year.
local function best(y, o)
  local at, rest = {}, y
  for i, axis in ipairs(over(o)) do
    local others = {}
    for k = i + 1, #over(o) do others[#others + 1] = over(o)[k] end
    at[axis] = argmax(#others > 0 and max(rest, others) or rest, axis)
    rest = rest:at { [axis] = at[axis] }
  end
  return at
end

--- CILOS: weights for which the losses of the indicators from choosing the best unit of another are equal. The loss
-- of indicator j by the best unit of i is 1 - y_ij / max y_j. Solves sum_j P_ij q_j = q_i sum_k P_ki as an
-- eigenvector of value 1.
-- Arguments: as for merec, without within.
-- Result: shares over `indicator`.
-- Missing: if a best unit lacks a figure, missing.
-- Errors: an indicator with a figure of 0 or less has no weight, with a warning; if one unit is best in all that
--   matters to an indicator, or a best unit lacks a figure, there are no weights, with a warning.
-- Source: Zavadskas and Podvezko 2016.
function M.cilos(x, p, o)
  local y, order = oriented(x, p, o)
  local column = y:as { [along(o)] = other(o) }
  local most = max(column, over(o))
  local loss = apart.computed(most, column:at(best(order, o))) / most
  local total = sum(loss, along(o)):as { [other(o)] = along(o) }
  local w = principal(loss / where(total:gt(0), total), along(o), other(o))
  local there = any(present(y), over(o))
  local n = count(where(there, 1), along(o))
  warn(n:gt(1) & all(missing(w), along(o)),
    "cilos: one unit is best in all that matters to an indicator, or a best unit lacks a figure: no weights")
  return where(n:gt(1), w, where(there, 1))
end

--- IDOCRIW: entropy weights (of x as it is) times CILOS weights.
-- Arguments: as for cilos.
-- Result: shares over `indicator`.
-- Missing: as for entropy and cilos.
-- Errors: as for entropy and cilos.
-- Source: Zavadskas and Podvezko 2016.
function M.idocriw(x, p, o)
  return shares(M.cilos(x, p, o) * M.entropy(x, o), o)
end

--- LOPCOW: |ln(root mean square / standard deviation)| of the min-max scores, sd by n - 1, or by n with o.divisor =
-- "n".
-- Arguments: x over `unit` and `indicator`. p: better. o: divisor, along, within, axis, over.
-- Result: shares over `indicator`.
-- Missing: left out.
-- Errors: an indicator in which all units are equal has no weight, with a warning.
-- Source: Ecer and Pamucar 2022.
function M.lopcow(x, p, o)
  local r = normalise.minmax(x, p, { over = over(o) })
  local contrast = abs(log(sqrt(average(r ^ 2, o)) / deviation(r, o)))
  return shares(where(round(contrast, 12):eq(0), 0, contrast), o) -- two units have none
end

-- Components have an axis of their own for each weighted axis, because groups have fewer of them than indicators.
local function component(o) return along(o) == "indicator" and "component" or "component_" .. along(o) end

-- Correlations (or covariances) over the axis and its copy; within groups, also over the axis of the groups.
local function matrix(x, o)
  local y = x:as { [along(o)] = other(o) }
  local r = correlation(x, y, { over = over(o) })
  if option(o, "covariance") then
    local own = { over = over(o) }
    r = r * deviation(where(present(y), x), own) * deviation(where(present(x), y), own)
  end
  if not optional(o, "within") then return r end
  local groups = sum(where(present(o.within), 0), along(o), { by = o.within, axis = o.axis })
  groups = where(present(groups), labels(o.axis))
  return where(o.within:eq(groups) & o.within:as { [along(o)] = other(o) }:eq(groups), r)
end

local function back(x, o)
  return optional(o, "within") and x:at { [o.axis] = o.within } or x
end

--- Principal components of the correlations (with o.covariance = true, of the covariances); with o.within and
-- o.axis, for each group. COINr uses the loadings of the first component as weights, although they may be negative.
-- Arguments: x over `unit` and `indicator`. o: covariance, squared, along, within, axis, over.
-- Result: the loadings of the first component over `indicator`, length 1, the largest positive; with o.squared
--   their squares, which are shares. Second result: a table: values (eigenvalues over `component`, or with o.along
--   = "group" over `component_group`), explained (their shares), loadings (over the component as well).
-- Missing: correlations use the units that have both.
-- Errors: an indicator in which all units are equal has no loading, with a warning.
-- Source: Hotelling 1933; OECD/JRC Handbook 2008, step 6; COINr 1.1, get_PCA, whose signs are arbitrary.
function M.pca(x, o)
  local values, vectors = eigen(matrix(x, o), along(o), other(o), { axis = component(o) })
  local first = back(vectors:at { [component(o)] = 1 }, o)
  local t = { values = values, explained = values / sum(values, component(o)), loadings = back(vectors, o) }
  return option(o, "squared") and first ^ 2 or first, t
end

-- Varimax of two columns of loadings over o.along by Kaiser's angle: tan 4f = u / v. Half angles need only roots.
local function turn(a, b, o)
  local n = count(a, along(o))
  local c, d = a ^ 2 - b ^ 2, 2 * a * b
  local u = 2 * (sum(c * d, along(o)) - sum(c, along(o)) * sum(d, along(o)) / n)
  local v = sum(c ^ 2 - d ^ 2, along(o)) - (sum(c, along(o)) ^ 2 - sum(d, along(o)) ^ 2) / n
  local length = sqrt(u ^ 2 + v ^ 2)
  local cos4 = where(length:gt(0), v / where(length:gt(0), length), 1)
  local cos2 = sqrt((1 + cos4) / 2)
  local cos, sin = sqrt((1 + cos2) / 2), where(u:lt(0), -1, 1) * sqrt((1 - cos2) / 2)
  return cos * a + sin * b, cos * b - sin * a
end

--- Factor weights: components, rotated by varimax. The weight of an indicator is the largest of its squared
-- loadings, each as a share of its factor's, times the factor's share of the variance that all explain.
-- Arguments: x over `unit` and `indicator`. o: factors, the number of components (those that matter have an
--   eigenvalue above 1 and more than a tenth of the variance each); rotate (true); along, over.
-- Result: shares over `indicator`; second result: a list of the rotated loadings of each factor.
-- Missing: correlations use the units that have both.
-- Errors: without a number of factors there is an error.
-- Source: Nicoletti, Scarpetta and Boylaud 2000; OECD/JRC Handbook 2008, step 6; Kaiser 1958.
function M.factor(x, o)
  local factors, rotate = option(o, "factors"), option(o, "rotate", true)
  if type(factors) ~= "number" or factors < 1 then error("factor: factors = 2, or another number of components") end
  local values, vectors = eigen(matrix(x, { along = along(o), over = over(o) }), along(o), other(o), { axis = component(o) })
  local column = {}
  for k = 1, factors do
    column[k] = vectors:at { [component(o)] = k } * sqrt(greatest(values:at { [component(o)] = k }, 0))
  end
  for _ = 1, rotate and 12 or 0 do
    for i = 1, factors - 1 do
      for k = i + 1, factors do column[i], column[k] = turn(column[i], column[k], o) end
    end
  end
  local explained, best = 0, nil
  for k = 1, factors do
    local power = column[k] ^ 2
    explained = explained + sum(power, along(o))
    best = best and greatest(best, power) or power
  end
  return shares(best / explained, o), column
end

--- Influence of each indicator on the index: the squared correlation of the indicator with the weighted mean of
-- all.
-- Arguments: x over `unit` and `indicator`, comparable values. w: weights over `indicator`. o: along, over,
--   correlation.
-- Result: 0 to 1 over `indicator`, not shares.
-- Missing: left out.
-- Errors: an indicator in which all units are equal is missing, with a warning.
-- Source: Paruolo, Saisana and Saltelli 2013 (its linear case).
function M.influence(x, w, o)
  return correlation(x, mean(x, along(o), { weights = w }), o) ^ 2
end

--- Weights for which the influences are equal, or in the proportions of o.target. A search from equal weights, for
-- about ten indicators or pillars at once.
-- Arguments: x as for influence. o: target (shares over `indicator`), along, over.
-- Result: shares over `indicator`; second result: the sum of squared differences between the shares of influence
--   and the target, 0 if it was reached.
-- Missing: left out.
-- Errors: as for influence.
-- Source: Becker et al. 2017.
function M.balanced(x, o)
  local target = optional(o, "target") or M.equal(x, { along = along(o), over = over(o) })
  local function weights(v)
    local w = where(present(target), exp(v))
    return w / sum(w, along(o))
  end
  local v, rest = minimise(function(v)
    local power = M.influence(x, weights(v), o)
    local off = sum((power / sum(power, along(o)) - target) ^ 2, along(o))
    return off + mean(v, along(o)) ^ 2 -- v moved as a whole gives the same weights: the second part holds it
  end, coalesce(0 * target, 0))
  return weights(v), rest
end

--- Benefit of the doubt: every unit gets the weights that are best for it, such that no unit exceeds 1 under them.
-- Arguments: x: scores of 0 or more over `unit` and `indicator`. o: low, high: bounds of each indicator's share in
--   the unit's own total, numbers or arrays over `indicator`, so that none is ignored and none decides alone;
--   along.
-- Result: scores over `unit`, 0 to 1; second result: the weights over `unit` and `indicator`, not shares; third:
--   the shares of the total.
-- Missing: a missing value adds nothing to a total, that of the unit or of a peer, and needs no share. If the
--   bounds cannot be met, missing.
-- Errors: o.over with several axes is an error.
-- Source: Melyn and Moesen 1991; Cherchye et al. 2007.
function M.doubt(x, o)
  if pooled(o) then error("doubt: every unit is measured by the peers of its year; it cannot pool years") end
  local own, full = along(o), coalesce(x, 0)
  local bounds = { { full:as { unit = "peer" }, "<=", 1 } }
  local self = where(labels(own):eq(labels(own):as { [own] = other(o) }), full, 0)
  local function bound(limit, relation)
    if type(limit) ~= "number" then limit = limit:as { [own] = other(o) } end
    bounds[#bounds + 1] = { where(present(x:as { [own] = other(o) }), self - limit * full), relation, 0 }
  end
  if optional(o, "low") then bound(o.low, ">=") end
  if optional(o, "high") then bound(o.high, "<=") end
  local best, score = lp { maximise = full, over = own, subject_to = bounds }
  local w = where(present(x), best)
  local held = where(score:gt(0) | max(x, own):eq(0), score)
  return held, where(present(held), w), w * x / where(score:gt(0), score)
end

-- The sets as shares, over the elements for which all of them have a weight.
local function comparable(sets, o)
  if type(sets) ~= "table" or #sets < 2 then
    error("combined: two sets of weights or more in a list, as in weigh.combined { weigh.entropy(x), w }")
  end
  local whole = 0
  for _, w in ipairs(sets) do whole = whole + w end
  local list = {}
  for k, w in ipairs(sets) do list[k] = shares(where(present(whole), w), o) end
  return list
end

-- The coefficients a of sum over k of (w_i . w_k) a_k = w_i . w_i, by elimination. The matrix consists of inner products,
-- so the order of its rows does not matter; a set that is a combination of the others has no coefficient.
local function equilibrium(sets, o)
  local function inner(v, w) return sum(v * w, along(o), within_groups(o)) end
  local n, m, right, free, a = #sets, {}, {}, {}, {}
  for i, w in ipairs(sets) do
    m[i] = {}
    for k, v in ipairs(sets) do m[i][k] = inner(w, v) end
    right[i] = m[i][i]
  end
  for k = 1, n do
    free[k] = m[k][k]:gt(1e-12 * inner(sets[k], sets[k]))
    for i = k + 1, n do
      local times = where(free[k], m[i][k] / where(free[k], m[k][k]), 0)
      for j = k, n do m[i][j] = m[i][j] - times * m[k][j] end
      right[i] = right[i] - times * right[k]
    end
  end
  for k = n, 1, -1 do
    local rest = right[k]
    for j = k + 1, n do rest = rest - m[k][j] * a[j] end
    a[k] = where(free[k], rest / where(free[k], m[k][k]), where(abs(rest):lt(1e-9), 0))
  end
  return a
end

--- Several sets of weights combined into one (组合赋权), such as { weigh.entropy(x), experts' }. o.method is:
--      "additive"        sum of parts[k] w_k (加法合成)
--      "multiplicative"  product of w_k ^ parts[k], as shares (乘法合成)
--      "game"            sum of a_k w_k, with the a for which the sum is nearest to all sets at once: sum over k of
--                        (w_i . w_k) a_k = w_i . w_i, as shares (博弈论组合赋权)
-- Arguments: sets: a list of weights over `indicator`; each is converted to shares. o: method; parts: a list of
--   numbers (default 1 / K each, for the product 1 each); absolute; along, within, axis.
-- Result: shares over `indicator`; second result: the list of coefficients.
-- Missing: an element without a weight in one of the sets has none.
-- Errors: fewer than two sets, a wrong number of parts or another method is an error. A negative coefficient by
--   "game" gives no weights, with a warning; o.absolute = true uses its absolute value, as some authors do.
-- Source: additive and multiplicative as in common use; 陈加良 2003 for the equilibrium (recalled).
function M.combined(sets, o)
  local method, parts = option(o, "method", "additive"), optional(o, "parts")
  local list = comparable(sets, o)
  if parts and (method == "game" or #parts ~= #list) then
    error { method == "game" and 'combined: the method "game" finds its parts itself'
      or "combined: parts has a number for each of the %s sets", #list }
  end
  local share = {}
  for k = 1, #list do share[k] = parts and parts[k] or method == "multiplicative" and 1 or 1 / #list end
  if method == "multiplicative" then
    local product = 1
    for k, w in ipairs(list) do product = product * w ^ share[k] end
    return shares(product, o), share
  elseif method == "game" then
    share = equilibrium(list, o)
    local whole, below = 0, false
    for k in ipairs(list) do
      below = share[k]:lt(-1e-12) | below
      if option(o, "absolute") then share[k] = abs(share[k]) end
      whole = whole + share[k]
    end
    if not option(o, "absolute") then
      warn(below, "combined: by game theory a set has a part below 0, and there are no weights; absolute = true takes its amount")
      whole = where(~below, whole)
    end
    for k in ipairs(list) do share[k] = share[k] / whole end
  elseif method ~= "additive" then
    error { 'combined: method is "additive", "multiplicative" or "game", not %s', method }
  end
  local total = 0
  for k, w in ipairs(list) do total = total + share[k] * w end
  return shares(total, o), share
end

--- Weights within limits: every share becomes clamp(s w, low, high), with the s for which the sum is 1, found by
-- bisection.
-- Arguments: w: weights over `indicator`. low, high: numbers or arrays. o: along, within, axis.
-- Result: shares over `indicator`.
-- Missing: stays missing; if the limits are too narrow, missing.
-- Errors: none.
-- Source: the capping of index providers.
function M.bounded(w, low, high, o)
  local function at(s) return clamp(s * w, where(present(w), low), high) end
  local function total(s) return sum(at(s), along(o), within_groups(o)) end
  local from, to = -30, 30
  for _ = 1, 60 do
    local middle = (from + to) / 2
    local much = total(exp(middle)):gt(1)
    from, to = where(much, from, middle), where(much, middle, to)
  end
  return where(abs(total(exp(from)) - 1):lt(1e-9), at(exp(from)))
end

return M
