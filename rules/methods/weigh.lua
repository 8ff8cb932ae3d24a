-- Weights from the data: what an indicator tells about the units, or what it does to the index.
--
-- x has the axis `unit` and the axis of what is weighed, `indicator` unless o.along names another. Weights
-- are shares: over that axis they add up to 1, or within each group of o.within, a map such as
-- a.index.group. Units without a value take no part in what is said of an indicator; an indicator without
-- any, or one that a formula has no answer for, has no weight (missing), and the others share its part.
-- p says what is better (the index does, as in normalise); methods without p want values that are
-- oriented already where that matters. Figures for which a method has no answer (below 0 where it takes shares, 0
-- where it takes logarithms) leave the indicator without weight, with a warning that names the first of them.
--
-- Of several years each has weights of its own; with o.over = { "unit", "year" } all values of all units and years
-- count together (面板数据, pooled) and there is one set of weights. Weights reach the index by
--     combine.weighted_mean(scores, weigh.using(a.index, { indicator = w }))
-- Judgement as a source of weights is in experts.lua.

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

local function variance(x, o)
  local axes, by_n = over(o), option(o, "divisor") == "n"
  if not pooled(o) then return var(x, axes[1], { divisor = by_n and "n" or nil }) end
  local n = count(x, axes)
  return sum((x - average(x, o)) ^ 2, axes) / where(n:gt(1) | by_n, by_n and n or n - 1)
end

local function deviation(x, o) return sqrt(variance(x, o)) end

-- Ranks from below, ties share the mean. Of several axes each is compared with each.
local function place(x, o)
  local axes = over(o)
  if not pooled(o) then return rank(x, axes[1], { order = "ascending", ties = "average" }) end
  local copy, names = {}, {}
  for _, axis in ipairs(axes) do copy[axis], names[#names + 1] = "other_" .. axis, "other_" .. axis end
  local y = x:as(copy)
  return sum(where(y:lt(x), 1, where(y:eq(x), 0.5, 0)), names) + 0.5
end

-- Correlation over what both have.
local function correlation(x, y, o)
  local method = option(o, "correlation", "pearson")
  if not pooled(o) then return correlate(x, y, over(o)[1], { method = method }) end
  local a, b = where(present(y), x), where(present(x), y)
  if method == "spearman" then a, b = place(a, o), place(b, o)
  elseif method ~= "pearson" then error("weigh: correlation is pearson or spearman where values are pooled") end
  a, b = a - average(a, o), b - average(b, o)
  return sum(a * b, over(o)) / sqrt(sum(a ^ 2, over(o)) * sum(b ^ 2, over(o)))
end

-- The figures, all of which are positive, or 0 as well where zeros = true. An indicator that has others is left out as a
-- whole, since weights by those that remain would say nothing of it.
local function fitting(x, o, method, zeros)
  local wrong = x:lt(0)
  if not zeros then wrong = x:le(0) end
  warn(wrong, { zeros and "%s: a figure below 0, no weight for the indicator; o.shift moves it:"
    or "%s: a figure not above 0, no weight for the indicator; o.shift moves it:", method }, x)
  return where(any(wrong, over(o)), where(false, x), x)
end

-- What tells of units that are all alike is 0, whatever rounding makes of it.
local function zero_where_alike(w, y, o) return where(max(y, over(o)):gt(min(y, over(o))), w, 0 * w) end

-- Values moved to where a formula has an answer: o.scale = "minmax" takes scores from 0 to 1 (o.better as in normalise),
-- o.shift adds a number, or with "least" what makes the least of an indicator 0.
local function moved(x, o)
  local scale, shift = option(o, "scale"), optional(o, "shift")
  if scale == "minmax" then x = normalise.minmax(x, o, { from = 0, to = 1, over = over(o) })
  elseif scale then error { 'weigh: scale = "minmax", not %s', scale } end
  if shift == "least" then return x - min(x, over(o)) end
  return shift and x + shift or x
end

-- Shares of the total, all of it or within each group; what is alone has all of it.
local function shares(w, o)
  local several = count(w, along(o), within_groups(o)):gt(1)
  local share = w / where(several, sum(w, along(o), within_groups(o)))
  return where(several, share, where(present(w), 1))
end

-- Truth for pairs along the axis and its copy: both in the same group.
local function same_group(o)
  return o.within:eq(o.within:as { [along(o)] = other(o) })
end

--- The index with other weights: { indicator = w, group = v } names them by level; the others stay. A level is
-- given an array, or a Lua table of those that change: { indicator = { A1 = 3, A2 = 0 }, group = { A = 0.4 } }. For
-- all that takes an index and asks it for its levels.
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

--- The weights of the index at a level ("indicator", "group" …) as shares of the parent's.
function M.given(index, name)
  local level = index:level(name)
  return shares(level.weight, { along = level.axis, within = level.parent, axis = level.parent_axis })
end

--- Effective weights: the share of the whole that each element of a level weighs, the product of the shares on
-- the way up. Source: Becker et al. 2022, COINr 1.1, get_eff_weights.
function M.effective(index, name)
  local level = index:level(name)
  local share = M.given(index, name)
  if not level.parent then return share end
  return share * M.effective(index, level.parent_axis):at { [level.parent_axis] = level.parent }
end

--- All alike that have data. Source: OECD/JRC Handbook 2008, step 6.
function M.equal(x, o)
  return shares(where(count(x, over(o)):gt(0), 1), o)
end

--- By standard deviation (n - 1, or o.divisor = "n") of comparable values. Source: Diakoulaki, Mavrotas and
-- Papayannakis 1995.
function M.deviation(x, o)
  return shares(deviation(x, o), o)
end

--- By variance (n - 1, or o.divisor = "n") of comparable values; pymcdm takes that of min-max scores. Source: Rao
-- and Patel 2010.
function M.variance(x, o)
  return shares(variance(x, o), o)
end

--- By coefficient of variation, standard deviation / |mean|: for values with a true zero, of any units of
-- measure (变异系数法). Without figures below 0; o.shift and o.scale as of entropy. Source: Pearson 1896.
function M.variation(x, o)
  local y = fitting(moved(x, o), o, "variation", true)
  return shares(deviation(y, o) / average(y, o), o)
end

--- Entropy (熵值法): p = x / sum over units, e = -sum(p ln p) / ln n, weights as 1 - e. x is 0 or more, 0 ln 0 is 0;
-- with a figure below 0 there is no weight, and a warning. o.scale = "minmax" takes the scores from 0 to 1 instead
-- (o.better as in normalise), o.shift adds a number first, or with "least" makes the least of each indicator 0; weights
-- depend on it: Chinese practice shifts min-max scores by 0.0001 or 1. n: units with a value. Source: Shannon 1948; Hwang and Yoon 1981.
function M.entropy(x, o)
  local y = fitting(moved(x, o), o, "entropy", true)
  local p = y / sum(y, over(o))
  local some = where(p:gt(0), p)
  local n = count(p, over(o))
  local e = -sum(where(p:eq(0), 0, some * log(some)), over(o)) / log(where(n:gt(0), n))
  return shares(zero_where_alike(1 - e, y, o), o)
end

--- Gini coefficient of each indicator, sum |x - x'| / (2 n^2 mean), here by ranks. x is 0 or more; o.shift and
-- o.scale as of entropy. Source: Gini
-- 1921; Li, Wang and Wang 2009.
function M.gini(x, o)
  local y = fitting(moved(x, o), o, "gini", true)
  local n = count(y, over(o))
  return shares(sum((2 * place(y, o) - n - 1) * y, over(o)) / (n * sum(y, over(o))), o)
end

--- Angle between an indicator and one that is alike for all units: arccos(sum x / (sqrt n |x|)). x is 0 or more; o.shift
-- and o.scale as of entropy.
-- Source: Shuai et al. 2012.
function M.angle(x, o)
  local y = fitting(moved(x, o), o, "angle", true)
  local cosine = sum(y, over(o)) / sqrt(count(y, over(o)) * sum(y ^ 2, over(o)))
  return shares(zero_where_alike(each(function(c) return c and math.acos(math.min(c, 1)) end, cosine), y, o), o)
end

--- CRITIC: standard deviation of the min-max scores times sum(1 - r) over the indicators (of the group): contrast
-- and conflict. r is Pearson's, or with o.correlation "spearman"; sd by n - 1, which cancels out where none
-- is missing. Source: Diakoulaki, Mavrotas and Papayannakis 1995.
function M.critic(x, p, o)
  local r = normalise.minmax(x, p, { over = over(o) })
  local conflict = 1 - correlation(r, r:as { [along(o)] = other(o) }, o)
  if optional(o, "within") then conflict = where(same_group(o), conflict) end
  return shares(deviation(r, { over = over(o) }) * sum(conflict, other(o)), o)
end

--- MEREC: how much the performance of the units, ln(1 + mean |ln y|), changes when an indicator is taken out. x above
-- 0; y is min / x, for what should be small x / max. Source: Keshavarz-Ghorabaee et al. 2021.
function M.merec(x, p, o)
  local some = fitting(moved(x, o), o, "merec")
  local small = better.lower(optional(p, "better"), "merec")
  local y = abs(log(where(small, some / max(some, over(o)), min(some, over(o)) / some)))
  local n, whole = count(y, along(o), within_groups(o)), sum(y, along(o), within_groups(o))
  return shares(sum(abs(log(1 + (whole - y) / n) - log(1 + whole / n)), over(o)), o)
end

-- min / x for what should be small, so that more is better, as shares of the total.
local function oriented(x, p, o)
  local some = fitting(moved(x, o), o, "cilos")
  local y = where(better.lower(optional(p, "better"), "cilos"), min(some, over(o)) / some, some)
  return y / sum(y, over(o))
end

-- Where y is best: labels along the axes that count together; of equal ones the first unit, and its first year.
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

--- CILOS: weights under which the indicators lose alike when the best unit of another is chosen. Loss of indicator
-- j by the best unit of i: 1 - y_ij / max y_j. Solves sum_j P_ij q_j = q_i sum_k P_ki as an eigenvector of value
-- 1. x above 0. Missing, with a warning, where one unit is best in all that matters to an indicator, or a best
-- unit lacks a figure. Source: Zavadskas and Podvezko 2016.
function M.cilos(x, p, o)
  local y = oriented(x, p, o)
  local column = y:as { [along(o)] = other(o) }
  local loss = 1 - column:at(best(y, o)) / max(column, over(o))
  local total = sum(loss, along(o)):as { [other(o)] = along(o) }
  local w = principal(loss / where(total:gt(0), total), along(o), other(o))
  local there = any(present(y), over(o))
  local n = count(where(there, 1), along(o))
  warn(n:gt(1) & all(missing(w), along(o)),
    "cilos: one unit is best in all that matters to an indicator, or a best unit lacks a figure: no weights")
  return where(n:gt(1), w, where(there, 1))
end

--- IDOCRIW: entropy weights (of x as it is) times CILOS weights. Source: Zavadskas and Podvezko 2016.
function M.idocriw(x, p, o)
  return shares(M.cilos(x, p, o) * M.entropy(x, o), o)
end

--- LOPCOW: |ln(root mean square / standard deviation)| of the min-max scores, sd by n - 1, or by n with o.divisor =
-- "n". Source: Ecer and Pamucar 2022.
function M.lopcow(x, p, o)
  local r = normalise.minmax(x, p, { over = over(o) })
  return shares(abs(log(sqrt(average(r ^ 2, o)) / deviation(r, o))), o)
end

-- Components have an axis of their own for what is weighed: groups have fewer than indicators.
local function component(o) return along(o) == "indicator" and "component" or "component_" .. along(o) end

-- Correlations (or covariances) along the axis and its copy, those within each group over the groups' axis as well.
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

--- Principal components of the correlations (with o.covariance = true, the covariances), for each group with
-- o.within and o.axis, the groups' axis. Returns the loadings of the first component, length 1, the largest
-- positive: COINr takes them as weights, though they may be negative; with o.squared their squares, which are
-- shares. And a table: values (eigenvalues over component, or with o.along = "group" over component_group), explained (their shares), loadings (over component as
-- well). Source: Hotelling 1933; OECD/JRC Handbook 2008, step 6; COINr 1.1, get_PCA, whose signs are arbitrary.
function M.pca(x, o)
  local values, vectors = eigen(matrix(x, o), along(o), other(o), { axis = component(o) })
  local first = back(vectors:at { [component(o)] = 1 }, o)
  local t = { values = values, explained = values / sum(values, component(o)), loadings = back(vectors, o) }
  return option(o, "squared") and first ^ 2 or first, t
end

-- Varimax of two columns of loadings over o.along, Kaiser's angle: tan 4f = u / v. Half angles need only roots.
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

--- Factor weights: o.factors components (those that matter: eigenvalue above 1, more than a tenth of the variance
-- each), rotated by varimax (o.rotate = false: not); an indicator takes the largest of its squared loadings, each
-- as a share of its factor's, times the factor's share of what all explain. Source: Nicoletti, Scarpetta and
-- Boylaud 2000; OECD/JRC Handbook 2008, step 6; Kaiser 1958.
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

--- What the index owes to each indicator: the squared correlation of the indicator with the weighted mean of all.
-- x: comparable values, w: weights. Source: Paruolo, Saisana and Saltelli 2013 (its linear case).
function M.influence(x, w, o)
  return correlation(x, mean(x, along(o), { weights = w }), o) ^ 2
end

--- Weights under which the influences are alike, or in the proportions of o.target (shares over the axis). A search
-- from equal weights, for some ten indicators or pillars at once; the second result is the sum of squared
-- differences of the shares of influence from what was wanted: 0 where it was found. Source: Becker et al. 2017.
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

--- Benefit of the doubt: every unit under the weights that are best for it, under which no unit passes 1. x: scores
-- of 0 or more. o.low and o.high (numbers or arrays over the axis): each indicator's share of the unit's own
-- total, so that none is ignored and none decides alone. Returns the scores (0 to 1), the weights (over the axis
-- and unit, not shares) and the shares of the total. What a unit has no value for adds nothing to its total, its
-- own or as that of a peer, and need not have a share. Missing where the limits cannot be kept. Source: Melyn and
-- Moesen 1991; Cherchye et al. 2007.
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

-- The sets as shares of what all of them have a weight for.
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

-- The coefficients a of sum over k of (w_i . w_k) a_k = w_i . w_i, by elimination. The matrix is one of inner products,
-- so that the order of its rows does not matter; a set that the others make up has none.
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

--- Several sets of weights made one (组合赋权), such as { weigh.entropy(x), experts' }. o.method:
--   "additive"        sum of parts[k] w_k (加法合成)
--   "multiplicative"  product of w_k ^ parts[k], as shares (乘法合成)
--   "game"            sum of a_k w_k with the a that bring the sum nearest to all sets at once: sum over k of
--                     (w_i . w_k) a_k = w_i . w_i, as shares (博弈论组合赋权)
-- o.parts is a list of numbers: 1 / K each where not given, for the product 1 each. Every set counts as shares of what
-- all of them have a weight for; what one of them has none for has none. The second result is the list of parts. By
-- "game" a part may come out below 0: then there are no weights, with a warning, or with o.absolute = true its amount
-- counts, as some authors have it. Source: additive and multiplicative as in common use; 陈加良 2003 for the
-- equilibrium (recalled).
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

--- Weights kept within limits: every share becomes clamp(s w, low, high), with the one s that makes the sum 1. low
-- and high are numbers or arrays. Missing where no s does (limits too narrow). Source: the capping of index
-- providers; s by halving.
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
